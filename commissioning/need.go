package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// NeedID names a need within its cycle, such as "N1".
type NeedID string

// Need is something people cannot do without, or do badly without, and that
// commissioning may help with. Whatever is planned later serves a need.
type Need struct {
	ID           NeedID              `json:"id"` // given by the cycle
	Statement    string              `json:"statement"`
	Area         string              `json:"area,omitempty"`
	Population   string              `json:"population,omitempty"`
	Size         int                 `json:"size,omitempty"`          // how many people; 0 when nobody counted
	Eligibility  string              `json:"eligibility,omitempty"`   // individual cycles: why the need is eligible
	IdentifiedBy []string            `json:"identified_by,omitempty"` // who identified it, collectively
	Evidence     []casework.Evidence `json:"evidence,omitempty"`
	Priority     int                 `json:"priority,omitempty"`  // 1 is the first; 0 when not ranked
	Statuses     []NeedStatus        `json:"statuses,omitempty"`  // round by round, the latest last
	Follows      *Lineage            `json:"follows,omitempty"`   // the need it restates
	Successor    NeedID              `json:"successor,omitempty"` // the need that restates it
	FedBack      bool                `json:"fed_back,omitempty"`  // reported to the strategic cycle as unmet
	Mark         Mark                `json:"mark,omitzero"`
}

// Lineage points at a record this one descends from.
type Lineage struct {
	Case casework.CaseID `json:"case,omitzero"` // another cycle; zero for this one
	ID   string          `json:"id"`
}

// NeedState is what a round found about a need.
type NeedState string

// The states of a need.
const (
	NeedOpen      NeedState = "open"       // identified, or found to be still there
	NeedMet       NeedState = "met"        // met, for now
	NeedPartlyMet NeedState = "partly_met" // met for some, or to a degree
	NeedUnmet     NeedState = "unmet"      // looked at, and not met
	NeedDeclined  NeedState = "declined"   // will not be met by this cycle, with a reason
	NeedRestated  NeedState = "restated"   // another need took its place
)

// NeedStatus is the state of a need in a round.
type NeedStatus struct {
	State  NeedState `json:"state"`
	Round  int       `json:"round"`
	Reason string    `json:"reason,omitempty"`
	Entry  uint64    `json:"entry"`
}

// State is the latest state of the need.
func (n Need) State() NeedState {
	if len(n.Statuses) == 0 {
		return NeedOpen
	}
	return n.Statuses[len(n.Statuses)-1].State
}

// Stands tells whether the need is to be served: neither declined nor restated.
func (n Need) Stands() bool { s := n.State(); return s != NeedDeclined && s != NeedRestated }

func (n Need) clone() Need {
	n.IdentifiedBy = slices.Clone(n.IdentifiedBy)
	n.Evidence = slices.Clone(n.Evidence)
	n.Statuses = slices.Clone(n.Statuses)
	if n.Follows != nil {
		follows := *n.Follows
		n.Follows = &follows
	}
	return n
}

func (n Need) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(n.Statement) == "" {
		faults = append(faults, missing(path+".statement", "need.statement_missing", "say what is needed"))
	}
	if n.Size < 0 {
		faults = append(faults, missing(path+".size", "need.size_negative", "a population counts from 0"))
	}
	if n.Priority < 0 {
		faults = append(faults, missing(path+".priority", "need.priority", "priorities count from 1"))
	}
	for i, e := range n.Evidence {
		faults = append(faults, e.Faults(fmt.Sprintf("%s.evidence[%d]", path, i))...)
	}
	return faults
}

type needPriority struct {
	Need     NeedID `json:"need"`
	Priority int    `json:"priority"`
}

// NeedFinding is what was found about a need. It is the data of
// [ReassessingNeed] and [DecliningNeed].
type NeedFinding struct {
	Need  NeedID    `json:"need"`
	State NeedState `json:"state"`
}

// IdentifyingNeed, ReassessingNeed and DecliningNeed are the events of a need,
// for policies to watch. The attempt's Args are the [Need] and the
// [NeedFinding].
const (
	IdentifyingNeed casework.Move = "need.identified"
	ReassessingNeed casework.Move = "need.reassessed"
	DecliningNeed   casework.Move = "need.declined"
)

var needIdentified = &casework.Event[*Cycle, Need]{
	Name: string(IdentifyingNeed), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, n Need) {
		n.Mark = c.mark(e)
		n.Statuses = []NeedStatus{{State: NeedOpen, Round: c.s.Round, Entry: e.Seq}}
		if n.Follows != nil && n.Follows.Case.IsZero() {
			if old := c.need(NeedID(n.Follows.ID)); old != nil {
				old.Successor = n.ID
				old.Statuses = append(old.Statuses, NeedStatus{State: NeedRestated, Round: c.s.Round, Entry: e.Seq})
			}
		}
		c.s.Needs = append(c.s.Needs, n)
	},
	Redact: func(n Need) Need { return Need{ID: n.ID, Size: n.Size, Priority: n.Priority, Follows: n.Follows} },
}

var needPrioritised = &casework.Event[*Cycle, needPriority]{
	Name: "need.prioritised", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d needPriority) {
		if n := c.need(d.Need); n != nil {
			n.Priority = d.Priority
		}
	},
}

var needReassessed = &casework.Event[*Cycle, NeedFinding]{
	Name: string(ReassessingNeed), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d NeedFinding) { c.applyNeedState(e, d.Need, d.State) },
}

var needDeclined = &casework.Event[*Cycle, NeedFinding]{
	Name: string(DecliningNeed), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d NeedFinding) { c.applyNeedState(e, d.Need, NeedDeclined) },
}

func (c *Cycle) applyNeedState(e casework.Entry, id NeedID, state NeedState) {
	if n := c.need(id); n != nil {
		n.Statuses = append(n.Statuses, NeedStatus{State: state, Round: c.s.Round, Reason: e.Reason, Entry: e.Seq})
	}
}

// IdentifyNeed records a need, and gives it with its id. Follows makes it the
// restatement of an earlier need, of this cycle or of another, which is not
// looked at. A need is
// restated once: what follows restates the restatement.
func (c *Cycle) IdentifyNeed(n Need) (Need, error) {
	faults := n.faults("need")
	if c.IsIndividual() && n.Priority != 0 {
		faults = append(faults, unranked("need.priority"))
	}
	if n.Follows != nil && n.Follows.Case.IsZero() {
		faults = append(faults, c.standingFaults("need.follows", NeedID(n.Follows.ID))...)
	}
	if err := c.invalid("identify a need", faults); err != nil {
		return Need{}, err
	}
	n = n.clone()
	n.ID, n.Statuses, n.Successor, n.FedBack, n.Mark = NeedID(numbered("N", len(c.s.Needs))), nil, "", false, Mark{}
	if err := needIdentified.Record(c, n); err != nil {
		return Need{}, err
	}
	return c.s.Needs[len(c.s.Needs)-1].clone(), nil
}

// standingFaults tells that a need is not there, or that another took its place.
func (c *Cycle) standingFaults(path string, id NeedID) []casework.Fault {
	n := c.need(id)
	if n == nil {
		return []casework.Fault{unknown(path, "need", string(id))}
	}
	if n.State() == NeedRestated {
		return []casework.Fault{missing(path, "need.restated", fmt.Sprintf("need %s was restated as %s", id, n.Successor))}
	}
	return nil
}

// unranked is the fault of ranking a need of one person.
func unranked(path string) casework.Fault {
	return missing(path, "need.individual", "eligible needs of one person are met, not ranked (Care Act 2014 s.18)")
}

// Prioritise ranks a need among the others; 1 is the first. Needs of one
// person are not ranked: they must all be met (Care Act 2014 s.18).
func (c *Cycle) Prioritise(id NeedID, priority int) error {
	faults := c.standingFaults("need", id)
	if priority < 1 {
		faults = append(faults, missing("priority", "need.priority", "priorities count from 1"))
	}
	if c.IsIndividual() {
		faults = append(faults, unranked("priority"))
	}
	if err := c.invalid("prioritise a need", faults); err != nil {
		return err
	}
	return needPrioritised.Record(c, needPriority{Need: id, Priority: priority})
}

// ReassessNeed records what this round found about a need: open, met, partly
// met or unmet. An unmet need of one person is reported to the strategic cycle
// that the individual one serves, in the same commit.
func (c *Cycle) ReassessNeed(id NeedID, state NeedState) error {
	faults := c.standingFaults("need", id)
	switch state {
	case NeedOpen, NeedMet, NeedPartlyMet, NeedUnmet:
	default:
		faults = append(faults, missing("state", "need.state", "a reassessed need is open, met, partly_met or unmet"))
	}
	if err := c.invalid("reassess a need", faults); err != nil {
		return err
	}
	return needReassessed.Record(c, NeedFinding{Need: id, State: state})
}

// DeclineNeed records that this cycle will not meet a need. The call's reason
// says why, and is required. Eligible needs of one person cannot be declined
// (Care Act 2014 s.18).
func (c *Cycle) DeclineNeed(id NeedID) error {
	faults := c.standingFaults("need", id)
	if strings.TrimSpace(c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why the need is declined, with casework.Reason"))
	}
	if err := c.invalid("decline a need", faults); err != nil {
		return err
	}
	return needDeclined.Record(c, NeedFinding{Need: id, State: NeedDeclined})
}

// Needs gives every need, in the order they were identified.
func (c *Cycle) Needs() []Need {
	all := slices.Clone(c.s.Needs)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Need gives one need.
func (c *Cycle) Need(id NeedID) (Need, bool) {
	if n := c.need(id); n != nil {
		return n.clone(), true
	}
	return Need{}, false
}

func (c *Cycle) need(id NeedID) *Need {
	for i := range c.s.Needs {
		if c.s.Needs[i].ID == id {
			return &c.s.Needs[i]
		}
	}
	return nil
}
