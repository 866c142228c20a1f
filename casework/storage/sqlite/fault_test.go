package sqlite_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	driver "modernc.org/sqlite"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/fuse"
	"github.com/needsled/needsled/internal/journaltest"
)

// fused gives a store whose every statement goes past a fuse.
func fused(tb testing.TB) (*sqlstore.Store, *sql.DB, *fuse.Fuse) {
	tb.Helper()
	name, err := sqlite.DSN(file(tb), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(tb, err)
	inner, err := driver.NewConnector(name)
	require.NoError(tb, err)
	c, blow := fuse.Into(inner)
	db := sql.OpenDB(c)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	store, err := sqlite.Attach(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, db, blow
}

func TestS12_4_a_failure_at_any_statement_leaves_all_or_nothing(t *testing.T) {
	store, _, blow := fused(t)
	b := journaltest.Everything(t, store)
	before := journaltest.Picture(t.Context(), t, store)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 100, "the append never succeeds")
		blow.Arm(statements)
		_, err := store.Append(t.Context(), b)
		blown, _ := blow.Disarm()
		if !blown {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, fuse.ErrBlown, "statement %d", statements)
		require.Equal(t, before, journaltest.Picture(t.Context(), t, store), "statement %d", statements)
		_, err = store.Receipt(t.Context(), "k")
		require.ErrorIs(t, err, casework.ErrNotFound, "statement %d", statements)
	}
	assert.Greater(t, statements, 15)
	assert.NotEqual(t, before, journaltest.Picture(t.Context(), t, store))
	for _, c := range b.Changes {
		journaltest.Sound(t, store, c.Case)
	}
	again, err := store.Append(t.Context(), b)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
}

func TestS12_4_a_failure_in_the_host_transaction_leaves_nothing_of_the_batch_in_it(t *testing.T) {
	store, db, blow := fused(t)
	notes := hostTable(t, db)
	b := journaltest.Everything(t, store)
	before := journaltest.Picture(t.Context(), t, store)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 100, "the append never succeeds")
		tx := begin(t, db)
		note(t, tx)
		blow.Arm(statements)
		_, err := store.WithTx(tx).Append(t.Context(), b)
		blown, _ := blow.Disarm()
		if !blown {
			require.NoError(t, err)
			require.NoError(t, tx.Commit())
			break
		}
		require.ErrorIs(t, err, fuse.ErrBlown, "statement %d", statements)
		require.Equal(t, before, journaltest.Picture(t.Context(), t, store.WithTx(tx)), "statement %d", statements)
		require.NoError(t, tx.Commit())
		require.Equal(t, before, journaltest.Picture(t.Context(), t, store), "statement %d", statements)
	}
	assert.Greater(t, statements, 15)
	assert.Equal(t, statements+1, notes())
	for _, c := range b.Changes {
		journaltest.Sound(t, store, c.Case)
	}
}

func TestAPlainUpdateIsTwoStatementsBetweenBeginAndCommit(t *testing.T) {
	name, err := sqlite.DSN(file(t), nil)
	require.NoError(t, err)
	inner, err := driver.NewConnector(name)
	require.NoError(t, err)
	c, blow := fuse.Into(inner)
	db := sql.OpenDB(c)
	defer func() { require.NoError(t, db.Close()) }()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Dialect: sqlstore.SQLite(), Write: db, Classify: sqlite.Classify, Immediate: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	one := journaltest.New(1)
	one.Write(t, store, 1)
	blow.Arm(1000)
	one.Write(t, store, 1)
	_, queries := blow.Disarm()
	require.Len(t, queries, 4)
	assert.Equal(t, "BEGIN", queries[0])
	assert.Contains(t, queries[1], "UPDATE needsled_cases")
	assert.Contains(t, queries[2], "INSERT INTO needsled_entries")
	assert.Equal(t, "COMMIT", queries[3])
}

func TestNoStatementScansATable(t *testing.T) {
	store, db, blow := fused(t)
	b := journaltest.Everything(t, store)
	blow.Arm(1000)
	_, err := store.Append(t.Context(), b)
	require.NoError(t, err)
	journaltest.Picture(t.Context(), t, store)
	for _, q := range []casework.Query{
		{Kind: "cycle", State: "analyse", Definition: "standard"},
		{Subject: "s"},
		{Holder: "h"},
		{DueBy: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		for _, err := range store.List(t.Context(), q) {
			require.NoError(t, err)
		}
	}
	_, queries := blow.Disarm()
	used := map[string]bool{}
	for _, query := range queries {
		if !strings.Contains(query, "needsled_") || strings.Contains(query, "WHERE false") {
			continue
		}
		for _, step := range plan(t, db, query) {
			assert.False(t, strings.HasPrefix(step, "SCAN needsled_"), "%s\n%s", query, step)
			for _, index := range []string{"subject", "holder", "due", "live", "feed"} {
				used[index] = used[index] || strings.Contains(step, "_"+index+" ")
			}
		}
	}
	assert.Equal(t, map[string]bool{"subject": true, "holder": true, "due": true, "live": true, "feed": true}, used)
}

func plan(tb testing.TB, db *sql.DB, query string) []string {
	tb.Helper()
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = "1"
	}
	rows, err := db.QueryContext(tb.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(tb, err)
	defer func() { require.NoError(tb, rows.Close()) }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(tb, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	require.NoError(tb, rows.Err())
	return steps
}

func TestS12_4_a_failure_while_a_cursor_moves_leaves_all_or_nothing(t *testing.T) {
	store, _, blow := fused(t)
	assert.Greater(t, journaltest.CursorUnderFailure(t, store, blow), 8)
}
