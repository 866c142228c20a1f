package casefile

import (
	"fmt"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// performed is an agreement whose performance is watched.
type performed interface {
	casework.Aggregate
	AgreeMeasure(procurement.Measure) (procurement.Measure, error)
	ObserveMeasure(procurement.MeasureObservation) (procurement.MeasureObservation, error)
	AgreeObligation(procurement.Obligation) (procurement.Obligation, error)
	SettleObligation(procurement.ObligationID, procurement.ObligationStatus, string) (procurement.Obligation, error)
	PlanReview(title string, due casework.Date, final bool) (procurement.ContractReview, error)
	ConcludeReview(id procurement.ReviewID, held casework.Date, findings ...string) (procurement.ContractReview, error)
	ApproveFinalReview(procurement.ReviewID) (procurement.ContractReview, error)
}

// The data of commands about performance. Fields without omitempty are needed.
type (
	obligationData struct {
		Obligation procurement.ObligationID     `json:"obligation"`
		Status     procurement.ObligationStatus `json:"status"`
		Text       string                       `json:"text"`
	}
	agreementReviewPlanData struct {
		Title string        `json:"title"`
		Due   casework.Date `json:"due"`
		Final bool          `json:"final,omitempty"`
	}
	agreementReviewData struct {
		Review   procurement.ReviewID `json:"review"`
		Held     casework.Date        `json:"held"`
		Findings []string             `json:"findings"`
	}
	finalReviewData struct {
		Review procurement.ReviewID `json:"review"`
	}
)

// performanceCommands are the commands of agreements about how they are kept.
func performanceCommands[T performed]() []command {
	return []command{
		makes("agree_measure", T.AgreeMeasure, func(m procurement.Measure) string {
			return fmt.Sprintf("measure %s: %s, %s", m.ID, m.Title, m.Target)
		}),
		makes("observe_measure", T.ObserveMeasure, func(o procurement.MeasureObservation) string {
			return fmt.Sprintf("measure %s, %s: %s, %s", o.Measure, o.Period, o.Value, words(o.Rating))
		}),
		makes("agree_obligation", T.AgreeObligation, func(o procurement.Obligation) string {
			return fmt.Sprintf("obligation %s of %s: %s, by %s", o.ID, o.Party, o.Title, o.Due)
		}),
		gives("settle_obligation", func(c T, d obligationData) (procurement.Obligation, error) {
			return c.SettleObligation(d.Obligation, d.Status, d.Text)
		}, func(o procurement.Obligation) string { return fmt.Sprintf("obligation %s: %s", o.ID, words(o.Status)) }),
		gives("plan_review", func(c T, d agreementReviewPlanData) (procurement.ContractReview, error) {
			return c.PlanReview(d.Title, d.Due, d.Final)
		}, func(r procurement.ContractReview) string {
			return fmt.Sprintf("review %s: %s, by %s", r.ID, r.Title, r.Due)
		}),
		gives("conclude_review", func(c T, d agreementReviewData) (procurement.ContractReview, error) {
			return c.ConcludeReview(d.Review, d.Held, d.Findings...)
		}, func(r procurement.ContractReview) string {
			return fmt.Sprintf("review %s is concluded, %s", r.ID, counted(len(r.Findings), "finding", "findings"))
		}),
		gives("approve_final_review", func(c T, d finalReviewData) (procurement.ContractReview, error) {
			return c.ApproveFinalReview(d.Review)
		}, func(r procurement.ContractReview) string { return fmt.Sprintf("review %s is approved", r.ID) }),
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
