package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/needsled/needsled/casework"
)

// stands tells whether the store holds the case exactly as the journal has it.
func (j *journal) stands(ctx context.Context, s casework.Store) error {
	record, err := s.Load(ctx, j.id())
	if err != nil {
		return fmt.Errorf("load of case %s gave an error: %w", j.id(), err)
	}
	if err := sameRecord(j.record, record); err != nil {
		return err
	}
	entries, err := collect(s.History(ctx, j.id(), 0))
	if err != nil {
		return fmt.Errorf("history of case %s gave an error: %w", j.id(), err)
	}
	return sameEntries(j.entries, entries)
}

// absent tells whether the store knows nothing of the case.
func (j *journal) absent(ctx context.Context, s casework.Store) error {
	_, err := s.Load(ctx, j.id())
	return wantError("load of a case that does not exist", err, casework.ErrNotFound)
}

// allStand tells whether the store holds all the cases as their journals do.
func allStand(ctx context.Context, s casework.Store, journals ...*journal) error {
	for _, j := range journals {
		if err := j.stands(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func sameRecord(want, got casework.Record) error {
	if !bytes.Equal(want.Document, got.Document) {
		return fmt.Errorf("load of case %s gave the document %q; written was %q", want.Case, got.Document, want.Document)
	}
	want.Document, got.Document = nil, nil
	return same(fmt.Sprintf("the record of case %s", want.Case), want, got)
}

func sameEntries(want, got []casework.Entry) error {
	for i := range min(len(want), len(got)) {
		if err := sameEntry(want[i], got[i]); err != nil {
			return err
		}
	}
	if len(want) != len(got) {
		return fmt.Errorf("there are %d entries; written were %d", len(got), len(want))
	}
	return nil
}

// sameEntry compares byte for byte: times with their offsets, data and salt as
// they were given.
func sameEntry(want, got casework.Entry) error {
	what := fmt.Sprintf("entry %d of case %s", want.Seq, want.Case)
	if !bytes.Equal(want.Data, got.Data) {
		return fmt.Errorf("%s has the data %q; written was %q", what, got.Data, want.Data)
	}
	if !bytes.Equal(want.Salt, got.Salt) {
		return fmt.Errorf("%s has the salt %x; written was %x", what, got.Salt, want.Salt)
	}
	want.Data, want.Salt, got.Data, got.Salt = nil, nil, nil, nil
	return same(what, want, got)
}

// sameReceipt compares what two receipts say was done, in whatever order they
// list the cases.
func sameReceipt(want, got casework.Receipt) error {
	byCase := func(a, b casework.CaseChange) int { return bytes.Compare(a.Case[:], b.Case[:]) }
	want.Cases = slices.SortedFunc(slices.Values(want.Cases), byCase)
	got.Cases = slices.SortedFunc(slices.Values(got.Cases), byCase)
	return same("the receipt", want, got)
}

// receiptOf gives the receipt a batch should bring.
func receiptOf(b casework.Batch) casework.Receipt {
	r := casework.Receipt{Key: b.Key, Digest: b.Digest}
	for _, c := range b.Changes {
		if n := uint64(len(c.Entries)); n > 0 {
			r.Cases = append(r.Cases, casework.CaseChange{Case: c.Case, First: c.After + 1, Last: c.After + n})
		}
	}
	return r
}

// same compares two values as text, which holds a time's offset.
func same(what string, want, got any) error {
	wanted, err := json.Marshal(want)
	if err != nil {
		return fmt.Errorf("%s cannot be written as text: %w", what, err)
	}
	given, err := json.Marshal(got)
	if err != nil {
		return fmt.Errorf("%s cannot be written as text: %w", what, err)
	}
	if !bytes.Equal(wanted, given) {
		return fmt.Errorf("%s is %s; it should be %s", what, given, wanted)
	}
	return nil
}

// wantError tells whether an operation gave the error the contract promises.
func wantError(what string, err, want error) error {
	switch {
	case err == nil:
		return fmt.Errorf("%s gave no error; it should be %q", what, want.Error())
	case !errors.Is(err, want):
		return fmt.Errorf("%s gave the error %q, which is not %q", what, err.Error(), want.Error())
	}
	return nil
}

// wantConflict gives the particulars of a conflict of the right kind.
func wantConflict(what string, err error, kind casework.ConflictKind) (*casework.ConflictError, error) {
	if err := wantError(what, err, casework.ErrConflict); err != nil {
		return nil, err
	}
	conflict, found := errors.AsType[*casework.ConflictError](err)
	if !found {
		return nil, fmt.Errorf("%s gave a conflict without particulars: %T is no *casework.ConflictError", what, err)
	}
	if conflict.Kind != kind {
		return nil, fmt.Errorf("%s gave a conflict of kind %q; it should be %q", what, conflict.Kind, kind)
	}
	return conflict, nil
}

// collect reads a sequence to its end, or to its first error.
func collect[V any](seq iter.Seq2[V, error]) ([]V, error) {
	var values []V
	for v, err := range seq {
		if err != nil {
			return values, err
		}
		values = append(values, v)
	}
	return values, nil
}

// view is all that a tenant sees of some cases, as text.
type view map[string]string

// look takes a view, through every interface the store has.
func look(ctx context.Context, s casework.Store, journals ...*journal) (view, error) {
	v := view{}
	for _, j := range journals {
		record, err := s.Load(ctx, j.id())
		v.add(fmt.Sprintf("the record of case %s", j.id()), record, err)
		entries, err := collect(s.History(ctx, j.id(), 0))
		v.add(fmt.Sprintf("the journal of case %s", j.id()), entries, err)
	}
	if l, err := asLister(s); err == nil {
		summaries, err := collect(l.List(ctx, casework.Query{}))
		v.add("the list", summaries, err)
	}
	if f, err := asFeeder(s); err == nil {
		r := follower{feed: f, limit: 50, most: 10_000}
		err := r.drain(ctx)
		v.add("the feed", r.items, err)
	}
	return v, ctx.Err()
}

func (v view) add(name string, value any, err error) {
	if err != nil {
		v[name] = err.Error()
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		text = []byte(err.Error())
	}
	v[name] = string(text)
}

// unchanged tells whether the tenant still sees what it saw.
func (v view) unchanged(ctx context.Context, s casework.Store, journals ...*journal) error {
	now, err := look(ctx, s, journals...)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if v[name] != now[name] {
			return fmt.Errorf("%s changed: it was %s and is %s", name, v[name], now[name])
		}
	}
	return nil
}
