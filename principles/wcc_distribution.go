package principles

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// BodyLevels is an organisation with the levels of its competencies.
type BodyLevels struct {
	Body   string            `json:"body"`
	Levels []CompetencyLevel `json:"levels"`
}

// LevelDistribution is how many organisations are at which level of a competency.
type LevelDistribution struct {
	Competency    int        `json:"competency"`
	Name          string     `json:"name"`
	Stage         ScoreStage `json:"stage"`
	Counts        [4]int     `json:"counts"`                   // at level 1, 2, 3 and 4
	NotDetermined int        `json:"not_determined,omitempty"` // organisations with no level, which count nowhere else
}

// Count gives how many organisations are at a level; none are at what is no level.
func (d LevelDistribution) Count(level int) int {
	if level < 1 || level > len(d.Counts) {
		return 0
	}
	return d.Counts[level-1]
}

// N is how many organisations have a level.
func (d LevelDistribution) N() int {
	n := 0
	for _, count := range d.Counts {
		n += count
	}
	return n
}

// Mean is the exact mean of the levels; it is not determined where nobody has one.
func (d LevelDistribution) Mean() Figure {
	sum := 0
	for i, count := range d.Counts {
		sum += (i + 1) * count
	}
	return ratio(sum, d.N())
}

// Share is the exact percentage of organisations at a level, of those that have
// one; it is not determined where nobody has.
func (d LevelDistribution) Share(level int) Figure { return ratio(100*d.Count(level), d.N()) }

// ratio gives an exact quotient; of nothing it is not determined.
func ratio(of, by int) Figure { return Number(of).Div(Number(by)) }

// Distribution counts the levels of organisations, competency by competency, in
// the order of a version. An organisation that gives no level of a competency is
// not determined there.
//
// Levels of different versions, stages of scoring or rules do not go together:
// they are [casework.ErrInvalid], with an unknown version, organisations without a
// name or that stand there twice, and levels that are none, are of a competency
// there is not, or stand there twice.
func Distribution(version string, bodies []BodyLevels) ([]LevelDistribution, error) {
	competencies, err := Competencies(version)
	if err != nil {
		return nil, err
	}
	if err := casework.InvalidIf("distribution of levels", levelFaults(version, len(competencies), bodies)); err != nil {
		return nil, err
	}
	all := make([]LevelDistribution, len(competencies))
	for i, c := range competencies {
		all[i] = LevelDistribution{Competency: c.Number, Name: c.Name, NotDetermined: len(bodies)}
	}
	for _, b := range bodies {
		for _, l := range b.Levels {
			d := &all[l.Competency-1]
			if l.Determined() {
				d.Counts[l.Level-1]++
				d.NotDetermined--
			}
		}
	}
	for i := range all {
		all[i].Stage = stageOf(bodies)
	}
	return all, nil
}

func stageOf(bodies []BodyLevels) ScoreStage {
	for _, b := range bodies {
		for _, l := range b.Levels {
			return l.Stage
		}
	}
	return ""
}

func levelFaults(version string, competencies int, bodies []BodyLevels) []casework.Fault {
	var faults []casework.Fault
	var first *CompetencyLevel
	names := map[string]bool{}
	for i, b := range bodies {
		path := fmt.Sprintf("bodies[%d]", i)
		faults = append(faults, nameFaults(path, b.Body, names)...)
		seen := map[int]bool{}
		for k, l := range b.Levels {
			at := fmt.Sprintf("%s.levels[%d]", path, k)
			if first == nil {
				first = &l
			}
			if l.Competency < 1 || l.Competency > competencies {
				faults = append(faults, fault(at+".competency", "competency.unknown", fmt.Sprintf("version %s has no competency %d", version, l.Competency)))
			}
			if seen[l.Competency] {
				faults = append(faults, fault(at+".competency", "competency.twice", fmt.Sprintf("competency %d stands there twice", l.Competency)))
			}
			seen[l.Competency] = true
			if l.Level < 0 || l.Level > 4 {
				faults = append(faults, fault(at+".level", "level.out_of_range", "a level is from 1 to 4, or 0 where it is not determined"))
			}
			if !l.Stage.Known() {
				faults = append(faults, fault(at+".stage", "score_stage.unknown", fmt.Sprintf("there is no stage of scoring %q", l.Stage)))
			}
			if l.Version != version || l.Stage != first.Stage || l.Rule != first.Rule {
				faults = append(faults, fault(at, "level.not_comparable", "levels of one version, one stage of scoring and one rule go together"))
			}
		}
	}
	return faults
}

// nameFaults holds names to be there, and each once.
func nameFaults(path, name string, names map[string]bool) []casework.Fault {
	defer func() { names[name] = true }()
	switch {
	case blank(name):
		return []casework.Fault{fault(path+".body", "body.missing", "say which organisation it is")}
	case names[name]:
		return []casework.Fault{fault(path+".body", "body.twice", fmt.Sprintf("%q stands there twice", name))}
	default:
		return nil
	}
}

// GovernanceDistribution is how the governance of organisations stands. Those of
// which a part is not judged count only as not determined.
type GovernanceDistribution struct {
	N             int `json:"n"` // organisations with all three parts judged
	AllGreen      int `json:"all_green"`
	AllRed        int `json:"all_red"`
	NotDetermined int `json:"not_determined,omitempty"`
}

// AllGreenShare is the exact percentage of organisations that are green in all
// three parts; it is not determined where there is none.
func (d GovernanceDistribution) AllGreenShare() Figure { return ratio(100*d.AllGreen, d.N) }

// AllRedShare is the exact percentage of organisations that are red in all three
// parts; it is not determined where there is none.
func (d GovernanceDistribution) AllRedShare() Figure { return ratio(100*d.AllRed, d.N) }

// DistributeGovernance counts how the governance of organisations stands. Those
// of different versions or stages of scoring do not go together, and are
// [casework.ErrInvalid].
func DistributeGovernance(bodies []Governance) (GovernanceDistribution, error) {
	var d GovernanceDistribution
	var faults []casework.Fault
	for i, g := range bodies {
		if g.Version != bodies[0].Version || g.Stage != bodies[0].Stage {
			faults = append(faults, fault(fmt.Sprintf("bodies[%d]", i), "governance.not_comparable", "judgements of one version and one stage of scoring go together"))
		}
		if !g.Determined() {
			d.NotDetermined++
			continue
		}
		d.N++
		if g.AllGreen() {
			d.AllGreen++
		}
		if g.AllRed() {
			d.AllRed++
		}
	}
	if err := casework.InvalidIf("distribution of governance", faults); err != nil {
		return GovernanceDistribution{}, err
	}
	return d, nil
}
