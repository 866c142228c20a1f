package compare_test

import (
	"slices"
	"testing"
	"time"
)

// side is one way to do something: a name and a batch of the work.
type side struct {
	name  string
	batch int // how often one call of run does the work
	run   func() error
}

// besides runs the sides in turn, once each an iteration, and reports the median
// time of each for doing the work once. The ratios are over the first side's time.
func besides(b *testing.B, sides ...side) {
	b.Helper()
	times := make([][]time.Duration, len(sides))
	for turn := 0; b.Loop(); turn++ {
		for k := range sides {
			i := (turn + k) % len(sides) // whoever goes first may pay for the others
			start := time.Now()
			if err := sides[i].run(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(start))
		}
	}
	first := 0.0
	for i, s := range sides {
		each := median(times[i]) / float64(s.batch)
		b.ReportMetric(each, "ns/"+s.name)
		if i == 0 {
			first = each
			continue
		}
		b.ReportMetric(each/first, s.name+"/"+sides[0].name)
	}
	b.ReportMetric(0, "ns/op") // of all sides together: it says nothing
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2])
}
