package procurement_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

func (l *living) invoice(id procurement.InvoiceID) procurement.Invoice {
	l.t.Helper()
	i, known := l.c.Invoice(id)
	require.True(l.t, known)
	return i
}

func (l *living) due(id procurement.InvoiceID) casework.Money {
	l.t.Helper()
	due, err := l.invoice(id).Due()
	require.NoError(l.t, err)
	return due
}

func (l *living) account() procurement.Account {
	l.t.Helper()
	a, err := l.c.Account()
	require.NoError(l.t, err)
	return a
}

func livingRecording(i procurement.Invoice) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.RecordInvoice(i); return err }
}

func livingPaying(id procurement.InvoiceID, p procurement.Payment) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.PayInvoice(id, p); return err }
}

func livingDisputing(id procurement.InvoiceID, pence int64) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.DisputeInvoice(id, casework.GBP(pence), "hours were not worked")
		return err
	}
}

func livingResolving(id procurement.InvoiceID, n int, owed int64) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error {
		_, err := c.ResolveDispute(id, n, casework.GBP(owed), "the time sheets were looked at")
		return err
	}
}

// TestS2RowsFourteenAndFifteen is what ends the life of acceptance scenario S2.
// The source's terminated is the completed end here, since the term was
// performed. Class of payments.unrecorded: guard.missing_field; of a variation
// after the end: transition.not_allowed.
func TestS2RowsFourteenAndFifteen(t *testing.T) {
	l := livingInForce(t, livingWorth(240_00))
	seq := l.c.Seq()
	assert.Equal(t, []string{"payments.unrecorded"}, livingStoppers(t, l.try(livingCompleting(l.today()))))
	kept, err := l.desk.Load(t.Context(), l.c.ID())
	require.NoError(t, err)
	assert.Equal(t, seq, kept.Seq(), "a refused step leaves the journal unchanged")

	l.invoiced("A", 240_00).paid("I1", 240_00).do(livingCompleting(l.today()))
	assert.Equal(t, procurement.ContractOver, l.c.State())
	ending, ended := l.c.Ending()
	require.True(t, ended)
	assert.Equal(t, procurement.CompletedEnd, ending.As)

	err = l.try(func(c *procurement.Contract) error {
		_, err := c.ProposeVariation(procurement.Variation{
			Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "unclear", Terms: "visits are weekly",
		})
		return err
	})
	assert.ErrorIs(t, err, casework.ErrInvalid)
	assert.Empty(t, l.c.Variations())
}

func TestThirtyDaysBeginWithTheDayTheValidInvoiceWasReceived(t *testing.T) {
	tests := []struct {
		name string
		days int
		on   string
		due  string
	}{
		{"30 days where the terms say nothing", 0, "2025-06-02", "2025-07-01"},
		{"as many days as the terms say", 14, "2025-06-02", "2025-06-15"},
		{"one day is the day itself", 1, "2025-06-02", "2025-06-02"},
		{"over the end of February", 30, "2026-02-01", "2026-03-02"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := livingInForce(t, func(d *procurement.ContractDraft) { d.Terms.Payment.Days = tt.days }).on(tt.on).invoiced("A", 1_00)
			i := l.invoice("I1")
			assert.True(t, i.Valid())
			assert.Equal(t, l.day(tt.due), i.DueOn)
		})
	}
}

func TestAnInvoicePutRightIsValidSinceThen(t *testing.T) {
	l := livingInForce(t, nil).do(livingRecording(procurement.Invoice{Reference: "A", Amount: casework.GBP(1_00), Received: livingDay(t, "2025-06-01")}))
	find := func(on string) error {
		return l.try(func(c *procurement.Contract) error { _, err := c.FindInvoiceValid("I1", l.day(on)); return err })
	}
	l.on("2025-06-10")
	assert.True(t, l.invoice("I1").Open(), "nobody looked at it")
	assert.Equal(t, []string{"on invoice.valid_before_received"}, livingFaults(t, find("2025-05-31")))
	assert.Equal(t, []string{"on invoice.day_future"}, livingFaults(t, find("2025-06-11")))
	assert.Equal(t, []string{"invoice invoice.not_valid"}, livingFaults(t, l.try(livingPaying("I1", procurement.Payment{Amount: casework.GBP(1), On: l.today()}))))
	require.NoError(t, find("2025-06-10"))
	assert.Equal(t, l.day("2025-07-09"), l.invoice("I1").DueOn)
	assert.Equal(t, []string{"invoice invoice.valid"}, livingFaults(t, find("2025-06-10")))
	assert.False(t, l.invoice("I1").Open())
}

func TestNobodyPaysMoreThanIsDue(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00)
	pay := func(pence int64) error {
		return l.try(livingPaying("I1", procurement.Payment{Amount: casework.GBP(pence), On: l.today()}), casework.Overriding("payment.exceeds_due", "goodwill"))
	}
	assert.Equal(t, []string{"payment.exceeds_due"}, livingStoppers(t, pay(10_01)))
	l.do(livingDisputing("I1", 4_00))
	assert.Equal(t, casework.GBP(6_00), l.due("I1"))
	assert.Equal(t, []string{"payment.exceeds_due"}, livingStoppers(t, pay(6_01)))
	require.NoError(t, pay(6_00))
	l.do(livingResolving("I1", 0, 1_50))
	assert.Equal(t, casework.GBP(1_50), l.due("I1"))
	assert.Equal(t, []string{"payment.exceeds_due"}, livingStoppers(t, pay(1_51)))
	require.NoError(t, pay(1_50))
	assert.Equal(t, []string{"payment.exceeds_due"}, livingStoppers(t, pay(1)))

	assert.Equal(t, procurement.Account{
		Invoiced: casework.GBP(10_00), Disputed: casework.GBP(0), Refused: casework.GBP(2_50), Owed: casework.GBP(7_50),
		Paid: casework.GBP(7_50), Outstanding: casework.GBP(0),
	}, l.account())
}

func TestInvoicesAskForNoMoreThanTheContractIsWorth(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 9_00)
	over := livingRecording(procurement.Invoice{Reference: "B", Amount: casework.GBP(1_01), Received: l.today()})
	assert.Equal(t, []string{"invoice.exceeds_value"}, livingStoppers(t, l.try(over)))
	l.do(livingDisputing("I1", 1_00)).do(livingResolving("I1", 0, 99))
	l.do(over) // what is not owed uses nothing up
	assert.Equal(t, []string{"invoice.exceeds_value"}, livingStoppers(t, l.try(livingRecording(procurement.Invoice{Reference: "C", Amount: casework.GBP(1), Received: l.today()}))))
	l.do(livingRecording(procurement.Invoice{Reference: "C", Amount: casework.GBP(1), Received: l.today()}), casework.Overriding("invoice.exceeds_value", "the work was done"))
}

func TestTheSameInvoiceIsNotRecordedTwice(t *testing.T) {
	l := livingInForce(t, nil)
	same := livingRecording(procurement.Invoice{Reference: "A", Amount: casework.GBP(1_00), Received: l.today()})
	l.do(same)
	assert.Equal(t, []string{"invoice.duplicate"}, livingStoppers(t, l.try(same)))
	l.do(livingRecording(procurement.Invoice{Reference: "A", Amount: casework.GBP(2_00), Received: l.today()}))
	l.do(livingRecording(procurement.Invoice{Reference: "B", Amount: casework.GBP(1_00), Received: l.today()}))
	l.do(func(c *procurement.Contract) error {
		_, err := c.RejectInvoice("I1", "not addressed to us")
		return err
	})
	l.do(same)
	rejected := l.invoice("I1")
	assert.False(t, rejected.Open())
	assert.Equal(t, "not addressed to us", rejected.Why)
	due, err := rejected.Due()
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(0), due)
	assert.Equal(t, []string{"invoice invoice.rejected"}, livingFaults(t, l.try(livingDisputing("I1", 1))))
}

func TestInvoicesAreFaultyAllAtOnce(t *testing.T) {
	l := livingInForce(t, nil)
	assert.Equal(t, []string{
		"invoice.reference invoice.reference_missing", "invoice.amount money.missing", "invoice.received invoice.day_missing", "invoice.order order.unknown",
	}, livingFaults(t, l.try(livingRecording(procurement.Invoice{Order: "P9"}))))

	l.invoiced("A", 5_00)
	assert.Equal(t, []string{"payment.amount money.missing", "payment.on payment.day_missing", "invoice invoice.unknown"},
		livingFaults(t, l.try(livingPaying("I9", procurement.Payment{}))))
	assert.Equal(t, []string{"payment.on payment.before_invoice"},
		livingFaults(t, l.try(livingPaying("I1", procurement.Payment{Amount: casework.GBP(1), On: l.day("2025-05-31")}))))
	assert.Equal(t, []string{"amount dispute.exceeds_due"}, livingFaults(t, l.try(livingDisputing("I1", 5_01))))
	assert.Equal(t, []string{"dispute dispute.unknown"}, livingFaults(t, l.try(livingResolving("I1", 0, 1))))
	l.do(livingDisputing("I1", 5_00))
	assert.Equal(t, []string{"owed dispute.exceeds_amount"}, livingFaults(t, l.try(livingResolving("I1", 0, 5_01))))
	assert.Equal(t, []string{"owed money.negative"}, livingFaults(t, l.try(livingResolving("I1", 0, -1))))
	l.do(livingResolving("I1", 0, 0))
	assert.Equal(t, []string{"dispute dispute.resolved"}, livingFaults(t, l.try(livingResolving("I1", 0, 0))))
}

func TestMoneyIsRecordedFromTheFirstDayToTheClose(t *testing.T) {
	record := livingRecording(procurement.Invoice{Reference: "A", Amount: casework.GBP(10_00), Received: livingDay(t, "2025-06-01")})
	l := livingDrafted(t, nil)
	assert.Equal(t, []string{"contract contract.no_account"}, livingFaults(t, l.try(record)))

	l = livingInForce(t, nil).ended().do(record)
	l.do(func(c *procurement.Contract) error { _, err := c.FindInvoiceValid("I1", l.today()); return err })
	l.paid("I1", 10_00).reviewed().do(livingClosing)
	err := l.try(livingRecording(procurement.Invoice{Reference: "B", Amount: casework.GBP(1), Received: l.today()}))
	assert.Equal(t, []string{"contract contract.no_account"}, livingFaults(t, err))
}

func TestDaysToPayAndPaidLate(t *testing.T) {
	tests := []struct {
		name string
		life func(*living)
		late bool
		days int // 0: not known
	}{
		{"on the 30th day is in time", func(l *living) { l.on("2025-06-30").paid("I1", 10_00) }, false, 30},
		{"on the 31st day is late", func(l *living) { l.on("2025-07-01").paid("I1", 10_00) }, true, 31},
		{"on the day itself is one day", func(l *living) { l.paid("I1", 10_00) }, false, 1},
		{"a part that came late is late", func(l *living) { l.paid("I1", 9_99).on("2025-07-01").paid("I1", 1) }, true, 31},
		{"a part that is missing is not known", func(l *living) { l.paid("I1", 9_99) }, false, 0},
		{"what is in dispute is not late", func(l *living) { l.do(livingDisputing("I1", 4_00)).paid("I1", 6_00) }, false, 0},
		{"what was found to be owed has days of its own", func(l *living) {
			l.do(livingDisputing("I1", 4_00)).paid("I1", 6_00).on("2025-08-01").do(livingResolving("I1", 0, 4_00)).on("2025-08-30").paid("I1", 4_00)
		}, false, 91},
		{"and is late when they are over", func(l *living) {
			l.do(livingDisputing("I1", 4_00)).paid("I1", 6_00).on("2025-08-01").do(livingResolving("I1", 0, 4_00)).on("2025-08-31").paid("I1", 4_00)
		}, true, 92},
		{"what was found not to be owed is never paid", func(l *living) {
			l.do(livingDisputing("I1", 4_00)).paid("I1", 6_00).on("2025-08-01").do(livingResolving("I1", 0, 0))
		}, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := livingInForce(t, nil).invoiced("A", 10_00)
			tt.life(l)
			late, err := l.invoice("I1").PaidLate()
			require.NoError(t, err)
			assert.Equal(t, tt.late, late)
			days, known := l.invoice("I1").DaysToPay()
			assert.Equal(t, tt.days > 0, known)
			assert.Equal(t, tt.days, days)
		})
	}
}

// TestTheAccountReconciles issues random commands, sound and unsound, and holds
// the account against what was done after each.
func TestTheAccountReconciles(t *testing.T) {
	for seed := range uint64(25) {
		random := rand.New(rand.NewPCG(seed, 7))
		l := livingInForce(t, livingWorth(1_000_00))
		done := 0
		for step := range 40 {
			id := procurement.InvoiceID(fmt.Sprintf("I%d", 1+random.IntN(4)))
			pence := 1 + random.Int64N(400_00)
			err := l.try(livingRandom(l, random, id, pence, fmt.Sprint(step)))
			if err == nil {
				done++
			} else if !errors.Is(err, casework.ErrInvalid) && !errors.Is(err, casework.ErrRefused) {
				require.NoError(t, err)
			}
			livingReconcile(t, l.c)
		}
		require.Positive(t, done, "seed %d", seed)
		require.NoError(t, l.desk.Verify(t.Context(), l.c.ID()))
	}
}

func livingRandom(l *living, random *rand.Rand, id procurement.InvoiceID, pence int64, reference string) func(*procurement.Contract) error {
	switch random.IntN(7) {
	case 0:
		return livingRecording(procurement.Invoice{Reference: reference, Amount: casework.GBP(pence), Received: l.today()})
	case 1, 2:
		return func(c *procurement.Contract) error { _, err := c.FindInvoiceValid(id, l.today()); return err }
	case 3:
		return livingDisputing(id, pence/2+1)
	case 4:
		return livingResolving(id, random.IntN(2), pence/4)
	case 5:
		return func(c *procurement.Contract) error {
			if random.IntN(8) > 0 { // seldom, so that something is left to pay
				_, err := c.FindInvoiceValid(id, l.today())
				return err
			}
			_, err := c.RejectInvoice(id, "not ours")
			return err
		}
	default:
		return livingPaying(id, procurement.Payment{Amount: casework.GBP(pence), On: l.today()})
	}
}

// livingReconcile holds every invoice, and all together, against the identities
// of an account, in pence.
func livingReconcile(t *testing.T, c *procurement.Contract) {
	t.Helper()
	identities := func(a procurement.Account) {
		require.Equal(t, a.Invoiced.Minor(), a.Owed.Minor()+a.Refused.Minor()+a.Disputed.Minor())
		require.Equal(t, a.Outstanding.Minor(), a.Owed.Minor()+a.Disputed.Minor()-a.Paid.Minor())
		require.LessOrEqual(t, a.Paid.Minor(), a.Owed.Minor(), "nobody pays more than is due")
		for _, m := range []casework.Money{a.Invoiced, a.Disputed, a.Refused, a.Owed, a.Paid, a.Outstanding} {
			require.GreaterOrEqual(t, m.Sign(), 0)
		}
	}
	var invoiced, paid, outstanding int64
	for _, i := range c.Invoices() {
		one, err := i.Account()
		require.NoError(t, err)
		identities(one)
		due, err := i.Due()
		require.NoError(t, err)
		require.Equal(t, due.Minor(), one.Owed.Minor()-one.Paid.Minor())
		if i.Valid() {
			invoiced += i.Amount.Minor()
			outstanding += one.Outstanding.Minor()
			for _, p := range i.Payments {
				paid += p.Amount.Minor()
			}
		}
	}
	all, err := c.Account()
	require.NoError(t, err)
	identities(all)
	require.Equal(t, invoiced, all.Invoiced.Minor())
	require.Equal(t, paid, all.Paid.Minor())
	require.Equal(t, outstanding, all.Outstanding.Minor())
}

func TestInvoicesAreCopies(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00).do(livingDisputing("I1", 1_00)).paid("I1", 1_00)
	i := l.c.Invoices()[0]
	i.Disputes[0].Reason, i.Payments[0].Amount = "", casework.GBP(99)
	assert.Equal(t, "hours were not worked", l.invoice("I1").Disputes[0].Reason)
	assert.Equal(t, casework.GBP(1_00), l.invoice("I1").Payments[0].Amount)
}

func TestRedactionKeepsTheMoney(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00).do(livingDisputing("I1", 4_00))
	disputed := l.invoice("I1").Disputes[0].Raised.Entry
	l.do(livingResolving("I1", 0, 1_00))
	before := l.account()
	c, err := l.desk.Redact(t.Context(), l.c.ID(), livingDirector(), []uint64{disputed, l.c.Seq()}, "asked to be forgotten")
	require.NoError(t, err)
	l.c = c
	assert.Equal(t, before, l.account())
	d := l.invoice("I1").Disputes[0]
	assert.Empty(t, d.Reason)
	assert.Empty(t, d.Finding)
	assert.Equal(t, casework.GBP(1_00), d.Owed)
	require.NoError(t, l.desk.Verify(t.Context(), l.c.ID()))
}
