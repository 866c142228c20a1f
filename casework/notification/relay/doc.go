// Package relay delivers what was committed. It follows the feed of a store on
// behalf of a subscriber, and tells a notifier of every entry:
//
//	r, err := relay.New(store, "finance", notifier, &relay.Options{Tenant: "camden"})
//	err = r.Run(ctx) // until ctx ends
//
// The store keeps how far the subscriber has come. Every entry is delivered at
// least once, those of a case in order, several cases at a time. An entry may come
// again after a crash, and the case with its sequence tells that it did.
//
// # When a delivery fails
//
// The case is held: its entries wait, and other cases go on. The entry is tried
// again after a pause that grows. After a number of tries, or at once where the
// receiver will not have it, the case is parked with the reason, and waits for
// somebody to [Resume] it, or to [Skip] the entry. Where many cases wait at the
// same time the receiver itself is taken to be down: nothing more is read, and
// nothing is parked, until it answers again.
//
// # Several processes
//
// Each may run the relay of a subscriber; one leads, by a lease in the store that
// it renews, and another takes over within seconds when it dies. Whoever led
// before can no longer move the cursor.
//
// # Waking up
//
// A relay looks for new entries when [Options.Wake] says so, and every
// [Options.Poll] in any case.
package relay
