package casework

import (
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
}

// NewCall begins a call outside a unit. No Permit is asked: whoever has the
// case in hand may do everything but override. An empty or faulty actor is
// [ErrInvalid].
func NewCall(o *DeskOptions, by Actor, opts ...CallOption) (*Call, error) {
	full := o.withDefaults()
	return newCall(&full, by, gather(opts))
}

func newCall(o *DeskOptions, by Actor, options callOptions) (*Call, error) {
	if err := InvalidIf("begin a call", by.Faults("actor")); err != nil {
		return nil, err
	}
	at := normalTime(o.Clock().UTC())
	effective := normalTime(options.effective)
	if effective.IsZero() {
		effective = at
	}
	return &Call{actor: by.clone(), at: at, effective: effective, options: options, salt: o.Salt}, nil
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
	call.cases = nil
}

// attach puts a case under the call.
func (call *Call) attach(c *Case, p permission) {
	c.call, c.permission = call, p
	c.pending, c.advice = nil, nil
	c.opening, c.admitted, c.meddled = false, false, false
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

// sign writes into an entry what the call knows.
func (call *Call) sign(e *Entry) {
	salt := call.salt()
	e.Salt, e.Imported = salt[:], call.imported
	if e.Actor.IsZero() {
		e.Actor = call.actor
	}
	if e.Recorded.IsZero() {
		e.Recorded = call.at
	}
	if e.Effective.IsZero() {
		e.Effective = call.effective
	}
	if e.Reason == "" {
		e.Reason = call.options.reason
	}
}

// verdict is what remains of objections once the call has had its say.
type verdict struct {
	objections []Objection
	explained  []string // codes, in the order they were raised
	overridden []string
	stopped    bool
}

// weigh holds the objections against the explanations and overrides given.
func (call *Call) weigh(c *Case, objections []Objection) verdict {
	v := verdict{objections: objections}
	if !stopping(objections) {
		return v
	}
	for _, o := range objections {
		switch {
		case !o.Effect.Stops():
		case o.Effect == Explain && !blank(call.options.explanations[o.Code]):
			v.explained = addOnce(v.explained, o.Code)
		case o.Effect == Refuse && !blank(call.options.overrides[o.Code]):
			if against, forbidden := call.againstOverride(c, o.Code); forbidden {
				v.objections = append(v.objections, against)
				v.stopped = true
				continue
			}
			v.overridden = addOnce(v.overridden, o.Code)
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
	if holder, held := c.Holder(); held && holder.Is(call.actor) {
		return Objection{
			Code: CodeOverrideSelf, Effect: Bar, Subject: code,
			Message: "whoever holds a case does not override on it",
			Remedy:  "ask another authorised person",
			Source:  "separation of duties",
		}, true
	}
	return Objection{}, false
}

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
