package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// DeadlineFollowUp is the code of the deadline of a follow-up; its subject is
// the follow-up's id.
const DeadlineFollowUp = "follow_up.due"

// FollowUp is something to come back to after a package was approved.
type FollowUp struct {
	ID        string        `json:"id"` // given by the contract, such as "F1"
	On        casework.Date `json:"on"`
	Comment   string        `json:"comment"`
	Requested Mark          `json:"requested,omitzero"`
	Resolved  Mark          `json:"resolved,omitzero"`
}

// Open tells whether nobody has come back to it.
func (f FollowUp) Open() bool { return f.Resolved.IsZero() }

type followUpDone struct {
	FollowUp string `json:"follow_up"`
}

type chargesDone struct{}

// The events of following a package up, for policies to watch. The attempt's
// Args of the first are the [FollowUp].
const (
	RequestingFollowUp casework.Move = "follow_up.requested"
	ResolvingFollowUp  casework.Move = "follow_up.resolved"
	ConfirmingCharges  casework.Move = "charges.confirmed"
)

var followUpRequested = &casework.Event[*Contract, FollowUp]{
	Name: string(RequestingFollowUp), Version: 1,
	Apply: func(c *Contract, e casework.Entry, f FollowUp) {
		f.Requested = markOf(e)
		c.s.FollowUps = append(c.s.FollowUps, f)
	},
	Redact: func(f FollowUp) FollowUp { return FollowUp{ID: f.ID, On: f.On} },
}

var followUpResolved = &casework.Event[*Contract, followUpDone]{
	Name: string(ResolvingFollowUp), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d followUpDone) {
		if f := c.followUp(d.FollowUp); f != nil {
			f.Resolved = markOf(e)
		}
	},
}

var chargesConfirmed = &casework.Event[*Contract, chargesDone]{
	Name: string(ConfirmingCharges), Version: 1,
	Apply: func(c *Contract, e casework.Entry, _ chargesDone) { c.s.ChargesConfirmed = markOf(e) },
}

// RequestFollowUp records that somebody is to come back to the package on a day,
// and why; the day is a deadline. The contract holds a package and binds.
func (c *Contract) RequestFollowUp(on casework.Date, comment string) (FollowUp, error) {
	faults := c.packageOpenFaults()
	if on.IsZero() {
		faults = append(faults, fault("on", "follow_up.day_missing", "say on which day"))
	}
	faults = append(faults, required(comment, "comment", "follow_up.comment_missing", "say what to come back to")...)
	if err := c.invalid("request a follow-up", faults); err != nil {
		return FollowUp{}, err
	}
	f := FollowUp{ID: numbered("F", len(c.s.FollowUps)), On: on, Comment: comment}
	if err := followUpRequested.Record(c, f); err != nil {
		return FollowUp{}, err
	}
	return c.s.FollowUps[len(c.s.FollowUps)-1], nil
}

// ResolveFollowUp records that somebody came back to it. That is done once
// (follow_up.resolved).
func (c *Contract) ResolveFollowUp(id string) (FollowUp, error) {
	f := c.followUp(id)
	var faults []casework.Fault
	switch {
	case f == nil:
		faults = append(faults, unknown("follow_up", "follow_up", id))
	case !f.Open():
		faults = append(faults, fault("follow_up", "follow_up.resolved", fmt.Sprintf("follow-up %s was resolved already", id)))
	}
	if err := c.invalid("resolve a follow-up", faults); err != nil {
		return FollowUp{}, err
	}
	if err := followUpResolved.Record(c, followUpDone{FollowUp: id}); err != nil {
		return FollowUp{}, err
	}
	return *c.followUp(id), nil
}

// ConfirmCharges records that what the person is charged for the care was
// confirmed. That is done once (charges.confirmed), also after the contract's
// last day.
func (c *Contract) ConfirmCharges() error {
	var faults []casework.Fault
	if len(c.s.Terms.Package) == 0 {
		faults = append(faults, fault("contract", "package.none", "the contract holds no care package"))
	}
	if c.s.Bound.IsZero() {
		faults = append(faults, fault("contract", "contract.not_binding", "the contract does not bind yet: nothing is charged"))
	}
	if !c.s.ChargesConfirmed.IsZero() {
		faults = append(faults, fault("charges", "charges.confirmed", fmt.Sprintf("the charges were confirmed by %s already", c.s.ChargesConfirmed.By)))
	}
	if err := c.invalid("confirm charges", faults); err != nil {
		return err
	}
	return chargesConfirmed.Record(c, chargesDone{})
}

// FollowUps gives every follow-up, in the order they were requested.
func (c *Contract) FollowUps() []FollowUp { return slices.Clone(c.s.FollowUps) }

// ChargesConfirmed tells who confirmed the charges, and when; the zero [Mark]
// while nobody has.
func (c *Contract) ChargesConfirmed() Mark { return c.s.ChargesConfirmed }

func (c *Contract) followUp(id string) *FollowUp {
	for i := range c.s.FollowUps {
		if c.s.FollowUps[i].ID == id {
			return &c.s.FollowUps[i]
		}
	}
	return nil
}

// packageDeadlines gives when follow-ups are due: at the end of their day.
func (c *Contract) packageDeadlines() []casework.Deadline {
	var all []casework.Deadline
	for _, f := range c.s.FollowUps {
		if f.Open() {
			all = append(all, casework.Deadline{
				Code: DeadlineFollowUp, Subject: f.ID, Due: c.cfg.calendar.EndOf(f.On),
				Doc: fmt.Sprintf("follow-up %s is due on %s", f.ID, f.On),
			})
		}
	}
	return all
}
