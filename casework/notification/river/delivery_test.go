//go:build unix

package river_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertest"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	needsledriver "github.com/needsled/needsled/casework/notification/river"
	"github.com/needsled/needsled/casework/storage/memory"
)

// told keeps what it is told, and answers by the sequence of an entry.
type told struct {
	seqs []uint64
	errs map[uint64]error
}

func (t *told) Notify(_ context.Context, n casework.Notification) error {
	t.seqs = append(t.seqs, n.Entry.Seq)
	return t.errs[n.Entry.Seq]
}

func TestAWorkerTellsTheEntriesOfAJobInOrder(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	full := errors.New("the queue is full")
	var failed atomic.Bool
	to := &notificationtest.Recorder{Fail: func(_ context.Context, n casework.Notification, _ int) error {
		if n.Entry.Seq == 3 && failed.CompareAndSwap(false, true) {
			return full
		}
		return nil
	}}
	workers := river.NewWorkers()
	river.AddWorker(workers, &needsledriver.DeliveryWorker{Stores: d.stores, To: to})
	process := d.process(t, workers, nil)

	tx := d.begin(t)
	var ids []casework.CaseID
	receipt, err := desk.In(d.store.WithTx(tx)).Do(t.Context(), ana, func(u *casework.Unit) error {
		for range 2 {
			n, err := casework.Open(u, desk.Kind(), casework.Opening{})
			if err != nil {
				return err
			}
			ids = append(ids, n.ID())
			if err := errors.Join(addLine(n), addLine(n)); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, needsledriver.Insert(t.Context(), d.client, tx, "camden", receipt, nil))
	require.NoError(t, tx.Commit())
	_, err = desk.Update(t.Context(), ids[0], ana, addLine)
	require.NoError(t, err, "an entry that the job is not about")

	assert.Equal(t, []river.EventKind{river.EventKindJobFailed, river.EventKindJobCompleted}, await(t, 2, process))
	seen := map[casework.CaseID][]uint64{}
	for _, n := range to.Got() {
		assert.Equal(t, "camden", n.Tenant)
		assert.Equal(t, "note", n.Kind)
		assert.Zero(t, n.Position)
		seen[n.Entry.Case] = append(seen[n.Entry.Case], n.Entry.Seq)
	}
	assert.Equal(t, []uint64{1, 2, 1, 2, 3}, seen[receipt.Cases[0].Case])
	assert.Equal(t, []uint64{1, 2, 3}, seen[receipt.Cases[1].Case])
}

func TestAJobEndsAsTheNotifierSays(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	id := opened(t, desk, func(n *Note) error { return errors.Join(addLine(n), addLine(n)) })
	job := needsledriver.Committed{Tenant: "camden", Cases: []casework.CaseChange{{Case: id, First: 1, Last: 3}}}
	full := errors.New("the queue is full")
	undelivered := func(fate notification.Fate, after time.Duration) error {
		return &notification.UndeliveredError{To: "finance", Fate: fate, After: after, Cause: full}
	}
	for _, test := range []struct {
		name  string
		errs  map[uint64]error
		told  []uint64
		kind  river.EventKind
		state rivertype.JobState
		says  []string
	}{
		{"all is well", nil, []uint64{1, 2, 3}, river.EventKindJobCompleted, rivertype.JobStateCompleted, nil},
		{"any error", map[uint64]error{2: full}, []uint64{1, 2}, river.EventKindJobFailed, rivertype.JobStateAvailable, []string{"the queue is full"}},
		{"again", map[uint64]error{2: undelivered(notification.Again, 0)}, []uint64{1, 2}, river.EventKindJobFailed, rivertype.JobStateAvailable, []string{"not delivered to finance"}},
		{"again after a while", map[uint64]error{2: undelivered(notification.Again, time.Hour)}, []uint64{1, 2}, river.EventKindJobSnoozed, rivertype.JobStateScheduled, nil},
		{"never", map[uint64]error{1: undelivered(notification.Never, 0), 2: undelivered(notification.Never, 0)}, []uint64{1, 2, 3}, river.EventKindJobCancelled, rivertype.JobStateCancelled, []string{"will not have it", "will not have it"}},
		{"never and again", map[uint64]error{1: undelivered(notification.Never, 0), 2: full}, []uint64{1, 2}, river.EventKindJobFailed, rivertype.JobStateAvailable, []string{"the queue is full"}},
		{"gone", map[uint64]error{1: undelivered(notification.Never, 0), 2: undelivered(notification.Gone, 0)}, []uint64{1, 2}, river.EventKindJobCancelled, rivertype.JobStateCancelled, []string{"will not have it", "wants no more"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := &told{errs: test.errs}
			result := d.work(t, &needsledriver.DeliveryWorker{Stores: d.stores, To: to}, job)
			assert.Equal(t, test.told, to.seqs)
			assert.Equal(t, test.kind, result.EventKind)
			assert.Equal(t, test.state, result.Job.State)
			if test.says == nil {
				assert.Empty(t, result.Job.Errors)
				return
			}
			require.Len(t, result.Job.Errors, 1)
			for _, says := range test.says {
				assert.Contains(t, result.Job.Errors[0].Error, says)
			}
		})
	}
	result := d.work(t, &needsledriver.DeliveryWorker{Stores: d.stores, To: &told{errs: map[uint64]error{1: undelivered(notification.Again, time.Hour)}}}, job)
	assert.InDelta(t, time.Hour, result.Job.ScheduledAt.Sub(*result.Job.AttemptedAt), float64(time.Minute))
}

// work works on a job in a transaction that is rolled back.
func (d *database) work(tb testing.TB, w *needsledriver.DeliveryWorker, job needsledriver.Committed) *rivertest.WorkResult {
	tb.Helper()
	tx := d.begin(tb)
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	result, _ := rivertest.NewWorker(tb, riverdatabasesql.New(nil), &river.Config{Logger: quiet(), Workers: workers}, w).Work(tb.Context(), tb, tx, job, nil)
	require.NotNil(tb, result)
	require.NoError(tb, tx.Rollback())
	return result
}

func TestAJobThatCannotBeWorkedOnIsAnError(t *testing.T) {
	store := memory.New()
	id := opened(t, noteDesk(t, store, &clock{}), addLine)
	none := errors.New("no such tenant")
	of := func(string) (casework.Store, error) { return store, nil }
	change := func(c casework.CaseID, first, last uint64) needsledriver.Committed {
		return needsledriver.Committed{Cases: []casework.CaseChange{{Case: c, First: first, Last: last}}}
	}
	whole := change(id, 1, 2)
	for name, test := range map[string]struct {
		worker needsledriver.DeliveryWorker
		job    needsledriver.Committed
		is     error
	}{
		"no stores":     {needsledriver.DeliveryWorker{To: &told{}}, whole, casework.ErrInvalid},
		"no notifier":   {needsledriver.DeliveryWorker{Stores: of}, whole, casework.ErrInvalid},
		"no store":      {needsledriver.DeliveryWorker{Stores: func(string) (casework.Store, error) { return nil, none }, To: &told{}}, whole, none},
		"a nil store":   {needsledriver.DeliveryWorker{Stores: func(string) (casework.Store, error) { return nil, nil }, To: &told{}}, whole, casework.ErrNotFound},
		"no case":       {needsledriver.DeliveryWorker{Stores: of, To: &told{}}, change(casework.CaseID{1}, 1, 2), casework.ErrNotFound},
		"no such entry": {needsledriver.DeliveryWorker{Stores: of, To: &told{}}, change(id, 2, 3), casework.ErrNotFound},
		"from nowhere":  {needsledriver.DeliveryWorker{Stores: of, To: &told{}}, change(id, 0, 2), casework.ErrInvalid},
		"backwards":     {needsledriver.DeliveryWorker{Stores: of, To: &told{}}, change(id, 2, 1), casework.ErrInvalid},
		"of nothing":    {needsledriver.DeliveryWorker{Stores: of, To: &told{}}, change(casework.CaseID{}, 1, 1), casework.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.worker.Work(t.Context(), &river.Job[needsledriver.Committed]{Args: test.job})
			require.ErrorIs(t, err, test.is)
			var cancelled *river.JobCancelError
			malformed := name == "from nowhere" || name == "backwards" || name == "of nothing"
			assert.Equal(t, malformed, errors.As(err, &cancelled), "what will never be sound is not tried again")
		})
	}
}
