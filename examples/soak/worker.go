package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/relay"
	"github.com/needsled/needsled/casework/storage/postgres"
)

// The environment of a process that works.
const (
	envDSN   = "NEEDSLED_SOAK_DSN"
	envFile  = "NEEDSLED_SOAK_FILE"  // where it writes down what was acknowledged
	envPause = "NEEDSLED_SOAK_PAUSE" // between two updates
)

// subscriber is whom the relays deliver to.
const subscriber = "audit"

// working tells whether this process is one that works.
func working() bool { return os.Getenv(envDSN) != "" }

// work adds lines to cases and delivers what is committed, until standard input ends.
func work(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	dsn := os.Getenv(envDSN)
	file, err := os.OpenFile(os.Getenv(envFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	store, err := patiently(ctx, dsn)
	if err != nil {
		return ignoreEnd(ctx, err)
	}
	defer store.Close()
	ids, err := casesOf(ctx, store)
	if err != nil {
		return ignoreEnd(ctx, err)
	}
	var all sync.WaitGroup
	var relayed error
	all.Go(func() { relayed = deliver(ctx, dsn, store) })
	update(ctx, store, ids, file)
	all.Wait()
	return relayed
}

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// patiently opens the store, again while the server is down.
func patiently(ctx context.Context, dsn string) (*postgres.Store, error) {
	for {
		store, err := postgres.Open(ctx, dsn, &postgres.Options{Connections: 4})
		if err == nil || ctx.Err() != nil || errors.Is(err, casework.ErrInvalid) {
			return store, err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func casesOf(ctx context.Context, store casework.Lister) ([]casework.CaseID, error) {
	var ids []casework.CaseID
	for summary, err := range store.List(ctx, casework.Query{}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, summary.Case)
	}
	return ids, nil
}

// update adds lines to cases at random, and writes down each that was acknowledged, in
// one write, which outlives the process.
func update(ctx context.Context, store casework.Store, ids []casework.CaseID, file io.Writer) {
	desk, add, err := office(store)
	if err != nil {
		return
	}
	pause, _ := time.ParseDuration(os.Getenv(envPause)) // none where it is not set
	for ctx.Err() == nil {
		time.Sleep(pause)
		id := ids[rand.IntN(len(ids))] //nolint:gosec // which case is of no matter
		n, err := desk.Update(ctx, id, clerk(), add)
		switch {
		case err == nil:
			_, err = fmt.Fprintf(file, "%s %d\n", id, n.Seq())
			if err != nil {
				return
			}
		case errors.Is(err, casework.ErrConflict):
			_, _ = fmt.Fprintln(file, "conflict")
		case ctx.Err() == nil: // the server is down
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// deliver runs a relay, which leads or stands by.
func deliver(ctx context.Context, dsn string, store *postgres.Store) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	o := &relay.Options{Term: 3 * time.Second, Poll: 500 * time.Millisecond, FirstPause: 100 * time.Millisecond, LongestPause: 2 * time.Second, Tries: 1000}
	if wake, err := postgres.Listen(ctx, dsn, nil); err == nil {
		o.Wake = wake
	}
	r, err := relay.New(store, subscriber, audit{pool}, o)
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

// audit writes down what it is told, in a table that gives all of it one order.
type audit struct{ pool *pgxpool.Pool }

func (a audit) Notify(ctx context.Context, n casework.Notification) error {
	_, err := a.pool.Exec(ctx, `INSERT INTO soak_deliveries (process, case_id, seq, recorded) VALUES ($1, $2, $3, $4)`,
		int64(os.Getpid()), n.Entry.Case.String(), int64(n.Entry.Seq), n.Entry.Recorded) //nolint:gosec // a small number
	return err
}

// acknowledged reads what a process wrote down: the last sequence of each case, how
// many updates and how many conflicts. A last line that was cut off does not count.
func acknowledged(path string, last map[string]uint64) (updates, conflicts int, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	for one := range strings.Lines(string(text)) {
		var id string
		var seq uint64
		switch n, _ := fmt.Sscanf(one, "%s %d\n", &id, &seq); {
		case !strings.HasSuffix(one, "\n"):
		case n == 2:
			updates++
			last[id] = max(last[id], seq)
		default:
			conflicts++
		}
	}
	return updates, conflicts, nil
}
