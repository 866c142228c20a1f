package commissioning_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
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

// delivered gives where the delivery of S1 is, and when people began to receive it.
func delivered(t *testing.T, c *commissioning.Cycle) (commissioning.DeliveryState, commissioning.Mark) {
	t.Helper()
	s, has := c.Service("S1")
	require.True(t, has)
	return s.Delivery, s.Started
}

func TestServiceThatIsNoLongerArrangedAnewIsWhatItWas(t *testing.T) {
	t.Parallel()
	renewing := func(c *commissioning.Cycle) error { return c.RenewDelivery("S1") }
	stopping := func(c *commissioning.Cycle) error { return c.StopArranging("S1") }
	ending := func(c *commissioning.Cycle) error { return c.EndArrangement("T1", casework.DateOf(c.Now())) }
	noticed := all(proposing, deciding, planningTheEnd, noticing(commissioning.Notice{Given: day(t, "2025-06-02"), Ends: day(t, "2025-09-30")}))
	tests := []struct {
		name  string
		stage commissioning.Stage
		first command
		work  command
		want  commissioning.DeliveryState
		keeps bool // the mark of when people began to receive it
	}{
		{"people receive it", commissioning.StageMonitorReview, nothing, all(renewing, stopping), commissioning.ServiceDelivering, true},
		{"people receive it, and it is arranged anew twice", commissioning.StageMonitorReview, nothing, all(renewing, stopping, renewing, stopping), commissioning.ServiceDelivering, true},
		{"nobody receives it yet", commissioning.StageArrangeDelivery, arranging(binding), all(renewing, stopping), commissioning.ServiceArranged, true},
		{"notice was given to those who receive it", commissioning.StageMonitorReview, noticed, all(renewing, stopping), commissioning.ServiceEnding, true},
		{"notice was given before anybody received it", commissioning.StageArrangeDelivery, all(arranging(binding), noticed), all(renewing, stopping), commissioning.ServiceEnding, true},
		{"its arrangement has ended meanwhile", commissioning.StageMonitorReview, nothing, all(renewing, ending, stopping), commissioning.ServicePlanned, false},
		{"it was planned", commissioning.StageArrangeDelivery, nothing, all(func(c *commissioning.Cycle) error { return c.StartArranging("S1") }, stopping), commissioning.ServicePlanned, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, tt.stage, commissioningtest.Permit(casework.AllowAll)).Record(t, tt.first)
			_, since := delivered(t, f.Cycle)
			f.Record(t, tt.work)
			state, started := delivered(t, f.Cycle)
			assert.Equal(t, tt.want, state)
			if tt.keeps {
				assert.Equal(t, since, started)
			} else {
				assert.Zero(t, started, "nobody receives it")
			}
			require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
		})
	}
}

func TestServiceThatWasShelvedIsNotLiveWhenItIsArrangedAgain(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview).Record(t, all(
		func(c *commissioning.Cycle) error { return c.RenewDelivery("S1") },
		func(c *commissioning.Cycle) error { return c.EndArrangement("T1", casework.DateOf(c.Now())) },
		func(c *commissioning.Cycle) error { return c.StopArranging("S1") },
		func(c *commissioning.Cycle) error { return c.StartArranging("S1") },
	))
	s, _ := f.Cycle.Service("S1")
	assert.Equal(t, commissioning.ServiceBeingArranged, s.Delivery)
	assert.False(t, s.Live())
}

func TestOnlyWhatIsBeingArrangedStopsBeingArranged(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	for name, id := range map[string]commissioning.ServiceID{"a service that runs": "S1", "a service that is not there": "S9"} {
		_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error { return c.StopArranging(id) })
		assert.Len(t, faults(t, err), 1, name)
	}
}

func TestArrangingBeginsWhateverTheServiceIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		stage commissioning.Stage
		first command
		want  []casework.Move
	}{
		{"planned", commissioning.StageArrangeDelivery, nothing, []casework.Move{commissioning.DeliveryArrange}},
		{"being arranged", commissioning.StageArrangeDelivery, func(c *commissioning.Cycle) error { return c.StartArranging("S1") }, nil},
		{"arranged", commissioning.StageArrangeDelivery, arranging(binding), []casework.Move{commissioning.DeliveryRenew}},
		{"delivering", commissioning.StageMonitorReview, nothing, []casework.Move{commissioning.DeliveryRenew}},
		{"being arranged anew", commissioning.StageMonitorReview, func(c *commissioning.Cycle) error { return c.RenewDelivery("S1") }, nil},
		{"ending", commissioning.StageMonitorReview, all(proposing, deciding, planningTheEnd, noticing(commissioning.Notice{Given: day(t, "2025-06-02"), Ends: day(t, "2025-09-30")})), []casework.Move{commissioning.DeliveryRenew}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := commissioningtest.At(t, tt.stage).Record(t, tt.first)
			before, since := f.Cycle.Seq(), len(f.Journal(t))
			_, started := delivered(t, f.Cycle)
			f.Record(t, func(c *commissioning.Cycle) error { return c.BeginArranging("S1") })
			var moves []casework.Move
			for _, e := range f.Journal(t)[since:] {
				var d struct{ Move casework.Move }
				require.NoError(t, json.Unmarshal(e.Data, &d))
				moves = append(moves, d.Move)
			}
			assert.Equal(t, tt.want, moves)
			assert.Equal(t, before+uint64(len(tt.want)), f.Cycle.Seq())
			state, still := delivered(t, f.Cycle)
			assert.Equal(t, commissioning.ServiceBeingArranged, state)
			assert.Equal(t, started, still)
		})
	}
}

func TestArrangingBeginsForNoServiceThatEndedOrIsNotThere(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview).Record(t, func(c *commissioning.Cycle) error { return c.EndDelivery("S1") })
	for id, want := range map[commissioning.ServiceID]string{"S1": "service delivery.not_allowed", "S9": "service service.unknown"} {
		_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error { return c.BeginArranging(id) })
		assert.Equal(t, []string{want}, faults(t, err))
	}
}
