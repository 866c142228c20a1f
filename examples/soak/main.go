// Command soak lets several processes work on the same cases in PostgreSQL, kills some of
// them and the server now and then, and looks whether anything was lost:
//
//	go run ./examples/soak -minutes 5
//
// It starts a PostgreSQL of its own, from the binaries in the usual places, unless
// -postgres names one; that one is not crashed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"time"

	"github.com/needsled/needsled/internal/postgrestest"
)

func main() {
	if working() {
		if err := work(context.Background()); err != nil {
			log.Fatal(err)
		}
		return
	}
	p := plan{child: func() *exec.Cmd { return exec.Command(os.Args[0]) }}
	minutes := flag.Float64("minutes", 5, "how long to go on")
	flag.StringVar(&p.dsn, "postgres", "", "connection string of an empty database; a private one where empty")
	flag.IntVar(&p.processes, "processes", 8, "how many processes work at once")
	flag.IntVar(&p.cases, "cases", 500, "how many cases there are")
	flag.IntVar(&p.kills, "kills", 12, "how many processes are killed")
	flag.IntVar(&p.rate, "rate", 400, "updates a second of all processes together; as many as they can where zero")
	flag.Int64Var(&p.seed, "seed", 1, "of what is left to chance")
	flag.Parse()
	p.lasts = time.Duration(*minutes * float64(time.Minute))
	if err := soak(context.Background(), p); err != nil {
		log.Fatal(err)
	}
}

// soak runs the plan in a directory that goes away.
func soak(ctx context.Context, p plan) error {
	dir, err := os.MkdirTemp("", "needsled-soak-")
	if err != nil {
		return err
	}
	p.dir = dir
	return errors.Join(served(ctx, p), os.RemoveAll(dir))
}

// served runs the plan on a server of its own, where none is named.
func served(ctx context.Context, p plan) error {
	if p.dsn != "" {
		return endured(ctx, p)
	}
	server, err := postgrestest.New("-c fsync=on")
	if err != nil {
		return err
	}
	p.dsn, p.server = server.DSN(), server
	return errors.Join(endured(ctx, p), server.Remove())
}

// endured prints what came of the plan.
func endured(ctx context.Context, p plan) error {
	r, err := p.run(ctx)
	if err != nil {
		return err
	}
	r.print(os.Stdout)
	if len(r.faults) > 0 {
		return fmt.Errorf("%d faults", len(r.faults))
	}
	return nil
}
