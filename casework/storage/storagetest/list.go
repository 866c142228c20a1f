package storagetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

func listRules() []rule {
	return []rule{
		{
			name:        "a list gives the cases that match, in the order of their ids",
			explanation: "A work list with a case too few hides an overdue duty. The order is fixed, so that a caller can go on behind the last id it saw.",
			check:       listFilters,
		},
		{
			name:        "a list shows cases as they are now",
			explanation: "The index is computed anew with every change. A list from an older one sends people to a case that has left their desk.",
			check:       listIsCurrent,
		},
		{
			name:        "a long list comes complete, and the caller may write or leave meanwhile",
			explanation: "A nightly tick lists what is due and writes to each case inside the loop. A cursor held open makes it wait for itself; a page cut wrongly forgets a deadline.",
			check:       longList,
		},
	}
}

// listed is a question and the numbers of the cases that answer it.
type listed struct {
	name  string
	query casework.Query
	want  []int
}

// listedCases are four cases that differ in all a query asks for. They are
// written in an order that is not that of their ids.
func listedCases(ctx context.Context, s casework.Store) ([]*journal, error) {
	due := time.Date(2026, time.May, 1, 12, 0, 0, 0, time.UTC)
	cases := newJournals(4)
	set := []func(*casework.Index){
		func(x *casework.Index) { x.Kind, x.State, x.Holder, x.Due = "contract", "drafting", "ana", due },
		func(x *casework.Index) { x.Kind, x.State, x.Subject, x.Due = "contract", "ended", "p1", time.Time{} },
		func(x *casework.Index) {
			x.Definition.Name, x.Subject, x.Due = "short", "p1", due.Add(time.Microsecond)
		},
		func(x *casework.Index) { x.Definition.Version, x.Holder, x.Due = 7, "ANA", due.Add(-365*24*time.Hour) },
	}
	for _, i := range []int{2, 0, 3, 1} {
		if err := cases[i].grow(ctx, s, i+1, set[i]); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

func listQueries(cases []*journal) []listed {
	due := time.Date(2026, time.May, 1, 12, 0, 0, 0, time.UTC)
	return []listed{
		{"nothing in particular", casework.Query{}, []int{0, 1, 2, 3}},
		{"a kind", casework.Query{Kind: "contract"}, []int{0, 1}},
		{"a kind in other letters", casework.Query{Kind: "Contract"}, nil},
		{"a definition, whatever its version", casework.Query{Definition: "yearly review"}, []int{0, 1, 3}},
		{"a state", casework.Query{State: "collecting"}, []int{2, 3}},
		{"a subject", casework.Query{Subject: "p1"}, []int{1, 2}},
		{"a holder, exactly", casework.Query{Holder: "ana"}, []int{0}},
		{"a deadline at or before an instant", casework.Query{DueBy: due}, []int{0, 3}},
		{"a deadline at or before an instant in another zone", casework.Query{DueBy: due.In(time.FixedZone("", -5*3600))}, []int{0, 3}},
		{"a deadline a microsecond later", casework.Query{DueBy: due.Add(time.Microsecond)}, []int{0, 2, 3}},
		{"any deadline", casework.Query{DueBy: due.AddDate(500, 0, 0)}, []int{0, 2, 3}},
		{"ids beyond the second", casework.Query{After: cases[1].id()}, []int{2, 3}},
		{"ids beyond the last", casework.Query{After: cases[3].id()}, nil},
		{"ids beyond one that is no case", casework.Query{After: casework.CaseID{0, 2, 255}}, []int{2, 3}},
		{"several things at once", casework.Query{Kind: "contract", Subject: "p1", State: "ended", Definition: "yearly review"}, []int{1}},
		{"several things, one of them wrong", casework.Query{Kind: "contract", Subject: "p1", State: "drafting"}, nil},
	}
}

func listFilters(ctx context.Context, open Tenants) error {
	s := open("ours")
	lister, err := asLister(s)
	if err != nil {
		return err
	}
	cases, err := listedCases(ctx, s)
	if err != nil {
		return err
	}
	for _, q := range listQueries(cases) {
		var want []casework.Summary
		for _, i := range q.want {
			want = append(want, cases[i].summary())
		}
		if err := lists(ctx, lister, q.query, want); err != nil {
			return fmt.Errorf("asked for %s: %w", q.name, err)
		}
	}
	return nil
}

func (j *journal) summary() casework.Summary {
	return casework.Summary{Case: j.id(), Seq: j.record.Seq, Index: j.record.Index}
}

func lists(ctx context.Context, l casework.Lister, q casework.Query, want []casework.Summary) error {
	got, err := collect(l.List(ctx, q))
	if err != nil {
		return fmt.Errorf("list gave an error: %w", err)
	}
	if len(got) != len(want) {
		return fmt.Errorf("list gave %d cases; %d match", len(got), len(want))
	}
	for i := range want {
		if err := same(fmt.Sprintf("the list in place %d", i+1), want[i], got[i]); err != nil {
			return err
		}
	}
	return nil
}

func listIsCurrent(ctx context.Context, open Tenants) error {
	s, a, b := open("ours"), newJournal(1), newJournal(2)
	lister, err := asLister(s)
	if err != nil {
		return err
	}
	if err := putAll(ctx, s, b, a); err != nil {
		return err
	}
	closed := func(x *casework.Index) {
		*x = casework.Index{Kind: "review", Definition: x.Definition, State: "closed", Final: true, Refs: []casework.ExternalRef{{Scheme: "mosaic", Value: "1"}}}
	}
	if err := a.grow(ctx, s, 1, closed); err != nil {
		return err
	}
	if err := put(ctx, s, a.assertion(), b.assertion()); err != nil {
		return err
	}
	if err := lists(ctx, lister, casework.Query{State: "collecting"}, []casework.Summary{b.summary()}); err != nil {
		return err
	}
	if err := lists(ctx, lister, casework.Query{Holder: "ana.k"}, []casework.Summary{b.summary()}); err != nil {
		return err
	}
	return lists(ctx, lister, casework.Query{}, []casework.Summary{a.summary(), b.summary()})
}

func longList(ctx context.Context, open Tenants) error {
	s, cases := open("ours"), newJournals(620)
	lister, err := asLister(s)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(cases, 155) {
		if err := putAll(ctx, s, chunk...); err != nil {
			return err
		}
	}
	for range 20 {
		for _, err := range lister.List(ctx, casework.Query{}) {
			if err != nil {
				return fmt.Errorf("list gave an error: %w", err)
			}
			break
		}
	}
	seen := 0
	for summary, err := range lister.List(ctx, casework.Query{}) {
		if err != nil {
			return fmt.Errorf("list gave an error while the caller wrote: %w", err)
		}
		if seen == len(cases) || summary.Case != cases[seen].id() {
			return fmt.Errorf("list gave case %s in place %d, where another one belongs", summary.Case, seen+1)
		}
		if seen%200 == 0 {
			if err := within(ctx, "a write inside a loop over List", func(ctx context.Context) error { return cases[seen].grow(ctx, s, 1) }); err != nil {
				return err
			}
		}
		seen++
	}
	if seen != len(cases) {
		return fmt.Errorf("list gave %d cases of %d", seen, len(cases))
	}
	return nil
}
