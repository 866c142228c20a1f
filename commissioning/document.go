package commissioning

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// DocumentID names a document within its cycle, such as "D1".
type DocumentID string

// Document is a published paper that the cycle goes by, such as a market
// position statement. It is about an area rather than one cycle, and many cycles
// cite the same one: the digest tells that they mean the same text.
type Document struct {
	ID        DocumentID            `json:"id"` // given by the cycle
	Kind      casework.EvidenceKind `json:"kind"`
	Title     string                `json:"title"`
	Address   string                `json:"address,omitempty"` // an absolute URI where it is kept, without user or password
	Digest    casework.Hash         `json:"digest,omitzero"`   // SHA-256 of its bytes
	Published casework.Date         `json:"published"`
	Area      string                `json:"area,omitempty"` // what it is about; the cycle's own area when empty
	Mark      Mark                  `json:"mark,omitzero"`
}

// Evidence gives the document as evidence of the day it was published.
func (d Document) Evidence() casework.Evidence {
	return casework.Evidence{Kind: d.Kind, Title: d.Title, Address: d.Address, Digest: d.Digest, Date: d.Published}
}

func (d Document) faults(path string) []casework.Fault {
	faults := d.Evidence().Faults(path)
	if d.Published.IsZero() {
		faults = append(faults, missing(path+".published", "document.published_missing", "say when the document was published"))
	}
	return faults
}

// wordless keeps of evidence what is not words: kind, digest and days.
func wordless(evidence []casework.Evidence) []casework.Evidence {
	kept := slices.Clone(evidence)
	for i := range kept {
		kept[i].Title, kept[i].Address = "", ""
	}
	return kept
}

// CitingDocument is the event of a document being cited, for policies to watch.
// The attempt's Args are the [Document].
const CitingDocument casework.Move = "document.cited"

var documentCited = &casework.Event[*Cycle, Document]{
	Name: string(CitingDocument), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d Document) {
		d.Mark = c.mark(e)
		c.s.Documents = append(c.s.Documents, d)
	},
	Redact: func(d Document) Document {
		d.Title, d.Address, d.Area = "", "", ""
		return d
	},
}

// CiteDocument records a published paper that the cycle goes by, and gives it
// with its id.
func (c *Cycle) CiteDocument(d Document) (Document, error) {
	if err := c.invalid("cite a document", d.faults("document")); err != nil {
		return Document{}, err
	}
	d.ID, d.Mark = DocumentID(numbered("D", len(c.s.Documents))), Mark{}
	if err := documentCited.Record(c, d); err != nil {
		return Document{}, err
	}
	return c.s.Documents[len(c.s.Documents)-1], nil
}

// Documents gives every document cited, in the order they were cited.
func (c *Cycle) Documents() []Document { return slices.Clone(c.s.Documents) }

// Document gives one document.
func (c *Cycle) Document(id DocumentID) (Document, bool) {
	for _, d := range c.s.Documents {
		if d.ID == id {
			return d, true
		}
	}
	return Document{}, false
}

// DocumentsOf gives the documents of a kind, in the order they were cited.
func (c *Cycle) DocumentsOf(kind casework.EvidenceKind) []Document {
	var found []Document
	for _, d := range c.s.Documents {
		if d.Kind == kind {
			found = append(found, d)
		}
	}
	return found
}
