package storagetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

func keyRules() []rule {
	return []rule{
		{
			name:        "a repeated call gets the first receipt and writes nothing",
			explanation: "A client that lost the answer sends the same call again. The first call moved the case, so its sequence is stale by now: the key is looked at before the sequence, or every repetition of a success would be told that it failed.",
			check:       repeatedCallIsReplayed,
		},
		{
			name:        "a key used for another command conflicts",
			explanation: "A key that comes with another digest is a mistake of the client. To give it the receipt of a different command would tell somebody that something happened which did not.",
			check:       keyOfAnotherCommandConflicts,
		},
		{
			name:        "a key is remembered when nothing was written",
			explanation: "A command may find that there is nothing to do. Repeated later it must find the same, even if there would be something to do by then.",
			check:       keyWithoutChangesIsRemembered,
		},
		{
			name:        "a call that failed leaves its key free",
			explanation: "The client mends its command and sends it again under the key it has. A failed call did nothing, and there is nothing to replay.",
			check:       failedCallLeavesItsKey,
		},
		{
			name:        "of racing calls with one key one writes and the others get its receipt",
			explanation: "An impatient client sends the second call before the first is answered. Both must learn the same, and the case must move once.",
			check:       racingCallsWriteOnce,
		},
	}
}

func repeatedCallIsReplayed(ctx context.Context, open Tenants) error {
	s, a, b := open("ours"), newJournal(1), newJournal(2)
	if err := a.grow(ctx, s, 1); err != nil {
		return err
	}
	batch := casework.Batch{Key: "call 1", Digest: casework.Hash{1}, Changes: []casework.Change{a.next(2), b.next(1)}}
	first, err := s.Append(ctx, batch)
	if err != nil {
		return fmt.Errorf("append with a new key gave an error: %w", err)
	}
	a.keep(batch.Changes[0])
	b.keep(batch.Changes[1])
	if err := b.grow(ctx, s, 1); err != nil {
		return err
	}
	before, err := look(ctx, s, a, b)
	if err != nil {
		return err
	}
	for range 2 {
		if err := replayed(ctx, s, batch, first); err != nil {
			return err
		}
	}
	if err := before.unchanged(ctx, s, a, b); err != nil {
		return err
	}
	receipt, err := s.Receipt(ctx, batch.Key)
	if err != nil {
		return fmt.Errorf("receipt of a key that was used gave an error: %w", err)
	}
	if err := sameReceipt(first, receipt); err != nil {
		return err
	}
	return allStand(ctx, s, a, b)
}

// replayed appends a batch that was appended before.
func replayed(ctx context.Context, s casework.Store, b casework.Batch, first casework.Receipt) error {
	again, err := s.Append(ctx, b)
	if err != nil {
		return fmt.Errorf("append with a key and digest that were used before gave an error: %w", err)
	}
	if !again.Replayed {
		return fmt.Errorf("the receipt of a repeated call does not say that it was replayed")
	}
	if !slices.Equal(first.Cases, again.Cases) {
		return fmt.Errorf("the receipt of a repeated call lists %v; the first one listed %v", again.Cases, first.Cases)
	}
	return sameReceipt(first, again)
}

func keyOfAnotherCommandConflicts(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	batch := casework.Batch{Key: "call 1", Digest: casework.Hash{1}, Changes: []casework.Change{j.next(1)}}
	if _, err := s.Append(ctx, batch); err != nil {
		return fmt.Errorf("append with a new key gave an error: %w", err)
	}
	j.keep(batch.Changes[0])
	before, err := look(ctx, s, j)
	if err != nil {
		return err
	}
	for _, change := range []casework.Change{j.next(1), batch.Changes[0]} {
		_, err := s.Append(ctx, casework.Batch{Key: "call 1", Digest: casework.Hash{2}, Changes: []casework.Change{change}})
		conflict, err := wantConflict(fmt.Sprintf("append of another command, decided at %d, under a key that was used", change.After), err, casework.ConflictKey)
		if err != nil {
			return err
		}
		if conflict.Subject != "call 1" {
			return fmt.Errorf("the conflict is about %q; it should be about the key %q", conflict.Subject, "call 1")
		}
	}
	return before.unchanged(ctx, s, j)
}

func keyWithoutChangesIsRemembered(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	nothing := casework.Batch{Key: "nothing to do", Digest: casework.Hash{1}}
	first, err := s.Append(ctx, nothing)
	if err != nil {
		return fmt.Errorf("append of a key without changes gave an error: %w", err)
	}
	if err := sameReceipt(receiptOf(nothing), first); err != nil {
		return err
	}
	receipt, err := s.Receipt(ctx, nothing.Key)
	if err != nil {
		return fmt.Errorf("receipt of a key without changes gave an error: %w", err)
	}
	if err := sameReceipt(first, receipt); err != nil {
		return err
	}
	late := nothing
	late.Changes = []casework.Change{j.next(1)}
	if err := replayed(ctx, s, late, first); err != nil {
		return err
	}
	return j.absent(ctx, s)
}

func failedCallLeavesItsKey(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	stale := casework.Batch{Key: "call 1", Digest: casework.Hash{1}, Changes: []casework.Change{j.next(1)}}
	if err := j.grow(ctx, s, 1); err != nil {
		return err
	}
	_, err := s.Append(ctx, stale)
	if _, err := wantConflict("append after a sequence that has passed", err, casework.ConflictSequence); err != nil {
		return err
	}
	mended := casework.Batch{Key: "call 1", Digest: casework.Hash{2}, Changes: []casework.Change{j.next(1)}}
	receipt, err := s.Append(ctx, mended)
	if err != nil {
		return fmt.Errorf("append under the key of a call that failed gave an error: %w", err)
	}
	if receipt.Replayed {
		return fmt.Errorf("a call under the key of one that failed was told that it was replayed")
	}
	j.keep(mended.Changes[0])
	return j.stands(ctx, s)
}

func racingCallsWriteOnce(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	batch := casework.Batch{Key: "call 1", Digest: casework.Hash{1}, Changes: []casework.Change{j.next(2)}}
	calls := make([]casework.Batch, 8)
	for i := range calls {
		calls[i] = casework.Batch{Key: batch.Key, Digest: batch.Digest, Changes: []casework.Change{copyChange(batch.Changes[0])}}
	}
	written := 0
	for _, a := range appendAtOnce(ctx, s, calls) {
		if a.err != nil {
			return fmt.Errorf("one of several calls with the same key and digest gave an error: %w", a.err)
		}
		if err := sameReceipt(receiptOf(batch), a.receipt); err != nil {
			return err
		}
		if !a.receipt.Replayed {
			written++
		}
	}
	if written != 1 {
		return fmt.Errorf("of %d calls with one key %d were told that they wrote; it should be one", len(calls), written)
	}
	j.keep(batch.Changes[0])
	return j.stands(ctx, s)
}
