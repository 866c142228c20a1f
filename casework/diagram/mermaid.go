package diagram

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Mermaid writes the definition as a Mermaid state diagram, version 2. States
// are called s0, s1 ... in the order of the definition; labels are escaped. The
// path travelled shows in the counts behind the moves and in the class of its
// states, round and notes in a note beside the present state, or else the
// initial one.
//
// Faulty options give [casework.ErrInvalid] with every fault, before anything
// is written.
func Mermaid(w io.Writer, t *casework.Table, o *Options) error {
	g, err := newGraph("draw mermaid", t, o)
	if err != nil {
		return err
	}
	title, err := json.Marshal(g.title) // a JSON string is a YAML one, and hides what looks like a tag
	if err != nil {
		return fmt.Errorf("draw mermaid: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\n---\nstateDiagram-v2\n", title)
	for i, v := range g.states {
		fmt.Fprintf(&b, "    state \"%s\" as s%d\n", mermaidText(v.title), i)
	}
	fmt.Fprintf(&b, "    [*] --> s%d\n", g.initial)
	for _, a := range g.arrows {
		fmt.Fprintf(&b, "    s%d --> s%d : %s\n", a.from, a.to, mermaidText(labels(a.moves, " / ")))
	}
	for i, v := range g.states {
		if len(v.stays) > 0 {
			fmt.Fprintf(&b, "    s%d --> s%d : %s\n", i, i, mermaidText(labels(v.stays, " / ")))
		}
	}
	for i, v := range g.states {
		if v.final {
			fmt.Fprintf(&b, "    s%d --> [*]\n", i)
		}
	}
	beside := g.initial
	if g.present >= 0 {
		beside = g.present
	}
	if lines := g.remarks(); len(lines) > 0 {
		for i, line := range lines {
			lines[i] = mermaidText(line)
		}
		fmt.Fprintf(&b, "    note right of s%d : %s\n", beside, strings.Join(lines, "<br/>"))
	}
	mermaidClasses(&b, g)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write mermaid: %w", err)
	}
	return nil
}

func mermaidClasses(b *strings.Builder, g *graph) {
	c := lightPalette()
	classes := []struct {
		name, style string
		has         func(vertex) bool
	}{
		{"present", fmt.Sprintf("fill:%s,stroke:%s,color:%s,stroke-width:3px", c.accent, c.accent, c.onAccent), func(v vertex) bool { return v.present }},
		{"travelled", fmt.Sprintf("fill:%s,stroke:%s,color:%s", c.soft, c.accent, c.ink), func(v vertex) bool { return v.visited && !v.present }},
	}
	for _, class := range classes {
		var members []string
		for i, v := range g.states {
			if class.has(v) {
				members = append(members, fmt.Sprintf("s%d", i))
			}
		}
		if len(members) > 0 {
			fmt.Fprintf(b, "    classDef %s %s\n    class %s %s\n", class.name, class.style, strings.Join(members, ","), class.name)
		}
	}
}

// mermaidText writes every ASCII sign that could mean something to Mermaid as
// its character code.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		safe := r >= 0x80 || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" ,._()/", r)
		if safe {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "#%d;", r)
	}
	return b.String()
}
