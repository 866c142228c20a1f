package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func livingConcluding(id procurement.ReviewID, held casework.Date, findings ...string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.ConcludeReview(id, held, findings...); return err }
}

func livingPlanningReview(due casework.Date, final bool) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.PlanReview("a look back", due, final); return err }
}

func TestWhoeverConcludedAReviewDoesNotApproveIt(t *testing.T) {
	l := livingInForce(t, nil)
	l.do(livingPlanningReview(l.today(), true)).do(livingConcluding("R1", l.today(), "all well"))
	assert.Equal(t, []string{"review.own"}, livingStoppers(t, l.try(livingApprovingReview("R1"))))
	deputy := casework.Person("cem.t", livingBuyer()).For(livingManager())
	assert.Equal(t, []string{"review.own"}, livingStoppers(t, l.tryBy(deputy, livingApprovingReview("R1"))), "nor does anybody on their behalf")

	require.NoError(t, l.tryBy(livingDirector(), livingApprovingReview("R1")))
	r := l.c.Reviews()[0]
	assert.Equal(t, "ben.o", r.Approved.By)
	assert.Equal(t, []string{"review review.approved"}, livingFaults(t, l.tryBy(livingDirector(), livingApprovingReview("R1"))))
}

func TestReviewsAreFaultyAllAtOnce(t *testing.T) {
	l := livingInForce(t, nil)
	assert.Equal(t, []string{"title review.title_missing", "due review.due_missing"}, livingFaults(t, l.try(func(c *procurement.Contract) error {
		_, err := c.PlanReview("", casework.Date{}, false)
		return err
	})))
	assert.Equal(t, []string{"review review.unknown", "held review.held_missing", "findings review.findings_missing"},
		livingFaults(t, l.try(livingConcluding("R9", casework.Date{}))))
	l.do(livingPlanningReview(l.today(), false))
	assert.True(t, l.c.Reviews()[0].Open())
	assert.Equal(t, []string{"held review.held_future", "findings[1] review.finding_empty"},
		livingFaults(t, l.try(livingConcluding("R1", l.today().AddDays(1), "late visits", " "))))
	assert.Equal(t, []string{"review review.not_final"}, livingFaults(t, l.tryBy(livingDirector(), livingApprovingReview("R1"))))
	l.do(livingConcluding("R1", l.today(), "late visits"))
	assert.Equal(t, []string{"review review.concluded"}, livingFaults(t, l.try(livingConcluding("R1", l.today(), "x"))))

	l.do(livingPlanningReview(l.today(), true))
	assert.Equal(t, []string{"review review.not_held"}, livingFaults(t, l.tryBy(livingDirector(), livingApprovingReview("R2"))))
	assert.Equal(t, []string{"review review.unknown"}, livingFaults(t, l.tryBy(livingDirector(), livingApprovingReview("R9"))))
}

func TestReviewsAreCopies(t *testing.T) {
	l := livingInForce(t, nil)
	findings := []string{"late visits"}
	l.do(livingPlanningReview(l.today(), false)).do(livingConcluding("R1", l.today(), findings...))
	findings[0] = "x"
	l.c.Reviews()[0].Findings[0] = "y"
	assert.Equal(t, []string{"late visits"}, l.c.Reviews()[0].Findings)
}
