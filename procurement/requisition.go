package procurement

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Requisition is what commissioning asks to be bought: a planned service, the
// needs it serves, its specification as it stood, and the money for it. A
// planned service has at most one live purchase.
type Requisition struct {
	Title         string                  `json:"title"`
	Cycle         casework.CaseID         `json:"cycle"`
	Service       commissioning.ServiceID `json:"service"`
	Needs         []commissioning.NeedID  `json:"needs,omitempty"`         // those the service serves, when none are given
	Revision      int                     `json:"revision,omitempty"`      // of the service's specification; the present one when zero
	Specification string                  `json:"specification,omitempty"` // as it stood at that revision: copied, for it to be read in ten years
	Lead          casework.Agency         `json:"lead"`                    // the commissioning agency, copied from the cycle
	Subject       string                  `json:"subject,omitempty"`       // a pseudonym, copied from a cycle about one person
	Buyers        []Buyer                 `json:"buyers"`                  // one contract each; the lead alone when none are given
	Estimate      casework.Money          `json:"estimate"`                // over the whole life, options and extensions included, VAT included
	Annual        casework.Money          `json:"annual,omitzero"`         // a year of it
	Period        casework.Period         `json:"period,omitzero"`         // when the service is to be delivered
	Funding       []Funding               `json:"funding,omitempty"`       // which money pays for it
	Planned       Route                   `json:"planned,omitempty"`       // the route foreseen when it was planned
	Rationale     string                  `json:"rationale,omitempty"`     // why it is to be bought; may be mended at any time
	Package       []Element               `json:"package,omitempty"`       // a person's care package: its priced elements
	Reference     string                  `json:"reference,omitempty"`     // the host's number
	References    []casework.ExternalRef  `json:"references,omitempty"`
	Scale         commissioning.Scale     `json:"scale,omitempty"`   // set by the purchase: the higher of the cycle's and the estimate's; it never falls
	Drafted       []Mark                  `json:"drafted,omitempty"` // set by the purchase: each time it was written
}

// Buyer is an agency that buys, with its share of the value.
type Buyer struct {
	Agency casework.Agency `json:"agency"`
	Share  int64           `json:"share"` // weight among the buyers; 1 when zero
}

// Funding is money a requisition draws on.
type Funding struct {
	Resource commissioning.ResourceID `json:"resource,omitempty"` // of the cycle
	Budget   string                   `json:"budget,omitempty"`   // the host's code for it
	Amount   casework.Money           `json:"amount"`             // over the whole life
}

// Amendment is what an approver asked for when returning a requisition.
type Amendment struct {
	ID       string `json:"id"` // given by the purchase, such as "M1"
	Comment  string `json:"comment"`
	Asked    Mark   `json:"asked,omitzero"`
	Resolved Mark   `json:"resolved,omitzero"` // when it was submitted again
}

// Open tells whether nothing has been submitted since.
func (a Amendment) Open() bool { return a.Resolved.IsZero() }

func (r Requisition) clone() Requisition {
	r.Needs = slices.Clone(r.Needs)
	r.Buyers = slices.Clone(r.Buyers)
	r.Funding = slices.Clone(r.Funding)
	r.Package = clonedElements(r.Package)
	r.References = slices.Clone(r.References)
	r.Drafted = slices.Clone(r.Drafted)
	return r
}

// content is the digest an approval of the requisition is bound to. The
// rationale may be mended without voiding it.
func (r Requisition) content() casework.Hash {
	r.Rationale, r.Drafted = "", nil
	return contentOf(r)
}

// faults lists what is wrong with a requisition that cites a cycle; nil where
// none is cited.
func (r Requisition) faults(cycle *commissioning.Cycle) []casework.Fault {
	const path = "requisition"
	faults := required(r.Title, path+".title", "requisition.title_missing", "a requisition needs a title")
	faults = append(faults, r.citationFaults(cycle, path)...)
	faults = append(faults, moneyFaults(r.Estimate, path+".estimate", "what it will cost over its whole life")...)
	faults = append(faults, r.annualFaults(path)...)
	faults = append(faults, r.buyerFaults(path)...)
	faults = append(faults, r.fundingFaults(cycle, path)...)
	if !r.Period.IsZero() {
		faults = append(faults, r.Period.Faults(path+".period")...)
	}
	if r.Planned != "" && !r.Planned.Known() {
		faults = append(faults, fault(path+".planned", "route.unknown", fmt.Sprintf("%q is not a route", r.Planned)))
	}
	return append(faults, r.packageFaults(path)...)
}

// citationFaults tells that what is cited is not there, or not any more.
func (r Requisition) citationFaults(cycle *commissioning.Cycle, path string) []casework.Fault {
	if cycle == nil {
		return []casework.Fault{fault(path+".cycle", "requisition.cycle_missing", "a requisition cites the cycle that planned the service")}
	}
	var faults []casework.Fault
	if cycle.Final() {
		faults = append(faults, fault(path+".cycle", "requisition.cycle_over", fmt.Sprintf("the cycle is over: it is %s", cycle.State())))
	}
	for i, id := range r.Needs {
		if _, known := cycle.Need(id); !known {
			faults = append(faults, unknown(fmt.Sprintf("%s.needs[%d]", path, i), "need", string(id)))
		}
	}
	service, known := cycle.Service(r.Service)
	if !known {
		return append(faults, unknown(path+".service", "service", string(r.Service)))
	}
	if service.Delivery == commissioning.ServiceEnded {
		faults = append(faults, fault(path+".service", "requisition.service_ended", fmt.Sprintf("service %s has ended", service.ID)))
	}
	switch {
	case r.Revision < 0 || r.Revision > service.Revision:
		faults = append(faults, fault(path+".revision", "requisition.revision_unknown", fmt.Sprintf("service %s has no revision %d", service.ID, r.Revision)))
	case r.Revision != 0 && r.Revision < service.Revision:
		faults = append(faults, fault(path+".revision", "requisition.revision_past", fmt.Sprintf("service %s is at revision %d: what is bought is what is planned now", service.ID, service.Revision)))
	}
	return faults
}

func (r Requisition) annualFaults(path string) []casework.Fault {
	if !r.Annual.IsRecorded() {
		return nil
	}
	return append(moneyFaults(r.Annual, path+".annual", "what a year of it costs"), r.currencyFaults(r.Annual, path+".annual")...)
}

// currencyFaults tells that an amount is in another currency than the estimate.
func (r Requisition) currencyFaults(m casework.Money, path string) []casework.Fault {
	if !m.IsRecorded() || !r.Estimate.IsRecorded() || m.Currency() == r.Estimate.Currency() {
		return nil
	}
	return []casework.Fault{fault(path, "money.currency_mixed", fmt.Sprintf("the estimate is in %s, not in %s", r.Estimate.Currency(), m.Currency()))}
}

func (r Requisition) buyerFaults(path string) []casework.Fault {
	var faults []casework.Fault
	for i, b := range r.Buyers {
		at := fmt.Sprintf("%s.buyers[%d]", path, i)
		faults = append(faults, b.Agency.Faults(at+".agency")...)
		if b.Share < 0 {
			faults = append(faults, fault(at+".share", "requisition.share_negative", "a share weighs 1 or more; 1 when it is left out"))
		}
		if slices.ContainsFunc(r.Buyers[:i], func(other Buyer) bool { return other.Agency.ID == b.Agency.ID }) {
			faults = append(faults, fault(at+".agency.id", "requisition.buyer_repeated", fmt.Sprintf("%s stands there twice", b.Agency.ID)))
		}
	}
	return faults
}

func (r Requisition) fundingFaults(cycle *commissioning.Cycle, path string) []casework.Fault {
	var faults []casework.Fault
	for i, f := range r.Funding {
		at := fmt.Sprintf("%s.funding[%d]", path, i)
		faults = append(faults, moneyFaults(f.Amount, at+".amount", "how much of it is drawn on")...)
		faults = append(faults, r.currencyFaults(f.Amount, at+".amount")...)
		if f.Resource == "" && strings.TrimSpace(f.Budget) == "" {
			faults = append(faults, fault(at, "requisition.funding_source", "say which resource or which budget pays"))
		}
		if f.Resource == "" || cycle == nil {
			continue
		}
		if _, known := cycle.Resource(f.Resource); !known {
			faults = append(faults, unknown(at+".resource", "resource", string(f.Resource)))
		}
	}
	return faults
}

// packageFaults lists what is wrong with a care package, and tells that it
// commits to more than the estimate.
func (r Requisition) packageFaults(path string) []casework.Fault {
	faults := packageFaults(r.Package, path+".package")
	if len(r.Package) == 0 || len(faults) > 0 || !r.Estimate.IsRecorded() {
		return faults
	}
	committed, err := packageFigure(r.Package, Committed)
	if err != nil || !committed.IsRecorded() {
		return faults // open-ended: it shows when a limit is to be tested against it
	}
	order, err := committed.Cmp(r.Estimate)
	switch {
	case err != nil:
		return append(faults, faultsOf(path+".package", err)...)
	case order > 0:
		return append(faults, fault(path+".estimate", "requisition.estimate_low", fmt.Sprintf("the package commits to %s, more than the estimate of %s", committed, r.Estimate)))
	default:
		return faults
	}
}

// figure gives what a limit is tested against on a basis.
func (r Requisition) figure(basis Basis) (casework.Money, []casework.Fault) {
	if !basis.Known() {
		return casework.Money{}, nil // which is the fault of the basis
	}
	if len(r.Package) > 0 {
		figure, err := packageFigure(r.Package, basis)
		return figure, figureUnknown(err)
	}
	if basis == Annualised {
		return r.Annual, nil
	}
	return r.Estimate, nil
}

// from completes a requisition with what its cycle says.
func (r Requisition) from(cycle *commissioning.Cycle, least commissioning.Scale) Requisition {
	service, _ := cycle.Service(r.Service)
	r.Lead, r.Subject = cycle.Lead(), cycle.Subject()
	r.Specification, r.Revision = service.Specification, service.Revision
	if len(r.Needs) == 0 {
		r.Needs = service.Needs
	}
	if len(r.Buyers) == 0 {
		r.Buyers = []Buyer{{Agency: r.Lead}}
	}
	for i := range r.Buyers {
		r.Buyers[i].Share = cmp.Or(r.Buyers[i].Share, 1)
	}
	r.Package = numberedElements(r.Package)
	r.Scale, r.Drafted = max(cycle.Scale(), least), nil
	return r
}

// DraftingRequisition, RevisingRequisition and MendingRationale are the events of
// a requisition, for policies to watch. The attempt's Args are the [Requisition],
// and the [RationaleMended].
const (
	DraftingRequisition casework.Move = "requisition.drafted"
	RevisingRequisition casework.Move = "requisition.revised"
	MendingRationale    casework.Move = "requisition.rationale_mended"
)

// RationaleMended is a rationale that took the place of another one. It is the
// data of [MendingRationale].
type RationaleMended struct {
	Was string `json:"was,omitempty"`
	Is  string `json:"is"`
}

var requisitionDrafted = &casework.Event[*Purchase, Requisition]{
	Name: string(DraftingRequisition), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, r Requisition) {
		r.Drafted = []Mark{markOf(e)}
		p.s.Requisition, p.s.Requested = r, markOf(e)
	},
	Redact: redactRequisition,
}

var requisitionRevised = &casework.Event[*Purchase, Requisition]{
	Name: string(RevisingRequisition), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, r Requisition) {
		r.Drafted = append(p.s.Requisition.Drafted, markOf(e))
		p.s.Requisition = r
	},
	Redact: redactRequisition,
}

func redactRequisition(r Requisition) Requisition {
	r = r.clone()
	r.Title, r.Specification, r.Rationale, r.Lead = "", "", "", withoutName(r.Lead)
	for i := range r.Buyers {
		r.Buyers[i].Agency = withoutName(r.Buyers[i].Agency)
	}
	r.Package = redactedElements(r.Package)
	return r
}

var rationaleMended = &casework.Event[*Purchase, RationaleMended]{
	Name: string(MendingRationale), Version: 1,
	Apply:  func(p *Purchase, _ casework.Entry, d RationaleMended) { p.s.Requisition.Rationale = d.Is },
	Redact: func(RationaleMended) RationaleMended { return RationaleMended{} },
}

// requisitionSubmitted asks for an approval with the move.
var requisitionSubmitted = &casework.Event[*Purchase, Approval]{
	Name: "requisition.submitted", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, a Approval) {
		addApproval(p, e, a)
		for i := range p.s.Amendments {
			if p.s.Amendments[i].Open() {
				p.s.Amendments[i].Resolved = markOf(e)
			}
		}
	},
	Redact: redactApproval,
}

// requisitionAnswered answers it with the move: yes, no, or returned.
var requisitionAnswered = &casework.Event[*Purchase, ApprovalAnswer]{
	Name: "requisition.answered", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d ApprovalAnswer) {
		d.Comment = cmp.Or(d.Comment, e.Reason)
		answerApproval(p, e, d)
		if d.Answer == Returned {
			p.s.Amendments = append(p.s.Amendments, Amendment{ID: numbered("M", len(p.s.Amendments)), Comment: d.Comment, Asked: markOf(e)})
		}
	},
	Redact: redactAnswer,
}

func requisitionEvents() []casework.EventType[*Purchase] {
	return slices.Concat(
		[]casework.EventType[*Purchase]{requisitionDrafted, requisitionRevised, rationaleMended, requisitionSubmitted, requisitionAnswered, routeChosen},
		purchaseApprovals.types(), purchaseInterests.types(),
	)
}

// OpenPurchase begins a purchase within a unit, beside other cases. Lead, subject
// and specification are copied from the cycle, which must exist; needs are the
// service's and the buyer is the lead where none are given.
func OpenPurchase(u *casework.Unit, k *Kinds, r Requisition) (*Purchase, error) {
	r = r.clone()
	opening := casework.Opening{Definition: PurchaseName, References: r.References}
	var cycle *commissioning.Cycle
	if !r.Cycle.IsZero() {
		var err error
		if cycle, err = casework.Load(u, k.Cycles, r.Cycle); err != nil {
			return nil, err
		}
		opening.Subject = cycle.Subject()
	}
	p, err := casework.Open(u, k.Purchases, opening)
	if err != nil {
		return nil, err
	}
	if err := p.invalid("open a purchase", r.faults(cycle)); err != nil {
		return nil, err
	}
	if err := requisitionDrafted.Record(p, r.from(cycle, p.cfg.scaleOf(p.Now(), r.Estimate))); err != nil {
		return nil, err
	}
	return casework.Load(u, k.Purchases, p.ID())
}

// ReviseRequisition writes the requisition anew, from the cycle as it stands. The
// cycle it cites does not change, and the scale does not fall. Once submitted it
// is not revised until it is returned.
func (p *Purchase) ReviseRequisition(r Requisition) (Requisition, error) {
	r = r.clone()
	if r.Cycle.IsZero() {
		r.Cycle = p.s.Requisition.Cycle
	}
	r.References = p.References()
	cycle, linked := p.cycle()
	var faults []casework.Fault
	switch {
	case r.Cycle != p.s.Requisition.Cycle:
		faults = append(faults, fault("requisition.cycle", "requisition.cycle_changed", "a purchase stays with its cycle: end this one, and open another"))
	case linked:
		faults = r.faults(cycle)
	case p.State() == RequisitionDrafted: // later the rule says why not
		faults = append(faults, fault("requisition.cycle", "requisition.cycle_unloaded", "the cycle is not loaded along: revise the requisition within a unit"))
	}
	if err := p.invalid("revise a requisition", faults); err != nil {
		return Requisition{}, err
	}
	if linked {
		least := max(p.s.Requisition.Scale, p.cfg.scaleOf(p.Now(), r.Estimate))
		r = r.from(cycle, least)
	}
	if err := requisitionRevised.Record(p, r); err != nil {
		return Requisition{}, err
	}
	return p.s.Requisition.clone(), nil
}

// MendRationale puts another rationale in the place of the one there is, at any
// time. Both stay in the journal, and no approval is voided.
func (p *Purchase) MendRationale(text string) error {
	faults := required(text, "rationale", "requisition.rationale_missing", "say why it is to be bought")
	if err := p.invalid("mend a rationale", faults); err != nil {
		return err
	}
	return rationaleMended.Record(p, RationaleMended{Was: p.s.Requisition.Rationale, Is: text})
}

// SubmitRequisition asks an approver. The basis says which figure their limit is
// tested against; there is no default. Committed is the estimate, or what the
// package commits to; annualised is a year of it.
func (p *Purchase) SubmitRequisition(basis Basis, a Authority) (Approval, error) {
	figure, faults := p.s.Requisition.figure(basis)
	asked := Approval{Of: ApprovalOfRequisition, Basis: basis, Figure: figure, Authority: a, Content: p.s.Requisition.content()}
	for _, f := range askFaults(p, asked) {
		if len(faults) == 0 || f.Path != "figure" { // why there is none is said already
			faults = append(faults, f)
		}
	}
	if err := p.invalid("submit a requisition", faults); err != nil {
		return Approval{}, err
	}
	asked = nextApproval(p, asked)
	if err := requisitionSubmitted.Move(p, SubmitRequisition, asked); err != nil {
		return Approval{}, err
	}
	return *approvalIn(p, asked.ID), nil
}

// ReturnRequisition gives the requisition back for edits. What was asked for is
// an open amendment until it is submitted again.
func (p *Purchase) ReturnRequisition(comment string) (Amendment, error) {
	faults := required(comment, "comment", "approval.comment_missing", "say what is to be amended")
	if err := p.answerRequisition(ReturnRequisition, ApprovalAnswer{Answer: Returned, Comment: comment}, faults); err != nil {
		return Amendment{}, err
	}
	return p.s.Amendments[len(p.s.Amendments)-1], nil
}

// ApproveRequisition says yes, under the approver's authority as it stands now.
func (p *Purchase) ApproveRequisition(a Authority) error {
	return p.answerRequisition(ApproveRequisition, ApprovalAnswer{Answer: Approved, Under: a}, nil)
}

// RejectRequisition says no. The call's reason says why, and is required.
func (p *Purchase) RejectRequisition() error {
	return p.answerRequisition(RejectRequisition, ApprovalAnswer{Answer: Rejected}, nil)
}

// answerRequisition answers the approval a submitted requisition waits for.
func (p *Purchase) answerRequisition(m casework.Move, d ApprovalAnswer, faults []casework.Fault) error {
	if open := openApproval(p, ApprovalOfRequisition, ""); open != nil {
		d.Approval = open.ID
		faults = append(faults, answerFaults(p, &d)...)
	} else {
		faults = append(faults, fault("requisition", "approval.nothing", "the requisition is not waiting for an answer: it is submitted first"))
	}
	if err := p.invalid("answer a requisition", faults); err != nil {
		return err
	}
	return requisitionAnswered.Move(p, m, d)
}

// Requisition gives what commissioning asks to be bought.
func (p *Purchase) Requisition() Requisition { return p.s.Requisition.clone() }

// Amendments gives what approvers asked for when returning the requisition, in
// order.
func (p *Purchase) Amendments() []Amendment { return slices.Clone(p.s.Amendments) }

func requisitionRules() []rule[*Purchase] {
	return slices.Concat(citationRules(), fundingRules(), purchaseApprovalRules(), purchaseInterestRules(), dutyRules(), routeRules())
}

// citationRules are about what commissioning planned.
func citationRules() []rule[*Purchase] {
	return []rule[*Purchase]{
		{weight: barred(), policy: casework.Policy[*Purchase]{
			Code: "requisition.locked", Doc: "A requisition is revised while it is drafted; once submitted, only after it was returned. Its rationale may be mended at any time.",
			Source: "house rule: an approval is of what was read", Moves: []casework.Move{RevisingRequisition}, Check: requisitionLocked,
		}},
		{weight: refused(), policy: casework.Policy[*Purchase]{
			Code: "requisition.unneeded", Doc: "What is bought serves at least one need of the cycle that stands.",
			Source: "Eight principles 2006, principle 1", Moves: []casework.Move{SubmitRequisition, ApproveRequisition}, Check: requisitionUnneeded,
		}},
		{weight: explained(), policy: casework.Policy[*Purchase]{
			Code: "requisition.channel", Doc: "A service planned for another channel is bought with the reason on record.",
			Source: "house rule: not every commission is bought", Moves: []casework.Move{SubmitRequisition}, Check: otherChannel,
		}},
		{weight: explained(), policy: casework.Policy[*Purchase]{
			Code: "requisition.stale", Doc: "What is bought is what is planned: a service revised in the cycle since is bought as it was with the reason on record.",
			Source: "house rule: procurement follows the plan", Moves: []casework.Move{ApproveRequisition, Invite, Recommend}, Check: requisitionStale,
		}},
		{weight: refused(), policy: casework.Policy[*Purchase]{
			Code: "requisition.early", Doc: "A requisition is approved once the plan stands: in the first round, when the cycle has come to arranging delivery.",
			Source: "house rule: procurement follows the plan", Moves: []casework.Move{ApproveRequisition}, Check: requisitionEarly,
		}},
	}
}

// withCycle looks at the cycle the requisition cites. Where it was not loaded
// along, nothing can be said of it, and that stands in the way itself: the moves
// of a call are judged by what was loaded when it began.
func withCycle(a casework.Attempt[*Purchase], look func(*commissioning.Cycle) []casework.Objection) []casework.Objection {
	cycle, linked := a.Case.cycle()
	if !linked {
		id := a.Case.s.Requisition.Cycle.String()
		return object("the cycle the requisition cites was not loaded along", "take this move in a call of its own", id)
	}
	return look(cycle)
}

func requisitionLocked(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.From == RequisitionDrafted {
		return nil
	}
	return object(fmt.Sprintf("the requisition is not drafted any more: the purchase is %s", a.From),
		"have it returned for edits while it is submitted; later, end the purchase and open another", "")
}

func requisitionUnneeded(a casework.Attempt[*Purchase]) []casework.Objection {
	return withCycle(a, func(cycle *commissioning.Cycle) []casework.Objection {
		for _, id := range a.Case.s.Requisition.Needs {
			if need, known := cycle.Need(id); known && need.Stands() {
				return nil
			}
		}
		return object("the requisition serves no need that stands", "cite the needs it serves, or end the purchase", "")
	})
}

func otherChannel(a casework.Attempt[*Purchase]) []casework.Objection {
	return withCycle(a, func(cycle *commissioning.Cycle) []casework.Objection {
		service, known := cycle.Service(a.Case.s.Requisition.Service)
		if !known || service.Channel == "" || service.Channel == commissioning.Procurement {
			return nil
		}
		return object(fmt.Sprintf("service %s is planned to be delivered by %s", service.ID, service.Channel),
			"revise the service in the cycle, or say why it is bought all the same", string(service.ID))
	})
}

func requisitionStale(a casework.Attempt[*Purchase]) []casework.Objection {
	return withCycle(a, func(cycle *commissioning.Cycle) []casework.Objection {
		r := a.Case.s.Requisition
		service, known := cycle.Service(r.Service)
		if !known || service.Revision == r.Revision {
			return nil
		}
		return object(fmt.Sprintf("service %s is at revision %d, and the requisition is of revision %d", r.Service, service.Revision, r.Revision),
			"revise the requisition while it is drafted, or say why it is bought as it was", string(r.Service))
	})
}

func requisitionEarly(a casework.Attempt[*Purchase]) []casework.Objection {
	return withCycle(a, func(cycle *commissioning.Cycle) []casework.Objection {
		planning := []commissioning.Stage{commissioning.StageAssessNeed, commissioning.StageIdentifyResources, commissioning.StagePlanUse}
		if cycle.Round() != 1 || !slices.Contains(planning, cycle.Stage()) {
			return nil
		}
		return object(fmt.Sprintf("the cycle is at %s: its plan does not stand yet", cycle.Stage()),
			"take the cycle on to arranging delivery", a.Case.s.Requisition.Cycle.String())
	})
}

// fundingRules are about the money.
func fundingRules() []rule[*Purchase] {
	return []rule[*Purchase]{{
		weight: commissioning.Weight{Light: casework.Explain, Standard: casework.Refuse, Major: casework.Refuse},
		policy: casework.Policy[*Purchase]{
			Code: "requisition.unfunded", Doc: "The money for the whole estimate is named before an approver is asked, and before a route is taken.",
			Source: "house rule: resources are identified before delivery is arranged", Moves: []casework.Move{SubmitRequisition, ChooseRoute}, Check: requisitionUnfunded,
		},
	}}
}

func requisitionUnfunded(a casework.Attempt[*Purchase]) []casework.Objection {
	r := a.Case.s.Requisition
	if len(r.Funding) == 0 {
		return object(fmt.Sprintf("no funding is recorded for the estimate of %s", r.Estimate), "record which resource or budget pays", "")
	}
	amounts := make([]casework.Money, len(r.Funding))
	for i, f := range r.Funding {
		amounts[i] = f.Amount
	}
	total, err := casework.Sum(amounts...)
	if err != nil {
		return object("the funding cannot be added up: "+err.Error(), "record the funding in one currency", "")
	}
	order, err := total.Cmp(r.Estimate)
	switch {
	case err != nil:
		return object("the funding cannot be held against the estimate: "+err.Error(), "record the funding in the currency of the estimate", "")
	case order < 0:
		return object(fmt.Sprintf("the funding of %s is less than the estimate of %s", total, r.Estimate), "record which resource or budget pays the rest", "")
	default:
		return nil
	}
}
