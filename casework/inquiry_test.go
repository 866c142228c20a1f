package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// Inquiry is a second kind of case: it looks into a complaint it is linked to,
// and tells the complaint when it ends.
type Inquiry struct {
	casework.Case
	s inquiryState
}

type inquiryState struct {
	Complaint casework.CaseID `json:"complaint,omitzero"`
}

const (
	Running casework.State = "Running"
	Ended   casework.State = "Ended"

	End casework.Move = "end"
)

var aimed = &casework.Event[*Inquiry, inquiryState]{
	Name: "inquiry.aimed", Version: 1,
	Apply: func(c *Inquiry, _ casework.Entry, d inquiryState) { c.s = d },
}

func inquiryDefinition() casework.Definition {
	return casework.Definition{
		Name: "Inquiry", Version: 1, Doc: "A look into a complaint.", Initial: Running,
		States: []casework.StateRow{{State: Running, Doc: "It goes on."}, {State: Ended, Doc: "It is over.", Final: true}},
		Moves:  []casework.MoveRow{{Move: End, Doc: "End it.", From: []casework.State{Running}, To: Ended}},
	}
}

// inquiries gives the kind: it cannot end before its complaint is looked into,
// and the end is a finding of the complaint.
func inquiries(t testing.TB, complaints *casework.Kind[*Complaint]) *casework.Kind[*Inquiry] {
	t.Helper()
	return kindOf(t, casework.KindSpec[*Inquiry]{
		Name: "inquiry", Shape: 1,
		New:      func() *Inquiry { return &Inquiry{} },
		Document: func(c *Inquiry) any { return &c.s },
		Events:   []casework.EventType[*Inquiry]{aimed},
		Tables:   []*casework.Table{compiled(t, inquiryDefinition())},
		Links: func(c *Inquiry) []casework.Link {
			if c.s.Complaint.IsZero() {
				return nil
			}
			return []casework.Link{{Role: "complaint", Case: c.s.Complaint, Kind: complaints}}
		},
		Policies: []casework.Policy[*Inquiry]{{
			Code: "complaint.idle", Doc: "Somebody looks into it first.", Source: "house rule", Moves: []casework.Move{End},
			Check: func(a casework.Attempt[*Inquiry]) []casework.Objection {
				for _, linked := range a.Case.Linked("complaint") {
					if c, is := linked.(*Complaint); is && c.State() == Received {
						return []casework.Objection{{Message: "nobody looks into the complaint", Subject: c.ID().String()}}
					}
				}
				return nil
			},
		}},
		Settle: func(u *casework.Unit, c *Inquiry) error {
			if !c.Final() || c.s.Complaint.IsZero() {
				return nil
			}
			complaint, err := casework.Load(u, complaints, c.s.Complaint)
			if err != nil {
				return err
			}
			return complaint.Find("the inquiry has ended")
		},
	})
}

// aim opens an inquiry into a complaint.
func (f *office) aim(kind *casework.Kind[*Inquiry], at casework.CaseID) *Inquiry {
	f.t.Helper()
	c, err := casework.NewDesk(f.store, kind, &f.o).Open(f.t.Context(), ana, casework.Opening{}, func(c *Inquiry) error {
		return aimed.Record(c, inquiryState{Complaint: at})
	})
	require.NoError(f.t, err)
	return c
}
