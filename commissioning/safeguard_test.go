package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestRecordSafeguardsNamesEveryFault(t *testing.T) {
	tests := []struct {
		name      string
		safeguard commissioning.Safeguard
		want      []string
	}{
		{
			"safeguards are of an agency and consist of measures",
			commissioning.Safeguard{},
			[]string{"safeguard.agency.id agency.missing", "safeguard.measures safeguard.measures_missing"},
		},
		{
			"measures have names and evidence is sound",
			commissioning.Safeguard{
				Agency: casework.Agency{ID: "pct"}, Measures: []string{commissioning.PublicMeetings, " "},
				Evidence: []casework.Evidence{{Title: "Scheme"}},
			},
			[]string{"safeguard.measures[1] safeguard.measure_blank", "safeguard.evidence[0].kind evidence.kind_missing"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := newTrial(t).try(func(c *commissioning.Cycle) error { _, err := c.RecordSafeguards(tt.safeguard); return err })
			assert.Equal(t, tt.want, faults(t, err))
		})
	}
}

func TestSafeguardsAreFoundByAgencyAsCopies(t *testing.T) {
	tr := newTrial(t)
	s := commissioning.Safeguard{
		Agency: casework.Agency{ID: "pct", Name: "The Trust"}, Measures: []string{commissioning.SchemeOfDelegation, "Mr M steps aside"},
		Evidence: []casework.Evidence{{Kind: casework.EvidenceDocument, Title: "Scheme of delegation"}},
	}
	tr.do(func(c *commissioning.Cycle) error {
		recorded, err := c.RecordSafeguards(s)
		recorded.Measures[0] = "changed"
		return err
	})
	c := tr.look()
	assert.Empty(t, c.SafeguardsFor("council"))
	found := c.SafeguardsFor("pct")
	require.Len(t, found, 1)
	found[0].Measures[0], found[0].Evidence[0].Title = "changed", "changed"
	c.Safeguards()[0].Measures[0] = "changed"
	one, is := c.Safeguard("G1")
	require.True(t, is)
	assert.Equal(t, s.Measures, one.Measures)
	assert.Equal(t, s.Evidence, one.Evidence)

	left := tr.redact("safeguards.recorded").SafeguardsFor("pct")
	require.Len(t, left, 1)
	assert.Equal(t, commissioning.Safeguard{
		ID: "G1", Agency: casework.Agency{ID: "pct"}, Measures: []string{commissioning.SchemeOfDelegation, "withheld"},
		Evidence: []casework.Evidence{{Kind: casework.EvidenceDocument}}, Mark: left[0].Mark,
	}, left[0])
}
