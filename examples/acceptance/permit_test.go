package acceptance_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The codes permission.failed and permission.denied belong to the class
// authority.actor.
func TestS12_8_a_permit_that_errs_panics_or_is_slow_refuses(t *testing.T) {
	permits := map[string]struct {
		code     string
		patience time.Duration // how long the desk waits: next to nothing for those that never answer
		permit   func(released <-chan struct{}) casework.Permit
	}{
		"an error beside a yes": {casework.CodePermissionFailed, time.Minute, func(<-chan struct{}) casework.Permit {
			return func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
				all, _ := casework.AllowAll(ctx, q)
				return all, errors.New("the directory does not answer")
			}
		}},
		"a panic": {casework.CodePermissionFailed, time.Minute, func(<-chan struct{}) casework.Permit {
			return func(context.Context, casework.PermitQuery) (casework.Decisions, error) { panic("no such role") }
		}},
		"a yes that comes too late": {casework.CodePermissionFailed, time.Millisecond, func(<-chan struct{}) casework.Permit {
			return func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
				<-ctx.Done()
				return casework.AllowAll(ctx, q)
			}
		}},
		"one that never looks at its context": {casework.CodePermissionFailed, time.Millisecond, func(released <-chan struct{}) casework.Permit {
			return func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
				<-released
				return casework.AllowAll(ctx, q)
			}
		}},
		"an answer to nothing": {casework.CodePermissionDenied, time.Minute, func(<-chan struct{}) casework.Permit {
			return func(context.Context, casework.PermitQuery) (casework.Decisions, error) { return nil, nil }
		}},
	}
	onEveryStore(t, func(t *testing.T, h *house) {
		free := h.desk(t)
		c := open(t, free, ana, commissioning.Brief{Title: "Home care", Lead: hackney})
		c, err := free.Assign(t.Context(), c.ID(), ana, bo)
		require.NoError(t, err)
		for name, row := range permits {
			t.Run(name, func(t *testing.T) {
				released := make(chan struct{})
				defer close(released)
				desk := h.desk(t, permitted(row.permit(released)), func(o *commissioning.Options) { o.Desk.PermitTimeout = row.patience })
				for step, act := range forbidden(t, desk, c.ID()) {
					r := h.refused(t, act)
					assert.Contains(t, stopping(r.Objections), row.code, step)
				}
				options, err := desk.Options(t.Context(), c.ID(), ana)
				require.NoError(t, err)
				require.NotEmpty(t, options)
				for _, o := range options {
					assert.False(t, o.Allowed(), "%s is shown as possible", o.Move)
					assert.Contains(t, stopping(o.Objections), row.code)
				}
			})
		}
	})
}

// forbidden is everything that changes a case, and one override.
func forbidden(t *testing.T, desk *commissioning.Desk, id casework.CaseID) map[string]func() error {
	t.Helper()
	return map[string]func() error{
		"open": func() error {
			_, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "Lunch club", Lead: hackney})
			return err
		},
		"update": func() error { _, err := desk.Update(t.Context(), id, ana, need("Falls at night")); return err },
		"move": func() error {
			_, err := desk.Move(t.Context(), id, ana, commissioning.IdentifyResources,
				casework.Explaining("engagement.no_voluntary_sector", "Nobody to ask"))
			return err
		},
		"move with an override": func() error {
			_, err := desk.Move(t.Context(), id, ana, commissioning.IdentifyResources,
				casework.Overriding("need.none", "Urgent"), casework.Explaining("engagement.no_voluntary_sector", "Nobody to ask"))
			return err
		},
		"assign":  func() error { _, err := desk.Assign(t.Context(), id, ana, cal); return err },
		"release": func() error { _, err := desk.Release(t.Context(), id, ana); return err },
		"tick":    func() error { _, err := desk.Tick(t.Context(), id, nightly); return err },
		"redact": func() error {
			_, err := desk.Redact(t.Context(), id, ana, []uint64{2}, "asked to be forgotten")
			return err
		},
		"import": func() error {
			_, err := desk.Import(t.Context(), ana, "old system", casework.ImportedCase{
				Opening: casework.Opening{Definition: commissioning.StrategicName, References: []casework.ExternalRef{workflow("9")}},
			})
			return err
		},
	}
}

// Without any permit everything is allowed but an override: the code
// override.not_permitted belongs to the class authority.actor.
func TestS12_8_an_override_needs_a_permit_that_says_yes(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		c, err := desk.Open(t.Context(), ana, person3(t))
		require.NoError(t, err)
		r := h.refused(t, func() error {
			_, err := desk.Move(t.Context(), c.ID(), ana, commissioning.IdentifyResources, casework.Overriding("need.none", "Urgent"))
			return err
		})
		assert.Equal(t, []string{"need.none", casework.CodeOverrideForbidden}, stopping(r.Objections))
	})
}
