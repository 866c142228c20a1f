package procurementtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/needsled/needsled/casework"
)

// Trial is something that may be tried on a fixture's purchase or contract, to
// see what is said against it. Nothing of it is written.
type Trial[T Subject] struct {
	f    *Fixture[T]
	what string
	work func(T) error
	opts []casework.CallOption
}

// Taking tries a move, by its command where it has one, with what is said along,
// such as a reason.
func (f *Fixture[T]) Taking(m casework.Move, opts ...casework.CallOption) Trial[T] {
	return Trial[T]{f: f, what: string(m), work: f.taking(m), opts: f.reasoned(m, opts)}
}

// Doing tries commands, with what is said along.
func (f *Fixture[T]) Doing(work func(T) error, opts ...casework.CallOption) Trial[T] {
	return Trial[T]{f: f, what: "the command", work: work, opts: opts}
}

// Refuses fails the test unless the move is refused and every code is among the
// objections that stop it, be it by Explain, Refuse or Bar.
func (f *Fixture[T]) Refuses(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Refuses(t, codes...)
}

// Bars is [Fixture.Refuses] for objections that nobody can override.
func (f *Fixture[T]) Bars(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Bars(t, codes...)
}

// Explains fails the test unless the move is refused by these codes alone, each
// of the effect Explain, and goes through once they are explained, with an entry
// case.explained for each.
func (f *Fixture[T]) Explains(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Explains(t, codes...)
}

// Advises fails the test unless the move goes through and every code is among
// what is advised.
func (f *Fixture[T]) Advises(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Advises(t, codes...)
}

// Allows fails the test unless the move goes through, whatever is advised.
func (f *Fixture[T]) Allows(t testing.TB, m casework.Move) {
	t.Helper()
	f.Taking(m).Allows(t)
}

// Silent fails the test if any of the codes is said to the move, whatever else
// is, or if the move is faulty.
func (f *Fixture[T]) Silent(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Silent(t, codes...)
}

// Refuses fails the test unless the trial is refused and every code is among the
// objections that stop it.
func (tr Trial[T]) Refuses(t testing.TB, codes ...string) {
	t.Helper()
	tr.try(t).stopped(t, codes, "stopped by", casework.Effect.Stops)
}

// Bars is [Trial.Refuses] for objections that nobody can override.
func (tr Trial[T]) Bars(t testing.TB, codes ...string) {
	t.Helper()
	tr.try(t).stopped(t, codes, "barred by", func(e casework.Effect) bool { return e == casework.Bar })
}

// Allows fails the test unless the trial goes through.
func (tr Trial[T]) Allows(t testing.TB) {
	t.Helper()
	if o := tr.try(t); o.err != nil {
		t.Errorf("%s does not go through%s", o.what, o.said())
	}
}

// Advises fails the test unless the trial goes through and every code is among
// what is advised.
func (tr Trial[T]) Advises(t testing.TB, codes ...string) {
	t.Helper()
	o := tr.try(t)
	if o.err != nil {
		t.Errorf("%s does not go through%s", o.what, o.said())
		return
	}
	for _, code := range codes {
		if !o.has(code, func(e casework.Effect) bool { return e == casework.Advise }) {
			t.Errorf("%s goes through without advice of %s%s", o.what, code, o.said())
		}
	}
}

// Silent fails the test if any of the codes is said to the trial, or if the
// trial fails otherwise than by being refused: nothing is said then.
func (tr Trial[T]) Silent(t testing.TB, codes ...string) {
	t.Helper()
	o := tr.try(t)
	if o.err != nil && !errors.Is(o.err, casework.ErrRefused) {
		t.Errorf("%s fails%s", o.what, o.said())
	}
	for _, code := range codes {
		if o.has(code, func(casework.Effect) bool { return true }) {
			t.Errorf("%s is not to hear of %s%s", o.what, code, o.said())
		}
	}
}

// Explains fails the test unless the trial is refused by these codes alone, each
// of the effect Explain, and goes through once they are explained.
func (tr Trial[T]) Explains(t testing.TB, codes ...string) {
	t.Helper()
	o := tr.try(t)
	for _, stop := range o.objections {
		if stop.Effect.Stops() && !slices.Contains(codes, stop.Code) {
			t.Errorf("%s is stopped by more than %s%s", o.what, strings.Join(codes, ", "), o.said())
			return
		}
	}
	if !o.stopped(t, codes, "to be explained for", func(e casework.Effect) bool { return e == casework.Explain }) {
		return
	}
	for _, code := range codes {
		tr.opts = append(slices.Clip(tr.opts), casework.Explaining(code, "a reason of the test"))
	}
	explained := tr.try(t)
	if explained.err != nil {
		t.Errorf("%s does not go through once explained%s", o.what, explained.said())
		return
	}
	for _, code := range codes {
		if !explained.recorded(code) {
			t.Errorf("%s leaves no entry case.explained for %s", o.what, code)
		}
	}
}

// outcome is what came of a trial.
type outcome struct {
	what       string
	err        error
	objections []casework.Objection
	written    []casework.Entry // as they would be
}

// errTried ends every trial that went through, so that nothing is written.
var errTried = errors.New("tried")

// untouched is a store that notes what it is to write, and writes nothing.
type untouched struct {
	casework.Store
	written []casework.Entry
}

func (s *untouched) Append(_ context.Context, b casework.Batch) (casework.Receipt, error) {
	for _, c := range b.Changes {
		s.written = append(s.written, c.Entries...)
	}
	return casework.Receipt{}, errTried
}

// try lets the work issue its commands, and whatever follows follow, and takes
// it back.
func (tr Trial[T]) try(t testing.TB) outcome {
	t.Helper()
	before := tr.f.made
	defer func() { tr.f.made = before }()
	store := &untouched{Store: tr.f.Store}
	var tried T
	_, err := tr.f.desk(tr.f.Desks).In(store).Update(t.Context(), tr.f.subject().ID(), tr.f.by(), func(c T) error {
		tried = c
		return tr.work(c)
	}, tr.opts...)
	o := outcome{what: tr.what, written: store.written}
	if tried != nil {
		o.objections = tried.Advice()
	}
	if !errors.Is(err, errTried) {
		o.err = err
	}
	if refusal, is := errors.AsType[*casework.Refusal](o.err); is {
		o.objections = refusal.Objections
	}
	return o
}

// stopped fails the test unless there was a refusal with every code, of an
// effect that is wanted.
func (o outcome) stopped(t testing.TB, codes []string, how string, want func(casework.Effect) bool) bool {
	t.Helper()
	if !errors.Is(o.err, casework.ErrRefused) {
		t.Errorf("%s is not refused%s", o.what, o.said())
		return false
	}
	found := true
	for _, code := range codes {
		if !o.has(code, want) {
			t.Errorf("%s is refused, yet not %s %s%s", o.what, how, code, o.said())
			found = false
		}
	}
	return found
}

func (o outcome) has(code string, want func(casework.Effect) bool) bool {
	return slices.ContainsFunc(o.objections, func(b casework.Objection) bool { return b.Code == code && want(b.Effect) })
}

// recorded tells whether an explanation of a code is among the entries.
func (o outcome) recorded(code string) bool {
	return slices.ContainsFunc(o.written, func(e casework.Entry) bool {
		var data struct {
			Code string `json:"code"`
		}
		return e.Type == "case.explained" && e.Reason != "" && json.Unmarshal(e.Data, &data) == nil && data.Code == code
	})
}

// said lists every objection, for whoever reads the failure.
func (o outcome) said() string {
	if len(o.objections) == 0 {
		if o.err != nil {
			return ": " + o.err.Error()
		}
		return "; nothing is said against it"
	}
	var b strings.Builder
	b.WriteString("; what is said:")
	for _, j := range o.objections {
		fmt.Fprintf(&b, "\n\t%s (%s): %s", j.Code, j.Effect, j.Message)
		if j.Remedy != "" {
			fmt.Fprintf(&b, "; remedy: %s", j.Remedy)
		}
	}
	return b.String()
}
