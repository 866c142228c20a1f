package casework

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// KindSpec describes a sort of case. [NewKind] checks it.
type KindSpec[T Aggregate] struct {
	// Name of the kind, such as "cycle". It stands on every case and never changes.
	Name string
	// Shape of the document, from 1. Raise it when documents kept so far would
	// be read wrongly: they are then rebuilt from their journals.
	Shape int
	// New gives an empty case.
	New func() T
	// Document gives a pointer to what is kept of the case as JSON.
	Document func(T) any
	// Events are all the entry types the kind can read.
	Events []EventType[T]
	// Tables are the definitions cases may be pinned to, old versions included.
	// A case opens under the highest version of the name it asks for.
	Tables []*Table
	// Policies watch over the moves, and over recording.
	Policies []Policy[T]
	// Weigh gives a policy's effect on a case, by the policy's code; the zero
	// Effect, or a nil Weigh, leaves it to the policy.
	Weigh func(T, string) Effect
	// Arguments names the command of each move that needs more than a reason.
	Arguments map[Move]string
	// Automatic names the moves that another case's change takes in Settle. They
	// are not listed, and nobody can take them by hand.
	Automatic []Move
	// Moved follows a move, live and in a fold. It reads the entry and the case only.
	Moved func(T, Entry)
	// Deadlines gives what is due when, from the case's facts alone.
	Deadlines func(T) []Deadline
	// Passed follows a deadline that fired, live and in a fold.
	Passed func(T, Entry, Deadline)
	// Describe gives the title and the live claim for the store's index.
	Describe func(T) Description
	// Links names the cases a unit loads along, one step deep. They are asked for
	// once, when the case is loaded.
	Links func(T) []Link
	// Settle does what must happen to other cases in the same commit. It runs
	// once for each case a unit changed, after the unit's work.
	Settle func(*Unit, T) error
}

// Description is what the store's index says of a case, beyond what the
// machinery knows.
type Description struct {
	Title string
	Live  string // at most one case per tenant carries the same claim; empty claims nothing
}

// Link is a case loaded along with another one.
type Link struct {
	Role string // such as "predecessor"
	Case CaseID
	Kind AnyKind
}

// AnyKind is a [Kind] whatever its case type.
type AnyKind interface {
	Name() string
	load(u *Unit, id CaseID) (loaded, error)
}

// Kind is a checked description of a sort of case. It never changes and may be
// shared between goroutines.
type Kind[T Aggregate] struct {
	spec     KindSpec[T]
	events   map[string]EventType[T]
	watching map[Move][]int // indexes of the policies that watch a move, in order
}

// NewKind checks a description and gives the kind, or [ErrInvalid] with every
// fault: missing parts, events twice, named like a move, or unable to read their
// past, definitions twice, policies undocumented, twice, or watching what does
// not exist.
func NewKind[T Aggregate](spec KindSpec[T]) (*Kind[T], error) {
	spec.Events, spec.Tables = slices.Clone(spec.Events), slices.Clone(spec.Tables)
	spec.Policies, spec.Arguments, spec.Automatic = slices.Clone(spec.Policies), maps.Clone(spec.Arguments), slices.Clone(spec.Automatic)
	k := &Kind[T]{spec: spec, events: map[string]EventType[T]{}, watching: map[Move][]int{}}
	faults := slices.Concat(k.partFaults(), k.tableFaults(), k.eventFaults())
	faults = append(faults, policyFaults(spec.Policies, spec.Tables, k.eventNames())...)
	if err := InvalidIf("kind "+spec.Name, faults); err != nil {
		return nil, err
	}
	k.watch()
	return k, nil
}

func (k *Kind[T]) partFaults() []Fault {
	var faults []Fault
	if blank(k.spec.Name) {
		faults = append(faults, Fault{Path: "name", Code: "kind.unnamed", Message: "a kind needs a name"})
	}
	if k.spec.Shape < 1 {
		faults = append(faults, Fault{Path: "shape", Code: "kind.shape", Message: "shapes count from 1"})
	}
	if k.spec.New == nil || k.spec.Document == nil {
		faults = append(faults, Fault{Path: "new", Code: "kind.incomplete", Message: "a kind needs New and Document"})
	}
	if len(k.spec.Tables) == 0 {
		faults = append(faults, Fault{Path: "tables", Code: "kind.no_definition", Message: "a kind needs at least one definition"})
	}
	return faults
}

func (k *Kind[T]) tableFaults() []Fault {
	var faults []Fault
	seen := map[string]bool{}
	for i, t := range k.spec.Tables {
		path := fmt.Sprintf("tables[%d]", i)
		if t == nil {
			faults = append(faults, Fault{Path: path, Code: "definition.missing", Message: "there is no definition"})
			continue
		}
		if seen[t.pin.String()] {
			faults = append(faults, Fault{Path: path, Code: "definition.duplicate", Message: fmt.Sprintf("definition %s stands there twice", t.pin)})
		}
		seen[t.pin.String()] = true
	}
	return faults
}

// eventFaults enters the events by name, and lists what is wrong with them.
func (k *Kind[T]) eventFaults() []Fault {
	var faults []Fault
	for i, ev := range k.spec.Events {
		path := fmt.Sprintf("events[%d]", i)
		if ev == nil {
			faults = append(faults, Fault{Path: path, Code: "event.missing", Message: "there is no event"})
			continue
		}
		for _, f := range ev.faults() {
			faults = append(faults, Fault{Path: path, Code: f.Code, Message: f.Message})
		}
		name := ev.name()
		if k.events[name] != nil {
			faults = append(faults, Fault{Path: path, Code: "event.duplicate", Message: fmt.Sprintf("event %q stands there twice", name)})
		}
		if anyTableHas(k.spec.Tables, Move(name)) {
			faults = append(faults, Fault{Path: path, Code: "event.like_move", Message: fmt.Sprintf("%q names an event and a move: a policy could not tell them apart", name)})
		}
		k.events[name] = ev
	}
	return faults
}

// watch indexes the policies by what they watch, so that a move costs only what
// watches it.
func (k *Kind[T]) watch() {
	var moves []Move
	for _, t := range k.spec.Tables {
		moves = append(moves, t.moves...)
	}
	slices.Sort(moves)
	moves = slices.Compact(moves)
	for i, p := range k.spec.Policies {
		watched := slices.Clone(p.Moves)
		if slices.Contains(watched, AnyMove) {
			watched = append(watched, moves...)
		}
		slices.Sort(watched)
		for _, m := range slices.Compact(watched) {
			k.watching[m] = append(k.watching[m], i)
		}
	}
}

// Name of the kind.
func (k *Kind[T]) Name() string { return k.spec.Name }

// Policies gives the policies in their order.
func (k *Kind[T]) Policies() []Policy[T] { return slices.Clone(k.spec.Policies) }

// Tables gives the definitions cases may be pinned to.
func (k *Kind[T]) Tables() []*Table { return slices.Clone(k.spec.Tables) }

// Table gives the highest version of a definition, or [ErrNotFound].
func (k *Kind[T]) Table(name string) (*Table, error) {
	var found *Table
	for _, t := range k.spec.Tables {
		if t.pin.Name == name && (found == nil || t.pin.Version > found.pin.Version) {
			found = t
		}
	}
	if found == nil {
		return nil, &NotFoundError{Op: "open " + k.spec.Name, What: "definition", ID: name}
	}
	return found, nil
}

// pinned gives the table of a pin. A pin the kind does not have is
// [ErrCorrupt]: the case cannot be judged by another definition than its own.
func (k *Kind[T]) pinned(id CaseID, pin Pin) (*Table, error) {
	for _, t := range k.spec.Tables {
		if t.pin == pin {
			return t, nil
		}
	}
	return nil, &CorruptError{
		Op: "load " + k.spec.Name, Case: id, Code: "definition.unknown",
		What: fmt.Sprintf("the case runs under %s with digest %.12s, which is not among the definitions given", pin, pin.Digest),
	}
}

// Opening is what a case is opened with.
type Opening struct {
	Definition string        // name; where all versions of the kind go by one name, it may be empty
	Subject    string        // a pseudonym of the person it is about, never a name
	References []ExternalRef // the host's own numbers
}

// Open begins a case within a call. An unknown definition is [ErrNotFound],
// a faulty reference or a call that has ended [ErrInvalid].
func (k *Kind[T]) Open(call *Call, id CaseID, o Opening) (T, error) {
	if err := InvalidIf("open "+k.spec.Name, call.handFaults()); err != nil {
		var none T
		return none, call.fail(err)
	}
	return k.open(call, id, o, permission{open: true})
}

func (k *Kind[T]) open(call *Call, id CaseID, o Opening, p permission) (T, error) {
	var none T
	table, err := k.tableFor(o)
	if err != nil {
		return none, call.fail(err)
	}
	faults := append(call.faults(), o.faults()...)
	if id.IsZero() {
		faults = append(faults, Fault{Path: "id", Code: "id.missing", Message: "a case needs an id"})
	}
	if err := InvalidIf("open "+k.spec.Name, faults); err != nil {
		return none, call.fail(err)
	}
	c := k.empty(id)
	b := c.base()
	b.table = table
	call.attach(b, p)
	if objection, denied := p.objection(ActOpen); denied {
		return none, call.fail(&Refusal{Case: id, Move: Move(ActOpen), Objections: []Objection{objection}, Cause: p.cause})
	}
	b.opening = true
	opened := openedData{Kind: k.spec.Name, Pin: table.pin, Subject: o.Subject, Refs: o.References}
	return c, b.recordAt(EntryOpened, table.Initial(), opened)
}

// tableFor gives the definition an opening asks for.
func (k *Kind[T]) tableFor(o Opening) (*Table, error) {
	name := o.Definition
	if first := k.spec.Tables[0].pin.Name; name == "" && !slices.ContainsFunc(k.spec.Tables, func(t *Table) bool { return t.pin.Name != first }) {
		name = first
	}
	return k.Table(name)
}

func (o Opening) faults() []Fault {
	var faults []Fault
	if malformed(o.Subject) {
		faults = append(faults, malformedText("subject"))
	}
	for i, ref := range o.References {
		path := fmt.Sprintf("references[%d]", i)
		faults = append(faults, ref.Faults(path)...)
		if slices.Contains(o.References[:i], ref) {
			faults = append(faults, Fault{Path: path, Code: "reference.duplicate", Message: fmt.Sprintf("%s stands there twice", ref)})
		}
	}
	return faults
}

// Attach puts a case under a call, outside a unit. A case that is under a call
// already, or a call that has ended, is [ErrInvalid].
func (k *Kind[T]) Attach(call *Call, c T) error {
	faults := append(call.faults(), call.handFaults()...)
	if c.base().call != nil {
		faults = append(faults, Fault{Path: "case", Code: "call.running", Message: "the case is under a call already"})
	}
	if err := InvalidIf("begin a call", faults); err != nil {
		return err
	}
	call.attach(c.base(), permission{open: true})
	return nil
}

// Options gives every move out of the present state with all that speaks
// against it, in the order of the definition. The case must be under a call;
// otherwise there is nobody to judge for, and the answer is [ErrInvalid].
func (k *Kind[T]) Options(c T) ([]Option, error) {
	b := c.base()
	if err := b.working("list options"); err != nil {
		return nil, err
	}
	moves := b.table.waysFrom(b.kept.State)
	options := make([]Option, 0, len(moves))
	for _, m := range moves {
		if slices.Contains(k.spec.Automatic, m) {
			continue
		}
		o := Option{Move: m, Title: b.table.Title(m), Arguments: k.spec.Arguments[m]}
		var args any
		if o.Arguments != "" {
			args = unknownArguments{}
		}
		o.To, o.Objections = k.decide(c, m, args)
		options = append(options, o)
	}
	return options, nil
}

// unknownArguments stands for arguments that nobody has given yet. Policies
// that look at arguments find none of their own type and stay silent.
type unknownArguments struct{}

// decide is the one place where a move is judged: enforcing, listing and
// explaining all come through here.
func (k *Kind[T]) decide(c T, m Move, args any) (State, []Objection) {
	b := c.base()
	from := b.kept.State
	to, asksWhy, allowed := b.table.next(from, m)
	if !allowed || (!b.call.settling && slices.Contains(k.spec.Automatic, m)) {
		return "", []Objection{k.notAllowed(b.table, from, m)}
	}
	var objections []Objection
	if args == nil && k.spec.Arguments[m] != "" {
		objections = append(objections, argumentsMissing(m, k.spec.Arguments[m]))
	}
	if asksWhy && blank(b.call.options.reason) {
		objections = append(objections, reasonMissing(m))
	}
	if objection, denied := b.permission.objection(Action(m)); denied {
		objections = append(objections, objection)
	}
	return to, k.consider(c, m, to, args, objections)
}

// decideRecording judges whether anything may be recorded at all.
func (k *Kind[T]) decideRecording(c T) []Objection {
	b := c.base()
	var objections []Objection
	if objection, denied := b.permission.objection(ActUpdate); denied {
		objections = append(objections, objection)
	}
	return k.consider(c, Recording, b.kept.State, nil, objections)
}

// consider adds what the policies that watch a move, or an event by its name,
// have to say.
func (k *Kind[T]) consider(c T, m Move, to State, args any, objections []Objection) []Objection {
	watching := k.watching[m]
	if len(watching) == 0 {
		return objections
	}
	b := c.base()
	attempt := Attempt[T]{
		Case: c, Move: m, From: b.kept.State, To: to, Actor: b.call.actor.clone(),
		At: b.call.at, Reason: b.call.options.reason, Args: args, Settling: b.call.settling,
	}
	for _, i := range watching {
		objections = k.consult(&k.spec.Policies[i], &attempt, objections)
	}
	return objections
}

// consult adds what one policy has to say.
func (k *Kind[T]) consult(p *Policy[T], a *Attempt[T], objections []Objection) []Objection {
	raised, effect, sound := k.check(p, a)
	if !sound {
		return append(objections, Objection{
			Code: CodePolicyFailed, Effect: Bar, Subject: p.Code,
			Message: fmt.Sprintf("policy %s could not be judged", p.Code),
			Remedy:  "ask whoever maintains the policy: it must look and not act, and must not fail",
			Source:  p.Source,
		})
	}
	for _, o := range raised {
		o.Code, o.Effect, o.Source = p.Code, effect, p.Source
		objections = append(objections, o)
	}
	return objections
}

// check weighs a policy and asks it, and tells whether it behaved: a policy
// that panics, or issues a command to any case of the call, did not.
func (k *Kind[T]) check(p *Policy[T], a *Attempt[T]) (raised []Objection, effect Effect, sound bool) {
	call := a.Case.base().call
	call.checking, call.meddled = true, false
	defer func() {
		call.checking = false
		if r := recover(); r != nil || call.meddled {
			raised, sound = nil, false
		}
	}()
	if effect = k.weight(p, a.Case); effect == Off {
		return nil, Off, true
	}
	return p.Check(*a), effect, true
}

// weight is how heavily a policy's objections weigh on a case.
func (k *Kind[T]) weight(p *Policy[T], c T) Effect {
	if k.spec.Weigh != nil {
		if weight := k.spec.Weigh(c, p.Code); weight != 0 {
			return weight
		}
	}
	if p.Effect == 0 {
		return Refuse
	}
	return p.Effect
}

func (k *Kind[T]) notAllowed(t *Table, from State, m Move) Objection {
	remedy := "the case is over"
	ways := slices.DeleteFunc(slices.Clone(t.waysFrom(from)), func(m Move) bool { return slices.Contains(k.spec.Automatic, m) })
	if len(ways) > 0 {
		remedy = fmt.Sprintf("possible here: %s", list(ways))
	}
	return Objection{
		Code: CodeMoveNotAllowed, Effect: Bar,
		Message: fmt.Sprintf("%s cannot be taken in state %s", m, from),
		Remedy:  remedy, Source: "definition " + t.pin.String(),
	}
}

func argumentsMissing(m Move, command string) Objection {
	return Objection{
		Code: CodeArgumentsMissing, Effect: Bar,
		Message: fmt.Sprintf("%s needs more than its name", m), Remedy: "use the command " + command,
	}
}

func reasonMissing(m Move) Objection {
	return Objection{
		Code: CodeReasonMissing, Effect: Explain,
		Message: fmt.Sprintf("%s needs a reason", m), Remedy: "say why, with casework.Reason",
	}
}

func list(moves []Move) string {
	text := ""
	for i, m := range moves {
		if i > 0 {
			text += ", "
		}
		text += string(m)
	}
	return text
}

// empty gives a case that knows its kind and nothing else.
func (k *Kind[T]) empty(id CaseID) T {
	c := k.spec.New()
	b := c.base()
	b.id = id
	b.bound = boundTo[T]{kind: k, c: c}
	return c
}

// boundTo lets the shared part of a case reach its kind.
type boundTo[T Aggregate] struct {
	kind *Kind[T]
	c    T
}

func (b boundTo[T]) knows(event any) bool {
	ev, is := event.(EventType[T])
	return is && b.kind.events[ev.name()] == ev
}

func (b boundTo[T]) watches(m Move) bool { return len(b.kind.watching[m]) > 0 }

func (b boundTo[T]) kindName() string { return b.kind.spec.Name }

func (b boundTo[T]) decide(m Move, args any) (State, []Objection) {
	return b.kind.decide(b.c, m, args)
}

func (b boundTo[T]) decideRecording() []Objection { return b.kind.decideRecording(b.c) }

func (b boundTo[T]) decideEvent(name string, data any) []Objection {
	return b.kind.consider(b.c, Move(name), b.c.base().kept.State, data, nil)
}

func (b boundTo[T]) table(pin Pin) (*Table, error) { return b.kind.pinned(b.c.base().id, pin) }

func (b boundTo[T]) moved(e Entry) {
	if b.kind.spec.Moved != nil {
		b.kind.spec.Moved(b.c, e)
	}
}

func (b boundTo[T]) passed(e Entry, d Deadline) {
	if b.kind.spec.Passed != nil {
		b.kind.spec.Passed(b.c, e, d)
	}
}

func (b boundTo[T]) deadlines() []Deadline {
	if b.kind.spec.Deadlines == nil {
		return nil
	}
	return b.kind.spec.Deadlines(b.c)
}

// index says what a store keeps beside the document.
func (k *Kind[T]) index(c T) Index {
	b := c.base()
	x := Index{
		Kind: k.spec.Name, Definition: b.kept.Pin, State: b.kept.State, Final: b.Final(),
		Subject: b.kept.Subject, Refs: b.References(),
	}
	if holder, held := b.Holder(); held {
		x.Holder = holder.ID
	}
	if k.spec.Describe != nil {
		d := k.spec.Describe(c)
		x.Title, x.Live = d.Title, d.Live
	}
	if open := b.Deadlines(); len(open) > 0 && writable(open[0].Due) {
		x.Due = open[0].Due.UTC().Truncate(time.Microsecond)
	}
	return x
}
