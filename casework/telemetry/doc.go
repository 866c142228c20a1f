// Package telemetry makes spans and measures for OpenTelemetry out of what a host does
// with the library:
//
//	t, err := telemetry.New(&telemetry.Options{Tenant: "camden"})
//	store := t.Store(postgresStore.Tenant("camden"))
//	cycle, err := telemetry.Call(ctx, t, "cycle.move", func(ctx context.Context) (*commissioning.Cycle, error) {
//		return desk.Move(ctx, id, ana, commissioning.PlanUse)
//	})
//	notifier := t.Notifier("finance", webhook)
//	stop, err := t.Relay("finance", func() telemetry.RelayStatus { ... })
//
// Spans and measures carry ids, codes, types and numbers. Titles, reasons, names,
// references, data and texts of errors stay out of them, since they are kept where
// nobody redacts them.
//
// # Spans
//
//	needsled.store.<operation>   load, append, receipt, history, find, list, feed, cursor, save_cursor, lead
//	needsled.<name of a call>    what [Call] was given
//	needsled.deliver             a delivery to a subscriber
//
// # Measures
//
//	needsled.store.duration      s    histogram  operation, outcome
//	needsled.calls               1    counter    call, outcome
//	needsled.refusals            1    counter    call, code, effect: one for each objection of a refusal
//	needsled.conflicts           1    counter    call or operation, kind
//	needsled.deliveries          1    counter    subscriber, outcome: delivered, again, never, gone
//	needsled.delivery.duration   s    histogram  subscriber, outcome
//	needsled.delivery.age        s    histogram  subscriber: from an entry to its delivery
//	needsled.relay.lag           s    gauge      subscriber
//	needsled.relay.reading       1    gauge      subscriber: entries that are read and not delivered
//	needsled.relay.waiting       1    gauge      subscriber: cases that are tried again
//	needsled.relay.parked        1    gauge      subscriber: cases that wait for somebody
//	needsled.relay.leading       1    gauge      subscriber: 1 where this process leads
//
// An outcome is ok, not_found, conflict, refused, invalid, corrupt, cancelled or
// failed. All names are API.
package telemetry
