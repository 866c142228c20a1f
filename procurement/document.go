package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// Document is a paper of a case, such as a notice or a report.
type Document struct {
	Evidence casework.Evidence `json:"evidence"`
	Signed   bool              `json:"signed,omitempty"`
	Mark     Mark              `json:"mark,omitzero"`
}

// Documents of purchasing beside those that package casework names.
const (
	DocumentAwardNotice  casework.EvidenceKind = "award_notice"
	DocumentProposal     casework.EvidenceKind = "proposal"
	DocumentEndingReport casework.EvidenceKind = "ending_report" // why a procedure was ended
)

// AddingDocument is the event of a document, for policies to watch. The
// attempt's Args are the [Document].
const AddingDocument casework.Move = "document.added"

var documentAdded = &casework.Event[*Purchase, Document]{
	Name: string(AddingDocument), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d Document) {
		d.Mark = markOf(e)
		p.s.Documents = append(p.s.Documents, d)
	},
	Redact: func(d Document) Document {
		d.Evidence = withoutWords(d.Evidence)
		return d
	},
}

// withoutWords is evidence as it stays after redaction: kind, digest and dates.
func withoutWords(e casework.Evidence) casework.Evidence {
	e.Title, e.Address = "", ""
	return e
}

// AddDocument puts a document on the file of the purchase, and gives it as it
// was recorded. Signed tells that it carries the signature it needs to count,
// such as that of a published notice.
func (p *Purchase) AddDocument(e casework.Evidence, signed bool) (Document, error) {
	if err := p.invalid("add a document", e.Faults("document")); err != nil {
		return Document{}, err
	}
	if err := documentAdded.Record(p, Document{Evidence: e, Signed: signed}); err != nil {
		return Document{}, err
	}
	return p.s.Documents[len(p.s.Documents)-1], nil
}

// Documents gives every document, in the order they were added.
func (p *Purchase) Documents() []Document { return slices.Clone(p.s.Documents) }

// HasDocument tells whether a document of a kind is on file; where signed is
// asked for, only one that is signed counts.
func (p *Purchase) HasDocument(kind casework.EvidenceKind, signed bool) bool {
	return slices.ContainsFunc(p.s.Documents, func(d Document) bool {
		return d.Evidence.Kind == kind && (d.Signed || !signed)
	})
}
