package principles_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
)

const hostile = "<script>alert('x')</script> | **bold** [link](javascript:x) `code`\n# head"

func renderedCase(t *testing.T) casework.CaseID {
	t.Helper()
	id, err := casework.ParseCaseID("018f2b6e-0000-7000-8000-00009f1c2ab4")
	require.NoError(t, err)
	return id
}

// renderedReport is a report of twelve criteria over two rounds with every
// outcome, long titles, and texts that try to be markup.
func renderedReport(t *testing.T) principles.Report {
	t.Helper()
	id := renderedCase(t)
	titles := []string{
		"Understand the needs of users and communities", "Consult potential provider organisations, voluntary ones too, well in advance",
		"Put outcomes for users at the heart of the process", "Map the fullest practical range of providers",
		"Consider investing in the capacity of the provider base, in particular of those who work with hard-to-reach groups and have little of it",
		"Ensure that contracting processes are transparent and fair", "Ensure long-term contracts and risk sharing wherever appropriate",
		"Seek feedback from users, communities and providers", "Gwerthuso gyda phobl ifanc – ŵyl 高齢者の在宅ケア 🏡",
		hostile, "Separate who plans from who awards", "Name one accountable lead",
	}
	r := principles.Report{
		Format: 1, Standard: principles.StandardRef{ID: "eight-principles", Title: "The eight principles of good commissioning", Version: "2006", Digest: casework.Hash{1, 2, 3}},
		Source: principles.Source{Document: "Partnership in Public Services (Office of the Third Sector)", Year: "2006"}, Doc: "Asks whether a cycle was led by need, and open to all who could meet it.",
		About: principles.About{
			Kind: "cycle", Case: id, Title: "Home care in Camden", Body: casework.Agency{ID: "camden", Name: "Camden Council"}, Rounds: 2, Stage: commissioning.StageMonitorReview,
		},
		Judgement: principles.Judgement{At: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC), BackfilledAfter: 30}, Dossier: casework.Hash{9, 8, 7},
		Heads: []principles.CaseHead{{Kind: "cycle", Case: id, Seq: 90, Head: casework.Hash{0xab, 0xcd}}},
	}
	outcomes := principles.Outcomes()
	stages := commissioning.Stages()
	for i, title := range titles {
		c := principles.CriterionHead{
			ID: fmt.Sprintf("criterion-%02d", i+1), Title: title, Doc: "What is asked, and why.",
			Source: principles.Source{Document: "Partnership in Public Services", Year: "2006", Place: fmt.Sprintf("principle %d", i+1)},
		}
		r.Criteria = append(r.Criteria, c)
		for round := 1; round <= 2; round++ {
			for j, stage := range stages {
				if (i+j)%3 == 0 {
					f := renderedFinding(id, c.ID, outcomes[(i+j*round+2*(round-1))%len(outcomes)], i*10+j*2+round)
					f.Round, f.Stage = round, stage
					r.Findings = append(r.Findings, f)
					if i == 3 {
						other := renderedFinding(id, c.ID, principles.Met, i*10+j*2+round+1)
						other.Round, other.Stage, other.Subject = round, stage, "S2"
						r.Findings = append(r.Findings, other)
					}
				}
			}
		}
	}
	suggested := renderedFinding(id, "criterion-11", principles.PartlyMet, 61)
	suggested.Suggested = true
	entered := principles.Finding{
		Criterion: "criterion-11", Outcome: principles.Met, Why: "The board scored it 3 of 4.",
		Entered: &principles.Entered{Stage: principles.BoardRatified, Answer: "level 3", Points: 3, Of: 4, Assessor: "ana.k", On: casework.DateOf(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)), Rule: "2006", Notes: []string{"The panel thought it low. " + hostile}},
	}
	r.Findings = append(r.Findings, suggested, entered, principles.Finding{Criterion: "criterion-12", Outcome: principles.Failed, Why: "Judging stopped.", Remedy: "Have the function mended."})
	return r
}

func renderedFinding(id casework.CaseID, criterion string, o principles.Outcome, n int) principles.Finding {
	f := principles.Finding{Criterion: criterion, Outcome: o, Why: "The voluntary sector was " + strings.ToLower(o.Title()) + " in this stage."}
	switch o {
	case principles.NotMet, principles.PartlyMet, principles.NoEvidence, principles.Failed:
		f.Remedy = "Ask the organisations of the provider map, and record what they said."
	case principles.Declined, principles.Explained:
		f.Reason = "Too small a market. " + hostile
	case principles.Met, principles.NotApplicable:
	}
	if o == principles.NoEvidence || o == principles.NotApplicable || o == principles.Failed {
		return f
	}
	at := time.Date(2025, 3, 3, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n*3)
	f.Evidence = []principles.Citation{{Kind: "cycle", Case: id, Seq: uint64(n), Type: "need.identified", Hash: casework.Hash{byte(n), 2, 3, 4, 5, 6}, Effective: at, Recorded: at}}
	if n%4 == 0 {
		f.Evidence[0].Imported = true
	}
	if n%5 == 0 {
		f.Evidence[0].Recorded, f.Evidence[0].Backfilled = at.AddDate(0, 0, 45), true
	}
	f.Evidence[0].Redacted = n%7 == 0
	return f
}

func renderedLevels() []principles.Level {
	return []principles.Level{
		{Title: "Locally leads the NHS", Value: 2, Of: 4},
		{Title: "Works with community partners", Value: 3, Of: 4},
		{Title: "Engages with public and patients", Value: 1, Of: 4},
		{Title: "Collaborates with clinicians", Value: 4, Of: 4},
		{Title: "Manages knowledge and assesses needs " + hostile, Value: 0, Of: 4},
	}
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}

func TestReportsLookAsTheyDid(t *testing.T) {
	r := renderedReport(t)
	rounds, err := principles.CompareRounds(r, 1, 2)
	require.NoError(t, err)
	var p principles.Portfolio
	require.NoError(t, p.Add(r))
	require.NoError(t, p.Add(r))
	for name, write := range map[string]func(io.Writer) error{
		"report.md": r.Markdown, "report.txt": r.Table, "comparison.md": rounds.Markdown, "portfolio.md": p.Markdown,
		"heat-map.svg": func(w io.Writer) error { return principles.HeatMap(w, r) },
		"timeline.svg": func(w io.Writer) error { return principles.EvidenceTimeline(w, r) },
		"radar.svg":    func(w io.Writer) error { return principles.Radar(w, "Levels", renderedLevels()...) },
		"bars.svg":     func(w io.Writer) error { return principles.Radar(w, "Levels", renderedLevels()[:2]...) },
		"report.html": func(w io.Writer) error {
			return r.HTML(w, &principles.PageOptions{Levels: renderedLevels(), Comparisons: []principles.Comparison{rounds}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := written(t, write)
			require.Equal(t, first, written(t, write), "the same report gives the same bytes")
			golden(t, "report/"+name, first)
		})
	}
}

func TestNoTextOfAReportActsAsMarkup(t *testing.T) {
	r := renderedReport(t)
	page := string(written(t, func(w io.Writer) error {
		return r.HTML(w, &principles.PageOptions{Title: hostile, Levels: renderedLevels()})
	}))
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "http-equiv")
	assert.NotContains(t, page, "src=")
	assert.NotContains(t, page, "@import")
	assert.NotContains(t, page, "ZgotmplZ")
	text := string(written(t, r.Markdown))
	assert.NotContains(t, text, "<script")
	assert.NotContains(t, text, "**bold**")
	assert.NotContains(t, text, "[link]")
	for _, line := range strings.Split(text, "\n") {
		assert.NotEqual(t, "# head", line)
	}
}

func TestPicturesAreWellFormedAndSayWhatTheyShow(t *testing.T) {
	r := renderedReport(t)
	empty := principles.Report{Standard: r.Standard}
	for name, write := range map[string]func(io.Writer) error{
		"heat map":          func(w io.Writer) error { return principles.HeatMap(w, r) },
		"empty heat map":    func(w io.Writer) error { return principles.HeatMap(w, empty) },
		"timeline":          func(w io.Writer) error { return principles.EvidenceTimeline(w, r) },
		"empty timeline":    func(w io.Writer) error { return principles.EvidenceTimeline(w, empty) },
		"radar":             func(w io.Writer) error { return principles.Radar(w, hostile, renderedLevels()...) },
		"radar of one":      func(w io.Writer) error { return principles.Radar(w, "Level", renderedLevels()[0]) },
		"timeline of years": func(w io.Writer) error { return principles.EvidenceTimeline(w, ancient(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			svg := written(t, write)
			d := xml.NewDecoder(bytes.NewReader(svg))
			for {
				_, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(t, err)
			}
			for _, part := range []string{`role="img"`, "<title ", "<desc ", "prefers-color-scheme"} {
				assert.Contains(t, string(svg), part)
			}
		})
	}
}

func ancient(t *testing.T) principles.Report {
	t.Helper()
	r := renderedReport(t)
	r.Findings[0].Evidence = []principles.Citation{{Kind: "cycle", Seq: 1, Effective: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), Recorded: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), Backfilled: true}}
	return r
}

func TestEnteredScoresOfOneStageAreLevels(t *testing.T) {
	entered := func(stage principles.ScoreStage, points int) *principles.Entered {
		return &principles.Entered{Stage: stage, Points: points, Of: 4}
	}
	r := principles.Report{
		Standard: principles.StandardRef{ID: "care"},
		Criteria: []principles.CriterionHead{{ID: "equity", Title: "Equity"}, {ID: "learning", Title: "Learning"}, {ID: "safety", Title: "Safety"}},
		Findings: []principles.Finding{
			{Criterion: "learning", Outcome: principles.Met, Entered: entered(principles.Published, 3)},
			{Criterion: "equity", Outcome: principles.PartlyMet, Entered: entered(principles.Published, 2)},
			{Criterion: "equity", Outcome: principles.Met, Entered: entered(principles.SelfAssessed, 4)},
			{Criterion: "equity", Outcome: principles.Met, Suggested: true},
			{Criterion: "safety", Outcome: principles.NotApplicable, Entered: entered(principles.Published, 0)},
		},
	}
	assert.Equal(t, []principles.Level{
		{Standard: "care", Title: "Equity", Value: 2, Of: 4}, {Standard: "care", Title: "Learning", Value: 3, Of: 4},
	}, r.EnteredLevels(principles.Published))
	assert.Empty(t, r.EnteredLevels(principles.Panel))
}

func TestWhatSomebodyEnteredAboutAnOrganisationIsShown(t *testing.T) {
	r := renderedReport(t)
	r.Findings[0].Facts = []principles.OrganisationFact{{
		Kind: principles.FactMarketShare, Text: "One provider has most of the market", Figure: "61", Unit: "percent",
		Agency: casework.Agency{ID: "meadow", Name: "Meadow <Care>"}, Year: "2025", By: "J. Day", On: casework.DateOf(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)),
	}}
	var page, markdown bytes.Buffer
	require.NoError(t, r.HTML(&page, nil))
	require.NoError(t, r.Markdown(&markdown))
	assert.Contains(t, page.String(), "One provider has most of the market (61 percent), about Meadow &lt;Care&gt;, in 2025; entered by J. Day on 2026-03-01")
	assert.Contains(t, markdown.String(), "What is known: One provider has most of the market (61 percent), about Meadow &lt;Care&gt;, in 2025; entered by J. Day on 2026-03-01")
}

func TestFaultyPagesAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	r := renderedReport(t)
	for name, write := range map[string]func(io.Writer) error{
		"no report": func(w io.Writer) error { return principles.WriteHTML(w, nil) },
		"a level beyond its scale": func(w io.Writer) error {
			return r.HTML(w, &principles.PageOptions{Levels: []principles.Level{{Title: "A", Value: 5, Of: 4}}})
		},
		"a level of nothing": func(w io.Writer) error { return principles.Radar(w, "Levels", principles.Level{Title: "A"}) },
		"no level":           func(w io.Writer) error { return principles.Radar(w, "Levels") },
		"a level of another standard": func(w io.Writer) error {
			return r.HTML(w, &principles.PageOptions{Levels: []principles.Level{{Standard: "other", Title: "A", Value: 1, Of: 4}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			require.ErrorIs(t, write(&b), casework.ErrInvalid)
			assert.Zero(t, b.Len())
		})
	}
}

// judged is a report of one criterion with one finding a round.
func judged(outcomes ...principles.Outcome) principles.Report {
	r := principles.Report{
		Standard: principles.StandardRef{ID: "own", Title: "Own", Version: "1"}, About: principles.About{Kind: "cycle", Case: casework.CaseID{1}, Rounds: len(outcomes)},
		Criteria: []principles.CriterionHead{{ID: "a", Title: "A"}},
	}
	for i, o := range outcomes {
		if o != "" {
			r.Findings = append(r.Findings, principles.Finding{Criterion: "a", Round: i + 1, Outcome: o, Why: "So it is.", Evidence: []principles.Citation{{Kind: "cycle", Case: casework.CaseID{1}, Seq: uint64(i + 1)}}})
		}
	}
	return r
}

func TestARoundIsComparedWithALaterOne(t *testing.T) {
	for name, row := range map[string]struct {
		was, is principles.Outcome
		turn    principles.Turn
	}{
		"met after not met is better":                       {principles.NotMet, principles.Met, principles.Better},
		"partly met after met is worse":                     {principles.Met, principles.PartlyMet, principles.Worse},
		"declined is as good as met":                        {principles.Met, principles.Declined, principles.Same},
		"what did not apply before is new":                  {principles.NotApplicable, principles.NotMet, principles.New},
		"what was not judged before is new":                 {"", principles.Met, principles.New},
		"what does not apply any more is gone":              {principles.Met, principles.NotApplicable, principles.Gone},
		"what is not judged any more is gone":               {principles.Met, "", principles.Gone},
		"what never applied stays the same":                 {principles.NotApplicable, principles.NotApplicable, principles.Same},
		"explained is better than partly met":               {principles.PartlyMet, principles.Explained, principles.Better},
		"nothing recorded after something not met is worse": {principles.NotMet, principles.NoEvidence, principles.Worse},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := principles.CompareRounds(judged(row.was, row.is), 1, 2)
			require.NoError(t, err)
			require.Len(t, c.Changes, 1)
			assert.Equal(t, row.turn, c.Changes[0].Turn)
			if row.turn == principles.Better || row.turn == principles.Worse || row.turn == principles.New {
				require.Len(t, c.Changes[0].Entries, 1)
				assert.Equal(t, uint64(2), c.Changes[0].Entries[0].Seq)
			} else {
				assert.Empty(t, c.Changes[0].Entries)
			}
		})
	}
}

func TestReportsAreComparedOnlyWhereTheyCanBe(t *testing.T) {
	r := judged(principles.NotMet)
	other := r
	other.Standard.Version = "2"
	_, err := principles.Compare(r, other)
	require.ErrorIs(t, err, casework.ErrInvalid)
	other = r
	other.About.Case = casework.CaseID{2}
	_, err = principles.Compare(r, other)
	require.ErrorIs(t, err, casework.ErrInvalid)
	c, err := principles.Compare(r, r)
	require.NoError(t, err)
	assert.Equal(t, len(c.Changes), c.Count(principles.Same))
	_, err = principles.CompareRounds(judged(principles.Met, principles.Met), 2, 1)
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = principles.CompareRounds(r, 1, 2)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestAPortfolioSharesOutOnlyWhatIsJudged(t *testing.T) {
	var p principles.Portfolio
	for _, r := range []principles.Report{judged(principles.Met, principles.NotMet), judged(principles.NoEvidence, principles.NotApplicable), judged(principles.PartlyMet, principles.Declined)} {
		require.NoError(t, p.Add(r))
	}
	weakest := p.Weakest()
	require.Len(t, weakest, 1)
	assert.Equal(t, 4, weakest[0].Judged())
	assert.Equal(t, 2, weakest[0].Short())
	assert.Zero(t, weakest[0].ShortShare().Cmp(principles.Number(50)))
	assert.Equal(t, 1, weakest[0].Count(principles.NoEvidence))
	other := judged(principles.Met)
	other.Standard.ID = "other"
	require.ErrorIs(t, p.Add(other), casework.ErrInvalid)
	assert.Equal(t, 3, p.Reports())
	var unjudged principles.Portfolio
	require.NoError(t, unjudged.Add(judged(principles.NoEvidence)))
	assert.Empty(t, unjudged.Weakest())
	assert.False(t, unjudged.Distribution()[0].ShortShare().Determined())
}

func TestConcentrationIsToldByTheMeasureThatIsChosen(t *testing.T) {
	shares := []principles.Figure{principles.Number(60), principles.Number(30), principles.Number(10)}
	assert.Zero(t, principles.LargestShare().Measure(shares).Cmp(principles.Number(60)))
	assert.Zero(t, principles.HerfindahlHirschman().Measure(shares).Cmp(principles.Number(4600)))
	assert.Zero(t, principles.HerfindahlHirschman().Measure([]principles.Figure{principles.Number(100)}).Cmp(principles.Number(10000)))
	assert.False(t, principles.LargestShare().Measure(nil).Determined())
	_, err := principles.ProviderShares(nil, principles.Concentration{})
	require.ErrorIs(t, err, casework.ErrInvalid)
}
