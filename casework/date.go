package casework

import (
	"cmp"
	"time"
)

const (
	firstYear = 1
	lastYear  = 9999
	allDays   = 4_000_000  // more days than there are between the first date and the last
	allMonths = 12 * 10000 // likewise months
)

// Date is a day of the calendar, in no zone, from 0001-01-01 to 9999-12-31. It is
// a small value: compare it with ==, use it as a map key. The zero Date means
// that no day is recorded. Its text form is 2006-01-02, and empty for the zero
// Date.
//
// Steps beyond the range stop at its first or last day, so that comparisons with
// the result stay true.
type Date struct {
	year       uint16
	month, day uint8
}

// NewDate gives the day of a year and month. A day that is not in the calendar,
// such as 30 February, gives [ErrInvalid] with date.invalid.
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < firstYear || year > lastYear || t.Year() != year || t.Month() != month || t.Day() != day {
		return Date{}, Invalid("make date", dateFault())
	}
	return dateOf(t), nil
}

// DateOf gives the day on which t falls in t's own location; to ask for another,
// give t.In(location). The zero Time gives the zero Date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return dateOf(t)
}

// ParseDate reads 2006-01-02; anything else gives [ErrInvalid] with date.malformed,
// and a day that is not in the calendar date.invalid.
func ParseDate(text string) (Date, error) {
	const op = "parse date"
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' ||
		!onlyDigits(text[:4]) || !onlyDigits(text[5:7]) || !onlyDigits(text[8:]) {
		return Date{}, Invalid(op, Fault{Path: "date", Code: "date.malformed", Message: "a date is written 2006-01-02"})
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < firstYear {
		return Date{}, Invalid(op, dateFault())
	}
	return dateOf(t), nil
}

// IsZero tells whether no day is recorded.
func (d Date) IsZero() bool { return d == Date{} }

// Year gives the year, 0 when no day is recorded.
func (d Date) Year() int { return int(d.year) }

// Month gives the month, 0 when no day is recorded.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day gives the day of the month, 0 when no day is recorded.
func (d Date) Day() int { return int(d.day) }

// Weekday gives the day of the week. It means nothing for the zero Date.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Compare gives -1, 0 or 1 as d lies before, on or after the other. The zero Date
// sorts before every day.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.year, other.year), cmp.Compare(d.month, other.month), cmp.Compare(d.day, other.day))
}

// Before tells whether d lies before the other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After tells whether d lies after the other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays steps so many days, back when n is negative. The zero Date stays zero.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return Date{}
	}
	n = min(max(n, -allDays), allDays)
	return dateOf(d.utc().AddDate(0, 0, n))
}

// AddMonths steps so many calendar months, back when n is negative, and keeps to
// the last day of a shorter month: 31 January and 1 month is 28 or 29 February.
// The zero Date stays zero.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return Date{}
	}
	n = min(max(n, -allMonths), allMonths)
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	switch {
	case first.Year() < firstYear:
		return firstDate()
	case first.Year() > lastYear:
		return lastDate()
	}
	last := first.AddDate(0, 1, -1).Day()
	return dateOf(first.AddDate(0, 0, min(d.Day(), last)-1))
}

// DaysUntil counts the days from d to the other: 1 to the day after, -1 to the
// day before, so that d.AddDays(d.DaysUntil(other)) is the other. It is 0 when
// either is not recorded.
func (d Date) DaysUntil(other Date) int {
	if d.IsZero() || other.IsZero() {
		return 0
	}
	const secondsPerDay = 24 * 60 * 60
	return int((other.utc().Unix() - d.utc().Unix()) / secondsPerDay)
}

// In gives the first moment of the day in a location: midnight, or, where the
// clocks skip midnight, the moment to which they jump. A nil location is UTC.
// The zero Date gives the zero Time.
func (d Date) In(location *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	if location == nil {
		location = time.UTC
	}
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, location)
	return firstMoment(t, d)
}

// String gives 2006-01-02, and "no date" when no day is recorded.
func (d Date) String() string {
	if d.IsZero() {
		return "no date"
	}
	return d.utc().Format(time.DateOnly)
}

// MarshalText writes 2006-01-02, and nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return d.utc().AppendFormat(make([]byte, 0, len(time.DateOnly)), time.DateOnly), nil
}

// UnmarshalText reads what [Date.MarshalText] writes, with the errors of [ParseDate].
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func (d Date) utc() time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

// dateOf keeps within the range.
func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	switch {
	case year < firstYear:
		return firstDate()
	case year > lastYear:
		return lastDate()
	}
	return Date{year: uint16(year), month: uint8(month), day: uint8(day)}
}

func firstDate() Date { return Date{year: firstYear, month: 1, day: 1} }
func lastDate() Date  { return Date{year: lastYear, month: 12, day: 31} }

// firstMoment puts right what [time.Date] leaves open when the clocks change at
// midnight: t may lie beside a gap, or be the second of two midnights.
func firstMoment(t time.Time, d Date) time.Time {
	start, end := t.ZoneBounds()
	if dateOf(t).Before(d) && !end.IsZero() {
		return end // midnight was skipped, and t fell before the jump
	}
	if start.IsZero() {
		return t
	}
	if h, m, s := t.Clock(); h+m+s > 0 && dateOf(start) == d {
		return start // midnight was skipped, and t fell behind the jump
	}
	_, offset := t.Zone()
	_, before := start.Add(-1).Zone()
	earlier := t.Add(-time.Duration(before-offset) * time.Second)
	if earlier.Before(start) && dateOf(earlier) == d {
		return earlier // the clocks were put back after midnight: it came twice
	}
	return t
}

func dateFault() Fault {
	return Fault{Path: "date", Code: "date.invalid", Message: "there is no such day in the calendar"}
}
