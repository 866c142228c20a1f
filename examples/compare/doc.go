// Package compare holds benchmarks of the library beside what a host would use
// or write in its place. It has no code of its own.
//
// What is compared is measured in turn within one run, and given as the median
// of each side with the ratio between them: absolute figures depend on the
// machine and on what else it does, the ratio hardly does.
//
//	go test -run '^$' -bench . ./compare
//
// BenchmarkDecision answers one question, where a move leads from a state of
// a definition of twenty states, by the compiled table, by a machine of
// looplab/fsm built for each request, by one that is kept and set to the state,
// by one configuration of qmuntal/stateless shared by all requests, and by a
// switch written by hand.
//
// BenchmarkUpdate loads a case, records one entry and commits it on SQLite, by
// the desk and by hand. Hand has the same tables and columns, pragmas and pools,
// reads, changes and writes the same document as JSON, and seals its entries as
// the desk does, so that what it wrote verifies; unchained, it leaves that out.
// Hand has no policies, no permissions, no checks of its input, and cannot tell
// who was faster. Both run five statements: SELECT, BEGIN, UPDATE, INSERT, COMMIT.
package compare
