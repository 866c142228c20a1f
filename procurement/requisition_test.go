package procurement_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// requesting is a house with a cycle, and desks for what is bought for it.
type requesting struct {
	*commissioningtest.Fixture
	desks *procurement.Desks
}

func requestingAt(t *testing.T, stage commissioning.Stage, opts ...commissioningtest.Option) requesting {
	t.Helper()
	return requestingFor(t, commissioningtest.At(t, stage, opts...))
}

func requestingFor(t *testing.T, f *commissioningtest.Fixture) requesting {
	t.Helper()
	desks, err := procurement.NewDesks(f.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: f.Clock.Now, Permit: casework.AllowAll}})
	require.NoError(t, err)
	return requesting{Fixture: f, desks: desks}
}

func camden() casework.Agency {
	return casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
}

func islington() casework.Agency {
	return casework.Agency{ID: "islington", Name: "Islington", Sector: casework.Statutory}
}

func requester() casework.Actor { return casework.Person("ana.k", camden()) }
func approver() casework.Actor  { return casework.Person("ben.o", camden()) }
func colleague() casework.Actor { return casework.Person("cem.t", camden()) }

// upTo is the approver's authority up to so many pounds.
func upTo(pounds int64) procurement.Authority {
	return procurement.Authority{Approver: "ben.o", Limit: casework.GBP(pounds * 100), Source: "scheme of delegation"}
}

func (h requesting) requisition() procurement.Requisition {
	return procurement.Requisition{
		Title: "Home care, Kentish Town", Cycle: h.Cycle.ID(), Service: "S1",
		Estimate: casework.GBP(300_000_00), Annual: casework.GBP(100_000_00),
		Funding: []procurement.Funding{{Resource: "R1", Amount: casework.GBP(300_000_00)}},
	}
}

func (h requesting) open(t *testing.T, edit func(*procurement.Requisition)) *procurement.Purchase {
	t.Helper()
	p, err := h.tryOpen(t, edit)
	require.NoError(t, err)
	return p
}

func (h requesting) tryOpen(t *testing.T, edit func(*procurement.Requisition)) (*procurement.Purchase, error) {
	r := h.requisition()
	if edit != nil {
		edit(&r)
	}
	return h.desks.Purchases.Open(t.Context(), requester(), r)
}

func (h requesting) try(t *testing.T, p *procurement.Purchase, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) (*procurement.Purchase, error) {
	return h.desks.Purchases.Update(t.Context(), p.ID(), by, work, opts...)
}

func (h requesting) do(t *testing.T, p *procurement.Purchase, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) *procurement.Purchase {
	t.Helper()
	p, err := h.try(t, p, by, work, opts...)
	require.NoError(t, err)
	return p
}

func submitting(basis procurement.Basis, a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SubmitRequisition(basis, a); return err }
}

func approvingUnder(a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { return p.ApproveRequisition(a) }
}

func returning(comment string) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.ReturnRequisition(comment); return err }
}

func choosing(c procurement.RouteChoice) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.ChooseRoute(c); return err }
}

// submitted and approved bring a purchase further.
func (h requesting) submitted(t *testing.T, edit func(*procurement.Requisition)) *procurement.Purchase {
	t.Helper()
	return h.do(t, h.open(t, edit), requester(), submitting(procurement.Committed, upTo(300_000)))
}

func (h requesting) approved(t *testing.T, edit func(*procurement.Requisition)) *procurement.Purchase {
	t.Helper()
	return h.do(t, h.submitted(t, edit), approver(), approvingUnder(upTo(300_000)))
}

// codes gives "path code" of each fault of an invalid input, in order.
func faultsIn(t *testing.T, err error) []string {
	t.Helper()
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is, "not invalid: %v", err)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// refusedFor asserts that something is refused for one reason alone.
func refusedFor(t *testing.T, err error, code string, effect casework.Effect) casework.Objection {
	t.Helper()
	refusal, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is, "not refused: %v", err)
	var stopping []casework.Objection
	for _, o := range refusal.Objections {
		if o.Effect.Stops() {
			stopping = append(stopping, o)
		}
	}
	require.Len(t, stopping, 1, "%v", err)
	assert.Equal(t, code, stopping[0].Code)
	assert.Equal(t, effect, stopping[0].Effect)
	assert.NotEmpty(t, stopping[0].Message)
	assert.NotEmpty(t, stopping[0].Remedy)
	assert.NotEmpty(t, stopping[0].Source)
	return stopping[0]
}

func TestARequisitionCopiesWhatItsCycleSays(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)

	p := h.open(t, func(r *procurement.Requisition) {
		r.Lead, r.Specification, r.Scale = islington(), "something else", commissioning.Light
	})

	r := p.Requisition()
	assert.Equal(t, procurement.RequisitionDrafted, p.State())
	assert.Equal(t, camden(), r.Lead)
	assert.Equal(t, "Visits at home, morning and evening.", r.Specification)
	assert.Equal(t, 1, r.Revision)
	assert.Equal(t, []commissioning.NeedID{"N1"}, r.Needs)
	assert.Equal(t, []procurement.Buyer{{Agency: camden(), Share: 1}}, r.Buyers)
	assert.Equal(t, commissioning.Standard, p.Scale())
	require.Len(t, r.Drafted, 1)
	assert.Equal(t, "ana.k", r.Drafted[0].By)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestARequisitionAboutOnePersonCarriesTheirPseudonym(t *testing.T) {
	h := requestingFor(t, commissioningtest.Individual(t, commissioning.StageArrangeDelivery))

	p := h.open(t, nil)

	assert.Equal(t, "person-1", p.Subject())
	assert.Equal(t, "person-1", p.Requisition().Subject)
}

func TestTheScaleIsTheHigherOfTheCyclesAndTheEstimates(t *testing.T) {
	tests := map[string]struct {
		cycle    commissioning.Scale
		estimate int64
		want     commissioning.Scale
	}{
		"a dear purchase of a light cycle is major":     {commissioning.Light, 6_000_000, commissioning.Major},
		"a cheap purchase of a standard cycle is so":    {commissioning.Standard, 100, commissioning.Standard},
		"a cheap purchase of a light cycle stays light": {commissioning.Light, 100, commissioning.Light},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(tt.cycle))

			p := h.open(t, func(r *procurement.Requisition) { r.Estimate = casework.GBP(tt.estimate * 100) })

			assert.Equal(t, tt.want, p.Scale())
		})
	}
}

func TestOpeningAPurchaseTellsAllFaultsAtOnce(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	euro, err := casework.ParseMoney("5", "EUR")
	require.NoError(t, err)

	_, err = h.tryOpen(t, func(r *procurement.Requisition) {
		*r = procurement.Requisition{
			Cycle: h.Cycle.ID(), Service: "S1", Needs: []commissioning.NeedID{"N1", "N9"}, Revision: 2,
			Estimate: casework.GBP(-1), Annual: euro,
			Buyers: []procurement.Buyer{{Agency: camden(), Share: -1}, {Agency: camden()}, {}},
			Funding: []procurement.Funding{
				{Amount: casework.GBP(1)}, {Resource: "R9", Amount: euro}, {Budget: "B1"},
			},
			Period:  casework.Period{From: h.Today(), To: h.Today().AddDays(-1)},
			Planned: "barter",
			Package: []procurement.Element{{Period: casework.Period{From: h.Today()}}},
		}
	})

	assert.Equal(t, []string{
		"requisition.title requisition.title_missing",
		"requisition.needs[1] need.unknown",
		"requisition.revision requisition.revision_unknown",
		"requisition.estimate money.negative",
		"requisition.annual money.currency_mixed",
		"requisition.buyers[0].share requisition.share_negative",
		"requisition.buyers[1].agency.id requisition.buyer_repeated",
		"requisition.buyers[2].agency.id agency.missing",
		"requisition.funding[0] requisition.funding_source",
		"requisition.funding[1].amount money.currency_mixed",
		"requisition.funding[1].resource resource.unknown",
		"requisition.funding[2].amount money.missing",
		"requisition.period.to period.reversed",
		"requisition.planned route.unknown",
		"requisition.package[0].title element.title_missing",
		"requisition.package[0] element.price",
	}, faultsIn(t, err))
}

func TestARequisitionCitesWhatIsThere(t *testing.T) {
	tests := map[string]struct {
		edit func(*procurement.Requisition)
		want string
	}{
		"a requisition cites a cycle":         {func(r *procurement.Requisition) { r.Cycle = casework.CaseID{} }, "requisition.cycle requisition.cycle_missing"},
		"a requisition cites a service of it": {func(r *procurement.Requisition) { r.Service = "S9" }, "requisition.service service.unknown"},
		"a requisition has an estimate": {func(r *procurement.Requisition) {
			r.Estimate, r.Annual, r.Funding = casework.Money{}, casework.Money{}, nil
		}, "requisition.estimate money.missing"},
		"an estimate covers what a package commits": {func(r *procurement.Requisition) { r.Package = []procurement.Element{packaged(300_001)} }, "requisition.estimate requisition.estimate_low"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)

			_, err := h.tryOpen(t, tt.edit)

			assert.Equal(t, []string{tt.want}, faultsIn(t, err))
		})
	}

	t.Run("a cycle nobody knows is not found", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)

		_, err := h.tryOpen(t, func(r *procurement.Requisition) { r.Cycle = casework.CaseID{9} })

		require.ErrorIs(t, err, casework.ErrNotFound)
	})
	t.Run("a service that has ended is not bought", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)
		h.Record(t, func(c *commissioning.Cycle) error { return c.EndDelivery("S1") })

		_, err := h.tryOpen(t, nil)

		assert.Equal(t, []string{"requisition.service requisition.service_ended"}, faultsIn(t, err))
	})
	t.Run("nothing is bought for a cycle that is over", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)
		h.Take(t, commissioning.Abandon, casework.Reason("no money"))

		_, err := h.tryOpen(t, nil)

		assert.Contains(t, faultsIn(t, err), "requisition.cycle requisition.cycle_over")
	})
	t.Run("an earlier revision is not bought", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)
		h.revise(t)

		_, err := h.tryOpen(t, func(r *procurement.Requisition) { r.Revision = 1 })

		assert.Equal(t, []string{"requisition.revision requisition.revision_past"}, faultsIn(t, err))
	})
	t.Run("the present revision is", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)
		h.revise(t)

		p := h.open(t, func(r *procurement.Requisition) { r.Revision = 2 })

		assert.Equal(t, "Visits at home, at night too.", p.Requisition().Specification)
	})
}

// revise gives the service another specification.
func (h requesting) revise(t *testing.T) {
	t.Helper()
	h.Record(t, func(c *commissioning.Cycle) error {
		s, _ := c.Service("S1")
		s.Specification = "Visits at home, at night too."
		_, err := c.ReviseService("S1", s)
		return err
	})
}

// packaged is an element that is paid once.
func packaged(pounds int64) procurement.Element {
	day, _ := casework.NewDate(2025, 7, 1)
	return procurement.Element{Title: "Ramp", Period: casework.Period{From: day, To: day}, Once: casework.GBP(pounds * 100)}
}

func TestAPlannedServiceHasOneLivePurchase(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	first := h.open(t, nil)

	_, err := h.tryOpen(t, nil)
	require.ErrorIs(t, err, casework.ErrConflict)

	first = h.do(t, first, requester(), submitting(procurement.Committed, upTo(300_000)))
	h.do(t, first, approver(), (*procurement.Purchase).RejectRequisition, casework.Reason("not now"))
	h.open(t, nil)
}

func TestASubmittedRequisitionIsReadAsItWasSubmitted(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	revising := func(p *procurement.Purchase) error {
		r := p.Requisition()
		r.Title = "Home care, all of Camden"
		_, err := p.ReviseRequisition(r)
		return err
	}

	p := h.do(t, h.open(t, nil), colleague(), revising)
	assert.Equal(t, "Home care, all of Camden", p.Requisition().Title)
	require.Len(t, p.Requisition().Drafted, 2)

	p = h.do(t, p, requester(), submitting(procurement.Committed, upTo(300_000)))
	_, err := h.try(t, p, requester(), revising)
	refusedFor(t, err, "requisition.locked", casework.Bar)

	mended := h.do(t, p, requester(), func(p *procurement.Purchase) error { return p.MendRationale("People wait too long.") })
	assert.Equal(t, "People wait too long.", mended.Requisition().Rationale)
	h.do(t, mended, approver(), approvingUnder(upTo(300_000)))

	_, err = h.try(t, p, requester(), func(p *procurement.Purchase) error { return p.MendRationale(" ") })
	assert.Equal(t, []string{"rationale requisition.rationale_missing"}, faultsIn(t, err))
}

func TestARevisedRequisitionStaysWithItsCycleAndItsScale(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(commissioning.Light))
	p := h.open(t, func(r *procurement.Requisition) { r.Estimate = casework.GBP(6_000_000_00) })

	_, err := h.try(t, p, requester(), func(p *procurement.Purchase) error {
		r := p.Requisition()
		r.Cycle = casework.CaseID{9}
		_, err := p.ReviseRequisition(r)
		return err
	})
	assert.Equal(t, []string{"requisition.cycle requisition.cycle_changed"}, faultsIn(t, err))

	h.revise(t)
	p = h.do(t, p, requester(), func(p *procurement.Purchase) error {
		r := h.requisition()
		r.Cycle, r.Estimate, r.Annual = casework.CaseID{}, casework.GBP(1_000_00), casework.Money{}
		_, err := p.ReviseRequisition(r)
		return err
	})
	assert.Equal(t, 2, p.Requisition().Revision)
	assert.Equal(t, h.Cycle.ID(), p.Requisition().Cycle)
	assert.Equal(t, commissioning.Major, p.Scale())
}

func TestAReturnedRequisitionIsAmendedAndSubmittedAnew(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, nil)

	_, err := h.try(t, p, approver(), returning(""))
	assert.Equal(t, []string{"comment approval.comment_missing"}, faultsIn(t, err))

	p = h.do(t, p, approver(), returning("name the wards"))
	assert.Equal(t, procurement.RequisitionDrafted, p.State())
	require.Len(t, p.Amendments(), 1)
	assert.True(t, p.Amendments()[0].Open())
	assert.Equal(t, "name the wards", p.Amendments()[0].Comment)

	p = h.do(t, p, requester(), submitting(procurement.Annualised, upTo(100_000)))
	assert.False(t, p.Amendments()[0].Open())

	p = h.do(t, p, approver(), approvingUnder(upTo(100_000)))
	rounds := p.Approvals()
	require.Len(t, rounds, 2)
	assert.Equal(t, procurement.Returned, rounds[0].Answer)
	assert.Equal(t, casework.GBP(300_000_00), rounds[0].Figure)
	assert.Equal(t, procurement.Approved, rounds[1].Answer)
	assert.Equal(t, casework.GBP(100_000_00), rounds[1].Figure)
	assert.Equal(t, procurement.RequisitionApproved, p.State())
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestARejectionSaysWhy(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, nil)

	_, err := h.try(t, p, approver(), (*procurement.Purchase).RejectRequisition)
	refusal, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is)
	assert.True(t, refusal.Has(casework.CodeReasonMissing))

	p = h.do(t, p, approver(), (*procurement.Purchase).RejectRequisition, casework.Reason("the budget is spent"))
	assert.True(t, p.Final())
	assert.Equal(t, "the budget is spent", p.Approvals()[0].Comment)

	_, err = h.try(t, h.open(t, nil), approver(), approvingUnder(upTo(300_000)))
	assert.Equal(t, []string{"requisition approval.nothing"}, faultsIn(t, err))
}

func TestSubmittingNeedsABasisAndItsFigure(t *testing.T) {
	tests := map[string]struct {
		basis procurement.Basis
		edit  func(*procurement.Requisition)
		want  string
		code  []string
	}{
		"the estimate is what is committed to":        {basis: procurement.Committed, want: "GBP 300000.00"},
		"a year of it is what is annualised":          {basis: procurement.Annualised, want: "GBP 100000.00"},
		"a package commits to what its elements cost": {basis: procurement.Committed, edit: func(r *procurement.Requisition) { r.Package = []procurement.Element{packaged(500)} }, want: "GBP 500.00"},
		"there is no default":                         {code: []string{"basis approval.basis"}},
		"a year nobody recorded is not tested": {
			basis: procurement.Annualised, edit: func(r *procurement.Requisition) { r.Annual = casework.Money{} }, code: []string{"figure approval.figure_unknown"},
		},
		"what runs on and on commits to no known figure": {
			basis: procurement.Committed, edit: func(r *procurement.Requisition) {
				e := packaged(0)
				e.Period.To, e.Once, e.Weekly = casework.Date{}, casework.Money{}, casework.GBP(100_00)
				r.Package = []procurement.Element{e}
			}, code: []string{"figure approval.figure_unknown"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)
			p := h.open(t, tt.edit)

			p, err := h.try(t, p, requester(), submitting(tt.basis, upTo(300_000)))
			if tt.code != nil {
				assert.Equal(t, tt.code, faultsIn(t, err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, p.Approvals()[0].Figure.String())
			assert.Equal(t, tt.basis, p.Approvals()[0].Basis)
		})
	}

	t.Run("an approver is named", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)

		_, err := h.try(t, h.open(t, nil), requester(), submitting(procurement.Committed, procurement.Authority{Limit: casework.GBP(-1)}))

		assert.Equal(t, []string{"authority.approver approval.approver_missing", "authority.limit money.negative"}, faultsIn(t, err))
	})
}

func TestTheMoneyIsNamedBeforeAnApproverIsAsked(t *testing.T) {
	tests := map[string]struct {
		funding []procurement.Funding
		refused bool
	}{
		"no funding at all is refused":       {nil, true},
		"less than the estimate is refused":  {[]procurement.Funding{{Budget: "B1", Amount: casework.GBP(299_999_99)}}, true},
		"several budgets add up to it":       {[]procurement.Funding{{Budget: "B1", Amount: casework.GBP(1_00)}, {Resource: "R1", Amount: casework.GBP(299_999_00)}}, false},
		"more than the estimate is let pass": {[]procurement.Funding{{Budget: "B1", Amount: casework.GBP(300_000_01)}}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)
			p := h.open(t, func(r *procurement.Requisition) { r.Funding = tt.funding })

			_, err := h.try(t, p, requester(), submitting(procurement.Committed, upTo(300_000)))
			if !tt.refused {
				require.NoError(t, err)
				return
			}
			refusedFor(t, err, "requisition.unfunded", casework.Refuse)
		})
	}

	t.Run("a small purchase may go ahead with an explanation", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(commissioning.Light))
		p := h.open(t, func(r *procurement.Requisition) { r.Estimate, r.Funding = casework.GBP(5_000_00), nil })

		_, err := h.try(t, p, requester(), submitting(procurement.Committed, upTo(5_000)))
		refusedFor(t, err, "requisition.unfunded", casework.Explain)

		h.do(t, p, requester(), submitting(procurement.Committed, upTo(5_000)), casework.Explaining("requisition.unfunded", "the grant comes in May"))
	})
}

func TestWhatIsBoughtServesANeedThatStands(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.open(t, nil)
	h.Record(t, func(c *commissioning.Cycle) error { return c.DeclineNeed("N1") }, casework.Reason("met by others"))

	_, err := h.try(t, p, requester(), submitting(procurement.Committed, upTo(300_000)))
	refusedFor(t, err, "requisition.unneeded", casework.Refuse)
}

func TestAServicePlannedForAnotherChannelIsBoughtWithTheReason(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	h.Record(t, func(c *commissioning.Cycle) error {
		s, _ := c.Service("S1")
		s.Channel = commissioning.Grant
		_, err := c.ReviseService("S1", s)
		return err
	})
	p := h.open(t, nil)

	_, err := h.try(t, p, requester(), submitting(procurement.Committed, upTo(300_000)))
	refusedFor(t, err, "requisition.channel", casework.Explain)

	h.do(t, p, requester(), submitting(procurement.Committed, upTo(300_000)), casework.Explaining("requisition.channel", "nobody applied"))
}

func TestAServiceRevisedSinceIsBoughtWithTheReason(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, nil)
	h.revise(t)

	_, err := h.try(t, p, approver(), approvingUnder(upTo(300_000)))
	refusedFor(t, err, "requisition.stale", casework.Explain)

	h.do(t, p, approver(), approvingUnder(upTo(300_000)), casework.Explaining("requisition.stale", "the night visits are bought separately"))
}

func TestARequisitionIsApprovedOnceThePlanStands(t *testing.T) {
	h := requestingAt(t, commissioning.StagePlanUse)
	h.Prepare(t)
	p := h.submitted(t, nil)

	_, err := h.try(t, p, approver(), approvingUnder(upTo(300_000)))
	refusedFor(t, err, "requisition.early", casework.Refuse)

	h.Take(t, commissioning.ArrangeDelivery)
	h.do(t, p, approver(), approvingUnder(upTo(300_000)))
}

func TestAnApprovedRequisitionHasItsServiceArranged(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)

	h.approved(t, nil)

	c, err := h.Desk.Load(t.Context(), h.Cycle.ID())
	require.NoError(t, err)
	s, _ := c.Service("S1")
	assert.Equal(t, commissioning.ServiceBeingArranged, s.Delivery)
}

func TestARedactedRequisitionKeepsWhatItsFoldNeeds(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, func(r *procurement.Requisition) {
		r.Rationale, r.Package = "Mrs Smith asked for it", []procurement.Element{packaged(500)}
	})

	p, err := h.desks.Purchases.Redact(t.Context(), p.ID(), requester(), []uint64{2, 3}, "asked to be forgotten")
	require.NoError(t, err)

	r := p.Requisition()
	assert.Empty(t, r.Title+r.Rationale+r.Specification+r.Lead.Name+r.Package[0].Title)
	assert.Equal(t, casework.GBP(300_000_00), r.Estimate)
	assert.Equal(t, commissioning.ServiceID("S1"), r.Service)
	assert.Equal(t, casework.GBP(500_00), p.Approvals()[0].Figure)
	assert.Equal(t, "ben.o", p.Approvals()[0].Authority.Approver)
	assert.Empty(t, p.Approvals()[0].Authority.Source)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestWhatAPurchaseGivesIsACopy(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.submitted(t, func(r *procurement.Requisition) { r.Package = []procurement.Element{packaged(500)} }), approver(), returning("name the wards"))

	r := p.Requisition()
	r.Needs[0], r.Buyers[0].Share, r.Funding[0].Budget, r.Package[0].Title, r.Drafted[0].By = "N9", 7, "x", "x", "x"
	p.Amendments()[0].Comment = "x"
	p.Approvals()[0].Comment = "x"

	assert.NotContains(t, fmt.Sprintf("%+v %+v %+v", p.Requisition(), p.Amendments(), p.Approvals()), "x}")
	assert.Equal(t, commissioning.NeedID("N1"), p.Requisition().Needs[0])
	assert.Equal(t, int64(1), p.Requisition().Buyers[0].Share)
	assert.Equal(t, "Ramp", p.Requisition().Package[0].Title)
	assert.Equal(t, "ana.k", p.Requisition().Drafted[0].By)
	assert.Equal(t, "name the wards", p.Amendments()[0].Comment)
	assert.Equal(t, "name the wards", p.Approvals()[0].Comment)
}

func TestWhatTheCycleSaysIsNotPassedOverInOneLongCall(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.opened(t), colleague(), declaringInterests(procurement.Declaration{}))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	p = h.do(t, p, colleague(), scoringQuality(4))
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error {
		_, err := p.GiveScore(procurement.Score{Bid: "B2", Criterion: "quality", Value: 2, Reason: "thin"})
		return err
	})
	evaluating := func(p *procurement.Purchase) error { return p.Move(procurement.Evaluate) }
	recommending := func(p *procurement.Purchase) error { _, err := p.Recommend("best by the method"); return err }

	_, err := h.try(t, p, colleague(), func(p *procurement.Purchase) error {
		if err := evaluating(p); err != nil {
			return err
		}
		return recommending(p)
	})
	refusedFor(t, err, "requisition.stale", casework.Explain)

	p = h.do(t, p, colleague(), evaluating)
	h.do(t, p, colleague(), recommending)
}

func TestARedactedReturnKeepsThatItWasReturned(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.submitted(t, nil), approver(), returning("Mrs Smith is missing"))
	p = h.do(t, p, requester(), func(p *procurement.Purchase) error { return p.MendRationale("Mrs Smith asked for it") })

	p, err := h.desks.Purchases.Redact(t.Context(), p.ID(), requester(), []uint64{p.Seq() - 1, p.Seq()}, "asked to be forgotten")
	require.NoError(t, err)

	assert.Equal(t, procurement.Returned, p.Approvals()[0].Answer)
	assert.Empty(t, p.Approvals()[0].Comment+p.Amendments()[0].Comment+p.Requisition().Rationale)
	assert.True(t, p.Amendments()[0].Open())
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}
