package principles_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

// unlisted is a store that cannot list.
type unlisted struct{ casework.Store }

func TestADeskFetchesWhatBelongsToACycle(t *testing.T) {
	f := procurementtest.ContractAt(t, procurement.ContractInForce)
	desk, err := principles.NewDesk(f.Cycles, f.Desks, nil)
	require.NoError(t, err)
	cycle := f.Purchase.Requisition().Cycle
	d, err := desk.Dossier(t.Context(), cycle, longAfter())
	require.NoError(t, err)
	require.Len(t, d.Purchases(), 1)
	require.Len(t, d.Contracts(), 1)
	assert.Equal(t, f.Contract.ID(), d.Contracts()[0].ID())
	assert.Equal(t, f.Contract.Seq(), d.Contracts()[0].Seq())

	other, err := f.Cycles.Open(t.Context(), f.Requester, commissioning.Brief{Title: "Day care", Lead: f.Requester.Agency})
	require.NoError(t, err)
	alone, err := desk.Dossier(t.Context(), other.ID(), longAfter())
	require.NoError(t, err)
	assert.Empty(t, alone.Purchases(), "what was bought for another cycle is not its own")

	var titles []string
	for d, err := range desk.Dossiers(t.Context(), longAfter()) {
		require.NoError(t, err)
		titles = append(titles, d.Cycle().Brief().Title)
	}
	assert.Len(t, titles, 2)
	assert.Contains(t, titles, "Day care")

	opened, _ := f.Purchase.Opened()
	for d, err := range desk.Dossiers(t.Context(), principles.Judgement{At: opened.Add(-time.Minute), BackfilledAfter: 30}) {
		require.NoError(t, err)
		assert.NotEqual(t, other.ID(), d.Cycle().ID(), "a cycle opened later is left out")
		assert.Empty(t, d.Purchases())
	}
}

func TestADeskOfTheBuyingOfAFrameworkAgreementHasItInItsDossier(t *testing.T) {
	f := procurementtest.At(t, procurement.AwardDecided)
	desk, err := principles.NewDesk(f.Cycles, f.Desks, nil)
	require.NoError(t, err)
	d, err := desk.Dossier(t.Context(), f.Purchase.Requisition().Cycle, longAfter())
	require.NoError(t, err)
	assert.Len(t, d.Contracts(), 1, "a drafted contract is there too")
	assert.Empty(t, d.Frameworks())
	assert.Empty(t, d.Grants())
	assert.Empty(t, d.InHouse())
}

func TestADeskSaysWhatItCannotDo(t *testing.T) {
	f := procurementtest.At(t, procurement.RequisitionDrafted)
	_, err := principles.NewDesk(nil, f.Desks, nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	desk, err := principles.NewDesk(f.Cycles, f.Desks, nil)
	require.NoError(t, err)
	_, err = desk.Dossier(t.Context(), casework.CaseID{99}, longAfter())
	require.ErrorIs(t, err, casework.ErrNotFound)
	for _, err := range desk.Dossiers(t.Context(), principles.Judgement{}) {
		require.ErrorIs(t, err, casework.ErrInvalid)
	}

	bare, err := commissioning.NewDesk(unlisted{memory.New()}, nil)
	require.NoError(t, err)
	desks, err := procurement.NewDesks(bare, nil)
	require.NoError(t, err)
	desk, err = principles.NewDesk(bare, desks, nil)
	require.NoError(t, err)
	_, err = desk.Dossier(t.Context(), casework.CaseID{1}, longAfter())
	require.ErrorIs(t, err, casework.ErrInvalid)
}
