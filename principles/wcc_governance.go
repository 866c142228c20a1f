package principles

import "github.com/needsled/needsled/casework"

// Governance is how strategy, finance and board of an organisation stand: the
// parts rolled up.
type Governance struct {
	Version string     `json:"version"` // of the standard
	Stage   ScoreStage `json:"stage"`
	Green   []string   `json:"green,omitempty"` // the parts, in the order of the standard
	Amber   []string   `json:"amber,omitempty"`
	Red     []string   `json:"red,omitempty"`
	Missing []string   `json:"missing,omitempty"` // the parts nobody has entered a judgement of
}

// Determined tells whether all three parts are judged.
func (g Governance) Determined() bool {
	return len(g.Green)+len(g.Amber)+len(g.Red) == len(governanceParts())
}

// AllGreen tells whether all three parts are green.
func (g Governance) AllGreen() bool { return len(g.Green) == len(governanceParts()) }

// AllRed tells whether all three parts are red.
func (g Governance) AllRed() bool { return len(g.Red) == len(governanceParts()) }

// Points gives 0 for every red part, 1 for amber and 2 for green, at most 6 (the
// points of the Health Service Journal). It is of no use while the governance is
// not determined.
func (g Governance) Points() int { return 2*len(g.Green) + len(g.Amber) }

// GovernanceOf rolls up the governance in a report on world class commissioning,
// of what was entered at one stage of scoring. The faults of [Levels] about
// report and stage are [casework.ErrInvalid].
func GovernanceOf(r Report, stage ScoreStage) (Governance, error) {
	s, answers, faults := worldClassAnswers(r, stage)
	if err := casework.InvalidIf("governance of world class commissioning", faults); err != nil {
		return Governance{}, err
	}
	g := Governance{Version: s.Version, Stage: stage}
	for _, part := range governanceParts() {
		switch answers[part.id].Answer {
		case GovernanceGreen:
			g.Green = append(g.Green, part.id)
		case GovernanceAmber:
			g.Amber = append(g.Amber, part.id)
		case GovernanceRed:
			g.Red = append(g.Red, part.id)
		default:
			g.Missing = append(g.Missing, part.id)
		}
	}
	return g, nil
}
