package commissioning

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// UnmetNeed is a need of one person that was not met, as the strategic cycle
// hears of it. It carries no words about the person.
type UnmetNeed struct {
	Case casework.CaseID `json:"case"` // the individual cycle
	Need NeedID          `json:"need"`
	Area string          `json:"area,omitempty"`
	Mark Mark            `json:"mark,omitzero"`
}

var unmetHeard = &casework.Event[*Cycle, UnmetNeed]{
	Name: "unmet_need.heard", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, u UnmetNeed) {
		u.Mark = c.mark(e)
		c.s.Unmet = append(c.s.Unmet, u)
	},
	Redact: func(u UnmetNeed) UnmetNeed {
		u.Area = ""
		return u
	},
}

type needRef struct {
	Need NeedID `json:"need"`
}

var unmetFedBack = &casework.Event[*Cycle, needRef]{
	Name: "unmet_need.fed_back", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d needRef) {
		if n := c.need(d.Need); n != nil {
			n.FedBack = true
		}
	},
}

// UnmetNeeds gives the unmet needs that individual cycles reported to this one.
func (c *Cycle) UnmetNeeds() []UnmetNeed { return slices.Clone(c.s.Unmet) }

// feedBack reports unmet needs to the strategic cycle that this one serves, in
// the commit that records them, each once. That there is such a cycle is found
// out in the commit that opens this one.
func (c *Cycle) feedBack(u *casework.Unit) error {
	if c.s.Brief.Serves.IsZero() {
		return nil
	}
	if c.opening() {
		if _, err := casework.Load(u, c.config.kind, c.s.Brief.Serves); err != nil {
			return err
		}
	}
	for _, n := range c.s.Needs {
		if n.State() != NeedUnmet || n.FedBack {
			continue
		}
		strategic, err := casework.Load(u, c.config.kind, c.s.Brief.Serves)
		if err != nil {
			return err
		}
		if err := unmetHeard.Record(strategic, UnmetNeed{Case: c.ID(), Need: n.ID, Area: n.Area}); err != nil {
			return err
		}
		if err := unmetFedBack.Record(c, needRef{Need: n.ID}); err != nil {
			return err
		}
	}
	return nil
}
