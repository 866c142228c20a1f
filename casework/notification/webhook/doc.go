// Package webhook tells a receiver over HTTP of what was committed, and has the
// other side of it, which receives.
//
// The sender is a [casework.Notifier]:
//
//	secret, err := webhook.ParseSecret(os.Getenv("FINANCE_SECRET"))
//	n, err := webhook.New("https://finance.example/hooks", []webhook.Secret{secret}, nil)
//
// The receiver verifies a request before it believes a word of it:
//
//	event, err := webhook.Verify(r, []webhook.Secret{secret}, nil)
//
// # What is sent
//
// A POST with an event of CloudEvents 1.0 in the structured mode of its HTTP
// binding, as application/cloudevents+json:
//
//	specversion      "1.0"
//	id               the case, a slash and the sequence of the entry; the same whenever it comes again
//	source           [Options.Source]
//	type             "needsled.", the kind of the case, a dot and the type of the entry, such as "needsled.cycle.need.identified"
//	subject          the case
//	time             when the entry was written down
//	datacontenttype  "application/json"
//	tenant           an attribute of our own; left out where the notification has none
//	sequence         of the entry in its case, as 20 digits, so that the order of the text is that of the entries (the Sequence extension)
//	partitionkey     the case (the Partitioning extension)
//	data             an object of "kind", "position" and "entry", see [Event] and [Entry]
//
// Reasons, names and data of entries are left out unless [Options.Body] is [Full]:
// they hold facts about people, and nobody redacts what has left. The salt of an
// entry is never sent.
//
// # How it is signed
//
// By the Standard Webhooks specification 1.0: webhook-id is the id of the event,
// webhook-timestamp the time of sending, and webhook-signature has one "v1"
// signature for each secret. To change a secret without a gap, give the sender the
// new one before the old one, then have the receiver take the new one, then take
// the old one from the sender.
//
// # What becomes of an answer
//
// Any 2xx is delivered, whatever its body. 410 is [notification.Gone]. 408, 425,
// 429, every 3xx, every 5xx, and no answer at all are [notification.Again]; with
// 429 and 503 a Retry-After is heeded, up to 24 hours. Any other 4xx is
// [notification.Never]: a receiver that is itself at fault, or does not know yet,
// answers 503 and not 4xx. Redirects are never followed.
//
// An address that is not public is refused when it is dialled, and that is
// [notification.Again] as well: a name that resolves wrongly or a setting that is
// wrong is put right outside, and the notification is as good as before. What
// cannot be written as an event is [notification.Never]: no repetition helps.
//
// # What a receiver has to do
//
// An event may come again, after a crash or where an answer was lost: what was
// seen before under the same source and id is answered with 2xx and left alone.
// The body may differ then, when the entry was redacted in between. Verify keeps
// no memory of what it saw.
package webhook
