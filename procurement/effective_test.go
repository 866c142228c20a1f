package procurement_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// took is a change as the test saw it take effect.
type took struct {
	on     casework.Date
	value  casework.Money
	period casework.Period
	option casework.Money
	months int
}

// says is what a contract should say on a day, worked out apart from it.
func says(changes []took, day casework.Date) (value casework.Money, period casework.Period) {
	value, period = contractPounds(500), contractTerms().Period
	for _, ch := range changes {
		if ch.on.After(day) {
			continue
		}
		if ch.value.IsRecorded() {
			value = ch.value
		}
		if !ch.period.IsZero() {
			period = ch.period
		}
		if ch.option.IsRecorded() {
			value = casework.GBP(value.Minor() + ch.option.Minor())
			period.To = period.To.AddDays(1).AddMonths(ch.months).AddDays(-1) // periods of this test end with a month
		}
	}
	return value, period
}

// What is effective is a fold of the changes that took effect, in order, and
// nothing pending is ever in it.
func TestEffectiveIsAFoldOfWhatTookEffect(t *testing.T) {
	for seed := range uint64(25) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			f := newContractOffice(t)
			c := f.signed(withContractOptions, func(d *procurement.ContractDraft) {
				d.Parties[0].Signatories[0].Limit = casework.Money{}
				d.Terms.Period.To = contractDay("2027-12-31")
			})
			foldAtRandom(f, c.ID(), rand.New(rand.NewPCG(seed, 7)))
		})
	}
}

func foldAtRandom(f *contractOffice, id casework.CaseID, random *rand.Rand) {
	var changes []took
	pending := map[procurement.VariationID]took{}
	unused := []procurement.OptionID{"O1", "O2", "O3"}
	for range 14 {
		f.clock.Advance(time.Duration(random.IntN(72)) * time.Hour)
		today := casework.DateOf(f.clock.Now().UTC())
		switch random.IntN(4) {
		case 0:
			v, ch := randomVariation(random, today)
			proposed := procurement.Variation{}
			_, err := f.try(id, contractPropose(v, &proposed), casework.Explaining("variation.cumulative", "r"))
			if err == nil {
				pending[proposed.ID] = ch
			}
		case 1, 2:
			for n := 1; n < 20; n++ { // the first pending one: a map has no order
				v := procurement.VariationID(fmt.Sprint("V", n))
				ch, is := pending[v]
				if !is {
					continue
				}
				delete(pending, v)
				before := f.do(id, contractSignVariation(v, "", "camden"))
				assertSays(f, before, changes)
				if _, err := f.try(id, contractSignVariation(v, "", "homecare")); err == nil {
					if ch.on.IsZero() {
						ch.on = today
					}
					changes = append(changes, ch)
				} else {
					assert.Subset(f.t, []string{"variation.conflict"}, contractCodes(err))
					assert.ErrorIs(f.t, err, casework.ErrRefused)
				}
				break
			}
		case 3:
			if len(unused) == 0 {
				continue
			}
			o := map[procurement.OptionID]took{"O1": {option: contractPounds(520), months: 12}, "O2": {option: contractPounds(70)}, "O3": {option: contractPounds(260), months: 6}}[unused[0]]
			o.on = today
			f.do(id, contractExercise(unused[0]))
			changes, unused = append(changes, o), unused[1:]
		}
		c, err := f.desks.Contracts.Load(f.t.Context(), id)
		require.NoError(f.t, err)
		assertSays(f, c, changes)
	}
	require.NoError(f.t, f.desks.Contracts.Verify(f.t.Context(), id))
}

func randomVariation(random *rand.Rand, today casework.Date) (procurement.Variation, took) {
	v := procurement.Variation{Rationales: []procurement.Rationale{procurement.Unforeseen}, Reason: "r"}
	if random.IntN(2) == 0 {
		v.From = today.AddDays(random.IntN(90))
	}
	if random.IntN(3) > 0 {
		v.Value = contractPounds(int64(400 + random.IntN(200)))
	} else {
		v.Period = casework.Period{From: contractDay("2027-01-01"), To: contractDay("2028-12-31").AddMonths(random.IntN(12))}
	}
	return v, took{on: v.From, value: v.Value, period: v.Period}
}

// assertSays holds a contract against the fold, at days around today.
func assertSays(f *contractOffice, c *procurement.Contract, changes []took) {
	f.t.Helper()
	for _, days := range []int{-30, -1, 0, 1, 45, 400} {
		at := f.clock.Now().UTC().AddDate(0, 0, days)
		value, period := says(changes, casework.DateOf(at))
		e := c.EffectiveAt(at)
		require.Equal(f.t, value, e.Value, "%d days from now", days)
		require.Equal(f.t, period, e.Period, "%d days from now", days)
		for _, id := range e.Variations {
			v, _ := c.Variation(id)
			require.Equal(f.t, procurement.VariationEffective, v.Status, "nothing pending counts")
		}
	}
}

func TestEffectiveBeforeSignatureIsTheDraft(t *testing.T) {
	f := newContractOffice(t)
	c := f.open()
	assert.Equal(t, contractPounds(500), c.EffectiveAt(f.clock.Now()).Value)
	assert.Equal(t, contractTerms().Period, c.EffectiveAt(time.Time{}).Period)
}
