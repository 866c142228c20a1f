package procurement

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// Method is the published way from scores and prices to a winner.
type Method string

// The methods.
const (
	WeightedScore        Method = "weighted_score"          // highest total of weighted scores, the price among them
	LowestPrice          Method = "lowest_price"            // lowest price of those not excluded
	Thresholds           Method = "thresholds"              // lowest price of those that reach every threshold
	PricePerQualityPoint Method = "price_per_quality_point" // lowest price divided by the weighted quality score
	DiscountedPrice      Method = "discounted_price"        // features discount the price; lowest discounted price
)

// Known tells whether the method is one of the five.
func (m Method) Known() bool {
	switch m {
	case WeightedScore, LowestPrice, Thresholds, PricePerQualityPoint, DiscountedPrice:
		return true
	}
	return false
}

// TieRule is how bids of equal standing are ordered, as published.
type TieRule string

// The tie rules.
const (
	TieByQuality TieRule = "higher_quality" // the higher weighted quality score
	TieByPrice   TieRule = "lower_price"
	TieByDraw    TieRule = "drawing_lots" // on record; see [Purchase.DrawLots]
)

// Known tells whether the rule is one of the three.
func (r TieRule) Known() bool { return r == TieByQuality || r == TieByPrice || r == TieByDraw }

// Timetable holds the moments of an invitation; offsets are kept. Something
// done at the very moment is in time.
type Timetable struct {
	QuestionsClose time.Time `json:"questions_close,omitzero"`
	AnswersBy      time.Time `json:"answers_by,omitzero"`
	BidsOpen       time.Time `json:"bids_open,omitzero"`  // zero: with the invitation
	BidsClose      time.Time `json:"bids_close,omitzero"` // a bid received at that moment is in time, after it late
	DecisionBy     time.Time `json:"decision_by,omitzero"`
}

// Advertisement is where and when the invitation was published.
type Advertisement struct {
	Where string        `json:"where"`
	On    casework.Date `json:"on"`
	Ref   string        `json:"ref,omitempty"`
}

// Tender is what agencies are invited to bid for: what is published, and cannot
// be changed without telling everybody.
type Tender struct {
	Title          string          `json:"title"`
	Description    string          `json:"description,omitempty"`
	Lots           []Lot           `json:"lots"`
	NoLots         string          `json:"no_lots,omitempty"` // why it is one lot (Procurement Act 2023 s.18)
	Criteria       []Criterion     `json:"criteria"`
	Method         Method          `json:"method"`
	PriceReason    string          `json:"price_reason,omitempty"` // why the price weighs what it weighs
	Ties           TieRule         `json:"ties"`
	Timetable      Timetable       `json:"timetable"`
	Advertised     []Advertisement `json:"advertised,omitempty"`
	InvitedIDs     []string        `json:"invited,omitempty"`    // ids of the agencies invited; none: anybody may bid
	Innovation     string          `json:"innovation,omitempty"` // scope for it
	Variants       bool            `json:"variants,omitempty"`   // allowed
	Pricing        PricingBasis    `json:"pricing,omitempty"`
	Term           Term            `json:"term,omitzero"`
	Risks          []Risk          `json:"risks,omitempty"`           // the allocation offered
	AbnormallyLow  Percent         `json:"abnormally_low,omitempty"`  // a price this far below the mean of the others is heard first; 0: nobody looks
	FrameworkTerms *FrameworkTerms `json:"framework_terms,omitempty"` // where the award establishes a framework agreement
	Mark           Mark            `json:"mark,omitzero"`
}

// Lot gives one lot.
func (t Tender) Lot(id LotID) (Lot, bool) {
	for _, l := range t.Lots {
		if l.ID == id {
			return l.clone(), true
		}
	}
	return Lot{}, false
}

// Criterion gives one criterion.
func (t Tender) Criterion(id CriterionID) (Criterion, bool) {
	for _, c := range t.Criteria {
		if c.ID == id {
			return c, true
		}
	}
	return Criterion{}, false
}

// UsesPrice tells whether the price has a say in who wins.
func (t Tender) UsesPrice() bool { return t.Method != WeightedScore || t.has(PriceCriterion) }

// has tells whether there is a criterion of a kind.
func (t Tender) has(k CriterionKind) bool {
	return slices.ContainsFunc(t.Criteria, func(c Criterion) bool { return c.Kind == k })
}

func (t Tender) clone() Tender {
	t.Lots = slices.Clone(t.Lots)
	for i := range t.Lots {
		t.Lots[i] = t.Lots[i].clone()
	}
	t.Criteria = slices.Clone(t.Criteria)
	t.Advertised, t.InvitedIDs, t.Risks = slices.Clone(t.Advertised), slices.Clone(t.InvitedIDs), slices.Clone(t.Risks)
	if t.FrameworkTerms != nil {
		terms := t.FrameworkTerms.clone()
		t.FrameworkTerms = &terms
	}
	return t
}

// faults lists what is wrong with the tender on a route, at a time.
func (t Tender) faults(route RouteChoice, now time.Time) []casework.Fault {
	const path = "tender"
	faults := required(t.Title, path+".title", "tender.title_missing", "a tender needs a title")
	faults = append(faults, lotFaults(t.Lots, path+".lots")...)
	faults = append(faults, t.publicationFaults(path)...)
	faults = append(faults, criteriaFaults(t.Criteria, path+".criteria")...)
	if t.FrameworkTerms != nil {
		faults = append(faults, t.completeFrameworkTerms().faults(path+".framework_terms")...)
	}
	if t.Method.Known() {
		faults = append(faults, t.methodFaults(path)...)
	}
	return append(faults, t.routeFaults(path, route, now)...)
}

// routeFaults holds the tender to the route and to the time: bids compete by a
// method and until a moment to come; several are awarded a lot, and terms of a
// framework agreement are there, where the award establishes one.
func (t Tender) routeFaults(path string, route RouteChoice, now time.Time) []casework.Fault {
	faults := t.Timetable.faults(path+".timetable", route.Competitive(), now)
	if !t.Method.Known() && (route.Competitive() || t.Method != "" || len(t.Criteria) > 0) {
		faults = append(faults, fault(path+".method", "tender.method", "a method is weighted_score, lowest_price, thresholds, price_per_quality_point or discounted_price"))
	}
	for i, l := range t.Lots {
		if l.MaxAwards > 1 && !route.Establishes {
			faults = append(faults, fault(fmt.Sprintf("%s.lots[%d].max_awards", path, i), "lot.several_awards", "only a lot of a framework agreement is awarded to several"))
		}
	}
	switch {
	case route.Establishes && t.FrameworkTerms == nil:
		faults = append(faults, fault(path+".framework_terms", "framework_terms.missing", "the award establishes a framework agreement: say on which terms"))
	case !route.Establishes && t.FrameworkTerms != nil:
		faults = append(faults, fault(path+".framework_terms", "framework_terms.unexpected", "the award establishes no framework agreement"))
	}
	return faults
}

// completeFrameworkTerms gives the terms of the framework agreement with the
// title and the lots of the tender, where they have none of their own.
func (t Tender) completeFrameworkTerms() FrameworkTerms {
	terms := t.FrameworkTerms.clone()
	terms.Title = cmp.Or(terms.Title, t.Title)
	if len(terms.Lots) == 0 {
		terms.Lots = t.clone().Lots
	}
	return terms
}

// publicationFaults lists what is wrong with what is said around the lots.
func (t Tender) publicationFaults(path string) []casework.Fault {
	var faults []casework.Fault
	for i, a := range t.Advertised {
		at := fmt.Sprintf("%s.advertised[%d]", path, i)
		faults = append(faults, required(a.Where, at+".where", "advertisement.where_missing", "say where it was advertised")...)
		if a.On.IsZero() {
			faults = append(faults, fault(at+".on", "advertisement.day_missing", "say on which day it was advertised"))
		}
	}
	for i, id := range t.InvitedIDs {
		at := fmt.Sprintf("%s.invited[%d]", path, i)
		faults = append(faults, required(id, at, "agency.missing", "an agency needs an id")...)
		if slices.Contains(t.InvitedIDs[:i], id) {
			faults = append(faults, fault(at, "agency.duplicate", fmt.Sprintf("%s is invited twice", id)))
		}
	}
	for i, r := range t.Risks {
		at := fmt.Sprintf("%s.risks[%d]", path, i)
		faults = append(faults, required(r.Risk, at+".risk", "risk.text_missing", "say what may happen")...)
		faults = append(faults, required(r.Bearer, at+".bearer", "risk.bearer_missing", "say who bears it")...)
	}
	if t.Pricing != "" && !t.Pricing.Known() {
		faults = append(faults, unknown(path+".pricing", "pricing", string(t.Pricing)))
	}
	if t.Term.Months < 0 {
		faults = append(faults, fault(path+".term.months", "term.months", "a term is no month or more"))
	}
	if t.AbnormallyLow < 0 || t.AbnormallyLow >= Hundred {
		faults = append(faults, fault(path+".abnormally_low", "tender.abnormally_low", fmt.Sprintf("how far below the others a price is heard first is from 0%% to less than 100%%, not %s", t.AbnormallyLow)))
	}
	return faults
}

// methodFaults lists what the method, the tie rule and the price still need.
func (t Tender) methodFaults(path string) []casework.Fault {
	faults := t.methodCriteriaFaults(path + ".criteria")
	if !t.Ties.Known() {
		faults = append(faults, fault(path+".ties", "tender.ties", "bids that tie are ordered by higher_quality, lower_price or drawing_lots"))
	}
	if t.UsesPrice() {
		faults = append(faults, required(t.PriceReason, path+".price_reason", "tender.price_reason_missing", "say why the price weighs what it weighs")...)
	}
	return faults
}

// methodCriteriaFaults holds the criteria to the method: those it cannot do
// without, and those it would not look at.
func (t Tender) methodCriteriaFaults(path string) []casework.Fault {
	scored := slices.ContainsFunc(t.Criteria, Criterion.Scored)
	stray := func(k CriterionKind) []casework.Fault {
		if !t.has(k) {
			return nil
		}
		return []casework.Fault{fault(path, "criteria.unused", fmt.Sprintf("method %s does not look at a criterion of kind %s", t.Method, k))}
	}
	lacks := func(there bool, what string) []casework.Fault {
		if there {
			return nil
		}
		return []casework.Fault{fault(path, "criteria.needed", fmt.Sprintf("method %s needs %s", t.Method, what))}
	}
	switch t.Method {
	case WeightedScore:
		return slices.Concat(lacks(scored || t.has(PriceCriterion), "at least one criterion"), stray(FeatureCriterion))
	case LowestPrice:
		return slices.Concat(stray(QualityCriterion), stray(SocialValueCriterion), stray(FeatureCriterion))
	case Thresholds:
		some := slices.ContainsFunc(t.Criteria, func(c Criterion) bool { return c.Threshold > 0 })
		return slices.Concat(lacks(some, "a criterion with a threshold"), stray(PriceCriterion), stray(FeatureCriterion))
	case PricePerQualityPoint:
		return slices.Concat(lacks(scored, "a criterion of quality or social value"), stray(PriceCriterion), stray(FeatureCriterion))
	case DiscountedPrice:
		return slices.Concat(lacks(t.has(FeatureCriterion), "a feature"), stray(QualityCriterion), stray(SocialValueCriterion), stray(PriceCriterion))
	default: // no method there is: a fault already
		return nil
	}
}

// moments gives the moments of the timetable in their order, by the names of
// their fields.
func (t Timetable) moments() []timetableMoment {
	return []timetableMoment{
		{"bids_open", t.BidsOpen},
		{"questions_close", t.QuestionsClose},
		{"answers_by", t.AnswersBy},
		{"bids_close", t.BidsClose},
		{"decision_by", t.DecisionBy},
	}
}

type timetableMoment struct {
	field string
	at    time.Time
}

// movedTo gives the moments of another timetable that differ.
func (t Timetable) movedTo(other Timetable) []timetableMoment {
	was, is := t.moments(), other.moments()
	var moved []timetableMoment
	for i := range is {
		if !was[i].at.Equal(is[i].at) {
			moved = append(moved, is[i])
		}
	}
	return moved
}

// faults lists what is wrong with the order of the moments; where bids compete,
// bids close, and not in the past.
func (t Timetable) faults(path string, competitive bool, now time.Time) []casework.Fault {
	var faults []casework.Fault
	switch {
	case t.BidsClose.IsZero() && competitive:
		faults = append(faults, fault(path+".bids_close", "timetable.missing", "say until when bids are taken"))
	case !t.BidsClose.IsZero() && t.BidsClose.Before(now):
		faults = append(faults, fault(path+".bids_close", "timetable.past", fmt.Sprintf("bids close in the past, at %s", moment(t.BidsClose))))
	}
	order := func(field string, earlier, later time.Time, message string) {
		if !earlier.IsZero() && !later.IsZero() && later.Before(earlier) {
			faults = append(faults, fault(path+"."+field, "timetable.order", message))
		}
	}
	if !t.BidsOpen.IsZero() && t.BidsOpen.Equal(t.BidsClose) {
		faults = append(faults, fault(path+".bids_open", "timetable.order", "bids open before they close"))
	}
	order("bids_open", t.BidsOpen, t.BidsClose, "bids open before they close")
	order("questions_close", t.QuestionsClose, t.AnswersBy, "answers are given when questions are over, or later")
	order("questions_close", t.QuestionsClose, t.BidsClose, "questions are over when bids close, or before")
	order("answers_by", t.AnswersBy, t.BidsClose, "answers are given when bids close, or before")
	order("decision_by", t.BidsClose, t.DecisionBy, "it is decided when bids have closed")
	return faults
}

// moment writes a time for people, with its offset.
func moment(t time.Time) string { return t.Format(time.RFC3339) }

// SettingTender and MovingTimetable are the events of a tender, for policies to
// watch. The attempt's Args are the [Tender] and the [Timetable].
const (
	SettingTender   casework.Move = "tender.set"
	MovingTimetable casework.Move = "timetable.moved"
)

var tenderSet = &casework.Event[*Purchase, Tender]{
	Name: string(SettingTender), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, t Tender) {
		t.Mark = markOf(e)
		p.s.Tender = &t
	},
	Redact: redactedTender,
}

var timetableMoved = &casework.Event[*Purchase, Timetable]{
	Name: string(MovingTimetable), Version: 1,
	Apply: func(p *Purchase, _ casework.Entry, t Timetable) {
		if p.s.Tender != nil {
			p.s.Tender.Timetable = t
		}
	},
}

// redactedTender keeps what bids are held against: ids, weights, scales, money
// and days.
func redactedTender(t Tender) Tender {
	t = t.clone()
	t.Title, t.Description, t.NoLots, t.PriceReason, t.Innovation, t.Term.Reason = "", "", "", "", "", ""
	for i := range t.Lots {
		t.Lots[i] = withoutTitles(t.Lots[i])
	}
	for i := range t.Criteria {
		t.Criteria[i].Title, t.Criteria[i].Guidance = "", ""
	}
	for i := range t.Advertised {
		t.Advertised[i].Where = ""
	}
	for i := range t.Risks {
		t.Risks[i].Risk, t.Risks[i].Reason = "", ""
	}
	if t.FrameworkTerms != nil {
		*t.FrameworkTerms = t.FrameworkTerms.untold()
	}
	return t
}

func withoutTitles(l Lot) Lot {
	l.Title = ""
	for i := range l.Options {
		l.Options[i].Title = ""
	}
	return l
}

// SetTender writes down what agencies are to be invited to bid for, and gives it
// as it was recorded. It takes the place of the tender set before. The route is
// chosen first: it says whether bids compete, and whether the award establishes
// a framework agreement. A tender that is published stands: see the policies
// tender.published and tender.closed.
func (p *Purchase) SetTender(t Tender) (Tender, error) {
	var faults []casework.Fault
	if p.s.Route == nil {
		faults = append(faults, fault("tender", "tender.early", "choose the route first"))
	} else {
		faults = append(faults, t.faults(*p.s.Route, p.Now())...)
		faults = append(faults, p.bidLotFaults(t)...)
	}
	if err := p.invalid("set the tender", faults); err != nil {
		return Tender{}, err
	}
	t = t.clone()
	t.Mark = Mark{}
	if err := tenderSet.Record(p, t); err != nil {
		return Tender{}, err
	}
	return p.s.Tender.clone(), nil
}

// bidLotFaults tells which bids would be for lots that are no longer there.
func (p *Purchase) bidLotFaults(t Tender) []casework.Fault {
	var faults []casework.Fault
	for _, b := range p.s.Bids {
		if _, known := t.Lot(b.Lot); !known && b.Withdrawn.IsZero() {
			faults = append(faults, fault("tender.lots", "lot.has_bids", fmt.Sprintf("bid %s is for lot %q: the lot stays", b.ID, b.Lot)))
		}
	}
	return faults
}

// MoveTimetable gives the invitation another timetable, for all alike. It may be
// moved while agencies are invited; a moment that has passed is not moved, and
// none is moved into the past.
func (p *Purchase) MoveTimetable(t Timetable) error {
	var faults []casework.Fault
	if p.State() != Invited || p.s.Tender == nil {
		faults = append(faults, fault("timetable", "timetable.not_invited", "a timetable is moved while agencies are invited to bid; before that, set the tender"))
	} else {
		faults = append(faults, p.movedFaults(p.s.Tender.Timetable, t)...)
	}
	if err := p.invalid("move the timetable", faults); err != nil {
		return err
	}
	return timetableMoved.Record(p, t)
}

// movedFaults lists what is wrong with moving one timetable to another.
func (p *Purchase) movedFaults(was, is Timetable) []casework.Fault {
	faults := is.faults("timetable", true, time.Time{}) // what lies in the past is told moment by moment
	old := map[string]time.Time{}
	for _, m := range was.moments() {
		old[m.field] = m.at
	}
	for _, m := range was.movedTo(is) {
		passed := old[m.field]
		switch {
		case !passed.IsZero() && !passed.After(p.Now()):
			faults = append(faults, fault("timetable."+m.field, "timetable.passed", fmt.Sprintf("%s has passed: it is not moved", moment(passed))))
		case !m.at.IsZero() && m.at.Before(p.Now()):
			faults = append(faults, fault("timetable."+m.field, "timetable.past", fmt.Sprintf("%s is in the past", moment(m.at))))
		}
	}
	return faults
}

// Tender gives what agencies are invited to bid for, once it is set.
func (p *Purchase) Tender() (Tender, bool) {
	if p.s.Tender == nil {
		return Tender{}, false
	}
	return p.s.Tender.clone(), true
}

// BiddingPhase says how far bidding is.
type BiddingPhase string

// The phases of bidding.
const (
	BiddingBefore    BiddingPhase = "before"    // nobody is invited yet
	BiddingEnquiries BiddingPhase = "enquiries" // questions are asked; bids do not open yet
	BiddingOpen      BiddingPhase = "open"      // bids are taken
	BiddingClosed    BiddingPhase = "closed"    // the time for bids is over
)

// BiddingAt tells how far bidding is at a time, as the purchase stands: dates
// alone open and close it, without a write. Bids are in time at the very moment
// they close.
func (p *Purchase) BiddingAt(t time.Time) BiddingPhase {
	switch {
	case p.biddingAhead():
		return BiddingBefore
	case p.State() != Invited:
		return BiddingClosed
	case p.s.Tender == nil:
		return BiddingOpen
	default:
		return p.s.Tender.Timetable.phaseAt(t)
	}
}

// phaseAt tells what the moments alone say, once agencies are invited.
func (t Timetable) phaseAt(at time.Time) BiddingPhase {
	switch {
	case t.closedAt(at):
		return BiddingClosed
	case at.Before(t.BidsOpen):
		return BiddingEnquiries
	default:
		return BiddingOpen
	}
}

// closedAt tells whether the time for bids is over at a time.
func (t Timetable) closedAt(at time.Time) bool {
	return !t.BidsClose.IsZero() && at.After(t.BidsClose)
}

// closes gives the first moment at which the time for bids is over. The library
// counts in microseconds.
func (t Timetable) closes() time.Time { return t.BidsClose.Add(time.Microsecond) }

// biddingAhead tells whether nobody has been invited yet, nor recommended
// without an invitation.
func (p *Purchase) biddingAhead() bool {
	return !p.invitedOnce() && p.s.Recommendation == nil && !p.Final()
}

// Codes of the deadlines of bidding. All are API.
const (
	DeadlineQuestionsClose = "questions.close"
	DeadlineBidsOpen       = "bids.open"
	DeadlineBidsClose      = "bids.close"
)

// biddingDeadlines gives what is due while agencies are invited.
func (p *Purchase) biddingDeadlines() []casework.Deadline {
	if p.State() != Invited || p.s.Tender == nil {
		return nil
	}
	t := p.s.Tender.Timetable
	all := []casework.Deadline{
		{Code: DeadlineQuestionsClose, Due: t.QuestionsClose, Doc: "questions are taken until then"},
		{Code: DeadlineBidsOpen, Due: t.BidsOpen, Doc: "bids are taken from then"},
		{Code: DeadlineBidsClose, Due: t.BidsClose, Doc: "bids are taken until then"},
	}
	return slices.DeleteFunc(all, func(d casework.Deadline) bool { return d.Due.IsZero() })
}
