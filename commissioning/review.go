package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ReviewID names a review within its cycle, such as "W1".
type ReviewID string

// Review looks back on how services meet needs, takes up what the reviews of
// their contracts found, and decides what becomes of each service. What
// purchasing and contracting learn informs commissioning (Institute of Public
// Care, review).
type Review struct {
	ID        ReviewID          `json:"id"` // given by the cycle
	Title     string            `json:"title"`
	Due       casework.Date     `json:"due"`                  // the last day that is in time
	Held      casework.Date     `json:"held,omitzero"`        // the last day it was held; zero while it is planned
	HeldRound int               `json:"held_round,omitempty"` // the round it was held in, which need not be the one it was planned in
	Findings  []ReviewFinding   `json:"findings,omitempty"`
	Decisions []ServiceDecision `json:"decisions,omitempty"` // in order; the last on a service counts
	Concluded Mark              `json:"concluded,omitzero"`  // when every live service was decided on; zero until then
	Withdrawn Mark              `json:"withdrawn,omitzero"`  // when it was called off; zero while it was not
	Mark      Mark              `json:"mark,omitzero"`
}

// ReviewFinding is something a review found or took up.
type ReviewFinding struct {
	Text      string              `json:"text"`
	Report    ArrangementReportID `json:"report,omitempty"`    // what the monitoring of an arrangement told, where this takes it up
	Contract  casework.CaseID     `json:"contract,omitzero"`   // the case whose review was taken up, where there is one
	Reference string              `json:"reference,omitempty"` // the host's number of that contract review
	Done      string              `json:"done,omitempty"`      // what was done about it; required where a report is taken up
	Entry     uint64              `json:"entry,omitempty"`     // given by the cycle
}

// ServiceDecisionKind says what is to become of a service.
type ServiceDecisionKind string

// The decisions on a service. None of them ends the cycle.
const (
	ContinueService     ServiceDecisionKind = "continue"
	VaryService         ServiceDecisionKind = "vary"
	RecommissionService ServiceDecisionKind = "recommission"
	DecommissionService ServiceDecisionKind = "decommission"
)

// Known tells whether the decision is one of the four.
func (k ServiceDecisionKind) Known() bool {
	return k == ContinueService || k == VaryService || k == RecommissionService || k == DecommissionService
}

// ServiceDecision is what a review decided on a service. It causes nothing by
// itself: what follows is recorded where it happens.
type ServiceDecision struct {
	Service   ServiceID           `json:"service"`
	Decision  ServiceDecisionKind `json:"decision"`
	Reason    string              `json:"reason"`
	DecidedBy string              `json:"decided_by"`       // the body or person that decided
	Causes    string              `json:"causes,omitempty"` // what is to follow, such as a variation or a new purchase
	Entry     uint64              `json:"entry,omitempty"`  // given by the cycle
}

// Open tells whether the review was not concluded, be it planned or held.
func (w Review) Open() bool { return w.Concluded.Entry == 0 && w.Withdrawn.Entry == 0 }

// Decision gives what the review last decided on a service.
func (w Review) Decision(id ServiceID) (ServiceDecision, bool) {
	for _, d := range slices.Backward(w.Decisions) {
		if d.Service == id {
			return d, true
		}
	}
	return ServiceDecision{}, false
}

func (w Review) clone() Review {
	w.Findings = slices.Clone(w.Findings)
	w.Decisions = slices.Clone(w.Decisions)
	return w
}

func (c *Cycle) findingFaults(f ReviewFinding, path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(f.Text) == "" {
		faults = append(faults, missing(path+".text", "review.finding_missing", "say what was found"))
	}
	if f.Report == "" {
		return faults
	}
	if c.arrangementReport(f.Report) == nil {
		faults = append(faults, unknown(path+".report", "report", string(f.Report)))
	}
	if strings.TrimSpace(f.Done) == "" {
		faults = append(faults, missing(path+".done", "review.done_missing", "say what was done about what was reported"))
	}
	return faults
}

func (c *Cycle) decisionFaults(d ServiceDecision, path string) []casework.Fault {
	var faults []casework.Fault
	if c.service(d.Service) == nil {
		faults = append(faults, unknown(path+".service", "service", string(d.Service)))
	}
	if !d.Decision.Known() {
		faults = append(faults, missing(path+".decision", "review.decision", "a service is to continue, vary, recommission or decommission"))
	}
	if strings.TrimSpace(d.Reason) == "" {
		faults = append(faults, missing(path+".reason", "review.reason_missing", "say why it is decided so"))
	}
	if strings.TrimSpace(d.DecidedBy) == "" {
		faults = append(faults, missing(path+".decided_by", "review.decided_by_missing", "say who decided"))
	}
	return faults
}

// openReview finds a review that is open, or says why there is none.
func (c *Cycle) openReview(id ReviewID) (*Review, []casework.Fault) {
	w := c.review(id)
	if w == nil {
		return nil, []casework.Fault{unknown("review", "review", string(id))}
	}
	if !w.Open() {
		return w, []casework.Fault{missing("review", "review.concluded", fmt.Sprintf("review %s is concluded", id))}
	}
	return w, nil
}

// heldReview finds an open review that was held, or says why there is none.
func (c *Cycle) heldReview(id ReviewID) (*Review, []casework.Fault) {
	w, faults := c.openReview(id)
	if w != nil && w.Held.IsZero() {
		faults = append(faults, missing("review", "review.not_held", fmt.Sprintf("review %s was not held yet: record what it found", id)))
	}
	return w, faults
}

var reviewPlanned = &casework.Event[*Cycle, Review]{
	Name: "review.planned", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, w Review) {
		c.s.Reviews = append(c.s.Reviews, Review{ID: w.ID, Title: w.Title, Due: w.Due, Mark: c.mark(e)})
	},
	Redact: func(w Review) Review { return Review{ID: w.ID, Due: w.Due} },
}

type reviewHeld struct {
	Review   ReviewID        `json:"review"`
	Held     casework.Date   `json:"held"`
	Findings []ReviewFinding `json:"findings,omitempty"`
}

var reviewFound = &casework.Event[*Cycle, reviewHeld]{
	Name: "review.held", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d reviewHeld) {
		w := c.review(d.Review)
		if w == nil {
			return
		}
		w.Held, w.HeldRound = d.Held, c.s.Round
		for _, f := range d.Findings {
			f.Entry = e.Seq
			w.Findings = append(w.Findings, f)
			c.takeUp(f.Report, w.ID)
		}
	},
	Redact: func(d reviewHeld) reviewHeld {
		kept := reviewHeld{Review: d.Review, Held: d.Held}
		for _, f := range d.Findings {
			kept.Findings = append(kept.Findings, ReviewFinding{Report: f.Report, Contract: f.Contract, Reference: f.Reference, Done: withheld(f.Done)})
		}
		return kept
	},
}

// DecidingReview is the event of a review deciding on a service, for policies
// to watch. The attempt's Args are a [ReviewDecision].
const DecidingReview casework.Move = "review.decided"

// ReviewDecision is a decision with the review that takes it.
type ReviewDecision struct {
	Review   ReviewID        `json:"review"`
	Decision ServiceDecision `json:"decision"`
}

var reviewDecided = &casework.Event[*Cycle, ReviewDecision]{
	Name: string(DecidingReview), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ReviewDecision) {
		if w := c.review(d.Review); w != nil {
			d.Decision.Entry = e.Seq
			w.Decisions = append(w.Decisions, d.Decision)
		}
	},
	Redact: func(d ReviewDecision) ReviewDecision {
		d.Decision.Reason, d.Decision.DecidedBy, d.Decision.Causes = "", "", ""
		return d
	},
}

// ConcludingReview is the event of a review being concluded, for policies to
// watch. The attempt's Args are a [ReviewConclusion].
const ConcludingReview casework.Move = "review.concluded"

// ReviewConclusion says which review is concluded.
type ReviewConclusion struct {
	Review ReviewID `json:"review"`
}

var reviewConcluded = &casework.Event[*Cycle, ReviewConclusion]{
	Name: string(ConcludingReview), Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ReviewConclusion) {
		if w := c.review(d.Review); w != nil {
			w.Concluded = c.mark(e)
		}
	},
}

var reviewWithdrawn = &casework.Event[*Cycle, ReviewConclusion]{
	Name: "review.withdrawn", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, d ReviewConclusion) {
		if w := c.review(d.Review); w != nil {
			w.Withdrawn = c.mark(e)
		}
	},
}

// WithdrawReview calls off a review that was planned and not held. The call's
// reason says why, and is required.
func (c *Cycle) WithdrawReview(id ReviewID) error {
	w, faults := c.openReview(id)
	if w != nil && !w.Held.IsZero() {
		faults = append(faults, missing("review", "review.held", fmt.Sprintf("review %s was held: conclude it", id)))
	}
	if strings.TrimSpace(c.Reason()) == "" {
		faults = append(faults, missing("reason", "reason.missing", "say why it is called off, with casework.Reason"))
	}
	if err := c.invalid("withdraw a review", faults); err != nil {
		return err
	}
	return reviewWithdrawn.Record(c, ReviewConclusion{Review: id})
}

// PlanReview records that a review is to be held by a day, and gives it with
// its id.
func (c *Cycle) PlanReview(title string, due casework.Date) (Review, error) {
	var faults []casework.Fault
	if strings.TrimSpace(title) == "" {
		faults = append(faults, missing("title", "review.title_missing", "a review needs a title"))
	}
	if due.IsZero() {
		faults = append(faults, missing("due", "review.due_missing", "say by which day it is to be held"))
	}
	if err := c.invalid("plan a review", faults); err != nil {
		return Review{}, err
	}
	w := Review{ID: ReviewID(numbered("W", len(c.s.Reviews))), Title: title, Due: due}
	if err := reviewPlanned.Record(c, w); err != nil {
		return Review{}, err
	}
	return c.review(w.ID).clone(), nil
}

// RecordFindings records that a review was held on a day and what it found. A
// finding may take up what the monitoring of an arrangement told the cycle. It
// may be called again until the review is concluded: findings are added, and
// the later call's day stands.
func (c *Cycle) RecordFindings(id ReviewID, held casework.Date, findings ...ReviewFinding) (Review, error) {
	_, faults := c.openReview(id)
	if held.IsZero() {
		faults = append(faults, missing("held", "review.held_missing", "say on which day it was held"))
	}
	if c.ahead(held) {
		faults = append(faults, missing("held", "review.held_future", "a review is held once its day has come"))
	}
	for i, f := range findings {
		faults = append(faults, c.findingFaults(f, fmt.Sprintf("findings[%d]", i))...)
	}
	if err := c.invalid("record findings of a review", faults); err != nil {
		return Review{}, err
	}
	findings = slices.Clone(findings)
	for i := range findings {
		findings[i].Entry = 0
	}
	if err := reviewFound.Record(c, reviewHeld{Review: id, Held: held, Findings: findings}); err != nil {
		return Review{}, err
	}
	return c.review(id).clone(), nil
}

// DecideReview records what a review that was held decided on a service. A
// later decision of the same review on the same service takes its place.
func (c *Cycle) DecideReview(id ReviewID, d ServiceDecision) (Review, error) {
	_, faults := c.heldReview(id)
	faults = append(faults, c.decisionFaults(d, "decision")...)
	if err := c.invalid("decide on a service", faults); err != nil {
		return Review{}, err
	}
	d.Entry = 0
	if err := reviewDecided.Record(c, ReviewDecision{Review: id, Decision: d}); err != nil {
		return Review{}, err
	}
	return c.review(id).clone(), nil
}

// ConcludeReview closes a review. One that was not held, that leaves a live
// service undecided, or that leaves an [ArrangementReport] open, is
// [casework.ErrInvalid].
func (c *Cycle) ConcludeReview(id ReviewID) (Review, error) {
	w, faults := c.heldReview(id)
	if w != nil && w.Open() {
		faults = append(faults, c.undecidedFaults(*w)...)
		faults = append(faults, c.missedFaults(*w)...)
	}
	if err := c.invalid("conclude a review", faults); err != nil {
		return Review{}, err
	}
	if err := reviewConcluded.Record(c, ReviewConclusion{Review: id}); err != nil {
		return Review{}, err
	}
	return c.review(id).clone(), nil
}

func (c *Cycle) undecidedFaults(w Review) []casework.Fault {
	var faults []casework.Fault
	for _, s := range c.s.Services {
		if _, decided := w.Decision(s.ID); s.Live() && !decided {
			faults = append(faults, missing(fmt.Sprintf("decisions[%s]", s.ID), "review.service_undecided",
				fmt.Sprintf("service %s is %s, and review %s does not decide on it", s.ID, s.Delivery, w.ID)))
		}
	}
	return faults
}

// missedFaults names what no review took up.
func (c *Cycle) missedFaults(w Review) []casework.Fault {
	var faults []casework.Fault
	for _, r := range c.s.Reports {
		if r.Open() {
			faults = append(faults, missing(fmt.Sprintf("reports[%s]", r.ID), "review.report_missed",
				fmt.Sprintf("review %s does not take up %s (%s): record a finding that names the report and says what was done", w.ID, r.told(), r.ID)))
		}
	}
	return faults
}

// Reviews gives every review, in the order they were planned.
func (c *Cycle) Reviews() []Review { return c.reviewsWhere(func(Review) bool { return true }) }

// ReviewsIn gives the reviews that were planned or held in a round.
func (c *Cycle) ReviewsIn(round int) []Review {
	return c.reviewsWhere(func(w Review) bool { return w.Mark.Round == round || w.HeldRound == round })
}

func (c *Cycle) reviewsWhere(want func(Review) bool) []Review {
	var all []Review
	for _, w := range c.s.Reviews {
		if want(w) {
			all = append(all, w.clone())
		}
	}
	return all
}

// Review gives one review.
func (c *Cycle) Review(id ReviewID) (Review, bool) {
	if w := c.review(id); w != nil {
		return w.clone(), true
	}
	return Review{}, false
}

func (c *Cycle) review(id ReviewID) *Review {
	for i := range c.s.Reviews {
		if c.s.Reviews[i].ID == id {
			return &c.s.Reviews[i]
		}
	}
	return nil
}
