package casework_test

import (
	"math"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func calendar(t testing.TB, location string, holidays ...string) casework.Calendar {
	t.Helper()
	days := make([]casework.Date, len(holidays))
	for i, h := range holidays {
		days[i] = day(t, h)
	}
	c, err := casework.NewCalendar(zone(t, location), days...)
	require.NoError(t, err)
	return c
}

func TestNewCalendarNamesEveryFault(t *testing.T) {
	_, err := casework.NewCalendar(nil, day(t, "2024-12-25"), casework.Date{})
	assertInvalid(t, err, "calendar.location_missing")
	assertInvalid(t, err, "calendar.holiday_missing")
	assert.ErrorContains(t, err, "holidays[1]")
}

func TestCalendarKeepsItsHolidaysInOrder(t *testing.T) {
	given := []casework.Date{day(t, "2024-12-26"), day(t, "2024-12-25"), day(t, "2024-12-26")}
	c, err := casework.NewCalendar(time.UTC, given...)
	require.NoError(t, err)
	given[0] = day(t, "2000-01-01")
	want := []casework.Date{day(t, "2024-12-25"), day(t, "2024-12-26")}
	assert.Equal(t, want, c.Holidays())
	c.Holidays()[0] = day(t, "2000-01-01")
	assert.Equal(t, want, c.Holidays(), "what is given out is a copy")
	assert.Equal(t, time.UTC, c.Location())
	assert.Equal(t, time.UTC, casework.Calendar{}.Location())
}

func TestWorkingDay(t *testing.T) {
	c := calendar(t, "Europe/London", "2024-12-25", "2024-12-26")
	for name, d := range map[string]struct {
		day     string
		working bool
	}{
		"a Friday":              {"2024-12-20", true},
		"a Saturday":            {"2024-12-21", false},
		"a Sunday":              {"2024-12-22", false},
		"a Monday":              {"2024-12-23", true},
		"Christmas":             {"2024-12-25", false},
		"Christmas before last": {"2023-12-25", true},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, d.working, c.WorkingDay(day(t, d.day))) })
	}
	assert.False(t, c.WorkingDay(casework.Date{}))
}

func TestPeriodEnd(t *testing.T) {
	for name, c := range map[string]struct {
		zone     string
		holidays []string
		start    string
		n        int
		end      string
	}{
		"a start in the night counts from the next day, 2":   {"Europe/Kyiv", nil, "2027-01-07T00:15:06+02:00", 2, "2027-01-12T00:00:00+02:00"},
		"a start in the night counts from the next day, 5":   {"Europe/Kyiv", nil, "2027-01-07T00:15:06+02:00", 5, "2027-01-15T00:00:00+02:00"},
		"a start at midnight counts its own day, 2":          {"Europe/Kyiv", nil, "2027-01-01T00:00:00+02:00", 2, "2027-01-05T00:00:00+02:00"},
		"a start at midnight counts its own day, 5":          {"Europe/Kyiv", nil, "2027-01-01T00:00:00+02:00", 5, "2027-01-08T00:00:00+02:00"},
		"a start at midnight counts its own day, 20":         {"Europe/Kyiv", nil, "2027-01-01T00:00:00+02:00", 20, "2027-01-29T00:00:00+02:00"},
		"the same midnight, told in UTC":                     {"Europe/Kyiv", nil, "2026-12-31T22:00:00Z", 2, "2027-01-05T00:00:00+02:00"},
		"a midnight elsewhere is no midnight here":           {"Europe/Kyiv", nil, "2027-01-01T00:00:00Z", 1, "2027-01-05T00:00:00+02:00"},
		"a nanosecond before midnight":                       {"Europe/Kyiv", nil, "2026-12-31T23:59:59.999999999+02:00", 1, "2027-01-02T00:00:00+02:00"},
		"a nanosecond after midnight":                        {"Europe/Kyiv", nil, "2027-01-01T00:00:00.000000001+02:00", 1, "2027-01-05T00:00:00+02:00"},
		"a start on a Saturday counts from Monday":           {"Europe/Kyiv", nil, "2027-01-02T00:00:00+02:00", 1, "2027-01-05T00:00:00+02:00"},
		"a holiday does not count":                           {"Europe/Kyiv", []string{"2027-01-01"}, "2027-01-01T00:00:00+02:00", 2, "2027-01-06T00:00:00+02:00"},
		"across the clocks going forward in London":          {"Europe/London", nil, "2024-03-28T12:00:00Z", 2, "2024-04-02T00:00:00+01:00"},
		"across the clocks going back in London":             {"Europe/London", nil, "2024-10-25T12:00:00+01:00", 1, "2024-10-29T00:00:00Z"},
		"across the clocks going forward in Kyiv":            {"Europe/Kyiv", nil, "2027-03-26T09:00:00+02:00", 1, "2027-03-30T00:00:00+03:00"},
		"across the clocks going back in Kyiv":               {"Europe/Kyiv", nil, "2027-10-29T09:00:00+03:00", 1, "2027-11-02T00:00:00+02:00"},
		"a summer midnight in London, told in UTC":           {"Europe/London", nil, "2024-06-30T23:00:00Z", 1, "2024-07-02T00:00:00+01:00"},
		"Easter in England":                                  {"Europe/London", []string{"2024-03-29", "2024-04-01"}, "2024-03-27T16:30:00Z", 3, "2024-04-04T00:00:00+01:00"},
		"the day begins at one o'clock where midnight lacks": {"Africa/Cairo", nil, "2023-04-26T12:00:00+02:00", 1, "2023-04-28T01:00:00+03:00"},
	} {
		t.Run(name, func(t *testing.T) {
			end, err := calendar(t, c.zone, c.holidays...).PeriodEnd(moment(t, c.start), c.n)
			require.NoError(t, err)
			assert.Equal(t, c.end, end.Format(time.RFC3339Nano))
			assert.Equal(t, c.zone, end.Location().String())
		})
	}
}

func TestBeginningWithAndBeginningAfter(t *testing.T) {
	for name, c := range map[string]struct {
		from        string
		n           int
		with, after string
	}{
		"from a Monday":                          {"2025-03-03", 1, "2025-03-03", "2025-03-04"},
		"from a Friday":                          {"2025-03-07", 1, "2025-03-07", "2025-03-10"},
		"from a Saturday":                        {"2025-03-08", 1, "2025-03-10", "2025-03-10"},
		"eight days from the day after a notice": {"2025-03-04", 8, "2025-03-13", "2025-03-14"},
		"eight days from a Saturday":             {"2025-03-08", 8, "2025-03-19", "2025-03-19"},
	} {
		t.Run(name, func(t *testing.T) {
			weekends := calendar(t, "Europe/London")
			with, err := weekends.BeginningWith(day(t, c.from), c.n)
			require.NoError(t, err)
			assert.Equal(t, c.with, with.String())
			after, err := weekends.BeginningAfter(day(t, c.from), c.n)
			require.NoError(t, err)
			assert.Equal(t, c.after, after.String())
		})
	}
}

func TestCalendarRefusesAbsurdPeriods(t *testing.T) {
	c := calendar(t, "Europe/London")
	for _, n := range []int{0, -1, 10_001, math.MaxInt, math.MinInt} {
		_, err := c.PeriodEnd(moment(t, "2024-01-01T00:00:00Z"), n)
		assertInvalid(t, err, "calendar.days_out_of_range")
	}
	_, err := c.PeriodEnd(time.Time{}, 1)
	assertInvalid(t, err, "calendar.start_missing")
	_, err = c.BeginningAfter(casework.Date{}, 0)
	assertInvalid(t, err, "calendar.start_missing")
	assertInvalid(t, err, "calendar.days_out_of_range")
	_, err = c.BeginningWith(day(t, "9999-12-01"), 1000)
	assertInvalid(t, err, "calendar.exhausted")
	assert.True(t, c.EndOf(casework.Date{}).IsZero())

	end, err := c.PeriodEnd(moment(t, "2024-01-01T00:00:00Z"), 10_000)
	require.NoError(t, err)
	assert.Equal(t, "2062-04-29T00:00:00+01:00", end.Format(time.RFC3339))
}

func TestACalendarOfHolidaysAloneComesToAnEnd(t *testing.T) {
	var all []casework.Date
	for d := day(t, "9990-01-01"); d.Before(day(t, "9999-12-31")); d = d.AddDays(1) {
		all = append(all, d)
	}
	c, err := casework.NewCalendar(time.UTC, all...)
	require.NoError(t, err)
	_, err = c.BeginningWith(day(t, "9990-01-01"), 1)
	assertInvalid(t, err, "calendar.exhausted")
}

func TestAPeriodHasAsManyWorkingDaysAsWereAskedFor(t *testing.T) {
	c := calendar(t, "Europe/London", "2024-12-25", "2024-12-26", "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05")
	epoch := moment(t, "2024-12-01T00:00:00Z")
	counts := func(minutes uint32, days uint8) bool {
		start, n := epoch.Add(time.Duration(minutes%(200*24*60))*time.Minute), int(days%60)+1
		end, err := c.PeriodEnd(start, n)
		if err != nil || !end.Equal(casework.DateOf(end).In(c.Location())) {
			return false
		}
		counted := 0
		for d := casework.DateOf(start.In(c.Location())); d.Before(casework.DateOf(end)); d = d.AddDays(1) {
			if !d.In(c.Location()).Before(start) && c.WorkingDay(d) {
				counted++
			}
		}
		return counted == n && c.WorkingDay(casework.DateOf(end).AddDays(-1))
	}
	require.NoError(t, quick.Check(counts, nil))
}
