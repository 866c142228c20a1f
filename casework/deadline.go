package casework

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Deadline is a point in time that a case's own facts give. It says when
// something is due, not that it happened.
type Deadline struct {
	Code    string    `json:"code"`              // such as "review.due"; API
	Subject string    `json:"subject,omitempty"` // the record it is about
	Due     time.Time `json:"due"`
	Doc     string    `json:"doc,omitempty"` // for people
}

// FiredDeadline is a deadline that passed: when it was due and when a tick
// noticed.
type FiredDeadline struct {
	Deadline
	Noticed time.Time `json:"noticed"`
}

// deadlineKey tells deadlines apart: one that is moved is a new one.
type deadlineKey struct {
	code, subject string
	due           int64 // microseconds
}

func (d Deadline) key() deadlineKey {
	return deadlineKey{d.Code, d.Subject, normalTime(d.Due).UnixMicro()}
}

// Deadlines gives every deadline that has not fired, in due order.
func (c *Case) Deadlines() []Deadline {
	if c.bound == nil || c.Final() {
		return nil
	}
	all := c.bound.deadlines()
	if len(all) == 0 {
		return nil
	}
	fired := make(map[deadlineKey]bool, len(c.kept.Fired))
	for _, f := range c.kept.Fired {
		fired[f.key()] = true
	}
	var open []Deadline
	for _, d := range all {
		if !d.Due.IsZero() && !fired[d.key()] {
			open = append(open, d)
		}
	}
	slices.SortStableFunc(open, func(a, b Deadline) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Code, b.Code), strings.Compare(a.Subject, b.Subject))
	})
	return open
}

// Due gives the deadlines that have passed at a time and have not fired, in due
// order. A deadline is due at its very instant.
func (c *Case) Due(at time.Time) []Deadline {
	open := c.Deadlines()
	for i, d := range open {
		if d.Due.After(at) {
			return open[:i]
		}
	}
	return open
}

// Fired gives the deadlines that passed, in the order they were noticed.
func (c *Case) Fired() []FiredDeadline { return slices.Clone(c.kept.Fired) }

// Tick records the deadlines that have passed at the time of the call, each
// once, with the time it was due as effective time. Nothing due writes nothing.
func (c *Case) Tick() error {
	if err := c.may("tick", ActTick, nil); err != nil {
		return err
	}
	for due := c.Due(c.call.at); len(due) > 0; due = c.Due(c.call.at) {
		if err := c.pass(due[0]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Case) pass(d Deadline) error {
	d.Due = normalTime(d.Due) // JSON cannot carry the seconds of an offset
	raw, err := json.Marshal(d)
	if err != nil { // a due time outside the years 0 to 9999
		return c.call.fail(&InvalidError{Op: "tick", Faults: []Fault{{Path: "due", Code: "deadline.unwritable", Message: "the due time cannot be written"}}, Cause: err})
	}
	return c.fold(c.write(Entry{Type: EntryDeadlinePassed, Version: 1, Effective: normalTime(d.Due), Data: raw}))
}
