package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// journal makes changes that continue a case.
type journal struct {
	id    casework.CaseID
	seq   uint64
	head  casework.Hash
	index casework.Index
}

func newJournal(number byte) *journal {
	return &journal{
		id: casework.CaseID{0: number, 6: 0x40, 8: 0x80},
		index: casework.Index{
			Kind: "cycle", Definition: casework.Pin{Name: "standard", Version: 1}, State: "analyse",
			Title: fmt.Sprintf("Home care %d", number),
			Refs:  []casework.ExternalRef{{Scheme: "mosaic", Value: fmt.Sprintf("%d", number)}},
			Live:  fmt.Sprintf("person %d", number),
		},
	}
}

// change plans some more entries without taking them as written.
func (j *journal) change(entries int) casework.Change {
	c := casework.Change{Case: j.id, After: j.seq, Index: j.index, Shape: 1}
	head := j.head
	for i := range uint64(entries) {
		e := casework.Entry{
			Case: j.id, Seq: j.seq + i + 1, Type: "need.identified", Version: 1,
			Actor:     casework.Person("ana.k", casework.Agency{ID: "camden", Sector: casework.Statutory}),
			Effective: time.Date(2026, 3, 2, 9, 30, 0, 0, time.FixedZone("", 3600)),
			Recorded:  time.Date(2026, 3, 2, 8, 30, 0, 1000, time.UTC),
			Reason:    "asked for", Data: json.RawMessage(fmt.Sprintf(`{"need": %d}`, j.seq+i+1)), Salt: []byte{1, 2, 3, byte(i)},
		}
		e.Seal(head)
		head = e.Hash
		c.Entries = append(c.Entries, e)
	}
	c.Document = json.RawMessage(fmt.Sprintf(`{"last":%d}`, j.seq+uint64(entries)))
	return c
}

// keep takes a change as written.
func (j *journal) keep(c casework.Change) {
	last := c.Entries[len(c.Entries)-1]
	j.seq, j.head, j.index = last.Seq, last.Hash, c.Index
}

func (j *journal) write(tb testing.TB, s casework.Store, entries int) {
	tb.Helper()
	c := j.change(entries)
	_, err := s.Append(tb.Context(), batch(c))
	require.NoError(tb, err)
	j.keep(c)
}

func batch(changes ...casework.Change) casework.Batch { return casework.Batch{Changes: changes} }

func open(tb testing.TB, path string, o *sqlite.Options) *sqlstore.Store {
	tb.Helper()
	store, err := sqlite.Open(tb.Context(), path, o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store
}

func file(tb testing.TB) string { return filepath.Join(tb.TempDir(), "cases.db") }

// picture is all that a store shows, for comparison before and after.
type picture struct {
	Records map[string]casework.Record
	Entries map[string][]casework.Entry
	Feed    []casework.FeedItem
	Refs    map[string]string
}

func pictureOf(ctx context.Context, tb testing.TB, s *sqlstore.Store) string {
	tb.Helper()
	p := picture{Records: map[string]casework.Record{}, Entries: map[string][]casework.Entry{}, Refs: map[string]string{}}
	for summary, err := range s.List(ctx, casework.Query{}) {
		require.NoError(tb, err)
		record, err := s.Load(ctx, summary.Case)
		require.NoError(tb, err)
		id := summary.Case.String()
		p.Records[id] = record
		for e, err := range s.History(ctx, summary.Case, 0) {
			require.NoError(tb, err)
			p.Entries[id] = append(p.Entries[id], e)
		}
	}
	var err error
	p.Feed, err = s.Feed(ctx, 0, 10_000)
	require.NoError(tb, err)
	for _, value := range []string{"1", "2", "3", "new"} {
		if holder, err := s.Find(ctx, casework.ExternalRef{Scheme: "mosaic", Value: value}); err == nil {
			p.Refs[value] = holder.String()
		}
	}
	text, err := json.Marshal(p)
	require.NoError(tb, err)
	return string(text)
}

// sound checks that a case's journal is numbered without gaps, chained, and ends
// where its record says.
func sound(tb testing.TB, s *sqlstore.Store, id casework.CaseID) []casework.Entry {
	tb.Helper()
	var entries []casework.Entry
	var head casework.Hash
	for e, err := range s.History(tb.Context(), id, 0) {
		require.NoError(tb, err)
		require.EqualValues(tb, len(entries)+1, e.Seq)
		again := e.Clone()
		again.Seal(head)
		if !e.Redacted {
			require.Equal(tb, e.Hash, again.Hash, "entry %d", e.Seq)
		}
		require.Equal(tb, head, e.Prev, "entry %d", e.Seq)
		head = e.Hash
		entries = append(entries, e)
	}
	record, err := s.Load(tb.Context(), id)
	require.NoError(tb, err)
	require.EqualValues(tb, len(entries), record.Seq)
	require.Equal(tb, head, record.Head)
	require.JSONEq(tb, fmt.Sprintf(`{"last":%d}`, record.Seq), string(record.Document))
	return entries
}
