package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// Suspension is a time during which a contract in force is not performed. It
// moves no date of the contract.
type Suspension struct {
	From      casework.Date `json:"from"`
	To        casework.Date `json:"to,omitzero"` // the last day; zero while it lasts
	Reason    string        `json:"reason"`
	Suspended Mark          `json:"suspended,omitzero"`
	Resumed   Mark          `json:"resumed,omitzero"`
}

// Open tells whether the suspension lasts.
func (s Suspension) Open() bool { return s.Resumed.IsZero() }

// Resumption is the last day of a suspension. It is the data of
// [ResumingPerformance].
type Resumption struct {
	To casework.Date `json:"to"`
}

// SuspendingPerformance and ResumingPerformance are the events of suspensions,
// for policies to watch. The attempt's Args are the [Suspension] and the
// [Resumption].
const (
	SuspendingPerformance casework.Move = "performance.suspended"
	ResumingPerformance   casework.Move = "performance.resumed"
)

var performanceSuspended = &casework.Event[*Contract, Suspension]{
	Name: string(SuspendingPerformance), Version: 1,
	Apply: func(c *Contract, e casework.Entry, s Suspension) {
		s.Suspended = markOf(e)
		c.s.Suspensions = append(c.s.Suspensions, s)
	},
	Redact: func(s Suspension) Suspension {
		s.Reason = ""
		return s
	},
}

var performanceResumed = &casework.Event[*Contract, Resumption]{
	Name: string(ResumingPerformance), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d Resumption) {
		if s := c.suspension(); s != nil {
			s.To, s.Resumed = d.To, markOf(e)
		}
	},
}

// SuspendPerformance records that a contract in force is not performed from the
// day of the call on, and why. Payment, notice and the last day go on as they
// were.
func (c *Contract) SuspendPerformance(reason string) (Suspension, error) {
	faults := append(c.performedFaults(), required(reason, "reason", "suspension.reason_missing", "say why it is not performed")...)
	if c.suspension() != nil {
		faults = append(faults, fault("contract", "suspension.open", "performance is suspended already"))
	}
	if err := c.invalid("suspend performance", faults); err != nil {
		return Suspension{}, err
	}
	if err := performanceSuspended.Record(c, Suspension{From: c.cfg.day(c.Now()), Reason: reason}); err != nil {
		return Suspension{}, err
	}
	return c.s.Suspensions[len(c.s.Suspensions)-1], nil
}

// ResumePerformance records that the contract is performed again, the day of the
// call being the last one on which it was not. After the end, its last day was
// that of the contract.
func (c *Contract) ResumePerformance() (Suspension, error) {
	faults := c.accountingFaults()
	s := c.suspension()
	if s == nil {
		faults = append(faults, fault("contract", "suspension.none", "performance is not suspended"))
	}
	if err := c.invalid("resume performance", faults); err != nil {
		return Suspension{}, err
	}
	to := c.cfg.day(c.Now())
	if end := c.s.Ending; end != nil && end.On.Before(to) {
		to = later(end.On, s.From)
	}
	if err := performanceResumed.Record(c, Resumption{To: to}); err != nil {
		return Suspension{}, err
	}
	return c.s.Suspensions[len(c.s.Suspensions)-1], nil
}

// Suspensions gives every suspension, in the order they began.
func (c *Contract) Suspensions() []Suspension { return slices.Clone(c.s.Suspensions) }

// suspension gives the suspension that lasts, if one does.
func (c *Contract) suspension() *Suspension {
	for i := range c.s.Suspensions {
		if c.s.Suspensions[i].Open() {
			return &c.s.Suspensions[i]
		}
	}
	return nil
}
