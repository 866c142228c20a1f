//go:build unix

package river_test

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	needsledriver "github.com/needsled/needsled/casework/notification/river"
	"github.com/needsled/needsled/casework/storage/memory"
)

func TestAJobIsCommittedWithItsEntriesAndRolledBackWithThem(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	first := opened(t, desk, nil)
	units := map[string]func(tx *sql.Tx) error{
		"by a receipt": func(tx *sql.Tx) error {
			r, err := desk.In(d.store.WithTx(tx)).Do(t.Context(), ana, func(u *casework.Unit) error {
				n, err := casework.Load(u, desk.Kind(), first)
				if err != nil {
					return err
				}
				return addLine(n)
			})
			if err != nil {
				return err
			}
			return needsledriver.Insert(t.Context(), d.client, tx, "camden", r, nil)
		},
		"by the store": func(tx *sql.Tx) error {
			_, err := desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil)).Update(t.Context(), first, ana, addLine)
			return err
		},
	}
	for name, unit := range units {
		t.Run(name, func(t *testing.T) {
			before := len(entries(t, d.store, first))
			jobs := d.jobs(t)

			tx := d.begin(t)
			require.NoError(t, unit(tx))
			require.NoError(t, tx.Rollback())
			assert.Len(t, entries(t, d.store, first), before)
			assert.Equal(t, jobs, d.jobs(t))

			tx = d.begin(t)
			require.NoError(t, unit(tx))
			seq := uint64(before + 1) //nolint:gosec // a small number
			job := rivertest.RequireInsertedTx[*riverdatabasesql.Driver](t.Context(), t, tx, needsledriver.Committed{}, nil)
			assert.Equal(t, needsledriver.Committed{Tenant: "camden", Cases: []casework.CaseChange{{Case: first, First: seq, Last: seq}}}, job.Args)
			assert.Equal(t, jobs, d.jobs(t), "nobody else sees the job yet")
			require.NoError(t, tx.Commit())
			assert.Len(t, entries(t, d.store, first), before+1)
			assert.Equal(t, jobs+1, d.jobs(t))

			_, err := d.db.ExecContext(t.Context(), `DELETE FROM river_job`)
			require.NoError(t, err)
		})
	}
}

func TestAUnitThatIsReplayedOrWroteNothingInsertsNoJob(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	id := opened(t, desk, nil)
	for range 2 {
		tx := d.begin(t)
		_, err := desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil)).Update(t.Context(), id, ana, addLine, casework.Key("once"))
		require.NoError(t, err)
		require.NoError(t, tx.Commit())
	}
	assert.Equal(t, 1, d.jobs(t))
	assert.Len(t, entries(t, d.store, id), 2)

	tx := d.begin(t)
	require.NoError(t, needsledriver.Insert(t.Context(), d.client, tx, "camden", casework.Receipt{}, nil))
	replayed := casework.Receipt{Replayed: true, Cases: []casework.CaseChange{{Case: id, First: 1, Last: 1}}}
	require.NoError(t, needsledriver.Insert(t.Context(), d.client, tx, "camden", replayed, nil))
	require.NoError(t, tx.Commit())
	assert.Equal(t, 1, d.jobs(t))
}

func TestAUnitThatFailsInsertsNoJobAndTheTransactionGoesOn(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	id := opened(t, desk, nil)
	tx := d.begin(t)
	bound := desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil))
	_, err := bound.Update(t.Context(), id, ana, addLine, casework.IfSeq(7))
	require.ErrorIs(t, err, casework.ErrConflict)
	_, err = bound.Update(t.Context(), id, ana, addLine, casework.IfSeq(1))
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	assert.Equal(t, 1, d.jobs(t))
}

func TestAJobIsInsertedInATransactionOfPgxToo(t *testing.T) {
	d := newDatabase(t)
	client, err := river.NewClient(riverpgxv5.New(d.pool), &river.Config{Logger: quiet()})
	require.NoError(t, err)
	r := casework.Receipt{Cases: []casework.CaseChange{{Case: casework.CaseID{1}, First: 1, Last: 2}}}
	for i, end := range []func(pgx.Tx) error{
		func(tx pgx.Tx) error { return tx.Rollback(t.Context()) },
		func(tx pgx.Tx) error { return tx.Commit(t.Context()) },
	} {
		tx, err := d.pool.Begin(t.Context())
		require.NoError(t, err)
		require.NoError(t, needsledriver.Insert(t.Context(), client, tx, "camden", r, &river.InsertOpts{Queue: "notes"}))
		require.NoError(t, end(tx))
		assert.Equal(t, i, d.jobs(t))
	}
}

func TestAStoreThatQueuesIsBoundAndGivesWhatItsStoreGives(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	tx := d.begin(t)
	ref := casework.ExternalRef{Scheme: "host", Value: "7"}
	n, err := desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil)).Open(t.Context(), ana, casework.Opening{}, func(n *Note) error { return n.AddReference(ref) })
	require.NoError(t, err)
	bound := desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil))
	found, err := bound.Find(t.Context(), ref)
	require.NoError(t, err)
	assert.Equal(t, n.ID(), found.ID())
	for s, err := range bound.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		assert.Equal(t, n.ID(), s.Case)
	}

	_, err = bound.In(needsledriver.Queueing(d.store, d.client, tx, "camden", nil)).Update(t.Context(), n.ID(), ana, addLine)
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = bound.In(needsledriver.Queueing(d.store, d.client, tx, "camden", nil)).Open(t.Context(), ana, casework.Opening{}, nil)
	require.ErrorIs(t, err, casework.ErrInvalid, "the entries would be committed without the job")

	plain := bound.In(needsledriver.Queueing(casework.Store(struct{ casework.Store }{memory.New()}), d.client, tx, "camden", nil))
	_, err = plain.Find(t.Context(), ref)
	require.ErrorIs(t, err, casework.ErrInvalid)
	for _, err := range plain.List(t.Context(), casework.Query{}) {
		require.ErrorIs(t, err, casework.ErrInvalid)
	}
	_, err = desk.In(needsledriver.Queueing[*sql.Tx](d.store.WithTx(tx), nil, tx, "camden", nil)).Update(t.Context(), n.ID(), ana, addLine)
	require.ErrorIs(t, err, casework.ErrInvalid, "no job, no append")
	require.ErrorIs(t, needsledriver.Insert[*sql.Tx](t.Context(), nil, tx, "camden", casework.Receipt{}, nil), casework.ErrInvalid)
}

func TestAnAppendWhoseJobCannotBeInsertedFails(t *testing.T) {
	d := newDatabase(t)
	desk := noteDesk(t, d.store, &clock{})
	id := opened(t, desk, nil)
	tx := d.begin(t)
	_, err := d.db.ExecContext(t.Context(), `ALTER TABLE river_job RENAME TO river_job_away`)
	require.NoError(t, err)
	_, err = desk.In(needsledriver.Queueing(d.store.WithTx(tx), d.client, tx, "camden", nil)).Update(t.Context(), id, ana, addLine)
	require.ErrorContains(t, err, "insert a job")
	require.Error(t, tx.Commit())
	assert.Len(t, entries(t, d.store, id), 1, "PostgreSQL lets nothing of it be committed")
}
