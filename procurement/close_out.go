package procurement

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// CloseOut is how the money stood when an agreement was closed. A difference
// between total and actual may be accepted on record; outstanding money never.
type CloseOut struct {
	Total       casework.Money `json:"total"`       // the effective value at the end
	Actual      casework.Money `json:"actual"`      // what was found to be owed
	Outstanding casework.Money `json:"outstanding"` // zero
	Mark        Mark           `json:"mark,omitzero"`
}

// Differs tells whether what was owed is not what was agreed.
func (o CloseOut) Differs() bool { return o.Total != o.Actual }

// contractClosed takes the move that closes a contract. The attempt's Args are
// the [CloseOut].
var contractClosed = &casework.Event[*Contract, CloseOut]{
	Name: "contract.closed", Version: 1,
	Apply: func(c *Contract, e casework.Entry, o CloseOut) {
		o.Mark = markOf(e)
		c.s.CloseOut = &o
	},
}

// Close closes a contract that has ended, and gives how its money stood.
func (c *Contract) Close() (CloseOut, error) {
	o, err := c.Reckon()
	if err != nil {
		return CloseOut{}, c.Fail(err)
	}
	if err := contractClosed.Move(c, CloseContract, o); err != nil {
		return CloseOut{}, err
	}
	return *c.s.CloseOut, nil
}

// Reckon gives how the money stands, as it would be closed with. Sums beyond 64
// bits are [casework.ErrInvalid].
func (c *Contract) Reckon() (CloseOut, error) {
	account, err := c.Account()
	if err != nil {
		return CloseOut{}, err
	}
	return CloseOut{Total: c.worth(c.Now()), Actual: account.Owed, Outstanding: account.Outstanding}, nil
}

// CloseOut gives how the money stood when the contract was closed, if it was.
func (c *Contract) CloseOut() (CloseOut, bool) {
	if c.s.CloseOut == nil {
		return CloseOut{}, false
	}
	return *c.s.CloseOut, true
}

// worth is the effective value of the contract at a time; after its end, as it
// was on the last day.
func (c *Contract) worth(at time.Time) casework.Money {
	if c.s.Ending != nil {
		at = c.s.Ending.On.In(c.cfg.calendar.Location())
	}
	return c.EffectiveAt(at).Value
}

// lifeEvents are the events of a contract from its first day to its close.
func lifeEvents() []casework.EventType[*Contract] {
	return slices.Concat(contractPerformance.types(), []casework.EventType[*Contract]{
		orderPlaced, orderCancelled,
		invoiceRecorded, invoiceValidated, invoiceRejected, invoiceDisputed, invoiceDisputeResolved, invoicePaid,
		disputeRaised, disputeSettled,
		underPerformanceRecorded, improvementPlanned, underPerformanceConcluded,
		breachNotified, breachAnswered, breachDecided,
		performanceSuspended, performanceResumed,
		contractEnded, contractClosed,
	})
}

// lifeRules are the rules of a contract from its first day to its close.
func lifeRules() []rule[*Contract] {
	return slices.Concat(
		orderRules(), paymentRules(), performanceRules[*Contract](), breachRules(), contractEndingRules(), closeRules(),
	)
}

// closeRules look at what is recorded, and not at what the command was given:
// they say the same when the close is listed and when it is taken.
func closeRules() []rule[*Contract] {
	closing := []casework.Move{CloseContract}
	return []rule[*Contract]{
		{
			policy: casework.Policy[*Contract]{
				Code: "close.difference", Doc: "What was owed is what was agreed, or the difference is accepted on record.",
				Source: "house rule", Moves: closing, Check: closeDifference,
			},
			weight: explained(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "close.outstanding", Doc: "Nothing is owed or in dispute when a contract is closed.",
				Source: "house rule", Moves: closing, Check: closeOutstanding,
			},
			weight: barred(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "close.early", Doc: "A contract is closed when its end has come.",
				Source: "house rule", Moves: closing, Check: closeEarly,
			},
			weight: barred(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "close.review", Doc: "The final review of a contract is approved before it is closed.",
				Source: "house rule", Moves: closing, Check: closeReview,
			},
			weight: commissioning.Weight{Light: casework.Explain, Standard: casework.Refuse, Major: casework.Refuse},
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "record.open", Doc: "Nothing that was begun is forgotten when a contract is closed.",
				Source: "house rule", Moves: closing, Check: recordOpen,
			},
			weight: barred(),
		},
	}
}

func closeDifference(a casework.Attempt[*Contract]) []casework.Objection {
	if a.Case.s.Terms.Nominal {
		return nil
	}
	o, err := a.Case.Reckon()
	if err != nil {
		return unreckoned(err)
	}
	if !o.Differs() {
		return nil
	}
	return object(
		fmt.Sprintf("the contract is worth %s, and %s was owed", o.Total, o.Actual),
		"vary the contract or put the account right, or say why the difference is accepted", "")
}

func closeOutstanding(a casework.Attempt[*Contract]) []casework.Objection {
	o, err := a.Case.Reckon()
	if err != nil {
		return unreckoned(err)
	}
	if o.Outstanding.Sign() == 0 {
		return nil
	}
	return object(fmt.Sprintf("%s is outstanding", o.Outstanding), "pay what is owed and resolve what is in dispute", "")
}

func closeEarly(a casework.Attempt[*Contract]) []casework.Objection {
	end := a.Case.s.Ending
	if end == nil || !a.Case.cfg.ahead(end.On, a.At) {
		return nil
	}
	objections := object(fmt.Sprintf("the contract ends on %s", end.On), "wait for its last day", "")
	objections[0].Until = end.On.In(a.Case.cfg.calendar.Location())
	return objections
}

func closeReview(a casework.Attempt[*Contract]) []casework.Objection {
	if _, approved := a.Case.s.Performance.finalReview(); approved {
		return nil
	}
	return object("no final review was approved", "hold the final review, and let somebody else approve what it found", "")
}

func recordOpen(a casework.Attempt[*Contract]) []casework.Objection {
	var all []casework.Objection
	for _, what := range a.Case.openRecords() {
		all = append(all, object(what+" is open", "bring it to an end first", what)...)
	}
	return all
}

// openRecords names everything under the contract that was begun and not ended,
// kind by kind, in order.
func (c *Contract) openRecords() []string {
	var open []string
	add := func(is bool, what string, id any) {
		if is {
			open = append(open, fmt.Sprintf("%s %v", what, id))
		}
	}
	for _, v := range c.s.Variations {
		add(v.Open(), "variation", v.ID)
	}
	for _, k := range c.s.PackageChanges {
		add(k.Open(), "package change", k.ID)
	}
	for _, d := range c.s.Disputes {
		add(d.Open(), "dispute", d.ID)
	}
	for _, u := range c.s.UnderPerformance {
		add(u.Open(), "under-performance", u.ID)
	}
	for _, b := range c.s.Breaches {
		add(b.Open(), "breach", b.ID)
	}
	for _, s := range c.s.Suspensions {
		add(s.Open(), "suspension from", s.From)
	}
	for _, i := range c.s.Invoices {
		add(i.Open(), "invoice", i.ID)
	}
	return append(open, c.s.Performance.openObligations()...)
}
