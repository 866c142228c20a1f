package casework_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func TestEveryFaultOfADefinitionNamesItsRow(t *testing.T) {
	state := func(s casework.State) casework.StateRow { return casework.StateRow{State: s, Doc: "A state."} }
	for name, test := range map[string]struct {
		edit func(*casework.Definition)
		want []string
	}{
		"a definition needs a name, a version and a doc": {
			func(d *casework.Definition) { d.Name, d.Version, d.Doc = " ", 0, "" },
			[]string{"name definition.unnamed", "version definition.unversioned", "doc definition.undocumented"},
		},
		"the initial state is one of the states": {
			func(d *casework.Definition) { d.Initial = "Nowhere" },
			[]string{"initial state.unknown"},
		},
		"a state needs a name": {
			func(d *casework.Definition) { d.States = append(d.States, state(" ")) },
			[]string{"states[4].state state.unnamed"},
		},
		"a state needs a doc": {
			func(d *casework.Definition) { d.States[1].Doc = "" },
			[]string{"states[1].doc state.undocumented"},
		},
		"a state stands there once": {
			func(d *casework.Definition) { d.States = append(d.States, state(Looking)) },
			[]string{"states[4] state.duplicate"},
		},
		"a move needs a name": {
			func(d *casework.Definition) { d.Moves[2].Move = "" },
			[]string{"moves[2].move move.unnamed"},
		},
		"a move needs a doc": {
			func(d *casework.Definition) { d.Moves[2].Doc = "" },
			[]string{"moves[2].doc move.undocumented"},
		},
		"a move leads from somewhere": {
			func(d *casework.Definition) { d.Moves[2].From = nil },
			[]string{"moves[2].from move.from_nowhere"},
		},
		"a move leads from and to states there are": {
			func(d *casework.Definition) { d.Moves[0].From[0], d.Moves[3].To = "Here", "There" },
			[]string{"moves[0].from[0] state.unknown", "moves[3].to state.unknown"},
		},
		"a move leads from a state once": {
			func(d *casework.Definition) {
				d.Moves = append(d.Moves, casework.MoveRow{Move: Answer, Doc: "Again.", From: []casework.State{Looking}, To: Withdrawn})
			},
			[]string{"moves[5].from[0] move.duplicate"},
		},
		"the names that stand for other things are not for moves": {
			func(d *casework.Definition) { d.Moves[1].Move, d.Moves[2].Move = casework.Recording, casework.AnyMove },
			[]string{"moves[1].move move.reserved", "moves[2].move move.reserved"},
		},
		"a state nobody comes to is unreachable": {
			func(d *casework.Definition) {
				d.States = append(d.States, casework.StateRow{State: "Attic", Doc: "Lost.", Final: true})
			},
			[]string{"states[4] state.unreachable"},
		},
		"a state nobody leaves is final or a dead end": {
			func(d *casework.Definition) { d.States[2].Final = false },
			[]string{"states[2] state.dead_end"},
		},
		"staying is not leaving": {
			func(d *casework.Definition) {
				d.States[2].Final = false
				d.Moves = append(d.Moves, casework.MoveRow{Move: Nudge, Doc: "Stay.", From: []casework.State{Answered}, To: Answered})
			},
			[]string{"states[2] state.dead_end"},
		},
		"a final state has no way out": {
			func(d *casework.Definition) { d.Moves[1].From = append(d.Moves[1].From, Answered) },
			[]string{"states[2] state.final_left"},
		},
		"from every state a final one can be reached": {
			func(d *casework.Definition) {
				d.States = append(d.States, state("Tick"), state("Tock"))
				d.Moves = append(d.Moves, casework.MoveRow{Move: "enter", Doc: "In.", From: []casework.State{Received}, To: "Tick"},
					casework.MoveRow{Move: "swing", Doc: "To.", From: []casework.State{"Tick"}, To: "Tock"},
					casework.MoveRow{Move: "swing", Doc: "Fro.", From: []casework.State{"Tock"}, To: "Tick"})
			},
			[]string{"states[4] state.trap", "states[5] state.trap"},
		},
		"a definition nobody could survey is too large, and that is all that is said": {
			func(d *casework.Definition) { d.States = make([]casework.StateRow, 1001) },
			[]string{"states definition.too_large"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := complaintDefinition()
			test.edit(&d)
			_, err := d.Compile()
			assert.Equal(t, test.want, faults(t, err))
		})
	}
}

func TestStayingInAFinalStateIsAllowed(t *testing.T) {
	d := complaintDefinition()
	d.Moves[2].From = append(d.Moves[2].From, Answered)
	table := compiled(t, d)
	to, allowed := table.Next(Answered, Nudge)
	assert.True(t, allowed)
	assert.Equal(t, Answered, to)
}

func TestEditVerbsGiveChangedCopies(t *testing.T) {
	checking := casework.StateRow{State: "Checking", Doc: "Somebody else reads it."}
	for name, test := range map[string]struct {
		edit func(casework.Definition) casework.Definition
		from casework.State
		move casework.Move
		to   casework.State // empty: the move is gone
	}{
		"Insert leads a move to the new state": {
			func(d casework.Definition) casework.Definition {
				return d.Insert(checking, Answer, casework.MoveRow{Move: "confirm", Doc: "Confirm it."})
			}, Looking, Answer, "Checking",
		},
		"Insert leads on to where the move used to lead": {
			func(d casework.Definition) casework.Definition {
				return d.Insert(checking, Answer, casework.MoveRow{Move: "confirm", Doc: "Confirm it."})
			}, "Checking", "confirm", Answered,
		},
		"Insert leads on to where it is told": {
			func(d casework.Definition) casework.Definition {
				return d.Insert(checking, SendBack, casework.MoveRow{Move: "drop", Doc: "Drop it.", To: Withdrawn})
			}, "Checking", "drop", Withdrawn,
		},
		"Remove takes a move away from all states": {
			func(d casework.Definition) casework.Definition { return d.Remove(Nudge) }, Looking, Nudge, "",
		},
		"Remove takes a move away from one state": {
			func(d casework.Definition) casework.Definition { return d.Remove(Withdraw, Looking) }, Looking, Withdraw, "",
		},
		"Remove leaves the move in the other states": {
			func(d casework.Definition) casework.Definition { return d.Remove(Withdraw, Looking) }, Received, Withdraw, Withdrawn,
		},
		"RemoveState takes the moves along": {
			func(d casework.Definition) casework.Definition { return d.RemoveState(Withdrawn) }, Received, Withdraw, "",
		},
		"Reroute leads a move elsewhere": {
			func(d casework.Definition) casework.Definition { return d.Reroute(SendBack, Looking, Withdrawn) }, Looking, SendBack, Withdrawn,
		},
		"AddState and AddMove add rows": {
			func(d casework.Definition) casework.Definition {
				return d.AddState(casework.StateRow{State: "Referred", Doc: "Elsewhere.", Final: true}).
					AddMove(casework.MoveRow{Move: "refer", Doc: "Send it on.", From: []casework.State{Received}, To: "Referred"})
			}, Received, "refer", "Referred",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := complaintDefinition()
			table := compiled(t, test.edit(d).As("Other complaint", 2))
			assert.Equal(t, complaintDefinition(), d, "the original is as it was")
			assert.Equal(t, "Other complaint v2", table.Pin().String())
			to, allowed := table.Next(test.from, test.move)
			assert.Equal(t, test.to, to)
			assert.Equal(t, test.to != "", allowed)
		})
	}
}

func TestRerouteKeepsWhatIsSaidOfTheMove(t *testing.T) {
	d := complaintDefinition().Reroute(Withdraw, Looking, Answered)
	table := compiled(t, d)
	assert.True(t, table.NeedsReason(Looking, Withdraw))
	assert.True(t, table.NeedsReason(Received, Withdraw))
	to, _ := table.Next(Received, Withdraw)
	assert.Equal(t, Withdrawn, to, "the other way of the move stays")
}

func TestEditsThatMissAreFoundByCompile(t *testing.T) {
	row := casework.StateRow{State: "Checking", Doc: "Somebody else reads it."}
	onward := casework.MoveRow{Move: "confirm", Doc: "Confirm it."}
	t.Run("Insert on a move there is not", func(t *testing.T) {
		_, err := complaintDefinition().Insert(row, "nonsense", onward).Compile()
		assert.Contains(t, faults(t, err), "states[4] state.unreachable")
	})
	t.Run("Insert on a move that led to different states", func(t *testing.T) {
		d := complaintDefinition().Reroute(Withdraw, Looking, Answered)
		_, err := d.Insert(row, Withdraw, onward).Compile()
		assert.Equal(t, []string{"moves[7].from[0] move.duplicate"}, faults(t, err))
	})
	t.Run("Reroute of a move that does not lead from there", func(t *testing.T) {
		_, err := complaintDefinition().Reroute(Answer, Received, Answered).Compile()
		assert.Equal(t, []string{"moves[5].doc move.undocumented"}, faults(t, err))
	})
}

func TestTheDigestFollowsTheStructureAndNotTheWords(t *testing.T) {
	plain := complaintDefinition().Digest()
	assert.Equal(t, "3ec04964ddde6dd5", plain.String()[:16], "a digest that changes strands every case pinned to it")

	worded := complaintDefinition()
	worded.Doc, worded.States[0].Title, worded.States[1].Doc = "Other words.", "Come in", "Others."
	worded.Moves[0].Title, worded.Moves[1].Doc = "Look into it", "Other words."
	assert.Equal(t, plain, worded.Digest())

	for name, edit := range map[string]func(*casework.Definition){
		"name":         func(d *casework.Definition) { d.Name = "Complaints" },
		"version":      func(d *casework.Definition) { d.Version = 2 },
		"initial":      func(d *casework.Definition) { d.Initial = Looking },
		"state":        func(d *casework.Definition) { d.States[0].State = "In" },
		"final":        func(d *casework.Definition) { d.States[0].Final = true },
		"one state":    func(d *casework.Definition) { d.States = d.States[:3] },
		"move":         func(d *casework.Definition) { d.Moves[0].Move = "look" },
		"from":         func(d *casework.Definition) { d.Moves[0].From[0] = Looking },
		"one from":     func(d *casework.Definition) { d.Moves[4].From = d.Moves[4].From[:1] },
		"to":           func(d *casework.Definition) { d.Moves[0].To = Answered },
		"needs reason": func(d *casework.Definition) { d.Moves[0].NeedsReason = true },
		"one move":     func(d *casework.Definition) { d.Moves = d.Moves[:4] },
	} {
		t.Run(name+" decides", func(t *testing.T) {
			d := complaintDefinition()
			edit(&d)
			assert.NotEqual(t, plain, d.Digest())
		})
	}
}

func TestADefinitionSurvivesJSON(t *testing.T) {
	d := complaintDefinition()
	text, err := json.Marshal(d)
	require.NoError(t, err)
	read, err := casework.LoadDefinition(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, d, read)
	assert.Equal(t, d.Digest(), read.Digest())
}

func TestADefinitionWithoutMovesSurvivesJSON(t *testing.T) {
	noted := casework.Definition{
		Name: "note", Version: 1, Doc: "Something that is written down once.", Initial: "noted",
		States: []casework.StateRow{{State: "noted", Doc: "It stands.", Final: true}},
	}
	text, err := json.Marshal(noted)
	require.NoError(t, err)
	read, err := casework.LoadDefinition(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, noted, read)
}

func TestLoadDefinitionNamesEveryFaultWithItsLine(t *testing.T) {
	text := `{
  "name": "Complaint", "version": "one",
  "doc": "A complaint.", "initial": "In", "initial": "Out",
  "states": [
    {"state": "In", "doc": "In.", "colour": {"deep": [1, 2]}},
    {"state": "Out", "doc": null, "final": "yes"},
    17
  ],
  "moves": [
    {"move": "go", "doc": "Go.", "from": "In", "to": "Out"},

    {"move": "stay", "doc": "", "from": ["In", 4, "There"]}
  ]
}
{}`
	_, err := casework.LoadDefinition(strings.NewReader(text))
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	var got []string
	for _, f := range invalid.Faults {
		got = append(got, f.String())
	}
	assert.Equal(t, []string{
		`definition: line 15: something follows the definition (json.trailing)`,
		`version: line 2: expected a whole number (json.wrong_type)`,
		`initial: line 3: field "initial" stands there twice (json.duplicate_field)`,
		`states[0].colour: line 5: there is no field "colour" (json.unknown_field)`,
		`states[1].doc: line 6: expected a text (json.wrong_type)`,
		`states[1].final: line 6: expected true or false (json.wrong_type)`,
		`states[2]: line 7: expected an object (json.wrong_type)`,
		`moves[0].from: line 10: expected an array (json.wrong_type)`,
		`moves[1].from[1]: line 12: expected a text (json.wrong_type)`,
		`moves[1].doc: line 12: say what move "stay" does (move.undocumented)`,
		`moves[1].from[2]: line 12: move "stay" leads from "There", which is not among the states (state.unknown)`,
	}, got)
}

func TestLoadDefinitionReadsNothingButADefinition(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing":                {"", "definition json.malformed"},
		"broken JSON":            {`{"name": "x",}`, "definition json.malformed"},
		"half of it":             {`{"name": "x"`, "definition json.malformed"},
		"an array":               {"[]", " json.wrong_type"},
		"bytes that are no text": {"{\"name\": \"\xff\"}", "definition json.not_utf8"},
		"far too much":           {`{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "definition json.too_large"},
		"what does not compile":  {`{"name": "x"}`, "initial state.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := casework.LoadDefinition(strings.NewReader(test.text))
			assert.Contains(t, faults(t, err), test.want)
		})
	}
	t.Run("a reader that fails gives its cause", func(t *testing.T) {
		broken := errors.New("the disk is gone")
		_, err := casework.LoadDefinition(iotest.ErrReader(broken))
		assert.ErrorIs(t, err, broken)
		assert.Equal(t, []string{"definition json.unread"}, faults(t, err))
	})
}
