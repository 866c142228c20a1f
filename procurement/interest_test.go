package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

func declaringInterests(d procurement.Declaration) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.Declare(d); return err }
}

func assessingInterests(id procurement.DeclarationID, a procurement.InterestAssessment) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AssessDeclaration(id, a); return err }
}

func scoringQuality(value int) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.GiveScore(procurement.Score{Bid: "B1", Criterion: "quality", Value: value, Reason: "well described"})
		return err
	}
}

// opened brings a purchase with two bids to the point where they are scored.
func (h requesting) opened(t *testing.T) *procurement.Purchase {
	t.Helper()
	p := h.do(t, h.tendering(t), requester(), withNotice)
	p = h.do(t, p, requester(), invitingBids)
	p = h.do(t, p, requester(), offeringFor(bidderCalled("carers-co-op"), 280_000))
	p = h.do(t, p, requester(), offeringFor(bidderCalled("swift-care"), 290_000))
	h.Clock.Advance(49 * time.Hour)
	p = h.do(t, p, requester(), func(p *procurement.Purchase) error { return p.Move(procurement.Receive) })
	return h.do(t, p, requester(), func(p *procurement.Purchase) error { return p.OpenBids("ben.o") })
}

func interestIn(agency string) procurement.Declaration {
	return procurement.Declaration{Role: "evaluator", Interests: []procurement.Interest{{
		Nature: procurement.PersonalInterest, Indirect: true, Status: procurement.ActualConflict, In: agency, Text: "a sister works there",
	}}}
}

func TestNobodyScoresWhileTheirDeclarationIsMissingOrUnassessed(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.opened(t)

	_, err := h.try(t, p, colleague(), scoringQuality(4))
	refusedFor(t, err, "interest.undeclared", casework.Bar)

	p = h.do(t, p, colleague(), declaringInterests(procurement.Declaration{Role: "evaluator"}))
	assert.Equal(t, "cem.t", p.Declarations()[0].Person)
	assert.True(t, p.Declarations()[0].Open())
	_, err = h.try(t, p, colleague(), scoringQuality(4))
	refusedFor(t, err, "interest.undeclared", casework.Bar)

	_, err = h.try(t, p, colleague(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	refusedFor(t, err, "interest.own", casework.Bar)
	_, err = h.try(t, p, approver().For(colleague()), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	refusedFor(t, err, "interest.own", casework.Bar)

	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	p = h.do(t, p, colleague(), scoringQuality(4))
	_, err = h.try(t, p, approver().For(colleague()), scoringQuality(4))
	assert.True(t, refusedWith(t, err, "interest.undeclared"), "whoever stands in declares too")
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestTheLatestDeclarationCounts(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.opened(t), colleague(), declaringInterests(procurement.Declaration{}))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))

	p = h.do(t, p, colleague(), declaringInterests(interestIn("swift-care")))
	_, err := h.try(t, p, colleague(), scoringQuality(4))
	refusedFor(t, err, "interest.undeclared", casework.Bar)

	p = h.do(t, p, approver(), assessingInterests("D2", procurement.InterestAssessment{Finding: procurement.Recused}))
	_, err = h.try(t, p, colleague(), scoringQuality(4))
	refusedFor(t, err, "interest.undeclared", casework.Bar)

	p = h.do(t, p, approver(), assessingInterests("D2", procurement.InterestAssessment{Finding: procurement.Mitigated, Steps: "scores the other lot only"}))
	h.do(t, p, colleague(), scoringQuality(4))
}

func TestAnExcludedSupplierIsOutBeforeThePersonGoesOn(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.opened(t), colleague(), declaringInterests(interestIn("swift-care")))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.SupplierExcluded}))

	_, err := h.try(t, p, colleague(), scoringQuality(4))
	refusedFor(t, err, "interest.undeclared", casework.Bar)

	p = h.do(t, p, approver(), func(p *procurement.Purchase) error {
		return p.ExcludeBid("B2", procurement.Exclusion{Ground: procurement.ConflictOfInterest, Reason: "could not be mitigated", Heard: "they agree"})
	})
	h.do(t, p, colleague(), scoringQuality(4))
}

func TestEverybodyWhoModeratesHasDeclared(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.opened(t), colleague(), declaringInterests(procurement.Declaration{}))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	moderating := func(present ...string) func(*procurement.Purchase) error {
		return func(p *procurement.Purchase) error {
			_, err := p.Moderate(procurement.Moderation{Bid: "B1", Criterion: "quality", Value: 3, Reason: "agreed", Present: present})
			return err
		}
	}

	_, err := h.try(t, p, colleague(), moderating("cem.t", "dee.w"))
	o := refusedFor(t, err, "interest.undeclared", casework.Bar)
	assert.Equal(t, "dee.w", o.Subject)

	h.do(t, p, colleague(), moderating("cem.t"))
}

func TestADeclarationTellsAllItsFaultsAtOnce(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.open(t, nil), colleague(), declaringInterests(procurement.Declaration{}))
	day, err := casework.NewDate(2025, 6, 3)
	require.NoError(t, err)
	tests := map[string]struct {
		work func(*procurement.Purchase) error
		want []string
	}{
		"an interest says what it is": {declaringInterests(procurement.Declaration{Interests: []procurement.Interest{{Nature: "x"}}}), []string{
			"declaration.interests[0].nature interest.nature", "declaration.interests[0].status interest.status",
			"declaration.interests[0].in interest.in_missing", "declaration.interests[0].text interest.text_missing",
		}},
		"an assessment is of a declaration, and finds something": {assessingInterests("D9", procurement.InterestAssessment{}), []string{"declaration declaration.unknown", "assessment.finding interest.finding"}},
		"what mitigates is said":                                 {assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.Mitigated}), []string{"assessment.steps interest.steps_missing"}},
		"a review has a day and a text": {func(p *procurement.Purchase) error {
			_, err := p.ReviewDeclaration("D9", procurement.InterestReview{})
			return err
		}, []string{"declaration declaration.unknown", "review.on interest.on_missing", "review.text interest.text_missing"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := h.try(t, p, approver(), tt.work)

			assert.Equal(t, tt.want, faultsIn(t, err))
		})
	}

	p = h.do(t, p, approver(), func(p *procurement.Purchase) error {
		_, err := p.ReviewDeclaration("D1", procurement.InterestReview{On: day, Text: "unchanged"})
		return err
	})
	d, known := p.Declaration("D1")
	require.True(t, known)
	assert.Equal(t, "ben.o", d.Reviews[0].Mark.By)
	d.Reviews[0].Text = "x"
	assert.Equal(t, "unchanged", p.Declarations()[0].Reviews[0].Text)
	_, known = p.Declaration("D9")
	assert.False(t, known)
}

func TestWhoeverDecidesHasDeclaredToo(t *testing.T) {
	tests := map[string]struct {
		scale commissioning.Scale
		want  casework.Effect
	}{
		"on a small award it is advised":    {commissioning.Light, casework.Advise},
		"on a standard one it is explained": {commissioning.Standard, casework.Explain},
		"on a major one it is refused":      {commissioning.Major, casework.Refuse},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, procurement.DefaultWeights()["interest.approver"].At(tt.scale))
		})
	}

	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.proposed(t, bidderCalled("carers-co-op"), nil)
	_, err := h.try(t, p, approver(), decidingAward)
	assert.True(t, refusedWith(t, err, "interest.approver"))

	p = h.do(t, p, approver(), declaringInterests(procurement.Declaration{Role: "approver"}))
	p = h.do(t, p, colleague(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.NoConflict}))
	_, err = h.try(t, p, approver(), decidingAward)
	assert.False(t, refusedWith(t, err, "interest.approver"))
}

func TestACommissionerThatProvidesIsAwardedOnlyWithSafeguards(t *testing.T) {
	tests := map[string]struct {
		bidder, member string
		refused        bool
	}{
		"the agency that leads":               {bidder: "camden", refused: true},
		"one of the buyers":                   {bidder: "islington", refused: true},
		"a buyer as member of a consortium":   {bidder: "carers-co-op", member: "islington", refused: true},
		"an agency that commissions nothing ": {bidder: "carers-co-op"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)
			p := h.do(t, h.approved(t, func(r *procurement.Requisition) {
				r.Buyers = []procurement.Buyer{{Agency: camden()}, {Agency: islington()}}
			}), requester(), choosing(procurement.RouteChoice{Route: procurement.DirectAward, Reason: "r", Ground: "g", Justification: "j"}))
			p = h.do(t, p, requester(), offeringFor(bidderCalled(tt.bidder), 280_000))
			if tt.member != "" {
				p = h.do(t, p, requester(), func(p *procurement.Purchase) error {
					b, _ := p.Bid("B1")
					b.Members = []casework.Agency{bidderCalled(tt.member)}
					if _, err := p.ReviseBid("B1", b); err != nil {
						return err
					}
					_, err := p.SubmitBid("B1", "director")
					return err
				})
			}

			_, err := h.try(t, p, colleague(), proposingAward("B1"))
			if !tt.refused {
				require.NoError(t, err)
				return
			}
			o := refusedFor(t, err, "commissioner.also_provides", casework.Refuse)

			h.Record(t, func(c *commissioning.Cycle) error {
				_, err := c.RecordSafeguards(commissioning.Safeguard{Agency: bidderCalled(o.Subject), Measures: []string{commissioning.SeparateDirectors}})
				return err
			})
			p = h.do(t, p, colleague(), proposingAward("B1"))
			_, err = h.try(t, p, approver(), decidingAward)
			assert.False(t, refusedWith(t, err, "commissioner.also_provides"))
		})
	}
}

func TestARedactedDeclarationKeepsWhoAndWhat(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.do(t, h.open(t, nil), colleague(), declaringInterests(interestIn("swift-care")))
	p = h.do(t, p, approver(), assessingInterests("D1", procurement.InterestAssessment{Finding: procurement.Mitigated, Steps: "the sister left"}))

	p, err := h.desks.Purchases.Redact(t.Context(), p.ID(), requester(), []uint64{p.Seq() - 1, p.Seq()}, "asked to be forgotten")
	require.NoError(t, err)

	d := p.Declarations()[0]
	assert.Equal(t, "cem.t", d.Person)
	assert.Equal(t, procurement.Mitigated, d.Assessment.Finding)
	assert.Equal(t, []procurement.Interest{{Nature: procurement.PersonalInterest, Indirect: true, Status: procurement.ActualConflict}}, d.Interests)
	assert.Empty(t, d.Assessment.Steps+d.Role)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

// lightly is a house whose cycle is of light scale.
func lightly(t *testing.T) requesting {
	t.Helper()
	return requestingAt(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(commissioning.Light))
}
