package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/needsled/needsled/casework"
)

// comeBack is how long to wait before a connection that was lost is opened again.
const comeBack = time.Second

// Listen gives a channel that says when entries may have been committed, by any
// process: what a relay wakes up by. It keeps a connection of its own until the
// context ends, opens it again when it is lost, and says so once more then, since
// nobody knows what was missed. A signal that nobody has taken yet stands for all
// that follow.
//
// The connection goes to the database itself: a pooler in transaction mode passes
// no signals. The logger hears when the connection is lost, and may be nil. A
// connection string that cannot be read is [casework.ErrInvalid].
func Listen(ctx context.Context, dsn string, logger *slog.Logger) (<-chan struct{}, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		wrong := casework.Fault{Path: "dsn", Code: "postgres.dsn", Message: "the connection string cannot be read"}
		return nil, &casework.InvalidError{Op: "listen", Faults: []casework.Fault{wrong}, Cause: err}
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	l := &listener{config: config, heard: make(chan struct{}, 1), logger: logger}
	c, schema, err := l.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	go l.run(ctx, c, schema)
	return l.heard, nil
}

type listener struct {
	config *pgx.ConnConfig
	heard  chan struct{}
	logger *slog.Logger
}

// connect opens a connection that listens, and tells to which schema.
func (l *listener) connect(ctx context.Context) (*pgx.Conn, string, error) {
	c, err := pgx.ConnectConfig(ctx, l.config.Copy())
	if err != nil {
		return nil, "", err
	}
	var schema string
	if _, err = c.Exec(ctx, `LISTEN needsled_entries`); err == nil {
		err = c.QueryRow(ctx, `SELECT current_schema()`).Scan(&schema)
	}
	if err != nil {
		_ = c.Close(context.WithoutCancel(ctx))
		return nil, "", err
	}
	return c, schema, nil
}

// run listens, and comes back when the connection is lost.
func (l *listener) run(ctx context.Context, c *pgx.Conn, schema string) {
	for ctx.Err() == nil {
		l.listen(ctx, c, schema)
		c, schema = l.again(ctx)
		if c != nil {
			l.ring()
		}
	}
	if c != nil {
		_ = c.Close(context.WithoutCancel(ctx))
	}
}

// listen rings for every signal from the schema until the connection is lost.
func (l *listener) listen(ctx context.Context, c *pgx.Conn, schema string) {
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			if ctx.Err() == nil {
				l.logger.LogAttrs(ctx, slog.LevelWarn, "nobody listens for what is committed; connecting again", slog.String("error", err.Error()))
			}
			return
		}
		if n.Payload == schema {
			l.ring()
		}
	}
}

// again connects until it succeeds; nil when the context ended.
func (l *listener) again(ctx context.Context) (*pgx.Conn, string) {
	for ctx.Err() == nil {
		c, schema, err := l.connect(ctx)
		if err == nil {
			return c, schema
		}
		select {
		case <-ctx.Done():
		case <-time.After(comeBack):
		}
	}
	return nil, ""
}

func (l *listener) ring() {
	select {
	case l.heard <- struct{}{}:
	default:
	}
}
