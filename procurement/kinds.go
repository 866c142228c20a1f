package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The roles of linked cases.
const (
	linkCycle     = "cycle"
	linkFramework = "framework"
	linkPurchase  = "purchase"
)

func purchaseSpec(cfg *config) casework.KindSpec[*Purchase] {
	return casework.KindSpec[*Purchase]{
		Name: PurchaseKind, Shape: 1,
		New:      func() *Purchase { return &Purchase{cfg: cfg} },
		Document: func(p *Purchase) any { return &p.s },
		Events:   slices.Concat(requisitionEvents(), biddingEvents(), awardEvents(), interlockEvents()),
		Weigh:    func(p *Purchase, code string) casework.Effect { return cfg.weigh(p.Scale(), code) },
		Arguments: map[casework.Move]string{
			SubmitRequisition: "Purchase.SubmitRequisition", ReturnRequisition: "Purchase.ReturnRequisition",
			ApproveRequisition: "Purchase.ApproveRequisition", RejectRequisition: "Purchase.RejectRequisition",
			ChooseRoute: "Purchase.ChooseRoute", OpenBids: "Purchase.OpenBids", Recommend: "Purchase.Recommend",
			DecideAward: "Purchase.DecideAward", Unaward: "Purchase.CancelAward", EndPurchase: "Purchase.End",
		},
		Automatic: []casework.Move{ClosePurchase},
		Moved:     (*Purchase).moved,
		Deadlines: (*Purchase).deadlines,
		Describe:  (*Purchase).describe,
		Links:     func(p *Purchase) []casework.Link { return p.links(cfg.kinds) },
		Settle:    func(u *casework.Unit, p *Purchase) error { return settlePurchase(u, cfg.kinds, p) },
	}
}

// links names what the policies of a purchase look at: the cycle while it is
// prepared and decided on, and the framework agreement a call-off is made under.
func (p *Purchase) links(k *Kinds) []casework.Link {
	var links []casework.Link
	switch p.State() {
	case RequisitionDrafted, RequisitionSubmitted, RequisitionApproved, RouteChosen, Evaluated, Recommended:
		if !p.s.Requisition.Cycle.IsZero() {
			links = append(links, casework.Link{Role: linkCycle, Case: p.s.Requisition.Cycle, Kind: k.Cycles})
		}
	default: // nothing of it is looked at
	}
	switch p.State() {
	case RouteChosen, Invited, Received, Opened, Evaluated, Recommended, AwardDecided:
		if p.s.Route != nil && !p.s.Route.Framework.IsZero() {
			links = append(links, casework.Link{Role: linkFramework, Case: p.s.Route.Framework, Kind: k.Frameworks})
		}
	default: // nothing of it is looked at
	}
	return links
}

// cycle is the linked cycle, where it is linked.
func (p *Purchase) cycle() (*commissioning.Cycle, bool) {
	return linked[*commissioning.Cycle](p.Linked(linkCycle))
}

// framework is the linked framework agreement, where it is linked.
func (p *Purchase) framework() (*FrameworkAgreement, bool) {
	return linked[*FrameworkAgreement](p.Linked(linkFramework))
}

func linked[T casework.Aggregate](cases []casework.Aggregate) (T, bool) {
	var none T
	if len(cases) == 0 {
		return none, false
	}
	c, is := cases[0].(T)
	return c, is
}

func contractSpec(cfg *config) casework.KindSpec[*Contract] {
	return casework.KindSpec[*Contract]{
		Name: ContractKind, Shape: 1,
		New:      func() *Contract { return &Contract{cfg: cfg} },
		Document: func(c *Contract) any { return &c.s },
		Events:   slices.Concat(formationEvents(), variationEvents(), packageEvents(), lifeEvents(), []casework.EventType[*Contract]{awardFollowed}),
		Weigh:    func(c *Contract, code string) casework.Effect { return cfg.weigh(c.Scale(), code) },
		Arguments: map[casework.Move]string{
			AgreeContract: "Contract.Accept", SignContract: "Contract.Sign", AcceptOrder: "Contract.AcceptOrder",
			CompleteContract: "Contract.Complete", TerminateNow: "Contract.Terminate", CloseContract: "Contract.Close",
			CancelContract: "Contract.Cancel",
		},
		Automatic: []casework.Move{CommenceContract, ExpireContract, NovateContract, CancelWithAward},
		Moved:     (*Contract).moved,
		Deadlines: (*Contract).deadlines,
		Describe:  (*Contract).describe,
		Links:     func(c *Contract) []casework.Link { return c.links(cfg.kinds) },
		Settle:    func(u *casework.Unit, c *Contract) error { return settleContract(u, cfg.kinds, c) },
	}
}

// links names what the policies of a contract look at: the purchase it rests
// on, until it is signed.
func (c *Contract) links(k *Kinds) []casework.Link {
	if !c.unsigned() || c.s.Origin.Purchase.IsZero() {
		return nil
	}
	return []casework.Link{{Role: linkPurchase, Case: c.s.Origin.Purchase, Kind: k.Purchases}}
}

// purchase is the linked purchase, where it is linked.
func (c *Contract) purchase() (*Purchase, bool) {
	return linked[*Purchase](c.Linked(linkPurchase))
}

// deadlines gives what is due when.
func (c *Contract) deadlines() []casework.Deadline {
	return slices.Concat(c.lifeDeadlines(), c.packageDeadlines())
}

func frameworkSpec(cfg *config) casework.KindSpec[*FrameworkAgreement] {
	return casework.KindSpec[*FrameworkAgreement]{
		Name: FrameworkKind, Shape: 1,
		New:       func() *FrameworkAgreement { return &FrameworkAgreement{cfg: cfg} },
		Document:  func(f *FrameworkAgreement) any { return &f.s },
		Events:    frameworkEvents(),
		Weigh:     func(f *FrameworkAgreement, code string) casework.Effect { return cfg.weigh(f.Scale(), code) },
		Arguments: map[casework.Move]string{SignFramework: "FrameworkAgreement.Sign", TerminateFramework: "FrameworkAgreement.Terminate"},
		Automatic: []casework.Move{ExpireFramework, CancelFrameworkWith},
		Moved:     (*FrameworkAgreement).moved,
		Deadlines: (*FrameworkAgreement).deadlines,
		Describe:  (*FrameworkAgreement).describe,
		Links:     func(f *FrameworkAgreement) []casework.Link { return f.links(cfg.kinds) },
		Settle:    func(u *casework.Unit, f *FrameworkAgreement) error { return settleFramework(u, cfg.kinds, f) },
	}
}

// links names the purchase that established the framework agreement, until it
// is signed.
func (f *FrameworkAgreement) links(k *Kinds) []casework.Link {
	if f.State() != FrameworkDrafted || f.s.Origin.Purchase.IsZero() {
		return nil
	}
	return []casework.Link{{Role: linkPurchase, Case: f.s.Origin.Purchase, Kind: k.Purchases}}
}

// purchase is the linked purchase, where it is linked.
func (f *FrameworkAgreement) purchase() (*Purchase, bool) {
	return linked[*Purchase](f.Linked(linkPurchase))
}

func grantSpec(cfg *config) casework.KindSpec[*GrantAgreement] {
	return casework.KindSpec[*GrantAgreement]{
		Name: GrantKind, Shape: 1,
		New:       func() *GrantAgreement { return &GrantAgreement{cfg: cfg} },
		Document:  func(g *GrantAgreement) any { return &g.s },
		Events:    grantEvents(),
		Weigh:     func(g *GrantAgreement, code string) casework.Effect { return cfg.weigh(g.Scale(), code) },
		Arguments: map[casework.Move]string{OfferGrant: "GrantAgreement.Offer", AcceptGrant: "GrantAgreement.Accept", TerminateGrant: "GrantAgreement.Terminate"},
		Automatic: []casework.Move{ExpireGrant},
		Moved:     (*GrantAgreement).moved,
		Deadlines: (*GrantAgreement).deadlines,
		Describe:  (*GrantAgreement).describe,
		Settle:    func(u *casework.Unit, g *GrantAgreement) error { return settleGrant(u, cfg.kinds, g) },
	}
}

func inHouseSpec(cfg *config) casework.KindSpec[*InHouseAgreement] {
	return casework.KindSpec[*InHouseAgreement]{
		Name: InHouseKind, Shape: 1,
		New:       func() *InHouseAgreement { return &InHouseAgreement{cfg: cfg} },
		Document:  func(h *InHouseAgreement) any { return &h.s },
		Events:    inHouseEvents(),
		Weigh:     func(h *InHouseAgreement, code string) casework.Effect { return cfg.weigh(h.Scale(), code) },
		Arguments: map[casework.Move]string{AgreeInHouse: "InHouseAgreement.Agree", EndInHouse: "InHouseAgreement.End"},
		Automatic: []casework.Move{ExpireInHouse},
		Moved:     (*InHouseAgreement).moved,
		Deadlines: (*InHouseAgreement).deadlines,
		Describe:  (*InHouseAgreement).describe,
		Settle:    func(u *casework.Unit, h *InHouseAgreement) error { return settleInHouse(u, cfg.kinds, h) },
	}
}
