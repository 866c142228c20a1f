package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// DecommissioningID names a decommissioning within its cycle, such as "X1".
type DecommissioningID string

// DecommissioningPhase is how far a decommissioning has come.
type DecommissioningPhase string

// The phases of a decommissioning, in order: a decision is made, then it is
// planned, then it is carried out (National Audit Office, decommissioning: a
// staged approach). It may be withdrawn from any of them but the last.
const (
	DecommissioningProposed  DecommissioningPhase = "proposed"
	DecommissioningDecided   DecommissioningPhase = "decided"
	DecommissioningPlanned   DecommissioningPhase = "planned"
	DecommissioningNotified  DecommissioningPhase = "notice_given"
	DecommissioningEnded     DecommissioningPhase = "ended"
	DecommissioningWithdrawn DecommissioningPhase = "withdrawn"
)

// Decommissioning is how a service that is no longer to be delivered is brought
// to its end without losing those who use it and those who work in it. It is
// part of the cycle, and may be begun as soon as there is a service.
type Decommissioning struct {
	ID               DecommissioningID    `json:"id"` // given by the cycle
	Service          ServiceID            `json:"service"`
	Because          string               `json:"because"`
	Impact           []ImpactID           `json:"impact,omitempty"`       // the impact assessments that inform the decision
	Consultation     ConsultationID       `json:"consultation,omitempty"` // the consultation that informs the decision
	Decided          casework.Date        `json:"decided,omitzero"`
	DecidedBy        string               `json:"decided_by,omitempty"` // the body or person that decided
	Plan             DecommissioningPlan  `json:"plan,omitzero"`        // as last made
	Notice           Notice               `json:"notice,omitzero"`      // zero until it is given
	Ended            casework.Date        `json:"ended,omitzero"`
	WithdrawnBecause string               `json:"withdrawn_because,omitempty"`
	Phase            DecommissioningPhase `json:"phase"`
	Mark             Mark                 `json:"mark,omitzero"`
}

// DecommissioningPlan says what becomes of people, staff and things. A part
// that does not arise says so; an empty one was not planned.
type DecommissioningPlan struct {
	TransferOfPeople string `json:"transfer_of_people,omitempty"` // where those who use the service go
	TUPE             string `json:"tupe,omitempty"`               // staff who transfer (Transfer of Undertakings (Protection of Employment) Regulations 2006)
	Assets           string `json:"assets,omitempty"`             // leases, equipment, records
	Contingency      string `json:"contingency,omitempty"`        // what is done if it does not go to plan
}

// IsZero tells whether nothing is planned.
func (p DecommissioningPlan) IsZero() bool { return p == DecommissioningPlan{} }

// Notice is notice to a provider that a service is to end. At least three
// calendar months are asked for (Compact 2010), longer where staff, homes or
// property are concerned; a longer term in the contract prevails.
type Notice struct {
	Given          casework.Date `json:"given"`
	Ends           casework.Date `json:"ends"`                      // the last day of the service
	ContractMonths int           `json:"contract_months,omitempty"` // the calendar months the contract asks for; a longer term than three prevails
	ShortBecause   string        `json:"short_because,omitempty"`
}

// IsZero tells whether no notice was given.
func (n Notice) IsZero() bool { return n == Notice{} }

// noticeMonths is the notice asked for, in calendar months, whatever a contract
// says (Compact 2010).
const noticeMonths = 3

// Months is the notice asked for, in calendar months: three, or the contract's
// term where that is longer.
func (n Notice) Months() int { return max(noticeMonths, n.ContractMonths) }

// Short tells whether the notice ends sooner after the day it was given than
// [Notice.Months] asks for.
func (n Notice) Short() bool { return n.Given.AddMonths(n.Months()).After(n.Ends) }

func (n Notice) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if n.Given.IsZero() {
		faults = append(faults, missing(path+".given", "notice.given_missing", "say on which day notice was given"))
	}
	if n.ContractMonths < 0 {
		faults = append(faults, missing(path+".contract_months", "notice.contract_months", "a contract's term counts from 0 months"))
	}
	switch {
	case n.Ends.IsZero():
		faults = append(faults, missing(path+".ends", "notice.ends_missing", "say on which day the notice ends"))
	case n.Ends.Before(n.Given):
		faults = append(faults, missing(path+".ends", "notice.reversed", "notice does not end before it is given"))
	}
	return faults
}

// Open tells whether the decommissioning is under way: neither ended nor
// withdrawn.
func (x Decommissioning) Open() bool {
	return x.Phase != DecommissioningEnded && x.Phase != DecommissioningWithdrawn
}

func (x Decommissioning) clone() Decommissioning {
	x.Impact = slices.Clone(x.Impact)
	return x
}

func (c *Cycle) decommissioningFaults(x Decommissioning, path string) []casework.Fault {
	var faults []casework.Fault
	switch s := c.service(x.Service); {
	case len(c.s.Services) == 0:
		faults = append(faults, missing(path+".service", "decommissioning.too_early", "the cycle has no service yet: plan what there is before ending it"))
	case s == nil:
		faults = append(faults, unknown(path+".service", "service", string(x.Service)))
	case s.Delivery == ServiceEnded:
		faults = append(faults, missing(path+".service", "service.ended", fmt.Sprintf("service %s has ended", x.Service)))
	}
	for _, other := range c.s.Decommissionings {
		if other.Service == x.Service && other.Open() {
			faults = append(faults, missing(path+".service", "decommissioning.under_way", fmt.Sprintf("decommissioning %s of service %s is under way", other.ID, x.Service)))
		}
	}
	if strings.TrimSpace(x.Because) == "" {
		faults = append(faults, missing(path+".because", "decommissioning.because_missing", "say why the service is to end"))
	}
	return append(faults, c.informFaults(x.Impact, x.Consultation, path+".")...)
}

// informFaults lists what is wrong with what is to inform a decision.
func (c *Cycle) informFaults(impact []ImpactID, consultation ConsultationID, prefix string) []casework.Fault {
	var faults []casework.Fault
	for i, id := range impact {
		if !slices.ContainsFunc(c.s.Impacts, func(a ImpactAssessment) bool { return a.ID == id }) {
			faults = append(faults, unknown(fmt.Sprintf("%simpact[%d]", prefix, i), "impact", string(id)))
		}
	}
	if consultation != "" && c.consultation(consultation) == nil {
		faults = append(faults, unknown(prefix+"consultation", "consultation", string(consultation)))
	}
	return faults
}

// inPhase finds a decommissioning that is in one of some phases, or says why
// there is none.
func (c *Cycle) inPhase(id DecommissioningID, phases ...DecommissioningPhase) (*Decommissioning, []casework.Fault) {
	x := c.decommissioning(id)
	switch {
	case x == nil:
		return nil, []casework.Fault{unknown("decommissioning", "decommissioning", string(id))}
	case !slices.Contains(phases, x.Phase):
		return x, []casework.Fault{missing("decommissioning", "decommissioning.phase",
			fmt.Sprintf("decommissioning %s is %s; this is for one that is %s", id, x.Phase, phaseList(phases)))}
	}
	return x, nil
}

func phaseList(phases []DecommissioningPhase) string {
	texts := make([]string, len(phases))
	for i, p := range phases {
		texts[i] = string(p)
	}
	return strings.Join(texts, " or ")
}

// The events of a decommissioning, for policies to watch. The attempt's Args
// are the [Decommissioning], a [DecommissioningDecision], a
// [DecommissioningNotice] and a [DecommissioningEnd].
const (
	ProposingDecommissioning casework.Move = "decommissioning.proposed"
	DecidingDecommissioning  casework.Move = "decommissioning.decided"
	GivingNotice             casework.Move = "decommissioning.notice_given"
	EndingDecommissioning    casework.Move = "decommissioning.ended"
)

var decommissioningProposed = &casework.Event[*Cycle, Decommissioning]{
	Name: string(ProposingDecommissioning), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, x Decommissioning) {
		c.s.Decommissionings = append(c.s.Decommissionings, Decommissioning{
			ID: x.ID, Service: x.Service, Because: x.Because, Impact: x.Impact, Consultation: x.Consultation,
			Phase: DecommissioningProposed, Mark: c.mark(e),
		})
	},
	Redact: func(x Decommissioning) Decommissioning {
		return Decommissioning{ID: x.ID, Service: x.Service, Impact: x.Impact, Consultation: x.Consultation, Phase: x.Phase}
	},
}

type decommissioningGround struct {
	Decommissioning DecommissioningID `json:"decommissioning"`
	Impact          []ImpactID        `json:"impact,omitempty"`
	Consultation    ConsultationID    `json:"consultation,omitempty"`
}

var decommissioningInformed = &casework.Event[*Cycle, decommissioningGround]{
	Name: "decommissioning.informed", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d decommissioningGround) {
		x := c.decommissioning(d.Decommissioning)
		if x == nil {
			return
		}
		for _, id := range d.Impact {
			if !slices.Contains(x.Impact, id) {
				x.Impact = append(x.Impact, id)
			}
		}
		if d.Consultation != "" {
			x.Consultation = d.Consultation
		}
	},
}

// DecommissioningDecision is the decision that a service is to end.
type DecommissioningDecision struct {
	Decommissioning DecommissioningID `json:"decommissioning"`
	Service         ServiceID         `json:"service"`
	On              casework.Date     `json:"on"`
	By              string            `json:"by"` // the body or person that decided
}

var decommissioningDecided = &casework.Event[*Cycle, DecommissioningDecision]{
	Name: string(DecidingDecommissioning), Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d DecommissioningDecision) {
		if x := c.decommissioning(d.Decommissioning); x != nil {
			x.Decided, x.DecidedBy, x.Phase = d.On, d.By, DecommissioningDecided
		}
	},
	Redact: func(d DecommissioningDecision) DecommissioningDecision {
		d.By = ""
		return d
	},
}

type decommissioningPlanning struct {
	Decommissioning DecommissioningID   `json:"decommissioning"`
	Plan            DecommissioningPlan `json:"plan"`
}

var decommissioningPlanned = &casework.Event[*Cycle, decommissioningPlanning]{
	Name: "decommissioning.planned", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d decommissioningPlanning) {
		if x := c.decommissioning(d.Decommissioning); x != nil {
			x.Plan, x.Phase = d.Plan, DecommissioningPlanned
		}
	},
	Redact: func(d decommissioningPlanning) decommissioningPlanning {
		d.Plan = DecommissioningPlan{
			TransferOfPeople: withheld(d.Plan.TransferOfPeople), TUPE: withheld(d.Plan.TUPE),
			Assets: withheld(d.Plan.Assets), Contingency: withheld(d.Plan.Contingency),
		}
		return d
	},
}

// DecommissioningNotice is notice with the decommissioning it belongs to.
type DecommissioningNotice struct {
	Decommissioning DecommissioningID `json:"decommissioning"`
	Service         ServiceID         `json:"service"`
	Notice          Notice            `json:"notice"`
}

var decommissioningNotified = &casework.Event[*Cycle, DecommissioningNotice]{
	Name: string(GivingNotice), Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d DecommissioningNotice) {
		if x := c.decommissioning(d.Decommissioning); x != nil {
			x.Notice, x.Phase = d.Notice, DecommissioningNotified
		}
	},
	Redact: func(d DecommissioningNotice) DecommissioningNotice {
		d.Notice.ShortBecause = withheld(d.Notice.ShortBecause)
		return d
	},
}

// DecommissioningEnd is the end of a service.
type DecommissioningEnd struct {
	Decommissioning DecommissioningID `json:"decommissioning"`
	Service         ServiceID         `json:"service"`
	On              casework.Date     `json:"on"` // its last day
}

var decommissioningEnded = &casework.Event[*Cycle, DecommissioningEnd]{
	Name: string(EndingDecommissioning), Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d DecommissioningEnd) {
		if x := c.decommissioning(d.Decommissioning); x != nil {
			x.Ended, x.Phase = d.On, DecommissioningEnded
		}
	},
}

type decommissioningRef struct {
	Decommissioning DecommissioningID `json:"decommissioning"`
}

var decommissioningWithdrawn = &casework.Event[*Cycle, decommissioningRef]{
	Name: "decommissioning.withdrawn", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d decommissioningRef) {
		if x := c.decommissioning(d.Decommissioning); x != nil {
			x.WithdrawnBecause, x.Phase = e.Reason, DecommissioningWithdrawn
		}
	},
}

// ProposeDecommissioning records that a service is proposed to end, and gives
// the decommissioning with its id. A service has one under way at most.
func (c *Cycle) ProposeDecommissioning(x Decommissioning) (Decommissioning, error) {
	if err := c.invalid("propose a decommissioning", c.decommissioningFaults(x, "decommissioning")); err != nil {
		return Decommissioning{}, err
	}
	proposed := Decommissioning{
		ID: DecommissioningID(numbered("X", len(c.s.Decommissionings))), Service: x.Service, Because: x.Because,
		Impact: slices.Clone(x.Impact), Consultation: x.Consultation, Phase: DecommissioningProposed,
	}
	if err := decommissioningProposed.Record(c, proposed); err != nil {
		return Decommissioning{}, err
	}
	return c.decommissioning(proposed.ID).clone(), nil
}

// InformDecommissioning adds impact assessments and a consultation to what
// informs a proposal, before it is decided. An empty consultation leaves the
// one that is there.
func (c *Cycle) InformDecommissioning(id DecommissioningID, impact []ImpactID, consultation ConsultationID) error {
	_, faults := c.inPhase(id, DecommissioningProposed)
	if len(impact) == 0 && consultation == "" {
		faults = append(faults, missing("impact", "decommissioning.uninformed", "name an impact assessment or a consultation"))
	}
	faults = append(faults, c.informFaults(impact, consultation, "")...)
	if err := c.invalid("inform a decommissioning", faults); err != nil {
		return err
	}
	return decommissioningInformed.Record(c, decommissioningGround{Decommissioning: id, Impact: impact, Consultation: consultation})
}

// DecideDecommissioning records who decided on a day that a service is to end.
func (c *Cycle) DecideDecommissioning(id DecommissioningID, on casework.Date, by string) error {
	x, faults := c.inPhase(id, DecommissioningProposed)
	if on.IsZero() {
		faults = append(faults, missing("on", "decommissioning.decided_missing", "say on which day it was decided"))
	}
	if c.ahead(on) {
		faults = append(faults, missing("on", "decommissioning.decided_future", "nothing was decided on a day to come"))
	}
	if strings.TrimSpace(by) == "" {
		faults = append(faults, missing("by", "decommissioning.decided_by_missing", "say who decided"))
	}
	if err := c.invalid("decide on a decommissioning", faults); err != nil {
		return err
	}
	return decommissioningDecided.Record(c, DecommissioningDecision{Decommissioning: id, Service: x.Service, On: on, By: by})
}

// PlanDecommissioning records how a service that is decided to end is brought
// there. It may be planned anew until notice is given.
func (c *Cycle) PlanDecommissioning(id DecommissioningID, plan DecommissioningPlan) error {
	_, faults := c.inPhase(id, DecommissioningDecided, DecommissioningPlanned)
	if withheld(plan.TransferOfPeople+plan.TUPE+plan.Assets+plan.Contingency) == "" {
		faults = append(faults, missing("plan", "decommissioning.plan_missing", "say what becomes of people, staff or things"))
	}
	if err := c.invalid("plan a decommissioning", faults); err != nil {
		return err
	}
	return decommissioningPlanned.Record(c, decommissioningPlanning{Decommissioning: id, Plan: plan})
}

// GiveNotice records that notice was given to end a service. The delivery of
// one that is arranged or delivering is then ending.
func (c *Cycle) GiveNotice(id DecommissioningID, n Notice) error {
	x, faults := c.inPhase(id, DecommissioningPlanned)
	faults = append(faults, n.faults("notice")...)
	if c.ahead(n.Given) {
		faults = append(faults, missing("notice.given", "notice.given_future", "no notice was given on a day to come"))
	}
	if err := c.invalid("give notice", faults); err != nil {
		return err
	}
	service := x.Service
	if err := decommissioningNotified.Record(c, DecommissioningNotice{Decommissioning: id, Service: service, Notice: n}); err != nil {
		return err
	}
	return c.followDelivery(service, DeliveryNotice)
}

// EndDecommissioning records the last day of a service to which notice was
// given. Its delivery has then ended.
func (c *Cycle) EndDecommissioning(id DecommissioningID, on casework.Date) error {
	x, faults := c.inPhase(id, DecommissioningNotified)
	switch {
	case on.IsZero():
		faults = append(faults, missing("on", "decommissioning.ended_missing", "say on which day it ended"))
	case c.ahead(on):
		faults = append(faults, missing("on", "decommissioning.ended_future", "nothing ended on a day to come"))
	case x != nil && on.Before(x.Notice.Given):
		faults = append(faults, missing("on", "decommissioning.ended_early", "a service does not end before notice was given"))
	}
	if err := c.invalid("end a decommissioning", faults); err != nil {
		return err
	}
	service := x.Service
	if err := decommissioningEnded.Record(c, DecommissioningEnd{Decommissioning: id, Service: service, On: on}); err != nil {
		return err
	}
	return c.followDelivery(service, DeliveryEnd)
}

// followDelivery takes a move of a service's delivery where it can be taken: a
// service that was never arranged, or has ended already, has nothing to move.
func (c *Cycle) followDelivery(id ServiceID, move casework.Move) error {
	s := c.service(id)
	if s == nil {
		return nil
	}
	if _, can := c.config.delivery.Next(s.Delivery, move); !can {
		return nil
	}
	return c.moveDelivery(id, move)
}

// WithdrawDecommissioning records that a service is not to end after all. The
// call's reason says why, and is required. Where notice was given, the delivery
// is again what it was before.
func (c *Cycle) WithdrawDecommissioning(id DecommissioningID) error {
	x, faults := c.inPhase(id, DecommissioningProposed, DecommissioningDecided, DecommissioningPlanned, DecommissioningNotified)
	if strings.TrimSpace(c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why it is withdrawn, with casework.Reason"))
	}
	if err := c.invalid("withdraw a decommissioning", faults); err != nil {
		return err
	}
	service, notified := x.Service, x.Phase == DecommissioningNotified
	if err := decommissioningWithdrawn.Record(c, decommissioningRef{Decommissioning: id}); err != nil || !notified {
		return err
	}
	if s := c.service(service); s != nil && s.Started.Entry > 0 {
		return c.followDelivery(service, DeliveryContinue)
	}
	return c.followDelivery(service, DeliveryKeep)
}

// Decommissionings gives every decommissioning, in the order they were proposed.
func (c *Cycle) Decommissionings() []Decommissioning {
	all := slices.Clone(c.s.Decommissionings)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Decommissioning gives one decommissioning.
func (c *Cycle) Decommissioning(id DecommissioningID) (Decommissioning, bool) {
	if x := c.decommissioning(id); x != nil {
		return x.clone(), true
	}
	return Decommissioning{}, false
}

// noticed tells whether notice to end a service was given, and stands.
func (c *Cycle) noticed(id ServiceID) bool {
	return slices.ContainsFunc(c.s.Decommissionings, func(x Decommissioning) bool {
		return x.Service == id && x.Phase == DecommissioningNotified
	})
}

func (c *Cycle) decommissioning(id DecommissioningID) *Decommissioning {
	for i := range c.s.Decommissionings {
		if c.s.Decommissionings[i].ID == id {
			return &c.s.Decommissionings[i]
		}
	}
	return nil
}
