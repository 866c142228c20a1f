package casework_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// busyDefinition has a state with many moves that stay there, and a way out.
func busyDefinition(moves int) casework.Definition {
	d := casework.Definition{Name: "Busy", Version: 1, Doc: "A state with many moves.", Initial: "Here", States: []casework.StateRow{
		{State: "Here", Doc: "Here."}, {State: "Gone", Doc: "Gone.", Final: true},
	}}
	for i := range moves {
		d.Moves = append(d.Moves, casework.MoveRow{Move: moveNo(i), Doc: "Stay.", From: []casework.State{"Here"}})
	}
	d.Moves = append(d.Moves, casework.MoveRow{Move: "leave", Doc: "Leave.", From: []casework.State{"Here"}, To: "Gone", NeedsReason: true})
	return d
}

// busyCase gives a case under a call, whose every move is watched by three
// policies that stay silent.
func busyCase(b *testing.B, moves int) (*casework.Kind[*Complaint], *Complaint, func()) {
	b.Helper()
	silent := func(a casework.Attempt[*Complaint]) []casework.Objection {
		if a.Case.s.Overdue {
			return []casework.Objection{{Message: "it is overdue"}}
		}
		return nil
	}
	spec := complaintSpec(compiled(b, busyDefinition(moves)))
	spec.Arguments = nil
	spec.Policies = []casework.Policy[*Complaint]{
		policy("a", casework.Refuse, silent, casework.AnyMove), policy("b", casework.Explain, silent, casework.AnyMove), policy("c", casework.Advise, silent, casework.AnyMove),
	}
	kind := kindOf(b, spec)
	call, err := casework.NewCall(nil, ana)
	require.NoError(b, err)
	c, err := kind.Open(call, caseID(1), casework.Opening{})
	require.NoError(b, err)
	return kind, c, func() {
		call.End()
		call, err = casework.NewCall(nil, ana)
		require.NoError(b, err)
		require.NoError(b, kind.Attach(call, c))
	}
}

func BenchmarkDecision(b *testing.B) {
	table := compiled(b, complaintDefinition())
	b.ReportAllocs()
	for b.Loop() {
		table.Next(Looking, Answer)
	}
}

func BenchmarkDecisionWith3Policies(b *testing.B) {
	kind, c, _ := busyCase(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		casework.Decide(kind, c, "m0")
	}
}

func BenchmarkOptions20Moves3Policies(b *testing.B) {
	kind, c, _ := busyCase(b, 19)
	b.ReportAllocs()
	for b.Loop() {
		if options, err := kind.Options(c); err != nil || len(options) != 20 {
			b.Fatal(len(options), err)
		}
	}
}

func BenchmarkDecisionAndSealedEntry(b *testing.B) {
	_, c, renew := busyCase(b, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%100 == 99 {
			renew() // a call does not go on for ever
		}
		if err := c.Move("m0"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefusal(b *testing.B) {
	_, c, _ := busyCase(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Move("leave"); err == nil {
			b.Fatal("allowed")
		}
	}
}

func BenchmarkRefold10000(b *testing.B) {
	_, c, _ := busyCase(b, 1)
	kind := kindOf(b, func() casework.KindSpec[*Complaint] {
		spec := complaintSpec(compiled(b, busyDefinition(1)))
		spec.Policies, spec.Arguments = nil, nil
		return spec
	}())
	for i := range 9_999 {
		require.NoError(b, c.Find(fmt.Sprintf("finding %d", i)))
	}
	entries := c.Pending()
	require.Len(b, entries, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		folded, err := kind.Fold(each(entries...))
		if err != nil || len(folded.s.Findings) != 9_999 {
			b.Fatal(err)
		}
	}
}
