package casefile

import (
	"fmt"
	"time"

	"github.com/needsled/needsled/procurement"
)

type framework = procurement.FrameworkAgreement

// frameworkCommands lists every command of a framework agreement but
// [openCommand], in the order in which CASEFILE.md describes them.
func frameworkCommands() []command {
	all := append([]command{given("move", takeMove[*framework])}, heldCommands[*framework]()...)
	return append(
		all,
		makes("revise_terms", (*framework).Revise, func(t procurement.FrameworkTerms) string {
			return fmt.Sprintf("terms: %s, ceiling %s, %s", t.Title, t.Ceiling, t.Period)
		}),
		gives("sign", func(f *framework, d signatureData) (procurement.Signature, error) {
			return f.Sign(d.signature())
		}, signedBy),
		makes("add_member", (*framework).AddMember, func(m procurement.FrameworkMember) string {
			return fmt.Sprintf("%s is a member of lot %s", m.Agency, m.Lot)
		}),
		changes("remove_member", func(f *framework, d memberData) error { return drop(f.RemoveMember(d.Lot, d.Agency)) },
			func(d memberData) string { return fmt.Sprintf("%s is taken off lot %s", d.Agency, d.Lot) }),
		gives("terminate", (*framework).Terminate, endedAs),
	)
}

// The data of commands to agreements that several kinds take. Fields without
// omitempty are needed.
type (
	signatureData struct {
		Party     string    `json:"party"` // id of the agency
		Signatory string    `json:"signatory"`
		At        time.Time `json:"at,omitzero"` // the time of the step, when left out
	}
	memberData struct {
		Lot    procurement.LotID `json:"lot"`
		Agency string            `json:"agency"` // its id
	}
)

func (d signatureData) signature() procurement.Signature {
	return procurement.Signature{Party: d.Party, Signatory: d.Signatory, At: d.At}
}

// signedBy tells of a signature.
func signedBy(s procurement.Signature) string {
	return fmt.Sprintf("signed for %s by %s", s.Party, s.Signatory)
}

// endedAs tells of an end.
func endedAs(e procurement.Ending) string {
	return fmt.Sprintf("%s, the last day is %s", words(e.As), e.On)
}
