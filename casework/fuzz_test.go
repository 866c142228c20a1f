package casework_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// seeds adds the golden files that match to a fuzz test's corpus.
func seeds(f *testing.F, pattern string, add func([]byte)) {
	f.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", filepath.FromSlash(pattern)))
	require.NoError(f, err)
	require.NotEmpty(f, paths)
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // a golden file of this package
		require.NoError(f, err)
		add(text)
	}
}

// FuzzEntryDecode holds that no text makes reading an entry panic, and that an
// entry that was read is written the same way ever after.
func FuzzEntryDecode(f *testing.F) {
	seeds(f, "entry/*.json", func(text []byte) { f.Add(text) })
	f.Add([]byte(`{"actor":{"on_behalf_of":{"on_behalf_of":{}}},"effective":"2025-03-30T01:30:00.5+23:59","data":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second casework.Entry
		if json.Unmarshal(text, &first) != nil {
			return
		}
		written, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(written, &second))
		again, err := json.Marshal(second)
		require.NoError(t, err)
		assert.Equal(t, string(written), string(again))

		copied := second.Clone()
		second.Seal(casework.Hash{})
		copied.Seal(casework.Hash{})
		assert.Equal(t, second.Hash, copied.Hash)
	})
}

// FuzzReadJournal holds that a journal that was accepted survives being written
// and read again, byte for byte, and can be folded without a panic.
func FuzzReadJournal(f *testing.F) {
	seeds(f, "event/*.jsonl", func(text []byte) { f.Add(text) })
	office := newOffice(f)
	c := office.looking()
	_, err := office.desk().Redact(f.Context(), c.ID(), ana, []uint64{2}, "it names a neighbour")
	require.NoError(f, err)
	f.Add(exported(f, office, c.ID()))
	kind := office.kind
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := casework.ReadJournal(bytes.NewReader(text))
		if err != nil {
			require.Empty(t, entries)
			return
		}
		var written, again bytes.Buffer
		require.NoError(t, casework.WriteJournal(&written, each(entries...)))
		second, err := casework.ReadJournal(bytes.NewReader(written.Bytes()))
		require.NoError(t, err)
		require.NoError(t, casework.WriteJournal(&again, each(second...)))
		require.Equal(t, written.String(), again.String())
		if _, err := kind.Fold(each(entries...)); err != nil {
			require.ErrorIs(t, err, casework.ErrCorrupt)
		}
	})
}

// FuzzFold holds that no journal makes a fold panic, sealed or not.
func FuzzFold(f *testing.F) {
	office := newOffice(f)
	f.Add(exported(f, office, office.looking().ID()))
	kind := office.kind
	f.Fuzz(func(t *testing.T, text []byte) {
		var entries []casework.Entry
		for line := range bytes.Lines(text) {
			var e casework.Entry
			if json.Unmarshal(line, &e) == nil {
				entries = append(entries, e)
			}
		}
		c, err := kind.Fold(each(entries...))
		if err != nil {
			require.ErrorIs(t, err, casework.ErrCorrupt)
			return
		}
		require.Equal(t, uint64(len(entries)), c.Seq())
		require.NotNil(t, c.Table())
		c.Deadlines()
		c.Holder()
	})
}

// FuzzLoadDefinition holds that a definition that was accepted compiles, and
// survives being written and read again.
func FuzzLoadDefinition(f *testing.F) {
	text, err := json.MarshalIndent(complaintDefinition(), "", " ")
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"name":"x","version":1,"doc":"d","initial":"a","states":[{"state":"a","doc":"d","final":true}],"moves":[]}`))
	f.Add([]byte(`{"name":"x","version":1,"doc":"d","initial":"a","states":[{"state":"a","doc":"d","final":true}]}`))
	f.Add([]byte(`{"name":{},"states":[[],{"state":1}],"moves":null} x`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := casework.LoadDefinition(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			return
		}
		table, err := d.Compile()
		require.NoError(t, err)
		written, err := json.Marshal(d)
		require.NoError(t, err)
		read, err := casework.LoadDefinition(bytes.NewReader(written))
		require.NoError(t, err, "%s", written)
		require.Equal(t, table.Pin(), compiled(t, read).Pin())
	})
}

// FuzzImport holds that no history makes an import panic, and that what was
// accepted verifies, survives export, and is there only once.
func FuzzImport(f *testing.F) {
	f.Add("finding.made", 1, []byte(`{"id":"F1"}`), "A. Kowalska", int64(1e9), int64(0), "look_into", "Looking", "why", "mosaic", "1")
	f.Add("", 0, []byte(nil), "", int64(-1e12), int64(5), "nudge", "", "", " ", "2")
	f.Add("complaint.answered", 0, []byte(`{"answer": "<&>"}`), "\x00", int64(0), int64(1), "\xff", "Nowhere", "\u2028", "x", "")
	f.Fuzz(func(t *testing.T, name string, version int, data []byte, author string, effective, recorded int64, move, to, reason, scheme, value string) {
		o := newOffice(t)
		in := casework.ImportedCase{
			Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: scheme, Value: value}}},
			Entries: []casework.ImportedEntry{{
				Type: name, Version: version, Data: data, Author: author, Effective: time.Unix(effective, 0), Move: casework.Move(move), To: casework.State(to), Reason: reason,
			}},
		}
		if recorded != 0 {
			in.Entries[0].Recorded = time.UnixMicro(recorded)
		}
		report, err := o.desk().Import(t.Context(), nightly, "mosaic", in)
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			return
		}
		require.Equal(t, 2, report.New)
		o.verified(report.Case)
		entries, err := casework.ReadJournal(bytes.NewReader(exported(t, o, report.Case)))
		require.NoError(t, err)
		require.Len(t, entries, 2)
		again, err := o.desk().Import(t.Context(), nightly, "mosaic", in)
		require.NoError(t, err)
		require.Equal(t, casework.ImportReport{Case: report.Case}, again)
	})
}
