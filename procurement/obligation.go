package procurement

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// ObligationID names an obligation within its agreement, such as "G1".
type ObligationID string

// ObligationStatus is what became of an obligation (OCDS milestone statuses).
type ObligationStatus string

// The statuses of an obligation. The empty status is that it is yet to be met.
const (
	ObligationMet       ObligationStatus = "met"
	ObligationPartlyMet ObligationStatus = "partly_met"
	ObligationNotMet    ObligationStatus = "not_met"
	ObligationWaived    ObligationStatus = "waived"
)

// Known tells whether the status is one of the four.
func (s ObligationStatus) Known() bool {
	return s == ObligationMet || s == ObligationPartlyMet || s == ObligationNotMet || s == ObligationWaived
}

// Obligation is something a party must have done by a day: a milestone, a
// report, a plan.
type Obligation struct {
	ID      ObligationID     `json:"id"` // given by the agreement
	Title   string           `json:"title"`
	Party   string           `json:"party"` // id of the agency that owes it
	Due     casework.Date    `json:"due"`   // the last day that is in time
	Status  ObligationStatus `json:"status,omitempty"`
	Text    string           `json:"text,omitempty"`
	Mark    Mark             `json:"mark,omitzero"`
	Settled Mark             `json:"settled,omitzero"`
}

// Open tells whether the obligation is yet to be met.
func (o Obligation) Open() bool { return o.Settled.IsZero() }

func (o Obligation) faults(path string) []casework.Fault {
	faults := required(o.Title, path+".title", "obligation.title_missing", "say what is to be done")
	faults = append(faults, required(o.Party, path+".party", "obligation.party_missing", "say which agency owes it")...)
	if o.Due.IsZero() {
		faults = append(faults, fault(path+".due", "obligation.due_missing", "say by which day it is to be done"))
	}
	return faults
}

// ObligationSettlement is what became of an obligation. It is the data of
// [SettlingObligation].
type ObligationSettlement struct {
	Obligation ObligationID     `json:"obligation"`
	Status     ObligationStatus `json:"status"`
	Text       string           `json:"text,omitempty"`
}

// AgreeingObligation and SettlingObligation are the events of obligations, for
// policies to watch. The attempt's Args are the [Obligation] and the
// [ObligationSettlement].
const (
	AgreeingObligation casework.Move = "obligation.agreed"
	SettlingObligation casework.Move = "obligation.settled"
)

func obligationAgreedEvent[T performing]() *casework.Event[T, Obligation] {
	return &casework.Event[T, Obligation]{
		Name: string(AgreeingObligation), Version: 1,
		Apply: func(c T, e casework.Entry, o Obligation) {
			o.Mark = markOf(e)
			c.perf().Obligations = append(c.perf().Obligations, o)
		},
		Redact: func(o Obligation) Obligation {
			o.Title = ""
			return o
		},
	}
}

func obligationSettledEvent[T performing]() *casework.Event[T, ObligationSettlement] {
	return &casework.Event[T, ObligationSettlement]{
		Name: string(SettlingObligation), Version: 1,
		Apply: func(c T, e casework.Entry, d ObligationSettlement) {
			if o := c.perf().obligation(d.Obligation); o != nil {
				o.Status, o.Text, o.Settled = d.Status, d.Text, markOf(e)
			}
		},
		Redact: func(d ObligationSettlement) ObligationSettlement {
			d.Text = ""
			return d
		},
	}
}

func (ev *performanceEvents[T]) agreeObligation(c T, o Obligation) (Obligation, error) {
	faults := append(ev.closedFaults(c), o.faults("obligation")...)
	if err := c.Fail(casework.InvalidIf("agree an obligation", faults)); err != nil {
		return Obligation{}, err
	}
	o.ID = ObligationID(numbered("G", len(c.perf().Obligations)))
	o.Status, o.Text, o.Mark, o.Settled = "", "", Mark{}, Mark{}
	if err := ev.obligationAgreed.Record(c, o); err != nil {
		return Obligation{}, err
	}
	return *c.perf().obligation(o.ID), nil
}

func (ev *performanceEvents[T]) settleObligation(c T, id ObligationID, status ObligationStatus, text string) (Obligation, error) {
	faults := ev.bindingFaults(c)
	switch o := c.perf().obligation(id); {
	case o == nil:
		faults = append(faults, unknown("obligation", "obligation", string(id)))
	case !o.Open():
		faults = append(faults, fault("obligation", "obligation.settled", fmt.Sprintf("obligation %s is settled already: %s", id, o.Status)))
	}
	if !status.Known() {
		faults = append(faults, fault("status", "obligation.status", "an obligation is met, partly_met, not_met or waived"))
	}
	if status.Known() && status != ObligationMet {
		faults = append(faults, required(text, "text", "obligation.text_missing", fmt.Sprintf("say why it is %s", status))...)
	}
	if err := c.Fail(casework.InvalidIf(fmt.Sprintf("settle obligation %s", id), faults)); err != nil {
		return Obligation{}, err
	}
	if err := ev.obligationSettled.Record(c, ObligationSettlement{Obligation: id, Status: status, Text: text}); err != nil {
		return Obligation{}, err
	}
	return *c.perf().obligation(id), nil
}
