package casework

import (
	"context"
	"errors"
	"log/slog"
)

// report logs how a unit ended, by ids and codes. Titles, reasons, names and data
// stay out of it, since logs are kept where nobody redacts them.
func (o *DeskOptions) report(ctx context.Context, by Actor, r Receipt, err error) {
	if o.Logger == nil {
		return
	}
	who := slog.String("actor", by.ID)
	refusal, refused := errors.AsType[*Refusal](err)
	conflict, late := errors.AsType[*ConflictError](err)
	invalid, faulty := errors.AsType[*InvalidError](err)
	corrupt, broken := errors.AsType[*CorruptError](err)
	switch {
	case err == nil:
		o.committed(ctx, who, r)
	case refused:
		o.refused(ctx, who, refusal)
	case late:
		o.Logger.LogAttrs(ctx, slog.LevelInfo, "conflict", who, slog.String("kind", string(conflict.Kind)), slog.String("case", conflict.Case.String()))
	case faulty:
		codes := make([]string, len(invalid.Faults))
		for i, f := range invalid.Faults {
			codes[i] = f.Code
		}
		o.Logger.LogAttrs(ctx, slog.LevelInfo, "invalid", who, slog.Any("codes", codes))
	case errors.Is(err, ErrNotFound):
		o.Logger.LogAttrs(ctx, slog.LevelInfo, "not found", who)
	case broken:
		o.Logger.LogAttrs(ctx, slog.LevelError, "corrupt", who, slog.String("case", corrupt.Case.String()), slog.Uint64("seq", corrupt.Seq), slog.String("code", corrupt.Code))
	default:
		o.Logger.LogAttrs(ctx, slog.LevelError, "failed", who, slog.String("error", err.Error()))
	}
}

func (o *DeskOptions) committed(ctx context.Context, who slog.Attr, r Receipt) {
	if !o.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	cases, entries := make([]string, len(r.Cases)), uint64(0)
	for i, c := range r.Cases {
		cases[i] = c.Case.String()
		entries += c.Last - c.First + 1
	}
	o.Logger.LogAttrs(ctx, slog.LevelDebug, "committed", who, slog.Any("cases", cases), slog.Uint64("entries", entries), slog.Bool("replayed", r.Replayed))
}

// refused logs the codes. What a Permit failed over is for whoever runs the system,
// and is said here and in the refusal's cause alone.
func (o *DeskOptions) refused(ctx context.Context, who slog.Attr, refusal *Refusal) {
	codes := make([]string, len(refusal.Objections))
	for i, objection := range refusal.Objections {
		codes[i] = objection.Code
	}
	attrs := []slog.Attr{who, slog.String("case", refusal.Case.String()), slog.String("move", string(refusal.Move)), slog.Any("codes", codes)}
	if refusal.Cause == nil {
		o.Logger.LogAttrs(ctx, slog.LevelInfo, "refused", attrs...)
		return
	}
	o.Logger.LogAttrs(ctx, slog.LevelError, "refused, since the permission check failed", append(attrs, slog.String("error", refusal.Cause.Error()))...)
}
