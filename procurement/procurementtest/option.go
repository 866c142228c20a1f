package procurementtest

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// Option says how a fixture differs from the plain one: a purchase of standard
// scale by quotations, for the agency that leads the cycle, under the standard
// definitions and the default policies.
type Option func(*setup)

type setup struct {
	options     procurement.Options
	cycle       []commissioningtest.Option
	money       commissioningtest.Option // what the cycle is worth
	scale       commissioning.Scale      // zero: whatever the requisition asks for
	route       procurement.Route
	buyers      []procurement.Buyer
	requisition []func(*procurement.Requisition)
	tender      []func(*procurement.Tender)
	terms       []func(*procurement.Terms)
}

// Under gives the fixture the host's own options. Its clock, ids and salts are
// the fixture's all the same.
func Under(o procurement.Options) Option { return func(s *setup) { s.options = o } }

// Policies adds policies of purchases to those of the fixture's options.
func Policies(p ...casework.Policy[*procurement.Purchase]) Option {
	return func(s *setup) { s.options.Purchases.Policies.Add = slices.Concat(s.options.Purchases.Policies.Add, p) }
}

// ContractPolicies adds policies of contracts to those of the fixture's options.
func ContractPolicies(p ...casework.Policy[*procurement.Contract]) Option {
	return func(s *setup) { s.options.Contracts.Policies.Add = slices.Concat(s.options.Contracts.Policies.Add, p) }
}

// Weights replaces cells of the table of weights; see [procurement.Options].
func Weights(w map[string]commissioning.Weight) Option {
	return func(s *setup) { s.options.Weights = w }
}

// Permit asks the host who may do what. It is not asked while the case is
// brought to its state.
func Permit(p casework.Permit) Option { return func(s *setup) { s.options.Desk.Permit = p } }

// Scale makes the purchase one of the scale by the default bands: it is
// estimated at GBP 5,000, 300,000 or 6,000,000. A purchase that then turns out to be
// of another scale fails the test.
func Scale(scale commissioning.Scale) Option {
	return func(s *setup) { s.scale, s.money = scale, commissioningtest.Scale(scale) }
}

// Estimate makes it so much that is planned for the service, requested and
// funded. The bids ask for 90 and 95 percent of it.
func Estimate(m casework.Money) Option {
	return func(s *setup) {
		s.scale, s.money = 0, commissioningtest.Brief(func(b *commissioning.Brief) { b.Value = m })
	}
}

// Cycle gives the cycle options of its own.
func Cycle(opts ...commissioningtest.Option) Option {
	return func(s *setup) { s.cycle = append(s.cycle, opts...) }
}

// Route takes another route than quotations: the open procedure, a flexible
// competition, or a direct award on the ground of a single supplier. There is no
// framework agreement for a call-off, which fails the test.
func Route(r procurement.Route) Option { return func(s *setup) { s.route = r } }

// Buyers makes it several agencies that buy, with a contract each. The people of
// the fixture act for all of them.
func Buyers(b ...procurement.Buyer) Option { return func(s *setup) { s.buyers = b } }

// Requisition edits the requisition the purchase is opened from, as the options
// before it left it.
func Requisition(edit func(*procurement.Requisition)) Option {
	return func(s *setup) { s.requisition = append(s.requisition, edit) }
}

// Tender edits what agencies are invited to bid for, as the options before it
// left it. A direct award has none.
func Tender(edit func(*procurement.Tender)) Option {
	return func(s *setup) { s.tender = append(s.tender, edit) }
}

// Terms edits the terms each contract is agreed on, as the options before it
// left them.
func Terms(edit func(*procurement.Terms)) Option {
	return func(s *setup) { s.terms = append(s.terms, edit) }
}

// scaleFault says why a purchase is not of the scale that was asked for.
func (s *setup) scaleFault(p *procurement.Purchase) error {
	if s.scale == 0 || p.Scale() == s.scale {
		return nil
	}
	return fmt.Errorf("the purchase is of scale %s, not %s: set what makes it so with Estimate or Requisition", p.Scale(), s.scale)
}

// choice is the route with why it is taken.
func (s *setup) choice() procurement.RouteChoice {
	c := procurement.RouteChoice{Route: s.route, Reason: "the market was looked at"}
	if s.route == procurement.DirectAward {
		c.Ground, c.Justification = "single supplier", "nobody else works in the area"
	}
	return c
}
