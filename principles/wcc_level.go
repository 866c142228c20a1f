package principles

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// LevelRule turns the three sub-levels of a competency into its level. No rule
// is published, so none is the default: whoever asks for levels brings one, with
// a name and where it comes from.
type LevelRule struct {
	Name   string
	Doc    string // what it does, for people
	Source Source
	// Level gives the level, from 1 to 4, of three sub-levels in their order. The
	// same sub-levels give the same level.
	Level func(subLevels [3]int) (int, error)
}

// Faults lists what is wrong with the rule, each under path.
func (r LevelRule) Faults(path string) []casework.Fault {
	faults := ruleFaults(path, r.Name, r.Doc, r.Source)
	if r.Level == nil {
		faults = append(faults, fault(path+".level", "rule.missing", "say how three sub-levels become a level: no rule is published"))
	}
	return faults
}

func ruleFaults(path, name, doc string, source Source) []casework.Fault {
	var faults []casework.Fault
	if blank(name) {
		faults = append(faults, fault(path+".name", "rule.name_missing", "a rule has a name"))
	}
	if blank(doc) {
		faults = append(faults, fault(path+".doc", "rule.doc_missing", "say what the rule does"))
	}
	return append(faults, source.Faults(path+".source")...)
}

// CompetencyLevel is the level of a competency, as far as it is determined.
type CompetencyLevel struct {
	Version    string     `json:"version"` // of the standard
	Competency int        `json:"competency"`
	Name       string     `json:"name"`
	Stage      ScoreStage `json:"stage"`
	SubLevels  [3]int     `json:"sub_levels"`        // 0 where none was entered, which is no level
	Level      int        `json:"level,omitempty"`   // 1 to 4; 0 while it is not determined
	Missing    []string   `json:"missing,omitempty"` // the sub-competencies nobody has entered a level of
	Rule       string     `json:"rule,omitempty"`    // name of the rule; empty where the level itself was published
}

// Determined tells whether there is a level.
func (l CompetencyLevel) Determined() bool { return l.Level != 0 }

// Levels gives the level of every competency of a report on world class
// commissioning, from the sub-levels that were entered at one stage of scoring:
// scores of other stages, and suggestions, have no part in them. A competency
// with a sub-level missing is not determined, and says which.
//
// A report of another standard, a sub-level that is none or is entered twice, an
// unknown stage, a faulty rule, and a level out of a rule that is not from 1 to 4
// are [casework.ErrInvalid]. An error of the rule is given as it is, with the
// competency.
func Levels(r Report, stage ScoreStage, rule LevelRule) ([]CompetencyLevel, error) {
	const op = "levels of world class commissioning"
	s, answers, faults := worldClassAnswers(r, stage)
	if err := casework.InvalidIf(op, append(faults, rule.Faults("rule")...)); err != nil {
		return nil, err
	}
	competencies, err := Competencies(s.Version)
	if err != nil {
		return nil, err
	}
	levels := make([]CompetencyLevel, len(competencies))
	for i, c := range competencies {
		l := CompetencyLevel{Version: s.Version, Competency: c.Number, Name: c.Name, Stage: stage, Rule: rule.Name}
		for k, id := range c.SubCompetencies {
			option, given := answers[id]
			if !given {
				l.Missing = append(l.Missing, id)
				continue
			}
			l.SubLevels[k] = option.Points
		}
		if levels[i], err = l.by(rule); err != nil {
			return nil, err
		}
	}
	return levels, nil
}

// by gives the competency with the level that a rule finds, where nothing is
// missing.
func (l CompetencyLevel) by(rule LevelRule) (CompetencyLevel, error) {
	if len(l.Missing) > 0 {
		return l, nil
	}
	level, err := rule.Level(l.SubLevels)
	if err != nil {
		return l, fmt.Errorf("level of competency %d by rule %q: %w", l.Competency, rule.Name, err)
	}
	if level < 1 || level > 4 {
		return l, casework.Invalid("levels of world class commissioning", fault("rule.level", "rule.level_out_of_range",
			fmt.Sprintf("the rule makes level %d of %v: a level is from 1 to 4", level, l.SubLevels)))
	}
	l.Level = level
	return l, nil
}

// worldClassAnswers gives what was entered in a report at a stage, by criterion.
func worldClassAnswers(r Report, stage ScoreStage) (Standard, map[string]AnswerOption, []casework.Fault) {
	s, err := WorldClassCommissioning(r.Standard.Version)
	if r.Standard.ID != WorldClassCommissioningID || err != nil {
		return s, nil, []casework.Fault{fault("report.standard", "report.other_standard",
			fmt.Sprintf("the report is on %s, %s and not on world class commissioning in a version there is", r.Standard.ID, r.Standard.Version))}
	}
	answers, faults := enteredAnswers(s, r, stage)
	return s, answers, faults
}

// enteredAnswers gives the options that were chosen for a standard's questions at
// a stage of scoring, by criterion.
func enteredAnswers(s Standard, r Report, stage ScoreStage) (map[string]AnswerOption, []casework.Fault) {
	var faults []casework.Fault
	if !stage.Known() {
		faults = append(faults, fault("stage", "score_stage.unknown", fmt.Sprintf("there is no stage of scoring %q", stage)))
	}
	answers := map[string]AnswerOption{}
	for i, f := range r.Findings {
		if f.Entered == nil || f.Entered.Stage != stage || f.Entered.Answer == "" || f.Suggested {
			continue
		}
		at := fmt.Sprintf("report.findings[%d]", i)
		c, known := s.Criterion(f.Criterion)
		if !known || c.Question == nil {
			faults = append(faults, fault(at+".criterion", "criterion.unknown", fmt.Sprintf("%s has no question %q", s.ID, f.Criterion)))
			continue
		}
		option, offered := c.Question.Option(f.Entered.Answer)
		if !offered || option.Points != f.Entered.Points {
			faults = append(faults, fault(at+".entered", "answer.unknown", fmt.Sprintf("%q with %d points is no answer to %s", f.Entered.Answer, f.Entered.Points, c.ID)))
			continue
		}
		if _, twice := answers[c.ID]; twice {
			faults = append(faults, fault(at+".criterion", "answer.twice", fmt.Sprintf("%s is answered twice at stage %q", c.ID, stage)))
			continue
		}
		answers[c.ID] = option
	}
	return answers, faults
}
