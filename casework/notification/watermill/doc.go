// Package watermill publishes what was committed as messages of Watermill, and so
// to Kafka, NATS, RabbitMQ, SQL and whatever else it has a publisher for:
//
//	n := watermill.New(publisher, nil)
//
// Every notification is one message on a topic, which is "needsled." with the kind
// of the case unless [Options] say otherwise. The payload is a [Payload] as JSON.
// The metadata repeat what routers and filters ask for: "tenant", "kind", "case",
// "seq" and "type". A receiver reads a message with [Read] and believes the
// payload: some transports change what metadata they carry.
//
// # What leaves
//
// Messages are kept where nobody redacts them. Unless [Options.Full] asks for
// more, a message says what happened to which case and who did it by their ids,
// and a receiver that may know more reads it from the journal. The salt of an
// entry never leaves.
//
// # Twice, and in order
//
// A notification comes at least once. A message that comes again has the same
// UUID; so a broker, or a receiver, can tell. NATS JetStream does, within the
// duplicate window of the stream, where the publisher of watermill-nats is given
// TrackMsgId:
//
//	publisher, err := nats.NewPublisher(nats.PublisherConfig{
//		URL:       url,
//		JetStream: nats.JetStreamConfig{TrackMsgId: true},
//	}, logger)
//
// Create the stream beforehand, over the subjects "needsled.>": AutoProvision
// names the stream as the topic, and a stream's name has no dots. One stream over
// all topics also keeps one order over all of them.
//
// A publisher sends one message at a time here, so the messages of a case leave
// in the order in which they are told. Whether they arrive so is the broker's and
// the subscriber's; with partitions, take the metadata "case" as the key.
package watermill
