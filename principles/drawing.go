package principles

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/needsled/needsled/casework"
)

// drawing is a picture in the making: SVG that stands alone, without scripts or
// outside references, light or dark as the reader prefers.
type drawing struct {
	id          string // unique on the page
	title, desc string
	width       int
	height      int
	body        strings.Builder
}

// drawingID gives an id for a picture that stands alone.
func drawingID(kind string, of casework.Hash, more string) string {
	digest := sha256.Sum256(append(of[:], more...))
	return fmt.Sprintf("%s-%x", kind, digest[:4])
}

// addf adds an element; texts are put in with xmlText.
func (d *drawing) addf(format string, args ...any) {
	fmt.Fprintf(&d.body, format+"\n", args...)
}

// text adds a line of text.
func (d *drawing) text(x, y int, class, anchor, text string) {
	d.addf(`<text x="%d" y="%d" class="%s" text-anchor="%s">%s</text>`, x, y, class, anchor, xmlText(text))
}

func (d *drawing) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" id="%s" class="principles" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %d %d" width="%d" height="%d">`+"\n",
		d.id, d.id, d.id, d.width, d.height, d.width, d.height)
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", d.id, xmlText(d.title), d.id, xmlText(d.desc))
	fmt.Fprintf(&b, "<style>%s%s</style>\n", outcomeColours("svg.principles"), drawingStyle())
	b.WriteString(d.body.String())
	b.WriteString("</svg>\n")
	return b.String()
}

func (d *drawing) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, d.String())
	return err
}

// drawingStyle says how pictures look, besides the colours of outcomes.
func drawingStyle() string {
	return `svg.principles{--ink:#1b1f24;--quiet:#57606a;--rule:#d0d7de;--accent:#0a5299;--ground:#fff;font-family:system-ui,"Segoe UI","Helvetica Neue",sans-serif}` +
		`@media screen and (prefers-color-scheme:dark){svg.principles{--ink:#e6e8ea;--quiet:#a2abb5;--rule:#3a4149;--accent:#7cb7f5;--ground:#14171a}}` +
		`.principles text{font-size:13px;fill:var(--ink)}.principles .quiet{fill:var(--quiet);font-size:12px}.principles .head{font-weight:600}` +
		`.principles .letter{font-weight:700;font-size:14px}.principles .rule{stroke:var(--rule);fill:none}.principles .axis{stroke:var(--quiet);fill:none}` +
		`.principles .area{fill:var(--accent);fill-opacity:.18;stroke:var(--accent);stroke-width:2}.principles .bar,.principles .dot{fill:var(--accent);stroke:var(--accent)}` +
		`.principles .hollow{fill:var(--ground);stroke:var(--accent);stroke-width:2}.principles .late{stroke:var(--accent);stroke-width:2;stroke-dasharray:3 3;fill:none}` +
		outcomeBoxes()
}

// outcomeBoxes colours a box and the letter in it.
func outcomeBoxes() string {
	var b strings.Builder
	for _, m := range outcomeMarks() {
		name := m.outcome.class()
		fmt.Fprintf(&b, ".principles rect.%s{fill:var(--%s);stroke:var(--%s-line)}.principles text.%s{fill:var(--%s-ink)}", name, name, name, name, name)
	}
	b.WriteString(".principles rect.suggested{fill:none;stroke-width:2;stroke-dasharray:4 3}.principles text.suggested{fill:var(--ink)}")
	return b.String()
}

// xmlText gives a text for an element or an attribute.
func xmlText(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(plain(text))) // a strings.Builder takes everything
	return b.String()
}

// wrapped breaks a text into at most so many lines of at most so many letters,
// by their width, and cuts the last one with an ellipsis.
func wrapped(text string, width, lines int) []string {
	var all []string
	line := ""
	for _, word := range strings.Fields(plain(text)) {
		for _, piece := range pieces(word, width) {
			switch {
			case line == "":
				line = piece
			case widthOf(line)+1+widthOf(piece) <= width:
				line += " " + piece
			default:
				all = append(all, line)
				line = piece
			}
		}
	}
	if line != "" {
		all = append(all, line)
	}
	if len(all) <= lines {
		return all
	}
	last := []rune(all[lines-1])
	for len(last) > 0 && widthOf(string(last)) >= width {
		last = last[:len(last)-1]
	}
	return append(all[:lines-1:lines-1], strings.TrimSpace(string(last))+"…")
}

// pieces breaks a word that is wider than a line.
func pieces(word string, width int) []string {
	var all []string
	piece := ""
	for _, r := range word {
		if piece != "" && widthOf(piece)+widthOf(string(r)) > width {
			all = append(all, piece)
			piece = ""
		}
		piece += string(r)
	}
	return append(all, piece)
}

// widthOf counts letters, those of East Asian scripts and pictographs twice.
func widthOf(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300) {
			n++
		}
	}
	return n
}
