package casework

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The sentinels every error of the library answers to. Use errors.Is for the
// class and errors.As (or errors.AsType) for the struct with the particulars.
var (
	// ErrNotFound: there is no such case, reference or key for this tenant.
	// Another tenant's case looks exactly the same.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else was first; see [ConflictError].
	ErrConflict = errors.New("conflict")
	// ErrRefused: a rule objects; see [Refusal].
	ErrRefused = errors.New("refused")
	// ErrInvalid: the input is faulty; see [InvalidError].
	ErrInvalid = errors.New("invalid")
	// ErrCorrupt: what is stored contradicts itself or is unreadable; see [CorruptError].
	ErrCorrupt = errors.New("corrupt")
)

// Fault is one thing wrong with an input. Path and Code are API; Message is
// for people and may be reworded.
type Fault struct {
	Path    string `json:"path"` // the field, such as "needs[2].statement"
	Code    string `json:"code"` // such as "need.statement_missing"
	Message string `json:"message"`
}

// String gives "path: message (code)".
func (f Fault) String() string {
	if f.Path == "" {
		return fmt.Sprintf("%s (%s)", f.Message, f.Code)
	}
	return fmt.Sprintf("%s: %s (%s)", f.Path, f.Message, f.Code)
}

// InvalidError carries all the faults of an input at once. It is [ErrInvalid].
type InvalidError struct {
	Op     string // what was tried
	Faults []Fault
	Cause  error // what was underneath, when something was
}

// Invalid builds an [InvalidError] for an operation.
func Invalid(op string, faults ...Fault) error { return &InvalidError{Op: op, Faults: faults} }

// InvalidIf gives an [InvalidError] when there are faults, and nil when there are none.
func InvalidIf(op string, faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return Invalid(op, faults...)
}

// Error lists every fault.
func (e *InvalidError) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.String()
	}
	return fmt.Sprintf("%s: invalid: %s", e.Op, strings.Join(texts, "; "))
}

// Unwrap gives [ErrInvalid] and the cause.
func (e *InvalidError) Unwrap() []error { return withCause(ErrInvalid, e.Cause) }

// Has tells whether a fault with the code is among them.
func (e *InvalidError) Has(code string) bool {
	for _, f := range e.Faults {
		if f.Code == code {
			return true
		}
	}
	return false
}

// NotFoundError says what was looked for. It is [ErrNotFound].
type NotFoundError struct {
	Op    string
	What  string // "case", "reference", "receipt", "definition"
	ID    string
	Cause error
}

// Error names what was looked for.
func (e *NotFoundError) Error() string { return fmt.Sprintf("%s: %s %s not found", e.Op, e.What, e.ID) }

// Unwrap gives [ErrNotFound] and the cause.
func (e *NotFoundError) Unwrap() []error { return withCause(ErrNotFound, e.Cause) }

// ConflictKind says over what two writers collided.
type ConflictKind string

// The kinds of conflict.
const (
	ConflictSequence  ConflictKind = "sequence"  // the case moved since it was read
	ConflictKey       ConflictKind = "key"       // the idempotency key was used for another command
	ConflictReference ConflictKind = "reference" // another case carries the external reference
	ConflictLive      ConflictKind = "live"      // another live case holds the subject and definition
	ConflictBusy      ConflictKind = "busy"      // the store's snapshot was overtaken, or it stayed locked
	ConflictCursor    ConflictKind = "cursor"    // the subscriber's cursor moved since it was read
	ConflictLead      ConflictKind = "lead"      // another process serves the subscriber
)

// ConflictError says who was first. It is [ErrConflict].
type ConflictError struct {
	Op       string
	Kind     ConflictKind
	Case     CaseID // the case that could not be written
	Expected uint64 // sequence: what the writer had read
	Actual   uint64 // sequence: what the store holds
	By       Actor  // sequence: who moved it, as far as the store knows
	At       time.Time
	Subject  string // key, reference, live claim or subscriber in question
	Holder   CaseID // reference, live: the case that has it
	Cause    error
}

// Error says what collided, and with whom.
func (e *ConflictError) Error() string {
	switch e.Kind {
	case ConflictSequence:
		by := ""
		if !e.By.IsZero() {
			by = " by " + e.By.String()
		}
		return fmt.Sprintf("%s: conflict: case %s was read at %d and moved to %d%s", e.Op, e.Case, e.Expected, e.Actual, by)
	case ConflictKey:
		return fmt.Sprintf("%s: conflict: key %q was used for another command", e.Op, e.Subject)
	case ConflictReference:
		return fmt.Sprintf("%s: conflict: reference %q belongs to case %s", e.Op, e.Subject, e.Holder)
	case ConflictLive:
		return fmt.Sprintf("%s: conflict: %q already has a live case, %s", e.Op, e.Subject, e.Holder)
	case ConflictBusy:
		return fmt.Sprintf("%s: conflict: the store is busy", e.Op)
	case ConflictCursor:
		return fmt.Sprintf("%s: conflict: the cursor of %q moved since it was read", e.Op, e.Subject)
	case ConflictLead:
		return fmt.Sprintf("%s: conflict: another process serves %q", e.Op, e.Subject)
	default:
		return fmt.Sprintf("%s: conflict: %s", e.Op, e.Kind)
	}
}

// Unwrap gives [ErrConflict] and the cause.
func (e *ConflictError) Unwrap() []error { return withCause(ErrConflict, e.Cause) }

// CorruptError says which entry or document contradicts the rest. It is [ErrCorrupt].
type CorruptError struct {
	Op    string
	Case  CaseID
	Seq   uint64 // 0 where the document is meant
	Code  string // such as "chain.broken", "document.differs", "entry.future"
	What  string // the contradiction, in a sentence
	Cause error
}

// Error names the place and the contradiction.
func (e *CorruptError) Error() string {
	place := "document"
	if e.Seq > 0 {
		place = fmt.Sprintf("entry %d", e.Seq)
	}
	text := fmt.Sprintf("%s: corrupt: case %s, %s: %s (%s)", e.Op, e.Case, place, e.What, e.Code)
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives [ErrCorrupt] and the cause.
func (e *CorruptError) Unwrap() []error { return withCause(ErrCorrupt, e.Cause) }

func withCause(sentinel, cause error) []error {
	if cause == nil {
		return []error{sentinel}
	}
	return []error{sentinel, cause}
}

// join puts a field name behind a path.
func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}
