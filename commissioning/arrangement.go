package commissioning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ArrangementID names an arrangement within its cycle, such as "T1".
type ArrangementID string

// Instrument is the form an arrangement takes.
type Instrument string

// The instruments.
const (
	ContractInstrument Instrument = "contract"
	GrantAgreement     Instrument = "grant_agreement"
	InHouseAgreement   Instrument = "in_house_agreement"
)

// Arrangement is how a planned service is delivered in the end. The cycle
// knows that something was arranged, never how it was bought.
type Arrangement struct {
	ID           ArrangementID   `json:"id"` // given by the cycle
	Service      ServiceID       `json:"service"`
	Instrument   Instrument      `json:"instrument"`
	Case         casework.CaseID `json:"case,omitzero"`       // the contract, grant or in-house agreement as a case, where there is one
	Reference    string          `json:"reference,omitempty"` // the host's number of it
	Provider     casework.Agency `json:"provider"`            // as recorded at the time
	Why          string          `json:"why"`                 // why this is the most appropriate provider
	Period       casework.Period `json:"period,omitzero"`     // both days included
	Value        casework.Money  `json:"value,omitzero"`      // over the whole period, VAT included
	BindingSince casework.Date   `json:"binding_since,omitzero"`
	EndedOn      casework.Date   `json:"ended_on,omitzero"`
	EndedBecause string          `json:"ended_because,omitempty"`
	Follows      *Lineage        `json:"follows,omitempty"` // the arrangement it continues or replaces
	Mark         Mark            `json:"mark,omitzero"`
}

// Binding tells whether the arrangement binds and has not ended.
func (a Arrangement) Binding() bool { return !a.BindingSince.IsZero() && a.EndedOn.IsZero() }

// begins is the first day of the arrangement.
func (a Arrangement) begins() casework.Date {
	if a.Period.From.IsZero() {
		return a.BindingSince
	}
	return a.Period.From
}

func (a Arrangement) clone() Arrangement {
	if a.Follows != nil {
		follows := *a.Follows
		a.Follows = &follows
	}
	return a
}

func (c *Cycle) arrangementFaults(a Arrangement, path string) []casework.Fault {
	var faults []casework.Fault
	service := c.service(a.Service)
	switch {
	case service == nil:
		faults = append(faults, unknown(path+".service", "service", string(a.Service)))
	case service.Delivery == ServiceEnded:
		faults = append(faults, missing(path+".service", "service.ended", fmt.Sprintf("service %s has ended", a.Service)))
	}
	switch a.Instrument {
	case ContractInstrument, GrantAgreement, InHouseAgreement:
	default:
		faults = append(faults, missing(path+".instrument", "arrangement.instrument", "an arrangement is a contract, a grant_agreement or an in_house_agreement"))
	}
	faults = append(faults, a.Provider.Faults(path+".provider")...)
	if strings.TrimSpace(a.Why) == "" {
		faults = append(faults, missing(path+".why", "arrangement.why_missing", "say why this is the most appropriate provider"))
	}
	if !a.Period.IsZero() {
		faults = append(faults, a.Period.Faults(path+".period")...)
	}
	if a.Value.IsRecorded() && a.Value.Sign() < 0 {
		faults = append(faults, missing(path+".value", "arrangement.value_negative", "a value is not negative"))
	}
	faults = append(faults, c.bindingFaults(a.BindingSince, path+".binding_since")...)
	if a.Follows != nil && a.Follows.Case.IsZero() && c.arrangement(ArrangementID(a.Follows.ID)) == nil {
		faults = append(faults, unknown(path+".follows", "arrangement", a.Follows.ID))
	}
	return faults
}

func (c *Cycle) bindingFaults(since casework.Date, path string) []casework.Fault {
	if !c.ahead(since) {
		return nil
	}
	return []casework.Fault{missing(path, "arrangement.binding_future", "an arrangement binds from the day it became binding, not from a day to come")}
}

// RecordingArrangement, BindingArrangement and VaryingArrangement are the events
// of an arrangement being recorded, becoming binding and being varied, for
// policies to watch. The attempt's Args are the [Arrangement], and the [Variation].
const (
	VaryingArrangement   casework.Move = "arrangement.varied"
	RecordingArrangement casework.Move = "arrangement.recorded"
	BindingArrangement   casework.Move = "arrangement.bound"
)

var arrangementRecorded = &casework.Event[*Cycle, Arrangement]{
	Name: string(RecordingArrangement), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, a Arrangement) {
		a.Mark = c.mark(e)
		c.s.Arrangements = append(c.s.Arrangements, a)
	},
	Redact: redactArrangement,
}

var arrangementBound = &casework.Event[*Cycle, Arrangement]{
	Name: string(BindingArrangement), Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, a Arrangement) {
		if was := c.arrangement(a.ID); was != nil {
			was.BindingSince = a.BindingSince
		}
	},
	Redact: redactArrangement,
}

func redactArrangement(a Arrangement) Arrangement {
	a.Why, a.Provider = "", unnamed(a.Provider)
	return a
}

// Variation is a change to a binding arrangement: an extension, another value.
type Variation struct {
	Arrangement ArrangementID   `json:"arrangement"` // set by the cycle
	Period      casework.Period `json:"period,omitzero"`
	Value       casework.Money  `json:"value,omitzero"` // over the whole period, VAT included
	Why         string          `json:"why,omitempty"`  // the reason, where the call has none
}

var arrangementVaried = &casework.Event[*Cycle, Variation]{
	Name: string(VaryingArrangement), Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, v Variation) {
		if a := c.arrangement(v.Arrangement); a != nil {
			*a = a.varied(v)
		}
	},
	Redact: func(v Variation) Variation {
		v.Why = ""
		return v
	},
}

// varied gives the arrangement with what a variation changes.
func (a Arrangement) varied(v Variation) Arrangement {
	if !v.Period.IsZero() {
		a.Period = v.Period
	}
	if v.Value.IsRecorded() {
		a.Value = v.Value
	}
	return a
}

type arrangementEnd struct {
	Arrangement ArrangementID `json:"arrangement"`
	On          casework.Date `json:"on"`
	Because     string        `json:"because,omitempty"` // the reason, where it is not the call's
}

var arrangementEnded = &casework.Event[*Cycle, arrangementEnd]{
	Name: "arrangement.ended", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d arrangementEnd) {
		if a := c.arrangement(d.Arrangement); a != nil {
			a.EndedOn, a.EndedBecause = d.On, cmp.Or(d.Because, e.Reason)
		}
	},
	Redact: func(d arrangementEnd) arrangementEnd {
		d.Because = ""
		return d
	},
}

// RecordArrangement records how a service is to be delivered, and gives it with
// its id. One that is binding already moves the service's delivery. The first
// that is binding and has begun ends the predecessor cycle, if there is one, in
// the same commit, and with it the arrangement it follows there.
func (c *Cycle) RecordArrangement(a Arrangement) (Arrangement, error) {
	if err := c.invalid("record an arrangement", c.arrangementFaults(a, "arrangement")); err != nil {
		return Arrangement{}, err
	}
	a = a.clone()
	since := a.BindingSince
	a.ID, a.Mark, a.EndedOn, a.EndedBecause = ArrangementID(numbered("T", len(c.s.Arrangements))), Mark{}, casework.Date{}, ""
	a.BindingSince = casework.Date{}
	if err := arrangementRecorded.Record(c, a); err != nil {
		return Arrangement{}, err
	}
	if err := c.raiseScale(); err != nil {
		return Arrangement{}, err
	}
	if !since.IsZero() {
		return c.BindArrangement(a.ID, since)
	}
	return c.arrangement(a.ID).clone(), nil
}

// BindArrangement records that an arrangement has become binding. The
// service's delivery follows.
func (c *Cycle) BindArrangement(id ArrangementID, since casework.Date) (Arrangement, error) {
	a := c.arrangement(id)
	faults := c.bindingFaults(since, "since")
	switch {
	case a == nil:
		faults = append(faults, unknown("arrangement", "arrangement", string(id)))
	case a.Binding():
		faults = append(faults, missing("arrangement", "arrangement.binding", fmt.Sprintf("arrangement %s is binding already", id)))
	case !a.EndedOn.IsZero():
		faults = append(faults, missing("arrangement", "arrangement.ended", fmt.Sprintf("arrangement %s has ended", id)))
	case c.ended(a.Service):
		faults = append(faults, missing("arrangement", "service.ended", fmt.Sprintf("service %s has ended", a.Service)))
	}
	if since.IsZero() {
		faults = append(faults, missing("since", "arrangement.since_missing", "say since when it binds"))
	}
	if err := c.invalid("bind an arrangement", faults); err != nil {
		return Arrangement{}, err
	}
	bound := a.clone()
	bound.BindingSince, bound.Mark = since, Mark{}
	if err := arrangementBound.Record(c, bound); err != nil {
		return Arrangement{}, err
	}
	if err := c.followDelivery(bound.Service, DeliveryBind); err != nil {
		return Arrangement{}, err
	}
	return c.arrangement(id).clone(), nil
}

// VaryArrangement records another period or value of an arrangement that binds,
// as a review decided. It says why, or the call's reason does: one of them is
// required.
func (c *Cycle) VaryArrangement(id ArrangementID, v Variation) (Arrangement, error) {
	var faults []casework.Fault
	switch a := c.arrangement(id); {
	case a == nil:
		faults = append(faults, unknown("arrangement", "arrangement", string(id)))
	case !a.Binding():
		faults = append(faults, missing("arrangement", "arrangement.unbinding", fmt.Sprintf("arrangement %s does not bind", id)))
	}
	if v.Period.IsZero() && !v.Value.IsRecorded() {
		faults = append(faults, missing("variation", "variation.empty", "say what changes: the period, the value, or both"))
	}
	if !v.Period.IsZero() {
		faults = append(faults, v.Period.Faults("variation.period")...)
	}
	if v.Value.IsRecorded() && v.Value.Sign() < 0 {
		faults = append(faults, missing("variation.value", "arrangement.value_negative", "a value is not negative"))
	}
	if strings.TrimSpace(v.Why+c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why it is varied, in the variation or with casework.Reason"))
	}
	if err := c.invalid("vary an arrangement", faults); err != nil {
		return Arrangement{}, err
	}
	v.Arrangement = id
	if err := arrangementVaried.Record(c, v); err != nil {
		return Arrangement{}, err
	}
	return c.arrangement(id).clone(), c.raiseScale()
}

// EndArrangement records that an arrangement ended on a day. The call's reason
// says why. The service's delivery is ended apart from it: another arrangement
// may carry it on.
func (c *Cycle) EndArrangement(id ArrangementID, on casework.Date) error {
	return c.EndArrangementBecause(id, on, "")
}

// EndArrangementBecause is [Cycle.EndArrangement] with a reason of its own, for a
// call that is about something else, such as the end of a contract kept as a case.
// Where it is blank the call's reason says why.
func (c *Cycle) EndArrangementBecause(id ArrangementID, on casework.Date, why string) error {
	var faults []casework.Fault
	switch a := c.arrangement(id); {
	case a == nil:
		faults = append(faults, unknown("arrangement", "arrangement", string(id)))
	case !a.EndedOn.IsZero():
		faults = append(faults, missing("arrangement", "arrangement.ended", fmt.Sprintf("arrangement %s has ended already", id)))
	case !on.IsZero() && on.Before(a.BindingSince):
		faults = append(faults, missing("on", "arrangement.end_reversed", fmt.Sprintf("arrangement %s binds since %s", id, a.BindingSince)))
	}
	if on.IsZero() {
		faults = append(faults, missing("on", "arrangement.end_missing", "say on which day it ended"))
	}
	if c.ahead(on) {
		faults = append(faults, missing("on", "arrangement.end_future", "an arrangement that is yet to end still binds"))
	}
	if err := c.invalid("end an arrangement", faults); err != nil {
		return err
	}
	return arrangementEnded.Record(c, arrangementEnd{Arrangement: id, On: on, Because: strings.TrimSpace(why)})
}

// Arrangements gives every arrangement, in the order they were recorded.
func (c *Cycle) Arrangements() []Arrangement {
	all := slices.Clone(c.s.Arrangements)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Arrangement gives one arrangement.
func (c *Cycle) Arrangement(id ArrangementID) (Arrangement, bool) {
	if a := c.arrangement(id); a != nil {
		return a.clone(), true
	}
	return Arrangement{}, false
}

// ArrangementOf gives the arrangement that is kept as a case of its own: the
// latest recorded, where there are several.
func (c *Cycle) ArrangementOf(id casework.CaseID) (Arrangement, bool) {
	for _, a := range slices.Backward(c.s.Arrangements) {
		if !id.IsZero() && a.Case == id {
			return a.clone(), true
		}
	}
	return Arrangement{}, false
}

func (c *Cycle) arrangement(id ArrangementID) *Arrangement {
	for i := range c.s.Arrangements {
		if c.s.Arrangements[i].ID == id {
			return &c.s.Arrangements[i]
		}
	}
	return nil
}

// bound tells whether an arrangement of a service binds.
func (c *Cycle) bound(id ServiceID) bool {
	return slices.ContainsFunc(c.s.Arrangements, func(a Arrangement) bool { return a.Service == id && a.Binding() })
}

// anyBinding tells whether any service is bindingly arranged.
func (c *Cycle) anyBinding() bool { return slices.ContainsFunc(c.s.Arrangements, Arrangement.Binding) }

// arrangedTotal adds up what has been arranged.
func (c *Cycle) arrangedTotal() (casework.Money, error) {
	var amounts []casework.Money
	for _, a := range c.s.Arrangements {
		if a.Value.IsRecorded() {
			amounts = append(amounts, a.Value)
		}
	}
	return casework.Sum(amounts...)
}
