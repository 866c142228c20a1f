package procurement

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// Route is how something is to be bought.
type Route string

// The routes.
const (
	Quotations          Route = "quotations" // below the thresholds, by the body's own rules
	OpenProcedure       Route = "open"       // single stage, nobody is kept out (Procurement Act 2023 s.20(2)(a))
	FlexibleCompetition Route = "flexible"   // any other appropriate design (s.20(2)(b))
	CallOff             Route = "call_off"   // under a framework agreement (s.45)
	DirectAward         Route = "direct"     // without competition, on a ground (s.41)
)

// Known tells whether the route is one of the five.
func (r Route) Known() bool {
	switch r {
	case Quotations, OpenProcedure, FlexibleCompetition, CallOff, DirectAward:
		return true
	}
	return false
}

// RouteChoice is a route with why it was taken.
type RouteChoice struct {
	Route         Route           `json:"route"`
	Reason        string          `json:"reason"`
	Ground        string          `json:"ground,omitempty"`        // direct award: the ground in law, in the words of its table
	Justification string          `json:"justification,omitempty"` // direct award: why the ground is met
	Framework     casework.CaseID `json:"framework,omitzero"`      // call-off: under which framework agreement
	FrameworkLot  LotID           `json:"framework_lot,omitempty"`
	Competition   bool            `json:"competition,omitempty"` // call-off: a mini-competition among the members
	Establishes   bool            `json:"establishes,omitempty"` // the award establishes a framework agreement
	Mark          Mark            `json:"mark,omitzero"`
}

// Competitive tells whether the winner is what the published method says.
func (c RouteChoice) Competitive() bool {
	return c.Route != DirectAward && (c.Route != CallOff || c.Competition)
}

func (c RouteChoice) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !c.Route.Known() {
		faults = append(faults, fault(path+".route", "route.unknown", fmt.Sprintf("%q is not a route", c.Route)))
	}
	faults = append(faults, required(c.Reason, path+".reason", "route.reason_missing", "say why this route is taken")...)
	if c.Route == DirectAward {
		faults = append(faults, required(c.Ground, path+".ground", "route.ground_missing", "a direct award rests on a ground in law: name it (Procurement Act 2023 s.41)")...)
		faults = append(faults, required(c.Justification, path+".justification", "route.justification_missing", "say why the ground is met")...)
	}
	if c.Route != CallOff {
		return append(faults, c.strayFaults(path)...)
	}
	if c.Framework.IsZero() {
		faults = append(faults, fault(path+".framework", "route.framework_missing", "a call-off is made under a framework agreement: name it"))
	}
	if c.Establishes {
		faults = append(faults, fault(path+".establishes", "route.establishes_call_off", "a call-off is made under a framework agreement, and establishes none"))
	}
	return faults
}

// strayFaults lists what is said of a framework agreement without a call-off.
func (c RouteChoice) strayFaults(path string) []casework.Fault {
	var faults []casework.Fault
	stray := func(field string, given bool) {
		if given {
			faults = append(faults, fault(path+"."+field, "route.not_call_off", "only a call-off is made under a framework agreement"))
		}
	}
	stray("framework", !c.Framework.IsZero())
	stray("framework_lot", c.FrameworkLot != "")
	stray("competition", c.Competition)
	return faults
}

// routeChosen is recorded with the move.
var routeChosen = &casework.Event[*Purchase, RouteChoice]{
	Name: "route.chosen", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, c RouteChoice) {
		c.Mark = markOf(e)
		p.s.Route = &c
	},
	Redact: func(c RouteChoice) RouteChoice {
		c.Reason, c.Ground, c.Justification = "", "", ""
		return c
	},
}

// ChooseRoute decides how it is to be bought, and gives the choice as it is
// recorded. It may be decided anew until agencies are invited.
func (p *Purchase) ChooseRoute(c RouteChoice) (RouteChoice, error) {
	c.Mark = Mark{}
	if err := p.invalid("choose a route", c.faults("route")); err != nil {
		return RouteChoice{}, err
	}
	if err := routeChosen.Move(p, ChooseRoute, c); err != nil {
		return RouteChoice{}, err
	}
	return *p.s.Route, nil
}

// Route gives the route taken, once it is chosen.
func (p *Purchase) Route() (RouteChoice, bool) {
	if p.s.Route == nil {
		return RouteChoice{}, false
	}
	return *p.s.Route, true
}

func routeRules() []rule[*Purchase] {
	return []rule[*Purchase]{{weight: refused(), policy: casework.Policy[*Purchase]{
		Code: "route.differs", Doc: "The route taken is the one that was foreseen when the purchase was approved.",
		Source: "house rule: procurement follows the plan", Moves: []casework.Move{ChooseRoute},
		Check: func(a casework.Attempt[*Purchase]) []casework.Objection {
			c, given := a.Args.(RouteChoice)
			planned := a.Case.s.Requisition.Planned
			if !given || planned == "" || c.Route == planned {
				return nil
			}
			return object(fmt.Sprintf("%s was planned, and %s is to be taken", planned, c.Route),
				"take the route that was planned, or have somebody authorised override it", string(c.Route))
		},
	}}}
}
