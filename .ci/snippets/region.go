package main

import (
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The lines that begin and end a region, whatever their indentation.
const (
	regionBegin = "// snippet:"
	regionEnd   = "// snippet-end"
)

// readRegion reads the region named in "file.go#name", without the tabs that
// all its lines begin with and without empty lines at either end. Regions do not
// overlap.
func readRegion(root, source string) ([]string, error) {
	name, region, ok := strings.Cut(source, "#")
	if !ok || region == "" {
		return nil, fmt.Errorf("%s names no region: want file.go#name", source)
	}
	if err := compiled(root, name); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	var code []string
	found, open := false, false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \t\r\n")
		trimmed := strings.TrimSpace(line)
		begins, isBegin := strings.CutPrefix(trimmed, regionBegin)
		switch {
		case isBegin && open:
			return nil, fmt.Errorf("%s: region %s begins inside region %s", name, strings.TrimSpace(begins), region)
		case isBegin && strings.TrimSpace(begins) == region && found:
			return nil, fmt.Errorf("%s: region %s stands there twice", name, region)
		case isBegin && strings.TrimSpace(begins) == region:
			found, open = true, true
		case trimmed == regionEnd:
			open = false
		case open:
			code = append(code, line)
		}
	}
	if !found {
		return nil, fmt.Errorf("%s has no region %s", name, region)
	}
	if open {
		return nil, fmt.Errorf("%s: region %s never ends", name, region)
	}
	code = outdent(trimEmpty(code))
	if len(code) == 0 {
		return nil, fmt.Errorf("%s: region %s is empty", name, region)
	}
	return code, nil
}

// compiled refuses a file that the build does not reach.
func compiled(root, name string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) || !strings.HasSuffix(name, ".go") {
		return fmt.Errorf("%s is no Go file of the project", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "testdata" || strings.HasPrefix(part, "_") || strings.HasPrefix(part, ".") {
			return fmt.Errorf("%s is never compiled", name)
		}
	}
	dir, file := filepath.Split(filepath.Join(root, filepath.FromSlash(name)))
	built, err := build.Default.MatchFile(dir, file)
	if err != nil {
		return err
	}
	if !built {
		return fmt.Errorf("%s is never compiled", name)
	}
	return nil
}

// trimEmpty takes the empty lines off both ends.
func trimEmpty(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// outdent takes off the tabs that every line which is not empty begins with.
func outdent(lines []string) []string {
	lines = slices.Clone(lines)
	shared := -1
	for _, line := range lines {
		if line == "" {
			continue
		}
		tabs := len(line) - len(strings.TrimLeft(line, "\t"))
		if shared < 0 || tabs < shared {
			shared = tabs
		}
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = line[shared:]
		}
	}
	return lines
}
