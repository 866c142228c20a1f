package acceptance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The error is casework.ErrNotFound, the very one of an id that nobody has. It
// belongs to no class of refusals: what is not there cannot be refused.
func TestS12_6_another_tenants_case_is_not_found(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		ours := h.desk(t)
		theirs := ours.In(h.tenant("theirs"))
		foreign := reach(t, theirs, open(t, theirs, ana, person3(t)).ID(), ana, commissioning.StageMonitorReview)
		foreign, err := theirs.Assign(t.Context(), foreign.ID(), ana, bo, casework.Key("theirs"))
		require.NoError(t, err)
		untouched := everything(t, h.tenant("theirs"))

		pin := foreign.Definition()
		acts := map[string]func(casework.CaseID) error{
			"load":    func(id casework.CaseID) error { _, err := ours.Load(t.Context(), id); return err },
			"options": func(id casework.CaseID) error { _, err := ours.Options(t.Context(), id, bo); return err },
			"verify":  func(id casework.CaseID) error { return ours.Verify(t.Context(), id) },
			"update": func(id casework.CaseID) error {
				_, err := ours.Update(t.Context(), id, bo, need("Falls at night"))
				return err
			},
			"update as of a sequence": func(id casework.CaseID) error {
				_, err := ours.Update(t.Context(), id, bo, need("Falls at night"), casework.IfSeq(foreign.Seq()))
				return err
			},
			"update with their key": func(id casework.CaseID) error {
				_, err := ours.Update(t.Context(), id, bo, need("Falls at night"), casework.Key("theirs"))
				return err
			},
			"move": func(id casework.CaseID) error {
				_, err := ours.Move(t.Context(), id, bo, commissioning.Abandon, casework.Reason("mischief"))
				return err
			},
			"assign":  func(id casework.CaseID) error { _, err := ours.Assign(t.Context(), id, bo, bo); return err },
			"release": func(id casework.CaseID) error { _, err := ours.Release(t.Context(), id, bo); return err },
			"tick":    func(id casework.CaseID) error { _, err := ours.Tick(t.Context(), id, nightly); return err },
			"redact": func(id casework.CaseID) error {
				_, err := ours.Redact(t.Context(), id, bo, []uint64{2}, "mischief")
				return err
			},
			"migrate": func(id casework.CaseID) error {
				_, err := ours.Migrate(t.Context(), id, bo, pin, nil, "mischief")
				return err
			},
			"history": func(id casework.CaseID) error {
				for _, err := range ours.History(t.Context(), id, 0) {
					return err
				}
				return errors.New("the history ended without an error")
			},
			"export": func(id casework.CaseID) error {
				return casework.WriteJournal(&strings.Builder{}, ours.History(t.Context(), id, 0))
			},
			"read within a unit": func(id casework.CaseID) error {
				_, err := ours.Do(t.Context(), bo, func(u *casework.Unit) error {
					_, err := casework.Load(u, ours.Kind(), id)
					return err
				})
				return err
			},
		}
		for name, act := range acts {
			t.Run(name, func(t *testing.T) {
				missing := caseID(1 << 60)
				foreignError := h.fails(t, func() error { return act(foreign.ID()) })
				missingError := h.fails(t, func() error { return act(missing) })
				require.ErrorIs(t, foreignError, casework.ErrNotFound)
				require.ErrorIs(t, missingError, casework.ErrNotFound)
				assert.Equal(t,
					strings.ReplaceAll(missingError.Error(), missing.String(), "ID"),
					strings.ReplaceAll(foreignError.Error(), foreign.ID().String(), "ID"),
					"nothing tells another tenant's case from a missing one")
			})
		}

		t.Run("find", func(t *testing.T) {
			_, foreignError := ours.Find(t.Context(), workflow("3"))
			_, missingError := ours.Find(t.Context(), workflow("4711"))
			require.ErrorIs(t, foreignError, casework.ErrNotFound)
			require.ErrorIs(t, missingError, casework.ErrNotFound)
			assert.Equal(t, strings.ReplaceAll(missingError.Error(), "4711", "3"), foreignError.Error())
		})

		t.Run("list, feed, receipt and plan of a migration show nothing", func(t *testing.T) {
			assert.Empty(t, everything(t, h.store))
			_, err := h.store.Receipt(t.Context(), "theirs")
			require.ErrorIs(t, err, casework.ErrNotFound)
			plan, err := ours.PlanMigration(t.Context(), pin, nil)
			require.NoError(t, err)
			assert.Empty(t, plan)
		})

		t.Run("a successor and a served cycle are not theirs either", func(t *testing.T) {
			brief := commissioning.Brief{Title: "Home care", Lead: hackney, Subject: "person-9", Predecessor: foreign.ID()}
			err := h.fails(t, func() error { _, err := ours.Open(t.Context(), ana, brief); return err })
			require.ErrorIs(t, err, casework.ErrNotFound)

			brief.Predecessor, brief.Serves = casework.CaseID{}, foreign.ID()
			err = h.fails(t, func() error { _, err := ours.Open(t.Context(), ana, brief); return err })
			require.ErrorIs(t, err, casework.ErrNotFound, "nothing is reported to their cycle")
		})

		t.Run("our own case may carry the same reference, claim and key", func(t *testing.T) {
			imported, err := ours.Import(t.Context(), ana, "old system", casework.ImportedCase{
				Opening: casework.Opening{Definition: commissioning.IndividualName, Subject: "person-3", References: []casework.ExternalRef{workflow("3")}},
			})
			require.NoError(t, err)
			assert.Equal(t, 1, imported.New, "their case is no duplicate of ours")
			assert.NotEqual(t, foreign.ID(), imported.Case)
			found, err := ours.Find(t.Context(), workflow("3"))
			require.NoError(t, err)
			assert.Equal(t, imported.Case, found.ID())
			_, err = ours.Assign(t.Context(), found.ID(), ana, bo, casework.Key("theirs"))
			require.NoError(t, err)
		})
		assert.Equal(t, untouched, everything(t, h.tenant("theirs")))
	})
}
