package procurement

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// OriginKind says how a contract came about.
type OriginKind string

// The origins of a contract.
const (
	FromAward         OriginKind = "award"        // of a competition
	FromDirectAward   OriginKind = "direct_award" // without competition, on a ground
	FromCallOff       OriginKind = "call_off"     // under a framework agreement
	FromAcceptedOrder OriginKind = "order"        // a parentless order, whose acceptance forms the contract
	FromNovation      OriginKind = "novation"     // another supplier took a contract over
	FromImport        OriginKind = "imported"     // concluded before the host used the library
	FromOtherBody     OriginKind = "other_body"   // concluded by another body, for the host to use
)

// Known tells whether the origin is one of the seven.
func (k OriginKind) Known() bool {
	switch k {
	case FromAward, FromDirectAward, FromCallOff, FromAcceptedOrder, FromNovation, FromImport, FromOtherBody:
		return true
	}
	return false
}

// purchased tells whether a contract of this origin rests on an award.
func (k OriginKind) purchased() bool {
	return k == FromAward || k == FromDirectAward || k == FromCallOff
}

// Origin is where an agreement comes from, and what it is for.
type Origin struct {
	Kind         OriginKind              `json:"kind"`
	Cycle        casework.CaseID         `json:"cycle,omitzero"` // which arranges the service with it
	Service      commissioning.ServiceID `json:"service,omitempty"`
	Purchase     casework.CaseID         `json:"purchase,omitzero"`
	Award        AwardID                 `json:"award,omitempty"`
	Lot          LotID                   `json:"lot,omitempty"`
	Framework    casework.CaseID         `json:"framework,omitzero"` // call-offs
	FrameworkLot LotID                   `json:"framework_lot,omitempty"`
	Ground       string                  `json:"ground,omitempty"` // direct awards
	Novates      casework.CaseID         `json:"novates,omitzero"` // the contract taken over
	Why          string                  `json:"why,omitempty"`    // why this is the most appropriate provider
}

// rests tells whether the agreement rests on an award. An accepted order may.
func (o Origin) rests() bool {
	return o.Kind.purchased() || !o.Purchase.IsZero() || o.Award != ""
}

// why gives why the provider is the most appropriate one: never empty, since a
// cycle asks for it.
func (o Origin) why() string {
	if strings.TrimSpace(o.Why) != "" {
		return o.Why
	}
	switch o.Kind {
	case FromAward:
		return fmt.Sprintf("award %s of the competition went to it", o.Award)
	case FromDirectAward:
		return "it was awarded directly, on the ground: " + o.Ground
	case FromCallOff:
		return fmt.Sprintf("award %s was called off from it under a framework agreement", o.Award)
	case FromAcceptedOrder:
		return "it accepted the order"
	case FromNovation:
		return "it took the contract over"
	case FromOtherBody:
		return "another body chose it"
	case FromImport:
	}
	return "it was chosen before the contract was recorded here"
}

func (o Origin) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !o.Kind.Known() {
		faults = append(faults, fault(path+".kind", "origin.unknown", "a contract comes from an award, direct_award, call_off, order, novation, or is imported"))
	}
	if o.Cycle.IsZero() != (o.Service == "") {
		faults = append(faults, fault(path+".service", "service.missing", "name the cycle and its service together, or neither"))
	}
	if (o.Kind == FromNovation) == o.Novates.IsZero() {
		faults = append(faults, fault(path+".novates", "origin.novates", "a novation names the contract that is taken over, and nothing else does"))
	}
	return faults
}

// aboutFaults looks up what the origin points at. What does not exist is
// [casework.ErrNotFound].
func (o Origin) aboutFaults(u *casework.Unit, k *Kinds, path string) ([]casework.Fault, error) {
	var faults []casework.Fault
	if !o.Cycle.IsZero() {
		cycle, err := casework.Load(u, k.Cycles, o.Cycle)
		if err != nil {
			return nil, err
		}
		if _, known := cycle.Service(o.Service); !known && o.Service != "" {
			faults = append(faults, unknown(path+".service", "service", string(o.Service)))
		}
	}
	if !o.Novates.IsZero() {
		old, err := casework.Load(u, k.Contracts, o.Novates)
		if err != nil {
			return nil, err
		}
		if !old.binds() {
			faults = append(faults, fault(path+".novates", "novation.not_in_force", fmt.Sprintf("contract %s is %s: only one that binds is taken over", o.Novates, old.State())))
		}
	}
	return faults, nil
}
