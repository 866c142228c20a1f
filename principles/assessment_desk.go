package principles

import (
	"context"
	"time"

	"github.com/needsled/needsled/casework"
)

// AssessmentPlan is what an assessment is opened with: whose questions are
// answered, about whom or what, and who stands behind the answers.
type AssessmentPlan struct {
	Standard Standard // with at least one question
	Scored   ScoreStage
	// Body, with Year where the standard is judged by years, is the organisation
	// that is assessed; Cycle the cycle. One of the two is needed.
	Body  casework.Agency
	Year  string
	Cycle casework.CaseID
	// Previous is an earlier assessment by the same standard. If it became final at
	// most CarryWithin days ago (UTC days), its answers are carried over with their
	// reasons and evidence, to questions that are still the same. CarryWithin has
	// no default.
	Previous    casework.CaseID
	CarryWithin int
}

// AssessmentDesk is the door a host uses for assessments. What it does beside
// opening them is described at [casework.Desk].
//
// Errors: [casework.ErrNotFound], [casework.ErrConflict], [casework.ErrRefused]
// with every objection, [casework.ErrInvalid] with every fault,
// [casework.ErrCorrupt], and what the store returns.
type AssessmentDesk struct {
	*casework.Desk[*Assessment]
	kinds *Kinds
}

// NewAssessmentDesk gives a desk over a store. Nil options work.
func NewAssessmentDesk(store casework.Store, k *Kinds, o *Options) *AssessmentDesk {
	var host casework.DeskOptions
	if o != nil {
		host = o.Desk
	}
	return &AssessmentDesk{Desk: casework.NewDesk(store, k.Assessments, &host), kinds: k}
}

// Open begins an assessment. Without a question, a stage of scoring or anything
// to assess it is [casework.ErrInvalid]; a previous assessment that does not
// exist is [casework.ErrNotFound].
func (d *AssessmentDesk) Open(ctx context.Context, by casework.Actor, p AssessmentPlan, opts ...casework.CallOption) (*Assessment, error) {
	opts = append(append([]casework.CallOption(nil), opts...), casework.Commanding(p.command()))
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*Assessment, error) { return OpenAssessment(u, d.kinds, p) }, opts...)
}

// command is the plan as a receipt's digest sees it: a standard has functions,
// which its digest stands for.
func (p AssessmentPlan) command() any {
	return struct {
		Brief       AssessmentBrief
		CarryWithin int
	}{p.brief(), p.CarryWithin}
}

// OpenAssessment begins an assessment within a unit, beside other cases.
func OpenAssessment(u *casework.Unit, k *Kinds, p AssessmentPlan) (*Assessment, error) {
	a, err := casework.Open(u, k.Assessments, casework.Opening{Definition: AssessmentName})
	if err != nil {
		return nil, err
	}
	faults := p.faults()
	var previous *Assessment
	if !p.Previous.IsZero() {
		if previous, err = casework.Load(u, k.Assessments, p.Previous); err != nil {
			return nil, err
		}
		faults = append(faults, p.previousFaults(previous)...)
	}
	if err := a.invalid("open an assessment", faults); err != nil {
		return nil, err
	}
	if err := assessmentOpened.Record(a, p.brief()); err != nil {
		return nil, err
	}
	if previous == nil || !previous.finalWithin(p.CarryWithin, casework.DateOf(a.Now())) {
		return a, nil
	}
	return a, a.carry(previous)
}

// brief is what is kept of the plan: the questions as they stand now.
func (p AssessmentPlan) brief() AssessmentBrief {
	b := AssessmentBrief{
		Standard: p.Standard.Ref(), Scored: p.Scored, Body: p.Body, Year: p.Year, Cycle: p.Cycle, Previous: p.Previous,
	}
	for _, c := range p.Standard.Criteria {
		if c.Question != nil {
			b.Questions = append(b.Questions, AssessedQuestion{Criterion: c.ID, Title: c.Title, Question: *c.Question}.clone())
		}
	}
	return b
}

func (p AssessmentPlan) faults() []casework.Fault {
	faults := p.Standard.Faults("standard")
	if len(p.brief().Questions) == 0 {
		faults = append(faults, fault("standard.criteria", "standard.unasked", "the standard has no question to answer"))
	}
	if !p.Scored.Known() {
		faults = append(faults, fault("scored", "assessment.scored", "say who stands behind the answers: self_assessed, board_ratified, panel, calibrated or published"))
	}
	if p.Body == (casework.Agency{}) && p.Cycle.IsZero() {
		faults = append(faults, fault("body", "assessment.of_nothing", "say which organisation or which cycle is assessed"))
	}
	if p.Body != (casework.Agency{}) {
		faults = append(faults, p.Body.Faults("body")...)
	}
	if !p.Previous.IsZero() && p.CarryWithin < 1 {
		faults = append(faults, fault("carry_within", "assessment.carry_missing", "say for how many days the answers of a final assessment may be carried over"))
	}
	return faults
}

// previousFaults lists what keeps an assessment from following another one.
func (p AssessmentPlan) previousFaults(previous *Assessment) []casework.Fault {
	if previous.Standard().ID == p.Standard.ID && previous.Body().ID == p.Body.ID && previous.Cycle() == p.Cycle {
		return nil
	}
	return []casework.Fault{fault("previous", "assessment.other", "the previous assessment is by another standard, or of something else")}
}

// finalWithin tells whether the assessment became final at most so many days
// before a day.
func (a *Assessment) finalWithin(days int, today casework.Date) bool {
	return a.Counts() && casework.DateOf(a.FinalisedAt()).DaysUntil(today) <= days
}

// carry takes over the answers of an earlier assessment to questions that are
// still the same. They keep their assessor and day, and say where they are from.
func (a *Assessment) carry(previous *Assessment) error {
	for _, q := range a.s.Brief.Questions {
		before, asked := previous.Question(q.Criterion)
		answer, given := previous.Answer(q.Criterion)
		if !asked || !given || !q.same(before) {
			continue
		}
		answer.Carried, answer.Notes, answer.Entry, answer.Recorded = previous.ID(), nil, 0, time.Time{}
		if err := answerCarried.Record(a, answer); err != nil {
			return err
		}
	}
	return nil
}
