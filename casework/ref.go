package casework

import "strings"

// ExternalRef is a case number of the host's own, unique per tenant and scheme:
// two cases never carry the same one.
type ExternalRef struct {
	Scheme string `json:"scheme"` // which numbering, such as "mosaic" or "contract-register"
	Value  string `json:"value"`
}

// String gives "scheme:value".
func (r ExternalRef) String() string { return r.Scheme + ":" + r.Value }

// Faults lists what is wrong with the reference, each under path.
func (r ExternalRef) Faults(path string) []Fault {
	var faults []Fault
	if strings.TrimSpace(r.Scheme) == "" {
		faults = append(faults, Fault{Path: join(path, "scheme"), Code: "reference.scheme_missing", Message: "an external reference needs a scheme"})
	}
	if strings.TrimSpace(r.Value) == "" {
		faults = append(faults, Fault{Path: join(path, "value"), Code: "reference.value_missing", Message: "an external reference needs a value"})
	}
	if malformed(r.Scheme, r.Value) {
		faults = append(faults, malformedText(path))
	}
	return faults
}
