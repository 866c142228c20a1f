package procurementtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
	"github.com/needsled/needsled/procurement/procurementtest"
)

// secondOpinion is a policy of a host: an award beyond light scale is decided
// once the auditors have looked at it.
func secondOpinion() casework.Policy[*procurement.Purchase] {
	return casework.Policy[*procurement.Purchase]{
		Code: "opinion.missing", Doc: "Auditors look at expensive awards.", Source: "house rule",
		Moves: []casework.Move{procurement.DecideAward}, Effect: casework.Refuse,
		Check: func(a casework.Attempt[*procurement.Purchase]) []casework.Objection {
			if a.Case.Scale() == commissioning.Light || a.Case.HasDocument("second_opinion", true) {
				return nil
			}
			return []casework.Objection{{Message: "no auditor has looked at it", Remedy: "file the signed opinion"}}
		},
	}
}

// testSecondOpinion is how its test looks; in a test file it is called
// TestSecondOpinion.
func testSecondOpinion(t testing.TB) {
	f := procurementtest.At(t, procurement.Recommended, procurementtest.Policies(secondOpinion()))
	f.Prepare(t).Refuses(t, procurement.DecideAward, "opinion.missing")

	f.Record(t, func(p *procurement.Purchase) error {
		_, err := p.AddDocument(casework.Evidence{Kind: "second_opinion", Title: "Audit"}, true)
		return err
	})
	f.Allows(t, procurement.DecideAward)

	small := procurementtest.At(t, procurement.Recommended, procurementtest.Policies(secondOpinion()), procurementtest.Scale(commissioning.Light))
	small.Silent(t, procurement.DecideAward, "opinion.missing")
}

func TestSecondOpinion(t *testing.T) {
	t.Parallel()
	testSecondOpinion(t)
}

// printed is a test whose failures are printed, so that an example can show them.
type printed struct{ testing.TB }

func (printed) Helper()                           {}
func (printed) Context() context.Context          { return context.Background() }
func (printed) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// A policy of the host's own is tested in a few lines. Where an assertion does
// not hold, the failure lists all that was said.
func Example() {
	t := printed{}
	testSecondOpinion(t) // holds, and says nothing

	f := procurementtest.At(t, procurement.Recommended, procurementtest.Policies(secondOpinion()))
	f.Prepare(t).Allows(t, procurement.DecideAward)
	// Output:
	// decide_award does not go through; what is said:
	// 	opinion.missing (refuse): no auditor has looked at it; remedy: file the signed opinion
}
