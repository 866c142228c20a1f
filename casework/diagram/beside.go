package diagram

import (
	"cmp"
	"math"
	"slices"
)

const (
	besideGap   = 30 // between the cards beside a wheel
	besideReach = 64 // at least, from the panel to the cards
	startRoom   = 26 // more, over the initial state
)

// setBeside stacks the states that are not on the ring on either side of the
// wheel, near those they are joined to.
func (w *wheel) setBeside() {
	w.chooseSides()
	reach := w.besideReach()
	for _, side := range []float64{-1, 1} {
		var column []int
		width := 0.0
		for i := range w.g.states {
			if w.side[i] == side {
				column = append(column, i)
				width = max(width, w.cards[i].w)
			}
		}
		slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(math.Round(w.height(a)), math.Round(w.height(b))) })
		w.stackBeside(column, side*(w.panel.w/2+reach+width/2), width)
	}
	for i := range w.g.states {
		if w.side[i] != 0 {
			w.crowd.addBox(w.cards[i].grown(2))
		}
	}
	if _, on := w.seat[w.g.initial]; !on {
		c := w.cards[w.g.initial]
		w.scene.start = curve{start: point{c.centre().x, c.y - startReach}}
		w.scene.start.line(point{c.centre().x, c.y})
		w.crowd.addCurve(w.scene.start)
	}
}

// stackBeside puts the states of one side under each other.
func (w *wheel) stackBeside(column []int, x, width float64) {
	if len(column) == 0 {
		return
	}
	wanted, weight, apart := make([]float64, len(column)), make([]float64, len(column)), make([]float64, len(column)-1)
	for k, state := range column {
		w.cards[state].w = width
		wanted[k], weight[k] = w.height(state), 1
		if k > 0 {
			apart[k-1] = (w.cards[column[k-1]].h+w.cards[state].h)/2 + besideGap
			if state == w.g.initial {
				apart[k-1] += startRoom
			}
		}
	}
	for k, y := range settle(wanted, weight, apart) {
		c := &w.cards[column[k]]
		c.box = centred(point{x, y}, c.w, c.h)
	}
}

// joined gives the places on the ring that a state beside it is joined to.
func (w *wheel) joined(state int) []int {
	var seats []int
	for _, a := range w.beside {
		other := a.from
		if a.from == state {
			other = a.to
		} else if a.to != state {
			continue
		}
		if seat, on := w.seat[other]; on {
			seats = append(seats, seat)
		}
	}
	return seats
}

// height is where a state beside the wheel wants to stand: level with what it
// is joined to.
func (w *wheel) height(state int) float64 {
	seats := w.joined(state)
	if len(seats) == 0 {
		return w.panel.centre().y
	}
	sum := 0.0
	for _, seat := range seats {
		sum += w.cards[w.ring[seat]].centre().y
	}
	return sum / float64(len(seats))
}

// chooseSides sends each state to the side of what it is joined to, and the
// others where fewer are.
func (w *wheel) chooseSides() {
	count := 0.0 // more on the right: positive
	var open []int
	for i := range w.g.states {
		if _, on := w.seat[i]; on {
			continue
		}
		lean := 0.0
		for _, seat := range w.joined(i) {
			lean += w.radial(seat).x
		}
		if math.Abs(lean) < 0.2 {
			open = append(open, i)
			continue
		}
		w.side[i] = math.Copysign(1, lean)
		count += w.side[i]
	}
	for _, i := range open {
		w.side[i] = 1
		if count > 0 {
			w.side[i] = -1
		}
		count += w.side[i]
	}
}

// besideReach is the distance from the panel to the cards beside it, enough for
// the labels between.
func (w *wheel) besideReach() float64 {
	reach := float64(besideReach)
	for _, a := range w.beside {
		reach = max(reach, newLabel(a.moves).w+24)
	}
	for _, a := range w.any {
		reach = max(reach, anyLabel(a).w+24)
	}
	return reach
}

// drawBeside draws the arrows between the ring and the states beside it, and
// among these.
func (w *wheel) drawBeside() {
	w.fencePanel()
	ends := w.besideEnds()
	for i := range w.any {
		w.drawAny(w.any[i], ends[meeting{-1 - i, w.any[i].to}])
	}
	for i, a := range w.beside {
		candidates := w.candidates(i, a, ends)
		chosen := w.best(candidates)
		if chosen > 0 {
			w.lanes++
		}
		line := candidates[chosen]
		w.scene.routes = append(w.scene.routes, route{curve: line, moves: a.moves})
		w.crowd.addCurve(line)
	}
	for i, a := range w.any {
		w.name(w.scene.routes[len(w.scene.routes)-len(w.beside)-len(w.any)+i].curve, anyLabel(a))
	}
	for i, a := range w.beside {
		w.name(w.scene.routes[len(w.scene.routes)-len(w.beside)+i].curve, newLabel(a.moves))
	}
}

// anyLabel names moves that lead from every state of the ring.
func anyLabel(a arrow) label {
	text := newLabel(a.moves)
	text.add("from any stage")
	return text
}

// name places a label beside the wheel, most gladly outside the panel.
func (w *wheel) name(line curve, text label) {
	all := spots(line, 0.5, 0.65, 0.8, 0.35, 0.9, 0.2)
	outside := slices.DeleteFunc(slices.Clone(all), func(s spot) bool { return w.panel.holds(s.at) })
	text = w.crowd.place(text, append(outside, all...))
	text.inside = w.panel.overlap(text.box) > 0
	w.scene.labels = append(w.scene.labels, text)
}

// fencePanel keeps labels from standing across the panel's edges.
func (w *wheel) fencePanel() {
	p := w.panel
	for _, edge := range []box{{p.x, p.y, p.w, 1}, {p.x, p.foot(), p.w, 1}, {p.x, p.y, 1, p.h}, {p.right(), p.y, 1, p.h}} {
		w.crowd.addBox(edge)
	}
}

// meeting is an arrow at a state: its place in beside, or -1, -2 and so on for
// its place in any.
type meeting struct{ arrow, state int }

// besideEnds spreads the arrows over the edge of each card where they meet it
// sideways, and gives the height of each.
func (w *wheel) besideEnds() map[meeting]float64 {
	type edge struct{ state, side int }
	type coming struct {
		meeting
		y float64
	}
	meetings := map[edge][]coming{}
	for i, a := range w.any {
		at := edge{a.to, int(-w.side[a.to])}
		meetings[at] = append(meetings[at], coming{meeting{-1 - i, a.to}, w.cards[a.to].centre().y})
	}
	for i, a := range w.beside {
		for _, pair := range [][2]int{{a.from, a.to}, {a.to, a.from}} {
			other, here := pair[0], pair[1]
			if w.side[here] == w.side[other] {
				continue
			}
			at := edge{here, int(w.facing(here, other))}
			meetings[at] = append(meetings[at], coming{meeting{i, here}, w.cards[other].centre().y})
		}
	}
	ends := map[meeting]float64{}
	for at, here := range meetings {
		slices.SortStableFunc(here, func(a, b coming) int { return cmp.Compare(math.Round(a.y), math.Round(b.y)) })
		c := w.cards[at.state]
		gap := min(20, (c.h-18)/math.Max(1, float64(len(here)-1)))
		for k, m := range here {
			ends[m.meeting] = c.centre().y + gap*(float64(k)-float64(len(here)-1)/2)
		}
	}
	return ends
}

// facing is the side of a card that looks towards another state: -1 left, 1
// right. Cards beside the wheel look towards it.
func (w *wheel) facing(here, other int) float64 {
	if w.side[here] != 0 {
		return -w.side[here]
	}
	return w.side[other]
}

// drawAny leads from the panel's edge straight to the card.
func (w *wheel) drawAny(a arrow, y float64) {
	side, c := w.side[a.to], w.cards[a.to]
	from := point{side * w.panel.w / 2, min(max(y, w.panel.y+40), w.panel.foot()-40)}
	to := point{c.centre().x - side*c.w/2, y}
	line := curve{start: from}
	if from.y == to.y {
		line.line(to)
	} else {
		middle := (from.x + to.x) / 2
		line.bend(point{middle, from.y}, point{middle, to.y}, to)
	}
	w.scene.routes = append(w.scene.routes, route{curve: line, moves: a.moves})
	w.crowd.addCurve(line)
}

// candidates gives the ways an arrow beside the wheel could run.
func (w *wheel) candidates(i int, a arrow, ends map[meeting]float64) []curve {
	from, to := w.cards[a.from], w.cards[a.to]
	if w.side[a.from] != 0 && w.side[a.from] == w.side[a.to] {
		return []curve{upright(from.box, to.box), outer(from.box, to.box, w.side[a.from], w.lane())}
	}
	all := []curve{w.direct(i, a, ends)}
	for _, share := range []float64{0.5, 0.25, 0.75} {
		all = append(all, w.bus(i, a, ends, share, -1), w.bus(i, a, ends, share, 1))
	}
	return all
}

// lane sets apart the arrows that take a way round.
func (w *wheel) lane() float64 { return 12 * float64(w.lanes%8) }

// door is where an arrow meets the side of a card that looks towards another.
func (w *wheel) door(i, here, other int, ends map[meeting]float64) point {
	c := w.cards[here]
	return point{c.centre().x + w.facing(here, other)*c.w/2, ends[meeting{i, here}]}
}

// direct leaves a card sideways and meets the other one sideways.
func (w *wheel) direct(i int, a arrow, ends map[meeting]float64) curve {
	from, to := w.door(i, a.from, a.to, ends), w.door(i, a.to, a.from, ends)
	side := w.facing(a.from, a.to)
	line := curve{start: from}
	reach := max(40, math.Abs(to.x-from.x)*0.45)
	line.bend(point{from.x + side*reach, from.y}, point{to.x - side*reach, to.y}, to)
	return line
}

// bus runs along the panel outside it: over it where the direction is -1, under
// it where it is 1. A card on the ring is left upwards or downwards, one beside
// the wheel sideways.
func (w *wheel) bus(i int, a arrow, ends map[meeting]float64, share, direction float64) curve {
	lane := w.lane()
	y := w.panel.centre().y + direction*(w.panel.h/2+20+lane)
	turn := func(state, other int) []point {
		c := w.cards[state]
		if side := w.side[state]; side != 0 {
			x := side * (w.panel.w/2 + 12 + lane/2)
			return []point{w.door(i, state, other, ends), {x, ends[meeting{i, state}]}, {x, y}}
		}
		x := c.x + c.w*share
		return []point{{x, c.centre().y + direction*c.h/2}, {x, y}}
	}
	way, rest := turn(a.from, a.to), turn(a.to, a.from)
	slices.Reverse(rest)
	return rounded(append(way, rest...))
}

// rounded joins points by straight lines with rounded corners.
func rounded(way []point) curve {
	line := curve{start: way[0]}
	for k := 1; k+1 < len(way); k++ {
		in, out := way[k-1].sub(way[k]), way[k+1].sub(way[k])
		radius := min(18, in.length()/2, out.length()/2)
		line.line(way[k].add(in.unit().times(radius)))
		line.bend(way[k], way[k], way[k].add(out.unit().times(radius)))
	}
	line.line(way[len(way)-1])
	return line
}

// upright joins two cards of one side, one above the other.
func upright(from, to box) curve {
	line := curve{start: point{from.centre().x, from.foot()}}
	end := point{to.centre().x, to.y}
	if from.y > to.y {
		line.start.y, end.y = from.y, to.foot()
	}
	line.start.x += 14
	end.x += 14
	if from.y > to.y {
		line.start.x -= 28
		end.x -= 28
	}
	line.line(end)
	return line
}

// outer joins two cards of one side by a bow away from the wheel.
func outer(from, to box, side, lane float64) curve {
	line := curve{start: point{from.centre().x + side*from.w/2, from.centre().y}}
	end := point{to.centre().x + side*to.w/2, to.centre().y}
	bow := side * (44 + lane)
	line.bend(line.start.add(point{bow, 0}), end.add(point{bow, 0}), end)
	return line
}

// best finds the way that runs through the fewest things, then the shortest.
func (w *wheel) best(candidates []curve) int {
	least, chosen := math.Inf(1), 0
	for i, line := range candidates {
		points := line.samples(6)
		cost := 6 * float64(len(points))
		for k, p := range points {
			if k < 2 || k > len(points)-3 {
				continue // on the edge of its own cards
			}
			for _, b := range w.crowd.boxes {
				if b.w > 1 && b.h > 1 && b.holds(p) {
					cost += 120
				}
			}
		}
		if cost = math.Round(cost); cost < least {
			least, chosen = cost, i
		}
	}
	return chosen
}
