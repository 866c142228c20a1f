package main

import (
	"context"
	"io"

	"github.com/needsled/needsled/principles"
)

// backfilledAfter is after how many days the host takes a fact for written down
// late.
const backfilledAfter = 30

// judge has every cycle of the case file judged by the standards there are for
// cycles, at the time of the last step.
func (w *walk) judge(ctx context.Context) ([]principles.Report, error) {
	desk, err := principles.NewDesk(w.desks.cycles, w.desks.procurement, nil)
	if err != nil {
		return nil, err
	}
	var reports []principles.Report
	for _, l := range w.c.Cycles {
		cycle, open := w.ids[l.Name]
		if !open {
			continue
		}
		at := w.c.Steps[len(w.c.Steps)-1].At
		dossier, err := desk.Dossier(ctx, cycle, principles.Judgement{At: at, BackfilledAfter: backfilledAfter})
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
	return reports, nil
}

// standards are those a cycle is judged by.
func standards() []principles.Standard {
	return []principles.Standard{
		principles.EightPrinciples(), principles.SectorEngagement(), principles.IntelligentCommissioning(), principles.CommissioningForNeeds(),
	}
}

// writeReports gives the page with all reports, as a board would be shown it.
func writeReports(w io.Writer, title string, reports []principles.Report) error {
	return principles.WriteHTML(w, &principles.PageOptions{Title: title + ": how it was commissioned"}, reports...)
}
