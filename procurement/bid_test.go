package procurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func biddingProposal() casework.Evidence {
	return casework.Evidence{Kind: procurement.DocumentProposal, Title: "Proposal", Address: "https://example.org/proposal"}
}

// biddingOffer is a sound offer for lot 1.
func biddingOffer(bidder string, pence int64) procurement.Bid {
	return procurement.Bid{
		Lot: "1", Bidder: casework.Agency{ID: bidder, Name: "The " + bidder + " agency", Sector: casework.Voluntary}, Standing: procurement.NewEntrant,
		Price: casework.GBP(pence), Proposal: biddingProposal(), SocialValue: "local carers",
	}
}

func biddingDraft(b procurement.Bid) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.DraftBid(b); return err }
}

func biddingRevision(id procurement.BidID, b procurement.Bid) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.ReviseBid(id, b); return err }
}

func biddingHandIn(id procurement.BidID) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.SubmitBid(id, "director"); return err }
}

func biddingSuitability(id procurement.BidID, suitable bool) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error {
		return p.AssessSuitability(id, procurement.Suitability{Suitable: suitable, Reason: "by its accounts"})
	}
}

func (h *bidding) drafted(t *testing.T, bidder string, pence int64) procurement.BidID {
	t.Helper()
	h.do(t, biddingDraft(biddingOffer(bidder, pence)))
	all := h.p.Bids()
	return all[len(all)-1].ID
}

func (h *bidding) handedIn(t *testing.T, bidder string, pence int64) procurement.BidID {
	t.Helper()
	id := h.drafted(t, bidder, pence)
	h.do(t, biddingHandIn(id))
	return id
}

func (h *bidding) bid(t *testing.T, id procurement.BidID) procurement.Bid {
	t.Helper()
	b, known := h.p.Bid(id)
	require.True(t, known)
	return b
}

// biddingOpened gives a house whose bids are open: one bid for each price, by
// bidders b1, b2 and so on, all of them suitable.
func biddingOpened(t *testing.T, edit func(*procurement.Tender), pence ...int64) *bidding {
	t.Helper()
	h := biddingInvited(t, edit)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	for i, price := range pence {
		id := h.handedIn(t, "b"+string(rune('1'+i)), price)
		h.do(t, biddingSuitability(id, true))
	}
	h.clock(t, "2027-01-16T00:00:00+02:00")
	h.do(t, h.moving(procurement.Receive))
	h.do(t, func(p *procurement.Purchase) error { return p.OpenBids("witness-1") })
	return h
}

func TestABidNamesEveryFaultAtOnce(t *testing.T) {
	euro, err := casework.ParseMoney("5", "EUR")
	require.NoError(t, err)
	agency := func(id string) casework.Agency { return casework.Agency{ID: id} }
	h := biddingInvited(t, func(x *procurement.Tender) {
		x.Lots[0].Options = []procurement.PricedOption{{ID: "O1", Title: "A year", Months: 12}}
		x.Criteria = []procurement.Criterion{{ID: "days", Title: "Days to deliver", Kind: procurement.FeatureCriterion, Weight: procurement.Whole(15)}}
		x.Method = procurement.DiscountedPrice
	})
	h.clock(t, "2027-01-08T00:00:00+02:00")
	tests := map[string]struct {
		edit func(*procurement.Bid)
		want []string
	}{
		"a sound bid is without fault": {func(b *procurement.Bid) {
			b.Features = []procurement.Feature{{Criterion: "days", Value: procurement.Whole(15)}}
			b.Options = []procurement.OptionPrice{{Option: "O1", Price: casework.GBP(100)}}
			b.Members, b.SubContractors = []casework.Agency{agency("beta")}, []procurement.SubContractor{{Agency: agency("gamma"), Part: "nights", Share: procurement.Hundred}}
			b.FullCost, b.Reserved = &procurement.FullCost{Reason: "a charity"}, []procurement.Reservation{procurement.ReservedForLocal}
		}, nil},
		"its lot is one of the tender's": {func(b *procurement.Bid) { b.Lot = "9" }, []string{"bid.lot lot.unknown"}},
		"it names a bidder and a price":  {func(b *procurement.Bid) { *b = procurement.Bid{Lot: "1"} }, []string{"bid.bidder.id agency.missing", "bid.price money.missing"}},
		"a price is not negative":        {func(b *procurement.Bid) { b.Price = casework.GBP(-1) }, []string{"bid.price money.negative"}},
		"a price may be nothing":         {func(b *procurement.Bid) { b.Price = casework.GBP(0) }, nil},
		"it is in the lot's currency":    {func(b *procurement.Bid) { b.Price = euro }, []string{"bid.price money.currency_mixed"}},
		"its words are known": {
			func(b *procurement.Bid) {
				b.Standing, b.Reserved, b.Proposal.Title = "friend", []procurement.Reservation{"friends"}, ""
			},
			[]string{"bid.standing bid.standing", "bid.reserved[0] reservation.unknown", "bid.proposal.title evidence.title_missing"},
		},
		"what the price does not recover is carried by somebody": {
			func(b *procurement.Bid) { b.FullCost = &procurement.FullCost{} }, []string{"bid.full_cost.reason full_cost.reason_missing"},
		},
		"nobody is in it twice": {
			func(b *procurement.Bid) {
				b.Members = []casework.Agency{agency("alpha"), agency("beta"), {}}
				b.SubContractors = []procurement.SubContractor{{Agency: agency("beta"), Part: "nights"}}
			},
			[]string{"bid.members[0].id member.duplicate", "bid.members[2].id agency.missing", "bid.sub_contractors[0].agency.id sub_contractor.duplicate"},
		},
		"sub-contractors do parts of one whole": {
			func(b *procurement.Bid) {
				b.SubContractors = []procurement.SubContractor{
					{Agency: agency("beta"), Share: -1}, {Agency: agency("gamma"), Part: "days", Share: procurement.Whole(60)}, {Agency: agency("delta"), Part: "nights", Share: procurement.Whole(60)},
				}
			},
			[]string{"bid.sub_contractors[0].part sub_contractor.part_missing", "bid.sub_contractors[0].share sub_contractor.share", "bid.sub_contractors sub_contractor.share"},
		},
		"features are known, and within their weight": {
			func(b *procurement.Bid) {
				b.Features = []procurement.Feature{{Criterion: "taste"}, {Criterion: "days", Value: procurement.Whole(16)}, {Criterion: "days"}}
			},
			[]string{"bid.features[0].criterion feature.unknown", "bid.features[1].value feature.value", "bid.features[2].criterion feature.duplicate"},
		},
		"options are known, and priced once": {
			func(b *procurement.Bid) {
				b.Options = []procurement.OptionPrice{{Option: "O2", Price: casework.GBP(1)}, {Option: "O1"}, {Option: "O1", Price: euro}}
			},
			[]string{
				"bid.options[0].option option.unknown", "bid.options[1].price money.missing", "bid.options[2].option option.duplicate", "bid.options[2].price money.currency_mixed",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := biddingOffer("alpha", 500_00)
			tt.edit(&b)

			err := h.try(t, biddingDraft(b))

			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tt.want, biddingFaults(t, err))
		})
	}
}

func TestWithoutAnEstimateTheFirstBidSaysTheCurrency(t *testing.T) {
	euro, err := casework.ParseMoney("5", "EUR")
	require.NoError(t, err)
	h := biddingInvited(t, func(x *procurement.Tender) { x.Lots[0].Estimate = casework.Money{} })
	h.clock(t, "2027-01-08T00:00:00+02:00")
	first := h.drafted(t, "alpha", 500_00)
	other := biddingOffer("beta", 0)
	other.Price = euro

	assert.Equal(t, []string{"bid.price money.currency_mixed"}, biddingFaults(t, h.try(t, biddingDraft(other))))
	h.do(t, biddingRevision(first, other))
	h.do(t, func(p *procurement.Purchase) error { return p.WithdrawBid(first) })
	h.drafted(t, "gamma", 400_00)
}

func TestBidsAreTakenWhileTheyAreOpen(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)
	assert.Equal(t, []string{"bid bidding.not_open"}, biddingFaults(t, h.try(t, biddingDraft(biddingOffer("alpha", 1)))))
	h.do(t, biddingSetTender(biddingTender(t)))
	h.do(t, biddingAddNotice(true))
	h.do(t, h.moving(procurement.Invite))

	h.clock(t, "2027-01-07T23:59:59+02:00")
	assert.Equal(t, []string{"bid bidding.not_open"}, biddingFaults(t, h.try(t, biddingDraft(biddingOffer("alpha", 1)))))
	h.clock(t, "2027-01-08T00:00:00+02:00")
	early := h.drafted(t, "alpha", 500_00)
	draft := h.drafted(t, "beta", 500_00)

	h.clock(t, "2027-01-15T00:00:00+02:00")
	h.do(t, biddingHandIn(early))
	assert.False(t, h.bid(t, early).Late, "a bid received as bids close is in time")
	assert.Equal(t, biddingMoment(t, "2027-01-15T00:00:00+02:00").UTC(), h.bid(t, early).Received.UTC())

	h.clock(t, "2027-01-15T00:00:00.000001+02:00")
	assert.Equal(t, []string{"bid bidding.closed"}, biddingFaults(t, h.try(t, biddingRevision(early, biddingOffer("alpha", 400_00)))))
	h.do(t, biddingHandIn(draft))
	assert.True(t, h.bid(t, draft).Late)
	h.do(t, biddingDraft(biddingOffer("gamma", 400_00)))
	h.do(t, biddingHandIn("B3"), casework.Effective(biddingMoment(t, "2027-01-14T18:00:00+02:00")))
	assert.False(t, h.bid(t, "B3").Late, "it came in time, and was written down later")

	h.do(t, h.moving(procurement.Receive))
	for name, work := range map[string]func(*procurement.Purchase) error{"draft": biddingDraft(biddingOffer("delta", 1)), "revise": biddingRevision(draft, biddingOffer("beta", 1))} {
		assert.Equal(t, []string{"bid bidding.closed"}, biddingFaults(t, h.try(t, work)), name)
	}
	h.verified(t)
}

func TestABidCountsAsItWasSigned(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	id := h.drafted(t, "alpha", 500_00)
	assert.False(t, h.bid(t, id).Valid(), "a draft is signed by nobody")
	assert.False(t, h.bid(t, id).Submitted())

	h.do(t, biddingHandIn(id))
	assert.True(t, h.bid(t, id).Valid())
	assert.Equal(t, []string{"bid bid.submitted"}, biddingFaults(t, h.try(t, biddingHandIn(id))))

	h.do(t, biddingRevision(id, biddingOffer("alpha", 500_00)))
	assert.True(t, h.bid(t, id).Valid(), "nothing was changed")
	h.do(t, biddingRevision(id, biddingOffer("alpha", 499_00)))
	assert.False(t, h.bid(t, id).Valid())
	assert.True(t, h.bid(t, id).Submitted())
	h.do(t, biddingHandIn(id))
	assert.True(t, h.bid(t, id).Valid())

	h.do(t, func(p *procurement.Purchase) error { return p.WithdrawBid(id) })
	assert.False(t, h.bid(t, id).Valid())
	withdrawn := []string{"bid bid.withdrawn"}
	assert.Equal(t, withdrawn, biddingFaults(t, h.try(t, biddingHandIn(id))))
	assert.Equal(t, withdrawn, biddingFaults(t, h.try(t, biddingRevision(id, biddingOffer("alpha", 1)))))
	assert.Equal(t, withdrawn, biddingFaults(t, h.try(t, func(p *procurement.Purchase) error { return p.WithdrawBid(id) })))
	assert.Equal(t, withdrawn, biddingFaults(t, h.try(t, biddingSuitability(id, true))))
	h.verified(t)
}

func TestABidThatIsNotThereIsUnknown(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	works := map[string]func(*procurement.Purchase) error{
		"revise": biddingRevision("B9", biddingOffer("alpha", 1)), "submit": biddingHandIn("B9"), "suit": biddingSuitability("B9", true),
		"withdraw": func(p *procurement.Purchase) error { return p.WithdrawBid("B9") },
		"admit":    func(p *procurement.Purchase) error { return p.AdmitLateBid("B9", "why") },
		"exclude": func(p *procurement.Purchase) error {
			return p.ExcludeBid("B9", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "why"})
		},
		"notify": func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B9") },
		"hear":   func(p *procurement.Purchase) error { return p.HearAbnormallyLow("B9", "said", true) },
		"debrief": func(p *procurement.Purchase) error {
			return p.DebriefBid("B9", procurement.Debrief{Sent: casework.DateOf(p.Now()), Summary: "s"})
		},
	}
	for name, work := range works {
		assert.Equal(t, []string{"bid bid.unknown"}, biddingFaults(t, h.try(t, work)), name)
	}
	_, known := h.p.Bid("B9")
	assert.False(t, known)
}

func TestADraftIsNotJudged(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	id := h.drafted(t, "alpha", 500_00)
	works := map[string]func(*procurement.Purchase) error{
		"suit":  biddingSuitability(id, true),
		"admit": func(p *procurement.Purchase) error { return p.AdmitLateBid(id, "why") },
		"exclude": func(p *procurement.Purchase) error {
			return p.ExcludeBid(id, procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "why"})
		},
		"notify": func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow(id) },
		"debrief": func(p *procurement.Purchase) error {
			return p.DebriefBid(id, procurement.Debrief{Sent: casework.DateOf(p.Now()), Summary: "s"})
		},
	}
	for name, work := range works {
		assert.Equal(t, []string{"bid bid.not_submitted"}, biddingFaults(t, h.try(t, work)), name)
	}
}

func TestALateBidIsLetInWithAReasonBeforeTheOthersAreRead(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	early, late, later := h.handedIn(t, "alpha", 500_00), h.drafted(t, "beta", 400_00), h.drafted(t, "gamma", 300_00)
	h.clock(t, "2027-01-16T00:00:00+02:00")
	h.do(t, biddingHandIn(late))
	h.do(t, biddingHandIn(later))
	admitting := func(id procurement.BidID, why string) func(*procurement.Purchase) error {
		return func(p *procurement.Purchase) error { return p.AdmitLateBid(id, why) }
	}

	assert.Equal(t, []string{"reason reason.missing", "bid bid.not_late"}, biddingFaults(t, h.try(t, admitting(early, ""))))
	h.do(t, h.moving(procurement.Receive))
	h.do(t, admitting(late, "the portal was down"))
	assert.Equal(t, "the portal was down", h.bid(t, late).Admitted.Reason)
	h.do(t, func(p *procurement.Purchase) error { return p.OpenBids() })

	assert.Equal(t, []string{"bid.admitted_open refuse B3"}, biddingObjections(t, h.try(t, admitting(later, "the portal was down"))))
	h.do(t, admitting(later, "the portal was down"), casework.Overriding("bid.admitted_open", "by order of the court"))
	h.verified(t)
}

func TestOnlyThoseInvitedBidWhereCertainAgenciesAre(t *testing.T) {
	h := biddingInvited(t, func(x *procurement.Tender) { x.InvitedIDs = []string{"alpha"} })
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	other := h.drafted(t, "beta", 500_00)

	assert.Equal(t, []string{"bid.uninvited refuse B2"}, biddingObjections(t, h.try(t, biddingHandIn(other))))
	h.do(t, biddingHandIn(other), casework.Overriding("bid.uninvited", "left off the list by mistake"))
}

func TestALotThatIsKeptForSomeIsBidForByThose(t *testing.T) {
	h := biddingInvited(t, func(x *procurement.Tender) {
		x.Lots[0].Reserved = []procurement.Reservation{procurement.ReservedForSmall, procurement.ReservedForVoluntary}
	})
	h.clock(t, "2027-01-08T00:00:00+02:00")
	id := h.drafted(t, "alpha", 500_00)
	assert.Equal(t, []string{"bid.reserved refuse B1"}, biddingObjections(t, h.try(t, biddingHandIn(id))))

	shown := biddingOffer("alpha", 500_00)
	shown.Reserved = []procurement.Reservation{procurement.ReservedForLocal, procurement.ReservedForVoluntary}
	h.do(t, biddingRevision(id, shown))
	h.do(t, biddingHandIn(id))
}

func TestWhereNothingIsCompetedForThereIsOneOffer(t *testing.T) {
	h := biddingOn(t, biddingDirect, commissioning.Standard)
	id := h.handedIn(t, "alpha", 500_00)
	assert.True(t, h.bid(t, id).Valid())
	assert.False(t, h.bid(t, id).Late)

	assert.Equal(t, []string{"bid bid.second"}, biddingFaults(t, h.try(t, biddingDraft(biddingOffer("beta", 1)))))
	h.do(t, biddingRevision(id, biddingOffer("alpha", 450_00)))
	h.do(t, biddingHandIn(id))
	h.do(t, biddingSuitability(id, true))
	h.do(t, func(p *procurement.Purchase) error { return p.WithdrawBid(id) })
	h.handedIn(t, "beta", 400_00)
	h.verified(t)
}

func TestAbnormallyLowBiddersAreNotifiedThenHeardOnce(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	notifying := func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B1") }
	hearing := func(answer string) func(*procurement.Purchase) error {
		return func(p *procurement.Purchase) error { return p.HearAbnormallyLow("B1", answer, true) }
	}

	assert.Equal(t, []string{"answer abnormal.answer_missing", "bid abnormal.not_notified"}, biddingFaults(t, h.try(t, hearing(""))))
	h.do(t, notifying)
	assert.Equal(t, []string{"bid abnormal.notified"}, biddingFaults(t, h.try(t, notifying)))
	h.do(t, hearing("we own the vans"))
	assert.Equal(t, []string{"bid abnormal.heard"}, biddingFaults(t, h.try(t, hearing("again"))))
	low := h.bid(t, "B1").AbnormalLow
	assert.Equal(t, "we own the vans", low.Answer)
	assert.True(t, low.Accepted)
	h.verified(t)
}

func TestADebriefIsRecordedOnceItIsSent(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	today := casework.DateOf(h.Clock.Now().UTC())
	debriefing := func(d procurement.Debrief) func(*procurement.Purchase) error {
		return func(p *procurement.Purchase) error { return p.DebriefBid("B1", d) }
	}

	assert.Equal(t, []string{"debrief.summary debrief.summary_missing", "debrief.sent debrief.day_missing"}, biddingFaults(t, h.try(t, debriefing(procurement.Debrief{}))))
	assert.Equal(t, []string{"debrief.sent debrief.ahead"}, biddingFaults(t, h.try(t, debriefing(procurement.Debrief{Sent: today.AddDays(1), Summary: "s"}))))
	h.do(t, debriefing(procurement.Debrief{Sent: today, Summary: "your rounds are longer"}))
	assert.Equal(t, "your rounds are longer", h.bid(t, "B1").Debrief.Summary)
	assert.Equal(t, h.Actor.ID, h.bid(t, "B1").Debrief.Mark.By)
}

func TestBidsAreOpenedBeforeWitnesses(t *testing.T) {
	h := biddingInvited(t, nil)
	_, opened := h.p.BidOpening()
	assert.False(t, opened)
	assert.Equal(t, []string{"witnesses[0] witness.missing", "witnesses[2] witness.duplicate"},
		biddingFaults(t, h.try(t, func(p *procurement.Purchase) error { return p.OpenBids("", "w", "w") })))
	err := h.try(t, func(p *procurement.Purchase) error { return p.OpenBids("w") })
	require.ErrorIs(t, err, casework.ErrRefused, "bids are received first")

	h = biddingOpened(t, nil, 500_00)
	opening, opened := h.p.BidOpening()
	require.True(t, opened)
	assert.Equal(t, []string{"witness-1"}, opening.Witnesses)
	assert.Equal(t, h.Actor.ID, opening.Mark.By)
	assert.Equal(t, procurement.Opened, h.p.State())
}

func TestTheTimeForBidsIsKept(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	h.clock(t, "2027-01-15T00:00:00+02:00")
	options, err := h.desks.Purchases.Options(t.Context(), h.p.ID(), h.Actor)
	require.NoError(t, err)
	var until time.Time
	for _, o := range options {
		if o.Move == procurement.Receive {
			require.Len(t, o.Objections, 1)
			until = o.Objections[0].Until
		}
	}
	assert.Equal(t, []string{"bidding.open bar "}, biddingObjections(t, h.try(t, h.moving(procurement.Receive))))

	require.True(t, until.After(h.Clock.Now()))
	h.Clock.Set(until)
	h.do(t, h.moving(procurement.Receive))
}

func TestWithoutABidThereIsNothingToOpen(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.drafted(t, "alpha", 500_00)
	h.clock(t, "2027-01-16T00:00:00+02:00")

	assert.Equal(t, []string{"bids.none explain "}, biddingObjections(t, h.try(t, h.moving(procurement.Receive))))
	h.do(t, h.moving(procurement.Receive), casework.Explaining("bids.none", "the board wants it on record"))
}

func TestWhatIsRecordedOfABidIsNotTheBiddersToSay(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	b := biddingOffer("alpha", 500_00)
	b.ID, b.Received, b.Late, b.Signed = "B7", h.Clock.Now(), true, &procurement.BidSignature{Signatory: "x"}
	b.Suitability, b.Admitted, b.Exclusion = &procurement.Suitability{Suitable: true}, &procurement.Admission{Reason: "x"}, &procurement.Exclusion{Ground: procurement.TooLow}
	h.do(t, biddingDraft(b))

	got := h.bid(t, "B1")
	assert.Nil(t, got.Signed)
	assert.Nil(t, got.Suitability)
	assert.Nil(t, got.Admitted)
	assert.Nil(t, got.Exclusion)
	assert.False(t, got.Late)
	assert.True(t, got.Received.IsZero())
}

func TestABidGivenOutSharesNothing(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	evidence := []casework.Evidence{{Kind: casework.EvidenceDocument, Title: "Accounts"}}
	h.do(t, func(p *procurement.Purchase) error {
		return p.AssessSuitability("B1", procurement.Suitability{Suitable: true, Reason: "sound", Evidence: evidence})
	})
	evidence[0].Title = "x"

	got := h.p.Bids()[0]
	got.Suitability.Reason, got.Suitability.Evidence[0].Title, got.Signed.Signatory = "x", "x", "x"

	kept := h.bid(t, "B1")
	assert.Equal(t, "sound", kept.Suitability.Reason)
	assert.Equal(t, "Accounts", kept.Suitability.Evidence[0].Title)
	assert.Equal(t, "director", kept.Signed.Signatory)
}

func TestUnderAFrameworkAgreementMembersOfTheLotBid(t *testing.T) {
	for _, competition := range []bool{false, true} {
		h := biddingOn(t, biddingOpen, commissioning.Standard)
		day := casework.DateOf(h.Clock.Now())
		f, err := h.desks.Frameworks.Open(t.Context(), h.Actor, procurement.FrameworkDraft{
			Terms: procurement.FrameworkTerms{
				Title: "Home care framework", Lots: []procurement.Lot{{ID: "N", Title: "North"}, {ID: "S", Title: "South"}}, Ceiling: casework.GBP(1_000_000_00),
				Period: casework.Period{From: day, To: day.AddMonths(12)}, Users: []casework.Agency{biddingBuyer()}, Method: procurement.CallOffByEither, Direct: "in turn",
			},
			Parties: []procurement.Party{{Agency: biddingBuyer(), Role: procurement.BuyerParty}},
			Members: []procurement.FrameworkMember{{Lot: "N", Agency: casework.Agency{ID: "alpha"}}, {Lot: "S", Agency: casework.Agency{ID: "beta"}}},
		})
		require.NoError(t, err)
		h.do(t, func(p *procurement.Purchase) error {
			_, err := p.ChooseRoute(procurement.RouteChoice{
				Route: procurement.CallOff, Reason: "it is on the framework", Framework: f.ID(), FrameworkLot: "N", Competition: competition,
			})
			return err
		})
		if competition {
			h.do(t, biddingSetTender(biddingTender(t)))
			h.do(t, h.moving(procurement.Invite)) // a mini-competition needs no notice
			h.clock(t, "2027-01-08T00:00:00+02:00")
		}

		other := h.drafted(t, "beta", 500_00)
		assert.Equal(t, []string{"bid.not_member bar B1"}, biddingObjections(t, h.try(t, biddingHandIn(other))), "it is a member of the other lot")
		h.do(t, func(p *procurement.Purchase) error { return p.WithdrawBid(other) })
		h.handedIn(t, "alpha", 500_00)
	}
}

func TestOnceAnOfferIsRecommendedNothingElseIsOffered(t *testing.T) {
	h := biddingOn(t, biddingDirect, commissioning.Standard)
	h.do(t, biddingSuitability(h.handedIn(t, "alpha", 500_00), true))
	assert.Equal(t, procurement.BiddingBefore, h.p.BiddingAt(h.Clock.Now()))
	h.do(t, func(p *procurement.Purchase) error {
		_, err := p.ProposeDirectAward(procurement.Choice{Bid: "B1", Why: "it alone holds the licence"})
		return err
	})

	assert.Equal(t, procurement.BiddingClosed, h.p.BiddingAt(h.Clock.Now()))
	assert.Equal(t, []string{"bid bidding.closed"}, biddingFaults(t, h.try(t, biddingRevision("B1", biddingOffer("alpha", 900_00)))))
	err := h.try(t, biddingSetTender(procurement.Tender{Title: "Home care", Lots: []procurement.Lot{{ID: "1", Title: "All", MaxAwards: 1}}}))
	assert.Contains(t, biddingObjections(t, err), "tender.closed bar ")
}

func TestBidsAreJudgedBeforeTheProcedureIsOver(t *testing.T) {
	h := biddingOpened(t, nil, 500_00)
	h.do(t, func(p *procurement.Purchase) error { _, err := p.End(procurement.Unsuccessful, "too dear"); return err }, casework.Reason("too dear"))
	works := map[string]func(*procurement.Purchase) error{
		"suit": biddingSuitability("B1", true), "withdraw": func(p *procurement.Purchase) error { return p.WithdrawBid("B1") },
		"exclude": biddingExclusion("B1", procurement.Exclusion{Ground: procurement.NonCompliant, Reason: "no plan"}),
		"notify":  func(p *procurement.Purchase) error { return p.NotifyAbnormallyLow("B1") },
	}
	for name, work := range works {
		assert.Equal(t, []string{"bid bid.decided"}, biddingFaults(t, h.try(t, work)), name)
	}
	assert.Equal(t, procurement.BiddingClosed, h.p.BiddingAt(biddingMoment(t, "2027-01-09T00:00:00+02:00")))
	h.do(t, func(p *procurement.Purchase) error {
		return p.DebriefBid("B1", procurement.Debrief{Sent: casework.DateOf(p.Now()), Summary: "nobody was awarded anything"})
	})
}

func TestARedactedBidKeepsItsIdsItsSharesAndItsSignature(t *testing.T) {
	h := biddingInvited(t, nil)
	assert.Equal(t, procurement.BiddingEnquiries, h.p.BiddingAt(h.Clock.Now()))
	h.clock(t, "2027-01-08T00:00:00+02:00")
	b := biddingOffer("alpha", 500_00)
	b.Members = []casework.Agency{{ID: "beta", Name: "Beta"}}
	b.SubContractors = []procurement.SubContractor{{Agency: casework.Agency{ID: "gamma", Name: "Gamma"}, Part: "nights", Share: procurement.Whole(40)}}
	b.FullCost = &procurement.FullCost{Reason: "Mrs Smith's bequest"}
	h.do(t, biddingDraft(b))
	h.do(t, biddingHandIn("B1"))

	p, err := h.desks.Purchases.Redact(t.Context(), h.p.ID(), h.Actor, []uint64{h.p.Seq() - 1, h.p.Seq()}, "asked to be forgotten")
	require.NoError(t, err)
	h.p = p
	h.verified(t)

	kept := h.bid(t, "B1")
	assert.True(t, kept.Valid(), "the signature is bound to what was signed, and not to what is left of it")
	assert.Equal(t, []casework.Agency{{ID: "beta"}}, kept.Members)
	assert.Equal(t, []procurement.SubContractor{{Agency: casework.Agency{ID: "gamma"}, Share: procurement.Whole(40)}}, kept.SubContractors)
	assert.Equal(t, &procurement.FullCost{}, kept.FullCost)
	assert.Equal(t, casework.GBP(500_00), kept.Price)
}
