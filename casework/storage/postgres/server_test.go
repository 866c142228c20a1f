//go:build unix

package postgres_test

import (
	"os"
	"testing"

	"github.com/needsled/needsled/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// schema gives a connection string to an empty schema of the test's own.
func schema(tb testing.TB) string {
	tb.Helper()
	return postgrestest.Schema(tb)
}
