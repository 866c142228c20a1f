package procurement_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

var (
	contractBuyer    = casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	contractSupplier = casework.Agency{ID: "homecare", Name: "Home Care Ltd", Sector: casework.Private}
	contractOfficer  = casework.Person("cleo", contractBuyer)
	contractDirector = casework.Person("dara", contractBuyer)
)

// contractOffice is where contracts are made in these tests: a store in memory,
// and a clock that stands still until it is moved.
type contractOffice struct {
	t     testing.TB
	desks *procurement.Desks
	clock *commissioningtest.Clock
}

func newContractOffice(t testing.TB) *contractOffice {
	t.Helper()
	f := &contractOffice{t: t, clock: &commissioningtest.Clock{}}
	f.clock.Set(contractMoment("2027-01-05T12:00:00+02:00"))
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: casework.DeskOptions{Clock: f.clock.Now}})
	require.NoError(t, err)
	f.desks, err = procurement.NewDesks(cycles, &procurement.Options{Desk: casework.DeskOptions{Clock: f.clock.Now, Permit: casework.AllowAll}})
	require.NoError(t, err)
	return f
}

func contractMoment(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at
}

func contractDay(text string) casework.Date {
	day, err := casework.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

func contractPeriod(from, to string) casework.Period {
	return casework.Period{From: contractDay(from), To: contractDay(to)}
}

// pounds is an amount of whole pounds.
func contractPounds(n int64) casework.Money { return casework.GBP(n * 100) }

// contractTerms are whole terms over 500 pounds for the year 2027.
func contractTerms() procurement.Terms {
	return procurement.Terms{
		Number: "contract #13111", Title: "Home care", Value: contractPounds(500),
		Period: contractPeriod("2027-01-01", "2027-12-31"), Pricing: procurement.Block,
		Term:  procurement.Term{Months: 12, Reason: "a year to learn what is needed"},
		Risks: []procurement.Risk{{Risk: "demand falls", Bearer: procurement.SharedRisk, Share: procurement.Whole(50)}},
	}
}

// contractDraft is a draft that rests on no award, with a signatory each.
func contractDraft(edits ...func(*procurement.ContractDraft)) procurement.ContractDraft {
	d := procurement.ContractDraft{
		Origin: procurement.Origin{Kind: procurement.FromImport},
		Parties: []procurement.Party{
			{Agency: contractBuyer, Role: procurement.BuyerParty, Signatories: []procurement.Signatory{{Person: "director", Limit: contractPounds(1000)}}},
			{Agency: contractSupplier, Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "owner"}}},
		},
		Terms: contractTerms(),
	}
	for _, edit := range edits {
		edit(&d)
	}
	return d
}

func (f *contractOffice) open(edits ...func(*procurement.ContractDraft)) *procurement.Contract {
	f.t.Helper()
	c, err := f.desks.Contracts.Open(f.t.Context(), contractOfficer, contractDraft(edits...))
	require.NoError(f.t, err)
	return c
}

// try issues commands to a contract, and gives it as stored.
func (f *contractOffice) try(id casework.CaseID, work func(*procurement.Contract) error, opts ...casework.CallOption) (*procurement.Contract, error) {
	f.t.Helper()
	_, err := f.desks.Contracts.Update(f.t.Context(), id, contractOfficer, work, opts...)
	stored, loadErr := f.desks.Contracts.Load(f.t.Context(), id)
	require.NoError(f.t, loadErr)
	return stored, err
}

func (f *contractOffice) do(id casework.CaseID, work func(*procurement.Contract) error, opts ...casework.CallOption) *procurement.Contract {
	f.t.Helper()
	c, err := f.try(id, work, opts...)
	require.NoError(f.t, err)
	return c
}

// refuses holds that a command is stopped by objections, or faults, with just
// these codes, and leaves the contract as it was.
func (f *contractOffice) refuses(id casework.CaseID, work func(*procurement.Contract) error, codes ...string) {
	f.t.Helper()
	before, err := f.desks.Contracts.Load(f.t.Context(), id)
	require.NoError(f.t, err)
	after, err := f.try(id, work)
	assert.ElementsMatch(f.t, codes, contractCodes(err), "%v", err)
	assert.Equal(f.t, before.State(), after.State())
	assert.Equal(f.t, before.Seq(), after.Seq(), "a refused command writes nothing")
}

// contractCodes gives the codes of an error's faults, or of the objections that
// stop it.
func contractCodes(err error) []string {
	var codes []string
	if invalid, is := errors.AsType[*casework.InvalidError](err); is {
		for _, fault := range invalid.Faults {
			codes = append(codes, fault.Code)
		}
	}
	if refusal, is := errors.AsType[*casework.Refusal](err); is {
		for _, o := range refusal.Objections {
			if o.Effect.Stops() {
				codes = append(codes, o.Code)
			}
		}
	}
	return codes
}

func contractAccept(parties ...string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		for _, p := range parties {
			if err := c.Accept(p); err != nil {
				return err
			}
		}
		return nil
	}
}

var contractSignatories = map[string]string{"camden": "director", "homecare": "owner"}

func contractSign(at string, parties ...string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		for _, p := range parties {
			s := procurement.Signature{Party: p, Signatory: contractSignatories[p]}
			if at != "" {
				s.At = contractMoment(at)
			}
			if err := c.Sign(s); err != nil {
				return err
			}
		}
		return nil
	}
}

func contractSignVariation(id procurement.VariationID, at string, parties ...string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		for _, p := range parties {
			s := procurement.Signature{Party: p, Signatory: contractSignatories[p]}
			if at != "" {
				s.At = contractMoment(at)
			}
			if _, err := c.SignVariation(id, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// signed opens a contract and has both parties sign it now.
func (f *contractOffice) signed(edits ...func(*procurement.ContractDraft)) *procurement.Contract {
	f.t.Helper()
	c := f.open(edits...)
	f.do(c.ID(), contractAccept("camden", "homecare"))
	return f.do(c.ID(), contractSign("", "camden", "homecare"))
}

func TestContractDraftIsRefusedWithAllItsFaultsAtOnce(t *testing.T) {
	cases := map[string]struct {
		edit func(*procurement.ContractDraft)
		want []string
	}{
		"an origin nobody knows":             {func(d *procurement.ContractDraft) { d.Origin.Kind = "gift" }, []string{"draft.origin.kind origin.unknown"}},
		"an award's contract opened by hand": {func(d *procurement.ContractDraft) { d.Origin.Kind = procurement.FromAward }, []string{"draft.origin origin.by_award"}},
		"an order that names an award": {func(d *procurement.ContractDraft) {
			d.Origin = procurement.Origin{Kind: procurement.FromAcceptedOrder, Award: "W1"}
		}, []string{"draft.origin origin.by_award"}},
		"what was competed, set by hand": {func(d *procurement.ContractDraft) { d.Competed = &procurement.Competed{} }, []string{"draft.competed competed.by_award"}},
		"a service without its cycle":    {func(d *procurement.ContractDraft) { d.Origin.Service = "S1" }, []string{"draft.origin.service service.missing"}},
		"a novation of nothing":          {func(d *procurement.ContractDraft) { d.Origin.Kind = procurement.FromNovation }, []string{"draft.origin.novates origin.novates"}},
		"no parties":                     {func(d *procurement.ContractDraft) { d.Parties = nil }, []string{"draft.parties party.no_buyer", "draft.parties party.no_supplier"}},
		"a party twice":                  {func(d *procurement.ContractDraft) { d.Parties = append(d.Parties, d.Parties[1]) }, []string{"draft.parties[2].agency party.duplicate"}},
		"a party of no role": {func(d *procurement.ContractDraft) {
			d.Parties = append(d.Parties, procurement.Party{Agency: casework.Agency{ID: "x"}})
		}, []string{"draft.parties[2].role party.role"}},
		"an agency without an id": {func(d *procurement.ContractDraft) {
			d.Parties = append(d.Parties, procurement.Party{Role: procurement.GuarantorParty})
		}, []string{"draft.parties[2].agency.id agency.missing"}},
		"a signatory twice, and nobody": {func(d *procurement.ContractDraft) {
			d.Parties[0].Signatories = []procurement.Signatory{{Person: "a"}, {Person: "a"}, {}}
		}, []string{"draft.parties[0].signatories[1].person signatory.duplicate", "draft.parties[0].signatories[2].person signatory.missing"}},
		"a negative limit":                    {func(d *procurement.ContractDraft) { d.Parties[0].Signatories[0].Limit = casework.GBP(-1) }, []string{"draft.parties[0].signatories[0].limit money.negative"}},
		"a negative value":                    {func(d *procurement.ContractDraft) { d.Terms.Value = casework.GBP(-1) }, []string{"draft.terms.value money.negative"}},
		"a period that ends before it begins": {func(d *procurement.ContractDraft) { d.Terms.Period.To = contractDay("2021-01-01") }, []string{"draft.terms.period.to period.reversed"}},
		"a pricing basis nobody knows":        {func(d *procurement.ContractDraft) { d.Terms.Pricing = "barter" }, []string{"draft.terms.pricing pricing.unknown"}},
		"days and months below zero": {func(d *procurement.ContractDraft) {
			d.Terms.Payment.Days, d.Terms.Notice, d.Terms.Term.Months = -1, -1, -1
		}, []string{"draft.terms.payment.days payment.days", "draft.terms.notice notice.months", "draft.terms.term.months term.months"}},
		"a risk of nothing, borne by nobody":   {func(d *procurement.ContractDraft) { d.Terms.Risks = []procurement.Risk{{}} }, []string{"draft.terms.risks[0].risk risk.missing", "draft.terms.risks[0].bearer risk.bearer_missing"}},
		"a share of a risk that is not shared": {func(d *procurement.ContractDraft) { d.Terms.Risks[0].Bearer = "camden" }, []string{"draft.terms.risks[0].share risk.share"}},
		"a share beyond the whole":             {func(d *procurement.ContractDraft) { d.Terms.Risks[0].Share = procurement.Whole(101) }, []string{"draft.terms.risks[0].share risk.share"}},
		"options twice, negative and unpriced": {func(d *procurement.ContractDraft) {
			d.Terms.Options = []procurement.PricedOption{{ID: "O1", Title: "t", Price: casework.GBP(1)}, {ID: "O1", Months: -1}}
		}, []string{"draft.terms.options[1].id option.duplicate", "draft.terms.options[1].title option.title_missing", "draft.terms.options[1].months option.months", "draft.terms.options[1].price money.missing"}},
		"items that do not add up to the penny": {func(d *procurement.ContractDraft) {
			d.Terms.Items = []procurement.Item{{ID: "1", Quantity: 3, UnitPrice: casework.GBP(16667)}}
		}, []string{"draft.terms.items items.total"}},
		"items that are wrong one by one": {func(d *procurement.ContractDraft) {
			d.Terms.Items = []procurement.Item{{Quantity: -1}, {ID: "1", UnitPrice: casework.GBP(-1)}, {ID: "1", UnitPrice: casework.GBP(1)}}
		}, []string{"draft.terms.items[0].id item.id_missing", "draft.terms.items[0].quantity item.quantity", "draft.terms.items[0].unit_price money.missing", "draft.terms.items[1].unit_price money.negative", "draft.terms.items[2].id item.duplicate"}},
		"amounts of two currencies": {func(d *procurement.ContractDraft) {
			d.Terms.Options = []procurement.PricedOption{{ID: "O1", Title: "t", Price: contractEuros(1)}}
		}, []string{"draft.terms.options[0].price money.currency_mixed"}},
		"a document that cannot be shown":         {func(d *procurement.ContractDraft) { d.Terms.Documents = []casework.Evidence{{}} }, []string{"draft.terms.documents[0].kind evidence.kind_missing", "draft.terms.documents[0].title evidence.title_missing"}},
		"a scale there is not":                    {func(d *procurement.ContractDraft) { d.Scale = 9 }, []string{"draft.scale scale.unknown"}},
		"faults in origin, parties and terms too": {func(d *procurement.ContractDraft) { d.Origin.Kind, d.Parties, d.Terms.Notice = "", d.Parties[:1], -1 }, []string{"draft.origin.kind origin.unknown", "draft.parties party.no_supplier", "draft.terms.notice notice.months"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f := newContractOffice(t)
			_, err := f.desks.Contracts.Open(t.Context(), contractOfficer, contractDraft(tc.edit))
			invalid, is := errors.AsType[*casework.InvalidError](err)
			require.True(t, is, "%v", err)
			var got []string
			for _, fault := range invalid.Faults {
				got = append(got, fault.Path+" "+fault.Code)
			}
			assert.ElementsMatch(t, tc.want, got)
		})
	}
}

func contractEuros(cents int64) casework.Money {
	m, err := casework.MinorUnits(cents, "EUR")
	if err != nil {
		panic(err)
	}
	return m
}

func TestContractNamesBothSumsThatDoNotAgree(t *testing.T) {
	f := newContractOffice(t)
	_, err := f.desks.Contracts.Open(t.Context(), contractOfficer, contractDraft(func(d *procurement.ContractDraft) {
		d.Terms.Items = []procurement.Item{{ID: "1", Quantity: 10, UnitPrice: contractPounds(12)}}
	}))
	assert.ErrorContains(t, err, "GBP 120.00")
	assert.ErrorContains(t, err, "GBP 500.00")
}

func TestContractMayBeDraftedWithNextToNothing(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms = procurement.Terms{} })
	assert.Equal(t, procurement.ContractDrafted, c.State())
	assert.Equal(t, commissioning.Standard, c.Scale(), "a value nobody recorded makes no contract light")
	c = f.do(c.ID(), func(c *procurement.Contract) error { return c.Redraft(contractTerms()) })
	assert.Equal(t, commissioning.Light, c.Scale())
	c = f.do(c.ID(), func(c *procurement.Contract) error {
		terms := contractTerms()
		terms.Options = []procurement.PricedOption{{ID: "O1", Title: "another year", Months: 12, Price: contractPounds(6_000_000)}}
		return c.Redraft(terms)
	})
	assert.Equal(t, commissioning.Major, c.Scale(), "options count")
	c = f.do(c.ID(), func(c *procurement.Contract) error { return c.Redraft(contractTerms()) })
	assert.Equal(t, commissioning.Major, c.Scale(), "a scale rises by itself and does not fall")
}

func TestContractOfACycleNeedsTheCycleAndItsService(t *testing.T) {
	fixture := commissioningtest.At(t, commissioning.StageArrangeDelivery)
	desks, err := procurement.NewDesks(fixture.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: fixture.Clock.Now}})
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		cycle   casework.CaseID
		service commissioning.ServiceID
		want    error
	}{
		"a cycle that does not exist":   {casework.CaseID{15: 99}, "S1", casework.ErrNotFound},
		"a service that does not exist": {fixture.Cycle.ID(), "S9", casework.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := desks.Contracts.Open(t.Context(), contractOfficer, contractDraft(func(d *procurement.ContractDraft) {
				d.Origin.Cycle, d.Origin.Service = tc.cycle, tc.service
			}))
			assert.ErrorIs(t, err, tc.want)
		})
	}
}

func TestContractSignedArrangesTheServiceOfItsCycle(t *testing.T) {
	fixture := commissioningtest.At(t, commissioning.StageArrangeDelivery)
	desks, err := procurement.NewDesks(fixture.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: fixture.Clock.Now}})
	require.NoError(t, err)
	f := &contractOffice{t: t, desks: desks, clock: fixture.Clock}
	today := fixture.Today()
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Origin.Cycle, d.Origin.Service = fixture.Cycle.ID(), fixture.Cycle.Services()[0].ID
		d.Terms.Period = casework.Period{From: today.AddDays(-1), To: today.AddMonths(12)}
	})
	assert.Equal(t, procurement.ContractInForce, c.State())
	assert.Equal(t, today, c.Commenced(), "a contract is in force no earlier than it binds")

	cycle, err := fixture.Desk.Load(t.Context(), fixture.Cycle.ID())
	require.NoError(t, err)
	arranged, is := cycle.ArrangementOf(c.ID())
	require.True(t, is)
	assert.Equal(t, contractSupplier, arranged.Provider)
	assert.Equal(t, commissioning.ContractInstrument, arranged.Instrument)
	assert.Equal(t, "contract #13111", arranged.Reference)
	assert.Equal(t, today, arranged.BindingSince)
	assert.NotEmpty(t, arranged.Why)
	assert.Equal(t, contractPounds(500), arranged.Value)

	v := f.propose(c.ID(), procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "fewer hours", Value: contractPounds(460)})
	f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	cycle, err = fixture.Desk.Load(t.Context(), fixture.Cycle.ID())
	require.NoError(t, err)
	arranged, _ = cycle.ArrangementOf(c.ID())
	assert.Equal(t, contractPounds(460), arranged.Value, "the cycle follows what is effective")
}

func TestContractIsCancelledWithAReasonBeforeItIsSigned(t *testing.T) {
	f := newContractOffice(t)
	cancel := func(c *procurement.Contract) error { return c.Cancel() }
	c := f.open()
	f.refuses(c.ID(), cancel, casework.CodeReasonMissing)
	c = f.do(c.ID(), cancel, casework.Reason("not needed"))
	assert.Equal(t, procurement.ContractCancelled, c.State())

	bound := f.signed()
	f.refuses(bound.ID(), cancel, casework.CodeMoveNotAllowed)
}

func TestContractNovatesOnlyWhatBinds(t *testing.T) {
	f := newContractOffice(t)
	drafted, signed := f.open(), f.signed()
	novation := func(old casework.CaseID) procurement.ContractDraft {
		return contractDraft(func(d *procurement.ContractDraft) {
			d.Origin = procurement.Origin{Kind: procurement.FromNovation, Novates: old}
		})
	}
	_, err := f.desks.Contracts.Open(t.Context(), contractOfficer, novation(drafted.ID()))
	assert.Equal(t, []string{"novation.not_in_force"}, contractCodes(err))
	_, err = f.desks.Contracts.Open(t.Context(), contractOfficer, novation(casework.CaseID{15: 99}))
	require.ErrorIs(t, err, casework.ErrNotFound)
	taken, err := f.desks.Contracts.Open(t.Context(), contractOfficer, novation(signed.ID()))
	require.NoError(t, err)
	f.do(taken.ID(), contractAccept("camden", "homecare"))
	f.do(taken.ID(), contractSign("", "camden", "homecare"))
	old, err := f.desks.Contracts.Load(t.Context(), signed.ID())
	require.NoError(t, err)
	assert.Equal(t, procurement.ContractOver, old.State(), "it ends with the signature that takes it over")
}

func TestContractAccessorsReturnCopies(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) {
		d.Terms.Items = []procurement.Item{{ID: "1", Description: "hours", Quantity: 50, UnitPrice: contractPounds(10)}}
	})
	c.Parties()[0].Signatories[0].Person = "nobody"
	c.Terms().Items[0].Quantity = 0
	c.Terms().Risks[0].Risk = ""
	c.EffectiveAt(f.clock.Now()).Items[0].Quantity = 0
	party, _ := c.Party("camden")
	party.Signatories[0].Person = "nobody"
	party, is := c.Party("camden")
	assert.True(t, is)
	assert.Equal(t, "director", party.Signatories[0].Person)
	assert.EqualValues(t, 50, c.Terms().Items[0].Quantity)
	assert.Equal(t, "demand falls", c.Terms().Risks[0].Risk)
	assert.Zero(t, c.OriginalTerms(), "nothing was signed")
}

func TestContractJournalFoldsToWhatIsKeptEvenRedacted(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Terms.Options = []procurement.PricedOption{{ID: "O1", Title: "another year", Months: 12, Price: contractPounds(10)}}
	})
	v := f.propose(c.ID(), procurement.Variation{Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "secret", Terms: "secret", Value: contractPounds(460)})
	f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	c = f.do(c.ID(), func(c *procurement.Contract) error { _, err := c.ExerciseOption("O1"); return err })
	require.NoError(t, f.desks.Contracts.Verify(t.Context(), c.ID()))

	before := c.EffectiveAt(f.clock.Now())
	var seqs []uint64
	for e, err := range f.desks.Contracts.History(t.Context(), c.ID(), 0) {
		require.NoError(t, err)
		if e.Type != casework.EntryOpened {
			seqs = append(seqs, e.Seq)
		}
	}
	redacted, err := f.desks.Contracts.Redact(t.Context(), c.ID(), contractDirector, seqs, "a request to be forgotten")
	require.NoError(t, err)
	after := redacted.EffectiveAt(f.clock.Now())
	assert.Equal(t, before.Value, after.Value)
	assert.Equal(t, before.Period, after.Period)
	assert.Equal(t, before.Variations, after.Variations)
	assert.Equal(t, c.State(), redacted.State())
	assert.Equal(t, c.Bound(), redacted.Bound())
	assert.NotContains(t, fmt.Sprint(redacted.Variations(), redacted.Terms(), redacted.Parties()), "secret")
	assert.Empty(t, redacted.Terms().Title)
	require.NoError(t, f.desks.Contracts.Verify(t.Context(), c.ID()))
}

// The cycle's arrangement always says why its provider is the most appropriate.
func TestArrangementSaysWhyWhateverTheOrigin(t *testing.T) {
	for name, tc := range map[string]struct {
		origin procurement.Origin
		want   string
	}{
		"why it was chosen, where somebody said": {procurement.Origin{Kind: procurement.FromImport, Why: "the users asked for it"}, "the users asked for it"},
		"an order that was accepted":             {procurement.Origin{Kind: procurement.FromAcceptedOrder}, "it accepted the order"},
		"a contract that was there before":       {procurement.Origin{Kind: procurement.FromImport, Why: " "}, "it was chosen before the contract was recorded here"},
	} {
		t.Run(name, func(t *testing.T) {
			fixture := commissioningtest.At(t, commissioning.StageArrangeDelivery)
			desks, err := procurement.NewDesks(fixture.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: fixture.Clock.Now}})
			require.NoError(t, err)
			f := &contractOffice{t: t, desks: desks, clock: fixture.Clock}
			tc.origin.Cycle, tc.origin.Service = fixture.Cycle.ID(), fixture.Cycle.Services()[0].ID
			c := f.open(func(d *procurement.ContractDraft) { d.Origin = tc.origin })
			assert.Equal(t, tc.origin, c.Origin())
			assert.Equal(t, "cleo", c.Drafted().By)
			if tc.origin.Kind == procurement.FromAcceptedOrder {
				f.do(c.ID(), func(c *procurement.Contract) error {
					return c.AcceptOrder(procurement.Signature{Party: "homecare", Signatory: "owner"})
				})
			} else {
				f.do(c.ID(), contractAccept("camden", "homecare"))
				f.do(c.ID(), contractSign("", "camden", "homecare"))
			}
			cycle, err := fixture.Desk.Load(t.Context(), fixture.Cycle.ID())
			require.NoError(t, err)
			arranged, is := cycle.ArrangementOf(c.ID())
			require.True(t, is)
			assert.Equal(t, tc.want, arranged.Why)
		})
	}
}
