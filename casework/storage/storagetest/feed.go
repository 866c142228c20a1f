package storagetest

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/needsled/needsled/casework"
)

func feedRules() []rule {
	return []rule{
		{
			name:        "a reader of the feed meets every entry once",
			explanation: "What the feed leaves out is never delivered and what it repeats is delivered twice. Each case's entries come in order, for a reader that learns of an award before the tender has no use for either.",
			check:       feedGivesEachOnce,
		},
		{
			name:        "a reader that overtakes writers misses nothing",
			explanation: "A position given before the commit lets a late committer appear behind the reader, which has passed it and never looks back.",
			check:       feedMissesNothing,
		},
		{
			name:        "a feed may be read on from any position",
			explanation: "A reader keeps the last position it dealt with and nothing else. What comes behind it is the same whichever page it stood on.",
			check:       feedGoesOnAnywhere,
		},
		{
			name:        "other tenants' entries do not hide a tenant's own",
			explanation: "No items means nothing new. A store that cuts a page first and picks the tenant's entries out of it afterwards gives an empty page where others were busy, and the reader stops there for ever.",
			check:       feedLooksPastOthers,
		},
		{
			name:        "a batch that failed does not show in the feed",
			explanation: "The feed tells brokers and auditors what happened. What was taken back did not happen.",
			check:       feedShowsCommittedAlone,
		},
	}
}

// follower reads a feed as a relay does.
type follower struct {
	feed  casework.Feeder
	limit int
	most  int // entries there can be; more are repetitions
	last  casework.Position
	items []casework.FeedItem
}

// poll reads on by one page and tells how many items it held.
func (f *follower) poll(ctx context.Context) (int, error) {
	page, err := f.feed.Feed(ctx, f.last, f.limit)
	if err != nil {
		return 0, fmt.Errorf("feed gave an error: %w", err)
	}
	if len(page) > f.limit {
		return 0, fmt.Errorf("feed gave %d items; the limit was %d", len(page), f.limit)
	}
	for _, item := range page {
		if item.Position <= f.last {
			return 0, fmt.Errorf("feed gave position %d behind position %d; positions grow", item.Position, f.last)
		}
		f.last = item.Position
	}
	f.items = append(f.items, page...)
	if len(f.items) > f.most {
		return 0, fmt.Errorf("feed gave %d entries of the %d that were written", len(f.items), f.most)
	}
	return len(page), nil
}

// drain reads on until there is nothing new.
func (f *follower) drain(ctx context.Context) error {
	for {
		n, err := f.poll(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// entriesOf picks the entries of one case out of a feed.
func entriesOf(items []casework.FeedItem, id casework.CaseID) []casework.Entry {
	var entries []casework.Entry
	for _, item := range items {
		if item.Entry.Case == id {
			entries = append(entries, item.Entry)
		}
	}
	return entries
}

// met tells whether the follower met every entry of the journals, in the order
// of each, and nothing else.
func (f *follower) met(journals ...*journal) error {
	total := 0
	for _, j := range journals {
		total += len(j.entries)
		if err := sameEntries(j.entries, entriesOf(f.items, j.id())); err != nil {
			return fmt.Errorf("the feed, in pages of %d: %w", f.limit, err)
		}
	}
	if len(f.items) != total {
		return fmt.Errorf("the feed, in pages of %d, gave %d entries; %d were written", f.limit, len(f.items), total)
	}
	for _, item := range f.items {
		if item.Kind != "review" {
			return fmt.Errorf("feed gave the kind %q for an entry of a case of kind %q", item.Kind, "review")
		}
	}
	return nil
}

func feedGivesEachOnce(ctx context.Context, open Tenants) error {
	s, journals := open("ours"), newJournals(3)
	feeder, err := asFeeder(s)
	if err != nil {
		return err
	}
	early := follower{feed: feeder, limit: 4, most: 60}
	if err := early.drain(ctx); err != nil {
		return err
	}
	for round := range 5 {
		if err := journals[round%3].grow(ctx, s, 1+round); err != nil {
			return err
		}
		if err := putAll(ctx, s, journals...); err != nil {
			return err
		}
		if err := early.drain(ctx); err != nil {
			return err
		}
		if err := early.met(journals...); err != nil {
			return err
		}
	}
	for _, limit := range []int{1, 2, 7, 29, 30, 1000} {
		late := follower{feed: feeder, limit: limit, most: 60}
		if err := late.drain(ctx); err != nil {
			return err
		}
		if err := late.met(journals...); err != nil {
			return err
		}
	}
	return nil
}

func feedMissesNothing(ctx context.Context, open Tenants) error {
	const writers, rounds = 5, 20
	feeder, err := asFeeder(open("ours"))
	if err != nil {
		return err
	}
	journals, others := newJournals(writers), newJournals(writers)
	errs := make([]error, 2*writers)
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() { errs[i] = journals[i].growOften(ctx, open("ours"), rounds) })
		writing.Go(func() { errs[writers+i] = others[i].growOften(ctx, open("theirs"), rounds) })
	}
	written := make(chan struct{})
	go func() {
		writing.Wait()
		close(written)
	}()
	f := follower{feed: feeder, limit: 7, most: 3 * writers * rounds}
	followErr := f.until(ctx, written)
	<-written
	for _, err := range append(errs, followErr) {
		if err != nil {
			return err
		}
	}
	return f.met(journals...)
}

// until polls a feed while it is written to, and drains it afterwards.
func (f *follower) until(ctx context.Context, written <-chan struct{}) error {
	for {
		select {
		case <-written:
			return f.drain(ctx)
		default:
		}
		if _, err := f.poll(ctx); err != nil {
			return err
		}
		runtime.Gosched()
	}
}

// growOften writes batches of one and two entries in turn.
func (j *journal) growOften(ctx context.Context, s casework.Store, times int) error {
	for i := range times {
		c := j.next(1 + i%2)
		if _, err := appendWhenFree(ctx, s, casework.Batch{Changes: []casework.Change{copyChange(c)}}); err != nil {
			return fmt.Errorf("append beside other writers gave an error: %w", err)
		}
		j.keep(c)
	}
	return nil
}

func feedGoesOnAnywhere(ctx context.Context, open Tenants) error {
	s, journals := open("ours"), newJournals(3)
	feeder, err := asFeeder(s)
	if err != nil {
		return err
	}
	for range 4 {
		if err := putAll(ctx, s, journals...); err != nil {
			return err
		}
	}
	whole := follower{feed: feeder, limit: 5, most: 12}
	if err := whole.drain(ctx); err != nil {
		return err
	}
	if err := whole.met(journals...); err != nil {
		return err
	}
	for i, item := range whole.items {
		rest := follower{feed: feeder, limit: 3, most: 12, last: item.Position}
		if err := rest.drain(ctx); err != nil {
			return err
		}
		if err := same(fmt.Sprintf("the feed after position %d", item.Position), append([]casework.FeedItem{}, whole.items[i+1:]...), append([]casework.FeedItem{}, rest.items...)); err != nil {
			return err
		}
	}
	return nil
}

func feedLooksPastOthers(ctx context.Context, open Tenants) error {
	ours, theirs := newJournal(1), newJournal(2)
	feeder, err := asFeeder(open("ours"))
	if err != nil {
		return err
	}
	for range 3 {
		if err := theirs.grow(ctx, open("theirs"), 150); err != nil {
			return err
		}
		if err := ours.grow(ctx, open("ours"), 1); err != nil {
			return err
		}
	}
	f := follower{feed: feeder, limit: 2, most: 3}
	if err := f.drain(ctx); err != nil {
		return err
	}
	return f.met(ours)
}

func feedShowsCommittedAlone(ctx context.Context, open Tenants) error {
	s, a, b := open("ours"), newJournal(1), newJournal(2)
	feeder, err := asFeeder(s)
	if err != nil {
		return err
	}
	if err := b.grow(ctx, s, 2); err != nil {
		return err
	}
	stale := newJournal(2)
	_, err = s.Append(ctx, casework.Batch{Changes: []casework.Change{a.next(3), stale.next(1)}})
	if _, err := wantConflict("append whose last change is stale", err, casework.ConflictSequence); err != nil {
		return err
	}
	if err := a.grow(ctx, s, 1); err != nil {
		return err
	}
	f := follower{feed: feeder, limit: 10, most: 10}
	if err := f.drain(ctx); err != nil {
		return err
	}
	return f.met(a, b)
}
