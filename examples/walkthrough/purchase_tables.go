package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// purchaseFacts tells what is bought, for what and how.
func purchaseFacts(p *procurement.Purchase) []fact {
	r := p.Requisition()
	all := []fact{
		{"Buys", fmt.Sprintf("service %s, revision %d, for %s", r.Service, r.Revision, listed(r.Needs))},
		{"Lead", r.Lead.String()},
		{"Estimate", recorded(r.Estimate)},
		{"To be delivered", span(r.Period)},
		{"Why", r.Rationale},
	}
	if route, chosen := p.Route(); chosen {
		text := inWords(route.Route)
		if route.Competition {
			text += ", with competition"
		}
		all = append(all, fact{"Route", fmt.Sprintf("%s: %s", text, route.Reason)})
	}
	if o, ended := p.Outcome(); ended {
		all = append(all, fact{"Ended", fmt.Sprintf("%s: %s", inWords(o.How), o.Reason)})
	}
	return all
}

// purchaseTables gives the tables of a purchase.
func (p *page) purchaseTables(c *procurement.Purchase) []table {
	all := []table{p.approvalsTable(c.Approvals()), p.declarationsTable(c), criteriaTable(c), p.bidsTable(c)}
	if tender, is := c.Tender(); is {
		for _, lot := range tender.Lots {
			all = append(all, rankingTable(c, tender, lot))
		}
	}
	return append(all, p.scoresTable(c), p.awardsTable(c), p.challengesTable(c), p.documentsTable(c), p.instrumentsTable(c))
}

func (p *page) approvalsTable(approvals []procurement.Approval) table {
	t := table{Caption: "Approvals", Columns: []string{"Approval", "Of", "Figure", "Asked of", "Limit", "Answer", "By", "At"}}
	for _, a := range approvals {
		t.Rows = append(t.Rows, []string{
			string(a.ID), inWords(a.Of), figure(a), a.Authority.Approver, recorded(a.Authority.Limit),
			cmp.Or(string(a.Answer), "none yet"), a.Answered.By, p.marked(a.Answered),
		})
	}
	return t
}

// figure writes what a limit was tested against.
func figure(a procurement.Approval) string {
	if !a.Figure.IsRecorded() {
		return ""
	}
	return fmt.Sprintf("%s, %s", a.Figure, a.Basis)
}

// marked writes when a record was made, or nothing where it was not.
func (p *page) marked(m procurement.Mark) string { return p.moment(m.At) }

// moment writes a moment, or nothing where there is none.
func (p *page) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return p.time(at)
}

func (p *page) declarationsTable(c *procurement.Purchase) table {
	t := table{Caption: "Declarations of interest", Columns: []string{"Declaration", "Of", "Declared", "What", "Assessed", "By"}}
	for _, d := range c.Declarations() {
		var what []string
		for _, in := range d.Interests {
			what = append(what, fmt.Sprintf("%s, %s: %s", in.Nature, in.Status, in.Text))
		}
		row := []string{string(d.ID), d.Person, p.marked(d.Declared), cmp.Or(strings.Join(what, "; "), "nothing to declare"), "", ""}
		if a := d.Assessment; a != nil {
			row[4], row[5] = strings.TrimSuffix(fmt.Sprintf("%s: %s", inWords(a.Finding), a.Steps), ": "), a.Mark.By
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func criteriaTable(c *procurement.Purchase) table {
	t := table{Caption: "What bids are judged by", Columns: []string{"Criterion", "Title", "Kind", "Weight", "Scores", "Threshold"}}
	tender, _ := c.Tender()
	for _, k := range tender.Criteria {
		scores, threshold := "", ""
		if k.Scored() {
			scores = fmt.Sprintf("%d to %d", k.Least, k.Most)
		}
		if k.Threshold > 0 {
			threshold = fmt.Sprint(k.Threshold)
		}
		t.Rows = append(t.Rows, []string{string(k.ID), k.Title, inWords(k.Kind), k.Weight.String(), scores, threshold})
	}
	return t
}

func (p *page) bidsTable(c *procurement.Purchase) table {
	t := table{Caption: "Bids", Columns: []string{"Bid", "Lot", "Bidder", "Price", "Signed by", "Received", "Stands", "Told how it was judged"}}
	for _, b := range c.Bids() {
		bidder := b.Bidder.String()
		if b.Bidder.Sector != "" {
			bidder += " (" + string(b.Bidder.Sector) + ")"
		}
		signed, debrief := "", ""
		if b.Signed != nil {
			signed = b.Signed.Signatory
		}
		if b.Debrief != nil {
			debrief = day(b.Debrief.Sent)
		}
		t.Rows = append(t.Rows, []string{string(b.ID), string(b.Lot), bidder, recorded(b.Price), signed, p.moment(b.Received), bidStands(b), debrief})
	}
	return t
}

// bidStands tells whether a bid competes, as far as is on record of it alone.
func bidStands(b procurement.Bid) string {
	switch {
	case !b.Withdrawn.IsZero():
		return "withdrawn"
	case b.Exclusion != nil:
		return "excluded: " + inWords(b.Exclusion.Ground)
	case b.Received.IsZero():
		return "never signed"
	case b.Late && b.Admitted == nil:
		return "late"
	case b.Suitability != nil && !b.Suitability.Suitable:
		return "not suitable"
	default:
		return "competes"
	}
}

// rankingTable shows how the bids for a lot stand, with the points each earned on
// each criterion.
func rankingTable(c *procurement.Purchase, tender procurement.Tender, lot procurement.Lot) table {
	t := table{Caption: fmt.Sprintf("Ranking, lot %s: %s", lot.ID, lot.Title), Columns: []string{"Rank", "Bid", "Bidder", "Price"}}
	for _, k := range tender.Criteria {
		t.Columns = append(t.Columns, fmt.Sprintf("%s (%s)", k.Title, k.Weight))
	}
	t.Columns = append(t.Columns, "Result")
	ranking, err := c.Ranking(lot.ID)
	if err != nil {
		return t // not all is scored yet
	}
	for _, r := range ranking.Bids {
		b, _ := c.Bid(r.Bid)
		row := []string{fmt.Sprint(r.Rank), string(r.Bid), b.Bidder.String(), recorded(r.Price)}
		for _, k := range tender.Criteria {
			row = append(row, earned(r, k.ID))
		}
		t.Rows = append(t.Rows, append(row, r.Result))
	}
	for _, o := range ranking.Out {
		b, _ := c.Bid(o.Bid)
		row := []string{"out", string(o.Bid), b.Bidder.String(), recorded(b.Price)}
		for range tender.Criteria {
			row = append(row, "")
		}
		t.Rows = append(t.Rows, append(row, o.Why))
	}
	return t
}

// earned tells the points of a bid on a criterion; nothing where it does not
// apply.
func earned(r procurement.Ranked, k procurement.CriterionID) string {
	for _, e := range r.Earned {
		if e.Criterion == k {
			return e.Points
		}
	}
	return ""
}

func points(value int, notApplicable bool) string {
	if notApplicable {
		return "not applicable"
	}
	return fmt.Sprint(value)
}

func (p *page) scoresTable(c *procurement.Purchase) table {
	t := table{Caption: "Scores and their reasons", Columns: []string{"Bid", "Criterion", "Score", "By", "Reason"}}
	for _, s := range c.Scores() {
		t.Rows = append(t.Rows, []string{string(s.Bid), string(s.Criterion), points(s.Value, s.NotApplicable), s.Mark.By, s.Reason})
	}
	for _, m := range c.Moderations() {
		t.Rows = append(t.Rows, []string{string(m.Bid), string(m.Criterion), points(m.Value, m.NotApplicable) + ", agreed", strings.Join(m.Present, ", "), m.Reason})
	}
	return t
}

func (p *page) awardsTable(c *procurement.Purchase) table {
	t := table{Caption: "Awards", Columns: []string{"Award", "Lot", "Supplier", "Value", "Period", "Decided", "Why", "Standstill"}}
	for _, a := range c.Awards() {
		decided := p.marked(a.Decided) + " by " + a.Decided.By
		if !a.Stands() {
			decided += "; cancelled " + p.marked(a.Cancelled)
		}
		t.Rows = append(t.Rows, []string{string(a.ID), string(a.Lot), a.Supplier.String(), recorded(a.Value), span(a.Period), decided, a.Why, p.standstill(a.Standstill)})
	}
	return t
}

func (p *page) standstill(s *procurement.Standstill) string {
	switch {
	case s == nil:
		return ""
	case s.Kind == procurement.NoStandstill:
		return "none: " + s.Reason
	default:
		return fmt.Sprintf("%s, %d working days, until %s", s.Kind, s.WorkingDays, p.moment(s.Ends))
	}
}

func (p *page) challengesTable(c *procurement.Purchase) table {
	t := table{Caption: "Challenges", Columns: []string{"Challenge", "By", "Received", "Text", "Outcome", "Decided", "Decision"}}
	for _, x := range c.Challenges() {
		t.Rows = append(t.Rows, []string{
			string(x.ID), x.By.String(), p.marked(x.Received), x.Text, cmp.Or(inWords(x.Outcome), "undecided"), p.marked(x.Decided), x.Decision,
		})
	}
	return t
}

func (p *page) documentsTable(c *procurement.Purchase) table {
	t := table{Caption: "Documents", Columns: []string{"Kind", "Title", "Of", "Signed", "Filed"}}
	for _, d := range c.Documents() {
		signed := ""
		if d.Signed {
			signed = "signed"
		}
		t.Rows = append(t.Rows, []string{inWords(d.Evidence.Kind), d.Evidence.Title, day(d.Evidence.Date), signed, p.marked(d.Mark)})
	}
	return t
}

func (p *page) instrumentsTable(c *procurement.Purchase) table {
	t := table{Caption: "What the awards brought into being", Columns: []string{"Award", "Kind", "Case", "Buyer", "State"}}
	for _, in := range c.Instruments() {
		t.Rows = append(t.Rows, []string{string(in.Award), inWords(in.Kind), p.named(in.Case), in.Buyer, inWords(in.State)})
	}
	return t
}

// sum writes what a sum of money gives, or nothing where it cannot be added up.
func sum(m casework.Money, err error) string {
	if err != nil {
		return ""
	}
	return recorded(m)
}
