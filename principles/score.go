package principles

import (
	"fmt"
	"maps"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Scored is one answer as it enters a score.
type Scored struct {
	ID            string `json:"id"`              // of the criterion, or whatever was scored
	Points        Figure `json:"points,omitzero"` // not determined while nobody has answered
	Most          int    `json:"most,omitempty"`  // the most points there are for it
	Weight        Weight `json:"weight,omitzero"`
	NotApplicable bool   `json:"not_applicable,omitempty"`
}

// Scored gives every question of the assessment with the points of the answer
// that counts, in the order of the standard. Most and weight are those of the
// questions as they stood when the assessment was opened.
func (a *Assessment) Scored() []Scored {
	all := make([]Scored, len(a.s.Brief.Questions))
	for i, q := range a.s.Brief.Questions {
		all[i] = Scored{ID: q.Criterion, Most: q.Question.Most(), Weight: q.Question.Weight}
		if answer, given := a.Answer(q.Criterion); given {
			all[i].NotApplicable = answer.NotApplicable
			if !answer.NotApplicable {
				all[i].Points = Number(answer.Points)
			}
		}
	}
	return all
}

// Scored gives every question of the report's standard with the points that were
// entered at a stage of scoring, in the order of the standard. Suggestions never
// enter.
func (r Report) Scored(stage ScoreStage) []Scored {
	var all []Scored
	for _, c := range r.Criteria {
		if c.Question == nil {
			continue
		}
		s := Scored{ID: c.ID, Most: c.Question.Most(), Weight: c.Question.Weight}
		for _, f := range r.Of(c.ID) {
			if f.Entered == nil || f.Entered.Stage != stage {
				continue
			}
			s.NotApplicable = f.Outcome == NotApplicable
			if !s.NotApplicable {
				s.Points = Number(f.Entered.Points)
			}
		}
		all = append(all, s)
	}
	return all
}

// Score is what scored answers come to.
type Score struct {
	// Value is not determined while anything is missing, and where nothing applies.
	// It is never 0 for want of an answer.
	Value   Figure   `json:"value,omitzero"`
	Count   int      `json:"count"`              // of the answers that enter
	Missing []string `json:"missing,omitempty"`  // without an answer, by id
	LeftOut []string `json:"left_out,omitempty"` // that do not apply, or told nothing, by id
}

// String gives the value, or what it wants.
func (s Score) String() string {
	if len(s.Missing) > 0 {
		return fmt.Sprintf("not determined: %d without an answer", len(s.Missing))
	}
	return s.Value.String()
}

// gathered sorts out which answers enter. The value is left to the caller.
func gathered(all []Scored) (Score, []Scored) {
	var score Score
	var enter []Scored
	for _, a := range all {
		switch {
		case a.NotApplicable:
			score.LeftOut = append(score.LeftOut, a.ID)
		case !a.Points.Determined():
			score.Missing = append(score.Missing, a.ID)
		default:
			enter = append(enter, a)
		}
	}
	score.Count = len(enter)
	return score, enter
}

// determined tells whether there is anything to compute, and nothing missing.
func (s Score) determined() bool { return s.Count > 0 && len(s.Missing) == 0 }

// Total gives the sum of the points. What does not apply is left out, and named.
func Total(all []Scored) Score {
	score, enter := gathered(all)
	if !score.determined() {
		return score
	}
	score.Value = Number(0)
	for _, a := range enter {
		score.Value = score.Value.Add(a.Points)
	}
	return score
}

// Mean gives the points on average. What does not apply is left out, and named;
// where nothing applies there is no average.
func Mean(all []Scored) Score {
	score := Total(all)
	score.Value = score.Value.Div(Number(score.Count))
	return score
}

// LeftOutRule says what becomes of the weights of questions that do not apply.
type LeftOutRule string

// The rules for what does not apply. No source settles it, so there is no default.
const (
	// ShareOutWeights lets the questions that apply count in proportion to their
	// own weights, as if those were the whole.
	ShareOutWeights LeftOutRule = "share_out"
	// LeaveUndetermined gives no percentage while a question does not apply.
	LeaveUndetermined LeftOutRule = "undetermined"
)

// WeightedPercent gives the points of each answer in percent of the most there
// are for it, and the mean of those by weight, exactly: answers of 4 and 3 out
// of 5 that weigh 53 and 47 percent come to 70.6.
//
// Weights that do not total 100 percent, a question without most points, more
// points than the most, and an unknown rule are [casework.ErrInvalid].
func WeightedPercent(all []Scored, rule LeftOutRule) (Score, error) {
	if err := casework.InvalidIf("weigh scores", weighingFaults(all, rule)); err != nil {
		return Score{}, err
	}
	score, enter := gathered(all)
	if !score.determined() || (rule == LeaveUndetermined && len(score.LeftOut) > 0) {
		return score, nil
	}
	sum, weights := Number(0), Number(0)
	for _, a := range enter {
		weight := Number(int(a.Weight))
		sum, weights = sum.Add(weight.Mul(a.Points).Div(Number(a.Most))), weights.Add(weight)
	}
	score.Value = Number(100).Mul(sum).Div(weights)
	return score, nil
}

func weighingFaults(all []Scored, rule LeftOutRule) []casework.Fault {
	var faults []casework.Fault
	total := Weight(0)
	for i, a := range all {
		total += a.Weight
		if a.Most <= 0 {
			faults = append(faults, fault(pathAt("scored", i)+".most", "scored.most_missing", "say what the most points are"))
		}
		if a.Weight < 0 {
			faults = append(faults, fault(pathAt("scored", i)+".weight", "scored.weight_negative", "a weight is not negative"))
		}
		if a.Points.Determined() && a.Points.Cmp(Number(a.Most)) > 0 {
			faults = append(faults, fault(pathAt("scored", i)+".points", "scored.points_above_most", fmt.Sprintf("%s points are more than the most, %d", a.Points, a.Most)))
		}
	}
	if total != Whole {
		faults = append(faults, fault("scored", "weights.total", fmt.Sprintf("the weights total %s and not 100%%", total)))
	}
	if rule != ShareOutWeights && rule != LeaveUndetermined {
		faults = append(faults, fault("rule", "rule.unknown", "say what becomes of the weights of what does not apply: share_out or undetermined"))
	}
	return faults
}

// Check is one finding of a check with its severity, as scorecards have them.
type Check struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`       // in the words of the scorecard
	Score    Figure `json:"score,omitzero"` // not determined where the check was inconclusive
}

// SeverityMean gives the mean of the checks' scores, each weighing what its
// severity weighs. An inconclusive check is named and left out; two checks of the
// same score both count.
//
// What a severity weighs is for the caller to say. A severity without a weight,
// and a weight that is not above 0, are [casework.ErrInvalid].
func SeverityMean(checks []Check, weights map[string]Figure) (Score, error) {
	if err := casework.InvalidIf("weigh checks", severityFaults(checks, weights)); err != nil {
		return Score{}, err
	}
	var score Score
	sum, total := Number(0), Number(0)
	for _, c := range checks {
		if !c.Score.Determined() {
			score.LeftOut = append(score.LeftOut, c.ID)
			continue
		}
		score.Count++
		weight := weights[c.Severity]
		sum, total = sum.Add(weight.Mul(c.Score)), total.Add(weight)
	}
	score.Value = sum.Div(total)
	return score, nil
}

func severityFaults(checks []Check, weights map[string]Figure) []casework.Fault {
	var faults []casework.Fault
	for i, c := range checks {
		if _, weighs := weights[c.Severity]; !weighs {
			faults = append(faults, fault(pathAt("checks", i)+".severity", "severity.unweighed", fmt.Sprintf("nothing says what severity %q weighs", c.Severity)))
		}
	}
	for _, severity := range slices.Sorted(maps.Keys(weights)) {
		if weights[severity].Cmp(Number(0)) <= 0 {
			faults = append(faults, fault("weights."+severity, "severity.weight", "a severity weighs more than 0"))
		}
	}
	return faults
}
