package procurement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// ContractKind is the name of the kind of case a contract is.
const ContractKind = "contract"

// Contract is what makes a purchase legally binding. Commands are issued within
// a call, by way of a [ContractDesk] or a unit. Each is refused with
// [casework.ErrInvalid] and all its faults at once, or with
// [casework.ErrRefused] and all objections. Accessors return copies.
type Contract struct {
	casework.Case
	s   contractState
	cfg *config
}

// contractState is what a contract keeps.
type contractState struct {
	Origin           Origin              `json:"origin"`
	Scale            commissioning.Scale `json:"scale,omitempty"`
	Competed         *Competed           `json:"competed,omitempty"`
	Parties          []Party             `json:"parties,omitempty"`
	Terms            Terms               `json:"terms"` // as drafted, then as signed; see [Contract.EffectiveAt]
	Drafted          Mark                `json:"drafted,omitzero"`
	Acceptances      []Acceptance        `json:"acceptances,omitempty"`
	Signatures       []Signature         `json:"signatures,omitempty"`
	Bound            casework.Date       `json:"bound,omitzero"`     // the day of the last signature
	Commenced        casework.Date       `json:"commenced,omitzero"` // the day it came into force
	Variations       []Variation         `json:"variations,omitempty"`
	Exercised        []ExercisedOption   `json:"exercised,omitempty"`
	PackageChanges   []PackageChange     `json:"package_changes,omitempty"`
	FollowUps        []FollowUp          `json:"follow_ups,omitempty"`
	ChargesConfirmed Mark                `json:"charges_confirmed,omitzero"`
	Orders           []Order             `json:"orders,omitempty"`
	Invoices         []Invoice           `json:"invoices,omitempty"`
	Performance      performance         `json:"performance,omitzero"`
	Disputes         []Dispute           `json:"disputes,omitempty"`
	UnderPerformance []UnderPerformance  `json:"under_performance,omitempty"`
	Breaches         []Breach            `json:"breaches,omitempty"`
	Suspensions      []Suspension        `json:"suspensions,omitempty"`
	Approvals        []Approval          `json:"approvals,omitempty"`
	Ending           *Ending             `json:"ending,omitempty"`
	CloseOut         *CloseOut           `json:"close_out,omitempty"`
	Visits           []Visit             `json:"visits,omitempty"`
}

// moved follows a move. Events say since which day a move counts; one without
// data of its own, as in imported history, counts since the calendar's day of
// its entry.
func (c *Contract) moved(e casework.Entry) {
	c.s.Visits = visited(c.s.Visits, e)
	switch e.Move {
	case UnlockContract:
		c.lapse()
	case SignContract, AcceptOrder:
		c.s.Bound = cmp.Or(c.s.Bound, c.cfg.day(e.Effective))
	case CommenceContract:
		c.s.Commenced = cmp.Or(c.s.Commenced, c.cfg.day(e.Effective))
		c.s.Bound = cmp.Or(c.s.Bound, c.s.Commenced) // what is in force binds
	case ExpireContract, CompleteContract, TerminateNow, NovateContract:
		c.endedBy(e)
	default: // the state says it all
	}
}

// endedBy keeps that a move ended the contract, unless its event says more.
func (c *Contract) endedBy(e casework.Entry) {
	if c.s.Ending != nil {
		return
	}
	as := map[casework.Move]EndedAs{ExpireContract: ExpiredEnd, CompleteContract: CompletedEnd}[e.Move]
	c.s.Ending = &Ending{As: cmp.Or(as, TerminatedEnd), On: c.cfg.day(e.Effective), Reason: e.Reason, Mark: markOf(e)}
}

// lapse voids what was said to terms that may change now. The journal keeps it.
func (c *Contract) lapse() { c.s.Acceptances, c.s.Signatures = nil, nil }

// invalid fails the call with all faults, or gives nil when there are none.
func (c *Contract) invalid(op string, faults []casework.Fault) error {
	return c.Fail(casework.InvalidIf(op, faults))
}

// Scale says how much care the contract asks for: that of the purchase, raised to
// that of the value. While nobody recorded a value it is taken for standard.
func (c *Contract) Scale() commissioning.Scale {
	if c.s.Scale == 0 {
		return commissioning.Standard
	}
	return c.s.Scale
}

func (c *Contract) describe() casework.Description {
	return casework.Description{Title: c.s.Terms.Title}
}

// Visits gives every state the contract came to by a move, in order.
func (c *Contract) Visits() []Visit { return append([]Visit(nil), c.s.Visits...) }

// Picture gives what package diagram needs to draw the contract: the definition
// it runs under, where it stands on it, and what runs beside.
func (c *Contract) Picture() (*casework.Table, *diagram.Options) {
	var notes []string
	for _, v := range c.s.Variations {
		notes = append(notes, fmt.Sprintf("Variation %s: %s", v.ID, v.Status))
	}
	return picture(&c.Case, c.s.Terms.Title, c.s.Visits, notes)
}

// ContractDraft is what a contract is opened with.
type ContractDraft struct {
	Origin     Origin                 `json:"origin"`
	Subject    string                 `json:"subject,omitempty"` // a pseudonym, where it is about one person
	Parties    []Party                `json:"parties"`
	Terms      Terms                  `json:"terms"`
	Competed   *Competed              `json:"competed,omitempty"` // set by the award, never by hand
	Scale      commissioning.Scale    `json:"scale,omitempty"`    // raised to that of the value
	References []casework.ExternalRef `json:"references,omitempty"`
}

// buyer is the first buyer.
func (d ContractDraft) buyer() casework.Agency { return firstOf(d.Parties, BuyerParty) }

func (d ContractDraft) clone() ContractDraft {
	d.Parties, d.Terms = clonedParties(d.Parties), d.Terms.clone()
	d.References = slices.Clone(d.References)
	if d.Competed != nil {
		competed := d.Competed.clone()
		d.Competed = &competed
	}
	return d
}

// faults lists what is wrong with any draft. The terms an award brings are those
// that were competed: what they lack is mended in the draft, and does not keep
// the award from being decided.
func (d ContractDraft) faults() []casework.Fault {
	faults := slices.Concat(d.Origin.faults("draft.origin"), partyFaults(d.Parties, "draft.parties"))
	if d.Scale > commissioning.Major {
		faults = append(faults, fault("draft.scale", "scale.unknown", "a scale is light, standard or major"))
	}
	return faults
}

// handFaults lists what is wrong with the terms of a contract opened by hand, and
// what it may not say of itself.
func (d ContractDraft) handFaults() []casework.Fault {
	faults := termsFaults(d.Terms, "draft.terms")
	if d.Origin.rests() {
		faults = append(faults, fault("draft.origin", "origin.by_award", "a contract that rests on an award is opened when the award is decided"))
	}
	if d.Competed != nil {
		faults = append(faults, fault("draft.competed", "competed.by_award", "what was competed is set by the award, never by hand"))
	}
	return faults
}

// DraftingContract and CommencingContract are events of a contract, for policies
// to watch. The attempt's Args are the [ContractDraft] and the [Commencement].
const (
	DraftingContract   casework.Move = "contract.drafted"
	CommencingContract casework.Move = "contract.commenced"
)

// Commencement is the coming of a contract's first day.
type Commencement struct {
	On casework.Date `json:"on"`
}

// cancellation is that a contract was given up. The entry says why.
type cancellation struct{}

var contractDrafted = &casework.Event[*Contract, ContractDraft]{
	Name: string(DraftingContract), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d ContractDraft) {
		c.s.Origin, c.s.Competed, c.s.Scale = d.Origin, d.Competed, d.Scale
		c.s.Parties, c.s.Terms, c.s.Drafted = d.Parties, d.Terms, markOf(e)
	},
	Redact: func(d ContractDraft) ContractDraft {
		d = d.clone()
		d.Origin.Why, d.Origin.Ground, d.Terms = "", "", d.Terms.redacted()
		for i := range d.Parties {
			d.Parties[i] = d.Parties[i].redacted()
		}
		if d.Competed != nil {
			competed := d.Competed.redacted()
			d.Competed = &competed
		}
		return d
	},
}

var contractCommenced = &casework.Event[*Contract, Commencement]{
	Name: string(CommencingContract), Version: 1,
	Apply: func(c *Contract, _ casework.Entry, d Commencement) { c.s.Commenced = d.On },
}

var contractCancelled = &casework.Event[*Contract, cancellation]{
	Name: "contract.cancelled", Version: 1,
	Apply: func(*Contract, casework.Entry, cancellation) {}, // the move says it all
}

func formationEvents() []casework.EventType[*Contract] {
	return []casework.EventType[*Contract]{
		contractDrafted, contractRedrafted, signatoriesNamed, contractAccepted, signatureGiven, contractCommenced, contractCancelled,
	}
}

func formationRules() []rule[*Contract] {
	return slices.Concat(draftingRules(), signingRules(), awardSafetyRules(), termsRules(), cancellingRules())
}

// OpenContract begins a contract that rests on no award, within a unit. A cycle
// or a novated contract that does not exist is [casework.ErrNotFound].
func OpenContract(u *casework.Unit, k *Kinds, d ContractDraft) (*Contract, error) {
	about, err := d.Origin.aboutFaults(u, k, "draft.origin")
	if err != nil {
		return nil, err
	}
	return draftContract(u, k, d, append(d.handFaults(), about...))
}

// openContract begins any contract; the interlock opens those of an award.
func openContract(u *casework.Unit, k *Kinds, d ContractDraft) (*Contract, error) {
	return draftContract(u, k, d, nil)
}

// draftContract opens the case, unless there are faults.
func draftContract(u *casework.Unit, k *Kinds, d ContractDraft, faults []casework.Fault) (*Contract, error) {
	c, err := casework.Open(u, k.Contracts, casework.Opening{Definition: ContractName, Subject: d.Subject, References: d.References})
	if err != nil {
		return nil, err
	}
	if err := c.invalid("draft a contract", append(d.faults(), faults...)); err != nil {
		return nil, err
	}
	d = d.clone()
	d.Terms.Package = numberedElements(d.Terms.Package)
	d.Scale = max(d.Scale, c.scaleOf(d.Terms))
	return c, contractDrafted.Record(c, d)
}

// scaleOf gives the scale the value of terms asks for, options included; none
// while there is no value.
func (c *Contract) scaleOf(t Terms) commissioning.Scale {
	if !t.Value.IsRecorded() {
		return 0
	}
	whole, err := casework.Sum(append([]casework.Money{t.Value}, prices(t.Options)...)...)
	if err != nil {
		return commissioning.Major // more than can be added up
	}
	return c.cfg.scaleOf(c.Now(), whole)
}

// commence takes the contract into force: since its first day, or since it
// binds where that is later.
func (c *Contract) commence() error {
	on := c.EffectiveAt(c.Now()).Period.From
	if c.s.Bound.After(on) {
		on = c.s.Bound
	}
	return contractCommenced.Move(c, CommenceContract, Commencement{On: on})
}

// Cancel gives the contract up before it is signed. The call's reason says why.
// Where it is the last contract of its award, the award is cancelled instead.
func (c *Contract) Cancel() error { return contractCancelled.Move(c, CancelContract, cancellation{}) }

// cancellingRules watch over a contract being given up.
func cancellingRules() []rule[*Contract] {
	return []rule[*Contract]{{
		weight: barred(),
		policy: casework.Policy[*Contract]{
			Code: "contract.last_of_award", Source: "house rule",
			Doc:   "The last contract of an award is not cancelled by itself: the award is, so that the two never contradict each other.",
			Moves: []casework.Move{CancelContract},
			Check: func(a casework.Attempt[*Contract]) []casework.Objection {
				p, seen := a.Case.purchase()
				if !seen || len(p.instrumentsOf(a.Case.s.Origin.Award)) > 1 {
					return nil
				}
				return object(fmt.Sprintf("it is the last contract of award %s that stands", a.Case.s.Origin.Award),
					fmt.Sprintf("cancel award %s instead: its contracts are cancelled with it", a.Case.s.Origin.Award), string(a.Case.s.Origin.Award))
			},
		},
	}}
}

// arrangement is what the contract tells its cycle.
func (c *Contract) arrangement() arranged {
	now := c.EffectiveAt(c.Now())
	return arranged{
		cycle: c.s.Origin.Cycle, service: c.s.Origin.Service,
		arrangement: commissioning.Arrangement{
			Service: c.s.Origin.Service, Instrument: commissioning.ContractInstrument, Case: c.ID(), Reference: c.s.Terms.Number,
			Provider: c.Supplier(), Why: c.s.Origin.why(),
			Period: now.Period, Value: now.Value, BindingSince: c.s.Bound,
		},
		begun: !c.s.Commenced.IsZero(), ending: c.s.Ending, reports: c.reports(),
	}
}

// Title is what the contract is called.
func (c *Contract) Title() string { return c.s.Terms.Title }

// Buyer gives the first buyer: the lead, where there are several.
func (c *Contract) Buyer() casework.Agency { return firstOf(c.s.Parties, BuyerParty) }

// Supplier gives the first supplier: the lead, where there are several.
func (c *Contract) Supplier() casework.Agency { return firstOf(c.s.Parties, SupplierParty) }

// Origin tells where the contract comes from, and what it is for.
func (c *Contract) Origin() Origin { return c.s.Origin }

// Competed gives what was awarded, where the contract rests on an award.
func (c *Contract) Competed() (Competed, bool) {
	if c.s.Competed == nil {
		return Competed{}, false
	}
	return c.s.Competed.clone(), true
}

// Drafted tells who drafted the contract, and when.
func (c *Contract) Drafted() Mark { return c.s.Drafted }

// Bound is the day of the last signature, since when the contract binds; zero
// before.
func (c *Contract) Bound() casework.Date { return c.s.Bound }

// Commenced is the day since when the contract is in force; zero before.
func (c *Contract) Commenced() casework.Date { return c.s.Commenced }
