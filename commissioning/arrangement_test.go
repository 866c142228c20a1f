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
