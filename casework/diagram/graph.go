package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// graph is what all three formats show: the states, the arrows between them and
// the moves that stay, with the case's position and path laid over them.
type graph struct {
	title   string
	source  string // the definition in words
	round   int
	notes   []string
	states  []vertex
	initial int
	present int            // -1 for none
	arrows  []arrow        // between different states, by from, then to
	between map[[2]int]int // where in arrows the one between two states is, until they are sorted
	steps   []string       // the path, each step in words
}

// vertex is one state.
type vertex struct {
	title, doc              string
	initial, final, present bool
	visited                 bool // on the path, or present
	stays                   []way
}

// arrow leads from one state to another, for all the moves that do.
type arrow struct {
	from, to int
	moves    []way
}

// way is one move between two given states.
type way struct {
	move    casework.Move
	title   string
	times   int  // how often the path took it
	outside bool // the path took it, the definition does not have it
}

// newGraph checks the options and lays them over the definition.
func newGraph(op string, t *casework.Table, o *Options) (*graph, error) {
	if o == nil {
		o = &Options{}
	}
	if err := casework.InvalidIf(op, o.faults(t)); err != nil {
		return nil, err
	}
	d := t.Definition()
	g := &graph{
		title:   plain(o.Title),
		source:  fmt.Sprintf("%s, version %d", plain(d.Name), d.Version),
		round:   o.Round,
		present: -1,
		between: map[[2]int]int{},
	}
	if g.title == "" {
		g.title = readable(d.Name)
	}
	for _, note := range o.Notes {
		if note = plain(note); note != "" {
			g.notes = append(g.notes, note)
		}
	}
	index := make(map[casework.State]int, len(d.States))
	for i, row := range d.States {
		index[row.State] = i
		v := vertex{title: titleOf(row.Title, string(row.State)), doc: plain(row.Doc), final: row.Final}
		v.initial, v.present = row.State == d.Initial, row.State == o.Present
		v.visited = v.present
		g.states = append(g.states, v)
	}
	g.initial = index[d.Initial]
	if o.Present != "" {
		g.present = index[o.Present]
	}
	g.addMoves(d, index)
	g.addPath(o.Path, index)
	slices.SortStableFunc(g.arrows, func(a, b arrow) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	return g, nil
}

func (g *graph) addMoves(d casework.Definition, index map[casework.State]int) {
	for _, row := range d.Moves {
		title := titleOf(row.Title, string(row.Move))
		for _, from := range row.From {
			to := row.To
			if to == "" {
				to = from
			}
			g.way(index[from], index[to], way{move: row.Move, title: title})
		}
	}
}

func (g *graph) addPath(path []Step, index map[casework.State]int) {
	for _, step := range path {
		from, to := index[step.From], index[step.To]
		g.states[from].visited, g.states[to].visited = true, true
		w := g.way(from, to, way{move: step.Move, title: readable(string(step.Move)), outside: true})
		w.times++
		g.steps = append(g.steps, g.step(from, to, w.title))
	}
}

// way finds the move between two states, and adds it where it is missing.
func (g *graph) way(from, to int, w way) *way {
	if from == to {
		return find(&g.states[from].stays, w)
	}
	at, known := g.between[[2]int{from, to}]
	if !known {
		at = len(g.arrows)
		g.between[[2]int{from, to}] = at
		g.arrows = append(g.arrows, arrow{from: from, to: to})
	}
	return find(&g.arrows[at].moves, w)
}

func find(moves *[]way, w way) *way {
	at := slices.IndexFunc(*moves, func(known way) bool { return known.move == w.move })
	if at < 0 {
		at = len(*moves)
		*moves = append(*moves, w)
	}
	return &(*moves)[at]
}

// remarks are the lines beside the picture: round and notes.
func (g *graph) remarks() []string {
	var lines []string
	if g.round > 0 {
		lines = append(lines, fmt.Sprintf("Round %d", g.round))
	}
	return append(lines, g.notes...)
}

// travelled tells whether the path took any of the moves.
func travelled(moves []way) bool {
	return slices.ContainsFunc(moves, func(w way) bool { return w.times > 0 })
}

// outside tells whether the definition has none of the moves.
func outside(moves []way) bool {
	return !slices.ContainsFunc(moves, func(w way) bool { return !w.outside })
}

// label is the title with how often the path took the move.
func (w way) label() string {
	text := w.title
	if w.outside {
		text += " (not defined)"
	}
	if w.times > 0 {
		text += fmt.Sprintf(" ×%d", w.times)
	}
	return text
}

// labels joins the labels of several moves.
func labels(moves []way, between string) string {
	texts := make([]string, len(moves))
	for i, w := range moves {
		texts[i] = w.label()
	}
	return strings.Join(texts, between)
}

// where names some states: all that are open, or each.
func (g *graph) where(in []int) string {
	open, all := 0, true
	for i, v := range g.states {
		if v.final {
			continue
		}
		open++
		all = all && slices.Contains(in, i)
	}
	if all && open > 0 && len(in) == open {
		return "any open state"
	}
	return g.titles(in)
}

// staysInWords lists the moves that stay, those with the same states together.
func (g *graph) staysInWords() string {
	type stay struct {
		way
		in []int
	}
	var stays []*stay
	for i, v := range g.states {
		for _, w := range v.stays {
			at := slices.IndexFunc(stays, func(s *stay) bool { return s.move == w.move && s.title == w.title && s.outside == w.outside })
			if at < 0 {
				at = len(stays)
				stays = append(stays, &stay{way: way{move: w.move, title: w.title, outside: w.outside}})
			}
			stays[at].times += w.times
			stays[at].in = append(stays[at].in, i)
		}
	}
	var places []string
	moves := map[string][]string{}
	for _, s := range stays {
		place := g.where(s.in)
		if len(moves[place]) == 0 {
			places = append(places, place)
		}
		moves[place] = append(moves[place], s.label())
	}
	parts := make([]string, len(places))
	for i, place := range places {
		parts[i] = fmt.Sprintf("%s (in %s)", strings.Join(moves[place], ", "), place)
	}
	return strings.Join(parts, "; ")
}
