package acceptance_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	driversqlite "modernc.org/sqlite"

	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

var errFuse = errors.New("the fuse blew")

// fuse sits before every statement of a database. Once armed it lets a number of
// them pass and fails the next one.
type fuse struct {
	mu    sync.Mutex
	armed bool
	left  int
	blown bool
	ran   []string // since it was armed
}

func (f *fuse) arm(left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.left, f.blown, f.ran = true, left, false, nil
}

// disarm tells whether the fuse blew.
func (f *fuse) disarm() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	return f.blown
}

// verbs gives the first word of each statement that passed.
func (f *fuse) verbs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	verbs := make([]string, len(f.ran))
	for i, query := range f.ran {
		verbs[i], _, _ = strings.Cut(query, " ")
	}
	return verbs
}

func (f *fuse) pass(query string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.armed || f.blown:
		return nil
	case f.left == 0:
		f.blown = true
		return errFuse
	}
	f.left--
	f.ran = append(f.ran, query)
	return nil
}

// fused gives a house on SQLite whose every statement goes past a fuse.
func fused(t *testing.T) (*house, *fuse) {
	t.Helper()
	name, err := sqlite.DSN(filepath.Join(t.TempDir(), "fused.db"), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(t, err)
	inner, err := driversqlite.NewConnector(name)
	require.NoError(t, err)
	c := &connector{Connector: inner, fuse: &fuse{}}
	db := sql.OpenDB(c)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Dialect: sqlstore.SQLite(), Write: db, Classify: sqlite.Classify, Immediate: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newHouse(s, func(tenant string) store { return s.Tenant(tenant) }), c.fuse
}

type connector struct {
	driver.Connector
	fuse *fuse
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{fullConn: inner.(fullConn), fuse: c.fuse}, nil //nolint:forcetypeassert // the driver documents all of these
}

// fullConn is what every connection of the driver implements.
type fullConn interface {
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
	fullConn
	fuse *fuse
}

func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.fuse.pass("BEGIN"); err != nil {
		return nil, err
	}
	inner, err := c.fullConn.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &transaction{Tx: inner, fuse: c.fuse}, nil
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	inner, err := c.fullConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &statement{fullStmt: inner.(fullStmt), fuse: c.fuse, query: query}, nil //nolint:forcetypeassert // the driver documents all of these
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.fuse.pass(query); err != nil {
		return nil, err
	}
	return c.fullConn.ExecContext(ctx, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.fuse.pass(query); err != nil {
		return nil, err
	}
	return c.fullConn.QueryContext(ctx, query, args)
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

// Commit fails as a commit fails that could not be written: the transaction is
// rolled back.
func (t *transaction) Commit() error {
	if err := t.fuse.pass("COMMIT"); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Tx.Commit()
}
