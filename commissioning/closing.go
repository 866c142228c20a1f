package commissioning

import (
	"strings"

	"github.com/needsled/needsled/casework"
)

// ClosingOutcome is what a cycle came to.
type ClosingOutcome struct {
	Result  Result `json:"result"`
	Summary string `json:"summary"`
	Mark    Mark   `json:"mark,omitzero"`
}

// Result says how far the needs were met in the end.
type Result string

// The results of a cycle.
const (
	NeedsMet       Result = "needs_met"
	NeedsPartlyMet Result = "needs_partly_met"
	NeedsNotMet    Result = "needs_not_met"
	NoLongerNeeded Result = "no_longer_needed"
)

var cycleClosed = &casework.Event[*Cycle, ClosingOutcome]{
	Name: "cycle.closed", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, o ClosingOutcome) {
		o.Mark = c.mark(e)
		c.s.Outcome = &o
	},
	Redact: func(o ClosingOutcome) ClosingOutcome {
		o.Summary = ""
		return o
	},
}

// Close ends the cycle with an outcome. It takes the move [Close].
func (c *Cycle) Close(result Result, summary string) error {
	var faults []casework.Fault
	switch result {
	case NeedsMet, NeedsPartlyMet, NeedsNotMet, NoLongerNeeded:
	default:
		faults = append(faults, missing("result", "closing.result", "a cycle closes with needs_met, needs_partly_met, needs_not_met or no_longer_needed"))
	}
	if strings.TrimSpace(summary) == "" {
		faults = append(faults, missing("summary", "closing.summary_missing", "say what came of the cycle"))
	}
	if err := c.invalid("close the cycle", faults); err != nil {
		return err
	}
	return cycleClosed.Move(c, Close, ClosingOutcome{Result: result, Summary: summary})
}

// ClosingOutcome gives what the cycle came to, once it is closed.
func (c *Cycle) ClosingOutcome() (ClosingOutcome, bool) {
	if c.s.Outcome == nil {
		return ClosingOutcome{}, false
	}
	return *c.s.Outcome, true
}
