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
//
// The host's Permit is asked for [ActImport], and for [ActOpen] like for any
// other case that is opened.
func (d *Desk[T]) Import(ctx context.Context, by Actor, source string, in ImportedCase, opts ...CallOption) (ImportReport, error) {
	if err := InvalidIf("import", d.kind.importFaults(source, in)); err != nil {
		return ImportReport{}, err
	}
	var report ImportReport
	receipt, err := Do(ctx, d.store, d.o, by, func(u *Unit) error {
		var err error
		report, err = importCase(u, d.kind, source, in)
		return err
	}, also(opts, Commanding("import", source, in))...)
	if conflict, is := errors.AsType[*ConflictError](err); is && conflict.Kind == ConflictReference {
		return d.there(ctx, conflict.Holder)
	}
	if err != nil {
		return ImportReport{}, err
	}
	if receipt.Replayed && len(receipt.Cases) > 0 {
		return ImportReport{Case: receipt.Cases[0].Case}, nil
	}
	return report, nil
}

// importFaults lists everything that keeps history from being brought in.
func (k *Kind[T]) importFaults(source string, in ImportedCase) []Fault {
	opening := in.Opening
	faults := opening.faults()
	if blank(source) {
		faults = append(faults, Fault{Path: "source", Code: "import.source_missing", Message: "say which system the history comes from"})
	}
	if malformed(source) {
		faults = append(faults, malformedText("source"))
	}
	if len(in.References) == 0 {
		faults = append(faults, Fault{Path: "references", Code: "import.reference_missing", Message: "an imported case needs the old system's number"})
	}
	for i, e := range in.Entries {
		path := fmt.Sprintf("entries[%d]", i)
		faults = append(faults, e.faults(path)...)
		faults = append(faults, k.dataFaults(path, e)...)
	}
	return faults
}

// faults lists what is wrong with a line whatever its type.
func (old ImportedEntry) faults(path string) []Fault {
	var faults []Fault
	if old.Type == "" && old.Move == "" {
		faults = append(faults, Fault{Path: path + ".type", Code: "entry.untyped", Message: "an entry has a type, a move, or both"})
	}
	if old.Effective.IsZero() {
		faults = append(faults, Fault{Path: path + ".effective", Code: "entry.undated", Message: "say when it took effect"})
	}
	if !old.Effective.IsZero() && !writable(old.Effective) {
		faults = append(faults, Fault{Path: path + ".effective", Code: "time.unwritable", Message: "a time lies in the years 1 to 9999"})
	}
	if !old.Recorded.IsZero() && !writable(old.Recorded) {
		faults = append(faults, Fault{Path: path + ".recorded", Code: "time.unwritable", Message: "a time lies in the years 1 to 9999"})
	}
	if malformed(old.Author, string(old.Move), string(old.To), old.Reason) {
		faults = append(faults, malformedText(path))
	}
	return faults
}

// dataFaults tells whether an event of the kind can read the data.
func (k *Kind[T]) dataFaults(path string, old ImportedEntry) []Fault {
	if old.Type == "" {
		if len(old.Data) > 0 && !json.Valid(old.Data) {
			return []Fault{{Path: path + ".data", Code: "data.unreadable", Message: "the data is not JSON"}}
		}
		return nil
	}
	ev, known := k.events[old.Type]
	if !known {
		return []Fault{{Path: path + ".type", Code: "entry.type_unknown", Message: fmt.Sprintf("no event is called %q", old.Type)}}
	}
	if old.Version < 0 || old.Version > ev.latest() {
		return []Fault{{Path: path + ".version", Code: "entry.version_unknown", Message: fmt.Sprintf("%s has versions 1 to %d", old.Type, ev.latest())}}
	}
	if err := ev.readable(k.imported(old)); err != nil {
		return []Fault{{Path: path + ".data", Code: "data.unreadable", Message: fmt.Sprintf("the data is not that of %s: %v", old.Type, causeOf(err))}}
	}
	return nil
}

// causeOf gives what lies under a corrupt entry: where the entry stands means
// nothing yet.
func causeOf(err error) error {
	if corrupt, is := errors.AsType[*CorruptError](err); is && corrupt.Cause != nil {
		return corrupt.Cause
	}
	return err
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
		return ImportReport{}, u.call.fail(&Refusal{Case: b.id, Move: Move(ActImport), Objections: []Objection{objection}, Cause: b.permission.cause})
	}
	report := ImportReport{Case: b.id, New: len(in.Entries) + 1}
	for i, old := range in.Entries {
		path := fmt.Sprintf("entries[%d]", i)
		report.Anomalies = append(report.Anomalies, old.anomalies(path, b, in.Entries[:i])...)
		e := k.imported(old)
		e.Actor = Import(source, old.Author)
		if e.To != "" {
			e.From = b.kept.State
		}
		if err := k.apply(c, b.write(e)); err != nil {
			return ImportReport{}, u.call.fail(err)
		}
	}
	return report, nil
}

// imported gives a line as an entry of the journal, but for its author and its
// place.
func (k *Kind[T]) imported(old ImportedEntry) Entry {
	e := Entry{
		Type: old.Type, Version: old.Version, Data: json.RawMessage(`{}`),
		Effective: normalTime(old.Effective), Recorded: normalTime(old.Recorded.UTC()),
		Move: old.Move, To: old.To, Reason: old.Reason,
	}
	if e.Type == "" {
		e.Type, e.Version = EntryMoved, 1
	}
	if e.Version == 0 {
		e.Version = k.events[e.Type].latest()
	}
	if old.Recorded.IsZero() {
		e.Recorded = e.Effective.UTC()
	}
	if len(old.Data) == 0 {
		return e
	}
	if data, err := json.Marshal(old.Data); err == nil {
		e.Data = data // in the form every other entry has
	} else {
		e.Data = old.Data // no JSON: whoever reads it says so
	}
	return e
}

// anomalies says what a live case would have refused.
func (old ImportedEntry) anomalies(path string, b *Case, before []ImportedEntry) []Anomaly {
	var found []Anomaly
	if blank(old.Author) {
		found = append(found, Anomaly{Path: path, Code: "author.missing", Message: "nobody is named as the author"})
	}
	switch {
	case old.Move != "":
		found = append(found, old.moveAnomalies(path, b)...)
	case old.To != "" && old.To != b.kept.State:
		found = append(found, Anomaly{Path: path, Code: "move.missing", Message: fmt.Sprintf("no move is named that led to %q", old.To)})
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

// moveAnomalies holds a move against the definition.
func (old ImportedEntry) moveAnomalies(path string, b *Case) []Anomaly {
	from, landed := b.kept.State, old.To
	if landed == "" {
		landed = from
	}
	to, allowed := b.table.Next(from, old.Move)
	if !allowed {
		return []Anomaly{{Path: path, Code: CodeMoveNotAllowed, Message: fmt.Sprintf("%s cannot be taken in state %s", old.Move, from)}}
	}
	var found []Anomaly
	if to != landed {
		found = append(found, Anomaly{Path: path, Code: "move.elsewhere", Message: fmt.Sprintf("%s leads to %s here, not to %q", old.Move, to, landed)})
	}
	if b.table.NeedsReason(from, old.Move) && blank(old.Reason) {
		found = append(found, Anomaly{Path: path, Code: CodeReasonMissing, Message: fmt.Sprintf("%s needs a reason", old.Move)})
	}
	return found
}

// there reports a case that carries one of the references already. One that was
// not imported is somebody's live work under the old number.
func (d *Desk[T]) there(ctx context.Context, id CaseID) (ImportReport, error) {
	report := ImportReport{Case: id}
	record, err := d.store.Load(ctx, id)
	if err != nil {
		return report, err
	}
	imported := false
	if record.Index.Kind == d.kind.Name() {
		c, err := d.Load(ctx, id)
		if err != nil {
			return report, err
		}
		imported = c.base().Imported()
	}
	if !imported {
		report.Anomalies = []Anomaly{{Path: "references", Code: "reference.live", Message: "the old system's number belongs to a case that was not imported; nothing was brought in"}}
	}
	return report, nil
}
