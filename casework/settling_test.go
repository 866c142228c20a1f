package casework_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// nudging lets every new complaint nudge another one while it settles.
func nudging(f *office, other casework.CaseID) {
	spec := complaintSpec(f.kind.Tables()...)
	spec.Policies = append(spec.Policies, casework.HolderOnly[*Complaint]())
	spec.Automatic = []casework.Move{Nudge}
	var kind *casework.Kind[*Complaint]
	spec.Settle = func(u *casework.Unit, c *Complaint) error {
		if c.Seq() > 1 {
			return nil
		}
		c, err := casework.Load(u, kind, other)
		if err != nil {
			return err
		}
		return c.Move(Nudge)
	}
	kind = kindOf(f.t, spec)
	f.kind = kind
}

func TestAnAutomaticMoveIsTakenByAnotherCaseAlone(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	nudging(f, c.ID())

	options, err := f.desk().Options(t.Context(), c.ID(), ana)
	require.NoError(t, err)
	var listed []casework.Move
	for _, o := range options {
		listed = append(listed, o.Move)
	}
	assert.Equal(t, []casework.Move{SendBack, Answer, Withdraw}, listed)
	_, err = f.desk().Move(t.Context(), c.ID(), ana, Nudge)
	r := refusal(t, err)
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, codes(r.Objections))
	assert.Equal(t, "possible here: send_back, answer, withdraw", r.Objections[0].Remedy)
	f.untouched(c)

	_, err = f.desk().Assign(t.Context(), c.ID(), bea, bea)
	require.NoError(t, err)
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	require.NoError(t, err, "what another case brings about goes ahead, whoever holds this one")
	entries := f.journal(c.ID())
	last := entries[len(entries)-1]
	assert.Equal(t, Nudge, last.Move)
	assert.Equal(t, "ana", last.Actor.ID)
	f.verified(c.ID())

	_, err = f.desk().Move(t.Context(), c.ID(), ana, SendBack)
	assert.Equal(t, []string{"holder.other"}, codes(refusal(t, err).Objections), "by hand it is the holder's")
	_, err = f.desk().Move(t.Context(), c.ID(), bea, SendBack)
	require.NoError(t, err)
	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, codes(refusal(t, err).Objections), "the definition holds for automatic moves too")
	_, err = f.desk().Load(t.Context(), caseID(3))
	require.ErrorIs(t, err, casework.ErrNotFound, "and the unit fails as a whole")
}

func TestWhatFollowsInOtherCasesCarriesAReasonWhereItsMoveAsksForOne(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	spec := complaintSpec(f.kind.Tables()...)
	var kind *casework.Kind[*Complaint]
	spec.Settle = func(u *casework.Unit, opened *Complaint) error {
		if opened.ID() == c.ID() {
			return nil
		}
		other, err := casework.Load(u, kind, c.ID())
		if err != nil {
			return err
		}
		if err := other.Find("another one came in"); err != nil {
			return err
		}
		return other.Move(Withdraw)
	}
	kind = kindOf(t, spec)
	f.kind = kind
	_, err := f.desk().Open(t.Context(), ana, casework.Opening{}, nil)
	assert.Equal(t, []string{casework.CodeReasonMissing}, codes(refusal(t, err).Objections))
	f.untouched(c)

	_, err = f.desk().Open(t.Context(), ana, casework.Opening{}, nil, casework.Reason("it is the same street"))
	require.NoError(t, err)
	entries := f.journal(c.ID())[c.Seq():]
	require.Len(t, entries, 2)
	assert.Empty(t, entries[0].Reason, "the reason was given for the other case")
	assert.Equal(t, "it is the same street", entries[1].Reason, "but a move that asks why is never without")
	f.verified(c.ID())
}

func TestADeskListsItsOwnKind(t *testing.T) {
	f := newOffice(t)
	kind := inquiries(t, f.kind)
	first, second := f.received(), f.looking()
	inquiry := f.aim(kind, second.ID())
	_, err := f.desk().Update(t.Context(), second.ID(), ana, func(c *Complaint) error { return c.AnswerDue(noon.Add(time.Hour)) })
	require.NoError(t, err)

	list := func(q casework.Query) []casework.CaseID {
		var ids []casework.CaseID
		for s, err := range f.desk().List(t.Context(), q) {
			require.NoError(t, err)
			assert.Equal(t, "complaint", s.Index.Kind)
			ids = append(ids, s.Case)
		}
		return ids
	}
	assert.Equal(t, []casework.CaseID{first.ID(), second.ID()}, list(casework.Query{}))
	assert.Equal(t, []casework.CaseID{first.ID(), second.ID()}, list(casework.Query{Kind: "inquiry"}), "never %s", inquiry.ID())
	assert.Equal(t, []casework.CaseID{second.ID()}, list(casework.Query{State: Looking}))
	assert.Empty(t, list(casework.Query{DueBy: noon}))
	assert.Equal(t, []casework.CaseID{second.ID()}, list(casework.Query{DueBy: noon.Add(time.Hour)}), "what a tick has something to do for")
	for _, err := range f.desk().In(plain{f.store}).List(t.Context(), casework.Query{}) {
		assert.Equal(t, []string{"store store.cannot_list"}, faults(t, err))
	}
}
