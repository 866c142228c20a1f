package principles

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// AssessmentKind is the name of the kind of case an assessment is.
const AssessmentKind = "assessment"

// Assessment is somebody's answers to the questions of a standard: what cannot
// be computed from a journal, with the assessor's name and reasons. It keeps the
// questions as they stood when it was opened, so that a standard that changes
// later changes no score.
//
// Commands are issued within a call, by way of an [AssessmentDesk] or a unit.
// Each is refused with [casework.ErrInvalid] and all its faults at once, or with
// [casework.ErrRefused] and all objections. Accessors return copies.
type Assessment struct {
	casework.Case
	s assessmentState
}

type assessmentState struct {
	Brief   AssessmentBrief  `json:"brief"`
	Answers []Answer         `json:"answers,omitempty"`
	Steps   []AssessmentStep `json:"steps,omitempty"`
}

// AssessmentBrief is what an assessment set out from.
type AssessmentBrief struct {
	Standard  StandardRef        `json:"standard"`
	Questions []AssessedQuestion `json:"questions"` // as they stood when it was opened
	Scored    ScoreStage         `json:"scored"`
	Body      casework.Agency    `json:"body,omitzero"`
	Year      string             `json:"year,omitempty"`
	Cycle     casework.CaseID    `json:"cycle,omitzero"`
	Previous  casework.CaseID    `json:"previous,omitzero"` // the assessment it follows
}

// AssessedQuestion is a question as it stood when the assessment was opened.
type AssessedQuestion struct {
	Criterion string   `json:"criterion"`
	Title     string   `json:"title"`
	Question  Question `json:"question"`
}

// same tells whether both ask the same, with the same answers and weight.
func (q AssessedQuestion) same(other AssessedQuestion) bool {
	one, _ := json.Marshal(q) // of texts and numbers: it cannot fail
	two, _ := json.Marshal(other)
	return bytes.Equal(one, two)
}

func (q AssessedQuestion) clone() AssessedQuestion {
	q.Question.Options = slices.Clone(q.Question.Options)
	return q
}

// AssessmentStep is a state an assessment came to by a move.
type AssessmentStep struct {
	State  casework.State `json:"state"`
	At     time.Time      `json:"at"` // effective time, UTC
	By     string         `json:"by"` // id of the actor
	Reason string         `json:"reason,omitempty"`
	Entry  uint64         `json:"entry"`
}

// The states of an assessment.
const (
	AssessmentDrafted   casework.State = "drafted"
	AssessmentSubmitted casework.State = "submitted"
	AssessmentRejected  casework.State = "rejected" // returned with a comment, to be answered and submitted again
	AssessmentFinal     casework.State = "final"    // it counts
	AssessmentWithdrawn casework.State = "withdrawn"
)

// The moves of an assessment.
const (
	SubmitAssessment   casework.Move = "submit"
	RejectAssessment   casework.Move = "reject" // the reason is the comment
	FinaliseAssessment casework.Move = "finalise"
	WithdrawAssessment casework.Move = "withdraw"
)

// AssessmentName is the name of the standard definition of an assessment.
const AssessmentName = "Assessment"

// Assessing is the definition of an assessment: it is drafted, submitted, and
// rejected or final.
func Assessing() casework.Definition {
	from := func(states ...casework.State) []casework.State { return states }
	return casework.Definition{
		Name: AssessmentName, Version: 1, Initial: AssessmentDrafted,
		Doc: "An assessment: the questions of a standard, answered by people with their reasons.",
		States: []casework.StateRow{
			{State: AssessmentDrafted, Title: "Drafted", Doc: "The questions are being answered."},
			{State: AssessmentSubmitted, Title: "Submitted", Doc: "Every question is answered; somebody looks the answers over."},
			{State: AssessmentRejected, Title: "Rejected", Doc: "It was returned with a comment, and is answered again."},
			{State: AssessmentFinal, Title: "Final", Doc: "The answers count.", Final: true},
			{State: AssessmentWithdrawn, Title: "Withdrawn", Doc: "It was given up, and never counts.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: SubmitAssessment, Title: "submit", Doc: "Every question is answered.", From: from(AssessmentDrafted, AssessmentRejected), To: AssessmentSubmitted},
			{Move: RejectAssessment, Title: "reject", Doc: "Return it with a comment.", From: from(AssessmentSubmitted), To: AssessmentRejected, NeedsReason: true},
			{Move: FinaliseAssessment, Title: "finalise", Doc: "Let the answers count.", From: from(AssessmentSubmitted), To: AssessmentFinal},
			{
				Move: WithdrawAssessment, Title: "withdraw", Doc: "Give it up.",
				From: from(AssessmentDrafted, AssessmentSubmitted, AssessmentRejected), To: AssessmentWithdrawn, NeedsReason: true,
			},
		},
	}
}

var assessmentOpened = &casework.Event[*Assessment, AssessmentBrief]{
	Name: "assessment.opened", Version: 1,
	Apply: func(a *Assessment, _ casework.Entry, b AssessmentBrief) { a.s.Brief = b },
	Redact: func(b AssessmentBrief) AssessmentBrief {
		b.Body.Name = ""
		return b
	},
}

func newAssessmentKind(o *Options) (*casework.Kind[*Assessment], error) {
	spec := casework.KindSpec[*Assessment]{
		Name: AssessmentKind, Shape: 1,
		New:      func() *Assessment { return &Assessment{} },
		Document: func(a *Assessment) any { return &a.s },
		Events:   []casework.EventType[*Assessment]{assessmentOpened, answerGiven, answerCarried, answerAnnotated},
		Moved:    (*Assessment).moved,
		Describe: func(a *Assessment) casework.Description { return casework.Description{Title: a.title()} },
	}
	var faults []casework.Fault
	for i, d := range append([]casework.Definition{Assessing()}, o.Definitions...) {
		table, err := d.Compile()
		if err != nil {
			faults = append(faults, faultsOf(pathAt("definitions", i-1), err)...)
			continue
		}
		spec.Tables = append(spec.Tables, table)
	}
	policies, err := casework.EditPolicies(AssessmentPolicies(), o.Policies)
	faults = append(faults, faultsOf("policies", err)...)
	spec.Policies = policies
	if len(faults) > 0 {
		return nil, casework.Invalid("options of assessments", faults...)
	}
	return casework.NewKind(spec)
}

func (a *Assessment) moved(e casework.Entry) {
	a.s.Steps = append(a.s.Steps, AssessmentStep{State: e.To, At: e.Effective, By: e.Actor.ID, Reason: e.Reason, Entry: e.Seq})
}

func (a *Assessment) title() string {
	title := a.s.Brief.Standard.String()
	if a.s.Brief.Body != (casework.Agency{}) {
		title += ": " + a.s.Brief.Body.String()
	}
	return title
}

func (a *Assessment) invalid(op string, faults []casework.Fault) error {
	return a.Fail(casework.InvalidIf(op, faults))
}

// Standard names the standard whose questions are answered.
func (a *Assessment) Standard() StandardRef { return a.s.Brief.Standard }

// ScoreStage says who stands behind the answers.
func (a *Assessment) ScoreStage() ScoreStage { return a.s.Brief.Scored }

// Body is the organisation that is assessed, where it is one.
func (a *Assessment) Body() casework.Agency { return a.s.Brief.Body }

// Year is the year that is assessed, where it is one.
func (a *Assessment) Year() string { return a.s.Brief.Year }

// Cycle is the cycle that is assessed, where it is one.
func (a *Assessment) Cycle() casework.CaseID { return a.s.Brief.Cycle }

// Previous is the assessment this one follows; zero where it follows none.
func (a *Assessment) Previous() casework.CaseID { return a.s.Brief.Previous }

// Questions gives the questions as they stood when the assessment was opened, in
// the order of the standard.
func (a *Assessment) Questions() []AssessedQuestion {
	all := make([]AssessedQuestion, len(a.s.Brief.Questions))
	for i, q := range a.s.Brief.Questions {
		all[i] = q.clone()
	}
	return all
}

// Question gives the question of a criterion.
func (a *Assessment) Question(criterion string) (AssessedQuestion, bool) {
	for _, q := range a.s.Brief.Questions {
		if q.Criterion == criterion {
			return q.clone(), true
		}
	}
	return AssessedQuestion{}, false
}

// Counts tells whether the assessment is final, so that its answers count.
func (a *Assessment) Counts() bool { return a.State() == AssessmentFinal }

// Steps gives every state the assessment came to by a move, in order, with the
// comments it was returned with.
func (a *Assessment) Steps() []AssessmentStep { return slices.Clone(a.s.Steps) }

// FinalisedAt is the effective time at which the assessment became final, in
// UTC; zero while it is not.
func (a *Assessment) FinalisedAt() time.Time {
	for _, s := range slices.Backward(a.s.Steps) {
		if s.State == AssessmentFinal {
			return s.At
		}
	}
	return time.Time{}
}

// Unanswered names the criteria whose questions have no answer, in the order of
// the standard.
func (a *Assessment) Unanswered() []string {
	var missing []string
	for _, q := range a.s.Brief.Questions {
		if _, given := a.Answer(q.Criterion); !given {
			missing = append(missing, q.Criterion)
		}
	}
	return missing
}
