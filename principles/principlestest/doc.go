// Package principlestest tests criteria by fixtures: files that tell what
// happened in a cycle and the cases around it, and what a criterion has to find.
// It is for the tests of hosts that have standards of their own.
//
//	func TestOurStandard(t *testing.T) {
//		principlestest.Run(t, []principles.Standard{ours()}, "testdata/fixtures")
//		principlestest.Covered(t, ours(), "testdata/fixtures")
//	}
//
// A fixture is a JSON file:
//
//	{"standard":"ours","criterion":"needs-recorded","says":"A need was recorded.",
//	 "judgement":{"at":"2026-04-01T12:00:00Z","backfilled_after":30},
//	 "cases":[{"kind":"cycle","definition":"Strategic","entries":[
//	   {"type":"brief.recorded","at":"2025-06-02T12:00:00Z","data":{"title":"Home care"}},
//	   {"move":"identify_resources","to":"IdentifyResources","at":"2025-06-10T12:00:00Z"}]}],
//	 "want":[{"outcome":"met","round":1,"stage":"AssessNeed","evidence":["cycle:2"]}]}
//
// The entry that opens a case is made for it and has sequence 1; the first one
// listed has sequence 2. No policy is asked: a fixture may tell of what should
// never have happened. In data, "$cycle", "$purchase", "$contract" and so on
// stand for the id of the first case of that kind, "$purchase2" for that of the
// second.
//
// A want names an outcome and its place. The findings that stand in want are all
// there are, unless "only" is false; where evidence is given, it is all the
// evidence there is.
package principlestest
