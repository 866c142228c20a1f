package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// FeedbackID names feedback within its cycle, such as "F1".
type FeedbackID string

// FeedbackAbout says what feedback was sought about.
type FeedbackAbout string

// What feedback is about. The eighth principle of good commissioning asks users,
// communities and providers about the process, which is another thing than
// monitoring a service (Partnership in Public Services, Cabinet Office, 2006).
const (
	FeedbackOnService FeedbackAbout = "service"
	FeedbackOnProcess FeedbackAbout = "process" // of commissioning
)

// Feedback is what was heard when somebody was asked, and what was answered.
// That it was sought and none received is an answer too: Count is then 0.
type Feedback struct {
	ID       FeedbackID        `json:"id"` // given by the cycle
	SoughtOn casework.Date     `json:"sought_on"`
	From     []ParticipantRole `json:"from"`             // who was asked
	Method   string            `json:"method,omitempty"` // such as a survey or a meeting
	Count    int               `json:"count"`            // how many replied; 0 is a value
	About    FeedbackAbout     `json:"about"`
	Service  ServiceID         `json:"service,omitempty"` // empty when it is about no single service
	Said     string            `json:"said,omitempty"`
	Answer   string            `json:"answer,omitempty"`  // the commissioner's answer to those who replied
	Answered Mark              `json:"answered,omitzero"` // of the answer; zero while there is none
	Mark     Mark              `json:"mark,omitzero"`
}

// NoneReceived tells whether feedback was sought and nobody replied.
func (f Feedback) NoneReceived() bool { return f.Count == 0 }

// Unanswered tells whether somebody replied and has no answer yet.
func (f Feedback) Unanswered() bool { return f.Count > 0 && f.Answered.Entry == 0 }

func (f Feedback) clone() Feedback {
	f.From = slices.Clone(f.From)
	return f
}

func (c *Cycle) feedbackFaults(f Feedback, path string) []casework.Fault {
	var faults []casework.Fault
	if f.SoughtOn.IsZero() {
		faults = append(faults, missing(path+".sought_on", "feedback.sought_on_missing", "say when feedback was sought"))
	}
	if c.ahead(f.SoughtOn) {
		faults = append(faults, missing(path+".sought_on", "feedback.sought_on_future", "no feedback was sought on a day to come"))
	}
	if len(f.From) == 0 {
		faults = append(faults, missing(path+".from", "feedback.from_missing", "say who was asked"))
	}
	for i, r := range f.From {
		if !r.known() {
			faults = append(faults, missing(fmt.Sprintf("%s.from[%d]", path, i), "participant.role", fmt.Sprintf("%q is not a role of participants", r)))
		}
	}
	if f.Count < 0 {
		faults = append(faults, missing(path+".count", "feedback.count_negative", "replies count from 0"))
	}
	if f.Count == 0 && strings.TrimSpace(f.Said) != "" {
		faults = append(faults, missing(path+".count", "feedback.contradictory", "what was said was said by somebody: count them"))
	}
	if f.About != FeedbackOnService && f.About != FeedbackOnProcess {
		faults = append(faults, missing(path+".about", "feedback.about", "feedback is about a service or about the process"))
	}
	if f.Service != "" && c.service(f.Service) == nil {
		faults = append(faults, unknown(path+".service", "service", string(f.Service)))
	}
	return faults
}

type feedbackAnswer struct {
	Feedback FeedbackID `json:"feedback"`
	Answer   string     `json:"answer"`
}

// RecordingFeedback and AnsweringFeedback are the events of feedback being
// recorded and answered, for policies to watch. The attempt's Args are the
// [Feedback] for the first.
const (
	RecordingFeedback casework.Move = "feedback.recorded"
	AnsweringFeedback casework.Move = "feedback.answered"
)

var feedbackRecorded = &casework.Event[*Cycle, Feedback]{
	Name: string(RecordingFeedback), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, f Feedback) {
		f.Mark = c.mark(e)
		c.s.Feedback = append(c.s.Feedback, f)
	},
	Redact: func(f Feedback) Feedback {
		f.Method, f.Said = "", ""
		return f
	},
}

var feedbackAnswered = &casework.Event[*Cycle, feedbackAnswer]{
	Name: string(AnsweringFeedback), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d feedbackAnswer) {
		if f := c.feedback(d.Feedback); f != nil {
			f.Answer, f.Answered = d.Answer, c.mark(e)
		}
	},
	Redact: func(d feedbackAnswer) feedbackAnswer { return feedbackAnswer{Feedback: d.Feedback} },
}

// RecordFeedback records what was heard, and gives it with its id. An answer
// given along with it becomes an entry of its own, as by [Cycle.AnswerFeedback].
func (c *Cycle) RecordFeedback(f Feedback) (Feedback, error) {
	if err := c.invalid("record feedback", c.feedbackFaults(f, "feedback")); err != nil {
		return Feedback{}, err
	}
	f = f.clone()
	answer := f.Answer
	f.ID, f.Mark = FeedbackID(numbered("F", len(c.s.Feedback))), Mark{}
	f.Answer, f.Answered = "", Mark{}
	if err := feedbackRecorded.Record(c, f); err != nil {
		return Feedback{}, err
	}
	if strings.TrimSpace(answer) != "" {
		return c.AnswerFeedback(f.ID, answer)
	}
	return c.feedback(f.ID).clone(), nil
}

// AnswerFeedback records what those who replied were answered, in the place of
// an earlier answer, which stays in the journal. It gives the feedback.
func (c *Cycle) AnswerFeedback(id FeedbackID, answer string) (Feedback, error) {
	var faults []casework.Fault
	if c.feedback(id) == nil {
		faults = append(faults, unknown("feedback", "feedback", string(id)))
	}
	if strings.TrimSpace(answer) == "" {
		faults = append(faults, missing("answer", "feedback.answer_missing", "say what was answered"))
	}
	if err := c.invalid("answer feedback", faults); err != nil {
		return Feedback{}, err
	}
	if err := feedbackAnswered.Record(c, feedbackAnswer{Feedback: id, Answer: answer}); err != nil {
		return Feedback{}, err
	}
	return c.feedback(id).clone(), nil
}

// AllFeedback gives all feedback, in the order it was recorded.
func (c *Cycle) AllFeedback() []Feedback {
	all := slices.Clone(c.s.Feedback)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Feedback gives one record of feedback.
func (c *Cycle) Feedback(id FeedbackID) (Feedback, bool) {
	if f := c.feedback(id); f != nil {
		return f.clone(), true
	}
	return Feedback{}, false
}

// FeedbackIn gives the feedback of a round, in the order it was recorded.
func (c *Cycle) FeedbackIn(round int) []Feedback {
	var found []Feedback
	for _, f := range c.s.Feedback {
		if f.Mark.Round == round {
			found = append(found, f.clone())
		}
	}
	return found
}

func (c *Cycle) feedback(id FeedbackID) *Feedback {
	for i := range c.s.Feedback {
		if c.s.Feedback[i].ID == id {
			return &c.s.Feedback[i]
		}
	}
	return nil
}
