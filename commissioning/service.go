package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ServiceID names a service within its cycle, such as "S1".
type ServiceID string

// Channel is how a service is to be delivered. Not every commission is bought.
type Channel string

// The delivery channels.
const (
	Procurement Channel = "procurement"
	Grant       Channel = "grant"
	GrantInAid  Channel = "grant_in_aid" // at arm's length, unrestricted funds
	InHouse     Channel = "in_house"
)

// Known tells whether the channel is one of the four.
func (ch Channel) Known() bool {
	return ch == Procurement || ch == Grant || ch == GrantInAid || ch == InHouse
}

// Service is something planned to meet needs: what it is to achieve, for whom,
// and how it is to be delivered.
type Service struct {
	ID                 ServiceID      `json:"id"` // given by the cycle
	Title              string         `json:"title"`
	Specification      string         `json:"specification,omitempty"`
	Revision           int            `json:"revision,omitempty"` // of the specification, from 1
	Needs              []NeedID       `json:"needs,omitempty"`
	Outcomes           []OutcomeID    `json:"outcomes,omitempty"`
	Channel            Channel        `json:"channel,omitempty"`
	ChannelReason      string         `json:"channel_reason,omitempty"`
	ChannelsConsidered []Channel      `json:"channels_considered,omitempty"`
	DistinctBenefit    string         `json:"distinct_benefit,omitempty"` // what the provider is expected to bring that others could not
	Estimate           casework.Money `json:"estimate,omitzero"`          // over the whole life, VAT included
	Follows            *Lineage       `json:"follows,omitempty"`          // the service it continues or replaces
	Delivery           DeliveryState  `json:"delivery,omitempty"`
	Started            Mark           `json:"started,omitzero"` // when people last began to receive it; zero again where it is only planned
	Revised            Mark           `json:"revised,omitzero"` // of the latest revision; zero for the first
	Mark               Mark           `json:"mark,omitzero"`
}

// Live tells whether people receive the service or are about to. One that is
// arranged anew while it runs is live.
func (s Service) Live() bool {
	switch s.Delivery {
	case ServiceArranged, ServiceDelivering, ServiceEnding:
		return true
	case ServiceBeingArranged:
		return s.Started.Entry > 0
	default:
		return false
	}
}

func (s Service) clone() Service {
	s.Needs = slices.Clone(s.Needs)
	s.Outcomes = slices.Clone(s.Outcomes)
	s.ChannelsConsidered = slices.Clone(s.ChannelsConsidered)
	if s.Follows != nil {
		follows := *s.Follows
		s.Follows = &follows
	}
	return s
}

func (c *Cycle) serviceFaults(s Service, path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(s.Title) == "" {
		faults = append(faults, missing(path+".title", "service.title_missing", "a service needs a title"))
	}
	if s.Channel != "" && !s.Channel.Known() {
		faults = append(faults, missing(path+".channel", "service.channel_unknown", "a service is delivered by procurement, grant, grant_in_aid or in_house"))
	}
	if s.Estimate.IsRecorded() && s.Estimate.Sign() < 0 {
		faults = append(faults, missing(path+".estimate", "service.estimate_negative", "an estimate is not negative"))
	}
	for i, ch := range s.ChannelsConsidered {
		if !ch.Known() {
			faults = append(faults, missing(fmt.Sprintf("%s.channels_considered[%d]", path, i), "service.channel_unknown", fmt.Sprintf("%q is not a delivery channel", ch)))
		}
	}
	for i, id := range s.Needs {
		if c.need(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.needs[%d]", path, i), "need", string(id)))
		}
	}
	for i, id := range s.Outcomes {
		if c.outcome(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.outcomes[%d]", path, i), "outcome", string(id)))
		}
	}
	if s.Follows != nil && s.Follows.Case.IsZero() && c.service(ServiceID(s.Follows.ID)) == nil {
		faults = append(faults, unknown(path+".follows", "service", s.Follows.ID))
	}
	return faults
}

// PlanningService and RevisingService are the events of a service being planned
// and revised, for policies to watch. The attempt's Args are the [Service].
const (
	PlanningService casework.Move = "service.planned"
	RevisingService casework.Move = "service.revised"
)

var servicePlanned = &casework.Event[*Cycle, Service]{
	Name: string(PlanningService), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, s Service) {
		s.Revision, s.Delivery, s.Started, s.Mark = 1, ServicePlanned, Mark{}, c.mark(e)
		s.Revised = Mark{}
		c.s.Services = append(c.s.Services, s)
	},
	Redact: redactService,
}

var serviceRevised = &casework.Event[*Cycle, Service]{
	Name: string(RevisingService), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, s Service) {
		if was := c.service(s.ID); was != nil {
			s.Revision, s.Delivery, s.Started = was.Revision+1, was.Delivery, was.Started
			s.Mark, s.Revised = was.Mark, c.mark(e)
			*was = s
		}
	},
	Redact: redactService,
}

func redactService(s Service) Service {
	s.Title, s.Specification, s.ChannelReason, s.DistinctBenefit = "", "", "", ""
	return s
}

// PlanService records a planned service, and gives it with its id. The scale
// of the cycle rises by itself with the estimates.
func (c *Cycle) PlanService(s Service) (Service, error) {
	if err := c.invalid("plan a service", c.serviceFaults(s, "service")); err != nil {
		return Service{}, err
	}
	s = s.clone()
	s.ID, s.Revision, s.Delivery, s.Started, s.Mark = ServiceID(numbered("S", len(c.s.Services))), 0, "", Mark{}, Mark{}
	if err := servicePlanned.Record(c, s); err != nil {
		return Service{}, err
	}
	planned := c.s.Services[len(c.s.Services)-1].clone()
	return planned, c.raiseScale()
}

// ReviseService records a service anew, as the next revision of its
// specification. Its id and its delivery stay.
func (c *Cycle) ReviseService(id ServiceID, s Service) (Service, error) {
	faults := c.serviceFaults(s, "service")
	if c.service(id) == nil {
		faults = append(faults, unknown("id", "service", string(id)))
	}
	if s.Follows != nil && *s.Follows == (Lineage{ID: string(id)}) {
		faults = append(faults, missing("service.follows", "lineage.self", "a service does not follow itself"))
	}
	if err := c.invalid("revise a service", faults); err != nil {
		return Service{}, err
	}
	s = s.clone()
	s.ID, s.Revision, s.Delivery, s.Started, s.Mark = id, 0, "", Mark{}, Mark{}
	if err := serviceRevised.Record(c, s); err != nil {
		return Service{}, err
	}
	return c.service(id).clone(), c.raiseScale()
}

// Services gives every service, in the order they were planned.
func (c *Cycle) Services() []Service {
	all := slices.Clone(c.s.Services)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Service gives one service.
func (c *Cycle) Service(id ServiceID) (Service, bool) {
	if s := c.service(id); s != nil {
		return s.clone(), true
	}
	return Service{}, false
}

func (c *Cycle) service(id ServiceID) *Service {
	for i := range c.s.Services {
		if c.s.Services[i].ID == id {
			return &c.s.Services[i]
		}
	}
	return nil
}

// ended tells whether a service is known to have ended.
func (c *Cycle) ended(id ServiceID) bool {
	s := c.service(id)
	return s != nil && s.Delivery == ServiceEnded
}

// serves tells whether a service that has not ended serves a need.
func (c *Cycle) serves(id NeedID) bool {
	return slices.ContainsFunc(c.s.Services, func(s Service) bool {
		return s.Delivery != ServiceEnded && slices.Contains(s.Needs, id)
	})
}

// estimatedTotal adds up what all services are estimated at, those that have
// ended included.
func (c *Cycle) estimatedTotal() (casework.Money, error) { return sumEstimates(c.s.Services) }

// plannedTotal adds up what the services that have not ended are estimated at.
func (c *Cycle) plannedTotal() (casework.Money, error) {
	return sumEstimates(slices.DeleteFunc(slices.Clone(c.s.Services), func(s Service) bool { return s.Delivery == ServiceEnded }))
}

func sumEstimates(services []Service) (casework.Money, error) {
	var amounts []casework.Money
	for _, s := range services {
		if s.Estimate.IsRecorded() {
			amounts = append(amounts, s.Estimate)
		}
	}
	return casework.Sum(amounts...)
}
