package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// consultation is a formal one that was opened 84 days before the day of the test.
func consultation(t *testing.T) commissioning.Consultation {
	t.Helper()
	return commissioning.Consultation{
		Title: "The future of the lunch club", Kind: commissioning.FormalConsultation, Opened: day(t, "2025-03-10"), Closes: day(t, "2025-06-02"),
		Documents: []casework.Evidence{{Kind: casework.EvidenceDocument, Title: "Proposal by J. Smith", Address: "https://camden.example/p", Date: day(t, "2025-03-01")}},
	}
}

func openConsultation(q commissioning.Consultation) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.OpenConsultation(q)
		return err
	}
}

func closeConsultation(id commissioning.ConsultationID, d commissioning.ClosedConsultation) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.CloseConsultation(id, d)
		return err
	}
}

func TestConsultationFaultsAreAllNamedAtOnce(t *testing.T) {
	o := openCycle(t)
	assert.Equal(t, []string{
		"consultation.title consultation.title_missing",
		"consultation.kind consultation.kind",
		"consultation.opened consultation.opened_missing",
		"consultation.documents[0].kind evidence.kind_missing",
		"consultation.documents[0].title evidence.title_missing",
	}, o.faults(t, openConsultation(commissioning.Consultation{Documents: []casework.Evidence{{}}})))

	reversed := consultation(t)
	reversed.Closes = day(t, "2025-03-09")
	assert.Equal(t, []string{"consultation.closes consultation.reversed"}, o.faults(t, openConsultation(reversed)))
}

func TestConsultationIsClosedOnce(t *testing.T) {
	o := openCycle(t)
	o.update(t, openConsultation(consultation(t)))
	assert.Equal(t, []string{
		"consultation consultation.unknown", "on consultation.on_missing", "responses consultation.responses_negative",
	}, o.faults(t, closeConsultation("Q2", commissioning.ClosedConsultation{Responses: -1})))
	assert.Equal(t, []string{"on consultation.reversed"}, o.faults(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-03-09")})))
	assert.Equal(t, []string{"on consultation.on_future"}, o.faults(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-06-03")})))

	o.update(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-06-02")}))
	assert.Equal(t, []string{"consultation consultation.closed"}, o.faults(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-06-02")})))
}

func TestConsultationIsOpenUntilItIsClosed(t *testing.T) {
	o, given := openCycle(t), consultation(t)
	given.ClosedOn, given.Responses, given.Changed = day(t, "2025-04-01"), 7, "everything"
	c := o.update(t, openConsultation(given))
	q, is := c.Consultation("Q1")
	require.True(t, is)
	assert.True(t, q.Open(), "it is closed by its closing alone")
	assert.Zero(t, q.Days())
	assert.Zero(t, q.Responses)
	assert.Empty(t, q.Changed)

	c = o.update(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-06-02"), Changed: "nothing", ShorterBecause: "-"}))
	q, _ = c.Consultation("Q1")
	assert.False(t, q.Open())
	assert.Equal(t, 84, q.Days(), "twelve weeks")
	assert.Zero(t, q.Responses, "that nobody answered is a value")
	assert.Equal(t, "nothing", q.Changed)
	assert.Equal(t, "-", q.ShorterBecause)
	assert.Greater(t, q.Closed.Entry, q.Mark.Entry)
}

func TestConsultationCountsDaysFromOpeningToClosing(t *testing.T) {
	q := commissioning.Consultation{Opened: day(t, "2024-02-28")}
	assert.Equal(t, 0, q.DaysTo(day(t, "2024-02-28")))
	assert.Equal(t, 2, q.DaysTo(day(t, "2024-03-01")), "2024 is a leap year")
	assert.Equal(t, 84, q.DaysTo(q.Opened.AddDays(12*7)))
}

// The entry holds all a policy or a reader of the journal needs to tell the length.
func TestConsultationClosingSaysWhichAndWhen(t *testing.T) {
	o := openCycle(t)
	o.update(t, openConsultation(consultation(t)))
	c := o.update(t, closeConsultation("Q1", commissioning.ClosedConsultation{Consultation: "Q9", On: day(t, "2025-06-02"), Responses: 3}))
	for e, err := range o.desk.History(t.Context(), c.ID(), c.Seq()-1) {
		require.NoError(t, err)
		assert.Equal(t, string(commissioning.ClosingConsultation), e.Type)
		assert.JSONEq(t, `{"consultation":"Q1","on":"2025-06-02","responses":3}`, string(e.Data))
	}
}

func TestConsultationAccessorsGiveCopies(t *testing.T) {
	given := consultation(t)
	c := openCycle(t).update(t, openConsultation(given))
	one, _ := c.Consultation("Q1")
	one.Documents[0].Title, c.Consultations()[0].Documents[0].Title, given.Documents[0].Title = "spoilt", "spoilt", "spoilt"
	again, _ := c.Consultation("Q1")
	assert.Equal(t, "Proposal by J. Smith", again.Documents[0].Title)
}

func TestConsultationRedactedKeepsItsLength(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, openConsultation(consultation(t)))
	o.update(t, closeConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-06-02"), Responses: 3, Changed: "Mr Smith stays"}))
	q, is := o.redacted(t, before).Consultation("Q1")
	require.True(t, is)
	assert.Equal(t, commissioning.Consultation{
		ID: "Q1", Kind: commissioning.FormalConsultation, Opened: day(t, "2025-03-10"), Closes: day(t, "2025-06-02"), ClosedOn: day(t, "2025-06-02"), Responses: 3,
		Documents: []casework.Evidence{{Kind: casework.EvidenceDocument, Date: day(t, "2025-03-01")}}, Mark: q.Mark, Closed: q.Closed,
	}, q)
}
