package sqlite_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// fused gives a store whose every statement goes past a fuse.
func fused(tb testing.TB) (*sqlstore.Store, *sql.DB, *fuse) {
	tb.Helper()
	name, err := sqlite.DSN(file(tb), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(tb, err)
	c, err := newConnector(name)
	require.NoError(tb, err)
	db := sql.OpenDB(c)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	store, err := sqlite.Attach(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, db, c.fuse
}

// everything is a batch that runs every kind of statement: two cases that are
// there and swap references and claims, a new one, an assertion, a redaction and
// a key.
func everything(tb testing.TB, store *sqlstore.Store) casework.Batch {
	tb.Helper()
	one, two, three, four := newJournal(1), newJournal(2), newJournal(3), newJournal(4)
	one.write(tb, store, 3)
	two.write(tb, store, 1)
	four.write(tb, store, 1)
	one.index, two.index = two.index, one.index
	one.index.Refs = append(one.index.Refs, casework.ExternalRef{Scheme: "mosaic", Value: "new"})
	c := one.change(2)
	c.Redact = []casework.Redaction{{Seq: 2, Data: []byte(`{"need":2}`)}}
	return casework.Batch{Key: "k", Digest: casework.Hash{5}, Changes: []casework.Change{
		c, two.change(1), three.change(1), {Case: four.id, After: 1},
	}}
}

func TestS12_4_a_failure_at_any_statement_leaves_all_or_nothing(t *testing.T) {
	store, _, fuse := fused(t)
	b := everything(t, store)
	before := pictureOf(t.Context(), t, store)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 100, "the append never succeeds")
		fuse.arm(statements)
		_, err := store.Append(t.Context(), b)
		blown, _ := fuse.disarm()
		if !blown {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, errFuse, "statement %d", statements)
		require.Equal(t, before, pictureOf(t.Context(), t, store), "statement %d", statements)
		_, err = store.Receipt(t.Context(), "k")
		require.ErrorIs(t, err, casework.ErrNotFound, "statement %d", statements)
	}
	assert.Greater(t, statements, 15)
	assert.NotEqual(t, before, pictureOf(t.Context(), t, store))
	for _, c := range b.Changes {
		sound(t, store, c.Case)
	}
	again, err := store.Append(t.Context(), b)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
}

func TestS12_4_a_failure_in_the_host_transaction_leaves_nothing_of_the_batch_in_it(t *testing.T) {
	store, db, fuse := fused(t)
	notes := hostTable(t, db)
	b := everything(t, store)
	before := pictureOf(t.Context(), t, store)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 100, "the append never succeeds")
		tx := begin(t, db)
		note(t, tx)
		fuse.arm(statements)
		_, err := store.WithTx(tx).Append(t.Context(), b)
		blown, _ := fuse.disarm()
		if !blown {
			require.NoError(t, err)
			require.NoError(t, tx.Commit())
			break
		}
		require.ErrorIs(t, err, errFuse, "statement %d", statements)
		require.Equal(t, before, pictureOf(t.Context(), t, store.WithTx(tx)), "statement %d", statements)
		require.NoError(t, tx.Commit())
		require.Equal(t, before, pictureOf(t.Context(), t, store), "statement %d", statements)
	}
	assert.Greater(t, statements, 15)
	assert.Equal(t, statements+1, notes())
	for _, c := range b.Changes {
		sound(t, store, c.Case)
	}
}

func TestAPlainUpdateIsTwoStatementsBetweenBeginAndCommit(t *testing.T) {
	name, err := sqlite.DSN(file(t), nil)
	require.NoError(t, err)
	c, err := newConnector(name)
	require.NoError(t, err)
	db := sql.OpenDB(c)
	defer func() { require.NoError(t, db.Close()) }()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Dialect: sqlstore.SQLite(), Write: db, Classify: sqlite.Classify, Immediate: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	one := newJournal(1)
	one.write(t, store, 1)
	c.fuse.arm(1000)
	one.write(t, store, 1)
	_, queries := c.fuse.disarm()
	require.Len(t, queries, 4)
	assert.Equal(t, "BEGIN", queries[0])
	assert.Contains(t, queries[1], "UPDATE needsled_cases")
	assert.Contains(t, queries[2], "INSERT INTO needsled_entries")
	assert.Equal(t, "COMMIT", queries[3])
}

func TestNoStatementScansATable(t *testing.T) {
	store, db, fuse := fused(t)
	b := everything(t, store)
	fuse.arm(1000)
	_, err := store.Append(t.Context(), b)
	require.NoError(t, err)
	pictureOf(t.Context(), t, store)
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
	_, queries := fuse.disarm()
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
