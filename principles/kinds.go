package principles

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// Kinds are the kinds of case a dossier is made of. Journals are read by them,
// so they need every definition the cases run under.
type Kinds struct {
	Procurement *procurement.Kinds
	Assessments *casework.Kind[*Assessment]
}

// NewKinds gives the kinds, beside those of the cycle and of procurement. Nil
// options work. Kinds that are missing, and faulty options, are
// [casework.ErrInvalid].
func NewKinds(p *procurement.Kinds, o *Options) (*Kinds, error) {
	if p == nil || p.Cycles == nil {
		return nil, casework.Invalid("kinds of the principles", fault("procurement", "kind.missing", "give the kinds of procurement, and with them that of the cycle"))
	}
	if o == nil {
		o = &Options{}
	}
	assessments, err := newAssessmentKind(o)
	if err != nil {
		return nil, err
	}
	return &Kinds{Procurement: p, Assessments: assessments}, nil
}
