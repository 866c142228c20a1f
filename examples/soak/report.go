package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
)

// report is what came of a plan.
type report struct {
	plan
	took               time.Duration
	updates, conflicts int
	kills, crashes     int
	entries            uint64
	deliveries, again  int
	leaders            int           // processes that delivered
	lag, lag99, lagMax time.Duration // from an entry to its first delivery
	faults             []string
}

// look holds what was acknowledged and what was delivered against the journals.
func (r *report) look(ctx context.Context, files []string) error {
	store, err := postgres.Open(ctx, r.dsn, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	pool, err := pgxpool.New(ctx, r.dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := catchUp(ctx, store, pool); err != nil {
		return err
	}
	heads, err := r.journals(ctx, store)
	if err != nil {
		return err
	}
	if err := r.lost(files, heads); err != nil {
		return err
	}
	if err := r.delivered(ctx, pool, heads); err != nil {
		return err
	}
	return r.cursor(ctx, store)
}

func (r *report) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// journals verifies every chain, and gives where each case stands.
func (r *report) journals(ctx context.Context, store *postgres.Store) (map[string]uint64, error) {
	desk, _, err := office(store)
	if err != nil {
		return nil, err
	}
	heads := map[string]uint64{}
	for summary, err := range store.List(ctx, casework.Query{}) {
		if err != nil {
			return nil, err
		}
		if err := desk.Verify(ctx, summary.Case); err != nil {
			r.fault("the journal of case %s does not verify: %v", summary.Case, err)
		}
		heads[summary.Case.String()] = summary.Seq
		r.entries += summary.Seq
	}
	if len(heads) != r.cases {
		r.fault("there are %d cases of %d", len(heads), r.cases)
	}
	return heads, nil
}

// lost looks for what was acknowledged and is not there.
func (r *report) lost(files []string, heads map[string]uint64) error {
	last := map[string]uint64{}
	for _, file := range files {
		updates, conflicts, err := acknowledged(file, last)
		if err != nil {
			return err
		}
		r.updates, r.conflicts = r.updates+updates, r.conflicts+conflicts
	}
	for id, seq := range last {
		if heads[id] < seq {
			r.fault("case %s stands at %d, and %d was acknowledged", id, heads[id], seq)
		}
	}
	return nil
}

// delivered looks whether every entry arrived, and none before the one before it.
func (r *report) delivered(ctx context.Context, pool *pgxpool.Pool, heads map[string]uint64) error {
	rows, err := pool.Query(ctx, `SELECT case_id, seq FROM soak_deliveries ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	most := map[string]uint64{}
	for rows.Next() {
		var id string
		var seq int64
		if err := rows.Scan(&id, &seq); err != nil {
			return err
		}
		r.deliveries++
		switch n := uint64(seq); { //nolint:gosec // a sequence is not negative
		case n == most[id]+1:
			most[id] = n
		case n <= most[id]:
			r.again++
		default:
			r.fault("entry %d of case %s was delivered after entry %d", n, id, most[id])
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for id, head := range heads {
		if most[id] != head {
			r.fault("case %s stands at %d, and %d was delivered", id, head, most[id])
		}
	}
	return r.lags(ctx, pool)
}

// lags measures how long entries took to arrive.
func (r *report) lags(ctx context.Context, pool *pgxpool.Pool) error {
	var half, most, all float64
	err := pool.QueryRow(ctx, `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag), percentile_cont(0.99) WITHIN GROUP (ORDER BY lag), max(lag), max(leaders)
FROM (SELECT extract(epoch FROM min(at) - min(recorded))::float8 AS lag FROM soak_deliveries GROUP BY case_id, seq) l,
(SELECT count(DISTINCT process) AS leaders FROM soak_deliveries) p`).Scan(&half, &most, &all, &r.leaders)
	seconds := func(f float64) time.Duration {
		return time.Duration(f * float64(time.Second)).Round(100 * time.Microsecond)
	}
	r.lag, r.lag99, r.lagMax = seconds(half), seconds(most), seconds(all)
	return err
}

// cursor looks whether the cursor has come to the end, and nothing waits.
func (r *report) cursor(ctx context.Context, store *postgres.Store) error {
	last, err := endOf(ctx, store)
	if err != nil {
		return err
	}
	c, err := store.Cursor(ctx, subscriber)
	if err != nil {
		return err
	}
	if c.Position != last || len(c.Held) > 0 {
		r.fault("the cursor stands at %d of %d and holds %d cases", c.Position, last, len(c.Held))
	}
	return nil
}

// print writes a table.
func (r *report) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, row := range []struct {
		what string
		is   any
	}{
		{"processes at once, cases", fmt.Sprintf("%d, %d", r.processes, r.cases)},
		{"time", r.took.Round(time.Second)},
		{"updates acknowledged", fmt.Sprintf("%d, %.0f a second", r.updates, float64(r.updates)/r.took.Seconds())},
		{"updates told of a conflict", r.conflicts},
		{"processes killed", r.kills},
		{"crashes of the server", r.crashes},
		{"entries", r.entries},
		{"deliveries", fmt.Sprintf("%d, %d of them repeated", r.deliveries, r.again)},
		{"processes that delivered", r.leaders},
		{"from entry to delivery", fmt.Sprintf("%s in the middle, %s for 99 of 100, %s at most", r.lag, r.lag99, r.lagMax)},
		{"lost, out of order, or broken", len(r.faults)},
	} {
		fmt.Fprintf(w, "%s\t%v\n", row.what, row.is)
	}
	_ = w.Flush()
	for _, fault := range r.faults {
		fmt.Fprintln(out, fault)
	}
}
