package principles_test

import (
	"context"
	"fmt"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
)

// A cycle is judged by the eight principles: each finding says what was found,
// and what to do next.
func Example() {
	ctx := context.Background()
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana := casework.Person("ana.k", camden)
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	cycles, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Desk: casework.DeskOptions{Clock: func() time.Time { return now }},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	desks, err := procurement.NewDesks(cycles, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err := cycles.Open(ctx, ana, commissioning.Brief{Title: "Home care, Kentish Town", Lead: camden})
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, err = cycles.Update(ctx, cycle.ID(), ana, func(c *commissioning.Cycle) error {
		if _, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"}); err != nil {
			return err
		}
		users, err := c.AddParticipant(commissioning.Participant{Role: commissioning.ParticipantUser, Group: "people who use home care"})
		if err != nil {
			return err
		}
		today := casework.DateOf(c.Now())
		_, err = c.RecordEngagement(commissioning.Engagement{
			Participant: users.ID, Level: commissioning.EngagementInvolved, Invited: today,
			Answer: commissioning.EngagementTookPart, On: today, How: "a morning at the day centre",
		})
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	desk, err := principles.NewDesk(cycles, desks, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	dossier, err := desk.Dossier(ctx, cycle.ID(), principles.Judgement{At: now, BackfilledAfter: 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := principles.EightPrinciples().Evaluate(dossier)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Of("understand-needs") {
		fmt.Printf("%s: %s\n%s\nproved by entry %d, %s\n", f.Outcome.Title(), f.Why, f.Remedy, f.Evidence[0].Seq, f.Evidence[0].Type)
	}
	// Output:
	// Not met: The needs were assessed with others, and without any voluntary organisation.
	// Engage a voluntary organisation that knows the people concerned in assessing their needs, beside users and communities.
	// proved by entry 5, engagement.recorded
}
