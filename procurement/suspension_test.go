package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/procurement"
)

func TestASuspensionMovesNoDate(t *testing.T) {
	suspend := func(reason string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.SuspendPerformance(reason); return err }
	}
	resume := func(c *procurement.Contract) error { _, err := c.ResumePerformance(); return err }
	l := livingInForce(t, nil)
	deadlines := livingDue(l.c.Deadlines())
	assert.Equal(t, []string{"reason suspension.reason_missing"}, livingFaults(t, l.try(suspend(""))))
	assert.Equal(t, []string{"contract suspension.none"}, livingFaults(t, l.try(resume)))
	l.do(suspend("flood"))
	assert.Equal(t, procurement.ContractInForce, l.c.State())
	assert.Equal(t, deadlines, livingDue(l.c.Deadlines()))
	assert.Equal(t, []string{"contract suspension.open"}, livingFaults(t, l.try(suspend("snow"))))
	l.on("2025-06-05").do(resume)
	s := l.c.Suspensions()[0]
	assert.False(t, s.Open())
	assert.Equal(t, []any{l.day("2025-06-01"), l.day("2025-06-05"), "flood"}, []any{s.From, s.To, s.Reason})

	l.on("2025-06-07").do(suspend("snow")).on("2025-06-10").ended().on("2025-06-20").do(resume)
	assert.Equal(t, l.day("2025-06-10"), l.c.Suspensions()[1].To, "no longer than the contract lasted")
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(suspend("x"))))
}
