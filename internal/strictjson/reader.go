// Package strictjson reads JSON that people write by hand, strictly: it goes on
// after a fault, and says of each where it stands, by path and line.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong with the text.
type Fault struct {
	Path    string
	Code    string
	Message string // begins with the line, where there is one
}

// What may be expected of a single value.
const (
	Text   = "a text"
	Number = "a whole number"
	Flag   = "true or false"
)

// wrongType is the code of a value that is not what was expected.
const wrongType = "json.wrong_type"

// Value is a piece of the text, and where it stands.
type Value struct {
	Path string
	Raw  json.RawMessage
	at   int64
}

// Fields is what an object may have, and who reads it.
type Fields map[string]func(Value)

// Reader goes through a text, and keeps what is wrong with it and on which line
// everything stands.
type Reader struct {
	what   string // of what the text is, in one word
	text   []byte
	ends   []int64        // where each line ends
	lines  map[string]int // by path
	faults []Fault
}

// Read reads a text of at most so many bytes, and gives the value it holds. What
// is no JSON holds none. A reader that fails is the error.
func Read(from io.Reader, what string, most int) (r *Reader, whole Value, holds bool, err error) {
	text, err := io.ReadAll(io.LimitReader(from, int64(most)+1))
	r = &Reader{what: what, text: text, ends: lineEnds(text), lines: map[string]int{}}
	switch {
	case err != nil:
		r.fault(what, 0, "json.unread", fmt.Sprintf("the %s could not be read", what))
		return r, whole, false, err
	case len(text) > most:
		r.fault(what, 0, "json.too_large", fmt.Sprintf("a %s is no longer than %d bytes", what, most))
		return r, whole, false, nil
	case !utf8.Valid(text):
		r.fault(what, 0, "json.not_utf8", "JSON is written in UTF-8")
		return r, whole, false, nil
	}
	whole, holds = r.whole()
	return r, whole, holds, nil
}

func (r *Reader) whole() (Value, bool) {
	decoder := json.NewDecoder(bytes.NewReader(r.text))
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		at := decoder.InputOffset()
		if syntax, is := errors.AsType[*json.SyntaxError](err); is {
			at = max(0, syntax.Offset-1) // of the byte it choked on
		}
		r.fault(r.what, r.line(at), "json.malformed", err.Error())
		return Value{}, false
	}
	end := decoder.InputOffset()
	if rest := r.text[end:]; len(bytes.TrimSpace(rest)) > 0 {
		at := end + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n")))
		r.fault(r.what, r.line(at), "json.trailing", "something follows the "+r.what)
	}
	return Value{Raw: raw, at: end - int64(len(raw))}, true
}

// Faults gives what is wrong, in the order it was found.
func (r *Reader) Faults() []Fault { return slices.Clone(r.faults) }

// Fault adds something that is wrong with a value.
func (r *Reader) Fault(v Value, code, message string) {
	r.fault(v.Path, r.line(v.at), code, message)
}

// Add adds what is found wrong with what was read, where no fault stands
// already: at the path itself, or around it where there is no value of the
// expected sort at all. Each gets the line of its path, or of the nearest thing
// around it.
func (r *Reader) Add(found []Fault) {
	faulty, absent := map[string]bool{}, map[string]bool{}
	for _, f := range r.faults {
		faulty[f.Path] = true
		absent[f.Path] = absent[f.Path] || f.Code == wrongType
	}
	for _, f := range found {
		_, within := nearest(f.Path, absent)
		if !faulty[f.Path] && !within {
			r.fault(f.Path, r.lineOf(f.Path), f.Code, f.Message)
		}
	}
}

// Object hands each field to whoever reads it.
func (r *Reader) Object(v Value, fields Fields) {
	decoder, is := r.enter(v, '{', "an object")
	if !is {
		return
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, _ := decoder.Token() // the text is JSON: a key is a string
		key, _ := name.(string)
		field := r.next(v, decoder, join(v.Path, key))
		read, known := fields[key]
		switch {
		case !known:
			r.Fault(field, "json.unknown_field", fmt.Sprintf("there is no field %q", key))
		case seen[key]:
			r.Fault(field, "json.duplicate_field", fmt.Sprintf("field %q stands there twice", key))
		default:
			read(field)
		}
		seen[key] = true
	}
}

// Into reads a single value. Null is none.
func Into[T any](r *Reader, to *T, expected string) func(Value) {
	return func(v Value) {
		r.lines[v.Path] = r.line(v.at)
		if bytes.Equal(v.Raw, []byte("null")) || json.Unmarshal(v.Raw, to) != nil {
			r.Fault(v, wrongType, "expected "+expected)
		}
	}
}

// Each reads a list, by what reads one of its values.
func Each[T any](r *Reader, to *[]T, one func(r *Reader, v Value, to *T)) func(Value) {
	return func(v Value) {
		decoder, is := r.enter(v, '[', "an array")
		if !is {
			return
		}
		*to = []T{}
		for i := 0; decoder.More(); i++ {
			var read T
			one(r, r.next(v, decoder, fmt.Sprintf("%s[%d]", v.Path, i)), &read)
			*to = append(*to, read)
		}
	}
}

// Texts reads a list of texts.
func Texts[T ~string](r *Reader, to *[]T) func(Value) {
	return Each(r, to, func(r *Reader, v Value, one *T) { Into(r, one, Text)(v) })
}

// enter opens an object or an array.
func (r *Reader) enter(v Value, open json.Delim, what string) (*json.Decoder, bool) {
	r.lines[v.Path] = r.line(v.at)
	decoder := json.NewDecoder(bytes.NewReader(v.Raw))
	if first, _ := decoder.Token(); first != open {
		r.Fault(v, wrongType, "expected "+what)
		return nil, false
	}
	return decoder, true
}

// next gives the value that comes next within another one.
func (r *Reader) next(within Value, decoder *json.Decoder, path string) Value {
	v := Value{Path: path}
	_ = decoder.Decode(&v.Raw) // the text is JSON as a whole, and so is each part
	v.at = within.at + decoder.InputOffset() - int64(len(v.Raw))
	return v
}

// line gives the line, from 1, that an offset lies on.
func (r *Reader) line(offset int64) int {
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
func (r *Reader) lineOf(path string) int {
	line, _ := nearest(path, r.lines)
	return line
}

// nearest gives what is known of a path, or of the nearest path around it.
func nearest[T comparable](path string, known map[string]T) (T, bool) {
	var none T
	for {
		if found := known[path]; found != none || path == "" {
			return found, found != none
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

func (r *Reader) fault(path string, line int, code, message string) {
	if line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	r.faults = append(r.faults, Fault{Path: path, Code: code, Message: message})
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}
