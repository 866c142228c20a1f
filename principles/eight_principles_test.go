package principles_test

import (
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

// told is a cycle told step by step, a day apart, with no policy in the way.
type told struct {
	t     testing.TB
	store *memory.Store
	desk  *commissioning.Desk
	clock *commissioningtest.Clock
	cycle *commissioning.Cycle
	ana   casework.Actor
}

// step is a thing that happens on a day of its own.
type step func(*told)

func tell(t testing.TB, steps ...step) *principles.Dossier {
	t.Helper()
	return tellUnder(t, "", steps...)
}

// tellUnder tells a cycle in which one policy asks for an explanation.
func tellUnder(t testing.TB, asking string, steps ...step) *principles.Dossier {
	t.Helper()
	off := map[string]commissioning.Weight{}
	for code := range commissioning.DefaultWeights() {
		off[code] = commissioning.SameWeight(casework.Off)
		if code == asking {
			off[code] = commissioning.SameWeight(casework.Explain)
		}
	}
	s := &told{t: t, store: memory.New(), clock: &commissioningtest.Clock{}}
	camden := casework.Agency{ID: "camden", Sector: casework.Statutory}
	s.ana = casework.Person("ana.k", camden)
	var err error
	s.desk, err = commissioning.NewDesk(s.store, &commissioning.Options{Weights: off, Desk: casework.DeskOptions{Clock: s.clock.Now}})
	require.NoError(t, err)
	s.cycle, err = s.desk.Open(t.Context(), s.ana, commissioning.Brief{Title: "Home care", Area: "Kentish Town", Lead: camden, Value: casework.GBP(300_000_00)})
	require.NoError(t, err)
	for _, do := range steps {
		s.clock.Advance(24 * time.Hour)
		do(s)
	}
	j := principles.Journal{Kind: commissioning.KindName}
	for e, err := range s.store.History(t.Context(), s.cycle.ID(), 0) {
		require.NoError(t, err)
		j.Entries = append(j.Entries, e)
	}
	d, err := newKinds(t).Dossier(longAfter(), j)
	require.NoError(t, err)
	return d
}

func record(work func(*commissioning.Cycle) error, opts ...casework.CallOption) step {
	return func(s *told) {
		s.t.Helper()
		var err error
		s.cycle, err = s.desk.Update(s.t.Context(), s.cycle.ID(), s.ana, work, opts...)
		require.NoError(s.t, err)
	}
}

func move(moves ...casework.Move) step {
	return func(s *told) {
		s.t.Helper()
		for _, m := range moves {
			explained(m, "", "")(s)
		}
	}
}

// explained takes a move, and answers a policy that asks why.
func explained(m casework.Move, code, why string) step {
	return func(s *told) {
		s.t.Helper()
		opts := []casework.CallOption{casework.Reason("it is time")}
		if code != "" {
			opts = append(opts, casework.Explaining(code, why))
		}
		var err error
		s.cycle, err = s.desk.Move(s.t.Context(), s.cycle.ID(), s.ana, m, opts...)
		require.NoError(s.t, err)
	}
}

// discard keeps the error alone.
func discard[T any](_ T, err error) error { return err }

func need() step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"}))
	})
}

func engage(role commissioning.ParticipantRole, answer commissioning.EngagementAnswer, outcomes ...commissioning.OutcomeID) step {
	return record(func(c *commissioning.Cycle) error {
		p, err := c.AddParticipant(commissioning.Participant{Role: role, Group: string(role), Agency: casework.Agency{ID: string(role)}})
		if err != nil {
			return err
		}
		today := casework.DateOf(c.Now())
		g := commissioning.Engagement{Participant: p.ID, Level: commissioning.EngagementInvolved, Invited: today, Answer: answer, Outcomes: outcomes}
		if answer == commissioning.EngagementTookPart {
			g.On, g.How = today, "a workshop"
		}
		return discard(c.RecordEngagement(g))
	})
}

func notRelevant(why string) step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.RecordEngagement(commissioning.Engagement{NotRelevant: true, Why: why}))
	})
}

func outcome(whose commissioning.OutcomeOrigin, measure, target string) step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.SetOutcome(commissioning.Outcome{Statement: "People live at home for longer", Whose: whose, Measure: measure, Target: target}))
	})
}

func plan(outcomes ...commissioning.OutcomeID) step {
	return record(func(c *commissioning.Cycle) error {
		var needs []commissioning.NeedID
		for _, n := range c.Needs() {
			needs = append(needs, n.ID)
		}
		return discard(c.PlanService(commissioning.Service{
			Title: "Home care", Specification: "Help at home", Needs: needs, Outcomes: outcomes,
			Channel: commissioning.Procurement, ChannelReason: "nobody in house could do it",
		}))
	})
}

func arrange() step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.RecordArrangement(commissioning.Arrangement{
			Service: "S1", Instrument: commissioning.ContractInstrument, Provider: casework.Agency{ID: "meadow", Sector: casework.Voluntary}, Why: "the best bid",
		}))
	})
}

func consult(kind commissioning.ConsultationKind) step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.OpenConsultation(commissioning.Consultation{Title: "Home care", Kind: kind, Opened: casework.DateOf(c.Now())}))
	})
}

func closeConsultation(afterDays int, because string) step {
	return func(s *told) {
		s.clock.Advance(time.Duration(afterDays-1) * 24 * time.Hour)
		record(func(c *commissioning.Cycle) error {
			return discard(c.CloseConsultation("Q1", commissioning.ClosedConsultation{On: casework.DateOf(c.Now()), Responses: 9, ShorterBecause: because}))
		})(s)
	}
}

func mapProvider(id, contribution string) step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.MapProvider(commissioning.MappedProvider{AsOf: casework.DateOf(c.Now()), Agency: casework.Agency{ID: id}, Capability: "40 carers", Contribution: contribution}))
	})
}

func consider(subject commissioning.ConsideredSubject, decision commissioning.ConsideredDecision) step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.Consider(commissioning.Considered{Subject: subject, Decision: decision, Reason: "it was weighed"}))
	})
}

func invest() step {
	return record(func(c *commissioning.Cycle) error {
		return discard(c.InvestInCapacity(commissioning.CapacityInvestment{Amount: casework.GBP(50_000), Recipient: casework.Agency{ID: "lunch-club"}, Purpose: "a second kitchen"}))
	})
}

func feedback(about commissioning.FeedbackAbout, count int, from ...commissioning.ParticipantRole) step {
	return record(func(c *commissioning.Cycle) error {
		f := commissioning.Feedback{SoughtOn: casework.DateOf(c.Now()), From: from, Method: "a survey", Count: count, About: about}
		if count > 0 {
			f.Said = "it went well"
		}
		return discard(c.RecordFeedback(f))
	})
}

func toPlan() step { return move(commissioning.IdentifyResources, commissioning.PlanUse) }
func toReview() step {
	return move(commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview)
}

// found gives the finding of a criterion in a round.
func found(t testing.TB, s principles.Standard, d *principles.Dossier, criterion string, round int) principles.Finding {
	t.Helper()
	r, err := s.Evaluate(d)
	require.NoError(t, err)
	for _, f := range r.Findings {
		assert.NotEqual(t, principles.Failed, f.Outcome, "%s: %s", f.Criterion, f.Why)
	}
	for _, f := range r.Of(criterion) {
		if f.Round == round {
			return f
		}
	}
	t.Fatalf("there is no finding of %s in round %d", criterion, round)
	return principles.Finding{}
}

func TestTheEightPrinciplesAreAStandard(t *testing.T) {
	s := principles.EightPrinciples()
	require.NoError(t, s.Validate())
	assert.Len(t, s.Criteria, 8)
	assert.Equal(t, "2006", s.Version)
}

func TestEachOfTheEightPrinciplesIsJudgedByWhatIsRecorded(t *testing.T) {
	const (
		voluntary = commissioning.ParticipantVoluntaryOrganisation
		provider  = commissioning.ParticipantProvider
		user      = commissioning.ParticipantUser
		community = commissioning.ParticipantCommunity
		tookPart  = commissioning.EngagementTookPart
	)
	for name, test := range map[string]struct {
		criterion string
		steps     []step
		want      principles.Outcome
	}{
		"needs assessed with a voluntary organisation are understood":      {"understand-needs", []step{need(), engage(voluntary, tookPart)}, principles.Met},
		"a voluntary organisation that declined is half of it":             {"understand-needs", []step{need(), engage(voluntary, commissioning.EngagementDeclined)}, principles.PartlyMet},
		"needs assessed with users alone are not enough":                   {"understand-needs", []step{need(), engage(user, tookPart)}, principles.NotMet},
		"a voluntary organisation without any need found is half of it":    {"understand-needs", []step{engage(voluntary, tookPart)}, principles.PartlyMet},
		"a reason why engagement is not relevant is honoured":              {"understand-needs", []step{need(), notRelevant("the duty names who is served")}, principles.Declined},
		"a need that nobody is recorded as having looked at tells nothing": {"understand-needs", []step{need()}, principles.NoEvidence},
		"needs found before the plan are found in time":                    {"understand-needs", []step{engage(voluntary, tookPart), need(), toPlan(), plan()}, principles.Met},

		"providers who work on outcomes before anything is arranged were consulted": {"consult-providers", []step{need(), outcome("users", "", ""), toPlan(), engage(provider, tookPart, "O1"), plan("O1")}, principles.Met},
		"providers consulted after the arrangement were consulted too late":         {"consult-providers", []step{need(), toPlan(), plan(), move(commissioning.ArrangeDelivery), startArranging(), arrange(), engage(provider, tookPart)}, principles.NotMet},
		"a consultation after the arrangement came too late":                        {"consult-providers", []step{need(), toPlan(), plan(), move(commissioning.ArrangeDelivery), startArranging(), arrange(), consult(commissioning.FormalConsultation)}, principles.NotMet},
		"providers consulted without outcomes are half of it":                       {"consult-providers", []step{need(), toPlan(), engage(provider, tookPart)}, principles.PartlyMet},
		"providers who were invited and declined are half of it":                    {"consult-providers", []step{toPlan(), engage(provider, commissioning.EngagementDeclined)}, principles.PartlyMet},
		"a provider map with nobody consulted is no consultation":                   {"consult-providers", []step{mapProvider("meadow", "trust"), toPlan()}, principles.NotMet},
		"users alone are no providers":                                              {"consult-providers", []step{toPlan(), engage(user, tookPart)}, principles.NotMet},
		"a reason why engaging providers is not relevant is honoured":               {"consult-providers", []step{toPlan(), notRelevant("the service stays as it is")}, principles.Declined},
		"nothing about providers tells nothing":                                     {"consult-providers", []step{toPlan()}, principles.NoEvidence},
		"a formal consultation of 84 days is long enough": {"consult-providers", []step{
			outcome("users", "", ""), toPlan(), engage(provider, tookPart, "O1"), consult(commissioning.FormalConsultation), closeConsultation(84, ""),
		}, principles.Met},
		"one of 83 days without a reason is too short": {"consult-providers", []step{
			outcome("users", "", ""), toPlan(), engage(provider, tookPart, "O1"), consult(commissioning.FormalConsultation), closeConsultation(83, ""),
		}, principles.PartlyMet},
		"one of 83 days with a reason is explained": {"consult-providers", []step{
			outcome("users", "", ""), toPlan(), engage(provider, tookPart, "O1"), consult(commissioning.FormalConsultation), closeConsultation(83, "the lease ends"),
		}, principles.Explained},

		"a service for measurable outcomes of users has outcomes at its heart": {"outcomes-at-the-heart", []step{need(), outcome("users", "shared meals", "3"), toPlan(), plan("O1")}, principles.Met},
		"outcomes of carers that cannot be measured are half of it":            {"outcomes-at-the-heart", []step{need(), outcome("carers", "", ""), toPlan(), plan("O1")}, principles.PartlyMet},
		"outcomes of the organisation alone are not those of the people":       {"outcomes-at-the-heart", []step{need(), outcome("organisation", "cost", "less"), toPlan(), plan("O1")}, principles.NotMet},
		"a service without outcomes tells nothing":                             {"outcomes-at-the-heart", []step{need(), toPlan(), plan()}, principles.NoEvidence},

		"two providers with their contribution make a map":        {"map-providers", []step{mapProvider("meadow", "trust"), mapProvider("acme", "reach"), move(commissioning.IdentifyResources)}, principles.Met},
		"one provider is half a map":                              {"map-providers", []step{mapProvider("meadow", "trust"), move(commissioning.IdentifyResources)}, principles.PartlyMet},
		"the same agency twice is one provider":                   {"map-providers", []step{mapProvider("meadow", "trust"), mapProvider("meadow", "reach"), move(commissioning.IdentifyResources)}, principles.PartlyMet},
		"providers without a contribution are half a map":         {"map-providers", []step{mapProvider("meadow", "trust"), mapProvider("acme", ""), move(commissioning.IdentifyResources)}, principles.PartlyMet},
		"providers mapped after the plan are mapped too late":     {"map-providers", []step{need(), toPlan(), plan(), mapProvider("meadow", "trust"), mapProvider("acme", "reach")}, principles.NotMet},
		"no provider mapped tells nothing":                        {"map-providers", []step{move(commissioning.IdentifyResources)}, principles.NoEvidence},
		"a stage the cycle has not come to does not apply":        {"map-providers", []step{need()}, principles.NotApplicable},
		"money spent on capacity is an investment":                {"invest-in-capacity", []step{invest(), move(commissioning.IdentifyResources)}, principles.Met},
		"an investment decided on counts":                         {"invest-in-capacity", []step{move(commissioning.IdentifyResources), consider("capacity_investment", "taken")}, principles.Met},
		"an investment declined with a reason was considered":     {"invest-in-capacity", []step{move(commissioning.IdentifyResources), consider("capacity_investment", "declined")}, principles.Declined},
		"nothing about capacity tells nothing":                    {"invest-in-capacity", []step{move(commissioning.IdentifyResources)}, principles.NoEvidence},
		"a round that bought nothing has nothing to buy openly":   {"fair-contracting", []step{toReview()}, principles.NotApplicable},
		"a round that agreed nothing has no terms":                {"long-term-and-risk-sharing", []step{toReview()}, principles.NotApplicable},
		"a long term declined with a reason was considered":       {"long-term-and-risk-sharing", []step{toReview(), consider("long_term", "declined")}, principles.Declined},
		"everybody asked about the process is feedback":           {"seek-feedback", []step{toReview(), feedback("process", 4, user, community, provider)}, principles.Met},
		"feedback sought and none received is feedback":           {"seek-feedback", []step{toReview(), feedback("process", 0, user, community, provider)}, principles.Met},
		"users alone are half of it":                              {"seek-feedback", []step{toReview(), feedback("process", 4, user)}, principles.PartlyMet},
		"feedback on services alone is half of it":                {"seek-feedback", []step{toReview(), feedback("service", 4, user, community, provider)}, principles.PartlyMet},
		"a round in which nobody was asked tells nothing":         {"seek-feedback", []step{toReview()}, principles.NoEvidence},
		"feedback of the next round is not that of the first one": {"seek-feedback", []step{toReview(), move(commissioning.Reassess), feedback("process", 4, user)}, principles.NoEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			f := found(t, principles.EightPrinciples(), tell(t, test.steps...), test.criterion, 1)
			assert.Equal(t, test.want, f.Outcome, f.Why)
		})
	}
}

func startArranging() step {
	return record(func(c *commissioning.Cycle) error { return c.StartArranging("S1") })
}

func TestSwappingTheDatesOfNeedAndPlanTurnsMetIntoNotMet(t *testing.T) {
	plannedOn := func(needed, planned time.Time) *principles.Dossier {
		return tell(t,
			engage(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementTookPart),
			func(s *told) { s.clock.Advance(90 * 24 * time.Hour) },
			record(func(c *commissioning.Cycle) error {
				return discard(c.IdentifyNeed(commissioning.Need{Statement: "Help at home"}))
			}, casework.Effective(needed)),
			toPlan(),
			record(func(c *commissioning.Cycle) error {
				return discard(c.PlanService(commissioning.Service{Title: "Home care", Needs: []commissioning.NeedID{"N1"}}))
			}, casework.Effective(planned)),
		)
	}
	june, july := commissioningtest.Start().AddDate(0, 0, 10), commissioningtest.Start().AddDate(0, 0, 40)
	assert.Equal(t, principles.Met, found(t, principles.EightPrinciples(), plannedOn(june, july), "understand-needs", 1).Outcome)
	assert.Equal(t, principles.NotMet, found(t, principles.EightPrinciples(), plannedOn(july, june), "understand-needs", 1).Outcome)
	assert.Equal(t, principles.Met, found(t, principles.EightPrinciples(), plannedOn(june, june), "understand-needs", 1).Outcome, "the same instant is in time")
}

func TestAServiceThatStillRunsIsOneOfTheNextRoundToo(t *testing.T) {
	d := tell(t,
		need(), outcome("users", "shared meals", "3"), toPlan(), plan("O1"), move(commissioning.ArrangeDelivery), startArranging(), arrange(),
		move(commissioning.MonitorReview), move(commissioning.Reassess), toPlan(),
	)
	f := found(t, principles.EightPrinciples(), d, "outcomes-at-the-heart", 2)
	assert.Equal(t, principles.Met, f.Outcome, f.Why)
	assert.Equal(t, "S1", f.Subject)
	assert.Equal(t, principles.NoEvidence, found(t, principles.EightPrinciples(), d, "consult-providers", 2).Outcome)
	assert.Equal(t, principles.NotApplicable, found(t, principles.EightPrinciples(), d, "fair-contracting", 2).Outcome)
}

func TestAServiceThatEndedIsNoneOfTheNextRound(t *testing.T) {
	ended := record(func(c *commissioning.Cycle) error { return c.EndArrangement("T1", casework.DateOf(c.Now())) }, casework.Reason("it is over"))
	d := tell(t,
		need(), outcome("users", "shared meals", "3"), toPlan(), plan("O1"), move(commissioning.ArrangeDelivery), startArranging(), arrange(),
		record(func(c *commissioning.Cycle) error { return discard(c.BindArrangement("T1", casework.DateOf(c.Now()))) }),
		move(commissioning.MonitorReview), ended, move(commissioning.Reassess), toPlan(),
	)
	f := found(t, principles.EightPrinciples(), d, "outcomes-at-the-heart", 2)
	assert.Equal(t, principles.NoEvidence, f.Outcome, f.Why)
	assert.Empty(t, f.Subject)
}

// boughtAt gives the dossier of a cycle whose service was bought, from a fixture.
func boughtAt[T procurementtest.Subject](t testing.TB, f *procurementtest.Fixture[T]) *principles.Dossier {
	t.Helper()
	var journals []principles.Journal
	add := func(kind string, id casework.CaseID) {
		j := principles.Journal{Kind: kind}
		for e, err := range f.Store.History(t.Context(), id, 0) {
			require.NoError(t, err)
			j.Entries = append(j.Entries, e)
		}
		journals = append(journals, j)
	}
	add(commissioning.KindName, f.Purchase.Requisition().Cycle)
	add(procurement.PurchaseKind, f.Purchase.ID())
	if f.Contract != nil {
		add(procurement.ContractKind, f.Contract.ID())
	}
	d, err := newKinds(t).Dossier(longAfter(), journals...)
	require.NoError(t, err)
	return d
}

func of(t testing.TB, d *principles.Dossier, criterion, subject string) principles.Finding {
	t.Helper()
	r, err := principles.EightPrinciples().Evaluate(d)
	require.NoError(t, err)
	for _, f := range r.Of(criterion) {
		if f.Subject == subject {
			return f
		}
	}
	t.Fatalf("%s finds nothing of %s", criterion, subject)
	return principles.Finding{}
}

func TestAPurchaseIsJudgedByHowItWasPutToTheMarket(t *testing.T) {
	for name, test := range map[string]struct {
		state procurement.State
		opts  []procurementtest.Option
		want  principles.Outcome
	}{
		"one that is not out yet does not apply":                {procurement.RequisitionApproved, nil, principles.NotApplicable},
		"one that is out, by published criteria, is open":       {procurement.Invited, nil, principles.Met},
		"one to which a single agency is invited is not open":   {procurement.Invited, []procurementtest.Option{procurementtest.Tender(func(t *procurement.Tender) { t.InvitedIDs = []string{"meadow"} })}, principles.NotMet},
		"one without competition has a reason":                  {procurement.RouteChosen, []procurementtest.Option{procurementtest.Route(procurement.DirectAward)}, principles.Explained},
		"one lot without a reason is a shortfall":               {procurement.Invited, []procurementtest.Option{procurementtest.Scale(commissioning.Light), procurementtest.Tender(func(t *procurement.Tender) { t.NoLots = "" })}, principles.PartlyMet},
		"one lot without a reason is open where it was invited": {procurement.Invited, []procurementtest.Option{procurementtest.Tender(func(t *procurement.Tender) { t.InvitedIDs = []string{"meadow", "acme"} })}, principles.Met},
	} {
		t.Run(name, func(t *testing.T) {
			f := procurementtest.At(t, test.state, test.opts...)
			got := of(t, boughtAt(t, f), "fair-contracting", f.Purchase.ID().String())
			assert.Equal(t, test.want, got.Outcome, got.Why)
		})
	}
}

func TestTheTermAndTheRisksOfAContractAreJudged(t *testing.T) {
	terms := func(months int, reason string, risks ...procurement.Risk) procurementtest.Option {
		return procurementtest.Terms(func(t *procurement.Terms) {
			t.Term, t.Risks = procurement.Term{Months: months, Reason: reason}, risks
		})
	}
	buyer := procurement.Risk{Risk: "demand", Bearer: "camden"}
	shared := procurement.Risk{Risk: "prices", Bearer: "shared", Share: procurement.Whole(50), Reason: "neither can foresee them"}
	reasoned := procurement.Risk{Risk: "demand", Bearer: "camden", Reason: "it knows the demand"}
	for name, test := range map[string]struct {
		terms       procurementtest.Option
		long, risks principles.Outcome
	}{
		"three years with a shared risk":                 {terms(36, "", shared), principles.Met, principles.Met},
		"a year for a reason, with risks for a reason":   {terms(12, "a trial", reasoned), principles.Declined, principles.Declined},
		"a year for no reason, with risks for no reason": {terms(35, "", buyer), principles.NotMet, principles.NotMet},
		"a contract that says nothing of risks":          {terms(36, ""), principles.Met, principles.NoEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			d := boughtAt(t, procurementtest.ContractAt(t, procurement.ContractAgreed, procurementtest.Scale(commissioning.Light), test.terms))
			long := of(t, d, "long-term-and-risk-sharing", "long_term")
			assert.Equal(t, test.long, long.Outcome, long.Why)
			risks := of(t, d, "long-term-and-risk-sharing", "risk_sharing")
			assert.Equal(t, test.risks, risks.Outcome, risks.Why)
		})
	}
}
