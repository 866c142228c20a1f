//go:build unix

package postgres_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
)

func hears(tb testing.TB, heard <-chan struct{}) {
	tb.Helper()
	select {
	case <-heard:
	case <-time.After(30 * time.Second):
		require.Fail(tb, "no signal came")
	}
}

func TestWhatIsCommittedIsHeardOf(t *testing.T) {
	dsn := schema(t)
	heard, err := postgres.Listen(t.Context(), dsn)
	require.NoError(t, err)
	store := open(t, dsn)
	d := desk(t, store)
	id := opened(t, d)
	hears(t, heard)
	grown(t, d, id)
	hears(t, heard)

	other, db := attached(t, dsn)
	tx := begin(t, db)
	grown(t, desk(t, other.WithTx(tx)), id)
	assert.Empty(t, heard, "nothing is committed yet")
	require.NoError(t, tx.Commit())
	hears(t, heard)

	statementByStatement(t, db)
	grown(t, d, id)
	hears(t, heard)
}

func TestAnotherSchemaAndASilentStoreAreNotHeardOf(t *testing.T) {
	dsn := schema(t)
	heard, err := postgres.Listen(t.Context(), dsn)
	require.NoError(t, err)
	opened(t, desk(t, open(t, schema(t))))
	silent, err := postgres.Open(t.Context(), dsn, &postgres.Options{Silent: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, silent.Close()) }()
	id := opened(t, desk(t, silent))
	assert.Empty(t, heard)
	grown(t, desk(t, open(t, dsn)), id) // signals of one connection come in order
	hears(t, heard)
}

func TestAConnectionThatIsLostIsOpenedAgain(t *testing.T) {
	dsn := schema(t)
	heard, err := postgres.Listen(t.Context(), dsn)
	require.NoError(t, err)
	_, db := attached(t, dsn)
	cutOff(t, db)
	hears(t, heard)
	opened(t, desk(t, open(t, dsn)))
	hears(t, heard)
	_, err = postgres.Listen(t.Context(), "postgres://%zz")
	require.ErrorIs(t, err, casework.ErrInvalid)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = postgres.Listen(ended, dsn)
	require.ErrorIs(t, err, context.Canceled)
}

// cutOff ends the connections that listen.
func cutOff(tb testing.TB, db *sql.DB) {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND query IN ('LISTEN needsled_entries', 'SELECT current_schema()') AND datname = current_database()`)
	require.NoError(tb, err)
}
