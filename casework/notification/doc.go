// Package notification has small notifiers, and ways to put them together. [Words]
// tells people what happened, in a sentence with a link:
//
//	n := notification.Multi(
//		notification.Log{Logger: logger},
//		notification.Only(notification.Subscription{Kinds: []string{"contract"}, To: []casework.State{"in_force"}}, finance),
//	)
//
// A notifier is handed what was committed, by whatever follows a store's feed, at
// least once. It may see the same notification again: the case with the sequence
// of the entry tells. Notifiers are used by several goroutines at once.
package notification
