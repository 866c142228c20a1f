package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// Notifier makes a span of every delivery to a subscriber, and measures how long it
// took and how old the entry was.
func (t *Telemetry) Notifier(subscriber string, to casework.Notifier) casework.Notifier {
	return &notifier{t: t, subscriber: attribute.String("subscriber", subscriber), to: to}
}

type notifier struct {
	t          *Telemetry
	subscriber attribute.KeyValue
	to         casework.Notifier
}

func (n *notifier) Notify(ctx context.Context, told casework.Notification) error {
	e := told.Entry
	ctx, span := n.t.start(ctx, "needsled.deliver", trace.SpanKindProducer, n.subscriber,
		attribute.String("needsled.case", e.Case.String()), attribute.Int64("needsled.seq", int64(e.Seq)), //nolint:gosec // a sequence is small
		attribute.String("needsled.kind", told.Kind), attribute.String("needsled.type", e.Type))
	err := n.to.Notify(ctx, told)
	fate, _ := notification.FateOf(err)
	is := "delivered"
	if fate != "" {
		is = string(fate)
		span.SetAttributes(attribute.String("needsled.fate", is))
	}
	about := n.t.with(n.subscriber, attribute.String("outcome", is))
	n.t.deliveries.Add(ctx, 1, about)
	n.t.deliveryDuration.Record(ctx, n.t.end(span, outcome(err)), about)
	if err == nil {
		n.t.deliveryAge.Record(ctx, max(0, n.t.clock().Sub(e.Recorded).Seconds()), n.t.with(n.subscriber))
	}
	return err
}
