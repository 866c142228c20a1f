package principles

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

//go:embed page.html.tmpl
var pageText string

// PageOptions is what a page may show besides reports. Nil works.
type PageOptions struct {
	// Title of the page; without one it is that of the first report.
	Title string
	// Levels are drawn with the report of their standard. There is no picture of
	// levels without any.
	Levels []Level
	// Comparisons are shown after the reports.
	Comparisons []Comparison
}

// HTML writes the report as a page; see [WriteHTML].
func (r Report) HTML(w io.Writer, o *PageOptions) error { return WriteHTML(w, o, r) }

// WriteHTML writes reports as one page that stands alone: no scripts, nothing
// fetched from elsewhere, light or dark as the reader prefers, fit for a
// telephone, a printer and a screen reader. No text of a report can act as
// markup. Days are UTC. No report at all, faulty levels, and levels of a standard
// there is no report of are [casework.ErrInvalid], before anything is written.
func WriteHTML(w io.Writer, o *PageOptions, reports ...Report) error {
	if o == nil {
		o = &PageOptions{}
	}
	faults := shownLevelFaults("levels", o.Levels)
	if len(reports) == 0 {
		faults = append(faults, fault("reports", "page.empty", "a page shows at least one report"))
	}
	for i, l := range o.Levels {
		if l.Standard != "" && !slices.ContainsFunc(reports, func(r Report) bool { return r.Standard.ID == l.Standard }) {
			faults = append(faults, fault(pathAt("levels", i)+".standard", "level.standard_unknown", fmt.Sprintf("the page has no report of %q", l.Standard)))
		}
	}
	if err := casework.InvalidIf("write a page", faults); err != nil {
		return err
	}
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	if err := t.Execute(w, newPage(o, reports)); err != nil {
		return fmt.Errorf("write a page: %w", err)
	}
	return nil
}

// page is what the template shows.
type page struct {
	Title       string
	Style       template.CSS
	Several     bool // cycles: each report then says in its heading which
	Reports     []reportPart
	Comparisons []comparisonPart
}

// reportPart is what a page tells of one report.
type reportPart struct {
	ID       string
	Standard string
	Subject  string
	Doc      string
	Headline string
	Facts    []pageFact
	Counts   []countPart
	Now      []stepPart
	Earlier  []stepPart
	HeatMap  picturePart
	Radar    *picturePart
	Timeline picturePart
	Criteria []criterionPart
	Heads    []headPart
}

// picturePart is a picture, and how wide it was drawn, in pixels.
type picturePart struct {
	SVG   template.HTML
	Width int
}

func newPicturePart(d *drawing) picturePart {
	return picturePart{SVG: template.HTML(d.String()), Width: d.width} //nolint:gosec // the drawing escapes every text
}

type pageFact struct {
	Name, Value string
	Code        bool // a digest or an id
}

type countPart struct {
	Class, Letter, Title string
	Count                int
}

type stepPart struct {
	Class, Letter, Outcome, Remedy, Title, Places, Link string
}

type criterionPart struct {
	ID, Title, Doc, Source string
	Counts                 []countPart
	Findings               []findingPart
}

type findingPart struct {
	Class, Letter, Outcome, Place, Why, Reason, Remedy, Entered string
	Suggested                                                   bool
	Notes, Facts                                                []string
	Evidence                                                    []evidencePart
}

type evidencePart struct {
	Name, Type, Hash, When, Marks string
}

type headPart struct {
	Kind, Case string
	Seq        uint64
	Head       string
}

type comparisonPart struct {
	ID, Title, Headline, Subject string
	Rows                         []changePart
}

type changePart struct {
	Turn, Title, Place, Why  string
	WasClass, WasLetter, Was string
	IsClass, IsLetter, Is    string
	Entries                  []evidencePart
}

func newPage(o *PageOptions, reports []Report) *page {
	p := &page{Title: plain(o.Title), Style: template.CSS(outcomeColours(":root") + badgeStyle())} //nolint:gosec // made of constants
	if p.Title == "" {
		p.Title = plain(reports[0].About.Title) + ": " + plain(reports[0].Standard.Title)
	}
	taken := map[string]bool{}
	for i, r := range reports {
		var levels []Level
		for _, l := range o.Levels {
			if l.Standard == r.Standard.ID && !taken[r.Standard.ID] || l.Standard == "" && i == 0 {
				levels = append(levels, l)
			}
		}
		taken[r.Standard.ID] = true
		p.Several = p.Several || r.About.subject() != reports[0].About.subject()
		p.Reports = append(p.Reports, newReportPart(fmt.Sprintf("report-%d", i+1), r, levels))
	}
	for i, c := range o.Comparisons {
		p.Comparisons = append(p.Comparisons, newComparisonPart(fmt.Sprintf("comparison-%d", i+1), c))
	}
	return p
}

// badgeStyle colours the badges of outcomes.
func badgeStyle() string {
	var b strings.Builder
	for _, m := range outcomeMarks() {
		name := m.outcome.class()
		fmt.Fprintf(&b, ".badge.%s{background:var(--%s);color:var(--%s-ink);border-color:var(--%s-line)}.edge.%s{border-color:var(--%s-line)}", name, name, name, name, name, name)
	}
	return b.String()
}

func newReportPart(id string, r Report, levels []Level) reportPart {
	p := reportPart{
		ID: id, Standard: plain(r.Standard.String()), Subject: r.About.subject(), Doc: r.Doc, Headline: r.headline(), Facts: r.facts(), Counts: countParts(tally(r.Findings)),
		HeatMap:  newPicturePart(r.heatMap(id + "-heat-map")),
		Timeline: newPicturePart(r.timeline(id + "-timeline")),
	}
	if len(levels) > 0 {
		drawn := newPicturePart(radar(id+"-radar", "Levels: "+plain(r.Standard.String()), levels))
		p.Radar = &drawn
	}
	links := map[string]string{}
	for i, c := range r.Criteria {
		part := criterionPart{ID: fmt.Sprintf("%s-criterion-%d", id, i+1), Title: c.Title, Doc: c.Doc, Source: c.Source.String(), Counts: countParts(tally(r.Of(c.ID)))}
		for _, f := range r.Of(c.ID) {
			part.Findings = append(part.Findings, newFindingPart(f))
		}
		links[c.ID] = "#" + part.ID
		p.Criteria = append(p.Criteria, part)
	}
	p.Now = stepParts(r.steps(r.current), links)
	p.Earlier = stepParts(r.steps(func(f Finding) bool { return !r.current(f) }), links)
	for _, h := range r.Heads {
		p.Heads = append(p.Heads, headPart{Kind: wordsOf(h.Kind), Case: h.Case.String(), Seq: h.Seq, Head: shortHash(h.Head)})
	}
	return p
}

func (r Report) facts() []pageFact {
	facts := []pageFact{{Name: "Judged", Value: r.About.subject()}}
	if r.About.Stage != "" {
		facts = append(facts, pageFact{Name: "Where it stood", Value: fmt.Sprintf("%s, round %d", stageTitle(r.About.Stage), r.About.Rounds)})
	}
	return append(
		facts,
		pageFact{Name: "As at", Value: r.Judgement.At.UTC().Format("2 January 2006, 15:04 UTC")},
		pageFact{Name: "Backfilled means", Value: fmt.Sprintf("recorded more than %s after it happened", counted(r.Judgement.BackfilledAfter, "day", "days"))},
		pageFact{Name: "Source", Value: r.Source.String()},
		pageFact{Name: "Digest of what was judged", Value: fmt.Sprintf("%x", r.Dossier[:]), Code: true},
		pageFact{Name: "Digest of the standard", Value: fmt.Sprintf("%x", r.Standard.Digest[:]), Code: true},
	)
}

func countParts(counts []OutcomeCount) []countPart {
	parts := make([]countPart, len(counts))
	for i, c := range counts {
		parts[i] = countPart{Class: c.Outcome.class(), Letter: c.Outcome.letter(), Title: c.Outcome.Title(), Count: c.Count}
	}
	return parts
}

func stepParts(steps []step, links map[string]string) []stepPart {
	parts := make([]stepPart, len(steps))
	for i, s := range steps {
		parts[i] = stepPart{
			Class: s.Outcome.class(), Letter: s.Outcome.letter(), Outcome: s.Outcome.Title(),
			Remedy: s.Remedy, Title: s.Title, Places: strings.Join(s.Places, "; "), Link: links[s.Criterion],
		}
	}
	return parts
}

func newFindingPart(f Finding) findingPart {
	p := findingPart{
		Class: f.Outcome.class(), Letter: f.Outcome.letter(), Outcome: f.Outcome.Title(), Place: f.place(),
		Why: f.Why, Reason: f.Reason, Remedy: f.Remedy, Suggested: f.Suggested, Evidence: evidenceParts(f.Evidence),
	}
	if f.Entered != nil {
		p.Entered, p.Notes = f.Entered.text(), f.Entered.Notes
	}
	for _, fact := range f.Facts {
		p.Facts = append(p.Facts, fact.text())
	}
	return p
}

func evidenceParts(cited []Citation) []evidencePart {
	parts := make([]evidencePart, len(cited))
	for i, c := range cited {
		parts[i] = evidencePart{Name: c.name(), Type: plain(c.Type), Hash: shortHash(c.Hash), When: c.when(), Marks: strings.Join(c.marks(), ", ")}
	}
	return parts
}

func newComparisonPart(id string, c Comparison) comparisonPart {
	p := comparisonPart{ID: id, Title: c.title(), Headline: c.headline(), Subject: plain(c.Standard.String()) + ". " + c.About.subject() + "."}
	for _, t := range Turns() {
		for _, change := range c.Changes {
			if change.Turn == t && t != Same {
				p.Rows = append(p.Rows, newChangePart(change))
			}
		}
	}
	return p
}

func newChangePart(c Change) changePart {
	p := changePart{Turn: capital(string(c.Turn)), Title: c.Title, Place: placeText(c.Round, c.Place), Why: c.Why, Entries: evidenceParts(c.Entries)}
	if c.Was != "" {
		p.WasClass, p.WasLetter, p.Was = c.Was.class(), c.Was.letter(), c.Was.Title()
	}
	if c.Is != "" {
		p.IsClass, p.IsLetter, p.Is = c.Is.class(), c.Is.letter(), c.Is.Title()
	}
	return p
}
