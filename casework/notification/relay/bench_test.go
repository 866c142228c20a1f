package relay_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/relay"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/internal/journaltest"
)

// counter counts what it is told, and says when it has heard so many.
type counter struct {
	heard chan struct{}
	left  chan int
}

func (c counter) Notify(context.Context, casework.Notification) error {
	left := <-c.left - 1
	if left == 0 {
		close(c.heard)
	}
	c.left <- left
	return nil
}

// BenchmarkDelivered delivers 4,000 entries of 40 cases out of the memory, as fast as
// a receiver takes them that does nothing.
func BenchmarkDelivered(b *testing.B) {
	const cases, entries = 40, 100
	store := memory.New()
	for i := range cases {
		journaltest.New(byte(i+1)).Write(b, store, entries)
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, relay.Replay(b.Context(), store, "finance", 0))
		to := counter{heard: make(chan struct{}), left: make(chan int, 1)}
		to.left <- cases * entries
		r, err := relay.New(store, "finance", to, &relay.Options{Poll: time.Hour})
		require.NoError(b, err)
		ctx, cancel := context.WithCancel(b.Context())
		go func() {
			<-to.heard
			cancel()
		}()
		require.NoError(b, r.Run(ctx))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(cases*entries), "us/entry")
}
