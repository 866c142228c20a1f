package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Terms are what the parties agree on.
type Terms struct {
	Number    string              `json:"number,omitempty"` // of the contract, in the host's register
	Title     string              `json:"title,omitempty"`
	Value     casework.Money      `json:"value,omitzero"`  // over the whole period, options left out, VAT included
	Period    casework.Period     `json:"period,omitzero"` // both days included
	Items     []Item              `json:"items,omitempty"` // where there are any, they add up to the value
	Pricing   PricingBasis        `json:"pricing,omitempty"`
	Nominal   bool                `json:"nominal,omitempty"` // the value is a token, and no money is to be paid
	Term      Term                `json:"term,omitzero"`
	Risks     []Risk              `json:"risks,omitempty"`
	Options   []PricedOption      `json:"options,omitempty"`
	Package   []Element           `json:"package,omitempty"`   // a person's care package
	Payment   PaymentTerms        `json:"payment,omitzero"`    // 30 days when zero
	Notice    int                 `json:"notice,omitempty"`    // months of notice either side gives
	Documents []casework.Evidence `json:"documents,omitempty"` // conditions, schedules
}

// PaymentTerms say when an invoice is due.
type PaymentTerms struct {
	Days int `json:"days,omitempty"` // calendar days beginning with the day a valid invoice was received; 30 when zero
}

// Competed is what an award was about, kept for the terms to be held against.
type Competed struct {
	Supplier string          `json:"supplier"` // id of the agency
	Value    casework.Money  `json:"value"`
	Period   casework.Period `json:"period,omitzero"`
	Pricing  PricingBasis    `json:"pricing,omitempty"`
	Options  []PricedOption  `json:"options,omitempty"`
	Package  []Element       `json:"package,omitempty"` // the care package that was approved
	Codes    []string        `json:"codes,omitempty"`   // classifications of what was competed; none recorded: not looked at
}

func (t Terms) clone() Terms {
	t.Items, t.Risks, t.Options = slices.Clone(t.Items), slices.Clone(t.Risks), slices.Clone(t.Options)
	t.Package, t.Documents = clonedElements(t.Package), slices.Clone(t.Documents)
	return t
}

func (c Competed) clone() Competed {
	c.Options, c.Codes = slices.Clone(c.Options), slices.Clone(c.Codes)
	c.Package = clonedElements(c.Package)
	return c
}

// redacted keeps ids, figures and dates.
func (c Competed) redacted() Competed {
	c = c.clone()
	c.Options, c.Package = redactedOptions(c.Options), redactedElements(c.Package)
	return c
}

// redacted keeps ids, figures, dates and digests.
func (t Terms) redacted() Terms {
	t.Title, t.Term.Reason = "", ""
	t.Items, t.Risks, t.Options = redactedItems(t.Items), redactedRisks(t.Risks), redactedOptions(t.Options)
	t.Package, t.Documents = redactedElements(t.Package), slices.Clone(t.Documents)
	for i := range t.Documents {
		t.Documents[i].Title, t.Documents[i].Address = "", ""
	}
	return t
}

// termsFaults lists what is wrong with terms, all at once. What is missing is no
// fault while they are drafted.
func termsFaults(t Terms, path string) []casework.Fault {
	faults := t.figureFaults(path)
	if !t.Period.IsZero() {
		faults = append(faults, t.Period.Faults(path+".period")...)
	}
	if t.Pricing != "" && !t.Pricing.Known() {
		faults = append(faults, fault(path+".pricing", "pricing.unknown", "a pricing basis is block, spot, cost_and_volume, activity or outcome"))
	}
	if t.Payment.Days < 0 {
		faults = append(faults, fault(path+".payment.days", "payment.days", "payment days count from 0"))
	}
	if t.Notice < 0 {
		faults = append(faults, fault(path+".notice", "notice.months", "months of notice count from 0"))
	}
	return slices.Concat(faults, t.Term.faults(path+".term"), riskFaults(t.Risks, path+".risks"),
		packageFaults(t.Package, path+".package"), evidenceFaults(t.Documents, path+".documents"))
}

// figureFaults lists what is wrong with the money of terms: every amount is of
// one currency, and the items add up to the value to the penny.
func (t Terms) figureFaults(path string) []casework.Fault {
	var faults []casework.Fault
	if t.Value.Sign() < 0 {
		faults = append(faults, fault(path+".value", "money.negative", "the value is not negative"))
	}
	wrong := itemFaults(t.Items, path+".items")
	mixed := t.currencyFaults(path)
	if t.Value.IsRecorded() && len(wrong)+len(mixed) == 0 {
		faults = append(faults, itemsTotalFaults(t.Items, path+".items", t.Value)...)
	}
	return slices.Concat(faults, wrong, optionFaults(t.Options, path+".options"), mixed)
}

// currencyFaults lists the amounts that are not in the currency of the first.
func (t Terms) currencyFaults(path string) []casework.Fault {
	currency := t.Value.Currency()
	var faults []casework.Fault
	look := func(m casework.Money, at string) {
		if currency == "" {
			currency = m.Currency()
		}
		if m.IsRecorded() && m.Currency() != currency {
			faults = append(faults, fault(at, "money.currency_mixed", fmt.Sprintf("the terms are in %s, and not in %s", currency, m.Currency())))
		}
	}
	for i, item := range t.Items {
		look(item.UnitPrice, fmt.Sprintf("%s.items[%d].unit_price", path, i))
	}
	for i, o := range t.Options {
		look(o.Price, fmt.Sprintf("%s.options[%d].price", path, i))
	}
	for i, e := range t.Package {
		for _, m := range append([]casework.Money{e.Weekly, e.Once}, e.weekdayPrices()...) {
			look(m, fmt.Sprintf("%s.package[%d]", path, i))
		}
	}
	return faults
}

// RedraftingContract is the event of terms being drafted anew, for policies to
// watch. The attempt's Args are the [Redraft].
const RedraftingContract casework.Move = "contract.redrafted"

// Redraft is terms that take the place of the ones before.
type Redraft struct {
	Terms Terms               `json:"terms"`
	Scale commissioning.Scale `json:"scale,omitempty"` // raised to that of the value
}

var contractRedrafted = &casework.Event[*Contract, Redraft]{
	Name: string(RedraftingContract), Version: 1,
	Apply: func(c *Contract, _ casework.Entry, d Redraft) {
		c.s.Terms, c.s.Scale = d.Terms, d.Scale
		c.lapse()
	},
	Redact: func(d Redraft) Redraft {
		d.Terms = d.Terms.redacted()
		return d
	},
}

// Redraft puts whole new terms in the place of the old ones, while the contract
// is drafted. Acceptances of the old terms do not count any more.
func (c *Contract) Redraft(t Terms) error {
	faults := termsFaults(t, "terms")
	t = t.clone()
	t.Package = numberedElements(t.Package)
	if len(faults) == 0 && contentOf(t) == contentOf(c.s.Terms) {
		faults = append(faults, fault("terms", "terms.unchanged", "the terms say this already"))
	}
	if err := c.invalid("redraft the terms", faults); err != nil {
		return err
	}
	return contractRedrafted.Record(c, Redraft{Terms: t, Scale: max(c.s.Scale, c.scaleOf(t))})
}

// Terms gives the terms as drafted, and once the contract is signed as signed.
// What variations made of them is at [Contract.EffectiveAt].
func (c *Contract) Terms() Terms { return c.s.Terms.clone() }

// OriginalTerms gives the terms that were signed: zero before that.
func (c *Contract) OriginalTerms() Terms {
	if c.s.Bound.IsZero() {
		return Terms{}
	}
	return c.s.Terms.clone()
}

// draftingRules watch over changes to the terms.
func draftingRules() []rule[*Contract] {
	return []rule[*Contract]{{
		weight: barred(),
		policy: casework.Policy[*Contract]{
			Code: "contract.locked", Source: "house rule",
			Doc:   "Terms that the parties accepted or signed are not changed behind their backs.",
			Moves: []casework.Move{RedraftingContract},
			Check: func(a casework.Attempt[*Contract]) []casework.Objection {
				if a.From == ContractDrafted {
					return nil
				}
				return object(fmt.Sprintf("the contract is %s: its terms are not drafted any more", a.From), lockedRemedy(a.From), "")
			},
		},
	}}
}

func lockedRemedy(s State) string {
	switch s {
	case ContractAgreed:
		return "unlock it, with the reason: acceptances and signatures lapse"
	case ContractSigned, ContractInForce:
		return "propose a variation, which all parties sign"
	default:
		return "draft another contract: this one is over"
	}
}

// termsRules hold what is about to be signed against what is asked of terms.
func termsRules() []rule[*Contract] {
	competed := func(check func(*Contract, Competed) []casework.Objection) func(casework.Attempt[*Contract]) []casework.Objection {
		return func(a casework.Attempt[*Contract]) []casework.Objection {
			if a.Case.s.Competed == nil {
				return nil
			}
			return check(a.Case, *a.Case.s.Competed)
		}
	}
	return []rule[*Contract]{
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "contract.incomplete", Source: "house rule",
			Doc:   "Nothing is signed that does not say its number, title, value, first day and pricing basis.",
			Moves: signingMoves(),
			Check: func(a casework.Attempt[*Contract]) []casework.Objection { return a.Case.s.Terms.incomplete() },
		}},
		{weight: commissioning.SameWeight(casework.Advise), policy: casework.Policy[*Contract]{
			Code: "contract.unready", Source: "house rule",
			Doc:   "What keeps a contract from being signed is said before its terms are locked.",
			Moves: []casework.Move{AcceptingContract, AgreeContract},
			Check: func(a casework.Attempt[*Contract]) []casework.Objection {
				return append(a.Case.s.Terms.incomplete(), signatoriesMissing(a.Case.s.Parties)...)
			},
		}},
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "period.over", Source: "house rule",
			Doc:   "Nothing is signed on a day when its last day is over already: it would end before it binds.",
			Moves: signingMoves(), Check: signedAfterTheEnd,
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "terms.mismatch", Source: "Procurement Act 2023 s.31 and s.74: what is signed is what was competed",
			Doc:   "The terms give the supplier nothing that was not competed: they are not wider than the award.",
			Moves: signingMoves(),
			Check: competed(func(c *Contract, was Competed) []casework.Objection { return c.s.Terms.beyond(was, c.s.Parties) }),
		}},
		{weight: explained(), policy: casework.Policy[*Contract]{
			Code: "terms.less", Source: "house rule",
			Doc:   "Less than was awarded may be signed, with the reason.",
			Moves: signingMoves(),
			Check: competed(func(c *Contract, was Competed) []casework.Objection { return c.s.Terms.short(was) }),
		}},
		{weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Explain, Major: casework.Explain}, policy: casework.Policy[*Contract]{
			Code: "term.unreasoned", Source: "National Audit Office, principles of commissioning: long-term contracts and risk sharing",
			Doc:   "How long a contract runs is thought about, and the reason is written down.",
			Moves: signingMoves(),
			Check: func(a casework.Attempt[*Contract]) []casework.Objection {
				return a.Case.s.Terms.Term.unreasoned(a.Case.s.Terms.Period)
			},
		}},
		{weight: commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Explain}, policy: casework.Policy[*Contract]{
			Code: "risk.unallocated", Source: "National Audit Office, principles of commissioning: long-term contracts and risk sharing",
			Doc:   "Who bears which risk is written into the terms.",
			Moves: signingMoves(),
			Check: func(a casework.Attempt[*Contract]) []casework.Objection { return unallocated(a.Case.s.Terms.Risks) },
		}},
	}
}

// signedAfterTheEnd objects to a signature of a day after the last of the terms.
func signedAfterTheEnd(a casework.Attempt[*Contract]) []casework.Objection {
	d, given := a.Args.(Signing)
	last := a.Case.s.Terms.Period.To
	if on := a.Case.cfg.day(d.Signature.At); !given || last.IsZero() || !on.After(last) {
		return nil
	}
	return object(fmt.Sprintf("the last day of the terms is %s, before the signature", last),
		"mend the period, or say when it was signed", "terms.period")
}

// incomplete objects to each thing the terms do not say.
func (t Terms) incomplete() []casework.Objection {
	var all []casework.Objection
	for _, part := range []struct {
		field, what string
		there       bool
	}{
		{"terms.number", "number", strings.TrimSpace(t.Number) != ""},
		{"terms.title", "title", strings.TrimSpace(t.Title) != ""},
		{"terms.value", "value", t.Value.IsRecorded()},
		{"terms.period.from", "first day", !t.Period.From.IsZero()},
		{"terms.pricing", "pricing basis", t.Pricing != ""},
	} {
		if !part.there {
			all = append(all, object("the contract has no "+part.what, "write it into the terms while they are drafted", part.field)...)
		}
	}
	return all
}

// beyond objects to each thing the terms have that was not competed.
func (t Terms) beyond(was Competed, parties []Party) []casework.Objection {
	const remedy = "mend the terms, or end the procedure and compete for what is wanted now"
	var all []casework.Objection
	add := func(subject, format string, args ...any) {
		all = append(all, object(fmt.Sprintf(format, args...), remedy, subject)...)
	}
	if !slices.ContainsFunc(parties, func(p Party) bool { return p.Role == SupplierParty && p.Agency.ID == was.Supplier }) {
		add("parties", "the award went to %s, which is not the supplier", was.Supplier)
	}
	if t.Value.IsRecorded() && was.Value.IsRecorded() {
		if order, err := t.Value.Cmp(was.Value); err != nil || order > 0 {
			add("terms.value", "the value is %s, and %s was awarded", t.Value, was.Value)
		}
	}
	if !was.Period.IsZero() && compareLength(t.Period, was.Period) > 0 {
		add("terms.period", "the contract runs %s, longer than what was competed: %s", t.Period, was.Period)
	}
	if was.Pricing != "" && t.Pricing != was.Pricing {
		add("terms.pricing", "the pricing basis is %q, and %q was competed", t.Pricing, was.Pricing)
	}
	if !sameOptions(t.Options, was.Options) {
		add("terms.options", "the options are not those that were priced in the competition")
	}
	if !samePackage(t.Package, was.Package) {
		add("terms.package", "the care package is not the one that was approved")
	}
	for _, item := range t.Items {
		if len(was.Codes) > 0 && item.Classification != "" && !slices.Contains(was.Codes, item.Classification) {
			add(item.ID, "item %s is classified %s, which was not competed", item.ID, item.Classification)
		}
	}
	return all
}

// sameOptions tells whether two lists have the same options, in any order.
func sameOptions(a, b []PricedOption) bool {
	missing := func(o PricedOption) bool {
		return !slices.ContainsFunc(b, func(other PricedOption) bool { return sameOption(o, other) })
	}
	return len(a) == len(b) && !slices.ContainsFunc(a, missing)
}

// samePackage tells whether two packages say the same of the same elements.
func samePackage(a, b []Element) bool {
	return len(a) == len(b) && (len(a) == 0 || contentOf(a) == contentOf(b))
}

// short objects to each thing the terms have less of than was awarded.
func (t Terms) short(was Competed) []casework.Objection {
	const remedy = "say why less is signed than was awarded, or mend the terms"
	var all []casework.Objection
	if order, err := t.Value.Cmp(was.Value); err == nil && order < 0 {
		all = append(all, object(fmt.Sprintf("the value is %s, and %s was awarded", t.Value, was.Value), remedy, "terms.value")...)
	}
	if !was.Period.IsZero() && !t.Period.IsZero() && compareLength(t.Period, was.Period) < 0 {
		all = append(all, object(fmt.Sprintf("the contract runs %s, shorter than what was competed: %s", t.Period, was.Period), remedy, "terms.period")...)
	}
	return all
}
