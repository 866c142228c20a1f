package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/procurement"
)

func biddingExclusion(id procurement.BidID, x procurement.Exclusion) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { return p.ExcludeBid(id, x) }
}

func TestABidIsExcludedOnceOnAGroundWithAReason(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)

	assert.Equal(t, []string{"exclusion.ground ground.unknown", "exclusion.reason reason.missing"}, biddingFaults(t, h.try(t, biddingExclusion("B1", procurement.Exclusion{Ground: "dislike"}))))
	h.do(t, biddingExclusion("B1", procurement.Exclusion{Ground: procurement.MandatoryExclusion, Reason: "convicted", Heard: "it appeals"}))
	x := h.bid(t, "B1").Exclusion
	assert.Equal(t, procurement.MandatoryExclusion, x.Ground)
	assert.Equal(t, "it appeals", x.Heard)
	assert.Equal(t, h.Actor.ID, x.Mark.By)
	assert.Equal(t, []string{"bid bid.excluded"}, biddingFaults(t, h.try(t, biddingExclusion("B1", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "why"}))))
	h.verified(t)
}

func TestExclusionAndSuitabilityDoNotContradictEachOther(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	unsuitable := procurement.Exclusion{Ground: procurement.Unsuitable, Reason: "no accounts"}

	assert.Equal(t, []string{"exclusion.ground bid.suitable"}, biddingFaults(t, h.try(t, biddingExclusion("B1", unsuitable))))
	h.do(t, biddingSuitability("B1", false))
	h.do(t, biddingExclusion("B1", unsuitable))
	assert.Equal(t, []string{"suitability.suitable bid.excluded"}, biddingFaults(t, h.try(t, biddingSuitability("B1", true))))
	h.do(t, biddingSuitability("B1", false))
}

func TestABidIsExcludedAsTooLowOnceItsBidderWasHeard(t *testing.T) {
	h := biddingOpened(t, nil, 100_00, 500_00)
	low := procurement.Exclusion{Ground: procurement.TooLow, Reason: "below the minimum wage"}

	assert.Equal(t, []string{"exclusion.unheard bar B1"}, biddingObjections(t, h.try(t, biddingExclusion("B1", low))))
	h.do(t, func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B1") })
	assert.Equal(t, []string{"exclusion.unheard bar B1"}, biddingObjections(t, h.try(t, biddingExclusion("B1", low))))
	h.do(t, func(p *procurement.Purchase) error { return p.HearAbnormallyLow("B1", "nothing", false) })
	h.do(t, biddingExclusion("B1", low))
}

func TestEveryGroundOfExclusionIsKnown(t *testing.T) {
	for _, g := range []procurement.ExclusionGround{
		procurement.MandatoryExclusion, procurement.DiscretionaryExclusion, procurement.Unsuitable, procurement.NonCompliant, procurement.TooLate,
		procurement.TooLow, procurement.ConflictOfInterest, procurement.BelowThreshold, procurement.ImproperBehaviour,
	} {
		assert.True(t, g.Known(), g)
	}
	assert.False(t, procurement.ExclusionGround("").Known())
}
