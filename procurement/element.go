package procurement

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// ElementID names an element within its package, such as "E1".
type ElementID string

// ElementState is where an element of a care package is. Once approved, it is
// derived from the day.
type ElementState string

// The states of an element.
const (
	ElementInProgress       ElementState = "in_progress"
	ElementAwaitingApproval ElementState = "awaiting_approval"
	ElementInactive         ElementState = "inactive"  // approved; its first day has not come
	ElementActive           ElementState = "active"    // through the whole of its last day
	ElementSuspended        ElementState = "suspended" // on a day within an approved suspension
	ElementEnded            ElementState = "ended"
	ElementCancelled        ElementState = "cancelled"
)

// weeksOfYear is how many weeks a year is taken to have when a cost is annualised.
const weeksOfYear = 52

// daysOfWeek is over how many days the price of a week is spread.
const daysOfWeek = 7

// Element is a priced part of a person's care package. It is priced by the week,
// by the weekday, or once.
type Element struct {
	ID        ElementID         `json:"id"`
	Title     string            `json:"title"`
	Provider  string            `json:"provider,omitempty"` // id of the agency
	Period    casework.Period   `json:"period"`             // both days included; open-ended where no end is set
	Weekly    casework.Money    `json:"weekly,omitzero"`    // a week, whichever days
	Weekdays  []WeekdayPrice    `json:"weekdays,omitempty"` // a week, day by day
	Once      casework.Money    `json:"once,omitzero"`      // paid once
	Minutes   int               `json:"minutes,omitempty"`  // minutes of care a week; 315 is five and a quarter hours
	Follows   ElementID         `json:"follows,omitempty"`  // the element it replaces, which ends the day before
	Paused    []casework.Period `json:"paused,omitempty"`   // approved suspensions
	Cancelled bool              `json:"cancelled,omitempty"`
}

// WeekdayPrice is the price of an element on a day of the week.
type WeekdayPrice struct {
	Day   time.Weekday   `json:"day"` // 0 is Sunday
	Price casework.Money `json:"price"`
}

// StateOn gives the state of an approved element on a day. It is active through
// the whole of its last day.
func (e Element) StateOn(day casework.Date) ElementState {
	switch {
	case e.Cancelled:
		return ElementCancelled
	case day.Before(e.Period.From):
		return ElementInactive
	case !e.Period.Contains(day):
		return ElementEnded
	case slices.ContainsFunc(e.Paused, func(p casework.Period) bool { return p.Contains(day) }):
		return ElementSuspended
	default:
		return ElementActive
	}
}

// Cost is what a care package costs. Suspensions lower none of the figures: what
// is not paid for while an element is suspended shows in the invoices. A
// cancelled element counts nothing.
type Cost struct {
	// Weekly is a week of every element that has a price by the week or the
	// weekday. An element that another follows is left out: its successor counts.
	Weekly casework.Money `json:"weekly,omitzero"`
	// Annualised is 52 times Weekly, and what is paid once. It looks at no dates.
	Annualised casework.Money `json:"annualised,omitzero"`
	// Committed is what the very days of all periods cost: prices by the weekday
	// on each such day, a seventh of a weekly price each day, what is paid once.
	// It is not recorded where an element is open-ended.
	Committed casework.Money `json:"committed,omitzero"`
	// OpenEnded names the elements without a last day that are not paid once.
	OpenEnded []ElementID `json:"open_ended,omitempty"`
}

// Known tells whether the committed figure is known, too: there is an element,
// and none is open-ended.
func (c Cost) Known() bool { return c.Committed.IsRecorded() }

// PackageCost adds up what a package costs. Elements in different currencies,
// elements without a price and sums beyond 64 bits of minor units give
// [casework.ErrInvalid]. A package without elements has no figures.
func PackageCost(elements []Element) (Cost, error) {
	cost := Cost{OpenEnded: openEnded(elements)}
	var err error
	if cost.Weekly, err = weeklyTotal(elements); err != nil {
		return Cost{}, err
	}
	if cost.Annualised, err = annualisedTotal(elements); err != nil {
		return Cost{}, err
	}
	if len(cost.OpenEnded) > 0 {
		return cost, nil
	}
	if cost.Committed, err = committedTotal(elements); err != nil {
		return Cost{}, err
	}
	return cost, nil
}

// packageFigure gives what a limit is tested against on a basis, with the errors
// of [PackageCost]. A committed figure that there is none of is package.open_ended.
func packageFigure(elements []Element, basis Basis) (casework.Money, error) {
	if basis == Annualised {
		return annualisedTotal(elements)
	}
	return committedTotal(elements)
}

// weeklyTotal adds up a week of the elements that count.
func weeklyTotal(elements []Element) (casework.Money, error) {
	return totalOf(elements, lasting(elements), weeklyCost)
}

// annualisedTotal adds up a year of the elements that count: 52 weeks, and what
// is paid once.
func annualisedTotal(elements []Element) (casework.Money, error) {
	return totalOf(elements, lasting(elements), Element.annualised)
}

// committedTotal adds up what the very days of the elements cost. An open-ended
// element is [casework.ErrInvalid] with package.open_ended.
func committedTotal(elements []Element) (casework.Money, error) {
	var faults []casework.Fault
	for _, id := range openEnded(elements) {
		faults = append(faults, fault("package", "package.open_ended", fmt.Sprintf("element %s has no last day: what is committed to cannot be told; set an end, or test the annualised cost", id)))
	}
	if err := casework.InvalidIf("add up a package", faults); err != nil {
		return casework.Money{}, err
	}
	return totalOf(elements, standing(elements), Element.committed)
}

// totalOf adds up a figure of the elements that count: nothing, in the currency
// of the package, where none does.
func totalOf(elements, counting []Element, figure func(Element) (casework.Money, error)) (casework.Money, error) {
	if len(elements) == 0 {
		return casework.Money{}, nil
	}
	total, err := casework.MinorUnits(0, elements[0].currency())
	if err != nil {
		return casework.Money{}, err
	}
	for _, e := range counting {
		amount, err := figure(e)
		if err != nil {
			return casework.Money{}, err
		}
		if total, err = total.Add(amount); err != nil {
			return casework.Money{}, err
		}
	}
	return total, nil
}

// standing leaves out the elements that are cancelled.
func standing(elements []Element) []Element {
	return slices.DeleteFunc(slices.Clone(elements), func(e Element) bool { return e.Cancelled })
}

// lasting leaves out those that another one follows, too.
func lasting(elements []Element) []Element {
	all := standing(elements)
	followed := map[ElementID]bool{}
	for _, e := range all {
		followed[e.Follows] = true
	}
	return slices.DeleteFunc(all, func(e Element) bool { return e.ID != "" && followed[e.ID] })
}

// openEnded names the elements that run on and on.
func openEnded(elements []Element) []ElementID {
	var ids []ElementID
	for _, e := range standing(elements) {
		if e.Period.OpenEnded() && !e.Once.IsRecorded() {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// weeklyCost gives what a week of an element costs; 0 where it is paid once.
func weeklyCost(e Element) (casework.Money, error) {
	switch {
	case e.Weekly.IsRecorded():
		return e.Weekly, nil
	case len(e.Weekdays) > 0:
		return casework.Sum(e.weekdayPrices()...)
	default:
		return e.Once.Mul(0)
	}
}

func (e Element) weekdayPrices() []casework.Money {
	prices := make([]casework.Money, len(e.Weekdays))
	for i, w := range e.Weekdays {
		prices[i] = w.Price
	}
	return prices
}

// annualised gives what a year of the element costs.
func (e Element) annualised() (casework.Money, error) {
	if e.Once.IsRecorded() {
		return e.Once, nil
	}
	week, err := weeklyCost(e)
	if err != nil {
		return casework.Money{}, err
	}
	return week.Mul(weeksOfYear)
}

// committed gives what the days of the element's period cost. A weekly price is
// rounded once, half up, at the end.
func (e Element) committed() (casework.Money, error) {
	if e.Once.IsRecorded() {
		return e.Once, nil
	}
	days, _ := e.Period.Days()
	if e.Weekly.IsRecorded() {
		return e.Weekly.MulRatio(int64(days), daysOfWeek, casework.RoundHalfUp)
	}
	amounts := make([]casework.Money, len(e.Weekdays))
	for i, w := range e.Weekdays {
		var err error
		if amounts[i], err = w.Price.Mul(int64(weekdaysIn(e.Period.From, days, w.Day))); err != nil {
			return casework.Money{}, err
		}
	}
	return casework.Sum(amounts...)
}

// weekdaysIn counts a day of the week among so many days from the first.
func weekdaysIn(first casework.Date, days int, day time.Weekday) int {
	wait := (int(day) - int(first.Weekday()) + daysOfWeek) % daysOfWeek
	if days <= wait {
		return 0
	}
	return (days-wait-1)/daysOfWeek + 1
}

// clone gives a deep copy.
func (e Element) clone() Element {
	e.Weekdays, e.Paused = slices.Clone(e.Weekdays), slices.Clone(e.Paused)
	return e
}

// clonedElements gives deep copies.
func clonedElements(elements []Element) []Element {
	all := slices.Clone(elements)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// redactedElements keeps what the figures and states of a package need.
func redactedElements(elements []Element) []Element {
	all := clonedElements(elements)
	for i := range all {
		all[i].Title = ""
	}
	return all
}

// numberedElements gives deep copies, those without an id with one that is free.
func numberedElements(elements []Element) []Element {
	all := clonedElements(elements)
	for i := range all {
		if all[i].ID == "" {
			all[i].ID = freeElement(all)
		}
	}
	return all
}

// freeElement gives the first number that no element has.
func freeElement(elements []Element) ElementID {
	for n := 0; ; n++ {
		id := ElementID(numbered("E", n))
		if !slices.ContainsFunc(elements, func(e Element) bool { return e.ID == id }) {
			return id
		}
	}
}

// elementFaults lists what is wrong with an element on its own.
func elementFaults(e Element, path string) []casework.Fault {
	faults := required(e.Title, path+".title", "element.title_missing", "say what care it is")
	faults = append(faults, e.Period.Faults(path+".period")...)
	if e.Minutes < 0 {
		faults = append(faults, fault(path+".minutes", "element.minutes", "minutes count from 0"))
	}
	for i, p := range e.Paused {
		at := fmt.Sprintf("%s.paused[%d]", path, i)
		faults = append(faults, p.Faults(at)...)
		faults = append(faults, e.pauseFaults(p, at)...)
	}
	return append(faults, e.priceFaults(path)...)
}

// pauseFaults tells that a suspension reaches beyond the element.
func (e Element) pauseFaults(p casework.Period, path string) []casework.Fault {
	if e.Period.Contains(p.From) && (p.OpenEnded() && e.Period.OpenEnded() || e.Period.Contains(p.To)) {
		return nil
	}
	return []casework.Fault{fault(path, "element.suspension_outside", fmt.Sprintf("element %s runs %s: it cannot be suspended %s", e.ID, e.Period, p))}
}

// priceFaults lists what is wrong with the price.
func (e Element) priceFaults(path string) []casework.Fault {
	var faults []casework.Fault
	prices := 0
	if e.Weekly.IsRecorded() {
		prices++
		faults = append(faults, moneyFaults(e.Weekly, path+".weekly", "what a week costs")...)
	}
	if e.Once.IsRecorded() {
		prices++
		faults = append(faults, moneyFaults(e.Once, path+".once", "what is paid once")...)
	}
	if len(e.Weekdays) > 0 {
		prices++
		faults = append(faults, e.weekdayFaults(path)...)
	}
	if prices != 1 {
		faults = append(faults, fault(path, "element.price", "an element is priced by the week, by the weekday or once: exactly one of them"))
	}
	return faults
}

func (e Element) weekdayFaults(path string) []casework.Fault {
	var faults []casework.Fault
	seen := map[time.Weekday]bool{}
	for i, w := range e.Weekdays {
		at := fmt.Sprintf("%s.weekdays[%d]", path, i)
		faults = append(faults, moneyFaults(w.Price, at+".price", "what the day costs")...)
		if w.Day < time.Sunday || w.Day > time.Saturday {
			faults = append(faults, fault(at+".day", "element.weekday", "a day of the week is 0, Sunday, to 6, Saturday"))
		}
		if seen[w.Day] {
			faults = append(faults, fault(at+".day", "element.weekday_repeated", "a day of the week has one price"))
		}
		seen[w.Day] = true
		if first := e.Weekdays[0].Price; w.Price.IsRecorded() && first.IsRecorded() && w.Price.Currency() != first.Currency() {
			faults = append(faults, fault(at+".price", "money.currency_mixed", "the prices of an element are in one currency"))
		}
	}
	return faults
}

// currency gives the currency the element is priced in, empty where it has no
// price.
func (e Element) currency() string {
	for _, m := range append([]casework.Money{e.Weekly, e.Once}, e.weekdayPrices()...) {
		if m.IsRecorded() {
			return m.Currency()
		}
	}
	return ""
}

// packageFaults lists what is wrong with the elements of a package, one by one
// and together. An element without an id gets one later.
func packageFaults(elements []Element, path string) []casework.Fault {
	var faults []casework.Fault
	for i, e := range elements {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, elementFaults(e, at)...)
		faults = append(faults, followFaults(elements, e, at)...)
		if e.ID != "" && slices.ContainsFunc(elements[:i], func(other Element) bool { return other.ID == e.ID }) {
			faults = append(faults, fault(at+".id", "element.repeated", fmt.Sprintf("there is another element %s", e.ID)))
		}
		faults = append(faults, currencyFaults(elements[:i], e, at)...)
	}
	return faults
}

// currencyFaults tells that an element is priced in another currency than those
// before it.
func currencyFaults(before []Element, e Element, path string) []casework.Fault {
	for _, other := range before {
		if has, is := other.currency(), e.currency(); has != "" && is != "" {
			if has == is {
				return nil
			}
			return []casework.Fault{fault(path, "money.currency_mixed", fmt.Sprintf("the package is priced in %s, not %s", has, is))}
		}
	}
	return nil
}

// followFaults tells that an element follows one that is not there, or not over
// before it starts.
func followFaults(elements []Element, e Element, path string) []casework.Fault {
	if e.Follows == "" {
		return nil
	}
	at := slices.IndexFunc(elements, func(other Element) bool { return other.ID == e.Follows })
	if at < 0 || e.Follows == e.ID {
		return []casework.Fault{unknown(path+".follows", "element", string(e.Follows))}
	}
	if last := elements[at].Period.To; last.IsZero() || !last.Before(e.Period.From) {
		return []casework.Fault{fault(path+".follows", "element.follows_early", fmt.Sprintf("element %s is to end before the one that follows it starts on %s", e.Follows, e.Period.From))}
	}
	return nil
}

// ElementState gives the state of an element of the requisition's package on a
// day: in progress until the requisition is submitted, awaiting approval until
// it is approved, cancelled when it was rejected, or the purchase ended before
// anything was signed, and by the day otherwise. What its contract says later
// counts there; see [Contract.ElementState].
func (p *Purchase) ElementState(id ElementID, day casework.Date) (ElementState, bool) {
	at := slices.IndexFunc(p.s.Requisition.Package, func(e Element) bool { return e.ID == id })
	if at < 0 {
		return "", false
	}
	switch p.State() {
	case RequisitionDrafted:
		return ElementInProgress, true
	case RequisitionSubmitted:
		return ElementAwaitingApproval, true
	case RequisitionRejected, PurchaseEnded:
		return ElementCancelled, true
	default:
		return p.s.Requisition.Package[at].StateOn(day), true
	}
}
