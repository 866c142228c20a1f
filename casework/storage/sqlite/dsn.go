package sqlite

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/needsled/needsled/casework"
)

// DSN gives the data source name under which the driver "sqlite" opens the file
// as [Open] would open it for writing: foreign keys are enforced, the log is
// written ahead, and BEGIN takes the write lock. It holds for each connection of
// a pool. A path or an option that will not do is [casework.ErrInvalid].
func DSN(path string, o *Options) (string, error) {
	with := o.withDefaults()
	name, err := source(path, with)
	if err != nil {
		return "", err
	}
	return name + "&_txlock=immediate", nil
}

// source names the file and what every connection to it sets.
func source(path string, o Options) (string, error) {
	faults := append(pathFaults(path), o.faults()...)
	if err := casework.InvalidIf("open sqlite", faults); err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("open sqlite %s: %w", path, err)
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	query := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", o.BusyTimeout.Milliseconds()),
		"journal_mode(wal)",
		fmt.Sprintf("synchronous(%s)", o.Synchronous),
		"foreign_keys(1)",
		"secure_delete(1)", // what a redaction takes away is overwritten in the file
	}}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + query.Encode(), nil
}

// pathFaults refuses what is no path to a file.
func pathFaults(path string) []casework.Fault {
	switch {
	case path == "":
		return []casework.Fault{{Path: "path", Code: "sqlite.path_missing", Message: "a path is required"}}
	case path == ":memory:" || strings.HasPrefix(path, "file:"):
		return []casework.Fault{{Path: "path", Code: "sqlite.path_no_file", Message: fmt.Sprintf("%q is not a path to a file; storage/memory keeps journals in memory, and Attach takes a database opened by any name", path)}}
	case strings.ContainsRune(path, 0):
		return []casework.Fault{{Path: "path", Code: "sqlite.path_malformed", Message: "a path has no zero byte"}}
	}
	return nil
}
