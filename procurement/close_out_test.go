package procurement_test

import (
	"errors"
	"math"
	"slices"
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

// living is a house with one contract, from 1 June 2025 to 31 May 2026, worth
// GBP 10.00 unless a test says otherwise.
type living struct {
	t     *testing.T
	clock *commissioningtest.Clock
	desk  *procurement.ContractDesk
	c     *procurement.Contract
}

func livingBuyer() casework.Agency { return casework.Agency{ID: "camden", Sector: casework.Statutory} }

func livingSupplier() casework.Agency {
	return casework.Agency{ID: "helpers", Sector: casework.Voluntary}
}
func livingManager() casework.Actor  { return casework.Person("ana.k", livingBuyer()) }
func livingDirector() casework.Actor { return casework.Person("ben.o", livingBuyer()) }

func livingDay(t *testing.T, text string) casework.Date {
	t.Helper()
	d, err := casework.ParseDate(text)
	require.NoError(t, err)
	return d
}

func livingDraft(t *testing.T) procurement.ContractDraft {
	t.Helper()
	return procurement.ContractDraft{
		Origin: procurement.Origin{Kind: procurement.FromAcceptedOrder},
		Parties: []procurement.Party{
			{Agency: livingBuyer(), Role: procurement.BuyerParty, Signatories: []procurement.Signatory{{Person: "ana.k"}}},
			{Agency: livingSupplier(), Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "dot"}}},
		},
		Terms: procurement.Terms{
			Number: "C-1", Title: "Home care", Value: casework.GBP(10_00), Pricing: procurement.Block,
			Period: casework.Period{From: livingDay(t, "2025-06-01"), To: livingDay(t, "2026-05-31")},
			Term:   procurement.Term{Months: 12, Reason: "a year to try it out"},
		},
		Scale: commissioning.Standard,
	}
}

// livingDrafted opens the contract at noon of 1 June 2025.
func livingDrafted(t *testing.T, edit func(*procurement.ContractDraft)) *living {
	t.Helper()
	draft := livingDraft(t)
	if edit != nil {
		edit(&draft)
	}
	clock := &commissioningtest.Clock{}
	clock.Set(livingDay(t, "2025-06-01").In(time.UTC).Add(12 * time.Hour))
	store := memory.New()
	cycles, err := commissioning.NewDesk(store, nil)
	require.NoError(t, err)
	desks, err := procurement.NewDesks(cycles, &procurement.Options{Desk: casework.DeskOptions{Clock: clock.Now, Permit: casework.AllowAll}})
	require.NoError(t, err)
	c, err := desks.Contracts.Open(t.Context(), livingManager(), draft)
	require.NoError(t, err)
	return &living{t: t, clock: clock, desk: desks.Contracts, c: c}
}

// livingSigned forms the contract: the supplier accepts the order.
func livingSigned(t *testing.T, edit func(*procurement.ContractDraft)) *living {
	t.Helper()
	l := livingDrafted(t, edit)
	return l.do(func(c *procurement.Contract) error {
		return c.AcceptOrder(procurement.Signature{Party: "helpers", Signatory: "dot"})
	}, casework.Explaining("risk.unallocated", "there are none to speak of"))
}

// livingInForce is a contract that came into force on the day it was signed.
func livingInForce(t *testing.T, edit func(*procurement.ContractDraft)) *living {
	t.Helper()
	l := livingSigned(t, edit)
	require.Equal(t, procurement.ContractInForce, l.c.State())
	return l
}

func livingWorth(pence int64) func(*procurement.ContractDraft) {
	return func(d *procurement.ContractDraft) { d.Terms.Value = casework.GBP(pence) }
}

func (l *living) day(text string) casework.Date { return livingDay(l.t, text) }

func (l *living) on(text string) *living {
	l.clock.Set(l.day(text).In(time.UTC).Add(12 * time.Hour))
	return l
}

func (l *living) today() casework.Date { return casework.DateOf(l.clock.Now().UTC()) }

func (l *living) try(work func(*procurement.Contract) error, opts ...casework.CallOption) error {
	return l.tryBy(livingManager(), work, opts...)
}

func (l *living) tryBy(by casework.Actor, work func(*procurement.Contract) error, opts ...casework.CallOption) error {
	c, err := l.desk.Update(l.t.Context(), l.c.ID(), by, work, opts...)
	if err == nil {
		l.c = c
	}
	return err
}

func (l *living) do(work func(*procurement.Contract) error, opts ...casework.CallOption) *living {
	l.t.Helper()
	require.NoError(l.t, l.try(work, opts...))
	return l
}

// tick lets the desk notice deadlines.
func (l *living) tick() *living {
	l.t.Helper()
	c, err := l.desk.Tick(l.t.Context(), l.c.ID(), casework.System("clock", livingBuyer()))
	require.NoError(l.t, err)
	l.c = c
	return l
}

// invoiced records a valid invoice received today.
func (l *living) invoiced(reference string, pence int64, opts ...casework.CallOption) *living {
	l.t.Helper()
	return l.do(func(c *procurement.Contract) error {
		i, err := c.RecordInvoice(procurement.Invoice{Reference: reference, Amount: casework.GBP(pence), Received: l.today()})
		if err != nil {
			return err
		}
		_, err = c.FindInvoiceValid(i.ID, l.today())
		return err
	}, opts...)
}

func (l *living) paid(id procurement.InvoiceID, pence int64) *living {
	l.t.Helper()
	return l.do(func(c *procurement.Contract) error {
		_, err := c.PayInvoice(id, procurement.Payment{Amount: casework.GBP(pence), On: l.today()})
		return err
	})
}

// reviewed holds the final review and has it approved.
func (l *living) reviewed() *living {
	l.t.Helper()
	l.do(func(c *procurement.Contract) error {
		r, err := c.PlanReview("final review", l.today(), true)
		if err != nil {
			return err
		}
		_, err = c.ConcludeReview(r.ID, l.today(), "nothing to mend")
		return err
	})
	reviews := l.c.Reviews()
	require.NoError(l.t, l.tryBy(livingDirector(), livingApprovingReview(reviews[len(reviews)-1].ID)))
	return l
}

// ended completes the contract today, whatever was paid.
func (l *living) ended() *living {
	l.t.Helper()
	require.NoError(l.t, l.try(livingCompleting(l.today()), casework.Overriding("payments.unrecorded", "the accounts are brought in later")))
	return l
}

func livingApprovingReview(id procurement.ReviewID) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.ApproveFinalReview(id); return err }
}

func livingCompleting(on casework.Date) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.Complete(procurement.Ending{On: on}); return err }
}

func livingClosing(c *procurement.Contract) error { _, err := c.Close(); return err }

func livingAccepted(why string) casework.CallOption {
	return casework.Explaining("close.difference", why)
}

// livingStoppers gives the codes of the objections that stop something, each once.
func livingStoppers(t *testing.T, err error) []string {
	t.Helper()
	refusal, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is, "not refused: %v", err)
	var codes []string
	for _, o := range refusal.Objections {
		if o.Effect.Stops() && !slices.Contains(codes, o.Code) {
			codes = append(codes, o.Code)
			assert.NotEmpty(t, o.Message)
			assert.NotEmpty(t, o.Remedy)
		}
	}
	return codes
}

// livingFaults gives "path code" of each fault of an invalid input, in order.
func livingFaults(t *testing.T, err error) []string {
	t.Helper()
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is, "not invalid: %v", err)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// TestS9CloseOut is the table of acceptance scenario S9, row by row. All figures
// are in pence. Class of the codes: close.difference and close.outstanding are
// guard.mismatch, close.review and record.open guard.open_subrecord, close.early
// period.not_ended.
func TestS9CloseOut(t *testing.T) {
	tests := []struct {
		name    string
		life    func(*living) *living // from in force to just before the close
		value   int64
		nominal bool
		close   []casework.CallOption
		refused []string // codes; none: it is closed
	}{
		{
			name:  "10 / 10 / 0 is closed once the final review is approved",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 10_00).paid("I1", 10_00).ended().reviewed()
			},
		},
		{
			name:  "10 / 10 / 0 with an end in the past is closed",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 10_00).paid("I1", 10_00).on("2026-06-20").tick().reviewed()
			},
		},
		{
			name:  "10 / 10 / 5 is refused",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 10_00).paid("I1", 5_00).ended().reviewed()
			},
			refused: []string{"close.outstanding"},
		},
		{
			name:  "10 / 20 / 0 is refused",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 20_00, casework.Overriding("invoice.exceeds_value", "the work was done")).paid("I1", 20_00).ended().reviewed()
			},
			refused: []string{"close.difference"},
		},
		{
			name:  "10 / 20 / 0 is closed where the difference is accepted on record",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 20_00, casework.Overriding("invoice.exceeds_value", "the work was done")).paid("I1", 20_00).ended().reviewed()
			},
			close: []casework.CallOption{livingAccepted("double the hours were asked for")},
		},
		{
			name:  "20 outstanding is refused even where the difference is accepted",
			value: 10_00,
			life: func(l *living) *living {
				return l.invoiced("A", 20_00, casework.Overriding("invoice.exceeds_value", "the work was done")).ended().reviewed()
			},
			close:   []casework.CallOption{livingAccepted("double the hours were asked for"), casework.Overriding("close.outstanding", "later")},
			refused: []string{"close.difference", "close.outstanding"}, // a refusal names what was answered too
		},
		{
			name:  "0.01 / 0 / 0 of a nominal contract is closed",
			value: 1, nominal: true,
			life: func(l *living) *living { return l.do(livingCompleting(l.today())).reviewed() },
		},
		{
			name:  "120,000 / 120,000 / 0 is refused while the final review is not approved",
			value: 120_000_00,
			life: func(l *living) *living {
				return l.invoiced("A", 120_000_00).paid("I1", 120_000_00).ended()
			},
			refused: []string{"close.review"},
		},
		{
			name:  "120,000 / 120,000 / 0 is closed once the final review is approved",
			value: 120_000_00,
			life: func(l *living) *living {
				return l.invoiced("A", 120_000_00).paid("I1", 120_000_00).ended().reviewed()
			},
		},
		{
			name:  "10 / 10 / 0 is refused while a variation is pending",
			value: 10_00,
			life: func(l *living) *living {
				l.invoiced("A", 10_00).paid("I1", 10_00)
				l.do(func(c *procurement.Contract) error {
					_, err := c.ProposeVariation(procurement.Variation{
						Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "unclear", Terms: "visits are weekly",
					})
					return err
				})
				return l.ended().reviewed()
			},
			refused: []string{"record.open"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := livingInForce(t, func(d *procurement.ContractDraft) {
				d.Terms.Value, d.Terms.Nominal = casework.GBP(tt.value), tt.nominal
			})
			tt.life(l)
			require.Equal(t, procurement.ContractOver, l.c.State())
			seq := l.c.Seq()
			err := l.try(livingClosing, tt.close...)
			if len(tt.refused) > 0 {
				assert.Equal(t, tt.refused, livingStoppers(t, err))
				kept, err := l.desk.Load(t.Context(), l.c.ID())
				require.NoError(t, err)
				assert.Equal(t, seq, kept.Seq(), "a refused step leaves the journal unchanged")
				assert.Equal(t, procurement.ContractOver, kept.State())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, procurement.ContractClosed, l.c.State())
			require.NoError(t, l.desk.Verify(t.Context(), l.c.ID()))
		})
	}
}

func TestS9AnEndTomorrowKeepsTheContractOpen(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00).paid("I1", 10_00).on("2026-05-30")
	assert.Equal(t, []string{"ending.on ending.day_future"}, livingFaults(t, l.try(livingCompleting(l.day("2026-05-31")))))
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, livingStoppers(t, l.try(livingClosing))[:1], "it is in force")

	l.on("2026-05-31").do(livingCompleting(l.today())).reviewed()
	l.on("2026-05-30") // a clock that was put right
	assert.Equal(t, []string{"close.early"}, livingStoppers(t, l.try(livingClosing)))
	l.on("2026-05-31").do(livingClosing)
}

func TestS9OnlyWhatIsNotSignedIsCancelled(t *testing.T) {
	table, err := procurement.Contracting().Compile()
	require.NoError(t, err)
	for _, s := range table.States() {
		_, allowed := table.Next(s, procurement.CancelContract)
		assert.Equal(t, s == procurement.ContractDrafted || s == procurement.ContractAgreed, allowed, "%s", s)
	}
	l := livingInForce(t, nil)
	err = l.try(func(c *procurement.Contract) error { return c.Cancel() }, casework.Reason("not wanted"))
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, livingStoppers(t, err))
}

func TestS9TwoVariationsOfTheSameThingAreNotMerged(t *testing.T) {
	l := livingInForce(t, nil)
	propose := func(last string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			_, err := c.ProposeVariation(procurement.Variation{
				Rationales: []procurement.Rationale{procurement.DurationExtension}, Reason: "the tender is late",
				Period: casework.Period{From: l.day("2025-06-01"), To: l.day(last)},
			})
			return err
		}
	}
	sign := func(id procurement.VariationID) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error {
			_, buyer := c.SignVariation(id, procurement.Signature{Party: "camden", Signatory: "ana.k"})
			_, supplier := c.SignVariation(id, procurement.Signature{Party: "helpers", Signatory: "dot"})
			return errors.Join(buyer, supplier)
		}
	}
	l.do(propose("2026-08-31")).do(propose("2026-12-31")).do(sign("V1"))
	assert.Equal(t, []string{"variation.conflict"}, livingStoppers(t, l.try(sign("V2"))))
	assert.Equal(t, l.day("2026-08-31"), l.c.EffectiveAt(l.clock.Now()).Period.To, "nothing is merged")
}

func TestS9AcceptancesLapseWhenTheDraftIsUnlocked(t *testing.T) {
	l := livingDrafted(t, func(d *procurement.ContractDraft) { d.Origin.Kind = procurement.FromImport })
	accept := func(party string) func(*procurement.Contract) error {
		return func(c *procurement.Contract) error { return c.Accept(party) }
	}
	l.do(accept("camden")).do(accept("helpers"))
	require.Equal(t, procurement.ContractAgreed, l.c.State())
	assert.Contains(t, livingFaults(t, l.try(accept("helpers"))), "party acceptance.already")

	l.do(func(c *procurement.Contract) error { return c.Unlock() }, casework.Reason("a price is wrong"))
	assert.Equal(t, procurement.ContractDrafted, l.c.State())
	assert.Empty(t, l.c.Acceptances())
	l.do(accept("camden")).do(accept("helpers"))
	assert.Equal(t, procurement.ContractAgreed, l.c.State())
}

func TestClosingSaysHowTheMoneyStood(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 4_00).paid("I1", 4_00).ended().reviewed()
	l.do(livingClosing, livingAccepted("fewer visits were needed"))
	o, closed := l.c.CloseOut()
	require.True(t, closed)
	assert.Equal(t, casework.GBP(10_00), o.Total)
	assert.Equal(t, casework.GBP(4_00), o.Actual)
	assert.Equal(t, casework.GBP(0), o.Outstanding)
	assert.True(t, o.Differs())
	assert.Equal(t, l.c.Seq(), o.Mark.Entry)

	var answers []casework.Answer
	for e, err := range l.desk.History(t.Context(), l.c.ID(), 0) {
		require.NoError(t, err)
		if a, is := casework.AnswerOf(e); is && a.Code == "close.difference" {
			answers = append(answers, a)
			assert.Equal(t, "fewer visits were needed", e.Reason)
		}
	}
	require.Len(t, answers, 1)
	assert.Equal(t, "the contract is worth GBP 10.00, and GBP 4.00 was owed", answers[0].Objections[0].Message)
}

func TestClosingNamesEverythingThatIsOpen(t *testing.T) {
	l := livingInForce(t, nil)
	l.do(func(c *procurement.Contract) error {
		_, disputed := c.RaiseDispute(procurement.Dispute{By: "helpers", Text: "hours"})
		_, under := c.RecordUnderPerformance(procurement.UnderPerformance{Text: "late visits"})
		_, breached := c.NotifyBreach(procurement.Breach{Party: "camden", Text: "paid late"})
		_, suspended := c.SuspendPerformance("flood")
		_, agreed := c.AgreeObligation(procurement.Obligation{Title: "report", Party: "helpers", Due: l.today()})
		_, invoiced := c.RecordInvoice(procurement.Invoice{Reference: "A", Amount: casework.GBP(10_00), Received: l.today()})
		_, varied := c.ProposeVariation(procurement.Variation{
			Rationales: []procurement.Rationale{procurement.TermsClarified}, Reason: "unclear", Terms: "visits are weekly",
		})
		return errors.Join(disputed, under, breached, suspended, agreed, invoiced, varied)
	})
	l.ended().reviewed()
	refusal, is := errors.AsType[*casework.Refusal](l.try(livingClosing, livingAccepted("x")))
	require.True(t, is)
	var open []string
	for _, o := range refusal.Objections {
		if o.Code == "record.open" {
			open = append(open, o.Subject)
			assert.Equal(t, casework.Bar, o.Effect)
		}
	}
	assert.Equal(t, []string{
		"variation V1", "dispute X1", "under-performance U1", "breach H1", "suspension from 2025-06-01", "invoice I1", "obligation G1",
	}, open)

	l.do(func(c *procurement.Contract) error {
		_, settled := c.SettleDispute("X1", "agreed")
		_, concluded := c.ConcludeUnderPerformance("U1", true, "on time")
		_, decided := c.DecideBreach("H1", procurement.BreachRemedied)
		_, resumed := c.ResumePerformance()
		_, met := c.SettleObligation("G1", procurement.ObligationMet, "")
		_, rejected := c.RejectInvoice("I1", "no such order")
		_, withdrawn := c.WithdrawVariation("V1")
		return errors.Join(settled, concluded, decided, resumed, met, rejected, withdrawn)
	}, casework.Reason("settling what is open"))
	l.do(livingClosing, livingAccepted("nothing was delivered"))
}

func TestCloseRulesAreListedAsTheyAreEnforced(t *testing.T) {
	l := livingInForce(t, nil).invoiced("A", 10_00).ended()
	options, err := l.desk.Options(t.Context(), l.c.ID(), livingManager())
	require.NoError(t, err)
	at := slices.IndexFunc(options, func(o casework.Option) bool { return o.Move == procurement.CloseContract })
	require.GreaterOrEqual(t, at, 0)
	refusal, is := errors.AsType[*casework.Refusal](l.try(livingClosing))
	require.True(t, is)
	assert.Equal(t, refusal.Objections, options[at].Objections)
}

// TestRedactionLeavesNoWordsAndEveryFact empties every entry of a whole life
// but the first two, which say what the case is.
func TestRedactionLeavesNoWordsAndEveryFact(t *testing.T) {
	const secret = "SECRET"
	l := livingInForce(t, nil).invoiced("A", 10_00).do(livingDisputing("I1", 1_00)).do(livingResolving("I1", 0, 1_00)).paid("I1", 10_00)
	by := l.today().AddDays(9)
	l.do(func(c *procurement.Contract) error {
		_, measured := c.AgreeMeasure(procurement.Measure{Title: secret, Unit: secret, Target: secret})
		_, observed := c.ObserveMeasure(procurement.MeasureObservation{
			Measure: "KPI1", Period: casework.Period{From: l.today(), To: l.today()}, Value: secret, Rating: procurement.Good, Text: secret,
			Evidence: casework.Evidence{Kind: casework.EvidenceMetric, Title: secret, Address: "https://example.org/" + secret},
		})
		_, ordered := c.PlaceOrder(procurement.Order{Description: secret, Amount: casework.GBP(1), On: l.today()})
		_, obliged := c.AgreeObligation(procurement.Obligation{Title: secret, Party: "helpers", Due: by})
		_, settled := c.SettleObligation("G1", procurement.ObligationWaived, secret)
		_, raised := c.RaiseDispute(procurement.Dispute{By: "helpers", Text: secret})
		_, resolved := c.SettleDispute("X1", secret)
		_, under := c.RecordUnderPerformance(procurement.UnderPerformance{Text: secret, Plan: &procurement.ImprovementPlan{Steps: secret, By: by}})
		_, planned := c.PlanImprovement("U1", procurement.ImprovementPlan{Steps: secret, By: by})
		_, concluded := c.ConcludeUnderPerformance("U1", true, secret)
		_, notified := c.NotifyBreach(procurement.Breach{Party: "helpers", Text: secret, After: "U1"})
		_, answered := c.AnswerBreach("H1", secret)
		_, decided := c.DecideBreach("H1", procurement.BreachSettled)
		_, suspended := c.SuspendPerformance(secret)
		_, resumed := c.ResumePerformance()
		_, reviewing := c.PlanReview(secret, by, true)
		_, reviewed := c.ConcludeReview("R1", l.today(), secret)
		_, recorded := c.RecordInvoice(procurement.Invoice{Reference: "B", Amount: casework.GBP(1), Received: l.today()})
		_, rejected := c.RejectInvoice("I2", secret)
		return errors.Join(measured, observed, ordered, obliged, settled, raised, resolved, under, planned, concluded, notified,
			answered, decided, suspended, resumed, reviewing, reviewed, recorded, rejected)
	}, casework.Overriding("invoice.exceeds_value", "to be rejected"))
	require.NoError(t, l.tryBy(livingDirector(), livingApprovingReview("R1")))
	l.do(livingCompleting(l.today()), casework.Reason(secret)).do(livingClosing)
	money, deadlines := l.account(), l.c.Deadlines()

	var seqs []uint64
	for seq := uint64(3); seq <= l.c.Seq(); seq++ {
		seqs = append(seqs, seq)
	}
	c, err := l.desk.Redact(t.Context(), l.c.ID(), livingDirector(), seqs, "asked to be forgotten")
	require.NoError(t, err)
	require.NoError(t, l.desk.Verify(t.Context(), c.ID()))
	record, err := l.desk.Store().Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.NotContains(t, string(record.Document), secret)

	l.c = c
	assert.Equal(t, procurement.ContractClosed, c.State())
	assert.Equal(t, money, l.account())
	assert.Equal(t, deadlines, c.Deadlines())
	assert.Equal(t, procurement.Good, c.Observations()[0].Rating)
	assert.Equal(t, procurement.ObligationWaived, c.Obligations()[0].Status)
	assert.Equal(t, by, c.UnderPerformances()[0].Plan.By)
	assert.Equal(t, procurement.BreachSettled, c.Breaches()[0].Outcome)
	assert.Equal(t, procurement.UnderPerformanceID("U1"), c.Breaches()[0].After)
	assert.False(t, c.Disputes()[0].Open())
	assert.False(t, c.Suspensions()[0].Open())
	assert.Equal(t, "ben.o", c.Reviews()[0].Approved.By)
	assert.False(t, c.Invoices()[1].Open())
}

func TestSumsBeyondSixtyFourBitsAreRefusedAndNotWrapped(t *testing.T) {
	l := livingInForce(t, livingWorth(math.MaxInt64))
	l.do(livingOrdering(l.today(), math.MaxInt64)).invoiced("A", math.MaxInt64)
	assert.Equal(t, []string{"order.exceeds_value"}, livingStoppers(t, l.try(livingOrdering(l.today(), 1))))
	more := livingRecording(procurement.Invoice{Reference: "B", Amount: casework.GBP(1), Received: l.today()})
	assert.Equal(t, []string{"invoice.exceeds_value"}, livingStoppers(t, l.try(more)))

	l.do(livingOrdering(l.today(), 1), casework.Overriding("order.exceeds_value", "x"))
	_, err := l.c.Drawn()
	assert.ErrorIs(t, err, casework.ErrInvalid)
	l.invoiced("B", 1, casework.Overriding("invoice.exceeds_value", "x"))
	_, err = l.c.Account()
	assert.ErrorIs(t, err, casework.ErrInvalid)
	l.ended()
	assert.ErrorIs(t, l.try(livingClosing), casework.ErrInvalid)
}
