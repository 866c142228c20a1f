package commissioning

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// Suspension is a time during which a cycle stood still. It moves the cycle's
// own target dates by its days, and no statutory, contractual or notice date.
type Suspension struct {
	From    casework.Date `json:"from"`
	To      casework.Date `json:"to,omitzero"` // the day it was resumed; zero while it lasts
	Because string        `json:"because"`
	Mark    Mark          `json:"mark,omitzero"`
}

// Open tells whether the suspension lasts.
func (s Suspension) Open() bool { return s.To.IsZero() }

// Suspended tells whether the cycle stands still.
func (c *Cycle) Suspended() bool {
	n := len(c.s.Suspensions)
	return n > 0 && c.s.Suspensions[n-1].Open()
}

// Suspensions gives every suspension, in order.
func (c *Cycle) Suspensions() []Suspension { return slices.Clone(c.s.Suspensions) }

// suspend follows the move of that name. The days are those of the entry's own
// offset, so that a fold needs no calendar.
func (c *Cycle) suspend(e casework.Entry) {
	c.s.Suspensions = append(c.s.Suspensions, Suspension{From: casework.DateOf(e.Effective), Because: e.Reason, Mark: c.mark(e)})
}

// resume follows the move of that name: open target dates move by the days the
// suspension lasted.
func (c *Cycle) resume(e casework.Entry) {
	if !c.Suspended() {
		return
	}
	last := &c.s.Suspensions[len(c.s.Suspensions)-1]
	last.To = casework.DateOf(e.Effective)
	days := max(0, last.From.DaysUntil(last.To))
	for i := range c.s.Targets {
		if t := &c.s.Targets[i]; c.targetOpen(*t) {
			t.Due = t.Due.AddDays(days)
			t.MovedDays += days
		}
	}
}
