package casework

import "context"

// Notifier tells somebody outside that something was committed. Units and
// desks never notify: only what follows a store's feed knows what was committed.
//
// Notify may be called more than once for the same notification. It returns an
// error when the notification was not delivered and should come again.
type Notifier interface {
	Notify(ctx context.Context, n Notification) error
}

// Notification is one committed entry on its way out. Its dedupe key is the
// case with the sequence of the entry.
type Notification struct {
	Tenant   string
	Position Position
	Kind     string // of the case
	Entry    Entry
}
