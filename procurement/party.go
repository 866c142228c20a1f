package procurement

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
)

// PartyRole is what a party is in an agreement.
type PartyRole string

// The roles of parties.
const (
	BuyerParty     PartyRole = "buyer"
	SupplierParty  PartyRole = "supplier"
	GuarantorParty PartyRole = "guarantor"
)

// Known tells whether the role is one of the three.
func (r PartyRole) Known() bool {
	return r == BuyerParty || r == SupplierParty || r == GuarantorParty
}

// Party is an agency bound by an agreement. Any agency may be the customer of
// one and the supplier of another.
type Party struct {
	Agency      casework.Agency `json:"agency"`
	Role        PartyRole       `json:"role"`
	Signatories []Signatory     `json:"signatories,omitempty"` // who may sign for it
}

// Signatory is somebody with the authority to sign for a party.
type Signatory struct {
	Person    string         `json:"person"`              // id or office, never empty
	Authority string         `json:"authority,omitempty"` // where it is written down
	Limit     casework.Money `json:"limit,omitzero"`      // up to which value; none recorded where the authority has none to state
}

// Acceptance is a party's yes to the terms as they stood. A change to the terms
// voids it.
type Acceptance struct {
	Party   string        `json:"party"` // id of the agency
	Content casework.Hash `json:"content"`
	Mark    Mark          `json:"mark,omitzero"`
}

// Signature is a party's signature under the terms as they stood. One that is
// older than the content does not count.
type Signature struct {
	Party     string        `json:"party"` // id of the agency
	Signatory string        `json:"signatory"`
	At        time.Time     `json:"at"` // when it was signed
	Content   casework.Hash `json:"content"`
	Mark      Mark          `json:"mark,omitzero"`
}

func (p Party) clone() Party {
	p.Signatories = slices.Clone(p.Signatories)
	return p
}

func clonedParties(parties []Party) []Party {
	all := slices.Clone(parties)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// redacted keeps who the parties are to the host, and who may sign up to what.
func (p Party) redacted() Party {
	p.Agency = casework.Agency{ID: p.Agency.ID, Sector: p.Agency.Sector}
	p.Signatories = redactedSignatories(p.Signatories)
	return p
}

func redactedSignatories(signatories []Signatory) []Signatory {
	all := slices.Clone(signatories)
	for i := range all {
		all[i].Authority = ""
	}
	return all
}

// signatory gives one of those who may sign for the party.
func (p Party) signatory(person string) (Signatory, bool) {
	at := slices.IndexFunc(p.Signatories, func(s Signatory) bool { return s.Person == person })
	if at < 0 {
		return Signatory{}, false
	}
	return p.Signatories[at], true
}

// firstOf gives the first agency of a role: the lead, where there are several.
func firstOf(parties []Party, role PartyRole) casework.Agency {
	at := slices.IndexFunc(parties, func(p Party) bool { return p.Role == role })
	if at < 0 {
		return casework.Agency{}
	}
	return parties[at].Agency
}

// partyFaults lists what is wrong with the parties of an agreement.
func partyFaults(parties []Party, path string) []casework.Fault {
	var faults []casework.Fault
	for i, p := range parties {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, p.Agency.Faults(at+".agency")...)
		if !p.Role.Known() {
			faults = append(faults, fault(at+".role", "party.role", "a party is a buyer, a supplier or a guarantor"))
		}
		if slices.ContainsFunc(parties[:i], func(other Party) bool { return other.Agency.ID == p.Agency.ID }) {
			faults = append(faults, fault(at+".agency", "party.duplicate", fmt.Sprintf("%s is a party already", p.Agency)))
		}
		faults = append(faults, signatoryFaults(p.Signatories, at+".signatories")...)
	}
	if firstOf(parties, BuyerParty).ID == "" {
		faults = append(faults, fault(path, "party.no_buyer", "say who buys"))
	}
	if firstOf(parties, SupplierParty).ID == "" {
		faults = append(faults, fault(path, "party.no_supplier", "say who supplies"))
	}
	return faults
}

func signatoryFaults(signatories []Signatory, path string) []casework.Fault {
	var faults []casework.Fault
	for i, s := range signatories {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, required(s.Person, at+".person", "signatory.missing", "say who may sign")...)
		if slices.ContainsFunc(signatories[:i], func(other Signatory) bool { return other.Person == s.Person }) {
			faults = append(faults, fault(at+".person", "signatory.duplicate", fmt.Sprintf("%s stands there twice", s.Person)))
		}
		if s.Limit.Sign() < 0 {
			faults = append(faults, fault(at+".limit", "money.negative", "a limit is not negative"))
		}
	}
	return faults
}

// NamingSignatories and AcceptingContract are events of the parties, for
// policies to watch. The attempt's Args are the [Naming] and the [Acceptance]. The
// last acceptance takes the move [AgreeContract].
const (
	NamingSignatories casework.Move = "contract.signatories_named"
	AcceptingContract casework.Move = "contract.accepted"
)

// Naming says who may sign for a party, in place of whoever could before.
type Naming struct {
	Party       string      `json:"party"`
	Signatories []Signatory `json:"signatories"`
}

var signatoriesNamed = &casework.Event[*Contract, Naming]{
	Name: string(NamingSignatories), Version: 1,
	Apply: func(c *Contract, _ casework.Entry, n Naming) {
		if at := c.party(n.Party); at >= 0 {
			c.s.Parties[at].Signatories = n.Signatories
		}
	},
	Redact: func(n Naming) Naming {
		n.Signatories = redactedSignatories(n.Signatories)
		return n
	},
}

var contractAccepted = &casework.Event[*Contract, Acceptance]{
	Name: string(AcceptingContract), Version: 1,
	Apply: func(c *Contract, e casework.Entry, a Acceptance) {
		a.Mark = markOf(e)
		c.s.Acceptances = append(c.s.Acceptances, a)
	},
}

// NameSignatories says who may sign for a party, until the contract is over.
// Those named before are replaced. Acceptances of the terms stand.
func (c *Contract) NameSignatories(party string, signatories []Signatory) error {
	faults := c.partyKnown("party", party)
	if !c.unsigned() && !c.binds() {
		faults = append(faults, fault("contract", "contract.over", fmt.Sprintf("the contract is %s: nobody signs any more", c.State())))
	}
	if len(signatories) == 0 {
		faults = append(faults, fault("signatories", "signatory.missing", "say who may sign"))
	}
	faults = append(faults, signatoryFaults(signatories, "signatories")...)
	if err := c.invalid("name signatories", faults); err != nil {
		return err
	}
	return signatoriesNamed.Record(c, Naming{Party: party, Signatories: slices.Clone(signatories)})
}

// Accept records that a party accepts the terms as they stand. The last of the
// parties to do so takes the move [AgreeContract]. A change to the terms voids
// acceptances, and so does [Contract.Unlock].
func (c *Contract) Accept(party string) error {
	faults := c.partyKnown("party", party)
	accepted := func(id string) bool {
		return slices.ContainsFunc(c.s.Acceptances, func(a Acceptance) bool { return a.Party == id })
	}
	switch {
	case c.s.Origin.Kind == FromAcceptedOrder:
		faults = append(faults, fault("contract", "origin.order", "an order is accepted by the supplier's signature: see AcceptOrder"))
	case accepted(party):
		faults = append(faults, fault("party", "acceptance.already", fmt.Sprintf("%s has accepted these terms already", party)))
	case !c.can(AgreeContract):
		faults = append(faults, fault("contract", "contract.not_drafted", fmt.Sprintf("the contract is %s: terms are accepted while they are drafted", c.State())))
	}
	if err := c.invalid("accept the terms", faults); err != nil {
		return err
	}
	acceptance := Acceptance{Party: party, Content: c.content()}
	for _, p := range c.s.Parties {
		if p.Agency.ID != party && !accepted(p.Agency.ID) {
			return contractAccepted.Record(c, acceptance)
		}
	}
	return contractAccepted.Move(c, AgreeContract, acceptance)
}

// Unlock opens agreed terms to changes. Acceptances and signatures lapse, and
// stay in the journal. The call's reason says why.
func (c *Contract) Unlock() error { return c.Move(UnlockContract) }

// content is the digest of what is accepted and signed: who the parties are, and
// the terms.
func (c *Contract) content() casework.Hash {
	var parties []string
	for _, p := range c.s.Parties {
		parties = append(parties, string(p.Role)+" "+p.Agency.ID)
	}
	return contentOf(struct {
		Parties []string `json:"parties"`
		Terms   Terms    `json:"terms"`
	}{parties, c.s.Terms})
}

// can tells whether the contract's definition has a move from where it stands.
func (c *Contract) can(m casework.Move) bool {
	if c.Table() == nil {
		return false
	}
	_, is := c.Table().Next(c.State(), m)
	return is
}

// unsigned tells whether the contract is on its way to signature. It asks the
// facts, so that a host's own states count too.
func (c *Contract) unsigned() bool {
	return c.s.Bound.IsZero() && c.s.Ending == nil && !c.Final()
}

// binds tells whether the contract is signed and has not ended.
func (c *Contract) binds() bool {
	return !c.s.Bound.IsZero() && c.s.Ending == nil && !c.Final()
}

// Parties gives the parties, in the order they were written down.
func (c *Contract) Parties() []Party { return clonedParties(c.s.Parties) }

// Party gives the party that is an agency, by the agency's id.
func (c *Contract) Party(agency string) (Party, bool) {
	if at := c.party(agency); at >= 0 {
		return c.s.Parties[at].clone(), true
	}
	return Party{}, false
}

// party gives the place of a party, below 0 where it is none.
func (c *Contract) party(agency string) int {
	return slices.IndexFunc(c.s.Parties, func(p Party) bool { return p.Agency.ID == agency })
}

// partyKnown gives the fault of naming an agency that is no party, or nothing.
func (c *Contract) partyKnown(path, agency string) []casework.Fault {
	if c.party(agency) >= 0 {
		return nil
	}
	return []casework.Fault{unknown(path, "party", agency)}
}

// Acceptances gives the parties' acceptances of the terms as they stand.
func (c *Contract) Acceptances() []Acceptance { return slices.Clone(c.s.Acceptances) }

// Signatures gives the parties' signatures under the terms as they stand.
func (c *Contract) Signatures() []Signature { return slices.Clone(c.s.Signatures) }
