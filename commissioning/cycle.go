package commissioning

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// Cycle is one commissioning cycle: a needs-led journey from assessing need to
// monitoring and review, and round again. It is a case: everything it knows is
// in its journal, and every command below writes to it.
//
// Commands are issued within a call, by way of a [Desk] or of
// [casework.NewCall]. Each is refused with [casework.ErrInvalid] and all its
// faults at once, or with [casework.ErrRefused] and all objections. A call in
// which a command failed is never written: its cycle is to be thrown away.
// Accessors return copies.
type Cycle struct {
	casework.Case
	s      state
	config *config
}

// state is what a cycle keeps.
type state struct {
	Brief            Brief                      `json:"brief"`
	Round            int                        `json:"round"`
	Scale            Scale                      `json:"scale,omitempty"`
	Lowered          *LoweredScale              `json:"lowered,omitempty"`
	Successor        casework.CaseID            `json:"successor,omitzero"`
	Outcome          *ClosingOutcome            `json:"outcome,omitempty"`
	Suspensions      []Suspension               `json:"suspensions,omitempty"`
	Targets          []Target                   `json:"targets,omitempty"`
	Visits           []Visit                    `json:"visits,omitempty"`
	Partnership      *Partnership               `json:"partnership,omitempty"`
	Needs            []Need                     `json:"needs,omitempty"`
	Unmet            []UnmetNeed                `json:"unmet,omitempty"`
	Participants     []Participant              `json:"participants,omitempty"`
	Engagements      []Engagement               `json:"engagements,omitempty"`
	Consultations    []Consultation             `json:"consultations,omitempty"`
	Resources        []Resource                 `json:"resources,omitempty"`
	Allocations      []Allocation               `json:"allocations,omitempty"`
	Providers        []MappedProvider           `json:"providers,omitempty"`
	Investments      []CapacityInvestment       `json:"investments,omitempty"`
	Outcomes         []Outcome                  `json:"outcomes,omitempty"`
	Services         []Service                  `json:"services,omitempty"`
	Considered       []Considered               `json:"considered,omitempty"`
	Impacts          []ImpactAssessment         `json:"impacts,omitempty"`
	SocialValue      []SocialValueConsideration `json:"social_value,omitempty"`
	Appraisals       []OptionsAppraisal         `json:"appraisals,omitempty"`
	Documents        []Document                 `json:"documents,omitempty"`
	Arrangements     []Arrangement              `json:"arrangements,omitempty"`
	Reports          []ArrangementReport        `json:"reports,omitempty"`
	Safeguards       []Safeguard                `json:"safeguards,omitempty"`
	Observations     []Observation              `json:"observations,omitempty"`
	Feedback         []Feedback                 `json:"feedback,omitempty"`
	Reviews          []Review                   `json:"reviews,omitempty"`
	Decommissionings []Decommissioning          `json:"decommissionings,omitempty"`
}

// Stage is where the cycle's attention is.
func (c *Cycle) Stage() Stage { return c.State() }

// Round counts the trips round the cycle, from 1.
func (c *Cycle) Round() int { return c.s.Round }

// IsIndividual tells whether the cycle is about one person.
func (c *Cycle) IsIndividual() bool { return c.Subject() != "" }

// Visit is a time the cycle came to a stage.
type Visit struct {
	Stage Stage         `json:"stage"`
	Round int           `json:"round"`
	Entry uint64        `json:"entry"`          // the move that led there
	Move  casework.Move `json:"move,omitempty"` // empty for the opening
	From  Stage         `json:"from,omitempty"`
}

// Visits gives every stage the cycle came to by a move, in order. A migration
// to another definition is no visit.
func (c *Cycle) Visits() []Visit { return append([]Visit(nil), c.s.Visits...) }

// moved follows a move: a reassessment begins the next round.
func (c *Cycle) moved(e casework.Entry) {
	if len(c.s.Visits) == 0 { // imported history without a brief
		c.s.Visits = []Visit{{Stage: e.From, Round: c.s.Round, Entry: 1}}
	}
	if e.Move == Reassess {
		c.s.Round++
	}
	switch e.Move {
	case Suspend:
		c.suspend(e)
	case Resume:
		c.resume(e)
	default: // the others are only visits
	}
	if e.From != e.To {
		c.s.Visits = append(c.s.Visits, Visit{Stage: e.To, Round: c.s.Round, Entry: e.Seq, Move: e.Move, From: e.From})
	}
}

// numbered gives the id of the next record of a sort: a letter and a number.
func numbered(prefix string, have int) string { return fmt.Sprintf("%s%d", prefix, have+1) }

// unknown is the fault of pointing at a record that is not there.
func unknown(path, what, id string) casework.Fault {
	return casework.Fault{Path: path, Code: what + ".unknown", Message: fmt.Sprintf("the cycle has no %s %q", what, id)}
}

// missing is the fault of leaving out what a record cannot do without.
func missing(path, code, message string) casework.Fault {
	return casework.Fault{Path: path, Code: code, Message: message}
}

// invalid fails the call with all faults, or gives nil when there are none.
func (c *Cycle) invalid(op string, faults []casework.Fault) error {
	return c.Fail(casework.InvalidIf(op, faults))
}
