package casework_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// clerk works at an office at random, the same way for the same seed.
type clerk struct {
	*office
	r      *rand.Rand
	id     casework.CaseID
	texts  []string        // what was recorded, for redaction to look for
	gone   map[uint64]bool // entries that are redacted
	before []casework.Entry
}

func newClerk(t testing.TB, seed uint64) *clerk {
	t.Helper()
	two := compiled(t, renamed())
	f := newOffice(t, under(
		policy("holder.away", casework.Refuse, func(a casework.Attempt[*Complaint]) []casework.Objection {
			if holder, held := a.Case.Holder(); held && !a.Actor.Is(holder) {
				return []casework.Objection{{Message: "somebody else holds it"}}
			}
			return nil
		}, casework.AnyMove),
		policy("many", casework.Explain, func(a casework.Attempt[*Complaint]) []casework.Objection {
			if len(a.Case.s.Findings) < 5 {
				return nil
			}
			return []casework.Objection{{Message: "there are many findings"}}
		}, casework.Recording, LookInto, SendBack)),
		func(spec *casework.KindSpec[*Complaint]) { spec.Tables = append(spec.Tables, two) })
	f.o.Permit = casework.AllowAll
	c := &clerk{office: f, r: rand.New(rand.NewPCG(seed, 7)), gone: map[uint64]bool{}} //nolint:gosec // the same work every time
	one := casework.NewDesk(f.store, kindOf(t, complaintSpec(f.kind.Tables()[0])), &f.o)
	opened, err := one.Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return c.Receive("text of the complaint") })
	require.NoError(t, err)
	c.id = opened.ID()
	return c
}

// step does one thing to the case, which may well be refused.
func (k *clerk) step() error {
	ctx, desk := k.t.Context(), k.desk()
	k.now = k.now.Add(time.Duration(k.r.IntN(5)-1) * time.Hour) // the clock may go back
	by := []casework.Actor{ana, bea, ana.For(bea)}[k.r.IntN(3)]
	var opts []casework.CallOption
	for _, o := range []casework.CallOption{
		casework.Reason("some reason"), casework.Explaining("many", "so many"), casework.Explaining("finding.none", "plain to see"),
		casework.Overriding("holder.away", "they are away"), casework.Effective(k.now.In(time.FixedZone("", 3600))),
	} {
		if k.r.IntN(2) == 0 {
			opts = append(opts, o)
		}
	}
	update := func(work func(*Complaint) error) error {
		_, err := desk.Update(ctx, k.id, by, work, opts...)
		return err
	}
	switch k.r.IntN(12) {
	case 0, 1, 2:
		text := fmt.Sprintf("secret %d", len(k.texts))
		err := update(func(c *Complaint) error { return c.Find(text) })
		if err == nil {
			k.texts = append(k.texts, text)
		}
		return err
	case 3:
		return update(func(c *Complaint) error {
			if err := c.Find("half of it"); err != nil {
				return err
			}
			return c.Move(casework.Move("nonsense")) // refused: nothing may stay of the half
		})
	case 4:
		return update(func(c *Complaint) error { return c.AnswerDue(k.now.Add(time.Duration(k.r.IntN(5)-2) * time.Hour)) })
	case 5:
		_, err := desk.Tick(ctx, k.id, nightly)
		return err
	case 6:
		_, err := desk.Assign(ctx, k.id, by, []casework.Actor{ana, bea}[k.r.IntN(2)], opts...)
		return err
	case 7:
		_, err := desk.Release(ctx, k.id, by, opts...)
		return err
	case 8:
		ref := casework.ExternalRef{Scheme: "letters", Value: fmt.Sprint(k.r.IntN(3))}
		return update(func(c *Complaint) error {
			if k.r.IntN(2) == 0 {
				return c.AddReference(ref)
			}
			return c.RemoveReference(ref)
		})
	case 9:
		return k.redactOne(by)
	case 10:
		if k.r.IntN(4) > 0 {
			return nil
		}
		mapping := map[casework.State]casework.State{Looking: Examining, Examining: Looking}
		_, err := desk.Migrate(ctx, k.id, by, k.kind.Tables()[k.r.IntN(2)].Pin(), mapping, "renewed")
		return err
	default:
		moves := []casework.Move{LookInto, SendBack, Nudge, LookInto, SendBack, Withdraw, Answer}
		m := moves[k.r.IntN(len(moves)-k.r.IntN(3))]
		if m == Answer && k.r.IntN(2) == 0 {
			return update(func(c *Complaint) error { return c.AnswerWith("We are sorry.") })
		}
		_, err := desk.Move(ctx, k.id, by, m, opts...)
		return err
	}
}

func (k *clerk) redactOne(by casework.Actor) error {
	if k.r.IntN(2) == 0 {
		return nil
	}
	seq := 1 + uint64(k.r.IntN(len(k.before)+2)) //nolint:gosec // a small count
	_, err := k.desk().Redact(k.t.Context(), k.id, by, []uint64{seq}, "it names a neighbour")
	if err == nil {
		k.gone[seq] = true
	}
	return err
}

// TestWhatAlwaysHoldsOfACase drives cases at random, and after every step holds
// them against what the library promises.
func TestWhatAlwaysHoldsOfACase(t *testing.T) {
	steps, refused := 60, 0
	for seed := range uint64(25) {
		k := newClerk(t, seed)
		k.before = k.journal(k.id)
		for range steps {
			was, err := k.desk().Load(t.Context(), k.id)
			require.NoError(t, err)
			feed := k.feed()
			err = k.step()
			after := k.journal(k.id)
			k.verified(k.id)
			if err != nil {
				refused++
				require.True(t, errors.Is(err, casework.ErrRefused) || errors.Is(err, casework.ErrInvalid), "seed %d: %v", seed, err)
				require.Equal(t, k.before, after, "seed %d: a refused command leaves the journal untouched", seed)
				require.Equal(t, feed, k.feed(), "and the feed")
				k.untouched(was)
			}
			k.onlyGrew(after)
			k.complete(after)
			require.Len(t, k.feed(), len(after), "the feed shows every entry once")
			k.before = after
		}
		k.decidedWithin()
	}
	assert.Greater(t, refused, 100, "the random clerk is refused often enough for the test to mean something")
}

func (k *clerk) feed() []casework.FeedItem {
	items, err := k.store.Feed(k.t.Context(), 0, 10_000)
	require.NoError(k.t, err)
	return items
}

// onlyGrew proves that nothing written before was changed, but for what was
// redacted, which keeps its hashes.
func (k *clerk) onlyGrew(after []casework.Entry) {
	require.GreaterOrEqual(k.t, len(after), len(k.before))
	for i, was := range k.before {
		is := after[i]
		require.Equal(k.t, was.Hash, is.Hash)
		require.Equal(k.t, k.gone[is.Seq], is.Redacted)
		if !is.Redacted {
			require.Equal(k.t, was, is)
		}
	}
}

// complete proves that every entry has an author, and a reason where its move
// asks for one.
func (k *clerk) complete(entries []casework.Entry) {
	for _, e := range entries {
		require.Empty(k.t, e.Actor.Faults("actor"))
		require.False(k.t, e.Effective.IsZero() || e.Recorded.IsZero())
		if (e.Move == Withdraw || e.Type == "case.explained" || e.Type == "case.overridden" || e.Type == "case.redacted" || e.Type == "case.migrated") && !e.Redacted {
			require.NotEmpty(k.t, e.Reason, e.Type)
		}
	}
}

// decidedWithin proves, from the journal alone, that every move was one of the
// definition the case ran under at the time.
func (k *clerk) decidedWithin() {
	tables := map[casework.Pin]*casework.Table{}
	for _, table := range k.kind.Tables() {
		tables[table.Pin()] = table
	}
	table := k.kind.Tables()[0]
	state := table.Initial()
	for _, e := range k.journal(k.id) {
		if e.Type == "case.migrated" {
			var d struct{ To casework.Pin }
			require.NoError(k.t, json.Unmarshal(e.Data, &d))
			table, state = tables[d.To], e.To
		}
		if e.Move == "" {
			continue
		}
		require.Equal(k.t, state, e.From)
		to, allowed := table.Next(state, e.Move)
		require.True(k.t, allowed, "%s in %s under %s", e.Move, state, table.Pin())
		require.Equal(k.t, to, e.To)
		state = to
	}
}

// TestS12_10_options_say_what_the_command_says is row 10 of the embedding
// checks, over random cases: listing and enforcing are one. For moves without arguments they agree to the letter, for the others
// what is listed is contained in what the command says.
func TestS12_10_options_say_what_the_command_says(t *testing.T) {
	agreed := 0
	for seed := range uint64(20) {
		k := newClerk(t, 100+seed)
		k.before = k.journal(k.id)
		for range 15 {
			_ = k.step() // refused or not: the next question is asked all the same
			k.before = k.journal(k.id)
			for _, by := range []casework.Actor{ana, bea, bea.For(ana), nightly} {
				for _, opts := range [][]casework.CallOption{nil, {casework.Reason("some reason")}} {
					agreed += k.agree(by, opts)
				}
			}
		}
	}
	assert.Greater(t, agreed, 1000)
}

// agree takes every move of the definition in a call that is thrown away, and
// holds the outcome against the list.
func (k *clerk) agree(by casework.Actor, opts []casework.CallOption) int {
	k.o.Permit = allowing("look_into", "nudge", "answer", "case:update")
	defer func() { k.o.Permit = casework.AllowAll }()
	listed, err := k.desk().Options(k.t.Context(), k.id, by, opts...)
	require.NoError(k.t, err)
	options := map[casework.Move]casework.Option{}
	for _, o := range listed {
		options[o.Move] = o
	}
	thrown := errors.New("thrown away")
	for _, m := range k.kind.Tables()[0].Moves() {
		var moveErr error
		var to casework.State
		var advice []casework.Objection
		_, err := k.desk().Update(k.t.Context(), k.id, by, func(c *Complaint) error {
			if m == Answer {
				moveErr = c.AnswerWith("so")
			} else {
				moveErr = c.Move(m)
			}
			to, advice = c.State(), c.Advice()
			return thrown
		}, opts...)
		require.ErrorIs(k.t, err, thrown)
		k.same(options, m, moveErr, to, advice)
	}
	return len(k.kind.Tables()[0].Moves())
}

func (k *clerk) same(options map[casework.Move]casework.Option, m casework.Move, err error, to casework.State, advice []casework.Objection) {
	o, listed := options[m]
	if !listed {
		require.Equal(k.t, []string{casework.CodeMoveNotAllowed}, codes(refusal(k.t, err).Objections))
		return
	}
	said := advice
	if err != nil {
		said = refusal(k.t, err).Objections
	}
	if m == Answer { // its arguments are not known while listing
		require.Subset(k.t, said, o.Objections)
		return
	}
	require.Equal(k.t, o.Allowed(), err == nil, m)
	require.Equal(k.t, o.Objections, said, m)
	if err == nil {
		require.Equal(k.t, o.To, to)
	}
}

func TestOptionsNeedACall(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.kind.Options(c)
	assert.Equal(t, []string{"call call.none"}, faults(t, err))
	_, err = f.desk().Options(t.Context(), caseID(99), ana)
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = f.desk().Options(t.Context(), c.ID(), casework.Actor{})
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestOptionsComeInTheOrderOfTheDefinition(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	options, err := f.desk().Options(t.Context(), c.ID(), ana)
	require.NoError(t, err)
	var got []string
	for _, o := range options {
		got = append(got, fmt.Sprintf("%s %s %s %q %v %v", o.Move, o.Title, o.To, o.Arguments, o.Allowed(), codes(o.Objections)))
	}
	assert.Equal(t, []string{
		`send_back send_back Received "" true []`,
		`nudge nudge Looking "" true []`,
		`answer answer Answered "AnswerWith" true [finding.few]`,
		`withdraw withdraw Withdrawn "" false [reason.missing]`,
	}, got)
	f.untouched(c)
}
