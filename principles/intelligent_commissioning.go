package principles

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// IntelligentCommissioning is what the Audit Commission called intelligent
// commissioning in Hearts and Minds (2007), with the three judgements that the
// Public Administration Select Committee asks of a commissioner (2008).
//
// The report has two aims, effective competition and the benefits that voluntary
// organisations can bring, and three elements: services shaped by users and
// outcomes, attention to the market in the long term, and the most appropriate
// provider. It found no evidence that a sector as such gives better value, so no
// sector scores for being itself: what counts is what was recorded of a
// provider, whoever it is. The source gives no checklist. Which records show
// that an aim was pursued is this library's own reading.
func IntelligentCommissioning() Standard {
	return Standard{
		ID: "intelligent-commissioning", Title: "Intelligent commissioning", Version: "2007",
		Doc: "Whether a cycle fosters effective competition, secures the benefits a provider can bring, puts users and outcomes first, " +
			"looks after the market and chooses the most appropriate provider, and whether the three judgements of 2008 were made on record. " +
			"No sector scores for being itself. Which records show this is this library's own reading of its sources.",
		Source:   heartsAndMinds(""),
		Criteria: append(intelligentAims(), threeJudgements()...),
	}
}

func heartsAndMinds(place string) Source {
	return Source{Document: "Hearts and Minds: commissioning from the voluntary sector (Audit Commission)", Year: "2007", Place: place, Ours: place != ""}
}

func rhetoricAndReality() Source {
	return Source{
		Document: "Public Services and the Third Sector: Rhetoric and Reality (Public Administration Select Committee, HC 112-I)",
		Year:     "2008", Ours: true,
	}
}

func intelligentAims() []Criterion {
	return []Criterion{
		{
			ID: "effective-competition", Title: "Effective competition",
			Doc: "Providers compete where a service is bought: at least two agencies bid for every lot. " +
				"A direct award, a grant or an in-house agreement has on record why there was no competition.",
			Source: heartsAndMinds("first aim"), Needs: []string{"the purchase with its route and bids", "the grant or in-house agreement"},
			Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: ofCommission(commissioning.StageArrangeDelivery, effectiveCompetition),
		},
		{
			ID: "benefits-expected", Title: "Benefits of the provider, as expected",
			Doc: "What the provider is expected to bring that others could not is written down before it is settled who delivers the service. " +
				"Whose sector it is of has no say.",
			Source: heartsAndMinds("second aim"), Needs: []string{"the service's expected distinct benefit", "the award or arrangement"},
			Stages: []Stage{commissioning.StagePlanUse}, OfCycle: ofCommission(commissioning.StagePlanUse, benefitsExpected),
		},
		{
			ID: "benefits-observed", Title: "Benefits of the provider, as observed",
			Doc: "Once people receive the service, what it brings them is looked at: in observations, feedback, " +
				"the measures of its agreement or a review of it. How good the benefit is, is for a reader to judge.",
			Source: heartsAndMinds("second aim"), Needs: []string{"observations and feedback", "the agreement's measures and reviews"},
			Stages: []Stage{commissioning.StageMonitorReview}, OfCycle: ofCommission(commissioning.StageMonitorReview, benefitsObserved),
		},
		{
			ID: "user-focused-outcomes", Title: "User-focused and outcomes-based",
			Doc:    "The service aims at outcomes that can be measured, and that are those of users, carers or the community, or that they helped to shape.",
			Source: heartsAndMinds("first element"), Needs: []string{"the service's outcomes, and whose they are", "engagement of users and carers"},
			Stages: []Stage{commissioning.StagePlanUse}, OfCycle: ofCommission(commissioning.StagePlanUse, userFocusedOutcomes),
		},
		{
			ID: "developing-the-market", Title: "Developing the market",
			Doc: "Present and potential supply is known in every round, and attention goes to what it will be: new entrants bid, new agencies are mapped, " +
				"capacity is invested in, or such steps are weighed on record. How concentrated the market is stands in a table of its own and is no part of this.",
			Source: heartsAndMinds("second element"), Needs: []string{"the provider map", "the bidders' standing", "investment in capacity"},
			Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: developingTheMarket,
		},
		{
			ID: "most-appropriate-provider", Title: "The most appropriate provider",
			Doc: "It is on record why the provider is the most appropriate one, and that it was found able and fit to deliver before it was settled; " +
				"for a direct award with its ground, for a grant, and in house with the cost.",
			Source: heartsAndMinds("third element"), Needs: []string{"the award, grant or in-house agreement", "the assessment of the provider's suitability"},
			Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: ofCommission(commissioning.StageArrangeDelivery, mostAppropriateProvider),
		},
	}
}

func threeJudgements() []Criterion {
	return []Criterion{
		{
			ID: "contract-or-grant", Title: "Contract or grant",
			Doc:    "Whether to buy the service, fund it or provide it in house is a judgement on record, made among several channels before the service is arranged.",
			Source: rhetoricAndReality(), Needs: []string{"the service's channel, the reason for it and the channels considered"},
			Stages: []Stage{commissioning.StagePlanUse}, OfCycle: ofCommission(commissioning.StagePlanUse, contractOrGrant),
		},
		{
			ID: "weight-of-price", Title: "The weight of price",
			Doc:    "How much price weighs is a judgement on record, with its reason, made before the service is put to the market.",
			Source: rhetoricAndReality(), Needs: []string{"the tender's criteria and the reason for the weight of price"},
			Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: ofCommission(commissioning.StageArrangeDelivery, weightOfPrice),
		},
		{
			ID: "scope-for-innovation", Title: "Scope for innovation",
			Doc:    "Whether there is scope for innovative delivery is a judgement on record, made before the service is put to the market: in the tender, or as something considered.",
			Source: rhetoricAndReality(), Needs: []string{"the tender's scope for innovation and variants", "what was considered"},
			Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: ofCommission(commissioning.StageArrangeDelivery, scopeForInnovation),
		},
	}
}

func ofCommission(stage Stage, judge func(commission) Finding) func(*Dossier) []Finding {
	return func(d *Dossier) []Finding { return d.byCommission(stage, judge) }
}

func effectiveCompetition(c commission) Finding {
	var found []Finding
	for _, p := range c.purchases {
		found = append(found, c.competition(p))
	}
	for _, k := range c.contracts {
		if len(k.Origin().Ground) > 0 && !c.hasPurchase(k.Origin().Purchase) {
			found = append(found, Finding{
				Outcome: Declined, Why: "The contract was awarded without competition, on a ground that is on record.",
				Reason: k.Origin().Ground, Evidence: c.d.lastOf(k.ID(), string(procurement.DraftingContract)),
			})
		}
	}
	for _, g := range c.grants {
		found = append(found, uncompeted("grant", g.Grant().Competed, c.d.lastOf(g.ID(), string(procurement.DesigningGrant))))
	}
	for _, h := range c.inHouse {
		found = append(found, c.keptInHouse(h))
	}
	switch {
	case len(found) > 0:
		return together(found)
	case !c.due():
		return Finding{Outcome: NotApplicable, Why: notReached}
	default:
		return Finding{
			Outcome: NoEvidence, Why: "Nothing is recorded of how a provider was found for this service.",
			Remedy: "Record the purchase, grant or in-house agreement by which the service is delivered.",
		}
	}
}

func (c commission) hasPurchase(id casework.CaseID) bool {
	return slices.ContainsFunc(c.purchases, func(p *procurement.Purchase) bool { return p.ID() == id })
}

// competition judges how a purchase was competed for.
func (c commission) competition(p *procurement.Purchase) Finding {
	route, chosen := p.Route()
	if !chosen {
		return Finding{Outcome: NotApplicable, Why: "No route is chosen yet by which this service is bought."}
	}
	if !route.Competitive() {
		return c.directly(p, route)
	}
	contested, alone, empty, evidence := c.lots(p)
	evidence = append(evidence, c.d.in(p.ID(), route.Mark)...)
	settled := p.BiddingAt(c.d.At()) == procurement.BiddingClosed || len(c.awards(p)) > 0
	switch {
	case contested > 0 && alone+empty == 0:
		return Finding{Outcome: Met, Why: "At least two agencies bid for everything that was put to the market.", Evidence: evidence}
	case !settled:
		return Finding{Outcome: NotApplicable, Why: "The time for bids is not over yet."}
	case contested+alone > 0:
		return Finding{
			Outcome: PartlyMet, Why: "The service was put to the market, and not every lot had more than one bid.", Evidence: evidence,
			Remedy: "Ask providers why they did not bid, and use what they say in the next round.",
		}
	default:
		return Finding{
			Outcome: NotMet, Why: "The service was put to the market, and nobody bid.", Evidence: evidence,
			Remedy: "Ask providers why they did not bid, and look at lots, term, risk and price again.",
		}
	}
}

// directly judges a purchase without competition.
func (c commission) directly(p *procurement.Purchase, route procurement.RouteChoice) Finding {
	evidence := c.d.in(p.ID(), route.Mark)
	if route.Route == procurement.DirectAward && (blank(route.Ground) || blank(route.Justification)) {
		return Finding{
			Outcome: NotMet, Why: "The service was awarded directly, and no ground with its justification is recorded.", Evidence: evidence,
			Remedy: "Compete the service, or record the ground for a direct award and why it is met.",
		}
	}
	return Finding{
		Outcome: Declined, Why: "Competition was considered and declined, with the reason on record.",
		Reason: firstSaid(route.Justification, route.Reason, route.Ground), Evidence: evidence,
	}
}

// lots counts the lots several agencies bid for, one bid for, and nobody bid for.
func (c commission) lots(p *procurement.Purchase) (contested, alone, empty int, evidence []Citation) {
	bidders := map[procurement.LotID]map[string]bool{}
	if t, set := p.Tender(); set {
		for _, lot := range t.Lots {
			bidders[lot.ID] = map[string]bool{}
		}
		evidence = c.d.in(p.ID(), t.Mark)
	}
	for _, b := range p.Bids() {
		if !b.Valid() || b.Exclusion != nil || (b.Late && b.Admitted == nil) {
			continue
		}
		if bidders[b.Lot] == nil {
			bidders[b.Lot] = map[string]bool{}
		}
		bidders[b.Lot][b.Bidder.ID] = true
		evidence = append(evidence, c.d.in(p.ID(), b.Signed.Mark)...)
	}
	for _, of := range bidders {
		switch len(of) {
		case 0:
			empty++
		case 1:
			alone++
		default:
			contested++
		}
	}
	return contested, alone, empty, evidence
}

func uncompeted(what, reason string, evidence []Citation) Finding {
	if blank(reason) {
		return Finding{
			Outcome: NoEvidence, Why: fmt.Sprintf("It is not recorded how the recipient of the %s was chosen.", what),
			Remedy: "Record how the recipient was chosen, or why there was no competition.",
		}
	}
	return Finding{
		Outcome: Declined, Why: fmt.Sprintf("How the recipient of the %s was chosen, or why without competition, is on record.", what),
		Reason: reason, Evidence: evidence,
	}
}

func (c commission) keptInHouse(h *procurement.InHouseAgreement) Finding {
	evidence := c.d.lastOf(h.ID(), string(procurement.ProposingInHouse))
	if len(h.InHouse().Compared) == 0 || blank(h.InHouse().Why) {
		return Finding{
			Outcome: NotMet, Why: "The service is provided in house, and it was compared with nothing else.", Evidence: evidence,
			Remedy: "Compare the in-house service with what others could offer, and record it.",
		}
	}
	return Finding{
		Outcome: Declined, Why: "The in-house service was compared with others, and the reason for it is on record.",
		Reason: h.InHouse().Why, Evidence: evidence,
	}
}

// firstSaid gives the first text that is not blank.
func firstSaid(texts ...string) string {
	i := slices.IndexFunc(texts, func(text string) bool { return !blank(text) })
	if i < 0 {
		return ""
	}
	return texts[i]
}

func benefitsExpected(c commission) Finding {
	expected := keep(c.versions(), func(v serviceVersion) bool { return !blank(v.DistinctBenefit) })
	if len(expected) == 0 {
		return Finding{
			Outcome: NoEvidence, Why: "It is not recorded what the provider is expected to bring that others could not.",
			Remedy: "Record the distinct benefit expected of the provider, before it is settled who that is.",
		}
	}
	first := slices.MinFunc(expected, func(a, b serviceVersion) int { return a.at.Compare(b.at) })
	at, award, settled := c.decided()
	if settled && first.at.After(at) {
		return Finding{
			Outcome: NotMet, Why: "What the provider is expected to bring was written down only after it was settled who that is.",
			Remedy:   "Record the distinct benefit expected of a provider before the award in the next round.",
			Evidence: append(c.cite(first), award...),
		}
	}
	return Finding{
		Outcome: Met, Why: "What the provider is expected to bring that others could not was written down beforehand.",
		Evidence: append(c.cite(first), award...),
	}
}

func benefitsObserved(c commission) Finding {
	start, started := c.started()
	if !started {
		return Finding{Outcome: NotApplicable, Why: "Nobody receives this service yet by what was arranged in this round."}
	}
	evidence := c.observed(start)
	if len(evidence) > 0 {
		return Finding{Outcome: Met, Why: "What the service brings was looked at once people received it.", Evidence: evidence}
	}
	const remedy = "Observe the outcomes of the service, ask those who use it, and review its agreement."
	if asked := c.askedInVain(start); len(asked) > 0 {
		return Finding{Outcome: PartlyMet, Why: "People were asked about the service, and nobody replied.", Remedy: remedy, Evidence: asked}
	}
	if decided := c.reviewedBlind(start); len(decided) > 0 {
		return Finding{Outcome: NotMet, Why: "A review decided on the service, and nothing was observed of what it brings.", Remedy: remedy, Evidence: decided}
	}
	return Finding{Outcome: NoEvidence, Why: "People receive the service, and nothing is recorded of what it brings.", Remedy: remedy}
}

// started gives when people began to receive the service by what was arranged in
// the round.
func (c commission) started() (at time.Time, is bool) {
	s := c.service.Started
	if s.Entry == 0 || len(c.arrangements) == 0 {
		return time.Time{}, false
	}
	if s.Round == c.round || (s.Round > c.round && !c.renewedLater()) {
		return s.At, true
	}
	for _, a := range c.arrangements {
		if !a.BindingSince.IsZero() && (!is || a.Mark.At.Before(at)) {
			at, is = a.Mark.At, true
		}
	}
	return at, is
}

// renewedLater tells whether the service was arranged again in a later round.
func (c commission) renewedLater() bool {
	return slices.ContainsFunc(c.d.Cycle().Arrangements(), func(a commissioning.Arrangement) bool {
		return a.Service == c.service.ID && a.Mark.Round > c.round
	})
}

// observed cites what was observed of the service since it began.
func (c commission) observed(start time.Time) []Citation {
	var cited []Citation
	for _, o := range c.d.Cycle().Observations() {
		ofIt := o.Service == c.service.ID || (o.Service == "" && slices.Contains(c.service.Outcomes, o.Outcome))
		if ofIt && c.since(start, o.Mark.At) && !o.Of.To.Before(casework.DateOf(start)) {
			cited = append(cited, c.d.inCycle(o.Mark)...)
		}
	}
	for _, f := range c.d.Cycle().AllFeedback() {
		if f.About == commissioning.FeedbackOnService && f.Service == c.service.ID && f.Count > 0 && c.since(start, f.Mark.At) {
			cited = append(cited, c.d.inCycle(f.Mark)...)
		}
	}
	for _, k := range c.contracts {
		cited = append(cited, c.looked(start, k.ID(), k.Observations(), k.Reviews())...)
	}
	for _, g := range c.grants {
		cited = append(cited, c.looked(start, g.ID(), g.Observations(), g.Reviews())...)
	}
	for _, h := range c.inHouse {
		cited = append(cited, c.looked(start, h.ID(), h.Observations(), h.Reviews())...)
	}
	return append(cited, c.reported(start)...)
}

// reported cites what reviews of the service's agreements told the cycle.
func (c commission) reported(start time.Time) []Citation {
	var cited []Citation
	for _, r := range c.d.Cycle().ArrangementReports() {
		ofIt := slices.ContainsFunc(c.arrangements, func(a commissioning.Arrangement) bool { return a.ID == r.Arrangement })
		if ofIt && r.Kind == commissioning.ReportReview && c.since(start, r.Mark.At) {
			cited = append(cited, c.d.inCycle(r.Mark)...)
		}
	}
	return cited
}

// looked cites the measures observed and the reviews concluded of an agreement.
func (c commission) looked(start time.Time, id casework.CaseID, observations []procurement.MeasureObservation, reviews []procurement.ContractReview) []Citation {
	var cited []Citation
	for _, o := range observations {
		if c.since(start, o.Mark.At) {
			cited = append(cited, c.d.in(id, o.Mark)...)
		}
	}
	for _, r := range reviews {
		if !r.Concluded.IsZero() && c.since(start, r.Concluded.At) {
			cited = append(cited, c.d.in(id, r.Concluded)...)
		}
	}
	return cited
}

// since tells whether something was found while the service ran on what was
// arranged in this round.
func (c commission) since(start, at time.Time) bool {
	if at.Before(start) {
		return false
	}
	for _, a := range c.d.Cycle().Arrangements() {
		if a.Service == c.service.ID && a.Mark.Round > c.round && at.After(a.Mark.At) {
			return false
		}
	}
	return true
}

func (c commission) askedInVain(start time.Time) []Citation {
	var cited []Citation
	for _, f := range c.d.Cycle().AllFeedback() {
		if f.About == commissioning.FeedbackOnService && f.Service == c.service.ID && f.NoneReceived() && c.since(start, f.Mark.At) {
			cited = append(cited, c.d.inCycle(f.Mark)...)
		}
	}
	return cited
}

// reviewedBlind cites the reviews of the cycle that decided on the service.
func (c commission) reviewedBlind(start time.Time) []Citation {
	var cited []Citation
	for _, w := range c.d.Cycle().Reviews() {
		if made, decided := w.Decision(c.service.ID); decided && w.Concluded.Entry > 0 && c.since(start, w.Concluded.At) {
			cited = append(cited, c.d.Cite(c.d.Cycle().ID(), made.Entry)...)
			cited = append(cited, c.d.inCycle(w.Concluded)...)
		}
	}
	return cited
}

func userFocusedOutcomes(c commission) Finding {
	var evidence []Citation
	measured, theirs, others := 0, 0, 0
	for _, id := range c.service.Outcomes {
		o, there := c.d.Cycle().Outcome(id)
		if !there {
			continue
		}
		evidence = append(evidence, c.d.inCycle(o.Mark, o.Revised)...)
		shaped := c.shapedBy(o.ID)
		evidence = append(evidence, shaped...)
		if o.Measurable() {
			measured++
		}
		if o.Whose == commissioning.OutcomeOfOrganisation && len(shaped) == 0 {
			others++
		}
		if len(shaped) > 0 || (o.Whose != "" && o.Whose != commissioning.OutcomeOfOrganisation) {
			theirs++
		}
	}
	const remedy = "Ask users and carers which outcomes matter to them, and record each with a measure and a target."
	switch total := len(c.service.Outcomes); {
	case total == 0 && c.service.Revised.Entry > 0:
		return Finding{Outcome: NotMet, Why: "As it was last revised, the service aims at no outcome.", Remedy: remedy, Evidence: c.d.inCycle(c.service.Revised)}
	case total == 0 || len(evidence) == 0:
		return Finding{Outcome: NoEvidence, Why: "No outcome is recorded that this service aims at.", Remedy: remedy}
	case theirs > 0 && measured == total:
		return Finding{Outcome: Met, Why: "The service aims at outcomes of those it is for, and each can be measured.", Evidence: evidence}
	case others == total:
		return Finding{Outcome: NotMet, Why: "The outcomes of this service are those of the commissioner alone.", Remedy: remedy, Evidence: evidence}
	case theirs > 0:
		return Finding{Outcome: PartlyMet, Why: "The service aims at outcomes of those it is for, and not all of them can be measured.", Remedy: remedy, Evidence: evidence}
	default:
		return Finding{Outcome: PartlyMet, Why: "The service aims at outcomes, and it is not recorded whose they are.", Remedy: remedy, Evidence: evidence}
	}
}

// shapedBy cites where users, carers or the community took part in shaping an
// outcome.
func (c commission) shapedBy(id commissioning.OutcomeID) []Citation {
	var cited []Citation
	for _, e := range c.d.Cycle().Engagements() {
		who, _ := c.d.Cycle().Participant(e.Participant)
		if e.Answer != commissioning.EngagementTookPart || !slices.Contains(e.Outcomes, id) {
			continue
		}
		if slices.Contains([]commissioning.ParticipantRole{commissioning.ParticipantUser, commissioning.ParticipantCarer, commissioning.ParticipantCommunity}, who.Role) {
			cited = append(cited, c.d.inCycle(e.Mark)...)
		}
	}
	return cited
}

func developingTheMarket(d *Dossier) []Finding {
	return d.byRound(commissioning.StageArrangeDelivery, func(round int) []Finding { return []Finding{d.market(round)} })
}

// market judges a round by what is known of supply, and by what was done for the
// supply to come.
func (d *Dossier) market(round int) Finding {
	known := d.inCycle(marksOf(d.mappedIn(round))...)
	widened := d.widened(round)
	weighed, reason := d.stepsDeclined(round)
	const remedy = "Map who provides and who could, invite new entrants, and weigh what would let more providers come forward."
	switch {
	case len(known) > 0 && len(widened) > 0:
		return Finding{Outcome: Met, Why: "The supply there is was mapped, and the supply to come was attended to.", Evidence: append(known, widened...)}
	case len(known) > 0 && len(weighed) > 0:
		return Finding{
			Outcome: Declined, Why: "The supply there is was mapped, and steps to widen it were considered and declined.",
			Reason: reason, Evidence: append(known, weighed...),
		}
	case len(known) > 0:
		return Finding{Outcome: PartlyMet, Why: "The supply there is was mapped, and nothing is recorded of the supply to come.", Remedy: remedy, Evidence: known}
	case len(widened)+len(weighed) > 0:
		return Finding{
			Outcome: PartlyMet, Why: "The supply to come was attended to, and the supply there is was not mapped.",
			Remedy: remedy, Evidence: append(widened, weighed...),
		}
	}
	if incumbents := d.incumbentsAlone(round); len(incumbents) > 0 {
		return Finding{Outcome: NotMet, Why: "Only those who provide the service already bid, and nobody else was mapped.", Remedy: remedy, Evidence: incumbents}
	}
	return Finding{Outcome: NoEvidence, Why: "Nothing is recorded of the providers there are or could be.", Remedy: remedy}
}

// widened cites what was done for more providers to come forward: new entrants
// that bid, agencies that were not on the map of an earlier round, investment in
// capacity, and steps that were considered and taken.
func (d *Dossier) widened(round int) []Citation {
	var cited []Citation
	for _, p := range d.purchasesIn(round) {
		for _, b := range p.Bids() {
			if b.Standing == procurement.NewEntrant && b.Valid() {
				cited = append(cited, d.in(p.ID(), b.Signed.Mark)...)
			}
		}
	}
	before := map[string]bool{}
	for _, m := range d.Cycle().Providers() {
		if m.Mark.Round < round {
			before[m.Agency.ID] = true
		}
	}
	for _, m := range d.Cycle().Providers() {
		if m.Mark.Round == round && len(before) > 0 && !before[m.Agency.ID] {
			cited = append(cited, d.inCycle(m.Mark)...)
		}
	}
	for _, i := range d.Cycle().Investments() {
		if i.Mark.Round == round {
			cited = append(cited, d.inCycle(i.Mark)...)
		}
	}
	for _, c := range d.marketSteps(round) {
		if c.Decision == commissioning.ConsideredTaken {
			cited = append(cited, d.inCycle(c.Mark)...)
		}
	}
	return cited
}

// stepsDeclined cites the steps that were considered and declined, with the latest
// reason.
func (d *Dossier) stepsDeclined(round int) (cited []Citation, reason string) {
	declined := keep(d.marketSteps(round), func(c commissioning.Considered) bool {
		return c.Decision == commissioning.ConsideredDeclined && !blank(c.Reason)
	})
	for _, c := range declined {
		cited = append(cited, d.inCycle(c.Mark)...)
	}
	if len(declined) > 0 {
		reason = slices.MaxFunc(declined, compareConsidered).Reason
	}
	return cited, reason
}

// marketSteps gives what was weighed that lets more providers come forward.
func (d *Dossier) marketSteps(round int) []commissioning.Considered {
	return keep(d.Cycle().AllConsidered(), func(c commissioning.Considered) bool {
		switch c.Subject {
		case commissioning.SubjectCapacityInvestment, commissioning.SubjectConsortium, commissioning.SubjectSubContracting, commissioning.SubjectLots:
			return c.Mark.Round == round
		default:
			return false
		}
	})
}

// incumbentsAlone cites the bids of a round where none but incumbents bid.
func (d *Dossier) incumbentsAlone(round int) []Citation {
	var cited []Citation
	for _, p := range d.purchasesIn(round) {
		for _, b := range p.Bids() {
			if !b.Valid() {
				continue
			}
			if b.Standing != procurement.Incumbent {
				return nil
			}
			cited = append(cited, d.in(p.ID(), b.Signed.Mark)...)
		}
	}
	return cited
}

func mostAppropriateProvider(c commission) Finding {
	var found []Finding
	for _, p := range c.purchases {
		for _, a := range c.awards(p) {
			found = append(found, c.awarded(p, a))
		}
	}
	for _, g := range c.grants {
		s, assessed := g.Suitability()
		a, _ := c.arrangement(g.ID())
		found = append(found, c.chosen(g.ID(), g.Grant().Why, s, assessed, a, c.d.lastOf(g.ID(), string(procurement.DesigningGrant)), ""))
	}
	for _, h := range c.inHouse {
		s, assessed := h.Suitability()
		a, _ := c.arrangement(h.ID())
		missing := ""
		if !h.InHouse().Cost.IsRecorded() {
			missing = "its cost"
		}
		found = append(found, c.chosen(h.ID(), h.InHouse().Why, s, assessed, a, c.d.lastOf(h.ID(), string(procurement.ProposingInHouse)), missing))
	}
	for _, a := range c.arrangements {
		if !c.judgedAsCase(a.Case) {
			found = append(found, chosenFor(a.Why, nil, time.Time{}, c.d.inCycle(a.Mark), nil, ""))
		}
	}
	if len(found) == 0 {
		return Finding{Outcome: NotApplicable, Why: "It is not settled yet who is to deliver this service."}
	}
	return together(found)
}

// judgedAsCase tells whether an arrangement's case says how the provider was
// chosen.
func (c commission) judgedAsCase(id casework.CaseID) bool {
	return slices.ContainsFunc(c.grants, func(g *procurement.GrantAgreement) bool { return g.ID() == id }) ||
		slices.ContainsFunc(c.inHouse, func(h *procurement.InHouseAgreement) bool { return h.ID() == id }) ||
		slices.ContainsFunc(c.contracts, func(k *procurement.Contract) bool { return k.ID() == id && c.hasPurchase(k.Origin().Purchase) })
}

func (c commission) awarded(p *procurement.Purchase, a procurement.Award) Finding {
	evidence := c.d.in(p.ID(), a.Decided)
	var fit *procurement.Suitability
	var assessment []Citation
	if b, there := p.Bid(a.Bid); there && b.Suitability != nil {
		fit, assessment = b.Suitability, c.d.in(p.ID(), b.Suitability.Mark)
	}
	missing := ""
	if route, chosen := p.Route(); chosen && route.Route == procurement.DirectAward && blank(route.Ground) {
		missing = "the ground of the direct award"
	}
	return chosenFor(a.Why, fit, a.Decided.At, evidence, assessment, missing)
}

func (c commission) chosen(
	id casework.CaseID, why string, fit procurement.Suitability, assessed bool, a commissioning.Arrangement, written []Citation, missing string,
) Finding {
	evidence := append(slices.Clone(written), c.d.inCycle(a.Mark)...)
	if !assessed {
		return chosenFor(why, nil, a.Mark.At, evidence, nil, missing)
	}
	return chosenFor(why, &fit, a.Mark.At, evidence, c.d.in(id, fit.Mark), missing)
}

// chosenFor judges the choice of a provider: the reason for it, and whether the
// provider was found able and fit to deliver by the time it was settled.
func chosenFor(why string, fit *procurement.Suitability, settled time.Time, evidence, assessment []Citation, missing string) Finding {
	evidence = append(slices.Clone(evidence), assessment...)
	const remedy = "Record why the provider is the most appropriate one, and assess that it is able and fit to deliver."
	short := func(o Outcome, text string) Finding {
		return Finding{Outcome: o, Why: text, Remedy: remedy, Evidence: evidence}
	}
	switch {
	case fit != nil && !fit.Suitable:
		return short(NotMet, "The provider was chosen although it was found not able or not fit to deliver.")
	case blank(why) && fit == nil:
		return Finding{Outcome: NoEvidence, Why: "It is not recorded why this provider was chosen, nor whether it is able and fit to deliver.", Remedy: remedy}
	case blank(why):
		return short(PartlyMet, "The provider was found able and fit to deliver, and it is not recorded why it was chosen.")
	case fit == nil:
		return short(PartlyMet, "It is recorded why the provider was chosen, and not whether it is able and fit to deliver.")
	case !settled.IsZero() && fit.Mark.At.After(settled):
		return short(PartlyMet, "Whether the provider is able and fit to deliver was looked at only after it was settled.")
	case missing != "":
		return short(PartlyMet, fmt.Sprintf("Why the provider was chosen is recorded, and %s is not.", missing))
	default:
		return Finding{Outcome: Met, Why: "Why the provider is the most appropriate one is recorded, and that it was found able and fit to deliver.", Evidence: evidence}
	}
}

func contractOrGrant(c commission) Finding {
	at, arranged, settled := c.decided()
	if f, judged := c.judgement(at, settled, arranged, commissioning.SubjectGrantOrContract); judged {
		return f
	}
	const remedy = "Record which channels were considered for the service, and why this one was taken, before it is arranged."
	var late, partly []Citation
	for _, v := range c.versions() {
		weighed := slices.ContainsFunc(v.ChannelsConsidered, func(ch commissioning.Channel) bool { return ch != v.Channel })
		switch {
		case blank(v.ChannelReason):
		case settled && v.at.After(at):
			late = append(late, c.cite(v)...)
		case weighed:
			return Finding{Outcome: Met, Why: "Several channels were considered for the service, and the reason for the one taken is recorded.", Evidence: c.cite(v)}
		default:
			partly = append(partly, c.cite(v)...)
		}
	}
	late = append(late, c.late(at, settled, commissioning.SubjectGrantOrContract)...)
	switch {
	case len(partly) > 0:
		return Finding{Outcome: PartlyMet, Why: "The reason for the channel taken is recorded, and not which others were considered.", Remedy: remedy, Evidence: partly}
	case len(late) > 0:
		return Finding{
			Outcome: NotMet, Why: "Whether to buy, fund or provide the service was judged only after it was arranged.",
			Remedy: remedy, Evidence: append(late, arranged...),
		}
	default:
		return Finding{Outcome: NoEvidence, Why: "No judgement is recorded on whether to buy the service, fund it or provide it in house.", Remedy: remedy}
	}
}

// judgement finds a judgement that was made on record in time, the latest first.
func (c commission) judgement(limit time.Time, limited bool, settled []Citation, subjects ...commissioning.ConsideredSubject) (Finding, bool) {
	inTime := keep(c.considered(subjects...), func(t commissioning.Considered) bool { return !limited || !t.Mark.At.After(limit) })
	inTime = keep(inTime, func(t commissioning.Considered) bool { return !blank(t.Reason) })
	if len(inTime) == 0 {
		return Finding{}, false
	}
	latest := slices.MaxFunc(inTime, compareConsidered)
	evidence := append(c.d.inCycle(latest.Mark), settled...)
	if latest.Decision == commissioning.ConsideredDeclined {
		return Finding{Outcome: Declined, Why: "It was considered and declined, with the reason on record.", Reason: latest.Reason, Evidence: evidence}, true
	}
	return Finding{Outcome: Met, Why: "The judgement was made beforehand, with the reason on record.", Evidence: evidence}, true
}

// compareConsidered orders what was weighed by when it was, whatever the order in
// which it was written down.
func compareConsidered(a, b commissioning.Considered) int {
	return cmp.Or(a.Mark.At.Compare(b.Mark.At), cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Reason, b.Reason))
}

// late cites what was considered after it was settled.
func (c commission) late(limit time.Time, limited bool, subjects ...commissioning.ConsideredSubject) []Citation {
	var cited []Citation
	for _, t := range c.considered(subjects...) {
		if limited && t.Mark.At.After(limit) {
			cited = append(cited, c.d.inCycle(t.Mark)...)
		}
	}
	return cited
}

func weightOfPrice(c commission) Finding {
	at, arranged, settled := c.competedFrom()
	if f, judged := c.judgement(at, settled, arranged, commissioning.SubjectPriceWeight); judged {
		return f
	}
	var found []Finding
	for _, p := range c.purchases {
		if t, set := p.Tender(); set {
			found = append(found, c.priced(p, t))
		}
	}
	const remedy = "Decide how much price is to weigh, and record the reason, before the service is put to the market."
	switch late := c.late(at, settled, commissioning.SubjectPriceWeight); {
	case len(found) > 0:
		return together(found)
	case len(late) > 0:
		return Finding{Outcome: NotMet, Why: "How much price should weigh was judged only after the service was put to the market.", Remedy: remedy, Evidence: append(late, arranged...)}
	case !c.due():
		return Finding{Outcome: NotApplicable, Why: notReached}
	case len(c.grants)+len(c.inHouse) > 0 || c.boughtDirectly():
		return Finding{Outcome: NotApplicable, Why: "No prices were compared for this service."}
	default:
		return Finding{Outcome: NoEvidence, Why: "Nothing is recorded of how much price was to weigh.", Remedy: remedy}
	}
}

func (c commission) boughtDirectly() bool {
	return slices.ContainsFunc(c.purchases, func(p *procurement.Purchase) bool {
		route, chosen := p.Route()
		return chosen && !route.Competitive()
	})
}

func (c commission) priced(p *procurement.Purchase, t procurement.Tender) Finding {
	evidence := c.d.in(p.ID(), t.Mark)
	if !blank(t.PriceReason) {
		return Finding{Outcome: Met, Why: "How much price weighs is in the tender, with the reason.", Evidence: evidence}
	}
	why := "The tender gives price no weight, and no reason is recorded."
	if t.UsesPrice() {
		why = "Price decides with the rest, and no reason is recorded for what it weighs."
	}
	return Finding{
		Outcome: NotMet, Why: why, Evidence: evidence,
		Remedy: "Record the reason for the weight of price with the tender.",
	}
}

func scopeForInnovation(c commission) Finding {
	at, arranged, settled := c.competedFrom()
	for _, p := range c.purchases {
		t, set := p.Tender()
		if set && (!blank(t.Innovation) || t.Variants) {
			return Finding{Outcome: Met, Why: "The tender says what scope there is for innovation, or allows variants.", Evidence: c.d.in(p.ID(), t.Mark)}
		}
	}
	subjects := []commissioning.ConsideredSubject{commissioning.SubjectInnovation, commissioning.SubjectVariants}
	if f, judged := c.judgement(at, settled, arranged, subjects...); judged {
		return f
	}
	const remedy = "Judge whether there is scope for innovative delivery, and record it before the service is put to the market."
	if late := c.late(at, settled, subjects...); len(late) > 0 {
		return Finding{Outcome: NotMet, Why: "Scope for innovation was judged only after the service was put to the market.", Remedy: remedy, Evidence: append(late, arranged...)}
	}
	if !c.due() {
		return Finding{Outcome: NotApplicable, Why: notReached}
	}
	return Finding{Outcome: NoEvidence, Why: "No judgement is recorded on whether there is scope for innovation.", Remedy: remedy}
}
