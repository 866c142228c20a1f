package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// pause lies between two tries to open a file that is locked.
const pause = 5 * time.Millisecond

// Open opens the file, creates it where it does not exist, and brings its schema
// up to date. The directory has to exist. The store is to be closed.
//
// A path or an option that will not do is [casework.ErrInvalid], a file that a
// later version has migrated is [sqlstore.ErrNewer], and one that stays locked
// is [casework.ErrConflict].
func Open(ctx context.Context, path string, o *Options) (*sqlstore.Store, error) {
	with := o.withDefaults()
	name, err := source(path, with)
	if err != nil {
		return nil, err
	}
	write, err := openPool(ctx, name+"&_txlock=immediate", 1, with.BusyTimeout)
	if err != nil {
		return nil, fmt.Errorf("open sqlite %s: %w", path, err)
	}
	read, err := openPool(ctx, name+"&_query_only=1", with.ReadConnections, with.BusyTimeout)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite %s: %w", path, err), write.Close())
	}
	// Readers go first, so that the writer is the last to leave and folds the log
	// back into the file.
	closeBoth := func() error { return errors.Join(read.Close(), write.Close()) }
	store, err := sqlstore.Open(ctx, sqlstore.Config{
		Dialect: sqlstore.SQLite(), Write: write, Read: read, Classify: Classify, Immediate: true, Logger: with.Logger, Close: closeBoth,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite %s: %w", path, err), closeBoth())
	}
	return store, nil
}

// Attach makes a store on a database that the host has opened with the driver
// "sqlite", and brings its schema up to date. The database stays the host's: it
// is closed by the host, after the store.
//
// The host's settings hold. Without a busy_timeout every wait for a lock is
// [casework.ErrConflict]; [DSN] gives a name with settings that serve.
func Attach(ctx context.Context, db *sql.DB) (*sqlstore.Store, error) {
	store, err := sqlstore.Open(ctx, sqlstore.Config{Dialect: sqlstore.SQLite(), Write: db, Classify: Classify})
	if err != nil {
		return nil, fmt.Errorf("attach to sqlite: %w", err)
	}
	return store, nil
}

// openPool opens a pool and its first connection. Two processes that create the
// same file at once may meet while one of them sets the journal mode, for which
// SQLite does not wait by itself.
func openPool(ctx context.Context, name string, connections int, patience time.Duration) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	ctx, cancel := context.WithTimeout(ctx, patience+time.Second)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return db, nil
		}
		switch Classify(err) {
		case sqlstore.Busy:
		case sqlstore.Damaged:
			return nil, errors.Join(fmt.Errorf("%w: %w", casework.ErrCorrupt, err), db.Close())
		case sqlstore.Other, sqlstore.Unique, sqlstore.Full, sqlstore.Unwritable:
			return nil, errors.Join(err, db.Close())
		}
		select {
		case <-ctx.Done():
			busy := &casework.ConflictError{Op: "open", Kind: casework.ConflictBusy, Cause: err}
			return nil, errors.Join(busy, db.Close())
		case <-time.After(pause):
		}
	}
}
