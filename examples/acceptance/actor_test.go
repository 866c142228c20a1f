package acceptance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The faults actor.missing and actor.chain belong to the class
// authority.actor_missing.
func TestS12_7_an_empty_actor_is_refused_and_system_and_principal_are_recorded(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		c := open(t, desk, ana, person3(t))

		nobody := casework.Actor{}
		unnamed := casework.Person(" ", hackney)
		chain := bo.For(ana.For(cal))
		for name, step := range map[string]func(by casework.Actor) error{
			"open": func(by casework.Actor) error {
				_, err := desk.Open(t.Context(), by, commissioning.Brief{Title: "Lunch club", Lead: hackney})
				return err
			},
			"update": func(by casework.Actor) error {
				_, err := desk.Update(t.Context(), c.ID(), by, need("Falls at night"))
				return err
			},
			"move": func(by casework.Actor) error {
				_, err := desk.Move(t.Context(), c.ID(), by, commissioning.IdentifyResources)
				return err
			},
			"assign":  func(by casework.Actor) error { _, err := desk.Assign(t.Context(), c.ID(), by, bo); return err },
			"tick":    func(by casework.Actor) error { _, err := desk.Tick(t.Context(), c.ID(), by); return err },
			"options": func(by casework.Actor) error { _, err := desk.Options(t.Context(), c.ID(), by); return err },
			"import": func(by casework.Actor) error {
				_, err := desk.Import(t.Context(), by, "old system", casework.ImportedCase{
					Opening: casework.Opening{Definition: commissioning.StrategicName, References: []casework.ExternalRef{workflow("9")}},
				})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) {
				for _, by := range []casework.Actor{nobody, unnamed} {
					codes := faultCodes(t, h.fails(t, func() error { return step(by) }))
					assert.Contains(t, codes, "actor.id actor.missing")
				}
				codes := faultCodes(t, h.fails(t, func() error { return step(chain) }))
				assert.Contains(t, codes, "actor.on_behalf_of.on_behalf_of actor.chain")
			})
		}

		t.Run("a holder is named as well", func(t *testing.T) {
			err := h.fails(t, func() error { _, err := desk.Assign(t.Context(), c.ID(), ana, nobody); return err })
			assert.Contains(t, faultCodes(t, err), "holder.id actor.missing")
		})

		t.Run("the system is recorded as the system", func(t *testing.T) {
			update(t, desk, c.ID(), ana, func(c *commissioning.Cycle) error {
				return c.SetTarget(commissioning.StageAssessNeed, day(t, "2021-11-01"))
			})
			before := c.Seq() + 1
			_, err := desk.Tick(t.Context(), c.ID(), nightly)
			require.NoError(t, err)
			entries := entriesOf(t, h.store, c.ID(), before)
			require.Len(t, entries, 1)
			assert.Equal(t, casework.KindSystem, entries[0].Actor.Kind)
			assert.Equal(t, nightly, entries[0].Actor)
		})

		t.Run("whoever stands in is recorded with the principal", func(t *testing.T) {
			held, err := desk.Load(t.Context(), c.ID())
			require.NoError(t, err)
			update(t, desk, c.ID(), bo.For(ana), need("Falls at night"))
			entries := entriesOf(t, h.store, c.ID(), held.Seq())
			require.Len(t, entries, 1)
			assert.True(t, entries[0].Actor.Is(bo))
			require.NotNil(t, entries[0].Actor.OnBehalfOf)
			assert.Equal(t, ana, *entries[0].Actor.OnBehalfOf)
		})
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}
