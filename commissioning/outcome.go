package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// OutcomeID names an outcome within its cycle, such as "O1".
type OutcomeID string

// OutcomeOrigin says whose outcome it is. The set is open: a host may use words
// of its own beside the ones below.
type OutcomeOrigin string

// Common origins of outcomes.
const (
	OutcomeOfUsers        OutcomeOrigin = "users"
	OutcomeOfCarers       OutcomeOrigin = "carers"
	OutcomeOfCommunity    OutcomeOrigin = "community"
	OutcomeOfOrganisation OutcomeOrigin = "organisation" // wanted by the commissioner, not by those it serves
)

// Outcome is a difference that is to be made to people's lives. Outcomes for
// users are at the heart of planning (Eight principles 2006, principle 3); they
// may be set from the first stage on.
type Outcome struct {
	ID                 OutcomeID          `json:"id"` // given by the cycle
	Statement          string             `json:"statement"`
	Whose              OutcomeOrigin      `json:"whose,omitempty"`    // empty when nobody recorded it
	Measure            string             `json:"measure,omitempty"`  // how it is told whether the outcome came
	Baseline           string             `json:"baseline,omitempty"` // the measure before anything was done
	BaselineBySubgroup []SubgroupBaseline `json:"baseline_by_subgroup,omitempty"`
	Target             string             `json:"target,omitempty"` // the measure that is aimed at
	Due                casework.Date      `json:"due,omitzero"`     // the day by which it is to be reached
	Needs              []NeedID           `json:"needs,omitempty"`
	Revised            Mark               `json:"revised,omitzero"` // the last revision; zero when there was none
	Mark               Mark               `json:"mark,omitzero"`    // when it was first set
}

// SubgroupBaseline is the baseline of a part of the population, so that
// inequalities between parts show.
type SubgroupBaseline struct {
	Subgroup string `json:"subgroup"`
	Value    string `json:"value"`
}

// Measurable tells whether it can be told later that the outcome came: both a
// measure and a target are recorded.
func (o Outcome) Measurable() bool {
	return strings.TrimSpace(o.Measure) != "" && strings.TrimSpace(o.Target) != ""
}

func (o Outcome) clone() Outcome {
	o.BaselineBySubgroup = slices.Clone(o.BaselineBySubgroup)
	o.Needs = slices.Clone(o.Needs)
	return o
}

func (c *Cycle) outcomeFaults(o Outcome, path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(o.Statement) == "" {
		faults = append(faults, missing(path+".statement", "outcome.statement_missing", "say what difference is to be made"))
	}
	for i, b := range o.BaselineBySubgroup {
		at := fmt.Sprintf("%s.baseline_by_subgroup[%d]", path, i)
		if strings.TrimSpace(b.Subgroup) == "" {
			faults = append(faults, missing(at+".subgroup", "outcome.subgroup_missing", "say which part of the population it is"))
		}
		if strings.TrimSpace(b.Value) == "" {
			faults = append(faults, missing(at+".value", "outcome.subgroup_value_missing", "a baseline has a value"))
		}
	}
	for i, id := range o.Needs {
		if c.need(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.needs[%d]", path, i), "need", string(id)))
		}
	}
	return faults
}

var outcomeSet = &casework.Event[*Cycle, Outcome]{
	Name: "outcome.set", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, o Outcome) {
		o.Revised, o.Mark = Mark{}, c.mark(e)
		c.s.Outcomes = append(c.s.Outcomes, o)
	},
	Redact: redactOutcome,
}

var outcomeRevised = &casework.Event[*Cycle, Outcome]{
	Name: "outcome.revised", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, o Outcome) {
		if was := c.outcome(o.ID); was != nil {
			o.Revised, o.Mark = c.mark(e), was.Mark
			*was = o
		}
	},
	Redact: redactOutcome,
}

func redactOutcome(o Outcome) Outcome {
	o.Statement, o.Baseline, o.BaselineBySubgroup = "", "", nil
	o.Measure, o.Target = withheld(o.Measure), withheld(o.Target)
	if !o.Whose.common() {
		o.Whose = ""
	}
	return o
}

func (w OutcomeOrigin) common() bool {
	return w == OutcomeOfUsers || w == OutcomeOfCarers || w == OutcomeOfCommunity || w == OutcomeOfOrganisation
}

// withheld is what a redaction leaves of a text when it matters that there was
// one.
func withheld(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return "withheld"
}

// SetOutcome records an outcome, and gives it with its id.
func (c *Cycle) SetOutcome(o Outcome) (Outcome, error) {
	if err := c.invalid("set an outcome", c.outcomeFaults(o, "outcome")); err != nil {
		return Outcome{}, err
	}
	o = o.clone()
	o.ID, o.Revised, o.Mark = OutcomeID(numbered("O", len(c.s.Outcomes))), Mark{}, Mark{}
	if err := outcomeSet.Record(c, o); err != nil {
		return Outcome{}, err
	}
	return c.outcome(o.ID).clone(), nil
}

// ReviseOutcome records an outcome anew. Its id and the time it was first set
// stay; what it said before stays in the journal.
func (c *Cycle) ReviseOutcome(id OutcomeID, o Outcome) (Outcome, error) {
	faults := c.outcomeFaults(o, "outcome")
	if c.outcome(id) == nil {
		faults = append(faults, unknown("id", "outcome", string(id)))
	}
	if err := c.invalid("revise an outcome", faults); err != nil {
		return Outcome{}, err
	}
	o = o.clone()
	o.ID, o.Revised, o.Mark = id, Mark{}, Mark{}
	if err := outcomeRevised.Record(c, o); err != nil {
		return Outcome{}, err
	}
	return c.outcome(id).clone(), nil
}

// Outcomes gives every outcome as last revised, in the order they were set.
func (c *Cycle) Outcomes() []Outcome {
	all := slices.Clone(c.s.Outcomes)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Outcome gives one outcome as last revised.
func (c *Cycle) Outcome(id OutcomeID) (Outcome, bool) {
	if o := c.outcome(id); o != nil {
		return o.clone(), true
	}
	return Outcome{}, false
}

func (c *Cycle) outcome(id OutcomeID) *Outcome {
	for i := range c.s.Outcomes {
		if c.s.Outcomes[i].ID == id {
			return &c.s.Outcomes[i]
		}
	}
	return nil
}
