package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/principles"
)

// writeFiles writes the picture and the journal of every case, and the page
// about all of them and that of the reports, and gives the paths in the order they were written.
func writeFiles(out string, c *casefile.Case, ends []end, tried []attempt, reports []principles.Report) ([]string, error) {
	var files []string
	write := func(name string, content []byte) error {
		path := filepath.Join(out, name)
		files = append(files, path)
		return os.WriteFile(path, content, 0o644)
	}
	p := newPage(c, ends, tried)
	for _, e := range ends {
		var picture, journal bytes.Buffer
		table, o := e.c.Picture()
		if err := diagram.SVG(&picture, table, o); err != nil {
			return nil, err
		}
		if err := casework.WriteJournal(&journal, each(e.journal)); err != nil {
			return nil, err
		}
		if err := write(named(e, string(e.Kind), ".svg"), picture.Bytes()); err != nil {
			return nil, err
		}
		if err := write(named(e, "journal", ".jsonl"), journal.Bytes()); err != nil {
			return nil, err
		}
		p.add(e, picture.String())
	}
	var html bytes.Buffer
	if err := p.write(&html); err != nil {
		return nil, err
	}
	if err := write("index.html", html.Bytes()); err != nil || len(reports) == 0 {
		return files, err
	}
	var judged bytes.Buffer
	if err := writeReports(&judged, c.Title, reports); err != nil {
		return nil, err
	}
	return files, write("report.html", judged.Bytes())
}

// named gives a file its name: the cycle the case is about has the short one.
func named(e end, base, ext string) string {
	if e.main {
		return base + ext
	}
	return base + "-" + e.Name + ext
}

// readJSON tells whether a text could be read.
func readJSON(raw []byte, target any) bool { return json.Unmarshal(raw, target) == nil }

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
