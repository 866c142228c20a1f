package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// DisputeID names a dispute within its contract, such as "X1".
type DisputeID string

// Dispute is a disagreement of the parties. It runs beside the state of the
// contract, which stays in force.
type Dispute struct {
	ID         DisputeID `json:"id"` // given by the contract
	By         string    `json:"by"` // id of the agency that raised it
	Text       string    `json:"text"`
	Raised     Mark      `json:"raised,omitzero"`
	Resolution string    `json:"resolution,omitempty"`
	Resolved   Mark      `json:"resolved,omitzero"`
}

// Open tells whether the dispute is unresolved.
func (d Dispute) Open() bool { return d.Resolved.IsZero() }

// DisputeSettlement is how a dispute was resolved. It is the data of
// [SettlingDispute].
type DisputeSettlement struct {
	Dispute    DisputeID `json:"dispute"`
	Resolution string    `json:"resolution"`
}

// RaisingDispute and SettlingDispute are the events of disputes, for policies to
// watch. The attempt's Args are the [Dispute] and the [DisputeSettlement].
const (
	RaisingDispute  casework.Move = "dispute.raised"
	SettlingDispute casework.Move = "dispute.resolved"
)

var disputeRaised = &casework.Event[*Contract, Dispute]{
	Name: string(RaisingDispute), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d Dispute) {
		d.Raised = markOf(e)
		c.s.Disputes = append(c.s.Disputes, d)
	},
	Redact: func(d Dispute) Dispute { return Dispute{ID: d.ID, By: d.By} },
}

var disputeSettled = &casework.Event[*Contract, DisputeSettlement]{
	Name: string(SettlingDispute), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d DisputeSettlement) {
		if x := c.dispute(d.Dispute); x != nil {
			x.Resolution, x.Resolved = d.Resolution, markOf(e)
		}
	},
	Redact: func(d DisputeSettlement) DisputeSettlement { return DisputeSettlement{Dispute: d.Dispute} },
}

// RaiseDispute records a disagreement of the parties of a contract in force, and
// gives it with its id. What is said of it stands in Text, who raised it in By.
func (c *Contract) RaiseDispute(d Dispute) (Dispute, error) {
	faults := append(c.performedFaults(), c.partyKnown("dispute.by", d.By)...)
	faults = append(faults, required(d.Text, "dispute.text", "dispute.text_missing", "say what the parties disagree about")...)
	if err := c.invalid("raise a dispute", faults); err != nil {
		return Dispute{}, err
	}
	d = Dispute{ID: DisputeID(numbered("X", len(c.s.Disputes))), By: d.By, Text: d.Text}
	if err := disputeRaised.Record(c, d); err != nil {
		return Dispute{}, err
	}
	return *c.dispute(d.ID), nil
}

// SettleDispute records how a dispute was resolved. It may be resolved after the
// contract has ended; [Contract.ResolveDispute] is for a dispute about an invoice.
func (c *Contract) SettleDispute(id DisputeID, resolution string) (Dispute, error) {
	faults := append(c.accountingFaults(), required(resolution, "resolution", "dispute.resolution_missing", "say how it was resolved")...)
	switch d := c.dispute(id); {
	case d == nil:
		faults = append(faults, unknown("dispute", "dispute", string(id)))
	case !d.Open():
		faults = append(faults, fault("dispute", "dispute.resolved", fmt.Sprintf("dispute %s is resolved", id)))
	}
	if err := c.invalid(fmt.Sprintf("settle dispute %s", id), faults); err != nil {
		return Dispute{}, err
	}
	if err := disputeSettled.Record(c, DisputeSettlement{Dispute: id, Resolution: resolution}); err != nil {
		return Dispute{}, err
	}
	return *c.dispute(id), nil
}

// Disputes gives every dispute, in the order they were raised.
func (c *Contract) Disputes() []Dispute { return slices.Clone(c.s.Disputes) }

func (c *Contract) dispute(id DisputeID) *Dispute {
	for i := range c.s.Disputes {
		if c.s.Disputes[i].ID == id {
			return &c.s.Disputes[i]
		}
	}
	return nil
}
