package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Criterion is one thing a standard asks. It is judged in one of three ways, of
// which the last may go with either of the others:
//
//   - OfCycle computes findings from the facts of one cycle;
//   - OfOrganisation computes them from all that is known of an organisation;
//   - Question is answered by somebody in an [Assessment], and what the functions
//     find is then a suggestion to whoever answers.
//
// The functions are pure: they see the dossier and nothing else, change nothing,
// and give the same findings for the same facts. One that panics gives the
// outcome error.
type Criterion struct {
	ID     string // unique in its standard; API
	Title  string
	Doc    string // what is asked and why, for people
	Source Source
	Needs  []string // what it needs to know, in words, such as "the provider map"
	Stages []Stage  // the stages in which it bites; none means the cycle as a whole
	// Control marks a criterion that asks whether a control worked, such as a
	// separation of duties. Imported history is no proof of that: a finding that
	// rests on nothing else becomes no evidence.
	Control        bool
	OfCycle        func(*Dossier) []Finding
	OfOrganisation func(*OrganisationDossier) []Finding
	Question       *Question
}

// Faults lists what is wrong with the criterion, each under path.
func (c Criterion) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	missing := func(text, field, message string) {
		if blank(text) {
			faults = append(faults, fault(path+"."+field, "criterion."+field+"_missing", message))
		}
	}
	missing(c.ID, "id", "a criterion has an id")
	missing(c.Title, "title", "a criterion has a title")
	missing(c.Doc, "doc", "say what is asked, and why")
	faults = append(faults, c.Source.Faults(path+".source")...)
	if c.OfCycle != nil && c.OfOrganisation != nil {
		faults = append(faults, fault(path, "criterion.two_subjects", "a criterion is judged of a cycle or of an organisation"))
	}
	if c.OfCycle == nil && c.OfOrganisation == nil && c.Question == nil {
		faults = append(faults, fault(path, "criterion.unjudged", "a criterion has a function that judges it, or a question somebody answers"))
	}
	if (c.OfCycle != nil || c.OfOrganisation != nil) && len(c.Needs) == 0 {
		faults = append(faults, fault(path+".needs", "criterion.needs_missing", "say what the criterion needs to know"))
	}
	for i, s := range c.Stages {
		if stageOrder(s) < 0 || slices.Contains(c.Stages[:i], s) {
			faults = append(faults, fault(fmt.Sprintf("%s.stages[%d]", path, i), "criterion.stage", fmt.Sprintf("stage %q is empty or stands there twice", s)))
		}
	}
	if c.Question != nil {
		faults = append(faults, c.Question.Faults(path+".question")...)
	}
	return faults
}

// Question is what an assessor answers, by choosing one of the options.
type Question struct {
	Ask     string         `json:"ask"`
	Options []AnswerOption `json:"options"`
	// MayNotApply allows the answer that the question does not arise.
	MayNotApply bool `json:"may_not_apply,omitempty"`
	// NeedsReason asks for a reason with every answer.
	NeedsReason bool `json:"needs_reason,omitempty"`
	// Weight is the question's share of the whole; zero where the standard does
	// not weigh. Where any question of a standard has one, they total 100 percent.
	Weight Weight `json:"weight,omitzero"`
}

// AnswerOption is one of the answers to a question.
type AnswerOption struct {
	Answer  string  `json:"answer"` // as recorded; API
	Title   string  `json:"title,omitempty"`
	Points  int     `json:"points"`
	Outcome Outcome `json:"outcome"` // what the answer says of the criterion
}

// Option gives the option with an answer.
func (q Question) Option(answer string) (AnswerOption, bool) {
	i := slices.IndexFunc(q.Options, func(o AnswerOption) bool { return o.Answer == answer })
	if i < 0 {
		return AnswerOption{}, false
	}
	return q.Options[i], true
}

// Most gives the most points an answer can have.
func (q Question) Most() int {
	most := 0
	for i, o := range q.Options {
		if i == 0 || o.Points > most {
			most = o.Points
		}
	}
	return most
}

// Faults lists what is wrong with the question, each under path.
func (q Question) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	if blank(q.Ask) {
		faults = append(faults, fault(path+".ask", "question.ask_missing", "a question asks something"))
	}
	if len(q.Options) < 2 {
		faults = append(faults, fault(path+".options", "question.options_missing", "give at least two answers to choose from"))
	}
	if q.Weight < 0 || q.Weight > Whole {
		faults = append(faults, fault(path+".weight", "question.weight_out_of_range", "a weight is from 0 to 100 percent"))
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		at := fmt.Sprintf("%s.options[%d]", path, i)
		if blank(o.Answer) {
			faults = append(faults, fault(at+".answer", "option.answer_missing", "an option has the answer it stands for"))
		}
		if seen[o.Answer] {
			faults = append(faults, fault(at+".answer", "option.twice", fmt.Sprintf("answer %q stands there twice", o.Answer)))
		}
		seen[o.Answer] = true
		if o.Outcome != Met && o.Outcome != PartlyMet && o.Outcome != NotMet {
			faults = append(faults, fault(at+".outcome", "option.outcome", "an answer says that the criterion is met, partly met or not met"))
		}
	}
	return faults
}
