package sqlstore

import (
	"context"

	"github.com/needsled/needsled/casework"
)

const loadFeed = `SELECT e.position, e.case_id, e.seq, e.type, e.version, e.actor, e.effective, e.recorded, e.move, e.from_state, e.to_state,
e.reason, e.imported, e.redacted, e.data, e.salt, e.content, e.prev, e.hash, c.kind
FROM needsled_entries e JOIN needsled_cases c ON c.tenant = e.tenant AND c.id = e.case_id
WHERE e.tenant = ? AND e.position > ? ORDER BY e.position LIMIT ?`

// Feed gives up to limit items after a position, in order. A limit below one
// gives none.
func (s *Store) Feed(ctx context.Context, after casework.Position, limit int) ([]casework.FeedItem, error) {
	in, err := s.reading("feed")
	if err != nil {
		return nil, err
	}
	if err := s.placeEntries(ctx, in); err != nil {
		return nil, s.db.failure(ctx, "feed", "of entries", err)
	}
	rows, err := in.rows(ctx, loadFeed, s.tenant, integer(after), max(limit, 0))
	if err != nil {
		return nil, s.db.failure(ctx, "feed", "of entries", err)
	}
	defer func() { _ = rows.Close() }()
	var items []casework.FeedItem
	for rows.Next() {
		var position int64
		var item casework.FeedItem
		item.Entry, err = scanEntry(rows, "feed", []any{&position}, []any{&item.Kind})
		if err != nil {
			return nil, s.unreadable(ctx, "feed", "of entries", err)
		}
		item.Position = casework.Position(position) //nolint:gosec // a position is never negative
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, s.db.failure(ctx, "feed", "of entries", err)
	}
	return items, nil
}

// placeEntries gives positions to what was committed since, where the database
// gives none with the row. One process does so at a time, and the next one sees
// what it did: so a position is never given behind a reader, and those of a case
// follow its sequence. In a transaction of the host nothing is placed.
func (s *Store) placeEntries(ctx context.Context, in session) error {
	d := s.db.dialect
	if d.unplaced == "" || s.bound {
		return nil
	}
	for {
		var unplaced bool
		if err := in.row(ctx, d.unplaced).Scan(&unplaced); err != nil || !unplaced {
			return err
		}
		if placed, err := s.placeSome(ctx); err != nil || placed == 0 {
			return err
		}
	}
}

// placeSome gives positions to some of what was committed, and tells to how many.
func (s *Store) placeSome(ctx context.Context) (int64, error) {
	tx, err := s.db.write.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	in := session{database: s.db, conn: tx}
	if _, err := in.exec(ctx, s.db.dialect.placing); err != nil {
		return 0, err
	}
	placed, err := in.exec(ctx, s.db.dialect.place)
	if err == nil && placed == 0 { // what came first waits for somebody; others may not
		placed, err = in.exec(ctx, s.db.dialect.placeAll)
	}
	if err != nil {
		return 0, err
	}
	return placed, tx.Commit(ctx)
}
