package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/procurement"
)

//go:embed page.html.tmpl
var pageText string

// page is the one-page summary of a walk.
type page struct {
	c        *casefile.Case
	names    map[casework.CaseID]string // of the cases
	Title    string
	About    string
	Tally    string
	Refusals []refusedStep
	Cases    []casePart
}

// refusedStep is a step that was refused in this run.
type refusedStep struct {
	Number  int
	At      string
	By      string
	Case    string
	Command string
	Title   string
	Why     []casework.Objection
}

// casePart is what the page tells of one case.
type casePart struct {
	Name    string
	Title   string // with what kind of case it is, unless it is a cycle
	State   string
	Facts   []fact
	Picture template.HTML
	Wheel   bool // the picture is a wheel, which fills the page
	Open    []string
	Stopped []stoppedMove
	Rounds  []roundPart
	Tables  []table
	Journal table
	Entries int
	Head    string
}

type fact struct{ Name, Value string }

// stoppedMove is a move with what stands against it.
type stoppedMove struct {
	Title  string
	Advice bool // it may be taken all the same
	Why    []casework.Objection
}

// table is a table of the page; the first cell of a row is its heading.
type table struct {
	Caption string
	Columns []string
	Rows    [][]string
}

func newPage(c *casefile.Case, ends []end, tried []attempt) *page {
	p := &page{c: c, names: map[casework.CaseID]string{}, Title: c.Title, About: c.About, Tally: tally(tried)}
	for _, e := range ends {
		p.names[e.c.ID()] = e.Name
	}
	for _, a := range tried {
		if a.fate != fateRefused {
			continue
		}
		p.Refusals = append(p.Refusals, refusedStep{
			Number: a.step.Number, At: p.time(a.step.At), By: a.step.By.String(), Case: a.step.Case.Name,
			Command: commandOf(a.step), Title: a.step.Title, Why: byEffect(a.why),
		})
	}
	return p
}

// time writes a moment as the place of the case has it.
func (p *page) time(at time.Time) string { return at.In(p.c.Location).Format("2006-01-02 15:04") }

// named gives the name of a case of the file, or its id where it is another one.
func (p *page) named(id casework.CaseID) string { return cmp.Or(p.names[id], id.String()) }

// add adds a case, with its picture as SVG.
func (p *page) add(e end, picture string) {
	part := casePart{
		Name: e.Name, Title: heading(e.Kind) + titleOf(e.c), State: e.c.Table().StateTitle(e.c.State()),
		Facts:   p.facts(e.c),
		Picture: template.HTML(picture), //nolint:gosec // drawn by package diagram, which escapes what it is given
		Tables:  p.tablesOf(e.c),
		Journal: p.journal(e.journal),
		Entries: len(e.journal),
		Head:    e.head.String(),
	}
	if cycle, is := e.c.(*commissioning.Cycle); is {
		part.Wheel, part.Rounds = true, roundsOf(cycle, e.journal)
	}
	for _, o := range e.options {
		if mayBeTaken(o) {
			part.Open = append(part.Open, titled(o))
		}
		if against := standing(o); len(against) > 0 {
			part.Stopped = append(part.Stopped, stoppedMove{Title: titled(o), Advice: mayBeTaken(o), Why: byEffect(against)})
		}
	}
	p.Cases = append(p.Cases, part)
}

// heading says what kind of case it is: the tracks beside commissioning are named.
func heading(k casefile.Kind) string {
	switch k {
	case casefile.FrameworkKind:
		return "Framework agreement: "
	case casefile.PurchaseKind:
		return "Purchasing: "
	case casefile.ContractKind:
		return "Contracting: "
	case casefile.GrantKind:
		return "Granting: "
	case casefile.CycleKind:
	}
	return ""
}

// facts tells where a case stands and what it set out from; what nobody
// recorded is left out.
func (p *page) facts(c anyCase) []fact {
	opened, by := c.Opened()
	all := []fact{{"Stands in", standsIn(c)}, {"Scale", c.Scale().String()}, {"Subject", c.Subject()}}
	all = append(all, p.ownFacts(c)...)
	all = append(all, fact{"Opened", fmt.Sprintf("%s by %s", p.time(opened), by)}, fact{"Definition", c.Definition().String()})
	if holder, held := c.Holder(); held {
		all = append(all, fact{"Held by", holder.String()})
	}
	for _, r := range c.References() {
		all = append(all, fact{"Number", r.String()})
	}
	if cycle, is := c.(*commissioning.Cycle); is {
		if o, closed := cycle.ClosingOutcome(); closed {
			all = append(all, fact{"Outcome", fmt.Sprintf("%s: %s", inWords(o.Result), o.Summary)})
		}
	}
	for _, d := range c.Deadlines() {
		all = append(all, fact{"Deadline", fmt.Sprintf("%s (%s)", d.Doc, p.time(d.Due))})
	}
	for _, d := range c.Fired() {
		all = append(all, fact{"Deadline passed", fmt.Sprintf("%s (noticed %s)", d.Doc, p.time(d.Noticed))})
	}
	return slices.DeleteFunc(all, func(f fact) bool { return f.Value == "" })
}

// ownFacts tells what a case of its kind set out from.
func (p *page) ownFacts(c anyCase) []fact {
	switch c := c.(type) {
	case *commissioning.Cycle:
		b := c.Brief()
		return []fact{
			{"Population", b.Population},
			{"Area", b.Area},
			{"Lead", b.Lead.String()},
			{"Strategy", b.Strategy},
			{"Estimate", recorded(b.Value)},
			{"Risks", listed(b.Risks)},
		}
	case *procurement.Purchase:
		return purchaseFacts(c)
	case *procurement.Contract:
		return contractFacts(c)
	case *procurement.FrameworkAgreement:
		return frameworkFacts(c)
	case *procurement.GrantAgreement:
		return grantFacts(c)
	default:
		return nil
	}
}

// journal is the journal as a table.
func (p *page) journal(entries []casework.Entry) table {
	t := table{Caption: "Journal", Columns: []string{"Entry", "Time", "Actor", "What", "Reason"}}
	for _, e := range entries {
		t.Rows = append(t.Rows, []string{fmt.Sprint(e.Seq), p.time(e.Effective), e.Actor.String(), whatHappened(e), e.Reason})
	}
	return t
}

func whatHappened(e casework.Entry) string {
	if e.Move == "" {
		return strings.TrimSpace(e.Type + " " + subjectOf(e))
	}
	if e.From == e.To {
		return fmt.Sprintf("%s: %s", e.Type, e.Move)
	}
	return fmt.Sprintf("%s: %s, %s to %s", e.Type, e.Move, e.From, e.To)
}

// write writes the page as HTML.
func (p *page) write(w io.Writer) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// inWords writes a value of the library's as people would.
func inWords[W ~string](w W) string { return strings.ReplaceAll(string(w), "_", " ") }

// listed writes values one after the other.
func listed[W ~string](all []W) string {
	texts := make([]string, len(all))
	for i, w := range all {
		texts[i] = inWords(w)
	}
	return strings.Join(texts, ", ")
}

// recorded writes an amount, or nothing where none is recorded.
func recorded(m casework.Money) string {
	if !m.IsRecorded() {
		return ""
	}
	return m.String()
}

// day writes a date, or nothing where none is recorded.
func day(d casework.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
