package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func TestARouteIsChosenWithItsReason(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.approved(t, nil)
	_, chosen := p.Route()
	assert.False(t, chosen)

	p = h.do(t, p, requester(), choosing(procurement.RouteChoice{Route: procurement.OpenProcedure, Reason: "many could deliver it"}))
	assert.Equal(t, procurement.RouteChosen, p.State())

	p = h.do(t, p, requester(), choosing(procurement.RouteChoice{Route: procurement.FlexibleCompetition, Reason: "a dialogue is needed"}))
	route, chosen := p.Route()
	assert.True(t, chosen)
	assert.Equal(t, procurement.FlexibleCompetition, route.Route)
	assert.Equal(t, "ana.k", route.Mark.By)
	require.NoError(t, h.desks.Purchases.Verify(t.Context(), p.ID()))
}

func TestARouteSaysWhatItRestsOn(t *testing.T) {
	framework := casework.CaseID{7}
	tests := map[string]struct {
		choice procurement.RouteChoice
		want   []string
	}{
		"a route is known and has a reason": {procurement.RouteChoice{Route: "barter"}, []string{"route.route route.unknown", "route.reason route.reason_missing"}},
		"a direct award has a ground that is met": {
			procurement.RouteChoice{Route: procurement.DirectAward, Reason: "r"},
			[]string{"route.ground route.ground_missing", "route.justification route.justification_missing"},
		},
		"a call-off names its framework agreement, and establishes none": {
			procurement.RouteChoice{Route: procurement.CallOff, Reason: "r", Establishes: true},
			[]string{"route.framework route.framework_missing", "route.establishes route.establishes_call_off"},
		},
		"only a call-off is made under a framework agreement": {
			procurement.RouteChoice{Route: procurement.OpenProcedure, Reason: "r", Framework: framework, FrameworkLot: "1", Competition: true},
			[]string{"route.framework route.not_call_off", "route.framework_lot route.not_call_off", "route.competition route.not_call_off"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := requestingAt(t, commissioning.StageArrangeDelivery)

			_, err := h.try(t, h.approved(t, nil), requester(), choosing(tt.choice))

			assert.Equal(t, tt.want, faultsIn(t, err))
		})
	}

	t.Run("a direct award with both is chosen", func(t *testing.T) {
		h := requestingAt(t, commissioning.StageArrangeDelivery)

		p := h.do(t, h.approved(t, nil), requester(), choosing(procurement.RouteChoice{
			Route: procurement.DirectAward, Reason: "one provider", Ground: "user choice", Justification: "the person chose",
		}))

		route, _ := p.Route()
		assert.False(t, route.Competitive())
	})
}

func TestTheRouteThatWasPlannedIsTaken(t *testing.T) {
	h := requestingAt(t, commissioning.StageArrangeDelivery)
	p := h.approved(t, func(r *procurement.Requisition) { r.Planned = procurement.OpenProcedure })
	quotations := choosing(procurement.RouteChoice{Route: procurement.Quotations, Reason: "quicker"})

	_, err := h.try(t, p, requester(), quotations)
	refusedFor(t, err, "route.differs", casework.Refuse)

	h.do(t, p, colleague(), quotations, casework.Overriding("route.differs", "the market is small"))

	q := requestingAt(t, commissioning.StageArrangeDelivery)
	q.do(t, q.approved(t, func(r *procurement.Requisition) { r.Planned = procurement.Quotations }), requester(), quotations)
}
