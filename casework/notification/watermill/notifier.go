package watermill

import (
	"context"
	"strconv"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// Options are what may be set; the zero value and nil give the defaults.
type Options struct {
	// Topic names the topic of a notification; "needsled." with the kind of the
	// case where nil. It is used by several goroutines at once.
	Topic func(casework.Notification) string
	// Full sends along the reason and the data of an entry, and the names of its
	// actors. They may say things about people that a broker keeps.
	Full bool
}

// Notifier publishes notifications. It never changes and may be shared between
// goroutines. The zero Notifier answers every call with [casework.ErrInvalid]; see
// [New].
type Notifier struct {
	publisher message.Publisher
	o         Options
}

// New gives a notifier that publishes through a publisher of the host, which the
// host closes. Without a publisher every call is [casework.ErrInvalid].
func New(publisher message.Publisher, o *Options) *Notifier {
	n := &Notifier{publisher: publisher}
	if o != nil {
		n.o = *o
	}
	return n
}

// Notify publishes one message. What the publisher answers is a
// [notification.UndeliveredError] to the topic that may be tried again, and an
// entry that JSON cannot carry is one that will never be delivered. A notifier
// without a publisher, and a topic without a name, are [casework.ErrInvalid].
//
// The message carries the context. Many publishers take no notice of it: bound
// how long they wait where they are made.
func (n *Notifier) Notify(ctx context.Context, told casework.Notification) error {
	if n == nil || n.publisher == nil {
		return casework.Invalid("publish a notification", casework.Fault{Path: "publisher", Code: "watermill.publisher_missing", Message: "give a publisher"})
	}
	topic := n.topic(told)
	if topic == "" {
		return casework.Invalid("publish a notification", casework.Fault{Path: "options.topic", Code: "watermill.topic_missing", Message: "a topic has a name"})
	}
	m, err := n.message(ctx, topic, told)
	if err != nil {
		return &notification.UndeliveredError{To: topic, Fate: notification.Never, Cause: err}
	}
	if err := ctx.Err(); err != nil {
		return &notification.UndeliveredError{To: topic, Fate: notification.Again, Cause: err}
	}
	if err := n.publisher.Publish(topic, m); err != nil {
		return &notification.UndeliveredError{To: topic, Fate: notification.Again, Cause: err}
	}
	return nil
}

func (n *Notifier) topic(told casework.Notification) string {
	if n.o.Topic != nil {
		return n.o.Topic(told)
	}
	return "needsled." + told.Kind
}

func (n *Notifier) message(ctx context.Context, topic string, told casework.Notification) (*message.Message, error) {
	payload, err := encode(told, n.o.Full)
	if err != nil {
		return nil, err
	}
	m := message.NewMessageWithContext(ctx, messageID(topic, told), payload)
	m.Metadata = message.Metadata{
		"tenant": told.Tenant,
		"kind":   told.Kind,
		"case":   told.Entry.Case.String(),
		"seq":    strconv.FormatUint(told.Entry.Seq, 10),
		"type":   told.Entry.Type,
	}
	return m, nil
}
