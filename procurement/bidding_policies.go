package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func biddingEvents() []casework.EventType[*Purchase] {
	return []casework.EventType[*Purchase]{
		tenderSet, timetableMoved, questionAsked, questionAnswered, documentAdded,
		bidDrafted, bidRevised, bidSubmitted, bidWithdrawn, bidAdmitted, bidsOpened,
		suitabilityAssessed, bidExcluded, abnormallyLowNotified, abnormallyLowHeard, bidDebriefed,
		scoreGiven, scoreModerated, lotsDrawn,
	}
}

func biddingRules() []rule[*Purchase] {
	return slices.Concat(tenderRules(), receivingRules(), bidRules(), evaluationRules())
}

// tenderRules watch over what is published.
func tenderRules() []rule[*Purchase] {
	grown := commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Explain}
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "tender.missing", Doc: "Agencies are invited once it is written down what they are to bid for, by when, and how it is decided.",
			Source: "Procurement Act 2023 ss.21, 23", Moves: []casework.Move{Invite}, Check: tenderMissing,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "tender.outdated", Doc: "A tender is published while it fits the route, and the time it gives for bids is yet to come.",
			Source: "Procurement Act 2023 ss.21, 54", Moves: []casework.Move{Invite}, Check: tenderOutdated,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "tender.published", Doc: "What was published stands. A change is told to everybody, and the time for bids is looked at again.",
			Source: "Procurement Act 2023 s.31", Moves: []casework.Move{SettingTender}, Check: tenderPublished,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "tender.closed", Doc: "Once bids have closed, what they are judged by stays as it was published.",
			Source: "Procurement Act 2023 ss.19, 31", Moves: []casework.Move{SettingTender}, Check: tenderClosed,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "notice.missing", Doc: "An invitation to compete is published with a signed notice.",
			Source: "Procurement Act 2023 ss.21, 87", Moves: []casework.Move{Invite}, Check: tenderUnnoticed,
		}, weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse}},
		{policy: casework.Policy[*Purchase]{
			Code: "lots.unconsidered", Doc: "Whether to divide what is bought into lots is considered; where it is one lot, the reason is given.",
			Source: "Procurement Act 2023 s.18", Moves: []casework.Move{Invite}, Check: lotsUnconsidered,
		}, weight: grown},
		{policy: casework.Policy[*Purchase]{
			Code: "social_value.criterion", Doc: "What bidders do for the economic, social and environmental well-being of the area is among the criteria.",
			Source: "Public Services (Social Value) Act 2012 s.1", Moves: []casework.Move{Invite}, Check: socialValueUnweighed,
		}, weight: grown},
	}
}

func tenderMissing(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.Case.s.Tender != nil {
		return nil
	}
	return object("no tender says what agencies are to bid for", "set the tender", "")
}

// tenderOutdated looks again at what was sound when the tender was set: the
// route may have changed since, and time has passed.
func tenderOutdated(a casework.Attempt[*Purchase]) []casework.Objection {
	t, route := a.Case.s.Tender, a.Case.s.Route
	if t == nil || route == nil {
		return nil
	}
	var objections []casework.Objection
	for _, f := range t.routeFaults("tender", *route, a.At) {
		objections = append(objections, object("the tender no longer holds: "+f.Message, "set the tender anew", f.Path)...)
	}
	return objections
}

func tenderPublished(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.Case.BiddingAt(a.At) == BiddingBefore {
		return nil
	}
	return object("the tender is published", "move the timetable, answer questions to all, or end the procedure and begin another", "")
}

func tenderClosed(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.Case.BiddingAt(a.At) != BiddingClosed {
		return nil
	}
	return object("the time for bids is over", "judge the bids by what was published, or end the procedure and begin another", "")
}

func tenderUnnoticed(a casework.Attempt[*Purchase]) []casework.Objection {
	route := a.Case.s.Route
	if route == nil || !route.Competitive() || route.Route == CallOff || a.Case.HasDocument(casework.DocumentTenderNotice, true) {
		return nil
	}
	return object("there is no signed tender notice", fmt.Sprintf("add a signed document of kind %s", casework.DocumentTenderNotice), "")
}

func lotsUnconsidered(a casework.Attempt[*Purchase]) []casework.Objection {
	t := a.Case.s.Tender
	if t == nil || len(t.Lots) != 1 || strings.TrimSpace(t.NoLots) != "" {
		return nil
	}
	return object("it is one lot, and nobody says why", "divide it into lots, or say in the tender why it is one", string(t.Lots[0].ID))
}

func socialValueUnweighed(a casework.Attempt[*Purchase]) []casework.Objection {
	t := a.Case.s.Tender
	if t == nil || t.has(SocialValueCriterion) {
		return nil
	}
	return object("no criterion looks at social value", "add a criterion of kind social_value", "")
}

// receivingRules watch over the end of the time for bids.
func receivingRules() []rule[*Purchase] {
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "bidding.open", Doc: "The time for bids is the same for everybody, and is kept.",
			Source: "Procurement Act 2023 s.54(2)", Moves: []casework.Move{Receive}, Check: biddingStillOpen,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "question.open", Doc: "Questions that were asked in time are answered to all before bids are looked at.",
			Source: "house rule: equal treatment (Procurement Act 2023 s.12(2))", Moves: []casework.Move{Receive}, Check: questionsOpen,
		}, weight: explained()},
		{policy: casework.Policy[*Purchase]{
			Code: "bids.none", Doc: "Where no bid was received in due form there is nothing to open: the procedure is ended, or it is said why it goes on.",
			Source: "house rule", Moves: []casework.Move{Receive}, Check: noBids,
		}, weight: explained()},
	}
}

func biddingStillOpen(a casework.Attempt[*Purchase]) []casework.Objection {
	t := a.Case.s.Tender
	if t == nil || t.Timetable.BidsClose.IsZero() || t.Timetable.closedAt(a.At) {
		return nil
	}
	return []casework.Objection{{
		Message: fmt.Sprintf("bids are taken until %s", moment(t.Timetable.BidsClose)), Remedy: "wait until bids have closed",
		Until: t.Timetable.closes(),
	}}
}

func questionsOpen(a casework.Attempt[*Purchase]) []casework.Objection {
	var objections []casework.Objection
	for _, q := range a.Case.s.Questions {
		if q.Open() {
			objections = append(objections, object(fmt.Sprintf("question %s is not answered", q.ID), "answer it to all", string(q.ID))...)
		}
	}
	return objections
}

func noBids(a casework.Attempt[*Purchase]) []casework.Objection {
	if slices.ContainsFunc(a.Case.s.Bids, Bid.Valid) {
		return nil
	}
	return object("no bid was received that is signed as it stands", "end the procedure as unsuccessful, or move the timetable before it is over", "")
}

// bidRules watch over bids as they come in, and over what is done about them.
func bidRules() []rule[*Purchase] {
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "bid.uninvited", Doc: "Where certain agencies are invited, the others do not bid.",
			Source: "Procurement Act 2023 s.20(4)", Moves: []casework.Move{SubmittingBid}, Check: bidUninvited,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.not_member", Doc: "Under a framework agreement only members of the lot are called on.",
			Source: "Procurement Act 2023 s.45", Moves: []casework.Move{SubmittingBid}, Check: bidNotMember,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.twice", Doc: "An agency bids for a lot once, alone or in one consortium; a variant may stand beside its bid.",
			Source: "house rule: equal treatment", Moves: []casework.Move{SubmittingBid}, Check: bidTwice,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.reserved", Doc: "A lot that is kept for some agencies is bid for by those that show they are among them.",
			Source: "Procurement Act 2023 ss.32, 33", Moves: []casework.Move{SubmittingBid}, Check: bidReserved,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "bid.admitted_open", Doc: "A late bid is let in before anybody has read the others.",
			Source: "house rule: equal treatment (Procurement Act 2023 s.12(2))", Moves: []casework.Move{AdmittingLateBid}, Check: admittedAfterOpening,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "exclusion.unheard", Doc: "A bid is excluded as abnormally low once its bidder was notified and heard.",
			Source: "Procurement Act 2023 s.19(4)", Moves: []casework.Move{ExcludingBid}, Check: excludedUnheard,
		}, weight: barred()},
	}
}

// submitted gives the bid a submission is about.
func submitted(a casework.Attempt[*Purchase]) (*Bid, bool) {
	d, given := a.Args.(BidSubmission)
	if !given {
		return nil, false
	}
	b := a.Case.bid(d.Bid)
	return b, b != nil
}

func bidUninvited(a casework.Attempt[*Purchase]) []casework.Objection {
	b, given := submitted(a)
	t := a.Case.s.Tender
	if !given || t == nil || len(t.InvitedIDs) == 0 || slices.Contains(t.InvitedIDs, b.Bidder.ID) {
		return nil
	}
	return object(fmt.Sprintf("%s was not invited", b.Bidder), "take bids of those who were invited", string(b.ID))
}

func bidNotMember(a casework.Attempt[*Purchase]) []casework.Objection {
	b, given := submitted(a)
	route := a.Case.s.Route
	if !given || route == nil || route.Route != CallOff {
		return nil
	}
	f, linked := a.Case.framework()
	if !linked || f.ID() != route.Framework {
		return frameworkUnseen(*route)
	}
	lot := route.FrameworkLot
	if slices.ContainsFunc(f.s.Members, func(m FrameworkMember) bool {
		return m.Agency.ID == b.Bidder.ID && m.Lot == lot && m.Left.IsZero()
	}) {
		return nil
	}
	return object(fmt.Sprintf("%s is no member of lot %q of the framework agreement", b.Bidder, lot), "call on a member of the lot, or choose another route", string(b.ID))
}

// bidTwice looks at the bids for the lot that were submitted before and stand.
func bidTwice(a casework.Attempt[*Purchase]) []casework.Objection {
	b, given := submitted(a)
	if !given || b.Variant {
		return nil
	}
	var all []casework.Objection
	for _, other := range a.Case.s.Bids {
		if other.ID == b.ID || other.Lot != b.Lot || other.Variant || !other.Submitted() || !other.Withdrawn.IsZero() {
			continue
		}
		for _, agency := range append([]casework.Agency{b.Bidder}, b.Members...) {
			if other.of(agency.ID) {
				all = append(all, object(fmt.Sprintf("%s takes part in bid %s for lot %s already", agency, other.ID, b.Lot), "withdraw one of the two", string(b.ID))...)
			}
		}
	}
	return all
}

func bidReserved(a casework.Attempt[*Purchase]) []casework.Objection {
	b, given := submitted(a)
	if !given || a.Case.s.Tender == nil {
		return nil
	}
	lot, known := a.Case.s.Tender.Lot(b.Lot)
	if !known || lot.OpenTo(b.Reserved) {
		return nil
	}
	return object(fmt.Sprintf("lot %s is kept for %v, and bid %s does not show that %s is among them", lot.ID, lot.Reserved, b.ID, b.Bidder),
		"have the bidder show which reservation it falls under", string(b.ID))
}

func admittedAfterOpening(a casework.Attempt[*Purchase]) []casework.Objection {
	d, given := a.Args.(BidAdmission)
	if a.Case.s.OpenedBy == nil {
		return nil
	}
	subject := ""
	if given {
		subject = string(d.Bid)
	}
	return object("the bids are open: the others were read", "leave the late bid out", subject)
}

func excludedUnheard(a casework.Attempt[*Purchase]) []casework.Objection {
	d, given := a.Args.(BidExclusion)
	if !given || d.Exclusion.Ground != TooLow {
		return nil
	}
	b := a.Case.bid(d.Bid)
	if b == nil || b.AbnormalLow != nil && !b.AbnormalLow.Heard.IsZero() {
		return nil
	}
	return object(fmt.Sprintf("the bidder of %s was not heard about its price", b.ID), "notify the bidder, and hear what it says", string(b.ID))
}

// evaluationRules watch over the end of scoring.
func evaluationRules() []rule[*Purchase] {
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "score.missing", Doc: "Every bid that competes is scored on every criterion, before anything is compared.",
			Source: "Procurement Act 2023 ss.19, 23", Moves: []casework.Move{Evaluate}, Check: scoresMissing,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "score.unmoderated", Doc: "Where evaluators differ they agree on a score together, and say why.",
			Source: "house rule", Moves: []casework.Move{Evaluate}, Check: scoresUnmoderated,
		}, weight: commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Explain}},
		{policy: casework.Policy[*Purchase]{
			Code: "abnormal.unheard", Doc: "Whoever offers a price that looks abnormally low is notified and heard before its bid is judged.",
			Source: "Procurement Act 2023 s.19(4)", Moves: []casework.Move{Evaluate}, Check: abnormallyLowUnheard,
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "suitability.unassessed", Doc: "Whether each bidder that competes is able and fit to deliver is looked at.",
			Source: "Procurement Act 2023 ss.19(3), 22, 28", Moves: []casework.Move{Evaluate}, Check: suitabilityUnassessed,
		}, weight: refused()},
	}
}

// competitions gives the bids lot by lot, as far as they are judged.
func (p *Purchase) competitions() []*competition {
	if p.s.Tender == nil {
		return nil
	}
	var all []*competition
	for _, l := range p.s.Tender.Lots {
		all = append(all, compete(*p.s.Tender, l.ID, p.s.Bids, p.s.Scores, p.s.Moderations))
	}
	return all
}

func scoresMissing(a casework.Attempt[*Purchase]) []casework.Objection {
	var objections []casework.Objection
	for _, c := range a.Case.competitions() {
		for _, m := range c.missing {
			objections = append(objections, object(fmt.Sprintf("nobody scored bid %s on %s", m.bid, m.criterion), "score it, with the reason", string(m.bid))...)
		}
	}
	return objections
}

func scoresUnmoderated(a casework.Attempt[*Purchase]) []casework.Objection {
	var objections []casework.Objection
	given := sheetOf(a.Case.s.Scores, a.Case.s.Moderations)
	for _, c := range a.Case.competitions() {
		for _, x := range c.in {
			for _, k := range c.tender.Criteria {
				if given.unmoderated(judged{x.bid.ID, k.ID}) {
					objections = append(objections, object(fmt.Sprintf("the evaluators differ about bid %s on %s, and have not agreed since", x.bid.ID, k.ID), "moderate the score", string(x.bid.ID))...)
				}
			}
		}
	}
	return objections
}

func abnormallyLowUnheard(a casework.Attempt[*Purchase]) []casework.Objection {
	var objections []casework.Objection
	for _, c := range a.Case.competitions() {
		for _, x := range c.in {
			if why := c.unheard(x.bid); why != "" {
				objections = append(objections, object(fmt.Sprintf("bid %s: %s", x.bid.ID, why), "notify the bidder, and hear what it says", string(x.bid.ID))...)
			}
		}
	}
	return objections
}

func suitabilityUnassessed(a casework.Attempt[*Purchase]) []casework.Objection {
	var objections []casework.Objection
	for _, c := range a.Case.competitions() {
		for _, x := range c.in {
			if x.bid.Suitability == nil {
				objections = append(objections, object(fmt.Sprintf("nobody looked at whether the bidder of %s is suitable", x.bid.ID), "assess its suitability, with the reason", string(x.bid.ID))...)
			}
		}
	}
	return objections
}
