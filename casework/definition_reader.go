package casework

import (
	"io"

	"github.com/needsled/needsled/internal/strictjson"
)

// maxDefinition bounds the JSON of a definition: 1 MiB.
const maxDefinition = 1 << 20

// LoadDefinition reads a definition from JSON, strictly, and checks it as
// [Definition.Compile] does. All faults are named at once, each with its path
// and, in its message, its line: fields that are unknown, stand there twice or
// hold the wrong sort of value, whatever trails the definition, and every row
// that could not be compiled. The error is [ErrInvalid].
func LoadDefinition(r io.Reader) (Definition, error) {
	var d Definition
	reader, whole, holds, err := strictjson.Read(r, "definition", maxDefinition)
	if holds {
		readDefinition(reader, whole, &d)
		reader.Add(placed(d.faults()))
	}
	if faults := reader.Faults(); len(faults) > 0 {
		invalid := &InvalidError{Op: "load definition", Cause: err}
		for _, f := range faults {
			invalid.Faults = append(invalid.Faults, Fault(f))
		}
		return Definition{}, invalid
	}
	return d, nil
}

func placed(faults []Fault) []strictjson.Fault {
	all := make([]strictjson.Fault, len(faults))
	for i, f := range faults {
		all[i] = strictjson.Fault(f)
	}
	return all
}

func readDefinition(r *strictjson.Reader, v strictjson.Value, d *Definition) {
	r.Object(v, strictjson.Fields{
		"name":    strictjson.Into(r, &d.Name, strictjson.Text),
		"version": strictjson.Into(r, &d.Version, strictjson.Number),
		"doc":     strictjson.Into(r, &d.Doc, strictjson.Text),
		"initial": strictjson.Into(r, &d.Initial, strictjson.Text),
		"states":  strictjson.Each(r, &d.States, readStateRow),
		"moves":   strictjson.Each(r, &d.Moves, readMoveRow),
	})
}

func readStateRow(r *strictjson.Reader, v strictjson.Value, row *StateRow) {
	r.Object(v, strictjson.Fields{
		"state": strictjson.Into(r, &row.State, strictjson.Text),
		"title": strictjson.Into(r, &row.Title, strictjson.Text),
		"doc":   strictjson.Into(r, &row.Doc, strictjson.Text),
		"final": strictjson.Into(r, &row.Final, strictjson.Flag),
	})
}

func readMoveRow(r *strictjson.Reader, v strictjson.Value, row *MoveRow) {
	r.Object(v, strictjson.Fields{
		"move":         strictjson.Into(r, &row.Move, strictjson.Text),
		"title":        strictjson.Into(r, &row.Title, strictjson.Text),
		"doc":          strictjson.Into(r, &row.Doc, strictjson.Text),
		"from":         strictjson.Texts(r, &row.From),
		"to":           strictjson.Into(r, &row.To, strictjson.Text),
		"needs_reason": strictjson.Into(r, &row.NeedsReason, strictjson.Flag),
	})
}
