package commissioning_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

// A cycle is opened from a brief, and has a scale from then on.
func Example() {
	ctx := context.Background()
	camden := casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	desk, err := commissioning.NewDesk(memory.New(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err := desk.Open(ctx, ana, commissioning.Brief{
		Title: "Home care, Kentish Town", Area: "Kentish Town", Lead: camden, Value: casework.GBP(180_000_00),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err = desk.Update(ctx, cycle.ID(), ana, func(c *commissioning.Cycle) error {
		need, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
		if err != nil {
			return err
		}
		return c.Prioritise(need.ID, 1)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cycle.Stage(), "round", cycle.Round(), "scale", cycle.Scale())
	for _, need := range cycle.Needs() {
		fmt.Println(need.ID, need.State(), need.Statement)
	}
	// Output:
	// AssessNeed round 1 scale light
	// N1 open Older people living alone need help at home
}

// A refusal carries every objection, those that stop a move and those that only
// advise.
func Example_refusal() {
	ctx := context.Background()
	lead := casework.Agency{ID: "camden"}
	ana := casework.Person("ana.k", lead)
	desk, err := commissioning.NewDesk(memory.New(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Home care", Lead: lead, Value: casework.GBP(5_000_00)})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = desk.Move(ctx, cycle.ID(), ana, commissioning.IdentifyResources)
	if refusal, is := errors.AsType[*casework.Refusal](err); is {
		for _, o := range refusal.Objections {
			fmt.Printf("%s (%s): %s; %s\n", o.Code, o.Effect, o.Message, o.Remedy)
		}
	}
	// Output:
	// need.none (refuse): no need is recorded that stands; identify a need
	// engagement.no_voluntary_sector (advise): the voluntary and community sector was not invited in this stage (Assess need); engage it and record what came of it, or why engagement is not relevant here
}

// What may be done now is listed with all that speaks against it.
func ExampleDesk_Options() {
	ctx := context.Background()
	lead := casework.Agency{ID: "camden"}
	ana := casework.Person("ana.k", lead)
	desk, err := commissioning.NewDesk(memory.New(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Home care", Lead: lead})
	if err != nil {
		fmt.Println(err)
		return
	}
	options, err := desk.Options(ctx, cycle.ID(), ana)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range options {
		var codes []string
		for _, objection := range o.Objections {
			codes = append(codes, objection.Code)
		}
		fmt.Printf("%-18s to %-17s %s\n", o.Move, o.To, strings.Join(codes, ", "))
	}
	// Output:
	// identify_resources to IdentifyResources need.none, engagement.no_voluntary_sector
	// suspend            to AssessNeed        reason.missing
	// resume             to AssessNeed        cycle.suspended
	// abandon            to Abandoned         reason.missing
}

// A host adds policies of its own, and weighs them as it likes.
func ExampleOptions_policies() {
	horizon := commissioning.Policy{
		Code: "strategy.missing", Doc: "What is commissioned follows a strategy.", Source: "house rule",
		Moves: []casework.Move{commissioning.IdentifyResources},
		Check: func(a commissioning.Attempt) []casework.Objection {
			if a.Case.Brief().Strategy != "" {
				return nil
			}
			return []casework.Objection{{Message: "the brief cites no strategy", Remedy: "revise the brief"}}
		},
	}
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Policies: casework.PolicyEdits[*commissioning.Cycle]{
			Add:  []commissioning.Policy{horizon},
			Drop: []string{"engagement.no_voluntary_sector"},
		},
		Weights: map[string]commissioning.Weight{
			"strategy.missing": {Light: casework.Off, Standard: casework.Explain, Major: casework.Refuse},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, lead := context.Background(), casework.Agency{ID: "camden"}
	ana := casework.Person("ana.k", lead)
	for _, pounds := range []int64{5_000, 300_000, 6_000_000} {
		cycle, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Home care", Lead: lead, Value: casework.GBP(pounds * 100)})
		if err != nil {
			fmt.Println(err)
			return
		}
		options, err := desk.Options(ctx, cycle.ID(), ana)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(cycle.Scale(), ":")
		for _, o := range options[0].Objections {
			fmt.Printf(" %s (%s)", o.Code, o.Effect)
		}
		fmt.Println()
	}
	// Output:
	// light: need.none (refuse)
	// standard: need.none (refuse) strategy.missing (explain)
	// major: need.none (refuse) strategy.missing (refuse)
}

// The weights of the default policies are one table. A host replaces its cells;
// a cell that is left out stays as it is.
func ExampleOptions_weights() {
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Weights: map[string]commissioning.Weight{"need.none": {Light: casework.Advise}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, lead := context.Background(), casework.Agency{ID: "camden"}
	ana := casework.Person("ana.k", lead)
	grant, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Lunch club", Lead: lead, Value: casework.GBP(5_000_00)})
	if err != nil {
		fmt.Println(err)
		return
	}
	grant, err = desk.Move(ctx, grant.ID(), ana, commissioning.IdentifyResources)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(grant.Stage())
	for _, o := range grant.Advice() {
		fmt.Println(o.Code, o.Effect)
	}
	// Output:
	// IdentifyResources
	// need.none advise
	// engagement.no_voluntary_sector advise
}

// What weighs as explain goes through once it is explained, and the reason stays
// in the journal.
func ExampleDesk_Move_explaining() {
	ctx, lead := context.Background(), casework.Agency{ID: "camden"}
	ana := casework.Person("ana.k", lead)
	noon := time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC)
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Desk: casework.DeskOptions{Clock: func() time.Time { return noon }},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err := desk.Open(ctx, ana, commissioning.Brief{Title: "Home care", Lead: lead})
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err = desk.Update(ctx, cycle.ID(), ana, func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "Help at home"}); err != nil {
			return err
		}
		return c.Move(commissioning.IdentifyResources)
	}, casework.Explaining("engagement.no_voluntary_sector", "the forum met in May, before the cycle was opened"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range desk.History(ctx, cycle.ID(), 2) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d %s %q\n", e.Seq, e.Type, e.Reason)
	}
	// Output:
	// 3 need.identified ""
	// 4 case.explained "the forum met in May, before the cycle was opened"
	// 5 case.moved ""
}
