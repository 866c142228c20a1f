//go:build unix

package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/internal/postgrestest"
)

// worked is what the writers were told had been written: the last sequence of
// each case.
type worked struct {
	mu   sync.Mutex
	last map[casework.CaseID]uint64
	done atomic.Int64
}

func (w *worked) acknowledged(n *Note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last[n.ID()] = max(w.last[n.ID()], n.Seq())
	w.done.Add(1)
}

// write adds lines to a case until the server is gone.
func (w *worked) write(ctx context.Context, d *casework.Desk[*Note], id casework.CaseID) {
	for {
		n, err := d.Update(ctx, id, ana, addLine)
		if err != nil {
			return
		}
		w.acknowledged(n)
	}
}

func TestEveryAcknowledgedEntryOutlivesACrashOfTheServer(t *testing.T) {
	server := postgrestest.Crashable(t)
	w := &worked{last: map[casework.CaseID]uint64{}}
	r := &reader{}
	var ids []casework.CaseID
	for crash := range 3 {
		store, err := postgres.Open(t.Context(), server.DSN(), nil)
		require.NoError(t, err)
		r.store = store
		r.read(t)
		d := desk(t, store)
		for len(ids) < 4 {
			ids = append(ids, opened(t, d))
		}
		var writing sync.WaitGroup
		for _, id := range ids {
			writing.Go(func() { w.write(t.Context(), d, id) })
		}
		before := w.done.Load()
		for w.done.Load() < before+int64(100*(crash+1)) {
			r.read(t)
		}
		require.NoError(t, server.Stop("immediate"))
		writing.Wait()
		_ = store.Close() // its connections are gone
		require.NoError(t, server.Start())
		survived(t, server, w, r)
	}
	assert.Greater(t, w.done.Load(), int64(600))
}

// survived checks that nothing that was acknowledged is lost, that every chain
// verifies, and that the reader goes on from where it was and meets everything.
func survived(t *testing.T, server *postgrestest.Cluster, w *worked, r *reader) {
	t.Helper()
	store, err := postgres.Open(t.Context(), server.DSN(), nil)
	require.NoError(t, err)
	defer func(store *postgres.Store) { require.NoError(t, store.Close()) }(store)
	d := desk(t, store)
	r.store = store
	r.read(t)
	for id, last := range w.last {
		n, err := d.Load(t.Context(), id)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, n.Seq(), last, "an entry that was acknowledged is there")
		require.NoError(t, d.Verify(t.Context(), id))
		assert.Len(t, r.seqs[id], int(n.Seq()), "the reader has met every entry once, in order") //nolint:gosec // a test has few entries
	}
}
