package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// withContractOptions gives a contract an option of a year more and one of more
// hours.
func withContractOptions(d *procurement.ContractDraft) {
	d.Terms.Options = []procurement.PricedOption{
		{ID: "O1", Title: "another year", Months: 12, Price: contractPounds(520)},
		{ID: "O2", Title: "more hours", Price: contractPounds(70)},
		{ID: "O3", Title: "half a year", Months: 6, Price: contractPounds(260)},
	}
}

func contractExercise(id procurement.OptionID) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ExerciseOption(id)
		return err
	}
}

func TestOptionAddsItsPriceAndItsMonths(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(withContractOptions)
	before := f.clock.Now()
	f.clock.Set(contractMoment("2027-03-01T12:00:00Z"))
	c = f.do(c.ID(), contractExercise("O2"))
	now := c.EffectiveAt(f.clock.Now())
	assert.Equal(t, contractPounds(570), now.Value)
	assert.Equal(t, contractDay("2027-12-31"), now.Period.To)
	c = f.do(c.ID(), contractExercise("O1"))
	now = c.EffectiveAt(f.clock.Now())
	assert.Equal(t, contractPounds(1090), now.Value)
	assert.Equal(t, contractDay("2028-12-31"), now.Period.To)
	assert.Equal(t, []procurement.OptionID{"O2", "O1"}, now.Options)
	assert.Equal(t, contractPounds(500), c.EffectiveAt(before).Value, "it counts since it was exercised")
	assert.Equal(t, contractDay("2027-03-01"), c.ExercisedOptions()[0].From)
	change, _ := c.CumulativeChange(f.clock.Now())
	assert.Zero(t, change, "what was priced in the competition is no variation")
}

func TestOptionIsExercisedOnceAndInTime(t *testing.T) {
	f := newContractOffice(t)
	f.refuses(f.open(withContractOptions).ID(), contractExercise("O1"), "option.not_in_force")
	c := f.signed(withContractOptions)
	f.refuses(c.ID(), contractExercise("O9"), "option.unknown")
	f.do(c.ID(), contractExercise("O2"))
	f.refuses(c.ID(), contractExercise("O2"), "option.exercised")

	f.clock.Set(contractMoment("2028-01-01T00:00:00Z"))
	f.refuses(c.ID(), contractExercise("O1"), "option.late")
	f.clock.Set(contractMoment("2027-12-31T23:59:59Z"))
	c = f.do(c.ID(), contractExercise("O1"))
	assert.Equal(t, contractDay("2028-12-31"), c.EffectiveAt(f.clock.Now()).Period.To)

	endless := f.signed(withContractOptions, func(d *procurement.ContractDraft) { d.Terms.Period.To = casework.Date{} })
	f.refuses(endless.ID(), contractExercise("O1"), "option.open_ended")
	f.do(endless.ID(), contractExercise("O2"))
}

func TestExtendExercisesTheOptionThatReachesTheDayOrProposesAVariation(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(withContractOptions)
	var got procurement.Extension
	extend := func(to casework.Date, reason string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) (err error) {
			got, err = c.Extend(to, reason)
			return err
		}
	}
	f.refuses(c.ID(), extend(contractDay("2027-12-31"), " "), "reason.missing", "extension.not_later")
	c = f.do(c.ID(), extend(contractDay("2028-06-30"), "demand lasts"))
	assert.Equal(t, procurement.Extension{Until: contractDay("2028-06-30"), Option: "O3"}, got)
	assert.Equal(t, "demand lasts", c.ExercisedOptions()[0].Reason)
	c = f.do(c.ID(), extend(contractDay("2028-09-30"), "demand lasts"))
	assert.Equal(t, procurement.Extension{Until: contractDay("2028-09-30"), Variation: "V1"}, got)
	assert.Equal(t, contractDay("2028-06-30"), c.EffectiveAt(f.clock.Now()).Period.To, "a variation waits for signatures")
	c = f.do(c.ID(), contractSignVariation("V1", "", "camden", "homecare"))
	assert.Equal(t, contractDay("2028-09-30"), c.EffectiveAt(f.clock.Now()).Period.To)
	assert.Equal(t, contractPounds(760), c.EffectiveAt(f.clock.Now()).Value)

	f.refuses(f.open().ID(), extend(contractDay("2029-01-01"), "r"), "variation.not_in_force")
	endless := f.signed(func(d *procurement.ContractDraft) { d.Terms.Period.To = casework.Date{} })
	f.refuses(endless.ID(), extend(contractDay("2029-01-01"), "r"), "extension.open_ended")
}
