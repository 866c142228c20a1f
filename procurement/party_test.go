package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// S9, last row: acceptances are reset by unlocking.
func TestS9AcceptancesLapseWhenADraftIsUnlocked(t *testing.T) {
	f := newContractOffice(t)
	c := f.open()
	c = f.do(c.ID(), contractAccept("camden"))
	assert.Equal(t, procurement.ContractDrafted, c.State())
	f.refuses(c.ID(), contractAccept("camden"), "acceptance.already")
	c = f.do(c.ID(), contractAccept("homecare"))
	assert.Equal(t, procurement.ContractAgreed, c.State())
	f.refuses(c.ID(), contractAccept("homecare"), "acceptance.already")
	f.do(c.ID(), contractSign("", "camden"))

	f.refuses(c.ID(), (*procurement.Contract).Unlock, casework.CodeReasonMissing)
	c = f.do(c.ID(), (*procurement.Contract).Unlock, casework.Reason("the price is wrong"))
	assert.Equal(t, procurement.ContractDrafted, c.State())
	assert.Empty(t, c.Acceptances())
	assert.Empty(t, c.Signatures())
	c = f.do(c.ID(), contractAccept("camden", "homecare"))
	assert.Equal(t, procurement.ContractAgreed, c.State())
	assert.Len(t, c.Acceptances(), 2)

	accepted := 0
	for e, err := range f.desks.Contracts.History(t.Context(), c.ID(), 0) {
		require.NoError(t, err)
		if e.Type == string(procurement.AcceptingContract) {
			accepted++
		}
	}
	assert.Equal(t, 4, accepted, "the journal keeps those that lapsed")
}

func TestAcceptanceOfOlderTermsDoesNotCount(t *testing.T) {
	f := newContractOffice(t)
	c := f.open()
	c = f.do(c.ID(), contractAccept("camden"))
	first := c.Acceptances()[0].Content
	c = f.do(c.ID(), func(c *procurement.Contract) error {
		terms := c.Terms()
		terms.Value = contractPounds(450)
		return c.Redraft(terms)
	})
	assert.Empty(t, c.Acceptances())
	c = f.do(c.ID(), contractAccept("homecare"))
	assert.Equal(t, procurement.ContractDrafted, c.State(), "the buyer accepted other terms")
	assert.NotEqual(t, first, c.Acceptances()[0].Content)
	c = f.do(c.ID(), contractAccept("camden"))
	assert.Equal(t, procurement.ContractAgreed, c.State())
}

func TestAcceptanceFaults(t *testing.T) {
	f := newContractOffice(t)
	f.refuses(f.open().ID(), contractAccept("nobody"), "party.unknown")
	f.refuses(f.signed().ID(), contractAccept("camden"), "acceptance.already")
	order := f.open(func(d *procurement.ContractDraft) { d.Origin.Kind = procurement.FromAcceptedOrder })
	f.refuses(order.ID(), contractAccept("homecare"), "origin.order")
	gone := f.open()
	f.do(gone.ID(), (*procurement.Contract).Cancel, casework.Reason("not needed"))
	f.refuses(gone.ID(), contractAccept("camden"), "contract.not_drafted")
}

func TestTermsAreRedraftedOnlyWhileTheyAreDrafted(t *testing.T) {
	f := newContractOffice(t)
	other := func(c *procurement.Contract) error {
		terms := c.Terms()
		terms.Notice = 3
		return c.Redraft(terms)
	}
	c := f.open()
	f.refuses(c.ID(), func(c *procurement.Contract) error { return c.Redraft(c.Terms()) }, "terms.unchanged")
	f.refuses(c.ID(), func(c *procurement.Contract) error { return c.Redraft(procurement.Terms{Notice: -1}) }, "notice.months")
	c = f.do(c.ID(), other)
	assert.Equal(t, 3, c.Terms().Notice)

	f.do(c.ID(), contractAccept("camden", "homecare"))
	again := func(c *procurement.Contract) error { return c.Redraft(contractTerms()) }
	f.refuses(c.ID(), again, "contract.locked")
	f.do(c.ID(), contractSign("", "camden", "homecare"))
	f.refuses(c.ID(), again, "contract.locked")
}

func TestSignatoriesAreNamedUntilTheContractIsOver(t *testing.T) {
	name := func(party string, who ...procurement.Signatory) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { return c.NameSignatories(party, who) }
	}
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Parties[0].Signatories, d.Parties[1].Signatories = nil, nil })
	f.refuses(c.ID(), name("nobody"), "party.unknown", "signatory.missing")
	f.do(c.ID(), contractAccept("camden", "homecare"))
	f.refuses(c.ID(), contractSign("", "camden"), "contract.signatories", "contract.signatories", "signatory.unauthorised")
	f.do(c.ID(), name("homecare", procurement.Signatory{Person: "owner"}))
	c = f.do(c.ID(), name("camden", procurement.Signatory{Person: "director", Limit: contractPounds(500)}))
	assert.Len(t, c.Acceptances(), 2, "who signs is no part of the terms")
	c = f.do(c.ID(), contractSign("", "camden", "homecare"))
	assert.Equal(t, procurement.ContractInForce, c.State())
	f.do(c.ID(), name("camden", procurement.Signatory{Person: "successor"}))

	gone := f.open()
	f.do(gone.ID(), (*procurement.Contract).Cancel, casework.Reason("not needed"))
	f.refuses(gone.ID(), name("camden", procurement.Signatory{Person: "director"}), "contract.over")
}

func TestSignatoryMustBeNamedAndCoverTheValue(t *testing.T) {
	for name, tc := range map[string]struct {
		limit casework.Money
		who   string
		want  []string
	}{
		"a limit equal to the value":      {contractPounds(500), "director", nil},
		"a limit a penny short":           {casework.GBP(49999), "director", []string{"signatory.unauthorised"}},
		"a limit in another currency":     {contractEuros(99_999_99), "director", []string{"signatory.unauthorised"}},
		"no limit where none is to state": {casework.Money{}, "director", nil},
		"somebody the party did not name": {casework.Money{}, "owner", []string{"signatory.unauthorised"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newContractOffice(t)
			c := f.open(func(d *procurement.ContractDraft) { d.Parties[0].Signatories[0].Limit = tc.limit })
			f.do(c.ID(), contractAccept("camden", "homecare"))
			_, err := f.try(c.ID(), func(c *procurement.Contract) error {
				return c.Sign(procurement.Signature{Party: "camden", Signatory: tc.who})
			})
			assert.Equal(t, tc.want, contractCodes(err), "%v", err)
		})
	}
}

func TestSignatureFaults(t *testing.T) {
	f := newContractOffice(t)
	c := f.open()
	f.refuses(c.ID(), contractSign("", "camden"), "contract.not_agreed")
	f.do(c.ID(), contractAccept("camden", "homecare"))
	f.refuses(c.ID(), func(c *procurement.Contract) error {
		return c.Sign(procurement.Signature{Party: "nobody", At: f.clock.Now().Add(time.Second)})
	}, "party.unknown", "signatory.missing", "signature.future")
	f.do(c.ID(), contractSign("", "camden"))
	f.refuses(c.ID(), contractSign("", "camden"), "signature.already")
	f.do(c.ID(), contractSign("", "homecare"))
	f.refuses(c.ID(), contractSign("", "homecare"), "signature.already", "contract.not_agreed")
}

func TestContractBindsSinceItsLatestSignatureWhoeverIsRecordedFirst(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms.Period = contractPeriod("2027-01-10", "2027-12-31") })
	f.do(c.ID(), contractAccept("camden", "homecare"))
	f.do(c.ID(), contractSign("2027-01-04T10:00:00+02:00", "camden"))
	c = f.do(c.ID(), contractSign("2027-01-02T10:00:00+02:00", "homecare"))
	assert.Equal(t, procurement.ContractSigned, c.State(), "its first day has not come")
	assert.Equal(t, contractDay("2027-01-04"), c.Bound())
	assert.True(t, c.Commenced().IsZero())
	assert.Equal(t, "2027-01-04T10:00:00+02:00", c.Signatures()[0].At.Format(time.RFC3339), "offsets are kept")
	assert.Equal(t, contractTerms().Value, c.OriginalTerms().Value)
}

func TestOrderBecomesAContractWhenTheSupplierAcceptsIt(t *testing.T) {
	f := newContractOffice(t)
	accept := func(party string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			return c.AcceptOrder(procurement.Signature{Party: party, Signatory: contractSignatories[party]})
		}
	}
	order := f.open(func(d *procurement.ContractDraft) { d.Origin.Kind = procurement.FromAcceptedOrder })
	f.refuses(order.ID(), contractSign("", "homecare"), "origin.order")
	f.refuses(order.ID(), accept("camden"), "signature.not_supplier")
	order = f.do(order.ID(), accept("homecare"))
	assert.Equal(t, procurement.ContractInForce, order.State())
	assert.Equal(t, contractDay("2027-01-05"), order.Bound())

	f.refuses(f.open().ID(), accept("homecare"), "origin.not_order")
	bare := f.open(func(d *procurement.ContractDraft) {
		d.Origin.Kind, d.Terms.Number = procurement.FromAcceptedOrder, ""
	})
	f.refuses(bare.ID(), accept("homecare"), "contract.incomplete")
}

func TestContractSaysWhatItLacksBeforeItIsSigned(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms = procurement.Terms{} })
	f.do(c.ID(), contractAccept("camden", "homecare"))
	options, err := f.desks.Contracts.Options(t.Context(), c.ID(), contractOfficer)
	require.NoError(t, err)
	var subjects, advice []string
	for _, o := range options {
		if o.Move != procurement.SignContract {
			continue
		}
		for _, objection := range o.Objections {
			if objection.Code == "contract.incomplete" {
				subjects = append(subjects, objection.Subject)
			}
			if !objection.Effect.Stops() {
				advice = append(advice, objection.Code)
			}
		}
	}
	assert.Equal(t, []string{"terms.number", "terms.title", "terms.value", "terms.period.from", "terms.pricing"}, subjects)
	assert.Equal(t, []string{"risk.unallocated"}, advice)
	f.refuses(c.ID(), contractSign("", "homecare"), "contract.incomplete", "contract.incomplete", "contract.incomplete", "contract.incomplete", "contract.incomplete", "term.unreasoned")
}

func TestTermAndRisksAreAskedForByScale(t *testing.T) {
	for name, tc := range map[string]struct {
		value casework.Money
		want  []string
	}{
		"a light contract is advised of its term":       {contractPounds(500), nil},
		"a standard contract explains its term":         {contractPounds(300_000), []string{"term.unreasoned"}},
		"a major contract explains term and risks both": {contractPounds(6_000_000), []string{"term.unreasoned", "risk.unallocated"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newContractOffice(t)
			c := f.open(func(d *procurement.ContractDraft) {
				d.Terms.Value, d.Terms.Term, d.Terms.Risks = tc.value, procurement.Term{}, nil
				d.Parties[0].Signatories[0].Limit = casework.Money{}
			})
			f.do(c.ID(), contractAccept("camden", "homecare"))
			_, err := f.try(c.ID(), contractSign("", "camden"))
			assert.Equal(t, tc.want, contractCodes(err), "%v", err)
			_, err = f.try(c.ID(), contractSign("", "homecare"),
				casework.Explaining("term.unreasoned", "as competed"), casework.Explaining("risk.unallocated", "none are known"))
			assert.NoError(t, err)
		})
	}
}

func TestMajorContractThatSaysItsTermAndRisksIsAskedNothingMore(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) {
		d.Terms.Value = contractPounds(6_000_000)
		d.Terms.Documents = []casework.Evidence{{Kind: casework.DocumentContract, Title: "Conditions"}}
		d.Parties[0].Signatories[0].Limit = casework.Money{}
	})
	f.do(c.ID(), contractAccept("camden", "homecare"))
	c = f.do(c.ID(), contractSign("", "camden", "homecare"))
	assert.Equal(t, procurement.ContractInForce, c.State())
	assert.Empty(t, c.Advice())
}
