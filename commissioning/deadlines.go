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
	DeadlineBeginning    = "arrangement.begins"  // one that was binding before; subject: the arrangement
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
			add(DeadlineConsultation, string(q.ID), q.Closes, fmt.Sprintf("consultation %s closes on %s", q.ID, q.Closes))
		}
	}
	for _, w := range c.s.Reviews {
		if w.Held.IsZero() && w.Open() {
			add(DeadlineReview, string(w.ID), w.Due, fmt.Sprintf("review %s is due by %s", w.ID, w.Due))
		}
	}
	for _, a := range c.s.Arrangements {
		if a.Binding() && a.begins().After(a.BindingSince) {
			add(DeadlineBeginning, string(a.ID), a.begins().AddDays(-1), fmt.Sprintf("arrangement %s begins on %s", a.ID, a.begins()))
		}
		if a.Binding() {
			add(DeadlineArrangement, string(a.ID), a.Period.To, fmt.Sprintf("arrangement %s runs to %s", a.ID, a.Period.To))
		}
	}
	for _, x := range c.s.Decommissionings {
		if x.Open() {
			add(DeadlineNotice, string(x.ID), x.Notice.Ends, fmt.Sprintf("the notice on service %s ends on %s", x.Service, x.Notice.Ends))
		}
	}
	return all
}
