//go:build unix

package river_test

import (
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/needsled/needsled/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// schema gives a connection string to an empty schema of the test's own.
func schema(tb testing.TB) string {
	tb.Helper()
	return postgrestest.Schema(tb)
}
