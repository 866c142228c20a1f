// Package procurementtest gives purchases and contracts at any state, in one
// line, and assertions about what policies say to them. It is for the tests of
// hosts that have policies, weights, definitions or permissions of their own.
//
// A [Fixture] is a purchase or a contract in a house of its own: a store, a
// cycle that arranges delivery, a clock that stands still until the test moves
// it, and ids and salts that come out the same every time. It has come to its
// state by the moves of its definition, with what the default policies ask for on
// the way and nothing more; [Fixture.Prepare] adds what they ask for next, so that
// a policy under test is the only one left to object. This is the whole test of a
// policy that asks for a second opinion on expensive awards:
//
//	f := procurementtest.At(t, procurement.Recommended, procurementtest.Policies(secondOpinion()))
//	f.Prepare(t).Refuses(t, procurement.DecideAward, "opinion.missing")
//
//	f.Record(t, func(p *procurement.Purchase) error {
//		_, err := p.AddDocument(casework.Evidence{Kind: "second_opinion", Title: "Audit"}, true)
//		return err
//	})
//	f.Allows(t, procurement.DecideAward)
//
//	small := procurementtest.At(t, procurement.Recommended, procurementtest.Policies(secondOpinion()), procurementtest.Scale(commissioning.Light))
//	small.Silent(t, procurement.DecideAward, "opinion.missing")
//
// What is bought is home care for a year, by quotations of two bidders; options
// edit the requisition, the tender and the terms, and take another route.
//
// A move that has a command of its own is taken by that command, with what the
// fixture would give it: [Fixture.Take] decides an award, ends a procedure, or has
// every party sign. Other arguments are the test's to give, by [Fixture.Record]
// and [Fixture.Doing].
//
// Assertions try and write nothing, so that one fixture serves many of them. What
// follows in other cases is tried along: a policy about contracts is heard when an
// award is tried.
package procurementtest
