package procurement

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// AwardID names an award within its purchase, such as "W1".
type AwardID string

// Award is the decision that a bidder gets a lot.
type Award struct {
	ID           AwardID           `json:"id"` // given by the purchase
	Lot          LotID             `json:"lot"`
	Bid          BidID             `json:"bid"`
	Supplier     casework.Agency   `json:"supplier"`          // the bidder, or the lead of the consortium
	Members      []casework.Agency `json:"members,omitempty"` // of the consortium, the lead left out
	Value        casework.Money    `json:"value"`             // the price of the bid, VAT included; corrected on record
	Period       casework.Period   `json:"period,omitzero"`
	Why          string            `json:"why"`
	Order        bool              `json:"order,omitempty"` // bought by an order, whose acceptance forms the contract
	Standstill   *Standstill       `json:"standstill,omitempty"`
	Corrections  []Correction      `json:"corrections,omitempty"`
	Decided      Mark              `json:"decided,omitzero"`
	Cancelled    Mark              `json:"cancelled,omitzero"`
	CancelReason string            `json:"cancel_reason,omitempty"`
}

// Stands tells whether the award was not cancelled.
func (a Award) Stands() bool { return a.Cancelled.IsZero() }

// StandstillOver tells whether the award may be signed at a moment as far as
// its standstill goes: it is over, or none is kept. Where nothing was decided
// about a standstill it is not over.
func (a Award) StandstillOver(at time.Time) bool { return a.Standstill != nil && a.Standstill.Over(at) }

func (a Award) clone() Award {
	a.Members = slices.Clone(a.Members)
	a.Corrections = slices.Clone(a.Corrections)
	a.Standstill = copied(a.Standstill)
	return a
}

// untold is the award without its words and names.
func (a Award) untold() Award {
	a = a.clone()
	a.Why, a.CancelReason, a.Supplier = "", "", withoutName(a.Supplier)
	for i, m := range a.Members {
		a.Members[i] = withoutName(m)
	}
	if a.Standstill != nil {
		a.Standstill.Reason = ""
	}
	return a
}

// Correction is a detail of an award that was entered wrongly. When it was
// awarded does not change.
type Correction struct {
	Was  casework.Money `json:"was"`
	Is   casework.Money `json:"is"`
	Mark Mark           `json:"mark,omitzero"`
}

// UnawardedLot is a lot that nobody gets, with the reason.
type UnawardedLot struct {
	Lot    LotID  `json:"lot"`
	Reason string `json:"reason"`
}

// AwardDecision is what is decided on a recommendation, beside saying yes to it.
type AwardDecision struct {
	Order      bool            `json:"order,omitempty"`      // bought by an order, whose acceptance forms the contract
	Unawarded  []UnawardedLot  `json:"unawarded,omitempty"`  // the lots for which nobody is recommended
	Standstill *StandstillPlan `json:"standstill,omitempty"` // of every award; may be set later
}

// AwardsDecided is the data of the move [DecideAward].
type AwardsDecided struct {
	Awards    []Award        `json:"awards"`
	Unawarded []UnawardedLot `json:"unawarded,omitempty"`
}

// AwardCorrection is the data of [CorrectingAward].
type AwardCorrection struct {
	Award AwardID        `json:"award"`
	Is    casework.Money `json:"is"`
}

// AwardCancellation is the data of [CancellingAward], and of the move [Unaward].
type AwardCancellation struct {
	Award AwardID `json:"award"`
}

// CorrectingAward and CancellingAward are the events of an award that stands,
// for policies to watch. The attempt's Args are an [AwardCorrection] and an
// [AwardCancellation]. The last award that stands is cancelled by the move
// [Unaward], with the same data.
const (
	CorrectingAward casework.Move = "award.corrected"
	CancellingAward casework.Move = "award.cancelled"
)

var awardDecided = &casework.Event[*Purchase, AwardsDecided]{
	Name: "award.decided", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d AwardsDecided) {
		for _, a := range d.Awards {
			a.Decided = markOf(e)
			if a.Standstill != nil {
				a.Standstill.Mark = a.Decided
			}
			p.s.Awards = append(p.s.Awards, a)
		}
		p.s.Unawarded = d.Unawarded
	},
	Redact: func(d AwardsDecided) AwardsDecided {
		d.Awards, d.Unawarded = slices.Clone(d.Awards), slices.Clone(d.Unawarded)
		for i := range d.Awards {
			d.Awards[i] = d.Awards[i].untold()
		}
		for i := range d.Unawarded {
			d.Unawarded[i].Reason = ""
		}
		return d
	},
}

var awardCorrected = &casework.Event[*Purchase, AwardCorrection]{
	Name: string(CorrectingAward), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d AwardCorrection) {
		if a := p.award(d.Award); a != nil {
			a.Corrections = append(a.Corrections, Correction{Was: a.Value, Is: d.Is, Mark: markOf(e)})
			a.Value = d.Is
		}
	},
}

var awardCancelled = &casework.Event[*Purchase, AwardCancellation]{
	Name: string(CancellingAward), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d AwardCancellation) {
		if a := p.award(d.Award); a != nil {
			a.Cancelled, a.CancelReason = markOf(e), e.Reason
		}
	},
}

func awardEvents() []casework.EventType[*Purchase] {
	own := []casework.EventType[*Purchase]{awardRecommended, awardDecided, awardCorrected, awardCancelled, purchaseEnded}
	return slices.Concat(own, standstillEvents(), challengeEvents())
}

// DecideAward decides as recommended, and gives an award for each choice. Every
// lot is either recommended to somebody or explained. What makes the awards
// binding is opened in the same commit: a contract for each buyer, or the
// framework agreement they establish.
func (p *Purchase) DecideAward(d AwardDecision) ([]Award, error) {
	standstill, faults := p.decidedStandstill(d.Standstill)
	faults = append(faults, p.decisionFaults(d)...)
	if err := p.invalid("decide an award", faults); err != nil {
		return nil, err
	}
	data := AwardsDecided{Unawarded: slices.Clone(d.Unawarded)}
	if p.s.Recommendation != nil {
		data.Awards = p.awarding(d.Order, standstill)
	}
	before := len(p.s.Awards)
	if err := awardDecided.Move(p, DecideAward, data); err != nil {
		return nil, err
	}
	return p.Awards()[before:], nil
}

// decidedStandstill computes the standstill of a decision, where it has one.
func (p *Purchase) decidedStandstill(plan *StandstillPlan) (*Standstill, []casework.Fault) {
	if plan == nil {
		return nil, nil
	}
	s, faults := p.cfg.standstill(*plan, "standstill")
	return &s, faults
}

// awarding gives the awards of what is recommended. They follow the bids as
// they stand.
func (p *Purchase) awarding(order bool, standstill *Standstill) []Award {
	var all []Award
	for _, c := range p.s.Recommendation.Choices {
		b := p.bid(c.Bid)
		if b == nil { // looked at before
			continue
		}
		lot, _ := p.awardLot(c.Lot)
		all = append(all, Award{
			ID: AwardID(numbered("W", len(p.s.Awards)+len(all))), Lot: c.Lot, Bid: b.ID,
			Supplier: b.Bidder, Members: b.Members, Value: b.Price,
			Period: cmp.Or(lot.Period, p.s.Requisition.Period), Why: c.Why, Order: order, Standstill: standstill,
		}.clone())
	}
	return all
}

// decisionFaults lists what is wrong with a decision. In a state that has none
// to make there is nothing to hold it against, and the move is refused.
func (p *Purchase) decisionFaults(d AwardDecision) []casework.Fault {
	if !p.can(DecideAward) {
		return nil
	}
	if p.s.Recommendation == nil {
		return []casework.Fault{fault("recommendation", "recommendation.missing", "nobody is recommended")}
	}
	var faults []casework.Fault
	explained := map[LotID]bool{}
	for i, u := range d.Unawarded {
		path := fmt.Sprintf("unawarded[%d]", i)
		faults = append(faults, p.unawardedFaults(u, path)...)
		if explained[u.Lot] {
			faults = append(faults, fault(path+".lot", "lot.duplicate", fmt.Sprintf("lot %s is explained twice", u.Lot)))
		}
		explained[u.Lot] = true
	}
	for _, lot := range p.awardLots() {
		if len(p.s.Recommendation.of(lot.ID)) == 0 && !explained[lot.ID] {
			faults = append(faults, fault("unawarded", "lot.undecided", fmt.Sprintf("nobody is recommended for lot %s: say why it is not awarded", lot.ID)))
		}
	}
	for i, c := range p.s.Recommendation.Choices {
		if p.bid(c.Bid) == nil {
			faults = append(faults, unknown(fmt.Sprintf("recommendation.choices[%d].bid", i), "bid", string(c.Bid)))
		}
	}
	return faults
}

func (p *Purchase) unawardedFaults(u UnawardedLot, path string) []casework.Fault {
	faults := required(u.Reason, path+".reason", "lot.reason_missing", "say why the lot is not awarded")
	if _, known := p.awardLot(u.Lot); !known {
		return append(faults, unknown(path+".lot", "lot", string(u.Lot)))
	}
	if len(p.s.Recommendation.of(u.Lot)) > 0 {
		faults = append(faults, fault(path+".lot", "lot.awarded", fmt.Sprintf("somebody is recommended for lot %s", u.Lot)))
	}
	return faults
}

// CorrectAward puts right the value of an award that was entered wrongly, and
// gives the award. The call's reason is required. When it was decided stays, and
// both values are kept. It is open while no contract of the award binds; what an
// unsigned contract already says is changed there.
func (p *Purchase) CorrectAward(id AwardID, value casework.Money) (Award, error) {
	faults := append(p.standingAwardFaults(id), moneyFaults(value, "value", "the value of the award")...)
	faults = append(faults, reasonRequired(p, "why the award is corrected")...)
	if a := p.award(id); a != nil && value.IsRecorded() {
		faults = append(faults, a.correctionFaults(value)...)
	}
	if err := p.invalid("correct an award", faults); err != nil {
		return Award{}, err
	}
	if err := awardCorrected.Record(p, AwardCorrection{Award: id, Is: value}); err != nil {
		return Award{}, err
	}
	return p.award(id).clone(), nil
}

func (a Award) correctionFaults(value casework.Money) []casework.Fault {
	if value.Currency() != a.Value.Currency() {
		return []casework.Fault{fault("value", "award.currency", fmt.Sprintf("award %s is in %s", a.ID, a.Value.Currency()))}
	}
	if value == a.Value {
		return []casework.Fault{fault("value", "award.unchanged", fmt.Sprintf("award %s has this value already", a.ID))}
	}
	return nil
}

// CancelAward takes an award back, and gives it. The call's reason is required.
// Its unsigned contracts are cancelled in the same commit. With the last award
// that stands the purchase is recommended again, and not decided.
func (p *Purchase) CancelAward(id AwardID) (Award, error) {
	faults := append(p.standingAwardFaults(id), reasonRequired(p, "why the award is cancelled")...)
	if err := p.invalid("cancel an award", faults); err != nil {
		return Award{}, err
	}
	if err := p.cancelAward(AwardCancellation{Award: id}); err != nil {
		return Award{}, err
	}
	return p.award(id).clone(), nil
}

func (p *Purchase) cancelAward(d AwardCancellation) error {
	if len(p.standing()) == 1 {
		return awardCancelled.Move(p, Unaward, d)
	}
	return awardCancelled.Record(p, d)
}

// standingAwardFaults tells that an award is not there, or was cancelled.
func (p *Purchase) standingAwardFaults(id AwardID) []casework.Fault {
	a := p.award(id)
	if a == nil {
		return []casework.Fault{unknown("award", "award", string(id))}
	}
	if !a.Stands() {
		return []casework.Fault{fault("award", "award.cancelled", fmt.Sprintf("award %s was cancelled", id))}
	}
	return nil
}

// Awards gives every award, in the order they were decided, those that were
// cancelled too.
func (p *Purchase) Awards() []Award {
	all := slices.Clone(p.s.Awards)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Award gives one award.
func (p *Purchase) Award(id AwardID) (Award, bool) {
	if a := p.award(id); a != nil {
		return a.clone(), true
	}
	return Award{}, false
}

// Unawarded gives the lots that the latest decision left without an award, with
// the reasons.
func (p *Purchase) Unawarded() []UnawardedLot { return slices.Clone(p.s.Unawarded) }

func (p *Purchase) award(id AwardID) *Award {
	for i := range p.s.Awards {
		if p.s.Awards[i].ID == id {
			return &p.s.Awards[i]
		}
	}
	return nil
}

// standing gives the awards that were not cancelled.
func (p *Purchase) standing() []Award {
	var all []Award
	for _, a := range p.s.Awards {
		if a.Stands() {
			all = append(all, a)
		}
	}
	return all
}

// Codes of the deadlines of an award. All are API.
const (
	DeadlineStandstill = "standstill.ends" // subject: the award
	DeadlineAward      = "award.due"       // the decision that the timetable promises
)

// awardDeadlines gives when standstills end, and when the award is to be
// decided.
func (p *Purchase) awardDeadlines() []casework.Deadline {
	var all []casework.Deadline
	for _, a := range p.standing() {
		if a.Standstill != nil && a.Standstill.Kind != NoStandstill {
			all = append(all, casework.Deadline{
				Code: DeadlineStandstill, Subject: string(a.ID), Due: a.Standstill.Ends,
				Doc: fmt.Sprintf("the standstill of award %s is over", a.ID),
			})
		}
	}
	if p.s.Tender != nil && len(p.standing()) == 0 {
		all = append(all, casework.Deadline{Code: DeadlineAward, Due: p.s.Tender.Timetable.DecisionBy, Doc: "the award is to be decided"})
	}
	return all
}

func awardRules() []rule[*Purchase] {
	own := []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "award.notice_missing", Doc: "An award is made known by a notice, which is filed.",
			Source: "Procurement Act 2023 s.50(1)", Moves: []casework.Move{DecideAward}, Check: noticeMissing,
		}, weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse}},
		{policy: casework.Policy[*Purchase]{
			Code: "debrief.missing", Doc: "Before an award is made known, whoever bid in vain is told how the bid was judged.",
			Source: "Procurement Act 2023 s.50(3)", Moves: []casework.Move{DecideAward}, Check: debriefMissing,
		}, weight: commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Explain}},
		{policy: casework.Policy[*Purchase]{
			Code: "award.contract_signed", Doc: "What is signed binds: the award behind it is neither cancelled nor corrected, nor its procedure ended. Only the contract can be.",
			Source: "Procurement Act 2023 ss.1, 55", Moves: []casework.Move{Unaward, EndPurchase, CancellingAward, CorrectingAward}, Check: contractSigned,
		}, weight: barred()},
	}
	return slices.Concat(recommendationRules(), own, standstillRules(), challengeRules(), endingRules(), callOffRules())
}

func noticeMissing(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.Case.HasDocument(DocumentAwardNotice, false) {
		return nil
	}
	return object("no award notice is filed", fmt.Sprintf("add a document of kind %s", DocumentAwardNotice), "")
}

func debriefMissing(a casework.Attempt[*Purchase]) []casework.Objection {
	r, known := recommendedBy(a)
	if !known || !a.Case.competitive() {
		return nil
	}
	var objections []casework.Objection
	for _, b := range a.Case.s.Bids {
		if b.Received.IsZero() || !b.Withdrawn.IsZero() || b.Debrief != nil || r.chooses(b.ID) {
			continue
		}
		objections = append(objections, object(fmt.Sprintf("%s was not told how its bid %s was judged", b.Bidder.ID, b.ID),
			"send the debrief, and record it", string(b.ID))...)
	}
	return objections
}

// contractSigned objects where a contract of the awards in question binds: of
// the one that is cancelled or corrected, or of any where the procedure is to be
// ended. Which award a listed move would cancel is known where one is left.
func contractSigned(a casework.Attempt[*Purchase]) []casework.Objection {
	var in []Instrument
	switch d := a.Args.(type) {
	case AwardCancellation:
		in = a.Case.instrumentsOf(d.Award)
	case AwardCorrection:
		in = a.Case.instrumentsOf(d.Award)
	default:
		if a.Move == EndPurchase {
			in = a.Case.s.Instruments
		} else if standing := a.Case.standing(); len(standing) == 1 {
			in = a.Case.instrumentsOf(standing[0].ID)
		}
	}
	var objections []casework.Objection
	for _, i := range in {
		if i.Binds {
			objections = append(objections, object(fmt.Sprintf("%s %s is %s: it binds", i.Kind, i.Case, i.State),
				"end the contract itself, as its terms and the law allow", i.Case.String())...)
		}
	}
	return objections
}
