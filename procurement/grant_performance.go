package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// What a grant agreement shares with other kinds of case: approvals, declarations of
// interests, and how it is performed.
var (
	grantApprovals   = newApprovalEvents[*GrantAgreement]()
	grantInterests   = newInterestEvents[*GrantAgreement]()
	grantPerformance = newPerformanceEvents(func(g *GrantAgreement) bool { return !g.s.Bound.IsZero() })
)

func (g *GrantAgreement) perf() *performance { return &g.s.Performance }

func (g *GrantAgreement) settings() *config { return g.cfg }

// AskApproval asks somebody to approve the grant, as it is written down now.
// Committed, the limit is tested against the whole; annualised, against 52 weeks
// of it, by its period. A later change voids the answer. One approval is open at
// a time.
func (g *GrantAgreement) AskApproval(basis Basis, a Authority) (Approval, error) {
	asked := Approval{Of: ApprovalOfAward, Basis: basis, Authority: a, Figure: g.s.Grant.Amount, Content: g.content()}
	if basis == Annualised {
		year, err := yearOf(g.s.Grant.Amount, g.s.Grant.Period)
		if err != nil {
			return Approval{}, g.invalid("ask for an approval", append(authorityFaults(a, "authority"), fault("figure", "approval.figure_unknown", err.Error())))
		}
		asked.Figure = year
	}
	return grantApprovals.ask(g, asked)
}

// AnswerApproval says yes or no to an approval, or returns it, under the
// approver's authority as it stands now. The comment is required but for a yes.
func (g *GrantAgreement) AnswerApproval(id ApprovalID, answer Answer, comment string, under Authority) (Approval, error) {
	return grantApprovals.answer(g, id, answer, comment, under)
}

// Declare records what one person who takes part declares: interests,
// or that there are none. It is the actor's own where no person is named. The
// latest of a person counts.
func (g *GrantAgreement) Declare(d Declaration) (Declaration, error) {
	return grantInterests.declare(g, d)
}

// AssessDeclaration records what was made of a declaration. The latest
// assessment counts. Nobody assesses their own.
func (g *GrantAgreement) AssessDeclaration(id DeclarationID, a InterestAssessment) (Declaration, error) {
	return grantInterests.assess(g, id, a)
}

// ReviewDeclaration records that a declaration was looked at again.
func (g *GrantAgreement) ReviewDeclaration(id DeclarationID, rev InterestReview) (Declaration, error) {
	return grantInterests.review(g, id, rev)
}

// Declarations gives every declaration, in the order they were made.
func (g *GrantAgreement) Declarations() []Declaration { return clonedDeclarations(g.s.Declarations) }

// AgreeMeasure records a key performance indicator, and gives it with its id.
func (g *GrantAgreement) AgreeMeasure(m Measure) (Measure, error) {
	return grantPerformance.agreeMeasure(g, m)
}

// ObserveMeasure records what was measured, and how it was rated.
func (g *GrantAgreement) ObserveMeasure(o MeasureObservation) (MeasureObservation, error) {
	return grantPerformance.observeMeasure(g, o)
}

// AgreeObligation records something a party must have done by a day, such as a
// report, and gives it with its id.
func (g *GrantAgreement) AgreeObligation(o Obligation) (Obligation, error) {
	return grantPerformance.agreeObligation(g, o)
}

// SettleObligation records what became of an obligation. Whatever is not met
// says in its text why.
func (g *GrantAgreement) SettleObligation(id ObligationID, status ObligationStatus, text string) (Obligation, error) {
	return grantPerformance.settleObligation(g, id, status, text)
}

// PlanReview plans a look back on a grant agreement by a day, and gives it with its id.
func (g *GrantAgreement) PlanReview(title string, due casework.Date, final bool) (ContractReview, error) {
	return grantPerformance.planReview(g, title, due, final)
}

// ConcludeReview records when a review was held and what it found; "nothing to
// mend" is a finding. The cycle it serves hears of it in the same commit.
func (g *GrantAgreement) ConcludeReview(id ReviewID, held casework.Date, findings ...string) (ContractReview, error) {
	return grantPerformance.concludeReview(g, id, held, findings)
}

// ApproveFinalReview approves what the final review found. Whoever concluded it
// does not.
func (g *GrantAgreement) ApproveFinalReview(id ReviewID) (ContractReview, error) {
	return grantPerformance.approveFinalReview(g, id)
}

// Measures gives every measure, in the order they were agreed.
func (g *GrantAgreement) Measures() []Measure { return slices.Clone(g.s.Performance.Measures) }

// Observations gives every observation of a measure, in the order they were
// recorded.
func (g *GrantAgreement) Observations() []MeasureObservation {
	return slices.Clone(g.s.Performance.Observations)
}

// Obligations gives every obligation, in the order they were agreed.
func (g *GrantAgreement) Obligations() []Obligation { return slices.Clone(g.s.Performance.Obligations) }

// Reviews gives every review, in the order they were planned.
func (g *GrantAgreement) Reviews() []ContractReview { return g.s.Performance.reviews() }
