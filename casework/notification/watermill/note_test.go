package watermill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

// Note is a case that has lines.
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
	Apply:  func(n *Note, _ casework.Entry, l line) { n.s.Lines = append(n.s.Lines, l.Text) },
	Redact: func(line) line { return line{} },
}

func addLine(n *Note) error { return lineWritten.Record(n, line{Text: "Mrs Day lives alone"}) }

var (
	camden = casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana    = casework.Actor{Kind: casework.KindPerson, ID: "ana.k", Name: "Ana Kowalska", Agency: camden}.For(casework.Actor{Kind: casework.KindPerson, ID: "bo.l", Name: "Bo Lind"})
)

func noteDesk(tb testing.TB, store casework.Store) *casework.Desk[*Note] {
	tb.Helper()
	table, err := casework.Definition{
		Name: "Note", Version: 1, Doc: "Something that is written down.", Initial: "Open",
		States: []casework.StateRow{{State: "Open", Doc: "Lines are added."}, {State: "Closed", Doc: "It is over.", Final: true}},
		Moves:  []casework.MoveRow{{Move: "close", Doc: "Close it.", From: []casework.State{"Open"}, To: "Closed"}},
	}.Compile()
	require.NoError(tb, err)
	kind, err := casework.NewKind(casework.KindSpec[*Note]{
		Name: "note", Shape: 1, New: func() *Note { return &Note{} }, Document: func(n *Note) any { return &n.s },
		Events: []casework.EventType[*Note]{lineWritten}, Tables: []*casework.Table{table},
		Describe: func(*Note) casework.Description { return casework.Description{Title: "a note"} },
	})
	require.NoError(tb, err)
	return casework.NewDesk(store, kind, nil)
}

// committed gives what a feed has of some cases that grew side by side.
func committed(tb testing.TB, cases, lines int) []casework.Notification {
	tb.Helper()
	store := memory.New().Tenant("camden")
	desk := noteDesk(tb, store)
	ids := make([]casework.CaseID, cases)
	for i := range ids {
		n, err := desk.Open(tb.Context(), ana, casework.Opening{}, nil)
		require.NoError(tb, err)
		ids[i] = n.ID()
	}
	for range lines {
		for _, id := range ids {
			_, err := desk.Update(tb.Context(), id, ana, addLine, casework.Reason("her son asked"))
			require.NoError(tb, err)
		}
	}
	for _, id := range ids {
		_, err := desk.Move(tb.Context(), id, ana, "close")
		require.NoError(tb, err)
	}
	items, err := store.Feed(tb.Context(), 0, 10000)
	require.NoError(tb, err)
	all := make([]casework.Notification, len(items))
	for i, item := range items {
		all[i] = casework.Notification{Tenant: "camden", Position: item.Position, Kind: item.Kind, Entry: item.Entry}
	}
	require.Len(tb, all, cases*(lines+2))
	return all
}
