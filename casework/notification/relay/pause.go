package relay

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// pause is how long to wait after so many tries: twice as long each time, up to
// the longest, and half of it more or less, so that many do not come at once.
func (o Options) pause(tries int) time.Duration {
	b := &backoff.ExponentialBackOff{InitialInterval: o.FirstPause, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: o.LongestPause}
	next := b.NextBackOff()
	for range min(tries, 64) - 1 {
		next = b.NextBackOff()
	}
	return next
}
