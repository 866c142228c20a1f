package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// What an in-house agreement shares with other kinds of case: approvals, declarations of
// interests, and how it is performed.
var (
	inHouseApprovals   = newApprovalEvents[*InHouseAgreement]()
	inHouseInterests   = newInterestEvents[*InHouseAgreement]()
	inHousePerformance = newPerformanceEvents(func(h *InHouseAgreement) bool { return !h.s.Bound.IsZero() })
)

func (h *InHouseAgreement) perf() *performance { return &h.s.Performance }

func (h *InHouseAgreement) settings() *config { return h.cfg }

// AskApproval asks somebody to approve the agreement, as it is written down now.
// Committed, the limit is tested against the whole; annualised, against 52 weeks
// of it, by its period. A later change voids the answer. One approval is open at
// a time.
func (h *InHouseAgreement) AskApproval(basis Basis, a Authority) (Approval, error) {
	asked := Approval{Of: ApprovalOfAward, Basis: basis, Authority: a, Figure: h.s.InHouse.Cost, Content: h.content()}
	if basis == Annualised {
		year, err := yearOf(h.s.InHouse.Cost, h.s.InHouse.Period)
		if err != nil {
			return Approval{}, h.invalid("ask for an approval", append(authorityFaults(a, "authority"), fault("figure", "approval.figure_unknown", err.Error())))
		}
		asked.Figure = year
	}
	return inHouseApprovals.ask(h, asked)
}

// AnswerApproval says yes or no to an approval, or returns it, under the
// approver's authority as it stands now. The comment is required but for a yes.
func (h *InHouseAgreement) AnswerApproval(id ApprovalID, answer Answer, comment string, under Authority) (Approval, error) {
	return inHouseApprovals.answer(h, id, answer, comment, under)
}

// Declare records what one person who takes part declares: interests,
// or that there are none. It is the actor's own where no person is named. The
// latest of a person counts.
func (h *InHouseAgreement) Declare(d Declaration) (Declaration, error) {
	return inHouseInterests.declare(h, d)
}

// AssessDeclaration records what was made of a declaration. The latest
// assessment counts. Nobody assesses their own.
func (h *InHouseAgreement) AssessDeclaration(id DeclarationID, a InterestAssessment) (Declaration, error) {
	return inHouseInterests.assess(h, id, a)
}

// ReviewDeclaration records that a declaration was looked at again.
func (h *InHouseAgreement) ReviewDeclaration(id DeclarationID, rev InterestReview) (Declaration, error) {
	return inHouseInterests.review(h, id, rev)
}

// Declarations gives every declaration, in the order they were made.
func (h *InHouseAgreement) Declarations() []Declaration { return clonedDeclarations(h.s.Declarations) }

// AgreeMeasure records a key performance indicator, and gives it with its id.
func (h *InHouseAgreement) AgreeMeasure(m Measure) (Measure, error) {
	return inHousePerformance.agreeMeasure(h, m)
}

// ObserveMeasure records what was measured, and how it was rated.
func (h *InHouseAgreement) ObserveMeasure(o MeasureObservation) (MeasureObservation, error) {
	return inHousePerformance.observeMeasure(h, o)
}

// AgreeObligation records something a party must have done by a day, such as a
// report, and gives it with its id.
func (h *InHouseAgreement) AgreeObligation(o Obligation) (Obligation, error) {
	return inHousePerformance.agreeObligation(h, o)
}

// SettleObligation records what became of an obligation. Whatever is not met
// says in its text why.
func (h *InHouseAgreement) SettleObligation(id ObligationID, status ObligationStatus, text string) (Obligation, error) {
	return inHousePerformance.settleObligation(h, id, status, text)
}

// PlanReview plans a look back on an in-house agreement by a day, and gives it with its id.
func (h *InHouseAgreement) PlanReview(title string, due casework.Date, final bool) (ContractReview, error) {
	return inHousePerformance.planReview(h, title, due, final)
}

// ConcludeReview records when a review was held and what it found; "nothing to
// mend" is a finding. The cycle it serves hears of it in the same commit.
func (h *InHouseAgreement) ConcludeReview(id ReviewID, held casework.Date, findings ...string) (ContractReview, error) {
	return inHousePerformance.concludeReview(h, id, held, findings)
}

// ApproveFinalReview approves what the final review found. Whoever concluded it
// does not.
func (h *InHouseAgreement) ApproveFinalReview(id ReviewID) (ContractReview, error) {
	return inHousePerformance.approveFinalReview(h, id)
}

// Measures gives every measure, in the order they were agreed.
func (h *InHouseAgreement) Measures() []Measure { return slices.Clone(h.s.Performance.Measures) }

// Observations gives every observation of a measure, in the order they were
// recorded.
func (h *InHouseAgreement) Observations() []MeasureObservation {
	return slices.Clone(h.s.Performance.Observations)
}

// Obligations gives every obligation, in the order they were agreed.
func (h *InHouseAgreement) Obligations() []Obligation {
	return slices.Clone(h.s.Performance.Obligations)
}

// Reviews gives every review, in the order they were planned.
func (h *InHouseAgreement) Reviews() []ContractReview { return h.s.Performance.reviews() }
