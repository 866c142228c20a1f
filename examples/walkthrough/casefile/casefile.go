package casefile

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
)

// Case is a case file that was read: who takes part, what is opened, and what
// is done, in the order of time.
type Case struct {
	Reference  string         // names the case; idempotency keys derive from it
	Title      string         // for people
	About      string         // what the case is about, and where its figures come from
	Location   *time.Location // the days of the case are those of this place
	Agencies   []casework.Agency
	Actors     []Actor
	Cycles     []Cycle // the first is the one the case is about
	Frameworks []Framework
	Purchases  []Purchase
	Contracts  []Contract
	Grants     []Grant
	Steps      []Step
	// Assessments are made of agencies once all steps are taken.
	Assessments []Assessment
}

// Assessment is the answers to the questions of a standard about an agency.
type Assessment struct {
	Line     int // of the file
	By       casework.Actor
	Standard principles.Standard
	Scored   principles.ScoreStage
	Body     casework.Agency
	Year     string
	On       casework.Date // the day it was made
	Answers  []principles.Answer
}

// Kind is a sort of case that a file may list and a step may be issued to.
type Kind string

// The kinds of case.
const (
	CycleKind     Kind = "cycle"
	FrameworkKind Kind = "framework"
	PurchaseKind  Kind = "purchase"
	ContractKind  Kind = "contract"
	GrantKind     Kind = "grant"
)

// kinds lists the kinds of case, in the order in which a file lists them.
func kinds() []Kind { return []Kind{CycleKind, FrameworkKind, PurchaseKind, ContractKind, GrantKind} }

// Listed is a case the file lists, by its kind and its name. No two of a file
// have one name.
type Listed struct {
	Kind Kind
	Name string
}

// Listed gives every case of the file: the cycles, what was bought under which
// agreement, and the grants.
func (c *Case) Listed() []Listed {
	var all []Listed
	for _, y := range c.Cycles {
		all = append(all, Listed{CycleKind, y.Name})
	}
	for _, f := range c.Frameworks {
		all = append(all, Listed{FrameworkKind, f.Name})
	}
	for _, p := range c.Purchases {
		all = append(all, Listed{PurchaseKind, p.Name})
	}
	for _, k := range c.Contracts {
		all = append(all, Listed{ContractKind, k.Name})
	}
	for _, g := range c.Grants {
		all = append(all, Listed{GrantKind, g.Name})
	}
	return all
}

// Names gives the ids of the cases that are open, by their names.
type Names map[string]casework.CaseID

// Actor is somebody who takes part, and the objections that the host lets them
// override, by code.
type Actor struct {
	casework.Actor
	MayOverride []string
}

// Cycle is a cycle of the case, known to its steps by a name.
type Cycle struct {
	Name        string
	Serves      string // name of the strategic cycle that this one serves
	Predecessor string // name of the cycle that this one will end
	Brief       commissioning.Brief
}

// Framework is a framework agreement of the case, opened from a draft.
type Framework struct {
	Name  string
	Draft procurement.FrameworkDraft
}

// Purchase is a purchase of the case, opened from a requisition.
type Purchase struct {
	Name        string
	Cycle       string // name of the cycle whose service is bought; may be empty
	Requisition procurement.Requisition
}

// Contract is a contract that an award of a purchase brings into being.
type Contract struct {
	Name     string
	Purchase string // name
	Award    procurement.AwardID
	Buyer    string // id of the agency, where the award has several buyers
}

// Grant is a grant agreement of the case.
type Grant struct {
	Name  string
	Cycle string // name of the cycle whose service is funded; may be empty
	Grant procurement.Grant
}

// NumberOf gives the host's own number by which a listed case is found again:
// the first of what it is opened with. A contract has none: it is found by its
// purchase.
func (c *Case) NumberOf(l Listed) (casework.ExternalRef, bool) {
	var all []casework.ExternalRef
	switch l.Kind {
	case CycleKind:
		y, _ := c.CycleNamed(l.Name)
		all = y.Brief.References
	case FrameworkKind:
		f, _ := c.FrameworkNamed(l.Name)
		all = f.Draft.References
	case PurchaseKind:
		p, _ := c.PurchaseNamed(l.Name)
		all = p.Requisition.References
	case GrantKind:
		g, _ := c.GrantNamed(l.Name)
		all = g.Grant.References
	case ContractKind:
	}
	if len(all) == 0 {
		return casework.ExternalRef{}, false
	}
	return all[0], true
}

// Expectation is what a case file says will become of a step.
type Expectation string

// The expectations.
const (
	Done    Expectation = "done"
	Refused Expectation = "refused"
)

// Step is one command, issued by an actor at a time.
type Step struct {
	Number   int // from 1
	Line     int // of the file
	Title    string
	Note     string
	At       time.Time // with the offset of the file
	By       casework.Actor
	Case     Listed // that it is issued to
	Do       string // name of the command
	With     json.RawMessage
	Reason   string
	Explain  map[string]string // by code
	Override map[string]string // by code
	Expect   Expectation
	Codes    []string // that a refused step is expected to raise

	run issue
}

// Opens tells whether the step opens its case. Every other step is issued to
// the open case, by [Step.Apply].
func (s Step) Opens() bool { return s.Do == openCommand }

// Apply issues the step's command to its case, which is of the kind the step
// says, and says in a few words what came of it, such as "need N1 has priority
// 1". Cases that the command names are found among names. Errors are those of
// the command.
func (s Step) Apply(c casework.Aggregate, names Names) (string, error) { return s.run(c, names) }

// Options gives what the step says along with its command: its reason, its
// effective time, explanations and overrides.
func (s Step) Options() []casework.CallOption {
	all := []casework.CallOption{casework.Effective(s.At)}
	if s.Reason != "" {
		all = append(all, casework.Reason(s.Reason))
	}
	for code, reason := range s.Explain {
		all = append(all, casework.Explaining(code, reason))
	}
	for code, reason := range s.Override {
		all = append(all, casework.Overriding(code, reason))
	}
	return all
}

// CycleNamed gives a cycle of the case by its name.
func (c *Case) CycleNamed(name string) (Cycle, bool) {
	return first(c.Cycles, func(y Cycle) bool { return y.Name == name })
}

// FrameworkNamed gives a framework agreement of the case by its name.
func (c *Case) FrameworkNamed(name string) (Framework, bool) {
	return first(c.Frameworks, func(f Framework) bool { return f.Name == name })
}

// PurchaseNamed gives a purchase of the case by its name.
func (c *Case) PurchaseNamed(name string) (Purchase, bool) {
	return first(c.Purchases, func(p Purchase) bool { return p.Name == name })
}

// ContractNamed gives a contract of the case by its name.
func (c *Case) ContractNamed(name string) (Contract, bool) {
	return first(c.Contracts, func(k Contract) bool { return k.Name == name })
}

// GrantNamed gives a grant agreement of the case by its name.
func (c *Case) GrantNamed(name string) (Grant, bool) {
	return first(c.Grants, func(g Grant) bool { return g.Name == name })
}

// first gives the first of a list that is wanted.
func first[E any](all []E, wanted func(E) bool) (E, bool) {
	var none E
	i := slices.IndexFunc(all, wanted)
	if i < 0 {
		return none, false
	}
	return all[i], true
}

// MayOverride tells whether the case lets an actor override a code.
func (c *Case) MayOverride(actor casework.Actor, code string) bool {
	return slices.ContainsFunc(c.Actors, func(a Actor) bool {
		return a.Is(actor) && slices.Contains(a.MayOverride, code)
	})
}
