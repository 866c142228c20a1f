package river

import (
	"time"

	"github.com/riverqueue/river"
)

// tries is how often River tries a tick. What it leaves is the next one's.
const tries = 3

// Periodic has River insert a [Tick] for every tenant, once in every period of the
// clock, such as on every full minute, and at the start of whoever leads among
// River's processes. Give all of them the same. A period is at least a second.
func Periodic(every time.Duration, tenants []string) []*river.PeriodicJob {
	every = max(every, time.Second)
	jobs := make([]*river.PeriodicJob, len(tenants))
	for i, tenant := range tenants {
		jobs[i] = river.NewPeriodicJob(period(every), func() (river.JobArgs, *river.InsertOpts) {
			return Tick{Tenant: tenant}, &river.InsertOpts{MaxAttempts: tries, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: every}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	return jobs
}

// period is a schedule that runs at the start of every period by which River tells
// what is unique. One that starts anywhere would meet some periods twice and
// leave out others.
type period time.Duration

// Next gives the start of the next period.
func (p period) Next(now time.Time) time.Time {
	return now.Truncate(time.Duration(p)).Add(time.Duration(p))
}
