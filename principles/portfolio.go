package principles

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Portfolio rolls the reports of many cases up, one after the other. It keeps
// counts alone: however many reports are added, its size is that of the standard.
// So it cannot tell a report that is added twice. The zero Portfolio is empty and
// ready. It is not for goroutines to share.
type Portfolio struct {
	standard StandardRef
	reports  int
	rows     []*OutcomeDistribution
}

// OutcomeDistribution is how the findings of a criterion are distributed over the
// outcomes. Scores that were entered are kept apart by who stands behind them.
type OutcomeDistribution struct {
	Criterion string         `json:"criterion"`
	Title     string         `json:"title"`
	Scored    ScoreStage     `json:"scored,omitempty"`
	Counts    []OutcomeCount `json:"counts"` // of every outcome, in the order of [Outcomes]
}

// Count tells how many findings have an outcome.
func (d OutcomeDistribution) Count(o Outcome) int {
	for _, c := range d.Counts {
		if c.Outcome == o {
			return c.Count
		}
	}
	return 0
}

// Judged counts the findings that say how far the criterion is met. Those that
// do not apply, that nothing is recorded of, or that could not be judged are no
// part of any share.
func (d OutcomeDistribution) Judged() int {
	n := 0
	for _, c := range d.Counts {
		if c.Outcome.Judged() {
			n += c.Count
		}
	}
	return n
}

// Short counts the findings of not met and partly met.
func (d OutcomeDistribution) Short() int { return d.Count(NotMet) + d.Count(PartlyMet) }

// ShortShare is the share of judged findings that are not met or partly met, in
// percent. It is not determined where nothing is judged.
func (d OutcomeDistribution) ShortShare() Figure {
	if d.Judged() == 0 {
		return Figure{}
	}
	return Figure{big.NewRat(int64(d.Short())*100, int64(d.Judged()))}
}

// Add takes a report up; suggestions in it are not counted. All are of one
// standard in one version: a report of another is [casework.ErrInvalid], and
// changes nothing.
func (p *Portfolio) Add(r Report) error {
	if p.reports == 0 {
		p.standard = r.Standard
	}
	if !p.standard.Same(r.Standard) {
		return casework.Invalid("add to the portfolio", fault("report.standard", "portfolio.standard", fmt.Sprintf("%s is another standard than %s", r.Standard, p.standard)))
	}
	p.reports++
	for _, c := range r.Criteria {
		p.row(c, "")
		for _, f := range r.Of(c.ID) {
			if !f.Suggested {
				p.row(c, f.Place().Scored).count(f.Outcome)
			}
		}
	}
	return nil
}

func (p *Portfolio) row(c CriterionHead, scored ScoreStage) *OutcomeDistribution {
	for _, d := range p.rows {
		if d.Criterion == c.ID && d.Scored == scored {
			return d
		}
	}
	d := &OutcomeDistribution{Criterion: c.ID, Title: c.Title, Scored: scored}
	for _, o := range Outcomes() {
		d.Counts = append(d.Counts, OutcomeCount{Outcome: o})
	}
	p.rows = append(p.rows, d)
	return d
}

func (d *OutcomeDistribution) count(o Outcome) {
	for i := range d.Counts {
		if d.Counts[i].Outcome == o {
			d.Counts[i].Count++
		}
	}
}

// Standard names the standard of the reports.
func (p *Portfolio) Standard() StandardRef { return p.standard }

// Reports counts the reports.
func (p *Portfolio) Reports() int { return p.reports }

// Distribution gives the outcomes by criterion, in the order of the standard,
// then by stage of scoring. Criteria without any finding stand there with
// nothing but zeros, unless they have entered scores.
func (p *Portfolio) Distribution() []OutcomeDistribution {
	order := map[string]int{}
	for _, d := range p.rows {
		if _, known := order[d.Criterion]; !known {
			order[d.Criterion] = len(order)
		}
	}
	var all []OutcomeDistribution
	for _, d := range p.rows {
		if d.Scored == "" && d.empty() && p.scored(d.Criterion) {
			continue
		}
		row := *d
		row.Counts = slices.Clone(d.Counts)
		all = append(all, row)
	}
	slices.SortFunc(all, func(a, b OutcomeDistribution) int {
		return cmp.Or(cmp.Compare(order[a.Criterion], order[b.Criterion]), cmp.Compare(a.Scored.order(), b.Scored.order()))
	})
	return all
}

func (d OutcomeDistribution) empty() bool {
	return !slices.ContainsFunc(d.Counts, func(c OutcomeCount) bool { return c.Count > 0 })
}

func (p *Portfolio) scored(criterion string) bool {
	return slices.ContainsFunc(p.rows, func(d *OutcomeDistribution) bool { return d.Criterion == criterion && d.Scored != "" })
}

// Weakest gives the criteria of which the largest share of judged findings is
// not met or partly met, the largest first; equal ones by their id, then by stage
// of scoring. A criterion of which nothing is judged is left out, and so is one
// that never falls short.
func (p *Portfolio) Weakest() []OutcomeDistribution {
	weak := slices.DeleteFunc(p.Distribution(), func(d OutcomeDistribution) bool { return d.Short() == 0 })
	slices.SortFunc(weak, func(a, b OutcomeDistribution) int {
		return cmp.Or(b.ShortShare().Cmp(a.ShortShare()), cmp.Compare(a.Criterion, b.Criterion), cmp.Compare(a.Scored.order(), b.Scored.order()))
	})
	return weak
}

// Markdown writes the distribution and the weakest criteria as Markdown. Errors
// are those of the writer.
func (p *Portfolio) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Portfolio: %s\n\n%s.\n\n## Outcomes by criterion\n\n| Criterion |", markdownText(p.standard.String()), capital(counted(p.reports, "report", "reports")))
	for _, o := range Outcomes() {
		fmt.Fprintf(&b, " %s |", o.Title())
	}
	b.WriteString("\n| --- |" + strings.Repeat(" ---: |", len(Outcomes())) + "\n")
	for _, d := range p.Distribution() {
		fmt.Fprintf(&b, "| %s |", markdownText(d.name()))
		for _, c := range d.Counts {
			fmt.Fprintf(&b, " %d |", c.Count)
		}
		b.WriteByte('\n')
	}
	if weakest := p.Weakest(); len(weakest) > 0 {
		b.WriteString("\n## Weakest criteria\n\n")
		for i, d := range weakest {
			fmt.Fprintf(&b, "%d. %s: %d of %d judged findings not met or partly met\n", i+1, markdownText(d.name()), d.Short(), d.Judged())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d OutcomeDistribution) name() string {
	if d.Scored == "" {
		return d.Title
	}
	return d.Title + " (" + wordsOf(string(d.Scored)) + ")"
}
