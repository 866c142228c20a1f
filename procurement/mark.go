package procurement

import (
	"time"

	"github.com/needsled/needsled/casework"
)

// Mark says where in the journal a record comes from. Every record of a case
// carries one; nobody sets it by hand.
type Mark struct {
	Entry    uint64    `json:"entry"`              // sequence of the entry that made the record
	At       time.Time `json:"at"`                 // effective time
	Recorded time.Time `json:"recorded"`           // UTC
	By       string    `json:"by"`                 // id of the actor
	For      string    `json:"for,omitempty"`      // id of the principal, where the actor stood in for one
	Imported bool      `json:"imported,omitempty"` // brought in; never proof that a control worked
}

// markOf gives the mark of an entry that is being applied.
func markOf(e casework.Entry) Mark {
	m := Mark{Entry: e.Seq, At: e.Effective, Recorded: e.Recorded, By: e.Actor.ID, Imported: e.Imported}
	if e.Actor.OnBehalfOf != nil {
		m.For = e.Actor.OnBehalfOf.ID
	}
	return m
}

// IsZero tells whether nothing was recorded.
func (m Mark) IsZero() bool { return m.Entry == 0 }

// involves tells whether an actor made the record, stood in for whoever made
// it, or acts for the principal it was made for.
func (m Mark) involves(a casework.Actor) bool {
	is := func(id string) bool { return id != "" && (id == m.By || id == m.For) }
	return is(a.ID) || (a.OnBehalfOf != nil && is(a.OnBehalfOf.ID))
}
