package casefile

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// strict holds values against the Go types they are to become. It goes through
// the types by reflection, since they are the library's own, and encoding/json
// would name the first fault alone and no line.
type strict struct {
	agencies map[string]casework.Agency
	actors   map[string]casework.Actor
	cases    *Case // as far as it was read
	faults   []located
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
	agencyType = reflect.TypeFor[casework.Agency]()
	markTypes  = []reflect.Type{reflect.TypeFor[commissioning.Mark](), reflect.TypeFor[procurement.Mark]()}
	ownPackage = reflect.TypeFor[Case]().PkgPath()
)

// decode reads a value into what target points at, when nothing is wrong with it.
func (s *strict) decode(n *node, path string, target any) bool {
	before := len(s.faults)
	s.check(n, path, reflect.TypeOf(target).Elem())
	if len(s.faults) > before {
		return false
	}
	if err := json.Unmarshal(n.json(), target); err != nil {
		s.fault(n.line, path, "value.unreadable", err.Error())
		return false
	}
	return true
}

func (s *strict) fault(line int, path, code, message string) {
	s.faults = append(s.faults, faultAt(line, path, code, message))
}

// check lists what keeps a value from becoming a type.
func (s *strict) check(n *node, path string, t reflect.Type) {
	switch {
	case t == agencyType:
		s.agency(n, path)
	case reflect.PointerTo(t).Implements(jsonReader):
		s.read(n, path, t)
	case reflect.PointerTo(t).Implements(textReader):
		if s.is(n, path, text) {
			s.read(n, path, t)
		}
	default:
		s.checkKind(n, path, t)
	}
}

func (s *strict) checkKind(n *node, path string, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer:
		s.check(n, path, t.Elem())
	case reflect.Struct:
		if s.is(n, path, object) {
			s.checkStruct(n, path, t)
		}
	case reflect.Map:
		if s.is(n, path, object) {
			for _, f := range n.fields {
				s.check(f.value, under(path, f.name), t.Elem())
			}
		}
	case reflect.Slice:
		if s.is(n, path, array) {
			for i, item := range n.items {
				s.check(item, fmt.Sprintf("%s[%d]", path, i), t.Elem())
			}
		}
	case reflect.String:
		s.is(n, path, text)
	case reflect.Bool:
		s.is(n, path, boolean)
	default: // the numbers: encoding/json knows which ones fit
		if s.is(n, path, number) {
			s.read(n, path, t)
		}
	}
}

// is tells whether a value has a form, and objects when it has another.
func (s *strict) is(n *node, path string, want form) bool {
	if n.form != want {
		s.fault(n.line, path, "value.type", fmt.Sprintf("this is %s; it has to be %s", n.form, want))
	}
	return n.form == want
}

// read lets the type itself judge the value.
func (s *strict) read(n *node, path string, t reflect.Type) {
	err := json.Unmarshal(n.json(), reflect.New(t).Interface())
	if err == nil {
		return
	}
	if invalid, is := errors.AsType[*casework.InvalidError](err); is {
		for _, f := range invalid.Faults {
			s.fault(n.line, path, f.Code, f.Message)
		}
		return
	}
	s.fault(n.line, path, "value.unreadable", fmt.Sprintf("%s cannot be read as %s", n.json(), named(t)))
}

// named gives a type's name for people.
func named(t reflect.Type) string {
	switch t.String() {
	case "time.Time":
		return "a time with its offset, such as 2021-11-30T15:06:15Z"
	default:
		return strings.ToLower(t.String()[strings.LastIndexByte(t.String(), '.')+1:])
	}
}

// checkStruct holds an object's fields against a struct's: names exactly as
// written, none unknown, none missing that a type of this package needs, and
// none that the case gives itself.
func (s *strict) checkStruct(n *node, path string, t reflect.Type) {
	known := structFields(t)
	for _, f := range n.fields {
		at := slices.IndexFunc(known, func(k structField) bool { return k.name == f.name })
		switch {
		case at < 0:
			s.fault(f.line, under(path, f.name), "field.unknown", "there is no such field; there are: "+names(known))
		case known[at].given:
			s.fault(f.line, under(path, f.name), "field.given", "the case gives this itself; leave it out")
		default:
			s.check(f.value, under(path, f.name), known[at].t)
		}
	}
	for _, k := range known {
		if k.needed && n.get(k.name) == nil {
			s.fault(n.line, under(path, k.name), "field.missing", "the field is missing")
		}
	}
}

type structField struct {
	name   string
	t      reflect.Type
	needed bool
	given  bool // by the case: ids, and where a record comes from
}

// givenFields names, by type, what a case records of it later, beside ids and
// marks.
func givenFields() map[reflect.Type][]string {
	return map[reflect.Type][]string{
		reflect.TypeFor[procurement.Requisition]():      {"cycle", "lead", "specification", "subject", "scale", "drafted"},
		reflect.TypeFor[procurement.FrameworkDraft]():   {"origin"},
		reflect.TypeFor[procurement.FrameworkMember]():  {"award"},
		reflect.TypeFor[procurement.Grant]():            {"cycle"},
		reflect.TypeFor[procurement.GrantAcceptance]():  {"content"},
		reflect.TypeFor[procurement.GrantInstalment]():  {"paid"},
		reflect.TypeFor[procurement.Bid]():              {"content", "signed", "received", "late", "admitted", "suitability", "exclusion", "abnormally_low", "debrief"},
		reflect.TypeFor[procurement.Declaration]():      {"assessment", "reviews"},
		reflect.TypeFor[procurement.Challenge]():        {"outcome", "decision"},
		reflect.TypeFor[procurement.Variation]():        {"base", "signatures", "status", "declined", "declined_by"},
		reflect.TypeFor[procurement.Invoice]():          {"valid_on", "due_on", "why", "disputes", "payments"},
		reflect.TypeFor[procurement.Obligation]():       {"status", "text"},
		reflect.TypeFor[procurement.Dispute]():          {"resolution"},
		reflect.TypeFor[procurement.UnderPerformance](): {"plan", "improved", "finding"},
		reflect.TypeFor[procurement.Breach]():           {"answer", "outcome"},
		reflect.TypeFor[procurement.Ending]():           {"as"},
	}
}

// structFields gives the fields of a struct as JSON knows them.
func structFields(t reflect.Type) []structField {
	own := givenFields()[t]
	marked := slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return slices.Contains(markTypes, f.Type) })
	var all []structField
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		all = append(all, structField{
			name: name, t: f.Type,
			needed: t.PkgPath() == ownPackage && !strings.Contains(options, "omit"),
			given:  slices.Contains(markTypes, f.Type) || (marked && name == "id") || slices.Contains(own, name),
		})
	}
	return all
}

func names(fields []structField) string {
	var all []string
	for _, f := range fields {
		if !f.given {
			all = append(all, f.name)
		}
	}
	return strings.Join(all, ", ")
}

// agency fills in an agency that is named by its id alone.
func (s *strict) agency(n *node, path string) {
	if !s.is(n, path, object) {
		return
	}
	s.checkStruct(n, path, agencyType)
	id := n.get("id")
	if id == nil {
		s.fault(n.line, under(path, "id"), "agency.missing", "an agency needs an id")
		return
	}
	var name string
	if id.form != text || json.Unmarshal(id.raw, &name) != nil {
		return // told already
	}
	full, known := s.agencies[name]
	if !known {
		s.fault(id.line, under(path, "id"), "agency.unknown", fmt.Sprintf("no agency %q is listed under agencies", name))
		return
	}
	if len(n.fields) > 1 {
		return
	}
	for _, more := range []struct{ name, value string }{{"name", full.Name}, {"sector", string(full.Sector)}, {"kind", full.Kind}} {
		if more.value != "" {
			raw, _ := json.Marshal(more.value) // a string is always written
			n.fields = append(n.fields, field{name: more.name, line: n.line, value: &node{form: text, line: n.line, raw: raw}})
		}
	}
}
