package principlestest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
)

const fixtures = "testdata/fixtures"

// house is a standard of one criterion.
func house() principles.Standard {
	source := principles.Source{Document: "House rules", Year: "2026"}
	return principles.Standard{
		ID: "house", Title: "House rules", Version: "1", Doc: "What we ask of ourselves.", Source: source,
		Criteria: []principles.Criterion{{
			ID: "needs-recorded", Title: "Needs are recorded", Doc: "Whatever is commissioned meets a need.", Source: source,
			Needs:   []string{"the needs"},
			OfCycle: needsRecorded,
		}},
	}
}

func needsRecorded(d *principles.Dossier) []principles.Finding {
	at := principles.Finding{Round: 1, Stage: commissioning.StageAssessNeed}
	var found []principles.Finding
	for _, n := range d.Cycle().Needs() {
		f := at
		f.Outcome, f.Why, f.Subject, f.Evidence = principles.Met, "The need is recorded.", string(n.ID), d.Cite(d.Cycle().ID(), n.Mark.Entry)
		found = append(found, f)
	}
	switch {
	case len(found) > 0:
		return found
	case d.Reached(commissioning.StageIdentifyResources, 1):
		at.Outcome, at.Why, at.Remedy = principles.NotMet, "The cycle went on without a need.", "Go back and assess need."
	default:
		at.Outcome, at.Why, at.Remedy = principles.NoEvidence, "No need is recorded.", "Record one."
	}
	return []principles.Finding{at}
}

func TestRunPassesWhereTheStandardFindsWhatIsWanted(t *testing.T) {
	principlestest.Run(t, []principles.Standard{house()}, fixtures)
}

func TestCoveredPassesWhereEveryOutcomeHasAFixture(t *testing.T) {
	principlestest.Covered(t, house(), fixtures)
}

func TestCoveredNamesEveryOutcomeWithoutAFixture(t *testing.T) {
	r := record(t, func(t testing.TB) {
		principlestest.Covered(t, house(), fixtures, principles.Met, principles.Explained, principles.Declined)
	})
	require.Len(t, r.failures, 2)
	assert.Contains(t, r.said(), "criterion house/needs-recorded has no fixture below testdata/fixtures that wants shortfall_explained")
	assert.Contains(t, r.said(), "wants considered_and_declined")
}

func TestCoveredNamesFixturesThatCannotBeRead(t *testing.T) {
	r := record(t, func(t testing.TB) { principlestest.Covered(t, house(), "testdata/nowhere") })
	assert.True(t, r.fatal)
	assert.Contains(t, r.said(), "fixtures of testdata/nowhere cannot be read")
}

// met gives the fixture whose need is met, to be changed by a test.
func met(t testing.TB) principlestest.Fixture {
	t.Helper()
	f, err := principlestest.Load(filepath.Join(fixtures, "needs-recorded.met.json"))
	require.NoError(t, err)
	return f
}

func TestAWrongFixtureIsToldWhatWasFound(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*principlestest.Fixture)
		want  []string
	}{
		"another outcome": {
			func(f *principlestest.Fixture) { f.Want[0].Outcome = principles.NotMet },
			[]string{
				"needs-recorded.met.json: house/needs-recorded does not find what it should",
				"The fixture says: A need was recorded, and a purchase is about the cycle.",
				"wanted, and not found:\n\tnot_met, round 1, stage AssessNeed, subject N1, on cycle:3\n\tin that place is found met: The need is recorded.",
				"found, and not wanted (add it to want, or set \"only\" to false):\n\tmet, round 1, stage AssessNeed, subject N1, on cycle:3: The need is recorded.",
				"all that is found:",
			},
		},
		"another place": {
			func(f *principlestest.Fixture) { f.Want[0].Round, f.Want[0].Subject = 2, "" },
			[]string{"the outcome is found in another place: round 1, stage AssessNeed, subject N1"},
		},
		"other evidence": {
			func(f *principlestest.Fixture) { f.Want[0].Evidence = []string{"cycle:2", "cycle:3"} },
			[]string{"the finding is there, on other evidence: cycle:3"},
		},
		"a suggestion": {
			func(f *principlestest.Fixture) { f.Want[0].Suggested = true },
			[]string{"round 1, stage AssessNeed, subject N1, suggested"},
		},
		"more than there is": {
			func(f *principlestest.Fixture) { f.Want = append(f.Want, f.Want[0]) },
			[]string{"wanted, and not found:\n\tmet"},
		},
		"less than there is": {
			func(f *principlestest.Fixture) { f.Want = nil },
			[]string{"found, and not wanted"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := met(t)
			test.spoil(&f)
			r := record(t, func(t testing.TB) { f.Check(t, house()) })
			require.Len(t, r.failures, 1)
			assert.False(t, r.fatal, "the test goes on")
			for _, want := range test.want {
				assert.Contains(t, r.said(), want)
			}
		})
	}
}

func TestMoreMayBeFoundWhereTheFixtureSaysSo(t *testing.T) {
	f, more := met(t), false
	f.Only = &more
	f.Want = nil
	r := record(t, func(t testing.TB) { f.Check(t, house()) })
	assert.Empty(t, r.failures)
}

func TestAFixtureThatCannotBeJudgedEndsTheTest(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*principlestest.Fixture)
		want  string
	}{
		"a standard nobody tests":    {func(f *principlestest.Fixture) { f.Standard = "other" }, `standard "other" is none of those under test: house`},
		"a criterion it lacks":       {func(f *principlestest.Fixture) { f.Criterion = "other" }, `house has no criterion "other"`},
		"a definition there is not":  {func(f *principlestest.Fixture) { f.Cases[0].Definition = "Other" }, "cases[0]"},
		"a type there is not":        {func(f *principlestest.Fixture) { f.Cases[0].Entries[1].Type = "need.invented" }, "no event is called need.invented"},
		"a placeholder for nothing":  {func(f *principlestest.Fixture) { f.Cases[1].Entries[0].Data = []byte(`{"cycle":"$contract"}`) }, `cases[1].entries[0].data: "$contract" stands for no case`},
		"data that is not JSON":      {func(f *principlestest.Fixture) { f.Cases[0].Entries[1].Data = []byte(`{`) }, "cases[0].entries[1].data"},
		"a case without entries":     {func(f *principlestest.Fixture) { f.Cases[1].Entries = nil }, "cases[1]"},
		"a time before the cycle":    {func(f *principlestest.Fixture) { f.Judgement.At = f.Judgement.At.AddDate(-9, 0, 0) }, "a cycle that was open at the time of judgement"},
		"a purchase of another case": {func(f *principlestest.Fixture) { f.Cases[1].Entries[0].Data = []byte(`{"cycle":"$purchase"}`) }, "is about cycle"},
	} {
		t.Run(name, func(t *testing.T) {
			f := met(t)
			test.spoil(&f)
			r := record(t, func(t testing.TB) { f.Check(t, house()) })
			require.True(t, r.fatal)
			assert.Contains(t, r.said(), test.want)
		})
	}
}

func TestAFaultyFileNamesEveryFault(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		codes []string
	}{
		"a field nobody knows": {`{"standart":"house"}`, []string{"fixture.unreadable"}},
		"nothing at all":       {`{}`, []string{"fixture.standard_missing", "fixture.criterion_missing", "fixture.says_missing", "judgement.time_missing", "judgement.backfill_missing", "fixture.no_cases", "fixture.no_want"}},
		"two fixtures":         {`{}{}`, []string{"fixture.trailing"}},
		"faulty cases and wants": {
			`{"standard":"house","criterion":"c","says":"s","judgement":{"at":"2026-01-01T00:00:00Z","backfilled_after":1},
			 "cases":[{"kind":"parcel","entries":[{"move":"go"},{"at":"2026-01-01T00:00:00Z","version":-1},{"type":"case.opened","at":"2026-01-01T00:00:00Z"}]},{"kind":"cycle","entries":[]}],
			 "want":[{"outcome":"splendid","evidence":["cycle","purchase:1","cycle:0"]}]}`,
			[]string{"case.kind", "entry.half_move", "entry.at_missing", "entry.version", "entry.type_missing", "entry.opened", "case.empty", "want.outcome", "want.evidence"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "faulty.json")
			require.NoError(t, os.WriteFile(path, []byte(test.text), 0o600))
			_, err := principlestest.Load(path)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.Contains(t, err.Error(), path)
			var invalid *casework.InvalidError
			require.ErrorAs(t, err, &invalid)
			for _, code := range test.codes {
				assert.True(t, invalid.Has(code), "%s: %v", code, err)
			}
		})
	}
	_, err := principlestest.Load(filepath.Join(t.TempDir(), "missing.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFixtureGivesTheSameDossierEveryTime(t *testing.T) {
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	var texts [2]bytes.Buffer
	for i := range texts {
		d, err := met(t).Dossier(kinds)
		require.NoError(t, err)
		require.NoError(t, d.Write(&texts[i]))
	}
	assert.Equal(t, texts[0].String(), texts[1].String())
	for d, err := range kinds.ReadDossiers(&texts[0]) {
		require.NoError(t, err, "it can be read back: no digest is broken by writing")
		assert.Len(t, d.Purchases(), 1)
		assert.Equal(t, d.Cycle().ID(), d.Purchases()[0].Requisition().Cycle)
	}
}

func TestEntriesStandInTheJournalAsTheMachineryWritesThem(t *testing.T) {
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	journals, err := met(t).Journals(kinds)
	require.NoError(t, err)
	cycle := journals[0].Entries
	require.Len(t, cycle, 4)
	assert.Equal(t, casework.EntryOpened, cycle[0].Type)
	assert.Equal(t, cycle[1].Recorded, cycle[0].Recorded, "a case is opened when its first entry is written")

	need := cycle[2]
	assert.Equal(t, "ben.o", need.Actor.ID)
	assert.Equal(t, "2025-06-03T13:00:00+01:00", need.Effective.Format("2006-01-02T15:04:05Z07:00"), "the offset is kept")
	assert.Equal(t, "2025-06-03T12:00:00Z", need.Recorded.Format("2006-01-02T15:04:05Z07:00"))

	moved := cycle[3]
	assert.Equal(t, casework.EntryMoved, moved.Type)
	assert.JSONEq(t, `{}`, string(moved.Data))
	assert.Equal(t, casework.State(commissioning.StageAssessNeed), moved.From)
	assert.Equal(t, casework.State(commissioning.StageIdentifyResources), moved.To)
	assert.Equal(t, "The needs are known.", moved.Reason)
	assert.False(t, moved.Imported)

	imported, err := principlestest.Load(filepath.Join(fixtures, "needs-recorded.no_evidence.json"))
	require.NoError(t, err)
	journals, err = imported.Journals(kinds)
	require.NoError(t, err)
	for _, e := range journals[0].Entries {
		assert.True(t, e.Imported, "a case that was brought in is so from its first entry on")
	}
}

func TestFindsGivesWhatWasFound(t *testing.T) {
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	journals, err := met(t).Journals(kinds)
	require.NoError(t, err)
	report, err := house().Evaluate(principlestest.Dossier(t, met(t).Judgement, journals...))
	require.NoError(t, err)
	assert.Equal(t, "N1", principlestest.Finds(t, report, "needs-recorded", principles.Met).Subject)

	r := record(t, func(t testing.TB) { principlestest.Finds(t, report, "needs-recorded", principles.NotMet) })
	require.Len(t, r.failures, 1)
	assert.False(t, r.fatal)
	assert.Contains(t, r.said(), "criterion needs-recorded is nowhere found not_met; what is found:\n\tmet, round 1")

	r = record(t, func(t testing.TB) { principlestest.Finds(t, report, "other", principles.Met) })
	assert.True(t, r.fatal)
	assert.Contains(t, r.said(), `does not judge criterion "other"`)

	r = record(t, func(t testing.TB) { principlestest.Dossier(t, met(t).Judgement) })
	assert.True(t, r.fatal)
	assert.Contains(t, r.said(), "the journals make no dossier")
}

// recorder is a test that notes its failures.
type recorder struct {
	testing.TB
	failures []string
	fatal    bool
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.fatal = true
	runtime.Goexit()
}

func (r *recorder) said() string { return strings.Join(r.failures, "\n") }

// record runs what may fail, and gives what it said.
func record(t *testing.T, try func(testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		try(r)
	}()
	<-done
	return r
}
