package diagram

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// track is an arc inside the wheel that leads from some states of the ring to
// one, for the same moves. Tracks that would meet have different depths.
type track struct {
	target  int // place on the ring
	sources []source
	depth   int // 0 is the outermost
}

// source is a place on the ring from which a track is joined.
type source struct {
	seat   int
	offset int // places from the target to here, clockwise positive, the shorter way
	moves  []way
}

// port is where a track meets a card: so far off the middle of its inner edge,
// clockwise positive.
type port struct {
	track     *track
	direction int // of the track from here: -1 against the clock, 1 with it, 0 both
	off       float64
}

// layTracks bundles the arrows and gives each bundle a depth: short ones run
// outside, long ones inside.
func (w *wheel) layTracks(arrows []arrow) []*track {
	byKey := map[string]*track{}
	var tracks []*track
	for _, a := range arrows {
		key := trackKey(a)
		if byKey[key] == nil {
			byKey[key] = &track{target: w.seat[a.to]}
			tracks = append(tracks, byKey[key])
		}
		t, seat := byKey[key], w.seat[a.from]
		t.sources = append(t.sources, source{seat: seat, offset: w.offset(seat, t.target), moves: a.moves})
	}
	slices.SortStableFunc(tracks, func(a, b *track) int {
		if a.extent() != b.extent() {
			return a.extent() - b.extent()
		}
		return a.target - b.target
	})
	var taken []map[int]bool // by depth: the stretches between two places
	for _, t := range tracks {
		for t.depth = 0; t.depth < len(taken) && t.meets(taken[t.depth], len(w.ring)); {
			t.depth++
		}
		if t.depth == len(taken) {
			taken = append(taken, map[int]bool{})
		}
		for _, s := range t.stretches(len(w.ring)) {
			taken[t.depth][s] = true
		}
	}
	return tracks
}

// trackKey is the same for arrows that may share a track.
func trackKey(a arrow) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(a.to))
	for _, m := range a.moves {
		b.WriteString("\x00" + string(m.move) + "\x00" + m.title)
		if m.outside {
			b.WriteString("\x00")
		}
	}
	return b.String()
}

// offset counts the places from the target to a seat, by the shorter way.
func (w *wheel) offset(seat, target int) int {
	n := len(w.ring)
	ahead := (seat - target + n) % n
	if 2*ahead <= n {
		return ahead
	}
	return ahead - n
}

// span gives the furthest sources on either side of the target.
func (t *track) span() (least, most int) {
	for _, s := range t.sources {
		least, most = min(least, s.offset), max(most, s.offset)
	}
	return least, most
}

func (t *track) extent() int {
	least, most := t.span()
	return most - least
}

// stretches are the parts of the ring that the track runs along.
func (t *track) stretches(n int) []int {
	least, most := t.span()
	var all []int
	for k := least; k < most; k++ {
		all = append(all, ((t.target+k)%n+n)%n)
	}
	return all
}

func (t *track) meets(taken map[int]bool, n int) bool {
	return slices.ContainsFunc(t.stretches(n), func(s int) bool { return taken[s] })
}

// depth is that of the innermost track.
func (w *wheel) depth() int {
	deepest := 0
	for _, t := range w.tracks {
		deepest = max(deepest, t.depth)
	}
	return deepest
}

// trackRadius is the distance of a track from the middle of the wheel.
func (w *wheel) trackRadius(depth int) float64 {
	inner := w.radius
	for i, state := range w.ring {
		inner = min(inner, w.radius-w.cards[state].reach(w.radial(i)))
	}
	return inner - trackReach - trackGap*float64(depth)
}

// ports gives every card its ports, in an order in which tracks seldom cross.
func (w *wheel) ports() [][]port {
	ports := make([][]port, len(w.ring))
	for _, t := range w.tracks {
		least, most := t.span()
		ports[t.target] = append(ports[t.target], port{track: t, direction: sign(least) + sign(most)})
		for _, s := range t.sources {
			ports[s.seat] = append(ports[s.seat], port{track: t, direction: -sign(s.offset)})
		}
	}
	for seat, here := range ports {
		slices.SortStableFunc(here, func(a, b port) int {
			if a.direction != b.direction {
				return a.direction - b.direction
			}
			return a.direction * (b.track.depth - a.track.depth)
		})
		out, c := w.radial(seat), w.cards[w.ring[seat]]
		room := 2*c.reach(point{-out.y, out.x}) - 44
		gap := min(portGap, room/math.Max(1, float64(len(here)-1)))
		for i := range here {
			here[i].off = gap * (float64(i) - float64(len(here)-1)/2)
		}
	}
	return ports
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	default:
		return 0
	}
}

// drawTracks draws the ways inside the ring and names each track once.
func (w *wheel) drawTracks() {
	ports := w.ports()
	type named struct {
		text   label
		places []spot
	}
	var names []named
	for _, t := range w.tracks {
		var total []way
		var places []spot
		for _, s := range t.sources {
			line := w.trackCurve(t, s, ports)
			w.scene.routes = append(w.scene.routes, route{curve: line, moves: s.moves})
			w.crowd.addCurve(line)
			places = append(places, trackSpots(line)...)
			for _, m := range s.moves {
				known := find(&total, way{move: m.move, title: m.title, outside: m.outside})
				known.times += m.times
			}
		}
		names = append(names, named{newLabel(total), places})
	}
	for _, n := range names {
		n.text.inside = true
		w.scene.labels = append(w.scene.labels, w.crowd.place(n.text, n.places))
	}
}

// trackSpots prefers the last piece, which all sources share, then the arc.
func trackSpots(line curve) []spot {
	trunk := curve{start: line.pieces[len(line.pieces)-2].to, pieces: line.pieces[len(line.pieces)-1:]}
	return append(spots(trunk, 0.4, 0.1), spots(line, 0.5, 0.6, 0.4, 0.7, 0.3)...)
}

func portOf(ports []port, t *track) port {
	at := slices.IndexFunc(ports, func(p port) bool { return p.track == t })
	return ports[max(at, 0)]
}

// trackCurve runs from the source's card inwards, along the track, and outwards
// to the target's card.
func (w *wheel) trackCurve(t *track, s source, ports [][]port) curve {
	r := w.trackRadius(t.depth)
	out, in := portOf(ports[s.seat], t), portOf(ports[t.target], t)
	direction := float64(-sign(s.offset)) // of travel
	leave := w.angle(float64(t.target+s.offset)) + math.Asin(out.off/r)
	arrive := w.angle(float64(t.target)) + math.Asin(in.off/r)
	half := max(0, (arrive-leave)*direction*r/2)

	from, to := w.spoke(s.seat, out.off), w.spoke(t.target, in.off)
	first, last := min(half, from.fillet(r)), min(half, to.fillet(r))
	line := curve{start: from.edge}
	line.line(from.at(from.along(r) + first))
	line.bend(from.at(from.along(r)+first*0.4), polar(r, leave+direction*first*0.4/r), polar(r, leave+direction*first/r))
	line.arc(r, leave+direction*first/r, arrive-direction*last/r)
	line.bend(polar(r, arrive-direction*last*0.4/r), to.at(to.along(r)+last*0.4), to.at(to.along(r)+last))
	line.line(to.edge)
	return line
}

// spoke is a line from a card straight inwards, so far off the middle.
type spoke struct {
	out, across point
	off         float64
	length      float64 // from the middle of the wheel to the card
	edge        point   // where it meets the card
}

func (w *wheel) spoke(seat int, off float64) spoke {
	out := w.radial(seat)
	s := spoke{out: out, across: point{-out.y, out.x}, off: off}
	b := w.cards[w.ring[seat]].box
	r := w.radius
	for r > 0 && b.grown(1).holds(s.at(r)) {
		r--
	}
	s.length, s.edge = r, s.at(r)
	return s
}

// fillet is how far from the corner a spoke and a track of radius r begin to
// bend into each other. The head of an arrow stays straight.
func (s spoke) fillet(r float64) float64 { return min(34, max(0, s.length-s.along(r)-16)) }

// at is the point at a distance along the spoke from the middle of the wheel.
func (s spoke) at(r float64) point { return s.out.times(r).add(s.across.times(s.off)) }

// along is how far along the spoke a circle is met.
func (s spoke) along(r float64) float64 { return math.Sqrt(max(0, r*r-s.off*s.off)) }
