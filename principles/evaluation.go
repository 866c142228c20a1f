package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Evaluate judges a cycle by the standard. The same dossier gives the same
// report, on any machine, at any time. A faulty standard, or no dossier, is
// [casework.ErrInvalid].
func (s Standard) Evaluate(d *Dossier) (Report, error) {
	faults := s.Faults("standard")
	if d == nil {
		faults = append(faults, fault("dossier", "dossier.missing", "there is nothing to judge"))
	}
	if err := casework.InvalidIf("evaluate "+s.ID, faults); err != nil {
		return Report{}, err
	}
	r := d.report(s)
	for _, c := range s.Criteria {
		r.Findings = append(r.Findings, c.judge(d)...)
	}
	return r, nil
}

// judge gives the findings of one criterion, checked and in order.
func (c Criterion) judge(d *Dossier) []Finding {
	findings := c.computed(d)
	for i := range findings {
		findings[i].Criterion = c.ID
		findings[i].Evidence = sortedCitations(findings[i].Evidence)
		findings[i] = c.checked(findings[i])
	}
	slices.SortStableFunc(findings, compareFindings)
	return findings
}

// computed runs a criterion's function. One that panics could not be judged.
func (c Criterion) computed(d *Dossier) (findings []Finding) {
	defer func() {
		if p := recover(); p != nil {
			findings = []Finding{failed(fmt.Sprintf("judging the criterion stopped with: %v", p))}
		}
	}()
	findings = slices.Clone(c.OfCycle(d))
	if len(findings) == 0 {
		return []Finding{{
			Outcome: NoEvidence, Why: "Nothing is recorded that tells.",
			Remedy: "Record what the criterion asks for, or why it does not arise.",
		}}
	}
	return findings
}

func failed(why string) Finding {
	return Finding{Outcome: Failed, Why: why, Remedy: "Have the criterion's function mended; nothing is wrong with the record."}
}

// checked holds a finding to what every finding promises.
func (c Criterion) checked(f Finding) Finding {
	proves := f.Outcome == Met || f.Outcome == PartlyMet || f.Outcome == Declined || f.Outcome == Explained
	if c.Control && proves && len(f.Evidence) > 0 && allImported(f.Evidence) {
		f.Outcome, f.Reason = NoEvidence, ""
		f.Why = "Only imported history says so, which is no proof that the control worked."
		f.Remedy = "Record the control the next time it is exercised."
		return f
	}
	fault := ""
	switch {
	case !f.Outcome.Known():
		fault = fmt.Sprintf("there is no outcome %q", f.Outcome)
	case blank(f.Why):
		fault = "a finding says why"
	case proves && len(f.Evidence) == 0 && f.Entered == nil:
		fault = fmt.Sprintf("a finding of %q cites its evidence", f.Outcome)
	case (f.Outcome == NotMet || f.Outcome == PartlyMet || f.Outcome == NoEvidence) && blank(f.Remedy):
		fault = "a finding that falls short says what to do next"
	case (f.Outcome == Declined || f.Outcome == Explained) && blank(f.Reason):
		fault = fmt.Sprintf("a finding of %q gives the recorded reason", f.Outcome)
	default:
		return f
	}
	broken := failed("the criterion's function gave a faulty finding: " + fault)
	broken.Criterion, broken.Round, broken.Stage, broken.Subject, broken.Suggested = f.Criterion, f.Round, f.Stage, f.Subject, f.Suggested
	return broken
}

func allImported(evidence []Citation) bool {
	return !slices.ContainsFunc(evidence, func(c Citation) bool { return !c.Imported })
}
