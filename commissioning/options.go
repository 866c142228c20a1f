package commissioning

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// Options is what a host may give a desk. The zero value and nil work: the
// standard definitions, the default policies with their default weights, UTC
// without holidays.
type Options struct {
	// Desk is the host's clock, ids, permissions and retries.
	Desk casework.DeskOptions
	// Calendar gives days their limits: deadlines fall due at the end of a day
	// in its location.
	Calendar casework.Calendar
	// Policies adds to, replaces in, and drops from the default policies, by code.
	Policies casework.PolicyEdits[*Cycle]
	// Weights replaces cells of the table code x scale, and gives weights to
	// policies of the host's own; see [DefaultWeights]. A zero cell stays as it is.
	Weights map[string]Weight
	// IndividualWeights does the same for cycles about one person, for which its
	// cells come first; see [DefaultIndividualWeights].
	IndividualWeights map[string]Weight
	// Bands replaces the table that turns values into scales; [DefaultBands] when
	// empty.
	Bands []Band
	// Definitions are the host's own, such as [Strategic] with a stage inserted,
	// or versions a case may still be pinned to.
	Definitions []casework.Definition
}

// config is what the cycles of one desk have in common.
type config struct {
	kind       *casework.Kind[*Cycle]
	calendar   casework.Calendar
	delivery   *casework.Table
	bands      []Band
	weights    map[string]Weight
	individual map[string]Weight
}

// day gives the calendar day of a moment.
func (cfg *config) day(t time.Time) casework.Date {
	return casework.DateOf(t.In(cfg.calendar.Location()))
}

// NewKind gives the kind of case a cycle is, for units over several kinds.
// Faulty options are [casework.ErrInvalid]. First come, all at once, definitions
// that do not compile, policy edits that miss, weights of policies or of effects
// that do not exist, and faulty bands; where there are none, policies that are
// undocumented or watch nothing, and definitions that stand there twice.
func NewKind(o *Options) (*casework.Kind[*Cycle], error) {
	if o == nil {
		o = &Options{}
	}
	cfg := &config{
		calendar:   o.Calendar,
		bands:      slices.Clone(o.Bands),
		weights:    merged(DefaultWeights(), o.Weights),
		individual: merged(DefaultIndividualWeights(), o.IndividualWeights),
	}
	if len(cfg.bands) == 0 {
		cfg.bands = DefaultBands()
	}
	faults := bandFaults(cfg.bands)
	delivery, err := Delivery().Compile()
	faults = append(faults, faultsOf("delivery", err)...)
	cfg.delivery = delivery

	var tables []*casework.Table
	for i, d := range append([]casework.Definition{Strategic(), Individual()}, o.Definitions...) {
		table, err := d.Compile()
		faults = append(faults, faultsOf(fmt.Sprintf("definitions[%d]", i-2), err)...)
		if err == nil {
			tables = append(tables, table)
		}
	}
	policies, err := casework.EditPolicies(Policies(), o.Policies)
	faults = append(faults, faultsOf("policies", err)...)
	known := func(code string) bool {
		return slices.ContainsFunc(policies, func(p Policy) bool { return p.Code == code })
	}
	faults = append(faults, WeightFaults("weights", o.Weights, known)...)
	faults = append(faults, WeightFaults("individual_weights", o.IndividualWeights, known)...)
	if len(faults) > 0 {
		return nil, casework.Invalid("commissioning options", faults...)
	}
	kind, err := casework.NewKind(spec(cfg, tables, policies))
	if err != nil {
		return nil, casework.Invalid("commissioning options", faultsOf("", err)...)
	}
	cfg.kind = kind
	return kind, nil
}

// faultsOf puts the faults of an inner error under a path.
func faultsOf(path string, err error) []casework.Fault {
	if err == nil {
		return nil
	}
	invalid, is := errors.AsType[*casework.InvalidError](err)
	if !is {
		return []casework.Fault{missing(path, "options.faulty", err.Error())}
	}
	faults := make([]casework.Fault, len(invalid.Faults))
	for i, f := range invalid.Faults {
		faults[i] = casework.Fault{Path: strings.TrimPrefix(path+"."+f.Path, "."), Code: f.Code, Message: f.Message}
	}
	return faults
}
