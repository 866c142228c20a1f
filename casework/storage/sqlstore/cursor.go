package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/needsled/needsled/casework"
)

const (
	loadCursor = `SELECT c.position, c.revision, h.case_id, h.kind, h.waiting, h.tries, h.again, h.parked, h.fault
FROM needsled_cursors c LEFT JOIN needsled_held h ON h.tenant = c.tenant AND h.subscriber = c.subscriber
WHERE c.tenant = ? AND c.subscriber = ? ORDER BY h.case_id`

	firstCursor = `INSERT INTO needsled_cursors (tenant, subscriber, position, revision, leader, until) VALUES (?, ?, ?, 1, '', 0)
ON CONFLICT (tenant, subscriber) DO NOTHING`

	moveCursor = `UPDATE needsled_cursors SET position = ?, revision = revision + 1 WHERE tenant = ? AND subscriber = ? AND revision = ?`

	holdHeld = `INSERT INTO needsled_held (tenant, subscriber, case_id, kind, waiting, tries, again, parked, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant, subscriber, case_id) DO UPDATE SET kind = excluded.kind, waiting = excluded.waiting, tries = excluded.tries,
again = excluded.again, parked = excluded.parked, fault = excluded.fault`

	releaseHeld = `DELETE FROM needsled_held WHERE tenant = ? AND subscriber = ? AND case_id = ?`

	resign = `UPDATE needsled_cursors SET leader = '', until = 0 WHERE tenant = ? AND subscriber = ? AND leader = ?`

	loadLead = `SELECT revision, leader FROM needsled_cursors WHERE tenant = ? AND subscriber = ?`
)

// lead takes the lead where it is free, or over, or the same process's already.
func (d Dialect) lead() string {
	return `INSERT INTO needsled_cursors (tenant, subscriber, position, revision, leader, until) VALUES (?, ?, 0, 1, ?, ` + d.now + ` + ?)
ON CONFLICT (tenant, subscriber) DO UPDATE SET leader = excluded.leader, until = excluded.until,
revision = needsled_cursors.revision + CASE WHEN needsled_cursors.leader = excluded.leader THEN 0 ELSE 1 END
WHERE needsled_cursors.leader IN ('', excluded.leader) OR needsled_cursors.until <= ` + d.now
}

// Cursor gives how far a subscriber has come.
func (s *Store) Cursor(ctx context.Context, subscriber string) (casework.Cursor, error) {
	in, err := s.reading("cursor")
	if err != nil {
		return casework.Cursor{}, err
	}
	cursor := casework.Cursor{Subscriber: subscriber}
	rows, err := in.rows(ctx, loadCursor, s.tenant, subscriber)
	if err != nil {
		return casework.Cursor{}, s.db.failure(ctx, "cursor", "of "+subscriber, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row heldRow
		var position, revision int64
		if err := rows.Scan(&position, &revision, &row.id, &row.kind, &row.waiting, &row.tries, &row.again, &row.parked, &row.fault); err != nil {
			return casework.Cursor{}, s.unreadable(ctx, "cursor", "of "+subscriber, err)
		}
		cursor.Position, cursor.Revision = casework.Position(position), uint64(revision) //nolint:gosec // neither is ever negative
		if !row.id.Valid {
			continue
		}
		held, err := row.held()
		if err != nil {
			return casework.Cursor{}, err
		}
		cursor.Held = append(cursor.Held, held)
	}
	if err := rows.Err(); err != nil {
		return casework.Cursor{}, s.db.failure(ctx, "cursor", "of "+subscriber, err)
	}
	return cursor, nil
}

// heldRow is a row of needsled_held, or of nulls where there is none.
type heldRow struct {
	id, kind, waiting, again, fault sql.NullString
	tries                           sql.NullInt64
	parked                          sql.NullBool
}

func (r heldRow) held() (casework.Held, error) {
	h := casework.Held{Kind: r.kind.String, Tries: int(r.tries.Int64), Parked: r.parked.Bool, Fault: r.fault.String}
	again, noTime := parseDue(r.again.String)
	h.Again = again
	err := errors.Join(noTime, h.Case.UnmarshalText([]byte(r.id.String)), json.Unmarshal([]byte(r.waiting.String), &h.Waiting))
	if err != nil {
		return casework.Held{}, &casework.CorruptError{Op: "cursor", Case: h.Case, Code: "cursor.unreadable", What: "the row of a case that is held cannot be read", Cause: err}
	}
	return h, nil
}

// SaveCursor moves a cursor on. It gives [casework.ErrConflict] where the cursor
// moved meanwhile, and [casework.ErrInvalid] where the change is malformed.
func (s *Store) SaveCursor(ctx context.Context, c casework.CursorChange) error {
	faults := c.Faults()
	for i, h := range c.Held {
		faults = append(faults, under(fmt.Sprintf("held[%d]", i), timeFaults("again", h.Again))...)
	}
	if err := casework.InvalidIf("save cursor", faults); err != nil {
		return err
	}
	if err := s.usable("save cursor"); err != nil {
		return err
	}
	return s.writing(ctx, "save cursor", "of "+c.Subscriber, func(in session) error {
		return s.saveCursor(ctx, in, c)
	})
}

func (s *Store) saveCursor(ctx context.Context, in session, c casework.CursorChange) error {
	fail := func(err error) error { return s.db.failure(ctx, "save cursor", "of "+c.Subscriber, err) }
	var moved int64
	var err error
	if c.Revision == 0 {
		moved, err = in.exec(ctx, firstCursor, s.tenant, c.Subscriber, integer(c.Position))
	} else {
		moved, err = in.exec(ctx, moveCursor, integer(c.Position), s.tenant, c.Subscriber, integer(c.Revision))
	}
	if err != nil {
		return fail(err)
	}
	if moved == 0 {
		return &casework.ConflictError{Op: "save cursor", Kind: casework.ConflictCursor, Subject: c.Subscriber}
	}
	for _, h := range c.Held {
		waiting, err := json.Marshal(h.Waiting)
		if err != nil {
			return fail(err)
		}
		if _, err := in.exec(ctx, holdHeld, s.tenant, c.Subscriber, h.Case.String(), h.Kind, string(waiting), int64(h.Tries),
			dueText(h.Again), s.db.dialect.flag(h.Parked), h.Fault); err != nil {
			return fail(err)
		}
	}
	for _, id := range c.Released {
		if _, err := in.exec(ctx, releaseHeld, s.tenant, c.Subscriber, id.String()); err != nil {
			return fail(err)
		}
	}
	return nil
}

// Lead makes a process the one that serves a subscriber, until its term is over
// by the clock of the database. It gives [casework.ErrConflict] while another
// leads.
func (s *Store) Lead(ctx context.Context, l casework.Lease) (uint64, error) {
	if err := casework.InvalidIf("lead", l.Faults()); err != nil {
		return 0, err
	}
	if err := s.usable("lead"); err != nil {
		return 0, err
	}
	var revision int64
	err := s.writing(ctx, "lead", "of "+l.Subscriber, func(in session) error {
		var err error
		revision, err = s.lead(ctx, in, l)
		return err
	})
	if err != nil {
		return 0, err
	}
	return uint64(revision), nil //nolint:gosec // a revision is never negative
}

func (s *Store) lead(ctx context.Context, in session, l casework.Lease) (int64, error) {
	var err error
	if l.Term == 0 {
		_, err = in.exec(ctx, resign, s.tenant, l.Subscriber, l.Leader)
	} else {
		_, err = in.exec(ctx, s.db.dialect.lead(), s.tenant, l.Subscriber, l.Leader, max(1, l.Term.Milliseconds()))
	}
	if err != nil {
		return 0, s.db.failure(ctx, "lead", "of "+l.Subscriber, err)
	}
	var revision int64
	var leader string
	err = in.row(ctx, loadLead, s.tenant, l.Subscriber).Scan(&revision, &leader)
	if errors.Is(err, sql.ErrNoRows) { // given up before anything was kept
		return 0, nil
	}
	if err != nil {
		return 0, s.db.failure(ctx, "lead", "of "+l.Subscriber, err)
	}
	if leader != "" && leader != l.Leader {
		return 0, &casework.ConflictError{Op: "lead", Kind: casework.ConflictLead, Subject: l.Subscriber}
	}
	return revision, nil
}
