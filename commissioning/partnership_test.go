package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

func pooledBudget() commissioning.Partnership {
	return commissioning.Partnership{
		Members: []commissioning.Member{
			{Agency: casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}, Roles: []string{"commissioner"}, Contribution: casework.GBP(300_000), OverspendShare: 6_000},
			{Agency: casework.Agency{ID: "icb", Name: "The ICB", Sector: casework.Statutory}, Contribution: casework.GBP(200_000), OverspendShare: 4_000},
		},
		Lead: "camden", PoolHost: "icb", LegalBasis: "NHS Act 2006 s.75", Decides: "joint committee",
	}
}

func TestPartnershipFaultsAreAllNamedAtOnce(t *testing.T) {
	o := openCycle(t)
	got := o.faults(t, func(c *commissioning.Cycle) error {
		return c.FormPartnership(commissioning.Partnership{
			Members: []commissioning.Member{
				{Agency: casework.Agency{ID: "camden"}, Roles: []string{" "}, Contribution: casework.GBP(-1), OverspendShare: 6_000},
				{Agency: casework.Agency{ID: "camden", Sector: "guild"}, OverspendShare: 3_999},
			},
			Lead: "icb", PoolHost: "trust",
		})
	})
	assert.Equal(t, []string{
		"partnership.members[0].roles[0] partnership.role_missing",
		"partnership.members[0].contribution partnership.contribution_negative",
		"partnership.members[1].agency.sector agency.sector_unknown",
		"partnership.members[1].agency partnership.member_twice",
		"partnership.members partnership.overspend_total",
		"partnership.lead partnership.lead_unknown",
		"partnership.pool_host partnership.pool_host_unknown",
	}, got)
}

func TestPartnershipTakesTwoAndALead(t *testing.T) {
	assert.Equal(t, []string{
		"partnership.members partnership.members",
		"partnership.lead partnership.lead_missing",
	}, openCycle(t).faults(t, func(c *commissioning.Cycle) error {
		return c.FormPartnership(commissioning.Partnership{Members: []commissioning.Member{{Agency: casework.Agency{ID: "camden"}}}})
	}))
}

func TestPartnershipOverspendSharesAddUpToTheWhole(t *testing.T) {
	for name, tc := range map[string]struct {
		shares [2]int
		want   []string
	}{
		"no share is agreed":               {[2]int{0, 0}, nil},
		"one bears all of it":              {[2]int{0, 10_000}, nil},
		"both bear some":                   {[2]int{3_333, 6_667}, nil},
		"a basis point is missing":         {[2]int{3_333, 6_666}, []string{"partnership.members partnership.overspend_total"}},
		"a negative share is not added up": {[2]int{-1, 10_001}, []string{"partnership.members[0].overspend_share partnership.overspend_share", "partnership.members[1].overspend_share partnership.overspend_share"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, p := openCycle(t), pooledBudget()
			p.Members[0].OverspendShare, p.Members[1].OverspendShare = tc.shares[0], tc.shares[1]
			form := func(c *commissioning.Cycle) error { return c.FormPartnership(p) }
			if tc.want != nil {
				assert.Equal(t, tc.want, o.faults(t, form))
				return
			}
			formed, is := o.update(t, form).Partnership()
			require.True(t, is)
			assert.Equal(t, tc.shares != [2]int{}, formed.SharesOverspend())
		})
	}
}

func TestPartnershipFormedAnewTakesThePlaceOfTheFormer(t *testing.T) {
	o, p := openCycle(t), pooledBudget()
	before := o.update(t, func(*commissioning.Cycle) error { return nil })
	_, is := before.Partnership()
	assert.False(t, is)

	first := o.update(t, func(c *commissioning.Cycle) error { return c.FormPartnership(p) })
	p.Lead, p.Members[1].Agency.Sector = "icb", casework.Private
	p.Members[0].Roles[0] = "host"
	second := o.update(t, func(c *commissioning.Cycle) error { return c.FormPartnership(p) })

	was, _ := first.Partnership()
	now, _ := second.Partnership()
	assert.Equal(t, "camden", was.Lead)
	assert.Equal(t, []string{"commissioner"}, was.Members[0].Roles, "what was given is copied")
	assert.Equal(t, "icb", now.Lead)
	assert.Greater(t, now.Mark.Entry, was.Mark.Entry)
	member, is := was.Member("icb")
	require.True(t, is)
	assert.Equal(t, casework.Statutory, member.Agency.Sector, "the sector is kept as recorded at that time")
}

func TestPartnershipAccessorGivesACopy(t *testing.T) {
	c := openCycle(t).update(t, func(c *commissioning.Cycle) error { return c.FormPartnership(pooledBudget()) })
	p, _ := c.Partnership()
	p.Members[0].Roles[0], p.Members[1].OverspendShare = "spoilt", 1
	again, _ := c.Partnership()
	assert.Equal(t, "commissioner", again.Members[0].Roles[0])
	assert.Equal(t, 4_000, again.Members[1].OverspendShare)
}

func TestPartnershipRedactedKeepsWhoPaysWhat(t *testing.T) {
	o := openCycle(t)
	before := o.update(t, func(*commissioning.Cycle) error { return nil }).Seq()
	o.update(t, func(c *commissioning.Cycle) error { return c.FormPartnership(pooledBudget()) })
	p, is := o.redacted(t, before).Partnership()
	require.True(t, is)
	assert.Equal(t, commissioning.Partnership{
		Members: []commissioning.Member{
			{Agency: casework.Agency{ID: "camden", Sector: casework.Statutory}, Contribution: casework.GBP(300_000), OverspendShare: 6_000},
			{Agency: casework.Agency{ID: "icb", Sector: casework.Statutory}, Contribution: casework.GBP(200_000), OverspendShare: 4_000},
		},
		Lead: "camden", PoolHost: "icb", Mark: p.Mark,
	}, p)
}
