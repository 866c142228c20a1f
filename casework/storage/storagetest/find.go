package storagetest

import (
	"context"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func findRules() []rule {
	return []rule{{
		name:        "a reference finds the case that carries it now",
		explanation: "Hosts know a case by their own number. A number that was taken off a case and leads to it still opens the wrong file.",
		check:       referenceFindsCase,
	}}
}

func referenceFindsCase(ctx context.Context, open Tenants) error {
	s, a, b := open("ours"), newJournal(1), newJournal(2)
	if _, err := asFinder(s); err != nil {
		return err
	}
	one, two := casework.ExternalRef{Scheme: "mosaic", Value: "1"}, casework.ExternalRef{Scheme: "mosaic", Value: "2"}
	if err := foundNowhere(ctx, s, one); err != nil {
		return err
	}
	if err := a.grow(ctx, s, 1, withReference(one, two)); err != nil {
		return err
	}
	for _, ref := range []casework.ExternalRef{one, two} {
		if err := foundAt(ctx, s, ref, a.id()); err != nil {
			return err
		}
	}
	if err := a.grow(ctx, s, 1, withReference(two)); err != nil {
		return err
	}
	if err := foundNowhere(ctx, s, one); err != nil {
		return err
	}
	if err := b.grow(ctx, s, 1, withReference(one)); err != nil {
		return err
	}
	if err := foundAt(ctx, s, two, a.id()); err != nil {
		return err
	}
	return foundAt(ctx, s, one, b.id())
}

// foundAt tells whether a reference leads to a case, where the store is a Finder.
func foundAt(ctx context.Context, s casework.Store, ref casework.ExternalRef, want casework.CaseID) error {
	finder, err := asFinder(s)
	if err != nil {
		return nil //nolint:nilerr // a store that does not find makes no mistake in it
	}
	id, err := finder.Find(ctx, ref)
	if err != nil {
		return fmt.Errorf("find of %s, which case %s carries, gave an error: %w", ref, want, err)
	}
	if id != want {
		return fmt.Errorf("find of %s gave case %s; case %s carries it", ref, id, want)
	}
	return nil
}

// foundNowhere tells whether a reference leads to no case, where the store is a Finder.
func foundNowhere(ctx context.Context, s casework.Store, ref casework.ExternalRef) error {
	finder, err := asFinder(s)
	if err != nil {
		return nil //nolint:nilerr // a store that does not find makes no mistake in it
	}
	_, err = finder.Find(ctx, ref)
	return wantError(fmt.Sprintf("find of %s, which no case carries,", ref), err, casework.ErrNotFound)
}
