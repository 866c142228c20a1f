// Command hosted is a case-management system in miniature that has taken the
// library in: its own table of referrals, its own staff, its own numbers, and two
// councils in one database. What it writes and what the library writes commit
// together.
//
//	go run ./examples/hosted                                  SQLite, in a file that goes away
//	go run ./examples/hosted -postgres postgres://localhost/x  PostgreSQL
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func main() {
	dsn := flag.String("postgres", "", "connection string of a PostgreSQL database; SQLite where empty")
	flag.Parse()
	if err := play(context.Background(), os.Stdout, *dsn); err != nil {
		log.Fatal(err)
	}
}

// play opens the database and runs the story in it.
func play(ctx context.Context, out io.Writer, dsn string) error {
	if dsn != "" {
		s, err := openPostgres(ctx, dsn)
		if err != nil {
			return err
		}
		return errors.Join(run(ctx, out, s), s.close())
	}
	dir, err := os.MkdirTemp("", "needsled-hosted")
	if err != nil {
		return err
	}
	s, err := openSQLite(ctx, filepath.Join(dir, "referrals.db"))
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	return errors.Join(run(ctx, out, s), s.close(), os.RemoveAll(dir))
}

// run tells the story: two councils refer, one referral goes wrong half-way, rules and
// permissions say no, and whoever is to be told is told.
func run(ctx context.Context, out io.Writer, s *system) error {
	if err := s.employ(ctx); err != nil {
		return err
	}
	camden, err := s.refer(ctx, "camden", "ana.k", referral{Number: "R-1", Title: "Home care, Kentish Town"})
	if err != nil {
		return err
	}
	if _, err := s.refer(ctx, "westminster", "wes.t", referral{Number: "R-1", Title: "Falls service"}); err != nil {
		return err
	}
	fmt.Fprintln(out, "Two councils each have a referral R-1 and a cycle for it.")

	_, err = s.refer(ctx, "camden", "ana.k", referral{Number: "R-2", Title: "Day centre", Urgency: "whenever"})
	fmt.Fprintf(out, "A referral that its own table refuses is taken in: %t; of its cycle there is %s.\n", err == nil, s.found(ctx, "camden", "R-2"))

	fmt.Fprintln(out, "What Ana may do with R-1, and what speaks against it:")
	if err := s.choices(ctx, out, "camden", "ana.k", camden); err != nil {
		return err
	}
	for _, who := range []string{"cleo.c", "nobody"} {
		_, err := s.move(ctx, "camden", who, camden, commissioning.IdentifyResources)
		fmt.Fprintf(out, "%s moves it on:\n", who)
		reasons(out, err)
	}
	_, err = s.move(ctx, "westminster", "wes.t", camden, commissioning.IdentifyResources)
	fmt.Fprintln(out, "Westminster moves Camden's cycle on: not found:", errors.Is(err, casework.ErrNotFound))

	if err := s.identify(ctx, "camden", "ana.k", camden, "Older people living alone need help at home"); err != nil {
		return err
	}
	for _, council := range councils {
		if err := s.tell(ctx, council); err != nil {
			return err
		}
	}
	return s.tasks(ctx, out)
}

// reasons prints what stands against a call.
func reasons(out io.Writer, err error) {
	refusal, refused := errors.AsType[*casework.Refusal](err)
	if !refused {
		fmt.Fprintln(out, " ", err)
		return
	}
	for _, o := range refusal.Objections {
		fmt.Fprintf(out, "  %s (%s): %s; %s\n", o.Code, o.Effect, o.Message, o.Remedy)
	}
}
