package commissioning

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Weight is a row of the table code x scale: how heavily a policy weighs on a
// cycle of each scale. A zero effect in a host's row leaves what stands there:
// the default, or the effect of a policy of the host's own.
type Weight struct {
	Light    casework.Effect `json:"light,omitzero"`
	Standard casework.Effect `json:"standard,omitzero"`
	Major    casework.Effect `json:"major,omitzero"`
}

// At gives the effect at a scale; at what is no scale, that of the standard one.
func (w Weight) At(s Scale) casework.Effect {
	switch s {
	case Light:
		return w.Light
	case Major:
		return w.Major
	case Standard:
		return w.Standard
	default: // no scale there is
		return w.Standard
	}
}

// Or gives the row with another's cells where it has none of its own.
func (w Weight) Or(other Weight) Weight {
	return Weight{
		Light:    cmp.Or(w.Light, other.Light),
		Standard: cmp.Or(w.Standard, other.Standard),
		Major:    cmp.Or(w.Major, other.Major),
	}
}

func (w Weight) known() bool { return max(w.Light, w.Standard, w.Major) <= casework.Bar }

// SameWeight is a weight that does not depend on the scale.
func SameWeight(e casework.Effect) Weight { return Weight{Light: e, Standard: e, Major: e} }

// DefaultWeights is the table of the default policies. It asks of a small grant
// no more than a small grant needs.
func DefaultWeights() map[string]Weight {
	const off, advise, explain, refuse, bar = casework.Off, casework.Advise, casework.Explain, casework.Refuse, casework.Bar
	return map[string]Weight{
		"need.none":                      SameWeight(refuse),
		"service.serves_no_need":         SameWeight(refuse),
		"need.unprioritised":             {off, advise, explain},
		"resource.insufficient":          {advise, explain, explain},
		"resource.uncommitted":           {advise, refuse, refuse},
		"resource.overallocated":         SameWeight(refuse),
		"need.unserved":                  {explain, refuse, refuse},
		"outcome.unmeasured":             {advise, explain, refuse},
		"service.unarranged":             SameWeight(refuse),
		"arrangement.unbinding":          SameWeight(refuse),
		"impact.missing":                 {advise, explain, refuse},
		"social_value.unconsidered":      {off, advise, explain},
		"feedback.none":                  {advise, explain, refuse},
		"review.undecided":               SameWeight(bar),
		"record.open":                    SameWeight(bar),
		"consultation.short":             {off, advise, explain},
		"notice.short":                   {explain, explain, refuse},
		"engagement.no_voluntary_sector": {advise, explain, explain},
		"commissioner.also_provides":     {explain, refuse, refuse},
		"need.declined":                  SameWeight(off),
		"cycle.suspended":                SameWeight(bar),
		"cycle.over":                     SameWeight(refuse),
		"scale.lowered":                  SameWeight(refuse),
	}
}

// DefaultIndividualWeights is what differs for a cycle about one person:
// eligible needs are met, so they are not ranked, not declined, and never left
// unserved (Care Act 2014 s.18).
func DefaultIndividualWeights() map[string]Weight {
	return map[string]Weight{
		"need.unprioritised":             SameWeight(casework.Off),
		"need.unserved":                  SameWeight(casework.Bar),
		"need.declined":                  SameWeight(casework.Bar),
		"engagement.no_voluntary_sector": SameWeight(casework.Off),
	}
}

// weigh looks a policy's effect up for a cycle.
func weigh(c *Cycle, code string) casework.Effect {
	w := c.config.weights[code]
	if c.IsIndividual() {
		w = c.config.individual[code].Or(w)
	}
	return w.At(c.Scale())
}

// merged gives a table with the cells of another in the place of its own.
func merged(table, edits map[string]Weight) map[string]Weight {
	all := maps.Clone(table)
	for code, w := range edits {
		all[code] = w.Or(all[code])
	}
	return all
}

// WeightFaults checks a host's weights: each is of a policy that is known, and of
// effects there are. Faults stand under the path, in the order of the codes.
func WeightFaults(path string, weights map[string]Weight, known func(code string) bool) []casework.Fault {
	var faults []casework.Fault
	for _, code := range slices.Sorted(maps.Keys(weights)) {
		if !known(code) {
			faults = append(faults, missing(path+"."+code, "policy.unknown", fmt.Sprintf("no policy %q to weigh", code)))
		}
		if !weights[code].known() {
			faults = append(faults, missing(path+"."+code, "effect.unknown", fmt.Sprintf("policy %q is given an unknown effect", code)))
		}
	}
	return faults
}
