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
	"github.com/needsled/needsled/procurement"
)

// maxFile bounds a case file: 1 MiB.
const maxFile = 1 << 20

// The file as it is written. Fields without omitempty are needed.
type (
	written struct {
		Reference  string            `json:"reference"`
		Title      string            `json:"title"`
		About      string            `json:"about,omitempty"`
		Zone       string            `json:"zone"`
		Agencies   []writtenAgency   `json:"agencies"`
		Actors     []writtenActor    `json:"actors"`
		Cycles     []json.RawMessage `json:"cycles"` // the cases are read once the agencies are known
		Frameworks []json.RawMessage `json:"frameworks,omitempty"`
		Purchases  []json.RawMessage `json:"purchases,omitempty"`
		Contracts  []json.RawMessage `json:"contracts,omitempty"`
		Grants     []json.RawMessage `json:"grants,omitempty"`
		Steps      []json.RawMessage `json:"steps"` // read once actors and cases are known

		Assessments []json.RawMessage `json:"assessments,omitempty"`
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
	writtenFramework struct {
		Name  string                     `json:"name"`
		Draft procurement.FrameworkDraft `json:"draft"`
	}
	writtenPurchase struct {
		Name        string                  `json:"name"`
		Cycle       string                  `json:"cycle,omitempty"`
		Requisition procurement.Requisition `json:"requisition"`
	}
	writtenContract struct {
		Name     string              `json:"name"`
		Purchase string              `json:"purchase"`
		Award    procurement.AwardID `json:"award"`
		Buyer    string              `json:"buyer,omitempty"`
	}
	writtenGrant struct {
		Name  string            `json:"name"`
		Cycle string            `json:"cycle,omitempty"`
		Grant procurement.Grant `json:"grant"`
	}
	writtenStep struct {
		Title     string            `json:"title,omitempty"`
		Note      string            `json:"note,omitempty"`
		At        time.Time         `json:"at"`
		By        string            `json:"by"`
		Cycle     string            `json:"cycle,omitempty"` // the case, by its kind: at most one is given
		Framework string            `json:"framework,omitempty"`
		Purchase  string            `json:"purchase,omitempty"`
		Contract  string            `json:"contract,omitempty"`
		Grant     string            `json:"grant,omitempty"`
		Do        string            `json:"do"`
		With      json.RawMessage   `json:"with,omitempty"` // read once the command is known
		Reason    string            `json:"reason,omitempty"`
		Explain   map[string]string `json:"explain,omitempty"`
		Override  map[string]string `json:"override,omitempty"`
		Expect    Expectation       `json:"expect,omitempty"`
		Codes     []string          `json:"codes,omitempty"`
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
	r.cases = r.out
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
	commands map[Kind][]command
	latest   time.Time // of the steps so far
	links    []link
}

// link is a case named by another one.
type link struct {
	line int
	path string
	to   Listed
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
	for i, n := range items(root, "frameworks") {
		r.frameworkListed(n, fmt.Sprintf("frameworks[%d]", i))
	}
	for i, n := range items(root, "purchases") {
		r.purchaseListed(n, fmt.Sprintf("purchases[%d]", i))
	}
	for i, n := range items(root, "contracts") {
		r.contractListed(n, fmt.Sprintf("contracts[%d]", i))
	}
	for i, n := range items(root, "grants") {
		r.grantListed(n, fmt.Sprintf("grants[%d]", i))
	}
	r.linksSound()
	for i, n := range items(root, "steps") {
		r.stepListed(n, fmt.Sprintf("steps[%d]", i))
	}
	for i, n := range items(root, "assessments") {
		r.assessmentListed(n, fmt.Sprintf("assessments[%d]", i))
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

func (r *reader) stepListed(n *node, path string) {
	var w writtenStep
	r.check(n, path, reflect.TypeFor[writtenStep]())
	loose(n, &w)
	if n.form != object {
		return
	}
	step := Step{
		Number: len(r.out.Steps) + 1, Line: n.line, Title: w.Title, Note: w.Note, At: w.At, Do: w.Do,
		Reason: w.Reason, Explain: w.Explain, Override: w.Override, Expect: w.Expect, Codes: w.Codes,
	}
	r.stepWhen(n, path, step)
	step.By = r.stepBy(n, path, w.By)
	step.Case = r.stepCase(n, path, w)
	step.Expect = r.stepExpectation(n, path, step)
	step.With, step.run = r.stepCommand(n, path, step)
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

// stepCase finds the case a step is issued to. Where a file lists a single one,
// it need not be named.
func (r *reader) stepCase(n *node, path string, w writtenStep) Listed {
	names := map[Kind]string{CycleKind: w.Cycle, FrameworkKind: w.Framework, PurchaseKind: w.Purchase, ContractKind: w.Contract, GrantKind: w.Grant}
	var given []Kind
	for _, k := range kinds() {
		if n.get(string(k)) != nil {
			given = append(given, k)
		}
	}
	all := r.out.Listed()
	switch {
	case len(given) == 0 && len(all) == 1:
		return all[0]
	case len(given) == 0:
		r.fault(n.line, under(path, "cycle"), "field.missing", "the field is missing: the case file lists several cases; name one, as cycle, framework, purchase, contract or grant")
		return Listed{}
	case len(given) > 1:
		r.fault(n.get(string(given[1])).line, under(path, string(given[1])), "case.twice", fmt.Sprintf("a step is issued to one case, and %s names one already", given[0]))
		return Listed{}
	}
	one, at := Listed{given[0], names[given[0]]}, n.get(string(given[0]))
	if at.form == text && !slices.Contains(all, one) {
		r.unlisted(at.line, under(path, string(one.Kind)), one)
		return Listed{}
	}
	return one
}

// unlisted tells that a case is named which the file does not list.
func (r *reader) unlisted(line int, path string, one Listed) {
	r.fault(line, path, string(one.Kind)+".unknown", fmt.Sprintf("no %s %q is listed under %ss", one.Kind, one.Name, one.Kind))
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
func (r *reader) stepCommand(n *node, path string, step Step) (json.RawMessage, issue) {
	do, with, name := n.get("do"), n.get("with"), step.Do
	if do == nil || do.form != text || step.Case.Kind == "" {
		return nil, nil
	}
	commands := r.commands[step.Case.Kind]
	at := slices.IndexFunc(commands, func(c command) bool { return c.name == name })
	switch {
	case name == openCommand && step.Case.Kind == ContractKind:
		r.fault(do.line, under(path, "do"), "contract.opened", "a contract is opened by the decision on its award, in the same commit")
	case name != openCommand && at < 0:
		r.fault(do.line, under(path, "do"), "command.unknown", fmt.Sprintf("there is no command %q to a %s; there are: %s", name, step.Case.Kind, commandNames(commands)))
	case with != nil && (name == openCommand || !commands[at].data):
		r.fault(with.line, under(path, "with"), "command.no_data", fmt.Sprintf("%s takes no data", name))
	case name == openCommand:
	case with == nil && commands[at].data:
		r.fault(n.line, under(path, "with"), "field.missing", fmt.Sprintf("the data of %s is missing", name))
	case with == nil:
		return nil, commands[at].prepare(&r.strict, nil, "")
	default:
		run := commands[at].prepare(&r.strict, with, under(path, "with"))
		return with.json(), run
	}
	return nil, nil
}

func commandNames(commands []command) string {
	names := []string{openCommand}
	for _, c := range commands {
		names = append(names, c.name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
