package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/relay"
)

// tell runs a relay until a council has been told everything. A program that stays
// runs it all the time.
func (s *system) tell(ctx context.Context, council string) error {
	store := s.store.Tenant(council)
	last, err := end(ctx, store)
	if err != nil {
		return err
	}
	words := notification.Words{
		To: s.assign,
		Link: func(n casework.Notification) string {
			return "/" + n.Tenant + "/cycles?entry=" + fmt.Sprint(n.Entry.Seq)
		},
		CaseTitle: s.title,
	}
	r, err := relay.New(store, "tasks", words, &relay.Options{Tenant: council, Poll: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	go func() {
		for r.Status().Position < last && ctx.Err() == nil {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	return r.Run(ctx)
}

// end gives the last position of a council's feed.
func end(ctx context.Context, store casework.Feeder) (casework.Position, error) {
	var last casework.Position
	for {
		items, err := store.Feed(ctx, last, 100)
		if err != nil || len(items) == 0 {
			return last, err
		}
		last = items[len(items)-1].Position
	}
}

// assign makes a task of an intent. One that comes again is the same task.
func (s *system) assign(ctx context.Context, i notification.Intent) error {
	_, err := s.db.ExecContext(ctx, s.bind(`INSERT INTO tasks (council, code, title, link) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`), i.Tenant, i.Key, i.Title, i.Link)
	return err
}

// title finds the title of a referral by its cycle.
func (s *system) title(ctx context.Context, n casework.Notification) (string, error) {
	var title string
	err := s.db.QueryRowContext(ctx, s.bind(`SELECT title FROM referrals WHERE council = ? AND cycle = ?`), n.Tenant, n.Entry.Case.String()).Scan(&title)
	return title, err
}

// tasks prints what everybody has to do.
func (s *system) tasks(ctx context.Context, out io.Writer) error {
	rows, err := s.db.QueryContext(ctx, `SELECT council, title, link FROM tasks ORDER BY council, code`)
	if err != nil {
		return err
	}
	defer rows.Close()
	fmt.Fprintln(out, "Tasks:")
	for rows.Next() {
		var council, title, link string
		if err := rows.Scan(&council, &title, &link); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s: %s (%s)\n", council, title, link)
	}
	return rows.Err()
}
