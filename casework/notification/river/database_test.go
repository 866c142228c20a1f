//go:build unix

package river_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// database is a schema with the tables of the store and those of River.
type database struct {
	db     *sql.DB
	pool   *pgxpool.Pool
	store  *sqlstore.Store        // of the tenant camden
	client *river.Client[*sql.Tx] // inserts, and works on nothing
}

func newDatabase(tb testing.TB) *database {
	tb.Helper()
	dsn := schema(tb)
	db, err := sql.Open("pgx", dsn)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	store, err := sqlstore.Open(tb.Context(), sqlstore.Config{Dialect: sqlstore.Postgres(), Write: db, Classify: sqlstore.ClassifyPostgres})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = store.Close() })
	migrator, err := rivermigrate.New(riverdatabasesql.New(db), &rivermigrate.Config{Logger: quiet()})
	require.NoError(tb, err)
	_, err = migrator.Migrate(tb.Context(), rivermigrate.DirectionUp, nil)
	require.NoError(tb, err)
	pool, err := pgxpool.New(tb.Context(), dsn)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	client, err := river.NewClient(riverdatabasesql.New(db), &river.Config{Logger: quiet()})
	require.NoError(tb, err)
	return &database{db: db, pool: pool, store: store.Tenant("camden"), client: client}
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func (d *database) stores(tenant string) (casework.Store, error) { return d.store.Tenant(tenant), nil }

func (d *database) begin(tb testing.TB) *sql.Tx {
	tb.Helper()
	tx, err := d.db.BeginTx(tb.Context(), nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func (d *database) jobs(tb testing.TB) (count int) {
	tb.Helper()
	require.NoError(tb, d.db.QueryRowContext(tb.Context(), `SELECT count(*) FROM river_job`).Scan(&count))
	return count
}

// process is a client of River that works, as one of several processes would.
type process struct {
	client *river.Client[pgx.Tx]
	events <-chan *river.Event
}

func (d *database) process(tb testing.TB, workers *river.Workers, periodic []*river.PeriodicJob) *process {
	tb.Helper()
	client, err := river.NewClient(riverpgxv5.New(d.pool), &river.Config{
		Logger: quiet(), Workers: workers, PeriodicJobs: periodic, TestOnly: true,
		Queues:        map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 50 * time.Millisecond,
	})
	require.NoError(tb, err)
	events, unsubscribe := client.SubscribeConfig(&river.SubscribeConfig{ChanSize: 1000, Kinds: []river.EventKind{
		river.EventKindJobCompleted, river.EventKindJobFailed, river.EventKindJobCancelled, river.EventKindJobSnoozed,
	}})
	tb.Cleanup(unsubscribe)
	p := &process{client: client, events: events}
	require.NoError(tb, client.Start(context.WithoutCancel(tb.Context())))
	tb.Cleanup(func() { p.stop(tb) })
	return p
}

func (p *process) stop(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 10*time.Second)
	defer cancel()
	require.NoError(tb, p.client.StopAndCancel(ctx))
}

// await waits until as many jobs have ended somehow in any of the processes, and
// tells how.
func await(tb testing.TB, count int, processes ...*process) []river.EventKind {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan river.EventKind)
	for _, p := range processes {
		go func() {
			for {
				select {
				case e, more := <-p.events:
					if !more {
						return
					}
					select {
					case ended <- e.Kind:
					case <-ctx.Done():
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	var kinds []river.EventKind
	for len(kinds) < count {
		select {
		case kind := <-ended:
			kinds = append(kinds, kind)
		case <-ctx.Done():
			require.FailNow(tb, "jobs do not end", "%v of %d", kinds, count)
		}
	}
	return kinds
}
