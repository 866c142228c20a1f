package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func livingOrdering(on casework.Date, pence int64) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.PlaceOrder(procurement.Order{Description: "visits", Amount: casework.GBP(pence), On: on})
		return err
	}
}

func TestOrdersDrawOnTheValueAndAreNeverAddedToIt(t *testing.T) {
	l := livingInForce(t, nil)
	none, err := l.c.Drawn()
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(0), none)

	l.do(livingOrdering(l.today(), 6_00)).do(livingOrdering(l.today(), 4_00))
	drawn, err := l.c.Drawn()
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(10_00), drawn)
	assert.Equal(t, casework.GBP(10_00), l.c.EffectiveAt(l.clock.Now()).Value, "the value is what it was")

	assert.Equal(t, []string{"order.exceeds_value"}, livingStoppers(t, l.try(livingOrdering(l.today(), 1))))
	l.do(func(c *procurement.Contract) error { _, err := c.CancelOrder("P1"); return err }, casework.Reason("not needed"))
	l.do(livingOrdering(l.today(), 6_00))
	drawn, err = l.c.Drawn()
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(10_00), drawn)
	first, known := l.c.Order("P1")
	require.True(t, known)
	assert.False(t, first.Stands())
	assert.Len(t, l.c.Orders(), 3)
}

func TestOrdersBeyondTheValueMayBeOverridden(t *testing.T) {
	l := livingInForce(t, nil)
	l.do(livingOrdering(l.today(), 11_00), casework.Overriding("order.exceeds_value", "a variation follows"))
	assert.Len(t, l.c.Orders(), 1)
}

func TestOrdersAreFaultyAllAtOnce(t *testing.T) {
	l := livingInForce(t, nil)
	usd, err := casework.MinorUnits(1, "USD")
	require.NoError(t, err)
	place := func(o procurement.Order) error {
		return l.try(func(c *procurement.Contract) error { _, err := c.PlaceOrder(o); return err })
	}
	assert.Equal(t, []string{
		"order.description order.description_missing", "order.amount money.missing", "order.on order.day_missing",
	}, livingFaults(t, place(procurement.Order{})))
	assert.Equal(t, []string{"order.amount money.currency_mixed", "order.on order.day_future"},
		livingFaults(t, place(procurement.Order{Description: "x", Amount: usd, On: l.today().AddDays(1)})))
	assert.Equal(t, []string{"order.amount money.negative"},
		livingFaults(t, place(procurement.Order{Description: "x", Amount: casework.GBP(-1), On: l.today()})))
	assert.Equal(t, []string{"order.amount money.zero"},
		livingFaults(t, place(procurement.Order{Description: "x", Amount: casework.GBP(0), On: l.today()})))
}

func TestOrdersArePlacedAndCancelledInForceOnly(t *testing.T) {
	cancel := func(c *procurement.Contract) error { _, err := c.CancelOrder("P1"); return err }
	l := livingDrafted(t, nil)
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(livingOrdering(l.today(), 1))))

	l = livingInForce(t, nil)
	assert.Equal(t, []string{"reason reason.missing", "order order.unknown"}, livingFaults(t, l.try(cancel)))
	l.do(livingOrdering(l.today(), 1))
	l.do(func(c *procurement.Contract) error {
		_, err := c.RecordInvoice(procurement.Invoice{Reference: "A", Order: "P1", Amount: casework.GBP(1), Received: l.today()})
		return err
	})
	assert.Equal(t, []string{"order order.invoiced"}, livingFaults(t, l.try(cancel, casework.Reason("x"))))
	l.do(func(c *procurement.Contract) error {
		_, err := c.RejectInvoice("I1", "another sum was agreed")
		return err
	})
	l.do(cancel, casework.Reason("x"))
	assert.Equal(t, []string{"order order.cancelled"}, livingFaults(t, l.try(cancel, casework.Reason("x"))))

	l.ended()
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(livingOrdering(l.today(), 1))))
}
