package telemetry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// RelayStatus is how a relay is doing, in numbers. A host fills it from the status of
// its relay.
type RelayStatus struct {
	Lag     time.Duration // age of the oldest entry that is read and not delivered
	Reading int           // entries that are read and not delivered
	Waiting int           // cases that are tried again
	Parked  int           // cases that wait for somebody
	Leading bool
}

// Relay shows how a relay is doing whenever somebody looks, until it is told to stop.
// What the provider of measures has against it is its error.
func (t *Telemetry) Relay(subscriber string, status func() RelayStatus) (stop func() error, err error) {
	var errs []error
	gauge := func(name, doc string) metric.Int64ObservableGauge {
		g, err := t.meter.Int64ObservableGauge(name, metric.WithDescription(doc), metric.WithUnit("1"))
		errs = append(errs, err)
		return g
	}
	lag, err := t.meter.Float64ObservableGauge("needsled.relay.lag", metric.WithDescription("age of the oldest entry that is read and not delivered"), metric.WithUnit("s"))
	reading := gauge("needsled.relay.reading", "entries that are read and not delivered")
	waiting := gauge("needsled.relay.waiting", "cases that are tried again")
	parked := gauge("needsled.relay.parked", "cases that wait for somebody")
	leading := gauge("needsled.relay.leading", "1 where this process leads")
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("make gauges: %w", err)
	}
	who := t.with(attribute.String("subscriber", subscriber))
	registration, err := t.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := status()
		o.ObserveFloat64(lag, s.Lag.Seconds(), who)
		o.ObserveInt64(reading, int64(s.Reading), who)
		o.ObserveInt64(waiting, int64(s.Waiting), who)
		o.ObserveInt64(parked, int64(s.Parked), who)
		o.ObserveInt64(leading, one(s.Leading), who)
		return nil
	}, lag, reading, waiting, parked, leading)
	if err != nil {
		return nil, fmt.Errorf("watch a relay: %w", err)
	}
	return registration.Unregister, nil
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
