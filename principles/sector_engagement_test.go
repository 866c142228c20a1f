package principles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
)

func TestTheSectorIsLookedForInEveryStageOfEveryRound(t *testing.T) {
	const (
		voluntary = commissioning.ParticipantVoluntaryOrganisation
		tookPart  = commissioning.EngagementTookPart
	)
	d := tell(t,
		engage(voluntary, tookPart), move(commissioning.IdentifyResources),
		engage(voluntary, commissioning.EngagementDeclined), move(commissioning.PlanUse),
		engage(commissioning.ParticipantUser, tookPart), move(commissioning.ArrangeDelivery),
		notRelevant("the standstill forbids it"), move(commissioning.MonitorReview),
		move(commissioning.Reassess),
	)
	s := principles.SectorEngagement()
	require.NoError(t, s.Validate())
	r, err := s.Evaluate(d)
	require.NoError(t, err)
	type line struct {
		round   int
		stage   principles.Stage
		outcome principles.Outcome
	}
	var got []line
	for _, f := range r.Findings {
		got = append(got, line{f.Round, f.Stage, f.Outcome})
	}
	assert.Equal(t, []line{
		{1, commissioning.StageAssessNeed, principles.Met},
		{1, commissioning.StageIdentifyResources, principles.PartlyMet},
		{1, commissioning.StagePlanUse, principles.NotMet},
		{1, commissioning.StageArrangeDelivery, principles.Declined},
		{1, commissioning.StageMonitorReview, principles.NoEvidence},
		{2, commissioning.StageAssessNeed, principles.NoEvidence},
		{2, commissioning.StageIdentifyResources, principles.NotApplicable},
		{2, commissioning.StagePlanUse, principles.NotApplicable},
		{2, commissioning.StageArrangeDelivery, principles.NotApplicable},
		{2, commissioning.StageMonitorReview, principles.NotApplicable},
	}, got)
	assert.Equal(t, "the standstill forbids it", r.Findings[3].Reason)
}

func TestTookPartCountsWhateverElseIsRecorded(t *testing.T) {
	f := found(t, principles.SectorEngagement(), tell(t,
		engage(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementTookPart),
		engage(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementNoAnswer),
		notRelevant("not for this part"),
	), "engaged", 1)
	assert.Equal(t, principles.Met, f.Outcome)
	assert.Len(t, f.Evidence, 1)
}

func TestAReasonGivenToThePolicyExplainsTheStageThatWasLeft(t *testing.T) {
	const code = "engagement.no_voluntary_sector"
	voluntary := engage(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementTookPart)
	d := tellUnder(t, code,
		need(), explained(commissioning.IdentifyResources, code, "nobody works there"),
		voluntary, move(commissioning.PlanUse),
		engage(commissioning.ParticipantUser, commissioning.EngagementTookPart), explained(commissioning.ArrangeDelivery, code, "it is an emergency"),
	)
	r, err := principles.SectorEngagement().Evaluate(d)
	require.NoError(t, err)
	require.Len(t, r.Findings, 5)
	assert.Equal(t, principles.Explained, r.Findings[0].Outcome)
	assert.Equal(t, "nobody works there", r.Findings[0].Reason)
	assert.Equal(t, principles.Met, r.Findings[1].Outcome)
	assert.Equal(t, principles.Explained, r.Findings[2].Outcome)
	assert.Equal(t, "it is an emergency", r.Findings[2].Reason)
	assert.Equal(t, principles.NoEvidence, r.Findings[3].Outcome)

	f := found(t, principles.EightPrinciples(), d, "understand-needs", 1)
	assert.Equal(t, principles.Explained, f.Outcome, f.Why)
}
