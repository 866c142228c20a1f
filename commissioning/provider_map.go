package commissioning

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// ProviderID names a mapped provider within its cycle, such as "M1".
type ProviderID string

// MappedProvider is a line of the provider map: an agency that provides or
// could provide, and what it could contribute to which outcomes. Commissioners
// map the fullest practicable range of providers (Eight principles 2006,
// principle 4). The same agency may be mapped again, as of another day.
type MappedProvider struct {
	ID           ProviderID      `json:"id"`              // given by the cycle
	AsOf         casework.Date   `json:"as_of"`           // the day the map shows
	Scope        string          `json:"scope,omitempty"` // area, service or market that was looked at
	Agency       casework.Agency `json:"agency"`          // with its sector as it was then
	Capability   string          `json:"capability,omitempty"`
	Contribution string          `json:"contribution,omitempty"` // what it could bring to the outcomes
	Outcomes     []OutcomeID     `json:"outcomes,omitempty"`
	Mark         Mark            `json:"mark,omitzero"`
}

func (p MappedProvider) clone() MappedProvider {
	p.Outcomes = slices.Clone(p.Outcomes)
	return p
}

func (c *Cycle) providerFaults(p MappedProvider, path string) []casework.Fault {
	var faults []casework.Fault
	if p.AsOf.IsZero() {
		faults = append(faults, missing(path+".as_of", "provider.as_of_missing", "say which day the map shows"))
	}
	faults = append(faults, p.Agency.Faults(path+".agency")...)
	for i, id := range p.Outcomes {
		if c.outcome(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.outcomes[%d]", path, i), "outcome", string(id)))
		}
	}
	return faults
}

// unnamed is what a redaction leaves of an agency: who it is to the host, and
// its sector. The name and the kind are the host's words, and may be a person's.
func unnamed(a casework.Agency) casework.Agency {
	return casework.Agency{ID: a.ID, Sector: a.Sector}
}

var providerMapped = &casework.Event[*Cycle, MappedProvider]{
	Name: "provider.mapped", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, p MappedProvider) {
		p.Mark = c.mark(e)
		c.s.Providers = append(c.s.Providers, p)
	},
	Redact: func(p MappedProvider) MappedProvider {
		p.Scope, p.Capability, p.Contribution, p.Agency = "", "", "", unnamed(p.Agency)
		return p
	},
}

// MapProvider records a line of the provider map, and gives it with its id.
func (c *Cycle) MapProvider(p MappedProvider) (MappedProvider, error) {
	if err := c.invalid("map a provider", c.providerFaults(p, "provider")); err != nil {
		return MappedProvider{}, err
	}
	p = p.clone()
	p.ID, p.Mark = ProviderID(numbered("M", len(c.s.Providers))), Mark{}
	if err := providerMapped.Record(c, p); err != nil {
		return MappedProvider{}, err
	}
	return c.s.Providers[len(c.s.Providers)-1].clone(), nil
}

// Providers gives the provider map, in the order it was recorded.
func (c *Cycle) Providers() []MappedProvider {
	all := slices.Clone(c.s.Providers)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Provider gives one line of the provider map.
func (c *Cycle) Provider(id ProviderID) (MappedProvider, bool) {
	for _, p := range c.s.Providers {
		if p.ID == id {
			return p.clone(), true
		}
	}
	return MappedProvider{}, false
}
