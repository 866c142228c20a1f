package casework

import (
	"fmt"
	"slices"
	"time"
)

// maxWorkingDays bounds a period: about forty years.
const maxWorkingDays = 10_000

// Calendar tells working days from others in one location. Saturdays and Sundays
// are not working days, nor are the holidays it was given; bank holidays differ
// by nation, so the host brings its own. It never changes, may be shared between
// goroutines, and reads no clock. The zero Calendar is in UTC and has no holidays.
type Calendar struct {
	location *time.Location
	holidays []Date // sorted, each once
}

// NewCalendar makes a calendar of a location and its holidays, in any order. A
// nil location gives [ErrInvalid] with calendar.location_missing: the zone decides
// when a day begins, so it is said and not assumed. A holiday that is no day
// gives calendar.holiday_missing.
func NewCalendar(location *time.Location, holidays ...Date) (Calendar, error) {
	var faults []Fault
	if location == nil {
		faults = append(faults, Fault{Path: "location", Code: "calendar.location_missing", Message: "a calendar needs a location"})
	}
	for i, h := range holidays {
		if h.IsZero() {
			faults = append(faults, Fault{Path: fmt.Sprintf("holidays[%d]", i), Code: "calendar.holiday_missing", Message: "a holiday needs a date"})
		}
	}
	if len(faults) > 0 {
		return Calendar{}, Invalid("make calendar", faults...)
	}
	sorted := slices.SortedFunc(slices.Values(holidays), Date.Compare)
	return Calendar{location: location, holidays: slices.Compact(sorted)}, nil
}

// Location gives the zone in which the calendar's days begin and end.
func (c Calendar) Location() *time.Location {
	if c.location == nil {
		return time.UTC
	}
	return c.location
}

// Holidays gives the holidays in order.
func (c Calendar) Holidays() []Date { return slices.Clone(c.holidays) }

// WorkingDay tells whether the day is a working day. The zero Date is not.
func (c Calendar) WorkingDay(day Date) bool {
	if day.IsZero() {
		return false
	}
	if weekday := day.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		return false
	}
	_, holiday := slices.BinarySearchFunc(c.holidays, day, Date.Compare)
	return !holiday
}

// BeginningWith gives the nth working day of a period that begins with the day:
// the day itself is the first if it is a working day. n is from 1 to 10,000
// (calendar.days_out_of_range), the day must be recorded (calendar.start_missing),
// and the period must end before the year 10,000 (calendar.exhausted). Every error
// is [ErrInvalid].
func (c Calendar) BeginningWith(day Date, n int) (Date, error) {
	const op = "count working days"
	var faults []Fault
	if day.IsZero() {
		faults = append(faults, calendarStartFault())
	}
	if n < 1 || n > maxWorkingDays {
		faults = append(faults, Fault{Path: "n", Code: "calendar.days_out_of_range", Message: fmt.Sprintf("a period has 1 to %d working days", maxWorkingDays)})
	}
	if len(faults) > 0 {
		return Date{}, Invalid(op, faults...)
	}
	last := lastDate()
	for ; day.Before(last); day = day.AddDays(1) {
		if c.WorkingDay(day) {
			n--
		}
		if n == 0 {
			return day, nil
		}
	}
	return Date{}, Invalid(op, Fault{Path: "n", Code: "calendar.exhausted", Message: "the calendar has not that many working days left"})
}

// BeginningAfter gives the nth working day of a period that begins with the day
// following, as in "within eight working days after the day". It promises the
// errors of [Calendar.BeginningWith].
func (c Calendar) BeginningAfter(day Date, n int) (Date, error) {
	return c.BeginningWith(day.AddDays(1), n)
}

// EndOf gives the moment the day is over in the calendar's location: the first
// moment of the day that follows. The zero Date gives the zero Time.
func (c Calendar) EndOf(day Date) time.Time { return day.AddDays(1).In(c.Location()) }

// PeriodEnd gives the moment at which a period of n working days from start is
// over. A start at exactly midnight in the calendar's location counts its own
// day; any other start counts from the next midnight. The period ends at the
// midnight that follows the nth working day, given in the calendar's location. It
// promises the errors of [Calendar.BeginningWith]; a zero start is calendar.start_missing.
func (c Calendar) PeriodEnd(start time.Time, n int) (time.Time, error) {
	first := DateOf(start.In(c.Location()))
	if !first.IsZero() && start.After(first.In(c.Location())) {
		first = first.AddDays(1)
	}
	last, err := c.BeginningWith(first, n)
	if err != nil {
		return time.Time{}, err
	}
	return c.EndOf(last), nil
}

func calendarStartFault() Fault {
	return Fault{Path: "start", Code: "calendar.start_missing", Message: "a period needs a day to count from"}
}
