package procurement

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

// early gives the ending of an agreement that somebody ends before its last
// day, with what the call says where the ending does not, and what is wrong
// with it. The agreement binds since a day; zero when it does not.
func (e Ending) early(since, today casework.Date, reason string) (Ending, []casework.Fault) {
	e.As, e.Mark = cmp.Or(e.As, TerminatedEnd), Mark{}
	e.Reason = cmp.Or(strings.TrimSpace(e.Reason), strings.TrimSpace(reason))
	var faults []casework.Fault
	if e.As != TerminatedEnd && e.As != CompletedEnd {
		faults = append(faults, fault("ending.as", "ending.as", "what is ended before its time is completed or terminated"))
	}
	switch {
	case e.On.IsZero():
		faults = append(faults, fault("ending.on", "ending.on_missing", "say on which day it ended"))
	case e.On.After(today):
		faults = append(faults, fault("ending.on", "ending.on_future", "what is yet to end still binds"))
	case !since.IsZero() && e.On.Before(since):
		faults = append(faults, fault("ending.on", "ending.reversed", fmt.Sprintf("it binds since %s", since)))
	}
	return e, append(faults, required(e.Reason, "ending.reason", "ending.reason_missing", "say why it ended, in the ending or with casework.Reason")...)
}

// untold is the ending without its words.
func (e Ending) untold() Ending {
	e.Reason, e.Representations, e.ExitPlan = "", "", ""
	return e
}
