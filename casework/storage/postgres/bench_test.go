//go:build unix

package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
)

// BenchmarkFollowed writes an entry and reads the feed until it is there: update-us
// is what the update took, and lag-us what the reader then took to have it.
func BenchmarkFollowed(b *testing.B) {
	store := open(b, schema(b))
	d := desk(b, store)
	id := opened(b, d)
	var last casework.Position
	var update, lag time.Duration
	for b.Loop() {
		begun := time.Now() //nolint:forbidigo // a benchmark measures time
		grown(b, d, id)
		written := time.Now() //nolint:forbidigo // a benchmark measures time
		for found := false; !found; {
			items, err := store.Feed(b.Context(), last, 100)
			require.NoError(b, err)
			found = len(items) > 0
			if found {
				last = items[len(items)-1].Position
			}
		}
		update, lag = update+written.Sub(begun), lag+time.Since(written) //nolint:forbidigo // a benchmark measures time
	}
	b.ReportMetric(float64(update.Microseconds())/float64(b.N), "update-us")
	b.ReportMetric(float64(lag.Microseconds())/float64(b.N), "lag-us")
}

// BenchmarkUpdate writes a line to a case: through a desk, and by hand as hosts do
// it (read the row, update it if nobody else has, write an audit row and a row to
// be sent, commit).
func BenchmarkUpdate(b *testing.B) {
	dsn := schema(b)
	pool, err := pgxpool.New(b.Context(), dsn)
	require.NoError(b, err)
	defer pool.Close()
	b.Run("pgx", func(b *testing.B) { benchmarkDesk(b, open(b, dsn)) })
	b.Run("pgx, silent", func(b *testing.B) {
		store, err := postgres.OpenPool(b.Context(), pool, &postgres.Options{Silent: true})
		require.NoError(b, err)
		benchmarkDesk(b, store)
	})
	b.Run("database/sql", func(b *testing.B) {
		store, _ := attached(b, dsn)
		benchmarkDesk(b, store)
	})
	b.Run("by hand", func(b *testing.B) { benchmarkByHand(b, pool) })
}

func benchmarkDesk(b *testing.B, store casework.Store) {
	d := desk(b, store)
	id := opened(b, d)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%50 == 49 { // a case of ordinary size
			id = opened(b, d)
		}
		grown(b, d, id)
	}
}

func benchmarkByHand(b *testing.B, pool *pgxpool.Pool) {
	for _, table := range []string{
		`CREATE TABLE IF NOT EXISTS hand (id bigint PRIMARY KEY, revision bigint NOT NULL, document json NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS hand_audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hand bigint, actor text, at timestamptz, data json)`,
		`CREATE TABLE IF NOT EXISTS hand_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data json)`,
		`INSERT INTO hand VALUES (1, 0, '{"title":"Home care","lines":[]}') ON CONFLICT DO NOTHING`,
	} {
		_, err := pool.Exec(b.Context(), table)
		require.NoError(b, err)
	}
	line := `{"text":"an older person lives alone"}`
	b.ReportAllocs()
	for b.Loop() {
		err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
			var revision int64
			var document []byte
			if err := tx.QueryRow(b.Context(), `SELECT revision, document FROM hand WHERE id = 1`).Scan(&revision, &document); err != nil {
				return err
			}
			if _, err := tx.Exec(b.Context(), `UPDATE hand SET revision = revision + 1, document = $1 WHERE id = 1 AND revision = $2`, string(document), revision); err != nil {
				return err
			}
			if _, err := tx.Exec(b.Context(), `INSERT INTO hand_audit (hand, actor, at, data) VALUES (1, 'ana.k', now(), $1)`, line); err != nil {
				return err
			}
			_, err := tx.Exec(b.Context(), `INSERT INTO hand_outbox (data) VALUES ($1)`, line)
			return err
		})
		require.NoError(b, err)
	}
}
