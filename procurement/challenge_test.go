package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func challenging(c procurement.Challenge) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.ReceiveChallenge(c); return err }
}

func settlingChallenge(id procurement.ChallengeID, o procurement.ChallengeOutcome, text string) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.DecideChallenge(id, o, text); return err }
}

func TestAChallengeIsReceivedAndDecidedOnce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	gamma := procurement.Challenge{By: agencyOf("gamma"), Award: "W1", Text: "Our bid was better", Court: true, Outcome: procurement.ChallengeUpheld, Decision: "made up"}

	assert.Equal(t, []string{"challenge.by.id agency.missing", "challenge.text challenge.text_missing", "challenge.award award.unknown"},
		h.faulty(t, p, challenging(procurement.Challenge{Award: "W9"})))
	p = h.does(t, p, challenging(gamma))
	challenge := p.Challenges()[0]
	assert.Equal(t, procurement.ChallengeID("C1"), challenge.ID)
	assert.True(t, challenge.Open(), "nobody brings the decision along")
	assert.Empty(t, challenge.Decision)
	assert.True(t, challenge.Court)

	assert.Equal(t, []string{"challenge challenge.unknown", "outcome challenge.outcome", "decision challenge.decision_missing"},
		h.faulty(t, p, settlingChallenge("C9", "won", " ")))
	p = h.does(t, p, settlingChallenge("C1", procurement.ChallengeDismissed, "it was not"))
	assert.Equal(t, []string{"challenge challenge.decided"}, h.faulty(t, p, settlingChallenge("C1", procurement.ChallengeUpheld, "it was")))
	challenge = p.Challenges()[0]
	assert.Equal(t, procurement.ChallengeDismissed, challenge.Outcome)
	assert.False(t, challenge.Decided.IsZero())
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestAnAwardIsConcernedByChallengesAgainstItAndTheProcedure(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.awarded(t, buying{}, procurement.AwardDecision{})
	p = h.does(t, p, challenging(procurement.Challenge{By: agencyOf("gamma"), Award: "W1", Text: "Our bid was better"}))
	p = h.does(t, p, challenging(procurement.Challenge{By: agencyOf("delta"), Text: "We were not invited"}))
	p = h.does(t, p, challenging(procurement.Challenge{By: agencyOf("delta"), Text: "Nor told"}))
	p = h.does(t, p, settlingChallenge("C3", procurement.ChallengeWithdrawn, "taken back"))

	ids := func(open []procurement.Challenge) (all []procurement.ChallengeID) {
		for _, c := range open {
			all = append(all, c.ID)
		}
		return all
	}
	assert.Equal(t, []procurement.ChallengeID{"C1", "C2"}, ids(p.OpenChallenges("W1")))
	assert.Equal(t, []procurement.ChallengeID{"C2"}, ids(p.OpenChallenges("W2")))
	p.Challenges()[0].Text = "another"
	assert.Equal(t, "Our bid was better", p.Challenges()[0].Text, "what is given out is a copy")
}

func TestAPurchaseThatIsOverIsNotChallengedAnyMore(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.does(t, h.routed(t, buying{}), challenging(procurement.Challenge{By: agencyOf("delta"), Text: "We were not invited"}))
	p = h.does(t, p, settlingChallenge("C1", procurement.ChallengeUpheld, "it is ended"))
	p = h.does(t, p, endingAs(procurement.SetAsideByLaw), because)
	assert.Equal(t, []string{"challenge purchase.over"}, h.faulty(t, p, challenging(procurement.Challenge{By: agencyOf("delta"), Text: "again"})))
}
