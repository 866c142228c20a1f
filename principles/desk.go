package principles

import (
	"context"
	"iter"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// Desk is the door a host uses to have cycles judged: it fetches journals from
// the store of the desks it stands over, and makes dossiers of them. It judges
// nothing itself; see [Standard.Evaluate].
//
// Errors: [casework.ErrNotFound], [casework.ErrInvalid] (also of a store that
// cannot list), [casework.ErrCorrupt], and what the store returns.
type Desk struct {
	kinds       *Kinds
	cycles      *commissioning.Desk
	procurement *procurement.Desks
	// Assessments is the door for assessments.
	Assessments *AssessmentDesk
}

// NewDesk gives a desk over the store of a desk of cycles and of the desks of
// procurement. Nil options work. A desk that is missing, and faulty options, are
// [casework.ErrInvalid].
func NewDesk(cycles *commissioning.Desk, p *procurement.Desks, o *Options) (*Desk, error) {
	if cycles == nil || p == nil {
		return nil, casework.Invalid("desk of the principles", fault("desks", "desk.missing", "give the desk of cycles and the desks of procurement"))
	}
	kinds, err := NewKinds(p.Kinds(), o)
	if err != nil {
		return nil, err
	}
	return &Desk{kinds: kinds, cycles: cycles, procurement: p, Assessments: NewAssessmentDesk(cycles.Store(), kinds, o)}, nil
}

// Kinds are the kinds of case the desk reads.
func (d *Desk) Kinds() *Kinds { return d.kinds }

// Dossier gives the dossier of one cycle: it looks through all cases of
// procurement and all assessments for those of the cycle. For many cycles
// [Desk.Dossiers] looks through them once.
func (d *Desk) Dossier(ctx context.Context, cycle casework.CaseID, j Judgement) (*Dossier, error) {
	around, err := d.around(ctx)
	if err != nil {
		return nil, err
	}
	return d.dossier(ctx, cycle, around[cycle], j)
}

// Dossiers gives the dossier of every cycle that was open at the time of
// judgement, one after the other, in the order of their ids. It keeps none.
func (d *Desk) Dossiers(ctx context.Context, j Judgement) iter.Seq2[*Dossier, error] {
	return func(yield func(*Dossier, error) bool) {
		if err := casework.InvalidIf("make dossiers", j.Faults("judgement")); err != nil {
			yield(nil, err)
			return
		}
		around, err := d.around(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for s, err := range d.cycles.List(ctx, casework.Query{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if late, err := d.later(ctx, s.Case, j); late && err == nil {
				continue
			}
			dossier, err := d.dossier(ctx, s.Case, around[s.Case], j)
			if !yield(dossier, err) || err != nil {
				return
			}
		}
	}
}

// later tells whether a cycle was opened after the time of judgement.
func (d *Desk) later(ctx context.Context, cycle casework.CaseID, j Judgement) (bool, error) {
	for e, err := range d.cycles.History(ctx, cycle, 0) {
		return err == nil && e.Recorded.After(j.At), err
	}
	return false, nil
}

func (d *Desk) dossier(ctx context.Context, cycle casework.CaseID, around []member, j Judgement) (*Dossier, error) {
	members := append([]member{{kind: commissioning.KindName, id: cycle}}, around...)
	journals := make([]Journal, len(members))
	for i, m := range members {
		entries, err := d.history(ctx, m.id)
		if err != nil {
			return nil, err
		}
		journals[i] = Journal{Kind: m.kind, Entries: entries}
	}
	return d.kinds.Dossier(j, journals...)
}

func (d *Desk) history(ctx context.Context, id casework.CaseID) ([]casework.Entry, error) {
	var entries []casework.Entry
	for e, err := range d.cycles.Store().History(ctx, id, 0) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// member is a case that belongs to the dossier of a cycle.
type member struct {
	kind string
	id   casework.CaseID
}

// surroundings says, for each cycle, which cases belong to its dossier.
type surroundings map[casework.CaseID][]member

func (s surroundings) add(cycle casework.CaseID, kind string, id casework.CaseID) {
	m := member{kind: kind, id: id}
	if cycle.IsZero() || id.IsZero() || slices.Contains(s[cycle], m) {
		return
	}
	s[cycle] = append(s[cycle], m)
}

// around looks through every case of procurement and every assessment.
func (d *Desk) around(ctx context.Context) (surroundings, error) {
	s, of := surroundings{}, map[casework.CaseID]casework.CaseID{}
	err := look(ctx, d.procurement.Purchases.Desk, func(p *procurement.Purchase) {
		cycle := p.Requisition().Cycle
		of[p.ID()] = cycle
		s.add(cycle, procurement.PurchaseKind, p.ID())
		if route, chosen := p.Route(); chosen {
			s.add(cycle, procurement.FrameworkKind, route.Framework)
		}
	})
	if err != nil {
		return nil, err
	}
	err = look(ctx, d.procurement.Contracts.Desk, func(c *procurement.Contract) {
		s.add(c.Origin().Cycle, procurement.ContractKind, c.ID())
		s.add(c.Origin().Cycle, procurement.FrameworkKind, c.Origin().Framework)
	})
	if err != nil {
		return nil, err
	}
	err = look(ctx, d.procurement.Frameworks.Desk, func(f *procurement.FrameworkAgreement) {
		s.add(of[f.Origin().Purchase], procurement.FrameworkKind, f.ID())
	})
	if err != nil {
		return nil, err
	}
	err = look(ctx, d.procurement.Grants.Desk, func(g *procurement.GrantAgreement) {
		s.add(g.Grant().Cycle, procurement.GrantKind, g.ID())
	})
	if err != nil {
		return nil, err
	}
	err = look(ctx, d.procurement.InHouse.Desk, func(h *procurement.InHouseAgreement) {
		s.add(h.InHouse().Cycle, procurement.InHouseKind, h.ID())
	})
	if err != nil {
		return nil, err
	}
	return s, look(ctx, d.Assessments.Desk, func(a *Assessment) { s.add(a.Cycle(), AssessmentKind, a.ID()) })
}

// look loads every case of a desk.
func look[T casework.Aggregate](ctx context.Context, desk *casework.Desk[T], at func(T)) error {
	for summary, err := range desk.List(ctx, casework.Query{}) {
		if err != nil {
			return err
		}
		c, err := desk.Load(ctx, summary.Case)
		if err != nil {
			return err
		}
		at(c)
	}
	return nil
}
