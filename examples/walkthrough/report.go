package main

import (
	"context"
	"fmt"
	"io"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/principles"
)

// backfilledAfter is after how many days the host takes a fact for written down
// late.
const backfilledAfter = 30

// judge has every cycle of the case file judged by the standards there are for
// cycles, and every agency that was assessed by then by what was answered about it, at
// the time of the last step.
func (w *walk) judge(ctx context.Context) ([]principles.Report, error) {
	if len(w.c.Steps) == 0 {
		return nil, nil
	}
	desk, err := principles.NewDesk(w.desks.cycles, w.desks.procurement, &principles.Options{Desk: w.host.options()})
	if err != nil {
		return nil, err
	}
	judgement := principles.Judgement{At: w.c.Steps[len(w.c.Steps)-1].At, BackfilledAfter: backfilledAfter}
	var reports []principles.Report
	for _, l := range w.c.Cycles {
		cycle, open := w.ids[l.Name]
		if !open {
			continue
		}
		dossier, err := desk.Dossier(ctx, cycle, judgement)
		if err != nil {
			return nil, err
		}
		for _, standard := range standards() {
			report, err := standard.Evaluate(dossier)
			if err != nil {
				return nil, err
			}
			reports = append(reports, report)
		}
	}
	for i, a := range w.c.Assessments {
		if a.On.After(casework.DateOf(judgement.At)) {
			continue
		}
		report, err := w.assess(ctx, desk, i+1, a, judgement)
		if err != nil {
			return nil, fmt.Errorf("assessment %d (line %d of the case file): %w", i+1, a.Line, err)
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// assess answers the questions about an agency, lets the answers count, and judges
// by them. What an earlier run did is found by its idempotency keys.
func (w *walk) assess(ctx context.Context, desk *principles.Desk, number int, a casefile.Assessment, j principles.Judgement) (principles.Report, error) {
	w.host.begin(casefile.Step{At: j.At, Number: -number})
	key := func(what string, args any) casework.CallOption {
		return casework.Key(fmt.Sprintf("%s/assessment/%d/%s", w.c.Reference, number, what), what, args)
	}
	c, err := desk.Assessments.Open(ctx, a.By, principles.AssessmentPlan{Standard: a.Standard, Scored: a.Scored, Body: a.Body, Year: a.Year}, key("open", a.Body.ID))
	if err != nil {
		return principles.Report{}, err
	}
	_, err = desk.Assessments.Update(ctx, c.ID(), a.By, func(c *principles.Assessment) error {
		for _, answer := range a.Answers {
			if _, err := c.Give(answer); err != nil {
				return err
			}
		}
		if err := c.Move(principles.SubmitAssessment); err != nil {
			return err
		}
		return c.Move(principles.FinaliseAssessment)
	}, key("answer", a.Answers))
	if err != nil {
		return principles.Report{}, err
	}
	journal := principles.Journal{Kind: principles.AssessmentKind}
	for e, err := range desk.Assessments.History(ctx, c.ID(), 0) {
		if err != nil {
			return principles.Report{}, err
		}
		journal.Entries = append(journal.Entries, e)
	}
	dossier, err := desk.Kinds().Organisation(principles.OrganisationRecord{Body: a.Body, Year: a.Year, Judgement: j, Assessments: []principles.Journal{journal}})
	if err != nil {
		return principles.Report{}, err
	}
	return a.Standard.EvaluateOrganisation(dossier)
}

// standards are those a cycle is judged by.
func standards() []principles.Standard {
	return []principles.Standard{
		principles.EightPrinciples(), principles.SectorEngagement(), principles.IntelligentCommissioning(), principles.CommissioningForNeeds(),
	}
}

// writeReports gives the page with all reports, as a board would be shown it,
// with a picture of the scores that were published.
func writeReports(w io.Writer, title string, reports []principles.Report) error {
	o := &principles.PageOptions{Title: title + ": how it was commissioned"}
	for _, r := range reports {
		o.Levels = append(o.Levels, r.EnteredLevels(principles.Published)...)
	}
	return principles.WriteHTML(w, o, reports...)
}

// rated tells the rating that published scores come to, where the report has any.
func rated(r principles.Report) (string, error) {
	if r.Standard.ID != principles.CouncilCareAssessmentID {
		return "", nil
	}
	result, err := principles.RateCouncilCare(r, principles.Published)
	if err != nil || !result.Determined() {
		return "", err
	}
	return fmt.Sprintf("Rating: %s, %d of %d points, %d%%", result.Rating.Title(), result.Sum, result.Most, result.Percent), nil
}
