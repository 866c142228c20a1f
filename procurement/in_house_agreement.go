package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// InHouseKind is the name of the kind of case an in-house agreement is.
const InHouseKind = "in_house_agreement"

// InHouseName is the name of the standard definition of an in-house agreement.
const InHouseName = "InHouseAgreement"

// InHouse is what a commissioner and a unit under its own control agree on. In
// house is a relationship, not a sector.
type InHouse struct {
	Title        string                 `json:"title"`
	Commissioner casework.Agency        `json:"commissioner"`
	Provider     casework.Agency        `json:"provider"` // the unit, or the body under the commissioner's control
	Control      string                 `json:"control"`  // how it is under the commissioner's control (Procurement Act 2023 Schedule 2: vertical arrangements)
	Why          string                 `json:"why"`      // why this is the most appropriate provider
	Cost         casework.Money         `json:"cost"`     // over the whole period, overheads included
	Basis        PricingBasis           `json:"basis,omitempty"`
	Period       casework.Period        `json:"period"`             // both days included
	Compared     []string               `json:"compared,omitempty"` // what it was compared with
	Notice       int                    `json:"notice,omitempty"`   // months
	Documents    []casework.Evidence    `json:"documents,omitempty"`
	Reference    string                 `json:"reference,omitempty"`
	References   []casework.ExternalRef `json:"references,omitempty"`

	Cycle   casework.CaseID         `json:"cycle,omitzero"`
	Service commissioning.ServiceID `json:"service,omitempty"`
}

// ActualCost is what an in-house service turned out to cost.
type ActualCost struct {
	Period casework.Period `json:"period"`
	Amount casework.Money  `json:"amount"` // overheads included
	Mark   Mark            `json:"mark,omitzero"`
}

// InHouseAgreement is an arrangement with a unit under the commissioner's own
// control. Nothing is bought; suitability and cost are recorded as for others.
//
// Commands are issued within a call, by way of an [InHouseDesk] or a unit. Each
// is refused with [casework.ErrInvalid] and all its faults at once, or with
// [casework.ErrRefused] and all objections. Accessors return copies.
type InHouseAgreement struct {
	casework.Case
	s   inHouseState
	cfg *config
}

// inHouseState is what an in-house agreement keeps.
type inHouseState struct {
	InHouse      InHouse             `json:"in_house"`
	Scale        commissioning.Scale `json:"scale,omitempty"`
	Drafted      []Mark              `json:"drafted,omitempty"` // at first and anew
	Suitability  *Suitability        `json:"suitability,omitempty"`
	Approvals    []Approval          `json:"approvals,omitempty"`
	Declarations []Declaration       `json:"declarations,omitempty"`
	Agreed       []Acceptance        `json:"agreed,omitempty"` // by commissioner and provider
	Bound        casework.Date       `json:"bound,omitzero"`
	Costs        []ActualCost        `json:"costs,omitempty"`
	Performance  performance         `json:"performance,omitzero"`
	Ending       *Ending             `json:"ending,omitempty"`
	Visits       []Visit             `json:"visits,omitempty"`
}

// The states of an in-house agreement.
const (
	InHouseProposed  State = "proposed"
	InHouseAgreed    State = "agreed" // it binds
	InHouseOver      State = "ended"
	InHouseClosed    State = "closed"
	InHouseWithdrawn State = "withdrawn" // before it was agreed
)

// The moves of an in-house agreement.
const (
	AgreeInHouse    casework.Move = "agree" // see [InHouseAgreement.Agree]; taken when both have agreed
	WithdrawInHouse casework.Move = "withdraw"
	ExpireInHouse   casework.Move = "expire" // taken when the last day is over
	EndInHouse      casework.Move = "end"    // see [InHouseAgreement.End]
	CloseInHouse    casework.Move = "close"
)

// AgreeingInHouse is the definition of an in-house agreement.
func AgreeingInHouse() casework.Definition {
	from := func(states ...State) []State { return states }
	return casework.Definition{
		Name: InHouseName, Version: 1, Initial: InHouseProposed,
		Doc: "An in-house agreement: a service delivered by a unit under the commissioner's own control.",
		States: []casework.StateRow{
			{State: InHouseProposed, Title: "Proposed", Doc: "What is to be delivered, at which cost, is being written down."},
			{State: InHouseAgreed, Title: "Agreed", Doc: "Commissioner and provider have agreed: it binds."},
			{State: InHouseOver, Title: "Ended", Doc: "It has ended; costs and reviews are being settled."},
			{State: InHouseClosed, Title: "Closed", Doc: "Nothing is open under it.", Final: true},
			{State: InHouseWithdrawn, Title: "Withdrawn", Doc: "It was given up before it was agreed.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: AgreeInHouse, Title: "agree", Doc: "Both have agreed.", From: from(InHouseProposed), To: InHouseAgreed},
			{Move: WithdrawInHouse, Title: "withdraw", Doc: "Give it up.", From: from(InHouseProposed), To: InHouseWithdrawn, NeedsReason: true},
			{Move: ExpireInHouse, Title: "expire", Doc: "Its last day is over.", From: from(InHouseAgreed), To: InHouseOver},
			{Move: EndInHouse, Title: "end", Doc: "End it before its time.", From: from(InHouseAgreed), To: InHouseOver, NeedsReason: true},
			{Move: CloseInHouse, Title: "close", Doc: "Costs and reviews are settled.", From: from(InHouseOver), To: InHouseClosed},
		},
	}
}

func (h *InHouseAgreement) moved(e casework.Entry) { h.s.Visits = visited(h.s.Visits, e) }

func (h *InHouseAgreement) invalid(op string, faults []casework.Fault) error {
	return h.Fail(casework.InvalidIf(op, faults))
}

// Scale says how much care the agreement asks for.
func (h *InHouseAgreement) Scale() commissioning.Scale { return h.s.Scale }

func (h *InHouseAgreement) describe() casework.Description {
	return casework.Description{Title: h.s.InHouse.Title}
}

// Title is what the agreement is called.
func (h *InHouseAgreement) Title() string { return h.s.InHouse.Title }

// Visits gives every state the agreement came to by a move, in order.
func (h *InHouseAgreement) Visits() []Visit { return append([]Visit(nil), h.s.Visits...) }

// Picture gives what package diagram needs to draw the in-house agreement.
func (h *InHouseAgreement) Picture() (*casework.Table, *diagram.Options) {
	return picture(&h.Case, h.s.InHouse.Title, h.s.Visits, nil)
}

func (h InHouse) clone() InHouse {
	h.Compared = slices.Clone(h.Compared)
	h.Documents = slices.Clone(h.Documents)
	h.References = slices.Clone(h.References)
	return h
}

func (h InHouse) faults(path string) []casework.Fault {
	faults := required(h.Title, path+".title", "in_house.title_missing", "an agreement needs a title")
	faults = append(faults, required(h.Why, path+".why", "in_house.why_missing", "say why this is the most appropriate provider")...)
	faults = append(faults, h.Commissioner.Faults(path+".commissioner")...)
	faults = append(faults, h.Provider.Faults(path+".provider")...)
	if h.Commissioner.ID != "" && h.Commissioner.ID == h.Provider.ID {
		faults = append(faults, fault(path+".provider", "in_house.one_party", "two agree: give the unit that provides an id of its own"))
	}
	faults = append(faults, h.costFaults(path)...)
	faults = append(faults, h.Period.Faults(path+".period")...)
	if h.Basis != "" && !h.Basis.Known() {
		faults = append(faults, fault(path+".basis", "in_house.basis", "a basis is block, spot, cost_and_volume, activity or outcome"))
	}
	if h.Notice < 0 {
		faults = append(faults, fault(path+".notice", "in_house.notice_negative", "notice is not negative"))
	}
	for i, text := range h.Compared {
		faults = append(faults, required(text, fmt.Sprintf("%s.compared[%d]", path, i), "in_house.compared_empty", "say what it was compared with")...)
	}
	return append(faults, evidenceFaults(h.Documents, path+".documents")...)
}

// costFaults asks for the cost: what is delivered in house is not free.
func (h InHouse) costFaults(path string) []casework.Fault {
	if !h.Cost.IsRecorded() {
		return []casework.Fault{fault(path+".cost", "in_house.cost_missing", "say what it costs over the whole period, overheads included")}
	}
	return moneyFaults(h.Cost, path+".cost", "a cost")
}

// untold is the agreement without its words and names: ids, figures, days and
// digests stay.
func (h InHouse) untold() InHouse {
	kept := InHouse{
		Cost: h.Cost, Basis: h.Basis, Period: h.Period, Notice: h.Notice,
		Reference: h.Reference, References: h.References, Cycle: h.Cycle, Service: h.Service,
		Commissioner: casework.Agency{ID: h.Commissioner.ID, Sector: h.Commissioner.Sector},
		Provider:     casework.Agency{ID: h.Provider.ID, Sector: h.Provider.Sector},
	}
	for _, d := range h.Documents {
		d.Title, d.Address = "", ""
		kept.Documents = append(kept.Documents, d)
	}
	return kept
}

// InHouseProposal is an in-house agreement as it was written down, with the
// care it asks for. It is the data of [ProposingInHouse].
type InHouseProposal struct {
	InHouse InHouse             `json:"in_house"`
	Scale   commissioning.Scale `json:"scale"`
}

// InHouseAcceptance is one side's yes. It is the data of [AcceptingInHouse],
// and of [AgreeInHouse] when it is the last one.
type InHouseAcceptance struct {
	Acceptance Acceptance    `json:"acceptance"`
	Bound      casework.Date `json:"bound,omitzero"` // since when it binds; zero while the other side has not agreed
}

// ProposingInHouse, AssessingProvider, AcceptingInHouse and RecordingCost are
// the events of an in-house agreement, for policies to watch. The attempt's Args
// are an [InHouseProposal], a [Suitability], an [InHouseAcceptance] and an
// [ActualCost].
const (
	ProposingInHouse  casework.Move = "in_house.proposed"
	AssessingProvider casework.Move = "provider.assessed"
	AcceptingInHouse  casework.Move = "in_house.accepted"
	RecordingCost     casework.Move = "cost.recorded"
)

var inHouseProposed = &casework.Event[*InHouseAgreement, InHouseProposal]{
	Name: string(ProposingInHouse), Version: 1,
	Apply: func(h *InHouseAgreement, e casework.Entry, d InHouseProposal) {
		h.s.InHouse, h.s.Scale, h.s.Drafted = d.InHouse, d.Scale, append(h.s.Drafted, markOf(e))
	},
	Redact: func(d InHouseProposal) InHouseProposal {
		d.InHouse = d.InHouse.untold()
		return d
	},
}

var providerAssessed = &casework.Event[*InHouseAgreement, Suitability]{
	Name: string(AssessingProvider), Version: 1,
	Apply: func(h *InHouseAgreement, e casework.Entry, s Suitability) {
		s.Mark = markOf(e)
		h.s.Suitability = &s
	},
	Redact: Suitability.untold,
}

var inHouseAccepted = &casework.Event[*InHouseAgreement, InHouseAcceptance]{
	Name: string(AcceptingInHouse), Version: 1,
	Apply: func(h *InHouseAgreement, e casework.Entry, d InHouseAcceptance) {
		d.Acceptance.Mark = markOf(e)
		h.s.Agreed, h.s.Bound = append(h.s.Agreed, d.Acceptance), d.Bound
	},
}

var costRecorded = &casework.Event[*InHouseAgreement, ActualCost]{
	Name: string(RecordingCost), Version: 1,
	Apply: func(h *InHouseAgreement, e casework.Entry, c ActualCost) {
		c.Mark = markOf(e)
		h.s.Costs = append(h.s.Costs, c)
	},
}

var inHouseEnded = &casework.Event[*InHouseAgreement, Ending]{
	Name: "in_house.ended", Version: 1,
	Apply: func(h *InHouseAgreement, e casework.Entry, end Ending) {
		end.Mark = markOf(e)
		h.s.Ending = &end
	},
	Redact: Ending.untold,
}

func inHouseEvents() []casework.EventType[*InHouseAgreement] {
	return slices.Concat([]casework.EventType[*InHouseAgreement]{
		inHouseProposed, providerAssessed, inHouseAccepted, costRecorded, inHouseEnded,
	}, inHouseApprovals.types(), inHouseInterests.types(), inHousePerformance.types())
}

// OpenInHouse begins an in-house agreement within a unit, beside other cases. A
// cycle that does not exist is [casework.ErrNotFound].
func OpenInHouse(u *casework.Unit, k *Kinds, h InHouse) (*InHouseAgreement, error) {
	opened, err := casework.Open(u, k.InHouse, casework.Opening{Definition: InHouseName, References: h.References})
	if err != nil {
		return nil, err
	}
	scale, faults, err := serving(u, k, h.Cycle, h.Service, "in_house")
	if err != nil {
		return nil, err
	}
	if err := opened.invalid("open an in-house agreement", append(h.faults("in_house"), faults...)); err != nil {
		return nil, err
	}
	return opened, opened.propose(h, scale)
}

// propose writes the agreement down. The scale never falls.
func (h *InHouseAgreement) propose(in InHouse, scale commissioning.Scale) error {
	return inHouseProposed.Record(h, InHouseProposal{InHouse: in.clone(), Scale: max(scale, h.cfg.scaleOf(h.Now(), in.Cost))})
}

// Revise writes the agreement down anew, as long as it is not agreed. The cycle,
// the service and the references it was opened with stay; approvals of what it
// was before, and acceptances, no longer count.
func (h *InHouseAgreement) Revise(in InHouse) error {
	faults := append(h.proposedFaults("revise the agreement"), in.faults("in_house")...)
	if err := h.invalid("revise the agreement", faults); err != nil {
		return err
	}
	in.Cycle, in.Service, in.References = h.s.InHouse.Cycle, h.s.InHouse.Service, h.s.InHouse.References
	return h.propose(in, h.s.Scale)
}

// AssessSuitability records whether the provider is able and fit to deliver. The
// latest judgement counts.
func (h *InHouseAgreement) AssessSuitability(s Suitability) error {
	faults := append(h.openFaults("assess the provider"), s.faults("suitability")...)
	if err := h.invalid("assess the provider", faults); err != nil {
		return err
	}
	s = s.clone()
	s.Mark = Mark{}
	return providerAssessed.Record(h, s)
}

// Agree records the yes of the commissioner or the provider, by the id of the
// agency, to the agreement as it is written down. With the second it binds, from
// the day of the call, and the cycle it serves has its arrangement in the same
// commit.
func (h *InHouseAgreement) Agree(party string) error {
	today := h.cfg.day(h.Now())
	if err := h.invalid("agree", h.agreeFaults(party, today)); err != nil {
		return err
	}
	d := InHouseAcceptance{Acceptance: Acceptance{Party: party, Content: h.content()}}
	if len(h.standing()) == 0 {
		return inHouseAccepted.Record(h, d)
	}
	d.Bound = today
	return inHouseAccepted.Move(h, AgreeInHouse, d)
}

func (h *InHouseAgreement) agreeFaults(party string, today casework.Date) []casework.Fault {
	faults := h.proposedFaults("agree")
	switch {
	case party != h.s.InHouse.Commissioner.ID && party != h.s.InHouse.Provider.ID:
		faults = append(faults, unknown("party", "party", party))
	case slices.ContainsFunc(h.standing(), func(a Acceptance) bool { return a.Party == party }):
		faults = append(faults, fault("party", "party.agreed", fmt.Sprintf("%s has agreed already", party)))
	}
	if last := h.s.InHouse.Period.To; !last.IsZero() && last.Before(today) {
		faults = append(faults, fault("in_house", "in_house.past", fmt.Sprintf("the agreement was to run to %s", last)))
	}
	return faults
}

// standing gives the acceptances of the agreement as it is written down now.
func (h *InHouseAgreement) standing() []Acceptance {
	content := h.content()
	var all []Acceptance
	for _, a := range h.s.Agreed {
		if a.Content == content && !content.IsZero() {
			all = append(all, a)
		}
	}
	return all
}

// content is the digest of what is agreed on.
func (h *InHouseAgreement) content() casework.Hash { return contentOf(h.s.InHouse) }

// RecordCost records what the service turned out to cost in a period that is
// over, overheads included.
func (h *InHouseAgreement) RecordCost(c ActualCost) (ActualCost, error) {
	faults := append(h.boundFaults("record a cost"), c.Period.Faults("cost.period")...)
	switch {
	case c.Period.OpenEnded():
		faults = append(faults, fault("cost.period.to", "cost.period_open", "a cost is of a period that is over"))
	case h.cfg.ahead(c.Period.To, h.Now()):
		faults = append(faults, fault("cost.period.to", "cost.period_future", "nothing has been spent on a day to come"))
	}
	faults = append(faults, moneyFaults(c.Amount, "cost.amount", "an amount")...)
	if c.Amount.IsRecorded() && c.Amount.Currency() != h.s.InHouse.Cost.Currency() {
		faults = append(faults, fault("cost.amount", "money.currency", fmt.Sprintf("the agreement is in %s", h.s.InHouse.Cost.Currency())))
	}
	if err := h.invalid("record a cost", faults); err != nil {
		return ActualCost{}, err
	}
	c.Mark = Mark{}
	if err := costRecorded.Record(h, c); err != nil {
		return ActualCost{}, err
	}
	return h.s.Costs[len(h.s.Costs)-1], nil
}

// End ends the agreement before its last day: as terminated where the ending
// does not say how, or as completed. The cycle's arrangement ends with it, in
// the same commit.
func (h *InHouseAgreement) End(e Ending) error {
	e, faults := e.early(h.s.Bound, h.cfg.day(h.Now()), h.Reason())
	if err := h.invalid("end the agreement", faults); err != nil {
		return err
	}
	return inHouseEnded.Move(h, EndInHouse, e)
}

// followDates ends the agreement when its last day is over.
func (h *InHouseAgreement) followDates() error {
	last := h.s.InHouse.Period.To
	if h.Ended() || h.s.Bound.IsZero() || last.IsZero() || !last.Before(h.cfg.day(h.Now())) {
		return nil
	}
	if _, can := h.Table().Next(h.State(), ExpireInHouse); !can {
		return nil
	}
	return inHouseEnded.Move(h, ExpireInHouse, Ending{As: ExpiredEnd, On: last})
}

// Codes of the deadlines of an in-house agreement, beside obligation.due and
// review.due. All are API.
const (
	DeadlineInHouseBegins = "in_house.begins" // of one that was agreed before its first day
	DeadlineInHouseEnds   = "in_house.ends"   // its last day is over
)

// deadlines gives what is due when. Each is due at the end of its day in the
// calendar the desks were given, and a beginning at the beginning of its own.
func (h *InHouseAgreement) deadlines() []casework.Deadline {
	var all []casework.Deadline
	if !h.s.Bound.IsZero() && !h.Ended() {
		all = termDeadlines(h.cfg, h.s.InHouse.Period, h.s.Bound, DeadlineInHouseBegins, DeadlineInHouseEnds)
	}
	return append(all, performanceDeadlines(h)...)
}

// arrangement is what the in-house agreement tells its cycle.
func (h *InHouseAgreement) arrangement() arranged {
	in := h.s.InHouse
	return arranged{
		cycle: in.Cycle, service: in.Service,
		arrangement: commissioning.Arrangement{
			Service: in.Service, Instrument: commissioning.InHouseAgreement, Case: h.ID(), Reference: in.Reference,
			Provider: in.Provider, Why: in.Why, Period: in.Period, Value: in.Cost, BindingSince: h.s.Bound,
		},
		begun:   !h.s.Bound.IsZero() && !h.cfg.ahead(in.Period.From, h.Now()),
		ending:  h.s.Ending,
		reports: reviewReports(h.ID(), h.perf()),
	}
}

// InHouse gives what the two agree on.
func (h *InHouseAgreement) InHouse() InHouse { return h.s.InHouse.clone() }

// Suitability gives the latest judgement of the provider.
func (h *InHouseAgreement) Suitability() (Suitability, bool) {
	if h.s.Suitability == nil {
		return Suitability{}, false
	}
	return h.s.Suitability.clone(), true
}

// Acceptances gives every yes, in the order they were given, those included
// that a later change voided.
func (h *InHouseAgreement) Acceptances() []Acceptance { return slices.Clone(h.s.Agreed) }

// BoundSince gives the day since which the agreement binds; zero while it does
// not.
func (h *InHouseAgreement) BoundSince() casework.Date { return h.s.Bound }

// Costs gives what the service turned out to cost, in the order it was recorded.
func (h *InHouseAgreement) Costs() []ActualCost { return slices.Clone(h.s.Costs) }

// Ended tells whether the agreement expired or was ended before its time.
func (h *InHouseAgreement) Ended() bool { return h.s.Ending != nil }

// Ending gives how the agreement ended.
func (h *InHouseAgreement) Ending() (Ending, bool) {
	if h.s.Ending == nil {
		return Ending{}, false
	}
	return *h.s.Ending, true
}

// The faults of doing something at a time when it cannot be done.

func (h *InHouseAgreement) openFaults(what string) []casework.Fault {
	if !h.Final() {
		return nil
	}
	return []casework.Fault{fault("in_house", "in_house.over", fmt.Sprintf("the agreement is %s: too late to %s", h.State(), what))}
}

func (h *InHouseAgreement) proposedFaults(what string) []casework.Fault {
	if !h.Final() && !h.s.Bound.IsZero() {
		return []casework.Fault{fault("in_house", "in_house.agreed", "the agreement binds: too late to "+what)}
	}
	return h.openFaults(what)
}

func (h *InHouseAgreement) boundFaults(what string) []casework.Fault {
	if !h.Final() && h.s.Bound.IsZero() {
		return []casework.Fault{fault("in_house", "in_house.unagreed", "the agreement does not bind: too early to "+what)}
	}
	return h.openFaults(what)
}
