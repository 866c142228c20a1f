package acceptance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// Those who take part in buying, beside the people of the house.
var (
	dee = casework.Person("dee", hackney) // asks for what is bought
	eva = casework.Person("eva", hackney) // evaluates
	dan = casework.Person("dan", hackney) // decides
	sig = casework.Person("sig", hackney) // signs for the council

	sunrise = casework.Agency{ID: "sunrise", Name: "Sunrise", Sector: casework.Private}
	harbour = casework.Agency{ID: "harbour", Name: "Harbour", Sector: casework.Private}
	lanes   = casework.Agency{ID: "lanes", Name: "Lanes Together", Sector: casework.Voluntary}
)

// market is a house that buys: the desks of cycles and of procurement over one
// store, and a cycle whose service S1 is to be arranged.
type market struct {
	*house
	cycles *commissioning.Desk
	desks  *procurement.Desks
	cycle  casework.CaseID
}

// newMarket opens a cycle of light scale and brings it to the arranging of
// delivery. Working days and days are those of the location.
func newMarket(t *testing.T, h *house, location *time.Location, edits ...func(*procurement.Options)) *market {
	t.Helper()
	calendar, err := casework.NewCalendar(location)
	require.NoError(t, err)
	m := &market{house: h}
	m.cycles = h.desk(t, func(o *commissioning.Options) { o.Calendar = calendar })
	o := &procurement.Options{Desk: h.options(), Calendar: calendar}
	o.Desk.Permit = casework.AllowAll
	for _, edit := range edits {
		edit(o)
	}
	m.desks, err = procurement.NewDesks(m.cycles, o)
	require.NoError(t, err)
	c, err := m.cycles.Open(t.Context(), ana, commissioning.Brief{Title: "Growing food together", Lead: hackney, Value: pounds(t, "10000.00")})
	require.NoError(t, err)
	m.cycle = c.ID()
	update(t, m.cycles, m.cycle, ana, func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "People want to grow what they eat"}); err != nil {
			return err
		}
		return c.Prioritise("N1", 1)
	})
	move(t, m.cycles, m.cycle, ana, commissioning.IdentifyResources)
	update(t, m.cycles, m.cycle, ana, func(c *commissioning.Cycle) error {
		r, err := c.IdentifyResource(commissioning.Resource{
			Kind: commissioning.FinancialResource, Title: "Growing budget", Amount: pounds(t, "20000.00"), Owner: hackney,
		})
		if err != nil {
			return err
		}
		_, err = c.CommitResource(r.ID)
		return err
	})
	move(t, m.cycles, m.cycle, ana, commissioning.PlanUse)
	update(t, m.cycles, m.cycle, ana, func(c *commissioning.Cycle) error {
		if _, err := c.SetOutcome(commissioning.Outcome{Statement: "More people grow food", Measure: "plots in use", Target: "40"}); err != nil {
			return err
		}
		_, err := c.PlanService(commissioning.Service{
			Title: "Seeds", Specification: "Seeds for vegetables", Needs: []commissioning.NeedID{"N1"}, Outcomes: []commissioning.OutcomeID{"O1"},
			Channel: commissioning.Procurement, Estimate: pounds(t, "500.00"),
		})
		return err
	})
	move(t, m.cycles, m.cycle, ana, commissioning.ArrangeDelivery)
	return m
}

// requisition is what the market asks to be bought.
func (m *market) requisition(t *testing.T) procurement.Requisition {
	t.Helper()
	return procurement.Requisition{
		Title: "Vegetable seeds", Cycle: m.cycle, Service: "S1", Estimate: pounds(t, "500.00"), Rationale: "People asked for them",
		Funding: []procurement.Funding{{Budget: "growing", Amount: pounds(t, "1500.00")}},
	}
}

// buy issues commands to a purchase.
func (m *market) buy(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) *procurement.Purchase {
	t.Helper()
	p, err := m.desks.Purchases.Update(t.Context(), id, by, work, opts...)
	require.NoError(t, err)
	return p
}

// contract issues commands to a contract.
func (m *market) contract(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) *procurement.Contract {
	t.Helper()
	c, err := m.desks.Contracts.Update(t.Context(), id, by, work, opts...)
	require.NoError(t, err)
	return c
}

// take takes a move of a purchase that needs no arguments.
func (m *market) take(t *testing.T, id casework.CaseID, by casework.Actor, move casework.Move, opts ...casework.CallOption) *procurement.Purchase {
	t.Helper()
	p, err := m.desks.Purchases.Move(t.Context(), id, by, move, opts...)
	require.NoError(t, err)
	return p
}

// approved opens a purchase and has its requisition approved.
func (m *market) approved(t *testing.T, r procurement.Requisition) *procurement.Purchase {
	t.Helper()
	p, err := m.desks.Purchases.Open(t.Context(), dee, r)
	require.NoError(t, err)
	limit := procurement.Authority{Approver: ana.ID, Limit: pounds(t, "100000.00")}
	m.buy(t, p.ID(), dee, func(p *procurement.Purchase) error {
		_, err := p.SubmitRequisition(procurement.Committed, limit)
		return err
	})
	return m.buy(t, p.ID(), ana, func(p *procurement.Purchase) error { return p.ApproveRequisition(limit) })
}

// tender is an invitation to bid for one lot, judged by quality and price.
func (m *market) tender(t *testing.T, closes time.Time) procurement.Tender {
	t.Helper()
	return procurement.Tender{
		Title: "Vegetable seeds",
		Lots:  []procurement.Lot{{ID: "1", Title: "Seeds", Estimate: pounds(t, "500.00"), MaxAwards: 1}},
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(60), Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: procurement.Whole(40)},
		},
		Method: procurement.WeightedScore, PriceReason: "seeds are alike", Ties: procurement.TieByPrice,
		Timetable: procurement.Timetable{BidsClose: closes},
		Pricing:   procurement.Block, Term: procurement.Term{Months: 12, Reason: "one season"},
	}
}

// paper is a document on file.
func paper(kind casework.EvidenceKind, title string) casework.Evidence {
	return casework.Evidence{Kind: kind, Title: title}
}

// bid drafts, signs and submits a bid, and gives its id.
func (m *market) bid(t *testing.T, id casework.CaseID, bidder casework.Agency, price string) procurement.BidID {
	t.Helper()
	var made procurement.Bid
	m.buy(t, id, dee, func(p *procurement.Purchase) error {
		var err error
		made, err = p.DraftBid(procurement.Bid{
			Lot: "1", Bidder: bidder, Price: pounds(t, price), Standing: procurement.NewEntrant,
			Proposal: paper(procurement.DocumentProposal, bidder.Name+" offers"),
		})
		if err != nil {
			return err
		}
		made, err = p.SubmitBid(made.ID, bidder.Name)
		return err
	})
	return made.ID
}

// declared has somebody declare that they have no interest, and another assess it.
func (m *market) declared(t *testing.T, id casework.CaseID, who ...casework.Actor) {
	t.Helper()
	for _, person := range who {
		var d procurement.Declaration
		m.buy(t, id, person, func(p *procurement.Purchase) error {
			var err error
			d, err = p.Declare(procurement.Declaration{Person: person.ID, Role: "evaluator"})
			return err
		})
		m.buy(t, id, cal, func(p *procurement.Purchase) error {
			_, err := p.AssessDeclaration(d.ID, procurement.InterestAssessment{Finding: procurement.NoConflict})
			return err
		})
	}
}

// invited brings a purchase to the invitation.
func (m *market) invited(t *testing.T, closes time.Time) casework.CaseID {
	t.Helper()
	return m.invitedFor(t, m.requisition(t), closes)
}

// invitedFor brings the purchase of a requisition to the invitation.
func (m *market) invitedFor(t *testing.T, r procurement.Requisition, closes time.Time) casework.CaseID {
	t.Helper()
	p := m.approved(t, r)
	m.buy(t, p.ID(), dee, func(p *procurement.Purchase) error {
		if _, err := p.ChooseRoute(procurement.RouteChoice{Route: procurement.Quotations, Reason: "small and simple"}); err != nil {
			return err
		}
		if _, err := p.SetTender(m.tender(t, closes)); err != nil {
			return err
		}
		_, err := p.AddDocument(paper(casework.DocumentTenderNotice, "Invitation"), true)
		return err
	})
	m.take(t, p.ID(), dee, procurement.Invite)
	return p.ID()
}

// scored opens the bids and scores them by one evaluator: quality by bid.
func (m *market) scored(t *testing.T, id casework.CaseID, quality map[procurement.BidID]int) {
	t.Helper()
	m.take(t, id, dee, procurement.Receive)
	m.declared(t, id, eva, dan)
	p := m.buy(t, id, eva, func(p *procurement.Purchase) error { return p.OpenBids(dee.ID) })
	m.buy(t, id, eva, func(p *procurement.Purchase) error {
		for _, b := range p.Bids() {
			if err := p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "checked"}); err != nil {
				return err
			}
			if _, err := p.GiveScore(procurement.Score{Bid: b.ID, Criterion: "quality", Value: quality[b.ID], Reason: "as read"}); err != nil {
				return err
			}
		}
		return nil
	})
	m.take(t, p.ID(), eva, procurement.Evaluate)
}

// awarded buys from two bidders, the first of whom wins, and gives the purchase
// with its contract.
func (m *market) awarded(t *testing.T) (purchase, contract casework.CaseID) {
	t.Helper()
	closes := m.now.AddDate(0, 0, 7)
	id := m.invited(t, closes)
	a := m.bid(t, id, sunrise, "500.00")
	b := m.bid(t, id, lanes, "499.00")
	m.now = closes.Add(time.Hour)
	m.scored(t, id, map[procurement.BidID]int{a: 5, b: 2})
	p := m.decided(t, id)
	return id, p.Instruments()[0].Case
}

// decided recommends the winner, has it approved, and decides the award.
func (m *market) decided(t *testing.T, id casework.CaseID) *procurement.Purchase {
	t.Helper()
	limit := procurement.Authority{Approver: ana.ID, Limit: pounds(t, "100000.00")}
	m.buy(t, id, eva, func(p *procurement.Purchase) error {
		if _, err := p.Recommend("best by the published method"); err != nil {
			return err
		}
		if _, err := p.AddDocument(paper(procurement.DocumentAwardNotice, "Award"), true); err != nil {
			return err
		}
		_, err := p.AskApproval(procurement.ApprovalOfAward, procurement.Committed, limit)
		return err
	})
	m.buy(t, id, ana, func(p *procurement.Purchase) error {
		all := p.Approvals()
		_, err := p.AnswerApproval(all[len(all)-1].ID, procurement.Approved, "", limit)
		return err
	})
	return m.buy(t, id, dan, func(p *procurement.Purchase) error {
		_, err := p.DecideAward(procurement.AwardDecision{})
		return err
	})
}

// standing sets the standstill of an award: none, with the reason.
func (m *market) standing(t *testing.T, purchase casework.CaseID) {
	t.Helper()
	m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
		_, err := p.SetStandstill("W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the thresholds"})
		return err
	})
}

// terms are those of the contract for the seeds.
func (m *market) terms(t *testing.T, value string, period casework.Period) procurement.Terms {
	t.Helper()
	return procurement.Terms{
		Number: "contract #13111", Title: "Vegetable seeds", Value: pounds(t, value), Period: period,
		Pricing: procurement.Block, Term: procurement.Term{Months: 12, Reason: "one season"},
	}
}

// agreed writes the terms of a contract and has both parties accept them.
func (m *market) agreed(t *testing.T, contract casework.CaseID, terms procurement.Terms) {
	t.Helper()
	m.contract(t, contract, dan, func(c *procurement.Contract) error {
		if err := c.Redraft(terms); err != nil {
			return err
		}
		for _, p := range c.Parties() {
			if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "signs for " + p.Agency.ID, Authority: "standing orders"}}); err != nil {
				return err
			}
		}
		for _, p := range c.Parties() {
			if err := c.Accept(p.Agency.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// signed has every party sign a contract.
func signed(c *procurement.Contract) error {
	for _, p := range c.Parties() {
		if err := c.Sign(procurement.Signature{Party: p.Agency.ID, Signatory: "signs for " + p.Agency.ID}); err != nil {
			return err
		}
	}
	return nil
}

// inForce gives a purchase and its contract in force for a year from today.
func (m *market) inForce(t *testing.T) (purchase, contract casework.CaseID) {
	t.Helper()
	purchase, contract = m.awarded(t)
	m.standing(t, purchase)
	today := casework.DateOf(m.now)
	m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: today, To: today.AddMonths(12).AddDays(-1)}))
	m.contract(t, contract, sig, signed)
	return purchase, contract
}

// boughtFor awards the seeds for several buyers.
func (m *market) boughtFor(t *testing.T, buyers ...procurement.Buyer) casework.CaseID {
	t.Helper()
	r := m.requisition(t)
	r.Buyers = buyers
	closes := m.now.AddDate(0, 0, 7)
	id := m.invitedFor(t, r, closes)
	a := m.bid(t, id, sunrise, "500.00")
	m.now = closes.Add(time.Hour)
	m.scored(t, id, map[procurement.BidID]int{a: 5})
	m.decided(t, id)
	return id
}
