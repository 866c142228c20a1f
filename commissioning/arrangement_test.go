package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

func varying(id commissioning.ArrangementID, v commissioning.Variation) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.VaryArrangement(id, v)
		return err
	}
}

func TestExtendedArrangementEndsOnItsNewDay(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	until := f.Today().AddDays(700)
	f.Record(t, varying("T1", commissioning.Variation{Period: casework.Period{From: f.Today(), To: until}}), casework.Reason("the review decided so"))
	a, _ := f.Cycle.Arrangement("T1")
	assert.Equal(t, until, a.Period.To)
	var ends []casework.Deadline
	for _, d := range f.Cycle.Deadlines() {
		if d.Code == commissioning.DeadlineArrangement && d.Subject == "T1" {
			ends = append(ends, d)
		}
	}
	require.Len(t, ends, 1)
	assert.Equal(t, until, casework.DateOf(ends[0].Due.AddDate(0, 0, -1)))
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestVariationBeyondWhatIsCommittedIsRefused(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	f.Doing(varying("T1", commissioning.Variation{Value: casework.GBP(900_000_000)}), casework.Reason("more hours")).Refuses(t, "resource.uncommitted")
	f.Doing(varying("T1", commissioning.Variation{Value: casework.GBP(1)}), casework.Reason("fewer hours")).Silent(t, "resource.uncommitted")
}

func TestVariationIsCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, varying("T9", commissioning.Variation{}))
	invalid := new(casework.InvalidError)
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"arrangement.unknown", "variation.empty", "reason.missing"} {
		assert.True(t, invalid.Has(code), "%s in %v", code, err)
	}
}

func TestReviewThatIsCalledOffIsNeitherDueNorOpen(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	var id commissioning.ReviewID
	f.Record(t, func(c *commissioning.Cycle) error {
		w, err := c.PlanReview("Yearly review", f.Today().AddDays(30))
		id = w.ID
		return err
	})
	_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error { return c.WithdrawReview(id) })
	require.ErrorIs(t, err, casework.ErrInvalid, "without a reason")

	f.Record(t, func(c *commissioning.Cycle) error { return c.WithdrawReview(id) }, casework.Reason("held with that of the borough"))
	w, _ := f.Cycle.Review(id)
	assert.False(t, w.Open())
	for _, d := range f.Cycle.Deadlines() {
		assert.NotEqual(t, string(id), d.Subject, "%s", d.Code)
	}
	_, err = f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error {
		_, err := c.RecordFindings(id, f.Today(), commissioning.ReviewFinding{Text: "x"})
		return err
	})
	require.ErrorIs(t, err, casework.ErrInvalid, "it was called off")
}

func TestVariationSaysWhyOrTheCallDoes(t *testing.T) {
	t.Parallel()
	v := commissioning.Variation{Value: casework.GBP(1)}
	tests := []struct {
		name    string
		why     string
		opts    []casework.CallOption
		refused bool
	}{
		{"neither says why", " ", nil, true},
		{"the variation says why", "fewer come", nil, false},
		{"the call says why", "", []casework.CallOption{casework.Reason("fewer come")}, false},
		{"both say why", "fewer come", []casework.CallOption{casework.Reason("the contract was varied")}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t).withService().deliver()
			v := v
			v.Why = tt.why
			err := tr.try(varying("T1", v), append(tt.opts, casework.Explaining("resource.uncommitted", "x"))...)
			if tt.refused {
				assert.Equal(t, []string{"reason reason.missing"}, faults(t, err))
				return
			}
			require.NoError(t, err)
			c := tr.redact("arrangement.varied")
			a, _ := c.Arrangement("T1")
			assert.Equal(t, casework.GBP(1), a.Value, "what was varied outlives a redaction")
			for e, err := range tr.desk.History(t.Context(), tr.id, 0) {
				require.NoError(t, err)
				assert.NotContains(t, string(e.Data)+e.Reason, "fewer come")
			}
		})
	}
}

func TestArrangementEndsForItsOwnReasonOrTheCalls(t *testing.T) {
	t.Parallel()
	on := day(t, "2026-01-05")
	tests := []struct {
		name string
		end  command
		want string
	}{
		{"the call's reason", func(c *commissioning.Cycle) error { return c.EndArrangement("T1", on) }, "closing the contract"},
		{"its own reason", func(c *commissioning.Cycle) error { return c.EndArrangementBecause("T1", on, " it ran out ") }, "it ran out"},
		{"the call's, where its own is blank", func(c *commissioning.Cycle) error { return c.EndArrangementBecause("T1", on, " ") }, "closing the contract"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t).withService().deliver()
			tr.do(tt.end, casework.Reason("closing the contract"))
			a, _ := tr.look().Arrangement("T1")
			assert.Equal(t, tt.want, a.EndedBecause)
			assert.Equal(t, on, a.EndedOn)

			a, _ = tr.redact("arrangement.ended").Arrangement("T1")
			assert.Empty(t, a.EndedBecause)
			assert.Equal(t, on, a.EndedOn)
		})
	}
}

func TestArrangementIsFoundByItsCase(t *testing.T) {
	t.Parallel()
	kept := func(id casework.CaseID) command {
		return arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) {
			a.Case, a.Follows = id, &commissioning.Lineage{Case: casework.CaseID{1}, ID: "T1"}
		})
	}
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery).Record(t, all(
		kept(casework.CaseID{}), kept(casework.CaseID{7}), kept(casework.CaseID{8}), kept(casework.CaseID{7}),
	))
	a, found := f.Cycle.ArrangementOf(casework.CaseID{8})
	assert.True(t, found)
	assert.Equal(t, commissioning.ArrangementID("T3"), a.ID)
	a.Follows.ID = "changed"
	a, _ = f.Cycle.ArrangementOf(casework.CaseID{8})
	assert.Equal(t, "T1", a.Follows.ID, "a copy is given")

	a, found = f.Cycle.ArrangementOf(casework.CaseID{7})
	assert.True(t, found)
	assert.Equal(t, commissioning.ArrangementID("T4"), a.ID, "the latest")
	_, found = f.Cycle.ArrangementOf(casework.CaseID{9})
	assert.False(t, found)
	_, found = f.Cycle.ArrangementOf(casework.CaseID{})
	assert.False(t, found, "one without a case is the arrangement of none")
}
