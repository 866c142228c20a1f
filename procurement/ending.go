package procurement

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// EndedAs says how a contract ended.
type EndedAs string

// The ways a contract ends.
const (
	ExpiredEnd    EndedAs = "expired"    // its last day is over
	CompletedEnd  EndedAs = "completed"  // what was to be delivered is delivered
	TerminatedEnd EndedAs = "terminated" // before its time
)

// TerminationGround is why a contract was ended before its time.
type TerminationGround string

// The grounds of termination.
const (
	TerminatedByNotice    TerminationGround = "notice" // as the terms allow
	TerminatedByAgreement TerminationGround = "mutual_agreement"
	TerminatedForBreach   TerminationGround = "breach"
	TerminatedImplied     TerminationGround = "implied_right" // Procurement Act 2023 s.78
	TerminatedInsolvency  TerminationGround = "insolvency"
	TerminatedOtherwise   TerminationGround = "other"
)

// Known tells whether the ground is one of the six.
func (g TerminationGround) Known() bool {
	switch g {
	case TerminatedByNotice, TerminatedByAgreement, TerminatedForBreach, TerminatedImplied, TerminatedInsolvency, TerminatedOtherwise:
		return true
	}
	return false
}

// Ending is the end of an agreement.
type Ending struct {
	As              EndedAs           `json:"as"`
	On              casework.Date     `json:"on"` // the last day
	Ground          TerminationGround `json:"ground,omitempty"`
	NoticeGiven     casework.Date     `json:"notice_given,omitzero"` // the day notice of termination was given
	Reason          string            `json:"reason,omitempty"`
	Representations string            `json:"representations,omitempty"` // what the supplier said, having been asked (s.78(7))
	ExitPlan        string            `json:"exit_plan,omitempty"`       // how people, staff and assets are carried over
	Mark            Mark              `json:"mark,omitzero"`
}

// contractEnded takes the moves that end a contract. Policies watch the moves;
// the attempt's Args are the [Ending].
var contractEnded = &casework.Event[*Contract, Ending]{
	Name: "contract.ended", Version: 1,
	Apply: func(c *Contract, e casework.Entry, d Ending) {
		d.Reason, d.Mark = cmp.Or(d.Reason, e.Reason), markOf(e)
		c.s.Ending = &d
	},
	Redact: Ending.untold,
}

// Complete ends a contract in force on a day, today or before, since what was to
// be delivered is delivered. Ground and notice are for termination, and left
// out.
func (c *Contract) Complete(e Ending) (Ending, error) {
	faults := append(c.performedFaults(), c.endFaults(e.On)...)
	if !e.On.IsZero() && e.On.Before(c.s.Commenced) {
		faults = append(faults, fault("ending.on", "ending.before_first_day", fmt.Sprintf("the contract is in force since %s", c.s.Commenced)))
	}
	if err := c.invalid("complete the contract", faults); err != nil {
		return Ending{}, err
	}
	e.As, e.Ground, e.NoticeGiven = CompletedEnd, "", casework.Date{}
	return c.end(CompleteContract, e)
}

// Terminate ends a contract that was signed before its time, on a day, today or
// before, and on a ground. The call's reason says why, and is required.
func (c *Contract) Terminate(e Ending) (Ending, error) {
	var faults []casework.Fault
	if c.s.Bound.IsZero() || c.s.Ending != nil {
		faults = append(faults, fault("contract", "contract.not_binding", "only a contract that was signed, and has not ended, is terminated"))
	}
	faults = append(faults, c.endFaults(e.On)...)
	if !e.Ground.Known() {
		faults = append(faults, fault("ending.ground", "ending.ground", "a ground is notice, mutual_agreement, breach, implied_right, insolvency or other"))
	}
	if !e.NoticeGiven.IsZero() && e.NoticeGiven.After(e.On) {
		faults = append(faults, fault("ending.notice_given", "ending.notice_reversed", "notice is given before the end"))
	}
	faults = append(faults, reasonRequired(c, "why the contract is terminated")...)
	if err := c.invalid("terminate the contract", faults); err != nil {
		return Ending{}, err
	}
	e.As = TerminatedEnd
	return c.end(TerminateNow, e)
}

// end records an ending that is sound.
func (c *Contract) end(m casework.Move, e Ending) (Ending, error) {
	e.Reason, e.Mark = "", Mark{}
	if err := contractEnded.Move(c, m, e); err != nil {
		return Ending{}, err
	}
	return *c.s.Ending, nil
}

// expire ends the contract as its last day is over.
func (c *Contract) expire(last casework.Date) error {
	return contractEnded.Move(c, ExpireContract, Ending{As: ExpiredEnd, On: last})
}

// endByNovation ends the contract as another supplier took it over on a day.
func (c *Contract) endByNovation(on casework.Date) error {
	if err := c.invalid("end a contract by novation", c.endFaults(on)); err != nil {
		return err
	}
	return contractEnded.Move(c, NovateContract, Ending{
		As: TerminatedEnd, On: on, Ground: TerminatedByAgreement, Reason: "another supplier took the contract over",
	})
}

// Ending gives how the contract ended, if it has.
func (c *Contract) Ending() (Ending, bool) {
	if c.s.Ending == nil {
		return Ending{}, false
	}
	return *c.s.Ending, true
}

// endFaults lists what is wrong with the last day of a contract.
func (c *Contract) endFaults(on casework.Date) []casework.Fault {
	faults := c.dayFaults(on, "ending.on", "ending", "on which day it ended")
	if !on.IsZero() && on.Before(c.s.Bound) {
		faults = append(faults, fault("ending.on", "ending.reversed", fmt.Sprintf("the contract binds since %s", c.s.Bound)))
	}
	return faults
}

// performed tells whether the contract is in force: it came into force and has
// not ended. It asks the facts, so that a host's own states count too.
func (c *Contract) performed() bool {
	return !c.s.Commenced.IsZero() && c.s.Ending == nil && !c.Final()
}

// settling tells whether the contract has ended and is not closed.
func (c *Contract) settling() bool { return c.s.Ending != nil && !c.Final() }

// performedFaults tells that the contract is not in force.
func (c *Contract) performedFaults() []casework.Fault {
	if c.performed() {
		return nil
	}
	return []casework.Fault{fault("contract", "contract.not_in_force", "the contract is not in force")}
}

func contractEndingRules() []rule[*Contract] {
	return []rule[*Contract]{
		{
			policy: casework.Policy[*Contract]{
				Code: "payments.unrecorded", Doc: "Whoever says that a contract is completed says what was paid under it.",
				Source: "house rule; ProZorro: amountPaid is required to terminate a contract", Moves: []casework.Move{CompleteContract}, Check: paymentsUnrecorded,
			},
			weight: refused(),
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "termination.unheard", Doc: "A supplier is told why its contract is to be terminated, and heard, unless it agrees or notice is given as the terms allow.",
				Source: "Procurement Act 2023 s.78(7)", Moves: []casework.Move{TerminateNow}, Check: terminationUnheard,
			},
			weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Explain, Major: casework.Refuse},
		},
		{
			policy: casework.Policy[*Contract]{
				Code: "termination.notice", Doc: "Notice of termination is as long as the terms say.",
				Source: "the terms of the contract", Moves: []casework.Move{TerminateNow}, Check: terminationNotice,
			},
			weight: explained(),
		},
	}
}

// paymentsUnrecorded does not look at what the command was given: nothing in it
// would say what was paid.
func paymentsUnrecorded(a casework.Attempt[*Contract]) []casework.Objection {
	if value := a.Case.worth(a.At); a.Case.s.Terms.Nominal || value.IsRecorded() && value.Sign() == 0 {
		return nil
	}
	for _, i := range a.Case.s.Invoices {
		if i.Rejected.IsZero() {
			return nil
		}
	}
	return object("nothing is recorded as invoiced or paid", "say what was paid: record the invoices and the payments", "")
}

func terminationUnheard(a casework.Attempt[*Contract]) []casework.Objection {
	e, is := a.Args.(Ending)
	if !is || e.Ground == TerminatedByAgreement || e.Ground == TerminatedByNotice || strings.TrimSpace(e.Representations) != "" {
		return nil
	}
	return object(
		fmt.Sprintf("the supplier was not heard on termination for %s", e.Ground),
		"tell the supplier that and why the contract is to be terminated, give it time to respond, and record what it said", "")
}

func terminationNotice(a casework.Attempt[*Contract]) []casework.Objection {
	e, is := a.Args.(Ending)
	months := a.Case.s.Terms.Notice
	if !is || e.Ground != TerminatedByNotice || months < 1 {
		return nil
	}
	if e.NoticeGiven.IsZero() {
		return object(
			fmt.Sprintf("the terms ask for %d months of notice, and no day of notice is recorded", months),
			"say on which day notice was given", "")
	}
	if !e.NoticeGiven.AddMonths(months).After(e.On) {
		return nil
	}
	return object(
		fmt.Sprintf("notice given on %s for %s is less than %d months", e.NoticeGiven, e.On, months),
		"end the contract later, or say why notice is shorter", "")
}
