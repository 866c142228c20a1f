package casework

import (
	"fmt"
	"strings"
)

// Refusal is the error that carries every objection to a move or command,
// those that stop it and those that only advise. It is [ErrRefused].
type Refusal struct {
	Case       CaseID      `json:"case"`
	Move       Move        `json:"move"` // the event's name, or [Recording], for a command that moves nothing
	State      State       `json:"state"`
	Objections []Objection `json:"objections"`
	Cause      error       `json:"-"` // what the host's Permit said when it failed; not for the actor to read
}

// Error lists every objection with its remedy.
func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s refused", r.Move)
	if r.State != "" {
		fmt.Fprintf(&b, " in state %s", r.State)
	}
	for i, o := range r.Objections {
		separator := "; "
		if i == 0 {
			separator = ": "
		}
		fmt.Fprintf(&b, "%s%s (%s, %s)", separator, o.Message, o.Code, o.Effect)
		if o.Remedy != "" {
			fmt.Fprintf(&b, ", remedy: %s", o.Remedy)
		}
	}
	return b.String()
}

// Unwrap gives [ErrRefused] and the cause.
func (r *Refusal) Unwrap() []error { return withCause(ErrRefused, r.Cause) }

// Has tells whether an objection with the code is among them.
func (r *Refusal) Has(code string) bool {
	for _, o := range r.Objections {
		if o.Code == code {
			return true
		}
	}
	return false
}

// Codes of the objections the machinery itself raises. All are API.
const (
	CodeMoveNotAllowed    = "move.not_allowed"       // the definition has no such move here
	CodeArgumentsMissing  = "move.arguments_missing" // the move has a command of its own
	CodeReasonMissing     = "reason.missing"         // the move asks for a reason
	CodePermissionDenied  = "permission.denied"      // the host's Permit did not allow it
	CodePermissionFailed  = "permission.failed"      // the host's Permit gave no usable answer
	CodePolicyFailed      = "policy.failed"          // a policy panicked or issued commands
	CodeOverrideForbidden = "override.not_permitted" // the host's Permit did not allow the override
	CodeOverrideSelf      = "override.self"          // the holder of a case does not override on it
)

// machineCodes are codes no policy can have.
var machineCodes = []string{
	CodeMoveNotAllowed, CodeArgumentsMissing, CodeReasonMissing, CodePermissionDenied,
	CodePermissionFailed, CodePolicyFailed, CodeOverrideForbidden, CodeOverrideSelf,
}
