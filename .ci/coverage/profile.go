package main

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// count tells how many statements there are and how many were run.
type count struct{ statements, covered int }

// share gives the covered statements in per cent; 100 of nothing.
func (c count) share() float64 {
	if c.statements == 0 {
		return 100
	}
	return 100 * float64(c.covered) / float64(c.statements)
}

// readProfile counts the statements of every package. A block that stands in
// the profile once per test binary counts once, and is covered when any of them
// ran it.
func readProfile(r io.Reader) (map[string]count, error) {
	type block struct {
		statements int
		run        bool
	}
	blocks := map[string]block{} // by file and position
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if n == 1 && strings.HasPrefix(lines.Text(), "mode: ") {
			continue
		}
		place, statements, times, err := parseBlock(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		blocks[place] = block{statements, blocks[place].run || times > 0}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	packages := map[string]count{}
	for place, b := range blocks {
		name := path.Dir(place[:strings.LastIndex(place, ":")])
		c := packages[name]
		c.statements += b.statements
		if b.run {
			c.covered += b.statements
		}
		packages[name] = c
	}
	return packages, nil
}

// parseBlock reads "file.go:from,to statements times".
func parseBlock(line string) (place string, statements, times int, err error) {
	fields := strings.Fields(line)
	if len(fields) != 3 || !strings.Contains(fields[0], ":") {
		return "", 0, 0, fmt.Errorf("%q is no block of a profile", line)
	}
	if statements, err = strconv.Atoi(fields[1]); err != nil {
		return "", 0, 0, err
	}
	if times, err = strconv.Atoi(fields[2]); err != nil {
		return "", 0, 0, err
	}
	return fields[0], statements, times, nil
}
