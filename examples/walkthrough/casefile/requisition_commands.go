package casefile

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/procurement"
)

// The data of commands about requisitions. Fields without omitempty are needed.
type (
	submitData struct {
		Basis     procurement.Basis     `json:"basis"`
		Authority procurement.Authority `json:"authority"`
	}
	askData struct {
		Of        procurement.ApprovalOf `json:"of"`
		Basis     procurement.Basis      `json:"basis,omitempty"`
		Authority procurement.Authority  `json:"authority"`
	}
	commentData struct {
		Comment string `json:"comment"`
	}
	rationaleData struct {
		Rationale string `json:"rationale"`
	}
)

func requisitionCommands() []command {
	return []command{
		makes("revise_requisition", (*purchase).ReviseRequisition, func(r procurement.Requisition) string {
			return fmt.Sprintf("requisition: %s, %s", r.Title, r.Estimate)
		}),
		changes("mend_rationale", func(p *purchase, d rationaleData) error { return p.MendRationale(d.Rationale) },
			func(d rationaleData) string { return "rationale: " + d.Rationale }),
		gives("submit_requisition", func(p *purchase, d submitData) (procurement.Approval, error) {
			return p.SubmitRequisition(d.Basis, d.Authority)
		}, func(a procurement.Approval) string {
			return fmt.Sprintf("approval %s is asked of %s: %s, %s", a.ID, a.Authority.Approver, a.Figure, a.Basis)
		}),
		gives("return_requisition", func(p *purchase, d commentData) (procurement.Amendment, error) {
			return p.ReturnRequisition(d.Comment)
		}, func(m procurement.Amendment) string { return fmt.Sprintf("amendment %s: %s", m.ID, m.Comment) }),
		changes("approve_requisition", (*purchase).ApproveRequisition, func(a procurement.Authority) string {
			return fmt.Sprintf("the requisition is approved, within a limit of %s", a.Limit)
		}),
		bare("reject_requisition", func(p *purchase) (string, error) { return "the requisition is rejected", p.RejectRequisition() }),
	}
}

func approvalCommands() []command {
	return []command{
		gives("ask_approval", func(p *purchase, d askData) (procurement.Approval, error) {
			return p.AskApproval(d.Of, d.Basis, d.Authority)
		}, func(a procurement.Approval) string {
			return strings.TrimSuffix(fmt.Sprintf("approval %s of the %s is asked of %s: %s", a.ID, a.Of, a.Authority.Approver, a.Figure), ": ")
		}),
		gives("answer_approval", func(p *purchase, d approvalAnswerData) (procurement.Approval, error) {
			return p.AnswerApproval(d.Approval, d.Answer, d.Comment, d.Under)
		}, func(a procurement.Approval) string {
			return fmt.Sprintf("approval %s of the %s: %s", a.ID, a.Of, a.Answer)
		}),
	}
}
