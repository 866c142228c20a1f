package compare_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// crossroads has one state from which moves lead, all but the last to stay.
func crossroads(moves int) casework.Definition {
	d := casework.Definition{
		Name: "Crossroads", Version: 1, Doc: "Many ways from one state.", Initial: "here",
		States: []casework.StateRow{{State: "here", Doc: "Here."}, {State: "gone", Doc: "Gone.", Final: true}},
	}
	for i := range moves - 1 {
		d.Moves = append(d.Moves, casework.MoveRow{Move: casework.Move(fmt.Sprintf("turn%02d", i)), Doc: "Turn.", From: []casework.State{"here"}})
	}
	return d.AddMove(casework.MoveRow{Move: "leave", Doc: "Leave.", From: []casework.State{"here"}, To: "gone"})
}

// underCall gives a notebook under a call, and what puts it under a new one.
func underCall(tb testing.TB, kind *casework.Kind[*Notebook]) (n *Notebook, renew func()) {
	tb.Helper()
	call, err := casework.NewCall(nil, ana)
	require.NoError(tb, err)
	n, err = kind.Open(call, casework.CaseID{1}, casework.Opening{})
	require.NoError(tb, err)
	return n, func() {
		call.End()
		call, err = casework.NewCall(nil, ana)
		require.NoError(tb, err)
		require.NoError(tb, kind.Attach(call, n))
	}
}

// BenchmarkOptions lists moves with all that three policies say to each.
func BenchmarkOptions(b *testing.B) {
	for _, moves := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d moves, 3 policies", moves), func(b *testing.B) {
			kind := notebook(b, crossroads(moves), 3)
			n, renew := underCall(b, kind)
			renew()
			b.ReportAllocs()
			for b.Loop() {
				options, err := kind.Options(n)
				if err != nil || len(options) != moves {
					b.Fatal(len(options), err)
				}
			}
		})
	}
}

// BenchmarkMove decides on a move under three policies and seals its entry.
func BenchmarkMove(b *testing.B) {
	kind := notebook(b, crossroads(20), 3)
	n, renew := underCall(b, kind)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1000 == 0 {
			renew() // or the entries not written yet pile up
		}
		if err := n.Move("turn00"); err != nil {
			b.Fatal(err)
		}
	}
}
