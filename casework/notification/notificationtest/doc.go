// Package notificationtest proves that a notifier keeps the contract of
// [casework.Notifier], and has one for tests. An implementation calls [Run] from
// a test of its own:
//
//	func TestNotifier(t *testing.T) {
//		notificationtest.Run(t, func(tb testing.TB) notificationtest.Subject {
//			r := &notificationtest.Recorder{}
//			return notificationtest.Subject{Notifier: r, Received: r.Received}
//		})
//	}
//
// Every rule is a subtest. One that fails says what the notifier did, which rule
// that breaks, and why the rule is there.
package notificationtest
