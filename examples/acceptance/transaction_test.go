package acceptance_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/internal/fuse"
)

// hosted gives a house whose database is the host's, with a table of the host's
// in it, and what counts the rows of that table.
func hosted(t *testing.T) (*house, *sqlstore.Store, *sql.DB, func() int) {
	t.Helper()
	name, err := sqlite.DSN(filepath.Join(t.TempDir(), "host.db"), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(t, err)
	db, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := sqlite.Attach(t.Context(), db)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	_, err = db.ExecContext(t.Context(), `CREATE TABLE invoices (package TEXT NOT NULL)`)
	require.NoError(t, err)
	rows := func() int {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM invoices`).Scan(&n))
		return n
	}
	return newHouse(s, func(tenant string) store { return s.Tenant(tenant) }), s, db, rows
}

// A rollback is the host's own doing and has no code.
func TestS12_3_the_hosts_transaction_rolls_back(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		h, s, db, rows := hosted(t)
		desk := h.desk(t)
		old := reach(t, desk, open(t, desk, ana, person3(t)).ID(), ana, commissioning.StageMonitorReview)
		before := everything(t, h.store)

		// The host writes a row of its own, and by way of the library changes one
		// case and opens another.
		write := func(tx *sql.Tx) *commissioning.Cycle {
			bound := desk.In(s.WithTx(tx))
			_, err := tx.ExecContext(t.Context(), `INSERT INTO invoices VALUES ('person-3')`)
			require.NoError(t, err)
			update(t, bound, old.ID(), ana, need("Falls at night"), casework.Key("in the host's transaction"))
			next := person3(t)
			next.References, next.Predecessor = nil, old.ID()
			opened := open(t, bound, ana, next)
			require.NoError(t, bound.Verify(t.Context(), opened.ID()), "the transaction sees its own case")
			return opened
		}

		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		opened := write(tx)
		require.NoError(t, tx.Rollback())
		require.Equal(t, before, everything(t, h.store), "no state, no entry, nothing in the feed")
		assert.Zero(t, rows())
		_, err = desk.Load(t.Context(), opened.ID())
		require.ErrorIs(t, err, casework.ErrNotFound)
		_, err = s.Receipt(t.Context(), "in the host's transaction")
		require.ErrorIs(t, err, casework.ErrNotFound)

		tx, err = db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		opened = write(tx)
		require.NoError(t, tx.Commit())
		assert.Equal(t, 1, rows(), "committed, both sides are there")
		require.NoError(t, desk.Verify(t.Context(), opened.ID()))
		require.NoError(t, desk.Verify(t.Context(), old.ID()))
	})

	// The store in memory joins no transaction. What corresponds to the rollback
	// is a unit whose work changes its mind after it wrote to two cases.
	t.Run("memory", func(t *testing.T) {
		h := inMemory()
		desk := h.desk(t)
		c := open(t, desk, ana, person3(t))
		changedMind := errors.New("the host changed its mind")
		err := h.fails(t, func() error {
			_, err := desk.Do(t.Context(), ana, func(u *casework.Unit) error {
				held, err := casework.Load(u, desk.Kind(), c.ID())
				if err != nil {
					return err
				}
				if err := need("Falls at night")(held); err != nil {
					return err
				}
				if _, err := casework.Open(u, desk.Kind(), casework.Opening{Definition: commissioning.StrategicName}); err != nil {
					return err
				}
				return changedMind
			}, casework.Key("in the unit"))
			return err
		})
		require.ErrorIs(t, err, changedMind)
		_, err = h.store.Receipt(t.Context(), "in the unit")
		require.ErrorIs(t, err, casework.ErrNotFound)
	})
}

// errBroken is what a store gives that cannot write.
var errBroken = errors.New("the disk is gone")

// commands are what the scenario does between whose statements storage fails:
// one update, and the commit in which a successor ends its predecessor.
func commands(t *testing.T, h *house) map[string]func() error {
	t.Helper()
	desk := h.desk(t)
	old := reach(t, desk, open(t, desk, ana, person3(t)).ID(), ana, commissioning.StageMonitorReview)
	brief := person3(t)
	brief.Predecessor, brief.References = old.ID(), []casework.ExternalRef{workflow("3b")}
	next := open(t, desk, bo, brief)
	next = reach(t, desk, next.ID(), bo, commissioning.StagePlanUse)
	move(t, desk, next.ID(), bo, commissioning.ArrangeDelivery)
	bind := arranged(t, day(t, "2021-11-30"))
	return map[string]func() error{
		"an update": func() error {
			_, err := desk.Update(t.Context(), old.ID(), ana, need("Falls at night"))
			return err
		},
		"a succession over two cases": func() error {
			_, err := desk.Update(t.Context(), next.ID(), bo, bind, casework.Key("bind"))
			return err
		},
	}
}

// What a store fails with is handed on as it is, and has no code.
func TestS12_4_storage_fails_between_statements(t *testing.T) {
	for _, name := range []string{"an update", "a succession over two cases"} {
		t.Run("sqlite: "+name, func(t *testing.T) {
			h, blow := fused(t)
			command := commands(t, h)[name]
			before := everything(t, h.store)
			statements, lastRan := 0, []string(nil)
			for ; ; statements++ {
				require.Less(t, statements, 100, "the command never succeeds")
				blow.Arm(statements)
				err := command()
				blown, ran := blow.Disarm()
				if !blown {
					require.NoError(t, err)
					lastRan = ran
					break
				}
				require.ErrorIs(t, err, fuse.ErrBlown, "statement %d", statements)
				require.Equal(t, before, everything(t, h.store), "statement %d: nothing of it is kept", statements)
			}
			require.NotEqual(t, before, everything(t, h.store), "in the end all of it is kept")
			want := []string{"SELECT", "BEGIN", "UPDATE", "INSERT", "COMMIT"}
			if name == "an update" {
				assert.Equal(t, want, verbs(lastRan), "one read, and two statements between BEGIN and COMMIT")
			} else {
				assert.Greater(t, statements, len(want))
			}
			soundEverywhere(t, h)
		})

		t.Run("memory: "+name, func(t *testing.T) {
			h := inMemory()
			disk := &breakable{store: h.store}
			h.store = disk
			command := commands(t, h)[name]
			disk.broken = true
			err := h.fails(t, command)
			require.ErrorIs(t, err, errBroken)
			disk.broken = false
			require.NoError(t, command())
			soundEverywhere(t, h)
		})
	}
}

// breakable is a store that is broken when told so.
type breakable struct {
	store
	broken bool
}

func (b *breakable) Append(ctx context.Context, batch casework.Batch) (casework.Receipt, error) {
	if b.broken {
		return casework.Receipt{}, errBroken
	}
	return b.store.Append(ctx, batch)
}

// soundEverywhere proves every case of the house, and that a successor and its
// predecessor know of each other or neither does.
func soundEverywhere(t *testing.T, h *house) {
	t.Helper()
	desk := h.desk(t)
	for summary, err := range h.store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		require.NoError(t, desk.Verify(t.Context(), summary.Case))
		c, err := desk.Load(t.Context(), summary.Case)
		require.NoError(t, err)
		successor, has := c.Successor()
		require.Equal(t, c.Stage() == commissioning.Superseded, has)
		if !has {
			continue
		}
		next, err := desk.Load(t.Context(), successor)
		require.NoError(t, err)
		predecessor, _ := next.Predecessor()
		require.Equal(t, c.ID(), predecessor)
	}
}
