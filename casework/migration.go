package casework

import (
	"context"
	"errors"
	"fmt"
)

// Migration is how one case would come under another definition.
type Migration struct {
	Case   CaseID
	Title  string
	From   Pin
	State  State
	To     State // where the case would be; empty when the mapping does not say
	Mapped bool
}

// PlanMigration lists every case that runs under any version of the definition
// but the one given, and where the mapping would put it. It changes nothing. A
// state that is missing from the mapping keeps its name if the definition has
// it, and is unmapped otherwise. The kind must have the definition, and the
// store must list; otherwise the error is [ErrInvalid].
func (d *Desk[T]) PlanMigration(ctx context.Context, to Pin, mapping map[State]State) ([]Migration, error) {
	target, err := d.target(to)
	if err != nil {
		return nil, err
	}
	lister, can := d.store.(Lister)
	if !can {
		return nil, Invalid("plan a migration", Fault{Path: "store", Code: "store.cannot_list", Message: "the store does not list cases"})
	}
	var plan []Migration
	for s, err := range lister.List(ctx, Query{Kind: d.kind.Name(), Definition: to.Name}) {
		if err != nil {
			return nil, err
		}
		if s.Index.Definition == to {
			continue
		}
		m := Migration{Case: s.Case, Title: s.Index.Title, From: s.Index.Definition, State: s.Index.State}
		m.To, m.Mapped = mapState(target, mapping, m.State)
		m.Mapped = m.Mapped && (!s.Index.Final || target.Final(m.To)) // a migration reopens nothing
		plan = append(plan, m)
	}
	return plan, nil
}

// Migrate puts a case under another definition, as an entry. A state that is
// not mapped, or the definition the case runs under already, is [ErrInvalid], and
// the case stays as it is. A reason is required.
func (d *Desk[T]) Migrate(ctx context.Context, id CaseID, by Actor, to Pin, mapping map[State]State, reason string, opts ...CallOption) (T, error) {
	target, err := d.target(to)
	if err != nil {
		var none T
		return none, err
	}
	opts = also(opts, Reason(reason), Commanding("migrate", to, mapping))
	return d.Update(ctx, id, by, func(c T) error { return c.base().migrate(target, mapping) }, opts...)
}

// MigrateAll carries out a plan, each case in a unit of its own, and gives how
// many were migrated. An unmapped state anywhere in the plan stops it before
// the first case, with every such case named. A [Key] counts for each case by
// itself.
func (d *Desk[T]) MigrateAll(ctx context.Context, by Actor, to Pin, mapping map[State]State, reason string, opts ...CallOption) (int, error) {
	plan, err := d.PlanMigration(ctx, to, mapping)
	if err != nil {
		return 0, err
	}
	var faults []Fault
	for _, m := range plan {
		if !m.Mapped {
			faults = append(faults, Fault{Path: "case " + m.Case.String(), Code: "state.unmapped", Message: fmt.Sprintf("state %q has no place in %s", m.State, to)})
		}
	}
	if err := InvalidIf("migrate to "+to.String(), faults); err != nil {
		return 0, err
	}
	for done, m := range plan {
		if _, err := d.Migrate(ctx, m.Case, by, to, mapping, reason, also(opts, keyFor(m.Case))...); err != nil {
			return done, fmt.Errorf("migrate case %s: %w", m.Case, err)
		}
	}
	return len(plan), nil
}

// keyFor gives a call's key, if it has one, a case of its own.
func keyFor(id CaseID) CallOption {
	return func(o *callOptions) {
		if o.key != "" {
			o.key += "/" + id.String()
		}
	}
}

func (d *Desk[T]) target(to Pin) (*Table, error) {
	t, err := d.kind.pinned(CaseID{}, to)
	if errors.Is(err, ErrCorrupt) {
		return nil, Invalid("migrate", Fault{Path: "to", Code: "definition.unknown", Message: fmt.Sprintf("%s is not among the definitions given", to)})
	}
	return t, err
}

func mapState(target *Table, mapping map[State]State, from State) (State, bool) {
	to, said := mapping[from]
	if !said {
		to = from
	}
	if !target.Has(to) {
		return "", false
	}
	return to, true
}

func (c *Case) migrate(target *Table, mapping map[State]State) error {
	to, mapped := mapState(target, mapping, c.kept.State)
	var faults []Fault
	if !mapped {
		faults = append(faults, Fault{Path: "mapping", Code: "state.unmapped", Message: fmt.Sprintf("state %q has no place in %s", c.kept.State, target.pin)})
	}
	if mapped && c.Final() && !target.Final(to) {
		faults = append(faults, Fault{Path: "mapping", Code: "state.reopened", Message: fmt.Sprintf("the case is over, and %q would reopen it", to)})
	}
	if c.kept.Pin == target.pin {
		faults = append(faults, Fault{Path: "to", Code: "definition.same", Message: fmt.Sprintf("the case runs under %s already", target.pin)})
	}
	if blank(c.Reason()) {
		faults = append(faults, Fault{Path: "reason", Code: CodeReasonMissing, Message: "a migration needs a reason"})
	}
	if err := c.may("migrate", ActMigrate, faults); err != nil {
		return err
	}
	return c.recordAt(EntryMigrated, to, migratedData{From: c.kept.Pin, To: target.pin})
}
