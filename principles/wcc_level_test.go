package principles_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// theLowest is a rule for tests: the level is the lowest of the three.
func theLowest() principles.LevelRule {
	return principles.LevelRule{
		Name: "the lowest", Doc: "The level is the lowest of the three.", Source: principles.Source{Document: "Tests", Ours: true},
		Level: func(s [3]int) (int, error) { return min(s[0], s[1], s[2]), nil },
	}
}

func worldClass(t testing.TB, version string) principles.Standard {
	t.Helper()
	s, err := principles.WorldClassCommissioning(version)
	require.NoError(t, err)
	return s
}

// scoredReport is a report with answers that somebody entered at a stage.
func scoredReport(t testing.TB, s principles.Standard, stage principles.ScoreStage, answers map[string]string) principles.Report {
	t.Helper()
	r := principles.Report{Standard: s.Ref(), Source: s.Source}
	for _, c := range s.Criteria {
		answer, given := answers[c.ID]
		if !given {
			r.Findings = append(r.Findings, principles.Finding{Criterion: c.ID, Outcome: principles.NoEvidence})
			continue
		}
		option, offered := c.Question.Option(answer)
		require.True(t, offered, "%s has no answer %q", c.ID, answer)
		r.Findings = append(r.Findings, principles.Finding{
			Criterion: c.ID, Outcome: option.Outcome,
			Entered: &principles.Entered{Stage: stage, Answer: answer, Points: option.Points, Of: c.Question.Most()},
		})
	}
	return r
}

// everything answers every sub-competency with a level and every part of
// governance with a colour.
func everything(s principles.Standard, level int, colour string) map[string]string {
	answers := map[string]string{}
	for _, c := range s.Criteria {
		answers[c.ID] = strconv.Itoa(level)
	}
	for _, part := range []string{principles.GovernanceStrategy, principles.GovernanceFinance, principles.GovernanceBoard} {
		answers[part] = colour
	}
	return answers
}

func TestTheLevelOfACompetencyIsByTheCallersRule(t *testing.T) {
	s := worldClass(t, principles.WorldClass2009)
	answers := everything(s, 2, "green")
	answers["3.1"], answers["3.2"], answers["3.3"] = "1", "3", "4"
	r := scoredReport(t, s, principles.Panel, answers)

	lowest, err := principles.Levels(r, principles.Panel, theLowest())
	require.NoError(t, err)
	require.Len(t, lowest, 11)
	third := lowest[2]
	assert.Equal(t, principles.CompetencyLevel{
		Version: "2009/10", Competency: 3, Name: "Engage with public and patients", Stage: principles.Panel,
		SubLevels: [3]int{1, 3, 4}, Level: 1, Rule: "the lowest",
	}, third)

	highest := theLowest()
	highest.Level = func(s [3]int) (int, error) { return max(s[0], s[1], s[2]), nil }
	other, err := principles.Levels(r, principles.Panel, highest)
	require.NoError(t, err)
	assert.Equal(t, 4, other[2].Level)
	assert.Equal(t, 2, other[10].Level)
}

func TestThePublishedSubLevelsOfKirkleesTellNoRuleFromAnother(t *testing.T) {
	for name, test := range map[string]struct {
		version string
		stage   principles.ScoreStage
		sub     string
		want    int
	}{
		"2008":                {principles.WorldClass2008, principles.Published, "2", 2},
		"2009, self-assessed": {principles.WorldClass2009, principles.SelfAssessed, "3", 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := scoredReport(t, worldClass(t, test.version), test.stage, map[string]string{"1.1": test.sub, "1.2": test.sub, "1.3": test.sub})
			levels, err := principles.Levels(r, test.stage, theLowest())
			require.NoError(t, err)
			assert.Equal(t, test.want, levels[0].Level)
			for _, l := range levels[1:] {
				assert.False(t, l.Determined())
				assert.Len(t, l.Missing, 3)
			}
		})
	}
}

func TestACompetencyWithASubLevelMissingIsNotDetermined(t *testing.T) {
	s := worldClass(t, principles.WorldClass2008)
	answers := everything(s, 2, "amber")
	delete(answers, "10.2")
	levels, err := principles.Levels(scoredReport(t, s, principles.Calibrated, answers), principles.Calibrated, theLowest())
	require.NoError(t, err)
	require.Len(t, levels, 10, "the eleventh competency was not scored in the first year")
	assert.False(t, levels[9].Determined())
	assert.Equal(t, []string{"10.2"}, levels[9].Missing)
	assert.Equal(t, [3]int{2, 0, 2}, levels[9].SubLevels)
	assert.True(t, levels[8].Determined())
}

func TestScoreStagesAreKeptApart(t *testing.T) {
	s := worldClass(t, principles.WorldClass2009)
	r := scoredReport(t, s, principles.SelfAssessed, everything(s, 3, "green"))
	panel := scoredReport(t, s, principles.Panel, everything(s, 2, "amber"))
	r.Findings = append(r.Findings, panel.Findings...)
	for stage, want := range map[principles.ScoreStage]int{principles.SelfAssessed: 3, principles.Panel: 2, principles.Published: 0} {
		levels, err := principles.Levels(r, stage, theLowest())
		require.NoError(t, err)
		for _, l := range levels {
			assert.Equal(t, want, l.Level, "%s, competency %d", stage, l.Competency)
		}
	}
	own, err := principles.GovernanceOf(r, principles.SelfAssessed)
	require.NoError(t, err)
	assert.True(t, own.AllGreen())
	judged, err := principles.GovernanceOf(r, principles.Panel)
	require.NoError(t, err)
	assert.Len(t, judged.Amber, 3)
}

func TestASuggestionIsNoScore(t *testing.T) {
	s := worldClass(t, principles.WorldClass2008)
	r := principles.Report{Standard: s.Ref()}
	for _, c := range s.Criteria {
		r.Findings = append(r.Findings, principles.Finding{
			Criterion: c.ID, Outcome: principles.Met, Suggested: true,
			Entered: &principles.Entered{Stage: principles.Panel, Answer: "4", Points: 4},
		})
	}
	levels, err := principles.Levels(r, principles.Panel, theLowest())
	require.NoError(t, err)
	assert.False(t, levels[0].Determined())
}

func TestLevelsNameEveryFault(t *testing.T) {
	s := worldClass(t, principles.WorldClass2009)
	good := func() principles.Report { return scoredReport(t, s, principles.Panel, everything(s, 2, "green")) }
	for name, test := range map[string]struct {
		report func(*principles.Report)
		stage  principles.ScoreStage
		rule   func(*principles.LevelRule)
		code   string
	}{
		"a rule is no matter of default":      {nil, principles.Panel, func(r *principles.LevelRule) { *r = principles.LevelRule{} }, "rule.missing"},
		"a rule has a name":                   {nil, principles.Panel, func(r *principles.LevelRule) { r.Name = "" }, "rule.name_missing"},
		"a rule is documented":                {nil, principles.Panel, func(r *principles.LevelRule) { r.Doc = "" }, "rule.doc_missing"},
		"a rule has a source":                 {nil, principles.Panel, func(r *principles.LevelRule) { r.Source = principles.Source{} }, "source.document_missing"},
		"a stage of scoring is one of five":   {nil, "guessed", nil, "score_stage.unknown"},
		"0 is no level":                       {nil, principles.Panel, func(r *principles.LevelRule) { r.Level = func([3]int) (int, error) { return 0, nil } }, "rule.level_out_of_range"},
		"5 is no level":                       {nil, principles.Panel, func(r *principles.LevelRule) { r.Level = func([3]int) (int, error) { return 5, nil } }, "rule.level_out_of_range"},
		"the report is on another standard":   {func(r *principles.Report) { r.Standard.ID = "house" }, principles.Panel, nil, "report.other_standard"},
		"the report is on an unknown version": {func(r *principles.Report) { r.Standard.Version = "2010/11" }, principles.Panel, nil, "report.other_standard"},
		"an answer is one of the options":     {func(r *principles.Report) { r.Findings[0].Entered.Answer = "7" }, principles.Panel, nil, "answer.unknown"},
		"points are those of the answer":      {func(r *principles.Report) { r.Findings[0].Entered.Points = 4 }, principles.Panel, nil, "answer.unknown"},
		"a question is answered once a stage": {func(r *principles.Report) { r.Findings = append(r.Findings, r.Findings[0]) }, principles.Panel, nil, "answer.twice"},
		"an answer belongs to a question":     {func(r *principles.Report) { r.Findings[0].Criterion = "12.1" }, principles.Panel, nil, "criterion.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			r, rule := good(), theLowest()
			if test.report != nil {
				test.report(&r)
			}
			if test.rule != nil {
				test.rule(&rule)
			}
			_, err := principles.Levels(r, test.stage, rule)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.ErrorContains(t, err, test.code)
		})
	}
	_, err := principles.Levels(principles.Report{}, "guessed", principles.LevelRule{})
	for _, code := range []string{"report.other_standard", "rule.missing", "rule.name_missing"} {
		assert.ErrorContains(t, err, code, "all faults are named at once")
	}
}

func TestAnErrorOfTheRuleIsGivenAsItIs(t *testing.T) {
	cannotSay := errors.New("the panel decides where sub-levels differ")
	rule := theLowest()
	rule.Level = func([3]int) (int, error) { return 0, cannotSay }
	s := worldClass(t, principles.WorldClass2008)
	_, err := principles.Levels(scoredReport(t, s, principles.Panel, everything(s, 2, "green")), principles.Panel, rule)
	require.ErrorIs(t, err, cannotSay)
	assert.ErrorContains(t, err, "level of competency 1 by rule \"the lowest\"")
}

func TestGovernanceIsRolledUp(t *testing.T) {
	s := worldClass(t, principles.WorldClass2008)
	for name, test := range map[string]struct {
		answers             map[string]string
		green, amber, red   int
		determined, all     bool
		allRed              bool
		points, notAnswered int
	}{
		"all three green": {map[string]string{"governance-strategy": "green", "governance-finance": "green", "governance-board": "green"}, 3, 0, 0, true, true, false, 6, 0},
		"all three red":   {map[string]string{"governance-strategy": "red", "governance-finance": "red", "governance-board": "red"}, 0, 0, 3, true, false, true, 0, 0},
		"one of each":     {map[string]string{"governance-strategy": "green", "governance-finance": "amber", "governance-board": "red"}, 1, 1, 1, true, false, false, 3, 0},
		"one is missing":  {map[string]string{"governance-strategy": "green", "governance-finance": "green"}, 2, 0, 0, false, false, false, 4, 1},
		"nothing is said": {nil, 0, 0, 0, false, false, false, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := principles.GovernanceOf(scoredReport(t, s, principles.Published, test.answers), principles.Published)
			require.NoError(t, err)
			assert.Equal(t, [3]int{test.green, test.amber, test.red}, [3]int{len(g.Green), len(g.Amber), len(g.Red)})
			assert.Len(t, g.Missing, test.notAnswered)
			assert.Equal(t, test.determined, g.Determined())
			assert.Equal(t, test.all, g.AllGreen())
			assert.Equal(t, test.allRed, g.AllRed())
			assert.Equal(t, test.points, g.Points())
		})
	}
	_, err := principles.GovernanceOf(principles.Report{}, principles.Panel)
	assert.ErrorIs(t, err, casework.ErrInvalid)
}
