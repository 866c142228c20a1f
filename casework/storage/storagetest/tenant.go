package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

func tenantRules() []rule {
	return []rule{
		{
			name:        "another tenant's case looks like a missing one",
			explanation: "Councils share an installation, not their cases. An answer that differs between a case that is not there and one that is somebody else's tells a stranger that the case exists.",
			check:       foreignCaseLooksMissing,
		},
		{
			name:        "a tenant's lists and feed show its own cases alone",
			explanation: "Whatever leaves a store in bulk ends in a report or at a broker. One line of another tenant in it is a breach that nobody notices.",
			check:       bulkShowsOwnAlone,
		},
		{
			name:        "a key belongs to its tenant",
			explanation: "Two hosts number their calls alike. A receipt that answers another tenant's call shows its cases and swallows the call.",
			check:       keyBelongsToTenant,
		},
		{
			name:        "references and live claims are unique for their tenant alone",
			explanation: "Two tenants may use the same register, or both have a case about the same person. A conflict between them would show the one what the other has.",
			check:       claimsBelongToTenant,
		},
	}
}

// tenants are those that the rules hold against each other. The bare store is
// the tenant "", and sees no more than any other.
func tenants() []string { return []string{"ours", "theirs", ""} }

// everyPair runs a check for each tenant that owns a case and each stranger.
// Each pair uses a case of its own number.
func everyPair(open Tenants, check func(owner, stranger casework.Store, number uint16) error) error {
	number := uint16(0)
	for _, owner := range tenants() {
		for _, stranger := range tenants() {
			if owner == stranger {
				continue
			}
			number++
			if err := check(open(owner), open(stranger), number); err != nil {
				return fmt.Errorf("as tenant %q, over a case of tenant %q: %w", stranger, owner, err)
			}
		}
	}
	return nil
}

func foreignCaseLooksMissing(ctx context.Context, open Tenants) error {
	return everyPair(open, func(owner, stranger casework.Store, number uint16) error {
		theirs, missing := newJournal(number), newJournal(1000+number)
		if err := theirs.grow(ctx, owner, 2, withReference(reference(number))); err != nil {
			return err
		}
		before, err := look(ctx, owner, theirs)
		if err != nil {
			return err
		}
		missing.record.Seq = 2
		for _, probe := range probes() {
			foreign, none := probe.ask(ctx, stranger, theirs), probe.ask(ctx, stranger, missing)
			if err := alike(probe.name, foreign, theirs, none, missing); err != nil {
				return err
			}
		}
		if err := before.unchanged(ctx, owner, theirs); err != nil {
			return err
		}
		return sameIDTwice(ctx, owner, stranger, theirs)
	})
}

func reference(number uint16) casework.ExternalRef {
	return casework.ExternalRef{Scheme: "register", Value: fmt.Sprint(number)}
}

// probe is a way to find out whether a case exists.
type probe struct {
	name string
	ask  func(ctx context.Context, s casework.Store, j *journal) error
}

func probes() []probe {
	return []probe{
		{"load", func(ctx context.Context, s casework.Store, j *journal) error {
			_, err := s.Load(ctx, j.id())
			return err
		}},
		{"history", func(ctx context.Context, s casework.Store, j *journal) error {
			_, err := collect(s.History(ctx, j.id(), 0))
			return err
		}},
		{"history after its last entry", func(ctx context.Context, s casework.Store, j *journal) error {
			_, err := collect(s.History(ctx, j.id(), 2))
			return err
		}},
		{"append of entries", func(ctx context.Context, s casework.Store, j *journal) error {
			_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{j.next(1)}})
			return err
		}},
		{"append of entries at a wrong sequence", func(ctx context.Context, s casework.Store, j *journal) error {
			stale := &journal{record: j.record}
			stale.record.Seq = 1
			_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{stale.next(1)}})
			return err
		}},
		{"append of an assertion", func(ctx context.Context, s casework.Store, j *journal) error {
			_, err := s.Append(ctx, casework.Batch{Changes: []casework.Change{j.assertion()}})
			return err
		}},
	}
}

// alike tells whether both answers say that there is no such case, in the same
// words.
func alike(what string, foreign error, theirs *journal, none error, missing *journal) error {
	if err := wantError(what+" of another tenant's case", foreign, casework.ErrNotFound); err != nil {
		return err
	}
	if err := wantError(what+" of a case that does not exist", none, casework.ErrNotFound); err != nil {
		return err
	}
	told := strings.ReplaceAll(foreign.Error(), theirs.id().String(), missing.id().String())
	if told != none.Error() {
		return fmt.Errorf("%s says %q of another tenant's case and %q of one that does not exist", what, told, none.Error())
	}
	return nil
}

// sameIDTwice opens a case under an id that another tenant has.
func sameIDTwice(ctx context.Context, owner, stranger casework.Store, theirs *journal) error {
	twin := &journal{record: casework.Record{Case: theirs.id()}}
	if err := put(ctx, stranger, twin.assertion()); err != nil {
		return fmt.Errorf("asserting that a case is new, whose id another tenant uses: %w", err)
	}
	if err := twin.grow(ctx, stranger, 1); err != nil {
		return fmt.Errorf("opening a case whose id another tenant uses: %w", err)
	}
	if err := twin.stands(ctx, stranger); err != nil {
		return err
	}
	return theirs.stands(ctx, owner)
}

func bulkShowsOwnAlone(ctx context.Context, open Tenants) error {
	owned := map[string]*journal{}
	for i, tenant := range tenants() {
		j := newJournal(uint16(i + 1))
		if err := j.grow(ctx, open(tenant), 2); err != nil {
			return err
		}
		owned[tenant] = j
	}
	lister, noLister := asLister(open("ours"))
	feeder, noFeeder := asFeeder(open("ours"))
	if lister == nil && feeder == nil {
		return errors.Join(noLister, noFeeder)
	}
	for _, tenant := range tenants() {
		if err := showsAlone(ctx, open(tenant), owned[tenant].id()); err != nil {
			return fmt.Errorf("as tenant %q: %w", tenant, err)
		}
	}
	return nil
}

func showsAlone(ctx context.Context, s casework.Store, own casework.CaseID) error {
	if lister, err := asLister(s); err == nil {
		summaries, err := collect(lister.List(ctx, casework.Query{}))
		if err != nil {
			return fmt.Errorf("list gave an error: %w", err)
		}
		if len(summaries) != 1 || summaries[0].Case != own {
			return fmt.Errorf("list gave %d cases, where the tenant has case %s alone", len(summaries), own)
		}
	}
	feeder, err := asFeeder(s)
	if err != nil {
		return nil //nolint:nilerr // a store without a feed shows nothing in it
	}
	r := follower{feed: feeder, limit: 1, most: 2}
	if err := r.drain(ctx); err != nil {
		return err
	}
	for _, item := range r.items {
		if item.Entry.Case != own {
			return fmt.Errorf("feed gave an entry of case %s, where the tenant has case %s alone", item.Entry.Case, own)
		}
	}
	return nil
}

func keyBelongsToTenant(ctx context.Context, open Tenants) error {
	return everyPair(open, func(owner, stranger casework.Store, number uint16) error {
		key := fmt.Sprintf("call %d", number)
		theirs, ours := newJournal(number), newJournal(1000+number)
		first := casework.Batch{Key: key, Digest: casework.Hash{1}, Changes: []casework.Change{theirs.next(1)}}
		if _, err := owner.Append(ctx, first); err != nil {
			return fmt.Errorf("append with a new key gave an error: %w", err)
		}
		_, err := stranger.Receipt(ctx, key)
		if err := wantError("receipt of a key that only another tenant has used", err, casework.ErrNotFound); err != nil {
			return err
		}
		second := casework.Batch{Key: key, Digest: casework.Hash{2}, Changes: []casework.Change{ours.next(2)}}
		receipt, err := stranger.Append(ctx, second)
		if err != nil {
			return fmt.Errorf("append with a key that only another tenant has used gave an error: %w", err)
		}
		if err := sameReceipt(receiptOf(second), receipt); err != nil {
			return err
		}
		if receipt, err = owner.Receipt(ctx, key); err != nil {
			return fmt.Errorf("receipt of a key that was used gave an error: %w", err)
		}
		return sameReceipt(receiptOf(first), receipt)
	})
}

func claimsBelongToTenant(ctx context.Context, open Tenants) error {
	return everyPair(open, func(owner, stranger casework.Store, number uint16) error {
		ref, live := withReference(reference(number)), withLive(fmt.Sprintf("claim %d", number))
		theirs, ours := newJournal(number), newJournal(1000+number)
		if err := theirs.grow(ctx, owner, 1, ref, live); err != nil {
			return err
		}
		if err := foundNowhere(ctx, stranger, reference(number)); err != nil {
			return err
		}
		if err := ours.grow(ctx, stranger, 1, ref, live); err != nil {
			return fmt.Errorf("taking a reference and a live claim that only another tenant has: %w", err)
		}
		if err := foundAt(ctx, stranger, reference(number), ours.id()); err != nil {
			return err
		}
		return foundAt(ctx, owner, reference(number), theirs.id())
	})
}
