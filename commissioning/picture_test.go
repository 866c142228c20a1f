package commissioning_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

func TestPicture(t *testing.T) {
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	ana := casework.Person("ana", camden)
	clock := func() time.Time { return time.Date(2025, 4, 1, 9, 0, 0, 0, time.UTC) }
	gated := commissioning.Strategic().As("Gated", 1).Insert(
		casework.StateRow{State: "GatewayReview", Title: "Gateway review", Doc: "Somebody outside the team looks at the plan."},
		commissioning.ArrangeDelivery,
		casework.MoveRow{Move: "pass_gateway", Doc: "The plan may go ahead."},
	)
	desk, err := commissioning.NewDesk(memory.New(), &commissioning.Options{
		Desk:        casework.DeskOptions{Clock: clock},
		Definitions: []casework.Definition{gated},
	})
	require.NoError(t, err)

	opened := func(t *testing.T, definition string) *commissioning.Cycle {
		c, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "Home care", Definition: definition, Lead: camden})
		require.NoError(t, err)
		c, err = desk.Update(t.Context(), c.ID(), ana, func(c *commissioning.Cycle) error {
			if _, err := c.IdentifyNeed(commissioning.Need{Statement: "help at home"}); err != nil {
				return err
			}
			if err := c.Move(commissioning.IdentifyResources); err != nil {
				return err
			}
			_, err := c.PlanService(commissioning.Service{Title: "Home care", Needs: []commissioning.NeedID{"N1"}})
			return err
		}, casework.Explaining("engagement.no_voluntary_sector", "a fixture"))
		require.NoError(t, err)
		return c
	}

	t.Run("it shows stage, round, path and the delivery of every service", func(t *testing.T) {
		table, o := opened(t, "").Picture()
		assert.Equal(t, "Strategic", table.Pin().Name)
		assert.Equal(t, &diagram.Options{
			Title:   "Home care",
			Present: commissioning.StageIdentifyResources,
			Round:   1,
			Wheel:   commissioning.Stages(),
			Path:    []diagram.Step{{Move: commissioning.IdentifyResources, From: commissioning.StageAssessNeed, To: commissioning.StageIdentifyResources}},
			Notes:   []string{"S1 Home care: Planned"},
		}, o)
		var svg bytes.Buffer
		require.NoError(t, diagram.SVG(&svg, table, o))
		assert.Contains(t, svg.String(), "S1 Home care: Planned")
	})

	t.Run("a stage the host inserted has its place on the wheel", func(t *testing.T) {
		_, o := opened(t, "Gated").Picture()
		assert.Equal(t, []casework.State{
			commissioning.StageAssessNeed, commissioning.StageIdentifyResources, commissioning.StagePlanUse,
			"GatewayReview", commissioning.StageArrangeDelivery, commissioning.StageMonitorReview,
		}, o.Wheel)
	})

	t.Run("a suspended cycle says since when", func(t *testing.T) {
		c := opened(t, "")
		c, err := desk.Move(t.Context(), c.ID(), ana, commissioning.Suspend, casework.Reason("waiting for the budget"))
		require.NoError(t, err)
		_, o := c.Picture()
		assert.Equal(t, []string{"S1 Home care: Planned", "Suspended since 2025-04-01"}, o.Notes)
	})
}
