package main

import (
	"cmp"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// frameworkFacts tells what the agreement sets out, and how much of it is left.
func frameworkFacts(f *procurement.FrameworkAgreement) []fact {
	t := f.Terms()
	return []fact{
		{"Agreement number", t.Number},
		{"Call-offs are made", span(t.Period)},
		{"By", inWords(t.Method)},
		{"Users", agencies(t.Users)},
		{"Ceiling", recorded(t.Ceiling)},
		{"Drawn", sum(f.Drawn())},
		{"Remaining", sum(f.Remaining())},
	}
}

// agencies names agencies.
func agencies(all []casework.Agency) string {
	var names []string
	for _, a := range all {
		names = append(names, a.String())
	}
	return listed(names)
}

// frameworkTables gives the tables of a framework agreement.
func (p *page) frameworkTables(f *procurement.FrameworkAgreement) []table {
	return []table{ceilingTable(f), membersTable(f), p.callOffsTable(f), p.signaturesTable(f.Signatures())}
}

// ceilingTable shows what is drawn on the ceiling, and what is left of it.
func ceilingTable(f *procurement.FrameworkAgreement) table {
	return table{
		Caption: "Ceiling, and what is drawn", Columns: []string{"Ceiling", "Drawn", "Remaining"},
		Rows: [][]string{{recorded(f.Terms().Ceiling), sum(f.Drawn()), sum(f.Remaining())}},
	}
}

func membersTable(f *procurement.FrameworkAgreement) table {
	t := table{Caption: "Members", Columns: []string{"Member", "Sector", "Lot"}}
	for _, m := range f.Members("") {
		t.Rows = append(t.Rows, []string{m.Agency.String(), cmp.Or(string(m.Agency.Sector), "not recorded"), string(m.Lot)})
	}
	return t
}

func (p *page) callOffsTable(f *procurement.FrameworkAgreement) table {
	t := table{Caption: "Call-offs", Columns: []string{"Award", "Purchase", "Lot", "Member", "Value", "Made", "Given back"}}
	for _, r := range f.CallOffs() {
		t.Rows = append(t.Rows, []string{
			string(r.Award), p.named(r.Purchase), string(r.Lot), r.Member, recorded(r.Value), p.marked(r.Made), p.marked(r.Released),
		})
	}
	return t
}
