package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestInvestInCapacityNamesEveryFault(t *testing.T) {
	for name, amount := range map[string]casework.Money{"an investment has an amount": {}, "an investment is not negative": casework.GBP(-1)} {
		t.Run(name, func(t *testing.T) {
			err := newTrial(t).try(func(c *commissioning.Cycle) error {
				_, err := c.InvestInCapacity(commissioning.CapacityInvestment{Amount: amount})
				return err
			})
			assert.Equal(t, []string{
				"investment.amount investment.amount", "investment.recipient.id agency.missing", "investment.purpose investment.purpose_missing",
			}, faults(t, err))
		})
	}
}

func TestRedactedInvestmentKeepsAmountAndRecipient(t *testing.T) {
	tr := newTrial(t)
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.InvestInCapacity(commissioning.CapacityInvestment{
			Group: "Somali elders", Amount: casework.GBP(500000), Purpose: "train bilingual carers",
			Recipient: casework.Agency{ID: "co-op", Name: "M's Co-op", Sector: casework.Voluntary},
		})
		return err
	})
	left, found := tr.redact("capacity.invested").Investment("K1")
	require.True(t, found)
	assert.Equal(t, commissioning.CapacityInvestment{
		ID: "K1", Amount: casework.GBP(500000), Recipient: casework.Agency{ID: "co-op", Sector: casework.Voluntary}, Mark: left.Mark,
	}, left)
	assert.Equal(t, []commissioning.CapacityInvestment{left}, tr.look().Investments())
}
