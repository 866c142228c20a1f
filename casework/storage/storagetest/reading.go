package storagetest

import (
	"context"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func readingRules() []rule {
	return []rule{
		{
			name:        "a loaded case is what was appended",
			explanation: "Load is one read of the document the last change brought, byte for byte. A column type that rewrites JSON makes the document differ from the fold of its journal, and verification then reports damage where there is none.",
			check:       loadGivesWhatWasAppended,
		},
		{
			name:        "an entry is kept byte for byte",
			explanation: "The chain is a hash over every field: the offset an effective time was given in, the principal behind an actor, the salt, the exact bytes of the data. An entry that comes back even slightly changed no longer verifies.",
			check:       entriesAreKept,
		},
		{
			name:        "a case that does not exist is not found",
			explanation: "Hosts tell a missing case from a failing store by ErrNotFound alone. Moving a case that is not there must not open it, for the decision was made over a case that somebody had read.",
			check:       missingIsNotFound,
		},
	}
}

func loadGivesWhatWasAppended(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	ref := casework.ExternalRef{Scheme: "mosaic", Value: "77/é"}
	if err := j.grow(ctx, s, 3, withReference(ref), withLive("a claim")); err != nil {
		return err
	}
	if err := j.stands(ctx, s); err != nil {
		return err
	}
	over := j.next(1, func(x *casework.Index) { *x = casework.Index{Kind: x.Kind, State: "closed", Final: true} })
	over.Shape = 4
	if err := j.write(ctx, s, over); err != nil {
		return err
	}
	return j.stands(ctx, s)
}

func entriesAreKept(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	for range 2 {
		if err := j.grow(ctx, s, 4); err != nil {
			return err
		}
	}
	entries, err := collect(s.History(ctx, j.id(), 0))
	if err != nil {
		return fmt.Errorf("history gave an error: %w", err)
	}
	if err := sameEntries(j.entries, entries); err != nil {
		return err
	}
	var head casework.Hash
	for _, e := range entries {
		again := e.Clone()
		again.Seal(head)
		if again.Hash != e.Hash {
			return fmt.Errorf("entry %d does not give its own hash when it is sealed again", e.Seq)
		}
		head = e.Hash
	}
	return nil
}

func missingIsNotFound(ctx context.Context, open Tenants) error {
	s, there, missing := open("ours"), newJournal(1), newJournal(2)
	if err := there.grow(ctx, s, 1); err != nil {
		return err
	}
	if err := missing.absent(ctx, s); err != nil {
		return err
	}
	if err := historyOfMissing(ctx, s, missing.id()); err != nil {
		return err
	}
	planned := missing.next(2)
	missing.keep(planned)
	for _, c := range []casework.Change{missing.next(1), missing.assertion()} {
		_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{c}})
		if err := wantError(fmt.Sprintf("append of %d entries after entry 2 of a case that does not exist", len(c.Entries)), err, casework.ErrNotFound); err != nil {
			return err
		}
	}
	for _, key := range []string{"never used", ""} {
		_, err := s.Receipt(ctx, key)
		if err := wantError(fmt.Sprintf("receipt of the key %q, which was never used", key), err, casework.ErrNotFound); err != nil {
			return err
		}
	}
	if err := missing.absent(ctx, s); err != nil {
		return err
	}
	return there.stands(ctx, s)
}

// historyOfMissing expects one ErrNotFound and nothing behind it.
func historyOfMissing(ctx context.Context, s casework.Store, id casework.CaseID) error {
	yields := 0
	for _, err := range s.History(ctx, id, 0) {
		yields++
		if err := wantError("history of a case that does not exist", err, casework.ErrNotFound); err != nil {
			return err
		}
	}
	if yields != 1 {
		return fmt.Errorf("history of a case that does not exist yielded %d times; it should yield one error", yields)
	}
	return nil
}
