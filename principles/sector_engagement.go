package principles

import (
	"slices"
	"strings"

	"github.com/needsled/needsled/commissioning"
)

// SectorEngagement asks of every stage of every round whether the voluntary and
// community sector took part in it. That somebody was invited and declined, or
// did not answer, is half of it; a recorded reason why engagement is not
// relevant is a good answer.
func SectorEngagement() Standard {
	return Standard{
		ID: "sector-engagement", Title: "Engagement of the voluntary and community sector", Version: "1",
		Doc: "Whether the voluntary and community sector is engaged in every stage of the commissioning cycle, stage by stage and round by round. " +
			"The principles of 2006 ask for it in assessing need and before services are commissioned; that every stage is looked at is this library's reading.",
		Source: Source{Document: "Partnership in Public Services (Cabinet Office)", Year: "2006", Place: "principles 1 and 2, applied to the five stages", Ours: true},
		Criteria: []Criterion{{
			ID: "engaged", Title: "The voluntary and community sector took part",
			Doc: "A voluntary or community organisation took part in the stage. One that was invited and declined, or did not answer, meets it in part. " +
				"A reason why engagement is not relevant, recorded as an engagement or in answer to the policy engagement.no_voluntary_sector, is honoured.",
			Source: Source{Document: "Partnership in Public Services (Cabinet Office)", Year: "2006", Place: "principles 1 and 2", Ours: true},
			Needs:  []string{"participants, with their role and sector", "who was invited to each stage, and who took part", "why engagement is not relevant, where it is not"},
			Stages: commissioning.Stages(),
			OfCycle: func(d *Dossier) []Finding {
				var all []Finding
				for _, stage := range commissioning.Stages() {
					all = append(all, d.byRound(stage, func(round int) []Finding { return []Finding{d.sectorIn(stage, round)} })...)
				}
				return all
			},
		}},
	}
}

// sectorIn judges the engagement of the sector in one stage of a round.
func (d *Dossier) sectorIn(stage Stage, round int) Finding {
	const remedy = "Invite voluntary and community organisations to the next step, and record what came of it, or why it is not relevant."
	e := d.engagement(func(m commissioning.Mark) bool { return m.In(stage, round) }, commissioning.Participant.Voluntary)
	if len(e.tookPart) > 0 {
		return Finding{Outcome: Met, Why: "The voluntary and community sector took part in this stage.", Evidence: d.inCycle(e.tookPart...)}
	}
	if len(e.notRelevant) > 0 {
		return Finding{
			Outcome: Declined, Why: "It is recorded why engaging the voluntary and community sector was not relevant in this stage.",
			Reason: joined(e.reasons), Evidence: d.inCycle(e.notRelevant...),
		}
	}
	if reasons, cited := d.sectorExplained(stage, round); len(reasons) > 0 {
		return Finding{
			Outcome: Explained, Why: "The voluntary and community sector did not take part in this stage, and the reason is recorded.",
			Reason: joined(reasons), Evidence: append(cited, d.inCycle(e.invited...)...),
		}
	}
	if len(e.invited) > 0 {
		return Finding{
			Outcome: PartlyMet, Why: "The voluntary and community sector was invited to this stage, and did not take part.",
			Remedy: "Ask what kept the sector from taking part, and make it easier next time.", Evidence: d.inCycle(e.invited...),
		}
	}
	if len(e.others) > 0 {
		return Finding{
			Outcome: NotMet, Why: "Others were engaged in this stage, and the voluntary and community sector was not.",
			Remedy: remedy, Evidence: d.inCycle(e.others...),
		}
	}
	if d.Cycle().IsIndividual() {
		return Finding{Outcome: NotApplicable, Why: "The cycle is about one person, and engages the sector in the strategic cycle it serves."}
	}
	return Finding{Outcome: NoEvidence, Why: "Nothing is recorded about who was engaged in this stage.", Remedy: remedy}
}

// sectorExplained gives what was answered to the policy that asks for the
// sector, where a stage of a round was left.
func (d *Dossier) sectorExplained(stage Stage, round int) (reasons []string, cited []Citation) {
	for _, a := range d.Answers("engagement.no_voluntary_sector") {
		if a.Citation.Case != d.Cycle().ID() || blank(a.Reason) {
			continue
		}
		if in, of := d.stood(a.Citation.Seq); in == stage && of == round {
			reasons, cited = append(reasons, a.Reason), append(cited, a.Citation)
		}
	}
	return reasons, cited
}

// engaged is who was engaged somewhere, of some participants and of the others.
type engaged struct {
	tookPart    []commissioning.Mark
	invited     []commissioning.Mark // and declined, or did not answer
	notRelevant []commissioning.Mark // engaging them, or anybody
	reasons     []string             // why it was not relevant
	others      []commissioning.Mark // engaged, and not of those asked about
}

// engagement gives the engagement of the participants that are asked about.
func (d *Dossier) engagement(in func(commissioning.Mark) bool, of func(commissioning.Participant) bool) engaged {
	var e engaged
	for _, g := range d.Cycle().Engagements() {
		if !in(g.Mark) {
			continue
		}
		p, named := d.Cycle().Participant(g.Participant)
		asked := named && of(p)
		switch {
		case g.NotRelevant && (!named || asked):
			e.notRelevant, e.reasons = append(e.notRelevant, g.Mark), append(e.reasons, g.Why)
		case g.NotRelevant:
		case !asked:
			e.others = append(e.others, g.Mark)
		case g.Answer == commissioning.EngagementTookPart:
			e.tookPart = append(e.tookPart, g.Mark)
		default:
			e.invited = append(e.invited, g.Mark)
		}
	}
	return e
}

// joined gives recorded reasons as one text, each once, in an order that does not
// depend on how they were written down.
func joined(reasons []string) string {
	var kept []string
	for _, r := range reasons {
		if !blank(r) {
			kept = append(kept, strings.TrimSpace(r))
		}
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), "; ")
}
