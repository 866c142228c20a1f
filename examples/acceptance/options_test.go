package acceptance_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// errOnlyTrying keeps a command that was allowed from being written.
var errOnlyTrying = errors.New("only trying")

// attempt takes a move as its own command would, and takes it back. It gives nil
// where the move is allowed.
func attempt(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, m casework.Move, opts ...casework.CallOption) error {
	t.Helper()
	_, err := desk.Update(t.Context(), id, by, func(c *commissioning.Cycle) error {
		if err := take(c, m); err != nil {
			return err
		}
		return errOnlyTrying
	}, opts...)
	if errors.Is(err, errOnlyTrying) {
		return nil
	}
	require.Error(t, err)
	return err
}

// take takes a move by its own command.
func take(c *commissioning.Cycle, m casework.Move) error {
	if m == commissioning.Close {
		return c.Close(commissioning.NeedsMet, "She is well")
	}
	return c.Move(m)
}

// positions are cycles in every stage and end, of one person and of a population.
func positions(t *testing.T, desk *commissioning.Desk) map[string]casework.CaseID {
	t.Helper()
	all := map[string]casework.CaseID{}
	for _, subject := range []string{"", "person"} {
		for _, stage := range commissioning.Stages() {
			name := subject + " in " + string(stage)
			brief := commissioning.Brief{Title: name, Lead: hackney}
			if subject != "" {
				brief.Subject, brief.Value = name, pounds(t, "28938.00")
			}
			c := open(t, desk, ana, brief)
			all[name] = reach(t, desk, c.ID(), ana, stage).ID()
		}
	}
	suspended := open(t, desk, ana, commissioning.Brief{Title: "suspended", Lead: hackney})
	all["suspended"] = move(t, desk, suspended.ID(), ana, commissioning.Suspend, casework.Reason("Elections")).ID()
	abandoned := open(t, desk, ana, commissioning.Brief{Title: "abandoned", Lead: hackney})
	all["abandoned"] = move(t, desk, abandoned.ID(), ana, commissioning.Abandon, casework.Reason("No money")).ID()
	over := reach(t, desk, open(t, desk, ana, commissioning.Brief{Title: "replaced", Lead: hackney}).ID(), ana, commissioning.StageMonitorReview)
	successor := open(t, desk, ana, commissioning.Brief{Title: "in its place", Lead: hackney, Predecessor: over.ID()})
	reach(t, desk, successor.ID(), ana, commissioning.StageArrangeDelivery)
	require.Equal(t, commissioning.Superseded, stageOf(t, desk, over.ID()))
	all["superseded"] = over.ID()
	all["closed"] = closed(t, desk).ID()
	bare, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "without a need", Lead: hackney})
	require.NoError(t, err)
	all["without a need"] = bare.ID()
	decided := reach(t, desk, open(t, desk, ana, commissioning.Brief{Title: "reviewed", Lead: hackney}).ID(), ana, commissioning.StageMonitorReview)
	all["reviewed"] = update(t, desk, decided.ID(), ana, reviewed(day(t, "2021-11-30"))).ID()
	held := open(t, desk, ana, commissioning.Brief{Title: "held by Bo", Lead: hackney})
	_, err = desk.Assign(t.Context(), held.ID(), ana, bo)
	require.NoError(t, err)
	all["held by Bo"] = held.ID()
	return all
}

// closed gives a cycle that was reviewed, had its services ended, and was closed.
func closed(t *testing.T, desk *commissioning.Desk) *commissioning.Cycle {
	t.Helper()
	c := reach(t, desk, open(t, desk, ana, commissioning.Brief{Title: "closed", Lead: hackney}).ID(), ana, commissioning.StageMonitorReview)
	update(t, desk, c.ID(), ana, reviewed(day(t, "2021-11-30")))
	return update(t, desk, c.ID(), ana, func(c *commissioning.Cycle) error {
		for _, a := range c.Arrangements() {
			if err := c.EndArrangement(a.ID, day(t, "2021-11-30")); err != nil {
				return err
			}
			if err := c.EndDelivery(a.Service); err != nil {
				return err
			}
		}
		return take(c, commissioning.Close)
	})
}

// calMayOnlyLook is a host that lets one person do nothing.
func calMayOnlyLook(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
	if q.Actor.Is(cal) {
		return casework.Decisions{}, nil
	}
	return casework.AllowAll(ctx, q)
}

// Whatever the class of an objection, the list and the command give the same.
func TestS12_10_the_options_agree_with_the_command(t *testing.T) {
	actors := map[string]casework.Actor{"Ana": ana, "Bo": bo, "Cal": cal, "Cal for Bo": cal.For(bo), "the system": nightly}
	clocks := []time.Time{assessedAt.Add(-time.Hour), assessedAt, assessedAt.AddDate(0, 0, 3), assessedAt.AddDate(1, 0, 1)}
	saying := map[string][]casework.CallOption{
		"without a reason": nil,
		"with a reason":    {casework.Reason("The plan changed")},
	}
	onEveryStore(t, func(t *testing.T, h *house) {
		all := positions(t, h.desk(t))
		desk := h.desk(t, permitted(calMayOnlyLook), holderOnly)
		before := everything(t, h.store)
		compared, allowed := 0, 0
		for name, id := range all {
			c, err := desk.Load(t.Context(), id)
			require.NoError(t, err)
			for who, by := range actors {
				for _, now := range clocks {
					for said, opts := range saying {
						h.now = now
						where := fmt.Sprintf("%s, %s on %s %s", name, who, now.Format(time.DateOnly), said)
						listed := listOptions(t, desk, id, by, opts)
						require.NotContains(t, listed, commissioning.Supersede, "%s: only a successor takes it", where)
						for _, m := range c.Table().Moves() {
							compared++
							if agrees(t, desk, id, by, m, opts, listed, where) {
								allowed++
							}
						}
					}
				}
			}
		}
		assert.Equal(t, before, everything(t, h.store), "looking and trying changed something")
		assert.Greater(t, allowed, 100)
		assert.Greater(t, compared-allowed, 1000)
	})
}

func listOptions(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, opts []casework.CallOption) map[casework.Move]casework.Option {
	t.Helper()
	options, err := desk.Options(t.Context(), id, by, opts...)
	require.NoError(t, err)
	listed := make(map[casework.Move]casework.Option, len(options))
	for _, o := range options {
		listed[o.Move] = o
	}
	return listed
}

// agrees holds a listed option against the command, and tells whether the move
// is allowed. A move that is not listed, such as the one only a successor takes,
// is not allowed by hand either.
func agrees(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, m casework.Move, opts []casework.CallOption, listed map[casework.Move]casework.Option, where string) bool {
	t.Helper()
	o, possible := listed[m]
	err := attempt(t, desk, id, by, m, opts...)
	if possible && o.Allowed() {
		require.NoError(t, err, "%s: %s is listed as allowed", where, m)
		return true
	}
	var r *casework.Refusal
	require.ErrorAs(t, err, &r, "%s: %s is listed as not allowed", where, m)
	if possible {
		require.Equal(t, o.Objections, r.Objections, "%s: %s", where, m)
		return false
	}
	require.Equal(t, []string{casework.CodeMoveNotAllowed}, stopping(r.Objections), "%s: %s is not listed", where, m)
	return false
}

func TestS12_10_what_the_options_allow_can_be_committed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		reason := casework.Reason("The plan changed")
		committed := 0
		for _, name := range []string{"AssessNeed", "IdentifyResources", "PlanUse", "ArrangeDelivery", "MonitorReview"} {
			stage := commissioning.Stage(name)
			fresh := func(i int) casework.CaseID {
				brief := person3(t)
				brief.Subject, brief.References = fmt.Sprintf("%s-%d", name, i), nil
				return reach(t, desk, open(t, desk, ana, brief).ID(), ana, stage).ID()
			}
			options, err := desk.Options(t.Context(), fresh(0), ana, reason)
			require.NoError(t, err)
			for i, o := range options {
				if !o.Allowed() {
					continue
				}
				c := update(t, desk, fresh(i+1), ana, func(c *commissioning.Cycle) error { return take(c, o.Move) }, reason)
				assert.Equal(t, o.To, c.Stage(), "%s from %s", o.Move, stage)
				require.NoError(t, desk.Verify(t.Context(), c.ID()))
				committed++
			}
		}
		assert.Greater(t, committed, 10)
	})
}
