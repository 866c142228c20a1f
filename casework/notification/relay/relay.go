package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// Store is what a relay follows and keeps its place in. The stores of this
// library are one.
type Store interface {
	casework.Store
	casework.Feeder
	casework.CursorKeeper
}

// Relay serves one subscriber of one tenant. It is safe for concurrent use.
type Relay struct {
	store      Store
	subscriber string
	to         casework.Notifier
	o          Options

	mu      sync.Mutex
	running bool
	status  Status
	oldest  time.Time
}

// Status is how a relay is doing.
type Status struct {
	Leading   bool              // this process serves the subscriber
	Position  casework.Position // up to which everything was delivered or is held
	Reading   int               // entries that were read and are neither delivered nor held
	Waiting   int               // cases that are held and tried again by themselves
	Parked    int               // cases that are held until somebody resumes them
	Delivered uint64            // entries, since the relay was made
	Failed    uint64            // deliveries, since the relay was made
	Lag       time.Duration     // age of the oldest entry that was read and is neither delivered nor held; 0 where there is none
}

// New makes a relay. A name, store or notifier that is missing and options that
// will not do are [casework.ErrInvalid].
func New(store Store, subscriber string, to casework.Notifier, o *Options) (*Relay, error) {
	with := o.withDefaults()
	faults := with.faults()
	if store == nil {
		faults = append(faults, casework.Fault{Path: "store", Code: "relay.store_missing", Message: "a relay follows a store"})
	}
	if subscriber == "" {
		faults = append(faults, casework.Fault{Path: "subscriber", Code: "cursor.subscriber_missing", Message: "a subscriber has a name"})
	}
	if to == nil {
		faults = append(faults, casework.Fault{Path: "to", Code: "relay.notifier_missing", Message: "a relay delivers to a notifier"})
	}
	if bound, may := store.(casework.InTransaction); may && bound.InTransaction() {
		faults = append(faults, casework.Fault{Path: "store", Code: "relay.store_bound", Message: "only what is committed is delivered: give the store that is bound to no transaction"})
	}
	if err := casework.InvalidIf("make relay", faults); err != nil {
		return nil, err
	}
	return &Relay{store: store, subscriber: subscriber, to: to, o: with}, nil
}

// Status tells how the relay is doing.
func (r *Relay) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.status
	if !r.oldest.IsZero() {
		s.Lag = max(0, r.o.Clock().Sub(r.oldest))
	}
	return s
}

// Run delivers until the context ends, and is then nil: what was under way has
// come to its end and is kept. While another process leads, it stands by. A store
// that fails is tried again.
//
// A receiver that wants nothing any more ends it with an error whose fate is
// [notification.Gone]; a relay that runs already is [casework.ErrInvalid].
func (r *Relay) Run(ctx context.Context) error {
	if !r.begin() {
		return casework.Invalid("run relay", casework.Fault{Path: "relay", Code: "relay.running", Message: "the relay runs already"})
	}
	defer r.end()
	for failures := 0; ; {
		err := r.serve(ctx)
		fate, _ := notification.FateOf(err)
		switch {
		case fate == notification.Gone:
			return fmt.Errorf("relay to %s: %w", r.subscriber, err)
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, casework.ErrConflict):
			failures = 0
			r.o.Logger.LogAttrs(ctx, slog.LevelDebug, "stands by", r.about(slog.String("why", err.Error()))...)
		default:
			failures++
			r.o.Logger.LogAttrs(ctx, slog.LevelError, "the store failed", r.about(slog.String("error", err.Error()))...)
		}
		wait(ctx, r.standby(failures))
	}
}

// standby is how long to wait before the lead is asked for again.
func (r *Relay) standby(failures int) time.Duration {
	if failures == 0 {
		return r.o.Poll
	}
	o := Options{FirstPause: r.o.Poll, LongestPause: max(r.o.Poll, r.o.Term)}
	return o.pause(failures)
}

func wait(ctx context.Context, d time.Duration) {
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-ctx.Done():
	case <-over.C:
	}
}

func (r *Relay) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	free := !r.running
	r.running = true
	return free
}

func (r *Relay) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running = false
}

func (r *Relay) lease() casework.Lease {
	return casework.Lease{Subscriber: r.subscriber, Leader: r.o.Leader, Term: r.o.Term}
}

// serve leads until the lead is lost, the context ends, or the store fails. It
// gives the lead up when it ends.
func (r *Relay) serve(ctx context.Context) error {
	if _, err := r.store.Lead(ctx, r.lease()); err != nil {
		return err
	}
	defer r.resign(ctx)
	cursor, err := r.store.Cursor(ctx, r.subscriber)
	if err != nil {
		return err
	}
	r.o.Logger.LogAttrs(ctx, slog.LevelInfo, "leads", r.about(slog.Uint64("position", uint64(cursor.Position)))...)
	return newService(r, cursor).run(ctx)
}

// resign gives the lead up. Where that fails the term ends it.
func (r *Relay) resign(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.o.Term)
	defer cancel()
	l := r.lease()
	l.Term = 0
	if _, err := r.store.Lead(ctx, l); err != nil && !errors.Is(err, casework.ErrConflict) {
		r.o.Logger.LogAttrs(ctx, slog.LevelWarn, "the lead was not given up", r.about(slog.String("error", err.Error()))...)
	}
	r.report(func(s *Status) { s.Leading, s.Reading, s.Waiting = false, 0, 0 }, time.Time{})
}

func (r *Relay) about(more ...slog.Attr) []slog.Attr {
	return append([]slog.Attr{slog.String("tenant", r.o.Tenant), slog.String("subscriber", r.subscriber)}, more...)
}

func (r *Relay) report(change func(*Status), oldest time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.status)
	r.oldest = oldest
}
