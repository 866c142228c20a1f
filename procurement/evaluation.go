package procurement

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Ranking is how the bids for a lot stand by the published method.
type Ranking struct {
	Lot    LotID    `json:"lot"`
	Method Method   `json:"method"`
	Bids   []Ranked `json:"bids,omitempty"` // best first
	Out    []Out    `json:"out,omitempty"`  // bids that do not compete, and why
}

// Ranked is one bid's place. Bids the tie rule cannot part share a rank.
type Ranked struct {
	Bid     BidID          `json:"bid"`
	Rank    int            `json:"rank"`              // from 1
	Result  string         `json:"result"`            // what the method compares, with four decimals: points, or an amount
	Quality string         `json:"quality,omitempty"` // weighted quality score, with four decimals
	Price   casework.Money `json:"price"`
	Earned  []Earned       `json:"earned,omitempty"` // by criterion, in the order of the tender; what does not apply is left out
}

// Earned is what a bid earned on one criterion, its own assessment to be told.
type Earned struct {
	Criterion CriterionID `json:"criterion"`
	Points    string      `json:"points"` // of 100 for all criteria, with four decimals
}

// Out is a bid that does not compete.
type Out struct {
	Bid BidID  `json:"bid"`
	Why string `json:"why"`
}

// Rank orders the bids for a lot by the published method, exactly: fractions are
// kept as fractions, and rounded for nobody but the reader. The order in which
// bids and records are given has no say.
//
// A bid does not compete, and stands in Out with the reason, when it was
// withdrawn, never submitted, edited after it was signed, late and not admitted,
// excluded, found unsuitable, a variant that is not allowed, below a threshold,
// or abnormally low and not shown to be deliverable.
//
// A bid counts as signed when the digest under its signature is that of its
// content: see [Bid]. Bids made by hand need both.
//
// The score of a bid on a criterion is what was agreed in moderation, or else
// the average of the latest score of each evaluator to whom the criterion
// applied. It earns its weight in proportion to the highest score there is. A
// criterion that applies to a bid for nobody gives its weight to the bid's
// other criteria, in proportion to theirs. The price earns its weight times the
// lowest competing price divided by the bid's.
//
// Where the tender asks for it, a price too far below the mean of the other
// competing prices puts a bid out until its bidder is heard, and for good unless
// the answer is accepted.
//
// Errors: [casework.ErrInvalid] with every fault: a lot or a method there is
// not, a price that is missing or in another currency, a score nobody gave.
func Rank(t Tender, lot LotID, bids []Bid, scores []Score, moderations []Moderation, draws []TieBreak) (Ranking, error) {
	c := compete(t, lot, bids, scores, moderations)
	faults := append(c.tenderFaults(), c.priceFaults()...)
	for _, m := range c.missing {
		faults = append(faults, fault(fmt.Sprintf("scores[%s/%s]", m.bid, m.criterion), "score.missing", fmt.Sprintf("nobody scored bid %s on %s", m.bid, m.criterion)))
	}
	if err := casework.InvalidIf("rank the bids", faults); err != nil {
		return Ranking{}, err
	}
	c.hearAbnormallyLow()
	return c.ranking(draws), nil
}

// Ranking orders the bids for a lot as they stand; see [Rank].
func (p *Purchase) Ranking(lot LotID) (Ranking, error) {
	if p.s.Tender == nil {
		return Ranking{}, casework.Invalid("rank the bids", fault("tender", "tender.missing", "no tender says how bids are ranked"))
	}
	return Rank(*p.s.Tender, lot, p.s.Bids, p.s.Scores, p.s.Moderations, p.s.TieBreaks)
}

// competition is the bids for a lot, as far as they are judged.
type competition struct {
	tender  Tender
	lot     LotID
	in      []contender // by id
	out     []Out
	missing []judged // what is not scored of the bids that are in
}

// judged is a bid on a criterion.
type judged struct {
	bid       BidID
	criterion CriterionID
}

// contender is a bid that competes, with what it earned.
type contender struct {
	bid     Bid
	earned  map[CriterionID]*big.Rat // of the criteria that apply to it, in scores
	price   *big.Rat
	quality *big.Rat // nil: none of its criteria applies, or there is none
	result  *big.Rat
}

// out says why the bid does not compete by what is on record of it, whatever
// the others are; empty when it does.
func (b Bid) out(t Tender) string {
	switch {
	case !b.Withdrawn.IsZero():
		return "it was withdrawn"
	case !b.Submitted():
		return "it was not submitted"
	case !b.Valid():
		return "it was edited after it was signed"
	case b.Late && b.Admitted == nil:
		return "it was late, and not admitted"
	case b.Exclusion != nil:
		return fmt.Sprintf("it was excluded: %s", b.Exclusion.Ground)
	case b.Suitability != nil && !b.Suitability.Suitable:
		return "its bidder was found unsuitable"
	case b.Variant && !t.Variants:
		return "it is a variant, and the tender allows none"
	default:
		return ""
	}
}

// compete holds the bids for a lot to the record and to the thresholds.
func compete(t Tender, lot LotID, bids []Bid, scores []Score, moderations []Moderation) *competition {
	c := &competition{tender: t, lot: lot}
	mine := slices.DeleteFunc(slices.Clone(bids), func(b Bid) bool { return b.Lot != lot })
	slices.SortStableFunc(mine, func(a, b Bid) int { return compareBids(a.ID, b.ID) })
	given := sheetOf(scores, moderations)
	for _, b := range mine {
		if why := b.out(t); why != "" {
			c.out = append(c.out, Out{Bid: b.ID, Why: why})
			continue
		}
		x := contender{bid: b, earned: map[CriterionID]*big.Rat{}, price: major(b.Price)}
		missing, below := x.earn(t, given)
		if below != "" {
			c.out = append(c.out, Out{Bid: b.ID, Why: below})
			continue
		}
		c.missing = append(c.missing, missing...)
		c.in = append(c.in, x)
	}
	return c
}

// earn takes over what the evaluators gave. It tells what nobody scored, and
// which threshold the bid is below.
func (x *contender) earn(t Tender, given sheet) (missing []judged, below string) {
	for _, criterion := range t.Criteria {
		if !criterion.Scored() {
			continue
		}
		at := judged{x.bid.ID, criterion.ID}
		score, known := given.score(at)
		switch {
		case !known:
			missing = append(missing, at)
		case score == nil: // it does not apply
		case below == "" && criterion.Threshold > 0 && score.Cmp(big.NewRat(int64(criterion.Threshold), 1)) < 0:
			below = fmt.Sprintf("it scored %s on %s, below the threshold of %d", score.FloatString(4), criterion.ID, criterion.Threshold)
		default:
			x.earned[criterion.ID] = score
		}
	}
	return missing, below
}

// sheet is what was scored, bid by bid and criterion by criterion.
type sheet struct {
	scores      map[judged][]Score
	moderations map[judged]Moderation // the one that counts
}

func sheetOf(scores []Score, moderations []Moderation) sheet {
	s := sheet{scores: map[judged][]Score{}, moderations: map[judged]Moderation{}}
	for _, g := range scores {
		at := judged{g.Bid, g.Criterion}
		s.scores[at] = append(s.scores[at], g)
	}
	for _, m := range moderations {
		at := judged{m.Bid, m.Criterion}
		was, is := s.moderations[at]
		if !is || supersedes(was.Mark, m.Mark, was.Value, m.Value, was.NotApplicable, m.NotApplicable) {
			s.moderations[at] = m
		}
	}
	return s
}

// score gives what counts, and whether anything was given. It is nil where the
// criterion does not apply.
func (s sheet) score(at judged) (score *big.Rat, known bool) {
	if m, moderated := s.moderations[at]; moderated {
		if m.NotApplicable {
			return nil, true
		}
		return big.NewRat(int64(m.Value), 1), true
	}
	mean, _ := meanOf(latestScores(s.scores[at]))
	return mean, len(s.scores[at]) > 0
}

// unmoderated tells whether the evaluators differ, and nothing was agreed since.
func (s sheet) unmoderated(at judged) bool {
	latest := latestScores(s.scores[at])
	m, moderated := s.moderations[at]
	differ, since := false, false
	for _, g := range latest {
		differ = differ || g.Value != latest[0].Value || g.NotApplicable != latest[0].NotApplicable
		since = since || g.Mark.Entry > m.Mark.Entry
	}
	return differ && (!moderated || since)
}

// compareBids orders bids by their ids: B2 before B10.
func compareBids(a, b BidID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(string(a), string(b)))
}

// major gives an amount in its currency's major unit, exactly; nil where none
// is recorded.
func major(m casework.Money) *big.Rat {
	amount, ok := new(big.Rat).SetString(m.Decimal())
	if !ok {
		return nil
	}
	return amount
}

// tenderFaults lists what in the tender no bid can be ranked by.
func (c *competition) tenderFaults() []casework.Fault {
	var faults []casework.Fault
	if _, known := c.tender.Lot(c.lot); !known {
		faults = append(faults, unknown("lot", "lot", string(c.lot)))
	}
	if !c.tender.Method.Known() {
		faults = append(faults, fault("tender.method", "tender.method", "no method says how bids are ranked"))
	}
	for i, k := range c.tender.Criteria {
		faults = append(faults, k.figureFaults(fmt.Sprintf("tender.criteria[%d]", i))...)
	}
	return append(faults, weightTotalFaults(c.tender.Criteria, "tender.criteria")...)
}

// priceFaults lists the prices that cannot be compared.
func (c *competition) priceFaults() []casework.Fault {
	var faults []casework.Fault
	for _, x := range c.in {
		path := fmt.Sprintf("bids[%s].price", x.bid.ID)
		faults = append(faults, moneyFaults(x.bid.Price, path, "the price")...)
		if first := c.in[0].bid.Price; x.bid.Price.IsRecorded() && first.IsRecorded() && x.bid.Price.Currency() != first.Currency() {
			faults = append(faults, fault(path, "money.currency_mixed", fmt.Sprintf("%s and %s are different currencies", first.Currency(), x.bid.Price.Currency())))
		}
	}
	return faults
}

// low tells whether a price is so far below the mean of the other competing
// prices that its bidder is heard first.
func (c *competition) low(id BidID) bool {
	if c.tender.AbnormallyLow <= 0 {
		return false
	}
	sum, others, price := new(big.Rat), int64(0), (*big.Rat)(nil)
	for _, x := range c.in {
		switch {
		case x.bid.ID == id:
			price = x.price
		case x.price != nil:
			sum.Add(sum, x.price)
			others++
		}
	}
	if others == 0 || price == nil {
		return false
	}
	limit := new(big.Rat).Sub(big.NewRat(1, others), new(big.Rat).Mul(big.NewRat(1, others), c.tender.AbnormallyLow.share()))
	return price.Cmp(limit.Mul(limit, sum)) < 0
}

// unheard says why a bid's price is still to be looked into; empty when it is
// not.
func (c *competition) unheard(b Bid) string {
	switch {
	case b.AbnormalLow != nil && b.AbnormalLow.Heard.IsZero():
		return "its price looks abnormally low, and its bidder was notified and not heard yet"
	case b.AbnormalLow == nil && c.low(b.ID):
		return fmt.Sprintf("its price is more than %s below the mean of the others, and its bidder is not heard yet", c.tender.AbnormallyLow)
	default:
		return ""
	}
}

// hearAbnormallyLow puts out the bids whose price was not shown to be
// deliverable. All are held against the same prices.
func (c *competition) hearAbnormallyLow() {
	var stay []contender
	for _, x := range c.in {
		why := c.unheard(x.bid)
		if a := x.bid.AbnormalLow; a != nil && !a.Heard.IsZero() && !a.Accepted {
			why = "its price is abnormally low, and was not shown to be deliverable"
		}
		if why != "" {
			c.out = append(c.out, Out{Bid: x.bid.ID, Why: why})
			continue
		}
		stay = append(stay, x)
	}
	c.in = stay
}

// ranking puts the bids that are left in their places.
func (c *competition) ranking(draws []TieBreak) Ranking {
	c.compare()
	slices.SortStableFunc(c.in, func(a, b contender) int { return cmp.Or(c.order(a, b), compareBids(a.bid.ID, b.bid.ID)) })
	slices.SortStableFunc(c.out, func(a, b Out) int { return compareBids(a.Bid, b.Bid) })
	r := Ranking{Lot: c.lot, Method: c.tender.Method, Out: c.out}
	for from := 0; from < len(c.in); {
		to := from + 1
		for to < len(c.in) && c.order(c.in[from], c.in[to]) == 0 {
			to++
		}
		r.Bids = append(r.Bids, c.places(c.in[from:to], from+1, draws)...)
		from = to
	}
	return r
}

// compare works out what the method compares. A bid of which there is nothing to
// compare is out.
func (c *competition) compare() {
	lowest := c.lowestPrice()
	var stay []contender
	for _, x := range c.in {
		x.quality = c.points(x, nil, Criterion.Scored)
		why := ""
		if x.result, why = c.result(x, lowest); why != "" {
			c.out = append(c.out, Out{Bid: x.bid.ID, Why: why})
			continue
		}
		stay = append(stay, x)
	}
	c.in = stay
}

func (c *competition) lowestPrice() *big.Rat {
	var lowest *big.Rat
	for _, x := range c.in {
		if lowest == nil || x.price.Cmp(lowest) < 0 {
			lowest = x.price
		}
	}
	return lowest
}

// result gives what the method compares of a bid, or why there is nothing.
func (c *competition) result(x contender, lowest *big.Rat) (result *big.Rat, why string) {
	switch c.tender.Method {
	case WeightedScore:
		points := c.points(x, lowest, func(k Criterion) bool { return k.Kind != FeatureCriterion })
		if points == nil {
			return nil, "no criterion applies to it"
		}
		return points, ""
	case PricePerQualityPoint:
		if x.quality == nil || x.quality.Sign() == 0 {
			return nil, "it has no point of quality to divide the price by"
		}
		return new(big.Rat).Quo(x.price, x.quality), ""
	case DiscountedPrice:
		return new(big.Rat).Quo(x.price, c.discount(x.bid)), ""
	case LowestPrice, Thresholds:
		return x.price, ""
	default: // no method there is: told before
		return x.price, ""
	}
}

// points gives what a bid earned of the weights of some criteria, in points of
// 100; nil when none applies.
func (c *competition) points(x contender, lowest *big.Rat, some func(Criterion) bool) *big.Rat {
	parts := c.parts(x, lowest, some)
	if len(parts) == 0 {
		return nil
	}
	earned := new(big.Rat)
	for _, p := range parts {
		earned.Add(earned, p.points)
	}
	return earned
}

// part is what a bid earned on a criterion, in points of 100 for all.
type part struct {
	criterion CriterionID
	points    *big.Rat
}

// parts gives what a bid earned on each of some criteria that applies to it. The
// weight of those that do not apply goes to those that do, in proportion.
func (c *competition) parts(x contender, lowest *big.Rat, some func(Criterion) bool) []part {
	total, applied := new(big.Rat), new(big.Rat)
	var parts []part
	for _, k := range c.tender.Criteria {
		if !some(k) {
			continue
		}
		total.Add(total, k.Weight.share())
		earned := x.fraction(k, lowest)
		if earned == nil {
			continue
		}
		applied.Add(applied, k.Weight.share())
		parts = append(parts, part{criterion: k.ID, points: earned.Mul(earned, k.Weight.share())})
	}
	if applied.Sign() == 0 {
		return nil
	}
	scale := new(big.Rat).Quo(total, applied)
	scale.Mul(scale, big.NewRat(100, 1))
	for i := range parts {
		parts[i].points.Mul(parts[i].points, scale)
	}
	return parts
}

// earned gives what a bid earned by criterion, the price among them where the
// method gives points for it.
func (c *competition) earned(x contender, lowest *big.Rat) []Earned {
	pointed := func(k Criterion) bool {
		return k.Scored() || k.Kind == PriceCriterion && c.tender.Method == WeightedScore
	}
	var all []Earned
	for _, p := range c.parts(x, lowest, pointed) {
		all = append(all, Earned{Criterion: p.criterion, Points: p.points.FloatString(4)})
	}
	return all
}

// fraction gives which part of a criterion's weight a bid earned; nil where the
// criterion does not apply.
func (x contender) fraction(k Criterion, lowest *big.Rat) *big.Rat {
	if k.Kind == PriceCriterion {
		if x.price.Cmp(lowest) == 0 { // nothing is divided by a price of nothing
			return big.NewRat(1, 1)
		}
		return new(big.Rat).Quo(lowest, x.price)
	}
	score, applies := x.earned[k.ID]
	if !applies {
		return nil
	}
	return new(big.Rat).Quo(score, big.NewRat(int64(k.Most), 1))
}

// discount gives what the price is divided by for the features offered: one, and
// what was offered of what the features leave of the whole. A feature counts up
// to its weight.
func (c *competition) discount(b Bid) *big.Rat {
	left, offered := big.NewRat(1, 1), new(big.Rat)
	for _, k := range c.tender.Criteria {
		if k.Kind != FeatureCriterion {
			continue
		}
		left.Sub(left, k.Weight.share())
		at := slices.IndexFunc(b.Features, func(f Feature) bool { return f.Criterion == k.ID })
		if at >= 0 {
			offered.Add(offered, min(max(b.Features[at].Value, 0), k.Weight).share())
		}
	}
	return offered.Quo(offered, left).Add(offered, big.NewRat(1, 1))
}

// order puts the better of two bids first, and gives 0 for a tie that the tie
// rule does not part by itself.
func (c *competition) order(a, b contender) int {
	better := a.result.Cmp(b.result)
	if c.tender.Method == WeightedScore {
		better = -better
	}
	if better != 0 {
		return better
	}
	switch c.tender.Ties {
	case TieByQuality:
		return -compareQuality(a.quality, b.quality)
	case TieByPrice:
		return a.price.Cmp(b.price)
	case TieByDraw: // parted by the draw, if there is one
		return 0
	default: // no rule: a tie stays a tie
		return 0
	}
}

func compareQuality(a, b *big.Rat) int {
	switch {
	case a != nil && b != nil:
		return a.Cmp(b)
	case a != nil:
		return 1
	case b != nil:
		return -1
	default:
		return 0
	}
}

// places gives the places of bids that tie, from a rank on: one for all, or one
// each in the order lots were drawn.
func (c *competition) places(tied []contender, rank int, draws []TieBreak) []Ranked {
	drawn := c.drawnOrder(tied, draws)
	if drawn != nil {
		slices.SortStableFunc(tied, func(a, b contender) int {
			return cmp.Compare(slices.Index(drawn, a.bid.ID), slices.Index(drawn, b.bid.ID))
		})
	}
	lowest := c.lowestPrice()
	places := make([]Ranked, len(tied))
	for i, x := range tied {
		places[i] = Ranked{Bid: x.bid.ID, Rank: rank, Result: x.result.FloatString(4), Price: x.bid.Price, Earned: c.earned(x, lowest)}
		if drawn != nil {
			places[i].Rank += i
		}
		if x.quality != nil {
			places[i].Quality = x.quality.FloatString(4)
		}
	}
	return places
}

// drawnOrder gives the order of the latest draw between all of some bids; nil
// when there is none, or the tie rule asks for none.
func (c *competition) drawnOrder(tied []contender, draws []TieBreak) []BidID {
	if c.tender.Ties != TieByDraw || len(tied) < 2 {
		return nil
	}
	var latest *TieBreak
	for i, d := range draws {
		missing := slices.ContainsFunc(tied, func(x contender) bool { return !slices.Contains(d.Order, x.bid.ID) })
		if d.Lot == c.lot && !missing && (latest == nil || latest.Mark.Entry < d.Mark.Entry) {
			latest = &draws[i]
		}
	}
	if latest == nil {
		return nil
	}
	return latest.Order
}
