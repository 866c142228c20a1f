package commissioning

import (
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ObservationID names an observation within its cycle, such as "B1".
type ObservationID string

// Rating is how an observation bears on what is aimed at.
type Rating string

// The ratings.
const (
	OnTrack  Rating = "on_track"
	AtRisk   Rating = "at_risk"
	OffTrack Rating = "off_track"
	Unrated  Rating = "unrated" // nobody judged it
)

// Known tells whether the rating is one of the four.
func (r Rating) Known() bool {
	return r == OnTrack || r == AtRisk || r == OffTrack || r == Unrated
}

// Observation is a value of a measure over a time: of an outcome, of a service,
// or of an outcome as one service brings it about.
type Observation struct {
	ID      ObservationID   `json:"id"` // given by the cycle
	Outcome OutcomeID       `json:"outcome,omitempty"`
	Service ServiceID       `json:"service,omitempty"`
	Measure string          `json:"measure"`
	Value   string          `json:"value"`            // with its unit, as it was reported
	Of      casework.Period `json:"of"`               // the time it is about; both days included
	Source  string          `json:"source,omitempty"` // who reported it, or where it stands
	Rating  Rating          `json:"rating"`
	Mark    Mark            `json:"mark,omitzero"`
}

func (c *Cycle) observationFaults(o Observation, path string) []casework.Fault {
	var faults []casework.Fault
	if o.Outcome == "" && o.Service == "" {
		faults = append(faults, missing(path, "observation.of_nothing", "say which outcome or which service it is about"))
	}
	if o.Outcome != "" && c.outcome(o.Outcome) == nil {
		faults = append(faults, unknown(path+".outcome", "outcome", string(o.Outcome)))
	}
	if o.Service != "" && c.service(o.Service) == nil {
		faults = append(faults, unknown(path+".service", "service", string(o.Service)))
	}
	if strings.TrimSpace(o.Measure) == "" {
		faults = append(faults, missing(path+".measure", "observation.measure_missing", "say what was measured"))
	}
	if strings.TrimSpace(o.Value) == "" {
		faults = append(faults, missing(path+".value", "observation.value_missing", "say what was found"))
	}
	faults = append(faults, o.Of.Faults(path+".of")...)
	if o.Rating != "" && !o.Rating.Known() {
		faults = append(faults, missing(path+".rating", "observation.rating", "an observation is on_track, at_risk, off_track or unrated"))
	}
	return faults
}

var observed = &casework.Event[*Cycle, Observation]{
	Name: "observation.recorded", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, o Observation) {
		o.Mark = c.mark(e)
		c.s.Observations = append(c.s.Observations, o)
	},
	Redact: func(o Observation) Observation {
		o.Measure, o.Value, o.Source = "", "", ""
		return o
	},
}

// Observe records what was found of a measure, and gives it with its id. One
// without a rating is unrated.
func (c *Cycle) Observe(o Observation) (Observation, error) {
	if err := c.invalid("record an observation", c.observationFaults(o, "observation")); err != nil {
		return Observation{}, err
	}
	if o.Rating == "" {
		o.Rating = Unrated
	}
	o.ID, o.Mark = ObservationID(numbered("B", len(c.s.Observations))), Mark{}
	if err := observed.Record(c, o); err != nil {
		return Observation{}, err
	}
	return c.s.Observations[len(c.s.Observations)-1], nil
}

// Observations gives every observation, in the order they were recorded.
func (c *Cycle) Observations() []Observation { return slices.Clone(c.s.Observations) }

// Observation gives one observation.
func (c *Cycle) Observation(id ObservationID) (Observation, bool) {
	for _, o := range c.s.Observations {
		if o.ID == id {
			return o, true
		}
	}
	return Observation{}, false
}
