package commissioning_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// always is a policy of a host that objects to whatever it watches.
func always(code string, watched ...casework.Move) commissioning.Policy {
	return commissioning.Policy{
		Code: code, Doc: "A rule of these tests.", Source: "house rule", Moves: watched,
		Check: func(commissioning.Attempt) []casework.Objection {
			return []casework.Objection{{Message: "it may not be", Remedy: "leave it"}}
		},
	}
}

func TestHostAddsPolicies(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(
		always("house.moves", commissioning.IdentifyResources), always("house.events", commissioning.IdentifyingNeed)))
	f.Prepare(t).Refuses(t, commissioning.IdentifyResources, "house.moves")
	f.Doing(anotherNeed).Refuses(t, "house.events")
	f.Doing(planning(commissioning.Service{})).Allows(t)
}

func TestHostReplacesAndDropsPolicies(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Under(commissioning.Options{
		Policies: casework.PolicyEdits[*commissioning.Cycle]{
			Replace: []commissioning.Policy{always("need.none", commissioning.Abandon)},
			Drop:    []string{"engagement.no_voluntary_sector"},
		},
	}))
	f.Allows(t, commissioning.IdentifyResources)
	f.Taking(commissioning.Abandon, casework.Reason("why")).Refuses(t, "need.none")
}

func TestHostWeighsByCellAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	o := commissioning.Options{
		Weights: map[string]commissioning.Weight{
			"need.none":        {Light: casework.Advise},
			"feedback.none":    {Light: casework.Bar, Standard: casework.Bar, Major: casework.Off},
			"house.rule":       {Major: casework.Bar},
			"need.declined":    {Light: casework.Explain},
			"need.unserved":    {Standard: casework.Advise},
			"review.undecided": {Light: casework.Off, Standard: casework.Off, Major: casework.Off},
		},
		IndividualWeights: map[string]commissioning.Weight{"need.none": {Standard: casework.Explain}, "need.unserved": {Light: casework.Refuse}},
	}
	o.Policies.Add = []commissioning.Policy{always("house.rule", commissioning.Reassess)}
	under := commissioningtest.Under(o)
	at := func(build builder, stage commissioning.Stage, scale commissioning.Scale) *commissioningtest.Fixture {
		return build(t, stage, under, commissioningtest.Scale(scale))
	}
	effect := func(f *commissioningtest.Fixture, code string, m casework.Move) casework.Effect {
		t.Helper()
		found := about(code, said(t, f, moving(m)))
		if len(found) == 0 {
			return casework.Off
		}
		return found[0].Effect
	}
	const first, onward = commissioning.StageAssessNeed, commissioning.IdentifyResources
	assert.Equal(t, casework.Advise, effect(at(commissioningtest.At, first, commissioning.Light), "need.none", onward), "the host's cell")
	assert.Equal(t, casework.Refuse, effect(at(commissioningtest.At, first, commissioning.Major), "need.none", onward), "the default's cell")
	assert.Equal(t, casework.Explain, effect(at(commissioningtest.Individual, first, commissioning.Standard), "need.none", onward), "the host's cell for one person")
	assert.Equal(t, casework.Advise, effect(at(commissioningtest.Individual, first, commissioning.Light), "need.none", onward), "the host's cell for all")
	assert.Equal(t, casework.Bar, effect(at(commissioningtest.Individual, commissioning.StagePlanUse, commissioning.Standard), "need.unserved", commissioning.ArrangeDelivery), "the default's cell for one person")
	assert.Equal(t, casework.Refuse, effect(at(commissioningtest.Individual, commissioning.StagePlanUse, commissioning.Light), "need.unserved", commissioning.ArrangeDelivery))

	review := at(commissioningtest.At, commissioning.StageMonitorReview, commissioning.Major)
	assert.Equal(t, casework.Off, effect(review, "feedback.none", commissioning.Reassess))
	assert.Equal(t, casework.Bar, effect(review, "house.rule", commissioning.Reassess))
	light := at(commissioningtest.At, commissioning.StageMonitorReview, commissioning.Light)
	assert.Equal(t, casework.Bar, effect(light, "feedback.none", commissioning.Reassess))
	assert.Equal(t, casework.Refuse, effect(light, "house.rule", commissioning.Reassess), "the policy's own")
	assert.Equal(t, casework.Off, effect(light, "review.undecided", commissioning.Reassess))
}

func TestOptionsAreKeptAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	o := commissioning.Options{
		Bands:   []commissioning.Band{{Standard: casework.GBP(100), Major: casework.GBP(200)}},
		Weights: map[string]commissioning.Weight{"need.none": {Light: casework.Bar}},
	}
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Under(o), briefed(func(b *commissioning.Brief) { b.Value = casework.GBP(1) }))
	o.Bands[0].Standard = casework.GBP(1)
	o.Weights["need.none"] = commissioning.Weight{Light: casework.Advise}
	f.Bars(t, commissioning.IdentifyResources, "need.none")
	again, err := f.Desk.Open(t.Context(), f.Actor, f.Cycle.Brief())
	require.NoError(t, err)
	assert.Equal(t, commissioning.Light, again.Scale())
}

func TestFaultyOptionsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := commissioning.NewKind(&commissioning.Options{
		Bands: []commissioning.Band{
			{Standard: casework.GBP(2), Major: casework.GBP(1)},
			{Standard: casework.GBP(1), Major: euros(t, "2.00")},
		},
		Definitions: []casework.Definition{{Name: "Empty", Version: 1, Doc: "Nothing."}},
		Policies: casework.PolicyEdits[*commissioning.Cycle]{
			Add: []commissioning.Policy{always("need.none")}, Replace: []commissioning.Policy{always("need.some")}, Drop: []string{"need.more"},
		},
		Weights:           map[string]commissioning.Weight{"need.other": {}, "need.none": {Light: casework.Bar + 1}},
		IndividualWeights: map[string]commissioning.Weight{"need.another": {}},
	})
	assert.Equal(t, []string{
		"bands[0] band.limits", "bands[1] band.limits", "definitions[0].initial state.unknown",
		"policies.replace[0] policy.unknown", "policies.drop[0] policy.unknown", "policies.add[0] policy.duplicate",
		"weights.need.none effect.unknown", "weights.need.other policy.unknown", "individual_weights.need.another policy.unknown",
	}, faults(t, err))

	_, err = commissioning.NewKind(&commissioning.Options{
		Definitions: []casework.Definition{commissioning.Strategic()},
		Policies:    casework.PolicyEdits[*commissioning.Cycle]{Add: []commissioning.Policy{always("house.rule", "unheard")}},
	})
	last := fmt.Sprintf("policies[%d].moves[0] policy.unknown_move", len(commissioning.Policies()))
	assert.Equal(t, []string{"tables[2] definition.duplicate", last}, faults(t, err))
}

func TestInsertedGatewayIsPassedOnTheWay(t *testing.T) {
	t.Parallel()
	const pass casework.Move = "pass_gateway"
	gated := commissioning.Strategic().Insert(
		casework.StateRow{State: "Gateway", Title: "Gateway", Doc: "The board looks at the plan."},
		commissioning.ArrangeDelivery,
		casework.MoveRow{Move: pass, Title: "pass the gateway", Doc: "The board agrees."},
	).AddMove(
		casework.MoveRow{Move: commissioning.Abandon, Doc: "Give the cycle up.", From: []commissioning.Stage{"Gateway"}, To: commissioning.Abandoned, NeedsReason: true},
	).As("Gated", 1)
	f := commissioningtest.At(t, commissioning.StageMonitorReview,
		commissioningtest.Under(commissioning.Options{
			Definitions: []casework.Definition{gated},
			Policies:    casework.PolicyEdits[*commissioning.Cycle]{Add: []commissioning.Policy{always("board.silent", pass)}},
		}),
		briefed(func(b *commissioning.Brief) { b.Definition = "Gated" }))
	assert.Equal(t, "Gated", f.Cycle.Definition().Name)
	var stages []commissioning.Stage
	for _, v := range f.Cycle.Visits() {
		stages = append(stages, v.Stage)
	}
	assert.Equal(t, []commissioning.Stage{
		commissioning.StageAssessNeed, commissioning.StageIdentifyResources, commissioning.StagePlanUse, "Gateway",
		commissioning.StageArrangeDelivery, commissioning.StageMonitorReview,
	}, stages)
	f.Prepare(t).Take(t, commissioning.Reassess)
	for _, m := range []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery} {
		f.Prepare(t).Take(t, m)
	}
	assert.Equal(t, commissioning.Stage("Gateway"), f.Cycle.Stage())
	f.Refuses(t, pass, "board.silent")
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))

	plain := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Under(commissioning.Options{Definitions: []casework.Definition{gated}}))
	assert.Equal(t, commissioning.StrategicName, plain.Cycle.Definition().Name, "a definition is asked for by name")
}

func TestStandardDefinitionsCompileAndDiffer(t *testing.T) {
	t.Parallel()
	strategic, err := commissioning.Strategic().Compile()
	require.NoError(t, err)
	individual, err := commissioning.Individual().Compile()
	require.NoError(t, err)
	assert.NotEqual(t, strategic.Pin(), individual.Pin())
	assert.Equal(t, strategic.States(), individual.States())
	_, err = commissioning.Delivery().Compile()
	require.NoError(t, err)
}

func TestWeightsAreReadFromJSON(t *testing.T) {
	t.Parallel()
	var table map[string]commissioning.Weight
	require.NoError(t, json.Unmarshal([]byte(`{"need.none":{"light":"advise","major":"bar"}}`), &table))
	assert.Equal(t, map[string]commissioning.Weight{"need.none": {Light: casework.Advise, Major: casework.Bar}}, table)
	text, err := json.Marshal(table)
	require.NoError(t, err)
	assert.JSONEq(t, `{"need.none":{"light":"advise","major":"bar"}}`, string(text))
}
