package journaltest

import (
	"reflect"
	"testing"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/internal/fuse"
)

// CursorUnderFailure lets every statement of moving a cursor on, and of taking the lead,
// fail in turn, and looks whether the cursor is all of what it was or all of what it is
// to be. It tells how many statements there were.
func CursorUnderFailure(tb testing.TB, s *sqlstore.Store, blow *fuse.Fuse) (statements int) {
	tb.Helper()
	one := casework.Held{Case: New(1).ID, Kind: "cycle", Waiting: []casework.Place{{Position: 3, Seq: 1}}, Tries: 1, Again: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Fault: "no answer"}
	two := one
	two.Case = New(2).ID
	done(tb, s.SaveCursor(tb.Context(), casework.CursorChange{Subscriber: "finance", Position: 3, Held: []casework.Held{one}}))
	saved := untilWhole(tb, s, blow, func() error {
		c := casework.CursorChange{Subscriber: "finance", Revision: 1, Position: 9, Held: []casework.Held{two}, Released: []casework.CaseID{one.Case}}
		return s.SaveCursor(tb.Context(), c)
	})
	led := untilWhole(tb, s, blow, func() error {
		_, err := s.Lead(tb.Context(), casework.Lease{Subscriber: "finance", Leader: "a", Term: time.Hour})
		return err
	})
	return saved + led
}

// untilWhole runs work with a failure at each of its statements, until there is none.
func untilWhole(tb testing.TB, s *sqlstore.Store, blow *fuse.Fuse, work func() error) int {
	tb.Helper()
	before, err := s.Cursor(tb.Context(), "finance")
	done(tb, err)
	for n := range 50 {
		blow.Arm(n)
		err := work()
		blown, _ := blow.Disarm()
		now, unread := s.Cursor(tb.Context(), "finance")
		done(tb, unread)
		if !blown {
			done(tb, err)
			if now.Revision != before.Revision+1 {
				tb.Fatalf("the cursor stands at revision %d after %d", now.Revision, before.Revision)
			}
			return n
		}
		if err == nil || !reflect.DeepEqual(before, now) {
			tb.Fatalf("statement %d failed with %v, and left %+v of %+v", n, err, now, before)
		}
	}
	tb.Fatal("the work never succeeds")
	return 0
}
