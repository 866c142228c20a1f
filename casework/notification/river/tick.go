package river

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/needsled/needsled/casework"
)

// Tick is a job: the deadlines of a tenant's cases that have passed are to be
// recorded.
type Tick struct {
	Tenant string `json:"tenant"`
}

// Kind is the name River knows the job by.
func (Tick) Kind() string { return "needsled.tick" }

// TickWorker works on [Tick] jobs: it ticks every case that has a deadline at or
// before the time of the call. It may run in several processes at once, which fire
// each deadline once between them. It is used by several goroutines at once, and
// does not change.
//
// River gives a job a minute, unless JobTimeout of its client says otherwise. What
// a job did not come to is the next one's.
type TickWorker struct {
	river.WorkerDefaults[Tick]

	Stores  Stores       // where the cases are
	Tickers []Ticker     // one for each kind of case
	Options *TickOptions // nil for the defaults
}

// Work ticks. A case that somebody else moves meanwhile is left to the next job.
// Other errors do not keep the other cases from their turn: all are tried, and the
// errors come joined, unless the context is done. A worker that lacks something
// is [casework.ErrInvalid].
func (w *TickWorker) Work(ctx context.Context, job *river.Job[Tick]) error {
	if w.Stores == nil || len(w.Tickers) == 0 {
		return casework.Invalid("tick", casework.Fault{Path: "worker", Code: "worker.incomplete", Message: "give the worker its stores and its tickers"})
	}
	store, err := w.Stores.of(job.Args.Tenant)
	if err != nil {
		return err
	}
	o := w.Options.withDefaults()
	s := sweep{store: store, at: o.Clock(), by: o.By(job.Args.Tenant)}
	for _, t := range w.Tickers {
		s.all(ctx, t)
	}
	return errors.Join(s.errs...)
}

// sweep is one run of a job.
type sweep struct {
	store casework.Store
	at    time.Time
	by    casework.Actor
	errs  []error
}

// all ticks the cases of one kind.
func (s *sweep) all(ctx context.Context, t Ticker) {
	for c, err := range t.Due(ctx, s.store, s.at) {
		if err != nil {
			s.errs = append(s.errs, fmt.Errorf("list cases that are due: %w", err))
			return
		}
		if err := t.Tick(ctx, s.store, c.Case, s.by); err != nil && !errors.Is(err, casework.ErrConflict) {
			s.errs = append(s.errs, fmt.Errorf("tick case %s: %w", c.Case, err))
		}
		if ctx.Err() != nil {
			return
		}
	}
}
