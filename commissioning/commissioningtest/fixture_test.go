package commissioningtest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// everywhere is where a standard cycle can be.
func everywhere() []commissioning.Stage {
	return append(commissioning.Stages(), commissioning.Closed, commissioning.Abandoned, commissioning.Superseded)
}

func TestFixtureStandsAtEveryStageAtEveryScale(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(testing.TB, commissioning.Stage, ...commissioningtest.Option) *commissioningtest.Fixture{
		"strategic": commissioningtest.At, "individual": commissioningtest.Individual,
	} {
		for _, stage := range everywhere() {
			for _, scale := range []commissioning.Scale{commissioning.Light, commissioning.Standard, commissioning.Major} {
				t.Run(fmt.Sprintf("a %s cycle of %s scale at %s", name, scale, stage), func(t *testing.T) {
					t.Parallel()
					f := build(t, stage, commissioningtest.Scale(scale))
					assert.Equal(t, stage, f.Cycle.Stage())
					assert.Equal(t, scale, f.Cycle.Scale())
					assert.Equal(t, name == "individual", f.Cycle.IsIndividual())
					require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
					for _, e := range f.Journal(t) {
						assert.NotEqual(t, "case.explained", e.Type, "a cycle comes to its stage without excuses")
						assert.NotEqual(t, "case.overridden", e.Type, "a cycle comes to its stage without excuses")
					}
				})
			}
		}
	}
}

func TestFixtureIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	first := commissioningtest.At(t, commissioning.StageMonitorReview)
	second := commissioningtest.At(t, commissioning.StageMonitorReview)
	assert.Equal(t, first.Cycle.ID(), second.Cycle.ID())
	assert.Equal(t, first.Journal(t), second.Journal(t))
}

func TestFixtureGoesRoundAgain(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	f.Prepare(t).Take(t, commissioning.Reassess)
	for _, m := range []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview, commissioning.Reassess} {
		f.Clock.Advance(24 * time.Hour)
		f.Prepare(t).Prepare(t).Take(t, m)
	}
	assert.Equal(t, 3, f.Cycle.Round())
	assert.Len(t, f.Cycle.Services(), 1, "what is there is not prepared twice")
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}

func TestFixtureIndividualServesAStrategicCycle(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.StageAssessNeed)
	strategic, err := f.Desk.Load(t.Context(), f.Cycle.Brief().Serves)
	require.NoError(t, err)
	assert.False(t, strategic.IsIndividual())
}

func TestFixtureIsSupersededByACycleInTheSameStore(t *testing.T) {
	t.Parallel()
	f := commissioningtest.Individual(t, commissioning.Superseded)
	id, has := f.Cycle.Successor()
	require.True(t, has)
	successor, err := f.Desk.Load(t.Context(), id)
	require.NoError(t, err)
	predecessor, has := successor.Predecessor()
	assert.True(t, has)
	assert.Equal(t, f.Cycle.ID(), predecessor)
}

func TestFixtureComesToAStageOfTheHostsOwn(t *testing.T) {
	t.Parallel()
	gateway := commissioning.Strategic().Insert(
		casework.StateRow{State: "Gateway", Doc: "The board looks at the plan."},
		commissioning.ArrangeDelivery,
		casework.MoveRow{Move: "pass", Doc: "The board agrees."},
	).As("Gated", 1)
	f := commissioningtest.At(t, "Gateway",
		commissioningtest.Under(commissioning.Options{Definitions: []casework.Definition{gateway}}),
		commissioningtest.Brief(func(b *commissioning.Brief) { b.Definition = "Gated" }))
	f.Allows(t, "pass")
	assert.Equal(t, commissioning.Stage("Gateway"), f.Prepare(t).Cycle.Stage(), "nothing is prepared for a move of the host's own")
}

func TestFixtureRecordsMoreOnceItIsThere(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.With(func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: "Company"})
		return err
	}))
	require.Len(t, f.Cycle.Needs(), 2)
	f.Prepare(t).Allows(t, commissioning.ArrangeDelivery)
}

func TestFixtureAsksNoPermissionOnTheWay(t *testing.T) {
	t.Parallel()
	nothing := func(casework.PermitQuery) casework.Decisions { return nil }
	f := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Permit(permitOf(nothing)))
	f.Prepare(t).Bars(t, commissioning.ArrangeDelivery, casework.CodePermissionDenied)
}

func TestFixtureClockStandsStillUntilItIsMoved(t *testing.T) {
	t.Parallel()
	var c commissioningtest.Clock
	assert.Equal(t, commissioningtest.Start(), c.Now())
	c.Advance(-time.Hour)
	assert.Equal(t, commissioningtest.Start().Add(-time.Hour), c.Now())
	at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	c.Set(at)
	c.Advance(time.Minute)
	assert.Equal(t, at.Add(time.Minute), c.Now())

	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	f.Clock.Set(at)
	f.Prepare(t)
	journal := f.Journal(t)
	assert.Equal(t, commissioningtest.Start(), journal[0].Recorded)
	assert.Equal(t, at, journal[len(journal)-1].Recorded)
	assert.Equal(t, "2026-01-01", f.Today().String())
}

func TestFixtureFailsWithTheFault(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		try  func(testing.TB)
		want string
	}{
		{"options that are faulty", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(commissioning.Policy{}))
		}, "policy.unnamed"},
		{"options that are faulty by themselves", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Under(commissioning.Options{Bands: []commissioning.Band{{}}}))
		}, "band.limits"},
		{"a brief that is faulty", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Brief(func(b *commissioning.Brief) { b.Title = "" }))
		}, "brief.title_missing"},
		{"an individual brief that is faulty", func(t testing.TB) {
			commissioningtest.Individual(t, commissioning.StageAssessNeed, commissioningtest.Brief(func(b *commissioning.Brief) { b.Lead.ID = "" }))
		}, "agency.missing"},
		{"a scale that the risks raise", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Scale(commissioning.Light), commissioningtest.Brief(func(b *commissioning.Brief) { b.Risks = []commissioning.Risk{commissioning.RiskNovelty} }))
		}, "of scale standard, not light"},
		{"a scale there is not", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Scale(7))
		}, "not scale(7)"},
		{"a stage there is not", func(t testing.TB) { commissioningtest.At(t, "Nowhere") }, "no such stage"},
		{"commands that fail", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.With(func(*commissioning.Cycle) error { return errors.New("the host's own") }))
		}, "the host's own"},
		{"a move that is refused", func(t testing.TB) {
			commissioningtest.At(t, commissioning.StageAssessNeed).Take(t, commissioning.IdentifyResources)
		}, "need.none"},
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

// record runs what may fail, and gives what it said.
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

// permitOf is a Permit that answers without a context.
func permitOf(answer func(casework.PermitQuery) casework.Decisions) casework.Permit {
	return func(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) { return answer(q), nil }
}

// rule is a policy that objects to moves with a subject and a remedy.
func rule(code string, effect casework.Effect, moves ...casework.Move) commissioning.Policy {
	return commissioning.Policy{
		Code: code, Doc: "A rule of these tests.", Source: "test", Moves: moves, Effect: effect,
		Check: func(commissioning.Attempt) []casework.Objection {
			return []casework.Objection{{Message: "it may not be", Remedy: "leave it", Subject: "N1"}}
		},
	}
}

func TestAssertionsHoldAndFailAsTheyShould(t *testing.T) {
	t.Parallel()
	const onward = commissioning.IdentifyResources
	under := func(effect casework.Effect) commissioningtest.Option {
		return commissioningtest.Policies(rule("house.rule", effect, onward))
	}
	type check func(testing.TB, *commissioningtest.Fixture)
	assertions := map[string]check{
		"refuses":    func(t testing.TB, f *commissioningtest.Fixture) { f.Refuses(t, onward, "house.rule") },
		"bars":       func(t testing.TB, f *commissioningtest.Fixture) { f.Bars(t, onward, "house.rule") },
		"explains":   func(t testing.TB, f *commissioningtest.Fixture) { f.Explains(t, onward, "house.rule") },
		"advises":    func(t testing.TB, f *commissioningtest.Fixture) { f.Advises(t, onward, "house.rule") },
		"allows":     func(t testing.TB, f *commissioningtest.Fixture) { f.Allows(t, onward) },
		"silent":     func(t testing.TB, f *commissioningtest.Fixture) { f.Silent(t, onward, "house.rule") },
		"refused by": func(t testing.TB, f *commissioningtest.Fixture) { f.Refuses(t, onward, "other.rule") },
		"advised by": func(t testing.TB, f *commissioningtest.Fixture) { f.Advises(t, onward, "other.rule") },
	}
	holds := map[casework.Effect][]string{
		casework.Off:     {"allows", "silent"},
		casework.Advise:  {"allows", "advises"},
		casework.Explain: {"refuses", "explains"},
		casework.Refuse:  {"refuses"},
		casework.Bar:     {"refuses", "bars"},
	}
	for effect, holding := range holds {
		for name, assertion := range assertions {
			t.Run(fmt.Sprintf("%s under %s", name, effect), func(t *testing.T) {
				t.Parallel()
				f := commissioningtest.At(t, commissioning.StageAssessNeed, under(effect)).Prepare(t)
				before := f.Cycle.Seq()
				r := record(t, func(t testing.TB) { assertion(t, f) })
				after, err := f.Desk.Load(t.Context(), f.Cycle.ID())
				require.NoError(t, err)
				assert.Equal(t, before, after.Seq(), "an assertion writes nothing")
				if slices.Contains(holding, name) {
					assert.Empty(t, r.failures)
					return
				}
				require.NotEmpty(t, r.failures, "the assertion does not fail")
				assert.False(t, r.fatal, "an assertion lets the test go on")
				if effect != casework.Off {
					assert.Contains(t, r.said(), fmt.Sprintf("house.rule (%s): it may not be; remedy: leave it", effect))
				} else {
					assert.Contains(t, r.said(), "nothing is said against it")
				}
			})
		}
	}
}

func TestAssertionsListEveryObjection(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	r := record(t, func(t testing.TB) { f.Allows(t, commissioning.IdentifyResources) })
	assert.Contains(t, r.said(), "need.none (refuse): no need is recorded that stands; remedy: identify a need")
	assert.Contains(t, r.said(), "engagement.no_voluntary_sector (explain)")
}

func TestExplainsWantsNothingElseInTheWay(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	r := record(t, func(t testing.TB) { f.Explains(t, commissioning.IdentifyResources, "engagement.no_voluntary_sector") })
	require.Len(t, r.failures, 1)
	assert.Contains(t, r.said(), "is stopped by more than engagement.no_voluntary_sector")
}

func TestExplainsFailsWhereAnExplanationIsNotEnough(t *testing.T) {
	t.Parallel()
	grudging := rule("house.rule", casework.Explain, commissioning.IdentifyResources)
	asked := 0
	second := rule("house.second", casework.Bar, commissioning.IdentifyResources)
	second.Check = func(commissioning.Attempt) []casework.Objection {
		if asked++; asked == 1 {
			return nil
		}
		return []casework.Objection{{Message: "not this either"}}
	}
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Policies(grudging, second)).Prepare(t)
	r := record(t, func(t testing.TB) { f.Explains(t, commissioning.IdentifyResources, "house.rule") })
	require.Len(t, r.failures, 1)
	assert.Contains(t, r.said(), "does not go through once explained")
	assert.Contains(t, r.said(), "house.second (bar): not this either")
}

func TestTrialsTakeReasonsAndCommands(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StagePlanUse)
	f.Refuses(t, commissioning.ReturnToAssessment, casework.CodeReasonMissing)
	f.Taking(commissioning.ReturnToAssessment, casework.Reason("the survey was wrong")).Allows(t)

	decline := f.Doing(func(c *commissioning.Cycle) error { return c.DeclineNeed("N1") }, casework.Reason("met elsewhere"))
	decline.Allows(t)
	decline.Silent(t, "need.declined")

	ignoring := f.Doing(func(c *commissioning.Cycle) error {
		_ = c.Move(commissioning.ArrangeDelivery) // refused, and not looked at
		return nil
	})
	ignoring.Refuses(t, "need.unserved")
}

func TestRefusedLooksAtAnyError(t *testing.T) {
	t.Parallel()
	refusal := &casework.Refusal{Move: "go", Objections: []casework.Objection{{Code: "a.b", Effect: casework.Refuse}, {Code: "a.c", Effect: casework.Advise}}}
	wrapped := fmt.Errorf("the host says: %w", refusal)
	commissioningtest.Refused(t, wrapped, "a.b")
	for name, err := range map[string]error{"no error": nil, "another error": casework.Invalid("try")} {
		r := record(t, func(t testing.TB) { commissioningtest.Refused(t, err) })
		assert.Len(t, r.failures, 1, name)
	}
	r := record(t, func(t testing.TB) { commissioningtest.Refused(t, wrapped, "a.c", "a.d") })
	assert.Len(t, r.failures, 2, "advice stops nothing, and a.d is not there")
}

func TestFaultyCommandsAreNoRefusal(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	faulty := f.Doing(func(c *commissioning.Cycle) error { return c.Prioritise("N9", 0) })
	r := record(t, func(t testing.TB) { faulty.Refuses(t, "need.none") })
	assert.Contains(t, r.said(), "need.unknown", "the failure says what was wrong instead")
}
