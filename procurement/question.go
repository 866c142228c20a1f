package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// QuestionID names a question within its purchase, such as "Q1".
type QuestionID string

// Question is what somebody invited asked. Question and answer are shared with
// all, without the name of whoever asked.
type Question struct {
	ID       QuestionID `json:"id"`
	Text     string     `json:"text"`
	From     string     `json:"from,omitempty"` // id of the agency; not shared
	Asked    Mark       `json:"asked,omitzero"`
	Answer   string     `json:"answer,omitempty"`
	Answered Mark       `json:"answered,omitzero"`
}

// Open tells whether the question is unanswered.
func (q Question) Open() bool { return q.Answered.IsZero() }

// QuestionAnswer is the data of [AnsweringQuestion].
type QuestionAnswer struct {
	Question QuestionID `json:"question"`
	Answer   string     `json:"answer"`
}

// AskingQuestion and AnsweringQuestion are the events of a question, for
// policies to watch. The attempt's Args are the [Question] and the
// [QuestionAnswer].
const (
	AskingQuestion    casework.Move = "question.asked"
	AnsweringQuestion casework.Move = "question.answered"
)

var questionAsked = &casework.Event[*Purchase, Question]{
	Name: string(AskingQuestion), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, q Question) {
		q.Asked = markOf(e)
		p.s.Questions = append(p.s.Questions, q)
	},
	Redact: func(q Question) Question {
		q.Text = ""
		return q
	},
}

var questionAnswered = &casework.Event[*Purchase, QuestionAnswer]{
	Name: string(AnsweringQuestion), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d QuestionAnswer) {
		if q := p.question(d.Question); q != nil {
			q.Answer, q.Answered = d.Answer, markOf(e)
		}
	},
	Redact: func(d QuestionAnswer) QuestionAnswer {
		d.Answer = ""
		return d
	},
}

// AskQuestion records what somebody asked about the tender, and gives it with
// its id. From is the id of the agency, and may be empty; it is not shared.
// Questions are taken while agencies are invited, until the time for them is
// over; one that comes at that very moment is in time.
func (p *Purchase) AskQuestion(text, from string) (Question, error) {
	faults := required(text, "text", "question.text_missing", "say what is asked")
	faults = append(faults, p.questionFaults()...)
	if p.State() == Invited && p.s.Tender != nil {
		if limit := p.s.Tender.Timetable.QuestionsClose; !limit.IsZero() && p.Now().After(limit) {
			faults = append(faults, fault("question", "question.late", fmt.Sprintf("questions were taken until %s", moment(limit))))
		}
	}
	if err := p.invalid("ask a question", faults); err != nil {
		return Question{}, err
	}
	q := Question{ID: QuestionID(numbered("Q", len(p.s.Questions))), Text: text, From: from}
	if err := questionAsked.Record(p, q); err != nil {
		return Question{}, err
	}
	return *p.question(q.ID), nil
}

// AnswerQuestion records the answer to a question, for all to read. A question
// is answered once: an answer that turns out wrong is mended by a question and
// answer of its own, for all to read as well.
func (p *Purchase) AnswerQuestion(id QuestionID, answer string) error {
	faults := required(answer, "answer", "question.answer_missing", "say what the answer is")
	faults = append(faults, p.questionFaults()...)
	switch q := p.question(id); {
	case q == nil:
		faults = append(faults, unknown("question", "question", string(id)))
	case !q.Open():
		faults = append(faults, fault("question", "question.answered", fmt.Sprintf("question %s is answered", id)))
	}
	if err := p.invalid("answer a question", faults); err != nil {
		return err
	}
	return questionAnswered.Record(p, QuestionAnswer{Question: id, Answer: answer})
}

// questionFaults tells that questions are asked and answered while agencies are
// invited.
func (p *Purchase) questionFaults() []casework.Fault {
	if p.State() == Invited {
		return nil
	}
	return []casework.Fault{fault("question", "question.not_invited", "questions are asked and answered while agencies are invited to bid")}
}

// Questions gives every question, in the order they were asked, with whoever
// asked.
func (p *Purchase) Questions() []Question { return slices.Clone(p.s.Questions) }

// SharedAnswers gives the questions that were answered as all agencies may read
// them: nobody learns who asked.
func (p *Purchase) SharedAnswers() []Question {
	var shared []Question
	for _, q := range p.s.Questions {
		if !q.Open() {
			shared = append(shared, Question{ID: q.ID, Text: q.Text, Answer: q.Answer, Answered: q.Answered})
		}
	}
	return shared
}

func (p *Purchase) question(id QuestionID) *Question {
	for i := range p.s.Questions {
		if p.s.Questions[i].ID == id {
			return &p.s.Questions[i]
		}
	}
	return nil
}
