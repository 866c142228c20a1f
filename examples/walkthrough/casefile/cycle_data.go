package casefile

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// The data of commands to a cycle that take no record of the library's own. Every field
// is needed.
type (
	targetData struct {
		Stage commissioning.Stage `json:"stage"`
		Due   casework.Date       `json:"due"`
	}
	scaleData struct {
		Scale commissioning.Scale `json:"scale"`
	}
	needData struct {
		Need commissioning.NeedID `json:"need"`
	}
	priorityData struct {
		Need     commissioning.NeedID `json:"need"`
		Priority int                  `json:"priority"`
	}
	needStateData struct {
		Need  commissioning.NeedID    `json:"need"`
		State commissioning.NeedState `json:"state"`
	}
	resourceData struct {
		Resource commissioning.ResourceID `json:"resource"`
	}
	allocationData struct {
		Allocation commissioning.AllocationID `json:"allocation"`
	}
	outcomeData struct {
		Outcome commissioning.OutcomeID `json:"outcome"`
		To      commissioning.Outcome   `json:"to"`
	}
	serviceData struct {
		Service commissioning.ServiceID `json:"service"`
	}
	serviceToData struct {
		Service commissioning.ServiceID `json:"service"`
		To      commissioning.Service   `json:"to"`
	}
	consultationData struct {
		Consultation commissioning.ConsultationID `json:"consultation"`
		On           casework.Date                `json:"on"`
		Responses    int                          `json:"responses"`
		Changed      string                       `json:"changed,omitempty"`
		Shorter      string                       `json:"shorter_because,omitempty"`
	}
	bindData struct {
		Arrangement commissioning.ArrangementID `json:"arrangement"`
		Since       casework.Date               `json:"since"`
	}
	arrangementEndData struct {
		Arrangement commissioning.ArrangementID `json:"arrangement"`
		On          casework.Date               `json:"on"`
	}
	answerData struct {
		Feedback commissioning.FeedbackID `json:"feedback"`
		Answer   string                   `json:"answer"`
	}
	reviewPlanData struct {
		Title string        `json:"title"`
		Due   casework.Date `json:"due"`
	}
	findingsData struct {
		Review   commissioning.ReviewID        `json:"review"`
		Held     casework.Date                 `json:"held"`
		Findings []commissioning.ReviewFinding `json:"findings"`
	}
	decisionData struct {
		Review   commissioning.ReviewID        `json:"review"`
		Decision commissioning.ServiceDecision `json:"decision"`
	}
	reviewData struct {
		Review commissioning.ReviewID `json:"review"`
	}
	informData struct {
		Decommissioning commissioning.DecommissioningID `json:"decommissioning"`
		Impact          []commissioning.ImpactID        `json:"impact,omitempty"`
		Consultation    commissioning.ConsultationID    `json:"consultation,omitempty"`
	}
	decideData struct {
		Decommissioning commissioning.DecommissioningID `json:"decommissioning"`
		On              casework.Date                   `json:"on"`
		By              string                          `json:"by"`
	}
	endingPlanData struct {
		Decommissioning commissioning.DecommissioningID   `json:"decommissioning"`
		Plan            commissioning.DecommissioningPlan `json:"plan"`
	}
	noticeData struct {
		Decommissioning commissioning.DecommissioningID `json:"decommissioning"`
		Notice          commissioning.Notice            `json:"notice"`
	}
	endingData struct {
		Decommissioning commissioning.DecommissioningID `json:"decommissioning"`
		On              casework.Date                   `json:"on"`
	}
	withdrawData struct {
		Decommissioning commissioning.DecommissioningID `json:"decommissioning"`
	}
	closeData struct {
		Result  commissioning.Result `json:"result"`
		Summary string               `json:"summary"`
	}
)
