package principles

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// OrganisationDossier is what is known of an organisation in a year: its cycles,
// facts about the organisation itself, and the judgements that were entered. It
// is what world class commissioning and the assessment of councils' care are
// about. It reads no store and no clock.
type OrganisationDossier struct {
	body        casework.Agency
	year        string
	judgement   Judgement
	cycles      []*Dossier
	facts       []OrganisationFact
	assessments []*filed[*Assessment]
	byCase      map[casework.CaseID]*journal
}

// OrganisationRecord is what an organisation dossier is made of.
type OrganisationRecord struct {
	Body      casework.Agency // that is judged
	Year      string          // such as "2008/09", or "2026"
	Judgement Judgement
	Cycles    []*Dossier         // judged at the same time
	Facts     []OrganisationFact // of the year, each with a name and an assessor
	// Assessments are the journals of assessments of the body.
	Assessments []Journal
}

// Organisation makes the dossier of an organisation. Parts that are missing or
// faulty, cycles that another agency leads or that were judged at another time,
// and assessments of another body or year are [casework.ErrInvalid], all at
// once. A journal that contradicts itself is [casework.ErrCorrupt].
func (k *Kinds) Organisation(r OrganisationRecord) (*OrganisationDossier, error) {
	o := &OrganisationDossier{
		body: r.Body, year: r.Year, judgement: r.Judgement, cycles: slices.Clone(r.Cycles),
		facts: cloneFacts(r.Facts), byCase: map[casework.CaseID]*journal{},
	}
	faults := r.faults()
	for i, of := range r.Assessments {
		wrong, err := k.fileAssessment(o, of, fmt.Sprintf("assessments[%d]", i))
		if err != nil {
			return nil, err
		}
		faults = append(faults, wrong...)
	}
	if err := casework.InvalidIf("make the dossier of an organisation", faults); err != nil {
		return nil, err
	}
	slices.SortFunc(o.cycles, func(a, b *Dossier) int { return compareJournals(a.cycle.j, b.cycle.j) })
	slices.SortStableFunc(o.facts, func(a, b OrganisationFact) int { return cmp.Compare(a.Kind, b.Kind) })
	sortFiled(o.assessments)
	for _, d := range o.cycles {
		for _, j := range d.journals() {
			o.byCase[j.id] = j
		}
	}
	return o, nil
}

func (r OrganisationRecord) faults() []casework.Fault {
	faults := append(r.Body.Faults("body"), r.Judgement.Faults("judgement")...)
	if blank(r.Year) {
		faults = append(faults, fault("year", "organisation.year_missing", "say which year is judged"))
	}
	seen := map[casework.CaseID]bool{}
	for i, d := range r.Cycles {
		path := fmt.Sprintf("cycles[%d]", i)
		if d == nil {
			faults = append(faults, fault(path, "dossier.missing", "there is no dossier"))
			continue
		}
		if lead := d.Cycle().Lead().ID; lead != r.Body.ID {
			faults = append(faults, fault(path, "organisation.foreign_cycle", fmt.Sprintf("the cycle is led by %q", lead)))
		}
		if !d.At().Equal(r.Judgement.At) || d.judgement.BackfilledAfter != r.Judgement.BackfilledAfter {
			faults = append(faults, fault(path, "organisation.other_judgement", "the cycle was judged at another time, or by another measure of what is late"))
		}
		if seen[d.Cycle().ID()] {
			faults = append(faults, fault(path, "dossier.twice", "the cycle stands there twice"))
		}
		seen[d.Cycle().ID()] = true
	}
	for i, f := range r.Facts {
		faults = append(faults, f.Faults(fmt.Sprintf("facts[%d]", i))...)
	}
	return faults
}

func (k *Kinds) fileAssessment(o *OrganisationDossier, of Journal, path string) ([]casework.Fault, error) {
	if of.Kind != AssessmentKind || len(of.Entries) == 0 {
		return []casework.Fault{fault(path, "journal.kind", "give the journal of an assessment")}, nil
	}
	if _, _, err := casework.VerifyChain(each(of.Entries)); err != nil {
		return nil, err
	}
	first := of.Entries[0]
	j := &journal{kind: of.Kind, id: first.Case, opened: first.Effective, all: of.Entries, entries: recordedBy(of.Entries, o.judgement)}
	if len(j.entries) == 0 {
		return nil, nil
	}
	if o.byCase[j.id] != nil {
		return []casework.Fault{fault(path, "journal.twice", fmt.Sprintf("assessment %s stands there twice", j.id))}, nil
	}
	o.byCase[j.id] = j
	if err := fileIn(&o.assessments, k.Assessments, j); err != nil {
		return nil, err
	}
	a := o.assessments[len(o.assessments)-1].c
	if a.Body().ID != o.body.ID || a.Year() != o.year {
		return []casework.Fault{fault(path, "organisation.foreign_assessment", fmt.Sprintf("the assessment is of %q in %q", a.Body().ID, a.Year()))}, nil
	}
	return nil, nil
}

// Body is the organisation that is judged.
func (o *OrganisationDossier) Body() casework.Agency { return o.body }

// Year is the year that is judged.
func (o *OrganisationDossier) Year() string { return o.year }

// Judgement gives the time of judgement, and what counts as written down late.
func (o *OrganisationDossier) Judgement() Judgement { return o.judgement }

// Cycles gives the dossiers of the organisation's cycles, in the order in which
// they were opened.
func (o *OrganisationDossier) Cycles() []*Dossier { return slices.Clone(o.cycles) }

// Facts gives the facts of a kind, in the order they were given.
func (o *OrganisationDossier) Facts(kind OrganisationFactKind) []OrganisationFact {
	var facts []OrganisationFact
	for _, f := range o.facts {
		if f.Kind == kind {
			facts = append(facts, f.clone())
		}
	}
	return facts
}

// Assessments gives the assessments of the organisation, in the order in which
// they were opened.
func (o *OrganisationDossier) Assessments() []*Assessment { return cases(o.assessments) }

// Cite points at entries of a case of the dossier, by their sequence.
func (o *OrganisationDossier) Cite(id casework.CaseID, entries ...uint64) []Citation {
	j := o.byCase[id]
	if j == nil {
		return nil
	}
	var cited []Citation
	for _, seq := range entries {
		if seq > 0 {
			cited = append(cited, o.judgement.cite(j, seq))
		}
	}
	return cited
}

// Digest covers the body, the year, the time of judgement, the digests of the
// cycles, the facts, and the heads of the assessments.
func (o *OrganisationDossier) Digest() casework.Hash {
	facts, _ := json.Marshal(o.facts) // of texts and numbers: it cannot fail
	b := appendText(nil, o.body.ID)
	b = appendText(b, o.year)
	own := digestOf(o.judgement, journalsOf(o.assessments))
	b = append(b, own[:]...)
	for _, d := range o.cycles {
		of := d.Digest()
		b = append(b, of[:]...)
	}
	return sha256.Sum256(append(b, facts...))
}

// report begins the report of a standard on the dossier.
func (o *OrganisationDossier) report(s Standard) Report {
	heads := headsOf(journalsOf(o.assessments))
	for _, d := range o.cycles {
		heads = append(heads, headsOf(d.journals())...)
	}
	return Report{
		Format: reportFormat, Standard: s.Ref(), Source: s.Source, Doc: s.Doc, Criteria: s.heads(), Judgement: o.judgement, Dossier: o.Digest(),
		About: About{Kind: "organisation", Title: o.body.String(), Body: o.body, Year: o.year},
		Heads: heads,
	}
}
