package acceptance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The code is the conflict's kind "reference"; its class is conflict.duplicate.
func TestS5_1_the_number_of_a_referral_is_unique(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		first, err := desk.Open(t.Context(), ana, person3(t))
		require.NoError(t, err)
		assert.Equal(t, commissioning.StageAssessNeed, first.Stage())
		_, assigned := first.Holder()
		assert.False(t, assigned, "unassigned")

		again := person3(t)
		again.Subject = "person-4"
		conflict := h.conflicts(t, casework.ConflictReference, func() error {
			_, err := desk.Open(t.Context(), ana, again)
			return err
		})
		assert.Equal(t, first.ID(), conflict.Holder)
		assert.Contains(t, conflict.Subject, "3")

		found, err := desk.Find(t.Context(), workflow("3"))
		require.NoError(t, err)
		assert.Equal(t, first.ID(), found.ID())
	})
}

// The code holder.other belongs to the class authority.assignee.
func TestS5_2_only_the_broker_it_is_assigned_to_starts(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t, holderOnly)
		c := open(t, desk, ana, person3(t))
		c, err := desk.Assign(t.Context(), c.ID(), ana, bo)
		require.NoError(t, err)
		holder, held := c.Holder()
		require.True(t, held)
		assert.True(t, holder.Is(bo))
		assert.Equal(t, commissioning.StageAssessNeed, c.Stage(), "assigned, not started")

		for name, step := range map[string]func() error{
			"starts": func() error {
				_, err := desk.Move(t.Context(), c.ID(), cal, commissioning.IdentifyResources)
				return err
			},
			"records": func() error { _, err := desk.Update(t.Context(), c.ID(), cal, need("Falls at night")); return err },
		} {
			r := h.refused(t, step)
			require.Equal(t, []string{"holder.other"}, stopping(r.Objections), name)
			assert.Contains(t, r.Objections[0].Message, "bo")
		}

		c = move(t, desk, c.ID(), bo, commissioning.IdentifyResources)
		assert.Equal(t, commissioning.StageIdentifyResources, c.Stage(), "Bo starts")
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}

// The code is the conflict's kind "live"; its class is conflict.duplicate.
func TestS5_3_one_package_per_person_is_in_preparation(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		first := open(t, desk, ana, person3(t))
		second := person3(t)
		second.References = []casework.ExternalRef{workflow("3b")}

		t.Run("a new one is not opened beside it", func(t *testing.T) {
			conflict := h.conflicts(t, casework.ConflictLive, func() error {
				_, err := desk.Open(t.Context(), ana, second)
				return err
			})
			assert.Equal(t, first.ID(), conflict.Holder)
			assert.Equal(t, "Individual/person-3", conflict.Subject)
		})

		first = reach(t, desk, first.ID(), ana, commissioning.StageMonitorReview)
		next := open(t, desk, bo, second)
		t.Run("an earlier one does not start again beside it", func(t *testing.T) {
			update(t, desk, first.ID(), ana, reviewed(day(t, "2021-11-30")))
			for name, back := range map[string]casework.Move{"reassess": commissioning.Reassess, "replan": commissioning.Replan, "rearrange": commissioning.Rearrange} {
				conflict := h.conflicts(t, casework.ConflictLive, func() error {
					_, err := desk.Move(t.Context(), first.ID(), ana, back, casework.Reason("She is worse"))
					return err
				})
				assert.Equal(t, next.ID(), conflict.Holder, name)
			}
		})

		t.Run("given up, it makes room", func(t *testing.T) {
			move(t, desk, next.ID(), bo, commissioning.Abandon, casework.Reason("Raised twice"))
			back := move(t, desk, first.ID(), ana, commissioning.Reassess)
			assert.Equal(t, 2, back.Round())
			require.NoError(t, desk.Verify(t.Context(), back.ID()))
		})
	})
}

// The code resource.uncommitted, by which the binding is refused first, belongs
// to the class guard.missing_document.
func TestS5_15_a_reassessment_ends_the_earlier_package_in_its_own_commit(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		// The host asks for committed money even of a small package.
		desk := h.desk(t, func(o *commissioning.Options) {
			o.Weights = map[string]commissioning.Weight{"resource.uncommitted": {Light: casework.Refuse}}
		})
		h.at(t, "2021-11-30T15:06:15Z")
		old := reach(t, desk, open(t, desk, ana, person3(t)).ID(), ana, commissioning.StageMonitorReview)

		h.at(t, "2022-09-26T10:00:00Z")
		brief := person3(t)
		brief.Title, brief.Predecessor, brief.References = "Reassessment of person 3", old.ID(), []casework.ExternalRef{workflow("3b")}
		next := open(t, desk, bo, brief)
		steps := []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery}
		for _, m := range steps {
			next = move(t, desk, next.ID(), bo, m, casework.Explaining("need.unserved", "planned next"))
			if m == commissioning.PlanUse {
				update(t, desk, next.ID(), bo, planned(t))
			}
		}
		require.Equal(t, commissioning.StageMonitorReview, stageOf(t, desk, old.ID()), "prepared beside it")

		r := h.refused(t, func() error {
			_, err := desk.Update(t.Context(), next.ID(), bo, arranged(t, day(t, "2022-09-26")))
			return err
		})
		assert.Equal(t, []string{"resource.uncommitted"}, stopping(r.Objections))
		assert.Equal(t, commissioning.StageMonitorReview, stageOf(t, desk, old.ID()), "what is refused ends nothing")

		update(t, desk, next.ID(), bo, resourced(t))
		receipt, err := desk.Do(t.Context(), bo, func(u *casework.Unit) error {
			c, err := casework.Load(u, desk.Kind(), next.ID())
			if err != nil {
				return err
			}
			return arrangedAfter(t, day(t, "2022-09-26"), old.ID())(c)
		})
		require.NoError(t, err)

		ended, err := desk.Load(t.Context(), old.ID())
		require.NoError(t, err)
		assert.Equal(t, commissioning.Superseded, ended.Stage())
		assert.True(t, ended.Final())
		successor, has := ended.Successor()
		require.True(t, has)
		assert.Equal(t, next.ID(), successor)
		began, err := desk.Load(t.Context(), next.ID())
		require.NoError(t, err)
		predecessor, has := began.Predecessor()
		require.True(t, has)
		assert.Equal(t, old.ID(), predecessor)
		for i, a := range ended.Arrangements() {
			assert.Equal(t, began.Arrangements()[i].BindingSince.AddDays(-1), a.EndedOn, "what is replaced ends the day before")
		}
		for _, s := range ended.Services() {
			assert.Equal(t, commissioning.ServiceEnded, s.Delivery, "nothing else carries it on")
		}
		lasts := map[casework.CaseID]uint64{}
		for _, c := range receipt.Cases {
			lasts[c.Case] = c.Last
		}
		assert.Equal(t, map[casework.CaseID]uint64{old.ID(): ended.Seq(), next.ID(): began.Seq()}, lasts, "one commit over both")
		for _, id := range []casework.CaseID{old.ID(), next.ID()} {
			require.NoError(t, desk.Verify(t.Context(), id))
		}

		t.Run("a further binding arrangement ends nothing again", func(t *testing.T) {
			seq := ended.Seq()
			update(t, desk, next.ID(), bo, func(c *commissioning.Cycle) error {
				_, err := c.RecordArrangement(commissioning.Arrangement{
					Service: "S1", Instrument: commissioning.InHouseAgreement, Provider: homes, Why: "Weekends", BindingSince: day(t, "2022-09-26"),
				})
				return err
			})
			again, err := desk.Load(t.Context(), old.ID())
			require.NoError(t, err)
			assert.Equal(t, seq, again.Seq())
		})
	})
}

func stageOf(t *testing.T, desk *commissioning.Desk, id casework.CaseID) commissioning.Stage {
	t.Helper()
	c, err := desk.Load(t.Context(), id)
	require.NoError(t, err)
	return c.Stage()
}
