package commissioningtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Trial is something that may be tried on a fixture's cycle, to see what is said
// against it. Nothing of it is written.
type Trial struct {
	f    *Fixture
	what string
	work func(*commissioning.Cycle) error
	opts []casework.CallOption
}

// Taking tries a move, with what is said along, such as a reason.
func (f *Fixture) Taking(m casework.Move, opts ...casework.CallOption) Trial {
	return Trial{f: f, what: string(m), work: func(c *commissioning.Cycle) error { return c.Move(m) }, opts: opts}
}

// Doing tries commands, with what is said along.
func (f *Fixture) Doing(work func(*commissioning.Cycle) error, opts ...casework.CallOption) Trial {
	return Trial{f: f, what: "the command", work: work, opts: opts}
}

// Refuses fails the test unless the move is refused and every code is among the
// objections that stop it, be it by Explain, Refuse or Bar.
func (f *Fixture) Refuses(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Refuses(t, codes...)
}

// Bars is [Fixture.Refuses] for objections that nobody can override.
func (f *Fixture) Bars(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Bars(t, codes...)
}

// Explains fails the test unless the move is refused by these codes alone, each
// of the effect Explain, and goes through once they are explained, with an entry
// case.explained for each.
func (f *Fixture) Explains(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Explains(t, codes...)
}

// Advises fails the test unless the move goes through and every code is among
// what is advised.
func (f *Fixture) Advises(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Advises(t, codes...)
}

// Allows fails the test unless the move goes through, whatever is advised.
func (f *Fixture) Allows(t testing.TB, m casework.Move) {
	t.Helper()
	f.Taking(m).Allows(t)
}

// Silent fails the test if any of the codes is said to the move, whatever else
// is.
func (f *Fixture) Silent(t testing.TB, m casework.Move, codes ...string) {
	t.Helper()
	f.Taking(m).Silent(t, codes...)
}

// Refused fails the test unless an error is a refusal and every code is among
// the objections that stop it.
func Refused(t testing.TB, err error, codes ...string) {
	t.Helper()
	outcome{what: "it", err: err}.stopped(t, codes, "stopped by", casework.Effect.Stops)
}

// Refuses fails the test unless the trial is refused and every code is among the
// objections that stop it.
func (tr Trial) Refuses(t testing.TB, codes ...string) {
	t.Helper()
	tr.try(t).stopped(t, codes, "stopped by", casework.Effect.Stops)
}

// Bars is [Trial.Refuses] for objections that nobody can override.
func (tr Trial) Bars(t testing.TB, codes ...string) {
	t.Helper()
	tr.try(t).stopped(t, codes, "barred by", func(e casework.Effect) bool { return e == casework.Bar })
}

// Allows fails the test unless the trial goes through.
func (tr Trial) Allows(t testing.TB) {
	t.Helper()
	if o := tr.try(t); o.err != nil {
		t.Errorf("%s does not go through%s", o.what, o.said())
	}
}

// Advises fails the test unless the trial goes through and every code is among
// what is advised.
func (tr Trial) Advises(t testing.TB, codes ...string) {
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

// Silent fails the test if any of the codes is said to the trial.
func (tr Trial) Silent(t testing.TB, codes ...string) {
	t.Helper()
	o := tr.try(t)
	for _, code := range codes {
		if o.has(code, func(casework.Effect) bool { return true }) {
			t.Errorf("%s is not to hear of %s%s", o.what, code, o.said())
		}
	}
}

// Explains fails the test unless the trial is refused by these codes alone, each
// of the effect Explain, and goes through once they are explained.
func (tr Trial) Explains(t testing.TB, codes ...string) {
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
	pending    []casework.Entry
}

// errTried ends every trial that went through, so that nothing is written.
var errTried = errors.New("tried")

// try lets the work issue its commands, and takes them back.
func (tr Trial) try(t testing.TB) outcome {
	t.Helper()
	o := outcome{what: tr.what}
	_, err := tr.f.Desk.Do(t.Context(), tr.f.Actor, func(u *casework.Unit) error {
		c, err := casework.Load(u, tr.f.Desk.Kind(), tr.f.Cycle.ID())
		if err != nil {
			return err
		}
		if err := cmp.Or(tr.work(c), u.Call().Err()); err != nil {
			return err
		}
		o.objections, o.pending = c.Advice(), c.Pending()
		return errTried
	}, tr.opts...)
	if !errors.Is(err, errTried) {
		o.err = err
	}
	return o.withRefusal()
}

// withRefusal takes over the objections of a refusal.
func (o outcome) withRefusal() outcome {
	if refusal, is := errors.AsType[*casework.Refusal](o.err); is {
		o.objections = refusal.Objections
	}
	return o
}

// stopped fails the test unless there was a refusal with every code, of an
// effect that is wanted.
func (o outcome) stopped(t testing.TB, codes []string, how string, want func(casework.Effect) bool) bool {
	t.Helper()
	o = o.withRefusal()
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
	return slices.ContainsFunc(o.pending, func(e casework.Entry) bool {
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
