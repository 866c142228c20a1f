package principles

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func arranged(round int, provider string, value casework.Money, bound bool) commissioning.Arrangement {
	a := commissioning.Arrangement{ID: "A1", Provider: casework.Agency{ID: provider}, Value: value, Mark: commissioning.Mark{Round: round}}
	if bound {
		a.BindingSince = casework.DateOf(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC))
	}
	return a
}

func TestSharesAreOfWhatEachRoundMadeBinding(t *testing.T) {
	shares, err := roundShares("test", []int{1, 2, 3}, []commissioning.Arrangement{
		arranged(1, "big", casework.GBP(7500), true), arranged(1, "small", casework.GBP(2500), true), arranged(1, "never", casework.GBP(9900), false),
		arranged(2, "small", casework.GBP(2000), true), arranged(2, "big", casework.GBP(3000), true), arranged(2, "small", casework.GBP(3000), true),
		arranged(2, "grant", casework.Money{}, true),
	}, LargestShare())
	require.NoError(t, err)
	require.Len(t, shares, 3)
	assert.Zero(t, shares[0].Concentration.Cmp(Number(75)))
	assert.Equal(t, "small", shares[1].Providers[0].Provider.ID)
	assert.Equal(t, 2, shares[1].Providers[0].Arrangements)
	assert.Len(t, shares[1].Unvalued, 1)
	assert.Zero(t, shares[1].Concentration.Cmp(Figure{big.NewRat(500, 8)}))
	assert.False(t, shares[2].Concentration.Determined())
}

func TestSharesOfSeveralCurrenciesAreRefused(t *testing.T) {
	euros, err := casework.ParseMoney("10.00", "EUR")
	require.NoError(t, err)
	_, err = roundShares("test", []int{1}, []commissioning.Arrangement{arranged(1, "a", casework.GBP(1), true), arranged(1, "b", euros, true)}, LargestShare())
	require.ErrorIs(t, err, casework.ErrInvalid)
}
