// Package commissioningtest gives cycles at any stage, in one line, and
// assertions about what policies say to them. It is for the tests of hosts that
// have policies, weights, definitions or permissions of their own.
//
// A [Fixture] is a cycle in a store of its own, with a clock that stands still
// until the test moves it, and ids and salts that come out the same every time.
// It has come to its stage by the moves of its definition, with what the default
// policies ask for on the way and nothing more; [Fixture.Prepare] adds what they
// ask for next, so that a policy under test is the only one left to object.
//
//	noArea := commissioningtest.Brief(func(b *commissioning.Brief) { b.Area = "" })
//	f := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Policies(mine), noArea)
//	f.Prepare(t).Refuses(t, commissioning.ArrangeDelivery, "area.missing")
//
// Its brief is that of home care in an area, with a lead, a population and a
// value; [Brief] edits it.
//
// Assertions try and write nothing, so that one fixture serves many of them;
// [Fixture.Take] and [Fixture.Record] write.
package commissioningtest
