// Package journaltest makes journals for the tests of stores, and looks at what a
// store made of them.
package journaltest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// Journal makes changes that continue a case.
type Journal struct {
	ID    casework.CaseID
	Seq   uint64 // of the last entry kept
	Index casework.Index
	Head  casework.Hash
}

// New gives the journal of a case with a reference and a live claim.
func New(number byte) *Journal {
	return &Journal{
		ID: casework.CaseID{0: number, 6: 0x40, 8: 0x80},
		Index: casework.Index{
			Kind: "cycle", Definition: casework.Pin{Name: "standard", Version: 1}, State: "analyse",
			Title: fmt.Sprintf("Home care %d", number),
			Refs:  []casework.ExternalRef{{Scheme: "mosaic", Value: fmt.Sprintf("%d", number)}},
			Live:  fmt.Sprintf("person %d", number),
		},
	}
}

// Change plans some more entries without taking them as written.
func (j *Journal) Change(entries int) casework.Change {
	c := casework.Change{Case: j.ID, After: j.Seq, Index: j.Index, Shape: 1}
	head := j.Head
	for i := range uint64(entries) {
		e := casework.Entry{
			Case: j.ID, Seq: j.Seq + i + 1, Type: "need.identified", Version: 1,
			Actor:     casework.Person("ana.k", casework.Agency{ID: "camden", Sector: casework.Statutory}),
			Effective: time.Date(2026, 3, 2, 9, 30, 0, 0, time.FixedZone("", 3600)),
			Recorded:  time.Date(2026, 3, 2, 8, 30, 0, 1000, time.UTC),
			Reason:    "asked for", Data: json.RawMessage(fmt.Sprintf(`{"need": %d}`, j.Seq+i+1)), Salt: []byte{1, 2, 3, byte(i)},
		}
		e.Seal(head)
		head = e.Hash
		c.Entries = append(c.Entries, e)
	}
	c.Document = json.RawMessage(fmt.Sprintf(`{"last":%d}`, j.Seq+uint64(entries)))
	return c
}

// Keep takes a change as written.
func (j *Journal) Keep(c casework.Change) {
	last := c.Entries[len(c.Entries)-1]
	j.Seq, j.Head, j.Index = last.Seq, last.Hash, c.Index
}

// Write appends some entries.
func (j *Journal) Write(tb testing.TB, s casework.Store, entries int) {
	tb.Helper()
	c := j.Change(entries)
	_, err := s.Append(tb.Context(), Batch(c))
	done(tb, err)
	j.Keep(c)
}

// Batch makes a batch of changes.
func Batch(changes ...casework.Change) casework.Batch { return casework.Batch{Changes: changes} }

// picture is all that a store shows.
type picture struct {
	Records map[string]casework.Record
	Entries map[string][]casework.Entry
	Feed    []casework.FeedItem
	Refs    map[string]string
}

// Picture gives all that a store shows, as text, for comparison before and
// after.
func Picture(ctx context.Context, tb testing.TB, s *sqlstore.Store) string {
	tb.Helper()
	p := picture{Records: map[string]casework.Record{}, Entries: map[string][]casework.Entry{}, Refs: map[string]string{}}
	for summary, err := range s.List(ctx, casework.Query{}) {
		done(tb, err)
		record, err := s.Load(ctx, summary.Case)
		done(tb, err)
		id := summary.Case.String()
		p.Records[id] = record
		for e, err := range s.History(ctx, summary.Case, 0) {
			done(tb, err)
			p.Entries[id] = append(p.Entries[id], e)
		}
	}
	var err error
	p.Feed, err = s.Feed(ctx, 0, 10_000)
	done(tb, err)
	for _, value := range []string{"1", "2", "3", "new"} {
		if holder, err := s.Find(ctx, casework.ExternalRef{Scheme: "mosaic", Value: value}); err == nil {
			p.Refs[value] = holder.String()
		}
	}
	text, err := json.Marshal(p)
	done(tb, err)
	return string(text)
}

// Sound checks that a case's journal is numbered without gaps, chained, and ends
// where its record says.
func Sound(tb testing.TB, s casework.Store, id casework.CaseID) []casework.Entry {
	tb.Helper()
	var entries []casework.Entry
	var head casework.Hash
	for e, err := range s.History(tb.Context(), id, 0) {
		done(tb, err)
		again := e.Clone()
		again.Seal(head)
		if e.Seq != uint64(len(entries)+1) || e.Prev != head || (!e.Redacted && e.Hash != again.Hash) {
			tb.Fatalf("entry %d of case %s, the %dth there is, does not follow on the one before", e.Seq, id, len(entries)+1)
		}
		head = e.Hash
		entries = append(entries, e)
	}
	record, err := s.Load(tb.Context(), id)
	done(tb, err)
	if record.Seq != uint64(len(entries)) || record.Head != head || string(record.Document) != fmt.Sprintf(`{"last":%d}`, record.Seq) {
		tb.Fatalf("the record of case %s is at %d with %s; its journal has %d entries", id, record.Seq, record.Document, len(entries))
	}
	return entries
}

// done fails the test where something went wrong.
func done(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Everything is a batch that runs every kind of statement: two cases that are
// there and swap references and claims, a new one, an assertion, a redaction and
// a key.
func Everything(tb testing.TB, store casework.Store) casework.Batch {
	tb.Helper()
	one, two, three, four := New(1), New(2), New(3), New(4)
	one.Write(tb, store, 3)
	two.Write(tb, store, 1)
	four.Write(tb, store, 1)
	one.Index, two.Index = two.Index, one.Index
	one.Index.Refs = append(one.Index.Refs, casework.ExternalRef{Scheme: "mosaic", Value: "new"})
	c := one.Change(2)
	c.Redact = []casework.Redaction{{Seq: 2, Data: []byte(`{"need":2}`)}}
	return casework.Batch{Key: "k", Digest: casework.Hash{5}, Changes: []casework.Change{
		c, two.Change(1), three.Change(1), {Case: four.ID, After: 1},
	}}
}
