package notificationtest

import (
	"context"
	"slices"
	"sync"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// Received is what arrived at the receiver, as far as it can tell.
type Received struct {
	Key    string // what the receiver tells repetitions by
	Tenant string
	Kind   string
	Case   casework.CaseID
	Seq    uint64
	Type   string
	Body   []byte // all that came over the wire; nil where nothing did
}

// Recorder is a notifier that keeps what it is told. It is safe for concurrent
// use, and the zero Recorder is ready.
type Recorder struct {
	// Fail decides whether a delivery fails; nil lets none. It is told how often
	// this notification has come before, and is called by several goroutines at once.
	Fail func(ctx context.Context, n casework.Notification, before int) error

	mu    sync.Mutex
	got   []casework.Notification
	tries map[string]int
}

// Notify keeps the notification unless it is to fail.
func (r *Recorder) Notify(ctx context.Context, n casework.Notification) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before := r.tried(n)
	if r.Fail != nil {
		if err := r.Fail(ctx, n, before); err != nil {
			return err
		}
	}
	n.Entry = n.Entry.Clone()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, n)
	return nil
}

func (r *Recorder) tried(n casework.Notification) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tries == nil {
		r.tries = map[string]int{}
	}
	before := r.tries[notification.Key(n)]
	r.tries[notification.Key(n)]++
	return before
}

// Got gives what arrived, in the order it did.
func (r *Recorder) Got() []casework.Notification {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// Tries gives how often a notification came, arrived or not.
func (r *Recorder) Tries(n casework.Notification) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tries[notification.Key(n)]
}

// Received gives what arrived, for [Run].
func (r *Recorder) Received() []Received {
	var all []Received
	for _, n := range r.Got() {
		all = append(all, Received{Key: notification.Key(n), Tenant: n.Tenant, Kind: n.Kind, Case: n.Entry.Case, Seq: n.Entry.Seq, Type: n.Entry.Type})
	}
	return all
}
