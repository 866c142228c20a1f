package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// journal is a case as the store should hold it.
type journal struct {
	record  casework.Record
	entries []casework.Entry
}

// newJournal plans a case. Its id depends on the number alone, and grows with it.
func newJournal(number uint16) *journal {
	id := casework.CaseID{6: 0x40, 8: 0x80}
	binary.BigEndian.PutUint16(id[:], number)
	return &journal{record: casework.Record{Case: id}}
}

// newJournals plans cases numbered from 1.
func newJournals(count int) []*journal {
	journals := make([]*journal, count)
	for i := range journals {
		journals[i] = newJournal(uint16(i + 1))
	}
	return journals
}

func (j *journal) id() casework.CaseID { return j.record.Case }

// next makes a change that continues the journal by some entries. It counts
// only once it is kept.
func (j *journal) next(entries int, set ...func(*casework.Index)) casework.Change {
	c := casework.Change{Case: j.id(), After: j.record.Seq, Index: j.index(), Shape: 3}
	head := j.record.Head
	for i := range entries {
		e := sampleEntry(j.id(), j.record.Seq+uint64(i)+1)
		e.Seal(head)
		head = e.Hash
		c.Entries = append(c.Entries, e)
	}
	c.Document = fmt.Appendf(nil, "{ \"words\": \"\\u00e9 é <&>\",\n\t\"last\": %d.0 , \"after\": %d}\n", c.After+uint64(entries), c.After) //nolint:gosec // counts are never negative
	for _, f := range set {
		f(&c.Index)
	}
	return c
}

// assertion makes a change that only says where the case stands.
func (j *journal) assertion() casework.Change {
	return casework.Change{Case: j.id(), After: j.record.Seq}
}

// keep takes a change up as written.
func (j *journal) keep(c casework.Change) {
	c = copyChange(c)
	for _, r := range c.Redact {
		e := &j.entries[r.Seq-1]
		e.Redacted, e.Reason, e.Salt, e.Data = true, "", nil, r.Data
	}
	j.entries = append(j.entries, c.Entries...)
	last := j.entries[len(j.entries)-1]
	j.record = casework.Record{Case: c.Case, Seq: last.Seq, Head: last.Hash, Index: c.Index, Shape: c.Shape, Document: c.Document}
}

// grow writes a change that continues the journal by some entries, and keeps it.
func (j *journal) grow(ctx context.Context, s casework.Store, entries int, set ...func(*casework.Index)) error {
	return j.write(ctx, s, j.next(entries, set...))
}

// write writes a change of this case, and keeps it.
func (j *journal) write(ctx context.Context, s casework.Store, c casework.Change) error {
	kept := copyChange(c)
	if err := put(ctx, s, c); err != nil {
		return err
	}
	j.keep(kept)
	return nil
}

// index is the one the case has, or that of a new case.
func (j *journal) index() casework.Index {
	if j.record.Seq > 0 {
		return copyIndex(j.record.Index)
	}
	return casework.Index{
		Kind:       "review",
		Definition: casework.Pin{Name: "yearly review", Version: 2, Digest: sha256.Sum256([]byte("yearly review"))},
		State:      "collecting",
		Title:      "Gwasanaeth gofal cartref, “Tŷ Hâf” <2026>",
		Subject:    fmt.Sprintf("subject of %s", j.id()),
		Holder:     "ana.k",
		Due:        time.Date(2026, time.July, 1, 16, 30, 0, 250_000_000, time.UTC),
	}
}

func withReference(refs ...casework.ExternalRef) func(*casework.Index) {
	return func(x *casework.Index) { x.Refs = refs }
}

func withLive(claim string) func(*casework.Index) {
	return func(x *casework.Index) { x.Live = claim }
}

// sampleEntry gives an entry that is hard to keep: bytes that are JSON but not
// in its canonical form, offsets of every sort, authors of every kind.
func sampleEntry(id casework.CaseID, seq uint64) casework.Entry {
	salt := sha256.Sum256(binary.BigEndian.AppendUint64(id[:], seq))
	at := time.Date(2026, time.March, 29, 0, 59, 58, 1_000, time.UTC).Add(time.Duration(seq) * time.Second) //nolint:gosec // the rules write a few thousand entries
	e := casework.Entry{
		Case: id, Seq: seq, Type: "review.noted", Version: 1,
		Effective: at, Recorded: at.Add(90 * time.Microsecond),
		Move: "note", From: "collecting", To: "collecting",
		Reason: fmt.Sprintf("Entry %d: “said” 'so' \\ <b>\n\tπ", seq),
		Data:   fmt.Appendf(nil, "{\"z\": %d.00, \"a\" : \"\\u00e9 é <&> \\\\\", \"big\": 12345678901234567890}\n", seq),
		Salt:   salt[:],
	}
	camden := casework.Agency{ID: "camden", Name: "London Borough of Camden", Sector: casework.Statutory, Kind: "borough"}
	switch seq % 4 {
	case 0:
		e.Actor = casework.System("nightly", camden)
	case 1:
		e.Actor = casework.Person("ana.k", camden)
		e.Effective = at.In(time.FixedZone("", 3600))
	case 2:
		e.Actor = casework.Person("bo", casework.Agency{}).For(casework.Actor{Kind: casework.KindPerson, ID: "cy", Name: "Cy Ó Sé", Agency: camden})
		e.Effective = at.In(time.FixedZone("", -(3*3600 + 1800)))
	case 3:
		e.Actor = casework.Import("ledger", "J. Smith (temp)")
		e.Imported = true
		e.Effective = time.Date(1948, time.July, 5, 0, 0, 0, 0, time.FixedZone("", 3600))
	}
	return e
}

func copyChange(c casework.Change) casework.Change {
	c.Entries = slices.Clone(c.Entries)
	for i := range c.Entries {
		c.Entries[i] = c.Entries[i].Clone()
	}
	c.Redact = slices.Clone(c.Redact)
	for i := range c.Redact {
		c.Redact[i].Data = bytes.Clone(c.Redact[i].Data)
	}
	c.Index = copyIndex(c.Index)
	c.Document = json.RawMessage(bytes.Clone(c.Document))
	return c
}

func copyIndex(x casework.Index) casework.Index {
	x.Refs = slices.Clone(x.Refs)
	return x
}

// put writes changes as one batch without a key, and expects no objection.
func put(ctx context.Context, s casework.Store, changes ...casework.Change) error {
	if _, err := s.Append(ctx, casework.Batch{Changes: changes}); err != nil {
		return fmt.Errorf("append of %d changes gave an error: %w", len(changes), err)
	}
	return nil
}

// putAll writes and keeps one change of one entry for each journal.
func putAll(ctx context.Context, s casework.Store, journals ...*journal) error {
	changes := make([]casework.Change, len(journals))
	for i, j := range journals {
		changes[i] = j.next(1)
	}
	if err := put(ctx, s, changes...); err != nil {
		return err
	}
	for i, j := range journals {
		j.keep(changes[i])
	}
	return nil
}
