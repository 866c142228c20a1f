//go:build unix

package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// Note is a case that has a title and lines.
type Note struct {
	casework.Case
	s struct {
		Title string   `json:"title"`
		Lines []string `json:"lines"`
	}
}

type line struct {
	Text  string `json:"text"`
	Title string `json:"title,omitempty"`
}

var lineWritten = &casework.Event[*Note, line]{
	Name: "line.written", Version: 1,
	Apply: func(n *Note, _ casework.Entry, l line) {
		n.s.Lines = append(n.s.Lines, l.Text)
		if l.Title != "" {
			n.s.Title = l.Title
		}
	},
	Redact: func(line) line { return line{} },
}

func (n *Note) write(l line) error { return lineWritten.Record(n, l) }

func addLine(n *Note) error { return n.write(line{Text: "an older person lives alone"}) }

var (
	camden = casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana    = casework.Person("ana.k", camden)
)

func desk(tb testing.TB, store casework.Store) *casework.Desk[*Note] {
	tb.Helper()
	d, err := newDesk(store)
	require.NoError(tb, err)
	return d
}

func newDesk(store casework.Store) (*casework.Desk[*Note], error) {
	table, err := casework.Definition{
		Name: "Note", Version: 1, Doc: "Something that is written down.", Initial: "Open",
		States: []casework.StateRow{{State: "Open", Doc: "Lines are added."}, {State: "Closed", Doc: "It is over.", Final: true}},
		Moves:  []casework.MoveRow{{Move: "close", Doc: "Close it.", From: []casework.State{"Open"}, To: "Closed"}},
	}.Compile()
	if err != nil {
		return nil, err
	}
	kind, err := casework.NewKind(casework.KindSpec[*Note]{
		Name: "note", Shape: 1, New: func() *Note { return &Note{} }, Document: func(n *Note) any { return &n.s },
		Events: []casework.EventType[*Note]{lineWritten}, Tables: []*casework.Table{table},
		Describe: func(n *Note) casework.Description { return casework.Description{Title: n.s.Title} },
	})
	if err != nil {
		return nil, err
	}
	return casework.NewDesk(store, kind, nil), nil
}

func opened(tb testing.TB, d *casework.Desk[*Note]) casework.CaseID {
	tb.Helper()
	n, err := d.Open(tb.Context(), ana, casework.Opening{}, titled("Home care"))
	require.NoError(tb, err)
	return n.ID()
}

func titled(title string) func(*Note) error {
	return func(n *Note) error { return n.write(line{Title: title}) }
}

func grown(tb testing.TB, d *casework.Desk[*Note], id casework.CaseID) {
	tb.Helper()
	_, err := d.Update(tb.Context(), id, ana, addLine)
	require.NoError(tb, err)
}
