package commissioning

import (
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ParticipantID names a participant within its cycle, such as "P1".
type ParticipantID string

// ParticipantRole is the capacity in which somebody takes part in commissioning.
type ParticipantRole string

// The roles of participants.
const (
	ParticipantUser                  ParticipantRole = "user" // who has the need or uses the service
	ParticipantCarer                 ParticipantRole = "carer"
	ParticipantCommunity             ParticipantRole = "community"
	ParticipantVoluntaryOrganisation ParticipantRole = "voluntary_organisation" // voluntary and community organisations
	ParticipantProvider              ParticipantRole = "provider"               // present or potential, of any sector
	ParticipantClinician             ParticipantRole = "clinician"
	ParticipantPartnerAgency         ParticipantRole = "partner_agency"
)

func (r ParticipantRole) known() bool {
	switch r {
	case ParticipantUser, ParticipantCarer, ParticipantCommunity, ParticipantVoluntaryOrganisation,
		ParticipantProvider, ParticipantClinician, ParticipantPartnerAgency:
		return true
	default:
		return false
	}
}

// organised tells whether the role is one of organisations rather than people.
func (r ParticipantRole) organised() bool {
	return r == ParticipantVoluntaryOrganisation || r == ParticipantProvider || r == ParticipantPartnerAgency
}

// Participant is a group of people or an organisation that has a say in the
// cycle. It never names a person.
type Participant struct {
	ID     ParticipantID   `json:"id"`              // given by the cycle
	Agency casework.Agency `json:"agency,omitzero"` // with its sector, as recorded at the time; zero for people
	Role   ParticipantRole `json:"role"`
	Group  string          `json:"group,omitempty"` // such as "carers of working age"
	Bids   bool            `json:"bids,omitempty"`  // the agency also bids for a service, or is about to
	Mark   Mark            `json:"mark,omitzero"`
}

// Voluntary tells whether the participant belongs to the voluntary and
// community sector, by its role or by the recorded sector of its agency.
func (p Participant) Voluntary() bool {
	return p.Role == ParticipantVoluntaryOrganisation || p.Agency.Sector == casework.Voluntary
}

func (p Participant) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !p.Role.known() {
		faults = append(faults, missing(path+".role", "participant.role", "a participant is a user, carer, community, voluntary_organisation, provider, clinician or partner_agency"))
	}
	people := p.Agency == casework.Agency{}
	if !people {
		faults = append(faults, p.Agency.Faults(path+".agency")...)
	}
	if people && p.Bids {
		faults = append(faults, missing(path+".bids", "participant.bids_without_agency", "only an agency bids: say which"))
	}
	if p.Role.organised() && people && strings.TrimSpace(p.Group) == "" {
		faults = append(faults, missing(path+".agency", "participant.agency_missing", "say which agency, or which group of them"))
	}
	return faults
}

// AddingParticipant is the event of a participant being added, for policies to
// watch. The attempt's Args are the [Participant].
const AddingParticipant casework.Move = "participant.added"

var participantAdded = &casework.Event[*Cycle, Participant]{
	Name: string(AddingParticipant), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, p Participant) {
		p.Mark = c.mark(e)
		c.s.Participants = append(c.s.Participants, p)
	},
	Redact: func(p Participant) Participant {
		p.Agency, p.Group = unnamed(p.Agency), ""
		return p
	},
}

// AddParticipant records who has a say in the cycle, and gives it with its id.
func (c *Cycle) AddParticipant(p Participant) (Participant, error) {
	if err := c.invalid("add a participant", p.faults("participant")); err != nil {
		return Participant{}, err
	}
	p.ID, p.Mark = ParticipantID(numbered("P", len(c.s.Participants))), Mark{}
	if err := participantAdded.Record(c, p); err != nil {
		return Participant{}, err
	}
	return c.s.Participants[len(c.s.Participants)-1], nil
}

// Participants gives every participant, in the order they were added.
func (c *Cycle) Participants() []Participant { return slices.Clone(c.s.Participants) }

// Participant gives one participant.
func (c *Cycle) Participant(id ParticipantID) (Participant, bool) {
	if p := c.participant(id); p != nil {
		return *p, true
	}
	return Participant{}, false
}

func (c *Cycle) participant(id ParticipantID) *Participant {
	for i := range c.s.Participants {
		if c.s.Participants[i].ID == id {
			return &c.s.Participants[i]
		}
	}
	return nil
}
