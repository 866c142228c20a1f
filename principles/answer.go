package principles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// Answer is an assessor's answer to one question.
type Answer struct {
	Criterion     string              `json:"criterion"`
	Answer        string              `json:"answer,omitempty"` // one of the question's options; empty where it does not apply
	Points        int                 `json:"points"`           // those of the option; 0 where the question does not apply
	NotApplicable bool                `json:"not_applicable,omitempty"`
	Reason        string              `json:"reason,omitempty"`
	Assessor      string              `json:"assessor"` // who judged, by name; not always who entered it
	On            casework.Date       `json:"on"`       // the day it was judged
	Evidence      []casework.Evidence `json:"evidence,omitempty"`
	Notes         []Note              `json:"notes,omitempty"`   // said beside it since
	Carried       casework.CaseID     `json:"carried,omitzero"`  // the earlier assessment it was carried over from
	Entry         uint64              `json:"entry"`             // sequence of the entry that gave it
	Recorded      time.Time           `json:"recorded,omitzero"` // UTC
}

// Note is something said beside an answer. It changes no score.
type Note struct {
	Text  string `json:"text"`
	By    string `json:"by"` // id of the actor
	Entry uint64 `json:"entry"`
}

func (a Answer) clone() Answer {
	a.Evidence, a.Notes = slices.Clone(a.Evidence), slices.Clone(a.Notes)
	return a
}

// untold is the answer without its words and names: points, days and digests
// stay, so that no score changes.
func (a Answer) untold() Answer {
	a = a.clone()
	a.Reason, a.Assessor = "", ""
	for i := range a.Evidence {
		a.Evidence[i].Title, a.Evidence[i].Address = "", ""
	}
	return a
}

// GivingAnswer and Annotating are the events of an assessment, for policies to
// watch. The attempt's Args are an [Answer] and an [Annotation].
const (
	GivingAnswer casework.Move = "answer.given"
	Annotating   casework.Move = "answer.annotated"
)

// Annotation is a note on the answer to a criterion's question.
type Annotation struct {
	Criterion string `json:"criterion"`
	Text      string `json:"text"`
}

var answerGiven = &casework.Event[*Assessment, Answer]{
	Name: string(GivingAnswer), Version: 1, Apply: (*Assessment).take, Redact: Answer.untold,
}

var answerCarried = &casework.Event[*Assessment, Answer]{
	Name: "answer.carried", Version: 1, Apply: (*Assessment).take, Redact: Answer.untold,
}

func (a *Assessment) take(e casework.Entry, answer Answer) {
	answer = answer.clone()
	answer.Entry, answer.Recorded = e.Seq, e.Recorded
	a.s.Answers = append(a.s.Answers, answer)
}

var answerAnnotated = &casework.Event[*Assessment, Annotation]{
	Name: string(Annotating), Version: 1,
	Apply: func(a *Assessment, e casework.Entry, d Annotation) {
		if answer := a.answer(d.Criterion); answer != nil {
			answer.Notes = append(answer.Notes, Note{Text: d.Text, By: e.Actor.ID, Entry: e.Seq})
		}
	},
	Redact: func(d Annotation) Annotation {
		d.Text = ""
		return d
	},
}

// Give answers a question, and gives the answer as it was recorded. What was
// answered before stays on record, and the latest answer counts. The points are
// those of the option that was chosen; an answer needs an assessor and a day, and
// a reason where the question asks for one or does not apply.
func (a *Assessment) Give(answer Answer) (Answer, error) {
	question, asked := a.Question(answer.Criterion)
	faults := a.openFaults("answer a question")
	if !asked {
		faults = append(faults, a.unasked(answer.Criterion))
	} else {
		faults = append(faults, question.Question.answerFaults(answer)...)
	}
	faults = append(faults, answer.faults(casework.DateOf(a.Now()))...)
	if err := a.invalid("answer a question", faults); err != nil {
		return Answer{}, err
	}
	option, _ := question.Question.Option(answer.Answer)
	answer = answer.clone()
	answer.Points, answer.Notes, answer.Carried, answer.Entry, answer.Recorded = option.Points, nil, casework.CaseID{}, 0, time.Time{}
	if err := answerGiven.Record(a, answer); err != nil {
		return Answer{}, err
	}
	return a.s.Answers[len(a.s.Answers)-1].clone(), nil
}

// faults lists what any answer needs, whatever the question.
func (a Answer) faults(today casework.Date) []casework.Fault {
	var faults []casework.Fault
	if blank(a.Assessor) {
		faults = append(faults, fault("answer.assessor", "answer.assessor_missing", "say who judged"))
	}
	switch {
	case a.On.IsZero():
		faults = append(faults, fault("answer.on", "answer.on_missing", "say on which day it was judged"))
	case a.On.After(today):
		faults = append(faults, fault("answer.on", "answer.on_future", "nothing has been judged on a day to come"))
	}
	for i, e := range a.Evidence {
		faults = append(faults, e.Faults(pathAt("answer.evidence", i))...)
	}
	return faults
}

// answerFaults lists what is wrong with an answer to the question.
func (q Question) answerFaults(a Answer) []casework.Fault {
	var faults []casework.Fault
	_, known := q.Option(a.Answer)
	switch {
	case a.NotApplicable && a.Answer != "":
		faults = append(faults, fault("answer.answer", "answer.two_ways", "a question that does not apply has no answer"))
	case a.NotApplicable && !q.MayNotApply:
		faults = append(faults, fault("answer.not_applicable", "answer.applies", "the question always applies"))
	case !a.NotApplicable && !known:
		faults = append(faults, fault("answer.answer", "answer.unknown", fmt.Sprintf("%q is none of the answers %s", a.Answer, q.answers())))
	}
	if (q.NeedsReason || a.NotApplicable) && blank(a.Reason) {
		faults = append(faults, fault("answer.reason", "answer.reason_missing", "give the reason for the answer"))
	}
	return faults
}

func (q Question) answers() string {
	all := make([]string, len(q.Options))
	for i, o := range q.Options {
		all[i] = o.Answer
	}
	return strings.Join(all, ", ")
}

// Annotate says something beside the answer that counts to a question. It
// changes no score, and may be said of a final assessment.
func (a *Assessment) Annotate(criterion, text string) error {
	var faults []casework.Fault
	if a.State() == AssessmentWithdrawn {
		faults = append(faults, fault("assessment", "assessment.over", "the assessment was withdrawn: too late to annotate an answer"))
	}
	if a.answer(criterion) == nil {
		faults = append(faults, fault("criterion", "answer.missing", fmt.Sprintf("criterion %q has no answer to annotate", criterion)))
	}
	if blank(text) {
		faults = append(faults, fault("text", "note.empty", "say something"))
	}
	if err := a.invalid("annotate an answer", faults); err != nil {
		return err
	}
	return answerAnnotated.Record(a, Annotation{Criterion: criterion, Text: text})
}

func (a *Assessment) openFaults(what string) []casework.Fault {
	if a.State() == AssessmentDrafted || a.State() == AssessmentRejected {
		return nil
	}
	return []casework.Fault{fault("assessment", "assessment.closed", fmt.Sprintf("the assessment is %s: too late to %s", a.State(), what))}
}

func (a *Assessment) unasked(criterion string) casework.Fault {
	return fault("answer.criterion", "criterion.unknown", fmt.Sprintf("the assessment does not ask about criterion %q", criterion))
}

// answer is the answer that counts to a question, or nil.
func (a *Assessment) answer(criterion string) *Answer {
	for i := range slices.Backward(a.s.Answers) {
		if a.s.Answers[i].Criterion == criterion {
			return &a.s.Answers[i]
		}
	}
	return nil
}

// Answer gives the answer that counts to a question: the latest one.
func (a *Assessment) Answer(criterion string) (Answer, bool) {
	if answer := a.answer(criterion); answer != nil {
		return answer.clone(), true
	}
	return Answer{}, false
}

// Answers gives every answer in the order they were given, those included that
// a later one replaced.
func (a *Assessment) Answers() []Answer {
	all := make([]Answer, len(a.s.Answers))
	for i, answer := range a.s.Answers {
		all[i] = answer.clone()
	}
	return all
}

// answered gives the finding of an answer. The question is the one that was
// answered, whatever the standard asks today.
func (c Criterion) answered(a *filed[*Assessment], answer Answer, j Judgement) Finding {
	f := Finding{
		Outcome: NotApplicable, Reason: answer.Reason, Evidence: []Citation{j.cite(a.j, answer.Entry)},
		Entered: &Entered{
			Stage: a.c.ScoreStage(), Answer: answer.Answer, Points: answer.Points,
			Assessor: answer.Assessor, On: answer.On, Rule: a.c.Standard().Version,
		},
	}
	for _, n := range answer.Notes {
		f.Entered.Notes = append(f.Entered.Notes, n.Text)
		f.Evidence = append(f.Evidence, j.cite(a.j, n.Entry))
	}
	who := answer.Assessor
	if who == "" {
		who = "Somebody whose name was erased"
	}
	if answer.NotApplicable {
		f.Why = fmt.Sprintf("%s judged on %s that the question does not arise.", who, answer.On)
		return f
	}
	question, _ := a.c.Question(c.ID)
	option, _ := question.Question.Option(answer.Answer)
	f.Entered.Of, f.Outcome = question.Question.Most(), option.Outcome
	f.Why = fmt.Sprintf("%s judged on %s: %s.", who, answer.On, option.title())
	if f.Outcome != Met {
		f.Remedy = "Work on what the answer and its reason find wanting, and have the question answered anew."
	}
	return f
}

func (o AnswerOption) title() string {
	if o.Title != "" {
		return o.Title
	}
	return o.Answer
}
