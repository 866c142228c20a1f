//go:build unix

package river_test

import (
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	needsledriver "github.com/needsled/needsled/casework/notification/river"
)

func TestTwoProcessesFireEveryDeadlineOnce(t *testing.T) {
	d := newDatabase(t)
	c := &clock{}
	desk := noteDesk(t, d.store, c)
	ids := make([]casework.CaseID, 30)
	for i := range ids {
		ids[i] = opened(t, desk, dueAt(monday.Add(time.Hour)))
	}
	c.set(2 * time.Hour)
	const byHand = 8
	for range byHand {
		_, err := d.client.Insert(t.Context(), needsledriver.Tick{Tenant: "camden"}, nil)
		require.NoError(t, err)
	}

	tenants := []string{"camden", "westminster / north"}
	both := make([]*process, 2)
	for i := range both {
		workers := river.NewWorkers()
		river.AddWorker(workers, &needsledriver.TickWorker{
			Stores: d.stores, Tickers: []needsledriver.Ticker{needsledriver.Ticking(desk)}, Options: &needsledriver.TickOptions{Clock: c.now},
		})
		both[i] = d.process(t, workers, needsledriver.Periodic(time.Millisecond, tenants))
	}
	kinds := await(t, byHand+2*len(tenants), both...)
	both[0].stop(t) // the other one leads from now on
	kinds = append(kinds, await(t, len(tenants), both[1])...)
	both[1].stop(t)
	for _, kind := range kinds {
		assert.Equal(t, river.EventKindJobCompleted, kind)
	}

	for _, id := range ids {
		assert.Equal(t, 1, fired(t, d.store, id))
		require.NoError(t, desk.Verify(t.Context(), id))
	}
	var jobs, periods, workers int
	require.NoError(t, d.db.QueryRowContext(t.Context(), `
		SELECT count(*), count(DISTINCT (args->>'tenant', date_trunc('second', scheduled_at))), (SELECT count(DISTINCT attempted_by[1]) FROM river_job)
		FROM river_job WHERE unique_key IS NOT NULL`).Scan(&jobs, &periods, &workers))
	assert.GreaterOrEqual(t, jobs, 3*len(tenants))
	assert.Equal(t, periods, jobs, "one tick a period, whoever leads")
	assert.Equal(t, 2, workers)
}
