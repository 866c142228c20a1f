package commissioningtest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// areaNamed is a policy of a host: whatever is arranged is arranged for an area.
func areaNamed() commissioning.Policy {
	return commissioning.Policy{
		Code: "area.missing", Doc: "Delivery is arranged for a named area.", Source: "house rule",
		Moves: []casework.Move{commissioning.ArrangeDelivery}, Effect: casework.Explain,
		Check: func(a commissioning.Attempt) []casework.Objection {
			if strings.TrimSpace(a.Case.Brief().Area) != "" {
				return nil
			}
			return []casework.Objection{{Message: "no area is named", Remedy: "revise the brief"}}
		},
	}
}

// testAreaNamed is how its test looks; in a test file it is called TestAreaNamed.
func testAreaNamed(t testing.TB) {
	somewhere := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Policies(areaNamed()))
	somewhere.Prepare(t).Allows(t, commissioning.ArrangeDelivery)

	nowhere := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Policies(areaNamed()),
		commissioningtest.Brief(func(b *commissioning.Brief) { b.Area = "" }))
	nowhere.Prepare(t).Explains(t, commissioning.ArrangeDelivery, "area.missing")
}

func TestAreaNamed(t *testing.T) {
	t.Parallel()
	testAreaNamed(t)
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
	testAreaNamed(t) // holds, and says nothing

	f := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Policies(areaNamed()))
	f.Refuses(t, commissioning.ArrangeDelivery, "area.missing")
	// Output:
	// arrange_delivery is refused, yet not stopped by area.missing; what is said:
	// 	service.serves_no_need (refuse): no service is planned; remedy: plan a service that serves a need
	// 	need.unserved (refuse): no service serves need N1; remedy: plan a service for it, or decline it with a reason
	// 	impact.missing (explain): the impact of the plan is not assessed in this round; remedy: assess the impact, on equality at least
	// 	engagement.no_voluntary_sector (explain): the voluntary and community sector was not invited in this stage (Plan use); remedy: engage it and record what came of it, or why engagement is not relevant here
}
