package telemetry_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// marker stands wherever something personal may stand.
const marker = "Mrs Day of Kentish Town"

// Note is a case that has lines, and is not closed while it is short.
type Note struct {
	casework.Case
	s struct {
		Lines []string `json:"lines"`
	}
}

type line struct {
	Text string `json:"text"`
}

var lineWritten = &casework.Event[*Note, line]{
	Name: "line.written", Version: 1,
	Apply: func(n *Note, _ casework.Entry, l line) { n.s.Lines = append(n.s.Lines, l.Text) },
}

func secretive(n *Note) error { return lineWritten.Record(n, line{Text: marker}) }

func ana() casework.Actor {
	a := casework.Person("ana.k", casework.Agency{ID: "camden", Name: marker, Sector: casework.Statutory})
	a.Name = marker
	return a
}

func desk(tb testing.TB, store casework.Store) *casework.Desk[*Note] {
	tb.Helper()
	table, err := casework.Definition{
		Name: "Note", Version: 1, Doc: "Something that is written down.", Initial: "Open",
		States: []casework.StateRow{{State: "Open", Doc: "Lines are added."}, {State: "Closed", Doc: "It is over.", Final: true}},
		Moves:  []casework.MoveRow{{Move: "close", Doc: "Close it.", From: []casework.State{"Open"}, To: "Closed"}},
	}.Compile()
	require.NoError(tb, err)
	short := casework.Policy[*Note]{
		Code: "note.too_short", Doc: "A note has three lines.", Source: "house rule 3", Moves: []casework.Move{"close"}, Effect: casework.Refuse,
		Check: func(a casework.Attempt[*Note]) []casework.Objection {
			if len(a.Case.s.Lines) > 2 {
				return nil
			}
			return []casework.Objection{{Message: "it is short, " + marker, Remedy: "write more"}}
		},
	}
	kind, err := casework.NewKind(casework.KindSpec[*Note]{
		Name: "note", Shape: 1, New: func() *Note { return &Note{} }, Document: func(n *Note) any { return &n.s },
		Events: []casework.EventType[*Note]{lineWritten}, Tables: []*casework.Table{table}, Policies: []casework.Policy[*Note]{short},
		Describe: func(*Note) casework.Description { return casework.Description{Title: marker} },
	})
	require.NoError(tb, err)
	return casework.NewDesk(store, kind, nil)
}
