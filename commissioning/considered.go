package commissioning

import (
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ConsideredID names something considered within its cycle, such as "C1".
type ConsideredID string

// ConsideredSubject is what was weighed, in one word. The set is open: a host
// may use words of its own beside the ones below.
type ConsideredSubject string

// What good commissioning weighs. The principles of 2006 ask to consider capacity
// investment, sub-contracting and consortia, long terms and risk sharing "where
// appropriate" (Partnership in Public Services, Cabinet Office, 2006); grant or
// contract, the weight of price and the scope for innovation are the three
// judgements of the Public Administration Select Committee (HC 112-I, 2008).
const (
	SubjectConsortium         ConsideredSubject = "consortium"
	SubjectSubContracting     ConsideredSubject = "sub_contracting"
	SubjectCapacityInvestment ConsideredSubject = "capacity_investment"
	SubjectLongTerm           ConsideredSubject = "long_term"
	SubjectRiskSharing        ConsideredSubject = "risk_sharing"
	SubjectVariants           ConsideredSubject = "variants"
	SubjectLots               ConsideredSubject = "lots"
	SubjectSocialValue        ConsideredSubject = "social_value"
	SubjectEngagement         ConsideredSubject = "engagement"
	SubjectInnovation         ConsideredSubject = "innovation"
	SubjectGrantOrContract    ConsideredSubject = "grant_or_contract"
	SubjectPriceWeight        ConsideredSubject = "price_weight"
)

// ConsideredDecision is what came of considering something.
type ConsideredDecision string

// The decisions.
const (
	ConsideredTaken    ConsideredDecision = "taken"
	ConsideredDeclined ConsideredDecision = "declined"
)

// Considered is something that was weighed, and taken or declined with a reason.
// Who decided is in its mark.
type Considered struct {
	ID       ConsideredID       `json:"id"` // given by the cycle
	Subject  ConsideredSubject  `json:"subject"`
	About    string             `json:"about,omitempty"` // id of the record it is about, such as "S1"; empty for the whole cycle
	Decision ConsideredDecision `json:"decision"`
	Reason   string             `json:"reason"`
	Mark     Mark               `json:"mark,omitzero"`
}

func (d Considered) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !oneWord(string(d.Subject)) {
		faults = append(faults, missing(path+".subject", "considered.subject", "say in one word what was considered, such as lots"))
	}
	if d.About != "" && !oneWord(d.About) {
		faults = append(faults, missing(path+".about", "considered.about", "name the record it is about by its id, such as S1"))
	}
	if d.Decision != ConsideredTaken && d.Decision != ConsideredDeclined {
		faults = append(faults, missing(path+".decision", "considered.decision", "what is considered is taken or declined"))
	}
	if strings.TrimSpace(d.Reason) == "" {
		faults = append(faults, missing(path+".reason", "considered.reason_missing", "say why it was taken or declined"))
	}
	return faults
}

// oneWord tells a word or an id from prose. What is one word stays when an
// entry is redacted.
func oneWord(s string) bool { return len(strings.Fields(s)) == 1 && strings.TrimSpace(s) == s }

// Considering is the event of something being considered, for policies to
// watch. The attempt's Args are the [Considered].
const Considering casework.Move = "consideration.recorded"

var considerationRecorded = &casework.Event[*Cycle, Considered]{
	Name: string(Considering), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d Considered) {
		d.Mark = c.mark(e)
		c.s.Considered = append(c.s.Considered, d)
	},
	Redact: func(d Considered) Considered {
		d.Reason = ""
		return d
	},
}

// Consider records that something was weighed and taken or declined, and gives
// the record with its id. Where it has no reason the call's reason counts; one
// of them is required. A later decision on the same subject stands beside the
// earlier one.
func (c *Cycle) Consider(d Considered) (Considered, error) {
	if strings.TrimSpace(d.Reason) == "" {
		d.Reason = c.Reason()
	}
	if err := c.invalid("consider", d.faults("considered")); err != nil {
		return Considered{}, err
	}
	d.ID, d.Mark = ConsideredID(numbered("C", len(c.s.Considered))), Mark{}
	if err := considerationRecorded.Record(c, d); err != nil {
		return Considered{}, err
	}
	return c.s.Considered[len(c.s.Considered)-1], nil
}

// AllConsidered gives everything that was considered, in the order it was recorded.
func (c *Cycle) AllConsidered() []Considered { return slices.Clone(c.s.Considered) }

// Considered gives one record of something considered.
func (c *Cycle) Considered(id ConsideredID) (Considered, bool) {
	for _, d := range c.s.Considered {
		if d.ID == id {
			return d, true
		}
	}
	return Considered{}, false
}

// ConsideredOn gives what was considered on a subject, the latest last.
func (c *Cycle) ConsideredOn(subject ConsideredSubject) []Considered {
	var found []Considered
	for _, d := range c.s.Considered {
		if d.Subject == subject {
			found = append(found, d)
		}
	}
	return found
}
