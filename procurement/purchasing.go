package procurement

import "github.com/needsled/needsled/casework"

// State is where a case of procurement is.
type State = casework.State

// The states of a purchase. Purchasing is securing or buying the service, from
// the requisition to the award.
const (
	RequisitionDrafted   State = "requisition_drafted"
	RequisitionSubmitted State = "requisition_submitted"
	RequisitionApproved  State = "requisition_approved"
	RequisitionRejected  State = "requisition_rejected"
	RouteChosen          State = "route_chosen"
	Invited              State = "invited"
	Received             State = "received"
	Opened               State = "opened"
	Evaluated            State = "evaluated"
	Recommended          State = "recommended"
	AwardDecided         State = "award_decided"
	PurchaseClosed       State = "closed"
	PurchaseEnded        State = "ended" // before any contract was signed
)

// The moves of a purchase.
const (
	SubmitRequisition  casework.Move = "submit_requisition"  // see [Purchase.SubmitRequisition]
	ReturnRequisition  casework.Move = "return_requisition"  // see [Purchase.ReturnRequisition]
	ApproveRequisition casework.Move = "approve_requisition" // see [Purchase.ApproveRequisition]
	RejectRequisition  casework.Move = "reject_requisition"  // see [Purchase.RejectRequisition]
	ChooseRoute        casework.Move = "choose_route"        // see [Purchase.ChooseRoute]
	Invite             casework.Move = "invite"
	Receive            casework.Move = "receive"
	OpenBids           casework.Move = "open_bids" // see [Purchase.OpenBids]
	Evaluate           casework.Move = "evaluate"
	Reopen             casework.Move = "reopen_evaluation" // with a reason
	Recommend          casework.Move = "recommend"         // see [Purchase.Recommend] and [Purchase.ProposeDirectAward]
	DecideAward        casework.Move = "decide_award"      // see [Purchase.DecideAward]
	Unaward            casework.Move = "unaward"           // see [Purchase.CancelAward]
	ClosePurchase      casework.Move = "close"             // taken when the contracts of all awards are in force
	EndPurchase        casework.Move = "end"               // see [Purchase.End]
)

// PurchaseName is the name of the standard definition of a purchase.
const PurchaseName = "Purchase"

// Purchasing is the definition of a purchase.
func Purchasing() casework.Definition {
	from := func(states ...State) []State { return states }
	return casework.Definition{
		Name: PurchaseName, Version: 1, Initial: RequisitionDrafted,
		Doc: "Purchasing: securing or buying a service that commissioning planned, from the requisition to the award.",
		States: []casework.StateRow{
			{State: RequisitionDrafted, Title: "Requisition drafted", Doc: "What is to be bought, for which need and with which money, is being written down."},
			{State: RequisitionSubmitted, Title: "Requisition submitted", Doc: "An approver with the authority for it is asked."},
			{State: RequisitionApproved, Title: "Requisition approved", Doc: "It may be bought."},
			{State: RequisitionRejected, Title: "Requisition rejected", Doc: "It is not to be bought.", Final: true},
			{State: RouteChosen, Title: "Route chosen", Doc: "How it is to be bought is decided, with the reason; the invitation is being prepared."},
			{State: Invited, Title: "Invited", Doc: "Agencies are invited to bid or to quote; questions are answered to all."},
			{State: Received, Title: "Received", Doc: "The time for bids is over."},
			{State: Opened, Title: "Opened", Doc: "The bids are open and are being scored."},
			{State: Evaluated, Title: "Evaluated", Doc: "Every bid is scored by the published method."},
			{State: Recommended, Title: "Recommended", Doc: "Who should be awarded what is written down for whoever decides."},
			{State: AwardDecided, Title: "Award decided", Doc: "It is decided; the contracts are being made."},
			{State: PurchaseClosed, Title: "Closed", Doc: "What was awarded is in force.", Final: true},
			{State: PurchaseEnded, Title: "Ended", Doc: "The procedure was ended before anything was signed.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: SubmitRequisition, Title: "submit", Doc: "Ask an approver.", From: from(RequisitionDrafted), To: RequisitionSubmitted},
			{Move: ReturnRequisition, Title: "return for edits", Doc: "The approver asks for an amendment.", From: from(RequisitionSubmitted), To: RequisitionDrafted},
			{Move: ApproveRequisition, Title: "approve", Doc: "The approver says yes.", From: from(RequisitionSubmitted), To: RequisitionApproved},
			{Move: RejectRequisition, Title: "reject", Doc: "The approver says no.", From: from(RequisitionSubmitted), To: RequisitionRejected, NeedsReason: true},
			{Move: ChooseRoute, Title: "choose route", Doc: "Decide how it is to be bought.", From: from(RequisitionApproved, RouteChosen), To: RouteChosen},
			{Move: Invite, Title: "invite", Doc: "Publish the invitation, or send it to those invited.", From: from(RouteChosen), To: Invited},
			{Move: Receive, Title: "receive", Doc: "The time for bids is over.", From: from(Invited), To: Received},
			{Move: OpenBids, Title: "open bids", Doc: "Open the bids.", From: from(Received), To: Opened},
			{Move: Evaluate, Title: "evaluate", Doc: "All scores are there.", From: from(Opened), To: Evaluated},
			{Move: Reopen, Title: "reopen evaluation", Doc: "Score again, with the reason; what was scored stays on record.", From: from(Evaluated, Recommended), To: Opened, NeedsReason: true},
			{Move: Recommend, Title: "recommend", Doc: "Write down who should be awarded what.", From: from(RouteChosen, Evaluated, Recommended), To: Recommended},
			{Move: DecideAward, Title: "decide award", Doc: "Decide; the contracts are opened in the same commit.", From: from(Recommended), To: AwardDecided},
			{Move: Unaward, Title: "un-award", Doc: "Cancel the last award; its unsigned contracts are cancelled in the same commit.", From: from(AwardDecided), To: Recommended, NeedsReason: true},
			{Move: ClosePurchase, Title: "close", Doc: "The contracts of all awards are in force.", From: from(AwardDecided), To: PurchaseClosed},
			{Move: EndPurchase, Title: "end", Doc: "End the procedure before anything is signed.", From: from(RequisitionDrafted, RequisitionApproved, RouteChosen, Invited, Received, Opened, Evaluated, Recommended, AwardDecided), To: PurchaseEnded, NeedsReason: true},
		},
	}
}
