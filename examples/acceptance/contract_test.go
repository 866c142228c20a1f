package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// kyiv is where the scenarios of contracts play, in winter.
var kyiv = time.FixedZone("EET", 2*60*60)

// refusedContract is a command on a contract that a rule is to refuse, with
// nothing left behind; it gives the codes that stopped it.
func (m *market) refusedContract(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) []string {
	t.Helper()
	refusal := m.refused(t, func() error {
		_, err := m.desks.Contracts.Update(t.Context(), id, by, work, opts...)
		return err
	})
	return stopping(refusal.Objections)
}

// faultyContract is a command on a contract that is refused as faulty, with
// nothing left behind; it gives the codes of the faults.
func (m *market) faultyContract(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) []string {
	t.Helper()
	return codesOf(t, m.fails(t, func() error {
		_, err := m.desks.Contracts.Update(t.Context(), id, by, work, opts...)
		return err
	}))
}

// codesOf gives the codes of the faults, without their paths.
func codesOf(t *testing.T, err error) []string {
	t.Helper()
	var codes []string
	for _, f := range faultCodes(t, err) {
		_, code, _ := strings.Cut(f, " ")
		codes = append(codes, code)
	}
	return codes
}

// seeds is the market of S2 with an award of 500 and its contract, drafted, on
// 1 January 2027.
func seeds(t *testing.T, h *house) (m *market, purchase, contract casework.CaseID) {
	t.Helper()
	h.at(t, "2026-12-20T09:00:00+02:00")
	m = newMarket(t, h, kyiv)
	purchase, contract = m.awarded(t)
	m.at(t, "2027-01-01T00:00:00+02:00")
	return m, purchase, contract
}

// line is an item of a contract.
func line(t *testing.T, id, classification string, quantity int64, price string) procurement.Item {
	t.Helper()
	return procurement.Item{ID: id, Description: "seeds " + id, Classification: classification, Quantity: quantity, UnitPrice: pounds(t, price)}
}

// signed2 gives the market of S2 with the contract of 220 in force since 5 January.
func signed2(t *testing.T, h *house) (m *market, purchase, contract casework.CaseID) {
	t.Helper()
	m, purchase, contract = seeds(t, h)
	m.standing(t, purchase)
	terms := m.terms(t, "220.00", casework.Period{From: day(t, "2027-01-01"), To: day(t, "2028-01-01")})
	terms.Items = []procurement.Item{line(t, "1", "03111", 10, "12.00"), line(t, "2", "03111", 5, "20.00")}
	m.agreed(t, contract, terms)
	m.at(t, "2027-01-05T00:00:00+02:00")
	m.contract(t, contract, sig, signed, casework.Explaining("terms.less", "fewer seeds are needed"))
	return m, purchase, contract
}

// varied proposes a variation and gives its id.
func (m *market) varied(t *testing.T, contract casework.CaseID, v procurement.Variation) procurement.VariationID {
	t.Helper()
	m.contract(t, contract, dan, func(c *procurement.Contract) error {
		var err error
		v, err = c.ProposeVariation(v)
		return err
	}, casework.Explaining("variation.cumulative", "the season asks for it"), casework.Overriding("variation.cumulative", "the season asks for it"))
	return v.ID
}

// signedBy signs a variation for a party.
func (m *market) signedBy(t *testing.T, contract casework.CaseID, id procurement.VariationID, parties ...casework.Agency) {
	t.Helper()
	m.contract(t, contract, dan, func(c *procurement.Contract) error {
		for _, p := range parties {
			if _, err := c.SignVariation(id, procurement.Signature{Party: p.ID, Signatory: "signs for " + p.ID}); err != nil {
				return err
			}
		}
		return nil
	}, casework.Explaining("variation.cumulative", "the season asks for it"))
}

// guard.missing_field: contract.signatories, contract.incomplete.
func TestS2_1_2_nothing_is_signed_with_nothing_filled_in(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		m.standing(t, purchase)
		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			if err := c.Redraft(procurement.Terms{Title: "Seeds"}); err != nil {
				return err
			}
			for _, p := range c.Parties() {
				if err := c.Accept(p.Agency.ID); err != nil {
					return err
				}
			}
			return nil
		})
		codes := m.refusedContract(t, contract, sig, signed)
		assert.Contains(t, codes, "contract.signatories")
		assert.Contains(t, codes, "contract.incomplete")

		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			if err := c.Unlock(); err != nil {
				return err
			}
			terms := m.terms(t, "500.00", casework.Period{From: day(t, "2027-01-01"), To: day(t, "2027-12-31")})
			terms.Number = ""
			if err := c.Redraft(terms); err != nil {
				return err
			}
			for _, p := range c.Parties() {
				if err := c.NameSignatories(p.Agency.ID, []procurement.Signatory{{Person: "signs for " + p.Agency.ID, Authority: "standing orders"}}); err != nil {
					return err
				}
				if err := c.Accept(p.Agency.ID); err != nil {
					return err
				}
			}
			return nil
		}, casework.Reason("the terms are to be filled in"))
		codes = m.refusedContract(t, contract, sig, signed)
		assert.Equal(t, []string{"contract.incomplete"}, codes, "with signatories, the number is all that is missing")
		assert.Equal(t, procurement.ContractAgreed, m.contractNow(t, contract).State())
	})
}

// period.not_ended: standstill.running. guard.open_subrecord: challenge.open.
func TestS2_3_4_5_nothing_is_signed_before_the_standstill_ends_or_over_a_challenge(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			_, err := p.SetStandstill("W1", procurement.StandstillPlan{
				Kind: procurement.MandatoryStandstill, Notified: m.now, WorkingDays: 2, Counting: procurement.FromMidnight,
			})
			return err
		})
		a, _ := m.purchaseNow(t, purchase).Award("W1")
		assert.Equal(t, "2027-01-05T00:00:00+02:00", a.Standstill.Ends.In(kyiv).Format(time.RFC3339))
		terms := m.terms(t, "220.00", casework.Period{From: day(t, "2027-01-01"), To: day(t, "2028-01-01")})
		terms.Items = []procurement.Item{line(t, "1", "03111", 10, "12.00"), line(t, "2", "03111", 5, "20.00")}
		m.agreed(t, contract, terms)
		less := casework.Explaining("terms.less", "fewer seeds are needed")

		m.at(t, "2027-01-04T23:59:59+02:00")
		assert.Contains(t, m.refusedContract(t, contract, sig, signed, less), "standstill.running")

		m.at(t, "2027-01-05T00:00:00+02:00")
		m.buy(t, purchase, dee, func(p *procurement.Purchase) error {
			_, err := p.ReceiveChallenge(procurement.Challenge{By: lanes, Award: "W1", Text: "our quality was misread"})
			return err
		})
		assert.Contains(t, m.refusedContract(t, contract, sig, signed, less), "challenge.open")
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			_, err := p.DecideChallenge("C1", procurement.ChallengeDismissed, "it was read as written")
			return err
		})
		m.agree(t)

		m.contract(t, contract, sig, signed, less)
		assert.Equal(t, procurement.ContractInForce, m.contractNow(t, contract).State())
		assert.Equal(t, procurement.PurchaseClosed, m.purchaseNow(t, purchase).State(), "in the same commit")
		m.agree(t)
	})
}

func TestS2_6_rationales_are_a_closed_list(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _, contract := signed2(t, h)
		codes := m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.ProposeVariation(procurement.Variation{Rationales: []procurement.Rationale{"because"}, Reason: "why", Value: pounds(t, "280.00")})
			return err
		})
		assert.Contains(t, codes, "rationale.unknown")
		assert.Empty(t, m.contractNow(t, contract).Variations())
	})
}

// field.locked: variation.scope. guard.mismatch: items.total.
func TestS2_7_to_11_a_variation_is_proposed_revised_and_signed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _, contract := signed2(t, h)
		first := procurement.Variation{
			Rationales: []procurement.Rationale{procurement.VolumeIncrease, procurement.PriceReduction}, Reason: "more plots",
			Value: pounds(t, "280.00"), Period: casework.Period{From: day(t, "2027-01-01"), To: day(t, "2027-01-31")},
			Items: []procurement.Item{line(t, "1", "03111", 20, "9.00"), line(t, "2", "03111", 5, "20.00")},
		}
		id := m.varied(t, contract, first)
		c := m.contractNow(t, contract)
		v, _ := c.Variation(id)
		assert.Equal(t, procurement.VariationPending, v.Status)
		assert.Equal(t, pounds(t, "280.00"), v.Value)
		assert.Equal(t, pounds(t, "220.00"), c.EffectiveAt(m.now).Value, "nothing has changed yet")

		revised := func(items ...procurement.Item) func(*procurement.Contract) error {
			v := first
			v.Items = items
			return func(c *procurement.Contract) error {
				_, err := c.ReviseVariation(id, v)
				return err
			}
		}
		cumulative := casework.Explaining("variation.cumulative", "the season asks for it")
		foreign := line(t, "3", "22992000-0", 20, "4.50")
		assert.Contains(t, m.refusedContract(t, contract, dan, revised(line(t, "1", "03111", 10, "9.00"), line(t, "2", "03111", 5, "20.00"), foreign), cumulative), "variation.scope")
		third := line(t, "3", "03111", 20, "4.50")
		codes := m.faultyContract(t, contract, dan, revised(line(t, "1", "03111", 20, "9.00"), line(t, "2", "03111", 5, "20.00"), third))
		assert.Contains(t, codes, "items.total", "370 is not 280")
		m.contract(t, contract, dan, revised(line(t, "1", "03111", 10, "9.00"), line(t, "2", "03111", 5, "20.00"), third), cumulative)

		m.signedBy(t, contract, id, hackney)
		assert.Equal(t, pounds(t, "220.00"), m.contractNow(t, contract).EffectiveAt(m.now).Value)
		m.signedBy(t, contract, id, sunrise)
		c = m.contractNow(t, contract)
		v, _ = c.Variation(id)
		assert.Equal(t, procurement.VariationEffective, v.Status)
		assert.Equal(t, procurement.ContractInForce, c.State())
		assert.Equal(t, pounds(t, "280.00"), c.EffectiveAt(m.now).Value)
		assert.Equal(t, "2027-01-31", c.EffectiveAt(m.now).Period.To.String())
		assert.Equal(t, pounds(t, "220.00"), c.OriginalTerms().Value)
		m.agree(t)
	})
}

// transition.not_allowed: variation.decided. guard.mismatch: variation.order.
func TestS2_12_13_what_took_effect_stays_and_nothing_is_dated_before_it(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _, contract := signed2(t, h)
		reduced := procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "a good harvest", Terms: "delivery on Fridays"}
		id := m.varied(t, contract, reduced)
		m.signedBy(t, contract, id, hackney, sunrise)
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.ReviseVariation(id, reduced)
			return err
		}), "variation.decided")

		next := m.varied(t, contract, procurement.Variation{Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "again", Terms: "delivery on Mondays"})
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.SignVariation(next, procurement.Signature{Party: hackney.ID, Signatory: "signs for hackney", At: m.now.AddDate(0, 0, -7)})
			return err
		}), "variation.order")
	})
}

// guard.missing_field: payments.unrecorded. transition.not_allowed: variation.not_in_force.
func TestS2_14_15_a_contract_is_completed_when_what_was_paid_is_known_and_varied_no_more(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _, contract := signed2(t, h)
		complete := func(c *procurement.Contract) error {
			_, err := c.Complete(procurement.Ending{On: day(t, "2027-01-05")})
			return err
		}
		assert.Equal(t, []string{"payments.unrecorded"}, m.refusedContract(t, contract, dan, complete))
		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			i, err := c.RecordInvoice(procurement.Invoice{Reference: "2027/1", Amount: pounds(t, "240.00"), Received: day(t, "2027-01-05")})
			if err != nil {
				return err
			}
			if _, err = c.FindInvoiceValid(i.ID, day(t, "2027-01-05")); err != nil {
				return err
			}
			_, err = c.PayInvoice(i.ID, procurement.Payment{Amount: pounds(t, "240.00"), On: day(t, "2027-01-05")})
			return err
		}, casework.Overriding("invoice.exceeds_value", "the tax is on top"))
		m.contract(t, contract, dan, complete)
		c := m.contractNow(t, contract)
		assert.Equal(t, procurement.ContractOver, c.State())
		ending, _ := c.Ending()
		assert.Equal(t, procurement.CompletedEnd, ending.As)
		m.agree(t)
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.ProposeVariation(procurement.Variation{Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "late", Terms: "x"})
			return err
		}), "variation.not_in_force")
	})
}

// transition.not_allowed: contract.last_of_award, award.contract_signed.
func TestS2_interlock_of_two_buyers_with_one_award(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		h.at(t, "2026-12-20T09:00:00+02:00")
		m := newMarket(t, h, kyiv)
		camden := casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
		purchase := m.boughtFor(t, procurement.Buyer{Agency: hackney, Share: 2}, procurement.Buyer{Agency: camden, Share: 1})
		p := m.purchaseNow(t, purchase)
		require.Len(t, p.Instruments(), 2)
		a1, a2 := p.Instruments()[0].Case, p.Instruments()[1].Case
		sum, err := m.contractNow(t, a1).Terms().Value.Add(m.contractNow(t, a2).Terms().Value)
		require.NoError(t, err)
		assert.Equal(t, pounds(t, "500.00"), sum, "the shares add up to the penny")

		why := casework.Reason("no longer wanted")
		m.contract(t, a1, dan, (*procurement.Contract).Cancel, why)
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, a1).State())
		assert.Equal(t, []string{"contract.last_of_award"}, m.refusedContract(t, a2, dan, (*procurement.Contract).Cancel, why))
		m.at(t, "2027-01-01T00:00:01+02:00")
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error { _, err := p.CancelAward("W1"); return err }, why)
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, a2).State())
		award, _ := m.purchaseNow(t, purchase).Award("W1")
		assert.Equal(t, "2027-01-01T00:00:01+02:00", award.Cancelled.At.In(kyiv).Format(time.RFC3339))
		m.agree(t)
	})
}

func TestS2_interlock_of_one_buyer(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		why := casework.Reason("no longer wanted")
		assert.Equal(t, []string{"contract.last_of_award"}, m.refusedContract(t, contract, dan, (*procurement.Contract).Cancel, why))
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error { _, err := p.CancelAward("W1"); return err }, why)
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, contract).State())
		m.agree(t)
	})
}

// The procedure is over once its contract is in force: its awards are history.
func TestS2_interlock_an_award_in_force_is_not_cancelled(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, _ := signed2(t, h)
		refusal := m.refused(t, func() error {
			_, err := m.desks.Purchases.Update(t.Context(), purchase, dan, func(p *procurement.Purchase) error { _, err := p.CancelAward("W1"); return err }, casework.Reason("too late"))
			return err
		})
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, stopping(refusal.Objections))
	})
}

// transition.not_allowed: variation.not_in_force, variation.decided. period.reversed.
func TestS2_e_contract_a_variation_counts_when_both_have_signed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, purchase, contract := seeds(t, h)
		m.standing(t, purchase)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: day(t, "2027-01-06"), To: day(t, "2027-12-31")}))
		cheaper := procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "a good harvest", Value: pounds(t, "450.00")}
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error { _, err := c.ProposeVariation(cheaper); return err }), "variation.not_in_force")
		m.at(t, "2027-01-06T09:00:00+02:00")
		m.contract(t, contract, sig, signed)
		assert.Equal(t, procurement.ContractInForce, m.contractNow(t, contract).State())

		value := func() casework.Money { return m.contractNow(t, contract).EffectiveAt(m.now).Value }
		id := m.varied(t, contract, cheaper)
		assert.Equal(t, pounds(t, "500.00"), value(), "pending")
		m.signedBy(t, contract, id, hackney)
		assert.Equal(t, pounds(t, "500.00"), value(), "signed by the buyer alone")
		m.signedBy(t, contract, id, sunrise)
		assert.Equal(t, pounds(t, "450.00"), value())
		assert.Equal(t, pounds(t, "500.00"), m.contractNow(t, contract).OriginalTerms().Value)

		longer := m.varied(t, contract, procurement.Variation{
			Rationales: []procurement.Rationale{procurement.DurationExtension}, Reason: "another season", Period: casework.Period{From: day(t, "2027-01-06"), To: day(t, "2028-01-01")},
		})
		decline := func(c *procurement.Contract) error {
			_, err := c.DeclineVariation(longer, sunrise.ID, "not an actual change")
			return err
		}
		m.contract(t, contract, dan, decline)
		v, _ := m.contractNow(t, contract).Variation(longer)
		assert.Equal(t, procurement.VariationWithdrawn, v.Status)
		assert.Contains(t, m.faultyContract(t, contract, dan, decline), "variation.decided")
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.SignVariation(longer, procurement.Signature{Party: hackney.ID, Signatory: "signs for hackney"})
			return err
		}), "variation.decided")
		assert.Contains(t, m.faultyContract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.ProposeVariation(procurement.Variation{
				Rationales: []procurement.Rationale{procurement.DurationReduction}, Reason: "x", Period: casework.Period{From: day(t, "2027-01-06"), To: day(t, "2021-01-01")},
			})
			return err
		}), "period.reversed")
		m.agree(t)
	})
}
