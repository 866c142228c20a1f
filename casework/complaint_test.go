package casework_test

import (
	"fmt"
	"time"

	"github.com/needsled/needsled/casework"
)

// Complaint is the small kind of case these tests are about: received, looked
// into, answered or withdrawn.
type Complaint struct {
	casework.Case
	s complaintState
}

type complaintState struct {
	Text     string    `json:"text"`
	Findings []Finding `json:"findings,omitempty"`
	AnswerBy time.Time `json:"answer_by,omitzero"`
	Overdue  bool      `json:"overdue,omitempty"`
	Answer   string    `json:"answer,omitempty"`
	Moves    int       `json:"moves,omitempty"`
}

type Finding struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

const (
	Received  casework.State = "Received"
	Looking   casework.State = "Looking"
	Answered  casework.State = "Answered"
	Withdrawn casework.State = "Withdrawn"

	LookInto casework.Move = "look_into"
	SendBack casework.Move = "send_back"
	Nudge    casework.Move = "nudge"
	Answer   casework.Move = "answer"
	Withdraw casework.Move = "withdraw"
)

func complaintDefinition() casework.Definition {
	return casework.Definition{
		Name: "Complaint", Version: 1, Doc: "A complaint from receipt to answer.", Initial: Received,
		States: []casework.StateRow{
			{State: Received, Doc: "It has come in."},
			{State: Looking, Doc: "Somebody looks into it.", Title: "Being looked into"},
			{State: Answered, Doc: "It has been answered.", Final: true},
			{State: Withdrawn, Doc: "It was taken back.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: LookInto, Doc: "Begin to look into it.", From: []casework.State{Received}, To: Looking},
			{Move: SendBack, Doc: "It was not ready.", From: []casework.State{Looking}, To: Received},
			{Move: Nudge, Doc: "Remind whoever looks into it.", From: []casework.State{Looking}},
			{Move: Answer, Doc: "Answer it.", From: []casework.State{Looking}, To: Answered},
			{Move: Withdraw, Doc: "Take it back.", From: []casework.State{Received, Looking}, To: Withdrawn, NeedsReason: true},
		},
	}
}

type receivedData struct {
	Text string `json:"text"`
}
type answeredData struct {
	Answer string `json:"answer"`
}
type answerByData struct {
	By time.Time `json:"by"`
}

var (
	received = &casework.Event[*Complaint, receivedData]{
		Name: "complaint.received", Version: 1,
		Apply:  func(c *Complaint, _ casework.Entry, d receivedData) { c.s.Text = d.Text },
		Redact: func(receivedData) receivedData { return receivedData{} },
	}
	findingMade = &casework.Event[*Complaint, Finding]{
		Name: "finding.made", Version: 1,
		Apply:  func(c *Complaint, _ casework.Entry, d Finding) { c.s.Findings = append(c.s.Findings, d) },
		Redact: func(d Finding) Finding { return Finding{ID: d.ID} },
	}
	answerBy = &casework.Event[*Complaint, answerByData]{
		Name: "answer.due", Version: 1,
		Apply: func(c *Complaint, _ casework.Entry, d answerByData) { c.s.AnswerBy, c.s.Overdue = d.By, false },
	}
	answeredWith = &casework.Event[*Complaint, answeredData]{
		Name: "complaint.answered", Version: 1,
		Apply:  func(c *Complaint, _ casework.Entry, d answeredData) { c.s.Answer = d.Answer },
		Redact: func(answeredData) answeredData { return answeredData{} },
	}
)

func (c *Complaint) Receive(text string) error { return received.Record(c, receivedData{Text: text}) }

func (c *Complaint) Find(text string) error {
	return findingMade.Record(c, Finding{ID: fmt.Sprintf("F%d", len(c.s.Findings)+1), Text: text})
}

func (c *Complaint) AnswerDue(by time.Time) error { return answerBy.Record(c, answerByData{By: by}) }

func (c *Complaint) AnswerWith(text string) error {
	return answeredWith.Move(c, Answer, answeredData{Answer: text})
}

func complaintPolicies() []casework.Policy[*Complaint] {
	return []casework.Policy[*Complaint]{
		{
			Code: "finding.none", Doc: "An answer rests on a finding.", Source: "house rule", Moves: []casework.Move{Answer}, Effect: casework.Explain,
			Check: func(a casework.Attempt[*Complaint]) []casework.Objection {
				if len(a.Case.s.Findings) > 0 {
					return nil
				}
				return []casework.Objection{{Message: "nothing was found yet", Remedy: "record a finding", Subject: "findings"}}
			},
		},
		{
			Code: "answer.short", Doc: "An answer says something.", Source: "house rule", Moves: []casework.Move{Answer}, Effect: casework.Refuse,
			Check: func(a casework.Attempt[*Complaint]) []casework.Objection {
				d, given := a.Args.(answeredData)
				if !given || len(d.Answer) >= 5 {
					return nil
				}
				return []casework.Objection{{Message: "the answer is very short", Remedy: "write more than four letters"}}
			},
		},
		{
			Code: "finding.few", Doc: "Two findings are better than one.", Source: "house rule", Moves: []casework.Move{Answer}, Effect: casework.Advise,
			Check: func(a casework.Attempt[*Complaint]) []casework.Objection {
				if len(a.Case.s.Findings) > 1 {
					return nil
				}
				return []casework.Objection{{Message: "fewer than two findings", Remedy: "look further"}}
			},
		},
		{
			Code: "text.missing", Doc: "Nobody looks into silence.", Source: "house rule", Moves: []casework.Move{LookInto}, Effect: casework.Refuse,
			Check: func(a casework.Attempt[*Complaint]) []casework.Objection {
				if a.Case.s.Text != "" {
					return nil
				}
				return []casework.Objection{{Message: "there is no text", Remedy: "record what was complained about"}}
			},
		},
	}
}

func complaintSpec(tables ...*casework.Table) casework.KindSpec[*Complaint] {
	return casework.KindSpec[*Complaint]{
		Name: "complaint", Shape: 1,
		New:       func() *Complaint { return &Complaint{} },
		Document:  func(c *Complaint) any { return &c.s },
		Events:    []casework.EventType[*Complaint]{received, findingMade, answerBy, answeredWith},
		Tables:    tables,
		Policies:  complaintPolicies(),
		Arguments: map[casework.Move]string{Answer: "AnswerWith"},
		Moved:     func(c *Complaint, _ casework.Entry) { c.s.Moves++ },
		Deadlines: func(c *Complaint) []casework.Deadline {
			return []casework.Deadline{{Code: "answer.due", Due: c.s.AnswerBy, Doc: "The answer is due."}}
		},
		Passed: func(c *Complaint, _ casework.Entry, _ casework.Deadline) { c.s.Overdue = true },
		Describe: func(c *Complaint) casework.Description {
			d := casework.Description{Title: c.s.Text}
			if c.Subject() != "" && !c.Final() {
				d.Live = "complaint/" + c.Subject()
			}
			return d
		},
	}
}
