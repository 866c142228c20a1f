// Package principles judges a commissioning cycle, and an organisation's
// commissioning, against published standards: from the recorded facts, with the
// evidence.
//
// # The one idea
//
// A finding cites its evidence. A [Standard] is a list of criteria; each
// [Criterion] is a pure function from a [Dossier], the frozen facts of a cycle,
// to findings. A [Finding] says in one sentence what was found, points at the
// journal entries that prove it, and says what to do next. That nothing is
// recorded is another thing than that something was not done. A score is a
// later and separate step, and never part of a finding.
//
// # In the order a user meets it
//
// A [Desk] stands over the desks of the cycle and of procurement:
//
//	desk, err := principles.NewDesk(cycles, desks, nil)
//
// It makes a dossier of the journals of a cycle and of all that was bought,
// granted or agreed for it. When it is judged, and after how many days a fact
// counts as written down late, is for the caller to say:
//
//	dossier, err := desk.Dossier(ctx, cycle.ID(), principles.Judgement{At: now, BackfilledAfter: 30})
//
// A standard gives a report. The same dossier gives the same report, to the byte:
//
//	report, err := principles.EightPrinciples().Evaluate(dossier)
//	for _, f := range report.Findings {
//		fmt.Println(f.Outcome.Title(), f.Why, f.Remedy)
//	}
//
// Reports are written as JSON, Markdown and HTML ([WriteHTML]), compared
// ([Compare]), and rolled up over many cases ([Portfolio]).
//
// # The standards
//
//   - [EightPrinciples]: the eight principles of good commissioning (2006).
//   - [SectorEngagement]: the voluntary and community sector in every stage.
//   - [IntelligentCommissioning]: Hearts and Minds (2007), with the three
//     judgements of the Public Administration Select Committee (2008).
//   - [WorldClassCommissioning]: the competencies of 2008/09 and 2009/10.
//   - [CouncilCareAssessment]: the nine statements of the Care Quality Commission.
//   - [CommissioningForNeeds]: this library's own.
//
// A host adds its own, in Go or from a file ([LoadStandard]). A criterion may be
// a gate that a live cycle or purchase has to pass: see [Policy].
//
// # What is entered, and what is computed
//
// What a journal cannot tell is judged by people: an [Assessment] is a case in
// which somebody answers a standard's questions, with name, date and reason.
// What the journal supports is offered beside as a suggestion, and never counts.
// Where no rule is published, such as the one from sub-levels to a level, the
// rule is an argument nobody can leave out.
//
// # What is left out
//
//   - A single number for good commissioning: no source gives one.
//   - Rankings of providers: no sector scores for being itself.
//   - Wordings of levels and statements that could not be verified.
package principles
