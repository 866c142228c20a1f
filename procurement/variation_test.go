package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func (f *contractOffice) propose(id casework.CaseID, v procurement.Variation, opts ...casework.CallOption) procurement.Variation {
	f.t.Helper()
	var proposed procurement.Variation
	f.do(id, contractPropose(v, &proposed), opts...)
	return proposed
}

func contractPropose(v procurement.Variation, proposed *procurement.Variation) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		made, err := c.ProposeVariation(v)
		if proposed != nil {
			*proposed = made
		}
		return err
	}
}

func contractRevise(id procurement.VariationID, v procurement.Variation) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ReviseVariation(id, v)
		return err
	}
}

func repriced(value casework.Money, items ...procurement.Item) procurement.Variation {
	return procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "renegotiated", Value: value, Items: items}
}

func contractItem(id, code string, quantity, pence int64) procurement.Item {
	return procurement.Item{ID: id, Description: "item " + id, Classification: code, Quantity: quantity, UnitPrice: casework.GBP(pence)}
}

// S2, rows 1, 2 and 5 to 15 without 14; signed on 5 January. Row 3 and 4 stand
// with the rules about the award.
func TestS2ContractIsSignedAndVaried(t *testing.T) {
	f := newContractOffice(t)
	items := []procurement.Item{contractItem("1", "33600000-6", 10, 1200), contractItem("2", "33600000-6", 5, 2000)}
	c := f.open(func(d *procurement.ContractDraft) {
		d.Terms.Number = ""
		d.Parties[0].Signatories, d.Parties[1].Signatories = nil, nil
	})
	id := c.ID()
	f.do(id, contractAccept("camden", "homecare"))
	// Row 1, guard.missing_field: nobody may sign.
	f.refuses(id, contractSign("", "camden"), "contract.incomplete", "contract.signatories", "contract.signatories", "signatory.unauthorised")
	// Row 2, guard.missing_field: no number.
	f.do(id, func(c *procurement.Contract) error {
		if err := c.NameSignatories("camden", []procurement.Signatory{{Person: "director"}}); err != nil {
			return err
		}
		return c.NameSignatories("homecare", []procurement.Signatory{{Person: "owner"}})
	})
	f.refuses(id, contractSign("", "camden"), "contract.incomplete")
	// Row 5.
	f.do(id, (*procurement.Contract).Unlock, casework.Reason("to fill in what is missing"))
	f.do(id, func(c *procurement.Contract) error {
		terms := c.Terms()
		terms.Number, terms.Value, terms.Items, terms.Period = "contract #13111", contractPounds(220), items, contractPeriod("2027-01-01", "2028-01-01")
		return c.Redraft(terms)
	})
	f.do(id, contractAccept("camden", "homecare"))
	c = f.do(id, contractSign("2027-01-05T00:00:00+02:00", "camden", "homecare"))
	assert.Equal(t, procurement.ContractInForce, c.State())
	// Row 6: a closed list.
	f.refuses(id, contractPropose(procurement.Variation{Rationales: []procurement.Rationale{"taxRate", "priceReduction"}, Reason: "r", Terms: "t"}, nil), "rationale.unknown", "rationale.unknown")
	// Row 7.
	first := procurement.Variation{Rationales: []procurement.Rationale{procurement.VolumeReduction, procurement.PriceReduction}, Reason: "volume cuts", Terms: "less of it"}
	v := f.propose(id, first)
	assert.Equal(t, procurement.VariationPending, v.Status)
	// Row 8: 280 is proposed, 220 stays effective.
	first.Period = contractPeriod("2027-01-01", "2027-01-31")
	first.Value, first.Items = contractPounds(280), []procurement.Item{contractItem("1", "33600000-6", 20, 900), contractItem("2", "33600000-6", 5, 2000)}
	f.refuses(id, contractRevise(v.ID, first), "variation.cumulative")
	explained := casework.Explaining("variation.cumulative", "twice as many for less each")
	c = f.do(id, contractRevise(v.ID, first), explained)
	assert.Equal(t, contractPounds(220), c.EffectiveAt(f.clock.Now()).Value)
	// Row 9, field.locked: another classification.
	third := contractItem("3", "22992000-0", 20, 450)
	second := first
	second.Items = []procurement.Item{contractItem("1", "33600000-6", 10, 900), contractItem("2", "33600000-6", 5, 2000), third}
	_, err := f.try(id, contractRevise(v.ID, second), explained)
	assert.Contains(t, contractCodes(err), "variation.scope", "%v", err)
	// Row 10, guard.mismatch: 370 against 280.
	third.Classification = "33600000-6"
	second.Items = []procurement.Item{first.Items[0], first.Items[1], third}
	f.refuses(id, contractRevise(v.ID, second), "items.total")
	second.Items = []procurement.Item{contractItem("1", "33600000-6", 10, 900), first.Items[1], third}
	f.do(id, contractRevise(v.ID, second), explained)
	// Row 11.
	c = f.do(id, contractSignVariation(v.ID, "2027-01-05T00:00:00+02:00", "camden", "homecare"))
	assert.Equal(t, procurement.ContractInForce, c.State())
	now := c.EffectiveAt(f.clock.Now())
	assert.Equal(t, contractPounds(280), now.Value)
	assert.Equal(t, contractDay("2027-01-31"), now.Period.To)
	assert.Equal(t, second.Items, now.Items)
	assert.Equal(t, contractPounds(220), c.OriginalTerms().Value)
	// Row 12, transition.not_allowed.
	f.refuses(id, contractRevise(v.ID, first), "variation.decided")
	// Row 13, guard.mismatch: it must follow the contract and the change before.
	f.clock.Set(contractMoment("2027-01-07T12:00:00+02:00"))
	next := f.propose(id, procurement.Variation{Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "r", Terms: "t"})
	f.refuses(id, contractSignVariation(next.ID, "2027-01-01T00:00:00+02:00", "camden"), "variation.order")
	f.do(id, contractSignVariation(next.ID, "2027-01-06T10:00:00+02:00", "camden", "homecare"))
	third2 := f.propose(id, procurement.Variation{Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "r", Terms: "t2"})
	f.refuses(id, contractSignVariation(third2.ID, "2027-01-06T09:59:59+02:00", "camden"), "variation.order")
}

// S2, last paragraph: a variation counts only when both have signed it.
func TestS2VariationCountsOnlyWhenBothHaveSigned(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms.Period = contractPeriod("2027-01-06", "2027-12-31") })
	id := c.ID()
	f.refuses(id, contractPropose(repriced(contractPounds(450)), nil), "variation.not_in_force")
	f.do(id, contractAccept("camden", "homecare"))
	f.do(id, contractSign("", "camden", "homecare"))
	v := f.propose(id, repriced(contractPounds(450)))
	value := func(c *procurement.Contract) casework.Money { return c.EffectiveAt(f.clock.Now()).Value }

	c = f.do(id, contractSignVariation(v.ID, "", "camden"))
	assert.Equal(t, contractPounds(500), value(c))
	pending, _ := c.Variation(v.ID)
	assert.Equal(t, procurement.VariationPending, pending.Status)
	f.refuses(id, contractSignVariation(v.ID, "", "camden"), "signature.already")

	c = f.do(id, contractSignVariation(v.ID, "", "homecare"))
	assert.Equal(t, contractPounds(450), value(c))
	effective, _ := c.Variation(v.ID)
	assert.Equal(t, procurement.VariationEffective, effective.Status)
	assert.Equal(t, contractDay("2027-01-05"), effective.From)
	assert.Equal(t, contractPounds(500), c.Terms().Value, "the contract keeps what was signed, and lists the change")
	change, known := c.CumulativeChange(f.clock.Now())
	assert.True(t, known)
	assert.Equal(t, procurement.Whole(-10), change)

	longer := f.propose(id, procurement.Variation{Rationales: []procurement.Rationale{procurement.DurationExtension}, Reason: "r", Period: contractPeriod("2027-01-06", "2028-01-01")})
	decline := func(c *procurement.Contract) error {
		_, err := c.DeclineVariation(longer.ID, "homecare", "not actual change")
		return err
	}
	c = f.do(id, decline)
	declined, _ := c.Variation(longer.ID)
	assert.Equal(t, procurement.VariationWithdrawn, declined.Status)
	assert.Equal(t, "not actual change", declined.Declined)
	assert.Equal(t, "homecare", declined.DeclinedBy)
	f.refuses(id, contractSignVariation(longer.ID, "", "camden"), "variation.decided")
	f.refuses(id, decline, "variation.decided")
	f.refuses(id, contractPropose(procurement.Variation{Rationales: []procurement.Rationale{procurement.DurationReduction}, Reason: "r", Period: contractPeriod("2027-01-06", "2021-01-01")}, nil), "period.reversed")
}

// S9: two amendments edit the same field.
func TestS9SecondVariationOfAFieldConflictsAndNothingIsMerged(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	first := f.propose(c.ID(), repriced(contractPounds(490)))
	second := f.propose(c.ID(), repriced(contractPounds(480)))
	other := f.propose(c.ID(), procurement.Variation{Rationales: []procurement.Rationale{procurement.DurationExtension}, Reason: "r", Period: contractPeriod("2027-01-01", "2028-03-31")})
	f.do(c.ID(), contractSignVariation(first.ID, "", "camden", "homecare"))
	f.do(c.ID(), contractSignVariation(second.ID, "", "camden"))
	f.refuses(c.ID(), contractSignVariation(second.ID, "", "homecare"), "variation.conflict")
	c = f.do(c.ID(), contractSignVariation(other.ID, "", "camden", "homecare"))
	assert.Equal(t, contractPounds(490), c.EffectiveAt(f.clock.Now()).Value)
	assert.Equal(t, contractDay("2028-03-31"), c.EffectiveAt(f.clock.Now()).Period.To, "another field is another matter")

	c = f.do(c.ID(), contractRevise(second.ID, repriced(contractPounds(485))))
	revised, _ := c.Variation(second.ID)
	assert.Empty(t, revised.Signatures, "a revision voids signatures")
	c = f.do(c.ID(), contractSignVariation(second.ID, "", "camden", "homecare"))
	assert.Equal(t, contractPounds(485), c.EffectiveAt(f.clock.Now()).Value)
}

func TestOptionExercisedMeanwhileConflictsWithAVariationOfTheValue(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(withContractOptions)
	v := f.propose(c.ID(), repriced(contractPounds(490)))
	f.do(c.ID(), func(c *procurement.Contract) error { _, err := c.ExerciseOption("O2"); return err })
	f.do(c.ID(), contractSignVariation(v.ID, "", "camden"))
	f.refuses(c.ID(), contractSignVariation(v.ID, "", "homecare"), "variation.conflict")
}

func TestVariationFaults(t *testing.T) {
	why := procurement.Variation{Rationales: []procurement.Rationale{procurement.Unforeseen}, Reason: "r"}
	for name, tc := range map[string]struct {
		edit func(*procurement.Variation)
		want []string
	}{
		"nothing said at all":  {func(v *procurement.Variation) { *v = procurement.Variation{} }, []string{"rationale.missing", "reason.missing", "variation.empty"}},
		"nothing that changes": {func(v *procurement.Variation) { v.Value, v.Period = contractPounds(500), contractTerms().Period }, []string{"variation.empty"}},
		"a rationale twice": {func(v *procurement.Variation) {
			v.Terms = "t"
			v.Rationales = append(v.Rationales, procurement.Unforeseen)
		}, []string{"rationale.duplicate"}},
		"a negative value":                     {func(v *procurement.Variation) { v.Value = casework.GBP(-1) }, []string{"variation.value"}},
		"a value in another currency":          {func(v *procurement.Variation) { v.Value = contractEuros(1) }, []string{"variation.value"}},
		"a period without a first day":         {func(v *procurement.Variation) { v.Period.To = contractDay("2028-01-01") }, []string{"period.from_missing"}},
		"items alone that miss the value":      {func(v *procurement.Variation) { v.Items = []procurement.Item{contractItem("1", "", 1, 499_99)} }, []string{"items.total"}},
		"an item without a price":              {func(v *procurement.Variation) { v.Items = []procurement.Item{{ID: "1"}} }, []string{"money.missing"}},
		"a day before the contract was signed": {func(v *procurement.Variation) { v.Terms, v.From = "t", contractDay("2027-01-04") }, []string{"variation.from"}},
		"a day after the contract has ended":   {func(v *procurement.Variation) { v.Terms, v.From = "t", contractDay("2028-01-01") }, []string{"variation.from"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newContractOffice(t)
			v := why
			v.Rationales = append([]procurement.Rationale(nil), why.Rationales...)
			tc.edit(&v)
			f.refuses(f.signed().ID(), contractPropose(v, nil), tc.want...)
		})
	}
}

func TestVariationOfTheValueAloneMustFitTheItems(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Terms.Items = []procurement.Item{contractItem("1", "", 50, 1000)}
	})
	f.refuses(c.ID(), contractPropose(repriced(contractPounds(490)), nil), "items.total")
	f.propose(c.ID(), repriced(contractPounds(490), contractItem("1", "", 49, 1000)))
	f.propose(c.ID(), repriced(casework.Money{}, contractItem("1", "", 25, 2000)))
}

func TestItemsAddUpBesideAnOptionThatWasExercised(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(withContractOptions, func(d *procurement.ContractDraft) {
		d.Terms.Items = []procurement.Item{contractItem("1", "", 50, 1000)}
	})
	f.do(c.ID(), func(c *procurement.Contract) error { _, err := c.ExerciseOption("O2"); return err })
	f.propose(c.ID(), repriced(casework.Money{}, contractItem("1", "", 25, 2000)))
	f.propose(c.ID(), repriced(casework.Money{}, contractItem("1", "", 570, 100)))
	f.refuses(c.ID(), contractPropose(repriced(casework.Money{}, contractItem("1", "", 1, 1)), nil), "items.total")
}

func TestVariationThatIsNotThereOrMadeUpIsAFault(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	f.refuses(c.ID(), contractRevise("V9", repriced(contractPounds(490))), "variation.unknown")
	f.refuses(c.ID(), contractSignVariation("V9", "", "camden"), "variation.unknown")
	v := f.propose(c.ID(), repriced(contractPounds(490)))
	f.refuses(c.ID(), func(c *procurement.Contract) error {
		_, err := c.SignVariation(v.ID, procurement.Signature{Party: "x", At: f.clock.Now().Add(time.Minute)})
		return err
	}, "party.unknown", "signatory.missing", "signature.future")
	f.refuses(c.ID(), func(c *procurement.Contract) error {
		_, err := c.DeclineVariation(v.ID, "x", "")
		return err
	}, "party.unknown", "reason.missing")
	withdraw := func(c *procurement.Contract) error { _, err := c.WithdrawVariation(v.ID); return err }
	f.refuses(c.ID(), withdraw, "reason.missing")
	c = f.do(c.ID(), withdraw, casework.Reason("no longer needed"))
	withdrawn, _ := c.Variation(v.ID)
	assert.False(t, withdrawn.Open())
	f.refuses(c.ID(), withdraw, "reason.missing", "variation.decided")
}

func TestVariationIsSignedByWhoMaySignForTheNewValue(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	v := f.propose(c.ID(), repriced(contractPounds(1001)), casework.Explaining("variation.cumulative", "more people came"))
	f.refuses(c.ID(), contractSignVariation(v.ID, "", "camden"), "signatory.unauthorised")
	f.do(c.ID(), contractSignVariation(v.ID, "", "homecare"))
}

func TestCumulativeChangeIsExplainedBeyondATenthEitherWay(t *testing.T) {
	for name, tc := range map[string]struct {
		value casework.Money
		want  []string
	}{
		"a tenth more":             {contractPounds(550), nil},
		"a penny beyond a tenth":   {casework.GBP(550_01), []string{"variation.cumulative"}},
		"a tenth less":             {contractPounds(450), nil},
		"a penny less than that":   {casework.GBP(449_99), []string{"variation.cumulative"}},
		"a change of nothing much": {casework.GBP(500_01), nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newContractOffice(t)
			_, err := f.try(f.signed().ID(), contractPropose(repriced(tc.value), nil))
			assert.Equal(t, tc.want, contractCodes(err), "%v", err)
		})
	}
}

func TestCumulativeChangeCountsFromWhatWasSignedAndLeavesOptionsOut(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(withContractOptions)
	f.do(c.ID(), func(c *procurement.Contract) error { _, err := c.ExerciseOption("O2"); return err })
	v := f.propose(c.ID(), repriced(contractPounds(620)))
	c = f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	change, _ := c.CumulativeChange(f.clock.Now())
	assert.Equal(t, procurement.Whole(10), change, "620 less an option of 70 is a tenth more than 500")
	f.refuses(c.ID(), contractPropose(repriced(contractPounds(625)), nil), "variation.cumulative")

	_, known := f.open().CumulativeChange(f.clock.Now())
	assert.False(t, known, "nothing was signed")
	nominal := f.signed(func(d *procurement.ContractDraft) { d.Terms.Value, d.Terms.Nominal = contractPounds(0), true })
	_, known = nominal.CumulativeChange(f.clock.Now())
	assert.False(t, known, "there is no percentage of nothing")
	f.refuses(nominal.ID(), contractPropose(repriced(casework.GBP(1)), nil), "variation.cumulative")
}

func TestNewScopeIsOverriddenOnRecordByAnother(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Terms.Items = []procurement.Item{contractItem("1", "85300000", 50, 1000)}
	})
	wider := repriced(casework.Money{}, contractItem("1", "85300000", 49, 1000), contractItem("2", "", 1, 1000))
	f.refuses(c.ID(), contractPropose(wider, nil), "variation.scope")
	_, err := f.desks.Contracts.Update(t.Context(), c.ID(), contractDirector, contractPropose(wider, nil), casework.Overriding("variation.scope", "Schedule 8 paragraph 8"))
	require.NoError(t, err)
}

func TestVariationCountsFromItsDay(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	later := repriced(contractPounds(480))
	later.From = contractDay("2027-06-01")
	v := f.propose(c.ID(), later)
	c = f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	assert.Equal(t, contractPounds(500), c.EffectiveAt(contractMoment("2027-05-31T23:59:59Z")).Value)
	assert.Equal(t, contractPounds(480), c.EffectiveAt(contractMoment("2027-06-01T00:00:00Z")).Value)

	f.clock.Set(contractMoment("2027-02-01T12:00:00Z"))
	next := f.propose(c.ID(), repriced(contractPounds(470)))
	c = f.do(c.ID(), contractSignVariation(next.ID, "", "camden", "homecare"))
	assert.Equal(t, contractPounds(470), c.EffectiveAt(contractMoment("2027-02-01T13:00:00Z")).Value)
	assert.Equal(t, contractPounds(470), c.EffectiveAt(contractMoment("2027-07-01T00:00:00Z")).Value, "what was agreed last is the whole")
}
