package commissioningtest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

// Fixture is a cycle in a store of its own.
type Fixture struct {
	Desk  *commissioning.Desk  // the host's: its policies, weights, definitions, permissions
	Store *memory.Store        // whatever else is opened by Desk is in it too
	Cycle *commissioning.Cycle // as last written through the fixture
	Actor casework.Actor       // who does everything the fixture does; may be set
	Clock *Clock               // of Desk
	plain *commissioning.Desk  // default policies, no permissions
	made  struct{ ids, salts uint64 }
}

// At gives a strategic cycle at a stage. Whatever is faulty fails the test.
//
// A stage of the host's own definition is reached like the others, by the
// shortest way, once the brief names the definition. [commissioning.Closed],
// [commissioning.Abandoned] and [commissioning.Superseded] can be reached as well.
func At(t testing.TB, stage commissioning.Stage, opts ...Option) *Fixture {
	t.Helper()
	return build(t, stage, setup{brief: commissioning.Brief{
		Title: "Home care", Area: "Kentish Town", Population: "older people living alone",
		Strategy: "Living well at home", Value: valueOf(commissioning.Standard),
	}}, opts)
}

// Individual gives a cycle about one person at a stage, like [At]. It serves a
// strategic cycle that stands at the first stage in the same store.
func Individual(t testing.TB, stage commissioning.Stage, opts ...Option) *Fixture {
	t.Helper()
	return build(t, stage, setup{brief: commissioning.Brief{
		Title: "Care package", Area: "Kentish Town", Subject: "person-1", Value: valueOf(commissioning.Standard),
	}}, opts)
}

func build(t testing.TB, stage commissioning.Stage, s setup, opts []Option) *Fixture {
	t.Helper()
	s.brief.Lead = casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	for _, opt := range opts {
		opt(&s)
	}
	f := &Fixture{Store: memory.New(), Clock: &Clock{}, Actor: casework.Person("ana.k", s.brief.Lead)}
	if err := f.furnish(s.options); err != nil {
		t.Fatalf("the fixture's options are faulty: %v", err)
	}
	if err := f.open(t, s.brief); err != nil {
		t.Fatalf("the cycle could not be opened: %v", err)
	}
	if err := s.scaleFault(f.Cycle); err != nil {
		t.Fatal(err)
	}
	if err := f.travel(t, stage); err != nil {
		t.Fatalf("the cycle could not be brought to %s: %v", stage, err)
	}
	for _, work := range s.more {
		f.Record(t, work)
	}
	return f
}

// furnish makes the two desks: the host's, and the one that brings the cycle to
// its stage undisturbed by the policies under test.
func (f *Fixture) furnish(o commissioning.Options) error {
	o.Desk.Clock = f.Clock.Now
	o.Desk.NewID = func() (casework.CaseID, error) { f.made.ids++; return numberedID(f.made.ids), nil }
	o.Desk.Salt = func() (salt [16]byte) {
		f.made.salts++
		binary.BigEndian.PutUint64(salt[8:], f.made.salts)
		return salt
	}
	var err error
	if f.Desk, err = commissioning.NewDesk(f.Store, &o); err != nil {
		return err
	}
	o.Desk.Permit, o.Policies, o.Weights, o.IndividualWeights = nil, casework.PolicyEdits[*commissioning.Cycle]{}, nil, nil
	f.plain, err = commissioning.NewDesk(f.Store, &o)
	return err
}

func numberedID(n uint64) (id casework.CaseID) {
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

// open begins the cycle, and the strategic one it serves where it is about one
// person and serves none yet.
func (f *Fixture) open(t testing.TB, b commissioning.Brief) error {
	if b.Subject != "" && b.Serves.IsZero() {
		strategic, err := f.plain.Open(t.Context(), f.Actor, commissioning.Brief{Title: "Home care", Lead: b.Lead})
		if err != nil {
			return err
		}
		b.Serves = strategic.ID()
	}
	var err error
	f.Cycle, err = f.plain.Open(t.Context(), f.Actor, b)
	return err
}

// travel brings the cycle to a stage.
func (f *Fixture) travel(t testing.TB, stage commissioning.Stage) error {
	moves, there := way(f.Cycle.Table(), f.Cycle.Stage(), stage)
	if !there {
		return fmt.Errorf("%s has no such stage, or no way there", f.Cycle.Definition())
	}
	for _, m := range moves {
		if err := f.step(t, m); err != nil {
			return fmt.Errorf("%s: %w", m, err)
		}
	}
	return nil
}

// step prepares a move and takes it.
func (f *Fixture) step(t testing.TB, m casework.Move) error {
	if m == commissioning.Supersede {
		return f.succeed(t)
	}
	reason := casework.Reason("to bring the cycle to its stage")
	c, err := f.plain.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error {
		if err := prepare(c, m); err != nil {
			return err
		}
		if m == commissioning.Close {
			return c.Close(commissioning.NeedsMet, "The needs are met.")
		}
		return c.Move(m)
	}, reason)
	if err == nil {
		f.Cycle = c
	}
	return err
}

// succeed opens a successor and has it bindingly arranged.
func (f *Fixture) succeed(t testing.TB) error {
	b := f.Cycle.Brief()
	b.Title, b.Predecessor, b.References = b.Title+", anew", f.Cycle.ID(), nil
	if f.Cycle.IsIndividual() { // two cycles about one person are not prepared at once
		if err := f.travel(t, commissioning.StageMonitorReview); err != nil {
			return err
		}
	}
	successor, err := f.plain.Open(t.Context(), f.Actor, b)
	if err != nil {
		return err
	}
	_, err = f.plain.Update(t.Context(), successor.ID(), f.Actor, func(c *commissioning.Cycle) error {
		for _, m := range []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview} {
			if err := prepare(c, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.Cycle, err = f.plain.Load(t.Context(), f.Cycle.ID())
	return err
}

// way gives the shortest way from a state to another.
func way(table *casework.Table, from, to casework.State) ([]casework.Move, bool) {
	ways := map[casework.State][]casework.Move{from: nil}
	for next := []casework.State{from}; len(next) > 0; next = next[1:] {
		at := next[0]
		if at == to {
			return ways[at], true
		}
		for _, m := range table.MovesFrom(at) {
			reached, _ := table.Next(at, m)
			if _, known := ways[reached]; !known {
				ways[reached] = append(slices.Clone(ways[at]), m)
				next = append(next, reached)
			}
		}
	}
	return nil, false
}

// Prepare records what the default policies ask for before the cycle goes on to
// the next stage, as far as it is not there already, and gives the fixture. In
// the last stage it prepares the reassessment.
func (f *Fixture) Prepare(t testing.TB) *Fixture {
	t.Helper()
	for _, m := range f.Cycle.Table().MovesFrom(f.Cycle.Stage()) {
		if !onward(m) {
			continue
		}
		c, err := f.plain.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error { return prepare(c, m) })
		if err != nil {
			t.Fatalf("%s could not be prepared: %v", m, err)
		}
		f.Cycle = c
	}
	return f
}

// Record issues commands under the fixture's policies and permissions, and gives
// the fixture. A command that fails fails the test.
func (f *Fixture) Record(t testing.TB, work func(*commissioning.Cycle) error, opts ...casework.CallOption) *Fixture {
	t.Helper()
	c, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, work, opts...)
	if err != nil {
		t.Fatalf("in stage %s: %v", f.Cycle.Stage(), err)
	}
	f.Cycle = c
	return f
}

// Take takes a move under the fixture's policies and permissions, and gives the
// fixture. A move that is refused fails the test.
func (f *Fixture) Take(t testing.TB, m casework.Move, opts ...casework.CallOption) *Fixture {
	t.Helper()
	return f.Record(t, func(c *commissioning.Cycle) error { return c.Move(m) }, opts...)
}

// Journal gives every entry of the cycle, in order.
func (f *Fixture) Journal(t testing.TB) []casework.Entry {
	t.Helper()
	var all []casework.Entry
	for e, err := range f.Desk.History(t.Context(), f.Cycle.ID(), 0) {
		if err != nil {
			t.Fatalf("read the journal: %v", err)
		}
		all = append(all, e)
	}
	return all
}

// Today is the day the fixture's clock shows, in UTC.
func (f *Fixture) Today() casework.Date { return casework.DateOf(f.Clock.Now().UTC()) }
