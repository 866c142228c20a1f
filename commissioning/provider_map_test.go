package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestMapProviderNamesEveryFault(t *testing.T) {
	tr := newTrial(t)
	err := tr.try(func(c *commissioning.Cycle) error {
		_, err := c.MapProvider(commissioning.MappedProvider{Agency: casework.Agency{Sector: "third"}, Outcomes: []commissioning.OutcomeID{"O1"}})
		return err
	})
	assert.Equal(t, []string{
		"provider.as_of provider.as_of_missing", "provider.agency.id agency.missing",
		"provider.agency.sector agency.sector_unknown", "provider.outcomes[0] outcome.unknown",
	}, faults(t, err))
	assert.Empty(t, tr.look().Providers())
}

func TestProvidersAreCopiesAndKeepTheirSectorWhenRedacted(t *testing.T) {
	tr := newTrial(t).withNeed()
	p := commissioning.MappedProvider{
		AsOf: day(t, "2025-11-01"), Scope: "home care", Capability: "40 carers", Contribution: "knows the estate",
		Agency: casework.Agency{ID: "co-op", Name: "M's Co-op", Sector: casework.Voluntary, Kind: "mutual"}, Outcomes: []commissioning.OutcomeID{"O1"},
	}
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.SetOutcome(walking())
		require.NoError(t, err)
		mapped, err := c.MapProvider(p)
		mapped.Outcomes[0] = "O9"
		return err
	})
	c := tr.look()
	one, found := c.Provider("M1")
	require.True(t, found)
	one.Outcomes[0] = "O9"
	c.Providers()[0].Outcomes[0] = "O9"
	again, _ := c.Provider("M1")
	assert.Equal(t, p.Outcomes, again.Outcomes)
	_, found = c.Provider("M2")
	assert.False(t, found)

	left := tr.redact("provider.mapped").Providers()[0]
	assert.Equal(t, commissioning.MappedProvider{
		ID: "M1", AsOf: p.AsOf, Agency: casework.Agency{ID: "co-op", Sector: casework.Voluntary}, Outcomes: p.Outcomes, Mark: left.Mark,
	}, left)
}
