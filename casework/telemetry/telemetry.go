package telemetry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/needsled/needsled/casework"
)

// scope names this library to OpenTelemetry.
const scope = "github.com/needsled/needsled/casework/telemetry"

// Telemetry makes spans and measures. It is used by several goroutines at once.
type Telemetry struct {
	tracer trace.Tracer
	meter  metric.Meter
	clock  func() time.Time
	common []attribute.KeyValue

	storeDuration    metric.Float64Histogram
	calls            metric.Int64Counter
	refusals         metric.Int64Counter
	conflicts        metric.Int64Counter
	deliveries       metric.Int64Counter
	deliveryDuration metric.Float64Histogram
	deliveryAge      metric.Float64Histogram
}

// New makes the instruments. What the provider of measures has against them is its
// error.
func New(o *Options) (*Telemetry, error) {
	with := o.withDefaults()
	t := &Telemetry{tracer: with.TracerProvider.Tracer(scope), meter: with.MeterProvider.Meter(scope), clock: with.Clock}
	if with.Tenant != "" {
		t.common = []attribute.KeyValue{attribute.String("needsled.tenant", with.Tenant)}
	}
	var errs []error
	counter := func(name, doc string) metric.Int64Counter {
		c, err := t.meter.Int64Counter(name, metric.WithDescription(doc), metric.WithUnit("1"))
		errs = append(errs, err)
		return c
	}
	seconds := func(name, doc string) metric.Float64Histogram {
		h, err := t.meter.Float64Histogram(name, metric.WithDescription(doc), metric.WithUnit("s"))
		errs = append(errs, err)
		return h
	}
	t.storeDuration = seconds("needsled.store.duration", "how long an operation of a store took")
	t.calls = counter("needsled.calls", "calls of desks")
	t.refusals = counter("needsled.refusals", "objections of calls that were refused")
	t.conflicts = counter("needsled.conflicts", "calls and operations for which somebody else was faster")
	t.deliveries = counter("needsled.deliveries", "deliveries to subscribers")
	t.deliveryDuration = seconds("needsled.delivery.duration", "how long a delivery took")
	t.deliveryAge = seconds("needsled.delivery.age", "how old an entry was when it was delivered")
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("make instruments: %w", err)
	}
	return t, nil
}

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	TracerProvider trace.TracerProvider // the global one where nil
	MeterProvider  metric.MeterProvider // the global one where nil
	// Tenant stands on every span and measure; left out where empty.
	Tenant string
	// Clock tells the time; time.Now where nil.
	Clock func() time.Time
}

func (o *Options) withDefaults() Options {
	var with Options
	if o != nil {
		with = *o
	}
	if with.TracerProvider == nil {
		with.TracerProvider = otel.GetTracerProvider()
	}
	if with.MeterProvider == nil {
		with.MeterProvider = otel.GetMeterProvider()
	}
	if with.Clock == nil {
		with.Clock = time.Now //nolint:forbidigo // the door of the clock
	}
	return with
}

// started is a span with the time it began.
type started struct {
	trace.Span
	at time.Time
}

func (t *Telemetry) start(ctx context.Context, name string, kind trace.SpanKind, about ...attribute.KeyValue) (context.Context, started) {
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(append(about, t.common...)...))
	return ctx, started{Span: span, at: t.clock()}
}

// end ends a span by its outcome, and gives how long it took in seconds. The text of
// the error stays out of it.
func (t *Telemetry) end(span started, outcome string) float64 {
	span.SetAttributes(attribute.String("needsled.outcome", outcome))
	if outcome != ok {
		span.SetStatus(codes.Error, outcome)
	}
	span.End()
	return t.clock().Sub(span.at).Seconds()
}

// with adds what stands on every measure.
func (t *Telemetry) with(about ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributes(append(about, t.common...)...)
}

const ok = "ok"

// outcome sorts an error.
func outcome(err error) string {
	switch {
	case err == nil:
		return ok
	case errors.Is(err, casework.ErrRefused):
		return "refused"
	case errors.Is(err, casework.ErrConflict):
		return "conflict"
	case errors.Is(err, casework.ErrNotFound):
		return "not_found"
	case errors.Is(err, casework.ErrInvalid):
		return "invalid"
	case errors.Is(err, casework.ErrCorrupt):
		return "corrupt"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "cancelled"
	}
	return "failed"
}

// conflict counts who was late.
func (t *Telemetry) conflict(ctx context.Context, err error, where attribute.KeyValue) {
	if c, late := errors.AsType[*casework.ConflictError](err); late {
		t.conflicts.Add(ctx, 1, t.with(where, attribute.String("kind", string(c.Kind))))
	}
}
