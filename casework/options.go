package casework

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
)

// DeskOptions is what a host may give a desk or a unit. The zero value and nil
// work: the system clock, random ids and salts, no permissions, no retries.
// The clock, ids and salts come in here and nowhere else.
type DeskOptions struct {
	// Clock tells the time; time.Now when nil.
	Clock func() time.Time
	// NewID makes case ids; UUIDs of version 7 when nil. An error fails the call.
	NewID func() (CaseID, error)
	// Salt makes the 16 bytes that keep an entry's digest from being guessed;
	// crypto/rand when nil.
	Salt func() [16]byte
	// Permit is the host's say over who may do what; see [Permit].
	Permit Permit
	// PermitTimeout bounds how long Permit is waited for; two seconds when zero.
	PermitTimeout time.Duration
	// Retries is how often a unit runs again when another writer was faster, or
	// the store was busy; none when zero. A unit with [IfSeq], or in the host's
	// transaction, is never retried.
	Retries int
	// Logger hears how units end, by ids and codes alone: refusals and conflicts at
	// level Info, what is committed at Debug, and at Error what the system is to blame
	// for. Nil hears nothing.
	Logger *slog.Logger
}

const defaultPermitTimeout = 2 * time.Second

// withDefaults gives options in which nothing is nil but Permit.
func (o *DeskOptions) withDefaults() DeskOptions {
	var full DeskOptions
	if o != nil {
		full = *o
	}
	if full.Clock == nil {
		full.Clock = time.Now
	}
	if full.NewID == nil {
		full.NewID = func() (CaseID, error) {
			id, err := uuid.NewV7()
			return CaseID(id), err
		}
	}
	if full.Salt == nil {
		full.Salt = randomSalt
	}
	if full.PermitTimeout <= 0 {
		full.PermitTimeout = defaultPermitTimeout
	}
	return full
}

func randomSalt() [16]byte {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: crypto/rand ends the program instead
	return salt
}

// CallOption is something said along with one call.
type CallOption func(*callOptions)

type callOptions struct {
	reason       string
	effective    time.Time
	key          string
	command      []any
	ifSeq        uint64
	hasIfSeq     bool
	explanations map[string]string
	overrides    map[string]string
}

// Reason says why. It is kept on every entry the call writes; moves that ask
// for a reason are refused without one.
func Reason(why string) CallOption { return func(o *callOptions) { o.reason = why } }

// Effective says when what is recorded took effect, where that is not now. The
// offset of the time is kept; precision is one microsecond.
func Effective(at time.Time) CallOption { return func(o *callOptions) { o.effective = at } }

// Key makes the call idempotent within the tenant: repeated with the same key
// it does nothing and gives what the first call made. The command, as far as
// the host can state it in JSON values, guards against a key being used for
// something else, which is [ErrConflict]. Desk methods add what they were given.
func Key(key string, command ...any) CallOption {
	return func(o *callOptions) { o.key, o.command = key, append(o.command, command...) }
}

// IfSeq asks that the case (in a unit, the first one loaded) stands at this
// sequence; otherwise the call is [ErrConflict]. A unit that loads nothing is
// [ErrInvalid].
func IfSeq(seq uint64) CallOption {
	return func(o *callOptions) { o.ifSeq, o.hasIfSeq = seq, true }
}

// Explaining answers the objections of a code whose effect is Explain. The
// reason becomes an entry of its own before the move.
func Explaining(code, reason string) CallOption {
	return func(o *callOptions) { o.explanations = put(o.explanations, code, reason) }
}

// Overriding overrides the objections of a code whose effect is Refuse, if the
// host's [Permit] allows the actor to. It becomes an entry of its own before
// the move.
func Overriding(code, reason string) CallOption {
	return func(o *callOptions) { o.overrides = put(o.overrides, code, reason) }
}

func put(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

func gather(opts []CallOption) callOptions {
	var o callOptions
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	return o
}

// faults lists what an entry could not carry.
func (o *callOptions) faults() []Fault {
	var faults []Fault
	if malformed(o.reason) {
		faults = append(faults, malformedText("reason"))
	}
	if malformed(o.key) {
		faults = append(faults, malformedText("key"))
	}
	if !o.effective.IsZero() && !writable(o.effective) {
		faults = append(faults, Fault{Path: "effective", Code: "time.unwritable", Message: "an effective time lies in the years 1 to 9999"})
	}
	faults = append(faults, answerFaults("explaining", o.explanations)...)
	return append(faults, answerFaults("overriding", o.overrides)...)
}

func answerFaults(path string, answers map[string]string) []Fault {
	if len(answers) == 0 {
		return nil
	}
	var faults []Fault
	for _, code := range slices.Sorted(maps.Keys(answers)) {
		if malformed(code, answers[code]) {
			faults = append(faults, malformedText(join(path, code)))
		}
	}
	return faults
}

// appendIdentity writes who an actor is, whatever they are called today.
func appendIdentity(b []byte, a *Actor) []byte {
	b = appendField(appendField(b, a.Kind), a.ID)
	if a.OnBehalfOf == nil {
		return b
	}
	return appendIdentity(b, a.OnBehalfOf)
}

// digest covers what the call says it does, for the idempotency key.
func (o *callOptions) digest(by Actor) (Hash, error) {
	b := appendIdentity(nil, &by)
	b = appendField(b, o.reason)
	b = appendTime(b, normalTime(o.effective))
	command, err := json.Marshal([]any{o.command, o.explanations, o.overrides})
	if err != nil {
		return Hash{}, &InvalidError{
			Op:     "digest of the command",
			Faults: []Fault{{Path: "key", Code: "key.command", Message: "the command behind the key is not JSON"}},
			Cause:  err,
		}
	}
	return sha256.Sum256(appendField(b, command)), nil
}
