package river

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// DeliveryWorker works on [Committed] jobs: it tells a notifier of every entry, as
// it stands in the journal then, so that what was redacted meanwhile is not told.
// It is used by several goroutines at once, and does not change.
//
// A job whose notification did not arrive ends as the error says; see
// [notification.FateOf]:
//
//   - Again: what follows in the job waits. It is snoozed for as long as the
//     receiver asked, or else fails, and River tries it as often as it is allowed
//     to. A snooze is no try: a receiver that always asks to wait is always waited
//     for. A job that comes again tells its entries from the first one.
//   - Never: what follows is told, and the job is cancelled with the error.
//   - Gone: the job is cancelled at once.
type DeliveryWorker struct {
	river.WorkerDefaults[Committed]

	Stores Stores            // where the entries are read
	To     casework.Notifier // who is told
}

// Work delivers. A worker that lacks something is [casework.ErrInvalid], a job
// that no receipt stands behind is cancelled with it, and a case or an entry
// that is not there is [casework.ErrNotFound]. Other errors are those of the
// store, and of the notifier.
func (w *DeliveryWorker) Work(ctx context.Context, job *river.Job[Committed]) error {
	if w.Stores == nil || w.To == nil {
		return casework.Invalid("deliver", casework.Fault{Path: "worker", Code: "worker.incomplete", Message: "give the worker its stores and a notifier"})
	}
	if err := casework.InvalidIf("deliver", job.Args.faults()); err != nil {
		return river.JobCancel(err)
	}
	store, err := w.Stores.of(job.Args.Tenant)
	if err != nil {
		return err
	}
	d := delivery{store: store, to: w.To, tenant: job.Args.Tenant}
	for _, c := range job.Args.Cases {
		if err := d.change(ctx, c); err != nil {
			return err
		}
	}
	return d.end()
}

// delivery is one run of a job.
type delivery struct {
	store   casework.Store
	to      casework.Notifier
	tenant  string
	refused []error // notifications that will never be delivered
}

// change tells of the entries of one case.
func (d *delivery) change(ctx context.Context, c casework.CaseChange) error {
	record, err := d.store.Load(ctx, c.Case)
	if err != nil {
		return err
	}
	next := c.First
	for e, err := range d.store.History(ctx, c.Case, c.First-1) {
		if err != nil {
			return err
		}
		if e.Seq > c.Last {
			break
		}
		if err := d.tell(ctx, casework.Notification{Tenant: d.tenant, Kind: record.Index.Kind, Entry: e}); err != nil {
			return err
		}
		next = e.Seq + 1
	}
	if next <= c.Last {
		return &casework.NotFoundError{Op: "deliver", What: "entry", ID: fmt.Sprintf("%s/%d", c.Case, next)}
	}
	return nil
}

// tell tells of one entry. An error ends the run.
func (d *delivery) tell(ctx context.Context, n casework.Notification) error {
	err := d.to.Notify(ctx, n)
	fate, after := notification.FateOf(err)
	switch {
	case err == nil:
		return nil
	case fate == notification.Gone:
		return river.JobCancel(errors.Join(append(d.refused, err)...))
	case fate == notification.Never:
		d.refused = append(d.refused, err)
		return nil
	case after > 0:
		return river.JobSnooze(after)
	}
	return err
}

func (d *delivery) end() error {
	if len(d.refused) == 0 {
		return nil
	}
	return river.JobCancel(errors.Join(d.refused...))
}
