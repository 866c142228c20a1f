// Command gateway is a host with a stage of its own: a gateway review stands
// between planning and arranging.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// snippet:gateway
func options() *commissioning.Options {
	gated := commissioning.Strategic().As("Strategic with gateway", 1).Insert(
		casework.StateRow{State: "GatewayReview", Title: "Gateway review", Doc: "Somebody outside the team looks at the plan."},
		commissioning.ArrangeDelivery, // now leads to the gateway
		casework.MoveRow{Move: "pass_gateway", Title: "pass the gateway", Doc: "The plan may go ahead."},
	)
	reviewed := commissioning.Policy{
		Code: "gateway.same_lead", Doc: "Whoever leads the cycle does not pass its gateway.", Source: "house rule 7",
		Moves: []casework.Move{"pass_gateway"}, Effect: casework.Bar,
		Check: func(a commissioning.Attempt) []casework.Objection {
			if a.Actor.Agency.ID != a.Case.Lead().ID {
				return nil
			}
			return []casework.Objection{{Message: "the reviewer belongs to the lead agency", Remedy: "ask another agency"}}
		},
	}
	return &commissioning.Options{
		Definitions: []casework.Definition{gated},
		Policies: casework.PolicyEdits[*commissioning.Cycle]{
			Add:  []commissioning.Policy{reviewed},
			Drop: []string{"social_value.unconsidered"},
		},
		Weights: map[string]commissioning.Weight{
			"need.unprioritised": {Light: casework.Advise, Standard: casework.Refuse, Major: casework.Bar},
		},
	}
}

// snippet-end

// run opens a cycle under the new definition and draws it, as Mermaid.
func run(ctx context.Context, out io.Writer) error {
	desk, err := commissioning.NewDesk(memory.New(), options())
	if err != nil {
		return err
	}
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	cycle, err := desk.Open(ctx, casework.Person("ana.k", camden), commissioning.Brief{
		Title: "Home care, Kentish Town", Lead: camden, Definition: "Strategic with gateway",
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s runs under %s\n", cycle.Brief().Title, cycle.Definition())
	table, picture := cycle.Picture()
	return diagram.Mermaid(out, table, picture)
}
