package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// ClawbackID names a clawback within its grant agreement, such as "K1".
type ClawbackID string

// GrantClawback is money asked back. It is settled once all of it is repaid, or
// the rest is waived.
type GrantClawback struct {
	ID      ClawbackID     `json:"id"` // given by the agreement
	Amount  casework.Money `json:"amount"`
	Reason  string         `json:"reason"`
	Repaid  casework.Money `json:"repaid"` // so far
	Mark    Mark           `json:"mark,omitzero"`
	Settled Mark           `json:"settled,omitzero"`
}

// Open tells whether any of it is yet to be repaid.
func (k GrantClawback) Open() bool { return k.Settled.IsZero() }

// stands is how much of what was paid is claimed, or was given back: a claim
// that was waived stands for what had been repaid.
func (k GrantClawback) stands() casework.Money {
	if k.Open() {
		return k.Amount
	}
	return k.Repaid
}

// ClawbackRepayment is money given back. It is the data of [RepayingClawback].
type ClawbackRepayment struct {
	Clawback ClawbackID     `json:"clawback"`
	Amount   casework.Money `json:"amount"`
	Repaid   casework.Money `json:"repaid"` // with what was given back before
	Settled  bool           `json:"settled,omitempty"`
}

type clawbackWaiver struct {
	Clawback ClawbackID `json:"clawback"`
}

// AskingClawback, RepayingClawback and WaivingClawback are the events of a
// clawback, for policies to watch. The attempt's Args are the [GrantClawback]
// and the [ClawbackRepayment].
const (
	AskingClawback   casework.Move = "clawback.asked"
	RepayingClawback casework.Move = "clawback.repaid"
	WaivingClawback  casework.Move = "clawback.waived"
)

var clawbackAsked = &casework.Event[*GrantAgreement, GrantClawback]{
	Name: string(AskingClawback), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, k GrantClawback) {
		k.Mark = markOf(e)
		g.s.Clawbacks = append(g.s.Clawbacks, k)
	},
	Redact: func(k GrantClawback) GrantClawback {
		k.Reason = ""
		return k
	},
}

var clawbackRepaid = &casework.Event[*GrantAgreement, ClawbackRepayment]{
	Name: string(RepayingClawback), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d ClawbackRepayment) {
		k := g.clawback(d.Clawback)
		if k == nil {
			return
		}
		k.Repaid = d.Repaid
		if d.Settled {
			k.Settled = markOf(e)
		}
	},
}

var clawbackWaived = &casework.Event[*GrantAgreement, clawbackWaiver]{
	Name: string(WaivingClawback), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d clawbackWaiver) {
		if k := g.clawback(d.Clawback); k != nil {
			k.Settled = markOf(e)
		}
	},
}

// AskClawback asks an amount of what was paid back, for a reason, and gives the
// clawback with its id.
func (g *GrantAgreement) AskClawback(amount casework.Money, reason string) (GrantClawback, error) {
	faults := append(g.boundFaults("ask money back"), g.amountFaults(amount, "amount")...)
	faults = append(faults, required(reason, "reason", "clawback.reason_missing", "say why it is asked back")...)
	if err := g.invalid("ask money back", faults); err != nil {
		return GrantClawback{}, err
	}
	k := GrantClawback{ID: ClawbackID(numbered("K", len(g.s.Clawbacks))), Amount: amount, Reason: reason, Repaid: g.nothing()}
	if err := clawbackAsked.Record(g, k); err != nil {
		return GrantClawback{}, err
	}
	return *g.clawback(k.ID), nil
}

// RepayClawback records that the recipient gave an amount of a clawback back,
// all of it or a part.
func (g *GrantAgreement) RepayClawback(id ClawbackID, amount casework.Money) (GrantClawback, error) {
	d, faults := g.repayment(id, amount)
	faults = slices.Concat(g.boundFaults("repay a clawback"), g.openClawbackFaults(id), faults)
	if err := g.invalid("repay a clawback", faults); err != nil {
		return GrantClawback{}, err
	}
	if err := clawbackRepaid.Record(g, d); err != nil {
		return GrantClawback{}, err
	}
	return *g.clawback(id), nil
}

// repayment works out what a clawback comes to with an amount given back.
func (g *GrantAgreement) repayment(id ClawbackID, amount casework.Money) (ClawbackRepayment, []casework.Fault) {
	faults := g.amountFaults(amount, "amount")
	k := g.clawback(id)
	if k == nil || len(faults) > 0 {
		return ClawbackRepayment{}, faults
	}
	repaid, err := k.Repaid.Add(amount)
	if err != nil {
		return ClawbackRepayment{}, append(faults, faultsOf("amount", err)...)
	}
	order, err := repaid.Cmp(k.Amount)
	if err != nil {
		return ClawbackRepayment{}, append(faults, faultsOf("amount", err)...)
	}
	if order > 0 {
		faults = append(faults, fault("amount", "clawback.overpaid", fmt.Sprintf("clawback %s asks for %s, of which %s is repaid", id, k.Amount, k.Repaid)))
	}
	return ClawbackRepayment{Clawback: id, Amount: amount, Repaid: repaid, Settled: order == 0}, faults
}

// WaiveClawback records that the rest of a clawback is asked for no longer. The
// call's reason says why, and is required.
func (g *GrantAgreement) WaiveClawback(id ClawbackID) error {
	faults := append(g.boundFaults("waive a clawback"), g.openClawbackFaults(id)...)
	faults = append(faults, reasonRequired(g, "why it is asked for no longer")...)
	if err := g.invalid("waive a clawback", faults); err != nil {
		return err
	}
	return clawbackWaived.Record(g, clawbackWaiver{Clawback: id})
}

func (g *GrantAgreement) openClawbackFaults(id ClawbackID) []casework.Fault {
	switch k := g.clawback(id); {
	case k == nil:
		return []casework.Fault{unknown("clawback", "clawback", string(id))}
	case !k.Open():
		return []casework.Fault{fault("clawback", "clawback.settled", fmt.Sprintf("clawback %s is settled", id))}
	default:
		return nil
	}
}

// Clawbacks gives all money asked back, in the order it was asked for.
func (g *GrantAgreement) Clawbacks() []GrantClawback { return slices.Clone(g.s.Clawbacks) }

// Clawback gives one clawback.
func (g *GrantAgreement) Clawback(id ClawbackID) (GrantClawback, bool) {
	if k := g.clawback(id); k != nil {
		return *k, true
	}
	return GrantClawback{}, false
}

func (g *GrantAgreement) clawback(id ClawbackID) *GrantClawback {
	for i := range g.s.Clawbacks {
		if g.s.Clawbacks[i].ID == id {
			return &g.s.Clawbacks[i]
		}
	}
	return nil
}
