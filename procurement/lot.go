package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// LotID names a lot within its tender or framework agreement, such as "1".
type LotID string

// Reservation is a sort of agency a lot is kept for.
type Reservation string

// The reservations.
const (
	ReservedForMutuals   Reservation = "public_service_mutuals" // Procurement Act 2023 s.33
	ReservedForSupported Reservation = "supported_employment"   // s.32
	ReservedForVoluntary Reservation = "voluntary_and_community"
	ReservedForSmall     Reservation = "small_and_medium"
	ReservedForLocal     Reservation = "local_area"
)

// Known tells whether the reservation is one of the five.
func (r Reservation) Known() bool {
	switch r {
	case ReservedForMutuals, ReservedForSupported, ReservedForVoluntary, ReservedForSmall, ReservedForLocal:
		return true
	}
	return false
}

// reservationFaults lists reservations there are none of.
func reservationFaults(all []Reservation, path string) []casework.Fault {
	var faults []casework.Fault
	for i, r := range all {
		if !r.Known() {
			faults = append(faults, unknown(fmt.Sprintf("%s[%d]", path, i), "reservation", string(r)))
		}
	}
	return faults
}

// Lot is a part of what is bought that is awarded by itself.
type Lot struct {
	ID        LotID           `json:"id"`
	Title     string          `json:"title"`
	Estimate  casework.Money  `json:"estimate,omitzero"`  // over the whole life, VAT included
	MaxAwards int             `json:"max_awards"`         // 1; several for a framework agreement
	Reserved  []Reservation   `json:"reserved,omitempty"` // none: open to all; several: open to each of them
	Period    casework.Period `json:"period,omitzero"`    // of the contract
	Options   []PricedOption  `json:"options,omitempty"`  // to extend or to buy more, priced in the competition
}

// OpenTo tells whether an agency that shows these reservations may bid for the
// lot: it falls under one of those the lot is kept for.
func (l Lot) OpenTo(shown []Reservation) bool {
	return len(l.Reserved) == 0 || slices.ContainsFunc(shown, func(r Reservation) bool { return slices.Contains(l.Reserved, r) })
}

// Option gives one option of the lot.
func (l Lot) Option(id OptionID) (PricedOption, bool) {
	for _, o := range l.Options {
		if o.ID == id {
			return o, true
		}
	}
	return PricedOption{}, false
}

func (l Lot) clone() Lot {
	l.Reserved, l.Options = slices.Clone(l.Reserved), slices.Clone(l.Options)
	return l
}

// faults lists what is wrong with the lot by itself.
func (l Lot) faults(path string) []casework.Fault {
	var faults []casework.Fault
	faults = append(faults, required(string(l.ID), path+".id", "lot.unnamed", "a lot needs an id")...)
	faults = append(faults, required(l.Title, path+".title", "lot.title_missing", "a lot needs a title")...)
	if l.Estimate.IsRecorded() {
		faults = append(faults, moneyFaults(l.Estimate, path+".estimate", "an estimate")...)
	}
	if l.MaxAwards < 1 {
		faults = append(faults, fault(path+".max_awards", "lot.max_awards", "a lot is awarded at least once"))
	}
	faults = append(faults, reservationFaults(l.Reserved, path+".reserved")...)
	if !l.Period.IsZero() {
		faults = append(faults, l.Period.Faults(path+".period")...)
	}
	return append(faults, l.optionFaults(path+".options")...)
}

func (l Lot) optionFaults(path string) []casework.Fault {
	var faults []casework.Fault
	seen := map[OptionID]bool{}
	for i, o := range l.Options {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, required(string(o.ID), at+".id", "option.unnamed", "an option needs an id")...)
		faults = append(faults, required(o.Title, at+".title", "option.title_missing", "say what the option is")...)
		if strings.TrimSpace(string(o.ID)) != "" && seen[o.ID] {
			faults = append(faults, fault(at+".id", "option.duplicate", fmt.Sprintf("option %s stands there twice", o.ID)))
		}
		seen[o.ID] = true
		if o.Months < 0 {
			faults = append(faults, fault(at+".months", "option.months", "an option extends by no month or more"))
		}
		if o.Price.IsRecorded() {
			faults = append(faults, moneyFaults(o.Price, at+".price", "the price of an option")...)
		}
	}
	return faults
}

// lotFaults lists what is wrong with lots: there is at least one, each has an
// id of its own, and all are estimated in one currency.
func lotFaults(lots []Lot, path string) []casework.Fault {
	if len(lots) == 0 {
		return []casework.Fault{fault(path, "lots.missing", "what is bought is at least one lot")}
	}
	var faults []casework.Fault
	seen, currency := map[LotID]bool{}, ""
	for i, l := range lots {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, l.faults(at)...)
		if strings.TrimSpace(string(l.ID)) != "" && seen[l.ID] {
			faults = append(faults, fault(at+".id", "lot.duplicate", fmt.Sprintf("lot %s stands there twice", l.ID)))
		}
		seen[l.ID] = true
		if currency == "" {
			currency = l.Estimate.Currency()
		}
		if l.Estimate.IsRecorded() && l.Estimate.Currency() != currency {
			faults = append(faults, fault(at+".estimate", "money.currency_mixed", fmt.Sprintf("the lots are estimated in %s and in %s", currency, l.Estimate.Currency())))
		}
	}
	return faults
}
