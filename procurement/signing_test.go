package procurement

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

// awarded is a contract that rests on an award of a purchase whose records the
// test sets itself.
type awarded struct {
	t     *testing.T
	store *memory.Store
	kinds *Kinds
	host  casework.DeskOptions
	now   time.Time
	id    casework.CaseID
	edit  func(*Purchase)
}

var (
	awardBuyer    = casework.Agency{ID: "camden"}
	awardSupplier = casework.Agency{ID: "homecare"}
	awardCleo     = casework.Person("cleo", awardBuyer)
)

func newAwarded(t *testing.T, edit func(*Purchase)) *awarded {
	t.Helper()
	f := &awarded{t: t, store: memory.New(), now: time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC), edit: edit}
	f.host = casework.DeskOptions{Clock: func() time.Time { return f.now }}
	cycles, err := commissioning.NewKind(nil)
	require.NoError(t, err)
	f.kinds, err = NewKinds(cycles, &Options{Desk: f.host})
	require.NoError(t, err)
	_, err = casework.Do(t.Context(), f.store, &f.host, awardCleo, f.open)
	require.NoError(t, err)
	return f
}

// open opens the purchase and a contract on its award W1, agreed.
func (f *awarded) open(u *casework.Unit) error {
	p, err := casework.Open(u, f.kinds.Purchases, casework.Opening{})
	if err != nil {
		return err
	}
	p.s.Awards = []Award{{ID: "W1", Supplier: awardSupplier, Value: casework.GBP(50000), Standstill: &Standstill{
		Kind: MandatoryStandstill, Ends: time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC),
	}}}
	c, err := openContract(u, f.kinds, ContractDraft{
		Origin: Origin{Kind: FromAward, Purchase: p.ID(), Award: "W1"},
		Parties: []Party{
			{Agency: awardBuyer, Role: BuyerParty, Signatories: []Signatory{{Person: "director"}}},
			{Agency: awardSupplier, Role: SupplierParty, Signatories: []Signatory{{Person: "owner"}}},
		},
		Terms: Terms{
			Number: "1", Title: "Home care", Value: casework.GBP(50000), Pricing: Block,
			Period: casework.Period{From: awardDay(2027, 1, 1), To: awardDay(2027, 12, 31)}, Term: Term{Reason: "r"},
		},
		Competed: &Competed{Supplier: "homecare", Value: casework.GBP(50000)},
	})
	if err != nil {
		return err
	}
	f.id = c.ID()
	if err := c.Accept("camden"); err != nil {
		return err
	}
	return c.Accept("homecare")
}

func awardDay(year int, month time.Month, day int) casework.Date {
	return casework.DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

var errUndone = errors.New("undone")

// attempt signs for the buyer as the purchase stands once edited, and gives the
// objections that stop it. Nothing is kept.
func (f *awarded) attempt(by casework.Actor, work func(*Contract) error) []casework.Objection {
	f.t.Helper()
	_, err := casework.Do(f.t.Context(), f.store, &f.host, by, func(u *casework.Unit) error {
		c, err := casework.Load(u, f.kinds.Contracts, f.id)
		require.NoError(f.t, err)
		p, seen := c.purchase()
		require.True(f.t, seen)
		if f.edit != nil {
			f.edit(p)
		}
		if err := work(c); err != nil {
			return err
		}
		return errUndone
	}, casework.Reason("r"))
	refusal, is := errors.AsType[*casework.Refusal](err)
	if !is {
		require.ErrorIs(f.t, err, errUndone)
		return nil
	}
	var stopping []casework.Objection
	for _, o := range refusal.Objections {
		if o.Effect.Stops() {
			stopping = append(stopping, o)
		}
	}
	return stopping
}

func awardCodes(objections []casework.Objection) []string {
	var codes []string
	for _, o := range objections {
		codes = append(codes, o.Effect.String()+" "+o.Code)
	}
	return codes
}

func signsForBuyer(c *Contract) error {
	return c.Sign(Signature{Party: "camden", Signatory: "director"})
}

// S2, rows 3 and 4 among them.
func TestNothingIsSignedBeforeTheAwardIsSafe(t *testing.T) {
	mark := Mark{Entry: 1, By: "cleo"}
	for name, tc := range map[string]struct {
		edit func(*Purchase)
		want []string
	}{
		"the moment the standstill ends":          {nil, nil},
		"a standstill that runs":                  {func(p *Purchase) { p.s.Awards[0].Standstill.Ends = p.s.Awards[0].Standstill.Ends.Add(time.Second) }, []string{"bar standstill.running"}},
		"no standstill, with the reason":          {func(p *Purchase) { p.s.Awards[0].Standstill = &Standstill{Kind: NoStandstill, Reason: "r"} }, nil},
		"a standstill nobody decided on":          {func(p *Purchase) { p.s.Awards[0].Standstill = nil }, []string{"refuse standstill.missing"}},
		"an undecided challenge of the award":     {func(p *Purchase) { p.s.Challenges = []Challenge{{ID: "C1", Award: "W1"}} }, []string{"bar challenge.open"}},
		"an undecided challenge of the procedure": {func(p *Purchase) { p.s.Challenges = []Challenge{{ID: "C1"}} }, []string{"bar challenge.open"}},
		"a challenge of another award":            {func(p *Purchase) { p.s.Challenges = []Challenge{{ID: "C1", Award: "W2"}} }, nil},
		"a challenge that was dismissed":          {func(p *Purchase) { p.s.Challenges = []Challenge{{ID: "C1", Outcome: ChallengeDismissed}} }, nil},
		"an award that was cancelled":             {func(p *Purchase) { p.s.Awards[0].Cancelled = mark }, []string{"bar award.cancelled"}},
		"an award that is none":                   {func(p *Purchase) { p.s.Awards = nil }, []string{"bar award.cancelled"}},
		"whoever requested it":                    {func(p *Purchase) { p.s.Requested = mark }, []string{"refuse duty.signatory"}},
		"whoever had it requested":                {func(p *Purchase) { p.s.Requested = Mark{Entry: 1, By: "x", For: "cleo"} }, []string{"refuse duty.signatory"}},
		"whoever scored":                          {func(p *Purchase) { p.s.Scores = []Score{{Mark: mark}} }, []string{"refuse duty.signatory"}},
		"whoever was there when it was moderated": {func(p *Purchase) { p.s.Moderations = []Moderation{{Present: []string{"cleo"}}} }, []string{"refuse duty.signatory"}},
		"whoever decided":                         {func(p *Purchase) { p.s.Awards[0].Decided = mark }, []string{"refuse duty.signatory"}},
		"somebody else decided":                   {func(p *Purchase) { p.s.Awards[0].Decided = Mark{Entry: 1, By: "dara"} }, nil},
		"an inspection nobody answered": {func(p *Purchase) {
			p.s.Tender = &Tender{Title: "t"}
			p.s.Approvals = []Approval{{ID: "A1", Of: ApprovalOfTender}}
		}, []string{"refuse inspection.unmet"}},
		"an inspection that said yes to the tender": {func(p *Purchase) {
			p.s.Tender = &Tender{Title: "t"}
			p.s.Approvals = []Approval{{ID: "A1", Of: ApprovalOfTender, Answer: Approved, Content: contentOfTender(*p.s.Tender)}}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newAwarded(t, tc.edit)
			assert.ElementsMatch(t, tc.want, awardCodes(f.attempt(awardCleo, signsForBuyer)))
		})
	}
}

func TestSignatureIsNotDatedIntoAStandstill(t *testing.T) {
	f := newAwarded(t, nil)
	f.now = f.now.AddDate(0, 0, 3)
	got := f.attempt(awardCleo, func(c *Contract) error {
		return c.Sign(Signature{Party: "camden", Signatory: "director", At: time.Date(2027, 1, 4, 23, 59, 59, 0, time.UTC)})
	})
	require.Equal(t, []string{"bar standstill.running"}, awardCodes(got))
	assert.Equal(t, time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC), got[0].Until)
}

func TestWhoeverRequestedMayRecordTheSuppliersSignature(t *testing.T) {
	f := newAwarded(t, func(p *Purchase) { p.s.Requested = Mark{Entry: 1, By: "cleo"} })
	assert.Empty(t, f.attempt(awardCleo, func(c *Contract) error {
		return c.Sign(Signature{Party: "homecare", Signatory: "owner"})
	}))
}

func TestContractOfAnAwardIsSignedInSightOfItsPurchase(t *testing.T) {
	f := newAwarded(t, nil)
	c, err := f.kinds.Contracts.Fold(f.store.History(t.Context(), f.id, 0))
	require.NoError(t, err)
	call, err := casework.NewCall(&f.host, awardCleo)
	require.NoError(t, err)
	require.NoError(t, f.kinds.Contracts.Attach(call, c))
	refusal, is := errors.AsType[*casework.Refusal](signsForBuyer(c))
	require.True(t, is)
	assert.Equal(t, "purchase.unseen", refusal.Objections[0].Code)
}

// S2, interlock: the last contract of an award is not cancelled by itself.
func TestLastContractOfAnAwardIsNotCancelled(t *testing.T) {
	var f *awarded
	instruments := func(others ...Instrument) func(*Purchase) {
		return func(p *Purchase) {
			p.s.Instruments = append([]Instrument{{Case: f.id, Award: "W1", State: ContractAgreed}}, others...)
		}
	}
	for name, tc := range map[string]struct {
		others []Instrument
		want   []string
	}{
		"the only one":                          {nil, []string{"bar contract.last_of_award"}},
		"one of two":                            {[]Instrument{{Award: "W1", State: ContractDrafted}}, nil},
		"the last of two that is not cancelled": {[]Instrument{{Award: "W1", State: ContractCancelled}}, []string{"bar contract.last_of_award"}},
		"one of another award beside it":        {[]Instrument{{Award: "W2", State: ContractDrafted}}, []string{"bar contract.last_of_award"}},
	} {
		t.Run(name, func(t *testing.T) {
			f = newAwarded(t, instruments(tc.others...))
			assert.Equal(t, tc.want, awardCodes(f.attempt(awardCleo, (*Contract).Cancel)))
		})
	}
}

func competedPackage(pence int64) []Element {
	return []Element{{ID: "E1", Title: "day centre", Period: casework.Period{From: awardDay(2027, 4, 1)}, Weekly: casework.GBP(pence)}}
}

func TestTermsAreHeldAgainstWhatWasCompeted(t *testing.T) {
	period := casework.Period{From: awardDay(2027, 4, 1), To: awardDay(2029, 3, 31)}
	option := PricedOption{ID: "O1", Title: "a year", Months: 12, Price: casework.GBP(100)}
	was := Competed{Supplier: "homecare", Value: casework.GBP(1000), Period: period, Pricing: Block, Options: []PricedOption{option}, Codes: []string{"85300000"}}
	same := Terms{Value: casework.GBP(1000), Period: period, Pricing: Block, Options: []PricedOption{option}}
	parties := []Party{{Agency: awardBuyer, Role: BuyerParty}, {Agency: awardSupplier, Role: SupplierParty}}
	euros, err := casework.MinorUnits(1, "EUR")
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		edit          func(*Terms, *Competed)
		beyond, short []string
	}{
		"the very same":                 {func(*Terms, *Competed) {}, nil, nil},
		"the package that was approved": {func(t *Terms, c *Competed) { t.Package, c.Package = competedPackage(1), competedPackage(1) }, nil, nil},
		"another package":               {func(t *Terms, c *Competed) { t.Package, c.Package = competedPackage(2), competedPackage(1) }, []string{"terms.package"}, nil},
		"a package nobody approved":     {func(t *Terms, _ *Competed) { t.Package = competedPackage(1) }, []string{"terms.package"}, nil},
		"another supplier":              {func(_ *Terms, c *Competed) { c.Supplier = "other" }, []string{"parties"}, nil},
		"a supplier that is the buyer":  {func(_ *Terms, c *Competed) { c.Supplier = "camden" }, []string{"parties"}, nil},
		"a penny more":                  {func(t *Terms, _ *Competed) { t.Value = casework.GBP(1001) }, []string{"terms.value"}, nil},
		"a penny less":                  {func(t *Terms, _ *Competed) { t.Value = casework.GBP(999) }, nil, []string{"terms.value"}},
		"another currency":              {func(t *Terms, _ *Competed) { t.Value = euros }, []string{"terms.value"}, nil},
		"a day longer":                  {func(t *Terms, _ *Competed) { t.Period.To = awardDay(2029, 4, 1) }, []string{"terms.period"}, nil},
		"a day shorter":                 {func(t *Terms, _ *Competed) { t.Period.To = awardDay(2029, 3, 30) }, nil, []string{"terms.period"}},
		"as long, a month later": {func(t *Terms, _ *Competed) {
			t.Period = casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2029, 4, 30)}
		}, nil, nil},
		"without an end":         {func(t *Terms, _ *Competed) { t.Period.To = casework.Date{} }, []string{"terms.period"}, nil},
		"no period was competed": {func(t *Terms, c *Competed) { c.Period = casework.Period{} }, nil, nil},
		"another pricing basis":  {func(t *Terms, _ *Competed) { t.Pricing = Spot }, []string{"terms.pricing"}, nil},
		"an option more": {func(t *Terms, _ *Competed) {
			t.Options = append(t.Options, PricedOption{ID: "O2", Price: casework.GBP(1)})
		}, []string{"terms.options"}, nil},
		"an option that costs more":            {func(t *Terms, _ *Competed) { t.Options[0].Price = casework.GBP(101) }, []string{"terms.options"}, nil},
		"an option in other words":             {func(t *Terms, _ *Competed) { t.Options[0].Title = "twelve months" }, nil, nil},
		"an item of a class that was competed": {func(t *Terms, _ *Competed) { t.Items = []Item{{ID: "1", Classification: "85300000"}} }, nil, nil},
		"an item of another class":             {func(t *Terms, _ *Competed) { t.Items = []Item{{ID: "1", Classification: "22992000"}} }, []string{"1"}, nil},
		"any item where no classes were kept":  {func(t *Terms, c *Competed) { c.Codes = nil; t.Items = []Item{{ID: "1", Classification: "22992000"}} }, nil, nil},
		"everything at once, each on its own": {func(t *Terms, c *Competed) {
			c.Supplier = "x"
			t.Value = casework.GBP(2000)
			t.Pricing = Spot
			t.Options = nil
		}, []string{"parties", "terms.value", "terms.pricing", "terms.options"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			terms, competed := same.clone(), was.clone()
			tc.edit(&terms, &competed)
			assert.Equal(t, tc.beyond, awardSubjects(terms.beyond(competed, parties)))
			assert.Equal(t, tc.short, awardSubjects(terms.short(competed)))
		})
	}
}

func awardSubjects(objections []casework.Objection) []string {
	var all []string
	for _, o := range objections {
		all = append(all, o.Subject)
	}
	return all
}

func TestPeriodsOfTheSameMonthsAreAsLong(t *testing.T) {
	for name, tc := range map[string]struct {
		a, b casework.Period
		want int
	}{
		"two years with a leap day and two without": {casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2029, 4, 30)}, casework.Period{From: awardDay(2025, 4, 1), To: awardDay(2027, 3, 31)}, 0},
		"a month of 31 days and one of 30":          {casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2027, 5, 31)}, casework.Period{From: awardDay(2027, 4, 1), To: awardDay(2027, 4, 30)}, 0},
		"ten days and nine":                         {casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2027, 5, 10)}, casework.Period{From: awardDay(2027, 4, 1), To: awardDay(2027, 4, 9)}, 1},
		"a single day and two":                      {casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2027, 5, 1)}, casework.Period{From: awardDay(2027, 4, 30), To: awardDay(2027, 5, 1)}, -1},
		"both without an end":                       {casework.Period{From: awardDay(2027, 5, 1)}, casework.Period{From: awardDay(2026, 5, 1)}, 0},
		"an end against none":                       {casework.Period{From: awardDay(2027, 5, 1), To: awardDay(2027, 5, 1)}, casework.Period{From: awardDay(2026, 5, 1)}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, compareLength(tc.a, tc.b))
			assert.Equal(t, -tc.want, compareLength(tc.b, tc.a))
		})
	}
}

func TestPeriodThatEndsWithAMonthGoesOnEndingWithOne(t *testing.T) {
	for _, tc := range []struct {
		last   casework.Date
		months int
		want   casework.Date
	}{
		{awardDay(2027, 12, 31), 12, awardDay(2028, 12, 31)},
		{awardDay(2027, 9, 30), 6, awardDay(2028, 3, 31)},
		{awardDay(2027, 2, 28), 12, awardDay(2028, 2, 29)},
		{awardDay(2027, 3, 15), 1, awardDay(2027, 4, 15)},
		{awardDay(2027, 1, 30), 1, awardDay(2027, 2, 28)},
		{awardDay(2027, 3, 15), 0, awardDay(2027, 3, 15)},
		{awardDay(2027, 3, 31), 0, awardDay(2027, 3, 31)},
	} {
		assert.Equal(t, tc.want, extended(tc.last, tc.months), "%s and %d months", tc.last, tc.months)
	}
}

func TestOriginOfAnAwardSaysWhy(t *testing.T) {
	assert.Contains(t, Origin{Kind: FromAward, Award: "W1"}.why(), "W1")
	assert.Contains(t, Origin{Kind: FromDirectAward, Ground: "urgency"}.why(), "urgency")
	assert.Contains(t, Origin{Kind: FromCallOff, Award: "W1"}.why(), "framework")
	assert.NotEmpty(t, Origin{Kind: FromNovation}.why())
}

// What was competed may lack what a contract must say: that is mended in the
// draft, and does not keep an award from being decided.
func TestAwardOpensItsContractWhateverTheTermsLack(t *testing.T) {
	f := newAwarded(t, nil)
	_, err := casework.Do(t.Context(), f.store, &f.host, awardCleo, func(u *casework.Unit) error {
		c, err := openContract(u, f.kinds, ContractDraft{
			Origin:  Origin{Kind: FromAward, Award: "W1"},
			Parties: []Party{{Agency: awardBuyer, Role: BuyerParty}, {Agency: awardSupplier, Role: SupplierParty}},
			Terms:   Terms{Value: casework.GBP(1), Risks: []Risk{{}}, Options: []PricedOption{{ID: "O1"}}}, // as a redaction may leave them
		})
		if err != nil {
			return err
		}
		assert.Equal(t, commissioning.Light, c.Scale())
		assert.ErrorContains(t, c.Redraft(c.Terms()), "risk.missing")
		return errUndone
	})
	assert.ErrorIs(t, err, errUndone)
}

func TestVariationThatCountsLaterIsDueOnItsDay(t *testing.T) {
	kinds, err := NewKinds(mustCycles(t), nil)
	require.NoError(t, err)
	c := &Contract{cfg: kinds.cfg}
	signed := Mark{Entry: 9, At: time.Date(2027, 1, 5, 12, 0, 0, 0, time.UTC)}
	c.s.Variations = []Variation{
		{ID: "V1", Status: VariationEffective, From: awardDay(2027, 1, 5), Decided: signed},
		{ID: "V2", Status: VariationEffective, From: awardDay(2027, 6, 1), Decided: signed},
		{ID: "V3", Status: VariationPending, From: awardDay(2027, 6, 1)},
	}
	due := c.variationDeadlines()
	require.Len(t, due, 1)
	assert.Equal(t, "V2", due[0].Subject)
	assert.Equal(t, time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC), due[0].Due)
}

func mustCycles(t *testing.T) *casework.Kind[*commissioning.Cycle] {
	t.Helper()
	kind, err := commissioning.NewKind(nil)
	require.NoError(t, err)
	return kind
}
