package casework

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Cursor is how far a subscriber has come in a feed. Every entry up to its
// position was delivered, or waits in a case that is held. The zero Cursor
// stands before the first entry.
type Cursor struct {
	Subscriber string
	Position   Position
	Revision   uint64 // grows with every change, and when another process takes the lead; 0 where nothing was kept yet
	Held       []Held // by case
}

// Held is a case whose next entry did not reach a subscriber. What follows it in
// the case waits behind it; other cases go on.
type Held struct {
	Case    CaseID
	Kind    string  // of the case
	Waiting []Place // in order, and at least one; the first is the one that failed
	Tries   int     // of the first one
	Again   time.Time
	Parked  bool   // it is not tried again until somebody asks for it
	Fault   string // why the last try failed, for people
}

// Place is where an entry stands in a feed and in its case.
type Place struct {
	Position Position `json:"position"`
	Seq      uint64   `json:"seq"`
}

// Clone gives a copy that shares nothing.
func (h Held) Clone() Held {
	h.Waiting = slices.Clone(h.Waiting)
	return h
}

// CursorChange moves a cursor on.
type CursorChange struct {
	Subscriber string
	Revision   uint64 // the cursor was read at
	Position   Position
	Held       []Held   // cases that are held, or held otherwise than before
	Released   []CaseID // cases that are no longer held
}

// Faults lists what is malformed about the change.
func (c CursorChange) Faults() []Fault {
	faults := subscriberFaults(c.Subscriber)
	seen := map[CaseID]bool{}
	for i, h := range c.Held {
		path := fmt.Sprintf("held[%d]", i)
		if h.Case.IsZero() || seen[h.Case] {
			faults = append(faults, Fault{Path: join(path, "case"), Code: "cursor.case", Message: "what is held is a case, and each case stands there once"})
		}
		seen[h.Case] = true
		if len(h.Waiting) == 0 {
			faults = append(faults, Fault{Path: join(path, "waiting"), Code: "cursor.nothing_waits", Message: "a case is held for an entry that waits"})
		}
		if malformed(h.Kind, h.Fault) {
			faults = append(faults, malformedText(path))
		}
		if !h.Again.IsZero() && !writable(h.Again) {
			faults = append(faults, Fault{Path: join(path, "again"), Code: "time.unwritable", Message: "a time lies in the years 1 to 9999"})
		}
	}
	for i, id := range c.Released {
		if seen[id] {
			faults = append(faults, Fault{Path: fmt.Sprintf("released[%d]", i), Code: "cursor.case", Message: "a case is held or released, and not both"})
		}
	}
	return faults
}

// Lease is a process's wish to be the one that serves a subscriber.
type Lease struct {
	Subscriber string
	Leader     string        // names the process; no two share a name
	Term       time.Duration // how long the lead lasts unless it is renewed; zero gives it up
}

// Faults lists what is malformed about the lease.
func (l Lease) Faults() []Fault {
	faults := subscriberFaults(l.Subscriber)
	if l.Leader == "" || malformed(l.Leader) {
		faults = append(faults, Fault{Path: "leader", Code: "lease.leader_missing", Message: "the process that leads has a name"})
	}
	if l.Term < 0 {
		faults = append(faults, Fault{Path: "term", Code: "lease.term_negative", Message: "a term is not negative"})
	}
	return faults
}

func subscriberFaults(name string) []Fault {
	if name == "" {
		return []Fault{{Path: "subscriber", Code: "cursor.subscriber_missing", Message: "a subscriber has a name"}}
	}
	if malformed(name) {
		return []Fault{malformedText("subscriber")}
	}
	return nil
}

// CursorKeeper is a [Store] that keeps how far subscribers have come, and lets
// one process at a time serve each of them.
type CursorKeeper interface {
	// Cursor gives the tenant's cursor of a subscriber; one that was never kept
	// stands before the first entry, at revision 0.
	Cursor(ctx context.Context, subscriber string) (Cursor, error)

	// SaveCursor moves a cursor on, all of the change or none of it. A cursor that
	// does not stand at the revision of the change is [ErrConflict], a malformed
	// change [ErrInvalid]. The cursor then stands at the next revision.
	SaveCursor(ctx context.Context, c CursorChange) error

	// Lead makes a process the one that serves a subscriber, or renews its lead,
	// and gives the revision its cursor stands at. While another process leads it is
	// [ErrConflict]. Where the lead changes hands the revision grows, so that who
	// led before cannot save any more. The term is measured by the store's clock.
	Lead(ctx context.Context, l Lease) (revision uint64, err error)
}
