package commissioning

import "github.com/needsled/needsled/casework"

// Stage is where a cycle's attention is. Delivery has a state of its own for
// each service, so one service may run while another is still being bought.
type Stage = casework.State

// The five stages of the cycle, and its ends. The order is that of the founding
// definition: assess or reassess need, identify resources, plan how to use
// them, arrange delivery, monitor and review.
const (
	StageAssessNeed        Stage = "AssessNeed"
	StageIdentifyResources Stage = "IdentifyResources"
	StagePlanUse           Stage = "PlanUse"
	StageArrangeDelivery   Stage = "ArrangeDelivery"
	StageMonitorReview     Stage = "MonitorReview"

	Closed     Stage = "Closed"     // done, with an outcome
	Abandoned  Stage = "Abandoned"  // given up, with a reason
	Superseded Stage = "Superseded" // another cycle took its place
)

// Stages gives the five stages in the order of the cycle.
func Stages() []Stage {
	return []Stage{StageAssessNeed, StageIdentifyResources, StagePlanUse, StageArrangeDelivery, StageMonitorReview}
}

// The moves of a cycle.
const (
	IdentifyResources  casework.Move = "identify_resources"
	PlanUse            casework.Move = "plan_use"
	ArrangeDelivery    casework.Move = "arrange_delivery"
	MonitorReview      casework.Move = "monitor_review"
	Reassess           casework.Move = "reassess"             // into the next round
	ReturnToAssessment casework.Move = "return_to_assessment" // within the round
	Replan             casework.Move = "replan"
	Rearrange          casework.Move = "rearrange"
	Suspend            casework.Move = "suspend"
	Resume             casework.Move = "resume"
	Close              casework.Move = "close"     // see [Cycle.Close]
	Abandon            casework.Move = "abandon"   // with a reason
	Supersede          casework.Move = "supersede" // taken by the successor, in its own commit
)

// Names of the two standard definitions.
const (
	StrategicName  = "Strategic"
	IndividualName = "Individual"
)

// Strategic is the cycle about an area and a population, such as home care for
// a borough.
func Strategic() casework.Definition {
	return cycleDefinition(StrategicName, "Commissioning for an area and a population: assess need, identify resources, plan their use, arrange delivery, monitor and review, and round again.")
}

// Individual is the cycle about one person, known by a pseudonym, such as a
// care package. It runs over the same five stages.
func Individual() casework.Definition {
	return cycleDefinition(IndividualName, "Commissioning for one person: assess need, identify resources, plan their use, arrange delivery, monitor and review, and round again.")
}

func cycleDefinition(name, doc string) casework.Definition {
	const (
		assess, resources, plan  = StageAssessNeed, StageIdentifyResources, StagePlanUse
		arrange, review          = StageArrangeDelivery, StageMonitorReview
		closed, abandoned, after = Closed, Abandoned, Superseded
	)
	from := func(stages ...Stage) []Stage { return stages }
	return casework.Definition{
		Name: name, Version: 1, Doc: doc, Initial: assess,
		States: []casework.StateRow{
			{State: assess, Title: "Assess need", Doc: "Needs are identified, or looked at again, with those who have them and those who know them."},
			{State: resources, Title: "Identify resources", Doc: "Money, staff and premises are found, and who could contribute what is mapped."},
			{State: plan, Title: "Plan use", Doc: "Services are planned that meet the needs with the resources."},
			{State: arrange, Title: "Arrange delivery", Doc: "Delivery is arranged: procured, granted, or agreed in-house."},
			{State: review, Title: "Monitor and review", Doc: "Services run; what they achieve is observed, heard and judged."},
			{State: closed, Title: "Closed", Doc: "The cycle ended with an outcome.", Final: true},
			{State: abandoned, Title: "Abandoned", Doc: "The cycle was given up, with a reason.", Final: true},
			{State: after, Title: "Superseded", Doc: "A successor cycle took this one's place.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: IdentifyResources, Title: "identify resources", Doc: "The needs are known: find what there is to meet them with.", From: from(assess), To: resources},
			{Move: PlanUse, Title: "plan use", Doc: "The resources are known: plan how to use them.", From: from(resources), To: plan},
			{Move: ArrangeDelivery, Title: "arrange delivery", Doc: "The plan stands: arrange the delivery of its services.", From: from(plan), To: arrange},
			{Move: MonitorReview, Title: "monitor and review", Doc: "The first service is bindingly arranged: monitor and review.", From: from(arrange), To: review},
			{Move: Reassess, Title: "reassess", Doc: "The round is over: look at the needs again.", From: from(review), To: assess},
			{Move: ReturnToAssessment, Title: "return to assessment", Doc: "The needs were not understood well enough: go back within the round.", From: from(resources, plan, arrange), To: assess, NeedsReason: true},
			{Move: Replan, Title: "replan", Doc: "The plan does not hold: plan again.", From: from(arrange, review), To: plan, NeedsReason: true},
			{Move: Rearrange, Title: "rearrange", Doc: "Delivery must be arranged anew.", From: from(review), To: arrange, NeedsReason: true},
			{Move: Suspend, Title: "suspend", Doc: "Nothing moves until the cycle is resumed; its own target dates wait.", From: Stages(), NeedsReason: true},
			{Move: Resume, Title: "resume", Doc: "Go on; the cycle's own target dates move by the days it was suspended.", From: Stages()},
			{Move: Close, Title: "close", Doc: "End the cycle with an outcome.", From: from(review), To: closed},
			{Move: Abandon, Title: "abandon", Doc: "Give the cycle up.", From: Stages(), To: abandoned, NeedsReason: true},
			{Move: Supersede, Title: "supersede", Doc: "A successor cycle takes this one's place.", From: Stages(), To: after},
		},
	}
}
