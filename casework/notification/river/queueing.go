package river

import (
	"context"
	"iter"

	"github.com/riverqueue/river"

	"github.com/needsled/needsled/casework"
)

// Queueing gives a store that inserts a [Committed] job with every append, as
// [Insert] does. It is for the methods of desks, which give no receipt. The store
// must be bound to the host's transaction, which is the one given; otherwise an
// append is [casework.ErrInvalid].
//
// After an append that failed over its job the entries stand in the transaction
// without one: it is to be rolled back.
func Queueing[TTx any](s casework.Store, client *river.Client[TTx], tx TTx, tenant string, o *river.InsertOpts) casework.Store {
	return &queueing[TTx]{Store: s, client: client, tx: tx, tenant: tenant, o: o}
}

type queueing[TTx any] struct {
	casework.Store
	client *river.Client[TTx]
	tx     TTx
	tenant string
	o      *river.InsertOpts
}

func (q *queueing[TTx]) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if !q.InTransaction() {
		return casework.Receipt{}, casework.Invalid("append with a job", casework.Fault{Path: "store", Code: "job.store_unbound", Message: "bind the store to the transaction the job is inserted in"})
	}
	r, err := q.Store.Append(ctx, b)
	if err != nil {
		return r, err
	}
	if err := Insert(ctx, q.client, q.tx, q.tenant, r, q.o); err != nil {
		return casework.Receipt{}, err
	}
	return r, nil
}

func (q *queueing[TTx]) InTransaction() bool {
	bound, can := q.Store.(casework.InTransaction)
	return can && bound.InTransaction()
}

func (q *queueing[TTx]) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	finder, can := q.Store.(casework.Finder)
	if !can {
		return casework.CaseID{}, casework.Invalid("find a case", casework.Fault{Path: "store", Code: "store.cannot_find", Message: "the store does not find cases by reference"})
	}
	return finder.Find(ctx, ref)
}

func (q *queueing[TTx]) List(ctx context.Context, query casework.Query) iter.Seq2[casework.Summary, error] {
	lister, can := q.Store.(casework.Lister)
	if !can {
		return func(yield func(casework.Summary, error) bool) {
			yield(casework.Summary{}, casework.Invalid("list cases", casework.Fault{Path: "store", Code: "store.cannot_list", Message: "the store does not list cases"}))
		}
	}
	return lister.List(ctx, query)
}
