package casework

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// Definition says what may follow what: states, and the moves between them. It
// is data, named and versioned, and a case is pinned to the one it was opened
// under. Edit verbs return a changed copy; [Definition.Compile] checks it and
// makes it usable.
type Definition struct {
	Name    string     `json:"name"`
	Version int        `json:"version"` // from 1; raise it with every change to states or moves
	Doc     string     `json:"doc"`
	Initial State      `json:"initial"`
	States  []StateRow `json:"states,omitempty"`
	Moves   []MoveRow  `json:"moves,omitempty"`
}

// StateRow is one state of a definition.
type StateRow struct {
	State State  `json:"state"`
	Title string `json:"title,omitempty"` // for people; the name where empty
	Doc   string `json:"doc"`
	Final bool   `json:"final,omitempty"` // the case ends here
}

// MoveRow lets a move lead from any of some states to one state. The same move
// may have several rows, as long as no state has it twice.
type MoveRow struct {
	Move        Move    `json:"move"`
	Title       string  `json:"title,omitempty"` // for people; the name where empty
	Doc         string  `json:"doc"`
	From        []State `json:"from"`
	To          State   `json:"to,omitempty"`           // empty: the case stays where it is
	NeedsReason bool    `json:"needs_reason,omitempty"` // the actor must say why
}

// Pin names the very definition a case runs under.
type Pin struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Digest  Hash   `json:"digest"`
}

// String gives "name v2".
func (p Pin) String() string { return fmt.Sprintf("%s v%d", p.Name, p.Version) }

// Digest covers all that decides: name, version, initial state, states with
// their finality, moves with their ends and whether they ask for a reason.
// Titles and docs may be mended without stranding the cases pinned to it.
func (d Definition) Digest() Hash {
	b := appendField(nil, d.Name)
	b = binary.BigEndian.AppendUint64(b, uint64(d.Version)) //nolint:gosec // versions are positive
	b = appendField(b, d.Initial)
	b = binary.BigEndian.AppendUint64(b, uint64(len(d.States)))
	for _, s := range d.States {
		b = appendFlag(appendField(b, s.State), s.Final)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(len(d.Moves)))
	for _, m := range d.Moves {
		b = appendField(b, m.Move)
		b = binary.BigEndian.AppendUint64(b, uint64(len(m.From)))
		for _, from := range m.From {
			b = appendField(b, from)
		}
		b = appendFlag(appendField(b, m.To), m.NeedsReason)
	}
	return sha256.Sum256(b)
}

// Clone copies the definition and its rows.
func (d Definition) Clone() Definition {
	d.States = slices.Clone(d.States)
	d.Moves = slices.Clone(d.Moves)
	for i := range d.Moves {
		d.Moves[i].From = slices.Clone(d.Moves[i].From)
	}
	return d
}

// As gives the definition under another name and version. An edited definition
// is a new one and should say so.
func (d Definition) As(name string, version int) Definition {
	d = d.Clone()
	d.Name, d.Version = name, version
	return d
}

// Insert puts a state on the way a move takes: wherever on led from a state to
// another, it now leads to the new state, and onward leads from there to where
// on used to lead, or to its own To where it has one. The name and the version
// stay; see [Definition.As].
//
// A move that does not exist leaves the new state unreachable; rows of on that
// led to different states leave onward with several ways out of it. Both are
// found by [Definition.Compile].
func (d Definition) Insert(state StateRow, on Move, onward MoveRow) Definition {
	d = d.Clone()
	var ends []State
	for i := range d.Moves {
		row := &d.Moves[i]
		if row.Move != on || row.To == "" {
			continue
		}
		if !slices.Contains(ends, row.To) {
			ends = append(ends, row.To)
		}
		row.To = state.State
	}
	at := len(d.States)
	if len(ends) > 0 {
		at = d.stateIndex(ends[0], at)
	}
	d.States = slices.Insert(d.States, at, state)
	if onward.To != "" || len(ends) == 0 {
		ends = []State{onward.To}
	}
	for _, end := range ends {
		onward.From, onward.To = []State{state.State}, end
		d.Moves = append(d.Moves, onward)
	}
	return d
}

// AddState puts a state at the end of the states.
func (d Definition) AddState(rows ...StateRow) Definition {
	d = d.Clone()
	d.States = append(d.States, rows...)
	return d
}

// AddMove puts rows at the end of the moves.
func (d Definition) AddMove(rows ...MoveRow) Definition {
	d = d.Clone()
	for _, row := range rows {
		row.From = slices.Clone(row.From)
		d.Moves = append(d.Moves, row)
	}
	return d
}

// Remove takes a move away from the given states, or from all states when none
// is given.
func (d Definition) Remove(move Move, from ...State) Definition {
	d = d.Clone()
	for i := range d.Moves {
		if d.Moves[i].Move != move {
			continue
		}
		d.Moves[i].From = slices.DeleteFunc(d.Moves[i].From, func(s State) bool {
			return len(from) == 0 || slices.Contains(from, s)
		})
	}
	d.Moves = slices.DeleteFunc(d.Moves, func(m MoveRow) bool { return m.Move == move && len(m.From) == 0 })
	return d
}

// RemoveState takes a state away, with the moves that lead from it or to it.
func (d Definition) RemoveState(state State) Definition {
	d = d.Clone()
	d.States = slices.DeleteFunc(d.States, func(s StateRow) bool { return s.State == state })
	for i := range d.Moves {
		d.Moves[i].From = slices.DeleteFunc(d.Moves[i].From, func(s State) bool { return s == state })
	}
	d.Moves = slices.DeleteFunc(d.Moves, func(m MoveRow) bool { return m.To == state || len(m.From) == 0 })
	return d
}

// Reroute makes a move lead from a state to another one than before.
func (d Definition) Reroute(move Move, from, to State) Definition {
	doc, title, reason := "", "", false
	for _, m := range d.Moves {
		if m.Move == move && slices.Contains(m.From, from) {
			doc, title, reason = m.Doc, m.Title, m.NeedsReason
		}
	}
	return d.Remove(move, from).AddMove(MoveRow{Move: move, Title: title, Doc: doc, From: []State{from}, To: to, NeedsReason: reason})
}

func (d Definition) stateIndex(state State, otherwise int) int {
	for i, s := range d.States {
		if s.State == state {
			return i
		}
	}
	return otherwise
}
