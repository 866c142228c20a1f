package principlestest

import (
	"slices"
	"testing"

	"github.com/needsled/needsled/principles"
)

// Covered fails the test for every criterion of the standard and every outcome
// that no fixture below the directory wants. Where no outcomes are given, they
// are met, not met and no evidence. A criterion that takes its findings from
// entered answers alone needs no fixture.
func Covered(t testing.TB, s principles.Standard, dir string, outcomes ...principles.Outcome) {
	t.Helper()
	all, err := loadAll(dir)
	if err != nil {
		t.Fatalf("fixtures of %s cannot be read: %v", dir, err)
	}
	if len(outcomes) == 0 {
		outcomes = []principles.Outcome{principles.Met, principles.NotMet, principles.NoEvidence}
	}
	for _, c := range s.Criteria {
		if c.OfCycle == nil {
			continue
		}
		for _, o := range outcomes {
			if !slices.ContainsFunc(all, func(f Fixture) bool { return f.wants(s.ID, c.ID, o) }) {
				t.Errorf("criterion %s/%s has no fixture below %s that wants %s: nothing shows that it can find so", s.ID, c.ID, dir, o)
			}
		}
	}
}

func (f Fixture) wants(standard, criterion string, o principles.Outcome) bool {
	return f.Standard == standard && f.Criterion == criterion &&
		slices.ContainsFunc(f.Want, func(w Want) bool { return w.Outcome == o })
}
