package casework_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// history is a complaint as an old system kept it.
func history() casework.ImportedCase {
	at := func(day int) time.Time { return time.Date(2021, 5, day, 10, 0, 0, 0, time.FixedZone("", 3600)) }
	return casework.ImportedCase{
		Opening: casework.Opening{Subject: "P-17", References: []casework.ExternalRef{{Scheme: "old", Value: "1"}}},
		Entries: []casework.ImportedEntry{
			{Type: "complaint.received", Data: json.RawMessage(`{ "text": "Bins & <b>smells</b>" }`), Author: "A. Kowalska", Effective: at(1), Recorded: at(2).Add(time.Nanosecond)},
			{Move: LookInto, To: Looking, Author: "B. Begum", Effective: at(3)},
			{Type: "finding.made", Version: 1, Data: json.RawMessage(`{"id":"F1","text":"Skipped."}`), Author: "B. Begum", Effective: at(4), Reason: "seen by her"},
			{Move: Nudge, Author: "B. Begum", Effective: at(4)},
			{Type: "complaint.answered", Data: json.RawMessage(`{"answer":"We are sorry."}`), Move: Answer, To: Answered, Author: "B. Begum", Effective: at(5)},
		},
	}
}

func TestImportKeepsAuthorsAndBothTimesAndMarksEverything(t *testing.T) {
	f := newOffice(t, under(policy("never", casework.Bar, nil, casework.AnyMove, casework.Recording, "finding.made")))
	report, err := f.desk().Import(t.Context(), nightly, "mosaic", history(), casework.Reason("the old system closes"))
	require.NoError(t, err, "an import asks no policy")
	assert.Equal(t, 6, report.New)
	assert.Empty(t, report.Anomalies)

	c, err := f.desk().Load(t.Context(), report.Case)
	require.NoError(t, err)
	assert.True(t, c.Imported())
	assert.Equal(t, Answered, c.State())
	assert.Equal(t, complaintState{Text: "Bins & <b>smells</b>", Findings: []Finding{{ID: "F1", Text: "Skipped."}}, Answer: "We are sorry.", Moves: 3}, c.s)
	assert.Equal(t, "P-17", c.Subject())

	entries := f.journal(report.Case)
	for _, e := range entries {
		assert.True(t, e.Imported, e.Type)
	}
	opened, first, move, found := entries[0], entries[1], entries[2], entries[3]
	assert.Equal(t, nightly, opened.Actor)
	assert.Equal(t, "the old system closes", opened.Reason)
	assert.Equal(t, casework.Actor{Kind: casework.KindImport, ID: "mosaic", Original: "A. Kowalska"}, first.Actor)
	assert.Equal(t, "2021-05-01T10:00:00+01:00", first.Effective.Format(time.RFC3339Nano))
	assert.Equal(t, "2021-05-02T09:00:00Z", first.Recorded.Format(time.RFC3339Nano))
	assert.Empty(t, first.Reason, "the reason of the import is not the author's")
	assert.Equal(t, "{\"text\":\"Bins \\u0026 \\u003cb\\u003esmells\\u003c/b\\u003e\"}", string(first.Data), "in the form of every other entry")
	assert.Equal(t, []any{"case.moved", LookInto, Received, Looking}, []any{move.Type, move.Move, move.From, move.To})
	assert.Equal(t, "2021-05-03T09:00:00Z", move.Recorded.Format(time.RFC3339Nano), "the effective time, where nothing else is known")
	assert.Equal(t, "seen by her", found.Reason)
	assert.Equal(t, "B. Begum", found.Actor.Original)
	f.verified(report.Case)
}

func TestASecondImportWritesNothing(t *testing.T) {
	f := newOffice(t)
	first, err := f.desk().Import(t.Context(), nightly, "mosaic", history())
	require.NoError(t, err)
	second, err := f.desk().Import(t.Context(), nightly, "mosaic", history())
	require.NoError(t, err)
	assert.Equal(t, casework.ImportReport{Case: first.Case}, second)
	assert.Len(t, f.journal(first.Case), 6)

	f = newOffice(t)
	first, err = f.desk().Import(t.Context(), nightly, "mosaic", history(), casework.Key("i"))
	require.NoError(t, err)
	second, err = f.desk().Import(t.Context(), nightly, "mosaic", history(), casework.Key("i"))
	require.NoError(t, err)
	assert.Equal(t, casework.ImportReport{Case: first.Case}, second, "with a key as well")
}

func TestAnomaliesAreReportedAndStopNothing(t *testing.T) {
	in := history()
	in.Entries[1].Author = " "
	in.Entries[2].Effective = in.Entries[0].Effective
	in.Entries[2].Recorded = in.Entries[2].Effective.AddDate(-1, 0, 0)
	in.Entries[3].To = Withdrawn
	in.Entries[4].To = "Shelved"
	in.Entries = append(in.Entries,
		casework.ImportedEntry{Move: Withdraw, To: Withdrawn, Author: "C", Effective: noon},
		casework.ImportedEntry{Type: "finding.made", Data: json.RawMessage(`{"id":"F2"}`), To: Received, Author: "C", Effective: noon},
		casework.ImportedEntry{Move: Withdraw, To: Withdrawn, Author: "C", Effective: noon})
	f := newOffice(t)
	report, err := f.desk().Import(t.Context(), nightly, "mosaic", in)
	require.NoError(t, err)
	var got []string
	for _, a := range report.Anomalies {
		assert.NotEmpty(t, a.Message)
		got = append(got, a.Path+" "+a.Code)
	}
	assert.Equal(t, []string{
		"entries[1] author.missing", "entries[2] time.backwards", "entries[2] time.foretold", "entries[3] move.elsewhere",
		"entries[4] move.not_allowed", "entries[4] state.unknown", "entries[5] move.not_allowed", "entries[6] move.missing", "entries[7] reason.missing",
	}, got)
	assert.Equal(t, casework.Actor{Kind: casework.KindImport, ID: "mosaic", Original: " "}, f.journal(report.Case)[2].Actor, "nobody is invented")
	c, err := f.desk().Load(t.Context(), report.Case)
	require.NoError(t, err)
	assert.Equal(t, Withdrawn, c.State())
	f.verified(report.Case)
}

func TestEveryFaultOfAnImportIsNamedAtOnce(t *testing.T) {
	in := casework.ImportedCase{
		Opening: casework.Opening{Subject: "\xff"},
		Entries: []casework.ImportedEntry{
			{},
			{Type: "nonsense", Effective: noon},
			{Type: "case.assigned", Effective: noon},
			{Type: "finding.made", Version: 2, Effective: noon},
			{Type: "finding.made", Version: -1, Effective: noon},
			{Type: "finding.made", Data: json.RawMessage(`{"id":`), Effective: noon},
			{Type: "finding.made", Data: json.RawMessage(`[]`), Effective: noon},
			{Move: LookInto, Data: json.RawMessage(`{`), Effective: noon.AddDate(9000, 0, 0), Recorded: noon.AddDate(9000, 0, 0)},
			{Move: LookInto, Author: "\x00", Effective: noon},
		},
	}
	f := newOffice(t)
	_, err := f.desk().Import(t.Context(), nightly, "\xff", in)
	assert.Equal(t, []string{
		"subject text.malformed", "source text.malformed", "references import.reference_missing",
		"entries[0].type entry.untyped", "entries[0].effective entry.undated",
		"entries[1].type entry.type_unknown", "entries[2].type entry.type_unknown",
		"entries[3].version entry.version_unknown", "entries[4].version entry.version_unknown",
		"entries[5].data data.unreadable", "entries[6].data data.unreadable",
		"entries[7].effective time.unwritable", "entries[7].recorded time.unwritable", "entries[7].data data.unreadable",
		"entries[8] text.malformed",
	}, faults(t, err))
	_, err = f.desk().Import(t.Context(), nightly, " ", history())
	assert.Equal(t, []string{"source import.source_missing"}, faults(t, err))
	in = history()
	in.References = append(in.References, casework.ExternalRef{})
	_, err = f.desk().Import(t.Context(), casework.Actor{}, "mosaic", in)
	assert.Equal(t, []string{"references[1].scheme reference.scheme_missing", "references[1].value reference.value_missing"}, faults(t, err))
	_, err = f.desk().Import(t.Context(), casework.Actor{}, "mosaic", history())
	require.ErrorIs(t, err, casework.ErrInvalid)
	in = history()
	in.Definition = "Nonsense"
	_, err = f.desk().Import(t.Context(), nightly, "mosaic", in)
	require.ErrorIs(t, err, casework.ErrNotFound)
	listed := 0
	for _, err := range f.store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		listed++
	}
	assert.Zero(t, listed, "nothing was written")
}

func TestImportReadsOldForms(t *testing.T) {
	var kept []noteV3
	f := newOffice(t, withEvent(noted(&kept)))
	in := history()
	in.Entries = []casework.ImportedEntry{
		{Type: "note.taken", Version: 1, Data: json.RawMessage(`"long ago"`), Author: "A", Effective: noon},
		{Type: "note.taken", Author: "A", Effective: noon},
	}
	report, err := f.desk().Import(t.Context(), nightly, "mosaic", in)
	require.NoError(t, err)
	assert.Equal(t, []noteV3{{ID: "N0", Text: "long ago"}, {}}, kept[len(kept)-2:])
	entries := f.journal(report.Case)
	assert.Equal(t, []int{1, 3}, []int{entries[1].Version, entries[2].Version})
	assert.JSONEq(t, `{}`, string(entries[2].Data))
	f.verified(report.Case)
}

func TestALiveClaimHoldsForImportsToo(t *testing.T) {
	f := newOffice(t)
	_, err := f.desk().Open(t.Context(), ana, casework.Opening{Subject: "P-17"}, nil)
	require.NoError(t, err)
	in := history()
	in.Entries = in.Entries[:2]
	_, err = f.desk().Import(t.Context(), nightly, "mosaic", in)
	require.ErrorIs(t, err, casework.ErrConflict)
}
