package commissioning

import (
	"context"
	"iter"

	"github.com/needsled/needsled/casework"
)

// Desk is the door a host uses for commissioning cycles. Every method that
// writes is one unit: all of it is committed, or nothing; [Desk.MigrateAll] is
// one a cycle. A desk never changes
// and may be shared between goroutines.
//
// What is said along with a call is a [casework.CallOption]: [casework.Reason],
// [casework.Explaining], [casework.Overriding], [casework.Key], [casework.IfSeq],
// [casework.Effective].
//
// Errors: [casework.ErrNotFound], [casework.ErrConflict], [casework.ErrRefused]
// with every objection, [casework.ErrInvalid] with every fault,
// [casework.ErrCorrupt], and what the store returns.
type Desk struct{ desk *casework.Desk[*Cycle] }

// NewDesk gives a desk over a store. Nil options give both standard definitions
// and the default policies. Faulty options are [casework.ErrInvalid].
func NewDesk(s casework.Store, o *Options) (*Desk, error) {
	kind, err := NewKind(o)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, casework.Invalid("commissioning desk", missing("store", "store.missing", "a desk needs a store"))
	}
	var host casework.DeskOptions
	if o != nil {
		host = o.Desk
	}
	return &Desk{desk: casework.NewDesk(s, kind, &host)}, nil
}

// In gives the same desk over another store, such as one bound to the host's
// transaction or to another tenant.
func (d *Desk) In(s casework.Store) *Desk { return &Desk{desk: d.desk.In(s)} }

// Kind is the kind of case a cycle is, for units over several kinds.
func (d *Desk) Kind() *casework.Kind[*Cycle] { return d.desk.Kind() }

// Store is the store the desk writes to, for other desks over the same one.
func (d *Desk) Store() casework.Store { return d.desk.Store() }

// Do runs a unit with the desk's store and options, for work over several cases.
func (d *Desk) Do(ctx context.Context, by casework.Actor, work func(*casework.Unit) error, opts ...casework.CallOption) (casework.Receipt, error) {
	return d.desk.Do(ctx, by, work, opts...)
}

// Open begins a cycle from a brief, at the first stage of the first round. A
// predecessor that does not exist is [casework.ErrNotFound].
func (d *Desk) Open(ctx context.Context, by casework.Actor, b Brief, opts ...casework.CallOption) (*Cycle, error) {
	b = b.clone()
	if err := casework.InvalidIf("open a cycle", append(by.Faults("actor"), b.faults("brief")...)); err != nil {
		return nil, err
	}
	return d.desk.Open(ctx, by, b.opening(), func(c *Cycle) error { return c.begin(b) }, with(opts, casework.Commanding(b))...)
}

// Open begins a cycle from a brief within a unit, beside other cases. Errors are
// those of [Desk].
func Open(u *casework.Unit, k *casework.Kind[*Cycle], b Brief) (*Cycle, error) {
	b = b.clone()
	c, err := casework.Open(u, k, b.opening())
	if err != nil {
		return nil, err
	}
	if err := c.invalid("open a cycle", b.faults("brief")); err != nil {
		return nil, err
	}
	return c, c.begin(b)
}

// begin records what the cycle sets out from.
func (c *Cycle) begin(b Brief) error {
	if err := briefRecorded.Record(c, b); err != nil {
		return err
	}
	return c.raiseScale()
}

// Update lets work issue commands to a cycle. What work does is no part of the
// digest behind a [casework.Key]: give the key what it stands for.
func (d *Desk) Update(ctx context.Context, id casework.CaseID, by casework.Actor, work func(*Cycle) error, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Update(ctx, id, by, work, opts...)
}

// Move takes a move without arguments.
func (d *Desk) Move(ctx context.Context, id casework.CaseID, by casework.Actor, m casework.Move, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Move(ctx, id, by, m, opts...)
}

// Options gives every move out of the cycle's present stage, and for each all
// that speaks against it, with effect and remedy.
func (d *Desk) Options(ctx context.Context, id casework.CaseID, by casework.Actor, opts ...casework.CallOption) ([]casework.Option, error) {
	return d.desk.Options(ctx, id, by, opts...)
}

// Load gives a cycle to look at. It accepts no commands.
func (d *Desk) Load(ctx context.Context, id casework.CaseID) (*Cycle, error) {
	return d.desk.Load(ctx, id)
}

// Find gives the cycle that carries one of the host's own numbers.
func (d *Desk) Find(ctx context.Context, ref casework.ExternalRef) (*Cycle, error) {
	return d.desk.Find(ctx, ref)
}

// List gives the cycles that match, in the order of their ids. With DueBy it
// gives those a tick has something to do for.
func (d *Desk) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return d.desk.List(ctx, q)
}

// Assign gives the cycle to a holder.
func (d *Desk) Assign(ctx context.Context, id casework.CaseID, by, holder casework.Actor, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Assign(ctx, id, by, holder, opts...)
}

// Release takes the cycle from its holder.
func (d *Desk) Release(ctx context.Context, id casework.CaseID, by casework.Actor, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Release(ctx, id, by, opts...)
}

// Tick records the cycle's deadlines that have passed, each once, in due order,
// with the time each was due and the time it was noticed.
func (d *Desk) Tick(ctx context.Context, id casework.CaseID, by casework.Actor, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Tick(ctx, id, by, opts...)
}

// Redact empties entries of a cycle; the chain still verifies.
func (d *Desk) Redact(ctx context.Context, id casework.CaseID, by casework.Actor, seqs []uint64, reason string, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Redact(ctx, id, by, seqs, reason, opts...)
}

// PlanMigration lists the cycles that would come under another version of
// their definition, and where each would be. It changes nothing.
func (d *Desk) PlanMigration(ctx context.Context, to casework.Pin, mapping map[Stage]Stage) ([]casework.Migration, error) {
	return d.desk.PlanMigration(ctx, to, mapping)
}

// Migrate puts a cycle under another definition, as an entry.
func (d *Desk) Migrate(ctx context.Context, id casework.CaseID, by casework.Actor, to casework.Pin, mapping map[Stage]Stage, reason string, opts ...casework.CallOption) (*Cycle, error) {
	return d.desk.Migrate(ctx, id, by, to, mapping, reason, opts...)
}

// MigrateAll carries out a plan, each cycle in a unit of its own, and gives how
// many were migrated. An unmapped stage anywhere stops it before the first one.
func (d *Desk) MigrateAll(ctx context.Context, by casework.Actor, to casework.Pin, mapping map[Stage]Stage, reason string, opts ...casework.CallOption) (int, error) {
	return d.desk.MigrateAll(ctx, by, to, mapping, reason, opts...)
}

// Import brings a cycle in from another system. It asks no policy, and nothing
// it brings counts as proof that a control worked.
func (d *Desk) Import(ctx context.Context, by casework.Actor, source string, in casework.ImportedCase, opts ...casework.CallOption) (casework.ImportReport, error) {
	return d.desk.Import(ctx, by, source, in, opts...)
}

// History gives the entries of a cycle after a sequence, in order.
func (d *Desk) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return d.desk.History(ctx, id, after)
}

// Verify proves that the stored cycle is the fold of an unbroken journal.
func (d *Desk) Verify(ctx context.Context, id casework.CaseID) error { return d.desk.Verify(ctx, id) }

func with(opts []casework.CallOption, more ...casework.CallOption) []casework.CallOption {
	return append(append([]casework.CallOption(nil), opts...), more...)
}
