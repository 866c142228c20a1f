package principles

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// EightPrinciples is the eight principles of good commissioning, each judged in
// the stage where it bites, round by round. "Consider" and "wherever
// appropriate" are honoured: what was considered and declined with a reason is a
// good answer. The wording is this library's; so is where each principle bites.
func EightPrinciples() Standard {
	source := func(n int) Source {
		return Source{
			Document: "Partnership in Public Services: an action plan for third sector involvement (Cabinet Office)", Year: "2006",
			Place: fmt.Sprintf("principle %d", n),
		}
	}
	whole := source(1)
	whole.Place = "the eight principles of good commissioning"
	criteria := []Criterion{
		{
			ID: "understand-needs", Title: "Understand needs", Needs: []string{"needs", "engagement"}, Stages: []Stage{commissioning.StageAssessNeed},
			Doc:     "The needs of users and communities are understood with voluntary and community organisations engaged as advocates, for what they know.",
			OfCycle: byRound(commissioning.StageAssessNeed, understoodNeeds),
		},
		{
			ID: "consult-providers", Title: "Consult providers early", Needs: []string{"engagement", "consultations", "services"}, Stages: []Stage{commissioning.StagePlanUse},
			Doc:     "Potential providers, voluntary organisations among them, and local experts are consulted well before a service is commissioned.",
			OfCycle: byRound(commissioning.StagePlanUse, consultedProviders),
		},
		{
			ID: "outcomes-at-the-heart", Title: "Outcomes at the heart", Needs: []string{"outcomes", "services"}, Stages: []Stage{commissioning.StagePlanUse},
			Doc:     "Outcomes for users are at the heart of planning: every service planned serves a measurable outcome of those it is for.",
			OfCycle: byRound(commissioning.StagePlanUse, servedOutcomes),
		},
		{
			ID: "map-providers", Title: "Map providers", Needs: []string{"the provider map"}, Stages: []Stage{commissioning.StageIdentifyResources},
			Doc:     "The fullest practicable range of providers is mapped, with what each could contribute to the outcomes.",
			OfCycle: byRound(commissioning.StageIdentifyResources, mappedProviders),
		},
		{
			ID: "invest-in-capacity", Title: "Consider investing in capacity", Needs: []string{"capacity investment", "what was considered"},
			Stages: []Stage{commissioning.StageIdentifyResources},
			Doc:    "Investment in the capacity of providers is considered, particularly of those working with groups that are hard to reach.",
			OfCycle: byRound(commissioning.StageIdentifyResources, func(d *Dossier, round int) Finding {
				return considered(d, round, "investing in the capacity of providers", investedIn(d, round), commissioning.SubjectCapacityInvestment)
			}),
		},
		{
			ID: "fair-contracting", Title: "Transparent and fair contracting", Needs: []string{"purchases"}, Stages: []Stage{commissioning.StageArrangeDelivery},
			Doc:     "What is bought is bought transparently and fairly: competition is advertised with its criteria, and those who bid are told why they did not win.",
			OfCycle: byRound(commissioning.StageArrangeDelivery, contractedFairly),
		},
		{
			ID: "long-term-and-risk-sharing", Title: "Long-term contracts and risk sharing", Needs: []string{"contract terms", "risks", "what was considered"},
			Stages:  []Stage{commissioning.StageArrangeDelivery},
			Doc:     "Long-term contracts and the sharing of risk are considered wherever they are appropriate: the length has a reason, and each risk a bearer.",
			OfCycle: byRound(commissioning.StageArrangeDelivery, consideredTerm),
		},
		{
			ID: "seek-feedback", Title: "Seek feedback on commissioning", Needs: []string{"feedback"}, Stages: []Stage{commissioning.StageMonitorReview},
			Doc:     "Users, communities and providers are asked how well the process of commissioning met local needs. Sought and none received is an answer.",
			OfCycle: byRound(commissioning.StageMonitorReview, soughtFeedback),
		},
	}
	order := []string{"understand-needs", "consult-providers", "outcomes-at-the-heart", "map-providers", "invest-in-capacity", "fair-contracting", "long-term-and-risk-sharing", "seek-feedback"}
	for i := range criteria {
		criteria[i].Source = source(slices.Index(order, criteria[i].ID) + 1)
	}
	return Standard{
		ID: "eight-principles", Title: "The eight principles of good commissioning", Version: "2006",
		Doc:    "Eight principles of 2006, restated until 2010, by which five departments undertook to commission. Wording, and the stage each is judged in, are this library's.",
		Source: whole, Criteria: criteria,
	}
}

// byRound judges each round the cycle came to a stage in.
func byRound(stage Stage, judge func(*Dossier, int) Finding) func(*Dossier) []Finding {
	return func(d *Dossier) []Finding {
		var findings []Finding
		for _, round := range d.Rounds() {
			f := notReached()
			if d.Reached(stage, round) {
				f = judge(d, round)
			}
			f.Stage, f.Round = stage, round
			findings = append(findings, f)
		}
		return findings
	}
}

func understoodNeeds(d *Dossier, round int) Finding {
	c, next := d.Cycle(), "Engage voluntary and community organisations in assessing need, and record what they brought."
	f := sectorIn(d, commissioning.StageAssessNeed, round)
	if f.Outcome == Met {
		f.Why = "Voluntary and community organisations took part in assessing need."
		return f
	}
	if f.Outcome != NoEvidence {
		f.Remedy = next
		return f
	}
	var needs []commissioning.Mark
	for _, n := range c.Needs() {
		if n.Mark.Round == round {
			needs = append(needs, n.Mark)
		}
	}
	if len(needs) > 0 {
		return Finding{Outcome: NotMet, Why: "Needs were identified without anybody engaged in it.", Remedy: next, Evidence: d.inCycle(needs...)}
	}
	return Finding{Outcome: NoEvidence, Why: "Neither needs nor engagement are recorded in this round.", Remedy: next}
}

// firstPlanned gives when the first service of a round was planned.
func firstPlanned(d *Dossier, round int) (time.Time, bool) {
	var first time.Time
	for _, s := range d.Cycle().Services() {
		if s.Mark.Round == round && (first.IsZero() || s.Mark.At.Before(first)) {
			first = s.Mark.At
		}
	}
	return first, !first.IsZero()
}

func consultedProviders(d *Dossier, round int) Finding {
	c, next := d.Cycle(), "Consult potential providers, voluntary organisations among them, before a service is planned."
	planned, known := firstPlanned(d, round)
	var early, late []commissioning.Mark
	sort := func(m commissioning.Mark, when time.Time) {
		if known && when.After(planned) {
			late = append(late, m)
			return
		}
		early = append(early, m)
	}
	for _, g := range c.Engagements() {
		who, known := c.Participant(g.Participant)
		provides := known && (who.Role == commissioning.ParticipantProvider || who.Voluntary())
		if g.Mark.Round == round && provides && g.Answer == commissioning.EngagementTookPart {
			sort(g.Mark, g.Mark.At)
		}
	}
	for _, q := range c.Consultations() {
		if q.Mark.Round == round {
			sort(q.Mark, q.Mark.At)
		}
	}
	switch {
	case len(early) > 0:
		return Finding{Outcome: Met, Why: "Potential providers were consulted before services were planned.", Evidence: d.inCycle(early...)}
	case len(late) > 0:
		return Finding{Outcome: NotMet, Why: "Providers were consulted only after services were planned.", Remedy: next, Evidence: d.inCycle(late...)}
	default:
		return Finding{Outcome: NoEvidence, Why: "No consultation of providers is recorded in this round.", Remedy: next}
	}
}

func servedOutcomes(d *Dossier, round int) Finding {
	c, next := d.Cycle(), "Set an outcome of users, carers or communities with a measure and a target, and let each service serve one."
	var good, poor []commissioning.Mark
	for _, s := range c.Services() {
		if s.Mark.Round > round || s.Delivery == commissioning.ServiceEnded {
			continue
		}
		serves := slices.ContainsFunc(s.Outcomes, func(id commissioning.OutcomeID) bool {
			o, known := c.Outcome(id)
			return known && o.Measurable() && o.Whose != "" && o.Whose != commissioning.OutcomeOfOrganisation && !o.Mark.At.After(d.At())
		})
		if serves {
			good = append(good, s.Mark)
		} else {
			poor = append(poor, s.Mark)
		}
	}
	switch {
	case len(good)+len(poor) == 0:
		return Finding{Outcome: NoEvidence, Why: "No service is planned yet.", Remedy: next}
	case len(poor) == 0:
		return Finding{Outcome: Met, Why: "Every service serves a measurable outcome of those it is for.", Evidence: d.inCycle(good...)}
	case len(good) == 0:
		return Finding{Outcome: NotMet, Why: "No service serves a measurable outcome of those it is for.", Remedy: next, Evidence: d.inCycle(poor...)}
	default:
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("%d of %d services serve a measurable outcome of those they are for.", len(good), len(good)+len(poor)),
			Remedy: next, Evidence: d.inCycle(append(good, poor...)...),
		}
	}
}

func mappedProviders(d *Dossier, round int) Finding {
	next := "Map the providers there are and could be, with what each could contribute to the outcomes."
	var mapped []commissioning.Mark
	agencies, contributions := map[string]bool{}, 0
	for _, p := range d.Cycle().Providers() {
		if p.Mark.Round != round {
			continue
		}
		mapped = append(mapped, p.Mark)
		agencies[p.Agency.ID] = true
		if p.Contribution != "" || len(p.Outcomes) > 0 {
			contributions++
		}
	}
	switch {
	case len(mapped) == 0:
		return Finding{Outcome: NoEvidence, Why: "No provider map is recorded in this round.", Remedy: next}
	case len(agencies) < 2:
		return Finding{Outcome: PartlyMet, Why: "The provider map shows a single agency.", Remedy: next, Evidence: d.inCycle(mapped...)}
	case contributions < len(mapped):
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("%d of %d mapped providers have no recorded contribution.", len(mapped)-contributions, len(mapped)),
			Remedy: next, Evidence: d.inCycle(mapped...),
		}
	default:
		return Finding{Outcome: Met, Why: fmt.Sprintf("%d agencies are mapped with what they could contribute.", len(agencies)), Evidence: d.inCycle(mapped...)}
	}
}

func investedIn(d *Dossier, round int) []Citation {
	var marks []commissioning.Mark
	for _, k := range d.Cycle().Investments() {
		if k.Mark.Round == round {
			marks = append(marks, k.Mark)
		}
	}
	return d.inCycle(marks...)
}

// considered finds whether something that is to be considered was done, or
// weighed and taken or declined, in a round.
func considered(d *Dossier, round int, what string, done []Citation, subjects ...commissioning.ConsideredSubject) Finding {
	if len(done) > 0 {
		return Finding{Outcome: Met, Why: fmt.Sprintf("The record shows %s.", what), Evidence: done}
	}
	var declined *commissioning.Considered
	for _, subject := range subjects {
		for _, k := range d.Cycle().ConsideredOn(subject) {
			switch {
			case k.Mark.Round != round:
			case k.Decision == commissioning.ConsideredTaken:
				return Finding{Outcome: Met, Why: fmt.Sprintf("%s was considered and decided on.", upperFirst(what)), Evidence: d.inCycle(k.Mark)}
			default:
				declined = &k
			}
		}
	}
	if declined != nil {
		return Finding{
			Outcome: Declined, Why: fmt.Sprintf("%s was considered, and declined with a reason.", upperFirst(what)),
			Reason: declined.Reason, Evidence: d.inCycle(declined.Mark),
		}
	}
	return Finding{
		Outcome: NoEvidence, Why: fmt.Sprintf("Nothing is recorded about %s in this round.", what),
		Remedy: fmt.Sprintf("Consider %s, and record what was decided and why.", what),
	}
}

func upperFirst(text string) string {
	if text == "" {
		return text
	}
	return string(text[0]-'a'+'A') + text[1:]
}

func contractedFairly(d *Dossier, round int) Finding {
	next := "Advertise the competition with its criteria, and tell every bidder why it did not win."
	var good, poor []Citation
	bought := 0
	for _, p := range d.Purchases() {
		opened, _ := p.Opened()
		if d.roundAt(opened) != round {
			continue
		}
		bought++
		cited, fair := fairPurchase(d, p)
		if fair {
			good = append(good, cited...)
		} else {
			poor = append(poor, cited...)
		}
	}
	switch {
	case bought == 0:
		return Finding{Outcome: NotApplicable, Why: "Nothing was bought in this round."}
	case len(poor) == 0 && len(good) > 0:
		return Finding{Outcome: Met, Why: "What was bought was advertised or its route reasoned, and bidders were told why they did not win.", Evidence: good}
	case len(good) == 0 && len(poor) == 0:
		return Finding{Outcome: NoEvidence, Why: "How it is bought has not been decided yet.", Remedy: next}
	case len(good) == 0:
		return Finding{Outcome: NotMet, Why: "What was bought was not advertised with its criteria, or bidders were not told why they did not win.", Remedy: next, Evidence: poor}
	default:
		return Finding{Outcome: PartlyMet, Why: "Some of what was bought was not bought transparently.", Remedy: next, Evidence: append(good, poor...)}
	}
}

// fairPurchase tells whether a purchase was transparent as far as it has come.
func fairPurchase(d *Dossier, p *procurement.Purchase) ([]Citation, bool) {
	route, chosen := p.Route()
	if !chosen {
		return nil, true
	}
	cited := d.in(p.ID(), route.Mark)
	if !route.Competitive() {
		return cited, !blank(route.Reason)
	}
	tender, set := p.Tender()
	if !set {
		return cited, true
	}
	cited = append(cited, d.in(p.ID(), tender.Mark)...)
	open := len(tender.Advertised) > 0 || len(tender.InvitedIDs) > 0
	return cited, open && len(tender.Criteria) > 0 && debriefed(p)
}

// debriefed tells whether every bidder that lost was told why, once there is an
// award.
func debriefed(p *procurement.Purchase) bool {
	won := map[procurement.BidID]bool{}
	for _, a := range p.Awards() {
		won[a.Bid] = a.Stands()
	}
	if len(won) == 0 {
		return true
	}
	for _, b := range p.Bids() {
		if b.Submitted() && b.Valid() && !won[b.ID] && b.Debrief == nil {
			return false
		}
	}
	return true
}

func consideredTerm(d *Dossier, round int) Finding {
	var done []Citation
	bound := 0
	for _, c := range d.Contracts() {
		opened, _ := c.Opened()
		if d.roundAt(opened) != round {
			continue
		}
		bound++
		terms := c.Terms()
		if !blank(terms.Term.Reason) && len(terms.Risks) > 0 {
			done = append(done, d.in(c.ID(), c.Drafted())...)
		}
	}
	f := considered(d, round, "the length of the contract and the sharing of its risks", done, commissioning.SubjectLongTerm, commissioning.SubjectRiskSharing)
	if f.Outcome == NoEvidence && bound == 0 {
		return Finding{Outcome: NotApplicable, Why: "No contract was made in this round."}
	}
	return f
}

func soughtFeedback(d *Dossier, round int) Finding {
	next := "Ask users, communities and providers how well commissioning itself met local needs, and record that none replied where none did."
	var onProcess, onService []commissioning.Mark
	asked := map[commissioning.ParticipantRole]bool{}
	for _, f := range d.Cycle().FeedbackIn(round) {
		if f.About != commissioning.FeedbackOnProcess {
			onService = append(onService, f.Mark)
			continue
		}
		onProcess = append(onProcess, f.Mark)
		for _, role := range f.From {
			asked[role] = true
		}
	}
	users := asked[commissioning.ParticipantUser] || asked[commissioning.ParticipantCarer]
	community := asked[commissioning.ParticipantCommunity] || asked[commissioning.ParticipantVoluntaryOrganisation]
	providers := asked[commissioning.ParticipantProvider]
	switch {
	case users && community && providers:
		return Finding{Outcome: Met, Why: "Users, communities and providers were asked about the process of commissioning.", Evidence: d.inCycle(onProcess...)}
	case len(onProcess) > 0:
		return Finding{Outcome: PartlyMet, Why: "Not all of users, communities and providers were asked about the process of commissioning.", Remedy: next, Evidence: d.inCycle(onProcess...)}
	case len(onService) > 0:
		return Finding{Outcome: PartlyMet, Why: "Feedback was sought on services, and none on the process of commissioning.", Remedy: next, Evidence: d.inCycle(onService...)}
	default:
		return Finding{Outcome: NoEvidence, Why: "No feedback is recorded in this round.", Remedy: next}
	}
}
