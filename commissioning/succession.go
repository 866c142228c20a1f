package commissioning

import (
	"slices"

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
// binding arrangement takes effect: when it becomes binding, or when a tick
// notices that it has begun. That there is such a cycle is found out in the
// commit that opens the successor.
func (c *Cycle) supersede(u *casework.Unit) error {
	id, has := c.Predecessor()
	if !has || !c.opening() && !c.takingEffect() {
		return nil
	}
	predecessor, err := casework.Load(u, c.config.kind, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(c.s.Arrangements, c.inEffect) {
		return nil
	}
	if !predecessor.Final() {
		if err := cycleSuperseded.Move(predecessor, Supersede, succeeded{By: c.ID()}); err != nil {
			return err
		}
	}
	return c.replaceArrangements(predecessor)
}

// replaceArrangements ends, in a predecessor, what the binding arrangements of
// this cycle follow: each the day before its follower begins, with the delivery
// of its service if nothing else carries that on.
func (c *Cycle) replaceArrangements(predecessor *Cycle) error {
	for _, a := range c.s.Arrangements {
		if !c.inEffect(a) || a.Follows == nil || a.Follows.Case != predecessor.ID() {
			continue
		}
		if err := predecessor.endFollowed(ArrangementID(a.Follows.ID), a.begins()); err != nil {
			return err
		}
	}
	return nil
}

// endFollowed ends an arrangement the day before another one began.
func (c *Cycle) endFollowed(id ArrangementID, begins casework.Date) error {
	old, last := c.arrangement(id), begins.AddDays(-1)
	if old == nil || !old.EndedOn.IsZero() {
		return nil
	}
	service := old.Service
	if err := arrangementEnded.Record(c, arrangementEnd{Arrangement: id, On: last}); err != nil {
		return err
	}
	if c.bound(service) { // another one carries it on
		return nil
	}
	return c.followDelivery(service, DeliveryEnd)
}

// inEffect tells whether an arrangement binds and has begun.
func (c *Cycle) inEffect(a Arrangement) bool { return a.Binding() && !c.ahead(a.begins()) }

// takingEffect tells whether an arrangement may have come into effect in this
// unit.
func (c *Cycle) takingEffect() bool {
	return slices.ContainsFunc(c.Pending(), func(e casework.Entry) bool {
		return e.Type == string(BindingArrangement) || e.Type == casework.EntryDeadlinePassed
	})
}

// opening tells whether the cycle is being opened in this unit.
func (c *Cycle) opening() bool {
	pending := c.Pending()
	return len(pending) > 0 && pending[0].Seq == 1
}
