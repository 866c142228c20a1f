package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ArrangementReportID names a report on an arrangement within its cycle, such as
// "H1".
type ArrangementReportID string

// ArrangementReportKind says what a report on an arrangement is about.
type ArrangementReportKind string

// What the monitoring of an arrangement reports.
const (
	ReportReview    ArrangementReportKind = "review"    // the arrangement was reviewed
	ReportBreach    ArrangementReportKind = "breach"    // it was not kept to
	ReportVariation ArrangementReportKind = "variation" // it was changed
	ReportEnd       ArrangementReportKind = "end"       // it ended
)

// Known tells whether the kind is one of the four.
func (k ArrangementReportKind) Known() bool {
	return k == ReportReview || k == ReportBreach || k == ReportVariation || k == ReportEnd
}

// ArrangementReport is what the monitoring of an arrangement tells the cycle.
// What purchasing and contracting learn informs commissioning (Institute of
// Public Care, review): a review of the cycle takes it up with a [ReviewFinding].
type ArrangementReport struct {
	ID          ArrangementReportID   `json:"id"` // given by the cycle
	Arrangement ArrangementID         `json:"arrangement"`
	Kind        ArrangementReportKind `json:"kind"`
	Case        casework.CaseID       `json:"case,omitzero"`       // the contract, grant or in-house agreement as a case, where there is one
	Reference   string                `json:"reference,omitempty"` // the id of the record in that case, or the host's number of it
	Text        string                `json:"text,omitempty"`      // what was found
	On          casework.Date         `json:"on"`                  // the day it was found
	TakenUp     ReviewID              `json:"taken_up,omitempty"`  // the review that first took it up; empty until one did
	Mark        Mark                  `json:"mark,omitzero"`
}

// Open tells whether a review has yet to take the report up. What was varied or
// has ended is for information, and never open.
func (r ArrangementReport) Open() bool {
	return r.TakenUp == "" && (r.Kind == ReportReview || r.Kind == ReportBreach)
}

// told says in words what an open report is about.
func (r ArrangementReport) told() string {
	if r.Kind == ReportBreach {
		return fmt.Sprintf("the breach of arrangement %s", r.Arrangement)
	}
	return fmt.Sprintf("what the review of arrangement %s found", r.Arrangement)
}

func (c *Cycle) arrangementReportFaults(r ArrangementReport, path string) []casework.Fault {
	var faults []casework.Fault
	if c.arrangement(r.Arrangement) == nil {
		faults = append(faults, unknown(path+".arrangement", "arrangement", string(r.Arrangement)))
	}
	if !r.Kind.Known() {
		faults = append(faults, missing(path+".kind", "report.kind", "an arrangement's report is a review, a breach, a variation or an end"))
	}
	if strings.TrimSpace(r.Text) == "" {
		faults = append(faults, missing(path+".text", "report.text_missing", "say what was found"))
	}
	if r.On.IsZero() {
		faults = append(faults, missing(path+".on", "report.on_missing", "say on which day it was found"))
	}
	if c.ahead(r.On) {
		faults = append(faults, missing(path+".on", "report.on_future", "nothing was found on a day to come"))
	}
	return faults
}

// ReportingArrangement is the event of the monitoring of an arrangement telling
// the cycle something, for policies to watch. The attempt's Args are the
// [ArrangementReport].
const ReportingArrangement casework.Move = "arrangement.reported"

var arrangementReported = &casework.Event[*Cycle, ArrangementReport]{
	Name: string(ReportingArrangement), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, r ArrangementReport) {
		r.TakenUp, r.Mark = "", c.mark(e)
		c.s.Reports = append(c.s.Reports, r)
	},
	Redact: func(r ArrangementReport) ArrangementReport {
		r.Text = ""
		return r
	},
}

// ReportArrangement records what the monitoring of an arrangement found, and
// gives it with its id. The arrangement may have ended, or not bind yet.
func (c *Cycle) ReportArrangement(r ArrangementReport) (ArrangementReport, error) {
	if err := c.invalid("report on an arrangement", c.arrangementReportFaults(r, "report")); err != nil {
		return ArrangementReport{}, err
	}
	r.ID, r.TakenUp, r.Mark = ArrangementReportID(numbered("H", len(c.s.Reports))), "", Mark{}
	if err := arrangementReported.Record(c, r); err != nil {
		return ArrangementReport{}, err
	}
	return *c.arrangementReport(r.ID), nil
}

// takeUp notes that a review took a report up; the first to do so stands.
func (c *Cycle) takeUp(id ArrangementReportID, by ReviewID) {
	if r := c.arrangementReport(id); r != nil && r.TakenUp == "" {
		r.TakenUp = by
	}
}

// ArrangementReports gives every report on an arrangement, in the order they
// were recorded.
func (c *Cycle) ArrangementReports() []ArrangementReport { return slices.Clone(c.s.Reports) }

// ArrangementReport gives one report on an arrangement.
func (c *Cycle) ArrangementReport(id ArrangementReportID) (ArrangementReport, bool) {
	if r := c.arrangementReport(id); r != nil {
		return *r, true
	}
	return ArrangementReport{}, false
}

func (c *Cycle) arrangementReport(id ArrangementReportID) *ArrangementReport {
	for i := range c.s.Reports {
		if c.s.Reports[i].ID == id {
			return &c.s.Reports[i]
		}
	}
	return nil
}
