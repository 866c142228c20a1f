package procurement

import (
	"slices"
	"strconv"

	"github.com/needsled/needsled/casework"
)

// remindedBefore is how many days before the last day of a contract a reminder
// is due.
func remindedBefore() []int { return []int{90, 60, 30, 15} }

// lifeDeadlines gives when a contract begins and ends, when to be reminded of
// its end, when variations count, and when payments, improvements, obligations and reviews are due. A
// day that is in time is over at its end; a reminder is due when its day begins.
func (c *Contract) lifeDeadlines() []casework.Deadline {
	if c.s.Bound.IsZero() {
		return nil
	}
	return slices.Concat(c.periodDeadlines(), c.variationDeadlines(), c.paymentDeadlines(), c.improvementDeadlines(), performanceDeadlines(c))
}

// periodDeadlines gives the first and the last day of a contract that has not
// ended, and the reminders of its end. A reminder whose day came before the
// contract was bound is none.
func (c *Contract) periodDeadlines() []casework.Deadline {
	if c.s.Ending != nil {
		return nil
	}
	period, calendar := c.agreed().Period, c.cfg.calendar
	var all []casework.Deadline
	if c.s.Commenced.IsZero() && !period.From.IsZero() {
		all = append(all, casework.Deadline{Code: "contract.begins", Due: period.From.In(calendar.Location()), Doc: "the first day of the contract has come"})
	}
	if period.OpenEnded() {
		return all
	}
	for _, days := range remindedBefore() {
		if day := period.To.AddDays(-days); day.After(c.s.Bound) {
			all = append(all, casework.Deadline{
				Code: "contract.ending", Subject: strconv.Itoa(days), Due: day.In(calendar.Location()), Doc: strconv.Itoa(days) + " days to the last day of the contract",
			})
		}
	}
	return append(all, casework.Deadline{Code: "contract.ends", Due: calendar.EndOf(period.To), Doc: "the last day of the contract is over"})
}

func (c *Contract) paymentDeadlines() []casework.Deadline {
	var all []casework.Deadline
	for _, i := range c.s.Invoices {
		for _, day := range i.unpaidDays() {
			all = append(all, casework.Deadline{Code: "payment.due", Subject: string(i.ID), Due: c.cfg.calendar.EndOf(day), Doc: "the last day to pay the invoice is over"})
		}
	}
	return all
}

func (c *Contract) improvementDeadlines() []casework.Deadline {
	var all []casework.Deadline
	for _, u := range c.s.UnderPerformance {
		if u.Open() && u.Plan != nil {
			all = append(all, casework.Deadline{Code: "improvement.due", Subject: string(u.ID), Due: c.cfg.calendar.EndOf(u.Plan.By), Doc: "the last day to improve is over"})
		}
	}
	return all
}
