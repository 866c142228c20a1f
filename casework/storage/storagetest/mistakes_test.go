package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

// store is what every broken store is made of: the reference, of which some
// methods are replaced.
type store = memory.Store

// breaking wraps each tenant's view of a new reference store.
func breaking[S casework.Store](wrap func(*store) S) func() Tenants {
	return noted(func(s *store, _ *notes) casework.Store { return wrap(s) })
}

// noted wraps each tenant's view of a new reference store, with notes that the
// views share.
func noted(wrap func(*store, *notes) casework.Store) func() Tenants {
	return func() Tenants {
		base, n := memory.New(), newNotes()
		return func(tenant string) casework.Store { return wrap(base.Tenant(tenant), n) }
	}
}

// notes are what broken stores remember beside the reference.
type notes struct {
	mu        sync.Mutex
	readers   int // loops that run
	left      int // loops that were left early
	holders   map[string]casework.CaseID
	asserted  map[casework.CaseID]bool
	receipts  map[string]casework.Receipt
	records   map[casework.CaseID]casework.Record
	indexes   map[casework.CaseID]casework.Index
	originals map[casework.Hash]casework.Entry
	delayed   map[casework.Position]bool
	phantoms  []casework.Entry
}

func newNotes() *notes {
	return &notes{
		holders: map[string]casework.CaseID{}, asserted: map[casework.CaseID]bool{}, receipts: map[string]casework.Receipt{},
		records: map[casework.CaseID]casework.Record{}, indexes: map[casework.CaseID]casework.Index{},
		originals: map[casework.Hash]casework.Entry{}, delayed: map[casework.Position]bool{},
	}
}

// Mistakes in reading.

type losesLast struct{ *store }

func (s losesLast) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		entries, err := collect(s.store.History(ctx, id, after))
		if err != nil {
			yield(casework.Entry{}, err)
			return
		}
		for _, e := range entries[:max(0, len(entries)-1)] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

type reordersHistory struct{ *store }

func (s reordersHistory) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		entries, err := collect(s.store.History(ctx, id, after))
		if err != nil {
			yield(casework.Entry{}, err)
			return
		}
		if len(entries) > 256 {
			entries[255], entries[256] = entries[256], entries[255]
		}
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

type startsTooEarly struct{ *store }

func (s startsTooEarly) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return s.store.History(ctx, id, max(after, 1)-1)
}

type rewritesJSON struct{ *store }

func (s rewritesJSON) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	record, err := s.store.Load(ctx, id)
	var compact bytes.Buffer
	if json.Compact(&compact, record.Document) == nil {
		record.Document = compact.Bytes()
	}
	return record, err
}

type dropsOffset struct{ *store }

func (s dropsOffset) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for e, err := range s.store.History(ctx, id, after) {
			e.Effective = e.Effective.UTC()
			if !yield(e, err) {
				return
			}
		}
	}
}

type emptyForMissing struct{ *store }

func (s emptyForMissing) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for e, err := range s.store.History(ctx, id, after) {
			if errors.Is(err, casework.ErrNotFound) || !yield(e, err) {
				return
			}
		}
	}
}

type locksWhileReading struct {
	*store
	n *notes
}

func (s locksWhileReading) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if s.n.readers > 0 {
		return casework.Receipt{}, &casework.ConflictError{Op: "append", Kind: casework.ConflictBusy}
	}
	return s.store.Append(ctx, b)
}

func (s locksWhileReading) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return counted(s.n, s.store.History(ctx, id, after))
}

func (s locksWhileReading) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return counted(s.n, s.store.List(ctx, q))
}

// counted notes that a loop runs, and whether it was left early.
func counted[V any](n *notes, seq iter.Seq2[V, error]) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		n.mu.Lock()
		n.readers++
		n.mu.Unlock()
		left := 0
		for v, err := range seq {
			if !yield(v, err) {
				left = 1
				break
			}
		}
		n.mu.Lock()
		n.readers--
		n.left += left
		n.mu.Unlock()
	}
}

type losesConnections struct {
	*store
	n *notes
}

func (s losesConnections) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if s.n.left > 10 {
		return casework.Receipt{}, errors.New("no connection is left")
	}
	return s.store.Append(ctx, b)
}

func (s losesConnections) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return counted(s.n, s.store.History(ctx, id, after))
}

// Mistakes over the sequence.

type ignoresSequence struct{ *store }

func (s ignoresSequence) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	for {
		moved, err := s.rebase(ctx, b)
		if err != nil {
			return casework.Receipt{}, err
		}
		receipt, err := s.store.Append(ctx, moved)
		conflict, found := errors.AsType[*casework.ConflictError](err)
		if !found || conflict.Kind != casework.ConflictSequence {
			return receipt, err
		}
	}
}

// rebase makes a batch follow whatever is stored.
func (s ignoresSequence) rebase(ctx context.Context, b casework.Batch) (casework.Batch, error) {
	b.Changes = slices.Clone(b.Changes)
	for i, c := range b.Changes {
		record, err := s.Load(ctx, c.Case)
		if err != nil && !errors.Is(err, casework.ErrNotFound) {
			return b, err
		}
		c = copyChange(c)
		c.After = record.Seq
		for k := range c.Entries {
			c.Entries[k].Seq = c.After + uint64(k) + 1
		}
		reseal(&c, record.Head)
		b.Changes[i] = c
	}
	return b, nil
}

type anonymousConflict struct{ *store }

func (s anonymousConflict) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	if conflict, found := errors.AsType[*casework.ConflictError](err); found {
		conflict.By = casework.Actor{}
	}
	return receipt, err
}

type forgetsAssertions struct{ *store }

func (s forgetsAssertions) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	b.Changes = slices.DeleteFunc(slices.Clone(b.Changes), func(c casework.Change) bool {
		return len(c.Entries) == 0 && len(c.Redact) == 0 && len(c.Document) == 0
	})
	return s.store.Append(ctx, b)
}

// Mistakes over the batch.

type splitsBatch struct{ *store }

func (s splitsBatch) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	for len(b.Changes) > 1 {
		if _, err := s.store.Append(ctx, casework.Batch{Changes: b.Changes[:1]}); err != nil {
			return casework.Receipt{}, err
		}
		b.Changes = b.Changes[1:]
	}
	return s.store.Append(ctx, b)
}

type acceptsMalformed struct{ *store }

func (s acceptsMalformed) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	if errors.Is(err, casework.ErrInvalid) {
		return receiptOf(b), nil
	}
	return receipt, err
}

type firstFaultOnly struct{ *store }

func (s firstFaultOnly) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	if invalid, found := errors.AsType[*casework.InvalidError](err); found {
		invalid.Faults = invalid.Faults[:1]
	}
	return receipt, err
}

// Mistakes over the key.

type repeatsCall struct{ *store }

func (s repeatsCall) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	b.Key = ""
	return ignoresSequence(s).Append(ctx, b)
}

type sequenceBeforeKey struct{ *store }

func (s sequenceBeforeKey) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	for _, c := range b.Changes {
		if record, err := s.Load(ctx, c.Case); err == nil && record.Seq != c.After {
			b.Key = ""
		}
	}
	return s.store.Append(ctx, b)
}

type ignoresDigest struct{ *store }

func (s ignoresDigest) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if known, err := s.Receipt(ctx, b.Key); err == nil {
		b.Digest = known.Digest
	}
	return s.store.Append(ctx, b)
}

type forgetsEmptyBatch struct{ *store }

func (s forgetsEmptyBatch) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if len(b.Changes) == 0 {
		return receiptOf(b), nil
	}
	return s.store.Append(ctx, b)
}

type keepsKeyOfFailure struct{ *store }

func (s keepsKeyOfFailure) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	if err == nil {
		return receipt, nil
	}
	_, keyErr := s.store.Append(ctx, casework.Batch{Key: b.Key, Digest: b.Digest})
	return receipt, errors.Join(err, keyErr)
}

// Mistakes over tenants.

type sharesKeys struct {
	*store
	n *notes
}

func (s sharesKeys) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if first, known := s.n.receipts[b.Key]; known {
		first.Replayed = true
		return first, nil
	}
	receipt, err := s.store.Append(ctx, b)
	if err == nil && b.Key != "" {
		s.n.receipts[b.Key] = receipt
	}
	return receipt, err
}

func everybodysStore() Tenants {
	base := memory.New()
	return func(string) casework.Store { return base }
}

func bareSeesOurs() Tenants {
	base := memory.New()
	return func(tenant string) casework.Store {
		if tenant == "" {
			tenant = "ours"
		}
		return base.Tenant(tenant)
	}
}

type seesOthers struct{ *store }

func (s seesOthers) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	for _, tenant := range tenants() {
		if record, err := s.Tenant(tenant).Load(ctx, id); err == nil {
			return record, nil
		}
	}
	return s.store.Load(ctx, id)
}

type admitsOthers struct{ *store }

func (s admitsOthers) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	if missing, found := errors.AsType[*casework.NotFoundError](err); found {
		for _, tenant := range tenants() {
			if _, foreign := s.Tenant(tenant).Load(ctx, b.Changes[0].Case); foreign == nil {
				missing.What = "case of yours"
			}
		}
	}
	return receipt, err
}

// Mistakes over claims.

type ignoresClaims struct{ *store }

func (s ignoresClaims) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	return s.store.Append(ctx, withIndexes(b, func(x *casework.Index) { x.Refs, x.Live = nil, "" }))
}

// withIndexes copies a batch and alters its indexes.
func withIndexes(b casework.Batch, alter func(*casework.Index)) casework.Batch {
	b.Changes = slices.Clone(b.Changes)
	for i := range b.Changes {
		b.Changes[i] = copyChange(b.Changes[i])
		alter(&b.Changes[i].Index)
	}
	return b
}

type neverReleases struct {
	*store
	n *notes
}

func (s neverReleases) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		for _, ref := range c.Index.Refs {
			if holder, held := s.n.holders[ref.String()]; held && holder != c.Case {
				return casework.Receipt{}, &casework.ConflictError{Op: "append", Kind: casework.ConflictReference, Case: c.Case, Subject: ref.String(), Holder: holder}
			}
		}
	}
	receipt, err := s.store.Append(ctx, b)
	for _, c := range b.Changes {
		for _, ref := range c.Index.Refs {
			if err == nil {
				s.n.holders[ref.String()] = c.Case
			}
		}
	}
	return receipt, err
}

type releasesLate struct{ *store }

func (s releasesLate) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	released := map[casework.CaseID]bool{}
	for _, c := range b.Changes {
		for _, ref := range c.Index.Refs {
			if holder, err := s.Find(ctx, ref); err == nil && holder != c.Case && !released[holder] {
				return casework.Receipt{}, &casework.ConflictError{Op: "append", Kind: casework.ConflictReference, Case: c.Case, Subject: ref.String(), Holder: holder}
			}
		}
		released[c.Case] = true
	}
	return s.store.Append(ctx, b)
}

type assertionReleases struct {
	*store
	n *notes
}

func (s assertionReleases) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		if len(c.Entries) == 0 {
			s.n.asserted[c.Case] = true
		}
	}
	receipt, err := s.store.Append(ctx, b)
	if conflict, found := errors.AsType[*casework.ConflictError](err); found && s.n.asserted[conflict.Holder] {
		return receiptOf(b), nil
	}
	return receipt, err
}

type gluesReferences struct{ *store }

func (s gluesReferences) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	return s.store.Append(ctx, withIndexes(b, func(x *casework.Index) {
		for i, ref := range x.Refs {
			x.Refs[i] = casework.ExternalRef{Scheme: "glued", Value: ref.String()}
		}
	}))
}

type findsLoosely struct{ *store }

func (s findsLoosely) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	if id, err := s.store.Find(ctx, casework.ExternalRef{Scheme: strings.ToLower(ref.Scheme), Value: strings.ToLower(ref.Value)}); err == nil {
		return id, nil
	}
	return s.store.Find(ctx, ref)
}

type findsOld struct {
	*store
	n *notes
}

func (s findsOld) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		for _, ref := range c.Index.Refs {
			s.n.holders[ref.String()] = c.Case
		}
	}
	return receipt, err
}

func (s findsOld) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	id, err := s.store.Find(ctx, ref)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if old, known := s.n.holders[ref.String()]; known && err != nil {
		return old, nil
	}
	return id, err
}

// Mistakes over redaction.

type keepsRedacted struct{ *store }

func (s keepsRedacted) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	b.Changes = slices.Clone(b.Changes)
	for i := range b.Changes {
		b.Changes[i].Redact = nil
	}
	return s.store.Append(ctx, b)
}

type resealsRedacted struct{ *store }

func (s resealsRedacted) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for e, err := range s.store.History(ctx, id, after) {
			if e.Redacted {
				e.Seal(e.Prev)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

type feedsOriginals struct {
	*store
	n *notes
}

func (s feedsOriginals) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		for _, e := range c.Entries {
			s.n.originals[e.Hash] = e.Clone()
		}
	}
	return s.store.Append(ctx, b)
}

func (s feedsOriginals) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	items, err := s.store.Feed(ctx, after, limit)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for i := range items {
		items[i].Entry = s.n.originals[items[i].Entry.Hash].Clone()
	}
	return items, err
}

// Mistakes over lists.

type listsOld struct {
	*store
	n *notes
}

func (s listsOld) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		if _, known := s.n.indexes[c.Case]; !known {
			s.n.indexes[c.Case] = copyIndex(c.Index)
		}
	}
	return s.store.Append(ctx, b)
}

func (s listsOld) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		for summary, err := range s.store.List(ctx, q) {
			s.n.mu.Lock()
			summary.Index = copyIndex(s.n.indexes[summary.Case])
			s.n.mu.Unlock()
			if !yield(summary, err) {
				return
			}
		}
	}
}

type listsBackwards struct{ *store }

func (s listsBackwards) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		summaries, err := collect(s.store.List(ctx, q))
		if err != nil {
			yield(casework.Summary{}, err)
			return
		}
		for _, summary := range slices.Backward(summaries) {
			if !yield(summary, nil) {
				return
			}
		}
	}
}

type dueTooLate struct{ *store }

func (s dueTooLate) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	if !q.DueBy.IsZero() {
		q.DueBy = q.DueBy.Add(-time.Microsecond)
	}
	return s.store.List(ctx, q)
}

type listsOnePage struct{ *store }

func (s listsOnePage) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		given := 0
		for summary, err := range s.store.List(ctx, q) {
			if given++; given > 256 || !yield(summary, err) {
				return
			}
		}
	}
}

// Mistakes over the feed.

type skipsInFeed struct{ *store }

func (s skipsInFeed) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	if after > 0 {
		after++
	}
	return s.store.Feed(ctx, after, limit)
}

type repeatsInFeed struct{ *store }

func (s repeatsInFeed) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	return s.store.Feed(ctx, max(after, 1)-1, limit)
}

type ignoresLimit struct{ *store }

func (s ignoresLimit) Feed(ctx context.Context, after casework.Position, _ int) ([]casework.FeedItem, error) {
	return s.store.Feed(ctx, after, 1_000_000)
}

// commitsLate shows every tenth entry only once it was passed over.
type commitsLate struct {
	*store
	n *notes
}

func (s commitsLate) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	items, err := s.store.Feed(ctx, after, limit)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	return slices.DeleteFunc(items, func(item casework.FeedItem) bool {
		late := item.Position%10 == 5 && !s.n.delayed[item.Position]
		s.n.delayed[item.Position] = true
		return late
	}), err
}

type cutsPageFirst struct{ *store }

func (s cutsPageFirst) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	items, err := s.store.Feed(ctx, after, limit)
	return slices.DeleteFunc(items, func(item casework.FeedItem) bool { return item.Position > after+casework.Position(limit) }), err //nolint:gosec // limits are small
}

type feedsBackwards struct{ *store }

func (s feedsBackwards) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	items, err := s.store.Feed(ctx, after, limit)
	for i, k := 0, len(items)-1; i < k; i, k = i+1, k-1 {
		items[i].Entry, items[k].Entry = items[k].Entry, items[i].Entry
	}
	return items, err
}

type feedsRolledBack struct {
	*store
	n *notes
}

func (s feedsRolledBack) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if err != nil && len(b.Changes) > 0 {
		s.n.phantoms = append(s.n.phantoms, b.Changes[0].Entries...)
	}
	return receipt, err
}

func (s feedsRolledBack) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	phantom := casework.Position(1 << 40)
	items, err := s.store.Feed(ctx, after, limit)
	if err != nil || len(items) > 0 {
		return items, err
	}
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, e := range s.n.phantoms {
		if phantom++; phantom > after && len(items) < limit {
			items = append(items, casework.FeedItem{Position: phantom, Entry: e, Kind: "review"})
		}
	}
	return items, nil
}

// Mistakes over copying.

type keepsSlices struct {
	*store
	n *notes
}

func (s keepsSlices) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := s.store.Append(ctx, b)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	for _, c := range b.Changes {
		if err == nil && !receipt.Replayed && len(c.Entries) > 0 {
			s.n.records[c.Case] = casework.Record{Document: c.Document}
		}
	}
	return receipt, err
}

func (s keepsSlices) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	record, err := s.store.Load(ctx, id)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	record.Document = s.n.records[id].Document
	return record, err
}

type handsOutSlices struct {
	*store
	n *notes
}

func (s handsOutSlices) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	record, err := s.store.Load(ctx, id)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if given, known := s.n.records[id]; known && given.Seq == record.Seq {
		return given, err
	}
	s.n.records[id] = record
	return record, err
}

// Mistakes over cancelling.

type ignoresCancel struct{ *store }

func (s ignoresCancel) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	return s.store.Append(context.WithoutCancel(ctx), b)
}

type hidesCancel struct{ *store }

func (s hidesCancel) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	record, err := s.store.Load(ctx, id)
	if errors.Is(err, context.Canceled) {
		return record, errors.New("load: the store failed")
	}
	return record, err
}

// Mistakes over cursors.

type forgetsHeld struct{ *store }

func (s forgetsHeld) Cursor(ctx context.Context, subscriber string) (casework.Cursor, error) {
	c, err := s.store.Cursor(ctx, subscriber)
	for i := range c.Held {
		c.Held[i].Waiting = c.Held[i].Waiting[:1]
	}
	return c, err
}

type savesOver struct{ *store }

func (s savesOver) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	now, err := s.Cursor(ctx, c.Subscriber)
	if err != nil {
		return err
	}
	c.Revision = now.Revision
	return s.store.SaveCursor(ctx, c)
}

type savesHalf struct{ *store }

func (s savesHalf) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	err := s.store.SaveCursor(ctx, c)
	if errors.Is(err, casework.ErrInvalid) && c.Subscriber != "" {
		c.Held, c.Released = nil, nil
		_ = s.store.SaveCursor(ctx, c)
	}
	return err
}

type lendsToAll struct{ *store }

func (s lendsToAll) Lead(ctx context.Context, l casework.Lease) (uint64, error) {
	revision, err := s.store.Lead(ctx, l)
	if errors.Is(err, casework.ErrConflict) {
		return 1, nil
	}
	return revision, err
}

type sharesCursors struct{ *store }

func (s sharesCursors) Cursor(ctx context.Context, subscriber string) (casework.Cursor, error) {
	c, err := s.store.Cursor(ctx, strings.ToLower(subscriber))
	c.Subscriber = subscriber
	return c, err
}

func (s sharesCursors) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	c.Subscriber = strings.ToLower(c.Subscriber)
	return s.store.SaveCursor(ctx, c)
}
