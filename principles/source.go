package principles

import (
	"strings"

	"github.com/needsled/needsled/casework"
)

// Source says where a standard, a criterion or a rule is written down.
type Source struct {
	Document string `json:"document"`          // title and publisher
	Year     string `json:"year,omitempty"`    // of publication, or of the version that counts
	Place    string `json:"place,omitempty"`   // page, section or paragraph
	Address  string `json:"address,omitempty"` // where it can be read
	// Ours marks what this library wrote itself, on the grounds the document
	// names: it has no authority outside it.
	Ours bool `json:"ours,omitempty"`
}

// String gives the source in one line, such as "Hearts and Minds (Audit
// Commission), 2007, chapter 2".
func (s Source) String() string {
	parts := []string{s.Document}
	for _, part := range []string{s.Year, s.Place} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if s.Ours {
		parts = append(parts, "as read by this library")
	}
	return strings.Join(parts, ", ")
}

// Faults lists what is wrong with the source, each under path.
func (s Source) Faults(path string) []casework.Fault {
	if blank(s.Document) {
		return []casework.Fault{fault(path+".document", "source.document_missing", "say where this is written down")}
	}
	return nil
}
