package casework_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func TestWhatEachEffectDoes(t *testing.T) {
	for name, test := range map[string]struct {
		effect  casework.Effect
		say     []casework.CallOption
		passes  bool
		listed  bool
		entries []string // beyond the two of opening
	}{
		"Off is not looked at":                        {effect: casework.Off, passes: true, entries: []string{"case.moved"}},
		"Advise is listed and stops nothing":          {effect: casework.Advise, passes: true, listed: true, entries: []string{"case.moved"}},
		"Explain stops while nothing is said":         {effect: casework.Explain, listed: true},
		"Explain passes with an explanation":          {effect: casework.Explain, say: []casework.CallOption{casework.Explaining("rule", "so")}, passes: true, listed: true, entries: []string{"case.explained", "case.moved"}},
		"Explain does not take silence for an answer": {effect: casework.Explain, say: []casework.CallOption{casework.Explaining("rule", " ")}, listed: true},
		"Explain is not overridden":                   {effect: casework.Explain, say: []casework.CallOption{casework.Overriding("rule", "so")}, listed: true},
		"Refuse stops":                                {effect: casework.Refuse, listed: true},
		"Refuse is not explained away":                {effect: casework.Refuse, say: []casework.CallOption{casework.Explaining("rule", "so")}, listed: true},
		"Refuse passes with an override":              {effect: casework.Refuse, say: []casework.CallOption{casework.Overriding("rule", "so")}, passes: true, listed: true, entries: []string{"case.overridden", "case.moved"}},
		"Refuse is not overridden without a word":     {effect: casework.Refuse, say: []casework.CallOption{casework.Overriding("rule", "\n")}, listed: true},
		"Bar stops whatever is said":                  {effect: casework.Bar, say: []casework.CallOption{casework.Overriding("rule", "so"), casework.Explaining("rule", "so")}, listed: true},
		"no effect at all is Refuse":                  {listed: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t, only(policy("rule", test.effect, nil, LookInto)))
			f.o.Permit = casework.AllowAll
			c := f.received()

			options, err := f.desk().Options(t.Context(), c.ID(), ana)
			require.NoError(t, err)
			assert.Equal(t, test.listed, len(options[0].Objections) > 0)

			moved, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto, test.say...)
			if !test.passes {
				r := refusal(t, err)
				assert.Equal(t, []string{"rule"}, codes(r.Objections))
				assert.Equal(t, options[0].Objections, r.Objections)
				assert.Equal(t, LookInto, r.Move)
				assert.Equal(t, Received, r.State)
				f.untouched(c)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, Looking, moved.State())
			assert.Equal(t, test.entries, f.types(c.ID())[2:])
			f.verified(c.ID())
		})
	}
}

func TestAnAnswerIsAnEntryThatSaysWhatWasAnswered(t *testing.T) {
	twice := func(casework.Attempt[*Complaint]) []casework.Objection {
		return []casework.Objection{{Message: "first", Subject: "A"}, {Message: "second", Subject: "B"}}
	}
	f := newOffice(t, only(
		policy("odd", casework.Explain, twice, LookInto),
		policy("late", casework.Refuse, nil, LookInto),
		policy("mild", casework.Advise, nil, LookInto)))
	f.o.Permit = casework.AllowAll
	c := f.received()
	moved, err := f.desk().Move(t.Context(), c.ID(), bea, LookInto,
		casework.Reason("it is time"), casework.Explaining("odd", "a street fair"), casework.Overriding("late", "the mayor asked"),
		casework.Explaining("other", "not asked for"))
	require.NoError(t, err)
	assert.Equal(t, []string{"mild"}, codes(moved.Advice()))

	entries := f.journal(c.ID())[2:]
	require.Len(t, entries, 3)
	explained, overridden, move := entries[0], entries[1], entries[2]
	assert.Equal(t, "case.explained", explained.Type)
	assert.Equal(t, "a street fair", explained.Reason)
	assert.JSONEq(t, `{"move":"look_into","code":"odd","objections":[{"message":"first","subject":"A"},{"message":"second","subject":"B"}]}`, string(explained.Data))
	assert.Equal(t, "case.overridden", overridden.Type)
	assert.Equal(t, "the mayor asked", overridden.Reason)
	assert.Equal(t, "bea", overridden.Actor.ID)
	assert.JSONEq(t, `{"move":"look_into","code":"late","objections":[{"message":"it may not be"}]}`, string(overridden.Data))
	assert.Equal(t, "it is time", move.Reason)
	assert.Empty(t, explained.Move, "only the move moves")
}

func TestAllObjectionsAreReturnedTogether(t *testing.T) {
	f := newOffice(t, only(
		policy("b", casework.Bar, nil, Withdraw), policy("a", casework.Advise, nil, casework.AnyMove), policy("c", casework.Refuse, nil, Withdraw)))
	f.o.Permit = func(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		return casework.Decisions{casework.ActOpen: {Allow: true}}, nil
	}
	c := f.received()
	_, err := f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Overriding("c", "please"))
	r := refusal(t, err)
	assert.Equal(t, []string{casework.CodeReasonMissing, casework.CodePermissionDenied, "b", "a", "c", casework.CodeOverrideForbidden}, codes(r.Objections))
	assert.Equal(t, "test", r.Objections[2].Source)
	assert.Equal(t, "permissions of the host", r.Objections[1].Source)
	assert.True(t, r.Has("b"))
	assert.False(t, r.Has("d"))
	assert.Contains(t, r.Error(), "withdraw refused in state Received: withdraw needs a reason (reason.missing, explain), remedy: say why, with casework.Reason; ")
	f.untouched(c)
}

func TestAMoveTheDefinitionDoesNotHaveHereIsBarredWithWhatIsPossible(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	for _, m := range []casework.Move{SendBack, "nonsense", casework.Recording, casework.AnyMove, ""} {
		_, err := f.desk().Move(t.Context(), c.ID(), ana, m)
		r := refusal(t, err)
		require.Len(t, r.Objections, 1)
		assert.Equal(t, casework.CodeMoveNotAllowed, r.Objections[0].Code)
		assert.Equal(t, casework.Bar, r.Objections[0].Effect)
		assert.Equal(t, "possible here: look_into, withdraw", r.Objections[0].Remedy)
	}
	f.untouched(c)
	over, err := f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Reason("it is settled"))
	require.NoError(t, err)
	assert.True(t, over.Final())
	_, err = f.desk().Move(t.Context(), c.ID(), ana, LookInto)
	assert.Equal(t, "the case is over", refusal(t, err).Objections[0].Remedy)
}

func TestAMissingReasonIsAnsweredByAReasonAlone(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Explaining(casework.CodeReasonMissing, "why not"))
	assert.Equal(t, []string{casework.CodeReasonMissing}, codes(refusal(t, err).Objections))
	f.untouched(c)
	_, err = f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Reason("it is settled"))
	require.NoError(t, err)
	assert.Equal(t, "it is settled", f.journal(c.ID())[2].Reason)
}

func TestAMoveWithArgumentsIsNotTakenByItsName(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	_, err := f.desk().Move(t.Context(), c.ID(), ana, Answer)
	r := refusal(t, err)
	assert.Equal(t, casework.CodeArgumentsMissing, r.Objections[0].Code)
	assert.Equal(t, "use the command AnswerWith", r.Objections[0].Remedy)
	f.untouched(c)
}

func TestPoliciesSeeTheAttempt(t *testing.T) {
	var seen []casework.Attempt[*Complaint]
	watch := func(a casework.Attempt[*Complaint]) []casework.Objection {
		seen = append(seen, a)
		return nil
	}
	f := newOffice(t, only(policy("watch", casework.Refuse, watch, Answer)))
	c := f.looking()
	_, err := f.desk().Update(t.Context(), c.ID(), ana.For(bea), func(c *Complaint) error { return c.AnswerWith("All is well.") },
		casework.Reason("asked twice"), casework.Effective(noon.AddDate(-1, 0, 0)))
	require.NoError(t, err)
	require.Len(t, seen, 1)
	a := seen[0]
	assert.Equal(t, c.ID(), a.Case.ID())
	assert.Equal(t, []any{Answer, Looking, Answered}, []any{a.Move, a.From, a.To})
	assert.Equal(t, ana.For(bea), a.Actor)
	assert.Equal(t, noon, a.At, "the time of the call, not the time it claims")
	assert.Equal(t, "asked twice", a.Reason)
	assert.Equal(t, answeredData{Answer: "All is well."}, a.Args)
}

func TestOverridingNeedsAPermitThatSaysSo(t *testing.T) {
	for name, test := range map[string]struct {
		permit casework.Permit
		want   []string
	}{
		"without a Permit nobody overrides": {nil, []string{"rule", casework.CodeOverrideForbidden}},
		"a Permit that allows all but the override": {func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
			all, err := casework.AllowAll(ctx, q)
			delete(all, casework.ActOverride("rule"))
			return all, err
		}, []string{"rule", casework.CodeOverrideForbidden}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t, only(policy("rule", casework.Refuse, func(casework.Attempt[*Complaint]) []casework.Objection {
				return []casework.Objection{{Message: "one"}, {Message: "two"}}
			}, LookInto)))
			c := f.received()
			f.o.Permit = test.permit
			_, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.Overriding("rule", "please"))
			assert.Equal(t, []string{"rule", "rule", casework.CodeOverrideForbidden}, codes(refusal(t, err).Objections), "said once")
			f.untouched(c)
		})
	}
}

func TestTheHolderOfACaseDoesNotOverrideOnIt(t *testing.T) {
	f := newOffice(t, only(policy("rule", casework.Refuse, nil, LookInto)))
	f.o.Permit = casework.AllowAll
	c := f.received()
	_, err := f.desk().Assign(t.Context(), c.ID(), bea, ana)
	require.NoError(t, err)
	for name, by := range map[string]casework.Actor{"the holder": ana, "for the holder": bea.For(ana), "the holder for another": ana.For(bea)} {
		_, err := f.desk().Move(t.Context(), c.ID(), by, LookInto, casework.Overriding("rule", "please"))
		assert.Equal(t, []string{"rule", casework.CodeOverrideSelf}, codes(refusal(t, err).Objections), name)
	}
	_, err = f.desk().Move(t.Context(), c.ID(), bea, LookInto, casework.Overriding("rule", "it cannot wait"))
	require.NoError(t, err)
	f.verified(c.ID())
}

func TestAPolicyThatMisbehavesRefuses(t *testing.T) {
	for name, check := range map[string]func(casework.Attempt[*Complaint]) []casework.Objection{
		"it panics":              func(casework.Attempt[*Complaint]) []casework.Objection { panic("no") },
		"it panics with nothing": func(casework.Attempt[*Complaint]) []casework.Objection { panic(nil) },
		"it records":             func(a casework.Attempt[*Complaint]) []casework.Objection { _ = a.Case.Find("mine"); return nil },
		"it moves":               func(a casework.Attempt[*Complaint]) []casework.Objection { _ = a.Case.Move(LookInto); return nil },
		"it assigns":             func(a casework.Attempt[*Complaint]) []casework.Objection { _ = a.Case.Assign(bea); return nil },
		"it releases":            func(a casework.Attempt[*Complaint]) []casework.Objection { _ = a.Case.Release(); return nil },
		"it ticks":               func(a casework.Attempt[*Complaint]) []casework.Objection { _ = a.Case.Tick(); return nil },
		"it adds a reference": func(a casework.Attempt[*Complaint]) []casework.Objection {
			_ = a.Case.AddReference(casework.ExternalRef{})
			return nil
		},
		"a command of its own goes wrong": func(a casework.Attempt[*Complaint]) []casework.Objection {
			_ = a.Case.Fail(casework.Invalid("mine"))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t, only(policy("wild", casework.Advise, check, LookInto), policy("tame", casework.Advise, nil, LookInto)))
			f.o.Permit = casework.AllowAll
			c := f.received()
			options, err := f.desk().Options(t.Context(), c.ID(), ana)
			require.NoError(t, err, "listing goes on")
			_, err = f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.Overriding(casework.CodePolicyFailed, "please"))
			r := refusal(t, err)
			assert.Equal(t, []string{casework.CodePolicyFailed, "tame"}, codes(r.Objections))
			assert.Equal(t, casework.Bar, r.Objections[0].Effect)
			assert.Equal(t, "wild", r.Objections[0].Subject)
			assert.Equal(t, options[0].Objections, r.Objections)
			f.untouched(c)
		})
	}
}

func TestAPolicyThatIsOffIsNotEvenAsked(t *testing.T) {
	f := newOffice(t, only(policy("wild", casework.Off, func(casework.Attempt[*Complaint]) []casework.Objection { panic("no") }, LookInto)))
	c := f.received()
	_, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto)
	assert.NoError(t, err)
}

func TestAKindWeighsItsPolicies(t *testing.T) {
	weigh := func(effect casework.Effect) func(*casework.KindSpec[*Complaint]) {
		return func(spec *casework.KindSpec[*Complaint]) {
			spec.Weigh = func(c *Complaint, code string) casework.Effect {
				if code == "rule" && c.Subject() == "" {
					return effect
				}
				return 0
			}
		}
	}
	for effect, passes := range map[casework.Effect]bool{casework.Off: true, casework.Advise: true, casework.Explain: false, casework.Bar: false, 0: false} {
		f := newOffice(t, only(policy("rule", casework.Refuse, nil, LookInto)), weigh(effect))
		_, err := f.desk().Move(t.Context(), f.received().ID(), ana, LookInto)
		assert.Equal(t, passes, err == nil, effect)
		if !passes {
			want := effect
			if effect == 0 {
				want = casework.Refuse
			}
			assert.Equal(t, want, refusal(t, err).Objections[0].Effect)
		}
	}
	t.Run("a weight that cannot be found refuses", func(t *testing.T) {
		f := newOffice(t, only(policy("rule", casework.Advise, nil, LookInto)), func(spec *casework.KindSpec[*Complaint]) {
			spec.Weigh = func(*Complaint, string) casework.Effect { panic("no scale") }
		})
		_, err := f.desk().Move(t.Context(), f.received().ID(), ana, LookInto)
		assert.Equal(t, []string{casework.CodePolicyFailed}, codes(refusal(t, err).Objections))
	})
}

func TestPoliciesWatchRecording(t *testing.T) {
	f := newOffice(t, only(policy("quiet", casework.Explain, nil, casework.Recording)))
	c := f.received() // whoever opens may fill in
	desk := f.desk()
	twice := func(c *Complaint) error {
		if err := c.Find("one"); err != nil {
			return err
		}
		return c.AddReference(casework.ExternalRef{Scheme: "letters", Value: "L-1"})
	}
	_, err := desk.Update(t.Context(), c.ID(), ana, twice)
	r := refusal(t, err)
	assert.Equal(t, []string{"quiet"}, codes(r.Objections))
	assert.Equal(t, casework.Move("finding.made"), r.Move)
	f.untouched(c)

	_, err = desk.Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		return c.AddReference(casework.ExternalRef{Scheme: "letters", Value: "L-1"})
	})
	assert.Equal(t, []string{"quiet"}, codes(refusal(t, err).Objections), "references are recorded too")

	_, err = desk.Update(t.Context(), c.ID(), ana, twice, casework.Explaining("quiet", "it is allowed today"))
	require.NoError(t, err)
	assert.Equal(t, []string{"case.explained", "finding.made", "case.referenced"}, f.types(c.ID())[2:], "explained once a call")

	_, err = desk.Move(t.Context(), c.ID(), ana, LookInto)
	require.NoError(t, err, "a move is no recording")
	f.verified(c.ID())
}

func TestRecordingIsJudgedAnewAfterAMove(t *testing.T) {
	closed := func(a casework.Attempt[*Complaint]) []casework.Objection {
		if !a.Case.Final() {
			return nil
		}
		return []casework.Objection{{Message: "the case is over"}}
	}
	f := newOffice(t, only(policy("over", casework.Refuse, closed, casework.Recording)))
	c := f.received()
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		require.NoError(t, c.Find("before"))
		require.NoError(t, c.Move(Withdraw))
		return c.Find("afterwards")
	}, casework.Reason("it is settled"))
	assert.Equal(t, []string{"over"}, codes(refusal(t, err).Objections))
	f.untouched(c)
}

func TestPoliciesWatchAnEventByItsName(t *testing.T) {
	long := func(a casework.Attempt[*Complaint]) []casework.Objection {
		if finding, is := a.Args.(Finding); is && len(finding.Text) < 5 {
			return []casework.Objection{{Message: "say more", Subject: finding.ID}}
		}
		return nil
	}
	f := newOffice(t, only(policy("short", casework.Explain, long, "finding.made"), policy("idle", casework.Advise, nil, casework.Recording)))
	c := f.received()
	find := func(texts ...string) func(c *Complaint) error {
		return func(c *Complaint) error {
			for _, text := range texts {
				if err := c.Find(text); err != nil {
					return err
				}
			}
			return nil
		}
	}
	_, err := f.desk().Update(t.Context(), c.ID(), ana, find("long enough", "no"))
	r := refusal(t, err)
	assert.Equal(t, []string{"idle", "short"}, codes(r.Objections))
	assert.Equal(t, "F2", r.Objections[1].Subject)
	f.untouched(c)

	found, err := f.desk().Update(t.Context(), c.ID(), ana, find("no", "long enough", "yes"), casework.Explaining("short", "there is no more"))
	require.NoError(t, err)
	assert.Equal(t, []string{"case.explained", "finding.made", "finding.made", "case.explained", "finding.made"}, f.types(c.ID())[2:], "each short one is explained")
	assert.Equal(t, []string{"idle"}, codes(found.Advice()), "advised once a call")

	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, find("no"))
	assert.Equal(t, []string{"short"}, codes(refusal(t, err).Objections), "even while the case is opened")
}

func TestHolderOnlyKeepsOthersOut(t *testing.T) {
	f := newOffice(t, only(casework.HolderOnly[*Complaint]()))
	c := f.received()
	desk := f.desk()
	_, err := desk.Move(t.Context(), c.ID(), bea, LookInto)
	require.NoError(t, err, "nobody holds it yet")
	_, err = desk.Assign(t.Context(), c.ID(), bea, ana)
	require.NoError(t, err)

	for name, by := range map[string]casework.Actor{"another": bea, "another for a third": bea.For(casework.Person("cem", camden)), "a program of the same name": casework.System("ana", camden)} {
		_, err = desk.Move(t.Context(), c.ID(), by, SendBack)
		r := refusal(t, err)
		assert.Equal(t, []string{"holder.other"}, codes(r.Objections), name)
		assert.Equal(t, "the case is assigned to ana", r.Objections[0].Message)
		_, err = desk.Update(t.Context(), c.ID(), by, func(c *Complaint) error { return c.Find("mine") })
		assert.Equal(t, []string{"holder.other"}, codes(refusal(t, err).Objections), name)
	}
	for name, by := range map[string]casework.Actor{"the holder": ana, "for the holder": bea.For(ana), "the holder for another": ana.For(bea)} {
		_, err = desk.Update(t.Context(), c.ID(), by, func(c *Complaint) error { return c.Find("a finding") })
		assert.NoError(t, err, name)
	}
	_, err = desk.Assign(t.Context(), c.ID(), bea, bea)
	require.NoError(t, err, "assigning is not recording: the host's Permit says who may")
	_, err = desk.Move(t.Context(), c.ID(), bea, SendBack)
	require.NoError(t, err)
	f.verified(c.ID())
}

func TestEditsOfAPolicyListThatMissAreAllNamed(t *testing.T) {
	list := []casework.Policy[*Complaint]{policy("a", casework.Refuse, nil, Answer), policy("b", casework.Refuse, nil, Answer), policy("c", casework.Refuse, nil, Answer)}
	edited, err := casework.EditPolicies(list, casework.PolicyEdits[*Complaint]{
		Replace: []casework.Policy[*Complaint]{policy("b", casework.Advise, nil, Answer)},
		Drop:    []string{"a"},
		Add:     []casework.Policy[*Complaint]{policy("d", casework.Bar, nil, Answer)},
	})
	require.NoError(t, err)
	var got []string
	for _, p := range edited {
		got = append(got, p.Code+" "+p.Effect.String())
	}
	assert.Equal(t, []string{"b advise", "c refuse", "d bar"}, got)
	assert.Equal(t, "a", list[0].Code, "the list given is as it was")
	assert.Equal(t, casework.Refuse, list[1].Effect)

	_, err = casework.EditPolicies(list, casework.PolicyEdits[*Complaint]{
		Replace: []casework.Policy[*Complaint]{policy("x", casework.Refuse, nil, Answer)},
		Drop:    []string{"y", "a", "a"},
		Add:     []casework.Policy[*Complaint]{policy("b", casework.Refuse, nil, Answer), policy("z", casework.Refuse, nil, Answer), policy("z", casework.Refuse, nil, Answer)},
	})
	assert.Equal(t, []string{
		"replace[0] policy.unknown", "drop[0] policy.unknown", "drop[2] policy.unknown", "add[0] policy.duplicate", "add[2] policy.duplicate",
	}, faults(t, err))
}

func TestEffectsAreWrittenByName(t *testing.T) {
	text, err := json.Marshal([]casework.Effect{0, casework.Off, casework.Advise, casework.Explain, casework.Refuse, casework.Bar})
	require.NoError(t, err)
	assert.JSONEq(t, `["","off","advise","explain","refuse","bar"]`, string(text))
	var read []casework.Effect
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, []casework.Effect{0, casework.Off, casework.Advise, casework.Explain, casework.Refuse, casework.Bar}, read)
	var e casework.Effect
	assertInvalid(t, e.UnmarshalText([]byte("Refuse")), "effect.unknown")
	assert.Equal(t, "effect(9)", casework.Effect(9).String())
}
