package principles_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

func councilCare(t testing.TB, version string) principles.Standard {
	t.Helper()
	s, err := principles.CouncilCareAssessment(version)
	require.NoError(t, err)
	return s
}

// councilAt is a report with scores of the nine statements, in their order.
func councilAt(t testing.TB, scores ...int) principles.Report {
	t.Helper()
	s := councilCare(t, principles.CouncilCareV2)
	answers := map[string]string{}
	for i, score := range scores {
		answers[s.Criteria[i].ID] = strconv.Itoa(score)
	}
	return scoredReport(t, s, principles.Published, answers)
}

// comingTo gives nine scores from 1 to 4 with a sum from 9 to 36.
func comingTo(sum int) []int {
	scores := slices.Repeat([]int{1}, 9)
	for i := 0; sum > 9; i, sum = (i+1)%9, sum-1 {
		scores[i]++
	}
	return scores
}

func TestTheAssessmentOfCouncilsCareHasNineStatements(t *testing.T) {
	for _, version := range principles.CouncilCareVersions() {
		s := councilCare(t, version)
		require.NoError(t, s.Validate())
		assert.Len(t, s.Criteria, 9)
		for _, c := range s.Criteria {
			assert.Nil(t, c.OfCycle, "nothing is computed from a journal")
			assert.Nil(t, c.OfOrganisation)
			assert.True(t, c.Question.NeedsReason)
			var outcomes []principles.Outcome
			for _, o := range c.Question.Options {
				outcomes = append(outcomes, o.Outcome)
			}
			assert.Equal(t, []principles.Outcome{principles.NotMet, principles.PartlyMet, principles.Met, principles.Met}, outcomes)
		}
	}
	assert.NotEqual(t, councilCare(t, "v1").Digest(), councilCare(t, "v2").Digest())
	_, err := principles.CouncilCareAssessment("v3")
	require.ErrorIs(t, err, casework.ErrInvalid)
	assert.ErrorContains(t, err, "version.unknown")
}

func TestCamdenIsOutstandingAt89(t *testing.T) {
	for _, row := range sharedTable(t, "cqc_la_scores.csv") {
		if row[0] != "Camden" {
			continue
		}
		var scores []int
		for _, text := range row[1:10] {
			score, err := strconv.Atoi(text)
			require.NoError(t, err)
			scores = append(scores, score)
		}
		assert.Equal(t, []int{3, 3, 4, 3, 4, 4, 3, 4, 4}, scores)
		result, err := principles.RateCouncilCare(councilAt(t, scores...), principles.Published)
		require.NoError(t, err)
		assert.Equal(t, [2]string{row[10], row[11]}, [2]string{strconv.Itoa(result.Sum), strconv.Itoa(result.Most)})
		assert.Equal(t, row[13], strconv.Itoa(result.Percent))
		assert.Equal(t, row[14], string(result.Rating))
		assert.True(t, roundsWithin(t, result.Exact, "88.885", "88.895"), "88.89 percent")
		assert.Equal(t, "Outstanding", result.Rating.Title())
		return
	}
	t.Fatal("the reference figures have no row of Camden")
}

func TestEverySumOfNineScoresHasItsRating(t *testing.T) {
	want := map[int]struct {
		percent int
		rating  principles.CareRating
	}{
		9: {25, principles.CareInadequate}, 13: {36, principles.CareInadequate},
		14: {39, principles.CareRequiresImprovement}, // 38.89 falls between the bands until it is rounded
		22: {61, principles.CareRequiresImprovement}, 23: {64, principles.CareGood},
		31: {86, principles.CareGood}, 32: {89, principles.CareOutstanding}, 36: {100, principles.CareOutstanding},
	}
	for sum := 9; sum <= 36; sum++ {
		result, err := principles.RateCouncilCare(councilAt(t, comingTo(sum)...), principles.Published)
		require.NoError(t, err)
		require.True(t, result.Determined(), "sum %d", sum)
		assert.Equal(t, sum, result.Sum)
		if w, told := want[sum]; told {
			assert.Equal(t, w.percent, result.Percent, "sum %d", sum)
			assert.Equal(t, w.rating, result.Rating, "sum %d", sum)
		}
		assert.False(t, 200*sum%36 == 0 && 100*sum%36 != 0, "%d of 36 lies half-way between two whole percentages", sum)
	}
}

func TestEveryBoundaryOfEveryBand(t *testing.T) {
	for percent, want := range map[int]principles.CareRating{
		-1: "", 0: "", 24: "", 25: principles.CareInadequate, 38: principles.CareInadequate,
		39: principles.CareRequiresImprovement, 62: principles.CareRequiresImprovement,
		63: principles.CareGood, 87: principles.CareGood,
		88: principles.CareOutstanding, 100: principles.CareOutstanding, 101: "",
	} {
		got, rated := principles.CareRatingOf(percent)
		assert.Equal(t, want, got, "%d percent", percent)
		assert.Equal(t, want != "", rated, "%d percent", percent)
		if rated {
			assert.NotEqual(t, string(got), got.Title())
		}
	}
}

func TestACouncilWithAScoreMissingIsNotRated(t *testing.T) {
	result, err := principles.RateCouncilCare(councilAt(t, 4, 4, 4, 4, 4, 4, 4, 4), principles.Published)
	require.NoError(t, err)
	assert.False(t, result.Determined())
	assert.Equal(t, []string{"learning"}, result.Missing)
	assert.False(t, result.Exact.Determined())
	assert.Equal(t, 32, result.Sum, "eight scores alone would look outstanding")

	result, err = principles.RateCouncilCare(councilAt(t, 4, 4, 4, 4, 4, 4, 4, 4, 4), principles.Panel)
	require.NoError(t, err)
	assert.Len(t, result.Missing, 9, "the scores of another stage do not count")
}

func TestNoScoreCapsTheRating(t *testing.T) {
	result, err := principles.RateCouncilCare(councilAt(t, 1, 4, 4, 4, 4, 4, 4, 4, 4), principles.Published)
	require.NoError(t, err)
	assert.Equal(t, principles.CareOutstanding, result.Rating)
}

func TestRatingCouncilsCareNamesEveryFault(t *testing.T) {
	for name, test := range map[string]struct {
		edit  func(*principles.Report)
		stage principles.ScoreStage
		code  string
	}{
		"the report is on another standard": {func(r *principles.Report) { r.Standard.ID = "house" }, principles.Published, "report.other_standard"},
		"the version is unknown":            {func(r *principles.Report) { r.Standard.Version = "v9" }, principles.Published, "report.other_standard"},
		"a score is from 1 to 4":            {func(r *principles.Report) { r.Findings[0].Entered.Answer = "5" }, principles.Published, "answer.unknown"},
		"a statement is scored once":        {func(r *principles.Report) { r.Findings = append(r.Findings, r.Findings[0]) }, principles.Published, "answer.twice"},
		"a stage of scoring is one of five": {func(*principles.Report) {}, "guessed", "score_stage.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			r := councilAt(t, 3, 3, 3, 3, 3, 3, 3, 3, 3)
			test.edit(&r)
			_, err := principles.RateCouncilCare(r, test.stage)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.ErrorContains(t, err, test.code)
		})
	}
}

func TestEvidenceCategoriesRollUpToAStatement(t *testing.T) {
	for name, test := range map[string]struct {
		categories []int
		rounding   casework.Rounding
		want       int
		exact      string
	}{
		"25 is the least":                            {[]int{1, 1, 1, 1}, casework.RoundHalfUp, 1, "25"},
		"37.5 is 1, rounded up":                      {[]int{1, 1, 2, 2}, casework.RoundHalfUp, 1, "37.5"},
		"37.5 is 1, rounded down":                    {[]int{1, 1, 2, 2}, casework.RoundDown, 1, "37.5"},
		"40 is 2":                                    {[]int{1, 1, 2, 2, 2}, casework.RoundHalfUp, 2, "40"},
		"60 is 2":                                    {[]int{2, 2, 2, 3, 3}, casework.RoundHalfUp, 2, "60"},
		"a tie of four, half up, is 3":               {[]int{2, 2, 3, 3}, casework.RoundHalfUp, 3, "62.5"},
		"a tie of four, half to even, is 2":          {[]int{2, 2, 3, 3}, casework.RoundHalfEven, 2, "62.5"},
		"a tie of two, half up, is 3":                {[]int{2, 3}, casework.RoundHalfUp, 3, "62.5"},
		"a tie of two, half to even, is 2":           {[]int{2, 3}, casework.RoundHalfEven, 2, "62.5"},
		"a tie rounded down is 2":                    {[]int{2, 3}, casework.RoundDown, 2, "62.5"},
		"a tie rounded up is 3":                      {[]int{2, 3}, casework.RoundUp, 3, "62.5"},
		"65 is 3":                                    {[]int{2, 2, 3, 3, 3}, casework.RoundHalfUp, 3, "65"},
		"85 is 3":                                    {[]int{3, 3, 3, 4, 4}, casework.RoundHalfUp, 3, "85"},
		"87.5 is over 87, half up":                   {[]int{3, 3, 4, 4}, casework.RoundHalfUp, 4, "87.5"},
		"87.5 is over 87, half to even":              {[]int{3, 4}, casework.RoundHalfEven, 4, "87.5"},
		"87.5 is over 87, even where it is cut down": {[]int{3, 4}, casework.RoundDown, 4, "87.5"},
		"100 is the most":                            {[]int{4}, casework.RoundHalfUp, 4, "100"},
	} {
		t.Run(name, func(t *testing.T) {
			score, exact, err := principles.StatementScore(test.categories, test.rounding)
			require.NoError(t, err)
			assert.Equal(t, test.want, score)
			assert.Zero(t, exact.Cmp(wccFigure(t, test.exact)))
		})
	}
	_, _, err := principles.StatementScore([]int{0, 5}, "")
	for _, fault := range []string{"categories[0]", "categories[1]", "rounding.unknown"} {
		assert.ErrorContains(t, err, fault)
	}
	for _, count := range []int{0, 7} {
		_, _, err := principles.StatementScore(slices.Repeat([]int{3}, count), casework.RoundHalfUp)
		require.ErrorIs(t, err, casework.ErrInvalid)
		assert.ErrorContains(t, err, "categories.count")
	}
}

func TestABetterCategoryNeverLowersAStatement(t *testing.T) {
	for _, rounding := range []casework.Rounding{casework.RoundHalfUp, casework.RoundHalfEven, casework.RoundDown, casework.RoundUp} {
		for n := 1; n <= 6; n++ {
			last := 0
			for sum := n; sum <= 4*n; sum++ {
				categories := slices.Repeat([]int{1}, n)
				for i := range sum - n {
					categories[i%n]++
				}
				score, _, err := principles.StatementScore(categories, rounding)
				require.NoError(t, err, fmt.Sprint(categories))
				assert.GreaterOrEqual(t, score, last, "%v, %s", categories, rounding)
				last = score
			}
			assert.Equal(t, 4, last)
		}
	}
}
