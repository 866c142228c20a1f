package river

import (
	"time"

	"github.com/needsled/needsled/casework"
)

// TickOptions are what may be set; the zero value and nil give the defaults.
type TickOptions struct {
	// Clock tells up to when a deadline is looked for; time.Now when nil. Give it
	// the clock of the desks.
	Clock func() time.Time
	// By says who ticks for a tenant; the system "needsled.tick", of no agency, when
	// nil.
	By func(tenant string) casework.Actor
}

// withDefaults gives options in which nothing is nil.
func (o *TickOptions) withDefaults() TickOptions {
	var full TickOptions
	if o != nil {
		full = *o
	}
	if full.Clock == nil {
		full.Clock = time.Now //nolint:forbidigo // the door of the clock
	}
	if full.By == nil {
		full.By = func(string) casework.Actor { return casework.System("needsled.tick", casework.Agency{}) }
	}
	return full
}
