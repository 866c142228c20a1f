package commissioning

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// DeliveryState is where the delivery of one service is. It runs beside the
// stage of the cycle.
type DeliveryState = casework.State

// The delivery states of a service.
const (
	ServicePlanned       DeliveryState = "planned"
	ServiceBeingArranged DeliveryState = "being_arranged"
	ServiceArranged      DeliveryState = "arranged"
	ServiceDelivering    DeliveryState = "delivering"
	ServiceEnding        DeliveryState = "ending"
	ServiceEnded         DeliveryState = "ended"
)

// The moves of a service's delivery.
const (
	DeliveryArrange  casework.Move = "arrange" // begin to arrange it
	DeliveryShelve   casework.Move = "shelve"  // stop arranging it for now
	DeliveryBind     casework.Move = "bind"    // a binding arrangement is there
	DeliveryStart    casework.Move = "start"
	DeliveryNotice   casework.Move = "notice"   // notice to end it was given
	DeliveryContinue casework.Move = "continue" // the notice was withdrawn: people go on receiving it
	DeliveryKeep     casework.Move = "keep"     // the notice was withdrawn before anybody received it
	DeliveryEnd      casework.Move = "end"
	DeliveryRenew    casework.Move = "renew" // arrange anew what still runs
)

// Delivery is the definition of a service's delivery.
func Delivery() casework.Definition {
	return casework.Definition{
		Name: "Delivery", Version: 1, Initial: ServicePlanned,
		Doc: "The delivery of one service, from the plan to its end.",
		States: []casework.StateRow{
			{State: ServicePlanned, Title: "Planned", Doc: "The service is planned."},
			{State: ServiceBeingArranged, Title: "Being arranged", Doc: "Its delivery is being procured, granted or agreed in-house."},
			{State: ServiceArranged, Title: "Arranged", Doc: "A binding arrangement is there."},
			{State: ServiceDelivering, Title: "Delivering", Doc: "People receive the service."},
			{State: ServiceEnding, Title: "Ending", Doc: "Notice was given."},
			{State: ServiceEnded, Title: "Ended", Doc: "The service has ended.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: DeliveryArrange, Doc: "Begin to arrange the delivery.", From: []casework.State{ServicePlanned}, To: ServiceBeingArranged},
			{Move: DeliveryShelve, Doc: "Stop arranging for now.", From: []casework.State{ServiceBeingArranged}, To: ServicePlanned},
			{Move: DeliveryBind, Doc: "A binding arrangement is there.", From: []casework.State{ServicePlanned, ServiceBeingArranged}, To: ServiceArranged},
			{Move: DeliveryStart, Doc: "People begin to receive the service.", From: []casework.State{ServiceArranged}, To: ServiceDelivering},
			{Move: DeliveryNotice, Doc: "Notice to end the service was given.", From: []casework.State{ServiceArranged, ServiceDelivering}, To: ServiceEnding},
			{Move: DeliveryContinue, Doc: "The notice was withdrawn: people go on receiving the service.", From: []casework.State{ServiceEnding}, To: ServiceDelivering},
			{Move: DeliveryKeep, Doc: "The notice was withdrawn before people received the service.", From: []casework.State{ServiceEnding}, To: ServiceArranged},
			{Move: DeliveryRenew, Doc: "Arrange anew what was about to end.", From: []casework.State{ServiceArranged, ServiceDelivering, ServiceEnding}, To: ServiceBeingArranged},
			{Move: DeliveryEnd, Doc: "The service has ended.", From: []casework.State{ServicePlanned, ServiceBeingArranged, ServiceArranged, ServiceDelivering, ServiceEnding}, To: ServiceEnded},
		},
	}
}

type deliveryMoved struct {
	Service ServiceID     `json:"service"`
	Move    casework.Move `json:"move"`
	From    DeliveryState `json:"from"`
	To      DeliveryState `json:"to"`
	Again   bool          `json:"again,omitempty"` // people never stopped receiving it
}

var deliveryChanged = &casework.Event[*Cycle, deliveryMoved]{
	Name: "service.delivery_moved", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d deliveryMoved) {
		s := c.service(d.Service)
		if s == nil {
			return
		}
		s.Delivery = d.To
		switch {
		case d.Move == DeliveryStart && !d.Again:
			s.Started = c.mark(e)
		case d.Move == DeliveryShelve: // nobody receives what is only planned
			s.Started = Mark{}
		}
	},
}

// moveDelivery takes a move of a service's delivery. One the delivery cannot
// take is [casework.ErrInvalid].
func (c *Cycle) moveDelivery(id ServiceID, move casework.Move) error {
	return c.recordDelivery(deliveryMoved{Service: id, Move: move})
}

// recordDelivery records a move of a service's delivery, with where it leads.
func (c *Cycle) recordDelivery(d deliveryMoved) error {
	id, move := d.Service, d.Move
	s := c.service(id)
	if s == nil {
		return c.invalid("move the delivery of a service", []casework.Fault{unknown("service", "service", string(id))})
	}
	to, allowed := c.config.delivery.Next(s.Delivery, move)
	if !allowed {
		return c.invalid("move the delivery of a service", []casework.Fault{{
			Path: "service", Code: "delivery.not_allowed",
			Message: fmt.Sprintf("service %s is %s and cannot %s; possible: %s", id, s.Delivery, move, listed(c.config.delivery.MovesFrom(s.Delivery))),
		}})
	}
	d.From, d.To = s.Delivery, to
	return deliveryChanged.Record(c, d)
}

// StartArranging says that the delivery of a planned service is being arranged.
// What still runs is arranged anew with [Cycle.RenewDelivery].
func (c *Cycle) StartArranging(id ServiceID) error { return c.moveDelivery(id, DeliveryArrange) }

// BeginArranging sees to it that a service's delivery is being arranged: for the
// first time where it is planned, anew where it still runs. Where it is being
// arranged already nothing is recorded.
func (c *Cycle) BeginArranging(id ServiceID) error {
	s := c.service(id)
	switch {
	case s == nil:
		return c.StartArranging(id)
	case s.Delivery == ServiceBeingArranged:
		return nil
	case s.Live():
		return c.RenewDelivery(id)
	default:
		return c.StartArranging(id)
	}
}

// StopArranging says that a service's delivery is not being arranged for now.
// Where an arrangement of it still binds, the delivery is again what it was
// before it was arranged anew, and people who receive the service are recorded
// as receiving it since they began to. Otherwise the service is planned again.
func (c *Cycle) StopArranging(id ServiceID) error {
	s := c.service(id)
	if s == nil || s.Delivery != ServiceBeingArranged || !c.bound(id) {
		return c.moveDelivery(id, DeliveryShelve)
	}
	received := s.Started.Entry > 0
	if err := c.moveDelivery(id, DeliveryBind); err != nil {
		return err
	}
	if received {
		if err := c.recordDelivery(deliveryMoved{Service: id, Move: DeliveryStart, Again: true}); err != nil {
			return err
		}
	}
	if c.noticed(id) {
		return c.moveDelivery(id, DeliveryNotice)
	}
	return nil
}

// StartDelivery says that people begin to receive a service. It takes an
// arrangement that binds and has not ended.
func (c *Cycle) StartDelivery(id ServiceID) error {
	if s := c.service(id); s != nil && s.Delivery == ServiceArranged && !c.bound(id) {
		return c.invalid("move the delivery of a service", []casework.Fault{
			missing("service", "delivery.unbound", fmt.Sprintf("the arrangement of service %s has ended, and no other binds", id)),
		})
	}
	return c.moveDelivery(id, DeliveryStart)
}

// RenewDelivery says that a service is being arranged anew while it still runs.
func (c *Cycle) RenewDelivery(id ServiceID) error { return c.moveDelivery(id, DeliveryRenew) }

// EndDelivery says that a service has ended.
func (c *Cycle) EndDelivery(id ServiceID) error { return c.moveDelivery(id, DeliveryEnd) }

func listed(moves []casework.Move) string {
	if len(moves) == 0 {
		return "nothing"
	}
	text := string(moves[0])
	for _, m := range moves[1:] {
		text += ", " + string(m)
	}
	return text
}
