package storagetest

import (
	"context"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func batchRules() []rule {
	return []rule{
		{
			name:        "a batch over several cases moves them all",
			explanation: "A decision that touches a purchase and its contract is one decision. The receipt lists what each case gained, so that a host can show it and a repeated call can find it.",
			check:       batchMovesAll,
		},
		{
			name:        "a batch is written whole or not at all",
			explanation: "A fault in the last change must take back the first: entries, document, index, references, live claims, feed and key. Half a decision is one that nobody made.",
			check:       batchIsWhole,
		},
	}
}

func batchMovesAll(ctx context.Context, open Tenants) error {
	s, journals := open("ours"), newJournals(3)
	if err := journals[1].grow(ctx, s, 2); err != nil {
		return err
	}
	b := casework.Batch{Key: "all three", Digest: casework.Hash{1}}
	for i, j := range journals {
		b.Changes = append(b.Changes, j.next(i+1))
	}
	receipt, err := s.Append(ctx, b)
	if err != nil {
		return fmt.Errorf("append of three changes gave an error: %w", err)
	}
	if err := sameReceipt(receiptOf(b), receipt); err != nil {
		return err
	}
	if receipt.Replayed {
		return fmt.Errorf("the receipt of the first call says that it was replayed")
	}
	for i, j := range journals {
		j.keep(b.Changes[i])
	}
	return allStand(ctx, s, journals...)
}

// spoiler makes the last change of a batch impossible.
type spoiler struct {
	name  string
	spoil func(c *casework.Change, stranger *journal)
	want  error
}

func spoilers() []spoiler {
	return []spoiler{
		{"its case has moved", func(c *casework.Change, _ *journal) {
			*c = newJournal(3).next(1)
		}, casework.ErrConflict},
		{"its case does not exist", func(c *casework.Change, _ *journal) {
			missing := newJournal(4)
			missing.record.Seq = 1
			*c = missing.next(1)
		}, casework.ErrNotFound},
		{"its reference is another case's", func(c *casework.Change, stranger *journal) {
			c.Index.Refs = stranger.record.Index.Refs
		}, casework.ErrConflict},
		{"its live claim is another case's", func(c *casework.Change, stranger *journal) {
			c.Index.Live = stranger.record.Index.Live
		}, casework.ErrConflict},
		{"its entry does not follow the one stored before", func(c *casework.Change, _ *journal) {
			reseal(c, casework.Hash{9})
		}, casework.ErrInvalid},
		{"its entry is misnumbered", func(c *casework.Change, _ *journal) {
			c.Entries[0].Seq++
		}, casework.ErrInvalid},
		{"it asserts a case that has moved", func(c *casework.Change, _ *journal) {
			*c = casework.Change{Case: c.Case, After: c.After - 1}
		}, casework.ErrConflict},
	}
}

func batchIsWhole(ctx context.Context, open Tenants) error {
	s := open("ours")
	first, second, third := newJournal(1), newJournal(2), newJournal(3)
	ref, mine := casework.ExternalRef{Scheme: "mosaic", Value: "taken"}, casework.ExternalRef{Scheme: "mosaic", Value: "mine"}
	if err := second.grow(ctx, s, 2, withReference(ref), withLive("taken")); err != nil {
		return err
	}
	if err := third.grow(ctx, s, 2, withReference(mine), withLive("mine")); err != nil {
		return err
	}
	before, err := look(ctx, s, first, second, third, newJournal(4))
	if err != nil {
		return err
	}
	for _, sp := range spoilers() {
		b := casework.Batch{Key: sp.name, Changes: []casework.Change{
			first.next(2, withReference(casework.ExternalRef{Scheme: "mosaic", Value: "new"})), third.next(1, withReference(), withLive("")),
		}}
		sp.spoil(&b.Changes[1], second)
		_, err := s.Append(ctx, b)
		if err := wantError(fmt.Sprintf("append of two changes, the last of which fails because %s,", sp.name), err, sp.want); err != nil {
			return err
		}
		if err := before.unchanged(ctx, s, first, second, third, newJournal(4)); err != nil {
			return fmt.Errorf("after a batch whose last change fails because %s: %w", sp.name, err)
		}
		_, err = s.Receipt(ctx, b.Key)
		if err := wantError("receipt of the key of a batch that was not written", err, casework.ErrNotFound); err != nil {
			return err
		}
	}
	return claimsStillHeld(ctx, s, first, ref, mine)
}

// claimsStillHeld tells whether failed batches freed or took any claim.
func claimsStillHeld(ctx context.Context, s casework.Store, newcomer *journal, refs ...casework.ExternalRef) error {
	for _, ref := range refs {
		_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{newcomer.next(1, withReference(ref))}})
		if _, err := wantConflict(fmt.Sprintf("append that takes the reference %s, which a batch that was not written would have freed,", ref), err, casework.ConflictReference); err != nil {
			return err
		}
	}
	return newcomer.grow(ctx, s, 1, withReference(casework.ExternalRef{Scheme: "mosaic", Value: "new"}))
}
