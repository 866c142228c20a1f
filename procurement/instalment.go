package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// InstalmentID names an instalment within its grant agreement, such as "L1".
type InstalmentID string

// GrantInstalment is a payment of a grant: planned, then paid as planned or
// cancelled.
type GrantInstalment struct {
	ID        InstalmentID   `json:"id"` // given by the agreement
	Amount    casework.Money `json:"amount"`
	Due       casework.Date  `json:"due"` // the last day that is in time
	Paid      casework.Date  `json:"paid,omitzero"`
	Mark      Mark           `json:"mark,omitzero"`
	PaidBy    Mark           `json:"paid_by,omitzero"`
	Cancelled Mark           `json:"cancelled,omitzero"`
}

// Open tells whether the instalment is neither paid nor cancelled.
func (i GrantInstalment) Open() bool { return i.PaidBy.IsZero() && i.Cancelled.IsZero() }

// InstalmentPayment says that an instalment is paid. It is the data of
// [PayingInstalment].
type InstalmentPayment struct {
	Instalment InstalmentID  `json:"instalment"`
	On         casework.Date `json:"on"`
}

type instalmentCancellation struct {
	Instalment InstalmentID `json:"instalment"`
}

// PlanningInstalment, PayingInstalment and CancellingInstalment are the events
// of an instalment, for policies to watch. The attempt's Args are the
// [GrantInstalment] and the [InstalmentPayment].
const (
	PlanningInstalment   casework.Move = "instalment.planned"
	PayingInstalment     casework.Move = "instalment.paid"
	CancellingInstalment casework.Move = "instalment.cancelled"
)

var instalmentPlanned = &casework.Event[*GrantAgreement, GrantInstalment]{
	Name: string(PlanningInstalment), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, i GrantInstalment) {
		i.Mark = markOf(e)
		g.s.Instalments = append(g.s.Instalments, i)
	},
}

var instalmentPaid = &casework.Event[*GrantAgreement, InstalmentPayment]{
	Name: string(PayingInstalment), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d InstalmentPayment) {
		if i := g.instalment(d.Instalment); i != nil {
			i.Paid, i.PaidBy = d.On, markOf(e)
		}
	},
}

var instalmentCancelled = &casework.Event[*GrantAgreement, instalmentCancellation]{
	Name: string(CancellingInstalment), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d instalmentCancellation) {
		if i := g.instalment(d.Instalment); i != nil {
			i.Cancelled = markOf(e)
		}
	},
}

// PlanInstalment records an amount that is to be paid by a day, and gives it
// with its id. Nothing is planned once the grant has ended.
func (g *GrantAgreement) PlanInstalment(i GrantInstalment) (GrantInstalment, error) {
	faults := slices.Concat(g.runningFaults("plan an instalment"), g.amountFaults(i.Amount, "instalment.amount"))
	if i.Due.IsZero() {
		faults = append(faults, fault("instalment.due", "instalment.due_missing", "say by which day it is to be paid"))
	}
	if err := g.invalid("plan an instalment", faults); err != nil {
		return GrantInstalment{}, err
	}
	i = GrantInstalment{ID: InstalmentID(numbered("L", len(g.s.Instalments))), Amount: i.Amount, Due: i.Due}
	if err := instalmentPlanned.Record(g, i); err != nil {
		return GrantInstalment{}, err
	}
	return *g.instalment(i.ID), nil
}

// PayInstalment records that an instalment was paid, all of it, on a day. It
// may be paid after the grant ended, as what is paid in arrears is.
func (g *GrantAgreement) PayInstalment(id InstalmentID, on casework.Date) (GrantInstalment, error) {
	faults := append(g.boundFaults("pay an instalment"), g.openInstalmentFaults(id)...)
	switch {
	case on.IsZero():
		faults = append(faults, fault("on", "instalment.paid_missing", "say on which day it was paid"))
	case g.cfg.ahead(on, g.Now()):
		faults = append(faults, fault("on", "instalment.paid_future", "nothing was paid on a day to come"))
	case on.Before(g.s.Bound):
		faults = append(faults, fault("on", "instalment.paid_early", fmt.Sprintf("the grant binds since %s", g.s.Bound)))
	}
	if err := g.invalid("pay an instalment", faults); err != nil {
		return GrantInstalment{}, err
	}
	if err := instalmentPaid.Record(g, InstalmentPayment{Instalment: id, On: on}); err != nil {
		return GrantInstalment{}, err
	}
	return *g.instalment(id), nil
}

// CancelInstalment records that a planned instalment is not paid after all. The
// call's reason says why, and is required.
func (g *GrantAgreement) CancelInstalment(id InstalmentID) error {
	faults := append(g.openFaults("cancel an instalment"), g.openInstalmentFaults(id)...)
	faults = append(faults, reasonRequired(g, "why it is not paid")...)
	if err := g.invalid("cancel an instalment", faults); err != nil {
		return err
	}
	return instalmentCancelled.Record(g, instalmentCancellation{Instalment: id})
}

func (g *GrantAgreement) openInstalmentFaults(id InstalmentID) []casework.Fault {
	switch i := g.instalment(id); {
	case i == nil:
		return []casework.Fault{unknown("instalment", "instalment", string(id))}
	case !i.Cancelled.IsZero():
		return []casework.Fault{fault("instalment", "instalment.cancelled", fmt.Sprintf("instalment %s is cancelled", id))}
	case !i.Open():
		return []casework.Fault{fault("instalment", "instalment.paid", fmt.Sprintf("instalment %s was paid on %s", id, i.Paid))}
	default:
		return nil
	}
}

// Instalments gives every instalment, in the order they were planned.
func (g *GrantAgreement) Instalments() []GrantInstalment { return slices.Clone(g.s.Instalments) }

// Instalment gives one instalment.
func (g *GrantAgreement) Instalment(id InstalmentID) (GrantInstalment, bool) {
	if i := g.instalment(id); i != nil {
		return *i, true
	}
	return GrantInstalment{}, false
}

func (g *GrantAgreement) instalment(id InstalmentID) *GrantInstalment {
	for i := range g.s.Instalments {
		if g.s.Instalments[i].ID == id {
			return &g.s.Instalments[i]
		}
	}
	return nil
}
