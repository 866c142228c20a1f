package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/commissioning"
)

// scheme is the numbering of referrals in the journals.
const scheme = "referral"

// system is a case-management system as there are many: a database, and forms over
// its tables. The library brings a store on the same database, and a desk.
type system struct {
	db       *sql.DB
	numbered bool // placeholders are $1, $2, ...
	store    *sqlstore.Store
	desk     *commissioning.Desk
	// role tells what somebody is in a council; empty for nobody.
	role func(ctx context.Context, council, user string) (string, error)
}

// openSQLite opens the system on a file.
func openSQLite(ctx context.Context, path string) (*system, error) {
	name, err := sqlite.DSN(path, nil)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Attach(ctx, db)
	return build(ctx, &system{db: db, store: store}, err)
}

// openPostgres opens the system on a PostgreSQL database.
func openPostgres(ctx context.Context, dsn string) (*system, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	store, err := postgres.Attach(ctx, db)
	return build(ctx, &system{db: db, store: store, numbered: true}, err)
}

// build makes the system's own tables and its desk.
func build(ctx context.Context, s *system, err error) (*system, error) {
	if err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	s.role = s.staff
	s.desk, err = commissioning.NewDesk(s.store, &commissioning.Options{Desk: casework.DeskOptions{Permit: s.permit}})
	if err == nil {
		err = s.makeTables(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *system) close() error { return errors.Join(s.store.Close(), s.db.Close()) }

// makeTables makes what such a system has had for years.
func (s *system) makeTables(ctx context.Context) error {
	for _, table := range []string{
		`CREATE TABLE IF NOT EXISTS staff (council TEXT NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (council, id))`,
		`CREATE TABLE IF NOT EXISTS referrals (council TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL, cycle TEXT NOT NULL,
			urgency TEXT NOT NULL CHECK (urgency IN ('routine', 'urgent')), PRIMARY KEY (council, number))`,
		`CREATE TABLE IF NOT EXISTS tasks (council TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, PRIMARY KEY (council, code))`,
	} {
		if _, err := s.db.ExecContext(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// bind writes a query with the placeholders of the database.
func (s *system) bind(query string) string {
	if !s.numbered {
		return query
	}
	var b strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// snippet:hosted

// refer takes a referral in: the row of this system and the cycle of the library
// are there together, or neither is.
func (s *system) refer(ctx context.Context, council, user string, r referral) (casework.CaseID, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return casework.CaseID{}, err
	}
	defer func() { _ = tx.Rollback() }()
	desk := s.desk.In(s.store.Tenant(council).WithTx(tx))
	cycle, err := desk.Open(ctx, actor(council, user), commissioning.Brief{
		Title: r.Title, Lead: agency(council),
		References: []casework.ExternalRef{{Scheme: scheme, Value: r.Number}},
	})
	if err != nil {
		return casework.CaseID{}, err
	}
	_, err = tx.ExecContext(ctx, s.bind(`INSERT INTO referrals (council, number, title, cycle, urgency) VALUES (?, ?, ?, ?, ?)`),
		council, r.Number, r.Title, cycle.ID().String(), r.urgency())
	if err != nil {
		return casework.CaseID{}, fmt.Errorf("take in referral %s: %w", r.Number, err)
	}
	return cycle.ID(), tx.Commit()
}

// snippet-end

// found tells whether a cycle carries the number of a referral.
func (s *system) found(ctx context.Context, council, number string) string {
	_, err := s.desk.In(s.store.Tenant(council)).Find(ctx, casework.ExternalRef{Scheme: scheme, Value: number})
	if errors.Is(err, casework.ErrNotFound) {
		return "nothing"
	}
	return "something"
}

// move moves a cycle on.
func (s *system) move(ctx context.Context, council, user string, id casework.CaseID, m casework.Move) (*commissioning.Cycle, error) {
	return s.desk.In(s.store.Tenant(council)).Move(ctx, id, actor(council, user), m)
}

// identify records a need.
func (s *system) identify(ctx context.Context, council, user string, id casework.CaseID, statement string) error {
	_, err := s.desk.In(s.store.Tenant(council)).Update(ctx, id, actor(council, user), func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: statement})
		return err
	})
	return err
}

// choices prints the moves somebody has, as a page would show its buttons.
func (s *system) choices(ctx context.Context, out io.Writer, council, user string, id casework.CaseID) error {
	options, err := s.desk.In(s.store.Tenant(council)).Options(ctx, id, actor(council, user))
	if err != nil {
		return err
	}
	for _, o := range options {
		fmt.Fprintf(out, "  %s: %d objections\n", o.Move, len(o.Objections))
	}
	return nil
}
