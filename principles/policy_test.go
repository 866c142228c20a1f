package principles_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

// gate makes a policy of one criterion.
func gate[T casework.Aggregate](t testing.TB, s principles.Standard, minimum principles.Outcome, moves ...casework.Move) casework.Policy[T] {
	t.Helper()
	p, err := principles.Policy[T](s, minimum, moves...)
	require.NoError(t, err)
	return p
}

func onlyOf(t testing.TB, s principles.Standard, ids ...string) principles.Standard {
	t.Helper()
	only, err := s.Only(ids...)
	require.NoError(t, err)
	return only
}

func finding(outcomes ...principles.Finding) func(*principles.Criterion) {
	return func(c *principles.Criterion) {
		c.OfCycle = func(*principles.Dossier) []principles.Finding { return outcomes }
	}
}

// faultsIn gives path and code of each fault.
func faultsIn(t testing.TB, err error) []string {
	t.Helper()
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is, "%v", err)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// objecting gives what a cycle's policy says to a move out of where it stands.
func objecting(t testing.TB, f *commissioningtest.Fixture, m casework.Move, code string) []casework.Objection {
	t.Helper()
	options, err := f.Desk.Options(t.Context(), f.Cycle.ID(), f.Actor)
	require.NoError(t, err)
	var said []casework.Objection
	for _, o := range options {
		for _, objection := range o.Objections {
			if o.Move == m && objection.Code == code {
				said = append(said, objection)
			}
		}
	}
	return said
}

func TestACriterionIsAGateOfTheCycle(t *testing.T) {
	understood := onlyOf(t, principles.EightPrinciples(), "understand-needs")
	policy := gate[*commissioning.Cycle](t, understood, principles.Met, commissioning.IdentifyResources)
	cycle := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(policy), commissioningtest.With(func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"}); err != nil {
			return err
		}
		_, err := c.AddParticipant(commissioning.Participant{Role: commissioning.ParticipantUser, Group: "people who use home care"})
		return err
	}))
	desk, actor := cycle.Desk, cycle.Actor

	_, err := desk.Move(t.Context(), cycle.Cycle.ID(), actor, commissioning.IdentifyResources)
	refused, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is, "%v", err)
	var said []casework.Objection
	for _, o := range refused.Objections {
		if o.Code == "eight-principles.understand-needs" {
			said = append(said, o)
		}
	}
	require.Len(t, said, 1)
	assert.Equal(t, casework.Objection{
		Code: "eight-principles.understand-needs", Message: said[0].Message, Effect: casework.Refuse, Subject: "understand-needs",
		Remedy: said[0].Remedy, Source: understood.Criteria[0].Source.String(),
	}, said[0])
	assert.NotEmpty(t, said[0].Remedy)
	assert.Equal(t, said, objecting(t, cycle, commissioning.IdentifyResources, policy.Code), "the same is listed before anybody tries")

	_, err = desk.Update(t.Context(), cycle.Cycle.ID(), actor, func(c *commissioning.Cycle) error {
		for _, role := range []commissioning.ParticipantRole{commissioning.ParticipantUser, commissioning.ParticipantVoluntaryOrganisation} {
			p, err := c.AddParticipant(commissioning.Participant{Role: role, Group: "Age Concern"})
			if err != nil {
				return err
			}
			today := casework.DateOf(c.Now())
			if _, err = c.RecordEngagement(commissioning.Engagement{
				Participant: p.ID, Level: commissioning.EngagementInvolved, Invited: today,
				Answer: commissioning.EngagementTookPart, On: today, How: "a morning at the day centre",
			}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	assert.Empty(t, objecting(t, cycle, commissioning.IdentifyResources, policy.Code), "what was done about it counts at once")
}

func TestAGateLooksAtWhatFallsShortInThePresentRound(t *testing.T) {
	found := func(outcome principles.Outcome, round int) principles.Finding {
		return principles.Finding{Outcome: outcome, Round: round, Why: "It is as it is.", Remedy: "Mend it.", Reason: "for want of money", Subject: "S1", Facts: []principles.OrganisationFact{{}}}
	}
	for name, test := range map[string]struct {
		minimum principles.Outcome
		edit    func(*principles.Criterion)
		said    int
	}{
		"met passes":                           {principles.Met, finding(found(principles.Met, 1)), 0},
		"considered and declined passes":       {principles.Met, finding(found(principles.Declined, 1)), 0},
		"what does not apply passes":           {principles.Met, finding(found(principles.NotApplicable, 1)), 0},
		"partly met falls short of met":        {principles.Met, finding(found(principles.PartlyMet, 1)), 1},
		"partly met reaches itself":            {principles.PartlyMet, finding(found(principles.PartlyMet, 1)), 0},
		"an explained shortfall is partly met": {principles.PartlyMet, finding(found(principles.Explained, 1)), 0},
		"an explained shortfall is not met":    {principles.Met, finding(found(principles.Explained, 1)), 1},
		"not met falls short":                  {principles.PartlyMet, finding(found(principles.NotMet, 1)), 1},
		"nothing recorded falls short":         {principles.PartlyMet, finding(found(principles.NoEvidence, 1)), 1},
		"nothing found at all falls short":     {principles.PartlyMet, finding(), 1},
		"what could not be judged falls short": {principles.PartlyMet, func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding { panic("no") }
		}, 1},
		"what is about the whole cycle counts":    {principles.Met, finding(found(principles.NotMet, 0)), 1},
		"each finding that falls short is said":   {principles.Met, finding(found(principles.NotMet, 1), found(principles.NoEvidence, 1), found(principles.Met, 1)), 2},
		"another round's is nobody's to mend now": {principles.Met, finding(found(principles.NotMet, 2)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			policy := gate[*commissioning.Cycle](t, asking(test.edit), test.minimum, commissioning.IdentifyResources)
			f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(policy))
			before := f.Cycle.Seq()
			said := objecting(t, f, commissioning.IdentifyResources, "house.identified")
			assert.Len(t, said, test.said)
			for _, o := range said {
				assert.NotEmpty(t, o.Message)
				assert.NotEmpty(t, o.Remedy)
			}
			again, err := f.Desk.Load(t.Context(), f.Cycle.ID())
			require.NoError(t, err)
			assert.Equal(t, before, again.Seq(), "judging writes nothing")
		})
	}
}

func TestAGateOfAPurchaseSeesItsCycle(t *testing.T) {
	justified := asking(func(c *principles.Criterion) {
		c.OfCycle = func(d *principles.Dossier) []principles.Finding {
			bought := d.Purchases()
			if len(bought) != 1 || d.Cycle().ID() != bought[0].Requisition().Cycle {
				return nil
			}
			return []principles.Finding{{
				Outcome: principles.NotMet, Subject: string(bought[0].Requisition().Service), Why: "The purchase has no equality assessment.", Remedy: "Make one.",
				Evidence: d.Cite(bought[0].ID(), 1),
			}}
		}
	})
	policy := gate[*procurement.Purchase](t, justified, principles.Met, procurement.SubmitRequisition, procurement.Invite, procurement.Receive)
	said := func(f *procurementtest.Fixture[*procurement.Purchase], m casework.Move) []casework.Objection {
		options, err := f.Desks.Purchases.Options(t.Context(), f.Purchase.ID(), f.Requester)
		require.NoError(t, err)
		for _, o := range options {
			if o.Move == m {
				return o.Objections
			}
		}
		return nil
	}
	f := procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Policies(policy))
	var mine []string
	for _, o := range said(f, procurement.SubmitRequisition) {
		if o.Code == policy.Code {
			mine = append(mine, fmt.Sprintf("%s: %s %s", o.Subject, o.Message, o.Remedy))
		}
	}
	assert.Equal(t, []string{"identified/S1: The purchase has no equality assessment. Make one."}, mine)

	t.Run("where the cycle is not at hand it refuses", func(t *testing.T) {
		f := procurementtest.At(t, procurement.Invited, procurementtest.Policies(policy))
		var mine []casework.Objection
		for _, o := range said(f, procurement.Receive) {
			if o.Code == policy.Code {
				mine = append(mine, o)
			}
		}
		require.Len(t, mine, 1)
		assert.Contains(t, mine[0].Message, "not at hand")
		assert.NotEmpty(t, mine[0].Remedy)
	})
}

func TestEveryStandardOfCyclesIsAGate(t *testing.T) {
	for _, s := range []principles.Standard{principles.EightPrinciples(), principles.SectorEngagement(), principles.IntelligentCommissioning(), principles.CommissioningForNeeds()} {
		policy := gate[*commissioning.Cycle](t, s, principles.PartlyMet, commissioning.IdentifyResources, commissioning.Reassess)
		f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(policy))
		for _, o := range objecting(t, f, commissioning.IdentifyResources, s.Ref().ID) {
			assert.NotContains(t, o.Message, "stopped with", s.ID)
			assert.NotContains(t, o.Message, "faulty finding", s.ID)
		}
		code := s.ID
		if len(s.Criteria) == 1 {
			code += "." + s.Criteria[0].ID
		}
		assert.Equal(t, code, policy.Code)
	}
}

func TestAGateThatCannotBeIsRefusedWithAllItsFaults(t *testing.T) {
	answered := asking(func(c *principles.Criterion) {
		c.Question = &principles.Question{Ask: "Is it so?", Options: []principles.AnswerOption{{Answer: "yes", Outcome: principles.Met}, {Answer: "no", Outcome: principles.NotMet}}}
	})
	answered.Doc = ""
	_, err := principles.Policy[*procurement.Contract](answered, principles.NoEvidence)
	assert.Equal(t, []string{
		"standard.doc standard.doc_missing", "standard.criteria[0] criterion.answered", "minimum policy.minimum", "moves policy.moves_missing", "policy policy.kind",
	}, faultsIn(t, err))
	world, err := principles.WorldClassCommissioning("2008/09")
	require.NoError(t, err)
	_, err = principles.Policy[*commissioning.Cycle](world, principles.Met, commissioning.PlanUse)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

// A criterion of a standard can be what a cycle has to pass before it moves on.
func ExamplePolicy() {
	ctx := context.Background()
	understood, err := principles.EightPrinciples().Only("understand-needs")
	if err != nil {
		fmt.Println(err)
		return
	}
	gate, err := principles.Policy[*commissioning.Cycle](understood, principles.Met, commissioning.IdentifyResources)
	if err != nil {
		fmt.Println(err)
		return
	}
	gate.Effect = casework.Explain // a reason on record lets it through
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Desk:     casework.DeskOptions{Clock: func() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }},
		Policies: casework.PolicyEdits[*commissioning.Cycle]{Add: []casework.Policy[*commissioning.Cycle]{gate}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	cycle, err := cycles.Open(ctx, ana, commissioning.Brief{Title: "Home care, Kentish Town", Lead: camden})
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err = cycles.Update(ctx, cycle.ID(), ana, func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	options, err := cycles.Options(ctx, cycle.ID(), ana)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range options {
		for _, objection := range o.Objections {
			if objection.Code == gate.Code {
				fmt.Printf("%s (%s)\n%s\n", objection.Message, objection.Effect, objection.Remedy)
			}
		}
	}
	// Output:
	// Nothing is recorded about who took part in assessing the needs. (explain)
	// Engage a voluntary organisation that knows the people concerned in assessing their needs, beside users and communities.
}
