package commissioning

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

type (
	// Policy is a rule that watches over cycles.
	Policy = casework.Policy[*Cycle]
	// Move is an action that may take a cycle elsewhere, or the name of an event.
	Move = casework.Move
	// Attempt is what a policy judges.
	Attempt = casework.Attempt[*Cycle]
)

// Policies gives the default policies, in the order they are asked. Their
// weights stand in [DefaultWeights].
func Policies() []Policy {
	onward := []casework.Move{IdentifyResources, PlanUse, ArrangeDelivery, MonitorReview, Reassess, Close}
	return []Policy{
		{
			Code: "cycle.suspended", Doc: "A suspended cycle waits; it may be resumed, abandoned or superseded.",
			Source: "house rule", Moves: []casework.Move{casework.AnyMove}, Check: suspended,
		},
		{
			Code: "cycle.over", Doc: "A cycle that is over takes no new need, plan or arrangement; what it left running may still be ended.",
			Source: "house rule", Moves: []casework.Move{IdentifyingNeed, PlanningService, RecordingArrangement, BindingArrangement, Allocating}, Check: over,
		},
		{
			Code: "need.none", Doc: "Commissioning is needs-led: nothing follows from no need.",
			Source: "Hearn, Abrahams and Pugh 2003; founding definition, stage 1", Moves: []casework.Move{IdentifyResources, PlanUse}, Check: needNone,
		},
		{
			Code: "need.unprioritised", Doc: "Needs of a population compete, so each is ranked among the others.",
			Source: "World Class Commissioning 2007, competency 6", Moves: []casework.Move{PlanUse}, Check: needUnprioritised,
		},
		{
			Code: "need.declined", Doc: "An eligible need of one person is met, not declined.",
			Source: "Care Act 2014 s.18", Moves: []casework.Move{DecliningNeed}, Check: needDeclinedHere,
		},
		{
			Code: "service.serves_no_need", Doc: "Every service serves a need.",
			Source: "Hearn, Abrahams and Pugh 2003", Moves: []casework.Move{ArrangeDelivery}, Check: serviceServesNoNeed,
		},
		{
			Code: "need.unserved", Doc: "Every need that stands is served by a service.",
			Source: "founding definition, stage 3; Care Act 2014 s.18 for one person", Moves: []casework.Move{ArrangeDelivery}, Check: needUnserved,
		},
		{
			Code: "outcome.unmeasured", Doc: "Every service has an outcome, and every outcome a measure and a target.",
			Source: "Eight principles 2006, principle 3", Moves: []casework.Move{ArrangeDelivery}, Check: outcomeUnmeasured,
		},
		{
			Code: "resource.insufficient", Doc: "The money identified, proposed or committed, covers the plan.",
			Source: "founding definition, stages 2 and 3", Moves: []casework.Move{ArrangeDelivery}, Check: resourceInsufficient,
		},
		{
			Code: "resource.overallocated", Doc: "No more is allocated than the resource has.",
			Source: "house rule; the owner of the resource may override", Moves: []casework.Move{Allocating}, Check: resourceOverallocated,
		},
		{
			Code: "resource.uncommitted", Doc: "What becomes binding is covered by committed money.",
			Source: "house rule", Moves: []casework.Move{BindingArrangement, VaryingArrangement}, Check: resourceUncommitted,
		},
		{
			Code: "impact.missing", Doc: "The impact, on equality and otherwise, is assessed before the decision it informs.",
			Source: "Equality Act 2010 s.149", Moves: []casework.Move{ArrangeDelivery, DecidingDecommissioning}, Check: impactMissing,
		},
		{
			Code: "social_value.unconsidered", Doc: "Before services are procured it is considered how that might improve the well-being of the area.",
			Source: "Public Services (Social Value) Act 2012 s.1", Moves: []casework.Move{ArrangeDelivery}, Check: socialValueUnconsidered,
		},
		{
			Code: "commissioner.also_provides", Doc: "An agency may commission and provide at once, with recorded safeguards that keep the two apart.",
			Source: "Transforming Community Services 2009", Moves: []casework.Move{RecordingArrangement}, Check: commissionerAlsoProvides,
		},
		{
			Code: "service.unarranged", Doc: "Monitoring begins when a service is arranged.",
			Source: "founding definition, stage 4", Moves: []casework.Move{MonitorReview}, Check: serviceUnarranged,
		},
		{
			Code: "arrangement.unbinding", Doc: "Monitoring begins when an arrangement binds.",
			Source: "founding definition, stage 4: contracting makes the process legally binding", Moves: []casework.Move{MonitorReview}, Check: arrangementUnbinding,
		},
		{
			Code: "engagement.no_voluntary_sector", Doc: "The voluntary and community sector is invited to take part at every stage, or it is recorded why that is not relevant.",
			Source: "Eight principles 2006, principles 1 and 2", Moves: onward, Check: engagementNoVoluntarySector,
		},
		{
			Code: "consultation.short", Doc: "A formal consultation is open for at least 84 days, or says why not.",
			Source: "Compact 2010 (twelve weeks)", Moves: []casework.Move{ClosingConsultation}, Check: consultationShort,
		},
		{
			Code: "notice.short", Doc: "Notice of the end of a service is given at least three calendar months before, or as many as the contract asks for where that is more.",
			Source: "Compact 2010; NAO guidance on decommissioning", Moves: []casework.Move{GivingNotice}, Check: noticeShort,
		},
		{
			Code: "feedback.none", Doc: "Users, communities and providers are asked before a round ends; that nobody answered is an answer.",
			Source: "Eight principles 2006, principle 8", Moves: []casework.Move{Reassess, Close}, Check: feedbackNone,
		},
		{
			Code: "review.undecided", Doc: "A round ends with a review, and no review stays undecided.",
			Source: "founding definition, stage 5", Moves: []casework.Move{Reassess, Close}, Check: reviewUndecided,
		},
		{
			Code: "record.open", Doc: "Nothing that was begun is forgotten when a round or a cycle ends.",
			Source: "house rule", Moves: []casework.Move{Reassess, Close, Abandon}, Check: recordOpen,
		},
		{
			Code: "scale.lowered", Doc: "A scale is lowered by somebody who may, on record.",
			Source: "house rule", Moves: []casework.Move{LoweringScale}, Check: scaleLoweredHere,
		},
	}
}

// object is one objection; none is none.
func object(message, remedy, subject string) []casework.Objection {
	return []casework.Objection{{Message: message, Remedy: remedy, Subject: subject}}
}

func suspended(a Attempt) []casework.Objection {
	is := a.Case.Suspended()
	switch {
	case a.Move == Resume && !is:
		return object("the cycle is not suspended", "there is nothing to resume", "")
	case !is, a.Move == Resume, a.Move == Abandon, a.Move == Supersede:
		return nil
	}
	last := a.Case.s.Suspensions[len(a.Case.s.Suspensions)-1]
	return object(fmt.Sprintf("the cycle is suspended since %s", last.From), "resume it first", "")
}

func over(a Attempt) []casework.Objection {
	if !a.Case.Final() {
		return nil
	}
	return object(fmt.Sprintf("the cycle is over: %s", a.Case.Table().StateTitle(a.From)), "open a successor", "")
}

func needNone(a Attempt) []casework.Objection {
	if slices.ContainsFunc(a.Case.s.Needs, Need.Stands) {
		return nil
	}
	return object("no need is recorded that stands", "identify a need", "")
}

func needUnprioritised(a Attempt) []casework.Objection {
	var all []casework.Objection
	for _, n := range a.Case.s.Needs {
		if n.Stands() && n.Priority == 0 {
			all = append(all, object(fmt.Sprintf("need %s is not ranked among the others", n.ID), "prioritise it, or decline it with a reason", string(n.ID))...)
		}
	}
	return all
}

func needDeclinedHere(a Attempt) []casework.Objection {
	d, _ := a.Args.(NeedFinding)
	return object(fmt.Sprintf("need %s would be declined", d.Need), "meet it; an eligible need is not declined", string(d.Need))
}

func serviceServesNoNeed(a Attempt) []casework.Objection {
	planned := a.Case.plannedServices()
	if len(planned) == 0 {
		return object("no service is planned", "plan a service that serves a need", "")
	}
	var all []casework.Objection
	for _, s := range planned {
		if !slices.ContainsFunc(s.Needs, a.Case.needStands) {
			all = append(all, object(fmt.Sprintf("service %s serves no need that stands", s.ID), "say which need it serves, or end it", string(s.ID))...)
		}
	}
	return all
}

// plannedServices gives the services that have not ended.
func (c *Cycle) plannedServices() []Service {
	return slices.DeleteFunc(slices.Clone(c.s.Services), func(s Service) bool { return s.Delivery == ServiceEnded })
}

func (c *Cycle) needStands(id NeedID) bool {
	n := c.need(id)
	return n != nil && n.Stands()
}

func needUnserved(a Attempt) []casework.Objection {
	var all []casework.Objection
	for _, n := range a.Case.s.Needs {
		if n.Stands() && n.State() != NeedMet && !a.Case.serves(n.ID) {
			all = append(all, object(fmt.Sprintf("no service serves need %s", n.ID), a.Case.toServe(), string(n.ID))...)
		}
	}
	return all
}

// toServe says what to do about an unserved need. The needs of one person are
// not declined.
func (c *Cycle) toServe() string {
	if c.IsIndividual() {
		return "plan a service for it"
	}
	return "plan a service for it, or decline it with a reason"
}

func outcomeUnmeasured(a Attempt) []casework.Objection {
	var all []casework.Objection
	for _, s := range a.Case.plannedServices() {
		if len(s.Outcomes) == 0 {
			all = append(all, object(fmt.Sprintf("service %s has no outcome", s.ID), "say what it is to achieve for users", string(s.ID))...)
		}
	}
	for _, o := range a.Case.s.Outcomes {
		if !o.Measurable() {
			all = append(all, object(fmt.Sprintf("outcome %s has no measure or no target", o.ID), "record how it is measured and what is aimed at", string(o.ID))...)
		}
	}
	return all
}

func resourceInsufficient(a Attempt) []casework.Objection {
	plan, err := a.Case.plannedTotal()
	if err != nil {
		return uncounted("the estimates of the services", err, "")
	}
	if !plan.IsRecorded() {
		return nil
	}
	money, err := a.Case.FinancialTotal(false)
	if err != nil {
		return uncounted("the resources", err, "")
	}
	return uncovered(plan, money, "the plan needs", "identified", "identify further money, or plan less", "")
}

func resourceOverallocated(a Attempt) []casework.Objection {
	d, given := a.Args.(Allocation)
	r := a.Case.resource(d.Resource)
	if !given || r == nil {
		return nil
	}
	money, quantity, err := a.Case.Allocated(d.Resource)
	if err != nil {
		return uncounted("what is allocated", err, string(r.ID))
	}
	if quantity+d.Quantity > r.Quantity {
		return object(fmt.Sprintf("more of resource %s would be allocated than there is", r.ID), "allocate less, or identify more", string(r.ID))
	}
	if !d.Amount.IsRecorded() {
		return nil
	}
	if !r.Amount.IsRecorded() {
		return object(fmt.Sprintf("resource %s has no amount that could be allocated", r.ID), "record its amount", string(r.ID))
	}
	if !money.IsRecorded() {
		money = d.Amount
	} else if money, err = money.Add(d.Amount); err != nil {
		return uncounted("what is allocated", err, string(r.ID))
	}
	over, err := money.Cmp(r.Amount)
	if err != nil {
		return uncounted("what is allocated", err, string(r.ID))
	}
	if over <= 0 {
		return nil
	}
	return object(fmt.Sprintf("%s of resource %s would be allocated, which has %s", money, r.ID, r.Amount), "allocate less, identify more, or have the owner override it", string(r.ID))
}

func resourceUncommitted(a Attempt) []casework.Objection {
	d, given := a.Args.(Arrangement)
	if v, varying := a.Args.(Variation); varying {
		if was := a.Case.arrangement(v.Arrangement); was != nil {
			d, given = was.varied(v), true
		}
	}
	if !given || !d.Value.IsRecorded() {
		return nil
	}
	bound := d.Value
	for _, other := range a.Case.s.Arrangements {
		if other.ID == d.ID || !other.Binding() || !other.Value.IsRecorded() || apart(other.Period, d.Period) {
			continue
		}
		var err error
		if bound, err = bound.Add(other.Value); err != nil {
			return uncounted("what is arranged", err, string(d.ID))
		}
	}
	var amounts []casework.Money
	for _, r := range a.Case.s.Resources {
		if r.Commitment == ResourceCommitted && r.Amount.IsRecorded() && !apart(r.Period, d.Period) {
			amounts = append(amounts, r.Amount)
		}
	}
	committed, err := casework.Sum(amounts...)
	if err != nil {
		return uncounted("the resources", err, string(d.ID))
	}
	return uncovered(bound, committed, "binding arrangements come to", "committed", "have money committed that covers it", string(d.ID))
}

// apart tells whether two recorded periods have no day in common.
func apart(a, b casework.Period) bool { return !a.IsZero() && !b.IsZero() && !a.Overlaps(b) }

// uncovered objects when money does not reach what it is to cover.
func uncovered(need, money casework.Money, needed, how, remedy, subject string) []casework.Objection {
	if !money.IsRecorded() {
		if need.Sign() == 0 {
			return nil
		}
		return object(fmt.Sprintf("%s %s and no money is %s", needed, need, how), remedy, subject)
	}
	short, err := money.Cmp(need)
	if err != nil {
		return uncounted("resources and plan", err, subject)
	}
	if short >= 0 {
		return nil
	}
	return object(fmt.Sprintf("%s %s and %s is %s", needed, need, money, how), remedy, subject)
}

// uncounted objects when amounts cannot be added up or compared.
func uncounted(what string, err error, subject string) []casework.Objection {
	why := err.Error()
	if invalid, is := errors.AsType[*casework.InvalidError](err); is && len(invalid.Faults) > 0 {
		why = invalid.Faults[0].Message
	}
	return object(fmt.Sprintf("%s cannot be counted: %s", what, why), "record the amounts in one currency", subject)
}

func impactMissing(a Attempt) []casework.Objection {
	if d, deciding := a.Args.(DecommissioningDecision); deciding {
		if slices.ContainsFunc(a.Case.s.Impacts, func(i ImpactAssessment) bool { return a.Case.informsEnding(i, d) }) {
			return nil
		}
		return object(fmt.Sprintf("the impact of ending service %s is not assessed", d.Service), "assess the impact before deciding, and say that it informs this", string(d.Service))
	}
	if slices.ContainsFunc(a.Case.s.Impacts, a.Case.informsPlan) {
		return nil
	}
	return object("the impact of the plan is not assessed in this round", "assess the impact, on equality at least", "")
}

// informsPlan tells whether an assessment of this round looked at the plan, or
// at a service of it.
func (c *Cycle) informsPlan(i ImpactAssessment) bool {
	if i.Mark.Imported || i.Mark.Round != c.s.Round {
		return false
	}
	return i.Informs == InformsPlan || slices.ContainsFunc(c.s.Services, func(s Service) bool { return s.Delivery != ServiceEnded && i.Covers(s.ID) })
}

// informsEnding tells whether an assessment informs the end of a service: named
// by the decommissioning, made about it or about the service, or about the whole
// plan of this round.
func (c *Cycle) informsEnding(i ImpactAssessment, d DecommissioningDecision) bool {
	if i.Mark.Imported {
		return false
	}
	x := c.decommissioning(d.Decommissioning)
	named := x != nil && slices.Contains(x.Impact, i.ID)
	wholePlan := i.Informs == InformsPlan && len(i.Services) == 0
	if wholePlan {
		return named || i.Mark.Round == c.s.Round
	}
	return named || i.Informs == string(d.Decommissioning) || i.Covers(d.Service)
}

func socialValueUnconsidered(a Attempt) []casework.Objection {
	var all []casework.Objection
	for _, s := range a.Case.s.Services {
		ahead := s.Delivery == ServicePlanned || s.Delivery == ServiceBeingArranged
		if s.Channel == Procurement && ahead && len(a.Case.SocialValueOf(s.ID)) == 0 {
			all = append(all, object(fmt.Sprintf("social value is not considered for service %s", s.ID), "consider how buying it might improve the well-being of the area", string(s.ID))...)
		}
	}
	return all
}

func commissionerAlsoProvides(a Attempt) []casework.Objection {
	d, given := a.Args.(Arrangement)
	if !given || !a.Case.commissions(d.Provider.ID) || a.Case.safeguarded(d.Provider.ID, a.Case.config.day(a.At)) {
		return nil
	}
	return object(fmt.Sprintf("%s commissions and is to provide as well", d.Provider), "record the safeguards that keep the two apart", d.Provider.ID)
}

// commissions tells whether an agency leads the cycle or is a member of its
// partnership.
func (c *Cycle) commissions(agency string) bool {
	if c.s.Brief.Lead.ID == agency {
		return true
	}
	return c.s.Partnership != nil && slices.ContainsFunc(c.s.Partnership.Members, func(m Member) bool { return m.Agency.ID == agency })
}

func serviceUnarranged(a Attempt) []casework.Objection {
	if a.Case.anyBinding() {
		return nil
	}
	planned := a.Case.plannedServices()
	if len(planned) == 0 {
		return object("there is no service to monitor", "plan and arrange one", "")
	}
	var all []casework.Objection
	for _, s := range planned {
		arranged := slices.ContainsFunc(a.Case.s.Arrangements, func(t Arrangement) bool { return t.Service == s.ID && t.EndedOn.IsZero() })
		if !arranged {
			all = append(all, object(fmt.Sprintf("service %s is not arranged", s.ID), "record how it is delivered: contract, grant or in-house agreement", string(s.ID))...)
		}
	}
	return all
}

func arrangementUnbinding(a Attempt) []casework.Objection {
	if a.Case.anyBinding() {
		return nil
	}
	var all []casework.Objection
	for _, t := range a.Case.s.Arrangements {
		if t.EndedOn.IsZero() {
			all = append(all, object(fmt.Sprintf("arrangement %s for service %s does not bind yet", t.ID, t.Service), "have it signed, and record since when it binds", string(t.ID))...)
		}
	}
	return all
}

func engagementNoVoluntarySector(a Attempt) []casework.Objection {
	if c, round := a.Case, a.Case.s.Round; c.VoluntarySectorInvited(a.From, round) || c.VoluntarySectorNotRelevant(a.From, round) {
		return nil
	}
	return object(
		fmt.Sprintf("the voluntary and community sector was not invited in this stage (%s)", a.Case.Table().StateTitle(a.From)),
		"engage it and record what came of it, or why engagement is not relevant here", "")
}

func consultationShort(a Attempt) []casework.Objection {
	const enough = 84 // days: the twelve weeks of the Compact
	d, given := a.Args.(ClosedConsultation)
	q := a.Case.consultation(d.Consultation)
	if !given || q == nil || q.Kind != FormalConsultation || strings.TrimSpace(q.ShorterBecause+d.ShorterBecause) != "" {
		return nil
	}
	if days := q.DaysTo(d.On); days < enough {
		return object(fmt.Sprintf("consultation %s was open for %d days, not %d", q.ID, days, enough), "keep it open longer, or record why it is shorter", string(q.ID))
	}
	return nil
}

func noticeShort(a Attempt) []casework.Objection {
	d, given := a.Args.(DecommissioningNotice)
	if !given || !d.Notice.Short() {
		return nil
	}
	return object(fmt.Sprintf("notice given on %s ends on %s, in less than %d calendar months", d.Notice.Given, d.Notice.Ends, d.Notice.Months()), "give longer notice, or explain why it is shorter", string(d.Decommissioning))
}

func feedbackNone(a Attempt) []casework.Objection {
	if slices.ContainsFunc(a.Case.s.Feedback, func(f Feedback) bool { return f.Mark.Round == a.Case.s.Round && !f.Mark.Imported }) {
		return nil
	}
	return object("no feedback was sought in this round", "ask users, communities and providers; that nobody answered is an answer", "")
}

func reviewUndecided(a Attempt) []casework.Objection {
	var all []casework.Objection
	reviewed := false
	for _, w := range a.Case.s.Reviews {
		reviewed = reviewed || (w.HeldRound == a.Case.s.Round && !w.Open() && !w.Concluded.Imported)
		if w.Open() && !w.Held.IsZero() {
			all = append(all, object(fmt.Sprintf("review %s is not concluded", w.ID), "decide on each service and conclude it", string(w.ID))...)
		}
	}
	if !reviewed && len(all) == 0 {
		return object("no review was concluded in this round", "hold a review and conclude it", "")
	}
	return all
}

func recordOpen(a Attempt) []casework.Objection {
	var all []casework.Objection
	for _, q := range a.Case.s.Consultations {
		if q.Open() {
			all = append(all, object(fmt.Sprintf("consultation %s is open", q.ID), "close it", string(q.ID))...)
		}
	}
	if a.Move != Abandon {
		all = append(all, reportsOpen(a.Case)...)
	}
	if a.Move == Reassess {
		return all
	}
	for _, x := range a.Case.s.Decommissionings {
		if x.Open() {
			all = append(all, object(fmt.Sprintf("the decommissioning of service %s is under way", x.Service), "end it or withdraw it", string(x.ID))...)
		}
	}
	for _, s := range a.Case.s.Services {
		switch {
		case s.Live():
			all = append(all, object(fmt.Sprintf("service %s is %s", s.ID, s.Delivery), "end its delivery first", string(s.ID))...)
		case s.Delivery == ServiceBeingArranged:
			all = append(all, object(fmt.Sprintf("service %s is being arranged", s.ID), "stop arranging it, or end it", string(s.ID))...)
		}
	}
	for _, t := range a.Case.s.Arrangements {
		if t.Binding() {
			all = append(all, object(fmt.Sprintf("arrangement %s with %s binds", t.ID, t.Provider), "end it first", string(t.ID))...)
		}
	}
	return all
}

// reportsOpen objects to what the monitoring of arrangements told and no review
// took up.
func reportsOpen(c *Cycle) []casework.Objection {
	var all []casework.Objection
	for _, r := range c.s.Reports {
		if r.Open() {
			all = append(all, object(r.told()+" was not taken up", "take it up in a review: record a finding with its report", string(r.ID))...)
		}
	}
	return all
}

func scaleLoweredHere(a Attempt) []casework.Objection {
	d, _ := a.Args.(ScaleChange)
	return object(fmt.Sprintf("value and risks ask for %s, not %s", d.From, d.To), "have it overridden by somebody who may, with the reason", "")
}
