package acceptance_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// marketWalk is a random walk through purchasing and contracting: three
// services, bought by quotations or called off under one framework agreement,
// by people who often try what they may not.
type marketWalk struct {
	*market
	r         *rand.Rand
	framework casework.CaseID
	done      map[string]int // deeds that succeeded, by name
	succeeded int
	binding   map[casework.CaseID]bool
}

func newMarketWalk(t *testing.T, h *house, seed uint64) *marketWalk {
	t.Helper()
	w := &marketWalk{market: newMarket(t, h, time.UTC), r: rand.New(rand.NewPCG(seed, 7)), done: map[string]int{}, binding: map[casework.CaseID]bool{}}
	update(t, w.cycles, w.cycle, ana, func(c *commissioning.Cycle) error {
		for _, title := range []string{"Tools", "Plots"} {
			if _, err := c.PlanService(commissioning.Service{
				Title: title, Needs: []commissioning.NeedID{"N1"}, Outcomes: []commissioning.OutcomeID{"O1"}, Channel: commissioning.Procurement, Estimate: pounds(t, "500.00"),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	w.awarded(t)
	today := casework.DateOf(w.now)
	f, err := w.desks.Frameworks.Open(t.Context(), dan, procurement.FrameworkDraft{
		Origin: procurement.Origin{Kind: procurement.FromImport, Why: "concluded by the region"},
		Terms: procurement.FrameworkTerms{
			Number: "F-1", Title: "Growing", Lots: []procurement.Lot{{ID: "1", Title: "All", MaxAwards: 3}}, Ceiling: pounds(t, "1100.00"),
			Period: casework.Period{From: today, To: today.AddMonths(24)}, Term: procurement.Term{Months: 24, Reason: "two seasons"},
			Users: []casework.Agency{hackney}, Method: procurement.CallOffByEither, Direct: "the cheapest member that can deliver",
		},
		Parties: parties(hackney, sunrise, harbour, lanes),
		Members: []procurement.FrameworkMember{{Lot: "1", Agency: sunrise, Rank: 1}, {Lot: "1", Agency: harbour, Rank: 2}, {Lot: "1", Agency: lanes, Rank: 3}},
	})
	require.NoError(t, err)
	w.framework = f.ID()
	_, err = w.desks.Frameworks.Update(t.Context(), f.ID(), sig, func(f *procurement.FrameworkAgreement) error {
		for _, p := range f.Unsigned() {
			if _, err := f.Sign(procurement.Signature{Party: p, Signatory: "signs for " + p}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	return w
}

// parties gives a buyer and its suppliers, each with a signatory.
func parties(buyer casework.Agency, suppliers ...casework.Agency) []procurement.Party {
	named := func(a casework.Agency, role procurement.PartyRole) procurement.Party {
		return procurement.Party{Agency: a, Role: role, Signatories: []procurement.Signatory{{Person: "signs for " + a.ID, Authority: "its rules"}}}
	}
	all := []procurement.Party{named(buyer, procurement.BuyerParty)}
	for _, s := range suppliers {
		all = append(all, named(s, procurement.SupplierParty))
	}
	return all
}

// cases gives the cases of a kind.
func (w *marketWalk) cases(t *testing.T, kind string) []casework.CaseID {
	t.Helper()
	var all []casework.CaseID
	for s, err := range w.store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		if s.Index.Kind == kind {
			all = append(all, s.Case)
		}
	}
	return all
}

// try issues a command that may fail in the ways commands fail.
func (w *marketWalk) try(t *testing.T, name string, command func() error) {
	t.Helper()
	before := w.entries(t)
	err := command()
	if err == nil {
		w.done[name]++
		w.succeeded++
		return
	}
	expected := errors.Is(err, casework.ErrInvalid) || errors.Is(err, casework.ErrRefused) || errors.Is(err, casework.ErrConflict)
	require.True(t, expected, "%s: %v", name, err)
	require.Equal(t, before, w.entries(t), "%s was refused and left something behind", name)
}

// entries counts everything that was ever written.
func (w *marketWalk) entries(t *testing.T) int {
	t.Helper()
	items, err := w.store.Feed(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	return len(items)
}

// step does one thing, and shows what must always hold.
func (w *marketWalk) step(t *testing.T) {
	t.Helper()
	defer w.holdsIfChanged(t, w.succeeded)
	purchases, contracts := w.cases(t, procurement.PurchaseKind), w.cases(t, procurement.ContractKind)
	switch w.r.IntN(12) {
	case 0:
		w.now = w.now.Add(time.Duration(w.r.IntN(72)) * time.Hour)
	case 1:
		w.try(t, "a requisition", func() error {
			r := w.requisition(t)
			r.Service = one(w.r, commissioning.ServiceID("S1"), "S2", "S3")
			_, err := w.desks.Purchases.Open(t.Context(), dee, r)
			return err
		})
	case 2, 3, 4, 5, 6:
		if len(purchases) > 0 {
			w.purchasing(t, one(w.r, purchases...))
		}
	default:
		if len(contracts) > 0 {
			w.contracting(t, one(w.r, contracts...))
		}
	}
}

// holdsIfChanged shows what must hold, unless nothing was done since.
func (w *marketWalk) holdsIfChanged(t *testing.T, before int) {
	t.Helper()
	if w.succeeded > before {
		w.holds(t)
	}
}

// purchasing takes a purchase a step on, or disturbs it.
func (w *marketWalk) purchasing(t *testing.T, id casework.CaseID) {
	t.Helper()
	p := w.purchaseNow(t, id)
	on := func(name string, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) {
		w.try(t, name, func() error {
			_, err := w.desks.Purchases.Update(t.Context(), id, by, work, append(opts, casework.Reason("so it goes"))...)
			return err
		})
	}
	limit := procurement.Authority{Approver: ana.ID, Limit: pounds(t, "100000.00")}
	if w.r.IntN(6) == 0 {
		w.disturb(t, on)
		return
	}
	switch p.State() {
	case procurement.RequisitionDrafted:
		on("submitted", dee, func(p *procurement.Purchase) error {
			_, err := p.SubmitRequisition(procurement.Committed, limit)
			return err
		})
	case procurement.RequisitionSubmitted:
		on("approved", one(w.r, ana, dee), func(p *procurement.Purchase) error { return p.ApproveRequisition(limit) })
	case procurement.RequisitionApproved:
		on("route", dee, func(p *procurement.Purchase) error {
			route := procurement.RouteChoice{Route: procurement.Quotations, Reason: "small"}
			if w.r.IntN(3) > 0 {
				route = procurement.RouteChoice{Route: procurement.CallOff, Reason: "there is one", Framework: w.framework, FrameworkLot: "1", Competition: true}
			}
			if _, err := p.ChooseRoute(route); err != nil {
				return err
			}
			if _, err := p.SetTender(w.tender(t, w.now.AddDate(0, 0, 14))); err != nil {
				return err
			}
			_, err := p.AddDocument(paper(casework.DocumentTenderNotice, "Invitation"), true)
			return err
		})
	case procurement.RouteChosen:
		on("invited", dee, func(p *procurement.Purchase) error { return p.Move(procurement.Invite) })
	case procurement.Invited:
		if len(p.Bids()) < 3 && w.r.IntN(3) > 0 {
			on("bid", dee, func(p *procurement.Purchase) error {
				b, err := p.DraftBid(procurement.Bid{
					Lot: "1", Bidder: one(w.r, sunrise, harbour, lanes), Price: pounds(t, one(w.r, "300.00", "450.00", "600.01")), Proposal: paper(procurement.DocumentProposal, "offer"),
				})
				if err != nil {
					return err
				}
				_, err = p.SubmitBid(b.ID, "the director")
				return err
			})
			return
		}
		if tender, _ := p.Tender(); w.now.Before(tender.Timetable.BidsClose) {
			w.now = tender.Timetable.BidsClose.Add(time.Hour)
		}
		on("received", dee, func(p *procurement.Purchase) error { return p.Move(procurement.Receive) })
	case procurement.Received:
		on("declared", eva, func(p *procurement.Purchase) error {
			_, err := p.Declare(procurement.Declaration{Person: eva.ID})
			return err
		})
		on("assessed", cal, func(p *procurement.Purchase) error {
			all := p.Declarations()
			_, err := p.AssessDeclaration(all[len(all)-1].ID, procurement.InterestAssessment{Finding: one(w.r, procurement.NoConflict, procurement.NoConflict, procurement.Recused)})
			return err
		})
		on("opened", eva, func(p *procurement.Purchase) error { return p.OpenBids(dee.ID) })
	case procurement.Opened:
		on("scored", eva, func(p *procurement.Purchase) error {
			for _, b := range p.Bids() {
				if b.Late {
					continue
				}
				if err := p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "checked"}); err != nil {
					return err
				}
				if _, err := p.GiveScore(procurement.Score{Bid: b.ID, Criterion: "quality", Value: w.r.IntN(6), Reason: "as read"}); err != nil {
					return err
				}
			}
			return p.Move(procurement.Evaluate)
		})
	case procurement.Evaluated:
		on("recommended", eva, func(p *procurement.Purchase) error { _, err := p.Recommend("best"); return err })
	case procurement.Recommended:
		over := []casework.CallOption{}
		if w.r.IntN(3) == 0 {
			over = append(over, casework.Overriding("framework.ceiling", "the region agreed"))
		}
		on("decided", dan, func(p *procurement.Purchase) error {
			if _, err := p.AddDocument(paper(procurement.DocumentAwardNotice, "Award"), true); err != nil {
				return err
			}
			_, err := p.DecideAward(procurement.AwardDecision{})
			return err
		}, over...)
	case procurement.AwardDecided:
		if all := p.Awards(); all[len(all)-1].Standstill != nil {
			w.disturb(t, on)
			return
		}
		on("standstill", dan, func(p *procurement.Purchase) error {
			all := p.Awards()
			plan := procurement.StandstillPlan{Kind: procurement.VoluntaryStandstill, Reason: "to be sure", Notified: w.now, WorkingDays: 2, Counting: procurement.BeginningWith}
			if w.r.IntN(2) == 0 {
				plan = procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "a call-off"}
			}
			_, err := p.SetStandstill(all[len(all)-1].ID, plan)
			return err
		})
	}
}

// disturb does to a purchase what happens to purchases.
func (w *marketWalk) disturb(t *testing.T, on func(string, casework.Actor, func(*procurement.Purchase) error, ...casework.CallOption)) {
	t.Helper()
	award := procurement.AwardID(one(w.r, "W1", "W2"))
	switch w.r.IntN(9) {
	case 0, 7:
		on("award cancelled", dan, func(p *procurement.Purchase) error { _, err := p.CancelAward(award); return err })
	case 1:
		on("procedure ended", dan, func(p *procurement.Purchase) error {
			if _, err := p.AddDocument(paper(procurement.DocumentEndingReport, "Why"), true); err != nil {
				return err
			}
			_, err := p.End(procurement.Withdrawn, "given up")
			return err
		})
	case 2, 3:
		on("challenged", dee, func(p *procurement.Purchase) error {
			_, err := p.ReceiveChallenge(procurement.Challenge{By: lanes, Award: award, Text: "unfair"})
			return err
		})
	case 4, 5:
		on("challenge decided", dan, func(p *procurement.Purchase) error {
			_, err := p.DecideChallenge(procurement.ChallengeID(one(w.r, "C1", "C2")), procurement.ChallengeDismissed, "it was fair")
			return err
		})
	default:
		on("another chosen", eva, func(p *procurement.Purchase) error {
			_, err := p.Recommend("we like them", procurement.Choice{Lot: "1", Bid: one(w.r, procurement.BidID("B1"), "B2"), Why: "liked"})
			return err
		})
	}
}

// contracting takes a contract a step on, or tries what it may not.
func (w *marketWalk) contracting(t *testing.T, id casework.CaseID) {
	t.Helper()
	c := w.contractNow(t, id)
	on := func(name string, by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) {
		w.try(t, name, func() error {
			_, err := w.desks.Contracts.Update(t.Context(), id, by, work, append(opts, casework.Reason("so it goes"))...)
			return err
		})
	}
	today := casework.DateOf(w.now)
	switch c.State() {
	case procurement.ContractDrafted:
		on("agreed", dan, func(c *procurement.Contract) error {
			terms := c.Terms()
			terms.Number, terms.Period = "C-"+id.String(), casework.Period{From: today.AddDays(w.r.IntN(3)), To: today.AddDays(60)}
			if err := c.Redraft(terms); err != nil {
				return err
			}
			for _, p := range c.Parties() {
				if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "signs for " + p.Agency.ID, Authority: "its rules"}}); err != nil {
					return err
				}
				if err := c.Accept(p.Agency.ID); err != nil {
					return err
				}
			}
			return nil
		})
	case procurement.ContractAgreed:
		on("signed", sig, signed)
	case procurement.ContractSigned:
		on("ticked", nightly, (*procurement.Contract).Tick)
	case procurement.ContractInForce:
		w.running(t, c, on)
	case procurement.ContractOver:
		on("closed", dan, closing, casework.Explaining("close.difference", "accepted"), casework.Explaining("close.review", "a small one"))
	}
}

// running is what happens under a contract in force.
func (w *marketWalk) running(t *testing.T, c *procurement.Contract, on func(string, casework.Actor, func(*procurement.Contract) error, ...casework.CallOption)) {
	t.Helper()
	supplier := c.Parties()[1].Agency.ID
	today := casework.DateOf(w.now)
	invoice := procurement.InvoiceID("I1")
	if n := len(c.Invoices()); n > 0 {
		invoice = c.Invoices()[w.r.IntN(n)].ID
	}
	amount := pounds(t, one(w.r, "0.01", "33.33", "100.00", "299.99"))
	switch w.r.IntN(14) {
	case 0, 9:
		on("invoiced", dee, func(c *procurement.Contract) error {
			_, err := c.RecordInvoice(procurement.Invoice{Reference: "R" + w.now.String(), Amount: amount, Received: today})
			return err
		})
	case 1, 10:
		on("found valid", dee, func(c *procurement.Contract) error { _, err := c.FindInvoiceValid(invoice, today); return err })
	case 2, 12, 13:
		on("paid", dan, func(c *procurement.Contract) error {
			pay := amount
			if i, known := c.Invoice(invoice); known && w.r.IntN(2) == 0 {
				if due, err := i.Due(); err == nil {
					pay = due
				}
			}
			_, err := c.PayInvoice(invoice, procurement.Payment{Amount: pay, On: today})
			return err
		})
	case 3, 11:
		on("disputed", dee, func(c *procurement.Contract) error {
			_, err := c.DisputeInvoice(invoice, amount, "not delivered")
			return err
		})
	case 4:
		on("dispute resolved", dan, func(c *procurement.Contract) error {
			_, err := c.ResolveDispute(invoice, 1, pounds(t, "0.00"), "not owed")
			return err
		})
	case 5:
		on("varied", dan, func(c *procurement.Contract) error {
			_, err := c.ProposeVariation(procurement.Variation{
				Rationales: []procurement.Rationale{procurement.PriceIncrease}, Reason: "dearer", Value: pounds(t, one(w.r, "310.00", "460.00", "620.00")),
			})
			return err
		}, casework.Explaining("variation.cumulative", "dear seeds"))
	case 6:
		on("variation signed", sig, func(c *procurement.Contract) error {
			for _, p := range []string{hackney.ID, supplier} {
				if _, err := c.SignVariation(procurement.VariationID(one(w.r, "V1", "V1", "V2")), procurement.Signature{Party: p, Signatory: "signs for " + p}); err != nil {
					return err
				}
			}
			return nil
		}, casework.Explaining("variation.cumulative", "dear seeds"))
	case 7:
		w.now = w.now.AddDate(0, 0, w.r.IntN(6))
		on("ticked", nightly, (*procurement.Contract).Tick)
	default:
		on("terminated", dan, func(c *procurement.Contract) error {
			_, err := c.Terminate(procurement.Ending{On: today, Ground: procurement.TerminatedByAgreement, Representations: "agreed"})
			return err
		})
	}
}

// holds shows what must hold after every step.
func (w *marketWalk) holds(t *testing.T) {
	t.Helper()
	w.agree(t)
	for _, id := range w.cases(t, procurement.PurchaseKind) {
		p := w.purchaseNow(t, id)
		tender, has := p.Tender()
		if !has {
			continue
		}
		for _, lot := range tender.Lots {
			standing := 0
			for _, a := range p.Awards() {
				if a.Lot == lot.ID && a.Stands() {
					standing++
				}
			}
			require.LessOrEqual(t, standing, lot.MaxAwards, "a lot is awarded no more often than it may be")
		}
	}
	for _, id := range w.cases(t, procurement.ContractKind) {
		c := w.contractNow(t, id)
		w.boundInTime(t, c)
		w.paidNoMore(t, c)
	}
	w.withinCeiling(t)
}

// boundInTime shows, when a contract has just become binding, that no standstill
// ran and no challenge was open.
func (w *marketWalk) boundInTime(t *testing.T, c *procurement.Contract) {
	t.Helper()
	if c.Bound().IsZero() || w.binding[c.ID()] {
		return
	}
	w.binding[c.ID()] = true
	p := w.purchaseNow(t, c.Origin().Purchase)
	a, known := p.Award(c.Origin().Award)
	require.True(t, known)
	require.True(t, a.Stands())
	require.NotNil(t, a.Standstill)
	require.True(t, a.StandstillOver(w.now), "nothing is signed before the standstill ends")
	require.Empty(t, p.OpenChallenges(a.ID), "nothing is signed while a challenge is open")
}

func (w *marketWalk) paidNoMore(t *testing.T, c *procurement.Contract) {
	t.Helper()
	for _, i := range c.Invoices() {
		var paid, refused int64
		for _, p := range i.Payments {
			paid += p.Amount.Minor()
		}
		for _, d := range i.Disputes {
			if !d.Open() {
				refused += d.Amount.Minor() - d.Owed.Minor()
			}
		}
		require.LessOrEqual(t, paid, i.Amount.Minor()-refused, "no more is paid than is due")
	}
	account, err := c.Account()
	require.NoError(t, err)
	require.Equal(t, account.Invoiced.Minor(), account.Owed.Minor()+account.Disputed.Minor()+account.Refused.Minor(), "money adds up to the penny")
	require.Equal(t, account.Outstanding.Minor(), account.Owed.Minor()+account.Disputed.Minor()-account.Paid.Minor())
}

// withinCeiling shows that a framework agreement is not called off beyond its
// ceiling, unless somebody put that on record.
func (w *marketWalk) withinCeiling(t *testing.T) {
	t.Helper()
	f, err := w.desks.Frameworks.Load(t.Context(), w.framework)
	require.NoError(t, err)
	drawn, err := f.Drawn()
	require.NoError(t, err)
	if drawn.Minor() <= f.Terms().Ceiling.Minor() {
		return
	}
	seen := false
	for _, r := range f.CallOffs() {
		for _, e := range entriesOf(t, w.store, r.Purchase, 0) {
			a, is := casework.AnswerOf(e)
			seen = seen || is && a.Code == "framework.ceiling"
		}
	}
	require.True(t, seen, "going over the ceiling is on record")
}

func TestNoWalkThroughTheMarketLeavesItInDisorder(t *testing.T) {
	walk := func(t *testing.T, h func() *house, seeds uint64, steps int) map[string]int {
		done := map[string]int{}
		for seed := range seeds {
			w := newMarketWalk(t, h(), seed)
			for range steps {
				w.step(t)
			}
			for name, n := range w.done {
				done[name] += n
			}
		}
		return done
	}
	t.Run("memory", func(t *testing.T) {
		done := walk(t, inMemory, 20, 260)
		for _, name := range []string{
			"decided", "signed", "award cancelled", "procedure ended", "challenged", "challenge decided", "paid", "disputed",
			"varied", "variation signed", "terminated", "ticked",
		} {
			require.NotZero(t, done[name], "the walks came by: %v", done)
		}
	})
	t.Run("sqlite", func(t *testing.T) {
		walk(t, func() *house { return onSQLite(t) }, 1, 150)
	})
}
