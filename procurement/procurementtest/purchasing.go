package procurementtest

import (
	"testing"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// buying tells whose turn it is in a state of a purchase.
func (h *House) buying(s casework.State) casework.Actor {
	switch s {
	case procurement.RequisitionSubmitted:
		return h.Approver
	case procurement.Opened, procurement.Evaluated:
		return h.Evaluator
	case procurement.Recommended, procurement.AwardDecided:
		return h.Decider
	default:
		return h.Requester
	}
}

// usualPurchase tells whether a fixture goes this way: every way of the host's
// own, and of the others those that lead on by the route it takes.
func (h *House) usualPurchase(from casework.State, m casework.Move) bool {
	switch m {
	case procurement.ReturnRequisition, procurement.Reopen, procurement.Unaward:
		return false
	case procurement.Invite:
		return h.set.choice().Competitive()
	case procurement.Recommend:
		return from != procurement.RouteChosen || !h.set.choice().Competitive()
	default:
		return true
	}
}

// onward tells whether a move leads on to what is to be done next.
func onward(m casework.Move) bool {
	switch m {
	case procurement.EndPurchase, procurement.RejectRequisition, procurement.TerminateNow:
		return false
	default:
		return true
	}
}

// commandPurchase takes a move, by its command where it has one.
func (h *House) commandPurchase(p *procurement.Purchase, m casework.Move) error {
	var err error
	switch m {
	case procurement.SubmitRequisition:
		_, err = p.SubmitRequisition(procurement.Committed, h.authority())
	case procurement.ReturnRequisition:
		_, err = p.ReturnRequisition("say more about the demand")
	case procurement.ApproveRequisition:
		err = p.ApproveRequisition(h.authority())
	case procurement.RejectRequisition:
		err = p.RejectRequisition()
	case procurement.ChooseRoute:
		_, err = p.ChooseRoute(h.set.choice())
	case procurement.OpenBids:
		err = p.OpenBids(h.Evaluator.ID)
	case procurement.Recommend:
		err = recommend(p)
	case procurement.DecideAward:
		_, err = p.DecideAward(procurement.AwardDecision{})
	case procurement.Unaward:
		_, err = p.CancelAward(latestAward(p))
	case procurement.EndPurchase:
		_, err = p.End(procurement.Withdrawn, "")
	default:
		err = p.Move(m)
	}
	return err
}

// recommend recommends whoever wins; the one bid where nothing is competed for.
func recommend(p *procurement.Purchase) error {
	const why = "best by the published method"
	if route, _ := p.Route(); route.Competitive() {
		_, err := p.Recommend(why)
		return err
	}
	_, err := p.ProposeDirectAward(procurement.Choice{Bid: "B1", Why: "the only one that can"})
	return err
}

// latestAward gives the latest award that stands, or none.
func latestAward(p *procurement.Purchase) procurement.AwardID {
	var id procurement.AwardID
	for _, a := range p.Awards() {
		if a.Stands() {
			id = a.ID
		}
	}
	return id
}

// stepPurchase prepares a move and takes it.
func (h *House) stepPurchase(t testing.TB, m casework.Move) error {
	if m == procurement.ClosePurchase {
		return h.bringIntoForce(t)
	}
	if err := h.preparePurchase(t, m); err != nil {
		return err
	}
	return h.buy(t, h.buying(h.Purchase.State()), func(p *procurement.Purchase) error { return h.commandPurchase(p, m) },
		casework.Reason("to bring the purchase to its state"))
}

// preparePurchase records what the default policies ask for before a move.
func (h *House) preparePurchase(t testing.TB, m casework.Move) error {
	switch m {
	case procurement.Invite:
		return h.buy(t, h.Requester, h.tendered)
	case procurement.Receive:
		return h.bidFor(t)
	case procurement.Evaluate:
		return h.scored(t)
	case procurement.Recommend:
		return h.offered(t)
	case procurement.DecideAward:
		return h.decidable(t)
	default:
		return nil
	}
}

// tendered writes down what agencies are to bid for, with its notice.
func (h *House) tendered(p *procurement.Purchase) error {
	if _, there := p.Tender(); !there {
		if _, err := p.SetTender(h.tender(p.Requisition())); err != nil {
			return err
		}
	}
	return filed(p, casework.DocumentTenderNotice, "Invitation")
}

// filed puts a signed document on file.
func filed(p *procurement.Purchase, kind casework.EvidenceKind, title string) error {
	if p.HasDocument(kind, true) {
		return nil
	}
	_, err := p.AddDocument(casework.Evidence{Kind: kind, Title: title}, true)
	return err
}

func (h *House) tender(r procurement.Requisition) procurement.Tender {
	tender := procurement.Tender{
		Title:  r.Title,
		Lots:   []procurement.Lot{{ID: "1", Title: r.Title, Estimate: r.Estimate, MaxAwards: 1}},
		NoLots: "carers work across the whole area",
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(50), Most: 5},
			{ID: "social_value", Title: "Social value", Kind: procurement.SocialValueCriterion, Weight: procurement.Whole(10), Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: procurement.Whole(40)},
		},
		Method: procurement.WeightedScore, PriceReason: "quality comes first", Ties: procurement.TieByQuality,
		Timetable: procurement.Timetable{BidsClose: h.Clock.Now().AddDate(0, 0, 30)},
		Pricing:   procurement.Block, Term: term(), Risks: risks(),
	}
	for _, edit := range h.set.tender {
		edit(&tender)
	}
	return tender
}

func term() procurement.Term {
	return procurement.Term{Months: 12, Reason: "a year to learn what is needed"}
}

func risks() []procurement.Risk {
	return []procurement.Risk{{Risk: "demand falls", Bearer: procurement.SharedRisk, Share: procurement.Whole(50)}}
}

// bidders are the agencies that bid, the better one first.
func bidders() []casework.Agency {
	return []casework.Agency{
		{ID: "carers-co-op", Name: "Carers' Co-operative", Sector: casework.Voluntary},
		{ID: "hearth", Name: "Hearth Homecare", Sector: casework.Private},
	}
}

// bidFor has both agencies bid for every lot, and lets the time for bids pass.
func (h *House) bidFor(t testing.TB) error {
	tender, _ := h.Purchase.Tender()
	for _, lot := range tender.Lots {
		for i, agency := range bidders() {
			if err := h.bid(t, lot.ID, agency, int64(90+5*i)); err != nil {
				return err
			}
		}
	}
	if closed := tender.Timetable.BidsClose.Add(time.Hour); h.Clock.Now().Before(closed) {
		h.Clock.Set(closed)
	}
	return nil
}

// bid hands in a bid of so many percent of the estimate, unless there is one.
func (h *House) bid(t testing.TB, lot procurement.LotID, bidder casework.Agency, percent int64) error {
	for _, b := range h.Purchase.Bids() {
		if b.Lot == lot && b.Bidder.ID == bidder.ID {
			return nil
		}
	}
	estimate := h.Purchase.Requisition().Estimate
	if tender, there := h.Purchase.Tender(); there {
		if l, _ := tender.Lot(lot); l.Estimate.IsRecorded() {
			estimate = l.Estimate
		}
	}
	price, err := estimate.MulRatio(percent, 100, casework.RoundDown)
	if err != nil {
		return err
	}
	return h.buy(t, h.Requester, func(p *procurement.Purchase) error {
		b, err := p.DraftBid(procurement.Bid{
			Lot: lot, Bidder: bidder, Price: price, Standing: procurement.KnownToUs,
			Proposal: casework.Evidence{Kind: procurement.DocumentProposal, Title: "Offer of " + bidder.Name},
		})
		if err != nil {
			return err
		}
		_, err = p.SubmitBid(b.ID, "director")
		return err
	})
}

// declared has somebody declare that they have no interest, and the approver
// assess it.
func (h *House) declared(t testing.TB, who casework.Actor, role string) error {
	for _, d := range h.Purchase.Declarations() {
		if d.Person == who.ID {
			return nil
		}
	}
	var made procurement.Declaration
	err := h.buy(t, who, func(p *procurement.Purchase) (err error) {
		made, err = p.Declare(procurement.Declaration{Person: who.ID, Role: role})
		return err
	})
	if err != nil {
		return err
	}
	return h.buy(t, h.Approver, func(p *procurement.Purchase) error {
		_, err := p.AssessDeclaration(made.ID, procurement.InterestAssessment{Finding: procurement.NoConflict})
		return err
	})
}

// scored has every bid assessed, and scored on every criterion that is.
func (h *House) scored(t testing.TB) error {
	if err := h.declared(t, h.Evaluator, "evaluator"); err != nil {
		return err
	}
	return h.buy(t, h.Evaluator, func(p *procurement.Purchase) error {
		tender, _ := p.Tender()
		for i, b := range p.Bids() {
			if err := suitable(p, b); err != nil {
				return err
			}
			for _, c := range tender.Criteria {
				if err := score(p, b, c, i); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func suitable(p *procurement.Purchase, b procurement.Bid) error {
	if b.Suitability != nil || !b.Valid() {
		return nil
	}
	return p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "registered, and in good standing"})
}

// score gives a bid the highest score, or one less, unless it has one.
func score(p *procurement.Purchase, b procurement.Bid, c procurement.Criterion, nth int) error {
	for _, s := range p.Scores() {
		if s.Bid == b.ID && s.Criterion == c.ID {
			return nil
		}
	}
	if !c.Scored() || !b.Valid() {
		return nil
	}
	value := max(c.Least, c.Most-nth%len(bidders()))
	_, err := p.GiveScore(procurement.Score{Bid: b.ID, Criterion: c.ID, Value: value, Reason: "as the guidance says"})
	return err
}

// offered has the one agency offer that is awarded without competition.
func (h *House) offered(t testing.TB) error {
	if h.set.choice().Competitive() || h.Purchase.State() != procurement.RouteChosen {
		return nil
	}
	if err := h.bid(t, "", bidders()[0], 90); err != nil {
		return err
	}
	return h.buy(t, h.Evaluator, func(p *procurement.Purchase) error { return suitable(p, p.Bids()[0]) })
}

// decidable files the award notice, debriefs whoever bid in vain, and has the
// recommendation approved.
func (h *House) decidable(t testing.TB) error {
	if err := h.declared(t, h.Decider, "decider"); err != nil {
		return err
	}
	err := h.buy(t, h.Evaluator, func(p *procurement.Purchase) error {
		if err := filed(p, procurement.DocumentAwardNotice, "Award"); err != nil {
			return err
		}
		return h.debriefed(p)
	})
	if err != nil {
		return err
	}
	return h.recommendationApproved(t)
}

func (h *House) debriefed(p *procurement.Purchase) error {
	for _, b := range p.Bids() {
		if b.Debrief != nil || !b.Valid() {
			continue
		}
		if err := p.DebriefBid(b.ID, procurement.Debrief{Sent: h.today(), Summary: "how it was scored, and how the winner was"}); err != nil {
			return err
		}
	}
	return nil
}

// recommendationApproved asks for approval of the recommendation, unless the
// latest is of what is recommended now.
func (h *House) recommendationApproved(t testing.TB) error {
	if r, _ := h.Purchase.Recommendation(); h.approvedSince(r.Mark.Entry) {
		return nil
	}
	var asked procurement.Approval
	err := h.buy(t, h.Evaluator, func(p *procurement.Purchase) (err error) {
		asked, err = p.AskApproval(procurement.ApprovalOfAward, procurement.Committed, h.authority())
		return err
	})
	if err != nil {
		return err
	}
	return h.buy(t, h.Approver, func(p *procurement.Purchase) error {
		_, err := p.AnswerApproval(asked.ID, procurement.Approved, "", h.authority())
		return err
	})
}

// approvedSince tells whether an award was approved after an entry.
func (h *House) approvedSince(entry uint64) bool {
	for _, a := range h.Purchase.Approvals() {
		if a.Of == procurement.ApprovalOfAward && a.Answer == procurement.Approved && a.Answered.Entry > entry {
			return true
		}
	}
	return false
}
