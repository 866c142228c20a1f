package principles

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// PointsRule says how what was entered becomes points, and how many points there
// can be. How the Health Service Journal made points of competencies, and their
// maximum, is not established: whoever ranks brings a rule, with a name and where
// it comes from.
type PointsRule struct {
	Name   string
	Doc    string // what it does, for people
	Source Source
	// Governance gives the points of governance. The Health Service Journal gave
	// 0, 1 and 2 for red, amber and green: see [Governance.Points].
	Governance func(Governance) (int, error)
	// Competency gives the points of the sub-levels, three a competency in order.
	Competency func(subLevels [][3]int) (int, error)
	// MostGovernance and MostCompetency are the most points there can be; at
	// least 1. Marks out of 100 are reckoned by them.
	MostGovernance, MostCompetency int
}

// Faults lists what is wrong with the rule, each under path.
func (r PointsRule) Faults(path string) []casework.Fault {
	faults := ruleFaults(path, r.Name, r.Doc, r.Source)
	if r.Governance == nil {
		faults = append(faults, fault(path+".governance", "rule.missing", "say how governance becomes points"))
	}
	if r.Competency == nil {
		faults = append(faults, fault(path+".competency", "rule.missing", "say how sub-levels become points: it is not established how others did it"))
	}
	if r.MostGovernance < 1 {
		faults = append(faults, fault(path+".most_governance", "rule.most", "say how many points governance can have, at least 1"))
	}
	if r.MostCompetency < 1 {
		faults = append(faults, fault(path+".most_competency", "rule.most", "say how many points the competencies can have, at least 1"))
	}
	return faults
}

// RankedReport is a report on world class commissioning to be ranked by.
type RankedReport struct {
	Body   string // name of the organisation
	Report Report
}

// RankedBody is an organisation in a ranking.
type RankedBody struct {
	Rank             int      `json:"rank,omitempty"` // from 1; 0 where something is missing, and it is not ranked
	Body             string   `json:"body"`
	GovernancePoints int      `json:"governance_points"`
	CompetencyPoints int      `json:"competency_points"`
	GovernanceMarks  Figure   `json:"governance_marks,omitzero"` // out of 100; exact
	CompetencyMarks  Figure   `json:"competency_marks,omitzero"` // out of 100; exact
	Marks            Figure   `json:"marks,omitzero"`            // the mean of both, out of 100; exact
	Missing          []string `json:"missing,omitempty"`         // what nobody has entered
}

// Ranked tells whether the organisation has a rank.
func (b RankedBody) Ranked() bool { return b.Rank > 0 }

// RankGovernanceFirst ranks organisations by governance, and those that are equal
// in it by competency: the printed table of the Health Service Journal. Equals
// share a rank, the next one follows as if they did not, and equals stand in the
// order of their names. Those of which something is missing stand at the end,
// without a rank.
//
// No organisation, one without a name or that stands there twice, reports of
// different versions, the faults of [Levels] about report and stage, a faulty
// rule, and points out of a rule that are less than 0 or more than its most are
// [casework.ErrInvalid]. An error of the rule is given as it is, with the
// organisation.
func RankGovernanceFirst(reports []RankedReport, stage ScoreStage, rule PointsRule) ([]RankedBody, error) {
	return rank(reports, stage, rule, func(a, b RankedBody) int {
		return cmp.Or(b.GovernanceMarks.Cmp(a.GovernanceMarks), b.CompetencyMarks.Cmp(a.CompetencyMarks))
	})
}

// RankByMarks ranks organisations by governance and competency in equal weight,
// each as a mark out of 100: the map of the Health Service Journal. It has the
// promises of [RankGovernanceFirst]. Whether the map's total was the mean of both
// marks or their sum is not established; it makes no difference to the order.
func RankByMarks(reports []RankedReport, stage ScoreStage, rule PointsRule) ([]RankedBody, error) {
	return rank(reports, stage, rule, func(a, b RankedBody) int { return b.Marks.Cmp(a.Marks) })
}

// rank puts organisations in order; better gives less than 0 where a stands
// before b.
func rank(reports []RankedReport, stage ScoreStage, rule PointsRule, better func(a, b RankedBody) int) ([]RankedBody, error) {
	bodies, err := scoredBodies(reports, stage, rule)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(bodies, func(a, b RankedBody) int {
		return cmp.Or(cmp.Compare(min(len(a.Missing), 1), min(len(b.Missing), 1)), better(a, b), cmp.Compare(a.Body, b.Body))
	})
	for i := range bodies {
		switch {
		case len(bodies[i].Missing) > 0:
			return bodies, nil
		case i > 0 && better(bodies[i-1], bodies[i]) == 0:
			bodies[i].Rank = bodies[i-1].Rank
		default:
			bodies[i].Rank = i + 1
		}
	}
	return bodies, nil
}

func scoredBodies(reports []RankedReport, stage ScoreStage, rule PointsRule) ([]RankedBody, error) {
	const op = "rank organisations"
	faults := rule.Faults("rule")
	if len(reports) == 0 {
		faults = append(faults, fault("reports", "reports.missing", "there is nobody to rank"))
	}
	names := map[string]bool{}
	for i, r := range reports {
		path := fmt.Sprintf("reports[%d]", i)
		faults = append(faults, nameFaults(path, r.Body, names)...)
		if r.Report.Standard.Version != reports[0].Report.Standard.Version {
			faults = append(faults, fault(path, "report.other_version", "reports of one version are ranked together"))
		}
		_, _, wrong := worldClassAnswers(r.Report, stage)
		for _, f := range wrong {
			faults = append(faults, fault(path+"."+f.Path, f.Code, f.Message))
		}
	}
	if err := casework.InvalidIf(op, faults); err != nil {
		return nil, err
	}
	bodies := make([]RankedBody, len(reports))
	for i, r := range reports {
		b, wrong, err := scored(r, stage, rule)
		if err != nil {
			return nil, err
		}
		bodies[i], faults = b, append(faults, wrong...)
	}
	return bodies, casework.InvalidIf(op, faults)
}

// scored gives an organisation with its points and marks.
func scored(r RankedReport, stage ScoreStage, rule PointsRule) (RankedBody, []casework.Fault, error) {
	b := RankedBody{Body: r.Body}
	governance, err := GovernanceOf(r.Report, stage)
	if err != nil {
		return b, nil, err
	}
	subLevels, missing, err := subLevelsOf(r.Report, stage)
	if err != nil {
		return b, nil, err
	}
	if b.Missing = append(missing, governance.Missing...); len(b.Missing) > 0 {
		return b, nil, nil
	}
	if b.GovernancePoints, err = rule.Governance(governance); err != nil {
		return b, nil, fmt.Errorf("governance points of %s by rule %q: %w", r.Body, rule.Name, err)
	}
	if b.CompetencyPoints, err = rule.Competency(subLevels); err != nil {
		return b, nil, fmt.Errorf("competency points of %s by rule %q: %w", r.Body, rule.Name, err)
	}
	faults := pointsFaults("rule.governance", r.Body, b.GovernancePoints, rule.MostGovernance)
	faults = append(faults, pointsFaults("rule.competency", r.Body, b.CompetencyPoints, rule.MostCompetency)...)
	b.GovernanceMarks = ratio(100*b.GovernancePoints, rule.MostGovernance)
	b.CompetencyMarks = ratio(100*b.CompetencyPoints, rule.MostCompetency)
	b.Marks = meanOf(b.GovernanceMarks, b.CompetencyMarks)
	return b, faults, nil
}

func pointsFaults(path, body string, points, most int) []casework.Fault {
	if points >= 0 && points <= most {
		return nil
	}
	return []casework.Fault{fault(path, "rule.points_out_of_range", fmt.Sprintf("the rule gives %s %d points: they are from 0 to %d", body, points, most))}
}

// subLevelsOf gives the sub-levels of a report, with what is missing of them.
func subLevelsOf(r Report, stage ScoreStage) (subLevels [][3]int, missing []string, err error) {
	competencies, err := Competencies(r.Standard.Version)
	if err != nil {
		return nil, nil, err
	}
	_, answers, faults := worldClassAnswers(r, stage)
	subLevels = make([][3]int, len(competencies))
	for i, c := range competencies {
		for k, id := range c.SubCompetencies {
			option, given := answers[id]
			if !given {
				missing = append(missing, id)
			}
			subLevels[i][k] = option.Points
		}
	}
	return subLevels, missing, casework.InvalidIf("sub-levels of world class commissioning", faults)
}

func meanOf(a, b Figure) Figure { return a.Add(b).Div(Number(2)) }
