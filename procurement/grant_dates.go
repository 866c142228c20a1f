package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Codes of the deadlines of a grant agreement, beside obligation.due and
// review.due. All are API.
const (
	DeadlineGrantBegins = "grant.begins"   // of one that was accepted before its first day
	DeadlineGrantEnds   = "grant.ends"     // its last day is over
	DeadlineInstalment  = "instalment.due" // subject: the instalment
)

// deadlines gives what is due when. Each is due at the end of its day in the
// calendar the desks were given, and a beginning at the beginning of its own.
func (g *GrantAgreement) deadlines() []casework.Deadline {
	var all []casework.Deadline
	if !g.s.Bound.IsZero() && !g.Ended() {
		all = termDeadlines(g.cfg, g.s.Grant.Period, g.s.Bound, DeadlineGrantBegins, DeadlineGrantEnds)
	}
	for _, i := range g.s.Instalments {
		if i.Open() {
			all = append(all, casework.Deadline{
				Code: DeadlineInstalment, Subject: string(i.ID), Due: g.cfg.calendar.EndOf(i.Due),
				Doc: fmt.Sprintf("instalment %s of %s is to be paid by %s", i.ID, i.Amount, i.Due),
			})
		}
	}
	return slices.Concat(all, performanceDeadlines(g))
}

// termDeadlines gives when an agreement that binds since a day begins and ends.
func termDeadlines(cfg *config, period casework.Period, bound casework.Date, begins, ends string) []casework.Deadline {
	var all []casework.Deadline
	if period.From.After(bound) {
		all = append(all, casework.Deadline{
			Code: begins, Due: cfg.calendar.EndOf(period.From.AddDays(-1)), Doc: fmt.Sprintf("it begins on %s", period.From),
		})
	}
	if !period.OpenEnded() {
		all = append(all, casework.Deadline{
			Code: ends, Due: cfg.calendar.EndOf(period.To), Doc: fmt.Sprintf("it runs to %s", period.To),
		})
	}
	return all
}

// arrangement is what the grant agreement tells its cycle.
func (g *GrantAgreement) arrangement() arranged {
	grant := g.s.Grant
	return arranged{
		cycle: grant.Cycle, service: grant.Service,
		arrangement: commissioning.Arrangement{
			Service: grant.Service, Instrument: commissioning.GrantAgreement, Case: g.ID(), Reference: grant.Reference,
			Provider: grant.Recipient, Why: grant.Why, Period: grant.Period, Value: grant.Amount, BindingSince: g.s.Bound,
		},
		begun:   !g.s.Bound.IsZero() && !g.cfg.ahead(grant.Period.From, g.Now()),
		ending:  g.s.Ending,
		reports: reviewReports(g.ID(), g.perf()),
	}
}
