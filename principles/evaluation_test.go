package principles_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
)

// asking is a standard of one criterion.
func asking(edit func(*principles.Criterion)) principles.Standard {
	source := principles.Source{Document: "House rules", Year: "2026", Ours: true}
	c := principles.Criterion{
		ID: "identified", Title: "Needs are identified", Doc: "A cycle sets out from needs.", Source: source, Needs: []string{"needs"},
		OfCycle: func(d *principles.Dossier) []principles.Finding {
			var findings []principles.Finding
			for _, n := range d.Cycle().Needs() {
				findings = append(findings, principles.Finding{
					Round: n.Mark.Round, Subject: string(n.ID), Outcome: principles.Met, Why: "A need is identified.",
					Evidence: d.Cite(d.Cycle().ID(), n.Mark.Entry),
				})
			}
			return findings
		},
	}
	edit(&c)
	return principles.Standard{ID: "house", Title: "House rules", Version: "1", Doc: "What this house asks.", Source: source, Criteria: []principles.Criterion{c}}
}

func dossierOf(t testing.TB, journals ...principles.Journal) *principles.Dossier {
	t.Helper()
	d, err := newKinds(t).Dossier(longAfter(), journals...)
	require.NoError(t, err)
	return d
}

// imported gives the journal of a cycle that was brought in with one need.
func importedJournal(t testing.TB) principles.Journal {
	t.Helper()
	kinds := newKinds(t)
	at := time.Date(2024, time.March, 1, 9, 0, 0, 0, time.UTC)
	call, err := casework.NewCall(&casework.DeskOptions{Clock: func() time.Time { return at }}, casework.Import("mosaic", "J. Day"))
	require.NoError(t, err)
	c, err := kinds.Procurement.Cycles.Open(call, casework.CaseID{7}, casework.Opening{Definition: commissioning.StrategicName})
	require.NoError(t, err)
	_, err = c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
	require.NoError(t, err)
	j := principles.Journal{Kind: commissioning.KindName, Entries: c.Pending()}
	var prev casework.Hash
	for i := range j.Entries {
		j.Entries[i].Imported = true
		j.Entries[i].Seal(prev)
		prev = j.Entries[i].Hash
	}
	return j
}

func TestAFindingKeepsItsPromises(t *testing.T) {
	journals := bought(t)
	for name, test := range map[string]struct {
		edit func(*principles.Criterion)
		want principles.Outcome
		why  string
	}{
		"what is found is given as it is": {func(*principles.Criterion) {}, principles.Met, "A need is identified."},
		"finding nothing is no evidence": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding { return nil }
		}, principles.NoEvidence, "Nothing is recorded that tells."},
		"a function that panics could not judge": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding { panic("no map") }
		}, principles.Failed, "judging the criterion stopped with: no map"},
		"met cites its evidence": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding {
				return []principles.Finding{{Outcome: principles.Met, Why: "So it is."}}
			}
		}, principles.Failed, `a finding of "met" cites its evidence`},
		"a shortfall has a remedy": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding {
				return []principles.Finding{{Outcome: principles.NotMet, Why: "It is not."}}
			}
		}, principles.Failed, "says what to do next"},
		"declined gives its reason": {func(c *principles.Criterion) {
			c.OfCycle = func(d *principles.Dossier) []principles.Finding {
				return []principles.Finding{{Outcome: principles.Declined, Why: "Declined.", Evidence: d.Cite(d.Cycle().ID(), 1)}}
			}
		}, principles.Failed, "gives the recorded reason"},
		"a finding says why": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding {
				return []principles.Finding{{Outcome: principles.NotApplicable}}
			}
		}, principles.Failed, "a finding says why"},
		"an outcome is one of the eight": {func(c *principles.Criterion) {
			c.OfCycle = func(*principles.Dossier) []principles.Finding {
				return []principles.Finding{{Outcome: "splendid", Why: "It is."}}
			}
		}, principles.Failed, `there is no outcome "splendid"`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := asking(test.edit).Evaluate(dossierOf(t, journals...))
			require.NoError(t, err)
			require.NotEmpty(t, r.Findings)
			assert.Equal(t, test.want, r.Findings[0].Outcome)
			assert.Contains(t, r.Findings[0].Why, test.why)
			assert.Equal(t, "identified", r.Findings[0].Criterion)
		})
	}
}

func TestImportedHistoryIsAFactAndNoProofOfAControl(t *testing.T) {
	d := dossierOf(t, importedJournal(t))
	fact, err := asking(func(*principles.Criterion) {}).Evaluate(d)
	require.NoError(t, err)
	assert.Equal(t, principles.Met, fact.Findings[0].Outcome)
	assert.True(t, fact.Findings[0].Evidence[0].Imported)

	control, err := asking(func(c *principles.Criterion) { c.Control = true }).Evaluate(d)
	require.NoError(t, err)
	assert.Equal(t, principles.NoEvidence, control.Findings[0].Outcome)
	assert.Contains(t, control.Findings[0].Why, "imported")
}

func TestTheSameDossierGivesTheSameBytes(t *testing.T) {
	journals := bought(t)
	written := func() string {
		r, err := asking(func(*principles.Criterion) {}).Evaluate(dossierOf(t, journals...))
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		var back principles.Report
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
		return string(text)
	}
	assert.Equal(t, written(), written())
}

func TestAFaultyStandardJudgesNothing(t *testing.T) {
	d := dossierOf(t, bought(t)...)
	for name, test := range map[string]struct {
		edit func(*principles.Criterion)
		code string
	}{
		"a criterion is documented":                 {func(c *principles.Criterion) { c.Doc = " " }, "criterion.doc_missing"},
		"a criterion has a source":                  {func(c *principles.Criterion) { c.Source = principles.Source{} }, "source.document_missing"},
		"something judges a criterion":              {func(c *principles.Criterion) { c.OfCycle = nil }, "criterion.unjudged"},
		"a criterion says what it needs to know":    {func(c *principles.Criterion) { c.Needs = nil }, "criterion.needs_missing"},
		"a stage stands there once":                 {func(c *principles.Criterion) { c.Stages = []principles.Stage{"PlanUse", "PlanUse"} }, "criterion.stage"},
		"a criterion is of a cycle or organisation": {func(c *principles.Criterion) { c.OfOrganisation = noFindings }, "criterion.two_subjects"},
		"an organisation is judged by another door": {func(c *principles.Criterion) { c.OfCycle, c.OfOrganisation = nil, noFindings }, "criterion.of_organisation"},
		"a question has answers":                    {func(c *principles.Criterion) { c.Question = &principles.Question{Ask: "Is it?"} }, "question.options_missing"},
		"an answer says how far it is met": {func(c *principles.Criterion) {
			c.Question = &principles.Question{Ask: "Is it?", Options: []principles.AnswerOption{{Answer: "y", Outcome: principles.Met}, {Answer: "y", Outcome: principles.Failed}}}
		}, "option.outcome"},
		"weights total 100 percent": {func(c *principles.Criterion) {
			c.Question = &principles.Question{Ask: "Is it?", Weight: 99_00, Options: []principles.AnswerOption{{Answer: "y", Outcome: principles.Met}, {Answer: "n", Outcome: principles.NotMet}}}
		}, "weights.total"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := asking(test.edit).Evaluate(d)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.ErrorContains(t, err, test.code)
		})
	}
	twice := asking(func(*principles.Criterion) {})
	twice.Criteria = append(twice.Criteria, twice.Criteria[0])
	assert.ErrorContains(t, twice.Validate(), "criterion.twice")
	assert.ErrorContains(t, principles.Standard{}.Validate(), "standard.empty")
	_, err := asking(func(*principles.Criterion) {}).Evaluate(nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	_, err = asking(func(*principles.Criterion) {}).Only("identified", "unheard_of")
	assert.ErrorContains(t, err, "criterion.unknown")
}

func noFindings(*principles.OrganisationDossier) []principles.Finding { return nil }

func TestOutcomesReachWhatIsNoBetter(t *testing.T) {
	reaching := func(minimum principles.Outcome) []principles.Outcome {
		var all []principles.Outcome
		for _, o := range principles.Outcomes() {
			if o.Reaches(minimum) {
				all = append(all, o)
			}
		}
		return all
	}
	assert.Equal(t, []principles.Outcome{principles.Met, principles.Declined, principles.NotApplicable}, reaching(principles.Met))
	assert.Equal(t, []principles.Outcome{principles.Met, principles.Declined, principles.Explained, principles.NotApplicable}, reaching(principles.Explained))
	assert.Equal(t, []principles.Outcome{principles.Met, principles.Declined, principles.Explained, principles.PartlyMet, principles.NotApplicable}, reaching(principles.PartlyMet))
	assert.Equal(t, principles.Outcomes(), reaching(principles.NoEvidence))
	for _, o := range principles.Outcomes() {
		assert.True(t, o.Known())
		assert.NotEqual(t, string(o), o.Title())
	}
	assert.False(t, principles.NoEvidence.Judged())
	assert.False(t, principles.Outcome("splendid").Known())
}
