package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// dutyRules keep the duties of a purchase in different hands: who asks for
// something, who judges the bids, and who decides.
func dutyRules() []rule[*Purchase] {
	const source = "house rule: separation of duties"
	return []rule[*Purchase]{
		{
			weight: commissioning.Weight{Light: casework.Off, Standard: casework.Advise, Major: casework.Explain},
			policy: casework.Policy[*Purchase]{
				Code: "duty.requester_evaluates", Doc: "Bids are scored by others than those who drafted the requisition.",
				Source: source, Moves: []casework.Move{GivingScore},
				Check: func(a casework.Attempt[*Purchase]) []casework.Objection {
					if !a.Case.requestedBy(a.Actor) {
						return nil
					}
					return object(fmt.Sprintf("%s drafted the requisition", a.Actor), "have the bids scored by somebody else", a.Actor.ID)
				},
			},
		},
		{
			weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse},
			policy: casework.Policy[*Purchase]{
				Code: "duty.evaluator_decides", Doc: "An award is decided by somebody who neither scored nor moderated.",
				Source: source, Moves: []casework.Move{DecideAward},
				Check: func(a casework.Attempt[*Purchase]) []casework.Objection {
					if !a.Case.evaluatedBy(a.Actor) {
						return nil
					}
					return object(fmt.Sprintf("%s judged the bids", a.Actor), "have the award decided by somebody who did not", a.Actor.ID)
				},
			},
		},
		{weight: refused(), policy: casework.Policy[*Purchase]{
			Code: "duty.requester_decides", Doc: "An award is decided by somebody who did not draft the requisition.",
			Source: source, Moves: []casework.Move{DecideAward},
			Check: func(a casework.Attempt[*Purchase]) []casework.Objection {
				if !a.Case.requestedBy(a.Actor) {
					return nil
				}
				return object(fmt.Sprintf("%s drafted the requisition", a.Actor), "have the award decided by somebody else", a.Actor.ID)
			},
		}},
	}
}

// requestedBy tells whether an actor had a hand in the requisition, themself or
// through somebody who stood in.
func (p *Purchase) requestedBy(a casework.Actor) bool {
	return p.s.Requested.involves(a) || slices.ContainsFunc(p.s.Requisition.Drafted, func(m Mark) bool { return m.involves(a) })
}

// evaluatedBy tells whether an actor scored a bid, or moderated.
func (p *Purchase) evaluatedBy(a casework.Actor) bool {
	scored := slices.ContainsFunc(p.s.Scores, func(s Score) bool { return s.Mark.involves(a) })
	return scored || slices.ContainsFunc(p.s.Moderations, func(m Moderation) bool {
		return m.Mark.involves(a) || slices.ContainsFunc(people(a), func(id string) bool { return slices.Contains(m.Present, id) })
	})
}
