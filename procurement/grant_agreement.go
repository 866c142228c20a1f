package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// GrantKind is the name of the kind of case a grant agreement is.
const GrantKind = "grant_agreement"

// GrantName is the name of the standard definition of a grant agreement.
const GrantName = "GrantAgreement"

// Grant is what a grant is offered on.
type Grant struct {
	Title        string                 `json:"title"`
	Purpose      string                 `json:"purpose"` // what it funds; not a supply to the funder
	Funder       casework.Agency        `json:"funder"`
	Recipient    casework.Agency        `json:"recipient"`
	Why          string                 `json:"why"`                 // why this is the most appropriate recipient
	Amount       casework.Money         `json:"amount"`              // over the whole period
	Period       casework.Period        `json:"period"`              // both days included
	FullCost     *FullCost              `json:"full_cost,omitempty"` // whether it covers overheads too
	InAdvance    bool                   `json:"in_advance,omitempty"`
	Unrestricted bool                   `json:"unrestricted,omitempty"` // towards the recipient's own ends: grant in aid
	Conditions   []GrantCondition       `json:"conditions,omitempty"`
	Clawback     string                 `json:"clawback,omitempty"` // what is to be paid back, and when
	Subsidy      string                 `json:"subsidy,omitempty"`  // what the subsidy control check found
	Competed     string                 `json:"competed,omitempty"` // how the recipient was chosen, or why there was no competition
	Documents    []casework.Evidence    `json:"documents,omitempty"`
	Reference    string                 `json:"reference,omitempty"`
	References   []casework.ExternalRef `json:"references,omitempty"`

	Cycle   casework.CaseID         `json:"cycle,omitzero"`
	Service commissioning.ServiceID `json:"service,omitempty"`
}

// GrantAcceptance is the recipient's yes to the offer as it stood.
type GrantAcceptance struct {
	Signatory string        `json:"signatory"` // who accepted for the recipient: a person's id, or an office
	On        casework.Date `json:"on"`        // the day since which it binds
	Content   casework.Hash `json:"content"`   // digest of the offer as accepted; set by the agreement
	Mark      Mark          `json:"mark,omitzero"`
}

// GrantAgreement is an arrangement that funds an activity without buying it
// for the funder. It has neither competition law nor standstill; it has
// conditions, reports and clawback.
//
// Commands are issued within a call, by way of a [GrantDesk] or a unit. Each is
// refused with [casework.ErrInvalid] and all its faults at once, or with
// [casework.ErrRefused] and all objections. Accessors return copies.
type GrantAgreement struct {
	casework.Case
	s   grantState
	cfg *config
}

// grantState is what a grant agreement keeps.
type grantState struct {
	Grant        Grant               `json:"grant"`
	Scale        commissioning.Scale `json:"scale,omitempty"`
	Drafted      []Mark              `json:"drafted,omitempty"` // at first and anew
	Suitability  *Suitability        `json:"suitability,omitempty"`
	Approvals    []Approval          `json:"approvals,omitempty"`
	Declarations []Declaration       `json:"declarations,omitempty"`
	Offered      Mark                `json:"offered,omitzero"`
	Acceptance   *GrantAcceptance    `json:"acceptance,omitempty"`
	Bound        casework.Date       `json:"bound,omitzero"`
	Instalments  []GrantInstalment   `json:"instalments,omitempty"`
	Clawbacks    []GrantClawback     `json:"clawbacks,omitempty"`
	Performance  performance         `json:"performance,omitzero"`
	Ending       *Ending             `json:"ending,omitempty"`
	Visits       []Visit             `json:"visits,omitempty"`
}

// The states of a grant agreement.
const (
	GrantDesigned  State = "designed"
	GrantOffered   State = "offered"
	GrantAccepted  State = "accepted" // it binds
	GrantOver      State = "ended"
	GrantClosed    State = "closed"
	GrantWithdrawn State = "withdrawn" // before it was accepted
)

// The moves of a grant agreement.
const (
	OfferGrant     casework.Move = "offer"  // see [GrantAgreement.Offer]
	AcceptGrant    casework.Move = "accept" // see [GrantAgreement.Accept]
	WithdrawGrant  casework.Move = "withdraw"
	DeclineGrant   casework.Move = "decline"
	ExpireGrant    casework.Move = "expire"    // taken when the last day is over
	TerminateGrant casework.Move = "terminate" // see [GrantAgreement.Terminate]
	CloseGrant     casework.Move = "close"
)

// Granting is the definition of a grant agreement.
func Granting() casework.Definition {
	from := func(states ...State) []State { return states }
	return casework.Definition{
		Name: GrantName, Version: 1, Initial: GrantDesigned,
		Doc: "A grant: funding an activity without buying it for the funder.",
		States: []casework.StateRow{
			{State: GrantDesigned, Title: "Designed", Doc: "Purpose, amount and conditions are being written down."},
			{State: GrantOffered, Title: "Offered", Doc: "The recipient has the offer."},
			{State: GrantAccepted, Title: "Accepted", Doc: "It binds; instalments are paid, reports are read."},
			{State: GrantOver, Title: "Ended", Doc: "What is still to be paid, reported or paid back is settled."},
			{State: GrantClosed, Title: "Closed", Doc: "Nothing is open under it.", Final: true},
			{State: GrantWithdrawn, Title: "Withdrawn", Doc: "The offer was withdrawn or declined.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: OfferGrant, Title: "offer", Doc: "Make the offer.", From: from(GrantDesigned), To: GrantOffered},
			{Move: AcceptGrant, Title: "accept", Doc: "The recipient accepts: it binds.", From: from(GrantOffered), To: GrantAccepted},
			{Move: WithdrawGrant, Title: "withdraw", Doc: "Withdraw the offer.", From: from(GrantDesigned, GrantOffered), To: GrantWithdrawn, NeedsReason: true},
			{Move: DeclineGrant, Title: "decline", Doc: "The recipient declines.", From: from(GrantOffered), To: GrantWithdrawn, NeedsReason: true},
			{Move: ExpireGrant, Title: "expire", Doc: "Its last day is over.", From: from(GrantAccepted), To: GrantOver},
			{Move: TerminateGrant, Title: "terminate", Doc: "End it before its time.", From: from(GrantAccepted), To: GrantOver, NeedsReason: true},
			{Move: CloseGrant, Title: "close", Doc: "Everything is reported, paid or paid back.", From: from(GrantOver), To: GrantClosed},
		},
	}
}

func (g *GrantAgreement) moved(e casework.Entry) { g.s.Visits = visited(g.s.Visits, e) }

func (g *GrantAgreement) invalid(op string, faults []casework.Fault) error {
	return g.Fail(casework.InvalidIf(op, faults))
}

// Scale says how much care the grant asks for.
func (g *GrantAgreement) Scale() commissioning.Scale { return g.s.Scale }

func (g *GrantAgreement) describe() casework.Description {
	return casework.Description{Title: g.s.Grant.Title}
}

// Title is what the grant is called.
func (g *GrantAgreement) Title() string { return g.s.Grant.Title }

// Visits gives every state the agreement came to by a move, in order.
func (g *GrantAgreement) Visits() []Visit { return append([]Visit(nil), g.s.Visits...) }

// Picture gives what package diagram needs to draw the grant agreement.
func (g *GrantAgreement) Picture() (*casework.Table, *diagram.Options) {
	return picture(&g.Case, g.s.Grant.Title, g.s.Visits, nil)
}

func (g Grant) clone() Grant {
	if g.FullCost != nil {
		full := *g.FullCost
		g.FullCost = &full
	}
	g.Conditions = slices.Clone(g.Conditions)
	g.Documents = slices.Clone(g.Documents)
	g.References = slices.Clone(g.References)
	return g
}

func (g Grant) faults(path string) []casework.Fault {
	faults := required(g.Title, path+".title", "grant.title_missing", "a grant needs a title")
	faults = append(faults, required(g.Purpose, path+".purpose", "grant.purpose_missing", "say what the grant funds")...)
	faults = append(faults, required(g.Why, path+".why", "grant.why_missing", "say why this is the most appropriate recipient")...)
	faults = append(faults, g.Funder.Faults(path+".funder")...)
	faults = append(faults, g.Recipient.Faults(path+".recipient")...)
	if g.Funder.ID != "" && g.Funder.ID == g.Recipient.ID {
		faults = append(faults, fault(path+".recipient", "grant.to_itself", "nobody grants anything to itself: what a unit of the funder delivers is agreed in house"))
	}
	faults = append(faults, moneyFaults(g.Amount, path+".amount", "how much is granted")...)
	if g.Amount.IsRecorded() && g.Amount.Sign() == 0 {
		faults = append(faults, fault(path+".amount", "grant.amount_nothing", "a grant of nothing funds nothing"))
	}
	faults = append(faults, g.Period.Faults(path+".period")...)
	for i, c := range g.Conditions {
		faults = append(faults, required(c.Text, fmt.Sprintf("%s.conditions[%d].text", path, i), "condition.text_missing", "say what the recipient must meet")...)
	}
	return append(faults, evidenceFaults(g.Documents, path+".documents")...)
}

// GrantDesign is a grant as it was written down, with the care it asks for. It
// is the data of [DesigningGrant].
type GrantDesign struct {
	Grant Grant               `json:"grant"`
	Scale commissioning.Scale `json:"scale"`
}

type grantOffer struct {
	Content casework.Hash `json:"content"`
}

// DesigningGrant and AssessingRecipient are the events of a grant being written
// down, at first or anew, and of its recipient being judged, for policies to
// watch. The attempt's Args are a [GrantDesign] and a [Suitability].
const (
	DesigningGrant     casework.Move = "grant.designed"
	AssessingRecipient casework.Move = "recipient.assessed"
)

var grantDesigned = &casework.Event[*GrantAgreement, GrantDesign]{
	Name: string(DesigningGrant), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d GrantDesign) {
		g.s.Grant, g.s.Scale, g.s.Drafted = d.Grant, d.Scale, append(g.s.Drafted, markOf(e))
	},
	Redact: func(d GrantDesign) GrantDesign {
		d.Grant = d.Grant.untold()
		return d
	},
}

var recipientAssessed = &casework.Event[*GrantAgreement, Suitability]{
	Name: string(AssessingRecipient), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, s Suitability) {
		s.Mark = markOf(e)
		g.s.Suitability = &s
	},
	Redact: Suitability.untold,
}

var grantOffered = &casework.Event[*GrantAgreement, grantOffer]{
	Name: "grant.offered", Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, _ grantOffer) { g.s.Offered = markOf(e) },
}

var grantAccepted = &casework.Event[*GrantAgreement, GrantAcceptance]{
	Name: "grant.accepted", Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, a GrantAcceptance) {
		a.Mark = markOf(e)
		g.s.Acceptance, g.s.Bound = &a, a.On
	},
	Redact: func(a GrantAcceptance) GrantAcceptance {
		a.Signatory = ""
		return a
	},
}

var grantEnded = &casework.Event[*GrantAgreement, Ending]{
	Name: "grant.ended", Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, end Ending) {
		end.Mark = markOf(e)
		g.s.Ending = &end
	},
	Redact: Ending.untold,
}

// untold is the grant without its words and names: ids, figures, days, ticks and
// digests stay.
func (g Grant) untold() Grant {
	kept := Grant{
		Amount: g.Amount, Period: g.Period, InAdvance: g.InAdvance, Unrestricted: g.Unrestricted,
		Reference: g.Reference, References: g.References, Cycle: g.Cycle, Service: g.Service,
		Funder:    casework.Agency{ID: g.Funder.ID, Sector: g.Funder.Sector},
		Recipient: casework.Agency{ID: g.Recipient.ID, Sector: g.Recipient.Sector},
	}
	if g.FullCost != nil {
		kept.FullCost = &FullCost{Recovered: g.FullCost.Recovered}
	}
	for _, c := range g.Conditions {
		kept.Conditions = append(kept.Conditions, GrantCondition{ID: c.ID, Before: c.Before})
	}
	for _, d := range g.Documents {
		d.Title, d.Address = "", ""
		kept.Documents = append(kept.Documents, d)
	}
	return kept
}

func grantEvents() []casework.EventType[*GrantAgreement] {
	return slices.Concat([]casework.EventType[*GrantAgreement]{
		grantDesigned, recipientAssessed, grantOffered, grantAccepted, grantEnded, conditionMet,
		instalmentPlanned, instalmentPaid, instalmentCancelled, clawbackAsked, clawbackRepaid, clawbackWaived,
	}, grantApprovals.types(), grantInterests.types(), grantPerformance.types())
}

// OpenGrant begins a grant agreement within a unit, beside other cases. A cycle
// that does not exist is [casework.ErrNotFound].
func OpenGrant(u *casework.Unit, k *Kinds, g Grant) (*GrantAgreement, error) {
	opened, err := casework.Open(u, k.Grants, casework.Opening{Definition: GrantName, References: g.References})
	if err != nil {
		return nil, err
	}
	scale, faults, err := serving(u, k, g.Cycle, g.Service, "grant")
	if err != nil {
		return nil, err
	}
	if err := opened.invalid("open a grant agreement", append(g.faults("grant"), faults...)); err != nil {
		return nil, err
	}
	return opened, opened.design(g, scale)
}

// serving gives the scale of the cycle an agreement serves, and what is wrong
// with the service it is to deliver. An agreement need not serve a cycle.
func serving(u *casework.Unit, k *Kinds, id casework.CaseID, service commissioning.ServiceID, path string) (commissioning.Scale, []casework.Fault, error) {
	if id.IsZero() {
		if service == "" {
			return 0, nil, nil
		}
		return 0, []casework.Fault{fault(path+".cycle", "cycle.missing", fmt.Sprintf("say in which cycle service %s was planned", service))}, nil
	}
	cycle, err := casework.Load(u, k.Cycles, id)
	if err != nil {
		return 0, nil, err
	}
	switch s, known := cycle.Service(service); {
	case !known:
		return 0, []casework.Fault{unknown(path+".service", "service", string(service))}, nil
	case s.Delivery == commissioning.ServiceEnded:
		return 0, []casework.Fault{fault(path+".service", "service.ended", fmt.Sprintf("service %s has ended", service))}, nil
	default:
		return cycle.Scale(), nil, nil
	}
}

// design writes the grant down. The scale never falls.
func (g *GrantAgreement) design(grant Grant, scale commissioning.Scale) error {
	grant = grant.clone()
	grant.Conditions = conditionsAgreed(grant.Conditions)
	return grantDesigned.Record(g, GrantDesign{Grant: grant, Scale: max(scale, g.cfg.scaleOf(g.Now(), grant.Amount))})
}

// RedesignGrant writes the grant down anew, as long as it is not offered. The
// cycle, the service and the references it was opened with stay; approvals of
// what it was before no longer count.
func (g *GrantAgreement) RedesignGrant(grant Grant) error {
	faults := append(g.designedFaults("redesign the grant"), grant.faults("grant")...)
	if len(g.s.Instalments) > 0 && grant.Amount.IsRecorded() && grant.Amount.Currency() != g.s.Grant.Amount.Currency() {
		faults = append(faults, fault("grant.amount", "money.currency", fmt.Sprintf("instalments are planned in %s", g.s.Grant.Amount.Currency())))
	}
	if err := g.invalid("redesign the grant", faults); err != nil {
		return err
	}
	grant.Cycle, grant.Service, grant.References = g.s.Grant.Cycle, g.s.Grant.Service, g.s.Grant.References
	return g.design(grant, g.s.Scale)
}

// AssessSuitability records whether the recipient is able and fit to do what
// the grant funds. The latest judgement counts.
func (g *GrantAgreement) AssessSuitability(s Suitability) error {
	faults := append(g.openFaults("assess the recipient"), s.faults("suitability")...)
	if err := g.invalid("assess the recipient", faults); err != nil {
		return err
	}
	s = s.clone()
	s.Mark = Mark{}
	return recipientAssessed.Record(g, s)
}

// Offer makes the offer to the recipient, as it is written down.
func (g *GrantAgreement) Offer() error {
	return grantOffered.Move(g, OfferGrant, grantOffer{Content: g.content()})
}

// Accept records that somebody accepted the offer for the recipient on a day:
// since then it binds. The cycle it serves has its arrangement in the same
// commit.
func (g *GrantAgreement) Accept(a GrantAcceptance) error {
	faults := required(a.Signatory, "acceptance.signatory", "acceptance.signatory_missing", "say who accepted for the recipient")
	last := g.s.Grant.Period.To
	switch {
	case a.On.IsZero():
		faults = append(faults, fault("acceptance.on", "acceptance.on_missing", "say on which day it was accepted"))
	case g.cfg.ahead(a.On, g.Now()):
		faults = append(faults, fault("acceptance.on", "acceptance.on_future", "nothing was accepted on a day to come"))
	case !last.IsZero() && a.On.After(last):
		faults = append(faults, fault("acceptance.on", "grant.over", fmt.Sprintf("the grant was to run to %s", last)))
	}
	if err := g.invalid("accept the grant", faults); err != nil {
		return err
	}
	a.Content, a.Mark = g.content(), Mark{}
	return grantAccepted.Move(g, AcceptGrant, a)
}

// Terminate ends the grant before its last day: as terminated where the ending
// does not say how, or as completed. The cycle's arrangement ends with it, in
// the same commit.
func (g *GrantAgreement) Terminate(e Ending) error {
	e, faults := e.early(g.s.Bound, g.cfg.day(g.Now()), g.Reason())
	if err := g.invalid("terminate the grant", faults); err != nil {
		return err
	}
	return grantEnded.Move(g, TerminateGrant, e)
}

// followDates ends the grant when its last day is over.
func (g *GrantAgreement) followDates() error {
	last := g.s.Grant.Period.To
	if g.Ended() || g.s.Bound.IsZero() || last.IsZero() || !last.Before(g.cfg.day(g.Now())) {
		return nil
	}
	if _, can := g.Table().Next(g.State(), ExpireGrant); !can {
		return nil
	}
	return grantEnded.Move(g, ExpireGrant, Ending{As: ExpiredEnd, On: last})
}

// content is the digest of what is offered. What became of the conditions is no
// part of it.
func (g *GrantAgreement) content() casework.Hash {
	offer := g.s.Grant.clone()
	offer.Conditions = conditionsAgreed(offer.Conditions)
	return contentOf(offer)
}

// Grant gives what the grant is offered on.
func (g *GrantAgreement) Grant() Grant { return g.s.Grant.clone() }

// Suitability gives the latest judgement of the recipient.
func (g *GrantAgreement) Suitability() (Suitability, bool) {
	if g.s.Suitability == nil {
		return Suitability{}, false
	}
	return g.s.Suitability.clone(), true
}

// Acceptance gives the recipient's yes to the offer.
func (g *GrantAgreement) Acceptance() (GrantAcceptance, bool) {
	if g.s.Acceptance == nil {
		return GrantAcceptance{}, false
	}
	return *g.s.Acceptance, true
}

// BoundSince gives the day since which the grant binds; zero while it does not.
func (g *GrantAgreement) BoundSince() casework.Date { return g.s.Bound }

// Ended tells whether the grant expired or was ended before its time.
func (g *GrantAgreement) Ended() bool { return g.s.Ending != nil }

// Ending gives how the grant ended.
func (g *GrantAgreement) Ending() (Ending, bool) {
	if g.s.Ending == nil {
		return Ending{}, false
	}
	return *g.s.Ending, true
}

// The faults of doing something at a time when it cannot be done.

func (g *GrantAgreement) openFaults(what string) []casework.Fault {
	if !g.Final() {
		return nil
	}
	return []casework.Fault{fault("grant", "grant.over", fmt.Sprintf("the grant is %s: too late to %s", g.State(), what))}
}

func (g *GrantAgreement) designedFaults(what string) []casework.Fault {
	if !g.Final() && !g.s.Offered.IsZero() {
		return []casework.Fault{fault("grant", "grant.offered", "the grant is offered: too late to "+what)}
	}
	return g.openFaults(what)
}

func (g *GrantAgreement) offeredFaults(what string) []casework.Fault {
	if !g.Final() && g.s.Offered.IsZero() {
		return []casework.Fault{fault("grant", "grant.unoffered", "the grant is not offered: too early to "+what)}
	}
	return g.openFaults(what)
}

func (g *GrantAgreement) boundFaults(what string) []casework.Fault {
	if !g.Final() && g.s.Bound.IsZero() {
		return []casework.Fault{fault("grant", "grant.unaccepted", "the grant is not accepted: too early to "+what)}
	}
	return g.openFaults(what)
}

func (g *GrantAgreement) runningFaults(what string) []casework.Fault {
	if !g.Final() && g.Ended() {
		return []casework.Fault{fault("grant", "grant.ended", "the grant has ended: too late to "+what)}
	}
	return g.openFaults(what)
}

// amountFaults lists what is wrong with an amount of the grant's money.
func (g *GrantAgreement) amountFaults(m casework.Money, path string) []casework.Fault {
	switch {
	case !m.IsRecorded() || m.Sign() < 0:
		return moneyFaults(m, path, "an amount")
	case m.Sign() == 0:
		return []casework.Fault{fault(path, "money.nothing", "an amount is more than nothing")}
	case m.Currency() != g.s.Grant.Amount.Currency():
		return []casework.Fault{fault(path, "money.currency", fmt.Sprintf("the grant is in %s", g.s.Grant.Amount.Currency()))}
	default:
		return nil
	}
}
