package procurement_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func TestNothingIsComparedBeforeEveryBidIsScored(t *testing.T) {
	h := biddingOpened(t, nil, 500_00, 400_00)
	h.do(t, biddingScore("B2", "quality", 3))

	assert.Equal(t, []string{"score.missing bar B1", "score.missing bar B1", "score.missing bar B2"}, biddingObjections(t, h.try(t, h.moving(procurement.Evaluate))))
	_, err := h.p.Ranking("1")
	assert.Equal(t, []string{"scores[B1/quality] score.missing", "scores[B1/community] score.missing", "scores[B2/community] score.missing"}, biddingFaults(t, err))

	h.do(t, biddingExclusion("B1", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "no plan"}))
	h.do(t, biddingScore("B2", "community", 3))
	h.do(t, h.moving(procurement.Evaluate))
}

func TestEvaluatorsWhoDifferAgree(t *testing.T) {
	tests := map[commissioning.Scale]struct {
		stop   []string
		advise int
	}{
		commissioning.Light: {}, commissioning.Standard: {advise: 1}, commissioning.Major: {stop: []string{"score.unmoderated explain B1"}},
	}
	for scale, tt := range tests {
		h := biddingOn(t, biddingOpen, scale)
		tender := biddingTender(t)
		tender.Lots[0].Estimate = casework.Money{}
		h.do(t, biddingSetTender(tender))
		h.do(t, biddingAddNotice(true))
		h.do(t, h.moving(procurement.Invite))
		h.clock(t, "2027-01-08T00:00:00+02:00")
		h.do(t, biddingSuitability(h.handedIn(t, "alpha", 500_00), true))
		h.clock(t, "2027-01-16T00:00:00+02:00")
		h.do(t, h.moving(procurement.Receive))
		h.do(t, func(p *procurement.Purchase) error { return p.OpenBids() })
		h.scoredBy(t, "eve", "B1", 3, 3)
		h.scoredBy(t, "fay", "B1", 4, 3)

		err := h.try(t, h.moving(procurement.Evaluate))
		if tt.stop == nil {
			require.NoError(t, err, scale)
			assert.Len(t, h.p.Advice(), tt.advise, scale)
			continue
		}
		assert.Equal(t, tt.stop, biddingObjections(t, err))
		h.do(t, biddingModeration("B1", "quality", 4))
		require.NoError(t, h.tryAs(t, biddingEvaluator("eve"), biddingScore("B1", "quality", 2)))
		assert.Equal(t, tt.stop, biddingObjections(t, h.try(t, h.moving(procurement.Evaluate))), "scored again since")
		h.do(t, biddingModeration("B1", "quality", 4))
		h.do(t, h.moving(procurement.Evaluate))
	}
}

func TestWhoeverOffersAnAbnormallyLowPriceIsHeardFirst(t *testing.T) {
	h := biddingOpened(t, func(x *procurement.Tender) { x.AbnormallyLow = procurement.Whole(30) }, 300_00, 500_00, 500_00)
	for _, id := range []procurement.BidID{"B1", "B2", "B3"} {
		h.scoredBy(t, "eve", id, 4, 4)
	}

	assert.Equal(t, []string{"abnormal.unheard bar B1"}, biddingObjections(t, h.try(t, h.moving(procurement.Evaluate))))
	h.do(t, func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B1") })
	assert.Equal(t, []string{"abnormal.unheard bar B1"}, biddingObjections(t, h.try(t, h.moving(procurement.Evaluate))))
	r, err := h.p.Ranking("1")
	require.NoError(t, err)
	require.Len(t, r.Out, 1)
	assert.Contains(t, r.Out[0].Why, "not heard yet")
	h.do(t, func(p *procurement.Purchase) error { return p.HearAbnormallyLow("B1", "we own the vans", true) })
	h.do(t, h.moving(procurement.Evaluate))
	r, err = h.p.Ranking("1")
	require.NoError(t, err)
	assert.Equal(t, procurement.BidID("B1"), r.Bids[0].Bid)
}

func TestEveryBidderThatCompetesIsLookedAt(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	h.clock(t, "2027-01-16T00:00:00+02:00")
	h.do(t, h.moving(procurement.Receive))
	h.do(t, func(p *procurement.Purchase) error { return p.OpenBids() })
	h.scoredBy(t, "eve", "B1", 4, 4)

	assert.Equal(t, []string{"suitability.unassessed refuse B1"}, biddingObjections(t, h.try(t, h.moving(procurement.Evaluate))))
	h.do(t, h.moving(procurement.Evaluate), casework.Overriding("suitability.unassessed", "looked at last month"))
}

func TestOptionsSayOfBiddingWhatTheMovesWouldSay(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Major)
	h.do(t, biddingSetTender(biddingTender(t)))
	listed := func(m casework.Move) []string {
		options, err := h.desks.Purchases.Options(t.Context(), h.p.ID(), h.Actor)
		require.NoError(t, err)
		var all []string
		for _, o := range options {
			for _, x := range o.Objections {
				if o.Move == m && x.Effect.Stops() {
					all = append(all, x.Code+" "+x.Effect.String()+" "+x.Subject)
				}
			}
		}
		return all
	}
	agree := func(m casework.Move) {
		t.Helper()
		want := listed(m)
		require.NotEmpty(t, want)
		assert.Equal(t, want, biddingObjections(t, h.try(t, h.moving(m))))
	}
	agree(procurement.Invite)
	h.do(t, biddingAddNotice(true))
	require.Empty(t, listed(procurement.Invite))
	h.do(t, h.moving(procurement.Invite))
	h.do(t, biddingQuestion("How many rounds?", "alpha"))
	agree(procurement.Receive)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	h.clock(t, "2027-01-16T00:00:00+02:00")
	h.do(t, h.moving(procurement.Receive), casework.Explaining("question.open", "withdrawn"))
	h.do(t, func(p *procurement.Purchase) error { return p.OpenBids() })
	agree(procurement.Evaluate)
}

func TestS1_11_an_invitation_needs_a_signed_notice(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	h.do(t, biddingSetTender(biddingTender(t)))
	h.do(t, biddingAddNotice(false))

	assert.Equal(t, []string{"notice.missing refuse "}, biddingObjections(t, h.try(t, h.moving(procurement.Invite))), "class guard.missing_document")
	assert.Equal(t, procurement.RouteChosen, h.p.State())
}

func TestS1_12_with_the_notice_it_is_published_and_enquiries_begin(t *testing.T) {
	h := biddingInvited(t, nil)

	assert.Equal(t, procurement.BiddingEnquiries, h.p.BiddingAt(h.Clock.Now()))
	due := h.p.Deadlines()
	require.NotEmpty(t, due)
	assert.Equal(t, procurement.DeadlineBidsOpen, due[0].Code)
	assert.True(t, due[0].Due.Equal(biddingMoment(t, "2027-01-08T00:00:00+02:00")))
}

func TestS1_13_bids_open_by_the_date_alone_and_ticking_again_writes_nothing(t *testing.T) {
	h := biddingInvited(t, nil)
	tick := func(at string) uint64 {
		t.Helper()
		h.clock(t, at)
		p, err := h.desks.Purchases.Tick(t.Context(), h.p.ID(), h.Actor)
		require.NoError(t, err)
		h.p = p
		return p.Seq()
	}
	before := h.p.Seq()

	assert.Equal(t, before, tick("2027-01-07T23:59:59+02:00"))
	assert.Equal(t, procurement.BiddingEnquiries, h.p.BiddingAt(h.Clock.Now()))
	after := tick("2027-01-08T00:00:00+02:00")
	assert.Equal(t, before+2, after, "questions closed and bids opened at that moment")
	assert.Equal(t, procurement.BiddingOpen, h.p.BiddingAt(h.Clock.Now()))
	assert.Equal(t, after, tick("2027-01-08T00:00:00+02:00"))
	assert.Equal(t, procurement.Invited, h.p.State())
	h.verified(t)
}

func TestS1_14_what_is_published_is_not_edited(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-09T00:00:00+02:00")
	changed := biddingTender(t)
	changed.Lots[0].Estimate = casework.GBP(501_00)

	assert.Equal(t, []string{"tender.published refuse "}, biddingObjections(t, h.try(t, biddingSetTender(changed))), "class field.locked")
	tender, _ := h.p.Tender()
	assert.Equal(t, casework.GBP(500_00), tender.Lots[0].Estimate)
}

func TestS1_15_to_17_a_bid_needs_its_proposal_and_an_edit_voids_it_until_it_is_signed_again(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-09T00:00:00+02:00")
	bare := biddingOffer("A", 500_00)
	bare.Proposal = casework.Evidence{}
	h.do(t, biddingDraft(bare))

	assert.Equal(t, []string{"bid.proposal bid.proposal_missing"}, biddingFaults(t, h.try(t, biddingHandIn("B1"))), "class guard.missing_document")
	assert.False(t, h.bid(t, "B1").Submitted())

	h.do(t, biddingRevision("B1", biddingOffer("A", 500_00)))
	h.do(t, biddingHandIn("B1"))
	assert.True(t, h.bid(t, "B1").Valid())
	edited := biddingOffer("A", 500_00)
	edited.SocialValue = "more of it"
	h.do(t, biddingRevision("B1", edited))
	assert.False(t, h.bid(t, "B1").Valid())
	h.do(t, biddingHandIn("B1"))
	assert.True(t, h.bid(t, "B1").Valid())

	id := h.handedIn(t, "B", 5*99_80)
	assert.Equal(t, casework.GBP(499_00), h.bid(t, id).Price)
	assert.True(t, h.bid(t, id).Valid())
}

// publishedForTwoWeeks is a tender published on 3 March 2016 for two weeks.
func publishedForTwoWeeks(t *testing.T) *bidding {
	t.Helper()
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	h.clock(t, "2027-03-03T12:30:01Z") // the days of the source, eleven years on: the clock of a journal does not go back
	tender := biddingTender(t)
	tender.Timetable = procurement.Timetable{
		QuestionsClose: biddingMoment(t, "2027-03-10T23:59:59Z"), AnswersBy: biddingMoment(t, "2027-03-16T23:59:59Z"), BidsClose: biddingMoment(t, "2027-03-17T23:59:59Z"),
	}
	h.do(t, biddingSetTender(tender))
	h.do(t, biddingAddNotice(true))
	h.do(t, h.moving(procurement.Invite))
	return h
}

func TestS6_1_to_4_a_brief_is_live_until_its_date_and_closes_by_it_without_a_write(t *testing.T) {
	h := publishedForTwoWeeks(t)
	assert.Equal(t, procurement.BiddingOpen, h.p.BiddingAt(h.Clock.Now()))
	var codes []string
	for _, d := range h.p.Deadlines() {
		codes = append(codes, d.Code+" "+d.Due.UTC().Format(time.RFC3339))
	}
	assert.Equal(t, []string{"questions.close 2027-03-10T23:59:59Z", "bids.close 2027-03-17T23:59:59Z"}, codes)
	require.Error(t, h.tryAs(t, casework.Actor{}, biddingQuestion("Who?", "")), "class authority.actor_missing")

	require.ErrorIs(t, h.try(t, func(p *procurement.Purchase) error {
		_, err := p.Recommend("the best", procurement.Choice{Bid: "B1", Lot: "1"})
		return err
	}), casework.ErrInvalid, "there is no bid to award, let alone while bids are open")
	assert.Contains(t, biddingObjections(t, h.try(t, h.moving(procurement.Receive))), "bidding.open bar ", "it closes by its date alone")

	seq := h.p.Seq()
	assert.Equal(t, procurement.BiddingOpen, h.p.BiddingAt(biddingMoment(t, "2027-03-17T23:59:59Z")))
	assert.Equal(t, procurement.BiddingClosed, h.p.BiddingAt(biddingMoment(t, "2027-03-18T00:00:00Z")))
	assert.Equal(t, seq, h.p.Seq())
}

func TestS6_2_nothing_is_awarded_while_bids_are_open(t *testing.T) {
	h := publishedForTwoWeeks(t)
	id := h.handedIn(t, "A", 99_95)

	err := h.try(t, func(p *procurement.Purchase) error {
		_, err := p.Recommend("the best", procurement.Choice{Bid: id, Lot: "1", Why: "the best"})
		return err
	})

	assert.Contains(t, biddingObjections(t, err)[0], casework.CodeMoveNotAllowed, "class transition.not_allowed")
	assert.Equal(t, procurement.Invited, h.p.State())
}

func TestS6_5_a_draft_and_a_bid_of_another_purchase_do_not_compete(t *testing.T) {
	h := publishedForTwoWeeks(t)
	signed, draft := h.handedIn(t, "A", 99_95), h.drafted(t, "B", 90_00)
	h.do(t, biddingSuitability(signed, true))
	h.clock(t, "2027-03-18T00:00:00Z")
	h.do(t, h.moving(procurement.Receive))
	h.do(t, func(p *procurement.Purchase) error { return p.OpenBids() })
	h.scoredBy(t, "eve", signed, 3, 3)
	h.do(t, h.moving(procurement.Evaluate))

	r, err := h.p.Ranking("1")
	require.NoError(t, err)
	require.Len(t, r.Bids, 1)
	assert.Equal(t, signed, r.Bids[0].Bid)
	require.Len(t, r.Out, 1)
	assert.Equal(t, draft, r.Out[0].Bid)
	err = h.try(t, func(p *procurement.Purchase) error {
		_, err := p.Recommend("the best", procurement.Choice{Bid: "B9", Lot: "1", Why: "the best"})
		return err
	})
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestRedactedBiddingStandsAsItDid(t *testing.T) {
	h := biddingOpened(t, func(x *procurement.Tender) {
		x.Ties, x.AbnormallyLow = procurement.TieByDraw, procurement.Whole(30)
		x.Risks = []procurement.Risk{{Risk: "snow", Bearer: "shared"}}
		x.Advertised = []procurement.Advertisement{{Where: "Find a Tender", On: casework.DateOf(x.Timetable.BidsClose)}}
	}, 300_00, 500_00, 500_00, 500_00)
	for _, id := range []procurement.BidID{"B1", "B2", "B3", "B4"} {
		h.scoredBy(t, "eve", id, 4, 4)
	}
	h.do(t, biddingModeration("B1", "quality", 3))
	h.do(t, func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B1") })
	h.do(t, func(p *procurement.Purchase) error { return p.HearAbnormallyLow("B1", "we own the vans", true) })
	h.do(t, biddingExclusion("B4", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "no plan", Heard: "nothing"}))
	h.do(t, func(p *procurement.Purchase) error {
		_, err := p.DrawLots(procurement.TieBreak{Lot: "1", Order: []procurement.BidID{"B3", "B2"}, Witness: "Wanda"})
		return err
	})
	h.do(t, h.moving(procurement.Evaluate))
	before, err := h.p.Ranking("1")
	require.NoError(t, err)
	var seqs []uint64
	for e, err := range h.desks.Purchases.History(t.Context(), h.p.ID(), 0) {
		require.NoError(t, err)
		if slices.ContainsFunc([]string{"tender.", "document.", "bid.", "score.", "lots."}, func(of string) bool { return strings.HasPrefix(e.Type, of) }) {
			seqs = append(seqs, e.Seq)
		}
	}
	require.Greater(t, len(seqs), 20)

	p, err := h.desks.Purchases.Redact(t.Context(), h.p.ID(), h.Actor, seqs, "asked to be forgotten")
	require.NoError(t, err)
	h.p = p
	h.verified(t)

	after, err := p.Ranking("1")
	require.NoError(t, err)
	assert.Equal(t, before, after, "who wins does not hang on what was redacted")
	b := h.bid(t, "B4")
	assert.Equal(t, "b4", b.Bidder.ID)
	assert.Empty(t, b.Bidder.Name+b.SocialValue+b.Signed.Signatory+b.Exclusion.Reason+b.Exclusion.Heard+b.Suitability.Reason+b.Proposal.Title)
	assert.Equal(t, procurement.NonCompliant, b.Exclusion.Ground)
	assert.Empty(t, h.bid(t, "B1").AbnormalLow.Answer)
	assert.Empty(t, p.Scores()[0].Reason+p.Moderations()[0].Reason+p.TieBreaks()[0].Witness)
	tender, _ := p.Tender()
	assert.Empty(t, tender.Title+tender.Lots[0].Title+tender.Criteria[0].Title+tender.PriceReason+tender.NoLots+tender.Risks[0].Risk+tender.Advertised[0].Where)
	assert.Equal(t, procurement.LotID("1"), tender.Lots[0].ID)
	assert.True(t, p.HasDocument(casework.DocumentTenderNotice, true))
}
