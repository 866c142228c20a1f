package principles

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// Kinds are the kinds of case a dossier is made of. Journals are read by them,
// so they need every definition the cases run under.
type Kinds struct{ Procurement *procurement.Kinds }

// NewKinds gives the kinds: those of procurement, and with them that of the
// cycle. Kinds that are missing are [casework.ErrInvalid].
func NewKinds(p *procurement.Kinds) (*Kinds, error) {
	if p == nil || p.Cycles == nil {
		return nil, casework.Invalid("kinds of the principles", fault("procurement", "kind.missing", "give the kinds of procurement, and with them that of the cycle"))
	}
	return &Kinds{Procurement: p}, nil
}
