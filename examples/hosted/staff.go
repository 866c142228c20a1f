package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/needsled/needsled/casework"
)

// councils are the tenants.
var councils = []string{"camden", "westminster"}

// The roles somebody may have in a council.
const (
	commissioner = "commissioner" // may do everything
	clerk        = "clerk"        // takes referrals in, and records
)

// employ fills the table of staff.
func (s *system) employ(ctx context.Context) error {
	for _, who := range [][3]string{{"camden", "ana.k", commissioner}, {"camden", "cleo.c", clerk}, {"westminster", "wes.t", commissioner}} {
		if _, err := s.db.ExecContext(ctx, s.bind(`INSERT INTO staff (council, id, role) VALUES (?, ?, ?)`), who[0], who[1], who[2]); err != nil {
			return err
		}
	}
	return nil
}

// staff looks somebody up.
func (s *system) staff(ctx context.Context, council, user string) (string, error) {
	var role string
	err := s.db.QueryRowContext(ctx, s.bind(`SELECT role FROM staff WHERE council = ? AND id = ?`), council, user).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return role, err
}

func agency(council string) casework.Agency {
	return casework.Agency{ID: council, Name: map[string]string{"camden": "Camden Council", "westminster": "Westminster City Council"}[council], Sector: casework.Statutory}
}

// actor is a user of this system, as the journals record them.
func actor(council, user string) casework.Actor { return casework.Person(user, agency(council)) }

// snippet:permit

// permit answers the library's question who may do what, from the staff of the
// council somebody acts for. What it does not answer is denied.
func (s *system) permit(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
	role, err := s.role(ctx, q.Actor.Agency.ID, q.Actor.ID)
	if err != nil {
		return nil, err // nobody may do anything until the answer is known
	}
	answers := casework.Decisions{}
	for _, action := range q.Actions {
		recording := action == casework.ActOpen || action == casework.ActUpdate
		switch {
		case role == commissioner, role == clerk && recording:
			answers[action] = casework.Decision{Allow: true}
		case role == clerk:
			answers[action] = casework.Decision{Reason: "a clerk records and moves nothing on"}
		default:
			answers[action] = casework.Decision{Reason: "nobody of that name works there"}
		}
	}
	return answers, nil
}

// snippet-end
