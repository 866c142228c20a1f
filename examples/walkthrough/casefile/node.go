package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
)

// maxDepth bounds how deep a case file nests: far deeper than any does.
const maxDepth = 40

// form is the form of a JSON value, by the first byte that tells it apart.
type form byte

const (
	object  form = '{'
	array   form = '['
	text    form = '"'
	number  form = '0'
	boolean form = 't'
	null    form = 'n'
)

func (f form) String() string {
	switch f {
	case object:
		return "an object"
	case array:
		return "a list"
	case text:
		return "a text"
	case number:
		return "a number"
	case boolean:
		return "true or false"
	default:
		return "null"
	}
}

// node is a JSON value that knows where in the file it stands.
type node struct {
	form   form
	line   int // from 1
	fields []field
	items  []*node
	raw    []byte // of a value that holds no others
}

// field is a name and a value within an object, in the order of the file.
type field struct {
	name  string
	line  int
	value *node
}

// get gives the value of a field, or nil.
func (n *node) get(name string) *node {
	for _, f := range n.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// json writes the value anew, without space.
func (n *node) json() []byte {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer) {
	switch n.form {
	case object:
		b.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				b.WriteByte(',')
			}
			name, _ := json.Marshal(f.name) // a string is always written
			b.Write(name)
			b.WriteByte(':')
			f.value.write(b)
		}
		b.WriteByte('}')
	case array:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	default:
		b.Write(n.raw)
	}
}

// parser turns bytes into nodes.
type parser struct {
	in     []byte
	dec    *json.Decoder
	begun  int // where the last token begins
	at     int // lines are counted up to here
	line   int
	faults []located
}

// parse gives the tree of a file. A text that is not JSON has one fault, where
// it stops making sense; fields given twice are faults that do not stop it.
func parse(in []byte) (*node, []located) {
	p := &parser{in: in, dec: json.NewDecoder(bytes.NewReader(in)), line: 1}
	p.dec.UseNumber()
	if at := invalidText(in); at >= 0 {
		return nil, []located{faultAt(p.lineAt(at), "", "text.malformed", "the file is not UTF-8")}
	}
	root, err := p.value("", 0)
	if err == nil {
		if _, err = p.dec.Token(); errors.Is(err, io.EOF) {
			return root, p.faults
		}
		err = errTrailing
	}
	return nil, append(p.faults, p.broken(err))
}

var (
	errDeep     = errors.New("it nests too deep")
	errTrailing = errors.New("something follows the end")
)

// broken says where a text stops being JSON.
func (p *parser) broken(err error) located {
	at, message := int(p.dec.InputOffset()), err.Error()
	if syntax, is := errors.AsType[*json.SyntaxError](err); is {
		at = max(at, int(syntax.Offset)-1)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at, message = len(p.in), "it ends too early"
	}
	return faultAt(p.lineAt(at), "", "json.malformed", "the file is not JSON: "+message)
}

func invalidText(in []byte) int {
	for at := 0; at < len(in); {
		r, size := utf8.DecodeRune(in[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// lineAt counts lines. Offsets are asked for in growing order; an earlier one
// gets the line counted so far.
func (p *parser) lineAt(offset int) int {
	offset = min(offset, len(p.in))
	if offset > p.at {
		p.line += bytes.Count(p.in[p.at:offset], []byte("\n"))
		p.at = offset
	}
	return p.line
}

// token gives the next token and the line it begins on.
func (p *parser) token() (json.Token, int, error) {
	start := int(p.dec.InputOffset())
	for start < len(p.in) && bytes.IndexByte([]byte(" \t\r\n,:"), p.in[start]) >= 0 {
		start++
	}
	p.begun = start
	token, err := p.dec.Token()
	if err != nil {
		return nil, 0, err
	}
	return token, p.lineAt(start), nil
}

// value reads a value and what it holds.
func (p *parser) value(path string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	token, line, err := p.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: line}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			n.form = object
			return n, p.object(n, path, depth)
		}
		n.form = array
		return n, p.array(n, path, depth)
	case string:
		n.form = text
	case json.Number:
		n.form = number
	case bool:
		n.form = boolean
	default:
		n.form = null
	}
	n.raw = p.in[p.begun:p.dec.InputOffset()]
	return n, nil
}

func (p *parser) object(n *node, path string, depth int) error {
	given := map[string]bool{}
	for p.dec.More() {
		token, line, err := p.token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		at := under(path, name)
		if given[name] {
			p.faults = append(p.faults, faultAt(line, at, "field.twice", "the field is given twice"))
		}
		given[name] = true
		value, err := p.value(at, depth+1)
		if err != nil {
			return err
		}
		n.fields = append(n.fields, field{name: name, line: line, value: value})
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) array(n *node, path string, depth int) error {
	for p.dec.More() {
		item, err := p.value(fmt.Sprintf("%s[%d]", path, len(n.items)), depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := p.dec.Token()
	return err
}

// under puts a field's name behind a path.
func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// located is one thing wrong with a file, and the line it is on.
type located struct {
	line int
	casework.Fault
}

func faultAt(line int, path, code, message string) located {
	return located{line: line, Fault: casework.Fault{Path: path, Code: code, Message: message}}
}

// told gives faults in the order of their lines, each with its line in its path.
func told(faults []located) []casework.Fault {
	slices.SortStableFunc(faults, func(a, b located) int { return a.line - b.line })
	all := make([]casework.Fault, len(faults))
	for i, f := range faults {
		where := fmt.Sprintf("line %d", f.line)
		if f.Path != "" {
			where += ": " + f.Path
		}
		all[i] = casework.Fault{Path: where, Code: f.Code, Message: f.Message}
	}
	return all
}
