package procurementtest

import (
	"encoding/binary"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// House is where a purchase is made: the desks over one store, and the people,
// all of the agency that leads the cycle.
type House struct {
	Desks  *procurement.Desks       // the host's: its policies, weights, definitions, permissions
	Cycles *commissioning.Desk      // of the cycle whose service is bought
	Store  *memory.Store            // of everything
	Clock  *commissioningtest.Clock // of all desks

	Purchase *procurement.Purchase // as last written through the fixture
	Contract *procurement.Contract // the first that the latest award opened; nil while there is none

	Requester casework.Actor // drafts the requisition, invites, and manages the contract
	Approver  casework.Actor // approves what the others ask for, and assesses declarations
	Evaluator casework.Actor // scores the bids, and recommends
	Decider   casework.Actor // decides the award
	Signatory casework.Actor // drafts the contract, and signs it

	plain *procurement.Desks // default policies, no permissions
	set   setup
	made  struct{ ids, salts uint64 }
}

// newHouse gives a house with a cycle that arranges delivery.
func newHouse(t testing.TB, opts []Option) *House {
	t.Helper()
	s := setup{route: procurement.Quotations, money: commissioningtest.Scale(commissioning.Standard)}
	for _, opt := range opts {
		opt(&s)
	}
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery, append([]commissioningtest.Option{s.money}, s.cycle...)...)
	council := f.Cycle.Lead()
	h := &House{
		Cycles: f.Desk, Store: f.Store, Clock: f.Clock, set: s,
		Requester: casework.Person("ana.k", council), Approver: casework.Person("ben.o", council), Evaluator: casework.Person("eva.m", council),
		Decider: casework.Person("dan.r", council), Signatory: casework.Person("sue.t", council),
	}
	if err := h.furnish(s.options); err != nil {
		t.Fatalf("the fixture's options are faulty: %v", err)
	}
	if err := h.open(t, f.Cycle); err != nil {
		t.Fatalf("the purchase could not be opened: %v", err)
	}
	if err := s.scaleFault(h.Purchase); err != nil {
		t.Fatalf("%v", err)
	}
	return h
}

// furnish makes the two sets of desks: the host's, and the one that brings the
// cases to their states undisturbed by the policies under test.
func (h *House) furnish(o procurement.Options) error {
	o.Desk.Clock = h.Clock.Now
	o.Desk.NewID = func() (casework.CaseID, error) { h.made.ids++; return numberedID(h.made.ids), nil }
	o.Desk.Salt = func() (salt [16]byte) {
		h.made.salts++
		binary.BigEndian.PutUint64(salt[8:], h.made.salts)
		return salt
	}
	var err error
	if h.Desks, err = procurement.NewDesks(h.Cycles, &o); err != nil {
		return err
	}
	o.Desk.Permit, o.Weights = nil, nil
	o.Purchases.Policies, o.Contracts.Policies = casework.PolicyEdits[*procurement.Purchase]{}, casework.PolicyEdits[*procurement.Contract]{}
	o.Frameworks.Policies = casework.PolicyEdits[*procurement.FrameworkAgreement]{}
	o.Grants.Policies, o.InHouse.Policies = casework.PolicyEdits[*procurement.GrantAgreement]{}, casework.PolicyEdits[*procurement.InHouseAgreement]{}
	h.plain, err = procurement.NewDesks(h.Cycles, &o)
	return err
}

// numberedID gives the id of the nth case of procurement, beside those of cycles.
func numberedID(n uint64) (id casework.CaseID) {
	id[0] = 1
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

// open begins the purchase of the cycle's first service, for as much as was
// planned for it.
func (h *House) open(t testing.TB, cycle *commissioning.Cycle) error {
	s := cycle.Services()[0]
	r := procurement.Requisition{
		Title: "Home care", Cycle: cycle.ID(), Service: s.ID, Estimate: s.Estimate, Buyers: h.set.buyers,
		Period: year(h.today().AddMonths(3)), Rationale: "People want to stay at home.",
		Funding: []procurement.Funding{{Resource: cycle.Resources()[0].ID, Amount: s.Estimate}},
	}
	for _, edit := range h.set.requisition {
		edit(&r)
	}
	var err error
	h.Purchase, err = h.plain.Purchases.Open(t.Context(), h.Requester, r)
	return err
}

// year is twelve months from the day on.
func year(from casework.Date) casework.Period {
	return casework.Period{From: from, To: from.AddMonths(12).AddDays(-1)}
}

// today is the day the clock shows, in UTC.
func (h *House) today() casework.Date { return casework.DateOf(h.Clock.Now().UTC()) }

// authority is that of the approver, as far as the purchase reaches.
func (h *House) authority() procurement.Authority {
	return procurement.Authority{Approver: h.Approver.ID, Limit: h.Purchase.Requisition().Estimate, Source: "scheme of delegation"}
}

// refresh reads the purchase and its contract as they stand.
func (h *House) refresh(t testing.TB) error {
	p, err := h.plain.Purchases.Load(t.Context(), h.Purchase.ID())
	if err != nil {
		return err
	}
	h.Purchase = p
	all := h.contracts()
	if len(all) == 0 {
		return nil
	}
	h.Contract, err = h.plain.Contracts.Load(t.Context(), all[0])
	return err
}

// contracts gives those the latest award opened.
func (h *House) contracts() []casework.CaseID {
	var all []casework.CaseID
	var award procurement.AwardID
	for _, in := range h.Purchase.Instruments() {
		if in.Award != award {
			all, award = nil, in.Award
		}
		all = append(all, in.Case)
	}
	return all
}

// buy issues commands to the purchase, undisturbed by policies under test.
func (h *House) buy(t testing.TB, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) error {
	if _, err := h.plain.Purchases.Update(t.Context(), h.Purchase.ID(), by, work, opts...); err != nil {
		return err
	}
	return h.refresh(t)
}

// perform issues commands to a contract, undisturbed by policies under test.
func (h *House) perform(t testing.TB, id casework.CaseID, by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) error {
	if _, err := h.plain.Contracts.Update(t.Context(), id, by, work, opts...); err != nil {
		return err
	}
	return h.refresh(t)
}
