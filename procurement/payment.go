package procurement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// InvoiceID names an invoice within its agreement, such as "I1".
type InvoiceID string

// Invoice is a sum a supplier asks for. It is due 30 days from the day a valid
// invoice was received, that day included, or as the terms say. "Before the end
// of the period of 30 days beginning with the day" (Procurement Act 2023 s.68)
// is read as counting that day, which is the earlier of the two readings. What
// is disputed is not due until the dispute is resolved.
type Invoice struct {
	ID        InvoiceID        `json:"id"` // given by the agreement
	Reference string           `json:"reference"`
	Order     OrderID          `json:"order,omitempty"`
	Amount    casework.Money   `json:"amount"` // VAT included
	Received  casework.Date    `json:"received"`
	ValidOn   casework.Date    `json:"valid_on,omitzero"` // the day it was found valid to have been received; zero while it is not
	DueOn     casework.Date    `json:"due_on,omitzero"`   // computed: the last day that is in time
	Disputes  []PaymentDispute `json:"disputes,omitempty"`
	Payments  []Payment        `json:"payments,omitempty"`
	Mark      Mark             `json:"mark,omitzero"`
	Validated Mark             `json:"validated,omitzero"`
	Rejected  Mark             `json:"rejected,omitzero"` // found not to be a valid invoice; nothing of it is owed
	Why       string           `json:"why,omitempty"`     // it was rejected
}

// PaymentDispute is a part of an invoice that is not accepted.
type PaymentDispute struct {
	Amount   casework.Money `json:"amount"`
	Reason   string         `json:"reason"`
	Raised   Mark           `json:"raised,omitzero"`
	Owed     casework.Money `json:"owed,omitzero"` // how much of it was found to be owed; the rest never is
	Finding  string         `json:"finding,omitempty"`
	DueOn    casework.Date  `json:"due_on,omitzero"` // computed: the last day that is in time for what was found to be owed
	Resolved Mark           `json:"resolved,omitzero"`
}

// Open tells whether the dispute is unresolved.
func (d PaymentDispute) Open() bool { return d.Resolved.IsZero() }

// Payment is money paid on an invoice.
type Payment struct {
	Amount    casework.Money `json:"amount"`
	On        casework.Date  `json:"on"`
	Reference string         `json:"reference,omitempty"`
	Mark      Mark           `json:"mark,omitzero"`
}

// Valid tells whether the invoice was found valid.
func (i Invoice) Valid() bool { return !i.ValidOn.IsZero() }

// Open tells whether somebody has yet to look at the invoice, or a part of it is
// in dispute.
func (i Invoice) Open() bool {
	if !i.Rejected.IsZero() {
		return false
	}
	return !i.Valid() || slices.ContainsFunc(i.Disputes, PaymentDispute.Open)
}

// Due gives what is to be paid: the amount, without open disputes, what disputes
// found not to be owed, and what was paid. Amounts that cannot be reckoned are
// [casework.ErrInvalid].
func (i Invoice) Due() (casework.Money, error) {
	a, err := i.Account()
	if err != nil {
		return casework.Money{}, err
	}
	return a.Owed.Sub(a.Paid)
}

// PaidLate tells whether money was paid after the last day that was in time for
// it. What a dispute found to be owed has a last day of its own. Amounts that
// cannot be reckoned are [casework.ErrInvalid].
func (i Invoice) PaidLate() (bool, error) {
	for _, day := range i.dueDays() {
		owing, err := i.owing(day, day)
		if err != nil {
			return false, err
		}
		later := slices.ContainsFunc(i.Payments, func(p Payment) bool { return p.On.After(day) })
		if owing.Sign() > 0 && later {
			return true, nil
		}
	}
	return false, nil
}

// DaysToPay counts the days from the day the valid invoice was received to the
// last payment, both included: a payment on the 30th is in time where 30 days
// are agreed. It is not known before all is paid and no dispute is open.
func (i Invoice) DaysToPay() (days int, known bool) {
	due, err := i.Due()
	if err != nil || due.Sign() != 0 || i.Open() || len(i.Payments) == 0 {
		return 0, false
	}
	last := slices.MaxFunc(i.Payments, func(a, b Payment) int { return a.On.Compare(b.On) }).On
	return i.ValidOn.DaysUntil(last) + 1, true
}

// dueDays gives the last days that are in time for a part of the invoice, in
// order.
func (i Invoice) dueDays() []casework.Date {
	if !i.Valid() {
		return nil
	}
	days := []casework.Date{i.DueOn}
	for _, d := range i.Disputes {
		if !d.Open() && d.Owed.Sign() > 0 {
			days = append(days, later(d.DueOn, i.DueOn))
		}
	}
	slices.SortFunc(days, casework.Date.Compare)
	return slices.Compact(days)
}

// owing gives what was to be paid by a day, without what was paid up to another
// one; it is negative where more was. The zero day is the end of time.
func (i Invoice) owing(by, paidBy casework.Date) (casework.Money, error) {
	owing := i.Amount
	var err error
	for _, d := range i.Disputes {
		if owing, err = owing.Sub(d.Amount); err != nil {
			return casework.Money{}, err
		}
		if d.Open() || later(d.DueOn, i.DueOn).After(by) {
			continue
		}
		if owing, err = owing.Add(d.Owed); err != nil {
			return casework.Money{}, err
		}
	}
	for _, p := range i.Payments {
		if !paidBy.IsZero() && p.On.After(paidBy) {
			continue
		}
		if owing, err = owing.Sub(p.Amount); err != nil {
			return casework.Money{}, err
		}
	}
	return owing, nil
}

// unpaidDays gives the last days that are in time for what is not paid yet.
func (i Invoice) unpaidDays() []casework.Date {
	var days []casework.Date
	for _, day := range i.dueDays() {
		if owing, err := i.owing(day, casework.Date{}); err == nil && owing.Sign() > 0 {
			days = append(days, day)
		}
	}
	return days
}

func later(a, b casework.Date) casework.Date {
	if a.After(b) {
		return a
	}
	return b
}

func (i Invoice) clone() Invoice {
	i.Disputes, i.Payments = slices.Clone(i.Disputes), slices.Clone(i.Payments)
	return i
}

// InvoiceValidation says that a valid invoice was received, and computes when it
// is due. It is the data of [ValidatingInvoice].
type InvoiceValidation struct {
	Invoice InvoiceID     `json:"invoice"`
	On      casework.Date `json:"on"`
	DueOn   casework.Date `json:"due_on"`
}

// InvoiceRejection says why an invoice is not a valid one. It is the data of
// [RejectingInvoice].
type InvoiceRejection struct {
	Invoice InvoiceID `json:"invoice"`
	Why     string    `json:"why"`
}

// InvoiceDispute is a part of an invoice that is not accepted. It is the data of
// [DisputingInvoice].
type InvoiceDispute struct {
	Invoice InvoiceID      `json:"invoice"`
	Amount  casework.Money `json:"amount"`
	Reason  string         `json:"reason"`
}

// InvoiceFinding is what became of a dispute of an invoice. It is the data of
// [ResolvingInvoiceDispute].
type InvoiceFinding struct {
	Invoice InvoiceID      `json:"invoice"`
	Dispute int            `json:"dispute"` // its place among the disputes of the invoice, from 0
	Owed    casework.Money `json:"owed"`
	Finding string         `json:"finding"`
	DueOn   casework.Date  `json:"due_on"`
}

// InvoicePayment is money paid on an invoice. It is the data of [PayingInvoice].
type InvoicePayment struct {
	Invoice InvoiceID `json:"invoice"`
	Payment Payment   `json:"payment"`
}

// The events of invoices, for policies to watch. The attempt's Args are the
// [Invoice], [InvoiceValidation], [InvoiceRejection], [InvoiceDispute],
// [InvoiceFinding] and [InvoicePayment].
const (
	RecordingInvoice        casework.Move = "invoice.recorded"
	ValidatingInvoice       casework.Move = "invoice.validated"
	RejectingInvoice        casework.Move = "invoice.rejected"
	DisputingInvoice        casework.Move = "invoice.disputed"
	ResolvingInvoiceDispute casework.Move = "invoice.dispute_resolved"
	PayingInvoice           casework.Move = "invoice.paid"
)

var invoiceRecorded = &casework.Event[*Contract, Invoice]{
	Name: string(RecordingInvoice), Version: 1,
	Apply: func(c *Contract, e casework.Entry, i Invoice) {
		i.Mark = markOf(e)
		c.s.Invoices = append(c.s.Invoices, i)
	},
}

var invoiceValidated = &casework.Event[*Contract, InvoiceValidation]{
	Name: string(ValidatingInvoice), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d InvoiceValidation) {
		if i := c.invoice(d.Invoice); i != nil {
			i.ValidOn, i.DueOn, i.Validated = d.On, d.DueOn, markOf(e)
		}
	},
}

var invoiceRejected = &casework.Event[*Contract, InvoiceRejection]{
	Name: string(RejectingInvoice), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d InvoiceRejection) {
		if i := c.invoice(d.Invoice); i != nil {
			i.Why, i.Rejected = d.Why, markOf(e)
		}
	},
	Redact: func(d InvoiceRejection) InvoiceRejection { return InvoiceRejection{Invoice: d.Invoice} },
}

var invoiceDisputed = &casework.Event[*Contract, InvoiceDispute]{
	Name: string(DisputingInvoice), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d InvoiceDispute) {
		if i := c.invoice(d.Invoice); i != nil {
			i.Disputes = append(i.Disputes, PaymentDispute{Amount: d.Amount, Reason: d.Reason, Raised: markOf(e)})
		}
	},
	Redact: func(d InvoiceDispute) InvoiceDispute { return InvoiceDispute{Invoice: d.Invoice, Amount: d.Amount} },
}

var invoiceDisputeResolved = &casework.Event[*Contract, InvoiceFinding]{
	Name: string(ResolvingInvoiceDispute), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d InvoiceFinding) {
		i := c.invoice(d.Invoice)
		if i == nil || d.Dispute < 0 || d.Dispute >= len(i.Disputes) {
			return
		}
		dispute := &i.Disputes[d.Dispute]
		dispute.Owed, dispute.Finding, dispute.DueOn, dispute.Resolved = d.Owed, d.Finding, d.DueOn, markOf(e)
	},
	Redact: func(d InvoiceFinding) InvoiceFinding {
		d.Finding = ""
		return d
	},
}

var invoicePaid = &casework.Event[*Contract, InvoicePayment]{
	Name: string(PayingInvoice), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d InvoicePayment) {
		if i := c.invoice(d.Invoice); i != nil {
			d.Payment.Mark = markOf(e)
			i.Payments = append(i.Payments, d.Payment)
		}
	},
}

// RecordInvoice records an invoice as it came in, and gives it with its id. The
// last ones come in when the contract has ended. Nothing of it is due before it
// is found valid.
func (c *Contract) RecordInvoice(i Invoice) (Invoice, error) {
	faults := c.accountingFaults()
	faults = append(faults, required(i.Reference, "invoice.reference", "invoice.reference_missing", "give the number the supplier put on it")...)
	faults = append(faults, c.sumFaults(i.Amount, "invoice.amount", "how much is asked for")...)
	faults = append(faults, c.dayFaults(i.Received, "invoice.received", "invoice", "on which day it was received")...)
	if i.Order != "" {
		faults = append(faults, c.orderFaults(i.Order, "invoice.order")...)
	}
	if err := c.invalid("record an invoice", faults); err != nil {
		return Invoice{}, err
	}
	i = Invoice{
		ID: InvoiceID(numbered("I", len(c.s.Invoices))), Reference: i.Reference, Order: i.Order, Amount: i.Amount, Received: i.Received,
	}
	if err := invoiceRecorded.Record(c, i); err != nil {
		return Invoice{}, err
	}
	return c.invoice(i.ID).clone(), nil
}

// FindInvoiceValid records that the invoice, as it stood on a day, was a valid
// one: of that day or of when it was put right. The period for payment begins
// with that day.
func (c *Contract) FindInvoiceValid(id InvoiceID, on casework.Date) (Invoice, error) {
	faults := append(c.accountingFaults(), c.dayFaults(on, "on", "invoice", "since which day it is a valid invoice")...)
	i, more := c.unvalidated(id)
	faults = append(faults, more...)
	if i != nil && !on.IsZero() && on.Before(i.Received) {
		faults = append(faults, fault("on", "invoice.valid_before_received", fmt.Sprintf("invoice %s was received on %s", id, i.Received)))
	}
	if err := c.invalid(fmt.Sprintf("find invoice %s valid", id), faults); err != nil {
		return Invoice{}, err
	}
	d := InvoiceValidation{Invoice: id, On: on, DueOn: c.lastDayToPay(on)}
	if err := invoiceValidated.Record(c, d); err != nil {
		return Invoice{}, err
	}
	return c.invoice(id).clone(), nil
}

// RejectInvoice records that the invoice is not a valid one, and why. Nothing of
// it is ever owed; the supplier may send another one under the same number.
func (c *Contract) RejectInvoice(id InvoiceID, why string) (Invoice, error) {
	faults := append(c.accountingFaults(), required(why, "why", "invoice.why_missing", "say what is wrong with the invoice")...)
	_, more := c.unvalidated(id)
	if err := c.invalid(fmt.Sprintf("reject invoice %s", id), append(faults, more...)); err != nil {
		return Invoice{}, err
	}
	if err := invoiceRejected.Record(c, InvoiceRejection{Invoice: id, Why: why}); err != nil {
		return Invoice{}, err
	}
	return c.invoice(id).clone(), nil
}

// DisputeInvoice records that a part of an invoice is not accepted, and why. It
// is at most what is still to be paid.
func (c *Contract) DisputeInvoice(id InvoiceID, amount casework.Money, reason string) (Invoice, error) {
	faults := append(c.accountingFaults(), required(reason, "reason", "dispute.reason_missing", "say why it is not accepted")...)
	i, more := c.standing(id)
	faults = append(faults, more...)
	amountFaults := c.sumFaults(amount, "amount", "how much is not accepted")
	faults = append(faults, amountFaults...)
	if i != nil && len(amountFaults) == 0 {
		faults = append(faults, atMostDue(*i, amount)...)
	}
	if err := c.invalid(fmt.Sprintf("dispute invoice %s", id), faults); err != nil {
		return Invoice{}, err
	}
	if err := invoiceDisputed.Record(c, InvoiceDispute{Invoice: id, Amount: amount, Reason: reason}); err != nil {
		return Invoice{}, err
	}
	return c.invoice(id).clone(), nil
}

// ResolveDispute records what was found about a dispute of an invoice, the nth
// from 0, and how much of it is owed after all. That is due within as many days,
// beginning with the day of the call. The rest is never owed.
func (c *Contract) ResolveDispute(id InvoiceID, n int, owed casework.Money, finding string) (Invoice, error) {
	faults := append(c.accountingFaults(), required(finding, "finding", "dispute.finding_missing", "say what was found")...)
	i, more := c.standing(id)
	faults = append(faults, more...)
	amountFaults := append(moneyFaults(owed, "owed", "how much of it is owed"), c.currencyFaults(owed, "owed")...)
	faults = append(faults, amountFaults...)
	if i != nil {
		faults = append(faults, openDispute(*i, n, owed, len(amountFaults) == 0)...)
	}
	if err := c.invalid(fmt.Sprintf("resolve dispute %d of invoice %s", n, id), faults); err != nil {
		return Invoice{}, err
	}
	d := InvoiceFinding{Invoice: id, Dispute: n, Owed: owed, Finding: finding, DueOn: c.lastDayToPay(c.cfg.day(c.Now()))}
	if err := invoiceDisputeResolved.Record(c, d); err != nil {
		return Invoice{}, err
	}
	return c.invoice(id).clone(), nil
}

// PayInvoice records money paid on a valid invoice.
func (c *Contract) PayInvoice(id InvoiceID, p Payment) (Invoice, error) {
	faults := append(c.accountingFaults(), c.sumFaults(p.Amount, "payment.amount", "how much was paid")...)
	faults = append(faults, c.dayFaults(p.On, "payment.on", "payment", "on which day it was paid")...)
	i, more := c.standing(id)
	faults = append(faults, more...)
	if i != nil && !i.Valid() {
		faults = append(faults, fault("invoice", "invoice.not_valid", fmt.Sprintf("invoice %s was not found valid yet", id)))
	}
	if i != nil && !p.On.IsZero() && p.On.Before(i.Received) {
		faults = append(faults, fault("payment.on", "payment.before_invoice", fmt.Sprintf("invoice %s was received on %s", id, i.Received)))
	}
	if err := c.invalid(fmt.Sprintf("pay invoice %s", id), faults); err != nil {
		return Invoice{}, err
	}
	p.Mark = Mark{}
	if err := invoicePaid.Record(c, InvoicePayment{Invoice: id, Payment: p}); err != nil {
		return Invoice{}, err
	}
	return c.invoice(id).clone(), nil
}

// Invoices gives every invoice, in the order they were recorded.
func (c *Contract) Invoices() []Invoice {
	all := slices.Clone(c.s.Invoices)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Invoice gives one invoice.
func (c *Contract) Invoice(id InvoiceID) (Invoice, bool) {
	if i := c.invoice(id); i != nil {
		return i.clone(), true
	}
	return Invoice{}, false
}

func (c *Contract) invoice(id InvoiceID) *Invoice {
	for i := range c.s.Invoices {
		if c.s.Invoices[i].ID == id {
			return &c.s.Invoices[i]
		}
	}
	return nil
}

// standing gives an invoice that was not rejected, or what is wrong with the id.
func (c *Contract) standing(id InvoiceID) (*Invoice, []casework.Fault) {
	switch i := c.invoice(id); {
	case i == nil:
		return nil, []casework.Fault{unknown("invoice", "invoice", string(id))}
	case !i.Rejected.IsZero():
		return nil, []casework.Fault{fault("invoice", "invoice.rejected", fmt.Sprintf("invoice %s was rejected", id))}
	default:
		return i, nil
	}
}

// unvalidated gives an invoice that nobody looked at yet, or what is wrong with
// the id.
func (c *Contract) unvalidated(id InvoiceID) (*Invoice, []casework.Fault) {
	i, faults := c.standing(id)
	if i != nil && i.Valid() {
		return nil, []casework.Fault{fault("invoice", "invoice.valid", fmt.Sprintf("invoice %s was found valid already", id))}
	}
	return i, faults
}

// lastDayToPay counts the days for payment, beginning with a day.
func (c *Contract) lastDayToPay(from casework.Date) casework.Date {
	return from.AddDays(cmp.Or(c.s.Terms.Payment.Days, 30) - 1)
}

// accountingFaults tells that the contract has no account: it never came into
// force, nor ended, or it is closed.
func (c *Contract) accountingFaults() []casework.Fault {
	if c.performed() || c.settling() {
		return nil
	}
	return []casework.Fault{fault("contract", "contract.no_account", "money is recorded while the contract is in force, and until it is closed")}
}

// sumFaults lists what is wrong with an amount of more than nothing, in the
// currency of the contract.
func (c *Contract) sumFaults(m casework.Money, path, what string) []casework.Fault {
	if faults := moneyFaults(m, path, what); faults != nil {
		return faults
	}
	if m.Sign() == 0 {
		return []casework.Fault{fault(path, "money.zero", what+" is more than nothing")}
	}
	return c.currencyFaults(m, path)
}

// currencyFaults tells that an amount is in another currency than the contract.
func (c *Contract) currencyFaults(m casework.Money, path string) []casework.Fault {
	none := c.nothing()
	if !m.IsRecorded() || !none.IsRecorded() || m.Currency() == none.Currency() {
		return nil
	}
	return []casework.Fault{fault(path, "money.currency_mixed", fmt.Sprintf("the contract is in %s, not in %s", none.Currency(), m.Currency()))}
}

// dayFaults tells that a day is missing, or yet to come.
func (c *Contract) dayFaults(day casework.Date, path, what, say string) []casework.Fault {
	if day.IsZero() {
		return []casework.Fault{fault(path, what+".day_missing", "say "+say)}
	}
	if c.cfg.ahead(day, c.Now()) {
		return []casework.Fault{fault(path, what+".day_future", fmt.Sprintf("%s is yet to come", day))}
	}
	return nil
}

// atMostDue tells that more is disputed than is still to be paid.
func atMostDue(i Invoice, amount casework.Money) []casework.Fault {
	due, err := i.Due()
	if err != nil {
		return faultsOf("amount", err)
	}
	if over, err := amount.Cmp(due); err != nil || over > 0 {
		return []casework.Fault{fault("amount", "dispute.exceeds_due", fmt.Sprintf("%s of invoice %s is still to be paid", due, i.ID))}
	}
	return nil
}

// openDispute tells that a dispute is not there or resolved, or that more is
// owed than was in dispute.
func openDispute(i Invoice, n int, owed casework.Money, sound bool) []casework.Fault {
	if n < 0 || n >= len(i.Disputes) {
		return []casework.Fault{unknown("dispute", "dispute", fmt.Sprint(n))}
	}
	d := i.Disputes[n]
	if !d.Open() {
		return []casework.Fault{fault("dispute", "dispute.resolved", fmt.Sprintf("dispute %d of invoice %s is resolved", n, i.ID))}
	}
	if !sound {
		return nil
	}
	if over, err := owed.Cmp(d.Amount); err != nil || over > 0 {
		return []casework.Fault{fault("owed", "dispute.exceeds_amount", fmt.Sprintf("%s is in dispute", d.Amount))}
	}
	return nil
}

func paymentRules() []rule[*Contract] {
	return []rule[*Contract]{
		{
			policy: casework.Policy[*Contract]{
				Code: "invoice.duplicate", Doc: "The same invoice is not recorded twice.",
				Source: "house rule: controls against duplicate payment", Moves: []casework.Move{RecordingInvoice}, Check: invoiceDuplicate,
			},
			weight: refused(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "invoice.exceeds_value", Doc: "Invoices ask for no more than the contract is worth.",
				Source: "house rule: a change of value is a variation", Moves: []casework.Move{RecordingInvoice}, Check: invoiceExceedsValue,
			},
			weight: refused(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "payment.exceeds_due", Doc: "Nobody pays more than is due.",
				Source: "house rule", Moves: []casework.Move{PayingInvoice}, Check: paymentExceedsDue,
			},
			weight: barred(),
		},
	}
}

func invoiceDuplicate(a casework.Attempt[*Contract]) []casework.Objection {
	d, is := a.Args.(Invoice)
	if !is {
		return nil
	}
	for _, i := range a.Case.s.Invoices {
		if i.Rejected.IsZero() && i.Reference == d.Reference && i.Amount == d.Amount {
			return object(
				fmt.Sprintf("invoice %s has the reference %q and asks for %s too", i.ID, i.Reference, i.Amount),
				"check that it is not the same invoice sent twice", string(i.ID))
		}
	}
	return nil
}

func invoiceExceedsValue(a casework.Attempt[*Contract]) []casework.Objection {
	d, is := a.Args.(Invoice)
	if !is {
		return nil
	}
	asked, err := a.Case.asked()
	if err != nil {
		return unreckoned(err)
	}
	return exceedsValue(a, asked, d.Amount, "invoices")
}

// asked adds up what all invoices ask for, found valid or not, without what is
// not owed.
func (c *Contract) asked() (casework.Money, error) {
	asked := c.nothing()
	for _, i := range c.s.Invoices {
		one, err := i.Account()
		if err != nil {
			return casework.Money{}, err
		}
		more, err := one.Invoiced.Sub(one.Refused)
		if err != nil {
			return casework.Money{}, err
		}
		if asked, err = asked.Add(more); err != nil {
			return casework.Money{}, err
		}
	}
	return asked, nil
}

func paymentExceedsDue(a casework.Attempt[*Contract]) []casework.Objection {
	d, is := a.Args.(InvoicePayment)
	if !is {
		return nil
	}
	i := a.Case.invoice(d.Invoice)
	if i == nil {
		return nil
	}
	due, err := i.Due()
	if err != nil {
		return unreckoned(err)
	}
	over, err := d.Payment.Amount.Cmp(due)
	if err != nil {
		return unreckoned(err)
	}
	if over <= 0 {
		return nil
	}
	return object(
		fmt.Sprintf("%s is due on invoice %s, not %s", due, i.ID, d.Payment.Amount),
		"pay what is due; resolve open disputes first", string(i.ID))
}
