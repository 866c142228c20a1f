package principlestest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/needsled/needsled/principles"
)

// Run tests the standards by every fixture of a directory and those below it:
// each is a test named by what it says. Fixtures of other standards, fixtures
// that cannot be read, and a directory without any fail the test.
func Run(t *testing.T, standards []principles.Standard, dir string) {
	t.Helper()
	all, err := loadAll(dir)
	if err != nil {
		t.Errorf("fixtures of %s cannot be read: %v", dir, err)
	}
	if err == nil && len(all) == 0 {
		t.Errorf("there are no fixtures (*.json) below %s, so nothing is tested", dir)
	}
	for _, f := range all {
		t.Run(f.Says, func(t *testing.T) {
			t.Parallel()
			f.Check(t, standards...)
		})
	}
}

// Check judges the fixture's dossier by its criterion, and fails the test unless
// what is found is what is wanted.
func (f Fixture) Check(t testing.TB, standards ...principles.Standard) {
	t.Helper()
	only, err := f.narrowed(standards)
	if err != nil {
		t.Fatalf("%s: %v", f.where(), err)
	}
	kinds, err := Kinds()
	if err != nil {
		t.Fatalf("%s: the kinds of case cannot be made: %v", f.where(), err)
	}
	d, err := f.Dossier(kinds)
	if err != nil {
		t.Fatalf("%s: what it tells makes no dossier: %v", f.where(), err)
	}
	r, err := only.Evaluate(d)
	if err != nil {
		t.Fatalf("%s: the criterion cannot be judged: %v", f.where(), err)
	}
	if wrong := f.compare(r.Findings); wrong != "" {
		t.Errorf("%s: %s/%s does not find what it should. The fixture says: %s\n%s", f.where(), f.Standard, f.Criterion, f.Says, wrong)
	}
}

func (f Fixture) where() string { return cmp.Or(f.path, "the fixture") }

// narrowed gives the fixture's standard, with the fixture's criterion alone.
func (f Fixture) narrowed(standards []principles.Standard) (principles.Standard, error) {
	ids := make([]string, len(standards))
	for i, s := range standards {
		if s.ID == f.Standard {
			return s.Only(f.Criterion)
		}
		ids[i] = s.ID
	}
	return principles.Standard{}, fmt.Errorf("standard %q is none of those under test: %s", f.Standard, strings.Join(ids, ", "))
}

// compare says what was wanted and is not found, what is found and was not
// wanted, and all that is found; nothing where both are the same.
func (f Fixture) compare(found []principles.Finding) string {
	names := f.caseNames()
	left := slices.Clone(found)
	var b strings.Builder
	for _, w := range f.Want {
		i := slices.IndexFunc(left, func(g principles.Finding) bool { return w.matches(g, names) })
		if i < 0 {
			fmt.Fprintf(&b, "wanted, and not found:\n\t%s%s\n", w, w.nearest(left, names))
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if f.Only == nil || *f.Only {
		for _, g := range left {
			fmt.Fprintf(&b, "found, and not wanted (add it to want, or set \"only\" to false):\n\t%s\n", described(g, names))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	b.WriteString("all that is found:\n")
	for _, g := range found {
		fmt.Fprintf(&b, "\t%s\n", described(g, names))
	}
	return b.String()
}

// caseNames gives what the cases go by, by their ids.
func (f Fixture) caseNames() map[string]string {
	names := map[string]string{}
	for name, id := range f.ids() {
		names[id.String()] = strings.TrimPrefix(name, "$")
	}
	return names
}

func (w Want) matches(g principles.Finding, names map[string]string) bool {
	return w.Outcome == g.Outcome && w.stands(g) && w.proven(g, names)
}

// stands tells whether the finding stands in the place that is wanted.
func (w Want) stands(g principles.Finding) bool {
	return w.Round == g.Round && w.Stage == g.Stage && w.Subject == g.Subject && w.Suggested == g.Suggested
}

func (w Want) proven(g principles.Finding, names map[string]string) bool {
	if len(w.Evidence) == 0 {
		return true
	}
	wanted := slices.Clone(w.Evidence)
	slices.Sort(wanted)
	cited := citations(g, names)
	slices.Sort(cited)
	return slices.Equal(wanted, cited)
}

// nearest says how the finding that comes nearest differs.
func (w Want) nearest(left []principles.Finding, names map[string]string) string {
	for _, g := range left {
		switch {
		case w.stands(g) && w.Outcome == g.Outcome:
			return fmt.Sprintf("\n\tthe finding is there, on other evidence: %s", list(citations(g, names)))
		case w.stands(g):
			return fmt.Sprintf("\n\tin that place is found %s: %s", g.Outcome, g.Why)
		}
	}
	for _, g := range left {
		if w.Outcome == g.Outcome {
			return fmt.Sprintf("\n\tthe outcome is found in another place: %s", place(g.Round, g.Stage, g.Subject, g.Suggested))
		}
	}
	return ""
}

// String gives the want in one line.
func (w Want) String() string {
	text := fmt.Sprintf("%s, %s", w.Outcome, place(w.Round, w.Stage, w.Subject, w.Suggested))
	if len(w.Evidence) > 0 {
		text += ", on " + list(w.Evidence)
	}
	return text
}

func described(g principles.Finding, names map[string]string) string {
	return fmt.Sprintf("%s, %s, on %s: %s", g.Outcome, place(g.Round, g.Stage, g.Subject, g.Suggested), list(citations(g, names)), g.Why)
}

func place(round int, stage principles.Stage, subject string, suggested bool) string {
	text := "of the whole cycle"
	if round > 0 {
		text = fmt.Sprintf("round %d", round)
	}
	if stage != "" {
		text += ", stage " + string(stage)
	}
	if subject != "" {
		text += ", subject " + subject
	}
	if suggested {
		text += ", suggested"
	}
	return text
}

// citations gives the evidence as fixtures write it, such as "cycle:3".
func citations(g principles.Finding, names map[string]string) []string {
	cited := make([]string, len(g.Evidence))
	for i, c := range g.Evidence {
		cited[i] = fmt.Sprintf("%s:%d", cmp.Or(names[c.Case.String()], c.Kind), c.Seq)
	}
	return cited
}

func list(items []string) string {
	if len(items) == 0 {
		return "no evidence"
	}
	return strings.Join(items, ", ")
}
