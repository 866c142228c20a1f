package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	Connections int // at most, at once; 8 where zero
	// Pooled says that a pooler such as PgBouncer, in transaction mode, stands
	// between: nothing is prepared, and nothing outlives a transaction.
	Pooled bool
}

// Open opens a database by a connection string or URL, as pgx reads it, and
// brings its schema up to date. The store is to be closed.
//
// A connection string or an option that will not do is [casework.ErrInvalid], and
// a database that a later version has migrated is [sqlstore.ErrNewer].
func Open(ctx context.Context, dsn string, o *Options) (*sqlstore.Store, error) {
	if o == nil {
		o = &Options{}
	}
	connections := o.Connections
	if connections == 0 {
		connections = 8
	}
	config, err := pgx.ParseConfig(dsn)
	switch {
	case err != nil:
		wrong := casework.Fault{Path: "dsn", Code: "postgres.dsn", Message: "the connection string cannot be read"}
		return nil, &casework.InvalidError{Op: "open postgres", Faults: []casework.Fault{wrong}, Cause: err}
	case connections < 0:
		return nil, casework.Invalid("open postgres", casework.Fault{Path: "options.connections", Code: "postgres.connections_negative", Message: "a number of connections is not negative"})
	}
	if o.Pooled {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	store, err := open(ctx, db, o.Pooled, db.Close)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open postgres: %w", err), db.Close())
	}
	return store, nil
}

// Attach makes a store on a database that the host has opened, with the driver of
// pgx or another one whose errors have a method SQLState, and brings its schema
// up to date. The database stays the host's: it is closed by the host, after the
// store.
func Attach(ctx context.Context, db *sql.DB) (*sqlstore.Store, error) {
	store, err := open(ctx, db, false, nil)
	if err != nil {
		return nil, fmt.Errorf("attach to postgres: %w", err)
	}
	return store, nil
}

func open(ctx context.Context, db *sql.DB, pooled bool, end func() error) (*sqlstore.Store, error) {
	return sqlstore.Open(ctx, sqlstore.Config{Dialect: sqlstore.Postgres(), Write: db, Classify: sqlstore.ClassifyPostgres, Unprepared: pooled, Close: end})
}
