package procurement

import (
	"fmt"
	"time"

	"github.com/needsled/needsled/casework"
)

// StandstillKind says whether a standstill must be kept.
type StandstillKind string

// The kinds of standstill.
const (
	MandatoryStandstill StandstillKind = "mandatory" // Procurement Act 2023 s.51
	VoluntaryStandstill StandstillKind = "voluntary" // s.51(4): once announced it is kept
	NoStandstill        StandstillKind = "none"      // with the reason
)

// Known tells whether the kind is one of the three.
func (k StandstillKind) Known() bool {
	return k == MandatoryStandstill || k == VoluntaryStandstill || k == NoStandstill
}

// Counting names a way of counting working days.
type Counting string

// The ways of counting.
const (
	BeginningWith  Counting = "beginning_with"  // the day itself is the first if it is a working day
	BeginningAfter Counting = "beginning_after" // the day that follows is the first
	FromMidnight   Counting = "from_midnight"   // the next midnight, or the start itself if it is one; see [casework.Calendar.PeriodEnd]
)

// Standstill is the time after an award during which nothing is signed. It is
// a period of an award, not a state everyone passes.
type Standstill struct {
	Kind        StandstillKind `json:"kind"`
	Reason      string         `json:"reason,omitempty"` // why there is none, or why a voluntary one
	Notified    time.Time      `json:"notified,omitzero"`
	WorkingDays int            `json:"working_days,omitempty"`
	Counting    Counting       `json:"counting,omitempty"`
	Ends        time.Time      `json:"ends,omitzero"` // computed: the first moment at which it is over
	Mark        Mark           `json:"mark,omitzero"`
}

// Over tells whether the standstill holds nothing up at a moment: it is over at
// the very moment it ends.
func (s Standstill) Over(at time.Time) bool { return s.Kind == NoStandstill || !at.Before(s.Ends) }

// StandstillPlan is what is decided about a standstill. How many working days
// the law asks for is no part of the library's core: it comes as data.
type StandstillPlan struct {
	Kind        StandstillKind `json:"kind"`
	Reason      string         `json:"reason,omitempty"`       // required where there is none
	Notified    time.Time      `json:"notified,omitzero"`      // when the award was made known; not where there is none
	WorkingDays int            `json:"working_days,omitempty"` // as many as are kept; not where there is none
	Counting    Counting       `json:"counting,omitempty"`     // how they are counted; not where there is none
}

// StandstillSet is the data of [SettingStandstill].
type StandstillSet struct {
	Award      AwardID    `json:"award"`
	Standstill Standstill `json:"standstill"`
}

// SettingStandstill is the event of a standstill, for policies to watch. The
// attempt's Args are a [StandstillSet].
const SettingStandstill casework.Move = "standstill.set"

var standstillSet = &casework.Event[*Purchase, StandstillSet]{
	Name: string(SettingStandstill), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d StandstillSet) {
		if a := p.award(d.Award); a != nil {
			d.Standstill.Mark = markOf(e)
			a.Standstill = &d.Standstill
		}
	},
	Redact: func(d StandstillSet) StandstillSet { d.Standstill.Reason = ""; return d },
}

// SetStandstill says which standstill is kept after an award, or why there is
// none, and gives the award. When it ends is computed with the calendar of the
// desk. A later standstill takes the place of an earlier one; one that runs is
// not shortened.
func (p *Purchase) SetStandstill(award AwardID, plan StandstillPlan) (Award, error) {
	standstill, faults := p.cfg.standstill(plan, "standstill")
	faults = append(p.standingAwardFaults(award), faults...)
	if err := p.invalid("set a standstill", faults); err != nil {
		return Award{}, err
	}
	if err := standstillSet.Record(p, StandstillSet{Award: award, Standstill: standstill}); err != nil {
		return Award{}, err
	}
	return p.award(award).clone(), nil
}

// standstill computes what was planned.
func (cfg *config) standstill(plan StandstillPlan, path string) (Standstill, []casework.Fault) {
	faults := plan.faults(path)
	s := Standstill{Kind: plan.Kind, Reason: plan.Reason, Notified: plan.Notified, WorkingDays: plan.WorkingDays, Counting: plan.Counting}
	if len(faults) > 0 || plan.Kind == NoStandstill {
		return s, faults
	}
	var err error
	s.Ends, err = cfg.standstillEnd(plan)
	return s, faultsOf(path, err)
}

// faults lists what is wrong with a plan.
func (plan StandstillPlan) faults(path string) []casework.Fault {
	if !plan.Kind.Known() {
		return []casework.Fault{fault(path+".kind", "standstill.kind", "a standstill is mandatory, voluntary or none")}
	}
	if plan.Kind == NoStandstill {
		return plan.noneFaults(path)
	}
	var faults []casework.Fault
	if plan.Notified.IsZero() {
		faults = append(faults, fault(path+".notified", "standstill.notified_missing", "say when the award was made known: the standstill counts from there"))
	}
	if plan.WorkingDays < 1 {
		faults = append(faults, fault(path+".working_days", "standstill.days", "a standstill lasts at least one working day"))
	}
	switch plan.Counting {
	case BeginningWith, BeginningAfter, FromMidnight:
	default:
		faults = append(faults, fault(path+".counting", "standstill.counting", "working days are counted beginning_with, beginning_after or from_midnight"))
	}
	return faults
}

// noneFaults lists what is wrong with a plan for no standstill.
func (plan StandstillPlan) noneFaults(path string) []casework.Fault {
	faults := required(plan.Reason, path+".reason", "standstill.reason_missing", "say why no standstill is kept")
	if plan.WorkingDays != 0 {
		faults = append(faults, fault(path+".working_days", "standstill.days", "where no standstill is kept there are no days to count"))
	}
	return faults
}

// standstillEnd gives the first moment at which a standstill is over.
func (cfg *config) standstillEnd(plan StandstillPlan) (time.Time, error) {
	if plan.Counting == FromMidnight {
		return cfg.counting().PeriodEnd(plan.Notified, plan.WorkingDays)
	}
	count := cfg.counting().BeginningWith
	if plan.Counting == BeginningAfter {
		count = cfg.counting().BeginningAfter
	}
	last, err := count(cfg.day(plan.Notified), plan.WorkingDays)
	if err != nil {
		return time.Time{}, err
	}
	return cfg.counting().EndOf(last), nil
}

func standstillEvents() []casework.EventType[*Purchase] {
	return []casework.EventType[*Purchase]{standstillSet}
}

func standstillRules() []rule[*Purchase] {
	return []rule[*Purchase]{{
		policy: casework.Policy[*Purchase]{
			Code: "standstill.shortened", Doc: "A standstill that runs is not shortened: whoever lost relies on it.",
			Source: "Procurement Act 2023 s.51", Moves: []casework.Move{SettingStandstill}, Check: standstillShortened,
		},
		weight: refused(),
	}, {
		policy: casework.Policy[*Purchase]{
			Code: "standstill.backdated", Doc: "A standstill counts from when the award was made known, which is not before the day it is decided.",
			Source: "Procurement Act 2023 ss.50, 51", Moves: []casework.Move{SettingStandstill, DecideAward}, Check: standstillBackdated,
		},
		weight: refused(),
	}}
}

func standstillBackdated(a casework.Attempt[*Purchase]) []casework.Objection {
	switch d := a.Args.(type) {
	case StandstillSet:
		if award := a.Case.award(d.Award); award != nil {
			return a.Case.objectToBackdated(&d.Standstill, award.Decided.At, d.Award)
		}
	case AwardsDecided:
		if len(d.Awards) > 0 { // one standstill for all
			return a.Case.objectToBackdated(d.Awards[0].Standstill, a.At, d.Awards[0].ID)
		}
	}
	return nil
}

// objectToBackdated objects to a standstill that counts from a day before the
// award was decided.
func (p *Purchase) objectToBackdated(s *Standstill, decided time.Time, award AwardID) []casework.Objection {
	if s == nil || s.Kind == NoStandstill || !p.cfg.day(s.Notified).Before(p.cfg.day(decided)) {
		return nil
	}
	return object(fmt.Sprintf("award %s is decided on %s, and would have been made known on %s", award, p.cfg.day(decided), p.cfg.day(s.Notified)),
		"count from when the award was made known", string(award))
}

func standstillShortened(a casework.Attempt[*Purchase]) []casework.Objection {
	d, given := a.Args.(StandstillSet)
	if !given {
		return nil
	}
	award := a.Case.award(d.Award)
	if award == nil || award.Standstill == nil || award.Standstill.Over(a.At) {
		return nil
	}
	until := award.Standstill.Ends
	if d.Standstill.Kind != NoStandstill && !d.Standstill.Ends.Before(until) {
		return nil
	}
	o := object(fmt.Sprintf("the standstill of award %s runs until %s", award.ID, until.Format(time.RFC3339)),
		"let it end no earlier, or wait until it is over", string(award.ID))
	o[0].Until = until
	return o
}

// objectToRunning objects to the standstills of awards that are not over at a
// moment.
func objectToRunning(awards []Award, at time.Time) []casework.Objection {
	var objections []casework.Objection
	for _, a := range awards {
		if a.Standstill == nil || a.Standstill.Over(at) {
			continue
		}
		o := object(fmt.Sprintf("the standstill of award %s runs until %s", a.ID, a.Standstill.Ends.Format(time.RFC3339)),
			"sign when it is over", string(a.ID))
		o[0].Until = a.Standstill.Ends
		objections = append(objections, o...)
	}
	return objections
}

// objectToUndecidedStandstill objects to awards about whose standstill nothing
// was decided.
func objectToUndecidedStandstill(awards []Award) []casework.Objection {
	var objections []casework.Objection
	for _, a := range awards {
		if a.Standstill == nil {
			objections = append(objections, object(fmt.Sprintf("nothing was decided about a standstill of award %s", a.ID),
				"set the standstill, or say why none is kept", string(a.ID))...)
		}
	}
	return objections
}
