package sqlite_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/internal/journaltest"
)

// documents are a small one and one of some seven kilobytes.
func documents() map[string]json.RawMessage {
	large := append([]byte(`{"notes":"`), bytes.Repeat([]byte("need "), 1400)...)
	return map[string]json.RawMessage{
		"small": json.RawMessage(`{"title":"Home care","needs":[{"id":1,"statement":"Older people living alone need help at home"}]}`),
		"7kB":   append(large, `"}`...),
	}
}

// BenchmarkAppend is one update, a load and an append of one entry, in turn with
// the same rows by hand. The disk is most of it and is never twice the same, so
// the medians and their ratio are what counts.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []string{"small", "7kB"} {
		document := documents()[size]
		b.Run(size, func(b *testing.B) {
			byStore, byHand := appendByStore(b, document), appendByHand(b, document)
			var stores, hands []time.Duration
			for b.Loop() {
				stores = append(stores, timed(b, byStore))
				hands = append(hands, timed(b, byHand))
			}
			store, hand := median(stores), median(hands)
			b.ReportMetric(float64(store.Microseconds()), "µs/store")
			b.ReportMetric(float64(hand.Microseconds()), "µs/hand")
			b.ReportMetric(float64(store)/float64(hand), "ratio")
		})
	}
}

func timed(b *testing.B, work func() error) time.Duration {
	start := time.Now() //nolint:forbidigo // a benchmark measures the machine's own time
	if err := work(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start) //nolint:forbidigo // a benchmark measures the machine's own time
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func appendByStore(b *testing.B, document json.RawMessage) func() error {
	b.Helper()
	store := open(b, file(b), nil)
	one := journaltest.New(1)
	one.Write(b, store, 1)
	return func() error {
		record, err := store.Load(b.Context(), one.ID)
		if err != nil {
			return err
		}
		one.Seq, one.Head = record.Seq, record.Head
		c := one.Change(1)
		c.Document = document
		_, err = store.Append(b.Context(), journaltest.Batch(c))
		return err
	}
}

// byHand is the same file written as a host would that has no library.
type byHand struct {
	write, read          *sql.DB
	load, update, insert *sql.Stmt
}

func newByHand(b *testing.B) (*byHand, *journaltest.Journal) {
	b.Helper()
	path := file(b)
	one := journaltest.New(1)
	one.Write(b, open(b, path, nil), 1)
	name, err := sqlite.DSN(path, nil)
	require.NoError(b, err)
	h := &byHand{}
	for _, db := range []**sql.DB{&h.write, &h.read} {
		*db, err = sql.Open("sqlite", name)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, (*db).Close()) })
	}
	h.write.SetMaxOpenConns(1)
	h.load, err = h.read.PrepareContext(b.Context(), `SELECT seq, head, state, document FROM needsled_cases WHERE tenant = ? AND id = ?`)
	require.NoError(b, err)
	h.update, err = h.write.PrepareContext(b.Context(), `UPDATE needsled_cases SET state = ?, seq = ?, head = ?, document = ? WHERE tenant = ? AND id = ? AND seq = ?`)
	require.NoError(b, err)
	h.insert, err = h.write.PrepareContext(b.Context(), `INSERT INTO needsled_entries (tenant, case_id, seq, type, version, actor, effective, recorded,
move, from_state, to_state, reason, imported, redacted, data, salt, content, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	require.NoError(b, err)
	return h, one
}

func appendByHand(b *testing.B, document json.RawMessage) func() error {
	b.Helper()
	h, one := newByHand(b)
	id := one.ID.String()
	return func() error {
		var seq uint64
		var head, state string
		var held []byte
		if err := h.load.QueryRowContext(b.Context(), "", id).Scan(&seq, &head, &state, &held); err != nil {
			return err
		}
		if err := one.Head.UnmarshalText([]byte(head)); err != nil {
			return err
		}
		one.Seq = seq
		c := one.Change(1)
		c.Document = document
		return h.append(b, id, state, c)
	}
}

func (h *byHand) append(b *testing.B, id, state string, c casework.Change) error {
	e := c.Entries[0]
	tx, err := h.write.BeginTx(b.Context(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	result, err := tx.StmtContext(b.Context(), h.update).ExecContext(b.Context(), state, e.Seq, e.Hash.String(), string(c.Document), "", id, c.After)
	if err != nil {
		return err
	}
	if moved, err := result.RowsAffected(); err != nil || moved != 1 {
		return fmt.Errorf("the case moved: %w", err)
	}
	actor, err := json.Marshal(e.Actor)
	if err != nil {
		return err
	}
	_, err = tx.StmtContext(b.Context(), h.insert).ExecContext(b.Context(), "", id, e.Seq, e.Type, e.Version, string(actor),
		e.Effective.Format(time.RFC3339Nano), e.Recorded.Format(time.RFC3339Nano), string(e.Move), string(e.From), string(e.To), e.Reason,
		0, 0, string(e.Data), e.Salt, e.Content.String(), e.Prev.String(), e.Hash.String())
	if err != nil {
		return err
	}
	return tx.Commit()
}

// BenchmarkLoad shows that a load does not depend on the case's age.
func BenchmarkLoad(b *testing.B) {
	for _, entries := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("%d entries", entries), func(b *testing.B) {
			store := open(b, file(b), nil)
			one := journaltest.New(1)
			for one.Seq < uint64(entries) {
				one.Write(b, store, min(entries, 500))
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := store.Load(b.Context(), one.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHistory reads a journal of ten thousand entries.
func BenchmarkHistory(b *testing.B) {
	store := open(b, file(b), nil)
	one := journaltest.New(1)
	for one.Seq < 10_000 {
		one.Write(b, store, 500)
	}
	for b.Loop() {
		for _, err := range store.History(b.Context(), one.ID, 0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
