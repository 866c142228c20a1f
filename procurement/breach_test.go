package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

func livingNotifying(b procurement.Breach) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.NotifyBreach(b); return err }
}

func TestABreachComesAfterAnOpportunityToImprove(t *testing.T) {
	plan := func(l *living) *procurement.ImprovementPlan {
		return &procurement.ImprovementPlan{Steps: "hire", By: l.day("2025-06-20")}
	}
	tests := []struct {
		name    string
		before  func(*living)
		breach  procurement.Breach
		refused bool
	}{
		{"nothing went before", nil, procurement.Breach{Party: "helpers"}, true},
		{"under-performance without a plan is no opportunity", func(l *living) {
			l.do(livingUnderPerforming(procurement.UnderPerformance{Text: "late"}))
		}, procurement.Breach{Party: "helpers"}, true},
		{"under-performance with a plan is one", func(l *living) {
			l.do(livingUnderPerforming(procurement.UnderPerformance{Text: "late", Plan: plan(l)}))
		}, procurement.Breach{Party: "helpers"}, false},
		{"the record that is cited had none", func(l *living) {
			l.do(livingUnderPerforming(procurement.UnderPerformance{Text: "late", Plan: plan(l)}))
			l.do(livingUnderPerforming(procurement.UnderPerformance{Text: "rude"}))
		}, procurement.Breach{Party: "helpers", After: "U2"}, true},
		{"a buyer is asked for no plan", nil, procurement.Breach{Party: "camden"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := livingInForce(t, nil)
			if tt.before != nil {
				tt.before(l)
			}
			tt.breach.Text = "visits were missed"
			err := l.try(livingNotifying(tt.breach))
			if !tt.refused {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, []string{"breach.no_opportunity"}, livingStoppers(t, err))
			l.do(livingNotifying(tt.breach), casework.Explaining("breach.no_opportunity", "people were at risk"))
		})
	}
}

func TestABreachIsAnsweredAndDecided(t *testing.T) {
	l := livingInForce(t, nil)
	answer := func(text string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.AnswerBreach("H1", text); return err }
	}
	decide := func(outcome procurement.BreachOutcome) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.DecideBreach("H1", outcome); return err }
	}
	assert.Equal(t, []string{"breach.party party.unknown", "breach.text breach.text_missing", "breach.after under_performance.unknown"},
		livingFaults(t, l.try(livingNotifying(procurement.Breach{After: "U9"}))))
	assert.Equal(t, []string{"breach breach.unknown", "answer breach.answer_missing"}, livingFaults(t, l.try(answer(""))))
	assert.Equal(t, []string{"breach breach.unknown", "outcome breach.outcome"}, livingFaults(t, l.try(decide("lost"))))

	l.do(livingNotifying(procurement.Breach{Party: "camden", Text: "paid late", Serious: true})).do(answer("the invoice was wrong"))
	b := l.c.Breaches()[0]
	assert.True(t, b.Open())
	assert.True(t, b.Serious)
	assert.Equal(t, "the invoice was wrong", b.Answer)
	l.ended().do(decide(procurement.BreachDeclined))
	assert.False(t, l.c.Breaches()[0].Open())
	assert.Equal(t, []string{"breach breach.decided"}, livingFaults(t, l.try(answer("x"))))
}

func TestTheCycleHearsOfBreachesAndReviewsOnce(t *testing.T) {
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery)
	desks, err := procurement.NewDesks(f.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: f.Clock.Now}})
	require.NoError(t, err)
	draft := livingDraft(t)
	draft.Origin.Cycle, draft.Origin.Service = f.Cycle.ID(), f.Cycle.Services()[0].ID
	draft.Terms.Period = casework.Period{From: f.Today(), To: f.Today().AddMonths(12)}
	c, err := desks.Contracts.Open(t.Context(), livingManager(), draft)
	require.NoError(t, err)
	do := func(work func(*procurement.Contract) error) {
		t.Helper()
		c, err = desks.Contracts.Update(t.Context(), c.ID(), livingManager(), work)
		require.NoError(t, err)
	}
	do(func(c *procurement.Contract) error {
		return c.AcceptOrder(procurement.Signature{Party: "helpers", Signatory: "dot"})
	})
	do(livingNotifying(procurement.Breach{Party: "camden", Text: "paid late"}))
	do(livingPlanningReview(f.Today(), false))
	do(livingConcluding("R1", f.Today(), "visits are late", "people are content"))
	do(livingNotifying(procurement.Breach{Party: "camden", Text: "paid late again"}))

	cycle, err := f.Desk.Load(t.Context(), f.Cycle.ID())
	require.NoError(t, err)
	type heard struct {
		Kind            commissioning.ArrangementReportKind
		Reference, Text string
		On              casework.Date
	}
	var all []heard
	for _, r := range cycle.ArrangementReports() {
		if r.Kind == commissioning.ReportBreach || r.Kind == commissioning.ReportReview {
			assert.Equal(t, c.ID(), r.Case)
			all = append(all, heard{r.Kind, r.Reference, r.Text, r.On})
		}
	}
	assert.Equal(t, []heard{
		{commissioning.ReportBreach, "H1", "paid late", f.Today()},
		{commissioning.ReportReview, "R1", "visits are late; people are content", f.Today()},
		{commissioning.ReportBreach, "H2", "paid late again", f.Today()},
	}, all)
}
