package notification_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// told keeps what it is told, and answers with an error where it has one.
type told struct {
	all  []casework.Notification
	err  error
	with func(casework.Notification)
}

func (t *told) Notify(_ context.Context, n casework.Notification) error {
	t.all = append(t.all, n)
	if t.with != nil {
		t.with(n)
	}
	return t.err
}

func inForce() casework.Notification {
	return casework.Notification{
		Tenant: "camden", Position: 7, Kind: "contract",
		Entry: casework.Entry{
			Case: casework.CaseID{1}, Seq: 3, Type: "case.moved", Actor: casework.Actor{Kind: casework.KindPerson, ID: "ana.k", Name: "Ana Kowalska"},
			Effective: time.Date(2026, time.March, 2, 10, 0, 0, 0, time.FixedZone("", 3600)), Recorded: time.Date(2026, time.March, 2, 9, 0, 1, 0, time.UTC),
			Move: "commence", From: "signed", To: "in_force", Reason: "her son asked", Data: []byte(`{"person":"Mrs Day"}`),
		},
	}
}

func TestALogSaysWhatHappenedAndNothingThatWouldHaveToBeRedacted(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, notification.Log{Logger: slog.New(slog.NewJSONHandler(&out, nil))}.Notify(t.Context(), inForce()))
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	delete(line, "time")
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "committed", "tenant": "camden", "kind": "contract", "case": casework.CaseID{1}.String(), "seq": 3.0, "position": 7.0,
		"type": "case.moved", "actor": "ana.k", "effective": "2026-03-02T09:00:00Z", "recorded": "2026-03-02T09:00:01Z",
		"move": "commence", "from": "signed", "to": "in_force",
	}, line)
	for _, private := range []string{"Kowalska", "son", "Day"} {
		assert.NotContains(t, out.String(), private)
	}

	out.Reset()
	recorded := inForce()
	recorded.Entry.Move = ""
	quiet := slog.New(slog.NewTextHandler(&out, nil))
	require.NoError(t, notification.Log{Logger: quiet, Level: slog.LevelDebug}.Notify(t.Context(), recorded))
	assert.Empty(t, out.String(), "below the logger's level")
	require.NoError(t, notification.Log{Logger: quiet}.Notify(t.Context(), recorded))
	assert.NotContains(t, out.String(), "move=")
	require.ErrorIs(t, notification.Log{}.Notify(t.Context(), recorded), casework.ErrInvalid)
}

func TestOfSeveralNotifiersAllAreToldWhateverTheOthersSay(t *testing.T) {
	full, gone := errors.New("the queue is full"), errors.New("nobody answers")
	first := &told{err: full, with: func(n casework.Notification) { n.Entry.Data[2] = '!' }}
	second := &told{with: func(casework.Notification) { panic("no") }}
	third := &told{err: gone}
	fourth := &told{}
	err := notification.Multi(first, second, third, fourth).Notify(t.Context(), inForce())
	require.ErrorIs(t, err, full)
	require.ErrorIs(t, err, gone)
	assert.Equal(t, "notifier 1: the queue is full\nnotifier 2: it stopped with: no\nnotifier 3: nobody answers", err.Error())
	assert.Equal(t, []casework.Notification{inForce()}, fourth.all, "and none spoils it for the next")
	assert.NoError(t, notification.Multi().Notify(t.Context(), inForce()))
}

func TestASubscriptionAsksForWhatIsListedInEveryList(t *testing.T) {
	for name, test := range map[string]struct {
		s    notification.Subscription
		want bool
	}{
		"everything":                 {notification.Subscription{}, true},
		"its tenant":                 {notification.Subscription{Tenants: []string{"leeds", "camden"}}, true},
		"another tenant":             {notification.Subscription{Tenants: []string{"leeds"}}, false},
		"its kind and its state":     {notification.Subscription{Kinds: []string{"contract"}, To: []casework.State{"in_force"}}, true},
		"its kind and another state": {notification.Subscription{Kinds: []string{"contract"}, To: []casework.State{"closed"}}, false},
		"another kind and its state": {notification.Subscription{Kinds: []string{"cycle"}, To: []casework.State{"in_force"}}, false},
		"its move":                   {notification.Subscription{Moves: []casework.Move{"commence"}}, true},
		"another move":               {notification.Subscription{Moves: []casework.Move{"close"}}, false},
		"its type":                   {notification.Subscription{Types: []string{"case.moved"}}, true},
		"deadlines, which it is not": {notification.Subscription{Types: []string{casework.EntryDeadlinePassed}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			to := &told{}
			require.NoError(t, notification.Only(test.s, to).Notify(t.Context(), inForce()))
			assert.Equal(t, test.want, test.s.Wants(inForce()))
			assert.Equal(t, test.want, len(to.all) == 1)
		})
	}
	stays := inForce()
	stays.Entry.Move = ""
	assert.False(t, notification.Subscription{To: []casework.State{"in_force"}}.Wants(stays), "an entry that moved nothing came to no state")
	failing := &told{err: errors.New("no")}
	assert.Error(t, notification.Only(notification.Subscription{}, failing).Notify(t.Context(), inForce()))
}

// A log of everything, and a line to finance for contracts that come into force.
func ExampleMulti() {
	finance := notifierFunc(func(n casework.Notification) { fmt.Println("finance:", n.Kind, n.Entry.To) })
	n := notification.Multi(
		notification.Log{Logger: slog.New(slog.DiscardHandler)},
		notification.Only(notification.Subscription{Kinds: []string{"contract"}, To: []casework.State{"in_force"}}, finance),
	)
	fmt.Println(n.Notify(context.Background(), inForce()))
	// Output:
	// finance: contract in_force
	// <nil>
}

type notifierFunc func(casework.Notification)

func (f notifierFunc) Notify(_ context.Context, n casework.Notification) error {
	f(n)
	return nil
}
