// Command coverage reads a merged cover profile, prints the share of statements
// run in each package, and fails when a tree falls under the limit.
//
//	go run ./.ci/coverage -profile cover.out -module example.com/m -min 90 casework commissioning
//
// Every package of a tree counts, the exported test helpers among them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

func main() {
	file := flag.String("profile", "cover.out", "the profile, as go test -coverprofile writes it")
	module := flag.String("module", "", "import path the trees lie under")
	least := flag.Float64("min", 90, "least share of statements per tree, in per cent")
	flag.Parse()
	if err := run(os.Stdout, *file, *module, *least, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

// run prints a table of the trees and gives every tree under the limit.
func run(w io.Writer, file, module string, least float64, trees []string) error {
	text, err := os.Open(file)
	if err != nil {
		return err
	}
	defer text.Close()
	packages, err := readProfile(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var faults []error
	for _, tree := range trees {
		total, err := writeTree(w, packages, path.Join(module, tree))
		if err != nil {
			return err
		}
		switch {
		case total.statements == 0:
			faults = append(faults, fmt.Errorf("%s has no statements in %s", tree, file))
		case total.share() < least:
			faults = append(faults, fmt.Errorf("%s: %.2f%% is under %g%%", tree, total.share(), least))
		}
	}
	return errors.Join(faults...)
}

// writeTree prints the packages under an import path and their total.
func writeTree(w io.Writer, packages map[string]count, root string) (count, error) {
	var total count
	var names []string
	for name, c := range packages {
		if name == root || strings.HasPrefix(name, root+"/") {
			names = append(names, name)
			total.statements += c.statements
			total.covered += c.covered
		}
	}
	slices.Sort(names)
	base := path.Base(root)
	for _, name := range names {
		label := base + strings.TrimPrefix(name, root)
		if err := writeCount(w, label, packages[name]); err != nil {
			return total, err
		}
	}
	return total, writeCount(w, base+", all packages", total)
}

// writeCount prints one line of the table.
func writeCount(w io.Writer, label string, c count) error {
	_, err := fmt.Fprintf(w, "%7.2f%%  %5d of %5d  %s\n", c.share(), c.covered, c.statements, label)
	return err
}
