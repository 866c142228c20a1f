package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	// Connections is how many are open at once, at most; 8 where zero. A pool of
	// the host's has its own number.
	Connections int
	// Pooled says that a pooler such as PgBouncer, in transaction mode, stands
	// between: nothing is prepared, and nothing outlives a transaction. A pool of the
	// host's is configured by the host.
	Pooled bool
	// Silent sends no signal to [Listen] when entries are committed. PostgreSQL lets
	// one transaction at a time commit that sends a signal.
	Silent bool
	// Logger hears of migrations, and of what the database is to blame for; nobody
	// where nil.
	Logger *slog.Logger
}

// Open opens a database by a connection string or URL, as pgx reads it, and
// brings its schema up to date. The store is to be closed.
//
// A connection string or an option that will not do is [casework.ErrInvalid], and
// a database that a later version has migrated is [sqlstore.ErrNewer].
func Open(ctx context.Context, dsn string, o *Options) (*Store, error) {
	if o == nil {
		o = &Options{}
	}
	config, err := o.config(dsn)
	if err != nil {
		return nil, err
	}
	p, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	store, err := native(ctx, p, o, func() error { p.Close(); return nil })
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	return store, nil
}

// config reads the connection string.
func (o *Options) config(dsn string) (*pgxpool.Config, error) {
	connections := o.Connections
	if connections == 0 {
		connections = 8
	}
	config, err := pgxpool.ParseConfig(dsn)
	switch {
	case err != nil:
		wrong := casework.Fault{Path: "dsn", Code: "postgres.dsn", Message: "the connection string cannot be read"}
		return nil, &casework.InvalidError{Op: "open postgres", Faults: []casework.Fault{wrong}, Cause: err}
	case connections < 0 || connections > 10_000:
		return nil, casework.Invalid("open postgres", casework.Fault{Path: "options.connections", Code: "postgres.connections", Message: "a number of connections is between 0 and 10,000"})
	}
	config.MaxConns = int32(connections)
	if o.Pooled {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	return config, nil
}

// OpenPool makes a store on a pool that the host has opened, and brings its schema
// up to date. The pool stays the host's: it is closed by the host.
func OpenPool(ctx context.Context, p *pgxpool.Pool, o *Options) (*Store, error) {
	if p == nil {
		return nil, casework.Invalid("open postgres", casework.Fault{Path: "pool", Code: "postgres.pool_missing", Message: "a pool is required"})
	}
	if o == nil {
		o = &Options{}
	}
	store, err := native(ctx, p, o, nil)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	return store, nil
}

func native(ctx context.Context, p *pgxpool.Pool, o *Options, end func() error) (*Store, error) {
	store, err := sqlstore.Open(ctx, sqlstore.Config{
		Dialect: sqlstore.Postgres(), Native: newPool(p), Classify: sqlstore.ClassifyPostgres, Silent: o.Silent, Logger: o.Logger, Close: end,
	})
	if err != nil {
		return nil, err
	}
	return &Store{store}, nil
}

// Attach makes a store on a database that the host has opened, with the driver of
// pgx for database/sql or another one whose errors have a method SQLState, and
// brings its schema up to date. It joins the host's *sql.Tx. The database stays the
// host's: it is closed by the host, after the store.
func Attach(ctx context.Context, db *sql.DB) (*sqlstore.Store, error) {
	store, err := sqlstore.Open(ctx, sqlstore.Config{Dialect: sqlstore.Postgres(), Write: db, Classify: sqlstore.ClassifyPostgres})
	if err != nil {
		return nil, fmt.Errorf("attach to postgres: %w", err)
	}
	return store, nil
}
