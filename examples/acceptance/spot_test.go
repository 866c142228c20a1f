package acceptance_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// ben approves up to less than ana does.
var ben = casework.Person("ben", hackney)

// spot is a house that buys care for one person: the desks, a cycle about the
// person that is arranging delivery, and a purchase of bo's with its contract.
type spot struct {
	*house
	cycles   *commissioning.Desk
	desks    *procurement.Desks
	cycle    casework.CaseID
	purchase casework.CaseID
	contract casework.CaseID
}

// newSpot brings the cycle of person 3 to the arranging of delivery, and has bo
// raise a requisition without a package yet.
func newSpot(t *testing.T, h *house) *spot {
	t.Helper()
	s := &spot{house: h, cycles: h.desk(t)}
	var err error
	s.desks, err = procurement.NewDesks(s.cycles, &procurement.Options{Desk: h.options()})
	require.NoError(t, err)
	s.cycle = reach(t, s.cycles, open(t, s.cycles, bo, person3(t)).ID(), bo, commissioning.StagePlanUse).ID()
	move(t, s.cycles, s.cycle, bo, commissioning.ArrangeDelivery,
		casework.Explaining("engagement.no_voluntary_sector", "The need is one person's"),
		casework.Explaining("social_value.unconsidered", "Considered with the framework"))
	p, err := s.desks.Purchases.Open(t.Context(), bo, s.requisition(t))
	require.NoError(t, err)
	s.purchase = p.ID()
	return s
}

// requisition asks for a package of elements within what the cycle committed.
func (s *spot) requisition(t *testing.T, elements ...procurement.Element) procurement.Requisition {
	t.Helper()
	estimate := pounds(t, "28938.00")
	return procurement.Requisition{
		Title: "Home care for person 3", Cycle: s.cycle, Service: "S1", Estimate: estimate, Package: elements,
		Funding: []procurement.Funding{{Resource: "R1", Amount: estimate}},
	}
}

// carer and meals are the test package: 75.00 on three days of the week, and
// 100.00 a week, for a year.
func carer(t *testing.T) procurement.Element {
	t.Helper()
	e := procurement.Element{Title: "Carer on weekdays", Provider: homes.ID, Period: casework.Period{From: day(t, "2021-12-01"), To: day(t, "2022-11-30")}}
	for _, d := range []time.Weekday{time.Monday, time.Tuesday, time.Thursday} {
		e.Weekdays = append(e.Weekdays, procurement.WeekdayPrice{Day: d, Price: pounds(t, "75.00")})
	}
	return e
}

func meals(t *testing.T) procurement.Element {
	t.Helper()
	return procurement.Element{Title: "Meals", Provider: homes.ID, Period: casework.Period{From: day(t, "2021-12-01"), To: day(t, "2022-11-30")}, Weekly: pounds(t, "100.00")}
}

// nursing is the temporary stay of person 1.
func nursing(t *testing.T) procurement.Element {
	t.Helper()
	e := procurement.Element{Title: "Temporary nursing", Provider: homes.ID, Period: casework.Period{From: day(t, "2022-05-06"), To: day(t, "2022-09-23")}}
	for d := time.Sunday; d <= time.Saturday; d++ {
		price := "103.18"
		if d == time.Sunday {
			price = "103.23"
		}
		e.Weekdays = append(e.Weekdays, procurement.WeekdayPrice{Day: d, Price: pounds(t, price)})
	}
	return e
}

// upTo is what an approver may approve; no amount is no limit recorded.
func upTo(t *testing.T, approver casework.Actor, amount string) procurement.Authority {
	t.Helper()
	a := procurement.Authority{Approver: approver.ID, Source: "scheme of delegation"}
	if amount != "" {
		a.Limit = pounds(t, amount)
	}
	return a
}

func (s *spot) tryBuy(t *testing.T, by casework.Actor, work func(*procurement.Purchase) error) error {
	t.Helper()
	_, err := s.desks.Purchases.Update(t.Context(), s.purchase, by, work)
	return err
}

func (s *spot) buy(t *testing.T, by casework.Actor, work func(*procurement.Purchase) error) *procurement.Purchase {
	t.Helper()
	require.NoError(t, s.tryBuy(t, by, work))
	require.NoError(t, s.desks.Purchases.Verify(t.Context(), s.purchase))
	return s.bought(t)
}

func (s *spot) bought(t *testing.T) *procurement.Purchase {
	t.Helper()
	p, err := s.desks.Purchases.Load(t.Context(), s.purchase)
	require.NoError(t, err)
	return p
}

func (s *spot) tryPerform(t *testing.T, by casework.Actor, work func(*procurement.Contract) error) error {
	t.Helper()
	_, err := s.desks.Contracts.Update(t.Context(), s.contract, by, work)
	return err
}

func (s *spot) perform(t *testing.T, by casework.Actor, work func(*procurement.Contract) error) *procurement.Contract {
	t.Helper()
	require.NoError(t, s.tryPerform(t, by, work))
	require.NoError(t, s.desks.Contracts.Verify(t.Context(), s.contract))
	return s.performed(t)
}

func (s *spot) performed(t *testing.T) *procurement.Contract {
	t.Helper()
	c, err := s.desks.Contracts.Load(t.Context(), s.contract)
	require.NoError(t, err)
	return c
}

// today is the day on the clock of the house.
func (s *spot) today() casework.Date { return casework.DateOf(s.now) }

// around is a period so many days from today.
func (s *spot) around(from, to int) casework.Period {
	return casework.Period{From: s.today().AddDays(from), To: s.today().AddDays(to)}
}

// packageOf has the requisition hold elements.
func (s *spot) packageOf(t *testing.T, elements ...procurement.Element) *procurement.Purchase {
	t.Helper()
	r := s.requisition(t, elements...)
	return s.buy(t, bo, func(p *procurement.Purchase) error { _, err := p.ReviseRequisition(r); return err })
}

func submit(basis procurement.Basis, a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SubmitRequisition(basis, a); return err }
}

func approve(a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { return p.ApproveRequisition(a) }
}

// submitted has the test package submitted to ana.
func (s *spot) submitted(t *testing.T) *procurement.Purchase {
	t.Helper()
	s.packageOf(t, carer(t), meals(t))
	return s.buy(t, bo, submit(procurement.Annualised, upTo(t, ana, "16900.00")))
}

// inForce has a package approved, awarded directly to the provider the person
// chose, and under contract since ten days ago.
func (s *spot) inForce(t *testing.T, elements ...procurement.Element) *procurement.Contract {
	t.Helper()
	plenty := upTo(t, ana, "100000.00")
	s.packageOf(t, elements...)
	s.buy(t, bo, submit(procurement.Annualised, plenty))
	s.buy(t, ana, approve(plenty))
	price := pounds(t, "5000.00")
	s.buy(t, bo, func(p *procurement.Purchase) error {
		if _, err := p.ChooseRoute(procurement.RouteChoice{
			Route: procurement.DirectAward, Reason: "One person's care",
			Ground: "user choice contracts", Justification: "She chose the provider she knows",
		}); err != nil {
			return err
		}
		b, err := p.DraftBid(procurement.Bid{
			Lot: "1", Bidder: homes, Price: price, Standing: procurement.KnownToUs,
			Proposal: casework.Evidence{Kind: procurement.DocumentProposal, Title: "Care offered"},
		})
		if err != nil {
			return err
		}
		if _, err := p.SubmitBid(b.ID, homes.Name); err != nil {
			return err
		}
		if err := p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "Registered, and rated good"}); err != nil {
			return err
		}
		if _, err := p.ProposeDirectAward(procurement.Choice{Bid: b.ID, Why: "She knows the carers"}); err != nil {
			return err
		}
		_, err = p.AddDocument(casework.Evidence{Kind: procurement.DocumentAwardNotice, Title: "Award"}, true)
		return err
	})
	p := s.buy(t, ana, func(p *procurement.Purchase) error {
		_, err := p.DecideAward(procurement.AwardDecision{Standstill: &procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "A direct award for one person"}})
		return err
	})
	require.Len(t, p.Instruments(), 1)
	s.contract = p.Instruments()[0].Case
	terms := s.performed(t).Terms()
	terms.Number, terms.Pricing, terms.Period = "CP-3", procurement.Spot, s.around(-10, 355)
	terms.Term = procurement.Term{Months: 12, Reason: "Until the yearly review"}
	s.perform(t, cal, func(c *procurement.Contract) error {
		if err := c.Redraft(terms); err != nil {
			return err
		}
		for _, party := range c.Parties() {
			if err := c.NameSignatories(party.Agency.ID, []procurement.Signatory{{Person: party.Agency.ID + "'s signatory"}}); err != nil {
				return err
			}
		}
		for _, party := range c.Parties() {
			if err := c.Accept(party.Agency.ID); err != nil {
				return err
			}
		}
		for _, party := range c.Parties() {
			if err := c.Sign(procurement.Signature{Party: party.Agency.ID, Signatory: party.Agency.ID + "'s signatory"}); err != nil {
				return err
			}
		}
		return nil
	})
	c := s.performed(t)
	require.Equal(t, procurement.ContractInForce, c.State())
	return c
}

// weekly is an element of 75.00 a week.
func weekly(t *testing.T, period casework.Period) procurement.Element {
	t.Helper()
	return procurement.Element{Title: "Care", Provider: homes.ID, Weekly: pounds(t, "75.00"), Period: period}
}

// three are an element that is over, one that runs, and one yet to begin.
func (s *spot) three(t *testing.T) []procurement.Element {
	t.Helper()
	return []procurement.Element{weekly(t, s.around(-10, -10)), weekly(t, s.around(-10, 10)), weekly(t, s.around(10, 20))}
}

func propose(changes ...procurement.ElementChange) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ProposePackageChange("Reassessed", changes...)
		return err
	}
}

// approveChange has ana asked by bo, and say yes.
func (s *spot) approveChange(t *testing.T, id procurement.PackageChangeID) *procurement.Contract {
	t.Helper()
	limit := upTo(t, ana, "16900.00")
	s.perform(t, bo, func(c *procurement.Contract) error {
		_, err := c.AskPackageApproval(id, procurement.Annualised, limit)
		return err
	})
	return s.perform(t, ana, func(c *procurement.Contract) error { _, err := c.ApprovePackageChange(id, limit); return err })
}

// elementState gives the state of an element of a contract on a day.
func elementState(t *testing.T, c *procurement.Contract, id procurement.ElementID, on casework.Date) procurement.ElementState {
	t.Helper()
	state, known := c.ElementState(id, on)
	require.True(t, known, "%s", id)
	return state
}

// Nothing is refused here: no class.
func TestS5_4_the_broker_adds_two_priced_elements(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		p := s.packageOf(t, carer(t), meals(t))
		assert.Equal(t, procurement.RequisitionDrafted, p.State(), "in progress")
		elements := p.Requisition().Package
		require.Len(t, elements, 2)
		cost, err := procurement.PackageCost(elements)
		require.NoError(t, err)
		assert.Equal(t, pounds(t, "325.00"), cost.Weekly)
		assert.Equal(t, pounds(t, "16900.00"), cost.Annualised)
		for _, e := range elements {
			state, known := p.ElementState(e.ID, s.today())
			require.True(t, known)
			assert.Equal(t, procurement.ElementInProgress, state)
		}
	})
}

// The code approval.authority is of the class authority.limit.
func TestS5_5_a_limit_of_a_penny_less_than_the_cost_is_not_enough(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.packageOf(t, carer(t), meals(t))
		r := s.refused(t, func() error {
			return s.tryBuy(t, bo, submit(procurement.Annualised, upTo(t, ben, "16899.99")))
		})
		assert.Equal(t, []string{"approval.authority"}, stopping(r.Objections))
		assert.Contains(t, r.Objections[0].Message, "GBP 16900.00")
		assert.Contains(t, r.Objections[0].Message, "GBP 16899.99")
		assert.Equal(t, procurement.RequisitionDrafted, s.bought(t).State())
	})
}

// The code approval.authority is of the class authority.limit.
func TestS5_6_no_limit_recorded_is_no_authority(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.packageOf(t, carer(t), meals(t))
		r := s.refused(t, func() error { return s.tryBuy(t, bo, submit(procurement.Annualised, upTo(t, cal, ""))) })
		assert.Equal(t, []string{"approval.authority"}, stopping(r.Objections))
		assert.Equal(t, casework.Bar, r.Objections[0].Effect)
		assert.Equal(t, procurement.RequisitionDrafted, s.bought(t).State())
	})
}

// Nothing is refused here: no class.
func TestS5_7_a_limit_equal_to_the_cost_is_enough(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		p := s.submitted(t)
		assert.Equal(t, procurement.RequisitionSubmitted, p.State(), "awaiting approval")
		approvals := p.Approvals()
		require.Len(t, approvals, 1)
		assert.True(t, approvals[0].Open())
		assert.Equal(t, pounds(t, "16900.00"), approvals[0].Figure)
		state, known := p.ElementState("E1", s.today())
		require.True(t, known)
		assert.Equal(t, procurement.ElementAwaitingApproval, state)
	})
}

// Nothing is refused here: no class.
func TestS5_8_the_approver_asks_for_an_amendment(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.submitted(t)
		p := s.buy(t, ana, amended)
		assert.Equal(t, procurement.RequisitionDrafted, p.State(), "in progress")
		amendments := p.Amendments()
		require.Len(t, amendments, 1)
		assert.True(t, amendments[0].Open())
		assert.Equal(t, "weekday carer only", amendments[0].Comment)
		assert.Equal(t, ana.ID, amendments[0].Asked.By)
	})
}

func amended(p *procurement.Purchase) error {
	_, err := p.ReturnRequisition("weekday carer only")
	return err
}

// Nothing is refused here: no class.
func TestS5_9_submitted_again_the_amendment_is_resolved_and_both_rounds_stay(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.submitted(t)
		s.buy(t, ana, amended)
		s.packageOf(t, carer(t))
		p := s.buy(t, bo, submit(procurement.Annualised, upTo(t, ana, "16900.00")))
		assert.Equal(t, procurement.RequisitionSubmitted, p.State())
		require.Len(t, p.Amendments(), 1)
		assert.False(t, p.Amendments()[0].Open())
		rounds := p.Approvals()
		require.Len(t, rounds, 2)
		assert.Equal(t, procurement.Returned, rounds[0].Answer)
		assert.Equal(t, pounds(t, "16900.00"), rounds[0].Figure)
		assert.True(t, rounds[1].Open())
		assert.Equal(t, pounds(t, "11700.00"), rounds[1].Figure, "the carer alone")
		var types []string
		for _, e := range entriesOf(t, s.store, s.purchase, 0) {
			if e.Move != "" {
				types = append(types, string(e.Move))
			}
		}
		assert.Equal(t, []string{"submit_requisition", "return_requisition", "submit_requisition"}, types)
	})
}

// The code approval.own is of the class authority.actor. That another was asked
// stops it too.
func TestS5_10_nobody_approves_what_they_submitted(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.submitted(t)
		r := s.refused(t, func() error { return s.tryBuy(t, bo, approve(upTo(t, ana, "16900.00"))) })
		assert.ElementsMatch(t, []string{"approval.own", "approval.approver"}, stopping(r.Objections))
		assert.Equal(t, procurement.RequisitionSubmitted, s.bought(t).State())

		t.Run("nor one who was named approver by themself", func(t *testing.T) {
			s.buy(t, ana, amended)
			s.buy(t, bo, submit(procurement.Annualised, upTo(t, bo, "16900.00")))
			r := s.refused(t, func() error { return s.tryBuy(t, bo, approve(upTo(t, bo, "16900.00"))) })
			assert.Equal(t, []string{"approval.own"}, stopping(r.Objections))
		})
	})
}

// Nothing is refused here: no class.
func TestS5_11_the_approver_approves(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.submitted(t)
		p := s.buy(t, ana, approve(upTo(t, ana, "16900.00")))
		assert.Equal(t, procurement.RequisitionApproved, p.State())
		assert.Equal(t, procurement.Approved, p.Approvals()[0].Answer)
		assert.Equal(t, ana.ID, p.Approvals()[0].Answered.By)
		for on, want := range map[string]procurement.ElementState{
			"2021-11-30": procurement.ElementInactive, "2021-12-01": procurement.ElementActive, "2022-12-01": procurement.ElementEnded,
		} {
			for _, e := range p.Requisition().Package {
				state, known := p.ElementState(e.ID, day(t, on))
				require.True(t, known)
				assert.Equal(t, want, state, "approved, it goes by the day: %s", on)
			}
		}
	})
}

// Nothing is refused here: no class.
func TestS5_12_an_element_goes_by_the_day(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		c := s.inForce(t, append(s.three(t), weekly(t, s.around(-10, 0)))...)
		for id, want := range map[procurement.ElementID]procurement.ElementState{
			"E1": procurement.ElementEnded, "E2": procurement.ElementActive, "E3": procurement.ElementInactive,
			"E4": procurement.ElementActive, // through the whole of its last day
		} {
			assert.Equal(t, want, elementState(t, c, id, s.today()), "%s", id)
		}
		assert.Equal(t, procurement.ElementEnded, elementState(t, c, "E4", s.today().AddDays(1)))
		for _, e := range c.Package() {
			assert.Equal(t, pounds(t, "75.00"), e.Weekly)
		}
		require.NoError(t, s.cycles.Verify(t.Context(), s.cycle))
		require.NoError(t, s.desks.Purchases.Verify(t.Context(), s.purchase))
	})
}

// The code element.suspension_outside is of the class guard.mismatch.
func TestS5_13_a_suspension_holds_once_it_is_approved(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.inForce(t, s.three(t)...)
		c := s.perform(t, bo, propose(procurement.ElementChange{Element: "E2", Suspend: s.around(-5, 5)}))
		assert.Equal(t, procurement.ElementActive, elementState(t, c, "E2", s.today()), "before approval")
		c = s.approveChange(t, "K1")
		assert.Equal(t, procurement.ElementSuspended, elementState(t, c, "E2", s.today()), "after it")
		assert.Equal(t, procurement.ElementActive, elementState(t, c, "E2", s.today().AddDays(-6)))
		assert.Equal(t, procurement.ElementActive, elementState(t, c, "E2", s.today().AddDays(6)))

		for name, outside := range map[string]casework.Period{"before it begins": s.around(-11, 5), "after it ends": s.around(-5, 11)} {
			t.Run(name, func(t *testing.T) {
				err := s.fails(t, func() error {
					return s.tryPerform(t, bo, propose(procurement.ElementChange{Element: "E2", Suspend: outside}))
				})
				assert.Equal(t, []string{"changes[0].suspend element.suspension_outside"}, faultCodes(t, err))
			})
		}
	})
}

// The code element.end_later is of the class guard.mismatch.
func TestS5_14_changes_are_pending_and_take_effect_together(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		before := s.inForce(t, s.three(t)...)
		c := s.perform(t, bo, propose(
			procurement.ElementChange{Element: "E2", EndOn: s.today().AddDays(5)},
			procurement.ElementChange{Element: "E3", Cancel: true},
		))
		assert.Equal(t, before.Package(), c.Package(), "an element shows its old end")
		assert.Equal(t, procurement.ElementActive, elementState(t, c, "E2", s.today().AddDays(10)))
		assert.Equal(t, procurement.ElementInactive, elementState(t, c, "E3", s.today()))
		require.Len(t, c.PackageChanges(), 1)
		assert.True(t, c.PackageChanges()[0].Open())

		seq := c.Seq()
		c = s.approveChange(t, "K1")
		assert.Equal(t, s.today().AddDays(5), c.Package()[1].Period.To)
		assert.Equal(t, procurement.ElementEnded, elementState(t, c, "E2", s.today().AddDays(6)))
		assert.Equal(t, procurement.ElementCancelled, elementState(t, c, "E3", s.today().AddDays(10)))
		assert.Equal(t, []string{"approval.asked", "approval.answered", procurement.PackageBeingChanged}, typesOf(entriesOf(t, s.store, s.contract, seq)), "both by one entry")

		err := s.fails(t, func() error {
			return s.tryPerform(t, bo, propose(procurement.ElementChange{Element: "E2", EndOn: s.today().AddDays(6)}))
		})
		assert.Equal(t, []string{"changes[0].end_on element.end_later"}, faultCodes(t, err), "beyond its present end")

		t.Run("what follows an element ends it the day before", func(t *testing.T) {
			more := weekly(t, s.around(3, 40))
			more.Follows = "E2"
			s.perform(t, bo, propose(procurement.ElementChange{Add: &more}))
			c := s.approveChange(t, "K2")
			require.Len(t, c.Package(), 4)
			assert.Equal(t, s.today().AddDays(2), c.Package()[1].Period.To)
			assert.Equal(t, procurement.ElementActive, elementState(t, c, "E4", s.today().AddDays(3)))
		})
	})
}

// The code charges.confirmed is of the class once.already_done.
func TestS5_16_a_follow_up_is_resolved_and_charges_are_confirmed_once(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		s := newSpot(t, h)
		s.inForce(t, s.three(t)...)
		on := s.today().AddDays(28)
		c := s.perform(t, ana, func(c *procurement.Contract) error {
			_, err := c.RequestFollowUp(on, "Is the carer on time?")
			return err
		})
		require.Len(t, c.FollowUps(), 1)
		assert.True(t, c.FollowUps()[0].Open())
		var due []string
		for _, d := range c.Deadlines() {
			if d.Code == procurement.DeadlineFollowUp {
				due = append(due, d.Subject)
			}
		}
		assert.Equal(t, []string{"F1"}, due)
		c = s.perform(t, bo, func(c *procurement.Contract) error { _, err := c.ResolveFollowUp("F1"); return err })
		assert.False(t, c.FollowUps()[0].Open())

		confirm := (*procurement.Contract).ConfirmCharges
		c = s.perform(t, bo, confirm)
		assert.Equal(t, bo.ID, c.ChargesConfirmed().By)
		err := s.fails(t, func() error { return s.tryPerform(t, ana, confirm) })
		assert.Equal(t, []string{"charges charges.confirmed"}, faultCodes(t, err))
	})
}

// The code approval.authority is of the class authority.limit.
func TestS5_17_the_host_chooses_which_figure_is_tested_and_the_journal_says_which(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		h.at(t, "2022-05-05T09:00:00Z")
		s := newSpot(t, h)
		p := s.packageOf(t, nursing(t))
		cost, err := procurement.PackageCost(p.Requisition().Package)
		require.NoError(t, err)
		assert.Equal(t, pounds(t, "722.31"), cost.Weekly)
		limit := upTo(t, ana, "20000.00")

		t.Run("none is no choice", func(t *testing.T) {
			err := s.fails(t, func() error { return s.tryBuy(t, bo, submit("", limit)) })
			assert.Contains(t, faultCodes(t, err), "basis approval.basis")
		})
		t.Run("a year of it is beyond the limit", func(t *testing.T) {
			r := s.refused(t, func() error { return s.tryBuy(t, bo, submit(procurement.Annualised, limit)) })
			assert.Equal(t, []string{"approval.authority"}, stopping(r.Objections))
			assert.Contains(t, r.Objections[0].Message, "GBP 37560.12")
			assert.Contains(t, r.Objections[0].Message, "annualised")
		})
		t.Run("what is committed to is not", func(t *testing.T) {
			s.buy(t, bo, submit(procurement.Committed, limit))
			p := s.buy(t, ana, approve(limit))
			assert.Equal(t, procurement.RequisitionApproved, p.State())
		})
		t.Run("the journal says which figure was tested, and against which limit", func(t *testing.T) {
			var recorded []procurement.Approval
			for _, e := range entriesOf(t, s.store, s.purchase, 0) {
				if e.Move != procurement.SubmitRequisition {
					continue
				}
				var a procurement.Approval
				require.NoError(t, json.Unmarshal(e.Data, &a))
				recorded = append(recorded, a)
			}
			require.Len(t, recorded, 1)
			assert.Equal(t, procurement.Committed, recorded[0].Basis)
			assert.Equal(t, pounds(t, "14549.38"), recorded[0].Figure)
			assert.Equal(t, limit, recorded[0].Authority)
		})
	})
}
