package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// ReviewID names a review within its agreement, such as "R1".
type ReviewID string

// ContractReview looks back on how an agreement works. What it found is told to
// the cycle, whose own review must take it up. The last one before the end is
// the final review, which somebody must approve before the agreement is closed.
type ContractReview struct {
	ID        ReviewID      `json:"id"` // given by the agreement
	Title     string        `json:"title"`
	Due       casework.Date `json:"due"` // the last day that is in time
	Final     bool          `json:"final,omitempty"`
	Held      casework.Date `json:"held,omitzero"`
	Findings  []string      `json:"findings,omitempty"`
	Planned   Mark          `json:"planned,omitzero"`
	Concluded Mark          `json:"concluded,omitzero"`
	Approved  Mark          `json:"approved,omitzero"` // final reviews
}

// Open tells whether the review was not held.
func (r ContractReview) Open() bool { return r.Concluded.IsZero() }

func (r ContractReview) clone() ContractReview {
	r.Findings = slices.Clone(r.Findings)
	return r
}

// found says in words what a review found; findings that were redacted leave its
// id.
func (r ContractReview) found() string {
	if text := strings.Trim(strings.Join(r.Findings, "; "), "; "); text != "" {
		return text
	}
	return fmt.Sprintf("review %s was held", r.ID)
}

// ReviewConclusion is when a review was held, and what it found. It is the data
// of [ReviewBeingConcluded].
type ReviewConclusion struct {
	Review   ReviewID      `json:"review"`
	Held     casework.Date `json:"held"`
	Findings []string      `json:"findings"`
}

// ReviewApproval says which final review is approved. It is the data of
// [ApprovingReview].
type ReviewApproval struct {
	Review ReviewID `json:"review"`
}

// PlanningReview and ApprovingReview are events of reviews, for policies to
// watch beside [ReviewBeingConcluded]. The attempt's Args are the
// [ContractReview] and the [ReviewApproval].
const (
	PlanningReview  casework.Move = "review.planned"
	ApprovingReview casework.Move = "review.approved"
)

func reviewPlannedEvent[T performing]() *casework.Event[T, ContractReview] {
	return &casework.Event[T, ContractReview]{
		Name: string(PlanningReview), Version: 1,
		Apply: func(c T, e casework.Entry, r ContractReview) {
			r.Planned = markOf(e)
			c.perf().Reviews = append(c.perf().Reviews, r)
		},
		Redact: func(r ContractReview) ContractReview {
			r.Title = ""
			return r
		},
	}
}

func reviewConcludedEvent[T performing]() *casework.Event[T, ReviewConclusion] {
	return &casework.Event[T, ReviewConclusion]{
		Name: ReviewBeingConcluded, Version: 1,
		Apply: func(c T, e casework.Entry, d ReviewConclusion) {
			if r := c.perf().review(d.Review); r != nil {
				r.Held, r.Findings, r.Concluded = d.Held, slices.Clone(d.Findings), markOf(e)
			}
		},
		Redact: func(d ReviewConclusion) ReviewConclusion {
			d.Findings = nil
			return d
		},
	}
}

func reviewApprovedEvent[T performing]() *casework.Event[T, ReviewApproval] {
	return &casework.Event[T, ReviewApproval]{
		Name: string(ApprovingReview), Version: 1,
		Apply: func(c T, e casework.Entry, d ReviewApproval) {
			if r := c.perf().review(d.Review); r != nil {
				r.Approved = markOf(e)
			}
		},
	}
}

func (ev *performanceEvents[T]) planReview(c T, title string, due casework.Date, final bool) (ContractReview, error) {
	faults := append(ev.closedFaults(c), required(title, "title", "review.title_missing", "say what is reviewed")...)
	if due.IsZero() {
		faults = append(faults, fault("due", "review.due_missing", "say by which day the review is to be held"))
	}
	if err := c.Fail(casework.InvalidIf("plan a review", faults)); err != nil {
		return ContractReview{}, err
	}
	r := ContractReview{ID: ReviewID(numbered("R", len(c.perf().Reviews))), Title: title, Due: due, Final: final}
	if err := ev.reviewPlanned.Record(c, r); err != nil {
		return ContractReview{}, err
	}
	return c.perf().review(r.ID).clone(), nil
}

func (ev *performanceEvents[T]) concludeReview(c T, id ReviewID, held casework.Date, findings []string) (ContractReview, error) {
	faults := ev.bindingFaults(c)
	switch r := c.perf().review(id); {
	case r == nil:
		faults = append(faults, unknown("review", "review", string(id)))
	case !r.Open():
		faults = append(faults, fault("review", "review.concluded", fmt.Sprintf("review %s was held on %s", id, r.Held)))
	}
	switch {
	case held.IsZero():
		faults = append(faults, fault("held", "review.held_missing", "say on which day it was held"))
	case c.settings().ahead(held, c.Now()):
		faults = append(faults, fault("held", "review.held_future", "a review is concluded when it was held"))
	}
	if len(findings) == 0 {
		faults = append(faults, fault("findings", "review.findings_missing", "say what was found; nothing to mend is a finding"))
	}
	for i, f := range findings {
		faults = append(faults, required(f, fmt.Sprintf("findings[%d]", i), "review.finding_empty", "say what was found")...)
	}
	if err := c.Fail(casework.InvalidIf(fmt.Sprintf("conclude review %s", id), faults)); err != nil {
		return ContractReview{}, err
	}
	if err := ev.reviewConcluded.Record(c, ReviewConclusion{Review: id, Held: held, Findings: slices.Clone(findings)}); err != nil {
		return ContractReview{}, err
	}
	return c.perf().review(id).clone(), nil
}

func (ev *performanceEvents[T]) approveFinalReview(c T, id ReviewID) (ContractReview, error) {
	faults := ev.bindingFaults(c)
	switch r := c.perf().review(id); {
	case r == nil:
		faults = append(faults, unknown("review", "review", string(id)))
	case !r.Final:
		faults = append(faults, fault("review", "review.not_final", fmt.Sprintf("review %s is not the final one", id)))
	case r.Open():
		faults = append(faults, fault("review", "review.not_held", fmt.Sprintf("review %s was not held", id)))
	case !r.Approved.IsZero():
		faults = append(faults, fault("review", "review.approved", fmt.Sprintf("review %s is approved already", id)))
	}
	if err := c.Fail(casework.InvalidIf(fmt.Sprintf("approve final review %s", id), faults)); err != nil {
		return ContractReview{}, err
	}
	if err := ev.reviewApproved.Record(c, ReviewApproval{Review: id}); err != nil {
		return ContractReview{}, err
	}
	return c.perf().review(id).clone(), nil
}

// reviewOwn objects to whoever concluded a review approving it.
func reviewOwn[T performing](a casework.Attempt[T]) []casework.Objection {
	d, is := a.Args.(ReviewApproval)
	if !is {
		return nil
	}
	r := a.Case.perf().review(d.Review)
	if r == nil || !r.Concluded.involves(a.Actor) {
		return nil
	}
	return object(
		fmt.Sprintf("%s concluded review %s", a.Actor, r.ID),
		"let somebody else approve what it found", string(r.ID))
}
