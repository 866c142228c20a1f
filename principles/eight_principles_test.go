package principles_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

var noon = time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC)

// step is what somebody does to a cycle on a day.
type step struct {
	day int
	do  func(*commissioning.Cycle) error
}

func recording[T any](record func(*commissioning.Cycle) (T, error)) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := record(c)
		return err
	}
}

// lived gives the dossier of a cycle that went through some steps, each so many
// days after noon of the first. No policy objects, so that little need be
// recorded on the way.
func lived(t testing.TB, steps ...step) *principles.Dossier {
	t.Helper()
	var codes []string
	for _, p := range commissioning.Policies() {
		codes = append(codes, p.Code)
	}
	now, store := noon, memory.New()
	desk, err := commissioning.NewDesk(store, &commissioning.Options{
		Desk:     casework.DeskOptions{Clock: func() time.Time { return now }},
		Policies: casework.PolicyEdits[*commissioning.Cycle]{Drop: codes},
	})
	require.NoError(t, err)
	camden := casework.Agency{ID: "camden", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	c, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "Home care", Lead: camden})
	require.NoError(t, err)
	for i, s := range steps {
		now = noon.AddDate(0, 0, s.day)
		_, err := desk.Update(t.Context(), c.ID(), ana, s.do, casework.Reason("as agreed"))
		require.NoError(t, err, "step %d", i)
	}
	j := principles.Journal{Kind: commissioning.KindName}
	for e, err := range store.History(t.Context(), c.ID(), 0) {
		require.NoError(t, err)
		j.Entries = append(j.Entries, e)
	}
	return dossierOf(t, j)
}

func moving(moves ...casework.Move) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		for _, m := range moves {
			if err := c.Move(m); err != nil {
				return err
			}
		}
		return nil
	}
}

func need(c *commissioning.Cycle) error {
	_, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
	return err
}

// engaging records that somebody of a role answered an invitation.
func engaging(role commissioning.ParticipantRole, answer commissioning.EngagementAnswer) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		p, err := c.AddParticipant(commissioning.Participant{Role: role, Group: "carers of working age"})
		if err != nil {
			return err
		}
		g := commissioning.Engagement{Participant: p.ID, Level: commissioning.EngagementInvolved, Answer: answer, Invited: casework.DateOf(noon)}
		if answer == commissioning.EngagementTookPart {
			g.On, g.How = casework.DateOf(c.Now()), "a workshop"
		}
		_, err = c.RecordEngagement(g)
		return err
	}
}

func notRelevant(c *commissioning.Cycle) error {
	_, err := c.RecordEngagement(commissioning.Engagement{NotRelevant: true, Why: "the assessment repeats last year's, which was co-produced"})
	return err
}

func outcome(whose commissioning.OutcomeOrigin) func(*commissioning.Cycle) error {
	return recording(func(c *commissioning.Cycle) (commissioning.Outcome, error) {
		return c.SetOutcome(commissioning.Outcome{Statement: "People live at home longer", Whose: whose, Measure: "months at home", Target: "12"})
	})
}

func service(outcomes ...commissioning.OutcomeID) func(*commissioning.Cycle) error {
	return recording(func(c *commissioning.Cycle) (commissioning.Service, error) {
		return c.PlanService(commissioning.Service{Title: "Home care", Needs: []commissioning.NeedID{"N1"}, Outcomes: outcomes})
	})
}

func mapping(agency, contribution string) func(*commissioning.Cycle) error {
	return recording(func(c *commissioning.Cycle) (commissioning.MappedProvider, error) {
		return c.MapProvider(commissioning.MappedProvider{
			AsOf: casework.DateOf(c.Now()), Agency: casework.Agency{ID: agency, Sector: casework.Voluntary}, Contribution: contribution,
		})
	})
}

func considering(subject commissioning.ConsideredSubject, decision commissioning.ConsideredDecision) func(*commissioning.Cycle) error {
	return recording(func(c *commissioning.Cycle) (commissioning.Considered, error) {
		return c.Consider(commissioning.Considered{Subject: subject, Decision: decision, Reason: "the providers there are have room"})
	})
}

func feedback(about commissioning.FeedbackAbout, from ...commissioning.ParticipantRole) func(*commissioning.Cycle) error {
	return recording(func(c *commissioning.Cycle) (commissioning.Feedback, error) {
		return c.RecordFeedback(commissioning.Feedback{SoughtOn: casework.DateOf(c.Now()), From: from, Count: 0, About: about})
	})
}

func all(steps ...func(*commissioning.Cycle) error) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		for _, s := range steps {
			if err := s(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// found gives the finding of a criterion in the first round.
func found(t testing.TB, s principles.Standard, criterion string, d *principles.Dossier) principles.Finding {
	t.Helper()
	only, err := s.Only(criterion)
	require.NoError(t, err)
	r, err := only.Evaluate(d)
	require.NoError(t, err)
	require.NotEmpty(t, r.Findings)
	return r.Findings[0]
}

const (
	toResources = commissioning.IdentifyResources
	toPlan      = commissioning.PlanUse
	toArrange   = commissioning.ArrangeDelivery
)

func TestTheEightPrinciples(t *testing.T) {
	voluntary, provider := commissioning.ParticipantVoluntaryOrganisation, commissioning.ParticipantProvider
	tookPart, declined := commissioning.EngagementTookPart, commissioning.EngagementDeclined
	planning := moving(toResources, toPlan)
	reviewing := []step{{0, all(need, planning, service())}, {1, moving(toArrange, commissioning.MonitorReview)}}
	for name, test := range map[string]struct {
		criterion string
		steps     []step
		want      principles.Outcome
	}{
		"needs are understood with a voluntary organisation":   {"understand-needs", []step{{0, all(need, engaging(voluntary, tookPart))}}, principles.Met},
		"an invitation that was declined is half the way":      {"understand-needs", []step{{0, all(need, engaging(voluntary, declined))}}, principles.PartlyMet},
		"a reason why engagement is not relevant is an answer": {"understand-needs", []step{{0, all(need, notRelevant)}}, principles.Declined},
		"needs identified among officers are not understood":   {"understand-needs", []step{{0, need}}, principles.NotMet},
		"nothing recorded about need is no evidence":           {"understand-needs", []step{{0, mapping("age-uk", "")}}, principles.NoEvidence},
		"providers are consulted before a service is planned":  {"consult-providers", []step{{0, all(need, engaging(provider, tookPart))}, {10, all(planning, service())}}, principles.Met},
		"consulting providers after planning comes too late":   {"consult-providers", []step{{0, all(need, planning, service())}, {10, engaging(provider, tookPart)}}, principles.NotMet},
		"providers nobody consulted leave no evidence":         {"consult-providers", []step{{0, all(need, planning, service())}}, principles.NoEvidence},
		"planning that was not reached is not judged":          {"consult-providers", []step{{0, need}}, principles.NotApplicable},
		"a service that serves a user's outcome":               {"outcomes-at-the-heart", []step{{0, all(need, outcome("users"), planning, service("O1"))}}, principles.Met},
		"an outcome of the commissioner's is not a user's":     {"outcomes-at-the-heart", []step{{0, all(need, outcome("organisation"), planning, service("O1"))}}, principles.NotMet},
		"one service of two":                                   {"outcomes-at-the-heart", []step{{0, all(need, outcome("users"), planning, service("O1"), service())}}, principles.PartlyMet},
		"no service, no evidence of outcomes":                  {"outcomes-at-the-heart", []step{{0, all(need, planning)}}, principles.NoEvidence},
		"a range of providers with what they could contribute": {"map-providers", []step{{0, all(need, moving(toResources), mapping("age-uk", "visits"), mapping("allied", "nights"))}}, principles.Met},
		"a map of one": {"map-providers", []step{{0, all(need, moving(toResources), mapping("age-uk", "visits"))}}, principles.PartlyMet},
		"a map that does not say what each could contribute":    {"map-providers", []step{{0, all(need, moving(toResources), mapping("age-uk", "visits"), mapping("allied", ""))}}, principles.PartlyMet},
		"no map is no evidence":                                 {"map-providers", []step{{0, all(need, moving(toResources))}}, principles.NoEvidence},
		"capacity investment considered and declined is good":   {"invest-in-capacity", []step{{0, all(need, moving(toResources), considering(commissioning.SubjectCapacityInvestment, commissioning.ConsideredDeclined))}}, principles.Declined},
		"capacity investment considered and taken":              {"invest-in-capacity", []step{{0, all(need, moving(toResources), considering(commissioning.SubjectCapacityInvestment, commissioning.ConsideredTaken))}}, principles.Met},
		"capacity investment nobody thought of":                 {"invest-in-capacity", []step{{0, all(need, moving(toResources))}}, principles.NoEvidence},
		"a round that buys nothing has no contracting to judge": {"fair-contracting", reviewing, principles.NotApplicable},
		"a round without contracts has no term to judge":        {"long-term-and-risk-sharing", reviewing, principles.NotApplicable},
		"users, communities and providers asked on the process": {"seek-feedback", append(reviewing[:2:2], step{30, feedback(commissioning.FeedbackOnProcess, commissioning.ParticipantUser, commissioning.ParticipantCommunity, provider)}), principles.Met},
		"only users asked":                                      {"seek-feedback", append(reviewing[:2:2], step{30, feedback(commissioning.FeedbackOnProcess, commissioning.ParticipantUser)}), principles.PartlyMet},
		"asked about the service and not the process":           {"seek-feedback", append(reviewing[:2:2], step{30, feedback(commissioning.FeedbackOnService, commissioning.ParticipantUser)}), principles.PartlyMet},
		"nobody asked": {"seek-feedback", reviewing, principles.NoEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			f := found(t, principles.EightPrinciples(), test.criterion, lived(t, test.steps...))
			assert.Equal(t, test.want, f.Outcome, f.Why)
		})
	}
}

func TestContractingIsJudgedFromThePurchase(t *testing.T) {
	advertised := procurementtest.Tender(func(tender *procurement.Tender) {
		tender.Advertised = []procurement.Advertisement{{Where: "Find a Tender", On: casework.DateOf(noon)}}
	})
	d := dossierOf(t, bought(t, advertised)...)
	fair := found(t, principles.EightPrinciples(), "fair-contracting", d)
	assert.Equal(t, principles.Met, fair.Outcome, fair.Why)
	term := found(t, principles.EightPrinciples(), "long-term-and-risk-sharing", d)
	assert.Equal(t, principles.Met, term.Outcome, term.Why)
	for _, cited := range append(fair.Evidence, term.Evidence...) {
		assert.False(t, cited.Hash.IsZero())
	}

	hidden := found(t, principles.EightPrinciples(), "fair-contracting", dossierOf(t, bought(t)...))
	assert.Equal(t, principles.NotMet, hidden.Outcome, "a competition nobody was told of is not transparent")
	assert.NotEmpty(t, hidden.Remedy)
}

func TestTheSectorIsEngagedStageByStage(t *testing.T) {
	voluntary, carer := commissioning.ParticipantVoluntaryOrganisation, commissioning.ParticipantCarer
	d := lived(t,
		step{0, all(need, engaging(voluntary, commissioning.EngagementTookPart))},
		step{5, all(moving(toResources), engaging(voluntary, commissioning.EngagementNoAnswer))},
		step{9, all(moving(toPlan), notRelevant)},
		step{12, all(moving(toArrange), engaging(carer, commissioning.EngagementTookPart))},
	)
	r, err := principles.SectorEngagement().Evaluate(d)
	require.NoError(t, err)
	var outcomes []principles.Outcome
	for _, f := range r.Findings {
		outcomes = append(outcomes, f.Outcome)
	}
	assert.Equal(t, []principles.Outcome{
		principles.Met, principles.PartlyMet, principles.Declined, principles.NotMet, principles.NotApplicable,
	}, outcomes)
	silent, err := principles.SectorEngagement().Evaluate(lived(t, step{0, need}))
	require.NoError(t, err)
	assert.Equal(t, principles.NoEvidence, silent.Findings[0].Outcome)
}

func TestAFactWrittenDownLateIsMarkedAsBackfilled(t *testing.T) {
	f := procurementtest.At(t, procurement.RequisitionDrafted)
	cycle := f.Purchase.Requisition().Cycle
	late := casework.Effective(f.Clock.Now().AddDate(0, 0, -31))
	_, err := f.Cycles.Update(t.Context(), cycle, f.Requester, mapping("age-uk", "visits"), late)
	require.NoError(t, err)
	intime := casework.Effective(f.Clock.Now().AddDate(0, 0, -30))
	_, err = f.Cycles.Update(t.Context(), cycle, f.Requester, mapping("allied", "nights"), intime)
	require.NoError(t, err)
	desk, err := principles.NewDesk(f.Cycles, f.Desks)
	require.NoError(t, err)
	d, err := desk.Dossier(t.Context(), cycle, longAfter())
	require.NoError(t, err)
	mapped := found(t, principles.EightPrinciples(), "map-providers", d)
	assert.True(t, mapped.Backfilled())
	var marked []bool
	for _, cited := range mapped.Evidence {
		if cited.Effective.Before(f.Clock.Now().AddDate(0, 0, -29)) {
			marked = append(marked, cited.Backfilled)
		}
	}
	assert.Equal(t, []bool{true, false}, marked, "31 days are late where 30 are allowed, and 30 are not")
}
