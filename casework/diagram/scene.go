package diagram

import (
	"math"
	"slices"
)

// The letters of a picture. The style sheet repeats the sizes.
var (
	titleFace = face{size: 22, bold: true}
	cardFace  = face{size: 15, bold: true}
	tagFace   = face{size: 11}
	textFace  = face{size: 13}
	boldFace  = face{size: 13, bold: true} // measures labels, which are bold where travelled
)

const (
	cardText  = 138 // the widest line in a card
	cardLines = 4
	labelText = 108 // the widest line of a label
	moveLines = 3   // lines of one move in a label
	cardPad   = 17

	startReach = 34 // from the dot to the initial state
)

// scene is a picture laid out: everything has its place, nothing its colour.
type scene struct {
	panel  *box // the ground of the wheel
	hub    *hub
	cards  []card // by state
	routes []route
	labels []label
	start  curve // the arrow into the initial state
}

// hub is the middle of a wheel.
type hub struct {
	radius float64
	round  int
}

// card is a state in its place.
type card struct {
	box
	lines []string
	tag   string // a small line over the title
}

// route is an arrow in its place.
type route struct {
	curve
	moves  []way
	onward bool // round the wheel: drawn thick
}

// label is the names of some moves in their place.
type label struct {
	box
	anchor anchor
	lines  []line
	full   string // what was meant, in case it is cut off
	inside bool   // on the wheel's ground
	plate  bool   // stands in its arrow, which it interrupts
}

// line is one line of a label.
type line struct {
	text string
	done bool // the path took the move
	gap  bool // another move begins
}

// anchor is the side of its box that text keeps to.
type anchor string

const (
	anchorStart  anchor = "start"
	anchorMiddle anchor = "middle"
	anchorEnd    anchor = "end"
)

const moveGap = 4 // between two moves in a label

// newCard sets the title of a state into a card that fits it.
func newCard(v vertex) card {
	c := card{lines: cardFace.wrap(v.title, cardText, cardLines)}
	switch {
	case v.present:
		c.tag = "present"
	case v.final:
		c.tag = "final"
	}
	c.w = max(96, math.Ceil(max(cardFace.widest(c.lines), tagFace.width(c.tag))+2*cardPad))
	c.h = math.Ceil(float64(len(c.lines))*cardFace.leading() + 26)
	if c.tag != "" {
		c.h += tagFace.leading()
	}
	return c
}

// newLabel sets the titles of moves into lines.
func newLabel(moves []way) label {
	l := label{anchor: anchorMiddle, full: labels(moves, ", ")}
	for i, w := range moves {
		for k, text := range boldFace.wrap(w.label(), labelText, moveLines) {
			gap := i > 0 && k == 0
			l.lines = append(l.lines, line{text: text, done: w.times > 0, gap: gap})
			l.w = max(l.w, math.Ceil(boldFace.width(text)))
			l.h += textFace.leading()
			if gap {
				l.h += moveGap
			}
		}
	}
	return l
}

// add puts a line under the label that names no move.
func (l *label) add(text string) {
	l.lines = append(l.lines, line{text: text})
	l.w = max(l.w, math.Ceil(textFace.width(text)))
	l.h += textFace.leading()
}

// bounds is the smallest box around all that is drawn.
func (s *scene) bounds() box {
	all := s.cards[0].box
	for _, c := range s.cards {
		all = all.union(c.box)
	}
	for _, l := range s.labels {
		all = all.union(l.box)
	}
	if s.panel != nil {
		all = all.union(*s.panel)
	}
	for _, r := range append(slices.Clone(s.routes), route{curve: s.start}) {
		for _, p := range r.samples(12) {
			all = all.union(centred(p, 12, 12))
		}
	}
	return all
}

// crowd knows what a label must not cover.
type crowd struct {
	boxes  []box
	points map[[2]int][]point // along the routes, by cell
}

const cell = 48 // side of a cell of the crowd

func newCrowd() *crowd { return &crowd{points: map[[2]int][]point{}} }

func (c *crowd) addBox(b box) { c.boxes = append(c.boxes, b) }

func (c *crowd) addCurve(line curve) {
	for _, p := range line.samples(5) {
		at := [2]int{int(math.Floor(p.x / cell)), int(math.Floor(p.y / cell))}
		c.points[at] = append(c.points[at], p)
	}
}

// cost says how badly a label sits in a box: what it covers of other boxes
// weighs most, then the lines that run through it.
func (c *crowd) cost(b box) float64 {
	cost := 0.0
	for _, other := range c.boxes {
		if area := b.overlap(other); area > 0 {
			cost += 1000 + area*10
		}
	}
	for x := int(math.Floor(b.x / cell)); x <= int(math.Floor(b.right()/cell)); x++ {
		for y := int(math.Floor(b.y / cell)); y <= int(math.Floor(b.foot()/cell)); y++ {
			for _, p := range c.points[[2]int{x, y}] {
				if b.holds(p) {
					cost += 14
				}
			}
		}
	}
	return math.Round(cost)
}

// spot is a place beside a route where its label may stand.
type spot struct {
	at, normal point
}

// spots gives places along a curve, the best first.
func spots(c curve, shares ...float64) []spot {
	points := c.samples(4)
	all := make([]spot, 0, 2*len(shares))
	for _, share := range shares {
		i := min(max(int(share*float64(len(points)-1)), 1), len(points)-1)
		along := points[i].sub(points[i-1]).unit()
		all = append(all, spot{points[i], point{along.y, -along.x}}, spot{points[i], point{-along.y, along.x}})
	}
	return all
}

// place puts the label beside its route, where it is least in the way, and adds
// it to the crowd.
func (c *crowd) place(l label, spots []spot) label {
	best := math.Inf(1)
	chosen := l
	for rank, s := range spots {
		for _, distance := range []float64{9, 16, 26, 42, 70, 120, 200} {
			candidate := l.beside(s, distance)
			cost := c.cost(candidate.grown(3)) + float64(rank) + math.Round(distance*1.2)
			if cost < best {
				best, chosen = cost, candidate
			}
		}
	}
	c.addBox(chosen.box)
	return chosen
}

// beside is the label at a distance from a spot, on the side of its normal.
func (l label) beside(s spot, distance float64) label {
	reach := math.Abs(s.normal.x)*l.w/2 + math.Abs(s.normal.y)*l.h/2
	l.box = centred(s.at.add(s.normal.times(distance+reach)), l.w, l.h)
	switch {
	case s.normal.x > 0.4:
		l.anchor = anchorStart
	case s.normal.x < -0.4:
		l.anchor = anchorEnd
	default:
		l.anchor = anchorMiddle
	}
	return l
}

// settle puts things in a row as near to where they want to be as their
// distances allow: the sum of weighted squares is least. apart[i] is the
// distance kept between i and i+1.
func settle(wanted, weight, apart []float64) []float64 {
	type block struct {
		sum, weight float64
		from        int
	}
	offset := make([]float64, len(wanted))
	for i := 1; i < len(wanted); i++ {
		offset[i] = offset[i-1] + apart[i-1]
	}
	var blocks []block
	for i := range wanted {
		blocks = append(blocks, block{(wanted[i] - offset[i]) * weight[i], weight[i], i})
		for len(blocks) > 1 {
			last, before := blocks[len(blocks)-1], blocks[len(blocks)-2]
			if before.sum/before.weight <= last.sum/last.weight {
				break
			}
			blocks = append(blocks[:len(blocks)-2], block{before.sum + last.sum, before.weight + last.weight, before.from})
		}
	}
	settled := make([]float64, len(wanted))
	for k, b := range blocks {
		to := len(wanted)
		if k+1 < len(blocks) {
			to = blocks[k+1].from
		}
		for i := b.from; i < to; i++ {
			settled[i] = b.sum/b.weight + offset[i]
		}
	}
	return settled
}
