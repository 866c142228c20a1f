package procurement_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/procurement"
)

// biddingCodes are the policies of bidding; a bidding house looks at no others.
var biddingCodes = []string{
	"tender.missing", "tender.outdated", "tender.published", "tender.closed", "notice.missing", "lots.unconsidered", "social_value.criterion",
	"bidding.open", "question.open", "bids.none",
	"bid.uninvited", "bid.not_member", "bid.reserved", "bid.admitted_open", "exclusion.unheard",
	"score.missing", "score.unmoderated", "abnormal.unheard", "suitability.unassessed",
}

// bidding is a house with one purchase whose route is chosen.
type bidding struct {
	*commissioningtest.Fixture
	desks *procurement.Desks
	p     *procurement.Purchase
}

var (
	biddingOpen   = procurement.RouteChoice{Route: procurement.OpenProcedure, Reason: "several could deliver it"}
	biddingDirect = procurement.RouteChoice{
		Route: procurement.DirectAward, Reason: "there is one provider", Ground: "single supplier", Justification: "it alone holds the licence",
	}
)

func biddingOn(t *testing.T, route procurement.RouteChoice, scale commissioning.Scale) *bidding {
	t.Helper()
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(scale))
	desks, err := procurement.NewDesks(f.Desk, &procurement.Options{
		Desk: casework.DeskOptions{Clock: f.Clock.Now, Permit: casework.AllowAll}, Weights: biddingAlone(),
	})
	require.NoError(t, err)
	h := &bidding{Fixture: f, desks: desks}
	value := f.Cycle.Services()[0].Estimate
	h.p, err = desks.Purchases.Open(t.Context(), f.Actor, procurement.Requisition{
		Title: "Home care, Kentish Town", Cycle: f.Cycle.ID(), Service: "S1", Estimate: value,
		Funding: []procurement.Funding{{Resource: "R1", Amount: value}},
	})
	require.NoError(t, err)
	authority := procurement.Authority{Approver: f.Actor.ID, Limit: value, Source: "scheme of delegation"}
	h.do(t, func(p *procurement.Purchase) error {
		_, err := p.SubmitRequisition(procurement.Committed, authority)
		return err
	})
	h.do(t, func(p *procurement.Purchase) error { return p.ApproveRequisition(authority) })
	h.do(t, func(p *procurement.Purchase) error { _, err := p.ChooseRoute(route); return err })
	require.Equal(t, procurement.RouteChosen, h.p.State())
	require.Equal(t, scale, h.p.Scale())
	h.clock(t, "2027-01-01T00:00:00+02:00")
	return h
}

// biddingAlone turns the policies of everything else off.
func biddingAlone() map[string]commissioning.Weight {
	off := map[string]commissioning.Weight{}
	for _, p := range procurement.PurchasePolicies() {
		if !slices.Contains(biddingCodes, p.Code) {
			off[p.Code] = commissioning.SameWeight(casework.Off)
		}
	}
	return off
}

func biddingMoment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func (h *bidding) clock(t *testing.T, text string) {
	t.Helper()
	h.Clock.Set(biddingMoment(t, text))
}

func (h *bidding) try(t *testing.T, work func(*procurement.Purchase) error, opts ...casework.CallOption) error {
	t.Helper()
	return h.tryAs(t, h.Actor, work, opts...)
}

func (h *bidding) tryAs(t *testing.T, by casework.Actor, work func(*procurement.Purchase) error, opts ...casework.CallOption) error {
	t.Helper()
	before := h.p
	p, err := h.desks.Purchases.Update(t.Context(), h.p.ID(), by, work, opts...)
	if err != nil {
		kept, err := h.desks.Purchases.Load(t.Context(), before.ID())
		require.NoError(t, err)
		require.Equal(t, before.Seq(), kept.Seq(), "what is refused writes nothing")
		require.Equal(t, before.State(), kept.State())
	} else {
		h.p = p
	}
	return err
}

func (h *bidding) do(t *testing.T, work func(*procurement.Purchase) error, opts ...casework.CallOption) {
	t.Helper()
	require.NoError(t, h.try(t, work, opts...))
}

func (h *bidding) moving(m casework.Move) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { return p.Move(m) }
}

// verified asserts that the journal and the document of the purchase agree.
func (h *bidding) verified(t *testing.T) {
	t.Helper()
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), h.p.ID()))
}

// biddingFaults gives "path code" of every fault.
func biddingFaults(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrInvalid)
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// biddingObjections gives "code effect subject" of every objection that stops.
func biddingObjections(t *testing.T, err error) []string {
	t.Helper()
	refusal, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is, "not refused: %v", err)
	var all []string
	for _, o := range refusal.Objections {
		assert.NotEmpty(t, o.Message)
		assert.NotEmpty(t, o.Remedy)
		assert.NotEmpty(t, o.Source)
		if o.Effect.Stops() {
			all = append(all, o.Code+" "+o.Effect.String()+" "+o.Subject)
		}
	}
	return all
}

func biddingNotice() casework.Evidence {
	return casework.Evidence{Kind: casework.DocumentTenderNotice, Title: "Tender notice", Address: "https://example.org/notice"}
}

// biddingTender is a sound tender of one lot: 53 percent quality, 47 percent price.
func biddingTender(t *testing.T) procurement.Tender {
	t.Helper()
	return procurement.Tender{
		Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "North", MaxAwards: 1, Estimate: casework.GBP(500_00)}},
		NoLots: "the rounds cannot be divided",
		Criteria: []procurement.Criterion{
			{ID: "quality", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Whole(33), Least: 0, Most: 5},
			{ID: "community", Title: "Social value", Kind: procurement.SocialValueCriterion, Weight: procurement.Whole(20), Least: 0, Most: 5},
			{ID: "price", Title: "Price", Kind: procurement.PriceCriterion, Weight: procurement.Whole(47)},
		},
		Method: procurement.WeightedScore, PriceReason: "prices differ little", Ties: procurement.TieByPrice,
		Timetable: procurement.Timetable{
			QuestionsClose: biddingMoment(t, "2027-01-08T00:00:00+02:00"), AnswersBy: biddingMoment(t, "2027-01-09T00:00:00+02:00"),
			BidsOpen: biddingMoment(t, "2027-01-08T00:00:00+02:00"), BidsClose: biddingMoment(t, "2027-01-15T00:00:00+02:00"),
		},
	}
}

func biddingSetTender(tender procurement.Tender) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SetTender(tender); return err }
}

func biddingAddNotice(signed bool) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AddDocument(biddingNotice(), signed); return err }
}

// invited gives a house whose tender, as edited, is published.
func biddingInvited(t *testing.T, edit func(*procurement.Tender)) *bidding {
	t.Helper()
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	tender := biddingTender(t)
	if edit != nil {
		edit(&tender)
	}
	h.do(t, biddingSetTender(tender))
	h.do(t, biddingAddNotice(true))
	h.do(t, h.moving(procurement.Invite))
	return h
}

func TestATenderNamesEveryFaultAtOnce(t *testing.T) {
	euro, err := casework.ParseMoney("5", "EUR")
	require.NoError(t, err)
	feature := func(id procurement.CriterionID, weight int) procurement.Criterion {
		return procurement.Criterion{ID: id, Title: "Delivery", Kind: procurement.FeatureCriterion, Weight: procurement.Whole(weight)}
	}
	tests := map[string]struct {
		edit func(*procurement.Tender)
		want []string
	}{
		"a sound tender is without fault": {func(*procurement.Tender) {}, nil},
		"it has a title, a lot and a time for bids": {
			func(x *procurement.Tender) { x.Title, x.Lots, x.Timetable = " ", nil, procurement.Timetable{} },
			[]string{"tender.title tender.title_missing", "tender.lots lots.missing", "tender.timetable.bids_close timetable.missing"},
		},
		"a lot has an id of its own, a title, and is awarded at least once": {
			func(x *procurement.Tender) {
				x.Lots = append(x.Lots, procurement.Lot{ID: "1", Estimate: euro}, procurement.Lot{})
			},
			[]string{
				"tender.lots[1].title lot.title_missing", "tender.lots[1].max_awards lot.max_awards", "tender.lots[1].id lot.duplicate", "tender.lots[1].estimate money.currency_mixed",
				"tender.lots[2].id lot.unnamed", "tender.lots[2].title lot.title_missing", "tender.lots[2].max_awards lot.max_awards",
			},
		},
		"a lot is kept for agencies there are, and its options are told apart": {
			func(x *procurement.Tender) {
				x.Lots[0].Reserved = []procurement.Reservation{procurement.ReservedForLocal, "friends"}
				x.Lots[0].Options = []procurement.PricedOption{{ID: "O1", Title: "A year", Months: 12}, {ID: "O1", Title: "More", Months: -1, Price: casework.GBP(-1)}, {}}
			},
			[]string{
				"tender.lots[0].reserved[1] reservation.unknown", "tender.lots[0].options[1].id option.duplicate", "tender.lots[0].options[1].months option.months",
				"tender.lots[0].options[1].price money.negative", "tender.lots[0].options[2].id option.unnamed", "tender.lots[0].options[2].title option.title_missing",
			},
		},
		"a lot is awarded to several under a framework agreement alone": {
			func(x *procurement.Tender) { x.Lots[0].MaxAwards = 2 }, []string{"tender.lots[0].max_awards lot.several_awards"},
		},
		"terms of a framework agreement are there where one is established": {
			func(x *procurement.Tender) {
				x.FrameworkTerms = &procurement.FrameworkTerms{
					Ceiling: casework.GBP(1), Users: []casework.Agency{{ID: "camden"}}, Method: procurement.CallOffByRank,
					Period: casework.Period{From: casework.DateOf(x.Timetable.BidsClose), To: casework.DateOf(x.Timetable.BidsClose)},
				}
			},
			[]string{"tender.framework_terms framework_terms.unexpected"},
		},
		"criteria are told apart, of a kind there is, and weigh something": {
			func(x *procurement.Tender) {
				x.Criteria = append(x.Criteria, procurement.Criterion{ID: "quality", Kind: "taste"}, procurement.Criterion{})
			},
			[]string{
				"tender.criteria[3].title criterion.title_missing", "tender.criteria[3].kind criterion.kind", "tender.criteria[3].weight criterion.weight", "tender.criteria[3].id criterion.duplicate",
				"tender.criteria[4].id criterion.unnamed", "tender.criteria[4].title criterion.title_missing", "tender.criteria[4].kind criterion.kind", "tender.criteria[4].weight criterion.weight",
			},
		},
		"scores run up, and a threshold is one of them": {
			func(x *procurement.Tender) {
				x.Criteria[0].Least, x.Criteria[0].Most, x.Criteria[1].Threshold, x.Criteria[2].Most = 5, 5, 6, 5
			},
			[]string{"tender.criteria[0].most criterion.scale", "tender.criteria[1].threshold criterion.threshold", "tender.criteria[2].most criterion.unscored"},
		},
		"a score is not negative": {
			func(x *procurement.Tender) { x.Criteria[0].Least = -1 }, []string{"tender.criteria[0].most criterion.scale"},
		},
		"there is one price": {
			func(x *procurement.Tender) {
				x.Criteria[0] = procurement.Criterion{ID: "p2", Title: "Price again", Kind: procurement.PriceCriterion, Weight: procurement.Whole(33)}
			},
			[]string{"tender.criteria[2].kind criterion.second_price"},
		},
		"weights that add up to less are no weights": {
			func(x *procurement.Tender) { x.Criteria[0].Weight = procurement.Whole(32) }, []string{"tender.criteria criteria.total"},
		},
		"weights that add up to more are no weights": {
			func(x *procurement.Tender) { x.Criteria[0].Weight++ }, []string{"tender.criteria criteria.total"},
		},
		"a method that is not known asks for nothing more": {
			func(x *procurement.Tender) { x.Method = "gut_feeling" }, []string{"tender.method tender.method"},
		},
		"a tie rule is known, and the price has its reason": {
			func(x *procurement.Tender) { x.Ties, x.PriceReason = "coin", "" },
			[]string{"tender.ties tender.ties", "tender.price_reason tender.price_reason_missing"},
		},
		"without a price in the score no reason for it is asked": {
			func(x *procurement.Tender) {
				x.Criteria = x.Criteria[:1]
				x.Criteria[0].Weight, x.PriceReason = procurement.Hundred, ""
			}, nil,
		},
		"a weighted score needs a criterion": {
			func(x *procurement.Tender) { x.Criteria = nil }, []string{"tender.criteria criteria.needed"},
		},
		"a weighted score does not look at features": {
			func(x *procurement.Tender) { x.Criteria = append(x.Criteria, feature("d", 10)) }, []string{"tender.criteria criteria.unused"},
		},
		"the lowest price needs no criteria": {
			func(x *procurement.Tender) { x.Criteria, x.Method = nil, procurement.LowestPrice }, nil,
		},
		"the lowest price does not look at quality": {
			func(x *procurement.Tender) { x.Method = procurement.LowestPrice },
			[]string{"tender.criteria criteria.unused", "tender.criteria criteria.unused"},
		},
		"thresholds need a threshold, and no price": {
			func(x *procurement.Tender) { x.Method = procurement.Thresholds },
			[]string{"tender.criteria criteria.needed", "tender.criteria criteria.unused"},
		},
		"thresholds are enough": {
			func(x *procurement.Tender) {
				x.Criteria, x.Method = x.Criteria[:1], procurement.Thresholds
				x.Criteria[0].Weight, x.Criteria[0].Threshold = procurement.Hundred, 3
			}, nil,
		},
		"a price per quality point needs quality": {
			func(x *procurement.Tender) { x.Criteria, x.Method = nil, procurement.PricePerQualityPoint }, []string{"tender.criteria criteria.needed"},
		},
		"a discounted price looks at features alone": {
			func(x *procurement.Tender) { x.Method = procurement.DiscountedPrice },
			[]string{"tender.criteria criteria.needed", "tender.criteria criteria.unused", "tender.criteria criteria.unused", "tender.criteria criteria.unused"},
		},
		"features discount less than the whole": {
			func(x *procurement.Tender) {
				x.Criteria, x.Method = []procurement.Criterion{feature("a", 50), feature("b", 50)}, procurement.DiscountedPrice
			},
			[]string{"tender.criteria criteria.features_total"},
		},
		"features are not counted among the weights": {
			func(x *procurement.Tender) {
				x.Criteria, x.Method = []procurement.Criterion{feature("a", 15), feature("b", 15)}, procurement.DiscountedPrice
			}, nil,
		},
		"bids close in the future": {
			func(x *procurement.Tender) {
				x.Timetable = procurement.Timetable{BidsClose: biddingMoment(t, "2026-12-31T23:59:59+02:00")}
			},
			[]string{"tender.timetable.bids_close timetable.past"},
		},
		"the moments are in their order": {
			func(x *procurement.Tender) {
				x.Timetable = procurement.Timetable{
					QuestionsClose: biddingMoment(t, "2027-01-20T00:00:00+02:00"), AnswersBy: biddingMoment(t, "2027-01-19T00:00:00+02:00"),
					BidsOpen: biddingMoment(t, "2027-01-16T00:00:00+02:00"), BidsClose: biddingMoment(t, "2027-01-15T00:00:00+02:00"),
					DecisionBy: biddingMoment(t, "2027-01-14T00:00:00+02:00"),
				}
			},
			[]string{
				"tender.timetable.bids_open timetable.order", "tender.timetable.questions_close timetable.order", "tender.timetable.questions_close timetable.order",
				"tender.timetable.answers_by timetable.order", "tender.timetable.decision_by timetable.order",
			},
		},
		"bids do not open when they close": {
			func(x *procurement.Tender) { x.Timetable.BidsOpen = x.Timetable.BidsClose }, []string{"tender.timetable.bids_open timetable.order"},
		},
		"what is said around the lots makes sense": {
			func(x *procurement.Tender) {
				x.Advertised, x.InvitedIDs = []procurement.Advertisement{{}}, []string{"alpha", "", "alpha"}
				x.Risks, x.Pricing, x.AbnormallyLow = []procurement.Risk{{}}, "barter", procurement.Hundred
				x.Term.Months = -1
			},
			[]string{
				"tender.advertised[0].where advertisement.where_missing", "tender.advertised[0].on advertisement.day_missing",
				"tender.invited[1] agency.missing", "tender.invited[2] agency.duplicate",
				"tender.risks[0].risk risk.text_missing", "tender.risks[0].bearer risk.bearer_missing",
				"tender.pricing pricing.unknown", "tender.term.months term.months", "tender.abnormally_low tender.abnormally_low",
			},
		},
	}
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tender := biddingTender(t)
			tt.edit(&tender)

			err := h.try(t, biddingSetTender(tender))

			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tt.want, biddingFaults(t, err))
		})
	}
	h.verified(t)
}

func TestS7_12_weights_that_add_up_to_99_percent_are_refused_with_their_sum(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	tender := biddingTender(t)
	tender.Criteria[2].Weight = procurement.Whole(46)

	err := h.try(t, biddingSetTender(tender))

	assert.ErrorContains(t, err, "99%")
	assert.Equal(t, []string{"tender.criteria criteria.total"}, biddingFaults(t, err))
}

func TestATenderIsSetOnceTheRouteIsChosen(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	h.do(t, func(p *procurement.Purchase) error { _, err := p.End(procurement.Withdrawn, "anew"); return err }, casework.Reason("anew"))
	again, err := h.desks.Purchases.Open(t.Context(), h.Actor, procurement.Requisition{
		Title: "Home care", Cycle: h.Cycle.ID(), Service: "S1", Estimate: casework.GBP(1_00), Funding: []procurement.Funding{{Resource: "R1", Amount: casework.GBP(1_00)}},
	})
	require.NoError(t, err)
	h.p = again
	assert.Equal(t, []string{"tender tender.early"}, biddingFaults(t, h.try(t, biddingSetTender(biddingTender(t)))))

	h = biddingOn(t, biddingOpen, commissioning.Standard)
	_, set := h.p.Tender()
	assert.False(t, set)

	h.do(t, biddingSetTender(biddingTender(t)))
	tender, set := h.p.Tender()
	require.True(t, set)
	assert.Equal(t, h.Actor.ID, tender.Mark.By)
	assert.Equal(t, h.p.Seq(), tender.Mark.Entry)
	lot, known := tender.Lot("1")
	assert.True(t, known)
	assert.Equal(t, "North", lot.Title)
	_, known = tender.Lot("2")
	assert.False(t, known)
	_, known = tender.Criterion("community")
	assert.True(t, known)
	_, known = tender.Criterion("taste")
	assert.False(t, known)
}

func TestATenderForAFrameworkAgreementSetsOutItsTerms(t *testing.T) {
	route := biddingOpen
	route.Establishes = true
	h := biddingOn(t, route, commissioning.Standard)
	tender := biddingTender(t)
	tender.Lots[0].MaxAwards = 4

	assert.Equal(t, []string{"tender.framework_terms framework_terms.missing"}, biddingFaults(t, h.try(t, biddingSetTender(tender))))

	day := casework.DateOf(tender.Timetable.BidsClose)
	tender.FrameworkTerms = &procurement.FrameworkTerms{
		Ceiling: casework.GBP(1_000_000_00), Period: casework.Period{From: day, To: day.AddMonths(48).AddDays(-1)},
		Users: []casework.Agency{biddingBuyer()}, Method: procurement.CallOffByRank,
	}
	h.do(t, biddingSetTender(tender))

	tender.FrameworkTerms.Users = nil
	assert.Equal(t, []string{"tender.framework_terms.users framework.users_missing"}, biddingFaults(t, h.try(t, biddingSetTender(tender))))
}

func biddingBuyer() casework.Agency {
	return casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
}

func TestADirectAwardNeedsNoCriteriaAndNoTimetable(t *testing.T) {
	h := biddingOn(t, biddingDirect, commissioning.Standard)
	h.do(t, biddingSetTender(procurement.Tender{Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "All", MaxAwards: 1}}}))

	err := h.try(t, biddingSetTender(procurement.Tender{
		Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "All", MaxAwards: 1}},
		Criteria: []procurement.Criterion{{ID: "q", Title: "Quality", Kind: procurement.QualityCriterion, Weight: procurement.Hundred, Most: 5}},
	}))

	assert.Equal(t, []string{"tender.method tender.method"}, biddingFaults(t, err))
}

func TestNobodyIsInvitedWithoutATender(t *testing.T) {
	for _, route := range []procurement.RouteChoice{biddingOpen, {Route: procurement.Quotations, Reason: "a small purchase"}, biddingDirect} {
		h := biddingOn(t, route, commissioning.Standard)
		h.do(t, biddingAddNotice(true))

		assert.Contains(t, biddingObjections(t, h.try(t, h.moving(procurement.Invite))), "tender.missing bar ")
	}
}

func TestATenderThatNoLongerHoldsIsNotPublished(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	h.do(t, biddingSetTender(biddingTender(t)))
	h.do(t, biddingAddNotice(true))
	establishing := biddingOpen
	establishing.Establishes = true

	h.clock(t, "2027-01-16T00:00:00+02:00")
	assert.Equal(t, []string{"tender.outdated bar tender.timetable.bids_close"}, biddingObjections(t, h.try(t, h.moving(procurement.Invite))))

	h.clock(t, "2027-01-02T00:00:00+02:00")
	h.do(t, func(p *procurement.Purchase) error { _, err := p.ChooseRoute(establishing); return err })
	assert.Equal(t, []string{"tender.outdated bar tender.framework_terms"}, biddingObjections(t, h.try(t, h.moving(procurement.Invite))))

	h.do(t, func(p *procurement.Purchase) error { _, err := p.ChooseRoute(biddingOpen); return err })
	h.do(t, h.moving(procurement.Invite))
}

func TestHowMuchIsAskedOfAnInvitationGrowsWithItsScale(t *testing.T) {
	bare := biddingTender(t)
	bare.NoLots = ""
	bare.Criteria[1].Kind = procurement.QualityCriterion
	tests := map[string]struct {
		scale  commissioning.Scale
		stop   []string
		advise []string
	}{
		"a light purchase":  {commissioning.Light, nil, []string{"notice.missing"}},
		"a standard one":    {commissioning.Standard, []string{"notice.missing refuse "}, []string{"lots.unconsidered", "social_value.criterion"}},
		"a major purchase ": {commissioning.Major, []string{"notice.missing refuse ", "lots.unconsidered explain 1", "social_value.criterion explain "}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := biddingOn(t, biddingOpen, tt.scale)
			h.do(t, biddingSetTender(bare))

			err := h.try(t, h.moving(procurement.Invite))
			if tt.stop != nil {
				assert.Equal(t, tt.stop, biddingObjections(t, err))
				h.do(t, biddingAddNotice(true))
				h.do(t, h.moving(procurement.Invite), casework.Explaining("lots.unconsidered", "one round"), casework.Explaining("social_value.criterion", "too small"))
			} else {
				require.NoError(t, err)
			}

			var advised []string
			for _, o := range h.p.Advice() {
				advised = append(advised, o.Code)
			}
			assert.Equal(t, tt.advise, advised)
		})
	}
}

func TestSeveralLotsAndASocialValueCriterionNeedNoWord(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Major)
	tender := biddingTender(t)
	tender.NoLots = ""
	tender.Lots = append(tender.Lots, procurement.Lot{ID: "2", Title: "South", MaxAwards: 1})
	h.do(t, biddingSetTender(tender))
	h.do(t, biddingAddNotice(true))

	h.do(t, h.moving(procurement.Invite))
}

func TestWhatWasPublishedStands(t *testing.T) {
	h := biddingInvited(t, nil)
	changed := biddingTender(t)
	changed.Lots[0].Estimate = casework.GBP(501_00)

	err := h.try(t, biddingSetTender(changed))
	assert.Equal(t, []string{"tender.published refuse "}, biddingObjections(t, err))

	h.do(t, biddingSetTender(changed), casework.Overriding("tender.published", "a slip of the pen, told to all"))
	tender, _ := h.p.Tender()
	assert.Equal(t, casework.GBP(501_00), tender.Lots[0].Estimate)

	h.clock(t, "2027-01-15T00:00:00.000001+02:00")
	changed.Timetable = procurement.Timetable{BidsClose: biddingMoment(t, "2027-02-15T00:00:00+02:00")}
	err = h.try(t, biddingSetTender(changed), casework.Overriding("tender.published", "again"), casework.Overriding("tender.closed", "again"))
	assert.Contains(t, biddingObjections(t, err), "tender.closed bar ")
}

func TestALotThatWasBidForStays(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.drafted(t, "alpha", 500_00)
	changed := biddingTender(t)
	changed.Lots[0].ID = "2"

	err := h.try(t, biddingSetTender(changed), casework.Overriding("tender.published", "renumbered"))

	assert.Equal(t, []string{"tender.lots lot.has_bids"}, biddingFaults(t, err))
}

func TestATimetableIsMovedWhileItsMomentsAreToCome(t *testing.T) {
	moved := func(edit func(*procurement.Timetable)) func(*procurement.Purchase) error {
		timetable := biddingTender(t).Timetable
		edit(&timetable)
		return func(p *procurement.Purchase) error { return p.MoveTimetable(timetable) }
	}
	later := func(x *procurement.Timetable) { x.BidsClose = biddingMoment(t, "2027-01-22T00:00:00+02:00") }
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	h.do(t, biddingSetTender(biddingTender(t)))
	assert.Equal(t, []string{"timetable timetable.not_invited"}, biddingFaults(t, h.try(t, moved(later))))
	h.do(t, biddingAddNotice(true))
	h.do(t, h.moving(procurement.Invite))

	h.clock(t, "2027-01-10T00:00:00+02:00")
	assert.Equal(t, []string{"timetable.bids_open timetable.passed", "timetable.questions_close timetable.passed"},
		biddingFaults(t, h.try(t, moved(func(x *procurement.Timetable) {
			later(x)
			x.BidsOpen, x.QuestionsClose = biddingMoment(t, "2027-01-11T00:00:00+02:00"), biddingMoment(t, "2027-01-12T00:00:00+02:00")
		})))[1:], "the answers no longer follow the questions, either")
	assert.Equal(t, []string{"timetable.bids_close timetable.past"}, biddingFaults(t, h.try(t, moved(func(x *procurement.Timetable) {
		x.BidsClose = biddingMoment(t, "2027-01-09T12:00:00+02:00")
	}))))
	assert.Equal(t, []string{"timetable.bids_close timetable.missing"}, biddingFaults(t, h.try(t, moved(func(x *procurement.Timetable) { x.BidsClose = time.Time{} }))))
	h.do(t, moved(later))
	assert.Equal(t, procurement.BiddingOpen, h.p.BiddingAt(biddingMoment(t, "2027-01-20T00:00:00+02:00")))

	h.clock(t, "2027-01-23T00:00:00+02:00")
	assert.Equal(t, []string{"timetable.bids_close timetable.passed"}, biddingFaults(t, h.try(t, moved(func(x *procurement.Timetable) {
		x.BidsClose = biddingMoment(t, "2027-01-30T00:00:00+02:00")
	}))))
	h.verified(t)
}

func TestATenderGivenOutSharesNothing(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	tender := biddingTender(t)
	tender.InvitedIDs = []string{"alpha"}
	tender.Lots[0].Reserved = []procurement.Reservation{procurement.ReservedForLocal}
	tender.Lots[0].Options = []procurement.PricedOption{{ID: "O1", Title: "A year", Months: 12}}
	h.do(t, biddingSetTender(tender))

	got, _ := h.p.Tender()
	got.Lots[0].Title, got.Lots[0].Reserved[0], got.Lots[0].Options[0].Title = "x", "x", "x"
	got.Criteria[0].Title, got.InvitedIDs[0] = "x", "x"

	kept, _ := h.p.Tender()
	assert.Equal(t, "North", kept.Lots[0].Title)
	assert.Equal(t, procurement.ReservedForLocal, kept.Lots[0].Reserved[0])
	assert.Equal(t, "A year", kept.Lots[0].Options[0].Title)
	assert.Equal(t, "Quality", kept.Criteria[0].Title)
	assert.Equal(t, []string{"alpha"}, kept.InvitedIDs)
}
