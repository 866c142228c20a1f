package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func appraise(a commissioning.OptionsAppraisal) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.AppraiseOptions(a)
		return err
	}
}

func whereToEat() commissioning.OptionsAppraisal {
	return commissioning.OptionsAppraisal{
		Question: "where to eat", Reason: "there is a lift", Service: "S1",
		Options: []commissioning.AppraisedOption{
			{Title: "do nothing", Cost: casework.GBP(0), Risks: "people go on eating alone"},
			{Title: "the library", Cost: casework.GBP(400_000), Benefits: "a lift", Chosen: true},
		},
	}
}

func TestOptionsAppraisalFaultsAreAllNamedAtOnce(t *testing.T) {
	assert.Equal(t, []string{
		"appraisal.question appraisal.question_missing",
		"appraisal.options appraisal.options",
		"appraisal.options[0].title appraisal.option_title_missing",
		"appraisal.options[0].cost appraisal.cost_negative",
		"appraisal.options appraisal.chosen",
		"appraisal.reason appraisal.reason_missing",
		"appraisal.service service.unknown",
	}, openCycle(t).faults(t, appraise(commissioning.OptionsAppraisal{Service: "S2", Options: []commissioning.AppraisedOption{{Cost: casework.GBP(-1)}}})))

	both := whereToEat()
	both.Options[0].Chosen = true
	assert.Equal(t, []string{"appraisal.options appraisal.chosen"}, openCycle(t).faults(t, appraise(both)))
}

func TestOptionsAppraisalAccessorsGiveCopies(t *testing.T) {
	given := whereToEat()
	given.Reason = ""
	c := openCycle(t).update(t, appraise(given), casework.Reason("there is a lift"))
	one, _ := c.OptionsAppraisal("A1")
	one.Options[1].Chosen, c.OptionsAppraisals()[0].Options[1].Title, given.Options[1].Title = false, "spoilt", "spoilt"
	again, _ := c.OptionsAppraisal("A1")
	assert.Equal(t, "there is a lift", again.Reason)
	chosen, is := again.Chosen()
	require.True(t, is)
	assert.Equal(t, "the library", chosen.Title)
}

func TestOptionsAppraisalRedactedKeepsCostsAndChoice(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, appraise(whereToEat()))
	a, is := o.redacted(t, before).OptionsAppraisal("A1")
	require.True(t, is)
	assert.Equal(t, commissioning.OptionsAppraisal{
		ID: "A1", Service: "S1", Options: []commissioning.AppraisedOption{{Cost: casework.GBP(0)}, {Cost: casework.GBP(400_000), Chosen: true}}, Mark: a.Mark,
	}, a)
}
