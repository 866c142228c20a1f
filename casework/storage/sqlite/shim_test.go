package sqlite_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"

	"modernc.org/sqlite"
)

var errFuse = errors.New("the fuse blew")

// fuse sits before every statement of a database. Once armed it lets a number of
// them pass and fails the next one. It also takes down what was run.
type fuse struct {
	mu      sync.Mutex
	armed   bool
	left    int
	blown   bool
	queries []string
}

func (f *fuse) arm(left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.left, f.blown, f.queries = true, left, false, nil
}

// disarm tells whether the fuse blew, and what was run since it was armed.
func (f *fuse) disarm() (blown bool, queries []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	return f.blown, f.queries
}

func (f *fuse) pass(query string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.armed || f.blown {
		return nil
	}
	if f.left == 0 {
		f.blown = true
		return errFuse
	}
	f.left--
	f.queries = append(f.queries, query)
	return nil
}

// connector is the driver's with a fuse in it.
type connector struct {
	driver.Connector
	fuse *fuse
}

func newConnector(name string) (*connector, error) {
	inner, err := sqlite.NewConnector(name)
	return &connector{Connector: inner, fuse: &fuse{}}, err
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{full: inner.(full), fuse: c.fuse}, nil //nolint:forcetypeassert // the driver documents all of these
}

// full is what every connection of the driver implements.
type full interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type conn struct {
	full
	fuse *fuse
}

func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.fuse.pass("BEGIN"); err != nil {
		return nil, err
	}
	inner, err := c.full.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &transaction{Tx: inner, fuse: c.fuse}, nil
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	inner, err := c.full.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &statement{fullStmt: inner.(fullStmt), fuse: c.fuse, query: query}, nil //nolint:forcetypeassert // the driver documents all of these
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.fuse.pass(query); err != nil {
		return nil, err
	}
	return c.full.ExecContext(ctx, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.fuse.pass(query); err != nil {
		return nil, err
	}
	return c.full.QueryContext(ctx, query, args)
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type statement struct {
	fullStmt
	fuse  *fuse
	query string
}

func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.fuse.pass(s.query); err != nil {
		return nil, err
	}
	return s.fullStmt.ExecContext(ctx, args)
}

func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.fuse.pass(s.query); err != nil {
		return nil, err
	}
	return s.fullStmt.QueryContext(ctx, args)
}

type transaction struct {
	driver.Tx
	fuse *fuse
}

// Commit fails as a commit fails that SQLite could not write: the transaction is
// rolled back.
func (t *transaction) Commit() error {
	if err := t.fuse.pass("COMMIT"); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Tx.Commit()
}
