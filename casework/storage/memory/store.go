// Package memory keeps journals in memory. It is the reference for what a
// [casework.Store] does, and the store for tests and for tools that keep
// nothing.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/needsled/needsled/casework"
)

// page is how many entries or cases are copied out under one lock.
const page = 256

// Store is one tenant's view of journals kept in memory. It is safe for
// concurrent use. The zero Store is not usable; see [New].
type Store struct {
	archive *archive
	tenant  string
}

var (
	_ casework.Store        = (*Store)(nil)
	_ casework.Finder       = (*Store)(nil)
	_ casework.Lister       = (*Store)(nil)
	_ casework.Feeder       = (*Store)(nil)
	_ casework.CursorKeeper = (*Store)(nil)
)

// New gives an empty store, seen as the tenant "".
func New() *Store { return &Store{archive: &archive{rooms: map[string]*room{}}} }

// Tenant gives the same store seen as another tenant. The tenant "" is one like
// any other: it sees nobody else's cases.
func (s *Store) Tenant(name string) *Store { return &Store{archive: s.archive, tenant: name} }

// Load gives the case as it stands, or [casework.ErrNotFound].
func (s *Store) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	room, leave, err := s.enter(ctx, "load")
	if err != nil {
		return casework.Record{}, err
	}
	defer leave()
	f, found := room.files[id]
	if !found {
		return casework.Record{}, caseNotFound("load", id)
	}
	return copyRecord(f.record), nil
}

// Append writes all the changes of the batch or none of them. It gives
// [casework.ErrConflict], [casework.ErrNotFound] or [casework.ErrInvalid] as
// [casework.Store] says.
func (s *Store) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	room, leave, err := s.enter(ctx, "append")
	if err != nil {
		return casework.Receipt{}, err
	}
	defer leave()
	if first, known := room.receipts[b.Key]; known {
		return replay(first, b)
	}
	if err := room.admit(b); err != nil {
		return casework.Receipt{}, err
	}
	receipt := casework.Receipt{Key: b.Key, Digest: b.Digest}
	room.release(b.Changes)
	for _, c := range b.Changes {
		if len(c.Entries) == 0 {
			continue
		}
		room.write(s.archive, c)
		receipt.Cases = append(receipt.Cases, casework.CaseChange{
			Case: c.Case, First: c.After + 1, Last: c.After + uint64(len(c.Entries)),
		})
	}
	if b.Key != "" {
		room.receipts[b.Key] = copyReceipt(receipt)
	}
	return receipt, nil
}

// Receipt tells what an idempotency key did before, or [casework.ErrNotFound].
func (s *Store) Receipt(ctx context.Context, key string) (casework.Receipt, error) {
	room, leave, err := s.enter(ctx, "receipt")
	if err != nil {
		return casework.Receipt{}, err
	}
	defer leave()
	receipt, known := room.receipts[key]
	if !known {
		return casework.Receipt{}, &casework.NotFoundError{Op: "receipt", What: "receipt", ID: key}
	}
	return copyReceipt(receipt), nil
}

// History gives the entries of a case after a sequence, in order. A case that
// does not exist yields one [casework.ErrNotFound].
func (s *Store) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for next := after; ; {
			entries, err := s.entries(ctx, id, next)
			if err != nil {
				yield(casework.Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
				next = e.Seq
			}
			if len(entries) < page {
				return
			}
		}
	}
}

// entries copies out one page of a case's journal.
func (s *Store) entries(ctx context.Context, id casework.CaseID, after uint64) ([]casework.Entry, error) {
	room, leave, err := s.enter(ctx, "history")
	if err != nil {
		return nil, err
	}
	defer leave()
	f, found := room.files[id]
	if !found {
		return nil, caseNotFound("history", id)
	}
	if after >= f.record.Seq {
		return nil, nil
	}
	rest := f.entries[after:]
	entries := make([]casework.Entry, min(len(rest), page))
	for i := range entries {
		entries[i] = rest[i].Clone()
	}
	return entries, nil
}

// Find gives the case that carries the reference, or [casework.ErrNotFound].
func (s *Store) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	room, leave, err := s.enter(ctx, "find")
	if err != nil {
		return casework.CaseID{}, err
	}
	defer leave()
	id, found := room.claims[referenceClaim(ref)]
	if !found {
		return casework.CaseID{}, &casework.NotFoundError{Op: "find", What: "reference", ID: ref.String()}
	}
	return id, nil
}

// List gives the tenant's cases that match, in the order of their ids.
func (s *Store) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		for {
			summaries, err := s.summaries(ctx, q)
			if err != nil {
				yield(casework.Summary{}, err)
				return
			}
			for _, summary := range summaries {
				if !yield(summary, nil) {
					return
				}
				q.After = summary.Case
			}
			if len(summaries) < page {
				return
			}
		}
	}
}

// summaries copies out one page of the list.
func (s *Store) summaries(ctx context.Context, q casework.Query) ([]casework.Summary, error) {
	room, leave, err := s.enter(ctx, "list")
	if err != nil {
		return nil, err
	}
	defer leave()
	var summaries []casework.Summary
	start, found := slices.BinarySearchFunc(room.order, q.After, compareIDs)
	if found {
		start++
	}
	for _, id := range room.order[start:] {
		if len(summaries) == page {
			break
		}
		record := room.files[id].record
		if matches(q, record.Index) {
			summaries = append(summaries, casework.Summary{Case: id, Seq: record.Seq, Index: copyIndex(record.Index)})
		}
	}
	return summaries, nil
}

// Feed gives up to limit items after a position, in order. A limit below one
// gives none.
func (s *Store) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	room, leave, err := s.enter(ctx, "feed")
	if err != nil {
		return nil, err
	}
	defer leave()
	start, _ := slices.BinarySearchFunc(room.feed, after, func(l line, p casework.Position) int {
		if l.position <= p {
			return -1
		}
		return 1
	})
	rest := room.feed[start:]
	rest = rest[:max(0, min(len(rest), limit))]
	items := make([]casework.FeedItem, len(rest))
	for i, l := range rest {
		f := room.files[l.id]
		items[i] = casework.FeedItem{Position: l.position, Entry: f.entries[l.seq-1].Clone(), Kind: f.record.Index.Kind}
	}
	return items, nil
}

// enter locks the store and gives the tenant's part of it. Whoever entered
// leaves before anything is handed to the caller.
func (s *Store) enter(ctx context.Context, op string) (*room, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", op, err)
	}
	s.archive.mu.Lock()
	return s.archive.room(s.tenant), s.archive.mu.Unlock, nil
}

// replay answers for a key that was used before.
func replay(first casework.Receipt, b casework.Batch) (casework.Receipt, error) {
	if first.Digest != b.Digest {
		return casework.Receipt{}, &casework.ConflictError{Op: "append", Kind: casework.ConflictKey, Subject: b.Key}
	}
	receipt := copyReceipt(first)
	receipt.Replayed = true
	return receipt, nil
}

func matches(q casework.Query, x casework.Index) bool {
	due := q.DueBy.IsZero() || !x.Due.IsZero() && !x.Due.After(q.DueBy)
	return due &&
		(q.Kind == "" || q.Kind == x.Kind) &&
		(q.Definition == "" || q.Definition == x.Definition.Name) &&
		(q.State == "" || q.State == x.State) &&
		(q.Subject == "" || q.Subject == x.Subject) &&
		(q.Holder == "" || q.Holder == x.Holder)
}

func compareIDs(a, b casework.CaseID) int { return bytes.Compare(a[:], b[:]) }

func caseNotFound(op string, id casework.CaseID) error {
	return &casework.NotFoundError{Op: op, What: "case", ID: id.String()}
}

func copyRecord(r casework.Record) casework.Record {
	r.Index = copyIndex(r.Index)
	r.Document = bytes.Clone(r.Document)
	return r
}

func copyIndex(x casework.Index) casework.Index {
	x.Refs = slices.Clone(x.Refs)
	return x
}

func copyReceipt(r casework.Receipt) casework.Receipt {
	r.Cases = slices.Clone(r.Cases)
	return r
}
