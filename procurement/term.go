package procurement

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Term is how long an agreement runs, as thought about: a long one lets a
// provider invest, a short one lets a commissioner change.
type Term struct {
	Months int    `json:"months,omitempty"` // without options
	Reason string `json:"reason,omitempty"`
}

func (t Term) faults(path string) []casework.Fault {
	if t.Months >= 0 {
		return nil
	}
	return []casework.Fault{fault(path+".months", "term.months", "a term counts months from 0")}
}

// unreasoned objects to a term nobody gave a reason for.
func (t Term) unreasoned(p casework.Period) []casework.Objection {
	if strings.TrimSpace(t.Reason) != "" {
		return nil
	}
	return object(fmt.Sprintf("nobody wrote down why the contract runs %s", p),
		"say in the terms why it is as long, or as short, as it is", "terms.term.reason")
}

// span is the length of a period in whole months and the days left over.
type span struct{ months, days int }

// spanOf measures a period that has an end.
func spanOf(p casework.Period) span {
	over := p.To.AddDays(1)
	months := (over.Year()-p.From.Year())*12 + int(over.Month()) - int(p.From.Month())
	if p.From.AddMonths(months).After(over) {
		months--
	}
	return span{months: months, days: p.From.AddMonths(months).DaysUntil(over)}
}

// lastDay gives the last day of a period as long as the span from another day
// on. Months are of the calendar, so that a leap year makes nothing longer.
func (s span) lastDay(from casework.Date) casework.Date {
	return from.AddMonths(s.months).AddDays(s.days - 1)
}

// compareLength tells whether a period is shorter than another (-1), as long (0)
// or longer (1), wherever each begins. One without an end is longer than all
// others.
func compareLength(p, other casework.Period) int {
	switch {
	case p.OpenEnded() && other.OpenEnded():
		return 0
	case p.OpenEnded():
		return 1
	case other.OpenEnded():
		return -1
	case p.From == other.From:
		return p.To.Compare(other.To)
	default:
		return p.To.Compare(spanOf(other).lastDay(p.From))
	}
}

// extended gives the last day of a period that is extended by months. A period
// that ends with a month goes on ending with one.
func extended(last casework.Date, months int) casework.Date {
	if next := last.AddDays(1); next.Day() == 1 {
		return next.AddMonths(months).AddDays(-1)
	}
	return last.AddMonths(months)
}
