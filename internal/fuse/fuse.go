// Package fuse makes any statement of a database/sql driver fail, for tests of
// what is left when one does.
package fuse

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"
)

// ErrBlown is the error of the statement that a fuse let fail.
var ErrBlown = errors.New("the fuse blew")

// Fuse sits before every statement of a database. Once armed it lets a number of
// them pass and fails the next one. It also takes down what was run.
type Fuse struct {
	mu    sync.Mutex
	armed bool
	left  int
	blown bool
	ran   []string
}

// Arm lets so many statements pass before one fails.
func (f *Fuse) Arm(left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.left, f.blown, f.ran = true, left, false, nil
}

// Disarm tells whether the fuse blew, and what was run since it was armed.
func (f *Fuse) Disarm() (blown bool, ran []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	return f.blown, f.ran
}

func (f *Fuse) pass(query string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.armed || f.blown:
		return nil
	case f.left == 0:
		f.blown = true
		return ErrBlown
	}
	f.left--
	f.ran = append(f.ran, query)
	return nil
}

// Into puts a fuse into a driver, whose connections and statements take contexts.
func Into(inner driver.Connector) (driver.Connector, *Fuse) {
	f := &Fuse{}
	return &connector{Connector: inner, fuse: f}, f
}

type connector struct {
	driver.Connector
	fuse *Fuse
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{full: inner.(full), fuse: c.fuse}, nil //nolint:forcetypeassert // asked of the driver
}

// full is what a connection has to be.
type full interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
}

type conn struct {
	full
	fuse *Fuse
}

// IsValid passes on what the driver says, where it says anything.
func (c *conn) IsValid() bool {
	v, says := c.full.(driver.Validator)
	return !says || v.IsValid()
}

// CheckNamedValue passes on what the driver takes, where it says so.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	checker, says := c.full.(driver.NamedValueChecker)
	if !says {
		return driver.ErrSkip
	}
	return checker.CheckNamedValue(v)
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
	return &statement{fullStmt: inner.(fullStmt), fuse: c.fuse, query: query}, nil //nolint:forcetypeassert // asked of the driver
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
	fuse  *Fuse
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
	fuse *Fuse
}

// Commit fails as a commit fails that could not be written: the transaction is
// rolled back.
func (t *transaction) Commit() error {
	if err := t.fuse.pass("COMMIT"); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Tx.Commit()
}
