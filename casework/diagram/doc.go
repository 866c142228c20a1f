// Package diagram draws an enforced definition: the very [casework.Table] that
// refuses and allows, with a case's present position, the path it travelled and
// its round on the picture. Nothing is drawn by hand, so picture and rule
// cannot drift apart.
//
// [SVG] gives a picture that stands alone, in light and in dark, readable by a
// screen reader, without scripts or outside references. [Mermaid] and [DOT] give
// text for the tools of those names.
//
//	err := diagram.SVG(w, table, &diagram.Options{
//		Title:   "Home care, Kentish Town",
//		Wheel:   []casework.State{"assess", "resource", "plan", "arrange", "review"},
//		Present: "plan",
//		Path:    []diagram.Step{{Move: "find_resources", From: "assess", To: "resource"}, {Move: "plan_use", From: "resource", To: "plan"}},
//		Round:   1,
//	})
//
// With [Options.Wheel] the named states stand on a ring, clockwise from the top,
// and the others beside it; without, the definition is a layered graph that
// runs from its initial state downwards. The same definition and options give
// the same bytes, always.
package diagram
