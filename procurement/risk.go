package procurement

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// SharedRisk is the bearer of a risk that the parties share.
const SharedRisk = "shared"

// Risk is something that may happen, and who bears it. Risk is best borne by
// whoever can best manage it.
type Risk struct {
	Risk   string  `json:"risk"`
	Bearer string  `json:"bearer"`          // id of the agency, or "shared"
	Share  Percent `json:"share,omitempty"` // of the buyer, where it is shared
	Reason string  `json:"reason,omitempty"`
}

// riskFaults lists what is wrong with an allocation of risks.
func riskFaults(risks []Risk, path string) []casework.Fault {
	var faults []casework.Fault
	for i, r := range risks {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, required(r.Risk, at+".risk", "risk.missing", "say what may happen")...)
		faults = append(faults, required(r.Bearer, at+".bearer", "risk.bearer_missing", "say who bears it: an agency, or shared")...)
		if r.Share < 0 || r.Share > Hundred {
			faults = append(faults, fault(at+".share", "risk.share", "a share is from 0% to 100%"))
		}
		if r.Share != 0 && r.Bearer != SharedRisk {
			faults = append(faults, fault(at+".share", "risk.share", "only a shared risk has shares"))
		}
	}
	return faults
}

// unallocated objects to terms that say nothing of risks.
func unallocated(risks []Risk) []casework.Objection {
	if len(risks) > 0 {
		return nil
	}
	return object("nobody wrote down who bears which risk", "write the risks into the terms, each with who can best manage it", "terms.risks")
}

func redactedRisks(risks []Risk) []Risk {
	all := make([]Risk, len(risks))
	for i, r := range risks {
		all[i] = Risk{Bearer: r.Bearer, Share: r.Share}
	}
	return all
}
