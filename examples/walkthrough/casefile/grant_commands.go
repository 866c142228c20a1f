package casefile

import (
	"fmt"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

type grant = procurement.GrantAgreement

// grantCommands lists every command of a grant agreement but [openCommand], in
// the order in which CASEFILE.md describes them.
func grantCommands() []command {
	all := append([]command{given("move", takeMove[*grant])}, heldCommands[*grant]()...)
	all = append(all, offerCommands()...)
	all = append(all, instalmentCommands()...)
	return append(all, performanceCommands[*grant]()...)
}

// The data of commands to a grant agreement that take no record of the library's
// own. Fields without omitempty are needed.
type (
	grantSubmitData struct {
		Authority procurement.Authority `json:"authority"`
		Basis     procurement.Basis     `json:"basis"`
	}
	approvalAnswerData struct {
		Approval procurement.ApprovalID `json:"approval"`
		Answer   procurement.Answer     `json:"answer"`
		Comment  string                 `json:"comment,omitempty"`
		Under    procurement.Authority  `json:"under"`
	}
	conditionData struct {
		Condition procurement.GrantConditionID `json:"condition"`
		Evidence  casework.Evidence            `json:"evidence"`
	}
	instalmentData struct {
		Instalment procurement.InstalmentID `json:"instalment"`
	}
	instalmentPaidData struct {
		Instalment procurement.InstalmentID `json:"instalment"`
		On         casework.Date            `json:"on"`
	}
	clawbackData struct {
		Amount casework.Money `json:"amount"`
		Reason string         `json:"reason"`
	}
	clawbackPaidData struct {
		Clawback procurement.ClawbackID `json:"clawback"`
		Amount   casework.Money         `json:"amount"`
	}
	clawbackIDData struct {
		Clawback procurement.ClawbackID `json:"clawback"`
	}
)

func offerCommands() []command {
	return []command{
		changes("redesign", (*grant).RedesignGrant, func(g procurement.Grant) string {
			return fmt.Sprintf("grant: %s, %s", g.Title, g.Amount)
		}),
		changes("assess_suitability", (*grant).AssessSuitability, func(s procurement.Suitability) string {
			return fmt.Sprintf("the recipient is %ssuitable: %s", when(!s.Suitable, "not "), s.Reason)
		}),
		gives("ask_approval", func(g *grant, d grantSubmitData) (procurement.Approval, error) {
			return g.AskApproval(d.Basis, d.Authority)
		}, func(a procurement.Approval) string {
			return fmt.Sprintf("approval %s is asked of %s: %s", a.ID, a.Authority.Approver, a.Figure)
		}),
		gives("answer_approval", func(g *grant, d approvalAnswerData) (procurement.Approval, error) {
			return g.AnswerApproval(d.Approval, d.Answer, d.Comment, d.Under)
		}, func(a procurement.Approval) string { return fmt.Sprintf("approval %s: %s", a.ID, a.Answer) }),
		bare("offer", func(g *grant) (string, error) { return "the grant is offered", g.Offer() }),
		changes("accept", (*grant).Accept, func(a procurement.GrantAcceptance) string {
			return fmt.Sprintf("accepted by %s; it binds since %s", a.Signatory, a.On)
		}),
		gives("meet_condition", func(g *grant, d conditionData) (procurement.GrantCondition, error) {
			return g.MeetCondition(d.Condition, d.Evidence)
		}, func(c procurement.GrantCondition) string { return fmt.Sprintf("condition %s is met: %s", c.ID, c.Text) }),
		changes("terminate", (*grant).Terminate, endedAs),
	}
}

func instalmentCommands() []command {
	return []command{
		makes("plan_instalment", (*grant).PlanInstalment, func(i procurement.GrantInstalment) string {
			return fmt.Sprintf("instalment %s: %s by %s", i.ID, i.Amount, i.Due)
		}),
		gives("pay_instalment", func(g *grant, d instalmentPaidData) (procurement.GrantInstalment, error) {
			return g.PayInstalment(d.Instalment, d.On)
		}, func(i procurement.GrantInstalment) string {
			return fmt.Sprintf("instalment %s: %s paid on %s", i.ID, i.Amount, i.Paid)
		}),
		changes("cancel_instalment", func(g *grant, d instalmentData) error { return g.CancelInstalment(d.Instalment) },
			func(d instalmentData) string { return fmt.Sprintf("instalment %s is cancelled", d.Instalment) }),
		gives("ask_clawback", func(g *grant, d clawbackData) (procurement.GrantClawback, error) {
			return g.AskClawback(d.Amount, d.Reason)
		}, func(k procurement.GrantClawback) string {
			return fmt.Sprintf("clawback %s: %s, since %s", k.ID, k.Amount, k.Reason)
		}),
		gives("repay_clawback", func(g *grant, d clawbackPaidData) (procurement.GrantClawback, error) {
			return g.RepayClawback(d.Clawback, d.Amount)
		}, func(k procurement.GrantClawback) string {
			return fmt.Sprintf("clawback %s: %s of %s repaid", k.ID, k.Repaid, k.Amount)
		}),
		changes("waive_clawback", func(g *grant, d clawbackIDData) error { return g.WaiveClawback(d.Clawback) },
			func(d clawbackIDData) string { return fmt.Sprintf("clawback %s is waived", d.Clawback) }),
	}
}
