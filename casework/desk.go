package casework

import (
	"context"
	"iter"
	"slices"
)

// Desk is the door a host uses for one kind of case. Every method is one unit.
// A desk never changes and may be shared between goroutines.
type Desk[T Aggregate] struct {
	store Store
	kind  *Kind[T]
	o     *DeskOptions
}

// NewDesk gives a desk. Nil options work; see [DeskOptions].
func NewDesk[T Aggregate](s Store, k *Kind[T], o *DeskOptions) *Desk[T] {
	own := o.withDefaults()
	return &Desk[T]{store: s, kind: k, o: &own}
}

// In gives the same desk over another store, such as one that is bound to the
// host's transaction or to another tenant.
func (d *Desk[T]) In(s Store) *Desk[T] { return &Desk[T]{store: s, kind: d.kind, o: d.o} }

// Kind is the kind of case the desk serves.
func (d *Desk[T]) Kind() *Kind[T] { return d.kind }

// Store is the store the desk writes to.
func (d *Desk[T]) Store() Store { return d.store }

// Do runs a unit with the desk's store and options, for work over several cases.
func (d *Desk[T]) Do(ctx context.Context, by Actor, work func(*Unit) error, opts ...CallOption) (Receipt, error) {
	return Do(ctx, d.store, d.o, by, work, opts...)
}

// Open begins a case and lets fill add to it in the same commit; fill may be
// nil. Errors are those of [Do].
func (d *Desk[T]) Open(ctx context.Context, by Actor, o Opening, fill func(T) error, opts ...CallOption) (T, error) {
	return d.one(ctx, CaseID{}, by, also(opts, Commanding("open", d.kind.Name(), o)), func(u *Unit) (T, error) {
		c, err := Open(u, d.kind, o)
		if err != nil || fill == nil {
			return c, err
		}
		return c, fill(c)
	})
}

// OpenWithin lets work open a case beside others it loads, and gives the case
// work gives. Errors are those of [Do]. What work does is no part of the digest
// behind a [Key]: give the key what it stands for.
func (d *Desk[T]) OpenWithin(ctx context.Context, by Actor, work func(*Unit) (T, error), opts ...CallOption) (T, error) {
	return d.one(ctx, CaseID{}, by, also(opts, Commanding("open", d.kind.Name())), work)
}

// Update lets work issue commands to a case. Errors are those of [Do]. What work
// does is no part of the digest behind a [Key]: give the key what it stands for.
func (d *Desk[T]) Update(ctx context.Context, id CaseID, by Actor, work func(T) error, opts ...CallOption) (T, error) {
	return d.one(ctx, id, by, also(opts, Commanding("update", id)), func(u *Unit) (T, error) {
		c, err := Load(u, d.kind, id)
		if err != nil || work == nil {
			return c, err
		}
		return c, work(c)
	})
}

// Move takes a move without arguments. A move that something objects to is
// [ErrRefused] with every objection; other errors are those of [Do].
func (d *Desk[T]) Move(ctx context.Context, id CaseID, by Actor, m Move, opts ...CallOption) (T, error) {
	return d.Update(ctx, id, by, func(c T) error { return c.base().Move(m) }, also(opts, Commanding("move", m))...)
}

// Assign gives the case to a holder.
func (d *Desk[T]) Assign(ctx context.Context, id CaseID, by, holder Actor, opts ...CallOption) (T, error) {
	return d.Update(ctx, id, by, func(c T) error { return c.base().Assign(holder) }, also(opts, Commanding("assign", holder))...)
}

// Release takes the case from its holder.
func (d *Desk[T]) Release(ctx context.Context, id CaseID, by Actor, opts ...CallOption) (T, error) {
	return d.Update(ctx, id, by, func(c T) error { return c.base().Release() }, also(opts, Commanding("release"))...)
}

// Tick records the case's deadlines that have passed, each once.
func (d *Desk[T]) Tick(ctx context.Context, id CaseID, by Actor, opts ...CallOption) (T, error) {
	return d.Update(ctx, id, by, func(c T) error { return c.base().Tick() }, also(opts, Commanding("tick"))...)
}

// Load gives a case to look at. It accepts no commands.
func (d *Desk[T]) Load(ctx context.Context, id CaseID) (T, error) {
	return d.kind.read(ctx, d.store, id)
}

// Find gives the case that carries one of the host's own numbers. A store that
// cannot find is [ErrInvalid].
func (d *Desk[T]) Find(ctx context.Context, ref ExternalRef) (T, error) {
	var none T
	finder, can := d.store.(Finder)
	if !can {
		return none, Invalid("find a case", Fault{Path: "store", Code: "store.cannot_find", Message: "the store does not find cases by reference"})
	}
	id, err := finder.Find(ctx, ref)
	if err != nil {
		return none, err
	}
	return d.Load(ctx, id)
}

// List gives the desk's cases that match, in the order of their ids; the kind
// is the desk's own. With DueBy it gives those a tick has something to do for.
// A store that cannot list yields one [ErrInvalid].
func (d *Desk[T]) List(ctx context.Context, q Query) iter.Seq2[Summary, error] {
	lister, can := d.store.(Lister)
	if !can {
		return func(yield func(Summary, error) bool) {
			yield(Summary{}, Invalid("list cases", Fault{Path: "store", Code: "store.cannot_list", Message: "the store does not list cases"}))
		}
	}
	q.Kind = d.kind.Name()
	return lister.List(ctx, q)
}

// Options gives every move out of the case's present state, with everything
// that speaks against it for this actor. A reason that is given is not missed;
// explanations and overrides change nothing in the list, they answer what stands
// there when the move is taken.
func (d *Desk[T]) Options(ctx context.Context, id CaseID, by Actor, opts ...CallOption) ([]Option, error) {
	o := d.o.withDefaults()
	call, err := newCall(&o, by, gather(opts))
	if err != nil {
		return nil, err
	}
	defer call.End()
	return Options(&Unit{ctx: ctx, store: d.store, o: o, call: call}, d.kind, id)
}

// History gives the entries of a case after a sequence, in order.
func (d *Desk[T]) History(ctx context.Context, id CaseID, after uint64) iter.Seq2[Entry, error] {
	return d.store.History(ctx, id, after)
}

// Verify proves that the stored case is the fold of an unbroken journal;
// otherwise it is [ErrCorrupt].
func (d *Desk[T]) Verify(ctx context.Context, id CaseID) error {
	return d.kind.Verify(ctx, d.store, id)
}

// one runs a unit that is about one case, and gives that case as it stands
// afterwards. A repeated key gives what the first call made; the id is zero
// where that call opened the case.
func (d *Desk[T]) one(ctx context.Context, id CaseID, by Actor, opts []CallOption, work func(*Unit) (T, error)) (T, error) {
	var c, none T
	ran := false
	receipt, err := Do(ctx, d.store, d.o, by, func(u *Unit) error {
		var err error
		c, err = work(u)
		ran = true
		return err
	}, opts...)
	if err != nil {
		return none, err
	}
	if ran && !receipt.Replayed {
		return c, nil
	}
	if !id.IsZero() {
		return d.Load(ctx, id)
	}
	opened := slices.IndexFunc(receipt.Cases, func(ch CaseChange) bool { return ch.First == 1 })
	if opened < 0 {
		return none, &NotFoundError{Op: "repeat a call", What: "receipt", ID: receipt.Key}
	}
	return d.Load(ctx, receipt.Cases[opened].Case)
}

// Commanding adds what a call was given to the digest behind its idempotency
// key, as JSON values. Desks of a domain add the arguments of their methods.
func Commanding(parts ...any) CallOption {
	return func(o *callOptions) { o.command = append(o.command, parts...) }
}

// also adds to a call's options without touching the caller's slice.
func also(opts []CallOption, more ...CallOption) []CallOption { return slices.Concat(opts, more) }
