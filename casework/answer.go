package casework

import "encoding/json"

// Answer is what a call said to the objections of one code: an explanation or an
// override, which the entry's type tells. Who said it, when, and the reason
// stand on the entry.
type Answer struct {
	Move       Move       `json:"move"` // or the name of the event, or [Recording]
	Code       string     `json:"code"`
	Objections []Answered `json:"objections"`
}

// Answered is an objection as it was answered. A redacted entry has no message.
type Answered struct {
	Message string `json:"message"`
	Subject string `json:"subject,omitempty"`
}

// AnswerOf reads the answer out of an entry; false where the entry is neither an
// explanation nor an override, or cannot be read.
func AnswerOf(e Entry) (Answer, bool) {
	var a Answer
	if e.Type != EntryExplained && e.Type != EntryOverridden {
		return a, false
	}
	return a, json.Unmarshal(e.Data, &a) == nil
}

func answer(m Move, code string, objections []Objection) json.RawMessage {
	a := Answer{Move: m, Code: code, Objections: []Answered{}}
	for _, o := range objections {
		if o.Code == code {
			a.Objections = append(a.Objections, Answered{Message: o.Message, Subject: o.Subject})
		}
	}
	data, err := json.Marshal(a)
	if err != nil { // strings only: cannot happen
		return json.RawMessage(`{}`)
	}
	return data
}
