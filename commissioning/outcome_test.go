package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/commissioning"
)

func walking() commissioning.Outcome {
	return commissioning.Outcome{
		Statement: "People walk to the shops again", Whose: commissioning.OutcomeOfUsers, Measure: "share who do", Baseline: "40 %", Target: "60 %",
		BaselineBySubgroup: []commissioning.SubgroupBaseline{{Subgroup: "over 85", Value: "20 %"}}, Needs: []commissioning.NeedID{"N1"},
	}
}

func TestSetOutcomeNamesEveryFault(t *testing.T) {
	tr := newTrial(t)
	faulty := commissioning.Outcome{BaselineBySubgroup: []commissioning.SubgroupBaseline{{}}, Needs: []commissioning.NeedID{"N7"}}
	want := []string{
		"outcome.statement outcome.statement_missing",
		"outcome.baseline_by_subgroup[0].subgroup outcome.subgroup_missing",
		"outcome.baseline_by_subgroup[0].value outcome.subgroup_value_missing",
		"outcome.needs[0] need.unknown",
	}
	err := tr.try(func(c *commissioning.Cycle) error { _, err := c.SetOutcome(faulty); return err })
	assert.Equal(t, want, faults(t, err))
	err = tr.try(func(c *commissioning.Cycle) error { _, err := c.ReviseOutcome("O1", faulty); return err })
	assert.Equal(t, append(want, "id outcome.unknown"), faults(t, err))
	assert.Empty(t, tr.look().Outcomes())
}

func TestOutcomeIsMeasurableWithMeasureAndTarget(t *testing.T) {
	assert.True(t, walking().Measurable())
	noTarget := walking()
	noTarget.Target = " "
	assert.False(t, noTarget.Measurable())
	noMeasure := walking()
	noMeasure.Measure = ""
	assert.False(t, noMeasure.Measurable())
}

func TestRevisedOutcomeKeepsIDAndTheTimeItWasSet(t *testing.T) {
	tr := newTrial(t).withNeed()
	var set, revised commissioning.Outcome
	tr.do(func(c *commissioning.Cycle) (err error) { set, err = c.SetOutcome(walking()); return err })
	tr.do(func(c *commissioning.Cycle) (err error) {
		revised, err = c.ReviseOutcome("O1", commissioning.Outcome{ID: "O9", Statement: "People walk"})
		return err
	})
	assert.Equal(t, set.ID, revised.ID)
	assert.Equal(t, set.Mark, revised.Mark)
	assert.Zero(t, set.Revised)
	assert.Greater(t, revised.Revised.Entry, revised.Mark.Entry)
	assert.Equal(t, []commissioning.Outcome{revised}, tr.look().Outcomes())
}

func TestOutcomesAreCopies(t *testing.T) {
	tr := newTrial(t).withNeed()
	given := walking()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.SetOutcome(given)
		given.Needs[0], given.BaselineBySubgroup[0].Value = "N9", "changed"
		return err
	})
	c := tr.look()
	one, found := c.Outcome("O1")
	require.True(t, found)
	one.Needs[0], one.BaselineBySubgroup[0].Value = "N9", "changed"
	all := c.Outcomes()
	all[0].Needs[0], all[0].BaselineBySubgroup[0].Value = "N9", "changed"
	again, _ := c.Outcome("O1")
	assert.Equal(t, walking().Needs, again.Needs)
	assert.Equal(t, walking().BaselineBySubgroup, again.BaselineBySubgroup)
}

func TestRedactedOutcomeSaysNothingAndStaysMeasurable(t *testing.T) {
	tr := newTrial(t).withNeed()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.SetOutcome(walking())
		require.NoError(t, err)
		own := walking()
		own.Whose, own.Target = "Mrs M", ""
		_, err = c.SetOutcome(own)
		return err
	})
	all := tr.redact("outcome.set").Outcomes()
	assert.Equal(t, commissioning.Outcome{
		ID: "O1", Whose: commissioning.OutcomeOfUsers, Measure: "withheld", Target: "withheld",
		Needs: []commissioning.NeedID{"N1"}, Mark: all[0].Mark,
	}, all[0])
	assert.True(t, all[0].Measurable())
	assert.Equal(t, commissioning.Outcome{ID: "O2", Measure: "withheld", Needs: []commissioning.NeedID{"N1"}, Mark: all[1].Mark}, all[1])
	assert.False(t, all[1].Measurable())
}
