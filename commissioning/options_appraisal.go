package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// AppraisalID names an options appraisal within its cycle, such as "A1".
type AppraisalID string

// OptionsAppraisal weighs ways of answering a question, and chooses one of them.
type OptionsAppraisal struct {
	ID       AppraisalID       `json:"id"` // given by the cycle
	Question string            `json:"question"`
	Options  []AppraisedOption `json:"options"` // at least two, one of them chosen; doing nothing is an option
	Reason   string            `json:"reason"`  // why the chosen one
	Service  ServiceID         `json:"service,omitempty"`
	Mark     Mark              `json:"mark,omitzero"`
}

// AppraisedOption is one of the ways weighed.
type AppraisedOption struct {
	Title    string         `json:"title"`
	Cost     casework.Money `json:"cost,omitzero"` // over the whole life, VAT included
	Benefits string         `json:"benefits,omitempty"`
	Risks    string         `json:"risks,omitempty"`
	Chosen   bool           `json:"chosen,omitempty"`
}

// Chosen gives the option that was chosen.
func (a OptionsAppraisal) Chosen() (AppraisedOption, bool) {
	for _, o := range a.Options {
		if o.Chosen {
			return o, true
		}
	}
	return AppraisedOption{}, false
}

func (a OptionsAppraisal) clone() OptionsAppraisal {
	a.Options = slices.Clone(a.Options)
	return a
}

func (c *Cycle) appraisalFaults(a OptionsAppraisal, path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(a.Question) == "" {
		faults = append(faults, missing(path+".question", "appraisal.question_missing", "say what is to be decided"))
	}
	faults = append(faults, a.optionFaults(path+".options")...)
	if strings.TrimSpace(a.Reason) == "" {
		faults = append(faults, missing(path+".reason", "appraisal.reason_missing", "say why the chosen option is the one"))
	}
	if a.Service != "" && c.service(a.Service) == nil {
		faults = append(faults, unknown(path+".service", "service", string(a.Service)))
	}
	return faults
}

func (a OptionsAppraisal) optionFaults(path string) []casework.Fault {
	var faults []casework.Fault
	if len(a.Options) < 2 {
		faults = append(faults, missing(path, "appraisal.options", "an appraisal weighs at least two options; doing nothing is one"))
	}
	chosen := 0
	for i, o := range a.Options {
		at := fmt.Sprintf("%s[%d]", path, i)
		if strings.TrimSpace(o.Title) == "" {
			faults = append(faults, missing(at+".title", "appraisal.option_title_missing", "an option needs a title"))
		}
		if o.Cost.IsRecorded() && o.Cost.Sign() < 0 {
			faults = append(faults, missing(at+".cost", "appraisal.cost_negative", "a cost is not negative"))
		}
		if o.Chosen {
			chosen++
		}
	}
	if chosen != 1 {
		faults = append(faults, missing(path, "appraisal.chosen", fmt.Sprintf("one option is chosen, not %d", chosen)))
	}
	return faults
}

// AppraisingOptions is the event of options being appraised, for policies to
// watch. The attempt's Args are the [OptionsAppraisal].
const AppraisingOptions casework.Move = "options.appraised"

var optionsAppraised = &casework.Event[*Cycle, OptionsAppraisal]{
	Name: string(AppraisingOptions), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, a OptionsAppraisal) {
		a.Mark = c.mark(e)
		c.s.Appraisals = append(c.s.Appraisals, a)
	},
	Redact: func(a OptionsAppraisal) OptionsAppraisal {
		a = a.clone()
		a.Question, a.Reason = "", ""
		for i, o := range a.Options {
			a.Options[i] = AppraisedOption{Cost: o.Cost, Chosen: o.Chosen}
		}
		return a
	},
}

// AppraiseOptions records an options appraisal, and gives it with its id. Where
// it has no reason the call's reason counts; one of them is required.
func (c *Cycle) AppraiseOptions(a OptionsAppraisal) (OptionsAppraisal, error) {
	if strings.TrimSpace(a.Reason) == "" {
		a.Reason = c.Reason()
	}
	if err := c.invalid("appraise options", c.appraisalFaults(a, "appraisal")); err != nil {
		return OptionsAppraisal{}, err
	}
	a = a.clone()
	a.ID, a.Mark = AppraisalID(numbered("A", len(c.s.Appraisals))), Mark{}
	if err := optionsAppraised.Record(c, a); err != nil {
		return OptionsAppraisal{}, err
	}
	return c.s.Appraisals[len(c.s.Appraisals)-1].clone(), nil
}

// OptionsAppraisals gives every options appraisal, in the order they were recorded.
func (c *Cycle) OptionsAppraisals() []OptionsAppraisal {
	all := slices.Clone(c.s.Appraisals)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// OptionsAppraisal gives one options appraisal.
func (c *Cycle) OptionsAppraisal(id AppraisalID) (OptionsAppraisal, bool) {
	for _, a := range c.s.Appraisals {
		if a.ID == id {
			return a.clone(), true
		}
	}
	return OptionsAppraisal{}, false
}
