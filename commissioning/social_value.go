package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// SocialValueID names a consideration of social value within its cycle, such as "V1".
type SocialValueID string

// SocialValueConsideration is what a body that is about to procure services
// considers beforehand, as far as it is relevant and proportionate: how the
// procurement might improve the well-being of the area, how to secure that, and
// whether to consult (Public Services (Social Value) Act 2012 s.1). It is a duty
// to consider, not a duty to consult.
type SocialValueConsideration struct {
	ID            SocialValueID `json:"id"`                 // given by the cycle
	Services      []ServiceID   `json:"services,omitempty"` // none means all services of the cycle
	Improve       string        `json:"improve"`            // how it might improve economic, social and environmental well-being
	Secure        string        `json:"secure"`             // how that could be secured in the procurement
	Consult       bool          `json:"consult"`            // whether consultation is undertaken
	ConsultReason string        `json:"consult_reason"`     // why, or why not
	Mark          Mark          `json:"mark,omitzero"`
}

// Covers tells whether the consideration is about a service.
func (v SocialValueConsideration) Covers(id ServiceID) bool {
	return len(v.Services) == 0 || slices.Contains(v.Services, id)
}

func (v SocialValueConsideration) clone() SocialValueConsideration {
	v.Services = slices.Clone(v.Services)
	return v
}

func (c *Cycle) socialValueFaults(v SocialValueConsideration, path string) []casework.Fault {
	var faults []casework.Fault
	for i, id := range v.Services {
		if c.service(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.services[%d]", path, i), "service", string(id)))
		}
	}
	if strings.TrimSpace(v.Improve) == "" {
		faults = append(faults, missing(path+".improve", "social_value.improve_missing", "say how well-being might be improved, or why it would not be"))
	}
	if strings.TrimSpace(v.Secure) == "" {
		faults = append(faults, missing(path+".secure", "social_value.secure_missing", "say how the improvement could be secured, or why it would not be"))
	}
	if strings.TrimSpace(v.ConsultReason) == "" {
		faults = append(faults, missing(path+".consult_reason", "social_value.consult_reason_missing", "say why there is consultation, or why there is none"))
	}
	return faults
}

// ConsideringSocialValue is the event of social value being considered, for
// policies to watch. The attempt's Args are the [SocialValueConsideration].
const ConsideringSocialValue casework.Move = "social_value.considered"

var socialValueConsidered = &casework.Event[*Cycle, SocialValueConsideration]{
	Name: string(ConsideringSocialValue), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, v SocialValueConsideration) {
		v.Mark = c.mark(e)
		c.s.SocialValue = append(c.s.SocialValue, v)
	},
	Redact: func(v SocialValueConsideration) SocialValueConsideration {
		v.Improve, v.Secure, v.ConsultReason = "", "", ""
		return v
	},
}

// ConsiderSocialValue records that social value was considered, and gives the
// record with its id.
func (c *Cycle) ConsiderSocialValue(v SocialValueConsideration) (SocialValueConsideration, error) {
	if err := c.invalid("consider social value", c.socialValueFaults(v, "social_value")); err != nil {
		return SocialValueConsideration{}, err
	}
	v = v.clone()
	v.ID, v.Mark = SocialValueID(numbered("V", len(c.s.SocialValue))), Mark{}
	if err := socialValueConsidered.Record(c, v); err != nil {
		return SocialValueConsideration{}, err
	}
	return c.s.SocialValue[len(c.s.SocialValue)-1].clone(), nil
}

// SocialValueConsiderations gives every consideration of social value, in the
// order they were recorded.
func (c *Cycle) SocialValueConsiderations() []SocialValueConsideration {
	return c.socialValueThat(func(SocialValueConsideration) bool { return true })
}

// SocialValueConsideration gives one consideration of social value.
func (c *Cycle) SocialValueConsideration(id SocialValueID) (SocialValueConsideration, bool) {
	for _, v := range c.s.SocialValue {
		if v.ID == id {
			return v.clone(), true
		}
	}
	return SocialValueConsideration{}, false
}

// SocialValueOf gives the considerations of social value that are about a
// service, in the order they were recorded.
func (c *Cycle) SocialValueOf(id ServiceID) []SocialValueConsideration {
	return c.socialValueThat(func(v SocialValueConsideration) bool { return v.Covers(id) })
}

func (c *Cycle) socialValueThat(fit func(SocialValueConsideration) bool) []SocialValueConsideration {
	var found []SocialValueConsideration
	for _, v := range c.s.SocialValue {
		if fit(v) {
			found = append(found, v.clone())
		}
	}
	return found
}
