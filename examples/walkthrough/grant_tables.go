package main

import (
	"cmp"

	"github.com/needsled/needsled/procurement"
)

// grantFacts tells what is funded, by whom and for whom.
func grantFacts(g *procurement.GrantAgreement) []fact {
	x := g.Grant()
	return []fact{
		{"Purpose", x.Purpose},
		{"Funder", x.Funder.String()},
		{"Recipient", x.Recipient.String()},
		{"Why", x.Why},
		{"Amount", recorded(x.Amount)},
		{"Period", span(x.Period)},
		{"Competition", x.Competed},
		{"Subsidy control", x.Subsidy},
		{"Binds since", day(g.BoundSince())},
	}
}

// grantTables gives the tables of a grant agreement.
func (p *page) grantTables(g *procurement.GrantAgreement) []table {
	return []table{
		p.approvalsTable(g.Approvals()), p.conditionsTable(g), instalmentsTable(g),
		measuresTable(g.Measures(), g.Observations()), agreementReviewsTable(g.Reviews()),
	}
}

func (p *page) conditionsTable(g *procurement.GrantAgreement) table {
	t := table{Caption: "Conditions", Columns: []string{"Condition", "Text", "Before the first payment", "Met"}}
	for _, c := range g.Conditions() {
		before := "no"
		if c.Before {
			before = "yes"
		}
		t.Rows = append(t.Rows, []string{string(c.ID), c.Text, before, cmp.Or(p.marked(c.Met), "not yet")})
	}
	return t
}

func instalmentsTable(g *procurement.GrantAgreement) table {
	t := table{Caption: "Instalments", Columns: []string{"Instalment", "Amount", "Due", "Paid"}}
	for _, i := range g.Instalments() {
		t.Rows = append(t.Rows, []string{string(i.ID), recorded(i.Amount), day(i.Due), day(i.Paid)})
	}
	return t
}
