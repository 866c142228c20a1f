package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// BreachID names a breach within its contract, such as "H1".
type BreachID string

// BreachOutcome is what became of a notice of breach.
type BreachOutcome string

// The outcomes of a notice of breach.
const (
	BreachRemedied BreachOutcome = "remedied"
	BreachDeclined BreachOutcome = "declined" // answered, and found not to be one
	BreachSettled  BreachOutcome = "settled"  // by damages or agreement
	BreachEndsIt   BreachOutcome = "termination"
)

// Known tells whether the outcome is one of the four.
func (o BreachOutcome) Known() bool {
	return o == BreachRemedied || o == BreachDeclined || o == BreachSettled || o == BreachEndsIt
}

// Breach is a notice that a contract was broken. The other party is heard.
type Breach struct {
	ID       BreachID           `json:"id"`    // given by the contract
	Party    string             `json:"party"` // id of the agency said to be in breach
	Text     string             `json:"text"`
	Serious  bool               `json:"serious,omitempty"`
	After    UnderPerformanceID `json:"after,omitempty"` // the opportunity to improve that was given
	Notified Mark               `json:"notified,omitzero"`
	Answer   string             `json:"answer,omitempty"`
	Answered Mark               `json:"answered,omitzero"`
	Outcome  BreachOutcome      `json:"outcome,omitempty"`
	Decided  Mark               `json:"decided,omitzero"`
}

// Open tells whether it is undecided.
func (b Breach) Open() bool { return b.Outcome == "" }

// BreachAnswer is what the other party said to a notice. It is the data of
// [AnsweringBreach].
type BreachAnswer struct {
	Breach BreachID `json:"breach"`
	Answer string   `json:"answer"`
}

// BreachDecision is what became of a notice. It is the data of
// [DecidingBreach].
type BreachDecision struct {
	Breach  BreachID      `json:"breach"`
	Outcome BreachOutcome `json:"outcome"`
}

// AnsweringBreach and DecidingBreach are events of breaches, for policies to
// watch beside [BreachBeingNotified]. The attempt's Args are the [BreachAnswer]
// and the [BreachDecision]; those of the notice are the [Breach].
const (
	AnsweringBreach casework.Move = "breach.answered"
	DecidingBreach  casework.Move = "breach.decided"
)

var breachNotified = &casework.Event[*Contract, Breach]{
	Name: BreachBeingNotified, Version: 1,
	Apply: func(c *Contract, e casework.Entry, b Breach) {
		b.Notified = markOf(e)
		c.s.Breaches = append(c.s.Breaches, b)
	},
	Redact: func(b Breach) Breach {
		b.Text = ""
		return b
	},
}

var breachAnswered = &casework.Event[*Contract, BreachAnswer]{
	Name: string(AnsweringBreach), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d BreachAnswer) {
		if b := c.breach(d.Breach); b != nil {
			b.Answer, b.Answered = d.Answer, markOf(e)
		}
	},
	Redact: func(d BreachAnswer) BreachAnswer { return BreachAnswer{Breach: d.Breach} },
}

var breachDecided = &casework.Event[*Contract, BreachDecision]{
	Name: string(DecidingBreach), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d BreachDecision) {
		if b := c.breach(d.Breach); b != nil {
			b.Outcome, b.Decided = d.Outcome, markOf(e)
		}
	},
}

// NotifyBreach gives notice that a party broke a contract in force, and gives
// the record with its id. The cycle the contract serves hears of it in the same
// commit.
func (c *Contract) NotifyBreach(b Breach) (Breach, error) {
	faults := append(c.performedFaults(), c.partyKnown("breach.party", b.Party)...)
	faults = append(faults, required(b.Text, "breach.text", "breach.text_missing", "say how the contract was broken")...)
	if b.After != "" && c.underPerformance(b.After) == nil {
		faults = append(faults, unknown("breach.after", "under_performance", string(b.After)))
	}
	if err := c.invalid("notify a breach", faults); err != nil {
		return Breach{}, err
	}
	b = Breach{ID: BreachID(numbered("H", len(c.s.Breaches))), Party: b.Party, Text: b.Text, Serious: b.Serious, After: b.After}
	if err := breachNotified.Record(c, b); err != nil {
		return Breach{}, err
	}
	return *c.breach(b.ID), nil
}

// AnswerBreach records what the other party said to a notice. It may answer
// again until the notice is decided; the last answer stands.
func (c *Contract) AnswerBreach(id BreachID, answer string) (Breach, error) {
	faults := append(c.accountingFaults(), c.openBreach(id)...)
	faults = append(faults, required(answer, "answer", "breach.answer_missing", "say what the other party said")...)
	if err := c.invalid(fmt.Sprintf("answer breach %s", id), faults); err != nil {
		return Breach{}, err
	}
	if err := breachAnswered.Record(c, BreachAnswer{Breach: id, Answer: answer}); err != nil {
		return Breach{}, err
	}
	return *c.breach(id), nil
}

// DecideBreach records what became of a notice. It may be decided after the
// contract has ended; it ends none by itself.
func (c *Contract) DecideBreach(id BreachID, outcome BreachOutcome) (Breach, error) {
	faults := append(c.accountingFaults(), c.openBreach(id)...)
	if !outcome.Known() {
		faults = append(faults, fault("outcome", "breach.outcome", "a notice of breach is remedied, declined or settled, or leads to termination"))
	}
	if err := c.invalid(fmt.Sprintf("decide breach %s", id), faults); err != nil {
		return Breach{}, err
	}
	if err := breachDecided.Record(c, BreachDecision{Breach: id, Outcome: outcome}); err != nil {
		return Breach{}, err
	}
	return *c.breach(id), nil
}

// Breaches gives every notice of breach, in the order they were given.
func (c *Contract) Breaches() []Breach { return slices.Clone(c.s.Breaches) }

func (c *Contract) breach(id BreachID) *Breach {
	for i := range c.s.Breaches {
		if c.s.Breaches[i].ID == id {
			return &c.s.Breaches[i]
		}
	}
	return nil
}

// openBreach tells that a notice is not there, or is decided.
func (c *Contract) openBreach(id BreachID) []casework.Fault {
	switch b := c.breach(id); {
	case b == nil:
		return []casework.Fault{unknown("breach", "breach", string(id))}
	case !b.Open():
		return []casework.Fault{fault("breach", "breach.decided", fmt.Sprintf("breach %s is decided: %s", id, b.Outcome))}
	default:
		return nil
	}
}

// reports gives what the cycle is to hear of breaches and concluded reviews. A
// notice that was redacted leaves its id.
func (c *Contract) reports() []commissioning.ArrangementReport {
	var all []commissioning.ArrangementReport
	for _, b := range c.s.Breaches {
		text := b.Text
		if text == "" {
			text = fmt.Sprintf("breach %s was notified", b.ID)
		}
		all = append(all, commissioning.ArrangementReport{
			Kind: commissioning.ReportBreach, Case: c.ID(), Reference: string(b.ID), Text: text, On: c.cfg.dayOf(b.Notified),
		})
	}
	return append(all, reviewReports(c.ID(), &c.s.Performance)...)
}

// dayOf gives the day a record tells of: no later than the day it was made.
func (cfg *config) dayOf(m Mark) casework.Date {
	if m.At.After(m.Recorded) {
		return cfg.day(m.Recorded)
	}
	return cfg.day(m.At)
}

func breachRules() []rule[*Contract] {
	return []rule[*Contract]{{
		policy: casework.Policy[*Contract]{
			Code: "breach.no_opportunity", Doc: "Before a supplier is held to be in breach it was given an opportunity to improve.",
			Source: "Procurement Act 2023 s.71(4)", Moves: []casework.Move{BreachBeingNotified}, Check: breachNoOpportunity,
		},
		weight: explained(),
	}}
}

// breachNoOpportunity looks at the record the notice cites, or at all of them
// where it cites none.
func breachNoOpportunity(a casework.Attempt[*Contract]) []casework.Objection {
	b, is := a.Args.(Breach)
	if !is || a.Case.isBuyer(b.Party) {
		return nil
	}
	given := slices.ContainsFunc(a.Case.s.UnderPerformance, func(u UnderPerformance) bool {
		return u.Plan != nil && (b.After == "" || b.After == u.ID)
	})
	if given {
		return nil
	}
	return object(
		fmt.Sprintf("%s was not given an improvement plan before", b.Party),
		"record the under-performance and agree a plan first, or say why there is no time for one", string(b.After))
}

// isBuyer tells whether an agency buys under the contract.
func (c *Contract) isBuyer(agency string) bool {
	return slices.ContainsFunc(c.s.Parties, func(p Party) bool { return p.Agency.ID == agency && p.Role == BuyerParty })
}
