package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func TestADocumentCountsAsSignedWhereItIs(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)

	assert.False(t, h.p.HasDocument(casework.DocumentTenderNotice, false))
	h.do(t, biddingAddNotice(false))
	assert.True(t, h.p.HasDocument(casework.DocumentTenderNotice, false))
	assert.False(t, h.p.HasDocument(casework.DocumentTenderNotice, true))
	h.do(t, biddingAddNotice(true))
	assert.True(t, h.p.HasDocument(casework.DocumentTenderNotice, true))
	assert.True(t, h.p.HasDocument(casework.DocumentTenderNotice, false))
	assert.False(t, h.p.HasDocument(procurement.DocumentAwardNotice, true))

	all := h.p.Documents()
	all[0].Evidence.Title = "x"
	assert.Equal(t, biddingNotice(), h.p.Documents()[0].Evidence)
	assert.Equal(t, h.Actor.ID, h.p.Documents()[1].Mark.By)
	h.verified(t)
}

func TestADocumentIsNamed(t *testing.T) {
	h := biddingOn(t, biddingOpen, commissioning.Standard)

	err := h.try(t, func(p *procurement.Purchase) error { _, err := p.AddDocument(casework.Evidence{}, true); return err })

	assert.Equal(t, []string{"document.kind evidence.kind_missing", "document.title evidence.title_missing"}, biddingFaults(t, err))
}
