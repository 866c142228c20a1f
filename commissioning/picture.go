package commissioning

import (
	"fmt"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
)

// Picture gives what package diagram needs to draw the cycle: the definition it
// runs under, and where it stands on it.
//
// The stages stand on a wheel, in the order of the definition, so that a stage
// the host inserted has its place. The path holds every stage the cycle came
// to; steps from before a migration that touch stages the definition no longer
// has are left out. The notes tell, for each service, its delivery. A cycle
// that was never opened runs under no definition: the table is nil.
func (c *Cycle) Picture() (*casework.Table, *diagram.Options) {
	table := c.Table()
	o := &diagram.Options{Title: c.s.Brief.Title, Present: c.Stage(), Round: c.s.Round}
	if table == nil { // never opened
		return nil, o
	}
	for _, s := range table.States() {
		if !table.Final(s) {
			o.Wheel = append(o.Wheel, s)
		}
	}
	for _, v := range c.s.Visits {
		if v.Move != "" && table.Has(v.From) && table.Has(v.Stage) {
			o.Path = append(o.Path, diagram.Step{Move: v.Move, From: v.From, To: v.Stage})
		}
	}
	for _, s := range c.s.Services {
		o.Notes = append(o.Notes, fmt.Sprintf("%s %s: %s", s.ID, s.Title, c.config.delivery.StateTitle(s.Delivery)))
	}
	if c.Suspended() {
		o.Notes = append(o.Notes, fmt.Sprintf("Suspended since %s", c.s.Suspensions[len(c.s.Suspensions)-1].From))
	}
	return table, o
}
