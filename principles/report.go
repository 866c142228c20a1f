package principles

import (
	"github.com/needsled/needsled/casework"
)

const reportFormat = 1

// Report is what a standard found: every finding of every criterion, in the
// order of the criteria, then by round, stage and subject. Its JSON is stable.
type Report struct {
	Format    int             `json:"format"` // of the JSON, 1
	Standard  StandardRef     `json:"standard"`
	Source    Source          `json:"source"`
	Doc       string          `json:"doc"`
	About     About           `json:"about"`
	Judgement Judgement       `json:"judgement"`
	Dossier   casework.Hash   `json:"dossier"` // digest of what was judged
	Heads     []CaseHead      `json:"heads"`   // of the journals that were judged
	Criteria  []CriterionHead `json:"criteria"`
	Findings  []Finding       `json:"findings"`
}

// About says what a report is about: a cycle, or an organisation in a year.
type About struct {
	Kind   string          `json:"kind"` // "cycle" or "organisation"
	Case   casework.CaseID `json:"case,omitzero"`
	Title  string          `json:"title"`
	Body   casework.Agency `json:"body,omitzero"` // the agency that commissions, or that is judged
	Year   string          `json:"year,omitempty"`
	Rounds int             `json:"rounds,omitempty"`
	Stage  Stage           `json:"stage,omitempty"` // where the cycle stood
}

// CaseHead is how far the journal of a case was when it was judged.
type CaseHead struct {
	Kind string          `json:"kind"`
	Case casework.CaseID `json:"case"`
	Seq  uint64          `json:"seq"`
	Head casework.Hash   `json:"head,omitzero"`
}

// CriterionHead is what a criterion says, without what judges it.
type CriterionHead struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Doc      string    `json:"doc"`
	Source   Source    `json:"source"`
	Needs    []string  `json:"needs,omitempty"`
	Stages   []Stage   `json:"stages,omitempty"`
	Control  bool      `json:"control,omitempty"`
	Question *Question `json:"question,omitempty"`
}

// Of gives the findings of a criterion.
func (r Report) Of(criterion string) []Finding {
	var found []Finding
	for _, f := range r.Findings {
		if f.Criterion == criterion {
			found = append(found, f)
		}
	}
	return found
}

// In gives the findings of a round, with those about the whole cycle.
func (r Report) In(round int) []Finding {
	var found []Finding
	for _, f := range r.Findings {
		if f.Round == round || f.Round == 0 {
			found = append(found, f)
		}
	}
	return found
}

// Criterion gives what a criterion says, by its id.
func (r Report) Criterion(id string) (CriterionHead, bool) {
	for _, c := range r.Criteria {
		if c.ID == id {
			return c, true
		}
	}
	return CriterionHead{}, false
}
