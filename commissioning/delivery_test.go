package commissioning_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

func TestServiceThatIsArrangedAnewWhileItRunsIsLive(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	service := f.Cycle.Services()[0]
	if service.Delivery == commissioning.ServiceArranged {
		f.Record(t, func(c *commissioning.Cycle) error { return c.StartDelivery(service.ID) })
	}
	f.Record(t, func(c *commissioning.Cycle) error { return c.RenewDelivery(service.ID) })

	renewed, has := f.Cycle.Service(service.ID)
	assert.True(t, has)
	assert.Equal(t, commissioning.ServiceBeingArranged, renewed.Delivery)
	assert.True(t, renewed.Live(), "people still receive it")
	f.Refuses(t, commissioning.Abandon, "record.open")
}

func TestServiceThatNobodyReceivedYetIsNotLive(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageArrangeDelivery)
	service := f.Cycle.Services()[0]
	if service.Delivery == commissioning.ServicePlanned {
		f.Record(t, func(c *commissioning.Cycle) error { return c.StartArranging(service.ID) })
	}
	arranging, has := f.Cycle.Service(service.ID)
	assert.True(t, has)
	assert.Equal(t, commissioning.ServiceBeingArranged, arranging.Delivery)
	assert.False(t, arranging.Live())
}
