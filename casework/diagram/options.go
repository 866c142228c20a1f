package diagram

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// The bounds of a picture that a person can still read.
const (
	minWheel  = 3   // states on a wheel
	maxArrows = 400 // arrows of an SVG, after those between the same two states are merged
)

// Options says what of a case to show on the picture of its definition. Nil
// draws the bare definition.
type Options struct {
	// Title stands above the picture. Where empty, the definition's name does.
	Title string
	// Present is the state the case is in. Empty shows none.
	Present casework.State
	// Path is the way the case came, oldest step first. A step between known
	// states that the definition does not allow, as imported cases have them, is
	// drawn dashed and marked.
	Path []Step
	// Round is the trip round the cycle the case is on, from 1. Zero shows none.
	Round int
	// Wheel names the states to lay out as a wheel, clockwise from the top, at
	// least three. Empty draws a layered graph. Only [SVG] looks at it.
	Wheel []casework.State
	// Notes are lines under the picture, such as the delivery state of services.
	Notes []string
	// ID begins every id in an SVG, so that several can stand in one page: a
	// letter, then letters, digits, '-' or '_'. Where empty, it is derived from
	// the definition and the options: different pictures differ in it.
	ID string
}

// Step is one move a case made.
type Step struct {
	Move casework.Move  `json:"move"`
	From casework.State `json:"from"`
	To   casework.State `json:"to"` // equal to From for a move that stays
}

// faults lists everything wrong with the options for a table.
func (o *Options) faults(t *casework.Table) []casework.Fault {
	if t == nil {
		return []casework.Fault{{Path: "table", Code: "diagram.table_missing", Message: "there is no definition to draw"}}
	}
	var faults []casework.Fault
	unknown := func(path string, s casework.State) {
		if !t.Has(s) {
			faults = append(faults, casework.Fault{Path: path, Code: "state.unknown", Message: fmt.Sprintf("state %q is not one of %s", s, t.Pin())})
		}
	}
	if o.Present != "" {
		unknown("present", o.Present)
	}
	for i, step := range o.Path {
		path := fmt.Sprintf("path[%d]", i)
		if step.Move == "" {
			faults = append(faults, casework.Fault{Path: path + ".move", Code: "move.unnamed", Message: "a step names its move"})
		}
		unknown(path+".from", step.From)
		unknown(path+".to", step.To)
	}
	if o.Round < 0 {
		faults = append(faults, casework.Fault{Path: "round", Code: "diagram.round_negative", Message: "rounds count from 1"})
	}
	if len(o.Wheel) > 0 && len(o.Wheel) < minWheel {
		faults = append(faults, casework.Fault{Path: "wheel", Code: "diagram.wheel_small", Message: fmt.Sprintf("a wheel has at least %d states", minWheel)})
	}
	first := map[casework.State]int{}
	for i, s := range o.Wheel {
		path := fmt.Sprintf("wheel[%d]", i)
		unknown(path, s)
		if at, twice := first[s]; twice {
			faults = append(faults, casework.Fault{Path: path, Code: "state.duplicate", Message: fmt.Sprintf("state %q stands already in wheel[%d]", s, at)})
			continue
		}
		first[s] = i
	}
	if o.ID != "" && !wellFormedID(o.ID) {
		faults = append(faults, casework.Fault{Path: "id", Code: "diagram.id_malformed", Message: "an id is a letter, then letters, digits, '-' or '_'"})
	}
	return faults
}

// wellFormedID keeps to what is a name in XML and in a style sheet alike.
func wellFormedID(id string) bool {
	for i, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		inner := r >= '0' && r <= '9' || r == '-' || r == '_'
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return true
}
