package procurement_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// elementDays reads two dates that are known to be ones; an empty end is none.
func elementDays(t *testing.T, from, to string) casework.Period {
	t.Helper()
	p := casework.Period{}
	require.NoError(t, p.From.UnmarshalText([]byte(from)))
	require.NoError(t, p.To.UnmarshalText([]byte(to)))
	return p
}

// pricedOn prices an element the same on some days of the week.
func pricedOn(pence int64, days ...time.Weekday) []procurement.WeekdayPrice {
	var prices []procurement.WeekdayPrice
	for _, d := range days {
		prices = append(prices, procurement.WeekdayPrice{Day: d, Price: casework.GBP(pence)})
	}
	return prices
}

// nursing is the temporary stay of person 1: Monday to Saturday 103.18, Sunday
// 103.23.
func nursing(t *testing.T) procurement.Element {
	t.Helper()
	prices := pricedOn(103_18, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)
	return procurement.Element{
		ID: "E1", Title: "Temporary nursing", Period: elementDays(t, "2022-05-06", "2022-09-23"),
		Weekdays: append(prices, pricedOn(103_23, time.Sunday)...),
	}
}

func TestPackageCost(t *testing.T) {
	year := elementDays(t, "2021-12-01", "2022-11-30")
	for name, row := range map[string]struct {
		elements                      []procurement.Element
		weekly, annualised, committed int64
	}{
		"three days at 75 and a hundred a week are 325 a week, 16,900 a year": {
			[]procurement.Element{
				{ID: "E1", Weekdays: pricedOn(75_00, time.Monday, time.Tuesday, time.Thursday), Period: elementDays(t, "2022-01-03", "2022-01-16")},
				{ID: "E2", Weekly: casework.GBP(100_00), Period: elementDays(t, "2022-01-03", "2022-01-16")},
			}, 325_00, 16_900_00, 650_00,
		},
		"344.40 and 212.10 a week are 556.50, 28,938 a year": {
			[]procurement.Element{
				{ID: "E1", Weekly: casework.GBP(344_40), Period: year},
				{ID: "E2", Weekly: casework.GBP(212_10), Period: year},
			}, 556_50, 28_938_00, 17_958_00 + 11_059_50, // 365 days: 52 weeks and a seventh of one
		},
		"a stay of 141 days commits to less than half of its year": {
			[]procurement.Element{nursing(t)}, 722_31, 37_560_12, 14_549_38,
		},
		"what is paid once is no part of a week, and counts once": {
			[]procurement.Element{{ID: "E1", Once: casework.GBP(80_00), Period: elementDays(t, "2022-01-03", "")}}, 0, 80_00, 80_00,
		},
		"a weekly price is rounded once, half up": {
			[]procurement.Element{{ID: "E1", Weekly: casework.GBP(1_01), Period: elementDays(t, "2022-01-03", "2022-01-05")}}, 1_01, 52_52, 43, // 3/7 of 101 is 43.29
		},
		"half a penny is rounded up": {
			[]procurement.Element{{ID: "E1", Weekly: casework.GBP(7), Period: elementDays(t, "2022-01-03", "2022-01-03")}, {ID: "E2", Weekly: casework.GBP(4), Period: elementDays(t, "2022-01-03", "2022-01-03")}}, 11, 5_72, 1 + 1, // 4/7 of a penny
		},
		"a suspension lowers nothing": {
			[]procurement.Element{{ID: "E1", Weekly: casework.GBP(70_00), Period: elementDays(t, "2022-01-03", "2022-01-09"), Paused: []casework.Period{elementDays(t, "2022-01-04", "2022-01-08")}}}, 70_00, 3_640_00, 70_00,
		},
		"what is cancelled counts nothing": {
			[]procurement.Element{
				{ID: "E1", Weekly: casework.GBP(70_00), Period: elementDays(t, "2022-01-03", ""), Cancelled: true},
				{ID: "E2", Weekly: casework.GBP(7_00), Period: elementDays(t, "2022-01-03", "2022-01-03")},
			}, 7_00, 364_00, 1_00,
		},
		"where all is cancelled the cost is nothing, and known": {
			[]procurement.Element{{ID: "E1", Weekly: casework.GBP(70_00), Period: elementDays(t, "2022-01-03", ""), Cancelled: true}}, 0, 0, 0,
		},
		"of a week, the successor counts and not what it follows; committed are both": {
			[]procurement.Element{
				{ID: "E1", Weekly: casework.GBP(70_00), Period: elementDays(t, "2022-01-03", "2022-01-09")},
				{ID: "E2", Weekly: casework.GBP(77_00), Period: elementDays(t, "2022-01-10", "2022-01-16"), Follows: "E1"},
			}, 77_00, 4_004_00, 147_00,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cost, err := procurement.PackageCost(row.elements)
			require.NoError(t, err)
			assert.Equal(t, casework.GBP(row.weekly), cost.Weekly, "weekly")
			assert.Equal(t, casework.GBP(row.annualised), cost.Annualised, "annualised")
			assert.Equal(t, casework.GBP(row.committed), cost.Committed, "committed")
			assert.True(t, cost.Known())
			assert.Empty(t, cost.OpenEnded)
		})
	}
}

func TestPackageCost_of_an_open_ended_element_has_no_committed_figure(t *testing.T) {
	cost, err := procurement.PackageCost([]procurement.Element{
		{ID: "E1", Weekly: casework.GBP(90_90), Period: elementDays(t, "2021-12-01", "")},
		{ID: "E2", Weekly: casework.GBP(9_10), Period: elementDays(t, "2021-12-01", "2021-12-31")},
	})
	require.NoError(t, err)
	assert.False(t, cost.Known())
	assert.Equal(t, []procurement.ElementID{"E1"}, cost.OpenEnded)
	assert.Equal(t, casework.GBP(100_00), cost.Weekly)
	assert.Equal(t, casework.GBP(5_200_00), cost.Annualised)
}

func TestPackageCost_refuses_what_cannot_be_added(t *testing.T) {
	days := elementDays(t, "2022-01-03", "2022-01-09")
	euro, err := casework.MinorUnits(1_00, "EUR")
	require.NoError(t, err)
	for name, elements := range map[string][]procurement.Element{
		"two currencies":          {{ID: "E1", Weekly: casework.GBP(1_00), Period: days}, {ID: "E2", Weekly: euro, Period: days}},
		"no price":                {{ID: "E1", Period: days}},
		"no price beside another": {{ID: "E1", Weekly: casework.GBP(1_00), Period: days}, {ID: "E2", Period: days}},
		"beyond 64 bits":          {{ID: "E1", Weekly: casework.GBP(1 << 62), Period: days}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := procurement.PackageCost(elements)
			assert.ErrorIs(t, err, casework.ErrInvalid)
		})
	}
	cost, err := procurement.PackageCost(nil)
	require.NoError(t, err)
	assert.False(t, cost.Known(), "no package has no figures")
}

// The committed figure of prices by the weekday is always what walking through
// the days, one by one, adds up to.
func TestPackageCost_is_always_the_sum_of_its_days(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 52))
	for range 300 {
		from := elementDays(t, "2021-11-30", "").From.AddDays(dice.IntN(800))
		e := procurement.Element{ID: "E1", Period: casework.Period{From: from, To: from.AddDays(dice.IntN(400))}}
		prices := map[time.Weekday]int64{}
		for _, n := range dice.Perm(7)[:1+dice.IntN(7)] {
			d := time.Weekday(n)
			prices[d] = dice.Int64N(500_00)
			e.Weekdays = append(e.Weekdays, pricedOn(prices[d], d)...)
		}
		var want int64
		for day := e.Period.From; !day.After(e.Period.To); day = day.AddDays(1) {
			want += prices[day.Weekday()]
		}
		cost, err := procurement.PackageCost([]procurement.Element{e})
		require.NoError(t, err)
		require.Equal(t, casework.GBP(want), cost.Committed, "%s %v", e.Period, e.Weekdays)
	}
}

func TestElement_StateOn(t *testing.T) {
	e := procurement.Element{ID: "E1", Period: elementDays(t, "2022-01-10", "2022-01-20"), Paused: []casework.Period{elementDays(t, "2022-01-14", "2022-01-15")}}
	for day, want := range map[string]procurement.ElementState{
		"2022-01-09": procurement.ElementInactive,
		"2022-01-10": procurement.ElementActive,
		"2022-01-13": procurement.ElementActive,
		"2022-01-14": procurement.ElementSuspended,
		"2022-01-15": procurement.ElementSuspended,
		"2022-01-16": procurement.ElementActive,
		"2022-01-20": procurement.ElementActive,
		"2022-01-21": procurement.ElementEnded,
	} {
		assert.Equal(t, want, e.StateOn(elementDays(t, day, "").From), day)
	}
	e.Period.To = casework.Date{}
	assert.Equal(t, procurement.ElementActive, e.StateOn(elementDays(t, "2099-01-01", "").From), "open-ended")
	e.Cancelled = true
	assert.Equal(t, procurement.ElementCancelled, e.StateOn(elementDays(t, "2022-01-10", "").From))
}

func TestAnElementOfAPurchaseWaitsForItsApproval(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.open(t, func(r *procurement.Requisition) { r.Package = []procurement.Element{nursing(t)} })
	state := func(p *procurement.Purchase) procurement.ElementState {
		s, known := p.ElementState("E1", elementDays(t, "2022-06-01", "").From)
		require.True(t, known)
		return s
	}
	assert.Equal(t, procurement.ElementInProgress, state(p))
	limit := upTo(300_000)
	p = h.do(t, p, requester(), submitting(procurement.Committed, limit))
	assert.Equal(t, procurement.ElementAwaitingApproval, state(p))
	_, known := p.ElementState("E9", elementDays(t, "2022-06-01", "").From)
	assert.False(t, known)

	p = h.do(t, p, approver(), (*procurement.Purchase).RejectRequisition, casework.Reason("She moves to her daughter"))
	assert.Equal(t, procurement.ElementCancelled, state(p))

	p = h.open(t, func(r *procurement.Requisition) { r.Package = []procurement.Element{nursing(t)} })
	p = h.do(t, p, requester(), submitting(procurement.Committed, limit))
	p = h.do(t, p, approver(), approvingUnder(limit))
	assert.Equal(t, procurement.ElementActive, state(p), "approved, it goes by the day")
}
