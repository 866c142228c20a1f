package compare_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

var (
	camden = casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	ana    = casework.Person("ana.k", camden)
)

// Notebook is a case whose document stays as large as it is.
type Notebook struct {
	casework.Case
	notes notes
}

// notes is what is kept of a notebook.
type notes struct {
	Title  string  `json:"title"`
	Latest string  `json:"latest"`
	Count  int     `json:"count"`
	Needs  []noted `json:"needs"`
}

type noted struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Area      string `json:"area"`
	Priority  int    `json:"priority"`
}

// page is what is written into a notebook.
type page struct {
	Text string `json:"text"`
}

var written = &casework.Event[*Notebook, page]{
	Name: "note.written", Version: 1,
	Apply: func(n *Notebook, _ casework.Entry, p page) {
		n.notes.Latest = p.Text
		n.notes.Count++
	},
}

var prepared = &casework.Event[*Notebook, notes]{
	Name: "notebook.prepared", Version: 1,
	Apply: func(n *Notebook, _ casework.Entry, all notes) { n.notes = all },
}

// Write replaces the latest note.
func (n *Notebook) Write(text string) error { return written.Record(n, page{Text: text}) }

// notebook gives the kind, with some policies over every move and record.
func notebook(tb testing.TB, d casework.Definition, policies int) *casework.Kind[*Notebook] {
	tb.Helper()
	table, err := d.Compile()
	require.NoError(tb, err)
	spec := casework.KindSpec[*Notebook]{
		Name: "notebook", Shape: 1,
		New:      func() *Notebook { return &Notebook{} },
		Document: func(n *Notebook) any { return &n.notes },
		Events:   []casework.EventType[*Notebook]{written, prepared},
		Tables:   []*casework.Table{table},
		Describe: func(n *Notebook) casework.Description { return casework.Description{Title: n.notes.Title} },
	}
	for i := range policies {
		spec.Policies = append(spec.Policies, casework.Policy[*Notebook]{
			Code: fmt.Sprintf("note.rule%d", i), Doc: "A rule.", Source: "house rule", Moves: []casework.Move{casework.AnyMove, casework.Recording},
			Check: func(a casework.Attempt[*Notebook]) []casework.Objection {
				if a.Case.notes.Count < 0 {
					return []casework.Objection{{Message: "it cannot be"}}
				}
				return nil
			},
		})
	}
	kind, err := casework.NewKind(spec)
	require.NoError(tb, err)
	return kind
}

// needs are as many as make a document small, or some seven kilobytes.
func needs(n int) notes {
	all := notes{Title: "Home care, Kentish Town", Latest: "-"}
	for i := range n {
		all.Needs = append(all.Needs, noted{
			ID: fmt.Sprintf("N%d", i+1), Statement: "Older people living alone need help at home, mornings and evenings, in their own language",
			Area: "Kentish Town", Priority: i + 1,
		})
	}
	return all
}

// opened gives a desk and a notebook in its store.
func opened(tb testing.TB, s casework.Store, size, policies int) (*casework.Desk[*Notebook], casework.CaseID) {
	tb.Helper()
	desk := casework.NewDesk(s, notebook(tb, definition(), policies), nil)
	n, err := desk.Open(tb.Context(), ana, casework.Opening{}, func(n *Notebook) error { return prepared.Record(n, needs(size)) })
	require.NoError(tb, err)
	return desk, n.ID()
}
