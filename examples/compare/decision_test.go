package compare_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// states of the definition that all sides decide by: s00 to s19, onward one by
// one, back one by one, and abandoned (s19) from anywhere.
const states = 20

func state(i int) casework.State { return casework.State(fmt.Sprintf("s%02d", i)) }

func definition() casework.Definition {
	last := states - 1
	d := casework.Definition{Name: "Twenty", Version: 1, Doc: "Twenty states.", Initial: state(0)}
	var living []casework.State
	for i := range states {
		d.States = append(d.States, casework.StateRow{State: state(i), Doc: "A state.", Final: i == last})
		if i == last {
			break
		}
		living = append(living, state(i))
		if i < last-1 {
			d.Moves = append(d.Moves, casework.MoveRow{Move: casework.Move(fmt.Sprintf("onward%02d", i)), Doc: "Onward.", From: living[i : i+1], To: state(i + 1)})
		}
		if i > 0 {
			d.Moves = append(d.Moves, casework.MoveRow{Move: "back", Doc: "Back.", From: living[i : i+1], To: state(i - 1)})
		}
	}
	d.Moves = append(d.Moves, casework.MoveRow{Move: "abandon", Doc: "Give up.", From: living, To: state(last)})
	return d
}

func compiled(tb testing.TB) *casework.Table {
	tb.Helper()
	table, err := definition().Compile()
	require.NoError(tb, err)
	return table
}

// request asks where a move leads from a state.
type request struct {
	from casework.State
	move casework.Move
	to   casework.State // empty where it may not be taken
}

// requests are as they come: every third of them is for a move that may not be
// taken.
func requests(table *casework.Table) []request {
	pick := rand.New(rand.NewPCG(20, 26)) //nolint:gosec // the same requests every time
	all := make([]request, 1000)
	for i := range all {
		from := state(pick.IntN(states - 1))
		moves := table.MovesFrom(from)
		if i%3 == 0 {
			moves = table.Moves()
		}
		m := moves[pick.IntN(len(moves))]
		to, _ := table.Next(from, m)
		all[i] = request{from: from, move: m, to: to}
	}
	return all
}

// decider is one way to answer a request; no error and no state where the move
// may not be taken.
type decider func(request) (casework.State, error)

func byTable(table *casework.Table) decider {
	return func(r request) (casework.State, error) {
		to, _ := table.Next(r.from, r.move)
		return to, nil
	}
}

func looplabEvents() fsm.Events {
	var events fsm.Events
	for _, row := range definition().Moves {
		event := fsm.EventDesc{Name: string(row.Move), Dst: string(row.To)}
		for _, from := range row.From {
			event.Src = append(event.Src, string(from))
		}
		events = append(events, event)
	}
	return events
}

// byLooplabAnew builds a machine for each request, as a host does that keeps the
// state in a database.
func byLooplabAnew() decider {
	events := looplabEvents()
	return func(r request) (casework.State, error) {
		return fired(fsm.NewFSM(string(r.from), events, fsm.Callbacks{}), r)
	}
}

// byLooplabKept sets one machine to the state of each request. It serves one
// goroutine.
func byLooplabKept() decider {
	machine := fsm.NewFSM(string(state(0)), looplabEvents(), fsm.Callbacks{})
	return func(r request) (casework.State, error) {
		machine.SetState(string(r.from))
		return fired(machine, r)
	}
}

func fired(machine *fsm.FSM, r request) (casework.State, error) {
	err := machine.Event(context.Background(), string(r.move))
	var invalid fsm.InvalidEventError
	if errors.As(err, &invalid) {
		return "", nil
	}
	return casework.State(machine.Current()), err
}

// stateKey is where a request's state is kept for a machine that is shared.
type stateKey struct{}

// byStateless shares one configuration: the state comes with the context.
func byStateless() decider {
	machine := stateless.NewStateMachineWithExternalStorage(
		func(ctx context.Context) (stateless.State, error) {
			return *ctx.Value(stateKey{}).(*casework.State), nil
		},
		func(ctx context.Context, s stateless.State) error {
			*ctx.Value(stateKey{}).(*casework.State) = s.(casework.State)
			return nil
		}, stateless.FiringImmediate)
	refused := errors.New("may not be taken")
	machine.OnUnhandledTrigger(func(context.Context, stateless.State, stateless.Trigger, []string) error { return refused })
	for _, row := range definition().Moves {
		for _, from := range row.From {
			machine.Configure(from).Permit(row.Move, row.To)
		}
	}
	return func(r request) (casework.State, error) {
		at := r.from
		err := machine.FireCtx(context.WithValue(context.Background(), stateKey{}, &at), r.move)
		if errors.Is(err, refused) {
			return "", nil
		}
		return at, err
	}
}

func byHand(r request) (casework.State, error) {
	to, _ := next(r.from, r.move)
	return to, nil
}

// next is the definition as somebody would write it by hand.
func next(from casework.State, move casework.Move) (casework.State, bool) {
	switch from {
	case "s00":
		switch string(move) {
		case "onward00":
			return "s01", true
		case "abandon":
			return "s19", true
		}
	case "s01":
		switch string(move) {
		case "onward01":
			return "s02", true
		case "back":
			return "s00", true
		case "abandon":
			return "s19", true
		}
	case "s02":
		switch string(move) {
		case "onward02":
			return "s03", true
		case "back":
			return "s01", true
		case "abandon":
			return "s19", true
		}
	case "s03":
		switch string(move) {
		case "onward03":
			return "s04", true
		case "back":
			return "s02", true
		case "abandon":
			return "s19", true
		}
	case "s04":
		switch string(move) {
		case "onward04":
			return "s05", true
		case "back":
			return "s03", true
		case "abandon":
			return "s19", true
		}
	case "s05":
		switch string(move) {
		case "onward05":
			return "s06", true
		case "back":
			return "s04", true
		case "abandon":
			return "s19", true
		}
	case "s06":
		switch string(move) {
		case "onward06":
			return "s07", true
		case "back":
			return "s05", true
		case "abandon":
			return "s19", true
		}
	case "s07":
		switch string(move) {
		case "onward07":
			return "s08", true
		case "back":
			return "s06", true
		case "abandon":
			return "s19", true
		}
	case "s08":
		switch string(move) {
		case "onward08":
			return "s09", true
		case "back":
			return "s07", true
		case "abandon":
			return "s19", true
		}
	case "s09":
		switch string(move) {
		case "onward09":
			return "s10", true
		case "back":
			return "s08", true
		case "abandon":
			return "s19", true
		}
	case "s10":
		switch string(move) {
		case "onward10":
			return "s11", true
		case "back":
			return "s09", true
		case "abandon":
			return "s19", true
		}
	case "s11":
		switch string(move) {
		case "onward11":
			return "s12", true
		case "back":
			return "s10", true
		case "abandon":
			return "s19", true
		}
	case "s12":
		switch string(move) {
		case "onward12":
			return "s13", true
		case "back":
			return "s11", true
		case "abandon":
			return "s19", true
		}
	case "s13":
		switch string(move) {
		case "onward13":
			return "s14", true
		case "back":
			return "s12", true
		case "abandon":
			return "s19", true
		}
	case "s14":
		switch string(move) {
		case "onward14":
			return "s15", true
		case "back":
			return "s13", true
		case "abandon":
			return "s19", true
		}
	case "s15":
		switch string(move) {
		case "onward15":
			return "s16", true
		case "back":
			return "s14", true
		case "abandon":
			return "s19", true
		}
	case "s16":
		switch string(move) {
		case "onward16":
			return "s17", true
		case "back":
			return "s15", true
		case "abandon":
			return "s19", true
		}
	case "s17":
		switch string(move) {
		case "onward17":
			return "s18", true
		case "back":
			return "s16", true
		case "abandon":
			return "s19", true
		}
	case "s18":
		switch string(move) {
		case "back":
			return "s17", true
		case "abandon":
			return "s19", true
		}
	}
	return "", false
}

// deciders are all the ways, the table first.
func deciders(table *casework.Table) map[string]decider {
	return map[string]decider{
		"table": byTable(table), "looplab-anew": byLooplabAnew(), "looplab-kept": byLooplabKept(), "stateless": byStateless(), "switch": byHand,
	}
}

func TestEveryDeciderGivesTheSameAnswers(t *testing.T) {
	table := compiled(t)
	for name, decide := range deciders(table) {
		for _, r := range requests(table) {
			to, err := decide(r)
			require.NoError(t, err, "%s: %s from %s", name, r.move, r.from)
			require.Equal(t, r.to, to, "%s: %s from %s", name, r.move, r.from)
		}
	}
}

// BenchmarkDecision answers requests by each way in turn.
func BenchmarkDecision(b *testing.B) {
	table := compiled(b)
	all := requests(table)
	ways := deciders(table)
	asking := func(name string, times int) side {
		decide := ways[name]
		return side{name: name, batch: times * len(all), run: func() error {
			for range times {
				for _, r := range all {
					if _, err := decide(r); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	}
	besides(b, asking("table", 20), asking("looplab-anew", 1), asking("looplab-kept", 1), asking("stateless", 1), asking("switch", 20))
}

// BenchmarkDecide measures each way by itself, with what it allocates.
func BenchmarkDecide(b *testing.B) {
	table := compiled(b)
	all := requests(table)
	ways := deciders(table)
	for _, name := range []string{"table", "looplab-anew", "looplab-kept", "stateless", "switch"} {
		b.Run(name, func(b *testing.B) {
			decide := ways[name]
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := decide(all[i%len(all)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
