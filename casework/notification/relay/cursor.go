package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// attempts is how often a change of a cursor is tried while a relay moves it.
const attempts = 50

// Resume has a case that is held tried again at once, with all its tries before
// it. The relay that leads takes it up within a few seconds. A case that is not
// held is [casework.ErrNotFound]; a relay that keeps moving the cursor all the while is
// [casework.ErrConflict].
func Resume(ctx context.Context, s casework.CursorKeeper, subscriber string, id casework.CaseID) error {
	return change(ctx, s, subscriber, func(c casework.Cursor) (casework.CursorChange, error) {
		h, err := heldCase(c, id)
		if err != nil {
			return casework.CursorChange{}, err
		}
		return move(c, resumed(h)), nil
	})
}

// ResumeAll has every case that is parked tried again at once. Errors are those
// of [Resume].
func ResumeAll(ctx context.Context, s casework.CursorKeeper, subscriber string) error {
	return change(ctx, s, subscriber, func(c casework.Cursor) (casework.CursorChange, error) {
		var all []casework.Held
		for _, h := range c.Held {
			if h.Parked {
				all = append(all, resumed(h))
			}
		}
		return move(c, all...), nil
	})
}

// Skip gives up the entry that a case is held for: it will not be delivered. What
// waits behind it comes next. The sequence guards against skipping another one
// than was looked at: where another comes first, it is [casework.ErrConflict]. Other
// errors are those of [Resume].
func Skip(ctx context.Context, s casework.CursorKeeper, subscriber string, id casework.CaseID, seq uint64) error {
	return change(ctx, s, subscriber, func(c casework.Cursor) (casework.CursorChange, error) {
		h, err := heldCase(c, id)
		if err != nil {
			return casework.CursorChange{}, err
		}
		if h.Waiting[0].Seq != seq {
			moved := &casework.ConflictError{Op: "skip", Kind: casework.ConflictSequence, Case: id, Expected: seq, Actual: h.Waiting[0].Seq}
			return casework.CursorChange{}, moved
		}
		h = resumed(h)
		h.Waiting = h.Waiting[1:]
		if len(h.Waiting) > 0 {
			return move(c, h), nil
		}
		skipped := move(c)
		skipped.Released = []casework.CaseID{id}
		return skipped, nil
	})
}

// Replay has everything behind a position delivered again, once more in the order
// of each case; the position 0 is before the first entry. A position that the
// cursor has not come to yet leaves out what lies between. What is held and lies
// behind the position is delivered with the rest. Errors are those of
// [Resume].
func Replay(ctx context.Context, s casework.CursorKeeper, subscriber string, behind casework.Position) error {
	return change(ctx, s, subscriber, func(c casework.Cursor) (casework.CursorChange, error) {
		replayed := move(c)
		replayed.Position = behind
		for _, h := range c.Held {
			n := slices.IndexFunc(h.Waiting, func(p casework.Place) bool { return p.Position > behind })
			switch {
			case n == 0:
				replayed.Released = append(replayed.Released, h.Case)
			case n > 0:
				h.Waiting = h.Waiting[:n]
				replayed.Held = append(replayed.Held, h)
			}
		}
		return replayed, nil
	})
}

// change makes a change of a cursor, from the start where a relay was faster.
func change(ctx context.Context, s casework.CursorKeeper, subscriber string, of func(casework.Cursor) (casework.CursorChange, error)) error {
	var err error
	for range attempts {
		var cursor casework.Cursor
		var c casework.CursorChange
		if cursor, err = s.Cursor(ctx, subscriber); err != nil {
			return err
		}
		if c, err = of(cursor); err != nil {
			return err
		}
		if err = s.SaveCursor(ctx, c); !errors.Is(err, casework.ErrConflict) {
			return err
		}
	}
	return err
}

func move(c casework.Cursor, held ...casework.Held) casework.CursorChange {
	return casework.CursorChange{Subscriber: c.Subscriber, Revision: c.Revision, Position: c.Position, Held: held}
}

func heldCase(c casework.Cursor, id casework.CaseID) (casework.Held, error) {
	for _, h := range c.Held {
		if h.Case == id {
			return h, nil
		}
	}
	return casework.Held{}, &casework.NotFoundError{Op: "relay", What: "held case", ID: id.String()}
}

func resumed(h casework.Held) casework.Held {
	h.Tries, h.Again, h.Parked = 0, time.Time{}, false
	return h
}
