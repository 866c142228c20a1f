//go:build unix

package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/casework/storage/storagetest"
	"github.com/needsled/needsled/internal/postgrestest"
)

func TestS12_1_OfWritersAtOneSequenceOneWinsAndTheOthersLearnOfIt(t *testing.T) {
	store := open(t, schema(t))
	d := desk(t, store)
	id := opened(t, d)
	before, err := d.Load(t.Context(), id)
	require.NoError(t, err)
	const writers = 8
	errs := make([]error, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			_, errs[i] = d.Update(t.Context(), id, ana, addLine, casework.IfSeq(before.Seq()))
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		conflict, is := errors.AsType[*casework.ConflictError](err)
		require.True(t, is, "%v", err)
		assert.Equal(t, casework.ConflictSequence, conflict.Kind)
		assert.Equal(t, "ana.k", conflict.By.ID)
	}
	assert.Equal(t, 1, won)
	err = d.Verify(t.Context(), id)
	require.NoError(t, err)
}

func TestS12_3_ARolledBackHostTransactionLeavesNoTrace(t *testing.T) {
	store, db := attached(t, schema(t))
	_, err := db.ExecContext(t.Context(), `CREATE TABLE referrals (id text, cycle text)`)
	require.NoError(t, err)
	referrals := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM referrals`).Scan(&n))
		return n
	}
	for _, test := range []struct {
		name    string
		commits bool
	}{{"rolled back", false}, {"committed", true}} {
		tx := begin(t, db)
		d := desk(t, store.WithTx(tx))
		id := opened(t, d)
		grown(t, d, id)
		_, err = tx.ExecContext(t.Context(), `INSERT INTO referrals VALUES ('R-1', $1)`, id.String())
		require.NoError(t, err)
		if !test.commits {
			require.NoError(t, tx.Rollback())
			_, err := store.Load(t.Context(), id)
			require.ErrorIs(t, err, casework.ErrNotFound)
			assert.Zero(t, referrals())
			items, err := store.Feed(t.Context(), 0, 10)
			require.NoError(t, err)
			assert.Empty(t, items)
			continue
		}
		require.NoError(t, tx.Commit())
		_, err := store.Load(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, 1, referrals())
	}
}

func TestAConflictLeavesTheHostsTransactionAlive(t *testing.T) {
	store, db := attached(t, schema(t))
	d := desk(t, store)
	id := opened(t, d)
	number := casework.ExternalRef{Scheme: "mosaic", Value: "4711"}
	_, err := d.Update(t.Context(), id, ana, func(n *Note) error { return n.AddReference(number) })
	require.NoError(t, err)

	tx := begin(t, db)
	bound := desk(t, store.WithTx(tx))
	other := opened(t, bound)
	_, err = bound.Update(t.Context(), other, ana, func(n *Note) error { return n.AddReference(number) })
	conflict, is := errors.AsType[*casework.ConflictError](err)
	require.True(t, is, "%v", err)
	assert.Equal(t, id, conflict.Holder)
	_, err = bound.Update(t.Context(), other, ana, addLine, casework.IfSeq(99))
	require.ErrorIs(t, err, casework.ErrConflict)
	grown(t, bound, other)
	require.NoError(t, tx.Commit())
	n, err := d.Load(t.Context(), other)
	require.NoError(t, err)
	assert.Len(t, n.s.Lines, 2)
}

func TestATextThatPostgreSQLHasNoRoomForIsInvalid(t *testing.T) {
	store, db := attached(t, schema(t))
	for _, title := range []string{"Home\x00care"} {
		_, err := desk(t, store).Open(t.Context(), ana, casework.Opening{}, titled(title))
		require.ErrorIs(t, err, casework.ErrInvalid, "%q", title)
		tx := begin(t, db)
		bound := desk(t, store.WithTx(tx))
		_, err = bound.Open(t.Context(), ana, casework.Opening{}, titled(title))
		require.ErrorIs(t, err, casework.ErrInvalid)
		opened(t, bound)
		require.NoError(t, tx.Commit(), "and the host's transaction goes on")
	}
}

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	dsn := schema(t)
	stores, errs := make([]*postgres.Store, 6), make([]error, 6)
	var all sync.WaitGroup
	for i := range stores {
		all.Go(func() { stores[i], errs[i] = postgres.Open(t.Context(), dsn, &postgres.Options{Connections: 1}) })
	}
	all.Wait()
	for i, err := range errs {
		require.NoError(t, err)
		require.NoError(t, stores[i].Close())
	}
}

func TestAConnectionStringThatWillNotDoIsInvalid(t *testing.T) {
	_, err := postgres.Open(t.Context(), "postgres://%zz", nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = postgres.Open(t.Context(), "postgres://localhost", &postgres.Options{Connections: -1})
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestAnOlderLibraryRefusesANewerSchema(t *testing.T) {
	dsn := schema(t)
	store, db := attached(t, dsn)
	require.NotNil(t, store)
	_, err := db.ExecContext(t.Context(), `INSERT INTO needsled_migrations VALUES (999, 'later')`)
	require.NoError(t, err)
	_, err = postgres.Open(t.Context(), dsn, nil)
	require.ErrorIs(t, err, sqlstore.ErrNewer)
}

func TestReportsReadTheViews(t *testing.T) {
	store, db := attached(t, schema(t))
	id := opened(t, desk(t, store))
	grown(t, desk(t, store), id)
	var stage, title string
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT state, title FROM needsled_stages WHERE tenant = '' AND id = $1`, id.String()).Scan(&stage, &title))
	assert.Equal(t, "Open", stage)
	assert.Contains(t, title, "Home care")
	rows, err := db.QueryContext(t.Context(), `SELECT type, actor ->> 'id' FROM needsled_journal WHERE id = $1 AND recorded > '2020-01-01' ORDER BY seq`, id.String())
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var types []string
	for rows.Next() {
		var entry, actor string
		require.NoError(t, rows.Scan(&entry, &actor))
		assert.Equal(t, "ana.k", actor)
		types = append(types, entry)
	}
	require.NoError(t, rows.Err())
	assert.Contains(t, strings.Join(types, " "), "line.written")
	held := casework.Held{Case: id, Kind: "note", Waiting: []casework.Place{{Position: 3, Seq: 2}, {Position: 4, Seq: 3}}, Tries: 20, Parked: true, Fault: "400"}
	require.NoError(t, store.SaveCursor(t.Context(), casework.CursorChange{Subscriber: "finance", Position: 4, Held: []casework.Held{held}}))
	var entries, seq int
	var fault string
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT title, entries, first_seq, fault FROM needsled_waiting WHERE parked AND again IS NULL`).Scan(&title, &entries, &seq, &fault))
	assert.Equal(t, []any{"Home care", 2, 2, "400"}, []any{title, entries, seq, fault})
	var due int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM needsled_due`).Scan(&due))
}

func TestS12_3_ATransactionOfPgxIsJoinedAsOneOfTheStandardLibrary(t *testing.T) {
	store, pool := pooled(t, schema(t))
	_, err := pool.Exec(t.Context(), `CREATE TABLE referrals (id text, cycle text)`)
	require.NoError(t, err)
	for _, commits := range []bool{false, true} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
		bound := store.WithTx(tx)
		assert.True(t, bound.Tenant("camden").InTransaction())
		d := desk(t, bound)
		id := opened(t, d)
		_, err = d.Update(t.Context(), id, ana, addLine, casework.IfSeq(99))
		require.ErrorIs(t, err, casework.ErrConflict, "which leaves the transaction alive")
		_, err = d.Update(t.Context(), id, ana, func(n *Note) error { return n.write(line{Title: "Home\x00care"}) })
		require.ErrorIs(t, err, casework.ErrInvalid, "and so does this")
		_, err = tx.Exec(t.Context(), `INSERT INTO referrals VALUES ('R-1', $1)`, id.String())
		require.NoError(t, err)
		var referrals int
		if !commits {
			require.NoError(t, tx.Rollback(t.Context()))
			_, err = store.Load(t.Context(), id)
			require.ErrorIs(t, err, casework.ErrNotFound)
			continue
		}
		require.NoError(t, tx.Commit(t.Context()))
		_, err = store.Load(t.Context(), id)
		require.NoError(t, err)
		require.NoError(t, pool.QueryRow(t.Context(), `SELECT count(*) FROM referrals`).Scan(&referrals))
		assert.Equal(t, 1, referrals)
	}
	_, err = store.WithTx(nil).Load(t.Context(), casework.CaseID{1})
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = postgres.OpenPool(t.Context(), nil, nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestARoleThatMayDeleteNoEntryIsEnough(t *testing.T) {
	dsn := postgrestest.Crashable(t).DSN()
	_, db := attached(t, dsn)
	for _, grant := range []string{
		`CREATE ROLE clerk`,
		`GRANT USAGE ON SCHEMA public TO clerk`,
		`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO clerk`,
		`GRANT DELETE ON needsled_references, needsled_held TO clerk`,
	} {
		_, err := db.ExecContext(t.Context(), grant)
		require.NoError(t, err)
	}
	at, err := url.Parse(dsn)
	require.NoError(t, err)
	query := at.Query()
	query.Set("role", "clerk")
	at.RawQuery = query.Encode()
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store := open(tb, at.String())
		prefix := tb.Name() // each rule has tenants of its own
		return func(tenant string) casework.Store { return store.Tenant(prefix + tenant) }
	})
	clerk, err := sql.Open("pgx", at.String())
	require.NoError(t, err)
	defer func() { require.NoError(t, clerk.Close()) }()
	_, err = clerk.ExecContext(t.Context(), `DELETE FROM needsled_entries`)
	require.ErrorContains(t, err, "permission denied")
}
