package principles_test

import (
	"testing"

	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
)

func TestIntelligentCommissioningFindsWhatTheFixturesSay(t *testing.T) {
	s, dir := principles.IntelligentCommissioning(), "testdata/fixtures/intelligent-commissioning"
	principlestest.Run(t, []principles.Standard{s}, dir)
	principlestest.Covered(t, s, dir)
}

func TestCommissioningForNeedsFindsWhatTheFixturesSay(t *testing.T) {
	s, dir := principles.CommissioningForNeeds(), "testdata/fixtures/commissioning-for-needs"
	principlestest.Run(t, []principles.Standard{s}, dir)
	principlestest.Covered(t, s, dir)
}
