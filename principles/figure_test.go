package principles_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

func figure(t testing.TB, text string) principles.Figure {
	t.Helper()
	f, err := principles.ParseFigure(text)
	require.NoError(t, err)
	return f
}

func TestAFigureIsRoundedAsTheCallerSays(t *testing.T) {
	for name, test := range map[string]struct {
		text     string
		places   int
		rounding casework.Rounding
		want     string
	}{
		"a half goes up":                             {"62.5", 0, casework.RoundHalfUp, "63"},
		"a half goes to the even neighbour":          {"62.5", 0, casework.RoundHalfEven, "62"},
		"a half goes to the even neighbour above it": {"63.5", 0, casework.RoundHalfEven, "64"},
		"a half is cut off":                          {"62.5", 0, casework.RoundDown, "62"},
		"whatever is over goes up":                   {"62.01", 0, casework.RoundUp, "63"},
		"a whole number stays":                       {"62", 0, casework.RoundUp, "62"},
		"below a half goes down":                     {"62.49", 0, casework.RoundHalfUp, "62"},
		"a negative half mirrors the positive one":   {"-62.5", 0, casework.RoundHalfUp, "-63"},
		"decimal places are kept":                    {"7.8888", 2, casework.RoundHalfUp, "7.89"},
		"nothing is added to a short number":         {"7.8", 2, casework.RoundHalfUp, "7.8"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := figure(t, test.text).Round(test.places, test.rounding)
			require.NoError(t, err)
			assert.Equal(t, test.want, f.String())
			again, err := f.Round(test.places, test.rounding)
			require.NoError(t, err)
			assert.Zero(t, f.Cmp(again), "what is rounded stays as it is")
		})
	}
	_, err := principles.Number(1).Round(21, "")
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("figure.places"))
	assert.True(t, invalid.Has("rounding.unknown"))
}

func TestWhatIsNotDeterminedStaysSo(t *testing.T) {
	var none principles.Figure
	one := principles.Number(1)
	for name, f := range map[string]principles.Figure{
		"a sum":                 none.Add(one),
		"a difference":          one.Sub(none),
		"a product":             none.Mul(one),
		"a quotient":            one.Div(none),
		"a quotient by nothing": one.Div(principles.Number(0)),
	} {
		assert.False(t, f.Determined(), name)
		assert.Equal(t, "not determined", f.String(), name)
	}
	rounded, err := none.Round(2, casework.RoundHalfUp)
	require.NoError(t, err)
	assert.False(t, rounded.Determined())
	assert.True(t, none.IsZero())
	assert.False(t, principles.Number(0).IsZero(), "0 is determined")
}

func TestAFigureReadsBackExactly(t *testing.T) {
	for text, f := range map[string]principles.Figure{
		`"0"`:     principles.Number(0),
		`"-3.25"`: figure(t, "-3.25"),
		`"88.8"`:  figure(t, "88.80"),
		`"800/9"`: principles.Number(800).Div(principles.Number(9)),
		`null`:    {},
	} {
		written, err := json.Marshal(f)
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		var back principles.Figure
		require.NoError(t, json.Unmarshal(written, &back))
		assert.Equal(t, f.Determined(), back.Determined())
		assert.Zero(t, f.Cmp(back))
	}
	var bare principles.Figure
	require.NoError(t, json.Unmarshal([]byte("12.50"), &bare))
	assert.Zero(t, bare.Cmp(figure(t, "12.5")))
	for _, text := range []string{`"1/0"`, `"1/-2"`, `"1/x"`, `"1e9"`, `1e9`, `true`, `"+1"`, `""`, `"1/2/3"`} {
		var f principles.Figure
		assert.Error(t, json.Unmarshal([]byte(text), &f), text)
	}
}

func FuzzFigure(f *testing.F) {
	for _, seed := range []string{`"88.89"`, `"800/9"`, `-3`, `null`, `"1/0"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var one, back principles.Figure
		if one.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		written, err := one.MarshalJSON()
		require.NoError(t, err)
		if len(written) > 100 { // longer than what is read
			return
		}
		require.NoError(t, back.UnmarshalJSON(written), "%s", written)
		require.Zero(t, one.Cmp(back))
	})
}
