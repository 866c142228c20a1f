package notification_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/casework/notification"
)

func TestWhatBecomesOfANotificationIsSaidByTheError(t *testing.T) {
	cause := errors.New("the line is dead")
	again := &notification.UndeliveredError{To: "finance", Fate: notification.Again, After: time.Minute, Cause: cause}
	never := &notification.UndeliveredError{To: "audit", Fate: notification.Never}
	gone := &notification.UndeliveredError{To: "press", Fate: notification.Gone, Cause: cause}
	for _, c := range []struct {
		name  string
		err   error
		fate  notification.Fate
		after time.Duration
	}{
		{"no error has no fate", nil, "", 0},
		{"any error means again", cause, notification.Again, 0},
		{"a receiver may say when", again, notification.Again, time.Minute},
		{"one that is wrapped is found", fmt.Errorf("notifier 1: %w", never), notification.Never, 0},
		{"one that is gone is gone", gone, notification.Gone, 0},
		{"one without a fate means again", &notification.UndeliveredError{To: "finance"}, notification.Again, 0},
		{"one of several that may have it brings it again", errors.Join(never, fmt.Errorf("notifier 2: %w", again), gone), notification.Again, time.Minute},
		{"one that is gone does not end it for those that are not", errors.Join(gone, never), notification.Never, 0},
		{"all gone are gone", errors.Join(gone, gone), notification.Gone, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			fate, after := notification.FateOf(c.err)
			assert.Equal(t, c.fate, fate)
			assert.Equal(t, c.after, after)
		})
	}
	assert.EqualError(t, again, "not delivered to finance, to be tried again after 1m0s: the line is dead")
	assert.EqualError(t, never, "not delivered to audit, which will not have it")
	assert.EqualError(t, gone, "not delivered to press, which wants no more: the line is dead")
	for _, err := range []error{again, never, gone} {
		assert.ErrorIs(t, err, notification.ErrUndelivered)
	}
	assert.ErrorIs(t, gone, cause)
}
