package principles

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// Dossier is the frozen facts of one cycle, all its rounds, with its purchases,
// contracts, framework agreements, grants and in-house agreements, the
// assessments made of it, and the time of judgement. It reads no store and no
// clock: [Kinds.Dossier] makes one of journals, and a [Desk] fetches them.
//
// Lists stand in the order in which the cases were opened. What they hold
// accepts no commands. A dossier may be shared between goroutines.
type Dossier struct {
	judgement   Judgement
	cycle       *filed[*commissioning.Cycle]
	purchases   []*filed[*procurement.Purchase]
	contracts   []*filed[*procurement.Contract]
	frameworks  []*filed[*procurement.FrameworkAgreement]
	grants      []*filed[*procurement.GrantAgreement]
	inHouse     []*filed[*procurement.InHouseAgreement]
	assessments []*filed[*Assessment]
	byCase      map[casework.CaseID]*journal
}

// filed is a case in a dossier, with its journal.
type filed[T casework.Aggregate] struct {
	c T
	j *journal
}

// journal is the entries of a case up to the time of judgement, and the whole of
// it, which is what a dossier is written from.
type journal struct {
	kind    string
	id      casework.CaseID
	opened  time.Time
	entries []casework.Entry // as far as they count
	all     []casework.Entry
}

func (j *journal) head() (seq uint64, head casework.Hash) {
	if len(j.entries) == 0 {
		return 0, casework.Hash{}
	}
	last := j.entries[len(j.entries)-1]
	return last.Seq, last.Hash
}

func compareJournals(a, b *journal) int {
	return cmp.Or(a.opened.Compare(b.opened), slices.Compare(a.id[:], b.id[:]))
}

func cases[T casework.Aggregate](all []*filed[T]) []T {
	list := make([]T, len(all))
	for i, f := range all {
		list[i] = f.c
	}
	return list
}

// At is the time of judgement.
func (d *Dossier) At() time.Time { return d.judgement.At }

// Judgement gives the time of judgement, and what counts as written down late.
func (d *Dossier) Judgement() Judgement { return d.judgement }

// Cycle is the cycle that is judged.
func (d *Dossier) Cycle() *commissioning.Cycle { return d.cycle.c }

// Purchases gives the purchases of the cycle's services.
func (d *Dossier) Purchases() []*procurement.Purchase { return cases(d.purchases) }

// Contracts gives the contracts that arrange the cycle's services.
func (d *Dossier) Contracts() []*procurement.Contract { return cases(d.contracts) }

// Frameworks gives the framework agreements the cycle set up or called off from.
func (d *Dossier) Frameworks() []*procurement.FrameworkAgreement { return cases(d.frameworks) }

// Grants gives the grant agreements that arrange the cycle's services.
func (d *Dossier) Grants() []*procurement.GrantAgreement { return cases(d.grants) }

// InHouse gives the in-house agreements that arrange the cycle's services.
func (d *Dossier) InHouse() []*procurement.InHouseAgreement { return cases(d.inHouse) }

// Assessments gives the assessments made of the cycle.
func (d *Dossier) Assessments() []*Assessment { return cases(d.assessments) }

// Rounds gives the rounds of the cycle so far, from 1.
func (d *Dossier) Rounds() []int {
	rounds := make([]int, d.Cycle().Round())
	for i := range rounds {
		rounds[i] = i + 1
	}
	return rounds
}

// Reached tells whether the cycle came to a stage in a round, or beyond it.
func (d *Dossier) Reached(stage Stage, round int) bool {
	if c := d.Cycle(); c.Round() == round && isStage(c.Stage()) && stageOrder(c.Stage()) >= stageOrder(stage) {
		return true
	}
	return slices.ContainsFunc(d.Cycle().Visits(), func(v commissioning.Visit) bool {
		return v.Round == round && isStage(v.Stage) && stageOrder(v.Stage) >= stageOrder(stage)
	})
}

func isStage(s Stage) bool { return slices.Contains(commissioning.Stages(), s) }

// Cite points at entries of a case of the dossier, by their sequence. Sequence 0,
// which is that of no entry, is left out.
func (d *Dossier) Cite(id casework.CaseID, entries ...uint64) []Citation {
	j := d.byCase[id]
	if j == nil {
		return nil
	}
	var cited []Citation
	for _, seq := range entries {
		if seq > 0 {
			cited = append(cited, d.judgement.cite(j, seq))
		}
	}
	return cited
}

// cite points at an entry. Where only the case is at hand, and not its journal,
// the citation has neither digest nor times.
func (j Judgement) cite(of *journal, seq uint64) Citation {
	c := Citation{Kind: of.kind, Case: of.id, Seq: seq}
	if seq > uint64(len(of.entries)) {
		return c
	}
	e := of.entries[seq-1]
	c.Type, c.Hash, c.Effective, c.Recorded = e.Type, e.Hash, e.Effective, e.Recorded
	c.Imported, c.Redacted, c.Backfilled = e.Imported, e.Redacted, j.backfilled(e.Effective, e.Recorded)
	return c
}

// inCycle cites entries of the cycle by the marks of their records.
func (d *Dossier) inCycle(marks ...commissioning.Mark) []Citation {
	cited := make([]Citation, 0, len(marks))
	for _, m := range marks {
		c := d.Cite(d.Cycle().ID(), m.Entry)
		for i := range c {
			c[i] = marked(c[i], m.At, m.Recorded, m.Imported, d.judgement)
		}
		cited = append(cited, c...)
	}
	return cited
}

// in cites entries of another case by the marks of their records.
func (d *Dossier) in(id casework.CaseID, marks ...procurement.Mark) []Citation {
	cited := make([]Citation, 0, len(marks))
	for _, m := range marks {
		c := d.Cite(id, m.Entry)
		for i := range c {
			c[i] = marked(c[i], m.At, m.Recorded, m.Imported, d.judgement)
		}
		cited = append(cited, c...)
	}
	return cited
}

// marked fills a citation from a mark where the journal is not at hand.
func marked(c Citation, at, recorded time.Time, imported bool, j Judgement) Citation {
	if c.Hash.IsZero() {
		c.Effective, c.Recorded, c.Imported, c.Backfilled = at, recorded, imported, j.backfilled(at, recorded)
	}
	return c
}

// AnsweredObjection is what somebody said to an objection of a policy: an
// explanation, or an override.
type AnsweredObjection struct {
	Code       string
	Move       casework.Move
	Reason     string
	Overridden bool     // not only explained
	Subjects   []string // the records in question
	Citation   Citation
}

// Answers gives what was said to objections of a code, over all the dossier's
// cases, in the order of the cases and their entries. Where only the cases are
// at hand, and not their journals, there are none.
func (d *Dossier) Answers(code string) []AnsweredObjection {
	var all []AnsweredObjection
	for _, j := range d.journals() {
		for _, e := range j.entries {
			if e.Type != casework.EntryExplained && e.Type != casework.EntryOverridden {
				continue
			}
			answer, readable := casework.AnswerOf(e)
			if !readable || answer.Code != code {
				continue
			}
			a := AnsweredObjection{
				Code: code, Move: answer.Move, Reason: e.Reason,
				Overridden: e.Type == casework.EntryOverridden, Citation: d.judgement.cite(j, e.Seq),
			}
			for _, o := range answer.Objections {
				a.Subjects = append(a.Subjects, o.Subject)
			}
			all = append(all, a)
		}
	}
	return all
}

// journals gives the journals of the dossier, the cycle's first.
func (d *Dossier) journals() []*journal {
	all := []*journal{d.cycle.j}
	all = append(all, journalsOf(d.purchases)...)
	all = append(all, journalsOf(d.contracts)...)
	all = append(all, journalsOf(d.frameworks)...)
	all = append(all, journalsOf(d.grants)...)
	all = append(all, journalsOf(d.inHouse)...)
	return append(all, journalsOf(d.assessments)...)
}

func journalsOf[T casework.Aggregate](all []*filed[T]) []*journal {
	list := make([]*journal, len(all))
	for i, f := range all {
		list[i] = f.j
	}
	return list
}

// Digest covers the time of judgement and the head of every journal, as far as
// it counts, with what of it is redacted: the same digest means the same facts.
func (d *Dossier) Digest() casework.Hash {
	return digestOf(d.judgement, d.journals())
}

func digestOf(j Judgement, all []*journal) casework.Hash {
	b := appendText(nil, j.At.UTC().Format(time.RFC3339Nano))
	b = binary.BigEndian.AppendUint64(b, uint64(j.BackfilledAfter)) //nolint:gosec // it is at least 1
	b = binary.BigEndian.AppendUint64(b, uint64(len(all)))
	for _, j := range all {
		seq, head := j.head()
		b = appendText(b, j.kind)
		b = append(b, j.id[:]...)
		b = binary.BigEndian.AppendUint64(b, seq)
		b = append(b, head[:]...)
		for _, e := range j.entries {
			if e.Redacted {
				b = binary.BigEndian.AppendUint64(b, e.Seq)
			}
		}
	}
	return sha256.Sum256(b)
}

func appendText(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(text))), text...)
}

// report begins the report of a standard on the dossier.
func (d *Dossier) report(s Standard) Report {
	c := d.Cycle()
	return Report{
		Format: reportFormat, Standard: s.Ref(), Source: s.Source, Doc: s.Doc, Criteria: s.heads(), Judgement: d.judgement, Dossier: d.Digest(),
		About: About{Kind: commissioning.KindName, Case: c.ID(), Title: c.Brief().Title, Body: c.Lead(), Rounds: c.Round(), Stage: c.Stage()},
		Heads: headsOf(d.journals()),
	}
}

func headsOf(all []*journal) []CaseHead {
	heads := make([]CaseHead, len(all))
	for i, j := range all {
		seq, head := j.head()
		heads[i] = CaseHead{Kind: j.kind, Case: j.id, Seq: seq, Head: head}
	}
	return heads
}
