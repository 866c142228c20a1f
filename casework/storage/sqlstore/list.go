package sqlstore

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// List gives the tenant's cases that match, in the order of their ids, 256 to a
// page. Between pages nothing is held open.
func (s *Store) List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) {
		for {
			summaries, err := s.summaries(ctx, q)
			if err != nil {
				yield(casework.Summary{}, err)
				return
			}
			for _, summary := range summaries {
				if !yield(summary, nil) {
					return
				}
				q.After = summary.Case
			}
			if len(summaries) < page {
				return
			}
		}
	}
}

// summaries reads one page of the list.
func (s *Store) summaries(ctx context.Context, q casework.Query) ([]casework.Summary, error) {
	in, err := s.reading("list")
	if err != nil {
		return nil, err
	}
	query, args := listQuery(s.tenant, q)
	rows, err := in.rows(ctx, query, args...)
	if err != nil {
		return nil, s.db.failure(ctx, "list", "cases", err)
	}
	defer func() { _ = rows.Close() }()
	var summaries []casework.Summary
	for rows.Next() {
		var row caseRow
		targets := row.targets()
		if err := rows.Scan(append(targets[:], &row.id)...); err != nil {
			return nil, s.unreadable(ctx, "list", "of a case", err)
		}
		record, err := row.record("list")
		if err != nil {
			return nil, err
		}
		summaries = append(summaries, casework.Summary{Case: record.Case, Seq: record.Seq, Index: record.Index})
	}
	if err := rows.Err(); err != nil {
		return nil, s.db.failure(ctx, "list", "cases", err)
	}
	return summaries, nil
}

// listQuery writes the conditions that are asked for and no others, so that
// each finds its index.
func listQuery(tenant string, q casework.Query) (string, []any) {
	var query strings.Builder
	query.WriteString(`SELECT ` + indexColumns + `, id FROM needsled_cases WHERE tenant = ? AND id > ?`)
	args := []any{tenant, q.After.String()}
	for _, c := range []struct{ condition, value string }{
		{`kind = ?`, q.Kind},
		{`definition = ?`, q.Definition},
		{`state = ?`, string(q.State)},
		{`subject <> '' AND subject = ?`, q.Subject},
		{`holder <> '' AND holder = ?`, q.Holder},
	} {
		if c.value != "" {
			query.WriteString(` AND ` + c.condition)
			args = append(args, c.value)
		}
	}
	if !q.DueBy.IsZero() {
		query.WriteString(` AND id IN (SELECT id FROM needsled_cases WHERE tenant = ? AND due <> '' AND due <= ?)`)
		args = append(args, tenant, dueText(clamp(q.DueBy)))
	}
	query.WriteString(` ORDER BY id LIMIT ?`)
	return query.String(), append(args, page)
}

// clamp keeps a time within the years that sort as text.
func clamp(t time.Time) time.Time {
	t = t.UTC()
	switch {
	case t.Year() > 9999:
		return time.Date(9999, time.December, 31, 23, 59, 59, 999999999, time.UTC)
	case t.Year() < 0:
		return time.Date(0, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}
