package procurementtest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

func states(d casework.Definition) []casework.State {
	var all []casework.State
	for _, row := range d.States {
		all = append(all, row.State)
	}
	return all
}

// verified shows that a case is the fold of its journal, and that it came to its
// state without excuses.
func verified[T procurementtest.Subject](t *testing.T, f *procurementtest.Fixture[T]) {
	t.Helper()
	for _, e := range f.Journal(t) {
		assert.NotEqual(t, "case.explained", e.Type, "a case comes to its state without excuses")
		assert.NotEqual(t, "case.overridden", e.Type, "a case comes to its state without excuses")
	}
	require.NoError(t, f.Desks.Purchases.Verify(t.Context(), f.Purchase.ID()))
	require.NoError(t, f.Cycles.Verify(t.Context(), f.Purchase.Requisition().Cycle))
	if f.Contract != nil {
		require.NoError(t, f.Desks.Contracts.Verify(t.Context(), f.Contract.ID()))
	}
}

func scales() []commissioning.Scale {
	return []commissioning.Scale{commissioning.Light, commissioning.Standard, commissioning.Major}
}

func TestFixtureStandsAtEveryStateOfAPurchase(t *testing.T) {
	t.Parallel()
	for _, state := range states(procurement.Purchasing()) {
		for _, scale := range scales() {
			t.Run(fmt.Sprintf("a purchase of %s scale at %s", scale, state), func(t *testing.T) {
				t.Parallel()
				f := procurementtest.At(t, state, procurementtest.Scale(scale))
				assert.Equal(t, state, f.Purchase.State())
				assert.Equal(t, scale, f.Purchase.Scale())
				verified(t, f)
			})
		}
	}
}

func TestFixtureStandsAtEveryStateOfAContract(t *testing.T) {
	t.Parallel()
	for _, state := range states(procurement.Contracting()) {
		for _, scale := range scales() {
			t.Run(fmt.Sprintf("a contract of %s scale that is %s", scale, state), func(t *testing.T) {
				t.Parallel()
				f := procurementtest.ContractAt(t, state, procurementtest.Scale(scale))
				assert.Equal(t, state, f.Contract.State())
				assert.Equal(t, scale, f.Contract.Scale())
				verified(t, f)
			})
		}
	}
}

func TestFixtureTakesEveryRouteButACallOff(t *testing.T) {
	t.Parallel()
	for route, kind := range map[procurement.Route]procurement.OriginKind{
		procurement.Quotations: procurement.FromAward, procurement.OpenProcedure: procurement.FromAward,
		procurement.FlexibleCompetition: procurement.FromAward, procurement.DirectAward: procurement.FromDirectAward,
	} {
		t.Run(string(route), func(t *testing.T) {
			t.Parallel()
			f := procurementtest.ContractAt(t, procurement.ContractClosed, procurementtest.Route(route))
			assert.Equal(t, kind, f.Contract.Origin().Kind)
			assert.Equal(t, procurement.PurchaseClosed, f.Purchase.State())
			_, tendered := f.Purchase.Tender()
			assert.Equal(t, route != procurement.DirectAward, tendered)
			verified(t, f)
		})
	}
}

func TestFixtureIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	first := procurementtest.ContractAt(t, procurement.ContractClosed)
	second := procurementtest.ContractAt(t, procurement.ContractClosed)
	assert.Equal(t, first.Contract.ID(), second.Contract.ID())
	assert.Equal(t, first.Journal(t), second.Journal(t))

	bought := procurementtest.At(t, procurement.AwardDecided)
	bought.Allows(t, procurement.Unaward)
	assert.Equal(t, bought.Journal(t), procurementtest.At(t, procurement.AwardDecided).Journal(t), "what is tried leaves no trace")
}

func TestFixtureIsPreparedAllTheWay(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.RequisitionDrafted)
	for _, m := range []casework.Move{
		procurement.SubmitRequisition, procurement.ApproveRequisition, procurement.ChooseRoute, procurement.Invite, procurement.Receive,
		procurement.OpenBids, procurement.Evaluate, procurement.Recommend, procurement.DecideAward,
	} {
		f.Prepare(t).Prepare(t).Take(t, m)
	}
	assert.Equal(t, procurement.AwardDecided, f.Purchase.State())
	assert.Len(t, f.Purchase.Bids(), 2, "what is there is not prepared twice")
	require.NotNil(t, f.Contract, "the award opened it")

	again := f.Take(t, procurement.Unaward).Prepare(t).Take(t, procurement.DecideAward)
	assert.Len(t, again.Purchase.Instruments(), 2)
	assert.Equal(t, again.Purchase.Instruments()[1].Case, again.Contract.ID(), "the contract is that of the latest award")

	c := procurementtest.ContractAt(t, procurement.ContractDrafted)
	c.Prepare(t).Prepare(t).Take(t, procurement.AgreeContract)
	c.Prepare(t).Prepare(t).Take(t, procurement.SignContract)
	c.Clock.Set(c.Contract.Terms().Period.From.In(time.UTC))
	c.Take(t, procurement.CommenceContract)
	c.Prepare(t).Prepare(t).Take(t, procurement.CompleteContract)
	c.Prepare(t).Prepare(t).Take(t, procurement.CloseContract)
	assert.Equal(t, procurement.ContractClosed, c.Contract.State())
	verified(t, c)
}

func TestFixtureTakesTheOtherMovesWithWhatTheyNeed(t *testing.T) {
	t.Parallel()
	for move, from := range map[casework.Move]procurement.State{
		procurement.ReturnRequisition: procurement.RequisitionSubmitted, procurement.RejectRequisition: procurement.RequisitionSubmitted,
		procurement.Reopen: procurement.Evaluated, procurement.Unaward: procurement.AwardDecided, procurement.EndPurchase: procurement.RouteChosen,
	} {
		t.Run(string(move), func(t *testing.T) {
			t.Parallel()
			f := procurementtest.At(t, from).Take(t, move)
			to, _ := f.Purchase.Table().Next(from, move)
			assert.Equal(t, to, f.Purchase.State())
		})
	}
	for move, from := range map[casework.Move]procurement.State{
		procurement.UnlockContract: procurement.ContractAgreed, procurement.TerminateNow: procurement.ContractInForce,
	} {
		t.Run(string(move), func(t *testing.T) {
			t.Parallel()
			f := procurementtest.ContractAt(t, from).Take(t, move)
			to, _ := f.Contract.Table().Next(from, move)
			assert.Equal(t, to, f.Contract.State())
		})
	}
	t.Run("a day that brings the end about", func(t *testing.T) {
		t.Parallel()
		f := procurementtest.ContractAt(t, procurement.ContractInForce)
		f.Clock.Set(f.Contract.Terms().Period.To.AddDays(1).In(time.UTC))
		assert.Equal(t, procurement.ContractOver, f.Take(t, procurement.ExpireContract).Contract.State())
	})
	t.Run("the last contract of an award is not cancelled by itself", func(t *testing.T) {
		t.Parallel()
		procurementtest.ContractAt(t, procurement.ContractAgreed).Bars(t, procurement.CancelContract, "contract.last_of_award")
	})
}

func TestFixtureActsAsWhoeversTurnItIs(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.Recommended).Prepare(t)
	f.Allows(t, procurement.DecideAward)
	f.Actor = f.Requester
	f.Refuses(t, procurement.DecideAward, "duty.requester_decides")
}

func TestFixtureOptions(t *testing.T) {
	t.Parallel()
	t.Run("an estimate", func(t *testing.T) {
		t.Parallel()
		f := procurementtest.At(t, procurement.AwardDecided, procurementtest.Estimate(casework.GBP(80_000_01)))
		assert.Equal(t, casework.GBP(80_000_01), f.Purchase.Requisition().Estimate)
		assert.Equal(t, casework.GBP(72_000_00), f.Purchase.Awards()[0].Value)
	})
	t.Run("several buyers have a contract each", func(t *testing.T) {
		t.Parallel()
		camden := casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
		islington := casework.Agency{ID: "islington", Name: "Islington", Sector: casework.Statutory}
		f := procurementtest.At(t, procurement.PurchaseClosed,
			procurementtest.Buyers(procurement.Buyer{Agency: camden, Share: 2}, procurement.Buyer{Agency: islington, Share: 1}))
		require.Len(t, f.Purchase.Instruments(), 2)
		assert.Equal(t, casework.GBP(180_000_00), f.Contract.Terms().Value, "two thirds of 90 percent of GBP 300,000")
		verified(t, f)
	})
	t.Run("a requisition, a tender and terms that are edited", func(t *testing.T) {
		t.Parallel()
		f := procurementtest.ContractAt(t, procurement.ContractSigned,
			procurementtest.Requisition(func(r *procurement.Requisition) { r.Title, r.Period = "Meals", casework.Period{} }),
			procurementtest.Tender(func(d *procurement.Tender) {
				north, south := d.Lots[0], d.Lots[0]
				south.ID = "2"
				north.Estimate, south.Estimate = casework.GBP(100_000_00), casework.GBP(200_000_00)
				d.Lots = []procurement.Lot{north, south}
			}),
			procurementtest.Terms(func(c *procurement.Terms) { c.Notice = 3 }))
		assert.Equal(t, "Meals", f.Purchase.Requisition().Title)
		assert.Len(t, f.Purchase.Awards(), 2, "one a lot")
		assert.Equal(t, 3, f.Contract.Terms().Notice)
		verified(t, f)
	})
	t.Run("the cycle's own", func(t *testing.T) {
		t.Parallel()
		hackney := casework.Agency{ID: "hackney", Name: "Hackney", Sector: casework.Statutory}
		f := procurementtest.At(t, procurement.RequisitionDrafted,
			procurementtest.Cycle(commissioningtest.Brief(func(b *commissioning.Brief) { b.Lead = hackney })))
		assert.Equal(t, hackney, f.Purchase.Requisition().Lead)
		assert.Equal(t, hackney, f.Decider.Agency)
	})
	t.Run("weights", func(t *testing.T) {
		t.Parallel()
		heavier := procurementtest.Weights(map[string]commissioning.Weight{"debrief.missing": commissioning.SameWeight(casework.Refuse)})
		f := procurementtest.At(t, procurement.Recommended, heavier)
		f.Refuses(t, procurement.DecideAward, "debrief.missing")
		f.Prepare(t).Silent(t, procurement.DecideAward, "debrief.missing")
	})
	t.Run("permissions are not asked for on the way", func(t *testing.T) {
		t.Parallel()
		nothing := func(context.Context, casework.PermitQuery) (casework.Decisions, error) { return nil, nil }
		f := procurementtest.At(t, procurement.Recommended, procurementtest.Permit(nothing)).Prepare(t)
		f.Bars(t, procurement.DecideAward, casework.CodePermissionDenied)
	})
	t.Run("a state of the host's own", func(t *testing.T) {
		t.Parallel()
		var o procurement.Options
		o.Purchases.Definitions = []casework.Definition{gated()}
		f := procurementtest.At(t, "gateway", procurementtest.Under(o))
		assert.Equal(t, procurement.State("gateway"), f.Prepare(t).Purchase.State())
		f.Take(t, "pass_gateway")
		assert.Equal(t, procurement.Recommended, f.Purchase.State())
		assert.Equal(t, procurement.PurchaseClosed, procurementtest.At(t, procurement.PurchaseClosed, procurementtest.Under(o)).Purchase.State())
	})
	t.Run("a policy of contracts is heard when an award is tried", func(t *testing.T) {
		t.Parallel()
		never := casework.Policy[*procurement.Contract]{
			Code: "contract.never", Doc: "No contract is drafted.", Source: "a test", Moves: []casework.Move{procurement.DraftingContract}, Effect: casework.Refuse,
			Check: func(casework.Attempt[*procurement.Contract]) []casework.Objection {
				return []casework.Objection{{Message: "never"}}
			},
		}
		f := procurementtest.At(t, procurement.Recommended, procurementtest.ContractPolicies(never)).Prepare(t)
		f.Refuses(t, procurement.DecideAward, "contract.never")
	})
}

// gated is purchasing with a gateway before the recommendation.
func gated() casework.Definition {
	return procurement.Purchasing().Insert(
		casework.StateRow{State: "gateway", Doc: "The board looks at the evaluation."},
		procurement.Recommend,
		casework.MoveRow{Move: "pass_gateway", Doc: "The board agrees."},
	).As(procurement.PurchaseName, 2)
}

func TestFixtureFailsWithTheFault(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		try  func(testing.TB)
		want string
	}{
		{"policies that are faulty", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Policies(casework.Policy[*procurement.Purchase]{}))
		}, "policy.unnamed"},
		{"weights of no policy", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Weights(map[string]commissioning.Weight{"no.such": commissioning.SameWeight(casework.Bar)}))
		}, "no.such"},
		{"options that are faulty by themselves", func(t testing.TB) {
			procurementtest.ContractAt(t, procurement.ContractDrafted, procurementtest.Under(procurement.Options{
				Contracts: procurement.KindOptions[*procurement.Contract]{Definitions: []casework.Definition{{}}},
			}))
		}, "contracts.definitions[0]"},
		{"a cycle that is faulty", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Cycle(commissioningtest.Brief(func(b *commissioning.Brief) { b.Title = "" })))
		}, "brief.title_missing"},
		{"a requisition that is faulty", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Requisition(func(r *procurement.Requisition) { r.Title = "" }))
		}, "requisition.title_missing"},
		{"a tender that is faulty", func(t testing.TB) {
			procurementtest.At(t, procurement.Invited, procurementtest.Tender(func(d *procurement.Tender) { d.Lots = nil }))
		}, "lots.missing"},
		{"terms that are faulty", func(t testing.TB) {
			procurementtest.ContractAt(t, procurement.ContractAgreed, procurementtest.Terms(func(c *procurement.Terms) { c.Notice = -1 }))
		}, "notice.months"},
		{"terms that a policy objects to", func(t testing.TB) {
			procurementtest.ContractAt(t, procurement.ContractSigned, procurementtest.Terms(func(c *procurement.Terms) { c.Value = casework.GBP(900_000_00) }))
		}, "terms.mismatch"},
		{"a buyer that is faulty", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Buyers(procurement.Buyer{}))
		}, "agency.missing"},
		{"a scale that the estimate raises", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted, procurementtest.Scale(commissioning.Light),
				procurementtest.Requisition(func(r *procurement.Requisition) { r.Estimate = casework.GBP(6_000_000_00) }))
		}, "of scale major, not light"},
		{"a route there is not", func(t testing.TB) {
			procurementtest.At(t, procurement.RouteChosen, procurementtest.Route("by lot"))
		}, "route.unknown"},
		{"a call-off", func(t testing.TB) {
			procurementtest.At(t, procurement.RouteChosen, procurementtest.Route(procurement.CallOff))
		}, "route.framework_missing"},
		{"an invitation where nothing is competed for", func(t testing.TB) {
			procurementtest.At(t, procurement.Invited, procurementtest.Route(procurement.DirectAward))
		}, "no way there"},
		{"a state there is not", func(t testing.TB) { procurementtest.At(t, "nowhere") }, "no such state"},
		{"a state there is not of a contract", func(t testing.TB) { procurementtest.ContractAt(t, "nowhere") }, "no such state"},
		{"a move that is refused", func(t testing.TB) {
			procurementtest.At(t, procurement.Recommended).Take(t, procurement.DecideAward)
		}, "award.notice_missing"},
		{"a move there is not", func(t testing.TB) {
			procurementtest.At(t, procurement.RequisitionDrafted).Take(t, procurement.Invite)
		}, casework.CodeMoveNotAllowed},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := record(t, tc.try)
			require.True(t, r.fatal, "the test goes on")
			assert.Contains(t, r.said(), tc.want)
		})
	}
}

func TestAssertionsFailWithAllThatIsSaid(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.Recommended)
	ready := procurementtest.At(t, procurement.Recommended).Prepare(t)
	faulty := func(p *procurement.Purchase) error { return p.MendRationale("") }
	cases := []struct {
		name string
		try  func(testing.TB)
		want string
	}{
		{"refuses what goes through", func(t testing.TB) { ready.Refuses(t, procurement.DecideAward) }, "decide_award is not refused"},
		{"refuses for another code", func(t testing.TB) { f.Refuses(t, procurement.DecideAward, "x.y") }, "yet not stopped by x.y; what is said:\n\taward.unapproved"},
		{"allows what is refused", func(t testing.TB) { f.Allows(t, procurement.DecideAward) }, "award.unapproved (refuse)"},
		{"bars what may be overridden", func(t testing.TB) { f.Bars(t, procurement.DecideAward, "award.unapproved") }, "not barred by award.unapproved"},
		{"advises where it is refused", func(t testing.TB) { f.Advises(t, procurement.DecideAward) }, "does not go through"},
		{"advises what nobody says", func(t testing.TB) { ready.Advises(t, procurement.DecideAward, "x.y") }, "without advice of x.y; nothing is said against it"},
		{"is silent where it is not", func(t testing.TB) { f.Silent(t, procurement.DecideAward, "debrief.missing") }, "not to hear of debrief.missing"},
		{"is silent since it is faulty", func(t testing.TB) { f.Doing(faulty).Silent(t, "x.y") }, "requisition.rationale_missing"},
		{"explains where more stops it", func(t testing.TB) { f.Explains(t, procurement.DecideAward, "interest.approver") }, "stopped by more than interest.approver"},
		{"explains what goes through", func(t testing.TB) { ready.Explains(t, procurement.DecideAward, "x.y") }, "is not refused"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			r := record(t, tc.try)
			assert.False(t, r.fatal, "the test goes on")
			assert.Contains(t, r.said(), tc.want)
		})
	}
}

func TestAssertionsHold(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.Recommended)
	f.Refuses(t, procurement.DecideAward, "award.unapproved", "award.notice_missing", "interest.approver")
	f.Taking(procurement.DecideAward).Silent(t, "award.not_winner")
	before := len(f.Journal(t))
	f.Prepare(t).Allows(t, procurement.DecideAward)
	f.Refuses(t, procurement.EndPurchase, "ending.report_missing")
	procurementtest.At(t, procurement.RouteChosen).Allows(t, procurement.EndPurchase)
	assert.Greater(t, len(f.Journal(t)), before, "what is prepared is written")
	assert.Equal(t, procurement.Recommended, f.Purchase.State(), "what is tried is not")

	c := procurementtest.ContractAt(t, procurement.ContractAgreed, procurementtest.Terms(func(c *procurement.Terms) { c.Value = casework.GBP(1) }))
	c.Prepare(t).Explains(t, procurement.SignContract, "terms.less")
	assert.Equal(t, procurement.ContractAgreed, c.Contract.State())

	light := procurementtest.At(t, procurement.Recommended, procurementtest.Scale(commissioning.Light))
	light.Advises(t, procurement.DecideAward, "award.notice_missing", "award.unapproved")
}

// recorder is a test that notes its failures.
type recorder struct {
	testing.TB
	failures []string
	fatal    bool
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.fatal = true
	runtime.Goexit()
}

func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func (r *recorder) said() string { return strings.Join(r.failures, "\n") }

// record runs a test that may end itself.
func record(t *testing.T, try func(testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		try(r)
	}()
	<-done
	return r
}
