package principles

import (
	"fmt"
	"strings"
)

// outcomeMark is how pictures show an outcome: a colour, and a letter for those
// who cannot tell the colours apart, or print without them.
type outcomeMark struct {
	outcome             Outcome
	letter              string
	fill, ink           string // in light
	darkFill, darkInk   string
	outline, outlineDim string // of the box, in light and in dark
}

// outcomeMarks gives the marks in the order of [Outcomes].
func outcomeMarks() []outcomeMark {
	return []outcomeMark{
		{Met, "M", "#1a6b4f", "#ffffff", "#2f9470", "#06150f", "#1a6b4f", "#2f9470"},
		{Declined, "D", "#2c7da0", "#ffffff", "#5cabcd", "#04131b", "#2c7da0", "#5cabcd"},
		{Explained, "E", "#4b5fa8", "#ffffff", "#93a4e8", "#0a0f24", "#4b5fa8", "#93a4e8"},
		{PartlyMet, "P", "#efb73e", "#241800", "#e5b04a", "#201500", "#b98412", "#e5b04a"},
		{NotMet, "N", "#b3261e", "#ffffff", "#ee7b70", "#2a0503", "#b3261e", "#ee7b70"},
		{NoEvidence, "?", "#e2e6eb", "#333b45", "#3b434d", "#e6e8ea", "#7d8793", "#9aa4af"},
		{NotApplicable, "–", "#ffffff", "#5b6570", "#1a1e22", "#a2abb5", "#c5ccd4", "#4c555f"},
		{Failed, "!", "#2b2f36", "#ffffff", "#d7dbe0", "#14171a", "#2b2f36", "#d7dbe0"},
	}
}

// letter is how pictures and narrow tables name an outcome.
func (o Outcome) letter() string {
	for _, m := range outcomeMarks() {
		if m.outcome == o {
			return m.letter
		}
	}
	return "!"
}

// class is the outcome in style sheets; an outcome that is not known is drawn
// like one that could not be judged.
func (o Outcome) class() string {
	if !o.Known() {
		o = Failed
	}
	return "o-" + strings.ReplaceAll(string(o), "_", "-")
}

// outcomeColours gives the colours as a style sheet, light and dark, as custom
// properties of what the selector names.
func outcomeColours(selector string) string {
	light, dark := "", ""
	for _, m := range outcomeMarks() {
		name := m.outcome.class()
		light += fmt.Sprintf("--%s:%s;--%s-ink:%s;--%s-line:%s;", name, m.fill, name, m.ink, name, m.outline)
		dark += fmt.Sprintf("--%s:%s;--%s-ink:%s;--%s-line:%s;", name, m.darkFill, name, m.darkInk, name, m.outlineDim)
	}
	return fmt.Sprintf("%s{%s}@media screen and (prefers-color-scheme:dark){%s{%s}}", selector, light, selector, dark)
}

// OutcomeCount is how many findings have an outcome.
type OutcomeCount struct {
	Outcome Outcome `json:"outcome"`
	Count   int     `json:"count"`
}

// tally counts findings by outcome, worst first and what does not apply last,
// leaving out outcomes nothing has. Suggestions are not counted.
func tally(findings []Finding) []OutcomeCount {
	counts := map[Outcome]int{}
	for _, f := range findings {
		if !f.Suggested {
			counts[f.Outcome]++
		}
	}
	var all []OutcomeCount
	for _, o := range worstFirst() {
		if counts[o] > 0 {
			all = append(all, OutcomeCount{Outcome: o, Count: counts[o]})
		}
	}
	return all
}

// worstFirst gives the outcomes in the order in which a reader looks for them.
func worstFirst() []Outcome {
	return []Outcome{Failed, NotMet, PartlyMet, NoEvidence, Explained, Declined, Met, NotApplicable}
}

// tallyText gives counts as text, such as "Not met 2, met 3"; a single one
// without its number.
func tallyText(counts []OutcomeCount) string {
	if len(counts) == 1 && counts[0].Count == 1 {
		return counts[0].Outcome.Title()
	}
	parts := make([]string, len(counts))
	for i, c := range counts {
		title := c.Outcome.Title()
		if i > 0 {
			title = strings.ToLower(title[:1]) + title[1:]
		}
		parts[i] = fmt.Sprintf("%s %d", title, c.Count)
	}
	return strings.Join(parts, ", ")
}
