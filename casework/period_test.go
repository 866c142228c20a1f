package casework_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func period(t testing.TB, from, to string) casework.Period {
	t.Helper()
	p := casework.Period{From: day(t, from)}
	if to != "" {
		p.To = day(t, to)
	}
	return p
}

func TestPeriodIncludesItsFirstAndLastDay(t *testing.T) {
	stay := period(t, "2022-05-06", "2022-09-23")
	for text, in := range map[string]bool{
		"2022-05-05": false, "2022-05-06": true, "2022-07-01": true, "2022-09-23": true, "2022-09-24": false,
	} {
		assert.Equal(t, in, stay.Contains(day(t, text)), text)
	}
	days, known := stay.Days()
	assert.True(t, known)
	assert.Equal(t, 141, days)
	assert.Equal(t, "2022-05-06 to 2022-09-23", stay.String())
	assert.False(t, stay.Contains(casework.Date{}))
}

func TestPeriodWithoutAnEndIsOpenEnded(t *testing.T) {
	open := period(t, "2021-12-01", "")
	assert.True(t, open.OpenEnded())
	assert.True(t, open.Contains(day(t, "9999-12-31")))
	_, known := open.Days()
	assert.False(t, known)
	assert.Equal(t, "from 2021-12-01", open.String())
	text, err := json.Marshal(open)
	require.NoError(t, err)
	assert.Equal(t, `{"from":"2021-12-01"}`, string(text))
}

func TestPeriodsOverlap(t *testing.T) {
	for name, c := range map[string]struct {
		a, b casework.Period
		want bool
	}{
		"they share a day":             {period(t, "2024-01-01", "2024-01-31"), period(t, "2024-01-31", "2024-02-29"), true},
		"one follows the other":        {period(t, "2024-01-01", "2024-01-31"), period(t, "2024-02-01", "2024-02-29"), false},
		"one lies within the other":    {period(t, "2024-01-01", "2024-12-31"), period(t, "2024-02-01", "2024-02-29"), true},
		"both are open-ended":          {period(t, "2024-01-01", ""), period(t, "2025-01-01", ""), true},
		"one ends before the open one": {period(t, "2024-01-01", "2024-01-31"), period(t, "2025-01-01", ""), false},
		"one is not recorded":          {period(t, "2024-01-01", ""), casework.Period{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, c.a.Overlaps(c.b))
			assert.Equal(t, c.want, c.b.Overlaps(c.a))
		})
	}
}

func TestPeriodFaults(t *testing.T) {
	assert.Empty(t, period(t, "2024-01-01", "2024-01-01").Faults("term"))
	assert.Empty(t, period(t, "2024-01-01", "").Faults("term"))

	none := casework.Period{}
	assert.True(t, none.IsZero())
	assert.Equal(t, "no period", none.String())
	assert.Equal(t, []casework.Fault{{Path: "term.from", Code: "period.from_missing", Message: "a period needs a first day"}}, none.Faults("term"))

	reversed := period(t, "2024-01-02", "2024-01-01")
	assert.Equal(t, []casework.Fault{{Path: "to", Code: "period.reversed", Message: "a period does not end before it begins"}}, reversed.Faults(""))
	_, known := reversed.Days()
	assert.False(t, known)
}
