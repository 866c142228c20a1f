package relay

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/needsled/needsled/casework"
)

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	// Tenant is that of the store. It stands on every notification.
	Tenant string
	// Leader names the process; a random name where empty. No two processes share one.
	Leader string
	// Parallel is how many cases are delivered at the same time; 8 where zero.
	Parallel int
	// Window is how many entries are read ahead of the cursor, at most; 512 where
	// zero. After a crash no more than these come again.
	Window int
	// Timeout is that of one delivery; 30 s where zero.
	Timeout time.Duration
	// Tries is how often an entry is tried before its case is parked; 20 where zero.
	Tries int
	// FirstPause is that after the first failure, more or less; 1 s where zero. It
	// doubles with each, up to LongestPause; 15 min where zero. A receiver that says
	// when it can be called again is not called sooner.
	FirstPause, LongestPause time.Duration
	// Down is how many cases may wait for another try before the receiver itself
	// is taken to be down; 64 where zero.
	Down int
	// Wake says that there may be something new: a [Bell] in the same process, or what
	// PostgreSQL signals. Nil leaves it to Poll.
	Wake <-chan struct{}
	// Poll is how often a relay looks without being woken, and how often one that
	// stands by tries to lead; 1 s where zero. With many tenants, give each a Wake and
	// a long Poll.
	Poll time.Duration
	// Term is how long a lead lasts that is not renewed; 6 s where zero. It bounds
	// the time until another process takes over, and that which a delivery under way
	// is given when the relay stops.
	Term time.Duration
	// Logger hears of failures, parked cases and changes of the lead; nobody where nil.
	Logger *slog.Logger
	// Clock tells the time; time.Now where nil.
	Clock func() time.Time
}

// withDefaults fills in what was left out.
func (o *Options) withDefaults() Options {
	var with Options
	if o != nil {
		with = *o
	}
	if with.Leader == "" {
		with.Leader = uuid.NewString() //nolint:forbidigo // the door: no two processes share a name
	}
	if with.Logger == nil {
		with.Logger = slog.New(slog.DiscardHandler)
	}
	if with.Clock == nil {
		with.Clock = time.Now //nolint:forbidigo // the door of the clock
	}
	with.Parallel, with.Window = or(with.Parallel, 8), or(with.Window, 512)
	with.Tries, with.Down = or(with.Tries, 20), or(with.Down, 64)
	with.Timeout, with.Poll, with.Term = or(with.Timeout, 30*time.Second), or(with.Poll, time.Second), or(with.Term, 6*time.Second)
	with.FirstPause, with.LongestPause = or(with.FirstPause, time.Second), or(with.LongestPause, 15*time.Minute)
	with.LongestPause = max(with.FirstPause, with.LongestPause)
	return with
}

func or[N int | time.Duration](n, otherwise N) N {
	if n == 0 {
		return otherwise
	}
	return n
}

func (o Options) faults() []casework.Fault {
	var faults []casework.Fault
	for _, n := range []struct {
		field string
		value int64
	}{
		{"parallel", int64(o.Parallel)},
		{"window", int64(o.Window)},
		{"timeout", int64(o.Timeout)},
		{"tries", int64(o.Tries)},
		{"first_pause", int64(o.FirstPause)},
		{"longest_pause", int64(o.LongestPause)},
		{"down", int64(o.Down)},
		{"poll", int64(o.Poll)},
		{"term", int64(o.Term)},
	} {
		if n.value < 0 {
			faults = append(faults, casework.Fault{Path: "options." + n.field, Code: "relay.negative", Message: "it is not negative"})
		}
	}
	return faults
}
