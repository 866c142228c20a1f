package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// CallOffRecord is a contract called off under a framework agreement, for as
// much as it draws on the ceiling: what was awarded, and once it binds what it is
// worth with every variation and option.
type CallOffRecord struct {
	Contract casework.CaseID `json:"contract"`
	Purchase casework.CaseID `json:"purchase"`
	Award    AwardID         `json:"award"`
	Lot      LotID           `json:"lot"`
	Member   string          `json:"member"` // id of the agency
	Value    casework.Money  `json:"value"`
	Made     Mark            `json:"made,omitzero"`
	Changed  Mark            `json:"changed,omitzero"`  // when the value last changed; zero when it never did
	Released Mark            `json:"released,omitzero"` // the contract was cancelled
}

// draws tells whether the call-off counts against the ceiling.
func (r CallOffRecord) draws() bool { return r.Released.IsZero() }

// callOffRelease is a contract that draws no more.
type callOffRelease struct {
	Contract casework.CaseID `json:"contract"`
}

var calledOff = &casework.Event[*FrameworkAgreement, CallOffRecord]{
	Name: string(CallingOff), Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, r CallOffRecord) {
		r.Made, r.Changed = markOf(e), Mark{}
		if known := f.callOff(r.Contract); known != nil {
			r.Made, r.Changed = known.Made, r.Made
			*known = r
			return
		}
		f.s.CallOffs = append(f.s.CallOffs, r)
	},
}

var callOffReleased = &casework.Event[*FrameworkAgreement, callOffRelease]{
	Name: "framework.released", Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, d callOffRelease) {
		if r := f.callOff(d.Contract); r != nil {
			r.Released = markOf(e)
		}
	},
}

// commit records a call-off. What a contract draws already is left alone, and
// recorded anew where its value changed.
func (f *FrameworkAgreement) commit(r CallOffRecord) error {
	if known := f.callOff(r.Contract); known != nil && known.Value == r.Value {
		return nil
	}
	if r.Value.Currency() != f.s.Terms.Ceiling.Currency() {
		return f.invalid("call off", []casework.Fault{fault("value", "framework.currency", "the agreement is in "+f.s.Terms.Ceiling.Currency())})
	}
	return calledOff.Record(f, r)
}

// release gives back what a cancelled contract drew; one that drew nothing, or
// was released, is left alone.
func (f *FrameworkAgreement) release(contract casework.CaseID) error {
	if f.callOff(contract) == nil {
		return nil
	}
	return callOffReleased.Record(f, callOffRelease{Contract: contract})
}

// callOff gives what a contract draws.
func (f *FrameworkAgreement) callOff(contract casework.CaseID) *CallOffRecord {
	for i := range f.s.CallOffs {
		if r := &f.s.CallOffs[i]; r.draws() && r.Contract == contract {
			return r
		}
	}
	return nil
}

// calledBeyond objects to a call-off, or a change of one, that goes over the
// ceiling. Where a purchase was overridden on the same ground, the same call
// answers for both, and both journals tell.
func calledBeyond(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	r, given := a.Args.(CallOffRecord)
	if !given {
		return nil
	}
	f := a.Case
	left, err := f.Remaining()
	if known := f.callOff(r.Contract); err == nil && known != nil {
		if more, of := r.Value.Cmp(known.Value); of == nil && more <= 0 {
			return nil
		}
		left, err = left.Add(known.Value)
	}
	after := left
	if err == nil {
		after, err = left.Sub(r.Value)
	}
	switch {
	case err != nil:
		return object(fmt.Sprintf("what is left of the ceiling cannot be told: %v", err), "call off in the currency of the agreement", string(r.Lot))
	case after.Sign() < 0:
		return object(fmt.Sprintf("the call-off would draw %s, and %s of %s is left", r.Value, left, f.s.Terms.Ceiling), "call off less, or have it overridden", string(r.Lot))
	default:
		return nil
	}
}

// CallOffs gives every call-off, in the order they were made, those that were
// released too.
func (f *FrameworkAgreement) CallOffs() []CallOffRecord { return slices.Clone(f.s.CallOffs) }

// Drawn gives the sum of the call-offs that were not released. A sum beyond 64
// bits of minor units is [casework.ErrInvalid].
func (f *FrameworkAgreement) Drawn() (casework.Money, error) {
	drawn, err := casework.MinorUnits(0, f.s.Terms.Ceiling.Currency())
	for _, r := range f.s.CallOffs {
		if err == nil && r.draws() {
			drawn, err = drawn.Add(r.Value)
		}
	}
	return drawn, err
}

// Remaining gives what is left of the ceiling, with the errors of
// [FrameworkAgreement.Drawn]. It is negative where going over it was overridden
// on record.
func (f *FrameworkAgreement) Remaining() (casework.Money, error) {
	drawn, err := f.Drawn()
	if err != nil {
		return casework.Money{}, err
	}
	return f.s.Terms.Ceiling.Sub(drawn)
}

// callOffRules judge a purchase under a framework agreement.
func callOffRules() []rule[*Purchase] {
	all, choosing := []casework.Move{Invite, Recommend, DecideAward}, []casework.Move{Recommend, DecideAward}
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "framework.not_in_force", Doc: "Call-offs are made while the framework agreement is in force, and within its period.",
			Source: "Procurement Act 2023 s.45", Moves: all, Check: underFramework(frameworkNotInForce),
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.user", Doc: "Only those named in a framework agreement call off under it.",
			Source: "Procurement Act 2023 s.45(5)", Moves: all, Check: underFramework(frameworkUsers),
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.lot", Doc: "A call-off is made in a lot of the framework agreement.",
			Source: "Procurement Act 2023 s.45(5)", Moves: all, Check: underFramework(frameworkLotUnknown),
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.member", Doc: "A call-off is awarded to a member of the lot.",
			Source: "Procurement Act 2023 s.45", Moves: choosing, Check: underFramework(frameworkNonMembers),
		}, weight: barred()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.direct", Doc: "A call-off goes without competition where the framework agreement sets out how, or has one member.",
			Source: "Procurement Act 2023 s.45(4)", Moves: all, Check: underFramework(frameworkDirect),
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.rank", Doc: "By rank a call-off goes to the first member in order that can take it.",
			Source: "Procurement Act 2023 s.45(4)(b)", Moves: choosing, Check: underFramework(frameworkRank),
		}, weight: explained()},
		{policy: casework.Policy[*Purchase]{
			Code: "framework.ceiling", Doc: "All call-offs together stay within the ceiling of the framework agreement.",
			Source: "Procurement Act 2023 s.45(5), Schedule 3", Moves: append(choosing, CorrectingAward), Check: underFramework(frameworkCeiling),
		}, weight: refused()},
	}
}

// underFramework looks at call-offs alone, with the framework agreement they
// are made under.
func underFramework(check func(casework.Attempt[*Purchase], *FrameworkAgreement) []casework.Objection) func(casework.Attempt[*Purchase]) []casework.Objection {
	return func(a casework.Attempt[*Purchase]) []casework.Objection {
		route := a.Case.s.Route
		if route == nil || route.Route != CallOff {
			return nil
		}
		f, linked := a.Case.framework()
		if !linked || f.ID() != route.Framework {
			return frameworkUnseen(*route)
		}
		return check(a, f)
	}
}

// frameworkUnseen objects to a call-off whose route was chosen in the same call:
// the framework agreement is loaded with the purchase, and was not known then.
func frameworkUnseen(route RouteChoice) []casework.Objection {
	return object("the framework agreement the call-off is made under was not loaded along", "take this step in a call of its own, after the route was chosen", route.Framework.String())
}

func frameworkNotInForce(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	if f.State() != FrameworkInForce {
		return object(fmt.Sprintf("framework agreement %s is %s", f.ID(), f.State()), "choose another route", f.ID().String())
	}
	if today := a.Case.cfg.day(a.At); !f.s.Terms.Period.Contains(today) {
		return object(fmt.Sprintf("call-offs are made %s, and it is %s", f.s.Terms.Period, today), "choose another route, or wait for the first day", f.ID().String())
	}
	return nil
}

func frameworkUsers(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	var objections []casework.Objection
	for _, b := range a.Case.buyers() {
		if !f.s.Terms.usedBy(b.Agency.ID) {
			objections = append(objections, object(fmt.Sprintf("%s is not among those who may use framework agreement %s", b.Agency.ID, f.ID()),
				"choose another route", b.Agency.ID)...)
		}
	}
	return objections
}

func frameworkLotUnknown(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	lot := a.Case.s.Route.FrameworkLot
	if _, known := f.s.Terms.lot(lot); known {
		return nil
	}
	return object(fmt.Sprintf("framework agreement %s has no lot %q", f.ID(), lot), "choose the route again, with a lot it has", string(lot))
}

func frameworkNonMembers(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	lot := a.Case.s.Route.FrameworkLot
	return objectToBids(a, func(b Bid) (string, string) {
		if f.member(lot, b.Bidder.ID) != nil {
			return "", ""
		}
		return fmt.Sprintf("%s is not a member of lot %s", b.Bidder.ID, lot), "recommend a member of the lot"
	})
}

func frameworkDirect(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	route, t := a.Case.s.Route, f.s.Terms
	if route.Competition || len(f.Members(route.FrameworkLot)) == 1 {
		return nil
	}
	if t.Method == CallOffByCompetition {
		return object(fmt.Sprintf("framework agreement %s is called off by competition among its members", f.ID()), "choose the route again, with competition", f.ID().String())
	}
	if t.Method == CallOffByEither && strings.TrimSpace(t.Direct) == "" {
		return object(fmt.Sprintf("framework agreement %s does not set out how to call off without competition", f.ID()), "choose the route again, with competition", f.ID().String())
	}
	return nil
}

func frameworkRank(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	route := a.Case.s.Route
	r, known := recommendedBy(a)
	if route.Competition || f.s.Terms.Method != CallOffByRank || !known {
		return nil
	}
	var skipped []FrameworkMember
	for _, m := range f.Members(route.FrameworkLot) {
		if !slices.ContainsFunc(r.Choices, func(c Choice) bool { b := a.Case.bid(c.Bid); return b != nil && b.Bidder.ID == m.Agency.ID }) {
			skipped = append(skipped, m)
			continue
		}
		if len(skipped) > 0 {
			return object(fmt.Sprintf("%s has rank %d of lot %s, behind %s", m.Agency.ID, m.Rank, route.FrameworkLot, skipped[0].Agency.ID),
				"say why those before it cannot take it", m.Agency.ID)
		}
	}
	return nil
}

func frameworkCeiling(a casework.Attempt[*Purchase], f *FrameworkAgreement) []casework.Objection {
	if d, correcting := a.Args.(AwardCorrection); correcting {
		return correctedCeiling(a.Case, d, f)
	}
	r, known := recommendedBy(a)
	if !known {
		return nil
	}
	over, left, err := a.Case.beyondCeiling(r, f)
	switch {
	case err != nil:
		return object(fmt.Sprintf("what is left of the ceiling cannot be told: %v", err), "recommend bids in the currency of the agreement", f.ID().String())
	case over:
		return object(fmt.Sprintf("the recommended bids go beyond what is left of the ceiling: %s of %s", left, f.s.Terms.Ceiling),
			"recommend less, choose another route, or have it overridden", f.ID().String())
	default:
		return nil
	}
}

// correctedCeiling judges a value that was entered wrongly: what it was is given
// back, what it is is drawn.
func correctedCeiling(p *Purchase, d AwardCorrection, f *FrameworkAgreement) []casework.Objection {
	was := p.award(d.Award)
	if was == nil {
		return nil
	}
	left, err := f.Remaining()
	if err == nil {
		left, err = left.Add(was.Value)
	}
	after := left
	if err == nil {
		after, err = left.Sub(d.Is)
	}
	switch {
	case err != nil:
		return object(fmt.Sprintf("what is left of the ceiling cannot be told: %v", err), "correct the award in the currency of the agreement", f.ID().String())
	case after.Sign() < 0:
		return object(fmt.Sprintf("the corrected award goes beyond what is left of the ceiling: %s of %s", left, f.s.Terms.Ceiling),
			"have it overridden, or cancel the award", f.ID().String())
	default:
		return nil
	}
}

// beyondCeiling tells whether the recommended bids cost more than is left of the
// ceiling.
func (p *Purchase) beyondCeiling(r Recommendation, f *FrameworkAgreement) (over bool, left casework.Money, err error) {
	if left, err = f.Remaining(); err != nil {
		return false, left, err
	}
	after := left
	for _, c := range r.Choices {
		b := p.bid(c.Bid)
		if b == nil {
			continue
		}
		if after, err = after.Sub(b.Price); err != nil {
			return false, left, err
		}
	}
	return after.Sign() < 0, left, nil
}

// buyers gives who buys: the lead alone where nobody else is named.
func (p *Purchase) buyers() []Buyer {
	if len(p.s.Requisition.Buyers) > 0 {
		return p.s.Requisition.Buyers
	}
	return []Buyer{{Agency: p.s.Requisition.Lead, Share: 1}}
}
