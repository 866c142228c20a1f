package principles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// longTerm is from how many months on this library takes an agreement for a long
// one. The principles name no figure.
const longTerm = 36

// EightPrinciples are the eight principles of good commissioning, published with
// Partnership in Public Services (Cabinet Office, December 2006). Their wording
// is paraphrased. Which stage each belongs to, and what counts as evidence of it,
// is this library's reading. "Consider" and "wherever appropriate" are honoured:
// what was considered and declined with a reason is a good answer.
func EightPrinciples() Standard {
	source := func(n int) Source {
		return Source{Document: "Partnership in Public Services: an action plan for third sector involvement (Cabinet Office)", Year: "2006", Place: fmt.Sprintf("principle %d", n)}
	}
	criterion := func(n int, id, title, doc string, stage Stage, judge func(*Dossier, int) []Finding, needs ...string) Criterion {
		return Criterion{
			ID: id, Title: title, Doc: doc, Source: source(n), Needs: needs, Stages: []Stage{stage},
			OfCycle: func(d *Dossier) []Finding {
				return d.byRound(stage, func(round int) []Finding { return judge(d, round) })
			},
		}
	}
	whole := source(0)
	whole.Place = "the eight principles of good commissioning"
	return Standard{
		ID: "eight-principles", Title: "The eight principles of good commissioning", Version: "2006", Source: whole,
		Doc: "Whether a cycle keeps to the eight principles of good commissioning of 2006, each judged in the stage where it bites. " +
			"The principles are paraphrased; the stages they are mapped to and the evidence that is looked for are this library's reading.",
		Criteria: []Criterion{
			criterion(1, "understand-needs", "Understand needs",
				"The needs of users and communities are understood before anything is planned, and voluntary organisations are engaged, among others, for what they know.",
				commissioning.StageAssessNeed, (*Dossier).needsUnderstood,
				"needs, and when they were found", "who took part in assessing them"),
			criterion(2, "consult-providers", "Consult providers early",
				"Potential providers, voluntary organisations among them, are consulted before a new service is commissioned, and work on its outcomes. "+
					"That a formal consultation of less than 84 days (twelve weeks) asks for a reason is taken from the Compact (2010).",
				commissioning.StagePlanUse, (*Dossier).providersConsulted,
				"consultations, with their length", "engagement of providers, and the outcomes worked on with them", "when the service was commissioned"),
			criterion(3, "outcomes-at-the-heart", "Put outcomes at the heart of planning",
				"Every service is planned for outcomes that are those of users, carers or communities, and that can be measured.",
				commissioning.StagePlanUse, (*Dossier).outcomesAtHeart,
				"services, and the outcomes they serve", "whose outcomes they are, with measure and target"),
			criterion(4, "map-providers", "Map the range of providers",
				"The fullest practicable range of providers is mapped before planning, with what each could contribute to the outcomes.",
				commissioning.StageIdentifyResources, (*Dossier).providersMapped,
				"the provider map, with capability and contribution"),
			criterion(5, "invest-in-capacity", "Consider investing in capacity",
				"Investing in what providers are able to do is considered, particularly of those that work with groups hard to reach.",
				commissioning.StageIdentifyResources, (*Dossier).capacityConsidered,
				"capacity investments", "what was considered and declined, with the reason"),
			criterion(6, "fair-contracting", "Contract openly and fairly",
				"Buying is transparent and fair and lets the broadest range of suppliers take part; lots, sub-contracting and consortia are considered. "+
					"Of a grant, the reason for giving one is recorded.",
				commissioning.StageArrangeDelivery, (*Dossier).contractedFairly,
				"invitations, criteria, questions and debriefs of purchases", "what was considered about lots, sub-contracting and consortia", "why a grant was chosen"),
			criterion(7, "long-term-and-risk-sharing", "Long terms and shared risks, wherever appropriate",
				"Contracts and grants run for long, and their risks are shared, wherever appropriate. "+
					"The principles name no length; three years count as long here, which is this library's own figure, and a shorter term with a reason is as good.",
				commissioning.StageArrangeDelivery, (*Dossier).longTermAndRisks,
				"the term of contracts and grants, with its reason", "their risks, with who bears them", "what was considered about both"),
			criterion(8, "seek-feedback", "Seek feedback on commissioning",
				"Users, communities and providers are asked how well the commissioning process met local needs. That nobody replied is an answer too.",
				commissioning.StageMonitorReview, (*Dossier).feedbackSought,
				"feedback about the process, and who was asked"),
		},
	}
}

// Principle 1.

func (d *Dossier) needsUnderstood(round int) []Finding {
	const remedy = "Engage a voluntary organisation that knows the people concerned in assessing their needs, beside users and communities."
	needs := d.needsLookedAt(round)
	e := d.engagement(func(m commissioning.Mark) bool { return m.In(commissioning.StageAssessNeed, round) }, commissioning.Participant.Voluntary)
	took := d.inCycle(e.tookPart...)
	if plan, planned := d.firstPlanned(round); planned {
		late := len(needs) > 0
		for _, c := range needs {
			late = late && c.Effective.After(plan.At)
		}
		if late {
			return one(Finding{
				Outcome: NotMet, Why: "The needs were found only after the service had been planned.",
				Remedy: "Assess the needs before planning, and look at the plan again in their light.", Evidence: append(needs, d.inCycle(plan)...),
			})
		}
	}
	switch {
	case len(e.tookPart) > 0 && len(needs) > 0:
		return one(Finding{
			Outcome: Met, Why: "The needs were looked at with the knowledge of a voluntary organisation that took part.",
			Evidence: append(took, needs...),
		})
	case len(e.tookPart) > 0:
		return one(Finding{
			Outcome: PartlyMet, Why: "A voluntary organisation took part, and no need was found or looked at again in this round.",
			Remedy: "Record the needs that were found, or what became of the known ones.", Evidence: took,
		})
	case len(e.notRelevant) > 0:
		return one(Finding{
			Outcome: Declined, Why: "It is recorded why engaging voluntary organisations was not relevant to assessing the needs.",
			Reason: joined(e.reasons), Evidence: d.inCycle(e.notRelevant...),
		})
	}
	if reasons, cited := d.sectorExplained(commissioning.StageAssessNeed, round); len(reasons) > 0 {
		return one(Finding{
			Outcome: Explained, Why: "The needs were assessed without a voluntary organisation, and the reason is recorded.",
			Reason: joined(reasons), Evidence: cited,
		})
	}
	switch {
	case len(e.invited) > 0:
		return one(Finding{
			Outcome: PartlyMet, Why: "A voluntary organisation was invited to assess the needs, and did not take part.",
			Remedy: remedy, Evidence: d.inCycle(e.invited...),
		})
	case len(e.others) > 0:
		return one(Finding{
			Outcome: NotMet, Why: "The needs were assessed with others, and without any voluntary organisation.",
			Remedy: remedy, Evidence: d.inCycle(e.others...),
		})
	}
	return one(Finding{Outcome: NoEvidence, Why: "Nothing is recorded about who took part in assessing the needs.", Remedy: remedy})
}

// needsLookedAt cites the needs found in a round, and those of earlier rounds
// that were looked at again in it.
func (d *Dossier) needsLookedAt(round int) []Citation {
	var cited []Citation
	for _, n := range d.Cycle().Needs() {
		if n.Mark.Round == round {
			cited = append(cited, d.inCycle(n.Mark)...)
		}
		for _, s := range n.Statuses {
			if s.Round == round && s.Entry != n.Mark.Entry {
				cited = append(cited, d.Cite(d.Cycle().ID(), s.Entry)...)
			}
		}
	}
	return cited
}

// Principle 2.

func (d *Dossier) providersConsulted(round int) []Finding {
	const remedy = "Consult potential providers, voluntary organisations among them, before the service is commissioned, and set its outcomes with them."
	in := func(m commissioning.Mark) bool { return m.Round == round }
	e := d.engagement(in, mayProvide)
	bought, cited := d.firstCommissioned(round)
	early := func(m commissioning.Mark) bool { return len(cited) == 0 || !m.At.After(bought) }
	q := d.consulted(round, early)
	took, late := split(e.tookPart, early)
	if len(took) > 0 || len(q.early) > 0 {
		return one(d.consultedEarly(round, took, q))
	}
	if late = append(late, q.late...); len(late) > 0 {
		return one(Finding{
			Outcome: NotMet, Why: "Providers were consulted only after the service had been commissioned.",
			Remedy: remedy, Evidence: append(d.inCycle(late...), cited...),
		})
	}
	notRelevant := d.engagement(func(m commissioning.Mark) bool { return m.In(commissioning.StagePlanUse, round) }, mayProvide)
	if len(notRelevant.notRelevant) > 0 {
		return one(Finding{
			Outcome: Declined, Why: "It is recorded why engaging providers was not relevant to planning.",
			Reason: joined(notRelevant.reasons), Evidence: d.inCycle(notRelevant.notRelevant...),
		})
	}
	mapped := d.mappedIn(round)
	switch {
	case len(e.invited) > 0:
		return one(Finding{
			Outcome: PartlyMet, Why: "Potential providers were invited, and none took part.",
			Remedy: remedy, Evidence: d.inCycle(e.invited...),
		})
	case len(mapped) > 0:
		return one(Finding{
			Outcome: NotMet, Why: "Providers were mapped, and none of them was consulted.", Remedy: remedy, Evidence: d.inCycle(marksOf(mapped)...),
		})
	case len(e.others) > 0:
		return one(Finding{
			Outcome: NotMet, Why: "Others were engaged, and no potential provider was consulted.", Remedy: remedy, Evidence: d.inCycle(e.others...),
		})
	case round > 1 && len(d.plannedIn(round)) == 0 && d.Reached(commissioning.StageArrangeDelivery, round):
		return one(Finding{Outcome: NotApplicable, Why: "No new service was planned in this round."})
	}
	return one(Finding{Outcome: NoEvidence, Why: "Nothing is recorded about consulting potential providers.", Remedy: remedy})
}

// consultedEarly judges consultation that came in time: by its length, and by
// whether outcomes were worked on with providers.
func (d *Dossier) consultedEarly(round int, took []commissioning.Mark, q consulted) Finding {
	evidence := append(d.inCycle(took...), d.inCycle(q.early...)...)
	if len(q.unexplained) > 0 {
		return Finding{
			Outcome: PartlyMet, Why: "A formal consultation was open for less than twelve weeks, and nobody recorded why.",
			Remedy: "Record why it was shorter, or give those consulted more time.", Evidence: evidence,
		}
	}
	if !d.outcomesWorkedOn(round, took) {
		return Finding{
			Outcome: PartlyMet, Why: "Potential providers were consulted in time, and no outcome is recorded as worked on with them.",
			Remedy: "Work with providers on the priority outcomes, and name the outcomes with the engagement.", Evidence: evidence,
		}
	}
	if len(q.reasons) > 0 {
		return Finding{
			Outcome: Explained, Why: "A formal consultation was open for less than twelve weeks, for a recorded reason.",
			Reason: joined(q.reasons), Evidence: append(evidence, q.answers...),
		}
	}
	return Finding{
		Outcome: Met, Why: "Potential providers were consulted before the service was commissioned, and worked on its outcomes.", Evidence: evidence,
	}
}

// outcomesWorkedOn tells whether engagement of a round names outcomes.
func (d *Dossier) outcomesWorkedOn(round int, took []commissioning.Mark) bool {
	return slices.ContainsFunc(d.Cycle().Engagements(), func(g commissioning.Engagement) bool {
		return g.Mark.Round == round && slices.Contains(took, g.Mark) && len(g.Outcomes) > 0
	})
}

// consulted is the consultations of a round.
type consulted struct {
	early, late []commissioning.Mark
	unexplained []commissioning.Mark // short and formal, without a reason
	reasons     []string             // why short ones were short
	answers     []Citation           // where the reason was given in answer to a policy
}

func (d *Dossier) consulted(round int, early func(commissioning.Mark) bool) consulted {
	const enough = 84 // days: the twelve weeks of the Compact
	var all consulted
	for _, q := range d.Cycle().Consultations() {
		switch {
		case q.Mark.Round != round:
			continue
		case !early(q.Mark):
			all.late = append(all.late, q.Mark)
			continue
		}
		all.early = append(all.early, q.Mark)
		if q.Kind != commissioning.FormalConsultation || q.Open() || q.Days() >= enough {
			continue
		}
		reasons, cited := d.shortBecause(q)
		if len(reasons) == 0 {
			all.unexplained = append(all.unexplained, q.Mark)
		}
		all.reasons, all.answers = append(all.reasons, reasons...), append(all.answers, cited...)
	}
	return all
}

// shortBecause gives why a consultation was short.
func (d *Dossier) shortBecause(q commissioning.Consultation) (reasons []string, cited []Citation) {
	if !blank(q.ShorterBecause) {
		return []string{q.ShorterBecause}, d.inCycle(q.Closed)
	}
	for _, a := range d.Answers("consultation.short") {
		about := len(a.Subjects) == 0 || slices.ContainsFunc(a.Subjects, func(s string) bool { return s == "" || s == string(q.ID) })
		if about && a.Citation.Case == d.Cycle().ID() && !blank(a.Reason) {
			reasons, cited = append(reasons, a.Reason), append(cited, a.Citation)
		}
	}
	return reasons, cited
}

// mayProvide tells whether a participant is a provider or might become one.
func mayProvide(p commissioning.Participant) bool {
	return p.Role == commissioning.ParticipantProvider || p.Voluntary()
}

// split parts marks by a test.
func split(marks []commissioning.Mark, is func(commissioning.Mark) bool) (yes, no []commissioning.Mark) {
	for _, m := range marks {
		if is(m) {
			yes = append(yes, m)
		} else {
			no = append(no, m)
		}
	}
	return yes, no
}

// Principle 3.

func (d *Dossier) outcomesAtHeart(round int) []Finding {
	services := d.servicesIn(round)
	if len(services) == 0 {
		return one(Finding{
			Outcome: NoEvidence, Why: "No service is recorded that was planned or ran in this round.",
			Remedy: "Plan services for the outcomes that users, carers and communities want.",
		})
	}
	found := make([]Finding, len(services))
	for i, s := range services {
		found[i] = d.outcomesOf(s)
		found[i].Subject = string(s.ID)
	}
	return found
}

// outcomesOf judges the outcomes of one service.
func (d *Dossier) outcomesOf(s commissioning.Service) Finding {
	const remedy = "Ask users, carers and communities which outcomes they want, and record each with whose it is, a measure and a target."
	evidence := d.inCycle(s.Mark, s.Revised)
	theirs, measurable, unsaid, linked := 0, 0, 0, 0
	for _, id := range s.Outcomes {
		o, known := d.Cycle().Outcome(id)
		if !known {
			continue
		}
		linked++
		evidence = append(evidence, d.inCycle(o.Mark, o.Revised)...)
		switch o.Whose {
		case commissioning.OutcomeOfUsers, commissioning.OutcomeOfCarers, commissioning.OutcomeOfCommunity:
			theirs++
			if o.Measurable() {
				measurable++
			}
		case "":
			unsaid++
		case commissioning.OutcomeOfOrganisation:
		}
	}
	switch {
	case linked == 0:
		return Finding{Outcome: NoEvidence, Why: fmt.Sprintf("No outcome is recorded that service %s is to bring.", s.ID), Remedy: remedy}
	case theirs > 0 && measurable == theirs:
		return Finding{Outcome: Met, Why: fmt.Sprintf("Service %s is planned for measurable outcomes of those it is for.", s.ID), Evidence: evidence}
	case theirs > 0:
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("Of the outcomes of users, carers and communities that service %s serves, %d of %d can be measured.", s.ID, measurable, theirs),
			Remedy: "Give every outcome a measure and a target.", Evidence: evidence,
		}
	case unsaid > 0:
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("Service %s serves outcomes of which nobody recorded whose they are.", s.ID), Remedy: remedy, Evidence: evidence,
		}
	}
	return Finding{
		Outcome: NotMet, Why: fmt.Sprintf("None of the outcomes of service %s is one of users, carers or communities.", s.ID), Remedy: remedy, Evidence: evidence,
	}
}

// Principle 4.

func (d *Dossier) providersMapped(round int) []Finding {
	const remedy = "Map who provides or could provide, of every sector, with what each could contribute to the outcomes, before planning."
	lines := d.mappedIn(round)
	if len(lines) == 0 {
		before := slices.DeleteFunc(d.Cycle().Providers(), func(p commissioning.MappedProvider) bool { return p.Mark.Round > round })
		if len(before) == 0 {
			return one(Finding{Outcome: NoEvidence, Why: "No provider is mapped.", Remedy: remedy})
		}
		return one(Finding{
			Outcome: PartlyMet, Why: "The provider map is that of an earlier round, and was not looked at again.", Remedy: remedy, Evidence: d.inCycle(marksOf(before)...),
		})
	}
	early := lines
	if plan, planned := d.firstPlanned(round); planned {
		early = slices.DeleteFunc(slices.Clone(lines), func(p commissioning.MappedProvider) bool {
			return p.Mark.At.After(plan.At) || p.AsOf.After(casework.DateOf(plan.At))
		})
		if len(early) == 0 {
			return one(Finding{
				Outcome: NotMet, Why: "Providers were mapped only after the service had been planned.", Remedy: remedy, Evidence: d.inCycle(append(marksOf(lines), plan)...),
			})
		}
	}
	agencies, contributing := map[string]bool{}, map[string]bool{}
	for _, p := range early {
		agencies[p.Agency.ID] = true
		if !blank(p.Contribution) || len(p.Outcomes) > 0 {
			contributing[p.Agency.ID] = true
		}
	}
	evidence := d.inCycle(marksOf(early)...)
	switch {
	case len(agencies) < 2:
		return one(Finding{Outcome: PartlyMet, Why: "Only one provider is mapped.", Remedy: remedy, Evidence: evidence})
	case len(contributing) < len(agencies):
		return one(Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("Of %d mapped providers, it is recorded of %d what they could contribute to the outcomes.", len(agencies), len(contributing)),
			Remedy: "Find out what every mapped provider could contribute to which outcomes.", Evidence: evidence,
		})
	}
	return one(Finding{
		Outcome: Met, Why: fmt.Sprintf("%d providers were mapped before planning, with what each could contribute to the outcomes.", len(agencies)), Evidence: evidence,
	})
}

func (d *Dossier) mappedIn(round int) []commissioning.MappedProvider {
	return slices.DeleteFunc(d.Cycle().Providers(), func(p commissioning.MappedProvider) bool { return p.Mark.Round != round })
}

func marksOf(lines []commissioning.MappedProvider) []commissioning.Mark {
	marks := make([]commissioning.Mark, len(lines))
	for i, p := range lines {
		marks[i] = p.Mark
	}
	return marks
}

// Principle 5.

func (d *Dossier) capacityConsidered(round int) []Finding {
	var invested []commissioning.Mark
	for _, k := range d.Cycle().Investments() {
		if k.Mark.Round == round {
			invested = append(invested, k.Mark)
		}
	}
	if len(invested) > 0 {
		return one(Finding{Outcome: Met, Why: "Money was invested in what providers are able to do.", Evidence: d.inCycle(invested...)})
	}
	if f, weighed := d.weighed(commissioning.SubjectCapacityInvestment, round, "investing in the capacity of providers"); weighed {
		return one(f)
	}
	return one(Finding{
		Outcome: NoEvidence, Why: "Nothing is recorded about investing in the capacity of providers.",
		Remedy: "Consider what providers would need to take part, and record what was decided and why.",
	})
}

// weighed gives the finding on something that was considered: taken is met, and
// declined with a reason is a good answer.
func (d *Dossier) weighed(subject commissioning.ConsideredSubject, round int, what string) (Finding, bool) {
	var taken, declined []commissioning.Mark
	var reasons []string
	for _, c := range d.consideredIn(subject, round) {
		if c.Decision == commissioning.ConsideredTaken {
			taken = append(taken, c.Mark)
			continue
		}
		declined, reasons = append(declined, c.Mark), append(reasons, c.Reason)
	}
	switch {
	case len(taken) > 0:
		return Finding{Outcome: Met, Why: fmt.Sprintf("It was considered and decided on: %s.", what), Evidence: d.inCycle(append(taken, declined...)...)}, true
	case len(declined) > 0 && joined(reasons) != "":
		return Finding{
			Outcome: Declined, Why: fmt.Sprintf("It was considered and declined with a reason: %s.", what),
			Reason: joined(reasons), Evidence: d.inCycle(declined...),
		}, true
	}
	return Finding{}, false
}

// Principle 6.

func (d *Dossier) contractedFairly(round int) []Finding {
	var found []Finding
	purchases := d.purchasesIn(round)
	for _, p := range purchases {
		f := d.boughtFairly(p, round)
		f.Subject = p.ID().String()
		found = append(found, f)
	}
	for _, s := range d.grantedIn(round) {
		f := d.grantedOpenly(s)
		f.Subject = string(s.ID)
		found = append(found, f)
	}
	if len(found) == 0 {
		return one(Finding{Outcome: NotApplicable, Why: "Nothing was bought or granted in this round."})
	}
	if len(purchases) > 0 {
		found = append(found, d.broadened(commissioning.SubjectSubContracting, round, "sub-contracting", func(b procurement.Bid) bool { return len(b.SubContractors) > 0 }))
		found = append(found, d.broadened(commissioning.SubjectConsortium, round, "bids of consortia", func(b procurement.Bid) bool { return len(b.Members) > 0 }))
	}
	return found
}

// boughtFairly judges one purchase.
func (d *Dossier) boughtFairly(p *procurement.Purchase, round int) Finding {
	route, chosen := p.Route()
	if chosen && !route.Competitive() {
		return d.boughtDirectly(p, route)
	}
	tender, set := p.Tender()
	if !set || !wasInvited(p) {
		return Finding{Outcome: NotApplicable, Why: "The purchase has not come to its invitation."}
	}
	_, invited, _ := d.invited(p)
	evidence := append(d.in(p.ID(), tender.Mark, route.Mark), invited...)
	if len(tender.Advertised) == 0 && len(tender.InvitedIDs) == 1 {
		return Finding{
			Outcome: NotMet, Why: "The purchase was not advertised, and one agency alone was invited.",
			Remedy: "Advertise the opportunity, or invite several agencies, next time.", Evidence: evidence,
		}
	}
	var short []string
	if len(tender.Advertised) == 0 && len(tender.InvitedIDs) == 0 && !p.HasDocument(casework.DocumentTenderNotice, false) {
		short = append(short, "nobody recorded where it was advertised or who was invited")
	}
	if len(tender.Criteria) == 0 {
		short = append(short, "no criteria were published")
	}
	if len(tender.Lots) < 2 && blank(tender.NoLots) && len(d.consideredIn(commissioning.SubjectLots, round)) == 0 {
		short = append(short, "nobody recorded why it was not divided into lots")
	}
	open, answered := questions(p)
	if open > 0 && p.State() != procurement.Invited {
		short = append(short, fmt.Sprintf("%d of the bidders' questions were not answered", open))
	}
	undebriefed, debriefed := debriefs(p)
	if undebriefed > 0 {
		short = append(short, fmt.Sprintf("%d of the bidders were not told how their bid was judged", undebriefed))
	}
	for _, c := range d.consideredIn(commissioning.SubjectLots, round) {
		evidence = append(evidence, d.inCycle(c.Mark)...)
	}
	evidence = append(evidence, d.in(p.ID(), append(answered, debriefed...)...)...)
	if len(short) > 0 {
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("The purchase was put to the market, and %s.", strings.Join(short, ", and ")),
			Remedy: "Advertise, answer every question to all, consider lots, and tell every bidder how its bid was judged.", Evidence: evidence,
		}
	}
	return Finding{Outcome: Met, Why: "The purchase was put to the market openly, by published criteria, and bidders were told what they had to know.", Evidence: evidence}
}

func (d *Dossier) boughtDirectly(p *procurement.Purchase, route procurement.RouteChoice) Finding {
	reason := route.Justification
	if blank(reason) {
		reason = route.Reason
	}
	evidence := d.in(p.ID(), route.Mark)
	if blank(reason) {
		return Finding{
			Outcome: NotMet, Why: "The purchase was made without competition, and nobody recorded why.",
			Remedy: "Record on which ground there was no competition, and why it is met.", Evidence: evidence,
		}
	}
	return Finding{Outcome: Explained, Why: "The purchase was made without competition, for a recorded reason.", Reason: reason, Evidence: evidence}
}

// questions counts what is unanswered, and gives the marks of the answers.
func questions(p *procurement.Purchase) (open int, answered []procurement.Mark) {
	for _, q := range p.Questions() {
		if q.Open() {
			open++
			continue
		}
		answered = append(answered, q.Answered)
	}
	return open, answered
}

// debriefs counts the valid bids that were not debriefed once the award was
// decided, and gives the marks of the debriefs.
func debriefs(p *procurement.Purchase) (missing int, given []procurement.Mark) {
	decided := slices.ContainsFunc(p.Awards(), procurement.Award.Stands)
	for _, b := range p.Bids() {
		switch {
		case b.Debrief != nil:
			given = append(given, b.Debrief.Mark)
		case decided && b.Valid():
			missing++
		}
	}
	return missing, given
}

// broadened judges whether sub-contracting, or bids of consortia, were made
// possible or weighed.
func (d *Dossier) broadened(subject commissioning.ConsideredSubject, round int, what string, used func(procurement.Bid) bool) Finding {
	var evidence []Citation
	for _, p := range d.purchasesIn(round) {
		for _, b := range p.Bids() {
			if used(b) {
				evidence = append(evidence, d.in(p.ID(), b.Drafted)...)
			}
		}
	}
	if len(evidence) > 0 {
		return Finding{Subject: string(subject), Outcome: Met, Why: fmt.Sprintf("The purchase was open to %s, and bids made use of it.", what), Evidence: evidence}
	}
	if f, weighed := d.weighed(subject, round, what); weighed {
		f.Subject = string(subject)
		return f
	}
	return Finding{
		Subject: string(subject), Outcome: NoEvidence, Why: fmt.Sprintf("Nothing is recorded about %s.", what),
		Remedy: fmt.Sprintf("Consider %s, and record what was decided and why.", what),
	}
}

// grantedIn gives the services for which a grant was made or agreed in a round.
func (d *Dossier) grantedIn(round int) []commissioning.Service {
	granted := map[commissioning.ServiceID]bool{}
	for _, a := range d.arrangementsIn(round) {
		if s, known := d.Cycle().Service(a.Service); known && isGrant(s.Channel) {
			granted[s.ID] = true
		}
	}
	for _, g := range d.grantsIn(round) {
		granted[g.Grant().Service] = true
	}
	return slices.DeleteFunc(d.Cycle().Services(), func(s commissioning.Service) bool { return !granted[s.ID] })
}

func isGrant(c commissioning.Channel) bool {
	return c == commissioning.Grant || c == commissioning.GrantInAid
}

func (d *Dossier) grantedOpenly(s commissioning.Service) Finding {
	if blank(s.ChannelReason) {
		return Finding{
			Outcome: NoEvidence, Why: fmt.Sprintf("Nobody recorded why service %s is funded by a grant.", s.ID),
			Remedy: "Record why a grant was chosen rather than a contract.",
		}
	}
	return Finding{Outcome: Met, Why: fmt.Sprintf("It is recorded why service %s is funded by a grant.", s.ID), Evidence: d.inCycle(s.Mark, s.Revised)}
}

// Principle 7.

func (d *Dossier) longTermAndRisks(round int) []Finding {
	agreements := d.agreementsIn(round)
	long := d.longTerms(agreements, round)
	long.Subject = string(commissioning.SubjectLongTerm)
	risks := d.risksShared(agreements, round)
	risks.Subject = string(commissioning.SubjectRiskSharing)
	return []Finding{long, risks}
}

// agreement is what principle 7 looks at of a contract or a grant agreement.
type agreement struct {
	cited  []Citation
	months int // 0 where no length is recorded
	reason string
	risks  []procurement.Risk
	shared bool // a grant paid in advance takes the risk of cash flow
}

func (d *Dossier) agreementsIn(round int) []agreement {
	var all []agreement
	for _, c := range d.contractsIn(round) {
		t := c.Terms()
		a := agreement{cited: d.in(c.ID(), c.Drafted()), months: t.Term.Months, reason: t.Term.Reason, risks: t.Risks}
		if a.months == 0 {
			a.months = monthsOf(t.Period)
		}
		all = append(all, a)
	}
	for _, g := range d.grantsIn(round) {
		all = append(all, agreement{cited: d.Cite(g.ID(), 2), months: monthsOf(g.Grant().Period), shared: g.Grant().InAdvance})
	}
	return all
}

// monthsOf counts the whole months of a period, both days included.
func monthsOf(p casework.Period) int {
	if p.From.IsZero() || p.To.IsZero() {
		return 0
	}
	end := p.To.AddDays(1)
	months := (end.Year()-p.From.Year())*12 + int(end.Month()-p.From.Month())
	if p.From.AddMonths(months).After(end) {
		months--
	}
	return max(months, 0)
}

func (d *Dossier) longTerms(agreements []agreement, round int) Finding {
	var evidence []Citation
	var reasons []string
	long, short, bare := 0, 0, 0
	for _, a := range agreements {
		switch {
		case a.months == 0:
			continue
		case a.months >= longTerm:
			long++
		case !blank(a.reason):
			short, reasons = short+1, append(reasons, a.reason)
		default:
			short, bare = short+1, bare+1
		}
		evidence = append(evidence, a.cited...)
	}
	if long > 0 && short == 0 {
		return Finding{Outcome: Met, Why: "What was agreed in this round runs for three years or more.", Evidence: evidence}
	}
	if f, weighed := d.weighed(commissioning.SubjectLongTerm, round, "a long term"); weighed {
		f.Evidence = append(f.Evidence, evidence...)
		return f
	}
	switch {
	case bare > 0 && long > 0:
		return Finding{
			Outcome: PartlyMet, Why: "Some of what was agreed in this round runs for less than three years, and nobody recorded why.",
			Remedy: "Record why the term is short, or agree a longer one.", Evidence: evidence,
		}
	case bare > 0:
		return Finding{
			Outcome: NotMet, Why: "What was agreed in this round runs for less than three years, and nobody recorded why.",
			Remedy: "Record why the term is short, or agree a longer one.", Evidence: evidence,
		}
	case short > 0:
		return Finding{
			Outcome: Declined, Why: "What was agreed in this round runs for less than three years, for a recorded reason.", Reason: joined(reasons), Evidence: evidence,
		}
	case len(agreements) == 0:
		return Finding{Outcome: NotApplicable, Why: "No contract and no grant was agreed in this round."}
	}
	return Finding{
		Outcome: NoEvidence, Why: "Nothing is recorded about how long what was agreed runs.",
		Remedy: "Record the term of every contract and grant, and why it is as long as it is.",
	}
}

func (d *Dossier) risksShared(agreements []agreement, round int) Finding {
	var evidence []Citation
	var reasons []string
	shared, oneSided, bare := 0, 0, 0
	for _, a := range agreements {
		switch {
		case a.shared || sharesRisk(a.risks):
			shared++
		case len(a.risks) == 0:
			continue
		case riskReasons(a.risks) != "":
			oneSided, reasons = oneSided+1, append(reasons, riskReasons(a.risks))
		default:
			oneSided, bare = oneSided+1, bare+1
		}
		evidence = append(evidence, a.cited...)
	}
	if shared > 0 && bare == 0 {
		return Finding{Outcome: Met, Why: "The risks of what was agreed in this round are parted between those who agreed it.", Evidence: evidence}
	}
	if f, weighed := d.weighed(commissioning.SubjectRiskSharing, round, "sharing risks"); weighed {
		f.Evidence = append(f.Evidence, evidence...)
		return f
	}
	const remedy = "Agree who bears which risk, whoever can best manage it, and record why."
	switch {
	case bare > 0 && shared > 0:
		return Finding{Outcome: PartlyMet, Why: "Some of what was agreed leaves every risk to one side, and nobody recorded why.", Remedy: remedy, Evidence: evidence}
	case bare > 0:
		return Finding{Outcome: NotMet, Why: "What was agreed leaves every risk to one side, and nobody recorded why.", Remedy: remedy, Evidence: evidence}
	case oneSided > 0:
		return Finding{Outcome: Declined, Why: "What was agreed leaves every risk to one side, for a recorded reason.", Reason: joined(reasons), Evidence: evidence}
	case len(agreements) == 0:
		return Finding{Outcome: NotApplicable, Why: "No contract and no grant was agreed in this round."}
	}
	return Finding{Outcome: NoEvidence, Why: "Nothing is recorded about who bears which risk.", Remedy: remedy}
}

// sharesRisk tells whether risks are borne by more than one side, or shared.
func sharesRisk(risks []procurement.Risk) bool {
	return slices.ContainsFunc(risks, func(r procurement.Risk) bool { return r.Bearer == "shared" || r.Bearer != risks[0].Bearer })
}

// riskReasons gives why the risks lie where they lie; none where one has no
// reason.
func riskReasons(risks []procurement.Risk) string {
	var reasons []string
	for _, r := range risks {
		if blank(r.Reason) {
			return ""
		}
		reasons = append(reasons, r.Reason)
	}
	return joined(reasons)
}

// Principle 8.

func (d *Dossier) feedbackSought(round int) []Finding {
	const remedy = "Ask users, communities and providers how well the commissioning process met local needs, and answer them."
	var process, service []commissioning.Mark
	asked := map[commissioning.ParticipantRole]bool{}
	unanswered := 0
	for _, f := range d.Cycle().FeedbackIn(round) {
		if f.About != commissioning.FeedbackOnProcess {
			service = append(service, f.Mark)
			continue
		}
		process = append(process, f.Mark, f.Answered)
		if f.Unanswered() {
			unanswered++
		}
		for _, role := range f.From {
			asked[role] = true
		}
	}
	if len(process) > 0 {
		return one(d.askedAboutProcess(process, unasked(asked), unanswered, remedy))
	}
	if len(service) > 0 {
		return one(Finding{
			Outcome: PartlyMet, Why: "Feedback was sought on services, and none on the commissioning process.", Remedy: remedy, Evidence: d.inCycle(service...),
		})
	}
	var concluded []commissioning.Mark
	for _, w := range d.Cycle().Reviews() {
		if w.Concluded.Entry > 0 && w.Concluded.Round == round {
			concluded = append(concluded, w.Concluded)
		}
	}
	if len(concluded) > 0 {
		return one(Finding{
			Outcome: NotMet, Why: "A review was concluded, and nobody had been asked about the commissioning process.", Remedy: remedy, Evidence: d.inCycle(concluded...),
		})
	}
	return one(Finding{Outcome: NoEvidence, Why: "Nothing is recorded about feedback in this round.", Remedy: remedy})
}

func (d *Dossier) askedAboutProcess(process []commissioning.Mark, missing []string, unanswered int, remedy string) Finding {
	evidence := d.inCycle(process...)
	if len(missing) > 0 {
		return Finding{
			Outcome: PartlyMet, Why: fmt.Sprintf("Feedback on the commissioning process was sought, but not from %s.", strings.Join(missing, " or ")),
			Remedy: remedy, Evidence: evidence,
		}
	}
	if unanswered > 0 {
		return Finding{
			Outcome: Met, Why: "Users, communities and providers were asked about the commissioning process, and some are still to be answered.",
			Remedy: "Answer those who replied.", Evidence: evidence,
		}
	}
	return Finding{Outcome: Met, Why: "Users, communities and providers were asked about the commissioning process.", Evidence: evidence}
}

// unasked names the groups that were not asked: carers stand for users, and
// voluntary and community organisations for communities.
func unasked(asked map[commissioning.ParticipantRole]bool) []string {
	var missing []string
	if !asked[commissioning.ParticipantUser] && !asked[commissioning.ParticipantCarer] {
		missing = append(missing, "users")
	}
	if !asked[commissioning.ParticipantCommunity] && !asked[commissioning.ParticipantVoluntaryOrganisation] {
		missing = append(missing, "communities")
	}
	if !asked[commissioning.ParticipantProvider] {
		missing = append(missing, "providers")
	}
	return missing
}

// one gives a finding as a list.
func one(f Finding) []Finding { return []Finding{f} }
