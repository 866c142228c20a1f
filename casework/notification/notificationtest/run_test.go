package notificationtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/needsled/needsled/casework"
)

func TestTheRecorderKeepsTheContract(t *testing.T) {
	Run(t, recorded)
}

func recorded(testing.TB) Subject {
	var mu sync.Mutex
	broken := false
	r := &Recorder{Fail: func(context.Context, casework.Notification, int) error {
		mu.Lock()
		defer mu.Unlock()
		if broken {
			return errors.New("the receiver is down")
		}
		return nil
	}}
	return Subject{Notifier: r, Received: r.Received, Break: func() { mu.Lock(); broken = true; mu.Unlock() }}
}

// notify makes a notifier of a function.
type notify func(ctx context.Context, n casework.Notification) error

func (f notify) Notify(ctx context.Context, n casework.Notification) error { return f(ctx, n) }

func TestEveryMistakeIsFoundByTheRuleThatForbidsIt(t *testing.T) {
	for name, c := range map[string]struct {
		breaks string
		wrap   func(r *Recorder) Subject
	}{
		"forgets the tenant": {"what is told arrives, and says what it is about", func(r *Recorder) Subject {
			return Subject{Received: r.Received, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				n.Tenant = ""
				return r.Notify(ctx, n)
			})}
		}},
		"loses every second": {"a case's entries arrive in the order they are told", func(r *Recorder) Subject {
			return Subject{Received: r.Received, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				if n.Entry.Seq%2 == 0 {
					return nil
				}
				return r.Notify(ctx, n)
			})}
		}},
		"numbers what it sends": {"what is told twice can be told from what is new", func(r *Recorder) Subject {
			return Subject{Notifier: r, Received: func() []Received {
				got := r.Received()
				for i := range got {
					got[i].Key += strings.Repeat("'", i)
				}
				return got
			}}
		}},
		"knows entries by their case": {"what differs is not taken for a repetition", func(r *Recorder) Subject {
			return Subject{Notifier: r, Received: func() []Received {
				got := r.Received()
				for i := range got {
					got[i].Key = got[i].Case.String()
				}
				return got
			}}
		}},
		"sends the salt": {"the salt of an entry never leaves", func(r *Recorder) Subject {
			return Subject{Notifier: r, Received: func() []Received {
				got := r.Received()
				for i := range got {
					got[i].Body = r.Got()[i].Entry.Salt
				}
				return got
			}}
		}},
		"empties what it was told": {"the notification is left as it was", func(r *Recorder) Subject {
			return Subject{Received: r.Received, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				err := r.Notify(ctx, n)
				clear(n.Entry.Data)
				return err
			})}
		}},
		"refuses the second at once": {"several goroutines may tell at once", func(r *Recorder) Subject {
			var once sync.Once
			return Subject{Received: r.Received, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				err := errors.New("busy")
				once.Do(func() { err = r.Notify(ctx, n) })
				return err
			})}
		}},
		"does not look at the context": {"a call that was given up gives an error", func(r *Recorder) Subject {
			return Subject{Received: r.Received, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				return r.Notify(context.WithoutCancel(ctx), n)
			})}
		}},
		"swallows errors": {"a receiver that fails gives an error", func(r *Recorder) Subject {
			s := recorded(t)
			return Subject{Received: r.Received, Break: s.Break, Notifier: notify(func(ctx context.Context, n casework.Notification) error {
				_ = s.Notifier.Notify(ctx, n)
				return nil
			})}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range rules() {
				if r.name == c.breaks && r.check(t.Context(), c.wrap(&Recorder{})) == nil {
					t.Errorf("the rule %q did not fail", r.name)
				}
			}
		})
	}
}
