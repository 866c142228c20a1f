package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Partnership is several agencies commissioning together: who brings what, who
// leads, who holds the pooled fund, and who bears an overspend.
type Partnership struct {
	Members    []Member `json:"members"`
	Lead       string   `json:"lead"`                  // id of the member that leads
	PoolHost   string   `json:"pool_host,omitempty"`   // id of the member that holds the pooled fund; empty when nothing is pooled
	LegalBasis string   `json:"legal_basis,omitempty"` // such as "NHS Act 2006 s.75"
	Decides    string   `json:"decides,omitempty"`     // who decides for all, such as a joint committee
	Mark       Mark     `json:"mark,omitzero"`
}

// Member is an agency's part in a partnership.
type Member struct {
	Agency         casework.Agency `json:"agency"`                    // with its sector, as recorded at the time
	Roles          []string        `json:"roles,omitempty"`           // in the host's words
	Contribution   casework.Money  `json:"contribution,omitzero"`     // to the partnership's money
	OverspendShare int             `json:"overspend_share,omitempty"` // basis points of an overspend; 10,000 over all members
}

// allShares is what overspend shares add up to: basis points of the whole.
const allShares = 10_000

// Member gives the part of one agency.
func (p Partnership) Member(agency string) (Member, bool) {
	i := slices.IndexFunc(p.Members, func(m Member) bool { return m.Agency.ID == agency })
	if i < 0 {
		return Member{}, false
	}
	return p.Members[i].clone(), true
}

// SharesOverspend tells whether it is agreed who bears an overspend.
func (p Partnership) SharesOverspend() bool {
	return slices.ContainsFunc(p.Members, func(m Member) bool { return m.OverspendShare != 0 })
}

func (p Partnership) clone() Partnership {
	p.Members = slices.Clone(p.Members)
	for i := range p.Members {
		p.Members[i] = p.Members[i].clone()
	}
	return p
}

func (m Member) clone() Member {
	m.Roles = slices.Clone(m.Roles)
	return m
}

func (p Partnership) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if len(p.Members) < 2 {
		faults = append(faults, missing(path+".members", "partnership.members", "a partnership has at least two members"))
	}
	for i, m := range p.Members {
		at := fmt.Sprintf("%s.members[%d]", path, i)
		faults = append(faults, m.faults(at)...)
		if slices.ContainsFunc(p.Members[:i], func(other Member) bool { return other.Agency.ID == m.Agency.ID && m.Agency.ID != "" }) {
			faults = append(faults, missing(at+".agency", "partnership.member_twice", fmt.Sprintf("%s is a member already", m.Agency.ID)))
		}
	}
	faults = append(faults, p.overspendFaults(path)...)
	if strings.TrimSpace(p.Lead) == "" {
		faults = append(faults, missing(path+".lead", "partnership.lead_missing", "say which member leads"))
	} else if _, is := p.Member(p.Lead); !is {
		faults = append(faults, missing(path+".lead", "partnership.lead_unknown", fmt.Sprintf("%q is not a member", p.Lead)))
	}
	if _, is := p.Member(p.PoolHost); p.PoolHost != "" && !is {
		faults = append(faults, missing(path+".pool_host", "partnership.pool_host_unknown", fmt.Sprintf("%q is not a member", p.PoolHost)))
	}
	return faults
}

func (m Member) faults(path string) []casework.Fault {
	faults := m.Agency.Faults(path + ".agency")
	for i, role := range m.Roles {
		if strings.TrimSpace(role) == "" {
			faults = append(faults, missing(fmt.Sprintf("%s.roles[%d]", path, i), "partnership.role_missing", "a role is not empty"))
		}
	}
	if m.Contribution.IsRecorded() && m.Contribution.Sign() < 0 {
		faults = append(faults, missing(path+".contribution", "partnership.contribution_negative", "a contribution is not negative"))
	}
	if m.OverspendShare < 0 || m.OverspendShare > allShares {
		faults = append(faults, missing(path+".overspend_share", "partnership.overspend_share", "a share of the overspend is 0 to 10,000 basis points"))
	}
	return faults
}

// overspendFaults asks for the whole overspend once any share of it is given.
// Shares out of range are named member by member, and not added up.
func (p Partnership) overspendFaults(path string) []casework.Fault {
	total := 0
	for _, m := range p.Members {
		if m.OverspendShare < 0 || m.OverspendShare > allShares {
			return nil
		}
		total += m.OverspendShare
	}
	if total == 0 || total == allShares {
		return nil
	}
	return []casework.Fault{missing(path+".members", "partnership.overspend_total", fmt.Sprintf("the overspend shares add up to %d basis points, not to 10,000", total))}
}

// FormingPartnership is the event of a partnership being formed or formed anew,
// for policies to watch. The attempt's Args are the [Partnership].
const FormingPartnership casework.Move = "partnership.formed"

var partnershipFormed = &casework.Event[*Cycle, Partnership]{
	Name: string(FormingPartnership), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, p Partnership) {
		p.Mark = c.mark(e)
		c.s.Partnership = &p
	},
	Redact: func(p Partnership) Partnership {
		p = p.clone()
		for i, m := range p.Members {
			p.Members[i].Agency, p.Members[i].Roles = unnamed(m.Agency), nil
		}
		p.LegalBasis, p.Decides = "", ""
		return p
	},
}

// FormPartnership records who commissions together, in the place of an earlier
// partnership, which stays in the journal.
func (c *Cycle) FormPartnership(p Partnership) error {
	if err := c.invalid("form a partnership", p.faults("partnership")); err != nil {
		return err
	}
	p = p.clone()
	p.Mark = Mark{}
	return partnershipFormed.Record(c, p)
}

// Partnership gives the partnership as it was last formed, if there is one.
func (c *Cycle) Partnership() (Partnership, bool) {
	if c.s.Partnership == nil {
		return Partnership{}, false
	}
	return c.s.Partnership.clone(), true
}
