// Walkthrough takes a case through commissioning: from needs, over resources,
// plan and arrangement, to review and round again; and what is bought for it
// through purchasing and contracting. It reads the steps from a case file, runs
// them on SQLite, and tells for each what was done, or every reason why it was
// refused and how to mend it.
//
//	go run ./examples/walkthrough
//	go run ./examples/walkthrough -case small-grant
//	go run ./examples/walkthrough -case mine.json -db mine.db -out ./mine
//
// It leaves behind index.html, report.html on how the cycles are judged, cycle.svg
// and journal.jsonl for the cycle the case
// file is about, and a picture and a journal for each other cycle, framework
// agreement, purchase, contract and grant agreement. Run again it goes on where
// it stopped, and does nothing twice. CASEFILE.md describes case files.
//
// The exit status is 1 when a step went otherwise than the case file expects, or
// when the program failed, and 2 when it was called wrongly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/needsled/needsled/casework"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := program(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errCalledWrongly):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, complaint(err))
		os.Exit(1)
	}
}

var errCalledWrongly = errors.New("walkthrough was called wrongly")

// settings are what the flags say.
type settings struct {
	caseName string
	db       string
	out      string
}

// program is main with its inputs given.
func program(ctx context.Context, args []string, stdout io.Writer) error {
	s, err := readFlags(args, stdout)
	if err != nil {
		return err
	}
	c, err := readCase(s.caseName)
	if err != nil {
		return err
	}
	return run(ctx, c, s, stdout)
}

func readFlags(args []string, stdout io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("walkthrough", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is told once, by main
	flags.StringVar(&s.caseName, "case", defaultCase, "case `file`, or one of "+strings.Join(shippedNames(), ", "))
	flags.StringVar(&s.db, "db", "", "SQLite `file` (default needsled.db in the directory of -out)")
	flags.StringVar(&s.out, "out", "./out", "`directory` for picture, journal and page")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stdout, "Walkthrough takes a commissioning case round the cycle on SQLite and explains every step.")
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return s, err
		}
		return s, fmt.Errorf("%w: %w", errCalledWrongly, err)
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%w: it takes no arguments, and got %q", errCalledWrongly, flags.Args())
	}
	if s.db == "" {
		s.db = filepath.Join(s.out, "needsled.db")
	}
	return s, nil
}

// complaint tells of an error, each fault of a broken input on a line of its own.
func complaint(err error) string {
	invalid, is := errors.AsType[*casework.InvalidError](err)
	if !is {
		return err.Error()
	}
	var b strings.Builder
	before, _, _ := strings.Cut(err.Error(), invalid.Error())
	fmt.Fprintf(&b, "%s%s: %s", before, invalid.Op, counted(len(invalid.Faults), "fault", "faults"))
	for _, f := range invalid.Faults {
		fmt.Fprintf(&b, "\n  %s", f)
	}
	return b.String()
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
