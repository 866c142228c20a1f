package procurement_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func TestDutiesWeighByTheScale(t *testing.T) {
	const off, advise, explain, refuse = casework.Off, casework.Advise, casework.Explain, casework.Refuse
	tests := map[string]commissioning.Weight{
		"duty.requester_evaluates": {Light: off, Standard: advise, Major: explain},
		"duty.evaluator_decides":   {Light: advise, Standard: refuse, Major: refuse},
		"duty.requester_decides":   {Light: refuse, Standard: refuse, Major: refuse},
	}
	for code, want := range tests {
		t.Run(code, func(t *testing.T) {
			assert.Equal(t, want, procurement.DefaultWeights()[code])
		})
	}
}

func TestBidsAreScoredByOthersThanTheRequester(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.opened(t)
	for _, by := range []casework.Actor{requester(), colleague()} {
		p = h.do(t, p, by, declaringInterests(procurement.Declaration{}))
		p = h.do(t, p, approver(), assessingInterests(p.Declarations()[len(p.Declarations())-1].ID, procurement.InterestAssessment{Finding: procurement.NoConflict}))
	}

	p = h.do(t, p, requester(), scoringQuality(4))
	require.Len(t, p.Advice(), 1)
	assert.Equal(t, "duty.requester_evaluates", p.Advice()[0].Code)

	p = h.do(t, p, colleague(), scoringQuality(4))
	assert.Empty(t, p.Advice())
}

func TestAnAwardIsDecidedBySomebodyWhoNeitherAskedNorJudged(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	dee := casework.Person("dee.w", camden())
	p := h.opened(t)
	p = h.do(t, p, colleague(), declaringInterests(procurement.Declaration{}))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	p = h.do(t, p, colleague(), scoringQuality(4))
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error {
		_, err := p.GiveScore(procurement.Score{Bid: "B2", Criterion: "quality", Value: 2, Reason: "thin"})
		return err
	})
	p = h.do(t, p, dee, declaringInterests(procurement.Declaration{}))
	p = h.do(t, p, approver(), assessingInterests("D2", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error {
		_, err := p.Moderate(procurement.Moderation{Bid: "B1", Criterion: "quality", Value: 4, Reason: "agreed", Present: []string{"dee.w"}})
		return err
	})
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error { return p.Move(procurement.Evaluate) })
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error { _, err := p.Recommend("best by the method"); return err })
	codes := func(by casework.Actor) []string {
		_, err := h.try(t, p, by, decidingAward)
		refusal, is := errors.AsType[*casework.Refusal](err)
		require.True(t, is, "%v", err)
		var duties []string
		for _, o := range refusal.Objections {
			if o.Code == "duty.requester_decides" || o.Code == "duty.evaluator_decides" {
				duties = append(duties, o.Code)
			}
		}
		return duties
	}

	assert.Equal(t, []string{"duty.requester_decides"}, codes(requester()))
	assert.Equal(t, []string{"duty.evaluator_decides"}, codes(colleague()))
	assert.Equal(t, []string{"duty.evaluator_decides"}, codes(approver().For(colleague())))
	assert.Equal(t, []string{"duty.evaluator_decides"}, codes(dee), "who was there when it was moderated")
	assert.Empty(t, codes(approver()))
}

func TestASmallAwardIsAdvisedWhereALargeOneIsRefused(t *testing.T) {
	h := lightly(t)
	small := func(r *procurement.Requisition) {
		r.Estimate, r.Annual, r.Funding = casework.GBP(5_000_00), casework.Money{}, []procurement.Funding{{Resource: "R1", Amount: casework.GBP(5_000_00)}}
	}
	p := h.do(t, h.open(t, small), requester(), submitting(procurement.Committed, upTo(5_000)))
	p = h.do(t, p, approver(), approvingUnder(upTo(5_000)))
	p = h.do(t, p, requester(), choosing(procurement.RouteChoice{Route: procurement.DirectAward, Reason: "r", Ground: "g", Justification: "j"}))
	p = h.do(t, p, requester(), offeringFor(bidderCalled("carers-co-op"), 5_000))
	p = h.do(t, p, colleague(), proposingAward("B1"))

	p, err := h.try(t, p, approver(), decidingAward)
	require.NoError(t, err)
	var advice []string
	for _, o := range p.Advice() {
		advice = append(advice, o.Code)
	}
	assert.Contains(t, advice, "award.unapproved")
	assert.Contains(t, advice, "interest.approver")
	assert.NotContains(t, advice, "duty.requester_decides")
}
