package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// DeclarationID names a declaration within its case, such as "D1".
type DeclarationID string

// InterestNature is what an interest consists in.
type InterestNature string

// The natures of an interest.
const (
	FinancialInterest    InterestNature = "financial"
	ProfessionalInterest InterestNature = "professional"
	PersonalInterest     InterestNature = "personal"
)

// InterestStatus is how real a conflict is (Procurement Act 2023 s.83; NHS England
// guidance on conflicts of interest).
type InterestStatus string

// The statuses of an interest.
const (
	ActualConflict    InterestStatus = "actual"
	PotentialConflict InterestStatus = "potential"
	PerceivedConflict InterestStatus = "perceived"
)

// InterestFinding is what the assessment of a declaration came to.
type InterestFinding string

// The findings.
const (
	NoConflict       InterestFinding = "no_conflict"
	Mitigated        InterestFinding = "mitigated"         // with steps; the person may go on
	Recused          InterestFinding = "recused"           // the person takes no further part
	SupplierExcluded InterestFinding = "supplier_excluded" // the conflict could not be mitigated otherwise (s.82)
)

// Interest is something that could sway a person who takes part.
type Interest struct {
	Nature   InterestNature `json:"nature"`
	Indirect bool           `json:"indirect,omitempty"` // through a relative, a friend, a former employer
	Status   InterestStatus `json:"status"`
	In       string         `json:"in"` // in whom or what: an agency's id, or words
	Text     string         `json:"text"`
}

// Declaration is what one person who takes part declares: interests, or that
// there are none. Nobody scores while theirs is missing or unassessed.
type Declaration struct {
	ID         DeclarationID       `json:"id"`     // given by the case
	Person     string              `json:"person"` // id of the actor
	Role       string              `json:"role,omitempty"`
	Interests  []Interest          `json:"interests,omitempty"` // none: nothing to declare
	Declared   Mark                `json:"declared,omitzero"`
	Assessment *InterestAssessment `json:"assessment,omitempty"` // the latest
	Reviews    []InterestReview    `json:"reviews,omitempty"`    // kept under review (s.83(5))
}

// InterestAssessment is what somebody other than the person made of it.
type InterestAssessment struct {
	Finding InterestFinding `json:"finding"`
	Steps   string          `json:"steps,omitempty"` // what was done about it
	Mark    Mark            `json:"mark,omitzero"`
}

// InterestReview is a time a declaration was looked at again.
type InterestReview struct {
	On   casework.Date `json:"on"`
	Text string        `json:"text"`
	Mark Mark          `json:"mark,omitzero"`
}

// Known tells whether the nature is one of the three.
func (n InterestNature) Known() bool {
	return n == FinancialInterest || n == ProfessionalInterest || n == PersonalInterest
}

// Known tells whether the status is one of the three.
func (s InterestStatus) Known() bool {
	return s == ActualConflict || s == PotentialConflict || s == PerceivedConflict
}

// Known tells whether the finding is one of the four.
func (f InterestFinding) Known() bool {
	return f == NoConflict || f == Mitigated || f == Recused || f == SupplierExcluded
}

// Open tells whether nobody has assessed the declaration.
func (d Declaration) Open() bool { return d.Assessment == nil }

func (d Declaration) clone() Declaration {
	d.Interests = slices.Clone(d.Interests)
	d.Reviews = slices.Clone(d.Reviews)
	if d.Assessment != nil {
		assessment := *d.Assessment
		d.Assessment = &assessment
	}
	return d
}

func clonedDeclarations(all []Declaration) []Declaration {
	all = slices.Clone(all)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

func (d Declaration) faults(path string) []casework.Fault {
	var faults []casework.Fault
	for i, in := range d.Interests {
		faults = append(faults, in.faults(fmt.Sprintf("%s.interests[%d]", path, i))...)
	}
	return faults
}

func (in Interest) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !in.Nature.Known() {
		faults = append(faults, fault(path+".nature", "interest.nature", "an interest is financial, professional or personal"))
	}
	if !in.Status.Known() {
		faults = append(faults, fault(path+".status", "interest.status", "a conflict is actual, potential or perceived"))
	}
	faults = append(faults, required(in.In, path+".in", "interest.in_missing", "say in whom or what the interest is")...)
	return append(faults, required(in.Text, path+".text", "interest.text_missing", "say what the interest is")...)
}

func (a InterestAssessment) faults(path string) []casework.Fault {
	if !a.Finding.Known() {
		return []casework.Fault{fault(path+".finding", "interest.finding", "an assessment finds no_conflict, mitigated, recused or supplier_excluded")}
	}
	if a.Finding != Mitigated {
		return nil
	}
	return required(a.Steps, path+".steps", "interest.steps_missing", "say which steps mitigate the conflict")
}

func (r InterestReview) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if r.On.IsZero() {
		faults = append(faults, fault(path+".on", "interest.on_missing", "say when the declaration was looked at again"))
	}
	return append(faults, required(r.Text, path+".text", "interest.text_missing", "say what was found")...)
}

// DeclaringInterest, AssessingInterest and ReviewingInterest are the events of a
// declaration, for policies to watch. The attempt's Args are the [Declaration],
// the [DeclarationAssessed] and the [DeclarationReviewed].
const (
	DeclaringInterest casework.Move = "interest.declared"
	AssessingInterest casework.Move = "interest.assessed"
	ReviewingInterest casework.Move = "interest.reviewed"
)

// DeclarationAssessed is the data of [AssessingInterest].
type DeclarationAssessed struct {
	Declaration DeclarationID      `json:"declaration"`
	Assessment  InterestAssessment `json:"assessment"`
}

// DeclarationReviewed is the data of [ReviewingInterest].
type DeclarationReviewed struct {
	Declaration DeclarationID  `json:"declaration"`
	Review      InterestReview `json:"review"`
}

// declaring is a case that keeps declarations of interests.
type declaring interface {
	casework.Aggregate
	Fail(err error) error
	declarations() *[]Declaration
}

func (p *Purchase) declarations() *[]Declaration         { return &p.s.Declarations }
func (g *GrantAgreement) declarations() *[]Declaration   { return &g.s.Declarations }
func (h *InHouseAgreement) declarations() *[]Declaration { return &h.s.Declarations }

// interestEvents are the declarations of a kind of case. A kind declares them
// once,
//
//	var grantInterests = newInterestEvents[*GrantAgreement]()
//
// lists grantInterests.types() among its events, takes [interestRules] into its
// rules, and writes its commands as one line each: declare, assess, review.
// Whether a person may go on is what [standingOf] says.
type interestEvents[T declaring] struct {
	declared *casework.Event[T, Declaration]
	assessed *casework.Event[T, DeclarationAssessed]
	reviewed *casework.Event[T, DeclarationReviewed]
}

func newInterestEvents[T declaring]() *interestEvents[T] {
	return &interestEvents[T]{
		declared: &casework.Event[T, Declaration]{
			Name: string(DeclaringInterest), Version: 1, Apply: addDeclaration[T], Redact: redactDeclaration,
		},
		assessed: &casework.Event[T, DeclarationAssessed]{
			Name: string(AssessingInterest), Version: 1, Apply: assessDeclaration[T],
			Redact: func(d DeclarationAssessed) DeclarationAssessed { d.Assessment.Steps = ""; return d },
		},
		reviewed: &casework.Event[T, DeclarationReviewed]{
			Name: string(ReviewingInterest), Version: 1, Apply: reviewDeclaration[T],
			Redact: func(d DeclarationReviewed) DeclarationReviewed { d.Review.Text = ""; return d },
		},
	}
}

func (ev *interestEvents[T]) types() []casework.EventType[T] {
	return []casework.EventType[T]{ev.declared, ev.assessed, ev.reviewed}
}

// declare records a declaration, and gives it with its id.
func (ev *interestEvents[T]) declare(c T, d Declaration) (Declaration, error) {
	if err := c.Fail(casework.InvalidIf("declare interests", d.faults("declaration"))); err != nil {
		return Declaration{}, err
	}
	d = d.clone()
	d.ID, d.Declared, d.Assessment, d.Reviews = DeclarationID(numbered("D", len(*c.declarations()))), Mark{}, nil, nil
	if err := ev.declared.Record(c, d); err != nil {
		return Declaration{}, err
	}
	all := *c.declarations()
	return all[len(all)-1].clone(), nil
}

// assess records what was made of a declaration.
func (ev *interestEvents[T]) assess(c T, id DeclarationID, a InterestAssessment) (Declaration, error) {
	a.Mark = Mark{}
	faults := append(declarationFaults(c, id), a.faults("assessment")...)
	if err := c.Fail(casework.InvalidIf("assess a declaration", faults)); err != nil {
		return Declaration{}, err
	}
	if err := ev.assessed.Record(c, DeclarationAssessed{Declaration: id, Assessment: a}); err != nil {
		return Declaration{}, err
	}
	return declarationIn(c, id).clone(), nil
}

// review records that a declaration was looked at again.
func (ev *interestEvents[T]) review(c T, id DeclarationID, r InterestReview) (Declaration, error) {
	r.Mark = Mark{}
	faults := append(declarationFaults(c, id), r.faults("review")...)
	if err := c.Fail(casework.InvalidIf("review a declaration", faults)); err != nil {
		return Declaration{}, err
	}
	if err := ev.reviewed.Record(c, DeclarationReviewed{Declaration: id, Review: r}); err != nil {
		return Declaration{}, err
	}
	return declarationIn(c, id).clone(), nil
}

func declarationFaults[T declaring](c T, id DeclarationID) []casework.Fault {
	if declarationIn(c, id) == nil {
		return []casework.Fault{unknown("declaration", "declaration", string(id))}
	}
	return nil
}

func declarationIn[T declaring](c T, id DeclarationID) *Declaration {
	all := *c.declarations()
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// addDeclaration applies a declaration; one that names nobody is the actor's own.
func addDeclaration[T declaring](c T, e casework.Entry, d Declaration) {
	d.Declared = markOf(e)
	if strings.TrimSpace(d.Person) == "" {
		d.Person = e.Actor.ID
	}
	all := c.declarations()
	*all = append(*all, d)
}

func assessDeclaration[T declaring](c T, e casework.Entry, d DeclarationAssessed) {
	if known := declarationIn(c, d.Declaration); known != nil {
		d.Assessment.Mark = markOf(e)
		known.Assessment = &d.Assessment
	}
}

func reviewDeclaration[T declaring](c T, e casework.Entry, d DeclarationReviewed) {
	if known := declarationIn(c, d.Declaration); known != nil {
		d.Review.Mark = markOf(e)
		known.Reviews = append(known.Reviews, d.Review)
	}
}

func redactDeclaration(d Declaration) Declaration {
	kept := Declaration{ID: d.ID, Person: d.Person}
	for _, in := range d.Interests {
		kept.Interests = append(kept.Interests, Interest{Nature: in.Nature, Indirect: in.Indirect, Status: in.Status})
	}
	return kept
}

// standingOf tells whether a person may take part by their latest declaration:
// there is one, it was assessed, and it did not come to the person being
// recused. What was imported counts for nothing. Why says what stands in the
// way. Where the supplier is to be kept out, the person may go on; that the
// supplier is out is for the caller to look at.
func standingOf(all []Declaration, person string) (why string, ok bool) {
	d := latestDeclaration(all, person)
	switch {
	case d == nil:
		return person + " has declared nothing, not even that there is nothing to declare", false
	case d.Assessment == nil || d.Assessment.Mark.Imported:
		return fmt.Sprintf("declaration %s of %s was not assessed", d.ID, person), false
	case d.Assessment.Finding == Recused:
		return fmt.Sprintf("%s is recused by declaration %s", person, d.ID), false
	default:
		return "", true
	}
}

// latestDeclaration gives the declaration of a person that counts.
func latestDeclaration(all []Declaration, person string) *Declaration {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Person == person && !all[i].Declared.Imported {
			return &all[i]
		}
	}
	return nil
}

// interestRules are the rules of declarations of any kind of case.
func interestRules[T declaring]() []rule[T] {
	return []rule[T]{{weight: barred(), policy: casework.Policy[T]{
		Code: "interest.own", Doc: "A declaration is assessed by somebody other than whoever it is about, and not on their behalf.",
		Source: "Procurement Act 2023 s.83; NHS England guidance on conflicts of interest",
		Moves:  []casework.Move{AssessingInterest},
		Check: func(a casework.Attempt[T]) []casework.Objection {
			args, known := a.Args.(DeclarationAssessed)
			if !known {
				return nil
			}
			d := declarationIn(a.Case, args.Declaration)
			if d == nil || !answersFor(a.Actor, d.Person) {
				return nil
			}
			return object(fmt.Sprintf("declaration %s is of %s, who does not assess it", d.ID, d.Person), "have somebody else assess it", string(d.ID))
		},
	}}}
}

var purchaseInterests = newInterestEvents[*Purchase]()

// Declare records what a person who takes part declares: interests, or that
// there are none. It is the actor's own where no person is named; the record
// says by whom it was made. The latest of a person counts.
func (p *Purchase) Declare(d Declaration) (Declaration, error) {
	return purchaseInterests.declare(p, d)
}

// AssessDeclaration records what was made of a declaration. The latest
// assessment counts. Nobody assesses their own.
func (p *Purchase) AssessDeclaration(id DeclarationID, a InterestAssessment) (Declaration, error) {
	return purchaseInterests.assess(p, id, a)
}

// ReviewDeclaration records that a declaration was looked at again.
func (p *Purchase) ReviewDeclaration(id DeclarationID, r InterestReview) (Declaration, error) {
	return purchaseInterests.review(p, id, r)
}

// Declarations gives every declaration, in the order they were made.
func (p *Purchase) Declarations() []Declaration { return clonedDeclarations(p.s.Declarations) }

// Declaration gives one declaration.
func (p *Purchase) Declaration(id DeclarationID) (Declaration, bool) {
	if d := declarationIn(p, id); d != nil {
		return d.clone(), true
	}
	return Declaration{}, false
}

// mayTakePart tells whether a person may take part in this purchase: by their
// declaration, and with the suppliers out that it came to keep out.
func (p *Purchase) mayTakePart(person string) (why string, ok bool) {
	if why, ok := standingOf(p.s.Declarations, person); !ok {
		return why, false
	}
	d := latestDeclaration(p.s.Declarations, person)
	if d.Assessment.Finding != SupplierExcluded {
		return "", true
	}
	for _, b := range p.s.Bids {
		if b.competes() && slices.ContainsFunc(d.Interests, func(in Interest) bool { return b.of(in.In) }) {
			return fmt.Sprintf("declaration %s of %s came to a supplier being excluded, and bid %s is still in", d.ID, person, b.ID), false
		}
	}
	return "", true
}

// competes tells whether a bid was handed in and is still in.
func (b Bid) competes() bool {
	return !b.Received.IsZero() && b.Withdrawn.IsZero() && b.Exclusion == nil
}

// of tells whether an agency bids, alone, as the lead or as a member.
func (b Bid) of(agency string) bool {
	return b.Bidder.ID == agency || slices.ContainsFunc(b.Members, func(m casework.Agency) bool { return m.ID == agency })
}

// people gives the ids of an actor and of whoever they act for.
func people(a casework.Actor) []string {
	ids := []string{a.ID}
	if a.OnBehalfOf != nil && a.OnBehalfOf.ID != a.ID {
		ids = append(ids, a.OnBehalfOf.ID)
	}
	return ids
}

func purchaseInterestRules() []rule[*Purchase] {
	const source = "Procurement Act 2023 s.81 to s.83; NHS England guidance on conflicts of interest"
	return append(interestRules[*Purchase](),
		rule[*Purchase]{weight: barred(), policy: casework.Policy[*Purchase]{
			Code: "interest.undeclared", Doc: "Whoever scores or moderates has declared their interests, or that there are none; the declaration was assessed, and leaves them free to go on.",
			Source: source, Moves: []casework.Move{GivingScore, ModeratingScore}, Check: interestUndeclared,
		}},
		rule[*Purchase]{weight: refused(), policy: casework.Policy[*Purchase]{
			Code: "interest.scored", Doc: "Scores that count were given by people who may still take part when the evaluation is done.",
			Source: source, Moves: []casework.Move{Evaluate}, Check: interestScored,
		}},
		rule[*Purchase]{
			weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Explain, Major: casework.Refuse},
			policy: casework.Policy[*Purchase]{
				Code: "interest.approver", Doc: "Whoever decides an award has declared their interests, or that there are none, and the declaration was assessed.",
				Source: source, Moves: []casework.Move{DecideAward},
				Check: func(a casework.Attempt[*Purchase]) []casework.Objection { return a.Case.unclear(people(a.Actor)) },
			},
		},
		rule[*Purchase]{
			weight: commissioning.Weight{Light: casework.Explain, Standard: casework.Refuse, Major: casework.Refuse},
			policy: casework.Policy[*Purchase]{
				Code: "commissioner.also_provides", Doc: "An agency that buys is awarded what it buys only with recorded safeguards that keep commissioning and providing apart.",
				Source: "Transforming Community Services 2009; Procurement Act 2023 s.81", Moves: []casework.Move{Recommend, DecideAward},
				Check: alsoProvides,
			},
		})
}

func interestUndeclared(a casework.Attempt[*Purchase]) []casework.Objection {
	persons := people(a.Actor)
	if m, moderated := a.Args.(Moderation); moderated {
		for _, id := range m.Present {
			if !slices.Contains(persons, id) {
				persons = append(persons, id)
			}
		}
	}
	return a.Case.unclear(persons)
}

// interestScored objects to those whose own scores count, though a declaration
// of theirs was made or assessed otherwise since. What was moderated is no longer
// theirs alone.
func interestScored(a casework.Attempt[*Purchase]) []casework.Objection {
	p := a.Case
	var objections []casework.Objection
	var seen []string
	for _, s := range p.s.Scores {
		moderated := slices.ContainsFunc(p.s.Moderations, func(m Moderation) bool { return m.Bid == s.Bid && m.Criterion == s.Criterion })
		if moderated || slices.Contains(seen, s.Mark.By) || s.Mark.Imported {
			continue
		}
		seen = append(seen, s.Mark.By)
		if why, ok := p.mayTakePart(s.Mark.By); !ok {
			objections = append(objections, object(why+", and their scores count", "moderate what they scored without them", s.Mark.By)...)
		}
	}
	return objections
}

// unclear objects to each person who may not take part.
func (p *Purchase) unclear(persons []string) []casework.Objection {
	var objections []casework.Objection
	for _, id := range persons {
		if why, ok := p.mayTakePart(id); !ok {
			objections = append(objections, object(why, "have "+id+" declare, or somebody else do it; have the declaration assessed", id)...)
		}
	}
	return objections
}

// alsoProvides objects to a winner that buys, or for which it is bought, while
// no safeguards for it are recorded in the cycle.
func alsoProvides(a casework.Attempt[*Purchase]) []casework.Objection {
	p := a.Case
	var choices []Choice
	switch r, given := a.Args.(Recommendation); {
	case a.Move == Recommend && given:
		choices = r.Choices
	case a.Move == DecideAward && p.s.Recommendation != nil:
		choices = p.s.Recommendation.Choices
	}
	var objections []casework.Objection
	for _, agency := range p.commissioners() {
		if !slices.ContainsFunc(choices, func(c Choice) bool { b := p.bid(c.Bid); return b != nil && b.of(agency) }) {
			continue
		}
		objections = append(objections, withCycle(a, func(cycle *commissioning.Cycle) []casework.Objection {
			if safeguarded(cycle, agency, p.cfg.day(a.At)) {
				return nil
			}
			return object(agency+" commissions the service and is to be awarded it",
				"record in the cycle what keeps the two roles of "+agency+" apart", agency)
		})...)
	}
	return objections
}

// commissioners gives the ids of the agencies that buy, and of the one that
// leads, each once.
func (p *Purchase) commissioners() []string {
	ids := []string{p.s.Requisition.Lead.ID}
	for _, b := range p.s.Requisition.Buyers {
		if !slices.Contains(ids, b.Agency.ID) {
			ids = append(ids, b.Agency.ID)
		}
	}
	return ids
}

// safeguarded tells whether a cycle records safeguards for an agency that count
// on a day: not imported, and not resting on expired evidence alone.
func safeguarded(cycle *commissioning.Cycle, agency string, day casework.Date) bool {
	return slices.ContainsFunc(cycle.SafeguardsFor(agency), func(s commissioning.Safeguard) bool {
		counts := func(e casework.Evidence) bool { return e.CountsOn(day) }
		return !s.Mark.Imported && (len(s.Evidence) == 0 || slices.ContainsFunc(s.Evidence, counts))
	})
}
