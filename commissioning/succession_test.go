package commissioning_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// succeeding opens the successor of a fixture's cycle, with a service and an
// arrangement that does not bind yet.
func succeeding(t *testing.T, f *commissioningtest.Fixture) *commissioning.Cycle {
	t.Helper()
	b := f.Cycle.Brief()
	b.Predecessor, b.References = f.Cycle.ID(), nil
	c, err := f.Desk.Open(t.Context(), f.Actor, b)
	require.NoError(t, err)
	c, err = f.Desk.Update(t.Context(), c.ID(), f.Actor, all(planning(commissioning.Service{}), arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {})))
	require.NoError(t, err)
	return c
}

func bindingSuccessor(c *commissioning.Cycle) error {
	_, err := c.BindArrangement("T1", casework.DateOf(c.Now()))
	return err
}

func TestSuccessorEndsItsPredecessorInTheCommitThatBindsIt(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	successor := succeeding(t, f)
	still, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageMonitorReview, still.Stage(), "it runs while the next is prepared")

	receipt, err := f.Desk.Do(t.Context(), f.Actor, func(u *casework.Unit) error {
		c, err := casework.Load(u, f.Desk.Kind(), successor.ID())
		if err != nil {
			return err
		}
		return bindingSuccessor(c)
	})
	require.NoError(t, err)
	var changed []casework.CaseID
	for _, c := range receipt.Cases {
		changed = append(changed, c.Case)
	}
	assert.ElementsMatch(t, []casework.CaseID{successor.ID(), f.Cycle.ID()}, changed, "both in one commit")
	ended, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.Superseded, ended.Stage())
	by, has := ended.Successor()
	assert.True(t, has)
	assert.Equal(t, successor.ID(), by)
	for _, id := range changed {
		require.NoError(t, f.Desk.Verify(t.Context(), id))
	}

	seq := ended.Seq()
	_, err = f.Desk.Update(t.Context(), successor.ID(), f.Actor, anotherNeed)
	require.NoError(t, err)
	ended, err = f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, seq, ended.Seq(), "a cycle is ended once")
}

func TestSuccessorEndsASuspendedPredecessor(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview).Take(t, commissioning.Suspend, casework.Reason("why"))
	successor := succeeding(t, f)
	_, err := f.Desk.Update(t.Context(), successor.ID(), f.Actor, bindingSuccessor)
	require.NoError(t, err)
	ended, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.Superseded, ended.Stage())
}

// replacing opens the successor of a fixture's cycle, with an arrangement that
// follows T1 of the old one and begins on a day.
func replacing(t *testing.T, f *commissioningtest.Fixture, begins casework.Date) *commissioning.Cycle {
	t.Helper()
	b := f.Cycle.Brief()
	b.Predecessor, b.References = f.Cycle.ID(), nil
	c, err := f.Desk.Open(t.Context(), f.Actor, b)
	require.NoError(t, err)
	c, err = f.Desk.Update(t.Context(), c.ID(), f.Actor, all(planning(commissioning.Service{}), arranging(func(c *commissioning.Cycle, a *commissioning.Arrangement) {
		binding(c, a)
		a.Period = casework.Period{From: begins}
		a.Follows = &commissioning.Lineage{Case: f.Cycle.ID(), ID: "T1"}
	})))
	require.NoError(t, err)
	return c
}

func TestArrangementThatIsFollowedEndsTheDayBeforeItsFollowerBegins(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	f.Clock.Advance(30 * oneDay)
	replacing(t, f, f.Today())
	old, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.Superseded, old.Stage())
	t1, _ := old.Arrangement("T1")
	assert.Equal(t, f.Today().AddDays(-1), t1.EndedOn)
	s1, _ := old.Service("S1")
	assert.Equal(t, commissioning.ServiceEnded, s1.Delivery)
	require.NoError(t, f.Desk.Verify(t.Context(), old.ID()))
}

func TestPredecessorEndsWhenItsSuccessorsFirstArrangementBegins(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	f.Clock.Advance(30 * oneDay)
	begins := f.Today().AddDays(10)
	successor := replacing(t, f, begins)
	old, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageMonitorReview, old.Stage(), "what is binding has not begun")

	f.Clock.Advance(9 * oneDay)
	_, err = f.Desk.Tick(t.Context(), successor.ID(), f.Actor)
	require.NoError(t, err)
	old, err = f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageMonitorReview, old.Stage(), "the day before")

	f.Clock.Advance(oneDay)
	ticked, err := f.Desk.Tick(t.Context(), successor.ID(), f.Actor)
	require.NoError(t, err)
	assert.Equal(t, commissioning.DeadlineBeginning, ticked.Fired()[0].Code)
	old, err = f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.Superseded, old.Stage())
	t1, _ := old.Arrangement("T1")
	assert.Equal(t, begins.AddDays(-1), t1.EndedOn)
	require.NoError(t, f.Desk.Verify(t.Context(), old.ID()))
	require.NoError(t, f.Desk.Verify(t.Context(), successor.ID()))
}

func TestWhatACycleThatIsOverLeftRunningMayStillBeEnded(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview).Record(t, arranging(binding))
	f.Clock.Advance(30 * oneDay)
	replacing(t, f, f.Today())
	f.Record(t, func(c *commissioning.Cycle) error { return c.EndArrangement("T2", f.Today()) })
	t2, _ := f.Cycle.Arrangement("T2")
	assert.Equal(t, f.Today(), t2.EndedOn)
}

func TestServiceGoesOnUnderAnotherArrangementThanTheOneFollowed(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview).Record(t, arranging(binding))
	f.Clock.Advance(30 * oneDay)
	replacing(t, f, f.Today())
	old, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	t1, _ := old.Arrangement("T1")
	assert.False(t, t1.Binding())
	s1, _ := old.Service("S1")
	assert.Equal(t, commissioning.ServiceDelivering, s1.Delivery)
}

// meddling is a store in which somebody else writes to a case between its
// loading and the append.
type meddling struct {
	casework.Store
	before func()
}

func (s *meddling) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	return s.Store.Append(ctx, b)
}

func TestSuccessorConflictsWhenItsPredecessorMovedMeanwhile(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	successor := succeeding(t, f)
	store := &meddling{Store: f.Store, before: func() { f.Record(t, anotherNeed) }}
	_, err := f.Desk.In(store).Update(t.Context(), successor.ID(), f.Actor, bindingSuccessor)
	require.ErrorIs(t, err, casework.ErrConflict)
	var conflict *casework.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, f.Cycle.ID(), conflict.Case)

	after, err := f.Desk.Load(t.Context(), successor.ID())
	require.NoError(t, err)
	assert.Equal(t, successor.Seq(), after.Seq(), "neither is written")
	predecessor, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageMonitorReview, predecessor.Stage())
}

func TestSuccessorNeedsPermissionOverItsPredecessor(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview, commissioningtest.Permit(
		func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
			all, err := casework.AllowAll(ctx, q)
			delete(all, casework.Action(commissioning.Supersede))
			return all, err
		}))
	successor := succeeding(t, f)
	_, err := f.Desk.Update(t.Context(), successor.ID(), f.Actor, bindingSuccessor)
	commissioningtest.Refused(t, err, casework.CodePermissionDenied)
	after, err := f.Desk.Load(t.Context(), successor.ID())
	require.NoError(t, err)
	assert.Equal(t, successor.Seq(), after.Seq())
}

func TestPredecessorIsThereFromTheBeginning(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	brief := commissioning.Brief{Title: "Home care", Lead: f.Cycle.Lead(), Predecessor: casework.CaseID{9}}
	_, err := f.Desk.Open(t.Context(), f.Actor, brief)
	require.ErrorIs(t, err, casework.ErrNotFound)

	_, err = f.Desk.Do(t.Context(), f.Actor, func(u *casework.Unit) error {
		first, err := commissioning.Open(u, f.Desk.Kind(), commissioning.Brief{Title: "First", Lead: f.Cycle.Lead()})
		if err != nil {
			return err
		}
		brief.Predecessor = first.ID()
		_, err = commissioning.Open(u, f.Desk.Kind(), brief)
		return err
	})
	require.NoError(t, err, "one unit opens both")
}

func TestOneCycleAboutAPersonIsPreparedAtATime(t *testing.T) {
	t.Parallel()
	for _, stage := range commissioning.Stages() {
		t.Run("beside one at "+string(stage), func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.Individual(t, stage)
			_, err := f.Desk.Open(t.Context(), f.Actor, f.Cycle.Brief())
			if stage == commissioning.StageMonitorReview {
				require.NoError(t, err, "a reassessment is prepared beside what runs")
				return
			}
			var conflict *casework.ConflictError
			require.ErrorAs(t, err, &conflict)
			assert.Equal(t, casework.ConflictLive, conflict.Kind)
			assert.Equal(t, f.Cycle.ID(), conflict.Holder)

			other := f.Cycle.Brief()
			other.Subject = "person-2"
			_, err = f.Desk.Open(t.Context(), f.Actor, other)
			require.NoError(t, err, "another person is another matter")
		})
	}
}

func TestReassessmentTakesThePersonsClaimAgain(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview).Prepare(t)
	_, err := f.Desk.Open(t.Context(), f.Actor, f.Cycle.Brief())
	require.NoError(t, err)
	_, err = f.Desk.Move(t.Context(), f.Cycle.ID(), f.Actor, commissioning.Reassess)
	require.ErrorIs(t, err, casework.ErrConflict)
}

func TestStrategicCyclesStandBesideEachOther(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	_, err := f.Desk.Open(t.Context(), f.Actor, f.Cycle.Brief())
	require.NoError(t, err)
}

func TestUnmetNeedIsFedBackToTheStrategicCycleOnce(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	unmet := func(state commissioning.NeedState) command {
		return func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", state) }
	}
	heard := func() []commissioning.UnmetNeed {
		t.Helper()
		strategic, err := f.Desk.Load(t.Context(), f.Cycle.Brief().Serves)
		require.NoError(t, err)
		require.NoError(t, f.Desk.Verify(t.Context(), strategic.ID()))
		return strategic.UnmetNeeds()
	}
	f.Record(t, unmet(commissioning.NeedPartlyMet))
	assert.Empty(t, heard())
	f.Record(t, unmet(commissioning.NeedUnmet), casework.Reason("no carer speaks Bengali"))
	require.Len(t, heard(), 1)
	assert.Equal(t, f.Cycle.ID(), heard()[0].Case)
	assert.Equal(t, commissioning.NeedID("N1"), heard()[0].Need)
	assert.Equal(t, "Kentish Town", heard()[0].Area)
	n, _ := f.Cycle.Need("N1")
	assert.True(t, n.FedBack)

	f.Record(t, all(unmet(commissioning.NeedUnmet), anotherNeed))
	f.Record(t, all(unmet(commissioning.NeedMet), unmet(commissioning.NeedUnmet)))
	assert.Len(t, heard(), 1)
	f.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N2", commissioning.NeedUnmet) })
	assert.Len(t, heard(), 2)
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestServedCycleIsThereAndStays(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	brief := f.Cycle.Brief()
	brief.Subject, brief.Serves = "person-2", casework.CaseID{9}
	_, err := f.Desk.Open(t.Context(), f.Actor, brief)
	require.ErrorIs(t, err, casework.ErrNotFound, "an opening says which cycle it serves, and it is there")

	f.Record(t, func(c *commissioning.Cycle) error {
		b := c.Brief()
		b.Serves = casework.CaseID{9}
		return c.ReviseBrief(b)
	})
	assert.NotEqual(t, casework.CaseID{9}, f.Cycle.Brief().Serves, "the cycle it serves stays as it was opened")
}

func TestUnmetNeedOfACycleThatServesNoneIsNotFedBack(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	brief := f.Cycle.Brief()
	brief.Subject, brief.Serves = "person-2", casework.CaseID{}
	alone, err := f.Desk.Open(t.Context(), f.Actor, brief)
	require.NoError(t, err)
	alone, err = f.Desk.Update(t.Context(), alone.ID(), f.Actor, func(c *commissioning.Cycle) error {
		n, err := c.IdentifyNeed(commissioning.Need{Statement: "help at night"})
		if err != nil {
			return err
		}
		return c.ReassessNeed(n.ID, commissioning.NeedUnmet)
	})
	require.NoError(t, err)
	n, _ := alone.Need("N1")
	assert.False(t, n.FedBack, "it serves no cycle that could hear of it")
}

func TestNobodyFeedsBackByHand(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageAssessNeed).Record(t, func(c *commissioning.Cycle) error {
		n, err := c.IdentifyNeed(commissioning.Need{Statement: "Company", FedBack: true, Successor: "N7"})
		assert.False(t, n.FedBack)
		assert.Empty(t, n.Successor)
		return err
	})
	f.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedUnmet) })
	n, _ := f.Cycle.Need("N1")
	assert.True(t, n.FedBack)
}
