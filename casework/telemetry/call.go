package telemetry

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/needsled/needsled/casework"
)

// Call makes a span of a call of a desk, and counts how it ended: refusals by the
// codes of their objections, conflicts by their kind. The name, such as "cycle.move",
// is the host's, and one of few. It gives what the work gives. Without a Telemetry the work is
// done all the same.
func Call[T any](ctx context.Context, t *Telemetry, name string, work func(ctx context.Context) (T, error)) (T, error) {
	if t == nil {
		return work(ctx)
	}
	ctx, span := t.start(ctx, "needsled."+name, trace.SpanKindInternal)
	ended := false
	defer func() {
		if !ended { // it panicked
			t.end(span, "failed")
		}
	}()
	result, err := work(ctx)
	ended = true
	call := attribute.String("call", name)
	if refusal, refused := errors.AsType[*casework.Refusal](err); refused {
		t.refused(ctx, span, refusal, call)
	}
	t.conflict(ctx, err, call)
	t.calls.Add(ctx, 1, t.with(call, attribute.String("outcome", outcome(err))))
	t.end(span, outcome(err))
	return result, err
}

func (t *Telemetry) refused(ctx context.Context, span started, r *casework.Refusal, call attribute.KeyValue) {
	var all []string
	for _, o := range r.Objections {
		all = append(all, o.Code)
		t.refusals.Add(ctx, 1, t.with(call, attribute.String("code", o.Code), attribute.String("effect", o.Effect.String())))
	}
	span.SetAttributes(attribute.String("needsled.case", r.Case.String()), attribute.String("needsled.move", string(r.Move)), attribute.StringSlice("needsled.codes", all))
}
