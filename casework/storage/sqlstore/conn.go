package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// Conn is where statements run: a database, or a transaction in it. A driver that
// is not one of database/sql is spoken to through it; see [Config.Native]. A query
// has the placeholders of the dialect. A row that does not exist is no error: Next
// is false.
type Conn interface {
	// Exec runs a statement and tells how many rows it touched. Without arguments
	// it may be several statements.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a statement that gives rows.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
}

// Rows are read one after the other, and closed.
type Rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close() error
}

// Pool is a database that begins transactions. Where rows are locked, each
// statement of a transaction sees what was committed before it.
type Pool interface {
	Conn
	Begin(ctx context.Context) (Tx, error)
}

// Tx is a transaction of the store's own. Rolling back after a commit does
// nothing.
type Tx interface {
	Conn
	Commit(ctx context.Context) error
	Rollback(ctx context.Context) error
}

// pool is a *sql.DB with the statements that are prepared on it.
type pool struct {
	db        *sql.DB
	isolation *sql.TxOptions
	prepared  map[string]*sql.Stmt
}

// newPool prepares queries.
func newPool(ctx context.Context, db *sql.DB, d Dialect, queries []string) (*pool, error) {
	p := &pool{db: db, isolation: d.isolation(), prepared: make(map[string]*sql.Stmt, len(queries))}
	for _, query := range queries {
		if _, twice := p.prepared[query]; twice || query == "" {
			continue
		}
		stmt, err := db.PrepareContext(ctx, query)
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.prepared[query] = stmt
	}
	return p, nil
}

// close closes the statements and leaves the database open.
func (p *pool) close() error {
	var errs []error
	for _, stmt := range p.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

func (p *pool) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if stmt, is := p.prepared[query]; is {
		return touched(stmt.ExecContext(ctx, args...))
	}
	return touched(p.db.ExecContext(ctx, query, args...))
}

func (p *pool) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if stmt, is := p.prepared[query]; is {
		return rowsOf(stmt.QueryContext(ctx, args...))
	}
	return rowsOf(p.db.QueryContext(ctx, query, args...))
}

func (p *pool) Begin(ctx context.Context) (Tx, error) {
	tx, err := p.db.BeginTx(ctx, p.isolation)
	if err != nil {
		return nil, err
	}
	return &transaction{pool: p, tx: tx}, nil
}

// transaction is a *sql.Tx: the store's own, or the host's, whose pool nobody
// knows.
type transaction struct {
	pool *pool
	tx   *sql.Tx
}

// statement gives the query prepared, or nil where it is run as text.
func (t *transaction) statement(ctx context.Context, query string) *sql.Stmt {
	if t.pool == nil {
		return nil
	}
	if stmt, is := t.pool.prepared[query]; is {
		return t.tx.StmtContext(ctx, stmt)
	}
	return nil
}

func (t *transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if stmt := t.statement(ctx, query); stmt != nil {
		return touched(stmt.ExecContext(ctx, args...))
	}
	return touched(t.tx.ExecContext(ctx, query, args...))
}

func (t *transaction) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if stmt := t.statement(ctx, query); stmt != nil {
		return rowsOf(stmt.QueryContext(ctx, args...))
	}
	return rowsOf(t.tx.QueryContext(ctx, query, args...))
}

func (t *transaction) Commit(context.Context) error { return t.tx.Commit() }

func (t *transaction) Rollback(context.Context) error { return t.tx.Rollback() }

func touched(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// rowsOf keeps a nil pointer from becoming rows.
func rowsOf(rows *sql.Rows, err error) (Rows, error) {
	if err != nil {
		return nil, err
	}
	return rows, nil
}
