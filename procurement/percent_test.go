package procurement_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/procurement"
)

func TestPercentIsReadWithTheDecimalsItNeeds(t *testing.T) {
	tests := map[procurement.Percent]string{
		0: "0%", 1: "0.01%", 10: "0.1%", 12_50: "12.5%", 53_00: "53%", procurement.Hundred: "100%", 105_05: "105.05%", -12_50: "-12.5%", -1: "-0.01%",
	}
	for p, want := range tests {
		assert.Equal(t, want, p.String())
	}
	assert.Equal(t, procurement.Percent(53_00), procurement.Whole(53))
}

func TestPercentIsAWholeNumberOfHundredthsInJSON(t *testing.T) {
	raw, err := json.Marshal(procurement.Whole(53))
	require.NoError(t, err)
	assert.JSONEq(t, "5300", string(raw))
	var p procurement.Percent
	require.Error(t, json.Unmarshal([]byte("53.5"), &p), "a fraction of a hundredth of a percent is none")
}
