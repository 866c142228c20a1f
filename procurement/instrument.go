package procurement

import (
	"cmp"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Instrument is a case that an award brought into being, and how far it is.
type Instrument struct {
	Case  casework.CaseID `json:"case"`
	Kind  string          `json:"kind"` // of the case: contract or framework_agreement
	Award AwardID         `json:"award,omitempty"`
	Buyer string          `json:"buyer,omitempty"` // id of the agency
	State State           `json:"state"`           // followed in the same commit
	Binds bool            `json:"binds,omitempty"` // whether everybody has signed it
	Ran   bool            `json:"ran,omitempty"`   // whether it is or was in force, or ended
}

// origin is where what comes of an award comes from.
func (p *Purchase) origin(a Award) Origin {
	o := Origin{
		Kind: FromAward, Cycle: p.s.Requisition.Cycle, Service: p.s.Requisition.Service,
		Purchase: p.ID(), Award: a.ID, Lot: a.Lot, Why: a.Why,
	}
	if route := p.s.Route; route != nil {
		o.Framework, o.FrameworkLot, o.Ground = route.Framework, route.FrameworkLot, route.Ground
		switch route.Route {
		case CallOff:
			o.Kind = FromCallOff
		case DirectAward:
			o.Kind = FromDirectAward
		case Quotations, OpenProcedure, FlexibleCompetition:
		}
	}
	if a.Order {
		o.Kind = FromAcceptedOrder
	}
	return o
}

// contractDrafts gives the contracts of an award: one a buyer, the value
// allocated by their shares. A person's package goes with the first, so that it
// is not bought twice.
func (p *Purchase) contractDrafts(a Award) ([]ContractDraft, error) {
	buyers := p.buyers()
	shares := make([]int64, len(buyers))
	for i, b := range buyers {
		shares[i] = cmp.Or(b.Share, 1)
	}
	values, err := a.Value.Allocate(shares...)
	if err != nil {
		return nil, err
	}
	options, err := p.sharedOptions(a, shares)
	if err != nil {
		return nil, err
	}
	drafts := make([]ContractDraft, len(buyers))
	for i, b := range buyers {
		drafts[i] = p.contractDraft(a, b.Agency, values[i], options[i])
		if i == 0 {
			drafts[i].Terms.Package = slices.Clone(p.s.Requisition.Package)
		}
	}
	return drafts, nil
}

func (p *Purchase) contractDraft(a Award, buyer casework.Agency, value casework.Money, options []PricedOption) ContractDraft {
	terms := Terms{Title: p.awardTitle(a), Value: value, Period: a.Period, Options: options}
	if t := p.s.Tender; t != nil {
		terms.Pricing, terms.Term, terms.Risks = t.Pricing, t.Term, slices.Clone(t.Risks)
	}
	competed := &Competed{Supplier: a.Supplier.ID, Value: value, Period: a.Period, Pricing: terms.Pricing, Options: slices.Clone(options)}
	if buyer.ID == p.buyers()[0].Agency.ID {
		competed.Package = clonedElements(p.s.Requisition.Package)
	}
	parties := []Party{{Agency: buyer, Role: BuyerParty}, {Agency: a.Supplier, Role: SupplierParty}}
	for _, m := range a.Members {
		parties = append(parties, Party{Agency: m, Role: SupplierParty})
	}
	return ContractDraft{
		Origin: p.origin(a), Subject: p.s.Requisition.Subject, Parties: parties, Terms: terms, Scale: p.Scale(),
		Competed: competed,
	}
}

// awardTitle names what an award is about: the purchase, and the lot where there
// are several.
func (p *Purchase) awardTitle(a Award) string {
	lot, _ := p.awardLot(a.Lot)
	if len(p.awardLots()) < 2 || lot.Title == "" {
		return p.s.Requisition.Title
	}
	return p.s.Requisition.Title + ": " + lot.Title
}

// sharedOptions gives the priced options of the lot with the bidder's prices,
// each buyer's share of them.
func (p *Purchase) sharedOptions(a Award, shares []int64) ([][]PricedOption, error) {
	all := make([][]PricedOption, len(shares))
	lot, _ := p.awardLot(a.Lot)
	for _, o := range lot.Options {
		if o.Price = p.optionPrice(a.Bid, o); !o.Price.IsRecorded() {
			continue // nobody can exercise what has no price
		}
		prices, err := o.Price.Allocate(shares...)
		if err != nil {
			return nil, err
		}
		for i, price := range prices {
			o.Price = price
			all[i] = append(all[i], o)
		}
	}
	return all, nil
}

// optionPrice is what a bidder asks for an option; what the lot says where the
// bid says nothing.
func (p *Purchase) optionPrice(bid BidID, o PricedOption) casework.Money {
	if b := p.bid(bid); b != nil {
		for _, own := range b.Options {
			if own.Option == o.ID {
				return own.Price
			}
		}
	}
	return o.Price
}

// frameworkDraft gives the framework agreement the awards establish. Its
// members are ranked in the order in which they were recommended.
func (p *Purchase) frameworkDraft() FrameworkDraft {
	d := FrameworkDraft{Origin: p.origin(Award{}), Scale: p.Scale()}
	if t := p.s.Tender; t != nil && t.FrameworkTerms != nil {
		d.Terms = t.FrameworkTerms.clone()
		if len(d.Terms.Lots) == 0 {
			d.Terms.Lots = slices.Clone(t.Lots)
		}
		d.Terms.Title = cmp.Or(d.Terms.Title, t.Title)
	}
	for _, b := range p.buyers() {
		d.Parties = append(d.Parties, Party{Agency: b.Agency, Role: BuyerParty})
	}
	for _, a := range p.standing() {
		m := FrameworkMember{Lot: a.Lot, Agency: a.Supplier, Award: a.ID}
		m.Rank = lastRank(d.Members, m.Lot) + 1
		d.Members = append(d.Members, m)
	}
	d.Parties = withMembers(d.Parties, d.Members...)
	return d
}
