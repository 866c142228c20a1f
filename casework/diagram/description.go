package diagram

import (
	"fmt"
	"slices"
	"strings"
)

// toldSteps bounds the steps of the path told in the description; older ones
// are only counted.
const toldSteps = 40

// description says in words what the picture shows, for those who cannot see it.
func (g *graph) description(ring []int) string {
	sentences := []string{fmt.Sprintf("State diagram of %s.", g.source)}
	if len(ring) > 0 {
		sentences = append(sentences, fmt.Sprintf("A wheel of %d states, clockwise from the top: %s.", len(ring), g.titles(ring)))
	}
	var beside, finals []int
	for i, v := range g.states {
		if !slices.Contains(ring, i) {
			beside = append(beside, i)
		}
		if v.final {
			finals = append(finals, i)
		}
	}
	switch {
	case len(ring) == 0:
		sentences = append(sentences, fmt.Sprintf("%d states: %s.", len(beside), g.titles(beside)))
	case len(beside) > 0:
		sentences = append(sentences, fmt.Sprintf("Beside it: %s.", g.titles(beside)))
	}
	sentences = append(sentences, fmt.Sprintf("It begins in %s.", g.states[g.initial].title))
	if len(finals) > 0 {
		sentences = append(sentences, fmt.Sprintf("It ends in %s.", g.titles(finals)))
	}
	for _, a := range g.arrows {
		titles := make([]string, len(a.moves))
		for i, w := range a.moves {
			titles[i] = w.title
		}
		sentences = append(sentences, fmt.Sprintf("From %s to %s: %s.", g.states[a.from].title, g.states[a.to].title, strings.Join(titles, ", ")))
	}
	if stays := g.staysInWords(); stays != "" {
		sentences = append(sentences, fmt.Sprintf("Moves that stay: %s.", stays))
	}
	return strings.Join(append(sentences, g.position()...), " ")
}

// position says where the case is and how it came there.
func (g *graph) position() []string {
	var sentences []string
	if g.present >= 0 {
		sentences = append(sentences, fmt.Sprintf("Present position: %s.", g.states[g.present].title))
	}
	if g.round > 0 {
		sentences = append(sentences, fmt.Sprintf("Round %d.", g.round))
	}
	if len(g.steps) == 0 {
		return sentences
	}
	told := g.steps[max(0, len(g.steps)-toldSteps):]
	intro := fmt.Sprintf("Path travelled, %d steps", len(g.steps))
	if len(g.steps) == 1 {
		intro = "Path travelled, 1 step"
	}
	if len(told) < len(g.steps) {
		intro += fmt.Sprintf(", of which the last %d", len(told))
	}
	return append(sentences, intro+": "+strings.Join(told, "; ")+".")
}

// step tells one step of the path.
func (g *graph) step(from, to int, title string) string {
	if from == to {
		return fmt.Sprintf("%s in %s", title, g.states[from].title)
	}
	return fmt.Sprintf("%s from %s to %s", title, g.states[from].title, g.states[to].title)
}

func (g *graph) titles(states []int) string {
	titles := make([]string, len(states))
	for i, at := range states {
		titles[i] = g.states[at].title
	}
	return strings.Join(titles, ", ")
}
