package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// PricingBasis is what is paid for.
type PricingBasis string

// The pricing bases.
const (
	Block         PricingBasis = "block"           // a fixed sum for a period, whoever comes
	Spot          PricingBasis = "spot"            // bought for one person
	CostAndVolume PricingBasis = "cost_and_volume" // a fixed base, and a price per unit beyond it
	Activity      PricingBasis = "activity"        // a price per unit
	OutcomeBased  PricingBasis = "outcome"         // for what was achieved
)

// Known tells whether the basis is one of the five.
func (b PricingBasis) Known() bool {
	switch b {
	case Block, Spot, CostAndVolume, Activity, OutcomeBased:
		return true
	}
	return false
}

// OptionID names an option within its lot or contract, such as "O1".
type OptionID string

// PricedOption is a right of the buyer, priced in the competition: to extend,
// or to buy more. Exercising it is no variation.
type PricedOption struct {
	ID     OptionID       `json:"id"`
	Title  string         `json:"title"`
	Months int            `json:"months,omitempty"` // by which it extends the period; 0: it buys more
	Price  casework.Money `json:"price"`            // added to the value, VAT included
}

// optionFaults lists what is wrong with the options of terms.
func optionFaults(options []PricedOption, path string) []casework.Fault {
	var faults []casework.Fault
	for i, o := range options {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, required(string(o.ID), at+".id", "option.id_missing", "an option needs an id")...)
		if o.ID != "" && slices.ContainsFunc(options[:i], func(other PricedOption) bool { return other.ID == o.ID }) {
			faults = append(faults, fault(at+".id", "option.duplicate", fmt.Sprintf("there is another option %s", o.ID)))
		}
		faults = append(faults, required(o.Title, at+".title", "option.title_missing", "say what the option gives")...)
		if o.Months < 0 {
			faults = append(faults, fault(at+".months", "option.months", "an option extends by months, or by none"))
		}
		faults = append(faults, moneyFaults(o.Price, at+".price", "what the option costs")...)
	}
	return faults
}

// prices gives what the options cost that have a price, in order.
func prices(options []PricedOption) []casework.Money {
	var all []casework.Money
	for _, o := range options {
		if o.Price.IsRecorded() {
			all = append(all, o.Price)
		}
	}
	return all
}

// sameOption tells whether two options give the same for the same price.
func sameOption(a, b PricedOption) bool {
	return a.ID == b.ID && a.Months == b.Months && a.Price == b.Price
}

func redactedOptions(options []PricedOption) []PricedOption {
	all := slices.Clone(options)
	for i := range all {
		all[i].Title = ""
	}
	return all
}
