package storagetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func copyRules() []rule {
	return []rule{
		{
			name:        "what a store is handed it copies",
			explanation: "Callers reuse their buffers. A store that keeps a slice of theirs has a journal that changes after it was written.",
			check:       givenIsCopied,
		},
		{
			name:        "what a store hands out is the caller's own",
			explanation: "Callers sort, cut and overwrite what they get. Where that reaches the store, or another caller, one reader edits everybody's journal.",
			check:       handedOutIsOwn,
		},
	}
}

func givenIsCopied(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	if err := j.grow(ctx, s, 4); err != nil {
		return err
	}
	c := j.next(4, withReference(casework.ExternalRef{Scheme: "mosaic", Value: "1"}))
	c.Redact = []casework.Redaction{{Seq: 1, Data: []byte(`{"id":1}`)}}
	b := casework.Batch{Key: "call 1", Changes: []casework.Change{copyChange(c)}}
	if _, err := s.Append(ctx, b); err != nil {
		return fmt.Errorf("append gave an error: %w", err)
	}
	j.keep(c)
	scribbleChange(&b.Changes[0])
	b.Changes[0] = casework.Change{}
	if err := j.stands(ctx, s); err != nil {
		return fmt.Errorf("after the caller overwrote what it had appended: %w", err)
	}
	return foundAt(ctx, s, casework.ExternalRef{Scheme: "mosaic", Value: "1"}, j.id())
}

func handedOutIsOwn(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	b := casework.Batch{Key: "call 1", Changes: []casework.Change{j.next(6, withReference(casework.ExternalRef{Scheme: "mosaic", Value: "1"}))}}
	first, err := s.Append(ctx, b)
	if err != nil {
		return fmt.Errorf("append gave an error: %w", err)
	}
	j.keep(b.Changes[0])
	want := receiptOf(b)
	scribbleReceipt(&first)
	for range 2 {
		if err := receiptStands(ctx, s, b, want); err != nil {
			return err
		}
		if err := scribbleReads(ctx, s, j.id()); err != nil {
			return err
		}
		if err := scribbleConflict(ctx, s, j); err != nil {
			return err
		}
		if err := j.stands(ctx, s); err != nil {
			return fmt.Errorf("after a caller overwrote what it was given: %w", err)
		}
	}
	return bulkStands(ctx, s, j)
}

// receiptStands asks for a receipt both ways and overwrites both answers.
func receiptStands(ctx context.Context, s casework.Store, b casework.Batch, want casework.Receipt) error {
	receipt, err := s.Receipt(ctx, b.Key)
	if err != nil {
		return fmt.Errorf("receipt gave an error: %w", err)
	}
	replay, err := s.Append(ctx, b)
	if err != nil {
		return fmt.Errorf("append of a call that was made before gave an error: %w", err)
	}
	for _, r := range []*casework.Receipt{&receipt, &replay} {
		if err := sameReceipt(want, *r); err != nil {
			return fmt.Errorf("after a caller overwrote a receipt: %w", err)
		}
		scribbleReceipt(r)
	}
	return nil
}

// scribbleReads overwrites whatever the store gives to read.
func scribbleReads(ctx context.Context, s casework.Store, id casework.CaseID) error {
	record, err := s.Load(ctx, id)
	if err != nil {
		return fmt.Errorf("load gave an error: %w", err)
	}
	scribble(record.Document)
	scribbleIndex(&record.Index)
	for e, err := range s.History(ctx, id, 0) {
		if err != nil {
			return fmt.Errorf("history gave an error: %w", err)
		}
		scribbleEntry(&e)
	}
	if lister, err := asLister(s); err == nil {
		for summary, err := range lister.List(ctx, casework.Query{}) {
			if err != nil {
				return fmt.Errorf("list gave an error: %w", err)
			}
			scribbleIndex(&summary.Index)
		}
	}
	if feeder, err := asFeeder(s); err == nil {
		items, err := feeder.Feed(ctx, 0, 100)
		if err != nil {
			return fmt.Errorf("feed gave an error: %w", err)
		}
		for i := range items {
			scribbleEntry(&items[i].Entry)
			items[i].Position = 0
		}
	}
	return nil
}

// scribbleConflict overwrites the actor that a conflict names, whose principal
// is behind a pointer.
func scribbleConflict(ctx context.Context, s casework.Store, j *journal) error {
	_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{newJournal(1).next(1)}})
	conflict, found := errors.AsType[*casework.ConflictError](err)
	if !found {
		return fmt.Errorf("append after a sequence that has passed gave %w; it should be a conflict over case %s", err, j.id())
	}
	if conflict.By.OnBehalfOf != nil {
		conflict.By.OnBehalfOf.Name = "overwritten"
	}
	return nil
}

// bulkStands tells whether list and feed show the case as it was written.
func bulkStands(ctx context.Context, s casework.Store, j *journal) error {
	if lister, err := asLister(s); err == nil {
		if err := lists(ctx, lister, casework.Query{}, []casework.Summary{j.summary()}); err != nil {
			return fmt.Errorf("after a caller overwrote what it was given: %w", err)
		}
	}
	feeder, err := asFeeder(s)
	if err != nil {
		return nil //nolint:nilerr // a store without a feed hands nothing out by it
	}
	f := follower{feed: feeder, limit: 100, most: len(j.entries)}
	if err := f.drain(ctx); err != nil {
		return err
	}
	return f.met(j)
}

func scribble(b []byte) {
	for i := range b {
		b[i] = 'X'
	}
}

func scribbleEntry(e *casework.Entry) {
	scribble(e.Data)
	scribble(e.Salt)
	if e.Actor.OnBehalfOf != nil {
		e.Actor.OnBehalfOf.Name = "overwritten"
	}
}

func scribbleIndex(x *casework.Index) {
	for i := range x.Refs {
		x.Refs[i] = casework.ExternalRef{Scheme: "overwritten", Value: "overwritten"}
	}
}

func scribbleReceipt(r *casework.Receipt) {
	for i := range r.Cases {
		r.Cases[i] = casework.CaseChange{}
	}
}

func scribbleChange(c *casework.Change) {
	for i := range c.Entries {
		scribbleEntry(&c.Entries[i])
		c.Entries[i].Reason = "overwritten"
	}
	for i := range c.Redact {
		scribble(c.Redact[i].Data)
	}
	scribbleIndex(&c.Index)
	scribble(c.Document)
}
