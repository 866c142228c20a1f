package watermill_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/watermill"
)

// inbox keeps what a subscriber hears, and acknowledges it.
type inbox struct {
	mu   sync.Mutex
	all  []*message.Message
	more chan struct{}
}

func listen(messages ...<-chan *message.Message) *inbox {
	in := &inbox{more: make(chan struct{}, 1)}
	for _, from := range messages {
		go func() {
			for m := range from {
				in.keep(m)
			}
		}()
	}
	return in
}

func (in *inbox) keep(m *message.Message) {
	in.mu.Lock()
	in.all = append(in.all, m)
	in.mu.Unlock()
	m.Ack()
	select {
	case in.more <- struct{}{}:
	default:
	}
}

func (in *inbox) heard() []*message.Message {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]*message.Message(nil), in.all...)
}

// await gives what was heard, once it is as much as that.
func (in *inbox) await(tb testing.TB, count int) []*message.Message {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	for {
		if all := in.heard(); len(all) >= count {
			return all
		}
		select {
		case <-in.more:
		case <-ctx.Done():
			require.FailNow(tb, "messages are missing", "%d arrived of %d", len(in.heard()), count)
		}
	}
}

func received(tb testing.TB, all []*message.Message) []notificationtest.Received {
	tb.Helper()
	got := make([]notificationtest.Received, len(all))
	for i, m := range all {
		n, err := watermill.Read(m)
		require.NoError(tb, err)
		got[i] = notificationtest.Received{Tenant: n.Tenant, Kind: n.Kind, Case: n.Entry.Case, Seq: n.Entry.Seq, Type: n.Entry.Type, Key: m.UUID, Body: m.Payload}
	}
	return got
}
