package principles_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
)

func TestTheEightPrinciplesFindWhatTheirFixturesSay(t *testing.T) {
	const dir = "testdata/fixtures/eight-principles"
	s := principles.EightPrinciples()
	principlestest.Run(t, []principles.Standard{s}, dir)
	principlestest.Covered(t, s, dir, principles.Met, principles.NoEvidence)

	declinable, err := s.Only("understand-needs", "consult-providers", "invest-in-capacity", "fair-contracting", "long-term-and-risk-sharing")
	require.NoError(t, err)
	principlestest.Covered(t, declinable, dir, principles.Declined)

	// Whether to invest in capacity is for the commissioner to consider: nothing
	// that is recorded can show that it was not.
	missable, err := s.Only(
		"understand-needs", "consult-providers", "outcomes-at-the-heart", "map-providers", "fair-contracting", "long-term-and-risk-sharing", "seek-feedback",
	)
	require.NoError(t, err)
	principlestest.Covered(t, missable, dir, principles.NotMet)
}

func TestSectorEngagementFindsWhatItsFixturesSay(t *testing.T) {
	const dir = "testdata/fixtures/sector-engagement"
	s := principles.SectorEngagement()
	principlestest.Run(t, []principles.Standard{s}, dir)
	principlestest.Covered(t, s, dir, principles.Met, principles.PartlyMet, principles.NotMet, principles.Declined, principles.NoEvidence)
}
