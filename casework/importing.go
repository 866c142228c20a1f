package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ImportedCase is a case's history as another system kept it. Importing is a
// door of its own: it asks no policy and no definition, keeps original authors
// and both times, and marks every entry, so that nothing imported ever counts
// as proof that a control worked.
type ImportedCase struct {
	Opening // with at least one reference: it makes a second import harmless
	Entries []ImportedEntry
}

// ImportedEntry is one line of imported history.
type ImportedEntry struct {
	Type      string          // of an [Event] the kind knows; empty for a bare move
	Version   int             // of the event's data; the latest form when zero
	Data      json.RawMessage // as the event's data
	Author    string          // as the old system wrote it; may be empty, and is never invented
	Effective time.Time       // when it took effect
	Recorded  time.Time       // when the old system wrote it down; the effective time when zero
	Move      Move            // empty when the entry moved nothing
	To        State           // where the case was afterwards, when it moved
	Reason    string
}

// Anomaly is something in imported history that live commands would have
// refused. It is reported and stops nothing.
type Anomaly struct {
	Path    string `json:"path"` // such as "entries[3]"
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ImportReport says what an import did.
type ImportReport struct {
	Case      CaseID
	New       int // entries written; 0 when the case was there already
	Anomalies []Anomaly
}

// Import brings a case in. A case that carries one of the references already is
// left alone, and the report says so with New at 0. History that no event can
// read is [ErrInvalid] with every fault; history that merely could not have
// happened here is reported as anomalies.
func (d *Desk[T]) Import(ctx context.Context, by Actor, source string, in ImportedCase, opts ...CallOption) (ImportReport, error) {
	faults := in.faults(d.kind.eventNames())
	if blank(source) {
		faults = append(faults, Fault{Path: "source", Code: "import.source_missing", Message: "say which system the history comes from"})
	}
	if err := InvalidIf("import", faults); err != nil {
		return ImportReport{}, err
	}
	var report ImportReport
	_, err := Do(ctx, d.store, d.o, by, func(u *Unit) error {
		var err error
		report, err = importCase(u, d.kind, source, in)
		return err
	}, also(opts, Commanding("import", source, in))...)
	var conflict *ConflictError
	if errors.As(err, &conflict) && conflict.Kind == ConflictReference {
		return ImportReport{Case: conflict.Holder}, nil
	}
	if err != nil {
		return ImportReport{}, err
	}
	return report, nil
}

func (in ImportedCase) faults(known map[string]bool) []Fault {
	var faults []Fault
	if len(in.References) == 0 {
		faults = append(faults, Fault{Path: "references", Code: "import.reference_missing", Message: "an imported case needs the old system's number"})
	}
	for i, e := range in.Entries {
		path := fmt.Sprintf("entries[%d]", i)
		if e.Type == "" && e.Move == "" {
			faults = append(faults, Fault{Path: path + ".type", Code: "entry.untyped", Message: "an entry has a type, a move, or both"})
		}
		if e.Type != "" && !known[e.Type] {
			faults = append(faults, Fault{Path: path + ".type", Code: "entry.type_unknown", Message: fmt.Sprintf("no event is called %q", e.Type)})
		}
		if e.Version < 0 {
			faults = append(faults, Fault{Path: path + ".version", Code: "entry.version_unknown", Message: "versions count from 1"})
		}
		if e.Effective.IsZero() {
			faults = append(faults, Fault{Path: path + ".effective", Code: "entry.undated", Message: "say when it took effect"})
		}
		if e.Data != nil && !json.Valid(e.Data) {
			faults = append(faults, Fault{Path: path + ".data", Code: "data.unreadable", Message: "the data is not JSON"})
		}
	}
	return faults
}

func (k *Kind[T]) eventNames() map[string]bool {
	names := make(map[string]bool, len(k.events))
	for name := range k.events {
		names[name] = true
	}
	return names
}

// importCase opens the case under the import's own actor and writes its history.
func importCase[T Aggregate](u *Unit, k *Kind[T], source string, in ImportedCase) (ImportReport, error) {
	u.call.imported = true
	c, err := Open(u, k, in.Opening)
	if err != nil {
		return ImportReport{}, err
	}
	b := c.base()
	if objection, denied := b.permission.objection(ActImport); denied {
		return ImportReport{}, u.call.fail(&Refusal{Case: b.id, Move: Move(ActImport), Objections: []Objection{objection}})
	}
	report := ImportReport{Case: b.id, New: len(in.Entries) + 1}
	var faults []Fault
	for i, old := range in.Entries {
		path := fmt.Sprintf("entries[%d]", i)
		report.Anomalies = append(report.Anomalies, old.anomalies(path, b, in.Entries[:i])...)
		if err := k.importEntry(c, source, old); err != nil {
			faults = append(faults, Fault{Path: path, Code: "data.unreadable", Message: err.Error()})
		}
	}
	if err := InvalidIf("import", faults); err != nil {
		return ImportReport{}, u.call.fail(err)
	}
	return report, nil
}

// importEntry writes one line as it was, signed by the import.
func (k *Kind[T]) importEntry(c T, source string, old ImportedEntry) error {
	b := c.base()
	e := Entry{
		Type: old.Type, Version: old.Version, Data: old.Data,
		Actor: Import(source, old.Author), Effective: normalTime(old.Effective), Recorded: normalTime(old.Recorded.UTC()),
		Move: old.Move, To: old.To, Reason: old.Reason,
	}
	if e.Type == "" {
		e.Type, e.Version = typeMoved, 1
	}
	if e.Move != "" {
		e.From = b.kept.State
	}
	if len(e.Data) == 0 {
		e.Data = json.RawMessage(`{}`)
	}
	if e.Version == 0 {
		e.Version = k.events[e.Type].latest()
	}
	if old.Recorded.IsZero() {
		e.Recorded = e.Effective.UTC()
	}
	if data, err := json.Marshal(e.Data); err == nil {
		e.Data = data // in the form every other entry has
	}
	return k.apply(c, b.write(e))
}

// anomalies says what a live case would have refused.
func (old ImportedEntry) anomalies(path string, b *Case, before []ImportedEntry) []Anomaly {
	var found []Anomaly
	if blank(old.Author) {
		found = append(found, Anomaly{Path: path, Code: "author.missing", Message: "nobody is named as the author"})
	}
	if old.Move != "" {
		switch to, allowed := b.table.Next(b.kept.State, old.Move); {
		case !allowed:
			found = append(found, Anomaly{Path: path, Code: CodeMoveNotAllowed, Message: fmt.Sprintf("%s cannot be taken in state %s", old.Move, b.kept.State)})
		case to != old.To:
			found = append(found, Anomaly{Path: path, Code: "move.elsewhere", Message: fmt.Sprintf("%s leads to %s here, not to %q", old.Move, to, old.To)})
		}
	}
	if old.To != "" && !b.table.Has(old.To) {
		found = append(found, Anomaly{Path: path, Code: "state.unknown", Message: fmt.Sprintf("%s has no state %q", b.table.pin, old.To)})
	}
	if n := len(before); n > 0 && old.Effective.Before(before[n-1].Effective) {
		found = append(found, Anomaly{Path: path, Code: "time.backwards", Message: "it took effect before the entry that precedes it"})
	}
	if !old.Recorded.IsZero() && old.Recorded.Before(old.Effective) {
		found = append(found, Anomaly{Path: path, Code: "time.foretold", Message: "it was recorded before it took effect"})
	}
	return found
}
