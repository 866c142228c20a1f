package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func continuing(service commissioning.ServiceID) commissioning.ServiceDecision {
	return commissioning.ServiceDecision{Service: service, Decision: commissioning.ContinueService, Reason: "it works", DecidedBy: "Cabinet"}
}

// withReview plans a review, W1.
func (tr *trial) withReview() *trial {
	tr.t.Helper()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.PlanReview("Year one", day(tr.t, "2026-02-01"))
		return err
	})
	return tr
}

func TestReviewCommandsNameEveryFault(t *testing.T) {
	tests := []struct {
		name string
		work func(*commissioning.Cycle) error
		want []string
	}{
		{
			"a planned review has a title and a day",
			func(c *commissioning.Cycle) error { _, err := c.PlanReview(" ", casework.Date{}); return err },
			[]string{"title review.title_missing", "due review.due_missing"},
		},
		{
			"findings are of a review that is there, held on a day",
			func(c *commissioning.Cycle) error {
				_, err := c.RecordFindings("W9", casework.Date{}, commissioning.ReviewFinding{Text: "sound"}, commissioning.ReviewFinding{})
				return err
			},
			[]string{"review review.unknown", "held review.held_missing", "findings[1].text review.finding_missing"},
		},
		{
			"a review is not held on a day to come",
			func(c *commissioning.Cycle) error { _, err := c.RecordFindings("W1", day(t, "2026-01-06")); return err },
			[]string{"held review.held_future"},
		},
		{
			"a decision is of a review that was held, and complete",
			func(c *commissioning.Cycle) error {
				_, err := c.DecideReview("W1", commissioning.ServiceDecision{Service: "S9", Decision: "close"})
				return err
			},
			[]string{
				"review review.not_held", "decision.service service.unknown", "decision.decision review.decision",
				"decision.reason review.reason_missing", "decision.decided_by review.decided_by_missing",
			},
		},
		{
			"a review is concluded once it was held and every live service is decided on",
			func(c *commissioning.Cycle) error { _, err := c.ConcludeReview("W1"); return err },
			[]string{"review review.not_held", "decisions[S1] review.service_undecided"},
		},
	}
	tr := newTrial(t).withService().deliver().withReview()
	before := tr.look().Seq()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, faults(t, tr.try(tt.work)))
			assert.Equal(t, before, tr.look().Seq())
		})
	}
}

func TestReviewIsOpenUntilItIsConcluded(t *testing.T) {
	tr := newTrial(t).withService().deliver().withService().withReview()
	held := day(t, "2026-01-05")
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.RecordFindings("W1", held, commissioning.ReviewFinding{Text: "late visits", Reference: "CR-7", Done: "notice to improve"})
		require.NoError(t, err)
		_, err = c.RecordFindings("W1", held, commissioning.ReviewFinding{Text: "people are content"})
		require.NoError(t, err)
		vary := continuing("S1")
		vary.Decision, vary.Causes = commissioning.VaryService, "a variation"
		_, err = c.DecideReview("W1", vary)
		require.NoError(t, err)
		w, err := c.DecideReview("W1", continuing("S1"))
		require.NoError(t, err)
		assert.True(t, w.Open())
		w, err = c.ConcludeReview("W1")
		assert.False(t, w.Open())
		return err
	})
	w, found := tr.look().Review("W1")
	require.True(t, found)
	assert.Len(t, w.Findings, 2)
	assert.Len(t, w.Decisions, 2, "what was decided first stays on record")
	last, decided := w.Decision("S1")
	assert.True(t, decided)
	assert.Equal(t, commissioning.ContinueService, last.Decision)
	_, decided = w.Decision("S2")
	assert.False(t, decided, "a service that is only planned needs no decision")
	assert.Equal(t, 1, w.HeldRound)

	for name, work := range map[string]func(*commissioning.Cycle) error{
		"to find more":     func(c *commissioning.Cycle) error { _, err := c.RecordFindings("W1", held); return err },
		"to decide more":   func(c *commissioning.Cycle) error { _, err := c.DecideReview("W1", continuing("S1")); return err },
		"to conclude anew": func(c *commissioning.Cycle) error { _, err := c.ConcludeReview("W1"); return err },
	} {
		assert.Equal(t, []string{"review review.concluded"}, faults(t, tr.try(work)), name)
	}
}

func TestReviewsAreCopiesAndKeptByRound(t *testing.T) {
	tr := newTrial(t).withService().deliver().withReview()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.RecordFindings("W1", day(t, "2026-01-05"), commissioning.ReviewFinding{Text: "sound"})
		require.NoError(t, err)
		w, err := c.DecideReview("W1", continuing("S1"))
		w.Findings[0].Text, w.Decisions[0].Reason = "changed", "changed"
		return err
	})
	c := tr.look()
	assert.Empty(t, c.ReviewsIn(2))
	for _, w := range append(append([]commissioning.Review{}, c.Reviews()...), c.ReviewsIn(1)...) {
		w.Findings[0].Text, w.Decisions[0].Reason = "changed", "changed"
	}
	w, _ := c.Review("W1")
	assert.Equal(t, "sound", w.Findings[0].Text)
	assert.Equal(t, "it works", w.Decisions[0].Reason)
}

func TestRedactedReviewKeepsWhatWasDecided(t *testing.T) {
	tr := newTrial(t).withService().deliver().withReview()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.RecordFindings("W1", day(t, "2026-01-05"), commissioning.ReviewFinding{Text: "Mrs M fell", Reference: "CR-7", Done: "visited"})
		require.NoError(t, err)
		_, err = c.DecideReview("W1", continuing("S1"))
		require.NoError(t, err)
		_, err = c.ConcludeReview("W1")
		return err
	})
	w, found := tr.redact("review.planned", "review.held", "review.decided", "review.concluded").Review("W1")
	require.True(t, found)
	assert.Equal(t, commissioning.Review{
		ID: "W1", Due: day(t, "2026-02-01"), Held: day(t, "2026-01-05"), HeldRound: 1,
		Findings:  []commissioning.ReviewFinding{{Reference: "CR-7", Done: "withheld", Entry: w.Findings[0].Entry}},
		Decisions: []commissioning.ServiceDecision{{Service: "S1", Decision: commissioning.ContinueService, Entry: w.Decisions[0].Entry}},
		Concluded: w.Concluded, Mark: w.Mark,
	}, w)
	assert.False(t, w.Open())
}
