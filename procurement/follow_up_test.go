package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func followingUp(on casework.Date, comment string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.RequestFollowUp(on, comment); return err }
}

func resolvingFollowUp(id string) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.ResolveFollowUp(id); return err }
}

func TestAFollowUpIsDueUntilItIsResolved(t *testing.T) {
	h := caringHouse(t)
	on := elementDays(t, "2022-02-10", "").From
	h.update(t, "ana", followingUp(on, "Is the carer kind?"))
	due := func() []casework.Deadline {
		var all []casework.Deadline
		for _, d := range h.load(t).Deadlines() {
			if d.Code == procurement.DeadlineFollowUp {
				all = append(all, d)
			}
		}
		return all
	}
	require.Len(t, due(), 1)
	assert.Equal(t, "F1", due()[0].Subject)
	assert.Equal(t, time.Date(2022, time.February, 11, 0, 0, 0, 0, time.UTC), due()[0].Due.UTC(), "at the end of its day")

	h.update(t, "ben", resolvingFollowUp("F1"))
	assert.Empty(t, due())
	f := h.load(t).FollowUps()
	require.Len(t, f, 1)
	assert.False(t, f[0].Open())
	assert.Equal(t, "ana", f[0].Requested.By)
	assert.Equal(t, "ben", f[0].Resolved.By)
	f[0].Comment = "changed"
	assert.Equal(t, "Is the carer kind?", h.load(t).FollowUps()[0].Comment)
}

func TestFollowUpsWithFaults(t *testing.T) {
	h := caringHouse(t)
	assert.Equal(t, []string{"on follow_up.day_missing", "comment follow_up.comment_missing"}, faultsIn(t, h.fails(t, "ana", followingUp(casework.Date{}, " "))))
	assert.Equal(t, []string{"follow_up follow_up.unknown"}, faultsIn(t, h.fails(t, "ana", resolvingFollowUp("F1"))))
	h.update(t, "ana", followingUp(elementDays(t, "2022-02-10", "").From, "Call"))
	h.update(t, "ana", resolvingFollowUp("F1"))
	assert.Equal(t, []string{"follow_up follow_up.resolved"}, faultsIn(t, h.fails(t, "ana", resolvingFollowUp("F1"))))

	h.contract = h.order(t, nil)
	assert.Equal(t, []string{"contract package.none", "contract contract.not_binding"}, faultsIn(t, h.fails(t, "ana", followingUp(elementDays(t, "2022-02-10", "").From, "Call"))))
}

func TestChargesAreConfirmedOnce(t *testing.T) {
	h := caringHouse(t)
	confirm := (*procurement.Contract).ConfirmCharges
	assert.True(t, h.load(t).ChargesConfirmed().IsZero())
	h.update(t, "ana", confirm)
	assert.Equal(t, "ana", h.load(t).ChargesConfirmed().By)
	assert.Equal(t, []string{"charges charges.confirmed"}, faultsIn(t, h.fails(t, "ben", confirm)))

	h.contract = h.order(t, nil)
	assert.Equal(t, []string{"contract package.none", "contract contract.not_binding"}, faultsIn(t, h.fails(t, "ana", confirm)))
}

func TestRedactingAPackageKeepsItsFiguresAndDates(t *testing.T) {
	h := caringHouse(t)
	h.approved(t, procurement.ElementChange{Add: &procurement.Element{Title: "Sees Mrs Kaur", Weekly: casework.GBP(10_00), Period: elementDays(t, "2022-01-20", "")}})
	h.update(t, "ana", proposingChange(procurement.ElementChange{Element: "E1", Cancel: true}))
	h.update(t, "ana", func(c *procurement.Contract) error {
		_, err := c.RejectPackageChange("K2", "Mrs Kaur is back")
		return err
	})
	h.update(t, "ana", followingUp(elementDays(t, "2022-02-10", "").From, "Ask Mrs Kaur"))
	costs, err := procurement.PackageCost(h.load(t).Package())
	require.NoError(t, err)

	var seqs []uint64
	for e, err := range h.store.History(t.Context(), h.contract, 1) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	_, err = h.desks.Contracts.Redact(t.Context(), h.contract, casework.Person("ana", camden()), seqs, "erasure")
	require.NoError(t, err)
	c := h.load(t)
	require.NoError(t, h.desks.Contracts.Verify(t.Context(), h.contract))
	after, err := procurement.PackageCost(c.Package())
	require.NoError(t, err)
	assert.Equal(t, costs, after)
	assert.Empty(t, c.Package()[3].Title)
	assert.Empty(t, c.PackageChanges()[0].Reason)
	assert.Empty(t, c.PackageChanges()[1].Why)
	assert.Empty(t, c.FollowUps()[0].Comment)
	assert.Equal(t, "F1", c.FollowUps()[0].ID)
}
