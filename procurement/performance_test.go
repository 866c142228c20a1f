package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func TestMeasuresAreAgreedBeforeTheContractBindsAndObservedAfter(t *testing.T) {
	agree := func(c *procurement.Contract) error {
		_, err := c.AgreeMeasure(procurement.Measure{Title: "visits on time", Unit: "%", Target: "95", Material: true})
		return err
	}
	l := livingDrafted(t, nil).do(agree)
	observation := procurement.MeasureObservation{
		Measure: "KPI1", Period: casework.Period{From: l.today(), To: l.today()}, Value: "93", Rating: procurement.ApproachingTarget,
	}
	observe := func(o procurement.MeasureObservation) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.ObserveMeasure(o); return err }
	}
	assert.Equal(t, []string{"agreement agreement.unbound"}, livingFaults(t, l.try(observe(observation))))

	l = livingInForce(t, nil).do(agree).do(observe(observation))
	require.Len(t, l.c.Measures(), 1)
	require.Len(t, l.c.Observations(), 1)
	assert.Equal(t, procurement.MeasureID("KPI1"), l.c.Measures()[0].ID)
	assert.Equal(t, "93", l.c.Observations()[0].Value)
	assert.Equal(t, "ana.k", l.c.Observations()[0].Mark.By)

	assert.Equal(t, []string{
		"observation.measure measure.unknown", "observation.period.from period.from_missing", "observation.period.to observation.period_open",
		"observation.value observation.value_missing", "observation.rating observation.rating",
	}, livingFaults(t, l.try(observe(procurement.MeasureObservation{}))))
	future, other := observation, observation
	future.Period.To = l.today().AddDays(1)
	other.Rating = procurement.OtherRating
	assert.Equal(t, []string{"observation.period.to observation.period_future"}, livingFaults(t, l.try(observe(future))))
	assert.Equal(t, []string{"observation.text observation.text_missing"}, livingFaults(t, l.try(observe(other))))
	assert.Equal(t, []string{
		"measure.title measure.title_missing", "measure.unit measure.unit_missing", "measure.target measure.target_missing", "measure.every measure.every_negative",
	}, livingFaults(t, l.try(func(c *procurement.Contract) error {
		_, err := c.AgreeMeasure(procurement.Measure{Every: -1})
		return err
	})))
}

func TestObligationsAreSettledOnce(t *testing.T) {
	l := livingInForce(t, nil)
	agree := func(o procurement.Obligation) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.AgreeObligation(o); return err }
	}
	settle := func(status procurement.ObligationStatus, text string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.SettleObligation("G1", status, text); return err }
	}
	assert.Equal(t, []string{
		"obligation.title obligation.title_missing", "obligation.party obligation.party_missing", "obligation.due obligation.due_missing",
	}, livingFaults(t, l.try(agree(procurement.Obligation{}))))
	assert.Equal(t, []string{"obligation obligation.unknown", "status obligation.status"}, livingFaults(t, l.try(settle("done", ""))))

	l.do(agree(procurement.Obligation{Title: "report", Party: "helpers", Due: l.today()}))
	assert.True(t, l.c.Obligations()[0].Open())
	assert.Equal(t, []string{"text obligation.text_missing"}, livingFaults(t, l.try(settle(procurement.ObligationWaived, " "))))
	l.do(settle(procurement.ObligationPartlyMet, "the annex is missing"))
	assert.False(t, l.c.Obligations()[0].Open())
	assert.Equal(t, []string{"obligation obligation.settled"}, livingFaults(t, l.try(settle(procurement.ObligationMet, ""))))
}

func TestNothingIsAgreedUnderAClosedContract(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00).paid("I1", 10_00).ended().reviewed().do(livingClosing)
	for name, work := range map[string]func(*procurement.Contract) error{
		"measure": func(c *procurement.Contract) error {
			_, err := c.AgreeMeasure(procurement.Measure{Title: "t", Unit: "u", Target: "1"})
			return err
		},
		"obligation": func(c *procurement.Contract) error {
			_, err := c.AgreeObligation(procurement.Obligation{Title: "t", Party: "helpers", Due: l.today()})
			return err
		},
		"review": func(c *procurement.Contract) error { _, err := c.PlanReview("t", l.today(), false); return err },
	} {
		assert.Equal(t, []string{"agreement agreement.closed"}, livingFaults(t, l.try(work)), name)
	}
}
