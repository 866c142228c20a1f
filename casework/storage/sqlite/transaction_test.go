package sqlite_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/internal/journaltest"
)

// hostTable makes a table of the host's and counts its rows.
func hostTable(tb testing.TB, db *sql.DB) func() int {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), `CREATE TABLE host (note TEXT)`)
	require.NoError(tb, err)
	return func() int {
		var rows int
		require.NoError(tb, db.QueryRowContext(tb.Context(), `SELECT count(*) FROM host`).Scan(&rows))
		return rows
	}
}

func note(tb testing.TB, tx *sql.Tx) {
	tb.Helper()
	_, err := tx.ExecContext(tb.Context(), `INSERT INTO host VALUES ('x')`)
	require.NoError(tb, err)
}

func begin(tb testing.TB, db *sql.DB) *sql.Tx {
	tb.Helper()
	tx, err := db.BeginTx(tb.Context(), nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestS12_3_a_rolled_back_host_transaction_leaves_no_trace(t *testing.T) {
	store, db := attached(t, "")
	notes := hostTable(t, db)
	one, two := journaltest.New(1), journaltest.New(2)
	one.Write(t, store, 1)
	before := journaltest.Picture(t.Context(), t, store)

	tx := begin(t, db)
	note(t, tx)
	bound := store.WithTx(tx)
	b := journaltest.Batch(one.Change(2), two.Change(1))
	b.Key = "k"
	_, err := bound.Append(t.Context(), b)
	require.NoError(t, err)
	record, err := bound.Load(t.Context(), two.ID)
	require.NoError(t, err, "the transaction sees its own case")
	assert.EqualValues(t, 1, record.Seq)
	replay, err := bound.Append(t.Context(), b)
	require.NoError(t, err)
	assert.True(t, replay.Replayed)
	require.NoError(t, tx.Rollback())

	assert.Equal(t, before, journaltest.Picture(t.Context(), t, store))
	assert.Zero(t, notes())
	_, err = store.Receipt(t.Context(), "k")
	assert.ErrorIs(t, err, casework.ErrNotFound)
}

func TestACommittedHostTransactionHoldsBothSidesRows(t *testing.T) {
	store, db := attached(t, "")
	notes := hostTable(t, db)
	one := journaltest.New(1)
	tx := begin(t, db)
	note(t, tx)
	assert.False(t, store.InTransaction())
	assert.True(t, store.WithTx(tx).Tenant("a").InTransaction())
	c := one.Change(2)
	_, err := store.WithTx(tx).Append(t.Context(), journaltest.Batch(c))
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	assert.Equal(t, 1, notes())
	assert.Len(t, journaltest.Sound(t, store, one.ID), 2)
}

func TestAConflictLeavesTheHostTransactionAlive(t *testing.T) {
	other := journaltest.New(9)
	cases := map[string]struct {
		change func(one, two *journaltest.Journal) casework.Batch
		kind   casework.ConflictKind
	}{
		"the case moved": {func(one, two *journaltest.Journal) casework.Batch {
			stale := *one
			stale.Seq, stale.Head = 0, casework.Hash{}
			return journaltest.Batch(two.Change(1), stale.Change(1))
		}, casework.ConflictSequence},
		"an assertion no longer holds": {func(one, two *journaltest.Journal) casework.Batch {
			return journaltest.Batch(two.Change(1), casework.Change{Case: one.ID, After: 7})
		}, casework.ConflictSequence},
		"the reference is taken": {func(one, two *journaltest.Journal) casework.Batch {
			two.Index.Refs = one.Index.Refs
			return journaltest.Batch(two.Change(1), one.Change(1))
		}, casework.ConflictReference},
		"the claim is taken": {func(one, two *journaltest.Journal) casework.Batch {
			two.Index.Live = one.Index.Live
			return journaltest.Batch(two.Change(1), other.Change(1))
		}, casework.ConflictLive},
		"the key was used for something else": {func(_, two *journaltest.Journal) casework.Batch {
			return casework.Batch{Key: "used", Digest: casework.Hash{1}, Changes: []casework.Change{two.Change(1)}}
		}, casework.ConflictKey},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			store, db := attached(t, "")
			notes := hostTable(t, db)
			one, two := journaltest.New(1), journaltest.New(2)
			first := one.Change(1)
			_, err := store.Append(t.Context(), casework.Batch{Key: "used", Changes: []casework.Change{first}})
			require.NoError(t, err)
			one.Keep(first)
			before := journaltest.Picture(t.Context(), t, store)

			tx := begin(t, db)
			note(t, tx)
			_, err = store.WithTx(tx).Append(t.Context(), c.change(one, two))
			assertConflict(t, err, c.kind)
			conflict := conflictIn(t, err)
			if c.kind == casework.ConflictReference || c.kind == casework.ConflictLive {
				assert.Equal(t, one.ID, conflict.Holder)
				assert.Equal(t, two.ID, conflict.Case)
			}
			assert.Equal(t, before, journaltest.Picture(t.Context(), t, store.WithTx(tx)))
			note(t, tx)
			fresh := journaltest.New(3)
			fresh.Write(t, store.WithTx(tx), 1)
			require.NoError(t, tx.Commit())
			assert.Equal(t, 2, notes())
			assert.Len(t, journaltest.Sound(t, store, fresh.ID), 1)
		})
	}
}

func TestASnapshotThatWasOvertakenIsABusyConflict(t *testing.T) {
	store, db := attached(t, "&_txlock=deferred")
	one := journaltest.New(1)
	one.Write(t, store, 1)
	tx := begin(t, db)
	_, err := store.WithTx(tx).Load(t.Context(), one.ID)
	require.NoError(t, err)
	late := one.Change(1)
	one.Write(t, store, 1)
	_, err = store.WithTx(tx).Append(t.Context(), journaltest.Batch(late))
	assertConflict(t, err, casework.ConflictBusy)
	_, err = store.WithTx(tx).Load(t.Context(), one.ID)
	assert.NoError(t, err, "the transaction can still be read")
}

func TestACancelledCallInTheHostTransactionLeavesNothingInIt(t *testing.T) {
	store, db := attached(t, "")
	one := journaltest.New(1)
	one.Write(t, store, 1)
	tx := begin(t, db)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := store.WithTx(tx).Append(cancelled, journaltest.Batch(one.Change(1)))
	require.ErrorIs(t, err, context.Canceled)
	one.Write(t, store.WithTx(tx), 1)
	require.NoError(t, tx.Commit())
	assert.Len(t, journaltest.Sound(t, store, one.ID), 2)
}

func TestATransactionThatIsOverGivesAnError(t *testing.T) {
	store, db := attached(t, "")
	tx := begin(t, db)
	require.NoError(t, tx.Rollback())
	_, err := store.WithTx(tx).Append(t.Context(), journaltest.Batch(journaltest.New(1).Change(1)))
	require.ErrorIs(t, err, sql.ErrTxDone)
	_, err = store.WithTx(tx).Load(t.Context(), journaltest.New(1).ID)
	require.ErrorIs(t, err, sql.ErrTxDone)
}

func TestReleasesComeBeforeTakesWithinABatch(t *testing.T) {
	store, _ := attached(t, "")
	one, two := journaltest.New(1), journaltest.New(2)
	one.Write(t, store, 1)
	two.Write(t, store, 1)
	one.Index, two.Index = two.Index, one.Index
	swapped := []casework.Change{one.Change(1), two.Change(1)}
	_, err := store.Append(t.Context(), journaltest.Batch(swapped...))
	require.NoError(t, err)
	holder, err := store.Find(t.Context(), casework.ExternalRef{Scheme: "mosaic", Value: "1"})
	require.NoError(t, err)
	assert.Equal(t, two.ID, holder)
	record, err := store.Load(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, "person 2", record.Index.Live)
}
