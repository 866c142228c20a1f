package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func consider(d commissioning.Considered) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.Consider(d)
		return err
	}
}

func TestConsideredFaultsAreAllNamedAtOnce(t *testing.T) {
	assert.Equal(t, []string{
		"considered.subject considered.subject",
		"considered.about considered.about",
		"considered.decision considered.decision",
		"considered.reason considered.reason_missing",
	}, openCycle(t).faults(t, consider(commissioning.Considered{Subject: "long terms", About: "the club", Decision: "perhaps"})))
}

func TestConsideredTakesTheReasonOfTheCall(t *testing.T) {
	c := openCycle(t).update(t, consider(commissioning.Considered{Subject: "hats", Decision: commissioning.ConsideredTaken}), casework.Reason("everybody likes them"))
	d, is := c.Considered("C1")
	require.True(t, is)
	assert.Equal(t, "everybody likes them", d.Reason)
	assert.Equal(t, "ana.k", d.Mark.By)
}

func TestConsideredStandsBesideLaterDecisions(t *testing.T) {
	o := openCycle(t)
	o.update(t, consider(commissioning.Considered{Subject: commissioning.SubjectLots, Decision: commissioning.ConsideredDeclined, Reason: "too small"}))
	o.update(t, consider(commissioning.Considered{Subject: commissioning.SubjectLongTerm, Decision: commissioning.ConsideredDeclined, Reason: "a pilot"}))
	c := o.update(t, consider(commissioning.Considered{Subject: commissioning.SubjectLots, Decision: commissioning.ConsideredTaken, Reason: "grown"}))
	lots := c.ConsideredOn(commissioning.SubjectLots)
	require.Len(t, lots, 2)
	assert.Equal(t, commissioning.ConsideredDeclined, lots[0].Decision)
	assert.Equal(t, commissioning.ConsideredTaken, lots[1].Decision)
	assert.Len(t, c.AllConsidered(), 3)
	assert.Empty(t, c.ConsideredOn(commissioning.SubjectVariants))
}

func TestConsideredRedactedKeepsTheDecision(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, consider(commissioning.Considered{Subject: commissioning.SubjectLots, About: "S1", Decision: commissioning.ConsideredDeclined}), casework.Reason("Mr Smith objects"))
	d, is := o.redacted(t, before).Considered("C1")
	require.True(t, is)
	assert.Equal(t, commissioning.Considered{ID: "C1", Subject: commissioning.SubjectLots, About: "S1", Decision: commissioning.ConsideredDeclined, Mark: d.Mark}, d)
}
