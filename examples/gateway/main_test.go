package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

func TestTheGatewayIsDrawnBetweenPlanningAndArranging(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Contains(t, out.String(), "Home care, Kentish Town runs under Strategic with gateway v1\n")
	assert.Contains(t, out.String(), "Gateway review")
	assert.Contains(t, out.String(), "pass the gateway")
}

func TestTheGatewayIsPassedByAnotherAgencyAlone(t *testing.T) {
	desk, err := commissioning.NewDesk(memory.New(), options())
	require.NoError(t, err)
	camden := casework.Agency{ID: "camden", Sector: casework.Statutory}
	ana, ben := casework.Person("ana.k", camden), casework.Person("ben.o", casework.Agency{ID: "icb", Sector: casework.Statutory})

	c, err := desk.Open(t.Context(), ana, commissioning.Brief{Title: "Lunch club", Lead: camden, Definition: "Strategic with gateway", Value: casework.GBP(500000)})
	require.NoError(t, err)
	_, err = desk.Update(t.Context(), c.ID(), ana, prepare)
	require.NoError(t, err)
	atGateway, err := desk.Load(t.Context(), c.ID())
	require.NoError(t, err)
	require.Equal(t, casework.State("GatewayReview"), atGateway.Stage())

	_, err = desk.Move(t.Context(), c.ID(), ana, "pass_gateway")
	refusal, refused := errors.AsType[*casework.Refusal](err)
	require.True(t, refused, "%v", err)
	assert.True(t, refusal.Has("gateway.same_lead"))

	passed, err := desk.Move(t.Context(), c.ID(), ben, "pass_gateway")
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageArrangeDelivery, passed.Stage())
}

// prepare takes a small cycle from its first stage to the gateway.
func prepare(c *commissioning.Cycle) error {
	need, err := c.IdentifyNeed(commissioning.Need{Statement: "people eat alone"})
	if err != nil {
		return err
	}
	if err := c.Prioritise(need.ID, 1); err != nil {
		return err
	}
	for _, m := range []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse} {
		if err := c.Move(m); err != nil {
			return err
		}
	}
	if _, err := c.PlanService(commissioning.Service{Title: "Lunch club", Needs: []commissioning.NeedID{need.ID}, Channel: commissioning.Grant}); err != nil {
		return err
	}
	return c.Move(commissioning.ArrangeDelivery)
}
