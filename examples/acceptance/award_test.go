package acceptance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// brief is a live brief of S6, published at 2016-03-03T12:30:01 for two weeks.
func brief(t *testing.T, h *house) (*market, casework.CaseID) {
	t.Helper()
	m := briefsAhead(t, h)
	return m, m.published(t, procurement.Timetable{
		QuestionsClose: moment(t, "2016-03-10T23:59:59Z"), AnswersBy: moment(t, "2016-03-16T23:59:59Z"), BidsClose: moment(t, "2016-03-17T23:59:59Z"),
	})
}

// briefsAhead is the market of S6 before anything is published.
func briefsAhead(t *testing.T, h *house) *market {
	t.Helper()
	h.at(t, "2016-03-01T09:00:00Z")
	return newMarket(t, h, time.UTC)
}

// published publishes a brief at 2016-03-03T12:30:01.
func (m *market) published(t *testing.T, timetable procurement.Timetable) casework.CaseID {
	t.Helper()
	id := m.approved(t, m.requisition(t)).ID()
	tender := m.tender(t, timetable.BidsClose)
	tender.Timetable = timetable
	tender.Lots[0].Period = casework.Period{From: day(t, "2020-12-31"), To: day(t, "2021-12-30")}
	m.buy(t, id, dee, quotations)
	m.buy(t, id, dee, setting(tender))
	m.buy(t, id, dee, filing(casework.DocumentTenderNotice, "Brief", true))
	m.at(t, "2016-03-03T12:30:01Z")
	m.take(t, id, dee, procurement.Invite)
	return id
}

// responses takes what A and B answer, and what C only drafts.
func (m *market) responses(t *testing.T, id casework.CaseID) {
	t.Helper()
	require.Equal(t, procurement.BidID("B1"), m.bid(t, id, sunrise, "99.95"))
	require.Equal(t, procurement.BidID("B2"), m.bid(t, id, lanes, "99.95"))
	m.buy(t, id, dee, func(p *procurement.Purchase) error {
		_, err := p.DraftBid(procurement.Bid{Lot: "1", Bidder: harbour, Price: pounds(t, "99.95")})
		return err
	})
}

// judged is a brief that closed by its date, with A before B.
func judged(t *testing.T, h *house) (*market, casework.CaseID) {
	t.Helper()
	m, id := brief(t, h)
	m.responses(t, id)
	m.at(t, "2016-03-18T00:00:00Z")
	m.take(t, id, dee, procurement.Receive)
	m.declared(t, id, eva, dan)
	m.buy(t, id, eva, func(p *procurement.Purchase) error { return p.OpenBids(dee.ID) })
	m.buy(t, id, eva, func(p *procurement.Purchase) error {
		for _, b := range []procurement.BidID{"B1", "B2"} {
			if err := p.AssessSuitability(b, procurement.Suitability{Suitable: true, Reason: "checked"}); err != nil {
				return err
			}
		}
		return scoring(5, 2)(p)
	})
	m.take(t, id, eva, procurement.Evaluate)
	return m, id
}

// scoring scores the quality of A and of B.
func scoring(a, b int) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		if _, err := p.GiveScore(procurement.Score{Bid: "B1", Criterion: "quality", Value: a, Reason: "as read"}); err != nil {
			return err
		}
		_, err := p.GiveScore(procurement.Score{Bid: "B2", Criterion: "quality", Value: b, Reason: "as read"})
		return err
	}
}

// choosing recommends a bid.
func choosing(bid procurement.BidID) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.Recommend("best by the published method", procurement.Choice{Bid: bid})
		return err
	}
}

// rechosen scores again so that B is before A, and chooses B.
func rechosen(p *procurement.Purchase) error {
	if err := p.Move(procurement.Reopen); err != nil {
		return err
	}
	if err := scoring(2, 5)(p); err != nil {
		return err
	}
	if err := p.Move(procurement.Evaluate); err != nil {
		return err
	}
	return choosing("B2")(p)
}

// misread is why it is scored again.
var misread = casework.Reason("what was offered was misread")

// awarding decides as recommended.
func awarding(p *procurement.Purchase) error {
	_, err := p.DecideAward(procurement.AwardDecision{})
	return err
}

// correcting corrects the value of the first award.
func correcting(value casework.Money) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.CorrectAward("W1", value); return err }
}

// unawarding takes the first award back.
func unawarding(p *procurement.Purchase) error {
	_, err := p.CancelAward("W1")
	return err
}

// awarded6 is a brief awarded to B for 99.95, at 2016-03-21T10:00:00.
func awarded6(t *testing.T, h *house) (*market, casework.CaseID) {
	t.Helper()
	m, id := judged(t, h)
	m.buy(t, id, eva, choosing("B1"))
	m.buy(t, id, eva, rechosen, misread)
	m.at(t, "2016-03-21T10:00:00Z")
	m.buy(t, id, dan, awarding)
	return m, id
}

// authority.actor_missing: actor.missing.
func TestS6_1_a_brief_is_published_for_two_weeks_or_for_one_by_somebody(t *testing.T) {
	for name, timetable := range map[string][3]string{
		"two weeks": {"2016-03-10T23:59:59Z", "2016-03-16T23:59:59Z", "2016-03-17T23:59:59Z"},
		"one week":  {"2016-03-07T23:59:59Z", "2016-03-09T23:59:59Z", "2016-03-10T23:59:59Z"},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryStore(t, func(t *testing.T, h *house) {
				m := briefsAhead(t, h)
				questions, answers, closes := moment(t, timetable[0]), moment(t, timetable[1]), moment(t, timetable[2])
				id := m.published(t, procurement.Timetable{QuestionsClose: questions, AnswersBy: answers, BidsClose: closes})
				p := m.purchaseNow(t, id)
				assert.Equal(t, procurement.Invited, p.State())
				tender, _ := p.Tender()
				assert.Equal(t, procurement.Timetable{QuestionsClose: questions, AnswersBy: answers, BidsClose: closes}, tender.Timetable)
				assert.Equal(t, procurement.BiddingOpen, p.BiddingAt(closes))
				assert.Equal(t, procurement.BiddingClosed, p.BiddingAt(closes.Add(time.Second)))

				ask := func(p *procurement.Purchase) error { _, err := p.AskQuestion("which seeds?", sunrise.ID); return err }
				assert.Contains(t, m.faultyPurchase(t, id, casework.Actor{}, ask), "actor.missing")
				m.now = questions
				m.buy(t, id, dee, ask)
				m.now = questions.Add(time.Second)
				assert.Equal(t, []string{"question.late"}, m.faultyPurchase(t, id, dee, ask))
				m.agree(t)
			})
		})
	}
}

// transition.not_allowed: move.not_allowed. period.not_ended: bidding.open.
func TestS6_2_3_4_a_live_brief_is_not_awarded_and_closes_by_its_date_alone(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := brief(t, h)
		m.responses(t, id)
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedPurchase(t, id, dan, awarding))
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedPurchase(t, id, dan, choosing("B1")))
		assert.Equal(t, []string{"bidding.open"}, m.refusedMove(t, id, dee, procurement.Receive))
		m.at(t, "2016-03-17T23:59:59Z")
		assert.Equal(t, []string{"bidding.open"}, m.refusedMove(t, id, dee, procurement.Receive), "nor at its last moment")
		assert.Equal(t, procurement.BiddingOpen, m.purchaseNow(t, id).BiddingAt(m.now))

		before := everything(t, h.store)
		m.at(t, "2016-03-18T00:00:00Z")
		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.BiddingClosed, p.BiddingAt(m.now))
		assert.Equal(t, procurement.Invited, p.State())
		assert.Equal(t, before, everything(t, h.store), "nobody wrote anything")
		m.take(t, id, dee, procurement.Receive)
		m.agree(t)
	})
}

// guard.mismatch: award.not_winner, bid.unqualified, bid.unknown.
func TestS6_5_neither_a_draft_nor_another_briefs_response_is_chosen(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := judged(t, h)
		draft, _ := m.purchaseNow(t, id).Bid("B3")
		require.False(t, draft.Submitted())
		codes := m.refusedPurchase(t, id, eva, choosing("B3"))
		assert.Contains(t, codes, "bid.unqualified")
		assert.Contains(t, codes, "award.not_winner")

		other := newMarket(t, h, time.UTC)
		another := other.invited(t, m.now.AddDate(0, 0, 7))
		for i := range 4 {
			other.bid(t, another, casework.Agency{ID: fmt.Sprintf("agency-%d", i), Name: fmt.Sprintf("Agency %d", i)}, "99.95")
		}
		foreign, known := other.purchaseNow(t, another).Bid("B4")
		require.True(t, known)
		require.True(t, foreign.Valid())
		assert.Equal(t, []string{"bid.unknown"}, m.faultyPurchase(t, id, eva, choosing(foreign.ID)))
		_, recommended := m.purchaseNow(t, id).Recommendation()
		assert.False(t, recommended)
		m.agree(t)
	})
}

// guard.mismatch: award.not_winner.
func TestS6_6_choosing_another_takes_the_place_of_the_first_and_both_are_history(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := judged(t, h)
		m.buy(t, id, eva, choosing("B1"))
		assert.Equal(t, []string{"award.not_winner"}, m.refusedPurchase(t, id, eva, choosing("B2")), "in a competition the scores change first")
		m.buy(t, id, eva, rechosen, misread)

		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.Recommended, p.State())
		now, _ := p.Recommendation()
		require.Len(t, now.Choices, 1)
		assert.Equal(t, procurement.BidID("B2"), now.Choices[0].Bid)
		a, _ := p.Bid("B1")
		assert.True(t, a.Valid(), "it is a response as before")
		assert.Nil(t, a.Exclusion)

		chosen := ofType(entriesOf(t, h.store, id, 0), "award.recommended")
		require.Len(t, chosen, 2)
		assert.Equal(t, procurement.BidID("B1"), dataOf[procurement.Recommendation](t, chosen[0]).Choices[0].Bid)
		assert.Equal(t, procurement.BidID("B2"), dataOf[procurement.Recommendation](t, chosen[1]).Choices[0].Bid)
		assert.Len(t, p.Scores(), 4, "what was scored first is kept")
		m.agree(t)
	})
}

// guard.missing_field: money.missing, standstill.notified_missing,
// standstill.days, lot.reason_missing. An amount that is none is
// money.amount_malformed or money.decimals.
func TestS6_7_details_that_are_missing_or_no_money_award_nothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := judged(t, h)
		m.buy(t, id, eva, choosing("B1"))
		codes := m.faultyPurchase(t, id, dan, func(p *procurement.Purchase) error {
			_, err := p.DecideAward(procurement.AwardDecision{
				Standstill: &procurement.StandstillPlan{Kind: procurement.MandatoryStandstill, Counting: procurement.BeginningWith},
				Unawarded:  []procurement.UnawardedLot{{Lot: "2"}},
			})
			return err
		})
		assert.ElementsMatch(t, []string{"standstill.notified_missing", "standstill.days", "lot.reason_missing", "lot.unknown"}, codes, "all at once")
		assert.Equal(t, procurement.Recommended, m.purchaseNow(t, id).State())

		m.buy(t, id, dan, awarding)
		why := casework.Reason("the value was entered wrongly")
		assert.Equal(t, []string{"money.missing"}, m.faultyPurchase(t, id, dan, correcting(casework.Money{}), why))
		for text, code := range map[string]string{"": "money.amount_malformed", "ninety": "money.amount_malformed", "99.955": "money.decimals"} {
			_, err := casework.ParseMoney(text, "GBP")
			assert.Equal(t, []string{code}, codesOf(t, err), text)
		}
		a, _ := m.purchaseNow(t, id).Award("W1")
		assert.Equal(t, pounds(t, "99.95"), a.Value)
	})
}

// guard.missing_field: reason.missing.
func TestS6_8_9_a_value_is_corrected_and_when_it_was_awarded_stays(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := awarded6(t, h)
		first, _ := m.purchaseNow(t, id).Award("W1")
		assert.Equal(t, procurement.AwardDecided, m.purchaseNow(t, id).State())
		assert.Equal(t, procurement.BidID("B2"), first.Bid)
		assert.Equal(t, pounds(t, "99.95"), first.Value)
		assert.Equal(t, "2020-12-31", first.Period.From.String())
		assert.Equal(t, moment(t, "2016-03-21T10:00:00Z"), first.Decided.At)

		m.at(t, "2016-03-22T10:00:00Z")
		wrong, right := pounds(t, "9900000.95"), pounds(t, "99.95")
		assert.Equal(t, []string{"reason.missing"}, m.faultyPurchase(t, id, dan, correcting(wrong)))
		m.buy(t, id, dan, correcting(wrong), casework.Reason("the value was not entered in full"))
		m.at(t, "2016-03-23T10:00:00Z")
		m.buy(t, id, dan, correcting(right), casework.Reason("the value was entered wrongly"))

		a, _ := m.purchaseNow(t, id).Award("W1")
		assert.Equal(t, right, a.Value)
		assert.Equal(t, first.Decided, a.Decided, "when it was awarded stays")
		require.Len(t, a.Corrections, 2)
		assert.Equal(t, [][2]casework.Money{{right, wrong}, {wrong, right}},
			[][2]casework.Money{{a.Corrections[0].Was, a.Corrections[0].Is}, {a.Corrections[1].Was, a.Corrections[1].Is}})
		kept := ofType(entriesOf(t, h.store, id, 0), string(procurement.CorrectingAward))
		require.Len(t, kept, 2)
		assert.Equal(t, wrong, dataOf[procurement.AwardCorrection](t, kept[0]).Is)
		assert.Equal(t, right, dataOf[procurement.AwardCorrection](t, kept[1]).Is)
		assert.Equal(t, "the value was entered wrongly", kept[1].Reason)
		m.agree(t)
	})
}

// transition.not_allowed: award.cancelled.
func TestS6_10_an_award_is_taken_back_once_and_what_it_was_stays_on_record(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := awarded6(t, h)
		contract := m.purchaseNow(t, id).Instruments()[0].Case
		m.at(t, "2016-03-24T10:00:00Z")
		why := casework.Reason("the supplier withdrew")
		m.buy(t, id, dan, unawarding, why)

		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.Recommended, p.State())
		still, _ := p.Recommendation()
		assert.Equal(t, procurement.BidID("B2"), still.Choices[0].Bid, "it is chosen as before")
		a, _ := p.Award("W1")
		assert.False(t, a.Stands())
		assert.Equal(t, pounds(t, "99.95"), a.Value)
		assert.Equal(t, moment(t, "2016-03-21T10:00:00Z"), a.Decided.At)
		assert.Equal(t, moment(t, "2016-03-24T10:00:00Z"), a.Cancelled.At)
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, contract).State())
		decided := ofType(entriesOf(t, h.store, id, 0), "award.decided")
		require.Len(t, decided, 1)
		assert.Equal(t, pounds(t, "99.95"), dataOf[procurement.AwardsDecided](t, decided[0]).Awards[0].Value)

		assert.Equal(t, []string{"award.cancelled"}, m.faultyPurchase(t, id, dan, unawarding, why))
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedMove(t, id, dan, procurement.Unaward, why))
		m.agree(t)
	})
}

// conflict.duplicate: the conflict's kind "sequence".
func TestS6_11_of_two_officers_who_award_different_responses_at_the_same_moment_one_wins(t *testing.T) {
	toA := awarding
	toB := func(p *procurement.Purchase) error {
		if err := rechosen(p); err != nil {
			return err
		}
		return awarding(p)
	}
	for name, tt := range map[string]struct {
		faster, slower casework.Actor
		first, second  func(*procurement.Purchase) error
		winner         procurement.BidID
	}{
		"A is faster": {faster: dan, slower: eva, first: toA, second: toB, winner: "B1"},
		"B is faster": {faster: eva, slower: dan, first: toB, second: toA, winner: "B2"},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryStore(t, func(t *testing.T, h *house) {
				m, id := judged(t, h)
				m.buy(t, id, eva, choosing("B1"))
				var after string
				_, err := m.desks.Purchases.Update(t.Context(), id, tt.slower, func(p *procurement.Purchase) error {
					m.buy(t, id, tt.faster, tt.first, misread)
					after = everything(t, h.store)
					return tt.second(p)
				}, misread)
				require.ErrorIs(t, err, casework.ErrConflict)
				var conflict *casework.ConflictError
				require.ErrorAs(t, err, &conflict)
				assert.Equal(t, casework.ConflictSequence, conflict.Kind)
				assert.Equal(t, id, conflict.Case)
				assert.True(t, conflict.By.Is(tt.faster), "it is said who was first")
				assert.Equal(t, after, everything(t, h.store), "the slower one leaves nothing behind")

				p := m.purchaseNow(t, id)
				require.Len(t, p.Awards(), 1)
				assert.Equal(t, tt.winner, p.Awards()[0].Bid)
				assert.Len(t, p.Instruments(), 1)
				m.agree(t)
			})
		})
	}
}
