package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// withParticipants opens a cycle with a user group P1 and a charity P2.
func withParticipants(t *testing.T) openedCycle {
	t.Helper()
	o := openCycle(t)
	o.update(t, func(c *commissioning.Cycle) error {
		if _, err := c.AddParticipant(commissioning.Participant{Role: commissioning.ParticipantUser, Group: "people over 75"}); err != nil {
			return err
		}
		_, err := c.AddParticipant(commissioning.Participant{Role: commissioning.ParticipantProvider, Agency: casework.Agency{ID: "ageuk", Sector: casework.Voluntary}})
		return err
	})
	return o
}

func engage(g commissioning.Engagement) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.RecordEngagement(g)
		return err
	}
}

func TestEngagementFaultsAreAllNamedAtOnce(t *testing.T) {
	o := withParticipants(t)
	for name, tc := range map[string]struct {
		given commissioning.Engagement
		want  []string
	}{
		"an empty one": {
			commissioning.Engagement{},
			[]string{
				"engagement.level engagement.level",
				"engagement.answer engagement.answer",
				"engagement.invited engagement.invited_missing",
				"engagement.participant participant.unknown",
			},
		},
		"one that took part before the invitation, and for records that are not there": {
			commissioning.Engagement{
				Participant: "P1", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart,
				Invited: day(t, "2025-05-20"), On: day(t, "2025-05-19"), Needs: []commissioning.NeedID{"N1", "N2"}, Outcomes: []commissioning.OutcomeID{"O2"},
			},
			[]string{"engagement.on engagement.reversed", "engagement.needs[1] need.unknown", "engagement.outcomes[0] outcome.unknown"},
		},
		"one that took part tomorrow": {
			commissioning.Engagement{Participant: "P1", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart, On: day(t, "2025-06-03")},
			[]string{"engagement.on engagement.on_future"},
		},
		"one that took part on no day": {
			commissioning.Engagement{Participant: "P1", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart},
			[]string{"engagement.on engagement.on_missing"},
		},
		"one that declined and came": {
			commissioning.Engagement{Participant: "P1", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementDeclined, Invited: day(t, "2025-05-20"), On: day(t, "2025-05-21"), Why: "too small"},
			[]string{"engagement.on engagement.contradictory", "engagement.why engagement.contradictory"},
		},
		"one that is not relevant and was consulted all the same": {
			commissioning.Engagement{NotRelevant: true, Level: commissioning.EngagementConsulted, Participant: "P7"},
			[]string{"engagement.why engagement.why_missing", "engagement.not_relevant engagement.contradictory", "engagement.participant participant.unknown"},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, o.faults(t, engage(tc.given))) })
	}
}

func TestVoluntarySectorInAStageOfARound(t *testing.T) {
	invited := day(t, "2025-05-20")
	for name, tc := range map[string]struct {
		given                         commissioning.Engagement
		engaged, invited, notRelevant bool
	}{
		"took part": {
			given:   commissioning.Engagement{Participant: "P2", Level: commissioning.EngagementCoDesigned, Answer: commissioning.EngagementTookPart, On: invited},
			engaged: true, invited: true,
		},
		"was invited and declined": {
			given:   commissioning.Engagement{Participant: "P2", Level: commissioning.EngagementConsulted, Answer: commissioning.EngagementDeclined, Invited: invited},
			invited: true,
		},
		"was invited and did not answer": {
			given:   commissioning.Engagement{Participant: "P2", Level: commissioning.EngagementConsulted, Answer: commissioning.EngagementNoAnswer, Invited: invited},
			invited: true,
		},
		"is not heard of when only users took part": {
			given: commissioning.Engagement{Participant: "P1", Level: commissioning.EngagementConsulted, Answer: commissioning.EngagementTookPart, On: invited},
		},
		"is excused when engagement is not relevant": {
			given:       commissioning.Engagement{NotRelevant: true, Why: "a renewal of the same club"},
			notRelevant: true,
		},
		"is excused by name": {
			given:       commissioning.Engagement{Participant: "P2", NotRelevant: true, Why: "runs the club already"},
			notRelevant: true,
		},
		"is not excused with the users": {
			given: commissioning.Engagement{Participant: "P1", NotRelevant: true, Why: "heard last week"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := withParticipants(t).update(t, engage(tc.given))
			stage := commissioning.StageAssessNeed
			assert.Equal(t, tc.engaged, c.VoluntarySectorEngaged(stage, 1))
			assert.Equal(t, tc.invited, c.VoluntarySectorInvited(stage, 1))
			assert.Equal(t, tc.notRelevant, c.VoluntarySectorNotRelevant(stage, 1))
			assert.Len(t, c.EngagedIn(stage, 1), 1)

			for _, other := range []struct {
				stage commissioning.Stage
				round int
			}{{stage, 2}, {commissioning.StagePlanUse, 1}} {
				assert.False(t, c.VoluntarySectorEngaged(other.stage, other.round))
				assert.False(t, c.VoluntarySectorInvited(other.stage, other.round))
				assert.False(t, c.VoluntarySectorNotRelevant(other.stage, other.round))
				assert.Empty(t, c.EngagedIn(other.stage, other.round))
			}
		})
	}
}

func TestEngagementAccessorsGiveCopies(t *testing.T) {
	g := commissioning.Engagement{
		Participant: "P1", Level: commissioning.EngagementInformed, Answer: commissioning.EngagementTookPart, On: day(t, "2025-05-20"),
		Needs: []commissioning.NeedID{"N1"}, Outcomes: []commissioning.OutcomeID{"O1"},
	}
	c := withParticipants(t).update(t, engage(g))
	one, is := c.Engagement("E1")
	require.True(t, is)
	one.Needs[0], c.Engagements()[0].Outcomes[0], c.EngagedIn(commissioning.StageAssessNeed, 1)[0].Needs[0], g.Needs[0] = "spoilt", "spoilt", "spoilt", "spoilt"
	again, _ := c.Engagement("E1")
	assert.Equal(t, []commissioning.NeedID{"N1"}, again.Needs)
	assert.Equal(t, []commissioning.OutcomeID{"O1"}, again.Outcomes)
	_, is = c.Engagement("E2")
	assert.False(t, is)
}

func TestEngagementRedactedStillTellsWhoTookPart(t *testing.T) {
	o := withParticipants(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, engage(commissioning.Engagement{
		Participant: "P2", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart, On: day(t, "2025-05-20"),
		How: "tea with Mrs Smith", Changed: "later hours", Needs: []commissioning.NeedID{"N1"},
	}))
	o.update(t, engage(commissioning.Engagement{NotRelevant: true, Why: "Mrs Smith is away"}))
	c := o.redacted(t, before)
	assert.True(t, c.VoluntarySectorEngaged(commissioning.StageAssessNeed, 1))
	assert.True(t, c.VoluntarySectorNotRelevant(commissioning.StageAssessNeed, 1))
	g, _ := c.Engagement("E1")
	assert.Equal(t, commissioning.Engagement{
		ID: "E1", Participant: "P2", Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart, On: day(t, "2025-05-20"),
		Needs: []commissioning.NeedID{"N1"}, Mark: g.Mark,
	}, g)
}
