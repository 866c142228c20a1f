package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// livingDue gives "code subject moment" of each deadline, in due order.
func livingDue(deadlines []casework.Deadline) []string {
	var all []string
	for _, d := range deadlines {
		all = append(all, d.Code+" "+d.Subject+" "+d.Due.UTC().Format(time.DateTime))
	}
	return all
}

// TestS9Reminders is the last line of acceptance scenario S9.
func TestS9Reminders(t *testing.T) {
	l := livingInForce(t, nil)
	assert.Equal(t, []string{
		"contract.ending 90 2026-03-02 00:00:00",
		"contract.ending 60 2026-04-01 00:00:00",
		"contract.ending 30 2026-05-01 00:00:00",
		"contract.ending 15 2026-05-16 00:00:00",
		"contract.ends  2026-06-01 00:00:00",
	}, livingDue(l.c.Deadlines()))

	l.on("2026-05-03").tick()
	fired := l.c.Fired()
	require.Len(t, fired, 3)
	seq := l.c.Seq()
	l.tick().on("2026-05-04").tick()
	assert.Equal(t, seq, l.c.Seq(), "each once, however often the scheduler runs")
	assert.Equal(t, fired, l.c.Fired())

	l.on("2026-05-16").tick()
	assert.Len(t, l.c.Fired(), 4)
	l.on("2026-06-01").tick()
	assert.Equal(t, procurement.ContractOver, l.c.State())
	assert.Empty(t, l.c.Deadlines())
}

func TestRemindersBeforeTheContractBoundAreNone(t *testing.T) {
	l := livingInForce(t, func(d *procurement.ContractDraft) { d.Terms.Period.To = livingDay(t, "2025-07-16") })
	assert.Equal(t, []string{
		"contract.ending 30 2025-06-16 00:00:00",
		"contract.ending 15 2025-07-01 00:00:00",
		"contract.ends  2025-07-17 00:00:00",
	}, livingDue(l.c.Deadlines()), "45 days: neither 90 nor 60 days before the end did it bind")
}

func TestAContractWithoutAnEndHasNoReminders(t *testing.T) {
	l := livingInForce(t, func(d *procurement.ContractDraft) { d.Terms.Period.To = casework.Date{} })
	assert.Empty(t, l.c.Deadlines())
}

func TestAnEndThatIsMovedRemindsAgain(t *testing.T) {
	l := livingInForce(t, nil).on("2026-05-20").tick()
	require.Len(t, l.c.Fired(), 4)
	l.do(func(c *procurement.Contract) error {
		v, err := c.ProposeVariation(procurement.Variation{
			Rationales: []procurement.Rationale{procurement.DurationExtension}, Reason: "the tender is late",
			Period: casework.Period{From: l.day("2025-06-01"), To: l.day("2026-08-31")},
		})
		if err != nil {
			return err
		}
		if _, err = c.SignVariation(v.ID, procurement.Signature{Party: "camden", Signatory: "ana.k"}); err != nil {
			return err
		}
		_, err = c.SignVariation(v.ID, procurement.Signature{Party: "helpers", Signatory: "dot"})
		return err
	})
	assert.Equal(t, []string{
		"contract.ending 90 2026-06-02 00:00:00",
		"contract.ending 60 2026-07-02 00:00:00",
		"contract.ending 30 2026-08-01 00:00:00",
		"contract.ending 15 2026-08-16 00:00:00",
		"contract.ends  2026-09-01 00:00:00",
	}, livingDue(l.c.Deadlines()))
}

func TestAContractCommencesWhenItsFirstDayComes(t *testing.T) {
	l := livingSigned(t, func(d *procurement.ContractDraft) { d.Terms.Period = casework.Period{From: livingDay(t, "2025-07-01")} })
	assert.Equal(t, []string{"contract.begins  2025-07-01 00:00:00"}, livingDue(l.c.Deadlines()))
	l.on("2025-07-01").tick()
	assert.Equal(t, procurement.ContractInForce, l.c.State())
}

func TestDeadlinesOfWhatIsOpen(t *testing.T) {
	l := livingInForce(t, func(d *procurement.ContractDraft) { d.Terms.Period.To = casework.Date{} }).invoiced("A", 10_00)
	l.do(livingDisputing("I1", 4_00)).do(func(c *procurement.Contract) error {
		if _, err := c.AgreeObligation(procurement.Obligation{Title: "report", Party: "helpers", Due: l.day("2025-06-10")}); err != nil {
			return err
		}
		if _, err := c.PlanReview("half a year", l.day("2025-12-01"), false); err != nil {
			return err
		}
		_, err := c.RecordUnderPerformance(procurement.UnderPerformance{Text: "late", Plan: &procurement.ImprovementPlan{Steps: "hire", By: l.day("2025-06-20")}})
		return err
	})
	assert.Equal(t, []string{
		"obligation.due G1 2025-06-11 00:00:00",
		"improvement.due U1 2025-06-21 00:00:00",
		"payment.due I1 2025-07-01 00:00:00",
		"review.due R1 2025-12-02 00:00:00",
	}, livingDue(l.c.Deadlines()))

	l.paid("I1", 6_00).on("2025-06-05").do(livingResolving("I1", 0, 3_00))
	assert.Contains(t, livingDue(l.c.Deadlines()), "payment.due I1 2025-07-05 00:00:00", "what is owed after all has days of its own")
	assert.NotContains(t, livingDue(l.c.Deadlines()), "payment.due I1 2025-07-01 00:00:00")

	l.paid("I1", 3_00).do(func(c *procurement.Contract) error {
		if _, err := c.SettleObligation("G1", procurement.ObligationMet, ""); err != nil {
			return err
		}
		if _, err := c.ConcludeReview("R1", l.today(), "all well"); err != nil {
			return err
		}
		_, err := c.ConcludeUnderPerformance("U1", true, "on time again")
		return err
	})
	assert.Empty(t, l.c.Deadlines())
}
