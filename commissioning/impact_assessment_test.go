package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func assess(a commissioning.ImpactAssessment) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.AssessImpact(a)
		return err
	}
}

func equality(t *testing.T) commissioning.ImpactAssessment {
	t.Helper()
	return commissioning.ImpactAssessment{
		Kind: commissioning.ImpactEquality, Informs: commissioning.InformsPlan, Services: []commissioning.ServiceID{"S1"},
		Found: "women over 80 are served least", Mitigations: []string{"a minibus"}, On: day(t, "2025-05-30"),
		Evidence: []casework.Evidence{{Kind: casework.DocumentImpactAssessment, Title: "EqIA by J. Smith"}},
	}
}

func TestImpactAssessmentFaultsAreAllNamedAtOnce(t *testing.T) {
	o := openCycle(t)
	assert.Equal(t, []string{
		"impact.kind impact.kind",
		"impact.informs impact.informs",
		"impact.services[0] service.unknown",
		"impact.found impact.found_missing",
		"impact.mitigations[0] impact.mitigation_missing",
		"impact.evidence[0].title evidence.title_missing",
		"impact.on impact.on_missing",
	}, o.faults(t, assess(commissioning.ImpactAssessment{
		Informs: "whether to go on", Services: []commissioning.ServiceID{"S2"}, Mitigations: []string{""}, Evidence: []casework.Evidence{{Kind: "x"}},
	})))

	tomorrow := equality(t)
	tomorrow.On = day(t, "2025-06-03")
	assert.Equal(t, []string{"impact.on impact.on_future"}, o.faults(t, assess(tomorrow)))
}

func TestImpactAssessmentCoversServices(t *testing.T) {
	for name, tc := range map[string]struct {
		informs  string
		services []commissioning.ServiceID
		want     bool
	}{
		"it names":                                   {commissioning.InformsPlan, []commissioning.ServiceID{"S1"}, true},
		"that the decision is about":                 {"S1", nil, true},
		"of a plan, all of them":                     {commissioning.InformsPlan, nil, true},
		"of a plan, but only those it names":         {commissioning.InformsPlan, []commissioning.ServiceID{"S2"}, false},
		"not those that another decision is about":   {"S2", nil, false},
		"not those that a decision elsewhere is for": {"closure", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, commissioning.ImpactAssessment{Informs: tc.informs, Services: tc.services}.Covers("S1"))
		})
	}
}

func TestImpactAssessmentAccessorsGiveCopies(t *testing.T) {
	given := equality(t)
	c := openCycle(t).update(t, assess(given))
	one, _ := c.ImpactAssessment("I1")
	one.Services[0], one.Evidence[0].Title, c.ImpactAssessments()[0].Mitigations[0], given.Mitigations[0] = "S7", "spoilt", "spoilt", "spoilt"
	found := c.ImpactsOn("S1")
	require.Len(t, found, 1)
	assert.Equal(t, []string{"a minibus"}, found[0].Mitigations)
	assert.Equal(t, "EqIA by J. Smith", found[0].Evidence[0].Title)
	assert.Empty(t, c.ImpactsOn("S7"))
}

func TestImpactAssessmentRedactedStillCovers(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, assess(equality(t)))
	found := o.redacted(t, before).ImpactsOn("S1")
	require.Len(t, found, 1)
	assert.Equal(t, commissioning.ImpactAssessment{
		ID: "I1", Kind: commissioning.ImpactEquality, Informs: commissioning.InformsPlan, Services: []commissioning.ServiceID{"S1"}, On: day(t, "2025-05-30"),
		Evidence: []casework.Evidence{{Kind: casework.DocumentImpactAssessment}}, Mark: found[0].Mark,
	}, found[0])
}
