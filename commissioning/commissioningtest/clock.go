package commissioningtest

import (
	"sync"
	"time"
)

// Start is when the clock of every fixture stands at first: noon, UTC, on
// 2 June 2025.
func Start() time.Time { return time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC) }

// Clock is a clock that stands still until it is moved. It is safe for
// concurrent use. The zero Clock stands at [Start].
type Clock struct {
	mu sync.Mutex
	at time.Time // zero: at Start
}

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// Set puts the clock to a time.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Advance moves the clock on, or back when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.now().Add(d)
}

func (c *Clock) now() time.Time {
	if c.at.IsZero() {
		return Start()
	}
	return c.at
}
