package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/procurement"
)

func TestDisputesRunBesideTheContract(t *testing.T) {
	raise := func(d procurement.Dispute) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.RaiseDispute(d); return err }
	}
	settle := func(resolution string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.SettleDispute("X1", resolution); return err }
	}
	sound := procurement.Dispute{By: "helpers", Text: "which hours count"}
	l := livingSigned(t, func(d *procurement.ContractDraft) { d.Terms.Period.From = livingDay(t, "2025-07-01") })
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(raise(sound))))

	l = livingInForce(t, nil)
	assert.Equal(t, []string{"dispute.by party.unknown", "dispute.text dispute.text_missing"}, livingFaults(t, l.try(raise(procurement.Dispute{By: "nobody"}))))
	assert.Equal(t, []string{"resolution dispute.resolution_missing", "dispute dispute.unknown"}, livingFaults(t, l.try(settle(""))))
	l.do(raise(sound))
	assert.Equal(t, procurement.ContractInForce, l.c.State(), "it stays in force")
	assert.True(t, l.c.Disputes()[0].Open())

	l.ended().do(settle("travel counts"))
	d := l.c.Disputes()[0]
	assert.False(t, d.Open())
	assert.Equal(t, "travel counts", d.Resolution)
	assert.Equal(t, []string{"dispute dispute.resolved"}, livingFaults(t, l.try(settle("again"))))
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(raise(sound))))
}
