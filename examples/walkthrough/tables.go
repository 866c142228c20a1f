package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// tablesOf gives the tables of a case that hold anything.
func (p *page) tablesOf(c anyCase) []table {
	var all []table
	switch c := c.(type) {
	case *commissioning.Cycle:
		all = []table{
			needsTable(c), p.unmetTable(c), resourcesTable(c), servicesTable(c), arrangementsTable(c), reportsTable(c),
			outcomesTable(c), reviewsTable(c), feedbackTable(c), targetsTable(c),
		}
	case *procurement.Purchase:
		all = p.purchaseTables(c)
	case *procurement.Contract:
		all = p.contractTables(c)
	case *procurement.FrameworkAgreement:
		all = p.frameworkTables(c)
	case *procurement.GrantAgreement:
		all = p.grantTables(c)
	}
	return slices.DeleteFunc(all, func(t table) bool { return len(t.Rows) == 0 })
}

// needsTable shows each need's status round by round, and what it descends from.
func needsTable(c *commissioning.Cycle) table {
	t := table{Caption: "Needs", Columns: []string{"Need", "Statement", "Lineage"}}
	for round := 1; round <= c.Round(); round++ {
		t.Columns = append(t.Columns, fmt.Sprintf("Round %d", round))
	}
	for _, n := range c.Needs() {
		row := []string{string(n.ID), n.Statement, lineage(n)}
		for round := 1; round <= c.Round(); round++ {
			row = append(row, statusIn(n, round))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func lineage(n commissioning.Need) string {
	var all []string
	if n.Follows != nil {
		all = append(all, "restates "+n.Follows.ID)
	}
	if n.Successor != "" {
		all = append(all, "restated by "+string(n.Successor))
	}
	if n.Priority > 0 {
		all = append(all, fmt.Sprintf("priority %d", n.Priority))
	}
	return strings.Join(all, "; ")
}

// statusIn gives the states a round found a need in, one after the other.
func statusIn(n commissioning.Need, round int) string {
	var states []string
	for _, s := range n.Statuses {
		if s.Round == round {
			states = append(states, inWords(s.State))
		}
	}
	return strings.Join(states, ", then ")
}

func (p *page) unmetTable(c *commissioning.Cycle) table {
	t := table{Caption: "Unmet needs that individual cycles reported", Columns: []string{"Need", "Of the cycle", "Area", "Heard in"}}
	for _, u := range c.UnmetNeeds() {
		t.Rows = append(t.Rows, []string{string(u.Need), p.named(u.Case), u.Area, placeOf(c, u.Mark)})
	}
	return t
}

func placeOf(c *commissioning.Cycle, m commissioning.Mark) string {
	return fmt.Sprintf("%s, round %d", c.Table().StateTitle(m.Stage), m.Round)
}

func resourcesTable(c *commissioning.Cycle) table {
	t := table{Caption: "Resources", Columns: []string{"Resource", "Title", "Extent", "Allocated", "Owner", "Period", "Commitment"}}
	for _, r := range c.Resources() {
		allocated := ""
		if money, quantity, err := c.Allocated(r.ID); err == nil && (money.IsRecorded() || quantity > 0) {
			allocated = extent(money, quantity, r.Unit)
		}
		t.Rows = append(t.Rows, []string{
			string(r.ID), r.Title, extent(r.Amount, r.Quantity, r.Unit), allocated, r.Owner.String(), span(r.Period), string(r.Commitment),
		})
	}
	return t
}

// extent tells how much of a resource: money, or hundredths of a unit.
func extent(amount casework.Money, quantity int64, unit string) string {
	if amount.IsRecorded() {
		return amount.String()
	}
	return fmt.Sprintf("%d.%02d %s", quantity/100, quantity%100, unit)
}

func span(p casework.Period) string {
	if p.IsZero() {
		return ""
	}
	return p.String()
}

func servicesTable(c *commissioning.Cycle) table {
	t := table{Caption: "Services", Columns: []string{"Service", "Title", "Serves", "Channel", "Estimate", "Delivery"}}
	for _, s := range c.Services() {
		title := s.Title
		if s.Revision > 1 {
			title = fmt.Sprintf("%s (revision %d)", title, s.Revision)
		}
		t.Rows = append(t.Rows, []string{string(s.ID), title, listed(s.Needs), inWords(s.Channel), recorded(s.Estimate), inWords(s.Delivery)})
	}
	return t
}

func arrangementsTable(c *commissioning.Cycle) table {
	t := table{Caption: "Arrangements", Columns: []string{"Arrangement", "Service", "Form", "Provider", "Period", "Value", "Binding", "Ended"}}
	for _, a := range c.Arrangements() {
		provider := a.Provider.String()
		if a.Provider.Sector != "" {
			provider += " (" + string(a.Provider.Sector) + ")"
		}
		form := inWords(a.Instrument)
		if a.Reference != "" {
			form += " " + a.Reference
		}
		if a.Follows != nil {
			form += ", follows " + a.Follows.ID
		}
		t.Rows = append(t.Rows, []string{
			string(a.ID), string(a.Service), form, provider, span(a.Period), recorded(a.Value), day(a.BindingSince), day(a.EndedOn),
		})
	}
	return t
}

func reportsTable(c *commissioning.Cycle) table {
	t := table{Caption: "What the monitoring of arrangements told", Columns: []string{"Report", "Arrangement", "Sort", "On", "Found", "Taken up by"}}
	for _, r := range c.ArrangementReports() {
		t.Rows = append(t.Rows, []string{string(r.ID), string(r.Arrangement), inWords(r.Kind), day(r.On), r.Text, string(r.TakenUp)})
	}
	return t
}

func outcomesTable(c *commissioning.Cycle) table {
	t := table{Caption: "Outcomes and what was observed", Columns: []string{"Outcome", "Statement", "Measure", "Baseline", "Target", "Observed"}}
	for _, o := range c.Outcomes() {
		var seen []string
		for _, b := range c.Observations() {
			if b.Outcome == o.ID {
				seen = append(seen, fmt.Sprintf("%s (%s, %s)", b.Value, b.Of, inWords(b.Rating)))
			}
		}
		t.Rows = append(t.Rows, []string{string(o.ID), o.Statement, o.Measure, o.Baseline, o.Target, strings.Join(seen, "; ")})
	}
	return t
}

func reviewsTable(c *commissioning.Cycle) table {
	t := table{Caption: "Reviews", Columns: []string{"Review", "Title", "Due", "Held", "Found", "Decided"}}
	for _, w := range c.Reviews() {
		var found, decided []string
		for _, f := range w.Findings {
			found = append(found, f.Text)
		}
		for _, d := range w.Decisions {
			decided = append(decided, fmt.Sprintf("%s: %s (%s)", d.Service, d.Decision, d.Reason))
		}
		t.Rows = append(t.Rows, []string{string(w.ID), w.Title, day(w.Due), day(w.Held), strings.Join(found, "; "), strings.Join(decided, "; ")})
	}
	return t
}

func feedbackTable(c *commissioning.Cycle) table {
	t := table{Caption: "Feedback", Columns: []string{"Feedback", "Sought", "From", "Replies", "Said", "Our answer"}}
	for _, f := range c.AllFeedback() {
		t.Rows = append(t.Rows, []string{string(f.ID), day(f.SoughtOn), listed(f.From), fmt.Sprint(f.Count), f.Said, f.Answer})
	}
	return t
}

func targetsTable(c *commissioning.Cycle) table {
	t := table{Caption: "Target dates of the cycle's own", Columns: []string{"Stage", "Round", "Due", "Moved by suspension"}}
	for _, g := range c.Targets() {
		moved := ""
		if g.MovedDays > 0 {
			moved = fmt.Sprintf("%d days", g.MovedDays)
		}
		t.Rows = append(t.Rows, []string{c.Table().StateTitle(g.Stage), fmt.Sprint(g.Round), day(g.Due), moved})
	}
	return t
}

// roundPart is a round and what each of its stages held.
type roundPart struct {
	Round  int
	Stages []fact
}

// roundsOf tells for each stage of each round what was written while the cycle
// was there.
func roundsOf(c *commissioning.Cycle, journal []casework.Entry) []roundPart {
	var rounds []roundPart
	visits := c.Visits()
	for i, v := range visits {
		if c.Table().Final(v.Stage) {
			continue
		}
		if len(rounds) == 0 || rounds[len(rounds)-1].Round != v.Round {
			rounds = append(rounds, roundPart{Round: v.Round})
		}
		until := c.Seq() + 1
		if i+1 < len(visits) {
			until = visits[i+1].Entry
		}
		last := &rounds[len(rounds)-1]
		last.Stages = append(last.Stages, fact{c.Table().StateTitle(v.Stage), heldBetween(journal, v.Entry, until)})
	}
	return rounds
}

// heldBetween lists what entries recorded, by sort and with the ids they name;
// the first and the last are the moves that lead to the stage and away from it.
func heldBetween(journal []casework.Entry, first, last uint64) string {
	var sorts []string
	named := map[string][]string{}
	for _, e := range journal {
		if e.Seq <= first || e.Seq >= last {
			continue
		}
		if named[e.Type] == nil {
			sorts = append(sorts, e.Type)
		}
		named[e.Type] = append(named[e.Type], subjectOf(e))
	}
	for i, sort := range sorts {
		ids := slices.DeleteFunc(named[sort], func(id string) bool { return id == "" })
		sorts[i] = strings.TrimSpace(strings.NewReplacer(".", " ", "_", " ").Replace(sort) + " " + strings.Join(slices.Compact(ids), ", "))
	}
	if len(sorts) == 0 {
		return "nothing was recorded"
	}
	return strings.Join(sorts, "; ")
}

// subjectOf names what an entry is about: a move, the record it makes, or the
// one it changes.
func subjectOf(e casework.Entry) string {
	var d struct {
		ID           string `json:"id"`
		Need         string `json:"need"`
		Service      string `json:"service"`
		Resource     string `json:"resource"`
		Arrangement  string `json:"arrangement"`
		Consultation string `json:"consultation"`
		Feedback     string `json:"feedback"`
		Review       string `json:"review"`
		Approval     string `json:"approval"`
		Bid          string `json:"bid"`
		Award        string `json:"award"`
		Variation    string `json:"variation"`
		Invoice      string `json:"invoice"`
		Code         string `json:"code"` // of an objection that was answered, or of a deadline
	}
	if !readJSON(e.Data, &d) {
		return ""
	}
	return cmp.Or(string(e.Move), d.ID, d.Review, d.Need, d.Arrangement, d.Consultation, d.Feedback, d.Resource, d.Service,
		d.Approval, d.Bid, d.Award, d.Variation, d.Invoice, d.Code)
}
