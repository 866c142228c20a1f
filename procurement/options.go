package procurement

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Options is what a host may give the desks of procurement. The zero value and
// nil work: the standard definitions, the default policies with their default
// weights, UTC without holidays.
type Options struct {
	// Desk is the host's clock, ids, permissions and retries.
	Desk casework.DeskOptions
	// Calendar counts working days, and gives days their limits in its location.
	Calendar casework.Calendar
	// Weights replaces cells of the table code x scale, and gives weights to
	// policies of the host's own; see [DefaultWeights]. A zero cell stays as it is.
	Weights map[string]commissioning.Weight
	// Bands replaces the table that turns values into scales;
	// [commissioning.DefaultBands] when empty.
	Bands []commissioning.Band
	// Purchases, Contracts, Frameworks, Grants and InHouse change the definitions
	// and the policies of one kind of case.
	Purchases  KindOptions[*Purchase]
	Contracts  KindOptions[*Contract]
	Frameworks KindOptions[*FrameworkAgreement]
	Grants     KindOptions[*GrantAgreement]
	InHouse    KindOptions[*InHouseAgreement]
}

// KindOptions changes one kind of case.
type KindOptions[T any] struct {
	// Definitions are the host's own, such as [Purchasing] with a state inserted, or
	// versions a case may still be pinned to. New cases take the highest version of
	// the standard name.
	Definitions []casework.Definition
	// Policies adds to, replaces in, and drops from the default policies, by code.
	Policies casework.PolicyEdits[T]
}

// config is what the cases of one set of kinds have in common.
type config struct {
	kinds    *Kinds
	calendar casework.Calendar
	bands    []commissioning.Band
	weights  map[string]commissioning.Weight
}

// counting is the calendar that days are counted with; UTC without holidays for
// a case that was never opened.
func (cfg *config) counting() casework.Calendar {
	if cfg == nil {
		return casework.Calendar{}
	}
	return cfg.calendar
}

// day gives the calendar day of a moment.
func (cfg *config) day(t time.Time) casework.Date {
	return casework.DateOf(t.In(cfg.counting().Location()))
}

// ahead tells whether a day is yet to come.
func (cfg *config) ahead(day casework.Date, now time.Time) bool {
	return !day.IsZero() && day.After(cfg.day(now))
}

// scaleOf gives the scale of a value on a day.
func (cfg *config) scaleOf(now time.Time, value casework.Money) commissioning.Scale {
	return commissioning.ScaleOf(cfg.bands, cfg.day(now), value, nil)
}

// Kinds are the kinds of case of procurement, with the kind of cycle they serve,
// for units over several kinds.
type Kinds struct {
	Cycles     *casework.Kind[*commissioning.Cycle]
	Purchases  *casework.Kind[*Purchase]
	Contracts  *casework.Kind[*Contract]
	Frameworks *casework.Kind[*FrameworkAgreement]
	Grants     *casework.Kind[*GrantAgreement]
	InHouse    *casework.Kind[*InHouseAgreement]

	cfg *config
}

// NewKinds gives the kinds of case, beside the kind of cycle they serve. Faulty
// options are [casework.ErrInvalid] with every fault.
func NewKinds(cycles *casework.Kind[*commissioning.Cycle], o *Options) (*Kinds, error) {
	if o == nil {
		o = &Options{}
	}
	k := &Kinds{Cycles: cycles, cfg: &config{calendar: o.Calendar, bands: slices.Clone(o.Bands), weights: DefaultWeights()}}
	k.cfg.kinds = k
	if len(k.cfg.bands) == 0 {
		k.cfg.bands = commissioning.DefaultBands()
	}
	var faults []casework.Fault
	if cycles == nil {
		faults = append(faults, fault("cycles", "kind.missing", "procurement serves cycles: give their kind"))
	}
	known := map[string]bool{}
	for code, w := range o.Weights {
		k.cfg.weights[code] = w.Or(k.cfg.weights[code])
	}
	k.Purchases = build(purchaseSpec(k.cfg), Purchasing(), o.Purchases, purchaseRules(), "purchases", known, &faults)
	k.Contracts = build(contractSpec(k.cfg), Contracting(), o.Contracts, contractRules(), "contracts", known, &faults)
	k.Frameworks = build(frameworkSpec(k.cfg), Framing(), o.Frameworks, frameworkRules(), "frameworks", known, &faults)
	k.Grants = build(grantSpec(k.cfg), Granting(), o.Grants, grantRules(), "grants", known, &faults)
	k.InHouse = build(inHouseSpec(k.cfg), AgreeingInHouse(), o.InHouse, inHouseRules(), "in_house", known, &faults)
	faults = append(faults, commissioning.WeightFaults("weights", o.Weights, func(code string) bool { return known[code] })...)
	if len(faults) > 0 {
		return nil, casework.Invalid("procurement options", faults...)
	}
	return k, nil
}

// build makes one kind of the standard description and the host's changes, and
// notes the codes of its policies.
func build[T casework.Aggregate](spec casework.KindSpec[T], standard casework.Definition, o KindOptions[T], rules []rule[T], path string, known map[string]bool, faults *[]casework.Fault) *casework.Kind[T] {
	for i, d := range append([]casework.Definition{standard}, o.Definitions...) {
		table, err := d.Compile()
		if err != nil {
			*faults = append(*faults, faultsOf(fmt.Sprintf("%s.definitions[%d]", path, i-1), err)...)
			continue
		}
		spec.Tables = append(spec.Tables, table)
	}
	policies, err := casework.EditPolicies(policiesOf(rules), o.Policies)
	*faults = append(*faults, faultsOf(path+".policies", err)...)
	for _, p := range policies {
		known[p.Code] = true
	}
	spec.Policies = policies
	kind, err := casework.NewKind(spec)
	*faults = append(*faults, faultsOf(path, err)...)
	return kind
}

// faultsOf puts the faults of an inner error under a path.
func faultsOf(path string, err error) []casework.Fault {
	if err == nil {
		return nil
	}
	invalid, is := errors.AsType[*casework.InvalidError](err)
	if !is {
		return []casework.Fault{fault(path, "options.faulty", err.Error())}
	}
	faults := make([]casework.Fault, len(invalid.Faults))
	for i, f := range invalid.Faults {
		faults[i] = fault(strings.TrimPrefix(path+"."+f.Path, "."), f.Code, f.Message)
	}
	return faults
}

// DefaultWeights is the table of the default policies of all kinds, by code. It
// asks of a small purchase no more than a small purchase needs.
func DefaultWeights() map[string]commissioning.Weight {
	table := map[string]commissioning.Weight{}
	weighed(table, purchaseRules())
	weighed(table, contractRules())
	weighed(table, frameworkRules())
	weighed(table, grantRules())
	weighed(table, inHouseRules())
	return table
}

// weigh looks a policy's effect up for a case of a scale.
func (cfg *config) weigh(scale commissioning.Scale, code string) casework.Effect {
	return cfg.weights[code].At(scale)
}

// PurchasePolicies gives the default policies of a purchase.
func PurchasePolicies() []casework.Policy[*Purchase] { return policiesOf(purchaseRules()) }

// ContractPolicies gives the default policies of a contract.
func ContractPolicies() []casework.Policy[*Contract] { return policiesOf(contractRules()) }

// FrameworkPolicies gives the default policies of a framework agreement.
func FrameworkPolicies() []casework.Policy[*FrameworkAgreement] { return policiesOf(frameworkRules()) }

// GrantPolicies gives the default policies of a grant agreement.
func GrantPolicies() []casework.Policy[*GrantAgreement] { return policiesOf(grantRules()) }

// InHousePolicies gives the default policies of an in-house agreement.
func InHousePolicies() []casework.Policy[*InHouseAgreement] { return policiesOf(inHouseRules()) }

func purchaseRules() []rule[*Purchase] {
	return slices.Concat(requisitionRules(), biddingRules(), awardRules())
}

func contractRules() []rule[*Contract] {
	return slices.Concat(formationRules(), variationRules(), packageRules(), lifeRules())
}
