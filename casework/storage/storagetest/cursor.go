package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/needsled/needsled/casework"
)

func cursorRules() []rule {
	return []rule{
		{
			name:        "a cursor comes back as it was saved",
			explanation: "What the cursor has passed is never looked at again. A position that moved by itself, or a case that is held and forgotten, is an entry that nobody ever hears of.",
			check:       cursorComesBack,
		},
		{
			name:        "a cursor that moved is not saved over",
			explanation: "Two processes that both believe they serve a subscriber, or somebody who sends it back to an earlier point, would undo each other's work in silence.",
			check:       cursorIsNotSavedOver,
		},
		{
			name:        "a malformed change of a cursor leaves it untouched",
			explanation: "Half a change is a cursor that has passed what it does not hold.",
			check:       malformedCursorIsRefused,
		},
		{
			name:        "one process at a time serves a subscriber",
			explanation: "Two that deliver at once break the order of a case's entries, and deliver each twice.",
			check:       oneLeads,
		},
		{
			name:        "who lost the lead cannot save",
			explanation: "A process that hung for longer than its term wakes up behind the one that took over. What it would save is of yesterday.",
			check:       whoLostTheLeadCannotSave,
		},
		{
			name:        "a cursor belongs to its tenant and its subscriber",
			explanation: "One tenant's delivery must not move another's cursor: what is skipped there is never delivered.",
			check:       cursorBelongsToItsOwner,
		},
	}
}

func held(number uint16, waiting ...casework.Place) casework.Held {
	return casework.Held{
		Case: newJournal(number).id(), Kind: "review", Waiting: waiting, Tries: 3, Parked: true, Fault: "the receiver said “no”",
		Again: time.Date(2026, time.March, 29, 1, 30, 0, 123456000, time.UTC),
	}
}

func cursorComesBack(ctx context.Context, open Tenants) error {
	k, err := asKeeper(open("ours"))
	if err != nil {
		return err
	}
	if err := cursorIs(ctx, k, casework.Cursor{Subscriber: "finance"}); err != nil {
		return err
	}
	one, two := held(1, casework.Place{Position: 5, Seq: 2}, casework.Place{Position: 9, Seq: 3}), held(2, casework.Place{Position: 7, Seq: 1})
	two.Parked, two.Again, two.Fault, two.Tries = false, time.Time{}, "", 0
	if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Position: 10, Held: []casework.Held{two, one}}); err != nil {
		return fmt.Errorf("save of a first cursor gave an error: %w", err)
	}
	if err := cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 10, Revision: 1, Held: []casework.Held{one, two}}); err != nil {
		return err
	}
	two.Waiting, two.Tries = append(two.Waiting, casework.Place{Position: 12, Seq: 2}), 1
	next := casework.CursorChange{Subscriber: "finance", Revision: 1, Position: 12, Held: []casework.Held{two}, Released: []casework.CaseID{one.Case}}
	if err := k.SaveCursor(ctx, next); err != nil {
		return fmt.Errorf("save of the next cursor gave an error: %w", err)
	}
	return cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 12, Revision: 2, Held: []casework.Held{two}})
}

// cursorIs tells whether the store keeps the cursor just so.
func cursorIs(ctx context.Context, k casework.CursorKeeper, want casework.Cursor) error {
	got, err := k.Cursor(ctx, want.Subscriber)
	if err != nil {
		return fmt.Errorf("cursor of %q gave an error: %w", want.Subscriber, err)
	}
	return same(fmt.Sprintf("the cursor of %q", want.Subscriber), want, got)
}

func cursorIsNotSavedOver(ctx context.Context, open Tenants) error {
	k, err := asKeeper(open("ours"))
	if err != nil {
		return err
	}
	if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Position: 4}); err != nil {
		return fmt.Errorf("save of a first cursor gave an error: %w", err)
	}
	for _, revision := range []uint64{0, 2, 7} {
		late := casework.CursorChange{Subscriber: "finance", Revision: revision, Position: 9, Held: []casework.Held{held(1, casework.Place{Position: 8, Seq: 1})}}
		err := k.SaveCursor(ctx, late)
		if err := wantError(fmt.Sprintf("save at revision %d of a cursor that stands at 1", revision), err, casework.ErrConflict); err != nil {
			return err
		}
		if err := cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 4, Revision: 1}); err != nil {
			return err
		}
	}
	return racedOnce(ctx, k)
}

// racedOnce saves one revision from several sides at once.
func racedOnce(ctx context.Context, k casework.CursorKeeper) error {
	const sides = 6
	errs := make([]error, sides)
	var racing sync.WaitGroup
	for i := range sides {
		racing.Go(func() {
			errs[i] = k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Revision: 1, Position: casework.Position(10 + i)}) //nolint:gosec // a small number
		})
	}
	racing.Wait()
	saved := 0
	for _, err := range errs {
		switch {
		case err == nil:
			saved++
		case !errors.Is(err, casework.ErrConflict):
			return fmt.Errorf("a race to save a cursor gave %w; who comes late is told of a conflict", err)
		}
	}
	if saved != 1 {
		return fmt.Errorf("%d of %d saved the same revision of a cursor; one may", saved, sides)
	}
	return nil
}

func malformedCursorIsRefused(ctx context.Context, open Tenants) error {
	k, err := asKeeper(open("ours"))
	if err != nil {
		return err
	}
	if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Position: 4}); err != nil {
		return fmt.Errorf("save of a first cursor gave an error: %w", err)
	}
	place := casework.Place{Position: 5, Seq: 1}
	for name, c := range map[string]casework.CursorChange{
		"nobody's cursor":             {Position: 5},
		"a case held for nothing":     {Subscriber: "finance", Revision: 1, Position: 5, Held: []casework.Held{held(1)}},
		"a case held twice":           {Subscriber: "finance", Revision: 1, Position: 5, Held: []casework.Held{held(1, place), held(1, place)}},
		"a case held and released":    {Subscriber: "finance", Revision: 1, Position: 5, Held: []casework.Held{held(1, place)}, Released: []casework.CaseID{newJournal(1).id()}},
		"a text that is not in UTF-8": {Subscriber: "finance", Revision: 1, Position: 5, Held: []casework.Held{{Case: newJournal(1).id(), Waiting: []casework.Place{place}, Fault: "\xff"}}},
	} {
		if err := wantError("save of "+name, k.SaveCursor(ctx, c), casework.ErrInvalid); err != nil {
			return err
		}
	}
	for name, l := range map[string]casework.Lease{
		"the lead of nobody":       {Leader: "a", Term: time.Minute},
		"a lead without a leader":  {Subscriber: "finance", Term: time.Minute},
		"a lead for less than nil": {Subscriber: "finance", Leader: "a", Term: -1},
	} {
		_, err := k.Lead(ctx, l)
		if err := wantError(name, err, casework.ErrInvalid); err != nil {
			return err
		}
	}
	return cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 4, Revision: 1})
}

func lease(leader string, term time.Duration) casework.Lease {
	return casework.Lease{Subscriber: "finance", Leader: leader, Term: term}
}

// leads takes the lead and tells whether the cursor stands at the revision.
func leads(ctx context.Context, k casework.CursorKeeper, l casework.Lease, want uint64) error {
	revision, err := k.Lead(ctx, l)
	if err != nil {
		return fmt.Errorf("lead by %s, who may, gave an error: %w", l.Leader, err)
	}
	if revision != want {
		return fmt.Errorf("lead by %s gave revision %d; the cursor stands at %d", l.Leader, revision, want)
	}
	return nil
}

func oneLeads(ctx context.Context, open Tenants) error {
	k, err := asKeeper(open("ours"))
	if err != nil {
		return err
	}
	for range 2 { // the second renews
		if err := leads(ctx, k, lease("a", time.Hour), 1); err != nil {
			return err
		}
		_, err = k.Lead(ctx, lease("b", time.Hour))
		if err := wantError("lead by b while a leads", err, casework.ErrConflict); err != nil {
			return err
		}
	}
	if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Revision: 1, Position: 3}); err != nil {
		return fmt.Errorf("save by who leads gave an error: %w", err)
	}
	if err := leads(ctx, k, lease("a", 0), 2); err != nil {
		return err
	}
	if err := leads(ctx, k, lease("b", time.Hour), 3); err != nil {
		return err
	}
	_, err = k.Lead(ctx, lease("a", 0))
	if err := wantError("giving up a lead that another has", err, casework.ErrConflict); err != nil {
		return err
	}
	return cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 3, Revision: 3})
}

func whoLostTheLeadCannotSave(ctx context.Context, open Tenants) error {
	k, err := asKeeper(open("ours"))
	if err != nil {
		return err
	}
	if err := leads(ctx, k, lease("a", time.Millisecond), 1); err != nil {
		return err
	}
	if err := untilLed(ctx, k, lease("b", time.Hour)); err != nil {
		return err
	}
	err = k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Revision: 1, Position: 9})
	if err := wantError("save by who led before", err, casework.ErrConflict); err != nil {
		return err
	}
	if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: "finance", Revision: 2, Position: 2}); err != nil {
		return fmt.Errorf("save by who leads now gave an error: %w", err)
	}
	return cursorIs(ctx, k, casework.Cursor{Subscriber: "finance", Position: 2, Revision: 3})
}

// untilLed asks for the lead until the term of who has it is over.
func untilLed(ctx context.Context, k casework.CursorKeeper, l casework.Lease) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		_, err := k.Lead(ctx, l)
		if err == nil {
			return nil
		}
		if !errors.Is(err, casework.ErrConflict) || ctx.Err() != nil {
			return fmt.Errorf("lead after a term of a millisecond gave %w; a term that is over ends the lead", err)
		}
		runtime.Gosched()
	}
}

func cursorBelongsToItsOwner(ctx context.Context, open Tenants) error {
	for i, tenant := range tenants() {
		k, err := asKeeper(open(tenant))
		if err != nil {
			return err
		}
		for j, subscriber := range []string{"finance", "Finance", "audit"} {
			at := casework.Position(10*i + j + 1) //nolint:gosec // a small number
			if _, err := k.Lead(ctx, casework.Lease{Subscriber: subscriber, Leader: tenant + subscriber, Term: time.Hour}); err != nil {
				return fmt.Errorf("lead of %q as tenant %q gave an error: %w", subscriber, tenant, err)
			}
			h := []casework.Held{held(1, casework.Place{Position: at, Seq: 1})}
			if err := k.SaveCursor(ctx, casework.CursorChange{Subscriber: subscriber, Revision: 1, Position: at, Held: h}); err != nil {
				return fmt.Errorf("save of %q as tenant %q gave an error: %w", subscriber, tenant, err)
			}
		}
	}
	for i, tenant := range tenants() {
		k, err := asKeeper(open(tenant))
		if err != nil {
			return err
		}
		for j, subscriber := range []string{"finance", "Finance", "audit"} {
			at := casework.Position(10*i + j + 1) //nolint:gosec // a small number
			want := casework.Cursor{Subscriber: subscriber, Position: at, Revision: 2, Held: []casework.Held{held(1, casework.Place{Position: at, Seq: 1})}}
			if err := cursorIs(ctx, k, want); err != nil {
				return fmt.Errorf("as tenant %q: %w", tenant, err)
			}
		}
	}
	return nil
}
