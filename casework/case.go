package casework

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Aggregate is a kind of case in memory: a pointer to a struct that embeds
// [Case].
type Aggregate interface{ base() *Case }

// Case is what every kind of case shares: identity, state, the definition it
// is pinned to, the holder, external references and deadlines. Domain types
// embed it. Accessors return copies; only commands issued within a call change
// anything.
type Case struct {
	id      CaseID
	seq     uint64
	head    Hash
	kept    keptCase
	table   *Table
	bound   bound // the kind, knowing this very case
	call    *Call
	pending []Entry
	linked  map[string][]Aggregate

	holders    []Actor  // who held the case when the call began, and whoever was given it since
	opening    bool     // opened in this call: whoever may open may fill in
	answered   []string // codes that stood against [Recording] and were answered in this call
	advice     []Objection
	permission permission
}

// keptCase is the shared part of a state document.
type keptCase struct {
	Pin         Pin             `json:"pin"`
	State       State           `json:"state"`
	Subject     string          `json:"subject,omitempty"`
	Refs        []ExternalRef   `json:"refs,omitempty"`
	Opened      time.Time       `json:"opened"`
	OpenedBy    Actor           `json:"opened_by"`
	Imported    bool            `json:"imported,omitempty"`
	Assignments []Assignment    `json:"assignments,omitempty"`
	Fired       []FiredDeadline `json:"fired,omitempty"`
}

// Assignment is a time during which a case had a holder, or nobody held it.
type Assignment struct {
	Holder *Actor    `json:"holder,omitempty"` // nil: the case was released
	By     Actor     `json:"by"`
	At     time.Time `json:"at"` // effective time
	Reason string    `json:"reason,omitempty"`
}

// bound is a kind that knows which case it serves.
type bound interface {
	kindName() string
	decide(m Move, args any) (State, []Objection)
	decideRecording() []Objection
	decideEvent(name string, data any) []Objection
	table(pin Pin) (*Table, error)
	moved(e Entry)
	passed(e Entry, d Deadline)
	deadlines() []Deadline
	knows(event any) bool
	watches(m Move) bool
}

func (c *Case) base() *Case { return c }

// ID identifies the case.
func (c *Case) ID() CaseID { return c.id }

// Seq is the sequence of the last entry, those pending included.
func (c *Case) Seq() uint64 { return c.seq }

// State is where the case is.
func (c *Case) State() State { return c.kept.State }

// Definition names the definition the case is pinned to.
func (c *Case) Definition() Pin { return c.kept.Pin }

// Table is the compiled definition the case is pinned to. Within a fold it is
// nil while the journal tells of a definition that is no longer given.
func (c *Case) Table() *Table { return c.table }

// Final tells whether the case is over.
func (c *Case) Final() bool { return c.table != nil && c.table.Final(c.kept.State) }

// Subject is the pseudonym of the person the case is about, where it is about one.
func (c *Case) Subject() string { return c.kept.Subject }

// Opened is when the case was opened, and by whom.
func (c *Case) Opened() (at time.Time, by Actor) { return c.kept.Opened, c.kept.OpenedBy.clone() }

// Imported tells whether the case was brought in rather than opened here.
func (c *Case) Imported() bool { return c.kept.Imported }

// References gives the host's own numbers of the case.
func (c *Case) References() []ExternalRef { return slices.Clone(c.kept.Refs) }

// Holder is the actor the case is assigned to, if it is assigned.
func (c *Case) Holder() (Actor, bool) {
	if n := len(c.kept.Assignments); n > 0 && c.kept.Assignments[n-1].Holder != nil {
		return c.kept.Assignments[n-1].Holder.clone(), true
	}
	return Actor{}, false
}

// Assignments gives the history of holders, oldest first.
func (c *Case) Assignments() []Assignment {
	all := slices.Clone(c.kept.Assignments)
	for i := range all {
		all[i].By = all[i].By.clone()
		if all[i].Holder != nil {
			holder := all[i].Holder.clone()
			all[i].Holder = &holder
		}
	}
	return all
}

// Pending gives the entries this call has made so far and nothing has written yet.
func (c *Case) Pending() []Entry {
	all := make([]Entry, len(c.pending))
	for i, e := range c.pending {
		all[i] = e.Clone()
	}
	return all
}

// Advice gives the objections of the last call's moves that only advised.
func (c *Case) Advice() []Objection { return slices.Clone(c.advice) }

// Linked gives the cases the unit loaded along, by their role. Policies may
// read them.
func (c *Case) Linked(role string) []Aggregate { return slices.Clone(c.linked[role]) }

// Reason is what the running call gave as its reason; empty outside a call.
func (c *Case) Reason() string {
	if c.call == nil {
		return ""
	}
	return c.call.options.reason
}

// Now is the time of the running call: UTC, microseconds; zero outside a call.
func (c *Case) Now() time.Time {
	if c.call == nil {
		return time.Time{}
	}
	return c.call.at
}

// Fail makes a command's own error fail the whole call, even if it is ignored
// further up. It gives the error back; nil stays nil. Domain commands pass the
// faults they find through it.
func (c *Case) Fail(err error) error {
	if err == nil || c.call == nil {
		return err
	}
	if c.call.checking { // a command of a policy: the policy fails, and not the call
		c.call.meddled = true
		return err
	}
	return c.call.fail(err)
}

// Move takes a move without arguments. It is [ErrRefused] with every objection
// when anything stops it, and [ErrInvalid] outside a call.
func (c *Case) Move(m Move) error {
	to, err := c.admit(m, nil)
	if err != nil {
		return err
	}
	c.write(Entry{Type: EntryMoved, Version: 1, Move: m, From: c.kept.State, To: to, Data: json.RawMessage(`{}`)})
	return nil
}

// Assign gives the case to a holder.
func (c *Case) Assign(holder Actor) error {
	if err := c.may("assign the case", ActAssign, holder.Faults("holder")); err != nil {
		return err
	}
	c.holders = append(c.holders, holder.clone())
	return c.record(EntryAssigned, assignedData{Holder: &holder})
}

// Release takes the case from its holder. A case nobody holds is [ErrInvalid].
func (c *Case) Release() error {
	var faults []Fault
	if _, held := c.Holder(); !held {
		faults = append(faults, Fault{Path: "holder", Code: "holder.none", Message: "the case is assigned to nobody"})
	}
	if err := c.may("release the case", ActAssign, faults); err != nil {
		return err
	}
	return c.record(EntryAssigned, assignedData{})
}

// AddReference adds a number of the host's. One the case has already is [ErrInvalid].
func (c *Case) AddReference(ref ExternalRef) error {
	faults := ref.Faults("reference")
	if slices.Contains(c.kept.Refs, ref) {
		faults = append(faults, Fault{Path: "reference", Code: "reference.duplicate", Message: fmt.Sprintf("the case carries %s already", ref)})
	}
	return c.refer("add a reference", faults, referencedData{Ref: ref})
}

// RemoveReference takes a number away. One the case does not have is [ErrInvalid].
func (c *Case) RemoveReference(ref ExternalRef) error {
	var faults []Fault
	if !slices.Contains(c.kept.Refs, ref) {
		faults = append(faults, Fault{Path: "reference", Code: "reference.unknown", Message: fmt.Sprintf("the case does not carry %s", ref)})
	}
	return c.refer("remove a reference", faults, referencedData{Ref: ref, Removed: true})
}

// refer records a change of references; to policies it is recording like any other.
func (c *Case) refer(op string, faults []Fault, data referencedData) error {
	if err := c.working(op); err != nil {
		return err
	}
	if err := InvalidIf(op, faults); err != nil {
		return c.call.fail(err)
	}
	if err := c.mayRecord(EntryReferenced, data); err != nil {
		return err
	}
	return c.record(EntryReferenced, data)
}

// admit decides on a move and records what was said to its objections. It
// gives the state the move leads to.
func (c *Case) admit(m Move, args any) (State, error) {
	if err := c.working("take a move"); err != nil {
		return "", err
	}
	to, objections := c.bound.decide(m, args)
	v, err := c.face(m, objections)
	if err != nil {
		return "", err
	}
	c.reply(m, v, objections)
	return to, nil
}

// mayRecord admits a command that moves nothing. Whoever opened the case in
// this call may fill it in; the policies that watch the very event are asked
// even then.
func (c *Case) mayRecord(event string, data any) error {
	if err := c.working(event); err != nil {
		return err
	}
	var general []Objection
	if !c.opening {
		general = c.bound.decideRecording()
	}
	particular := c.bound.decideEvent(event, data)
	v, err := c.face(Move(event), slices.Concat(general, particular))
	if err != nil {
		return err
	}
	c.reply(Recording, v, general)
	c.reply(Move(event), v, particular)
	return nil
}

// face holds objections against what the call says to them, and fails the call
// when anything is left that stops it.
func (c *Case) face(m Move, objections []Objection) (verdict, error) {
	v := c.call.weigh(c, objections)
	if v.stopped {
		return v, c.call.fail(&Refusal{Case: c.id, Move: m, State: c.kept.State, Objections: v.objections, Cause: c.permission.cause})
	}
	return v, nil
}

// reply keeps the advice, and writes down what the call said to the other
// objections.
func (c *Case) reply(m Move, v verdict, objections []Objection) {
	for _, o := range objections {
		if o.Effect == Advise && !slices.Contains(c.advice, o) {
			c.advice = append(c.advice, o)
		}
	}
	for _, code := range v.explained {
		c.answer(EntryExplained, m, code, c.call.options.explanations[code], objections)
	}
	for _, code := range v.overridden {
		c.answer(EntryOverridden, m, code, c.call.options.overrides[code], objections)
	}
}

// answer writes what was said to the objections of one code. What was said
// about recording as such holds for the whole call, and is written once.
func (c *Case) answer(name string, m Move, code, reason string, objections []Objection) {
	if !slices.ContainsFunc(objections, func(o Objection) bool { return o.Code == code }) {
		return
	}
	if m == Recording {
		if slices.Contains(c.answered, code) {
			return
		}
		c.answered = append(c.answered, code)
	}
	c.write(Entry{Type: name, Version: 1, Data: answer(m, code, objections), Reason: reason})
}

// may admits a command of the machinery's own that no policy watches.
func (c *Case) may(op string, action Action, faults []Fault) error {
	if err := c.working(op); err != nil {
		return err
	}
	if objection, denied := c.permission.objection(action); denied && !c.opening {
		return c.call.fail(&Refusal{Case: c.id, Move: Recording, State: c.kept.State, Objections: []Objection{objection}})
	}
	if err := InvalidIf(op, faults); err != nil {
		return c.call.fail(err)
	}
	return nil
}

// working tells whether the case accepts commands now.
func (c *Case) working(op string) error {
	if c.call == nil || c.call.ended {
		return Invalid(op, Fault{Path: "call", Code: "call.none", Message: "a case accepts commands only within a call"})
	}
	if c.call.checking {
		c.call.meddled = true
		return &Refusal{Case: c.id, Move: Recording, State: c.kept.State, Objections: []Objection{{
			Code: CodePolicyFailed, Effect: Bar, Message: "a policy issued a command", Remedy: "mend the policy: it may only look",
		}}}
	}
	return nil
}

// record writes an entry of the machinery's own.
func (c *Case) record(name string, data any) error { return c.recordAt(name, "", data) }

// recordAt does the same and puts the case into a state without a move.
func (c *Case) recordAt(name string, to State, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return c.call.fail(&InvalidError{Op: name, Faults: []Fault{{Path: "data", Code: "data.unwritable", Message: "the data cannot be written as JSON"}}, Cause: err})
	}
	e := Entry{Type: name, Version: 1, Data: raw}
	if to != "" {
		e.From, e.To = c.kept.State, to
	}
	return c.fold(c.write(e))
}

// write completes an entry with what the call knows, seals it, and lets the
// case follow its move.
func (c *Case) write(e Entry) Entry {
	if c.call.settling && e.Move != "" && e.Reason == "" && c.table.NeedsReason(e.From, e.Move) {
		e.Reason = c.call.options.reason // nothing is said of its own, and the move asks why
	}
	c.call.sign(&e)
	e.Case, e.Seq = c.id, c.seq+1
	e.Seal(c.head)
	c.pending = append(c.pending, e)
	c.follow(e)
	return e
}

// follow takes over what every entry says: where the journal stands, and where
// the case is.
func (c *Case) follow(e Entry) {
	c.seq, c.head = e.Seq, e.Hash
	if e.To != "" {
		c.kept.State = e.To
	}
	if e.Move != "" {
		c.bound.moved(e)
	}
}
