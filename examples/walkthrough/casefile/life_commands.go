package casefile

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

// The data of commands about what happens in the life of a contract. Fields
// without omitempty are needed.
type (
	packageChangeData struct {
		Reason  string                      `json:"reason"`
		Changes []procurement.ElementChange `json:"changes"`
	}
	packageSubmitData struct {
		Change    procurement.PackageChangeID `json:"change"`
		Basis     procurement.Basis           `json:"basis"`
		Authority procurement.Authority       `json:"authority"`
	}
	packageApprovalData struct {
		Change    procurement.PackageChangeID `json:"change"`
		Authority procurement.Authority       `json:"authority"`
	}
	packageCommentData struct {
		Change  procurement.PackageChangeID `json:"change"`
		Comment string                      `json:"comment"`
	}
	packageReasonData struct {
		Change procurement.PackageChangeID `json:"change"`
		Reason string                      `json:"reason"`
	}
	followUpData struct {
		On      casework.Date `json:"on"`
		Comment string        `json:"comment"`
	}
	followUpIDData struct {
		FollowUp string `json:"follow_up"`
	}
	disputeData struct {
		Dispute    procurement.DisputeID `json:"dispute"`
		Resolution string                `json:"resolution"`
	}
	improvementData struct {
		UnderPerformance procurement.UnderPerformanceID `json:"under_performance"`
		Plan             procurement.ImprovementPlan    `json:"plan"`
	}
	improvedData struct {
		UnderPerformance procurement.UnderPerformanceID `json:"under_performance"`
		Improved         bool                           `json:"improved"`
		Finding          string                         `json:"finding"`
	}
	breachAnswerData struct {
		Breach procurement.BreachID `json:"breach"`
		Answer string               `json:"answer"`
	}
	breachOutcomeData struct {
		Breach  procurement.BreachID      `json:"breach"`
		Outcome procurement.BreachOutcome `json:"outcome"`
	}
	reasonData struct {
		Reason string `json:"reason"`
	}
)

// packageCommands change an approved care package.
func packageCommands() []command {
	return []command{
		gives("propose_package_change", func(c *contract, d packageChangeData) (procurement.PackageChange, error) {
			return c.ProposePackageChange(d.Reason, d.Changes...)
		}, func(k procurement.PackageChange) string {
			return fmt.Sprintf("change %s to the package is proposed: %s", k.ID, k.Reason)
		}),
		gives("ask_package_approval", func(c *contract, d packageSubmitData) (procurement.Approval, error) {
			return c.AskPackageApproval(d.Change, d.Basis, d.Authority)
		}, func(a procurement.Approval) string {
			return fmt.Sprintf("approval %s is asked of %s: %s, %s", a.ID, a.Authority.Approver, a.Figure, a.Basis)
		}),
		gives("approve_package_change", func(c *contract, d packageApprovalData) (procurement.PackageChange, error) {
			return c.ApprovePackageChange(d.Change, d.Authority)
		}, func(k procurement.PackageChange) string {
			return fmt.Sprintf("change %s to the package is approved", k.ID)
		}),
		changes("return_package_change", func(c *contract, d packageCommentData) error { return c.ReturnPackageChange(d.Change, d.Comment) },
			func(d packageCommentData) string {
				return fmt.Sprintf("change %s to the package is returned: %s", d.Change, d.Comment)
			}),
		gives("reject_package_change", func(c *contract, d packageReasonData) (procurement.PackageChange, error) {
			return c.RejectPackageChange(d.Change, d.Reason)
		}, func(k procurement.PackageChange) string {
			return fmt.Sprintf("change %s to the package is rejected", k.ID)
		}),
		gives("request_follow_up", func(c *contract, d followUpData) (procurement.FollowUp, error) {
			return c.RequestFollowUp(d.On, d.Comment)
		}, func(f procurement.FollowUp) string {
			return fmt.Sprintf("follow-up %s on %s: %s", f.ID, f.On, f.Comment)
		}),
		gives("resolve_follow_up", func(c *contract, d followUpIDData) (procurement.FollowUp, error) {
			return c.ResolveFollowUp(d.FollowUp)
		}, func(f procurement.FollowUp) string { return fmt.Sprintf("follow-up %s is resolved", f.ID) }),
		bare("confirm_charges", func(c *contract) (string, error) { return "the charges are confirmed", c.ConfirmCharges() }),
	}
}

// lifeCommands are about trouble, and about the end.
func lifeCommands() []command {
	breach := func(b procurement.Breach) string {
		return strings.TrimSpace(fmt.Sprintf("breach %s of %s: %s %s", b.ID, b.Party, b.Text, words(b.Outcome)))
	}
	wrong := func(u procurement.UnderPerformance) string {
		return fmt.Sprintf("under-performance %s: %s", u.ID, u.Text)
	}
	return []command{
		makes("raise_dispute", (*contract).RaiseDispute, func(d procurement.Dispute) string {
			return fmt.Sprintf("dispute %s by %s: %s", d.ID, d.By, d.Text)
		}),
		gives("settle_dispute", func(c *contract, d disputeData) (procurement.Dispute, error) {
			return c.SettleDispute(d.Dispute, d.Resolution)
		}, func(d procurement.Dispute) string {
			return fmt.Sprintf("dispute %s is settled: %s", d.ID, d.Resolution)
		}),
		makes("record_under_performance", (*contract).RecordUnderPerformance, wrong),
		gives("plan_improvement", func(c *contract, d improvementData) (procurement.UnderPerformance, error) {
			return c.PlanImprovement(d.UnderPerformance, d.Plan)
		}, func(u procurement.UnderPerformance) string {
			return fmt.Sprintf("under-performance %s: %s by %s", u.ID, u.Plan.Steps, u.Plan.By)
		}),
		gives("conclude_under_performance", func(c *contract, d improvedData) (procurement.UnderPerformance, error) {
			return c.ConcludeUnderPerformance(d.UnderPerformance, d.Improved, d.Finding)
		}, wrong),
		makes("notify_breach", (*contract).NotifyBreach, breach),
		gives("answer_breach", func(c *contract, d breachAnswerData) (procurement.Breach, error) {
			return c.AnswerBreach(d.Breach, d.Answer)
		}, breach),
		gives("decide_breach", func(c *contract, d breachOutcomeData) (procurement.Breach, error) {
			return c.DecideBreach(d.Breach, d.Outcome)
		}, breach),
		gives("suspend", func(c *contract, d reasonData) (procurement.Suspension, error) { return c.SuspendPerformance(d.Reason) },
			func(s procurement.Suspension) string {
				return fmt.Sprintf("not performed since %s: %s", s.From, s.Reason)
			}),
		bare("resume", func(c *contract) (string, error) {
			s, err := c.ResumePerformance()
			return fmt.Sprintf("performed again; the last day without was %s", s.To), err
		}),
		gives("complete", (*contract).Complete, endedAs),
		gives("terminate", (*contract).Terminate, endedAs),
		bare("close", func(c *contract) (string, error) {
			o, err := c.Close()
			return fmt.Sprintf("closed: %s agreed, %s owed, %s outstanding", o.Total, o.Actual, o.Outstanding), err
		}),
	}
}
