package procurement_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func TestAnAuthorityCoversWhatItsLimitReaches(t *testing.T) {
	euro, err := casework.ParseMoney("100", "EUR")
	require.NoError(t, err)
	tests := map[string]struct {
		limit, figure casework.Money
		covers, fails bool
	}{
		"a figure below the limit is covered":           {casework.GBP(100_00), casework.GBP(99_99), true, false},
		"the limit itself is covered":                   {casework.GBP(100_00), casework.GBP(100_00), true, false},
		"a penny more is not":                           {casework.GBP(100_00), casework.GBP(100_01), false, false},
		"no limit recorded is no authority":             {casework.Money{}, casework.GBP(0), false, false},
		"a limit of nothing covers nothing but nothing": {casework.GBP(0), casework.GBP(0), true, false},
		"another currency is not covered":               {euro, casework.GBP(1), false, true},
		"a figure nobody recorded is not covered":       {casework.GBP(100_00), casework.Money{}, false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			covers, err := procurement.Authority{Approver: "ben.o", Limit: tt.limit}.Covers(tt.figure)

			assert.Equal(t, tt.covers, covers)
			assert.Equal(t, tt.fails, err != nil)
		})
	}
}

func TestAnAuthorityNeverCoversMoreThanItsLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		limit, figure := random.Int64N(50), random.Int64N(50)

		covers, err := procurement.Authority{Limit: casework.GBP(limit)}.Covers(casework.GBP(figure))

		require.NoError(t, err)
		require.Equal(t, figure <= limit, covers, "limit %d, figure %d", limit, figure)
	}
}

func TestNobodyIsAskedBeyondTheirLimitAndNobodyApprovesBeyondIt(t *testing.T) {
	euro, err := casework.ParseMoney("9999999", "EUR")
	require.NoError(t, err)
	short := map[string]procurement.Authority{
		"a penny short":       {Approver: "ben.o", Limit: casework.GBP(299_999_99)},
		"no limit recorded":   {Approver: "ben.o"},
		"in another currency": {Approver: "ben.o", Limit: euro},
	}
	for name, authority := range short {
		t.Run(name+" is refused when asked", func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)

			_, err := h.try(t, h.open(t, nil), requester(), submitting(procurement.Committed, authority))

			refusedFor(t, err, "approval.authority", casework.Bar)
		})
		t.Run(name+" is refused again when approving", func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)

			_, err := h.try(t, h.submitted(t, nil), approver(), approvingUnder(authority))

			refusedFor(t, err, "approval.authority", casework.Bar)
		})
	}

	t.Run("returning takes no limit", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)

		p := h.do(t, h.submitted(t, nil), approver(), returning("name the wards"))

		assert.Equal(t, procurement.RequisitionDrafted, p.State())
	})
	t.Run("the limit itself is enough, and is kept with the answer", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)

		p := h.do(t, h.submitted(t, nil), approver(), approvingUnder(upTo(400_000)))

		a := p.Approvals()[0]
		assert.Equal(t, casework.GBP(300_000_00), a.Authority.Limit)
		assert.Equal(t, casework.GBP(400_000_00), a.Under.Limit)
		assert.Equal(t, "ben.o", a.Answered.By)
	})
}

func TestNobodyApprovesWhatTheyDraftedOrSubmitted(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	own := procurement.Authority{Approver: "ana.k", Limit: casework.GBP(300_000_00)}
	p := h.do(t, h.open(t, nil), colleague(), submitting(procurement.Committed, own))

	_, err := h.try(t, p, requester(), approvingUnder(own))
	refusedFor(t, err, "approval.own", casework.Refuse)

	_, err = h.try(t, p, approver().For(requester()), approvingUnder(own))
	refusedFor(t, err, "approval.own", casework.Refuse)

	q := requestingAt(t, commissioning.StageArrangeDelivery)
	cems := procurement.Authority{Approver: "cem.t", Limit: casework.GBP(300_000_00)}
	p = q.do(t, q.open(t, nil), colleague(), submitting(procurement.Committed, cems))
	_, err = q.try(t, p, colleague(), approvingUnder(cems))
	refusedFor(t, err, "approval.own", casework.Refuse)

	r := requestingAt(t, commissioning.StageArrangeDelivery)
	p = r.do(t, r.open(t, nil), colleague(), func(p *procurement.Purchase) error {
		_, err := p.ReviseRequisition(p.Requisition())
		return err
	})
	p = r.do(t, p, requester(), submitting(procurement.Committed, cems))
	_, err = r.try(t, p, colleague(), approvingUnder(cems))
	refusedFor(t, err, "approval.own", casework.Refuse)
}

func TestTheApproverWhoWasAskedAnswers(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, nil)

	_, err := h.try(t, p, colleague(), approvingUnder(upTo(300_000)))
	refusedFor(t, err, "approval.approver", casework.Bar)
	_, err = h.try(t, p, colleague(), returning("no"))
	refusedFor(t, err, "approval.approver", casework.Bar)

	other := procurement.Authority{Approver: "cem.t", Limit: casework.GBP(300_000_00)}
	_, err = h.try(t, p, colleague(), approvingUnder(other))
	assert.Equal(t, []string{"authority.approver approval.approver_other"}, faultsIn(t, err))

	p = h.do(t, p, colleague().For(approver()), approvingUnder(upTo(300_000)))
	assert.Equal(t, "ben.o", p.Approvals()[0].Answered.For)
}

func TestListingTellsWhoCannotApproveBeforeTheyTry(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.submitted(t, nil)
	tests := map[string]struct {
		by   casework.Actor
		want []string
	}{
		"whoever submitted it":      {requester(), []string{"approval.own", "approval.approver"}},
		"somebody who was not":      {colleague(), []string{"approval.approver"}},
		"the approver who is asked": {approver(), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			options, err := h.desks.Purchases.Options(t.Context(), p.ID(), tt.by)

			require.NoError(t, err)
			var codes []string
			for _, o := range options {
				if o.Move != procurement.ApproveRequisition {
					continue
				}
				for _, objection := range o.Objections {
					codes = append(codes, objection.Code)
				}
			}
			assert.Equal(t, tt.want, codes)
		})
	}
}

// tendering brings a purchase to a tender for one lot.
func (h requesting) tendering(t *testing.T) *procurement.Purchase {
	t.Helper()
	p := h.do(t, h.approved(t, nil), requester(), choosing(procurement.RouteChoice{Route: procurement.Quotations, Reason: "several could deliver it"}))
	return h.do(t, p, requester(), settingTender(h.tender()))
}

func (h requesting) tender() procurement.Tender {
	return procurement.Tender{
		Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "Kentish Town", MaxAwards: 1}}, NoLots: "one area",
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: 6000, Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: 4000},
		},
		Method: procurement.WeightedScore, PriceReason: "quality matters more", Ties: procurement.TieByQuality,
		Timetable: procurement.Timetable{BidsClose: h.Clock.Now().Add(48 * time.Hour)},
	}
}

func settingTender(tender procurement.Tender) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SetTender(tender); return err }
}

func askingApproval(of procurement.ApprovalOf, basis procurement.Basis, a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AskApproval(of, basis, a); return err }
}

func answeringApproval(id procurement.ApprovalID, answer procurement.Answer, comment string, a procurement.Authority) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AnswerApproval(id, answer, comment, a); return err }
}

// refusedWith tells whether a refusal, if it is one, has an objection of a code.
func refusedWith(t *testing.T, err error, code string) bool {
	t.Helper()
	refusal, is := err.(*casework.Refusal) //nolint:errorlint // nothing wraps what the tests look at
	if !is {
		require.NoError(t, err)
		return false
	}
	return refusal.Has(code)
}

func invitingBids(p *procurement.Purchase) error { return p.Move(procurement.Invite) }

// withNotice adds what an invitation is published with.
func withNotice(p *procurement.Purchase) error {
	_, err := p.AddDocument(casework.Evidence{Kind: casework.DocumentTenderNotice, Title: "Notice", Address: "https://example.org/notice"}, true)
	return err
}

func TestATenderIsNotChangedWhileItIsInspected(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	inspector := procurement.Authority{Approver: "ben.o"}
	p := h.do(t, h.tendering(t), requester(), askingApproval(procurement.ApprovalOfTender, "", inspector))
	changed, moved := h.tender(), h.tender()
	changed.Title = "Home care and more"
	moved.Timetable.BidsClose = moved.Timetable.BidsClose.Add(time.Hour)

	_, err := h.try(t, p, requester(), settingTender(changed))
	refusedFor(t, err, "inspection.open", casework.Bar)
	_, err = h.try(t, p, requester(), invitingBids)
	assert.True(t, refusedWith(t, err, "inspection.unmet"))

	p = h.do(t, p, requester(), settingTender(moved))
	p = h.do(t, p, approver(), answeringApproval("A2", procurement.Returned, "say more about nights", inspector))
	_, err = h.try(t, p, requester(), invitingBids)
	assert.True(t, refusedWith(t, err, "inspection.unmet"))
	h.do(t, p, requester(), settingTender(changed))
}

func TestAnEditVoidsAnInspectionAndAnotherTimetableDoesNot(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	inspector := procurement.Authority{Approver: "ben.o"}
	changed, moved := h.tender(), h.tender()
	changed.Title = "Home care and more"
	moved.Timetable.BidsClose = moved.Timetable.BidsClose.Add(time.Hour)
	p := h.do(t, h.tendering(t), requester(), askingApproval(procurement.ApprovalOfTender, procurement.Committed, inspector))
	p = h.do(t, p, approver(), answeringApproval("A2", procurement.Approved, "", inspector))
	assert.Empty(t, p.Approvals()[1].Basis)

	p = h.do(t, p, requester(), settingTender(changed))
	_, err := h.try(t, p, requester(), invitingBids)
	assert.True(t, refusedWith(t, err, "inspection.unmet"))

	p = h.do(t, p, requester(), settingTender(moved))
	h.do(t, p, requester(), withNotice)
	h.do(t, p, requester(), invitingBids)
}

func TestApprovalsAreAskedForAndAnsweredOnce(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	inspector := procurement.Authority{Approver: "ben.o"}
	p := h.approved(t, nil)

	faulty := map[string]struct {
		work func(*procurement.Purchase) error
		want []string
	}{
		"there is a tender to inspect":              {askingApproval(procurement.ApprovalOfTender, "", inspector), []string{"of approval.nothing"}},
		"there is a recommendation to approve":      {askingApproval(procurement.ApprovalOfAward, procurement.Committed, inspector), []string{"of approval.nothing"}},
		"a requisition is submitted":                {askingApproval(procurement.ApprovalOfRequisition, procurement.Committed, procurement.Authority{}), []string{"of approval.of", "authority.approver approval.approver_missing"}},
		"an answer is to what was asked":            {answeringApproval("A9", "maybe", "", inspector), []string{"answer approval.answer", "approval approval.unknown"}},
		"a requisition is answered by its own move": {answeringApproval("A1", procurement.Approved, "", inspector), []string{"approval approval.by_move"}},
	}
	for name, tt := range faulty {
		t.Run(name, func(t *testing.T) {
			_, err := h.try(t, p, requester(), tt.work)

			assert.Equal(t, tt.want, faultsIn(t, err))
		})
	}

	q := requestingAt(t, commissioning.StageArrangeDelivery)
	p = q.do(t, q.tendering(t), requester(), askingApproval(procurement.ApprovalOfTender, "", inspector))
	_, err := q.try(t, p, requester(), askingApproval(procurement.ApprovalOfTender, "", inspector))
	assert.Equal(t, []string{"of approval.open"}, faultsIn(t, err))
	_, err = q.try(t, p, approver(), answeringApproval("A2", procurement.Rejected, " ", inspector))
	assert.Equal(t, []string{"comment approval.comment_missing"}, faultsIn(t, err))
	_, err = q.try(t, p, requester(), answeringApproval("A2", procurement.Approved, "", inspector))
	assert.True(t, refusedWith(t, err, "approval.own"))

	p = q.do(t, p, approver(), answeringApproval("A2", procurement.Rejected, "too short", inspector))
	_, err = q.try(t, p, approver(), answeringApproval("A2", procurement.Approved, "", inspector))
	assert.Equal(t, []string{"approval approval.answered"}, faultsIn(t, err))

	p = q.do(t, p, requester(), askingApproval(procurement.ApprovalOfTender, "", inspector))
	assert.Equal(t, procurement.ApprovalID("A3"), p.Approvals()[2].ID)
	assert.Equal(t, procurement.Rejected, p.Approvals()[1].Answer)
	assert.False(t, p.Approvals()[1].Covers(p.Approvals()[1].Content))
	require.NoError(t, q.desks.Purchases.Verify(t.Context(), p.ID()))
}

// bidderCalled is who is to be awarded what is bought directly.
func bidderCalled(id string) casework.Agency { return casework.Agency{ID: id, Name: id} }

// proposed brings a purchase to a recommendation without competition.
func (h requesting) proposed(t *testing.T, bidder casework.Agency, edit func(*procurement.Requisition)) *procurement.Purchase {
	t.Helper()
	p := h.do(t, h.approved(t, edit), requester(), choosing(procurement.RouteChoice{
		Route: procurement.DirectAward, Reason: "one provider", Ground: "user choice", Justification: "the person chose",
	}))
	p = h.do(t, p, requester(), offeringFor(bidder, 280_000))
	return h.do(t, p, colleague(), proposingAward("B1"))
}

func offeringFor(bidder casework.Agency, pounds int64) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		b, err := p.DraftBid(procurement.Bid{
			Lot: "1", Bidder: bidder, Price: casework.GBP(pounds * 100),
			Proposal: casework.Evidence{Kind: procurement.DocumentProposal, Title: "Proposal", Address: "https://example.org/proposal"},
		})
		if err != nil {
			return err
		}
		if _, err := p.SubmitBid(b.ID, "director"); err != nil {
			return err
		}
		return p.AssessSuitability(b.ID, procurement.Suitability{Suitable: true, Reason: "registered"})
	}
}

func proposingAward(id procurement.BidID) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.ProposeDirectAward(procurement.Choice{Lot: "1", Bid: id, Why: "the person chose them"})
		return err
	}
}

func decidingAward(p *procurement.Purchase) error {
	_, err := p.DecideAward(procurement.AwardDecision{})
	return err
}

func TestAnAwardIsDecidedWithTheRecommendationApprovedAsItStands(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.proposed(t, bidderCalled("carers-co-op"), nil)

	_, err := h.try(t, p, approver(), decidingAward)
	assert.True(t, refusedWith(t, err, "award.unapproved"), "nobody was asked")

	_, err = h.try(t, p, requester(), askingApproval(procurement.ApprovalOfAward, procurement.Committed, upTo(279_999)))
	refusedFor(t, err, "approval.authority", casework.Bar)
	_, err = h.try(t, p, requester(), askingApproval(procurement.ApprovalOfAward, "", upTo(280_000)))
	assert.Equal(t, []string{"basis approval.basis"}, faultsIn(t, err))

	p = h.do(t, p, requester(), askingApproval(procurement.ApprovalOfAward, procurement.Committed, upTo(280_000)))
	assert.Equal(t, casework.GBP(280_000_00), p.Approvals()[1].Figure)
	_, err = h.try(t, p, approver(), decidingAward)
	assert.True(t, refusedWith(t, err, "award.unapproved"), "nobody answered")

	p = h.do(t, p, approver(), answeringApproval("A2", procurement.Approved, "", upTo(280_000)))
	_, err = h.try(t, p, approver(), decidingAward)
	assert.False(t, refusedWith(t, err, "award.unapproved"))

	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error {
		_, err := p.ProposeDirectAward(procurement.Choice{Lot: "1", Bid: "B1", Why: "another reason"})
		return err
	})
	_, err = h.try(t, p, approver(), decidingAward)
	assert.True(t, refusedWith(t, err, "award.unapproved"), "it was changed since")

	p = h.do(t, p, requester(), askingApproval(procurement.ApprovalOfAward, procurement.Committed, upTo(280_000)))
	p = h.do(t, p, colleague(), proposingAward("B1"))
	_, err = h.try(t, p, approver(), answeringApproval("A3", procurement.Approved, "", upTo(280_000)))
	assert.Equal(t, []string{"approval approval.outdated"}, faultsIn(t, err))
	p = h.do(t, p, approver(), answeringApproval("A3", procurement.Returned, "it was changed", upTo(280_000)))
	_, err = h.try(t, p, approver(), decidingAward)
	assert.True(t, refusedWith(t, err, "award.unapproved"), "the latest was returned")
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestAnAnnualisedAwardIsAYearOfItsPrice(t *testing.T) {
	from, err := casework.NewDate(2025, 7, 1)
	require.NoError(t, err)
	tests := map[string]struct {
		period casework.Period
		want   string
	}{
		"52 weeks of two years of 52 weeks is half":   {casework.Period{From: from, To: from.AddDays(2*364 - 1)}, "GBP 140000.00"},
		"what lasts no longer than that is all of it": {casework.Period{From: from, To: from.AddDays(363)}, "GBP 280000.00"},
		"what does not come out even is rounded up":   {casework.Period{From: from, To: from.AddMonths(36).AddDays(-1)}, "GBP 92992.71"},
		"what runs on and on has no such figure":      {casework.Period{From: from}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)
			p := h.proposed(t, bidderCalled("carers-co-op"), func(r *procurement.Requisition) { r.Period = tt.period })

			p, err := h.try(t, p, requester(), askingApproval(procurement.ApprovalOfAward, procurement.Annualised, upTo(280_000)))

			if tt.want == "" {
				assert.Equal(t, []string{"figure approval.figure_unknown"}, faultsIn(t, err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, p.Approvals()[1].Figure.String())
		})
	}
}

func TestAnAwardIsNotCorrectedBeyondTheLimitItWasApprovedUnder(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.proposed(t, bidderCalled("carers-co-op"), nil)
	p = h.do(t, p, requester(), askingApproval(procurement.ApprovalOfAward, procurement.Committed, upTo(290_000)))
	p = h.do(t, p, approver(), answeringApproval("A2", procurement.Approved, "", upTo(290_000)))
	p = h.do(t, p, approver(), withNotice)
	p = h.do(t, p, approver(), filingPaper(procurement.DocumentAwardNotice, true))
	p = h.do(t, p, approver(), func(p *procurement.Purchase) error {
		_, err := p.Declare(procurement.Declaration{Person: "ben.o"})
		return err
	})
	p = h.do(t, p, colleague(), func(p *procurement.Purchase) error {
		_, err := p.AssessDeclaration("D1", procurement.InterestAssessment{Finding: procurement.NoConflict})
		return err
	})

	early := procurement.StandstillPlan{
		Kind: procurement.MandatoryStandstill, Notified: h.Clock.Now().AddDate(0, 0, -30), WorkingDays: 8, Counting: procurement.BeginningWith,
	}
	_, err := h.try(t, p, approver(), decidingAs(procurement.AwardDecision{Standstill: &early}))
	assert.True(t, refusedWith(t, err, "standstill.backdated"))
	p = h.do(t, p, approver(), decidingAward)
	_, err = h.try(t, p, approver(), keepingStill("W1", early))
	assert.True(t, refusedWith(t, err, "standstill.backdated"))
	early.Notified = h.Clock.Now()
	p = h.do(t, p, approver(), keepingStill("W1", early))

	_, err = h.try(t, p, approver(), correctingTo("W1", casework.GBP(290_000_01)), because)
	assert.True(t, refusedWith(t, err, "award.correction_unapproved"))
	p = h.do(t, p, approver(), correctingTo("W1", casework.GBP(290_000_00)), because)
	p = h.do(t, p, approver(), correctingTo("W1", casework.GBP(1_00)), because)
	assert.Equal(t, casework.GBP(1_00), p.Awards()[0].Value)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestAnApprovalOfAnAwardIsOfHowTheBidsStood(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	limit := procurement.Authority{Approver: h.f.Actor.ID, Limit: casework.GBP(1_000_00)}
	p := h.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499)}})
	p = h.does(t, p, recommendingAs())
	p = h.does(t, p, askingApproval(procurement.ApprovalOfAward, procurement.Committed, limit))
	p = h.does(t, p, recommendingAs()) // nothing changed
	p = h.does(t, p, func(p *procurement.Purchase) error {
		return p.ExcludeBid("B1", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "no registration"})
	})
	p = h.does(t, p, recommendingAs())

	assert.Equal(t, []string{"approval approval.outdated"}, h.faulty(t, p, answeringApproval("A2", procurement.Approved, "", limit)))
	p = h.does(t, p, answeringApproval("A2", procurement.Returned, "a bid is out since", limit))
	p = h.does(t, p, askingApproval(procurement.ApprovalOfAward, procurement.Committed, limit))
	p = h.does(t, p, recommendingAs())
	h.does(t, p, answeringApproval("A3", procurement.Approved, "", limit))
}
