package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// proposed has the end of S1 proposed, as X1.
func (tr *trial) proposed() *trial {
	tr.t.Helper()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S1", Because: "nobody comes"})
		return err
	})
	return tr
}

// the steps of a decommissioning, in order.
func decommissioningSteps(t *testing.T) []func(*commissioning.Cycle) error {
	t.Helper()
	return []func(*commissioning.Cycle) error{
		func(c *commissioning.Cycle) error {
			return c.DecideDecommissioning("X1", day(t, "2025-12-10"), "Cabinet")
		},
		func(c *commissioning.Cycle) error {
			return c.PlanDecommissioning("X1", commissioning.DecommissioningPlan{TransferOfPeople: "to the co-op", TUPE: "none"})
		},
		func(c *commissioning.Cycle) error {
			return c.GiveNotice("X1", commissioning.Notice{Given: day(t, "2025-12-15"), Ends: day(t, "2026-03-15")})
		},
		func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", day(t, "2026-01-05")) },
	}
}

func TestProposeDecommissioningNamesEveryFault(t *testing.T) {
	tests := []struct {
		name  string
		begin func(*trial) *trial
		x     commissioning.Decommissioning
		want  []string
	}{
		{
			"it is too early while there is no service", func(tr *trial) *trial { return tr },
			commissioning.Decommissioning{Service: "S1"},
			[]string{"decommissioning.service decommissioning.too_early", "decommissioning.because decommissioning.because_missing"},
		},
		{
			"what it points at must be there", (*trial).withService,
			commissioning.Decommissioning{Service: "S9", Because: "x", Impact: []commissioning.ImpactID{"I9"}, Consultation: "Q9"},
			[]string{"decommissioning.service service.unknown", "decommissioning.impact[0] impact.unknown", "decommissioning.consultation consultation.unknown"},
		},
		{
			"a service has one under way at most", func(tr *trial) *trial { return tr.withService().proposed() },
			commissioning.Decommissioning{Service: "S1", Because: "x"},
			[]string{"decommissioning.service decommissioning.under_way"},
		},
		{
			"a service that has ended is not ended again",
			func(tr *trial) *trial {
				tr.withService().do(func(c *commissioning.Cycle) error { return c.EndDelivery("S1") })
				return tr
			},
			commissioning.Decommissioning{Service: "S1", Because: "x"},
			[]string{"decommissioning.service service.ended"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := tt.begin(newTrial(t))
			err := tr.try(func(c *commissioning.Cycle) error { _, err := c.ProposeDecommissioning(tt.x); return err })
			assert.Equal(t, tt.want, faults(t, err))
		})
	}
}

func TestDecommissioningGoesThroughItsPhasesAndTheDeliveryFollows(t *testing.T) {
	tr := newTrial(t).withService().deliver().proposed()
	wrote := [][]string{
		{"decommissioning.decided"},
		{"decommissioning.planned"},
		{"decommissioning.notice_given", "service.delivery_moved"},
		{"decommissioning.ended", "service.delivery_moved"},
	}
	phases := []commissioning.DecommissioningPhase{
		commissioning.DecommissioningDecided, commissioning.DecommissioningPlanned, commissioning.DecommissioningNotified, commissioning.DecommissioningEnded,
	}
	delivery := []commissioning.DeliveryState{
		commissioning.ServiceDelivering, commissioning.ServiceDelivering, commissioning.ServiceEnding, commissioning.ServiceEnded,
	}
	for i, step := range decommissioningSteps(t) {
		assert.Equal(t, wrote[i], tr.types(step))
		x, found := tr.look().Decommissioning("X1")
		require.True(t, found)
		assert.Equal(t, phases[i], x.Phase)
		assert.Equal(t, x.Phase != commissioning.DecommissioningEnded, x.Open())
		s, _ := tr.look().Service("S1")
		assert.Equal(t, delivery[i], s.Delivery)
	}
	x, _ := tr.look().Decommissioning("X1")
	assert.Equal(t, commissioning.Decommissioning{
		ID: "X1", Service: "S1", Because: "nobody comes", Decided: day(t, "2025-12-10"), DecidedBy: "Cabinet",
		Plan:   commissioning.DecommissioningPlan{TransferOfPeople: "to the co-op", TUPE: "none"},
		Notice: commissioning.Notice{Given: day(t, "2025-12-15"), Ends: day(t, "2026-03-15")},
		Ended:  day(t, "2026-01-05"), Phase: commissioning.DecommissioningEnded, Mark: x.Mark,
	}, x)
	require.NoError(t, tr.desk.Verify(t.Context(), tr.id))
}

func TestPhasesOfADecommissioningAreNotSkippedNorRepeated(t *testing.T) {
	steps := decommissioningSteps(t)
	for done := range len(steps) + 1 {
		tr := newTrial(t).withService().deliver().proposed()
		for _, step := range steps[:done] {
			tr.do(step)
		}
		for i, step := range steps {
			anew := i == 1 && done == 2 // a plan may be made anew until notice is given
			if i == done || anew {
				continue
			}
			assert.Contains(t, faults(t, tr.try(step)), "decommissioning decommissioning.phase", "step %d after %d", i, done)
		}
	}
}

func TestDecommissioningCommandsNameEveryFault(t *testing.T) {
	tests := []struct {
		name string
		done int // steps taken before
		work func(*commissioning.Cycle) error
		want []string
	}{
		{
			"a decision has a day and somebody who made it", 0,
			func(c *commissioning.Cycle) error { return c.DecideDecommissioning("X9", casework.Date{}, "") },
			[]string{"decommissioning decommissioning.unknown", "on decommissioning.decided_missing", "by decommissioning.decided_by_missing"},
		},
		{
			"nothing is decided on a day to come", 0,
			func(c *commissioning.Cycle) error {
				return c.DecideDecommissioning("X1", day(t, "2026-01-06"), "Cabinet")
			},
			[]string{"on decommissioning.decided_future"},
		},
		{
			"a proposal is informed by something that is there", 0,
			func(c *commissioning.Cycle) error { return c.InformDecommissioning("X1", nil, "") },
			[]string{"impact decommissioning.uninformed"},
		},
		{
			"a decision is not informed afterwards", 1,
			func(c *commissioning.Cycle) error {
				return c.InformDecommissioning("X1", []commissioning.ImpactID{"I9"}, "Q9")
			},
			[]string{"decommissioning decommissioning.phase", "impact[0] impact.unknown", "consultation consultation.unknown"},
		},
		{
			"a plan says something", 1,
			func(c *commissioning.Cycle) error {
				return c.PlanDecommissioning("X1", commissioning.DecommissioningPlan{TUPE: " "})
			},
			[]string{"plan decommissioning.plan_missing"},
		},
		{
			"notice has both its days", 2,
			func(c *commissioning.Cycle) error { return c.GiveNotice("X1", commissioning.Notice{}) },
			[]string{"notice.given notice.given_missing", "notice.ends notice.ends_missing"},
		},
		{
			"notice is neither reversed nor given on a day to come", 2,
			func(c *commissioning.Cycle) error {
				return c.GiveNotice("X1", commissioning.Notice{Given: day(t, "2026-01-06"), Ends: day(t, "2026-01-05")})
			},
			[]string{"notice.ends notice.reversed", "notice.given notice.given_future"},
		},
		{
			"a service ends on a day", 3,
			func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", casework.Date{}) },
			[]string{"on decommissioning.ended_missing"},
		},
		{
			"a service does not end before notice was given", 3,
			func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", day(t, "2025-12-14")) },
			[]string{"on decommissioning.ended_early"},
		},
		{
			"nothing ended on a day to come", 3,
			func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", day(t, "2026-03-15")) },
			[]string{"on decommissioning.ended_future"},
		},
		{
			"what has ended is not withdrawn, and nothing without a reason", 4,
			func(c *commissioning.Cycle) error { return c.WithdrawDecommissioning("X1") },
			[]string{"decommissioning decommissioning.phase", "reason reason.missing"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrial(t).withService().deliver().proposed()
			for _, step := range decommissioningSteps(t)[:tt.done] {
				tr.do(step)
			}
			assert.Equal(t, tt.want, faults(t, tr.try(tt.work)))
		})
	}
}

func TestShortNoticeIsJudgedByAPolicy(t *testing.T) {
	assert.False(t, commissioning.Notice{Given: day(t, "2025-12-15"), Ends: day(t, "2026-03-15")}.Short())
	short := commissioning.Notice{Given: day(t, "2025-12-15"), Ends: day(t, "2026-03-14"), ShortBecause: "the landlord sells"}
	assert.True(t, short.Short())

	tr := newTrial(t).withService().deliver().proposed()
	for _, step := range decommissioningSteps(t)[:2] {
		tr.do(step)
	}
	give := func(c *commissioning.Cycle) error { return c.GiveNotice("X1", short) }
	var refusal *casework.Refusal
	require.ErrorAs(t, tr.try(give), &refusal)
	assert.Equal(t, "notice.short", refusal.Objections[0].Code)
	tr.do(give, casework.Explaining("notice.short", "the landlord sells"))
}

func TestWithdrawnDecommissioningIsOverAndAnotherMayBegin(t *testing.T) {
	tr := newTrial(t).withService().proposed()
	tr.do(func(c *commissioning.Cycle) error { return c.WithdrawDecommissioning("X1") }, casework.Reason("people came"))
	x, _ := tr.look().Decommissioning("X1")
	assert.False(t, x.Open())
	assert.Equal(t, "people came", x.WithdrawnBecause)
	tr.proposed()
	assert.Len(t, tr.look().Decommissionings(), 2)
	x, _ = tr.redact("decommissioning.withdrawn").Decommissioning("X1")
	assert.Empty(t, x.WithdrawnBecause)
	assert.Equal(t, commissioning.DecommissioningWithdrawn, x.Phase)
}

func TestServiceThatWasNeverArrangedHasNoDeliveryToMoveWithNotice(t *testing.T) {
	tr := newTrial(t).withService().proposed()
	steps := decommissioningSteps(t)
	tr.do(steps[0])
	tr.do(steps[1])
	assert.Equal(t, []string{"decommissioning.notice_given"}, tr.types(steps[2]))
	tr.do(steps[3])
	s, _ := tr.look().Service("S1")
	assert.Equal(t, commissioning.ServiceEnded, s.Delivery)
}

func TestDecommissioningKeepsWhatInformsIt(t *testing.T) {
	tr := newTrial(t).withService()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.OpenConsultation(commissioning.Consultation{Title: "Your day centre", Kind: commissioning.FormalConsultation, Opened: day(t, "2025-11-01")})
		require.NoError(t, err)
		for range 2 {
			_, err = c.AssessImpact(commissioning.ImpactAssessment{
				Kind: commissioning.ImpactEquality, Informs: "S1", Services: []commissioning.ServiceID{"S1"}, Found: "12 people lose a place", On: day(t, "2025-11-20"),
			})
			require.NoError(t, err)
		}
		x, err := c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S1", Because: "nobody comes", Impact: []commissioning.ImpactID{"I1"}})
		require.NoError(t, err)
		x.Impact[0] = "I9"
		return c.InformDecommissioning("X1", []commissioning.ImpactID{"I1", "I2"}, "Q1")
	})
	c := tr.look()
	c.Decommissionings()[0].Impact[0] = "I9"
	x, _ := c.Decommissioning("X1")
	assert.Equal(t, []commissioning.ImpactID{"I1", "I2"}, x.Impact)
	assert.Equal(t, commissioning.ConsultationID("Q1"), x.Consultation)
}

func TestRedactedDecommissioningKeepsPhaseAndDates(t *testing.T) {
	tr := newTrial(t).withService().deliver().proposed()
	for _, step := range decommissioningSteps(t) {
		tr.do(step)
	}
	x, _ := tr.redact("decommissioning.proposed", "decommissioning.decided", "decommissioning.planned", "decommissioning.notice_given", "decommissioning.ended").Decommissioning("X1")
	assert.Equal(t, commissioning.Decommissioning{
		ID: "X1", Service: "S1", Decided: day(t, "2025-12-10"),
		Plan:   commissioning.DecommissioningPlan{TransferOfPeople: "withheld", TUPE: "withheld"},
		Notice: commissioning.Notice{Given: day(t, "2025-12-15"), Ends: day(t, "2026-03-15")},
		Ended:  day(t, "2026-01-05"), Phase: commissioning.DecommissioningEnded, Mark: x.Mark,
	}, x)
}
