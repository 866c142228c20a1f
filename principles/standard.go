package principles

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Standard is a published set of criteria, or a host's own. It is a value:
// lists of standards are built, and nothing is registered. ("Framework" is kept
// for framework agreements.)
type Standard struct {
	ID       string // API
	Title    string
	Version  string // of the standard, such as "2008/09"
	Doc      string // what it judges and why, for people
	Source   Source
	Criteria []Criterion
}

// StandardRef names the very standard that was judged by.
type StandardRef struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Version string        `json:"version"`
	Digest  casework.Hash `json:"digest"` // see [Standard.Digest]
}

// String gives "title, version".
func (r StandardRef) String() string { return r.Title + ", " + r.Version }

// Same tells whether both are the same standard in the same version.
func (r StandardRef) Same(other StandardRef) bool {
	return r.ID == other.ID && r.Version == other.Version
}

// Ref names the standard.
func (s Standard) Ref() StandardRef {
	return StandardRef{ID: s.ID, Title: s.Title, Version: s.Version, Digest: s.Digest()}
}

// Digest covers what the standard says: its id, version and words, its criteria
// in order, and their questions. What their functions compute it cannot cover:
// raise the version with them.
func (s Standard) Digest() casework.Hash {
	text, _ := json.Marshal(struct { // of texts and numbers: it cannot fail
		ID, Title, Version, Doc string
		Source                  Source
		Criteria                []CriterionHead
	}{s.ID, s.Title, s.Version, s.Doc, s.Source, s.heads()})
	return sha256.Sum256(text)
}

// Criterion gives one criterion by its id.
func (s Standard) Criterion(id string) (Criterion, bool) {
	i := slices.IndexFunc(s.Criteria, func(c Criterion) bool { return c.ID == id })
	if i < 0 {
		return Criterion{}, false
	}
	return s.Criteria[i], true
}

// Only gives the standard with the named criteria alone, in their order. An id
// there is no criterion for is [casework.ErrInvalid].
func (s Standard) Only(ids ...string) (Standard, error) {
	var faults []casework.Fault
	for i, id := range ids {
		if _, known := s.Criterion(id); !known {
			faults = append(faults, fault(fmt.Sprintf("ids[%d]", i), "criterion.unknown", fmt.Sprintf("%s has no criterion %q", s.ID, id)))
		}
	}
	only := s
	only.Criteria = slices.DeleteFunc(slices.Clone(s.Criteria), func(c Criterion) bool { return !slices.Contains(ids, c.ID) })
	return only, casework.InvalidIf("narrow standard "+s.ID, faults)
}

// Validate checks the standard. It is [casework.ErrInvalid] with every fault:
// parts that are missing or not documented, criteria that stand there twice,
// that nothing judges, or that are of different subjects, and weights that do
// not total 100 percent.
func (s Standard) Validate() error {
	return casework.InvalidIf("standard "+s.ID, s.Faults(""))
}

// Faults lists what is wrong with the standard, each under path.
func (s Standard) Faults(path string) []casework.Fault {
	if path != "" {
		path += "."
	}
	var faults []casework.Fault
	for _, part := range []struct{ field, text string }{{"id", s.ID}, {"title", s.Title}, {"version", s.Version}, {"doc", s.Doc}} {
		if blank(part.text) {
			faults = append(faults, fault(path+part.field, "standard."+part.field+"_missing", "a standard has its "+part.field))
		}
	}
	faults = append(faults, s.Source.Faults(path+"source")...)
	if len(s.Criteria) == 0 {
		faults = append(faults, fault(path+"criteria", "standard.empty", "a standard has at least one criterion"))
	}
	seen, ofCycle, ofOrganisation := map[string]bool{}, false, false
	for i, c := range s.Criteria {
		at := fmt.Sprintf("%scriteria[%d]", path, i)
		faults = append(faults, c.Faults(at)...)
		if c.ID != "" && seen[c.ID] {
			faults = append(faults, fault(at+".id", "criterion.twice", fmt.Sprintf("criterion %q stands there twice", c.ID)))
		}
		seen[c.ID] = true
		ofCycle, ofOrganisation = ofCycle || c.OfCycle != nil, ofOrganisation || c.OfOrganisation != nil
	}
	if ofCycle && ofOrganisation {
		faults = append(faults, fault(path+"criteria", "standard.two_subjects", "a standard judges cycles or organisations"))
	}
	return append(faults, weightFaults(path+"criteria", s.Criteria)...)
}

func weightFaults(path string, criteria []Criterion) []casework.Fault {
	weighs, total := false, Weight(0)
	for _, c := range criteria {
		if c.Question != nil {
			weighs = weighs || c.Question.Weight != 0
			total += c.Question.Weight
		}
	}
	if weighs && total != Whole {
		return []casework.Fault{fault(path, "weights.total", fmt.Sprintf("the weights total %s and not 100%%", total))}
	}
	return nil
}

func (s Standard) heads() []CriterionHead {
	heads := make([]CriterionHead, len(s.Criteria))
	for i, c := range s.Criteria {
		heads[i] = CriterionHead{
			ID: c.ID, Title: c.Title, Doc: c.Doc, Source: c.Source, Needs: slices.Clone(c.Needs),
			Stages: slices.Clone(c.Stages), Control: c.Control, Question: c.Question,
		}
	}
	return heads
}
