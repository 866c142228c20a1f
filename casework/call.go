package casework

import (
	"slices"
	"time"
)

// Call is who does something, when, and what is said along. Commands are
// issued within a call; a unit makes its own, and tests and tools may make one
// with [NewCall] to use a case without a store.
type Call struct {
	actor     Actor
	at        time.Time // UTC, microseconds
	effective time.Time
	options   callOptions
	salt      func() [16]byte
	imported  bool
	err       error // the first command that failed
	cases     []*Case
	ended     bool
	ofUnit    bool // cases come under it by the unit alone
	checking  bool // a policy is looking: no commands
	meddled   bool // a policy issued a command
	settling  bool // the work is done: what follows in other cases is under way
}

// NewCall begins a call outside a unit. No Permit is asked: whoever has the
// case in hand may do everything but override. A faulty actor, a time beyond the
// years 1 to 9999, or a text that is not UTF-8 is [ErrInvalid].
func NewCall(o *DeskOptions, by Actor, opts ...CallOption) (*Call, error) {
	full := o.withDefaults()
	return newCall(&full, by, gather(opts))
}

func newCall(o *DeskOptions, by Actor, options callOptions) (*Call, error) {
	at := normalTime(o.Clock().UTC())
	if err := InvalidIf("begin a call", callFaults(at, by, &options)); err != nil {
		return nil, err
	}
	effective := normalTime(options.effective)
	if effective.IsZero() {
		effective = at
	}
	return &Call{actor: by.clone(), at: at, effective: effective, options: options, salt: o.Salt}, nil
}

// callFaults lists everything wrong with what a call is begun with.
func callFaults(at time.Time, by Actor, o *callOptions) []Fault {
	faults := append(by.Faults("actor"), o.faults()...)
	if at.IsZero() || !writable(at) {
		faults = append(faults, Fault{Path: "clock", Code: "time.unwritable", Message: "the clock gives a time beyond the years 1 to 9999"})
	}
	return faults
}

// faults tells that nothing can be put under a call that has ended.
func (call *Call) faults() []Fault {
	if call.ended {
		return []Fault{{Path: "call", Code: "call.none", Message: "the call has ended"}}
	}
	return nil
}

// handFaults tells that a case cannot be put under the call by hand.
func (call *Call) handFaults() []Fault {
	if call.ofUnit {
		return []Fault{{Path: "call", Code: "call.of_unit", Message: "the call is a unit's: use casework.Load or casework.Open with the unit"}}
	}
	return nil
}

// Actor is who does it.
func (call *Call) Actor() Actor { return call.actor.clone() }

// At is when it is recorded: UTC, microseconds.
func (call *Call) At() time.Time { return call.at }

// Err gives the first command that failed, if any did. What such a call made
// must not be kept.
func (call *Call) Err() error { return call.err }

// End closes the call: its cases accept no commands any more.
func (call *Call) End() {
	for _, c := range call.cases {
		c.call = nil
	}
	call.cases, call.ended = nil, true
}

// attach puts a case under the call.
func (call *Call) attach(c *Case, p permission) {
	c.call, c.permission = call, p
	c.pending, c.advice = nil, nil
	c.opening, c.answered, c.holders = false, nil, nil
	if holder, held := c.Holder(); held {
		c.holders = append(c.holders, holder)
	}
	call.cases = append(call.cases, c)
}

// fail remembers the first failure: a refused command fails the whole call even
// if its error is ignored.
func (call *Call) fail(err error) error {
	if call.err == nil {
		call.err = err
	}
	return err
}

// sign writes into an entry what the call knows. An entry that has an author of
// its own is imported history: the call's reason is not the author's.
func (call *Call) sign(e *Entry) {
	salt := call.salt()
	e.Salt, e.Imported = salt[:], call.imported
	if e.Actor.IsZero() {
		e.Actor = call.actor.clone()
		if e.Reason == "" && !call.settling { // what follows in other cases has words of its own
			e.Reason = call.options.reason
		}
	}
	if e.Recorded.IsZero() {
		e.Recorded = call.at
	}
	if e.Effective.IsZero() {
		e.Effective = call.effective
	}
}

// verdict is what remains of objections once the call has had its say.
type verdict struct {
	objections []Objection
	explained  []string // codes, in the order they were raised
	overridden []string
	stopped    bool
}

// weigh holds the objections against the explanations and overrides given. A
// missing reason is answered by a reason alone: it belongs on the move itself.
func (call *Call) weigh(c *Case, objections []Objection) verdict {
	v := verdict{objections: objections}
	for _, o := range objections {
		switch {
		case !o.Effect.Stops():
		case o.Effect == Explain && o.Code != CodeReasonMissing && !blank(call.options.explanations[o.Code]):
			v.explained = addOnce(v.explained, o.Code)
		case o.Effect == Refuse && !blank(call.options.overrides[o.Code]):
			against, forbidden := call.againstOverride(c, o.Code)
			if !forbidden {
				v.overridden = addOnce(v.overridden, o.Code)
				continue
			}
			v.stopped = true
			if !slices.Contains(v.objections, against) {
				v.objections = append(v.objections, against)
			}
		default:
			v.stopped = true
		}
	}
	return v
}

// againstOverride says why this actor may not override on this case.
func (call *Call) againstOverride(c *Case, code string) (Objection, bool) {
	if !c.permission.mayOverride(code) {
		return Objection{
			Code: CodeOverrideForbidden, Effect: Bar, Subject: code,
			Message: "not permitted: to override " + code,
			Remedy:  "ask somebody who may override it",
			Source:  "permissions of the host",
		}, true
	}
	if slices.ContainsFunc(c.holders, call.actor.sharesWith) {
		return Objection{
			Code: CodeOverrideSelf, Effect: Bar, Subject: code,
			Message: "whoever holds a case does not override on it, nor does anybody on the holder's behalf",
			Remedy:  "ask another authorised person",
			Source:  "separation of duties",
		}, true
	}
	return Objection{}, false
}

func addOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
