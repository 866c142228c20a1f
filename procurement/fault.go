package procurement

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

// fault is one thing wrong with what was given.
func fault(path, code, message string) casework.Fault {
	return casework.Fault{Path: path, Code: code, Message: message}
}

// unknown is the fault of pointing at a record that is not there.
func unknown(path, what, id string) casework.Fault {
	return fault(path, what+".unknown", fmt.Sprintf("there is no %s %q", what, id))
}

// required gives the fault of leaving a text out, or nothing.
func required(text, path, code, message string) []casework.Fault {
	if strings.TrimSpace(text) != "" {
		return nil
	}
	return []casework.Fault{fault(path, code, message)}
}

// reasonRequired gives the fault of a call that does not say why, or nothing.
func reasonRequired(c interface{ Reason() string }, why string) []casework.Fault {
	return required(c.Reason(), "reason", "reason.missing", "say "+why+", with casework.Reason")
}

// evidenceFaults lists what is wrong with pieces of evidence.
func evidenceFaults(all []casework.Evidence, path string) []casework.Fault {
	var faults []casework.Fault
	for i, e := range all {
		faults = append(faults, e.Faults(fmt.Sprintf("%s[%d]", path, i))...)
	}
	return faults
}

// moneyFaults lists what is wrong with an amount that must be there and must
// not be negative.
func moneyFaults(m casework.Money, path, what string) []casework.Fault {
	switch {
	case !m.IsRecorded():
		return []casework.Fault{fault(path, "money.missing", "say "+what)}
	case m.Sign() < 0:
		return []casework.Fault{fault(path, "money.negative", what+" is not negative")}
	default:
		return nil
	}
}

// numbered gives the id of the next record of a sort: a letter and a number.
func numbered(prefix string, have int) string { return fmt.Sprintf("%s%d", prefix, have+1) }

// object is one objection about a record; none is none.
func object(message, remedy, subject string) []casework.Objection {
	return []casework.Objection{{Message: message, Remedy: remedy, Subject: subject}}
}
