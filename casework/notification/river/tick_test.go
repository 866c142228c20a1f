package river_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	needsledriver "github.com/needsled/needsled/casework/notification/river"
	"github.com/needsled/needsled/casework/storage/memory"
)

func tick(ctx context.Context, w *needsledriver.TickWorker) error {
	return w.Work(ctx, &river.Job[needsledriver.Tick]{Args: needsledriver.Tick{Tenant: "camden"}})
}

func TestWhatIsDueIsTickedOnceAndForItsTenantAlone(t *testing.T) {
	all := memory.New()
	store := all.Tenant("camden")
	c := &clock{}
	desk := noteDesk(t, all, c) // its own store is of no account
	due := opened(t, desk.In(store), dueAt(monday.Add(time.Hour)))
	later := opened(t, desk.In(store), dueAt(monday.Add(2*time.Hour)))
	elsewhere := opened(t, desk.In(all.Tenant("westminster")), dueAt(monday.Add(time.Hour)))
	of := func(tenant string) (casework.Store, error) { return all.Tenant(tenant), nil }
	for name, ticker := range map[string]needsledriver.Ticker{
		"a desk":             needsledriver.Ticking(desk),
		"a desk of a domain": needsledriver.Ticking(&noteOffice{desk}),
	} {
		t.Run(name, func(t *testing.T) {
			w := &needsledriver.TickWorker{Stores: of, Tickers: []needsledriver.Ticker{ticker}, Options: &needsledriver.TickOptions{Clock: c.now}}
			c.set(time.Hour - 1)
			before := fired(t, store, due)
			require.NoError(t, tick(t.Context(), w))
			assert.Equal(t, before, fired(t, store, due))
			c.set(time.Hour)
			require.NoError(t, tick(t.Context(), w))
			require.NoError(t, tick(t.Context(), w))
			assert.Equal(t, 1, fired(t, store, due))
			assert.Zero(t, fired(t, store, later))
			assert.Zero(t, fired(t, all.Tenant("westminster"), elsewhere))
		})
	}
	last := entries(t, store, due)[2]
	assert.Equal(t, casework.System("needsled.tick", casework.Agency{}), last.Actor)
	assert.Equal(t, monday.Add(time.Hour), last.Effective)

	c.set(3 * time.Hour)
	nightly := casework.System("nightly", camden)
	w := &needsledriver.TickWorker{Stores: of, Tickers: []needsledriver.Ticker{needsledriver.Ticking(desk)}, Options: &needsledriver.TickOptions{By: func(string) casework.Actor { return nightly }}}
	require.NoError(t, tick(t.Context(), w), "by the clock on the wall, which is later than any of it")
	assert.Equal(t, nightly, entries(t, store, later)[2].Actor)
}

// failing is a ticker whose cases answer as they are told to.
type failing struct {
	errs   []error
	listed error
	ticked int
	with   func()
}

func (f *failing) Due(context.Context, casework.Store, time.Time) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		for i := range f.errs {
			if !yield(casework.Summary{Case: casework.CaseID{byte(i)}}, nil) {
				return
			}
		}
		if f.listed != nil {
			yield(casework.Summary{}, f.listed)
		}
	}
}

func (f *failing) Tick(_ context.Context, _ casework.Store, id casework.CaseID, _ casework.Actor) error {
	f.ticked++
	if f.with != nil {
		f.with()
	}
	return f.errs[id[0]]
}

func TestACaseThatFailsKeepsNoOtherFromItsTurn(t *testing.T) {
	of := func(string) (casework.Store, error) { return memory.New(), nil }
	torn, lost := errors.New("torn"), errors.New("lost")
	moved := &casework.ConflictError{Op: "append", Kind: casework.ConflictSequence}
	first := &failing{errs: []error{moved, torn, nil}, listed: lost}
	second := &failing{errs: []error{moved, nil}}
	err := tick(t.Context(), &needsledriver.TickWorker{Stores: of, Tickers: []needsledriver.Ticker{first, second}})
	require.ErrorIs(t, err, torn)
	require.ErrorIs(t, err, lost)
	require.NotErrorIs(t, err, casework.ErrConflict)
	assert.Equal(t, []int{3, 2}, []int{first.ticked, second.ticked})
	require.NoError(t, tick(t.Context(), &needsledriver.TickWorker{Stores: of, Tickers: []needsledriver.Ticker{second}}), "what moved is the next job's")

	ctx, cancel := context.WithCancel(t.Context())
	ended := &failing{errs: []error{context.Canceled, nil, nil}, with: cancel}
	require.ErrorIs(t, tick(ctx, &needsledriver.TickWorker{Stores: of, Tickers: []needsledriver.Ticker{ended}}), context.Canceled)
	assert.Equal(t, 1, ended.ticked)

	none := errors.New("no such tenant")
	for name, test := range map[string]struct {
		worker needsledriver.TickWorker
		is     error
	}{
		"no stores":  {needsledriver.TickWorker{Tickers: []needsledriver.Ticker{second}}, casework.ErrInvalid},
		"no tickers": {needsledriver.TickWorker{Stores: of}, casework.ErrInvalid},
		"no store":   {needsledriver.TickWorker{Stores: func(string) (casework.Store, error) { return nil, none }, Tickers: []needsledriver.Ticker{second}}, none},
	} {
		require.ErrorIs(t, tick(t.Context(), &test.worker), test.is, name)
	}
}
