package procurement_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// judging is all that bids for lot 1 are ranked by.
type judging struct {
	tender      procurement.Tender
	bids        []procurement.Bid
	scores      []procurement.Score
	moderations []procurement.Moderation
	draws       []procurement.TieBreak
}

func (j judging) rank(t *testing.T) procurement.Ranking {
	t.Helper()
	r, err := procurement.Rank(j.tender, "1", j.bids, j.scores, j.moderations, j.draws)
	require.NoError(t, err)
	return r
}

// judgedBid is a bid that was signed as it stands.
func judgedBid(id procurement.BidID, pence int64) procurement.Bid {
	content := casework.Hash{1}
	return procurement.Bid{
		ID: id, Lot: "1", Bidder: casework.Agency{ID: "agency of " + string(id)}, Price: casework.GBP(pence),
		Content: content, Signed: &procurement.BidSignature{Signatory: "director", Content: content},
	}
}

// given adds the score of an evaluator, in the order of giving.
func (j *judging) given(by string, id procurement.BidID, c procurement.CriterionID, value int) {
	j.scores = append(j.scores, procurement.Score{Bid: id, Criterion: c, Value: value, Mark: procurement.Mark{Entry: uint64(len(j.scores) + 1), By: by}})
}

func judgedTender(method procurement.Method, ties procurement.TieRule, criteria ...procurement.Criterion) procurement.Tender {
	return procurement.Tender{Lots: []procurement.Lot{{ID: "1", Title: "All", MaxAwards: 1}}, Criteria: criteria, Method: method, Ties: ties}
}

func judgedBy(id procurement.CriterionID, kind procurement.CriterionKind, weight int) procurement.Criterion {
	c := procurement.Criterion{ID: id, Title: string(id), Kind: kind, Weight: procurement.Whole(weight)}
	if c.Scored() {
		c.Most = 5
	}
	return c
}

// places gives "rank bid result" of each bid that competes.
func judgedPlaces(r procurement.Ranking) []string {
	var all []string
	for _, b := range r.Bids {
		all = append(all, fmt.Sprintf("%d %s %s", b.Rank, b.Bid, b.Result))
	}
	return all
}

func TestS7_9_features_discount_the_price(t *testing.T) {
	j := judging{tender: judgedTender(procurement.DiscountedPrice, procurement.TieByPrice,
		judgedBy("days", procurement.FeatureCriterion, 15), judgedBy("guarantee", procurement.FeatureCriterion, 15))}
	b := judgedBid("B1", 499_00)
	b.Features = []procurement.Feature{{Criterion: "days", Value: procurement.Whole(10)}, {Criterion: "guarantee", Value: procurement.Whole(10)}}
	j.bids = []procurement.Bid{b, judgedBid("B2", 400_00)}

	// K = 1 + 0.2 / 0.7 = 1.2857142857, and 499 / K = 388.11
	assert.Equal(t, []string{"1 B1 388.1111", "2 B2 400.0000"}, judgedPlaces(j.rank(t)))
	assert.Equal(t, casework.GBP(499_00), j.rank(t).Bids[0].Price, "what is paid is the price")
}

func TestS7_10_quality_weighs_53_to_47_percent(t *testing.T) {
	quality, community := judgedBy("quality", procurement.QualityCriterion, 53), judgedBy("community", procurement.SocialValueCriterion, 47)
	quality.Least, community.Least = 1, 1
	j := judging{tender: judgedTender(procurement.WeightedScore, procurement.TieByQuality, quality, community), bids: []procurement.Bid{judgedBid("B1", 1), judgedBid("B2", 1)}}
	j.given("eve", "B1", "quality", 5)
	j.given("eve", "B1", "community", 1)
	j.given("eve", "B2", "quality", 4)
	j.given("eve", "B2", "community", 3)

	assert.Equal(t, []string{"1 B2 70.6000", "2 B1 62.4000"}, judgedPlaces(j.rank(t)))
}

func TestS7_11_a_criterion_that_applies_for_nobody_leaves_its_weight_to_the_others(t *testing.T) {
	j := judging{
		tender: judgedTender(procurement.WeightedScore, procurement.TieByPrice,
			judgedBy("quality", procurement.QualityCriterion, 30), judgedBy("community", procurement.SocialValueCriterion, 20), judgedBy("price", procurement.PriceCriterion, 50)),
		bids: []procurement.Bid{judgedBid("B1", 200_00), judgedBid("B2", 100_00)},
	}
	for i, value := range []int{5, 3, 0} {
		j.given(fmt.Sprintf("e%d", i), "B1", "quality", value)
	}
	j.scores[2].NotApplicable = true
	j.given("eve", "B1", "community", 0)
	j.scores[3].NotApplicable = true
	j.given("eve", "B2", "quality", 5)
	j.given("eve", "B2", "community", 5)

	r := j.rank(t)
	// (0.3 x 4/5 + 0.5 x 1/2) / 0.8 = 61.25 percent; of quality alone 50 x 4/5
	assert.Equal(t, []string{"1 B2 100.0000", "2 B1 61.2500"}, judgedPlaces(r))
	assert.Equal(t, "40.0000", r.Bids[1].Quality)
	assert.Equal(t, "50.0000", r.Bids[0].Quality)
}

func TestS7_12_full_marks_are_exactly_100(t *testing.T) {
	j := judging{
		tender: judgedTender(procurement.WeightedScore, procurement.TieByPrice,
			judgedBy("a", procurement.QualityCriterion, 33), judgedBy("b", procurement.QualityCriterion, 33), judgedBy("c", procurement.QualityCriterion, 34)),
		bids: []procurement.Bid{judgedBid("B1", 1)},
	}
	for _, c := range []procurement.CriterionID{"a", "b", "c"} {
		j.given("eve", "B1", c, 5)
	}

	assert.Equal(t, []string{"1 B1 100.0000"}, judgedPlaces(j.rank(t)))
}

func TestTheMethodsCompareWhatTheySay(t *testing.T) {
	quality := judgedBy("quality", procurement.QualityCriterion, 100)
	passing := quality
	passing.Threshold = 3
	tests := map[string]struct {
		tender procurement.Tender
		scored bool
		want   []string
		out    int
	}{
		"the lowest price": {
			judgedTender(procurement.LowestPrice, procurement.TieByPrice), false,
			[]string{"1 B3 100.0000", "2 B2 200.5000", "3 B1 300.0000"},
			0,
		},
		"the lowest price of those that reach the threshold": {
			judgedTender(procurement.Thresholds, procurement.TieByPrice, passing), true,
			[]string{"1 B2 200.5000", "2 B1 300.0000"},
			1,
		},
		"the lowest price for a point of quality": {
			judgedTender(procurement.PricePerQualityPoint, procurement.TieByPrice, quality), true,
			[]string{"1 B1 3.0000", "2 B2 3.3417"},
			1,
		},
		"the highest score": {
			judgedTender(procurement.WeightedScore, procurement.TieByPrice, quality), true,
			[]string{"1 B1 100.0000", "2 B2 60.0000", "3 B3 0.0000"},
			0,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			j := judging{tender: tt.tender, bids: []procurement.Bid{judgedBid("B1", 300_00), judgedBid("B2", 200_50), judgedBid("B3", 100_00)}}
			if tt.scored {
				j.given("eve", "B1", "quality", 5)
				j.given("eve", "B2", "quality", 3)
				j.given("eve", "B3", "quality", 0)
			}

			r := j.rank(t)

			assert.Equal(t, tt.want, judgedPlaces(r))
			assert.Len(t, r.Out, tt.out)
			assert.Equal(t, tt.tender.Method, r.Method)
		})
	}
}

func TestAPriceOfNothingIsTheLowestAndDividesNothing(t *testing.T) {
	j := judging{
		tender: judgedTender(procurement.WeightedScore, procurement.TieByPrice, judgedBy("price", procurement.PriceCriterion, 100)),
		bids:   []procurement.Bid{judgedBid("B1", 0), judgedBid("B2", 100)},
	}

	assert.Equal(t, []string{"1 B1 100.0000", "2 B2 0.0000"}, judgedPlaces(j.rank(t)))
}

func TestABidThatDoesNotCompeteSaysWhy(t *testing.T) {
	mark := procurement.Mark{Entry: 1}
	tests := map[string]struct {
		edit func(*procurement.Bid)
		want string
	}{
		"withdrawn":     {func(b *procurement.Bid) { b.Withdrawn = mark }, "withdrawn"},
		"a draft":       {func(b *procurement.Bid) { b.Signed = nil }, "not submitted"},
		"edited":        {func(b *procurement.Bid) { b.Content = casework.Hash{2} }, "edited after it was signed"},
		"late":          {func(b *procurement.Bid) { b.Late = true }, "late"},
		"excluded":      {func(b *procurement.Bid) { b.Exclusion = &procurement.Exclusion{Ground: procurement.NonCompliant} }, "non_compliant"},
		"unsuitable":    {func(b *procurement.Bid) { b.Suitability = &procurement.Suitability{} }, "unsuitable"},
		"a variant":     {func(b *procurement.Bid) { b.Variant = true }, "variant"},
		"not heard yet": {func(b *procurement.Bid) { b.AbnormalLow = &procurement.AbnormallyLow{Notified: mark} }, "not heard yet"},
		"heard in vain": {func(b *procurement.Bid) { b.AbnormalLow = &procurement.AbnormallyLow{Notified: mark, Heard: mark} }, "not shown to be deliverable"},
		"heard well": {func(b *procurement.Bid) {
			b.AbnormalLow = &procurement.AbnormallyLow{Notified: mark, Heard: mark, Accepted: true}
		}, ""},
		"late and admitted": {func(b *procurement.Bid) { b.Late, b.Admitted = true, &procurement.Admission{Reason: "r"} }, ""},
		"suitable":          {func(b *procurement.Bid) { b.Suitability = &procurement.Suitability{Suitable: true} }, ""},
		"for another lot":   {func(b *procurement.Bid) { b.Lot = "2" }, "-"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := judgedBid("B1", 100_00)
			tt.edit(&b)
			j := judging{tender: judgedTender(procurement.LowestPrice, procurement.TieByPrice), bids: []procurement.Bid{b}}

			r := j.rank(t)

			switch tt.want {
			case "":
				assert.Len(t, r.Bids, 1)
				assert.Empty(t, r.Out)
			case "-":
				assert.Empty(t, r.Bids)
				assert.Empty(t, r.Out)
			default:
				assert.Empty(t, r.Bids)
				require.Len(t, r.Out, 1)
				assert.Contains(t, r.Out[0].Why, tt.want)
			}
		})
	}
}

func TestAVariantCompetesWhereVariantsAreAllowed(t *testing.T) {
	b := judgedBid("B1", 100_00)
	b.Variant = true
	j := judging{tender: judgedTender(procurement.LowestPrice, procurement.TieByPrice), bids: []procurement.Bid{b}}
	j.tender.Variants = true

	assert.Len(t, j.rank(t).Bids, 1)
}

func TestAPriceFarBelowTheMeanOfTheOthersIsHeardFirst(t *testing.T) {
	tests := map[string]struct {
		prices []int64
		out    []procurement.BidID
	}{
		"a single price is below nobody's":    {[]int64{1_00}, nil},
		"just as far as that is not too far":  {[]int64{350_00, 500_00, 500_00}, nil},
		"a penny more is":                     {[]int64{349_99, 500_00, 500_00}, []procurement.BidID{"B1"}},
		"each is held against all the others": {[]int64{10_00, 10_00, 1000_00, 1000_00}, []procurement.BidID{"B1", "B2"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			j := judging{tender: judgedTender(procurement.LowestPrice, procurement.TieByPrice)}
			j.tender.AbnormallyLow = procurement.Whole(30)
			for i, price := range tt.prices {
				j.bids = append(j.bids, judgedBid(procurement.BidID(fmt.Sprintf("B%d", i+1)), price))
			}

			var out []procurement.BidID
			for _, o := range j.rank(t).Out {
				out = append(out, o.Bid)
				assert.Contains(t, o.Why, "not heard yet")
			}
			assert.Equal(t, tt.out, out)
			j.tender.AbnormallyLow = 0
			assert.Empty(t, j.rank(t).Out, "nobody looks")
		})
	}
}

func TestTheTieRulePartsBidsThatTie(t *testing.T) {
	tie := func(ties procurement.TieRule) judging {
		j := judging{
			tender: judgedTender(procurement.WeightedScore, ties, judgedBy("quality", procurement.QualityCriterion, 50), judgedBy("price", procurement.PriceCriterion, 50)),
			bids:   []procurement.Bid{judgedBid("B1", 100_00), judgedBid("B2", 200_00), judgedBid("B10", 100_00)},
		}
		j.given("eve", "B1", "quality", 0)  // 50
		j.given("eve", "B2", "quality", 3)  // 30 + 25
		j.given("eve", "B10", "quality", 0) // 50
		j.given("eve", "B2", "quality", 0)
		j.moderations = []procurement.Moderation{{Bid: "B2", Criterion: "quality", Value: 2}} // 20 + 25
		return j
	}
	even := tie(procurement.TieByPrice)
	even.tender.Criteria[0].Most = 4 // B2: 25 + 25
	assert.Equal(t, []string{"1 B1 50.0000", "1 B10 50.0000", "3 B2 50.0000"}, judgedPlaces(even.rank(t)), "the lower price; the others stay equal")
	even.tender.Ties = procurement.TieByQuality
	assert.Equal(t, []string{"1 B2 50.0000", "2 B1 50.0000", "2 B10 50.0000"}, judgedPlaces(even.rank(t)))
	even.tender.Ties = procurement.TieByDraw
	assert.Equal(t, []string{"1 B1 50.0000", "1 B2 50.0000", "1 B10 50.0000"}, judgedPlaces(even.rank(t)))

	draw := func(entry uint64, lot procurement.LotID, order ...procurement.BidID) procurement.TieBreak {
		return procurement.TieBreak{Lot: lot, Order: order, Mark: procurement.Mark{Entry: entry}}
	}
	even.draws = []procurement.TieBreak{draw(9, "1", "B10", "B2"), draw(8, "2", "B2", "B1", "B10")}
	assert.Equal(t, []string{"1 B1 50.0000", "1 B2 50.0000", "1 B10 50.0000"}, judgedPlaces(even.rank(t)), "a draw that leaves somebody out, or for another lot, parts nobody")
	even.draws = append(even.draws, draw(2, "1", "B10", "B2", "B1"))
	assert.Equal(t, []string{"1 B10 50.0000", "2 B2 50.0000", "3 B1 50.0000"}, judgedPlaces(even.rank(t)))
	even.draws = append(even.draws, draw(3, "1", "B1", "B2", "B10"))
	assert.Equal(t, []string{"1 B1 50.0000", "2 B2 50.0000", "3 B10 50.0000"}, judgedPlaces(even.rank(t)))
	even.tender.Ties = procurement.TieByPrice
	assert.Equal(t, "1 B10 50.0000", judgedPlaces(even.rank(t))[1], "lots are drawn where the tender says so")
}

func TestWhatCannotBeRankedSaysEverythingThatIsWrong(t *testing.T) {
	euro, err := casework.ParseMoney("5", "EUR")
	require.NoError(t, err)
	foreign, free := judgedBid("B2", 1), judgedBid("B3", 1)
	foreign.Price, free.Price = euro, casework.Money{}
	j := judging{
		tender: judgedTender("gut_feeling", procurement.TieByPrice, judgedBy("quality", procurement.QualityCriterion, 99)),
		bids:   []procurement.Bid{judgedBid("B1", 1), foreign, free},
	}
	j.tender.Criteria[0].Most = 0
	j.given("eve", "B1", "quality", 0)
	j.given("eve", "B3", "quality", 0)

	_, err = procurement.Rank(j.tender, "1", j.bids, j.scores, nil, nil)
	assert.Equal(t, []string{
		"tender.method tender.method", "tender.criteria[0].most criterion.scale", "tender.criteria criteria.total",
		"bids[B2].price money.currency_mixed", "bids[B3].price money.missing", "scores[B2/quality] score.missing",
	}, biddingFaults(t, err))

	_, err = procurement.Rank(j.tender, "9", nil, nil, nil, nil)
	assert.Contains(t, biddingFaults(t, err), "lot lot.unknown")
}

func TestABidWithNothingToCompareIsOut(t *testing.T) {
	for _, method := range []procurement.Method{procurement.WeightedScore, procurement.PricePerQualityPoint} {
		j := judging{tender: judgedTender(method, procurement.TieByPrice, judgedBy("quality", procurement.QualityCriterion, 100)), bids: []procurement.Bid{judgedBid("B1", 1)}}
		j.given("eve", "B1", "quality", 0)
		j.scores[0].NotApplicable = true

		r := j.rank(t)
		assert.Empty(t, r.Bids)
		assert.Len(t, r.Out, 1)
	}
}

func TestFeaturesCountUpToTheirWeight(t *testing.T) {
	j := judging{tender: judgedTender(procurement.DiscountedPrice, procurement.TieByPrice, judgedBy("days", procurement.FeatureCriterion, 50))}
	b := judgedBid("B1", 300_00)
	b.Features = []procurement.Feature{{Criterion: "days", Value: procurement.Whole(90)}, {Criterion: "taste", Value: procurement.Whole(90)}}
	j.bids = []procurement.Bid{b}

	assert.Equal(t, []string{"1 B1 150.0000"}, judgedPlaces(j.rank(t)))
}

// randomJudging is a competition by any method and tie rule, fully scored by
// three evaluators, some of whom changed their minds.
func randomJudging(r *rand.Rand) judging {
	methods := []procurement.Method{procurement.WeightedScore, procurement.Thresholds, procurement.PricePerQualityPoint, procurement.LowestPrice, procurement.DiscountedPrice}
	ties := []procurement.TieRule{procurement.TieByQuality, procurement.TieByPrice, procurement.TieByDraw}
	j := judging{tender: judgedTender(methods[r.IntN(len(methods))], ties[r.IntN(len(ties))])}
	switch j.tender.Method {
	case procurement.LowestPrice:
	case procurement.DiscountedPrice:
		j.tender.Criteria = append(j.tender.Criteria, judgedBy("days", procurement.FeatureCriterion, 1+r.IntN(90)))
	default:
		left := 100
		if j.tender.Method == procurement.WeightedScore {
			left = 1 + r.IntN(98)
			j.tender.Criteria = append(j.tender.Criteria, judgedBy("price", procurement.PriceCriterion, 100-left))
		}
		first := min(1+r.IntN(99), left)
		j.tender.Criteria = append(j.tender.Criteria, judgedBy("quality", procurement.QualityCriterion, first))
		if left > first {
			j.tender.Criteria = append(j.tender.Criteria, judgedBy("community", procurement.SocialValueCriterion, left-first))
		}
		for i := range j.tender.Criteria {
			if j.tender.Criteria[i].Scored() && r.IntN(3) == 0 {
				j.tender.Criteria[i].Threshold = 1 + r.IntN(3)
			}
		}
	}
	if r.IntN(2) == 0 {
		j.tender.AbnormallyLow = procurement.Whole(10 + r.IntN(60))
	}
	for i := range 1 + r.IntN(11) {
		b := judgedBid(procurement.BidID(fmt.Sprintf("B%d", i+1)), int64(100+r.IntN(4)*50))
		b.Late = r.IntN(9) == 0
		b.Features = []procurement.Feature{{Criterion: "days", Value: procurement.Percent(r.IntN(9000))}}
		j.bids = append(j.bids, b)
	}
	for _, b := range j.bids {
		for _, c := range j.tender.Criteria {
			if c.Scored() {
				j.randomScores(r, b.ID, c)
			}
		}
	}
	if r.IntN(2) == 0 {
		d := procurement.TieBreak{Lot: "1", Mark: procurement.Mark{Entry: 1}}
		for _, i := range r.Perm(len(j.bids)) {
			d.Order = append(d.Order, j.bids[i].ID)
		}
		j.draws = []procurement.TieBreak{d}
	}
	return j
}

func (j *judging) randomScores(r *rand.Rand, id procurement.BidID, c procurement.Criterion) {
	for range 1 + r.IntN(5) {
		j.given(fmt.Sprintf("e%d", r.IntN(3)), id, c.ID, r.IntN(c.Most+1))
		j.scores[len(j.scores)-1].NotApplicable = r.IntN(6) == 0
	}
	if r.IntN(5) == 0 {
		j.moderations = append(j.moderations, procurement.Moderation{
			Bid: id, Criterion: c.ID, Value: r.IntN(c.Most + 1), NotApplicable: r.IntN(6) == 0, Mark: procurement.Mark{Entry: uint64(1000 + len(j.moderations))},
		})
	}
}

func TestTheRankingDoesNotHangOnTheOrderAnythingIsGivenIn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		j := randomJudging(r)
		want := j.rank(t)
		mixed := judging{
			tender: j.tender, bids: slices.Clone(j.bids), scores: slices.Clone(j.scores), moderations: slices.Clone(j.moderations), draws: slices.Clone(j.draws),
		}
		r.Shuffle(len(mixed.bids), func(a, b int) { mixed.bids[a], mixed.bids[b] = mixed.bids[b], mixed.bids[a] })
		r.Shuffle(len(mixed.scores), func(a, b int) { mixed.scores[a], mixed.scores[b] = mixed.scores[b], mixed.scores[a] })
		r.Shuffle(len(mixed.moderations), func(a, b int) {
			mixed.moderations[a], mixed.moderations[b] = mixed.moderations[b], mixed.moderations[a]
		})

		require.Equal(t, want, mixed.rank(t))
		require.Len(t, want.Bids, len(j.bids)-len(want.Out), "every bid is ranked or out")
	}
}

func TestWhatDoesNotApplyNeverChangesAnAverage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		j := randomJudging(r)
		want := j.rank(t)
		average, count := procurement.AverageScore(j.scores)
		more := judging{tender: j.tender, bids: j.bids, scores: slices.Clone(j.scores), moderations: j.moderations, draws: j.draws}
		for _, b := range j.bids {
			for _, c := range j.tender.Criteria {
				if c.Scored() {
					more.given("somebody else", b.ID, c.ID, r.IntN(6))
					more.scores[len(more.scores)-1].NotApplicable = true
				}
			}
		}

		require.Equal(t, want, more.rank(t))
		again, counted := procurement.AverageScore(more.scores)
		require.Equal(t, average, again)
		require.Equal(t, count, counted)
	}
}

func TestAHigherScoreNeverLowersABidsPlace(t *testing.T) {
	place := func(r procurement.Ranking, id procurement.BidID) int {
		at := slices.IndexFunc(r.Bids, func(b procurement.Ranked) bool { return b.Bid == id })
		if at < 0 {
			return len(r.Bids) + len(r.Out) + 1
		}
		return r.Bids[at].Rank
	}
	r := rand.New(rand.NewPCG(5, 6))
	raised := 0
	for range 1500 {
		j := randomJudging(r)
		if len(j.scores) == 0 {
			continue
		}
		before := j.rank(t)
		at := r.IntN(len(j.scores))
		if j.scores[at].NotApplicable || j.scores[at].Value == 5 {
			continue
		}
		higher := judging{tender: j.tender, bids: j.bids, scores: slices.Clone(j.scores), moderations: j.moderations, draws: j.draws}
		higher.scores[at].Value++
		raised++

		require.LessOrEqual(t, place(higher.rank(t), j.scores[at].Bid), place(before, j.scores[at].Bid), "%+v", j)
	}
	require.Greater(t, raised, 300)
}

func TestTheBestPlacesComeFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 400 {
		ranking := randomJudging(r).rank(t)
		for i, b := range ranking.Bids {
			require.LessOrEqual(t, b.Rank, i+1)
			require.GreaterOrEqual(t, b.Rank, 1)
			require.True(t, i == 0 || b.Rank == i+1 || b.Rank == ranking.Bids[i-1].Rank, "places are counted on after a tie")
		}
	}
}

func TestABidderIsToldWhatItEarnedOnEachCriterion(t *testing.T) {
	t.Parallel()
	j := judging{
		tender: judgedTender(procurement.WeightedScore, procurement.TieByPrice,
			judgedBy("quality", procurement.QualityCriterion, 50), judgedBy("social", procurement.SocialValueCriterion, 20), judgedBy("price", procurement.PriceCriterion, 30)),
		bids: []procurement.Bid{judgedBid("B1", 100_00), judgedBid("B2", 200_00)},
	}
	j.given("eva", "B1", "quality", 4)
	j.given("eva", "B1", "social", 5)
	j.given("eva", "B2", "quality", 5)
	j.scores = append(j.scores, procurement.Score{Bid: "B2", Criterion: "social", NotApplicable: true, Mark: procurement.Mark{Entry: 9, By: "eva"}})
	r := j.rank(t)
	assert.Equal(t, []procurement.Earned{{Criterion: "quality", Points: "40.0000"}, {Criterion: "social", Points: "20.0000"}, {Criterion: "price", Points: "30.0000"}}, r.Bids[0].Earned)
	assert.Equal(t, "90.0000", r.Bids[0].Result)
	assert.Equal(t, []procurement.Earned{{Criterion: "quality", Points: "62.5000"}, {Criterion: "price", Points: "18.7500"}}, r.Bids[1].Earned,
		"the weight of what does not apply goes to the rest")
	assert.Equal(t, "81.2500", r.Bids[1].Result)
}
