package procurement_test

import (
	"fmt"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// A council asks two agencies for quotations, decides for the better one, and has
// a contract in force: from the requisition to the first day of the service.
func Example() {
	h := newExampleHouse()
	p, err := h.desks.Purchases.Open(h.ctx, h.ana, h.requisition())
	exampleOK(err)
	limit := procurement.Authority{Approver: h.ben.ID, Limit: casework.GBP(10_000_00)}
	h.buy(p.ID(), h.ana, func(p *procurement.Purchase) error {
		_, err := p.SubmitRequisition(procurement.Committed, limit)
		return err
	})
	h.buy(p.ID(), h.ben, func(p *procurement.Purchase) error { return p.ApproveRequisition(limit) })
	h.buy(p.ID(), h.ana, func(p *procurement.Purchase) error {
		if _, err := p.ChooseRoute(procurement.RouteChoice{Route: procurement.Quotations, Reason: "small and simple"}); err != nil {
			return err
		}
		if _, err := p.SetTender(h.tender()); err != nil {
			return err
		}
		return p.Move(procurement.Invite)
	})
	h.bid(p.ID(), h.coop, casework.GBP(4_800_00))
	h.bid(p.ID(), h.hearth, casework.GBP(4_500_00))
	h.evaluated(p.ID(), 5, 3)

	h.buy(p.ID(), h.eva, func(p *procurement.Purchase) error {
		_, err := p.Recommend("best by the published method")
		return err
	})
	decide := func(p *procurement.Purchase) error {
		_, err := p.DecideAward(procurement.AwardDecision{})
		return err
	}
	_, err = h.desks.Purchases.Update(h.ctx, p.ID(), h.ana, decide)
	exampleRefusal(err)
	p = h.buy(p.ID(), h.dan, decide)
	award := p.Awards()[0]
	fmt.Printf("Award %s goes to %s for %s.\n", award.ID, award.Supplier.Name, award.Value)

	id := p.Instruments()[0].Case // the contract was opened in the same commit
	h.contract(id, h.ben, h.agreed)
	_, err = h.desks.Contracts.Update(h.ctx, id, h.ben, h.signed)
	exampleRefusal(err)
	h.buy(p.ID(), h.dan, func(p *procurement.Purchase) error {
		_, err := p.SetStandstill(award.ID, procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the thresholds"})
		return err
	})
	contract := h.contract(id, h.ben, h.signed)
	p, err = h.desks.Purchases.Load(h.ctx, p.ID())
	exampleOK(err)
	fmt.Printf("The contract is %s since %s, and the purchase is %s.\n", contract.State(), contract.Commenced(), p.State())
	// Output:
	// Refused: ana.k drafted the requisition. Remedy: have the award decided by somebody else.
	// Award W1 goes to Carers' Co-operative for GBP 4800.00.
	// Refused: nothing was decided about a standstill of award W1. Remedy: set the standstill, or say why none is kept.
	// The contract is in_force since 2025-06-10, and the purchase is closed.
}

// Without competition an award rests on a ground in law, with the reason why the
// ground is met. The contract says so.
func ExamplePurchase_ProposeDirectAward() {
	h := newExampleHouse()
	id := h.approved()
	route := procurement.RouteChoice{Route: procurement.DirectAward, Reason: "the service must go on"}
	choose := func(p *procurement.Purchase) error { _, err := p.ChooseRoute(route); return err }
	_, err := h.desks.Purchases.Update(h.ctx, id, h.ana, choose)
	fmt.Println(err)

	route.Ground, route.Justification = "single supplier", "nobody else works in Kentish Town"
	h.buy(id, h.ana, choose)
	h.buy(id, h.ana, exampleBid("", h.coop, casework.GBP(4_900_00)))
	propose := func(p *procurement.Purchase) error {
		_, err := p.ProposeDirectAward(procurement.Choice{Bid: "B1", Why: "it cares for these people now"})
		return err
	}
	_, err = h.desks.Purchases.Update(h.ctx, id, h.eva, propose)
	exampleRefusal(err)
	h.buy(id, h.eva, func(p *procurement.Purchase) error {
		if err := p.AssessSuitability("B1", procurement.Suitability{Suitable: true, Reason: "inspected in spring"}); err != nil {
			return err
		}
		return propose(p)
	})
	p := h.buy(id, h.dan, func(p *procurement.Purchase) error {
		_, err := p.DecideAward(procurement.AwardDecision{})
		return err
	})
	contract, err := h.desks.Contracts.Load(h.ctx, p.Instruments()[0].Case)
	exampleOK(err)
	origin := contract.Origin()
	fmt.Printf("The contract of %s comes from a %s, on the ground: %s.\n", contract.Terms().Value, origin.Kind, origin.Ground)
	// Output:
	// choose a route: invalid: route.ground: a direct award rests on a ground in law: name it (Procurement Act 2023 s.41) (route.ground_missing); route.justification: say why the ground is met (route.justification_missing)
	// Refused: whether carers-co-op is able and fit to deliver was not assessed. Remedy: record the assessment of suitability.
	// The contract of GBP 4900.00 comes from a direct_award, on the ground: single supplier.
}

// Under a framework agreement its members compete for what is called off, and
// what is awarded is drawn on its ceiling.
func Example_callOff() {
	h := newExampleHouse()
	f, err := h.desks.Frameworks.Open(h.ctx, h.dan, procurement.FrameworkDraft{
		Terms: procurement.FrameworkTerms{
			Title: "Home care framework", Lots: []procurement.Lot{{ID: "north", Title: "North"}},
			Ceiling: casework.GBP(20_000_00), Period: h.year(), Users: []casework.Agency{h.council}, Method: procurement.CallOffByCompetition,
		},
		Parties: []procurement.Party{{Agency: h.council, Role: procurement.BuyerParty}},
		Members: []procurement.FrameworkMember{{Lot: "north", Agency: h.coop}, {Lot: "north", Agency: h.hearth}},
	})
	exampleOK(err)
	_, err = h.desks.Frameworks.Update(h.ctx, f.ID(), h.dan, func(f *procurement.FrameworkAgreement) error {
		for _, party := range f.Unsigned() {
			if _, err := f.Sign(procurement.Signature{Party: party, Signatory: "the director"}); err != nil {
				return err
			}
		}
		return nil
	})
	exampleOK(err)

	id := h.approved()
	h.buy(id, h.ana, func(p *procurement.Purchase) error {
		route := procurement.RouteChoice{Route: procurement.CallOff, Reason: "there is one", Framework: f.ID(), FrameworkLot: "north", Competition: true}
		if _, err := p.ChooseRoute(route); err != nil {
			return err
		}
		_, err := p.SetTender(h.tender())
		return err
	})
	h.buy(id, h.ana, func(p *procurement.Purchase) error { return p.Move(procurement.Invite) })
	stranger := casework.Agency{ID: "lanes", Name: "Lanes Together", Sector: casework.Voluntary}
	_, err = h.desks.Purchases.Update(h.ctx, id, h.ana, exampleBid("1", stranger, casework.GBP(3_000_00)))
	exampleRefusal(err)
	h.bid(id, h.coop, casework.GBP(4_800_00))
	h.bid(id, h.hearth, casework.GBP(4_000_00))
	h.evaluated(id, 4, 4)
	h.buy(id, h.eva, func(p *procurement.Purchase) error { _, err := p.Recommend("as good, and cheaper"); return err })
	p := h.buy(id, h.dan, func(p *procurement.Purchase) error { _, err := p.DecideAward(procurement.AwardDecision{}); return err })

	contract, err := h.desks.Contracts.Load(h.ctx, p.Instruments()[0].Case)
	exampleOK(err)
	f, err = h.desks.Frameworks.Load(h.ctx, f.ID())
	exampleOK(err)
	left, err := f.Remaining()
	exampleOK(err)
	fmt.Printf("A contract of %s is drafted with %s.\n", contract.Terms().Value, contract.Parties()[1].Agency.Name)
	fmt.Printf("Of %s there is %s left.\n", f.Terms().Ceiling, left)
	// Output:
	// Refused: Lanes Together is no member of lot "north" of the framework agreement. Remedy: call on a member of the lot, or choose another route.
	// A contract of GBP 4000.00 is drafted with Hearth Homecare.
	// Of GBP 20000.00 there is GBP 16000.00 left.
}

// Bids are ranked by the published method alone, from what is on record. It takes
// no desk, and no purchase.
func ExampleRank() {
	tender := procurement.Tender{
		Method: procurement.WeightedScore, Ties: procurement.TieByQuality,
		Lots: []procurement.Lot{{ID: "1", Title: "Home care", MaxAwards: 1}},
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(60), Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: procurement.Whole(40)},
		},
	}
	offer := casework.Hash{1} // the digest of what was signed
	signed := &procurement.BidSignature{Signatory: "the director", Content: offer}
	bids := []procurement.Bid{
		{ID: "B1", Lot: "1", Price: casework.GBP(4_800_00), Content: offer, Signed: signed},
		{ID: "B2", Lot: "1", Price: casework.GBP(3_600_00), Content: offer, Signed: signed},
		{ID: "B3", Lot: "1", Price: casework.GBP(1_000_00), Content: offer, Signed: signed, Late: true},
	}
	scores := []procurement.Score{
		{Bid: "B1", Criterion: "quality", Value: 5}, {Bid: "B2", Criterion: "quality", Value: 4},
	}
	ranking, err := procurement.Rank(tender, "1", bids, scores, nil, nil)
	exampleOK(err)
	for _, b := range ranking.Bids {
		fmt.Printf("%d. Bid %s has %s points, %s of them for quality, at %s.\n", b.Rank, b.Bid, b.Result, b.Quality, b.Price)
	}
	for _, b := range ranking.Out {
		fmt.Printf("Bid %s does not compete: %s.\n", b.Bid, b.Why)
	}
	// Output:
	// 1. Bid B1 has 90.0000 points, 60.0000 of them for quality, at GBP 4800.00.
	// 2. Bid B2 has 88.0000 points, 48.0000 of them for quality, at GBP 3600.00.
	// Bid B3 does not compete: it was late, and not admitted.
}

// A care package is priced by the week, by the weekday, or once. What a week
// costs, what a year costs and what is committed to are three figures.
func ExamplePackageCost() {
	day := func(year int, month time.Month, day int) casework.Date {
		d, err := casework.NewDate(year, month, day)
		exampleOK(err)
		return d
	}
	half := casework.Period{From: day(2025, time.June, 2), To: day(2025, time.November, 30)} // 26 weeks
	elements := []procurement.Element{
		{ID: "E1", Title: "Meals", Period: half, Weekly: casework.GBP(100_00)},
		{ID: "E2", Title: "Carer", Period: half, Weekdays: []procurement.WeekdayPrice{
			{Day: time.Monday, Price: casework.GBP(75_00)}, {Day: time.Thursday, Price: casework.GBP(75_00)},
		}},
		{ID: "E3", Title: "Grab rails", Period: half, Once: casework.GBP(180_00)},
	}
	cost, err := procurement.PackageCost(elements)
	exampleOK(err)
	fmt.Printf("A week costs %s, and a year %s.\n", cost.Weekly, cost.Annualised)
	fmt.Printf("For the half-year %s is committed to.\n", cost.Committed)

	elements[0].Period.To = casework.Date{}
	cost, err = procurement.PackageCost(elements)
	exampleOK(err)
	fmt.Println("With an open end that figure is known:", cost.Known())
	// Output:
	// A week costs GBP 250.00, and a year GBP 13180.00.
	// For the half-year GBP 6680.00 is committed to.
	// With an open end that figure is known: false
}
