package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// Action is what a host's [Permit] is asked about: a move by its name, or one
// of the constants below, or an override.
type Action string

// The actions that are not moves.
const (
	ActOpen    Action = "case:open"   // with all that is done to the case in the call that opens it, but its moves
	ActUpdate  Action = "case:update" // commands that record without moving
	ActAssign  Action = "case:assign"
	ActRedact  Action = "case:redact"
	ActMigrate Action = "case:migrate"
	ActImport  Action = "case:import"
	ActTick    Action = "case:tick"
)

// ActOverride is the action of overriding a policy's refusal.
func ActOverride(code string) Action { return Action("override:" + code) }

// PermitQuery is what a [Permit] is asked, once for each case a unit loads.
type PermitQuery struct {
	Actor   Actor
	Case    CaseID
	Kind    string
	State   State // empty for a case being opened
	Subject string
	Holder  Actor    // zero while the case is assigned to nobody
	Actions []Action // every action the call might come to
}

// Decision is a Permit's answer to one action.
type Decision struct {
	Allow  bool
	Reason string // shown to the actor when the action is denied
}

// Decisions answers the actions of a query. An action that is left out is denied.
type Decisions map[Action]Decision

// Permit is the host's say over who may do what. It fails closed: an error, a
// panic or an answer that comes too late becomes an objection, never a yes.
// Without a Permit every action is allowed but overrides. It is not asked about
// looking: what an actor may load, list and read is for the host to decide.
type Permit func(ctx context.Context, q PermitQuery) (Decisions, error)

// AllowAll allows every action of the query, overrides included.
func AllowAll(_ context.Context, q PermitQuery) (Decisions, error) {
	all := make(Decisions, len(q.Actions))
	for _, a := range q.Actions {
		all[a] = Decision{Allow: true}
	}
	return all, nil
}

// permission is what a Permit answered for one case.
type permission struct {
	open      bool // no Permit: all but overrides
	decisions Decisions
	failure   string // why there is no answer, in words anybody may read
	cause     error  // what the Permit itself said; for the host alone
}

// objection says what speaks against an action, if anything does.
func (p permission) objection(action Action) (Objection, bool) {
	if p.failure != "" {
		return Objection{
			Code: CodePermissionFailed, Effect: Bar,
			Message: "permission could not be established: " + p.failure,
			Remedy:  "try again; if it stays, ask whoever runs the system",
			Source:  "permissions of the host",
		}, true
	}
	if p.open {
		return Objection{}, false
	}
	decision := p.decisions[action]
	if decision.Allow {
		return Objection{}, false
	}
	message := fmt.Sprintf("not permitted: %s", action)
	if decision.Reason != "" {
		message += ": " + decision.Reason
	}
	return Objection{
		Code: CodePermissionDenied, Effect: Bar, Message: message,
		Remedy: "ask somebody who may, or ask for the permission",
		Source: "permissions of the host",
	}, true
}

func (p permission) mayOverride(code string) bool {
	return p.failure == "" && p.decisions[ActOverride(code)].Allow
}

// ask puts the query to the Permit, with all that may go wrong.
func (permit Permit) ask(ctx context.Context, q PermitQuery, limit time.Duration) permission {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answer := make(chan permission, 1)
	go func() {
		answer <- permit.answer(ctx, q)
	}()
	select {
	case p := <-answer:
		return p
	case <-ctx.Done():
		return permission{failure: "no answer within the time allowed"}
	}
}

func (permit Permit) answer(ctx context.Context, q PermitQuery) (p permission) {
	defer func() {
		if r := recover(); r != nil {
			p = permission{failure: "the permission check broke down"}
		}
	}()
	decisions, err := permit(ctx, q)
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return permission{failure: "no answer within the time allowed"}
	}
	if err != nil {
		return permission{failure: "the permission check failed", cause: err}
	}
	return permission{decisions: maps.Clone(decisions)}
}
