package principles

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report as Markdown: what was judged, the outcomes by
// criterion, what to do next, and every finding with its evidence. Days are UTC.
// No text of the report can act as markup. Errors are those of the writer.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	r.writeHead(&b)
	r.writeSummary(&b)
	r.writeSteps(&b)
	for _, c := range r.Criteria {
		r.writeCriterion(&b, c)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText escapes what Markdown would take for markup.
func markdownText(text string) string {
	var b strings.Builder
	for i, r := range plain(text) {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("\\`*_{}[]#|~!^$", r), i == 0 && strings.ContainsRune("-+=", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (r Report) writeHead(b *strings.Builder) {
	fmt.Fprintf(b, "# %s\n\n", markdownText(r.Standard.String()))
	fmt.Fprintf(b, "%s\n\n%s\n\n", markdownText(r.Doc), markdownText(r.headline()))
	fmt.Fprintf(b, "- Judged: %s\n", markdownText(r.About.subject()))
	if r.About.Stage != "" {
		fmt.Fprintf(b, "- Stage: %s, round %d\n", markdownText(stageTitle(r.About.Stage)), r.About.Rounds)
	}
	fmt.Fprintf(b, "- As at: %s\n", r.Judgement.At.UTC().Format("2 January 2006, 15:04 UTC"))
	fmt.Fprintf(b, "- Counted as backfilled: recorded more than %s after it happened\n", counted(r.Judgement.BackfilledAfter, "day", "days"))
	fmt.Fprintf(b, "- Standard: `%s`, digest `%x`\n", strings.ReplaceAll(plain(r.Standard.ID), "`", ""), r.Standard.Digest[:])
	fmt.Fprintf(b, "- Source: %s\n", markdownText(r.Source.String()))
	fmt.Fprintf(b, "- Dossier: digest `%x`\n\n", r.Dossier[:])
}

func (r Report) writeSummary(b *strings.Builder) {
	columns := r.columns()
	b.WriteString("## Outcomes\n\n| Criterion |")
	for _, c := range columns {
		fmt.Fprintf(b, " %s |", c.title)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(columns)) + "\n")
	for _, c := range r.Criteria {
		fmt.Fprintf(b, "| %s |", markdownText(c.Title))
		for _, column := range columns {
			fmt.Fprintf(b, " %s |", dashed(tallyText(tally(column.of(r.Of(c.ID))))))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

func (r Report) writeSteps(b *strings.Builder) {
	steps := r.steps(r.current)
	if len(steps) == 0 {
		return
	}
	b.WriteString("## What to do next\n\n")
	for i, s := range steps {
		fmt.Fprintf(b, "%d. %s (%s: %s)\n", i+1, markdownText(s.Remedy), markdownText(s.Title), markdownText(strings.Join(s.Places, "; ")))
	}
	b.WriteByte('\n')
}

func (r Report) writeCriterion(b *strings.Builder, c CriterionHead) {
	fmt.Fprintf(b, "## %s\n\n%s\n\nSource: %s.\n\n", markdownText(c.Title), markdownText(c.Doc), markdownText(strings.TrimSuffix(c.Source.String(), ".")))
	for _, f := range r.Of(c.ID) {
		f.writeMarkdown(b)
	}
}

func (f Finding) writeMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "- **%s** (%s). %s\n", f.Outcome.Title(), markdownText(f.place()), markdownText(f.Why))
	if f.Entered != nil {
		fmt.Fprintf(b, "  - Entered: %s\n", markdownText(f.Entered.text()))
		for _, note := range f.Entered.Notes {
			fmt.Fprintf(b, "  - Note: %s\n", markdownText(note))
		}
	}
	if f.Reason != "" {
		fmt.Fprintf(b, "  - Recorded reason: %s\n", markdownText(f.Reason))
	}
	if f.Remedy != "" {
		fmt.Fprintf(b, "  - What to do next: %s\n", markdownText(f.Remedy))
	}
	for _, fact := range f.Facts {
		fmt.Fprintf(b, "  - What is known: %s\n", markdownText(fact.text()))
	}
	for _, c := range f.Evidence {
		fmt.Fprintf(b, "  - Evidence: %s\n", c.markdown())
	}
	b.WriteByte('\n')
}

// text gives an entered judgement in one line.
func (e Entered) text() string {
	return fmt.Sprintf("%s, %d of %d, by %s on %s, by the rule of %s (%s)", e.Answer, e.Points, e.Of, e.Assessor, e.On, e.Rule, wordsOf(string(e.Stage)))
}

func (c Citation) markdown() string {
	text := markdownText(c.name())
	if c.Type != "" {
		text += ", " + markdownText(c.Type)
	}
	if when := c.when(); when != "" {
		text += ", " + when
	}
	if hash := shortHash(c.Hash); hash != "" {
		text += ", `" + hash + "`"
	}
	if marks := c.marks(); len(marks) > 0 {
		text += " (" + strings.Join(marks, ", ") + ")"
	}
	return text
}

func dashed(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
