package casework

import (
	"fmt"
	"slices"
	"time"
)

// Recording stands, in the moves a policy watches, for every command that
// writes to a case without moving it.
const Recording Move = "record"

// AnyMove stands, in the moves a policy watches, for every move of every
// definition. It does not cover [Recording].
const AnyMove Move = "*"

// Effect says how heavily an objection weighs.
type Effect uint8

// The effects, from the lightest to the heaviest. The zero Effect is none of
// them: it leaves the weight to the policy.
const (
	Off     Effect = iota + 1 // not looked at
	Advise                    // listed, stops nothing
	Explain                   // stops until a reason is recorded
	Refuse                    // stops; another authorised actor may override it, on record
	Bar                       // stops; nobody can override it
)

var effectNames = [...]string{"", "off", "advise", "explain", "refuse", "bar"}

// String gives the effect's name in lower case.
func (e Effect) String() string {
	if int(e) >= len(effectNames) {
		return fmt.Sprintf("effect(%d)", uint8(e))
	}
	return effectNames[e]
}

// Stops tells whether the effect holds a move up when nothing is said to it.
func (e Effect) Stops() bool { return e >= Explain }

// MarshalText writes the effect's name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the effect's name; anything else gives [ErrInvalid].
func (e *Effect) UnmarshalText(b []byte) error {
	at := slices.Index(effectNames[:], string(b))
	if at < 0 {
		return Invalid("parse effect", Fault{Path: "effect", Code: "effect.unknown", Message: fmt.Sprintf("%q is not an effect: off, advise, explain, refuse or bar", b)})
	}
	*e = Effect(at) //nolint:gosec // an index into six names
	return nil
}

// Objection is one reason a rule gives against a move.
type Objection struct {
	Code    string    `json:"code"`              // the policy's; API
	Message string    `json:"message"`           // what stands in the way, for people
	Remedy  string    `json:"remedy,omitempty"`  // what to do about it
	Effect  Effect    `json:"effect"`            // how heavily it weighs on this case
	Source  string    `json:"source,omitempty"`  // where the rule comes from
	Subject string    `json:"subject,omitempty"` // the record in question, such as a need's id
	Until   time.Time `json:"until,omitzero"`    // when it lapses by itself, where that is known
}

// Policy is a rule as a value: it objects to moves or stays silent.
//
// Check is pure: it sees the attempt and nothing else, changes nothing, and may
// be called at any time. A Check that panics or issues commands refuses. The
// machinery fills in Code, Effect and Source of what it returns.
type Policy[T any] struct {
	Code   string // unique in its list; API
	Doc    string // what the rule asks and why, for people
	Source string // act and section, report and year, or house rule
	Moves  []Move // what it watches: moves, [AnyMove] for all of them, events by their names, [Recording] for all of those
	Effect Effect // its weight where the kind does not weigh it otherwise; zero means Refuse
	Check  func(Attempt[T]) []Objection
}

// Attempt is what a policy judges.
type Attempt[T any] struct {
	Case   T
	Move   Move // or the name of the event, for a command that moves nothing
	From   State
	To     State
	Actor  Actor
	At     time.Time // the time of the call, not the effective time it claims
	Reason string
	Args   any // what the command was given; nil for moves without arguments
	// Settling tells that nobody took this move by hand: a change to another
	// case brings it about, in the same commit.
	Settling bool
}

// Option is one move out of the present state, with all that is said against it.
// A move that only wants a reason carries [CodeReasonMissing] alone: give a
// [Reason] to Options to leave that out.
type Option struct {
	Move       Move        `json:"move"`
	Title      string      `json:"title"`
	To         State       `json:"to"`
	Arguments  string      `json:"arguments,omitempty"` // the command that takes it, where the move needs arguments
	Objections []Objection `json:"objections,omitempty"`
}

// Allowed tells whether nothing stops the move.
func (o Option) Allowed() bool { return !stopping(o.Objections) }

func stopping(objections []Objection) bool {
	for _, o := range objections {
		if o.Effect.Stops() {
			return true
		}
	}
	return false
}

// PolicyEdits is how a host changes a list of policies, by code.
type PolicyEdits[T any] struct {
	Add     []Policy[T] // codes not in the list yet
	Replace []Policy[T] // codes in the list
	Drop    []string    // codes in the list
}

// EditPolicies gives the changed list, or [ErrInvalid] with every edit that
// misses: a dropped or replaced code that is not there, an added one that is.
func EditPolicies[T any](list []Policy[T], edits PolicyEdits[T]) ([]Policy[T], error) {
	list = slices.Clone(list)
	at := func(code string) int {
		return slices.IndexFunc(list, func(p Policy[T]) bool { return p.Code == code })
	}
	var faults []Fault
	for i, p := range edits.Replace {
		if k := at(p.Code); k >= 0 {
			list[k] = p
			continue
		}
		faults = append(faults, Fault{Path: fmt.Sprintf("replace[%d]", i), Code: "policy.unknown", Message: fmt.Sprintf("no policy %q to replace", p.Code)})
	}
	for i, code := range edits.Drop {
		if k := at(code); k >= 0 {
			list = slices.Delete(list, k, k+1)
			continue
		}
		faults = append(faults, Fault{Path: fmt.Sprintf("drop[%d]", i), Code: "policy.unknown", Message: fmt.Sprintf("no policy %q to drop", code)})
	}
	for i, p := range edits.Add {
		if at(p.Code) >= 0 {
			faults = append(faults, Fault{Path: fmt.Sprintf("add[%d]", i), Code: "policy.duplicate", Message: fmt.Sprintf("policy %q is there already: replace it", p.Code)})
			continue
		}
		list = append(list, p)
	}
	return list, InvalidIf("edit policies", faults)
}

// policyFaults checks a list against the definitions and events it will watch over.
func policyFaults[T any](policies []Policy[T], tables []*Table, events map[string]bool) []Fault {
	var faults []Fault
	seen := map[string]int{}
	for i, p := range policies {
		path := fmt.Sprintf("policies[%d]", i)
		if blank(p.Code) {
			faults = append(faults, Fault{Path: path + ".code", Code: "policy.unnamed", Message: "a policy needs a code"})
		}
		if first, twice := seen[p.Code]; twice {
			faults = append(faults, Fault{Path: path + ".code", Code: "policy.duplicate", Message: fmt.Sprintf("policy %q stands already in policies[%d]", p.Code, first)})
		}
		seen[p.Code] = i
		if slices.Contains(machineCodes, p.Code) {
			faults = append(faults, Fault{Path: path + ".code", Code: "policy.reserved", Message: fmt.Sprintf("%q is a code of the machinery's own", p.Code)})
		}
		if p.Effect > Bar {
			faults = append(faults, Fault{Path: path + ".effect", Code: "effect.unknown", Message: fmt.Sprintf("policy %q has no effect there is", p.Code)})
		}
		if blank(p.Doc) {
			faults = append(faults, Fault{Path: path + ".doc", Code: "policy.undocumented", Message: fmt.Sprintf("say what policy %q asks", p.Code)})
		}
		if p.Check == nil {
			faults = append(faults, Fault{Path: path + ".check", Code: "policy.empty", Message: fmt.Sprintf("policy %q checks nothing", p.Code)})
		}
		if len(p.Moves) == 0 {
			faults = append(faults, Fault{Path: path + ".moves", Code: "policy.blind", Message: fmt.Sprintf("policy %q watches no move", p.Code)})
		}
		for k, m := range p.Moves {
			if m != Recording && m != AnyMove && !events[string(m)] && !anyTableHas(tables, m) {
				faults = append(faults, Fault{Path: fmt.Sprintf("%s.moves[%d]", path, k), Code: "policy.unknown_move", Message: fmt.Sprintf("policy %q watches %q, which is neither a move of a definition nor an event", p.Code, m)})
			}
		}
	}
	return faults
}

func anyTableHas(tables []*Table, m Move) bool {
	return slices.ContainsFunc(tables, func(t *Table) bool { return t != nil && t.HasMove(m) })
}

// HolderOnly is a policy a host may add: once a case is assigned, only its
// holder acts on it, or somebody on the holder's behalf.
func HolderOnly[T Aggregate]() Policy[T] {
	return Policy[T]{
		Code:   "holder.other",
		Doc:    "An assigned case is worked on by its holder alone, or on the holder's behalf; what another case brings about goes ahead.",
		Source: "house rule of the host",
		Moves:  []Move{AnyMove, Recording},
		Effect: Refuse,
		Check: func(a Attempt[T]) []Objection {
			holder, held := a.Case.base().Holder()
			if !held || a.Settling || a.Actor.standsFor(holder) {
				return nil
			}
			return []Objection{{
				Message: fmt.Sprintf("the case is assigned to %s", holder),
				Remedy:  fmt.Sprintf("ask %s, or have the case assigned to you", holder),
			}}
		},
	}
}
