package procurement

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// PurchaseKind is the name of the kind of case a purchase is.
const PurchaseKind = "purchase"

// Purchase is the purchasing of one service: from the requisition that cites
// what commissioning planned, to the award. What becomes legally binding is a
// case of its own, a [Contract] or a [FrameworkAgreement].
//
// Commands are issued within a call, by way of a [PurchaseDesk] or a unit. Each
// is refused with [casework.ErrInvalid] and all its faults at once, or with
// [casework.ErrRefused] and all objections. Accessors return copies.
type Purchase struct {
	casework.Case
	s   purchaseState
	cfg *config
}

// purchaseState is what a purchase keeps.
type purchaseState struct {
	Requisition    Requisition     `json:"requisition"`
	Requested      Mark            `json:"requested,omitzero"`
	Amendments     []Amendment     `json:"amendments,omitempty"`
	Approvals      []Approval      `json:"approvals,omitempty"`
	Declarations   []Declaration   `json:"declarations,omitempty"`
	Route          *RouteChoice    `json:"route,omitempty"`
	Tender         *Tender         `json:"tender,omitempty"`
	Documents      []Document      `json:"documents,omitempty"`
	Questions      []Question      `json:"questions,omitempty"`
	Bids           []Bid           `json:"bids,omitempty"`
	OpenedBy       *BidOpening     `json:"opened_by,omitempty"`
	Scores         []Score         `json:"scores,omitempty"`
	Moderations    []Moderation    `json:"moderations,omitempty"`
	TieBreaks      []TieBreak      `json:"tie_breaks,omitempty"`
	Recommendation *Recommendation `json:"recommendation,omitempty"`
	Awards         []Award         `json:"awards,omitempty"`
	Unawarded      []UnawardedLot  `json:"unawarded,omitempty"`
	Challenges     []Challenge     `json:"challenges,omitempty"`
	Instruments    []Instrument    `json:"instruments,omitempty"`
	Outcome        *PurchaseEnd    `json:"outcome,omitempty"`
	Visits         []Visit         `json:"visits,omitempty"`
}

// BidOpening tells who opened the bids.
type BidOpening struct {
	Witnesses []string `json:"witnesses,omitempty"` // ids of the others who were there
	Mark      Mark     `json:"mark,omitzero"`
}

// PurchaseEnd is how a procedure ended before anything was signed.
type PurchaseEnd struct {
	How    EndedHow `json:"how"`
	Reason string   `json:"reason"`
	Mark   Mark     `json:"mark,omitzero"`
}

// EndedHow says how a procedure ended.
type EndedHow string

// The ways a procedure ends before signature.
const (
	Unsuccessful  EndedHow = "unsuccessful" // no bid could be awarded
	NoLongerNeeds EndedHow = "no_demand"    // what was to be bought is not needed any more
	Withdrawn     EndedHow = "withdrawn"    // given up for another reason
	SetAsideByLaw EndedHow = "set_aside"    // by a court, or after a challenge
)

// Known tells whether it is one of the four ways.
func (h EndedHow) Known() bool {
	switch h {
	case Unsuccessful, NoLongerNeeds, Withdrawn, SetAsideByLaw:
		return true
	}
	return false
}

var purchaseEnded = &casework.Event[*Purchase, PurchaseEnd]{
	Name: "purchase.ended", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d PurchaseEnd) {
		d.Mark = markOf(e)
		p.s.Outcome = &d
		for i := range p.s.Awards {
			if p.s.Awards[i].Stands() {
				p.s.Awards[i].Cancelled, p.s.Awards[i].CancelReason = d.Mark, d.Reason
			}
		}
	},
	Redact: func(d PurchaseEnd) PurchaseEnd { d.Reason = ""; return d },
}

// End ends the procedure before anything is signed, and gives how it ended. The
// reason is the call's where none is given, and the move asks for that one. The
// awards that stand are cancelled with it, and their unsigned contracts in the
// same commit.
func (p *Purchase) End(how EndedHow, reason string) (PurchaseEnd, error) {
	end := PurchaseEnd{How: how, Reason: cmp.Or(strings.TrimSpace(reason), strings.TrimSpace(p.Reason()))}
	faults := required(end.Reason, "reason", "reason.missing", "say why the procedure is ended, with casework.Reason")
	if !how.Known() {
		faults = append(faults, fault("how", "ending.how", "a procedure ends unsuccessful, for want of demand, withdrawn or set aside"))
	}
	if err := p.invalid("end the procedure", faults); err != nil {
		return PurchaseEnd{}, err
	}
	if err := purchaseEnded.Move(p, EndPurchase, end); err != nil {
		return PurchaseEnd{}, err
	}
	return *p.s.Outcome, nil
}

// Outcome gives how the procedure ended, if it was ended before anything was
// signed.
func (p *Purchase) Outcome() (PurchaseEnd, bool) {
	if p.s.Outcome == nil {
		return PurchaseEnd{}, false
	}
	return *p.s.Outcome, true
}

// invitedOnce tells whether anybody was ever invited.
func (p *Purchase) invitedOnce() bool {
	return slices.ContainsFunc(p.s.Visits, func(v Visit) bool { return v.State == Invited })
}

func endingRules() []rule[*Purchase] {
	return []rule[*Purchase]{{
		policy: casework.Policy[*Purchase]{
			Code: "ending.report_missing", Doc: "Why a procedure was ended after agencies had been invited is written down and signed.",
			Source: "Procurement Act 2023 s.55", Moves: []casework.Move{EndPurchase}, Check: endingUnreported,
		},
		weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse},
	}}
}

func endingUnreported(a casework.Attempt[*Purchase]) []casework.Objection {
	if !a.Case.invitedOnce() || a.Case.HasDocument(DocumentEndingReport, true) {
		return nil
	}
	return object("no signed report says why the procedure is ended", fmt.Sprintf("add a signed document of kind %s", DocumentEndingReport), "")
}

// moved follows a move.
func (p *Purchase) moved(e casework.Entry) { p.s.Visits = visited(p.s.Visits, e) }

// invalid fails the call with all faults, or gives nil when there are none.
func (p *Purchase) invalid(op string, faults []casework.Fault) error {
	return p.Fail(casework.InvalidIf(op, faults))
}

// Scale says how much care the purchase asks for.
func (p *Purchase) Scale() commissioning.Scale { return p.s.Requisition.Scale }

// describe gives the title, and the claim that keeps a planned service from
// being bought twice at once.
func (p *Purchase) describe() casework.Description {
	d := casework.Description{Title: p.s.Requisition.Title}
	if !p.Final() && !p.s.Requisition.Cycle.IsZero() {
		d.Live = fmt.Sprintf("purchase/%s/%s", p.s.Requisition.Cycle, p.s.Requisition.Service)
	}
	return d
}

// Title is what is bought.
func (p *Purchase) Title() string { return p.s.Requisition.Title }

// Visits gives every state the purchase came to by a move, in order.
func (p *Purchase) Visits() []Visit { return append([]Visit(nil), p.s.Visits...) }

// Picture gives what package diagram needs to draw the purchase: the definition
// it runs under, and where it stands on it.
func (p *Purchase) Picture() (*casework.Table, *diagram.Options) {
	var notes []string
	for _, in := range p.s.Instruments {
		notes = append(notes, fmt.Sprintf("%s %s: %s", in.Award, in.Kind, in.State))
	}
	return picture(&p.Case, p.s.Requisition.Title, p.s.Visits, notes)
}

// deadlines gives what is due when.
func (p *Purchase) deadlines() []casework.Deadline {
	return slices.Concat(p.biddingDeadlines(), p.awardDeadlines())
}
