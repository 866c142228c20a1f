// Command host is a host of the library in 25 lines: it opens a store and a
// desk, begins a commissioning cycle, and is told why it cannot go on yet.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/commissioning"
)

func main() {
	dir, err := os.MkdirTemp("", "needsled-host")
	if err != nil {
		log.Fatal(err)
	}
	err = run(context.Background(), os.Stdout, filepath.Join(dir, "commissioning.db"))
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		log.Fatal(err)
	}
}

// snippet:host
func run(ctx context.Context, out io.Writer, path string) error {
	store, err := sqlite.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	desk, err := commissioning.NewDesk(store, nil) // the standard definitions, the default policies
	if err != nil {
		return err
	}
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	cycle, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Home care, Kentish Town", Lead: camden})
	if err != nil {
		return err
	}
	_, err = desk.Move(ctx, cycle.ID(), ana, commissioning.IdentifyResources)
	if refusal, ok := errors.AsType[*casework.Refusal](err); ok {
		for _, o := range refusal.Objections {
			fmt.Fprintf(out, "%s (%s): %s; %s\n", o.Code, o.Effect, o.Message, o.Remedy)
		}
		return nil
	}
	return err
}

// snippet-end
