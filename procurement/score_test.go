package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func biddingScore(id procurement.BidID, c procurement.CriterionID, value int) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.GiveScore(procurement.Score{Bid: id, Criterion: c, Value: value, Reason: "by the guidance"})
		return err
	}
}

func biddingModeration(id procurement.BidID, c procurement.CriterionID, value int) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.Moderate(procurement.Moderation{Bid: id, Criterion: c, Value: value, Reason: "agreed", Present: []string{"ana.k", "eve"}})
		return err
	}
}

func biddingEvaluator(id string) casework.Actor { return casework.Person(id, biddingBuyer()) }

// scoredBy has an evaluator score a bid on both criteria.
func (h *bidding) scoredBy(t *testing.T, who string, id procurement.BidID, quality, community int) {
	t.Helper()
	require.NoError(t, h.tryAs(t, biddingEvaluator(who), biddingScore(id, "quality", quality)))
	require.NoError(t, h.tryAs(t, biddingEvaluator(who), biddingScore(id, "community", community)))
}

func TestAScoreNamesEveryFaultAtOnce(t *testing.T) {
	h := biddingOpened(t, nil, 500_00, 400_00)
	h.do(t, biddingExclusion("B2", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "no plan"}))
	tests := map[string]struct {
		score procurement.Score
		want  []string
	}{
		"a bid and a criterion are known, and there is a reason": {
			procurement.Score{Bid: "B9", Criterion: "taste"}, []string{"score.bid bid.unknown", "score.criterion criterion.unknown", "score.reason reason.missing"},
		},
		"nobody scores a price":                         {procurement.Score{Bid: "B1", Criterion: "price", Value: 5, Reason: "cheap"}, []string{"score.criterion criterion.unscored"}},
		"nobody scores a bid that is out":               {procurement.Score{Bid: "B2", Criterion: "quality", Value: 5, Reason: "good"}, []string{"score.bid bid.out"}},
		"a score is not above the highest":              {procurement.Score{Bid: "B1", Criterion: "quality", Value: 6, Reason: "splendid"}, []string{"score.value score.range"}},
		"a score is not below the lowest":               {procurement.Score{Bid: "B1", Criterion: "quality", Value: -1, Reason: "bad"}, []string{"score.value score.range"}},
		"the lowest is a score":                         {procurement.Score{Bid: "B1", Criterion: "quality", Reason: "nothing said"}, nil},
		"what does not apply has no value to be looked": {procurement.Score{Bid: "B1", Criterion: "quality", Value: 99, NotApplicable: true, Reason: "no vans"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var given procurement.Score
			err := h.try(t, func(p *procurement.Purchase) (err error) { given, err = p.GiveScore(tt.score); return err })
			if tt.want == nil {
				require.NoError(t, err)
				assert.Equal(t, h.Actor.ID, given.Mark.By)
				assert.Zero(t, given.Value)
				return
			}
			assert.Equal(t, tt.want, biddingFaults(t, err))
		})
	}
	assert.Equal(t, []string{"moderation.bid bid.unknown", "moderation.criterion criterion.unknown", "moderation.reason reason.missing", "moderation.present[0] evaluator.missing"},
		biddingFaults(t, h.try(t, func(p *procurement.Purchase) error {
			_, err := p.Moderate(procurement.Moderation{Present: []string{" "}})
			return err
		})))
}

func TestBidsAreScoredWhenTheyAreOpenAndNoLonger(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	for name, work := range map[string]func(*procurement.Purchase) error{"score": biddingScore("B1", "quality", 3), "moderate": biddingModeration("B1", "quality", 3)} {
		assert.Equal(t, []string{"state scoring.closed"}, biddingFaults(t, h.try(t, work)), name)
	}

	h = biddingOpened(t, nil, 500_00)
	h.scoredBy(t, "eve", "B1", 3, 3)
	h.do(t, h.moving(procurement.Evaluate))
	assert.Equal(t, []string{"state scoring.closed"}, biddingFaults(t, h.try(t, biddingScore("B1", "quality", 3))))
	h.do(t, h.moving(procurement.Reopen), casework.Reason("a page was overlooked"))
	h.do(t, biddingScore("B1", "quality", 4))
}

func TestS7_10_a_score_without_a_justification_is_refused_and_a_rescore_keeps_both(t *testing.T) {
	h := biddingOpened(t, func(x *procurement.Tender) {
		x.Criteria = []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(53), Least: 1, Most: 5},
			{ID: "community", Title: "Social value", Kind: procurement.SocialValueCriterion, Weight: procurement.Whole(47), Least: 1, Most: 5},
		}
	}, 500_00, 500_00)
	assert.Equal(t, []string{"score.reason reason.missing"}, biddingFaults(t, h.try(t, func(p *procurement.Purchase) error {
		_, err := p.GiveScore(procurement.Score{Bid: "B1", Criterion: "quality", Value: 4, Reason: "  "})
		return err
	})))
	h.scoredBy(t, "eve", "B1", 1, 3)
	h.scoredBy(t, "eve", "B2", 5, 1)

	require.NoError(t, h.tryAs(t, biddingEvaluator("eve"), biddingScore("B1", "quality", 4)))

	require.Len(t, h.p.Scores(), 5)
	assert.Equal(t, 1, h.p.Scores()[0].Value)
	assert.Equal(t, 4, h.p.Scores()[4].Value)
	r, err := h.p.Ranking("1")
	require.NoError(t, err)
	require.Len(t, r.Bids, 2)
	assert.Equal(t, "70.6000", r.Bids[0].Result)
	assert.Equal(t, procurement.BidID("B1"), r.Bids[0].Bid)
	assert.Equal(t, "62.4000", r.Bids[1].Result)
	h.verified(t)
}

func TestS7_11_what_does_not_apply_is_in_no_average(t *testing.T) {
	by := func(who string, value int, without bool) procurement.Score {
		return procurement.Score{Bid: "B1", Criterion: "quality", Value: value, NotApplicable: without, Mark: procurement.Mark{Entry: 1, By: who}}
	}

	average, count := procurement.AverageScore([]procurement.Score{by("a", 5, false), by("b", 3, false), by("c", 0, true)})
	assert.Equal(t, "4.0000", average)
	assert.Equal(t, 2, count)

	average, count = procurement.AverageScore([]procurement.Score{by("a", 0, true), by("b", 0, true)})
	assert.Empty(t, average, "no average, and not 0")
	assert.Zero(t, count)

	average, count = procurement.AverageScore(nil)
	assert.Empty(t, average)
	assert.Zero(t, count)
}

func TestAModerationTakesThePlaceOfTheScoresAndLeavesThem(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	h.scoredBy(t, "eve", "B1", 2, 5)
	h.scoredBy(t, "fay", "B1", 4, 5)
	quality := func() string {
		r, err := h.p.Ranking("1")
		require.NoError(t, err)
		return r.Bids[0].Quality
	}
	assert.Equal(t, "39.8000", quality(), "33 x 3/5 + 20")

	h.do(t, biddingModeration("B1", "quality", 4))
	assert.Equal(t, "46.4000", quality(), "33 x 4/5 + 20")
	h.do(t, biddingModeration("B1", "quality", 5))
	assert.Equal(t, "53.0000", quality())
	assert.Len(t, h.p.Scores(), 4)
	all := h.p.Moderations()
	require.Len(t, all, 2)
	all[0].Present[0] = "x"
	assert.Equal(t, []string{"ana.k", "eve"}, h.p.Moderations()[0].Present)
	h.verified(t)
}

func TestLotsAreDrawnBetweenAllBidsOfATieOnce(t *testing.T) {
	byDraw := func(x *procurement.Tender) { x.Ties = procurement.TieByDraw }
	h := biddingOpened(t, byDraw, 500_00, 500_00, 500_00)
	drawing := func(witness string, order ...procurement.BidID) func(*procurement.Purchase) error {
		return func(p *procurement.Purchase) error {
			_, err := p.DrawLots(procurement.TieBreak{Lot: "1", Order: order, Witness: witness})
			return err
		}
	}
	h.scoredBy(t, "eve", "B1", 4, 4)
	h.scoredBy(t, "eve", "B2", 4, 4)
	assert.Equal(t, []string{"draw.scores[B3/quality] score.missing", "draw.scores[B3/community] score.missing"}, biddingFaults(t, h.try(t, drawing("w", "B1", "B2"))))
	h.scoredBy(t, "eve", "B3", 3, 4)

	r, err := h.p.Ranking("1")
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 3}, []int{r.Bids[0].Rank, r.Bids[1].Rank, r.Bids[2].Rank})
	noTie := []string{"draw.order draw.no_tie"}
	assert.Equal(t, noTie, biddingFaults(t, h.try(t, drawing("w", "B1", "B3"))))
	assert.Equal(t, noTie, biddingFaults(t, h.try(t, drawing("w", "B1"))))
	assert.Equal(t, noTie, biddingFaults(t, h.try(t, drawing("w", "B2", "B1", "B1"))))
	assert.Equal(t, []string{"draw.witness witness.missing", "draw.order draw.no_tie"}, biddingFaults(t, h.try(t, drawing(""))))
	h.do(t, drawing("w", "B2", "B1"))
	assert.Equal(t, []string{"draw draw.drawn"}, biddingFaults(t, h.try(t, drawing("w", "B1", "B2"))))

	r, err = h.p.Ranking("1")
	require.NoError(t, err)
	assert.Equal(t, procurement.BidID("B2"), r.Bids[0].Bid)
	assert.Equal(t, []int{1, 2, 3}, []int{r.Bids[0].Rank, r.Bids[1].Rank, r.Bids[2].Rank})
	draws := h.p.TieBreaks()
	require.Len(t, draws, 1)
	draws[0].Order[0] = "x"
	assert.Equal(t, procurement.BidID("B2"), h.p.TieBreaks()[0].Order[0])
	h.verified(t)

	h = biddingOpened(t, nil, 500_00, 500_00)
	h.scoredBy(t, "eve", "B1", 4, 4)
	h.scoredBy(t, "eve", "B2", 4, 4)
	assert.Equal(t, []string{"draw draw.rule"}, biddingFaults(t, h.try(t, drawing("w", "B1", "B2"))))
}
