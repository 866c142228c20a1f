package diagram

import (
	"math"
	"strconv"
	"strings"
)

// point is a place in the picture: x to the right, y downwards.
type point struct{ x, y float64 }

func (p point) add(q point) point               { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point               { return point{p.x - q.x, p.y - q.y} }
func (p point) times(k float64) point           { return point{p.x * k, p.y * k} }
func (p point) length() float64                 { return math.Hypot(p.x, p.y) }
func (p point) toward(q point, t float64) point { return p.add(q.sub(p).times(t)) }

// unit is the direction of p; to the right where p has none.
func (p point) unit() point {
	if length := p.length(); length > 1e-9 {
		return p.times(1 / length)
	}
	return point{1, 0}
}

// polar gives the point at a distance from the origin, in the direction of an
// angle that runs clockwise from the top.
func polar(r, angle float64) point { return point{r * math.Sin(angle), -r * math.Cos(angle)} }

// box is an upright rectangle, from its left upper corner.
type box struct{ x, y, w, h float64 }

func centred(at point, w, h float64) box { return box{at.x - w/2, at.y - h/2, w, h} }

func (b box) centre() point  { return point{b.x + b.w/2, b.y + b.h/2} }
func (b box) right() float64 { return b.x + b.w }
func (b box) foot() float64  { return b.y + b.h }

// grown is the box with a margin all round.
func (b box) grown(by float64) box { return box{b.x - by, b.y - by, b.w + 2*by, b.h + 2*by} }

func (b box) holds(p point) bool {
	return p.x > b.x && p.x < b.right() && p.y > b.y && p.y < b.foot()
}

// overlap is the area two boxes share.
func (b box) overlap(c box) float64 {
	w := min(b.right(), c.right()) - max(b.x, c.x)
	h := min(b.foot(), c.foot()) - max(b.y, c.y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// union is the smallest box around both.
func (b box) union(c box) box {
	x, y := min(b.x, c.x), min(b.y, c.y)
	return box{x, y, max(b.right(), c.right()) - x, max(b.foot(), c.foot()) - y}
}

// curve is a line of straight and bent pieces, drawn from its start.
type curve struct {
	start  point
	pieces []piece
}

// piece is a cubic Bézier curve up to a point, or a straight line.
type piece struct {
	a, b, to point
	straight bool
}

func (c *curve) end() point {
	if len(c.pieces) == 0 {
		return c.start
	}
	return c.pieces[len(c.pieces)-1].to
}

func (c *curve) line(to point) {
	from := c.end()
	c.pieces = append(c.pieces, piece{from.toward(to, 1.0/3), from.toward(to, 2.0/3), to, true})
}

func (c *curve) bend(a, b, to point) { c.pieces = append(c.pieces, piece{a, b, to, false}) }

// arc follows the circle of radius r around the origin, from one angle to
// another, in bends of at most an eighth of it.
func (c *curve) arc(r, from, to float64) {
	n := int(math.Ceil(math.Abs(to-from)/(math.Pi/4) - 1e-9))
	for i := range n {
		a := from + (to-from)*float64(i)/float64(n)
		b := from + (to-from)*float64(i+1)/float64(n)
		k := 4.0 / 3 * math.Tan((b-a)/4) * r
		c.bend(polar(r, a).add(point{math.Cos(a), math.Sin(a)}.times(k)), polar(r, b).sub(point{math.Cos(b), math.Sin(b)}.times(k)), polar(r, b))
	}
}

// at is the point of a piece that begins at from, for t from 0 to 1.
func (p piece) at(from point, t float64) point {
	ab, bc, cd := from.toward(p.a, t), p.a.toward(p.b, t), p.b.toward(p.to, t)
	return ab.toward(bc, t).toward(bc.toward(cd, t), t)
}

// samples gives points along the curve, about a step apart.
func (c *curve) samples(step float64) []point {
	points := []point{c.start}
	from := c.start
	for _, p := range c.pieces {
		n := int(math.Ceil((p.a.sub(from).length()+p.b.sub(p.a).length()+p.to.sub(p.b).length())/step)) + 1
		for i := 1; i <= n; i++ {
			points = append(points, p.at(from, float64(i)/float64(n)))
		}
		from = p.to
	}
	return points
}

// headed takes the length of an arrowhead off the end, and gives the tip and
// the direction the head points in.
func (c *curve) headed(length float64) (shaft curve, tip, direction point) {
	tip = c.end()
	shaft = curve{start: c.start, pieces: append([]piece(nil), c.pieces...)}
	for len(shaft.pieces) > 0 {
		last := shaft.pieces[len(shaft.pieces)-1]
		shaft.pieces = shaft.pieces[:len(shaft.pieces)-1]
		from := shaft.end()
		if from.sub(tip).length() < length {
			continue
		}
		t, near := 0.0, 1.0
		for range 24 {
			middle := (t + near) / 2
			if last.at(from, middle).sub(tip).length() < length {
				near = middle
				continue
			}
			t = middle
		}
		ab, bc := from.toward(last.a, t), last.a.toward(last.b, t)
		shaft.pieces = append(shaft.pieces, piece{ab, ab.toward(bc, t), last.at(from, t), last.straight})
		break
	}
	return shaft, tip, tip.sub(shaft.end()).unit()
}

// path is the curve as an SVG path.
func (c *curve) path() string {
	var b strings.Builder
	b.WriteString("M" + pair(c.start))
	for _, p := range c.pieces {
		if p.straight {
			b.WriteString("L" + pair(p.to))
			continue
		}
		b.WriteString("C" + pair(p.a) + " " + pair(p.b) + " " + pair(p.to))
	}
	return b.String()
}

func pair(p point) string { return number(p.x) + "," + number(p.y) }

// number writes a length to a tenth of a unit, always the same way.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	text = strings.TrimSuffix(text, ".0")
	if text == "-0" {
		return "0"
	}
	return text
}
