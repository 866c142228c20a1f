package procurement

import "github.com/needsled/needsled/casework"

// The states of a contract. Contracting is the means by which what was bought
// becomes legally binding, from the draft to its end. Dispute,
// under-performance, breach and suspension are records that run beside these
// states; variation and extension are events.
const (
	ContractDrafted   State = "drafted"
	ContractAgreed    State = "agreed"
	ContractSigned    State = "signed"
	ContractInForce   State = "in_force"
	ContractOver      State = "ended" // expired, completed or terminated
	ContractClosed    State = "closed"
	ContractCancelled State = "cancelled" // before it was signed
)

// The moves of a contract.
const (
	AgreeContract    casework.Move = "agree"           // see [Contract.Accept]; taken with the last acceptance
	UnlockContract   casework.Move = "unlock"          // back to the draft, with a reason; acceptances lapse
	SignContract     casework.Move = "sign"            // see [Contract.Sign]; taken with the last signature
	AcceptOrder      casework.Move = "accept_order"    // see [Contract.AcceptOrder]; a contract by acceptance of an order
	CommenceContract casework.Move = "commence"        // taken when the first day has come
	ExpireContract   casework.Move = "expire"          // taken when the last day is over
	CompleteContract casework.Move = "complete"        // see [Contract.Complete]
	TerminateNow     casework.Move = "terminate"       // see [Contract.Terminate]
	NovateContract   casework.Move = "novate"          // taken when another supplier's contract takes its place
	CloseContract    casework.Move = "close"           // see [Contract.Close]
	CancelContract   casework.Move = "cancel"          // see [Contract.Cancel]
	CancelWithAward  casework.Move = "cancel_by_award" // taken when the award is cancelled
)

// ContractName is the name of the standard definition of a contract.
const ContractName = "Contract"

// Contracting is the definition of a contract.
func Contracting() casework.Definition {
	from := func(states ...State) []State { return states }
	return casework.Definition{
		Name: ContractName, Version: 1, Initial: ContractDrafted,
		Doc: "Contracting: the means by which what was bought becomes legally binding, from the draft to its end.",
		States: []casework.StateRow{
			{State: ContractDrafted, Title: "Drafted", Doc: "The terms are being written."},
			{State: ContractAgreed, Title: "Agreed", Doc: "All parties accept the terms as they stand."},
			{State: ContractSigned, Title: "Signed", Doc: "All parties have signed: it binds. Its first day has not come."},
			{State: ContractInForce, Title: "In force", Doc: "The service is delivered under it."},
			{State: ContractOver, Title: "Ended", Doc: "It expired, was completed or was terminated; the accounts are being settled."},
			{State: ContractClosed, Title: "Closed", Doc: "Nothing is open under it.", Final: true},
			{State: ContractCancelled, Title: "Cancelled", Doc: "It was given up before it was signed.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: AgreeContract, Title: "agree", Doc: "The last party accepts the terms.", From: from(ContractDrafted), To: ContractAgreed},
			{Move: UnlockContract, Title: "unlock", Doc: "Change the terms; acceptances and signatures lapse.", From: from(ContractAgreed), To: ContractDrafted, NeedsReason: true},
			{Move: SignContract, Title: "sign", Doc: "The last party signs.", From: from(ContractAgreed), To: ContractSigned},
			{Move: AcceptOrder, Title: "accept order", Doc: "The supplier accepts an order that has no contract behind it: that forms one.", From: from(ContractDrafted), To: ContractSigned},
			{Move: CommenceContract, Title: "commence", Doc: "Its first day has come.", From: from(ContractSigned), To: ContractInForce},
			{Move: ExpireContract, Title: "expire", Doc: "Its last day is over.", From: from(ContractInForce), To: ContractOver},
			{Move: CompleteContract, Title: "complete", Doc: "What was to be delivered is delivered.", From: from(ContractInForce), To: ContractOver},
			{Move: TerminateNow, Title: "terminate", Doc: "End it before its time.", From: from(ContractSigned, ContractInForce), To: ContractOver, NeedsReason: true},
			{Move: NovateContract, Title: "novate", Doc: "Another supplier took it over.", From: from(ContractSigned, ContractInForce), To: ContractOver},
			{Move: CloseContract, Title: "close", Doc: "The accounts are settled and the final review is approved.", From: from(ContractOver), To: ContractClosed},
			{Move: CancelContract, Title: "cancel", Doc: "Give it up before it is signed.", From: from(ContractDrafted, ContractAgreed), To: ContractCancelled, NeedsReason: true},
			{Move: CancelWithAward, Title: "cancel by award", Doc: "The award it rests on was cancelled.", From: from(ContractDrafted, ContractAgreed), To: ContractCancelled},
		},
	}
}
