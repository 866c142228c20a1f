package principles_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
)

// cycleOf gives a dossier of a cycle alone.
func cycleOf(t testing.TB, f *commissioningtest.Fixture) *principles.Dossier {
	t.Helper()
	return dossierOf(t, principles.Journal{Kind: commissioning.KindName, Entries: f.Journal(t)})
}

func evaluated(t testing.TB, s principles.Standard, d *principles.Dossier) principles.Report {
	t.Helper()
	r, err := s.Evaluate(d)
	require.NoError(t, err)
	return r
}

// carePackage is a fixture of one person's care: assessed and arranged on days.
func carePackage(assessed, arranged time.Time, edit func(*principlestest.Fixture)) principlestest.Fixture {
	brief := `{"title":"Care package","subject":"person-3","lead":{"id":"hackney","sector":"statutory"}}`
	arrangement := `{"id":"T1","service":"S1","instrument":"contract","provider":{"id":"acme-care","sector":"private"},"why":"it has two carers",` +
		`"period":{"from":"` + arranged.Format(time.DateOnly) + `","to":"2022-12-01"},"value":{"amount":"28938.00","currency":"GBP"}}`
	f := principlestest.Fixture{
		Standard: "commissioning-for-needs", Criterion: "needs-led-purchasing",
		Judgement: principles.Judgement{At: time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC), BackfilledAfter: 30},
		Cases: []principlestest.Case{{Kind: commissioning.KindName, Definition: commissioning.IndividualName, Subject: "person-3", Entries: []principlestest.Entry{
			{Type: "brief.recorded", At: assessed, Data: []byte(brief)},
			{Type: "need.identified", At: assessed, Data: []byte(`{"id":"N1","statement":"Help to get up","eligibility":"cannot get up unaided"}`)},
			{Type: "service.planned", At: arranged, Data: []byte(`{"id":"S1","title":"Care package","needs":["N1"]}`)},
			{Type: "arrangement.recorded", At: arranged, Data: []byte(arrangement)},
		}}},
	}
	edit(&f)
	return f
}

func TestS11_4_DecisionsFollowEvidenceOfNeed(t *testing.T) {
	assessed := time.Date(2021, time.November, 30, 15, 6, 15, 0, time.UTC)
	arranged := time.Date(2021, time.December, 1, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		fixture  principlestest.Fixture
		want     principles.Outcome
		evidence string
	}{
		"an assessment before the package is the evidence": {carePackage(assessed, arranged, func(*principlestest.Fixture) {}), principles.Met, "need.identified"},
		"an assessment imported without content tells nothing": {carePackage(assessed, arranged, func(f *principlestest.Fixture) {
			f.Cases[0].Entries[1].Imported = true
			f.Cases[0].Entries[1].Data = []byte(`{"id":"N1","statement":"Assessment"}`)
		}), principles.NoEvidence, ""},
		"a package that precedes the assessment is not led by it": {carePackage(arranged.AddDate(0, 0, 1), arranged, func(*principlestest.Fixture) {}), principles.NotMet, "arrangement.recorded"},
		"urgent care before the assessment has its reason on record": {carePackage(arranged.AddDate(0, 0, 1), arranged, func(f *principlestest.Fixture) {
			f.Cases[0].Entries = append(f.Cases[0].Entries, principlestest.Entry{
				Type: "consideration.recorded", At: arranged,
				Data: []byte(`{"id":"C1","subject":"urgent_need","about":"S1","decision":"taken","reason":"discharged from hospital on a Friday night"}`),
			})
		}), principles.Explained, "consideration.recorded"},
	} {
		t.Run(name, func(t *testing.T) {
			kinds, err := principlestest.Kinds()
			require.NoError(t, err)
			d, err := test.fixture.Dossier(kinds)
			require.NoError(t, err)
			f := principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), d), "needs-led-purchasing", test.want)
			if test.evidence == "" {
				assert.Empty(t, f.Evidence)
				return
			}
			var types []string
			for _, c := range f.Evidence {
				types = append(types, c.Type)
			}
			assert.Contains(t, types, test.evidence)
		})
	}
}

func TestAPackageThatBeganBeforeTheAssessmentIsFoundOutByItsFirstDay(t *testing.T) {
	assessed := time.Date(2021, time.December, 3, 0, 0, 0, 0, time.UTC)
	f := carePackage(assessed, assessed.AddDate(0, 0, 1), func(f *principlestest.Fixture) {
		f.Cases[0].Entries[3].Data = []byte(`{"id":"T1","service":"S1","instrument":"contract","provider":{"id":"acme-care"},"why":"near","period":{"from":"2021-12-01","to":"2022-12-01"}}`)
	})
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	d, err := f.Dossier(kinds)
	require.NoError(t, err)
	principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), d), "needs-led-purchasing", principles.NotMet)
}

func TestAnExplainedDualRoleIsAShortfallWithItsReason(t *testing.T) {
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery, commissioningtest.Under(commissioning.Options{
		Weights: map[string]commissioning.Weight{"commissioner.also_provides": commissioning.SameWeight(casework.Explain)},
	}))
	f.Record(t, func(c *commissioning.Cycle) error {
		_, err := c.RecordArrangement(commissioning.Arrangement{
			Service: "S1", Instrument: commissioning.InHouseAgreement, Provider: c.Lead(), Why: "nobody else is near", BindingSince: f.Today(),
		})
		return err
	}, casework.Explaining("commissioner.also_provides", "the board meets on Monday to separate the roles"))
	found := principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), cycleOf(t, f)), "dual-role-safeguards", principles.Explained)
	assert.Equal(t, "T1", found.Subject)
	assert.Equal(t, "the board meets on Monday to separate the roles", found.Reason)
}

func TestARoundThatWasPreparedFollowsItsReview(t *testing.T) {
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	f.Prepare(t).Take(t, commissioning.Reassess, casework.Reason("a year has passed"))
	f.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedPartlyMet) })
	principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), cycleOf(t, f)), "review-to-reassessment", principles.NotApplicable)

	f.Record(t, func(c *commissioning.Cycle) error { return c.Move(commissioning.IdentifyResources) },
		casework.Explaining("engagement.no_voluntary_sector", "it was asked last month"))
	found := principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), cycleOf(t, f)), "review-to-reassessment", principles.Met)
	assert.Equal(t, 2, found.Round)
}

func TestASuccessorRestatesTheNeedsOfTheCycleBefore(t *testing.T) {
	for name, test := range map[string]struct {
		follows string
		want    principles.Outcome
	}{
		"with lineage":    {`,"follows":{"case":"00000000-0000-0000-0000-000000000009","id":"N1"}`, principles.Met},
		"without lineage": {"", principles.NoEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			at := time.Date(2022, time.September, 1, 9, 0, 0, 0, time.UTC)
			f := carePackage(at, at.AddDate(0, 0, 1), func(f *principlestest.Fixture) {
				f.Cases[0].Entries[0].Data = []byte(`{"title":"Reassessment","subject":"person-3","lead":{"id":"hackney"},"predecessor":"00000000-0000-0000-0000-000000000009"}`)
				f.Cases[0].Entries[1].Data = []byte(`{"id":"N1","statement":"Help to get up","eligibility":"cannot get up unaided"` + test.follows + `}`)
			})
			kinds, err := principlestest.Kinds()
			require.NoError(t, err)
			d, err := f.Dossier(kinds)
			require.NoError(t, err)
			principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), d), "review-to-reassessment", test.want)
		})
	}
}

func TestAnAnswerToThePolicyOnNeedsExplainsUrgentCare(t *testing.T) {
	explained := commissioning.SameWeight(casework.Explain)
	f := commissioningtest.At(t, commissioning.StageAssessNeed, commissioningtest.Under(commissioning.Options{
		Weights: map[string]commissioning.Weight{"need.none": explained, "engagement.no_voluntary_sector": commissioning.SameWeight(casework.Off)},
	}))
	f.Record(t, func(c *commissioning.Cycle) error { return c.Move(commissioning.IdentifyResources) },
		casework.Explaining("need.none", "discharged from hospital on a Friday night"))
	f.Record(t, func(c *commissioning.Cycle) error {
		s, err := c.PlanService(commissioning.Service{Title: "Home care"})
		if err != nil {
			return err
		}
		_, err = c.RecordArrangement(commissioning.Arrangement{
			Service: s.ID, Instrument: commissioning.ContractInstrument, Reference: "C-1",
			Provider: casework.Agency{ID: "acme-care"}, Why: "it has carers tonight",
		})
		return err
	})
	found := principlestest.Finds(t, evaluated(t, principles.CommissioningForNeeds(), cycleOf(t, f)), "needs-led-purchasing", principles.Explained)
	assert.Equal(t, "discharged from hospital on a Friday night", found.Reason)
}
