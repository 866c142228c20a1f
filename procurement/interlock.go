package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The interlock: what a change to one case brings about in others, in the same
// commit. It looks at facts and not at commands, so that no door leads past it.

// instrumentFollowed is what an instrument's case did, as its purchase records it.
type instrumentFollowed struct {
	Case  casework.CaseID `json:"case"`
	State State           `json:"state"`
	Binds bool            `json:"binds,omitempty"`
	Ran   bool            `json:"ran,omitempty"`
}

var instrumentOpened = &casework.Event[*Purchase, Instrument]{
	Name: "instrument.opened", Version: 1,
	Apply: func(p *Purchase, _ casework.Entry, in Instrument) { p.s.Instruments = append(p.s.Instruments, in) },
}

var instrumentMoved = &casework.Event[*Purchase, instrumentFollowed]{
	Name: "instrument.moved", Version: 1,
	Apply: func(p *Purchase, _ casework.Entry, d instrumentFollowed) {
		for i := range p.s.Instruments {
			if p.s.Instruments[i].Case == d.Case {
				p.s.Instruments[i].State, p.s.Instruments[i].Binds, p.s.Instruments[i].Ran = d.State, d.Binds, d.Ran
			}
		}
	},
}

func interlockEvents() []casework.EventType[*Purchase] {
	return []casework.EventType[*Purchase]{instrumentOpened, instrumentMoved}
}

// Instruments gives the contracts and framework agreements the awards brought
// into being, in order, with the state each is in.
func (p *Purchase) Instruments() []Instrument { return slices.Clone(p.s.Instruments) }

// instrumentsOf gives the instruments of an award that were not cancelled.
func (p *Purchase) instrumentsOf(award AwardID) []Instrument {
	var all []Instrument
	for _, in := range p.s.Instruments {
		if (in.Award == award || in.Award == "") && !in.cancelled() {
			all = append(all, in)
		}
	}
	return all
}

// cancelled tells whether the instrument was given up.
func (in Instrument) cancelled() bool { return in.State == ContractCancelled } // frameworks use the same word

// followed is what the purchase records of the contract. It tells facts and not
// states, so that states of a host's own count for what they are.
func (c *Contract) followed() instrumentFollowed {
	return instrumentFollowed{
		Case: c.ID(), State: c.State(), Binds: !c.s.Bound.IsZero(), Ran: !c.s.Commenced.IsZero() || c.s.Ending != nil,
	}
}

// followed is what the purchase records of the framework agreement, which is in
// force when it is signed.
func (f *FrameworkAgreement) followed() instrumentFollowed {
	signed := slices.ContainsFunc(f.s.Visits, func(v Visit) bool { return v.Move == SignFramework })
	return instrumentFollowed{Case: f.ID(), State: f.State(), Binds: signed, Ran: signed}
}

// settlePurchase does what follows from a purchase.
func settlePurchase(u *casework.Unit, k *Kinds, p *Purchase) error {
	if err := p.frameworkExists(u, k); err != nil {
		return err
	}
	if err := p.arrangeInCycle(u, k); err != nil {
		return err
	}
	for _, a := range p.s.Awards {
		if err := p.followAward(u, k, a); err != nil {
			return err
		}
	}
	return nil
}

// followAward opens what an award needs to become binding, or cancels it with
// the award.
func (p *Purchase) followAward(u *casework.Unit, k *Kinds, a Award) error {
	switch {
	case a.Stands() && p.State() == AwardDecided && len(p.instrumentsOf(a.ID)) == 0:
		return p.openInstruments(u, k, a)
	case a.Stands() && p.State() == AwardDecided && p.corrected(a):
		return p.followCorrection(u, k, a)
	case !a.Stands() && p.inThisUnit(a.Cancelled):
		return p.cancelInstruments(u, k, a)
	default:
		return nil
	}
}

// inThisUnit tells whether a record was made in this unit.
func (p *Purchase) inThisUnit(m Mark) bool {
	return slices.ContainsFunc(p.Pending(), func(e casework.Entry) bool { return e.Seq == m.Entry })
}

// frameworkExists holds a route that was chosen to a framework agreement there
// is.
func (p *Purchase) frameworkExists(u *casework.Unit, k *Kinds) error {
	if !p.tookMove(ChooseRoute) || p.s.Route.Framework.IsZero() {
		return nil
	}
	_, err := casework.Load(u, k.Frameworks, p.s.Route.Framework)
	return err
}

// arrangeInCycle tells the cycle that its service is being bought, or no
// longer.
func (p *Purchase) arrangeInCycle(u *casework.Unit, k *Kinds) error {
	approved, ended := p.tookMove(ApproveRequisition), p.tookMove(EndPurchase)
	if p.s.Requisition.Cycle.IsZero() || !approved && !ended || ended && !p.wasApproved() {
		return nil
	}
	cycle, err := casework.Load(u, k.Cycles, p.s.Requisition.Cycle)
	if err != nil {
		return err
	}
	service, known := cycle.Service(p.s.Requisition.Service)
	switch {
	case !known:
		return nil
	case ended && service.Delivery == commissioning.ServiceBeingArranged:
		return cycle.StopArranging(service.ID)
	case ended:
		return nil
	default:
		return cycle.BeginArranging(service.ID)
	}
}

// wasApproved tells whether the requisition was ever approved.
func (p *Purchase) wasApproved() bool {
	return slices.ContainsFunc(p.s.Visits, func(v Visit) bool { return v.State == RequisitionApproved })
}

// tookMove tells whether a move was taken in this unit.
func (p *Purchase) tookMove(m casework.Move) bool { return tookMove(&p.Case, m) }

func tookMove(c *casework.Case, m casework.Move) bool {
	return slices.ContainsFunc(c.Pending(), func(e casework.Entry) bool { return e.Move == m })
}

// openInstruments opens what makes an award binding: a framework agreement for
// all awards together, or a contract for each buyer.
func (p *Purchase) openInstruments(u *casework.Unit, k *Kinds, a Award) error {
	if p.s.Route.Establishes {
		return p.openFramework(u, k)
	}
	drafts, err := p.contractDrafts(a)
	if err != nil {
		return p.Fail(err)
	}
	for _, d := range drafts {
		c, err := openContract(u, k, d)
		if err != nil {
			return err
		}
		in := Instrument{Case: c.ID(), Kind: ContractKind, Award: a.ID, Buyer: d.buyer().ID, State: c.State()}
		if err := instrumentOpened.Record(p, in); err != nil {
			return err
		}
	}
	return nil
}

// corrected tells whether an award was corrected in this unit.
func (p *Purchase) corrected(a Award) bool {
	return slices.ContainsFunc(a.Corrections, func(c Correction) bool { return p.inThisUnit(c.Mark) })
}

// followCorrection tells the contracts what was awarded.
func (p *Purchase) followCorrection(u *casework.Unit, k *Kinds, a Award) error {
	if p.s.Route.Establishes {
		return nil
	}
	drafts, err := p.contractDrafts(a)
	if err != nil {
		return p.Fail(err)
	}
	for _, in := range p.instrumentsOf(a.ID) {
		at := slices.IndexFunc(drafts, func(d ContractDraft) bool { return d.buyer().ID == in.Buyer })
		if at < 0 || in.Binds {
			continue
		}
		c, err := casework.Load(u, k.Contracts, in.Case)
		if err != nil {
			return err
		}
		if err := awardFollowed.Record(c, *drafts[at].Competed); err != nil {
			return err
		}
	}
	return nil
}

// awardFollowed is that the award a contract rests on was corrected before
// anything was signed. The terms stay as they are: they are held against it.
var awardFollowed = &casework.Event[*Contract, Competed]{
	Name: "contract.award_corrected", Version: 1,
	Apply:  func(c *Contract, _ casework.Entry, d Competed) { c.s.Competed = &d },
	Redact: Competed.redacted,
}

func (p *Purchase) openFramework(u *casework.Unit, k *Kinds) error {
	f, err := openFramework(u, k, p.frameworkDraft())
	if err != nil {
		return err
	}
	return instrumentOpened.Record(p, Instrument{Case: f.ID(), Kind: FrameworkKind, State: f.State()})
}

// cancelInstruments cancels the unsigned contracts of an award that fell.
func (p *Purchase) cancelInstruments(u *casework.Unit, k *Kinds, a Award) error {
	for _, in := range p.s.Instruments {
		own := in.Award == a.ID || in.Award == "" && !slices.ContainsFunc(p.s.Awards, Award.Stands)
		if !own || in.cancelled() || in.Binds {
			continue
		}
		if err := cancelInstrument(u, k, in); err != nil {
			return err
		}
	}
	return nil
}

func cancelInstrument(u *casework.Unit, k *Kinds, in Instrument) error {
	if in.Kind == FrameworkKind {
		f, err := casework.Load(u, k.Frameworks, in.Case)
		if err != nil || f.Final() {
			return err
		}
		return f.Move(CancelFrameworkWith)
	}
	c, err := casework.Load(u, k.Contracts, in.Case)
	if err != nil || c.Final() {
		return err
	}
	return c.Move(CancelWithAward)
}

// settleContract does what follows from a contract.
func settleContract(u *casework.Unit, k *Kinds, c *Contract) error {
	if err := c.followDates(); err != nil {
		return err
	}
	if err := followOnPurchase(u, k, c.s.Origin.Purchase, c.followed()); err != nil {
		return err
	}
	if err := c.replaceNovated(u, k); err != nil {
		return err
	}
	if err := c.drawOnFramework(u, k); err != nil {
		return err
	}
	return tellCycle(u, k, &c.Case, c.arrangement())
}

// followDates takes the moves that days bring about: into force on the first
// day, and out of it when the last is over.
func (c *Contract) followDates() error {
	today := c.cfg.day(c.Now())
	if c.binds() && c.s.Commenced.IsZero() && !c.EffectiveAt(c.Now()).Period.From.After(today) {
		if err := c.commence(); err != nil {
			return err
		}
	}
	last := c.EffectiveAt(c.Now()).Period.To
	if c.performed() && !last.IsZero() && last.Before(today) {
		return c.expire(last)
	}
	return nil
}

// replaceNovated ends the contract another supplier took over.
func (c *Contract) replaceNovated(u *casework.Unit, k *Kinds) error {
	if c.s.Origin.Novates.IsZero() || !tookMove(&c.Case, SignContract) {
		return nil
	}
	old, err := casework.Load(u, k.Contracts, c.s.Origin.Novates)
	if err != nil || old.s.Ending != nil || old.Final() {
		return err
	}
	return old.endByNovation(c.s.Bound)
}

// drawOnFramework brings what the contract draws on its framework agreement up
// to what it is worth.
func (c *Contract) drawOnFramework(u *casework.Unit, k *Kinds) error {
	opened := c.Pending()[0].Seq == 1
	if c.s.Origin.Framework.IsZero() || !opened && !c.hasNews(awardFollowed.Name) {
		return nil
	}
	f, err := casework.Load(u, k.Frameworks, c.s.Origin.Framework)
	if err != nil {
		return err
	}
	if c.State() == ContractCancelled {
		return f.release(c.ID())
	}
	value := c.EffectiveAt(c.Now()).Value
	if c.s.Bound.IsZero() && c.s.Competed != nil {
		value = c.s.Competed.Value
	}
	o := c.s.Origin
	return f.commit(CallOffRecord{
		Contract: c.ID(), Purchase: o.Purchase, Award: o.Award, Lot: o.FrameworkLot, Member: c.arrangement().arrangement.Provider.ID, Value: value,
	})
}

// hasNews tells whether the contract made entries in this unit that others hear
// of: moves, and what telling names.
func (c *Contract) hasNews(more ...string) bool { return hasNews(&c.Case, more...) }

func hasNews(c *casework.Case, more ...string) bool {
	names := append(telling(), more...)
	return slices.ContainsFunc(c.Pending(), func(e casework.Entry) bool { return e.Move != "" || slices.Contains(names, e.Type) })
}

// followOnPurchase writes an instrument's state into its purchase, and closes
// the purchase once everything awarded is in force.
func followOnPurchase(u *casework.Unit, k *Kinds, purchase casework.CaseID, now instrumentFollowed) error {
	if purchase.IsZero() {
		return nil
	}
	p, err := casework.Load(u, k.Purchases, purchase)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(p.s.Instruments, func(in Instrument) bool { return in.Case == now.Case })
	if at < 0 || p.s.Instruments[at].State == now.State {
		return nil
	}
	if err := instrumentMoved.Record(p, now); err != nil {
		return err
	}
	if p.State() == AwardDecided && p.inForce() {
		return p.Move(ClosePurchase)
	}
	return nil
}

// inForce tells whether every instrument of the awards that stand is or was in
// force, and there is one.
func (p *Purchase) inForce() bool {
	some := false
	for _, in := range p.s.Instruments {
		if in.cancelled() {
			continue
		}
		if !in.Ran {
			return false
		}
		some = true
	}
	return some
}

// settleFramework does what follows from a framework agreement.
func settleFramework(u *casework.Unit, k *Kinds, f *FrameworkAgreement) error {
	if err := f.followDates(); err != nil {
		return err
	}
	return followOnPurchase(u, k, f.s.Origin.Purchase, f.followed())
}

func settleGrant(u *casework.Unit, k *Kinds, g *GrantAgreement) error {
	if err := g.followDates(); err != nil {
		return err
	}
	return tellCycle(u, k, &g.Case, g.arrangement())
}

func settleInHouse(u *casework.Unit, k *Kinds, h *InHouseAgreement) error {
	if err := h.followDates(); err != nil {
		return err
	}
	return tellCycle(u, k, &h.Case, h.arrangement())
}

// arranged is what an agreement tells the cycle whose service it delivers.
type arranged struct {
	cycle       casework.CaseID
	service     commissioning.ServiceID
	arrangement commissioning.Arrangement // BindingSince is zero until it binds
	begun       bool                      // its first day has come
	ending      *Ending
	reports     []commissioning.ArrangementReport // breaches and reviews, in order; Arrangement and ID are filled in
}

// telling names the events, beside the moves, that the cycle hears of.
func telling() []string {
	return []string{VariationTakingEffect, OptionBeingExercised, PackageBeingChanged, BreachBeingNotified, ReviewBeingConcluded, casework.EntryDeadlinePassed}
}

// The events of an agreement that its cycle hears of, for policies to watch.
const (
	VariationTakingEffect = "variation.effective"
	OptionBeingExercised  = "option.exercised"
	PackageBeingChanged   = "package.changed"
	BreachBeingNotified   = "breach.notified"
	ReviewBeingConcluded  = "review.concluded"
)

// tellCycle brings the cycle's record of an agreement up to what the agreement
// says.
func tellCycle(u *casework.Unit, k *Kinds, c *casework.Case, a arranged) error {
	if a.cycle.IsZero() || a.arrangement.BindingSince.IsZero() || !hasNews(c) {
		return nil
	}
	cycle, err := casework.Load(u, k.Cycles, a.cycle)
	if err != nil {
		return err
	}
	known, is := cycle.ArrangementOf(c.ID())
	if !is {
		if known, err = cycle.RecordArrangement(a.arrangement); err != nil {
			return err
		}
	}
	if err := tellChange(cycle, known, a); err != nil {
		return err
	}
	if err := tellReports(cycle, known, a); err != nil {
		return err
	}
	return tellEnd(cycle, known, a)
}

// tellChange starts the delivery, and varies the arrangement where the
// agreement was varied.
func tellChange(cycle *commissioning.Cycle, known commissioning.Arrangement, a arranged) error {
	if service, is := cycle.Service(a.service); is && a.begun && known.Binding() && service.Delivery == commissioning.ServiceArranged {
		if err := cycle.StartDelivery(a.service); err != nil {
			return err
		}
	}
	same := known.Period == a.arrangement.Period && (known.Value == a.arrangement.Value || !a.arrangement.Value.IsRecorded())
	if !known.Binding() || same {
		return nil
	}
	_, err := cycle.VaryArrangement(known.ID, commissioning.Variation{
		Period: a.arrangement.Period, Value: a.arrangement.Value, Why: fmt.Sprintf("the %s was varied", known.Instrument),
	})
	return err
}

// tellReports passes on what the cycle has not heard yet.
func tellReports(cycle *commissioning.Cycle, known commissioning.Arrangement, a arranged) error {
	heard := cycle.ArrangementReports()
	for _, r := range a.reports {
		if slices.ContainsFunc(heard, func(h commissioning.ArrangementReport) bool {
			return h.Case == r.Case && h.Kind == r.Kind && h.Reference == r.Reference
		}) {
			continue
		}
		r.Arrangement = known.ID
		if _, err := cycle.ReportArrangement(r); err != nil {
			return err
		}
	}
	return nil
}

// tellEnd ends the arrangement with the agreement.
func tellEnd(cycle *commissioning.Cycle, known commissioning.Arrangement, a arranged) error {
	if a.ending == nil || !known.EndedOn.IsZero() {
		return nil
	}
	why := string(a.ending.As)
	if a.ending.Reason != "" {
		why += ": " + a.ending.Reason
	}
	return cycle.EndArrangementBecause(known.ID, a.ending.On, why)
}
