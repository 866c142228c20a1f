package notification

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Multi tells several notifiers, one after the other, all of them whatever the
// others say. Its error joins theirs. The notification then comes again, and to
// all: give a follower of its own to a receiver that must not wait for others.
func Multi(notifiers ...casework.Notifier) casework.Notifier {
	return multi(slices.Clone(notifiers))
}

type multi []casework.Notifier

func (m multi) Notify(ctx context.Context, n casework.Notification) error {
	var errs []error
	for i, to := range m {
		one := n
		one.Entry = n.Entry.Clone()
		if err := safely(ctx, to, one); err != nil {
			errs = append(errs, fmt.Errorf("notifier %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

// safely tells one notifier. One that panics has not delivered.
func safely(ctx context.Context, to casework.Notifier, n casework.Notification) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it stopped with: %v", p)
		}
	}()
	return to.Notify(ctx, n)
}
