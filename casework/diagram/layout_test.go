package diagram

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// randomGraph has n states and some arrows; every state is reached from the
// first one.
func randomGraph(seed uint64, n int) *graph {
	r := rand.New(rand.NewPCG(seed, 11)) //nolint:gosec // a fixed seed for repeatable tests
	g := &graph{present: r.IntN(n), round: 2, between: map[[2]int]int{}}
	for i := range n {
		g.states = append(g.states, vertex{title: strings.Repeat("word ", 1+r.IntN(8)), initial: i == 0, final: i == n-1})
	}
	for i := 1; i < n; i++ {
		g.way(r.IntN(i), i, way{move: "on", title: "On"})
	}
	for range r.IntN(2 * n) {
		from, to := r.IntN(n-1), r.IntN(n)
		g.way(from, to, way{move: "m", title: strings.Repeat("some move ", 1+r.IntN(3)), times: r.IntN(2)})
	}
	return g
}

func TestInLayersNothingLiesOverAnythingElse(t *testing.T) {
	for seed := range uint64(150) {
		s := layLayered(randomGraph(seed, 2+int(seed%12)))
		var boxes []box
		for _, c := range s.cards {
			boxes = append(boxes, c.box)
		}
		for _, l := range s.labels {
			boxes = append(boxes, l.box)
		}
		for i, a := range boxes {
			for _, b := range boxes[:i] {
				require.Less(t, a.overlap(b), 0.01, "seed %d: %v %v", seed, a, b)
			}
		}
		for _, r := range s.routes {
			for _, p := range r.samples(3) {
				for _, c := range s.cards {
					require.False(t, c.grown(-0.5).holds(p), "seed %d: an arrow runs through a card", seed)
				}
			}
		}
	}
}

func TestOnAWheelNoCardIsCovered(t *testing.T) {
	for seed := range uint64(150) {
		n := 4 + int(seed%9)
		g := randomGraph(seed, n)
		ring := rand.New(rand.NewPCG(seed, 3)).Perm(n)[:3+int(seed%uint64(n-2))] //nolint:gosec // a fixed seed for repeatable tests
		s := layWheel(g, ring)
		for i, a := range s.cards {
			for _, b := range s.cards[:i] {
				require.Zero(t, a.overlap(b.box), "seed %d", seed)
			}
			for _, l := range s.labels {
				require.Zero(t, a.overlap(l.box), "seed %d: a label on a card", seed)
			}
		}
		for i, a := range s.labels {
			for _, b := range s.labels[:i] {
				require.Zero(t, a.overlap(b.box), "seed %d: a label on a label", seed)
			}
		}
	}
}

func TestEveryArrowIsDrawn(t *testing.T) {
	for seed := range uint64(60) {
		g := randomGraph(seed, 7)
		layered, wheel := layLayered(g), layWheel(g, []int{0, 1, 2, 3})
		assert.Len(t, layered.routes, len(g.arrows))
		count := func(s *scene) map[string]bool {
			seen := map[string]bool{}
			for _, r := range s.routes {
				for _, m := range r.moves {
					seen[string(m.move)] = true
				}
			}
			return seen
		}
		assert.Equal(t, count(layered), count(wheel))
	}
}

func TestLinesStayWithinTheirWidth(t *testing.T) {
	f := face{size: 15, bold: true}
	for _, text := range []string{
		"", "one", "several words on a line", strings.Repeat("x", 60), "Überprüfung " + strings.Repeat("需", 30),
		"בדיקת צרכים ומשאבים של הקהילה", "👩🏽‍⚕️👨‍👩‍👧‍👦🇬🇧🇫🇷👩🏽‍⚕️👨‍👩‍👧‍👦🇬🇧🇫🇷👩🏽‍⚕️👨‍👩‍👧‍👦",
	} {
		for _, limit := range []float64{60, 138, 400} {
			lines := f.wrap(text, limit, 3)
			assert.LessOrEqual(t, len(lines), 3)
			for _, line := range lines {
				assert.LessOrEqual(t, f.width(line), limit, "%q of %q", line, text)
			}
			all := f.wrap(text, limit, 1000)
			assert.Equal(t, strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(strings.Join(all, ""), " ", ""), "nothing is lost")
		}
	}
}

func TestClustersKeepTogetherWhatIsReadAsOne(t *testing.T) {
	assert.Equal(t, []string{"e\u0301", "👩🏽‍⚕️", "🇬🇧", "🇫🇷", "नि", "x"}, clusters("e\u0301👩🏽‍⚕️🇬🇧🇫🇷निx"))
	assert.Zero(t, clusterWidth(""))
}

func TestThingsInARowSettleInOrderAndApart(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5)) //nolint:gosec // a fixed seed for repeatable tests
	for range 200 {
		n := 1 + r.IntN(9)
		wanted, weight, apart := make([]float64, n), make([]float64, n), make([]float64, n-1)
		for i := range n {
			wanted[i], weight[i] = r.Float64()*100, 0.1+r.Float64()
			if i > 0 {
				apart[i-1] = r.Float64() * 30
			}
		}
		got := settle(wanted, weight, apart)
		for i := 1; i < n; i++ {
			require.GreaterOrEqual(t, got[i]-got[i-1], apart[i-1]-1e-9)
		}
	}
	assert.Equal(t, []float64{0, 50, 100}, settle([]float64{0, 50, 100}, []float64{1, 1, 1}, []float64{10, 10}))
	assert.Equal(t, []float64{-5, 5}, settle([]float64{0, 0}, []float64{1, 1}, []float64{10}))
}

func TestColoursMeetTheContrastOfLevelAA(t *testing.T) {
	for name, p := range map[string]palette{"light": lightPalette(), "dark": darkPalette()} {
		for _, c := range []struct {
			what, front, back string
			least             float64
		}{
			{"title", p.ink, p.ground, 4.5},
			{"text", p.muted, p.ground, 4.5},
			{"text on the panel", p.muted, p.panel, 4.5},
			{"text on the hub", p.muted, p.card, 4.5},
			{"state", p.ink, p.card, 4.5},
			{"visited state", p.ink, p.soft, 4.5},
			{"present state", p.onAccent, p.accent, 4.5},
			{"travelled move", p.accent, p.ground, 4.5},
			{"travelled move on the panel", p.accent, p.panel, 4.5},
			{"arrow", p.line, p.ground, 3},
			{"arrow on the panel", p.line, p.panel, 3},
			{"outline", p.edge, p.ground, 3},
			{"outline on the panel", p.edge, p.panel, 3},
		} {
			assert.GreaterOrEqual(t, contrast(t, c.front, c.back), c.least, "%s, %s", name, c.what)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, share := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		c := float64(v) / 255
		if c <= 0.04045 {
			sum += share * c / 12.92
			continue
		}
		sum += share * math.Pow((c+0.055)/1.055, 2.4)
	}
	return sum
}

func TestNumbersAreWrittenOneWay(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -0.01: "0", 1: "1", 1.25: "1.2", -3.96: "-4", 12.34: "12.3"} {
		assert.Equal(t, want, number(v), fmt.Sprint(v))
	}
}

func TestAPointWithoutDirectionPointsRight(t *testing.T) {
	assert.Equal(t, point{1, 0}, point{}.unit())
	var nothing curve
	shaft, tip, ahead := nothing.headed(5)
	assert.Empty(t, shaft.pieces)
	assert.Equal(t, point{}, tip)
	assert.Equal(t, point{1, 0}, ahead)
}
