package casework

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Event is a type of entry: where its data is written and read, version by
// version. Declare one for each thing a case can record.
type Event[T Aggregate, D any] struct {
	// Name is the entry type, such as "need.identified". Names starting with
	// "case." belong to the machinery.
	Name string
	// Version of D, from 1. Raise it when D changes in a way old data does not fit.
	Version int
	// Apply takes the data into the state. It reads nothing else, and cannot fail.
	Apply func(T, Entry, D)
	// Older reads the data of each earlier version into today's form.
	Older map[int]func(json.RawMessage) (D, error)
	// Redact gives what stays of the data when an entry is redacted: ids and
	// whatever the state cannot do without. Nil means that the data holds
	// nothing personal, and only the entry's reason is emptied.
	Redact func(D) D
}

// EventType is an [Event] whatever its data.
type EventType[T Aggregate] interface {
	faults() []Fault
	name() string
	latest() int
	readable(e Entry) error
	apply(c T, e Entry) error
	skeleton(e Entry) (json.RawMessage, error)
}

// Record writes an entry of the event and applies it. It is [ErrRefused] when
// the actor may not record, or a policy that watches the event's name or
// [Recording] stops it. Policies find a copy of the data in the attempt's Args.
func (ev *Event[T, D]) Record(c T, data D) error {
	raw, read, err := ev.prepare(c, data)
	if err != nil {
		return c.base().Fail(err)
	}
	if err := c.base().mayRecord(ev.Name, read); err != nil {
		return err
	}
	return ev.write(c, Entry{}, raw, Move(ev.Name), read)
}

// Move writes an entry of the event that also takes a move. It is [ErrRefused]
// with every objection when anything stops the move.
func (ev *Event[T, D]) Move(c T, m Move, data D) error {
	b := c.base()
	raw, read, err := ev.prepare(c, data)
	if err != nil {
		return b.Fail(err)
	}
	to, err := b.admit(m, read)
	if err != nil {
		return err
	}
	return ev.write(c, Entry{Move: m, From: b.kept.State, To: to}, raw, m, read)
}

// prepare encodes the data, if the case's kind can read the event back.
func (ev *Event[T, D]) prepare(c T, data D) (raw json.RawMessage, read D, err error) {
	if b := c.base(); b.bound != nil && !b.bound.knows(ev) {
		return nil, read, Invalid(ev.Name, Fault{Path: "event", Code: "event.unknown", Message: fmt.Sprintf("%q is not among the events of the kind", ev.Name)})
	}
	return ev.encode(data)
}

// encode gives the data as the journal keeps it, and as whoever reads the
// journal gets it, so that the state shares nothing the caller still holds.
func (ev *Event[T, D]) encode(data D) (raw json.RawMessage, read D, err error) {
	raw, err = json.Marshal(data)
	if err != nil {
		return nil, read, &InvalidError{Op: ev.Name, Faults: []Fault{{Path: "data", Code: "data.unwritable", Message: "the data cannot be written as JSON"}}, Cause: err}
	}
	if err := json.Unmarshal(raw, &read); err != nil {
		return nil, read, &InvalidError{Op: ev.Name, Faults: []Fault{{Path: "data", Code: "data.unreadable", Message: "the data cannot be read back from JSON"}}, Cause: err}
	}
	return raw, read, nil
}

// write seals the entry and applies it. Where policies had the data in hand, it
// is read anew: whatever they did to it stays with them.
func (ev *Event[T, D]) write(c T, e Entry, raw json.RawMessage, watched Move, read D) error {
	b := c.base()
	if b.bound.watches(watched) {
		var anew D
		if err := json.Unmarshal(raw, &anew); err != nil { // it was read before: cannot happen
			return b.Fail(&InvalidError{Op: ev.Name, Cause: err})
		}
		read = anew
	}
	e.Type, e.Version, e.Data = ev.Name, ev.Version, raw
	ev.Apply(c, b.write(e), read)
	return nil
}

func (ev *Event[T, D]) name() string {
	if ev == nil {
		return ""
	}
	return ev.Name
}

func (ev *Event[T, D]) latest() int { return ev.Version }

func (ev *Event[T, D]) faults() []Fault {
	if ev == nil {
		return []Fault{{Code: "event.missing", Message: "there is no event"}}
	}
	var faults []Fault
	if blank(ev.Name) || strings.HasPrefix(ev.Name, "case.") {
		faults = append(faults, Fault{Code: "event.name", Message: fmt.Sprintf("%q is not a name for an event: it is empty or begins with \"case.\"", ev.Name)})
	}
	if ev.Version < 1 {
		faults = append(faults, Fault{Code: "event.version", Message: fmt.Sprintf("event %q: versions count from 1", ev.Name)})
	}
	if ev.Apply == nil {
		faults = append(faults, Fault{Code: "event.empty", Message: fmt.Sprintf("event %q applies nothing", ev.Name)})
	}
	for v := 1; v < ev.Version; v++ {
		if ev.Older[v] == nil {
			faults = append(faults, Fault{Code: "event.older", Message: fmt.Sprintf("event %q cannot read its version %d", ev.Name, v)})
		}
	}
	return faults
}

// readable tells why the data of an entry cannot be read, if it cannot.
func (ev *Event[T, D]) readable(e Entry) error {
	_, err := ev.read(e)
	return err
}

func (ev *Event[T, D]) apply(c T, e Entry) error {
	data, err := ev.read(e)
	if err != nil {
		return err
	}
	ev.Apply(c, e, data)
	return nil
}

// read gives the data in today's form, whatever version wrote it.
func (ev *Event[T, D]) read(e Entry) (D, error) {
	var data D
	raw, version := e.Data, e.Version
	if e.Redacted {
		var kept skeleton
		if err := json.Unmarshal(e.Data, &kept); err != nil {
			return data, corrupt(e, "entry.unreadable", "the skeleton of a redacted entry cannot be read", err)
		}
		raw, version = kept.Data, kept.Form
	}
	var err error
	switch {
	case version == ev.Version:
		err = json.Unmarshal(raw, &data)
	case version > ev.Version:
		return data, corrupt(e, "entry.future", fmt.Sprintf("%s v%d was written by a later version of the library", e.Type, version), nil)
	case ev.Older[version] == nil:
		return data, corrupt(e, "entry.version_unknown", fmt.Sprintf("%s has no version %d", e.Type, version), nil)
	default:
		data, err = ev.Older[version](raw)
	}
	if err != nil {
		return data, corrupt(e, "entry.unreadable", "the data is not what its type says", err)
	}
	return data, nil
}

// skeleton is the data of a redacted entry: what stays, and the version of the
// event's data it is written in.
type skeleton struct {
	Form int             `json:"form"`
	Data json.RawMessage `json:"data"`
}

// skeleton gives the data a redacted entry keeps.
func (ev *Event[T, D]) skeleton(e Entry) (json.RawMessage, error) {
	kept := skeleton{Form: e.Version, Data: e.Data}
	if ev.Redact != nil {
		data, err := ev.read(e)
		if err != nil {
			return nil, err
		}
		raw, _, err := ev.encode(ev.Redact(data))
		if err != nil {
			return nil, err
		}
		kept = skeleton{Form: ev.Version, Data: raw}
	}
	return json.Marshal(kept)
}

func corrupt(e Entry, code, what string, cause error) error {
	return &CorruptError{Op: "read entry", Case: e.Case, Seq: e.Seq, Code: code, What: what, Cause: cause}
}

// The machinery's own entry types, all of version 1. All are API.
const (
	EntryOpened         = "case.opened"          // the first entry: kind, definition, subject, references
	EntryMoved          = "case.moved"           // a move without data of its own
	EntryExplained      = "case.explained"       // an answer to objections that ask for a reason; see [AnswerOf]
	EntryOverridden     = "case.overridden"      // an answer to objections that refuse; see [AnswerOf]
	EntryAssigned       = "case.assigned"        // a new holder, or none
	EntryReferenced     = "case.referenced"      // a number of the host's added or taken away
	EntryRedacted       = "case.redacted"        // which entries were emptied, and what was left of them
	EntryMigrated       = "case.migrated"        // another definition
	EntryDeadlinePassed = "case.deadline_passed" // a deadline that was noticed to have passed
)

var machineTypes = []string{
	EntryOpened, EntryMoved, EntryExplained, EntryOverridden, EntryAssigned, EntryReferenced, EntryRedacted, EntryMigrated, EntryDeadlinePassed,
}

type openedData struct {
	Kind    string        `json:"kind"`
	Pin     Pin           `json:"pin"`
	Subject string        `json:"subject,omitempty"`
	Refs    []ExternalRef `json:"refs,omitempty"`
}

type assignedData struct {
	Holder *Actor `json:"holder,omitempty"`
}

type referencedData struct {
	Ref     ExternalRef `json:"ref"`
	Removed bool        `json:"removed,omitempty"`
}

type redactedData struct {
	Entries []redactedEntry `json:"entries"`
}

// redactedEntry says which entry was emptied, and what its skeleton is.
type redactedEntry struct {
	Seq  uint64 `json:"seq"`
	Data Hash   `json:"data"` // SHA-256 of the skeleton
}

type migratedData struct {
	From Pin `json:"from"`
	To   Pin `json:"to"`
}
