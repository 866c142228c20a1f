package notification

import (
	"context"
	"log/slog"

	"github.com/needsled/needsled/casework"
)

// Log writes a line for every notification: what happened to which case, and who
// did it, by their ids. Reasons, names and data stay out of it, since logs are
// kept where nobody redacts them.
type Log struct {
	Logger *slog.Logger
	Level  slog.Level // Info where zero
}

// Notify writes the line. Without a logger it is [casework.ErrInvalid].
func (l Log) Notify(ctx context.Context, n casework.Notification) error {
	if l.Logger == nil {
		return casework.Invalid("log a notification", casework.Fault{Path: "logger", Code: "log.logger_missing", Message: "give a logger"})
	}
	e := n.Entry
	attrs := []slog.Attr{
		slog.String("tenant", n.Tenant), slog.String("kind", n.Kind), slog.String("case", e.Case.String()),
		slog.Uint64("seq", e.Seq), slog.Uint64("position", uint64(n.Position)),
		slog.String("type", e.Type), slog.String("actor", e.Actor.ID),
		slog.Time("effective", e.Effective.UTC()), slog.Time("recorded", e.Recorded.UTC()),
	}
	if e.Move != "" {
		attrs = append(attrs, slog.String("move", string(e.Move)), slog.String("from", string(e.From)), slog.String("to", string(e.To)))
	}
	l.Logger.LogAttrs(ctx, l.Level, "committed", attrs...)
	return nil
}
