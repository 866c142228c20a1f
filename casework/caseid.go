package casework

import (
	"fmt"

	"github.com/google/uuid"
)

// CaseID identifies a case inside a store. Hosts keep their own case numbers
// as [ExternalRef]; a CaseID never has to be shown to anyone.
type CaseID uuid.UUID

// ParseCaseID reads the canonical text form of a CaseID. A text that is not
// one gives [ErrInvalid].
func ParseCaseID(s string) (CaseID, error) {
	id, err := uuid.Parse(s)
	if err != nil {
		return CaseID{}, Invalid("parse case id", Fault{Path: "id", Code: "id.malformed", Message: fmt.Sprintf("%q is not a case id", s)})
	}
	return CaseID(id), nil
}

// String gives the canonical text form.
func (id CaseID) String() string { return uuid.UUID(id).String() }

// IsZero tells whether the id was never given.
func (id CaseID) IsZero() bool { return id == CaseID{} }

// MarshalText writes the canonical text form.
func (id CaseID) MarshalText() ([]byte, error) { return uuid.UUID(id).MarshalText() }

// UnmarshalText reads the canonical text form; anything else gives [ErrInvalid].
func (id *CaseID) UnmarshalText(b []byte) error {
	parsed, err := ParseCaseID(string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
