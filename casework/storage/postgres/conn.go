package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// querier is what a pool and a transaction of pgx share.
type querier interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// conn lets the statements of a store run on a pool or in a transaction of pgx.
type conn struct{ querier }

func (c conn) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := c.querier.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (c conn) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	found, err := c.querier.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return rows{found}, nil
}

// rows close with an error, as those of database/sql do.
type rows struct{ pgx.Rows }

func (r rows) Close() error {
	r.Rows.Close()
	return nil
}

// pool begins transactions on a pool of pgx.
type pool struct {
	conn
	pool *pgxpool.Pool
}

func newPool(p *pgxpool.Pool) pool { return pool{conn: conn{p}, pool: p} }

func (p pool) Begin(ctx context.Context) (sqlstore.Tx, error) {
	tx, err := p.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return nil, err
	}
	return transaction{conn: conn{tx}, tx: tx}, nil
}

// transaction is one of the store's own.
type transaction struct {
	conn
	tx pgx.Tx
}

func (t transaction) Commit(ctx context.Context) error { return t.tx.Commit(ctx) }

func (t transaction) Rollback(ctx context.Context) error {
	if err := t.tx.Rollback(ctx); !errors.Is(err, pgx.ErrTxClosed) {
		return err
	}
	return nil
}
