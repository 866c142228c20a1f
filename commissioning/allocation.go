package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// AllocationID names an allocation within its cycle, such as "L1".
type AllocationID string

// Allocation is a share of a resource set aside for a service. More than the
// resource has is for a policy to judge, not a fault: its owner may allow it.
type Allocation struct {
	ID       AllocationID   `json:"id"` // given by the cycle
	Resource ResourceID     `json:"resource"`
	Service  ServiceID      `json:"service"`
	Amount   casework.Money `json:"amount,omitzero"`    // of money
	Quantity int64          `json:"quantity,omitempty"` // of staff or premises: in hundredths of the resource's unit
	Released Mark           `json:"released,omitzero"`  // when it was given back; zero while it stands
	Because  string         `json:"because,omitempty"`  // why it was given back
	Mark     Mark           `json:"mark,omitzero"`
}

// Stands tells whether the allocation was not given back.
func (a Allocation) Stands() bool { return a.Released.Entry == 0 }

func (c *Cycle) allocationFaults(a Allocation, path string) []casework.Fault {
	var faults []casework.Fault
	if r := c.resource(a.Resource); r == nil {
		faults = append(faults, unknown(path+".resource", "resource", string(a.Resource)))
	} else {
		faults = append(faults, a.shareFaults(*r, path)...)
	}
	if c.service(a.Service) == nil {
		faults = append(faults, unknown(path+".service", "service", string(a.Service)))
	}
	return faults
}

// shareFaults lists what is wrong with how much is allocated of a resource.
func (a Allocation) shareFaults(r Resource, path string) []casework.Fault {
	var faults []casework.Fault
	if r.Kind == FinancialResource {
		switch {
		case a.Amount.Sign() < 1:
			faults = append(faults, missing(path+".amount", "allocation.amount", "money is allocated by an amount above zero"))
		case a.Amount.Currency() != r.Amount.Currency():
			faults = append(faults, missing(path+".amount", "allocation.currency", fmt.Sprintf("resource %s is in %s", r.ID, r.Amount.Currency())))
		}
		if a.Quantity != 0 {
			faults = append(faults, missing(path+".quantity", "allocation.quantity_financial", "money is allocated by amount, not by quantity"))
		}
		return faults
	}
	if a.Amount.IsRecorded() {
		faults = append(faults, missing(path+".amount", "allocation.amount_not_financial", "staff and premises are allocated by quantity, not by amount"))
	}
	if a.Quantity < 1 || a.Quantity > mostQuantity {
		faults = append(faults, missing(path+".quantity", "allocation.quantity", "a quantity is given in hundredths, from 1 to a hundred thousand million"))
	}
	return faults
}

// Allocating is the event of a resource being allocated, for policies to watch.
// The attempt's Args are the [Allocation].
const Allocating casework.Move = "resource.allocated"

var resourceAllocated = &casework.Event[*Cycle, Allocation]{
	Name: string(Allocating), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, a Allocation) {
		a.Released, a.Because, a.Mark = Mark{}, "", c.mark(e)
		c.s.Allocations = append(c.s.Allocations, a)
	},
	Redact: func(a Allocation) Allocation {
		a.Because = ""
		return a
	},
}

type allocationRef struct {
	Allocation AllocationID `json:"allocation"`
}

var allocationReleased = &casework.Event[*Cycle, allocationRef]{
	Name: "allocation.released", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d allocationRef) {
		if a := c.allocation(d.Allocation); a != nil {
			a.Released, a.Because = c.mark(e), e.Reason
		}
	},
}

// Allocate sets a share of a resource aside for a service, and gives the
// allocation with its id.
func (c *Cycle) Allocate(a Allocation) (Allocation, error) {
	if err := c.invalid("allocate a resource", c.allocationFaults(a, "allocation")); err != nil {
		return Allocation{}, err
	}
	a.ID, a.Released, a.Because, a.Mark = AllocationID(numbered("L", len(c.s.Allocations))), Mark{}, "", Mark{}
	if err := resourceAllocated.Record(c, a); err != nil {
		return Allocation{}, err
	}
	return *c.allocation(a.ID), nil
}

// ReleaseAllocation gives what was allocated back to its resource. The call's
// reason says why, and is required.
func (c *Cycle) ReleaseAllocation(id AllocationID) error {
	var faults []casework.Fault
	switch a := c.allocation(id); {
	case a == nil:
		faults = append(faults, unknown("allocation", "allocation", string(id)))
	case !a.Stands():
		faults = append(faults, missing("allocation", "allocation.released", fmt.Sprintf("allocation %s was released already", id)))
	}
	if strings.TrimSpace(c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why the allocation is released, with casework.Reason"))
	}
	if err := c.invalid("release an allocation", faults); err != nil {
		return err
	}
	return allocationReleased.Record(c, allocationRef{Allocation: id})
}

// Allocations gives every allocation, in the order they were made, those given
// back included.
func (c *Cycle) Allocations() []Allocation { return slices.Clone(c.s.Allocations) }

// Allocation gives one allocation.
func (c *Cycle) Allocation(id AllocationID) (Allocation, bool) {
	if a := c.allocation(id); a != nil {
		return *a, true
	}
	return Allocation{}, false
}

// Allocated gives how much of a resource is allocated: an amount of money, or a
// quantity in hundredths of its unit. The amount is not recorded while no money
// of it is allocated. A resource that is not there is [casework.ErrInvalid].
func (c *Cycle) Allocated(id ResourceID) (casework.Money, int64, error) {
	if c.resource(id) == nil {
		return casework.Money{}, 0, casework.Invalid("add up allocations", unknown("resource", "resource", string(id)))
	}
	var amounts []casework.Money
	var quantity int64
	for _, a := range c.s.Allocations {
		if a.Resource != id || !a.Stands() {
			continue
		}
		quantity += a.Quantity
		if a.Amount.IsRecorded() {
			amounts = append(amounts, a.Amount)
		}
	}
	total, err := casework.Sum(amounts...)
	return total, quantity, err
}

func (c *Cycle) allocation(id AllocationID) *Allocation {
	for i := range c.s.Allocations {
		if c.s.Allocations[i].ID == id {
			return &c.s.Allocations[i]
		}
	}
	return nil
}
