package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/needsled/needsled/casework"
)

func sequenceRules() []rule {
	return []rule{
		{
			name:        "of several racing writers exactly one wins",
			explanation: "Every writer decided over the case as it read it. If two of them win, one decision was made over a case that no longer existed, and its author is never told.",
			check:       oneWriterWins,
		},
		{
			name:        "a conflict says where the case is and who moved it",
			explanation: "The person who lost has to be told what happened: who was first, when, and how far the case has gone. Nothing else in the system can tell them later.",
			check:       conflictSaysWhoWasFirst,
		},
		{
			name:        "an assertion holds only while the case stands still",
			explanation: "A case that was read and not changed was part of the decision all the same: a challenge that arrives while a contract is signed must stop the signature. An assertion writes nothing, for nothing happened to its case.",
			check:       assertionHolds,
		},
		{
			name:        "racing batches over the same cases end, whatever their order",
			explanation: "Two batches that take the same cases in opposite orders wait for each other unless the store takes cases in one order of its own. One of them wins whole and the others conflict.",
			check:       crossedBatchesEnd,
		},
	}
}

func oneWriterWins(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	for range 4 {
		rivals := make([]casework.Batch, 8)
		for i := range rivals {
			rivals[i] = rival(i, j)
		}
		winner, err := race(ctx, s, rivals)
		if err != nil {
			return err
		}
		if winner == nil {
			return fmt.Errorf("none of %d writers wrote after sequence %d", len(rivals), j.record.Seq)
		}
		j.keep(winner.Changes[0])
		if err := j.stands(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// rival makes a batch over some cases that no other rival makes.
func rival(number int, journals ...*journal) casework.Batch {
	var b casework.Batch
	for _, j := range journals {
		c := j.next(1 + number%2)
		for i := range c.Entries {
			c.Entries[i].Reason = fmt.Sprintf("rival %d", number)
		}
		reseal(&c, j.record.Head)
		b.Changes = append(b.Changes, c)
	}
	return b
}

// reseal makes the chain of a change hold again after its entries were altered.
func reseal(c *casework.Change, head casework.Hash) {
	for i := range c.Entries {
		c.Entries[i].Seal(head)
		head = c.Entries[i].Hash
	}
}

// race appends all batches at once. It gives the one that won, and an error if
// more than one did or a loser was told anything but where the case is.
func race(ctx context.Context, s casework.Store, rivals []casework.Batch) (*casework.Batch, error) {
	answers := appendAtOnce(ctx, s, rivals)
	var winner *casework.Batch
	for i, a := range answers {
		if a.err != nil {
			continue
		}
		if winner != nil {
			return nil, fmt.Errorf("two of %d racing writers were told that they wrote", len(rivals))
		}
		winner = &rivals[i]
	}
	for i, a := range answers {
		if a.err == nil {
			continue
		}
		conflict, err := wantConflict("append of a writer that lost the race", a.err, casework.ConflictSequence)
		if err != nil {
			return nil, err
		}
		if expected := rivals[i].Changes[0].After; conflict.Expected != expected || conflict.Actual <= expected {
			return nil, fmt.Errorf("the loser read the case at %d and is told that it was expected at %d and is at %d", expected, conflict.Expected, conflict.Actual)
		}
	}
	return winner, nil
}

type answer struct {
	receipt casework.Receipt
	err     error
}

// appendAtOnce appends every batch on a goroutine of its own.
func appendAtOnce(ctx context.Context, s casework.Store, batches []casework.Batch) []answer {
	answers := make([]answer, len(batches))
	start, done := make(chan struct{}), make(chan struct{})
	for i, b := range batches {
		go func() {
			<-start
			answers[i].receipt, answers[i].err = appendWhenFree(ctx, s, b)
			done <- struct{}{}
		}()
	}
	close(start)
	for range batches {
		<-done
	}
	return answers
}

// appendWhenFree appends a batch, and again while the store says that it is
// busy: that is no answer to what the rules ask.
func appendWhenFree(ctx context.Context, s casework.Store, b casework.Batch) (receipt casework.Receipt, err error) {
	for range 1000 {
		receipt, err = s.Append(ctx, b)
		conflict, found := errors.AsType[*casework.ConflictError](err)
		if !found || conflict.Kind != casework.ConflictBusy {
			return receipt, err
		}
		runtime.Gosched()
	}
	return receipt, err
}

func conflictSaysWhoWasFirst(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	if err := j.grow(ctx, s, 2); err != nil {
		return err
	}
	before, err := look(ctx, s, j)
	if err != nil {
		return err
	}
	mover := j.entries[1]
	for _, after := range []uint64{0, 1, 3, 900} {
		stale := newJournal(1)
		stale.record.Seq = after
		stale.record.Head = j.record.Head
		for _, c := range []casework.Change{stale.next(1), stale.assertion()} {
			what := fmt.Sprintf("append of %d entries after %d to a case at 2", len(c.Entries), after)
			_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{c}})
			conflict, err := wantConflict(what, err, casework.ConflictSequence)
			if err != nil {
				return err
			}
			want := casework.ConflictError{Op: conflict.Op, Kind: casework.ConflictSequence, Case: j.id(), Expected: after, Actual: 2, By: mover.Actor, At: mover.Recorded, Subject: conflict.Subject}
			got := *conflict
			got.Cause, got.At = nil, got.At.UTC()
			if err := same(what+": the conflict", want, got); err != nil {
				return err
			}
		}
	}
	return before.unchanged(ctx, s, j)
}

func assertionHolds(ctx context.Context, open Tenants) error {
	s := open("ours")
	read, changed, unborn := newJournal(1), newJournal(2), newJournal(3)
	ref := casework.ExternalRef{Scheme: "mosaic", Value: "1"}
	if err := read.grow(ctx, s, 2, withReference(ref), withLive("claim")); err != nil {
		return err
	}
	b := casework.Batch{Key: "k", Changes: []casework.Change{read.assertion(), changed.next(1), unborn.assertion()}}
	receipt, err := s.Append(ctx, b)
	if err != nil {
		return fmt.Errorf("append beside an assertion that holds gave an error: %w", err)
	}
	if err := sameReceipt(receiptOf(b), receipt); err != nil {
		return err
	}
	changed.keep(b.Changes[1])
	if err := allStand(ctx, s, read, changed); err != nil {
		return err
	}
	if err := unborn.absent(ctx, s); err != nil {
		return err
	}
	if err := put(ctx, s, read.assertion()); err != nil {
		return err
	}
	return assertionFails(ctx, s, read, changed)
}

// assertionFails moves the case that was read and tries both orders of it and
// the case to be changed.
func assertionFails(ctx context.Context, s casework.Store, read, changed *journal) error {
	asserted := read.assertion()
	if err := read.grow(ctx, s, 1); err != nil {
		return err
	}
	before, err := look(ctx, s, read, changed)
	if err != nil {
		return err
	}
	changes := []casework.Change{asserted, changed.next(1)}
	for range 2 {
		_, err := s.Append(ctx, casework.Batch{Changes: changes})
		conflict, err := wantConflict("append beside an assertion about a case that has moved", err, casework.ConflictSequence)
		if err != nil {
			return err
		}
		if conflict.Case != read.id() || conflict.Expected != 2 || conflict.Actual != 3 {
			return fmt.Errorf("the conflict is about case %s, expected at %d and found at %d; it should be about case %s, expected at 2 and found at 3", conflict.Case, conflict.Expected, conflict.Actual, read.id())
		}
		slices.Reverse(changes)
	}
	return before.unchanged(ctx, s, read, changed)
}

func crossedBatchesEnd(ctx context.Context, open Tenants) error {
	s, a, b := open("ours"), newJournal(1), newJournal(2)
	if err := putAll(ctx, s, a, b); err != nil {
		return err
	}
	for range 4 {
		rivals := make([]casework.Batch, 8)
		for i := range rivals {
			rivals[i] = rival(i, a, b)
			if i%2 == 1 {
				slices.Reverse(rivals[i].Changes)
			}
		}
		winner, err := race(ctx, s, rivals)
		if err != nil {
			return err
		}
		if winner == nil {
			return fmt.Errorf("none of %d racing batches was written", len(rivals))
		}
		for _, c := range winner.Changes {
			if c.Case == a.id() {
				a.keep(c)
			} else {
				b.keep(c)
			}
		}
		if err := allStand(ctx, s, a, b); err != nil {
			return err
		}
	}
	return nil
}
