package casefile

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// maxFile bounds a case file: 1 MiB.
const maxFile = 1 << 20

// The file as it is written. Fields without omitempty are needed.
type (
	written struct {
		Reference string            `json:"reference"`
		Title     string            `json:"title"`
		About     string            `json:"about,omitempty"`
		Zone      string            `json:"zone"`
		Agencies  []writtenAgency   `json:"agencies"`
		Actors    []writtenActor    `json:"actors"`
		Cycles    []json.RawMessage `json:"cycles"` // read once the agencies are known
		Steps     []json.RawMessage `json:"steps"`  // read once actors and cycles are known
	}
	writtenAgency struct {
		ID     string          `json:"id"`
		Name   string          `json:"name"`
		Sector casework.Sector `json:"sector,omitempty"`
		Kind   string          `json:"kind,omitempty"`
	}
	writtenActor struct {
		ID          string             `json:"id"`
		Name        string             `json:"name"`
		Agency      string             `json:"agency"`
		Kind        casework.ActorKind `json:"kind,omitempty"`
		MayOverride []string           `json:"may_override,omitempty"`
	}
	writtenCycle struct {
		Name        string              `json:"name"`
		Serves      string              `json:"serves,omitempty"`
		Predecessor string              `json:"predecessor,omitempty"`
		Brief       commissioning.Brief `json:"brief"`
	}
	writtenStep struct {
		Title    string            `json:"title,omitempty"`
		Note     string            `json:"note,omitempty"`
		At       time.Time         `json:"at"`
		By       string            `json:"by"`
		Cycle    string            `json:"cycle,omitempty"`
		Do       string            `json:"do"`
		With     json.RawMessage   `json:"with,omitempty"` // read once the command is known
		Reason   string            `json:"reason,omitempty"`
		Explain  map[string]string `json:"explain,omitempty"`
		Override map[string]string `json:"override,omitempty"`
		Expect   Expectation       `json:"expect,omitempty"`
		Codes    []string          `json:"codes,omitempty"`
	}
)

// Read reads a case file. A faulty one is [casework.ErrInvalid] with every
// fault, in the order of its lines; the path of a fault is
// "line 12: steps[3].with.need".
func Read(file []byte) (*Case, error) {
	const op = "read case file"
	if len(file) > maxFile {
		return nil, casework.Invalid(op, told([]located{faultAt(1, "", "file.too_large", "a case file has up to 1 MiB")})...)
	}
	root, faults := parse(file)
	if root == nil {
		return nil, casework.Invalid(op, told(faults)...)
	}
	r := &reader{
		strict: strict{agencies: map[string]casework.Agency{}, actors: map[string]casework.Actor{}, faults: faults},
		out:    &Case{Location: time.UTC}, commands: commands(),
	}
	r.read(root)
	if len(r.faults) > 0 {
		return nil, casework.Invalid(op, told(r.faults)...)
	}
	return r.out, nil
}

// reader goes through a file from its top to its end: what is named later is
// known by then.
type reader struct {
	strict
	out      *Case
	commands []command
	latest   time.Time // of the steps so far
	links    []link
}

// link is a cycle named by another one.
type link struct {
	line       int
	path, name string
}

func (r *reader) read(root *node) {
	if !r.is(root, "", object) {
		return
	}
	var top written
	r.check(root, "", reflect.TypeFor[written]())
	loose(root, &top)
	r.out.Reference, r.out.Title, r.out.About = top.Reference, top.Title, top.About
	r.filled(root.get("reference"), "reference", top.Reference)
	r.filled(root.get("title"), "title", top.Title)
	r.zone(root.get("zone"), top.Zone)
	for i, n := range items(root, "agencies") {
		r.agencyListed(n, fmt.Sprintf("agencies[%d]", i))
	}
	for i, n := range items(root, "actors") {
		r.actorListed(n, fmt.Sprintf("actors[%d]", i))
	}
	for i, n := range items(root, "cycles") {
		r.cycleListed(n, fmt.Sprintf("cycles[%d]", i))
	}
	if n := root.get("cycles"); n != nil && n.form == array && len(n.items) == 0 {
		r.fault(n.line, "cycles", "cycles.none", "a case has at least one cycle")
	}
	r.linksSound()
	for i, n := range items(root, "steps") {
		r.stepListed(n, fmt.Sprintf("steps[%d]", i))
	}
}

// loose reads what can be read of an object, field by field; what cannot was
// told by check. A name in other letters is another name, whatever encoding/json
// takes it for.
func loose(n *node, target any) {
	known := structFields(reflect.TypeOf(target).Elem())
	for _, f := range n.fields {
		if !slices.ContainsFunc(known, func(k structField) bool { return k.name == f.name }) {
			continue
		}
		one := node{form: object, fields: []field{f}}
		_ = json.Unmarshal(one.json(), target)
	}
}

// items gives the values of a list, or none where there is no list.
func items(n *node, name string) []*node {
	if list := n.get(name); list != nil && list.form == array {
		return list.items
	}
	return nil
}

// filled asks that a text which is given is not blank.
func (r *reader) filled(n *node, path, value string) {
	if n != nil && n.form == text && strings.TrimSpace(value) == "" {
		r.fault(n.line, path, "field.blank", "the field is empty")
	}
}

func (r *reader) zone(n *node, name string) {
	if n == nil || n.form != text {
		return
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		r.fault(n.line, "zone", "zone.unknown", fmt.Sprintf("%q is no time zone; one is Europe/London", name))
		return
	}
	r.out.Location = location
}

func (r *reader) agencyListed(n *node, path string) {
	var a writtenAgency
	loose(n, &a)
	agency := casework.Agency{ID: a.ID, Name: a.Name, Sector: a.Sector, Kind: a.Kind}
	if n.get("id") == nil {
		return // told already
	}
	for _, f := range agency.Faults(path) {
		r.fault(n.line, f.Path, f.Code, f.Message)
	}
	if _, twice := r.agencies[a.ID]; twice {
		r.fault(n.line, under(path, "id"), "agency.twice", fmt.Sprintf("agency %q is listed twice", a.ID))
	}
	r.agencies[a.ID] = agency
	r.out.Agencies = append(r.out.Agencies, agency)
}

func (r *reader) actorListed(n *node, path string) {
	var a writtenActor
	loose(n, &a)
	if n.get("id") == nil {
		return // told already
	}
	actor := casework.Actor{Kind: a.Kind, ID: a.ID, Name: a.Name, Agency: r.agencies[a.Agency]}
	if actor.Kind == "" {
		actor.Kind = casework.KindPerson
	}
	for _, f := range (casework.Actor{Kind: actor.Kind, ID: actor.ID}).Faults(path) {
		r.fault(n.line, f.Path, f.Code, f.Message)
	}
	if _, known := r.agencies[a.Agency]; !known && a.Agency != "" {
		r.fault(n.get("agency").line, under(path, "agency"), "agency.unknown", fmt.Sprintf("no agency %q is listed under agencies", a.Agency))
	}
	if _, twice := r.actors[a.ID]; twice {
		r.fault(n.line, under(path, "id"), "actor.twice", fmt.Sprintf("actor %q is listed twice", a.ID))
	}
	r.actors[a.ID] = actor
	r.out.Actors = append(r.out.Actors, Actor{Actor: actor, MayOverride: a.MayOverride})
}

func (r *reader) cycleListed(n *node, path string) {
	var y writtenCycle
	r.check(n, path, reflect.TypeFor[writtenCycle]())
	loose(n, &y)
	if n.form != object {
		return
	}
	if name := n.get("name"); name != nil && name.form == text && !shortName(y.Name) {
		r.fault(name.line, under(path, "name"), "cycle.name", "a cycle's name is made of small letters, digits and hyphens: files are named by it")
	}
	if _, twice := r.out.CycleNamed(y.Name); twice {
		r.fault(n.line, under(path, "name"), "cycle.twice", fmt.Sprintf("cycle %q is listed twice", y.Name))
	}
	r.briefSound(n.get("brief"), under(path, "brief"))
	r.linked(n.get("serves"), under(path, "serves"), y.Serves)
	r.linked(n.get("predecessor"), under(path, "predecessor"), y.Predecessor)
	r.out.Cycles = append(r.out.Cycles, Cycle(y))
}

// shortName tells whether a name will do in the names of files.
func shortName(name string) bool {
	for _, b := range []byte(name) {
		letter := b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
		if !letter && b != '-' {
			return false
		}
	}
	return name != ""
}

// briefSound asks for what a program needs to find a cycle again, and leaves the
// links between cycles to the names of the case file.
func (r *reader) briefSound(n *node, path string) {
	if n == nil || n.form != object {
		return
	}
	if given := n.get("references"); given == nil || (given.form == array && len(given.items) == 0) {
		r.fault(n.line, under(path, "references"), "reference.missing", "a cycle needs a number of the host's, so that it is found again")
	}
	for _, name := range []string{"serves", "predecessor"} {
		if link := n.get(name); link != nil {
			r.fault(link.line, under(path, name), "field.misplaced", "say this beside the brief, with the name of the cycle")
		}
	}
}

// linked remembers a cycle named by another one; the order of the list is free.
func (r *reader) linked(n *node, path, name string) {
	if n == nil || n.form != text {
		return
	}
	r.links = append(r.links, link{line: n.line, path: path, name: name})
}

func (r *reader) linksSound() {
	for _, l := range r.links {
		if _, known := r.out.CycleNamed(l.name); !known {
			r.fault(l.line, l.path, "cycle.unknown", fmt.Sprintf("no cycle %q is listed under cycles", l.name))
		}
	}
}

func (r *reader) stepListed(n *node, path string) {
	var w writtenStep
	r.check(n, path, reflect.TypeFor[writtenStep]())
	loose(n, &w)
	if n.form != object {
		return
	}
	step := Step{
		Number: len(r.out.Steps) + 1, Line: n.line, Title: w.Title, Note: w.Note, At: w.At, Cycle: w.Cycle, Do: w.Do,
		Reason: w.Reason, Explain: w.Explain, Override: w.Override, Expect: w.Expect, Codes: w.Codes,
	}
	r.stepWhen(n, path, step)
	step.By = r.stepBy(n, path, w.By)
	step.Cycle = r.stepCycle(n, path, w.Cycle)
	step.Expect = r.stepExpectation(n, path, step)
	step.With, step.run = r.stepCommand(n, path, w.Do)
	r.out.Steps = append(r.out.Steps, step)
}

func (r *reader) stepWhen(n *node, path string, step Step) {
	at := n.get("at")
	if at == nil || step.At.IsZero() {
		return // told already
	}
	if step.At.Before(r.latest) {
		r.fault(at.line, under(path, "at"), "time.backwards", fmt.Sprintf("the step before it is at %s", r.latest.Format(time.RFC3339)))
		return
	}
	r.latest = step.At
}

func (r *reader) stepBy(n *node, path, id string) casework.Actor {
	actor, known := r.actors[id]
	if by := n.get("by"); !known && by != nil && by.form == text {
		r.fault(by.line, under(path, "by"), "actor.unknown", fmt.Sprintf("no actor %q is listed under actors", id))
	}
	return actor
}

func (r *reader) stepCycle(n *node, path, name string) string {
	given := n.get("cycle")
	if given == nil {
		if len(r.out.Cycles) == 1 {
			return r.out.Cycles[0].Name
		}
		r.fault(n.line, under(path, "cycle"), "field.missing", "the field is missing: the case has several cycles")
		return ""
	}
	if _, known := r.out.CycleNamed(name); !known && given.form == text {
		r.fault(given.line, under(path, "cycle"), "cycle.unknown", fmt.Sprintf("no cycle %q is listed under cycles", name))
	}
	return name
}

func (r *reader) stepExpectation(n *node, path string, step Step) Expectation {
	switch step.Expect {
	case "":
		step.Expect = Done
	case Done, Refused:
	default:
		r.fault(n.get("expect").line, under(path, "expect"), "expect.unknown", "a step is expected to be done or refused")
	}
	if codes := n.get("codes"); codes != nil && step.Expect != Refused {
		r.fault(codes.line, under(path, "codes"), "expect.codes", "codes go with a step that is expected to be refused")
	}
	return step.Expect
}

// stepCommand finds the command and reads its data.
func (r *reader) stepCommand(n *node, path, name string) (json.RawMessage, issue) {
	do, with := n.get("do"), n.get("with")
	if do == nil || do.form != text {
		return nil, nil
	}
	at := slices.IndexFunc(r.commands, func(c command) bool { return c.name == name })
	switch {
	case name != openCommand && at < 0:
		r.fault(do.line, under(path, "do"), "command.unknown", fmt.Sprintf("there is no command %q; there are: %s", name, r.commandNames()))
	case with != nil && (name == openCommand || !r.commands[at].data):
		r.fault(with.line, under(path, "with"), "command.no_data", fmt.Sprintf("%s takes no data", name))
	case name == openCommand:
	case with == nil && r.commands[at].data:
		r.fault(n.line, under(path, "with"), "field.missing", fmt.Sprintf("the data of %s is missing", name))
	case with == nil:
		return nil, r.commands[at].prepare(&r.strict, nil, "")
	default:
		run := r.commands[at].prepare(&r.strict, with, under(path, "with"))
		return with.json(), run
	}
	return nil, nil
}

func (r *reader) commandNames() string {
	names := []string{openCommand}
	for _, c := range r.commands {
		names = append(names, c.name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
