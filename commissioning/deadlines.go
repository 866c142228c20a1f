package commissioning

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// Codes of the deadlines of a cycle. All are API.
const (
	DeadlineTarget       = "target.due"          // a stage was to be done; subject: the stage
	DeadlineConsultation = "consultation.closes" // subject: the consultation
	DeadlineReview       = "review.due"          // subject: the review
	DeadlineArrangement  = "arrangement.ends"    // subject: the arrangement
	DeadlineNotice       = "notice.ends"         // subject: the decommissioning
)

// deadlines gives what is due when, from the cycle's facts alone. Each is due
// at the end of its day in the calendar the desk was given.
func (c *Cycle) deadlines() []casework.Deadline {
	var all []casework.Deadline
	add := func(code, subject string, day casework.Date, doc string) {
		if !day.IsZero() {
			all = append(all, casework.Deadline{Code: code, Subject: subject, Due: c.config.calendar.EndOf(day), Doc: doc})
		}
	}
	if !c.Suspended() {
		for _, t := range c.s.Targets {
			if c.targetOpen(t) {
				add(DeadlineTarget, string(t.Stage), t.Due, fmt.Sprintf("%s is to be done by %s", c.Table().StateTitle(t.Stage), t.Due))
			}
		}
	}
	for _, q := range c.s.Consultations {
		if q.Open() {
			add(DeadlineConsultation, string(q.ID), q.Closes, fmt.Sprintf("consultation %q closes on %s", q.Title, q.Closes))
		}
	}
	for _, w := range c.s.Reviews {
		if w.Held.IsZero() {
			add(DeadlineReview, string(w.ID), w.Due, fmt.Sprintf("review %q is due by %s", w.Title, w.Due))
		}
	}
	for _, a := range c.s.Arrangements {
		if a.Binding() {
			add(DeadlineArrangement, string(a.ID), a.Period.To, fmt.Sprintf("the arrangement with %s runs to %s", a.Provider, a.Period.To))
		}
	}
	for _, x := range c.s.Decommissionings {
		if x.Open() {
			add(DeadlineNotice, string(x.ID), x.Notice.Ends, fmt.Sprintf("the notice on service %s ends on %s", x.Service, x.Notice.Ends))
		}
	}
	return all
}
