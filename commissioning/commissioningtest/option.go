package commissioningtest

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Option says how a fixture differs from the plain one: a cycle of standard
// scale under the standard definition and the default policies.
type Option func(*setup)

type setup struct {
	brief   commissioning.Brief
	options commissioning.Options
	scale   commissioning.Scale // zero: whatever the brief asks for
	more    []func(*commissioning.Cycle) error
}

// Under gives the fixture the host's own options. Its clock, ids and salts are
// the fixture's all the same.
func Under(o commissioning.Options) Option { return func(s *setup) { s.options = o } }

// Policies adds policies to those of the fixture's options.
func Policies(p ...commissioning.Policy) Option {
	return func(s *setup) { s.options.Policies.Add = slices.Concat(s.options.Policies.Add, p) }
}

// Permit asks the host who may do what. It is not asked while the cycle is
// brought to its stage.
func Permit(p casework.Permit) Option { return func(s *setup) { s.options.Desk.Permit = p } }

// Scale gives the cycle a value that is of the scale by the default bands: GBP
// 5,000, 300,000 or 6,000,000. A cycle that then turns out to be of another scale,
// be it by the host's own bands or by its risks, fails the test.
func Scale(scale commissioning.Scale) Option {
	return func(s *setup) { s.scale, s.brief.Value = scale, valueOf(scale) }
}

func valueOf(scale commissioning.Scale) casework.Money {
	switch scale {
	case commissioning.Light:
		return casework.GBP(5_000_00)
	case commissioning.Standard:
		return casework.GBP(300_000_00)
	case commissioning.Major:
		return casework.GBP(6_000_000_00)
	default:
		return casework.Money{}
	}
}

// Brief edits the brief the cycle is opened with, as the options before it left
// it.
func Brief(edit func(*commissioning.Brief)) Option { return func(s *setup) { edit(&s.brief) } }

// With records more once the cycle has come to its stage, under the fixture's
// own policies and permissions.
func With(work func(*commissioning.Cycle) error) Option {
	return func(s *setup) { s.more = append(s.more, work) }
}

// scaleFault says why a cycle is not of the scale that was asked for.
func (s *setup) scaleFault(c *commissioning.Cycle) error {
	if s.scale == 0 || c.Scale() == s.scale {
		return nil
	}
	return fmt.Errorf("the cycle is of scale %s, not %s: set the value that makes it so with Brief", c.Scale(), s.scale)
}
