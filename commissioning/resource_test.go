package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func money(pounds int64) commissioning.Resource {
	return commissioning.Resource{
		Kind: commissioning.FinancialResource, Title: "Social care budget", Amount: casework.GBP(pounds * 100),
		Owner: casework.Agency{ID: "council", Name: "The Council", Sector: casework.Statutory},
	}
}

func staff(hundredths int64) commissioning.Resource {
	return commissioning.Resource{
		Kind: commissioning.StaffingResource, Title: "Reablement team", Quantity: hundredths, Unit: "whole-time equivalents",
		Owner: casework.Agency{ID: "council"},
	}
}

func TestIdentifyResourceNamesEveryFault(t *testing.T) {
	tests := []struct {
		name     string
		resource commissioning.Resource
		want     []string
	}{
		{
			"an empty resource has neither title, kind nor owner",
			commissioning.Resource{},
			[]string{"resource.title resource.title_missing", "resource.kind resource.kind", "resource.owner.id agency.missing"},
		},
		{
			"money has an amount and no quantity",
			commissioning.Resource{Kind: commissioning.FinancialResource, Title: "x", Quantity: 1, Owner: casework.Agency{ID: "a"}},
			[]string{"resource.amount resource.amount", "resource.quantity resource.quantity_financial"},
		},
		{
			"money is not negative",
			commissioning.Resource{Kind: commissioning.FinancialResource, Title: "x", Amount: casework.GBP(-1), Owner: casework.Agency{ID: "a"}},
			[]string{"resource.amount resource.amount"},
		},
		{
			"staff have a quantity with a unit and no amount",
			commissioning.Resource{Kind: commissioning.StaffingResource, Title: "x", Amount: casework.GBP(1), Quantity: -1, Owner: casework.Agency{ID: "a"}},
			[]string{"resource.amount resource.amount_not_financial", "resource.quantity resource.quantity", "resource.unit resource.unit_missing"},
		},
		{
			"a period is not reversed and a commitment is known",
			commissioning.Resource{
				Kind: commissioning.PremisesResource, Title: "x", Quantity: 200, Unit: "rooms", Owner: casework.Agency{ID: "a"}, Commitment: "perhaps",
				Period: casework.Period{From: day(t, "2026-04-01"), To: day(t, "2026-03-31")},
			},
			[]string{"resource.period.to period.reversed", "resource.commitment resource.commitment"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrial(t)
			err := tr.try(func(c *commissioning.Cycle) error {
				_, err := c.IdentifyResource(tt.resource)
				return err
			})
			assert.Equal(t, tt.want, faults(t, err))
			assert.Empty(t, tr.look().Resources())
		})
	}
}

func TestResourceIsProposedUntilItIsCommitted(t *testing.T) {
	tr := newTrial(t)
	committed := money(300)
	committed.Commitment = commissioning.ResourceCommitted
	wrote := tr.types(func(c *commissioning.Cycle) error {
		first, err := c.IdentifyResource(money(500))
		require.NoError(t, err)
		assert.Equal(t, commissioning.ResourceProposed, first.Commitment)
		second, err := c.IdentifyResource(committed)
		assert.Equal(t, commissioning.ResourceCommitted, second.Commitment)
		assert.NotZero(t, second.Committed.Entry)
		return err
	})
	assert.Equal(t, []string{"resource.identified", "resource.identified", "resource.committed"}, wrote)

	all, err := tr.look().FinancialTotal(false)
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(80000), all)
	sure, err := tr.look().FinancialTotal(true)
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(30000), sure)

	tr.do(func(c *commissioning.Cycle) error { _, err := c.CommitResource("R1"); return err })
	sure, err = tr.look().FinancialTotal(true)
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(80000), sure)

	err = tr.try(func(c *commissioning.Cycle) error { _, err := c.CommitResource("R1"); return err })
	assert.Equal(t, []string{"resource resource.committed_already"}, faults(t, err))
	err = tr.try(func(c *commissioning.Cycle) error { _, err := c.CommitResource("R9"); return err })
	assert.Equal(t, []string{"resource resource.unknown"}, faults(t, err))
}

func TestFinancialTotalOfSeveralCurrenciesIsAnError(t *testing.T) {
	tr := newTrial(t)
	euros := money(1)
	var err error
	euros.Amount, err = casework.MinorUnits(100, "EUR")
	require.NoError(t, err)
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.IdentifyResource(staff(1250))
		require.NoError(t, err)
		total, err := c.FinancialTotal(false)
		require.NoError(t, err)
		assert.False(t, total.IsRecorded(), "staff are not money")
		_, err = c.IdentifyResource(money(1))
		require.NoError(t, err)
		_, err = c.IdentifyResource(euros)
		return err
	})
	_, err = tr.look().FinancialTotal(false)
	assert.ErrorIs(t, err, casework.ErrInvalid)
}

func TestRedactedResourceKeepsWhatCanBeCounted(t *testing.T) {
	tr := newTrial(t)
	r := staff(1250)
	r.Conditions, r.Owner.Name, r.Commitment = "for Mrs M alone", "M & Sons", commissioning.ResourceCommitted
	tr.do(func(c *commissioning.Cycle) error { _, err := c.IdentifyResource(r); return err })
	got, found := tr.redact("resource.identified").Resource("R1")
	require.True(t, found)
	assert.Equal(t, commissioning.Resource{
		ID: "R1", Kind: commissioning.StaffingResource, Quantity: 1250, Owner: casework.Agency{ID: "council"},
		Commitment: commissioning.ResourceCommitted, Committed: got.Committed, Mark: got.Mark,
	}, got)
}
