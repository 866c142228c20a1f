package commissioning

import (
	"github.com/needsled/needsled/casework"
)

type succeeded struct {
	By casework.CaseID `json:"by"`
}

var cycleSuperseded = &casework.Event[*Cycle, succeeded]{
	Name: "cycle.superseded", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d succeeded) { c.s.Successor = d.By },
}

// Predecessor is the cycle this one takes the place of, if it takes one's place.
func (c *Cycle) Predecessor() (casework.CaseID, bool) {
	return c.s.Brief.Predecessor, !c.s.Brief.Predecessor.IsZero()
}

// Successor is the cycle that took this one's place, if one did.
func (c *Cycle) Successor() (casework.CaseID, bool) {
	return c.s.Successor, !c.s.Successor.IsZero()
}

// supersede ends a predecessor in the commit in which its successor's first
// binding arrangement takes effect. That there is such a cycle is found out in
// the commit that opens the successor.
func (c *Cycle) supersede(u *casework.Unit) error {
	id, has := c.Predecessor()
	if !has || !c.anyBinding() && !c.opening() {
		return nil
	}
	predecessor, err := casework.Load(u, c.config.kind, id)
	if err != nil {
		return err
	}
	if predecessor.Final() || !c.anyBinding() {
		return nil
	}
	return cycleSuperseded.Move(predecessor, Supersede, succeeded{By: c.ID()})
}

// opening tells whether the cycle is being opened in this unit.
func (c *Cycle) opening() bool {
	pending := c.Pending()
	return len(pending) > 0 && pending[0].Seq == 1
}
