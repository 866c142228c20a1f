package procurementtest

import (
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// Subject is what a fixture is of: a [procurement.Purchase] or a
// [procurement.Contract].
type Subject interface {
	*procurement.Purchase | *procurement.Contract
	casework.Aggregate
	ID() casework.CaseID
	State() casework.State
	Table() *casework.Table
	Advice() []casework.Objection
}

// Fixture is a purchase or a contract in a house of its own. It serves one
// goroutine.
type Fixture[T Subject] struct {
	*House
	// Actor does everything the tests do. Where none is set it is whoever's turn it
	// is: the approver answers, the decider decides, the signatory signs.
	Actor casework.Actor

	subject func() T
	desk    func(*procurement.Desks) *casework.Desk[T]
	turn    func(casework.State) casework.Actor
	command func(T, casework.Move) error // takes a move, with what its command needs
	step    func(testing.TB, casework.Move) error
	prepare func(testing.TB, casework.Move) error
	usual   func(casework.State, casework.Move) bool // whether a fixture goes this way
}

// At gives a purchase at a state. Whatever is faulty fails the test.
//
// A state of the host's own definition is reached like the others, by the
// shortest way; the definition goes by the name of the standard one, in a higher
// version. On the way to [procurement.PurchaseClosed] the contracts come into
// force.
func At(t testing.TB, state procurement.State, opts ...Option) *Fixture[*procurement.Purchase] {
	t.Helper()
	h := newHouse(t, opts)
	f := h.purchasing()
	f.travel(t, "purchase", state)
	return f
}

// ContractAt gives a contract at a state, on the award of a purchase, like [At].
// [procurement.ContractOver] is reached by completing it, and
// [procurement.ContractCancelled] by cancelling its award.
func ContractAt(t testing.TB, state procurement.State, opts ...Option) *Fixture[*procurement.Contract] {
	t.Helper()
	h := newHouse(t, opts)
	h.purchasing().travel(t, "purchase", procurement.AwardDecided)
	f := h.contracting()
	f.travel(t, "contract", state)
	return f
}

func (h *House) purchasing() *Fixture[*procurement.Purchase] {
	return &Fixture[*procurement.Purchase]{
		House:   h,
		subject: func() *procurement.Purchase { return h.Purchase },
		desk:    func(d *procurement.Desks) *casework.Desk[*procurement.Purchase] { return d.Purchases.Desk },
		turn:    h.buying, command: h.commandPurchase, step: h.stepPurchase, prepare: h.preparePurchase, usual: h.usualPurchase,
	}
}

func (h *House) contracting() *Fixture[*procurement.Contract] {
	return &Fixture[*procurement.Contract]{
		House:   h,
		subject: func() *procurement.Contract { return h.Contract },
		desk:    func(d *procurement.Desks) *casework.Desk[*procurement.Contract] { return d.Contracts.Desk },
		turn:    h.performing, command: h.commandContract, step: h.stepContract, prepare: h.prepareContract, usual: usualContract,
	}
}

// travel brings the case to a state.
func (f *Fixture[T]) travel(t testing.TB, what string, state casework.State) {
	t.Helper()
	c := f.subject()
	moves, there := way(c.Table(), c.State(), state, f.usual)
	if !there {
		t.Fatalf("the %s could not be brought to %s: %s has no such state, or no way there", what, state, c.Table().Pin())
	}
	for _, m := range moves {
		if err := f.step(t, m); err != nil {
			t.Fatalf("the %s could not be brought to %s: %s: %v", what, state, m, err)
		}
	}
}

// way gives the shortest way from a state to another, by usual moves.
func way(table *casework.Table, from, to casework.State, usual func(casework.State, casework.Move) bool) ([]casework.Move, bool) {
	ways := map[casework.State][]casework.Move{from: nil}
	for next := []casework.State{from}; len(next) > 0; next = next[1:] {
		at := next[0]
		if at == to {
			return ways[at], true
		}
		for _, m := range table.MovesFrom(at) {
			reached, _ := table.Next(at, m)
			if _, known := ways[reached]; known || !usual(at, m) {
				continue
			}
			ways[reached] = append(ways[at][:len(ways[at]):len(ways[at])], m)
			next = append(next, reached)
		}
	}
	return nil, false
}

// Prepare records what the default policies ask for before the case goes on, as
// far as it is not there already, and gives the fixture. The clock moves on to
// when bids have closed, and to when the standstill is over.
func (f *Fixture[T]) Prepare(t testing.TB) *Fixture[T] {
	t.Helper()
	c := f.subject()
	for _, m := range c.Table().MovesFrom(c.State()) {
		if !f.usual(c.State(), m) || !onward(m) {
			continue
		}
		if err := f.prepare(t, m); err != nil {
			t.Fatalf("%s could not be prepared: %v", m, err)
		}
	}
	return f
}

// Record issues commands under the fixture's policies and permissions, and gives
// the fixture. A command that fails fails the test.
func (f *Fixture[T]) Record(t testing.TB, work func(T) error, opts ...casework.CallOption) *Fixture[T] {
	t.Helper()
	c := f.subject()
	_, err := f.desk(f.Desks).Update(t.Context(), c.ID(), f.by(), work, opts...)
	if err == nil {
		err = f.refresh(t)
	}
	if err != nil {
		t.Fatalf("in state %s: %v", c.State(), err)
	}
	return f
}

// Take takes a move under the fixture's policies and permissions, by its command
// where it has one, and gives the fixture. A move that is refused fails the test.
// Where the move asks for a reason one is given; another one among opts takes its
// place.
func (f *Fixture[T]) Take(t testing.TB, m casework.Move, opts ...casework.CallOption) *Fixture[T] {
	t.Helper()
	return f.Record(t, f.taking(m), f.reasoned(m, opts)...)
}

// taking is the command that takes a move.
func (f *Fixture[T]) taking(m casework.Move) func(T) error {
	return func(c T) error { return f.command(c, m) }
}

// reasoned gives a reason first, for another one to take its place.
func (f *Fixture[T]) reasoned(m casework.Move, opts []casework.CallOption) []casework.CallOption {
	c := f.subject()
	if !c.Table().NeedsReason(c.State(), m) {
		return opts
	}
	return append([]casework.CallOption{casework.Reason("a reason of the test")}, opts...)
}

// by is who does what the test does.
func (f *Fixture[T]) by() casework.Actor {
	if f.Actor.ID != "" {
		return f.Actor
	}
	return f.turn(f.subject().State())
}

// Journal gives every entry of the purchase or the contract, in order.
func (f *Fixture[T]) Journal(t testing.TB) []casework.Entry {
	t.Helper()
	var all []casework.Entry
	for e, err := range f.Store.History(t.Context(), f.subject().ID(), 0) {
		if err != nil {
			t.Fatalf("read the journal: %v", err)
		}
		all = append(all, e)
	}
	return all
}

// Today is the day the fixture's clock shows, in UTC.
func (f *Fixture[T]) Today() casework.Date { return f.today() }
