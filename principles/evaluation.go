package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Evaluate judges a cycle by the standard. The same dossier gives the same
// report, on any machine, at any time. A standard that is faulty, or that judges
// organisations, is [casework.ErrInvalid].
func (s Standard) Evaluate(d *Dossier) (Report, error) {
	if d == nil {
		return Report{}, casework.Invalid("evaluate "+s.ID, fault("dossier", "dossier.missing", "there is nothing to judge"))
	}
	faults := s.Faults("standard")
	for i, c := range s.Criteria {
		if c.OfOrganisation != nil {
			faults = append(faults, fault(fmt.Sprintf("standard.criteria[%d]", i), "criterion.of_organisation", "the criterion is judged of an organisation, not of a cycle"))
		}
	}
	if err := casework.InvalidIf("evaluate "+s.ID, faults); err != nil {
		return Report{}, err
	}
	r := d.report(s)
	for _, c := range s.Criteria {
		found := func() []Finding { return c.OfCycle(d) }
		if c.OfCycle == nil {
			found = nil
		}
		r.Findings = append(r.Findings, c.judge(r.Standard, found, d.assessments, d.judgement)...)
	}
	return r, nil
}

// EvaluateOrganisation judges an organisation by the standard, with the promises
// of [Standard.Evaluate]. A standard that judges cycles is [casework.ErrInvalid].
func (s Standard) EvaluateOrganisation(o *OrganisationDossier) (Report, error) {
	if o == nil {
		return Report{}, casework.Invalid("evaluate "+s.ID, fault("dossier", "dossier.missing", "there is nothing to judge"))
	}
	faults := s.Faults("standard")
	for i, c := range s.Criteria {
		if c.OfCycle != nil {
			faults = append(faults, fault(fmt.Sprintf("standard.criteria[%d]", i), "criterion.of_cycle", "the criterion is judged of a cycle, not of an organisation"))
		}
	}
	if err := casework.InvalidIf("evaluate "+s.ID, faults); err != nil {
		return Report{}, err
	}
	r := o.report(s)
	for _, c := range s.Criteria {
		found := func() []Finding { return c.OfOrganisation(o) }
		if c.OfOrganisation == nil {
			found = nil
		}
		r.Findings = append(r.Findings, c.judge(r.Standard, found, o.assessments, o.judgement)...)
	}
	return r, nil
}

// judge gives the findings of one criterion, checked and in order.
func (c Criterion) judge(ref StandardRef, compute func() []Finding, assessments []*filed[*Assessment], j Judgement) []Finding {
	var findings []Finding
	if compute != nil {
		findings = c.computed(compute)
	}
	if c.Question != nil {
		for i := range findings {
			findings[i].Suggested = true
		}
		findings = append(findings, c.entered(ref, assessments, j)...)
	}
	for i := range findings {
		findings[i].Criterion = c.ID
		findings[i].Evidence = sortedCitations(findings[i].Evidence)
		findings[i] = c.checked(findings[i])
	}
	slices.SortStableFunc(findings, compareFindings)
	return findings
}

// computed runs a criterion's function. One that panics could not be judged.
func (c Criterion) computed(compute func() []Finding) (findings []Finding) {
	defer func() {
		if p := recover(); p != nil {
			findings = []Finding{failed(fmt.Sprintf("judging the criterion stopped with: %v", p))}
		}
	}()
	findings = slices.Clone(compute())
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
	case proves && len(f.Evidence) == 0 && len(f.Facts) == 0 && f.Entered == nil:
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

// entered gives a finding for every score that was entered for the criterion,
// one a stage of scoring; the last assessment of a stage counts.
func (c Criterion) entered(ref StandardRef, assessments []*filed[*Assessment], j Judgement) []Finding {
	var findings []Finding
	for _, stage := range ScoreStages() {
		for _, a := range slices.Backward(assessments) {
			if a.c.ScoreStage() != stage || !a.c.Counts() || !a.c.Standard().Same(ref) {
				continue
			}
			if answer, given := a.c.Answer(c.ID); given {
				findings = append(findings, c.answered(a, answer, j))
				break
			}
		}
	}
	if len(findings) == 0 {
		return []Finding{{
			Outcome: NoEvidence, Why: "Nobody has entered a judgement.",
			Remedy: "Answer the question in an assessment, with a reason and the assessor's name: " + c.Question.Ask,
		}}
	}
	return findings
}
