package commissioning

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Target is the day by which a stage of the present round is to be done. It is
// the cycle's own aim, not a statutory date, and waits while the cycle is
// suspended.
type Target struct {
	Stage     Stage         `json:"stage"`
	Round     int           `json:"round"`
	Due       casework.Date `json:"due"`                  // the last day that is in time
	MovedDays int           `json:"moved_days,omitempty"` // by suspensions
	Mark      Mark          `json:"mark,omitzero"`
}

var targetSet = &casework.Event[*Cycle, Target]{
	Name: "target.set", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, t Target) {
		t.Round, t.Mark = c.s.Round, c.mark(e)
		c.s.Targets = slices.DeleteFunc(c.s.Targets, func(was Target) bool { return was.Stage == t.Stage && was.Round == t.Round })
		c.s.Targets = append(c.s.Targets, t)
	},
}

// SetTarget sets the day by which a stage of this round is to be done, in the
// place of an earlier one.
func (c *Cycle) SetTarget(stage Stage, due casework.Date) error {
	var faults []casework.Fault
	if table := c.Table(); table == nil || !table.Has(stage) || table.Final(stage) {
		faults = append(faults, missing("stage", "target.stage", fmt.Sprintf("%q is not a stage of this cycle", stage)))
	}
	if due.IsZero() {
		faults = append(faults, missing("due", "target.due_missing", "say by which day"))
	}
	if err := c.invalid("set a target", faults); err != nil {
		return err
	}
	return targetSet.Record(c, Target{Stage: stage, Due: due})
}

// Targets gives the targets of every round, in the order they were last set.
func (c *Cycle) Targets() []Target { return slices.Clone(c.s.Targets) }

// targetOpen tells whether the cycle has still to leave the stage, onward, in
// the target's round.
func (c *Cycle) targetOpen(t Target) bool {
	return t.Round == c.s.Round && !slices.ContainsFunc(c.s.Visits, func(v Visit) bool {
		return v.From == t.Stage && v.Round == t.Round && v.Move != ReturnToAssessment && v.Move != Replan && v.Move != Rearrange
	})
}
