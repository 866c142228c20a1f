package casework_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/looplab/fsm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// randomDefinition gives a definition that compiles: a chain of states to a
// final one, so that all are reached and none is a trap, with other ways strewn
// over it.
func randomDefinition(r *rand.Rand) casework.Definition {
	d := casework.Definition{Name: "Random", Version: 1 + r.IntN(9), Doc: "Whatever comes.", Initial: "s0"}
	n := 2 + r.IntN(8)
	for i := range n {
		d.States = append(d.States, casework.StateRow{State: stateNo(i), Doc: "A state.", Final: i == n-1})
	}
	taken := map[string]bool{}
	row := func(m casework.Move, from casework.State, to casework.State) {
		if key := string(m) + "/" + string(from); !taken[key] {
			taken[key] = true
			d.Moves = append(d.Moves, casework.MoveRow{Move: m, Doc: "A move.", From: []casework.State{from}, To: to, NeedsReason: r.IntN(2) == 0})
		}
	}
	for i := range n - 1 {
		row(moveNo(i), stateNo(i), stateNo(i+1))
	}
	for range r.IntN(30) {
		from, to := r.IntN(n), stateNo(r.IntN(n))
		if from == n-1 || r.IntN(4) == 0 {
			to = "" // stays
		}
		row(moveNo(r.IntN(12)), stateNo(from), to)
	}
	r.Shuffle(len(d.Moves), func(i, j int) { d.Moves[i], d.Moves[j] = d.Moves[j], d.Moves[i] })
	return d
}

func stateNo(i int) casework.State { return casework.State(fmt.Sprintf("s%d", i)) }
func moveNo(i int) casework.Move   { return casework.Move(fmt.Sprintf("m%d", i)) }

// machine builds the looplab/fsm machine of a definition, in a state.
func machine(d casework.Definition, at casework.State) *fsm.FSM {
	var events fsm.Events
	for _, row := range d.Moves {
		for _, from := range row.From {
			to := row.To
			if to == "" {
				to = from
			}
			events = append(events, fsm.EventDesc{Name: string(row.Move), Src: []string{string(from)}, Dst: string(to)})
		}
	}
	return fsm.NewFSM(string(at), events, nil)
}

// ask asks a live machine: where does the move lead, and may it be taken?
func ask(t testing.TB, d casework.Definition, from casework.State, m casework.Move) (casework.State, bool) {
	t.Helper()
	live := machine(d, from)
	err := live.Event(context.Background(), string(m)) //nolint:usetesting // a context that is never cancelled: a cancelled one wedges the machine
	var stays fsm.NoTransitionError
	var wrong fsm.InvalidEventError
	var unknown fsm.UnknownEventError
	switch {
	case err == nil, errors.As(err, &stays) && stays.Err == nil:
		return casework.State(live.Current()), true
	case errors.As(err, &wrong), errors.As(err, &unknown):
		return "", false
	}
	require.NoError(t, err)
	return "", false
}

func TestTheTableAnswersAsLooplabDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		d := randomDefinition(rand.New(rand.NewPCG(seed, 1))) //nolint:gosec // the same definitions every time
		table := compiled(t, d)
		moves := append(table.Moves(), "nonsense", casework.Recording, casework.AnyMove)
		for _, from := range append(table.States(), "nowhere") {
			for _, m := range moves {
				want, allowed := ask(t, d, from, m)
				got, may := table.Next(from, m)
				require.Equal(t, allowed, may, "seed %d: %s in %s", seed, m, from)
				require.Equal(t, want, got, "seed %d: %s in %s", seed, m, from)
			}
		}
	}
}

func TestTheTableSaysWhatTheRowsSay(t *testing.T) {
	for seed := range uint64(60) {
		d := randomDefinition(rand.New(rand.NewPCG(seed, 2))) //nolint:gosec // the same definitions every time
		table := compiled(t, d)
		reasons, ways := map[string]bool{}, 0
		for _, row := range d.Moves {
			reasons[string(row.Move)+"/"+string(row.From[0])] = row.NeedsReason
			ways++
		}
		listed := 0
		for _, s := range table.States() {
			assert.Equal(t, s == stateNo(len(d.States)-1), table.Final(s))
			assert.True(t, table.Has(s))
			for _, m := range table.MovesFrom(s) {
				listed++
				assert.Equal(t, reasons[string(m)+"/"+string(s)], table.NeedsReason(s, m))
			}
		}
		require.Equal(t, ways, listed, "seed %d", seed)
	}
}

func TestATableKnowsOnlyItsOwnStatesAndMoves(t *testing.T) {
	table := compiled(t, complaintDefinition())
	assert.False(t, table.Has("nowhere"))
	assert.False(t, table.HasMove("nonsense"))
	assert.False(t, table.Final("nowhere"))
	assert.False(t, table.NeedsReason("nowhere", Withdraw))
	assert.False(t, table.NeedsReason(Looking, "nonsense"))
	assert.Empty(t, table.MovesFrom("nowhere"))
	assert.Equal(t, Received, table.Initial())
	assert.Equal(t, []casework.State{Received, Looking, Answered, Withdrawn}, table.States())
	assert.Equal(t, []casework.Move{LookInto, SendBack, Nudge, Answer, Withdraw}, table.Moves())
	assert.Equal(t, []casework.Move{SendBack, Nudge, Answer, Withdraw}, table.MovesFrom(Looking))
}

func TestTitlesAreForPeopleAndFallBackOnNames(t *testing.T) {
	d := complaintDefinition()
	d.Moves[0].Title = "Look into it"
	table := compiled(t, d)
	assert.Equal(t, "Look into it", table.Title(LookInto))
	assert.Equal(t, "answer", table.Title(Answer))
	assert.Equal(t, "nonsense", table.Title("nonsense"))
	assert.Equal(t, "Being looked into", table.StateTitle(Looking))
	assert.Equal(t, "Answered", table.StateTitle(Answered))
	assert.Equal(t, "nowhere", table.StateTitle("nowhere"))
}

func TestATableNeverChanges(t *testing.T) {
	d := complaintDefinition()
	table := compiled(t, d)
	d.States[0].State, d.Moves[0].From[0] = "Elsewhere", "Elsewhere"
	table.States()[0], table.Moves()[0] = "Elsewhere", "elsewhere"
	table.Definition().Moves[0].From[0] = "Elsewhere"

	assert.Equal(t, complaintDefinition(), table.Definition())
	assert.Equal(t, compiled(t, complaintDefinition()), table)
}

func TestATableIsSharedBetweenGoroutines(t *testing.T) {
	table := compiled(t, complaintDefinition())
	var crowd sync.WaitGroup
	for range 8 {
		crowd.Go(func() {
			for range 200 {
				to, allowed := table.Next(Looking, Answer)
				assert.True(t, allowed)
				assert.Equal(t, Answered, to)
				assert.Len(t, table.MovesFrom(Looking), 4)
			}
		})
	}
	crowd.Wait()
}

func TestALargeDefinitionCompilesInNoTime(t *testing.T) {
	d := casework.Definition{Name: "Large", Version: 1, Doc: "As large as it may be.", Initial: "s0"}
	for i := range 1000 {
		d.States = append(d.States, casework.StateRow{State: stateNo(i), Doc: "A state.", Final: i == 999})
	}
	for i := range 999 {
		d.Moves = append(d.Moves, casework.MoveRow{Move: moveNo(i), Doc: "A move.", From: []casework.State{stateNo(i)}, To: stateNo(i + 1)})
	}
	to, allowed := compiled(t, d).Next("s500", "m500")
	assert.True(t, allowed)
	assert.Equal(t, stateNo(501), to)
}
