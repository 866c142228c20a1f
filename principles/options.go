package principles

import "github.com/needsled/needsled/casework"

// Options is what a host may give a desk. The zero value and nil work.
type Options struct {
	// Desk is the host's clock, ids, permissions and retries.
	Desk casework.DeskOptions
	// Policies adds to, replaces in, and drops from the default policies of an
	// assessment, by code.
	Policies casework.PolicyEdits[*Assessment]
	// Definitions are the host's own of an assessment, or versions a case may
	// still be pinned to.
	Definitions []casework.Definition
}
