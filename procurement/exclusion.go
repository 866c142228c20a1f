package procurement

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// ExclusionGround is why a bid is out.
type ExclusionGround string

// The grounds.
const (
	MandatoryExclusion     ExclusionGround = "mandatory"     // Procurement Act 2023 Schedule 6: must be disregarded
	DiscretionaryExclusion ExclusionGround = "discretionary" // Schedule 7: may be disregarded
	Unsuitable             ExclusionGround = "unsuitable"    // conditions of participation not met
	NonCompliant           ExclusionGround = "non_compliant" // the bid is not what was asked for
	TooLate                ExclusionGround = "late"
	TooLow                 ExclusionGround = "abnormally_low" // heard, and not shown to be deliverable
	ConflictOfInterest     ExclusionGround = "conflict_of_interest"
	BelowThreshold         ExclusionGround = "below_threshold"
	ImproperBehaviour      ExclusionGround = "improper_behaviour" // s.30
)

// Known tells whether the ground is one of the nine.
func (g ExclusionGround) Known() bool {
	switch g {
	case MandatoryExclusion, DiscretionaryExclusion, Unsuitable, NonCompliant, TooLate, TooLow,
		ConflictOfInterest, BelowThreshold, ImproperBehaviour:
		return true
	}
	return false
}

// Exclusion takes a bid out of the competition, with the reason. Whoever is
// concerned is heard first (s.58).
type Exclusion struct {
	Ground ExclusionGround `json:"ground"`
	Reason string          `json:"reason"`
	Heard  string          `json:"heard,omitempty"` // what the bidder said
	Mark   Mark            `json:"mark,omitzero"`
}

// BidExclusion is the data of [ExcludingBid].
type BidExclusion struct {
	Bid       BidID     `json:"bid"`
	Exclusion Exclusion `json:"exclusion"`
}

// ExcludingBid is the event of an exclusion, for policies to watch. The
// attempt's Args are the [BidExclusion].
const ExcludingBid casework.Move = "bid.excluded"

var bidExcluded = &casework.Event[*Purchase, BidExclusion]{
	Name: string(ExcludingBid), Version: 1,
	Apply: onBid(func(d BidExclusion) BidID { return d.Bid }, func(_ *Purchase, b *Bid, e casework.Entry, d BidExclusion) {
		d.Exclusion.Mark = markOf(e)
		b.Exclusion = &d.Exclusion
	}),
	Redact: func(d BidExclusion) BidExclusion {
		d.Exclusion.Reason, d.Exclusion.Heard = "", ""
		return d
	},
}

// ExcludeBid takes a bid out of the competition, on a ground and with the
// reason. A bid is excluded once. One whose bidder was found suitable is not
// excluded as unsuitable: assess the suitability again first.
func (p *Purchase) ExcludeBid(id BidID, x Exclusion) error {
	b := p.bid(id)
	faults := append(submittedFaults(b, id), p.undecidedFaults()...)
	if !x.Ground.Known() {
		faults = append(faults, unknown("exclusion.ground", "ground", string(x.Ground)))
	}
	faults = append(faults, required(x.Reason, "exclusion.reason", "reason.missing", "say why the bid is excluded")...)
	if b != nil && b.Exclusion != nil {
		faults = append(faults, fault("bid", "bid.excluded", fmt.Sprintf("bid %s is excluded", id)))
	}
	if b != nil && x.Ground == Unsuitable && b.Suitability != nil && b.Suitability.Suitable {
		faults = append(faults, fault("exclusion.ground", "bid.suitable", fmt.Sprintf("the bidder of %s was found suitable", id)))
	}
	if err := p.invalid("exclude a bid", faults); err != nil {
		return err
	}
	x.Mark = Mark{}
	return bidExcluded.Record(p, BidExclusion{Bid: id, Exclusion: x})
}
