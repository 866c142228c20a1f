package river_test

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// Note is a case that has lines, and a day it is to be answered by.
type Note struct {
	casework.Case
	s struct {
		Lines []string  `json:"lines"`
		Due   time.Time `json:"due,omitzero"`
	}
}

type line struct {
	Text string    `json:"text"`
	Due  time.Time `json:"due,omitzero"`
}

var lineWritten = &casework.Event[*Note, line]{
	Name: "line.written", Version: 1,
	Apply: func(n *Note, _ casework.Entry, l line) {
		n.s.Lines = append(n.s.Lines, l.Text)
		if !l.Due.IsZero() {
			n.s.Due = l.Due
		}
	},
	Redact: func(line) line { return line{} },
}

func (n *Note) write(l line) error { return lineWritten.Record(n, l) }

func addLine(n *Note) error { return n.write(line{Text: "an older person lives alone"}) }

func dueAt(at time.Time) func(*Note) error {
	return func(n *Note) error { return n.write(line{Text: "answer it", Due: at}) }
}

var (
	camden = casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana    = casework.Person("ana.k", camden)
	monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
)

// clock is set by tests.
type clock struct{ after atomic.Int64 }

func (c *clock) now() time.Time          { return monday.Add(time.Duration(c.after.Load())) }
func (c *clock) set(after time.Duration) { c.after.Store(int64(after)) }

func noteDesk(tb testing.TB, store casework.Store, c *clock) *casework.Desk[*Note] {
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
		Deadlines: func(n *Note) []casework.Deadline {
			return []casework.Deadline{{Code: "answer.due", Due: n.s.Due, Doc: "The answer is due."}}
		},
	})
	require.NoError(tb, err)
	return casework.NewDesk(store, kind, &casework.DeskOptions{Clock: c.now})
}

func opened(tb testing.TB, d *casework.Desk[*Note], fill func(*Note) error) casework.CaseID {
	tb.Helper()
	n, err := d.Open(tb.Context(), ana, casework.Opening{}, fill)
	require.NoError(tb, err)
	return n.ID()
}

func entries(tb testing.TB, s casework.Store, id casework.CaseID) []casework.Entry {
	tb.Helper()
	var all []casework.Entry
	for e, err := range s.History(tb.Context(), id, 0) {
		require.NoError(tb, err)
		all = append(all, e)
	}
	return all
}

// fired counts the deadlines in a journal.
func fired(tb testing.TB, s casework.Store, id casework.CaseID) int {
	tb.Helper()
	count := 0
	for _, e := range entries(tb, s, id) {
		if e.Type == casework.EntryDeadlinePassed {
			count++
		}
	}
	return count
}

// noteOffice is a desk of a domain, which has a desk of casework inside.
type noteOffice struct{ desk *casework.Desk[*Note] }

func (o *noteOffice) In(s casework.Store) *noteOffice { return &noteOffice{o.desk.In(s)} }

func (o *noteOffice) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return o.desk.List(ctx, q)
}

func (o *noteOffice) Tick(ctx context.Context, id casework.CaseID, by casework.Actor, opts ...casework.CallOption) (*Note, error) {
	return o.desk.Tick(ctx, id, by, opts...)
}
