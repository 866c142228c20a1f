package procurementtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// performing tells whose turn it is in a state of a contract.
func (h *House) performing(s casework.State) casework.Actor {
	switch s {
	case procurement.ContractDrafted, procurement.ContractAgreed:
		return h.Signatory
	default:
		return h.Requester
	}
}

// usualContract tells whether a fixture goes this way: every way of the host's
// own, and of the others those from the draft to the close.
func usualContract(_ casework.State, m casework.Move) bool {
	switch m {
	case procurement.UnlockContract, procurement.AcceptOrder, procurement.ExpireContract, procurement.TerminateNow,
		procurement.NovateContract, procurement.CancelContract:
		return false
	default:
		return true
	}
}

// commandContract takes a move, by its command where it has one. The moves that
// days bring about are those of a tick.
func (h *House) commandContract(c *procurement.Contract, m casework.Move) error {
	var err error
	switch m {
	case procurement.AgreeContract:
		err = accepted(c)
	case procurement.SignContract:
		err = signed(c)
	case procurement.CommenceContract, procurement.ExpireContract:
		err = c.Tick()
	case procurement.CompleteContract:
		_, err = c.Complete(procurement.Ending{On: h.today(), ExitPlan: "people stay with their carers"})
	case procurement.TerminateNow:
		_, err = c.Terminate(procurement.Ending{On: h.today(), Ground: procurement.TerminatedOtherwise, Representations: "the supplier was heard"})
	case procurement.CloseContract:
		_, err = c.Close()
	case procurement.CancelContract:
		err = c.Cancel()
	default:
		err = c.Move(m)
	}
	return err
}

// accepted has every party accept that has not.
func accepted(c *procurement.Contract) error {
	for _, p := range c.Parties() {
		has := slices.ContainsFunc(c.Acceptances(), func(a procurement.Acceptance) bool { return a.Party == p.Agency.ID })
		if has {
			continue
		}
		if err := c.Accept(p.Agency.ID); err != nil {
			return err
		}
	}
	return nil
}

// signed has every party sign that has not.
func signed(c *procurement.Contract) error {
	for _, p := range c.Parties() {
		has := slices.ContainsFunc(c.Signatures(), func(s procurement.Signature) bool { return s.Party == p.Agency.ID })
		if has {
			continue
		}
		if err := c.Sign(procurement.Signature{Party: p.Agency.ID, Signatory: signatory(p)}); err != nil {
			return err
		}
	}
	return nil
}

// signatory is who signs for a party.
func signatory(p procurement.Party) string {
	if len(p.Signatories) == 0 {
		return "director"
	}
	return p.Signatories[0].Person
}

// stepContract prepares a move and takes it.
func (h *House) stepContract(t testing.TB, m casework.Move) error {
	return h.advance(t, h.Contract.ID(), m)
}

// advance prepares a move of one of the contracts and takes it.
func (h *House) advance(t testing.TB, id casework.CaseID, m casework.Move) error {
	if m == procurement.CancelWithAward {
		return h.buy(t, h.Decider, func(p *procurement.Purchase) error { return h.commandPurchase(p, procurement.Unaward) },
			casework.Reason("to bring the contract to its state"))
	}
	if err := h.ready(t, id, m); err != nil {
		return err
	}
	c, err := h.plain.Contracts.Load(t.Context(), id)
	if err != nil {
		return err
	}
	if m == procurement.CommenceContract {
		h.sleepUntil(c.Terms().Period.From)
	}
	return h.perform(t, id, h.performing(c.State()), func(c *procurement.Contract) error { return h.commandContract(c, m) },
		casework.Reason("to bring the contract to its state"))
}

// sleepUntil moves the clock on to noon of a day, unless it is that far.
func (h *House) sleepUntil(day casework.Date) {
	if noon := day.In(time.UTC).Add(12 * time.Hour); h.Clock.Now().Before(noon) {
		h.Clock.Set(noon)
	}
}

// bringIntoForce takes every contract of the award to where it is in force.
func (h *House) bringIntoForce(t testing.TB) error {
	for _, id := range h.contracts() {
		c, err := h.plain.Contracts.Load(t.Context(), id)
		if err != nil {
			return err
		}
		moves, _ := way(c.Table(), c.State(), procurement.ContractInForce, usualContract)
		for _, m := range moves {
			if err := h.advance(t, id, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepareContract records what the default policies ask for before a move of the
// fixture's contract.
func (h *House) prepareContract(t testing.TB, m casework.Move) error {
	return h.ready(t, h.Contract.ID(), m)
}

// ready records what the default policies ask for before a move of one of the
// contracts.
func (h *House) ready(t testing.TB, id casework.CaseID, m casework.Move) error {
	switch m {
	case procurement.AgreeContract:
		return h.perform(t, id, h.Signatory, func(c *procurement.Contract) error { return h.drafted(c) })
	case procurement.SignContract:
		return h.standstillOver(t)
	case procurement.CompleteContract:
		return h.perform(t, id, h.Requester, h.paid)
	case procurement.CloseContract:
		return h.reviewed(t, id)
	default:
		return nil
	}
}

// drafted writes the terms, and names who may sign.
func (h *House) drafted(c *procurement.Contract) error {
	if c.Terms().Number == "" {
		if err := c.Redraft(h.terms(c)); err != nil {
			return err
		}
	}
	for _, p := range c.Parties() {
		if len(p.Signatories) > 0 {
			continue
		}
		if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "director", Authority: "standing orders"}}); err != nil {
			return err
		}
	}
	return nil
}

// terms completes the terms the award brought.
func (h *House) terms(c *procurement.Contract) procurement.Terms {
	terms := c.Terms()
	terms.Number = fmt.Sprintf("C-%d", slices.Index(h.contracts(), c.ID())+1)
	if terms.Pricing == "" {
		terms.Pricing, terms.Term, terms.Risks = procurement.Block, term(), risks()
	}
	if terms.Period.IsZero() {
		terms.Period = year(h.today().AddMonths(1))
	}
	for _, edit := range h.set.terms {
		edit(&terms)
	}
	return terms
}

// standstillDays are the working days of a mandatory standstill (Procurement
// Act 2023 s.51).
const standstillDays = 8

// standstillOver sets the standstill of the award, and waits for it to end.
func (h *House) standstillOver(t testing.TB) error {
	id := latestAward(h.Purchase)
	award, _ := h.Purchase.Award(id)
	if award.Standstill == nil {
		plan := procurement.StandstillPlan{
			Kind: procurement.MandatoryStandstill, Notified: h.Clock.Now(), WorkingDays: standstillDays, Counting: procurement.BeginningWith,
		}
		err := h.buy(t, h.Decider, func(p *procurement.Purchase) (err error) {
			award, err = p.SetStandstill(id, plan)
			return err
		})
		if err != nil {
			return err
		}
	}
	if !award.StandstillOver(h.Clock.Now()) {
		h.Clock.Set(award.Standstill.Ends)
	}
	return nil
}

// paid records one invoice for the whole value, and its payment.
func (h *House) paid(c *procurement.Contract) error {
	if len(c.Invoices()) > 0 {
		return nil
	}
	i, err := c.RecordInvoice(procurement.Invoice{Reference: "INV-1", Amount: c.EffectiveAt(c.Now()).Value, Received: h.today()})
	if err != nil {
		return err
	}
	if _, err := c.FindInvoiceValid(i.ID, h.today()); err != nil {
		return err
	}
	_, err = c.PayInvoice(i.ID, procurement.Payment{Amount: i.Amount, On: h.today()})
	return err
}

// reviewed holds the final review, and has the approver approve what it found.
func (h *House) reviewed(t testing.TB, id casework.CaseID) error {
	c, err := h.plain.Contracts.Load(t.Context(), id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.Reviews(), func(r procurement.ContractReview) bool { return r.Final && !r.Approved.IsZero() }) {
		return nil
	}
	var held procurement.ContractReview
	err = h.perform(t, id, h.Requester, func(c *procurement.Contract) (err error) {
		if held, err = c.PlanReview("Final review", h.today(), true); err != nil {
			return err
		}
		_, err = c.ConcludeReview(held.ID, h.today(), "People stayed at home.")
		return err
	})
	if err != nil {
		return err
	}
	return h.perform(t, id, h.Approver, func(c *procurement.Contract) error {
		_, err := c.ApproveFinalReview(held.ID)
		return err
	})
}
