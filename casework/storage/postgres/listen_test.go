//go:build unix

package postgres_test

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"sync"
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
	heard, err := postgres.Listen(t.Context(), dsn, nil)
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
	heard, err := postgres.Listen(t.Context(), dsn, nil)
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
	var said journal
	heard, err := postgres.Listen(t.Context(), dsn, slog.New(slog.NewTextHandler(&said, nil)))
	require.NoError(t, err)
	_, db := attached(t, dsn)
	cutOff(t, db)
	hears(t, heard)
	assert.Contains(t, said.String(), "nobody listens")
	opened(t, desk(t, open(t, dsn)))
	hears(t, heard)
	_, err = postgres.Listen(t.Context(), "postgres://%zz", nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = postgres.Listen(ended, dsn, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// journal is a log that several goroutines may write.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func TestALoggerHearsOfMigrations(t *testing.T) {
	var said journal
	store, err := postgres.Open(t.Context(), schema(t), &postgres.Options{Logger: slog.New(slog.NewTextHandler(&said, nil))})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	assert.Contains(t, said.String(), "migrated")
}

// cutOff ends the connections that listen.
func cutOff(tb testing.TB, db *sql.DB) {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND query IN ('LISTEN needsled_entries', 'SELECT current_schema()') AND datname = current_database()`)
	require.NoError(tb, err)
}
