package principles

import (
	"time"

	"github.com/needsled/needsled/commissioning"
)

func notReached() Finding {
	return Finding{Outcome: NotApplicable, Why: "The cycle has not come to this stage in this round."}
}

// within tells whether an entry of the cycle was written while it was in a stage
// of a round.
func (d *Dossier) within(c Citation, stage Stage, round int) bool {
	at := commissioning.Visit{}
	for _, v := range d.Cycle().Visits() {
		if v.Entry <= c.Seq {
			at = v
		}
	}
	return at.Stage == stage && at.Round == round
}

// roundAt gives the round the cycle was in at a time.
func (d *Dossier) roundAt(at time.Time) int {
	round := 1
	for _, v := range d.Cycle().Visits() {
		if cited := d.Cite(d.Cycle().ID(), v.Entry); len(cited) == 1 && !cited[0].Effective.After(at) {
			round = max(round, v.Round)
		}
	}
	return round
}
