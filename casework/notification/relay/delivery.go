package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/needsled/needsled/casework"
)

// errEnded says that a delivery ended because the lead did.
var errEnded = errors.New("the lead ended")

// deliver tells the notifier of an entry, within the time a delivery is given.
func (s *service) deliver(work context.Context, item casework.FeedItem) error {
	if work.Err() != nil {
		return errEnded
	}
	ctx, cancel := context.WithTimeoutCause(work, s.o.Timeout, fmt.Errorf("no answer within %s: %w", s.o.Timeout, context.DeadlineExceeded))
	defer cancel()
	err := safely(ctx, s.to, casework.Notification{Tenant: s.o.Tenant, Position: item.Position, Kind: item.Kind, Entry: item.Entry})
	switch {
	case err == nil:
		return nil
	case work.Err() != nil:
		return errEnded
	case ctx.Err() != nil && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return err
}

// safely tells the notifier. One that panics has not delivered.
func safely(ctx context.Context, to casework.Notifier, n casework.Notification) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the notifier stopped with: %v", p)
		}
	}()
	return to.Notify(ctx, n)
}

// retry delivers the first entry that waits in a case, as it stands now.
func (s *service) retry(work context.Context, h casework.Held) result {
	r := result{id: h.Case, held: true}
	entry, err := s.reread(work, h)
	switch {
	case work.Err() != nil:
		r.err = errEnded
	case err != nil:
		r.unread, r.err = true, err
	default:
		r.err = s.deliver(work, casework.FeedItem{Position: h.Waiting[0].Position, Entry: entry, Kind: h.Kind})
	}
	return r
}

func (s *service) reread(ctx context.Context, h casework.Held) (casework.Entry, error) {
	seq := h.Waiting[0].Seq
	for e, err := range s.store.History(ctx, h.Case, seq-1) {
		if err != nil {
			return casework.Entry{}, err
		}
		if e.Seq == seq {
			return e, nil
		}
		break
	}
	return casework.Entry{}, &casework.CorruptError{Op: "relay", Case: h.Case, Seq: seq, Code: "entry.missing", What: "the entry that waits is not there"}
}

// plain makes a text that any store has room for: 500 characters at most, and
// none that controls a terminal.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if runes := []rune(text); len(runes) > 500 {
		text = string(runes[:500]) + "…"
	}
	return text
}
