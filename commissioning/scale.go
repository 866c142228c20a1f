package commissioning

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// Scale says how much care a cycle asks for. It rises by itself, with the
// whole-life value and the risks; lowering it is an override.
type Scale uint8

// The scales. A cycle always has one of them.
const (
	Light Scale = iota + 1
	Standard
	Major
)

var scaleNames = [...]string{"", "light", "standard", "major"}

// String gives the scale's name in lower case.
func (s Scale) String() string {
	if int(s) >= len(scaleNames) {
		return fmt.Sprintf("scale(%d)", uint8(s))
	}
	return scaleNames[s]
}

// MarshalText writes the scale's name.
func (s Scale) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the scale's name; anything else gives [casework.ErrInvalid].
func (s *Scale) UnmarshalText(b []byte) error {
	at := slices.Index(scaleNames[1:], string(b))
	if at < 0 {
		return casework.Invalid("parse scale", missing("scale", "scale.unknown", fmt.Sprintf("%q is not a scale: light, standard or major", b)))
	}
	*s = Scale(at + 1) //nolint:gosec // an index into three names
	return nil
}

// Risk is a flag that asks for more care than the money alone would.
type Risk string

// The risk flags, each with the scale it asks for.
const (
	RiskServiceLost   Risk = "people_lose_a_service" // major
	RiskStaffTransfer Risk = "staff_transfer"        // standard
	RiskSafeguarding  Risk = "safeguarding"          // standard
	RiskNovelty       Risk = "novelty"               // standard
)

func (r Risk) known() bool { return r.scale() != 0 }

func (r Risk) scale() Scale {
	switch r {
	case RiskServiceLost:
		return Major
	case RiskStaffTransfer, RiskSafeguarding, RiskNovelty:
		return Standard
	default:
		return 0
	}
}

// Band says from which whole-life value on, VAT included, a cycle opened on or
// after a date is of standard or of major scale. Of several bands the one with
// the latest date counts; a value no band covers is taken for major.
type Band struct {
	From     casework.Date  // applies to cycles opened on or after this day
	Standard casework.Money // at or above
	Major    casework.Money // above
}

// DefaultBands is the table of bands where a host gives none: standard from the
// threshold for goods and services of sub-central authorities (Procurement Act
// 2023, Schedule 1, row 12: GBP 214,904 until 2025, GBP 207,720 from 2026), major
// above GBP 5,000,000 (the duty to set key performance indicators, section 52).
func DefaultBands() []Band {
	return []Band{
		{Standard: casework.GBP(21490400), Major: casework.GBP(500000000)},
		{From: newYear(2026), Standard: casework.GBP(20772000), Major: casework.GBP(500000000)},
	}
}

func newYear(year int) casework.Date {
	return casework.DateOf(time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC))
}

// ScaleOf gives the higher of the value's band and the risks' scales, for a case
// opened on a day. A value nobody recorded is taken for standard, one in another
// currency than the band's, or that no band covers, for major: none of them may
// make a case lighter than it is.
func ScaleOf(bands []Band, opened casework.Date, value casework.Money, risks []Risk) Scale {
	scale := bandOf(bands, opened, value)
	for _, r := range risks {
		scale = max(scale, r.scale())
	}
	return scale
}

func bandOf(bands []Band, opened casework.Date, value casework.Money) Scale {
	if !value.IsRecorded() {
		return Standard
	}
	var band Band
	for _, b := range bands {
		if !opened.Before(b.From) && !b.From.Before(band.From) {
			band = b
		}
	}
	major, err := value.Cmp(band.Major)
	if err != nil || major > 0 {
		return Major
	}
	standard, err := value.Cmp(band.Standard)
	if err != nil {
		return Major
	}
	if standard >= 0 {
		return Standard
	}
	return Light
}

// bandFaults checks a host's table.
func bandFaults(bands []Band) []casework.Fault {
	var faults []casework.Fault
	for i, b := range bands {
		path := fmt.Sprintf("bands[%d]", i)
		if order, err := b.Standard.Cmp(b.Major); err != nil || order > 0 {
			faults = append(faults, missing(path, "band.limits", "a band has a standard and a major limit in one currency, the first not above the second"))
		}
	}
	return faults
}

// LoweredScale is a scale somebody authorised set lower than value and risks ask for.
type LoweredScale struct {
	To    Scale `json:"to"`
	Asked Scale `json:"asked"` // what value and risks asked for at that time
	Mark  Mark  `json:"mark,omitzero"`
}

// ScaleChange is a scale that was raised or lowered. It is the data of
// [LoweringScale].
type ScaleChange struct {
	From Scale `json:"from,omitempty"`
	To   Scale `json:"to"`
}

var scaleRaised = &casework.Event[*Cycle, ScaleChange]{
	Name: "scale.raised", Version: 1,
	Apply: func(c *Cycle, _ casework.Entry, d ScaleChange) { c.s.Scale, c.s.Lowered = d.To, nil },
}

// LoweringScale is the event of a scale being lowered, for policies to watch.
const LoweringScale casework.Move = "scale.lowered"

var scaleLowered = &casework.Event[*Cycle, ScaleChange]{
	Name: string(LoweringScale), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ScaleChange) {
		c.s.Scale, c.s.Lowered = d.To, &LoweredScale{To: d.To, Asked: d.From, Mark: c.mark(e)}
	},
}

// Scale says how much care the cycle asks for. While nobody recorded a value or
// a risk it is taken for standard.
func (c *Cycle) Scale() Scale {
	if c.s.Scale == 0 && c.config != nil {
		return c.askedScale()
	}
	return c.s.Scale
}

// Lowered tells whether the scale was lowered by an override, and how far.
func (c *Cycle) Lowered() (LoweredScale, bool) {
	if c.s.Lowered == nil {
		return LoweredScale{}, false
	}
	return *c.s.Lowered, true
}

// WholeLifeValue is what the scale is judged by: the highest of the brief's
// estimate, what the services are estimated at and what was arranged, with the
// related values added. It is not recorded while nobody gave a figure. Amounts
// in several currencies are [casework.ErrInvalid].
func (c *Cycle) WholeLifeValue() (casework.Money, error) {
	highest := c.s.Brief.Value
	for _, total := range []func() (casework.Money, error){c.estimatedTotal, c.arrangedTotal} {
		amount, err := total()
		if err != nil {
			return casework.Money{}, err
		}
		if !amount.IsRecorded() {
			continue
		}
		if !highest.IsRecorded() {
			highest = amount
			continue
		}
		order, err := amount.Cmp(highest)
		if err != nil {
			return casework.Money{}, err
		}
		if order > 0 {
			highest = amount
		}
	}
	for _, r := range c.s.Brief.Related {
		if !highest.IsRecorded() {
			highest = r.Value
			continue
		}
		var err error
		if highest, err = highest.Add(r.Value); err != nil {
			return casework.Money{}, err
		}
	}
	return highest, nil
}

// askedScale is what value and risks ask for now.
func (c *Cycle) askedScale() Scale {
	value, err := c.WholeLifeValue()
	if err != nil {
		return Major // amounts that cannot be added up cannot make a cycle light
	}
	opened, _ := c.Opened()
	return ScaleOf(c.config.bands, c.config.day(opened), value, c.s.Brief.Risks)
}

// judged tells whether anybody recorded what a scale is judged by. Until then a
// cycle is taken for standard, and nothing is written down.
func (c *Cycle) judged() bool {
	value, err := c.WholeLifeValue()
	return err != nil || value.IsRecorded() || len(c.s.Brief.Risks) > 0
}

// raiseScale records a higher scale when value or risks ask for one. A lowered
// scale rises again only beyond what was asked for when it was lowered.
func (c *Cycle) raiseScale() error {
	asked := c.askedScale()
	if !c.judged() || asked <= c.s.Scale || (c.s.Lowered != nil && asked <= c.s.Lowered.Asked) {
		return nil
	}
	return scaleRaised.Record(c, ScaleChange{From: c.s.Scale, To: asked})
}

// LowerScale sets the scale lower than value and risks ask for. The policy
// scale.lowered stands against it, and must be overridden by somebody who may.
func (c *Cycle) LowerScale(to Scale) error {
	var faults []casework.Fault
	if scale := c.Scale(); to < Light || to >= scale {
		faults = append(faults, missing("scale", "scale.not_lower", fmt.Sprintf("the scale is %s: lower it to a lower one", scale)))
	}
	if strings.TrimSpace(c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why the scale is lowered, with casework.Reason"))
	}
	if err := c.invalid("lower the scale", faults); err != nil {
		return err
	}
	return scaleLowered.Record(c, ScaleChange{From: max(c.s.Scale, c.askedScale()), To: to})
}
