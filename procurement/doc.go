// Package procurement implements what commissioning requires: purchasing, which
// is securing or buying a service, and contracting, which is the means by which
// that becomes legally binding.
//
// # The one idea
//
// Purchasing and contracting are two cases that interlock. A [Purchase] ends
// with an award; a [Contract] begins with one. Neither writes to the other: what
// a change to one brings about elsewhere follows in the same commit, or nothing
// is written at all. So it does not matter by which door a host comes in, and
// award, contract, purchase and cycle never disagree.
//
//   - An award that is decided opens its contracts, one a buyer.
//   - A contract in force closes the purchase, becomes an arrangement of the
//     cycle, and starts the delivery of the service.
//   - An award that is cancelled cancels its unsigned contracts; with a signed
//     one it is not cancelled any more.
//   - A variation, a breach, a review and the end of a contract reach the cycle,
//     whose own review must take up what was found.
//
// # In the order a user meets it
//
// The desks stand over the store of a desk of cycles:
//
//	desks, err := procurement.NewDesks(cycles, nil)
//
// A purchase is opened from a [Requisition], which cites a planned service of a
// cycle, the needs it serves and its specification:
//
//	purchase, err := desks.Purchases.Open(ctx, ana, procurement.Requisition{
//		Title: "Home care, Kentish Town", Cycle: cycle.ID(), Service: "S1", Estimate: casework.GBP(180_000_00),
//	})
//
// It is approved by somebody with the authority for it. Against which figure a
// limit is tested, what is committed or a year of it, is a choice nobody can
// leave out; no limit recorded is no authority:
//
//	_, err = desks.Purchases.Update(ctx, purchase.ID(), ana, func(p *procurement.Purchase) error {
//		return p.SubmitRequisition(procurement.Committed, procurement.Authority{Approver: "ben.o", Limit: casework.GBP(250_000_00)})
//	})
//
// Then the route is chosen with its reason: quotations, an open or a flexible
// competition, a call-off under a [FrameworkAgreement], or a direct award on a
// ground. Bids are scored with reasons, and moderated; the winner is what the
// published method says (see [Rank]). When the award is decided the contract is
// there, in the same commit:
//
//	contract, err := desks.Contracts.Load(ctx, purchase.Instruments()[0].Case)
//
// Each party accepts the terms and signs them; a signature waits for the
// standstill to end and for challenges to be decided. Once in force a contract is
// varied when all have signed the variation ([Contract.EffectiveAt] tells what it
// says at any moment), drawn on by orders, paid by invoices, measured and reviewed,
// and closed when no money is outstanding.
//
// A [GrantAgreement] and an [InHouseAgreement] arrange a service without buying
// it, in words of their own.
//
// Everything that stands against a move is listed beforehand and explained
// afterwards in the same words: see [casework.Refusal]. How heavily each policy
// weighs, by the scale of the purchase, is one table ([DefaultWeights]) of which a
// host replaces cells.
//
// # The definitions
//
// Purchasing, as the library draws it (docs/purchasing.svg is the picture):
//
//	---
//	title: "Purchase"
//	---
//	stateDiagram-v2
//	    state "Requisition drafted" as s0
//	    state "Requisition submitted" as s1
//	    state "Requisition approved" as s2
//	    state "Requisition rejected" as s3
//	    state "Route chosen" as s4
//	    state "Invited" as s5
//	    state "Received" as s6
//	    state "Opened" as s7
//	    state "Evaluated" as s8
//	    state "Recommended" as s9
//	    state "Award decided" as s10
//	    state "Closed" as s11
//	    state "Ended" as s12
//	    [*] --> s0
//	    s0 --> s1 : submit
//	    s0 --> s12 : end
//	    s1 --> s0 : return for edits
//	    s1 --> s2 : approve
//	    s1 --> s3 : reject
//	    s2 --> s4 : choose route
//	    s2 --> s12 : end
//	    s4 --> s5 : invite
//	    s4 --> s9 : recommend
//	    s4 --> s12 : end
//	    s5 --> s6 : receive
//	    s5 --> s12 : end
//	    s6 --> s7 : open bids
//	    s6 --> s12 : end
//	    s7 --> s8 : evaluate
//	    s7 --> s12 : end
//	    s8 --> s7 : reopen evaluation
//	    s8 --> s9 : recommend
//	    s8 --> s12 : end
//	    s9 --> s7 : reopen evaluation
//	    s9 --> s10 : decide award
//	    s9 --> s12 : end
//	    s10 --> s9 : un#45;award
//	    s10 --> s11 : close
//	    s10 --> s12 : end
//	    s4 --> s4 : choose route
//	    s9 --> s9 : recommend
//	    s3 --> [*]
//	    s11 --> [*]
//	    s12 --> [*]
//
// Contracting (docs/contracting.svg):
//
//	---
//	title: "Contract"
//	---
//	stateDiagram-v2
//	    state "Drafted" as s0
//	    state "Agreed" as s1
//	    state "Signed" as s2
//	    state "In force" as s3
//	    state "Ended" as s4
//	    state "Closed" as s5
//	    state "Cancelled" as s6
//	    [*] --> s0
//	    s0 --> s1 : agree
//	    s0 --> s2 : accept order
//	    s0 --> s6 : cancel / cancel by award
//	    s1 --> s0 : unlock
//	    s1 --> s2 : sign
//	    s1 --> s6 : cancel / cancel by award
//	    s2 --> s3 : commence
//	    s2 --> s4 : terminate / novate
//	    s3 --> s4 : expire / complete / terminate / novate
//	    s4 --> s5 : close
//	    s5 --> [*]
//	    s6 --> [*]
//
// Dispute, under-performance, breach and suspension run beside "in force";
// variation and extension are events. The shorter definitions are those of
// [Framing], [Granting] and [AgreeingInHouse].
//
// # What is left out
//
//   - The law's figures and forms. Thresholds, notices, minimum periods and the
//     length of a standstill change, and differ between regimes: a host gives them.
//   - Dynamic markets and concessions: membership lists of their own, and risks of
//     their own.
//   - Electronic auctions: the method of a competition is published beforehand and
//     computed once.
//   - Ledgers. An account tells what is owed and paid under one agreement; who
//     posts it where is the host's finance system's.
//   - Documents. The library keeps where they are and their digests, never the
//     papers.
//   - Permissions. Who may do what at all is asked of the host; see
//     [casework.Permit].
//
// # Sources
//
// The split of procurement into purchasing and contracting is that of the
// definition of commissioning published by the London Voluntary Service Council.
// Sections and schedules are those of the Procurement Act 2023, unless a policy
// says otherwise.
package procurement
