package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ImpactID names an impact assessment within its cycle, such as "I1".
type ImpactID string

// ImpactKind is what an assessment looks at, in one word. The set is open: a
// host may use words of its own beside the ones below.
type ImpactKind string

// Kinds of impact assessment.
const (
	ImpactEquality      ImpactKind = "equality" // how a body shows due regard (Equality Act 2010 s.149)
	ImpactQuality       ImpactKind = "quality"
	ImpactHealth        ImpactKind = "health"
	ImpactEnvironmental ImpactKind = "environmental"
	ImpactPrivacy       ImpactKind = "privacy"
)

// InformsPlan is what an assessment informs that is made before a plan is decided on.
const InformsPlan = "plan"

// ImpactAssessment is what a decision would do to people, found out before the
// decision it informs.
type ImpactAssessment struct {
	ID          ImpactID            `json:"id"` // given by the cycle
	Kind        ImpactKind          `json:"kind"`
	Informs     string              `json:"informs"`            // the decision, in one word: [InformsPlan], or the id of a service or another record
	Services    []ServiceID         `json:"services,omitempty"` // the services it looked at; an assessment of the plan without any looked at them all
	Found       string              `json:"found"`
	Mitigations []string            `json:"mitigations,omitempty"`
	Evidence    []casework.Evidence `json:"evidence,omitempty"`
	On          casework.Date       `json:"on"` // the day it was completed
	Mark        Mark                `json:"mark,omitzero"`
}

// Covers tells whether the assessment looked at a service.
func (a ImpactAssessment) Covers(id ServiceID) bool {
	return a.Informs == string(id) || slices.Contains(a.Services, id) ||
		(a.Informs == InformsPlan && len(a.Services) == 0)
}

func (a ImpactAssessment) clone() ImpactAssessment {
	a.Services = slices.Clone(a.Services)
	a.Mitigations = slices.Clone(a.Mitigations)
	a.Evidence = slices.Clone(a.Evidence)
	return a
}

func (c *Cycle) impactFaults(a ImpactAssessment, path string) []casework.Fault {
	var faults []casework.Fault
	if !oneWord(string(a.Kind)) {
		faults = append(faults, missing(path+".kind", "impact.kind", "say in one word what is assessed, such as equality"))
	}
	if !oneWord(a.Informs) {
		faults = append(faults, missing(path+".informs", "impact.informs", "name the decision it informs: plan, or the id of a record"))
	}
	for i, id := range a.Services {
		if c.service(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.services[%d]", path, i), "service", string(id)))
		}
	}
	if strings.TrimSpace(a.Found) == "" {
		faults = append(faults, missing(path+".found", "impact.found_missing", "say what was found; that there is no impact is a finding"))
	}
	for i, m := range a.Mitigations {
		if strings.TrimSpace(m) == "" {
			faults = append(faults, missing(fmt.Sprintf("%s.mitigations[%d]", path, i), "impact.mitigation_missing", "a mitigation is not empty"))
		}
	}
	for i, e := range a.Evidence {
		faults = append(faults, e.Faults(fmt.Sprintf("%s.evidence[%d]", path, i))...)
	}
	if a.On.IsZero() {
		faults = append(faults, missing(path+".on", "impact.on_missing", "say on which day the assessment was completed"))
	}
	if c.ahead(a.On) {
		faults = append(faults, missing(path+".on", "impact.on_future", "no assessment was completed on a day to come"))
	}
	return faults
}

// AssessingImpact is the event of an impact being assessed, for policies to
// watch. The attempt's Args are the [ImpactAssessment].
const AssessingImpact casework.Move = "impact.assessed"

var impactAssessed = &casework.Event[*Cycle, ImpactAssessment]{
	Name: string(AssessingImpact), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, a ImpactAssessment) {
		a.Mark = c.mark(e)
		c.s.Impacts = append(c.s.Impacts, a)
	},
	Redact: func(a ImpactAssessment) ImpactAssessment {
		a.Found, a.Mitigations, a.Evidence = "", nil, wordless(a.Evidence)
		return a
	},
}

// AssessImpact records an impact assessment, and gives it with its id.
func (c *Cycle) AssessImpact(a ImpactAssessment) (ImpactAssessment, error) {
	if err := c.invalid("assess an impact", c.impactFaults(a, "impact")); err != nil {
		return ImpactAssessment{}, err
	}
	a = a.clone()
	a.ID, a.Mark = ImpactID(numbered("I", len(c.s.Impacts))), Mark{}
	if err := impactAssessed.Record(c, a); err != nil {
		return ImpactAssessment{}, err
	}
	return c.s.Impacts[len(c.s.Impacts)-1].clone(), nil
}

// ImpactAssessments gives every impact assessment, in the order they were recorded.
func (c *Cycle) ImpactAssessments() []ImpactAssessment {
	return c.impactsThat(func(ImpactAssessment) bool { return true })
}

// ImpactAssessment gives one impact assessment.
func (c *Cycle) ImpactAssessment(id ImpactID) (ImpactAssessment, bool) {
	for _, a := range c.s.Impacts {
		if a.ID == id {
			return a.clone(), true
		}
	}
	return ImpactAssessment{}, false
}

// ImpactsOn gives the impact assessments that looked at a service, in the order
// they were recorded; see [ImpactAssessment.Covers].
func (c *Cycle) ImpactsOn(id ServiceID) []ImpactAssessment {
	return c.impactsThat(func(a ImpactAssessment) bool { return a.Covers(id) })
}

func (c *Cycle) impactsThat(fit func(ImpactAssessment) bool) []ImpactAssessment {
	var found []ImpactAssessment
	for _, a := range c.s.Impacts {
		if fit(a) {
			found = append(found, a.clone())
		}
	}
	return found
}
