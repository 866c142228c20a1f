package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/commissioning"
)

func considerSocialValue(v commissioning.SocialValueConsideration) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.ConsiderSocialValue(v)
		return err
	}
}

func apprentices() commissioning.SocialValueConsideration {
	return commissioning.SocialValueConsideration{
		Services: []commissioning.ServiceID{"S1"}, Improve: "apprentices cook", Secure: "a term of the contract", ConsultReason: "asked last year",
	}
}

func TestSocialValueFaultsAreAllNamedAtOnce(t *testing.T) {
	assert.Equal(t, []string{
		"social_value.services[0] service.unknown",
		"social_value.improve social_value.improve_missing",
		"social_value.secure social_value.secure_missing",
		"social_value.consult_reason social_value.consult_reason_missing",
	}, openCycle(t).faults(t, considerSocialValue(commissioning.SocialValueConsideration{Services: []commissioning.ServiceID{"S2"}, Consult: true})))
}

func TestSocialValueWithoutServicesIsAboutAllOfThem(t *testing.T) {
	v := apprentices()
	v.Services = nil
	c := openCycle(t).update(t, considerSocialValue(v))
	assert.Len(t, c.SocialValueOf("S1"), 1)
	assert.False(t, c.SocialValueOf("S1")[0].Consult, "there is a duty to consider, not to consult")
}

func TestSocialValueAccessorsGiveCopies(t *testing.T) {
	given := apprentices()
	c := openCycle(t).update(t, considerSocialValue(given))
	one, _ := c.SocialValueConsideration("V1")
	one.Services[0], c.SocialValueConsiderations()[0].Services[0], given.Services[0] = "S7", "S7", "S7"
	assert.Len(t, c.SocialValueOf("S1"), 1)
	assert.Empty(t, c.SocialValueOf("S7"))
}

func TestSocialValueRedactedIsStillConsidered(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, considerSocialValue(apprentices()))
	found := o.redacted(t, before).SocialValueOf("S1")
	require.Len(t, found, 1)
	assert.Equal(t, commissioning.SocialValueConsideration{ID: "V1", Services: []commissioning.ServiceID{"S1"}, Mark: found[0].Mark}, found[0])
}
