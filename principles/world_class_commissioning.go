package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// WorldClassCommissioningID is the id of the standard of world class
// commissioning, in every version.
const WorldClassCommissioningID = "world-class-commissioning"

// The versions of world class commissioning: its assurance years.
const (
	WorldClass2008 = "2008/09" // ten competencies
	WorldClass2009 = "2009/10" // eleven: competency 11 was scored for the first time
)

// WorldClassVersions gives the versions, the earlier first.
func WorldClassVersions() []string { return []string{WorldClass2008, WorldClass2009} }

// The parts of governance, as ids of their criteria.
const (
	GovernanceStrategy = "governance-strategy"
	GovernanceFinance  = "governance-finance"
	GovernanceBoard    = "governance-board"
)

// The answers of governance. Their points of 0, 1 and 2 are those of the Health
// Service Journal's map of the scores.
const (
	GovernanceRed   = "red"
	GovernanceAmber = "amber"
	GovernanceGreen = "green" // no concerns
)

// WorldClassCommissioning gives the standard of the Department of Health in
// England, by which primary care trusts were assessed from 2008 to 2010. Each of
// three sub-competencies of every competency is at a level from 1 to 4, and each
// of strategy, finance and board is red, amber or green. People judge all of
// them, in an [Assessment]; what journals and entered facts support is suggested.
//
// The short names of the competencies are the programme's. The sub-competencies
// go by their numbers: their official wording and the descriptions of the levels
// are not part of this library. That level 4 is met, 2 and 3 are partly met and 1
// is not met, and green, amber and red likewise, is this library's reading.
//
// A version other than "2008/09" and "2009/10" is [casework.ErrInvalid].
func WorldClassCommissioning(version string) (Standard, error) {
	competencies, err := Competencies(version)
	if err != nil {
		return Standard{}, err
	}
	s := Standard{
		ID: WorldClassCommissioningID, Title: "World class commissioning", Version: version,
		Doc: "How well a primary care trust commissions: its competencies at levels 1 to 4, of which level 4 is world class, and its governance in red, amber and green. " +
			"People judge both, with their reasons. That level 4 is met, levels 2 and 3 are partly met and level 1 is not met, and green, amber and red likewise, is this library's reading.",
		Source: worldClassSource(version, ""),
	}
	subjects := wccSubjects()
	for _, c := range competencies {
		for i, id := range c.SubCompetencies {
			s.Criteria = append(s.Criteria, c.criterion(version, i, subjects[id]))
		}
	}
	for _, g := range governanceParts() {
		s.Criteria = append(s.Criteria, g.criterion(version))
	}
	return s, nil
}

func worldClassSource(version, place string) Source {
	return Source{
		Document: "World class commissioning assurance (Department of Health, England)", Year: version, Place: place,
		Address: "http://webarchive.nationalarchives.gov.uk/20100407033408/http:/www.dh.gov.uk/en/Managingyourorganisation/Commissioning/Worldclasscommissioning/Assurance/index.htm",
	}
}

// Competency is one of the things a world class commissioner is good at.
type Competency struct {
	Number          int       `json:"number"` // from 1
	Name            string    `json:"name"`   // the programme's short name in that version
	SubCompetencies [3]string `json:"sub_competencies"`
}

// Competencies gives the competencies that a version scores, in order: ten in
// "2008/09" and eleven in "2009/10". Another version is [casework.ErrInvalid].
//
// Competency 11 was first named "Make sound financial investments" (2007), was
// not scored in 2008/09, and had another name when it was.
func Competencies(version string) ([]Competency, error) {
	if !slices.Contains(WorldClassVersions(), version) {
		return nil, casework.Invalid("world class commissioning", fault("version", "version.unknown",
			fmt.Sprintf("there is no version %q; the versions are 2008/09 and 2009/10", version)))
	}
	names := []string{
		"Locally lead the NHS",
		"Work with community partners",
		"Engage with public and patients",
		"Collaborate with clinicians",
		"Manage knowledge and assess needs",
		"Prioritise investment",
		"Stimulate the market",
		"Promote improvement and innovation",
		"Secure procurement skills",
		"Manage the local health system",
	}
	if version == WorldClass2009 {
		names = append(names, "Ensure efficiency and effectiveness of spend")
	}
	competencies := make([]Competency, len(names))
	for i, name := range names {
		competencies[i] = Competency{Number: i + 1, Name: name, SubCompetencies: subCompetencies(i + 1)}
	}
	return competencies, nil
}

func subCompetencies(number int) [3]string {
	return [3]string{fmt.Sprintf("%d.1", number), fmt.Sprintf("%d.2", number), fmt.Sprintf("%d.3", number)}
}

func (c Competency) criterion(version string, i int, of wccSubject) Criterion {
	id, theme, signs := c.SubCompetencies[i], of.theme, of.signs
	return Criterion{
		ID: id, Title: fmt.Sprintf("Competency %d, sub-competency %d", c.Number, i+1),
		Doc: fmt.Sprintf("A part of competency %d, %s. Its theme, in this library's words and not the programme's: %s. "+
			"A panel judges the level; what is suggested beside it says which signs are recorded, and names no level.", c.Number, c.Name, theme),
		Source: worldClassSource(version, "sub-competency "+id), Needs: wccNeeds(signs),
		OfOrganisation: func(o *OrganisationDossier) []Finding { return wccSuggest(o, signs) },
		Question: &Question{
			Ask: fmt.Sprintf("At which level, from 1 to 4, is sub-competency %s (%s)?", id, theme), NeedsReason: true,
			Options: []AnswerOption{
				{Answer: "1", Title: "Level 1", Points: 1, Outcome: NotMet},
				{Answer: "2", Title: "Level 2", Points: 2, Outcome: PartlyMet},
				{Answer: "3", Title: "Level 3", Points: 3, Outcome: PartlyMet},
				{Answer: "4", Title: "Level 4, world class", Points: 4, Outcome: Met},
			},
		},
	}
}

type governancePart struct{ id, name string }

func governanceParts() []governancePart {
	return []governancePart{{GovernanceStrategy, "strategy"}, {GovernanceFinance, "finance"}, {GovernanceBoard, "board"}}
}

func (g governancePart) criterion(version string) Criterion {
	return Criterion{
		ID: g.id, Title: "Governance: " + g.name,
		Doc:    "Whether there are concerns about the " + g.name + " of the organisation. Green is no concerns. A panel judges it, and no journal tells.",
		Source: worldClassSource(version, "governance, "+g.name),
		Question: &Question{
			Ask: "Is the " + g.name + " red, amber or green?", NeedsReason: true,
			Options: []AnswerOption{
				{Answer: GovernanceRed, Title: "Red", Points: 0, Outcome: NotMet},
				{Answer: GovernanceAmber, Title: "Amber", Points: 1, Outcome: PartlyMet},
				{Answer: GovernanceGreen, Title: "Green, no concerns", Points: 2, Outcome: Met},
			},
		},
	}
}
