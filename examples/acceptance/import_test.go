package acceptance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// referral4 is a record of the old system that contradicts itself: unassigned,
// yet its element is approved, and from a day before the record was made.
func referral4(t *testing.T) casework.ImportedCase {
	t.Helper()
	created := time.Date(2022, time.May, 5, 10, 51, 15, 0, time.UTC)
	approvedFrom := day(t, "2021-12-01")
	require.Equal(t, 155, approvedFrom.DaysUntil(casework.DateOf(created)))
	return casework.ImportedCase{
		Opening: casework.Opening{
			Definition: commissioning.IndividualName, Subject: "person-of-4",
			References: []casework.ExternalRef{workflow("cku5fu4p103781bjq84cqrlsg")},
		},
		Entries: []casework.ImportedEntry{
			{
				Type: "brief.recorded", Effective: created,
				Data: []byte(`{"title":"Referral 4","subject":"person-of-4","lead":{"id":"hackney","name":"London Borough of Hackney","sector":"statutory"}}`),
			},
			{Type: "service.planned", Effective: created, Data: []byte(`{"id":"S1","title":"Home care","channel":"procurement"}`)},
			{
				Type: "arrangement.recorded", Effective: approvedFrom.In(time.UTC), Recorded: time.Date(2022, time.June, 15, 0, 0, 0, 0, time.UTC),
				Data: []byte(`{"id":"T1","service":"S1","instrument":"contract","provider":{"id":"homely","name":"Homely Care"},"why":"","binding_since":"2021-12-01"}`),
			},
		},
	}
}

// anomalies gives "path code" of each anomaly.
func anomalies(report casework.ImportReport) []string {
	var codes []string
	for _, a := range report.Anomalies {
		codes = append(codes, a.Path+" "+a.Code)
	}
	return codes
}

// What an import reports are anomalies, which refuse nothing: no class.
func TestS10_1_a_referral_that_contradicts_itself_is_brought_in_with_its_anomalies(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		h.at(t, "2026-01-05T09:00:00Z")
		report, err := desk.Import(t.Context(), nightly, "brokerage", referral4(t))
		require.NoError(t, err)
		assert.Equal(t, 4, report.New)
		assert.Contains(t, anomalies(report), "entries[2] author.missing", "approved by nobody")
		assert.Contains(t, anomalies(report), "entries[2] time.backwards", "in effect 155 days before the case")

		c, err := desk.Load(t.Context(), report.Case)
		require.NoError(t, err)
		assert.True(t, c.Imported())
		assert.Equal(t, commissioning.StageAssessNeed, c.Stage(), "the state is behind its element and stays there")
		assert.True(t, c.Arrangements()[0].Mark.Imported, "no control is proved by it")
		assert.Equal(t, "2022-06-15T00:00:00Z", c.Arrangements()[0].Mark.Recorded.Format(time.RFC3339))
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}

func TestS10_7_the_same_import_twice_makes_no_duplicate(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		first, err := desk.Import(t.Context(), nightly, "brokerage", referral4(t))
		require.NoError(t, err)
		before := everything(t, h.store)
		second, err := desk.Import(t.Context(), nightly, "brokerage", referral4(t))
		require.NoError(t, err)
		assert.Equal(t, casework.ImportReport{Case: first.Case, New: 0}, second)
		assert.Equal(t, before, everything(t, h.store))
	})
}

// The code need.none belongs to the class guard.missing_field.
func TestS10_8_live_rules_hold_from_now_on(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		h.at(t, "2026-01-05T09:00:00Z")
		report, err := desk.Import(t.Context(), nightly, "brokerage", referral4(t))
		require.NoError(t, err)
		imported := entriesOf(t, h.store, report.Case, 0)

		r := h.refused(t, func() error {
			_, err := desk.Move(t.Context(), report.Case, ana, commissioning.IdentifyResources)
			return err
		})
		assert.Equal(t, []string{"need.none"}, stopping(r.Objections))

		c := update(t, desk, report.Case, ana, identified)
		assert.False(t, c.Needs()[0].Mark.Imported)
		assert.True(t, c.Arrangements()[0].Mark.Imported, "what came in stays marked")
		c = move(t, desk, report.Case, ana, commissioning.IdentifyResources)
		assert.Equal(t, commissioning.StageIdentifyResources, c.Stage())
		entries := entriesOf(t, h.store, report.Case, 0)
		assert.Equal(t, imported, entries[:len(imported)])
		for _, e := range entries[len(imported):] {
			assert.False(t, e.Imported, e.Type)
		}
		require.NoError(t, desk.Verify(t.Context(), report.Case))
	})
}

// A source nobody names is the fault import.source_missing, of the class
// guard.missing_field.
func TestS10_9_an_author_is_never_invented(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		in := referral4(t)
		in.Entries[0].Author = "M. Brown (left 2019)"
		report, err := desk.Import(t.Context(), ana, "brokerage", in)
		require.NoError(t, err)
		entries := entriesOf(t, h.store, report.Case, 0)
		assert.True(t, entries[0].Actor.Is(ana), "who brought it in opened it")
		for _, e := range entries[1:] {
			assert.Equal(t, casework.KindImport, e.Actor.Kind)
			assert.Equal(t, "brokerage", e.Actor.ID)
		}
		assert.Equal(t, "M. Brown (left 2019)", entries[1].Actor.Original)
		assert.Empty(t, entries[2].Actor.Original)

		in.References = []casework.ExternalRef{workflow("another")}
		err = h.fails(t, func() error { _, err := desk.Import(t.Context(), ana, "", in); return err })
		assert.Equal(t, []string{"source import.source_missing"}, faultCodes(t, err))
	})
}
