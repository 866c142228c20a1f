package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ConsultationID names a consultation within its cycle, such as "Q1".
type ConsultationID string

// ConsultationKind says whether a consultation is a formal one.
type ConsultationKind string

// The kinds of consultation.
const (
	FormalConsultation   ConsultationKind = "formal" // written, with a beginning and an end
	InformalConsultation ConsultationKind = "informal"
)

// Consultation is a time in which anybody concerned may answer to a proposal.
// Nothing in law sets its length; the Compact of 2010 asks for 12 weeks, and for
// a stated rationale where it is shorter.
type Consultation struct {
	ID             ConsultationID      `json:"id"` // given by the cycle
	Title          string              `json:"title"`
	Kind           ConsultationKind    `json:"kind"`
	Opened         casework.Date       `json:"opened"`              // the first day on which it could be answered
	Closes         casework.Date       `json:"closes,omitzero"`     // the planned end; zero when none is planned
	Documents      []casework.Evidence `json:"documents,omitempty"` // what was shared with those consulted
	ClosedOn       casework.Date       `json:"closed_on,omitzero"`  // zero while it is open
	Responses      int                 `json:"responses"`           // how many answered; nothing is known while it is open
	Changed        string              `json:"changed,omitempty"`   // what changed because of it; empty when nothing is recorded
	ShorterBecause string              `json:"shorter_because,omitempty"`
	Mark           Mark                `json:"mark,omitzero"`
	Closed         Mark                `json:"closed,omitzero"` // of its closing; zero while it is open
}

// ClosedConsultation is how a consultation ended. As the data of
// [ClosingConsultation] it says with Consultation and On how long it was.
type ClosedConsultation struct {
	Consultation   ConsultationID `json:"consultation"`              // set by the cycle
	On             casework.Date  `json:"on"`                        // the day it closed
	Responses      int            `json:"responses"`                 // how many answered
	Changed        string         `json:"changed,omitempty"`         // what changed because of it
	ShorterBecause string         `json:"shorter_because,omitempty"` // in the place of the reason given when it opened
}

// Open tells whether the consultation can still be answered.
func (q Consultation) Open() bool { return q.ClosedOn.IsZero() }

// Days counts the days the consultation was open, from the day it opened to the
// day it closed: 12 weeks are 84 days. It is 0 while it is open.
func (q Consultation) Days() int { return q.DaysTo(q.ClosedOn) }

// DaysTo counts the days the consultation was open had it closed on a day.
func (q Consultation) DaysTo(closing casework.Date) int { return q.Opened.DaysUntil(closing) }

func (q Consultation) clone() Consultation {
	q.Documents = slices.Clone(q.Documents)
	return q
}

func (q Consultation) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(q.Title) == "" {
		faults = append(faults, missing(path+".title", "consultation.title_missing", "a consultation needs a title"))
	}
	if q.Kind != FormalConsultation && q.Kind != InformalConsultation {
		faults = append(faults, missing(path+".kind", "consultation.kind", "a consultation is formal or informal"))
	}
	if q.Opened.IsZero() {
		faults = append(faults, missing(path+".opened", "consultation.opened_missing", "say when the consultation opened"))
	}
	if !q.Closes.IsZero() && q.Closes.Before(q.Opened) {
		faults = append(faults, missing(path+".closes", "consultation.reversed", "a consultation does not close before it opens"))
	}
	for i, d := range q.Documents {
		faults = append(faults, d.Faults(fmt.Sprintf("%s.documents[%d]", path, i))...)
	}
	return faults
}

func (c *Cycle) closingFaults(id ConsultationID, d ClosedConsultation) []casework.Fault {
	var faults []casework.Fault
	q := c.consultation(id)
	switch {
	case q == nil:
		faults = append(faults, unknown("consultation", "consultation", string(id)))
	case !q.Open():
		faults = append(faults, missing("consultation", "consultation.closed", fmt.Sprintf("consultation %s closed on %s", id, q.ClosedOn)))
	case !d.On.IsZero() && d.On.Before(q.Opened):
		faults = append(faults, missing("on", "consultation.reversed", "a consultation does not close before it opens"))
	}
	if d.On.IsZero() {
		faults = append(faults, missing("on", "consultation.on_missing", "say on which day the consultation closed"))
	}
	if c.ahead(d.On) {
		faults = append(faults, missing("on", "consultation.on_future", "a consultation is closed once its last day has come"))
	}
	if d.Responses < 0 {
		faults = append(faults, missing("responses", "consultation.responses_negative", "responses count from 0"))
	}
	return faults
}

// OpeningConsultation and ClosingConsultation are the events of a consultation
// being opened and closed, for policies to watch. The attempt's Args are the
// [Consultation] and the [ClosedConsultation].
const (
	OpeningConsultation casework.Move = "consultation.opened"
	ClosingConsultation casework.Move = "consultation.closed"
)

var consultationOpened = &casework.Event[*Cycle, Consultation]{
	Name: string(OpeningConsultation), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, q Consultation) {
		q.Mark = c.mark(e)
		c.s.Consultations = append(c.s.Consultations, q)
	},
	Redact: func(q Consultation) Consultation {
		q.Title, q.Documents, q.ShorterBecause = "", wordless(q.Documents), ""
		return q
	},
}

var consultationClosed = &casework.Event[*Cycle, ClosedConsultation]{
	Name: string(ClosingConsultation), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ClosedConsultation) {
		q := c.consultation(d.Consultation)
		if q == nil {
			return
		}
		q.ClosedOn, q.Responses, q.Changed, q.Closed = d.On, d.Responses, d.Changed, c.mark(e)
		if d.ShorterBecause != "" {
			q.ShorterBecause = d.ShorterBecause
		}
	},
	Redact: func(d ClosedConsultation) ClosedConsultation {
		d.Changed, d.ShorterBecause = "", ""
		return d
	},
}

// OpenConsultation records that a consultation has opened, and gives it with
// its id. How it ends is recorded by [Cycle.CloseConsultation].
func (c *Cycle) OpenConsultation(q Consultation) (Consultation, error) {
	if err := c.invalid("open a consultation", q.faults("consultation")); err != nil {
		return Consultation{}, err
	}
	q = q.clone()
	q.ID, q.Mark, q.Closed = ConsultationID(numbered("Q", len(c.s.Consultations))), Mark{}, Mark{}
	q.ClosedOn, q.Responses, q.Changed = casework.Date{}, 0, ""
	if err := consultationOpened.Record(c, q); err != nil {
		return Consultation{}, err
	}
	return c.s.Consultations[len(c.s.Consultations)-1].clone(), nil
}

// CloseConsultation records how a consultation ended, and gives it. No response
// is an answer too.
func (c *Cycle) CloseConsultation(id ConsultationID, d ClosedConsultation) (Consultation, error) {
	if err := c.invalid("close a consultation", c.closingFaults(id, d)); err != nil {
		return Consultation{}, err
	}
	d.Consultation = id
	if err := consultationClosed.Record(c, d); err != nil {
		return Consultation{}, err
	}
	return c.consultation(id).clone(), nil
}

// Consultations gives every consultation, in the order they were recorded.
func (c *Cycle) Consultations() []Consultation {
	all := slices.Clone(c.s.Consultations)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Consultation gives one consultation.
func (c *Cycle) Consultation(id ConsultationID) (Consultation, bool) {
	if q := c.consultation(id); q != nil {
		return q.clone(), true
	}
	return Consultation{}, false
}

func (c *Cycle) consultation(id ConsultationID) *Consultation {
	for i := range c.s.Consultations {
		if c.s.Consultations[i].ID == id {
			return &c.s.Consultations[i]
		}
	}
	return nil
}
