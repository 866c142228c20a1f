package principles_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

func TestWorldClassCommissioningIsVersionedData(t *testing.T) {
	for version, competencies := range map[string]int{principles.WorldClass2008: 10, principles.WorldClass2009: 11} {
		s := worldClass(t, version)
		require.NoError(t, s.Validate())
		assert.Equal(t, version, s.Version)
		assert.Len(t, s.Criteria, 3*competencies+3)
		for _, c := range s.Criteria {
			require.NotNil(t, c.Question)
			assert.True(t, c.Question.NeedsReason, c.ID)
			governance := strings.HasPrefix(c.ID, "governance-")
			assert.Equal(t, !governance, c.OfOrganisation != nil, c.ID)
			if governance {
				assert.Equal(t, []int{0, 1, 2}, pointsOf(c), c.ID)
				continue
			}
			assert.Equal(t, []int{1, 2, 3, 4}, pointsOf(c), c.ID)
			assert.Contains(t, c.Doc, "in this library's words")
			assert.NotContains(t, c.Doc, ": . ", "every sub-competency has a theme")
		}
	}
	_, known := worldClass(t, principles.WorldClass2008).Criterion("11.1")
	assert.False(t, known, "the eleventh competency was not scored in the first year")
	eleven, err := principles.Competencies(principles.WorldClass2009)
	require.NoError(t, err)
	assert.Equal(t, principles.Competency{Number: 11, Name: "Ensure efficiency and effectiveness of spend", SubCompetencies: [3]string{"11.1", "11.2", "11.3"}}, eleven[10])

	for _, unknown := range []string{"", "2007/08", "2010/11", "2008/2009"} {
		_, err := principles.WorldClassCommissioning(unknown)
		require.ErrorIs(t, err, casework.ErrInvalid, unknown)
		assert.ErrorContains(t, err, "version.unknown")
	}
}

func pointsOf(c principles.Criterion) []int {
	var points []int
	for _, o := range c.Question.Options {
		points = append(points, o.Points)
	}
	return points
}

// wccFacts gives facts about an organisation, one a kind.
func wccFacts(kinds ...principles.OrganisationFactKind) []principles.OrganisationFact {
	var facts []principles.OrganisationFact
	for _, k := range kinds {
		facts = append(facts, principles.OrganisationFact{Kind: k, Text: "It is so.", By: "R. Patel", On: wccDay(2009, time.March, 1)})
	}
	return facts
}

func wccDay(year int, month time.Month, d int) casework.Date {
	return casework.DateOf(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
}

// wccSuggested evaluates an organisation with one cycle by the version of 2009/10.
func wccSuggested(t testing.TB, facts []principles.OrganisationFact, journals ...principles.Journal) principles.Report {
	t.Helper()
	kinds := newKinds(t)
	record := principles.OrganisationRecord{
		Body: casework.Agency{ID: "nowhere", Name: "Nowhere", Sector: casework.Statutory}, Year: "2009/10", Judgement: longAfter(), Facts: facts,
	}
	if len(journals) > 0 {
		d, err := kinds.Dossier(longAfter(), journals...)
		require.NoError(t, err)
		record.Body, record.Cycles = d.Cycle().Lead(), []*principles.Dossier{d}
	}
	o, err := kinds.Organisation(record)
	require.NoError(t, err)
	r, err := worldClass(t, principles.WorldClass2009).EvaluateOrganisation(o)
	require.NoError(t, err)
	return r
}

func wccSuggestion(t testing.TB, r principles.Report, id string) principles.Finding {
	t.Helper()
	for _, f := range r.Of(id) {
		if f.Suggested {
			return f
		}
	}
	require.Fail(t, "nothing is suggested", id)
	return principles.Finding{}
}

func TestWithNothingRecordedNothingIsSuggested(t *testing.T) {
	r := wccSuggested(t, nil)
	for _, c := range r.Criteria {
		if strings.HasPrefix(c.ID, "governance-") {
			continue
		}
		f := wccSuggestion(t, r, c.ID)
		assert.Equal(t, principles.NoEvidence, f.Outcome, "%s: %s", c.ID, f.Why)
		assert.NotEmpty(t, f.Remedy)
		assert.True(t, strings.HasSuffix(f.Why, "."), f.Why)
		assert.False(t, f.Counts())
	}
	for _, f := range r.Findings {
		assert.False(t, f.Counts(), "what a panel judges is never invented")
	}
}

func TestNoJournalTellsHowOthersSeeTheOrganisation(t *testing.T) {
	r := wccSuggested(t, wccFacts(principles.FactJointPlan, principles.FactBenchmark), bought(t)...)
	for _, id := range []string{"1.1", "1.2", "1.3"} {
		assert.Equal(t, principles.NoEvidence, wccSuggestion(t, r, id).Outcome)
	}
}

func TestASuggestionFromFactsAloneSaysWhoEnteredThem(t *testing.T) {
	for id, kind := range map[string]principles.OrganisationFactKind{
		"4.2": principles.FactClinicalEngagement, "5.3": principles.FactBenchmark, "6.1": principles.FactForecastingHorizon,
		"7.2": principles.FactCapacityAgainstDemand, "11.1": principles.FactUnitCost,
	} {
		f := wccSuggestion(t, wccSuggested(t, wccFacts(kind)), id)
		assert.Equal(t, principles.Met, f.Outcome, "%s: %s", id, f.Why)
		assert.Contains(t, f.Why, "entered by R. Patel on 2009-03-01")
		assert.Empty(t, f.Evidence)
		require.Len(t, f.Facts, 1)
		assert.Equal(t, kind, f.Facts[0].Kind)
		assert.True(t, f.Suggested)
	}
	for id, kind := range map[string]principles.OrganisationFactKind{
		"2.1": principles.FactJointPlan, "6.2": principles.FactDisinvestmentRanking, "9.1": principles.FactProcurementSkills, "11.2": principles.FactBenchmark,
	} {
		f := wccSuggestion(t, wccSuggested(t, wccFacts(kind)), id)
		assert.Equal(t, principles.PartlyMet, f.Outcome, "%s: %s", id, f.Why)
		assert.NotEmpty(t, f.Remedy)
		assert.Contains(t, f.Why, "; nothing recorded tells whether ")
	}
}

func TestUnitCostsOfOneYearSayNothingOverTime(t *testing.T) {
	facts := wccFacts(principles.FactUnitCost, principles.FactUnitCost)
	assert.Equal(t, principles.NoEvidence, wccSuggestion(t, wccSuggested(t, facts), "11.3").Outcome)
	facts[1].Year = "2008/09"
	f := wccSuggestion(t, wccSuggested(t, facts), "11.3")
	assert.Equal(t, principles.Met, f.Outcome)
	assert.Len(t, f.Facts, 2)
}

// wccTold gives the journal of a cycle in which more is recorded, and the cycle.
func wccTold(t testing.TB, work func(*commissioning.Cycle) error) principles.Journal {
	t.Helper()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	if work != nil {
		f.Record(t, work)
	}
	return principles.Journal{Kind: commissioning.KindName, Entries: f.Journal(t)}
}

// wccTakesPart adds somebody who takes part.
func wccTakesPart(role commissioning.ParticipantRole, changed string) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		p := commissioning.Participant{Role: role, Group: "people concerned"}
		if role == commissioning.ParticipantPartnerAgency {
			p.Agency = casework.Agency{ID: "trust", Name: "The Trust", Sector: casework.Statutory}
		}
		added, err := c.AddParticipant(p)
		if err != nil {
			return err
		}
		_, err = c.RecordEngagement(commissioning.Engagement{
			Participant: added.ID, Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart,
			On: casework.DateOf(commissioningtest.Start()), Changed: changed,
		})
		return err
	}
}

func wccHeard(about commissioning.FeedbackAbout, count int, from ...commissioning.ParticipantRole) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.RecordFeedback(commissioning.Feedback{
			SoughtOn: casework.DateOf(commissioningtest.Start()), From: from, Count: count, About: about, Method: "survey",
		})
		return err
	}
}

func wccMaps(agencies ...string) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		for _, a := range agencies {
			if _, err := c.MapProvider(commissioning.MappedProvider{
				AsOf: casework.DateOf(commissioningtest.Start()), Agency: casework.Agency{ID: a, Name: a, Sector: casework.Voluntary},
			}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestWhatACycleRecordsIsSuggestedWithItsEvidence(t *testing.T) {
	for name, test := range map[string]struct {
		id   string
		work func(*commissioning.Cycle) error
		want principles.Outcome
		kind string // of an entry that proves it
	}{
		"clinicians took part":                    {"4.1", wccTakesPart(commissioning.ParticipantClinician, ""), principles.Met, "engagement.recorded"},
		"partners took part, with no partnership": {"2.2", wccTakesPart(commissioning.ParticipantPartnerAgency, ""), principles.PartlyMet, "engagement.recorded"},
		"communities took part":                   {"3.1", wccTakesPart(commissioning.ParticipantCommunity, ""), principles.Met, "engagement.recorded"},
		"users took part and nothing changed":     {"3.2", wccTakesPart(commissioning.ParticipantUser, ""), principles.PartlyMet, "engagement.recorded"},
		"users took part and something changed":   {"3.2", wccTakesPart(commissioning.ParticipantUser, "The hours were changed."), principles.Met, "engagement.recorded"},
		"partners were heard on the process":      {"2.3", wccHeard(commissioning.FeedbackOnProcess, 3, commissioning.ParticipantPartnerAgency), principles.Met, "feedback.recorded"},
		"clinicians were heard on the process":    {"4.3", wccHeard(commissioning.FeedbackOnProcess, 3, commissioning.ParticipantClinician), principles.Met, "feedback.recorded"},
		"users were heard on a service":           {"3.3", wccHeard(commissioning.FeedbackOnService, 30, commissioning.ParticipantUser), principles.Met, "feedback.recorded"},
		"users were asked and none replied":       {"3.3", wccHeard(commissioning.FeedbackOnService, 0, commissioning.ParticipantUser), principles.NotMet, "feedback.recorded"},
		"several providers are mapped":            {"7.3", wccMaps("anley", "borrow"), principles.Met, "provider.mapped"},
		"one provider is mapped, twice":           {"7.3", wccMaps("anley", "anley"), principles.NotMet, "provider.mapped"},
	} {
		t.Run(name, func(t *testing.T) {
			f := wccSuggestion(t, wccSuggested(t, nil, wccTold(t, test.work)), test.id)
			assert.Equal(t, test.want, f.Outcome, f.Why)
			require.NotEmpty(t, f.Evidence)
			assert.Equal(t, test.kind, f.Evidence[0].Type)
			assert.False(t, f.Evidence[0].Hash.IsZero())
			assert.Equal(t, test.want != principles.Met, f.Remedy != "")
		})
	}
}

func TestWhatReviewsRecordIsSuggestedWithItsEvidence(t *testing.T) {
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	today := f.Today()
	reported := func() principles.Report {
		return wccSuggested(t, nil, principles.Journal{Kind: commissioning.KindName, Entries: f.Journal(t)})
	}
	for _, id := range []string{"8.1", "8.2", "11.2", "7.1"} {
		assert.Equal(t, principles.NoEvidence, wccSuggestion(t, reported(), id).Outcome, id)
	}
	f.Record(t, func(c *commissioning.Cycle) error {
		trust := casework.Agency{ID: "trust", Name: "The Trust", Sector: casework.Statutory}
		if err := c.FormPartnership(commissioning.Partnership{Lead: c.Lead().ID, Members: []commissioning.Member{{Agency: c.Lead()}, {Agency: trust}}}); err != nil {
			return err
		}
		if _, err := c.MapProvider(commissioning.MappedProvider{AsOf: today, Agency: trust, Capability: "40 visits a day"}); err != nil {
			return err
		}
		if _, err := c.AppraiseOptions(commissioning.OptionsAppraisal{Question: "Who visits?", Reason: "nearest", Options: []commissioning.AppraisedOption{{Title: "the trust", Chosen: true}, {Title: "nobody"}}}); err != nil {
			return err
		}
		if _, err := c.Observe(commissioning.Observation{
			Outcome: c.Outcomes()[0].ID, Measure: "visits", Value: "40", Of: casework.Period{From: today, To: today}, Rating: commissioning.OnTrack,
		}); err != nil {
			return err
		}
		w, err := c.PlanReview("the year", today)
		if err != nil {
			return err
		}
		if _, err := c.RecordFindings(w.ID, today, commissioning.ReviewFinding{Text: "visits come late"}); err != nil {
			return err
		}
		_, err = c.DecideReview(w.ID, commissioning.ServiceDecision{Service: c.Services()[0].ID, Decision: commissioning.VaryService, Reason: "late visits", DecidedBy: "the board"})
		return err
	})
	for id, want := range map[string]principles.Outcome{
		"2.2": principles.PartlyMet, "7.1": principles.Met, "7.3": principles.NotMet, "8.1": principles.Met,
		"8.2": principles.Met, "8.3": principles.Met, "11.2": principles.PartlyMet, "5.2": principles.PartlyMet,
	} {
		found := wccSuggestion(t, reported(), id)
		assert.Equal(t, want, found.Outcome, "%s: %s", id, found.Why)
		assert.NotEmpty(t, found.Evidence, id)
	}
	f.Record(t, func(c *commissioning.Cycle) error {
		_, err := c.ConcludeReview(c.Reviews()[0].ID)
		return err
	})
	f.Prepare(t).Take(t, commissioning.Reassess)
	f.Record(t, func(c *commissioning.Cycle) error {
		return c.ReassessNeed(c.Needs()[0].ID, commissioning.NeedPartlyMet)
	}, casework.Reason("half of them are visited"))
	again := wccSuggestion(t, reported(), "5.2")
	assert.Equal(t, principles.Met, again.Outcome, again.Why)
	assert.Contains(t, again.Why, "that needs were looked at again in a later round")
}

// wccBought gives the journals of a cycle whose service was bought, with more
// recorded in the contract.
func wccBought(t testing.TB, work func(*procurement.Contract, casework.Date) error) []principles.Journal {
	t.Helper()
	f := procurementtest.ContractAt(t, procurement.ContractInForce)
	f.Record(t, func(c *procurement.Contract) error { return work(c, f.Today()) })
	journals := []principles.Journal{{Kind: procurement.ContractKind, Entries: f.Journal(t)}, {Kind: commissioning.KindName}}
	for e, err := range f.Store.History(t.Context(), f.Purchase.Requisition().Cycle, 0) {
		require.NoError(t, err)
		journals[1].Entries = append(journals[1].Entries, e)
	}
	return journals
}

func wccAgrees(outcome string) func(*procurement.Contract, casework.Date) error {
	return func(c *procurement.Contract, _ casework.Date) error {
		_, err := c.AgreeMeasure(procurement.Measure{Title: "visits on time", Unit: "%", Target: "95", Outcome: outcome})
		return err
	}
}

func wccPlans(c *procurement.Contract, today casework.Date) error {
	_, err := c.PlanReview("first review", today.AddDays(30), false)
	return err
}

func wccNotifies(c *procurement.Contract, _ casework.Date) error {
	_, err := c.NotifyBreach(procurement.Breach{Party: c.Buyer().ID, Text: "paid late"})
	return err
}

func wccAll(works ...func(*procurement.Contract, casework.Date) error) func(*procurement.Contract, casework.Date) error {
	return func(c *procurement.Contract, today casework.Date) error {
		for _, work := range works {
			if err := work(c, today); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestWhatAContractRecordsIsSuggestedWithItsEvidence(t *testing.T) {
	for name, test := range map[string]struct {
		id   string
		work func(*procurement.Contract, casework.Date) error
		want principles.Outcome
	}{
		"measures are agreed":                    {"9.2", wccAgrees(""), principles.Met},
		"no measure tells of an outcome":         {"9.3", wccAgrees(""), principles.NotMet},
		"a measure tells of an outcome":          {"9.3", wccAgrees("O1"), principles.Met},
		"agreeing what to measure is no measure": {"10.1", wccAgrees("O1"), principles.NoEvidence},
		"what is agreed is measured": {"10.1", wccAll(wccAgrees("O1"), func(c *procurement.Contract, today casework.Date) error {
			_, err := c.ObserveMeasure(procurement.MeasureObservation{
				Measure: c.Measures()[0].ID, Period: casework.Period{From: today, To: today}, Value: "96", Rating: procurement.Good,
			})
			return err
		}), principles.Met},
		"a review is overdue": {"10.2", wccPlans, principles.NotMet},
		"a review was held": {"10.2", wccAll(wccPlans, func(c *procurement.Contract, today casework.Date) error {
			_, err := c.ConcludeReview(c.Reviews()[0].ID, today, "all well")
			return err
		}), principles.Met},
		"a breach is open": {"10.3", wccNotifies, principles.NotMet},
		"a breach was decided": {"10.3", wccAll(wccNotifies, func(c *procurement.Contract, _ casework.Date) error {
			id := c.Breaches()[0].ID
			if _, err := c.AnswerBreach(id, "we have paid since"); err != nil {
				return err
			}
			_, err := c.DecideBreach(id, procurement.BreachRemedied)
			return err
		}), principles.Met},
	} {
		t.Run(name, func(t *testing.T) {
			f := wccSuggestion(t, wccSuggested(t, nil, wccBought(t, test.work)...), test.id)
			assert.Equal(t, test.want, f.Outcome, f.Why)
			if test.want != principles.NoEvidence {
				require.NotEmpty(t, f.Evidence)
				assert.Equal(t, procurement.ContractKind, f.Evidence[0].Kind)
			}
		})
	}
}

func TestEverySuggestionOfAPurchasedServiceIsAFinding(t *testing.T) {
	r := wccSuggested(t, nil, bought(t)...)
	for _, f := range r.Findings {
		assert.NotEqual(t, principles.Failed, f.Outcome, f.Why)
	}
	for id, want := range map[string]principles.Outcome{
		"5.2": principles.PartlyMet, "6.2": principles.PartlyMet, "6.3": principles.Met, "8.3": principles.PartlyMet, "9.2": principles.NoEvidence,
	} {
		assert.Equal(t, want, wccSuggestion(t, r, id).Outcome, id)
	}
	assert.Equal(t, "The record shows that needs are ranked; nothing recorded tells whether it is ranked what to spend less on.", wccSuggestion(t, r, "6.2").Why)
}

func TestAddingEvidenceNeverTurnsASuggestionIntoNoEvidence(t *testing.T) {
	works := []func(*commissioning.Cycle) error{
		wccTakesPart(commissioning.ParticipantUser, "The hours were changed."), wccTakesPart(commissioning.ParticipantClinician, ""),
		wccHeard(commissioning.FeedbackOnService, 3, commissioning.ParticipantUser), wccHeard(commissioning.FeedbackOnService, 0, commissioning.ParticipantUser),
		wccMaps("anley"), wccMaps("borrow"),
	}
	facts := wccFacts(
		principles.FactJointPlan, principles.FactClinicalEngagement, principles.FactForecastingHorizon, principles.FactBenchmark,
		principles.FactDisinvestmentRanking, principles.FactCapacityAgainstDemand, principles.FactProcurementSkills, principles.FactUnitCost, principles.FactMarketShare,
	)
	before := wccSuggested(t, nil)
	for n := 0; n <= len(works); n++ {
		after := wccSuggested(t, facts[:min(n+3, len(facts))], wccTold(t, func(c *commissioning.Cycle) error {
			for _, work := range works[:n] {
				if err := work(c); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, c := range before.Criteria {
			if c.Question == nil || strings.HasPrefix(c.ID, "governance-") {
				continue
			}
			if wccSuggestion(t, before, c.ID).Outcome != principles.NoEvidence {
				assert.NotEqual(t, principles.NoEvidence, wccSuggestion(t, after, c.ID).Outcome, "%s with %d works", c.ID, n)
			}
		}
		before = after
	}
}
