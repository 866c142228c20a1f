package commissioning

import "github.com/needsled/needsled/casework"

// KindName is the name of the kind of case a cycle is.
const KindName = "cycle"

// spec describes the kind: what a cycle can record, where it may go, and what
// watches over it.
func spec(cfg *config, tables []*casework.Table, policies []Policy) casework.KindSpec[*Cycle] {
	return casework.KindSpec[*Cycle]{
		Name:      KindName,
		Shape:     1,
		New:       func() *Cycle { return &Cycle{config: cfg, s: state{Round: 1}} },
		Document:  func(c *Cycle) any { return &c.s },
		Events:    events(),
		Tables:    tables,
		Policies:  policies,
		Weigh:     weigh,
		Arguments: map[casework.Move]string{Close: "Cycle.Close"},
		Automatic: []casework.Move{Supersede},
		Moved:     (*Cycle).moved,
		Deadlines: (*Cycle).deadlines,
		Describe:  (*Cycle).describe,
		Settle:    settle,
	}
}

// events lists every entry type of a cycle.
func events() []casework.EventType[*Cycle] {
	return []casework.EventType[*Cycle]{
		briefRecorded, scaleRaised, scaleLowered, targetSet, cycleClosed, cycleSuperseded, partnershipFormed,
		needIdentified, needPrioritised, needReassessed, needDeclined, unmetHeard, unmetFedBack,
		participantAdded, engagementRecorded, consultationOpened, consultationClosed, feedbackRecorded, feedbackAnswered,
		resourceIdentified, resourceCommitted, resourceAllocated, allocationReleased, providerMapped, capacityInvested,
		outcomeSet, outcomeRevised, servicePlanned, serviceRevised, deliveryChanged,
		considerationRecorded, impactAssessed, socialValueConsidered, optionsAppraised, documentCited,
		arrangementRecorded, arrangementBound, arrangementVaried, arrangementEnded, arrangementReported, safeguardsRecorded,
		decommissioningProposed, decommissioningInformed, decommissioningDecided, decommissioningPlanned,
		decommissioningNotified, decommissioningEnded, decommissioningWithdrawn,
		observed, reviewPlanned, reviewFound, reviewDecided, reviewConcluded, reviewWithdrawn,
	}
}

// describe gives the title, and the claim that keeps two cycles about the same
// person from being prepared at once. The claim covers the preparing stages
// only, so that a reassessment can be prepared beside the cycle it will replace.
func (c *Cycle) describe() casework.Description {
	d := casework.Description{Title: c.s.Brief.Title}
	if c.IsIndividual() && !c.Final() && c.Stage() != StageMonitorReview {
		d.Live = c.Definition().Name + "/" + c.Subject()
	}
	return d
}

// settle does what must happen to other cycles in the same commit.
func settle(u *casework.Unit, c *Cycle) error {
	if err := c.supersede(u); err != nil {
		return err
	}
	return c.feedBack(u)
}
