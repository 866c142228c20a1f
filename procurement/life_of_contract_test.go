package procurement_test

import (
	"encoding/json"
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

// contractShortened is a variation that ends the contract on a day.
func contractShortened(to string) procurement.Variation {
	return procurement.Variation{
		Rationales: []procurement.Rationale{procurement.DurationReduction}, Reason: "the need is met",
		Value: contractPounds(460), Period: contractPeriod("2027-01-01", to),
	}
}

func TestContractBindsAndBeginsOnTheDayOfTheCalendar(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	calendar, err := casework.NewCalendar(london)
	require.NoError(t, err)
	f := &contractOffice{t: t, clock: &commissioningtest.Clock{}}
	f.clock.Set(contractMoment("2027-06-01T23:30:00Z")) // past midnight in London
	host := casework.DeskOptions{Clock: f.clock.Now, Permit: casework.AllowAll}
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: host})
	require.NoError(t, err)
	f.desks, err = procurement.NewDesks(cycles, &procurement.Options{Calendar: calendar, Desk: host})
	require.NoError(t, err)

	c := f.signed(func(d *procurement.ContractDraft) { d.Terms.Period = contractPeriod("2027-06-02", "2027-10-31") })
	assert.Equal(t, procurement.ContractInForce, c.State())
	assert.Equal(t, contractDay("2027-06-02"), c.Bound())
	assert.Equal(t, contractDay("2027-06-02"), c.Commenced())

	drafted, err := json.Marshal(contractDraft())
	require.NoError(t, err)
	report, err := f.desks.Contracts.Import(t.Context(), contractOfficer, "register", casework.ImportedCase{
		Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "register", Value: "7"}}},
		Entries: []casework.ImportedEntry{
			{Type: string(procurement.DraftingContract), Data: drafted, Author: "x", Effective: contractMoment("2026-06-30T20:00:00Z")},
			{Move: procurement.CommenceContract, To: procurement.ContractInForce, Author: "x", Effective: contractMoment("2026-06-30T23:30:00Z")},
		},
	})
	require.NoError(t, err)
	c, err = f.desks.Contracts.Load(t.Context(), report.Case)
	require.NoError(t, err)
	assert.Equal(t, contractDay("2026-07-01"), c.Commenced())
	assert.Equal(t, contractDay("2026-07-01"), c.Bound(), "what is in force binds")
	assert.NotEmpty(t, c.Deadlines(), "its last day is watched")
}

func TestImportedContractThatEndedIsOverForLiveCommandsToo(t *testing.T) {
	f := newContractOffice(t)
	report, err := f.desks.Contracts.Import(t.Context(), contractOfficer, "register", casework.ImportedCase{
		Opening: casework.Opening{References: []casework.ExternalRef{{Scheme: "register", Value: "7"}}},
		Entries: []casework.ImportedEntry{
			{Move: procurement.CommenceContract, To: procurement.ContractInForce, Author: "x", Effective: contractMoment("2026-01-01T10:00:00Z")},
			{Move: procurement.TerminateNow, To: procurement.ContractOver, Author: "x", Effective: contractMoment("2026-06-30T10:00:00Z"), Reason: "it failed"},
		},
	})
	require.NoError(t, err)
	c, err := f.desks.Contracts.Load(t.Context(), report.Case)
	require.NoError(t, err)
	ending, ended := c.Ending()
	require.True(t, ended)
	assert.Equal(t, procurement.TerminatedEnd, ending.As)
	assert.Equal(t, contractDay("2026-06-30"), ending.On)
	assert.Equal(t, "it failed", ending.Reason)
	f.refuses(c.ID(), func(c *procurement.Contract) error {
		_, err := c.SuspendPerformance("r")
		return err
	}, "contract.not_in_force")
}

func TestContractIsNotSignedOnADayAfterItsLast(t *testing.T) {
	f := newContractOffice(t)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms.Period = contractPeriod("2026-01-01", "2026-12-31") })
	f.do(c.ID(), contractAccept("camden", "homecare"))
	f.refuses(c.ID(), contractSign("", "camden"), "period.over")
	c = f.do(c.ID(), contractSign("2026-12-31T23:59:59Z", "camden", "homecare"))
	assert.Equal(t, procurement.ContractOver, c.State(), "signed in time, and recorded when it was over")
}

func TestAcceptingTermsSaysWhatKeepsThemFromBeingSigned(t *testing.T) {
	f := newContractOffice(t)
	for name, tc := range map[string]struct {
		edit func(*procurement.ContractDraft)
		want []string
	}{
		"nothing does":   {func(*procurement.ContractDraft) {}, nil},
		"no number":      {func(d *procurement.ContractDraft) { d.Terms.Number = "" }, []string{"terms.number"}},
		"no signatories": {func(d *procurement.ContractDraft) { d.Parties[1].Signatories = nil }, []string{"homecare"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := f.desks.Contracts.Update(t.Context(), f.open(tc.edit).ID(), contractOfficer, contractAccept("camden"))
			require.NoError(t, err)
			var got []string
			for _, o := range c.Advice() {
				if o.Code == "contract.unready" {
					got = append(got, o.Subject)
				}
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestVariationThatEndsTheContractOnADayThatIsOverCountsByThatDay(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	f.clock.Set(contractMoment("2027-06-10T12:00:00Z"))
	v := f.propose(c.ID(), contractShortened("2027-05-31"))
	c = f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	ending, _ := c.Ending()
	assert.Equal(t, contractDay("2027-05-31"), ending.On)
	account, err := c.Reckon()
	require.NoError(t, err)
	assert.Equal(t, contractPounds(460), account.Total, "it is closed over what the parties agreed last")
}

func TestVariationKeepsTheContractFromEndingBeforeItBindsAndFromBeginningAnew(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	f.refuses(c.ID(), contractPropose(contractShortened("2027-01-04"), new(procurement.Variation)), "variation.ends_before")
	later := contractShortened("2027-12-31")
	later.Period.From = contractDay("2027-02-01")
	f.refuses(c.ID(), contractPropose(later, new(procurement.Variation)), "variation.commenced")
	beyond := contractShortened("2027-10-31")
	beyond.From = contractDay("2027-11-30")
	f.refuses(c.ID(), contractPropose(beyond, new(procurement.Variation)), "variation.from")
	f.propose(c.ID(), contractShortened("2027-01-05"))
}

func TestContractWhoseLastDayIsOverIsNotVariedBackToLife(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed()
	f.clock.Set(contractMoment("2028-02-10T12:00:00Z")) // nobody looked at it since
	extend := func(at string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			x, err := c.Extend(contractDay("2028-12-31"), "there is need")
			if err != nil {
				return err
			}
			return contractSignVariation(x.Variation, at, "camden", "homecare")(c)
		}
	}
	f.refuses(c.ID(), extend(""), "variation.late")
	c = f.do(c.ID(), extend("2027-12-31T12:00:00Z"))
	assert.Equal(t, procurement.ContractInForce, c.State(), "signed in time, and recorded later")
}

func TestCompletionIsNotBeforeTheFirstDay(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) { d.Terms.Period.From = contractDay("2027-03-01") })
	f.clock.Set(contractMoment("2027-03-02T12:00:00Z"))
	_, err := f.desks.Contracts.Tick(t.Context(), c.ID(), contractOfficer)
	require.NoError(t, err)
	complete := func(on string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			_, err := c.Complete(procurement.Ending{On: contractDay(on)})
			return err
		}
	}
	f.refuses(c.ID(), complete("2027-02-28"), "ending.before_first_day")
	c = f.do(c.ID(), complete("2027-03-01"), casework.Overriding("payments.unrecorded", "nothing was delivered"))
	assert.Equal(t, procurement.ContractOver, c.State())
}

func TestContractWorthNothingIsCompletedWithoutPayments(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) { d.Terms.Value = contractPounds(0) })
	c = f.do(c.ID(), func(c *procurement.Contract) error {
		_, err := c.Complete(procurement.Ending{On: c.Commenced()})
		return err
	})
	assert.Equal(t, procurement.ContractOver, c.State())
}

func TestChangesAreTheHistoryOfWhatTookEffect(t *testing.T) {
	f := newContractOffice(t)
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Terms.Options = []procurement.PricedOption{{ID: "O1", Title: "a year", Months: 12, Price: contractPounds(100)}}
	})
	assert.Empty(t, c.Changes())
	future := repriced(contractPounds(520))
	future.From = contractDay("2027-06-01")
	v := f.propose(c.ID(), future)
	f.propose(c.ID(), contractShortened("2027-11-30"))
	f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	c = f.do(c.ID(), func(c *procurement.Contract) error { _, err := c.ExerciseOption("O1"); return err })
	changes := c.Changes()
	require.Len(t, changes, 2)
	assert.Equal(t, v.ID, changes[0].Variation)
	assert.Equal(t, contractDay("2027-06-01"), changes[0].From)
	assert.Equal(t, contractPounds(520), changes[0].Value)
	assert.Equal(t, contractPeriod("2027-01-01", "2027-12-31"), changes[0].Period)
	assert.Equal(t, procurement.OptionID("O1"), changes[1].Option)
	assert.Equal(t, contractPounds(620), changes[1].Value)
	assert.Equal(t, contractDay("2028-12-31"), changes[1].Period.To)
	assert.Equal(t, "cleo", changes[1].Mark.By)
	assert.Equal(t, []any{"Home care", contractBuyer, contractSupplier}, []any{c.Title(), c.Buyer(), c.Supplier()})
}

func TestVariationOfADayToComeReachesTheCycleByATick(t *testing.T) {
	fixture := commissioningtest.At(t, commissioning.StageArrangeDelivery)
	desks, err := procurement.NewDesks(fixture.Desk, &procurement.Options{Desk: casework.DeskOptions{Clock: fixture.Clock.Now}})
	require.NoError(t, err)
	f := &contractOffice{t: t, desks: desks, clock: fixture.Clock}
	today := fixture.Today()
	c := f.signed(func(d *procurement.ContractDraft) {
		d.Origin.Cycle, d.Origin.Service = fixture.Cycle.ID(), fixture.Cycle.Services()[0].ID
		d.Terms.Period = casework.Period{From: today, To: today.AddMonths(12)}
	})
	future := repriced(contractPounds(520))
	future.From = today.AddDays(10)
	v := f.propose(c.ID(), future)
	f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	arranged := func() casework.Money {
		cycle, err := fixture.Desk.Load(t.Context(), fixture.Cycle.ID())
		require.NoError(t, err)
		a, is := cycle.ArrangementOf(c.ID())
		require.True(t, is)
		return a.Value
	}
	assert.Equal(t, contractPounds(500), arranged())
	f.clock.Set(today.AddDays(10).In(time.UTC).Add(time.Hour))
	_, err = desks.Contracts.Tick(t.Context(), c.ID(), contractOfficer)
	require.NoError(t, err)
	assert.Equal(t, contractPounds(520), arranged())
}

func TestContractIsAgreedAndSignedFromTheStatesOfTheHost(t *testing.T) {
	const checked, sealed casework.State = "checked", "sealed"
	own := procurement.Contracting()
	own.Version = 2
	own.States = append(own.States, casework.StateRow{State: checked, Title: "Checked", Doc: "A lawyer has read it."}, casework.StateRow{State: sealed, Title: "Sealed", Doc: "It bears the seal."})
	for i, m := range own.Moves {
		if m.Move == procurement.SignContract {
			own.Moves[i].From = []casework.State{checked}
		}
	}
	own.Moves = append(own.Moves,
		casework.MoveRow{Move: "check", Title: "check", Doc: "A lawyer reads it.", From: []casework.State{procurement.ContractAgreed}, To: checked},
		casework.MoveRow{Move: "seal", Title: "seal", Doc: "Put the seal on.", From: []casework.State{procurement.ContractSigned}, To: sealed},
		casework.MoveRow{Move: "unseal", Title: "unseal", Doc: "Take the seal off.", From: []casework.State{sealed}, To: procurement.ContractSigned})
	f := &contractOffice{t: t, clock: &commissioningtest.Clock{}}
	f.clock.Set(contractMoment("2027-01-05T12:00:00Z"))
	host := casework.DeskOptions{Clock: f.clock.Now, Permit: casework.AllowAll}
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: host})
	require.NoError(t, err)
	f.desks, err = procurement.NewDesks(cycles, &procurement.Options{
		Desk: host, Contracts: procurement.KindOptions[*procurement.Contract]{Definitions: []casework.Definition{own}},
	})
	require.NoError(t, err)
	c := f.open(func(d *procurement.ContractDraft) { d.Terms.Period.From = contractDay("2027-03-01") })
	f.do(c.ID(), contractAccept("camden", "homecare"))
	f.refuses(c.ID(), contractSign("", "camden"), "contract.not_agreed")
	f.do(c.ID(), func(c *procurement.Contract) error { return c.Move("check") })
	f.do(c.ID(), contractSign("", "camden", "homecare"))
	f.do(c.ID(), func(c *procurement.Contract) error { return c.Move("seal") })
	v := f.propose(c.ID(), repriced(contractPounds(520)))
	c = f.do(c.ID(), contractSignVariation(v.ID, "", "camden", "homecare"))
	assert.Equal(t, contractPounds(520), c.EffectiveAt(f.clock.Now()).Value, "it binds in a state of the host's own")
}
