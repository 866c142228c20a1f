package diagram

import (
	"math"
	"slices"
	"sort"
)

// layered lays a graph out in layers, from the initial state downwards. Every
// arrow passes every layer between its ends through an item of its own, and its
// label is one of them, so nothing can lie over anything else.
type layered struct {
	g        *graph
	cards    []card
	back     []bool // by arrow: set aside, drawn upwards
	layer    []int  // by state
	items    []item
	ranks    [][]int // items by rank: states on even ranks, labels on odd ones
	chains   [][]int // by arrow: the items from its upper to its lower state
	up, down [][]int // by item: its neighbours
	x        []float64
	top, low []float64 // by rank: its band
}

// item takes up room in a rank: a state, a label, or an arrow passing.
type item struct {
	kind  itemKind
	of    int // the state, or else the arrow
	w, h  float64
	rank  int
	label label
}

type itemKind int

const (
	itemState itemKind = iota
	itemLabel
	itemPass
)

const (
	rankGap  = 36 // between bands: where arrows bend
	headRoom = 14 // of it, where an arrow's head stands straight
	passRoom = 10
)

func layLayered(g *graph) *scene {
	l := &layered{g: g, layer: make([]int, len(g.states))}
	for _, v := range g.states {
		l.cards = append(l.cards, newCard(v))
	}
	l.setAside()
	l.assignLayers()
	l.addItems()
	l.order()
	l.straighten()
	l.align()
	l.stack()
	return l.scene()
}

// setAside finds the arrows that lead back on the way from the initial state,
// so that the others have no circle.
func (l *layered) setAside() {
	out := make([][]int, len(l.g.states))
	for i, a := range l.g.arrows {
		out[a.from] = append(out[a.from], i)
	}
	l.back = make([]bool, len(l.g.arrows))
	const unseen, open, done = 0, 1, 2
	seen := make([]int, len(l.g.states))
	var visit func(state int)
	visit = func(state int) {
		seen[state] = open
		for _, i := range out[state] {
			switch seen[l.g.arrows[i].to] {
			case open:
				l.back[i] = true
			case unseen:
				visit(l.g.arrows[i].to)
			}
		}
		seen[state] = done
	}
	visit(l.g.initial)
}

// ends gives the upper and the lower state of an arrow.
func (l *layered) ends(arrow int) (upper, lower int) {
	a := l.g.arrows[arrow]
	if l.back[arrow] {
		return a.to, a.from
	}
	return a.from, a.to
}

// assignLayers puts each state under all that lead to it, by the longest path.
func (l *layered) assignLayers() {
	for changed := true; changed; {
		changed = false
		for i := range l.g.arrows {
			upper, lower := l.ends(i)
			if l.layer[lower] <= l.layer[upper] {
				l.layer[lower] = l.layer[upper] + 1
				changed = true
			}
		}
	}
}

func (l *layered) addItems() {
	l.ranks = make([][]int, 2*slices.Max(l.layer)+1)
	for state, c := range l.cards {
		l.add(item{kind: itemState, of: state, w: c.w, h: c.h, rank: 2 * l.layer[state]})
	}
	l.chains = make([][]int, len(l.g.arrows))
	for i, a := range l.g.arrows {
		upper, lower := l.ends(i)
		first, last := 2*l.layer[upper]+1, 2*l.layer[lower]-1
		named := first + 2*((last-first)/4)
		chain := []int{upper}
		for rank := first; rank <= last; rank++ {
			it := item{kind: itemPass, of: i, w: passRoom, rank: rank}
			if rank == named {
				text := newLabel(a.moves)
				it = item{kind: itemLabel, of: i, w: text.w + 10, h: text.h + 6, rank: rank, label: text}
			}
			chain = append(chain, l.add(it))
		}
		l.chains[i] = append(chain, lower)
	}
	l.up, l.down = make([][]int, len(l.items)), make([][]int, len(l.items))
	for _, chain := range l.chains {
		for k := 1; k < len(chain); k++ {
			l.down[chain[k-1]] = append(l.down[chain[k-1]], chain[k])
			l.up[chain[k]] = append(l.up[chain[k]], chain[k-1])
		}
	}
}

func (l *layered) add(it item) int {
	l.items = append(l.items, it)
	l.ranks[it.rank] = append(l.ranks[it.rank], len(l.items)-1)
	return len(l.items) - 1
}

// sweeps is how often the order and the places are bettered, down and up.
const sweeps = 12

// order sorts each rank by the mean place of the neighbours above, then below,
// and keeps the order with the fewest crossings.
func (l *layered) order() {
	place := make([]float64, len(l.items))
	for _, rank := range l.ranks {
		countOff(rank, place)
	}
	best, fewest := l.copyRanks(), l.crossings(place)
	for sweep := range sweeps {
		downwards := sweep%2 == 0
		for k := range l.ranks {
			rank, beside := l.ranks[k], l.up
			if !downwards {
				rank, beside = l.ranks[len(l.ranks)-1-k], l.down
			}
			sortByMean(rank, beside, place)
		}
		if n := l.crossings(place); n < fewest {
			best, fewest = l.copyRanks(), n
		}
	}
	l.ranks = best
}

func countOff(rank []int, place []float64) {
	for i, it := range rank {
		place[it] = float64(i)
	}
}

func sortByMean(rank []int, beside [][]int, place []float64) {
	mean := make(map[int]float64, len(rank))
	for _, it := range rank {
		mean[it] = place[it]
		if len(beside[it]) == 0 {
			continue
		}
		sum := 0.0
		for _, n := range beside[it] {
			sum += place[n]
		}
		mean[it] = sum / float64(len(beside[it]))
	}
	sort.SliceStable(rank, func(i, j int) bool { return mean[rank[i]] < mean[rank[j]] })
	countOff(rank, place)
}

func (l *layered) copyRanks() [][]int {
	ranks := make([][]int, len(l.ranks))
	for i, rank := range l.ranks {
		ranks[i] = slices.Clone(rank)
	}
	return ranks
}

// crossings counts the pairs of arrows that cross between two ranks.
func (l *layered) crossings(place []float64) int {
	count := 0
	for _, rank := range l.ranks {
		var ends []float64 // lower ends, sorted by upper end
		for _, it := range rank {
			lower := make([]float64, 0, len(l.down[it]))
			for _, n := range l.down[it] {
				lower = append(lower, place[n])
			}
			slices.Sort(lower)
			for _, end := range lower {
				for _, before := range ends {
					if before > end {
						count++
					}
				}
			}
			ends = append(ends, lower...)
		}
	}
	return count
}

// straighten gives every item its x: near its neighbours, in the order of its
// rank. The first way onward from a state pulls hardest, so that the main track
// runs straight.
func (l *layered) straighten() {
	l.x = make([]float64, len(l.items))
	pull := l.pulls()
	for _, rank := range l.ranks {
		x := 0.0
		for k, it := range rank {
			if k > 0 {
				x += l.apart(rank[k-1], it)
			}
			l.x[it] = x
		}
	}
	for sweep := range 4 * sweeps {
		for k := range l.ranks {
			rank := l.ranks[k]
			if sweep%2 == 1 {
				rank = l.ranks[len(l.ranks)-1-k]
			}
			l.settleRank(rank, pull)
		}
	}
}

// align puts the items along each arrow under each other, as far as those beside
// them leave room.
func (l *layered) align() {
	place := make([]float64, len(l.items))
	for _, rank := range l.ranks {
		countOff(rank, place)
	}
	for _, chain := range l.chains {
		inner := chain[1 : len(chain)-1]
		for len(inner) > 0 {
			low, high, sum, n := math.Inf(-1), math.Inf(1), 0.0, 0
			for n < len(inner) {
				from, to := l.room(inner[n], int(place[inner[n]]))
				if max(low, from) > min(high, to) {
					break
				}
				low, high, sum = max(low, from), min(high, to), sum+l.x[inner[n]]
				n++
			}
			for _, it := range inner[:n] {
				l.x[it] = min(max(sum/float64(n), low), high)
			}
			inner = inner[n:]
		}
	}
}

// room is how far an item may move between those beside it.
func (l *layered) room(it, place int) (from, to float64) {
	rank := l.ranks[l.items[it].rank]
	from, to = math.Inf(-1), math.Inf(1)
	if place > 0 {
		from = l.x[rank[place-1]] + l.apart(rank[place-1], it)
	}
	if place+1 < len(rank) {
		to = l.x[rank[place+1]] - l.apart(it, rank[place+1])
	}
	return min(from, l.x[it]), max(to, l.x[it])
}

// bond is two items that follow each other along an arrow.
type bond struct{ upper, lower int }

func (l *layered) pulls() map[bond]float64 {
	pull := map[bond]float64{}
	led := make([]bool, len(l.g.states))
	for i, chain := range l.chains {
		a := l.g.arrows[i]
		main := !l.back[i] && !led[a.from] && l.layer[a.to] == l.layer[a.from]+1
		for k := 1; k < len(chain); k++ {
			strength := 1.0
			if main {
				strength = 60
			} else if l.items[chain[k-1]].kind != itemState && l.items[chain[k]].kind != itemState {
				strength = 40
			}
			pull[bond{chain[k-1], chain[k]}] = strength
		}
		led[a.from] = led[a.from] || main
	}
	return pull
}

func (l *layered) settleRank(rank []int, pull map[bond]float64) {
	wanted, weight, apart := make([]float64, len(rank)), make([]float64, len(rank)), make([]float64, 0, len(rank))
	for k, it := range rank {
		sum, total := 0.0, 0.0
		for _, n := range l.up[it] {
			p := pull[bond{n, it}]
			sum, total = sum+l.x[n]*p, total+p
		}
		for _, n := range l.down[it] {
			p := pull[bond{it, n}]
			sum, total = sum+l.x[n]*p, total+p
		}
		wanted[k], weight[k] = l.x[it], 0.1
		if total > 0 {
			wanted[k], weight[k] = sum/total, total
		}
		if k > 0 {
			apart = append(apart, l.apart(rank[k-1], it))
		}
	}
	for k, x := range settle(wanted, weight, apart) {
		l.x[rank[k]] = x
	}
}

// apart is the distance between the middles of two items side by side.
func (l *layered) apart(left, right int) float64 {
	gap := 14.0
	if l.items[left].kind == itemState && l.items[right].kind == itemState {
		gap = 36
	}
	return (l.items[left].w+l.items[right].w)/2 + gap
}

// stack gives every rank its band, one under the other.
func (l *layered) stack() {
	y := 0.0
	for _, rank := range l.ranks {
		height := 0.0
		for _, it := range rank {
			height = max(height, l.items[it].h)
		}
		l.top, l.low = append(l.top, y), append(l.low, y+height)
		y += height + rankGap
	}
}

func (l *layered) scene() *scene {
	s := &scene{cards: l.cards}
	for i, it := range l.items {
		at := point{l.x[i], (l.top[it.rank] + l.low[it.rank]) / 2}
		switch it.kind {
		case itemState:
			s.cards[it.of].box = centred(at, it.w, it.h)
		case itemLabel:
			text := it.label
			text.box, text.plate = centred(at, text.w, text.h), true
			s.labels = append(s.labels, text)
		case itemPass:
		}
	}
	uppers, lowers := l.ports(true), l.ports(false)
	for i, a := range l.g.arrows {
		s.routes = append(s.routes, route{curve: l.route(i, uppers[i], lowers[i]), moves: a.moves})
	}
	first := s.cards[l.g.initial].box
	s.start = curve{start: point{first.centre().x, first.y - startReach}}
	s.start.line(point{first.centre().x, first.y})
	return s
}

// ports spreads the arrows that meet a card over its lower or upper edge, each
// as near as it can be to where it goes. The answer is by arrow.
func (l *layered) ports(lowerEdge bool) []float64 {
	ports := make([]float64, len(l.g.arrows))
	meeting := make([][]int, len(l.g.states))
	next := func(arrow int) int {
		chain := l.chains[arrow]
		if lowerEdge {
			return chain[1]
		}
		return chain[len(chain)-2]
	}
	for i := range l.g.arrows {
		upper, lower := l.ends(i)
		if lowerEdge {
			meeting[upper] = append(meeting[upper], i)
			continue
		}
		meeting[lower] = append(meeting[lower], i)
	}
	for state, arrows := range meeting {
		if len(arrows) == 0 {
			continue
		}
		slices.SortStableFunc(arrows, func(a, b int) int {
			switch xa, xb := l.x[next(a)], l.x[next(b)]; {
			case xa < xb:
				return -1
			case xa > xb:
				return 1
			default:
				return 0
			}
		})
		half := l.cards[state].w/2 - 16
		distance := min(22, 2*half/math.Max(1, float64(len(arrows)-1)))
		wanted, weight, apart := make([]float64, len(arrows)), make([]float64, len(arrows)), make([]float64, len(arrows)-1)
		for k, arrow := range arrows {
			wanted[k] = min(max(l.x[next(arrow)], l.x[state]-half), l.x[state]+half)
			weight[k] = 1
			if k > 0 {
				apart[k-1] = distance
			}
		}
		for k, x := range settle(wanted, weight, apart) {
			low, high := l.x[state]-half+float64(k)*distance, l.x[state]+half-float64(len(arrows)-1-k)*distance
			ports[arrows[k]] = min(max(x, low), max(low, high))
		}
	}
	return ports
}

// route draws an arrow down its chain, straight through the bands and bent
// between them, and turns it round where it leads back.
func (l *layered) route(arrow int, upper, lower float64) curve {
	chain := l.chains[arrow]
	top, bottom := l.cards[chain[0]].box, l.cards[chain[len(chain)-1]].box
	low, high := l.low[l.items[chain[0]].rank], l.top[l.items[chain[len(chain)-1]].rank]
	if l.back[arrow] {
		low += headRoom
	} else {
		high -= headRoom
	}
	way := []point{{upper, top.foot()}, {upper, low}}
	for _, it := range chain[1 : len(chain)-1] {
		rank := l.items[it].rank
		way = append(way, point{l.x[it], l.top[rank]}, point{l.x[it], l.low[rank]})
	}
	way = append(way, point{lower, high}, point{lower, bottom.y})
	if l.back[arrow] {
		slices.Reverse(way)
	}
	return thread(way)
}

// thread joins points in pairs by straight pieces, and the pairs by bends that
// begin and end upright.
func thread(way []point) curve {
	c := curve{start: way[0]}
	for k := 1; k < len(way); k++ {
		from, to := way[k-1], way[k]
		switch {
		case from == to:
		case k%2 == 1 || math.Abs(from.x-to.x) < 0.5:
			c.line(to)
		default:
			middle := (from.y + to.y) / 2
			c.bend(point{from.x, middle}, point{to.x, middle}, to)
		}
	}
	return c
}
