package procurement

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Score is what one evaluator gave a bid on a criterion, with the reason. A
// later score of the same evaluator takes the place of the earlier one, which
// stays on record.
type Score struct {
	Bid           BidID       `json:"bid"`
	Criterion     CriterionID `json:"criterion"`
	Value         int         `json:"value"`
	NotApplicable bool        `json:"not_applicable,omitempty"` // never enters an average
	Reason        string      `json:"reason"`
	Mark          Mark        `json:"mark,omitzero"` // its By is the evaluator
}

// Moderation is the score the evaluators agreed on together. The individual
// scores stay beside it.
type Moderation struct {
	Bid           BidID       `json:"bid"`
	Criterion     CriterionID `json:"criterion"`
	Value         int         `json:"value"`
	NotApplicable bool        `json:"not_applicable,omitempty"`
	Reason        string      `json:"reason"`
	Present       []string    `json:"present,omitempty"` // ids of those who moderated
	Mark          Mark        `json:"mark,omitzero"`
}

// TieBreak is a draw of lots between bids that tie, on record.
type TieBreak struct {
	Lot      LotID             `json:"lot"`
	Order    []BidID           `json:"order"` // first drawn first
	Evidence casework.Evidence `json:"evidence,omitzero"`
	Witness  string            `json:"witness"`
	Mark     Mark              `json:"mark,omitzero"`
}

// The events of scoring, for policies to watch, with what the attempt's Args are.
const (
	GivingScore     casework.Move = "score.given"     // the [Score]
	ModeratingScore casework.Move = "score.moderated" // the [Moderation]
	DrawingLots     casework.Move = "lots.drawn"      // the [TieBreak]
)

var scoreGiven = &casework.Event[*Purchase, Score]{
	Name: string(GivingScore), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, s Score) {
		s.Mark = markOf(e)
		p.s.Scores = append(p.s.Scores, s)
	},
	Redact: func(s Score) Score {
		s.Reason = ""
		return s
	},
}

var scoreModerated = &casework.Event[*Purchase, Moderation]{
	Name: string(ModeratingScore), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, m Moderation) {
		m.Mark = markOf(e)
		p.s.Moderations = append(p.s.Moderations, m)
	},
	Redact: func(m Moderation) Moderation {
		m.Reason = ""
		return m
	},
}

var lotsDrawn = &casework.Event[*Purchase, TieBreak]{
	Name: string(DrawingLots), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d TieBreak) {
		d.Mark = markOf(e)
		p.s.TieBreaks = append(p.s.TieBreaks, d)
	},
	Redact: func(d TieBreak) TieBreak {
		d.Witness, d.Evidence = "", withoutWords(d.Evidence)
		return d
	},
}

// GiveScore records what the actor of the call gives a bid on a criterion, with
// the reason, and gives the score. Scores are given while the bids are open. A
// later score of the same evaluator counts in the place of the earlier one;
// both stay on record. Where a criterion does not apply to the bid, no value is
// kept.
func (p *Purchase) GiveScore(s Score) (Score, error) {
	faults := p.scoringFaults()
	faults = append(faults, p.scoredFaults("score", s.Bid, s.Criterion, s.Value, s.NotApplicable)...)
	faults = append(faults, required(s.Reason, "score.reason", "reason.missing", "say why the bid earns this score")...)
	if err := p.invalid("give a score", faults); err != nil {
		return Score{}, err
	}
	s.Mark = Mark{}
	if s.NotApplicable {
		s.Value = 0
	}
	if err := scoreGiven.Record(p, s); err != nil {
		return Score{}, err
	}
	return p.s.Scores[len(p.s.Scores)-1], nil
}

// Moderate records the score the evaluators agreed on, with the reason, and
// gives it. It counts in the place of their own scores, which stay on record; a
// later moderation counts in the place of an earlier one.
func (p *Purchase) Moderate(m Moderation) (Moderation, error) {
	faults := p.scoringFaults()
	faults = append(faults, p.scoredFaults("moderation", m.Bid, m.Criterion, m.Value, m.NotApplicable)...)
	faults = append(faults, required(m.Reason, "moderation.reason", "reason.missing", "say why the evaluators agreed on this score")...)
	for i, id := range m.Present {
		faults = append(faults, required(id, fmt.Sprintf("moderation.present[%d]", i), "evaluator.missing", "an evaluator has an id")...)
	}
	if err := p.invalid("moderate a score", faults); err != nil {
		return Moderation{}, err
	}
	m.Mark = Mark{}
	if m.NotApplicable {
		m.Value = 0
	}
	if err := scoreModerated.Record(p, m); err != nil {
		return Moderation{}, err
	}
	return p.s.Moderations[len(p.s.Moderations)-1].clone(), nil
}

// DrawLots records a draw between bids that tie, where that is the published tie
// rule, and gives it. Order holds every bid of the tie, first drawn first. The
// same tie is drawn once: the draw stands.
func (p *Purchase) DrawLots(d TieBreak) (TieBreak, error) {
	faults := p.scoringFaults()
	faults = append(faults, required(d.Witness, "draw.witness", "witness.missing", "say who was there beside whoever drew")...)
	if !d.Evidence.IsZero() {
		faults = append(faults, d.Evidence.Faults("draw.evidence")...)
	}
	faults = append(faults, p.drawFaults(d)...)
	if err := p.invalid("draw lots", faults); err != nil {
		return TieBreak{}, err
	}
	d = d.clone()
	d.Mark = Mark{}
	if err := lotsDrawn.Record(p, d); err != nil {
		return TieBreak{}, err
	}
	return p.s.TieBreaks[len(p.s.TieBreaks)-1].clone(), nil
}

// scoringFaults tells that the bids are not being scored.
func (p *Purchase) scoringFaults() []casework.Fault {
	if p.State() == Opened && p.s.Tender != nil {
		return nil
	}
	return []casework.Fault{fault("state", "scoring.closed", "bids are scored when they are open, until they are evaluated")}
}

// scoredFaults lists what is wrong with scoring a bid on a criterion.
func (p *Purchase) scoredFaults(path string, id BidID, criterion CriterionID, value int, without bool) []casework.Fault {
	t := Tender{}
	if p.s.Tender != nil {
		t = *p.s.Tender
	}
	var faults []casework.Fault
	if b := p.bid(id); b == nil {
		faults = append(faults, unknown(path+".bid", "bid", string(id)))
	} else if why := b.out(t); why != "" {
		faults = append(faults, fault(path+".bid", "bid.out", fmt.Sprintf("bid %s does not compete: %s", id, why)))
	}
	c, known := t.Criterion(criterion)
	switch {
	case !known:
		faults = append(faults, unknown(path+".criterion", "criterion", string(criterion)))
	case !c.Scored():
		faults = append(faults, fault(path+".criterion", "criterion.unscored", fmt.Sprintf("%s is a criterion of kind %s: nobody scores it", criterion, c.Kind)))
	case !without && (value < c.Least || value > c.Most):
		faults = append(faults, fault(path+".value", "score.range", fmt.Sprintf("scores on %s run from %d to %d, not to %d", criterion, c.Least, c.Most, value)))
	}
	return faults
}

// drawFaults lists what is wrong with a draw: it is between all the bids of one
// tie, which was not drawn before.
func (p *Purchase) drawFaults(d TieBreak) []casework.Fault {
	if p.s.Tender == nil {
		return nil // a fault already
	}
	if p.s.Tender.Ties != TieByDraw {
		return []casework.Fault{fault("draw", "draw.rule", fmt.Sprintf("bids that tie are ordered by %s, as published", p.s.Tender.Ties))}
	}
	undrawn, err := Rank(*p.s.Tender, d.Lot, p.s.Bids, p.s.Scores, p.s.Moderations, nil)
	if err != nil {
		return faultsOf("draw", err)
	}
	tie := undrawn.tieOf(d.Order)
	if len(tie) < 2 || !sameBids(tie, d.Order) {
		return []casework.Fault{fault("draw.order", "draw.no_tie", fmt.Sprintf("lots are drawn between all bids of a tie, each once; %v is none", d.Order))}
	}
	if slices.ContainsFunc(p.s.TieBreaks, func(o TieBreak) bool { return o.Lot == d.Lot && sameBids(o.Order, d.Order) }) {
		return []casework.Fault{fault("draw", "draw.drawn", "lots were drawn between these bids: the draw stands")}
	}
	return nil
}

// tieOf gives the bids that share the place of the first of some.
func (r Ranking) tieOf(bids []BidID) []BidID {
	at := slices.IndexFunc(r.Bids, func(b Ranked) bool { return len(bids) > 0 && b.Bid == bids[0] })
	if at < 0 {
		return nil
	}
	var tie []BidID
	for _, b := range r.Bids {
		if b.Rank == r.Bids[at].Rank {
			tie = append(tie, b.Bid)
		}
	}
	return tie
}

// sameBids tells whether two lists hold the same bids, in any order.
func sameBids(a, b []BidID) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

func (m Moderation) clone() Moderation {
	m.Present = slices.Clone(m.Present)
	return m
}

func (d TieBreak) clone() TieBreak {
	d.Order = slices.Clone(d.Order)
	return d
}

// Scores gives every score, in the order they were given, those a later one
// took the place of included.
func (p *Purchase) Scores() []Score { return slices.Clone(p.s.Scores) }

// Moderations gives every moderation, in order.
func (p *Purchase) Moderations() []Moderation {
	all := slices.Clone(p.s.Moderations)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// TieBreaks gives every draw of lots, in order.
func (p *Purchase) TieBreaks() []TieBreak {
	all := slices.Clone(p.s.TieBreaks)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// AverageScore gives the average of scores for one bid on one criterion, with
// four decimals, and how many it is of. The latest of each evaluator counts,
// and only where the criterion applies. Of none there is no average: it is
// empty, and not 0.
func AverageScore(scores []Score) (average string, count int) {
	mean, count := meanOf(latestScores(scores))
	if mean == nil {
		return "", 0
	}
	return mean.FloatString(4), count
}

// meanOf gives the exact mean of scores that apply; nil of none.
func meanOf(scores []Score) (mean *big.Rat, count int) {
	sum := new(big.Int)
	for _, s := range scores {
		if !s.NotApplicable {
			sum.Add(sum, big.NewInt(int64(s.Value)))
			count++
		}
	}
	if count == 0 {
		return nil, 0
	}
	return new(big.Rat).SetFrac(sum, big.NewInt(int64(count))), count
}

// latestScores gives the score of each evaluator that counts, by evaluator. The
// order the scores are given in has no say.
func latestScores(scores []Score) []Score {
	latest := map[string]Score{}
	for _, s := range scores {
		was, is := latest[s.Mark.By]
		if !is || supersedes(was.Mark, s.Mark, was.Value, s.Value, was.NotApplicable, s.NotApplicable) {
			latest[s.Mark.By] = s
		}
	}
	all := make([]Score, 0, len(latest))
	for _, by := range slices.Sorted(maps.Keys(latest)) {
		all = append(all, latest[by])
	}
	return all
}

// supersedes tells whether a record takes the place of another: by its entry, and by
// what it says where neither has one.
func supersedes(was, is Mark, wasValue, isValue int, wasWithout, isWithout bool) bool {
	order := cmp.Or(cmp.Compare(was.Entry, is.Entry), was.At.Compare(is.At), cmp.Compare(wasValue, isValue))
	if order != 0 {
		return order < 0
	}
	return wasWithout && !isWithout
}
