package sqlite_test

import (
	"database/sql"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/casework/storage/storagetest"
	"github.com/needsled/needsled/internal/journaltest"
)

func TestAStoreOfItsOwnKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store := open(tb, file(tb), &sqlite.Options{Synchronous: sqlite.Normal})
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

func TestAnAttachedStoreKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store, _ := attached(tb, "&_txlock=deferred")
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

// attached opens a database as a host would, with settings on top.
func attached(tb testing.TB, more string) (*sqlstore.Store, *sql.DB) {
	tb.Helper()
	name, err := sqlite.DSN(file(tb), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(tb, err)
	if more != "" {
		name = strings.Replace(name, "&_txlock=immediate", more, 1)
	}
	db, err := sql.Open("sqlite", name)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	store, err := sqlite.Attach(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, db
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	path := file(t)
	first, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	one := journaltest.New(1)
	one.Write(t, first, 3)
	before := journaltest.Picture(t.Context(), t, first)
	require.NoError(t, first.Close())
	require.NoError(t, first.Tenant("x").Close(), "closing twice is no error")
	_, err = first.Load(t.Context(), one.ID)
	require.Error(t, err)

	second := open(t, path, nil)
	assert.Equal(t, before, journaltest.Picture(t.Context(), t, second))
	one.Write(t, second, 2)
	assert.Len(t, journaltest.Sound(t, second, one.ID), 5)
}

func TestOfWritersInTwoProcessesExactlyOneWins(t *testing.T) {
	path := file(t)
	stores := []*sqlstore.Store{open(t, path, nil), open(t, path, nil)}
	one := journaltest.New(1)
	one.Write(t, stores[0], 1)
	const writers = 8
	errs := make([]error, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			_, errs[i] = stores[i%2].Append(t.Context(), journaltest.Batch(one.Change(1)))
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		conflict, found := errors.AsType[*casework.ConflictError](err)
		require.True(t, found, "%v", err)
		assert.Equal(t, casework.ConflictSequence, conflict.Kind)
		assert.Equal(t, uint64(1), conflict.Expected)
		assert.Equal(t, uint64(2), conflict.Actual)
		assert.Equal(t, "ana.k", conflict.By.ID)
		assert.False(t, conflict.At.IsZero())
	}
	assert.Equal(t, 1, won)
	assert.Len(t, journaltest.Sound(t, stores[1], one.ID), 2)
}

func TestReadersSeeTheLastCommitWhileAWriterIsAtWork(t *testing.T) {
	store, db := attached(t, "")
	one := journaltest.New(1)
	one.Write(t, store, 2)
	before := journaltest.Picture(t.Context(), t, store)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = store.WithTx(tx).Append(t.Context(), journaltest.Batch(one.Change(2)))
	require.NoError(t, err)
	assert.Equal(t, before, journaltest.Picture(t.Context(), t, store))
	require.NoError(t, tx.Commit())
	assert.NotEqual(t, before, journaltest.Picture(t.Context(), t, store))
}

func TestHistoryAndListHoldNoCursorWhileTheyYield(t *testing.T) {
	store, db := attached(t, "")
	db.SetMaxOpenConns(1)
	one, two := journaltest.New(1), journaltest.New(2)
	one.Write(t, store, 600)
	seen := 0
	for e, err := range store.History(t.Context(), one.ID, 0) {
		require.NoError(t, err)
		seen++
		if e.Seq%250 == 0 {
			two.Write(t, store, 1)
		}
	}
	assert.Equal(t, 600, seen)
	for summary, err := range store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		_, err := store.Load(t.Context(), summary.Case)
		require.NoError(t, err)
	}
}

func TestALockThatDoesNotOpenIsABusyConflict(t *testing.T) {
	path := file(t)
	store := open(t, path, &sqlite.Options{BusyTimeout: 10 * time.Millisecond})
	one := journaltest.New(1)
	one.Write(t, store, 1)
	name, err := sqlite.DSN(path, nil)
	require.NoError(t, err)
	host, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	defer func() { require.NoError(t, host.Close()) }()
	tx, err := host.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = store.Append(t.Context(), journaltest.Batch(one.Change(1)))
	assertConflict(t, err, casework.ConflictBusy)
	require.NoError(t, tx.Rollback())
	one.Write(t, store, 1)
}

func assertConflict(tb testing.TB, err error, kind casework.ConflictKind) {
	tb.Helper()
	require.Equal(tb, kind, conflictIn(tb, err).Kind, "%v", err)
}

func conflictIn(tb testing.TB, err error) *casework.ConflictError {
	tb.Helper()
	require.ErrorIs(tb, err, casework.ErrConflict)
	conflict, found := errors.AsType[*casework.ConflictError](err)
	require.True(tb, found)
	return conflict
}

func TestAFullDatabaseSaysSoAndKeepsWhatItHad(t *testing.T) {
	store, db := attached(t, "&_txlock=immediate&_pragma=max_page_count(60)")
	one := journaltest.New(1)
	var full error
	for full == nil {
		c := one.Change(5)
		if _, full = store.Append(t.Context(), journaltest.Batch(c)); full == nil {
			one.Keep(c)
		}
		require.Less(t, one.Seq, uint64(10_000), "the database never fills up")
	}
	assert.ErrorContains(t, full, "append")
	assert.ErrorContains(t, full, "no room for the write")
	assert.NotErrorIs(t, full, casework.ErrConflict)
	var verdict string
	require.NoError(t, db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict))
	assert.Equal(t, "ok", verdict)
	assert.EqualValues(t, one.Seq, len(journaltest.Sound(t, store, one.ID)))
}

func TestARowThatCannotBeReadIsCorrupt(t *testing.T) {
	for name, spoil := range map[string]string{
		"a hash":            `UPDATE needsled_entries SET hash = 'short' WHERE seq = 2`,
		"an actor":          `UPDATE needsled_entries SET actor = '{' WHERE seq = 2`,
		"a time":            `UPDATE needsled_entries SET recorded = 'yesterday' WHERE seq = 2`,
		"an effective time": `UPDATE needsled_entries SET effective = '' WHERE seq = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			store, db := attached(t, "")
			one := journaltest.New(1)
			one.Write(t, store, 3)
			_, err := db.ExecContext(t.Context(), spoil)
			require.NoError(t, err)
			_, err = store.Feed(t.Context(), 0, 10)
			corrupt, found := errors.AsType[*casework.CorruptError](err)
			require.True(t, found, "%v", err)
			assert.Equal(t, one.ID, corrupt.Case)
			assert.Equal(t, uint64(2), corrupt.Seq)
			var last error
			for _, err := range store.History(t.Context(), one.ID, 0) {
				last = err
			}
			assert.ErrorIs(t, last, casework.ErrCorrupt)
		})
	}
	for name, spoil := range map[string]string{
		"a head":       `UPDATE needsled_cases SET head = 'short'`,
		"a reference":  `UPDATE needsled_cases SET refs = '['`,
		"a deadline":   `UPDATE needsled_cases SET due = 'soon'`,
		"a definition": `UPDATE needsled_cases SET definition_digest = ''`,
	} {
		t.Run(name, func(t *testing.T) {
			store, db := attached(t, "")
			one := journaltest.New(1)
			one.Write(t, store, 1)
			_, err := db.ExecContext(t.Context(), spoil)
			require.NoError(t, err)
			_, err = store.Load(t.Context(), one.ID)
			assert.ErrorIs(t, err, casework.ErrCorrupt)
			for _, err := range store.List(t.Context(), casework.Query{}) {
				assert.ErrorIs(t, err, casework.ErrCorrupt)
			}
		})
	}
	t.Run("a journal that goes on beyond its case", func(t *testing.T) {
		store, db := attached(t, "")
		one := journaltest.New(1)
		one.Write(t, store, 1)
		behind := one.Change(1)
		one.Write(t, store, 1)
		_, err := db.ExecContext(t.Context(), `UPDATE needsled_cases SET seq = 1, head = ?`, behind.Entries[0].Prev.String())
		require.NoError(t, err)
		_, err = store.Append(t.Context(), journaltest.Batch(behind))
		assert.ErrorIs(t, err, casework.ErrCorrupt)
	})
}

func TestWhatNoRowCanHoldIsInvalid(t *testing.T) {
	store := open(t, file(t), nil)
	c := journaltest.New(1).Change(2)
	c.Entries[0].Actor.Name = "\xff"
	principal := casework.Person("b\xff", casework.Agency{})
	c.Entries[1].Actor.OnBehalfOf = &principal
	c.Entries[1].Effective = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	c.Index.Due = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
	c.Index.Refs = []casework.ExternalRef{{Scheme: "mosaic", Value: "\xff"}}
	_, err := store.Append(t.Context(), journaltest.Batch(c))
	invalid, found := errors.AsType[*casework.InvalidError](err)
	require.True(t, found, "%v", err)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	assert.Equal(t, []string{
		"changes[0].index.due", "changes[0].index.refs[0]", "changes[0].entries[0].actor",
		"changes[0].entries[1].actor.on_behalf_of", "changes[0].entries[1].effective",
	}, paths)
}

func TestHugeNumbersMeetNothing(t *testing.T) {
	store := open(t, file(t), nil)
	one := journaltest.New(1)
	one.Write(t, store, 1)
	items, err := store.Feed(t.Context(), math.MaxUint64, 10)
	require.NoError(t, err)
	assert.Empty(t, items)
	for _, err := range store.History(t.Context(), one.ID, math.MaxUint64) {
		t.Errorf("there is no entry beyond the largest number: %v", err)
	}
	_, err = store.Append(t.Context(), journaltest.Batch(casework.Change{Case: one.ID, After: math.MaxUint64}))
	assertConflict(t, err, casework.ConflictSequence)
}

func TestAStoreThatWasNeverOpenedRefusesEverything(t *testing.T) {
	for name, store := range map[string]*sqlstore.Store{
		"the zero store":          {},
		"bound to no transaction": open(t, file(t), nil).WithTx(nil),
	} {
		t.Run(name, func(t *testing.T) {
			one := journaltest.New(1)
			_, err := store.Load(t.Context(), one.ID)
			assert.ErrorIs(t, err, casework.ErrInvalid)
			_, err = store.Append(t.Context(), journaltest.Batch(one.Change(1)))
			assert.ErrorIs(t, err, casework.ErrInvalid)
			_, err = store.Receipt(t.Context(), "k")
			assert.ErrorIs(t, err, casework.ErrInvalid)
			_, err = store.Find(t.Context(), casework.ExternalRef{})
			assert.ErrorIs(t, err, casework.ErrInvalid)
			_, err = store.Feed(t.Context(), 0, 1)
			assert.ErrorIs(t, err, casework.ErrInvalid)
			for _, err := range store.History(t.Context(), one.ID, 0) {
				assert.ErrorIs(t, err, casework.ErrInvalid)
			}
			for _, err := range store.List(t.Context(), casework.Query{}) {
				assert.ErrorIs(t, err, casework.ErrInvalid)
			}
		})
	}
	assert.NoError(t, new(sqlstore.Store).Close())
	_, err := sqlstore.Open(t.Context(), sqlstore.Config{})
	invalid, found := errors.AsType[*casework.InvalidError](err)
	require.True(t, found)
	assert.Len(t, invalid.Faults, 3)
}

func TestEveryFieldOfTheIndexFollowsTheLastChange(t *testing.T) {
	store := open(t, file(t), nil)
	one := journaltest.New(1)
	one.Write(t, store, 1)
	for name, set := range map[string]func(*casework.Change){
		"kind":       func(c *casework.Change) { c.Index.Kind += "+" },
		"definition": func(c *casework.Change) { c.Index.Definition.Name += "+" },
		"version":    func(c *casework.Change) { c.Index.Definition.Version++ },
		"digest":     func(c *casework.Change) { c.Index.Definition.Digest[3]++ },
		"state":      func(c *casework.Change) { c.Index.State += "+" },
		"final":      func(c *casework.Change) { c.Index.Final = !c.Index.Final },
		"title":      func(c *casework.Change) { c.Index.Title += "+" },
		"subject":    func(c *casework.Change) { c.Index.Subject += "+" },
		"holder":     func(c *casework.Change) { c.Index.Holder += "+" },
		"live":       func(c *casework.Change) { c.Index.Live += "+" },
		"no live":    func(c *casework.Change) { c.Index.Live = "" },
		"due":        func(c *casework.Change) { c.Index.Due = time.Date(2026, 7, 1, 9, 0, 0, 1, time.UTC) },
		"no due":     func(c *casework.Change) { c.Index.Due = time.Time{} },
		"references": func(c *casework.Change) {
			c.Index.Refs = append(c.Index.Refs, casework.ExternalRef{Scheme: "s", Value: "v"})
		},
		"no more": func(c *casework.Change) { c.Index.Refs = nil },
		"shape":   func(c *casework.Change) { c.Shape += 2 },
		"nothing": func(*casework.Change) {},
	} {
		c := one.Change(1)
		set(&c)
		_, err := store.Append(t.Context(), journaltest.Batch(c))
		require.NoError(t, err, name)
		one.Keep(c)
		record, err := store.Load(t.Context(), one.ID)
		require.NoError(t, err, name)
		require.Equal(t, c.Index, record.Index, name)
		require.Equal(t, c.Shape, record.Shape, name)
	}
}
