package principles_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// summed is a rule for tests: points are summed as they are.
func summed() principles.PointsRule {
	return principles.PointsRule{
		Name: "summed", Doc: "Points are summed.", Source: principles.Source{Document: "Tests", Ours: true},
		Governance: func(g principles.Governance) (int, error) { return g.Points(), nil },
		Competency: func(sub [][3]int) (int, error) {
			total := 0
			for _, s := range sub {
				total += s[0] + s[1] + s[2]
			}
			return total, nil
		},
		MostGovernance: 6, MostCompetency: 132,
	}
}

func wccFigure(t testing.TB, text string) principles.Figure {
	t.Helper()
	f, err := principles.ParseFigure(text)
	require.NoError(t, err)
	return f
}

// roundsWithin tells whether a figure comes to a number of decimals when it is rounded:
// whether it is less than half a unit in the last place away.
func roundsWithin(t testing.TB, f principles.Figure, low, below string) bool {
	t.Helper()
	return f.Cmp(wccFigure(t, low)) >= 0 && f.Cmp(wccFigure(t, below)) < 0
}

func bodyAt(t testing.TB, name string, level int, colour string) principles.RankedReport {
	t.Helper()
	s := worldClass(t, principles.WorldClass2009)
	return principles.RankedReport{Body: name, Report: scoredReport(t, s, principles.Published, everything(s, level, colour))}
}

func ranksOf(bodies []principles.RankedBody) (names []string, ranks []int) {
	for _, b := range bodies {
		names, ranks = append(names, b.Body), append(ranks, b.Rank)
	}
	return names, ranks
}

func TestTheTwoRankingsOfOneSetOfScoresDiffer(t *testing.T) {
	reports := []principles.RankedReport{
		bodyAt(t, "Anley", 4, "amber"),  // governance 50, competency 100
		bodyAt(t, "Borrow", 1, "green"), // governance 100, competency 25
	}
	first, err := principles.RankGovernanceFirst(reports, principles.Published, summed())
	require.NoError(t, err)
	names, ranks := ranksOf(first)
	assert.Equal(t, []string{"Borrow", "Anley"}, names)
	assert.Equal(t, []int{1, 2}, ranks)

	byMarks, err := principles.RankByMarks(reports, principles.Published, summed())
	require.NoError(t, err)
	names, ranks = ranksOf(byMarks)
	assert.Equal(t, []string{"Anley", "Borrow"}, names)
	assert.Equal(t, []int{1, 2}, ranks)
	assert.Zero(t, byMarks[0].GovernanceMarks.Cmp(principles.Number(50)))
	assert.Zero(t, byMarks[0].CompetencyMarks.Cmp(principles.Number(100)))
	assert.Zero(t, byMarks[0].Marks.Cmp(principles.Number(75)))
	assert.Zero(t, byMarks[1].Marks.Cmp(wccFigure(t, "62.5")))
}

func TestGovernanceFirstLooksAtCompetencyAmongEquals(t *testing.T) {
	bodies, err := principles.RankGovernanceFirst([]principles.RankedReport{
		bodyAt(t, "Crane", 2, "green"), bodyAt(t, "Dunley", 3, "green"), bodyAt(t, "Eaves", 4, "red"),
	}, principles.Published, summed())
	require.NoError(t, err)
	names, ranks := ranksOf(bodies)
	assert.Equal(t, []string{"Dunley", "Crane", "Eaves"}, names)
	assert.Equal(t, []int{1, 2, 3}, ranks)
}

func TestEqualsShareARankAndStandByName(t *testing.T) {
	reports := []principles.RankedReport{
		bodyAt(t, "Dunley", 1, "red"), bodyAt(t, "Crane", 3, "green"), bodyAt(t, "Anley", 2, "green"), bodyAt(t, "Borrow", 2, "green"),
	}
	for name, rank := range map[string]func([]principles.RankedReport, principles.ScoreStage, principles.PointsRule) ([]principles.RankedBody, error){
		"governance first": principles.RankGovernanceFirst, "by marks": principles.RankByMarks,
	} {
		t.Run(name, func(t *testing.T) {
			for range len(reports) {
				reports = append(reports[1:], reports[0])
				bodies, err := rank(reports, principles.Published, summed())
				require.NoError(t, err)
				names, ranks := ranksOf(bodies)
				assert.Equal(t, []string{"Crane", "Anley", "Borrow", "Dunley"}, names, "whatever the order they are given in")
				assert.Equal(t, []int{1, 2, 2, 4}, ranks)
			}
		})
	}
}

func TestABodyWithAScoreMissingIsNotRanked(t *testing.T) {
	part := bodyAt(t, "Anley", 4, "green")
	for i := range part.Report.Findings {
		if part.Report.Findings[i].Criterion == "5.2" || part.Report.Findings[i].Criterion == principles.GovernanceBoard {
			part.Report.Findings[i].Entered = nil
		}
	}
	bodies, err := principles.RankByMarks([]principles.RankedReport{part, bodyAt(t, "Borrow", 1, "red")}, principles.Published, summed())
	require.NoError(t, err)
	names, ranks := ranksOf(bodies)
	assert.Equal(t, []string{"Borrow", "Anley"}, names)
	assert.Equal(t, []int{1, 0}, ranks)
	assert.False(t, bodies[1].Ranked())
	assert.Equal(t, []string{"5.2", "governance-board"}, bodies[1].Missing)
	assert.False(t, bodies[1].Marks.Determined())
}

func TestARankingNamesEveryFault(t *testing.T) {
	one := bodyAt(t, "Anley", 2, "green")
	earlier := worldClass(t, principles.WorldClass2008)
	for name, test := range map[string]struct {
		reports []principles.RankedReport
		stage   principles.ScoreStage
		rule    func(*principles.PointsRule)
		code    string
	}{
		"there is somebody to rank":           {nil, principles.Published, nil, "reports.missing"},
		"an organisation has a name":          {[]principles.RankedReport{{Report: one.Report}}, principles.Published, nil, "body.missing"},
		"an organisation stands there once":   {[]principles.RankedReport{one, one}, principles.Published, nil, "body.twice"},
		"versions are not ranked together":    {[]principles.RankedReport{one, {Body: "Borrow", Report: principles.Report{Standard: earlier.Ref()}}}, principles.Published, nil, "report.other_version"},
		"a report is on the standard":         {[]principles.RankedReport{{Body: "Anley"}}, principles.Published, nil, "report.other_standard"},
		"a stage of scoring is one of five":   {[]principles.RankedReport{one}, "guessed", nil, "score_stage.unknown"},
		"how points are made is said":         {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.Competency = nil }, "rule.missing"},
		"how governance makes points is said": {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.Governance = nil }, "rule.missing"},
		"the most for competency is said":     {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.MostCompetency = 0 }, "rule.most"},
		"the most for governance is said":     {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.MostGovernance = 0 }, "rule.most"},
		"points are no more than their most":  {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.MostCompetency = 65 }, "rule.points_out_of_range"},
		"points are not less than 0": {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) {
			r.Governance = func(principles.Governance) (int, error) { return -1, nil }
		}, "rule.points_out_of_range"},
		"a rule for points is written somewhere": {[]principles.RankedReport{one}, principles.Published, func(r *principles.PointsRule) { r.Source = principles.Source{} }, "source.document_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			rule := summed()
			if test.rule != nil {
				test.rule(&rule)
			}
			_, err := principles.RankByMarks(test.reports, test.stage, rule)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.ErrorContains(t, err, test.code)
		})
	}
	cannotSay := errors.New("no points")
	for name, edit := range map[string]func(*principles.PointsRule){
		"governance": func(r *principles.PointsRule) {
			r.Governance = func(principles.Governance) (int, error) { return 0, cannotSay }
		},
		"competency": func(r *principles.PointsRule) { r.Competency = func([][3]int) (int, error) { return 0, cannotSay } },
	} {
		rule := summed()
		edit(&rule)
		_, err := principles.RankGovernanceFirst([]principles.RankedReport{one}, principles.Published, rule)
		require.ErrorIs(t, err, cannotSay)
		assert.ErrorContains(t, err, name+" points of Anley")
	}
}
