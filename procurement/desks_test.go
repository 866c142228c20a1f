package procurement_test

import (
	"context"
	"errors"
	"slices"
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

// gated is purchasing with a gateway between the evaluation and the
// recommendation.
func gated() casework.Definition {
	return procurement.Purchasing().Insert(
		casework.StateRow{State: "gateway", Title: "Gateway", Doc: "The board looks at the evaluation."},
		procurement.Recommend,
		casework.MoveRow{Move: "pass_gateway", Title: "pass", Doc: "The board agrees."},
	).As(procurement.PurchaseName, 2)
}

// vetted is contracting with a look by lawyers before terms are agreed.
func vetted() casework.Definition {
	return procurement.Contracting().Insert(
		casework.StateRow{State: "vetted", Title: "Vetted", Doc: "Lawyers look at the terms."},
		procurement.AgreeContract,
		casework.MoveRow{Move: "clear", Title: "clear", Doc: "The lawyers agree."},
	).As(procurement.ContractName, 2)
}

func TestDesksNeedACycleDesk(t *testing.T) {
	t.Parallel()
	_, err := procurement.NewDesks(nil, nil)
	assert.Equal(t, []string{"cycles desk.missing"}, invalidities(t, err))
	_, err = procurement.NewKinds(nil, nil)
	assert.Equal(t, []string{"cycles kind.missing"}, invalidities(t, err))
}

func TestDesksOfTenantsSeeNothingOfEachOther(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.RequisitionApproved)
	elsewhere := f.Store.Tenant("elsewhere")
	desks := f.Desks.In(elsewhere)

	_, err := desks.Purchases.Load(t.Context(), f.Purchase.ID())
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = desks.Purchases.Open(t.Context(), f.Requester, f.Purchase.Requisition())
	require.ErrorIs(t, err, casework.ErrNotFound, "nor the cycle")

	cycle, err := f.Cycles.In(elsewhere).Open(t.Context(), f.Requester, commissioning.Brief{Title: "Meals", Lead: f.Requester.Agency})
	require.NoError(t, err)
	_, err = f.Cycles.In(elsewhere).Update(t.Context(), cycle.ID(), f.Requester, func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "Warm meals"}); err != nil {
			return err
		}
		_, err := c.PlanService(commissioning.Service{Title: "Meals", Specification: "Daily.", Needs: []commissioning.NeedID{"N1"}, Channel: commissioning.Procurement})
		return err
	})
	require.NoError(t, err)
	p, err := desks.Purchases.Open(t.Context(), f.Requester, procurement.Requisition{
		Title: "Meals", Cycle: cycle.ID(), Service: "S1", Estimate: casework.GBP(1_000_00),
	})
	require.NoError(t, err)
	_, err = f.Desks.Purchases.Load(t.Context(), p.ID())
	require.ErrorIs(t, err, casework.ErrNotFound)
	assert.Equal(t, f.Desks.Kinds(), desks.Kinds(), "the kinds are the same")
}

func TestDesksRunUnitsOverSeveralCases(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.AwardDecided)
	_, err := f.Desks.Do(t.Context(), f.Decider, func(u *casework.Unit) error {
		p, err := casework.Load(u, f.Desks.Kinds().Purchases, f.Purchase.ID())
		if err != nil {
			return err
		}
		if err := p.MendRationale("People still want to stay at home."); err != nil {
			return err
		}
		c, err := casework.Load(u, f.Desks.Kinds().Contracts, f.Contract.ID())
		if err != nil {
			return err
		}
		return c.NameSignatories("carers-co-op", []procurement.Signatory{{Person: ""}}) // faulty
	})
	assert.Equal(t, []string{"signatories[0].person signatory.missing"}, invalidities(t, err))
	p, err := f.Desks.Purchases.Load(t.Context(), f.Purchase.ID())
	require.NoError(t, err)
	assert.Equal(t, f.Purchase.Seq(), p.Seq(), "all of it or nothing")
}

func TestOptionsNameEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	cycles, err := commissioning.NewDesk(commissioningtest.At(t, commissioning.StageAssessNeed).Store, nil)
	require.NoError(t, err)
	o := &procurement.Options{Weights: map[string]commissioning.Weight{
		"no.such_policy": commissioning.SameWeight(casework.Bar), "award.not_winner": {Light: 99},
	}}
	broken := procurement.Purchasing().As(procurement.PurchaseName, 0)
	trap := procurement.Contracting().As(procurement.ContractName, 2)
	trap.Moves = trap.Moves[:1]
	o.Purchases.Definitions = []casework.Definition{gated(), broken}
	o.Contracts.Definitions = []casework.Definition{trap}
	o.Purchases.Policies.Drop = []string{"gone.long_ago"}
	o.Contracts.Policies.Replace = []casework.Policy[*procurement.Contract]{{Code: "not.there"}}
	o.Frameworks.Policies.Add = []casework.Policy[*procurement.FrameworkAgreement]{procurement.FrameworkPolicies()[0]}
	o.Grants.Policies.Add = []casework.Policy[*procurement.GrantAgreement]{{Code: "grant.vague", Doc: "It is vague."}}
	o.InHouse.Policies.Add = []casework.Policy[*procurement.InHouseAgreement]{{
		Code: "in_house.blind", Doc: "It watches nothing there is.", Moves: []casework.Move{"fly"},
		Check: func(casework.Attempt[*procurement.InHouseAgreement]) []casework.Objection { return nil },
	}}
	desks, err := procurement.NewDesks(cycles, o)
	assert.Nil(t, desks)
	faults := invalidities(t, err)
	for _, want := range []string{
		"purchases.definitions[1].version definition.unversioned",
		"purchases.policies.drop[0] policy.unknown",
		"contracts.policies.replace[0] policy.unknown",
		"frameworks.policies.add[0] policy.duplicate",
		"weights.award.not_winner effect.unknown",
		"weights.no.such_policy policy.unknown",
	} {
		assert.Contains(t, faults, want)
	}
	for path, about := range map[string]string{
		"contracts.definitions[0]": "a contract that cannot come to its end", "grants.policies[": "a policy that checks nothing",
		"in_house.policies[": "a policy that watches a move there is not",
	} {
		assert.True(t, slices.ContainsFunc(faults, func(f string) bool { return len(f) > len(path) && f[:len(path)] == path }), "%s: %v", about, faults)
	}
}

func TestAHostsOwnStatesWorkFromEndToEnd(t *testing.T) {
	t.Parallel()
	var o procurement.Options
	o.Purchases.Definitions = []casework.Definition{gated()}
	o.Contracts.Definitions = []casework.Definition{vetted()}
	f := procurementtest.At(t, procurement.PurchaseClosed, procurementtest.Under(o))

	var purchased, contracted []casework.State
	for _, v := range f.Purchase.Visits() {
		purchased = append(purchased, v.State)
	}
	for _, v := range f.Contract.Visits() {
		contracted = append(contracted, v.State)
	}
	assert.Equal(t, []casework.State{
		procurement.RequisitionSubmitted, procurement.RequisitionApproved, procurement.RouteChosen, procurement.Invited, procurement.Received,
		procurement.Opened, procurement.Evaluated, "gateway", procurement.Recommended, procurement.AwardDecided, procurement.PurchaseClosed,
	}, purchased)
	assert.Equal(t, []casework.State{"vetted", procurement.ContractAgreed, procurement.ContractSigned, procurement.ContractInForce}, contracted)
	assert.Equal(t, 2, f.Purchase.Definition().Version)
	assert.Equal(t, 2, f.Contract.Definition().Version)
	require.NoError(t, f.Desks.Purchases.Verify(t.Context(), f.Purchase.ID()))
	require.NoError(t, f.Desks.Contracts.Verify(t.Context(), f.Contract.ID()))

	held := procurementtest.At(t, "gateway", procurementtest.Under(o))
	held.Refuses(t, procurement.DecideAward, casework.CodeMoveNotAllowed)
	options, err := held.Desks.Purchases.Options(t.Context(), held.Purchase.ID(), held.Requester)
	require.NoError(t, err)
	require.Len(t, options, 1, "the board passes it, and nothing else")
	assert.Equal(t, casework.Move("pass_gateway"), options[0].Move)
	assert.True(t, options[0].Allowed())
}

func TestAContractInAStateOfTheHostsOwnBindsNobodyYet(t *testing.T) {
	t.Parallel()
	var o procurement.Options
	o.Contracts.Definitions = []casework.Definition{vetted().AddMove(casework.MoveRow{
		Move: procurement.CancelWithAward, Doc: "The award was cancelled.", From: []casework.State{"vetted"}, To: procurement.ContractCancelled,
	})}
	f := procurementtest.ContractAt(t, "vetted", procurementtest.Under(o))
	assert.Equal(t, procurement.AwardDecided, f.Purchase.State(), "a purchase is closed when its contract is in force")
	in := f.Purchase.Instruments()[0]
	assert.Equal(t, casework.State("vetted"), in.State)
	assert.False(t, in.Binds)
	assert.False(t, in.Ran)

	p, err := f.Desks.Purchases.Update(t.Context(), f.Purchase.ID(), f.Decider, func(p *procurement.Purchase) error {
		_, err := p.CancelAward("W1")
		return err
	}, casework.Reason("the supplier withdrew"))
	require.NoError(t, err)
	assert.Equal(t, procurement.Recommended, p.State())
	c, err := f.Desks.Contracts.Load(t.Context(), in.Case)
	require.NoError(t, err)
	assert.Equal(t, procurement.ContractCancelled, c.State())
}

func TestADefinitionByAnotherNameIsForCasesPinnedToIt(t *testing.T) {
	t.Parallel()
	var o procurement.Options
	o.Purchases.Definitions = []casework.Definition{gated().As("OurPurchase", 1)}
	o.Contracts.Definitions = []casework.Definition{vetted().As("OurContract", 1)}
	o.Grants.Definitions = []casework.Definition{procurement.Granting().As("OurGrant", 1)}
	o.InHouse.Definitions = []casework.Definition{procurement.AgreeingInHouse().As("OurAgreement", 1)}
	f := procurementtest.At(t, procurement.AwardDecided, procurementtest.Under(o))
	assert.Equal(t, procurement.PurchaseName, f.Purchase.Definition().Name)
	assert.Equal(t, procurement.ContractName, f.Contract.Definition().Name)

	unit := casework.Agency{ID: "reablement", Name: "Reablement", Sector: casework.Statutory}
	year := casework.Period{From: f.Today(), To: f.Today().AddMonths(12)}
	g, err := f.Desks.Grants.Open(t.Context(), f.Requester, procurement.Grant{
		Title: "Befriending", Purpose: "visits", Funder: f.Requester.Agency, Recipient: unit, Why: "it is near",
		Amount: casework.GBP(1_000_00), Period: year,
	})
	require.NoError(t, err)
	assert.Equal(t, procurement.GrantName, g.Definition().Name)
	h, err := f.Desks.InHouse.Open(t.Context(), f.Requester, procurement.InHouse{
		Title: "Reablement", Commissioner: f.Requester.Agency, Provider: unit, Control: "a unit of the council", Why: "it is near",
		Cost: casework.GBP(1_000_00), Basis: procurement.Block, Period: year,
	})
	require.NoError(t, err)
	assert.Equal(t, procurement.InHouseName, h.Definition().Name)
}

func TestAPurchaseIsOpenedOnceByAKey(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.RequisitionRejected) // which leaves the service to another purchase
	r := procurement.Requisition{
		Title: "Home care", Cycle: f.Purchase.Requisition().Cycle, Service: f.Purchase.Requisition().Service, Estimate: casework.GBP(1_000_00),
	}
	first, err := f.Desks.Purchases.Open(t.Context(), f.Requester, r, casework.Key("form-7"))
	require.NoError(t, err)
	again, err := f.Desks.Purchases.Open(t.Context(), f.Requester, r, casework.Key("form-7"))
	require.NoError(t, err)
	assert.Equal(t, first.ID(), again.ID())
	assert.Equal(t, first.Seq(), again.Seq())

	r.Estimate = casework.GBP(2_000_00)
	_, err = f.Desks.Purchases.Open(t.Context(), f.Requester, r, casework.Key("form-7"))
	assert.Equal(t, casework.ConflictKey, conflictOf(t, err))
}

func conflictOf(t *testing.T, err error) casework.ConflictKind {
	t.Helper()
	conflict, is := errors.AsType[*casework.ConflictError](err)
	require.True(t, is, "no conflict: %v", err)
	return conflict.Kind
}

func TestAContractIsOpenedOnceByAKey(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.RequisitionDrafted)
	draft := contractDraft()
	first, err := f.Desks.Contracts.Open(t.Context(), f.Requester, draft, casework.Key("scan-1"))
	require.NoError(t, err)
	again, err := f.Desks.Contracts.Open(t.Context(), f.Requester, draft, casework.Key("scan-1"))
	require.NoError(t, err)
	assert.Equal(t, first.ID(), again.ID())
	draft.Terms.Notice = 6
	_, err = f.Desks.Contracts.Open(t.Context(), f.Requester, draft, casework.Key("scan-1"))
	assert.Equal(t, casework.ConflictKey, conflictOf(t, err))
}

func TestAServiceIsNotBoughtTwiceAtOnce(t *testing.T) {
	t.Parallel()
	f := procurementtest.At(t, procurement.RouteChosen)
	again := procurement.Requisition{
		Title: "Home care", Cycle: f.Purchase.Requisition().Cycle, Service: f.Purchase.Requisition().Service, Estimate: casework.GBP(1_000_00),
	}
	open := func() error {
		_, err := f.Desks.Purchases.Open(t.Context(), f.Requester, again)
		return err
	}
	assert.Equal(t, casework.ConflictLive, conflictOf(t, open()))
	f.Take(t, procurement.EndPurchase)
	require.NoError(t, open(), "the first was ended")
	assert.Equal(t, casework.ConflictLive, conflictOf(t, open()))
}

func TestAPermitThatDeniesIsARefusal(t *testing.T) {
	t.Parallel()
	denied := func(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		all := casework.Decisions{}
		for _, action := range q.Actions {
			all[action] = casework.Decision{Allow: q.Kind == procurement.PurchaseKind && action != casework.ActOpen && q.Actor.ID != "ana.k"}
		}
		return all, nil
	}
	f := procurementtest.At(t, procurement.Recommended, procurementtest.Permit(denied)).Prepare(t)
	f.Actor = f.Requester
	f.Bars(t, procurement.DecideAward, casework.CodePermissionDenied)
	f.Actor = casework.Actor{}

	r := f.Purchase.Requisition()
	_, err := f.Desks.Purchases.Open(t.Context(), f.Decider, procurement.Requisition{Title: "x", Cycle: r.Cycle, Service: r.Service, Estimate: r.Estimate})
	codes, _ := objections(t, err)
	assert.Equal(t, []string{casework.CodePermissionDenied}, codes)
	_, err = f.Desks.Contracts.Open(t.Context(), f.Decider, contractDraft())
	codes, _ = objections(t, err)
	assert.Equal(t, []string{casework.CodePermissionDenied}, codes)
}

func TestWhatFollowsInOtherCasesIsPermittedTooOrNothingIsWritten(t *testing.T) {
	t.Parallel()
	contracts := false
	permit := func(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		all := casework.Decisions{}
		for _, action := range q.Actions {
			all[action] = casework.Decision{Allow: q.Kind == procurement.PurchaseKind || q.Kind == procurement.ContractKind && contracts}
		}
		return all, nil
	}
	f := procurementtest.At(t, procurement.Recommended, procurementtest.Permit(permit)).Prepare(t)
	before := len(f.Journal(t))
	_, err := f.Desks.Purchases.Update(t.Context(), f.Purchase.ID(), f.Decider, func(p *procurement.Purchase) error {
		_, err := p.DecideAward(procurement.AwardDecision{})
		return err
	})
	codes, refusal := objections(t, err)
	assert.Equal(t, []string{casework.CodePermissionDenied}, codes)
	assert.Equal(t, casework.Move(casework.ActOpen), refusal.Move, "it is the contract that may not be opened")
	assert.Len(t, f.Journal(t), before, "nothing is decided either")

	contracts = true
	f.Take(t, procurement.DecideAward)
	require.NotNil(t, f.Contract)
	assert.Equal(t, procurement.ContractDrafted, f.Contract.State())
}

func TestDefaultWeightsCoverAllPolicies(t *testing.T) {
	t.Parallel()
	var codes []string
	codes = append(codes, codesOf(procurement.PurchasePolicies())...)
	codes = append(codes, codesOf(procurement.ContractPolicies())...)
	codes = append(codes, codesOf(procurement.FrameworkPolicies())...)
	codes = append(codes, codesOf(procurement.GrantPolicies())...)
	codes = append(codes, codesOf(procurement.InHousePolicies())...)
	weights := procurement.DefaultWeights()
	for _, code := range codes {
		w, weighed := weights[code]
		require.True(t, weighed, "%s has a weight", code)
		assert.NotZero(t, w.Light, "%s at light scale", code)
		assert.NotZero(t, w.Standard, "%s at standard scale", code)
		assert.NotZero(t, w.Major, "%s at major scale", code)
		assert.LessOrEqual(t, w.Light, w.Standard, "%s asks no more of a small purchase", code)
		assert.LessOrEqual(t, w.Standard, w.Major, "%s asks no more of a small purchase", code)
	}
	for code := range weights {
		assert.Contains(t, codes, code, "a weight is that of a policy")
	}
	delete(weights, codes[0])
	assert.Contains(t, procurement.DefaultWeights(), codes[0], "the table is the caller's own")
}

func codesOf[T any](policies []casework.Policy[T]) []string {
	var codes []string
	for _, p := range policies {
		codes = append(codes, p.Code)
	}
	return codes
}

func TestAWeightOfTheHostsReplacesItsCellsAlone(t *testing.T) {
	t.Parallel()
	lighter := procurementtest.Weights(map[string]commissioning.Weight{"award.notice_missing": {Standard: casework.Advise}})
	f := procurementtest.At(t, procurement.Recommended, lighter)
	f.Refuses(t, procurement.DecideAward, "award.unapproved")
	f.Prepare(t)
	major := procurementtest.At(t, procurement.Recommended, lighter, procurementtest.Scale(commissioning.Major))
	major.Refuses(t, procurement.DecideAward, "award.notice_missing")
}

func TestDesksTickCasesOfAllKindsByTheirDays(t *testing.T) {
	t.Parallel()
	f := procurementtest.ContractAt(t, procurement.ContractSigned)
	from := f.Contract.Terms().Period.From
	f.Clock.Set(from.In(time.UTC).Add(-time.Microsecond))
	c, err := f.Desks.Contracts.Tick(t.Context(), f.Contract.ID(), f.Requester)
	require.NoError(t, err)
	assert.Equal(t, procurement.ContractSigned, c.State())
	f.Clock.Set(from.In(time.UTC))
	c, err = f.Desks.Contracts.Tick(t.Context(), f.Contract.ID(), f.Requester)
	require.NoError(t, err)
	assert.Equal(t, procurement.ContractInForce, c.State())
}
