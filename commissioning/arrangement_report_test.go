package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

func TestArrangementReportNamesEveryFault(t *testing.T) {
	t.Parallel()
	tr := newTrial(t).withService().deliver()
	on := day(t, "2026-01-05")
	tests := []struct {
		name   string
		report commissioning.ArrangementReport
		want   []string
	}{
		{
			"it is of an arrangement, of a kind, and says what was found and when",
			commissioning.ArrangementReport{Arrangement: "T9", Kind: "rumour", Text: " "},
			[]string{"report.arrangement arrangement.unknown", "report.kind report.kind", "report.text report.text_missing", "report.on report.on_missing"},
		},
		{
			"nothing is found on a day to come",
			commissioning.ArrangementReport{Arrangement: "T1", Kind: commissioning.ReportBreach, Text: "late", On: on.AddDays(1)},
			[]string{"report.on report.on_future"},
		},
	}
	before := tr.look().Seq()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, faults(t, tr.try(func(c *commissioning.Cycle) error { return second(c.ReportArrangement(tt.report)) })))
			assert.Equal(t, before, tr.look().Seq())
		})
	}
}

func TestArrangementReportIsGivenItsIDAndMark(t *testing.T) {
	t.Parallel()
	tr := newTrial(t).withService().deliver()
	given := commissioning.ArrangementReport{
		ID: "H7", Arrangement: "T1", Kind: commissioning.ReportReview, Case: casework.CaseID{8}, Reference: "CR-3", Text: "visits are late",
		On: day(t, "2026-01-04"), TakenUp: "W7", Mark: commissioning.Mark{Entry: 99},
	}
	tr.do(func(c *commissioning.Cycle) error {
		r, err := c.ReportArrangement(given)
		assert.Equal(t, commissioning.ArrangementReportID("H1"), r.ID)
		assert.Equal(t, c.Seq(), r.Mark.Entry)
		return err
	})
	c := tr.look()
	kept, found := c.ArrangementReport("H1")
	require.True(t, found)
	want := given
	want.ID, want.TakenUp, want.Mark = "H1", "", kept.Mark
	assert.Equal(t, want, kept)
	assert.Equal(t, "ana", kept.Mark.By)
	assert.Equal(t, []commissioning.ArrangementReport{kept}, c.ArrangementReports())
	_, found = c.ArrangementReport("H2")
	assert.False(t, found)
}

func TestArrangementIsReportedOnWhateverItsState(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		first command
	}{
		{"one that does not bind yet", arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {})},
		{"one that binds", arranging(binding)},
		{"one that has ended", all(arranging(binding), func(c *commissioning.Cycle) error { return c.EndArrangement("T1", casework.DateOf(c.Now())) })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, commissioning.StageArrangeDelivery).Record(t, tt.first)
			f.Record(t, reporting(commissioning.ReportBreach))
			assert.Len(t, f.Cycle.ArrangementReports(), 1)
		})
	}
	t.Run("in a cycle that is closed", func(t *testing.T) {
		t.Parallel()
		f := commissioningtest.At(t, commissioning.Closed).Record(t, reporting(commissioning.ReportEnd))
		assert.Len(t, f.Cycle.ArrangementReports(), 1)
	})
}

func TestArrangementReportIsOpenUntilItIsTakenUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind commissioning.ArrangementReportKind
		open bool
	}{
		{"a review is open", commissioning.ReportReview, true},
		{"a breach is open", commissioning.ReportBreach, true},
		{"a variation is told for information", commissioning.ReportVariation, false},
		{"an end is told for information", commissioning.ReportEnd, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, commissioning.StageMonitorReview).Record(t, reporting(tt.kind))
			r, _ := f.Cycle.ArrangementReport("H1")
			assert.Equal(t, tt.open, r.Open())

			f.Record(t, takingUp("H1"))
			r, _ = f.Cycle.ArrangementReport("H1")
			assert.False(t, r.Open())
			assert.Equal(t, commissioning.ReviewID("W1"), r.TakenUp)

			f.Record(t, takingUp("H1"))
			r, _ = f.Cycle.ArrangementReport("H1")
			assert.Equal(t, commissioning.ReviewID("W1"), r.TakenUp, "the first review to take it up stands")
			require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
		})
	}
}

func TestFindingThatTakesUpAReportSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	tr := newTrial(t).withService().deliver().withReview()
	tr.do(reporting(commissioning.ReportReview))
	held := day(t, "2026-01-05")
	finding := func(f commissioning.ReviewFinding) command {
		return func(c *commissioning.Cycle) error { return second(c.RecordFindings("W1", held, f)) }
	}
	assert.Equal(t, []string{"findings[0].done review.done_missing"},
		faults(t, tr.try(finding(commissioning.ReviewFinding{Text: "late visits", Report: "H1", Done: " "}))))
	assert.Equal(t, []string{"findings[0].text review.finding_missing", "findings[0].report report.unknown", "findings[0].done review.done_missing"},
		faults(t, tr.try(finding(commissioning.ReviewFinding{Report: "H9"}))))
	r, _ := tr.look().ArrangementReport("H1")
	assert.True(t, r.Open(), "what was refused takes nothing up")
}

func TestReviewIsNotConcludedWhileAReportIsMissed(t *testing.T) {
	t.Parallel()
	tr := newTrial(t).withService().deliver().withReview()
	held := day(t, "2026-01-05")
	tr.do(all(reporting(commissioning.ReportReview), reporting(commissioning.ReportBreach), reporting(commissioning.ReportEnd)))
	tr.do(all(
		func(c *commissioning.Cycle) error {
			return second(c.RecordFindings("W1", held, commissioning.ReviewFinding{Text: "sound"}))
		},
		func(c *commissioning.Cycle) error { return second(c.DecideReview("W1", continuing("S1"))) },
	))
	concluding := func(c *commissioning.Cycle) error { return second(c.ConcludeReview("W1")) }
	err := tr.try(concluding)
	assert.Equal(t, []string{"reports[H1] review.report_missed", "reports[H2] review.report_missed"}, faults(t, err))
	assert.ErrorContains(t, err, "what the review of arrangement T1 found")
	assert.ErrorContains(t, err, "the breach of arrangement T1")

	tr.do(func(c *commissioning.Cycle) error {
		return second(c.RecordFindings("W1", held, commissioning.ReviewFinding{Text: "late visits", Report: "H1", Done: "rotas"}))
	})
	assert.Equal(t, []string{"reports[H2] review.report_missed"}, faults(t, tr.try(concluding)))
	tr.do(func(c *commissioning.Cycle) error {
		return second(c.RecordFindings("W1", held, commissioning.ReviewFinding{Text: "a fall", Report: "H2", Done: "a visit"}))
	})
	tr.do(concluding)
}

func TestOpenReportBarsTheEndOfARoundWithItsRemedy(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview).Prepare(t).Record(t, reporting(commissioning.ReportReview))
	f.Bars(t, commissioning.Reassess, "record.open")
	options, err := f.Desk.Options(t.Context(), f.Cycle.ID(), f.Actor)
	require.NoError(t, err)
	var said []string
	for _, o := range options {
		for _, objection := range o.Objections {
			if o.Move == commissioning.Reassess && objection.Code == "record.open" {
				said = append(said, objection.Subject, objection.Message, objection.Remedy)
			}
		}
	}
	assert.Equal(t, []string{
		"H1", "what the review of arrangement T1 found was not taken up", "take it up in a review: record a finding with its report",
	}, said)
}

func TestPreparedFixtureTakesOpenReportsUp(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview).Prepare(t).Record(t, reporting(commissioning.ReportBreach)).Prepare(t)
	r, _ := f.Cycle.ArrangementReport("H1")
	assert.False(t, r.Open())
	f.Allows(t, commissioning.Reassess)
}

func TestPoliciesWatchReports(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview, commissioningtest.Under(commissioning.Options{
		Policies: casework.PolicyEdits[*commissioning.Cycle]{Add: []commissioning.Policy{{
			Code: "breach.unproven", Doc: "A breach is on file.", Source: "house rule", Effect: casework.Refuse,
			Moves: []casework.Move{commissioning.ReportingArrangement},
			Check: func(a commissioning.Attempt) []casework.Objection {
				if r, is := a.Args.(commissioning.ArrangementReport); is && r.Kind == commissioning.ReportBreach && r.Reference == "" {
					return []casework.Objection{{Message: "no reference", Remedy: "say where the breach is on file"}}
				}
				return nil
			},
		}}},
	}))
	f.Doing(reporting(commissioning.ReportBreach)).Refuses(t, "breach.unproven")
	f.Doing(reporting(commissioning.ReportReview)).Silent(t, "breach.unproven")
}

func TestRedactedReportStaysTakenUp(t *testing.T) {
	t.Parallel()
	tr := newTrial(t).withService().deliver()
	tr.do(func(c *commissioning.Cycle) error {
		return second(c.ReportArrangement(commissioning.ArrangementReport{
			Arrangement: "T1", Kind: commissioning.ReportBreach, Case: casework.CaseID{8}, Reference: "B1", Text: "Mrs M fell", On: day(t, "2026-01-04"),
		}))
	})
	tr.do(takingUp("H1"))
	c := tr.redact("arrangement.reported", "review.held")
	r, found := c.ArrangementReport("H1")
	require.True(t, found)
	assert.Equal(t, commissioning.ArrangementReport{
		ID: "H1", Arrangement: "T1", Kind: commissioning.ReportBreach, Case: casework.CaseID{8}, Reference: "B1",
		On: day(t, "2026-01-04"), TakenUp: "W1", Mark: r.Mark,
	}, r)
	w, _ := c.Review("W1")
	require.Len(t, w.Findings, 1)
	assert.Equal(t, commissioning.ReviewFinding{Report: "H1", Done: "withheld", Entry: w.Findings[0].Entry}, w.Findings[0])
}
