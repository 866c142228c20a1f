package diagram

import (
	"fmt"
	"strings"
)

// palette is the colours of a picture: slate, and one accent for what the case
// did. Text on its ground meets WCAG 2.2 level AA, 4.5 to 1; lines and outlines
// meet 3 to 1.
type palette struct {
	ground   string // behind everything
	panel    string // behind the wheel
	card     string // a state
	edge     string // its outline
	ink      string // titles
	muted    string // other text
	line     string // a move not taken yet
	rule     string // outlines that only decorate
	accent   string // the present state and the path
	onAccent string // text on it
	soft     string // a state on the path
}

func lightPalette() palette {
	return palette{
		ground: "#ffffff", panel: "#f4f7f9", card: "#ffffff", edge: "#7a8896", ink: "#16222e", muted: "#4d5b69",
		line: "#7f8c99", rule: "#dde4ea", accent: "#0b6b66", onAccent: "#ffffff", soft: "#e0f2ef",
	}
}

func darkPalette() palette {
	return palette{
		ground: "#0d1117", panel: "#141b23", card: "#1c2530", edge: "#74828f", ink: "#e9eff5", muted: "#a3b0bc",
		line: "#73818e", rule: "#29333e", accent: "#4fd1c2", onAccent: "#06201d", soft: "#12383a",
	}
}

// variables declares the colours for a style sheet.
func (p palette) variables() string {
	return fmt.Sprintf("--ground:%s;--panel:%s;--card:%s;--edge:%s;--ink:%s;--muted:%s;--line:%s;--rule:%s;--accent:%s;--on-accent:%s;--soft:%s",
		p.ground, p.panel, p.card, p.edge, p.ink, p.muted, p.line, p.rule, p.accent, p.onAccent, p.soft)
}

// stylesheet styles one picture and nothing else in the page.
func stylesheet(id string) string {
	rules := []struct{ selector, style string }{
		{"", lightPalette().variables() + `;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;max-width:100%;height:auto`},
		{"text", "fill:var(--muted);font-size:13px;unicode-bidi:plaintext"},
		{".ground", "fill:var(--ground)"},
		{".panel", "fill:var(--panel);stroke:var(--rule)"},
		{".title", "fill:var(--ink);font-size:22px;font-weight:600"},
		{".card rect", "fill:var(--card);stroke:var(--edge);stroke-width:1.5"},
		{".card text", "fill:var(--ink);font-size:15px;font-weight:600"},
		{".visited rect", "fill:var(--soft);stroke:var(--accent)"},
		{".present rect", "fill:var(--accent);stroke:var(--accent)"},
		{".present text", "fill:var(--on-accent)"},
		{".card .inner", "fill:none;stroke-width:1"},
		{".present .inner", "stroke:var(--on-accent)"},
		{".card .tag", "font-size:11px;letter-spacing:.04em;font-weight:400"},
		{".way", "fill:none;stroke:var(--line);stroke-width:1.75;stroke-linejoin:round"},
		{".head", "fill:var(--line)"},
		{".onward", "stroke-width:6"},
		{".taken", "stroke:var(--accent);stroke-width:3"},
		{".taken.onward", "stroke-width:8"},
		{".taken.head", "fill:var(--accent);stroke:none"},
		{".outside", "stroke-dasharray:7 5"},
		{".dot", "fill:var(--ink)"},
		{".label text", "paint-order:stroke;stroke:var(--halo);stroke-width:4px;stroke-linejoin:round"},
		{".label .done", "fill:var(--accent);font-weight:600"},
		{".inside", "--halo:var(--panel)"},
		{".beside", "--halo:var(--ground)"},
		{".hub", "fill:var(--card);stroke:var(--rule);stroke-width:1.5"},
		{".round", "fill:var(--ink);font-weight:600"},
	}
	var b strings.Builder
	for _, rule := range rules {
		fmt.Fprintf(&b, "%s{%s}\n", strings.TrimSpace("#"+id+" "+rule.selector), rule.style)
	}
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){#%s{%s}}\n", id, darkPalette().variables())
	return b.String()
}
