package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// contractFacts tells what was agreed, with whom, and what it comes from.
func contractFacts(c *procurement.Contract) []fact {
	terms, origin := c.Terms(), c.Origin()
	return []fact{
		{"Contract number", terms.Number},
		{"For", fmt.Sprintf("service %s, by %s", origin.Service, inWords(origin.Kind))},
		{"Parties", partiesOf(c.Parties())},
		{"Binds since", day(c.Bound())},
		{"In force since", day(c.Commenced())},
		{"Pricing", inWords(terms.Pricing)},
	}
}

// partiesOf names parties with their roles.
func partiesOf(parties []procurement.Party) string {
	var all []string
	for _, p := range parties {
		all = append(all, fmt.Sprintf("%s (%s)", p.Agency, p.Role))
	}
	return strings.Join(all, ", ")
}

// contractTables gives the tables of a contract.
func (p *page) contractTables(c *procurement.Contract) []table {
	return []table{
		p.signaturesTable(c.Signatures()), p.effectiveTable(c), p.variationsTable(c), ordersTable(c), invoicesTable(c), accountTable(c),
		measuresTable(c.Measures(), c.Observations()), agreementReviewsTable(c.Reviews()),
	}
}

func (p *page) signaturesTable(signatures []procurement.Signature) table {
	t := table{Caption: "Signatures", Columns: []string{"Party", "Signed by", "At", "Under content"}}
	for _, s := range signatures {
		t.Rows = append(t.Rows, []string{s.Party, s.Signatory, p.moment(s.At), fmt.Sprintf("%.16s", s.Content)})
	}
	return t
}

// effectiveTable shows what the contract says, day by day on which it changes.
func (p *page) effectiveTable(c *procurement.Contract) table {
	t := table{Caption: "Effective value over time", Columns: []string{"From", "Value", "Period", "Because of"}}
	if c.Bound().IsZero() {
		return t
	}
	days := []casework.Date{c.Bound()}
	for _, v := range c.Variations() {
		if v.Status == procurement.VariationEffective {
			days = append(days, v.From)
		}
	}
	for _, x := range c.ExercisedOptions() {
		days = append(days, x.From)
	}
	slices.SortFunc(days, casework.Date.Compare)
	for _, d := range slices.Compact(days) {
		now := c.EffectiveAt(d.In(p.c.Location))
		because := append(textsOf(now.Variations), textsOf(now.Options)...)
		if len(because) == 0 {
			because = []string{"as signed"}
		}
		t.Rows = append(t.Rows, []string{day(d), recorded(now.Value), span(now.Period), strings.Join(because, ", ")})
	}
	return t
}

func textsOf[W ~string](all []W) []string {
	var texts []string
	for _, w := range all {
		texts = append(texts, string(w))
	}
	return texts
}

func (p *page) variationsTable(c *procurement.Contract) table {
	t := table{Caption: "Variations", Columns: []string{"Variation", "Rationales", "Reason", "New value", "Counts from", "Signed by", "Status"}}
	for _, v := range c.Variations() {
		var signed []string
		for _, s := range v.Signatures {
			signed = append(signed, fmt.Sprintf("%s (%s)", s.Party, p.moment(s.At)))
		}
		t.Rows = append(t.Rows, []string{
			string(v.ID), listed(v.Rationales), v.Reason, recorded(v.Value), day(v.From), strings.Join(signed, ", "), string(v.Status),
		})
	}
	return t
}

func ordersTable(c *procurement.Contract) table {
	t := table{Caption: "Orders, drawn on the contract's value", Columns: []string{"Order", "Description", "On", "Amount"}}
	for _, o := range c.Orders() {
		amount := recorded(o.Amount)
		if !o.Stands() {
			amount += ", cancelled"
		}
		t.Rows = append(t.Rows, []string{string(o.ID), o.Description, day(o.On), amount})
	}
	return t
}

func invoicesTable(c *procurement.Contract) table {
	t := table{Caption: "Invoices", Columns: []string{"Invoice", "Number", "Amount", "Received", "Due by", "In dispute, and what was found", "Paid"}}
	for _, i := range c.Invoices() {
		var disputes, paid []string
		for _, d := range i.Disputes {
			text := fmt.Sprintf("%s: %s", d.Amount, d.Reason)
			if !d.Open() {
				text += fmt.Sprintf("; %s owed: %s", d.Owed, d.Finding)
			}
			disputes = append(disputes, text)
		}
		for _, p := range i.Payments {
			paid = append(paid, fmt.Sprintf("%s on %s", p.Amount, p.On))
		}
		t.Rows = append(t.Rows, []string{
			string(i.ID), i.Reference, recorded(i.Amount), day(i.Received), day(i.DueOn), strings.Join(disputes, "; "), strings.Join(paid, "; "),
		})
	}
	return t
}

// accountTable shows how the money stands, once there is any.
func accountTable(c *procurement.Contract) table {
	t := table{Caption: "Payments account", Columns: []string{"Invoiced", "Refused", "Disputed", "Owed", "Paid", "Outstanding"}}
	a, err := c.Account()
	if err != nil || len(c.Invoices()) == 0 {
		return t
	}
	t.Rows = [][]string{{
		recorded(a.Invoiced), recorded(a.Refused), recorded(a.Disputed), recorded(a.Owed), recorded(a.Paid), recorded(a.Outstanding),
	}}
	return t
}

func measuresTable(measures []procurement.Measure, seen []procurement.MeasureObservation) table {
	t := table{Caption: "What is measured, and what was observed", Columns: []string{"Measure", "Title", "Target", "Observed"}}
	for _, m := range measures {
		var all []string
		for _, o := range seen {
			if o.Measure == m.ID {
				all = append(all, fmt.Sprintf("%s (%s, %s)", o.Value, o.Period, inWords(o.Rating)))
			}
		}
		t.Rows = append(t.Rows, []string{string(m.ID), m.Title, m.Target, strings.Join(all, "; ")})
	}
	return t
}

func agreementReviewsTable(reviews []procurement.ContractReview) table {
	t := table{Caption: "Reviews", Columns: []string{"Review", "Title", "Due", "Held", "Found"}}
	for _, r := range reviews {
		t.Rows = append(t.Rows, []string{string(r.ID), r.Title, day(r.Due), day(r.Held), strings.Join(r.Findings, "; ")})
	}
	return t
}
