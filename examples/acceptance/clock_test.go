package acceptance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Nothing is refused here: no class.
func TestS12_11_the_clock_goes_back_an_hour_and_a_tick_comes_three_days_late(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	calendar, err := casework.NewCalendar(london)
	require.NoError(t, err)
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t, func(o *commissioning.Options) { o.Calendar = calendar })
		h.at(t, "2022-10-24T09:00:00Z")
		c := open(t, desk, ana, commissioning.Brief{Title: "Home care", Lead: hackney})
		c = update(t, desk, c.ID(), ana, func(c *commissioning.Cycle) error {
			for _, due := range []string{"2022-10-30", "2022-10-29"} { // the clocks change on the 30th
				if _, err := c.PlanReview("Review by "+due, day(t, due)); err != nil {
					return err
				}
			}
			return c.SetTarget(commissioning.StageAssessNeed, day(t, "2022-11-01"))
		})
		due := c.Deadlines()
		require.Len(t, due, 3)
		before, after, target := due[0], due[1], due[2]
		// Midnight in London is 23:00 UTC in summer and 00:00 UTC in winter.
		require.Equal(t, "2022-10-29T23:00:00Z", before.Due.UTC().Format(time.RFC3339))
		require.Equal(t, "2022-10-31T00:00:00Z", after.Due.UTC().Format(time.RFC3339))
		require.Equal(t, "2022-11-02T00:00:00Z", target.Due.UTC().Format(time.RFC3339))
		tick := func(now string) *commissioning.Cycle {
			h.at(t, now)
			c, err := desk.Tick(t.Context(), c.ID(), nightly)
			require.NoError(t, err)
			return c
		}

		assert.Empty(t, tick("2022-10-29T22:59:59Z").Fired(), "a second before it is due")
		c = tick("2022-10-29T23:00:00Z")
		require.Len(t, c.Fired(), 1, "at the very instant")
		assert.Equal(t, before.Subject, c.Fired()[0].Subject)

		seq := c.Seq()
		c = tick("2022-10-29T22:00:00Z")
		assert.Equal(t, seq, c.Seq(), "with the clock an hour back nothing fires, and nothing is written")
		c = update(t, desk, c.ID(), ana, need("Falls at night"))
		written := entriesOf(t, h.store, c.ID(), seq)
		require.Len(t, written, 1)
		assert.Equal(t, h.now, written[0].Recorded, "what is written in the hour that comes twice keeps the host's time")
		seq = c.Seq()
		c = tick("2022-10-29T23:30:00Z")
		assert.Equal(t, seq, c.Seq(), "the same deadline fires once")

		c = tick("2022-11-05T00:00:00Z")
		fired := c.Fired()
		require.Len(t, fired, 3, "three days late")
		for i, want := range []casework.Deadline{before, after, target} {
			assert.Equal(t, want.Code, fired[i].Code)
			assert.Equal(t, want.Subject, fired[i].Subject)
			assert.True(t, want.Due.Equal(fired[i].Due), "in due order, with the time it was due")
		}
		assert.Equal(t, "2022-10-29T23:00:00Z", fired[0].Noticed.Format(time.RFC3339))
		for _, late := range fired[1:] {
			assert.Equal(t, h.now, late.Noticed, "and the time it was noticed")
		}
		for _, e := range entriesOf(t, h.store, c.ID(), seq) {
			assert.Equal(t, h.now, e.Recorded)
			assert.True(t, e.Effective.Before(e.Recorded))
			assert.True(t, e.Actor.Is(nightly))
		}

		seq = c.Seq()
		assert.Equal(t, seq, tick("2022-11-05T00:00:00Z").Seq(), "a second tick adds nothing")
		assert.Equal(t, seq, tick("2022-11-04T23:00:00Z").Seq())
		loaded, err := desk.Load(t.Context(), c.ID())
		require.NoError(t, err)
		assert.Equal(t, fired, loaded.Fired())
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}
