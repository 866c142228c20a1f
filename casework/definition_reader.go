package casework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// maxDefinition bounds the JSON of a definition: 1 MiB.
const maxDefinition = 1 << 20

// LoadDefinition reads a definition from JSON, strictly, and checks it as
// [Definition.Compile] does. All faults are named at once, each with its path
// and, in its message, its line: fields that are unknown, stand there twice or
// hold the wrong sort of value, whatever trails the definition, and every row
// that could not be compiled. The error is [ErrInvalid].
func LoadDefinition(r io.Reader) (Definition, error) {
	const op = "load definition"
	text, err := io.ReadAll(io.LimitReader(r, maxDefinition+1))
	if err != nil {
		return Definition{}, &InvalidError{Op: op, Faults: []Fault{{Path: "definition", Code: "json.unread", Message: "the definition could not be read"}}, Cause: err}
	}
	reader := definitionReader{text: text, lines: map[string]int{}, ends: lineEnds(text)}
	d := reader.read()
	if err := InvalidIf(op, reader.faults); err != nil {
		return Definition{}, err
	}
	return d, nil
}

// definitionReader goes through the text of a definition, and keeps what is
// wrong with it and on which line everything stands.
type definitionReader struct {
	text   []byte
	ends   []int64        // where each line ends
	lines  map[string]int // by path
	faults []Fault
}

// read gives the definition, as far as the text holds one.
func (r *definitionReader) read() Definition {
	var d Definition
	switch {
	case len(r.text) > maxDefinition:
		r.fault("definition", 0, "json.too_large", fmt.Sprintf("a definition is no longer than %d bytes", maxDefinition))
		return d
	case !utf8.Valid(r.text):
		r.fault("definition", 0, "json.not_utf8", "JSON is written in UTF-8")
		return d
	}
	decoder := json.NewDecoder(bytes.NewReader(r.text))
	var whole json.RawMessage
	if err := decoder.Decode(&whole); err != nil {
		at := decoder.InputOffset()
		if syntax, is := errors.AsType[*json.SyntaxError](err); is {
			at = max(0, syntax.Offset-1) // of the byte it choked on
		}
		r.fault("definition", r.line(at), "json.malformed", err.Error())
		return d
	}
	end := decoder.InputOffset()
	start := end - int64(len(whole))
	if rest := r.text[end:]; len(bytes.TrimSpace(rest)) > 0 {
		at := end + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n")))
		r.fault("definition", r.line(at), "json.trailing", "something follows the definition")
	}
	r.definition(value{raw: whole, at: start}, &d)
	r.check(d)
	return d
}

// check adds what compiling would find, where no fault stands already.
func (r *definitionReader) check(d Definition) {
	faulty := make(map[string]bool, len(r.faults))
	for _, f := range r.faults {
		faulty[f.Path] = true
	}
	for _, f := range d.faults() {
		if !faulty[f.Path] {
			r.fault(f.Path, r.lineOf(f.Path), f.Code, f.Message)
		}
	}
}

// value is a piece of the text, and where it stands.
type value struct {
	path string
	raw  json.RawMessage
	at   int64
}

func (r *definitionReader) definition(v value, d *Definition) {
	r.object(v, map[string]func(value){
		"name":    func(v value) { read(r, v, &d.Name) },
		"version": func(v value) { read(r, v, &d.Version) },
		"doc":     func(v value) { read(r, v, &d.Doc) },
		"initial": func(v value) { read(r, v, &d.Initial) },
		"states":  func(v value) { array(r, v, &d.States, r.stateRow) },
		"moves":   func(v value) { array(r, v, &d.Moves, r.moveRow) },
	})
}

func (r *definitionReader) stateRow(v value, row *StateRow) {
	r.object(v, map[string]func(value){
		"state": func(v value) { read(r, v, &row.State) },
		"title": func(v value) { read(r, v, &row.Title) },
		"doc":   func(v value) { read(r, v, &row.Doc) },
		"final": func(v value) { read(r, v, &row.Final) },
	})
}

func (r *definitionReader) moveRow(v value, row *MoveRow) {
	r.object(v, map[string]func(value){
		"move":         func(v value) { read(r, v, &row.Move) },
		"title":        func(v value) { read(r, v, &row.Title) },
		"doc":          func(v value) { read(r, v, &row.Doc) },
		"from":         func(v value) { array(r, v, &row.From, func(v value, s *State) { read(r, v, s) }) },
		"to":           func(v value) { read(r, v, &row.To) },
		"needs_reason": func(v value) { read(r, v, &row.NeedsReason) },
	})
}

// object hands each field to whoever reads it.
func (r *definitionReader) object(v value, fields map[string]func(value)) {
	r.lines[v.path] = r.line(v.at)
	decoder, is := r.enter(v, '{', "an object")
	if !is {
		return
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, _ := decoder.Token() // the text is JSON: a key is a string
		key, _ := name.(string)
		field := r.next(v, decoder, join(v.path, key))
		read, known := fields[key]
		switch {
		case !known:
			r.fault(field.path, r.line(field.at), "json.unknown_field", fmt.Sprintf("there is no field %q", key))
		case seen[key]:
			r.fault(field.path, r.line(field.at), "json.duplicate_field", fmt.Sprintf("field %q stands there twice", key))
		default:
			read(field)
		}
		seen[key] = true
	}
}

// array hands each element to whoever reads it.
func array[T any](r *definitionReader, v value, to *[]T, element func(value, *T)) {
	r.lines[v.path] = r.line(v.at)
	decoder, is := r.enter(v, '[', "an array")
	if !is {
		return
	}
	*to = []T{}
	for i := 0; decoder.More(); i++ {
		var one T
		element(r.next(v, decoder, fmt.Sprintf("%s[%d]", v.path, i)), &one)
		*to = append(*to, one)
	}
}

// read gives a single value. Null is none.
func read[T any](r *definitionReader, v value, to *T) {
	r.lines[v.path] = r.line(v.at)
	if bytes.Equal(v.raw, []byte("null")) || json.Unmarshal(v.raw, to) != nil {
		r.fault(v.path, r.line(v.at), "json.wrong_type", "expected "+expected(to))
	}
}

func expected(to any) string {
	switch to.(type) {
	case *int:
		return "a whole number"
	case *bool:
		return "true or false"
	default:
		return "a text"
	}
}

// enter opens an object or an array.
func (r *definitionReader) enter(v value, open json.Delim, what string) (*json.Decoder, bool) {
	decoder := json.NewDecoder(bytes.NewReader(v.raw))
	if first, _ := decoder.Token(); first != open {
		r.fault(v.path, r.line(v.at), "json.wrong_type", "expected "+what)
		return nil, false
	}
	return decoder, true
}

// next gives the value that comes next within another one.
func (r *definitionReader) next(within value, decoder *json.Decoder, path string) value {
	v := value{path: path}
	_ = decoder.Decode(&v.raw) // the text is JSON as a whole, and so is each part
	v.at = within.at + decoder.InputOffset() - int64(len(v.raw))
	return v
}

// line gives the line, from 1, that an offset lies on.
func (r *definitionReader) line(offset int64) int {
	line, _ := slices.BinarySearch(r.ends, offset)
	return line + 1
}

func lineEnds(text []byte) []int64 {
	var ends []int64
	for i, b := range text {
		if b == '\n' {
			ends = append(ends, int64(i))
		}
	}
	return ends
}

// lineOf gives the line of a path, or of the nearest thing around it.
func (r *definitionReader) lineOf(path string) int {
	for {
		if line, known := r.lines[path]; known {
			return line
		}
		cut := bytes.LastIndexAny([]byte(path), ".[")
		if cut < 0 {
			return r.lines[""]
		}
		path = path[:cut]
	}
}

func (r *definitionReader) fault(path string, line int, code, message string) {
	if line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	r.faults = append(r.faults, Fault{Path: path, Code: code, Message: message})
}
