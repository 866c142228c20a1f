package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/casework/storage/storagetest"
	"github.com/needsled/needsled/casework/telemetry"
)

// watched is a Telemetry with what it has seen.
type watched struct {
	*telemetry.Telemetry
	tb    testing.TB
	spans *tracetest.InMemoryExporter
	read  *metric.ManualReader
	now   time.Time
}

func watch(tb testing.TB) *watched {
	tb.Helper()
	w := &watched{tb: tb, spans: tracetest.NewInMemoryExporter(), read: metric.NewManualReader(), now: time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)}
	t, err := telemetry.New(&telemetry.Options{
		TracerProvider: trace.NewTracerProvider(trace.WithSyncer(w.spans)),
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(w.read)),
		Tenant:         "camden",
		Clock:          func() time.Time { return w.now },
	})
	require.NoError(tb, err)
	w.Telemetry = t
	return w
}

// span gives the last span of a name.
func (w *watched) span(name string) tracetest.SpanStub {
	w.tb.Helper()
	all := w.spans.GetSpans()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Name == name {
			return all[i]
		}
	}
	require.Fail(w.tb, "no span "+name)
	return tracetest.SpanStub{}
}

func (w *watched) has(span tracetest.SpanStub, want ...attribute.KeyValue) {
	w.tb.Helper()
	for _, kv := range append(want, attribute.String("needsled.tenant", "camden")) {
		assert.Contains(w.tb, span.Attributes, kv)
	}
}

// measured gives what was measured: "name{attributes}" and a number; of a histogram
// how often, and in all.
func (w *watched) measured() map[string]float64 {
	w.tb.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(w.tb, w.read.Collect(w.tb.Context(), &all))
	found := map[string]float64{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			points(found, m)
		}
	}
	return found
}

func points(found map[string]float64, m metricdata.Metrics) {
	at := func(set attribute.Set) string {
		var parts []string
		for _, kv := range set.ToSlice() {
			if kv.Key != "needsled.tenant" {
				parts = append(parts, string(kv.Key)+"="+kv.Value.String())
			}
		}
		return m.Name + "{" + strings.Join(parts, ",") + "}"
	}
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			found[at(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			found[at(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			found[at(p.Attributes)] = p.Value
		}
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			found[at(p.Attributes)] = float64(p.Count)
			found["sum of "+at(p.Attributes)] = p.Sum
		}
	}
}

func TestAWatchedStoreKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		w, store := watch(tb), memory.New()
		return func(tenant string) casework.Store { return w.Store(store.Tenant(tenant)) }
	})
}

func TestAWatchedStoreThatOffersLittleKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Tenants {
		w, store := watch(tb), memory.New()
		return func(tenant string) casework.Store { return w.Bare(store.Tenant(tenant)) }
	})
}

func TestAWatchedNotifierKeepsTheContract(t *testing.T) {
	notificationtest.Run(t, func(tb testing.TB) notificationtest.Subject {
		r := &notificationtest.Recorder{}
		return notificationtest.Subject{Notifier: watch(tb).Notifier("finance", r), Received: r.Received}
	})
}

type bound struct{ *memory.Store }

func (bound) InTransaction() bool { return true }

func TestAStoreThatIsBoundStaysBound(t *testing.T) {
	w, s := watch(t), memory.New()
	assert.False(t, w.Store(s).InTransaction())
	assert.True(t, w.Store(bound{s}).InTransaction())
	in, is := w.Bare(bound{s}).(casework.InTransaction)
	require.True(t, is)
	assert.True(t, in.InTransaction())
}

func TestOperationsOfAStoreAreSpansAndMeasures(t *testing.T) {
	w := watch(t)
	store := w.Store(memory.New())
	d := desk(t, store)
	n, err := d.Open(t.Context(), ana(), casework.Opening{}, secretive, casework.Key("her son asked"))
	require.NoError(t, err)
	id := attribute.String("needsled.case", n.ID().String())
	w.has(w.span("needsled.store.append"), attribute.StringSlice("needsled.cases", []string{n.ID().String()}), attribute.Int("needsled.entries", 2), attribute.String("needsled.outcome", "ok"))
	assert.Equal(t, codes.Unset, w.span("needsled.store.receipt").Status.Code, "a key that is new is no failure")
	_, err = d.Load(t.Context(), n.ID())
	require.NoError(t, err)
	w.has(w.span("needsled.store.load"), id)
	_, err = d.Load(t.Context(), casework.CaseID{9})
	require.ErrorIs(t, err, casework.ErrNotFound)
	missed := w.span("needsled.store.load")
	assert.Equal(t, codes.Error, missed.Status.Code)
	assert.Equal(t, "not_found", missed.Status.Description)
	require.NoError(t, d.Verify(t.Context(), n.ID()))
	w.has(w.span("needsled.store.history"), id)
	for range d.List(t.Context(), casework.Query{}) { //nolint:errcheck // looked at by the span
		break
	}
	w.has(w.span("needsled.store.list"), attribute.String("needsled.kind", "note"))
	_, err = store.Find(t.Context(), casework.ExternalRef{Scheme: "mosaic", Value: "her son asked"})
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = store.Feed(t.Context(), 0, 10)
	require.NoError(t, err)
	for _, leader := range []string{"a", "b"} {
		_, _ = store.Lead(t.Context(), casework.Lease{Subscriber: "finance", Leader: leader, Term: time.Hour})
	}
	assert.Equal(t, codes.Unset, w.span("needsled.store.lead").Status.Code, "that another leads is an answer")
	_, err = store.Cursor(t.Context(), "finance")
	require.NoError(t, err)
	require.ErrorIs(t, store.SaveCursor(t.Context(), casework.CursorChange{Subscriber: "finance", Revision: 9}), casework.ErrConflict)
	m := w.measured()
	assert.EqualValues(t, 1, m["needsled.store.duration{operation=append,outcome=ok}"])
	assert.EqualValues(t, 1, m["needsled.store.duration{operation=load,outcome=not_found}"])
	assert.EqualValues(t, 1, m["needsled.conflicts{kind=cursor,operation=save_cursor}"])
	assert.Zero(t, m["needsled.conflicts{kind=lead,operation=lead}"])
}

func TestCallsAreCountedByHowTheyEnd(t *testing.T) {
	w := watch(t)
	d := desk(t, w.Store(memory.New()))
	open := func(by casework.Actor) (*Note, error) {
		return telemetry.Call(t.Context(), w.Telemetry, "note.open", func(ctx context.Context) (*Note, error) {
			return d.Open(ctx, by, casework.Opening{}, secretive)
		})
	}
	n, err := open(ana())
	require.NoError(t, err)
	_, err = open(casework.Actor{})
	require.ErrorIs(t, err, casework.ErrInvalid)
	move := func(opts ...casework.CallOption) error {
		_, err := telemetry.Call(t.Context(), w.Telemetry, "note.close", func(ctx context.Context) (*Note, error) {
			return d.Move(ctx, n.ID(), ana(), "close", opts...)
		})
		return err
	}
	require.ErrorIs(t, move(casework.Reason("her son asked")), casework.ErrRefused)
	w.has(w.span("needsled.note.close"), attribute.String("needsled.case", n.ID().String()), attribute.String("needsled.move", "close"), attribute.StringSlice("needsled.codes", []string{"note.too_short"}))
	require.ErrorIs(t, move(casework.IfSeq(99)), casework.ErrConflict)
	down := errors.New("the disk is gone")
	_, err = telemetry.Call(t.Context(), w.Telemetry, "note.print", func(context.Context) (int, error) { return 7, down })
	require.ErrorIs(t, err, down)
	assert.Panics(t, func() {
		_, _ = telemetry.Call(t.Context(), w.Telemetry, "note.burn", func(context.Context) (int, error) { panic("fire") })
	})
	assert.Equal(t, codes.Error, w.span("needsled.note.burn").Status.Code)
	m := w.measured()
	for what, times := range map[string]float64{
		"needsled.calls{call=note.open,outcome=ok}":                            1,
		"needsled.calls{call=note.open,outcome=invalid}":                       1,
		"needsled.calls{call=note.close,outcome=refused}":                      1,
		"needsled.calls{call=note.close,outcome=conflict}":                     1,
		"needsled.calls{call=note.print,outcome=failed}":                       1,
		"needsled.refusals{call=note.close,code=note.too_short,effect=refuse}": 1,
		"needsled.conflicts{call=note.close,kind=sequence}":                    1,
	} {
		assert.Equal(t, times, m[what], what)
	}
	child := w.spans.GetSpans()
	assert.NotEmpty(t, child[0].Parent.TraceID(), "operations of the store belong to the call")
	got, err := telemetry.Call(t.Context(), nil, "x", func(context.Context) (int, error) { return 7, nil })
	require.NoError(t, err)
	assert.Equal(t, 7, got)
}

func TestDeliveriesAreMeasuredByTheirFate(t *testing.T) {
	w := watch(t)
	fates := []error{
		nil, errors.New("down"), &notification.UndeliveredError{Fate: notification.Never}, &notification.UndeliveredError{Fate: notification.Gone},
	}
	told := notificationtest.Notifications("camden", 1, len(fates))
	r := &notificationtest.Recorder{Fail: func(_ context.Context, n casework.Notification, _ int) error {
		w.now = w.now.Add(2 * time.Second)
		return fates[n.Entry.Seq-1]
	}}
	to := w.Notifier("finance", r)
	for i, n := range told {
		assert.Equal(t, fates[i], to.Notify(t.Context(), n))
	}
	m := w.measured()
	for _, is := range []string{"delivered", "again", "never", "gone"} {
		assert.EqualValues(t, 1, m["needsled.deliveries{outcome="+is+",subscriber=finance}"], is)
		assert.EqualValues(t, 2, m["sum of needsled.delivery.duration{outcome="+is+",subscriber=finance}"], is)
	}
	assert.EqualValues(t, 26*3600+2, m["sum of needsled.delivery.age{subscriber=finance}"])
	w.has(w.span("needsled.deliver"), attribute.String("subscriber", "finance"), attribute.Int64("needsled.seq", 4), attribute.String("needsled.fate", "gone"))
}

func TestARelayShowsHowItIsDoingUntilItIsToldToStop(t *testing.T) {
	w := watch(t)
	stop, err := w.Relay("finance", func() telemetry.RelayStatus {
		return telemetry.RelayStatus{Lag: 90 * time.Second, Reading: 3, Waiting: 2, Parked: 1, Leading: true}
	})
	require.NoError(t, err)
	m := w.measured()
	for name, want := range map[string]float64{"lag": 90, "reading": 3, "waiting": 2, "parked": 1, "leading": 1} {
		assert.Equal(t, want, m["needsled.relay."+name+"{subscriber=finance}"], name)
	}
	require.NoError(t, stop())
	assert.Empty(t, w.measured())
	_, err = w.Relay("audit", func() telemetry.RelayStatus { return telemetry.RelayStatus{} })
	require.NoError(t, err)
	assert.Zero(t, w.measured()["needsled.relay.leading{subscriber=audit}"])
}

func TestNothingPersonalLeaves(t *testing.T) {
	w := watch(t)
	d := desk(t, w.Store(memory.New()))
	n, err := telemetry.Call(t.Context(), w.Telemetry, "note.open", func(ctx context.Context) (*Note, error) {
		return d.Open(ctx, ana(), casework.Opening{References: []casework.ExternalRef{{Scheme: "mosaic", Value: marker}}}, secretive, casework.Reason(marker), casework.Key(marker))
	})
	require.NoError(t, err)
	_, err = telemetry.Call(t.Context(), w.Telemetry, "note.open", func(ctx context.Context) (*Note, error) {
		return d.Open(ctx, ana(), casework.Opening{References: []casework.ExternalRef{{Scheme: "mosaic", Value: marker}}}, nil)
	})
	require.ErrorIs(t, err, casework.ErrConflict)
	require.ErrorContains(t, err, marker, "the error itself names the reference")
	_, err = telemetry.Call(t.Context(), w.Telemetry, "note.close", func(ctx context.Context) (*Note, error) {
		return d.Move(ctx, n.ID(), ana(), "close", casework.Reason(marker))
	})
	require.Error(t, err)
	for e, err := range d.History(t.Context(), n.ID(), 0) {
		require.NoError(t, err)
		down := &notificationtest.Recorder{Fail: func(context.Context, casework.Notification, int) error { return errors.New(marker) }}
		require.Error(t, w.Notifier("finance", down).Notify(t.Context(), casework.Notification{Tenant: "camden", Kind: "note", Entry: e}))
	}
	assert.NotContains(t, fmt.Sprintf("%+v", w.spans.GetSpans()), marker)
	assert.NotContains(t, fmt.Sprintf("%+v", w.measured()), marker)
}

// BenchmarkLoad loads a case out of the memory, watched by nobody and by providers that
// keep nothing.
func BenchmarkLoad(b *testing.B) {
	t, err := telemetry.New(&telemetry.Options{TracerProvider: tracenoop.NewTracerProvider(), MeterProvider: noop.NewMeterProvider()})
	require.NoError(b, err)
	for name, wrap := range map[string]func(*memory.Store) casework.Store{
		"bare":    func(s *memory.Store) casework.Store { return s },
		"watched": func(s *memory.Store) casework.Store { return t.Store(s) },
	} {
		b.Run(name, func(b *testing.B) {
			d := desk(b, wrap(memory.New()))
			n, err := d.Open(b.Context(), ana(), casework.Opening{}, secretive)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, err := d.Load(b.Context(), n.ID())
				require.NoError(b, err)
			}
		})
	}
}
