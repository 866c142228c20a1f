package watermill_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/watermill"
)

// published keeps what is published, and answers with an error where it has one.
type published struct {
	topics []string
	all    []*message.Message
	err    error
}

func (p *published) Publish(topic string, messages ...*message.Message) error {
	if p.err != nil {
		return p.err
	}
	p.topics = append(p.topics, topic)
	p.all = append(p.all, messages...)
	return nil
}

func (p *published) Close() error { return nil }

func TestTheContractOfANotifierIsKeptInMemory(t *testing.T) {
	for _, full := range []bool{false, true} {
		t.Run(fmt.Sprintf("full=%t", full), func(t *testing.T) {
			notificationtest.Run(t, func(tb testing.TB) notificationtest.Subject {
				channel := gochannel.NewGoChannel(gochannel.Config{BlockPublishUntilSubscriberAck: true}, nil)
				tb.Cleanup(func() { _ = channel.Close() })
				messages, err := channel.Subscribe(tb.Context(), "needsled.cycle")
				require.NoError(tb, err)
				in := listen(messages)
				return notificationtest.Subject{
					Notifier: watermill.New(channel, &watermill.Options{Full: full}),
					Received: func() []notificationtest.Received { return received(tb, in.heard()) },
					Break:    func() { _ = channel.Close() },
				}
			})
		})
	}
}

func TestAMessageSaysWhatHappenedAndKeepsWhatConcernsPeople(t *testing.T) {
	to := &published{}
	n := watermill.New(to, nil)
	all := committed(t, 1, 1)
	for _, told := range all {
		require.NoError(t, n.Notify(t.Context(), told))
	}
	require.Len(t, to.all, 3)
	assert.Equal(t, []string{"needsled.note", "needsled.note", "needsled.note"}, to.topics)
	line, m := all[1], to.all[1]
	assert.Equal(t, message.Metadata{"tenant": "camden", "kind": "note", "case": line.Entry.Case.String(), "seq": "2", "type": "line.written"}, m.Metadata)

	got, err := watermill.Read(m)
	require.NoError(t, err)
	want := line
	want.Entry.Reason, want.Entry.Data, want.Entry.Salt = "", nil, nil
	want.Entry.Actor = casework.Actor{Kind: casework.KindPerson, ID: "ana.k", Agency: camden}.For(casework.Actor{Kind: casework.KindPerson, ID: "bo.l"})
	assert.Equal(t, want, got)
	for _, private := range []string{"Mrs Day", "her son", "Kowalska", "Lind", "salt"} {
		assert.NotContains(t, string(m.Payload), private)
	}
	assert.Equal(t, "Bo Lind", line.Entry.Actor.OnBehalfOf.Name, "the caller's own is left alone")
}

func TestAFullMessageSaysAllButTheSalt(t *testing.T) {
	to := &published{}
	line := committed(t, 1, 1)[1]
	require.NoError(t, watermill.New(to, &watermill.Options{Full: true}).Notify(t.Context(), line))
	got, err := watermill.Decode(to.all[0].Payload)
	require.NoError(t, err)
	assert.NotEmpty(t, line.Entry.Salt)
	line.Entry.Salt = nil
	assert.Equal(t, line, got)
}

func TestAMessageThatComesAgainHasTheSameID(t *testing.T) {
	to := &published{}
	n := watermill.New(to, nil)
	all := committed(t, 2, 1)
	elsewhere := all[0]
	elsewhere.Tenant = "westminster"
	kind := all[0]
	kind.Kind = "letter"
	told := append(append(append(all, elsewhere), kind), all...)
	for _, one := range told {
		require.NoError(t, n.Notify(t.Context(), one))
	}
	seen := map[string]int{}
	for _, m := range to.all {
		id, err := casework.ParseCaseID(m.UUID)
		require.NoError(t, err, "a transport may have room for a UUID and no more")
		assert.Equal(t, byte(0x80), id[6]&0xf0)
		seen[m.UUID]++
	}
	assert.Len(t, seen, len(all)+2)
	for i := range all {
		again := to.all[len(all)+2+i]
		assert.Equal(t, to.all[i].UUID, again.UUID)
		assert.True(t, to.all[i].Equals(again))
	}
}

func TestTheHostNamesTopicsAndItsContextTravelsAlong(t *testing.T) {
	type mark struct{}
	to := &published{}
	n := watermill.New(to, &watermill.Options{Topic: func(n casework.Notification) string { return n.Tenant + "/" + n.Entry.Type }})
	require.NoError(t, n.Notify(context.WithValue(t.Context(), mark{}, "here"), committed(t, 1, 0)[0]))
	assert.Equal(t, []string{"camden/case.opened"}, to.topics)
	assert.Equal(t, "here", to.all[0].Context().Value(mark{}))
}

func TestWhatIsNotPublishedIsAnError(t *testing.T) {
	told := committed(t, 1, 0)[0]
	full := errors.New("the queue is full")
	err := watermill.New(&published{err: full}, nil).Notify(t.Context(), told)
	var undelivered *notification.UndeliveredError
	require.ErrorAs(t, err, &undelivered)
	assert.Equal(t, &notification.UndeliveredError{To: "needsled.note", Fate: notification.Again, Cause: full}, undelivered)

	to := &published{}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	err = watermill.New(to, nil).Notify(over, told)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, notification.ErrUndelivered)

	broken := told
	broken.Entry.Data = json.RawMessage("{")
	fate, _ := notification.FateOf(watermill.New(to, &watermill.Options{Full: true}).Notify(t.Context(), broken))
	assert.Equal(t, notification.Never, fate)
	nameless := told
	nameless.Kind = ""
	err = watermill.New(to, nil).Notify(t.Context(), nameless)
	fate, _ = notification.FateOf(err)
	assert.Equal(t, notification.Never, fate)
	require.ErrorIs(t, err, casework.ErrInvalid)

	for name, n := range map[string]*watermill.Notifier{
		"no publisher": watermill.New(nil, nil),
		"no notifier":  nil,
		"the zero one": {},
		"no topic":     watermill.New(to, &watermill.Options{Topic: func(casework.Notification) string { return "" }}),
	} {
		require.ErrorIs(t, n.Notify(t.Context(), told), casework.ErrInvalid, name)
	}
	assert.Empty(t, to.all)
}

func TestWhatIsNoNotificationIsRefused(t *testing.T) {
	hash := `"content":"` + zero + `","prev":"` + zero + `","hash":"` + zero + `"`
	for payload, code := range map[string]string{
		``:               "payload.malformed",
		`[]`:             "payload.malformed",
		`{"position":-1`: "payload.malformed",
		`{"kind":"note","entry":{"case":"x","seq":1,"type":"t"}}`:                                                "payload.malformed",
		`{"kind":"note","entry":{"case":"01900000-0000-7000-8000-000000000001","seq":1,"type":"t","hash":"no"}}`: "payload.malformed",
		`{}`:                               "payload.case_missing",
		`{"kind":"note"}`:                  "payload.seq_missing",
		`{"kind":"note","entry":{}}`:       "payload.type_missing",
		`{"entry":{"seq":1,` + hash + `}}`: "payload.kind_missing",
	} {
		_, err := watermill.Decode([]byte(payload))
		require.ErrorIs(t, err, casework.ErrInvalid, payload)
		var invalid *casework.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.True(t, invalid.Has(code), "%s: %v", payload, err)
	}
	_, err := watermill.Read(nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	n, err := watermill.Decode([]byte(`{"kind":"note","later":1,"entry":{"case":"01900000-0000-7000-8000-000000000001","seq":1,"type":"t","later":{}}}`))
	require.NoError(t, err, "what a later version adds is left alone")
	assert.Equal(t, "note", n.Kind)
}

var zero = strings.Repeat("0", 64)

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"tenant":"camden","position":7,"kind":"note","entry":{"case":"01900000-0000-7000-8000-000000000001","seq":1,"type":"t","data":{"a":1}}}`))
	f.Add([]byte(`{"kind":"note","entry":null}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		n, err := watermill.Decode(payload)
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			return
		}
		to := &published{}
		n.Entry.Salt = nil
		if err := watermill.New(to, &watermill.Options{Full: true}).Notify(t.Context(), n); err != nil {
			fate, _ := notification.FateOf(err)
			require.Equal(t, notification.Never, fate)
			return
		}
		again, err := watermill.Decode(to.all[0].Payload)
		require.NoError(t, err)
		assert.Equal(t, n.Entry.Case, again.Entry.Case)
		assert.Equal(t, n.Entry.Seq, again.Entry.Seq)
	})
}

// What a receiver reads from a message.
func ExampleRead() {
	to := &published{}
	told := notificationtest.Notifications("camden", 1, 1)[0]
	if err := watermill.New(to, nil).Notify(context.Background(), told); err != nil {
		fmt.Println(err)
	}
	n, err := watermill.Read(to.all[0])
	fmt.Println(n.Tenant, n.Kind, n.Entry.Seq, n.Entry.Type, n.Entry.Actor.ID, err)
	// Output: camden cycle 1 need.identified ana.k <nil>
}
