package procurement_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// exampleHouse is the council of the examples: its desks over a store in memory,
// people, two suppliers, and a cycle whose service S1 is to be arranged.
type exampleHouse struct {
	ctx   context.Context
	now   time.Time
	desks *procurement.Desks
	cycle casework.CaseID

	council, coop, hearth casework.Agency
	ana, ben, eva, dan    casework.Actor // who asks, approves, evaluates and decides
}

func newExampleHouse() *exampleHouse {
	h := &exampleHouse{
		ctx: context.Background(), now: time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC),
		council: casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory},
		coop:    casework.Agency{ID: "carers-co-op", Name: "Carers' Co-operative", Sector: casework.Voluntary},
		hearth:  casework.Agency{ID: "hearth", Name: "Hearth Homecare", Sector: casework.Private},
	}
	h.ana, h.ben = casework.Person("ana.k", h.council), casework.Person("ben.o", h.council)
	h.eva, h.dan = casework.Person("eva.m", h.council), casework.Person("dan.r", h.council)
	clock := casework.DeskOptions{Clock: func() time.Time { return h.now }}
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: clock})
	exampleOK(err)
	h.desks, err = procurement.NewDesks(cycles, &procurement.Options{Desk: clock})
	exampleOK(err)
	cycle, err := cycles.Open(h.ctx, h.ana, commissioning.Brief{Title: "Home care", Lead: h.council, Value: casework.GBP(5_000_00)})
	exampleOK(err)
	h.cycle = cycle.ID()
	_, err = cycles.Update(h.ctx, h.cycle, h.ana, examplePlanned)
	exampleOK(err)
	return h
}

// examplePlanned takes a cycle to where delivery is arranged.
func examplePlanned(c *commissioning.Cycle) error {
	steps := []func() error{
		func() error {
			_, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
			return err
		},
		func() error { return c.Prioritise("N1", 1) },
		func() error { return c.Move(commissioning.IdentifyResources) },
		func() error {
			_, err := c.IdentifyResource(commissioning.Resource{
				Kind: commissioning.FinancialResource, Title: "Social care budget", Amount: casework.GBP(5_000_00),
				Owner: c.Lead(), Commitment: commissioning.ResourceCommitted,
			})
			return err
		},
		func() error { return c.Move(commissioning.PlanUse) },
		func() error {
			_, err := c.PlanService(commissioning.Service{
				Title: "Home care", Specification: "Visits at home, morning and evening.", Needs: []commissioning.NeedID{"N1"},
				Channel: commissioning.Procurement, Estimate: casework.GBP(5_000_00),
			})
			return err
		},
		func() error { return c.Move(commissioning.ArrangeDelivery) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func exampleOK(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// year is twelve months from the day the house's clock shows.
func (h *exampleHouse) year() casework.Period {
	today := casework.DateOf(h.now)
	return casework.Period{From: today, To: today.AddMonths(12).AddDays(-1)}
}

func (h *exampleHouse) requisition() procurement.Requisition {
	return procurement.Requisition{
		Title: "Home care, Kentish Town", Cycle: h.cycle, Service: "S1", Estimate: casework.GBP(5_000_00),
		Funding: []procurement.Funding{{Resource: "R1", Amount: casework.GBP(5_000_00)}},
	}
}

// approved has ana ask for a purchase, and ben approve it.
func (h *exampleHouse) approved() casework.CaseID {
	p, err := h.desks.Purchases.Open(h.ctx, h.ana, h.requisition())
	exampleOK(err)
	limit := procurement.Authority{Approver: h.ben.ID, Limit: casework.GBP(10_000_00)}
	h.buy(p.ID(), h.ana, func(p *procurement.Purchase) error {
		_, err := p.SubmitRequisition(procurement.Committed, limit)
		return err
	})
	h.buy(p.ID(), h.ben, func(p *procurement.Purchase) error { return p.ApproveRequisition(limit) })
	return p.ID()
}

// buy issues commands to a purchase.
func (h *exampleHouse) buy(id casework.CaseID, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) *procurement.Purchase {
	p, err := h.desks.Purchases.Update(h.ctx, id, by, work, opts...)
	exampleOK(err)
	return p
}

// contract issues commands to a contract.
func (h *exampleHouse) contract(id casework.CaseID, by casework.Actor, work func(*procurement.Contract) error) *procurement.Contract {
	c, err := h.desks.Contracts.Update(h.ctx, id, by, work)
	exampleOK(err)
	return c
}

// tender is one lot, judged by quality and price, for a week.
func (h *exampleHouse) tender() procurement.Tender {
	return procurement.Tender{
		Title: "Home care",
		Lots:  []procurement.Lot{{ID: "1", Title: "Home care", Estimate: casework.GBP(5_000_00), MaxAwards: 1}},
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(60), Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: procurement.Whole(40)},
		},
		Method: procurement.WeightedScore, PriceReason: "quality comes first", Ties: procurement.TieByPrice,
		Timetable: procurement.Timetable{BidsClose: h.now.AddDate(0, 0, 7)},
		Pricing:   procurement.Block, Term: procurement.Term{Months: 12, Reason: "a year to learn what is needed"},
	}
}

// bid hands in a bid for the lot.
func (h *exampleHouse) bid(id casework.CaseID, bidder casework.Agency, price casework.Money) {
	h.buy(id, h.ana, exampleBid("1", bidder, price))
}

func exampleBid(lot procurement.LotID, bidder casework.Agency, price casework.Money) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		b, err := p.DraftBid(procurement.Bid{
			Lot: lot, Bidder: bidder, Price: price, Proposal: casework.Evidence{Kind: procurement.DocumentProposal, Title: "Offer"},
		})
		if err != nil {
			return err
		}
		_, err = p.SubmitBid(b.ID, "the director")
		return err
	}
}

// evaluated waits until bids have closed, and has eva score them for quality: a
// score for each bid, in their order.
func (h *exampleHouse) evaluated(id casework.CaseID, quality ...int) *procurement.Purchase {
	h.now = h.now.AddDate(0, 0, 8)
	h.buy(id, h.ana, func(p *procurement.Purchase) error { return p.Move(procurement.Receive) })
	h.buy(id, h.eva, func(p *procurement.Purchase) error {
		_, err := p.Declare(procurement.Declaration{Person: h.eva.ID}) // nothing to declare
		return err
	})
	h.buy(id, h.ben, func(p *procurement.Purchase) error {
		_, err := p.AssessDeclaration("D1", procurement.InterestAssessment{Finding: procurement.NoConflict})
		return err
	})
	h.buy(id, h.ana, func(p *procurement.Purchase) error { return p.OpenBids(h.eva.ID) })
	return h.buy(id, h.eva, func(p *procurement.Purchase) error {
		for i, b := range p.Bids() {
			if err := p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "registered"}); err != nil {
				return err
			}
			if _, err := p.GiveScore(procurement.Score{Bid: b.ID, Criterion: "quality", Value: quality[i], Reason: "by the guidance"}); err != nil {
				return err
			}
		}
		return p.Move(procurement.Evaluate)
	})
}

// agreed completes the terms an award brought, and has both parties accept them.
func (h *exampleHouse) agreed(c *procurement.Contract) error {
	terms := c.Terms()
	terms.Number, terms.Period, terms.Pricing = "C-7", h.year(), procurement.Block
	if err := c.Redraft(terms); err != nil {
		return err
	}
	for _, p := range c.Parties() {
		if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "the director"}}); err != nil {
			return err
		}
	}
	for _, p := range c.Parties() {
		if err := c.Accept(p.Agency.ID); err != nil {
			return err
		}
	}
	return nil
}

// signed has both parties sign.
func (h *exampleHouse) signed(c *procurement.Contract) error {
	for _, p := range c.Parties() {
		if err := c.Sign(procurement.Signature{Party: p.Agency.ID, Signatory: "the director"}); err != nil {
			return err
		}
	}
	return nil
}

// exampleRefusal prints what stops something, with the remedy, and leaves advice
// out.
func exampleRefusal(err error) {
	refusal, is := errors.AsType[*casework.Refusal](err)
	if !is {
		log.Fatal(err)
	}
	for _, o := range refusal.Objections {
		if o.Effect.Stops() {
			fmt.Printf("Refused: %s. Remedy: %s.\n", o.Message, o.Remedy)
		}
	}
}
