package storagetest

import (
	"context"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func redactionRules() []rule {
	return []rule{
		{
			name:        "a redaction empties the entry and keeps the chain",
			explanation: "What a person asked to have erased must be gone: reason, data and the salt by which they could be guessed. All else stays, for the chain over who did what and when has to verify afterwards.",
			check:       redactionKeepsChain,
		},
		{
			name:        "a redacted entry shows as redacted in the feed",
			explanation: "A reader that starts late, or starts over, must not be handed what was erased. The entry keeps its position and does not come again.",
			check:       redactionShowsInFeed,
		},
	}
}

// redactTwo grows a case to five entries and then erases the second and third
// of them, by a sixth.
func redactTwo(ctx context.Context, s casework.Store, j *journal) error {
	if err := j.grow(ctx, s, 5); err != nil {
		return err
	}
	c := j.next(1)
	c.Redact = []casework.Redaction{
		{Seq: 3, Data: []byte("{ \"id\" : 3.0 }")},
		{Seq: 2, Data: []byte("{ \"id\" : 2.0 }")},
	}
	return j.write(ctx, s, c)
}

func redactionKeepsChain(ctx context.Context, open Tenants) error {
	s, j, other := open("ours"), newJournal(1), newJournal(2)
	if err := other.grow(ctx, s, 3); err != nil {
		return err
	}
	if err := redactTwo(ctx, s, j); err != nil {
		return err
	}
	if err := allStand(ctx, s, j, other); err != nil {
		return err
	}
	entries, err := collect(s.History(ctx, j.id(), 0))
	if err != nil {
		return fmt.Errorf("history gave an error: %w", err)
	}
	var head casework.Hash
	for _, e := range entries {
		if e.Prev != head {
			return fmt.Errorf("entry %d does not carry the hash of the entry before it", e.Seq)
		}
		if erased := e.Seq == 2 || e.Seq == 3; erased != e.Redacted || erased && (e.Reason != "" || len(e.Salt) > 0) {
			return fmt.Errorf("entry %d has redacted %t, reason %q, salt %x; redacted were 2 and 3", e.Seq, e.Redacted, e.Reason, e.Salt)
		}
		head = e.Hash
	}
	if err := j.grow(ctx, s, 1); err != nil {
		return fmt.Errorf("writing on after a redaction: %w", err)
	}
	return j.stands(ctx, s)
}

func redactionShowsInFeed(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	feeder, err := asFeeder(s)
	if err != nil {
		return err
	}
	early := follower{feed: feeder, limit: 10, most: 6}
	if err := j.grow(ctx, s, 5); err != nil {
		return err
	}
	if err := early.drain(ctx); err != nil {
		return err
	}
	c := j.next(1)
	c.Redact = []casework.Redaction{{Seq: 2, Data: []byte("{ \"id\" : 2.0 }")}}
	if err := j.write(ctx, s, c); err != nil {
		return err
	}
	if err := early.drain(ctx); err != nil {
		return err
	}
	if got := len(early.items); got != 6 {
		return fmt.Errorf("a reader of the feed met %d entries; six were written", got)
	}
	late := follower{feed: feeder, limit: 10, most: 6}
	if err := late.drain(ctx); err != nil {
		return err
	}
	return sameEntries(j.entries, entriesOf(late.items, j.id()))
}
