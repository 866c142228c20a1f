package casework_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

// do runs a unit at an office.
func (f *office) do(work func(*casework.Unit) error, opts ...casework.CallOption) (casework.Receipt, error) {
	return casework.Do(f.t.Context(), f.store, &f.o, ana, work, opts...)
}

// intruding is a store into which somebody else writes just before an append.
type intruding struct {
	casework.Store
	before func()
	times  int
}

func (s *intruding) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if s.times > 0 {
		s.times--
		s.before()
	}
	return s.Store.Append(ctx, b)
}

// counting is a store that counts what is appended.
type counting struct {
	casework.Store
	batches []casework.Batch
}

func (s *counting) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	s.batches = append(s.batches, b)
	return s.Store.Append(ctx, b)
}

func TestEverythingLoadedIsAsserted(t *testing.T) {
	f := newOffice(t)
	read, written := f.received(), f.received()
	store := &intruding{Store: f.store, times: 1, before: func() {
		_, err := f.desk().Move(t.Context(), read.ID(), bea, LookInto)
		require.NoError(t, err)
	}}
	_, err := casework.Do(t.Context(), store, &f.o, ana, func(u *casework.Unit) error {
		if _, err := casework.Load(u, f.kind, read.ID()); err != nil {
			return err
		}
		c, err := casework.Load(u, f.kind, written.ID())
		if err != nil {
			return err
		}
		return c.Move(LookInto)
	})
	require.ErrorIs(t, err, casework.ErrConflict)
	var conflict *casework.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, casework.ConflictSequence, conflict.Kind)
	assert.Equal(t, read.ID(), conflict.Case)
	assert.Equal(t, []uint64{2, 3}, []uint64{conflict.Expected, conflict.Actual})
	assert.Equal(t, "bea", conflict.By.ID)
	f.untouched(written)
}

func TestARefusedCommandFailsTheUnitEvenIfItIsIgnored(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	for name, test := range map[string]struct {
		command func(*casework.Unit, *Complaint)
		is      error
	}{
		"a move that is refused":         {func(_ *casework.Unit, c *Complaint) { _ = c.Move(Answer) }, casework.ErrRefused},
		"a reference that is faulty":     {func(_ *casework.Unit, c *Complaint) { _ = c.AddReference(casework.ExternalRef{}) }, casework.ErrInvalid},
		"a holder that is none":          {func(_ *casework.Unit, c *Complaint) { _ = c.Assign(casework.Actor{}) }, casework.ErrInvalid},
		"a release of what nobody holds": {func(_ *casework.Unit, c *Complaint) { _ = c.Release() }, casework.ErrInvalid},
		"a command of the kind's own":    {func(_ *casework.Unit, c *Complaint) { _ = c.Fail(casework.Invalid("look")) }, casework.ErrInvalid},
		"a case that is not there":       {func(u *casework.Unit, _ *Complaint) { _, _ = casework.Load(u, f.kind, caseID(99)) }, casework.ErrNotFound},
		"a definition that is not there": {func(u *casework.Unit, _ *Complaint) {
			_, _ = casework.Open(u, f.kind, casework.Opening{Definition: "None"})
		}, casework.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.do(func(u *casework.Unit) error {
				c, err := casework.Load(u, f.kind, c.ID())
				require.NoError(t, err)
				require.NoError(t, c.Find("a finding"))
				test.command(u, c)
				require.NoError(t, c.Find("another one"))
				return nil
			})
			require.ErrorIs(t, err, test.is)
			f.untouched(c)
		})
	}
}

func TestAnErrorOfTheWorkFailsTheUnit(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	rained := errors.New("it rained")
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		require.NoError(t, c.Find("a finding"))
		return rained
	})
	require.ErrorIs(t, err, rained)
	f.untouched(c)
}

func TestAfterTheCallACaseAcceptsNoCommands(t *testing.T) {
	f := newOffice(t)
	var kept *Complaint
	var unit *casework.Unit
	_, err := f.do(func(u *casework.Unit) error {
		var err error
		unit = u
		kept, err = casework.Open(u, f.kind, casework.Opening{})
		require.NoError(t, err)
		assert.Equal(t, noon, kept.Now())
		assert.Equal(t, "why not", kept.Reason())
		return kept.Receive("The bins stay full.")
	}, casework.Reason("why not"))
	require.NoError(t, err)
	assert.Empty(t, kept.Pending(), "what was written is not pending")
	assert.Empty(t, kept.Reason())
	assert.True(t, kept.Now().IsZero())
	seq := kept.Seq()

	for name, command := range map[string]func(*Complaint) error{
		"move":             func(c *Complaint) error { return c.Move(LookInto) },
		"move with data":   func(c *Complaint) error { return c.AnswerWith("Done.") },
		"record":           func(c *Complaint) error { return c.Find("late") },
		"assign":           func(c *Complaint) error { return c.Assign(bea) },
		"release":          func(c *Complaint) error { return c.Release() },
		"add reference":    func(c *Complaint) error { return c.AddReference(casework.ExternalRef{Scheme: "a", Value: "b"}) },
		"remove reference": func(c *Complaint) error { return c.RemoveReference(casework.ExternalRef{Scheme: "a", Value: "b"}) },
		"tick":             func(c *Complaint) error { return c.Tick() },
		"options":          func(c *Complaint) error { _, err := f.kind.Options(c); return err },
	} {
		assert.Equal(t, []string{"call call.none"}, faults(t, command(kept)), name)
	}
	assert.Equal(t, seq, kept.Seq())

	_, err = casework.Load(unit, f.kind, kept.ID())
	assert.Equal(t, []string{"call call.none"}, faults(t, err), "the unit is over as well")
	_, err = casework.Open(unit, f.kind, casework.Opening{})
	assert.Equal(t, []string{"call call.none"}, faults(t, err))
	f.verified(kept.ID())
}

func TestLoadingTwiceGivesTheSameCase(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	asked := 0
	f.o.Permit = func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
		asked++
		return casework.AllowAll(ctx, q)
	}
	_, err := f.do(func(u *casework.Unit) error {
		first, err := casework.Load(u, f.kind, c.ID())
		require.NoError(t, err)
		require.NoError(t, first.Find("a finding"))
		second, err := casework.Load(u, f.kind, c.ID())
		require.NoError(t, err)
		assert.Same(t, first, second)
		assert.Len(t, second.Pending(), 1)
		options, err := casework.Options(u, f.kind, c.ID())
		require.NoError(t, err)
		assert.Len(t, options, 2)
		return second.Find("another one")
	})
	require.NoError(t, err)
	assert.Equal(t, 1, asked, "the host is asked once a case")
	assert.Equal(t, []string{"finding.made", "finding.made"}, f.types(c.ID())[2:])
}

func TestAUnitWorksOnSeveralKindsAndCommitsOnce(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	store := &counting{Store: f.store}
	var complaint *Complaint
	var inquiry *Inquiry
	receipt, err := casework.Do(t.Context(), store, &f.o, ana, func(u *casework.Unit) error {
		var err error
		if complaint, err = casework.Open(u, f.kind, casework.Opening{}); err != nil {
			return err
		}
		if inquiry, err = casework.Open(u, kind, casework.Opening{}); err != nil {
			return err
		}
		return aimed.Record(inquiry, inquiryState{Complaint: complaint.ID()})
	})
	require.NoError(t, err)
	require.Len(t, store.batches, 1)
	assert.Equal(t, []casework.CaseChange{{Case: complaint.ID(), First: 1, Last: 1}, {Case: inquiry.ID(), First: 1, Last: 2}}, receipt.Cases)
	f.verified(complaint.ID())
	require.NoError(t, kind.Verify(t.Context(), f.store, inquiry.ID()))
}

func TestACaseOfAnotherKindIsNotFound(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	complaint := f.received()
	inquiry := f.aim(kind, complaint.ID())

	_, err := casework.NewDesk(f.store, kind, &f.o).Load(t.Context(), complaint.ID())
	require.ErrorIs(t, err, casework.ErrNotFound)
	require.EqualError(t, err, "load inquiry: inquiry "+complaint.ID().String()+" not found")
	_, err = f.do(func(u *casework.Unit) error {
		_, err := casework.Load(u, f.kind, complaint.ID())
		require.NoError(t, err)
		_, err = casework.Load(u, kind, complaint.ID())
		require.ErrorIs(t, err, casework.ErrNotFound, "loaded before as what it is")
		return nil
	})
	require.ErrorIs(t, err, casework.ErrNotFound)
	_, err = f.desk().Load(t.Context(), inquiry.ID())
	require.ErrorIs(t, err, casework.ErrNotFound)

	other := complaintSpec(compiled(t, complaintDefinition()))
	other.Name = "grievance"
	_, err = f.do(func(u *casework.Unit) error {
		_, err := casework.Load(u, f.kind, complaint.ID())
		require.NoError(t, err)
		_, err = casework.Load(u, kindOf(t, other), complaint.ID())
		return err
	})
	require.ErrorIs(t, err, casework.ErrNotFound, "of the same type, and yet of another kind")
}

func TestPoliciesSeeLinkedCases(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	complaint := f.received()
	inquiry := f.aim(kind, complaint.ID())
	desk := casework.NewDesk(f.store, kind, &f.o)

	options, err := desk.Options(t.Context(), inquiry.ID(), ana)
	require.NoError(t, err)
	require.Len(t, options, 1)
	assert.Equal(t, []string{"complaint.idle"}, codes(options[0].Objections))
	_, err = desk.Move(t.Context(), inquiry.ID(), ana, End)
	assert.Equal(t, options[0].Objections, refusal(t, err).Objections)

	_, err = f.desk().Move(t.Context(), complaint.ID(), ana, LookInto)
	require.NoError(t, err)
	ended, err := desk.Move(t.Context(), inquiry.ID(), ana, End)
	require.NoError(t, err)
	assert.True(t, ended.Final())
	require.NoError(t, desk.Verify(t.Context(), inquiry.ID()))
}

func TestLinksAreLoadedOnceAndForCasesOpenedHereOnRequest(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	complaint := f.looking()
	inquiry := f.aim(kind, complaint.ID())
	_, err := f.do(func(u *casework.Unit) error {
		for range 2 {
			c, err := casework.Load(u, kind, inquiry.ID())
			require.NoError(t, err)
			require.Len(t, c.Linked("complaint"), 1)
			assert.Equal(t, complaint.ID(), c.Linked("complaint")[0].(*Complaint).ID())
			assert.Empty(t, c.Linked("other"))
		}
		opened, err := casework.Open(u, kind, casework.Opening{})
		require.NoError(t, err)
		require.NoError(t, aimed.Record(opened, inquiryState{Complaint: complaint.ID()}))
		assert.Empty(t, opened.Linked("complaint"))
		_, err = casework.Load(u, kind, opened.ID())
		require.NoError(t, err)
		assert.Len(t, opened.Linked("complaint"), 1)
		return opened.Move(End)
	})
	require.NoError(t, err)
	f.verified(complaint.ID())
}

func TestALinkedCaseIsAssertedToo(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	complaint := f.looking()
	inquiry := f.aim(kind, complaint.ID())
	store := &intruding{Store: f.store, times: 1, before: func() {
		_, err := f.desk().Move(t.Context(), complaint.ID(), bea, SendBack)
		require.NoError(t, err)
	}}
	_, err := casework.NewDesk(store, kind, &f.o).Move(t.Context(), inquiry.ID(), ana, End)
	require.ErrorIs(t, err, casework.ErrConflict)
	still, err := casework.NewDesk(f.store, kind, &f.o).Load(t.Context(), inquiry.ID())
	require.NoError(t, err)
	assert.Equal(t, Running, still.State())
}

func TestALinkThatLeadsNowhereFailsTheLoad(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	inquiry := f.aim(kind, caseID(99))
	_, err := casework.NewDesk(f.store, kind, &f.o).Move(t.Context(), inquiry.ID(), ana, End)
	require.ErrorIs(t, err, casework.ErrNotFound)
	assert.ErrorContains(t, err, "load the complaint of case "+inquiry.ID().String())
}

func TestAPolicyMayNotCommandALinkedCase(t *testing.T) {
	f := newOffice(t)
	spec := casework.KindSpec[*Inquiry]{
		Name: "inquiry", Shape: 1, New: func() *Inquiry { return &Inquiry{} }, Document: func(c *Inquiry) any { return &c.s },
		Events: []casework.EventType[*Inquiry]{aimed}, Tables: []*casework.Table{compiled(t, inquiryDefinition())},
		Links: func(c *Inquiry) []casework.Link {
			return []casework.Link{{Role: "complaint", Case: c.s.Complaint, Kind: f.kind}}
		},
		Policies: []casework.Policy[*Inquiry]{{
			Code: "wild", Doc: "It acts.", Moves: []casework.Move{End}, Effect: casework.Advise,
			Check: func(a casework.Attempt[*Inquiry]) []casework.Objection {
				c, _ := a.Case.Linked("complaint")[0].(*Complaint)
				_ = c.Find("planted")
				return nil
			},
		}},
	}
	complaint := f.received()
	inquiry := f.aim(inquiries(t, f.kind), complaint.ID())
	_, err := casework.NewDesk(f.store, kindOf(t, spec), &f.o).Move(t.Context(), inquiry.ID(), ana, End)
	assert.Equal(t, []string{casework.CodePolicyFailed}, codes(refusal(t, err).Objections))
	f.untouched(complaint)
}

func TestSettlingHappensInTheSameCommit(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	complaint := f.looking()
	inquiry := f.aim(kind, complaint.ID())
	store := &counting{Store: f.store}
	_, err := casework.NewDesk(store, kind, &f.o).Move(t.Context(), inquiry.ID(), ana, End)
	require.NoError(t, err)
	require.Len(t, store.batches, 1)
	assert.Len(t, store.batches[0].Changes, 2)
	settled, err := f.desk().Load(t.Context(), complaint.ID())
	require.NoError(t, err)
	assert.Equal(t, Finding{ID: "F2", Text: "the inquiry has ended"}, settled.s.Findings[1])
	f.verified(complaint.ID())
}

func TestEveryChangedCaseSettlesOnce(t *testing.T) {
	settled := map[casework.CaseID]int{}
	var kind *casework.Kind[*Complaint]
	var first casework.CaseID
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) {
		spec.Settle = func(u *casework.Unit, c *Complaint) error {
			settled[c.ID()]++
			if c.ID() == first {
				return nil
			}
			earlier, err := casework.Load(u, kind, first) // loaded before, and not changed until now
			if err != nil {
				return err
			}
			return earlier.Find("settled")
		}
	})
	kind = f.kind
	id, err := f.o.NewID()
	require.NoError(t, err)
	first = id
	f.ids--
	one := f.received()
	require.Equal(t, first, one.ID())
	clear(settled)
	_, err = f.do(func(u *casework.Unit) error {
		_, err := casework.Load(u, f.kind, one.ID())
		require.NoError(t, err)
		_, err = casework.Open(u, f.kind, casework.Opening{})
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, map[casework.CaseID]int{first: 1, caseID(2): 1}, settled)
	f.verified(first)
}

func TestAFailureWhileSettlingFailsTheUnit(t *testing.T) {
	for name, settle := range map[string]func(*casework.Unit, *Complaint) error{
		"an error":                   func(*casework.Unit, *Complaint) error { return errors.New("unsettled") },
		"a refused command, ignored": func(_ *casework.Unit, c *Complaint) error { _ = c.Move(Answer); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t)
			c := f.received()
			spec := complaintSpec(f.kind.Tables()...)
			spec.Settle = settle
			f.kind = kindOf(t, spec)
			_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("a finding") })
			require.Error(t, err)
			f.untouched(c)
		})
	}
}

func TestIfSeqHoldsTheFirstCaseLoaded(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.IfSeq(2))
	require.NoError(t, err)

	f.o.Retries = 5
	_, err = f.desk().Move(t.Context(), c.ID(), ana, SendBack, casework.IfSeq(2))
	var conflict *casework.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, casework.ConflictError{
		Op: "load", Kind: casework.ConflictSequence, Case: c.ID(), Expected: 2, Actual: 3, By: ana, At: noon,
	}, *conflict)

	_, err = f.do(func(u *casework.Unit) error {
		if _, err := casework.Open(u, f.kind, casework.Opening{}); err != nil {
			return err
		}
		_, err := casework.Load(u, f.kind, c.ID())
		return err
	}, casework.IfSeq(2))
	require.ErrorIs(t, err, casework.ErrConflict, "a case opened before is not the first one loaded")

	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil, casework.IfSeq(2))
	assert.Equal(t, []string{"if_seq call.if_seq_unused"}, faults(t, err))
}

func TestRetriesAreAskedForAndHaveTheirLimits(t *testing.T) {
	for name, test := range map[string]struct {
		retries, intrusions int
		opts                []casework.CallOption
		bind                bool
		runs                int
		passes              bool
	}{
		"none by default":                       {intrusions: 1, runs: 1},
		"as often as asked for":                 {retries: 2, intrusions: 2, runs: 3, passes: true},
		"and no more often":                     {retries: 2, intrusions: 3, runs: 3},
		"never with IfSeq":                      {retries: 2, intrusions: 1, runs: 1, opts: []casework.CallOption{casework.IfSeq(2)}},
		"never within the host's transaction":   {retries: 2, intrusions: 1, runs: 1, bind: true},
		"a negative number is none":             {retries: -1, intrusions: 1, runs: 1},
		"without a conflict the work runs once": {retries: 2, runs: 1, passes: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t)
			c := f.received()
			f.o.Retries = test.retries
			var store casework.Store = &intruding{Store: f.store, times: test.intrusions, before: func() {
				_, err := casework.NewDesk(f.store, f.kind, nil).Update(t.Context(), c.ID(), bea, func(c *Complaint) error { return c.Find("first") })
				require.NoError(t, err)
			}}
			if test.bind {
				store = bound{store}
			}
			runs := 0
			_, err := casework.NewDesk(store, f.kind, &f.o).Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
				runs++
				return c.Find("mine")
			}, test.opts...)
			assert.Equal(t, test.runs, runs)
			if test.passes {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, casework.ErrConflict)
			}
			f.verified(c.ID())
		})
	}
}

// bound is a store within the host's transaction.
type bound struct{ casework.Store }

func (bound) InTransaction() bool { return true }

func TestAConflictThatStaysIsNotRetried(t *testing.T) {
	f := newOffice(t)
	f.o.Retries = 3
	ref := casework.Opening{References: []casework.ExternalRef{{Scheme: "mosaic", Value: "1"}}}
	first, err := f.desk().Open(t.Context(), ana, ref, nil)
	require.NoError(t, err)
	runs := 0
	_, err = f.desk().Open(t.Context(), ana, ref, func(*Complaint) error { runs++; return nil })
	var conflict *casework.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, casework.ConflictReference, conflict.Kind)
	assert.Equal(t, first.ID(), conflict.Holder)
	assert.Equal(t, 1, runs)

	_, err = f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-17"}, nil)
	require.NoError(t, err)
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-17"}, nil)
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, casework.ConflictLive, conflict.Kind)
}

func TestAUnitThatChangesNothingWritesNothing(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	store := &counting{Store: f.store}
	desk := f.desk().In(store)
	same, err := desk.Update(t.Context(), c.ID(), ana, func(*Complaint) error { return nil })
	require.NoError(t, err)
	assert.Equal(t, c.Seq(), same.Seq())
	_, err = desk.Tick(t.Context(), c.ID(), nightly)
	require.NoError(t, err)
	assert.Empty(t, store.batches)
	f.untouched(c)
}

// TestS12_2_a_key_makes_a_call_happen_once is row 2 of the embedding checks: a
// client that timed out sends the command again; one effect, the same answer.
func TestS12_2_a_key_makes_a_call_happen_once(t *testing.T) {
	f := newOffice(t)
	opened, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-1"}, nil, casework.Key("k1"))
	require.NoError(t, err)
	again, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-1"}, nil, casework.Key("k1"))
	require.NoError(t, err)
	assert.Equal(t, opened.ID(), again.ID())

	_, err = f.desk().Move(t.Context(), opened.ID(), ana, Withdraw, casework.Key("k2"), casework.Reason("it is settled"))
	require.NoError(t, err)
	twice, err := f.desk().Move(t.Context(), opened.ID(), ana, Withdraw, casework.Key("k2"), casework.Reason("it is settled"))
	require.NoError(t, err, "the same answer, though the move could not be taken again")
	assert.Equal(t, Withdrawn, twice.State())
	assert.Equal(t, []string{"case.opened", "case.moved"}, f.types(opened.ID()))

	for name, call := range map[string]func() error{
		"another actor": func() error {
			_, err := f.desk().Move(t.Context(), opened.ID(), bea, Withdraw, casework.Key("k2"), casework.Reason("it is settled"))
			return err
		},
		"another reason": func() error {
			_, err := f.desk().Move(t.Context(), opened.ID(), ana, Withdraw, casework.Key("k2"), casework.Reason("why not"))
			return err
		},
		"another move": func() error {
			_, err := f.desk().Move(t.Context(), opened.ID(), ana, LookInto, casework.Key("k2"), casework.Reason("it is settled"))
			return err
		},
		"another case": func() error {
			_, err := f.desk().Move(t.Context(), caseID(9), ana, Withdraw, casework.Key("k2"), casework.Reason("it is settled"))
			return err
		},
		"another time": func() error {
			_, err := f.desk().Move(t.Context(), opened.ID(), ana, Withdraw, casework.Key("k2"), casework.Reason("it is settled"), casework.Effective(noon))
			return err
		},
		"another subject": func() error {
			_, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-2"}, nil, casework.Key("k1"))
			return err
		},
		"what the host says": func() error {
			_, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-1"}, nil, casework.Key("k1", 17))
			return err
		},
		"another answer": func() error {
			_, err := f.desk().Move(t.Context(), opened.ID(), ana, Withdraw, casework.Key("k2"), casework.Reason("it is settled"), casework.Explaining("a", "b"))
			return err
		},
	} {
		err := call()
		var conflict *casework.ConflictError
		require.ErrorAs(t, err, &conflict, name)
		assert.Equal(t, casework.ConflictKey, conflict.Kind, name)
	}
}

func TestAKeyCountsWhereNothingHappened(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	for range 2 {
		same, err := f.desk().Tick(t.Context(), c.ID(), nightly, casework.Key("tick-1"))
		require.NoError(t, err)
		assert.Equal(t, c.ID(), same.ID())
	}
	f.untouched(c)
}

func TestAReplayGivesTheFirstReceipt(t *testing.T) {
	f := newOffice(t)
	runs := 0
	open := func() (casework.Receipt, error) {
		return f.do(func(u *casework.Unit) error {
			runs++
			_, err := casework.Open(u, f.kind, casework.Opening{})
			return err
		}, casework.Key("k", "open"))
	}
	first, err := open()
	require.NoError(t, err)
	assert.False(t, first.Replayed)
	second, err := open()
	require.NoError(t, err)
	assert.True(t, second.Replayed)
	assert.Equal(t, first.Cases, second.Cases)
	assert.Equal(t, 1, runs)
}

func TestAKeyThatARacedWriterUsedGivesWhatThatOneMade(t *testing.T) {
	f := newOffice(t)
	opts := []casework.CallOption{casework.Key("k")}
	var winner *Complaint
	store := &intruding{Store: f.store, times: 1, before: func() {
		var err error
		winner, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil, opts...)
		require.NoError(t, err)
	}}
	raced, err := casework.NewDesk(store, f.kind, &f.o).Open(t.Context(), ana, casework.Opening{}, nil, opts...)
	require.NoError(t, err)
	assert.Equal(t, winner.ID(), raced.ID())
}

func TestACommandThatIsNoJSONCannotStandBehindAKey(t *testing.T) {
	f := newOffice(t)
	_, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil, casework.Key("k", func() {}))
	assert.Equal(t, []string{"key key.command"}, faults(t, err))
}

func TestFaultyCallsAreRefusedBeforeAnythingIsRead(t *testing.T) {
	f := newOffice(t)
	work := func(*casework.Unit) error { t.Error("the work ran"); return nil }
	_, err := casework.Do(t.Context(), nil, &f.o, casework.Actor{}, work,
		casework.Reason("\xff"), casework.Key("a\x00"), casework.Effective(noon.AddDate(9000, 0, 0)),
		casework.Explaining("rule", "\xff"), casework.Overriding("rule", "\x00"))
	assert.Equal(t, []string{
		"actor.kind actor.missing", "actor.id actor.missing", "reason text.malformed", "key text.malformed", "effective time.unwritable",
		"explaining.rule text.malformed", "overriding.rule text.malformed", "store store.missing",
	}, faults(t, err))
	for name, by := range map[string]casework.Actor{
		"no actor at all":     {},
		"an unknown sort":     {Kind: "ghost", ID: "x"},
		"text that is broken": casework.Person("\xff", camden),
		"a chain":             ana.For(bea.For(nightly)),
	} {
		_, err := casework.Do(t.Context(), nil, &f.o, by, work)
		assert.ErrorIs(t, err, casework.ErrInvalid, name)
	}
}

func TestAStoreThatFailsFailsTheUnit(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.desk().Move(ctx, c.ID(), ana, LookInto)
	require.ErrorIs(t, err, context.Canceled)
	_, err = f.desk().Move(ctx, c.ID(), ana, LookInto, casework.Key("k"))
	require.ErrorIs(t, err, context.Canceled)
	f.untouched(c)
}

func TestAnIDThatCannotBeMadeFailsTheUnit(t *testing.T) {
	f := newOffice(t)
	dry := errors.New("no ids left")
	f.o.NewID = func() (casework.CaseID, error) { return casework.CaseID{}, dry }
	_, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	require.ErrorIs(t, err, dry)
	f.o.NewID = func() (casework.CaseID, error) { return casework.CaseID{}, nil }
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{References: []casework.ExternalRef{{}, {Scheme: "a", Value: "b"}, {Scheme: "a", Value: "b"}}, Subject: "\xff"}, nil)
	assert.Equal(t, []string{
		"subject text.malformed", "references[0].scheme reference.scheme_missing", "references[0].value reference.value_missing",
		"references[2] reference.duplicate", "id id.missing",
	}, faults(t, err))
}

func TestADeskRunsUnitsOfItsOwn(t *testing.T) {
	f := newOffice(t)
	var id casework.CaseID
	receipt, err := f.desk().Do(t.Context(), ana, func(u *casework.Unit) error {
		c, err := casework.Open(u, f.kind, casework.Opening{})
		id = c.ID()
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, []casework.CaseChange{{Case: id, First: 1, Last: 1}}, receipt.Cases)
	for e, err := range f.desk().History(t.Context(), id, 0) {
		require.NoError(t, err)
		assert.Equal(t, "case.opened", e.Type)
	}
}

func TestAStateThatIsNoJSONFailsTheUnit(t *testing.T) {
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) {
		spec.Document = func(c *Complaint) any {
			if c.Seq() == 2 {
				return math.NaN()
			}
			return &c.s
		}
	})
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	require.NoError(t, err)
	_, err = f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Reason("it is settled"))
	assert.Equal(t, []string{"document document.unwritable"}, faults(t, err))
	f.untouched(c)
}

func TestAUnitKnowsItsCall(t *testing.T) {
	f := newOffice(t)
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	_, err := casework.Do(ctx, f.store, &f.o, ana.For(bea), func(u *casework.Unit) error {
		assert.Equal(t, ana.For(bea), u.Actor())
		assert.Equal(t, noon, u.Call().At())
		assert.Equal(t, "value", u.Context().Value(key{}))
		u.Actor().OnBehalfOf.ID = "changed"
		assert.Equal(t, ana.For(bea), u.Actor())
		return nil
	})
	require.NoError(t, err)
}

// TestS12_1_writers_hold_one_sequence is row 1 of the embedding checks: the
// first succeeds, the others meet a conflict, and there is one entry.
func TestS12_1_writers_hold_one_sequence(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	f.o = casework.DeskOptions{} // the real clock and salts: writers share no counters
	var crowd sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		crowd.Go(func() {
			_, results[i] = f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.IfSeq(2))
		})
	}
	crowd.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(t, err, casework.ErrConflict)
	}
	assert.Equal(t, 1, won)
	assert.Equal(t, []string{"case.opened", "complaint.received", "case.moved"}, f.types(c.ID()))
	f.verified(c.ID())
}

func TestRetriesLoseNothing(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	f.o = casework.DeskOptions{Retries: 1000}
	var crowd sync.WaitGroup
	for range 8 {
		crowd.Go(func() {
			for range 10 {
				_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("a finding") })
				assert.NoError(t, err)
			}
		})
	}
	crowd.Wait()
	c, err := f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	require.Len(t, c.s.Findings, 80)
	for i, finding := range c.s.Findings {
		assert.Equal(t, fmt.Sprintf("F%d", i+1), finding.ID)
	}
	f.verified(c.ID())
}

// TestS12_6_tenants_do_not_see_each_other is row 6 of the embedding checks:
// another tenant's case looks exactly like one that is missing.
func TestS12_6_tenants_do_not_see_each_other(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	other := f.desk().In(f.store.Tenant("other"))
	_, err := other.Load(t.Context(), c.ID())
	_, missing := other.Load(t.Context(), caseID(99))
	require.ErrorIs(t, err, casework.ErrNotFound)
	require.ErrorIs(t, missing, casework.ErrNotFound)
	_, err = other.Move(t.Context(), c.ID(), ana, LookInto)
	require.ErrorIs(t, err, casework.ErrNotFound)
	require.ErrorIs(t, other.Verify(t.Context(), c.ID()), casework.ErrNotFound)
	for _, err := range other.History(t.Context(), c.ID(), 0) {
		require.ErrorIs(t, err, casework.ErrNotFound)
	}
	items, err := f.store.Tenant("other").Feed(t.Context(), 0, 10)
	require.NoError(t, err)
	assert.Empty(t, items)
	for s, err := range f.store.Tenant("other").List(t.Context(), casework.Query{}) {
		t.Error("a case of another tenant is listed", s, err)
	}
	in := casework.ImportedCase{Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}}}
	ours, err := f.desk().Import(t.Context(), nightly, "old", in)
	require.NoError(t, err)
	theirs, err := other.Import(t.Context(), nightly, "old", in)
	require.NoError(t, err)
	assert.Equal(t, 1, theirs.New, "the same number means another case there")
	assert.NotEqual(t, ours.Case, theirs.Case)
	assert.Same(t, f.kind, other.Kind())
	assert.IsType(t, &memory.Store{}, other.Store())
	f.untouched(c)
}
