package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// MeasureID names a measure within its agreement, such as "KPI1".
type MeasureID string

// Rating is what an observation of a measure amounts to (Procurement Regulations
// 2024 reg. 39(5): a closed list).
type Rating string

// The ratings.
const (
	Good                Rating = "good"
	ApproachingTarget   Rating = "approaching_target"
	RequiresImprovement Rating = "requires_improvement"
	Inadequate          Rating = "inadequate"
	OtherRating         Rating = "other"
)

// Known tells whether the rating is one of the five.
func (r Rating) Known() bool {
	return slices.Contains([]Rating{Good, ApproachingTarget, RequiresImprovement, Inadequate, OtherRating}, r)
}

// Measure is a key performance indicator: what is measured, and what is aimed at.
type Measure struct {
	ID       MeasureID `json:"id"` // given by the agreement
	Title    string    `json:"title"`
	Unit     string    `json:"unit"`
	Target   string    `json:"target"`            // in the unit, in words or figures
	Outcome  string    `json:"outcome,omitempty"` // id of the outcome of the cycle it tells of
	Every    int       `json:"every,omitempty"`   // months between observations; 12 when zero
	Material bool      `json:"material,omitempty"`
	Mark     Mark      `json:"mark,omitzero"`
}

func (m Measure) faults(path string) []casework.Fault {
	faults := slices.Concat(
		required(m.Title, path+".title", "measure.title_missing", "say what is measured"),
		required(m.Unit, path+".unit", "measure.unit_missing", "say in which unit it is measured"),
		required(m.Target, path+".target", "measure.target_missing", "say what is aimed at"),
	)
	if m.Every < 0 {
		faults = append(faults, fault(path+".every", "measure.every_negative", "months between observations count from 1"))
	}
	return faults
}

// MeasureObservation is what was measured, and how it was rated.
type MeasureObservation struct {
	Measure  MeasureID         `json:"measure"`
	Period   casework.Period   `json:"period"`
	Value    string            `json:"value"`
	Rating   Rating            `json:"rating"`
	Text     string            `json:"text,omitempty"`
	Evidence casework.Evidence `json:"evidence,omitzero"`
	Mark     Mark              `json:"mark,omitzero"`
}

func (o MeasureObservation) faults(p *performance, today casework.Date, path string) []casework.Fault {
	var faults []casework.Fault
	if p.measure(o.Measure) == nil {
		faults = append(faults, unknown(path+".measure", "measure", string(o.Measure)))
	}
	faults = append(faults, o.Period.Faults(path+".period")...)
	switch {
	case o.Period.OpenEnded():
		faults = append(faults, fault(path+".period.to", "observation.period_open", "an observation is of a period that is over"))
	case o.Period.To.After(today):
		faults = append(faults, fault(path+".period.to", "observation.period_future", "nothing is measured on a day to come"))
	}
	faults = append(faults, required(o.Value, path+".value", "observation.value_missing", "say what was measured")...)
	if !o.Rating.Known() {
		faults = append(faults, fault(path+".rating", "observation.rating", "a rating is good, approaching_target, requires_improvement, inadequate or other"))
	}
	if o.Rating == OtherRating {
		faults = append(faults, required(o.Text, path+".text", "observation.text_missing", "say what the other rating is")...)
	}
	if !o.Evidence.IsZero() {
		faults = append(faults, o.Evidence.Faults(path+".evidence")...)
	}
	return faults
}

// AgreeingMeasure and ObservingMeasure are the events of measures, for policies
// to watch. The attempt's Args are the [Measure] and the [MeasureObservation].
const (
	AgreeingMeasure  casework.Move = "measure.agreed"
	ObservingMeasure casework.Move = "measure.observed"
)

func measureAgreedEvent[T performing]() *casework.Event[T, Measure] {
	return &casework.Event[T, Measure]{
		Name: string(AgreeingMeasure), Version: 1,
		Apply: func(c T, e casework.Entry, m Measure) {
			m.Mark = markOf(e)
			c.perf().Measures = append(c.perf().Measures, m)
		},
		Redact: func(m Measure) Measure {
			m.Title, m.Unit, m.Target = "", "", ""
			return m
		},
	}
}

func measureObservedEvent[T performing]() *casework.Event[T, MeasureObservation] {
	return &casework.Event[T, MeasureObservation]{
		Name: string(ObservingMeasure), Version: 1,
		Apply: func(c T, e casework.Entry, o MeasureObservation) {
			o.Mark = markOf(e)
			c.perf().Observations = append(c.perf().Observations, o)
		},
		Redact: func(o MeasureObservation) MeasureObservation {
			o.Value, o.Text = "", ""
			o.Evidence.Title, o.Evidence.Address = "", ""
			return o
		},
	}
}

func (ev *performanceEvents[T]) agreeMeasure(c T, m Measure) (Measure, error) {
	faults := append(ev.closedFaults(c), m.faults("measure")...)
	if err := c.Fail(casework.InvalidIf("agree a measure", faults)); err != nil {
		return Measure{}, err
	}
	m.ID, m.Mark = MeasureID(numbered("KPI", len(c.perf().Measures))), Mark{}
	if err := ev.measureAgreed.Record(c, m); err != nil {
		return Measure{}, err
	}
	return *c.perf().measure(m.ID), nil
}

func (ev *performanceEvents[T]) observeMeasure(c T, o MeasureObservation) (MeasureObservation, error) {
	faults := append(ev.bindingFaults(c), o.faults(c.perf(), c.settings().day(c.Now()), "observation")...)
	if err := c.Fail(casework.InvalidIf(fmt.Sprintf("observe measure %s", o.Measure), faults)); err != nil {
		return MeasureObservation{}, err
	}
	o.Mark = Mark{}
	if err := ev.measureObserved.Record(c, o); err != nil {
		return MeasureObservation{}, err
	}
	all := c.perf().Observations
	return all[len(all)-1], nil
}
