package commissioning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// nextDue is the next deadline as the store's index has it.
func nextDue(t *testing.T, f *commissioningtest.Fixture) time.Time {
	t.Helper()
	record, err := f.Store.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	return record.Index.Due
}

func TestDeadlinesFireOnceInDueOrder(t *testing.T) {
	t.Parallel()
	f := timed(t)
	nightly := casework.System("nightly", casework.Agency{})
	tick := func() {
		t.Helper()
		c, err := f.Desk.Tick(t.Context(), f.Cycle.ID(), nightly)
		require.NoError(t, err)
		f.Cycle = c
	}
	firsts := []struct{ code, subject, due string }{
		{commissioning.DeadlineTarget, "MonitorReview", "2025-07-01T00:00:00Z"},
		{commissioning.DeadlineConsultation, "Q1", "2025-08-26T00:00:00Z"},
		{commissioning.DeadlineNotice, "X1", "2025-10-01T00:00:00Z"},
		{commissioning.DeadlineReview, "W1", "2026-05-01T00:00:00Z"},
		{commissioning.DeadlineArrangement, "T1", "2026-06-02T00:00:00Z"},
	}
	for i, want := range firsts {
		due, err := time.Parse(time.RFC3339, want.due)
		require.NoError(t, err)
		assert.True(t, due.Equal(nextDue(t, f)), "the index says %s", nextDue(t, f))

		f.Clock.Set(due.Add(-time.Microsecond))
		seq := f.Cycle.Seq()
		assert.Empty(t, f.Cycle.Due(f.Clock.Now()))
		tick()
		assert.Equal(t, seq, f.Cycle.Seq(), "a tick before the hour writes nothing")

		f.Clock.Set(due.Add(90 * time.Minute))
		assert.Len(t, f.Cycle.Due(f.Clock.Now()), 1)
		tick()
		tick()
		fired := f.Cycle.Fired()
		require.Len(t, fired, i+1, "each fires once")
		last := fired[i]
		assert.Equal(t, want.code, last.Code)
		assert.Equal(t, want.subject, last.Subject)
		assert.NotEmpty(t, last.Doc)
		assert.True(t, due.Equal(last.Due))
		assert.True(t, f.Clock.Now().Equal(last.Noticed))
	}
	assert.True(t, nextDue(t, f).IsZero())
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestDeadlinesThatPassedTogetherFireInDueOrder(t *testing.T) {
	t.Parallel()
	f := timed(t)
	f.Clock.Advance(400 * oneDay)
	c, err := f.Desk.Tick(t.Context(), f.Cycle.ID(), f.Actor)
	require.NoError(t, err)
	var codes []string
	for _, d := range c.Fired() {
		codes = append(codes, d.Code)
	}
	assert.Equal(t, []string{"target.due", "consultation.closes", "notice.ends", "review.due", "arrangement.ends"}, codes)
}

func TestDeadlinesLapseWithWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	f := timed(t)
	today := f.Today()
	f.Record(t, all(
		func(c *commissioning.Cycle) error {
			_, err := c.CloseConsultation("Q1", commissioning.ClosedConsultation{On: today, ShorterBecause: "no more to ask"})
			return err
		},
		func(c *commissioning.Cycle) error { _, err := c.RecordFindings("W1", today); return err },
		func(c *commissioning.Cycle) error { return c.EndArrangement("T1", today) },
		func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", today) },
	))
	assert.Equal(t, []string{"target.due MonitorReview 2025-06-30"}, dues(f.Cycle))
	f.Take(t, commissioning.Replan, casework.Reason("again"))
	assert.Equal(t, []string{"target.due MonitorReview 2025-06-30"}, dues(f.Cycle), "a way back does not end a stage")
	f.Take(t, commissioning.Abandon, casework.Reason("no longer needed"))
	assert.Empty(t, f.Cycle.Deadlines(), "a cycle that is over has none")
}

func TestDeadlinesFallDueAtTheEndOfTheDayWhereTheHostIs(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	calendar, err := casework.NewCalendar(london)
	require.NoError(t, err)
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Under(commissioning.Options{Calendar: calendar}))
	for on, due := range map[string]string{
		"2025-06-30": "2025-06-30T23:00:00Z", // summer time
		"2025-10-25": "2025-10-25T23:00:00Z", // the day before the clocks go back
		"2025-10-26": "2025-10-27T00:00:00Z", // the day they do
		"2026-03-28": "2026-03-29T00:00:00Z", // the day before they go forward
		"2026-03-29": "2026-03-29T23:00:00Z", // the day they do
	} {
		f.Record(t, func(c *commissioning.Cycle) error {
			return c.SetTarget(commissioning.StageAssessNeed, day(t, on))
		})
		want, err := time.Parse(time.RFC3339, due)
		require.NoError(t, err)
		assert.Equal(t, want, nextDue(t, f), "of %s", on)
	}

	// Half past midnight in London is still the day before in UTC.
	f.Clock.Set(time.Date(2025, time.June, 30, 23, 30, 0, 0, time.UTC))
	f.Record(t, planning(commissioning.Service{}))
	f.Doing(arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.BindingSince = day(t, "2025-07-01") })).Allows(t)
	_, err = f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.BindingSince = day(t, "2025-07-02") }))
	assert.Equal(t, []string{"arrangement.binding_since arrangement.binding_future"}, faults(t, err))
}
