package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func biddingQuestion(text, from string) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { _, err := p.AskQuestion(text, from); return err }
}

func biddingAnswer(id procurement.QuestionID, answer string) func(*procurement.Purchase) error {
	return func(p *procurement.Purchase) error { return p.AnswerQuestion(id, answer) }
}

func TestAnAnswerIsSharedWithAllAndNobodyLearnsWhoAsked(t *testing.T) {
	h := biddingInvited(t, nil)
	h.do(t, biddingQuestion("How many rounds?", "alpha"))
	h.do(t, biddingQuestion("Whose vans?", "beta"))
	assert.Empty(t, h.p.SharedAnswers())

	h.do(t, biddingAnswer("Q2", "The provider's."))

	shared := h.p.SharedAnswers()
	require.Len(t, shared, 1)
	assert.Equal(t, procurement.QuestionID("Q2"), shared[0].ID)
	assert.Equal(t, "Whose vans?", shared[0].Text)
	assert.Equal(t, "The provider's.", shared[0].Answer)
	assert.Empty(t, shared[0].From)
	assert.True(t, shared[0].Asked.IsZero(), "who recorded it could tell who asked")
	all := h.p.Questions()
	assert.Equal(t, "beta", all[1].From)
	assert.True(t, all[0].Open())
	assert.False(t, all[1].Open())
	h.verified(t)
}

func TestQuestionsAreAskedInTime(t *testing.T) {
	h := biddingInvited(t, nil)
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.do(t, biddingQuestion("At the last moment?", "alpha"))

	h.clock(t, "2027-01-08T00:00:00.000001+02:00")
	assert.Equal(t, []string{"question question.late"}, biddingFaults(t, h.try(t, biddingQuestion("Too late?", "alpha"))))
	h.do(t, biddingAnswer("Q1", "Just in time."))
}

func TestAQuestionIsAskedAndAnsweredOnceAndWhileInvited(t *testing.T) {
	early := biddingOn(t, biddingOpen, commissioning.Standard)
	assert.Equal(t, []string{"text question.text_missing", "question question.not_invited"}, biddingFaults(t, early.try(t, biddingQuestion(" ", ""))))
	assert.Equal(t, []string{"answer question.answer_missing", "question question.not_invited", "question question.unknown"}, biddingFaults(t, early.try(t, biddingAnswer("Q1", ""))))

	h := biddingInvited(t, nil)
	h.do(t, biddingQuestion("How many rounds?", ""))
	h.do(t, biddingAnswer("Q1", "Twelve."))
	assert.Equal(t, []string{"question question.answered"}, biddingFaults(t, h.try(t, biddingAnswer("Q1", "Thirteen."))))
}

func TestBidsAreReceivedOnceQuestionsAreAnsweredOrItIsSaidWhyNot(t *testing.T) {
	h := biddingInvited(t, nil)
	h.do(t, biddingQuestion("How many rounds?", "alpha"))
	h.do(t, biddingQuestion("Whose vans?", "alpha"))
	h.do(t, biddingAnswer("Q1", "Twelve."))
	h.clock(t, "2027-01-08T00:00:00+02:00")
	h.handedIn(t, "alpha", 500_00)
	h.clock(t, "2027-01-16T00:00:00+02:00")

	assert.Equal(t, []string{"question.open explain Q2"}, biddingObjections(t, h.try(t, h.moving(procurement.Receive))))
	h.do(t, h.moving(procurement.Receive), casework.Explaining("question.open", "withdrawn by telephone"))
}
