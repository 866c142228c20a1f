package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func cite(d commissioning.Document) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		_, err := c.CiteDocument(d)
		return err
	}
}

func TestDocumentFaultsAreAllNamedAtOnce(t *testing.T) {
	assert.Equal(t, []string{
		"document.kind evidence.kind_missing",
		"document.title evidence.title_missing",
		"document.address evidence.address_secret",
		"document.published document.published_missing",
	}, openCycle(t).faults(t, cite(commissioning.Document{Address: "https://ana:secret@camden.example/mps"})))
}

func TestDocumentIsFoundByItsKind(t *testing.T) {
	o := openCycle(t)
	statement := commissioning.Document{
		Kind: casework.DocumentMarketPositionStatement, Title: "Market position statement 2025", Address: "https://camden.example/mps",
		Digest: casework.Hash{1}, Published: day(t, "2025-01-31"), Area: "Camden",
	}
	o.update(t, cite(statement))
	c := o.update(t, cite(commissioning.Document{Kind: casework.DocumentNeedsAssessment, Title: "JSNA", Published: day(t, "2024-01-31")}))
	assert.Len(t, c.Documents(), 2)
	found := c.DocumentsOf(casework.DocumentMarketPositionStatement)
	require.Len(t, found, 1)
	assert.Equal(t, commissioning.DocumentID("D1"), found[0].ID)
	assert.Equal(t, casework.Evidence{
		Kind: statement.Kind, Title: statement.Title, Address: statement.Address, Digest: statement.Digest, Date: statement.Published,
	}, found[0].Evidence())
}

func TestDocumentRedactedKeepsItsDigest(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, cite(commissioning.Document{Kind: "letter", Title: "Mr Smith's letter", Address: "https://camden.example/smith", Digest: casework.Hash{1}, Published: day(t, "2025-01-31"), Area: "his street"}))
	d, is := o.redacted(t, before).Document("D1")
	require.True(t, is)
	assert.Equal(t, commissioning.Document{ID: "D1", Kind: "letter", Digest: casework.Hash{1}, Published: day(t, "2025-01-31"), Mark: d.Mark}, d)
}
