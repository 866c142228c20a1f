package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/needsled/needsled/examples/walkthrough/casefile"
)

// shipped holds the case files that come with the program.
//
//go:embed cases/*.json
var shipped embed.FS

const defaultCase = "home-care"

// shippedNames gives the names of the shipped cases, sorted.
func shippedNames() []string {
	files, err := fs.Glob(shipped, "cases/*.json")
	if err != nil { // the pattern is well formed
		return nil
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "cases/"), ".json")
	}
	slices.Sort(files)
	return files
}

// readCase reads a shipped case by its name, or a case file by its path.
func readCase(name string) (*casefile.Case, error) {
	text, err := caseText(name)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", name, err)
	}
	c, err := casefile.Read(text)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", name, err)
	}
	return c, nil
}

func caseText(name string) ([]byte, error) {
	if slices.Contains(shippedNames(), name) {
		return shipped.ReadFile("cases/" + name + ".json")
	}
	return os.ReadFile(name)
}
