package procurement_test

import (
	"fmt"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// An order that has no contract behind it becomes one when the supplier accepts
// it.
func Example_acceptedOrder() {
	h := newExampleHouse()
	order, err := h.desks.Contracts.Open(h.ctx, h.ana, procurement.ContractDraft{
		Origin: procurement.Origin{Kind: procurement.FromAcceptedOrder, Cycle: h.cycle, Service: "S1", Why: "it can begin today"},
		Parties: []procurement.Party{
			{Agency: h.council, Role: procurement.BuyerParty, Signatories: []procurement.Signatory{{Person: "the director"}}},
			{Agency: h.coop, Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "the manager"}}},
		},
		Terms: procurement.Terms{
			Title: "Ten visits", Number: "PO-31", Value: casework.GBP(300_00), Period: h.year(), Pricing: procurement.Spot,
		},
	})
	exampleOK(err)
	accept := func(party, signatory string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			return c.AcceptOrder(procurement.Signature{Party: party, Signatory: signatory})
		}
	}
	_, err = h.desks.Contracts.Update(h.ctx, order.ID(), h.dan, accept(h.council.ID, "the director"))
	fmt.Println(err)
	_, err = h.desks.Contracts.Update(h.ctx, order.ID(), h.dan, accept(h.coop.ID, "the caretaker"))
	exampleRefusal(err)

	contract := h.contract(order.ID(), h.dan, accept(h.coop.ID, "the manager"))
	fmt.Printf("%s is a contract since %s, and is %s.\n", contract.Terms().Number, contract.Bound(), contract.State())
	// Output:
	// accept the order: invalid: signature.party: it is the supplier who accepts an order (signature.not_supplier)
	// Refused: the caretaker is not among those who may sign for carers-co-op. Remedy: have a named signatory sign, or name this one with the authority.
	// PO-31 is a contract since 2025-06-02, and is in_force.
}

// A variation changes nothing until everybody has signed it. What the contract
// said before stays known.
func ExampleContract_SignVariation() {
	h := newExampleHouse()
	contract := h.running()
	before := h.now
	h.now = h.now.AddDate(0, 3, 0)
	vary := func(c *procurement.Contract) error {
		_, err := c.ProposeVariation(procurement.Variation{
			Rationales: []procurement.Rationale{procurement.VolumeIncrease}, Reason: "two more people", Value: casework.GBP(5_200_00),
		})
		return err
	}
	sign := func(party string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			_, err := c.SignVariation("V1", procurement.Signature{Party: party, Signatory: "the director"})
			return err
		}
	}
	h.contract(contract.ID(), h.ana, vary)
	contract = h.contract(contract.ID(), h.ana, sign(h.council.ID))
	fmt.Printf("Signed by one, the contract is worth %s.\n", contract.EffectiveAt(h.now).Value)
	contract = h.contract(contract.ID(), h.ana, sign(h.coop.ID))
	fmt.Printf("Signed by both, it is worth %s.\n", contract.EffectiveAt(h.now).Value)
	on := casework.DateOf(before)
	fmt.Printf("On %s it was worth %s.\n", on, contract.EffectiveAt(before).Value)

	_, err := h.desks.Contracts.Update(h.ctx, contract.ID(), h.ana, sign(h.coop.ID))
	fmt.Println(err)
	// Output:
	// Signed by one, the contract is worth GBP 4800.00.
	// Signed by both, it is worth GBP 5200.00.
	// On 2025-06-02 it was worth GBP 4800.00.
	// sign a variation: invalid: variation.id: variation V1 is effective (variation.decided); signature.party: carers-co-op has signed already (signature.already)
}

// running is a contract in force that was concluded before it was recorded here.
func (h *exampleHouse) running() *procurement.Contract {
	c, err := h.desks.Contracts.Open(h.ctx, h.ana, procurement.ContractDraft{
		Origin: procurement.Origin{Kind: procurement.FromImport},
		Parties: []procurement.Party{
			{Agency: h.council, Role: procurement.BuyerParty}, {Agency: h.coop, Role: procurement.SupplierParty},
		},
		Terms: procurement.Terms{Title: "Home care", Value: casework.GBP(4_800_00)},
	})
	exampleOK(err)
	h.contract(c.ID(), h.ana, h.agreed)
	return h.contract(c.ID(), h.ana, h.signed)
}
