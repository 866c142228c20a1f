package notification

import (
	"context"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Subscription says what somebody wants to hear of. An empty list asks for
// nothing in particular, so that the zero Subscription is for everything; what is
// listed has to be so in every list that is given.
type Subscription struct {
	Tenants []string         // of which tenants
	Kinds   []string         // of which kinds of case, such as "cycle"
	Types   []string         // of which entries, such as "need.identified"; those of deadlines are [casework.EntryDeadlinePassed]
	Moves   []casework.Move  // by which moves
	To      []casework.State // which state, or stage of a cycle, a case came to by a move
	// Deadlines are the codes of those that passed, such as "review.due"; "*" is for
	// all of them.
	Deadlines []string
}

// Wants tells whether a notification is asked for.
func (s Subscription) Wants(n casework.Notification) bool {
	e := n.Entry
	return within(s.Tenants, n.Tenant) && within(s.Kinds, n.Kind) && within(s.Types, e.Type) && within(s.Moves, e.Move) &&
		(len(s.To) == 0 || (e.Move != "" && slices.Contains(s.To, e.To))) && s.wantsDeadline(e)
}

func (s Subscription) wantsDeadline(e casework.Entry) bool {
	if len(s.Deadlines) == 0 {
		return true
	}
	code := deadlineOf(e).Code
	return code != "" && (slices.Contains(s.Deadlines, code) || slices.Contains(s.Deadlines, "*"))
}

func within[T comparable](asked []T, is T) bool { return len(asked) == 0 || slices.Contains(asked, is) }

// Only tells a notifier of what a subscription asks for, and of nothing else.
func Only(s Subscription, to casework.Notifier) casework.Notifier {
	s.Tenants, s.Kinds, s.Types = slices.Clone(s.Tenants), slices.Clone(s.Kinds), slices.Clone(s.Types)
	s.Moves, s.To, s.Deadlines = slices.Clone(s.Moves), slices.Clone(s.To), slices.Clone(s.Deadlines)
	return only{s: s, to: to}
}

type only struct {
	s  Subscription
	to casework.Notifier
}

func (o only) Notify(ctx context.Context, n casework.Notification) error {
	if !o.s.Wants(n) {
		return nil
	}
	return o.to.Notify(ctx, n)
}
