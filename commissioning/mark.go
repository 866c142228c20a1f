package commissioning

import (
	"time"

	"github.com/needsled/needsled/casework"
)

// Mark says where in the journal a record comes from. Every record of a cycle
// carries one; nobody sets it by hand.
type Mark struct {
	Entry    uint64    `json:"entry"`              // sequence of the entry that made the record
	At       time.Time `json:"at"`                 // effective time
	Recorded time.Time `json:"recorded"`           // UTC
	By       string    `json:"by"`                 // id of the actor
	Stage    Stage     `json:"stage"`              // of the cycle at that time
	Round    int       `json:"round"`              // from 1
	Imported bool      `json:"imported,omitempty"` // brought in; never proof that a control worked
}

// mark gives the mark of an entry that is being applied.
func (c *Cycle) mark(e casework.Entry) Mark {
	return Mark{
		Entry: e.Seq, At: e.Effective, Recorded: e.Recorded, By: e.Actor.ID,
		Stage: c.State(), Round: c.s.Round, Imported: e.Imported,
	}
}

// In tells whether the record was made in a stage of a round.
func (m Mark) In(stage Stage, round int) bool { return m.Stage == stage && m.Round == round }
