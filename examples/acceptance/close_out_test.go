package acceptance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// programme is a contract of S9 that ended: what it was worth, what was owed
// under it, and what is still to be paid.
type programme struct {
	total, actual, outstanding string
	nominal                    bool
}

// ordered opens a contract by an accepted order, in force since 1 June 2026 for
// a month.
func (m *market) ordered(t *testing.T, value string, nominal bool) casework.CaseID {
	t.Helper()
	m.at(t, "2026-06-01T09:00:00Z")
	terms := m.terms(t, value, casework.Period{From: day(t, "2026-06-01"), To: day(t, "2026-06-30")})
	terms.Nominal = nominal
	c, err := m.desks.Contracts.Open(t.Context(), dee, procurement.ContractDraft{
		Origin: procurement.Origin{Kind: procurement.FromAcceptedOrder},
		Parties: []procurement.Party{
			{Agency: hackney, Role: procurement.BuyerParty, Signatories: []procurement.Signatory{{Person: "signs for hackney", Authority: "standing orders"}}},
			{Agency: lanes, Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "signs for lanes", Authority: "its board"}}},
		},
		Terms: terms,
	})
	require.NoError(t, err)
	c = m.contract(t, c.ID(), sig, func(c *procurement.Contract) error {
		return c.AcceptOrder(procurement.Signature{Party: lanes.ID, Signatory: "signs for lanes"})
	})
	require.Equal(t, procurement.ContractInForce, c.State())
	return c.ID()
}

// accounted records invoices and payments as a programme says.
func (m *market) accounted(t *testing.T, id casework.CaseID, p programme) {
	t.Helper()
	actual, outstanding := pounds(t, p.actual), pounds(t, p.outstanding)
	paid, err := actual.Sub(outstanding)
	require.NoError(t, err)
	m.contract(t, id, dan, func(c *procurement.Contract) error {
		if actual.Sign() == 0 {
			return nil
		}
		i, err := c.RecordInvoice(procurement.Invoice{Reference: "1", Amount: actual, Received: casework.DateOf(m.now)})
		if err != nil {
			return err
		}
		if _, err = c.FindInvoiceValid(i.ID, casework.DateOf(m.now)); err != nil || paid.Sign() == 0 {
			return err
		}
		_, err = c.PayInvoice(i.ID, procurement.Payment{Amount: paid, On: casework.DateOf(m.now)})
		return err
	}, casework.Overriding("invoice.exceeds_value", "more was delivered"))
}

// finallyReviewed concludes the final review, and has somebody else approve it.
func (m *market) finallyReviewed(t *testing.T, id casework.CaseID, approve bool) {
	t.Helper()
	var review procurement.ReviewID
	m.contract(t, id, dee, func(c *procurement.Contract) error {
		r, err := c.PlanReview("Final review", casework.DateOf(m.now), true)
		if err != nil {
			return err
		}
		review = r.ID
		_, err = c.ConcludeReview(r.ID, casework.DateOf(m.now), "went well")
		return err
	})
	if approve {
		m.contract(t, id, dan, func(c *procurement.Contract) error { _, err := c.ApproveFinalReview(review); return err })
	}
}

// ended expires the contract the day after its last one.
func (m *market) ended(t *testing.T, id casework.CaseID) {
	t.Helper()
	m.at(t, "2026-07-01T09:00:00Z")
	c, err := m.desks.Contracts.Tick(t.Context(), id, nightly)
	require.NoError(t, err)
	require.Equal(t, procurement.ContractOver, c.State())
}

func closing(c *procurement.Contract) error {
	_, err := c.Close()
	return err
}

// guard.mismatch: close.difference. guard.open_subrecord: close.outstanding.
func TestS9_a_contract_is_closed_when_its_money_is_settled(t *testing.T) {
	accepted := casework.Explaining("close.difference", "the difference is accepted")
	for name, row := range map[string]struct {
		programme
		say  []casework.CallOption
		code string // that stops it; empty: it is closed
	}{
		"everything agreed is paid":                        {programme: programme{total: "10.00", actual: "10.00", outstanding: "0.00"}},
		"money is outstanding":                             {programme: programme{total: "10.00", actual: "10.00", outstanding: "5.00"}, code: "close.outstanding"},
		"more was owed than agreed":                        {programme: programme{total: "10.00", actual: "20.00", outstanding: "0.00"}, code: "close.difference"},
		"more was owed than agreed, and that is accepted":  {programme: programme{total: "10.00", actual: "20.00", outstanding: "0.00"}, say: []casework.CallOption{accepted}},
		"outstanding money is not accepted with the rest":  {programme: programme{total: "10.00", actual: "30.00", outstanding: "20.00"}, say: []casework.CallOption{accepted}, code: "close.outstanding"},
		"nothing is to be paid for a token":                {programme: programme{total: "0.01", actual: "0.00", outstanding: "0.00", nominal: true}},
		"a large one that is paid, with its final review ": {programme: programme{total: "120000.00", actual: "120000.00", outstanding: "0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryStore(t, func(t *testing.T, h *house) {
				m := newMarket(t, h, time.UTC)
				id := m.ordered(t, row.total, row.nominal)
				m.accounted(t, id, row.programme)
				m.ended(t, id)
				m.finallyReviewed(t, id, true)
				if row.code != "" {
					assert.Contains(t, m.refusedContract(t, id, dan, closing, row.say...), row.code)
					return
				}
				c := m.contract(t, id, dan, closing, row.say...)
				assert.Equal(t, procurement.ContractClosed, c.State())
				account, known := c.CloseOut()
				require.True(t, known)
				assert.Equal(t, pounds(t, row.total), account.Total)
				assert.Equal(t, pounds(t, row.actual), account.Actual)
				assert.Equal(t, pounds(t, "0.00"), account.Outstanding)
				answered := false
				for _, e := range entriesOf(t, m.store, id, 0) {
					a, is := casework.AnswerOf(e)
					answered = answered || is && len(a.Objections) > 0 && a.Code == "close.difference"
				}
				assert.Equal(t, len(row.say) > 0, answered, "an accepted difference is on record")
				m.agree(t)
			})
		})
	}
}

// guard.missing_document: close.review.
func TestS9_the_final_review_must_be_approved(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.ordered(t, "120000.00", false)
		m.accounted(t, id, programme{total: "120000.00", actual: "120000.00", outstanding: "0.00"})
		m.ended(t, id)
		m.finallyReviewed(t, id, false)
		assert.Equal(t, []string{"close.review"}, m.refusedContract(t, id, dan, closing))
		m.contract(t, id, dan, func(c *procurement.Contract) error { _, err := c.ApproveFinalReview(c.Reviews()[0].ID); return err })
		assert.Equal(t, procurement.ContractClosed, m.contract(t, id, dan, closing).State())
	})
}

// period.not_ended: move.not_allowed, since a contract ends when its last day is over.
func TestS9_a_contract_that_has_not_ended_is_not_closed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.ordered(t, "10.00", false)
		m.accounted(t, id, programme{total: "10.00", actual: "10.00", outstanding: "0.00"})
		m.at(t, "2026-06-29T09:00:00Z")
		m.finallyReviewed(t, id, true)
		assert.Contains(t, m.refusedContract(t, id, dan, closing), casework.CodeMoveNotAllowed)
		m.at(t, "2026-06-30T23:59:59Z")
		c, err := m.desks.Contracts.Tick(t.Context(), id, nightly)
		require.NoError(t, err)
		assert.Equal(t, procurement.ContractInForce, c.State(), "through the whole of its last day")
	})
}

// guard.open_subrecord: record.open.
func TestS9_a_contract_with_an_open_variation_is_not_closed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.ordered(t, "10.00", false)
		v := m.varied(t, id, procurement.Variation{Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "for clarity", Terms: "on Fridays"})
		m.accounted(t, id, programme{total: "10.00", actual: "10.00", outstanding: "0.00"})
		m.ended(t, id)
		m.finallyReviewed(t, id, true)
		assert.Equal(t, []string{"record.open"}, m.refusedContract(t, id, dan, closing))
		m.contract(t, id, dan, func(c *procurement.Contract) error { _, err := c.WithdrawVariation(v); return err }, casework.Reason("too late"))
		assert.Equal(t, procurement.ContractClosed, m.contract(t, id, dan, closing).State())
	})
}

// transition.not_allowed: move.not_allowed.
func TestS9_what_is_signed_is_terminated_and_not_cancelled(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.ordered(t, "10.00", false)
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedContract(t, id, dan, (*procurement.Contract).Cancel, casework.Reason("no")))
		m.contract(t, id, dan, func(c *procurement.Contract) error { _, err := c.SuspendPerformance("flood"); return err }, casework.Reason("flood"))
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedContract(t, id, dan, (*procurement.Contract).Cancel, casework.Reason("no")))
		m.contract(t, id, dan, func(c *procurement.Contract) error {
			_, err := c.Terminate(procurement.Ending{On: casework.DateOf(m.now), Ground: procurement.TerminatedByAgreement, Representations: "agreed"})
			return err
		}, casework.Reason("both want to stop"))
		assert.Equal(t, procurement.ContractOver, m.contractNow(t, id).State())
	})
}

// conflict.revision: variation.conflict.
func TestS9_two_variations_of_the_same_part_do_not_merge(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.ordered(t, "100.00", false)
		to := func(value string) procurement.VariationID {
			return m.varied(t, id, procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "cheaper", Value: pounds(t, value)})
		}
		first, second := to("95.00"), to("96.00")
		m.signedBy(t, id, first, hackney, lanes)
		m.signedBy(t, id, second, hackney)
		codes := m.refusedContract(t, id, dan, func(c *procurement.Contract) error {
			_, err := c.SignVariation(second, procurement.Signature{Party: lanes.ID, Signatory: "signs for lanes"})
			return err
		})
		assert.Contains(t, codes, "variation.conflict")
		assert.Equal(t, pounds(t, "95.00"), m.contractNow(t, id).EffectiveAt(m.now).Value, "nothing is merged")
	})
}

// once.already_done: acceptance.already.
func TestS9_unlocking_a_draft_resets_its_acceptances(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		m.standing(t, purchase)
		terms := m.terms(t, "500.00", casework.Period{From: day(t, "2027-01-01"), To: day(t, "2027-12-31")})
		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			if err := c.Redraft(terms); err != nil {
				return err
			}
			return c.Accept(hackney.ID)
		})
		accept := func(c *procurement.Contract) error { return c.Accept(hackney.ID) }
		assert.Contains(t, m.faultyContract(t, contract, dan, accept), "acceptance.already")
		m.contract(t, contract, dan, func(c *procurement.Contract) error { return c.Accept(sunrise.ID) })
		require.Equal(t, procurement.ContractAgreed, m.contractNow(t, contract).State())
		m.contract(t, contract, dan, (*procurement.Contract).Unlock, casework.Reason("one word is wrong"))
		m.contract(t, contract, dan, accept)
		assert.Equal(t, procurement.ContractDrafted, m.contractNow(t, contract).State(), "the other must accept anew")
	})
}

func TestS9_reminders_come_90_60_30_and_15_days_before_the_end_once_each(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		m.standing(t, purchase)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: day(t, "2027-01-01"), To: day(t, "2027-12-31")}))
		m.contract(t, contract, sig, signed)
		tick := func() {
			for range 2 {
				_, err := m.desks.Contracts.Tick(t.Context(), contract, nightly)
				require.NoError(t, err)
			}
		}
		for _, at := range []string{"2027-10-02", "2027-10-03", "2027-11-02", "2027-12-02", "2027-12-17", "2027-12-31"} {
			m.at(t, at+"T12:00:00+02:00")
			tick()
		}
		var reminded []string
		for _, f := range m.contractNow(t, contract).Fired() {
			if f.Code == "contract.ending" {
				reminded = append(reminded, f.Subject)
			}
		}
		assert.Equal(t, []string{"90", "60", "30", "15"}, reminded)
	})
}
