package casework

import (
	"fmt"
	"slices"
	"strings"
)

// maxRows bounds the states and the moves of a definition: far beyond what a
// person can survey, and small enough to ask for every pair.
const maxRows = 1000

// maxWays bounds the ways the moves of a definition lead.
const maxWays = 20 * maxRows

// Table is a compiled [Definition]: every state and move answered beforehand.
// It never changes and may be shared between goroutines.
type Table struct {
	definition Definition
	pin        Pin
	states     []State
	moves      []Move
	stateIndex map[State]int
	moveIndex  map[Move]int
	cells      []int16  // state x move: index of the state it leads to, or -1
	reason     []bool   // state x move: needs a reason
	ways       [][]Move // by state: the moves that may be taken there
	titles     []string // by move
	final      []bool
}

// Compile checks the definition and answers every state and move. All faults
// are named at once, each with its row: a state or move twice, unknown or
// unreachable states, a dead end that is not declared final, a final state with
// a way out, a trap from which no final state can be reached, and rows without
// name or doc. The error is [ErrInvalid].
func (d Definition) Compile() (*Table, error) {
	d = d.Clone()
	if err := InvalidIf("compile definition "+d.Name, d.faults()); err != nil {
		return nil, err
	}
	t := &Table{
		definition: d,
		pin:        Pin{Name: d.Name, Version: d.Version, Digest: d.Digest()},
		stateIndex: make(map[State]int, len(d.States)),
		moveIndex:  make(map[Move]int, len(d.Moves)),
	}
	for i, row := range d.States {
		t.states = append(t.states, row.State)
		t.stateIndex[row.State] = i
		t.final = append(t.final, row.Final)
	}
	for _, row := range d.Moves {
		if _, known := t.moveIndex[row.Move]; !known {
			t.moveIndex[row.Move] = len(t.moves)
			t.moves = append(t.moves, row.Move)
			t.titles = append(t.titles, string(row.Move))
		}
	}
	cells, err := resolve(d, t.states, t.moves)
	if err != nil {
		return nil, &InvalidError{
			Op:     "compile definition " + d.Name,
			Faults: []Fault{{Path: "moves", Code: "definition.unresolved", Message: "the state machine does not answer for every row"}},
			Cause:  err,
		}
	}
	t.cells = cells
	t.note(d.Moves)
	return t, nil
}

// note keeps what the rows say beside where they lead.
func (t *Table) note(rows []MoveRow) {
	t.reason, t.ways = make([]bool, len(t.cells)), make([][]Move, len(t.states))
	for _, row := range slices.Backward(rows) {
		j := t.moveIndex[row.Move]
		if row.Title != "" {
			t.titles[j] = row.Title // the first row that has one
		}
		for _, from := range row.From {
			t.reason[t.cell(t.stateIndex[from], j)] = row.NeedsReason
		}
	}
	for j, m := range t.moves {
		for i := range t.states {
			if t.cells[t.cell(i, j)] >= 0 {
				t.ways[i] = append(t.ways[i], m)
			}
		}
	}
}

// Definition gives a copy of what was compiled.
func (t *Table) Definition() Definition { return t.definition.Clone() }

// Pin names the very definition.
func (t *Table) Pin() Pin { return t.pin }

// Initial is the state a case opens in.
func (t *Table) Initial() State { return t.definition.Initial }

// States gives the states in the order of the definition.
func (t *Table) States() []State { return slices.Clone(t.states) }

// Moves gives the moves in the order of the definition, each once.
func (t *Table) Moves() []Move { return slices.Clone(t.moves) }

// Has tells whether the state is one of the definition.
func (t *Table) Has(s State) bool { _, known := t.stateIndex[s]; return known }

// HasMove tells whether the move is one of the definition.
func (t *Table) HasMove(m Move) bool { _, known := t.moveIndex[m]; return known }

// Final tells whether a case ends in the state.
func (t *Table) Final(s State) bool {
	i, known := t.stateIndex[s]
	return known && t.final[i]
}

// Next says where a move leads from a state, and whether it may be taken there
// at all.
func (t *Table) Next(from State, m Move) (to State, allowed bool) {
	to, _, allowed = t.next(from, m)
	return to, allowed
}

// NeedsReason tells whether whoever takes the move from the state must say why.
func (t *Table) NeedsReason(from State, m Move) bool {
	_, reason, _ := t.next(from, m)
	return reason
}

// next looks a move up: where it leads from a state, whether it needs a reason
// there, and whether it may be taken at all.
func (t *Table) next(from State, m Move) (to State, reason, allowed bool) {
	i, knownState := t.stateIndex[from]
	j, knownMove := t.moveIndex[m]
	if !knownState || !knownMove {
		return "", false, false
	}
	cell := t.cell(i, j)
	if t.cells[cell] < 0 {
		return "", false, false
	}
	return t.states[t.cells[cell]], t.reason[cell], true
}

// MovesFrom gives the moves that may be taken from a state, in the order of the
// definition.
func (t *Table) MovesFrom(from State) []Move { return slices.Clone(t.waysFrom(from)) }

// waysFrom gives the same without a copy.
func (t *Table) waysFrom(from State) []Move {
	i, known := t.stateIndex[from]
	if !known {
		return nil
	}
	return t.ways[i]
}

func (t *Table) cell(state, move int) int { return state*len(t.moves) + move }

// faults lists everything wrong with the definition.
func (d Definition) faults() []Fault {
	faults := d.headFaults()
	if d.tooLarge() {
		return faults // nobody reads a fault for each of its rows
	}
	faults = append(faults, d.stateFaults()...)
	faults = append(faults, d.moveFaults()...)
	if len(faults) > 0 {
		return faults // ways cannot be followed through faulty rows
	}
	return d.wayFaults()
}

func (d Definition) headFaults() []Fault {
	var faults []Fault
	if blank(d.Name) {
		faults = append(faults, Fault{Path: "name", Code: "definition.unnamed", Message: "a definition needs a name"})
	}
	if d.Version < 1 {
		faults = append(faults, Fault{Path: "version", Code: "definition.unversioned", Message: "versions count from 1"})
	}
	if blank(d.Doc) {
		faults = append(faults, Fault{Path: "doc", Code: "definition.undocumented", Message: "say what the definition is for"})
	}
	if d.tooLarge() {
		faults = append(faults, Fault{Path: "states", Code: "definition.too_large", Message: fmt.Sprintf("at most %d states, %d moves and %d ways they lead", maxRows, maxRows, maxWays)})
	}
	return faults
}

func (d Definition) tooLarge() bool {
	ways := 0
	for _, row := range d.Moves {
		ways += len(row.From)
	}
	return len(d.States) > maxRows || len(d.Moves) > maxRows || ways > maxWays
}

func (d Definition) stateFaults() []Fault {
	var faults []Fault
	seen := map[State]int{}
	for i, row := range d.States {
		path := fmt.Sprintf("states[%d]", i)
		if blank(string(row.State)) {
			faults = append(faults, Fault{Path: path + ".state", Code: "state.unnamed", Message: "a state needs a name"})
			continue
		}
		if first, twice := seen[row.State]; twice {
			faults = append(faults, Fault{Path: path, Code: "state.duplicate", Message: fmt.Sprintf("state %q stands already in states[%d]", row.State, first)})
			continue
		}
		seen[row.State] = i
		if blank(row.Doc) {
			faults = append(faults, Fault{Path: path + ".doc", Code: "state.undocumented", Message: fmt.Sprintf("say what state %q means", row.State)})
		}
	}
	if _, known := seen[d.Initial]; !known {
		faults = append(faults, Fault{Path: "initial", Code: "state.unknown", Message: fmt.Sprintf("the initial state %q is not among the states", d.Initial)})
	}
	return faults
}

func (d Definition) moveFaults() []Fault {
	known := map[State]bool{}
	for _, row := range d.States {
		known[row.State] = true
	}
	type pair struct {
		move Move
		from State
	}
	var faults []Fault
	seen := map[pair]int{}
	for i, row := range d.Moves {
		path := fmt.Sprintf("moves[%d]", i)
		if blank(string(row.Move)) {
			faults = append(faults, Fault{Path: path + ".move", Code: "move.unnamed", Message: "a move needs a name"})
		}
		if row.Move == Recording || row.Move == AnyMove {
			faults = append(faults, Fault{Path: path + ".move", Code: "move.reserved", Message: fmt.Sprintf("%q is a reserved name", row.Move)})
		}
		if name := string(row.Move); strings.HasPrefix(name, "case:") || strings.HasPrefix(name, "override:") {
			faults = append(faults, Fault{Path: path + ".move", Code: "move.reserved", Message: fmt.Sprintf("%q would name another action to a permit", row.Move)})
		}
		if blank(row.Doc) {
			faults = append(faults, Fault{Path: path + ".doc", Code: "move.undocumented", Message: fmt.Sprintf("say what move %q does", row.Move)})
		}
		if len(row.From) == 0 {
			faults = append(faults, Fault{Path: path + ".from", Code: "move.from_nowhere", Message: fmt.Sprintf("move %q leads from no state", row.Move)})
		}
		if row.To != "" && !known[row.To] {
			faults = append(faults, Fault{Path: path + ".to", Code: "state.unknown", Message: fmt.Sprintf("move %q leads to %q, which is not among the states", row.Move, row.To)})
		}
		for k, from := range row.From {
			at := fmt.Sprintf("%s.from[%d]", path, k)
			if !known[from] {
				faults = append(faults, Fault{Path: at, Code: "state.unknown", Message: fmt.Sprintf("move %q leads from %q, which is not among the states", row.Move, from)})
			}
			if first, twice := seen[pair{row.Move, from}]; twice {
				faults = append(faults, Fault{Path: at, Code: "move.duplicate", Message: fmt.Sprintf("move %q leads from %q already in moves[%d]", row.Move, from, first)})
				continue
			}
			seen[pair{row.Move, from}] = i
		}
	}
	return faults
}

// wayFaults follows the moves forward from the initial state and backward from
// the final ones.
func (d Definition) wayFaults() []Fault {
	forward, backward := map[State][]State{}, map[State][]State{}
	leaves := map[State]bool{}
	for _, row := range d.Moves {
		for _, from := range row.From {
			if row.To == "" {
				continue // staying leads nowhere
			}
			forward[from] = append(forward[from], row.To)
			backward[row.To] = append(backward[row.To], from)
			leaves[from] = leaves[from] || row.To != from
		}
	}
	var finals []State
	for _, row := range d.States {
		if row.Final {
			finals = append(finals, row.State)
		}
	}
	reached, ends := follow(forward, d.Initial), follow(backward, finals...)

	var faults []Fault
	for i, row := range d.States {
		path := fmt.Sprintf("states[%d]", i)
		switch {
		case !reached[row.State]:
			faults = append(faults, Fault{Path: path, Code: "state.unreachable", Message: fmt.Sprintf("no way leads from %q to %q", d.Initial, row.State)})
		case row.Final && leaves[row.State]:
			faults = append(faults, Fault{Path: path, Code: "state.final_left", Message: fmt.Sprintf("state %q is final, yet a move leads away from it", row.State)})
		case !row.Final && !leaves[row.State]:
			faults = append(faults, Fault{Path: path, Code: "state.dead_end", Message: fmt.Sprintf("nothing leads away from %q, and it is not declared final", row.State)})
		case !row.Final && !ends[row.State]:
			faults = append(faults, Fault{Path: path, Code: "state.trap", Message: fmt.Sprintf("no final state can be reached from %q", row.State)})
		}
	}
	return faults
}

// follow gives every state that ways lead to, the starts included.
func follow(ways map[State][]State, starts ...State) map[State]bool {
	reached := map[State]bool{}
	for len(starts) > 0 {
		next := starts[len(starts)-1]
		starts = starts[:len(starts)-1]
		if reached[next] {
			continue
		}
		reached[next] = true
		starts = append(starts, ways[next]...)
	}
	return reached
}

// Title gives a move's title for people, or its name.
func (t *Table) Title(m Move) string {
	if j, known := t.moveIndex[m]; known {
		return t.titles[j]
	}
	return string(m)
}

// StateTitle gives a state's title for people, or its name.
func (t *Table) StateTitle(s State) string {
	if i, known := t.stateIndex[s]; known && t.definition.States[i].Title != "" {
		return t.definition.States[i].Title
	}
	return string(s)
}
