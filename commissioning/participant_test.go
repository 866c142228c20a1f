package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func TestParticipantFaultsAreAllNamedAtOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		given commissioning.Participant
		want  []string
	}{
		"people without a known role cannot bid": {
			commissioning.Participant{Role: "king", Bids: true},
			[]string{"participant.role participant.role", "participant.bids participant.bids_without_agency"},
		},
		"an agency has an id and a known sector": {
			commissioning.Participant{Role: commissioning.ParticipantProvider, Agency: casework.Agency{Name: "Care Ltd", Sector: "guild"}},
			[]string{"participant.agency.id agency.missing", "participant.agency.sector agency.sector_unknown"},
		},
		"an organisation is named, or its group is": {
			commissioning.Participant{Role: commissioning.ParticipantVoluntaryOrganisation},
			[]string{"participant.agency participant.agency_missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, openCycle(t).faults(t, func(c *commissioning.Cycle) error {
				_, err := c.AddParticipant(tc.given)
				return err
			}))
		})
	}
}

func TestParticipantAccessorGivesACopy(t *testing.T) {
	c := openCycle(t).update(t, func(c *commissioning.Cycle) error {
		_, err := c.AddParticipant(commissioning.Participant{Role: commissioning.ParticipantCarer})
		return err
	})
	c.Participants()[0].Group = "spoilt"
	p, is := c.Participant("P1")
	require.True(t, is)
	assert.Empty(t, p.Group)
	_, is = c.Participant("P2")
	assert.False(t, is)
}

func TestParticipantIsVoluntaryByRoleOrBySector(t *testing.T) {
	assert.True(t, commissioning.Participant{Role: commissioning.ParticipantVoluntaryOrganisation}.Voluntary())
	assert.True(t, commissioning.Participant{Role: commissioning.ParticipantProvider, Agency: casework.Agency{ID: "cab", Sector: casework.Voluntary}}.Voluntary())
	assert.False(t, commissioning.Participant{Role: commissioning.ParticipantProvider, Agency: casework.Agency{ID: "ltd", Sector: casework.Private}}.Voluntary())
	assert.False(t, commissioning.Participant{Role: commissioning.ParticipantCommunity}.Voluntary())
}

func TestParticipantRedactedKeepsRoleAndSector(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, func(c *commissioning.Cycle) error {
		p, err := c.AddParticipant(commissioning.Participant{
			ID: "P9", Role: commissioning.ParticipantProvider, Group: "sole traders", Bids: true,
			Agency: casework.Agency{ID: "a1", Name: "J. Smith", Sector: casework.Private, Kind: "sole trader"},
		})
		assert.Equal(t, commissioning.ParticipantID("P1"), p.ID, "the cycle gives the id")
		assert.Equal(t, "ana.k", p.Mark.By)
		return err
	})
	p, is := o.redacted(t, before).Participant("P1")
	require.True(t, is)
	assert.Equal(t, commissioning.Participant{
		ID: "P1", Role: commissioning.ParticipantProvider, Bids: true,
		Agency: casework.Agency{ID: "a1", Sector: casework.Private}, Mark: p.Mark,
	}, p)
}
