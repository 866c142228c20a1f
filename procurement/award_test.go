package procurement_test

import (
	"cmp"
	"errors"
	"fmt"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// buying is what a test wants bought, and how; what it leaves out is filled in.
type buying struct {
	requisition func(*procurement.Requisition)
	route       procurement.RouteChoice
	tender      func(*procurement.Tender)
	bids        []procurement.Bid
}

func offerOf(lot procurement.LotID, bidder string, pounds int64) procurement.Bid {
	return procurement.Bid{
		Lot: lot, Bidder: agencyOf(bidder), Price: casework.GBP(pounds * 100),
		Proposal: casework.Evidence{Kind: procurement.DocumentProposal, Title: "Offer of " + bidder},
	}
}

// by issues commands as the fixture's actor.
func (h awarding) by(t *testing.T, p *procurement.Purchase, work func(*procurement.Purchase) error, opts ...casework.CallOption) (*procurement.Purchase, error) {
	t.Helper()
	return h.desks.Purchases.Update(t.Context(), p.ID(), h.f.Actor, work, opts...)
}

func (h awarding) does(t *testing.T, p *procurement.Purchase, work func(*procurement.Purchase) error, opts ...casework.CallOption) *procurement.Purchase {
	t.Helper()
	p, err := h.by(t, p, work, opts...)
	require.NoError(t, err)
	return p
}

// refused tries what is to be refused, and gives the codes. Nothing is written.
func (h awarding) refused(t *testing.T, p *procurement.Purchase, work func(*procurement.Purchase) error, opts ...casework.CallOption) []string {
	t.Helper()
	_, err := h.by(t, p, work, opts...)
	codes, _ := objections(t, err)
	h.unchanged(t, p)
	return codes
}

func (h awarding) faulty(t *testing.T, p *procurement.Purchase, work func(*procurement.Purchase) error, opts ...casework.CallOption) []string {
	t.Helper()
	_, err := h.by(t, p, work, opts...)
	h.unchanged(t, p)
	return invalidities(t, err)
}

func (h awarding) unchanged(t *testing.T, p *procurement.Purchase) {
	t.Helper()
	now, err := h.desks.Purchases.Load(t.Context(), p.ID())
	require.NoError(t, err)
	require.Equal(t, p.Seq(), now.Seq(), "what is refused writes nothing")
	require.Equal(t, p.State(), now.State())
}

// routed opens a purchase and chooses its route.
func (h awarding) routed(t *testing.T, b buying) *procurement.Purchase {
	t.Helper()
	r := procurement.Requisition{
		Title: "Home care", Cycle: h.f.Cycle.ID(), Service: "S1", Estimate: casework.GBP(1_000_00),
		Period: casework.Period{From: dayOf(t, "2027-02-01"), To: dayOf(t, "2028-01-31")}, Scale: h.f.Cycle.Scale(),
	}
	if b.requisition != nil {
		b.requisition(&r)
	}
	p, err := h.desks.Purchases.Open(t.Context(), h.f.Actor, r)
	require.NoError(t, err)
	b.route.Route, b.route.Reason = cmp.Or(b.route.Route, procurement.OpenProcedure), "it fits"
	authority := procurement.Authority{Approver: h.f.Actor.ID, Limit: casework.GBP(1_000_000_00)}
	return h.does(t, p, func(p *procurement.Purchase) error {
		if _, err := p.SubmitRequisition(procurement.Committed, authority); err != nil {
			return err
		}
		if err := p.ApproveRequisition(authority); err != nil {
			return err
		}
		_, err := p.ChooseRoute(b.route)
		return err
	})
}

// evaluated brings a competition to where its winner is to be recommended.
func (h awarding) evaluated(t *testing.T, b buying) *procurement.Purchase {
	t.Helper()
	p := h.routed(t, b)
	closes := h.f.Clock.Now().Add(24 * time.Hour)
	tender := procurement.Tender{
		Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "North", MaxAwards: 1}}, Method: procurement.LowestPrice,
		PriceReason: "the quality is fixed", Ties: procurement.TieByDraw, Timetable: procurement.Timetable{BidsClose: closes},
	}
	if b.tender != nil {
		b.tender(&tender)
	}
	p = h.does(t, p, func(p *procurement.Purchase) error {
		if _, err := p.SetTender(tender); err != nil {
			return err
		}
		return p.Move(procurement.Invite)
	})
	p = h.handedIn(t, p, b.bids...)
	h.f.Clock.Set(closes.Add(time.Hour))
	return h.does(t, p, func(p *procurement.Purchase) error {
		if err := p.Move(procurement.Receive); err != nil {
			return err
		}
		if err := p.OpenBids(); err != nil {
			return err
		}
		if err := awardAssessed(p); err != nil {
			return err
		}
		return p.Move(procurement.Evaluate)
	})
}

func (h awarding) handedIn(t *testing.T, p *procurement.Purchase, bids ...procurement.Bid) *procurement.Purchase {
	t.Helper()
	return h.does(t, p, func(p *procurement.Purchase) error {
		for _, b := range bids {
			b, err := p.DraftBid(b)
			if err != nil {
				return err
			}
			if _, err := p.SubmitBid(b.ID, "director"); err != nil {
				return err
			}
		}
		return nil
	})
}

// awardAssessed finds every bidder suitable.
func awardAssessed(p *procurement.Purchase) error {
	for _, b := range p.Bids() {
		if b.Submitted() && b.Withdrawn.IsZero() {
			if err := p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "references taken"}); err != nil {
				return err
			}
		}
	}
	return nil
}

func recommendingAs(choices ...procurement.Choice) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.Recommend("the method says so", choices...)
		return err
	}
}

func decidingAs(d procurement.AwardDecision) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.DecideAward(d); return err }
}

func filingPaper(kind casework.EvidenceKind, signed bool) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.AddDocument(casework.Evidence{Kind: kind, Title: "A paper"}, signed)
		return err
	}
}

func cancellingAward(id procurement.AwardID) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.CancelAward(id); return err }
}

func correctingTo(id procurement.AwardID, m casework.Money) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.CorrectAward(id, m); return err }
}

func endingAs(how procurement.EndedHow) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.End(how, ""); return err }
}

func keepingStill(id procurement.AwardID, plan procurement.StandstillPlan) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SetStandstill(id, plan); return err }
}

var because = casework.Reason("a reason of the test")

// awarded decides the award of a competition between alpha (500) and beta (499).
func (h awarding) awarded(t *testing.T, b buying, d procurement.AwardDecision) *procurement.Purchase {
	t.Helper()
	if b.bids == nil {
		b.bids = []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499)}
	}
	p := h.does(t, h.evaluated(t, b), recommendingAs())
	return h.does(t, p, decidingAs(d))
}

// contracts loads the contracts of a purchase.
func (h awarding) contracts(t *testing.T, p *procurement.Purchase) []*procurement.Contract {
	t.Helper()
	var all []*procurement.Contract
	for _, in := range p.Instruments() {
		if in.Kind == procurement.ContractKind {
			c, err := h.desks.Contracts.Load(t.Context(), in.Case)
			require.NoError(t, err)
			all = append(all, c)
		}
	}
	return all
}

// signs has every party accept and sign a contract.
func (h awarding) signs(t *testing.T, id casework.CaseID) {
	t.Helper()
	_, err := h.desks.Contracts.Update(t.Context(), id, h.f.Actor, func(c *procurement.Contract) error {
		parties := c.Parties()
		for _, p := range parties {
			if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "director"}}); err != nil {
				return err
			}
			if err := c.Accept(p.Agency.ID); err != nil {
				return err
			}
		}
		for _, p := range parties {
			if err := c.Sign(procurement.Signature{Party: p.Agency.ID, Signatory: "director"}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
}

func (h awarding) reloaded(t *testing.T, p *procurement.Purchase) *procurement.Purchase {
	t.Helper()
	p, err := h.desks.Purchases.Load(t.Context(), p.ID())
	require.NoError(t, err)
	return p
}

func TestTheWinnerIsWhatTheMethodSays(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499), offerOf("1", "gamma", 700)}})

	assert.Equal(t, []string{"award.not_winner"}, h.refused(t, p, recommendingAs(procurement.Choice{Bid: "B1"})))
	p = h.does(t, p, recommendingAs())
	r, made := p.Recommendation()
	require.True(t, made)
	assert.Equal(t, []procurement.Choice{{Lot: "1", Bid: "B2", Why: "the method says so"}}, r.Choices)
	require.Len(t, r.Ranking, 1)
	assert.Equal(t, procurement.BidID("B2"), r.Ranking[0].Bids[0].Bid)
	assert.Equal(t, procurement.Recommended, p.State())

	p = h.does(t, p, func(p *procurement.Purchase) error {
		_, err := p.Recommend("", procurement.Choice{Lot: "1", Bid: "B2", Why: "for another reason"})
		return err
	})
	r, _ = p.Recommendation()
	assert.Equal(t, "for another reason", r.Choices[0].Why, "it takes the place of the first")
	assert.Equal(t, 2, h.entries(t, p, "award.recommended"), "and both stay in the journal")

	r.Choices[0].Bid, r.Ranking[0].Bids[0].Bid = "B9", "B9"
	again, _ := p.Recommendation()
	assert.Equal(t, procurement.BidID("B2"), again.Choices[0].Bid, "what is given out is a copy")
	assert.Equal(t, procurement.BidID("B2"), again.Ranking[0].Bids[0].Bid)
}

func (h awarding) entries(t *testing.T, p *procurement.Purchase, kind string) (n int) {
	t.Helper()
	for e, err := range h.desks.Purchases.History(t.Context(), p.ID(), 0) {
		require.NoError(t, err)
		if e.Type == kind {
			n++
		}
	}
	return n
}

func TestARecommendationNamesEveryFaultAtOnce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.evaluated(t, buying{
		tender: func(t *procurement.Tender) {
			t.Lots = append(t.Lots, procurement.Lot{ID: "2", Title: "South", MaxAwards: 1})
		},
		bids: []procurement.Bid{offerOf("1", "alpha", 500)},
	})
	assert.Equal(t, []string{
		"choices[0].lot recommendation.lot", "choices[1].why recommendation.why_missing", "choices[1].bid bid.unknown",
		"choices[2].why recommendation.why_missing", "choices[2].bid recommendation.twice",
	}, h.faulty(t, p, func(p *procurement.Purchase) error {
		_, err := p.Recommend("", procurement.Choice{Lot: "2", Bid: "B1", Why: "it is best"}, procurement.Choice{Bid: "B9"}, procurement.Choice{Bid: "B1"})
		return err
	}), "a bid of another purchase is unknown here")
	assert.Contains(t, h.faulty(t, p, func(p *procurement.Purchase) error { _, err := p.Recommend(" "); return err }), "choices[0].why recommendation.why_missing")
}

func TestABidThatIsNotInOrderIsNotRecommended(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*procurement.Purchase) error
		codes []string
	}{
		"a bidder found unsuitable": {func(p *procurement.Purchase) error {
			return p.AssessSuitability("B2", procurement.Suitability{Reason: "no insurance"})
		}, []string{"award.not_winner", "bid.unqualified"}},
		"an excluded bid": {func(p *procurement.Purchase) error {
			return p.ExcludeBid("B2", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "not what was asked for"})
		}, []string{"award.not_winner", "bid.unqualified"}},
		"a bid that was withdrawn": {func(p *procurement.Purchase) error { return p.WithdrawBid("B2") }, []string{"award.not_winner", "bid.unqualified"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := awardingHouse(t, commissioning.Light)
			p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499)}})
			recommended := h.does(t, p, recommendingAs())

			p = h.does(t, recommended, c.spoil)
			assert.Equal(t, c.codes, h.refused(t, p, recommendingAs(procurement.Choice{Bid: "B2"})))
			assert.Equal(t, c.codes, h.refused(t, p, decidingAs(procurement.AwardDecision{})), "a recommendation is no way round it")

			p = h.does(t, p, recommendingAs())
			r, _ := p.Recommendation()
			assert.Equal(t, procurement.BidID("B1"), r.Choices[0].Bid)
			h.does(t, p, decidingAs(procurement.AwardDecision{}))
		})
	}
}

func TestADraftIsNotRecommendedNorIsAnUnassessedBidder(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	direct := buying{route: procurement.RouteChoice{Route: procurement.DirectAward, Ground: "urgency", Justification: "the provider closed"}}
	p := h.does(t, h.routed(t, direct), func(p *procurement.Purchase) error { _, err := p.DraftBid(offerOf("", "alpha", 500)); return err })
	propose := func(p *procurement.Purchase) error {
		_, err := p.ProposeDirectAward(procurement.Choice{Bid: "B1", Why: "it can begin tomorrow"})
		return err
	}
	assert.Equal(t, []string{"bid.unqualified", "bid.unassessed"}, h.refused(t, p, propose))
	p = h.does(t, p, func(p *procurement.Purchase) error { _, err := p.SubmitBid("B1", "director"); return err })
	assert.Equal(t, []string{"bid.unassessed"}, h.refused(t, p, propose))
	p = h.does(t, p, awardAssessed)
	p = h.does(t, p, propose)
	r, _ := p.Recommendation()
	assert.Empty(t, r.Ranking, "nothing was competed for")

	p = h.does(t, p, decidingAs(procurement.AwardDecision{}))
	contract := h.contracts(t, p)[0]
	assert.Equal(t, procurement.FromDirectAward, contract.Origin().Kind)
	assert.Equal(t, "urgency", contract.Origin().Ground)
	assert.Equal(t, "it can begin tomorrow", contract.Origin().Why)
}

func TestACompetitionIsNotSkipped(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.routed(t, buying{})
	options, err := h.desks.Purchases.Options(t.Context(), p.ID(), h.f.Actor)
	require.NoError(t, err)
	for _, o := range options {
		if o.Move == procurement.Recommend {
			assert.False(t, o.Allowed(), "it is listed as it would be refused")
			assert.Equal(t, "award.competition", o.Objections[len(o.Objections)-1].Code)
		}
	}
	assert.Equal(t, []string{"choices[0].bid bid.unknown"}, h.faulty(t, p, recommendingAs(procurement.Choice{Bid: "B1"})))
}

func TestATieIsResolvedByThePublishedRule(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 499), offerOf("1", "beta", 499), offerOf("1", "gamma", 500)}})

	assert.Equal(t, []string{"award.tied"}, h.refused(t, p, recommendingAs()))
	assert.Equal(t, []string{"award.tied"}, h.refused(t, p, recommendingAs(procurement.Choice{Bid: "B2"})))
	p = h.does(t, p, func(p *procurement.Purchase) error {
		if err := p.Move(procurement.Reopen); err != nil {
			return err
		}
		if _, err := p.DrawLots(procurement.TieBreak{Lot: "1", Order: []procurement.BidID{"B2", "B1"}, Witness: "clerk"}); err != nil {
			return err
		}
		return p.Move(procurement.Evaluate)
	}, because)
	p = h.does(t, p, recommendingAs())
	r, _ := p.Recommendation()
	assert.Equal(t, procurement.BidID("B2"), r.Choices[0].Bid)
	assert.Equal(t, []string{"award.too_many"}, h.refused(t, p, recommendingAs(procurement.Choice{Bid: "B2"}, procurement.Choice{Bid: "B1"})))
}

func TestARecommendationFromNowhereIsNotAllowed(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p, err := h.desks.Purchases.Open(t.Context(), h.f.Actor, procurement.Requisition{Title: "Home care", Cycle: h.f.Cycle.ID(), Service: "S1", Estimate: casework.GBP(1)})
	require.NoError(t, err)
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, h.refused(t, p, decidingAs(procurement.AwardDecision{})))
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, h.refused(t, p, recommendingAs()))
}

func TestS1RowsEighteenToTwenty(t *testing.T) {
	h := awardingHouse(t, commissioning.Standard)
	h.at(t, "2027-01-04T09:00:00+02:00")
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500)}})
	h.at(t, "2027-01-07T00:15:06+02:00")
	p = h.does(t, p, recommendingAs())

	// Row 18, guard.missing_document.
	decision := procurement.AwardDecision{Standstill: &procurement.StandstillPlan{
		Kind: procurement.MandatoryStandstill, Notified: h.f.Clock.Now(), WorkingDays: 2, Counting: procurement.FromMidnight,
	}}
	assert.Equal(t, []string{"award.notice_missing"}, h.refused(t, p, decidingAs(decision)))
	p = h.does(t, p, filingPaper(procurement.DocumentAwardNotice, true))

	// Row 19, guard.mismatch: not qualified and awarded; qualified and passed over.
	spoilt := h.does(t, p, func(p *procurement.Purchase) error {
		return p.AssessSuitability("B1", procurement.Suitability{Reason: "no insurance"})
	})
	assert.Equal(t, []string{"award.not_winner", "bid.unqualified"}, h.refused(t, spoilt, decidingAs(decision)))
	p = h.does(t, spoilt, awardAssessed)
	assert.Equal(t, []string{"unawarded[0].lot lot.awarded"}, h.faulty(t, p, decidingAs(procurement.AwardDecision{
		Unawarded: []procurement.UnawardedLot{{Lot: "1", Reason: "nobody was good enough"}},
	})))

	// Row 20: the contract is drafted in the same commit.
	p = h.does(t, p, decidingAs(decision))
	award, is := p.Award("W1")
	require.True(t, is)
	assert.Equal(t, casework.GBP(500_00), award.Value)
	assert.Equal(t, "2027-01-12T00:00:00+02:00", award.Standstill.Ends.Format(time.RFC3339))
	assert.Equal(t, award.Decided, award.Standstill.Mark)
	assert.Equal(t, procurement.AwardDecided, p.State())
	contracts := h.contracts(t, p)
	require.Len(t, contracts, 1)
	assert.Equal(t, procurement.ContractDrafted, contracts[0].State())
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestS1RowsTwentyOneAndTwentyTwo(t *testing.T) {
	h := awardingHouse(t, commissioning.Standard)
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500)}})
	assert.Equal(t, []string{"reason reason.missing", "how ending.how"}, h.faulty(t, p, endingAs("bored")))

	// Row 21, guard.missing_document.
	assert.Equal(t, []string{"ending.report_missing"}, h.refused(t, p, endingAs(procurement.NoLongerNeeds), because))
	p = h.does(t, p, filingPaper(procurement.DocumentEndingReport, false))
	assert.Equal(t, []string{"ending.report_missing"}, h.refused(t, p, endingAs(procurement.NoLongerNeeds), because), "an unsigned one does not count")

	// Row 22: refused while a complaint is open, and otherwise ended.
	p = h.does(t, p, filingPaper(procurement.DocumentEndingReport, true))
	p = h.does(t, p, func(p *procurement.Purchase) error {
		_, err := p.ReceiveChallenge(procurement.Challenge{By: agencyOf("gamma"), Text: "We were not invited"})
		return err
	})
	assert.Equal(t, []string{"ending.challenge_open"}, h.refused(t, p, endingAs(procurement.NoLongerNeeds), because))
	p = h.does(t, p, func(p *procurement.Purchase) error {
		_, err := p.DecideChallenge("C1", procurement.ChallengeDismissed, "They were")
		return err
	})
	p = h.does(t, p, endingAs(procurement.NoLongerNeeds), because)
	assert.Equal(t, procurement.PurchaseEnded, p.State())
	outcome, ended := p.Outcome()
	assert.True(t, ended)
	assert.Equal(t, procurement.NoLongerNeeds, outcome.How)
	assert.Equal(t, "a reason of the test", outcome.Reason)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestAProcedureThatInvitedNobodyNeedsNoReport(t *testing.T) {
	h := awardingHouse(t, commissioning.Standard)
	p := h.routed(t, buying{})
	_, ended := p.Outcome()
	assert.False(t, ended)
	p = h.does(t, p, endingAs(procurement.Withdrawn), because)
	assert.Equal(t, procurement.PurchaseEnded, p.State())
}

func TestStandingAwardsFallWithTheProcedure(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	p = h.does(t, p, func(p *procurement.Purchase) error {
		_, err := p.End(procurement.SetAsideByLaw, "the court said so")
		return err
	}, because)
	award, _ := p.Award("W1")
	assert.False(t, award.Stands())
	assert.Equal(t, "the court said so", award.CancelReason)
	assert.Equal(t, procurement.ContractCancelled, h.contracts(t, p)[0].State())
}

func TestADecisionSaysWhatBecomesOfEveryLot(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	twolots := func(t *procurement.Tender) {
		t.Lots = append(t.Lots, procurement.Lot{ID: "2", Title: "South", MaxAwards: 1})
	}
	p := h.does(t, h.evaluated(t, buying{tender: twolots, bids: []procurement.Bid{offerOf("1", "alpha", 500)}}), recommendingAs())

	assert.Equal(t, []string{"unawarded lot.undecided"}, h.faulty(t, p, decidingAs(procurement.AwardDecision{})))
	assert.Equal(t, []string{
		"standstill.kind standstill.kind", "unawarded[0].reason lot.reason_missing", "unawarded[1].reason lot.reason_missing",
		"unawarded[1].lot lot.duplicate", "unawarded[2].lot lot.unknown",
	}, h.faulty(t, p, decidingAs(procurement.AwardDecision{
		Standstill: &procurement.StandstillPlan{Kind: "short"},
		Unawarded:  []procurement.UnawardedLot{{Lot: "2"}, {Lot: "2"}, {Lot: "9", Reason: "?"}},
	})))
	p = h.does(t, p, decidingAs(procurement.AwardDecision{Unawarded: []procurement.UnawardedLot{{Lot: "2", Reason: "nobody bid"}}}))
	assert.Equal(t, []procurement.UnawardedLot{{Lot: "2", Reason: "nobody bid"}}, p.Unawarded())
	assert.Len(t, p.Awards(), 1)
	assert.Equal(t, "Home care: North", h.contracts(t, p)[0].Terms().Title)
}

func TestWhoeverBidInVainIsDebriefed(t *testing.T) {
	for scale, wants := range map[commissioning.Scale]string{commissioning.Light: "", commissioning.Standard: "advised", commissioning.Major: "explained"} {
		t.Run(scale.String(), func(t *testing.T) {
			h := awardingHouse(t, scale)
			p := h.does(t, h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499)}}), recommendingAs())
			p = h.does(t, p, filingPaper(procurement.DocumentAwardNotice, true))
			if wants == "explained" {
				assert.Equal(t, []string{"debrief.missing"}, h.refused(t, p, decidingAs(procurement.AwardDecision{})))
				p = h.does(t, p, func(p *procurement.Purchase) error {
					return p.DebriefBid("B1", procurement.Debrief{Sent: dayOf(t, "2025-06-03"), Summary: "dearer"})
				})
			}
			p = h.does(t, p, decidingAs(procurement.AwardDecision{}))
			advised := len(p.Advice()) == 1 && p.Advice()[0].Code == "debrief.missing"
			assert.Equal(t, wants == "advised", advised)
		})
	}
}

func TestAChallengedProcedureAwardsNothing(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.does(t, h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500)}}), recommendingAs())
	p = h.does(t, p, func(p *procurement.Purchase) error {
		_, err := p.ReceiveChallenge(procurement.Challenge{By: agencyOf("gamma"), Text: "We were not invited"})
		return err
	})
	assert.Equal(t, []string{"challenge.procedure"}, h.refused(t, p, decidingAs(procurement.AwardDecision{})))
	_, err := h.by(t, p, decidingAs(procurement.AwardDecision{}), casework.Overriding("challenge.procedure", "the service cannot wait"))
	require.NoError(t, err)
}

func TestS6FromTheWrongValueToTheUnaward(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 9_900_000)}})

	// Row 5, guard.mismatch: a bid of another purchase.
	assert.Equal(t, []string{"choices[0].bid bid.unknown"}, h.faulty(t, p, recommendingAs(procurement.Choice{Bid: "B7"})))
	p = h.does(t, h.does(t, p, recommendingAs()), decidingAs(procurement.AwardDecision{}))
	decided, _ := p.Award("W1")

	// Row 7, guard.missing_field: the details are missing or faulty.
	assert.Equal(t, []string{"value money.missing", "reason reason.missing"}, h.faulty(t, p, correctingTo("W1", casework.Money{})))
	assert.Equal(t, []string{"value money.negative"}, h.faulty(t, p, correctingTo("W1", casework.GBP(-1)), because))
	assert.Equal(t, []string{"value award.unchanged"}, h.faulty(t, p, correctingTo("W1", casework.GBP(9_900_000_00)), because))
	assert.Equal(t, []string{"value award.currency"}, h.faulty(t, p, correctingTo("W1", euros(t, 99_95)), because))
	assert.Equal(t, []string{"award award.unknown"}, h.faulty(t, p, correctingTo("W9", casework.GBP(99_95)), because))

	// Rows 8 and 9: when it was awarded stays, and both values are kept.
	h.f.Clock.Advance(time.Hour)
	p = h.does(t, p, correctingTo("W1", casework.GBP(99_95)), because)
	award, _ := p.Award("W1")
	assert.Equal(t, casework.GBP(99_95), award.Value)
	assert.Equal(t, decided.Decided, award.Decided)
	require.Len(t, award.Corrections, 1)
	assert.Equal(t, casework.GBP(9_900_000_00), award.Corrections[0].Was)
	assert.Equal(t, casework.GBP(99_95), award.Corrections[0].Is)

	// Row 10: un-awarded, with the earlier value still there; twice is refused.
	assert.Equal(t, []string{"reason reason.missing"}, h.faulty(t, p, cancellingAward("W1")))
	p = h.does(t, p, cancellingAward("W1"), because)
	assert.Equal(t, procurement.Recommended, p.State())
	award, _ = p.Award("W1")
	assert.False(t, award.Stands())
	assert.Equal(t, "a reason of the test", award.CancelReason)
	assert.Len(t, award.Corrections, 1)
	assert.Equal(t, procurement.ContractCancelled, h.contracts(t, p)[0].State())
	assert.Equal(t, []string{"award award.cancelled"}, h.faulty(t, p, cancellingAward("W1"), because))
	assert.Equal(t, []string{"award award.cancelled"}, h.faulty(t, p, correctingTo("W1", casework.GBP(1)), because))

	p = h.does(t, p, decidingAs(procurement.AwardDecision{}))
	assert.Len(t, p.Awards(), 2)
	assert.Len(t, h.contracts(t, p), 2, "a contract of its own for the second award")
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestS6OfTwoOfficersOneDecides(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.does(t, h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500)}}), recommendingAs())
	_, err := h.by(t, p, func(mine *procurement.Purchase) error {
		h.does(t, p, decidingAs(procurement.AwardDecision{}))
		_, err := mine.DecideAward(procurement.AwardDecision{})
		return err
	})
	require.ErrorIs(t, err, casework.ErrConflict)
	p = h.reloaded(t, p)
	assert.Len(t, p.Awards(), 1)
	assert.Len(t, p.Instruments(), 1)
}

func TestS2AnAwardAndItsContractsFallTogether(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{requisition: func(r *procurement.Requisition) {
		r.Buyers = []procurement.Buyer{{Agency: h.council()}, {Agency: agencyOf("icb")}}
	}}, procurement.AwardDecision{})
	require.Len(t, h.contracts(t, p), 2)

	p = h.does(t, p, cancellingAward("W1"), because)
	for _, c := range h.contracts(t, p) {
		assert.Equal(t, procurement.ContractCancelled, c.State())
	}
	for _, in := range p.Instruments() {
		assert.Equal(t, procurement.ContractCancelled, in.State)
	}
}

func TestS2AnAwardWhoseContractIsSignedStays(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{Standstill: &procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the threshold"}})
	h.signs(t, p.Instruments()[0].Case)
	p = h.reloaded(t, p)
	require.Equal(t, procurement.ContractSigned, p.Instruments()[0].State)

	for name, work := range map[string]func(*procurement.Purchase) error{
		"cancelled": cancellingAward("W1"), "corrected": correctingTo("W1", casework.GBP(1)), "ended with its procedure": endingAs(procurement.Withdrawn),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, []string{"award.contract_signed"}, h.refused(t, p, work, because))
		})
	}
	options, err := h.desks.Purchases.Options(t.Context(), p.ID(), h.f.Actor, because)
	require.NoError(t, err)
	for _, o := range options {
		if o.Move == procurement.Unaward || o.Move == procurement.EndPurchase {
			assert.Contains(t, fmt.Sprint(o.Objections), "award.contract_signed", "what would be refused is listed so: %s", o.Move)
		}
	}
}

func TestOneOfSeveralAwardsIsCancelledByItself(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{
		tender: func(t *procurement.Tender) {
			t.Lots = append(t.Lots, procurement.Lot{ID: "2", Title: "South", MaxAwards: 1})
		},
		bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("2", "beta", 400)},
	}, procurement.AwardDecision{})
	require.Len(t, p.Awards(), 2)

	p = h.does(t, p, cancellingAward("W1"), because)
	assert.Equal(t, procurement.AwardDecided, p.State(), "the other stands")
	states := map[procurement.AwardID]procurement.State{}
	for _, in := range p.Instruments() {
		states[in.Award] = in.State
	}
	assert.Equal(t, map[procurement.AwardID]procurement.State{"W1": procurement.ContractCancelled, "W2": procurement.ContractDrafted}, states)
	p = h.does(t, p, cancellingAward("W2"), because)
	assert.Equal(t, procurement.Recommended, p.State())
}

func TestAContractIsDraftedAsItWasAwarded(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{
		requisition: func(r *procurement.Requisition) {
			r.Buyers = []procurement.Buyer{{Agency: h.council(), Share: 2}, {Agency: agencyOf("icb"), Share: 1}}
		},
		tender: func(tender *procurement.Tender) {
			tender.Pricing, tender.Term = procurement.Block, procurement.Term{Months: 12, Reason: "to try it"}
			tender.Risks = []procurement.Risk{{Risk: "demand falls", Bearer: "shared"}}
			tender.Lots[0].Options = []procurement.PricedOption{
				{ID: "O1", Title: "a year more", Months: 12, Price: casework.GBP(100_00)}, {ID: "O2", Title: "nights", Price: casework.GBP(10_00)},
			}
		},
		bids: []procurement.Bid{func() procurement.Bid {
			b := offerOf("1", "alpha", 500)
			b.Members = []casework.Agency{agencyOf("beta")}
			b.Options = []procurement.OptionPrice{{Option: "O1", Price: casework.GBP(90_01)}}
			return b
		}()},
	}, procurement.AwardDecision{})

	contracts := h.contracts(t, p)
	require.Len(t, contracts, 2)
	for i, want := range []struct {
		buyer     string
		value     int64
		one, more int64
	}{{h.council().ID, 333_33, 60_01, 6_67}, {"icb", 166_67, 30_00, 3_33}} {
		c := contracts[i]
		terms := c.Terms()
		assert.Equal(t, casework.GBP(want.value), terms.Value)
		assert.Equal(t, []casework.Money{casework.GBP(want.one), casework.GBP(want.more)}, []casework.Money{terms.Options[0].Price, terms.Options[1].Price})
		assert.Equal(t, procurement.Block, terms.Pricing)
		assert.Equal(t, 12, terms.Term.Months)
		assert.Len(t, terms.Risks, 1)
		assert.Equal(t, p.Requisition().Period, terms.Period)
		assert.Equal(t, "Home care", terms.Title)
		var parties []string
		for _, party := range c.Parties() {
			parties = append(parties, fmt.Sprintf("%s %s", party.Agency.ID, party.Role))
		}
		assert.Equal(t, []string{want.buyer + " buyer", "alpha supplier", "beta supplier"}, parties)
		competed, is := c.Competed()
		require.True(t, is)
		assert.Equal(t, terms.Value, competed.Value)
		assert.Equal(t, "alpha", competed.Supplier)
		origin := c.Origin()
		assert.Equal(t, procurement.FromAward, origin.Kind)
		assert.Equal(t, p.ID(), origin.Purchase)
		assert.Equal(t, procurement.AwardID("W1"), origin.Award)
		assert.Equal(t, procurement.LotID("1"), origin.Lot)
	}
}

func TestAnOrderIsAwardedAsOne(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{Order: true})
	assert.Equal(t, procurement.FromAcceptedOrder, h.contracts(t, p)[0].Origin().Kind)
}

func TestTheContractsOfAnAwardAddUpToThePenny(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	adds := func(pence uint32, shares [3]uint8) bool {
		p := h.routed(t, buying{
			requisition: func(r *procurement.Requisition) {
				r.Buyers = nil
				for i, s := range shares {
					r.Buyers = append(r.Buyers, procurement.Buyer{Agency: agencyOf(fmt.Sprint("buyer", i)), Share: int64(s)})
				}
			},
			route: procurement.RouteChoice{Route: procurement.DirectAward, Ground: "urgency", Justification: "the provider closed"},
		})
		b := offerOf("", "alpha", 0)
		b.Price = casework.GBP(int64(pence))
		p = h.does(t, h.handedIn(t, p, b), awardAssessed)
		p = h.does(t, p, recommendingAs(procurement.Choice{Bid: "B1"}))
		p = h.does(t, p, decidingAs(procurement.AwardDecision{}))
		var values []casework.Money
		for _, c := range h.contracts(t, p) {
			values = append(values, c.Terms().Value)
		}
		sum, err := casework.Sum(values...)
		h.does(t, p, endingAs(procurement.Withdrawn), because) // the service may be bought again
		return err == nil && len(values) == 3 && sum == b.Price
	}
	require.NoError(t, quick.Check(adds, &quick.Config{MaxCount: 20}))
}

func TestStandstillsAreCountedAsWasSaid(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		zone     string
		notified string
		days     int
		counting procurement.Counting
		ends     string
	}{
		"eight days beginning with the day of the notice (Procurement Act 2023 s.51)": {"Europe/London", "2026-08-10T15:00:00+01:00", 8, procurement.BeginningWith, "2026-08-20T00:00:00+01:00"},
		"eight days beginning with the day after":                                     {"Europe/London", "2026-08-10T15:00:00+01:00", 8, procurement.BeginningAfter, "2026-08-21T00:00:00+01:00"},
		"the regime for health care: from the 11th, the eighth day after it (reg 12)": {"Europe/London", "2026-08-11T00:00:00+01:00", 8, procurement.BeginningAfter, "2026-08-22T00:00:00+01:00"},
		"a start in the night counts from the next day":                               {"Europe/Kyiv", "2027-01-07T00:15:06+02:00", 2, procurement.FromMidnight, "2027-01-12T00:00:00+02:00"},
		"a start at midnight counts its own day":                                      {"Europe/Kyiv", "2027-01-01T00:00:00+02:00", 2, procurement.FromMidnight, "2027-01-05T00:00:00+02:00"},
	} {
		t.Run(name, func(t *testing.T) {
			h := awardingHouse(t, commissioning.Light)
			if c.zone == "Europe/London" {
				h = h.countingIn(t, london)
			}
			p := h.awarded(t, buying{}, procurement.AwardDecision{})
			p = h.does(t, p, keepingStill("W1", procurement.StandstillPlan{
				Kind: procurement.VoluntaryStandstill, Notified: h.at(t, c.notified), WorkingDays: c.days, Counting: c.counting,
			}))
			award, _ := p.Award("W1")
			ends := award.Standstill.Ends
			assert.Equal(t, c.ends, ends.Format(time.RFC3339))
			assert.False(t, award.StandstillOver(ends.Add(-time.Microsecond)))
			assert.True(t, award.StandstillOver(ends))
			assert.Equal(t, "standstill.ends W1", p.Deadlines()[0].Code+" "+p.Deadlines()[0].Subject)
			assert.True(t, p.Deadlines()[0].Due.Equal(ends))
		})
	}
}

// countingIn gives the house with a calendar of another place.
func (h awarding) countingIn(t *testing.T, zone *time.Location) awarding {
	t.Helper()
	calendar, err := casework.NewCalendar(zone)
	require.NoError(t, err)
	o := &procurement.Options{Desk: casework.DeskOptions{Clock: h.f.Clock.Now}, Calendar: calendar}
	o.Purchases.Policies.Drop = others(procurement.PurchasePolicies())
	h.desks, err = procurement.NewDesks(h.f.Desk, o)
	require.NoError(t, err)
	return h
}

func TestAStandstillNamesEveryFaultAtOnce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	award, _ := p.Award("W1")
	assert.False(t, award.StandstillOver(h.f.Clock.Now()), "nothing was decided about one")

	for name, c := range map[string]struct {
		award procurement.AwardID
		plan  procurement.StandstillPlan
		want  []string
	}{
		"nothing said":           {"W9", procurement.StandstillPlan{}, []string{"award award.unknown", "standstill.kind standstill.kind"}},
		"a mandatory one":        {"W1", procurement.StandstillPlan{Kind: procurement.MandatoryStandstill}, []string{"standstill.notified standstill.notified_missing", "standstill.working_days standstill.days", "standstill.counting standstill.counting"}},
		"none, without a reason": {"W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, WorkingDays: 8}, []string{"standstill.reason standstill.reason_missing", "standstill.working_days standstill.days"}},
		"one of ages":            {"W1", procurement.StandstillPlan{Kind: procurement.MandatoryStandstill, Notified: h.f.Clock.Now(), WorkingDays: 20_000, Counting: procurement.BeginningWith}, []string{"standstill.n calendar.days_out_of_range"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, h.faulty(t, p, keepingStill(c.award, c.plan)))
		})
	}
	p = h.does(t, p, keepingStill("W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the threshold"}))
	award, _ = p.Award("W1")
	assert.True(t, award.StandstillOver(h.f.Clock.Now()))
	assert.Empty(t, p.Deadlines())
	award.Standstill.Reason = "another"
	award, _ = p.Award("W1")
	assert.Equal(t, "below the threshold", award.Standstill.Reason, "what is given out is a copy")
}

func TestARunningStandstillIsNotShortened(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	plan := func(days int) procurement.StandstillPlan {
		return procurement.StandstillPlan{Kind: procurement.MandatoryStandstill, Notified: h.f.Clock.Now(), WorkingDays: days, Counting: procurement.BeginningWith}
	}
	p = h.does(t, p, keepingStill("W1", plan(8)))
	assert.Equal(t, []string{"standstill.shortened"}, h.refused(t, p, keepingStill("W1", plan(7))))
	assert.Equal(t, []string{"standstill.shortened"}, h.refused(t, p, keepingStill("W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "in a hurry"})))
	p = h.does(t, p, keepingStill("W1", plan(8)))
	p = h.does(t, p, keepingStill("W1", plan(9)))
	h.f.Clock.Advance(30 * 24 * time.Hour)
	h.does(t, p, keepingStill("W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "it is over"}))
}

func TestAStandstillThatRunsNeverEndsEarlierThanWasSaid(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	kept := func(days uint8, hours uint8) bool {
		h.f.Clock.Advance(time.Duration(hours) * time.Hour)
		before, _ := p.Award("W1")
		now, err := h.by(t, p, keepingStill("W1", procurement.StandstillPlan{
			Kind: procurement.MandatoryStandstill, Notified: h.f.Clock.Now(), WorkingDays: int(days%12) + 1, Counting: procurement.BeginningAfter,
		}))
		if err != nil {
			return errors.Is(err, casework.ErrRefused)
		}
		p = now
		after, _ := p.Award("W1")
		return before.Standstill == nil || before.StandstillOver(h.f.Clock.Now()) || !after.Standstill.Ends.Before(before.Standstill.Ends)
	}
	require.NoError(t, quick.Check(kept, &quick.Config{MaxCount: 100}))
}

func TestADecisionIsDueUntilItIsMade(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	by := h.f.Clock.Now().Add(72 * time.Hour)
	p := h.evaluated(t, buying{
		tender: func(t *procurement.Tender) { t.Timetable.DecisionBy = by },
		bids:   []procurement.Bid{offerOf("1", "alpha", 500)},
	})
	due := func(p *procurement.Purchase) (codes []string) {
		for _, d := range p.Deadlines() {
			if d.Code == procurement.DeadlineAward {
				assert.True(t, d.Due.Equal(by))
				codes = append(codes, d.Code)
			}
		}
		return codes
	}
	assert.Equal(t, []string{"award.due"}, due(p))
	p = h.does(t, h.does(t, p, recommendingAs()), decidingAs(procurement.AwardDecision{}))
	assert.Empty(t, due(p))
}

func TestRedactionKeepsTheBonesOfAnAward(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{
		tender: func(t *procurement.Tender) {
			t.Lots = append(t.Lots, procurement.Lot{ID: "2", Title: "South", MaxAwards: 1})
		},
		bids: []procurement.Bid{func() procurement.Bid {
			b := offerOf("1", "alpha", 500)
			b.Members = []casework.Agency{agencyOf("beta")}
			return b
		}()},
	}, procurement.AwardDecision{
		Unawarded:  []procurement.UnawardedLot{{Lot: "2", Reason: "nobody bid"}},
		Standstill: &procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the threshold"},
	})
	p = h.does(t, p, keepingStill("W1", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "far below the threshold"}))
	p = h.does(t, p, func(p *procurement.Purchase) error {
		if _, err := p.ReceiveChallenge(procurement.Challenge{By: agencyOf("gamma"), Text: "unfair"}); err != nil {
			return err
		}
		_, err := p.DecideChallenge("C1", procurement.ChallengeDismissed, "fair")
		return err
	})
	p = h.does(t, p, correctingTo("W1", casework.GBP(1)), because)
	p = h.does(t, p, cancellingAward("W1"), because)
	p = h.does(t, p, func(p *procurement.Purchase) error { _, err := p.End(procurement.Withdrawn, "given up"); return err }, because)
	var seqs []uint64
	for e, err := range h.desks.Purchases.History(t.Context(), p.ID(), 0) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	red, err := h.desks.Purchases.Redact(t.Context(), p.ID(), h.f.Actor, seqs, "asked to be forgotten")
	require.NoError(t, err)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))

	award, _ := red.Award("W1")
	assert.Empty(t, award.Why+award.CancelReason+award.Supplier.Name+award.Members[0].Name+award.Standstill.Reason)
	assert.Equal(t, "alpha", award.Supplier.ID)
	assert.Equal(t, "beta", award.Members[0].ID)
	assert.Equal(t, casework.GBP(1), award.Value)
	assert.Equal(t, casework.GBP(500_00), award.Corrections[0].Was)
	assert.Equal(t, []procurement.UnawardedLot{{Lot: "2"}}, red.Unawarded())
	r, _ := red.Recommendation()
	assert.Equal(t, []procurement.Choice{{Lot: "1", Bid: "B1"}}, r.Choices)
	outcome, _ := red.Outcome()
	assert.Empty(t, outcome.Reason)
	assert.Equal(t, procurement.Withdrawn, outcome.How)
	challenge := red.Challenges()[0]
	assert.Empty(t, challenge.Text+challenge.Decision+challenge.By.Name)
	assert.Equal(t, procurement.ChallengeDismissed, challenge.Outcome)
}
