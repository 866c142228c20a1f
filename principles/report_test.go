package principles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
	"github.com/needsled/needsled/principles"
)

func TestAReportIsLookedUp(t *testing.T) {
	d := dossierOf(t, bought(t)...)
	r, err := principles.EightPrinciples().Evaluate(d)
	require.NoError(t, err)
	assert.Equal(t, "eight-principles", r.Standard.ID)
	assert.Equal(t, "The eight principles of good commissioning, 2006", r.Standard.String())
	assert.True(t, r.Standard.Same(principles.EightPrinciples().Ref()))
	assert.Equal(t, d.Digest(), r.Dossier)
	assert.Equal(t, longAfter(), d.Judgement())
	assert.Len(t, r.Heads, 3)
	assert.Len(t, r.Of("map-providers"), 1)
	assert.Len(t, r.In(1), len(r.Findings))
	assert.Empty(t, r.In(2))
	head, known := r.Criterion("map-providers")
	require.True(t, known)
	assert.Equal(t, "Partnership in Public Services: an action plan for third sector involvement (Cabinet Office), 2006, principle 4", head.Source.String())
	_, known = r.Criterion("unheard-of")
	assert.False(t, known)
	assert.Contains(t, principles.SectorEngagement().Source.String(), "as read by this library")
}

func TestAStandardsDigestFollowsItsWords(t *testing.T) {
	one, other := principles.EightPrinciples(), principles.EightPrinciples()
	assert.Equal(t, one.Digest(), other.Digest())
	other.Criteria[2].Doc += " So it is."
	assert.NotEqual(t, one.Digest(), other.Digest())
}

func TestTheShippedStandardsAreSound(t *testing.T) {
	for _, s := range []principles.Standard{principles.EightPrinciples(), principles.SectorEngagement()} {
		require.NoError(t, s.Validate(), s.ID)
	}
}

// TestAnExplanationExplainsTheShortfall holds that a stage that was left without
// the sector, for a recorded reason, is a shortfall explained.
func TestAnExplanationExplainsTheShortfall(t *testing.T) {
	store := memory.New()
	desk, err := commissioning.NewDesk(store, nil)
	require.NoError(t, err)
	camden := casework.Agency{ID: "camden", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	c, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "Home care", Lead: camden, Value: casework.GBP(300_000_00)})
	require.NoError(t, err)
	_, err = desk.Update(t.Context(), c.ID(), ana, all(need, func(c *commissioning.Cycle) error { return c.Prioritise("N1", 1) }))
	require.NoError(t, err)
	_, err = desk.Move(t.Context(), c.ID(), ana, commissioning.IdentifyResources,
		casework.Explaining("engagement.no_voluntary_sector", "the forum is being founded, and is asked in planning"))
	require.NoError(t, err)
	j := principles.Journal{Kind: commissioning.KindName}
	for e, err := range store.History(t.Context(), c.ID(), 0) {
		require.NoError(t, err)
		j.Entries = append(j.Entries, e)
	}
	f := found(t, principles.SectorEngagement(), "engaged", dossierOf(t, j))
	assert.Equal(t, principles.Explained, f.Outcome, f.Why)
	assert.Equal(t, "the forum is being founded, and is asked in planning", f.Reason)
	assert.Equal(t, casework.EntryExplained, f.Evidence[0].Type)
}

// TestMoreEvidenceNeverTurnsMetIntoNoEvidence adds to a cycle whatever can be
// added to it, and holds that no finding gets lost by it.
func TestMoreEvidenceNeverTurnsMetIntoNoEvidence(t *testing.T) {
	for _, stage := range commissioning.Stages() {
		f := commissioningtest.At(t, stage)
		judged := func() map[principles.Place]principles.Outcome {
			outcomes := map[principles.Place]principles.Outcome{}
			d := dossierOf(t, principles.Journal{Kind: commissioning.KindName, Entries: f.Journal(t)})
			for _, s := range []principles.Standard{principles.EightPrinciples(), principles.SectorEngagement()} {
				r, err := s.Evaluate(d)
				require.NoError(t, err)
				for _, found := range r.Findings {
					outcomes[found.Place()] = found.Outcome
				}
			}
			return outcomes
		}
		before := judged()
		for name, add := range map[string]func(*commissioning.Cycle) error{
			"a need":          need,
			"an engagement":   engaging(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementTookPart),
			"a refusal":       engaging(commissioning.ParticipantVoluntaryOrganisation, commissioning.EngagementDeclined),
			"a provider":      mapping("age-uk", "visits"),
			"an outcome":      outcome("users"),
			"feedback":        feedback(commissioning.FeedbackOnProcess, commissioning.ParticipantUser),
			"a consideration": considering(commissioning.SubjectLongTerm, commissioning.ConsideredDeclined),
		} {
			f.Record(t, add)
			after := judged()
			for place, outcome := range before {
				if outcome == principles.Met {
					assert.NotEqual(t, principles.NoEvidence, after[place], "%s in %s: %v", name, stage, place)
				}
			}
			before = after
		}
	}
}
