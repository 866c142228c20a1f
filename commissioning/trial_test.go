package commissioning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

// trial is one cycle in a store, at noon of 5 January 2026.
type trial struct {
	t    *testing.T
	desk *commissioning.Desk
	id   casework.CaseID
	by   casework.Actor
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	noon := func() time.Time { return time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC) }
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: casework.DeskOptions{Clock: noon}})
	require.NoError(t, err)
	council := casework.Agency{ID: "council", Name: "The Council", Sector: casework.Statutory}
	by := casework.Person("ana", council)
	c, err := desk.Open(t.Context(), by, commissioning.Brief{Title: "Home care", Lead: council, Value: casework.GBP(100)})
	require.NoError(t, err)
	return &trial{t: t, desk: desk, id: c.ID(), by: by}
}

// try issues commands; an error changes nothing.
func (tr *trial) try(work func(*commissioning.Cycle) error, opts ...casework.CallOption) error {
	_, err := tr.desk.Update(tr.t.Context(), tr.id, tr.by, work, opts...)
	return err
}

// do issues commands that must be accepted.
func (tr *trial) do(work func(*commissioning.Cycle) error, opts ...casework.CallOption) {
	tr.t.Helper()
	require.NoError(tr.t, tr.try(work, opts...))
}

func (tr *trial) look() *commissioning.Cycle {
	tr.t.Helper()
	c, err := tr.desk.Load(tr.t.Context(), tr.id)
	require.NoError(tr.t, err)
	return c
}

// types gives the types of the entries that the work adds.
func (tr *trial) types(work func(*commissioning.Cycle) error, opts ...casework.CallOption) []string {
	tr.t.Helper()
	before := tr.look().Seq()
	tr.do(work, opts...)
	var types []string
	for e, err := range tr.desk.History(tr.t.Context(), tr.id, before) {
		require.NoError(tr.t, err)
		types = append(types, e.Type)
	}
	return types
}

// redact empties every entry of some types, and gives the cycle that is left.
func (tr *trial) redact(types ...string) *commissioning.Cycle {
	tr.t.Helper()
	var seqs []uint64
	for e, err := range tr.desk.History(tr.t.Context(), tr.id, 0) {
		require.NoError(tr.t, err)
		for _, name := range types {
			if e.Type == name {
				seqs = append(seqs, e.Seq)
			}
		}
	}
	require.NotEmpty(tr.t, seqs)
	_, err := tr.desk.Redact(tr.t.Context(), tr.id, tr.by, seqs, "asked to be forgotten")
	require.NoError(tr.t, err)
	require.NoError(tr.t, tr.desk.Verify(tr.t.Context(), tr.id))
	return tr.look()
}

// withNeed identifies a need, N1.
func (tr *trial) withNeed() *trial {
	tr.t.Helper()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: "Help at home"})
		return err
	})
	return tr
}

// withService plans a service, S1, and gives the trial.
func (tr *trial) withService() *trial {
	tr.t.Helper()
	tr.do(func(c *commissioning.Cycle) error {
		_, err := c.PlanService(commissioning.Service{Title: "Home care"})
		return err
	})
	return tr
}

// deliver has S1 bindingly arranged and begun.
func (tr *trial) deliver() *trial {
	tr.t.Helper()
	tr.do(func(c *commissioning.Cycle) error {
		if _, err := c.RecordArrangement(commissioning.Arrangement{
			Service: "S1", Instrument: commissioning.ContractInstrument, Why: "best placed",
			Provider: casework.Agency{ID: "carers-co-op"}, BindingSince: day(tr.t, "2025-12-01"),
		}); err != nil {
			return err
		}
		return c.StartDelivery("S1")
	})
	return tr
}

// faults gives the faults of an error as "path code".
func faults(t *testing.T, err error) []string {
	t.Helper()
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	found := make([]string, len(invalid.Faults))
	for i, f := range invalid.Faults {
		found[i] = f.Path + " " + f.Code
		assert.NotEmpty(t, f.Message)
	}
	return found
}
