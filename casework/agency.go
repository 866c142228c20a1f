package casework

import "strings"

// Sector is the part of the public landscape an agency belongs to.
type Sector string

// The three sectors of the founding definition of commissioning.
const (
	Statutory Sector = "statutory"
	Voluntary Sector = "voluntary" // voluntary and community
	Private   Sector = "private"
)

// Known tells whether the sector is one of the three.
func (s Sector) Known() bool { return s == Statutory || s == Voluntary || s == Private }

// Agency is an organisation as it was recorded at the time: a later change of
// its sector does not rewrite the journal. Any agency may commission, provide,
// or do both at once.
type Agency struct {
	ID     string `json:"id"`               // the host's own identifier, never empty
	Name   string `json:"name,omitempty"`   // for people to read
	Sector Sector `json:"sector,omitempty"` // empty when nobody recorded it
	Kind   string `json:"kind,omitempty"`   // a finer kind, in the host's words: mutual, social enterprise, in-house unit
}

// Faults lists what is wrong with the agency, each under path.
func (a Agency) Faults(path string) []Fault {
	var faults []Fault
	if strings.TrimSpace(a.ID) == "" {
		faults = append(faults, Fault{Path: join(path, "id"), Code: "agency.missing", Message: "an agency needs an id"})
	}
	if a.Sector != "" && !a.Sector.Known() {
		faults = append(faults, Fault{Path: join(path, "sector"), Code: "agency.sector_unknown", Message: "a sector is statutory, voluntary or private"})
	}
	return faults
}

// String gives the name, or the id where no name is recorded.
func (a Agency) String() string {
	if a.Name != "" {
		return a.Name
	}
	return a.ID
}
