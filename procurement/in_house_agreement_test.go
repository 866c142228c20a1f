package procurement_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// anyInHouse is an agreement that nothing is said against once the provider is
// assessed.
func (h *grantHouse) anyInHouse(cost casework.Money) procurement.InHouse {
	return procurement.InHouse{
		Title: "Reablement at home", Commissioner: h.f.Cycle.Lead(),
		Provider: casework.Agency{ID: "camden-reablement", Name: "Camden Reablement", Sector: casework.Statutory, Kind: "in-house unit"},
		Control:  "a unit of the council's adult social care", Why: "it takes people on within a day of leaving hospital",
		Cost: cost, Basis: procurement.Block, Period: casework.Period{From: h.today(), To: h.today().AddMonths(24).AddDays(-1)},
		Compared: []string{"two quotations of local providers"}, Notice: 3,
	}
}

func (h *grantHouse) openInHouse(t *testing.T, in procurement.InHouse) casework.CaseID {
	t.Helper()
	opened, err := h.desks.InHouse.Open(t.Context(), h.officer, in)
	require.NoError(t, err)
	return opened.ID()
}

type inHouseWork func(*procurement.InHouseAgreement) error

func (h *grantHouse) tryInHouse(t *testing.T, id casework.CaseID, by casework.Actor, work inHouseWork, opts ...casework.CallOption) (*procurement.InHouseAgreement, error) {
	t.Helper()
	return h.desks.InHouse.Update(t.Context(), id, by, work, opts...)
}

func (h *grantHouse) doInHouse(t *testing.T, id casework.CaseID, by casework.Actor, work inHouseWork, opts ...casework.CallOption) *procurement.InHouseAgreement {
	t.Helper()
	in, err := h.tryInHouse(t, id, by, work, opts...)
	require.NoError(t, err)
	return in
}

func inHouseAssess(h *procurement.InHouseAgreement) error {
	return h.AssessSuitability(grantSuitable())
}

func inHouseAgreeFor(party string) inHouseWork {
	return func(h *procurement.InHouseAgreement) error { return h.Agree(party) }
}

// agreed brings an agreement to where it binds.
func (h *grantHouse) agreed(t *testing.T, in procurement.InHouse) casework.CaseID {
	t.Helper()
	id := h.openInHouse(t, in)
	h.doInHouse(t, id, h.officer, inHouseAssess)
	h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	h.doInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
	return id
}

func (h *grantHouse) spent(pence int64) inHouseWork {
	return func(in *procurement.InHouseAgreement) error {
		_, err := in.RecordCost(procurement.ActualCost{Period: casework.Period{From: h.today(), To: h.today()}, Amount: casework.GBP(pence)})
		return err
	}
}

func TestAnInHouseAgreementIsTheArrangementOfItsCycle(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	in := h.anyInHouse(casework.GBP(280_000_00))
	in.Cycle, in.Service = h.f.Cycle.ID(), h.f.Cycle.Services()[0].ID
	id := h.openInHouse(t, in)
	h.doInHouse(t, id, h.officer, inHouseAssess)
	one := h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	assert.Equal(t, procurement.InHouseProposed, one.State(), "one side alone binds nobody")
	assert.Empty(t, h.cycle(t).Arrangements())

	both := h.doInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
	assert.Equal(t, procurement.InHouseAgreed, both.State())
	assert.Equal(t, h.today(), both.BoundSince())
	assert.Len(t, both.Acceptances(), 2)
	arranged, is := h.cycle(t).ArrangementOf(id)
	require.True(t, is)
	assert.Equal(t, commissioning.InHouseAgreement, arranged.Instrument)
	assert.Equal(t, in.Provider, arranged.Provider)
	assert.Equal(t, in.Cost, arranged.Value)
	service, _ := h.cycle(t).Service(in.Service)
	assert.Equal(t, commissioning.ServiceDelivering, service.Delivery, "its first day is today")

	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		if _, err := in.PlanReview("the first quarter", h.today(), false); err != nil {
			return err
		}
		_, err := in.ConcludeReview("R1", h.today(), "visits start late")
		return err
	})
	require.Len(t, h.cycle(t).ArrangementReports(), 1)
	assert.Equal(t, arranged.ID, h.cycle(t).ArrangementReports()[0].Arrangement)

	ended := h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		return in.End(procurement.Ending{On: h.today()})
	}, casework.Reason("the unit is dissolved"))
	assert.Equal(t, procurement.InHouseOver, ended.State())
	arranged, _ = h.cycle(t).ArrangementOf(id)
	assert.Equal(t, h.today(), arranged.EndedOn)
	assert.Equal(t, "terminated: the unit is dissolved", arranged.EndedBecause)
	require.NoError(t, h.desks.InHouse.Verify(t.Context(), id))
	require.NoError(t, h.f.Desk.Verify(t.Context(), h.f.Cycle.ID()))
}

func TestAnInHouseAgreementBeginsAndExpiresByTheCalendar(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	in := h.anyInHouse(casework.GBP(280_000_00))
	in.Cycle, in.Service = h.f.Cycle.ID(), h.f.Cycle.Services()[0].ID
	in.Period = casework.Period{From: h.today().AddDays(3), To: h.today().AddDays(9)}
	id := h.agreed(t, in)
	tick := func() *procurement.InHouseAgreement {
		ticked, err := h.desks.InHouse.Tick(t.Context(), id, h.officer)
		require.NoError(t, err)
		return ticked
	}
	delivery := func() commissioning.DeliveryState {
		service, _ := h.cycle(t).Service(in.Service)
		return service.Delivery
	}
	h.wait(2)
	tick()
	assert.Equal(t, commissioning.ServiceArranged, delivery())
	h.wait(1)
	tick()
	assert.Equal(t, commissioning.ServiceDelivering, delivery())
	h.wait(6)
	assert.Equal(t, procurement.InHouseAgreed, tick().State(), "the last day belongs to it")
	h.wait(1)
	over := tick()
	assert.Equal(t, procurement.InHouseOver, over.State())
	ending, is := over.Ending()
	require.True(t, is)
	assert.Equal(t, procurement.ExpiredEnd, ending.As)
	arranged, _ := h.cycle(t).ArrangementOf(id)
	assert.Equal(t, in.Period.To, arranged.EndedOn)
}

func TestAnInHouseAgreementIsAgreedOnceEverythingIsThere(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name       string
		spoil      func(*procurement.InHouse)
		unassessed bool
		unsuitable bool
		stopped    []string
	}{
		{name: "everything is there"},
		{name: "nobody assessed the provider", unassessed: true, stopped: []string{"in_house.unsuitable (refuse)"}},
		{name: "the provider was found unsuitable", unsuitable: true, stopped: []string{"in_house.provider_unsuitable (refuse)"}},
		{name: "it was compared with nothing", spoil: func(in *procurement.InHouse) { in.Compared = nil }, stopped: []string{"in_house.uncompared (explain)"}},
		{name: "nobody says who controls the provider", spoil: func(in *procurement.InHouse) { in.Control = "" }, stopped: []string{"in_house.control (explain)"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := newGrantHouse(t, commissioningtest.Scale(commissioning.Light))
			in := h.anyInHouse(casework.GBP(6_000_000_00))
			if row.spoil != nil {
				row.spoil(&in)
			}
			id := h.openInHouse(t, in)
			if !row.unassessed {
				h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
					return in.AssessSuitability(procurement.Suitability{Suitable: !row.unsuitable, Reason: "as found"})
				})
			}
			h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
			options, err := h.desks.InHouse.Options(t.Context(), id, h.unit)
			require.NoError(t, err)
			at := slices.IndexFunc(options, func(o casework.Option) bool { return o.Move == procurement.AgreeInHouse })
			require.GreaterOrEqual(t, at, 0)
			_, err = h.tryInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
			if len(row.stopped) == 0 {
				require.NoError(t, err)
				assert.True(t, options[at].Allowed(), "what is listed is what is enforced")
				return
			}
			assert.Equal(t, row.stopped, grantRefusedBy(t, err))
			assert.False(t, options[at].Allowed(), "what is listed is what is enforced")
		})
	}
}

func TestASmallInHouseAgreementIsAskedForLittle(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	in := h.anyInHouse(casework.GBP(5_000_00))
	in.Compared, in.Control = nil, ""
	id := h.openInHouse(t, in)
	h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	agreed := h.doInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
	var advised []string
	for _, o := range agreed.Advice() {
		advised = append(advised, o.Code)
	}
	assert.ElementsMatch(t, []string{"in_house.unsuitable", "in_house.control"}, advised)
}

func TestNobodyAgreesForBothSides(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.openInHouse(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	_, err := h.tryInHouse(t, id, h.officer, inHouseAgreeFor("camden-reablement"))
	assert.Equal(t, []string{"in_house.own_word (refuse)"}, grantRefusedBy(t, err))
	_, err = h.tryInHouse(t, id, h.unit.For(h.officer), inHouseAgreeFor("camden-reablement"))
	assert.Equal(t, []string{"in_house.own_word (refuse)"}, grantRefusedBy(t, err), "nor does anybody on their behalf")
	h.doInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
}

func TestARevisionVoidsWhatWasAgreedBefore(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.openInHouse(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	revised := h.anyInHouse(casework.GBP(6_000_00))
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error { return in.Revise(revised) })
	in := h.doInHouse(t, id, h.unit, inHouseAgreeFor("camden-reablement"))
	assert.Equal(t, procurement.InHouseProposed, in.State(), "the first yes was to something else")
	in = h.doInHouse(t, id, h.officer, inHouseAgreeFor("camden"))
	assert.Equal(t, procurement.InHouseAgreed, in.State())
	assert.Len(t, in.Acceptances(), 3, "none is taken away")
}

func TestAFaultyInHouseAgreementIsToldEverythingAtOnce(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	_, err := h.desks.InHouse.Open(t.Context(), h.officer, procurement.InHouse{
		Service: "S1", Basis: "whim", Notice: -1, Compared: []string{""}, Documents: []casework.Evidence{{Title: "x"}},
	})
	assert.Equal(t, []string{
		"in_house.title in_house.title_missing", "in_house.why in_house.why_missing",
		"in_house.commissioner.id agency.missing", "in_house.provider.id agency.missing",
		"in_house.cost in_house.cost_missing", "in_house.period.from period.from_missing", "in_house.basis in_house.basis",
		"in_house.notice in_house.notice_negative", "in_house.compared[0] in_house.compared_empty",
		"in_house.documents[0].kind evidence.kind_missing", "in_house.cycle cycle.missing",
	}, grantFaultsIn(t, err))

	alone := h.anyInHouse(casework.GBP(-1))
	alone.Provider = alone.Commissioner
	_, err = h.desks.InHouse.Open(t.Context(), h.officer, alone)
	assert.Equal(t, []string{"in_house.provider in_house.one_party", "in_house.cost money.negative"}, grantFaultsIn(t, err))
}

func TestWhatComesAtTheWrongTimeInHouseIsAFault(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	euros, err := casework.MinorUnits(100, "EUR")
	require.NoError(t, err)
	proposed := h.openInHouse(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, proposed, h.officer, inHouseAgreeFor("camden"))
	bound := h.agreed(t, h.anyInHouse(casework.GBP(5_000_00)))
	closed := h.agreed(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, closed, h.officer, h.spent(5_000_00))
	h.doInHouse(t, closed, h.officer, func(in *procurement.InHouseAgreement) error {
		return in.End(procurement.Ending{On: h.today()})
	}, casework.Reason("done"))
	_, err = h.desks.InHouse.Move(t.Context(), closed, h.officer, procurement.CloseInHouse)
	require.NoError(t, err)
	past := h.anyInHouse(casework.GBP(5_000_00))
	past.Period = casework.Period{From: h.today().AddDays(-9), To: h.today().AddDays(-1)}
	late := h.openInHouse(t, past)
	cost := func(c procurement.ActualCost) inHouseWork {
		return func(in *procurement.InHouseAgreement) error { _, err := in.RecordCost(c); return err }
	}

	rows := []struct {
		name   string
		of     casework.CaseID
		work   inHouseWork
		faults []string
	}{
		{"agreed by a stranger", proposed, inHouseAgreeFor("islington"), []string{"party party.unknown"}},
		{"agreed twice by one side", proposed, inHouseAgreeFor("camden"), []string{"party party.agreed"}},
		{"agreed once it binds", bound, inHouseAgreeFor("camden"), []string{"in_house in_house.agreed", "party party.agreed"}},
		{"agreed after its last day", late, inHouseAgreeFor("camden"), []string{"in_house in_house.past"}},
		{"revised once it binds", bound, func(in *procurement.InHouseAgreement) error { return in.Revise(in.InHouse()) }, []string{"in_house in_house.agreed"}},
		{"assessed without a reason", proposed, func(in *procurement.InHouseAgreement) error { return in.AssessSuitability(procurement.Suitability{}) }, []string{"suitability.reason suitability.reason_missing"}},
		{"assessed once closed", closed, inHouseAssess, []string{"in_house in_house.over"}},
		{"a cost before it binds", proposed, h.spent(1), []string{"in_house in_house.unagreed"}},
		{"a cost once closed", closed, h.spent(1), []string{"in_house in_house.over"}},
		{"a cost of nothing in no period", bound, cost(procurement.ActualCost{}), []string{"cost.period.from period.from_missing", "cost.period.to cost.period_open", "cost.amount money.missing"}},
		{"a cost in another currency, tomorrow", bound, cost(procurement.ActualCost{Amount: euros, Period: casework.Period{From: h.today(), To: h.today().AddDays(1)}}), []string{"cost.period.to cost.period_future", "cost.amount money.currency"}},
		{"ended tomorrow", bound, func(in *procurement.InHouseAgreement) error {
			return in.End(procurement.Ending{On: h.today().AddDays(1), Reason: "r"})
		}, []string{"ending.on ending.on_future"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := h.tryInHouse(t, row.of, h.officer, row.work)
			assert.Equal(t, row.faults, grantFaultsIn(t, err))
		})
	}
}

func TestAnInHouseAgreementIsClosedOnceNothingIsOpen(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.agreed(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		if _, err := in.PlanReview("the year", h.today(), false); err != nil {
			return err
		}
		_, err := in.AgreeObligation(procurement.Obligation{Title: "a report", Party: "camden-reablement", Due: h.today()})
		return err
	})
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		return in.End(procurement.Ending{As: procurement.CompletedEnd, On: h.today()})
	}, casework.Reason("done"))
	closing := func() error {
		_, err := h.desks.InHouse.Move(t.Context(), id, h.officer, procurement.CloseInHouse)
		return err
	}
	assert.ElementsMatch(t, []string{"record.open (bar)", "in_house.cost_unrecorded (explain)"}, grantRefusedBy(t, closing()))
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		if _, err := in.ConcludeReview("R1", h.today(), "nothing to mend"); err != nil {
			return err
		}
		_, err := in.SettleObligation("G1", procurement.ObligationMet, "")
		return err
	})
	assert.Equal(t, []string{"in_house.cost_unrecorded (explain)"}, grantRefusedBy(t, closing()))
	in := h.doInHouse(t, id, h.officer, h.spent(5_100_00))
	require.Len(t, in.Costs(), 1)
	assert.Equal(t, casework.GBP(5_100_00), in.Costs()[0].Amount)
	require.NoError(t, closing())
}

func TestARedactedInHouseAgreementKeepsItsFigures(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	given := h.anyInHouse(casework.GBP(5_000_00))
	id := h.agreed(t, given)
	given.Compared[0] = "mine"
	in := h.doInHouse(t, id, h.officer, h.spent(10_00))
	in.InHouse().Compared[0] = "mine"
	assert.Equal(t, "two quotations of local providers", in.InHouse().Compared[0], "what is given and got is copied")
	var seqs []uint64
	for e, err := range h.desks.InHouse.History(t.Context(), id, 1) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	in, err := h.desks.InHouse.Redact(t.Context(), id, h.approver, seqs, "a request to erase")
	require.NoError(t, err)
	kept := in.InHouse()
	assert.Empty(t, kept.Title+kept.Why+kept.Control+kept.Provider.Name)
	assert.Empty(t, kept.Compared)
	assert.Equal(t, casework.GBP(5_000_00), kept.Cost)
	assert.Equal(t, "camden-reablement", kept.Provider.ID)
	assert.Equal(t, h.today(), in.BoundSince())
	assert.Len(t, in.Costs(), 1)
	suitability, is := in.Suitability()
	assert.True(t, is && suitability.Suitable)
	require.NoError(t, h.desks.InHouse.Verify(t.Context(), id))
}

func TestTheScaleOfAnInHouseAgreementIsTheHigherOfItsCycleAndItsCost(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	in, err := h.desks.InHouse.Open(t.Context(), h.officer, h.anyInHouse(casework.GBP(6_000_000_00)))
	require.NoError(t, err)
	assert.Equal(t, commissioning.Major, in.Scale())
	small := h.anyInHouse(casework.GBP(1_00))
	small.Cycle, small.Service = h.f.Cycle.ID(), h.f.Cycle.Services()[0].ID
	in, err = h.desks.InHouse.Open(t.Context(), h.officer, small)
	require.NoError(t, err)
	assert.Equal(t, commissioning.Standard, in.Scale())
}

// What agreements of every kind share works for the two of this file as well.
func TestAGrantAndAnInHouseAgreementShareWhatAgreementsShare(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.accepted(t, h.anyGrant(casework.GBP(1_000_00)))
	h.do(t, grant, func(g *procurement.GrantAgreement) error { return sharedWork(g, h.today()) })
	_, err := h.try(t, grant, func(g *procurement.GrantAgreement) error { _, err := g.ApproveFinalReview("R1"); return err })
	assert.Equal(t, []string{"review.own (refuse)"}, grantRefusedBy(t, err))
	_, err = h.try(t, grant, func(g *procurement.GrantAgreement) error {
		_, err := g.AssessDeclaration("D1", procurement.InterestAssessment{Finding: procurement.NoConflict})
		return err
	})
	assert.Equal(t, []string{"interest.own (bar)"}, grantRefusedBy(t, err))
	g, err := h.desks.Grants.Update(t.Context(), grant, h.approver, func(g *procurement.GrantAgreement) error { return sharedCheck(g, h.today()) })
	require.NoError(t, err)
	sharedHolds(t, g)
	var states []procurement.State
	for _, v := range g.Visits() {
		states = append(states, v.State)
	}
	assert.Equal(t, []procurement.State{procurement.GrantOffered, procurement.GrantAccepted}, states)
	table, picture := g.Picture()
	assert.NotNil(t, table)
	assert.Equal(t, "Befriending", picture.Title)

	id := h.agreed(t, h.anyInHouse(casework.GBP(5_000_00)))
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error { return sharedWork(in, h.today()) })
	in := h.doInHouse(t, id, h.approver, func(in *procurement.InHouseAgreement) error { return sharedCheck(in, h.today()) })
	sharedHolds(t, in)
	require.Len(t, in.Visits(), 1)
	assert.Equal(t, procurement.InHouseAgreed, in.Visits()[0].State)
	table, picture = in.Picture()
	assert.NotNil(t, table)
	assert.Equal(t, "Reablement at home", picture.Title)

	authority := procurement.Authority{Approver: h.approver.ID, Limit: casework.GBP(2_500_00)} // of 5,000 over two years
	h.doInHouse(t, id, h.officer, func(in *procurement.InHouseAgreement) error {
		_, err := in.AskApproval(procurement.Annualised, authority)
		return err
	})
	in = h.doInHouse(t, id, h.approver, func(in *procurement.InHouseAgreement) error {
		_, err := in.AnswerApproval("A1", procurement.Approved, "", authority)
		return err
	})
	assert.Equal(t, procurement.Approved, in.Approvals()[0].Answer)
	assert.Equal(t, casework.GBP(2_493_16), in.Approvals()[0].Figure)
}

// sharing is an agreement of either kind.
type sharing interface {
	Declare(procurement.Declaration) (procurement.Declaration, error)
	AssessDeclaration(procurement.DeclarationID, procurement.InterestAssessment) (procurement.Declaration, error)
	ReviewDeclaration(procurement.DeclarationID, procurement.InterestReview) (procurement.Declaration, error)
	Declarations() []procurement.Declaration
	AgreeMeasure(procurement.Measure) (procurement.Measure, error)
	ObserveMeasure(procurement.MeasureObservation) (procurement.MeasureObservation, error)
	AgreeObligation(procurement.Obligation) (procurement.Obligation, error)
	PlanReview(title string, due casework.Date, final bool) (procurement.ContractReview, error)
	ConcludeReview(id procurement.ReviewID, held casework.Date, findings ...string) (procurement.ContractReview, error)
	ApproveFinalReview(procurement.ReviewID) (procurement.ContractReview, error)
	Measures() []procurement.Measure
	Observations() []procurement.MeasureObservation
	Obligations() []procurement.Obligation
	Reviews() []procurement.ContractReview
}

func sharedWork(s sharing, on casework.Date) error {
	_, declared := s.Declare(procurement.Declaration{})
	_, agreed := s.AgreeMeasure(procurement.Measure{Title: "visits", Unit: "a week", Target: "40"})
	_, observed := s.ObserveMeasure(procurement.MeasureObservation{
		Measure: "KPI1", Period: casework.Period{From: on, To: on}, Value: "41", Rating: procurement.Good,
	})
	_, owed := s.AgreeObligation(procurement.Obligation{Title: "a report", Party: "good-neighbours", Due: on})
	_, planned := s.PlanReview("the last one", on, true)
	_, concluded := s.ConcludeReview("R1", on, "nothing to mend")
	return errors.Join(declared, agreed, observed, owed, planned, concluded)
}

// sharedCheck is what somebody else does about it.
func sharedCheck(s sharing, on casework.Date) error {
	_, approved := s.ApproveFinalReview("R1")
	_, assessed := s.AssessDeclaration("D1", procurement.InterestAssessment{Finding: procurement.NoConflict})
	_, reviewed := s.ReviewDeclaration("D1", procurement.InterestReview{On: on, Text: "as before"})
	return errors.Join(approved, assessed, reviewed)
}

func sharedHolds(t *testing.T, s sharing) {
	t.Helper()
	assert.Len(t, s.Measures(), 1)
	assert.Len(t, s.Observations(), 1)
	assert.Len(t, s.Obligations(), 1)
	require.Len(t, s.Reviews(), 1)
	assert.False(t, s.Reviews()[0].Approved.IsZero())
	require.Len(t, s.Declarations(), 1)
	assert.Equal(t, procurement.NoConflict, s.Declarations()[0].Assessment.Finding)
	assert.Len(t, s.Declarations()[0].Reviews, 1)
}
