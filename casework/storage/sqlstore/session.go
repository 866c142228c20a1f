package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/needsled/needsled/casework"
)

// database is what all values derived from one store share.
type database struct {
	dialect  Dialect
	classify func(error) Class
	bound    map[string]string // queries with the dialect's placeholders
	write    Pool
	read     Pool
	locked   bool // a transaction on the write pool takes the write lock as it begins
	silent   bool
	logger   *slog.Logger
	close    func() error
}

// reads lists the queries that are prepared on the read pool, writes those that
// are prepared on the write pool.
func reads() []string {
	return []string{loadCase, loadReceipt, findReference, loadEntries, caseExists, loadFeed}
}

func writes(d Dialect) []string {
	return []string{
		claimKey, loadReceipt, insertCase, updateCase, reindexCase, standing + d.lockCase, standing + d.holdCase, lastWriter,
		redactEntry, releaseReference, takeReference, findReference, takeLive, findLive, insertEntry, d.lock, d.append,
	}
}

// bind writes the query with the dialect's placeholders.
func (d *database) bind(query string) string {
	if bound, is := d.bound[query]; is {
		return bound
	}
	return d.dialect.bind(query)
}

func (d Dialect) bindAll(queries []string) []string {
	bound := make([]string, len(queries))
	for i, query := range queries {
		bound[i] = d.bind(query)
	}
	return bound
}

// session is where statements of the store run: on a pool, in a transaction of
// the store's own, or in the host's.
type session struct {
	*database
	conn Conn
}

// exec runs a statement and tells how many rows it touched.
func (s session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return s.conn.Exec(ctx, s.bind(query), args...)
}

func (s session) rows(ctx context.Context, query string, args ...any) (Rows, error) {
	return s.conn.Query(ctx, s.bind(query), args...)
}

func (s session) row(ctx context.Context, query string, args ...any) row {
	rows, err := s.rows(ctx, query, args...)
	return row{rows: rows, err: err}
}

// row is the first row of a query.
type row struct {
	rows Rows
	err  error
}

// Scan reads the row; where there is none it is [sql.ErrNoRows].
func (r row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	defer func() { _ = r.rows.Close() }()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(into...); err != nil {
		return err
	}
	return errors.Join(r.rows.Close(), r.rows.Err())
}

// reading gives the session that reads run in.
func (s *Store) reading(op string) (session, error) {
	if err := s.usable(op); err != nil {
		return session{}, err
	}
	if s.bound {
		return session{database: s.db, conn: s.tx}, nil
	}
	return session{database: s.db, conn: s.db.read}, nil
}

// writing runs the work in a transaction: a savepoint of the host's, or one of
// the store's own. Whatever the work wrote is undone when it gives an error.
func (s *Store) writing(ctx context.Context, op, subject string, work func(session) error) error {
	if s.bound {
		return s.inSavepoint(ctx, op, subject, work)
	}
	tx, err := s.db.write.Begin(ctx)
	if err != nil {
		return s.db.failure(ctx, op, subject, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	own := session{database: s.db, conn: tx}
	if !s.db.locked && !s.db.dialect.rows {
		if _, err := own.exec(ctx, s.db.dialect.lock); err != nil {
			return s.db.failure(ctx, op, subject, err)
		}
	}
	if err := work(own); err != nil {
		return err
	}
	return s.db.failure(ctx, op, subject, tx.Commit(ctx))
}

// isolation is that of the store's own transactions: where rows are locked, each
// statement sees what was committed before it.
func (d Dialect) isolation() *sql.TxOptions {
	if !d.rows {
		return nil
	}
	return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
}

func (s *Store) inSavepoint(ctx context.Context, op, subject string, work func(session) error) error {
	host := session{database: s.db, conn: s.tx}
	if _, err := host.exec(ctx, `SAVEPOINT needsled_unit`); err != nil {
		return s.db.failure(ctx, op, subject, err)
	}
	err := work(host)
	if err == nil {
		_, released := host.exec(ctx, `RELEASE SAVEPOINT needsled_unit`)
		err = s.db.failure(ctx, op, subject, released)
	}
	if err == nil {
		return nil
	}
	return errors.Join(err, undo(ctx, host))
}

// undo takes back what was written since the savepoint, even when the caller
// has lost patience. A transaction that is over has nothing to take back.
func undo(ctx context.Context, host session) error {
	ctx = context.WithoutCancel(ctx)
	for _, query := range []string{`ROLLBACK TO SAVEPOINT needsled_unit`, `RELEASE SAVEPOINT needsled_unit`} {
		if _, err := host.exec(ctx, query); err != nil && !errors.Is(err, sql.ErrTxDone) {
			return fmt.Errorf("undo the savepoint; the host's transaction has to be rolled back: %w", err)
		}
	}
	return nil
}

// note logs what the database is to blame for, and nobody else.
func (d *database) note(ctx context.Context, op string, class Class, err error) {
	switch {
	case class == Busy:
		d.logger.LogAttrs(ctx, slog.LevelInfo, "the database is busy", slog.String("op", op), slog.String("error", err.Error()))
	case class == Full, class == Damaged, class == Other && ctx.Err() == nil && !errors.Is(err, sql.ErrNoRows):
		d.logger.LogAttrs(ctx, slog.LevelError, "the database failed", slog.String("op", op), slog.String("error", err.Error()))
	}
}

// failure says what was tried on what when the database gave the error.
func (d *database) failure(ctx context.Context, op, subject string, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	class := d.classify(err)
	d.note(ctx, op, class, err)
	switch class {
	case Busy:
		return &casework.ConflictError{Op: op + " " + subject, Kind: casework.ConflictBusy, Cause: err}
	case Full:
		return fmt.Errorf("%s %s: no room for the write, nothing was kept of it: %w", op, subject, err)
	case Unwritable:
		wrong := casework.Fault{Path: "text", Code: "text.unwritable", Message: "a text holds a character that the database has no room for"}
		return &casework.InvalidError{Op: op + " " + subject, Faults: []casework.Fault{wrong}, Cause: err}
	case Damaged:
		return fmt.Errorf("%s %s: the database is damaged: %w: %w", op, subject, casework.ErrCorrupt, err)
	case Other, Unique:
		return fmt.Errorf("%s %s: %w", op, subject, err)
	default:
		return fmt.Errorf("%s %s: %w", op, subject, err)
	}
}
