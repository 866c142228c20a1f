//go:build unix

package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/casework/storage/storagetest"
	"github.com/needsled/needsled/internal/postgrestest"
)

func open(tb testing.TB, dsn string) *postgres.Store {
	tb.Helper()
	store, err := postgres.Open(tb.Context(), dsn, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store
}

// attached opens a database as a host would.
func attached(tb testing.TB, dsn string) (*sqlstore.Store, *sql.DB) {
	tb.Helper()
	db, err := sql.Open("pgx", dsn)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	store, err := postgres.Attach(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, db
}

func TestAStoreOnThePoolOfAHostKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store, _ := pooled(tb, schema(tb))
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

// pooled opens a pool as a host would.
func pooled(tb testing.TB, dsn string) (*postgres.Store, *pgxpool.Pool) {
	tb.Helper()
	p, err := pgxpool.New(tb.Context(), dsn)
	require.NoError(tb, err)
	tb.Cleanup(p.Close)
	store, err := postgres.OpenPool(tb.Context(), p, &postgres.Options{Silent: true})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store, p
}

func TestAStoreOfItsOwnKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store := open(tb, schema(tb))
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

func TestAnAttachedStoreKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store, _ := attached(tb, schema(tb))
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

func TestAStoreBehindAPoolerKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store, err := postgres.Open(tb.Context(), postgrestest.Pooler(tb), &postgres.Options{Pooled: true})
		require.NoError(tb, err)
		tb.Cleanup(func() { require.NoError(tb, store.Close()) })
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}

func TestTheLongWayKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		store, db := attached(tb, schema(tb))
		statementByStatement(tb, db)
		return func(tenant string) casework.Store { return store.Tenant(tenant) }
	})
}
