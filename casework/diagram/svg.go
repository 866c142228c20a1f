package diagram

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/needsled/needsled/casework"
)

const (
	margin    = 32
	minWidth  = 460 // of what stands between the margins
	headGap   = 22  // between the title and the picture
	footGap   = 30  // between the picture and what stands under it
	titleMost = 2   // lines of the title
)

// SVG writes the definition as a picture that stands alone: no scripts, no
// outside references, light or dark as the reader prefers, with a title and a
// description in words for screen readers. It may be saved as a file or put
// into a page as it is.
//
// Faulty options, and a definition of more than 400 arrows, give
// [casework.ErrInvalid] with every fault, before anything is written.
func SVG(w io.Writer, t *casework.Table, o *Options) error {
	const op = "draw svg"
	if o == nil {
		o = &Options{}
	}
	g, err := newGraph(op, t, o)
	if err != nil {
		return err
	}
	if len(g.arrows) > maxArrows {
		return casework.Invalid(op, casework.Fault{Path: "table", Code: "diagram.too_large", Message: fmt.Sprintf("%d arrows are more than the %d a picture can show", len(g.arrows), maxArrows)})
	}
	id := o.ID
	if id == "" {
		if id, err = derivedID(t, o); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
	}
	ring := g.ring(t, o.Wheel)
	d := &drawing{id: id, g: g, s: lay(g, ring), words: g.description(ring)}
	if _, err := io.WriteString(w, d.draw()); err != nil {
		return fmt.Errorf("write svg: %w", err)
	}
	return nil
}

// lay puts the graph on a wheel where there is a ring, and in layers otherwise.
func lay(g *graph, ring []int) *scene {
	if len(ring) > 0 {
		return layWheel(g, ring)
	}
	return layLayered(g)
}

// ring gives the wheel's states by their place in the definition.
func (g *graph) ring(t *casework.Table, wheel []casework.State) []int {
	index := map[casework.State]int{}
	for i, s := range t.States() {
		index[s] = i
	}
	ring := make([]int, len(wheel))
	for i, s := range wheel {
		ring[i] = index[s]
	}
	return ring
}

// derivedID differs between pictures that differ.
func derivedID(t *casework.Table, o *Options) (string, error) {
	content, err := json.Marshal(struct {
		Definition casework.Definition
		Options    *Options
	}{t.Definition(), o})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("d%x", sha256.Sum256(content))[:13], nil
}

// drawing writes a scene down.
type drawing struct {
	strings.Builder
	id    string
	g     *graph
	s     *scene
	words string
}

func (d *drawing) draw() string {
	all := d.s.bounds()
	width := max(all.w, minWidth)
	left := all.centre().x - width/2
	titles := titleFace.wrap(d.g.title, width, titleMost)
	head := float64(len(titles))*titleFace.leading() + textFace.leading() + headGap
	foot := d.footLines(width)
	low := all.foot()
	if len(foot) > 0 {
		low += footGap + float64(len(foot))*textFace.leading()*1.2 - 8
	}

	view := box{left - margin, all.y - head - margin, width + 2*margin, low - all.y + head + 2*margin}

	d.open(view)
	d.printf(`<rect class="ground" x="%s" y="%s" width="%s" height="%s" rx="14"/>`, number(view.x), number(view.y), number(view.w), number(view.h))
	y := view.y + margin + titleFace.size
	for _, text := range titles {
		d.text("title", left, y, anchorStart, text)
		y += titleFace.leading()
	}
	d.text("", left, y-4, anchorStart, textFace.wrap(d.subtitle(), width-d.legend(left+width, y-4), 1)[0])
	d.panel()
	d.routes()
	d.cards()
	d.hub()
	d.labels()
	d.foot(foot, left, all.foot()+footGap)
	d.WriteString("</svg>\n")
	return d.String()
}

func (d *drawing) printf(format string, args ...any) {
	fmt.Fprintf(&d.Builder, format, args...)
	d.WriteByte('\n')
}

func (d *drawing) open(view box) {
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" id="%s" role="img" aria-labelledby="%s-title %s-desc" viewBox="%s %s %s %s" width="%s" height="%s">`,
		d.id, d.id, d.id, number(view.x), number(view.y), number(view.w), number(view.h), number(view.w), number(view.h))
	d.printf(`<title id="%s-title">%s</title>`, d.id, escape(d.g.title))
	d.printf(`<desc id="%s-desc">%s</desc>`, d.id, escape(d.words))
	d.printf("<style>\n%s</style>", stylesheet(d.id))
}

// subtitle names the definition, and the round where no hub does.
func (d *drawing) subtitle() string {
	if d.g.round > 0 && d.s.hub == nil {
		return fmt.Sprintf("Round %d · %s", d.g.round, d.g.source)
	}
	return d.g.source
}

// legend says at the right end of a line what the accent means, and gives the
// width it takes.
func (d *drawing) legend(right, y float64) float64 {
	if len(d.g.steps) == 0 {
		return 0
	}
	const text, sample = "path travelled, × times", 30
	width := textFace.width(text) + 8
	d.text("", right, y, anchorEnd, text)
	d.printf(`<path class="way taken" d="M%sL%s"/>`, pair(point{right - width - sample - 8, y - 4.5}), pair(point{right - width - 8, y - 4.5}))
	return width + sample + 28
}

func (d *drawing) text(class string, x, y float64, a anchor, text string) {
	if class != "" {
		class = fmt.Sprintf(` class="%s"`, class)
	}
	if a == anchorStart {
		d.printf(`<text%s x="%s" y="%s">%s</text>`, class, number(x), number(y), escape(text))
		return
	}
	d.printf(`<text%s x="%s" y="%s" text-anchor="%s">%s</text>`, class, number(x), number(y), a, escape(text))
}

func (d *drawing) panel() {
	if p := d.s.panel; p != nil {
		d.printf(`<rect class="panel" x="%s" y="%s" width="%s" height="%s" rx="28"/>`, number(p.x), number(p.y), number(p.w), number(p.h))
	}
}

// routes draws the arrows, those of the path last, over the others.
func (d *drawing) routes() {
	d.arrow(d.s.start, "way", "dot", 11, 5)
	d.printf(`<circle class="dot" cx="%s" cy="%s" r="6.5"/>`, number(d.s.start.start.x), number(d.s.start.start.y))
	for _, taken := range []bool{false, true} {
		for _, r := range d.s.routes {
			if travelled(r.moves) != taken {
				continue
			}
			class, length, half := "", 11.0, 5.0
			if taken {
				class, length, half = " taken", 14, 6.5
			}
			if r.onward {
				class, length, half = class+" onward", 20, 11
			}
			way := class
			if outside(r.moves) {
				way += " outside"
			}
			d.arrow(r.curve, "way"+way, "head"+class, length, half)
		}
	}
}

// arrow draws a line with a head of a length and half a width.
func (d *drawing) arrow(line curve, way, head string, length, half float64) {
	shaft, tip, ahead := line.headed(length * 0.8) // the shaft ends inside the head
	base := tip.sub(ahead.times(length))
	across := point{-ahead.y, ahead.x}.times(half)
	d.printf(`<path class="%s" d="%s"/>`, way, shaft.path())
	d.printf(`<path class="%s" d="M%sL%sL%sZ"/>`, head, pair(tip), pair(base.add(across)), pair(base.sub(across)))
}

func (d *drawing) cards() {
	for i, c := range d.s.cards {
		v := d.g.states[i]
		class := "card"
		switch {
		case v.present:
			class += " present"
		case v.visited:
			class += " visited"
		}
		d.printf(`<g class="%s">`, class)
		d.printf(`<title>%s</title>`, escape(v.title+": "+v.doc))
		d.printf(`<rect x="%s" y="%s" width="%s" height="%s" rx="12"/>`, number(c.x), number(c.y), number(c.w), number(c.h))
		if v.final {
			in := c.grown(-4)
			d.printf(`<rect class="inner" x="%s" y="%s" width="%s" height="%s" rx="8"/>`, number(in.x), number(in.y), number(in.w), number(in.h))
		}
		d.cardText(c)
		d.printf("</g>")
	}
}

func (d *drawing) cardText(c card) {
	height := float64(len(c.lines)) * cardFace.leading()
	if c.tag != "" {
		height += tagFace.leading()
	}
	x, y := c.centre().x, c.centre().y-height/2
	if c.tag != "" {
		d.text("tag", x, y+tagFace.size-1, anchorMiddle, c.tag)
		y += tagFace.leading()
	}
	for _, text := range c.lines {
		d.text("", x, y+cardFace.size-0.5, anchorMiddle, text)
		y += cardFace.leading()
	}
}

func (d *drawing) hub() {
	h := d.s.hub
	if h == nil {
		return
	}
	count := fmt.Sprint(h.round)
	size := min(34, 34*(2*h.radius-26)/face{size: 34, bold: true}.width(count))
	d.printf(`<circle class="hub" cx="0" cy="0" r="%s"/>`, number(h.radius))
	d.text("", 0, -14, anchorMiddle, "Round")
	d.printf(`<text class="round" x="0" y="%s" text-anchor="middle" style="font-size:%spx">%s</text>`, number(20-(34-size)/3), number(size), count)
}

func (d *drawing) labels() {
	for _, l := range d.s.labels {
		ground := "beside"
		if l.inside {
			ground = "inside"
		}
		d.printf(`<g class="label %s">`, ground)
		d.printf(`<title>%s</title>`, escape(l.full))
		if l.plate {
			p := l.grown(3)
			d.printf(`<rect class="ground" x="%s" y="%s" width="%s" height="%s"/>`, number(p.x), number(p.y), number(p.w), number(p.h))
		}
		x := map[anchor]float64{anchorStart: l.x, anchorMiddle: l.centre().x, anchorEnd: l.right()}[l.anchor]
		y := l.y + textFace.size - 0.5
		for _, line := range l.lines {
			if line.gap {
				y += moveGap
			}
			class := ""
			if line.done {
				class = "done"
			}
			d.text(class, x, y, l.anchor, line.text)
			y += textFace.leading()
		}
		d.printf("</g>")
	}
}

// footLines are the moves that stay and the notes, broken to the width.
func (d *drawing) footLines(width float64) []string {
	var lines []string
	if stays := d.g.staysInWords(); stays != "" {
		lines = append(lines, textFace.wrap("Moves that stay: "+stays, width, 6)...)
	}
	for _, note := range d.g.notes {
		lines = append(lines, textFace.wrap(note, width, 6)...)
	}
	return lines
}

func (d *drawing) foot(lines []string, left, y float64) {
	for i, text := range lines {
		d.text("", left, y+float64(i)*textFace.leading()*1.2+8, anchorStart, text)
	}
}

// escape writes a text so that it is nothing but text in XML.
func escape(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a builder takes everything
	}
	return b.String()
}
