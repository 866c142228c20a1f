package procurement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Recommendation says who should be awarded what, for whoever decides.
type Recommendation struct {
	Choices []Choice  `json:"choices"`
	Ranking []Ranking `json:"ranking,omitempty"` // by lot, as it stood when recommended; none without competition
	Mark    Mark      `json:"mark,omitzero"`
}

func (r Recommendation) clone() Recommendation {
	r.Choices = slices.Clone(r.Choices)
	r.Ranking = slices.Clone(r.Ranking)
	for i := range r.Ranking {
		r.Ranking[i].Bids = slices.Clone(r.Ranking[i].Bids)
		for k := range r.Ranking[i].Bids {
			r.Ranking[i].Bids[k].Earned = slices.Clone(r.Ranking[i].Bids[k].Earned)
		}
		r.Ranking[i].Out = slices.Clone(r.Ranking[i].Out)
	}
	return r
}

// of gives the choices for a lot, in order.
func (r Recommendation) of(lot LotID) []Choice {
	var all []Choice
	for _, c := range r.Choices {
		if c.Lot == lot {
			all = append(all, c)
		}
	}
	return all
}

// chooses tells whether a bid is recommended.
func (r Recommendation) chooses(bid BidID) bool {
	return slices.ContainsFunc(r.Choices, func(c Choice) bool { return c.Bid == bid })
}

// Choice is a bid that should be awarded a lot.
type Choice struct {
	Lot LotID  `json:"lot"` // the bid's, where it is empty
	Bid BidID  `json:"bid"`
	Why string `json:"why"` // why this is the most appropriate provider; what is said for the whole recommendation, where it is empty
}

var awardRecommended = &casework.Event[*Purchase, Recommendation]{
	Name: "award.recommended", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, r Recommendation) {
		r.Mark = markOf(e)
		p.s.Recommendation = &r
	},
	Redact: func(r Recommendation) Recommendation {
		r = r.clone()
		for i := range r.Choices {
			r.Choices[i].Why = ""
		}
		for i := range r.Ranking {
			for k := range r.Ranking[i].Out {
				r.Ranking[i].Out[k].Why = ""
			}
		}
		return r
	},
}

// Recommend writes down who should be awarded what, and why, and gives it. In
// a competition without choices it takes what the published method says: the
// winners of each lot, as many as it may be awarded to. Recommending again takes
// the place of what was recommended before; both stay in the journal.
func (p *Purchase) Recommend(why string, choices ...Choice) (Recommendation, error) {
	r, err := p.recommending(why, choices)
	if err != nil {
		return Recommendation{}, p.Fail(err)
	}
	if err := p.invalid("recommend an award", p.recommendationFaults(why, r)); err != nil {
		return Recommendation{}, err
	}
	if err := awardRecommended.Move(p, Recommend, r); err != nil {
		return Recommendation{}, err
	}
	return p.s.Recommendation.clone(), nil
}

// ProposeDirectAward recommends the one bid of a purchase without competition,
// such as a direct award (Procurement Act 2023 s.41) or a call-off by rank. It
// is [Purchase.Recommend] with one choice.
func (p *Purchase) ProposeDirectAward(choice Choice) (Recommendation, error) {
	return p.Recommend(choice.Why, choice)
}

// recommending completes what is to be recommended: the winners where no choice
// is given, and the ranking as it stands.
func (p *Purchase) recommending(why string, given []Choice) (Recommendation, error) {
	r := Recommendation{Choices: slices.Clone(given)}
	for i, c := range r.Choices {
		if b := p.bid(c.Bid); b != nil {
			r.Choices[i].Lot = cmp.Or(c.Lot, b.Lot)
		}
		r.Choices[i].Why = cmp.Or(c.Why, why)
	}
	if !p.ranked() || !p.can(Recommend) {
		return r, nil
	}
	for _, lot := range p.awardLots() {
		ranking, err := p.Ranking(lot.ID)
		if err != nil {
			return Recommendation{}, err
		}
		r.Ranking = append(r.Ranking, ranking)
		if len(given) > 0 {
			continue
		}
		for _, b := range ranking.Bids[:min(len(ranking.Bids), atLeastOne(lot.MaxAwards))] {
			r.Choices = append(r.Choices, Choice{Lot: lot.ID, Bid: b.Bid, Why: why})
		}
	}
	return r, nil
}

// ranked tells whether the published method says who wins.
func (p *Purchase) ranked() bool {
	return p.competitive() && p.s.Tender != nil && p.State() != RouteChosen
}

// competitive tells whether a route was chosen on which the winner is what the
// published method says.
func (p *Purchase) competitive() bool { return p.s.Route != nil && p.s.Route.Competitive() }

// can tells whether the definition has a move in the present state. Commands
// leave the fault-finding that only makes sense there to the refusal elsewhere.
func (p *Purchase) can(m casework.Move) bool {
	if p.Table() == nil { // never opened
		return false
	}
	_, can := p.Table().Next(p.State(), m)
	return can
}

// awardLots gives the lots of the tender. What is bought without one is a lot
// by itself, named as the bids name it.
func (p *Purchase) awardLots() []Lot {
	if p.s.Tender != nil && len(p.s.Tender.Lots) > 0 {
		return p.s.Tender.Lots
	}
	var lots []Lot
	for _, b := range p.s.Bids {
		if b.Withdrawn.IsZero() && !slices.ContainsFunc(lots, func(l Lot) bool { return l.ID == b.Lot }) {
			lots = append(lots, Lot{ID: b.Lot, Title: p.s.Requisition.Title, MaxAwards: 1, Period: p.s.Requisition.Period})
		}
	}
	return lots
}

// awardLot gives one of the lots.
func (p *Purchase) awardLot(id LotID) (Lot, bool) {
	for _, l := range p.awardLots() {
		if l.ID == id {
			return l, true
		}
	}
	return Lot{}, false
}

// atLeastOne reads how many awards a lot may have: one where nobody says.
func atLeastOne(n int) int { return max(n, 1) }

func (p *Purchase) recommendationFaults(why string, r Recommendation) []casework.Fault {
	var faults []casework.Fault
	if len(r.Choices) == 0 && p.can(Recommend) {
		faults = append(faults, fault("choices", "recommendation.empty", "no bid is recommended: choose one, or end the procedure"))
	}
	if len(r.Choices) == 0 {
		faults = append(faults, required(why, "why", "recommendation.why_missing", "say why this is the most appropriate provider")...)
	}
	for i, c := range r.Choices {
		path := fmt.Sprintf("choices[%d]", i)
		faults = append(faults, p.choiceFaults(c, path)...)
		if slices.ContainsFunc(r.Choices[:i], func(o Choice) bool { return o.Bid == c.Bid }) {
			faults = append(faults, fault(path+".bid", "recommendation.twice", fmt.Sprintf("bid %s is chosen twice", c.Bid)))
		}
	}
	return faults
}

func (p *Purchase) choiceFaults(c Choice, path string) []casework.Fault {
	faults := required(c.Why, path+".why", "recommendation.why_missing", "say why this is the most appropriate provider")
	b := p.bid(c.Bid)
	if b == nil {
		return append(faults, unknown(path+".bid", "bid", string(c.Bid)))
	}
	if b.Lot != c.Lot {
		faults = append(faults, fault(path+".lot", "recommendation.lot", fmt.Sprintf("bid %s is for lot %s", b.ID, b.Lot)))
	}
	return faults
}

// Recommendation gives the latest recommendation, if there is one.
func (p *Purchase) Recommendation() (Recommendation, bool) {
	if p.s.Recommendation == nil {
		return Recommendation{}, false
	}
	return p.s.Recommendation.clone(), true
}

// recommendedBy gives what an attempt recommends or decides on. Nothing is
// known of a recommendation that is merely listed as possible.
func recommendedBy(a casework.Attempt[*Purchase]) (Recommendation, bool) {
	if a.Move == Recommend {
		r, given := a.Args.(Recommendation)
		return r, given
	}
	if a.Case.s.Recommendation == nil {
		return Recommendation{}, false
	}
	return *a.Case.s.Recommendation, true
}

// beyondRequisition looks at what the requisition was approved for. A framework
// agreement buys nothing by itself.
func beyondRequisition(a casework.Attempt[*Purchase]) []casework.Objection {
	p := a.Case
	r, known := recommendedBy(a)
	content, there := p.contentFor(ApprovalOfAward)
	if latest, asked := latestApproval(p, ApprovalOfAward, ""); there && asked && latest.Covers(content) {
		return nil
	}
	if !known || p.s.Route == nil || p.s.Route.Establishes {
		return nil
	}
	var prices []casework.Money
	for _, c := range r.Choices {
		if b := p.bid(c.Bid); b != nil {
			prices = append(prices, b.Price)
		}
	}
	total, err := casework.Sum(prices...)
	if err != nil || !total.IsRecorded() {
		return nil // there is nothing to add up, or no sum: told where the bids are judged
	}
	estimate := p.s.Requisition.Estimate
	if over, err := total.Cmp(estimate); err == nil && over <= 0 {
		return nil
	}
	return object(fmt.Sprintf("the recommended bids come to %s, and %s was requisitioned", total, estimate),
		"have the recommendation approved, or end the procedure and requisition anew", "")
}

func recommendationRules() []rule[*Purchase] {
	both := []casework.Move{Recommend, DecideAward}
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "award.competition", Doc: "On a route with competition nobody is recommended before there was one.",
			Source: "Procurement Act 2023 ss.11(2), 19", Moves: []casework.Move{Recommend}, Check: competitionSkipped,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "award.not_winner", Doc: "In a competition the winner is what the published method says. Score again with reasons, or end the procedure.",
			Source: "Procurement Act 2023 s.19", Moves: both, Check: notTheWinner,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "award.tied", Doc: "Of bids of equal standing none is preferred but by the published tie rule.",
			Source: "Procurement Act 2023 ss.19, 23(4)", Moves: both, Check: tiedAtTheCut,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "award.beyond_requisition", Doc: "What is awarded costs no more than was requisitioned, unless the recommendation itself was approved.",
			Source: "house rule: scheme of delegation", Moves: []casework.Move{DecideAward}, Check: beyondRequisition,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "award.too_many", Doc: "A lot is awarded to no more bidders than was published.",
			Source: "Procurement Act 2023 s.23", Moves: both, Check: tooManyAwards,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.unqualified", Doc: "Nothing is awarded on a bid that was not received in due form, was withdrawn or excluded, or whose bidder was found unsuitable.",
			Source: "Procurement Act 2023 ss.19(3), 26, 28", Moves: both, Check: unqualifiedBids,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.unassessed", Doc: "Whether a provider is able and fit to deliver is looked at before it is awarded anything.",
			Source: "Procurement Act 2023 ss.22, 28", Moves: both, Check: unassessedBids,
		}, weight: refused()},
	}
}

func competitionSkipped(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.From != RouteChosen || !a.Case.competitive() {
		return nil
	}
	return object(fmt.Sprintf("the route %s is a competition, and nobody was invited", a.Case.s.Route.Route),
		"invite, and evaluate the bids; or choose a direct award, with its ground", "")
}

// rankings gives how the bids for the lots stand now, where a method says so.
func (p *Purchase) rankings() (all []Ranking, objections []casework.Objection) {
	if !p.ranked() {
		return nil, nil
	}
	for _, lot := range p.awardLots() {
		ranking, err := p.Ranking(lot.ID)
		if err != nil {
			objections = append(objections, object(fmt.Sprintf("the bids for lot %s cannot be ranked: %v", lot.ID, err), "complete the evaluation", string(lot.ID))...)
			continue
		}
		all = append(all, ranking)
	}
	return all, objections
}

func notTheWinner(a casework.Attempt[*Purchase]) []casework.Objection {
	r, known := recommendedBy(a)
	if !known {
		return nil
	}
	rankings, objections := a.Case.rankings()
	for _, ranking := range rankings {
		chosen := r.of(ranking.Lot)
		for _, c := range chosen {
			at := slices.IndexFunc(ranking.Bids, func(b Ranked) bool { return b.Bid == c.Bid })
			if at < 0 {
				objections = append(objections, object(fmt.Sprintf("bid %s does not compete for lot %s: %s", c.Bid, c.Lot, ranking.whyOut(c.Bid)),
					"recommend a bid that competes", string(c.Bid))...)
				continue
			}
			if better := ranking.passedOver(chosen, ranking.Bids[at].Rank); len(better) > 0 {
				objections = append(objections, object(fmt.Sprintf("bid %s is in place %d for lot %s by the method %s, behind %s", c.Bid, ranking.Bids[at].Rank, c.Lot, ranking.Method, better[0]),
					"recommend the winner, reopen the evaluation with the reason, or end the procedure", string(c.Bid))...)
			}
		}
	}
	return objections
}

// whyOut says why a bid does not compete.
func (r Ranking) whyOut(bid BidID) string {
	for _, o := range r.Out {
		if o.Bid == bid {
			return o.Why
		}
	}
	return "it is not among the bids that were ranked"
}

// passedOver gives the bids with a better place that are not chosen, best first.
func (r Ranking) passedOver(chosen []Choice, rank int) []BidID {
	return r.unchosen(chosen, func(b Ranked) bool { return b.Rank < rank })
}

// unchosen gives the ranked bids, best first, that are not chosen.
func (r Ranking) unchosen(chosen []Choice, which func(Ranked) bool) []BidID {
	var all []BidID
	for _, b := range r.Bids {
		if which(b) && !slices.ContainsFunc(chosen, func(c Choice) bool { return c.Bid == b.Bid }) {
			all = append(all, b.Bid)
		}
	}
	return all
}

func tiedAtTheCut(a casework.Attempt[*Purchase]) []casework.Objection {
	r, known := recommendedBy(a)
	if !known {
		return nil
	}
	rankings, _ := a.Case.rankings()
	var objections []casework.Objection
	for _, ranking := range rankings {
		chosen := r.of(ranking.Lot)
		for _, b := range ranking.Bids {
			if !r.chooses(b.Bid) {
				continue
			}
			if equal := ranking.unchosen(chosen, func(o Ranked) bool { return o.Rank == b.Rank }); len(equal) > 0 {
				objections = append(objections, object(fmt.Sprintf("bids %s and %s for lot %s tie in place %d", b.Bid, equal[0], ranking.Lot, b.Rank),
					a.Case.tieRemedy(), string(b.Bid))...)
			}
		}
	}
	return objections
}

// tieRemedy says how a tie is resolved.
func (p *Purchase) tieRemedy() string {
	if p.s.Tender.Ties == TieByDraw {
		return "reopen the evaluation and draw lots, on record, as the published tie rule says"
	}
	return fmt.Sprintf("the published tie rule %s leaves them equal: reopen the evaluation with the reason, or end the procedure", p.s.Tender.Ties)
}

func tooManyAwards(a casework.Attempt[*Purchase]) []casework.Objection {
	r, known := recommendedBy(a)
	if !known {
		return nil
	}
	var objections []casework.Objection
	for _, lot := range a.Case.awardLots() {
		if n, most := len(r.of(lot.ID)), atLeastOne(lot.MaxAwards); n > most {
			objections = append(objections, object(fmt.Sprintf("lot %s would be awarded to %d bidders, and may be to %d", lot.ID, n, most),
				"recommend as many as was published", string(lot.ID))...)
		}
	}
	return objections
}

func unqualifiedBids(a casework.Attempt[*Purchase]) []casework.Objection {
	return objectToBids(a, func(b Bid) (string, string) {
		return a.Case.unqualified(b), "recommend another bid, or end the procedure"
	})
}

func unassessedBids(a casework.Attempt[*Purchase]) []casework.Objection {
	return objectToBids(a, func(b Bid) (string, string) {
		if b.Suitability != nil {
			return "", ""
		}
		return fmt.Sprintf("whether %s is able and fit to deliver was not assessed", b.Bidder.ID), "record the assessment of suitability"
	})
}

// objectToBids gives the objections to the recommended bids.
func objectToBids(a casework.Attempt[*Purchase], wrong func(Bid) (message, remedy string)) []casework.Objection {
	r, known := recommendedBy(a)
	if !known {
		return nil
	}
	var objections []casework.Objection
	for _, c := range r.Choices {
		b := a.Case.bid(c.Bid)
		if b == nil {
			continue
		}
		if message, remedy := wrong(*b); message != "" {
			objections = append(objections, object(message, remedy, string(b.ID))...)
		}
	}
	return objections
}

// unqualified says why nothing may be awarded on a bid by what is on record of
// it; empty when nothing is.
func (p *Purchase) unqualified(b Bid) string {
	published := Tender{Variants: true}
	if p.s.Tender != nil {
		published = *p.s.Tender
	}
	if why := b.out(published); why != "" {
		return fmt.Sprintf("bid %s of %s: %s", b.ID, b.Bidder.ID, why)
	}
	return ""
}
