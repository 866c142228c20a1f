package principles

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/internal/strictjson"
)

// maxStandard bounds the JSON of a standard: 1 MiB.
const maxStandard = 1 << 20

// standardFormat is the version of the file's form.
const standardFormat = 1

// LoadStandard reads a host's own standard from a JSON file, strictly: criteria
// with questions that people answer in an [Assessment], their weights in percent,
// and the bands of the score, which may be none. The form is described in
// docs/standard-file.md. A criterion without a source has that of the standard.
//
// What is wrong is [casework.ErrInvalid], all faults at once, each with its path
// and, in its message, its line: fields that are unknown, stand there twice or
// hold the wrong sort of value, whatever trails the standard, what
// [Standard.Validate] and [Bands.Validate] find, and criteria nobody is asked
// about.
func LoadStandard(from io.Reader) (Standard, Bands, error) {
	var f standardFile
	reader, whole, holds, err := strictjson.Read(from, "standard", maxStandard)
	if holds {
		readStandard(reader, whole, &f)
		reader.Add(f.faults(reader.Faults()))
	}
	if faults := reader.Faults(); len(faults) > 0 {
		invalid := &casework.InvalidError{Op: "load standard", Cause: err}
		for _, f := range faults {
			invalid.Faults = append(invalid.Faults, casework.Fault(f))
		}
		return Standard{}, nil, invalid
	}
	return f.standard(), f.Bands, nil
}

// WriteStandard writes a standard and its bands as [LoadStandard] reads them, and
// gives the same standard back, with the same digest. A standard or bands that
// are faulty, and criteria that a function judges, which no file can hold, are
// [casework.ErrInvalid].
func WriteStandard(w io.Writer, s Standard, b Bands) error {
	faults := slices.Concat(s.Faults("standard"), b.Faults("bands"))
	for i, c := range s.Criteria {
		if c.OfCycle != nil || c.OfOrganisation != nil {
			faults = append(faults, fault(pathAt("standard.criteria", i), "criterion.computed", fmt.Sprintf("criterion %q is judged by a function, which no file can hold", c.ID)))
		}
	}
	if err := casework.InvalidIf("write standard "+s.ID, faults); err != nil {
		return err
	}
	f := standardFile{Format: standardFormat, ID: s.ID, Title: s.Title, Version: s.Version, Doc: s.Doc, Source: s.Source, Bands: b}
	for _, c := range s.Criteria {
		f.Criteria = append(f.Criteria, fileCriterion{
			ID: c.ID, Title: c.Title, Doc: c.Doc, Source: c.Source, Needs: c.Needs, Stages: c.Stages, Control: c.Control,
			Question: writtenQuestion(*c.Question),
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(f)
}

// standardFile is a standard as it stands in a file.
type standardFile struct {
	Format   int             `json:"format"`
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Version  string          `json:"version"`
	Doc      string          `json:"doc"`
	Source   Source          `json:"source"`
	Criteria []fileCriterion `json:"criteria"`
	Bands    Bands           `json:"bands,omitempty"`
}

type fileCriterion struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Doc      string        `json:"doc"`
	Source   Source        `json:"source,omitzero"`
	Needs    []string      `json:"needs,omitempty"`
	Stages   []Stage       `json:"stages,omitempty"`
	Control  bool          `json:"control,omitempty"`
	Question *fileQuestion `json:"question,omitempty"`
}

type fileQuestion struct {
	Ask         string       `json:"ask"`
	Options     []fileOption `json:"options"`
	MayNotApply bool         `json:"may_not_apply,omitempty"`
	NeedsReason bool         `json:"needs_reason,omitempty"`
	Weight      Figure       `json:"weight,omitzero"` // in percent
}

type fileOption struct {
	Answer  string  `json:"answer"`
	Title   string  `json:"title,omitempty"`
	Points  *int    `json:"points"` // said with every option, be it 0
	Outcome Outcome `json:"outcome"`
}

// aNumber is what is expected of a figure in a file.
const aNumber = "a number in plain decimal digits"

func readStandard(r *strictjson.Reader, v strictjson.Value, f *standardFile) {
	r.Object(v, strictjson.Fields{
		"format":   strictjson.Into(r, &f.Format, strictjson.Number),
		"id":       strictjson.Into(r, &f.ID, strictjson.Text),
		"title":    strictjson.Into(r, &f.Title, strictjson.Text),
		"version":  strictjson.Into(r, &f.Version, strictjson.Text),
		"doc":      strictjson.Into(r, &f.Doc, strictjson.Text),
		"source":   func(v strictjson.Value) { readSource(r, v, &f.Source) },
		"criteria": strictjson.Each(r, &f.Criteria, readCriterion),
		"bands":    strictjson.Each(r, (*[]Band)(&f.Bands), readBand),
	})
}

func readSource(r *strictjson.Reader, v strictjson.Value, s *Source) {
	r.Object(v, strictjson.Fields{
		"document": strictjson.Into(r, &s.Document, strictjson.Text),
		"year":     strictjson.Into(r, &s.Year, strictjson.Text),
		"place":    strictjson.Into(r, &s.Place, strictjson.Text),
		"address":  strictjson.Into(r, &s.Address, strictjson.Text),
		"ours":     strictjson.Into(r, &s.Ours, strictjson.Flag),
	})
}

func readCriterion(r *strictjson.Reader, v strictjson.Value, c *fileCriterion) {
	r.Object(v, strictjson.Fields{
		"id":      strictjson.Into(r, &c.ID, strictjson.Text),
		"title":   strictjson.Into(r, &c.Title, strictjson.Text),
		"doc":     strictjson.Into(r, &c.Doc, strictjson.Text),
		"source":  func(v strictjson.Value) { readSource(r, v, &c.Source) },
		"needs":   strictjson.Texts(r, &c.Needs),
		"stages":  strictjson.Texts(r, &c.Stages),
		"control": strictjson.Into(r, &c.Control, strictjson.Flag),
		"question": func(v strictjson.Value) {
			c.Question = &fileQuestion{}
			readQuestion(r, v, c.Question)
		},
	})
}

func readQuestion(r *strictjson.Reader, v strictjson.Value, q *fileQuestion) {
	r.Object(v, strictjson.Fields{
		"ask":           strictjson.Into(r, &q.Ask, strictjson.Text),
		"options":       strictjson.Each(r, &q.Options, readOption),
		"may_not_apply": strictjson.Into(r, &q.MayNotApply, strictjson.Flag),
		"needs_reason":  strictjson.Into(r, &q.NeedsReason, strictjson.Flag),
		"weight":        strictjson.Into(r, &q.Weight, aNumber),
	})
}

func readOption(r *strictjson.Reader, v strictjson.Value, o *fileOption) {
	r.Object(v, strictjson.Fields{
		"answer":  strictjson.Into(r, &o.Answer, strictjson.Text),
		"title":   strictjson.Into(r, &o.Title, strictjson.Text),
		"points":  strictjson.Into(r, &o.Points, strictjson.Number),
		"outcome": strictjson.Into(r, &o.Outcome, strictjson.Text),
	})
}

func readBand(r *strictjson.Reader, v strictjson.Value, b *Band) {
	r.Object(v, strictjson.Fields{
		"title": strictjson.Into(r, &b.Title, strictjson.Text),
		"from":  strictjson.Into(r, &b.From, aNumber),
		"to":    strictjson.Into(r, &b.To, aNumber),
		"below": strictjson.Into(r, &b.Below, aNumber),
	})
}

// standard makes the standard of the file.
func (f standardFile) standard() Standard {
	s := Standard{ID: f.ID, Title: f.Title, Version: f.Version, Doc: f.Doc, Source: f.Source}
	for _, c := range f.Criteria {
		criterion := Criterion{ID: c.ID, Title: c.Title, Doc: c.Doc, Source: c.Source, Needs: c.Needs, Stages: c.Stages, Control: c.Control}
		if criterion.Source == (Source{}) {
			criterion.Source = f.Source
		}
		if c.Question != nil {
			criterion.Question = c.Question.question()
		}
		s.Criteria = append(s.Criteria, criterion)
	}
	return s
}

// question makes the question. A weight that is not exact is none.
func (q fileQuestion) question() *Question {
	weight, _ := q.weight()
	made := &Question{Ask: q.Ask, MayNotApply: q.MayNotApply, NeedsReason: q.NeedsReason, Weight: weight}
	for _, o := range q.Options {
		option := AnswerOption{Answer: o.Answer, Title: o.Title, Outcome: o.Outcome}
		if o.Points != nil {
			option.Points = *o.Points
		}
		made.Options = append(made.Options, option)
	}
	return made
}

func writtenQuestion(q Question) *fileQuestion {
	written := &fileQuestion{Ask: q.Ask, MayNotApply: q.MayNotApply, NeedsReason: q.NeedsReason, Weight: percentOf(q.Weight)}
	for _, o := range q.Options {
		written.Options = append(written.Options, fileOption{Answer: o.Answer, Title: o.Title, Points: &o.Points, Outcome: o.Outcome})
	}
	return written
}

// faults lists what is wrong with what was read. Weights are not totalled where
// one of them cannot be.
func (f standardFile) faults(read []strictjson.Fault) []strictjson.Fault {
	var faults []casework.Fault
	if f.Format != standardFormat {
		faults = append(faults, fault("format", "standard.format", fmt.Sprintf("say which form the file has: %d is the only one", standardFormat)))
	}
	odd := slices.ContainsFunc(read, func(f strictjson.Fault) bool { return strings.HasSuffix(f.Path, ".weight") })
	for i, c := range f.Criteria {
		if c.Question == nil {
			continue
		}
		at := pathAt("criteria", i) + ".question"
		if _, exact := c.Question.weight(); !exact {
			odd = true
			faults = append(faults, fault(at+".weight", "question.weight_inexact", "a weight is from 0 to 100 percent, with two decimals at most"))
		}
		for k, o := range c.Question.Options {
			if o.Points == nil {
				faults = append(faults, fault(pathAt(at+".options", k)+".points", "option.points_missing", "say how many points the answer gives, be it 0"))
			}
		}
	}
	for _, fault := range slices.Concat(f.standard().Faults(""), f.Bands.Faults("bands")) {
		if fault.Code != "weights.total" || !odd {
			faults = append(faults, fault)
		}
	}
	placed := make([]strictjson.Fault, len(faults))
	for i, f := range faults {
		placed[i] = strictjson.Fault(f)
	}
	return placed
}

// weight gives the weight in hundredths of a percent, where that is exact.
func (q fileQuestion) weight() (w Weight, exact bool) {
	if !q.Weight.Determined() {
		return 0, true
	}
	hundredths := q.Weight.Mul(Number(100))
	if hundredths.Cmp(Number(0)) < 0 || hundredths.Cmp(Number(int(Whole))) > 0 || !hundredths.n.IsInt() {
		return 0, false
	}
	return Weight(hundredths.n.Num().Int64()), true
}

// percentOf gives a weight as a number of percent; no weight is none.
func percentOf(w Weight) Figure {
	if w == 0 {
		return Figure{}
	}
	return Number(int(w)).Div(Number(100))
}
