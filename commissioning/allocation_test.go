package commissioning_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestAllocateNamesEveryFault(t *testing.T) {
	euro, err := casework.MinorUnits(100, "EUR")
	require.NoError(t, err)
	tests := []struct {
		name       string
		allocation commissioning.Allocation
		want       []string
	}{
		{
			"resource and service must be there",
			commissioning.Allocation{Resource: "R8", Service: "S8"},
			[]string{"allocation.resource resource.unknown", "allocation.service service.unknown"},
		},
		{
			"money is allocated by amount",
			commissioning.Allocation{Resource: "R1", Service: "S1", Quantity: 100},
			[]string{"allocation.amount allocation.amount", "allocation.quantity allocation.quantity_financial"},
		},
		{
			"nothing is allocated by a negative amount",
			commissioning.Allocation{Resource: "R1", Service: "S1", Amount: casework.GBP(-1)},
			[]string{"allocation.amount allocation.amount"},
		},
		{
			"the currency is that of the resource",
			commissioning.Allocation{Resource: "R1", Service: "S1", Amount: euro},
			[]string{"allocation.amount allocation.currency"},
		},
		{
			"staff are allocated by quantity",
			commissioning.Allocation{Resource: "R2", Service: "S1", Amount: casework.GBP(1)},
			[]string{"allocation.amount allocation.amount_not_financial", "allocation.quantity allocation.quantity"},
		},
	}
	tr := newTrial(t).withService()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.IdentifyResource(money(100))
		require.NoError(t, err)
		_, err = c.IdentifyResource(staff(1200))
		return err
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tr.try(func(c *commissioning.Cycle) error { _, err := c.Allocate(tt.allocation); return err })
			assert.Equal(t, tt.want, faults(t, err))
			assert.Empty(t, tr.look().Allocations())
		})
	}
}

func TestOverallocationIsJudgedByAPolicyAndMayBeOverridden(t *testing.T) {
	tr := newTrial(t).withService()
	tr.do(func(c *commissioning.Cycle) error { _, err := c.IdentifyResource(money(100)); return err })
	allocate := func(c *commissioning.Cycle) error {
		_, err := c.Allocate(commissioning.Allocation{Resource: "R1", Service: "S1", Amount: casework.GBP(6000)})
		return err
	}
	tr.do(allocate)
	err := tr.try(allocate)
	var refusal *casework.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "resource.overallocated", refusal.Objections[0].Code)

	tr.do(func(c *commissioning.Cycle) error { return c.ReleaseAllocation("L1") }, casework.Reason("planned otherwise"))
	tr.do(allocate)
	amount, quantity, err := tr.look().Allocated("R1")
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(6000), amount)
	assert.Zero(t, quantity)

	first, _ := tr.look().Allocation("L1")
	assert.False(t, first.Stands())
	assert.Equal(t, "planned otherwise", first.Because)
	second, _ := tr.look().Allocation("L2")
	assert.True(t, second.Stands())

	err = tr.try(func(c *commissioning.Cycle) error { return c.ReleaseAllocation("L1") })
	assert.Equal(t, []string{"allocation allocation.released", "reason reason.missing"}, faults(t, err))
	_, _, err = tr.look().Allocated("R9")
	assert.ErrorIs(t, err, casework.ErrInvalid)
}

func TestWhatIsAllocatedIsAlwaysTheSumOfWhatStands(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		tr := newTrial(t).withService()
		tr.do(func(c *commissioning.Cycle) error {
			_, err := c.IdentifyResource(staff(100_000_000))
			require.NoError(t, err)
			for range 20 {
				if random.IntN(3) == 0 {
					if all := c.Allocations(); len(all) > 0 && all[len(all)-1].Stands() {
						require.NoError(t, c.ReleaseAllocation(all[len(all)-1].ID))
						continue
					}
				}
				_, err := c.Allocate(commissioning.Allocation{Resource: "R1", Service: "S1", Quantity: 1 + random.Int64N(1000)})
				require.NoError(t, err)
			}
			return nil
		}, casework.Reason("trying"))
		var want int64
		for _, a := range tr.look().Allocations() {
			if a.Stands() {
				want += a.Quantity
			}
		}
		_, got, err := tr.look().Allocated("R1")
		require.NoError(t, err)
		require.Equal(t, want, got, "seed %d", seed)
		require.NoError(t, tr.desk.Verify(t.Context(), tr.id))
	}
}
