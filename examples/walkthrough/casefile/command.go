package casefile

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// openCommand opens a cycle; all other commands are issued to one.
const openCommand = "open"

// issue issues a command to a cycle, and says what came of it.
type issue func(*commissioning.Cycle) (string, error)

// command is something a step may do.
type command struct {
	name    string
	data    bool // it takes data, under "with"
	prepare func(s *strict, with *node, path string) issue
}

// bare is a command without data.
func bare(name string, run issue) command {
	return command{name: name, prepare: func(*strict, *node, string) issue { return run }}
}

// given is a command whose data is of a type.
func given[D any](name string, run func(*commissioning.Cycle, D) (string, error)) command {
	return command{name: name, data: true, prepare: func(s *strict, with *node, path string) issue {
		var data D
		if !s.decode(with, path, &data) {
			return nil
		}
		return func(c *commissioning.Cycle) (string, error) { return run(c, data) }
	}}
}

// changes is a command that changes something its data names, and says what.
func changes[D any](name string, run func(*commissioning.Cycle, D) error, say func(D) string) command {
	return given(name, func(c *commissioning.Cycle, data D) (string, error) {
		if err := run(c, data); err != nil {
			return "", err
		}
		return say(data), nil
	})
}

// makes is a command whose data is the very record it makes, and says what it
// made.
func makes[R any](name string, run func(*commissioning.Cycle, R) (R, error), say func(R) string) command {
	return given(name, func(c *commissioning.Cycle, record R) (string, error) {
		record, err := run(c, record)
		if err != nil {
			return "", err
		}
		return say(record), nil
	})
}

// The data of commands that take no record of the library's own. Every field
// is needed.
type (
	moveData struct {
		Move casework.Move `json:"move"`
	}
	assignData struct {
		Holder string `json:"holder"`
	}
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
