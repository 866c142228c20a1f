package casework

import (
	"context"
	"errors"

	"github.com/looplab/fsm"
)

// resolve asks looplab/fsm for the answer to every state and move of a checked
// definition: where it leads, or -1. One machine is built, without callbacks,
// and thrown away; no machine ever lives in a case. This is the only file that
// knows looplab/fsm.
func resolve(d Definition, states []State, moves []Move) ([]int16, error) {
	machine := fsm.NewFSM(string(d.Initial), transitions(d), nil)
	index := make(map[string]int16, len(states))
	for i, s := range states {
		index[string(s)] = int16(i) //nolint:gosec // Compile limits the number of states
	}
	cells := make([]int16, 0, len(states)*len(moves))
	for _, from := range states {
		for _, move := range moves {
			to, allowed, err := ask(machine, from, move)
			if err != nil {
				return nil, err
			}
			if !allowed {
				cells = append(cells, -1)
				continue
			}
			cells = append(cells, index[to])
		}
	}
	return cells, nil
}

// transitions writes the rows as looplab/fsm wants them. A move that stays
// becomes one row a state.
func transitions(d Definition) fsm.Events {
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
	return events
}

// ask tries one move in one state. A move that cannot be taken is not tried:
// looplab/fsm would look through every transition for the name of its error. A
// move that stays it reports as a NoTransitionError; without an inner error that
// is success.
func ask(machine *fsm.FSM, from State, move Move) (to string, allowed bool, err error) {
	machine.SetState(string(from))
	if machine.Cannot(string(move)) {
		return "", false, nil
	}
	err = machine.Event(context.Background(), string(move))
	var stays fsm.NoTransitionError
	if err == nil || errors.As(err, &stays) && stays.Err == nil {
		return machine.Current(), true, nil
	}
	return "", false, err
}
