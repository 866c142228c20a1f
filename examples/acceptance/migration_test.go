package acceptance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// design is the name that version 2 gives to the stage PlanUse.
const design commissioning.Stage = "Design"

// individual2 is Individual with one stage renamed.
func individual2() casework.Definition {
	d := commissioning.Individual().As(commissioning.IndividualName, 2)
	rename := func(s *casework.State) {
		if *s == commissioning.StagePlanUse {
			*s = design
		}
	}
	for i := range d.States {
		rename(&d.States[i].State)
	}
	for i := range d.Moves {
		rename(&d.Moves[i].To)
		for k := range d.Moves[i].From {
			rename(&d.Moves[i].From[k])
		}
	}
	return d
}

// The fault state.unmapped belongs to the class guard.mismatch.
func TestS12_9_a_renamed_stage_waits_for_a_migration(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		v1 := h.desk(t)
		planning := reach(t, v1, open(t, v1, ana, person3(t)).ID(), ana, commissioning.StagePlanUse)
		other := person3(t)
		other.Subject, other.References = "person-4", []casework.ExternalRef{workflow("4")}
		assessing := open(t, v1, ana, other)

		v2 := h.desk(t, func(o *commissioning.Options) { o.Definitions = []casework.Definition{individual2()} })
		table, err := v2.Kind().Table(commissioning.IndividualName)
		require.NoError(t, err)
		to := table.Pin()
		require.Equal(t, 2, to.Version)

		t.Run("cases keep version 1 and go on under it", func(t *testing.T) {
			c, err := v2.Load(t.Context(), planning.ID())
			require.NoError(t, err)
			assert.Equal(t, planning.Definition(), c.Definition())
			assert.Equal(t, commissioning.StagePlanUse, c.Stage())
			options, err := v2.Options(t.Context(), c.ID(), ana)
			require.NoError(t, err)
			assert.Equal(t, commissioning.ArrangeDelivery, options[0].Move)
			update(t, v2, c.ID(), ana, func(c *commissioning.Cycle) error {
				return c.SetTarget(commissioning.StagePlanUse, day(t, "2021-12-24"))
			})
			require.NoError(t, v2.Verify(t.Context(), c.ID()))
		})

		t.Run("a new case opens under version 2", func(t *testing.T) {
			brief := person3(t)
			brief.Subject, brief.References = "person-5", nil
			c := reach(t, v2, open(t, v2, ana, brief).ID(), ana, commissioning.StageIdentifyResources)
			c = move(t, v2, c.ID(), ana, commissioning.PlanUse)
			assert.Equal(t, to, c.Definition())
			assert.Equal(t, design, c.Stage())
		})

		mapping := map[commissioning.Stage]commissioning.Stage{commissioning.StagePlanUse: design}
		t.Run("a dry run lists each case and where it would be", func(t *testing.T) {
			before := everything(t, h.store)
			plan, err := v2.PlanMigration(t.Context(), to, mapping)
			require.NoError(t, err)
			assert.Equal(t, before, everything(t, h.store))
			assert.Equal(t, []casework.Migration{
				{Case: planning.ID(), Title: "Home care for person 3", From: planning.Definition(), State: commissioning.StagePlanUse, To: design, Mapped: true},
				{Case: assessing.ID(), Title: "Home care for person 3", From: planning.Definition(), State: commissioning.StageAssessNeed, To: commissioning.StageAssessNeed, Mapped: true},
			}, plan)
		})

		t.Run("a stage without a place stops it", func(t *testing.T) {
			plan, err := v2.PlanMigration(t.Context(), to, nil)
			require.NoError(t, err)
			require.Len(t, plan, 2)
			assert.False(t, plan[0].Mapped)
			assert.Empty(t, plan[0].To)
			assert.True(t, plan[1].Mapped)
			err = h.fails(t, func() error {
				_, err := v2.Migrate(t.Context(), planning.ID(), ana, to, nil, "Renamed")
				return err
			})
			assert.Equal(t, []string{"mapping state.unmapped"}, faultCodes(t, err))

			wholesale := casework.NewDesk(h.store, v2.Kind(), nil)
			err = h.fails(t, func() error {
				_, err := wholesale.MigrateAll(t.Context(), ana, to, nil, "Renamed")
				return err
			})
			assert.Equal(t, []string{"case " + planning.ID().String() + " state.unmapped"}, faultCodes(t, err), "before the first case")
		})

		t.Run("a migration is an entry with a reason", func(t *testing.T) {
			err := h.fails(t, func() error {
				_, err := v2.Migrate(t.Context(), planning.ID(), ana, to, mapping, " ")
				return err
			})
			assert.Equal(t, []string{"reason " + casework.CodeReasonMissing}, faultCodes(t, err))
			c, err := v2.Migrate(t.Context(), planning.ID(), ana, to, mapping, "The stage is called design now")
			require.NoError(t, err)
			assert.Equal(t, design, c.Stage())
			entries := entriesOf(t, h.store, c.ID(), c.Seq()-1)
			require.Len(t, entries, 1)
			assert.Equal(t, commissioning.StagePlanUse, entries[0].From)
			assert.Equal(t, design, entries[0].To)
			assert.Equal(t, "The stage is called design now", entries[0].Reason)
			require.NoError(t, v2.Verify(t.Context(), c.ID()))
			c = move(t, v2, c.ID(), ana, commissioning.ArrangeDelivery)
			assert.Equal(t, commissioning.StageArrangeDelivery, c.Stage())
		})

		t.Run("a case whose definition is gone is not judged by another", func(t *testing.T) {
			err := h.fails(t, func() error { _, err := v1.Load(t.Context(), planning.ID()); return err })
			require.ErrorIs(t, err, casework.ErrCorrupt)
			var corrupt *casework.CorruptError
			require.ErrorAs(t, err, &corrupt)
			assert.Equal(t, "definition.unknown", corrupt.Code)
		})
	})
}
