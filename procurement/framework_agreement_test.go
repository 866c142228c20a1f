package procurement_test

import (
	"errors"
	"fmt"
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

// awarding is a house with a cycle that arranges delivery, in which none but the
// policies of awards and framework agreements object. Its days are Kyiv's.
type awarding struct {
	f     *commissioningtest.Fixture
	desks *procurement.Desks
}

// awardPolicies are the codes under test here and in the tests of awards.
var awardPolicies = []string{
	"award.competition", "award.contract_signed", "award.not_winner", "award.notice_missing", "award.tied", "award.too_many",
	"bid.unassessed", "bid.unqualified", "challenge.open", "challenge.procedure", "debrief.missing",
	"ending.challenge_open", "ending.report_missing",
	"award.cancelled", "framework.ceiling", "framework.direct", "framework.long", "framework.lot", "framework.member",
	"framework.not_in_force", "framework.rank", "framework.user", "signatory.unauthorised",
	"standstill.missing", "standstill.running", "standstill.shortened",
}

func others[T any](policies []casework.Policy[T]) (codes []string) {
	for _, p := range policies {
		if !slices.Contains(awardPolicies, p.Code) {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

func awardingHouse(t *testing.T, scale commissioning.Scale) awarding {
	t.Helper()
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	require.NoError(t, err)
	calendar, err := casework.NewCalendar(kyiv)
	require.NoError(t, err)
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery, commissioningtest.Scale(scale))
	o := &procurement.Options{Desk: casework.DeskOptions{Clock: f.Clock.Now, Permit: casework.AllowAll}, Calendar: calendar}
	o.Purchases.Policies.Drop = others(procurement.PurchasePolicies())
	o.Contracts.Policies.Drop = others(procurement.ContractPolicies())
	desks, err := procurement.NewDesks(f.Desk, o)
	require.NoError(t, err)
	return awarding{f: f, desks: desks}
}

// at puts the clock to a time such as "2027-01-07T00:15:06+02:00".
func (h awarding) at(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	h.f.Clock.Set(at)
	return at
}

func agencyOf(id string) casework.Agency {
	return casework.Agency{ID: id, Name: "The " + id, Sector: casework.Voluntary}
}

func dayOf(t *testing.T, text string) casework.Date {
	t.Helper()
	d, err := casework.ParseDate(text)
	require.NoError(t, err)
	return d
}

// council is the lead of the fixture's cycle.
func (h awarding) council() casework.Agency { return h.f.Actor.Agency }

// objections gives the codes of what is said against something that is refused.
func objections(t *testing.T, err error) (codes []string, refusal *casework.Refusal) {
	t.Helper()
	refusal, is := errors.AsType[*casework.Refusal](err)
	require.True(t, is, "not refused: %v", err)
	for _, o := range refusal.Objections {
		assert.NotEmpty(t, o.Message, o.Code)
		if o.Effect.Stops() {
			codes = append(codes, o.Code)
		}
	}
	return codes, refusal
}

// invalidities gives "path code" of each fault of something invalid.
func invalidities(t *testing.T, err error) []string {
	t.Helper()
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is, "not invalid: %v", err)
	var all []string
	for _, f := range invalid.Faults {
		assert.NotEmpty(t, f.Message)
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// draftOf is a framework agreement that another body concluded: two lots, three
// members, a ceiling of GBP 1,000.
func (h awarding) draftOf(t *testing.T) procurement.FrameworkDraft {
	return procurement.FrameworkDraft{
		Terms: procurement.FrameworkTerms{
			Title: "Home care framework", Lots: []procurement.Lot{{ID: "1", Title: "North"}, {ID: "2", Title: "South"}},
			Ceiling: casework.GBP(1_000_00), Period: casework.Period{From: dayOf(t, "2025-06-01"), To: dayOf(t, "2026-05-31")},
			Users: []casework.Agency{h.council(), agencyOf("icb")}, Method: procurement.CallOffByRank,
		},
		Parties: []procurement.Party{{Agency: h.council(), Role: procurement.BuyerParty}},
		Members: []procurement.FrameworkMember{
			{Lot: "1", Agency: agencyOf("alpha")}, {Lot: "1", Agency: agencyOf("beta")}, {Lot: "2", Agency: agencyOf("beta")},
		},
	}
}

func (h awarding) framework(t *testing.T, edit func(*procurement.FrameworkDraft)) *procurement.FrameworkAgreement {
	t.Helper()
	d := h.draftOf(t)
	if edit != nil {
		edit(&d)
	}
	f, err := h.desks.Frameworks.Open(t.Context(), h.f.Actor, d)
	require.NoError(t, err)
	return f
}

func (h awarding) onFramework(t *testing.T, f *procurement.FrameworkAgreement, work func(*procurement.FrameworkAgreement) error, opts ...casework.CallOption) (*procurement.FrameworkAgreement, error) {
	return h.desks.Frameworks.Update(t.Context(), f.ID(), h.f.Actor, work, opts...)
}

func signingAll(parties ...string) func(*procurement.FrameworkAgreement) error {
	return func(f *procurement.FrameworkAgreement) error {
		for _, p := range parties {
			if _, err := f.Sign(procurement.Signature{Party: p, Signatory: "director"}); err != nil {
				return err
			}
		}
		return nil
	}
}

func (h awarding) inForce(t *testing.T, edit func(*procurement.FrameworkDraft)) *procurement.FrameworkAgreement {
	t.Helper()
	f := h.framework(t, edit)
	f, err := h.onFramework(t, f, signingAll(f.Unsigned()...))
	require.NoError(t, err)
	require.Equal(t, procurement.FrameworkInForce, f.State())
	return f
}

func TestAFrameworkAgreementNamesEveryFaultAtOnce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	_, err := h.desks.Frameworks.Open(t.Context(), h.f.Actor, procurement.FrameworkDraft{
		Origin: procurement.Origin{Kind: procurement.FromAward},
		Terms: procurement.FrameworkTerms{
			Lots: []procurement.Lot{{ID: "1"}, {ID: "1"}, {}}, Ceiling: casework.GBP(-1), Term: procurement.Term{Months: -1},
		},
		Parties: []procurement.Party{{Agency: agencyOf("alpha"), Role: "friend"}, {Agency: agencyOf("alpha"), Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{}}}},
		Members: []procurement.FrameworkMember{{Lot: "9", Agency: agencyOf("beta"), Rank: -1}, {Lot: "1", Agency: agencyOf("beta"), Rank: 2}, {Lot: "1", Agency: agencyOf("beta"), Rank: 2}},
	})
	assert.Equal(t, []string{
		"origin origin.award",
		"terms.title framework.title_missing",
		"terms.lots[1].id lot.duplicate",
		"terms.lots[2].id lot.unnamed",
		"terms.ceiling money.negative",
		"terms.period.from period.from_missing",
		"terms.period.to framework.open_ended",
		"terms.term.months term.negative",
		"terms.users framework.users_missing",
		"terms.method framework.method",
		"parties[0].role party.role",
		"parties[1].agency party.duplicate",
		"parties[1].signatories[0].person signatory.missing",
		"parties party.no_buyer",
		"members[0].lot lot.unknown",
		"members[0].rank framework.rank",
		"members[2].agency framework.member_twice",
		"members[2].rank framework.rank_taken",
	}, invalidities(t, err))

	_, err = h.desks.Frameworks.Open(t.Context(), h.f.Actor, procurement.FrameworkDraft{Origin: procurement.Origin{Kind: "rumour"}})
	assert.Subset(t, invalidities(t, err), []string{
		"origin.kind origin.unknown", "terms.lots framework.lots_missing", "terms.ceiling money.missing", "members framework.members_missing",
	})
}

func TestAFrameworkAgreementRanksItsMembersAndMakesThemParties(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, nil)

	assert.Equal(t, procurement.FrameworkDrafted, f.State())
	assert.Equal(t, procurement.FromOtherBody, f.Origin().Kind)
	var members []string
	for _, m := range f.Members("") {
		members = append(members, fmt.Sprintf("%s %s %d", m.Lot, m.Agency.ID, m.Rank))
	}
	assert.Equal(t, []string{"1 alpha 1", "1 beta 2", "2 beta 1"}, members)
	assert.Len(t, f.Members("2"), 1)
	assert.Empty(t, f.Members("9"))
	assert.Equal(t, []string{h.council().ID, "alpha", "beta"}, f.Unsigned())
	assert.Equal(t, commissioning.Light, f.Scale())

	f.Members("")[0].Rank = 9
	f.Terms().Lots[0].ID = "9"
	f.Parties()[0].Agency.ID = "9"
	assert.Equal(t, 1, f.Members("")[0].Rank, "what is given out is a copy")
	assert.Equal(t, procurement.LotID("1"), f.Terms().Lots[0].ID)
	assert.Equal(t, h.council().ID, f.Parties()[0].Agency.ID)
}

func TestTheLastSignatureBringsAFrameworkAgreementIntoForce(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, nil)

	f, err := h.onFramework(t, f, signingAll(h.council().ID, "alpha"))
	require.NoError(t, err)
	assert.Equal(t, procurement.FrameworkDrafted, f.State())
	assert.Equal(t, []string{"beta"}, f.Unsigned())

	_, err = h.onFramework(t, f, signingAll("alpha"))
	assert.Equal(t, []string{"signature.party signature.already"}, invalidities(t, err))
	_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		_, err := f.Sign(procurement.Signature{Party: "nobody", Signatory: " ", At: h.f.Clock.Now().Add(time.Hour)})
		return err
	})
	assert.Equal(t, []string{"signature.signatory signatory.missing", "signature.party party.unknown", "signature.at signature.future"}, invalidities(t, err))

	f, err = h.onFramework(t, f, signingAll("beta"))
	require.NoError(t, err)
	assert.Equal(t, procurement.FrameworkInForce, f.State())
	assert.Len(t, f.Signatures(), 3)
	require.NoError(t, h.desks.Frameworks.Verify(t.Context(), f.ID()))

	_, err = h.onFramework(t, f, signingAll("beta"))
	assert.Equal(t, []string{"framework framework.not_drafted"}, invalidities(t, err))
}

func TestASignatureUnderEarlierTermsDoesNotCount(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, nil)
	f, err := h.onFramework(t, f, signingAll(h.council().ID, "alpha"))
	require.NoError(t, err)

	terms := f.Terms()
	terms.Ceiling = casework.GBP(2_000_00)
	f, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.Revise(terms); return err })
	require.NoError(t, err)
	assert.Equal(t, []string{h.council().ID, "alpha", "beta"}, f.Unsigned())
	assert.Len(t, f.Signatures(), 2, "they stay on record")

	terms.Lots, terms.Ceiling = terms.Lots[:1], euros(t, 5)
	_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.Revise(terms); return err })
	assert.Equal(t, []string{"members[2].lot lot.unknown", "terms.ceiling framework.currency"}, invalidities(t, err))

	f = h.inForce(t, nil)
	_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.Revise(f.Terms()); return err })
	assert.Equal(t, []string{"framework framework.not_drafted"}, invalidities(t, err))
}

func euros(t *testing.T, cents int64) casework.Money {
	t.Helper()
	m, err := casework.MinorUnits(cents, "EUR")
	require.NoError(t, err)
	return m
}

func TestALongFrameworkAgreementSaysWhy(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	fouryears := func(d *procurement.FrameworkDraft) {
		d.Terms.Period.To = dayOf(t, "2029-05-31")
	}
	h.inForce(t, fouryears)

	longer := func(d *procurement.FrameworkDraft) { d.Terms.Period.To = dayOf(t, "2029-06-01") }
	f := h.framework(t, longer)
	_, err := h.onFramework(t, f, signingAll(h.council().ID))
	codes, refusal := objections(t, err)
	assert.Equal(t, []string{"framework.long"}, codes)
	assert.Equal(t, casework.Explain, refusal.Objections[0].Effect)
	_, err = h.onFramework(t, f, signingAll(h.council().ID), casework.Explaining("framework.long", "the buildings take ten years to pay for"))
	require.NoError(t, err)

	h.inForce(t, func(d *procurement.FrameworkDraft) {
		longer(d)
		d.Terms.Term.Reason = "the buildings take ten years to pay for"
	})
}

func TestOnlyWhoIsAuthorisedSignsAFrameworkAgreement(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, func(d *procurement.FrameworkDraft) {
		d.Parties[0].Signatories = []procurement.Signatory{
			{Person: "clerk", Limit: casework.GBP(999_99)}, {Person: "director", Limit: casework.GBP(1_000_00)}, {Person: "mayor"}, {Person: "consul", Limit: euros(t, 900_000_00)},
		}
	})
	for who, codes := range map[string][]string{
		"clerk": {"signatory.unauthorised"}, "stranger": {"signatory.unauthorised"}, "consul": {"signatory.unauthorised"}, "director": nil, "mayor": nil,
	} {
		t.Run(who, func(t *testing.T) {
			err := h.signedBy(t, f, who)
			if codes == nil {
				require.NoError(t, err)
				return
			}
			said, _ := objections(t, err)
			assert.Equal(t, codes, said)
		})
	}
}

// signedBy tries a signature of the council, and keeps none.
func (h awarding) signedBy(t *testing.T, f *procurement.FrameworkAgreement, who string) error {
	t.Helper()
	kept := errors.New("not kept")
	_, err := h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		if _, err := f.Sign(procurement.Signature{Party: h.council().ID, Signatory: who}); err != nil {
			return err
		}
		return kept
	})
	if errors.Is(err, kept) {
		return nil
	}
	return err
}

func TestMembersJoinAndLeaveWithAReason(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, nil)
	why := casework.Reason("reopened")

	_, err := h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		_, err := f.AddMember(procurement.FrameworkMember{Lot: "9", Agency: agencyOf("alpha")})
		return err
	})
	assert.Equal(t, []string{"member.lot lot.unknown", "reason reason.missing"}, invalidities(t, err))
	f, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		m, err := f.AddMember(procurement.FrameworkMember{Lot: "1", Agency: agencyOf("gamma")})
		assert.Equal(t, 3, m.Rank)
		return err
	}, why)
	require.NoError(t, err)

	_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.RemoveMember("2", "alpha"); return err })
	assert.Equal(t, []string{"reason reason.missing", "agency member.unknown"}, invalidities(t, err))
	f, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
		m, err := f.RemoveMember("1", "alpha")
		assert.False(t, m.Stands())
		return err
	}, why)
	require.NoError(t, err)
	assert.Len(t, f.Members("1"), 2)
	assert.Len(t, f.Memberships(), 4, "who left stays on record")
	assert.Equal(t, procurement.FrameworkInForce, f.State())
	require.NoError(t, h.desks.Frameworks.Verify(t.Context(), f.ID()))
}

func TestAMemberThatLeftADraftNeedNotSign(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.framework(t, nil)
	f, err := h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error { _, err := f.RemoveMember("1", "alpha"); return err }, casework.Reason("withdrew"))
	require.NoError(t, err)
	assert.Equal(t, []string{h.council().ID, "beta"}, f.Unsigned())
}

func TestAFrameworkAgreementEnds(t *testing.T) {
	why := casework.Reason("the market changed")
	t.Run("the day after its last day", func(t *testing.T) {
		h := awardingHouse(t, commissioning.Light)
		f := h.inForce(t, nil)
		h.at(t, "2026-05-31T23:59:59+03:00")
		f, err := h.desks.Frameworks.Tick(t.Context(), f.ID(), h.f.Actor)
		require.NoError(t, err)
		assert.Equal(t, procurement.FrameworkInForce, f.State())
		var fired []string
		for _, d := range f.Fired() {
			fired = append(fired, d.Code+" "+d.Subject)
		}
		assert.Equal(t, []string{"framework.ending 90", "framework.ending 60", "framework.ending 30"}, fired)

		h.at(t, "2026-06-01T00:00:00+03:00")
		f, err = h.desks.Frameworks.Tick(t.Context(), f.ID(), h.f.Actor)
		require.NoError(t, err)
		assert.Equal(t, procurement.FrameworkOver, f.State())
		ending, ended := f.Ending()
		assert.True(t, ended)
		assert.Equal(t, procurement.ExpiredEnd, ending.As)
		assert.Equal(t, dayOf(t, "2026-05-31"), ending.On)
		_, err = h.onFramework(t, f, func(f *procurement.FrameworkAgreement) error {
			_, err := f.AddMember(procurement.FrameworkMember{Lot: "1", Agency: agencyOf("gamma")})
			return err
		}, why)
		assert.Equal(t, []string{"framework framework.over"}, invalidities(t, err))
	})
	t.Run("when it is terminated, with a reason", func(t *testing.T) {
		h := awardingHouse(t, commissioning.Light)
		f := h.inForce(t, nil)
		ending := func(f *procurement.FrameworkAgreement) error {
			_, err := f.Terminate(procurement.Ending{Ground: procurement.TerminatedByNotice})
			return err
		}
		_, err := h.onFramework(t, f, ending)
		assert.Equal(t, []string{"ending.reason ending.reason_missing"}, invalidities(t, err))
		f, err = h.onFramework(t, f, ending, why)
		require.NoError(t, err)
		assert.Equal(t, procurement.FrameworkOver, f.State())
		end, _ := f.Ending()
		assert.Equal(t, procurement.TerminatedEnd, end.As)
		assert.Equal(t, "the market changed", end.Reason)
		_, err = h.onFramework(t, f, ending, why)
		codes, _ := objections(t, err)
		assert.Equal(t, []string{casework.CodeMoveNotAllowed}, codes)
	})
	t.Run("before it is signed, by being cancelled", func(t *testing.T) {
		h := awardingHouse(t, commissioning.Light)
		f, err := h.desks.Frameworks.Move(t.Context(), h.framework(t, nil).ID(), h.f.Actor, procurement.CancelFramework, why)
		require.NoError(t, err)
		assert.Equal(t, procurement.FrameworkCancelled, f.State())
		_, ended := f.Ending()
		assert.False(t, ended)
	})
}

func TestAFrameworkAgreementIsDueAtTheEndOfItsLastDay(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	assert.Empty(t, h.framework(t, nil).Deadlines(), "a draft ends nowhere")
	f := h.inForce(t, func(d *procurement.FrameworkDraft) { d.Terms.Period.To = dayOf(t, "2025-07-20") })
	var due []string
	for _, d := range f.Deadlines() {
		due = append(due, d.Due.Format(time.RFC3339)+" "+d.Code+d.Subject)
	}
	assert.Equal(t, []string{"2025-06-21T00:00:00+03:00 framework.ending30", "2025-07-21T00:00:00+03:00 framework.ends"}, due, "no reminder lies before the first day")
}

func TestRedactionKeepsTheBonesOfAFrameworkAgreement(t *testing.T) {
	h := awardingHouse(t, commissioning.Light)
	f := h.inForce(t, func(d *procurement.FrameworkDraft) {
		d.Parties[0].Signatories = []procurement.Signatory{{Person: "director", Authority: "standing orders"}}
		d.Terms.Lots[0].Options = []procurement.PricedOption{{ID: "O1", Title: "a year more", Price: casework.GBP(1)}}
	})
	var seqs []uint64
	for e, err := range h.desks.Frameworks.History(t.Context(), f.ID(), 0) {
		require.NoError(t, err)
		seqs = append(seqs, e.Seq)
	}
	red, err := h.desks.Frameworks.Redact(t.Context(), f.ID(), h.f.Actor, seqs, "asked to be forgotten")
	require.NoError(t, err)
	require.NoError(t, h.desks.Frameworks.Verify(t.Context(), f.ID()))
	assert.Empty(t, red.Terms().Title)
	assert.Empty(t, red.Terms().Lots[0].Title)
	assert.Empty(t, red.Terms().Lots[0].Options[0].Title)
	assert.Empty(t, red.Parties()[0].Agency.Name)
	assert.Empty(t, red.Parties()[0].Signatories[0].Authority)
	assert.Equal(t, f.Terms().Ceiling, red.Terms().Ceiling)
	assert.Equal(t, "alpha", red.Members("1")[0].Agency.ID)
	assert.Len(t, red.Signatures(), 3)
	assert.Equal(t, procurement.FrameworkInForce, red.State())
}
