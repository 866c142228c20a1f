package principles_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

func scored(points ...int) []principles.Scored {
	all := make([]principles.Scored, len(points))
	for i, p := range points {
		all[i] = principles.Scored{ID: fmt.Sprintf("r%d", i+1), Points: principles.Number(p), Most: 5}
	}
	return all
}

// rounded gives a figure for people, to two places.
func rounded(t testing.TB, f principles.Figure, places int) string {
	t.Helper()
	r, err := f.Round(places, casework.RoundHalfUp)
	require.NoError(t, err)
	return r.String()
}

func TestS7_2_WithoutEveryAnswerThereIsNoTotal(t *testing.T) {
	all := append(scored(3, 3), principles.Scored{ID: "training", Most: 3})
	total := principles.Total(all)
	assert.False(t, total.Value.Determined())
	assert.Equal(t, []string{"training"}, total.Missing)
	assert.Equal(t, "not determined: 1 without an answer", total.String())
	assert.False(t, principles.Mean(all).Value.Determined())
}

func TestS7_3_ATotalOfExactly0IsAResultWithABand(t *testing.T) {
	total := principles.Total(scored(0, 0, 0))
	require.True(t, total.Value.Determined())
	assert.Equal(t, "0", total.String())
	band, err := principles.Bands{below(t, "not in place", "0", "3"), through(t, "in place", "3", "9")}.Of(total.Value)
	require.NoError(t, err)
	assert.Equal(t, "not in place", band.Title)
}

func TestS7_8_WhatRestsOnARiskNobodyRatedIsNotDetermined(t *testing.T) {
	visits := principles.Total([]principles.Scored{{ID: "cash", Points: principles.Number(600_000)}, {ID: "risk"}})
	assert.False(t, visits.Value.Determined(), "never 0")
	assert.Equal(t, []string{"risk"}, visits.Missing)
	_, err := principles.Bands{through(t, "none", "0", "0"), through(t, "one", "1", "1")}.Of(visits.Value)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestS7_10_WeightedAnswersInPercentOfTheMost(t *testing.T) {
	weighted := func(points ...int) []principles.Scored {
		all := scored(points...)
		all[0].Weight, all[1].Weight = 53_00, 47_00
		return all
	}
	for _, test := range []struct {
		points []int
		want   string
	}{{[]int{4, 3}, "70.6"}, {[]int{5, 1}, "62.4"}, {[]int{5, 5}, "100"}, {[]int{0, 0}, "0"}} {
		score, err := principles.WeightedPercent(weighted(test.points...), principles.LeaveUndetermined)
		require.NoError(t, err)
		assert.Equal(t, test.want, score.Value.String(), "%v", test.points)
		assert.Equal(t, 2, score.Count)
	}

	unasked := weighted(4, 3)
	unasked[1].NotApplicable = true
	score, err := principles.WeightedPercent(unasked, principles.ShareOutWeights)
	require.NoError(t, err)
	assert.Equal(t, "80", score.Value.String())
	assert.Equal(t, []string{"r2"}, score.LeftOut)
	score, err = principles.WeightedPercent(unasked, principles.LeaveUndetermined)
	require.NoError(t, err)
	assert.False(t, score.Value.Determined())

	faulty := weighted(6, 3)
	faulty[1].Weight, faulty[1].Most = -1, 0
	_, err = principles.WeightedPercent(faulty, "")
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"scored.points_above_most", "scored.most_missing", "scored.weight_negative", "weights.total", "rule.unknown"} {
		assert.True(t, invalid.Has(code), code)
	}
}

func TestS7_11_WhatDoesNotApplyIsInNoAverage(t *testing.T) {
	reviews := append(scored(5, 3), principles.Scored{ID: "r3", NotApplicable: true})
	mean := principles.Mean(reviews)
	assert.Equal(t, "4", mean.Value.String())
	assert.Equal(t, 2, mean.Count)
	assert.Equal(t, []string{"r3"}, mean.LeftOut)

	none := principles.Mean([]principles.Scored{{ID: "r1", NotApplicable: true}, {ID: "r2", NotApplicable: true}})
	assert.False(t, none.Value.Determined(), "not 0, and not 99")
	assert.Zero(t, none.Count)
	assert.Equal(t, "not determined", none.String())
}

func TestS7_13_ChecksWeighWhatTheirSeverityWeighs(t *testing.T) {
	weights := map[string]principles.Figure{"critical": principles.Number(10), "high": figure(t, "7.5"), "medium": principles.Number(5)}
	checks := []principles.Check{
		{ID: "a", Severity: "critical", Score: principles.Number(10)},
		{ID: "b", Severity: "high", Score: principles.Number(5)},
		{ID: "c", Severity: "medium", Score: principles.Number(8)},
		{ID: "d", Severity: "critical"},
	}
	score, err := principles.SeverityMean(checks, weights)
	require.NoError(t, err)
	assert.Equal(t, "7.89", rounded(t, score.Value, 2))
	assert.Equal(t, []string{"d"}, score.LeftOut, "an inconclusive check is listed and not averaged")
	assert.Equal(t, 3, score.Count)

	twice := append(checks[:3:3], checks[2])
	score, err = principles.SeverityMean(twice, weights)
	require.NoError(t, err)
	assert.Equal(t, 4, score.Count, "two checks with the same score both count")
	assert.Equal(t, "7.91", rounded(t, score.Value, 2))

	inconclusive, err := principles.SeverityMean(checks[3:], weights)
	require.NoError(t, err)
	assert.False(t, inconclusive.Value.Determined())

	_, err = principles.SeverityMean([]principles.Check{{ID: "a", Severity: "low"}}, map[string]principles.Figure{"high": principles.Number(0)})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("severity.unweighed"))
	assert.True(t, invalid.Has("severity.weight"))
}

// TestTheOrderOfAnswersChangesNoScore and that a mean lies between the least and
// the most are held for many answers of a fixed seed.
func TestTheOrderOfAnswersChangesNoScore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		all := scored(r.IntN(6), r.IntN(6), r.IntN(6), r.IntN(6))
		all[0].Weight, all[1].Weight, all[2].Weight, all[3].Weight = 10_00, 20_00, 30_00, 40_00
		all[r.IntN(4)].NotApplicable = true
		total, mean := principles.Total(all), principles.Mean(all)
		percent, err := principles.WeightedPercent(all, principles.ShareOutWeights)
		require.NoError(t, err)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		assert.Zero(t, total.Value.Cmp(principles.Total(all).Value))
		assert.Zero(t, mean.Value.Cmp(principles.Mean(all).Value))
		again, err := principles.WeightedPercent(all, principles.ShareOutWeights)
		require.NoError(t, err)
		assert.Zero(t, percent.Value.Cmp(again.Value))
		assert.GreaterOrEqual(t, percent.Value.Cmp(principles.Number(0)), 0)
		assert.LessOrEqual(t, percent.Value.Cmp(principles.Number(100)), 0)
		assert.GreaterOrEqual(t, mean.Value.Cmp(principles.Number(0)), 0)
		assert.LessOrEqual(t, mean.Value.Cmp(principles.Number(5)), 0)
	}
}

func TestTheScoresOfAnAssessmentAndOfItsReportAreTheSame(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(6)
	c := desk.final(t, s, "partial")
	total := principles.Total(c.Scored())
	assert.Equal(t, "12", total.String())
	band, err := risks(t).Of(total.Value)
	require.NoError(t, err)
	assert.Equal(t, "Moderate", band.Title)
	r := desk.reported(t, s, c)
	assert.Equal(t, c.Scored(), r.Scored(principles.SelfAssessed))
	panel := principles.Total(r.Scored(principles.Panel))
	assert.False(t, panel.Value.Determined(), "the stages of scoring are kept apart")
	assert.Len(t, panel.Missing, 6)
}

func ExampleWeightedPercent() {
	answers := []principles.Scored{
		{ID: "approach", Points: principles.Number(4), Most: 5, Weight: 53_00},
		{ID: "capacity", Points: principles.Number(3), Most: 5, Weight: 47_00},
	}
	score, err := principles.WeightedPercent(answers, principles.LeaveUndetermined)
	fmt.Println(score, err)
	answers[1].Points = principles.Figure{}
	score, err = principles.WeightedPercent(answers, principles.LeaveUndetermined)
	fmt.Println(score, score.Missing, err)
	// Output:
	// 70.6 <nil>
	// not determined: 1 without an answer [capacity] <nil>
}

func ExampleBands_Of() {
	bands := principles.Bands{
		{Title: "poor", From: principles.Number(0), Below: principles.Number(50)},
		{Title: "average", From: principles.Number(50), Below: principles.Number(80)},
		{Title: "excellent", From: principles.Number(80), To: principles.Number(100)},
	}
	band, err := bands.Of(principles.Number(100))
	fmt.Println(band.Title, err)
	_, err = bands.Of(principles.Figure{})
	fmt.Println(err)
	// Output:
	// excellent <nil>
	// find a band: invalid: figure: the figure is not determined, so it has no band (figure.undetermined)
}
