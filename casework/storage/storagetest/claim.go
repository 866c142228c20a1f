package storagetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

func claimRules() []rule {
	return []rule{
		{
			name:        "a reference or a live claim belongs to one case",
			explanation: "Two cases under one number of the host, or two live cases about the same person under one definition, are a mistake that only the store can prevent: each of two writers sees that there is none.",
			check:       claimBelongsToOneCase,
		},
		{
			name:        "of racing cases one takes a claim",
			explanation: "Looking first and writing afterwards lets two writers pass each other. The loser is told which case holds the claim.",
			check:       oneCaseTakesClaim,
		},
		{
			name:        "a claim that is given up can be taken",
			explanation: "A case that ends, or gets another number, makes room. A claim kept beyond that blocks the next case for ever, for nothing in the journal shows why.",
			check:       claimCanBeTaken,
		},
		{
			name:        "within a batch claims are given up before they are taken",
			explanation: "A case handed over to its successor frees and takes the claim in one decision. Whether that works must not hang on the order in which the two cases were written down.",
			check:       releasesComeFirst,
		},
		{
			name:        "an assertion leaves the claims of its case alone",
			explanation: "An assertion brings no index, for nothing happened to its case. A store that takes the empty index for a new one frees what the case still holds.",
			check:       assertionKeepsClaims,
		},
		{
			name:        "two references are the same only if scheme and value both are",
			explanation: "Schemes and values are the host's texts, with colons, capitals and spaces. A store that glues them together or compares them loosely finds one case under another's number.",
			check:       referencesAreExact,
		},
	}
}

// claimant is a sort of claim, in two examples of it.
type claimant struct {
	kind         casework.ConflictKind
	first, other func(*casework.Index)
	subject      string // of a conflict over the first
}

func claimants() []claimant {
	one, two := casework.ExternalRef{Scheme: "mosaic", Value: "1"}, casework.ExternalRef{Scheme: "mosaic", Value: "2"}
	return []claimant{
		{kind: casework.ConflictReference, first: withReference(one), other: withReference(two), subject: one.String()},
		{kind: casework.ConflictLive, first: withLive("person 1"), other: withLive("person 2"), subject: "person 1"},
	}
}

// everyClaim runs a check for each sort of claim, with three new cases.
func everyClaim(open Tenants, check func(s casework.Store, c claimant, cases []*journal) error) error {
	for _, c := range claimants() {
		if err := check(open("tenant of "+string(c.kind)), c, newJournals(3)); err != nil {
			return fmt.Errorf("over a claim of kind %q: %w", c.kind, err)
		}
	}
	return nil
}

func claimBelongsToOneCase(ctx context.Context, open Tenants) error {
	return everyClaim(open, func(s casework.Store, c claimant, cases []*journal) error {
		holder, rival, third := cases[0], cases[1], cases[2]
		if err := holder.grow(ctx, s, 1, c.first); err != nil {
			return err
		}
		if err := rival.grow(ctx, s, 1, c.other); err != nil {
			return err
		}
		if err := holder.grow(ctx, s, 1); err != nil {
			return fmt.Errorf("writing to a case that keeps its claim: %w", err)
		}
		before, err := look(ctx, s, cases...)
		if err != nil {
			return err
		}
		for _, j := range []*journal{rival, third} {
			if err := refusedTo(ctx, s, c, j, holder); err != nil {
				return err
			}
		}
		if err := before.unchanged(ctx, s, cases...); err != nil {
			return err
		}
		return bothInOneBatch(ctx, s, c, holder, rival, third)
	})
}

// refusedTo expects that a case cannot take the first claim, which another holds.
func refusedTo(ctx context.Context, s casework.Store, c claimant, j, holder *journal) error {
	_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{j.next(1, c.first)}})
	conflict, err := wantConflict("append that takes a claim another case holds", err, c.kind)
	if err != nil {
		return err
	}
	if conflict.Case != j.id() || conflict.Holder != holder.id() || conflict.Subject != c.subject {
		return fmt.Errorf("the conflict says that case %s wanted %q of case %s; case %s wanted %q of case %s",
			conflict.Case, conflict.Subject, conflict.Holder, j.id(), c.subject, holder.id())
	}
	return nil
}

// bothInOneBatch frees a claim and gives it to two cases at once.
func bothInOneBatch(ctx context.Context, s casework.Store, c claimant, holder, rival, third *journal) error {
	_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{
		holder.next(1, withReference(), withLive("")), rival.next(1, c.first), third.next(1, c.first),
	}})
	if _, err := wantConflict("append that gives one claim to two cases", err, c.kind); err != nil {
		return err
	}
	if err := allStand(ctx, s, holder, rival); err != nil {
		return err
	}
	return third.absent(ctx, s)
}

func oneCaseTakesClaim(ctx context.Context, open Tenants) error {
	return everyClaim(open, func(s casework.Store, c claimant, _ []*journal) error {
		cases := newJournals(6)
		batches := make([]casework.Batch, len(cases))
		for i, j := range cases {
			batches[i] = casework.Batch{Changes: []casework.Change{j.next(1, c.first)}}
		}
		answers := appendAtOnce(ctx, s, batches)
		won := slices.IndexFunc(answers, func(a answer) bool { return a.err == nil })
		if won < 0 {
			return fmt.Errorf("none of %d racing cases took the claim: %w", len(cases), answers[0].err)
		}
		cases[won].keep(batches[won].Changes[0])
		for i, a := range answers {
			if i == won {
				continue
			}
			conflict, err := wantConflict("append of a case that lost the race for a claim", a.err, c.kind)
			if err != nil {
				return err
			}
			if conflict.Holder != cases[won].id() {
				return fmt.Errorf("the loser is told that case %s holds the claim; case %s does", conflict.Holder, cases[won].id())
			}
			if err := cases[i].absent(ctx, s); err != nil {
				return err
			}
		}
		return cases[won].stands(ctx, s)
	})
}

func claimCanBeTaken(ctx context.Context, open Tenants) error {
	return everyClaim(open, func(s casework.Store, c claimant, cases []*journal) error {
		first, second, third := cases[0], cases[1], cases[2]
		if err := first.grow(ctx, s, 1, c.first); err != nil {
			return err
		}
		if err := first.grow(ctx, s, 1, c.other); err != nil {
			return fmt.Errorf("replacing a claim: %w", err)
		}
		if err := second.grow(ctx, s, 1, c.first); err != nil {
			return fmt.Errorf("taking a claim that was replaced: %w", err)
		}
		if err := second.grow(ctx, s, 1, withReference(), withLive("")); err != nil {
			return fmt.Errorf("giving a claim up: %w", err)
		}
		if err := third.grow(ctx, s, 1, c.first); err != nil {
			return fmt.Errorf("taking a claim that was given up: %w", err)
		}
		return allStand(ctx, s, cases...)
	})
}

func releasesComeFirst(ctx context.Context, open Tenants) error {
	return everyClaim(open, func(s casework.Store, c claimant, cases []*journal) error {
		a, b := cases[0], cases[1]
		if err := a.grow(ctx, s, 1, c.first); err != nil {
			return err
		}
		if err := b.grow(ctx, s, 1, c.other); err != nil {
			return err
		}
		swap := [][2]func(*casework.Index){{c.other, c.first}, {c.first, c.other}}
		for i, set := range swap {
			changes := []casework.Change{a.next(1, set[0]), b.next(1, set[1])}
			if err := putReversed(ctx, s, changes, i == 1); err != nil {
				return fmt.Errorf("exchanging claims: %w", err)
			}
			a.keep(changes[0])
			b.keep(changes[1])
		}
		for i, reversed := range []bool{false, true} {
			from, to := cases[i], cases[(i+1)%2]
			if err := hand(ctx, s, from, to, c.other, reversed); err != nil {
				return err
			}
			if err := hand(ctx, s, to, from, c.other, reversed); err != nil {
				return err
			}
		}
		return allStand(ctx, s, a, b)
	})
}

// hand frees every claim of one case and gives a claim to the other.
func hand(ctx context.Context, s casework.Store, from, to *journal, claim func(*casework.Index), reversed bool) error {
	changes := []casework.Change{from.next(1, withReference(), withLive("")), to.next(1, claim)}
	if err := putReversed(ctx, s, changes, reversed); err != nil {
		return fmt.Errorf("handing a claim over: %w", err)
	}
	from.keep(changes[0])
	to.keep(changes[1])
	return nil
}

func putReversed(ctx context.Context, s casework.Store, changes []casework.Change, reversed bool) error {
	changes = slices.Clone(changes)
	if reversed {
		slices.Reverse(changes)
	}
	return put(ctx, s, changes...)
}

func assertionKeepsClaims(ctx context.Context, open Tenants) error {
	return everyClaim(open, func(s casework.Store, c claimant, cases []*journal) error {
		holder, bystander, rival := cases[0], cases[1], cases[2]
		if err := holder.grow(ctx, s, 1, c.first); err != nil {
			return err
		}
		change := bystander.next(1)
		if err := put(ctx, s, holder.assertion(), change); err != nil {
			return err
		}
		bystander.keep(change)
		if err := refusedTo(ctx, s, c, rival, holder); err != nil {
			return err
		}
		_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{holder.assertion(), rival.next(1, c.first)}})
		if _, err := wantConflict("append that takes a claim of a case it only asserts", err, c.kind); err != nil {
			return err
		}
		return allStand(ctx, s, holder, bystander)
	})
}

func referencesAreExact(ctx context.Context, open Tenants) error {
	s := open("ours")
	refs := []casework.ExternalRef{
		{Scheme: "a", Value: "b:c"},
		{Scheme: "a:b", Value: "c"},
		{Scheme: "A", Value: "b:c"},
		{Scheme: "a", Value: "B:C"},
		{Scheme: "a", Value: "b:c "},
		{Scheme: "b:c", Value: "a"},
		{Scheme: "a", Value: "é"},
		{Scheme: "a", Value: "e\u0301"},
		{Scheme: "a", Value: "%"},
	}
	cases := newJournals(len(refs))
	for i, j := range cases {
		if err := j.grow(ctx, s, 1, withReference(refs[i])); err != nil {
			return fmt.Errorf("taking the reference with scheme %q and value %q, which no case has: %w", refs[i].Scheme, refs[i].Value, err)
		}
	}
	for i, j := range cases {
		if err := foundAt(ctx, s, refs[i], j.id()); err != nil {
			return err
		}
	}
	return allStand(ctx, s, cases...)
}
