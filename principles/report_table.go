package principles

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// titleMost is how many characters of a criterion's title fit a terminal.
const titleMost = 56

// Table writes the report for a terminal: one line a criterion, in the order of
// the standard, with the outcomes of every round and of the whole, worst first.
// Errors are those of the writer.
func (r Report) Table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n\n", plain(r.Standard.String()), r.About.subject(), r.headline())
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(t, r.lines()); err != nil {
		return err
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lines gives the table with tabs between its cells.
func (r Report) lines() string {
	var b strings.Builder
	columns := r.columns()
	b.WriteString("Criterion")
	for _, c := range columns {
		b.WriteString("\t" + c.title)
	}
	b.WriteByte('\n')
	for _, c := range r.Criteria {
		b.WriteString(shortened(c.Title, titleMost))
		for _, column := range columns {
			b.WriteString("\t" + dashed(tallyText(tally(column.of(r.Of(c.ID))))))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// reportColumn is a round, or the whole, in a table of criteria.
type reportColumn struct {
	title string
	round int
}

// columns gives the rounds, and the whole where anything is found of it.
func (r Report) columns() []reportColumn {
	var columns []reportColumn
	for _, round := range r.rounds() {
		columns = append(columns, reportColumn{title: fmt.Sprintf("Round %d", round), round: round})
	}
	whole := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Round == 0 })
	if whole || len(columns) == 0 {
		columns = append(columns, reportColumn{title: "As a whole"})
	}
	return columns
}

func (c reportColumn) of(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Round != c.round })
}
