package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

func TestWeightIsReadAtAScale(t *testing.T) {
	t.Parallel()
	w := commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Bar}
	for scale, want := range map[commissioning.Scale]casework.Effect{
		commissioning.Light: casework.Off, commissioning.Standard: casework.Advise, commissioning.Major: casework.Bar, 0: casework.Advise, 9: casework.Advise,
	} {
		assert.Equal(t, want, w.At(scale), scale.String())
	}
	for _, scale := range scales() {
		assert.Equal(t, casework.Explain, commissioning.SameWeight(casework.Explain).At(scale), scale.String())
	}
}

func TestWeightIsFilledFromAnother(t *testing.T) {
	t.Parallel()
	own := commissioning.Weight{Standard: casework.Advise}
	assert.Equal(t, commissioning.Weight{Light: casework.Bar, Standard: casework.Advise, Major: casework.Bar}, own.Or(commissioning.SameWeight(casework.Bar)))
	assert.Equal(t, own, own.Or(commissioning.Weight{}))
	assert.Equal(t, own, commissioning.Weight{}.Or(own))
}

func TestWeightFaultsNameWhatIsNotThere(t *testing.T) {
	t.Parallel()
	known := func(code string) bool { return code == "bid.late" }
	assert.Empty(t, commissioning.WeightFaults("weights", nil, known))
	assert.Empty(t, commissioning.WeightFaults("weights", map[string]commissioning.Weight{"bid.late": commissioning.SameWeight(casework.Bar)}, known))
	err := casework.InvalidIf("weigh", commissioning.WeightFaults("weights", map[string]commissioning.Weight{
		"bid.late": {Major: casework.Bar + 1}, "bid.early": {Light: casework.Off}, "a": {Light: 99},
	}, known))
	assert.Equal(t, []string{"weights.a policy.unknown", "weights.a effect.unknown", "weights.bid.early policy.unknown", "weights.bid.late effect.unknown"}, faults(t, err))
}

func TestScaleIsOfAValueAndRisksOnADay(t *testing.T) {
	t.Parallel()
	bands := commissioning.DefaultBands()
	tests := []struct {
		name  string
		bands []commissioning.Band
		on    string
		value casework.Money
		risks []commissioning.Risk
		want  commissioning.Scale
	}{
		{"a small value", bands, "2025-06-02", casework.GBP(100), nil, commissioning.Light},
		{"below the threshold of 2025", bands, "2025-12-31", casework.GBP(20_772_000), nil, commissioning.Light},
		{"at the threshold of 2026", bands, "2026-01-01", casework.GBP(20_772_000), nil, commissioning.Standard},
		{"a value nobody recorded", bands, "2025-06-02", casework.Money{}, nil, commissioning.Standard},
		{"a value in another currency", bands, "2025-06-02", euros(t, "1.00"), nil, commissioning.Major},
		{"a value no band covers", nil, "2025-06-02", casework.GBP(100), nil, commissioning.Major},
		{"a risk that asks for more than the value", bands, "2025-06-02", casework.GBP(100), []commissioning.Risk{commissioning.RiskServiceLost}, commissioning.Major},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, commissioning.ScaleOf(tt.bands, day(t, tt.on), tt.value, tt.risks))
		})
	}
}

func TestDeskNamesItsStore(t *testing.T) {
	t.Parallel()
	store, other := memory.New(), memory.New()
	desk, err := commissioning.NewDesk(store, nil)
	require.NoError(t, err)
	assert.Same(t, store, desk.Store())
	assert.Same(t, other, desk.In(other).Store())
}
