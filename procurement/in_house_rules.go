package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

type inHouseAttempt = casework.Attempt[*InHouseAgreement]

func inHouseRules() []rule[*InHouseAgreement] {
	return slices.Concat(agreeingRules(), inHouseClosingRules(),
		approvalRules(approvalMoves{}, func(h *InHouseAgreement, _ Approval) []Mark { return slices.Clone(h.s.Drafted) }),
		interestRules[*InHouseAgreement](), performanceRules[*InHouseAgreement]())
}

// agreeingRules are what is asked before an in-house agreement binds: no less
// than is asked of other providers.
func agreeingRules() []rule[*InHouseAgreement] {
	const off, advise, explain, refuse = casework.Off, casework.Advise, casework.Explain, casework.Refuse
	agree := []casework.Move{AgreeInHouse}
	return []rule[*InHouseAgreement]{
		{weight: commissioning.Weight{Light: advise, Standard: refuse, Major: refuse}, policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.unsuitable", Doc: "The commissioner's own unit is looked at like any other provider, and found able and fit to deliver.",
			Source: "founding definition: the most appropriate provider", Moves: agree, Check: inHouseUnassessed,
		}},
		{weight: refused(), policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.provider_unsuitable", Doc: "Nothing is agreed with a unit that was found unsuitable.",
			Source: "founding definition: the most appropriate provider", Moves: agree, Check: inHouseProviderUnsuitable,
		}},
		{weight: commissioning.Weight{Light: off, Standard: advise, Major: explain}, policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.uncompared", Doc: "Delivery in house is compared with what others could deliver.",
			Source: "house rule: best value", Moves: agree, Check: inHouseUncompared,
		}},
		{weight: commissioning.Weight{Light: advise, Standard: explain, Major: explain}, policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.control", Doc: "What is agreed without competition is agreed with a unit or body under the commissioner's own control.",
			Source: "Procurement Act 2023 Schedule 2: vertical arrangements", Moves: agree, Check: inHouseControl,
		}},
		{weight: refused(), policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.own_word", Doc: "Nobody agrees for both sides, nor does anybody on their behalf.",
			Source: "house rule: separation of duties", Moves: agree, Check: inHouseOwnWord,
		}},
	}
}

func inHouseClosingRules() []rule[*InHouseAgreement] {
	closing := []casework.Move{CloseInHouse}
	return []rule[*InHouseAgreement]{
		{weight: barred(), policy: casework.Policy[*InHouseAgreement]{
			Code: "record.open", Doc: "Nothing that was begun is forgotten when an agreement is closed.",
			Source: "house rule", Moves: closing,
			Check: func(a inHouseAttempt) []casework.Objection { return stillOpen(unfinished(a.Case.perf())) },
		}},
		{weight: explained(), policy: casework.Policy[*InHouseAgreement]{
			Code: "in_house.cost_unrecorded", Doc: "What a service in house turned out to cost is recorded, as it is for others.",
			Source: "house rule", Moves: closing, Check: inHouseCostUnrecorded,
		}},
	}
}

func inHouseUnassessed(a inHouseAttempt) []casework.Objection {
	if a.Case.s.Suitability != nil {
		return nil
	}
	return object(fmt.Sprintf("nobody has assessed whether %s is suitable", a.Case.s.InHouse.Provider),
		"assess the provider, and record why it is suitable", a.Case.s.InHouse.Provider.ID)
}

func inHouseProviderUnsuitable(a inHouseAttempt) []casework.Objection {
	if s := a.Case.s.Suitability; s == nil || s.Suitable {
		return nil
	}
	return object(fmt.Sprintf("%s was found unsuitable", a.Case.s.InHouse.Provider),
		"withdraw the agreement, or assess the provider anew", a.Case.s.InHouse.Provider.ID)
}

func inHouseUncompared(a inHouseAttempt) []casework.Objection {
	if len(a.Case.s.InHouse.Compared) > 0 {
		return nil
	}
	return object("delivery in house was compared with nothing", "compare it with what others could deliver", "")
}

func inHouseControl(a inHouseAttempt) []casework.Objection {
	if !blank(a.Case.s.InHouse.Control) {
		return nil
	}
	return object(fmt.Sprintf("it is not recorded how %s is under the control of %s", a.Case.s.InHouse.Provider, a.Case.s.InHouse.Commissioner),
		"record how the commissioner controls the provider", a.Case.s.InHouse.Provider.ID)
}

// inHouseOwnWord looks at who has agreed so far: whoever comes last agrees for
// the other side.
func inHouseOwnWord(a inHouseAttempt) []casework.Objection {
	for _, other := range a.Case.standing() {
		if other.Mark.involves(a.Actor) {
			return object(fmt.Sprintf("%s has agreed for %s", a.Actor, other.Party), "let somebody else agree for the other side", other.Party)
		}
	}
	return nil
}

func inHouseCostUnrecorded(a inHouseAttempt) []casework.Objection {
	if len(a.Case.s.Costs) > 0 {
		return nil
	}
	return object("nobody recorded what it turned out to cost", "record the actual cost, or say why it is not known", "")
}
