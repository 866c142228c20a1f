package principles

import "slices"

// Outcome is what was found about a criterion. That nothing is recorded is
// another thing than that the criterion is not met.
type Outcome string

// The outcomes.
const (
	Met           Outcome = "met"
	PartlyMet     Outcome = "partly_met"
	NotMet        Outcome = "not_met"
	Declined      Outcome = "considered_and_declined" // weighed, and declined with a reason: a good answer where the criterion asks to consider
	Explained     Outcome = "shortfall_explained"     // short of the criterion, with a recorded reason
	NotApplicable Outcome = "not_applicable"          // does not arise, or the cycle has not come to it
	NoEvidence    Outcome = "no_evidence"             // nothing is recorded that tells
	Failed        Outcome = "error"                   // the criterion could not be judged
)

// Outcomes gives every outcome, in the order in which reports list them.
func Outcomes() []Outcome {
	return []Outcome{Met, Declined, Explained, PartlyMet, NotMet, NoEvidence, NotApplicable, Failed}
}

// Known tells whether the outcome is one of the eight.
func (o Outcome) Known() bool { return slices.Contains(Outcomes(), o) }

// Judged tells whether the outcome says how far the criterion is met. One that
// does not apply, could not be judged, or of which nothing is recorded, is no
// part of any average.
func (o Outcome) Judged() bool {
	return o == Met || o == Declined || o == Explained || o == PartlyMet || o == NotMet
}

// Reaches tells whether the outcome is at least as good as a minimum: met and
// considered and declined stand first, then shortfall explained, partly met, not
// met, and no evidence with error last. What does not apply reaches any minimum.
func (o Outcome) Reaches(minimum Outcome) bool {
	return o == NotApplicable || o.rank() >= minimum.rank()
}

func (o Outcome) rank() int {
	switch o {
	case Met, Declined, NotApplicable:
		return 4
	case Explained:
		return 3
	case PartlyMet:
		return 2
	case NotMet:
		return 1
	default:
		return 0
	}
}

// Title gives the outcome for people.
func (o Outcome) Title() string {
	switch o {
	case Met:
		return "Met"
	case PartlyMet:
		return "Partly met"
	case NotMet:
		return "Not met"
	case Declined:
		return "Considered and declined"
	case Explained:
		return "Shortfall explained"
	case NotApplicable:
		return "Not applicable"
	case NoEvidence:
		return "No evidence"
	case Failed:
		return "Could not be judged"
	default:
		return string(o)
	}
}
