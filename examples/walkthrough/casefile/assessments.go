package casefile

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// writtenAssessment is an assessment as it is written.
type writtenAssessment struct {
	Standard string                `json:"standard"`
	Version  string                `json:"version"`
	Scored   principles.ScoreStage `json:"scored"`
	Body     string                `json:"body"`
	Year     string                `json:"year"`
	By       string                `json:"by"`
	Assessor string                `json:"assessor"`
	On       casework.Date         `json:"on"`
	Answers  []writtenAnswer       `json:"answers"`
}

type writtenAnswer struct {
	Criterion string `json:"criterion"`
	Answer    string `json:"answer"`
	Reason    string `json:"reason"`
}

func (r *reader) assessmentListed(n *node, path string) {
	var w writtenAssessment
	r.check(n, path, reflect.TypeFor[writtenAssessment]())
	loose(n, &w)
	if n.form != object {
		return
	}
	a := Assessment{Line: n.line, By: r.stepBy(n, path, w.By), Scored: w.Scored, Body: r.agencies[w.Body], Year: w.Year, On: w.On}
	if body := n.get("body"); body != nil && body.form == text && a.Body.ID == "" {
		r.fault(body.line, under(path, "body"), "agency.unknown", fmt.Sprintf("no agency %q is listed under agencies", w.Body))
	}
	if scored := n.get("scored"); scored != nil && scored.form == text && !w.Scored.Known() {
		r.fault(scored.line, under(path, "scored"), "score_stage.unknown", fmt.Sprintf("%q is no stage of scoring: %v", w.Scored, principles.ScoreStages()))
	}
	a.Standard = r.assessmentStandard(n, path, w)
	for i, answer := range items(n, "answers") {
		var said writtenAnswer
		loose(answer, &said)
		at := fmt.Sprintf("%s[%d]", under(path, "answers"), i)
		if _, asked := a.Standard.Criterion(said.Criterion); a.Standard.ID != "" && said.Criterion != "" && !asked {
			r.fault(answer.line, under(at, "criterion"), "criterion.unknown", fmt.Sprintf("%s asks nothing about %q", a.Standard.Ref(), said.Criterion))
		}
		a.Answers = append(a.Answers, principles.Answer{Criterion: said.Criterion, Answer: said.Answer, Reason: said.Reason, Assessor: w.Assessor, On: w.On})
	}
	r.out.Assessments = append(r.out.Assessments, a)
}

// assessmentStandard finds the standard of an assessment.
func (r *reader) assessmentStandard(n *node, path string, w writtenAssessment) principles.Standard {
	standard, version := n.get("standard"), n.get("version")
	if standard == nil || standard.form != text || version == nil || version.form != text {
		return principles.Standard{} // told already
	}
	if w.Standard != principles.CouncilCareAssessmentID {
		r.fault(standard.line, under(path, "standard"), "standard.unknown", fmt.Sprintf("%q is not assessed here; %s is", w.Standard, principles.CouncilCareAssessmentID))
		return principles.Standard{}
	}
	if !slices.Contains(principles.CouncilCareVersions(), w.Version) {
		r.fault(version.line, under(path, "version"), "version.unknown", fmt.Sprintf("there is no version %q: %v", w.Version, principles.CouncilCareVersions()))
		return principles.Standard{}
	}
	s, err := principles.CouncilCareAssessment(w.Version)
	if err != nil {
		r.fault(version.line, under(path, "version"), "version.unknown", err.Error())
	}
	return s
}
