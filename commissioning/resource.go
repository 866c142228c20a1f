package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ResourceID names a resource within its cycle, such as "R1".
type ResourceID string

// ResourceKind says what sort of means a resource is.
type ResourceKind string

// The kinds of resource (Hearn, Abrahams and Pugh 2003).
const (
	FinancialResource ResourceKind = "financial"
	StaffingResource  ResourceKind = "staffing"
	PremisesResource  ResourceKind = "premises"
)

// Commitment says how sure a resource is.
type Commitment string

// The commitments.
const (
	ResourceProposed  Commitment = "proposed"  // somebody means to give it
	ResourceCommitted Commitment = "committed" // its owner has promised it
)

// Resource is something needs can be met with: money, staff or premises. Money
// has an amount; staff and premises have a quantity and a unit.
type Resource struct {
	ID         ResourceID      `json:"id"` // given by the cycle
	Kind       ResourceKind    `json:"kind"`
	Title      string          `json:"title"`
	Amount     casework.Money  `json:"amount,omitzero"`    // financial: over the whole period
	Quantity   int64           `json:"quantity,omitempty"` // staffing and premises: in hundredths of the unit, so that 1250 is 12.5
	Unit       string          `json:"unit,omitempty"`     // of the quantity, such as "whole-time equivalents" or "rooms"
	Period     casework.Period `json:"period,omitzero"`    // in which it can be used; both days included
	Owner      casework.Agency `json:"owner"`              // whose it is, as recorded at the time
	Commitment Commitment      `json:"commitment"`
	Conditions string          `json:"conditions,omitempty"` // that its owner puts on its use
	Committed  Mark            `json:"committed,omitzero"`   // when it was committed; zero while it is proposed
	Mark       Mark            `json:"mark,omitzero"`
}

// mostQuantity bounds what one record can hold, in hundredths: sums of them fit
// into 64 bits however many there are in a journal.
const mostQuantity = 100_000_000_000

func (r Resource) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(r.Title) == "" {
		faults = append(faults, missing(path+".title", "resource.title_missing", "a resource needs a title"))
	}
	faults = append(faults, r.extentFaults(path)...)
	if !r.Period.IsZero() {
		faults = append(faults, r.Period.Faults(path+".period")...)
	}
	faults = append(faults, r.Owner.Faults(path+".owner")...)
	switch r.Commitment {
	case "", ResourceProposed, ResourceCommitted:
	default:
		faults = append(faults, missing(path+".commitment", "resource.commitment", "a resource is proposed or committed"))
	}
	return faults
}

// extentFaults lists what is wrong with how much of the resource there is.
func (r Resource) extentFaults(path string) []casework.Fault {
	var faults []casework.Fault
	switch r.Kind {
	case FinancialResource:
		faults = moneyFaults(r.Amount, path+".amount", "resource.amount", "money is recorded with its amount, which is not negative")
		if r.Quantity != 0 || r.Unit != "" {
			faults = append(faults, missing(path+".quantity", "resource.quantity_financial", "money has an amount, not a quantity"))
		}
	case StaffingResource, PremisesResource:
		if r.Amount.IsRecorded() {
			faults = append(faults, missing(path+".amount", "resource.amount_not_financial", "staff and premises have a quantity; record their money as a resource of its own"))
		}
		if r.Quantity < 1 || r.Quantity > mostQuantity {
			faults = append(faults, missing(path+".quantity", "resource.quantity", "a quantity is given in hundredths, from 1 to a hundred thousand million"))
		}
		if strings.TrimSpace(r.Unit) == "" {
			faults = append(faults, missing(path+".unit", "resource.unit_missing", "say what the quantity counts, such as whole-time equivalents or rooms"))
		}
	default:
		faults = append(faults, missing(path+".kind", "resource.kind", "a resource is financial, staffing or premises"))
	}
	return faults
}

// moneyFaults is the fault of an amount that is not recorded, or is negative.
func moneyFaults(m casework.Money, path, code, message string) []casework.Fault {
	if m.IsRecorded() && m.Sign() >= 0 {
		return nil
	}
	return []casework.Fault{missing(path, code, message)}
}

// IdentifyingResource and CommittingResource are the events of a resource being
// identified and committed, for policies to watch. The attempt's Args are the
// [Resource] and a [ResourceCommitment].
const (
	IdentifyingResource casework.Move = "resource.identified"
	CommittingResource  casework.Move = "resource.committed"
)

var resourceIdentified = &casework.Event[*Cycle, Resource]{
	Name: string(IdentifyingResource), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, r Resource) {
		r.Commitment, r.Committed, r.Mark = ResourceProposed, Mark{}, c.mark(e)
		c.s.Resources = append(c.s.Resources, r)
	},
	Redact: func(r Resource) Resource {
		r.Title, r.Unit, r.Conditions, r.Owner = "", "", "", unnamed(r.Owner)
		return r
	},
}

// ResourceCommitment says which resource is committed.
type ResourceCommitment struct {
	Resource ResourceID `json:"resource"`
}

var resourceCommitted = &casework.Event[*Cycle, ResourceCommitment]{
	Name: string(CommittingResource), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ResourceCommitment) {
		if r := c.resource(d.Resource); r != nil {
			r.Commitment, r.Committed = ResourceCommitted, c.mark(e)
		}
	},
}

// IdentifyResource records a resource, and gives it with its id. It is proposed
// unless it says that it is committed, which is then recorded as well.
func (c *Cycle) IdentifyResource(r Resource) (Resource, error) {
	if err := c.invalid("identify a resource", r.faults("resource")); err != nil {
		return Resource{}, err
	}
	committed := r.Commitment == ResourceCommitted
	r.ID, r.Commitment, r.Committed, r.Mark = ResourceID(numbered("R", len(c.s.Resources))), ResourceProposed, Mark{}, Mark{}
	if err := resourceIdentified.Record(c, r); err != nil {
		return Resource{}, err
	}
	if committed {
		return c.CommitResource(r.ID)
	}
	return *c.resource(r.ID), nil
}

// CommitResource records that the owner of a proposed resource has committed it.
func (c *Cycle) CommitResource(id ResourceID) (Resource, error) {
	var faults []casework.Fault
	switch r := c.resource(id); {
	case r == nil:
		faults = append(faults, unknown("resource", "resource", string(id)))
	case r.Commitment == ResourceCommitted:
		faults = append(faults, missing("resource", "resource.committed_already", fmt.Sprintf("resource %s is committed already", id)))
	}
	if err := c.invalid("commit a resource", faults); err != nil {
		return Resource{}, err
	}
	if err := resourceCommitted.Record(c, ResourceCommitment{Resource: id}); err != nil {
		return Resource{}, err
	}
	return *c.resource(id), nil
}

// Resources gives every resource, in the order they were identified.
func (c *Cycle) Resources() []Resource { return slices.Clone(c.s.Resources) }

// Resource gives one resource.
func (c *Cycle) Resource(id ResourceID) (Resource, bool) {
	if r := c.resource(id); r != nil {
		return *r, true
	}
	return Resource{}, false
}

// FinancialTotal adds up the money identified, or only what is committed of it,
// whatever the periods. It is not recorded while there is none. Amounts in
// several currencies are [casework.ErrInvalid].
func (c *Cycle) FinancialTotal(committedOnly bool) (casework.Money, error) {
	var amounts []casework.Money
	for _, r := range c.s.Resources {
		counts := r.Kind == FinancialResource && r.Amount.IsRecorded()
		if counts && (!committedOnly || r.Commitment == ResourceCommitted) {
			amounts = append(amounts, r.Amount)
		}
	}
	return casework.Sum(amounts...)
}

func (c *Cycle) resource(id ResourceID) *Resource {
	for i := range c.s.Resources {
		if c.s.Resources[i].ID == id {
			return &c.s.Resources[i]
		}
	}
	return nil
}
