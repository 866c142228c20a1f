package casework_test

import (
	"context"
	"encoding/json"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// tampered is a store somebody has been at: what it reads is changed on the way.
type tampered struct {
	casework.Store
	entry  func(*casework.Entry)
	record func(*casework.Record)
}

func (s tampered) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	r, err := s.Store.Load(ctx, id)
	if s.record != nil {
		s.record(&r)
	}
	return r, err
}

func (s tampered) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for e, err := range s.Store.History(ctx, id, after) {
			if s.entry != nil {
				s.entry(&e)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestRedactionLeavesIDsAndTheChain(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("Mr Smith shouted.") }, casework.Reason("Mr Smith said so"))
	require.NoError(t, err)
	before := f.journal(c.ID())

	redacted, err := f.desk().Redact(t.Context(), c.ID(), bea, []uint64{5, 2}, "it names a neighbour")
	require.NoError(t, err)
	assert.Empty(t, redacted.s.Text)
	assert.Equal(t, []Finding{{ID: "F1", Text: "The round was skipped."}, {ID: "F2"}}, redacted.s.Findings)
	assert.Equal(t, Looking, redacted.State())
	require.ErrorIs(t, redacted.Find("late"), casework.ErrInvalid, "the call is over")

	after := f.journal(c.ID())
	require.Len(t, after, 6)
	for i, e := range after[:5] {
		assert.Equal(t, before[i].Hash, e.Hash)
		assert.Equal(t, i == 1 || i == 4, e.Redacted)
	}
	gone := after[4]
	assert.Empty(t, gone.Reason)
	assert.Empty(t, gone.Salt)
	assert.JSONEq(t, `{"form":1,"data":{"id":"F2","text":""}}`, string(gone.Data))
	assert.Equal(t, before[4].Content, gone.Content, "the digest of what stood there stays")
	account := after[5]
	assert.Equal(t, "case.redacted", account.Type)
	assert.Equal(t, "bea", account.Actor.ID)
	assert.Equal(t, "it names a neighbour", account.Reason)
	var named struct{ Entries []struct{ Seq int } }
	require.NoError(t, json.Unmarshal(account.Data, &named))
	assert.Equal(t, []struct{ Seq int }{{2}, {5}}, named.Entries, "in the order of the journal")

	record, err := f.store.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.NotContains(t, string(record.Document), "Smith")
	assert.Empty(t, record.Index.Title, "the title was the text")
	f.verified(c.ID())
	loaded, err := f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Equal(t, redacted.s, loaded.s)
	_, err = f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("Life goes on.") })
	require.NoError(t, err)
	f.verified(c.ID())
}

func TestFaultsOfARedactionAreNamedAtOnce(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	_, err := f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
	require.NoError(t, err)
	_, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{0, 2, 3, 3, 5, 99}, " ")
	assert.Equal(t, []string{
		"reason reason.missing", "entries[0] entry.unknown", "entries[1] entry.redacted", "entries[3] entry.duplicate",
		"entries[4] entry.redaction", "entries[5] entry.unknown",
	}, faults(t, err))
	_, err = f.desk().Redact(t.Context(), c.ID(), ana, nil, "why not")
	assert.Equal(t, []string{"entries redaction.empty"}, faults(t, err))
	_, err = f.desk().Redact(t.Context(), caseID(99), ana, []uint64{1}, "why not")
	require.ErrorIs(t, err, casework.ErrNotFound)
	f.verified(c.ID())
}

func TestTheMachinerysOwnEntriesAreRedactedToo(t *testing.T) {
	f := newOffice(t)
	f.o.Permit = casework.AllowAll
	c := f.received()
	desk, ctx := f.desk(), t.Context()
	_, err := desk.Assign(ctx, c.ID(), bea, ana, casework.Reason("Mr Smith asked for her"))
	require.NoError(t, err)
	_, err = desk.Move(ctx, c.ID(), bea, LookInto, casework.Reason("Mr Smith calls daily"))
	require.NoError(t, err)
	_, err = desk.Update(ctx, c.ID(), bea, func(c *Complaint) error { return c.AnswerWith("Dear Mr Smith") },
		casework.Explaining("finding.none", "Mr Smith has died"))
	require.NoError(t, err)
	redacted, err := desk.Redact(ctx, c.ID(), bea, []uint64{1, 2, 3, 4, 5, 6}, "the case is closed")
	require.NoError(t, err)
	assert.Equal(t, Answered, redacted.State())
	assert.Empty(t, redacted.Assignments()[0].Reason)
	assert.Equal(t, "ana", redacted.Assignments()[0].Holder.ID)
	entries := f.journal(c.ID())
	for _, e := range entries {
		assert.NotContains(t, e.Reason+string(e.Data), "Smith", e.Type)
	}
	assert.JSONEq(t, `{"move":"answer","code":"finding.none","objections":[{"message":"","subject":"findings"}]}`, string(entries[4].Data))
	f.verified(c.ID())
}

func TestAnEventThatHoldsNothingPersonalKeepsItsData(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.AnswerDue(noon.Add(time.Hour)) }, casework.Reason("Mr Smith insists"))
	require.NoError(t, err)
	redacted, err := f.desk().Redact(t.Context(), c.ID(), ana, []uint64{3}, "it names a neighbour")
	require.NoError(t, err)
	assert.True(t, redacted.s.AnswerBy.Equal(noon.Add(time.Hour)))
	assert.JSONEq(t, `{"form":1,"data":{"by":"2025-03-10T13:00:00Z"}}`, string(f.journal(c.ID())[2].Data))
	f.verified(c.ID())
}

func TestARedactionSettlesAndCommitsWhatComesOfIt(t *testing.T) {
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) {
		spec.Settle = func(_ *casework.Unit, c *Complaint) error {
			return c.AddReference(casework.ExternalRef{Scheme: "count", Value: time.Duration(c.Seq()).String()})
		}
	})
	c := f.received()
	redacted, err := f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour", casework.Key("r"))
	require.NoError(t, err)
	assert.Len(t, redacted.References(), 2)
	f.verified(c.ID())
	again, err := f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour", casework.Key("r"))
	require.NoError(t, err)
	assert.Equal(t, redacted.Seq(), again.Seq())
}

func TestTamperingIsFound(t *testing.T) {
	at := func(seq uint64, change func(*casework.Entry)) tampered {
		return tampered{entry: func(e *casework.Entry) {
			if e.Seq == seq {
				change(e)
			}
		}}
	}
	for name, test := range map[string]struct {
		store tampered
		want  string
	}{
		"data that was changed":        {at(3, func(e *casework.Entry) { e.Data = json.RawMessage(`{"id":"F9"}`) }), "content.altered"},
		"a reason that was changed":    {at(3, func(e *casework.Entry) { e.Reason = "other" }), "content.altered"},
		"an author that was changed":   {at(3, func(e *casework.Entry) { e.Actor.ID = "bea" }), "chain.altered"},
		"a skeleton that was changed":  {at(2, func(e *casework.Entry) { e.Data = json.RawMessage(`{"form":1,"data":{"text":"other"}}`) }), "redaction.unaccounted"},
		"a skeleton that got a reason": {at(2, func(e *casework.Entry) { e.Reason = "other" }), "redaction.incomplete"},
		"an entry that was hushed up": {at(3, func(e *casework.Entry) {
			e.Redacted, e.Reason, e.Salt, e.Data = true, "", nil, json.RawMessage(`{"form":1,"data":{}}`)
		}), "redaction.unaccounted"},
		"a redaction that was taken back": {at(2, func(e *casework.Entry) { e.Redacted = false }), "content.altered"},
		"an account that was hushed up": {at(4, func(e *casework.Entry) {
			e.Redacted, e.Reason, e.Salt = true, "", nil
		}), "redaction.unaccounted"},
		"an account that was changed": {at(4, func(e *casework.Entry) { e.Data = json.RawMessage(`{"entries":[]}`) }), "content.altered"},
		"a document that was changed": {tampered{record: func(r *casework.Record) {
			r.Document = json.RawMessage(`{"case":{"pin":` + string(marshal(r.Index.Definition)) + `,"state":"Answered"},"body":{}}`)
		}}, "document.differs"},
		"a document that is no JSON": {tampered{record: func(r *casework.Record) { r.Document = json.RawMessage(`{`) }}, "document.unreadable"},
		"a document of nothing":      {tampered{record: func(r *casework.Record) { r.Document = json.RawMessage(`{"case":null,"body":null}`) }}, "definition.unknown"},
		"an index that was changed":  {tampered{record: func(r *casework.Record) { r.Index.Holder = "bea" }}, "index.differs"},
		"a head that was changed":    {tampered{record: func(r *casework.Record) { r.Head[0]++ }}, "document.position"},
		"a sequence that is beyond":  {tampered{record: func(r *casework.Record) { r.Seq++ }}, "document.position"},
		"a sequence that is behind":  {tampered{record: func(r *casework.Record) { r.Seq-- }}, "redaction.unaccounted"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t)
			c := f.received()
			_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("The round was skipped.") }, casework.Reason("asked"))
			require.NoError(t, err)
			_, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
			require.NoError(t, err)
			f.verified(c.ID())
			test.store.Store = f.store
			assert.Equal(t, test.want, corruption(t, f.kind.Verify(t.Context(), test.store, c.ID())))
		})
	}
}

func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func TestVerifyIsNotConfusedByAWriter(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	writes := 0
	store := busy{Store: f.store, write: func() {
		if writes++; writes > 4 {
			return
		}
		_, err := f.desk().Redact(t.Context(), c.ID(), ana, []uint64{uint64(writes)}, "it names a neighbour") //nolint:gosec // a small count
		require.NoError(t, err)
	}}
	writes = 3
	require.NoError(t, f.kind.Verify(t.Context(), store, c.ID()), "it reads again")
	assert.Equal(t, 5, writes)

	restless := busy{Store: f.store, write: func() {
		_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("more") })
		require.NoError(t, err)
	}}
	require.NoError(t, f.kind.Verify(t.Context(), restless, c.ID()), "or verifies what it had loaded")
}

// busy is a store into which somebody writes between a load and the history.
type busy struct {
	casework.Store
	write func()
}

func (s busy) History(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	s.write()
	return s.Store.History(ctx, id, after)
}
