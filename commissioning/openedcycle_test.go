package commissioning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

// openedCycle is a small strategic cycle in a store of its own, on 2 June 2025,
// with need N1, outcome O1 and service S1.
type openedCycle struct {
	desk *commissioning.Desk
	id   casework.CaseID
	by   casework.Actor
}

func openCycle(t *testing.T) openedCycle {
	t.Helper()
	camden := casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	noon := time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC)
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Desk: casework.DeskOptions{Clock: func() time.Time { return noon }},
	})
	require.NoError(t, err)
	o := openedCycle{desk: desk, by: casework.Person("ana.k", camden)}
	c, err := desk.Open(t.Context(), o.by, commissioning.Brief{Title: "Lunch club", Lead: camden, Value: casework.GBP(500_000)})
	require.NoError(t, err)
	o.id = c.ID()
	o.update(t, func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people eat alone"}); err != nil {
			return err
		}
		if _, err := c.SetOutcome(commissioning.Outcome{Statement: "Older people eat in company"}); err != nil {
			return err
		}
		_, err := c.PlanService(commissioning.Service{Title: "Lunch club"})
		return err
	})
	return o
}

// update issues commands that are to succeed, and gives the cycle after them.
func (o openedCycle) update(t *testing.T, work func(*commissioning.Cycle) error, opts ...casework.CallOption) *commissioning.Cycle {
	t.Helper()
	c, err := o.desk.Update(t.Context(), o.id, o.by, work, opts...)
	require.NoError(t, err)
	return c
}

// faults issues a command that is to be invalid, and gives "path code" of each fault.
func (o openedCycle) faults(t *testing.T, work func(*commissioning.Cycle) error, opts ...casework.CallOption) []string {
	t.Helper()
	before, err := o.desk.Load(t.Context(), o.id)
	require.NoError(t, err)
	_, err = o.desk.Update(t.Context(), o.id, o.by, work, opts...)
	require.ErrorIs(t, err, casework.ErrInvalid)
	after, loadErr := o.desk.Load(t.Context(), o.id)
	require.NoError(t, loadErr)
	require.Equal(t, before.Seq(), after.Seq(), "a faulty command writes nothing")
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	var found []string
	for _, f := range invalid.Faults {
		require.NotEmpty(t, f.Message)
		found = append(found, f.Path+" "+f.Code)
	}
	return found
}

// redacted empties every entry since a sequence, and gives the cycle as its
// verified journal then tells it.
func (o openedCycle) redacted(t *testing.T, after uint64) *commissioning.Cycle {
	t.Helper()
	var seqs []uint64
	for e, err := range o.desk.History(t.Context(), o.id, after) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	c, err := o.desk.Redact(t.Context(), o.id, o.by, seqs, "asked to be forgotten")
	require.NoError(t, err)
	require.NoError(t, o.desk.Verify(t.Context(), o.id))
	return c
}

// day reads a date that is known to be one.
func day(t *testing.T, text string) casework.Date {
	t.Helper()
	d, err := casework.ParseDate(text)
	require.NoError(t, err)
	return d
}
