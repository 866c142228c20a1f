package principles_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
)

var (
	unicef   = casework.Agency{ID: "unicef", Sector: casework.Statutory}
	partner  = casework.Agency{ID: "safe-haven", Name: "Safe Haven", Sector: casework.Voluntary}
	assessor = casework.Person("ira.m", unicef)
	focal    = casework.Person("lea.p", unicef)
)

// assessing is a desk of assessments at a time that the test sets.
type assessing struct {
	*principles.AssessmentDesk
	kinds *principles.Kinds
	now   time.Time
}

func newAssessing(t testing.TB, now string, o *principles.Options) *assessing {
	t.Helper()
	at, err := time.Parse(time.RFC3339, now)
	require.NoError(t, err)
	a := &assessing{now: at}
	cycles, err := commissioning.NewKind(nil)
	require.NoError(t, err)
	procured, err := procurement.NewKinds(cycles, nil)
	require.NoError(t, err)
	if o == nil {
		o = &principles.Options{}
	}
	o.Desk.Clock = func() time.Time { return a.now }
	a.kinds, err = principles.NewKinds(procured, o)
	require.NoError(t, err)
	a.AssessmentDesk = principles.NewAssessmentDesk(memory.New(), a.kinds, o)
	return a
}

// today is the day of the desk's clock.
func (a *assessing) today() casework.Date { return casework.DateOf(a.now) }

// indicators is a host's standard of six questions, each answered with 1 to 3
// points, as partners' protection from sexual exploitation is assessed.
func indicators(n int) principles.Standard {
	s := principles.Standard{
		ID: "partner-protection", Title: "Protection from harm by partners", Version: "1", Doc: "Whether a partner keeps people safe.",
		Source: principles.Source{Document: "house rule", Ours: true},
	}
	for i := range n {
		s.Criteria = append(s.Criteria, principles.Criterion{
			ID: fmt.Sprintf("indicator-%d", i+1), Title: fmt.Sprintf("indicator %d", i+1), Doc: "One of the indicators.", Source: s.Source,
			Question: &principles.Question{Ask: fmt.Sprintf("How is indicator %d met?", i+1), Options: []principles.AnswerOption{
				{Answer: "absent", Points: 1, Outcome: principles.NotMet},
				{Answer: "partial", Points: 2, Outcome: principles.PartlyMet},
				{Answer: "adequate", Points: 3, Outcome: principles.Met},
			}, MayNotApply: true},
		})
	}
	return s
}

func (a *assessing) open(t testing.TB, p principles.AssessmentPlan) *principles.Assessment {
	t.Helper()
	p.Scored, p.Body, p.Year = principles.SelfAssessed, partner, "2026"
	c, err := a.Open(t.Context(), assessor, p)
	require.NoError(t, err)
	return c
}

// answer answers every question of an assessment with the same words, other
// than the criteria left out.
func (a *assessing) answer(t testing.TB, c *principles.Assessment, with string, without ...string) {
	t.Helper()
	_, err := a.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
		for _, q := range c.Questions() {
			if len(without) > 0 && q.Criterion == without[0] {
				continue
			}
			if _, err := c.Give(principles.Answer{Criterion: q.Criterion, Answer: with, Assessor: "Ira M", On: a.today()}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
}

func (a *assessing) move(t testing.TB, c *principles.Assessment, by casework.Actor, m casework.Move, opts ...casework.CallOption) *principles.Assessment {
	t.Helper()
	_, err := a.Move(t.Context(), c.ID(), by, m, opts...)
	require.NoError(t, err)
	return a.load(t, c)
}

func (a *assessing) load(t testing.TB, c *principles.Assessment) *principles.Assessment {
	t.Helper()
	c, err := a.Load(t.Context(), c.ID())
	require.NoError(t, err)
	return c
}

// final gives an assessment of six indicators that is final.
func (a *assessing) final(t testing.TB, s principles.Standard, with string) *principles.Assessment {
	t.Helper()
	c := a.open(t, principles.AssessmentPlan{Standard: s})
	a.answer(t, c, with)
	a.move(t, c, assessor, principles.SubmitAssessment)
	return a.move(t, c, focal, principles.FinaliseAssessment)
}

func points(c *principles.Assessment) (total int) {
	for _, q := range c.Questions() {
		answer, _ := c.Answer(q.Criterion)
		total += answer.Points
	}
	return total
}

func TestS7_2_AnAssessmentWithAnUnansweredIndicatorIsNotSubmitted(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	c := desk.open(t, principles.AssessmentPlan{Standard: indicators(6)})
	desk.answer(t, c, "adequate", "indicator-4")
	before := desk.load(t, c)

	_, err := desk.Move(t.Context(), c.ID(), assessor, principles.SubmitAssessment)
	var refused *casework.Refusal
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Objections, 1)
	assert.Equal(t, "questions.unanswered", refused.Objections[0].Code)
	assert.Equal(t, "indicator-4", refused.Objections[0].Subject)
	assert.Contains(t, refused.Objections[0].Remedy, "How is indicator 4 met?")

	after := desk.load(t, c)
	assert.Equal(t, principles.AssessmentDrafted, after.State())
	assert.Equal(t, before.Seq(), after.Seq(), "a refused step leaves no entry")
	assert.Equal(t, []string{"indicator-4"}, after.Unanswered())
}

func TestS7_4_AnIndicatorAddedLaterChangesNoFinalAssessment(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(6)
	c := desk.final(t, s, "partial")
	require.Equal(t, 12, points(c))

	s.Criteria = indicators(7).Criteria
	s.Criteria[0].Question.Options[1].Points = 9
	_, err := desk.Update(t.Context(), c.ID(), focal, func(c *principles.Assessment) error {
		return c.Annotate("indicator-1", "a seventh indicator is asked from April")
	})
	require.NoError(t, err)
	again := desk.load(t, c)
	assert.Len(t, again.Questions(), 6)
	assert.Equal(t, 12, points(again))
	assert.Empty(t, again.Unanswered())

	_, err = desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
		_, err := c.Give(principles.Answer{Criterion: "indicator-1", Answer: "adequate", Assessor: "Ira M", On: desk.today()})
		return err
	})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("assessment.closed"), "a final assessment takes no answer")
}

func TestS7_5_AReassessmentWithinAYearIsPrefilled(t *testing.T) {
	for name, test := range map[string]struct {
		days    int
		carried bool
	}{
		"364 days after the previous one became final its answers are carried over":  {364, true},
		"365 days after, on the last day that was allowed, they are":                 {365, true},
		"366 days after the previous one became final nothing is carried over":       {366, false},
		"on the day on which the previous one became final its answers are in place": {0, true},
	} {
		t.Run(name, func(t *testing.T) {
			desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
			s := indicators(6)
			first := desk.open(t, principles.AssessmentPlan{Standard: s})
			desk.answer(t, first, "adequate")
			policy := casework.Evidence{Kind: "policy", Title: "Safeguarding policy", Address: "https://example.org/policy"}
			_, err := desk.Update(t.Context(), first.ID(), assessor, func(c *principles.Assessment) error {
				_, err := c.Give(principles.Answer{
					Criterion: "indicator-2", Answer: "partial", Reason: "training is outstanding", Assessor: "Ira M", On: desk.today(), Evidence: []casework.Evidence{policy},
				})
				return err
			})
			require.NoError(t, err)
			desk.move(t, first, assessor, principles.SubmitAssessment)
			desk.move(t, first, focal, principles.FinaliseAssessment)

			day := desk.today()
			desk.now = desk.now.AddDate(0, 0, test.days)
			second := desk.load(t, desk.open(t, principles.AssessmentPlan{Standard: s, Previous: first.ID(), CarryWithin: 365}))
			assert.Equal(t, first.ID(), second.Previous())
			if !test.carried {
				assert.Len(t, second.Unanswered(), 6)
				assert.Empty(t, second.Answers())
				return
			}
			assert.Empty(t, second.Unanswered())
			answer, given := second.Answer("indicator-2")
			require.True(t, given)
			assert.Equal(t, "partial", answer.Answer)
			assert.Equal(t, 2, answer.Points)
			assert.Equal(t, "training is outstanding", answer.Reason)
			assert.Equal(t, []casework.Evidence{policy}, answer.Evidence)
			assert.Equal(t, first.ID(), answer.Carried)
			assert.Equal(t, day, answer.On, "who judged, and when, stays true")

			second = desk.move(t, second, assessor, principles.SubmitAssessment)
			assert.Equal(t, principles.AssessmentSubmitted, second.State())
		})
	}
}

func TestAQuestionThatChangedIsNotCarriedOver(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	first := desk.final(t, indicators(3), "adequate")
	changed := indicators(4)
	changed.Version = "2"
	changed.Criteria[1].Question.Options[2].Points = 5
	second := desk.open(t, principles.AssessmentPlan{Standard: changed, Previous: first.ID(), CarryWithin: 365})
	assert.Equal(t, []string{"indicator-2", "indicator-4"}, second.Unanswered())
}

func TestAnswersCarriedOverAskForALook(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	first := desk.final(t, indicators(2), "adequate")
	second := desk.open(t, principles.AssessmentPlan{Standard: indicators(2), Previous: first.ID(), CarryWithin: 365})
	_, err := desk.Update(t.Context(), second.ID(), assessor, func(c *principles.Assessment) error {
		if _, err := c.Give(principles.Answer{Criterion: "indicator-1", Answer: "adequate", Assessor: "Ira M", On: desk.today()}); err != nil {
			return err
		}
		if err := c.Move(principles.SubmitAssessment); err != nil {
			return err
		}
		require.Len(t, c.Advice(), 1)
		assert.Equal(t, "answers.unconfirmed", c.Advice()[0].Code)
		assert.Equal(t, "indicator-2", c.Advice()[0].Subject)
		return nil
	})
	require.NoError(t, err)
}

func TestS7_6_ARejectedAssessmentIsSubmittedAgainAndBecomesFinal(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	c := desk.open(t, principles.AssessmentPlan{Standard: indicators(6)})
	desk.answer(t, c, "adequate")
	desk.move(t, c, assessor, principles.SubmitAssessment)
	_, err := desk.Move(t.Context(), c.ID(), focal, principles.RejectAssessment)
	require.Error(t, err, "a rejection says why")
	c = desk.move(t, c, focal, principles.RejectAssessment, casework.Reason("indicator 2 is not shown"))
	require.Equal(t, principles.AssessmentRejected, c.State())
	desk.answer(t, c, "partial", "indicator-1")
	desk.move(t, c, assessor, principles.SubmitAssessment)
	c = desk.move(t, c, focal, principles.FinaliseAssessment)

	steps := c.Steps()[1:]
	require.Len(t, steps, 3)
	assert.Equal(t, principles.AssessmentRejected, steps[0].State)
	assert.Equal(t, "indicator 2 is not shown", steps[0].Reason)
	assert.Equal(t, focal.ID, steps[0].By)
	assert.Equal(t, principles.AssessmentSubmitted, steps[1].State)
	assert.Equal(t, principles.AssessmentFinal, steps[2].State)
	assert.Equal(t, desk.now, c.FinalisedAt())
	assert.Equal(t, 13, points(c))
	assert.Len(t, c.Answers(), 11, "what was answered before stays on record")
	require.NoError(t, desk.kinds.Assessments.Verify(t.Context(), desk.Store(), c.ID()))
}

func TestS7_10_AnAnswerWithoutItsJustificationIsRefusedAndTheLatestCounts(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(2)
	s.Criteria[0].Question.NeedsReason = true
	c := desk.open(t, principles.AssessmentPlan{Standard: s})
	give := func(answer, reason string) error {
		_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
			_, err := c.Give(principles.Answer{Criterion: "indicator-1", Answer: answer, Reason: reason, Assessor: "Ira M", On: desk.today()})
			return err
		})
		return err
	}
	var invalid *casework.InvalidError
	require.ErrorAs(t, give("adequate", " "), &invalid)
	assert.True(t, invalid.Has("answer.reason_missing"))
	require.NoError(t, give("adequate", "the policy is in place"))
	require.NoError(t, give("absent", "the policy lapsed"))

	c = desk.load(t, c)
	assert.Len(t, c.Answers(), 2)
	latest, _ := c.Answer("indicator-1")
	assert.Equal(t, 1, latest.Points)
}

func TestS7_14_AnAnnotationStandsBesideTheScoreAndChangesNone(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(6)
	c := desk.final(t, s, "absent")
	before := desk.reported(t, s, c)
	_, err := desk.Update(t.Context(), c.ID(), focal, func(c *principles.Assessment) error {
		return c.Annotate("indicator-3", "the partner is new, and is being trained")
	})
	require.NoError(t, err)
	after := desk.reported(t, s, desk.load(t, c))

	require.Len(t, after.Findings, len(before.Findings))
	for i, f := range after.Findings {
		assert.Equal(t, before.Findings[i].Outcome, f.Outcome)
		assert.Equal(t, before.Findings[i].Entered.Points, f.Entered.Points)
		if f.Criterion == "indicator-3" {
			assert.Equal(t, []string{"the partner is new, and is being trained"}, f.Entered.Notes)
			assert.Len(t, f.Evidence, 2)
		} else {
			assert.Empty(t, f.Entered.Notes)
		}
	}
}

// reported judges the partner by the standard, from the assessment alone.
func (a *assessing) reported(t testing.TB, s principles.Standard, c *principles.Assessment) principles.Report {
	t.Helper()
	journal := principles.Journal{Kind: principles.AssessmentKind}
	for e, err := range a.History(t.Context(), c.ID(), 0) {
		require.NoError(t, err)
		journal.Entries = append(journal.Entries, e)
	}
	o, err := a.kinds.Organisation(principles.OrganisationRecord{
		Body: partner, Year: c.Year(), Judgement: principles.Judgement{At: a.now.Add(time.Hour), BackfilledAfter: 30}, Assessments: []principles.Journal{journal},
	})
	require.NoError(t, err)
	r, err := s.EvaluateOrganisation(o)
	require.NoError(t, err)
	return r
}

func TestAnAssessmentSaysEverythingThatIsWrongWithAnAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		answer principles.Answer
		codes  []string
	}{
		"nothing is said":                      {principles.Answer{}, []string{"criterion.unknown", "answer.assessor_missing", "answer.on_missing"}},
		"the answer is none of the options":    {principles.Answer{Criterion: "indicator-1", Answer: "yes", Assessor: "Ira M", On: casework.Date{}}, []string{"answer.unknown", "answer.on_missing"}},
		"it does not apply, without a reason":  {principles.Answer{Criterion: "indicator-1", NotApplicable: true, Assessor: "Ira M"}, []string{"answer.reason_missing", "answer.on_missing"}},
		"it does not apply, and has an answer": {principles.Answer{Criterion: "indicator-1", NotApplicable: true, Answer: "absent", Reason: "new", Assessor: "Ira M"}, []string{"answer.two_ways", "answer.on_missing"}},
		"its evidence says nothing": {
			principles.Answer{Criterion: "indicator-1", Answer: "absent", Assessor: "Ira M", Evidence: []casework.Evidence{{}}},
			[]string{"answer.on_missing", "evidence.kind_missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
			c := desk.open(t, principles.AssessmentPlan{Standard: indicators(2)})
			_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
				_, err := c.Give(test.answer)
				return err
			})
			var invalid *casework.InvalidError
			require.ErrorAs(t, err, &invalid)
			for _, code := range test.codes {
				assert.True(t, invalid.Has(code), "%s in %v", code, invalid.Faults)
			}
			assert.Empty(t, desk.load(t, c).Answers())
		})
	}
}

func TestAnAnswerIsNotOfADayToCome(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	c := desk.open(t, principles.AssessmentPlan{Standard: indicators(2)})
	_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
		_, err := c.Give(principles.Answer{Criterion: "indicator-1", Answer: "absent", Assessor: "Ira M", On: desk.today().AddDays(1)})
		return err
	})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("answer.on_future"))
}

func TestAnAssessmentSaysEverythingThatIsWrongWithItsPlan(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	unasked := indicators(1)
	unasked.Criteria[0].Question = nil
	_, err := desk.Open(t.Context(), assessor, principles.AssessmentPlan{Standard: unasked, Scored: "guessed"})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"standard.unasked", "criterion.unjudged", "assessment.scored", "assessment.of_nothing"} {
		assert.True(t, invalid.Has(code), "%s in %v", code, invalid.Faults)
	}

	first := desk.final(t, indicators(1), "adequate")
	other := indicators(1)
	other.ID = "another"
	_, err = desk.Open(t.Context(), assessor, principles.AssessmentPlan{Standard: other, Scored: principles.Panel, Body: partner, Previous: first.ID()})
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("assessment.other"))
	assert.True(t, invalid.Has("assessment.carry_missing"))

	_, err = desk.Open(t.Context(), assessor, principles.AssessmentPlan{
		Standard: other, Scored: principles.Panel, Body: partner, Previous: casework.CaseID{7}, CarryWithin: 365,
	})
	require.ErrorIs(t, err, casework.ErrNotFound)
}

func TestWhoSubmitsAnAssessmentIsAdvisedToLeaveItToOthersToFinalise(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	c := desk.open(t, principles.AssessmentPlan{Standard: indicators(1)})
	desk.answer(t, c, "adequate")
	desk.move(t, c, assessor, principles.SubmitAssessment)
	_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
		if err := c.Move(principles.FinaliseAssessment); err != nil {
			return err
		}
		require.Len(t, c.Advice(), 1)
		assert.Equal(t, "assessment.own_word", c.Advice()[0].Code)
		return nil
	})
	require.NoError(t, err)
}

func TestAHostChangesThePoliciesAndTheDefinitionOfAnAssessment(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", &principles.Options{
		Policies: casework.PolicyEdits[*principles.Assessment]{Drop: []string{"questions.unanswered"}},
	})
	c := desk.open(t, principles.AssessmentPlan{Standard: indicators(2)})
	c = desk.move(t, c, assessor, principles.SubmitAssessment)
	assert.Equal(t, principles.AssessmentSubmitted, c.State())

	broken := principles.Assessing()
	broken.Moves[0].To = "nowhere"
	_, err := principles.NewKinds(desk.kinds.Procurement, &principles.Options{
		Policies:    casework.PolicyEdits[*principles.Assessment]{Drop: []string{"unheard.of"}},
		Definitions: []casework.Definition{broken},
	})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.GreaterOrEqual(t, len(invalid.Faults), 2, "%v", invalid.Faults)
	for _, f := range invalid.Faults {
		assert.Regexp(t, `^(definitions\[0\]|policies)`, f.Path)
	}
}

func TestAWithdrawnAssessmentNeverCounts(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(1)
	c := desk.open(t, principles.AssessmentPlan{Standard: s})
	desk.answer(t, c, "adequate")
	c = desk.move(t, c, assessor, principles.WithdrawAssessment, casework.Reason("the wrong partner"))
	assert.True(t, c.Final())
	assert.False(t, c.Counts())
	assert.True(t, c.FinalisedAt().IsZero())
	r := desk.reported(t, s, c)
	require.Len(t, r.Findings, 1)
	assert.Equal(t, principles.NoEvidence, r.Findings[0].Outcome)
	_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error { return c.Annotate("indicator-1", "late") })
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestTheFindingOfAnAnswerCarriesWhoJudgedAndTheEntry(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(2)
	c := desk.open(t, principles.AssessmentPlan{Standard: s})
	desk.answer(t, c, "partial", "indicator-2")
	_, err := desk.Update(t.Context(), c.ID(), assessor, func(c *principles.Assessment) error {
		_, err := c.Give(principles.Answer{Criterion: "indicator-2", NotApplicable: true, Reason: "it has no staff", Assessor: "Ira M", On: desk.today()})
		return err
	})
	require.NoError(t, err)
	desk.move(t, c, assessor, principles.SubmitAssessment)
	c = desk.move(t, c, focal, principles.FinaliseAssessment)

	r := desk.reported(t, s, c)
	require.Len(t, r.Findings, 2)
	f := r.Findings[0]
	assert.Equal(t, principles.PartlyMet, f.Outcome)
	assert.Equal(t, "Ira M judged on 2026-03-02: partial.", f.Why)
	assert.NotEmpty(t, f.Remedy)
	require.NotNil(t, f.Entered)
	assert.Equal(t, principles.Entered{
		Stage: principles.SelfAssessed, Answer: "partial", Points: 2, Of: 3, Assessor: "Ira M", On: desk.today(), Rule: "1",
	}, *f.Entered)
	require.Len(t, f.Evidence, 1)
	assert.Equal(t, "answer.given", f.Evidence[0].Type)
	assert.False(t, f.Evidence[0].Hash.IsZero())
	assert.Equal(t, principles.NotApplicable, r.Findings[1].Outcome)
	assert.Equal(t, "it has no staff", r.Findings[1].Reason)
}

func TestARedactedAnswerKeepsItsPointsAndLosesItsWords(t *testing.T) {
	desk := newAssessing(t, "2026-03-02T09:00:00Z", nil)
	s := indicators(1)
	c := desk.final(t, s, "partial")
	answer, _ := c.Answer("indicator-1")
	_, err := desk.Redact(t.Context(), c.ID(), focal, []uint64{answer.Entry}, "the assessor asked to be forgotten")
	require.NoError(t, err)
	c = desk.load(t, c)
	answer, _ = c.Answer("indicator-1")
	assert.Empty(t, answer.Assessor)
	assert.Equal(t, 2, answer.Points)
	r := desk.reported(t, s, c)
	assert.Equal(t, principles.PartlyMet, r.Findings[0].Outcome)
	assert.Contains(t, r.Findings[0].Why, "Somebody whose name was erased")
}
