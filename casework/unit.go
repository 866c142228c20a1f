package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Unit is one call's work over one or several cases, committed together or not
// at all. It is not safe for concurrent use.
type Unit struct {
	ctx   context.Context //nolint:containedctx // a unit lives within one call of Do
	store Store
	o     DeskOptions
	call  *Call
	cases []loaded // in the order they were loaded
	asked bool     // the sequence the caller expects was looked at
}

// loaded is a case a unit has in hand, whatever its kind.
type loaded interface {
	aggregate() Aggregate
	settled() bool
	settle(u *Unit) error
	change() (Change, error)
}

// Do runs the work as one unit: it may load and open cases and issue commands,
// and all that comes of it is appended in one batch. Everything loaded is
// asserted, so a case that was only read still conflicts if it moved meanwhile.
//
// A refused or failed command fails the unit even if the work ignores its
// error, and so does a case that could not be loaded. After the call the cases
// accept no commands. With [DeskOptions]
// Retries the work may run more than once, so it must have no effects of its
// own.
//
// Errors: [ErrInvalid] for a faulty actor or option, [ErrRefused], [ErrConflict],
// [ErrNotFound], [ErrCorrupt], and whatever the work or the store returns.
func Do(ctx context.Context, s Store, o *DeskOptions, by Actor, work func(*Unit) error, opts ...CallOption) (Receipt, error) {
	full := o.withDefaults()
	receipt, err := do(ctx, s, full, by, work, opts)
	full.report(ctx, by, receipt, err)
	return receipt, err
}

func do(ctx context.Context, s Store, full DeskOptions, by Actor, work func(*Unit) error, opts []CallOption) (Receipt, error) {
	options := gather(opts)
	faults := append(by.Faults("actor"), options.faults()...)
	if s == nil {
		faults = append(faults, Fault{Path: "store", Code: "store.missing", Message: "a unit needs a store"})
	}
	if work == nil {
		faults = append(faults, Fault{Path: "work", Code: "call.work_missing", Message: "a unit needs work to do"})
	}
	if err := InvalidIf("begin a call", faults); err != nil {
		return Receipt{}, err
	}
	digest, receipt, known, err := replay(ctx, s, by, &options)
	if err != nil || known {
		return receipt, err
	}
	tries := 1 + max(0, full.Retries)
	if options.hasIfSeq || inTransaction(s) {
		tries = 1
	}
	for {
		tries--
		receipt, err = attempt(ctx, s, full, by, options, digest, work)
		if tries == 0 || !overtaken(err) || ctx.Err() != nil {
			return receipt, err
		}
	}
}

// overtaken tells whether running again may help: another writer was faster. A
// key, a reference or a live claim stays taken.
func overtaken(err error) bool {
	conflict, is := errors.AsType[*ConflictError](err)
	return is && (conflict.Kind == ConflictSequence || conflict.Kind == ConflictBusy)
}

// replay looks the idempotency key up before anything is decided.
func replay(ctx context.Context, s Store, by Actor, o *callOptions) (digest Hash, first Receipt, known bool, err error) {
	if o.key == "" {
		return digest, first, false, nil
	}
	if digest, err = o.digest(by); err != nil {
		return digest, first, false, err
	}
	first, err = s.Receipt(ctx, o.key)
	switch {
	case errors.Is(err, ErrNotFound):
		return digest, Receipt{}, false, nil
	case err != nil:
		return digest, Receipt{}, false, err
	case first.Digest != digest:
		return digest, Receipt{}, false, &ConflictError{Op: "repeat a call", Kind: ConflictKey, Subject: o.key}
	}
	first.Replayed = true
	return digest, first, true, nil
}

func inTransaction(s Store) bool {
	bound, can := s.(InTransaction)
	return can && bound.InTransaction()
}

// attempt runs the work once.
func attempt(ctx context.Context, s Store, o DeskOptions, by Actor, options callOptions, digest Hash, work func(*Unit) error) (Receipt, error) {
	call, err := newCall(&o, by, options)
	if err != nil {
		return Receipt{}, err
	}
	defer call.End()
	call.ofUnit = true
	u := &Unit{ctx: ctx, store: s, o: o, call: call}
	if err := work(u); err != nil {
		return Receipt{}, err
	}
	if call.err != nil {
		return Receipt{}, call.err
	}
	if err := u.settle(); err != nil {
		return Receipt{}, err
	}
	return u.commit(digest)
}

// settle lets every changed case do what must happen in the same commit, each
// once. A case changed while settling has its turn as well.
func (u *Unit) settle() error {
	if u.call.imported {
		return nil // history brings nothing about in live cases
	}
	u.call.settling = true
	for {
		next := slices.IndexFunc(u.cases, func(l loaded) bool { return !l.settled() })
		if next < 0 {
			return nil
		}
		if err := u.cases[next].settle(u); err != nil {
			return err
		}
		if u.call.err != nil {
			return u.call.err
		}
	}
}

// commit appends all changes in one batch. A unit that changed nothing and
// carries no key writes nothing.
func (u *Unit) commit(digest Hash) (Receipt, error) {
	if u.call.options.hasIfSeq && !u.asked {
		return Receipt{}, Invalid("commit", Fault{Path: "if_seq", Code: "call.if_seq_unused", Message: "a sequence is expected, and no case was loaded"})
	}
	b := Batch{Key: u.call.options.key, Digest: digest, Changes: make([]Change, 0, len(u.cases))}
	changed := false
	for _, l := range u.cases {
		ch, err := l.change()
		if err != nil {
			return Receipt{}, err
		}
		changed = changed || len(ch.Entries) > 0
		b.Changes = append(b.Changes, ch)
	}
	if !changed && b.Key == "" {
		return Receipt{}, nil
	}
	receipt, err := u.store.Append(u.ctx, b)
	if err != nil {
		return Receipt{}, err
	}
	for _, l := range u.cases {
		l.aggregate().base().pending = nil // written
	}
	return receipt, nil
}

// Actor is who the unit works for.
func (u *Unit) Actor() Actor { return u.call.Actor() }

// Call is the unit's own call.
func (u *Unit) Call() *Call { return u.call }

// Context is the context of the unit.
func (u *Unit) Context() context.Context { return u.ctx }

// slot is a case of a known kind in a unit.
type slot[T Aggregate] struct {
	kind    *Kind[T]
	c       T
	after   uint64
	linked  bool // its links are loaded
	done    bool // it had its turn in settling
	redact  []Redaction
	journal []Entry // in a redaction: the stored entries without what was taken away
}

func (s *slot[T]) aggregate() Aggregate { return s.c }

func (s *slot[T]) settled() bool { return s.done || len(s.c.base().pending) == 0 }

func (s *slot[T]) settle(u *Unit) error {
	s.done = true
	if s.kind.spec.Settle == nil {
		return nil
	}
	return s.kind.spec.Settle(u, s.c)
}

func (s *slot[T]) change() (Change, error) {
	b := s.c.base()
	ch := Change{Case: b.id, After: s.after, Entries: b.pending, Redact: s.redact}
	if len(ch.Entries) == 0 {
		return ch, nil
	}
	if len(s.redact) > 0 {
		folded, err := s.kind.Fold(each(slices.Concat(s.journal, b.pending)))
		if err != nil {
			return ch, err
		}
		s.c = folded
	}
	var err error
	ch.Document, err = s.kind.encode(s.c)
	ch.Index, ch.Shape = s.kind.index(s.c), s.kind.spec.Shape
	return ch, err
}

// Load takes a case into the unit, under the unit's actor and time. Loading it
// again gives the same case. The host's Permit is asked once, for everything
// the call might come to.
//
// The cases it links to are loaded along. A case opened in the same unit has
// its links loaded when it is loaded itself, for which it need not be written yet.
func Load[T Aggregate](u *Unit, k *Kind[T], id CaseID) (T, error) {
	s, err := loadSlot(u, k, id)
	if err != nil {
		var none T
		return none, u.call.fail(err)
	}
	return s.c, nil
}

func loadSlot[T Aggregate](u *Unit, k *Kind[T], id CaseID) (*slot[T], error) {
	l, err := k.load(u, id)
	if err != nil {
		return nil, err
	}
	s, same := l.(*slot[T])
	if !same {
		return nil, notOfKind("load", k.spec.Name, id)
	}
	if err := u.expect(s.c.base()); err != nil {
		return nil, err
	}
	return s, s.loadLinks(u)
}

// load takes a case into the unit, without the cases it links to.
func (k *Kind[T]) load(u *Unit, id CaseID) (loaded, error) {
	if err := InvalidIf("load "+k.spec.Name, u.call.faults()); err != nil {
		return nil, err
	}
	for _, l := range u.cases {
		b := l.aggregate().base()
		if b.id != id {
			continue
		}
		if b.bound.kindName() != k.spec.Name {
			return nil, notOfKind("load", k.spec.Name, id)
		}
		return l, nil
	}
	c, err := k.read(u.ctx, u.store, id)
	if err != nil {
		return nil, err
	}
	b := c.base()
	s := &slot[T]{kind: k, c: c, after: b.seq}
	u.take(s)
	u.call.attach(b, u.permission(k, b, b.table.moves))
	return s, nil
}

func notOfKind(op, kind string, id CaseID) error {
	return &NotFoundError{Op: op, What: kind, ID: id.String()}
}

// read gives a stored case: one read, or the whole journal where the document
// is of an older shape.
func (k *Kind[T]) read(ctx context.Context, s Store, id CaseID) (T, error) {
	record, err := s.Load(ctx, id)
	if err != nil {
		var none T
		return none, err
	}
	c, stale, err := k.restore(record)
	if err != nil || !stale {
		return c, err
	}
	return k.Fold(s.History(ctx, id, 0))
}

// expect holds the first case loaded against what the caller last saw.
func (u *Unit) expect(b *Case) error {
	if !u.call.options.hasIfSeq || u.asked {
		return nil
	}
	u.asked = true
	if b.seq == u.call.options.ifSeq {
		return nil
	}
	conflict := &ConflictError{Op: "load", Kind: ConflictSequence, Case: b.id, Expected: u.call.options.ifSeq, Actual: b.seq}
	for e, err := range u.store.History(u.ctx, b.id, b.seq-1) {
		if err == nil {
			conflict.By, conflict.At = e.Actor, e.Recorded
		}
		break
	}
	return conflict
}

// permission asks the host, once a case.
func (u *Unit) permission(k AnyKind, b *Case, moves []Move) permission {
	if u.o.Permit == nil {
		return permission{open: true}
	}
	actions := []Action{ActOpen, ActUpdate, ActAssign, ActRedact, ActMigrate, ActImport, ActTick}
	for _, m := range moves {
		actions = append(actions, Action(m))
	}
	for _, code := range slices.Sorted(maps.Keys(u.call.options.overrides)) {
		actions = append(actions, ActOverride(code))
	}
	q := PermitQuery{Actor: u.call.Actor(), Case: b.id, Kind: k.Name(), State: b.kept.State, Subject: b.kept.Subject, Actions: actions}
	if holder, held := b.Holder(); held {
		q.Holder = holder
	}
	return u.o.Permit.ask(u.ctx, q, u.o.PermitTimeout)
}

// loadLinks loads the cases this one points at, one step deep. They are
// asserted like everything loaded.
func (s *slot[T]) loadLinks(u *Unit) error {
	if s.linked || s.kind.spec.Links == nil {
		return nil
	}
	s.linked = true
	b := s.c.base()
	for _, link := range s.kind.spec.Links(s.c) {
		l, err := link.Kind.load(u, link.Case)
		if err != nil {
			return fmt.Errorf("load the %s of case %s: %w", link.Role, b.id, err)
		}
		if b.linked == nil {
			b.linked = map[string][]Aggregate{}
		}
		b.linked[link.Role] = append(b.linked[link.Role], l.aggregate())
	}
	return nil
}

// Open begins a new case in the unit. An unknown definition is [ErrNotFound];
// a faulty reference is [ErrInvalid]; a Permit that says no is [ErrRefused]. What
// [DeskOptions] NewID fails with is given on.
func Open[T Aggregate](u *Unit, k *Kind[T], o Opening) (T, error) {
	var none T
	id, err := u.o.NewID()
	if err != nil {
		return none, u.call.fail(fmt.Errorf("make a case id: %w", err))
	}
	table, err := k.tableFor(o)
	if err != nil {
		return none, u.call.fail(err)
	}
	asked := &Case{id: id, kept: keptCase{Subject: o.Subject}}
	c, err := k.open(u.call, id, o, u.permission(k, asked, table.moves))
	if err != nil {
		return none, err
	}
	u.take(&slot[T]{kind: k, c: c})
	return c, nil
}

// Options gives every move out of a loaded case's present state, with all that
// speaks against it.
func Options[T Aggregate](u *Unit, k *Kind[T], id CaseID) ([]Option, error) {
	c, err := Load(u, k, id)
	if err != nil {
		return nil, err
	}
	return k.Options(c)
}

// take puts a case into the unit.
func (u *Unit) take(l loaded) { u.cases = append(u.cases, l) }
