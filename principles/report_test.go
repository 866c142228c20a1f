package principles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/principles"
)

func TestAReportIsLookedUp(t *testing.T) {
	d := dossierOf(t, bought(t)...)
	r, err := principles.EightPrinciples().Evaluate(d)
	require.NoError(t, err)
	assert.Equal(t, "eight-principles", r.Standard.ID)
	assert.Equal(t, "The eight principles of good commissioning, 2006", r.Standard.String())
	assert.True(t, r.Standard.Same(principles.EightPrinciples().Ref()))
	assert.Equal(t, d.Digest(), r.Dossier)
	assert.Equal(t, longAfter(), d.Judgement())
	assert.Len(t, r.Heads, 3)
	assert.Len(t, r.Of("map-providers"), 1)
	assert.Len(t, r.In(1), len(r.Findings))
	assert.Empty(t, r.In(2))
	head, known := r.Criterion("map-providers")
	require.True(t, known)
	assert.Equal(t, "Partnership in Public Services: an action plan for third sector involvement (Cabinet Office), 2006, principle 4", head.Source.String())
	_, known = r.Criterion("unheard-of")
	assert.False(t, known)
	assert.Contains(t, principles.SectorEngagement().Source.String(), "as read by this library")
}

func TestAStandardsDigestFollowsItsWords(t *testing.T) {
	one, other := principles.EightPrinciples(), principles.EightPrinciples()
	assert.Equal(t, one.Digest(), other.Digest())
	other.Criteria[2].Doc += " So it is."
	assert.NotEqual(t, one.Digest(), other.Digest())
}

func TestTheShippedStandardsAreSound(t *testing.T) {
	for _, s := range shipped(t) {
		require.NoError(t, s.Validate(), s.ID)
	}
}

// shipped gives every standard of the library, in every version.
func shipped(t testing.TB) []principles.Standard {
	t.Helper()
	all := []principles.Standard{
		principles.EightPrinciples(), principles.SectorEngagement(), principles.IntelligentCommissioning(), principles.CommissioningForNeeds(),
	}
	for _, version := range principles.WorldClassVersions() {
		s, err := principles.WorldClassCommissioning(version)
		require.NoError(t, err)
		all = append(all, s)
	}
	for _, version := range principles.CouncilCareVersions() {
		s, err := principles.CouncilCareAssessment(version)
		require.NoError(t, err)
		all = append(all, s)
	}
	return all
}
