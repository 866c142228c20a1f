package notificationtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/needsled/needsled/casework"
)

// Subject is a notifier under test, with its receiver.
type Subject struct {
	Notifier casework.Notifier
	// Received gives what has arrived. A receiver that hears later than Notify
	// returns waits here until it has.
	Received func() []Received
	// Break makes the receiver fail; nil where there is no way to.
	Break func()
}

// Run holds a notifier against every rule of the contract. Open is called once a
// rule; what it has to close it leaves to the Cleanup of its test.
func Run(t *testing.T, open func(tb testing.TB) Subject) {
	t.Helper()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			s := open(t)
			if r.breaks && s.Break == nil {
				t.Skip("not checked: the receiver cannot be made to fail")
			}
			if err := r.check(t.Context(), s); err != nil {
				t.Errorf("%v\n\trule: %s\n\twhy:  %s", err, r.name, r.explanation)
			}
		})
	}
}

// rule is one sentence of the contract and the proof of it.
type rule struct {
	name        string // a sentence
	explanation string // why the rule is there
	breaks      bool   // needs a receiver that can be made to fail
	check       func(ctx context.Context, s Subject) error
}

func rules() []rule {
	return []rule{
		{
			name:        "what is told arrives, and says what it is about",
			explanation: "A receiver that cannot tell whose case it is, or which entry, can do nothing with it.",
			check:       arrives,
		},
		{
			name:        "a case's entries arrive in the order they are told",
			explanation: "An award that arrives before its tender is an error to whoever keeps a copy.",
			check:       keepsOrder,
		},
		{
			name:        "what is told twice can be told from what is new",
			explanation: "Delivery is at least once. A repetition that looks new pays an invoice twice.",
			check:       repeats,
		},
		{
			name:        "what differs is not taken for a repetition",
			explanation: "A key that two entries share makes the receiver throw one of them away.",
			check:       differs,
		},
		{
			name:        "the salt of an entry never leaves",
			explanation: "With the salt somebody can find out what was redacted by trying until the digest fits.",
			check:       keepsSalt,
		},
		{
			name:        "the notification is left as it was",
			explanation: "It is the caller's own, and the next notifier's.",
			check:       leavesIt,
		},
		{
			name:        "several goroutines may tell at once",
			explanation: "A relay delivers cases side by side.",
			check:       together,
		},
		{
			name:        "a call that was given up gives an error",
			explanation: "Nil means delivered: what is given up and called delivered is lost.",
			check:       givenUp,
		},
		{
			name:        "a receiver that fails gives an error",
			explanation: "Nil means delivered, and the cursor passes what was delivered for good.",
			breaks:      true,
			check:       fails,
		},
	}
}

// Notifications makes some: entries 1 to n of each of a number of cases, sealed,
// as a feed would give them.
func Notifications(tenant string, cases, entries int) []casework.Notification {
	heads := make([]casework.Hash, cases)
	var all []casework.Notification
	for seq := range entries {
		for i := range cases {
			e := casework.Entry{
				Case: casework.CaseID{15: byte(i + 1), 6: 0x70, 8: 0x80}, Seq: uint64(seq + 1), Type: "need.identified", Version: 1, //nolint:gosec // small numbers
				Actor:     casework.Person("ana.k", casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}),
				Effective: time.Date(2026, time.March, 1+seq%28, 9, 0, 0, 0, time.FixedZone("", 3600)),
				Recorded:  time.Date(2026, time.March, 1+seq%28, 10, 0, i, 0, time.UTC),
				Reason:    "“needs” change — être, 需要",
				Data:      json.RawMessage(fmt.Sprintf(`{"statement":"need %d of case %d","cost":10.10}`, seq+1, i+1)),
				Salt:      []byte("a salt of 16 byt"),
			}
			e.Seal(heads[i])
			heads[i] = e.Hash
			all = append(all, casework.Notification{Tenant: tenant, Position: casework.Position(len(all) + 1), Kind: "cycle", Entry: e})
		}
	}
	return all
}

func tell(ctx context.Context, s Subject, all []casework.Notification) error {
	for _, n := range all {
		if err := s.Notifier.Notify(ctx, n); err != nil {
			return fmt.Errorf("notify gave an error for entry %d: %w", n.Entry.Seq, err)
		}
	}
	return nil
}

// sameAs compares what arrived with what was told, the keys apart.
func sameAs(told []casework.Notification, got []Received) error {
	if len(got) != len(told) {
		return fmt.Errorf("%d arrived; %d were told", len(got), len(told))
	}
	for i, n := range told {
		want := Received{Tenant: n.Tenant, Kind: n.Kind, Case: n.Entry.Case, Seq: n.Entry.Seq, Type: n.Entry.Type}
		is := got[i]
		is.Key, is.Body = "", nil
		if !reflect.DeepEqual(is, want) {
			return fmt.Errorf("arrival %d is %+v; told was %+v", i+1, is, want)
		}
	}
	return nil
}

func arrives(ctx context.Context, s Subject) error {
	told := append(Notifications("camden", 1, 1), Notifications("", 2, 1)...)
	for _, n := range told {
		if err := tell(ctx, s, []casework.Notification{n}); err != nil {
			return err
		}
	}
	return sameAs(byCase(told), received(s))
}

func received(s Subject) []Received {
	got := s.Received()
	slices.SortStableFunc(got, func(a, b Received) int {
		return bytes.Compare(append([]byte(a.Tenant), a.Case[:]...), append([]byte(b.Tenant), b.Case[:]...))
	})
	return got
}

// byCase sorts by tenant and case, and keeps the order within each.
func byCase(all []casework.Notification) []casework.Notification {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b casework.Notification) int {
		return bytes.Compare(append([]byte(a.Tenant), a.Entry.Case[:]...), append([]byte(b.Tenant), b.Entry.Case[:]...))
	})
	return all
}

func keepsOrder(ctx context.Context, s Subject) error {
	told := Notifications("camden", 3, 12)
	if err := tell(ctx, s, told); err != nil {
		return err
	}
	return sameAs(byCase(told), received(s))
}

func repeats(ctx context.Context, s Subject) error {
	told := Notifications("camden", 1, 1)
	if err := tell(ctx, s, append(told, told...)); err != nil {
		return err
	}
	got := s.Received()
	for _, r := range got {
		if r.Key == "" || r.Key != got[0].Key {
			return fmt.Errorf("the same notification arrived with the keys %q and %q", got[0].Key, r.Key)
		}
	}
	if len(got) == 0 {
		return fmt.Errorf("nothing arrived of what was told twice")
	}
	return nil
}

func differs(ctx context.Context, s Subject) error {
	told := append(Notifications("camden", 2, 2), Notifications("westminster", 2, 2)...)
	if err := tell(ctx, s, told); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range s.Received() {
		if seen[r.Key] {
			return fmt.Errorf("the key %q came with two entries", r.Key)
		}
		seen[r.Key] = true
	}
	if len(seen) != len(told) {
		return fmt.Errorf("%d arrived; %d were told", len(seen), len(told))
	}
	return nil
}

func keepsSalt(ctx context.Context, s Subject) error {
	told := Notifications("camden", 1, 1)
	if err := tell(ctx, s, told); err != nil {
		return err
	}
	salt := told[0].Entry.Salt
	for _, r := range s.Received() {
		for _, form := range [][]byte{salt, []byte(base64.StdEncoding.EncodeToString(salt)), fmt.Appendf(nil, "%x", salt)} {
			if bytes.Contains(r.Body, form) {
				return fmt.Errorf("the salt went over the wire: %s", r.Body)
			}
		}
	}
	return nil
}

func leavesIt(ctx context.Context, s Subject) error {
	told, same := Notifications("camden", 2, 2), Notifications("camden", 2, 2)
	if err := tell(ctx, s, told); err != nil {
		return err
	}
	if !reflect.DeepEqual(told, same) {
		return fmt.Errorf("notify changed what it was told")
	}
	return nil
}

func together(ctx context.Context, s Subject) error {
	const cases, entries = 6, 10
	all := byCase(Notifications("camden", cases, entries))
	errs := make([]error, cases)
	var telling sync.WaitGroup
	for i := range cases {
		telling.Go(func() { errs[i] = tell(ctx, s, all[i*entries:(i+1)*entries]) })
	}
	telling.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return sameAs(all, received(s))
}

func givenUp(ctx context.Context, s Subject) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Notifier.Notify(ctx, Notifications("camden", 1, 1)[0]); err == nil {
		return fmt.Errorf("a call whose context had ended gave no error")
	}
	return nil
}

func fails(ctx context.Context, s Subject) error {
	s.Break()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := s.Notifier.Notify(ctx, Notifications("camden", 1, 1)[0]); err == nil {
		return fmt.Errorf("a receiver that fails gave no error")
	}
	return nil
}
