package watermill_test

import (
	"context"
	"net"
	"testing"
	"time"

	wmnats "github.com/ThreeDotsLabs/watermill-nats/v2/pkg/nats"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/watermill"
)

// broker is a NATS server in this process, with a stream that keeps everything.
type broker struct {
	dir    string
	port   int
	server *server.Server
	conn   *nats.Conn
	back   chan struct{} // the connection is up again
}

func newBroker(tb testing.TB) *broker {
	tb.Helper()
	b := &broker{dir: tb.TempDir(), port: server.RANDOM_PORT, back: make(chan struct{}, 1)}
	b.start(tb)
	b.port = b.server.Addr().(*net.TCPAddr).Port
	tb.Cleanup(func() { b.stop() })
	var err error
	b.conn, err = nats.Connect(b.server.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ReconnectHandler(func(*nats.Conn) { b.back <- struct{}{} }))
	require.NoError(tb, err)
	tb.Cleanup(b.conn.Close)
	js, err := b.conn.JetStream()
	require.NoError(tb, err)
	_, err = js.AddStream(&nats.StreamConfig{Name: "needsled", Subjects: []string{"needsled.>"}})
	require.NoError(tb, err)
	return b
}

func (b *broker) start(tb testing.TB) {
	tb.Helper()
	var err error
	b.server, err = server.NewServer(&server.Options{Host: "127.0.0.1", Port: b.port, JetStream: true, StoreDir: b.dir, NoSigs: true, NoLog: true})
	require.NoError(tb, err)
	b.server.Start()
	require.True(tb, b.server.ReadyForConnections(10*time.Second))
}

func (b *broker) stop() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

func (b *broker) notifier(tb testing.TB) *watermill.Notifier {
	tb.Helper()
	publisher, err := wmnats.NewPublisherWithNatsConn(b.conn, wmnats.PublisherPublishConfig{
		Marshaler: &wmnats.NATSMarshaler{}, SubjectCalculator: wmnats.DefaultSubjectCalculator,
		JetStream: wmnats.JetStreamConfig{TrackMsgId: true, ConnectOptions: []nats.JSOpt{nats.MaxWait(time.Second)}},
	}, nil)
	require.NoError(tb, err)
	return watermill.New(publisher, nil)
}

// listen subscribes until the connection is closed. The subscription is not ended
// before: a subscriber that ends may close its channel while a message is on it.
func (b *broker) listen(tb testing.TB, topic string) *inbox {
	tb.Helper()
	subscriber, err := wmnats.NewSubscriberWithNatsConn(b.conn, wmnats.SubscriberSubscriptionConfig{
		CloseTimeout: time.Second,
		JetStream:    wmnats.JetStreamConfig{DurablePrefix: "reader", SubscribeOptions: []nats.SubOpt{nats.DeliverAll(), nats.AckExplicit()}},
	}, nil)
	require.NoError(tb, err)
	messages, err := subscriber.Subscribe(context.WithoutCancel(tb.Context()), topic)
	require.NoError(tb, err)
	return listen(messages)
}

// kept tells how many messages the server has.
func (b *broker) kept(tb testing.TB) int {
	tb.Helper()
	js, err := b.conn.JetStream()
	require.NoError(tb, err)
	info, err := js.StreamInfo("needsled")
	require.NoError(tb, err)
	return int(info.State.Msgs) //nolint:gosec // a small number
}

func TestTheContractOfANotifierIsKeptOverJetStream(t *testing.T) {
	notificationtest.Run(t, func(tb testing.TB) notificationtest.Subject {
		b := newBroker(tb)
		in := b.listen(tb, "needsled.cycle")
		return notificationtest.Subject{
			Notifier: b.notifier(tb),
			Received: func() []notificationtest.Received { return received(tb, in.await(tb, b.kept(tb))) },
			Break:    b.stop,
		}
	})
}

func TestEverythingArrivesOverJetStreamInTheOrderOfEachCase(t *testing.T) {
	b := newBroker(t)
	n, in := b.notifier(t), b.listen(t, "needsled.note")
	all := committed(t, 3, 20)
	for _, told := range all {
		require.NoError(t, n.Notify(t.Context(), told))
	}
	next := map[casework.CaseID]uint64{}
	for i, m := range in.await(t, len(all)) {
		got, err := watermill.Read(m)
		require.NoError(t, err)
		assert.Equal(t, all[i].Position, got.Position)
		assert.Equal(t, next[got.Entry.Case]+1, got.Entry.Seq)
		assert.Equal(t, got.Entry.Case.String(), m.Metadata.Get("case"))
		assert.Equal(t, "camden", m.Metadata.Get("tenant"))
		next[got.Entry.Case] = got.Entry.Seq
	}
	assert.Len(t, next, 3)
}

func TestJetStreamTakesAMessageThatComesAgainOnce(t *testing.T) {
	b := newBroker(t)
	n, in := b.notifier(t), b.listen(t, "needsled.note")
	all := committed(t, 2, 3)
	for _, told := range append(all, all...) {
		require.NoError(t, n.Notify(t.Context(), told))
	}
	assert.Equal(t, len(all), b.kept(t))
	assert.Len(t, in.await(t, len(all)), len(all))
}

func TestDeliveryGoesOnWhenTheServerIsBack(t *testing.T) {
	b := newBroker(t)
	n, in := b.notifier(t), b.listen(t, "needsled.note")
	all := committed(t, 2, 4)
	half := len(all) / 2
	for _, told := range all[:half] {
		require.NoError(t, n.Notify(t.Context(), told))
	}
	in.await(t, half)

	b.stop()
	err := n.Notify(t.Context(), all[half])
	require.ErrorIs(t, err, notification.ErrUndelivered)
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)

	b.start(t)
	select {
	case <-b.back:
	case <-time.After(10 * time.Second):
		require.FailNow(t, "the connection did not come back")
	}
	for _, told := range all[half-1:] { // the last one that was delivered comes again too
		require.NoError(t, n.Notify(t.Context(), told))
	}
	assert.Equal(t, len(all), b.kept(t), "what the server has from before it stopped still tells it what comes again")
	for i, got := range received(t, in.await(t, len(all))) {
		assert.Equal(t, all[i].Entry.Case, got.Case)
		assert.Equal(t, all[i].Entry.Seq, got.Seq)
	}
}
