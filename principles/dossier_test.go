package principles_test

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
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

func newKinds(t testing.TB) *principles.Kinds {
	t.Helper()
	cycles, err := commissioning.NewKind(nil)
	require.NoError(t, err)
	procured, err := procurement.NewKinds(cycles, nil)
	require.NoError(t, err)
	kinds, err := principles.NewKinds(procured, nil)
	require.NoError(t, err)
	return kinds
}

// longAfter judges when everything in a fixture is over.
func longAfter() principles.Judgement {
	return principles.Judgement{At: time.Date(2035, time.January, 1, 0, 0, 0, 0, time.UTC), BackfilledAfter: 30}
}

// bought gives the journals of a cycle whose service was bought: cycle, purchase
// and contract.
func bought(t testing.TB) []principles.Journal {
	t.Helper()
	f := procurementtest.ContractAt(t, procurement.ContractInForce)
	var journals []principles.Journal
	for _, of := range []struct {
		kind string
		id   casework.CaseID
	}{
		{commissioning.KindName, f.Purchase.Requisition().Cycle},
		{procurement.PurchaseKind, f.Purchase.ID()},
		{procurement.ContractKind, f.Contract.ID()},
	} {
		j := principles.Journal{Kind: of.kind}
		for e, err := range f.Store.History(t.Context(), of.id, 0) {
			require.NoError(t, err)
			j.Entries = append(j.Entries, e)
		}
		journals = append(journals, j)
	}
	return journals
}

func TestADossierHoldsTheCasesOfACycle(t *testing.T) {
	journals := bought(t)
	d, err := newKinds(t).Dossier(longAfter(), journals[2], journals[1], journals[0])
	require.NoError(t, err)
	assert.Equal(t, journals[0].Entries[0].Case, d.Cycle().ID())
	require.Len(t, d.Purchases(), 1)
	require.Len(t, d.Contracts(), 1)
	assert.Equal(t, procurement.ContractInForce, d.Contracts()[0].State())
	assert.Equal(t, []int{1}, d.Rounds())
	assert.True(t, d.Reached(commissioning.StageArrangeDelivery, 1))
	assert.False(t, d.Reached(commissioning.StageAssessNeed, 2))

	need := d.Cycle().Needs()[0]
	cited := d.Cite(d.Cycle().ID(), need.Mark.Entry, 0)
	require.Len(t, cited, 1)
	assert.Equal(t, "need.identified", cited[0].Type)
	assert.Equal(t, journals[0].Entries[need.Mark.Entry-1].Hash, cited[0].Hash)
	assert.Empty(t, d.Cite(casework.CaseID{9}, 1), "a case that is not there proves nothing")
}

func TestTheOrderOfJournalsChangesNothing(t *testing.T) {
	journals, kinds := bought(t), newKinds(t)
	one, err := kinds.Dossier(longAfter(), journals[0], journals[1], journals[2])
	require.NoError(t, err)
	other, err := kinds.Dossier(longAfter(), journals[2], journals[0], journals[1])
	require.NoError(t, err)
	assert.Equal(t, one.Digest(), other.Digest())
}

func TestWhatWasRecordedAfterTheTimeOfJudgementIsLeftOut(t *testing.T) {
	journals, kinds := bought(t), newKinds(t)
	cycle := journals[0].Entries
	planned := cycle[len(cycle)/2]
	before := principles.Judgement{At: planned.Recorded, BackfilledAfter: 30}
	d, err := kinds.Dossier(before, journals...)
	require.NoError(t, err)
	assert.LessOrEqual(t, d.Cycle().Seq(), uint64(len(cycle)))
	for _, j := range d.Journals() {
		for _, e := range j.Entries[:len(j.Entries)-1] {
			if !e.Recorded.After(before.At) {
				assert.Len(t, d.Cite(e.Case, e.Seq), 1)
			}
		}
	}
	assert.Empty(t, d.Contracts(), "the contract was opened later")

	later, err := kinds.Dossier(longAfter(), journals...)
	require.NoError(t, err)
	assert.NotEqual(t, d.Digest(), later.Digest())
}

func TestAFaultyDossierNamesEveryFault(t *testing.T) {
	journals, kinds := bought(t), newKinds(t)
	strange := principles.Journal{Kind: "complaint", Entries: commissioningtest.At(t, commissioning.StageAssessNeed).Journal(t)}
	for name, test := range map[string]struct {
		judged   principles.Judgement
		journals []principles.Journal
		want     string
	}{
		"the time of judgement is said":              {principles.Judgement{BackfilledAfter: 1}, journals, "judgement.time_missing"},
		"what counts as late is said":                {principles.Judgement{At: longAfter().At}, journals, "judgement.backfill_missing"},
		"there is a cycle":                           {longAfter(), journals[1:], "dossier.cycle_missing"},
		"a case stands there once":                   {longAfter(), append(journals[:3:3], journals[1]), "journal.twice"},
		"a journal has entries":                      {longAfter(), append(journals[:3:3], principles.Journal{Kind: "cycle"}), "journal.empty"},
		"a cycle opened later is not there":          {principles.Judgement{At: journals[0].Entries[0].Recorded.Add(-time.Hour), BackfilledAfter: 1}, journals, "dossier.cycle_missing"},
		"a kind that does not belong there is named": {longAfter(), []principles.Journal{journals[1], strange}, "journal.kind"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := kinds.Dossier(test.judged, test.journals...)
			require.ErrorIs(t, err, casework.ErrInvalid)
			invalid, is := errors.AsType[*casework.InvalidError](err)
			require.True(t, is)
			assert.True(t, invalid.Has(test.want), "%v", err)
		})
	}
}

func TestAJournalThatWasTamperedWithIsCorrupt(t *testing.T) {
	journals := bought(t)
	journals[0].Entries[1].Reason = "because"
	_, err := newKinds(t).Dossier(longAfter(), journals...)
	assert.ErrorIs(t, err, casework.ErrCorrupt)
}

func TestDossiersSurviveBeingWritten(t *testing.T) {
	kinds := newKinds(t)
	d, err := kinds.Dossier(longAfter(), bought(t)...)
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, d.Write(&text))
	require.NoError(t, d.Write(&text))
	n := 0
	for read, err := range kinds.ReadDossiers(bytes.NewReader(text.Bytes())) {
		require.NoError(t, err)
		assert.Equal(t, d.Digest(), read.Digest())
		n++
	}
	assert.Equal(t, 2, n)
}

func TestReadingDossiersStopsAtWhatCannotBeRead(t *testing.T) {
	kinds := newKinds(t)
	for name, text := range map[string]string{
		"what is no JSON":       `{"format":1,`,
		"an unknown field":      `{"format":1,"extra":1}`,
		"an unknown format":     `{"format":9}`,
		"a dossier of no cycle": `{"format":1,"judgement":{"at":"2026-01-01T00:00:00Z","backfilled_after":1},"journals":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for d, err := range kinds.ReadDossiers(strings.NewReader(text + text)) {
				require.ErrorIs(t, err, casework.ErrInvalid)
				assert.Nil(t, d)
				n++
			}
			assert.Equal(t, 1, n)
		})
	}
	t.Run("a broken reader", func(t *testing.T) {
		broken := errors.New("the line is down")
		for _, err := range kinds.ReadDossiers(iotest.ErrReader(broken)) {
			assert.ErrorIs(t, err, broken)
		}
	})
}
