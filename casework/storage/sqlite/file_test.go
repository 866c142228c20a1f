package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

func open(tb testing.TB, path string, o *sqlite.Options) *sqlstore.Store {
	tb.Helper()
	store, err := sqlite.Open(tb.Context(), path, o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store
}

func file(tb testing.TB) string { return filepath.Join(tb.TempDir(), "cases.db") }
