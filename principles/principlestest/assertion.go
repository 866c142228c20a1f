package principlestest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/needsled/needsled/principles"
)

// Dossier makes a dossier of journals, with the kinds of [Kinds]. What makes none
// fails the test.
func Dossier(t testing.TB, j principles.Judgement, journals ...principles.Journal) *principles.Dossier {
	t.Helper()
	kinds, err := Kinds()
	if err != nil {
		t.Fatalf("the kinds of case cannot be made: %v", err)
	}
	d, err := kinds.Dossier(j, journals...)
	if err != nil {
		t.Fatalf("the journals make no dossier: %v", err)
	}
	return d
}

// Finds fails the test unless the report has a finding of the criterion with the
// outcome, and gives the first of them. Suggestions do not count.
func Finds(t testing.TB, r principles.Report, criterion string, o principles.Outcome) principles.Finding {
	t.Helper()
	if _, judged := r.Criterion(criterion); !judged {
		t.Fatalf("the report of %s does not judge criterion %q", r.Standard, criterion)
	}
	var said strings.Builder
	for _, f := range r.Of(criterion) {
		if f.Outcome == o && !f.Suggested {
			return f
		}
		fmt.Fprintf(&said, "\n\t%s", described(f, nil))
	}
	t.Errorf("criterion %s is nowhere found %s; what is found:%s", criterion, o, said.String())
	return principles.Finding{}
}
