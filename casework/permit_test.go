package casework_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// allowing permits the given actions, and denies all others.
func allowing(actions ...casework.Action) casework.Permit {
	return func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
		d := casework.Decisions{}
		for _, a := range actions {
			d[a] = casework.Decision{Allow: true}
		}
		return d, nil
	}
}

func TestWithoutAPermitEverythingIsAllowedButOverrides(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	_, err := f.desk().Assign(t.Context(), c.ID(), ana, bea)
	require.NoError(t, err)
	_, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
	require.NoError(t, err)
}

func TestADenialSaysWhatAndWhy(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	f.o.Permit = func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
		return casework.Decisions{casework.Action(LookInto): {Reason: "trainees only read"}}, nil
	}
	_, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto)
	assert.Equal(t, []casework.Objection{{
		Code: casework.CodePermissionDenied, Effect: casework.Bar,
		Message: "not permitted: look_into: trainees only read", Remedy: "ask somebody who may, or ask for the permission",
		Source: "permissions of the host",
	}}, refusal(t, err).Objections)
	f.untouched(c)
}

func TestAnActionThatIsLeftOutIsDenied(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	two := compiled(t, complaintDefinition().As("Complaint", 2))
	f.kind = kindOf(t, complaintSpec(append(f.kind.Tables(), two)...))
	f.o.Permit = allowing()
	desk, ctx := f.desk(), t.Context()
	history := casework.ImportedCase{Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}}}
	for action, command := range map[casework.Action]func() error{
		casework.ActOpen: func() error { _, err := desk.Open(ctx, ana, casework.Opening{}, nil); return err },
		casework.ActUpdate: func() error {
			_, err := desk.Update(ctx, c.ID(), ana, func(c *Complaint) error { return c.Find("x") })
			return err
		},
		casework.ActAssign:        func() error { _, err := desk.Assign(ctx, c.ID(), ana, bea); return err },
		casework.ActRedact:        func() error { _, err := desk.Redact(ctx, c.ID(), ana, []uint64{2}, "why"); return err },
		casework.ActMigrate:       func() error { _, err := desk.Migrate(ctx, c.ID(), ana, two.Pin(), nil, "why"); return err },
		casework.ActTick:          func() error { _, err := desk.Tick(ctx, c.ID(), ana); return err },
		casework.Action(SendBack): func() error { _, err := desk.Move(ctx, c.ID(), ana, SendBack); return err },
		casework.ActImport: func() error {
			f.o.Permit = allowing(casework.ActOpen)
			_, err := desk.Import(ctx, ana, "old", history)
			return err
		},
		"import, for want of " + casework.ActOpen: func() error {
			f.o.Permit = allowing(casework.ActImport)
			_, err := desk.Import(ctx, ana, "old", history)
			return err
		},
	} {
		t.Run(string(action), func(t *testing.T) {
			f.o.Permit = allowing()
			r := refusal(t, command())
			assert.Equal(t, []string{casework.CodePermissionDenied}, codes(r.Objections))
			f.untouched(c)
		})
	}
}

func TestThePermitIsAskedOnceForEverythingTheCallMightComeTo(t *testing.T) {
	f := newOffice(t)
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-17"}, func(c *Complaint) error { return c.Assign(bea) })
	require.NoError(t, err)
	var asked []casework.PermitQuery
	f.o.Permit = func(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		asked = append(asked, q)
		return casework.AllowAll(context.Background(), q) //nolint:usetesting // AllowAll looks at no context
	}
	_, err = f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		require.NoError(t, c.Receive("The bins stay full."))
		require.NoError(t, c.Move(LookInto))
		return c.Find("The round was skipped.")
	}, casework.Overriding("b", "so"), casework.Overriding("a", "so"))
	require.NoError(t, err)
	assert.Equal(t, []casework.PermitQuery{{
		Actor: ana, Case: c.ID(), Kind: "complaint", State: Received, Subject: "P-17", Holder: bea,
		Actions: []casework.Action{
			"case:open", "case:update", "case:assign", "case:redact", "case:migrate", "case:import", "case:tick",
			"look_into", "send_back", "nudge", "answer", "withdraw", "override:a", "override:b",
		},
	}}, asked)

	asked = nil
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-18"}, nil)
	require.NoError(t, err)
	require.Len(t, asked, 1)
	assert.Empty(t, asked[0].State, "a case being opened is nowhere yet")
	assert.Equal(t, "P-18", asked[0].Subject)
	assert.False(t, asked[0].Case.IsZero())
}

func TestAPermitThatChangesItsMindLaterIsNotHeard(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	answer := casework.Decisions{casework.Action(LookInto): {Allow: true}}
	f.o.Permit = func(context.Context, casework.PermitQuery) (casework.Decisions, error) { return answer, nil }
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		clear(answer)
		return c.Move(LookInto)
	})
	require.NoError(t, err)
}

// TestS12_7_who_acts is row 7 of the embedding checks: an empty actor is
// refused, a program is recorded as one, and both identities of somebody who
// stands in for another.
func TestS12_7_who_acts(t *testing.T) {
	f := newOffice(t)
	_, err := f.desk().Open(t.Context(), casework.Actor{}, casework.Opening{}, nil)
	assert.Equal(t, []string{"actor.kind actor.missing", "actor.id actor.missing"}, faults(t, err))

	c, err := f.desk().Open(t.Context(), nightly, casework.Opening{}, nil)
	require.NoError(t, err)
	_, err = f.desk().Move(t.Context(), c.ID(), casework.Actor{}, Withdraw, casework.Reason("it is settled"))
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = f.desk().Move(t.Context(), c.ID(), ana.For(bea), Withdraw, casework.Reason("it is settled"))
	require.NoError(t, err)

	entries := f.journal(c.ID())
	require.Len(t, entries, 2)
	assert.Equal(t, casework.Actor{Kind: casework.KindSystem, ID: "nightly"}, entries[0].Actor)
	assert.Equal(t, "ana", entries[1].Actor.ID)
	require.NotNil(t, entries[1].Actor.OnBehalfOf)
	assert.Equal(t, "bea", entries[1].Actor.OnBehalfOf.ID)
	assert.Equal(t, "ana for bea", entries[1].Actor.String())
	f.verified(c.ID())
}

// TestS12_8_a_permit_that_gives_no_answer is row 8 of the embedding checks: an
// error, a panic and a delay refuse, write nothing, and are never a yes.
func TestS12_8_a_permit_that_gives_no_answer(t *testing.T) {
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	yes := casework.Decisions{casework.ActOpen: {Allow: true}, casework.Action(LookInto): {Allow: true}, casework.ActUpdate: {Allow: true}}
	for name, test := range map[string]struct {
		permit   casework.Permit
		patience time.Duration // how long the desk waits: next to nothing for those that never answer
		want     string
	}{
		"it gives an error": {
			func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
				return yes, errors.New("no route to the directory")
			},
			time.Minute, "permission could not be established: the permission check failed",
		},
		"it panics": {
			func(context.Context, casework.PermitQuery) (casework.Decisions, error) { panic("nil map") },
			time.Minute, "permission could not be established: the permission check broke down",
		},
		"it waits until it is told to stop, and then says yes": {
			func(ctx context.Context, _ casework.PermitQuery) (casework.Decisions, error) {
				<-ctx.Done()
				return yes, nil
			},
			time.Millisecond, "permission could not be established: no answer within the time allowed",
		},
		"it gives up in time": {
			func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
				return yes, context.DeadlineExceeded
			},
			time.Minute, "permission could not be established: no answer within the time allowed",
		},
		"it does not even listen": {
			func(context.Context, casework.PermitQuery) (casework.Decisions, error) { <-never; return yes, nil },
			time.Millisecond, "permission could not be established: no answer within the time allowed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t)
			c := f.received()
			f.o.Permit, f.o.PermitTimeout = test.permit, test.patience
			for what, command := range map[string]func() error{
				"a move": func() error { _, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto); return err },
				"a record": func() error {
					_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("x") })
					return err
				},
				"a tick":    func() error { _, err := f.desk().Tick(t.Context(), c.ID(), ana); return err },
				"a holder":  func() error { _, err := f.desk().Assign(t.Context(), c.ID(), ana, bea); return err },
				"a new one": func() error { _, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil); return err },
			} {
				r := refusal(t, command())
				assert.Equal(t, []string{casework.CodePermissionFailed}, codes(r.Objections), what)
				assert.Equal(t, test.want, r.Objections[0].Message, what)
				assert.Equal(t, casework.Bar, r.Objections[0].Effect)
			}
			options, err := f.desk().Options(t.Context(), c.ID(), ana)
			require.NoError(t, err)
			for _, o := range options {
				assert.False(t, o.Allowed(), o.Move)
			}
			f.untouched(c)
		})
	}
}

func TestAnOverrideIsNotAllowedByAPermitThatFails(t *testing.T) {
	f := newOffice(t, only(policy("rule", casework.Refuse, nil, LookInto)))
	c := f.received()
	f.o.Permit = func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		all, _ := casework.AllowAll(ctx, q)
		return all, errors.New("half an answer")
	}
	_, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.Overriding("rule", "please"))
	assert.Equal(t, []string{casework.CodePermissionFailed, "rule", casework.CodeOverrideForbidden}, codes(refusal(t, err).Objections))
	f.untouched(c)
}
