package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// ExercisedOption is a priced option the buyer made use of. It is the data of
// [OptionBeingExercised].
type ExercisedOption struct {
	Option OptionID      `json:"option"`
	From   casework.Date `json:"from"`             // since when its value counts
	Reason string        `json:"reason,omitempty"` // where the call is about something else
	Mark   Mark          `json:"mark,omitzero"`
}

// Extension tells how a contract is extended: by a priced option, or by a
// variation that takes effect when all parties have signed it.
type Extension struct {
	Until     casework.Date `json:"until"`
	Option    OptionID      `json:"option,omitempty"`    // exercised
	Variation VariationID   `json:"variation,omitempty"` // proposed
}

var optionExercised = &casework.Event[*Contract, ExercisedOption]{
	Name: OptionBeingExercised, Version: 1,
	Apply: func(c *Contract, e casework.Entry, x ExercisedOption) {
		x.Mark = markOf(e)
		c.s.Exercised = append(c.s.Exercised, x)
	},
	Redact: func(x ExercisedOption) ExercisedOption {
		x.Reason = ""
		return x
	},
}

// ExerciseOption makes use of a priced option, once and before the contract has
// ended. Its price is added to the value, its months to the period. That is no
// variation: nobody signs.
func (c *Contract) ExerciseOption(id OptionID) (ExercisedOption, error) {
	return c.exercise("exercise an option", id, "")
}

func (c *Contract) exercise(op string, id OptionID, reason string) (ExercisedOption, error) {
	if err := c.invalid(op, c.exerciseFaults(id)); err != nil {
		return ExercisedOption{}, err
	}
	if err := optionExercised.Record(c, ExercisedOption{Option: id, From: c.cfg.day(c.Now()), Reason: reason}); err != nil {
		return ExercisedOption{}, err
	}
	return c.s.Exercised[len(c.s.Exercised)-1], nil
}

func (c *Contract) exerciseFaults(id OptionID) []casework.Fault {
	faults := c.inForceFaults("option.not_in_force", "options are exercised while it is signed or in force")
	option, known := c.option(id)
	if !known {
		return append(faults, unknown("option", "option", string(id)))
	}
	if c.exercised(id) {
		faults = append(faults, fault("option", "option.exercised", fmt.Sprintf("option %s was exercised already", id)))
	}
	now := c.agreed()
	if last := now.Period.To; !last.IsZero() && last.Before(c.cfg.day(c.Now())) {
		faults = append(faults, fault("option", "option.late", fmt.Sprintf("the contract's last day was %s: an option is exercised before the end", last)))
	}
	if option.Months > 0 && now.Period.OpenEnded() {
		faults = append(faults, fault("option", "option.open_ended", "a contract without an end is not extended"))
	}
	if _, err := now.Value.Add(option.Price); err != nil {
		faults = append(faults, fault("option", "option.price", fmt.Sprintf("its price cannot be added: %v", err)))
	}
	return faults
}

// Extend prolongs the contract to a day. Where an option was priced that reaches
// exactly that day it is exercised; otherwise a variation is proposed. The result
// says which.
func (c *Contract) Extend(to casework.Date, reason string) (Extension, error) {
	const op = "extend the contract"
	now := c.agreed()
	faults := c.inForceFaults("variation.not_in_force", "only what is signed and has not ended is extended")
	faults = append(faults, required(reason, "reason", "reason.missing", "say why it is extended")...)
	switch {
	case now.Period.OpenEnded():
		faults = append(faults, fault("to", "extension.open_ended", "a contract without an end is not extended"))
	case !to.After(now.Period.To):
		faults = append(faults, fault("to", "extension.not_later", fmt.Sprintf("the contract runs to %s already", now.Period.To)))
	}
	if err := c.invalid(op, faults); err != nil {
		return Extension{}, err
	}
	if o, priced := c.optionTo(now.Period.To, to); priced {
		_, err := c.exercise(op, o.ID, reason)
		return Extension{Until: to, Option: o.ID}, err
	}
	v, err := c.ProposeVariation(Variation{
		Rationales: []Rationale{DurationExtension}, Reason: reason,
		Period: casework.Period{From: now.Period.From, To: to},
	})
	return Extension{Until: to, Variation: v.ID}, err
}

// optionTo gives the first unused option that extends from one last day to
// another.
func (c *Contract) optionTo(last, to casework.Date) (PricedOption, bool) {
	for _, o := range c.s.Terms.Options {
		if o.Months > 0 && !c.exercised(o.ID) && extended(last, o.Months) == to {
			return o, true
		}
	}
	return PricedOption{}, false
}

func (c *Contract) option(id OptionID) (PricedOption, bool) {
	at := slices.IndexFunc(c.s.Terms.Options, func(o PricedOption) bool { return o.ID == id })
	if at < 0 {
		return PricedOption{}, false
	}
	return c.s.Terms.Options[at], true
}

func (c *Contract) exercised(id OptionID) bool {
	return slices.ContainsFunc(c.s.Exercised, func(x ExercisedOption) bool { return x.Option == id })
}

// inForceFaults gives the fault of changing what does not bind, or nothing.
func (c *Contract) inForceFaults(code, why string) []casework.Fault {
	if c.binds() {
		return nil
	}
	return []casework.Fault{fault("contract", code, fmt.Sprintf("the contract is %s: %s", c.State(), why))}
}

// ExercisedOptions gives the options the buyer made use of, in order.
func (c *Contract) ExercisedOptions() []ExercisedOption { return slices.Clone(c.s.Exercised) }
