package casework

// Period is a run of days, the first and the last of which belong to it. Without
// a last day it is open-ended.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"` // the last day; zero when no end is recorded
}

// IsZero tells whether no period is recorded.
func (p Period) IsZero() bool { return p == Period{} }

// OpenEnded tells whether no end is recorded.
func (p Period) OpenEnded() bool { return p.To.IsZero() }

// Contains tells whether the day belongs to the period. The zero Date belongs to
// none, and no day to a period without a beginning.
func (p Period) Contains(day Date) bool {
	if day.IsZero() || p.From.IsZero() || day.Before(p.From) {
		return false
	}
	return p.OpenEnded() || !day.After(p.To)
}

// Overlaps tells whether the two have a day in common.
func (p Period) Overlaps(other Period) bool {
	return p.Contains(other.From) || other.Contains(p.From)
}

// Days counts the days, the first and the last included. An open-ended period,
// and one with faults, has no such number.
func (p Period) Days() (days int, known bool) {
	if p.From.IsZero() || p.OpenEnded() || p.To.Before(p.From) {
		return 0, false
	}
	return p.From.DaysUntil(p.To) + 1, true
}

// String gives "2022-05-06 to 2022-09-23", or "from 2022-05-06" when open-ended.
func (p Period) String() string {
	switch {
	case p.IsZero():
		return "no period"
	case p.OpenEnded():
		return "from " + p.From.String()
	default:
		return p.From.String() + " to " + p.To.String()
	}
}

// Faults lists what is wrong with the period, each under path.
func (p Period) Faults(path string) []Fault {
	var faults []Fault
	if p.From.IsZero() {
		faults = append(faults, Fault{Path: join(path, "from"), Code: "period.from_missing", Message: "a period needs a first day"})
	}
	if !p.OpenEnded() && p.To.Before(p.From) {
		faults = append(faults, Fault{Path: join(path, "to"), Code: "period.reversed", Message: "a period does not end before it begins"})
	}
	return faults
}
