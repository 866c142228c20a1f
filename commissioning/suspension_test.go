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

const oneDay = 24 * time.Hour

// target gives the target of a stage in the present round.
func target(t *testing.T, c *commissioning.Cycle, stage commissioning.Stage) commissioning.Target {
	t.Helper()
	for _, target := range c.Targets() {
		if target.Stage == stage && target.Round == c.Round() {
			return target
		}
	}
	t.Fatalf("no target for %s", stage)
	return commissioning.Target{}
}

// dues gives "code subject day" of the deadlines that have not fired.
func dues(c *commissioning.Cycle) []string {
	var all []string
	for _, d := range c.Deadlines() {
		all = append(all, d.Code+" "+d.Subject+" "+casework.DateOf(d.Due.Add(-time.Second)).String())
	}
	return all
}

// timed is a cycle with a deadline of every sort.
func timed(t *testing.T, opts ...commissioningtest.Option) *commissioningtest.Fixture {
	t.Helper()
	return commissioningtest.At(t, commissioning.StageMonitorReview, opts...).Record(t, all(
		func(c *commissioning.Cycle) error {
			return c.SetTarget(commissioning.StageMonitorReview, day(t, "2025-06-30"))
		},
		func(c *commissioning.Cycle) error {
			_, err := c.OpenConsultation(commissioning.Consultation{Title: "Day centres", Kind: commissioning.FormalConsultation, Opened: day(t, "2025-06-02"), Closes: day(t, "2025-08-25")})
			return err
		},
		func(c *commissioning.Cycle) error {
			_, err := c.PlanReview("Yearly review", day(t, "2026-04-30"))
			return err
		},
		proposing, deciding, planningTheEnd,
		noticing(commissioning.Notice{Given: day(t, "2025-06-02"), Ends: day(t, "2025-09-30")}),
	))
}

func TestSuspensionMovesTheCyclesOwnDatesAndNoOther(t *testing.T) {
	t.Parallel()
	f := timed(t)
	before := dues(f.Cycle)
	assert.Equal(t, []string{
		"target.due MonitorReview 2025-06-30", "consultation.closes Q1 2025-08-25", "notice.ends X1 2025-09-30",
		"review.due W1 2026-04-30", "arrangement.ends T1 2026-06-01",
	}, before)

	f.Clock.Advance(3 * oneDay)
	f.Take(t, commissioning.Suspend, casework.Reason("the budget is frozen"))
	assert.True(t, f.Cycle.Suspended())
	assert.Equal(t, before[1:], dues(f.Cycle), "a suspended cycle has no dates of its own, and all others")
	f.Bars(t, commissioning.Reassess, "cycle.suspended")

	f.Clock.Advance(10 * oneDay)
	f.Take(t, commissioning.Resume)
	assert.False(t, f.Cycle.Suspended())
	assert.Equal(t, append([]string{"target.due MonitorReview 2025-07-10"}, before[1:]...), dues(f.Cycle))
	assert.Equal(t, 10, target(t, f.Cycle, commissioning.StageMonitorReview).MovedDays)
	suspensions := f.Cycle.Suspensions()
	require.Len(t, suspensions, 1)
	assert.Equal(t, "2025-06-05", suspensions[0].From.String())
	assert.Equal(t, "2025-06-15", suspensions[0].To.String())
	assert.Equal(t, "the budget is frozen", suspensions[0].Because)

	f.Take(t, commissioning.Suspend, casework.Reason("once more"))
	f.Take(t, commissioning.Resume, casework.Effective(f.Clock.Now().Add(-5*oneDay)))
	assert.Equal(t, 10, target(t, f.Cycle, commissioning.StageMonitorReview).MovedDays, "nothing moves back")
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestSuspensionLeavesTargetsThatWereReached(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed).Record(t, func(c *commissioning.Cycle) error {
		return c.SetTarget(commissioning.StageAssessNeed, day(t, "2025-06-30"))
	}).Prepare(t).Take(t, commissioning.IdentifyResources)
	assert.Empty(t, dues(f.Cycle), "the stage was done in time")
	f.Take(t, commissioning.Suspend, casework.Reason("why"))
	f.Clock.Advance(oneDay)
	f.Take(t, commissioning.Resume)
	assert.Equal(t, 0, target(t, f.Cycle, commissioning.StageAssessNeed).MovedDays)
}

func TestTargetStaysOpenOnTheWayBack(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StagePlanUse).Record(t, func(c *commissioning.Cycle) error {
		return c.SetTarget(commissioning.StagePlanUse, day(t, "2025-06-30"))
	})
	f.Take(t, commissioning.ReturnToAssessment, casework.Reason("the survey was wrong"))
	assert.Equal(t, []string{"target.due PlanUse 2025-06-30"}, dues(f.Cycle))
	f.Record(t, func(c *commissioning.Cycle) error {
		return c.SetTarget(commissioning.StagePlanUse, day(t, "2025-07-31"))
	})
	assert.Equal(t, []string{"target.due PlanUse 2025-07-31"}, dues(f.Cycle), "a target takes the place of the earlier one")
	assert.Len(t, f.Cycle.Targets(), 1)
}

func TestTargetIsForAStageOfTheCycle(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	for _, stage := range []commissioning.Stage{"", "Nowhere", commissioning.Closed} {
		_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error { return c.SetTarget(stage, casework.Date{}) })
		assert.Equal(t, []string{"stage target.stage", "due target.due_missing"}, faults(t, err))
	}
}
