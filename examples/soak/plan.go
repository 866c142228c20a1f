package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/relay"
	"github.com/needsled/needsled/casework/storage/postgres"
)

// crashing is a server that may be made to crash.
type crashing interface {
	Stop(mode string) error
	Start() error
}

// plan is what is to be endured.
type plan struct {
	dsn       string
	dir       string           // for what the processes write down
	server    crashing         // nil where it is somebody else's
	child     func() *exec.Cmd // starts a process that works
	processes int
	cases     int
	kills     int
	rate      int           // updates a second of all together; as many as they can where zero
	updates   int           // ends when so many are acknowledged; never where zero
	lasts     time.Duration // ends then, too
	seed      int64
}

// crew are the processes that work.
type crew struct {
	plan
	random  *rand.Rand
	members []*member
	files   []string
}

type member struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

// run does what was planned, and looks at what came of it.
func (p plan) run(ctx context.Context) (*report, error) {
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	c := &crew{plan: p, random: rand.New(rand.NewPCG(uint64(p.seed), 7))} //nolint:gosec // a seed repeats what was left to chance
	r := &report{plan: p}
	began := time.Now()
	err := c.endure(ctx, r)
	if err := errors.Join(err, c.dismiss()); err != nil {
		return nil, err
	}
	r.took = time.Since(began)
	return r, r.look(ctx, c.files)
}

// prepare opens the cases, and makes the table of deliveries.
func (p plan) prepare(ctx context.Context) error {
	store, err := postgres.Open(ctx, p.dsn, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	pool, err := pgxpool.New(ctx, p.dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, `CREATE TABLE soak_deliveries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, process bigint NOT NULL,
		case_id text NOT NULL, seq bigint NOT NULL, recorded timestamptz NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`); err != nil {
		return err
	}
	desk, _, err := office(store)
	if err != nil {
		return err
	}
	for range p.cases {
		if _, err := desk.Open(ctx, clerk(), casework.Opening{}, nil); err != nil {
			return err
		}
	}
	return nil
}

// endure lets the processes work, and strikes them one after the other.
func (c *crew) endure(ctx context.Context, r *report) error {
	for range c.processes {
		if err := c.hire(); err != nil {
			return err
		}
	}
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	over := time.NewTimer(c.lasts)
	defer over.Stop()
	began := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over.C:
			return nil
		case <-look.C:
		}
		done, err := c.progress(began)
		if err != nil || done >= 1 {
			return err
		}
		if err := c.strike(done, r); err != nil {
			return err
		}
	}
}

// progress tells how much of the plan is done, from 0 to 1.
func (c *crew) progress(began time.Time) (float64, error) {
	if c.updates == 0 {
		return time.Since(began).Seconds() / c.lasts.Seconds(), nil
	}
	all := 0
	for _, file := range c.files {
		n, _, err := acknowledged(file, map[string]uint64{})
		if err != nil {
			return 0, err
		}
		all += n
	}
	return float64(all) / float64(c.updates), nil
}

// strike kills a process when its time has come, and crashes the server half-way.
func (c *crew) strike(done float64, r *report) error {
	if done > float64(r.kills+1)/float64(c.kills+1) {
		r.kills++
		i := c.random.IntN(len(c.members))
		victim := c.members[i]
		c.members = append(c.members[:i], c.members[i+1:]...)
		if err := victim.cmd.Process.Kill(); err != nil {
			return err
		}
		_ = victim.cmd.Wait() // it was killed
		if err := c.hire(); err != nil {
			return err
		}
	}
	if c.server != nil && r.crashes == 0 && done > 0.5 {
		r.crashes++
		return errors.Join(c.server.Stop("immediate"), c.server.Start())
	}
	return nil
}

// hire starts a process.
func (c *crew) hire() error {
	file := filepath.Join(c.dir, fmt.Sprintf("acknowledged-%d", len(c.files)))
	cmd := c.child()
	cmd.Env = append(os.Environ(), envDSN+"="+c.dsn, envFile+"="+file, envPause+"="+c.pause().String())
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.members, c.files = append(c.members, &member{cmd: cmd, stdin: stdin}), append(c.files, file)
	return nil
}

// pause is how long a process waits between two updates.
func (c *crew) pause() time.Duration {
	if c.rate == 0 {
		return 0
	}
	return time.Second * time.Duration(c.processes) / time.Duration(c.rate)
}

// dismiss lets all processes come to their end.
func (c *crew) dismiss() error {
	var errs []error
	for _, m := range c.members {
		errs = append(errs, m.stdin.Close())
	}
	for _, m := range c.members {
		errs = append(errs, m.cmd.Wait())
	}
	return errors.Join(errs...)
}

// catchUp delivers what nobody has come to yet.
func catchUp(ctx context.Context, store *postgres.Store, pool *pgxpool.Pool) error {
	last, err := endOf(ctx, store)
	if err != nil {
		return err
	}
	r, err := relay.New(store, subscriber, audit{pool}, &relay.Options{Poll: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	go func() {
		for s := r.Status(); ctx.Err() == nil && (s.Position < last || s.Waiting > 0); s = r.Status() {
			time.Sleep(20 * time.Millisecond)
		}
		cancel()
	}()
	return r.Run(ctx)
}

func endOf(ctx context.Context, store casework.Feeder) (casework.Position, error) {
	var last casework.Position
	for {
		items, err := store.Feed(ctx, last, 1000)
		if err != nil || len(items) == 0 {
			return last, err
		}
		last = items[len(items)-1].Position
	}
}
