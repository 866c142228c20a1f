package storagetest

import (
	"context"
	"fmt"
	"time"
)

// patience is how long a store may take over a write that nothing but an open
// cursor can hold up. Only a store that breaks the rule waits so long.
const patience = 20 * time.Second

func historyRules() []rule {
	return []rule{
		{
			name:        "history starts behind a sequence and ends where the case ends",
			explanation: "A reader that has entries up to a sequence asks for the rest. An entry given twice would be folded twice, and a case that exists but has nothing new is not an error.",
			check:       historyStartsAfter,
		},
		{
			name:        "the history of a long case comes complete and in order",
			explanation: "A state is the fold over the journal, so that a single entry lost or exchanged where two pages meet gives another state.",
			check:       longHistory,
		},
		{
			name:        "a reader may leave a sequence early, and read it again",
			explanation: "Leaving the loop must give back whatever the store holds for it. A connection lost with every search that ends early leaves a host without connections after a day.",
			check:       historyMayBeLeft,
		},
		{
			name:        "history holds no cursor open while the caller works",
			explanation: "A caller may write while it reads, to the very case it reads. A cursor or a lock kept between two yields makes the write wait for the read and the read for the write, for ever.",
			check:       historyHoldsNothing,
		},
	}
}

func historyStartsAfter(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	if err := j.grow(ctx, s, 5); err != nil {
		return err
	}
	for _, after := range []uint64{0, 1, 4, 5, 6, 1000} {
		entries, err := collect(s.History(ctx, j.id(), after))
		if err != nil {
			return fmt.Errorf("history after %d gave an error: %w", after, err)
		}
		want := j.entries[min(after, 5):]
		if err := sameEntries(want, entries); err != nil {
			return fmt.Errorf("history after %d of a case at 5: %w", after, err)
		}
	}
	return nil
}

func longHistory(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	for _, entries := range []int{1, 499, 12, 500, 12} {
		if err := j.grow(ctx, s, entries); err != nil {
			return err
		}
	}
	return j.stands(ctx, s)
}

func historyMayBeLeft(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	if err := j.grow(ctx, s, 300); err != nil {
		return err
	}
	history := s.History(ctx, j.id(), 0)
	for range 50 {
		for e, err := range history {
			if err != nil {
				return fmt.Errorf("history gave an error: %w", err)
			}
			if e.Seq == 3 {
				break
			}
		}
	}
	if err := within(ctx, "a write after readers left early", func(ctx context.Context) error { return j.grow(ctx, s, 1) }); err != nil {
		return err
	}
	return j.stands(ctx, s)
}

func historyHoldsNothing(ctx context.Context, open Tenants) error {
	s, j, other := open("ours"), newJournal(1), newJournal(2)
	if err := j.grow(ctx, s, 700); err != nil {
		return err
	}
	var next uint64
	for e, err := range s.History(ctx, j.id(), 0) {
		if err != nil {
			return fmt.Errorf("history gave an error while the caller wrote: %w", err)
		}
		if next++; e.Seq != next {
			return fmt.Errorf("history gave entry %d where entry %d comes next", e.Seq, next)
		}
		if e.Seq%200 != 1 || e.Seq > 700 {
			continue
		}
		err := within(ctx, "a write inside a loop over History", func(ctx context.Context) error {
			if err := j.grow(ctx, s, 1); err != nil {
				return err
			}
			return other.grow(ctx, s, 1)
		})
		if err != nil {
			return err
		}
	}
	if next < 700 {
		return fmt.Errorf("history gave %d entries of the 700 that were there when it began", next)
	}
	return allStand(ctx, s, j, other)
}

// within runs work that must not wait for its caller.
func within(ctx context.Context, what string, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: not done after %s: %w", what, patience, ctx.Err())
	}
}
