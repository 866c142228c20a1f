package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// These tests are attempts to get round the rules, each by a way that looks
// harmless.

func TestHolderDoesNotGetRoundTheOverrideRuleWithinOneCall(t *testing.T) {
	f := newOffice(t)
	f.o.Permit = casework.AllowAll
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return c.Assign(ana) })
	require.NoError(t, err)
	_, err = f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error {
		if err := c.Release(); err != nil {
			return err
		}
		if err := c.Move(LookInto); err != nil {
			return err
		}
		return c.Assign(ana)
	}, casework.Overriding("text.missing", "because"))
	refusal, refused := errors.AsType[*casework.Refusal](err)
	require.True(t, refused, "%v", err)
	assert.True(t, refusal.Has(casework.CodeOverrideSelf))
}

func TestPrincipalDoesNotOverrideWhereTheDeputyHolds(t *testing.T) {
	f := newOffice(t)
	f.o.Permit = casework.AllowAll
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return c.Assign(bea.For(ana)) })
	require.NoError(t, err)
	_, err = f.desk().Move(t.Context(), c.ID(), ana, LookInto, casework.Overriding("text.missing", "because"))
	refusal, refused := errors.AsType[*casework.Refusal](err)
	require.True(t, refused, "%v", err)
	assert.True(t, refusal.Has(casework.CodeOverrideSelf))
}

func TestEventThatTheKindCannotReadBackIsNotRecorded(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	stray := &casework.Event[*Complaint, receivedData]{Name: "complaint.noted", Version: 1, Apply: func(*Complaint, casework.Entry, receivedData) {}}
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return stray.Record(c, receivedData{Text: "x"}) })
	assertInvalid(t, err, "event.unknown")
	f.untouched(c)
	f.verified(c.ID())
}

func TestCaseDoesNotComeUnderAUnitsCallByHand(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Do(t.Context(), ana, func(u *casework.Unit) error {
		x, err := f.desk().Load(u.Context(), c.ID())
		if err != nil {
			return err
		}
		return f.kind.Attach(u.Call(), x)
	})
	assertInvalid(t, err, "call.of_unit")
	_, err = f.desk().Do(t.Context(), ana, func(u *casework.Unit) error {
		_, _ = f.kind.Open(u.Call(), caseID(77), casework.Opening{})
		return nil
	})
	assertInvalid(t, err, "call.of_unit")
	f.untouched(c)
}

func TestCopyOfACaseAcceptsNoCommandsAfterTheCall(t *testing.T) {
	f := newOffice(t)
	var copied Complaint
	_, err := f.desk().Update(t.Context(), f.received().ID(), ana, func(c *Complaint) error {
		copied = *c
		return nil
	})
	require.NoError(t, err)
	assertInvalid(t, copied.Move(LookInto), "call.none")
}

func TestPolicyCannotChangeWhatIsRecordedNorWhatTheCallerHolds(t *testing.T) {
	type bag struct {
		Items []string `json:"items"`
	}
	bagged := &casework.Event[*Complaint, bag]{
		Name: "bag.recorded", Version: 1,
		Apply: func(c *Complaint, _ casework.Entry, d bag) { c.s.Text = d.Items[0] },
	}
	f := newOffice(t, func(s *casework.KindSpec[*Complaint]) { s.Events = append(s.Events, bagged) },
		under(policy("bag.meddler", casework.Refuse, func(a casework.Attempt[*Complaint]) []casework.Objection {
			a.Args.(bag).Items[0] = "harmless"
			return nil
		}, "bag.recorded")))
	mine := []string{"as given"}
	c, err := f.desk().Update(t.Context(), f.received().ID(), ana, func(c *Complaint) error { return bagged.Record(c, bag{Items: mine}) })
	require.NoError(t, err)
	assert.Equal(t, []string{"as given"}, mine)
	assert.Equal(t, "as given", c.s.Text)
	f.verified(c.ID())
}

func TestDeadlineWithOddSecondsInItsOffsetFiresOnce(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	old := time.Date(25, time.March, 10, 0, 0, 0, 0, london) // local mean time: 75 seconds behind
	f := newOffice(t, func(s *casework.KindSpec[*Complaint]) {
		s.Deadlines = func(*Complaint) []casework.Deadline { return []casework.Deadline{{Code: "answer.due", Due: old}} }
	})
	c, err := f.desk().Tick(t.Context(), f.received().ID(), nightly)
	require.NoError(t, err)
	assert.Len(t, c.Fired(), 1)
	assert.Empty(t, c.Deadlines())
	f.verified(c.ID())
}

func TestImportBringsNothingAboutInLiveCases(t *testing.T) {
	var f *office
	var live casework.CaseID
	f = newOffice(t, func(s *casework.KindSpec[*Complaint]) {
		s.Settle = func(u *casework.Unit, c *Complaint) error {
			if !c.Imported() {
				return nil
			}
			x, err := casework.Load(u, f.kind, live)
			if err != nil {
				return err
			}
			return x.Move(LookInto)
		}
	})
	c := f.received()
	live = c.ID()
	_, err := f.desk().Import(t.Context(), nightly, "old", casework.ImportedCase{
		Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}},
	})
	require.NoError(t, err)
	for _, e := range f.journal(live) {
		assert.False(t, e.Imported, "%s", e.Type)
		assert.Empty(t, e.Move)
	}
}

func TestImportOntoALiveCaseSaysSo(t *testing.T) {
	f := newOffice(t)
	opening := casework.Opening{References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}}
	live, err := f.desk().Open(t.Context(), ana, opening, nil)
	require.NoError(t, err)
	report, err := f.desk().Import(t.Context(), nightly, "old", casework.ImportedCase{
		Opening: opening,
		Entries: []casework.ImportedEntry{{Type: "complaint.received", Effective: noon, Data: json.RawMessage(`{"text":"x"}`)}},
	})
	require.NoError(t, err)
	assert.Equal(t, live.ID(), report.Case)
	assert.Zero(t, report.New)
	require.Len(t, report.Anomalies, 1)
	assert.Equal(t, "reference.live", report.Anomalies[0].Code)
}

func TestWordsOfAnImportedMoveCanBeRedacted(t *testing.T) {
	f := newOffice(t)
	report, err := f.desk().Import(t.Context(), nightly, "old", casework.ImportedCase{
		Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}},
		Entries: []casework.ImportedEntry{{Move: LookInto, To: Looking, Effective: noon, Data: json.RawMessage(`{"note":"she is ill"}`)}},
	})
	require.NoError(t, err)
	_, err = f.desk().Redact(t.Context(), report.Case, ana, []uint64{2}, "asked to")
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(f.journal(report.Case)[1].Data))
	f.verified(report.Case)
}

func TestWordsOfADeadlineAndTheNameOfAHolderCanBeRedacted(t *testing.T) {
	f := newOffice(t, func(s *casework.KindSpec[*Complaint]) {
		s.Deadlines = func(c *Complaint) []casework.Deadline {
			return []casework.Deadline{{Code: "answer.due", Due: noon, Doc: "answer Mrs Jones"}}
		}
	})
	named := bea
	named.Name = "Bea Jones"
	c, err := f.desk().Assign(t.Context(), f.received().ID(), ana, named)
	require.NoError(t, err)
	c, err = f.desk().Tick(t.Context(), c.ID(), nightly)
	require.NoError(t, err)
	c, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{c.Seq() - 1, c.Seq()}, "asked to")
	require.NoError(t, err)
	record, err := f.store.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.NotContains(t, string(record.Document), "Jones")
	for _, e := range f.journal(c.ID()) {
		assert.NotContains(t, string(e.Data), "Jones", "%s", e.Type)
	}
	holder, held := c.Holder()
	assert.True(t, held)
	assert.Equal(t, bea.ID, holder.ID, "who held it stays known by id")
	f.verified(c.ID())
}

func TestMoveIsNotNamedLikeAnotherAction(t *testing.T) {
	for _, name := range []casework.Move{"override:text.missing", "case:redact"} {
		_, err := complaintDefinition().AddMove(casework.MoveRow{Move: name, Doc: "x", From: []casework.State{Looking}}).Compile()
		assertInvalid(t, err, "move.reserved")
	}
}

func TestMigrationReopensNothing(t *testing.T) {
	second := compiled(t, complaintDefinition().As("Complaint", 2))
	f := newOffice(t, func(s *casework.KindSpec[*Complaint]) { s.Tables = append(s.Tables, second) })
	first := casework.NewDesk(f.store, kindOf(t, complaintSpec(compiled(t, complaintDefinition()))), &f.o)
	c, err := first.Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return c.Move(Withdraw) }, casework.Reason("taken back"))
	require.NoError(t, err)
	reopening := map[casework.State]casework.State{Withdrawn: Received}
	_, err = f.desk().MigrateAll(t.Context(), ana, second.Pin(), reopening, "new law")
	assertInvalid(t, err, "state.unmapped")
	_, err = f.desk().Migrate(t.Context(), c.ID(), ana, second.Pin(), reopening, "new law")
	assertInvalid(t, err, "state.reopened")
}

func TestDeskKeepsTheOptionsItWasGiven(t *testing.T) {
	f := newOffice(t)
	f.o.Permit = func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
		return nil, errors.New("dial postgres://u:hunter2@db: refused")
	}
	desk := f.desk()
	f.o.Permit = nil
	_, err := desk.Open(t.Context(), ana, casework.Opening{}, nil)
	require.ErrorIs(t, err, casework.ErrRefused, "permissions are not switched off from outside")
	assert.NotContains(t, err.Error(), "hunter2", "what the permission check said is for the host alone")
	refusal, refused := errors.AsType[*casework.Refusal](err)
	require.True(t, refused)
	require.ErrorContains(t, refusal.Cause, "hunter2")
}

func TestNothingToDoIsNoPanic(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Update(t.Context(), c.ID(), ana, nil)
	require.NoError(t, err)
	_, err = casework.NewDesk(nil, f.kind, &f.o).Open(t.Context(), ana, casework.Opening{}, nil)
	assertInvalid(t, err, "store.missing")
	_, err = f.desk().Do(t.Context(), ana, nil)
	assertInvalid(t, err, "call.work_missing")
	_, err = f.desk().Move(t.Context(), c.ID(), ana, LookInto, nil)
	require.NoError(t, err)
}

func TestReferenceThatIsNoTextIsRefused(t *testing.T) {
	f := newOffice(t)
	for _, value := range []string{"a\xff", "n\x00ul"} {
		_, err := f.desk().Open(t.Context(), ana, casework.Opening{References: []casework.ExternalRef{{Scheme: "s", Value: value}}}, nil)
		assertInvalid(t, err, "text.malformed")
	}
}

func TestAnswerIsReadOutOfItsEntry(t *testing.T) {
	f := newOffice(t)
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error {
		if err := c.Receive("The bins stay full."); err != nil {
			return err
		}
		return c.Move(LookInto)
	})
	require.NoError(t, err)
	c, err = f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.AnswerWith("We are sorry.") },
		casework.Explaining("finding.none", "the crew said so"))
	require.NoError(t, err)
	var read []casework.Answer
	for _, e := range f.journal(c.ID()) {
		if a, is := casework.AnswerOf(e); is {
			read = append(read, a)
			assert.Equal(t, casework.EntryExplained, e.Type)
			assert.Equal(t, "the crew said so", e.Reason)
		}
	}
	assert.Equal(t, []casework.Answer{{
		Move: Answer, Code: "finding.none",
		Objections: []casework.Answered{{Message: "nothing was found yet", Subject: "findings"}},
	}}, read)
}

func TestKeyBelongsToThePersonWhateverTheyAreCalledToday(t *testing.T) {
	f := newOffice(t)
	married := ana
	married.Name = "Ana Novak"
	first, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil, casework.Key("k"))
	require.NoError(t, err)
	again, err := f.desk().Open(t.Context(), married, casework.Opening{}, nil, casework.Key("k"))
	require.NoError(t, err)
	assert.Equal(t, first.ID(), again.ID())
	_, err = f.desk().Open(t.Context(), bea, casework.Opening{}, nil, casework.Key("k"))
	require.ErrorIs(t, err, casework.ErrConflict, "another person's key")
}
