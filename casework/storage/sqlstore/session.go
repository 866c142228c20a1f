package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/needsled/needsled/casework"
)

// database is what all values derived from one store share.
type database struct {
	dialect  Dialect
	classify func(error) Class
	write    *pool
	read     *pool
	locked   bool // BEGIN on the write pool takes the write lock
	close    func() error
}

// pool is a *sql.DB with the statements that are prepared on it.
type pool struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
}

func newPool(ctx context.Context, db *sql.DB, d Dialect, queries []string) (*pool, error) {
	p := &pool{db: db, prepared: make(map[string]*sql.Stmt, len(queries))}
	for _, query := range queries {
		if _, twice := p.prepared[query]; twice || query == "" {
			continue
		}
		stmt, err := db.PrepareContext(ctx, d.bind(query))
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.prepared[query] = stmt
	}
	return p, nil
}

// close closes the statements and leaves the pool open.
func (p *pool) close() error {
	var errs []error
	for _, stmt := range p.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

// reads lists the queries that are prepared on the read pool, writes those that
// are prepared on the write pool.
func reads() []string {
	return []string{loadCase, loadReceipt, findReference, loadEntries, caseExists, loadFeed}
}

func writes(d Dialect) []string {
	return []string{
		claimKey, loadReceipt, insertCase, updateCase, reindexCase, standing + d.lockCase, standing + d.holdCase, lastWriter,
		redactEntry, releaseReference, takeReference, findReference, takeLive, findLive, insertEntry, d.lock,
	}
}

// session is where statements run: on a pool, in a transaction of the store's
// own, or in the host's.
type session struct {
	dialect Dialect
	pool    *pool   // nil in the host's transaction, whose pool nobody knows
	tx      *sql.Tx // nil straight on a pool
}

// statement gives the query prepared, or nil where it is run as text.
func (s session) statement(ctx context.Context, query string) *sql.Stmt {
	if s.pool == nil {
		return nil
	}
	stmt, found := s.pool.prepared[query]
	if !found {
		return nil
	}
	if s.tx == nil {
		return stmt
	}
	return s.tx.StmtContext(ctx, stmt)
}

// exec runs a statement and tells how many rows it touched.
func (s session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	var result sql.Result
	var err error
	if stmt := s.statement(ctx, query); stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else if s.tx != nil {
		result, err = s.tx.ExecContext(ctx, s.dialect.bind(query), args...)
	} else {
		result, err = s.pool.db.ExecContext(ctx, s.dialect.bind(query), args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s session) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := s.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	if s.tx != nil {
		return s.tx.QueryContext(ctx, s.dialect.bind(query), args...)
	}
	return s.pool.db.QueryContext(ctx, s.dialect.bind(query), args...)
}

func (s session) row(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := s.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	if s.tx != nil {
		return s.tx.QueryRowContext(ctx, s.dialect.bind(query), args...)
	}
	return s.pool.db.QueryRowContext(ctx, s.dialect.bind(query), args...)
}

// reading gives the session that reads run in.
func (s *Store) reading(op string) (session, error) {
	if err := s.usable(op); err != nil {
		return session{}, err
	}
	if s.bound {
		return session{dialect: s.db.dialect, tx: s.tx}, nil
	}
	return session{dialect: s.db.dialect, pool: s.db.read}, nil
}

// writing runs the work in a transaction: a savepoint of the host's, or one of
// the store's own. Whatever the work wrote is undone when it gives an error.
func (s *Store) writing(ctx context.Context, op, subject string, work func(session) error) error {
	if s.bound {
		return s.inSavepoint(ctx, op, subject, work)
	}
	tx, err := s.db.write.db.BeginTx(ctx, s.db.dialect.isolation())
	if err != nil {
		return s.db.failure(ctx, op, subject, err)
	}
	defer func() { _ = tx.Rollback() }()
	own := session{dialect: s.db.dialect, pool: s.db.write, tx: tx}
	if !s.db.locked && !s.db.dialect.rows {
		if _, err := own.exec(ctx, s.db.dialect.lock); err != nil {
			return s.db.failure(ctx, op, subject, err)
		}
	}
	if err := work(own); err != nil {
		return err
	}
	return s.db.failure(ctx, op, subject, tx.Commit())
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
	host := session{dialect: s.db.dialect, tx: s.tx}
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

// failure says what was tried on what when the database gave the error.
func (d *database) failure(ctx context.Context, op, subject string, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	switch d.classify(err) {
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
