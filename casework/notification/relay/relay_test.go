package relay_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/relay"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/internal/journaltest"
)

// office is a store, with a relay that runs and what arrived.
type office struct {
	t        *testing.T
	store    *memory.Store
	journals []*journaltest.Journal
	finance  *notificationtest.Recorder
}

// within runs a test in a bubble of time that passes when everybody waits.
func within(t *testing.T, cases int, test func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{t: t, store: memory.New(), finance: &notificationtest.Recorder{}}
		for i := range cases {
			o.journals = append(o.journals, journaltest.New(byte(i+1)))
		}
		test(o)
	})
}

// write appends entries to each of the cases, in turn.
func (o *office) write(entries int) {
	o.t.Helper()
	for range entries {
		for _, j := range o.journals {
			j.Write(o.t, o.store, 1)
		}
	}
}

// relayed runs a relay; stop ends it and waits until it has.
func (o *office) relayed(with *relay.Options) (r *relay.Relay, stop func()) {
	o.t.Helper()
	return o.relaying(o.store, with)
}

func (o *office) relaying(store relay.Store, with *relay.Options) (r *relay.Relay, stop func()) {
	o.t.Helper()
	r, err := relay.New(store, "finance", o.finance, with)
	require.NoError(o.t, err)
	ctx, cancel := context.WithCancel(o.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	return r, func() {
		cancel()
		require.NoError(o.t, <-ended)
	}
}

// after lets time pass until everybody waits again.
func after(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // in a bubble nobody waits
	synctest.Wait()
}

// fromJune is a clock that begins after the entries were recorded.
func fromJune() time.Time {
	return time.Now().Add(time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC).Sub(time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC))) //nolint:forbidigo // of the bubble
}

// arrived holds what arrived against the journals: everything, in order, and
// nothing more than once.
func (o *office) arrived() {
	o.t.Helper()
	next := map[casework.CaseID]uint64{}
	for _, n := range o.finance.Got() {
		next[n.Entry.Case]++
		require.Equal(o.t, next[n.Entry.Case], n.Entry.Seq, "case %s", n.Entry.Case)
		require.Equal(o.t, "cycle", n.Kind)
	}
	for _, j := range o.journals {
		require.Equal(o.t, j.Seq, next[j.ID], "case %s", j.ID)
	}
}

// arrivedInOrder holds what arrived against the journals: everything, and nothing
// before what comes before it.
func (o *office) arrivedInOrder() {
	o.t.Helper()
	most := map[casework.CaseID]uint64{}
	for _, n := range o.finance.Got() {
		id := n.Entry.Case
		require.LessOrEqual(o.t, n.Entry.Seq, most[id]+1, "case %s", id)
		most[id] = max(most[id], n.Entry.Seq)
	}
	for _, j := range o.journals {
		require.Equal(o.t, j.Seq, most[j.ID], "case %s", j.ID)
	}
}

func (o *office) cursor() casework.Cursor {
	o.t.Helper()
	c, err := o.store.Cursor(o.t.Context(), "finance")
	require.NoError(o.t, err)
	return c
}

func TestEverythingIsDeliveredOnceAndInOrder(t *testing.T) {
	within(t, 5, func(o *office) {
		o.write(30)
		r, stop := o.relayed(&relay.Options{Tenant: "camden", Window: 16, Parallel: 3})
		after(time.Second)
		o.arrived()
		assert.Equal(t, "camden", o.finance.Got()[0].Tenant)
		o.write(10)
		after(time.Second)
		o.arrived()
		s := r.Status()
		assert.Equal(t, relay.Status{Leading: true, Position: 200, Delivered: 200}, s)
		assert.EqualValues(t, 200, o.cursor().Position)
		stop()
		o.arrived()
		assert.False(t, r.Status().Leading)
	})
}

func TestARelayThatComesBackGoesOnWhereItStopped(t *testing.T) {
	within(t, 3, func(o *office) {
		for range 4 {
			o.write(7)
			_, stop := o.relayed(nil)
			after(time.Minute)
			stop()
			o.arrived()
		}
	})
}

func TestWhatIsUnderWayAtAStopIsFinishedAndDoesNotComeAgain(t *testing.T) {
	within(t, 8, func(o *office) {
		o.finance.Fail = func(context.Context, casework.Notification, int) error {
			time.Sleep(time.Second) //nolint:forbidigo // in a bubble nobody waits
			return nil
		}
		o.write(5)
		_, stop := o.relayed(nil)
		after(2500 * time.Millisecond)
		stop()
		require.Len(t, o.finance.Got(), 24)
		_, stop = o.relayed(nil)
		after(time.Minute)
		stop()
		o.arrived()
	})
}

func TestADeliveryThatDoesNotEndIsCutOffAtAStop(t *testing.T) {
	within(t, 1, func(o *office) {
		o.finance.Fail = func(ctx context.Context, n casework.Notification, before int) error {
			if n.Entry.Seq == 1 && before == 0 {
				<-ctx.Done()
			}
			return ctx.Err()
		}
		o.write(3)
		_, stop := o.relayed(&relay.Options{Timeout: time.Hour})
		after(time.Second)
		begun := time.Now() //nolint:forbidigo // of the bubble
		stop()
		assert.LessOrEqual(t, time.Since(begun), 6*time.Second) //nolint:forbidigo // of the bubble
		assert.Empty(t, o.cursor().Held, "what was cut off did not fail")
		_, stop = o.relayed(nil)
		after(time.Minute)
		stop()
		o.arrived()
	})
}

func TestACaseThatFailsHoldsUpNoOther(t *testing.T) {
	within(t, 4, func(o *office) {
		bad := o.journals[1].ID
		o.finance.Fail = func(_ context.Context, n casework.Notification, before int) error {
			if n.Entry.Case == bad && n.Entry.Seq == 2 && before < 3 {
				return errors.New("try again")
			}
			return nil
		}
		o.write(5)
		r, stop := o.relayed(nil)
		synctest.Wait()
		assert.Len(t, o.finance.Got(), 16, "all of the others, and the first of its own")
		assert.Equal(t, 1, r.Status().Waiting)
		assert.EqualValues(t, 20, o.cursor().Position, "the cursor is not held up either")
		o.write(2)
		after(time.Minute)
		o.arrived()
		assert.Equal(t, relay.Status{Leading: true, Position: 28, Delivered: 28, Failed: 3}, r.Status())
		assert.Empty(t, o.cursor().Held)
		stop()
	})
}

func TestWhatWaitsIsKeptOverARestart(t *testing.T) {
	within(t, 2, func(o *office) {
		down := atomic.Bool{}
		down.Store(true)
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			if down.Load() && n.Entry.Case == o.journals[0].ID {
				return errors.New("it is down")
			}
			return nil
		}
		o.write(3)
		_, stop := o.relayed(nil)
		after(2 * time.Second)
		stop()
		o.write(2)
		held := o.cursor().Held
		require.Len(t, held, 1)
		assert.Equal(t, "it is down", held[0].Fault)
		assert.Len(t, held[0].Waiting, 3)
		down.Store(false)
		_, stop = o.relayed(nil)
		after(time.Hour)
		stop()
		o.arrived()
	})
}

func TestAPoisonMessageIsParkedAndHoldsUpItsOwnCaseAlone(t *testing.T) {
	within(t, 3, func(o *office) {
		bad, poison := o.journals[2].ID, atomic.Bool{}
		poison.Store(true)
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			if poison.Load() && n.Entry.Case == bad && n.Entry.Seq == 2 {
				return errors.New("cannot parse\x00 “this”")
			}
			return nil
		}
		o.write(4)
		r, stop := o.relayed(&relay.Options{Tries: 5})
		after(24 * time.Hour)
		assert.Equal(t, 1, r.Status().Parked)
		assert.Equal(t, 0, r.Status().Waiting)
		require.Len(t, o.cursor().Held, 1)
		h := o.cursor().Held[0]
		assert.Equal(t, casework.Held{
			Case: bad, Kind: "cycle", Tries: 5, Parked: true, Fault: "cannot parse  “this”",
			Waiting: []casework.Place{{Position: 6, Seq: 2}, {Position: 9, Seq: 3}, {Position: 12, Seq: 4}},
		}, h)
		assert.Len(t, o.finance.Got(), 9)

		require.NoError(t, relay.Resume(o.t.Context(), o.store, "finance", bad))
		after(24 * time.Hour)
		assert.Equal(t, 1, r.Status().Parked, "it is tried anew and parked anew")
		assert.EqualValues(t, 10, r.Status().Failed)

		poison.Store(false)
		require.NoError(t, relay.ResumeAll(o.t.Context(), o.store, "finance"))
		after(10 * time.Second)
		o.arrived()
		require.ErrorIs(t, relay.Resume(o.t.Context(), o.store, "finance", bad), casework.ErrNotFound)
		stop()
	})
}

func TestAPoisonMessageMayBeSkipped(t *testing.T) {
	within(t, 2, func(o *office) {
		bad := o.journals[0].ID
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			if n.Entry.Case == bad && n.Entry.Seq%3 == 0 {
				return &notification.UndeliveredError{To: "finance", Fate: notification.Never, Cause: errors.New("400")}
			}
			return nil
		}
		o.write(6)
		_, stop := o.relayed(nil)
		after(time.Second)
		require.Len(t, o.cursor().Held, 1)
		assert.Equal(t, 1, o.cursor().Held[0].Tries, "what the receiver will not have is parked at once")
		require.ErrorIs(t, relay.Skip(o.t.Context(), o.store, "finance", bad, 4), casework.ErrConflict)
		require.NoError(t, relay.Skip(o.t.Context(), o.store, "finance", bad, 3))
		after(10 * time.Second)
		require.Len(t, o.cursor().Held, 1)
		assert.EqualValues(t, 6, o.cursor().Held[0].Waiting[0].Seq)
		require.NoError(t, relay.Skip(o.t.Context(), o.store, "finance", bad, 6))
		after(10 * time.Second)
		assert.Empty(t, o.cursor().Held)
		require.ErrorIs(t, relay.Skip(o.t.Context(), o.store, "finance", bad, 6), casework.ErrNotFound)
		assert.Len(t, o.finance.Got(), 10)
		stop()
	})
}

func TestAReceiverThatIsDownIsWaitedForAndNothingIsParked(t *testing.T) {
	within(t, 20, func(o *office) {
		down := atomic.Bool{}
		down.Store(true)
		o.finance.Fail = func(context.Context, casework.Notification, int) error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		o.write(10)
		r, stop := o.relayed(&relay.Options{Down: 4, Parallel: 2, Tries: 6, Poll: time.Minute, Clock: fromJune})
		after(72 * time.Hour)
		s := r.Status()
		assert.Equal(t, 0, s.Parked)
		assert.InDelta(t, 5, s.Waiting, 1)
		assert.Less(t, s.Failed, uint64(72*6*10), "it is not hammered")
		assert.GreaterOrEqual(t, s.Lag, 72*time.Hour)
		down.Store(false)
		after(time.Hour)
		o.arrived()
		assert.Zero(t, r.Status().Lag)
		stop()
	})
}

func TestAReceiverThatSaysWhenIsNotCalledSooner(t *testing.T) {
	within(t, 1, func(o *office) {
		o.finance.Fail = func(_ context.Context, _ casework.Notification, before int) error {
			if before == 0 {
				return &notification.UndeliveredError{To: "finance", Fate: notification.Again, After: time.Hour}
			}
			return nil
		}
		o.write(1)
		_, stop := o.relayed(nil)
		after(time.Hour - time.Millisecond)
		assert.Empty(t, o.finance.Got())
		after(time.Second)
		o.arrived()
		stop()
	})
}

func TestAReceiverThatWantsNoMoreEndsTheRelay(t *testing.T) {
	within(t, 2, func(o *office) {
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			if n.Entry.Seq == 3 {
				return &notification.UndeliveredError{To: "finance", Fate: notification.Gone}
			}
			return nil
		}
		o.write(5)
		r, err := relay.New(o.store, "finance", o.finance, nil)
		require.NoError(t, err)
		err = r.Run(o.t.Context())
		require.ErrorIs(t, err, notification.ErrUndelivered)
		assert.EqualError(t, err, "relay to finance: not delivered to finance, which wants no more")
		assert.GreaterOrEqual(t, len(o.finance.Got()), 2)
		o.finance.Fail = nil
		_, stop := o.relayed(nil)
		after(time.Minute)
		stop()
		o.arrived()
	})
}

func TestANotifierThatPanicsHasNotDelivered(t *testing.T) {
	within(t, 2, func(o *office) {
		o.finance.Fail = func(_ context.Context, _ casework.Notification, before int) error {
			if before == 0 {
				panic("no such template")
			}
			return nil
		}
		o.write(2)
		_, stop := o.relayed(nil)
		synctest.Wait()
		assert.Equal(t, "the notifier stopped with: no such template", o.cursor().Held[0].Fault)
		after(time.Minute)
		o.arrived()
		stop()
	})
}

func TestASlowReceiverIsCutOffAndHoldsUpNobody(t *testing.T) {
	within(t, 4, func(o *office) {
		slow := o.journals[0].ID
		o.finance.Fail = func(ctx context.Context, n casework.Notification, _ int) error {
			if n.Entry.Case == slow {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		o.write(5)
		_, stop := o.relayed(&relay.Options{Parallel: 2, Timeout: 5 * time.Second})
		after(4 * time.Second)
		assert.Len(t, o.finance.Got(), 15)
		after(2 * time.Second)
		require.Len(t, o.cursor().Held, 1)
		assert.Contains(t, o.cursor().Held[0].Fault, "no answer within 5s")
		stop()
	})
}

func TestOneOfSeveralLeadsAndAnotherTakesOver(t *testing.T) {
	within(t, 3, func(o *office) {
		first, stopFirst := o.relayed(&relay.Options{Leader: "first"})
		synctest.Wait()
		second, stopSecond := o.relayed(&relay.Options{Leader: "second"})
		o.write(3)
		after(time.Minute)
		o.arrived()
		assert.True(t, first.Status().Leading)
		assert.False(t, second.Status().Leading)
		stopFirst()
		o.write(3)
		after(3 * time.Second)
		assert.True(t, second.Status().Leading)
		o.arrived()
		stopSecond()
	})
}

// cut is a store that a process cannot reach any more.
type cut struct {
	*memory.Store
	off *atomic.Bool
}

var errCut = errors.New("the network is gone")

func (c cut) Lead(ctx context.Context, l casework.Lease) (uint64, error) {
	if c.off.Load() {
		return 0, errCut
	}
	return c.Store.Lead(ctx, l)
}

func (c cut) SaveCursor(ctx context.Context, ch casework.CursorChange) error {
	if c.off.Load() {
		return errCut
	}
	return c.Store.SaveCursor(ctx, ch)
}

func (c cut) Feed(ctx context.Context, behind casework.Position, limit int) ([]casework.FeedItem, error) {
	if c.off.Load() {
		return nil, errCut
	}
	return c.Store.Feed(ctx, behind, limit)
}

func TestAnotherTakesOverFromOneThatIsCutOffWithinSeconds(t *testing.T) {
	within(t, 3, func(o *office) {
		var off atomic.Bool
		first, stopFirst := o.relaying(cut{o.store, &off}, &relay.Options{Leader: "first"})
		synctest.Wait()
		second, stopSecond := o.relayed(&relay.Options{Leader: "second"})
		o.write(4)
		after(10 * time.Second)
		off.Store(true)
		o.write(4)
		after(8 * time.Second)
		assert.True(t, second.Status().Leading)
		assert.False(t, first.Status().Leading)
		o.arrived()
		off.Store(false)
		o.write(4)
		after(10 * time.Second)
		o.arrived()
		stopFirst()
		stopSecond()
	})
}

func TestAStoreThatFailsForAWhileIsTriedAgain(t *testing.T) {
	within(t, 3, func(o *office) {
		var off atomic.Bool
		r, stop := o.relaying(cut{o.store, &off}, nil)
		o.write(2)
		after(2 * time.Second)
		off.Store(true)
		o.write(2)
		after(time.Minute)
		assert.False(t, r.Status().Leading)
		off.Store(false)
		after(time.Minute)
		o.arrived()
		stop()
	})
}

func TestARelayWakesWhenTheBellRings(t *testing.T) {
	within(t, 3, func(o *office) {
		var bell relay.Bell
		bell.Ring() // nobody hears it yet
		_, stop := o.relayed(&relay.Options{Wake: bell.Hear(), Poll: 24 * time.Hour})
		synctest.Wait()
		o.write(2)
		synctest.Wait()
		assert.Empty(t, o.finance.Got())
		bell.Ring()
		bell.Ring()
		synctest.Wait()
		o.arrived()
		stop()
	})
}

func TestEverythingBehindAPointIsDeliveredAgain(t *testing.T) {
	within(t, 2, func(o *office) {
		var bad atomic.Bool
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			if bad.Load() && n.Entry.Case == o.journals[0].ID {
				return &notification.UndeliveredError{To: "finance", Fate: notification.Never}
			}
			return nil
		}
		o.write(5)
		_, stop := o.relayed(nil)
		after(time.Second)
		o.arrived()
		require.NoError(t, relay.Replay(o.t.Context(), o.store, "finance", 6))
		after(10 * time.Second)
		got := o.finance.Got()
		require.Len(t, got, 14)
		for i, n := range got[10:] {
			assert.Greater(t, uint64(n.Position), uint64(6), i)
		}
		bad.Store(true)
		o.write(2) // 11 to 14; the first case's are held
		after(time.Second)
		require.Len(t, o.cursor().Held, 1)
		bad.Store(false)
		require.NoError(t, relay.Replay(o.t.Context(), o.store, "finance", 11))
		held := o.cursor().Held
		require.Len(t, held, 1)
		assert.Equal(t, []casework.Place{{Position: 11, Seq: 6}}, held[0].Waiting)
		require.NoError(t, relay.ResumeAll(o.t.Context(), o.store, "finance"))
		after(10 * time.Second)
		o.arrivedInOrder()
		require.NoError(t, relay.Replay(o.t.Context(), o.store, "finance", 0))
		after(10 * time.Second)
		o.arrivedInOrder()
		assert.Empty(t, o.cursor().Held)
		stop()
	})
}

func TestAStopBringsNothingTwiceHoweverFarCasesAreApart(t *testing.T) {
	within(t, 7, func(o *office) {
		slow := o.journals[3].ID
		o.finance.Fail = func(_ context.Context, n casework.Notification, _ int) error {
			pause := 10 * time.Millisecond
			if n.Entry.Case == slow {
				pause = 700 * time.Millisecond
			}
			time.Sleep(pause) //nolint:forbidigo // in a bubble nobody waits
			return nil
		}
		for i := range 12 {
			o.write(6)
			_, stop := o.relayed(&relay.Options{Down: 1})
			after(time.Duration(50+i*90) * time.Millisecond)
			stop()
		}
		_, stop := o.relayed(nil)
		after(time.Hour)
		stop()
		o.arrived()
	})
}

func TestWhateverFailsEverythingIsDeliveredAndInOrder(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			within(t, 12, func(o *office) {
				random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a seed tells what failed
				var mu sync.Mutex
				chance := func(percent int) bool {
					mu.Lock()
					defer mu.Unlock()
					return random.IntN(100) < percent
				}
				o.finance.Fail = func(ctx context.Context, _ casework.Notification, _ int) error {
					switch {
					case chance(4):
						return errors.New("no")
					case chance(1):
						panic("no")
					case chance(2):
						<-ctx.Done()
						return ctx.Err()
					}
					time.Sleep(time.Duration(random64(&mu, random, 30)) * time.Millisecond) //nolint:forbidigo // in a bubble nobody waits
					return nil
				}
				var cuts [3]atomic.Bool
				var stops [3]func()
				for i := range stops {
					_, stops[i] = o.relaying(cut{o.store, &cuts[i]}, &relay.Options{Window: 40, Parallel: 4, Tries: 1000, Down: 5, Timeout: 3 * time.Second})
				}
				for range 20 {
					o.write(2)
					i := random64(&mu, random, 3)
					cuts[i].Store(!cuts[i].Load())
					if chance(50) {
						stops[i]()
						_, stops[i] = o.relaying(cut{o.store, &cuts[i]}, &relay.Options{Window: 30})
					}
					after(time.Duration(random64(&mu, random, 9000)) * time.Millisecond)
				}
				for i := range cuts {
					cuts[i].Store(false)
				}
				after(2 * time.Hour)
				for _, stop := range stops {
					stop()
				}
				o.arrivedInOrder()
				assert.EqualValues(t, 12*40, o.cursor().Position)
				assert.Empty(t, o.cursor().Held)
			})
		})
	}
}

func random64(mu *sync.Mutex, random *rand.Rand, below int) int {
	mu.Lock()
	defer mu.Unlock()
	return random.IntN(below)
}

func TestARelayRunsOnceAtATime(t *testing.T) {
	within(t, 1, func(o *office) {
		r, stop := o.relayed(nil)
		synctest.Wait()
		require.ErrorIs(t, r.Run(o.t.Context()), casework.ErrInvalid)
		stop()
	})
}

func TestWhatARelayLacksIsSaidAllAtOnce(t *testing.T) {
	_, err := relay.New(nil, "", nil, &relay.Options{Tries: -1, Term: -time.Second})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"relay.store_missing", "cursor.subscriber_missing", "relay.notifier_missing", "relay.negative"} {
		assert.True(t, invalid.Has(code), code)
	}
	assert.Len(t, invalid.Faults, 5)
}
