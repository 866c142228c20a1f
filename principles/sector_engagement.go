package principles

import (
	"github.com/needsled/needsled/commissioning"
)

// SectorEngagement asks whether the voluntary and community sector was engaged
// in every stage of the cycle, stage by stage and round by round.
func SectorEngagement() Standard {
	source := Source{
		Document: "Partnership in Public Services: an action plan for third sector involvement (Cabinet Office)", Year: "2006",
		Place: "the eight principles of good commissioning", Ours: true,
	}
	return Standard{
		ID: "sector-engagement", Title: "Sector engagement", Version: "1",
		Doc: "Good commissioning engages the voluntary and community sector at every stage of the cycle. That it is asked of each stage by itself, " +
			"and what counts as partly met, is this library's reading.",
		Source: source,
		Criteria: []Criterion{{
			ID: "engaged", Title: "The voluntary and community sector is engaged",
			Doc: "In each stage of each round a voluntary or community organisation took part. An invitation that was declined, or not answered, is partly met; " +
				"a recorded reason why engagement is not relevant in a stage is a good answer.",
			Source: source, Needs: []string{"participants", "engagement by stage and round"}, Stages: commissioning.Stages(),
			OfCycle: sectorEngaged,
		}},
	}
}

func sectorEngaged(d *Dossier) []Finding {
	var findings []Finding
	for _, round := range d.Rounds() {
		for _, stage := range commissioning.Stages() {
			f := sectorIn(d, stage, round)
			f.Stage, f.Round = stage, round
			findings = append(findings, f)
		}
	}
	return findings
}

const engageNext = "Engage a voluntary or community organisation in this stage, or record why engagement is not relevant in it."

// sectorIn finds how the sector was engaged in a stage of a round.
func sectorIn(d *Dossier, stage Stage, round int) Finding {
	if !d.Reached(stage, round) {
		return notReached()
	}
	var tookPart, invited, irrelevant, others []commissioning.Mark
	reason := ""
	for _, g := range d.Cycle().EngagedIn(stage, round) {
		who, known := d.Cycle().Participant(g.Participant)
		switch ours := known && who.Voluntary(); {
		case g.NotRelevant && (ours || g.Participant == ""):
			irrelevant, reason = append(irrelevant, g.Mark), g.Why
		case g.NotRelevant:
		case ours && g.Answer == commissioning.EngagementTookPart:
			tookPart = append(tookPart, g.Mark)
		case ours:
			invited = append(invited, g.Mark)
		default:
			others = append(others, g.Mark)
		}
	}
	switch {
	case len(tookPart) > 0:
		return Finding{Outcome: Met, Why: "The voluntary and community sector took part.", Evidence: d.inCycle(tookPart...)}
	case len(irrelevant) > 0:
		return Finding{
			Outcome: Declined, Why: "It is recorded why engaging the voluntary and community sector is not relevant here.",
			Reason: reason, Evidence: d.inCycle(irrelevant...),
		}
	case len(invited) > 0:
		return Finding{
			Outcome: PartlyMet, Why: "The voluntary and community sector was invited, and did not take part.", Remedy: engageNext,
			Evidence: d.inCycle(invited...),
		}
	}
	if f, explained := sectorExplained(d, stage, round); explained {
		return f
	}
	if len(others) > 0 {
		return Finding{
			Outcome: NotMet, Why: "Others were engaged, and nobody of the voluntary and community sector.", Remedy: engageNext,
			Evidence: d.inCycle(others...),
		}
	}
	if d.Cycle().IsIndividual() {
		return Finding{Outcome: NotApplicable, Why: "The cycle is about one person, and engages the sector in the strategic cycle it serves."}
	}
	return Finding{Outcome: NoEvidence, Why: "No engagement is recorded in this stage.", Remedy: engageNext}
}

// sectorExplained finds the reason somebody gave for leaving a stage without
// having engaged the sector.
func sectorExplained(d *Dossier, stage Stage, round int) (Finding, bool) {
	for _, a := range d.Answers("engagement.no_voluntary_sector") {
		if a.Citation.Case != d.Cycle().ID() || !d.within(a.Citation, stage, round) || blank(a.Reason) {
			continue
		}
		return Finding{
			Outcome: Explained, Why: "The stage was left without the voluntary and community sector, for a recorded reason.",
			Reason: a.Reason, Evidence: []Citation{a.Citation},
		}, true
	}
	return Finding{}, false
}
