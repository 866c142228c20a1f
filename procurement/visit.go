package procurement

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
)

// Visit is a time a case came to a state.
type Visit struct {
	State State         `json:"state"`
	Entry uint64        `json:"entry"` // the entry of the move that led there
	Move  casework.Move `json:"move"`
	From  State         `json:"from"`
}

// visited adds the move of an entry to the visits.
func visited(all []Visit, e casework.Entry) []Visit {
	return append(all, Visit{State: e.To, Entry: e.Seq, Move: e.Move, From: e.From})
}

// picture gives what package diagram needs to draw a case.
func picture(c *casework.Case, title string, visits []Visit, notes []string) (*casework.Table, *diagram.Options) {
	o := &diagram.Options{Title: title, Present: c.State(), Notes: notes}
	table := c.Table()
	if table == nil { // never opened
		return nil, o
	}
	for _, v := range visits {
		if table.Has(v.From) && table.Has(v.State) {
			o.Path = append(o.Path, diagram.Step{Move: v.Move, From: v.From, To: v.State})
		}
	}
	return table, o
}
