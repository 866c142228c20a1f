package acceptance_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	driversqlite "modernc.org/sqlite"

	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/fuse"
)

// verbs gives the first word of each statement.
func verbs(ran []string) []string {
	all := make([]string, len(ran))
	for i, query := range ran {
		all[i], _, _ = strings.Cut(query, " ")
	}
	return all
}

// fused gives a house on SQLite whose every statement goes past a fuse.
func fused(t *testing.T) (*house, *fuse.Fuse) {
	t.Helper()
	name, err := sqlite.DSN(filepath.Join(t.TempDir(), "fused.db"), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(t, err)
	inner, err := driversqlite.NewConnector(name)
	require.NoError(t, err)
	c, blow := fuse.Into(inner)
	db := sql.OpenDB(c)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Dialect: sqlstore.SQLite(), Write: db, Classify: sqlite.Classify, Immediate: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newHouse(s, func(tenant string) store { return s.Tenant(tenant) }), blow
}
