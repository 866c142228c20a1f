package storagetest

import (
	"context"
	"fmt"

	"github.com/needsled/needsled/casework"
)

func cancelRules() []rule {
	return []rule{{
		name:        "a cancelled context stops every operation and writes nothing",
		explanation: "A host cancels what nobody waits for any more. The error says so by errors.Is, or the host takes its own cancelling for a failing store; and a call that gives an error has written nothing.",
		check:       cancelledStops,
	}}
}

func cancelledStops(ctx context.Context, open Tenants) error {
	s, j := open("ours"), newJournal(1)
	ref := casework.ExternalRef{Scheme: "mosaic", Value: "1"}
	first := casework.Batch{Key: "call 1", Changes: []casework.Change{j.next(2, withReference(ref))}}
	if _, err := s.Append(ctx, first); err != nil {
		return fmt.Errorf("append gave an error: %w", err)
	}
	j.keep(first.Changes[0])
	before, err := look(ctx, s, j)
	if err != nil {
		return err
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, call := range calls(s, j, ref) {
		if err := wantError(call.name+" under a cancelled context", call.do(cancelled), context.Canceled); err != nil {
			return err
		}
	}
	if err := before.unchanged(ctx, s, j); err != nil {
		return err
	}
	_, err = s.Receipt(ctx, "call 2")
	return wantError("receipt of the key of a call that was cancelled", err, casework.ErrNotFound)
}

// call is one operation, of which the error alone matters.
type call struct {
	name string
	do   func(ctx context.Context) error
}

// calls are all operations the store offers, each such that it would succeed.
func calls(s casework.Store, j *journal, ref casework.ExternalRef) []call {
	all := []call{
		{"load", func(ctx context.Context) error {
			_, err := s.Load(ctx, j.id())
			return err
		}},
		{"append", func(ctx context.Context) error {
			_, err := s.Append(ctx, casework.Batch{Key: "call 2", Changes: []casework.Change{j.next(1)}})
			return err
		}},
		{"receipt", func(ctx context.Context) error {
			_, err := s.Receipt(ctx, "call 1")
			return err
		}},
		{"history", func(ctx context.Context) error {
			_, err := collect(s.History(ctx, j.id(), 0))
			return err
		}},
	}
	if f, err := asFinder(s); err == nil {
		all = append(all, call{"find", func(ctx context.Context) error {
			_, err := f.Find(ctx, ref)
			return err
		}})
	}
	if l, err := asLister(s); err == nil {
		all = append(all, call{"list", func(ctx context.Context) error {
			_, err := collect(l.List(ctx, casework.Query{}))
			return err
		}})
	}
	if f, err := asFeeder(s); err == nil {
		all = append(all, call{"feed", func(ctx context.Context) error {
			_, err := f.Feed(ctx, 0, 10)
			return err
		}})
	}
	return all
}
