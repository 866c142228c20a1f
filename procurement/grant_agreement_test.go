package procurement_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// grantHouse is a house with a cycle at its arranging stage, and desks over the
// same store and clock. Its agreements are of grants and of delivery in house.
type grantHouse struct {
	f        *commissioningtest.Fixture
	desks    *procurement.Desks
	officer  casework.Actor
	approver casework.Actor
	unit     casework.Actor // speaks for the provider in house
}

func newGrantHouse(t *testing.T, opts ...commissioningtest.Option) *grantHouse {
	t.Helper()
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery, opts...)
	desks, err := procurement.NewDesks(f.Desk, &procurement.Options{Desk: casework.DeskOptions{
		Clock: f.Clock.Now, Permit: casework.AllowAll, PermitTimeout: time.Hour,
	}})
	require.NoError(t, err)
	lead := f.Cycle.Lead()
	return &grantHouse{
		f: f, desks: desks, officer: f.Actor, approver: casework.Person("head.of.grants", lead),
		unit: casework.Person("reablement.lead", casework.Agency{ID: "camden-reablement"}),
	}
}

func (h *grantHouse) today() casework.Date { return casework.DateOf(h.f.Clock.Now()) }

// wait lets so many days pass.
func (h *grantHouse) wait(days int) { h.f.Clock.Advance(time.Duration(days) * 24 * time.Hour) }

func (h *grantHouse) cycle(t *testing.T) *commissioning.Cycle {
	t.Helper()
	c, err := h.f.Desk.Load(t.Context(), h.f.Cycle.ID())
	require.NoError(t, err)
	return c
}

// anyGrant is one that nothing is said against once it is assessed and approved.
func (h *grantHouse) anyGrant(amount casework.Money) procurement.Grant {
	return procurement.Grant{
		Title: "Befriending", Purpose: "visits to older people who live alone",
		Funder:    h.f.Cycle.Lead(),
		Recipient: casework.Agency{ID: "good-neighbours", Name: "Good Neighbours", Sector: casework.Voluntary},
		Why:       "it has known the area for twenty years", Amount: amount,
		Period:   casework.Period{From: h.today(), To: h.today().AddMonths(12).AddDays(-1)},
		FullCost: &procurement.FullCost{Recovered: true},
		Conditions: []procurement.GrantCondition{
			{Text: "volunteers are checked", Before: true},
			{Text: "accounts are sent in"},
		},
		Clawback: "what is not spent on visits within the year",
		Subsidy:  "no subsidy: no enterprise", Competed: "an open call in spring",
	}
}

// forCycle has the grant arrange the service of the house's cycle.
func (h *grantHouse) forCycle(g procurement.Grant) procurement.Grant {
	g.Cycle, g.Service = h.f.Cycle.ID(), h.f.Cycle.Services()[0].ID
	return g
}

func (h *grantHouse) open(t *testing.T, g procurement.Grant) casework.CaseID {
	t.Helper()
	opened, err := h.desks.Grants.Open(t.Context(), h.officer, g)
	require.NoError(t, err)
	return opened.ID()
}

type grantWork func(*procurement.GrantAgreement) error

// try lets the officer work on a grant.
func (h *grantHouse) try(t *testing.T, id casework.CaseID, work grantWork, opts ...casework.CallOption) (*procurement.GrantAgreement, error) {
	t.Helper()
	return h.desks.Grants.Update(t.Context(), id, h.officer, work, opts...)
}

func (h *grantHouse) do(t *testing.T, id casework.CaseID, work grantWork, opts ...casework.CallOption) *procurement.GrantAgreement {
	t.Helper()
	g, err := h.try(t, id, work, opts...)
	require.NoError(t, err)
	return g
}

func grantSuitable() procurement.Suitability {
	return procurement.Suitability{Suitable: true, Reason: "sound accounts, and able staff"}
}

func grantAssess(g *procurement.GrantAgreement) error { return g.AssessSuitability(grantSuitable()) }
func grantOffer(g *procurement.GrantAgreement) error  { return g.Offer() }

// approve has somebody with the authority for it approve the grant.
func (h *grantHouse) approve(t *testing.T, id casework.CaseID) {
	t.Helper()
	authority := procurement.Authority{Approver: h.approver.ID, Limit: casework.GBP(10_000_000_00), Source: "scheme of delegation"}
	h.do(t, id, func(g *procurement.GrantAgreement) error {
		_, err := g.AskApproval(procurement.Committed, authority)
		return err
	})
	_, err := h.desks.Grants.Update(t.Context(), id, h.approver, func(g *procurement.GrantAgreement) error {
		all := g.Approvals()
		_, err := g.AnswerApproval(all[len(all)-1].ID, procurement.Approved, "", authority)
		return err
	})
	require.NoError(t, err)
}

func (h *grantHouse) grantAccept(g *procurement.GrantAgreement) error {
	return g.Accept(procurement.GrantAcceptance{Signatory: "the chair", On: h.today()})
}

// accepted brings a grant to where it binds.
func (h *grantHouse) accepted(t *testing.T, g procurement.Grant) casework.CaseID {
	t.Helper()
	id := h.open(t, g)
	h.do(t, id, grantAssess)
	h.approve(t, id)
	h.do(t, id, grantOffer)
	h.do(t, id, h.grantAccept)
	return id
}

func grantEvidence() casework.Evidence {
	return casework.Evidence{Kind: casework.EvidenceDocument, Title: "a letter of the chair"}
}

func grantMeetFirst(g *procurement.GrantAgreement) error {
	_, err := g.MeetCondition("C1", grantEvidence())
	return err
}

func (h *grantHouse) plan(amount casework.Money) grantWork {
	return func(g *procurement.GrantAgreement) error {
		_, err := g.PlanInstalment(procurement.GrantInstalment{Amount: amount, Due: h.today().AddDays(30)})
		return err
	}
}

func (h *grantHouse) pay(id procurement.InstalmentID) grantWork {
	return func(g *procurement.GrantAgreement) error {
		_, err := g.PayInstalment(id, h.today())
		return err
	}
}

func grantAskBack(amount casework.Money) grantWork {
	return func(g *procurement.GrantAgreement) error {
		_, err := g.AskClawback(amount, "spent on something else")
		return err
	}
}

func grantRepay(id procurement.ClawbackID, amount casework.Money) grantWork {
	return func(g *procurement.GrantAgreement) error {
		_, err := g.RepayClawback(id, amount)
		return err
	}
}

// grantRefusedBy gives the codes and effects of the objections that stop something,
// each once.
func grantRefusedBy(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrRefused)
	var refusal *casework.Refusal
	require.ErrorAs(t, err, &refusal)
	var codes []string
	for _, o := range refusal.Objections {
		if code := fmt.Sprintf("%s (%s)", o.Code, o.Effect); o.Effect.Stops() && !slices.Contains(codes, code) {
			codes = append(codes, code)
			assert.NotEmpty(t, o.Message)
			assert.NotEmpty(t, o.Remedy)
		}
	}
	return codes
}

// grantFaultsIn gives the paths and codes of what is wrong.
func grantFaultsIn(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrInvalid)
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

func (h *grantHouse) verify(t *testing.T, id casework.CaseID) {
	t.Helper()
	require.NoError(t, h.desks.Grants.Verify(t.Context(), id))
	require.NoError(t, h.f.Desk.Verify(t.Context(), h.f.Cycle.ID()))
}

func TestAnAcceptedGrantIsTheArrangementOfItsCycle(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.forCycle(h.anyGrant(casework.GBP(120_000_00)))
	grant.Period.From = h.today().AddDays(10)
	id := h.accepted(t, grant)

	arranged, is := h.cycle(t).ArrangementOf(id)
	require.True(t, is, "the cycle has its arrangement with the acceptance")
	assert.Equal(t, commissioning.GrantAgreement, arranged.Instrument)
	assert.Equal(t, grant.Recipient, arranged.Provider)
	assert.Equal(t, grant.Amount, arranged.Value)
	assert.Equal(t, grant.Period, arranged.Period)
	assert.Equal(t, h.today(), arranged.BindingSince)
	service, _ := h.cycle(t).Service(grant.Service)
	assert.Equal(t, commissioning.ServiceArranged, service.Delivery, "its first day has not come")

	h.wait(10)
	_, err := h.desks.Grants.Tick(t.Context(), id, h.officer)
	require.NoError(t, err)
	service, _ = h.cycle(t).Service(grant.Service)
	assert.Equal(t, commissioning.ServiceDelivering, service.Delivery, "its first day has come")

	h.do(t, id, func(g *procurement.GrantAgreement) error {
		review, err := g.PlanReview("half-year", h.today(), false)
		if err != nil {
			return err
		}
		_, err = g.ConcludeReview(review.ID, h.today(), "more visits than hoped for")
		return err
	})
	reports := h.cycle(t).ArrangementReports()
	require.Len(t, reports, 1, "what a review found reaches the cycle")
	assert.Equal(t, commissioning.ReportReview, reports[0].Kind)
	assert.Equal(t, id, reports[0].Case)
	assert.Equal(t, arranged.ID, reports[0].Arrangement)
	assert.Contains(t, reports[0].Text, "more visits")

	ended := h.do(t, id, func(g *procurement.GrantAgreement) error {
		return g.Terminate(procurement.Ending{On: h.today(), Ground: procurement.TerminatedByAgreement})
	}, casework.Reason("the recipient winds up"))
	assert.Equal(t, procurement.GrantOver, ended.State())
	arranged, _ = h.cycle(t).Arrangement(arranged.ID)
	assert.Equal(t, h.today(), arranged.EndedOn, "its end reaches the cycle")
	assert.Equal(t, "terminated: the recipient winds up", arranged.EndedBecause)
	h.verify(t, id)
}

func TestAGrantTheCycleRefusesIsNotAccepted(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.forCycle(h.anyGrant(casework.GBP(120_000_00)))
	grant.Funder, grant.Recipient = casework.Agency{ID: "london-fund"}, h.f.Cycle.Lead()
	id := h.open(t, grant)
	h.do(t, id, grantAssess)
	h.approve(t, id)
	h.do(t, id, grantOffer)

	_, err := h.try(t, id, h.grantAccept)
	assert.Equal(t, []string{"commissioner.also_provides (refuse)"}, grantRefusedBy(t, err))
	g, err := h.desks.Grants.Load(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, procurement.GrantOffered, g.State(), "neither case has changed")
	assert.Empty(t, h.cycle(t).Arrangements())
}

func TestAGrantExpiresWhenItsLastDayIsOver(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.forCycle(h.anyGrant(casework.GBP(120_000_00)))
	id := h.accepted(t, grant)
	last := grant.Period.To
	days, _ := grant.Period.Days()

	h.wait(days - 1)
	g, err := h.desks.Grants.Tick(t.Context(), id, h.officer)
	require.NoError(t, err)
	assert.Equal(t, procurement.GrantAccepted, g.State(), "the last day belongs to it")

	h.wait(1)
	g, err = h.desks.Grants.Tick(t.Context(), id, h.officer)
	require.NoError(t, err)
	assert.Equal(t, procurement.GrantOver, g.State())
	ending, is := g.Ending()
	require.True(t, is)
	assert.Equal(t, procurement.ExpiredEnd, ending.As)
	assert.Equal(t, last, ending.On)
	arranged, _ := h.cycle(t).ArrangementOf(id)
	assert.Equal(t, last, arranged.EndedOn)
	h.verify(t, id)
}

func TestTheScaleOfAGrantIsTheHigherOfItsCycleAndItsAmount(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	g, err := h.desks.Grants.Open(t.Context(), h.officer, h.anyGrant(casework.GBP(1_000_00)))
	require.NoError(t, err)
	assert.Equal(t, commissioning.Light, g.Scale())
	g, err = h.desks.Grants.Open(t.Context(), h.officer, h.forCycle(h.anyGrant(casework.GBP(1_000_00))))
	require.NoError(t, err)
	assert.Equal(t, commissioning.Standard, g.Scale(), "the cycle's")
	g = h.do(t, g.ID(), func(g *procurement.GrantAgreement) error {
		return g.RedesignGrant(h.anyGrant(casework.GBP(6_000_000_00)))
	})
	assert.Equal(t, commissioning.Major, g.Scale())
	assert.Equal(t, h.f.Cycle.ID(), g.Grant().Cycle, "it serves the cycle it was opened for")
	g = h.do(t, g.ID(), func(g *procurement.GrantAgreement) error { return g.RedesignGrant(h.anyGrant(casework.GBP(1_000_00))) })
	assert.Equal(t, commissioning.Major, g.Scale(), "it does not fall")
}

func TestASmallGrantIsAskedForLittle(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	g := h.anyGrant(casework.GBP(2_000_00))
	g.FullCost, g.Conditions, g.Clawback, g.Subsidy, g.Competed = nil, nil, "", "", ""
	offered := h.do(t, h.open(t, g), grantOffer)
	var advised []string
	for _, o := range offered.Advice() {
		advised = append(advised, o.Code)
	}
	assert.ElementsMatch(t, []string{"grant.unsuitable", "grant.unapproved"}, advised)
}

func TestAGreatGrantIsOfferedOnceEverythingIsThere(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name       string
		spoil      func(*procurement.Grant)
		unassessed bool
		unapproved bool
		after      grantWork // done once everything is there
		stopped    []string
	}{
		{name: "everything is there"},
		{name: "nobody assessed the recipient", unassessed: true, stopped: []string{"grant.unsuitable (refuse)"}},
		{name: "the recipient was found unsuitable", stopped: []string{"grant.recipient_unsuitable (refuse)"}, after: func(g *procurement.GrantAgreement) error {
			return g.AssessSuitability(procurement.Suitability{Reason: "no accounts for two years"})
		}},
		{name: "nobody says how the recipient was chosen", spoil: func(g *procurement.Grant) { g.Competed = " " }, stopped: []string{"grant.uncompeted (explain)"}},
		{name: "nobody looked at the full cost", spoil: func(g *procurement.Grant) { g.FullCost = nil }, stopped: []string{"grant.full_cost (explain)"}},
		{name: "nobody carries the overheads", spoil: func(g *procurement.Grant) { g.FullCost = &procurement.FullCost{} }, stopped: []string{"grant.full_cost (explain)"}},
		{name: "somebody else carries the overheads", spoil: func(g *procurement.Grant) { g.FullCost = &procurement.FullCost{Reason: "a foundation does"} }},
		{name: "the grant is towards the recipient's own ends", spoil: func(g *procurement.Grant) { g.FullCost, g.Unrestricted = nil, true }},
		{name: "subsidy control was not looked at", spoil: func(g *procurement.Grant) { g.Subsidy = "" }, stopped: []string{"grant.subsidy (refuse)"}},
		{name: "nobody approved it", unapproved: true, stopped: []string{"grant.unapproved (refuse)"}},
		{name: "it was changed after it was approved", stopped: []string{"grant.unapproved (refuse)"}, after: func(g *procurement.GrantAgreement) error {
			changed := g.Grant()
			changed.Purpose = "visits, and a lunch club"
			return g.RedesignGrant(changed)
		}},
		{name: "it is written down again as it was", after: func(g *procurement.GrantAgreement) error { return g.RedesignGrant(g.Grant()) }},
		{name: "nothing is said of paying back", spoil: func(g *procurement.Grant) { g.Clawback = "" }, stopped: []string{"grant.clawback_unstated (explain)"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := newGrantHouse(t)
			grant := h.anyGrant(casework.GBP(6_000_000_00))
			if row.spoil != nil {
				row.spoil(&grant)
			}
			id := h.open(t, grant)
			if !row.unassessed {
				h.do(t, id, grantAssess)
			}
			if !row.unapproved {
				h.approve(t, id)
			}
			if row.after != nil {
				h.do(t, id, row.after)
			}
			options, err := h.desks.Grants.Options(t.Context(), id, h.officer)
			require.NoError(t, err)
			at := slices.IndexFunc(options, func(o casework.Option) bool { return o.Move == procurement.OfferGrant })
			require.GreaterOrEqual(t, at, 0)
			_, err = h.try(t, id, grantOffer)
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

func TestAnApprovalThatWasNotGivenOpensNothing(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.open(t, h.anyGrant(casework.GBP(300_000_00)))
	h.do(t, id, grantAssess)
	authority := procurement.Authority{Approver: h.approver.ID, Limit: casework.GBP(10_000_000_00)}
	h.do(t, id, func(g *procurement.GrantAgreement) error {
		_, err := g.AskApproval(procurement.Committed, authority)
		return err
	})
	_, err := h.try(t, id, grantOffer)
	assert.Equal(t, []string{"grant.unapproved (refuse)"}, grantRefusedBy(t, err), "nobody has answered")
	_, err = h.desks.Grants.Update(t.Context(), id, h.approver, func(g *procurement.GrantAgreement) error {
		_, err := g.AnswerApproval("A1", procurement.Rejected, "too dear", authority)
		return err
	})
	require.NoError(t, err)
	_, err = h.try(t, id, grantOffer)
	assert.Equal(t, []string{"grant.unapproved (refuse)"}, grantRefusedBy(t, err), "it was rejected")
	h.approve(t, id)
	h.do(t, id, grantOffer)
}

func TestAGrantIsApprovedWithinALimit(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.anyGrant(casework.GBP(100_000_00))
	grant.Period.To = grant.Period.From.AddDays(2*52*7 - 1)
	id := h.open(t, grant)
	ask := func(basis procurement.Basis) grantWork {
		return func(g *procurement.GrantAgreement) error {
			_, err := g.AskApproval(basis, procurement.Authority{Approver: h.approver.ID, Limit: casework.GBP(50_000_00)})
			return err
		}
	}
	_, err := h.try(t, id, ask(procurement.Committed))
	assert.Equal(t, []string{"approval.authority (bar)"}, grantRefusedBy(t, err))
	_, err = h.try(t, id, ask(""))
	assert.Equal(t, []string{"basis approval.basis"}, grantFaultsIn(t, err))
	g := h.do(t, id, ask(procurement.Annualised))
	assert.Equal(t, casework.GBP(50_000_00), g.Approvals()[0].Figure)

	grant.Period.To = casework.Date{}
	_, err = h.try(t, h.open(t, grant), ask(procurement.Annualised))
	assert.Equal(t, []string{"figure approval.figure_unknown"}, grantFaultsIn(t, err))
}

func TestWhoDraftedAGrantDoesNotApproveIt(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.open(t, h.anyGrant(casework.GBP(300_000_00)))
	own := procurement.Authority{Approver: h.officer.ID, Limit: casework.GBP(10_000_000_00)}
	_, err := h.try(t, id, func(g *procurement.GrantAgreement) error {
		a, err := g.AskApproval(procurement.Committed, own)
		if err != nil {
			return err
		}
		_, err = g.AnswerApproval(a.ID, procurement.Approved, "", own)
		return err
	})
	assert.Equal(t, []string{"approval.own (refuse)"}, grantRefusedBy(t, err))
}

func TestAFaultyGrantIsToldEverythingAtOnce(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	_, err := h.desks.Grants.Open(t.Context(), h.officer, procurement.Grant{
		Cycle: h.f.Cycle.ID(), Service: "S9", Amount: casework.GBP(-1),
		Period:     casework.Period{From: h.today(), To: h.today().AddDays(-1)},
		Conditions: []procurement.GrantCondition{{Text: " "}},
		Documents:  []casework.Evidence{{Kind: casework.EvidenceDocument}},
	})
	assert.Equal(t, []string{
		"grant.title grant.title_missing", "grant.purpose grant.purpose_missing", "grant.why grant.why_missing",
		"grant.funder.id agency.missing", "grant.recipient.id agency.missing", "grant.amount money.negative",
		"grant.period.to period.reversed", "grant.conditions[0].text condition.text_missing",
		"grant.documents[0].title evidence.title_missing", "grant.service service.unknown",
	}, grantFaultsIn(t, err))

	grant := h.anyGrant(casework.GBP(0))
	grant.Recipient, grant.Service = grant.Funder, "S1"
	_, err = h.desks.Grants.Open(t.Context(), h.officer, grant)
	assert.Equal(t, []string{"grant.recipient grant.to_itself", "grant.amount grant.amount_nothing", "grant.cycle cycle.missing"}, grantFaultsIn(t, err))

	grant = h.anyGrant(casework.Money{})
	_, err = h.desks.Grants.Open(t.Context(), h.officer, grant)
	assert.Equal(t, []string{"grant.amount money.missing"}, grantFaultsIn(t, err))

	grant = h.anyGrant(casework.GBP(1_000_00))
	grant.Cycle = casework.CaseID{9}
	_, err = h.desks.Grants.Open(t.Context(), h.officer, grant)
	require.ErrorIs(t, err, casework.ErrNotFound)
}

func TestAServiceThatHasEndedIsNotFunded(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	service := h.f.Cycle.Services()[0].ID
	h.f.Record(t, func(c *commissioning.Cycle) error { return c.EndDelivery(service) })
	_, err := h.desks.Grants.Open(t.Context(), h.officer, h.forCycle(h.anyGrant(casework.GBP(1_000_00))))
	assert.Equal(t, []string{"grant.service service.ended"}, grantFaultsIn(t, err))
}

func TestWhatComesAtTheWrongTimeIsAFault(t *testing.T) {
	t.Parallel()
	pounds := casework.GBP(100_00)
	euros, err := casework.MinorUnits(100, "EUR")
	require.NoError(t, err)
	h := newGrantHouse(t)
	on := h.today()
	redesign := func(g *procurement.GrantAgreement) error { return g.RedesignGrant(g.Grant()) }
	terminate := func(e procurement.Ending) grantWork {
		return func(g *procurement.GrantAgreement) error { return g.Terminate(e) }
	}
	accept := func(a procurement.GrantAcceptance) grantWork {
		return func(g *procurement.GrantAgreement) error { return g.Accept(a) }
	}
	cancel := func(id procurement.InstalmentID) grantWork {
		return func(g *procurement.GrantAgreement) error { return g.CancelInstalment(id) }
	}
	waive := func(id procurement.ClawbackID) grantWork {
		return func(g *procurement.GrantAgreement) error { return g.WaiveClawback(id) }
	}
	payOn := func(id procurement.InstalmentID, on casework.Date) grantWork {
		return func(g *procurement.GrantAgreement) error { _, err := g.PayInstalment(id, on); return err }
	}
	planOf := func(i procurement.GrantInstalment) grantWork {
		return func(g *procurement.GrantAgreement) error { _, err := g.PlanInstalment(i); return err }
	}

	designed := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	offered := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	h.do(t, offered, grantOffer)
	bound := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	for _, work := range []grantWork{grantOffer, h.grantAccept, h.plan(pounds), h.plan(pounds), h.plan(pounds), grantMeetFirst, h.pay("L1"), grantAskBack(pounds)} {
		h.do(t, bound, work)
	}
	h.do(t, bound, cancel("L2"), casework.Reason("not needed"))
	closed := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	for _, work := range []grantWork{grantOffer, h.grantAccept, h.plan(casework.GBP(1_000_00)), grantMeetFirst, h.pay("L1")} {
		h.do(t, closed, work)
	}
	ended := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	for _, work := range []grantWork{grantOffer, h.grantAccept} {
		h.do(t, ended, work)
	}
	over := func(g *procurement.GrantAgreement) error { return g.Terminate(procurement.Ending{On: on}) }
	h.do(t, ended, over, casework.Reason("done"))
	h.do(t, closed, over, casework.Reason("done"))
	_, err = h.desks.Grants.Move(t.Context(), closed, h.officer, procurement.CloseGrant)
	require.NoError(t, err)

	rows := []struct {
		name   string
		of     casework.CaseID
		work   grantWork
		faults []string
	}{
		{"redesigned once offered", offered, redesign, []string{"grant grant.offered"}},
		{"redesigned once closed", closed, redesign, []string{"grant grant.over"}},
		{"redesigned with faults", designed, func(g *procurement.GrantAgreement) error { return g.RedesignGrant(procurement.Grant{}) }, []string{
			"grant.title grant.title_missing", "grant.purpose grant.purpose_missing", "grant.why grant.why_missing",
			"grant.funder.id agency.missing", "grant.recipient.id agency.missing", "grant.amount money.missing", "grant.period.from period.from_missing",
		}},
		{"assessed without a reason", designed, func(g *procurement.GrantAgreement) error {
			return g.AssessSuitability(procurement.Suitability{Evidence: []casework.Evidence{{Kind: "x"}}})
		}, []string{"suitability.reason suitability.reason_missing", "suitability.evidence[0].title evidence.title_missing"}},
		{"assessed once closed", closed, grantAssess, []string{"grant grant.over"}},
		{"accepted by nobody on no day", offered, accept(procurement.GrantAcceptance{}), []string{"acceptance.signatory acceptance.signatory_missing", "acceptance.on acceptance.on_missing"}},
		{"accepted tomorrow", offered, accept(procurement.GrantAcceptance{Signatory: "the chair", On: on.AddDays(1)}), []string{"acceptance.on acceptance.on_future"}},
		{"ended on no day", bound, terminate(procurement.Ending{As: procurement.ExpiredEnd}), []string{"ending.as ending.as", "ending.on ending.on_missing", "ending.reason ending.reason_missing"}},
		{"ended tomorrow", bound, terminate(procurement.Ending{On: on.AddDays(1), Reason: "r"}), []string{"ending.on ending.on_future"}},
		{"ended before it bound", bound, terminate(procurement.Ending{On: on.AddDays(-1), Reason: "r"}), []string{"ending.on ending.reversed"}},
		{"a condition met before the offer", designed, grantMeetFirst, []string{"grant grant.unoffered"}},
		{"a condition met twice", bound, grantMeetFirst, []string{"condition condition.met"}},
		{"an unknown condition met without evidence", bound, func(g *procurement.GrantAgreement) error {
			_, err := g.MeetCondition("C9", casework.Evidence{})
			return err
		}, []string{"evidence.kind evidence.kind_missing", "evidence.title evidence.title_missing", "condition condition.unknown"}},
		{"an instalment of nothing for no day", bound, planOf(procurement.GrantInstalment{}), []string{"instalment.amount money.missing", "instalment.due instalment.due_missing"}},
		{"an instalment of nil pounds", bound, planOf(procurement.GrantInstalment{Amount: casework.GBP(0), Due: on}), []string{"instalment.amount money.nothing"}},
		{"an instalment in another currency", bound, planOf(procurement.GrantInstalment{Amount: euros, Due: on}), []string{"instalment.amount money.currency"}},
		{"an instalment planned after the end", ended, h.plan(pounds), []string{"grant grant.ended"}},
		{"an instalment paid before the acceptance", offered, h.pay("L1"), []string{"grant grant.unaccepted", "instalment instalment.unknown"}},
		{"an instalment paid twice", bound, h.pay("L1"), []string{"instalment instalment.paid"}},
		{"a cancelled instalment paid", bound, h.pay("L2"), []string{"instalment instalment.cancelled"}},
		{"an instalment paid on no day", bound, payOn("L3", casework.Date{}), []string{"on instalment.paid_missing"}},
		{"an instalment paid tomorrow", bound, payOn("L3", on.AddDays(1)), []string{"on instalment.paid_future"}},
		{"an instalment paid before the grant bound", bound, payOn("L3", on.AddDays(-1)), []string{"on instalment.paid_early"}},
		{"an instalment cancelled without a reason", bound, cancel("L3"), []string{"reason reason.missing"}},
		{"nothing asked back for nothing", bound, func(g *procurement.GrantAgreement) error {
			_, err := g.AskClawback(casework.Money{}, "")
			return err
		}, []string{"amount money.missing", "reason clawback.reason_missing"}},
		{"more repaid than was asked for", bound, grantRepay("K1", casework.GBP(100_01)), []string{"amount clawback.overpaid"}},
		{"less than nothing repaid on an unknown clawback", bound, grantRepay("K9", casework.GBP(-1)), []string{"clawback clawback.unknown", "amount money.negative"}},
		{"a clawback waived without a reason", bound, waive("K1"), []string{"reason reason.missing"}},
		{"money asked back before the acceptance", offered, grantAskBack(pounds), []string{"grant grant.unaccepted"}},
		{"money asked back once closed", closed, grantAskBack(pounds), []string{"grant grant.over"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := h.try(t, row.of, row.work)
			assert.Equal(t, row.faults, grantFaultsIn(t, err))
		})
	}
}

func TestAnOfferIsNotAcceptedAfterItsLastDay(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	grant := h.anyGrant(casework.GBP(1_000_00))
	id := h.open(t, grant)
	h.do(t, id, grantOffer)
	days, _ := grant.Period.Days()
	h.wait(days)
	_, err := h.try(t, id, h.grantAccept)
	assert.Equal(t, []string{"acceptance.on grant.over"}, grantFaultsIn(t, err))
}

func TestNoMoreIsPlannedThanIsGranted(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.open(t, h.anyGrant(casework.GBP(1_000_00)))
	h.do(t, id, h.plan(casework.GBP(600_00)))
	_, err := h.try(t, id, h.plan(casework.GBP(400_01)))
	assert.Equal(t, []string{"instalment.exceeds_grant (refuse)"}, grantRefusedBy(t, err))
	h.do(t, id, h.plan(casework.GBP(400_00)))

	less := h.anyGrant(casework.GBP(999_99))
	_, err = h.try(t, id, func(g *procurement.GrantAgreement) error { return g.RedesignGrant(less) })
	assert.Equal(t, []string{"instalment.exceeds_grant (refuse)"}, grantRefusedBy(t, err))
	less.Amount, err = casework.MinorUnits(1, "EUR")
	require.NoError(t, err)
	_, err = h.try(t, id, func(g *procurement.GrantAgreement) error { return g.RedesignGrant(less) })
	assert.Equal(t, []string{"grant.amount money.currency"}, grantFaultsIn(t, err))

	h.do(t, id, h.plan(casework.GBP(1)), casework.Overriding("instalment.exceeds_grant", "a penny of rounding"))
	h.do(t, id, func(g *procurement.GrantAgreement) error { return g.CancelInstalment("L3") }, casework.Reason("no need"))
	g := h.do(t, id, func(g *procurement.GrantAgreement) error { return g.RedesignGrant(h.anyGrant(casework.GBP(1_000_00))) })
	account, err := g.Account()
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(1_000_00), account.Planned, "what is cancelled is not planned")
}

func TestNothingIsPaidBeforeItsConditionIsMet(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.accepted(t, h.anyGrant(casework.GBP(1_000_00)))
	h.do(t, id, h.plan(casework.GBP(1_000_00)))
	_, err := h.try(t, id, h.pay("L1"))
	assert.Equal(t, []string{"instalment.condition (refuse)"}, grantRefusedBy(t, err))
	h.do(t, id, grantMeetFirst)
	g := h.do(t, id, h.pay("L1"))
	paid, is := g.Instalment("L1")
	require.True(t, is)
	assert.Equal(t, h.today(), paid.Paid)
	assert.False(t, paid.Open())
	second, is := g.Condition("C2")
	require.True(t, is)
	assert.True(t, second.Open(), "what is met later holds nothing up")
}

func TestNoMoreIsAskedBackThanWasPaid(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.accepted(t, h.anyGrant(casework.GBP(1_000_00)))
	h.do(t, id, h.plan(casework.GBP(700_00)))
	h.do(t, id, grantMeetFirst)
	h.do(t, id, h.pay("L1"))
	h.do(t, id, grantAskBack(casework.GBP(500_00)))
	_, err := h.try(t, id, grantAskBack(casework.GBP(200_01)))
	assert.Equal(t, []string{"clawback.exceeds_paid (bar)"}, grantRefusedBy(t, err))
	h.do(t, id, grantAskBack(casework.GBP(200_00)))

	h.do(t, id, grantRepay("K1", casework.GBP(100_00)))
	g := h.do(t, id, func(g *procurement.GrantAgreement) error { return g.WaiveClawback("K1") }, casework.Reason("it cannot be recovered"))
	waived, _ := g.Clawback("K1")
	assert.False(t, waived.Open())
	account, err := g.Account()
	require.NoError(t, err)
	assert.Equal(t, procurement.GrantAccount{
		Granted: casework.GBP(1_000_00), Planned: casework.GBP(700_00), Paid: casework.GBP(700_00),
		Claimed: casework.GBP(300_00), Repaid: casework.GBP(100_00), Kept: casework.GBP(600_00),
	}, account)
	h.do(t, id, grantAskBack(casework.GBP(400_00)))
	_, err = h.try(t, id, grantRepay("K1", casework.GBP(1)))
	assert.Equal(t, []string{"clawback clawback.settled"}, grantFaultsIn(t, err))
}

func TestAGrantIsClosedOnceNothingIsOpen(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.accepted(t, h.anyGrant(casework.GBP(1_000_00)))
	for _, work := range []grantWork{
		grantMeetFirst, h.plan(casework.GBP(600_00)), h.plan(casework.GBP(400_00)), h.pay("L1"), grantAskBack(casework.GBP(50_00)),
		func(g *procurement.GrantAgreement) error {
			_, err := g.AgreeObligation(procurement.Obligation{Title: "a report", Party: "good-neighbours", Due: h.today().AddDays(5)})
			return err
		},
		func(g *procurement.GrantAgreement) error {
			_, err := g.PlanReview("the year", h.today().AddDays(5), false)
			return err
		},
	} {
		h.do(t, id, work)
	}
	g, err := h.desks.Grants.Load(t.Context(), id)
	require.NoError(t, err)
	var due []string
	for _, d := range g.Deadlines() {
		due = append(due, d.Code+" "+d.Subject)
	}
	assert.ElementsMatch(t, []string{"grant.ends ", "instalment.due L2", "obligation.due G1", "review.due R1"}, due)

	h.do(t, id, func(g *procurement.GrantAgreement) error {
		return g.Terminate(procurement.Ending{As: procurement.CompletedEnd, On: h.today()})
	}, casework.Reason("all visits were made"))
	closing := func() error {
		_, err := h.desks.Grants.Move(t.Context(), id, h.officer, procurement.CloseGrant)
		return err
	}
	settle := []struct {
		open string
		work grantWork
	}{
		{"L2", h.pay("L2")}, // in arrears
		{"K1", grantRepay("K1", casework.GBP(50_00))},
		{"G1", func(g *procurement.GrantAgreement) error {
			_, err := g.SettleObligation("G1", procurement.ObligationMet, "")
			return err
		}},
		{"R1", func(g *procurement.GrantAgreement) error {
			_, err := g.ConcludeReview("R1", h.today(), "nothing to mend")
			return err
		}},
	}
	for i, row := range settle {
		err := closing()
		assert.Contains(t, grantRefusedBy(t, err), "record.open (bar)")
		var refusal *casework.Refusal
		require.ErrorAs(t, err, &refusal)
		var open []string
		for _, o := range refusal.Objections {
			if o.Code == "record.open" {
				open = append(open, o.Subject)
			}
		}
		assert.Len(t, open, len(settle)-i)
		assert.Contains(t, open, row.open)
		h.do(t, id, row.work)
	}
	assert.Equal(t, []string{"grant.underspent (explain)"}, grantRefusedBy(t, closing()))
	g, err = h.desks.Grants.Move(t.Context(), id, h.officer, procurement.CloseGrant, casework.Explaining("grant.underspent", "fifty pounds came back"))
	require.NoError(t, err)
	assert.True(t, g.Final())
	assert.Empty(t, g.Deadlines())
	h.verify(t, id)
}

// Whatever is done, in whatever order, no more is paid than is granted, no more
// is asked back than was paid, and the account adds up to the penny.
func TestAGrantNeverPaysMoreThanItGrants(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			h := newGrantHouse(t)
			granted := 1 + random.Int64N(100_000)
			id := h.open(t, h.anyGrant(casework.GBP(granted)))
			h.do(t, id, h.plan(casework.GBP(1)))
			h.do(t, id, grantOffer)
			h.do(t, id, h.grantAccept)
			done := 0
			for range 60 {
				amount := casework.GBP(1 + random.Int64N(granted))
				instalment := procurement.InstalmentID(fmt.Sprintf("L%d", 1+random.IntN(8)))
				clawback := procurement.ClawbackID(fmt.Sprintf("K%d", 1+random.IntN(4)))
				work := []grantWork{
					grantMeetFirst, h.plan(amount), h.pay(instalment), h.pay(instalment), grantAskBack(amount), grantRepay(clawback, amount),
					func(g *procurement.GrantAgreement) error { return g.CancelInstalment(instalment) },
					func(g *procurement.GrantAgreement) error { return g.WaiveClawback(clawback) },
				}[random.IntN(8)]
				if _, err := h.try(t, id, work, casework.Reason("as it happened")); err == nil {
					done++
				}
				h.addsUp(t, id)
			}
			assert.NotZero(t, done)
			require.NoError(t, h.desks.Grants.Verify(t.Context(), id))
		})
	}
}

// addsUp works the account out by hand, in pence.
func (h *grantHouse) addsUp(t *testing.T, id casework.CaseID) {
	t.Helper()
	g, err := h.desks.Grants.Load(t.Context(), id)
	require.NoError(t, err)
	account, err := g.Account()
	require.NoError(t, err)
	var planned, paid, claimed, repaid int64
	for _, i := range g.Instalments() {
		if i.Cancelled.IsZero() {
			planned += i.Amount.Minor()
		}
		if !i.Paid.IsZero() {
			paid += i.Amount.Minor()
		}
	}
	for _, k := range g.Clawbacks() {
		repaid += k.Repaid.Minor()
		if claimed += k.Amount.Minor(); !k.Open() {
			claimed += k.Repaid.Minor() - k.Amount.Minor()
		}
		assert.LessOrEqual(t, k.Repaid.Minor(), k.Amount.Minor())
	}
	assert.Equal(t, []int64{planned, paid, claimed, repaid, paid - repaid},
		[]int64{account.Planned.Minor(), account.Paid.Minor(), account.Claimed.Minor(), account.Repaid.Minor(), account.Kept.Minor()})
	assert.LessOrEqual(t, planned, account.Granted.Minor())
	assert.LessOrEqual(t, paid, account.Granted.Minor())
	assert.LessOrEqual(t, claimed, paid)
}

func TestAGrantGivesCopies(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	given := h.anyGrant(casework.GBP(1_000_00))
	id := h.open(t, given)
	g := h.do(t, id, func(g *procurement.GrantAgreement) error {
		if _, err := g.PlanInstalment(procurement.GrantInstalment{ID: "mine", Amount: casework.GBP(1), Due: h.today(), Paid: h.today()}); err != nil {
			return err
		}
		_, err := g.Declare(procurement.Declaration{})
		return err
	})
	assert.Equal(t, procurement.InstalmentID("L1"), g.Instalments()[0].ID, "ids and payments are the agreement's to give")
	assert.True(t, g.Instalments()[0].Paid.IsZero())
	assert.Equal(t, h.officer.ID, g.Declarations()[0].Person)

	given.FullCost.Recovered = false
	g.Grant().FullCost.Recovered = false
	g.Grant().Conditions[0].Text = "mine"
	g.Conditions()[0].Text = "mine"
	g.Instalments()[0].Amount = casework.GBP(9)
	assert.True(t, g.Grant().FullCost.Recovered)
	assert.Equal(t, "volunteers are checked", g.Conditions()[0].Text)
	assert.Equal(t, procurement.GrantConditionID("C1"), g.Conditions()[0].ID)
	assert.Equal(t, casework.GBP(1), g.Instalments()[0].Amount)
}

func TestARedactedGrantKeepsItsFigures(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	id := h.accepted(t, h.anyGrant(casework.GBP(1_000_00)))
	for _, work := range []grantWork{grantMeetFirst, h.plan(casework.GBP(500_00)), h.pay("L1"), grantAskBack(casework.GBP(10_00))} {
		h.do(t, id, work)
	}
	h.do(t, id, func(g *procurement.GrantAgreement) error { return g.Terminate(procurement.Ending{On: h.today()}) }, casework.Reason("they moved away"))
	var seqs []uint64
	for e, err := range h.desks.Grants.History(t.Context(), id, 1) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	before, err := h.desks.Grants.Load(t.Context(), id)
	require.NoError(t, err)
	g, err := h.desks.Grants.Redact(t.Context(), id, h.approver, seqs, "a request to erase")
	require.NoError(t, err)

	grant := g.Grant()
	assert.Empty(t, grant.Title+grant.Purpose+grant.Why+grant.Recipient.Name+grant.Clawback+grant.Subsidy+grant.Competed)
	assert.Equal(t, "good-neighbours", grant.Recipient.ID)
	acceptance, _ := g.Acceptance()
	assert.Empty(t, acceptance.Signatory)
	assert.Equal(t, before.BoundSince(), g.BoundSince())
	suitability, _ := g.Suitability()
	assert.True(t, suitability.Suitable)
	assert.Empty(t, suitability.Reason)
	condition, _ := g.Condition("C1")
	assert.False(t, condition.Open())
	assert.Empty(t, condition.Text+condition.Evidence.Title)
	assert.Empty(t, g.Clawbacks()[0].Reason)
	ending, _ := g.Ending()
	assert.Empty(t, ending.Reason)
	was, err := before.Account()
	require.NoError(t, err)
	is, err := g.Account()
	require.NoError(t, err)
	assert.Equal(t, was, is)
	h.verify(t, id)
}

func TestAnOfferMayBeDeclinedOrWithdrawn(t *testing.T) {
	t.Parallel()
	h := newGrantHouse(t)
	for _, move := range []casework.Move{procurement.DeclineGrant, procurement.WithdrawGrant} {
		id := h.open(t, h.forCycle(h.anyGrant(casework.GBP(1_000_00))))
		h.do(t, id, grantAssess)
		h.approve(t, id)
		h.do(t, id, grantOffer)
		g, err := h.desks.Grants.Move(t.Context(), id, h.officer, move, casework.Reason("it has other plans"))
		require.NoError(t, err)
		assert.Equal(t, procurement.GrantWithdrawn, g.State())
		assert.Empty(t, h.cycle(t).Arrangements(), "the cycle hears of what binds alone")
	}
}
