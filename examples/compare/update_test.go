package compare_test

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

func file(tb testing.TB) (string, *sqlstore.Store) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "notes.db")
	s, err := sqlite.Open(tb.Context(), path, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return path, s
}

const note = "Mrs K. asks whether the evening visit can come an hour later on Fridays"

// byDesk writes a note as a host of the library does.
func byDesk(tb testing.TB, s casework.Store, size, policies int) func() error {
	tb.Helper()
	desk, id := opened(tb, s, size, policies)
	return func() error {
		_, err := desk.Update(tb.Context(), id, ana, func(n *Notebook) error { return n.Write(note) })
		return err
	}
}

const (
	columns = `kind, definition, definition_version, definition_digest, state, final, title, subject, holder, live, due, refs, seq, head, shape, document`

	selectCase = `SELECT ` + columns + ` FROM needsled_cases WHERE tenant = ? AND id = ?`

	updateCase = `UPDATE needsled_cases SET kind = ?, definition = ?, definition_version = ?, definition_digest = ?, state = ?, final = ?, title = ?,
seq = ?, head = ?, shape = ?, document = ? WHERE tenant = ? AND id = ? AND seq = ?`

	insertEntry = `INSERT INTO needsled_entries (tenant, case_id, seq, type, version, actor, effective, recorded, move, from_state, to_state, reason,
imported, redacted, data, salt, content, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// handwriting is the same file as a host writes it that has no library: with the
// same pools and pragmas, and statements that are prepared once. A chained one
// writes the very rows that the desk writes; one that is not leaves out salt and
// digests, and puts other text of the same length in their place.
type handwriting struct {
	tb                  testing.TB
	id                  casework.CaseID
	path                string
	chained             bool
	write               *sql.DB
	selecting           *sql.Stmt
	updating, inserting *sql.Stmt
}

// row is a row of needsled_cases.
type row struct {
	kind, definition, digest string
	version, final, shape    int
	state, title, subject    string
	holder, live, due, refs  string
	seq                      uint64
	head                     string
	document                 []byte
}

// kept is the document. The part that the library keeps for itself stays as it is.
type kept struct {
	Case json.RawMessage `json:"case"`
	Body notes           `json:"body"`
}

func newHandwriting(tb testing.TB, size int, chained bool) *handwriting {
	tb.Helper()
	path, s := file(tb)
	_, id := opened(tb, s, size, 0)
	name, err := sqlite.DSN(path, nil)
	require.NoError(tb, err)
	h := &handwriting{tb: tb, id: id, path: path, chained: chained}
	pool := func(connections int) *sql.DB {
		db, err := sql.Open("sqlite", name)
		require.NoError(tb, err)
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		tb.Cleanup(func() { require.NoError(tb, db.Close()) })
		return db
	}
	read := pool(4)
	h.write = pool(1)
	h.selecting, err = read.PrepareContext(tb.Context(), selectCase)
	require.NoError(tb, err)
	h.updating, err = h.write.PrepareContext(tb.Context(), updateCase)
	require.NoError(tb, err)
	h.inserting, err = h.write.PrepareContext(tb.Context(), insertEntry)
	require.NoError(tb, err)
	return h
}

// take reads the case, changes it, and writes it back with an entry.
func (h *handwriting) take() error {
	var r row
	err := h.selecting.QueryRowContext(h.tb.Context(), "", h.id.String()).Scan(&r.kind, &r.definition, &r.version, &r.digest, &r.state, &r.final, &r.title,
		&r.subject, &r.holder, &r.live, &r.due, &r.refs, &r.seq, &r.head, &r.shape, &r.document)
	if err != nil {
		return err
	}
	var held kept
	if err := json.Unmarshal(r.document, &held); err != nil {
		return err
	}
	held.Body.Latest = note
	held.Body.Count++
	if r.document, err = json.Marshal(held); err != nil {
		return err
	}
	e, err := h.entry(&r)
	if err != nil {
		return err
	}
	return h.append(&r, e)
}

// entry is the line of the journal that goes with the change.
func (h *handwriting) entry(r *row) (*casework.Entry, error) {
	data, err := json.Marshal(page{Text: note})
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	e := &casework.Entry{Case: h.id, Seq: r.seq + 1, Type: written.Name, Version: 1, Actor: ana, Effective: now, Recorded: now, Data: data, Salt: make([]byte, 16)}
	if !h.chained {
		return e, nil
	}
	if _, err := rand.Read(e.Salt); err != nil {
		return nil, err
	}
	var head casework.Hash
	if err := head.UnmarshalText([]byte(r.head)); err != nil {
		return nil, err
	}
	e.Seal(head)
	return e, nil
}

func (h *handwriting) append(r *row, e *casework.Entry) error {
	actor, err := json.Marshal(e.Actor)
	if err != nil {
		return err
	}
	content, prev, hash := r.head, r.head, r.head
	if h.chained {
		content, prev, hash = e.Content.String(), e.Prev.String(), e.Hash.String()
	}
	ctx, id := h.tb.Context(), h.id.String()
	tx, err := h.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	result, err := tx.StmtContext(ctx, h.updating).ExecContext(ctx, r.kind, r.definition, r.version, r.digest, r.state, r.final, r.title,
		e.Seq, hash, r.shape, string(r.document), "", id, r.seq)
	if err != nil {
		return err
	}
	moved, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if moved != 1 {
		return errors.New("somebody was faster")
	}
	_, err = tx.StmtContext(ctx, h.inserting).ExecContext(ctx, "", id, e.Seq, e.Type, e.Version, string(actor),
		e.Effective.Format(time.RFC3339Nano), e.Recorded.Format(time.RFC3339Nano), "", "", "", "", 0, 0, string(e.Data), e.Salt, content, prev, hash)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// sizes are the needs in a document, by what it weighs.
var sizes = []struct {
	name  string
	needs int
}{{"small", 1}, {"7kB", 44}}

// BenchmarkUpdate is one update on SQLite in write-ahead logging that waits for
// the disk at every commit, by the desk and by hand.
func BenchmarkUpdate(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			_, s := file(b)
			besides(b,
				side{name: "hand", batch: 1, run: newHandwriting(b, size.needs, true).take},
				side{name: "hand-unchained", batch: 1, run: newHandwriting(b, size.needs, false).take},
				side{name: "desk", batch: 1, run: byDesk(b, s, size.needs, 0)},
			)
		})
	}
}

func TestTheHandwrittenRowsAreThoseOfTheDesk(t *testing.T) {
	h := newHandwriting(t, 1, true)
	for range 3 {
		require.NoError(t, h.take())
	}
	s, err := sqlite.Open(t.Context(), h.path, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, notebook(t, definition(), 0).Verify(t.Context(), s, h.id))
}

func TestTheDocumentsAreAsLargeAsTheirNames(t *testing.T) {
	for _, size := range sizes {
		_, s := file(t)
		_, id := opened(t, s, size.needs, 0)
		record, err := s.Load(t.Context(), id)
		require.NoError(t, err)
		t.Logf("%s: %d bytes", size.name, len(record.Document))
		if size.name == "7kB" {
			require.InDelta(t, 7000, len(record.Document), 1000)
		} else {
			require.Less(t, len(record.Document), 1000)
		}
	}
}

// BenchmarkLoad shows that a load does not depend on how old the case is.
func BenchmarkLoad(b *testing.B) {
	var sides []side
	for _, entries := range []int{10, 10_000} {
		_, s := file(b)
		desk, id := opened(b, s, 10, 0)
		for have := 2; have < entries; have += 500 {
			_, err := desk.Update(b.Context(), id, ana, func(n *Notebook) error {
				for range min(500, entries-have) {
					if err := n.Write(note); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(b, err)
		}
		sides = append(sides, side{name: fmt.Sprintf("%d-entries", entries), batch: 1, run: func() error {
			n, err := desk.Load(b.Context(), id)
			if err == nil && n.Seq() != uint64(entries) {
				return fmt.Errorf("%d entries", n.Seq())
			}
			return err
		}})
	}
	besides(b, sides...)
}
