package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// broughtIn gives a cycle whose control records were all imported, in a stage.
func broughtIn(t *testing.T, stage commissioning.Stage) *commissioningtest.Fixture {
	t.Helper()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	on := day(t, "2019-04-01")
	held := map[string]any{"review": "W1", "held": on}
	report, err := f.Desk.Import(t.Context(), f.Actor, "oldcase", casework.ImportedCase{
		Opening: casework.Opening{Definition: commissioning.StrategicName, References: []casework.ExternalRef{{Scheme: "old", Value: "18"}}},
		Entries: []casework.ImportedEntry{
			imported(t, "brief.recorded", f.Cycle.Brief(), "2019-01-01"),
			imported(t, "need.identified", commissioning.Need{ID: "N1", Statement: "Meals"}, "2019-01-02"),
			imported(t, "service.planned", commissioning.Service{ID: "S1", Title: "Meals", Needs: []commissioning.NeedID{"N1"}}, "2019-01-03"),
			imported(t, "impact.assessed", commissioning.ImpactAssessment{ID: "I1", Kind: commissioning.ImpactEquality, Informs: commissioning.InformsPlan, Services: []commissioning.ServiceID{"S1"}, Found: "none", On: on}, "2019-01-04"),
			imported(t, "safeguards.recorded", commissioning.Safeguard{ID: "G1", Agency: f.Cycle.Lead(), Measures: []commissioning.SafeguardMeasure{commissioning.SchemeOfDelegation}}, "2019-01-05"),
			imported(t, "feedback.recorded", commissioning.Feedback{ID: "F1", SoughtOn: on, Method: "letters", Said: "good"}, "2019-01-06"),
			imported(t, "review.planned", commissioning.Review{ID: "W1", Title: "Yearly review", Due: on}, "2019-01-07"),
			imported(t, "review.held", held, "2019-01-08"),
			imported(t, "review.concluded", commissioning.ReviewConclusion{Review: "W1"}, "2019-01-09"),
			moved(imported(t, "", nil, "2019-05-01"), "arrived", stage),
		},
	})
	require.NoError(t, err)
	f.Cycle, err = f.Desk.Load(t.Context(), report.Case)
	require.NoError(t, err)
	require.Equal(t, stage, f.Cycle.Stage())
	require.Len(t, f.Cycle.ImpactAssessments(), 1)
	require.Len(t, f.Cycle.Safeguards(), 1)
	require.Len(t, f.Cycle.AllFeedback(), 1)
	require.False(t, f.Cycle.Reviews()[0].Open())
	return f
}

// against gives the codes that speak against a move.
func against(t *testing.T, f *commissioningtest.Fixture, m casework.Move) []string {
	t.Helper()
	options, err := f.Desk.Options(t.Context(), f.Cycle.ID(), f.Actor)
	require.NoError(t, err)
	var codes []string
	for _, o := range options {
		for _, objection := range o.Objections {
			if o.Move == m {
				codes = append(codes, objection.Code)
			}
		}
	}
	return codes
}

func TestImportedRecordsAreNoProofThatAControlWorked(t *testing.T) {
	t.Parallel()
	assert.Contains(t, against(t, broughtIn(t, commissioning.StagePlanUse), commissioning.ArrangeDelivery), "impact.missing")

	reviewed := against(t, broughtIn(t, commissioning.StageMonitorReview), commissioning.Reassess)
	assert.Contains(t, reviewed, "feedback.none")
	assert.Contains(t, reviewed, "review.undecided")

	f := broughtIn(t, commissioning.StageArrangeDelivery)
	f.Doing(func(c *commissioning.Cycle) error {
		_, err := c.RecordArrangement(commissioning.Arrangement{Service: "S1", Instrument: commissioning.InHouseAgreement, Provider: c.Lead(), Why: "our own kitchen"})
		return err
	}).Refuses(t, "commissioner.also_provides")
}

func TestReasonAboutAPersonDoesNotReachTheStrategicCycle(t *testing.T) {
	t.Parallel()
	const secret = "she fell ill in March"
	f := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	f.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedUnmet) }, casework.Reason(secret))
	heard := false
	for e, err := range f.Desk.History(t.Context(), f.Cycle.Brief().Serves, 0) {
		require.NoError(t, err)
		heard = heard || e.Type == "unmet_need.heard"
		assert.NotEqual(t, secret, e.Reason, "%s", e.Type)
	}
	assert.True(t, heard)
}
