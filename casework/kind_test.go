package casework_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func TestEveryFaultOfAKindIsNamed(t *testing.T) {
	table := compiled(t, complaintDefinition())
	check := func(casework.Attempt[*Complaint]) []casework.Objection { return nil }
	event := func(name string, version int, older ...int) *casework.Event[*Complaint, Finding] {
		ev := &casework.Event[*Complaint, Finding]{
			Name: name, Version: version, Apply: func(*Complaint, casework.Entry, Finding) {},
			Older: map[int]func(json.RawMessage) (Finding, error){},
		}
		for _, v := range older {
			ev.Older[v] = func(json.RawMessage) (Finding, error) { return Finding{}, nil }
		}
		return ev
	}
	var missing *casework.Event[*Complaint, Finding]
	for name, test := range map[string]struct {
		edit func(*casework.KindSpec[*Complaint])
		want []string
	}{
		"a kind needs its parts": {
			func(s *casework.KindSpec[*Complaint]) { *s = casework.KindSpec[*Complaint]{} },
			[]string{"name kind.unnamed", "shape kind.shape", "new kind.incomplete", "tables kind.no_definition"},
		},
		"definitions are there, and each once": {
			func(s *casework.KindSpec[*Complaint]) { s.Tables = []*casework.Table{table, nil, table} },
			[]string{"tables[1] definition.missing", "tables[2] definition.duplicate"},
		},
		"events are there, and each once": {
			func(s *casework.KindSpec[*Complaint]) {
				s.Events = []casework.EventType[*Complaint]{nil, missing, event("a", 1), event("a", 1)}
			},
			[]string{"events[0] event.missing", "events[1] event.missing", "events[3] event.duplicate"},
		},
		"events have a name of their own": {
			func(s *casework.KindSpec[*Complaint]) {
				s.Events = []casework.EventType[*Complaint]{event("", 1), event("case.opened", 1), event(string(Answer), 1)}
			},
			[]string{"events[0] event.name", "events[1] event.name", "events[2] event.like_move"},
		},
		"events can read their past": {
			func(s *casework.KindSpec[*Complaint]) {
				s.Events = []casework.EventType[*Complaint]{event("a", 0), event("b", 4, 2), &casework.Event[*Complaint, Finding]{Name: "c", Version: 1}}
			},
			[]string{"events[0] event.version", "events[1] event.older", "events[1] event.older", "events[2] event.empty"},
		},
		"policies are documented, check something and watch what there is": {
			func(s *casework.KindSpec[*Complaint]) {
				s.Policies = []casework.Policy[*Complaint]{
					{},
					{Code: "a", Doc: "A.", Check: check, Moves: []casework.Move{Answer, "nonsense", casework.AnyMove, casework.Recording, "finding.made"}, Effect: 9},
					{Code: "a", Doc: "A.", Check: check, Moves: []casework.Move{Answer}},
					{Code: casework.CodePolicyFailed, Doc: "A.", Check: check, Moves: []casework.Move{Answer}},
				}
			},
			[]string{
				"policies[0].code policy.unnamed", "policies[0].doc policy.undocumented", "policies[0].check policy.empty", "policies[0].moves policy.blind",
				"policies[1].effect effect.unknown", "policies[1].moves[1] policy.unknown_move", "policies[2].code policy.duplicate", "policies[3].code policy.reserved",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := complaintSpec(table)
			spec.Policies = nil
			test.edit(&spec)
			_, err := casework.NewKind(spec)
			assert.Equal(t, test.want, faults(t, err))
		})
	}
}

func TestAKindNeverChanges(t *testing.T) {
	spec := complaintSpec(compiled(t, complaintDefinition()))
	kind := kindOf(t, spec)
	spec.Policies[0].Check = nil
	spec.Tables[0], spec.Events[0] = nil, nil
	delete(spec.Arguments, Answer)
	kind.Tables()[0], kind.Policies()[0].Check = nil, nil

	f := newOffice(t)
	f.kind = kind
	c := f.looking()
	options, err := f.desk().Options(t.Context(), c.ID(), ana)
	require.NoError(t, err)
	assert.Equal(t, "AnswerWith", options[2].Arguments)
	assert.Equal(t, "complaint", kind.Name())
}

func TestACaseOpensUnderTheHighestVersionOfItsDefinition(t *testing.T) {
	one, three, two := complaintDefinition(), complaintDefinition().As("Complaint", 3), complaintDefinition().As("Complaint", 2)
	other := complaintDefinition().As("Grievance", 1)
	f := newOffice(t)
	f.kind = kindOf(t, complaintSpec(compiled(t, one), compiled(t, three), compiled(t, two)))
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	require.NoError(t, err, "all versions go by one name")
	assert.Equal(t, "Complaint v3", c.Definition().String())
	assert.Equal(t, three.Digest(), c.Definition().Digest)
	assert.Equal(t, three, c.Table().Definition())

	f.kind = kindOf(t, complaintSpec(compiled(t, one), compiled(t, other)))
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	require.ErrorIs(t, err, casework.ErrNotFound)
	c, err = f.desk().Open(t.Context(), ana, casework.Opening{Definition: "Grievance"}, nil)
	require.NoError(t, err)
	assert.Equal(t, "Grievance v1", c.Definition().String())
}

func TestACaseTellsWhatItIs(t *testing.T) {
	f := newOffice(t)
	ref := casework.ExternalRef{Scheme: "mosaic", Value: "1"}
	c, err := f.desk().Open(t.Context(), ana.For(bea), casework.Opening{Subject: "P-17", References: []casework.ExternalRef{ref}}, nil,
		casework.Effective(noon.AddDate(0, 0, -1)))
	require.NoError(t, err)
	at, by := c.Opened()
	assert.Equal(t, noon.AddDate(0, 0, -1), at)
	assert.Equal(t, ana.For(bea), by)
	assert.Equal(t, "P-17", c.Subject())
	assert.Equal(t, []casework.ExternalRef{ref}, c.References())
	assert.False(t, c.Imported())
	assert.False(t, c.Final())
	_, held := c.Holder()
	assert.False(t, held)

	found, err := f.desk().Find(t.Context(), ref)
	require.NoError(t, err)
	assert.Equal(t, c.ID(), found.ID())
	_, err = f.desk().Find(t.Context(), casework.ExternalRef{Scheme: "mosaic", Value: "2"})
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = f.desk().In(plain{f.store}).Find(t.Context(), ref)
	assert.Equal(t, []string{"store store.cannot_find"}, faults(t, err))
}

// plain hides what a store can do beyond keeping journals.
type plain struct{ casework.Store }

func TestReferencesComeAndGo(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	ref, other := casework.ExternalRef{Scheme: "letters", Value: "L-1"}, casework.ExternalRef{Scheme: "letters", Value: "L-2"}
	update := func(work func(c *Complaint) error) (*Complaint, error) {
		return f.desk().Update(t.Context(), c.ID(), ana, work)
	}
	_, err := update(func(c *Complaint) error {
		require.NoError(t, c.AddReference(ref))
		return c.AddReference(other)
	})
	require.NoError(t, err)
	_, err = update(func(c *Complaint) error { return c.AddReference(ref) })
	assert.Equal(t, []string{"reference reference.duplicate"}, faults(t, err))
	_, err = update(func(c *Complaint) error { return c.AddReference(casework.ExternalRef{}) })
	assert.Equal(t, []string{"reference.scheme reference.scheme_missing", "reference.value reference.value_missing"}, faults(t, err))
	left, err := update(func(c *Complaint) error { return c.RemoveReference(ref) })
	require.NoError(t, err)
	assert.Equal(t, []casework.ExternalRef{other}, left.References())
	_, err = update(func(c *Complaint) error { return c.RemoveReference(ref) })
	assert.Equal(t, []string{"reference reference.unknown"}, faults(t, err))
	_, err = f.desk().Find(t.Context(), ref)
	require.ErrorIs(t, err, casework.ErrNotFound)
	f.verified(c.ID())
}

func TestHoldersAreKeptWithTheirHistory(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Assign(t.Context(), c.ID(), bea, ana.For(bea), casework.Reason("she knows the street"))
	require.NoError(t, err)
	f.now = noon.Add(time.Hour)
	_, err = f.desk().Release(t.Context(), c.ID(), bea)
	require.NoError(t, err)
	_, err = f.desk().Release(t.Context(), c.ID(), bea)
	assert.Equal(t, []string{"holder holder.none"}, faults(t, err))
	_, err = f.desk().Assign(t.Context(), c.ID(), bea, casework.Actor{Kind: casework.KindPerson})
	assert.Equal(t, []string{"holder.id actor.missing"}, faults(t, err))

	c, err = f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	holder := ana.For(bea)
	want := []casework.Assignment{
		{Holder: &holder, By: bea, At: noon, Reason: "she knows the street"},
		{By: bea, At: noon.Add(time.Hour)},
	}
	assert.Equal(t, want, c.Assignments())
	c.Assignments()[0].Holder.ID = "changed"
	assert.Equal(t, want, c.Assignments(), "what is given is a copy")
	f.verified(c.ID())
}

func TestDataThatIsNoJSONFailsTheCall(t *testing.T) {
	odd := &casework.Event[*Complaint, float64]{Name: "odd", Version: 1, Apply: func(*Complaint, casework.Entry, float64) {}}
	moody := &casework.Event[*Complaint, oneWay]{Name: "one.way", Version: 1, Apply: func(*Complaint, casework.Entry, oneWay) {}}
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) { spec.Events = append(spec.Events, odd, moody) })
	c := f.received()
	for name, test := range map[string]struct {
		command func(*Complaint) error
		want    string
	}{
		"recording what cannot be written":     {func(c *Complaint) error { return odd.Record(c, math.NaN()) }, "data data.unwritable"},
		"moving with what cannot be written":   {func(c *Complaint) error { return odd.Move(c, LookInto, math.Inf(1)) }, "data data.unwritable"},
		"recording what cannot be read back":   {func(c *Complaint) error { return moody.Record(c, "a") }, "data data.unreadable"},
		"moving with what cannot be read back": {func(c *Complaint) error { return moody.Move(c, LookInto, "a") }, "data data.unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
				seq := c.Seq()
				_ = test.command(c)
				assert.Equal(t, seq, c.Seq())
				return nil
			})
			assert.Equal(t, []string{test.want}, faults(t, err))
			f.untouched(c)
		})
	}
}

// oneWay is written as something it cannot be read from.
type oneWay string

func (oneWay) MarshalJSON() ([]byte, error) { return []byte("17"), nil }

func TestTheStateSharesNothingWithTheCaller(t *testing.T) {
	type list struct {
		Names []string `json:"names"`
	}
	var kept []string
	listed := &casework.Event[*Complaint, list]{Name: "listed", Version: 1, Apply: func(_ *Complaint, _ casework.Entry, d list) { kept = d.Names }}
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) { spec.Events = append(spec.Events, listed) })
	mine := []string{"a"}
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return listed.Record(c, list{mine}) })
	require.NoError(t, err)
	mine[0] = "changed"
	assert.Equal(t, []string{"a"}, kept)

	listed.Apply = func(_ *Complaint, e casework.Entry, _ list) { e.Actor.OnBehalfOf.ID = "changed" }
	_, err = f.desk().Update(t.Context(), c.ID(), ana.For(bea), func(c *Complaint) error {
		if err := listed.Record(c, list{}); err != nil {
			return err
		}
		return c.Receive("The bins stay full.")
	})
	require.NoError(t, err)
	assert.Equal(t, "bea", f.journal(c.ID())[3].Actor.OnBehalfOf.ID, "one entry shares no author with another")
}

func TestAdviceIsThatOfTheLastCall(t *testing.T) {
	kind := kindOf(t, complaintSpec(compiled(t, complaintDefinition())))
	o := &casework.DeskOptions{Clock: func() time.Time { return noon }}
	call, err := casework.NewCall(o, ana)
	require.NoError(t, err)
	c, err := kind.Open(call, caseID(1), casework.Opening{})
	require.NoError(t, err)
	require.NoError(t, c.Receive("The bins stay full."))
	require.NoError(t, c.Move(LookInto))
	require.NoError(t, c.Find("The round was skipped."))
	assert.Empty(t, c.Advice())
	require.NoError(t, c.AnswerWith("We are sorry."))
	call.End()
	assert.Equal(t, []string{"finding.few"}, codes(c.Advice()), "it stays when the call is over")
	next, err := casework.NewCall(o, ana)
	require.NoError(t, err)
	require.NoError(t, kind.Attach(next, c))
	assert.Empty(t, c.Advice())
}

func TestACaseWorksWithoutAStore(t *testing.T) {
	kind := kindOf(t, complaintSpec(compiled(t, complaintDefinition())))
	o := &casework.DeskOptions{Clock: func() time.Time { return noon }}
	call, err := casework.NewCall(o, ana)
	require.NoError(t, err)
	c, err := kind.Open(call, caseID(1), casework.Opening{})
	require.NoError(t, err)
	require.NoError(t, c.Receive("The bins stay full."))
	require.NoError(t, c.Move(LookInto))
	var types []string
	for _, e := range c.Pending() {
		types = append(types, e.Type)
	}
	assert.Equal(t, []string{"case.opened", "complaint.received", "case.moved"}, types)
	require.NoError(t, call.Err())
	assert.Equal(t, []string{"case call.running"}, faults(t, kind.Attach(call, c)))
	first := c.Pending()
	c.Pending()[0].Data[0] = 'x'
	assert.Equal(t, first, c.Pending(), "what is given is a copy")
	call.End()
	require.Error(t, c.Find("late"))
	assert.Equal(t, []string{"call call.none"}, faults(t, kind.Attach(call, c)))
	_, err = kind.Open(call, caseID(2), casework.Opening{})
	assert.Equal(t, []string{"call call.none"}, faults(t, err))

	require.NoError(t, c.Fail(nil))
	lost := errors.New("lost")
	assert.Same(t, lost, c.Fail(lost), "outside a call there is nothing to fail")

	next, err := casework.NewCall(o, bea)
	require.NoError(t, err)
	require.NoError(t, kind.Attach(next, c))
	require.NoError(t, c.Find("The round was skipped."))
	assert.Len(t, c.Pending(), 1)
	err = c.Move(LookInto)
	require.ErrorIs(t, err, casework.ErrRefused)
	assert.Same(t, err, next.Err())
	assert.Len(t, c.Pending(), 1)

	folded, err := kind.Fold(each(append(first, c.Pending()...)...))
	require.NoError(t, err)
	assert.Equal(t, c.s, folded.s)
	_, _, err = casework.VerifyChain(each(append(first, c.Pending()...)...))
	require.NoError(t, err)
}

func TestACallBeginsWithAnActorAndAClock(t *testing.T) {
	_, err := casework.NewCall(nil, casework.Actor{})
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = casework.NewCall(&casework.DeskOptions{Clock: func() time.Time { return time.Time{} }}, ana)
	assert.Equal(t, []string{"clock time.unwritable"}, faults(t, err))
	call, err := casework.NewCall(nil, ana)
	require.NoError(t, err)
	assert.Equal(t, time.UTC, call.At().Location())
	assert.Zero(t, call.At().Nanosecond()%1000)
}

func TestTheEffectiveTimeKeepsItsOffset(t *testing.T) {
	f := newOffice(t)
	for _, test := range []struct {
		given time.Time
		want  string
	}{
		{time.Date(2025, 3, 30, 1, 30, 0, 123456789, time.FixedZone("BST", 3600)), "2025-03-30T01:30:00.123456+01:00"},
		{time.Date(2025, 3, 30, 1, 30, 0, 0, time.FixedZone("", -5*3600-1800)), "2025-03-30T01:30:00-05:30"},
		{time.Date(1840, 1, 1, 12, 0, 0, 0, time.FixedZone("LMT", -75)), "1840-01-01T12:01:15Z"},
		{time.Date(2025, 1, 1, 0, 0, 0, 0, time.FixedZone("far", 25*3600)), "2024-12-30T23:00:00Z"},
		{time.Date(2025, 1, 1, 0, 0, 0, 0, time.FixedZone("GMT", 0)), "2025-01-01T00:00:00Z"},
		{time.Time{}, "2025-03-10T12:00:00Z"},
	} {
		c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil, casework.Effective(test.given))
		require.NoError(t, err)
		e := f.journal(c.ID())[0]
		assert.Equal(t, test.want, e.Effective.Format(time.RFC3339Nano))
		assert.Equal(t, noon, e.Recorded)
		f.verified(c.ID())
	}
}

func TestNilOptionsWork(t *testing.T) {
	f := newOffice(t)
	desk := casework.NewDesk(f.store, f.kind, nil)
	c, err := desk.Open(t.Context(), ana, casework.Opening{}, nil)
	require.NoError(t, err)
	other, err := desk.Open(t.Context(), ana, casework.Opening{}, nil)
	require.NoError(t, err)
	assert.NotEqual(t, c.ID(), other.ID())
	assert.NotEqual(t, f.journal(c.ID())[0].Salt, f.journal(other.ID())[0].Salt)
	assert.Len(t, f.journal(c.ID())[0].Salt, 16)
	assert.NotZero(t, f.journal(c.ID())[0].Recorded)
}

func ExampleRefusal() {
	err := &casework.Refusal{Move: "send", State: "Draft", Objections: []casework.Objection{
		{Code: "need.none", Message: "no need is recorded", Remedy: "record one", Effect: casework.Refuse},
		{Code: "board.idle", Message: "the board has not met", Effect: casework.Advise},
	}}
	fmt.Println(err)
	// Output: send refused in state Draft: no need is recorded (need.none, refuse), remedy: record one; the board has not met (board.idle, advise)
}
