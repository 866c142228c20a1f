package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// bookmark is a subscriber's cursor, and who leads.
type bookmark struct {
	position casework.Position
	revision uint64
	held     map[casework.CaseID]casework.Held
	leader   string
	expiry   *time.Timer
}

func (r *room) bookmark(subscriber string) *bookmark {
	b, found := r.bookmarks[subscriber]
	if !found {
		b = &bookmark{held: map[casework.CaseID]casework.Held{}}
		r.bookmarks[subscriber] = b
	}
	return b
}

// Cursor gives how far a subscriber has come.
func (s *Store) Cursor(ctx context.Context, subscriber string) (casework.Cursor, error) {
	room, leave, err := s.enter(ctx, "cursor")
	if err != nil {
		return casework.Cursor{}, err
	}
	defer leave()
	cursor := casework.Cursor{Subscriber: subscriber}
	b, found := room.bookmarks[subscriber]
	if !found {
		return cursor, nil
	}
	cursor.Position, cursor.Revision = b.position, b.revision
	for _, h := range b.held {
		cursor.Held = append(cursor.Held, h.Clone())
	}
	slices.SortFunc(cursor.Held, func(x, y casework.Held) int { return bytes.Compare(x.Case[:], y.Case[:]) })
	return cursor, nil
}

// SaveCursor moves a cursor on. It gives [casework.ErrConflict] where the cursor
// moved meanwhile, and [casework.ErrInvalid] where the change is malformed.
func (s *Store) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	if err := casework.InvalidIf("save cursor", c.Faults()); err != nil {
		return err
	}
	room, leave, err := s.enter(ctx, "save cursor")
	if err != nil {
		return err
	}
	defer leave()
	b := room.bookmark(c.Subscriber)
	if b.revision != c.Revision {
		return &casework.ConflictError{Op: "save cursor", Kind: casework.ConflictCursor, Subject: c.Subscriber}
	}
	b.position, b.revision = c.Position, b.revision+1
	for _, h := range c.Held {
		h = h.Clone()
		if !h.Again.IsZero() {
			h.Again = h.Again.UTC()
		}
		b.held[h.Case] = h
	}
	for _, id := range c.Released {
		delete(b.held, id)
	}
	return nil
}

// Lead makes a process the one that serves a subscriber, until its term is over.
// It gives [casework.ErrConflict] while another leads.
func (s *Store) Lead(ctx context.Context, l casework.Lease) (uint64, error) {
	if err := casework.InvalidIf("lead", l.Faults()); err != nil {
		return 0, err
	}
	room, leave, err := s.enter(ctx, "lead")
	if err != nil {
		return 0, err
	}
	defer leave()
	b := room.bookmark(l.Subscriber)
	switch {
	case b.leader != "" && b.leader != l.Leader:
		return 0, &casework.ConflictError{Op: "lead", Kind: casework.ConflictLead, Subject: l.Subscriber}
	case l.Term == 0:
		b.resign()
		return b.revision, nil
	case b.leader == "":
		b.revision++
	}
	b.lead(s.archive, l)
	return b.revision, nil
}

// lead notes who leads. A term that ends after it was renewed or given up ends
// nothing.
func (b *bookmark) lead(a *archive, l casework.Lease) {
	b.resign()
	b.leader = l.Leader
	var term *time.Timer
	term = time.AfterFunc(l.Term, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if b.expiry == term {
			b.resign()
		}
	})
	b.expiry = term
}

func (b *bookmark) resign() {
	if b.expiry != nil {
		b.expiry.Stop()
	}
	b.leader, b.expiry = "", nil
}
