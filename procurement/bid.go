package procurement

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// BidID names a bid within its purchase, such as "B1".
type BidID string

// Standing is what a bidder is to the buyer.
type Standing string

// The standings.
const (
	Incumbent  Standing = "incumbent" // provides the service now
	KnownToUs  Standing = "known"     // has worked for the buyer before
	NewEntrant Standing = "new_entrant"
)

// Known tells whether the standing is one of the three.
func (s Standing) Known() bool { return s == Incumbent || s == KnownToUs || s == NewEntrant }

// SubContractor is an agency a bidder means to have do a part.
type SubContractor struct {
	Agency casework.Agency `json:"agency"`
	Part   string          `json:"part"`
	Share  Percent         `json:"share,omitempty"` // of the value
}

// FullCost tells whether the price recovers all the service costs the bidder,
// overheads included.
type FullCost struct {
	Recovered bool   `json:"recovered"`
	Reason    string `json:"reason,omitempty"` // who carries the rest, where it does not
}

// Feature is a non-price offer that discounts the price; see [DiscountedPrice].
type Feature struct {
	Criterion CriterionID `json:"criterion"`
	Value     Percent     `json:"value"` // up to the weight of the criterion
}

// Bid is one agency's, or one consortium's, offer for a lot. Quotations and
// proposals for a direct award are bids too.
type Bid struct {
	ID             BidID             `json:"id"` // given by the purchase
	Lot            LotID             `json:"lot"`
	Bidder         casework.Agency   `json:"bidder"`            // alone, or the lead of a consortium
	Members        []casework.Agency `json:"members,omitempty"` // of the consortium, the lead left out
	SubContractors []SubContractor   `json:"sub_contractors,omitempty"`
	Standing       Standing          `json:"standing,omitempty"`
	Price          casework.Money    `json:"price"` // over the whole period, options left out, VAT included
	FullCost       *FullCost         `json:"full_cost,omitempty"`
	SocialValue    string            `json:"social_value,omitempty"`
	Features       []Feature         `json:"features,omitempty"`
	Options        []OptionPrice     `json:"options,omitempty"` // prices of the lot's options
	Proposal       casework.Evidence `json:"proposal,omitzero"`
	Reserved       []Reservation     `json:"reserved,omitempty"` // the reservations the bidder shows it falls under
	Variant        bool              `json:"variant,omitempty"`

	// What the purchase records of it.
	Content     casework.Hash  `json:"content,omitzero"` // digest of the offer above as it stands
	Drafted     Mark           `json:"drafted,omitzero"`
	Revised     Mark           `json:"revised,omitzero"`  // the latest revision
	Signed      *BidSignature  `json:"signed,omitempty"`  // the latest; an older one than the content does not count
	Received    time.Time      `json:"received,omitzero"` // when it was submitted last: the effective time of the entry
	Late        bool           `json:"late,omitempty"`    // received after bids closed
	Withdrawn   Mark           `json:"withdrawn,omitzero"`
	Admitted    *Admission     `json:"admitted,omitempty"` // a late bid that was let in, with the reason
	Suitability *Suitability   `json:"suitability,omitempty"`
	Exclusion   *Exclusion     `json:"exclusion,omitempty"`
	AbnormalLow *AbnormallyLow `json:"abnormally_low,omitempty"`
	Debrief     *Debrief       `json:"debrief,omitempty"`
}

// OptionPrice is what a bidder asks for an option of the lot.
type OptionPrice struct {
	Option OptionID       `json:"option"`
	Price  casework.Money `json:"price"`
}

// BidSignature is the bidder's signature under a bid as it stood.
type BidSignature struct {
	Signatory string        `json:"signatory"`
	Content   casework.Hash `json:"content"` // digest of the offer as signed
	Mark      Mark          `json:"mark,omitzero"`
}

// Admission lets a late bid in.
type Admission struct {
	Reason string `json:"reason"`
	Mark   Mark   `json:"mark,omitzero"`
}

// Suitability tells whether a provider is able and fit to deliver: legal and
// financial capacity, technical ability, no ground for exclusion.
type Suitability struct {
	Suitable bool                `json:"suitable"`
	Reason   string              `json:"reason"`
	Evidence []casework.Evidence `json:"evidence,omitempty"`
	Mark     Mark                `json:"mark,omitzero"`
}

// AbnormallyLow is the hearing a bidder gets whose price looks too low to be
// delivered for (Procurement Act 2023 s.19(4)).
type AbnormallyLow struct {
	Notified Mark   `json:"notified,omitzero"`
	Heard    Mark   `json:"heard,omitzero"`
	Answer   string `json:"answer,omitempty"`   // what the bidder said
	Accepted bool   `json:"accepted,omitempty"` // the price was shown to be deliverable
}

// Debrief is what a bidder was told about how its bid was judged: its own
// assessment, and the winner's where that is another one.
type Debrief struct {
	Sent    casework.Date `json:"sent"`
	Summary string        `json:"summary"`
	Mark    Mark          `json:"mark,omitzero"`
}

// Submitted tells whether the bid was ever submitted; see [Bid.Valid] for
// whether it counts.
func (b Bid) Submitted() bool { return b.Signed != nil }

// Valid tells whether the bid is signed as it stands, and was not withdrawn. An
// edit voids it until it is signed again.
func (b Bid) Valid() bool {
	return b.Signed != nil && !b.Content.IsZero() && b.Signed.Content == b.Content && b.Withdrawn.IsZero()
}

// offer is what the bidder wrote: the bid without what the purchase records.
func (b Bid) offer() Bid {
	b = b.clone()
	b.Content, b.Drafted, b.Revised, b.Signed, b.Received, b.Late = casework.Hash{}, Mark{}, Mark{}, nil, time.Time{}, false
	b.Withdrawn, b.Admitted, b.Suitability, b.Exclusion, b.AbnormalLow, b.Debrief = Mark{}, nil, nil, nil, nil, nil
	return b
}

// recorded puts what the purchase keeps of an earlier form of the bid beside
// its offer.
func (b Bid) recorded(was Bid) Bid {
	content := b.Content
	kept := was
	kept.Lot, kept.Bidder, kept.Members, kept.SubContractors, kept.Standing = b.Lot, b.Bidder, b.Members, b.SubContractors, b.Standing
	kept.Price, kept.FullCost, kept.SocialValue, kept.Features, kept.Options = b.Price, b.FullCost, b.SocialValue, b.Features, b.Options
	kept.Proposal, kept.Reserved, kept.Variant, kept.Content = b.Proposal, b.Reserved, b.Variant, content
	return kept
}

func (b Bid) clone() Bid {
	b.Members, b.SubContractors, b.Features = slices.Clone(b.Members), slices.Clone(b.SubContractors), slices.Clone(b.Features)
	b.Options, b.Reserved = slices.Clone(b.Options), slices.Clone(b.Reserved)
	b.FullCost, b.Signed, b.Admitted = copied(b.FullCost), copied(b.Signed), copied(b.Admitted)
	b.Suitability, b.Exclusion = copied(b.Suitability), copied(b.Exclusion)
	b.AbnormalLow, b.Debrief = copied(b.AbnormalLow), copied(b.Debrief)
	if b.Suitability != nil {
		*b.Suitability = b.Suitability.clone()
	}
	return b
}

// copied gives a pointer to a copy, and nil for none.
func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// faults lists what is wrong with the offer by itself.
func (b Bid) faults(path string) []casework.Fault {
	faults := b.Bidder.Faults(path + ".bidder")
	faults = append(faults, moneyFaults(b.Price, path+".price", "the price")...)
	if b.Standing != "" && !b.Standing.Known() {
		faults = append(faults, fault(path+".standing", "bid.standing", "a bidder is an incumbent, known, or a new_entrant"))
	}
	if b.FullCost != nil && !b.FullCost.Recovered {
		faults = append(faults, required(b.FullCost.Reason, path+".full_cost.reason", "full_cost.reason_missing", "say who carries what the price does not recover")...)
	}
	faults = append(faults, b.agencyFaults(path)...)
	faults = append(faults, reservationFaults(b.Reserved, path+".reserved")...)
	if !b.Proposal.IsZero() {
		faults = append(faults, b.Proposal.Faults(path+".proposal")...)
	}
	return faults
}

// agencyFaults lists what is wrong with the members and sub-contractors: nobody
// stands there twice, and the parts are parts of one whole.
func (b Bid) agencyFaults(path string) []casework.Fault {
	var faults []casework.Fault
	seen := map[string]bool{b.Bidder.ID: true}
	once := func(a casework.Agency, at, code string) {
		faults = append(faults, a.Faults(at)...)
		if seen[a.ID] && strings.TrimSpace(a.ID) != "" {
			faults = append(faults, fault(at+".id", code, fmt.Sprintf("%s stands there twice", a.ID)))
		}
		seen[a.ID] = true
	}
	for i, m := range b.Members {
		once(m, fmt.Sprintf("%s.members[%d]", path, i), "member.duplicate")
	}
	var total Percent
	for i, s := range b.SubContractors {
		at := fmt.Sprintf("%s.sub_contractors[%d]", path, i)
		once(s.Agency, at+".agency", "sub_contractor.duplicate")
		faults = append(faults, required(s.Part, at+".part", "sub_contractor.part_missing", "say which part it is to do")...)
		if s.Share < 0 || s.Share > Hundred {
			faults = append(faults, fault(at+".share", "sub_contractor.share", fmt.Sprintf("a share is from 0%% to 100%%, not %s", s.Share)))
			continue
		}
		total += s.Share
	}
	if total > Hundred {
		faults = append(faults, fault(path+".sub_contractors", "sub_contractor.share", fmt.Sprintf("the shares add up to %s", total)))
	}
	return faults
}

// tenderFaults holds the offer to the tender, where there is one.
func (b Bid) tenderFaults(path string, t *Tender) []casework.Fault {
	if t == nil {
		t = &Tender{Lots: []Lot{{ID: b.Lot}}} // without one, what is bought is a lot by itself, named as the bid names it
	}
	faults := b.featureFaults(path+".features", t)
	lot, known := t.Lot(b.Lot)
	if !known {
		return append(faults, unknown(path+".lot", "lot", string(b.Lot)))
	}
	return append(faults, b.optionFaults(path+".options", lot)...)
}

func (b Bid) featureFaults(path string, t *Tender) []casework.Fault {
	var faults []casework.Fault
	seen := map[CriterionID]bool{}
	for i, f := range b.Features {
		at := fmt.Sprintf("%s[%d]", path, i)
		c, known := t.Criterion(f.Criterion)
		switch {
		case !known || c.Kind != FeatureCriterion:
			faults = append(faults, unknown(at+".criterion", "feature", string(f.Criterion)))
		case seen[f.Criterion]:
			faults = append(faults, fault(at+".criterion", "feature.duplicate", fmt.Sprintf("feature %s stands there twice", f.Criterion)))
		case f.Value < 0 || f.Value > c.Weight:
			faults = append(faults, fault(at+".value", "feature.value", fmt.Sprintf("feature %s discounts from 0%% to %s, not %s", f.Criterion, c.Weight, f.Value)))
		}
		seen[f.Criterion] = true
	}
	return faults
}

func (b Bid) optionFaults(path string, lot Lot) []casework.Fault {
	var faults []casework.Fault
	seen := map[OptionID]bool{}
	for i, o := range b.Options {
		at := fmt.Sprintf("%s[%d]", path, i)
		if _, known := lot.Option(o.Option); !known {
			faults = append(faults, unknown(at+".option", "option", string(o.Option)))
		}
		if seen[o.Option] {
			faults = append(faults, fault(at+".option", "option.duplicate", fmt.Sprintf("option %s is priced twice", o.Option)))
		}
		seen[o.Option] = true
		faults = append(faults, moneyFaults(o.Price, at+".price", "the price of the option")...)
		if o.Price.IsRecorded() && b.Price.IsRecorded() && o.Price.Currency() != b.Price.Currency() {
			faults = append(faults, fault(at+".price", "money.currency_mixed", fmt.Sprintf("the bid is in %s, its option in %s", b.Price.Currency(), o.Price.Currency())))
		}
	}
	return faults
}

// BidSubmission is the data of [SubmittingBid].
type BidSubmission struct {
	Bid       BidID        `json:"bid"`
	Signature BidSignature `json:"signature"`
}

// BidAdmission is the data of [AdmittingLateBid].
type BidAdmission struct {
	Bid       BidID     `json:"bid"`
	Admission Admission `json:"admission"`
}

// BidSuitability is the data of [AssessingSuitability].
type BidSuitability struct {
	Bid         BidID       `json:"bid"`
	Suitability Suitability `json:"suitability"`
}

// AbnormallyLowHearing is the data of [HearingAbnormallyLow].
type AbnormallyLowHearing struct {
	Bid      BidID  `json:"bid"`
	Answer   string `json:"answer"`
	Accepted bool   `json:"accepted,omitempty"`
}

// BidDebrief is the data of [DebriefingBid].
type BidDebrief struct {
	Bid     BidID   `json:"bid"`
	Debrief Debrief `json:"debrief"`
}

// The events of a bid, for policies to watch, with what the attempt's Args are.
const (
	DraftingBid            casework.Move = "bid.drafted"                 // the [Bid]
	RevisingBid            casework.Move = "bid.revised"                 // the [Bid]
	SubmittingBid          casework.Move = "bid.submitted"               // a [BidSubmission]
	WithdrawingBid         casework.Move = "bid.withdrawn"               // the [BidID]
	AdmittingLateBid       casework.Move = "bid.admitted"                // a [BidAdmission]
	AssessingSuitability   casework.Move = "bid.suitability_assessed"    // a [BidSuitability]
	NotifyingAbnormallyLow casework.Move = "bid.abnormally_low_notified" // the [BidID]
	HearingAbnormallyLow   casework.Move = "bid.abnormally_low_heard"    // an [AbnormallyLowHearing]
	DebriefingBid          casework.Move = "bid.debriefed"               // a [BidDebrief]
)

// onBid makes the Apply of an event about one bid.
func onBid[D any](id func(D) BidID, apply func(*Purchase, *Bid, casework.Entry, D)) func(*Purchase, casework.Entry, D) {
	return func(p *Purchase, e casework.Entry, d D) {
		if b := p.bid(id(d)); b != nil {
			apply(p, b, e, d)
		}
	}
}

func theBid(id BidID) BidID { return id }

var bidDrafted = &casework.Event[*Purchase, Bid]{
	Name: string(DraftingBid), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, b Bid) {
		b.Drafted = markOf(e)
		p.s.Bids = append(p.s.Bids, b)
	},
	Redact: redactedBid,
}

var bidRevised = &casework.Event[*Purchase, Bid]{
	Name: string(RevisingBid), Version: 1,
	Apply: onBid(func(b Bid) BidID { return b.ID }, func(_ *Purchase, was *Bid, e casework.Entry, b Bid) {
		*was = b.recorded(*was)
		was.Revised = markOf(e)
	}),
	Redact: redactedBid,
}

// redactedBid keeps what the bid is judged by: ids, prices, and the digest its
// signature is bound to.
func redactedBid(b Bid) Bid {
	b = b.clone()
	b.Bidder, b.SocialValue, b.Proposal = withoutName(b.Bidder), "", withoutWords(b.Proposal)
	for i := range b.Members {
		b.Members[i] = withoutName(b.Members[i])
	}
	for i, s := range b.SubContractors {
		b.SubContractors[i] = SubContractor{Agency: withoutName(s.Agency), Share: s.Share}
	}
	if b.FullCost != nil {
		b.FullCost.Reason = ""
	}
	return b
}

// withoutName is an agency as it stays after redaction: id and sector.
func withoutName(a casework.Agency) casework.Agency {
	return casework.Agency{ID: a.ID, Sector: a.Sector}
}

var bidSubmitted = &casework.Event[*Purchase, BidSubmission]{
	Name: string(SubmittingBid), Version: 1,
	Apply: onBid(func(d BidSubmission) BidID { return d.Bid }, func(p *Purchase, b *Bid, e casework.Entry, d BidSubmission) {
		d.Signature.Mark = markOf(e)
		b.Signed, b.Received = &d.Signature, e.Effective
		b.Late = p.s.Tender != nil && p.s.Tender.Timetable.closedAt(e.Effective)
	}),
	Redact: func(d BidSubmission) BidSubmission {
		d.Signature.Signatory = ""
		return d
	},
}

var bidWithdrawn = &casework.Event[*Purchase, BidID]{
	Name: string(WithdrawingBid), Version: 1,
	Apply: onBid(theBid, func(_ *Purchase, b *Bid, e casework.Entry, _ BidID) { b.Withdrawn = markOf(e) }),
}

var bidAdmitted = &casework.Event[*Purchase, BidAdmission]{
	Name: string(AdmittingLateBid), Version: 1,
	Apply: onBid(func(d BidAdmission) BidID { return d.Bid }, func(_ *Purchase, b *Bid, e casework.Entry, d BidAdmission) {
		d.Admission.Mark = markOf(e)
		b.Admitted = &d.Admission
	}),
	Redact: func(d BidAdmission) BidAdmission {
		d.Admission.Reason = ""
		return d
	},
}

var suitabilityAssessed = &casework.Event[*Purchase, BidSuitability]{
	Name: string(AssessingSuitability), Version: 1,
	Apply: onBid(func(d BidSuitability) BidID { return d.Bid }, func(_ *Purchase, b *Bid, e casework.Entry, d BidSuitability) {
		d.Suitability.Mark = markOf(e)
		b.Suitability = &d.Suitability
	}),
	Redact: func(d BidSuitability) BidSuitability {
		d.Suitability = d.Suitability.untold()
		return d
	},
}

var abnormallyLowNotified = &casework.Event[*Purchase, BidID]{
	Name: string(NotifyingAbnormallyLow), Version: 1,
	Apply: onBid(theBid, func(_ *Purchase, b *Bid, e casework.Entry, _ BidID) {
		b.AbnormalLow = &AbnormallyLow{Notified: markOf(e)}
	}),
}

var abnormallyLowHeard = &casework.Event[*Purchase, AbnormallyLowHearing]{
	Name: string(HearingAbnormallyLow), Version: 1,
	Apply: onBid(func(d AbnormallyLowHearing) BidID { return d.Bid }, func(_ *Purchase, b *Bid, e casework.Entry, d AbnormallyLowHearing) {
		if b.AbnormalLow != nil {
			b.AbnormalLow.Heard, b.AbnormalLow.Answer, b.AbnormalLow.Accepted = markOf(e), d.Answer, d.Accepted
		}
	}),
	Redact: func(d AbnormallyLowHearing) AbnormallyLowHearing {
		d.Answer = ""
		return d
	},
}

var bidDebriefed = &casework.Event[*Purchase, BidDebrief]{
	Name: string(DebriefingBid), Version: 1,
	Apply: onBid(func(d BidDebrief) BidID { return d.Bid }, func(_ *Purchase, b *Bid, e casework.Entry, d BidDebrief) {
		d.Debrief.Mark = markOf(e)
		b.Debrief = &d.Debrief
	}),
	Redact: func(d BidDebrief) BidDebrief {
		d.Debrief.Summary = ""
		return d
	},
}

var bidsOpened = &casework.Event[*Purchase, BidOpening]{
	Name: "bids.opened", Version: 1,
	Apply: func(p *Purchase, e casework.Entry, o BidOpening) {
		o.Mark = markOf(e)
		p.s.OpenedBy = &o
	},
}

// DraftBid records an offer, and gives it with its id. It counts once it is
// submitted. Bids are taken while agencies are invited and bids are open; one
// that comes after they closed may still be recorded, and is late. Where nothing
// is competed for, one offer a lot is taken while the route is chosen, and it
// needs no timetable.
func (p *Purchase) DraftBid(b Bid) (Bid, error) {
	faults := append(b.faults("bid"), b.tenderFaults("bid", p.s.Tender)...)
	faults = append(faults, p.bidCurrencyFaults(b, "")...)
	faults = append(faults, p.biddingFaults()...)
	if p.offering() && p.hasOffer(b.Lot) {
		faults = append(faults, fault("bid", "bid.second", "nothing is competed for: there is one offer, to be revised or withdrawn"))
	}
	if err := p.invalid("draft a bid", faults); err != nil {
		return Bid{}, err
	}
	b = b.offer()
	b.ID = BidID(numbered("B", len(p.s.Bids)))
	b.Content = contentOf(b)
	if err := bidDrafted.Record(p, b); err != nil {
		return Bid{}, err
	}
	return p.bid(b.ID).clone(), nil
}

// ReviseBid puts another offer in the place of a bid's, and gives the bid. A
// signature under the earlier offer no longer counts: submit it again. Once bids
// have closed, a bid that was submitted stays as it is.
func (p *Purchase) ReviseBid(id BidID, b Bid) (Bid, error) {
	faults := append(b.faults("bid"), b.tenderFaults("bid", p.s.Tender)...)
	faults = append(faults, p.bidCurrencyFaults(b, id)...)
	faults = append(faults, p.biddingFaults()...)
	was := p.bid(id)
	faults = append(faults, liveFaults(was, id)...)
	if was != nil && was.Submitted() && p.State() == Invited && p.BiddingAt(p.Now()) == BiddingClosed {
		faults = append(faults, fault("bid", "bidding.closed", "bids have closed: what was submitted stays as it is"))
	}
	if err := p.invalid("revise a bid", faults); err != nil {
		return Bid{}, err
	}
	b = b.offer()
	b.ID = id
	b.Content = contentOf(b)
	if err := bidRevised.Record(p, b); err != nil {
		return Bid{}, err
	}
	return p.bid(id).clone(), nil
}

// SubmitBid records that the bidder signed the bid as it stands and handed it
// in, with its proposal, and gives the bid. It is received at the effective time
// of the call, and late when that is after bids closed. Signatory is who signed
// for the bidder.
func (p *Purchase) SubmitBid(id BidID, signatory string) (Bid, error) {
	faults := required(signatory, "signatory", "signatory.missing", "say who signed for the bidder")
	faults = append(faults, p.biddingFaults()...)
	b := p.bid(id)
	faults = append(faults, liveFaults(b, id)...)
	if b != nil && b.Proposal.IsZero() {
		faults = append(faults, fault("bid.proposal", "bid.proposal_missing", fmt.Sprintf("bid %s has no proposal: add it, then submit", id)))
	}
	if b != nil && b.Valid() {
		faults = append(faults, fault("bid", "bid.submitted", fmt.Sprintf("bid %s is submitted as it stands", id)))
	}
	if err := p.invalid("submit a bid", faults); err != nil {
		return Bid{}, err
	}
	d := BidSubmission{Bid: id, Signature: BidSignature{Signatory: signatory, Content: b.Content}}
	if err := bidSubmitted.Record(p, d); err != nil {
		return Bid{}, err
	}
	return p.bid(id).clone(), nil
}

// hasOffer tells whether there is an offer for a lot; without a tender, whether
// there is one at all.
func (p *Purchase) hasOffer(lot LotID) bool {
	return slices.ContainsFunc(p.s.Bids, func(b Bid) bool {
		return b.Withdrawn.IsZero() && (b.Lot == lot || p.s.Tender == nil)
	})
}

// offering tells whether an offer is taken without competition.
func (p *Purchase) offering() bool {
	return p.State() == RouteChosen && p.s.Route != nil && !p.s.Route.Competitive()
}

// biddingFaults tells that bids are not taken yet, or no more.
func (p *Purchase) biddingFaults() []casework.Fault {
	switch {
	case p.offering() || p.State() == Invited && p.BiddingAt(p.Now()) != BiddingEnquiries:
		return nil
	case p.State() == Invited:
		return []casework.Fault{fault("bid", "bidding.not_open", fmt.Sprintf("bids open at %s", moment(p.s.Tender.Timetable.BidsOpen)))}
	case p.biddingAhead():
		return []casework.Fault{fault("bid", "bidding.not_open", "agencies are not invited to bid yet")}
	default:
		return []casework.Fault{fault("bid", "bidding.closed", "the time for bids is over")}
	}
}

// bidCurrencyFaults tells that a price cannot be compared: it is not in the
// currency of the lot, or of the other bids for it.
func (p *Purchase) bidCurrencyFaults(b Bid, self BidID) []casework.Fault {
	if !b.Price.IsRecorded() {
		return nil
	}
	var asked string
	if p.s.Tender != nil {
		lot, _ := p.s.Tender.Lot(b.Lot)
		asked = lot.Estimate.Currency()
	}
	for _, o := range p.s.Bids {
		if asked == "" && o.ID != self && o.Lot == b.Lot && o.Withdrawn.IsZero() {
			asked = o.Price.Currency()
		}
	}
	if asked == "" || asked == b.Price.Currency() {
		return nil
	}
	return []casework.Fault{fault("bid.price", "money.currency_mixed", fmt.Sprintf("prices for lot %q are in %s, not in %s", b.Lot, asked, b.Price.Currency()))}
}

// liveFaults tells that a bid is not there, or was withdrawn.
func liveFaults(b *Bid, id BidID) []casework.Fault {
	switch {
	case b == nil:
		return []casework.Fault{unknown("bid", "bid", string(id))}
	case !b.Withdrawn.IsZero():
		return []casework.Fault{fault("bid", "bid.withdrawn", fmt.Sprintf("bid %s was withdrawn", id))}
	default:
		return nil
	}
}

// submittedFaults tells, beside that, that a bid was never submitted.
func submittedFaults(b *Bid, id BidID) []casework.Fault {
	if faults := liveFaults(b, id); len(faults) > 0 || b.Submitted() {
		return faults
	}
	return []casework.Fault{fault("bid", "bid.not_submitted", fmt.Sprintf("bid %s is a draft", id))}
}

// undecidedFaults tells that bids are judged before the award is decided.
func (p *Purchase) undecidedFaults() []casework.Fault {
	if p.State() == AwardDecided || p.Final() {
		return []casework.Fault{fault("bid", "bid.decided", "bids are judged before the award is decided")}
	}
	return nil
}

// WithdrawBid records that the bidder took its bid back. It stays on record.
func (p *Purchase) WithdrawBid(id BidID) error {
	faults := append(liveFaults(p.bid(id), id), p.undecidedFaults()...)
	if err := p.invalid("withdraw a bid", faults); err != nil {
		return err
	}
	return bidWithdrawn.Record(p, id)
}

// AdmitLateBid lets a late bid in, with the reason.
func (p *Purchase) AdmitLateBid(id BidID, reason string) error {
	b := p.bid(id)
	faults := append(submittedFaults(b, id), p.undecidedFaults()...)
	faults = append(faults, required(reason, "reason", "reason.missing", "say why the late bid is let in")...)
	if b != nil && b.Submitted() && !b.Late {
		faults = append(faults, fault("bid", "bid.not_late", fmt.Sprintf("bid %s was in time", id)))
	}
	if err := p.invalid("admit a late bid", faults); err != nil {
		return err
	}
	return bidAdmitted.Record(p, BidAdmission{Bid: id, Admission: Admission{Reason: reason}})
}

// AssessSuitability records whether the bidder is able and fit to deliver, with
// the reason. A later assessment takes the place of the earlier one. A bid that
// is out as unsuitable is not found suitable.
func (p *Purchase) AssessSuitability(id BidID, s Suitability) error {
	b := p.bid(id)
	faults := append(submittedFaults(b, id), p.undecidedFaults()...)
	faults = append(faults, s.faults("suitability")...)
	if b != nil && s.Suitable && b.Exclusion != nil && b.Exclusion.Ground == Unsuitable {
		faults = append(faults, fault("suitability.suitable", "bid.excluded", fmt.Sprintf("bid %s is excluded as unsuitable", id)))
	}
	if err := p.invalid("assess a bidder's suitability", faults); err != nil {
		return err
	}
	s.Mark = Mark{}
	return suitabilityAssessed.Record(p, BidSuitability{Bid: id, Suitability: s})
}

// NotifyAbnormallyLow records that a bidder was told that its price looks too
// low, and asked to show that it can deliver for it (Procurement Act 2023
// s.19(4)).
func (p *Purchase) NotifyAbnormallyLow(id BidID) error {
	b := p.bid(id)
	faults := append(submittedFaults(b, id), p.undecidedFaults()...)
	if b != nil && b.AbnormalLow != nil {
		faults = append(faults, fault("bid", "abnormal.notified", fmt.Sprintf("the bidder of %s was notified", id)))
	}
	if err := p.invalid("notify an abnormally low bidder", faults); err != nil {
		return err
	}
	return abnormallyLowNotified.Record(p, id)
}

// HearAbnormallyLow records what the bidder said, and whether it showed that it
// can deliver for the price.
func (p *Purchase) HearAbnormallyLow(id BidID, answer string, accepted bool) error {
	b := p.bid(id)
	faults := append(submittedFaults(b, id), p.undecidedFaults()...)
	faults = append(faults, required(answer, "answer", "abnormal.answer_missing", "say what the bidder said, or that it said nothing")...)
	switch {
	case b == nil:
	case b.AbnormalLow == nil:
		faults = append(faults, fault("bid", "abnormal.not_notified", fmt.Sprintf("the bidder of %s was not notified", id)))
	case !b.AbnormalLow.Heard.IsZero():
		faults = append(faults, fault("bid", "abnormal.heard", fmt.Sprintf("the bidder of %s was heard", id)))
	}
	if err := p.invalid("hear an abnormally low bidder", faults); err != nil {
		return err
	}
	return abnormallyLowHeard.Record(p, AbnormallyLowHearing{Bid: id, Answer: answer, Accepted: accepted})
}

// DebriefBid records what a bidder was told about how its bid was judged. A
// later debrief takes the place of the earlier one.
func (p *Purchase) DebriefBid(id BidID, d Debrief) error {
	faults := required(d.Summary, "debrief.summary", "debrief.summary_missing", "say what the bidder was told")
	switch b := p.bid(id); {
	case b == nil:
		faults = append(faults, unknown("bid", "bid", string(id)))
	case !b.Submitted():
		faults = append(faults, submittedFaults(b, id)...)
	}
	switch {
	case d.Sent.IsZero():
		faults = append(faults, fault("debrief.sent", "debrief.day_missing", "say on which day it was sent"))
	case p.cfg.ahead(d.Sent, p.Now()):
		faults = append(faults, fault("debrief.sent", "debrief.ahead", "a debrief is recorded once it is sent"))
	}
	if err := p.invalid("debrief a bidder", faults); err != nil {
		return err
	}
	d.Mark = Mark{}
	return bidDebriefed.Record(p, BidDebrief{Bid: id, Debrief: d})
}

// OpenBids opens the bids. Witnesses are the ids of the others who were there.
func (p *Purchase) OpenBids(witnesses ...string) error {
	var faults []casework.Fault
	for i, w := range witnesses {
		at := fmt.Sprintf("witnesses[%d]", i)
		faults = append(faults, required(w, at, "witness.missing", "a witness has an id")...)
		if slices.Contains(witnesses[:i], w) {
			faults = append(faults, fault(at, "witness.duplicate", fmt.Sprintf("%s was there once", w)))
		}
	}
	if err := p.invalid("open the bids", faults); err != nil {
		return err
	}
	return bidsOpened.Move(p, OpenBids, BidOpening{Witnesses: witnesses})
}

// BidOpening gives who opened the bids, once they are open.
func (p *Purchase) BidOpening() (BidOpening, bool) {
	if p.s.OpenedBy == nil {
		return BidOpening{}, false
	}
	o := *p.s.OpenedBy
	o.Witnesses = slices.Clone(o.Witnesses)
	return o, true
}

// Bids gives every bid, drafts and withdrawn ones included, in the order they
// were drafted.
func (p *Purchase) Bids() []Bid {
	all := slices.Clone(p.s.Bids)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Bid gives one bid.
func (p *Purchase) Bid(id BidID) (Bid, bool) {
	if b := p.bid(id); b != nil {
		return b.clone(), true
	}
	return Bid{}, false
}

func (p *Purchase) bid(id BidID) *Bid {
	for i := range p.s.Bids {
		if p.s.Bids[i].ID == id {
			return &p.s.Bids[i]
		}
	}
	return nil
}
