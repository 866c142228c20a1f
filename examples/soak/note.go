package main

import (
	"github.com/needsled/needsled/casework"
)

// Note is a case that lines are added to.
type Note struct {
	casework.Case
	s struct {
		Lines int `json:"lines"`
	}
}

type line struct {
	Text string `json:"text"`
}

func lineWritten() *casework.Event[*Note, line] {
	return &casework.Event[*Note, line]{Name: "line.written", Version: 1, Apply: func(n *Note, _ casework.Entry, _ line) { n.s.Lines++ }}
}

// office gives a desk for notes.
func office(store casework.Store) (*casework.Desk[*Note], func(*Note) error, error) {
	written := lineWritten()
	table, err := casework.Definition{
		Name: "Note", Version: 1, Doc: "Something that is written down.", Initial: "Open",
		States: []casework.StateRow{{State: "Open", Doc: "Lines are added."}, {State: "Closed", Doc: "It is over.", Final: true}},
		Moves:  []casework.MoveRow{{Move: "close", Doc: "Close it.", From: []casework.State{"Open"}, To: "Closed"}},
	}.Compile()
	if err != nil {
		return nil, nil, err
	}
	kind, err := casework.NewKind(casework.KindSpec[*Note]{
		Name: "note", Shape: 1, New: func() *Note { return &Note{} }, Document: func(n *Note) any { return &n.s },
		Events: []casework.EventType[*Note]{written}, Tables: []*casework.Table{table},
	})
	if err != nil {
		return nil, nil, err
	}
	add := func(n *Note) error { return written.Record(n, line{Text: "an older person lives alone"}) }
	return casework.NewDesk(store, kind, &casework.DeskOptions{Retries: 3}), add, nil
}

func clerk() casework.Actor {
	return casework.System("soak", casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory})
}
