package principles

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// Journal is the whole journal of a case, with the name of its kind.
type Journal struct {
	Kind    string           `json:"kind"`
	Entries []casework.Entry `json:"entries"`
}

// Dossier makes a dossier of journals: that of one cycle, and those of the cases
// around it. Every chain is verified whole; what was recorded after the time of
// judgement is then left out, and a case opened after it with all it has.
//
// A faulty judgement, a kind that does not belong there, a case that stands
// there twice or is about another cycle, and a cycle that is missing, stands
// there twice or was opened too late are [casework.ErrInvalid], all at once. A
// journal that contradicts itself is [casework.ErrCorrupt].
func (k *Kinds) Dossier(j Judgement, journals ...Journal) (*Dossier, error) {
	const op = "make a dossier"
	d := &Dossier{judgement: j, byCase: map[casework.CaseID]*journal{}}
	faults := j.Faults("judgement")
	for i, of := range journals {
		path := fmt.Sprintf("journals[%d]", i)
		if len(of.Entries) == 0 {
			faults = append(faults, fault(path+".entries", "journal.empty", "a journal has at least the entry that opens it"))
			continue
		}
		if d.byCase[of.Entries[0].Case] != nil {
			faults = append(faults, fault(path, "journal.twice", fmt.Sprintf("case %s stands there twice", of.Entries[0].Case)))
			continue
		}
		wrong, err := k.file(d, of, path)
		if err != nil {
			return nil, err
		}
		faults = append(faults, wrong...)
	}
	if d.cycle == nil {
		faults = append(faults, fault("journals", "dossier.cycle_missing", "a dossier is about a cycle that was open at the time of judgement: give its journal"))
	} else {
		faults = append(faults, d.foreign()...)
	}
	if err := casework.InvalidIf(op, faults); err != nil {
		return nil, err
	}
	d.sort()
	return d, nil
}

// file verifies a journal, folds what counts of it, and puts it in its place.
func (k *Kinds) file(d *Dossier, of Journal, path string) ([]casework.Fault, error) {
	j := &journal{kind: of.Kind, id: of.Entries[0].Case, opened: of.Entries[0].Effective, all: of.Entries}
	if _, _, err := casework.VerifyChain(each(of.Entries)); err != nil {
		return nil, err
	}
	j.entries = recordedBy(of.Entries, d.judgement)
	if len(j.entries) == 0 {
		return nil, nil
	}
	d.byCase[j.id] = j
	p := k.Procurement
	switch of.Kind {
	case commissioning.KindName:
		if d.cycle != nil {
			return []casework.Fault{fault(path, "dossier.cycle_twice", "a dossier is about one cycle")}, nil
		}
		c, err := p.Cycles.Fold(each(j.entries))
		d.cycle = &filed[*commissioning.Cycle]{c: c, j: j}
		return nil, err
	case procurement.PurchaseKind:
		return nil, fileIn(&d.purchases, p.Purchases, j)
	case procurement.ContractKind:
		return nil, fileIn(&d.contracts, p.Contracts, j)
	case procurement.FrameworkKind:
		return nil, fileIn(&d.frameworks, p.Frameworks, j)
	case procurement.GrantKind:
		return nil, fileIn(&d.grants, p.Grants, j)
	case procurement.InHouseKind:
		return nil, fileIn(&d.inHouse, p.InHouse, j)
	case AssessmentKind:
		return nil, fileIn(&d.assessments, k.Assessments, j)
	default:
		return []casework.Fault{fault(path+".kind", "journal.kind", fmt.Sprintf("a dossier has no cases of kind %q", of.Kind))}, nil
	}
}

func fileIn[T casework.Aggregate](to *[]*filed[T], k *casework.Kind[T], j *journal) error {
	c, err := k.Fold(each(j.entries))
	*to = append(*to, &filed[T]{c: c, j: j})
	return err
}

// recordedBy gives the entries that had been recorded at the time of judgement.
func recordedBy(entries []casework.Entry, j Judgement) []casework.Entry {
	later := slices.IndexFunc(entries, func(e casework.Entry) bool { return e.Recorded.After(j.At) })
	if later < 0 {
		return entries
	}
	return entries[:later]
}

// foreign lists the cases that say they are about another cycle.
func (d *Dossier) foreign() []casework.Fault {
	var faults []casework.Fault
	own := func(kind string, id, of casework.CaseID) {
		if !of.IsZero() && of != d.Cycle().ID() {
			faults = append(faults, fault("journals", "journal.foreign", fmt.Sprintf("%s %s is about cycle %s", kind, id, of)))
		}
	}
	for _, p := range d.purchases {
		own(p.j.kind, p.j.id, p.c.Requisition().Cycle)
	}
	for _, c := range d.contracts {
		own(c.j.kind, c.j.id, c.c.Origin().Cycle)
	}
	for _, g := range d.grants {
		own(g.j.kind, g.j.id, g.c.Grant().Cycle)
	}
	for _, h := range d.inHouse {
		own(h.j.kind, h.j.id, h.c.InHouse().Cycle)
	}
	for _, a := range d.assessments {
		own(a.j.kind, a.j.id, a.c.Cycle())
	}
	return faults
}

// sort puts every list in the order in which the cases were opened.
func (d *Dossier) sort() {
	sortFiled(d.purchases)
	sortFiled(d.contracts)
	sortFiled(d.frameworks)
	sortFiled(d.grants)
	sortFiled(d.inHouse)
	sortFiled(d.assessments)
}

func sortFiled[T casework.Aggregate](all []*filed[T]) {
	slices.SortFunc(all, func(a, b *filed[T]) int { return compareJournals(a.j, b.j) })
}

func each(entries []casework.Entry) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// writtenDossier is a dossier as JSON: all it takes to make it again.
type writtenDossier struct {
	Format    int       `json:"format"`
	Judgement Judgement `json:"judgement"`
	Journals  []Journal `json:"journals"`
}

const dossierFormat = 1

// Journals gives the whole journals the dossier was made of, the cycle's first.
func (d *Dossier) Journals() []Journal {
	all := d.journals()
	list := make([]Journal, len(all))
	for i, j := range all {
		list[i] = Journal{Kind: j.kind, Entries: slices.Clone(j.all)}
	}
	return list
}

// Write writes the dossier as one line of JSON, so that [Kinds.ReadDossiers]
// gives back the same dossier.
func (d *Dossier) Write(w io.Writer) error {
	return json.NewEncoder(w).Encode(writtenDossier{Format: dossierFormat, Judgement: d.judgement, Journals: d.Journals()})
}

// ReadDossiers reads dossiers as [Dossier.Write] writes them, one after the
// other, and keeps none: however many there are, they take the memory of one. It
// stops at the first that cannot be read, which is [casework.ErrInvalid], or
// contradicts itself, which is [casework.ErrCorrupt].
func (k *Kinds) ReadDossiers(r io.Reader) iter.Seq2[*Dossier, error] {
	return func(yield func(*Dossier, error) bool) {
		decoder := json.NewDecoder(r)
		decoder.DisallowUnknownFields()
		for n := 1; ; n++ {
			var w writtenDossier
			err := decoder.Decode(&w)
			if err == io.EOF { //nolint:errorlint // the decoder gives it bare at the end, and wrapped nowhere
				return
			}
			d, err := k.reread(w, n, err)
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

func (k *Kinds) reread(w writtenDossier, n int, err error) (*Dossier, error) {
	op, path := "read dossiers", fmt.Sprintf("dossier %d", n)
	if err != nil {
		return nil, &casework.InvalidError{Op: op, Faults: []casework.Fault{fault(path, "dossier.unreadable", err.Error())}, Cause: err}
	}
	if w.Format != dossierFormat {
		return nil, casework.Invalid(op, fault(path+".format", "dossier.format", fmt.Sprintf("format %d is not %d", w.Format, dossierFormat)))
	}
	return k.Dossier(w.Judgement, w.Journals...)
}
