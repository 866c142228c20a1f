package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// CouncilCareAssessmentID is the id of the standard of the assessment of councils'
// care, in every version.
const CouncilCareAssessmentID = "council-care-assessment"

// The versions of the rule by which the Care Quality Commission rates local
// authorities in England.
const (
	CouncilCareV1 = "v1" // a statement's score is rolled up from scores of evidence categories: see [StatementScore]
	CouncilCareV2 = "v2" // a statement is scored directly
)

// CouncilCareVersions gives the versions, the earlier first.
func CouncilCareVersions() []string { return []string{CouncilCareV1, CouncilCareV2} }

// CouncilCareAssessment gives the standard by which the Care Quality Commission
// assesses the adult social care of local authorities in England: nine quality
// statements, each scored from 1 to 4. People give the scores, in an
// [Assessment]; nothing is computed from a journal. A version other than "v1" and
// "v2" is [casework.ErrInvalid].
func CouncilCareAssessment(version string) (Standard, error) {
	if !slices.Contains(CouncilCareVersions(), version) {
		return Standard{}, casework.Invalid("council care assessment", fault("version", "version.unknown",
			fmt.Sprintf("there is no version %q; the versions are v1 and v2", version)))
	}
	s := Standard{
		ID: CouncilCareAssessmentID, Title: "Local authority assessment", Version: version,
		Doc: "How well a council meets its duties in adult social care: nine quality statements, each scored from 1 to 4. " + scoredHow(version) +
			" That a score of 3 or 4 is met, 2 is partly met and 1 is not met is this library's reading.",
		Source: careSource(version, ""),
	}
	for _, q := range qualityStatements() {
		s.Criteria = append(s.Criteria, q.criterion(version))
	}
	return s, nil
}

func scoredHow(version string) string {
	if version == CouncilCareV1 {
		return "The score of a statement is rolled up from the scores of its evidence categories."
	}
	return "Each statement is scored directly."
}

func careSource(version, place string) Source {
	edition := "later edition"
	if version == CouncilCareV1 {
		edition = "earlier edition, with scores of evidence categories"
	}
	if place != "" {
		edition += ", " + place
	}
	return Source{
		Document: "How we determine ratings: local authorities (Care Quality Commission)", Year: "2023 onwards", Place: edition,
		Address: "https://www.cqc.org.uk/guidance-regulation/local-authorities/how-we-determine-ratings",
	}
}

type qualityStatement struct{ id, title, theme string }

func qualityStatements() []qualityStatement {
	return []qualityStatement{
		{"assessing-needs", "Assessing needs", "working with people"},
		{"healthier-lives", "Supporting people to live healthier lives", "working with people"},
		{"equity", "Equity in experience and outcomes", "working with people"},
		{"care-provision", "Care provision, integration and continuity", "providing support"},
		{"partnerships", "Partnerships and communities", "providing support"},
		{"safe-systems", "Safe systems, pathways and transitions", "safety"},
		{"safeguarding", "Safeguarding", "safety"},
		{"governance", "Governance, management and sustainability", "leadership"},
		{"learning", "Learning, improvement and innovation", "leadership"},
	}
}

func (q qualityStatement) criterion(version string) Criterion {
	return Criterion{
		ID: q.id, Title: q.title,
		Doc:    "A quality statement of the theme " + q.theme + ". " + scoredHow(version) + " People judge it, and no journal tells.",
		Source: careSource(version, "quality statement "+q.title),
		Question: &Question{
			Ask: "What does the evidence on this statement show: " + q.title + "?", NeedsReason: true,
			Options: []AnswerOption{
				{Answer: "1", Title: "Significant shortfalls", Points: 1, Outcome: NotMet},
				{Answer: "2", Title: "Some shortfalls", Points: 2, Outcome: PartlyMet},
				{Answer: "3", Title: "Good standard", Points: 3, Outcome: Met},
				{Answer: "4", Title: "Exceptional", Points: 4, Outcome: Met},
			},
		},
	}
}

// CareRating is the overall rating of a council's care.
type CareRating string

// The ratings, from the worst to the best.
const (
	CareInadequate          CareRating = "inadequate"
	CareRequiresImprovement CareRating = "requires_improvement"
	CareGood                CareRating = "good"
	CareOutstanding         CareRating = "outstanding"
)

// Title gives the rating for people.
func (r CareRating) Title() string {
	switch r {
	case CareInadequate:
		return "Inadequate"
	case CareRequiresImprovement:
		return "Requires improvement"
	case CareGood:
		return "Good"
	case CareOutstanding:
		return "Outstanding"
	default:
		return string(r)
	}
}

// CareRatingOf gives the rating of a whole percentage: 25 to 38 is inadequate, 39 to
// 62 requires improvement, 63 to 87 is good, and 88 to 100 is outstanding, both
// ends included. Less than 25, which no scores can come to, and more than 100 has
// no rating.
func CareRatingOf(percent int) (CareRating, bool) {
	switch {
	case percent < 25 || percent > 100:
		return "", false
	case percent <= 38:
		return CareInadequate, true
	case percent <= 62:
		return CareRequiresImprovement, true
	case percent <= 87:
		return CareGood, true
	default:
		return CareOutstanding, true
	}
}

// CareResult is what the nine scores of a council come to.
type CareResult struct {
	Stage   ScoreStage `json:"stage"`
	Sum     int        `json:"sum"`               // of the scores there are
	Most    int        `json:"most"`              // what all nine can come to: 36
	Exact   Figure     `json:"exact,omitzero"`    // sum by most in percent; not determined while a score is missing
	Percent int        `json:"percent,omitempty"` // rounded, as it is published; 0 while it is not determined
	Rating  CareRating `json:"rating,omitempty"`  // empty while it is not determined
	Missing []string   `json:"missing,omitempty"` // the statements nobody has entered a score of
}

// Determined tells whether there is a rating.
func (c CareResult) Determined() bool { return c.Rating != "" }

// RateCouncilCare gives what the scores in a report on the assessment of councils'
// care come to, of those that were entered at one stage of scoring: their sum in
// percent of the most, to the nearest whole number, and the rating of that. It
// rounds before it rates, because the published bands are of whole numbers; with
// nine statements no percentage lies half-way, so that no rule for ties is needed.
// While a score is missing the result is not determined, and says what is missing.
// No score caps the rating.
//
// A report of another standard, a score that is none or is entered twice, and an
// unknown stage are [casework.ErrInvalid].
func RateCouncilCare(r Report, stage ScoreStage) (CareResult, error) {
	const op = "rate council care"
	s, err := CouncilCareAssessment(r.Standard.Version)
	if r.Standard.ID != CouncilCareAssessmentID || err != nil {
		return CareResult{}, casework.Invalid(op, fault("report.standard", "report.other_standard",
			fmt.Sprintf("the report is on %s, %s and not on the assessment of councils' care in a version there is", r.Standard.ID, r.Standard.Version)))
	}
	answers, faults := enteredAnswers(s, r, stage)
	if err := casework.InvalidIf(op, faults); err != nil {
		return CareResult{}, err
	}
	result := CareResult{Stage: stage}
	for _, c := range s.Criteria {
		result.Most += c.Question.Most()
		option, given := answers[c.ID]
		if !given {
			result.Missing = append(result.Missing, c.ID)
			continue
		}
		result.Sum += option.Points
	}
	if len(result.Missing) > 0 {
		return result, nil
	}
	result.Exact = ratio(100*result.Sum, result.Most)
	result.Percent = wholePercent(result.Exact, casework.RoundHalfUp)
	result.Rating, _ = CareRatingOf(result.Percent)
	return result, nil
}

// StatementScore rolls the scores of a statement's evidence categories up to the
// score of the statement, by the rule of version "v1": their sum in percent of the
// most they can come to, where 25 to 38 is 1, 39 to 62 is 2, 63 to 87 is 3, and
// over 87 is 4. What is over 87 exactly is 4; otherwise the percentage is rounded
// first. Two scores of 2 and 3 come to 62.5: the rule for such a tie is not
// established, so the rounding is for the caller to say. It gives the exact
// percentage as well.
//
// No score, more than six, one that is not from 1 to 4, and an unknown rounding
// are [casework.ErrInvalid].
func StatementScore(categories []int, rounding casework.Rounding) (score int, exact Figure, err error) {
	if err := casework.InvalidIf("score a quality statement", categoryFaults(categories, rounding)); err != nil {
		return 0, Figure{}, err
	}
	sum := 0
	for _, c := range categories {
		sum += c
	}
	exact = ratio(100*sum, 4*len(categories))
	percent := wholePercent(exact, rounding)
	switch {
	case exact.Cmp(Number(87)) > 0:
		return 4, exact, nil
	case percent >= 63:
		return 3, exact, nil
	case percent >= 39:
		return 2, exact, nil
	default:
		return 1, exact, nil
	}
}

// evidenceCategories is how many kinds of evidence the Care Quality Commission has.
const evidenceCategories = 6

func categoryFaults(categories []int, rounding casework.Rounding) []casework.Fault {
	var faults []casework.Fault
	if len(categories) == 0 || len(categories) > evidenceCategories {
		faults = append(faults, fault("categories", "categories.count", fmt.Sprintf("there are from 1 to %d evidence categories", evidenceCategories)))
	}
	for i, c := range categories {
		if c < 1 || c > 4 {
			faults = append(faults, fault(pathAt("categories", i), "score.out_of_range", "a score is from 1 to 4"))
		}
	}
	if !rounding.Known() {
		faults = append(faults, fault("rounding", "rounding.unknown", "say how a percentage is rounded: the rule for ties is not established"))
	}
	return faults
}

// wholePercent rounds a figure that is determined to a whole number.
func wholePercent(f Figure, rounding casework.Rounding) int {
	return int(roundedWhole(f.n, rounding).Int64())
}
