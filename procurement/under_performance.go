package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// UnderPerformanceID names a record of under-performance within its contract,
// such as "U1".
type UnderPerformanceID string

// UnderPerformance is a finding that a contract is not performed as it should
// be, with the plan to improve. A breach is recorded after an opportunity to
// improve was given (Procurement Act 2023 s.71(4)).
type UnderPerformance struct {
	ID        UnderPerformanceID `json:"id"` // given by the contract
	Text      string             `json:"text"`
	Measure   MeasureID          `json:"measure,omitempty"`
	Plan      *ImprovementPlan   `json:"plan,omitempty"` // the latest
	Recorded  Mark               `json:"recorded,omitzero"`
	Improved  bool               `json:"improved,omitempty"`
	Finding   string             `json:"finding,omitempty"`
	Concluded Mark               `json:"concluded,omitzero"`
}

// ImprovementPlan is what the supplier is to do by when.
type ImprovementPlan struct {
	Steps string        `json:"steps"`
	By    casework.Date `json:"by"` // the last day that is in time
	Mark  Mark          `json:"mark,omitzero"`
}

// Open tells whether it is not concluded.
func (u UnderPerformance) Open() bool { return u.Concluded.IsZero() }

func (u UnderPerformance) clone() UnderPerformance {
	if u.Plan != nil {
		plan := *u.Plan
		u.Plan = &plan
	}
	return u
}

// PlannedImprovement is a plan to improve. It is the data of
// [PlanningImprovement].
type PlannedImprovement struct {
	UnderPerformance UnderPerformanceID `json:"under_performance"`
	Plan             ImprovementPlan    `json:"plan"`
}

// ImprovementFinding is whether performance improved. It is the data of
// [ConcludingUnderPerformance].
type ImprovementFinding struct {
	UnderPerformance UnderPerformanceID `json:"under_performance"`
	Improved         bool               `json:"improved"`
	Finding          string             `json:"finding"`
}

// The events of under-performance, for policies to watch. The attempt's Args are
// the [UnderPerformance], the [PlannedImprovement] and the [ImprovementFinding].
const (
	RecordingUnderPerformance  casework.Move = "under_performance.recorded"
	PlanningImprovement        casework.Move = "under_performance.planned"
	ConcludingUnderPerformance casework.Move = "under_performance.concluded"
)

var underPerformanceRecorded = &casework.Event[*Contract, UnderPerformance]{
	Name: string(RecordingUnderPerformance), Version: 1,
	Apply: func(c *Contract, e casework.Entry, u UnderPerformance) {
		u.Recorded = markOf(e)
		if u.Plan != nil {
			u.Plan.Mark = markOf(e)
		}
		c.s.UnderPerformance = append(c.s.UnderPerformance, u)
	},
	Redact: func(u UnderPerformance) UnderPerformance {
		u.Text = ""
		if u.Plan != nil {
			u.Plan = &ImprovementPlan{By: u.Plan.By}
		}
		return u
	},
}

var improvementPlanned = &casework.Event[*Contract, PlannedImprovement]{
	Name: string(PlanningImprovement), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d PlannedImprovement) {
		if u := c.underPerformance(d.UnderPerformance); u != nil {
			d.Plan.Mark = markOf(e)
			u.Plan = &d.Plan
		}
	},
	Redact: func(d PlannedImprovement) PlannedImprovement {
		d.Plan.Steps = ""
		return d
	},
}

var underPerformanceConcluded = &casework.Event[*Contract, ImprovementFinding]{
	Name: string(ConcludingUnderPerformance), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d ImprovementFinding) {
		if u := c.underPerformance(d.UnderPerformance); u != nil {
			u.Improved, u.Finding, u.Concluded = d.Improved, d.Finding, markOf(e)
		}
	},
	Redact: func(d ImprovementFinding) ImprovementFinding {
		d.Finding = ""
		return d
	},
}

// RecordUnderPerformance records that a contract in force is not performed as it
// should be, and gives the record with its id. The plan to improve may come with
// it or later.
func (c *Contract) RecordUnderPerformance(u UnderPerformance) (UnderPerformance, error) {
	faults := append(c.performedFaults(), required(u.Text, "under_performance.text", "under_performance.text_missing", "say what is not performed as it should be")...)
	if u.Measure != "" && c.s.Performance.measure(u.Measure) == nil {
		faults = append(faults, unknown("under_performance.measure", "measure", string(u.Measure)))
	}
	if u.Plan != nil {
		faults = append(faults, c.planFaults(*u.Plan, "under_performance.plan")...)
	}
	if err := c.invalid("record under-performance", faults); err != nil {
		return UnderPerformance{}, err
	}
	u = UnderPerformance{
		ID: UnderPerformanceID(numbered("U", len(c.s.UnderPerformance))), Text: u.Text, Measure: u.Measure, Plan: u.clone().Plan,
	}
	if u.Plan != nil {
		u.Plan.Mark = Mark{}
	}
	if err := underPerformanceRecorded.Record(c, u); err != nil {
		return UnderPerformance{}, err
	}
	return c.underPerformance(u.ID).clone(), nil
}

// PlanImprovement records what the supplier is to do by when, in the place of an
// earlier plan where there is one.
func (c *Contract) PlanImprovement(id UnderPerformanceID, p ImprovementPlan) (UnderPerformance, error) {
	faults := append(c.performedFaults(), c.openUnderPerformance(id)...)
	faults = append(faults, c.planFaults(p, "plan")...)
	if err := c.invalid(fmt.Sprintf("plan the improvement of %s", id), faults); err != nil {
		return UnderPerformance{}, err
	}
	p.Mark = Mark{}
	if err := improvementPlanned.Record(c, PlannedImprovement{UnderPerformance: id, Plan: p}); err != nil {
		return UnderPerformance{}, err
	}
	return c.underPerformance(id).clone(), nil
}

// ConcludeUnderPerformance records whether performance improved, and what was
// found. It may be concluded after the contract has ended.
func (c *Contract) ConcludeUnderPerformance(id UnderPerformanceID, improved bool, finding string) (UnderPerformance, error) {
	faults := append(c.accountingFaults(), c.openUnderPerformance(id)...)
	faults = append(faults, required(finding, "finding", "under_performance.finding_missing", "say what was found")...)
	if err := c.invalid(fmt.Sprintf("conclude %s", id), faults); err != nil {
		return UnderPerformance{}, err
	}
	if err := underPerformanceConcluded.Record(c, ImprovementFinding{UnderPerformance: id, Improved: improved, Finding: finding}); err != nil {
		return UnderPerformance{}, err
	}
	return c.underPerformance(id).clone(), nil
}

// UnderPerformances gives every record of under-performance, in the order they
// were made.
func (c *Contract) UnderPerformances() []UnderPerformance {
	all := slices.Clone(c.s.UnderPerformance)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

func (c *Contract) underPerformance(id UnderPerformanceID) *UnderPerformance {
	for i := range c.s.UnderPerformance {
		if c.s.UnderPerformance[i].ID == id {
			return &c.s.UnderPerformance[i]
		}
	}
	return nil
}

// planFaults lists what is wrong with a plan to improve.
func (c *Contract) planFaults(p ImprovementPlan, path string) []casework.Fault {
	faults := required(p.Steps, path+".steps", "improvement.steps_missing", "say what the supplier is to do")
	switch {
	case p.By.IsZero():
		faults = append(faults, fault(path+".by", "improvement.day_missing", "say by which day it is to be done"))
	case p.By.Before(c.cfg.day(c.Now())):
		faults = append(faults, fault(path+".by", "improvement.day_past", fmt.Sprintf("%s is over: that is no opportunity to improve", p.By)))
	}
	return faults
}

// openUnderPerformance tells that a record is not there, or is concluded.
func (c *Contract) openUnderPerformance(id UnderPerformanceID) []casework.Fault {
	switch u := c.underPerformance(id); {
	case u == nil:
		return []casework.Fault{unknown("under_performance", "under_performance", string(id))}
	case !u.Open():
		return []casework.Fault{fault("under_performance", "under_performance.concluded", fmt.Sprintf("%s is concluded", id))}
	default:
		return nil
	}
}
