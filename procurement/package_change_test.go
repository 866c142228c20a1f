package procurement_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// caredFor is a contract in force on 15 January 2022 that holds a care package:
// E1 by the weekday from the 1st to the 31st, E2 open-ended, E3 yet to begin.
// Ana brokers it; Ben and Cal may approve.
type caredFor struct {
	store    *memory.Store
	desks    *procurement.Desks
	contract casework.CaseID
	now      time.Time
}

func caringHouse(t *testing.T) *caredFor {
	t.Helper()
	h := &caredFor{store: memory.New(), now: time.Date(2022, time.January, 15, 10, 0, 0, 0, time.UTC)}
	host := casework.DeskOptions{Clock: func() time.Time { return h.now }}
	cycles, err := commissioning.NewDesk(h.store, &commissioning.Options{Desk: host})
	require.NoError(t, err)
	h.desks, err = procurement.NewDesks(cycles, &procurement.Options{Desk: host})
	require.NoError(t, err)
	h.contract = h.order(t, carePackage(t))
	h.update(t, "ana", func(c *procurement.Contract) error {
		return c.AcceptOrder(procurement.Signature{Party: "homely", Signatory: "hal"})
	})
	require.Equal(t, procurement.ContractInForce, h.load(t).State())
	return h
}

// order opens a contract by acceptance of an order, not accepted yet.
func (h *caredFor) order(t *testing.T, elements []procurement.Element) casework.CaseID {
	t.Helper()
	homely := casework.Agency{ID: "homely", Name: "Homely Care", Sector: casework.Private}
	c, err := h.desks.Contracts.Open(t.Context(), casework.Person("ana", camden()), procurement.ContractDraft{
		Origin:  procurement.Origin{Kind: procurement.FromAcceptedOrder},
		Subject: "person-3",
		Parties: []procurement.Party{
			{Agency: camden(), Role: procurement.BuyerParty, Signatories: []procurement.Signatory{{Person: "ana"}}},
			{Agency: homely, Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "hal"}}},
		},
		Terms: procurement.Terms{
			Number: "C-3", Title: "Care of person 3", Value: casework.GBP(10_000_00), Pricing: procurement.Spot,
			Period: elementDays(t, "2022-01-01", "2022-12-31"), Package: elements,
			Term: procurement.Term{Months: 12, Reason: "until the next review"},
		},
	})
	require.NoError(t, err)
	return c.ID()
}

func carePackage(t *testing.T) []procurement.Element {
	t.Helper()
	return []procurement.Element{
		{Title: "Carer", Weekdays: pricedOn(75_00, time.Monday, time.Tuesday, time.Thursday), Period: elementDays(t, "2022-01-01", "2022-01-31")},
		{Title: "Meals", Weekly: casework.GBP(100_00), Period: elementDays(t, "2022-01-01", "")},
		{Title: "Day centre", Weekly: casework.GBP(70_00), Period: elementDays(t, "2022-02-01", "2022-02-28")},
	}
}

func (h *caredFor) load(t *testing.T) *procurement.Contract {
	t.Helper()
	c, err := h.desks.Contracts.Load(t.Context(), h.contract)
	require.NoError(t, err)
	return c
}

func (h *caredFor) try(t *testing.T, by string, work func(*procurement.Contract) error) error {
	t.Helper()
	_, err := h.desks.Contracts.Update(t.Context(), h.contract, casework.Person(by, camden()), work)
	return err
}

func (h *caredFor) update(t *testing.T, by string, work func(*procurement.Contract) error) {
	t.Helper()
	require.NoError(t, h.try(t, by, work))
	require.NoError(t, h.desks.Contracts.Verify(t.Context(), h.contract))
}

// fails runs a step that is to fail, and shows that it wrote nothing.
func (h *caredFor) fails(t *testing.T, by string, work func(*procurement.Contract) error) error {
	t.Helper()
	before := h.load(t)
	err := h.try(t, by, work)
	require.Error(t, err)
	after := h.load(t)
	assert.Equal(t, before.Seq(), after.Seq())
	assert.Equal(t, before.Package(), after.Package())
	assert.Equal(t, before.PackageChanges(), after.PackageChanges())
	return err
}

func (h *caredFor) state(t *testing.T, id procurement.ElementID, day string) procurement.ElementState {
	t.Helper()
	s, known := h.load(t).ElementState(id, elementDays(t, day, "").From)
	require.True(t, known, "%s", id)
	return s
}

func proposingChange(changes ...procurement.ElementChange) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ProposePackageChange("She is better", changes...)
		return err
	}
}

func askingChange(id procurement.PackageChangeID, basis procurement.Basis, approver string, limit int64) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.AskPackageApproval(id, basis, procurement.Authority{Approver: approver, Limit: casework.GBP(limit)})
		return err
	}
}

func approvingChange(id procurement.PackageChangeID, limit int64) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ApprovePackageChange(id, procurement.Authority{Limit: casework.GBP(limit)})
		return err
	}
}

const plentyOfLimit = 1_000_000_00

// approved has a change proposed by Ana and approved by Ben.
func (h *caredFor) approved(t *testing.T, changes ...procurement.ElementChange) procurement.PackageChangeID {
	t.Helper()
	h.update(t, "ana", proposingChange(changes...))
	all := h.load(t).PackageChanges()
	id := all[len(all)-1].ID
	h.update(t, "ana", askingChange(id, procurement.Annualised, "ben", plentyOfLimit))
	h.update(t, "ben", approvingChange(id, plentyOfLimit))
	return id
}

func TestAPackageChangeIsPendingUntilItIsApproved(t *testing.T) {
	h := caringHouse(t)
	tenth := elementDays(t, "2022-01-20", "").From
	before := h.load(t).Package()
	assert.Equal(t, []procurement.ElementID{"E1", "E2", "E3"}, []procurement.ElementID{before[0].ID, before[1].ID, before[2].ID})

	h.update(t, "ana", proposingChange(
		procurement.ElementChange{Element: "E1", EndOn: tenth},
		procurement.ElementChange{Element: "E2", Suspend: elementDays(t, "2022-01-10", "2022-01-20")},
		procurement.ElementChange{Element: "E3", Cancel: true},
		procurement.ElementChange{Add: &procurement.Element{Title: "Night carer", Weekly: casework.GBP(140_00), Period: elementDays(t, "2022-01-24", "2022-02-06"), Follows: "E2"}},
	))
	assert.Equal(t, before, h.load(t).Package(), "nothing has changed")
	assert.Equal(t, procurement.ElementInProgress, h.state(t, "E4", "2022-01-24"))
	assert.Equal(t, procurement.ElementActive, h.state(t, "E2", "2022-01-15"))

	h.update(t, "ana", askingChange("K1", procurement.Annualised, "ben", plentyOfLimit))
	assert.Equal(t, before, h.load(t).Package())
	assert.Equal(t, procurement.ElementAwaitingApproval, h.state(t, "E4", "2022-01-24"))

	h.update(t, "ben", approvingChange("K1", plentyOfLimit))
	after := h.load(t).Package()
	require.Len(t, after, 4)
	assert.Equal(t, tenth, after[0].Period.To)
	assert.Equal(t, elementDays(t, "2022-01-01", "2022-01-23"), after[1].Period, "what is followed ends the day before")
	assert.True(t, after[2].Cancelled)
	assert.Equal(t, procurement.ElementSuspended, h.state(t, "E2", "2022-01-15"))
	assert.Equal(t, procurement.ElementEnded, h.state(t, "E2", "2022-01-24"))
	assert.Equal(t, procurement.ElementActive, h.state(t, "E4", "2022-01-24"))
	assert.Equal(t, procurement.ElementCancelled, h.state(t, "E3", "2022-02-01"))
	k, known := h.load(t).PackageChange("K1")
	require.True(t, known)
	assert.False(t, k.Open())
	assert.Equal(t, "ben", k.Approved.By)
	assert.Equal(t, casework.GBP(10_000_00), h.load(t).EffectiveAt(h.now).Value, "the contract's value is a variation's to change")
}

func TestProposingAPackageChangeNamesEveryFaultAtOnce(t *testing.T) {
	h := caringHouse(t)
	on := func(day string) casework.Date { return elementDays(t, day, "").From }
	euro, err := casework.MinorUnits(1_00, "EUR")
	require.NoError(t, err)
	day := elementDays(t, "2022-02-01", "2022-02-01")

	err = h.fails(t, "ana", func(c *procurement.Contract) error {
		_, err := c.ProposePackageChange(" ",
			procurement.ElementChange{Element: "E9", Cancel: true},
			procurement.ElementChange{Element: "E1", EndOn: on("2022-02-01")},
			procurement.ElementChange{Element: "E1", EndOn: on("2021-12-31")},
			procurement.ElementChange{Element: "E1", Suspend: elementDays(t, "2022-01-25", "2022-02-01")},
			procurement.ElementChange{Element: "E1", Suspend: elementDays(t, "2022-01-25", "")},
			procurement.ElementChange{Element: "E1", Suspend: elementDays(t, "2022-01-25", "2022-01-24")},
			procurement.ElementChange{Element: "E1"},
			procurement.ElementChange{Element: "E1", Cancel: true, EndOn: on("2022-01-20")},
			procurement.ElementChange{Add: &procurement.Element{
				Period: day, Minutes: -1, Follows: "E7",
				Weekly: casework.GBP(-1), Once: euro,
			}},
			procurement.ElementChange{Element: "E1", Add: &procurement.Element{Title: "Earlier", Once: euro, Period: elementDays(t, "2022-01-01", ""), Follows: "E1"}},
			procurement.ElementChange{Add: &procurement.Element{Title: "Days", Period: day, Weekdays: append(pricedOn(1, time.Monday, time.Monday, 7), procurement.WeekdayPrice{Day: 2}, procurement.WeekdayPrice{Day: 3, Price: euro})}},
			procurement.ElementChange{Element: "E3", Cancel: true},
			procurement.ElementChange{Element: "E3", Cancel: true},
		)
		return err
	})
	assert.Equal(t, []string{
		"reason reason.missing",
		"changes[0].element element.unknown",
		"changes[1].end_on element.end_later",
		"changes[2].end_on element.end_early",
		"changes[3].suspend element.suspension_outside",
		"changes[4].suspend element.suspension_outside",
		"changes[5].suspend.to period.reversed",
		"changes[6] change.parts",
		"changes[7] change.parts",
		"changes[8].add.title element.title_missing",
		"changes[8].add.minutes element.minutes",
		"changes[8].add.weekly money.negative",
		"changes[8].add element.price",
		"changes[8].add.follows element.unknown",
		"changes[9].element change.element",
		"changes[9].add money.currency_mixed",
		"changes[9].add.follows element.follows_early",
		"changes[10].add.weekdays[1].day element.weekday_repeated",
		"changes[10].add.weekdays[2].day element.weekday",
		"changes[10].add.weekdays[3].price money.missing",
		"changes[10].add.weekdays[4].price money.currency_mixed",
		"changes[12].element element.cancelled",
	}, faultsIn(t, err))

	assert.Equal(t, []string{"changes change.none"}, faultsIn(t, h.fails(t, "ana", proposingChange())))
}

func TestAPackageThatHangsTogetherBadlyIsNotDrafted(t *testing.T) {
	h := caringHouse(t)
	days := elementDays(t, "2022-01-01", "2022-01-31")
	euro, err := casework.MinorUnits(1_00, "EUR")
	require.NoError(t, err)
	_, err = h.desks.Contracts.Open(t.Context(), casework.Person("ana", camden()), procurement.ContractDraft{
		Origin:  procurement.Origin{Kind: procurement.FromAcceptedOrder},
		Parties: []procurement.Party{{Agency: camden(), Role: procurement.BuyerParty}},
		Terms: procurement.Terms{Package: []procurement.Element{
			{ID: "E1", Title: "Carer", Weekly: casework.GBP(1), Period: days},
			{ID: "E1", Title: "Another", Weekly: casework.GBP(1), Period: days, Paused: []casework.Period{elementDays(t, "2022-01-31", "2022-02-01")}},
			{Title: "Too soon", Weekly: casework.GBP(1), Period: days, Follows: "E1"},
			{Title: "Nobody's", Weekly: euro, Period: days, Follows: "E8"},
		}},
	})
	got := faultsIn(t, err)
	for _, want := range []string{
		"draft.terms.package[1].paused[0] element.suspension_outside",
		"draft.terms.package[1].id element.repeated",
		"draft.terms.package[2].follows element.follows_early",
		"draft.terms.package[3].follows element.unknown",
		"draft.terms.package[3] money.currency_mixed",
	} {
		assert.Contains(t, got, want)
	}
}

func TestChangesAreTakenOneUponTheOther(t *testing.T) {
	h := caringHouse(t)
	err := h.fails(t, "ana", proposingChange(
		procurement.ElementChange{Element: "E1", EndOn: elementDays(t, "2022-01-20", "").From},
		procurement.ElementChange{Element: "E1", Suspend: elementDays(t, "2022-01-25", "2022-01-26")},
	))
	assert.Equal(t, []string{"changes[1].suspend element.suspension_outside"}, faultsIn(t, err), "shortened, it has no such days")
}

func TestAContractThatDoesNotBindHasNoPackageToChange(t *testing.T) {
	h := caringHouse(t)
	h.contract = h.order(t, carePackage(t))
	err := h.fails(t, "ana", proposingChange(procurement.ElementChange{Element: "E1", Cancel: true}))
	assert.Equal(t, []string{"contract contract.not_binding"}, faultsIn(t, err))
	assert.Equal(t, procurement.ElementInactive, h.state(t, "E1", "2022-01-15"))

	h.contract = h.order(t, nil)
	h.update(t, "ana", func(c *procurement.Contract) error {
		return c.AcceptOrder(procurement.Signature{Party: "homely", Signatory: "hal"})
	})
	err = h.fails(t, "ana", proposingChange(procurement.ElementChange{Add: &procurement.Element{Title: "Carer", Weekly: casework.GBP(1), Period: elementDays(t, "2022-01-15", "")}}))
	assert.Equal(t, []string{"contract package.none"}, faultsIn(t, err))
	_, known := h.load(t).ElementState("E1", elementDays(t, "2022-01-15", "").From)
	assert.False(t, known)
}

func TestTheFigureOfAPackageChangeIsThatOfThePackageAsItWouldBe(t *testing.T) {
	h := caringHouse(t)
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E2", EndOn: elementDays(t, "2022-01-28", "").From}))

	// A year: 225 and 100 and 70 a week. All days: 13 of 75, four weeks of 100, four of 70.
	for basis, figure := range map[procurement.Basis]int64{procurement.Annualised: 20_540_00, procurement.Committed: 1_655_00} {
		t.Run(string(basis), func(t *testing.T) {
			err := h.fails(t, "ana", askingChange("K1", basis, "ben", figure-1))
			o := refusedFor(t, err, "approval.authority", casework.Bar)
			assert.Contains(t, o.Message, casework.GBP(figure).String())
		})
	}
	h.update(t, "ana", askingChange("K1", procurement.Committed, "ben", 1_655_00))
	approvals := h.load(t).Approvals()
	require.Len(t, approvals, 1)
	assert.Equal(t, procurement.Committed, approvals[0].Basis)
	assert.Equal(t, casework.GBP(1_655_00), approvals[0].Figure)

	t.Run("a year of it leaves out what is over", func(t *testing.T) {
		h.now = time.Date(2022, time.February, 10, 9, 0, 0, 0, time.UTC)
		h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E3", Suspend: elementDays(t, "2022-02-11", "2022-02-12")}))
		h.update(t, "ana", askingChange("K2", procurement.Annualised, "ben", plentyOfLimit))
		assert.Equal(t, casework.GBP((100+70)*52*100), h.load(t).Approvals()[1].Figure)
	})
}

func TestAskingForApprovalOfAPackageChangeWithFaults(t *testing.T) {
	h := caringHouse(t)
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E3", Cancel: true}))
	rows := map[string]struct {
		work func(*procurement.Contract) error
		want string
	}{
		"an open-ended element has no committed figure": {askingChange("K1", procurement.Committed, "ben", plentyOfLimit), "figure.package package.open_ended"},
		"the basis is a choice nobody makes for you":    {askingChange("K1", "", "ben", plentyOfLimit), "basis approval.basis"},
		"an approver is named":                          {askingChange("K1", procurement.Annualised, "", plentyOfLimit), "authority.approver approval.approver_missing"},
		"the change is there":                           {askingChange("K7", procurement.Annualised, "ben", plentyOfLimit), "change package_change.unknown"},
		"nothing is approved that nobody was asked":     {approvingChange("K1", plentyOfLimit), "change approval.nothing"},
		"nor returned":                                  {func(c *procurement.Contract) error { return c.ReturnPackageChange("K1", "why?") }, "change approval.nothing"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, []string{row.want}, faultsIn(t, h.fails(t, "ana", row.work)))
		})
	}
	h.update(t, "ana", askingChange("K1", procurement.Annualised, "ben", plentyOfLimit))
	assert.Equal(t, []string{"of approval.open"}, faultsIn(t, h.fails(t, "ana", askingChange("K1", procurement.Annualised, "cal", plentyOfLimit))))
	h.update(t, "ben", approvingChange("K1", plentyOfLimit))
	assert.Equal(t, []string{"change package_change.decided"}, faultsIn(t, h.fails(t, "ana", askingChange("K1", procurement.Annualised, "ben", plentyOfLimit))))
}

func TestWhoApprovesAPackageChange(t *testing.T) {
	h := caringHouse(t)
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E3", Cancel: true}))
	h.update(t, "cal", askingChange("K1", procurement.Annualised, "ana", plentyOfLimit))
	refusedFor(t, h.fails(t, "ana", approvingChange("K1", plentyOfLimit)), "approval.own", casework.Refuse)
	refusedFor(t, h.fails(t, "ben", approvingChange("K1", plentyOfLimit)), "approval.approver", casework.Bar)

	h.update(t, "ana", func(c *procurement.Contract) error { return c.ReturnPackageChange("K1", "I proposed it") })
	k, _ := h.load(t).PackageChange("K1")
	assert.True(t, k.Open(), "returned, it is still pending")
	h.update(t, "cal", askingChange("K1", procurement.Annualised, "ben", plentyOfLimit))
	refusedFor(t, h.fails(t, "ben", approvingChange("K1", 16_899_99)), "approval.authority", casework.Bar) // his limit was lowered since: 16,900 a year
	h.update(t, "ben", approvingChange("K1", 16_900_00))
	answers := h.load(t).Approvals()
	require.Len(t, answers, 2)
	assert.Equal(t, procurement.Returned, answers[0].Answer, "the earlier round stays")
	assert.Equal(t, procurement.Approved, answers[1].Answer)
}

func TestTwoChangesToTheSameElementAreNotBothApproved(t *testing.T) {
	h := caringHouse(t)
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E1", EndOn: elementDays(t, "2022-01-20", "").From}))
	h.update(t, "ana", proposingChange(procurement.ElementChange{Add: &procurement.Element{Title: "Carer", Weekly: casework.GBP(1_00), Period: elementDays(t, "2022-01-18", ""), Follows: "E1"}}))
	for _, id := range []procurement.PackageChangeID{"K1", "K2"} {
		h.update(t, "ana", askingChange(id, procurement.Annualised, "ben", plentyOfLimit))
	}
	h.update(t, "ben", approvingChange("K1", plentyOfLimit))
	o := refusedFor(t, h.fails(t, "ben", approvingChange("K2", plentyOfLimit)), "package.conflict", casework.Bar)
	assert.Contains(t, o.Message, "K1")
	assert.Equal(t, "E1", o.Subject)

	h.update(t, "ben", func(c *procurement.Contract) error {
		_, err := c.RejectPackageChange("K2", "Proposed on what is past")
		return err
	})
	assert.Equal(t, procurement.ElementCancelled, h.state(t, "E4", "2022-01-18"))
	k, _ := h.load(t).PackageChange("K2")
	assert.Equal(t, "Proposed on what is past", k.Why)
	assert.Equal(t, procurement.Rejected, h.load(t).Approvals()[1].Answer)

	h.approved(t, procurement.ElementChange{Element: "E1", EndOn: elementDays(t, "2022-01-18", "").From})
	assert.Equal(t, procurement.ElementEnded, h.state(t, "E1", "2022-01-19"), "proposed anew it is approved")
}

func TestTwoAdditionsAreNotEachApprovedOnTheCostOfOne(t *testing.T) {
	h := caringHouse(t)
	add := procurement.ElementChange{Add: &procurement.Element{Title: "Carer", Weekly: casework.GBP(100_00), Period: elementDays(t, "2022-01-20", "2022-06-30")}}
	const limit = 395_00*52 + 100_00*52 // the package, and one of them
	for _, id := range []procurement.PackageChangeID{"K1", "K2"} {
		h.update(t, "ana", proposingChange(add))
		h.update(t, "ana", askingChange(id, procurement.Annualised, "ben", limit))
	}
	assert.Equal(t, procurement.ElementID("E5"), h.load(t).PackageChanges()[1].Changes[0].Add.ID, "pending ids are taken")
	h.update(t, "ben", approvingChange("K1", limit))
	refusedFor(t, h.fails(t, "ben", approvingChange("K2", limit)), "package.outdated", casework.Bar)

	h.update(t, "ben", func(c *procurement.Contract) error { return c.ReturnPackageChange("K2", "Ask with the whole cost") })
	refusedFor(t, h.fails(t, "ana", askingChange("K2", procurement.Annualised, "ben", limit)), "approval.authority", casework.Bar)
	h.update(t, "ana", askingChange("K2", procurement.Annualised, "cal", limit+100_00*52))
	h.update(t, "cal", approvingChange("K2", limit+100_00*52))
	assert.Len(t, h.load(t).Package(), 5)
}

func TestRejectingAPackageChange(t *testing.T) {
	h := caringHouse(t)
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E3", Cancel: true}))
	reject := func(reason string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { _, err := c.RejectPackageChange("K1", reason); return err }
	}
	assert.Equal(t, []string{"reason reason.missing"}, faultsIn(t, h.fails(t, "ana", reject(" "))))
	h.update(t, "ana", askingChange("K1", procurement.Annualised, "ben", plentyOfLimit))
	refusedFor(t, h.fails(t, "ana", reject("A mistake")), "approval.approver", casework.Bar)
	h.update(t, "ben", reject("She needs it"))
	assert.Equal(t, []string{"change package_change.decided"}, faultsIn(t, h.fails(t, "ben", reject("Again"))))
	assert.False(t, h.load(t).Package()[2].Cancelled)

	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E3", Cancel: true}))
	h.update(t, "ana", func(c *procurement.Contract) error { _, err := c.RejectPackageChange("K2", "A mistake"); return err })
	assert.Len(t, h.load(t).Approvals(), 1, "where nobody was asked it is withdrawn")
}

func TestAPackageOfWhichEverythingIsCancelledCostsNothing(t *testing.T) {
	h := caringHouse(t)
	h.approved(t, procurement.ElementChange{Element: "E1", Cancel: true}, procurement.ElementChange{Element: "E2", Cancel: true}, procurement.ElementChange{Element: "E3", Cancel: true})
	assert.Equal(t, casework.GBP(0), h.load(t).Approvals()[0].Figure)
}

func TestAnElementIsOverWithItsContract(t *testing.T) {
	h := caringHouse(t)
	h.now = time.Date(2023, time.January, 2, 9, 0, 0, 0, time.UTC)
	_, err := h.desks.Contracts.Tick(t.Context(), h.contract, casework.System("nightly", camden()))
	require.NoError(t, err)
	require.Equal(t, procurement.ContractOver, h.load(t).State())
	assert.Equal(t, procurement.ElementActive, h.state(t, "E2", "2022-12-31"), "its last day is the contract's")
	assert.Equal(t, procurement.ElementEnded, h.state(t, "E2", "2023-01-01"))
	assert.Equal(t, []string{"contract contract.not_binding"}, faultsIn(t, h.fails(t, "ana", proposingChange(procurement.ElementChange{Element: "E2", Cancel: true}))))
}

func TestWhatAPackageGivesIsACopy(t *testing.T) {
	h := caringHouse(t)
	add := procurement.Element{Title: "Carer", Weekdays: pricedOn(1_00, time.Monday), Period: elementDays(t, "2022-01-20", "")}
	h.update(t, "ana", func(c *procurement.Contract) error {
		k, err := c.ProposePackageChange("More", procurement.ElementChange{Add: &add})
		k.Changes[0].Add.Weekdays[0].Price = casework.GBP(9)
		return err
	})
	assert.Empty(t, add.ID, "what was given stays the caller's")
	c := h.load(t)
	was := fmt.Sprint(c.Package(), *c.PackageChanges()[0].Changes[0].Add)
	c.Package()[0].Weekdays[0].Price = casework.GBP(9)
	c.PackageChanges()[0].Changes[0].Add.Weekdays[0].Price = casework.GBP(9)
	k, _ := c.PackageChange("K1")
	k.Changes[0].Cancel = true
	k.Changes[0].Add.Title = "Other"
	assert.Equal(t, was, fmt.Sprint(c.Package(), *c.PackageChanges()[0].Changes[0].Add))
}
