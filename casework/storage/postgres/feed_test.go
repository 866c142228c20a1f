//go:build unix

package postgres_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/journaltest"
)

// reader follows the feed as a broker would: it keeps the last position and
// nothing else.
type reader struct {
	store casework.Feeder
	last  casework.Position
	seqs  map[casework.CaseID][]uint64
}

// read gives what is new, and fails where a case's order is broken.
func (r *reader) read(tb testing.TB) []casework.FeedItem {
	tb.Helper()
	var all []casework.FeedItem
	for {
		items, err := r.store.Feed(tb.Context(), r.last, 7)
		require.NoError(tb, err)
		if len(items) == 0 {
			return all
		}
		for _, item := range items {
			require.Greater(tb, item.Position, r.last)
			r.last = item.Position
			id := item.Entry.Case
			require.Equal(tb, uint64(len(r.seqs[id])+1), item.Entry.Seq, "the entries of a case come in order, each once")
			if r.seqs == nil {
				r.seqs = map[casework.CaseID][]uint64{}
			}
			r.seqs[id] = append(r.seqs[id], item.Entry.Seq)
		}
		all = append(all, items...)
	}
}

func begin(tb testing.TB, db *sql.DB) *sql.Tx {
	tb.Helper()
	tx, err := db.BeginTx(tb.Context(), nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestS12_5_WhoBeganFirstAndCommitsLastIsNeitherLostNorInTheWay(t *testing.T) {
	store, db := attached(t, schema(t))
	d := desk(t, store)
	slow, quick := opened(t, d), opened(t, d)
	r := &reader{store: store}
	r.read(t)

	tx := begin(t, db)
	grown(t, desk(t, store.WithTx(tx)), slow)
	for range 3 {
		grown(t, d, quick)
		items := r.read(t)
		require.NotEmpty(t, items, "everybody else's entries flow while the transaction is open")
		for _, item := range items {
			assert.Equal(t, quick, item.Entry.Case)
		}
	}
	require.NoError(t, tx.Commit())
	items := r.read(t)
	require.NotEmpty(t, items, "the late one is not lost")
	assert.Equal(t, slow, items[0].Entry.Case)

	again := &reader{store: store}
	again.read(t)
	assert.Equal(t, r.seqs, again.seqs, "the order is the same for who reads later")
}

func TestAReaderMeetsALongImportWhole(t *testing.T) {
	store := open(t, schema(t))
	theirs, ours := journaltest.New(1), journaltest.New(2)
	theirs.Write(t, store.Tenant("theirs"), 5000)
	ours.Write(t, store, 1)
	items, err := store.Feed(t.Context(), 0, 10)
	require.NoError(t, err)
	assert.Len(t, items, 1, "what stands before it, and is placed first, does not hide it")
	r := &reader{store: store.Tenant("theirs")}
	assert.Len(t, r.read(t), 5000)
}

func TestARedactionThatLingersHoldsUpItsOwnCaseAlone(t *testing.T) {
	store, db := attached(t, schema(t))
	slow, quick := journaltest.New(1), journaltest.New(2)
	slow.Write(t, store, 3)
	quick.Write(t, store, 2)

	tx := begin(t, db)
	redaction := slow.Change(1)
	redaction.Redact = []casework.Redaction{{Seq: 2, Data: []byte(`{"need":2}`)}}
	_, err := store.WithTx(tx).Append(t.Context(), journaltest.Batch(redaction))
	require.NoError(t, err)
	r := &reader{store: store}
	r.read(t)
	assert.Equal(t, map[casework.CaseID][]uint64{slow.ID: {1}, quick.ID: {1, 2}}, r.seqs)
	quick.Write(t, store, 1)
	assert.Len(t, r.read(t), 1)
	require.NoError(t, tx.Commit())
	r.read(t)
	assert.Equal(t, map[casework.CaseID][]uint64{slow.ID: {1, 2, 3, 4}, quick.ID: {1, 2, 3}}, r.seqs)
}

func TestALongCaseThatWaitsHoldsUpNobody(t *testing.T) {
	store, db := attached(t, schema(t))
	slow, quick := journaltest.New(1), journaltest.New(2)
	slow.Write(t, store, 2100)
	quick.Write(t, store, 1)
	tx := begin(t, db)
	redaction := slow.Change(1)
	redaction.Redact = []casework.Redaction{{Seq: 1, Data: []byte(`{"need":1}`)}}
	_, err := store.WithTx(tx).Append(t.Context(), journaltest.Batch(redaction))
	require.NoError(t, err)
	r := &reader{store: store}
	r.read(t)
	assert.Equal(t, map[casework.CaseID][]uint64{quick.ID: {1}}, r.seqs)
	require.NoError(t, tx.Rollback())
	r.read(t)
	assert.Len(t, r.seqs[slow.ID], 2100)
}

func TestWhateverCommitsWhenAReaderMeetsEveryEntryInTheOrderOfItsCase(t *testing.T) {
	store, db := attached(t, schema(t))
	d := desk(t, store)
	const writers = 6
	ids := make([]casework.CaseID, writers)
	for i := range ids {
		ids[i] = opened(t, d)
	}
	errs := make([]error, writers)
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() { errs[i] = interleave(t, store, db, ids[i], uint64(i)) })
	}
	done := make(chan struct{})
	go func() {
		writing.Wait()
		close(done)
	}()
	readers := []*reader{{store: store}, {store: store}}
	for going := true; going; {
		select {
		case <-done:
			going = false
		default:
		}
		for _, r := range readers {
			r.read(t)
		}
	}
	for _, err := range errs {
		require.NoError(t, err)
	}
	for _, r := range readers {
		r.read(t)
		for _, id := range ids {
			record, err := store.Load(t.Context(), id)
			require.NoError(t, err)
			assert.Len(t, r.seqs[id], int(record.Seq)) //nolint:gosec // a test has few entries
			err = d.Verify(t.Context(), id)
			require.NoError(t, err)
		}
	}
}

// interleave writes to a case, now in a transaction of the store's own and now in
// the host's, some of which stay open for a while and some of which are rolled
// back.
func interleave(t *testing.T, store *sqlstore.Store, db *sql.DB, id casework.CaseID, seed uint64) error {
	chance := rand.New(rand.NewPCG(seed, 5)) //nolint:gosec // a test's own chance, the same every time
	for range 25 {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			return err
		}
		d, err := newDesk(store.WithTx(tx))
		if err != nil {
			return err
		}
		if _, err := d.Update(t.Context(), id, ana, addLine); err != nil {
			return err
		}
		if _, err := tx.ExecContext(t.Context(), `SELECT pg_sleep($1)`, float64(chance.IntN(12))/1000); err != nil {
			return err
		}
		end := tx.Commit
		if chance.IntN(5) == 0 {
			end = tx.Rollback
		}
		if err := end(); err != nil {
			return fmt.Errorf("end the host's transaction: %w", err)
		}
	}
	return nil
}
