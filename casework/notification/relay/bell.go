package relay

import "sync"

// Bell wakes relays in the same process: whoever commits rings it. It may be rung
// by several goroutines, and before anybody hears it. The zero Bell is ready.
type Bell struct {
	mu    sync.Mutex
	heard []chan struct{}
}

// Hear gives a channel of the caller's own for [Options.Wake].
func (b *Bell) Hear() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := make(chan struct{}, 1)
	b.heard = append(b.heard, c)
	return c
}

// Ring wakes whoever hears the bell. It waits for nobody: a relay that is awake
// finds out when it has done what it does.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.heard {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
