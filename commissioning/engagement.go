package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// EngagementID names an engagement within its cycle, such as "E1".
type EngagementID string

// EngagementLevel is how far a participant shapes what is commissioned.
type EngagementLevel string

// The levels of engagement, from the weakest to the strongest.
const (
	EngagementInformed   EngagementLevel = "informed"
	EngagementConsulted  EngagementLevel = "consulted"
	EngagementInvolved   EngagementLevel = "involved"
	EngagementCoDesigned EngagementLevel = "co_designed"
	EngagementCoProduced EngagementLevel = "co_produced"
)

func (l EngagementLevel) known() bool {
	switch l {
	case EngagementInformed, EngagementConsulted, EngagementInvolved, EngagementCoDesigned, EngagementCoProduced:
		return true
	default:
		return false
	}
}

// EngagementAnswer is what came of an invitation.
type EngagementAnswer string

// The answers to an invitation.
const (
	EngagementTookPart EngagementAnswer = "took_part"
	EngagementDeclined EngagementAnswer = "declined"
	EngagementNoAnswer EngagementAnswer = "no_answer"
)

func (a EngagementAnswer) known() bool {
	return a == EngagementTookPart || a == EngagementDeclined || a == EngagementNoAnswer
}

// Engagement is a participant's part in a stage of a round: that of its mark.
// Or it is the reason why engagement is not relevant there, and then has
// NotRelevant and Why, and neither level, answer nor days.
type Engagement struct {
	ID          EngagementID     `json:"id"`                    // given by the cycle
	Participant ParticipantID    `json:"participant,omitempty"` // empty only where engagement is not relevant for anyone
	Level       EngagementLevel  `json:"level,omitempty"`       // reached, or invited to
	Invited     casework.Date    `json:"invited,omitzero"`      // zero when they came unasked
	Answer      EngagementAnswer `json:"answer,omitempty"`
	How         string           `json:"how,omitempty"`
	On          casework.Date    `json:"on,omitzero"` // the day they took part
	Needs       []NeedID         `json:"needs,omitempty"`
	Outcomes    []OutcomeID      `json:"outcomes,omitempty"`
	Changed     string           `json:"changed,omitempty"` // what changed because of it; empty when nothing is recorded
	NotRelevant bool             `json:"not_relevant,omitempty"`
	Why         string           `json:"why,omitempty"` // why engagement is not relevant
	Mark        Mark             `json:"mark,omitzero"`
}

func (g Engagement) clone() Engagement {
	g.Needs = slices.Clone(g.Needs)
	g.Outcomes = slices.Clone(g.Outcomes)
	return g
}

func (c *Cycle) engagementFaults(g Engagement, path string) []casework.Fault {
	var faults []casework.Fault
	if g.NotRelevant {
		faults = append(faults, g.notRelevantFaults(path)...)
	} else {
		faults = append(faults, g.answerFaults(path)...)
	}
	if (g.Participant != "" || !g.NotRelevant) && c.participant(g.Participant) == nil {
		faults = append(faults, unknown(path+".participant", "participant", string(g.Participant)))
	}
	if c.ahead(g.On) {
		faults = append(faults, missing(path+".on", "engagement.on_future", "nobody took part on a day to come"))
	}
	for i, id := range g.Needs {
		if c.need(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.needs[%d]", path, i), "need", string(id)))
		}
	}
	for i, id := range g.Outcomes {
		if c.outcome(id) == nil {
			faults = append(faults, unknown(fmt.Sprintf("%s.outcomes[%d]", path, i), "outcome", string(id)))
		}
	}
	return faults
}

func (g Engagement) notRelevantFaults(path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(g.Why) == "" {
		faults = append(faults, missing(path+".why", "engagement.why_missing", "say why engagement is not relevant here"))
	}
	if g.Level != "" || g.Answer != "" || !g.Invited.IsZero() || !g.On.IsZero() {
		faults = append(faults, missing(path+".not_relevant", "engagement.contradictory", "where engagement is not relevant there is no level, no answer and no day"))
	}
	return faults
}

func (g Engagement) answerFaults(path string) []casework.Fault {
	var faults []casework.Fault
	if !g.Level.known() {
		faults = append(faults, missing(path+".level", "engagement.level", "an engagement is informed, consulted, involved, co_designed or co_produced"))
	}
	if !g.Answer.known() {
		faults = append(faults, missing(path+".answer", "engagement.answer", "an answer is took_part, declined or no_answer"))
	}
	if g.Answer == EngagementTookPart && g.On.IsZero() {
		faults = append(faults, missing(path+".on", "engagement.on_missing", "say on which day they took part"))
	}
	if g.Answer != EngagementTookPart && !g.On.IsZero() {
		faults = append(faults, missing(path+".on", "engagement.contradictory", "only who took part has a day of taking part"))
	}
	if g.Answer != EngagementTookPart && g.Invited.IsZero() {
		faults = append(faults, missing(path+".invited", "engagement.invited_missing", "say when they were invited"))
	}
	if !g.On.IsZero() && g.On.Before(g.Invited) {
		faults = append(faults, missing(path+".on", "engagement.reversed", "nobody takes part before being invited"))
	}
	if g.Why != "" {
		faults = append(faults, missing(path+".why", "engagement.contradictory", "a reason why engagement is not relevant goes with not_relevant"))
	}
	return faults
}

// ahead tells whether a day is still to come where the cycle is run, so that
// nothing can have happened on it.
func (c *Cycle) ahead(day casework.Date) bool {
	return !c.Now().IsZero() && day.After(c.config.day(c.Now()))
}

// RecordingEngagement is the event of an engagement being recorded, for
// policies to watch. The attempt's Args are the [Engagement].
const RecordingEngagement casework.Move = "engagement.recorded"

var engagementRecorded = &casework.Event[*Cycle, Engagement]{
	Name: string(RecordingEngagement), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, g Engagement) {
		g.Mark = c.mark(e)
		c.s.Engagements = append(c.s.Engagements, g)
	},
	Redact: func(g Engagement) Engagement {
		g.How, g.Changed, g.Why = "", "", ""
		return g
	},
}

// RecordEngagement records who was engaged in the present stage of this round,
// and how far, or why engagement is not relevant in it. It gives the record
// with its id.
func (c *Cycle) RecordEngagement(g Engagement) (Engagement, error) {
	if err := c.invalid("record an engagement", c.engagementFaults(g, "engagement")); err != nil {
		return Engagement{}, err
	}
	g = g.clone()
	g.ID, g.Mark = EngagementID(numbered("E", len(c.s.Engagements))), Mark{}
	if err := engagementRecorded.Record(c, g); err != nil {
		return Engagement{}, err
	}
	return c.s.Engagements[len(c.s.Engagements)-1].clone(), nil
}

// Engagements gives every engagement, in the order they were recorded.
func (c *Cycle) Engagements() []Engagement {
	all := slices.Clone(c.s.Engagements)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Engagement gives one engagement.
func (c *Cycle) Engagement(id EngagementID) (Engagement, bool) {
	if g := c.engagement(id); g != nil {
		return g.clone(), true
	}
	return Engagement{}, false
}

// EngagedIn gives what was recorded about engagement in a stage of a round,
// reasons why it is not relevant included.
func (c *Cycle) EngagedIn(stage Stage, round int) []Engagement {
	var found []Engagement
	for _, g := range c.s.Engagements {
		if g.Mark.In(stage, round) {
			found = append(found, g.clone())
		}
	}
	return found
}

// VoluntarySectorEngaged tells whether a participant of the voluntary and
// community sector took part in a stage of a round.
func (c *Cycle) VoluntarySectorEngaged(stage Stage, round int) bool {
	return slices.ContainsFunc(c.s.Engagements, func(g Engagement) bool {
		return g.Mark.In(stage, round) && g.Answer == EngagementTookPart && c.voluntary(g.Participant)
	})
}

// VoluntarySectorInvited tells whether a participant of the voluntary and
// community sector was invited in a stage of a round, or came unasked. One that
// declined or did not answer was invited.
func (c *Cycle) VoluntarySectorInvited(stage Stage, round int) bool {
	return slices.ContainsFunc(c.s.Engagements, func(g Engagement) bool {
		return g.Mark.In(stage, round) && !g.NotRelevant && c.voluntary(g.Participant)
	})
}

// VoluntarySectorNotRelevant tells whether there is a recorded reason why
// engaging the voluntary and community sector is not relevant in a stage of a
// round: one about engagement as a whole, or about a participant of that sector.
func (c *Cycle) VoluntarySectorNotRelevant(stage Stage, round int) bool {
	return slices.ContainsFunc(c.s.Engagements, func(g Engagement) bool {
		return g.Mark.In(stage, round) && g.NotRelevant && (g.Participant == "" || c.voluntary(g.Participant))
	})
}

func (c *Cycle) voluntary(id ParticipantID) bool {
	p := c.participant(id)
	return p != nil && p.Voluntary()
}

func (c *Cycle) engagement(id EngagementID) *Engagement {
	for i := range c.s.Engagements {
		if c.s.Engagements[i].ID == id {
			return &c.s.Engagements[i]
		}
	}
	return nil
}
