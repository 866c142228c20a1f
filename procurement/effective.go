package procurement

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// Effective is what a contract says at a moment: what was signed, with every
// variation and option that had taken effect by then.
type Effective struct {
	Value      casework.Money  `json:"value"`
	Period     casework.Period `json:"period"`
	Items      []Item          `json:"items,omitempty"`
	Terms      []string        `json:"terms,omitempty"`      // what variations changed in words, in order
	Variations []VariationID   `json:"variations,omitempty"` // that had taken effect
	Options    []OptionID      `json:"options,omitempty"`    // that had been exercised
}

// change is something that took effect: a variation, or a priced option.
type change struct {
	mark      Mark          // changes took effect in the order of their entries
	on        casework.Date // since when it counts
	variation Variation     // zero where an option was exercised
	option    PricedOption
}

// name tells which change it is.
func (ch change) name() string {
	if ch.variation.ID != "" {
		return "variation " + string(ch.variation.ID)
	}
	return "option " + string(ch.option.ID)
}

// touches names the parts of a contract a change is about. Value and items are
// one part: they add up.
func (ch change) touches() []string {
	if ch.variation.ID != "" {
		return ch.variation.touches()
	}
	if ch.option.Months > 0 {
		return []string{"value", "period"}
	}
	return []string{"value"}
}

// Change is something that took effect under a contract: a variation, or a priced
// option that was exercised.
type Change struct {
	Variation VariationID     `json:"variation,omitempty"`
	Option    OptionID        `json:"option,omitempty"`
	From      casework.Date   `json:"from"`   // since when it counts; it may be a day to come
	Value     casework.Money  `json:"value"`  // of the contract, once this and every change before it counts
	Period    casework.Period `json:"period"` // likewise
	Mark      Mark            `json:"mark"`   // when the last party signed, or the buyer exercised
}

// Changes gives what took effect since the contract was signed, in the order it
// did.
func (c *Contract) Changes() []Change {
	e := c.fold(func(change) bool { return false })
	var all []Change
	for _, ch := range c.changes() {
		e.apply(ch)
		all = append(all, Change{
			Variation: ch.variation.ID, Option: ch.option.ID, From: ch.on, Value: e.Value, Period: e.Period, Mark: ch.mark,
		})
	}
	return all
}

// changes gives what took effect, in the order it did, whether its day has come
// or not.
func (c *Contract) changes() []change {
	var all []change
	for _, v := range c.s.Variations {
		if v.Status == VariationEffective {
			all = append(all, change{mark: v.Decided, on: v.From, variation: v})
		}
	}
	for _, x := range c.s.Exercised {
		if o, known := c.option(x.Option); known {
			all = append(all, change{mark: x.Mark, on: x.From, option: o})
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.mark.Entry, b.mark.Entry) })
	return all
}

// EffectiveAt gives what the contract says at a moment: what was signed, with
// every change that counted by the day of that moment, in the order the changes
// took effect. Nothing pending is in it. Before the contract is signed it is the
// terms as drafted.
func (c *Contract) EffectiveAt(t time.Time) Effective {
	day := c.cfg.day(t)
	return c.fold(func(ch change) bool { return !ch.on.After(day) })
}

// agreed is what the contract says once every change that took effect counts,
// those of a day to come included. What is agreed next builds on it.
func (c *Contract) agreed() Effective { return c.fold(func(change) bool { return true }) }

// fold gives the signed terms with those changes that count.
func (c *Contract) fold(counts func(change) bool) Effective {
	e := Effective{Value: c.s.Terms.Value, Period: c.s.Terms.Period, Items: slices.Clone(c.s.Terms.Items)}
	for _, ch := range c.changes() {
		if counts(ch) {
			e.apply(ch)
		}
	}
	return e
}

// apply puts one change on top.
func (e *Effective) apply(ch change) {
	if ch.variation.ID != "" {
		e.vary(ch.variation)
		return
	}
	e.exercise(ch.option)
}

// vary puts what a variation says in the place of what was there.
func (e *Effective) vary(v Variation) {
	e.Variations = append(e.Variations, v.ID)
	if v.Value.IsRecorded() {
		e.Value = v.Value
	}
	if !v.Period.IsZero() {
		e.Period = v.Period
	}
	if len(v.Items) > 0 {
		e.Items = slices.Clone(v.Items)
	}
	if v.Terms != "" {
		e.Terms = append(e.Terms, v.Terms)
	}
}

// exercise adds what an option costs, and how far it extends. The command saw to
// it that it can be added.
func (e *Effective) exercise(o PricedOption) {
	e.Options = append(e.Options, o.ID)
	if value, err := e.Value.Add(o.Price); err == nil {
		e.Value = value
	}
	if !e.Period.OpenEnded() {
		e.Period.To = extended(e.Period.To, o.Months)
	}
}

// optional adds up what options cost that are in an effective contract.
func (c *Contract) optional(e Effective) (casework.Money, error) {
	var all []casework.Money
	for _, id := range e.Options {
		if o, known := c.option(id); known {
			all = append(all, o.Price)
		}
	}
	return casework.Sum(all...)
}

// CumulativeChange gives by how much variations had changed the value at a
// moment, in percent of the value that was signed: negative where it fell. Options
// are left out: they were priced in the competition. It is false before the
// contract is signed, and where nothing can be said in percent: the signed value
// is 0.
func (c *Contract) CumulativeChange(at time.Time) (Percent, bool) {
	if c.s.Bound.IsZero() {
		return 0, false
	}
	e := c.EffectiveAt(at)
	drift, signed, known := c.drift(e.Value, e)
	if !known || signed == 0 {
		return 0, false
	}
	return percentOf(drift, signed)
}

// drift gives by how many minor units a value differs from the signed one, the
// options of an effective contract left out, and the signed value.
func (c *Contract) drift(value casework.Money, e Effective) (drift *big.Int, signed int64, known bool) {
	was := c.s.Terms.Value
	options, err := c.optional(e)
	if err != nil || !was.IsRecorded() || value.Currency() != was.Currency() {
		return nil, 0, false
	}
	drift = big.NewInt(value.Minor())
	drift.Sub(drift, big.NewInt(options.Minor()))
	return drift.Sub(drift, big.NewInt(was.Minor())), was.Minor(), true
}

// percentOf gives a part of a positive whole in percent, rounded to the nearest
// hundredth, halves away from zero.
func percentOf(part *big.Int, whole int64) (Percent, bool) {
	size := new(big.Int).Abs(part)
	size.Mul(size, big.NewInt(2*int64(Hundred)))
	size.Add(size, big.NewInt(whole))
	size.Quo(size, new(big.Int).Mul(big.NewInt(2), big.NewInt(whole)))
	if !size.IsInt64() {
		return 0, false
	}
	return Percent(size.Int64() * int64(part.Sign())), true
}

// moreThanTenth tells whether a part is more than a tenth of a whole, either way.
func moreThanTenth(part *big.Int, whole int64) bool {
	size := new(big.Int).Abs(part)
	return size.Mul(size, big.NewInt(10)).Cmp(big.NewInt(whole)) > 0
}
