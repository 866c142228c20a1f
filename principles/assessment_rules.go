package principles

import (
	"errors"
	"strings"

	"github.com/needsled/needsled/casework"
)

// AssessmentPolicies gives the default policies of an assessment.
func AssessmentPolicies() []casework.Policy[*Assessment] {
	return []casework.Policy[*Assessment]{
		{
			Code: "questions.unanswered", Doc: "An assessment is submitted when every question is answered, be it that it does not apply.",
			Source: "house rule", Moves: []casework.Move{SubmitAssessment, FinaliseAssessment}, Check: questionsUnanswered,
		},
		{
			Code: "answers.unconfirmed", Doc: "An answer carried over from an earlier assessment is given again, by somebody who looked.",
			Source: "house rule", Moves: []casework.Move{SubmitAssessment}, Effect: casework.Advise, Check: answersUnconfirmed,
		},
		{
			Code: "assessment.own_word", Doc: "Who submitted an assessment does not make it final.",
			Source: "house rule: separation of duties", Moves: []casework.Move{FinaliseAssessment}, Effect: casework.Advise, Check: assessmentOwnWord,
		},
	}
}

func questionsUnanswered(a casework.Attempt[*Assessment]) []casework.Objection {
	var all []casework.Objection
	for _, criterion := range a.Case.Unanswered() {
		q, _ := a.Case.Question(criterion)
		all = append(all, casework.Objection{
			Message: "there is no answer about " + q.Title, Remedy: "answer the question: " + q.Question.Ask, Subject: criterion,
		})
	}
	return all
}

func answersUnconfirmed(a casework.Attempt[*Assessment]) []casework.Objection {
	var all []casework.Objection
	for _, q := range a.Case.s.Brief.Questions {
		if answer, given := a.Case.Answer(q.Criterion); given && !answer.Carried.IsZero() {
			all = append(all, casework.Objection{
				Message: "the answer about " + q.Title + " was carried over from an earlier assessment, and nobody confirmed it",
				Remedy:  "look again, and answer the question", Subject: q.Criterion,
			})
		}
	}
	return all
}

func assessmentOwnWord(a casework.Attempt[*Assessment]) []casework.Objection {
	steps := a.Case.s.Steps
	if len(steps) == 0 || steps[len(steps)-1].By != a.Actor.ID {
		return nil
	}
	return []casework.Objection{{Message: a.Actor.String() + " submitted the assessment", Remedy: "let somebody else make it final"}}
}

// faultsOf puts the faults of an inner error under a path.
func faultsOf(path string, err error) []casework.Fault {
	if err == nil {
		return nil
	}
	invalid, is := errors.AsType[*casework.InvalidError](err)
	if !is {
		return []casework.Fault{fault(path, "options.faulty", err.Error())}
	}
	faults := make([]casework.Fault, len(invalid.Faults))
	for i, f := range invalid.Faults {
		faults[i] = fault(strings.TrimSuffix(path+"."+f.Path, "."), f.Code, f.Message)
	}
	return faults
}
