//go:build unix

package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// BenchmarkFollowed writes an entry and reads the feed until it is there: update-us
// is what the update took, and lag-us what the reader then took to have it.
func BenchmarkFollowed(b *testing.B) {
	store := open(b, schema(b))
	d := desk(b, store)
	id := opened(b, d)
	var last casework.Position
	var update, lag time.Duration
	for b.Loop() {
		begun := time.Now() //nolint:forbidigo // a benchmark measures time
		grown(b, d, id)
		written := time.Now() //nolint:forbidigo // a benchmark measures time
		for found := false; !found; {
			items, err := store.Feed(b.Context(), last, 100)
			require.NoError(b, err)
			found = len(items) > 0
			if found {
				last = items[len(items)-1].Position
			}
		}
		update, lag = update+written.Sub(begun), lag+time.Since(written) //nolint:forbidigo // a benchmark measures time
	}
	b.ReportMetric(float64(update.Microseconds())/float64(b.N), "update-us")
	b.ReportMetric(float64(lag.Microseconds())/float64(b.N), "lag-us")
}
