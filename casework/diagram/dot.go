package diagram

import (
	"fmt"
	"io"
	"strings"

	"github.com/needsled/needsled/casework"
)

// DOT writes the definition in the language of Graphviz. States are called s0,
// s1 ... in the order of the definition; final ones have a double outline. The
// present state is filled, the path travelled is drawn heavier with counts, and
// round and notes stand under the title.
//
// Faulty options give [casework.ErrInvalid] with every fault, before anything
// is written.
func DOT(w io.Writer, t *casework.Table, o *Options) error {
	g, err := newGraph("draw dot", t, o)
	if err != nil {
		return err
	}
	c := lightPalette()
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", dotText(g.source))
	fmt.Fprintf(&b, "  graph [label=%s, labelloc=t, fontname=\"Helvetica\", fontsize=18, nodesep=0.5, ranksep=0.6];\n", dotText(append([]string{g.title}, g.remarks()...)...))
	fmt.Fprintf(&b, "  node [shape=box, style=\"rounded,filled\", fillcolor=\"%s\", color=\"%s\", fontcolor=\"%s\", fontname=\"Helvetica\"];\n", c.card, c.edge, c.ink)
	fmt.Fprintf(&b, "  edge [color=\"%s\", fontcolor=\"%s\", fontname=\"Helvetica\", fontsize=11];\n", c.line, c.muted)
	fmt.Fprintf(&b, "  start [shape=point, width=0.15, color=\"%s\", label=\"\"];\n", c.ink)
	for i, v := range g.states {
		fmt.Fprintf(&b, "  s%d [label=%s%s];\n", i, dotText(v.title), dotStyle(v, c))
	}
	fmt.Fprintf(&b, "  start -> s%d;\n", g.initial)
	for _, a := range g.arrows {
		dotArrow(&b, a, c)
	}
	for i, v := range g.states {
		if len(v.stays) > 0 {
			dotArrow(&b, arrow{from: i, to: i, moves: v.stays}, c)
		}
	}
	b.WriteString("}\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write dot: %w", err)
	}
	return nil
}

func dotStyle(v vertex, c palette) string {
	style := ""
	switch {
	case v.present:
		style = fmt.Sprintf(", fillcolor=\"%s\", color=\"%s\", fontcolor=\"%s\", penwidth=2", c.accent, c.accent, c.onAccent)
	case v.visited:
		style = fmt.Sprintf(", fillcolor=\"%s\", color=\"%s\"", c.soft, c.accent)
	}
	if v.final {
		style += ", peripheries=2"
	}
	return style
}

func dotArrow(b *strings.Builder, a arrow, c palette) {
	texts := make([]string, len(a.moves))
	for i, w := range a.moves {
		texts[i] = w.label()
	}
	style := ""
	if travelled(a.moves) {
		style = fmt.Sprintf(", color=\"%s\", fontcolor=\"%s\", penwidth=2.5", c.accent, c.accent)
	}
	if outside(a.moves) {
		style += ", style=dashed"
	}
	fmt.Fprintf(b, "  s%d -> s%d [label=%s%s];\n", a.from, a.to, dotText(texts...), style)
}

// dotText is a quoted string of lines. Graphviz reads entities and escapes in
// labels, so ampersands and backslashes are escaped beside the quotes.
func dotText(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = escape.Replace(line)
	}
	return `"` + strings.Join(texts, `\n`) + `"`
}
