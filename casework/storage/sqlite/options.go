package sqlite

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/needsled/needsled/casework"
)

// Synchronous is when SQLite waits for the disk.
type Synchronous string

// The two settings that keep the file sound in write-ahead logging.
const (
	// Full waits at every commit: a decision that was acknowledged survives a
	// power cut. It is the default, because a decision that was told to a
	// supplier and then forgotten is worse than a slow one.
	Full Synchronous = "full"
	// Normal waits at checkpoints only. A power cut may take the last commits
	// back, in order and whole; a crash of the program alone takes none.
	Normal Synchronous = "normal"
)

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	Synchronous     Synchronous   // Full where empty
	BusyTimeout     time.Duration // how long to wait for another process's lock; 5 s where zero
	ReadConnections int           // 4 where zero
	Logger          *slog.Logger  // hears of migrations, and of what the file or the disk is to blame for; nobody where nil
}

// withDefaults fills in what was left out.
func (o *Options) withDefaults() Options {
	var with Options
	if o != nil {
		with = *o
	}
	if with.Synchronous == "" {
		with.Synchronous = Full
	}
	if with.BusyTimeout == 0 {
		with.BusyTimeout = 5 * time.Second
	}
	if with.ReadConnections == 0 {
		with.ReadConnections = 4
	}
	return with
}

func (o Options) faults() []casework.Fault {
	var faults []casework.Fault
	if o.Synchronous != Full && o.Synchronous != Normal {
		faults = append(faults, casework.Fault{Path: "options.synchronous", Code: "sqlite.synchronous_unknown", Message: fmt.Sprintf("%q is neither full nor normal", o.Synchronous)})
	}
	if o.BusyTimeout < 0 {
		faults = append(faults, casework.Fault{Path: "options.busy_timeout", Code: "sqlite.busy_timeout_negative", Message: "a time to wait is not negative"})
	}
	if o.ReadConnections < 0 {
		faults = append(faults, casework.Fault{Path: "options.read_connections", Code: "sqlite.read_connections_negative", Message: "a number of connections is not negative"})
	}
	return faults
}
