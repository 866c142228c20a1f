package casework_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// exported gives a case's journal as JSON Lines.
func exported(t testing.TB, f *office, id casework.CaseID) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, casework.WriteJournal(&out, f.store.History(t.Context(), id, 0)))
	return out.Bytes()
}

func TestAJournalSurvivesJSONLinesByteForByte(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	_, err := f.desk().Update(t.Context(), c.ID(), ana.For(bea), func(c *Complaint) error {
		require.NoError(t, c.Find("<b>Bins & \u2028 \u2029 co</b> \"quoted\" \x00 \U0001F5D1"))
		return c.AddReference(casework.ExternalRef{Scheme: "a<b>", Value: "x&y"})
	}, casework.Reason("said <so> & \u2028 so\nin two lines"), casework.Effective(time.Date(2025, 3, 30, 1, 30, 0, 123456000, time.FixedZone("", -3*3600-1800))))
	require.NoError(t, err)
	_, err = f.desk().Redact(t.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
	require.NoError(t, err)

	text := exported(t, f, c.ID())
	entries, err := casework.ReadJournal(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Len(t, entries, 5)
	want := f.journal(c.ID())
	for i, e := range entries {
		assert.Equal(t, want[i].Data, e.Data)
		assert.Equal(t, want[i].Reason, e.Reason)
		assert.Equal(t, want[i].Hash, e.Hash)
		assert.Equal(t, want[i].Effective.Format(time.RFC3339Nano), e.Effective.Format(time.RFC3339Nano))
	}
	var again bytes.Buffer
	require.NoError(t, casework.WriteJournal(&again, each(entries...)))
	assert.Equal(t, string(text), again.String())
	folded, err := f.kind.Fold(each(entries...))
	require.NoError(t, err)
	assert.Equal(t, "F1", folded.s.Findings[0].ID)
}

func TestWhatWasSealedUnescapedStaysSo(t *testing.T) {
	e := fixedEntry()
	e.Data, e.Reason = []byte("{\"text\":\"<b>Bins & \u2028 co</b>\"}"), "<&>"
	e.Seal(casework.Hash{})
	var out bytes.Buffer
	require.NoError(t, casework.WriteJournal(&out, each(e)))
	assert.Contains(t, out.String(), "<b>Bins & \u2028 co</b>")
	entries, err := casework.ReadJournal(&out)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, e.Data, entries[0].Data)
}

func TestReadJournalNamesEveryUnreadableLine(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	lines := strings.Split(strings.TrimSpace(string(exported(t, f, c.ID()))), "\n")
	require.Len(t, lines, 4)
	lines[0] = `{"case":`
	lines[1] = `{"hash":"xyz"}`
	lines[2] = `{}`
	lines[3] = strings.Replace(lines[3], `"data":{"id"`, `"data":{ "id"`, 1)
	_, err := casework.ReadJournal(strings.NewReader(strings.Join(lines, "\n\n") + "\n" + lines[3] + " {}"))
	assert.Equal(t, []string{
		"line 1 entry.unreadable", "line 3 entry.unreadable",
		"line 5: case id.missing", "line 5: type entry.untyped", "line 5: recorded entry.undated", "line 5: data data.unreadable",
		"line 5: actor.kind actor.missing", "line 5: actor.id actor.missing",
		"line 7: data data.unreadable", "line 8 entry.unreadable",
	}, faults(t, err))
}

func TestReadJournalGivesNothingThatContradictsItself(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	lines := strings.Split(strings.TrimSpace(string(exported(t, f, c.ID()))), "\n")
	other := strings.Split(strings.TrimSpace(string(exported(t, f, f.received().ID()))), "\n")
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"a line that is missing":     {append(lines[:1:1], lines[2:]...), "chain.gap"},
		"lines in another order":     {[]string{lines[0], lines[2], lines[1], lines[3]}, "chain.gap"},
		"a beginning that is cut":    {lines[1:], "chain.gap"},
		"a line of another case":     {[]string{lines[0], other[1]}, "chain.foreign"},
		"a word that was changed":    {[]string{lines[0], strings.Replace(lines[1], "full", "empty", 1)}, "content.altered"},
		"a name that was changed":    {[]string{strings.Replace(lines[0], "Camden", "Barnet", 1)}, "chain.altered"},
		"an end that is cut is left": {lines[:3], ""},
	} {
		t.Run(name, func(t *testing.T) {
			entries, err := casework.ReadJournal(strings.NewReader(strings.Join(test.lines, "\n")))
			if test.want == "" {
				require.NoError(t, err)
				assert.Len(t, entries, len(test.lines))
				return
			}
			assert.Equal(t, test.want, corruption(t, err))
			assert.Empty(t, entries)
		})
	}
}

func TestReadJournalTellsWhyItCouldNotRead(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := casework.ReadJournal(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, []string{"journal journal.unreadable"}, faults(t, err))
	_, err = casework.ReadJournal(strings.NewReader(strings.Repeat("x", 17<<20)))
	assert.Equal(t, []string{"journal line.too_long"}, faults(t, err))
	entries, err := casework.ReadJournal(strings.NewReader("\n \n"))
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestWriteJournalPassesErrorsOn(t *testing.T) {
	f := newOffice(t)
	c := f.received()
	require.ErrorIs(t, casework.WriteJournal(&bytes.Buffer{}, f.store.History(t.Context(), caseID(99), 0)), casework.ErrNotFound)
	full := errors.New("the disk is full")
	require.ErrorIs(t, casework.WriteJournal(failing{full}, f.store.History(t.Context(), c.ID(), 0)), full)
	e := sealed(fixedEntry(), casework.Hash{})
	e.Effective = e.Effective.AddDate(20000, 0, 0)
	require.ErrorContains(t, casework.WriteJournal(&bytes.Buffer{}, each(e)), "write journal: entry 1 of case "+e.Case.String())
}

type failing struct{ err error }

func (w failing) Write([]byte) (int, error) { return 0, w.err }

func TestFoldNeedsTheWholeJournal(t *testing.T) {
	f := newOffice(t)
	entries := f.journal(f.looking().ID())
	foreign := f.journal(f.received().ID())
	kind := inquiries(t, f.kind)
	for name, test := range map[string]struct {
		entries []casework.Entry
		want    string
	}{
		"nothing":                        {nil, "journal.empty"},
		"no beginning":                   {entries[1:], "chain.gap"},
		"a hole":                         {append(entries[:1:1], entries[2:]...), "chain.gap"},
		"another case's entry":           {append(entries[:1:1], foreign[1]), "chain.gap"},
		"a beginning that opens nothing": {[]casework.Entry{{Case: caseID(1), Seq: 1, Type: "case.moved", Version: 1, Data: []byte(`{}`)}}, "journal.unopened"},
		"a second beginning": {func() []casework.Entry {
			again := entries[0]
			again.Seq = 2
			return []casework.Entry{entries[0], again}
		}(), "journal.unopened"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.kind.Fold(each(test.entries...))
			assert.Equal(t, test.want, corruption(t, err))
		})
	}
	_, err := kind.Fold(each(entries...))
	assert.Equal(t, "journal.kind", corruption(t, err))
	_, err = f.kind.Fold(f.store.History(t.Context(), caseID(99), 0))
	require.ErrorIs(t, err, casework.ErrNotFound)
}
