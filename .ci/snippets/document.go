package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// document is a Markdown file and the fenced blocks in it.
type document struct {
	name   string // as messages show it
	file   string
	lines  []string
	blocks []block
}

// block is one fenced block.
type block struct {
	language string
	mark     string   // of the comment directly above; empty without one
	line     int      // of the opening fence, from 1
	code     []string // between the fences
}

var (
	fence = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})\\s*([^\\s`{]*)")
	mark  = regexp.MustCompile(`^\s*<!--\s*((?:snippet|command):\s*\S+)\s*-->\s*$`)
)

// readDocument reads a document. A block that is never closed is an error.
func readDocument(root, name string) (document, error) {
	d := document{name: filepath.ToSlash(name), file: filepath.Join(root, name)}
	text, err := os.ReadFile(d.file)
	if err != nil {
		return d, err
	}
	d.lines = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	for i := 0; i < len(d.lines); i++ {
		open := fence.FindStringSubmatch(d.lines[i])
		if open == nil {
			continue
		}
		end := i + 1
		for end < len(d.lines) && !closes(d.lines[end], open[1]) {
			end++
		}
		if end == len(d.lines) {
			return d, fmt.Errorf("%s:%d: the block is never closed", d.name, i+1)
		}
		d.blocks = append(d.blocks, block{
			language: strings.ToLower(open[2]),
			mark:     markAbove(d.lines[:i]),
			line:     i + 1,
			code:     slices.Clone(d.lines[i+1 : end]),
		})
		i = end
	}
	return d, nil
}

// closes tells whether a line ends the block that a fence opened.
func closes(line, fence string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, fence) && strings.Trim(line, fence[:1]) == ""
}

// markAbove gives what the comment at the end of these lines says, over at most
// one empty line.
func markAbove(lines []string) string {
	if n := len(lines); n > 0 && strings.TrimSpace(lines[n-1]) == "" {
		lines = lines[:n-1]
	}
	if len(lines) == 0 {
		return ""
	}
	found := mark.FindStringSubmatch(lines[len(lines)-1])
	if found == nil {
		return ""
	}
	kind, name, _ := strings.Cut(found[1], ":")
	return kind + ": " + strings.TrimSpace(name)
}

// isGo tells whether a block holds Go.
func (b block) isGo() bool {
	return b.language == "go" || b.language == "golang"
}

// source gives the region a block is copied from.
func (b block) source() (string, error) {
	source, ok := strings.CutPrefix(b.mark, "snippet: ")
	if !ok {
		return "", errors.New("the go block has no <!-- snippet: file.go#name --> above it")
	}
	return source, nil
}

// snippets counts the blocks of Go.
func (d document) snippets() int {
	n := 0
	for _, b := range d.blocks {
		if b.isGo() {
			n++
		}
	}
	return n
}

// check compares every block of Go with its region, and gives all faults with
// file and line.
func (d document) check(root string) error {
	var faults []error
	for _, b := range d.blocks {
		if !b.isGo() {
			continue
		}
		want, source, err := b.region(root)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %w", d.name, b.line, err))
			continue
		}
		if at, same := firstDifference(b.code, want); !same {
			faults = append(faults, fmt.Errorf("%s:%d: differs from %s:\n\thave %s\n\twant %s\n\trun .ci/run snippets -update to copy the code",
				d.name, b.line+1+at, source, quote(b.code, at), quote(want, at)))
		}
	}
	return errors.Join(faults...)
}

// update copies every region into its block. A document with a fault is left
// alone.
func (d document) update(root string) error {
	var faults []error
	var lines []string
	next := 0
	for _, b := range d.blocks {
		if !b.isGo() {
			continue
		}
		code, _, err := b.region(root)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %w", d.name, b.line, err))
			continue
		}
		lines = append(lines, d.lines[next:b.line]...)
		lines = append(lines, code...)
		next = b.line + len(b.code)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	lines = append(lines, d.lines[next:]...)
	if slices.Equal(lines, d.lines) {
		return nil
	}
	return os.WriteFile(d.file, []byte(strings.Join(lines, "\n")), 0o644)
}

// region reads the code a block is to hold, and names where it comes from.
func (b block) region(root string) (code []string, source string, err error) {
	source, err = b.source()
	if err != nil {
		return nil, "", err
	}
	code, err = readRegion(root, source)
	return code, source, err
}

// firstDifference gives the first line in which two texts differ.
func firstDifference(have, want []string) (at int, same bool) {
	for at < len(have) && at < len(want) && have[at] == want[at] {
		at++
	}
	return at, at == len(have) && at == len(want)
}

// quote shows a line, or that there is none.
func quote(lines []string, at int) string {
	if at >= len(lines) {
		return "the end"
	}
	return fmt.Sprintf("%q", lines[at])
}
