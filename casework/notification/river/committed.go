package river

import (
	"context"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"github.com/needsled/needsled/casework"
)

// Committed is a job: entries were committed, and somebody is to be told.
type Committed struct {
	Tenant string                `json:"tenant"`
	Cases  []casework.CaseChange `json:"cases"` // entries First to Last of each, both included
}

// Kind is the name River knows the job by.
func (Committed) Kind() string { return "needsled.committed" }

// faults lists what no receipt would have said.
func (c Committed) faults() []casework.Fault {
	var faults []casework.Fault
	for i, ch := range c.Cases {
		if ch.Case.IsZero() || ch.First == 0 || ch.Last < ch.First {
			faults = append(faults, casework.Fault{Path: fmt.Sprintf("cases[%d]", i), Code: "job.malformed", Message: "a change is of a case, and goes from one entry to the same or a later one"})
		}
	}
	return faults
}

// Insert inserts a [Committed] job for a receipt into the host's transaction, the
// one the unit wrote into. A receipt that is replayed inserts nothing, since the
// first call did, and neither does one without entries. The options are River's
// and may be nil.
//
// After an error the transaction is of no more use. A missing client is
// [casework.ErrInvalid]; other errors are River's.
func Insert[TTx any](ctx context.Context, client *river.Client[TTx], tx TTx, tenant string, r casework.Receipt, o *river.InsertOpts) error {
	if client == nil {
		return casework.Invalid("insert a job", casework.Fault{Path: "client", Code: "job.client_missing", Message: "give a client of River"})
	}
	if r.Replayed || len(r.Cases) == 0 {
		return nil
	}
	if _, err := client.InsertTx(ctx, tx, Committed{Tenant: tenant, Cases: slices.Clone(r.Cases)}, o); err != nil {
		return fmt.Errorf("insert a job: %w", err)
	}
	return nil
}
