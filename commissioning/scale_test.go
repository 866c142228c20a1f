package commissioning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

func briefed(edit func(*commissioning.Brief)) commissioningtest.Option {
	return commissioningtest.Brief(edit)
}

func TestScaleIsTheHigherOfValueAndRisks(t *testing.T) {
	t.Parallel()
	related := func(pence ...int64) (all []commissioning.RelatedValue) {
		for _, p := range pence {
			all = append(all, commissioning.RelatedValue{What: "lot", Value: casework.GBP(p)})
		}
		return all
	}
	cases := []struct {
		name    string
		value   casework.Money
		related []commissioning.RelatedValue
		risks   []commissioning.Risk
		want    commissioning.Scale
	}{
		{"nothing is a value: light", casework.GBP(0), nil, nil, commissioning.Light},
		{"a penny below the threshold: light", casework.GBP(21_490_399), nil, nil, commissioning.Light},
		{"at the threshold: standard", casework.GBP(21_490_400), nil, nil, commissioning.Standard},
		{"five million: standard", casework.GBP(500_000_000), nil, nil, commissioning.Standard},
		{"a penny more: major", casework.GBP(500_000_001), nil, nil, commissioning.Major},
		{"a value nobody knows: standard", casework.Money{}, nil, nil, commissioning.Standard},
		{"a value nobody knows beside a small one: light", casework.Money{}, related(100), nil, commissioning.Light},
		{"another currency: major", euros(t, "1.00"), nil, nil, commissioning.Major},
		{"related values in another currency: major", casework.GBP(1), []commissioning.RelatedValue{{Value: euros(t, "1.00")}}, nil, commissioning.Major},
		{"split in two: standard", casework.GBP(10_745_200), related(10_745_200), nil, commissioning.Standard},
		{"split in three: standard", casework.GBP(7_163_467), related(7_163_467, 7_163_466), nil, commissioning.Standard},
		{"something new: standard", casework.GBP(0), nil, []commissioning.Risk{commissioning.RiskNovelty}, commissioning.Standard},
		{"safeguarding: standard", casework.GBP(0), nil, []commissioning.Risk{commissioning.RiskSafeguarding}, commissioning.Standard},
		{"staff who transfer: standard", casework.GBP(0), nil, []commissioning.Risk{commissioning.RiskStaffTransfer}, commissioning.Standard},
		{"people lose a service: major", casework.GBP(0), nil, []commissioning.Risk{commissioning.RiskNovelty, commissioning.RiskServiceLost}, commissioning.Major},
		{"a risk does not lighten a value", casework.GBP(500_000_001), nil, []commissioning.Risk{commissioning.RiskNovelty}, commissioning.Major},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, commissioning.StageAssessNeed, briefed(func(b *commissioning.Brief) {
				b.Value, b.Related, b.Risks = tc.value, tc.related, tc.risks
			}))
			assert.Equal(t, tc.want, f.Cycle.Scale())
		})
	}
}

func TestScaleGoesByTheDayTheCycleWasOpened(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	f.Clock.Set(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	brief := commissioning.Brief{Title: "Lunch clubs", Lead: f.Cycle.Lead(), Value: casework.GBP(20_772_000)}
	later, err := f.Desk.Open(t.Context(), f.Actor, brief)
	require.NoError(t, err)
	assert.Equal(t, commissioning.Standard, later.Scale())

	f.Clock.Set(time.Date(2025, time.December, 31, 23, 59, 59, 0, time.UTC))
	earlier, err := f.Desk.Open(t.Context(), f.Actor, brief)
	require.NoError(t, err)
	assert.Equal(t, commissioning.Light, earlier.Scale())
}

func TestScaleGoesByTheHostsOwnBands(t *testing.T) {
	t.Parallel()
	at := func(bands []commissioning.Band, value casework.Money) commissioning.Scale {
		return commissioningtest.At(t, commissioning.StageAssessNeed,
			commissioningtest.Under(commissioning.Options{Bands: bands}),
			briefed(func(b *commissioning.Brief) { b.Value = value })).Cycle.Scale()
	}
	own := []commissioning.Band{{Standard: casework.GBP(100), Major: casework.GBP(200)}}
	assert.Equal(t, commissioning.Light, at(own, casework.GBP(99)))
	assert.Equal(t, commissioning.Standard, at(own, casework.GBP(200)))
	assert.Equal(t, commissioning.Major, at(own, casework.GBP(201)))
	ahead := []commissioning.Band{{From: day(t, "2030-01-01"), Standard: casework.GBP(100), Major: casework.GBP(200)}}
	assert.Equal(t, commissioning.Major, at(ahead, casework.GBP(1)), "no band covers the day")
	assert.Equal(t, commissioning.Light, at([]commissioning.Band{}, casework.GBP(1)), "an empty table is none")
}

func TestScaleRisesByItself(t *testing.T) {
	t.Parallel()
	big := casework.GBP(600_000_000)
	cases := map[string]command{
		"with the brief's value": func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Value = big
			return c.ReviseBrief(b)
		},
		"with a related value": func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Related = append(b.Related, commissioning.RelatedValue{What: "the other lot", Value: big})
			return c.ReviseBrief(b)
		},
		"with a risk": func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Risks = []commissioning.Risk{commissioning.RiskServiceLost}
			return c.ReviseBrief(b)
		},
		"with a service's estimate": planning(commissioning.Service{Estimate: big}),
		"with estimates that add up": all(planning(commissioning.Service{Estimate: casework.GBP(300_000_000)}),
			planning(commissioning.Service{Estimate: casework.GBP(300_000_000)})),
		"with a revised estimate": all(planning(commissioning.Service{}), func(c *commissioning.Cycle) error {
			_, err := c.ReviseService("S1", commissioning.Service{Title: "Home care", Estimate: big})
			return err
		}),
		"with an arrangement's value": all(planning(commissioning.Service{}), arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.Value = big })),
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Scale(commissioning.Light)).Record(t, do)
			assert.Equal(t, commissioning.Major, f.Cycle.Scale())
			journal := f.Journal(t)
			assert.Equal(t, "scale.raised", journal[len(journal)-1].Type)
			require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
		})
	}
}

func TestScaleIsStandardUntilSomebodyRecordsAValue(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Brief(func(b *commissioning.Brief) { b.Value = casework.Money{} }))
	assert.Equal(t, commissioning.Standard, f.Cycle.Scale())
	for _, e := range f.Journal(t) {
		assert.NotEqual(t, "scale.raised", e.Type, "nobody asked for a scale yet")
	}

	f.Record(t, func(c *commissioning.Cycle) error {
		b := c.Brief()
		b.Value = casework.GBP(500_000)
		return c.ReviseBrief(b)
	})
	assert.Equal(t, commissioning.Light, f.Cycle.Scale(), "a grant of 5,000 pounds is not asked for what a large contract needs")
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestScaleDoesNotFallByItself(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Scale(commissioning.Major))
	f.Record(t, func(c *commissioning.Cycle) error {
		b := c.Brief()
		b.Value = casework.GBP(1)
		return c.ReviseBrief(b)
	})
	assert.Equal(t, commissioning.Major, f.Cycle.Scale())
}

func lowering(to commissioning.Scale) command {
	return func(c *commissioning.Cycle) error { return c.LowerScale(to) }
}

func TestScaleIsLoweredByWhoeverMayAndWithAReason(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Permit(casework.AllowAll))
	why, over := casework.Reason("a renewal without change"), casework.Overriding("scale.lowered", "agreed by the board")

	f.Doing(lowering(commissioning.Light), why).Refuses(t, "scale.lowered")
	_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, lowering(commissioning.Light), over)
	assert.Equal(t, []string{"reason reason.missing"}, faults(t, err))

	f.Record(t, lowering(commissioning.Light), why, over)
	assert.Equal(t, commissioning.Light, f.Cycle.Scale())
	lowered, is := f.Cycle.Lowered()
	require.True(t, is)
	assert.Equal(t, commissioning.Light, lowered.To)
	assert.Equal(t, commissioning.Standard, lowered.Asked)
	journal := f.Journal(t)
	assert.Equal(t, "case.overridden", journal[len(journal)-2].Type)
	assert.Equal(t, "agreed by the board", journal[len(journal)-2].Reason)

	held, err := f.Desk.Assign(t.Context(), f.Cycle.ID(), f.Actor, f.Actor)
	require.NoError(t, err)
	f.Cycle = held
	f.Record(t, func(c *commissioning.Cycle) error {
		b := c.Brief()
		b.Value = casework.GBP(600_000_000)
		return c.ReviseBrief(b)
	})
	f.Doing(lowering(commissioning.Light), why, over).Bars(t, casework.CodeOverrideSelf)

	unpermitted := commissioningtest.At(t, commissioning.StageAssessNeed)
	unpermitted.Doing(lowering(commissioning.Light), why, over).Bars(t, casework.CodeOverrideForbidden)
}

func TestScaleStaysLoweredUntilMoreIsAsked(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Permit(casework.AllowAll))
	f.Record(t, lowering(commissioning.Light), casework.Reason("a renewal"), casework.Overriding("scale.lowered", "agreed"))
	worth := func(pence int64) command {
		return func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Value = casework.GBP(pence)
			return c.ReviseBrief(b)
		}
	}
	f.Record(t, worth(400_000_000))
	assert.Equal(t, commissioning.Light, f.Cycle.Scale(), "standard was asked for before")
	f.Record(t, worth(600_000_000))
	assert.Equal(t, commissioning.Major, f.Cycle.Scale(), "major was not")
	_, is := f.Cycle.Lowered()
	assert.False(t, is)

	f.Record(t, lowering(commissioning.Standard), casework.Reason("a renewal"), casework.Overriding("scale.lowered", "agreed"))
	f.Record(t, lowering(commissioning.Light), casework.Reason("a renewal"), casework.Overriding("scale.lowered", "agreed"))
	lowered, _ := f.Cycle.Lowered()
	assert.Equal(t, commissioning.Major, lowered.Asked, "what is asked for does not fall with the scale")
	f.Record(t, worth(700_000_000))
	assert.Equal(t, commissioning.Light, f.Cycle.Scale())
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestScaleIsOnlyLoweredToALowerOne(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	for _, to := range []commissioning.Scale{0, commissioning.Standard, commissioning.Major, 9} {
		_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, lowering(to), casework.Reason("why"))
		assert.Equal(t, []string{"scale scale.not_lower"}, faults(t, err), "to %s", to)
	}
}

func TestWholeLifeValueIsTheHighestFigureWithWhatBelongsToIt(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, briefed(func(b *commissioning.Brief) { b.Value = casework.Money{} }))
	value, err := f.Cycle.WholeLifeValue()
	require.NoError(t, err)
	assert.False(t, value.IsRecorded())

	steps := []struct {
		do   command
		want int64
	}{
		{planning(commissioning.Service{Estimate: casework.GBP(500)}), 500},
		{arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.Value = casework.GBP(400) }), 500},
		{arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.Value = casework.GBP(200) }), 600},
		{func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Value, b.Related = casework.GBP(700), []commissioning.RelatedValue{{Value: casework.GBP(11)}}
			return c.ReviseBrief(b)
		}, 711},
	}
	for _, step := range steps {
		f.Record(t, step.do)
		value, err = f.Cycle.WholeLifeValue()
		require.NoError(t, err)
		assert.Equal(t, casework.GBP(step.want), value)
	}

	for _, spoil := range []command{
		planning(commissioning.Service{Estimate: euros(t, "1.00")}),
		arranging(func(_ *commissioning.Cycle, a *commissioning.Arrangement) { a.Value = euros(t, "1.00") }),
		func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Value = euros(t, "1.00")
			return c.ReviseBrief(b)
		},
	} {
		f.Doing(func(c *commissioning.Cycle) error {
			if err := spoil(c); err != nil {
				return err
			}
			_, err := c.WholeLifeValue()
			assert.ErrorIs(t, err, casework.ErrInvalid)
			assert.Equal(t, commissioning.Major, c.Scale())
			return nil
		}).Allows(t)
	}
}

func TestScaleIsWrittenByItsName(t *testing.T) {
	t.Parallel()
	for _, s := range scales() {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var read commissioning.Scale
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, s, read)
	}
	var s commissioning.Scale
	for _, text := range []string{"", "huge", "Light"} {
		assert.Equal(t, []string{"scale scale.unknown"}, faults(t, s.UnmarshalText([]byte(text))))
	}
	assert.Equal(t, "scale(9)", commissioning.Scale(9).String())
}
