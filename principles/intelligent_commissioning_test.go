package principles_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

func TestTheStandardsOfThisFileAreSound(t *testing.T) {
	for _, s := range []principles.Standard{principles.IntelligentCommissioning(), principles.CommissioningForNeeds()} {
		require.NoError(t, s.Validate())
		for _, c := range s.Criteria {
			assert.True(t, c.Source.Ours, "which records show %s is this library's own reading", c.ID)
		}
	}
	assert.True(t, principles.CommissioningForNeeds().Source.Ours)
}

// withoutDigests is what a report finds, without the digests of what it rests on.
func withoutDigests(t testing.TB, r principles.Report) string {
	t.Helper()
	findings := r.Findings
	for i := range findings {
		for n := range findings[i].Evidence {
			findings[i].Evidence[n].Hash = casework.Hash{}
		}
	}
	text, err := json.Marshal(findings)
	require.NoError(t, err)
	return string(text)
}

func TestNoSectorScoresForBeingItself(t *testing.T) {
	files, err := filepath.Glob("testdata/fixtures/intelligent-commissioning/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	sectors := []casework.Sector{casework.Voluntary, casework.Private, casework.Statutory}
	for _, file := range files {
		f, err := principlestest.Load(file)
		require.NoError(t, err)
		said := map[string]bool{}
		for _, sector := range sectors {
			for i := range f.Cases {
				for n := range f.Cases[i].Entries {
					data := f.Cases[i].Entries[n].Data
					for _, was := range sectors {
						data = bytes.ReplaceAll(data, []byte(`"sector": "`+was+`"`), []byte(`"sector": "`+sector+`"`))
					}
					f.Cases[i].Entries[n].Data = data
				}
			}
			d, err := f.Dossier(kinds)
			require.NoError(t, err)
			said[withoutDigests(t, evaluated(t, principles.IntelligentCommissioning(), d))] = true
		}
		assert.Len(t, said, 1, "%s: the findings depend on the sector", file)
	}
}

func TestAServiceThatWasBoughtIsJudgedByItsPurchase(t *testing.T) {
	for name, test := range map[string]struct {
		options []procurementtest.Option
		want    map[string]principles.Outcome
	}{
		"in competition": {nil, map[string]principles.Outcome{
			"effective-competition": principles.Met, "most-appropriate-provider": principles.Met, "weight-of-price": principles.Met,
			"contract-or-grant": principles.PartlyMet, "scope-for-innovation": principles.NoEvidence, "user-focused-outcomes": principles.Met,
			"benefits-expected": principles.NoEvidence,
		}},
		"with variants allowed": {[]procurementtest.Option{procurementtest.Tender(func(t *procurement.Tender) { t.Variants = true })}, map[string]principles.Outcome{
			"scope-for-innovation": principles.Met,
		}},
		"directly": {[]procurementtest.Option{procurementtest.Route(procurement.DirectAward)}, map[string]principles.Outcome{
			"effective-competition": principles.Declined, "most-appropriate-provider": principles.Met, "weight-of-price": principles.NotApplicable,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := boughtAt(t, procurementtest.ContractAt(t, procurement.ContractInForce, test.options...))
			r := evaluated(t, principles.IntelligentCommissioning(), d)
			for criterion, want := range test.want {
				principlestest.Finds(t, r, criterion, want)
			}
		})
	}
}

func TestAServiceArrangedAnewIsJudgedInTheRoundItWas(t *testing.T) {
	var second principlestest.Fixture
	second, err := principlestest.Load("testdata/fixtures/intelligent-commissioning/benefits-expected.not-met.json")
	require.NoError(t, err)
	again, last := &second.Cases[0], len(second.Cases[0].Entries)-1
	at := again.Entries[last].At
	again.Entries = append(
		again.Entries,
		principlestest.Entry{Move: commissioning.Reassess, To: commissioning.StageAssessNeed, At: at.AddDate(0, 1, 0)},
		principlestest.Entry{Type: "arrangement.recorded", At: at.AddDate(0, 2, 0), Data: []byte(`{"id":"T2","service":"S1","instrument":"contract","provider":{"id":"hearth"},"why":"best"}`)},
	)
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	d, err := second.Dossier(kinds)
	require.NoError(t, err)
	r := evaluated(t, principles.IntelligentCommissioning(), d)
	assert.Equal(t, 1, principlestest.Finds(t, r, "benefits-expected", principles.NotMet).Round, "too late for the first arrangement")
	assert.Equal(t, 2, principlestest.Finds(t, r, "benefits-expected", principles.Met).Round, "in time for the second")
}

func TestWhatIsAddedNeverTurnsMetIntoNoEvidence(t *testing.T) {
	extra := []struct{ kind, data string }{
		{"consideration.recorded", `{"id":"C9","subject":"innovation","about":"S1","decision":"declined","reason":"later thoughts"}`},
		{"observation.recorded", `{"id":"B9","service":"S1","measure":"visits","value":"9","of":{"from":"2027-01-01","to":"2027-01-31"},"rating":"unrated"}`},
		{"service.revised", `{"id":"S1","title":"Home care"}`},
		{"need.identified", `{"id":"N9","statement":"Company","size":3}`},
		{"safeguards.recorded", `{"id":"G9","agency":{"id":"camden"},"measures":["public_meetings"]}`},
		{"arrangement.recorded", `{"id":"T9","service":"S1","instrument":"contract","provider":{"id":"late-co"},"why":""}`},
	}
	kinds, err := principlestest.Kinds()
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/fixtures/*/*.met*.json")
	require.NoError(t, err)
	standards := map[string]principles.Standard{}
	for _, s := range []principles.Standard{principles.IntelligentCommissioning(), principles.CommissioningForNeeds()} {
		standards[s.ID] = s
	}
	tried := 0
	for _, file := range files {
		for _, e := range extra {
			f, err := principlestest.Load(file)
			require.NoError(t, err)
			s, ours := standards[f.Standard]
			if !ours || f.Cases[0].Kind != commissioning.KindName {
				continue
			}
			last := f.Cases[0].Entries[len(f.Cases[0].Entries)-1].At
			f.Cases[0].Entries = append(f.Cases[0].Entries, principlestest.Entry{Type: e.kind, At: last.AddDate(0, 3, 0), Data: []byte(e.data)})
			d, err := f.Dossier(kinds)
			require.NoError(t, err)
			for _, w := range f.Want {
				for _, found := range evaluated(t, s, d).Of(f.Criterion) {
					if w.Outcome == principles.Met && found.Round == w.Round && found.Subject == w.Subject {
						assert.NotEqual(t, principles.NoEvidence, found.Outcome, "%s, with %s added: %s", file, e.kind, found.Why)
						tried++
					}
				}
			}
		}
	}
	assert.Positive(t, tried)
}
