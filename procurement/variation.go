package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// VariationID names a variation within its contract, such as "V1".
type VariationID string

// Rationale is why a contract is varied.
type Rationale string

// The rationales: a closed list.
const (
	VolumeIncrease     Rationale = "volume_increase"
	VolumeReduction    Rationale = "volume_reduction"
	PriceIncrease      Rationale = "price_increase" // by other than an agreed index
	PriceReduction     Rationale = "price_reduction"
	PriceIndexation    Rationale = "price_indexation"
	DurationExtension  Rationale = "duration_extension"
	DurationReduction  Rationale = "duration_reduction"
	ScopeAddition      Rationale = "scope_addition"
	ScopeReduction     Rationale = "scope_reduction"
	QualityImprovement Rationale = "quality_improvement"
	TaxChange          Rationale = "tax_change"
	ChangeOfLaw        Rationale = "change_of_law"
	Unforeseen         Rationale = "unforeseen_circumstances"
	TermsClarified     Rationale = "terms_clarified"
)

// Rationales gives the closed list, in its order.
func Rationales() []Rationale {
	return []Rationale{
		VolumeIncrease, VolumeReduction, PriceIncrease, PriceReduction, PriceIndexation, DurationExtension, DurationReduction,
		ScopeAddition, ScopeReduction, QualityImprovement, TaxChange, ChangeOfLaw, Unforeseen, TermsClarified,
	}
}

// Known tells whether the rationale is one of the closed list.
func (r Rationale) Known() bool { return slices.Contains(Rationales(), r) }

// VariationStatus is how far a variation is.
type VariationStatus string

// The statuses of a variation.
const (
	VariationPending   VariationStatus = "pending" // proposed; nothing has changed yet
	VariationEffective VariationStatus = "effective"
	VariationWithdrawn VariationStatus = "withdrawn" // or declined by a party
)

// Variation is a change to a contract in force. It takes effect when all
// parties have signed it, and not before; an extension that was not priced is
// one too. Fields that are zero change nothing.
type Variation struct {
	ID         VariationID     `json:"id"` // given by the contract
	Rationales []Rationale     `json:"rationales"`
	Reason     string          `json:"reason"`
	Value      casework.Money  `json:"value,omitzero"`  // the new whole, VAT included
	Period     casework.Period `json:"period,omitzero"` // the new whole
	Items      []Item          `json:"items,omitempty"` // the new whole
	Terms      string          `json:"terms,omitempty"` // what else changes, in words
	From       casework.Date   `json:"from,omitzero"`   // since when it is to count; the day of the last signature when zero

	Base       int             `json:"base,omitempty"` // how many changes had taken effect when it was proposed
	Signatures []Signature     `json:"signatures,omitempty"`
	Status     VariationStatus `json:"status,omitempty"`
	Proposed   Mark            `json:"proposed,omitzero"`
	Decided    Mark            `json:"decided,omitzero"`      // when it took effect, or was withdrawn
	DeclinedBy string          `json:"declined_by,omitempty"` // id of the agency that declined it
	Declined   string          `json:"declined,omitempty"`    // why it was declined
}

// Open tells whether the variation is pending.
func (v Variation) Open() bool { return v.Status == VariationPending }

func (v Variation) clone() Variation {
	v.Rationales, v.Items, v.Signatures = slices.Clone(v.Rationales), slices.Clone(v.Items), slices.Clone(v.Signatures)
	return v
}

// touches names the parts of a contract the variation is about. Value and items
// are one part: they add up. What changes in words touches nothing else.
func (v Variation) touches() []string {
	var parts []string
	if v.Value.IsRecorded() || len(v.Items) > 0 {
		parts = append(parts, "value")
	}
	if !v.Period.IsZero() {
		parts = append(parts, "period")
	}
	return parts
}

// content is the digest of what is signed.
func (v Variation) content() casework.Hash {
	return contentOf(Variation{
		ID: v.ID, Rationales: v.Rationales, Reason: v.Reason, Value: v.Value,
		Period: v.Period, Items: v.Items, Terms: v.Terms, From: v.From,
	})
}

// The events of a variation, for policies to watch, beside
// [VariationTakingEffect]. The attempt's Args are the [Variation] of the first two,
// the [VariationSigning] of a signature and of taking effect, and the
// [VariationRefusal] of the last two. The last signature is the taking effect.
const (
	ProposingVariation   casework.Move = "variation.proposed"
	RevisingVariation    casework.Move = "variation.revised"
	SigningVariation     casework.Move = "variation.signature"
	DecliningVariation   casework.Move = "variation.declined"
	WithdrawingVariation casework.Move = "variation.withdrawn"
)

// VariationSigning is a signature under a variation.
type VariationSigning struct {
	Variation VariationID         `json:"variation"`
	Signature Signature           `json:"signature"`
	From      casework.Date       `json:"from,omitzero"`   // the last signature's: since when the variation counts
	Scale     commissioning.Scale `json:"scale,omitempty"` // the last signature's: raised to that of the value
}

// VariationRefusal is that a party declined a variation, or that it was withdrawn.
type VariationRefusal struct {
	Variation VariationID `json:"variation"`
	Party     string      `json:"party,omitempty"` // who declined
	Reason    string      `json:"reason,omitempty"`
}

var variationProposed = &casework.Event[*Contract, Variation]{
	Name: string(ProposingVariation), Version: 1,
	Apply: func(c *Contract, e casework.Entry, v Variation) {
		v.Status, v.Proposed = VariationPending, markOf(e)
		c.s.Variations = append(c.s.Variations, v)
	},
	Redact: redactedVariation,
}

var variationRevised = &casework.Event[*Contract, Variation]{
	Name: string(RevisingVariation), Version: 1,
	Apply: func(c *Contract, _ casework.Entry, v Variation) {
		if was := c.variation(v.ID); was != nil {
			v.Status, v.Proposed = was.Status, was.Proposed
			*was = v
		}
	},
	Redact: redactedVariation,
}

func redactedVariation(v Variation) Variation {
	v.Reason, v.Terms, v.Items = "", "", redactedItems(v.Items)
	return v
}

var variationSigned = &casework.Event[*Contract, VariationSigning]{
	Name: string(SigningVariation), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d VariationSigning) { c.signVariation(e, d) },
}

var variationEffective = &casework.Event[*Contract, VariationSigning]{
	Name: VariationTakingEffect, Version: 1,
	Apply: func(c *Contract, e casework.Entry, d VariationSigning) {
		c.signVariation(e, d)
		if v := c.variation(d.Variation); v != nil {
			v.Status, v.Decided, v.From = VariationEffective, markOf(e), d.From
			c.s.Scale = max(c.s.Scale, d.Scale)
		}
	},
}

func (c *Contract) signVariation(e casework.Entry, d VariationSigning) {
	if v := c.variation(d.Variation); v != nil && d.Signature.Party != "" {
		d.Signature.Mark = markOf(e)
		v.Signatures = append(v.Signatures, d.Signature)
	}
}

var variationDeclined = &casework.Event[*Contract, VariationRefusal]{
	Name: string(DecliningVariation), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d VariationRefusal) { c.refuseVariation(e, d) },
	Redact: func(d VariationRefusal) VariationRefusal {
		d.Reason = ""
		return d
	},
}

var variationWithdrawn = &casework.Event[*Contract, VariationRefusal]{
	Name: string(WithdrawingVariation), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d VariationRefusal) { c.refuseVariation(e, d) },
}

func (c *Contract) refuseVariation(e casework.Entry, d VariationRefusal) {
	if v := c.variation(d.Variation); v != nil {
		v.Status, v.Decided, v.DeclinedBy, v.Declined = VariationWithdrawn, markOf(e), d.Party, d.Reason
	}
}

func variationEvents() []casework.EventType[*Contract] {
	return []casework.EventType[*Contract]{
		variationProposed, variationRevised, variationSigned, variationEffective, variationDeclined, variationWithdrawn, optionExercised,
	}
}

// ProposeVariation proposes a change to a contract that binds, and gives it with
// its id. Nothing changes until all parties have signed it.
func (c *Contract) ProposeVariation(v Variation) (Variation, error) {
	v = v.clone()
	v.ID = VariationID(numbered("V", len(c.s.Variations)))
	return c.putVariation("propose a variation", variationProposed, v, nil)
}

// ReviseVariation puts another content in the place of a pending variation's. It
// builds on what the contract says now, and signatures given before are void.
func (c *Contract) ReviseVariation(id VariationID, v Variation) (Variation, error) {
	v = v.clone()
	v.ID = id
	return c.putVariation("revise a variation", variationRevised, v, c.pendingFaults(id))
}

// putVariation records the content of a variation, unless there are faults.
func (c *Contract) putVariation(op string, ev *casework.Event[*Contract, Variation], v Variation, faults []casework.Fault) (Variation, error) {
	if err := c.invalid(op, append(faults, c.variationFaults(v)...)); err != nil {
		return Variation{}, err
	}
	v.Base, v.Signatures, v.Status = len(c.changes()), nil, ""
	v.Proposed, v.Decided, v.DeclinedBy, v.Declined = Mark{}, Mark{}, "", ""
	if err := ev.Record(c, v); err != nil {
		return Variation{}, err
	}
	return c.variation(v.ID).clone(), nil
}

// variationFaults lists what is wrong with what is proposed.
func (c *Contract) variationFaults(v Variation) []casework.Fault {
	faults := c.inForceFaults("variation.not_in_force", "only what is signed and has not ended is varied")
	faults = append(faults, rationaleFaults(v.Rationales)...)
	faults = append(faults, required(v.Reason, "variation.reason", "reason.missing", "say why the contract is varied")...)
	if !v.Period.IsZero() {
		faults = append(faults, v.Period.Faults("variation.period")...)
		faults = append(faults, c.periodFaultsOf(v)...)
	}
	faults = append(faults, c.moneyFaultsOf(v)...)
	if c.unchangedBy(v) {
		faults = append(faults, fault("variation", "variation.empty", "say what changes: the value, the period, the items, or other terms"))
	}
	if !v.From.IsZero() && (v.From.Before(c.s.Bound) || c.afterTheEnd(v, v.From)) {
		faults = append(faults, fault("variation.from", "variation.from", fmt.Sprintf("a variation counts from a day between %s, when the contract was signed, and its end", c.s.Bound)))
	}
	return faults
}

// afterTheEnd tells whether a day is after the last day of the contract, as it
// is or as a variation would have it.
func (c *Contract) afterTheEnd(v Variation, day casework.Date) bool {
	for _, last := range []casework.Date{c.agreed().Period.To, v.Period.To} {
		if !last.IsZero() && day.After(last) {
			return true
		}
	}
	return false
}

// periodFaultsOf lists what is wrong with the period of a variation: it ends no
// earlier than the contract binds, and the first day of what is in force stays
// behind it.
func (c *Contract) periodFaultsOf(v Variation) []casework.Fault {
	if v.Period.IsZero() {
		return nil
	}
	var faults []casework.Fault
	since := later(c.s.Bound, c.s.Commenced)
	if last := v.Period.To; !last.IsZero() && last.Before(since) && !last.Before(v.Period.From) {
		faults = append(faults, fault("variation.period.to", "variation.ends_before", fmt.Sprintf("the contract binds since %s: it does not end before", since)))
	}
	if !c.s.Commenced.IsZero() && v.Period.From.After(c.s.Commenced) {
		faults = append(faults, fault("variation.period.from", "variation.commenced", fmt.Sprintf("the contract is in force since %s: it does not begin later", c.s.Commenced)))
	}
	return faults
}

func rationaleFaults(rationales []Rationale) []casework.Fault {
	if len(rationales) == 0 {
		return []casework.Fault{fault("variation.rationales", "rationale.missing", "give at least one rationale")}
	}
	var faults []casework.Fault
	for i, r := range rationales {
		at := fmt.Sprintf("variation.rationales[%d]", i)
		if !r.Known() {
			faults = append(faults, fault(at, "rationale.unknown", fmt.Sprintf("%q is not among the rationales", r)))
		}
		if slices.Contains(rationales[:i], r) {
			faults = append(faults, fault(at, "rationale.duplicate", fmt.Sprintf("%q stands there twice", r)))
		}
	}
	return faults
}

// moneyFaultsOf lists what is wrong with the money of a variation. Items add up to
// the value, either with what exercised options cost or without: what is not
// given is as it is in effect.
func (c *Contract) moneyFaultsOf(v Variation) []casework.Fault {
	wrong := itemFaults(v.Items, "variation.items")
	currency := c.s.Terms.Value.Currency()
	if v.Value.IsRecorded() && (v.Value.Sign() < 0 || currency != "" && v.Value.Currency() != currency) {
		wrong = append(wrong, fault("variation.value", "variation.value", fmt.Sprintf("the value is an amount of %s, and not negative", currency)))
	}
	if len(wrong) > 0 || len(v.touches()) == 0 {
		return wrong
	}
	now := c.agreed()
	value, items, path := v.Value, v.Items, "variation.items"
	if !value.IsRecorded() {
		value = now.Value
	}
	if len(items) == 0 {
		items, path = now.Items, "variation.value"
		if !v.Value.IsRecorded() {
			return nil
		}
	}
	possible := []casework.Money{value}
	if options, err := c.optional(now); err == nil && options.IsRecorded() {
		if without, err := value.Sub(options); err == nil {
			possible = append(possible, without)
		}
	}
	return itemsTotalFaults(items, path, possible...)
}

// unchangedBy tells whether a variation leaves everything as it is.
func (c *Contract) unchangedBy(v Variation) bool {
	now := c.agreed()
	return (!v.Value.IsRecorded() || v.Value == now.Value) && (v.Period.IsZero() || v.Period == now.Period) &&
		(len(v.Items) == 0 || slices.Equal(v.Items, now.Items)) && strings.TrimSpace(v.Terms) == ""
}

// pendingFaults gives the fault of naming a variation that is not there, or is
// decided.
func (c *Contract) pendingFaults(id VariationID) []casework.Fault {
	v := c.variation(id)
	if v == nil {
		return []casework.Fault{unknown("variation.id", "variation", string(id))}
	}
	if !v.Open() {
		return []casework.Fault{fault("variation.id", "variation.decided", fmt.Sprintf("variation %s is %s", id, v.Status))}
	}
	return nil
}

// SignVariation records a party's signature under a pending variation: now, where
// no moment is given. With the last of the parties the variation takes effect. It
// is not dated before the contract's last signature, nor before the change that
// took effect last.
func (c *Contract) SignVariation(id VariationID, s Signature) (Variation, error) {
	faults := append(c.pendingFaults(id), c.inForceFaults("variation.not_in_force", "only what is signed and has not ended is varied")...)
	v := Variation{}
	if known := c.variation(id); known != nil {
		v = known.clone()
	}
	faults = append(faults, c.signatureFaults(s, v.Signatures)...)
	s = c.signatureOf(s, v.content())
	faults = append(faults, c.sequenceFaults(s)...)
	if err := c.invalid("sign a variation", faults); err != nil {
		return Variation{}, err
	}
	signed, ev := VariationSigning{Variation: id, Signature: s}, variationSigned
	if len(unsignedBy(c.s.Parties, append(v.Signatures, s))) == 0 {
		ev, signed.From, signed.Scale = variationEffective, c.countsSince(v, s), c.scaleWith(v)
		if err := c.invalid("sign a variation", c.overdueFaults(v, signed.From)); err != nil {
			return Variation{}, err
		}
	}
	if err := ev.Record(c, signed); err != nil {
		return Variation{}, err
	}
	return c.variation(id).clone(), nil
}

// countsSince gives the day since when a variation counts with its last
// signature. One that ends the contract on a day that is over counts by that day.
func (c *Contract) countsSince(v Variation, s Signature) casework.Date {
	if !v.From.IsZero() {
		return v.From
	}
	on := c.cfg.day(latest(v.Signatures, s))
	if last := v.Period.To; !last.IsZero() && last.Before(on) {
		return last
	}
	return on
}

// overdueFaults lists what has become wrong with a variation since it was
// proposed: the contract came into force, or its last day passed.
func (c *Contract) overdueFaults(v Variation, from casework.Date) []casework.Fault {
	faults := c.periodFaultsOf(v)
	if c.afterTheEnd(v, from) {
		faults = append(faults, fault("variation.from", "variation.late", fmt.Sprintf("the variation would count from %s, after the last day of the contract", from)))
	}
	return faults
}

// sequenceFaults gives the fault of dating a signature before what it builds on.
func (c *Contract) sequenceFaults(s Signature) []casework.Fault {
	if at := latest(c.s.Signatures); s.At.Before(at) || c.cfg.day(s.At).Before(c.s.Bound) {
		return []casework.Fault{fault("signature.at", "variation.order", fmt.Sprintf("the contract was signed on %s: a variation follows it", c.s.Bound))}
	}
	changes := c.changes()
	if len(changes) == 0 {
		return nil
	}
	last := changes[len(changes)-1]
	before := s.At.Before(latest(last.variation.Signatures))
	if last.variation.ID == "" {
		before = c.cfg.day(s.At).Before(last.on)
	}
	if !before {
		return nil
	}
	return []casework.Fault{fault("signature.at", "variation.order", fmt.Sprintf("%s was there before: the next change follows it", last.name()))}
}

// scaleWith gives the scale the value of a variation asks for, none where the
// value does not change.
func (c *Contract) scaleWith(v Variation) commissioning.Scale {
	if !v.Value.IsRecorded() {
		return 0
	}
	return c.cfg.scaleOf(c.Now(), v.Value)
}

// valueWith gives the value of the contract with a variation.
func (c *Contract) valueWith(id VariationID) casework.Money {
	if v := c.variation(id); v != nil && v.Value.IsRecorded() {
		return v.Value
	}
	return c.agreed().Value
}

// DeclineVariation records that a party will not sign a pending variation, and
// why. It is withdrawn with that.
func (c *Contract) DeclineVariation(id VariationID, party, reason string) (Variation, error) {
	faults := slices.Concat(c.pendingFaults(id), c.partyKnown("party", party), required(reason, "reason", "reason.missing", "say why it is declined"))
	return c.endVariation("decline a variation", variationDeclined, VariationRefusal{Variation: id, Party: party, Reason: reason}, faults)
}

// WithdrawVariation takes a pending variation back. The call's reason says why.
func (c *Contract) WithdrawVariation(id VariationID) (Variation, error) {
	faults := append(c.pendingFaults(id), reasonRequired(c, "why the variation is withdrawn")...)
	return c.endVariation("withdraw a variation", variationWithdrawn, VariationRefusal{Variation: id}, faults)
}

func (c *Contract) endVariation(op string, ev *casework.Event[*Contract, VariationRefusal], d VariationRefusal, faults []casework.Fault) (Variation, error) {
	if err := c.invalid(op, faults); err != nil {
		return Variation{}, err
	}
	if err := ev.Record(c, d); err != nil {
		return Variation{}, err
	}
	return c.variation(d.Variation).clone(), nil
}

// Variations gives every variation, in the order they were proposed.
func (c *Contract) Variations() []Variation {
	all := slices.Clone(c.s.Variations)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Variation gives one variation.
func (c *Contract) Variation(id VariationID) (Variation, bool) {
	if v := c.variation(id); v != nil {
		return v.clone(), true
	}
	return Variation{}, false
}

func (c *Contract) variation(id VariationID) *Variation {
	for i := range c.s.Variations {
		if c.s.Variations[i].ID == id {
			return &c.s.Variations[i]
		}
	}
	return nil
}

// DeadlineVariation is the code of the day since when a variation counts that was
// signed before it. It is API; the subject is the variation's id.
const DeadlineVariation = "variation.counts"

// variationDeadlines gives the days since when variations count that were signed
// before them, until the contract has ended.
func (c *Contract) variationDeadlines() []casework.Deadline {
	if c.s.Ending != nil {
		return nil
	}
	var all []casework.Deadline
	for _, v := range c.s.Variations {
		if v.Status == VariationEffective && v.From.After(c.cfg.day(v.Decided.At)) {
			all = append(all, casework.Deadline{
				Code: DeadlineVariation, Subject: string(v.ID), Due: v.From.In(c.cfg.calendar.Location()), Doc: "the variation counts since this day",
			})
		}
	}
	return all
}

func variationRules() []rule[*Contract] {
	return []rule[*Contract]{
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "variation.scope", Source: "Procurement Act 2023 s.74(3) and Schedule 8",
			Doc:   "A variation adds no item of a classification the contract does not have: that is bought anew, unless the law allows it.",
			Moves: []casework.Move{ProposingVariation, RevisingVariation},
			Check: newScope,
		}},
		{weight: explained(), policy: casework.Policy[*Contract]{
			Code: "variation.cumulative", Source: "Procurement Act 2023 s.74(4) and s.75",
			Doc:   "Where variations together change the value by more than a tenth of what was signed, either way, the reason is recorded.",
			Moves: []casework.Move{ProposingVariation, RevisingVariation},
			Check: cumulative,
		}},
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "variation.conflict", Source: "house rule",
			Doc:   "Two changes of the same thing are never merged: what was proposed before the other took effect is revised first.",
			Moves: []casework.Move{VariationTakingEffect},
			Check: overtaken,
		}},
	}
}

// newScope objects to each item of a classification the contract does not have.
func newScope(a casework.Attempt[*Contract]) []casework.Objection {
	v, given := a.Args.(Variation)
	if !given {
		return nil
	}
	had := slices.Concat(a.Case.s.Terms.Items, a.Case.agreed().Items)
	codes := classifications(had)
	if a.Case.s.Competed != nil {
		codes = append(codes, a.Case.s.Competed.Codes...)
	}
	var all []casework.Objection
	for _, item := range v.Items {
		known := slices.ContainsFunc(had, func(h Item) bool { return h.ID == item.ID && h.Classification == item.Classification })
		if len(codes) == 0 || known || slices.Contains(codes, item.Classification) {
			continue
		}
		all = append(all, object(fmt.Sprintf("item %s is classified %q, and the contract has no such item", item.ID, item.Classification),
			"buy it by another purchase, or have somebody authorised override this with the ground in law", item.ID)...)
	}
	return all
}

// classifications gives what items are classified as.
func classifications(items []Item) []string {
	var codes []string
	for _, item := range items {
		if item.Classification != "" {
			codes = append(codes, item.Classification)
		}
	}
	return codes
}

// cumulative objects where variations together change the value by more than a
// tenth.
func cumulative(a casework.Attempt[*Contract]) []casework.Objection {
	v, given := a.Args.(Variation)
	if !given || !v.Value.IsRecorded() {
		return nil
	}
	drift, signed, known := a.Case.drift(v.Value, a.Case.agreed())
	if !known || !moreThanTenth(drift, signed) {
		return nil
	}
	by := ""
	if percent, said := percentOf(drift, max(signed, 1)); said && signed > 0 {
		by = ", a change of " + percent.String()
	}
	return object(fmt.Sprintf("the value would be %s, and %s was signed%s", v.Value, a.Case.s.Terms.Value, by),
		"say why this is no new purchase, with casework.Explaining", string(v.ID))
}

// overtaken objects to each change of the same thing that took effect since the
// variation was proposed.
func overtaken(a casework.Attempt[*Contract]) []casework.Objection {
	d, given := a.Args.(VariationSigning)
	v, known := a.Case.Variation(d.Variation)
	if !given || !known {
		return nil
	}
	changes := a.Case.changes()
	var all []casework.Objection
	for _, ch := range changes[min(v.Base, len(changes)):] {
		for _, part := range v.touches() {
			if slices.Contains(ch.touches(), part) {
				all = append(all, object(fmt.Sprintf("%s changed the %s since variation %s was proposed", ch.name(), part, v.ID),
					fmt.Sprintf("revise variation %s over what holds now, and have it signed again", v.ID), string(v.ID))...)
			}
		}
	}
	return all
}
