package acceptance_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// need records a need with a statement.
func need(statement string) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: statement})
		return err
	}
}

// The code is the conflict's kind "sequence"; its class is conflict.revision.
func TestS12_1_two_writers_hold_revision_7(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		c := open(t, desk, ana, person3(t))
		for c.Seq() < 7 {
			c = update(t, desk, c.ID(), ana, need("Needs help at night"))
		}

		t.Run("each has seen it and says so", func(t *testing.T) {
			first := update(t, desk, c.ID(), ana, need("Falls at night"), casework.IfSeq(7))
			require.EqualValues(t, 8, first.Seq())
			conflict := h.conflicts(t, casework.ConflictSequence, func() error {
				_, err := desk.Update(t.Context(), c.ID(), bo, need("Forgets her medicine"), casework.IfSeq(7))
				return err
			})
			assert.EqualValues(t, 7, conflict.Expected)
			assert.EqualValues(t, 8, conflict.Actual)
			assert.True(t, conflict.By.Is(ana), "it is said who was first")
			assert.Equal(t, h.now, conflict.At)
			assert.Len(t, entriesOf(t, h.store, c.ID(), 7), 1)
		})

		t.Run("the second loads before the first commits", func(t *testing.T) {
			_, err := desk.Update(t.Context(), c.ID(), bo, func(held *commissioning.Cycle) error {
				require.EqualValues(t, 8, held.Seq())
				update(t, desk, c.ID(), ana, need("Cannot cook"))
				return need("Is lonely")(held)
			})
			var conflict *casework.ConflictError
			require.ErrorAs(t, err, &conflict)
			assert.Equal(t, casework.ConflictSequence, conflict.Kind)
			assert.EqualValues(t, 8, conflict.Expected)
			assert.EqualValues(t, 9, conflict.Actual)
			assert.True(t, conflict.By.Is(ana))
			entries := entriesOf(t, h.store, c.ID(), 8)
			require.Len(t, entries, 1)
			assert.True(t, entries[0].Actor.Is(ana))
		})

		t.Run("a host that lets the desk run again has both", func(t *testing.T) {
			patient := h.desk(t, func(o *commissioning.Options) { o.Desk.Retries = 1 })
			runs := 0
			after := update(t, patient, c.ID(), bo, func(held *commissioning.Cycle) error {
				if runs++; runs == 1 {
					update(t, desk, c.ID(), ana, need("Cannot shop"))
				}
				return need("Is lonely")(held)
			})
			assert.Equal(t, 2, runs)
			assert.EqualValues(t, 11, after.Seq())
		})
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}

// errLost is an answer that never reached its client.
var errLost = errors.New("the answer was lost")

// mute writes what it is given and loses the answer, as often as told.
type mute struct {
	store
	lost int
}

func (m *mute) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := m.store.Append(ctx, b)
	if err == nil && m.lost > 0 {
		m.lost--
		return casework.Receipt{}, errLost
	}
	return receipt, err
}

// A key used for another command is the conflict's kind "key"; its class is
// conflict.duplicate.
func TestS12_2_the_same_command_twice_with_one_key(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t)
		c := open(t, desk, ana, person3(t))
		lossy := desk.In(&mute{store: h.store, lost: 1})
		key := casework.Key("request-1", "identify", "Falls at night")

		_, err := lossy.Update(t.Context(), c.ID(), ana, need("Falls at night"), key)
		require.ErrorIs(t, err, errLost, "the client does not know whether it was written")
		before := everything(t, h.store)
		again := update(t, lossy, c.ID(), ana, need("Falls at night"), key)
		require.Equal(t, before, everything(t, h.store), "the second call has no effect")
		assert.Len(t, again.Needs(), 2)
		assert.Equal(t, c.Seq()+1, again.Seq())

		t.Run("both calls give the same receipt", func(t *testing.T) {
			work := func(u *casework.Unit) error {
				held, err := casework.Load(u, desk.Kind(), c.ID())
				if err != nil {
					return err
				}
				return need("Cannot cook")(held)
			}
			first, err := desk.Do(t.Context(), ana, work, casework.Key("request-2", "cook"))
			require.NoError(t, err)
			second, err := desk.Do(t.Context(), ana, work, casework.Key("request-2", "cook"))
			require.NoError(t, err)
			assert.False(t, first.Replayed)
			assert.True(t, second.Replayed)
			second.Replayed = false
			assert.Equal(t, first, second)
		})

		t.Run("an opening is repeated as well", func(t *testing.T) {
			brief := commissioning.Brief{Title: "Lunch club", Lead: hackney}
			first, err := desk.Open(t.Context(), ana, brief, casework.Key("request-3"))
			require.NoError(t, err)
			before := everything(t, h.store)
			second, err := desk.Open(t.Context(), ana, brief, casework.Key("request-3"))
			require.NoError(t, err)
			assert.Equal(t, first.ID(), second.ID())
			assert.Equal(t, before, everything(t, h.store))
		})

		t.Run("the key does for no other command and no other actor", func(t *testing.T) {
			for name, call := range map[string]func() error{
				"another command": func() error {
					_, err := desk.Update(t.Context(), c.ID(), ana, need("Is lonely"), casework.Key("request-1", "identify", "Is lonely"))
					return err
				},
				"another actor": func() error {
					_, err := desk.Update(t.Context(), c.ID(), bo, need("Falls at night"), key)
					return err
				},
			} {
				conflict := h.conflicts(t, casework.ConflictKey, call)
				assert.Equal(t, "request-1", conflict.Subject, name)
			}
		})
		require.NoError(t, desk.Verify(t.Context(), c.ID()))
	})
}
