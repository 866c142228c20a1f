package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// OrderID names an order within its contract, such as "P1".
type OrderID string

// Order is a drawdown under a contract: it uses up the contract's value, and is
// never added to it. An order with no contract behind it becomes one when it is
// accepted; see [Contract.AcceptOrder].
type Order struct {
	ID          OrderID        `json:"id"` // given by the contract
	Reference   string         `json:"reference,omitempty"`
	Description string         `json:"description"`
	Amount      casework.Money `json:"amount"` // VAT included
	On          casework.Date  `json:"on"`
	Placed      Mark           `json:"placed,omitzero"`
	Cancelled   Mark           `json:"cancelled,omitzero"`
}

// Stands tells whether the order was not cancelled.
func (o Order) Stands() bool { return o.Cancelled.IsZero() }

// OrderCancellation says which order is cancelled. It is the data of
// [CancellingOrder].
type OrderCancellation struct {
	Order OrderID `json:"order"`
}

// PlacingOrder and CancellingOrder are the events of orders, for policies to
// watch. The attempt's Args are the [Order] and the [OrderCancellation].
const (
	PlacingOrder    casework.Move = "order.placed"
	CancellingOrder casework.Move = "order.cancelled"
)

var orderPlaced = &casework.Event[*Contract, Order]{
	Name: string(PlacingOrder), Version: 1,
	Apply: func(c *Contract, e casework.Entry, o Order) {
		o.Placed = markOf(e)
		c.s.Orders = append(c.s.Orders, o)
	},
	Redact: func(o Order) Order {
		o.Description = ""
		return o
	},
}

var orderCancelled = &casework.Event[*Contract, OrderCancellation]{
	Name: string(CancellingOrder), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d OrderCancellation) {
		if o := c.order(d.Order); o != nil {
			o.Cancelled = markOf(e)
		}
	},
}

// PlaceOrder draws on a contract in force, and gives the order with its id.
func (c *Contract) PlaceOrder(o Order) (Order, error) {
	faults := c.performedFaults()
	faults = append(faults, required(o.Description, "order.description", "order.description_missing", "say what is ordered")...)
	faults = append(faults, c.sumFaults(o.Amount, "order.amount", "how much is ordered")...)
	faults = append(faults, c.dayFaults(o.On, "order.on", "order", "on which day it was ordered")...)
	if err := c.invalid("place an order", faults); err != nil {
		return Order{}, err
	}
	o.ID, o.Placed, o.Cancelled = OrderID(numbered("P", len(c.s.Orders))), Mark{}, Mark{}
	if err := orderPlaced.Record(c, o); err != nil {
		return Order{}, err
	}
	return *c.order(o.ID), nil
}

// CancelOrder takes an order back, and with it what it drew on the contract. The
// call's reason says why, and is required. An order that was invoiced stands.
func (c *Contract) CancelOrder(id OrderID) (Order, error) {
	faults := append(c.performedFaults(), reasonRequired(c, "why the order is cancelled")...)
	faults = append(faults, c.orderFaults(id, "order")...)
	for _, i := range c.s.Invoices {
		if i.Order == id && i.Rejected.IsZero() {
			faults = append(faults, fault("order", "order.invoiced", fmt.Sprintf("invoice %s is for order %s", i.ID, id)))
		}
	}
	if err := c.invalid(fmt.Sprintf("cancel order %s", id), faults); err != nil {
		return Order{}, err
	}
	if err := orderCancelled.Record(c, OrderCancellation{Order: id}); err != nil {
		return Order{}, err
	}
	return *c.order(id), nil
}

// orderFaults tells that an order is not there, or does not stand.
func (c *Contract) orderFaults(id OrderID, path string) []casework.Fault {
	switch o := c.order(id); {
	case o == nil:
		return []casework.Fault{unknown(path, "order", string(id))}
	case !o.Stands():
		return []casework.Fault{fault(path, "order.cancelled", fmt.Sprintf("order %s was cancelled", id))}
	default:
		return nil
	}
}

// Orders gives every order, in the order they were placed, those cancelled
// included.
func (c *Contract) Orders() []Order { return slices.Clone(c.s.Orders) }

// Order gives one order.
func (c *Contract) Order(id OrderID) (Order, bool) {
	if o := c.order(id); o != nil {
		return *o, true
	}
	return Order{}, false
}

// Drawn adds up the orders that stand. It is a part of the contract's value, and
// never comes on top of it. Without an order it is nothing in the contract's
// currency; a sum beyond 64 bits is [casework.ErrInvalid].
func (c *Contract) Drawn() (casework.Money, error) {
	drawn := c.nothing()
	for _, o := range c.s.Orders {
		if !o.Stands() {
			continue
		}
		var err error
		if drawn, err = drawn.Add(o.Amount); err != nil {
			return casework.Money{}, err
		}
	}
	return drawn, nil
}

func (c *Contract) order(id OrderID) *Order {
	for i := range c.s.Orders {
		if c.s.Orders[i].ID == id {
			return &c.s.Orders[i]
		}
	}
	return nil
}

func orderRules() []rule[*Contract] {
	return []rule[*Contract]{{
		policy: casework.Policy[*Contract]{
			Code: "order.exceeds_value", Doc: "Orders draw on the value of the contract, and no more than there is.",
			Source: "Open Contracting Data Standard 1.1.5: orders and contracts are never added up", Moves: []casework.Move{PlacingOrder}, Check: orderExceedsValue,
		},
		weight: refused(),
	}}
}

func orderExceedsValue(a casework.Attempt[*Contract]) []casework.Objection {
	o, is := a.Args.(Order)
	if !is {
		return nil
	}
	drawn, err := a.Case.Drawn()
	if err != nil {
		return unreckoned(err)
	}
	return exceedsValue(a, drawn, o.Amount, "orders")
}

// exceedsValue objects when an amount, added to what there is, is more than the
// contract is worth at the time of the call.
func exceedsValue(a casework.Attempt[*Contract], had, amount casework.Money, what string) []casework.Objection {
	value := a.Case.worth(a.At)
	total, err := had.Add(amount)
	if err != nil {
		return unreckoned(err)
	}
	over, err := total.Cmp(value)
	if err != nil {
		return unreckoned(err)
	}
	if over <= 0 {
		return nil
	}
	return object(
		fmt.Sprintf("with %s, %s come to %s, and the contract is worth %s", amount, what, total, value),
		"vary the contract first, or exercise an option it has", "")
}

// unreckoned objects when amounts cannot be held against each other.
func unreckoned(err error) []casework.Objection {
	return object(fmt.Sprintf("the amounts cannot be reckoned: %v", err), "put the amounts right", "")
}
