package procurement_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// A small grant is offered, accepted and paid. It is asked for little: what a
// great one would be stopped for is advice here.
func Example_grant() {
	ctx := context.Background()
	clock := func() time.Time { return time.Date(2025, time.June, 2, 12, 0, 0, 0, time.UTC) }
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Desk: casework.DeskOptions{Clock: clock}})
	if err != nil {
		log.Fatal(err)
	}
	desks, err := procurement.NewDesks(cycles, &procurement.Options{Desk: casework.DeskOptions{Clock: clock}})
	if err != nil {
		log.Fatal(err)
	}

	council := casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	officer := casework.Person("ana.k", council)
	today := casework.DateOf(clock())
	g, err := desks.Grants.Open(ctx, officer, procurement.Grant{
		Title: "Befriending", Purpose: "visits to older people who live alone",
		Funder:    council,
		Recipient: casework.Agency{ID: "good-neighbours", Name: "Good Neighbours", Sector: casework.Voluntary},
		Why:       "it has known the area for twenty years",
		Amount:    casework.GBP(2_000_00), Period: casework.Period{From: today, To: today.AddMonths(12).AddDays(-1)},
		Conditions: []procurement.GrantCondition{{Text: "volunteers are checked", Before: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	g, err = desks.Grants.Update(ctx, g.ID(), officer, (*procurement.GrantAgreement).Offer)
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range g.Advice() {
		fmt.Println("advice:", o.Message)
	}

	g, err = desks.Grants.Update(ctx, g.ID(), officer, func(g *procurement.GrantAgreement) error {
		if err := g.Accept(procurement.GrantAcceptance{Signatory: "the chair", On: today}); err != nil {
			return err
		}
		_, err := g.PlanInstalment(procurement.GrantInstalment{Amount: casework.GBP(2_000_00), Due: today.AddDays(30)})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	pay := func(g *procurement.GrantAgreement) error { _, err := g.PayInstalment("L1", today); return err }
	_, err = desks.Grants.Update(ctx, g.ID(), officer, pay)
	fmt.Println(err)

	g, err = desks.Grants.Update(ctx, g.ID(), officer, func(g *procurement.GrantAgreement) error {
		if _, err := g.MeetCondition("C1", casework.Evidence{Kind: casework.EvidenceDocument, Title: "the register of checks"}); err != nil {
			return err
		}
		return pay(g)
	})
	if err != nil {
		log.Fatal(err)
	}
	account, err := g.Account()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %s of %s paid\n", g.State(), account.Paid, account.Granted)
	// Output:
	// advice: nobody has assessed whether Good Neighbours is suitable
	// advice: nobody approved the grant
	// instalment.paid refused in state accepted: condition C1 is to be met before anything is paid (instalment.condition, refuse), remedy: pay once it is met, and record what shows it
	// accepted: GBP 2000.00 of GBP 2000.00 paid
}
