package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestObserveNamesEveryFault(t *testing.T) {
	tests := []struct {
		name        string
		observation commissioning.Observation
		want        []string
	}{
		{
			"an observation is of something",
			commissioning.Observation{},
			[]string{
				"observation observation.of_nothing", "observation.measure observation.measure_missing",
				"observation.value observation.value_missing", "observation.of.from period.from_missing",
			},
		},
		{
			"what it is of must be there",
			commissioning.Observation{Outcome: "O9", Service: "S9", Measure: "m", Value: "1", Rating: "green", Of: casework.Period{From: day(t, "2026-01-01")}},
			[]string{"observation.outcome outcome.unknown", "observation.service service.unknown", "observation.rating observation.rating"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := newTrial(t).try(func(c *commissioning.Cycle) error { _, err := c.Observe(tt.observation); return err })
			assert.Equal(t, tt.want, faults(t, err))
		})
	}
}

func TestObservationIsUnratedUntilRatedAndKeepsItsRatingWhenRedacted(t *testing.T) {
	tr := newTrial(t).withNeed()
	o := commissioning.Observation{Outcome: "O1", Measure: "m", Value: "Mrs M walks", Source: "her daughter", Of: casework.Period{From: day(t, "2025-12-01"), To: day(t, "2025-12-31")}}
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.SetOutcome(walking())
		require.NoError(t, err)
		first, err := c.Observe(o)
		require.NoError(t, err)
		assert.Equal(t, commissioning.Unrated, first.Rating)
		o.Rating = commissioning.AtRisk
		_, err = c.Observe(o)
		return err
	})
	all := tr.redact("observation.recorded").Observations()
	require.Len(t, all, 2)
	assert.Equal(t, commissioning.Observation{ID: "B2", Outcome: "O1", Of: o.Of, Rating: commissioning.AtRisk, Mark: all[1].Mark}, all[1])
	one, found := tr.look().Observation("B2")
	assert.True(t, found)
	assert.Equal(t, all[1], one)
}
