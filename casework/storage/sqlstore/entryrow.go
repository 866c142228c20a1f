package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
)

const entryColumns = `case_id, seq, type, version, actor, effective, recorded, move, from_state, to_state, reason, imported, redacted, data, salt, content, prev, hash`

const insertEntry = `INSERT INTO needsled_entries (tenant, ` + entryColumns + `)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// newEntryRow writes an entry down, and lists what of it no row can hold.
func newEntryRow(id string, e *casework.Entry) (entryRow, []casework.Fault) {
	faults := actorFaults("actor", &e.Actor)
	faults = append(faults, timeFaults("effective", e.Effective)...)
	faults = append(faults, timeFaults("recorded", e.Recorded)...)
	actor, err := json.Marshal(&e.Actor)
	if err != nil {
		faults = append(faults, casework.Fault{Path: "actor", Code: "actor.unwritable", Message: err.Error()})
	}
	return entryRow{
		id: id, seq: integer(e.Seq), kind: e.Type, version: int64(e.Version), actor: string(actor),
		effective: e.Effective.Format(time.RFC3339Nano), recorded: e.Recorded.UTC().Format(time.RFC3339Nano),
		move: string(e.Move), from: string(e.From), to: string(e.To), reason: e.Reason, imported: e.Imported, redacted: e.Redacted,
		data: e.Data, salt: e.Salt, content: e.Content.String(), prev: e.Prev.String(), hash: e.Hash.String(),
	}, faults
}

// args lists the values of an insertEntry.
func (r *entryRow) args(d Dialect, tenant string) []any {
	return []any{
		tenant, r.id, r.seq, r.kind, r.version, r.actor, r.effective, r.recorded, r.move, r.from, r.to, r.reason,
		d.flag(r.imported), d.flag(r.redacted), d.text(r.data), r.salt, r.content, r.prev, r.hash,
	}
}

func actorFaults(path string, a *casework.Actor) []casework.Fault {
	var faults []casework.Fault
	for _, text := range [...]string{string(a.Kind), a.ID, a.Name, a.Agency.ID, a.Agency.Name, string(a.Agency.Sector), a.Agency.Kind, a.Original} {
		if !utf8.ValidString(text) {
			faults = append(faults, malformedText(path))
			break
		}
	}
	if a.OnBehalfOf != nil {
		faults = append(faults, actorFaults(path+".on_behalf_of", a.OnBehalfOf)...)
	}
	return faults
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// entryRow is a row of needsled_entries.
type entryRow struct {
	id                         string
	seq                        int64
	kind                       string
	version                    int64
	actor, effective, recorded string
	move, from, to, reason     string
	imported, redacted         bool
	data, salt                 []byte
	content, prev, hash        string
}

func (r *entryRow) targets() []any {
	return []any{
		&r.id, &r.seq, &r.kind, &r.version, &r.actor, &r.effective, &r.recorded, &r.move, &r.from, &r.to, &r.reason,
		&r.imported, &r.redacted, &r.data, &r.salt, &r.content, &r.prev, &r.hash,
	}
}

// entry reads the row back.
func (r *entryRow) entry(op string) (casework.Entry, error) {
	e := casework.Entry{
		Seq:  uint64(r.seq), //nolint:gosec // a negative one is refused below
		Type: r.kind, Version: int(r.version),
		Move: casework.Move(r.move), From: casework.State(r.from), To: casework.State(r.to), Reason: r.reason,
		Imported: r.imported, Redacted: r.redacted, Data: r.data, Salt: r.salt,
	}
	var effective, recorded error
	e.Effective, effective = parseTime(r.effective)
	e.Recorded, recorded = parseTime(r.recorded)
	err := errors.Join(
		numbered(r.seq),
		e.Case.UnmarshalText([]byte(r.id)),
		json.Unmarshal([]byte(r.actor), &e.Actor),
		effective, recorded,
		e.Content.UnmarshalText([]byte(r.content)),
		e.Prev.UnmarshalText([]byte(r.prev)),
		e.Hash.UnmarshalText([]byte(r.hash)),
	)
	if err != nil {
		return casework.Entry{}, &casework.CorruptError{Op: op, Case: e.Case, Seq: e.Seq, Code: "entry.unreadable", What: "the row cannot be read", Cause: err}
	}
	return e, nil
}

// parseTime keeps the offset that was written and no zone of the machine.
func parseTime(text string) (time.Time, error) {
	return time.ParseInLocation(time.RFC3339Nano, text, time.UTC)
}

// scanEntry reads the row the cursor stands on, with what stands before and
// behind the entry's columns.
func scanEntry(rows Rows, op string, before, behind []any) (casework.Entry, error) {
	var r entryRow
	targets := append(append(before, r.targets()...), behind...)
	if err := rows.Scan(targets...); err != nil {
		return casework.Entry{}, fmt.Errorf("read entry: %w", err)
	}
	return r.entry(op)
}
