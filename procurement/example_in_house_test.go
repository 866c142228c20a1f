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

// A council and a unit of its own agree on a service. Each side has somebody of
// its own say yes, to the agreement as it stands.
func Example_inHouse() {
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
	unit := casework.Agency{ID: "camden-reablement", Name: "Camden Reablement", Sector: casework.Statutory, Kind: "in-house unit"}
	officer, manager := casework.Person("ana.k", council), casework.Person("li.w", unit)
	today := casework.DateOf(clock())
	h, err := desks.InHouse.Open(ctx, officer, procurement.InHouse{
		Title: "Reablement at home", Commissioner: council, Provider: unit,
		Control: "a unit of the council's adult social care",
		Why:     "it takes people on within a day of leaving hospital",
		Cost:    casework.GBP(280_000_00), Basis: procurement.Block,
		Period:   casework.Period{From: today, To: today.AddMonths(24).AddDays(-1)},
		Compared: []string{"two quotations of local providers"},
	})
	if err != nil {
		log.Fatal(err)
	}

	yes := func(party string) func(*procurement.InHouseAgreement) error {
		return func(h *procurement.InHouseAgreement) error { return h.Agree(party) }
	}
	if _, err := desks.InHouse.Update(ctx, h.ID(), officer, yes(council.ID)); err != nil {
		log.Fatal(err)
	}
	_, err = desks.InHouse.Update(ctx, h.ID(), manager, yes(unit.ID))
	fmt.Println(err)

	_, err = desks.InHouse.Update(ctx, h.ID(), officer, func(h *procurement.InHouseAgreement) error {
		return h.AssessSuitability(procurement.Suitability{Suitable: true, Reason: "inspected in spring and found good"})
	})
	if err != nil {
		log.Fatal(err)
	}
	h, err = desks.InHouse.Update(ctx, h.ID(), manager, yes(unit.ID))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(h.State(), "since", h.BoundSince())
	// Output:
	// agree refused in state proposed: nobody has assessed whether Camden Reablement is suitable (in_house.unsuitable, refuse), remedy: assess the provider, and record why it is suitable
	// agreed since 2025-06-02
}
