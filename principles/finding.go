package principles

import (
	"cmp"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Stage is a stage of the commissioning cycle.
type Stage = commissioning.Stage

// Finding is what was found about one criterion: of a stage and a round where
// the criterion is judged by them, and about one record where there are several.
type Finding struct {
	Criterion string  `json:"criterion"`         // set by the evaluation
	Round     int     `json:"round,omitempty"`   // from 1; 0 where the finding is about the whole cycle
	Stage     Stage   `json:"stage,omitempty"`   // empty where the criterion is not judged by stage
	Subject   string  `json:"subject,omitempty"` // the record in question, such as a service's id
	Outcome   Outcome `json:"outcome"`
	Why       string  `json:"why"`              // one sentence a commissioner understands
	Remedy    string  `json:"remedy,omitempty"` // what to do next; given with every finding that falls short
	Reason    string  `json:"reason,omitempty"` // the recorded reason, of what was declined or explained
	// Suggested marks what a journal supports where a panel or an assessor
	// judges: it is offered to them with its evidence, and never counts.
	Suggested bool       `json:"suggested,omitempty"`
	Entered   *Entered   `json:"entered,omitempty"` // the judgement somebody entered, where one did
	Evidence  []Citation `json:"evidence,omitempty"`
	// Facts are what somebody entered about an organisation, with name and date,
	// where the finding rests on more than journals.
	Facts []OrganisationFact `json:"facts,omitempty"`
}

// Backfilled tells whether any of the evidence was written down long after it
// is said to have happened; see [Judgement].
func (f Finding) Backfilled() bool {
	return slices.ContainsFunc(f.Evidence, func(c Citation) bool { return c.Backfilled })
}

// Counts tells whether the finding says how far the criterion is met, and is
// more than a suggestion.
func (f Finding) Counts() bool { return f.Outcome.Judged() && !f.Suggested }

// Place tells what the finding is about, apart from its round: findings of two
// reports with the same place are about the same thing.
func (f Finding) Place() Place {
	p := Place{Criterion: f.Criterion, Stage: f.Stage, Subject: f.Subject, Suggested: f.Suggested}
	if f.Entered != nil {
		p.Scored = f.Entered.Stage
	}
	return p
}

// Place is what a finding is about, whatever the round.
type Place struct {
	Criterion string     `json:"criterion"`
	Stage     Stage      `json:"stage,omitempty"`
	Subject   string     `json:"subject,omitempty"`
	Scored    ScoreStage `json:"scored,omitempty"`
	Suggested bool       `json:"suggested,omitempty"`
}

// Entered is a judgement that somebody made and entered, with name and reason.
// It is never computed.
type Entered struct {
	Stage    ScoreStage    `json:"stage"`
	Answer   string        `json:"answer"`
	Points   int           `json:"points"`
	Of       int           `json:"of"` // the most points the question gives
	Assessor string        `json:"assessor"`
	On       casework.Date `json:"on"`
	Rule     string        `json:"rule"` // version of the standard it was judged by
	Notes    []string      `json:"notes,omitempty"`
}

// Citation points at a journal entry that proves something.
type Citation struct {
	Kind       string          `json:"kind"` // of the case
	Case       casework.CaseID `json:"case"`
	Seq        uint64          `json:"seq"`
	Type       string          `json:"type,omitempty"` // of the entry, such as "need.identified"
	Hash       casework.Hash   `json:"hash,omitzero"`  // of the entry; zero where only the case was at hand, and not its journal
	Effective  time.Time       `json:"effective,omitzero"`
	Recorded   time.Time       `json:"recorded,omitzero"`
	Imported   bool            `json:"imported,omitempty"`   // brought in: a fact, and never proof that a control worked
	Redacted   bool            `json:"redacted,omitempty"`   // what it said was erased since
	Backfilled bool            `json:"backfilled,omitempty"` // written down long after it is said to have happened
}

func compareCitations(a, b Citation) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), slices.Compare(a.Case[:], b.Case[:]), cmp.Compare(a.Seq, b.Seq))
}

// sortedCitations gives the citations in order, each once.
func sortedCitations(all []Citation) []Citation {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, compareCitations)
	return slices.CompactFunc(sorted, func(a, b Citation) bool { return compareCitations(a, b) == 0 })
}

// stageOrder gives the place of a stage in the cycle; no stage comes first, and
// a stage of the host's own last.
func stageOrder(s Stage) int {
	if s == "" {
		return -1
	}
	if i := slices.Index(commissioning.Stages(), s); i >= 0 {
		return i
	}
	return len(commissioning.Stages())
}

// compareFindings orders the findings of one criterion.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Round, b.Round), cmp.Compare(stageOrder(a.Stage), stageOrder(b.Stage)), cmp.Compare(a.Stage, b.Stage),
		compareSubjects(a.Subject, b.Subject), cmp.Compare(a.Place().Scored.order(), b.Place().Scored.order()),
		cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Why, b.Why),
	)
}

// compareSubjects orders ids such as S2 and S10 by their number.
func compareSubjects(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
