package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/commissioning"
)

func hear(f commissioning.Feedback) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.RecordFeedback(f)
		return err
	}
}

func answer(id commissioning.FeedbackID, text string) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.AnswerFeedback(id, text)
		return err
	}
}

func survey(t *testing.T) commissioning.Feedback {
	t.Helper()
	return commissioning.Feedback{
		SoughtOn: day(t, "2025-05-01"), From: []commissioning.ParticipantRole{commissioning.ParticipantUser, commissioning.ParticipantCarer},
		Method: "survey", Count: 12, About: commissioning.FeedbackOnService, Service: "S1", Said: "the soup is cold",
	}
}

func TestFeedbackFaultsAreAllNamedAtOnce(t *testing.T) {
	o := openCycle(t)
	assert.Equal(t, []string{
		"feedback.sought_on feedback.sought_on_missing",
		"feedback.from feedback.from_missing",
		"feedback.count feedback.count_negative",
		"feedback.about feedback.about",
		"feedback.service service.unknown",
	}, o.faults(t, hear(commissioning.Feedback{Count: -1, About: "soup", Service: "S2"})))
	assert.Equal(t, []string{
		"feedback.sought_on feedback.sought_on_future",
		"feedback.from[0] participant.role",
		"feedback.count feedback.contradictory",
	}, o.faults(t, hear(commissioning.Feedback{
		SoughtOn: day(t, "2025-06-03"), From: []commissioning.ParticipantRole{"king"}, Said: "off with it", About: commissioning.FeedbackOnProcess,
	})))
	assert.Equal(t, []string{"feedback feedback.unknown", "answer feedback.answer_missing"}, o.faults(t, answer("F1", " ")))
}

func TestFeedbackSoughtAndNotReceivedIsAnAnswer(t *testing.T) {
	silence := survey(t)
	silence.Count, silence.Said = 0, ""
	c := openCycle(t).update(t, hear(silence))
	found := c.FeedbackIn(1)
	require.Len(t, found, 1)
	assert.True(t, found[0].NoneReceived())
	assert.False(t, found[0].Unanswered())
	assert.Empty(t, c.FeedbackIn(2))
}

func TestFeedbackIsAnsweredByItsAnswerAlone(t *testing.T) {
	o, given := openCycle(t), survey(t)
	given.Answered = commissioning.Mark{Entry: 7}
	f, _ := o.update(t, hear(given)).Feedback("F1")
	assert.True(t, f.Unanswered())

	c := o.update(t, answer("F1", "a new stove"))
	f, _ = c.Feedback("F1")
	assert.False(t, f.Unanswered())
	assert.Equal(t, "a new stove", f.Answer)
	assert.Equal(t, c.Seq(), f.Answered.Entry)

	f, _ = o.update(t, answer("F1", "two new stoves")).Feedback("F1")
	assert.Equal(t, "two new stoves", f.Answer)
}

func TestFeedbackRecordedWithItsAnswerIsTwoEntries(t *testing.T) {
	o, given := openCycle(t), survey(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	given.Answer = "a new stove"
	c := o.update(t, hear(given))
	f, _ := c.Feedback("F1")
	assert.Equal(t, before+1, f.Mark.Entry)
	assert.Equal(t, before+2, f.Answered.Entry)
	assert.Equal(t, "a new stove", f.Answer)
}

func TestFeedbackAccessorsGiveCopies(t *testing.T) {
	given := survey(t)
	c := openCycle(t).update(t, hear(given))
	one, _ := c.Feedback("F1")
	one.From[0], c.AllFeedback()[0].From[0], c.FeedbackIn(1)[0].From[0], given.From[0] = "king", "king", "king", "king"
	again, _ := c.Feedback("F1")
	assert.Equal(t, commissioning.ParticipantUser, again.From[0])
}

func TestFeedbackRedactedIsStillAnswered(t *testing.T) {
	o, given := openCycle(t), survey(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	given.Answer = "Mr Smith will mend the stove"
	o.update(t, hear(given))
	f, is := o.redacted(t, before).Feedback("F1")
	require.True(t, is)
	assert.Equal(t, commissioning.Feedback{
		ID: "F1", SoughtOn: day(t, "2025-05-01"), From: given.From, Count: 12, About: commissioning.FeedbackOnService, Service: "S1", Mark: f.Mark, Answered: f.Answered,
	}, f)
	assert.False(t, f.Unanswered())
}
