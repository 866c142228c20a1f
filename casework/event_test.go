package casework_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// noteForms are the forms the note of these tests has had.
type (
	noteV1 string
	noteV2 struct {
		Text string `json:"text"`
	}
	noteV3 struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
)

// noted is an event in its third version.
func noted(kept *[]noteV3) *casework.Event[*Complaint, noteV3] {
	return &casework.Event[*Complaint, noteV3]{
		Name: "note.taken", Version: 3,
		Apply: func(c *Complaint, _ casework.Entry, d noteV3) {
			*kept = append(*kept, d)
			c.s.Text = d.ID
		},
		Older: map[int]func(json.RawMessage) (noteV3, error){
			1: func(raw json.RawMessage) (noteV3, error) {
				var old noteV1
				err := json.Unmarshal(raw, &old)
				return noteV3{ID: "N0", Text: string(old)}, err
			},
			2: func(raw json.RawMessage) (noteV3, error) {
				var old noteV2
				err := json.Unmarshal(raw, &old)
				return noteV3{ID: "N0", Text: old.Text}, err
			},
		},
		Redact: func(d noteV3) noteV3 { return noteV3{ID: d.ID} },
	}
}

// firstNote is the event as it was at first.
func firstNote[D any](version int) *casework.Event[*Complaint, D] {
	older := map[int]func(json.RawMessage) (D, error){}
	for v := 1; v < version; v++ {
		older[v] = func(json.RawMessage) (none D, err error) { return none, errors.New("not in these tests") }
	}
	return &casework.Event[*Complaint, D]{Name: "note.taken", Version: version, Apply: func(c *Complaint, _ casework.Entry, _ D) { c.s.Text = "N0" }, Older: older}
}

func withEvent(ev casework.EventType[*Complaint]) func(*casework.KindSpec[*Complaint]) {
	return func(spec *casework.KindSpec[*Complaint]) { spec.Events = append(spec.Events, ev) }
}

func TestOldFormsStayReadable(t *testing.T) {
	var kept []noteV3
	today := kindOf(t, complaintSpecWith(t, noted(&kept)))
	one, two := firstNote[noteV1](1), firstNote[noteV2](2)
	for name, test := range map[string]struct {
		event casework.EventType[*Complaint]
		take  func(*Complaint) error
	}{
		"note.taken.v1": {one, func(c *Complaint) error { return one.Record(c, "Look & see") }},
		"note.taken.v2": {two, func(c *Complaint) error { return two.Record(c, noteV2{Text: "Look & see"}) }},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t, withEvent(test.event))
			c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, test.take)
			require.NoError(t, err)
			golden(t, "event/"+name+".jsonl", exported(t, f, c.ID()))

			file, err := os.Open(filepath.Join("testdata", "event", name+".jsonl"))
			require.NoError(t, err)
			defer func() { require.NoError(t, file.Close()) }()
			entries, err := casework.ReadJournal(file)
			require.NoError(t, err)
			kept = nil
			folded, err := today.Fold(each(entries...))
			require.NoError(t, err)
			assert.Equal(t, []noteV3{{ID: "N0", Text: "Look & see"}}, kept)
			assert.Equal(t, "N0", folded.s.Text)

			f.kind = today
			f.verified(c.ID())
			_, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
			require.NoError(t, err)
			assert.JSONEq(t, `{"form":3,"data":{"id":"N0","text":""}}`, string(f.journal(c.ID())[1].Data), "the skeleton is in today's form")
			f.verified(c.ID())
		})
	}
}

func complaintSpecWith(t testing.TB, ev casework.EventType[*Complaint]) casework.KindSpec[*Complaint] {
	t.Helper()
	spec := complaintSpec(compiled(t, complaintDefinition()))
	spec.Events = append(spec.Events, ev)
	return spec
}

func TestEntriesFromTheFutureAreAClearError(t *testing.T) {
	var kept []noteV3
	three := noted(&kept)
	f := newOffice(t, withEvent(three))
	c, err := f.desk().Open(t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return three.Record(c, noteV3{ID: "N1", Text: "new"}) })
	require.NoError(t, err)
	entries := f.journal(c.ID())

	older := kindOf(t, complaintSpecWith(t, firstNote[noteV2](2)))
	_, err = older.Fold(each(entries...))
	assert.Equal(t, "entry.future", corruption(t, err))
	require.EqualError(t, err, "read entry: corrupt: case "+c.ID().String()+", entry 2: note.taken v3 was written by a later version of the library (entry.future)")

	_, err = newOffice(t).kind.Fold(each(entries...))
	assert.Equal(t, "entry.type_unknown", corruption(t, err))

	for name, test := range map[string]struct {
		change func(*casework.Entry)
		want   string
	}{
		"a version of the machinery's own to come": {func(e *casework.Entry) { e.Type, e.Version = "case.moved", 2 }, "entry.future"},
		"a type of the machinery's own to come":    {func(e *casework.Entry) { e.Type = "case.split"; e.Version = 1 }, "entry.type_unknown"},
		"a version there never was":                {func(e *casework.Entry) { e.Version = 0 }, "entry.version_unknown"},
		"data of another form":                     {func(e *casework.Entry) { e.Data = json.RawMessage(`[]`) }, "entry.unreadable"},
		"old data of another form":                 {func(e *casework.Entry) { e.Version, e.Data = 2, json.RawMessage(`[]`) }, "entry.unreadable"},
		"a skeleton of another form":               {func(e *casework.Entry) { e.Redacted, e.Data = true, json.RawMessage(`[]`) }, "entry.unreadable"},
		"a skeleton from the future":               {func(e *casework.Entry) { e.Redacted, e.Data = true, json.RawMessage(`{"form":4,"data":{}}`) }, "entry.future"},
		"data of the machinery's own, misshapen":   {func(e *casework.Entry) { e.Type, e.Version, e.Data = "case.assigned", 1, json.RawMessage(`[]`) }, "entry.unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := entries[1]
			test.change(&changed)
			_, err := f.kind.Fold(each(entries[0], changed))
			assert.Equal(t, test.want, corruption(t, err))
		})
	}
}

func TestADocumentOfAnOlderShapeIsRebuilt(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	reshaped := complaintSpec(f.kind.Tables()...)
	reshaped.Shape = 2
	old := f.kind
	f.kind = kindOf(t, reshaped)
	loaded, err := f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Equal(t, c.s, loaded.s)
	assert.Equal(t, c.Seq(), loaded.Seq())
	f.verified(c.ID())
	_, err = f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.Find("more") })
	require.NoError(t, err)
	record, err := f.store.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Equal(t, 2, record.Shape)
	f.verified(c.ID())

	f.kind = old
	_, err = f.desk().Load(t.Context(), c.ID())
	assert.Equal(t, "document.future", corruption(t, err))
	require.EqualError(t, err, "load complaint: corrupt: case "+c.ID().String()+", document: the document was written by a later version of the library (document.future)")

	f.kind = kindOf(t, reshaped)
	emptied := f.desk().In(tampered{Store: f.store, record: func(r *casework.Record) { r.Document = nil }})
	loaded, err = emptied.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Len(t, loaded.s.Findings, 2)
	require.NoError(t, emptied.Verify(t.Context(), c.ID()))
}

func TestACaseUnderAnUnknownDefinitionIsAClearError(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	changed := complaintDefinition().Remove(Nudge) // same name and version, and not the same
	f.kind = kindOf(t, complaintSpec(compiled(t, changed)))
	_, err := f.desk().Load(t.Context(), c.ID())
	assert.Equal(t, "definition.unknown", corruption(t, err))
	require.ErrorContains(t, err, "the case runs under Complaint v1 with digest 3ec04964ddde, which is not among the definitions given")
	_, err = f.kind.Fold(each(f.journal(c.ID())...))
	assert.Equal(t, "definition.unknown", corruption(t, err))
}
