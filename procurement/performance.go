package procurement

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// performance is what every agreement keeps of how it is performed.
type performance struct {
	Measures     []Measure            `json:"measures,omitempty"`
	Observations []MeasureObservation `json:"observations,omitempty"`
	Obligations  []Obligation         `json:"obligations,omitempty"`
	Reviews      []ContractReview     `json:"reviews,omitempty"`
}

// performing is an agreement that is performed: perf points into its state, and
// settings gives what the cases of its kinds have in common.
type performing interface {
	casework.Aggregate
	Fail(err error) error
	Final() bool
	Now() time.Time
	Reason() string
	perf() *performance
	settings() *config
}

// performanceEvents are the events and commands that agreements of every kind
// share. A kind makes one set with [newPerformanceEvents], adds its types to
// the kind's events and [performanceRules] to the kind's rules, and gives each
// command a method of one line. Its deadlines are [performanceDeadlines], and
// what its cycle is to hear is [reviewReports].
type performanceEvents[T performing] struct {
	binds func(T) bool // whether the agreement ever bound; nothing is observed or looked back on before

	measureAgreed     *casework.Event[T, Measure]
	measureObserved   *casework.Event[T, MeasureObservation]
	obligationAgreed  *casework.Event[T, Obligation]
	obligationSettled *casework.Event[T, ObligationSettlement]
	reviewPlanned     *casework.Event[T, ContractReview]
	reviewConcluded   *casework.Event[T, ReviewConclusion]
	reviewApproved    *casework.Event[T, ReviewApproval]
}

// newPerformanceEvents makes the set for a kind of agreement.
func newPerformanceEvents[T performing](binds func(T) bool) *performanceEvents[T] {
	return &performanceEvents[T]{
		binds:             binds,
		measureAgreed:     measureAgreedEvent[T](),
		measureObserved:   measureObservedEvent[T](),
		obligationAgreed:  obligationAgreedEvent[T](),
		obligationSettled: obligationSettledEvent[T](),
		reviewPlanned:     reviewPlannedEvent[T](),
		reviewConcluded:   reviewConcludedEvent[T](),
		reviewApproved:    reviewApprovedEvent[T](),
	}
}

// types lists the events for the kind.
func (ev *performanceEvents[T]) types() []casework.EventType[T] {
	return []casework.EventType[T]{
		ev.measureAgreed, ev.measureObserved, ev.obligationAgreed, ev.obligationSettled,
		ev.reviewPlanned, ev.reviewConcluded, ev.reviewApproved,
	}
}

// closedFaults tells that nothing more is agreed under an agreement that is over
// and done with.
func (ev *performanceEvents[T]) closedFaults(c T) []casework.Fault {
	if !c.Final() {
		return nil
	}
	return []casework.Fault{fault("agreement", "agreement.closed", "the agreement is over and done with")}
}

// bindingFaults tells that nothing can be found about an agreement that never
// bound, or is over and done with.
func (ev *performanceEvents[T]) bindingFaults(c T) []casework.Fault {
	if faults := ev.closedFaults(c); faults != nil || ev.binds(c) {
		return faults
	}
	return []casework.Fault{fault("agreement", "agreement.unbound", "the agreement does not bind yet")}
}

// performanceRules are the rules that agreements of every kind share.
func performanceRules[T performing]() []rule[T] {
	return []rule[T]{{
		policy: casework.Policy[T]{
			Code: "review.own", Doc: "A final review is approved by somebody else than whoever concluded it.",
			Source: "house rule: separation of duties", Moves: []casework.Move{ApprovingReview}, Check: reviewOwn[T],
		},
		weight: refused(),
	}}
}

// performanceDeadlines gives when obligations and reviews are due.
func performanceDeadlines[T performing](c T) []casework.Deadline {
	end := c.settings().calendar.EndOf
	var all []casework.Deadline
	for _, o := range c.perf().Obligations {
		if o.Open() {
			all = append(all, casework.Deadline{Code: "obligation.due", Subject: string(o.ID), Due: end(o.Due), Doc: "the last day to meet the obligation is over"})
		}
	}
	for _, r := range c.perf().Reviews {
		if r.Open() {
			all = append(all, casework.Deadline{Code: "review.due", Subject: string(r.ID), Due: end(r.Due), Doc: "the last day to hold the review is over"})
		}
	}
	return all
}

// reviewReports gives what the cycle is to hear of concluded reviews.
func reviewReports(id casework.CaseID, p *performance) []commissioning.ArrangementReport {
	var all []commissioning.ArrangementReport
	for _, r := range p.Reviews {
		if !r.Open() {
			all = append(all, commissioning.ArrangementReport{
				Kind: commissioning.ReportReview, Case: id, Reference: string(r.ID), Text: r.found(), On: r.Held,
			})
		}
	}
	return all
}

// openObligations names the obligations that are yet to be met.
func (p *performance) openObligations() []string {
	var open []string
	for _, o := range p.Obligations {
		if o.Open() {
			open = append(open, fmt.Sprintf("obligation %s", o.ID))
		}
	}
	return open
}

func (p *performance) measure(id MeasureID) *Measure {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return &p.Measures[i]
		}
	}
	return nil
}

func (p *performance) obligation(id ObligationID) *Obligation {
	for i := range p.Obligations {
		if p.Obligations[i].ID == id {
			return &p.Obligations[i]
		}
	}
	return nil
}

func (p *performance) review(id ReviewID) *ContractReview {
	for i := range p.Reviews {
		if p.Reviews[i].ID == id {
			return &p.Reviews[i]
		}
	}
	return nil
}

// reviews gives copies of all reviews.
func (p *performance) reviews() []ContractReview {
	all := slices.Clone(p.Reviews)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// finalReview gives the final review that was approved, if one was. What was
// brought in from elsewhere proves nothing.
func (p *performance) finalReview() (ContractReview, bool) {
	for _, r := range p.Reviews {
		if r.Final && !r.Approved.IsZero() && !r.Approved.Imported {
			return r, true
		}
	}
	return ContractReview{}, false
}

// contractPerformance is the set of a contract.
var contractPerformance = newPerformanceEvents(func(c *Contract) bool { return !c.s.Bound.IsZero() })

func (c *Contract) perf() *performance { return &c.s.Performance }

func (c *Contract) settings() *config { return c.cfg }

// AgreeMeasure records a key performance indicator, and gives it with its id. It
// may be agreed before the contract is signed (Procurement Act 2023 s.52).
func (c *Contract) AgreeMeasure(m Measure) (Measure, error) {
	return contractPerformance.agreeMeasure(c, m)
}

// ObserveMeasure records what was measured, and how it was rated.
func (c *Contract) ObserveMeasure(o MeasureObservation) (MeasureObservation, error) {
	return contractPerformance.observeMeasure(c, o)
}

// AgreeObligation records something a party must have done by a day, and gives
// it with its id.
func (c *Contract) AgreeObligation(o Obligation) (Obligation, error) {
	return contractPerformance.agreeObligation(c, o)
}

// SettleObligation records what became of an obligation. Whatever is not met
// says in its text why.
func (c *Contract) SettleObligation(id ObligationID, status ObligationStatus, text string) (Obligation, error) {
	return contractPerformance.settleObligation(c, id, status, text)
}

// PlanReview plans a look back on the contract by a day, and gives it with its
// id. The final one is held for the close.
func (c *Contract) PlanReview(title string, due casework.Date, final bool) (ContractReview, error) {
	return contractPerformance.planReview(c, title, due, final)
}

// ConcludeReview records when a review was held and what it found; "nothing to
// mend" is a finding. The cycle the contract serves hears of it in the same
// commit.
func (c *Contract) ConcludeReview(id ReviewID, held casework.Date, findings ...string) (ContractReview, error) {
	return contractPerformance.concludeReview(c, id, held, findings)
}

// ApproveFinalReview approves what the final review found. Whoever concluded it
// does not.
func (c *Contract) ApproveFinalReview(id ReviewID) (ContractReview, error) {
	return contractPerformance.approveFinalReview(c, id)
}

// Measures gives every measure, in the order they were agreed.
func (c *Contract) Measures() []Measure { return slices.Clone(c.s.Performance.Measures) }

// Observations gives every observation of a measure, in the order they were
// recorded.
func (c *Contract) Observations() []MeasureObservation {
	return slices.Clone(c.s.Performance.Observations)
}

// Obligations gives every obligation, in the order they were agreed.
func (c *Contract) Obligations() []Obligation { return slices.Clone(c.s.Performance.Obligations) }

// Reviews gives every review, in the order they were planned.
func (c *Contract) Reviews() []ContractReview { return c.s.Performance.reviews() }
