package sqlite_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/journaltest"
)

func TestAnyFileNameWillDo(t *testing.T) {
	for _, name := range []string{"plain.db", "two words.db", "a?b.db", "a#b.db", "a%20b.db", "100%.db", "a&_pragma=x.db", "cartréf.db", "a;b+c=d.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			journaltest.New(1).Write(t, open(t, path, nil), 1)
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Positive(t, info.Size())
		})
	}
}

func TestWhatCannotBeOpenedIsInvalidWithAllItsFaults(t *testing.T) {
	for path, code := range map[string]string{
		"": "sqlite.path_missing", ":memory:": "sqlite.path_no_file", "file:x.db?mode=ro": "sqlite.path_no_file", "a\x00b": "sqlite.path_malformed",
	} {
		_, err := sqlite.Open(t.Context(), path, &sqlite.Options{Synchronous: "off", BusyTimeout: -time.Second, ReadConnections: -1})
		invalid, found := errors.AsType[*casework.InvalidError](err)
		require.True(t, found, "%v", err)
		assert.True(t, invalid.Has(code))
		assert.Len(t, invalid.Faults, 4)
		_, err = sqlite.DSN(path, nil)
		assert.ErrorIs(t, err, casework.ErrInvalid)
	}
	_, err := sqlite.Attach(t.Context(), nil)
	assert.ErrorIs(t, err, casework.ErrInvalid)
}

func TestAFileThatCannotBeCreatedIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "cases.db")
	_, err := sqlite.Open(t.Context(), path, nil)
	assert.ErrorContains(t, err, path)
}

func TestAFileThatIsNoDatabaseIsCorrupt(t *testing.T) {
	path := file(t)
	require.NoError(t, os.WriteFile(path, []byte("minutes of the meeting of the board, first draft, not to be circulated\n"), 0o600))
	_, err := sqlite.Open(t.Context(), path, nil)
	require.ErrorIs(t, err, casework.ErrCorrupt)
	assert.ErrorContains(t, err, path)
}

func TestEveryConnectionCarriesTheSettings(t *testing.T) {
	name, err := sqlite.DSN(file(t), &sqlite.Options{BusyTimeout: 1234 * time.Millisecond})
	require.NoError(t, err)
	db, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	for range 3 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "1234"} {
			var got string
			require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			assert.Equal(t, want, got, pragma)
		}
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	store, db := attached(t, "")
	journaltest.New(1).Write(t, store, 2)
	before := journaltest.Picture(t.Context(), t, store)
	again, err := sqlite.Attach(t.Context(), db)
	require.NoError(t, err)
	assert.Equal(t, before, journaltest.Picture(t.Context(), t, again))
	require.NoError(t, again.Close())
	var steps int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM needsled_migrations`).Scan(&steps))
	assert.Equal(t, 2, steps)
}

func TestManyMayOpenTheSameNewFileAtOnce(t *testing.T) {
	path := file(t)
	const openers = 12
	stores, errs := make([]*sqlstore.Store, openers), make([]error, openers)
	var all sync.WaitGroup
	for i := range openers {
		all.Go(func() { stores[i], errs[i] = sqlite.Open(t.Context(), path, nil) })
	}
	all.Wait()
	for i := range openers {
		require.NoError(t, errs[i])
		journaltest.New(byte(i+1)).Write(t, stores[i], 1)
		require.NoError(t, stores[i].Close())
	}
	items, err := open(t, path, nil).Feed(t.Context(), 0, 100)
	require.NoError(t, err)
	assert.Len(t, items, openers)
}

func TestADatabaseOfALaterVersionIsRefused(t *testing.T) {
	store, db := attached(t, "")
	journaltest.New(1).Write(t, store, 1)
	_, err := db.ExecContext(t.Context(), `INSERT INTO needsled_migrations (version, name) VALUES (99, '0099_tomorrow')`)
	require.NoError(t, err)
	_, err = sqlite.Attach(t.Context(), db)
	require.ErrorIs(t, err, sqlstore.ErrNewer)
	assert.ErrorContains(t, err, "version 99")
	assert.ErrorContains(t, err, "update the library")
}
