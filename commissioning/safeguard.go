package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// SafeguardID names a record of safeguards within its cycle, such as "G1".
type SafeguardID string

// SafeguardMeasure is something that keeps commissioning and providing apart.
// The set is open: a host may use words of its own beside the ones below.
type SafeguardMeasure = string

// Common measures.
const (
	MemorandumOfUnderstanding SafeguardMeasure = "memorandum_of_understanding"
	CommitteeTermsOfReference SafeguardMeasure = "committee_terms_of_reference" // of the committee that answers for providing
	SchemeOfDelegation        SafeguardMeasure = "scheme_of_delegation"
	SeparateDirectors         SafeguardMeasure = "separate_directors" // or rules for those who hold both roles
	PublicMeetings            SafeguardMeasure = "public_meetings"
)

// Safeguard is what keeps the two roles of an agency apart that commissions and
// provides at once. The dual role is allowed with separation sufficient to
// avoid conflicts of interest (Transforming Community Services 2009).
type Safeguard struct {
	ID       SafeguardID         `json:"id"`     // given by the cycle
	Agency   casework.Agency     `json:"agency"` // that commissions and provides, as recorded at the time
	Measures []SafeguardMeasure  `json:"measures"`
	Evidence []casework.Evidence `json:"evidence,omitempty"`
	Mark     Mark                `json:"mark,omitzero"`
}

func (s Safeguard) clone() Safeguard {
	s.Measures = slices.Clone(s.Measures)
	s.Evidence = slices.Clone(s.Evidence)
	return s
}

func (s Safeguard) faults(path string) []casework.Fault {
	faults := s.Agency.Faults(path + ".agency")
	if len(s.Measures) == 0 {
		faults = append(faults, missing(path+".measures", "safeguard.measures_missing", "say what keeps the two roles apart"))
	}
	for i, m := range s.Measures {
		if strings.TrimSpace(m) == "" {
			faults = append(faults, missing(fmt.Sprintf("%s.measures[%d]", path, i), "safeguard.measure_blank", "a measure has a name"))
		}
	}
	for i, e := range s.Evidence {
		faults = append(faults, e.Faults(fmt.Sprintf("%s.evidence[%d]", path, i))...)
	}
	return faults
}

var safeguardsRecorded = &casework.Event[*Cycle, Safeguard]{
	Name: "safeguards.recorded", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, s Safeguard) {
		s.Mark = c.mark(e)
		c.s.Safeguards = append(c.s.Safeguards, s)
	},
	Redact: func(s Safeguard) Safeguard {
		kept := Safeguard{ID: s.ID, Agency: unnamed(s.Agency), Evidence: wordless(s.Evidence)}
		for _, m := range s.Measures {
			if commonMeasure(m) {
				kept.Measures = append(kept.Measures, m)
				continue
			}
			kept.Measures = append(kept.Measures, withheld(m))
		}
		return kept
	},
}

func commonMeasure(m SafeguardMeasure) bool {
	switch m {
	case MemorandumOfUnderstanding, CommitteeTermsOfReference, SchemeOfDelegation, SeparateDirectors, PublicMeetings:
		return true
	default:
		return false
	}
}

// RecordSafeguards records what keeps the roles of an agency apart that
// commissions and provides, and gives it with its id.
func (c *Cycle) RecordSafeguards(s Safeguard) (Safeguard, error) {
	if err := c.invalid("record safeguards", s.faults("safeguard")); err != nil {
		return Safeguard{}, err
	}
	s = s.clone()
	s.ID, s.Mark = SafeguardID(numbered("G", len(c.s.Safeguards))), Mark{}
	if err := safeguardsRecorded.Record(c, s); err != nil {
		return Safeguard{}, err
	}
	return c.s.Safeguards[len(c.s.Safeguards)-1].clone(), nil
}

// Safeguards gives every record of safeguards, in the order they were made.
func (c *Cycle) Safeguards() []Safeguard {
	all := slices.Clone(c.s.Safeguards)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Safeguard gives one record of safeguards.
func (c *Cycle) Safeguard(id SafeguardID) (Safeguard, bool) {
	for _, s := range c.s.Safeguards {
		if s.ID == id {
			return s.clone(), true
		}
	}
	return Safeguard{}, false
}

// SafeguardsFor gives the records of safeguards of an agency, by its id.
func (c *Cycle) SafeguardsFor(agencyID string) []Safeguard {
	var all []Safeguard
	for _, s := range c.s.Safeguards {
		if s.Agency.ID == agencyID {
			all = append(all, s.clone())
		}
	}
	return all
}

// safeguarded tells whether safeguards for an agency count on a day: recorded
// here rather than imported, and not resting on expired evidence alone.
func (c *Cycle) safeguarded(agencyID string, day casework.Date) bool {
	return slices.ContainsFunc(c.s.Safeguards, func(s Safeguard) bool {
		counts := func(e casework.Evidence) bool { return e.CountsOn(day) }
		return s.Agency.ID == agencyID && !s.Mark.Imported && (len(s.Evidence) == 0 || slices.ContainsFunc(s.Evidence, counts))
	})
}
