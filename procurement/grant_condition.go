package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// GrantConditionID names a condition within its grant agreement, such as "C1".
type GrantConditionID string

// GrantCondition is something the recipient must meet. One that is to be met
// before the first payment holds payments up until it is.
type GrantCondition struct {
	ID       GrantConditionID  `json:"id"` // given by the agreement
	Text     string            `json:"text"`
	Before   bool              `json:"before,omitempty"`  // to be met before the first payment
	Evidence casework.Evidence `json:"evidence,omitzero"` // what shows that it is met
	Met      Mark              `json:"met,omitzero"`
}

// Open tells whether nobody has shown that the condition is met.
func (c GrantCondition) Open() bool { return c.Met.IsZero() }

// conditionsAgreed gives conditions as they are agreed on: numbered, and not
// met yet.
func conditionsAgreed(all []GrantCondition) []GrantCondition {
	agreed := make([]GrantCondition, len(all))
	for i, c := range all {
		agreed[i] = GrantCondition{ID: GrantConditionID(numbered("C", i)), Text: c.Text, Before: c.Before}
	}
	return agreed
}

// ConditionMet says that a condition is met, and what shows it.
type ConditionMet struct {
	Condition GrantConditionID  `json:"condition"`
	Evidence  casework.Evidence `json:"evidence"`
}

// MeetingCondition is the event of a condition of a grant being met, for
// policies to watch. The attempt's Args are a [ConditionMet].
const MeetingCondition casework.Move = "condition.met"

var conditionMet = &casework.Event[*GrantAgreement, ConditionMet]{
	Name: string(MeetingCondition), Version: 1,
	Apply: func(g *GrantAgreement, e casework.Entry, d ConditionMet) {
		if c := g.condition(d.Condition); c != nil {
			c.Evidence, c.Met = d.Evidence, markOf(e)
		}
	},
	Redact: func(d ConditionMet) ConditionMet {
		d.Evidence.Title, d.Evidence.Address = "", ""
		return d
	},
}

// MeetCondition records that the recipient meets a condition of the offer, and
// what shows it.
func (g *GrantAgreement) MeetCondition(id GrantConditionID, evidence casework.Evidence) (GrantCondition, error) {
	faults := append(g.offeredFaults("meet a condition"), evidence.Faults("evidence")...)
	switch c := g.condition(id); {
	case c == nil:
		faults = append(faults, unknown("condition", "condition", string(id)))
	case !c.Open():
		faults = append(faults, fault("condition", "condition.met", fmt.Sprintf("condition %s is met already", id)))
	}
	if err := g.invalid("meet a condition", faults); err != nil {
		return GrantCondition{}, err
	}
	if err := conditionMet.Record(g, ConditionMet{Condition: id, Evidence: evidence}); err != nil {
		return GrantCondition{}, err
	}
	return *g.condition(id), nil
}

// Conditions gives what the recipient must meet, in order.
func (g *GrantAgreement) Conditions() []GrantCondition { return slices.Clone(g.s.Grant.Conditions) }

// Condition gives one condition.
func (g *GrantAgreement) Condition(id GrantConditionID) (GrantCondition, bool) {
	if c := g.condition(id); c != nil {
		return *c, true
	}
	return GrantCondition{}, false
}

func (g *GrantAgreement) condition(id GrantConditionID) *GrantCondition {
	for i := range g.s.Grant.Conditions {
		if g.s.Grant.Conditions[i].ID == id {
			return &g.s.Grant.Conditions[i]
		}
	}
	return nil
}

// conditionsAhead names the conditions that are to be met before anything is
// paid, and are not.
func (g *GrantAgreement) conditionsAhead() []GrantCondition {
	var open []GrantCondition
	for _, c := range g.s.Grant.Conditions {
		if c.Before && c.Open() {
			open = append(open, c)
		}
	}
	return open
}
