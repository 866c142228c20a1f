package principles

import (
	"time"

	"github.com/needsled/needsled/casework"
)

// Judgement says when a dossier is judged, and what counts as written down late.
// Both are for the caller to say: neither has a default.
type Judgement struct {
	// At is the time of judgement: what was recorded later is left out.
	At time.Time `json:"at"`
	// BackfilledAfter is how many days after it is said to have happened a fact
	// may be recorded, before it is marked as backfilled; at least 1.
	BackfilledAfter int `json:"backfilled_after"`
}

// Faults lists what is wrong with the judgement, each under path.
func (j Judgement) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	if j.At.IsZero() {
		faults = append(faults, fault(path+".at", "judgement.time_missing", "say at which time the facts are judged"))
	}
	if year := j.At.UTC().Year(); !j.At.IsZero() && (year < 1 || year > 9999) {
		faults = append(faults, fault(path+".at", "judgement.time_out_of_range", "the time lies in the years 1 to 9999"))
	}
	if j.BackfilledAfter < 1 {
		faults = append(faults, fault(path+".backfilled_after", "judgement.backfill_missing", "say after how many days a fact counts as written down late"))
	}
	return faults
}

// backfilled tells whether something was written down late.
func (j Judgement) backfilled(effective, recorded time.Time) bool {
	return j.BackfilledAfter > 0 && recorded.Sub(effective) > time.Duration(j.BackfilledAfter)*24*time.Hour
}
