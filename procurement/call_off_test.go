package procurement_test

import (
	"math/rand/v2"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// callingOff is a purchase under a framework agreement, with one offer.
func (h awarding) callingOff(t *testing.T, f *procurement.FrameworkAgreement, edit func(*procurement.RouteChoice), bids ...procurement.Bid) *procurement.Purchase {
	t.Helper()
	route := procurement.RouteChoice{Route: procurement.CallOff, Framework: f.ID(), FrameworkLot: "1"}
	if edit != nil {
		edit(&route)
	}
	p := h.routed(t, buying{route: route})
	return h.does(t, h.handedIn(t, p, bids...), awardAssessed)
}

// choosing recommends the one offer.
func choosingOffer(p *procurement.Purchase) error {
	_, err := p.ProposeDirectAward(procurement.Choice{Bid: "B1", Why: "the first that can"})
	return err
}

func (h awarding) frameworkNow(t *testing.T, f *procurement.FrameworkAgreement) *procurement.FrameworkAgreement {
	t.Helper()
	f, err := h.desks.Frameworks.Load(t.Context(), f.ID())
	require.NoError(t, err)
	return f
}

// drawn gives what is drawn and what remains, in pence.
func drawn(t *testing.T, f *procurement.FrameworkAgreement) (taken, left int64) {
	t.Helper()
	sum, err := f.Drawn()
	require.NoError(t, err)
	rest, err := f.Remaining()
	require.NoError(t, err)
	return sum.Minor(), rest.Minor()
}

func TestACallOffDrawsOnTheCeilingUntilItsAwardFalls(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, nil)
	p := h.callingOff(t, f, nil, offerOf("", "alpha", 400))
	p = h.does(t, h.does(t, p, choosingOffer), decidingAs(procurement.AwardDecision{}))

	f = h.frameworkNow(t, f)
	require.Len(t, f.CallOffs(), 1)
	r := f.CallOffs()[0]
	assert.Equal(t, p.ID(), r.Purchase)
	assert.Equal(t, procurement.AwardID("W1"), r.Award)
	assert.Equal(t, procurement.LotID("1"), r.Lot)
	assert.Equal(t, "alpha", r.Member)
	assert.False(t, r.Made.IsZero())
	taken, left := drawn(t, f)
	assert.Equal(t, []int64{400_00, 600_00}, []int64{taken, left})
	contract := h.contracts(t, p)[0]
	assert.Equal(t, procurement.FromCallOff, contract.Origin().Kind)
	assert.Equal(t, f.ID(), contract.Origin().Framework)

	h.does(t, p, cancellingAward("W1"), because)
	f = h.frameworkNow(t, f)
	assert.False(t, f.CallOffs()[0].Released.IsZero())
	taken, left = drawn(t, f)
	assert.Equal(t, []int64{0, 1_000_00}, []int64{taken, left})
	require.NoError(t, h.desks.Frameworks.Verify(t.Context(), f.ID()))
}

func TestCallOffsGoOverTheCeilingOnRecordAlone(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, nil)
	p := h.callingOff(t, f, nil, offerOf("", "alpha", 1_001))
	assert.Equal(t, []string{"framework.ceiling"}, h.refused(t, p, choosingOffer))
	over := casework.Overriding("framework.ceiling", "the ceiling is raised next week")
	p = h.does(t, p, choosingOffer, over)
	assert.Equal(t, []string{"framework.ceiling"}, h.refused(t, p, decidingAs(procurement.AwardDecision{})), "each time")
	h.does(t, p, decidingAs(procurement.AwardDecision{}), over)
	_, left := drawn(t, h.frameworkNow(t, f))
	assert.Equal(t, int64(-1_00), left)
}

func TestACallOffIsMadeAsTheFrameworkAgreementSays(t *testing.T) {
	for name, c := range map[string]struct {
		draft func(*testing.T, *procurement.FrameworkDraft)
		route func(*procurement.RouteChoice)
		bid   procurement.Bid
		codes []string
	}{
		"by the first in rank":              {bid: offerOf("", "alpha", 1)},
		"not by the second in rank":         {bid: offerOf("", "beta", 1), codes: []string{"framework.rank"}},
		"not by a stranger":                 {bid: offerOf("", "gamma", 1), codes: []string{"framework.member"}},
		"not in a lot there is none":        {route: func(r *procurement.RouteChoice) { r.FrameworkLot = "9" }, bid: offerOf("", "alpha", 1), codes: []string{"framework.lot", "framework.member"}},
		"by a member of that lot, not this": {route: func(r *procurement.RouteChoice) { r.FrameworkLot = "2" }, bid: offerOf("", "alpha", 1), codes: []string{"framework.member"}},
		"not by who may not use it": {
			draft: func(_ *testing.T, d *procurement.FrameworkDraft) { d.Terms.Users = []casework.Agency{agencyOf("icb")} },
			bid:   offerOf("", "alpha", 1), codes: []string{"framework.user"},
		},
		"not directly, where there is competition": {
			draft: func(_ *testing.T, d *procurement.FrameworkDraft) { d.Terms.Method = procurement.CallOffByCompetition },
			bid:   offerOf("", "alpha", 1), codes: []string{"framework.direct"},
		},
		"not directly, where nothing is said about it": {
			draft: func(_ *testing.T, d *procurement.FrameworkDraft) { d.Terms.Method = procurement.CallOffByEither },
			bid:   offerOf("", "alpha", 1), codes: []string{"framework.direct"},
		},
		"directly, where it is said how": {
			draft: func(_ *testing.T, d *procurement.FrameworkDraft) {
				d.Terms.Method, d.Terms.Direct = procurement.CallOffByEither, "the nearest"
			},
			bid: offerOf("", "alpha", 1),
		},
		"directly, where there is one member": {
			draft: func(_ *testing.T, d *procurement.FrameworkDraft) {
				d.Terms.Method, d.Members = procurement.CallOffByCompetition, d.Members[:1]
			},
			bid: offerOf("", "alpha", 1),
		},
		"not before its first day": {
			draft: func(t *testing.T, d *procurement.FrameworkDraft) { d.Terms.Period.From = dayOf(t, "2025-06-03") },
			bid:   offerOf("", "alpha", 1), codes: []string{"framework.not_in_force"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := awardingHouse(t, commissioning.Light)
			f := h.inForce(t, func(d *procurement.FrameworkDraft) {
				if c.draft != nil {
					c.draft(t, d)
				}
			})
			p := h.callingOff(t, f, c.route, c.bid)
			if c.codes != nil {
				assert.Equal(t, c.codes, h.refused(t, p, choosingOffer))
				return
			}
			p = h.does(t, h.does(t, p, choosingOffer), decidingAs(procurement.AwardDecision{}))
			assert.Equal(t, procurement.AwardDecided, p.State())
		})
	}
}

func TestNothingIsCalledOffFromWhatIsNotInForce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, nil)
	p := h.callingOff(t, f, nil, offerOf("", "alpha", 1))
	assert.Equal(t, []string{"framework.not_in_force"}, h.refused(t, p, choosingOffer))

	options, err := h.desks.Purchases.Options(t.Context(), p.ID(), h.f.Actor)
	require.NoError(t, err)
	for _, o := range options {
		if o.Move == procurement.Invite {
			assert.False(t, o.Allowed(), "it is listed as it would be refused")
		}
	}
	_, err = h.onFramework(t, f, signingAll(f.Unsigned()...))
	require.NoError(t, err)
	p = h.does(t, p, choosingOffer)
	_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		_, err := f.Terminate(procurement.Ending{})
		return err
	}, because)
	require.NoError(t, err)
	assert.Equal(t, []string{"framework.not_in_force"}, h.refused(t, p, decidingAs(procurement.AwardDecision{})), "it ended meanwhile")
}

func TestWhatRemainsIsTheCeilingWithoutWhatIsDrawn(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, nil)
	over := casework.Overriding("framework.ceiling", "a property is tested")
	adds := func(seed uint64) bool {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // any numbers will do
		bid := offerOf("", "alpha", 0)
		bid.Price = casework.GBP(random.Int64N(300_00))
		before, _ := drawn(t, h.frameworkNow(t, f))
		p := h.callingOff(t, f, nil, bid)
		p = h.does(t, h.does(t, p, choosingOffer, over), decidingAs(procurement.AwardDecision{}), over)
		made, left := drawn(t, h.frameworkNow(t, f))
		if made != before+bid.Price.Minor() || made+left != 1_000_00 {
			return false
		}
		h.does(t, p, endingAs(procurement.Withdrawn), because)
		after, left := drawn(t, h.frameworkNow(t, f))
		return after == before && after+left == 1_000_00
	}
	require.NoError(t, quick.Check(adds, &quick.Config{MaxCount: 15}))
}

// establishing is a competition for a framework agreement with two members.
func (h awarding) establishing(t *testing.T) *procurement.Purchase {
	t.Helper()
	draft := h.draftOf(t)
	terms := draft.Terms
	terms.Lots = []procurement.Lot{{ID: "1", Title: "North", MaxAwards: 3}}
	p := h.evaluated(t, buying{
		route: procurement.RouteChoice{Establishes: true},
		tender: func(t *procurement.Tender) {
			t.Lots[0].MaxAwards, t.FrameworkTerms = 2, &terms
		},
		bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499), offerOf("1", "gamma", 700)},
	})
	p = h.does(t, p, recommendingAs())
	return h.does(t, p, decidingAs(procurement.AwardDecision{}))
}

// established gives the framework agreement of a purchase.
func (h awarding) established(t *testing.T, p *procurement.Purchase) *procurement.FrameworkAgreement {
	t.Helper()
	require.Len(t, p.Instruments(), 1)
	require.Equal(t, procurement.FrameworkKind, p.Instruments()[0].Kind)
	f, err := h.desks.Frameworks.Load(t.Context(), p.Instruments()[0].Case)
	require.NoError(t, err)
	return f
}

func (h awarding) refusedToSign(t *testing.T, f *procurement.FrameworkAgreement) ([]string, *casework.Refusal) {
	t.Helper()
	_, err := h.onFramework(t, f, signingAll(h.council().ID))
	return objections(t, err)
}

func TestAwardsEstablishAFrameworkAgreement(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.establishing(t)
	f := h.established(t, p)

	members := f.Members("1")
	require.Len(t, members, 2)
	assert.Equal(t, []string{"beta", "alpha"}, []string{members[0].Agency.ID, members[1].Agency.ID}, "ranked as recommended")
	assert.Equal(t, []procurement.AwardID{"W1", "W2"}, []procurement.AwardID{members[0].Award, members[1].Award})
	assert.Equal(t, p.ID(), f.Origin().Purchase)
	assert.Equal(t, []string{h.council().ID, "beta", "alpha"}, f.Unsigned())

	codes, _ := h.refusedToSign(t, f)
	assert.Equal(t, []string{"standstill.missing", "standstill.missing"}, codes, "one for each award")
	for _, id := range []procurement.AwardID{"W1", "W2"} {
		p = h.does(t, p, keepingStill(id, procurement.StandstillPlan{
			Kind: procurement.MandatoryStandstill, Notified: h.f.Clock.Now(), WorkingDays: 2, Counting: procurement.BeginningWith,
		}))
	}
	award, _ := p.Award("W1")
	codes, refusal := h.refusedToSign(t, f)
	assert.Equal(t, []string{"standstill.running", "standstill.running"}, codes)
	assert.True(t, refusal.Objections[0].Until.Equal(award.Standstill.Ends))

	h.f.Clock.Set(award.Standstill.Ends.Add(-time.Microsecond))
	codes, _ = h.refusedToSign(t, f)
	assert.Equal(t, []string{"standstill.running", "standstill.running"}, codes)
	early := h.f.Clock.Now()
	h.f.Clock.Set(award.Standstill.Ends)
	_, err := h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		_, err := f.Sign(procurement.Signature{Party: h.council().ID, Signatory: "director", At: early})
		return err
	})
	codes, _ = objections(t, err)
	assert.Equal(t, []string{"standstill.running", "standstill.running"}, codes, "nor is it dated into it")

	p = h.does(t, p, challenging(procurement.Challenge{By: agencyOf("gamma"), Award: "W2", Text: "Ours was better"}))
	codes, _ = h.refusedToSign(t, f)
	assert.Equal(t, []string{"challenge.open"}, codes)
	h.does(t, p, settlingChallenge("C1", procurement.ChallengeDismissed, "it was not"))

	_, err = h.onFramework(t, f, signingAll(h.council().ID, "beta", "alpha"))
	require.NoError(t, err)
	p = h.reloaded(t, p)
	assert.Equal(t, procurement.PurchaseClosed, p.State())
	assert.Equal(t, procurement.FrameworkInForce, p.Instruments()[0].State)
}

func TestNobodySignsForAMemberWhoseAwardFell(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.establishing(t)
	f := h.established(t, p)
	none := procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the threshold"}
	p = h.does(t, h.does(t, p, keepingStill("W1", none)), keepingStill("W2", none))
	p = h.does(t, p, cancellingAward("W1"), because)
	assert.Equal(t, procurement.FrameworkDrafted, h.frameworkNow(t, f).State(), "the other award stands")

	codes, _ := h.refusedToSign(t, f)
	assert.Equal(t, []string{"award.cancelled"}, codes)
	f, err := h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.RemoveMember("1", "beta"); return err }, because)
	require.NoError(t, err)
	f, err = h.onFramework(t, f, signingAll(f.Unsigned()...))
	require.NoError(t, err)
	assert.Equal(t, procurement.FrameworkInForce, f.State())
	p = h.reloaded(t, p)
	assert.Equal(t, procurement.PurchaseClosed, p.State())
	assert.Equal(t, []string{casework.CodeMoveNotAllowed}, h.refused(t, p, cancellingAward("W2"), because))
}

func TestAFrameworkAgreementFallsWithItsAwards(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	p := h.establishing(t)
	f := h.established(t, p)
	p = h.does(t, h.does(t, p, cancellingAward("W2"), because), cancellingAward("W1"), because)
	assert.Equal(t, procurement.FrameworkCancelled, h.frameworkNow(t, f).State())
	assert.Equal(t, procurement.Recommended, p.State())
}

func TestACallOffIsMadeInTheCurrencyOfTheCeiling(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, nil)
	bid := offerOf("", "alpha", 0)
	bid.Price = euros(t, 400_00)
	p := h.callingOff(t, f, nil, bid)
	assert.Equal(t, []string{"framework.ceiling"}, h.refused(t, p, choosingOffer))
	over := casework.Overriding("framework.ceiling", "a euro is a euro")
	p = h.does(t, p, choosingOffer, over)
	assert.Equal(t, []string{"value framework.currency"}, h.faulty(t, p, decidingAs(procurement.AwardDecision{}), over), "what cannot be added up is not called off")
	assert.Empty(t, h.frameworkNow(t, f).CallOffs())
}
