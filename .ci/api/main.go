// Command api compares the exported declarations of the project's packages with
// a golden file.
//
//	go run ./.ci/api          # fails with a diff when they differ
//	go run ./.ci/api -update  # writes the golden file
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// unpublished holds the trees whose packages promise nothing to anybody.
var unpublished = []string{"examples", "bench"}

func main() {
	root := flag.String("root", ".", "directory of the root module")
	golden := flag.String("golden", filepath.Join(".ci", "api.txt"), "golden file, relative to the root")
	update := flag.Bool("update", false, "write the golden file")
	flag.Parse()
	if err := run(os.Stdout, *root, *golden, *update); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

// run writes the golden file, or prints how the source differs from it.
func run(w io.Writer, root, golden string, update bool) error {
	have, err := surface(root, unpublished)
	if err != nil {
		return err
	}
	if len(have) == 0 {
		return fmt.Errorf("no exported declaration found under %s", root)
	}
	file := filepath.Join(root, golden)
	if update {
		return os.WriteFile(file, []byte(strings.Join(have, "\n")+"\n"), 0o644)
	}
	want, err := readLines(file)
	if err != nil {
		return err
	}
	removed, added := without(want, have), without(have, want)
	if len(removed)+len(added) == 0 {
		_, err := fmt.Fprintf(w, "%d exported declarations, as in %s\n", len(have), golden)
		return err
	}
	if err := writeDiff(w, removed, added); err != nil {
		return err
	}
	return fmt.Errorf("%d declarations gone and %d new against %s: where that is meant, run .ci/run api -update",
		len(removed), len(added), golden)
}

// readLines gives the lines of a file; a missing file has none.
func readLines(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// without gives the lines of a that b has not.
func without(a, b []string) []string {
	known := make(map[string]bool, len(b))
	for _, line := range b {
		known[line] = true
	}
	var rest []string
	for _, line := range a {
		if !known[line] {
			rest = append(rest, line)
		}
	}
	return rest
}

// writeDiff prints what is gone with a minus and what is new with a plus, in
// the order of the declarations, so that a changed one shows both beside each
// other.
func writeDiff(w io.Writer, removed, added []string) error {
	type change struct{ line, sign string }
	var changes []change
	for _, line := range removed {
		changes = append(changes, change{line, "-"})
	}
	for _, line := range added {
		changes = append(changes, change{line, "+"})
	}
	slices.SortFunc(changes, func(a, b change) int {
		if c := strings.Compare(a.line, b.line); c != 0 {
			return c
		}
		return strings.Compare(b.sign, a.sign)
	})
	for _, c := range changes {
		if _, err := fmt.Fprintln(w, c.sign, c.line); err != nil {
			return err
		}
	}
	return nil
}
