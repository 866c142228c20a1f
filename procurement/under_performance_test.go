package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/procurement"
)

func livingUnderPerforming(u procurement.UnderPerformance) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.RecordUnderPerformance(u); return err }
}

func TestUnderPerformanceIsPlannedForAndConcluded(t *testing.T) {
	l := livingInForce(t, nil)
	plan := func(p procurement.ImprovementPlan) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.PlanImprovement("U1", p); return err }
	}
	conclude := func(finding string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			_, err := c.ConcludeUnderPerformance("U1", true, finding)
			return err
		}
	}
	assert.Equal(t, []string{
		"under_performance.text under_performance.text_missing", "under_performance.measure measure.unknown",
		"under_performance.plan.steps improvement.steps_missing", "under_performance.plan.by improvement.day_missing",
	}, livingFaults(t, l.try(livingUnderPerforming(procurement.UnderPerformance{Measure: "KPI9", Plan: &procurement.ImprovementPlan{}}))))

	l.do(livingUnderPerforming(procurement.UnderPerformance{Text: "late visits"}))
	assert.Equal(t, []string{"plan.by improvement.day_past"},
		livingFaults(t, l.try(plan(procurement.ImprovementPlan{Steps: "hire", By: l.day("2025-05-31")}))))
	l.do(plan(procurement.ImprovementPlan{Steps: "hire", By: l.day("2025-06-30")}))
	l.do(plan(procurement.ImprovementPlan{Steps: "hire more", By: l.day("2025-07-31")}))
	u := l.c.UnderPerformances()[0]
	assert.True(t, u.Open())
	assert.Equal(t, "hire more", u.Plan.Steps)
	u.Plan.Steps = "x"
	assert.Equal(t, "hire more", l.c.UnderPerformances()[0].Plan.Steps, "a copy")

	l.ended()
	assert.Equal(t, []string{"finding under_performance.finding_missing"}, livingFaults(t, l.try(conclude(" "))))
	l.do(conclude("on time again"))
	assert.True(t, l.c.UnderPerformances()[0].Improved)
	assert.Equal(t, []string{"under_performance under_performance.concluded"}, livingFaults(t, l.try(conclude("x"))))
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(livingUnderPerforming(procurement.UnderPerformance{Text: "x"}))))
}
