package acceptance_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// inspector answers for the tender.
var inspector = casework.Person("inspector", hackney)

// moment reads a time that is known to be one, with its offset.
func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

// tryPurchase is a command on a purchase that may fail.
func (m *market) tryPurchase(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) func() error {
	t.Helper()
	return func() error {
		_, err := m.desks.Purchases.Update(t.Context(), id, by, work, opts...)
		return err
	}
}

// refusedPurchase is a command on a purchase that a rule is to refuse, with
// nothing left behind; it gives the codes that stopped it.
func (m *market) refusedPurchase(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) []string {
	t.Helper()
	return stopping(m.refused(t, m.tryPurchase(t, id, by, work, opts...)).Objections)
}

// faultyPurchase is a command on a purchase that is refused as faulty, with
// nothing left behind; it gives the codes of the faults.
func (m *market) faultyPurchase(t *testing.T, id casework.CaseID, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) []string {
	t.Helper()
	return codesOf(t, m.fails(t, m.tryPurchase(t, id, by, work, opts...)))
}

// refusedMove is a move of a purchase, without arguments, that a rule is to
// refuse; it gives the codes that stopped it.
func (m *market) refusedMove(t *testing.T, id casework.CaseID, by casework.Actor, move casework.Move, opts ...casework.CallOption) []string {
	t.Helper()
	return m.refusedPurchase(t, id, by, func(p *procurement.Purchase) error { return p.Move(move) }, opts...)
}

// firmly has rules refuse on every scale.
func firmly(codes ...string) func(*procurement.Options) {
	return func(o *procurement.Options) {
		if o.Weights == nil {
			o.Weights = map[string]commissioning.Weight{}
		}
		for _, code := range codes {
			o.Weights[code] = commissioning.Weight{Light: casework.Refuse, Standard: casework.Refuse, Major: casework.Refuse}
		}
	}
}

// commits is a store that keeps which cases each commit wrote to.
type commits struct {
	store
	cases [][]casework.CaseID
}

func (c *commits) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	receipt, err := c.store.Append(ctx, b)
	if err == nil {
		var cases []casework.CaseID
		for _, change := range b.Changes {
			if len(change.Entries) > 0 {
				cases = append(cases, change.Case)
			}
		}
		c.cases = append(c.cases, cases)
	}
	return receipt, err
}

// last gives the cases the last commit wrote to.
func (c *commits) last() []casework.CaseID { return c.cases[len(c.cases)-1] }

// planned1 is the market of S1 on 1 January 2027.
func planned1(t *testing.T, h *house) (*market, *commits) {
	t.Helper()
	kept := &commits{store: h.store}
	h.store = kept
	h.at(t, "2027-01-01T00:00:00+02:00")
	return newMarket(t, h, kyiv, firmly("notice.missing", "award.notice_missing", "ending.report_missing")), kept
}

// plan is the plan of S1: below the thresholds, by quotations.
func (m *market) plan(t *testing.T) procurement.Requisition {
	t.Helper()
	r := m.requisition(t)
	r.Planned = procurement.Quotations
	return r
}

// quotations is the route that was planned.
func quotations(p *procurement.Purchase) error {
	_, err := p.ChooseRoute(procurement.RouteChoice{Route: procurement.Quotations, Reason: "below the thresholds"})
	return err
}

// invitation is the tender of S1: enquiries until 8 January, answers until the
// 9th, bids from the 8th to the 15th.
func (m *market) invitation(t *testing.T) procurement.Tender {
	t.Helper()
	tender := m.tender(t, moment(t, "2027-01-15T00:00:00+02:00"))
	tender.Timetable.QuestionsClose = moment(t, "2027-01-08T00:00:00+02:00")
	tender.Timetable.AnswersBy = moment(t, "2027-01-09T00:00:00+02:00")
	tender.Timetable.BidsOpen = moment(t, "2027-01-08T00:00:00+02:00")
	return tender
}

// setting sets a tender.
func setting(tender procurement.Tender) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SetTender(tender); return err }
}

// filing adds a document.
func filing(kind casework.EvidenceKind, title string, signed bool) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AddDocument(paper(kind, title), signed); return err }
}

// prepared1 is the purchase of S1 with its tender set, nobody invited yet.
func prepared1(t *testing.T, h *house) (*market, casework.CaseID) {
	t.Helper()
	m, _ := planned1(t, h)
	p := m.approved(t, m.plan(t))
	m.buy(t, p.ID(), dee, quotations)
	m.buy(t, p.ID(), dee, setting(m.invitation(t)))
	return m, p.ID()
}

// enquiring is the purchase of S1 with agencies invited, and bids not open yet.
func enquiring(t *testing.T, h *house) (*market, casework.CaseID) {
	t.Helper()
	m, id := prepared1(t, h)
	m.buy(t, id, dee, filing(casework.DocumentTenderNotice, "Invitation", true))
	m.take(t, id, dee, procurement.Invite)
	return m, id
}

// ofType gives the entries of a type.
func ofType(entries []casework.Entry, name string) []casework.Entry {
	var all []casework.Entry
	for _, e := range entries {
		if e.Type == name {
			all = append(all, e)
		}
	}
	return all
}

// dataOf reads the data of an entry.
func dataOf[D any](t *testing.T, e casework.Entry) D {
	t.Helper()
	var d D
	require.NoError(t, json.Unmarshal(e.Data, &d))
	return d
}

// transition.not_allowed: move.not_allowed; an answer nobody waits for is
// approval.nothing.
func TestS1_1_2_3_a_plan_that_is_scheduled_is_not_put_back(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _ := planned1(t, h)
		service, planned := m.cycleNow(t).Service("S1")
		require.True(t, planned)
		assert.Equal(t, commissioning.ServicePlanned, service.Delivery)
		limit := upTo(t, ana, "100000.00")

		p, err := m.desks.Purchases.Open(t.Context(), dee, m.plan(t))
		require.NoError(t, err)
		assert.Equal(t, procurement.RequisitionDrafted, p.State())
		m.buy(t, p.ID(), dee, submit(procurement.Committed, limit))
		returning := func(p *procurement.Purchase) error { _, err := p.ReturnRequisition("not yet"); return err }
		assert.Contains(t, m.refusedPurchase(t, p.ID(), dee, returning), "approval.approver", "whoever submitted it does not take it back")

		m.buy(t, p.ID(), ana, approve(limit))
		assert.Equal(t, procurement.RequisitionApproved, m.purchaseNow(t, p.ID()).State())
		assert.Equal(t, []string{"approval.nothing"}, m.faultyPurchase(t, p.ID(), ana, returning))
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, m.refusedMove(t, p.ID(), ana, procurement.ReturnRequisition))
		assert.Equal(t, procurement.RequisitionApproved, m.purchaseNow(t, p.ID()).State())
		m.agree(t)
	})
}

// guard.mismatch: route.differs.
func TestS1_4_what_is_bought_otherwise_than_planned_is_refused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _ := planned1(t, h)
		p := m.approved(t, m.plan(t))
		assert.Equal(t, []string{"route.differs"}, m.refusedPurchase(t, p.ID(), dee, func(p *procurement.Purchase) error {
			_, err := p.ChooseRoute(procurement.RouteChoice{Route: procurement.OpenProcedure, Reason: "above the thresholds"})
			return err
		}))
		_, chosen := m.purchaseNow(t, p.ID()).Route()
		assert.False(t, chosen)
		m.buy(t, p.ID(), dee, quotations)
		m.agree(t)
	})
}

// guard.missing_field: requisition.unfunded.
func TestS1_5_6_without_money_for_it_nothing_is_bought(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _ := planned1(t, h)
		limit := upTo(t, ana, "100000.00")
		ask, yes := submit(procurement.Committed, limit), approve(limit)
		later := casework.Explaining("requisition.unfunded", "the money is named before it is bought")
		unfunded := m.plan(t)
		unfunded.Funding = nil
		p, err := m.desks.Purchases.Open(t.Context(), dee, unfunded)
		require.NoError(t, err)
		assert.Equal(t, []string{"requisition.unfunded"}, m.refusedPurchase(t, p.ID(), dee, ask))

		m.buy(t, p.ID(), dee, ask, later)
		m.buy(t, p.ID(), ana, yes)
		assert.Equal(t, []string{"requisition.unfunded"}, m.refusedPurchase(t, p.ID(), dee, quotations), "approved without it, no route is taken all the same")
		m.buy(t, p.ID(), dee, func(p *procurement.Purchase) error { _, err := p.End(procurement.Withdrawn, ""); return err },
			casework.Reason("the money is not named"))

		p, err = m.desks.Purchases.Open(t.Context(), dee, unfunded)
		require.NoError(t, err)
		m.buy(t, p.ID(), dee, func(p *procurement.Purchase) error {
			_, err := p.ReviseRequisition(m.plan(t))
			return err
		})
		assert.Equal(t, pounds(t, "1500.00"), m.purchaseNow(t, p.ID()).Requisition().Funding[0].Amount)
		m.buy(t, p.ID(), dee, ask)
		m.buy(t, p.ID(), ana, yes)
		assert.Equal(t, procurement.RequisitionApproved, m.purchaseNow(t, p.ID()).State())
		m.buy(t, p.ID(), dee, quotations)
		m.agree(t)
	})
}

// once.already_done: the conflict's kind "live".
func TestS1_7_8_a_planned_service_is_bought_once_and_its_cycle_knows_it_in_the_same_commit(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, kept := planned1(t, h)
		p := m.approved(t, m.plan(t))
		assert.ElementsMatch(t, []casework.CaseID{p.ID(), m.cycle}, kept.last(), "the approval and the plan are one commit")
		assert.Equal(t, commissioning.ServiceBeingArranged, m.delivery(t))
		m.buy(t, p.ID(), dee, quotations)
		m.buy(t, p.ID(), dee, setting(m.invitation(t)))

		p = m.purchaseNow(t, p.ID())
		assert.Equal(t, procurement.RouteChosen, p.State())
		assert.Equal(t, m.cycle, p.Requisition().Cycle, "the purchase is linked with the plan")
		tender, set := p.Tender()
		require.True(t, set)
		assert.Equal(t, "2027-01-08T00:00:00+02:00", tender.Timetable.QuestionsClose.Format(time.RFC3339))
		assert.Equal(t, "2027-01-09T00:00:00+02:00", tender.Timetable.AnswersBy.Format(time.RFC3339))
		assert.Equal(t, "2027-01-08T00:00:00+02:00", tender.Timetable.BidsOpen.Format(time.RFC3339))
		assert.Equal(t, "2027-01-15T00:00:00+02:00", tender.Timetable.BidsClose.Format(time.RFC3339))

		conflict := m.conflicts(t, casework.ConflictLive, func() error {
			_, err := m.desks.Purchases.Open(t.Context(), dee, m.plan(t))
			return err
		})
		assert.Equal(t, p.ID(), conflict.Holder)
		m.agree(t)
	})
}

// field.locked: requisition.locked.
func TestS1_9_10_the_rationale_is_mended_and_nothing_else(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, _ := planned1(t, h)
		opened, err := m.desks.Purchases.Open(t.Context(), dee, m.plan(t), casework.Effective(m.now))
		require.NoError(t, err)
		id := opened.ID()
		limit := upTo(t, ana, "100000.00")
		m.buy(t, id, dee, submit(procurement.Committed, limit))
		m.buy(t, id, ana, approve(limit))
		m.buy(t, id, dee, quotations)
		m.at(t, "2027-01-02T01:00:33+02:00")
		m.buy(t, id, dee, func(p *procurement.Purchase) error { return p.MendRationale("People asked for them twice") }, casework.Effective(m.now))

		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.RouteChosen, p.State())
		assert.Equal(t, "People asked for them twice", p.Requisition().Rationale)
		entries := entriesOf(t, h.store, id, 0)
		drafted := ofType(entries, string(procurement.DraftingRequisition))
		mended := ofType(entries, string(procurement.MendingRationale))
		require.Len(t, drafted, 1)
		require.Len(t, mended, 1)
		assert.Equal(t, "2027-01-01T00:00:00+02:00", drafted[0].Effective.Format(time.RFC3339))
		assert.Equal(t, "People asked for them", dataOf[procurement.Requisition](t, drafted[0]).Rationale)
		assert.Equal(t, "2027-01-02T01:00:33+02:00", mended[0].Effective.Format(time.RFC3339))
		assert.Equal(t, procurement.RationaleMended{Was: "People asked for them", Is: "People asked for them twice"}, dataOf[procurement.RationaleMended](t, mended[0]))

		for name, edit := range map[string]func(*procurement.Requisition){
			"its title":    func(r *procurement.Requisition) { r.Title = "Flower seeds" },
			"its estimate": func(r *procurement.Requisition) { r.Estimate = pounds(t, "501.00") },
			"its money":    func(r *procurement.Requisition) { r.Funding[0].Amount = pounds(t, "1600.00") },
			"its route":    func(r *procurement.Requisition) { r.Planned = procurement.OpenProcedure },
		} {
			edited := m.plan(t)
			edit(&edited)
			assert.Equal(t, []string{"requisition.locked"}, m.refusedPurchase(t, id, dee, func(p *procurement.Purchase) error {
				_, err := p.ReviseRequisition(edited)
				return err
			}), name)
		}
		m.agree(t)
	})
}

// guard.missing_document: notice.missing.
func TestS1_11_nothing_is_published_without_a_signed_notice(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := prepared1(t, h)
		assert.Equal(t, []string{"notice.missing"}, m.refusedMove(t, id, dee, procurement.Invite))
		m.buy(t, id, dee, filing(casework.DocumentTenderNotice, "Invitation, a draft", false))
		assert.Equal(t, []string{"notice.missing"}, m.refusedMove(t, id, dee, procurement.Invite), "a notice nobody signed is none")
		assert.Equal(t, procurement.RouteChosen, m.purchaseNow(t, id).State())
	})
}

func TestS1_12_13_a_published_tender_opens_for_bids_by_the_date_and_ticks_once(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.Invited, p.State())
		assert.Equal(t, procurement.BiddingEnquiries, p.BiddingAt(m.now))
		assert.Equal(t, "2027-01-08T00:00:00+02:00", p.Deadlines()[0].Due.Format(time.RFC3339), "when to look at it next")
		tick := func() {
			_, err := m.desks.Purchases.Tick(t.Context(), id, nightly)
			require.NoError(t, err)
		}

		before := everything(t, h.store)
		m.at(t, "2027-01-07T23:59:59+02:00")
		tick()
		assert.Equal(t, before, everything(t, h.store))
		assert.Equal(t, procurement.BiddingEnquiries, m.purchaseNow(t, id).BiddingAt(m.now))

		m.at(t, "2027-01-08T00:00:00+02:00")
		tick()
		p = m.purchaseNow(t, id)
		assert.Equal(t, procurement.BiddingOpen, p.BiddingAt(m.now))
		var opened []casework.Entry
		for _, e := range ofType(entriesOf(t, h.store, id, 0), casework.EntryDeadlinePassed) {
			if dataOf[casework.Deadline](t, e).Code == procurement.DeadlineBidsOpen {
				opened = append(opened, e)
			}
		}
		require.Len(t, opened, 1)
		assert.Equal(t, "2027-01-08T00:00:00+02:00", opened[0].Effective.Format(time.RFC3339))
		assert.True(t, opened[0].Actor.Is(nightly))

		after := everything(t, h.store)
		tick()
		assert.Equal(t, after, everything(t, h.store), "ticking again changes nothing, and writes nothing")
		m.agree(t)
	})
}

// field.locked: tender.published.
func TestS1_14_what_is_published_is_not_edited(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		m.at(t, "2027-01-08T00:00:00+02:00")
		dearer := m.invitation(t)
		dearer.Lots[0].Estimate = pounds(t, "501.00")
		assert.Equal(t, []string{"tender.published"}, m.refusedPurchase(t, id, dee, setting(dearer)))
		tender, _ := m.purchaseNow(t, id).Tender()
		assert.Equal(t, pounds(t, "500.00"), tender.Lots[0].Estimate)
	})
}

// guard.missing_document: bid.proposal_missing.
func TestS1_15_16_17_a_bid_counts_with_its_proposal_and_as_it_was_signed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		offer := procurement.Bid{Lot: "1", Bidder: sunrise, Price: pounds(t, "500.00")}
		draft := func(p *procurement.Purchase) error { _, err := p.DraftBid(offer); return err }
		assert.Equal(t, []string{"bidding.not_open"}, m.faultyPurchase(t, id, dee, draft))
		m.at(t, "2027-01-08T00:00:00+02:00")
		m.buy(t, id, dee, draft)
		submit := func(p *procurement.Purchase) error { _, err := p.SubmitBid("B1", "signs for sunrise"); return err }
		assert.Equal(t, []string{"bid.proposal_missing"}, m.faultyPurchase(t, id, dee, submit))
		first := func() procurement.Bid {
			b, known := m.purchaseNow(t, id).Bid("B1")
			require.True(t, known)
			return b
		}
		assert.False(t, first().Submitted(), "it is a draft")

		revise := func(p *procurement.Purchase) error { _, err := p.ReviseBid("B1", offer); return err }
		offer.Proposal = paper(procurement.DocumentProposal, "Sunrise offers")
		m.buy(t, id, dee, revise)
		m.buy(t, id, dee, submit)
		assert.True(t, first().Valid())
		offer.SocialValue = "school visits"
		m.buy(t, id, dee, revise)
		assert.True(t, first().Submitted())
		assert.False(t, first().Valid(), "what was signed is not what is offered")
		m.buy(t, id, dee, submit)
		assert.True(t, first().Valid())

		price, err := pounds(t, "99.80").Mul(5)
		require.NoError(t, err)
		second := m.bid(t, id, lanes, price.Decimal())
		b, known := m.purchaseNow(t, id).Bid(second)
		require.True(t, known)
		assert.Equal(t, pounds(t, "499.00"), b.Price)
		assert.True(t, b.Valid())
		m.agree(t)
	})
}

// recommended1 is a purchase of which A, with 500, is recommended and approved
// on 7 January, and nothing is decided.
func recommended1(t *testing.T, h *house) (*market, *commits, casework.CaseID) {
	t.Helper()
	kept := &commits{store: h.store}
	h.store = kept
	h.at(t, "2026-12-20T09:00:00+02:00")
	m := newMarket(t, h, kyiv, firmly("award.notice_missing"))
	closes := m.now.AddDate(0, 0, 7)
	id := m.invited(t, closes)
	a := m.bid(t, id, sunrise, "500.00")
	b := m.bid(t, id, lanes, "499.00")
	m.now = closes.Add(time.Hour)
	m.scored(t, id, map[procurement.BidID]int{a: 5, b: 2})
	limit := upTo(t, ana, "100000.00")
	m.buy(t, id, eva, func(p *procurement.Purchase) error {
		if _, err := p.Recommend("best by the published method"); err != nil {
			return err
		}
		_, err := p.AskApproval(procurement.ApprovalOfAward, procurement.Committed, limit)
		return err
	})
	m.buy(t, id, ana, func(p *procurement.Purchase) error {
		_, err := p.AnswerApproval("A2", procurement.Approved, "", limit)
		return err
	})
	m.at(t, "2027-01-07T00:15:06+02:00")
	return m, kept, id
}

// qualified finds a bidder suitable, or not.
func qualified(id procurement.BidID, suitable bool) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		return p.AssessSuitability(id, procurement.Suitability{Suitable: suitable, Reason: "checked again"})
	}
}

// guard.missing_document: award.notice_missing. guard.mismatch: bid.unqualified,
// bid.suitable.
func TestS1_18_19_20_an_award_has_a_notice_and_a_winner_that_is_qualified(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, kept, id := recommended1(t, h)
		award := func(p *procurement.Purchase) error {
			_, err := p.DecideAward(procurement.AwardDecision{Standstill: &procurement.StandstillPlan{
				Kind: procurement.MandatoryStandstill, Notified: m.now, WorkingDays: 2, Counting: procurement.FromMidnight,
			}})
			return err
		}
		assert.Equal(t, []string{"award.notice_missing"}, m.refusedPurchase(t, id, dan, award))

		m.buy(t, id, dee, filing(procurement.DocumentAwardNotice, "Award", true))
		unsuitable := procurement.Exclusion{Ground: procurement.Unsuitable, Reason: "not qualified"}
		exclude := func(p *procurement.Purchase) error { return p.ExcludeBid("B1", unsuitable) }
		assert.Equal(t, []string{"bid.suitable"}, m.faultyPurchase(t, id, eva, exclude), "nobody is out as unqualified who was found qualified")
		m.buy(t, id, eva, qualified("B1", false))
		assert.Contains(t, m.refusedPurchase(t, id, dan, award), "bid.unqualified", "nor awarded who was found not to be")
		assert.Equal(t, procurement.Recommended, m.purchaseNow(t, id).State())
		m.buy(t, id, eva, qualified("B1", true))

		m.buy(t, id, dan, award, casework.Effective(m.now))
		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.AwardDecided, p.State())
		a, _ := p.Award("W1")
		assert.Equal(t, sunrise, a.Supplier)
		assert.Equal(t, pounds(t, "500.00"), a.Value)
		assert.Equal(t, "2027-01-07T00:15:06+02:00", a.Decided.At.Format(time.RFC3339))
		assert.Equal(t, "2027-01-12T00:00:00+02:00", a.Standstill.Ends.In(kyiv).Format(time.RFC3339), "two working days")
		require.Len(t, p.Instruments(), 1)
		contract := p.Instruments()[0].Case
		assert.Equal(t, procurement.ContractDrafted, m.contractNow(t, contract).State())
		assert.Contains(t, kept.last(), id)
		assert.Contains(t, kept.last(), contract, "award and contract are one commit")

		m.buy(t, id, dan, func(p *procurement.Purchase) error {
			_, err := p.SetStandstill("W1", procurement.StandstillPlan{
				Kind: procurement.MandatoryStandstill, Notified: m.now, WorkingDays: 5, Counting: procurement.FromMidnight,
			})
			return err
		})
		a, _ = m.purchaseNow(t, id).Award("W1")
		assert.Equal(t, "2027-01-15T00:00:00+02:00", a.Standstill.Ends.In(kyiv).Format(time.RFC3339), "five working days")
		m.agree(t)
	})
}

// guard.missing_document: ending.report_missing.
func TestS1_21_22_a_procedure_is_called_off_with_a_signed_report_and_the_plan_keeps_its_history(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		end := func(p *procurement.Purchase) error {
			_, err := p.End(procurement.NoLongerNeeds, "nobody wants seeds")
			return err
		}
		why := casework.Reason("nobody wants seeds")
		assert.Equal(t, []string{"ending.report_missing"}, m.refusedPurchase(t, id, dan, end, why))
		m.buy(t, id, dan, filing(procurement.DocumentEndingReport, "Why", false))
		assert.Equal(t, []string{"ending.report_missing"}, m.refusedPurchase(t, id, dan, end, why), "a report nobody signed is none")
		before := m.purchaseNow(t, id)

		m.buy(t, id, dan, filing(procurement.DocumentEndingReport, "Why", true))
		m.buy(t, id, dan, end, why)
		p := m.purchaseNow(t, id)
		assert.Equal(t, procurement.PurchaseEnded, p.State())
		outcome, ended := p.Outcome()
		require.True(t, ended)
		assert.Equal(t, procurement.NoLongerNeeds, outcome.How)
		assert.Equal(t, before.Requisition(), p.Requisition(), "what was planned stays as it was")
		assert.Equal(t, before.Approvals(), p.Approvals())
		assert.Equal(t, before.Visits(), p.Visits()[:len(before.Visits())])
		assert.Equal(t, commissioning.ServicePlanned, m.delivery(t), "the service may be bought again")
		m.agree(t)
	})
}

// guard.open_subrecord: ending.challenge_open.
func TestS1_22_a_procedure_is_not_called_off_over_an_open_complaint(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		m.buy(t, id, dee, func(p *procurement.Purchase) error {
			_, err := p.ReceiveChallenge(procurement.Challenge{By: lanes, Text: "the time is too short"})
			return err
		})
		m.buy(t, id, dan, filing(procurement.DocumentEndingReport, "Why", true))
		assert.Equal(t, []string{"ending.challenge_open"}, m.refusedPurchase(t, id, dan, func(p *procurement.Purchase) error {
			_, err := p.End(procurement.NoLongerNeeds, "nobody wants seeds")
			return err
		}, casework.Reason("nobody wants seeds")))
	})
}

// inspection asks for an inspection of the tender.
func inspection(p *procurement.Purchase) error {
	_, err := p.AskApproval(procurement.ApprovalOfTender, "", procurement.Authority{Approver: inspector.ID})
	return err
}

// inspected answers one.
func inspected(id procurement.ApprovalID, answer procurement.Answer, comment string) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		_, err := p.AnswerApproval(id, answer, comment, procurement.Authority{Approver: inspector.ID})
		return err
	}
}

// once.already_done: approval.open, approval.answered. field.locked:
// inspection.open.
func TestS1_inspector_a_review_is_asked_for_once_locks_the_tender_and_is_answered_once(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		m.buy(t, id, dee, inspection)
		assert.Equal(t, []string{"approval.open"}, m.faultyPurchase(t, id, dee, inspection))
		told := m.invitation(t)
		told.Description = "Seeds of peas and beans"
		announced := casework.Overriding("tender.published", "it is told to everybody")
		assert.Contains(t, m.refusedPurchase(t, id, dee, setting(told), announced), "inspection.open", "though the change is told to everybody")

		later := m.invitation(t).Timetable
		later.BidsOpen, later.BidsClose = moment(t, "2027-01-11T00:00:00+02:00"), moment(t, "2027-01-16T00:00:00+02:00")
		m.buy(t, id, dee, func(p *procurement.Purchase) error { return p.MoveTimetable(later) })
		tender, _ := m.purchaseNow(t, id).Tender()
		assert.Equal(t, later, tender.Timetable)

		m.buy(t, id, inspector, inspected("A2", procurement.Rejected, "say which seeds"))
		assert.Equal(t, []string{"approval.answered"}, m.faultyPurchase(t, id, inspector, inspected("A2", procurement.Approved, "")))
		a := m.purchaseNow(t, id).Approvals()[1]
		assert.Equal(t, procurement.Rejected, a.Answer)
		m.agree(t)
	})
}

// guard.mismatch: inspection.unmet.
func TestS1_inspector_an_edit_after_the_yes_voids_it_and_there_is_no_contract(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		m.buy(t, id, dee, inspection)
		m.buy(t, id, inspector, inspected("A2", procurement.Rejected, "say which seeds"))
		m.buy(t, id, dee, inspection)
		m.buy(t, id, inspector, inspected("A3", procurement.Approved, ""))
		told := m.invitation(t)
		told.Description = "Seeds of peas and beans"
		m.buy(t, id, dee, setting(told), casework.Overriding("tender.published", "it is told to everybody"))

		m.at(t, "2027-01-08T00:00:00+02:00")
		a := m.bid(t, id, sunrise, "500.00")
		m.at(t, "2027-01-15T00:00:01+02:00")
		m.scored(t, id, map[procurement.BidID]int{a: 5})
		m.buy(t, id, eva, func(p *procurement.Purchase) error { _, err := p.Recommend("the only bid"); return err })
		m.buy(t, id, dee, filing(procurement.DocumentAwardNotice, "Award", true))
		award := func(p *procurement.Purchase) error {
			_, err := p.DecideAward(procurement.AwardDecision{})
			return err
		}
		assert.Equal(t, []string{"inspection.unmet"}, m.refusedPurchase(t, id, dan, award))
		assert.Empty(t, m.purchaseNow(t, id).Instruments())

		m.buy(t, id, dee, inspection)
		m.buy(t, id, inspector, inspected("A4", procurement.Approved, ""))
		m.buy(t, id, dan, award)
		assert.Len(t, m.purchaseNow(t, id).Instruments(), 1)
		m.agree(t)
	})
}

// guard.missing_field: approval.nothing.
func TestS1_inspector_there_is_no_review_of_an_award_nobody_recommends(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m, id := enquiring(t, h)
		assert.Equal(t, []string{"approval.nothing"}, m.faultyPurchase(t, id, dee, func(p *procurement.Purchase) error {
			_, err := p.AskApproval(procurement.ApprovalOfAward, procurement.Committed, procurement.Authority{Approver: inspector.ID, Limit: pounds(t, "100000.00")})
			return err
		}))
	})
}
