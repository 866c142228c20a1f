package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/needsled/needsled/casework"
)

const (
	loadEntries = `SELECT ` + entryColumns + ` FROM needsled_entries WHERE tenant = ? AND case_id = ? AND seq > ? ORDER BY seq LIMIT ?`

	caseExists = `SELECT id FROM needsled_cases WHERE tenant = ? AND id = ?`
)

// History gives the entries of a case after a sequence, in order, 256 to a page.
// Between pages nothing is held open. A case that does not exist yields one
// [casework.ErrNotFound].
func (s *Store) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for next, first := after, true; ; first = false {
			entries, err := s.entries(ctx, id, next)
			if err == nil && first && len(entries) == 0 {
				err = s.exists(ctx, id)
			}
			if err != nil {
				yield(casework.Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
				next = e.Seq
			}
			if len(entries) < page {
				return
			}
		}
	}
}

// entries reads one page of a case's journal.
func (s *Store) entries(ctx context.Context, id casework.CaseID, after uint64) ([]casework.Entry, error) {
	in, err := s.reading("history")
	if err != nil {
		return nil, err
	}
	rows, err := in.rows(ctx, loadEntries, s.tenant, id.String(), integer(after), page)
	if err != nil {
		return nil, s.db.failure(ctx, "history", "of case "+id.String(), err)
	}
	defer func() { _ = rows.Close() }()
	var entries []casework.Entry
	for rows.Next() {
		e, err := scanEntry(rows, "history", nil, nil)
		if err != nil {
			return nil, s.unreadable(ctx, "history", "of case "+id.String(), err)
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, s.db.failure(ctx, "history", "of case "+id.String(), err)
	}
	return entries, nil
}

// exists tells a case without entries beyond a sequence from no case.
func (s *Store) exists(ctx context.Context, id casework.CaseID) error {
	in, err := s.reading("history")
	if err != nil {
		return err
	}
	rows, err := in.rows(ctx, caseExists, s.tenant, id.String())
	if err != nil {
		return s.db.failure(ctx, "history", "of case "+id.String(), err)
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		return nil
	}
	if err := rows.Err(); err != nil {
		return s.db.failure(ctx, "history", "of case "+id.String(), err)
	}
	return caseNotFound("history", id)
}

// unreadable passes on what a row's reading found, or says why the row could not
// be fetched.
func (s *Store) unreadable(ctx context.Context, op, subject string, err error) error {
	if errors.Is(err, casework.ErrCorrupt) {
		return err
	}
	if ended := ctx.Err(); ended != nil || s.db.classify(err) != Other {
		return s.db.failure(ctx, op, subject, err)
	}
	return &casework.CorruptError{Op: op, Code: "row.unreadable", What: fmt.Sprintf("a row %s cannot be read", subject), Cause: err}
}
