package notification

import (
	"errors"
	"fmt"
	"time"
)

// ErrUndelivered is what every [UndeliveredError] answers to.
var ErrUndelivered = errors.New("undelivered")

// Fate says what becomes of a notification that was not delivered.
type Fate string

// The fates. An error of a notifier that is no [UndeliveredError] means Again.
const (
	Again Fate = "again" // it may be delivered another time
	Never Fate = "never" // the receiver will not have this one, however often it comes
	Gone  Fate = "gone"  // the receiver wants nothing any more
)

// UndeliveredError says why a notification did not arrive, and what to do about
// it. It is [ErrUndelivered].
type UndeliveredError struct {
	To    string // the receiver, as people know it; never a secret
	Fate  Fate
	After time.Duration // Again: no sooner than this; zero where the receiver did not say
	Cause error
}

// Error names the receiver and what becomes of the notification.
func (e *UndeliveredError) Error() string {
	text := "not delivered to " + e.To
	switch e.Fate {
	case Again:
		if e.After > 0 {
			text += fmt.Sprintf(", to be tried again after %s", e.After)
		}
	case Never:
		text += ", which will not have it"
	case Gone:
		text += ", which wants no more"
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives [ErrUndelivered] and the cause.
func (e *UndeliveredError) Unwrap() []error {
	if e.Cause == nil {
		return []error{ErrUndelivered}
	}
	return []error{ErrUndelivered, e.Cause}
}

// FateOf tells what becomes of a notification when a notifier gave the error,
// and how long to wait at least. Where several notifiers failed together the
// notification comes again as long as one of them may have it, after the longest
// wait, and is Gone only where all are.
func FateOf(err error) (Fate, time.Duration) {
	var fate Fate
	var after time.Duration
	for _, one := range failures(err) {
		f, a := fateOfOne(one)
		fate, after = milder(fate, f), max(after, a)
	}
	return fate, after
}

// failures lists what was joined.
func failures(err error) []error {
	if err == nil {
		return nil
	}
	if _, delivered := err.(*UndeliveredError); !delivered { //nolint:errorlint // its own causes are no failures beside it
		if joined, several := err.(interface{ Unwrap() []error }); several {
			var all []error
			for _, one := range joined.Unwrap() {
				all = append(all, failures(one)...)
			}
			return all
		}
	}
	return []error{err}
}

func fateOfOne(err error) (Fate, time.Duration) {
	var undelivered *UndeliveredError
	if !errors.As(err, &undelivered) || (undelivered.Fate != Never && undelivered.Fate != Gone) {
		after := time.Duration(0)
		if undelivered != nil {
			after = undelivered.After
		}
		return Again, after
	}
	return undelivered.Fate, 0
}

func milder(a, b Fate) Fate {
	switch {
	case a == "":
		return b
	case a == Again || b == Again:
		return Again
	case a == Never || b == Never:
		return Never
	}
	return Gone
}
