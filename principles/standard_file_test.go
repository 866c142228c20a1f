package principles_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
)

func partnerSelection(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "standards", "partner-selection.json"))
	require.NoError(t, err)
	return text
}

// standardIn loads the file with some of its text replaced, by pairs.
func standardIn(t testing.TB, pairs ...string) error {
	t.Helper()
	text := string(partnerSelection(t))
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	_, _, err := principles.LoadStandard(strings.NewReader(text))
	return err
}

func TestAStandardIsReadFromAFile(t *testing.T) {
	s, bands, err := principles.LoadStandard(bytes.NewReader(partnerSelection(t)))
	require.NoError(t, err)
	require.NoError(t, s.Validate())
	assert.Equal(t, "Selection of partners, 2026", s.Ref().String())
	require.Len(t, s.Criteria, 2)
	assert.Equal(t, []principles.Stage{commissioning.StagePlanUse}, s.Criteria[0].Stages)
	assert.Equal(t, s.Source, s.Criteria[0].Source, "a criterion without a source has that of the standard")
	assert.Equal(t, "2025", s.Criteria[1].Source.Year)
	assert.Equal(t, principles.Weight(53_00), s.Criteria[0].Question.Weight)
	assert.Equal(t, principles.AnswerOption{Answer: "4", Title: "Strong", Points: 4, Outcome: principles.Met}, s.Criteria[0].Question.Options[1])
	assert.False(t, s.Criteria[0].Question.MayNotApply)
	assert.True(t, s.Criteria[1].Question.MayNotApply)
	for figure, want := range map[int]string{0: "do not fund", 49: "do not fund", 50: "fund with conditions", 79: "fund with conditions", 80: "fund", 100: "fund"} {
		band, err := bands.Of(principles.Number(figure))
		require.NoError(t, err)
		assert.Equal(t, want, band.Title, figure)
	}
}

func TestS7_10_AStandardOfAFileIsAnsweredAndWeighed(t *testing.T) {
	s, bands, err := principles.LoadStandard(bytes.NewReader(partnerSelection(t)))
	require.NoError(t, err)
	a := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	c := a.open(t, principles.AssessmentPlan{Standard: s})
	give := func(criterion, answer string) {
		_, err := a.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
			_, err := c.Give(principles.Answer{Criterion: criterion, Answer: answer, Reason: "read twice", Assessor: "Ana K.", On: a.today()})
			return err
		})
		require.NoError(t, err)
	}
	give("strategic-fit", "4")
	give("deliverability", "3")
	score, err := principles.WeightedPercent(a.load(t, c).Scored(), principles.LeaveUndetermined)
	require.NoError(t, err)
	assert.Equal(t, "70.6", score.Value.String())
	band, err := bands.Of(score.Value)
	require.NoError(t, err)
	assert.Equal(t, "fund with conditions", band.Title)
	give("strategic-fit", "5")
	give("deliverability", "1")
	score, err = principles.WeightedPercent(a.load(t, c).Scored(), principles.LeaveUndetermined)
	require.NoError(t, err)
	assert.Equal(t, "62.4", score.Value.String(), "the latest answers count")
}

func TestAStandardSurvivesItsFile(t *testing.T) {
	s, bands, err := principles.LoadStandard(bytes.NewReader(partnerSelection(t)))
	require.NoError(t, err)
	council, err := principles.CouncilCareAssessment("v2")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		standard principles.Standard
		bands    principles.Bands
	}{"a host's own": {s, bands}, "one of the library's that is answered throughout": {council, nil}} {
		t.Run(name, func(t *testing.T) {
			var written, again bytes.Buffer
			require.NoError(t, principles.WriteStandard(&written, test.standard, test.bands))
			text := written.String()
			read, readBands, err := principles.LoadStandard(&written)
			require.NoError(t, err, "%s", text)
			assert.Equal(t, test.standard.Ref(), read.Ref())
			assert.Equal(t, test.bands, readBands)
			require.NoError(t, principles.WriteStandard(&again, read, readBands))
			assert.Equal(t, text, again.String())
		})
	}
}

func TestAStandardThatComputesIsWrittenInNoFile(t *testing.T) {
	err := principles.WriteStandard(&bytes.Buffer{}, asking(func(*principles.Criterion) {}), principles.Bands{{}})
	assert.Equal(t, []string{"bands[0].title band.title_missing", "bands[0].from band.from_missing", "bands[0] band.end_missing", "standard.criteria[0] criterion.computed"}, faultsIn(t, err))
	s, _, err := principles.LoadStandard(bytes.NewReader(partnerSelection(t)))
	require.NoError(t, err)
	full := errors.New("the disk is full")
	assert.ErrorIs(t, principles.WriteStandard(broken{full}, s, nil), full)
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestEveryFaultOfAStandardFileIsNamedWithItsPlace(t *testing.T) {
	_, _, err := principles.LoadStandard(strings.NewReader(`{
  "id": "ours", "title": "", "version": 2, "doc": "What we ask.",
  "source": {"document": "House rules", "pages": 4},
  "criteria": [
    {"id": "a", "title": "A", "doc": "A is asked.", "question": {"ask": "A?", "weight": 50.125, "options": [
      {"answer": "yes", "points": 1, "outcome": "met"},
      {"answer": "yes", "outcome": "considered_and_declined"}
    ]}},
    {"id": "a", "title": "B", "doc": "B is asked.", "question": null},
    {"id": "c", "title": "C", "doc": "C is asked.", "stages": ["PlanUse", "PlanUse"]},
    "d"
  ],
  "bands": [{"title": "low", "from": 0, "to": 50}, {"title": "high", "from": 50, "to": "a hundred"}]
} and more`))
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is, "%v", err)
	var got []string
	for _, f := range invalid.Faults {
		got = append(got, f.String())
	}
	assert.Equal(t, []string{
		`standard: line 14: something follows the standard (json.trailing)`,
		`version: line 2: expected a text (json.wrong_type)`,
		`source.pages: line 3: there is no field "pages" (json.unknown_field)`,
		`criteria[1].question: line 9: expected an object (json.wrong_type)`,
		`criteria[3]: line 11: expected an object (json.wrong_type)`,
		`bands[1].to: line 13: expected a number in plain decimal digits (json.wrong_type)`,
		`format: line 1: say which form the file has: 1 is the only one (standard.format)`,
		`criteria[0].question.weight: line 5: a weight is from 0 to 100 percent, with two decimals at most (question.weight_inexact)`,
		`criteria[0].question.options[1].points: line 7: say how many points the answer gives, be it 0 (option.points_missing)`,
		`title: line 2: a standard has its title (standard.title_missing)`,
		`criteria[0].question.options[1].answer: line 7: answer "yes" stands there twice (option.twice)`,
		`criteria[0].question.options[1].outcome: line 7: an answer says that the criterion is met, partly met or not met (option.outcome)`,
		`criteria[1].id: line 9: criterion "a" stands there twice (criterion.twice)`,
		`criteria[2]: line 10: a criterion has a function that judges it, or a question somebody answers (criterion.unjudged)`,
		`criteria[2].stages[1]: line 10: stage "PlanUse" is empty or stands there twice (criterion.stage)`,
		`bands[1]: line 13: say with which figure the band ends, or below which (band.end_missing)`,
		`bands[1].from: line 13: 50 is not above band "low": bands follow each other upwards (band.overlap)`,
	}, got)
}

func TestS7_12_WeightsOfAFileTotalAHundred(t *testing.T) {
	for name, test := range map[string]struct {
		pairs []string
		want  []string
	}{
		"99 are refused":           {[]string{`"weight": 47`, `"weight": 46`}, []string{"criteria weights.total"}},
		"100.01 are refused":       {[]string{`"weight": 47`, `"weight": 47.01`}, []string{"criteria weights.total"}},
		"two decimals are weighed": {[]string{`"weight": 47`, `"weight": 46.99`, `"weight": 53`, `"weight": 53.01`}, nil},
		"a weight left out counts as none": {[]string{`"needs_reason": true,
        "weight": 47`, `"needs_reason": true`}, []string{"criteria weights.total"}},
		"none at all weigh nothing":           {[]string{`"weight": 53`, `"weight": 0`, `"weight": 47`, `"weight": 0`}, nil},
		"a negative weight is named alone":    {[]string{`"weight": 47`, `"weight": -1`}, []string{"criteria[1].question.weight question.weight_inexact"}},
		"more than the whole is named alone":  {[]string{`"weight": 47`, `"weight": 100.01`}, []string{"criteria[1].question.weight question.weight_inexact"}},
		"three decimals are named alone":      {[]string{`"weight": 47`, `"weight": 46.995`}, []string{"criteria[1].question.weight question.weight_inexact"}},
		"a weight that is no number is alone": {[]string{`"weight": 47`, `"weight": "half"`}, []string{"criteria[1].question.weight json.wrong_type"}},
		"an exponent is no plain number":      {[]string{`"weight": 47`, `"weight": 4.7e1`}, []string{"criteria[1].question.weight json.wrong_type"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := standardIn(t, test.pairs...)
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, test.want, faultsIn(t, err))
		})
	}
}

func TestAStandardFileOfAnotherFormIsRefused(t *testing.T) {
	assert.Equal(t, []string{"format standard.format"}, faultsIn(t, standardIn(t, `"format": 1`, `"format": 2`)))
	assert.Equal(t, []string{"bands[0] band.two_ends"}, faultsIn(t, standardIn(t, `"below": 50`, `"below": 50, "to": 49`)))
	_, _, err := principles.LoadStandard(strings.NewReader("[]"))
	assert.Equal(t, []string{" json.wrong_type"}, faultsIn(t, err), "one fault says it all")
	_, _, err = principles.LoadStandard(strings.NewReader(`{"format": 1, "id": "` + strings.Repeat("x", 1<<20)))
	assert.Equal(t, []string{"standard json.too_large"}, faultsIn(t, err))
	gone := errors.New("the disk is gone")
	_, _, err = principles.LoadStandard(iotest.ErrReader(gone))
	require.ErrorIs(t, err, gone)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestTheFileOfTheDocumentationLoads(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "standard-file.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```json\n")
	require.True(t, found)
	file, _, found := strings.Cut(rest, "```")
	require.True(t, found)
	s, bands, err := principles.LoadStandard(strings.NewReader(file))
	require.NoError(t, err)
	assert.Len(t, s.Criteria, 2)
	assert.Len(t, bands, 2)
	_, _, err = principles.LoadStandard(strings.NewReader(strings.Replace(file, "37.5", `"some"`, 1)))
	require.ErrorIs(t, err, casework.ErrInvalid)
	assert.Contains(t, string(text), err.Error(), "the error reads as the documentation says")
}

func FuzzLoadStandard(f *testing.F) {
	f.Add(partnerSelection(f))
	f.Add([]byte(`{"format":1,"id":"x","title":"x","version":"1","doc":"d","source":{"document":"s"},"criteria":[{"id":"a","title":"a","doc":"d","needs":[],"stages":[],"question":{"ask":"?","options":[{"answer":"y","points":-1,"outcome":"met"},{"answer":"n","points":0,"outcome":"not_met"}],"weight":100.00}}],"bands":[]}`))
	f.Add([]byte(`{"criteria":[{"question":{"weight":1e999,"options":[{},null]}}],"bands":[{"from":"1/3","to":"-0"}]} x`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, bands, err := principles.LoadStandard(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			return
		}
		require.NoError(t, s.Validate())
		require.NoError(t, bands.Validate())
		var written bytes.Buffer
		require.NoError(t, principles.WriteStandard(&written, s, bands))
		again, againBands, err := principles.LoadStandard(bytes.NewReader(written.Bytes()))
		require.NoError(t, err, "%s", written.Bytes())
		require.Equal(t, s.Digest(), again.Digest())
		require.Len(t, againBands, len(bands))
		for i := range bands {
			require.Zero(t, bands[i].From.Cmp(againBands[i].From))
		}
	})
}

// A standard of the host's own is a file; what is wrong with one is said all at
// once, with the line.
func ExampleLoadStandard() {
	_, _, err := principles.LoadStandard(strings.NewReader(`{
  "format": 1, "id": "visits", "title": "Home visits", "version": "3",
  "doc": "What the quality team asks.", "source": {"document": "Quality handbook"},
  "criteria": [{
    "id": "on-time", "title": "On time", "doc": "People are not left waiting.",
    "question": {"ask": "Were the visits on time?", "options": [
      {"answer": "yes", "points": 1, "outcome": "met"},
      {"answer": "no", "outcome": "unmet"}
    ]}
  }]
}`))
	invalid, _ := errors.AsType[*casework.InvalidError](err)
	for _, f := range invalid.Faults {
		fmt.Println(f)
	}
	// Output:
	// criteria[0].question.options[1].points: line 8: say how many points the answer gives, be it 0 (option.points_missing)
	// criteria[0].question.options[1].outcome: line 8: an answer says that the criterion is met, partly met or not met (option.outcome)
}
