package telemetry

import (
	"context"
	"iter"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/needsled/needsled/casework"
)

// Full is a store with all that the library's own stores offer.
type Full interface {
	casework.Store
	casework.Finder
	casework.Lister
	casework.Feeder
	casework.CursorKeeper
}

// Store makes a span of every operation of a store. It is put around the store of a
// tenant, and around one that is bound to a transaction, as the last step:
//
//	desk.In(t.Store(store.Tenant("camden").WithTx(tx)))
func (t *Telemetry) Store(s Full) *Store { return &Store{bare: bare{t: t, s: s}, s: s} }

// Bare does the same for a store that finds, lists and feeds nothing.
func (t *Telemetry) Bare(s casework.Store) casework.Store { return &bare{t: t, s: s} }

// Store is a store whose operations are watched. It changes nothing about them.
type Store struct {
	bare
	s Full
}

var (
	_ Full                   = (*Store)(nil)
	_ casework.InTransaction = (*Store)(nil)
)

// bare watches what every store has.
type bare struct {
	t *Telemetry
	s casework.Store
}

// InTransaction tells whether the store writes into the host's transaction.
func (b *bare) InTransaction() bool {
	bound, may := b.s.(casework.InTransaction)
	return may && bound.InTransaction()
}

// watch makes a span of an operation. What it gives ends it.
func (b *bare) watch(ctx context.Context, operation string, about ...attribute.KeyValue) (context.Context, func(error)) {
	ctx, span := b.t.start(ctx, "needsled.store."+operation, trace.SpanKindClient, about...)
	return ctx, func(err error) {
		is := outcome(err)
		op := attribute.String("operation", operation)
		b.t.conflict(ctx, err, op)
		b.t.storeDuration.Record(ctx, b.t.end(span, is), b.t.with(op, attribute.String("outcome", is)))
	}
}

func caseOf(id casework.CaseID) attribute.KeyValue {
	return attribute.String("needsled.case", id.String())
}

// Load gives the case as it stands.
func (b *bare) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	ctx, end := b.watch(ctx, "load", caseOf(id))
	record, err := b.s.Load(ctx, id)
	end(err)
	return record, err
}

// Append writes all the changes of the batch or none of them.
func (b *bare) Append(ctx context.Context, batch casework.Batch) (casework.Receipt, error) {
	entries, ids := 0, make([]string, len(batch.Changes))
	for i, c := range batch.Changes {
		entries += len(c.Entries)
		ids[i] = c.Case.String()
	}
	ctx, end := b.watch(ctx, "append", attribute.StringSlice("needsled.cases", ids), attribute.Int("needsled.entries", entries))
	receipt, err := b.s.Append(ctx, batch)
	end(err)
	return receipt, err
}

// Receipt tells what an idempotency key did before. That there is none is what it
// mostly finds, and no failure.
func (b *bare) Receipt(ctx context.Context, key string) (casework.Receipt, error) {
	ctx, end := b.watch(ctx, "receipt")
	receipt, err := b.s.Receipt(ctx, key)
	if outcome(err) == "not_found" {
		end(nil)
		return receipt, err
	}
	end(err)
	return receipt, err
}

// History gives the entries of a case. The span lasts as long as the reading.
func (b *bare) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		ctx, end := b.watch(ctx, "history", caseOf(id))
		passOn(b.s.History(ctx, id, after), yield, end)
	}
}

// passOn yields what there is, and ends the span with the error there was.
func passOn[T any](all iter.Seq2[T, error], yield func(T, error) bool, end func(error)) {
	var failed error
	defer func() { end(failed) }()
	for one, err := range all {
		if err != nil {
			failed = err
		}
		if !yield(one, err) {
			return
		}
	}
}

// Find gives the case that carries the reference.
func (s *Store) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	ctx, end := s.watch(ctx, "find")
	id, err := s.s.Find(ctx, ref)
	end(err)
	return id, err
}

// List gives the tenant's cases that match. The span lasts as long as the reading.
func (s *Store) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		ctx, end := s.watch(ctx, "list", attribute.String("needsled.kind", q.Kind))
		passOn(s.s.List(ctx, q), yield, end)
	}
}

// Feed gives items after a position.
func (s *Store) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	ctx, end := s.watch(ctx, "feed")
	items, err := s.s.Feed(ctx, after, limit)
	end(err)
	return items, err
}

// Cursor gives how far a subscriber has come.
func (s *Store) Cursor(ctx context.Context, subscriber string) (casework.Cursor, error) {
	ctx, end := s.watch(ctx, "cursor")
	c, err := s.s.Cursor(ctx, subscriber)
	end(err)
	return c, err
}

// SaveCursor moves a cursor on.
func (s *Store) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	ctx, end := s.watch(ctx, "save_cursor", attribute.Int("needsled.held", len(c.Held)))
	err := s.s.SaveCursor(ctx, c)
	end(err)
	return err
}

// Lead makes a process the one that serves a subscriber. That another one leads is an
// answer, and is not counted among conflicts.
func (s *Store) Lead(ctx context.Context, l casework.Lease) (uint64, error) {
	ctx, end := s.watch(ctx, "lead")
	revision, err := s.s.Lead(ctx, l)
	if outcome(err) == "conflict" {
		end(nil)
		return revision, err
	}
	end(err)
	return revision, err
}
