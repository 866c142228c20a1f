//go:build unix

package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/fuse"
	"github.com/needsled/needsled/internal/journaltest"
)

// fused gives a store whose every statement goes past a fuse.
func fused(tb testing.TB) (*sqlstore.Store, *sql.DB, *fuse.Fuse) {
	tb.Helper()
	config, err := pgx.ParseConfig(schema(tb))
	require.NoError(tb, err)
	c, blow := fuse.Into(stdlib.GetConnector(*config))
	db := sql.OpenDB(c)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	store, err := postgres.Attach(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, db, blow
}

// statementByStatement lets the function that appends a whole batch always object,
// so that a store goes the long way.
func statementByStatement(tb testing.TB, db *sql.DB) {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), `CREATE OR REPLACE FUNCTION needsled_append(batch json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the long way' USING ERRCODE = 'ND001'; END $$`)
	require.NoError(tb, err)
}

func TestAnAppendIsOneStatement(t *testing.T) {
	store, db, blow := fused(t)
	b := journaltest.Everything(t, store)
	blow.Arm(100)
	_, err := store.Append(t.Context(), b)
	require.NoError(t, err)
	_, ran := blow.Disarm()
	assert.Equal(t, []string{"SELECT needsled_append($1)"}, ran)
	tx := begin(t, db)
	more := journaltest.New(77)
	blow.Arm(100)
	more.Write(t, store.WithTx(tx), 40)
	_, ran = blow.Disarm()
	assert.Equal(t, []string{"SELECT needsled_try_append($1)"}, ran)
	require.NoError(t, tx.Commit())
}

func TestTheLongWayMakesTheSame(t *testing.T) {
	short, _, _ := fused(t)
	long, db, blow := fused(t)
	statementByStatement(t, db)
	for _, store := range []*sqlstore.Store{short, long} {
		b := journaltest.Everything(t, store)
		blow.Arm(100)
		_, err := store.Append(t.Context(), b)
		require.NoError(t, err)
	}
	_, ran := blow.Disarm()
	assert.Greater(t, len(ran), 15)
	assert.Equal(t, journaltest.Picture(t.Context(), t, short), journaltest.Picture(t.Context(), t, long))
}

func TestS12_4_AFailureAtAnyStatementLeavesAllOrNothing(t *testing.T) {
	store, db, blow := fused(t)
	statementByStatement(t, db)
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

func TestS12_4_AFailureInTheHostsTransactionLeavesNothingOfTheBatchInIt(t *testing.T) {
	store, db, blow := fused(t)
	_, err := db.ExecContext(t.Context(), `CREATE TABLE host (note text)`)
	require.NoError(t, err)
	statementByStatement(t, db)
	b := journaltest.Everything(t, store)
	before := journaltest.Picture(t.Context(), t, store)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 100, "the append never succeeds")
		tx := begin(t, db)
		_, err := tx.ExecContext(t.Context(), `INSERT INTO host VALUES ('x')`)
		require.NoError(t, err)
		blow.Arm(statements)
		_, err = store.WithTx(tx).Append(t.Context(), b)
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
	var notes int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM host`).Scan(&notes))
	assert.Equal(t, statements+1, notes)
	for _, c := range b.Changes {
		journaltest.Sound(t, store, c.Case)
	}
}

func TestAReaderThatFailsWhilePlacingLeavesTheFeedWhole(t *testing.T) {
	store, _, blow := fused(t)
	one := journaltest.New(1)
	one.Write(t, store, 3)
	statements := 0
	for ; ; statements++ {
		require.Less(t, statements, 20, "the feed is never read")
		blow.Arm(statements)
		items, err := store.Feed(t.Context(), 0, 10)
		blown, _ := blow.Disarm()
		if !blown {
			require.NoError(t, err)
			assert.Len(t, items, 3)
			break
		}
		require.ErrorIs(t, err, fuse.ErrBlown)
	}
	assert.Greater(t, statements, 4, "looked, began, locked, placed, committed, read")
}

func TestS12_4_AFailureWhileACursorMovesLeavesAllOrNothing(t *testing.T) {
	store, _, blow := fused(t)
	assert.Greater(t, journaltest.CursorUnderFailure(t, store, blow), 8)
}
