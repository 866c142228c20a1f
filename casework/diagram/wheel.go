package diagram

import (
	"math"
	"slices"
)

// wheel lays some states on a ring around the origin, clockwise from the top,
// and the others beside it. Ways onward run on the ring, all other ways between
// its states on tracks inside it.
type wheel struct {
	g      *graph
	ring   []int       // the states on it
	seat   map[int]int // state to its place on the ring
	radius float64
	hub    float64
	cards  []card
	onward []arrow
	tracks []*track
	beside []arrow // from or to a state that is not on the ring
	any    []arrow // from every state on the ring, by the state it leads to; from is -1
	scene  *scene
	crowd  *crowd
	panel  box
	side   []float64 // by state: -1 left of the wheel, 1 right of it, 0 on it
	lanes  int       // arrows that took a way round
}

const (
	hubRadius  = 50
	hubRoom    = 24 // between the hub and the innermost track
	trackGap   = 20
	trackReach = 38 // from the outermost track to the cards
	portGap    = 18
	ringClear  = 7  // between a card and the ring's arrows
	ringSeen   = 92 // of the ring, between two cards
	panelPad   = 26
)

func layWheel(g *graph, ring []int) *scene {
	w := &wheel{g: g, ring: ring, seat: map[int]int{}, scene: &scene{}, crowd: newCrowd(), side: make([]float64, len(g.states))}
	for i, state := range ring {
		w.seat[state] = i
	}
	w.sort()
	w.size()
	w.drawRing()
	w.drawTracks()
	w.enclose()
	w.setBeside()
	w.drawBeside()
	w.scene.cards = w.cards
	return w.scene
}

// angle of a place on the ring, clockwise from the top.
func (w *wheel) angle(seat float64) float64 { return 2 * math.Pi * seat / float64(len(w.ring)) }

func (w *wheel) radial(seat int) point { return polar(1, w.angle(float64(seat))) }

// sort puts every arrow where it is drawn.
func (w *wheel) sort() {
	n := len(w.ring)
	arrows := w.takeAny()
	var inner []arrow
	for _, a := range arrows {
		from, onRing := w.seat[a.from]
		to, toRing := w.seat[a.to]
		switch {
		case !onRing || !toRing:
			w.beside = append(w.beside, a)
		case to == (from+1)%n:
			onward, back := w.split(a)
			w.onward = append(w.onward, onward)
			if len(back.moves) > 0 {
				inner = append(inner, back)
			}
		default:
			inner = append(inner, a)
		}
	}
	w.tracks = w.layTracks(inner)
}

// takeAny takes out the moves that lead from every state of the ring to the
// same state beside it, and gives the arrows that are left.
func (w *wheel) takeAny() []arrow {
	type exit struct {
		to   int
		move string
	}
	counts := map[exit]int{}
	for _, a := range w.g.arrows {
		_, from := w.seat[a.from]
		_, to := w.seat[a.to]
		for _, m := range a.moves {
			if from && !to && !m.outside {
				counts[exit{a.to, string(m.move)}]++
			}
		}
	}
	var left []arrow
	for _, a := range w.g.arrows {
		kept := arrow{from: a.from, to: a.to}
		_, from := w.seat[a.from]
		for _, m := range a.moves {
			if from && counts[exit{a.to, string(m.move)}] == len(w.ring) {
				w.addAny(a.to, m)
				continue
			}
			kept.moves = append(kept.moves, m)
		}
		if len(kept.moves) > 0 {
			left = append(left, kept)
		}
	}
	return left
}

func (w *wheel) addAny(to int, m way) {
	at := slices.IndexFunc(w.any, func(a arrow) bool { return a.to == to })
	if at < 0 {
		at = len(w.any)
		w.any = append(w.any, arrow{from: -1, to: to})
	}
	known := find(&w.any[at].moves, way{move: m.move, title: m.title})
	known.times += m.times
}

// split parts the moves onward from those that lead to the same state from
// elsewhere on the ring too: they are ways back. One of the two kinds always is
// a way onward.
func (w *wheel) split(a arrow) (onward, back arrow) {
	onward, back = arrow{from: a.from, to: a.to}, arrow{from: a.from, to: a.to}
	for _, m := range a.moves {
		if w.leadsFromElsewhere(a, m) {
			back.moves = append(back.moves, m)
			continue
		}
		onward.moves = append(onward.moves, m)
	}
	if len(onward.moves) == 0 {
		return back, onward
	}
	return onward, back
}

func (w *wheel) leadsFromElsewhere(a arrow, m way) bool {
	return slices.ContainsFunc(w.g.arrows, func(other arrow) bool {
		_, onRing := w.seat[other.from]
		return onRing && other.to == a.to && other.from != a.from &&
			slices.ContainsFunc(other.moves, func(o way) bool { return o.move == m.move })
	})
}

// size finds the smallest ring on which all cards, tracks and the hub have room.
func (w *wheel) size() {
	width, height := 128.0, 0.0
	for i, v := range w.g.states {
		w.cards = append(w.cards, newCard(v))
		if _, on := w.seat[i]; on {
			width, height = max(width, w.cards[i].w), max(height, w.cards[i].h)
		}
	}
	for _, state := range w.ring {
		w.cards[state].w, w.cards[state].h = width, height
	}
	if w.g.round > 0 {
		w.hub = hubRadius
		w.scene.hub = &hub{radius: w.hub, round: w.g.round}
	}
	w.radius = 150
	for !w.roomy() && w.radius < 20000 {
		w.radius += 4
	}
	w.seatCards()
	for _, state := range w.ring {
		w.crowd.addBox(w.cards[state].grown(2))
	}
	if w.hub > 0 {
		w.crowd.addBox(centred(point{}, 2*w.hub, 2*w.hub))
	}
}

func (w *wheel) seatCards() {
	for i, state := range w.ring {
		c := &w.cards[state]
		c.box = centred(polar(w.radius, w.angle(float64(i))), c.w, c.h)
	}
}

func (w *wheel) roomy() bool {
	w.seatCards()
	for i := range w.ring {
		from, to := w.seen(i)
		if (to-from)*w.radius < ringSeen {
			return false
		}
	}
	return len(w.tracks) == 0 || w.trackRadius(w.depth()) >= w.hub+hubRoom
}

// seen gives the angles between which the ring is seen after a place on it.
func (w *wheel) seen(seat int) (from, to float64) {
	const step = math.Pi / 1440
	here, next := w.cards[w.ring[seat]].grown(ringClear), w.cards[w.ring[(seat+1)%len(w.ring)]].grown(ringClear)
	from, to = w.angle(float64(seat)), w.angle(float64(seat+1))
	for from < to && here.holds(polar(w.radius, from)) {
		from += step
	}
	for from < to && next.holds(polar(w.radius, to)) {
		to -= step
	}
	return from, to
}

// drawRing draws the ways onward, with their labels outside the ring.
func (w *wheel) drawRing() {
	for _, a := range w.onward {
		seat := w.seat[a.from]
		from, to := w.seen(seat)
		line := curve{start: polar(w.radius, from)}
		line.arc(w.radius, from, to)
		w.scene.routes = append(w.scene.routes, route{curve: line, moves: a.moves, onward: true})
		w.crowd.addCurve(line)
	}
	for _, a := range w.onward {
		from, to := w.seen(w.seat[a.from])
		var outside []spot
		for _, share := range []float64{0.5, 0.4, 0.6, 0.3, 0.7} {
			at := polar(w.radius, from+(to-from)*share)
			outside = append(outside, spot{at, at.unit()})
		}
		text := newLabel(a.moves)
		text.inside = true
		w.scene.labels = append(w.scene.labels, w.crowd.place(text, outside))
	}
	first, on := w.seat[w.g.initial]
	if !on {
		return
	}
	out, c := w.radial(first), w.cards[w.g.initial]
	edge := out.times(w.radius + c.reach(out))
	w.scene.start = curve{start: edge.add(out.times(startReach))}
	w.scene.start.line(edge)
	w.crowd.addCurve(w.scene.start)
}

// reach is the distance from the middle of a card to its edge.
func (c card) reach(direction point) float64 {
	return min(c.w/2/max(math.Abs(direction.x), 1e-9), c.h/2/max(math.Abs(direction.y), 1e-9))
}

// enclose puts the panel behind the ring and everything on it.
func (w *wheel) enclose() {
	all := box{}
	for _, state := range w.ring {
		all = all.union(w.cards[state].box)
	}
	for _, l := range w.scene.labels {
		all = all.union(l.box)
	}
	for _, r := range append(slices.Clone(w.scene.routes), route{curve: w.scene.start}) {
		for _, p := range r.samples(8) {
			all = all.union(centred(p, 8, 8))
		}
	}
	half := max(-all.x, all.right()) + panelPad
	w.panel = box{-half, all.y - panelPad, 2 * half, all.h + 2*panelPad}
	w.scene.panel = &w.panel
}
