package principles

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// Policy makes a gate of a standard: moves are refused while a criterion of it
// falls short of a minimum, [Met] or [PartlyMet], in the present round. There is
// an objection for each finding that falls short, with its remedy; the code is
// the standard's id, such as "eight-principles", and where the standard has one
// criterion alone ([Standard.Only]) that of the criterion behind it, such as
// "eight-principles.understand-needs".
//
//	needs, err := principles.EightPrinciples().Only("understand-needs")
//	gate, err := principles.Policy[*commissioning.Cycle](needs, principles.PartlyMet, commissioning.PlanUse)
//
// A case is judged by what is at hand when it is about to move. For a
// [*commissioning.Cycle] that is the cycle, without what was bought for it. For a
// [*procurement.Purchase] it is the purchase with its cycle and its framework
// agreement, which are at hand while it is prepared, evaluated and decided on; a
// purchase without its cycle is refused. Nothing recorded, and a criterion that
// could not be judged, fall short; what does not apply does not. Journals are not
// read: explanations given earlier are not seen, and the gate is passed by
// explaining or overriding it, as its effect allows.
//
// A faulty standard, criteria that judge no cycle or are answered by people,
// another minimum, no moves, and a case of another kind are [casework.ErrInvalid],
// all at once.
func Policy[T casework.Aggregate](s Standard, minimum Outcome, moves ...casework.Move) (casework.Policy[T], error) {
	var none casework.Policy[T]
	faults := slices.Concat(s.Faults("standard"), gateFaults(s, minimum, moves))
	var judged T
	switch any(judged).(type) {
	case *commissioning.Cycle, *procurement.Purchase:
	default:
		faults = append(faults, fault("policy", "policy.kind", fmt.Sprintf("a gate is for a cycle or a purchase, and not for %T", judged)))
	}
	if err := casework.InvalidIf("policy of standard "+s.ID, faults); err != nil {
		return none, err
	}
	p := casework.Policy[T]{Code: s.ID, Doc: s.Doc, Source: s.Source.String(), Moves: slices.Clone(moves)}
	if len(s.Criteria) == 1 {
		only := s.Criteria[0]
		p.Code, p.Doc, p.Source = s.ID+"."+only.ID, only.Doc, only.Source.String()
	}
	p.Check = func(a casework.Attempt[T]) []casework.Objection { return s.objections(any(a.Case), a.At, minimum) }
	return p, nil
}

func gateFaults(s Standard, minimum Outcome, moves []casework.Move) []casework.Fault {
	var faults []casework.Fault
	for i, c := range s.Criteria {
		at := pathAt("standard.criteria", i)
		if c.OfOrganisation != nil {
			faults = append(faults, fault(at, "criterion.of_organisation", fmt.Sprintf("criterion %q is judged of an organisation, not of a cycle", c.ID)))
		}
		if c.Question != nil {
			faults = append(faults, fault(at, "criterion.answered", fmt.Sprintf("criterion %q is answered by people in an assessment, which no gate waits for", c.ID)))
		}
	}
	if minimum != Met && minimum != PartlyMet {
		faults = append(faults, fault("minimum", "policy.minimum", "the minimum is met or partly_met"))
	}
	if len(moves) == 0 {
		faults = append(faults, fault("moves", "policy.moves_missing", "say which moves the gate watches"))
	}
	return faults
}

// objections judges a case by what is at hand.
func (s Standard) objections(of any, at time.Time, minimum Outcome) []casework.Objection {
	d := atHand(of, at)
	if d == nil {
		return []casework.Objection{{
			Message: s.Title + " is judged of a cycle, and that of the purchase is not at hand",
			Remedy:  "name the cycle in the requisition, and let the gate watch moves while the purchase is prepared, evaluated or decided on",
		}}
	}
	report, err := s.Evaluate(d)
	if err != nil {
		return []casework.Objection{{Message: err.Error(), Remedy: "have the standard mended"}}
	}
	var all []casework.Objection
	for _, f := range report.Findings {
		present := f.Round == 0 || f.Round == d.Cycle().Round()
		if !present || f.Outcome.Reaches(minimum) {
			continue
		}
		subject := f.Criterion
		if f.Subject != "" {
			subject += "/" + f.Subject
		}
		all = append(all, casework.Objection{Message: f.Why, Remedy: f.Remedy, Subject: subject})
	}
	return all
}

// atHand makes a dossier, without journals, of a case and those linked to it; nil
// where there is no cycle.
func atHand(of any, at time.Time) *Dossier {
	d := &Dossier{judgement: Judgement{At: at}, byCase: map[casework.CaseID]*journal{}}
	linked := []any{of}
	if p, is := of.(*procurement.Purchase); is {
		for _, c := range slices.Concat(p.Linked("cycle"), p.Linked("framework")) {
			linked = append(linked, c)
		}
	}
	for _, c := range linked {
		switch c := c.(type) {
		case *commissioning.Cycle:
			d.cycle = present(d, commissioning.KindName, c)
		case *procurement.FrameworkAgreement:
			d.frameworks = append(d.frameworks, present(d, procurement.FrameworkKind, c))
		case *procurement.Purchase:
			d.purchases = append(d.purchases, present(d, procurement.PurchaseKind, c))
		}
	}
	if d.cycle == nil {
		return nil
	}
	return d
}

// opened is what any case can tell of itself.
type opened interface {
	casework.Aggregate
	ID() casework.CaseID
	Opened() (time.Time, casework.Actor)
}

func present[T opened](d *Dossier, kind string, c T) *filed[T] {
	at, _ := c.Opened()
	j := &journal{kind: kind, id: c.ID(), opened: at}
	d.byCase[j.id] = j
	return &filed[T]{c: c, j: j}
}
