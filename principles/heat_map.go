package principles

import (
	"fmt"
	"io"
	"slices"

	"github.com/needsled/needsled/commissioning"
)

// Sizes of the heat map.
const (
	heatLabel = 250 // of the column of titles
	heatCell  = 86
	heatRow   = 40
	heatHead  = 44 // of the stages' names
	heatGap   = 34 // between rounds
)

// HeatMap writes a picture of the outcomes: criteria by stage, a block a round.
// A box has the colour and the letter of the outcome; where the findings of one
// place differ it is divided, worst first. Findings about the whole cycle stand
// in the last column, in every round. Suggestions are drawn dashed. It is an SVG
// that stands alone. Errors are those of the writer.
func HeatMap(w io.Writer, r Report) error {
	return r.heatMap(drawingID("heat-map", r.Dossier, r.Standard.ID)).writeTo(w)
}

func (r Report) heatMap(id string) *drawing {
	h := &heatMap{r: r, stages: r.stages(), d: &drawing{id: id, title: "Outcomes by criterion and stage: " + r.Standard.String()}}
	rounds := r.rounds()
	if len(rounds) == 0 {
		rounds = []int{0}
	}
	h.d.width = heatLabel + heatCell*(len(h.stages)+1)
	for _, round := range rounds {
		h.block(round)
	}
	h.legend()
	h.d.desc = r.headline() + " The findings below say the same in words."
	return h.d
}

// heatMap is a heat map in the making.
type heatMap struct {
	r      Report
	stages []Stage
	d      *drawing
}

// stages gives the columns: the stages of the cycle, where anything is judged by
// stage, and those of the host's own that findings name.
func (r Report) stages() []Stage {
	var own []Stage
	staged := false
	for _, f := range r.Findings {
		staged = staged || f.Stage != ""
		if f.Stage != "" && !slices.Contains(commissioning.Stages(), f.Stage) && !slices.Contains(own, f.Stage) {
			own = append(own, f.Stage)
		}
	}
	if !staged {
		return nil
	}
	slices.Sort(own)
	return append(slices.Clone(commissioning.Stages()), own...)
}

func (h *heatMap) block(round int) {
	top := h.d.height
	if top > 0 {
		top += heatGap
	}
	if round > 0 {
		h.d.text(0, top+18, "head", "start", fmt.Sprintf("Round %d", round))
	}
	for i, s := range h.stages {
		h.columnTitle(i, top, stageTitle(s))
	}
	whole := "As a whole"
	if h.r.About.Kind == commissioning.KindName {
		whole = "Whole cycle"
	}
	h.columnTitle(len(h.stages), top, whole)
	y := top + heatHead
	for _, c := range h.r.Criteria {
		h.row(c, round, y)
		y += heatRow
	}
	h.d.addf(`<path class="rule" d="M0 %d H%d"/>`, y, h.d.width)
	h.d.height = y + 2
}

func (h *heatMap) columnTitle(column, top int, title string) {
	for i, line := range wrapped(title, 12, 2) {
		h.d.text(heatLabel+column*heatCell+heatCell/2, top+18+i*15, "quiet", "middle", line)
	}
}

func (h *heatMap) row(c CriterionHead, round, y int) {
	h.d.addf(`<path class="rule" d="M0 %d H%d"/>`, y, h.d.width)
	lines := wrapped(c.Title, 35, 2)
	for i, line := range lines {
		h.d.text(0, y+heatRow/2+5-8*(len(lines)-1)+16*i, "", "start", line)
	}
	for i, s := range append(slices.Clone(h.stages), "") {
		var found []Finding
		for _, f := range h.r.Of(c.ID) {
			if f.Stage == s && (f.Round == round || f.Round == 0) {
				found = append(found, f)
			}
		}
		h.cell(heatLabel+i*heatCell, y, found)
	}
}

// cell draws the outcomes of one place, side by side.
func (h *heatMap) cell(x, y int, found []Finding) {
	parts := heatParts(found)
	for i, p := range parts {
		left, right := (heatCell-8)*i/len(parts), (heatCell-8)*(i+1)/len(parts)
		class, says := p.outcome.class(), p.outcome.Title()
		if p.suggested {
			class, says = class+" suggested", "Suggested: "+says
		}
		if p.count > 1 {
			says = fmt.Sprintf("%s, %d findings", says, p.count)
		}
		h.d.addf(`<g><title>%s</title><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="4"/><text class="letter %s" x="%d" y="%d" text-anchor="middle">%s</text></g>`,
			xmlText(says), class, x+4+left, y+4, max(right-left-2, 4), heatRow-8, class, x+4+(left+right)/2-1, y+heatRow/2+5, p.outcome.letter())
	}
}

// heatPart is one outcome of a place.
type heatPart struct {
	outcome   Outcome
	suggested bool
	count     int
}

// heatParts gives the outcomes of a place, worst first, suggestions last.
func heatParts(found []Finding) []heatPart {
	var parts []heatPart
	for _, suggested := range []bool{false, true} {
		for _, o := range worstFirst() {
			n := 0
			for _, f := range found {
				if f.Outcome == o && f.Suggested == suggested {
					n++
				}
			}
			if n > 0 {
				parts = append(parts, heatPart{outcome: o, suggested: suggested, count: n})
			}
		}
	}
	return parts
}

// legend says what the letters mean.
func (h *heatMap) legend() {
	y, x := h.d.height+16, 0
	for _, o := range Outcomes() {
		width := 48 + 7*len(o.Title())
		if x > 0 && x+width > h.d.width {
			x, y = 0, y+30
		}
		h.d.addf(`<rect class="%s" x="%d" y="%d" width="22" height="22" rx="4"/><text class="letter %s" x="%d" y="%d" text-anchor="middle">%s</text>`,
			o.class(), x+1, y, o.class(), x+12, y+16, o.letter())
		h.d.text(x+30, y+16, "quiet", "start", o.Title())
		x += width
	}
	h.d.height = y + 28
}
