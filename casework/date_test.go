package casework_test

import (
	"encoding/json"
	"math"
	"testing"
	"testing/quick"
	"time"
	_ "time/tzdata" // the zones of the tests, whatever the machine has

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func day(t testing.TB, text string) casework.Date {
	t.Helper()
	d, err := casework.ParseDate(text)
	require.NoError(t, err)
	return d
}

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

func TestDateHasItsParts(t *testing.T) {
	d, err := casework.NewDate(2024, time.February, 29)
	require.NoError(t, err)
	assert.Equal(t, 2024, d.Year())
	assert.Equal(t, time.February, d.Month())
	assert.Equal(t, 29, d.Day())
	assert.Equal(t, time.Thursday, d.Weekday())
	assert.Equal(t, "2024-02-29", d.String())
	assert.Equal(t, day(t, "2024-02-29"), d)
	assert.False(t, d.IsZero())
}

func TestNewDateRefusesDaysThatAreNot(t *testing.T) {
	for name, c := range map[string]struct {
		year  int
		month time.Month
		day   int
	}{
		"29 February of a common year": {2023, time.February, 29},
		"31 April":                     {2024, time.April, 31},
		"day 0":                        {2024, time.April, 0},
		"month 13":                     {2024, 13, 1},
		"year 0":                       {0, time.January, 1},
		"year 10000":                   {10000, time.January, 1},
		"numbers beyond reason":        {math.MaxInt, time.Month(math.MaxInt), math.MaxInt},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := casework.NewDate(c.year, c.month, c.day)
			assertInvalid(t, err, "date.invalid")
			assert.True(t, d.IsZero())
		})
	}
}

func TestParseDateRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"nothing":                      {"", "date.malformed"},
		"a moment":                     {"2024-02-29T00:00:00Z", "date.malformed"},
		"slashes":                      {"2024/02/29", "date.malformed"},
		"the day first":                {"29-02-2024", "date.malformed"},
		"no leading zeros":             {"2024-2-9", "date.malformed"},
		"a sign in the year":           {"-024-02-29", "date.malformed"},
		"a space for a zero":           {"2024-02- 9", "date.malformed"},
		"29 February of a common year": {"2023-02-29", "date.invalid"},
		"month 13":                     {"2024-13-01", "date.invalid"},
		"month 0":                      {"2024-00-01", "date.invalid"},
		"day 0":                        {"2024-01-00", "date.invalid"},
		"year 0":                       {"0000-01-01", "date.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := casework.ParseDate(c.text)
			assertInvalid(t, err, c.code)
		})
	}
}

func TestTheZeroDateIsNoDay(t *testing.T) {
	var none casework.Date
	assert.True(t, none.IsZero())
	assert.Equal(t, "no date", none.String())
	assert.Equal(t, none, none.AddDays(1))
	assert.Equal(t, none, none.AddMonths(1))
	assert.True(t, none.In(time.UTC).IsZero())
	assert.Zero(t, none.DaysUntil(day(t, "2024-01-01")))
	assert.Zero(t, day(t, "2024-01-01").DaysUntil(none))
	assert.True(t, none.Before(day(t, "0001-01-01")))
	assert.Equal(t, none, casework.DateOf(time.Time{}))
}

func TestDateOfATimeIsTheDayInItsOwnLocation(t *testing.T) {
	at := moment(t, "2024-06-30T23:30:00Z")
	assert.Equal(t, day(t, "2024-06-30"), casework.DateOf(at))
	assert.Equal(t, day(t, "2024-07-01"), casework.DateOf(at.In(zone(t, "Europe/London"))))
	assert.Equal(t, day(t, "9999-12-31"), casework.DateOf(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, day(t, "0001-01-01"), casework.DateOf(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestDatesAreOrdered(t *testing.T) {
	sorted := []string{"0001-01-01", "2023-12-31", "2024-01-01", "2024-01-02", "2024-02-01", "9999-12-31"}
	for i, a := range sorted {
		for j, b := range sorted {
			x, y := day(t, a), day(t, b)
			assert.Equal(t, i < j, x.Before(y), "%s before %s", a, b)
			assert.Equal(t, i > j, x.After(y), "%s after %s", a, b)
			assert.Equal(t, i == j, x.Compare(y) == 0, "%s is %s", a, b)
		}
	}
}

func TestAddDays(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		n    int
		want string
	}{
		"across a leap day":                       {"2024-02-28", 2, "2024-03-01"},
		"across a year, back":                     {"2024-01-01", -1, "2023-12-31"},
		"twelve weeks of consultation":            {"2025-01-06", 84, "2025-03-31"},
		"beyond the last day it stops there":      {"9999-12-30", 5, "9999-12-31"},
		"before the first day it stops there":     {"0001-01-02", -5, "0001-01-01"},
		"by the largest number it stops as well":  {"2024-01-01", math.MaxInt, "9999-12-31"},
		"by the smallest number it stops as well": {"2024-01-01", math.MinInt, "0001-01-01"},
		"from the first day to the last":          {"0001-01-01", 4_000_000, "9999-12-31"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, day(t, c.want), day(t, c.from).AddDays(c.n))
		})
	}
}

func TestAddMonths(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		n    int
		want string
	}{
		"31 January and a month in a leap year":   {"2024-01-31", 1, "2024-02-29"},
		"31 January and a month in a common year": {"2023-01-31", 1, "2023-02-28"},
		"31 January and two months":               {"2023-01-31", 2, "2023-03-31"},
		"three months of notice":                  {"2024-11-30", 3, "2025-02-28"},
		"back from 31 March":                      {"2024-03-31", -1, "2024-02-29"},
		"a year from a leap day":                  {"2024-02-29", 12, "2025-02-28"},
		"a day every month has":                   {"2024-01-15", 13, "2025-02-15"},
		"no month at all":                         {"2024-01-31", 0, "2024-01-31"},
		"beyond the last day it stops there":      {"9999-12-01", 1, "9999-12-31"},
		"before the first day it stops there":     {"0001-01-15", -1, "0001-01-01"},
		"by the largest number":                   {"2024-01-01", math.MaxInt, "9999-12-31"},
		"by the smallest number":                  {"2024-01-01", math.MinInt, "0001-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, day(t, c.want), day(t, c.from).AddMonths(c.n))
		})
	}
}

func TestDaysUntilIsTheInverseOfAddDays(t *testing.T) {
	epoch := day(t, "2000-01-01")
	inverse := func(a, b int16, far bool) bool {
		from, to := epoch.AddDays(int(a)), epoch.AddDays(int(b))
		if far {
			from, to = day(t, "0001-01-01"), to.AddMonths(12*7900)
		}
		return from.AddDays(from.DaysUntil(to)) == to && from.DaysUntil(to) == -to.DaysUntil(from)
	}
	require.NoError(t, quick.Check(inverse, nil))
	assert.Equal(t, 3652058, day(t, "0001-01-01").DaysUntil(day(t, "9999-12-31")))
}

func TestAddMonthsKeepsTheMonth(t *testing.T) {
	epoch := day(t, "2000-01-01")
	keeps := func(days int16, months int8) bool {
		from := epoch.AddDays(int(days))
		to := from.AddMonths(int(months))
		moved := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
		return moved == int(months) && to.Day() <= from.Day() && (to.Day() == from.Day() || to.AddDays(1).Day() == 1)
	}
	require.NoError(t, quick.Check(keeps, nil))
}

func TestTheFirstMomentOfADay(t *testing.T) {
	for name, c := range map[string]struct{ day, zone, want string }{
		"winter in London":                      {"2024-01-15", "Europe/London", "2024-01-15T00:00:00Z"},
		"summer in London":                      {"2024-07-15", "Europe/London", "2024-07-15T00:00:00+01:00"},
		"the day the clocks go forward":         {"2024-03-31", "Europe/London", "2024-03-31T00:00:00Z"},
		"the day the clocks go back":            {"2024-10-27", "Europe/London", "2024-10-27T00:00:00+01:00"},
		"summer in Kyiv":                        {"2027-07-01", "Europe/Kyiv", "2027-07-01T00:00:00+03:00"},
		"midnight skipped in Cairo":             {"2024-04-26", "Africa/Cairo", "2024-04-26T01:00:00+03:00"},
		"midnight skipped in São Paulo":         {"2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"},
		"midnight skipped in Beirut":            {"2024-03-31", "Asia/Beirut", "2024-03-31T01:00:00+03:00"},
		"midnight twice in the Azores":          {"2024-10-27", "Atlantic/Azores", "2024-10-27T00:00:00Z"},
		"midnight twice in Amman":               {"2021-10-29", "Asia/Amman", "2021-10-29T00:00:00+03:00"},
		"the hour before midnight twice, Cairo": {"2024-11-01", "Africa/Cairo", "2024-11-01T00:00:00+02:00"},
		"a day that Samoa left out":             {"2011-12-30", "Pacific/Apia", "2011-12-31T00:00:00+14:00"},
		"a zone that never changes":             {"2024-01-15", "Etc/GMT+5", "2024-01-15T00:00:00-05:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := day(t, c.day).In(zone(t, c.zone))
			assert.Equal(t, c.want, got.Format(time.RFC3339))
		})
	}
	assert.Equal(t, moment(t, "2024-01-15T00:00:00Z"), day(t, "2024-01-15").In(nil), "no location is UTC")
}

func TestNoMomentOfADayComesBeforeItsFirst(t *testing.T) {
	for _, name := range []string{"Europe/London", "Europe/Kyiv", "Africa/Cairo", "America/Sao_Paulo", "Asia/Beirut", "Atlantic/Azores", "America/Havana", "Asia/Amman"} {
		location := zone(t, name)
		for d := day(t, "2010-01-01"); d.Before(day(t, "2020-01-01")); d = d.AddDays(1) {
			first := d.In(location)
			require.Equal(t, d, casework.DateOf(first), "%s begins on itself in %s", d, name)
			require.True(t, casework.DateOf(first.Add(-time.Nanosecond)).Before(d), "%s begins with %s in %s", d, first, name)
		}
	}
}

func TestDateInJSON(t *testing.T) {
	type document struct {
		From casework.Date            `json:"from"`
		To   casework.Date            `json:"to,omitzero"`
		Days map[casework.Date]string `json:"days,omitempty"`
	}
	in := document{From: day(t, "2024-02-29"), Days: map[casework.Date]string{day(t, "2024-12-25"): "Christmas"}}
	text, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"from":"2024-02-29","days":{"2024-12-25":"Christmas"}}`, string(text))
	var back document
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, in, back)

	text, err = json.Marshal(document{})
	require.NoError(t, err)
	assert.Equal(t, `{"from":""}`, string(text))
	require.NoError(t, json.Unmarshal(text, &back))
	assert.True(t, back.From.IsZero())

	assertInvalid(t, json.Unmarshal([]byte(`{"from":"2023-02-29"}`), &back), "date.invalid")
	require.Error(t, json.Unmarshal([]byte(`{"from":20240229}`), &back))
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2024-02-29", "2023-02-29", "0000-00-00", "9999-12-31", "0001-01-01", "2024-2-9", "", "２０24-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := casework.ParseDate(text)
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			require.True(t, d.IsZero())
			return
		}
		require.Equal(t, text, d.String())
	})
}
