package casework_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

const Examining casework.State = "Examining"

// renamed is the second version of the definition: Looking is called Examining.
func renamed() casework.Definition {
	d := complaintDefinition().As("Complaint", 2)
	d.States[1].State = Examining
	for i := range d.Moves {
		if d.Moves[i].To == Looking {
			d.Moves[i].To = Examining
		}
		for k, from := range d.Moves[i].From {
			if from == Looking {
				d.Moves[i].From[k] = Examining
			}
		}
	}
	return d
}

// TestS12_9_a_definition_renames_a_state is row 9 of the embedding checks:
// cases keep the first version, the plan lists each case with its mapping, and
// an unmapped state stops the migration.
func TestS12_9_a_definition_renames_a_state(t *testing.T) {
	f := newOffice(t)
	received, looking, other := f.received(), f.looking(), f.looking()
	one, two := f.kind.Tables()[0], compiled(t, renamed())
	f.kind = kindOf(t, complaintSpec(one, two))
	desk, ctx := f.desk(), t.Context()

	still, err := desk.Move(ctx, other.ID(), ana, Nudge)
	require.NoError(t, err)
	assert.Equal(t, "Complaint v1", still.Definition().String(), "cases keep what they were opened under")

	migration := func(c *Complaint, title string, to casework.State) casework.Migration {
		return casework.Migration{Case: c.ID(), Title: title, From: one.Pin(), State: c.State(), To: to, Mapped: to != ""}
	}
	const title = "The bins stay full."
	plan, err := desk.PlanMigration(ctx, two.Pin(), nil)
	require.NoError(t, err)
	assert.Equal(t, []casework.Migration{migration(received, title, Received), migration(looking, title, ""), migration(other, title, "")}, plan)

	done, err := desk.MigrateAll(ctx, ana, two.Pin(), nil, "the procedure was renewed")
	assert.Zero(t, done)
	assert.Equal(t, []string{"case " + looking.ID().String() + " state.unmapped", "case " + other.ID().String() + " state.unmapped"}, faults(t, err))
	_, err = desk.Migrate(ctx, looking.ID(), ana, two.Pin(), map[casework.State]casework.State{Looking: "Nowhere"}, "the procedure was renewed")
	assert.Equal(t, []string{"mapping state.unmapped"}, faults(t, err))
	f.untouched(received)
	f.untouched(looking)

	mapping := map[casework.State]casework.State{Looking: Examining}
	plan, err = desk.PlanMigration(ctx, two.Pin(), mapping)
	require.NoError(t, err)
	assert.Equal(t, migration(looking, title, Examining), plan[1])
	done, err = desk.MigrateAll(ctx, ana, two.Pin(), mapping, "the procedure was renewed", casework.Key("m"))
	require.NoError(t, err)
	assert.Equal(t, 3, done)
	moved, err := desk.Load(ctx, looking.ID())
	require.NoError(t, err)
	assert.Equal(t, Examining, moved.State())
	assert.Equal(t, two.Pin(), moved.Definition())
	entries := f.journal(looking.ID())
	last := entries[len(entries)-1]
	assert.Equal(t, []any{"case.migrated", Looking, Examining, casework.Move(""), "the procedure was renewed"}, []any{last.Type, last.From, last.To, last.Move, last.Reason})
	for _, c := range []*Complaint{received, looking, other} {
		f.verified(c.ID())
	}
	plan, err = desk.PlanMigration(ctx, two.Pin(), mapping)
	require.NoError(t, err)
	assert.Empty(t, plan, "nothing is left to do")
	_, err = desk.Move(ctx, looking.ID(), ana, Nudge)
	require.NoError(t, err)

	f.kind = kindOf(t, complaintSpec(two))
	f.verified(looking.ID())
	folded, err := f.kind.Fold(each(f.journal(looking.ID())...))
	require.NoError(t, err, "the first version may go once no case runs under it")
	assert.Equal(t, two.Pin(), folded.Table().Pin())
}

func TestAMigrationNeedsAReasonAndSomewhereElseToGo(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Migrate(t.Context(), c.ID(), ana, c.Definition(), nil, "")
	assert.Equal(t, []string{"to definition.same", "reason reason.missing"}, faults(t, err))
	unknown := casework.Pin{Name: "Complaint", Version: 9}
	_, err = f.desk().Migrate(t.Context(), c.ID(), ana, unknown, nil, "why not")
	assert.Equal(t, []string{"to definition.unknown"}, faults(t, err))
	_, err = f.desk().PlanMigration(t.Context(), unknown, nil)
	assert.Equal(t, []string{"to definition.unknown"}, faults(t, err))
	_, err = f.desk().MigrateAll(t.Context(), ana, unknown, nil, "why not")
	assert.Equal(t, []string{"to definition.unknown"}, faults(t, err))
	_, err = f.desk().In(plain{f.store}).PlanMigration(t.Context(), c.Definition(), nil)
	assert.Equal(t, []string{"store store.cannot_list"}, faults(t, err))
	f.untouched(c)
}

func TestAMigrationThatFailsHalfwaySaysHowFarItCame(t *testing.T) {
	f := newOffice(t)
	f.received()
	second := f.received()
	two := compiled(t, renamed())
	f.kind = kindOf(t, complaintSpec(f.kind.Tables()[0], two))
	f.o.Permit = func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		if q.Case == second.ID() {
			return nil, nil
		}
		return casework.AllowAll(ctx, q)
	}
	done, err := f.desk().MigrateAll(t.Context(), ana, two.Pin(), nil, "the procedure was renewed")
	assert.Equal(t, 1, done)
	require.ErrorIs(t, err, casework.ErrRefused)
	require.ErrorContains(t, err, "migrate case "+second.ID().String())

	lost := errors.New("the list is lost")
	_, err = f.desk().In(listless{Store: f.store, err: lost}).PlanMigration(t.Context(), two.Pin(), nil)
	require.ErrorIs(t, err, lost)
}

// listless is a store whose list breaks off.
type listless struct {
	casework.Store
	err error
}

func (s listless) List(context.Context, casework.Query) iter.Seq2[casework.Summary, error] {
	return func(yield func(casework.Summary, error) bool) { yield(casework.Summary{}, s.err) }
}
